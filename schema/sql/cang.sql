CREATE TABLE f_chuyen_tau_bay AS
SELECT 'CH' || lpad(CAST(s.chuyen + 1 AS VARCHAR), 8, '0') AS so_chuyen, s.ngay_khoa, s.phuong_tien_khoa,
       s.loai_khoa, s.chieu_khoa, s.don_vi_khoa, s.nuoc_khoa, s.so_ngay_luu, CAST(s.so_hanh_khach AS INTEGER) AS so_hanh_khach,
       CAST(s.hang_tan AS DECIMAL(12, 1)) AS hang_tan, CAST(s.so_container AS INTEGER) AS so_container
FROM s_chuyen_tau_bay AS s ORDER BY s.chuyen;

CREATE TABLE chuyen_tau_bay AS
SELECT x.so_chuyen, t.ngay, t.nam, t.quy, t.thang, p.ten AS loai_phuong_tien, l.ten AS loai_chuyen, c.ten AS chieu_xnc,
       v.cua_khau AS cang, q.ten AS nuoc, v.cuc, v.khu_vuc, v.ten AS don_vi,
       CASE WHEN c.ten = 'Nhập cảnh' THEN t.ngay ELSE t.ngay - CAST(x.so_ngay_luu AS INTEGER) END AS ngay_den,
       CASE WHEN c.ten = 'Xuất cảnh' THEN t.ngay
            WHEN t.ngay + CAST(x.so_ngay_luu AS INTEGER) <= cuoi.ngay THEN t.ngay + CAST(x.so_ngay_luu AS INTEGER)
       END AS ngay_roi,
       x.so_hanh_khach, x.hang_tan, x.so_container
FROM f_chuyen_tau_bay AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_loai_phuong_tien AS p ON p.khoa = x.phuong_tien_khoa
JOIN dim_loai_chuyen AS l ON l.khoa = x.loai_khoa
JOIN dim_chieu_xnc AS c ON c.khoa = x.chieu_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
JOIN dim_quoc_gia AS q ON q.khoa = x.nuoc_khoa
CROSS JOIN (SELECT max(ngay) AS ngay FROM dim_thoi_gian) AS cuoi
ORDER BY x.so_chuyen;

CREATE TABLE f_container AS
SELECT 'MPSU' || lpad(CAST(s.cont + 1 AS VARCHAR), 7, '0') AS so_cont, s.ngay_khoa,
       CASE WHEN s.ngay_ra_khoa >= 0 THEN s.ngay_ra_khoa END AS ngay_ra_khoa, s.don_vi_khoa,
       CASE WHEN s.chieu = 0 THEN 'Xuất khẩu' ELSE 'Nhập khẩu' END AS chieu, s.co_khoa, s.loai_hang_khoa, s.seal_dien_tu,
       s.soi_chieu, CASE WHEN s.ket_qua_khoa >= 0 THEN s.ket_qua_khoa END AS ket_qua_khoa,
       CAST(s.trong_luong AS DECIMAL(8, 1)) AS trong_luong
FROM s_container AS s ORDER BY s.cont;

CREATE TABLE container AS
SELECT x.so_cont, t.ngay, t.nam, t.quy, t.thang, r.ngay AS ngay_ra, x.chieu, v.cua_khau AS cang, k.ten AS kich_co,
       l.ten AS loai_hang, CASE WHEN r.ngay IS NULL THEN 'Đang lưu tại cảng' ELSE 'Đã ra khỏi cảng' END AS trang_thai,
       x.seal_dien_tu, x.soi_chieu, o.ten AS ket_qua_soi,
       r.ngay IS NULL AND cuoi.ngay - t.ngay > 90 AS ton_qua_90_ngay, v.cuc, v.khu_vuc, v.ten AS don_vi,
       CAST(coalesce(r.ngay, cuoi.ngay) - t.ngay AS INTEGER) AS so_ngay_luu, k.so_teu, x.trong_luong
FROM f_container AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
LEFT JOIN dim_thoi_gian AS r ON r.khoa = x.ngay_ra_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
JOIN dim_kich_co_cont AS k ON k.khoa = x.co_khoa
JOIN dim_loai_hang_cont AS l ON l.khoa = x.loai_hang_khoa
LEFT JOIN dim_ket_qua_soi AS o ON o.khoa = x.ket_qua_khoa
CROSS JOIN (SELECT max(ngay) AS ngay FROM dim_thoi_gian) AS cuoi
ORDER BY x.so_cont;
