"""Bounds on how long something has lasted, parts of the country that no office is told by, and what was never done."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.types import Question

CASES = [
    # days lie on each debt, whatever is asked of the debts that are kept
    (
        "Tổng nợ quá hạn trên 120 ngày của các doanh nghiệp FDI cuối tháng 3/2023",
        "SELECT SUM(so_no) FROM no_thue WHERE so_ngay_qua_han > 120 AND khu_vuc_kinh_te = 'FDI' "
        "AND nam = 2023 AND thang = 3",
    ),
    (
        "Doanh nghiệp nào nợ quá 200 ngày và trên 3 tỷ đồng tính đến cuối tháng 5/2023",
        "SELECT doanh_nghiep, SUM(so_no) AS v FROM no_thue WHERE so_ngay_qua_han > 200 AND nam = 2023 AND thang = 5 "
        "GROUP BY 1 HAVING v > 3e9 ORDER BY v DESC",
    ),
    (
        "Cuối năm 2022 bao nhiêu doanh nghiệp nợ quá hạn trên 150 ngày",
        "SELECT COUNT(DISTINCT ma_so_thue) FROM no_thue WHERE so_ngay_qua_han > 150 AND nam = 2022 AND thang = 12",
    ),
    (
        "Nợ quá hạn trên 1 năm theo cục cuối năm 2022",
        "SELECT cuc, SUM(so_no) AS v FROM no_thue WHERE so_ngay_qua_han > 365 AND nam = 2022 AND thang = 12 "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Nợ quá hạn trên 4 tháng cuối năm 2022 là bao nhiêu",
        "SELECT SUM(so_no) FROM no_thue WHERE so_ngay_qua_han > 120 AND nam = 2022 AND thang = 12",
    ),
    # the days before "cuối" are no last days of the period
    (
        "Nợ quá hạn dưới 20 ngày cuối quý I/2023",
        "SELECT SUM(so_no) FROM no_thue WHERE so_ngay_qua_han < 20 AND nam = 2023 AND thang = 3",
    ),
    (
        "Nợ quá hạn từ 30 đến 60 ngày cuối quý III/2022 bao nhiêu tiền",
        "SELECT SUM(so_no) FROM no_thue WHERE so_ngay_qua_han BETWEEN 30 AND 60 AND nam = 2022 AND thang = 9",
    ),
    # but they are where nothing bounds them
    (
        "Thu ngân sách 5 ngày cuối tháng 4/2023",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE ngay BETWEEN DATE '2023-04-26' AND DATE '2023-04-30'",
    ),
    (
        "Thu ngân sách 3 tháng cuối năm 2022",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2022 AND thang BETWEEN 10 AND 12",
    ),
    # a mean that is named keeps its bound
    (
        "Cục nào có số ngày quá hạn bình quân trên 60 ngày cuối năm 2022",
        "SELECT cuc, AVG(so_ngay_qua_han) AS v FROM no_thue WHERE nam = 2022 AND thang = 12 GROUP BY 1 "
        "HAVING v > 60 ORDER BY v DESC",
    ),
    # a noun of money is no unit of its own
    (
        "Có mấy doanh nghiệp nộp từ 10 đến 30 tỷ tiền thuế năm 2022",
        "SELECT COUNT(*) FROM (SELECT ma_so_thue FROM thu_nsnn WHERE nam = 2022 GROUP BY 1 "
        "HAVING SUM(so_tien) BETWEEN 10e9 AND 30e9)",
    ),
    # who has not done a thing
    (
        "Cục nào chưa ra quyết định giảm thuế nào trong tháng 2/2023",
        "SELECT DISTINCT cuc FROM to_khai EXCEPT SELECT cuc FROM hoan_thue WHERE hinh_thuc = 'Giảm thuế' "
        "AND nam = 2023 AND thang = 2 ORDER BY 1",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_lengths_lie_on_what_has_lasted(
    question: str, expected: str, ask: Ask, database: duckdb.DuckDBPyConnection
) -> None:
    wanted = database.execute(expected).fetchall()
    assert wanted and wanted[0][0] is not None, "the query by hand finds nothing"
    assert same(ask(question), wanted)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Tiền chậm nộp của các chi cục phía Nam năm 2023", "phía Nam"),
        ("Nợ khó thu các cục phía Bắc cuối năm 2022", "phía Bắc"),
        ("Số thu của các cục miền Nam năm 2022", "miền Nam"),
        ("Số cuộc hậu kiểm ở Tây Nguyên năm 2023", "Tây Nguyên"),
    ],
)
def test_parts_of_the_country_are_shown_as_not_understood(question: str, part: str, reader: Reader) -> None:
    reading = reader.read(Question(question))
    assert any(part in s.text for s in reading.unread)
    assert reading.certainty < 0.9


@pytest.mark.parametrize(
    "question",
    [
        "Xuất khẩu sang Đông Nam Á năm 2023",
        "Số thu của cục Quảng Nam năm 2023",
        "so thue duoc mien nam 2023",
        "Thu ngân sách của cục Tây Ninh năm 2023",
    ],
)
def test_names_that_hold_a_direction_stay_names(question: str, reader: Reader) -> None:
    assert not reader.read(Question(question)).unread
