CREATE TABLE f_hoan_thue AS
SELECT 'HT' || lpad(CAST(s.qd + 1 AS VARCHAR), 7, '0') AS so_quyet_dinh, s.ngay_khoa, s.tk, s.hinh_thuc_khoa, s.ly_do_khoa,
       s.loai_thue_khoa, CAST(s.so_tien AS DECIMAL(18, 0)) AS so_tien
FROM s_hoan_thue AS s ORDER BY s.qd;

CREATE TABLE hoan_thue AS
SELECT f.so_quyet_dinh, t.ngay, t.nam, t.quy, t.thang, h.ten AS hinh_thuc, r.ten AS ly_do, a.ten AS loai_thue, k.chieu,
       v.cuc, v.khu_vuc, v.ten AS don_vi, e.ten AS doanh_nghiep, e.ma_so_thue, e.khu_vuc_kinh_te, e.tinh, e.tinh_cu,
       k.so_to_khai, f.so_tien
FROM f_hoan_thue AS f
JOIN dim_thoi_gian AS t ON t.khoa = f.ngay_khoa
JOIN dim_hinh_thuc_hoan AS h ON h.khoa = f.hinh_thuc_khoa
JOIN dim_ly_do_hoan AS r ON r.khoa = f.ly_do_khoa
JOIN dim_loai_thue AS a ON a.khoa = f.loai_thue_khoa
JOIN f_to_khai AS k ON k.tk = f.tk
JOIN dim_don_vi_hq AS v ON v.khoa = k.don_vi_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = k.dn_khoa
ORDER BY f.so_quyet_dinh;
