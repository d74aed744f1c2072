"""What the result table is given to draw."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from ui_scripted import HOSTILE

from nl2sql.types import Column, Result
from ui import texts
from ui.components.table import MAX_SENT, table_data

RESULT = Result(
    (
        Column("ngay", "Ngày", "date", "", "time"),
        Column("nam", "Năm", "integer", "", "time"),
        Column("ten", "Tên hàng", "text"),
        Column("tien", "Số tiền", "number", "VND", "measure"),
    ),
    ((dt.date(2024, 3, 5), 2024, HOSTILE, Decimal("1234567.5")), (None, 2025, "Cà phê", None)),
    truncated=True,
)


def test_cells_are_shown_in_vietnamese_formats() -> None:
    first = table_data(RESULT)["rows"][0]
    assert first == ["05/03/2024", "2024", HOSTILE, "1.234.568"]


def test_raw_values_are_kept_for_sorting() -> None:
    assert table_data(RESULT)["keys"] == [["2024-03-05", 2024, HOSTILE, 1234567.5], [None, 2025, "Cà phê", None]]


def test_only_measures_stand_to_the_right_and_carry_a_unit() -> None:
    columns = table_data(RESULT)["columns"]
    assert [column["number"] for column in columns] == [False, False, False, True]
    assert [column["unit"] for column in columns] == ["", "", "", "đồng"]


def test_a_unit_that_the_label_has_is_not_said_twice() -> None:
    result = Result((Column("v", "Trị giá (USD)", "number", "USD", "measure"),), ((1.0,),))
    assert table_data(result)["columns"][0]["unit"] == ""


def test_a_table_cut_short_says_so_to_a_screen_reader() -> None:
    assert "còn nữa" in table_data(RESULT)["caption"]


def test_a_result_without_rows_is_drawn() -> None:
    assert table_data(Result(RESULT.columns, ()))["rows"] == []


def test_durations_are_said_as_people_say_them() -> None:
    assert [texts.seconds(value) for value in (0.01, 0.1, 12.34)] == ["chưa đến 0,1 giây", "0,1 giây", "12,3 giây"]


def test_of_two_hundred_thousand_rows_only_the_first_are_sent() -> None:
    result = Result((Column("n", "Số", "integer", "", "measure"),), tuple((n,) for n in range(200_000)))
    sent = table_data(result)
    assert len(sent["rows"]) == len(sent["keys"]) == MAX_SENT
    assert sent["rows"][-1] == [texts.grouped(MAX_SENT - 1)]
    assert sent["caption"].endswith("200.000 dòng")


def test_a_column_of_nothing_is_drawn() -> None:
    column = Column("tien", "Số tiền", "number", "VND", "measure")
    assert table_data(Result((column,), ((None,), (None,))))["keys"] == [[None], [None]]


def test_a_label_of_120_characters_stays_whole() -> None:
    label = "Tổng trị giá tính thuế " * 6
    assert (
        table_data(Result((Column("v", label[:120], "number", "", "measure"),), ((1.0,),)))["columns"][0]["label"]
        == label[:120]
    )
