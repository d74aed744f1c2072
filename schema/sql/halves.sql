CREATE TABLE f_xnk_ky AS
WITH cuoi AS (
  SELECT nam, quy, thang, ky, chieu, nhom_hang, khu_vuc_kinh_te, don_vi_tinh, sum(tri_gia_usd) AS tri_gia_usd, sum(luong) AS luong
  FROM xnk GROUP BY nam, quy, thang, ky, chieu, nhom_hang, khu_vuc_kinh_te, don_vi_tinh
)
SELECT c.*, s.sua, s.da_chinh_thuc
FROM cuoi AS c
JOIN dim_nhom_hang AS n ON n.ten = c.nhom_hang AND n.chieu = c.chieu
JOIN s_sua_ky AS s ON s.nam = c.nam AND s.thang = c.thang AND s.ky = c.ky AND s.nhom_hang_khoa = n.khoa
ORDER BY c.nam, c.thang, c.ky, c.chieu, c.nhom_hang, c.khu_vuc_kinh_te;

CREATE TABLE xnk_ky AS
SELECT make_date(c.nam, c.thang, CASE WHEN c.ky = 1 THEN 1 ELSE 16 END) AS ngay, c.nam, c.quy, c.thang, c.ky, c.chieu,
       c.nhom_hang, c.khu_vuc_kinh_te, t.ten AS trang_thai_so_lieu,
       (t.ten = 'Chính thức') = c.da_chinh_thuc AS la_moi_nhat,
       CAST(CASE WHEN t.ten = 'Sơ bộ' THEN round(c.tri_gia_usd * (1 + c.sua), 2) ELSE c.tri_gia_usd END AS DECIMAL(18, 2)) AS tri_gia_usd,
       CAST(CASE WHEN t.ten = 'Sơ bộ' THEN round(c.luong * (1 + c.sua), 3) ELSE c.luong END AS DECIMAL(18, 3)) AS luong,
       c.don_vi_tinh
FROM f_xnk_ky AS c
JOIN dim_trang_thai_so_lieu AS t ON t.ten = 'Sơ bộ' OR c.da_chinh_thuc
ORDER BY c.nam, c.thang, c.ky, t.khoa, c.chieu, c.nhom_hang, c.khu_vuc_kinh_te;
