-- Star schema from the staged arrays (s_*), then the flat tables that the assistant sees.
CREATE TABLE f_to_khai AS
SELECT CASE WHEN s.chieu = 0 THEN '30' ELSE '10' END || lpad(CAST(s.tk + 1 AS VARCHAR), 9, '0') || '0' AS so_to_khai,
       s.tk, s.ngay_khoa, CASE WHEN s.chieu = 0 THEN 'Xuất khẩu' ELSE 'Nhập khẩu' END AS chieu, s.loai_hinh_khoa,
       s.nuoc_khoa, s.ptvt_khoa, s.don_vi_khoa, s.cua_khau_khoa, s.dn_khoa, s.luong_khoa, s.luong_sau_khoa,
       s.trang_thai_khoa, CASE WHEN isnan(s.gio_thong_quan) THEN NULL ELSE s.gio_thong_quan END AS gio_thong_quan,
       s.la_tmdt, CAST(s.tong_thue AS DECIMAL(18, 0)) AS tong_thue
FROM s_to_khai AS s ORDER BY s.tk;

CREATE TABLE f_dong_hang AS
SELECT s.tk, CAST(s.stt_dong AS INTEGER) AS stt_dong, s.nhom_hang_khoa, s.hs_khoa, s.nuoc_khoa, s.co_khoa,
       CAST(s.tri_gia_usd AS DECIMAL(18, 2)) AS tri_gia_usd,
       CAST(CASE WHEN isnan(s.luong) THEN NULL ELSE s.luong END AS DECIMAL(18, 3)) AS luong
FROM s_dong_hang AS s ORDER BY s.tk, s.stt_dong;

CREATE TABLE f_thu_nsnn AS
SELECT 'CT' || lpad(CAST(s.ct + 1 AS VARCHAR), 10, '0') AS so_chung_tu, s.ngay_khoa, s.tk, s.don_vi_khoa, s.dn_khoa,
       CASE WHEN s.chieu = 0 THEN 'Xuất khẩu' ELSE 'Nhập khẩu' END AS chieu, s.loai_thue_khoa, s.loai_khoan_khoa,
       CAST(s.so_tien AS DECIMAL(18, 0)) AS so_tien
FROM s_thu_nsnn AS s ORDER BY s.ct;

CREATE TABLE f_du_toan_thu AS
SELECT CAST(s.nam AS INTEGER) AS nam, s.cuc, CAST(s.du_toan AS DECIMAL(18, 0)) AS du_toan,
       CAST(s.phan_dau AS DECIMAL(18, 0)) AS phan_dau
FROM s_du_toan AS s ORDER BY s.nam, s.cuc;

CREATE TABLE f_no_thue AS
SELECT s.ngay_khoa, s.don_vi_khoa, s.dn_khoa, s.loai_thue_khoa, s.nhom_no_khoa,
       CAST(s.so_ngay_qua_han AS INTEGER) AS so_ngay_qua_han, CAST(s.so_no AS DECIMAL(18, 0)) AS so_no
FROM s_no_thue AS s ORDER BY s.ngay_khoa, s.dn_khoa, s.loai_thue_khoa, s.so_no;

CREATE TABLE f_ktstq AS
SELECT 'QD' || lpad(CAST(s.cuoc + 1 AS VARCHAR), 7, '0') AS so_quyet_dinh, s.ngay_khoa, s.don_vi_khoa, s.dn_khoa,
       s.dia_diem_khoa, s.chuyen_de_khoa, s.co_vi_pham, CAST(s.tien_an_dinh AS DECIMAL(18, 0)) AS tien_an_dinh,
       CAST(s.tien_phat AS DECIMAL(18, 0)) AS tien_phat, CAST(s.da_nop AS DECIMAL(18, 0)) AS da_nop
FROM s_ktstq AS s ORDER BY s.cuoc;

CREATE TABLE f_nsw_ho_so AS
SELECT 'HS' || lpad(CAST(s.hs + 1 AS VARCHAR), 9, '0') AS so_ho_so, s.ngay_khoa, s.thu_tuc_khoa, s.dn_khoa,
       s.trang_thai_khoa, CASE WHEN isnan(s.gio_xu_ly) THEN NULL ELSE s.gio_xu_ly END AS gio_xu_ly,
       CASE WHEN isnan(s.dung_han) THEN NULL ELSE s.dung_han = 1 END AS dung_han
FROM s_nsw AS s ORDER BY s.hs;

CREATE TABLE f_phuong_tien AS
SELECT s.ngay_khoa, s.don_vi_khoa, s.chieu_khoa, s.loai_khoa, CAST(s.so_xe AS INTEGER) AS so_xe,
       CAST(s.xe_qua_han AS INTEGER) AS xe_qua_han
FROM s_phuong_tien AS s ORDER BY s.ngay_khoa, s.don_vi_khoa, s.chieu_khoa, s.loai_khoa;

CREATE TABLE f_nhan_su AS
SELECT s.ngay_khoa, s.cuc, s.khu_vuc, CAST(s.bien_che_giao AS INTEGER) AS bien_che_giao, CAST(s.co_mat AS INTEGER) AS co_mat,
       CAST(s.chuyen_trach_cntt AS INTEGER) AS chuyen_trach_cntt, CAST(s.nu AS INTEGER) AS nu,
       CAST(s.hop_dong AS INTEGER) AS hop_dong, CAST(s.sau_dai_hoc AS INTEGER) AS sau_dai_hoc
FROM s_nhan_su AS s ORDER BY s.ngay_khoa, s.cuc, s.khu_vuc;

CREATE TABLE f_vi_pham AS
SELECT 'VP' || lpad(CAST(s.vu + 1 AS VARCHAR), 8, '0') AS ma_vu, s.ngay_khoa, CAST(s.nam AS INTEGER) AS nam,
       CAST(s.thang AS INTEGER) AS thang, s.don_vi_khoa, s.tuyen_khoa, s.hanh_vi_khoa, s.mat_hang_khoa, s.xu_ly_khoa,
       CAST(s.tri_gia_tang_vat AS DECIMAL(18, 0)) AS tri_gia_tang_vat, CAST(s.tien_phat AS DECIMAL(18, 0)) AS tien_phat,
       CAST(s.nop_ngan_sach AS DECIMAL(18, 0)) AS nop_ngan_sach, CAST(s.so_doi_tuong AS INTEGER) AS so_doi_tuong,
       CAST(s.khoi_luong_ma_tuy AS DECIMAL(12, 3)) AS khoi_luong_ma_tuy
FROM s_vi_pham AS s ORDER BY s.vu;
