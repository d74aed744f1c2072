"""The chips that say a reading back."""

from __future__ import annotations

import datetime as dt

import pytest
from ui_scripted import EXPORT, HOSTILE, METRIC, OPEN_YEAR, YEAR

from nl2sql.types import (
    Comparison,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    Share,
    Span,
    Threshold,
    Window,
)
from ui.reading import chips, reading_html


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(chip.kind, chip.text) for chip in chips(reading)]


def test_every_part_is_said_in_order() -> None:
    reading = Reading(
        "",
        metrics=(METRIC,),
        periods=(OPEN_YEAR,),
        comparison=Comparison("same_period", Period(dt.date(2024, 1, 1), dt.date(2024, 10, 31), "year", "năm 2024")),
        filters=(EXPORT, FilterMatch("nuoc <> 'Mỹ'", "nuoc", ("Mỹ",), "Nước đối tác: Mỹ", negated=True)),
        groups=(GroupMatch("thang", "Tháng", "month"),),
        ranking=Ranking(5, descending=False),
        share=Share("phan_luong = 'Đỏ'", "Luồng đỏ"),
        unread=(Span(0, 2, "ạ"),),
    )
    assert said(reading) == [
        ("Chỉ tiêu", "Kim ngạch"),
        ("Kỳ", "năm 2025 · chưa hết kỳ"),
        ("So với", "năm 2024"),
        ("Chiều", "Xuất khẩu"),
        ("Nước đối tác (trừ)", "Mỹ"),
        ("Tỷ trọng", "Luồng đỏ"),
        ("Theo", "Tháng"),
        ("Xếp hạng", "5 nhỏ nhất"),
        ("Chưa hiểu", "ạ"),
    ]


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (Threshold("kim_ngach", ">=", 1_234_567.5), "Kim ngạch ≥ 1.234.567,5"),
        (Threshold("kim_ngach", "between", 10, 20), "Kim ngạch từ 10 đến 20"),
        (Threshold("kim_ngach", "<", 0.25), "Kim ngạch < 0,25"),
        (Threshold("kim_ngach", ">", 10, on_change=True), "thay đổi của Kim ngạch (%) > 10"),
        (Threshold("so_to_khai", ">", 100), "so_to_khai > 100"),
    ],
)
def test_a_bound_is_said_with_vietnamese_numbers(threshold: Threshold, expected: str) -> None:
    assert said(Reading("", metrics=(METRIC,), thresholds=(threshold,)))[-1] == ("Mức", expected)


def test_running_calculations_are_named() -> None:
    assert said(Reading("", window=Window("cumulative"))) == [("Cách cộng", "lũy kế")]
    assert said(Reading("", window=Window("moving_average", 3))) == [("Cách cộng", "trung bình trượt 3 kỳ")]


def test_a_metric_that_nobody_named_is_marked() -> None:
    (chip,) = chips(Reading("", metrics=(MetricMatch("m", "SUM(x)", "Kim ngạch", "USD", assumed=True),)))
    assert chip.tone == "assumed"
    assert chip.note


def test_a_period_says_its_days_on_hover() -> None:
    (chip,) = chips(Reading("", periods=(YEAR,)))
    assert chip.note == "từ 01/01/2024 đến 31/12/2024"


def test_markup_is_shown_and_not_run() -> None:
    html = reading_html(Reading("", metrics=(MetricMatch("m", "", HOSTILE, ""),)))
    assert "<img" not in html
    assert "&lt;img" in html


def test_nothing_recognised_says_nothing() -> None:
    assert reading_html(Reading("xin chào")) == ""
