CREATE TABLE f_hoan_thue_du_khach AS
SELECT 'HV' || lpad(CAST(s.hd + 1 AS VARCHAR), 8, '0') AS so_hoa_don, s.ngay_khoa, s.don_vi_khoa, s.nuoc_khoa,
       s.mat_hang_khoa, s.ngan_hang_khoa, s.trang_thai_khoa, s.ly_do_khoa,
       CAST(s.tri_gia_hoa_don AS DECIMAL(18, 0)) AS tri_gia_hoa_don, CAST(s.tien_vat AS DECIMAL(18, 0)) AS tien_vat,
       CAST(s.tien_hoan AS DECIMAL(18, 0)) AS tien_hoan
FROM s_hoan_thue_du_khach AS s ORDER BY s.hd;

CREATE TABLE hoan_thue_du_khach AS
SELECT x.so_hoa_don, t.ngay, t.nam, t.quy, t.thang, v.cua_khau, q.ten AS quoc_tich, q.chau_luc, m.ten AS mat_hang_mua,
       b.ten AS ngan_hang, s.ten AS trang_thai, r.ten AS ly_do_tu_choi, v.cuc, v.khu_vuc, v.ten AS don_vi,
       x.tri_gia_hoa_don, x.tien_vat, x.tien_hoan
FROM f_hoan_thue_du_khach AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
JOIN dim_quoc_gia AS q ON q.khoa = x.nuoc_khoa
JOIN dim_mat_hang_mua AS m ON m.khoa = x.mat_hang_khoa
JOIN dim_ngan_hang AS b ON b.khoa = x.ngan_hang_khoa
JOIN dim_trang_thai_vatrs AS s ON s.khoa = x.trang_thai_khoa
LEFT JOIN dim_ly_do_tu_choi AS r ON r.khoa = x.ly_do_khoa
ORDER BY x.so_hoa_don;
