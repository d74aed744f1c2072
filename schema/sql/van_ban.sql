CREATE TABLE f_van_ban AS
SELECT 'VB' || lpad(CAST(s.vb + 1 AS VARCHAR), 8, '0') AS so_van_ban, s.ngay_khoa, s.huong_khoa, s.loai_khoa,
       s.do_khan_khoa, s.do_mat_khoa, CASE WHEN s.noi_gui_khoa >= 0 THEN s.noi_gui_khoa END AS noi_gui_khoa,
       CASE WHEN s.don_vi_trung_uong_khoa >= 0 THEN s.don_vi_trung_uong_khoa END AS don_vi_trung_uong_khoa,
       CASE WHEN s.don_vi_trung_uong_khoa < 0 THEN s.don_vi_khoa END AS don_vi_khoa,
       CASE WHEN s.han_khoa >= 0 THEN s.han_khoa END AS han_khoa,
       CASE WHEN s.hoan_thanh_khoa >= 0 THEN s.hoan_thanh_khoa END AS hoan_thanh_khoa
FROM s_van_ban AS s ORDER BY s.vb;

CREATE TABLE van_ban AS
WITH ngay_dau AS (SELECT min(ngay) AS dau, max(ngay) AS cuoi FROM dim_thoi_gian)
SELECT x.so_van_ban, t.ngay, t.nam, t.quy, t.thang, h.ten AS huong_van_ban, l.ten AS loai_van_ban,
       coalesce(u.ten, v.khu_vuc) AS don_vi_chu_tri, coalesce(v.cuc, 'Cơ quan Cục Hải quan') AS cuc,
       coalesce(v.khu_vuc, 'Cơ quan Cục Hải quan') AS khu_vuc, g.ten AS noi_gui, k.ten AS do_khan,
       n.dau + CAST(x.han_khoa AS INTEGER) AS han_xu_ly, n.dau + CAST(x.hoan_thanh_khoa AS INTEGER) AS ngay_hoan_thanh,
       CASE WHEN h.ten = 'Văn bản đi' THEN 'Đã phát hành' WHEN x.hoan_thanh_khoa IS NULL THEN 'Đang xử lý'
            ELSE 'Đã hoàn thành' END AS trang_thai,
       coalesce(n.dau + CAST(x.hoan_thanh_khoa AS INTEGER), n.cuoi) > n.dau + CAST(x.han_khoa AS INTEGER) AS qua_han,
       CAST(greatest(coalesce(n.dau + CAST(x.hoan_thanh_khoa AS INTEGER), n.cuoi)
                     - (n.dau + CAST(x.han_khoa AS INTEGER)), 0) AS INTEGER) AS so_ngay_qua_han,
       CASE WHEN h.ten = 'Văn bản đến' THEN CAST(x.hoan_thanh_khoa - x.ngay_khoa AS INTEGER) END AS so_ngay_xu_ly
FROM f_van_ban AS x
CROSS JOIN ngay_dau AS n
JOIN dim_thoi_gian AS t ON t.khoa = x.ngay_khoa
JOIN dim_huong_van_ban AS h ON h.khoa = x.huong_khoa
JOIN dim_loai_van_ban AS l ON l.khoa = x.loai_khoa
JOIN dim_do_khan AS k ON k.khoa = x.do_khan_khoa
JOIN dim_do_mat AS m ON m.khoa = x.do_mat_khoa AND m.ten = 'Thường'
LEFT JOIN dim_noi_gui AS g ON g.khoa = x.noi_gui_khoa
LEFT JOIN dim_don_vi_trung_uong AS u ON u.khoa = x.don_vi_trung_uong_khoa
LEFT JOIN dim_don_vi_hq AS v ON v.khoa = x.don_vi_khoa
ORDER BY x.so_van_ban;
