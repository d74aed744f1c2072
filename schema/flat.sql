CREATE TABLE xnk AS
SELECT t.ngay, t.nam, t.quy, t.thang, t.ky, k.chieu, n.ten AS nhom_hang, h.ma_hs, h.chuong_hs, c.ten_chuong,
       q.ten AS nuoc, q.chau_luc,
       asean.ma_nuoc IS NOT NULL AS la_asean, eu.ma_nuoc IS NOT NULL AS la_eu, cptpp.ma_nuoc IS NOT NULL AS la_cptpp,
       rcep.ma_nuoc IS NOT NULL AS la_rcep,
       l.ma AS ma_loai_hinh, l.ten AS loai_hinh, l.nhom AS nhom_loai_hinh, g.ten AS cua_khau, p.ten AS phuong_thuc,
       f.mau_co, v.cuc, v.khu_vuc, v.ten AS don_vi, e.ten AS doanh_nghiep, e.ma_so_thue, e.khu_vuc_kinh_te, e.tinh,
       e.tinh_cu, k.so_to_khai, d.stt_dong, d.tri_gia_usd,
       CAST(round(d.tri_gia_usd * r.ty_gia) AS DECIMAL(18, 0)) AS tri_gia_vnd, d.luong, n.don_vi_tinh
FROM f_dong_hang AS d
JOIN f_to_khai AS k ON k.tk = d.tk
JOIN dim_trang_thai AS s ON s.khoa = k.trang_thai_khoa AND s.ten <> 'Đã hủy'
JOIN dim_loai_hinh AS l ON l.khoa = k.loai_hinh_khoa AND l.tinh_kim_ngach
JOIN dim_thoi_gian AS t ON t.khoa = k.ngay_khoa
JOIN dim_ty_gia AS r ON r.nam = t.nam
JOIN dim_nhom_hang AS n ON n.khoa = d.nhom_hang_khoa
JOIN dim_hs AS h ON h.khoa = d.hs_khoa
JOIN dim_chuong_hs AS c ON c.chuong_hs = h.chuong_hs
JOIN dim_quoc_gia AS q ON q.khoa = d.nuoc_khoa
JOIN dim_cua_khau AS g ON g.khoa = k.cua_khau_khoa
JOIN dim_ptvt AS p ON p.khoa = k.ptvt_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = k.don_vi_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = k.dn_khoa
LEFT JOIN dim_co_form AS f ON f.khoa = d.co_khoa
LEFT JOIN br_quoc_gia_nhom AS asean
  ON asean.ma_nuoc = q.ma AND asean.ma_nhom = 'ASEAN' AND t.ngay BETWEEN asean.tu_ngay AND asean.den_ngay
LEFT JOIN br_quoc_gia_nhom AS eu ON eu.ma_nuoc = q.ma AND eu.ma_nhom = 'EU' AND t.ngay BETWEEN eu.tu_ngay AND eu.den_ngay
LEFT JOIN br_quoc_gia_nhom AS cptpp
  ON cptpp.ma_nuoc = q.ma AND cptpp.ma_nhom = 'CPTPP' AND t.ngay BETWEEN cptpp.tu_ngay AND cptpp.den_ngay
LEFT JOIN br_quoc_gia_nhom AS rcep
  ON rcep.ma_nuoc = q.ma AND rcep.ma_nhom = 'RCEP' AND t.ngay BETWEEN rcep.tu_ngay AND rcep.den_ngay
ORDER BY k.tk, d.stt_dong;

CREATE TABLE to_khai AS
WITH dong AS (
  SELECT tk, CAST(count(*) AS INTEGER) AS so_dong_hang, sum(tri_gia_usd) AS tri_gia_usd FROM f_dong_hang GROUP BY tk
)
SELECT k.so_to_khai, t.ngay, t.nam, t.quy, t.thang, k.chieu, l.ma AS ma_loai_hinh, l.ten AS loai_hinh,
       l.nhom AS nhom_loai_hinh, a.ten AS phan_luong, b.ten AS luong_sau, s.ten AS trang_thai, k.gio_thong_quan, k.la_tmdt,
       e.la_uu_tien, q.ten AS nuoc, g.ten AS cua_khau, p.ten AS phuong_thuc, v.cuc, v.khu_vuc, v.ten AS don_vi,
       e.ten AS doanh_nghiep, e.ma_so_thue, e.khu_vuc_kinh_te, e.tinh, e.tinh_cu, dong.so_dong_hang,
       CAST(dong.tri_gia_usd AS DECIMAL(18, 2)) AS tri_gia_usd, k.tong_thue
