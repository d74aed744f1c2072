CREATE TABLE f_tham_van_gia AS
SELECT s.tk, CAST(s.stt_dong AS INTEGER) AS stt_dong, s.ngay_khoa, s.gia_khoa,
       CAST(s.gia_khai AS DECIMAL(18, 2)) AS gia_khai_usd, CAST(s.gia_tham_chieu AS DECIMAL(18, 2)) AS gia_tham_chieu_usd,
       CAST(s.chenh_lech AS DECIMAL(5, 1)) AS chenh_lech_pct, s.co_tham_van, s.ket_qua_khoa,
       CAST(s.thue_tang_them AS DECIMAL(18, 0)) AS thue_tang_them
FROM s_tham_van_gia AS s ORDER BY s.tk, s.stt_dong;

CREATE TABLE tham_van_gia AS
SELECT x.so_to_khai, x.stt_dong, x.ngay, x.nam, x.quy, x.thang, x.nhom_hang, x.ma_hs, x.chuong_hs, m.ten_hang, x.nuoc,
       x.chau_luc, x.cuc, x.khu_vuc, x.don_vi, x.doanh_nghiep, x.ma_so_thue, x.khu_vuc_kinh_te, x.tinh, x.tinh_cu,
       p.don_vi_gia, s.gia_khai_usd, s.gia_tham_chieu_usd, s.chenh_lech_pct, s.co_tham_van, k.ten AS ket_qua,
       x.tri_gia_usd, s.thue_tang_them
FROM f_tham_van_gia AS s
JOIN f_to_khai AS f ON f.tk = s.tk
JOIN xnk AS x ON x.so_to_khai = f.so_to_khai AND x.stt_dong = s.stt_dong
JOIN (SELECT DISTINCT gia_khoa, hs_khoa, don_vi_gia FROM dim_gia_tham_chieu) AS p ON p.gia_khoa = s.gia_khoa
JOIN dim_mo_ta_hs AS m ON m.khoa = p.hs_khoa
JOIN dim_ket_qua_tham_van AS k ON k.khoa = s.ket_qua_khoa
ORDER BY s.tk, s.stt_dong;

CREATE TABLE gia_tham_chieu AS
SELECT p.ngay, t.nam, t.quy, t.thang, n.ten AS nhom_hang, h.ma_hs, h.chuong_hs, m.ten_hang, p.don_vi_gia,
       CAST(p.gia_tham_chieu_usd AS DECIMAL(18, 2)) AS gia_tham_chieu_usd
FROM dim_gia_tham_chieu AS p
JOIN dim_thoi_gian AS t ON t.ngay = p.ngay
JOIN dim_nhom_hang AS n ON n.khoa = p.nhom_hang_khoa
JOIN dim_hs AS h ON h.khoa = p.hs_khoa
JOIN dim_mo_ta_hs AS m ON m.khoa = p.hs_khoa
ORDER BY p.ngay, n.ten, h.ma_hs;
