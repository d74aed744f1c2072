CREATE TABLE rui_ro AS
SELECT make_date(t.nam, t.thang, 1) AS ngay, t.nam, t.quy, t.thang, m.ten AS muc_tuan_thu, k.chieu, l.ten AS phan_luong,
       v.cuc, v.khu_vuc, v.ten AS don_vi, CAST(count(*) AS INTEGER) AS so_to_khai,
       CAST(count(*) FILTER (WHERE k.luong_sau_khoa >= 1) AS INTEGER) AS kiem_tra_ho_so,
       CAST(count(*) FILTER (WHERE k.luong_sau_khoa = 2) AS INTEGER) AS kiem_tra_thuc_te,
       CAST(count(*) FILTER (WHERE k.luong_sau_khoa > k.luong_khoa) AS INTEGER) AS chuyen_luong,
       CAST(count(p.tk) AS INTEGER) AS phat_hien_vi_pham
FROM f_to_khai AS k
JOIN dim_thoi_gian AS t ON t.khoa = k.ngay_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = k.dn_khoa
JOIN dim_muc_tuan_thu AS m ON m.khoa = e.muc_tuan_thu - 1
JOIN dim_luong AS l ON l.khoa = k.luong_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = k.don_vi_khoa
LEFT JOIN s_phat_hien AS p ON p.tk = k.tk
GROUP BY t.nam, t.quy, t.thang, m.ten, k.chieu, l.ten, v.cuc, v.khu_vuc, v.ten
ORDER BY ngay, v.ten, muc_tuan_thu, k.chieu, phan_luong;

CREATE TABLE tuan_thu AS
SELECT t.ngay, t.nam, t.quy, t.thang, m.ten AS muc_tuan_thu, e.khu_vuc_kinh_te, v.cuc, v.khu_vuc, e.tinh, e.tinh_cu,
       CAST(count(*) AS INTEGER) AS so_doanh_nghiep
FROM s_hoat_dong AS s
JOIN dim_thoi_gian AS t ON t.khoa = s.ngay_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = s.dn_khoa
JOIN dim_muc_tuan_thu AS m ON m.khoa = e.muc_tuan_thu - 1
JOIN dim_don_vi_hq AS v ON v.khoa = s.don_vi_khoa
GROUP BY t.ngay, t.nam, t.quy, t.thang, m.ten, e.khu_vuc_kinh_te, v.cuc, v.khu_vuc, e.tinh, e.tinh_cu
ORDER BY t.ngay, v.cuc, v.khu_vuc, e.tinh_cu, e.khu_vuc_kinh_te, m.ten;