FROM f_to_khai AS k
JOIN dong ON dong.tk = k.tk
JOIN dim_thoi_gian AS t ON t.khoa = k.ngay_khoa
JOIN dim_loai_hinh AS l ON l.khoa = k.loai_hinh_khoa
JOIN dim_luong AS a ON a.khoa = k.luong_khoa
JOIN dim_luong AS b ON b.khoa = k.luong_sau_khoa
JOIN dim_trang_thai AS s ON s.khoa = k.trang_thai_khoa
JOIN dim_quoc_gia AS q ON q.khoa = k.nuoc_khoa
JOIN dim_cua_khau AS g ON g.khoa = k.cua_khau_khoa
JOIN dim_ptvt AS p ON p.khoa = k.ptvt_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = k.don_vi_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = k.dn_khoa
ORDER BY k.tk;

CREATE TABLE thu_nsnn AS
SELECT x.so_chung_tu, t.ngay, t.nam, t.quy, t.thang, a.ten AS loai_thue, b.ten AS loai_khoan, x.chieu, v.cuc, v.khu_vuc,
       v.ten AS don_vi, e.ten AS doanh_nghiep, e.ma_so_thue, e.khu_vuc_kinh_te, e.tinh, e.tinh_cu, k.so_to_khai, x.so_tien
FROM f_thu_nsnn AS x
JOIN f_to_khai AS k ON k.tk = x.tk
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_loai_thue AS a ON a.khoa = x.loai_thue_khoa
JOIN dim_loai_khoan AS b ON b.khoa = x.loai_khoan_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = x.dn_khoa
ORDER BY x.so_chung_tu;

CREATE TABLE tien_do_thu AS
WITH phan AS (  -- a department whose offices lie in two regions: its target is split as its revenue is
  SELECT cuc, khu_vuc, sum(so_tien) / sum(sum(so_tien)) OVER (PARTITION BY cuc) AS ty_phan,
         row_number() OVER (PARTITION BY cuc ORDER BY sum(so_tien) DESC, khu_vuc) AS thu_tu
  FROM thu_nsnn GROUP BY cuc, khu_vuc
), giao AS (
  SELECT d.nam, d.cuc, p.khu_vuc, p.thu_tu, d.du_toan AS tong_du_toan, d.phan_dau AS tong_phan_dau,
         CASE WHEN p.thu_tu = 1 THEN 0 ELSE floor(d.du_toan * p.ty_phan / 1000000) * 1000000 END AS du_toan,
         CASE WHEN p.thu_tu = 1 THEN 0 ELSE floor(d.phan_dau * p.ty_phan / 1000000) * 1000000 END AS phan_dau
  FROM f_du_toan_thu AS d JOIN phan AS p ON p.cuc = d.cuc
)
SELECT make_date(nam, thang, 1) AS ngay, nam, quy, thang, cuc, khu_vuc, CAST(sum(so_tien) AS DECIMAL(18, 0)) AS so_thu,
       CAST(0 AS DECIMAL(18, 0)) AS du_toan, CAST(0 AS DECIMAL(18, 0)) AS phan_dau
FROM thu_nsnn GROUP BY nam, quy, thang, cuc, khu_vuc
UNION ALL
SELECT make_date(nam, 1, 1), nam, 1, 1, cuc, khu_vuc, 0,
       CAST(CASE WHEN thu_tu = 1 THEN tong_du_toan - sum(du_toan) OVER (PARTITION BY nam, cuc) ELSE du_toan END AS DECIMAL(18, 0)),
       CAST(CASE WHEN thu_tu = 1 THEN tong_phan_dau - sum(phan_dau) OVER (PARTITION BY nam, cuc) ELSE phan_dau END AS DECIMAL(18, 0))
FROM giao
ORDER BY nam, thang, cuc, khu_vuc, du_toan;

