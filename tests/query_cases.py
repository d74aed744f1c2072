"""A small catalogue and SQL that the door lets through, shared by the tests of the query room."""

from __future__ import annotations

import datetime as dt

from schema.semantic import Catalogue, Dimension, Fact, Metric, TimeDimension, View

TIME = TimeDimension("ngay", "Ngày", parts={"year": "nam", "quarter": "quy", "month": "thang"}, default=True)


def _dims(names: str) -> tuple[Dimension, ...]:
    return tuple(Dimension(name, name) for name in names.split())


XNK = View(
    "xnk",
    "Xuất nhập khẩu",
    dimensions=(
        *_dims("chieu nhom_hang ma_hs nuoc cuc khu_vuc doanh_nghiep"),
        Dimension("la_eu", "EU", type="boolean"),
    ),
    time_dimensions=(TIME,),
    facts=(Fact("tri_gia_usd", "Trị giá", unit="USD"), Fact("luong", "Lượng")),
    metrics=(Metric("kim_ngach", "Kim ngạch", "SUM(tri_gia_usd)", unit="USD", default=True),),
)
TO_KHAI = View(
    "to_khai",
    "Tờ khai",
    dimensions=_dims("so_to_khai chieu phan_luong cuc doanh_nghiep"),
    time_dimensions=(TIME,),
    facts=(Fact("tri_gia_usd", "Trị giá"), Fact("gio_thong_quan", "Giờ thông quan")),
    metrics=(Metric("so_to_khai", "Số tờ khai", "COUNT(*)", unit="tờ khai"),),
)
FOREIGN = View(
    "Khách Hàng",
    "Khách hàng",
    dimensions=(Dimension("Tên Đầy Đủ", "Tên"), Dimension("CustomerID", "Mã"), Dimension("order", "Thứ tự")),
    facts=(Fact("Số Tiền", "Số tiền"),),
)
CATALOGUE = Catalogue("thử", "0", dt.date(2025, 10, 31), views={"xnk": XNK, "to_khai": TO_KHAI})
FOREIGN_CATALOGUE = Catalogue("lạ", "0", None, views={"Khách Hàng": FOREIGN})

