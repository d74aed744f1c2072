"""Vietnamese numbers, units, dates, periods."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nl2sql.answer.format import (
    axis_scale,
    change_words,
    format_amount,
    format_number,
    format_value,
    period_name,
    short_period,
    signed,
)
from nl2sql.types import Column


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234567, "1.234.567"),
        (-1234, "-1.234"),
        (1234.5, "1.234,5"),
        (1234567.89, "1.234.568"),
        (0.5, "0,5"),
        (-0.001, "-0,001"),
        (0.00012345, "0,00012"),
        (2.0, "2"),
        (Decimal("12.340"), "12,34"),
        (float("nan"), "không có"),
        (-0.0, "0"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (190_123_456_789, "USD", "190,1 tỷ USD"),
        (1_500_000_000, "USD", "1,5 tỷ USD"),
        (2_345_678, "USD", "2,35 triệu USD"),
        (999, "USD", "999 USD"),
        (-5_000_000_000, "USD", "-5 tỷ USD"),
        (425_300_000_000_000, "VND", "425,3 nghìn tỷ đồng"),
        (15_200_000_000, "VND", "15,2 tỷ đồng"),
        (3_000_000, "VND", "3 triệu đồng"),
        (20_000, "VND", "20.000 đồng"),
        (12.345, "%", "12,35%"),
        (1.5, "điểm %", "1,5 điểm %"),
        (1_234_567, "tờ khai", "1.234.567 tờ khai"),
        (12.5, "giờ", "12,5 giờ"),
        (1234.5, "tấn", "1.234,5 tấn"),
        (7, "", "7"),
        (None, "USD", "không có"),
    ],
)
def test_amounts(value: float | None, unit: str, text: str) -> None:
    assert format_amount(value, unit) == text


def test_changes() -> None:
    assert signed(1_200_000_000, "USD") == "+1,2 tỷ USD"
    assert signed(-3.5, "%") == "-3,5%"
    assert change_words(-2.5, "điểm %") == "giảm 2,5 điểm %"
    assert change_words(0, "USD") == "không đổi"


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (None, Column("a", "A", "integer", role="measure"), "không có"),
        (2025, Column("nam", "Năm", "integer", role="time"), "2025"),
        (300001459880, Column("so", "Số", "integer", role="id"), "300001459880"),
        (1234567.89, Column("v", "V", "number", "USD", "measure"), "1.234.568"),
        (12.345, Column("v", "V", "number", "%", "measure"), "12,35"),
        (dt.date(2025, 3, 2), Column("d", "D", "date", role="time"), "02/03/2025"),
        (dt.datetime(2025, 3, 2, 7, 5), Column("d", "D", "timestamp", role="time"), "02/03/2025 07:05"),  # noqa: DTZ001
        (True, Column("b", "B", "boolean"), "Có"),
        ("Hải Phòng", Column("c", "C", "text"), "Hải Phòng"),
    ],
)
def test_cells(value: object, column: Column, text: str) -> None:
    assert format_value(value, column) == text


def test_periods() -> None:
    assert period_name("month", 2025, 3) == "Tháng 3/2025"
    assert period_name("quarter", 2025, 2) == "Quý II/2025"
    assert period_name("year", 2025) == "Năm 2025"
    assert period_name("month", None, 3) == "Tháng 3"
    assert short_period("month", 2025, 3) == "T3/2025"
    assert short_period("quarter", 2025, 4) == "Quý IV/2025"


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ([1e9, 2e11], "USD", (1e9, "tỷ USD")),
        ([5e12], "VND", (1e12, "nghìn tỷ đồng")),
        ([5e7], "tờ khai", (1e6, "triệu tờ khai")),
        ([5e5], "tờ khai", (1.0, "tờ khai")),
        ([99.0], "%", (1.0, "%")),
        ([], "USD", (1.0, "USD")),
    ],
)
def test_axis_scale(values: list[float], unit: str, expected: tuple[float, str]) -> None:
    assert axis_scale(values, unit) == expected


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_integers_keep_every_digit(value: int) -> None:
    assert int(format_number(value).replace(".", "")) == value
