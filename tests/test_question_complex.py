"""Comparisons of members with one another, multiples, parts of parts, newcomers and members chosen by a rank.

What is expected is a query written by hand; the composed one has to return the same rows.
"""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, asker, same
from demo_fixtures import warehouse as warehouse


@pytest.fixture(scope="module")
def ask(warehouse: duckdb.DuckDBPyConnection) -> Ask:
    return asker(warehouse)


CASES = {
    "Những cửa khẩu có kim ngạch nhập khẩu năm 2024 thấp hơn năm 2023": """
        WITH t AS (SELECT cua_khau, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2023, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY cua_khau)
        SELECT *, 100 * (a / b - 1) AS g FROM t WHERE b > 0 AND a < b ORDER BY g DESC""",
    "Tỉnh nào có số tờ khai quý II/2025 gấp rưỡi quý I/2025 trở lên?": """
        WITH t AS (SELECT tinh, count(*) FILTER (quy = 2) AS a, count(*) FILTER (quy = 1) AS b
                   FROM to_khai WHERE nam = 2025 GROUP BY tinh)
        SELECT *, 100.0 * (a / b - 1) AS g FROM t WHERE b > 0 AND a >= 1.5 * b ORDER BY g DESC""",
    "Nhóm hàng nào có trị giá xuất khẩu năm 2024 tăng hơn 2 lần so với năm 2020?": """
        WITH t AS (SELECT nhom_hang, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2020, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY nhom_hang)
        SELECT *, 100 * (a / b - 1) AS g FROM t WHERE b > 0 AND a > 2 * b ORDER BY g DESC""",
    "Tháng nào năm 2023 có số vụ vi phạm thấp hơn bình quân tháng?": """
        WITH t AS (SELECT thang, count(*) AS n FROM vi_pham WHERE nam = 2023 GROUP BY thang)
        SELECT * FROM t WHERE n < (SELECT avg(n) FROM t) ORDER BY thang""",
    "Cục nào có số vụ vi phạm năm 2024 nhiều hơn cục Lạng Sơn?": """
        WITH t AS (SELECT cuc, count(*) AS n FROM vi_pham WHERE nam = 2024 GROUP BY cuc)
        SELECT * FROM t WHERE n > (SELECT n FROM t WHERE cuc = 'Lạng Sơn') ORDER BY n DESC""",
    "Khu vực nào có tỷ lệ luồng đỏ thấp hơn khu vực III trong 9 tháng 2025?": """
        WITH t AS (SELECT khu_vuc, 100.0 * count(*) FILTER (phan_luong = 'Đỏ') / count(*) AS p
                   FROM to_khai WHERE nam = 2025 AND thang <= 9 GROUP BY khu_vuc)
        SELECT * FROM t WHERE p < (SELECT p FROM t WHERE khu_vuc = 'Khu vực III') ORDER BY p DESC""",
    "Cục nào có thời gian thông quan luồng vàng dài hơn mức trung bình toàn ngành năm 2024?": """
        WITH t AS (SELECT * FROM to_khai WHERE nam = 2024 AND phan_luong = 'Vàng')
        SELECT cuc, avg(gio_thong_quan) AS g FROM t GROUP BY cuc HAVING g > (SELECT avg(gio_thong_quan) FROM t)
        ORDER BY g DESC""",
    "Vụ buôn lậu bị khởi tố chiếm bao nhiêu phần trăm số vụ buôn lậu năm 2024?": """
        SELECT 100.0 * count(*) FILTER (hinh_thuc_xu_ly = 'Khởi tố') / count(*) FROM vi_pham
        WHERE nam = 2024 AND hanh_vi = 'Buôn lậu'""",
    "Cà phê xuất sang Đức chiếm mấy phần trăm tổng xuất khẩu sang nước này năm 2024?": """
        SELECT 100.0 * sum(tri_gia_usd) FILTER (nhom_hang = 'Cà phê') / sum(tri_gia_usd) FROM xnk
        WHERE nam = 2024 AND nuoc = 'Đức' AND chieu = 'Xuất khẩu'""",
    "Tỷ lệ nhập khẩu trên xuất khẩu với Thái Lan theo năm": """
        SELECT nam, 100.0 * sum(if(chieu = 'Nhập khẩu', tri_gia_usd, 0)) / sum(if(chieu = 'Xuất khẩu', tri_gia_usd, 0))
        FROM xnk WHERE nuoc = 'Thái Lan' GROUP BY nam ORDER BY nam""",
    "Xuất siêu sang Mỹ bằng bao nhiêu phần trăm kim ngạch xuất khẩu sang Mỹ năm 2024?": """
        WITH t AS (SELECT sum(tri_gia_usd) FILTER (chieu = 'Xuất khẩu') AS x,
                   sum(tri_gia_usd) FILTER (chieu = 'Nhập khẩu') AS n FROM xnk WHERE nam = 2024 AND nuoc = 'Hoa Kỳ')
        SELECT 100 * (x - n) / x FROM t""",
    "Tiền phạt bằng mấy phần trăm trị giá tang vật từng năm?": """
        SELECT nam, 100.0 * sum(tien_phat) / sum(tri_gia_tang_vat) FROM vi_pham GROUP BY nam ORDER BY nam""",
    "Cơ cấu xuất khẩu theo châu lục năm 2024 thay đổi ra sao so với năm 2019?": """
        WITH t AS (SELECT chau_luc, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2019, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Xuất khẩu' AND nam IN (2019, 2024) GROUP BY chau_luc),
             s AS (SELECT chau_luc, 100 * a / sum(a) OVER () AS p, 100 * b / sum(b) OVER () AS q FROM t)
        SELECT *, p - q FROM s ORDER BY p DESC""",
    "Trong mức tăng nhập khẩu năm 2024, Trung Quốc đóng góp bao nhiêu phần trăm?": """
        WITH t AS (SELECT nuoc, sum(if(nam = 2024, tri_gia_usd, 0)) - sum(if(nam = 2023, tri_gia_usd, 0)) AS d
                   FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY nuoc)
        SELECT 100 * sum(d) FILTER (nuoc = 'Trung Quốc') / sum(d) FROM t""",
    "Hai quý có số thu cao nhất năm 2024": """
        SELECT quy, sum(so_tien) AS s FROM thu_nsnn WHERE nam = 2024 GROUP BY quy ORDER BY s DESC LIMIT 2""",
    "Số vụ vi phạm và số tờ khai của từng khu vực 6 tháng đầu năm 2025": """
        SELECT v.khu_vuc, v.n, t.n FROM (SELECT khu_vuc, count(*) AS n FROM vi_pham WHERE nam = 2025 AND thang <= 6
          GROUP BY 1) v JOIN (SELECT khu_vuc, count(*) AS n FROM to_khai WHERE nam = 2025 AND thang <= 6 GROUP BY 1) t
          USING (khu_vuc) ORDER BY v.n DESC""",
    "Nhập khẩu 5 ngày đầu tháng 6/2025 so với cùng kỳ tháng trước": """
        WITH t AS (SELECT sum(tri_gia_usd) FILTER (ngay BETWEEN '2025-06-01' AND '2025-06-05') AS a,
                   sum(tri_gia_usd) FILTER (ngay BETWEEN '2025-05-01' AND '2025-05-05') AS b FROM xnk
                   WHERE chieu = 'Nhập khẩu') SELECT *, 100 * (a / b - 1) FROM t""",
    "Thị trường nào có nhập khẩu 2 tháng liên tiếp giảm tính đến tháng 8/2025?": """
        WITH t AS (SELECT nuoc, sum(tri_gia_usd) FILTER (thang = 6) AS a, sum(tri_gia_usd) FILTER (thang = 7) AS b,
                   sum(tri_gia_usd) FILTER (thang = 8) AS c FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2025
                   GROUP BY nuoc) SELECT nuoc FROM t WHERE c < b AND b < a ORDER BY nuoc""",
    "Thị trường mới xuất hiện trong xuất khẩu hạt tiêu năm 2024 so với năm 2023": """
        SELECT nuoc FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Hạt tiêu' GROUP BY nuoc
        HAVING count(*) FILTER (nam = 2024) > 0 AND count(*) FILTER (nam = 2023) = 0 ORDER BY nuoc""",
    "Bao nhiêu doanh nghiệp lần đầu nhập khẩu ô tô trong năm 2025?": """
        SELECT count(*) FROM (SELECT ma_so_thue FROM xnk WHERE chieu = 'Nhập khẩu'
          AND nhom_hang = 'Ô tô nguyên chiếc các loại' GROUP BY 1 HAVING min(nam) = 2025)""",
    "Doanh nghiệp nào đã ngừng xuất khẩu cao su trong năm 2025?": """
        SELECT doanh_nghiep FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Cao su' GROUP BY 1
        HAVING count(*) FILTER (nam = 2024) > 0 AND count(*) FILTER (nam = 2025) = 0 ORDER BY 1""",
    "Doanh nghiệp nào nhập khẩu bông năm 2023 nhưng không nhập trong năm 2024?": """
        SELECT doanh_nghiep FROM xnk WHERE chieu = 'Nhập khẩu' AND nhom_hang = 'Bông các loại' GROUP BY 1
        HAVING count(*) FILTER (nam = 2023) > 0 AND count(*) FILTER (nam = 2024) = 0 ORDER BY 1""",
    "Trong số 5 mặt hàng nhập khẩu lớn nhất năm 2023, mặt hàng nào giảm trong năm 2024 so với cùng kỳ?": """
        WITH t AS (SELECT nhom_hang, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2023, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY nhom_hang ORDER BY b DESC LIMIT 5)
        SELECT *, 100 * (a / b - 1) AS g FROM t WHERE a < b ORDER BY g DESC""",
    "Tháng nào trong năm 2024 xuất khẩu giảm so với tháng trước?": """
        WITH t AS (SELECT nam, thang, sum(tri_gia_usd) AS s FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY ALL),
             g AS (SELECT *, 100 * (s / lag(s) OVER (ORDER BY nam, thang) - 1) AS g FROM t)
        SELECT thang, s, g FROM g WHERE nam = 2024 AND g < 0 ORDER BY thang""",
    "Có bao nhiêu quý từ năm 2021 đến năm 2024 số tờ khai tăng so với quý trước?": """
        WITH t AS (SELECT nam, quy, count(*) AS s FROM to_khai GROUP BY ALL),
             g AS (SELECT *, s > lag(s) OVER (ORDER BY nam, quy) AS g FROM t)
        SELECT count(*) FROM g WHERE nam BETWEEN 2021 AND 2024 AND g""",
    "Năm nào xuất khẩu tăng trưởng âm?": """
        WITH t AS (SELECT nam, sum(tri_gia_usd) AS s FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY nam),
             g AS (SELECT *, 100 * (s / lag(s) OVER (ORDER BY nam) - 1) AS g FROM t)
        SELECT * FROM g WHERE g < 0 AND nam < 2025 ORDER BY nam""",
    "Quý gần nhất mà nhập khẩu giảm so với quý trước là quý nào?": """
        WITH t AS (SELECT nam, quy, sum(tri_gia_usd) AS s FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY ALL),
             g AS (SELECT *, 100 * (s / lag(s) OVER (ORDER BY nam, quy) - 1) AS g FROM t)
        SELECT * FROM g WHERE g < 0 AND (nam, quy) < (2025, 4) ORDER BY nam DESC, quy DESC LIMIT 1""",
    "Tháng nào năm 2023 số thu cao hơn 10% so với bình quân 6 tháng trước?": """
        WITH t AS (SELECT nam, thang, sum(so_tien) AS s FROM thu_nsnn GROUP BY ALL),
             g AS (SELECT *, avg(s) OVER (ORDER BY nam, thang ROWS BETWEEN 6 PRECEDING AND 1 PRECEDING) AS b FROM t)
        SELECT thang, s, b, 100 * (s / b - 1) FROM g WHERE nam = 2023 AND s > 1.1 * b ORDER BY thang""",
    "Tháng 8/2025 nhập khẩu bông cao hơn bình quân 3 tháng trước đó bao nhiêu phần trăm?": """
        WITH t AS (SELECT thang, sum(tri_gia_usd) AS s FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2025
                   AND nhom_hang = 'Bông các loại' AND thang BETWEEN 5 AND 8 GROUP BY thang),
             b AS (SELECT avg(s) AS b FROM t WHERE thang < 8)
        SELECT thang, s, b, 100 * (s / b - 1) FROM t, b WHERE thang = 8""",
    "Cục nào có số thu năm 2024 thấp hơn trên 5% so với năm 2023?": """
        WITH t AS (SELECT cuc, sum(if(nam = 2024, so_tien, 0)) AS a, sum(if(nam = 2023, so_tien, 0)) AS b
                   FROM thu_nsnn GROUP BY cuc)
        SELECT *, 100 * (a / b - 1) AS g FROM t WHERE b > 0 AND a < 0.95 * b ORDER BY g DESC""",
    "Số vụ vi phạm bình quân một tháng năm 2024 so với năm 2023": """
        WITH t AS (SELECT count(*) FILTER (nam = 2024) / 12.0 AS a, count(*) FILTER (nam = 2023) / 12.0 AS b
                   FROM vi_pham)
        SELECT *, 100 * (a / b - 1) FROM t""",
    "Số thu thuế xuất khẩu bằng bao nhiêu phần trăm số thu thuế tiêu thụ đặc biệt năm 2023?": """
        SELECT 100.0 * sum(if(loai_thue = 'Thuế xuất khẩu', so_tien, 0)) / sum(if(loai_thue = 'Thuế TTĐB', so_tien, 0))
        FROM thu_nsnn WHERE nam = 2023""",
    "Nhập khẩu từ Hàn Quốc bằng bao nhiêu phần trăm nhập khẩu từ ASEAN năm 2023?": """
        SELECT 100.0 * sum(tri_gia_usd) FILTER (nuoc = 'Hàn Quốc') / sum(tri_gia_usd) FILTER (la_asean) FROM xnk
        WHERE nam = 2023 AND chieu = 'Nhập khẩu'""",
    "Tỷ lệ hồ sơ một cửa bị từ chối của Bộ Y tế gấp mấy lần Bộ Công Thương năm 2024?": """
        WITH t AS (SELECT bo_nganh, 100.0 * count(*) FILTER (trang_thai = 'Từ chối') / count(*) AS p FROM nsw_ho_so
                   WHERE nam = 2024 GROUP BY bo_nganh)
        SELECT y.p, c.p, y.p / c.p FROM t y, t c WHERE y.bo_nganh = 'Bộ Y tế' AND c.bo_nganh = 'Bộ Công Thương'""",
    "Khu vực nào dẫn đầu về số thu trong từng quý năm 2023?": """
        SELECT quy, khu_vuc, s FROM (SELECT quy, khu_vuc, sum(so_tien) AS s,
          rank() OVER (PARTITION BY quy ORDER BY sum(so_tien) DESC) AS r FROM thu_nsnn WHERE nam = 2023 GROUP BY 1, 2)
        WHERE r = 1 ORDER BY quy""",
    "4 tỉnh có nhiều tờ khai nhất và 4 tỉnh có ít tờ khai nhất năm 2024": """
        SELECT tinh, n FROM (SELECT tinh, count(*) AS n, rank() OVER (ORDER BY count(*) DESC) AS a,
          rank() OVER (ORDER BY count(*)) AS b FROM to_khai WHERE nam = 2024 GROUP BY 1) WHERE a <= 4 OR b <= 4
        ORDER BY n DESC""",
    "Tốc độ tăng trưởng xuất khẩu bình quân giai đoạn 2019-2024 của 3 thị trường lớn nhất": """
        WITH t AS (SELECT nuoc, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2019, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY nuoc ORDER BY a DESC LIMIT 3)
        SELECT nuoc, 100 * (pow(a / b, 1 / 5) - 1) FROM t ORDER BY a DESC""",
    "3 mặt hàng lớn nhất chiếm bao nhiêu phần trăm kim ngạch xuất khẩu từng năm 2022-2024?": """
        SELECT nam, 100 * sum(s) FILTER (r <= 3) / sum(s) FROM (SELECT nam, sum(tri_gia_usd) AS s,
          row_number() OVER (PARTITION BY nam ORDER BY sum(tri_gia_usd) DESC) AS r FROM xnk
          WHERE chieu = 'Xuất khẩu' AND nam BETWEEN 2022 AND 2024 GROUP BY nam, nhom_hang) GROUP BY nam ORDER BY nam""",
    "Doanh nghiệp nào xuất khẩu mà không nhập khẩu trong năm 2023, top 5 theo kim ngạch": """
        SELECT doanh_nghiep, sum(tri_gia_usd) AS s FROM xnk WHERE nam = 2023 GROUP BY 1
        HAVING count(*) FILTER (chieu = 'Nhập khẩu') = 0 ORDER BY s DESC LIMIT 5""",
    "Doanh nghiệp nào nhập khẩu từ cả Nga, Ấn Độ và Lào trong năm 2024?": """
        SELECT doanh_nghiep FROM xnk WHERE nam = 2024 AND chieu = 'Nhập khẩu' AND nuoc IN ('Nga', 'Ấn Độ', 'Lào')
        GROUP BY 1 HAVING count(DISTINCT nuoc) = 3 ORDER BY 1""",
    "Mặt hàng nào chiếm dưới 1% xuất khẩu năm 2024 nhưng tăng trưởng trên 20%?": """
        WITH t AS (SELECT nhom_hang, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2023, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY 1)
        SELECT *, 100 * (a / b - 1) AS g FROM t WHERE a < 0.01 * (SELECT sum(a) FROM t) AND a > 1.2 * b
        ORDER BY g DESC""",
    "Cục nào hụt dự toán trên 5% năm 2022?": """
        SELECT cuc, sum(so_thu) - sum(du_toan) AS d FROM tien_do_thu WHERE nam = 2022 GROUP BY cuc
        HAVING sum(so_thu) < 0.95 * sum(du_toan) ORDER BY d""",
    "Thị trường xuất khẩu nào trên 5 tỷ USD và tăng hai con số trong năm 2024?": """
        WITH t AS (SELECT nuoc, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2023, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY nuoc)
        SELECT *, 100 * (a / b - 1) AS g FROM t WHERE a > 5e9 AND a >= 1.1 * b ORDER BY g DESC""",
    "Đến tháng nào năm 2024 lũy kế số thu vượt 200 nghìn tỷ đồng?": """
        SELECT * FROM (SELECT thang, sum(so_tien) AS s, sum(sum(so_tien)) OVER (ORDER BY thang) AS l FROM thu_nsnn
                       WHERE nam = 2024 GROUP BY thang) WHERE l > 2e14 ORDER BY thang""",
    "Tỉnh có tốc độ tăng nhập khẩu cao nhất và thấp nhất năm 2024 so với năm 2023": """
        WITH t AS (SELECT tinh, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2023, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY tinh), g AS (SELECT *, 100 * (a / b - 1) AS g FROM t)
        SELECT * FROM g WHERE g IN ((SELECT max(g) FROM g), (SELECT min(g) FROM g)) ORDER BY g DESC""",
    "Nhập khẩu 9 tháng 2025 bằng bao nhiêu phần trăm cả năm 2024?": """
        WITH t AS (SELECT sum(tri_gia_usd) FILTER (nam = 2025 AND thang <= 9) AS a,
                   sum(tri_gia_usd) FILTER (nam = 2024) AS b FROM xnk WHERE chieu = 'Nhập khẩu')
        SELECT *, 100 * a / b FROM t""",
    "Số tờ khai luồng vàng trên tổng số tờ khai của từng khu vực năm 2024": """
        SELECT khu_vuc, 100.0 * count(*) FILTER (phan_luong = 'Vàng') / count(*) AS p FROM to_khai WHERE nam = 2024
        GROUP BY khu_vuc ORDER BY p DESC""",
    "Mặt hàng nào trong top 15 nhập khẩu năm 2023 có mức giảm sâu nhất năm 2024 so với năm 2023?": """
        WITH t AS (SELECT nhom_hang, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2023, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY nhom_hang ORDER BY b DESC LIMIT 15)
        SELECT *, 100 * (a / b - 1) AS g FROM t ORDER BY g LIMIT 1""",
    "Mặt hàng nào đóng góp nhiều nhất vào tăng trưởng xuất khẩu năm 2024, mấy điểm phần trăm?": """
        WITH t AS (SELECT nhom_hang, sum(if(nam = 2024, tri_gia_usd, 0)) AS a, sum(if(nam = 2023, tri_gia_usd, 0)) AS b
                   FROM xnk WHERE chieu = 'Xuất khẩu' AND nam IN (2023, 2024) GROUP BY nhom_hang)
        SELECT nhom_hang, a, b, a - b, 100 * (a - b) / sum(b) OVER () AS p FROM t ORDER BY p DESC LIMIT 1""",
}


@pytest.mark.parametrize("question", CASES)
def test_rows_are_those_of_a_query_by_hand(question: str, ask: Ask, warehouse: duckdb.DuckDBPyConnection) -> None:
    found, wanted = ask(question), warehouse.execute(CASES[question]).fetchall()
    assert same(found, wanted), (found[:5], wanted[:5])
