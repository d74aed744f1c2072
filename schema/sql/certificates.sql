CREATE TABLE f_giay_xuat_xu AS
SELECT 'CO' || lpad(CAST(s.co + 1 AS VARCHAR), 9, '0') AS so_co, s.tk, CAST(s.dong_dau AS INTEGER) AS dong_dau, s.co_khoa,
       s.dien_tu, s.trang_thai_khoa, CASE WHEN s.ly_do_khoa >= 0 THEN s.ly_do_khoa END AS ly_do_khoa,
       CAST(s.tri_gia_usd AS DECIMAL(18, 2)) AS tri_gia_usd, CAST(s.thue_giam AS DECIMAL(18, 0)) AS thue_giam
FROM s_giay_xuat_xu AS s ORDER BY s.co;

CREATE TABLE giay_xuat_xu AS
SELECT f.so_co, x.ngay, x.nam, x.quy, x.thang, c.mau_co, l.ten AS hiep_dinh, x.chieu, f.dien_tu,
       CASE WHEN f.dien_tu THEN 'Điện tử' ELSE 'Bản giấy' END AS hinh_thuc_co, t.ten AS trang_thai,
       r.ten AS ly_do_tu_choi, x.nuoc, x.chau_luc,
       x.la_asean, x.la_eu, x.la_cptpp, x.la_rcep, x.nhom_hang, x.chuong_hs, x.cuc, x.khu_vuc, x.don_vi, x.doanh_nghiep, x.ma_so_thue,
       x.khu_vuc_kinh_te, x.tinh, x.tinh_cu, x.so_to_khai, f.tri_gia_usd, f.thue_giam
FROM f_giay_xuat_xu AS f
JOIN f_to_khai AS k ON k.tk = f.tk
JOIN xnk AS x ON x.so_to_khai = k.so_to_khai AND x.stt_dong = f.dong_dau
JOIN dim_co_form AS c ON c.khoa = f.co_khoa
JOIN dim_loai_thue_suat AS l ON l.mau_co = c.mau_co
JOIN dim_trang_thai_co AS t ON t.khoa = f.trang_thai_khoa
LEFT JOIN dim_ly_do_tu_choi_co AS r ON r.khoa = f.ly_do_khoa
ORDER BY f.so_co;
