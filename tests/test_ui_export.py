"""Files for spreadsheets, opened again and read."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from ui_scripted import ranking

from nl2sql.types import Answer, Column, Result, Status
from ui.export import csv_bytes, file_name, xlsx_bytes

COLUMNS = (
    Column("ngay", "Ngày", "date", "", "time"),
    Column("nam", "Năm", "integer", "", "time"),
    Column("ten", "Tên hàng", "text"),
    Column("tri_gia", "Trị giá", "number", "USD", "measure"),
    Column("dung", "Đã thông quan", "boolean"),
)
ROWS = (
    (dt.date(2024, 3, 5), 2024, "Cà phê", Decimal("1234567.25"), True),
    (None, 2025, "=1+1", -0.5, False),
    (dt.date(2025, 1, 2), 2025, "@SUM(A1)", float("nan"), None),
)


def answer(result: Result) -> Answer:
    return Answer(
        status=Status.ANSWERED,
        question="=cmd|' /C calc'!A0",
        result=result,
        headline="Đạt 1,2 triệu USD.",
        sql="SELECT 1",
        data_as_of=dt.date(2025, 10, 31),
    )


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


def test_csv_is_what_a_vietnamese_excel_reads() -> None:
    data = csv_bytes(Result(COLUMNS, ROWS))
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(data) == [
        ["Ngày", "Năm", "Tên hàng", "Trị giá (USD)", "Đã thông quan"],
        ["05/03/2024", "2024", "Cà phê", "1234567,25", "Có"],
        ["", "2025", "'=1+1", "-0,5", "Không"],
        ["02/01/2025", "2025", "'@SUM(A1)", "", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A", "\tx", "\rx"])
def test_text_that_looks_like_a_formula_stays_text_in_csv(text: str) -> None:
    rows = read_csv(csv_bytes(Result((Column("a", text, "text"),), ((text,),))))
    assert rows[0][0][0] == "'"
    assert rows[1][0][0] == "'"


def test_excel_holds_real_numbers_dates_and_text() -> None:
    figures = sheets(xlsx_bytes(answer(Result(COLUMNS, ROWS)), synthetic=True))["Số liệu"]
    assert figures[0] == ["Ngày", "Năm", "Tên hàng", "Trị giá (USD)", "Đã thông quan"]
    assert figures[1][0].date() == dt.date(2024, 3, 5)
    assert figures[1][1:] == [2024, "Cà phê", 1234567.25, "Có"]
    assert figures[2] == [None, 2025, "=1+1", -0.5, "Không"]
    assert figures[3][3:] == [None, None]


def test_excel_is_the_same_in_every_locale() -> None:
    """Nothing is written as a text that looks like a number or a date; formats are the ones that Excel translates."""
    stamp = dt.datetime(2024, 3, 5, 14, 30, tzinfo=dt.UTC)
    columns = (
        Column("luc", "Lúc", "timestamp", "", "time"),
        Column("ngay", "Ngày", "date", "", "time"),
        Column("vnd", "Số thu", "integer", "VND", "measure"),
        Column("ty_le", "Tỷ lệ", "number", "%", "measure"),
    )
    rows = ((stamp, dt.date(1899, 12, 31), 425_999_999_999_983, -12.345), (None, dt.date(2024, 2, 29), 0, 1e-7))
    sheet = load_workbook(io.BytesIO(xlsx_bytes(answer(Result(columns, rows)), synthetic=False)))["Số liệu"]
    first, second = list(sheet.iter_rows(min_row=2))
    assert [cell.data_type for cell in first] == ["d", "d", "n", "n"]
    assert first[0].value == stamp.replace(tzinfo=None)
    assert second[1].value == dt.datetime(2024, 2, 29)  # noqa: DTZ001 - a workbook knows no zones
    assert [cell.value for cell in first[2:]] == [425_999_999_999_983, -12.345]
    assert [cell.value for cell in second[2:]] == [0, 1e-7]
    assert [cell.number_format for cell in first] == ["dd/mm/yyyy hh:mm", "dd/mm/yyyy", "#,##0", "#,##0.00"]


@pytest.mark.parametrize(
    "text", ["=1+1", "@A1", "  hai đầu  ", "hai\ndòng", '<b>&amp;</b> "ngoặc"', "]]>", "0123", "1/2"]
)
def test_text_comes_back_as_it_was(text: str) -> None:
    result = Result((Column("a", "A", "text"),), ((text,),))
    cell = load_workbook(io.BytesIO(xlsx_bytes(answer(result), synthetic=False)))["Số liệu"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix is text.startswith(("=", "@"))


def test_two_hundred_thousand_rows_are_all_in_the_workbook() -> None:
    columns = (Column("ten", "Tên", "text"), Column("v", "Trị giá", "number", "USD", "measure"))
    many = Result(columns, tuple((f"Hàng {n}", n / 4) for n in range(200_000)))
    book = load_workbook(io.BytesIO(xlsx_bytes(answer(many), synthetic=False)), read_only=True)
    total, last = 0.0, ("", 0.0)
    for row in book["Số liệu"].iter_rows(min_row=2, values_only=True):
        last = (str(row[0]), float(str(row[1])))
        total += last[1]
    assert last == ("Hàng 199999", 199_999 / 4)
    assert total == sum(range(200_000)) / 4


def test_excel_has_no_formula_anywhere() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes(answer(Result(COLUMNS, ROWS)), synthetic=True)))
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_excel_formats_measures_but_not_years() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(answer(Result(COLUMNS, ROWS)), synthetic=True)))["Số liệu"]
    assert sheet["B2"].number_format == "General"
    assert sheet["D2"].number_format == "#,##0.00"
    assert sheet["A2"].number_format == "dd/mm/yyyy"


def test_the_second_sheet_says_where_the_figures_come_from() -> None:
    facts = {row[0]: row[1] for row in sheets(xlsx_bytes(answer(Result(COLUMNS, ROWS)), synthetic=True))["Nguồn"]}
    assert facts["Câu hỏi"] == "=cmd|' /C calc'!A0"
    assert facts["SQL"] == "SELECT 1"
    assert facts["Dữ liệu đến"] == "31/10/2025"
    assert "mô phỏng" in facts["Lưu ý"]


def test_a_warehouse_of_real_data_is_not_called_simulated() -> None:
    facts = sheets(xlsx_bytes(answer(Result(COLUMNS, ROWS)), synthetic=False))["Nguồn"]
    assert "Lưu ý" not in {row[0] for row in facts}


def test_a_result_cut_short_says_so() -> None:
    figures = sheets(xlsx_bytes(ranking("10 thị trường"), synthetic=True))["Số liệu"]
    assert "còn nữa" in figures[-1][0]


def test_odd_text_does_not_break_the_workbook() -> None:
    result = Result((Column("a", "A", "text"),), (("a\x00b",), ("x" * 40_000,), ("😀",)))
    figures = sheets(xlsx_bytes(answer(result), synthetic=False))["Số liệu"]
    assert figures[1] == ["ab"]
    assert len(figures[2][0]) == 32_767
    assert figures[3] == ["😀"]


def test_file_names_are_ascii() -> None:
    assert file_name(answer(Result((), ())), "csv") == "hoikho-20251031.csv"