GOOD = [
    "SELECT 1",
    "SELECT COUNT(*) FROM xnk",
    "SELECT * FROM xnk LIMIT 5",
    "SELECT * EXCLUDE (doanh_nghiep) FROM xnk",
    "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2024 AND chieu = 'Xuất khẩu'",
    'SELECT SUM(tri_gia_usd) AS "Kim ngạch" FROM xnk',
    "SELECT thang, SUM(tri_gia_usd) AS v FROM xnk GROUP BY thang ORDER BY thang",
    "SELECT thang, SUM(tri_gia_usd) AS v FROM xnk GROUP BY 1 ORDER BY 2 DESC",
    "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk GROUP BY nuoc HAVING v > 1e9 ORDER BY v DESC LIMIT 10",
    "SELECT nuoc, SUM(tri_gia_usd) FROM xnk GROUP BY ALL ORDER BY ALL",
    "SELECT DISTINCT cuc FROM to_khai",
    "SELECT COUNT(DISTINCT doanh_nghiep) FROM to_khai WHERE nam BETWEEN 2022 AND 2024",
    "SELECT COUNT(*) FILTER (WHERE phan_luong = 'Đỏ') * 100.0 / NULLIF(COUNT(*), 0) AS ty_le FROM to_khai",
    "SELECT SUM(CASE WHEN phan_luong = 'Đỏ' THEN 1 ELSE 0 END) FROM to_khai",
    "SELECT AVG(gio_thong_quan), MEDIAN(gio_thong_quan), QUANTILE_CONT(gio_thong_quan, 0.9) FROM to_khai",
    "SELECT cuc, RANK() OVER (ORDER BY COUNT(*) DESC) AS hang FROM to_khai GROUP BY cuc",
    "SELECT nam, thang, SUM(SUM(luong)) OVER (PARTITION BY nam ORDER BY thang) AS lk FROM xnk GROUP BY nam, thang",
    "SELECT nam, SUM(tri_gia_usd) AS v, LAG(SUM(tri_gia_usd)) OVER (ORDER BY nam) AS truoc FROM xnk GROUP BY nam",
    "SELECT thang, AVG(SUM(luong)) OVER (ORDER BY thang ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM xnk GROUP BY 1",
    "SELECT nhom_hang, nuoc FROM xnk GROUP BY 1, 2 "
    "QUALIFY ROW_NUMBER() OVER (PARTITION BY nhom_hang ORDER BY SUM(tri_gia_usd) DESC, nuoc) = 1",
    "WITH a AS (SELECT nuoc, SUM(luong) AS v FROM xnk GROUP BY nuoc) SELECT nuoc, v / SUM(v) OVER () * 100 FROM a",
    "WITH a AS (SELECT SUM(luong) AS v FROM xnk), b AS (SELECT SUM(luong) AS v FROM xnk) SELECT a.v, b.v FROM a, b",
    "WITH a AS (SELECT cuc, COUNT(*) AS n FROM to_khai GROUP BY cuc), b AS (SELECT n FROM a) SELECT MAX(n) FROM b",
    "WITH RECURSIVE a AS (SELECT nam FROM xnk) SELECT nam FROM a",
    "SELECT nuoc FROM xnk WHERE chieu = 'Xuất khẩu' EXCEPT SELECT nuoc FROM xnk WHERE chieu = 'Nhập khẩu'",
    "SELECT nuoc FROM xnk INTERSECT SELECT nuoc FROM xnk ORDER BY nuoc LIMIT 3",
    "SELECT 'Xuất' AS loai, SUM(luong) FROM xnk UNION ALL SELECT 'Nhập', SUM(luong) FROM xnk",
    "(SELECT nam FROM xnk LIMIT 3) UNION ALL (SELECT nam FROM to_khai LIMIT 3)",
    "SELECT nhom_hang FROM xnk WHERE tri_gia_usd > (SELECT AVG(tri_gia_usd) FROM xnk)",
    "SELECT cuc FROM to_khai t WHERE NOT EXISTS (SELECT 1 FROM xnk x WHERE x.cuc = t.cuc)",
    "SELECT cuc FROM to_khai WHERE cuc NOT IN (SELECT cuc FROM xnk WHERE cuc IS NOT NULL)",
    "SELECT t.cuc, COUNT(*) FROM to_khai t JOIN (SELECT DISTINCT cuc FROM xnk) x ON x.cuc = t.cuc GROUP BY t.cuc",
    "SELECT a.cuc FROM xnk a LEFT JOIN to_khai b ON a.cuc = b.cuc AND a.nam = b.nam + 1 WHERE b.cuc IS NULL",
    "SELECT a.cuc FROM xnk a, to_khai b WHERE a.cuc = b.cuc",
    "SELECT cuc FROM xnk JOIN to_khai USING (cuc)",
    "SELECT c.cuc, n.nam FROM (SELECT DISTINCT cuc FROM xnk) c CROSS JOIN (SELECT DISTINCT nam FROM xnk) n",
    "SELECT nhom_hang, SUM(luong) / t.s FROM xnk CROSS JOIN (SELECT SUM(luong) AS s FROM xnk) t GROUP BY 1, t.s",
    "SELECT SUM(luong) FROM xnk WHERE ngay >= DATE '2024-01-01' - INTERVAL 1 YEAR",
    "SELECT DATE_TRUNC('month', ngay) AS t, SUM(luong) FROM xnk GROUP BY t ORDER BY t",
    "SELECT EXTRACT(YEAR FROM ngay), YEAR(ngay), STRFTIME(ngay, '%m/%Y'), DATE_PART('week', ngay) FROM xnk",
    "SELECT DATE_DIFF('day', MIN(ngay), MAX(ngay)) FROM xnk",
    "SELECT ngay + INTERVAL '3' DAY, MAKE_DATE(nam, thang, 1), LAST_DAY(ngay) FROM xnk",
    "SELECT COUNT(*) FROM xnk WHERE nhom_hang ILIKE '%gạo%' OR ma_hs LIKE '10%'",
    "SELECT UPPER(cuc), SUBSTR(ma_hs, 1, 2), LPAD(thang::VARCHAR, 2, '0'), cuc || ' - ' || nuoc FROM xnk",
    "SELECT STRING_AGG(DISTINCT nuoc, ', ' ORDER BY nuoc) FROM xnk",
    "SELECT ROUND(SUM(tri_gia_usd) / 1e9, 2), ABS(-1), POWER(2, 3), GREATEST(1, 2), COALESCE(NULL, 1) FROM xnk",
    "SELECT nam, quy, SUM(luong) FROM xnk GROUP BY ROLLUP (nam, quy)",
    "SELECT cuc, ARG_MAX(nuoc, tri_gia_usd), STDDEV(luong), CORR(luong, tri_gia_usd) FROM xnk GROUP BY cuc",
    "SELECT CASE WHEN nam < 2020 THEN 'trước' ELSE 'sau' END AS giai_doan, COUNT(*) FROM xnk GROUP BY 1",
    "SELECT SUM(luong) AS a, SUM(tri_gia_usd) AS b, b / a AS don_gia FROM xnk",
    "SELECT x.nam FROM main.xnk AS x /* chú thích */ -- hết",
    "select NAM, Sum(Tri_Gia_Usd) from XNK group by NAM",
    "FROM xnk",
    "SELECT nam FROM xnk WHERE la_eu AND NOT (nuoc = 'Đức');",
]