CREATE TABLE vi_pham AS
SELECT x.ma_vu, t.ngay, x.nam, CAST((x.thang + 2) // 3 AS INTEGER) AS quy, x.thang, a.ten AS tuyen, b.ten AS hanh_vi,
       m.ten AS mat_hang, h.ten AS hinh_thuc_xu_ly, v.cuc, v.khu_vuc, v.ten AS don_vi, x.tri_gia_tang_vat, x.tien_phat,
       x.nop_ngan_sach, x.so_doi_tuong, x.khoi_luong_ma_tuy
FROM f_vi_pham AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_tuyen AS a ON a.khoa = x.tuyen_khoa
JOIN dim_hanh_vi AS b ON b.khoa = x.hanh_vi_khoa
JOIN dim_mat_hang_vi_pham AS m ON m.khoa = x.mat_hang_khoa
JOIN dim_hinh_thuc_xu_ly AS h ON h.khoa = x.xu_ly_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
ORDER BY x.ma_vu;

CREATE TABLE no_thue AS
SELECT t.ngay, t.nam, t.quy, t.thang, n.ten AS nhom_no, a.ten AS loai_thue, v.cuc, v.khu_vuc, v.ten AS don_vi,
       e.ten AS doanh_nghiep, e.ma_so_thue, e.khu_vuc_kinh_te, e.tinh, e.tinh_cu, x.so_ngay_qua_han, x.so_no
FROM f_no_thue AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_nhom_no AS n ON n.khoa = x.nhom_no_khoa
JOIN dim_loai_thue AS a ON a.khoa = x.loai_thue_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = x.dn_khoa
ORDER BY t.ngay, e.ma_so_thue, a.ten, x.so_no;

CREATE TABLE ktstq AS
SELECT x.so_quyet_dinh, t.ngay, t.nam, t.quy, t.thang, p.ten AS dia_diem, c.ten AS chuyen_de, x.co_vi_pham, v.cuc,
       v.khu_vuc, v.ten AS don_vi, e.ten AS doanh_nghiep, e.ma_so_thue, e.khu_vuc_kinh_te, e.tinh, e.tinh_cu,
       x.tien_an_dinh, x.tien_phat, x.da_nop
FROM f_ktstq AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_dia_diem_ktstq AS p ON p.khoa = x.dia_diem_khoa
JOIN dim_chuyen_de_ktstq AS c ON c.khoa = x.chuyen_de_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = x.dn_khoa
ORDER BY x.so_quyet_dinh;

CREATE TABLE nsw_ho_so AS
SELECT x.so_ho_so, t.ngay, t.nam, t.quy, t.thang, p.bo_nganh, p.thu_tuc, s.ten AS trang_thai, x.dung_han,
       p.gio_quy_dinh, x.gio_xu_ly, e.ten AS doanh_nghiep, e.ma_so_thue, e.khu_vuc_kinh_te, e.tinh, e.tinh_cu
FROM f_nsw_ho_so AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_thu_tuc_nsw AS p ON p.khoa = x.thu_tuc_khoa
JOIN dim_trang_thai_nsw AS s ON s.khoa = x.trang_thai_khoa
JOIN dim_doanh_nghiep AS e ON e.khoa = x.dn_khoa
ORDER BY x.so_ho_so;

CREATE TABLE phuong_tien AS
SELECT t.ngay, t.nam, t.quy, t.thang, c.ten AS chieu_xnc, l.ten AS loai_xe, v.cua_khau, v.nuoc_giap, v.cuc, v.khu_vuc,
       v.ten AS don_vi, x.so_xe, x.xe_qua_han
FROM f_phuong_tien AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_chieu_xnc AS c ON c.khoa = x.chieu_khoa
JOIN dim_loai_xe AS l ON l.khoa = x.loai_khoa
JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
ORDER BY t.ngay, v.ten, c.ten, l.ten;

CREATE TABLE nhan_su AS
SELECT t.ngay, t.nam, t.quy, t.thang, x.cuc, x.khu_vuc, x.bien_che_giao, x.co_mat, x.chuyen_trach_cntt, x.nu, x.hop_dong,
       x.sau_dai_hoc
FROM f_nhan_su AS x
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
ORDER BY t.ngay, x.cuc, x.khu_vuc;
