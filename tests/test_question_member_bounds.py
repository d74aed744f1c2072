"""Bounds on members that are counted, and on rows that are counted by group: each lies where it was said."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.types import Question

CASES = [
    # members within a bound in each step of the calendar
    (
        "Từng năm có bao nhiêu thị trường mua trên 3 tỷ USD hàng Việt Nam",
        "SELECT nam, COUNT(*) FROM (SELECT nam, nuoc FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY ALL "
        "HAVING SUM(tri_gia_usd) > 3e9) GROUP BY nam ORDER BY nam",
    ),
    (
        "Mỗi quý năm 2022 có mấy cục thu trên 2.000 tỷ đồng?",
        "SELECT quy, COUNT(*) FROM (SELECT quy, cuc FROM thu_nsnn WHERE nam = 2022 GROUP BY ALL "
        "HAVING SUM(so_tien) > 2e12) GROUP BY quy ORDER BY quy",
    ),
    (
        "Hằng năm có bao nhiêu doanh nghiệp nộp trên 200 tỷ",
        "SELECT nam, COUNT(*) FROM (SELECT nam, ma_so_thue FROM thu_nsnn GROUP BY ALL HAVING SUM(so_tien) > 2e11) "
        "GROUP BY nam ORDER BY nam",
    ),
    (
        "Số doanh nghiệp nợ trên 2 tỷ đồng theo quý năm 2023",
        "SELECT quy, COUNT(*) FROM (SELECT quy, ma_so_thue FROM no_thue WHERE nam = 2023 AND thang IN (3, 6, 9, 12) "
        "GROUP BY ALL HAVING SUM(so_no) > 2e9) GROUP BY quy ORDER BY quy",
    ),
    # in each part of another column, and the other way round: the parts are bounded
    (
        "Mỗi khu vực năm 2023 có bao nhiêu doanh nghiệp có từ 50 tờ khai trở lên",
        "SELECT khu_vuc, COUNT(*) AS v FROM (SELECT khu_vuc, ma_so_thue FROM to_khai WHERE nam = 2023 GROUP BY ALL "
        "HAVING COUNT(*) >= 50) GROUP BY khu_vuc ORDER BY v DESC",
    ),
    (
        "Số doanh nghiệp của các cục có trên 500 tờ khai năm 2022",
        "SELECT cuc, COUNT(DISTINCT ma_so_thue) AS v FROM to_khai WHERE nam = 2022 GROUP BY cuc HAVING COUNT(*) > 500 "
        "ORDER BY v DESC",
    ),
    (
        "Các khu vực thu trên 20.000 tỷ năm 2023 có bao nhiêu doanh nghiệp nộp thuế",
        "SELECT khu_vuc, COUNT(DISTINCT ma_so_thue) AS v FROM thu_nsnn WHERE nam = 2023 GROUP BY khu_vuc "
        "HAVING SUM(so_tien) > 2e13 ORDER BY v DESC",
    ),
    # their number on average, in two periods, and where it is largest
    (
        "Trung bình mỗi năm từ 2020 đến 2023 có bao nhiêu thị trường xuất khẩu trên 4 tỷ USD",
        "SELECT AVG(n) FROM (SELECT nam, COUNT(*) AS n FROM (SELECT nam, nuoc FROM xnk WHERE chieu = 'Xuất khẩu' AND "
        "nam BETWEEN 2020 AND 2023 GROUP BY ALL HAVING SUM(tri_gia_usd) > 4e9) GROUP BY nam)",
    ),
    (
        "Số thị trường nhập khẩu trên 2 tỷ USD năm 2023 so với năm 2022",
        "WITH m AS (SELECT nam, COUNT(*) AS n FROM (SELECT nam, nuoc FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY ALL "
        "HAVING SUM(tri_gia_usd) > 2e9) GROUP BY nam) SELECT a.n, b.n, 100.0 * (1.0 * a.n / b.n - 1) FROM m a, m b "
        "WHERE a.nam = 2023 AND b.nam = 2022",
    ),
    (
        "Quý nào năm 2023 có nhiều cục thu trên 3.000 tỷ đồng nhất",
        "SELECT quy, COUNT(*) AS v FROM (SELECT quy, cuc FROM thu_nsnn WHERE nam = 2023 GROUP BY ALL "
        "HAVING SUM(so_tien) > 3e12) GROUP BY quy ORDER BY v DESC LIMIT 1",
    ),
    (
        "Năm nào có nhiều thị trường nhất",
        "SELECT nam, COUNT(DISTINCT nuoc) AS v FROM xnk GROUP BY nam ORDER BY v DESC LIMIT 1",
    ),
    # rows that are counted by group, bounded themselves
    (
        "Số vụ phạt trên 40 triệu đồng theo khu vực năm 2023",
        "SELECT khu_vuc, COUNT(*) AS v FROM vi_pham WHERE nam = 2023 AND tien_phat > 4e7 GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Từng tháng năm 2022 có bao nhiêu tờ khai nhập khẩu trên 2 triệu USD",
        "SELECT thang, COUNT(*) FROM to_khai WHERE nam = 2022 AND chieu = 'Nhập khẩu' AND tri_gia_usd > 2e6 "
        "GROUP BY 1 ORDER BY 1",
    ),
    # the group keeps its bound where that stands behind its own name
    (
        "Những cục có trên 60 vụ vi phạm năm 2022",
        "SELECT cuc, COUNT(*) AS v FROM vi_pham WHERE nam = 2022 GROUP BY 1 HAVING v > 60 ORDER BY v DESC",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_a_bound_lies_on_what_it_was_said_of(
    question: str, expected: str, ask: Ask, database: duckdb.DuckDBPyConnection
) -> None:
    wanted = database.execute(expected).fetchall()
    assert wanted, "the query by hand finds nothing"
    assert same(ask(question), wanted)


@pytest.mark.parametrize(
    "question",
    [
        "Doanh nghiệp nào tháng nào cũng nợ thuế năm 2023",
        "Nước nào năm nào cũng xuất siêu giai đoạn 2020-2023",
    ],
)
def test_every_step_is_told_where_it_cannot_be_said(question: str, reader: Reader) -> None:
    reading = reader.read(Question(question))
    assert any("nào cũng" in s.text for s in reading.unread)
    assert reading.certainty < 0.9
