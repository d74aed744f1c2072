CREATE TABLE f_thue_suat AS
SELECT s.hs_khoa, s.loai_khoa, s.nam, CAST(s.thue_suat AS DECIMAL(5, 1)) AS thue_suat,
       CAST(s.gtgt AS DECIMAL(5, 1)) AS thue_suat_gtgt, CAST(s.ttdb AS DECIMAL(5, 1)) AS thue_suat_ttdb
FROM s_thue_suat AS s ORDER BY s.nam, s.hs_khoa, s.loai_khoa;

CREATE TABLE bieu_thue AS
SELECT greatest(make_date(f.nam, 1, 1), l.tu_ngay) AS ngay, f.nam, make_date(f.nam, 12, 31) AS den_ngay, h.ma_hs,
       m.nhom_hs, n.ten_nhom_hs, h.chuong_hs, c.ten_chuong, m.ten_hang, l.ten AS loai_thue_suat, l.mau_co, f.thue_suat,
       f.thue_suat_gtgt, f.thue_suat_ttdb
FROM f_thue_suat AS f
JOIN dim_hs AS h ON h.khoa = f.hs_khoa
JOIN dim_mo_ta_hs AS m ON m.khoa = f.hs_khoa
JOIN dim_nhom_hs AS n ON n.nhom_hs = m.nhom_hs
JOIN dim_chuong_hs AS c ON c.chuong_hs = h.chuong_hs
JOIN dim_loai_thue_suat AS l ON l.khoa = f.loai_khoa
ORDER BY f.nam, h.ma_hs, f.loai_khoa;
