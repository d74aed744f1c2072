"""A whole and its members asked for in one question: both halves are answered, or the lost one is told."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.types import Question

XK = "xnk WHERE chieu = 'Xuất khẩu' AND nam = 2023"
CASES = [
    (
        "Xuất khẩu năm 2023 đạt bao nhiêu, thị trường nào đứng đầu?",
        f"SELECT nuoc, SUM(tri_gia_usd) AS v, (SELECT SUM(tri_gia_usd) FROM {XK}) FROM {XK} GROUP BY 1 "
        "ORDER BY v DESC LIMIT 1",
    ),
    (
        "Cục nào thu thấp nhất quý II/2023 và tổng số thu cả nước là bao nhiêu",
        "SELECT cuc, SUM(so_tien) AS v, (SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2023 AND quy = 2) "
        "FROM thu_nsnn WHERE nam = 2023 AND quy = 2 GROUP BY 1 ORDER BY v LIMIT 1",
    ),
    (
        "Năm 2022 có bao nhiêu vụ vi phạm, 3 cục nào nhiều nhất",
        "SELECT cuc, COUNT(*) AS v, (SELECT COUNT(*) FROM vi_pham WHERE nam = 2022) FROM vi_pham WHERE nam = 2022 "
        "GROUP BY 1 ORDER BY v DESC LIMIT 3",
    ),
    (
        "Tổng số tờ khai năm 2023 và tháng nhiều nhất",
        "SELECT thang, COUNT(*) AS v, (SELECT COUNT(*) FROM to_khai WHERE nam = 2023) FROM to_khai WHERE nam = 2023 "
        "GROUP BY 1 ORDER BY v DESC LIMIT 1",
    ),
    (
        "Nợ thuế theo khu vực cuối năm 2023, tổng cộng là bao nhiêu",
        "SELECT khu_vuc, SUM(so_no) AS v, (SELECT SUM(so_no) FROM no_thue WHERE ngay = '2023-12-31') FROM no_thue "
        "WHERE ngay = '2023-12-31' GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Năm 2023 ta xuất khẩu sang bao nhiêu nước, nước nào nhiều nhất",
        f"SELECT nuoc, SUM(tri_gia_usd) AS v, (SELECT COUNT(DISTINCT nuoc) FROM {XK}) FROM {XK} GROUP BY 1 "
        "ORDER BY v DESC LIMIT 1",
    ),
    # each member is asked for and the first of them: the whole list
    (
        "Mỗi tháng năm 2023 có bao nhiêu vụ vi phạm, tháng nào nhiều nhất",
        "SELECT thang, COUNT(*) AS v FROM vi_pham WHERE nam = 2023 GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Số thu từng quý năm 2022, quý nào thấp nhất",
        "SELECT quy, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2022 GROUP BY 1 ORDER BY v",
    ),
    # how much the first member has is no whole
    (
        "Cục nào thu cao nhất năm 2022, thu được bao nhiêu",
        "SELECT cuc, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC LIMIT 1",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_both_halves_are_answered(question: str, expected: str, ask: Ask, database: duckdb.DuckDBPyConnection) -> None:
    assert same(ask(question), database.execute(expected).fetchall())


@pytest.mark.parametrize(
    "question",
    [
        "Thời gian thông quan trung bình năm 2023 là bao nhiêu, cục nào lâu nhất?",
        "Nhập khẩu năm 2023 giảm bao nhiêu, mặt hàng nào giảm mạnh nhất",
        "Có bao nhiêu doanh nghiệp nợ trên 3 tỷ, khu vực nào nhiều nhất",
    ],
)
def test_the_half_that_is_lost_is_told(question: str, reader: Reader) -> None:
    reading = reader.read(Question(question))
    assert any(s.text == "bao nhiêu" for s in reading.unread)
    assert reading.certainty < 0.9
