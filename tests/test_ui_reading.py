"""The chips that say a reading back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ui_scripted import EXPORT, HOSTILE, METRIC, OPEN_YEAR, YEAR, catalogue

from nl2sql.types import (
    Beside,
    Comparison,
    Contrast,
    Derived,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    SetTerm,
    Share,
    Span,
    Threshold,
    Window,
)
from ui.components.chips import chips_data, chosen
from ui.reading import chips


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(chip.kind, chip.text) for chip in chips(reading)]


def test_every_part_is_said_in_order() -> None:
    reading = Reading(
        "",
        metrics=(METRIC,),
        periods=(OPEN_YEAR,),
        comparison=Comparison("same_period", Period(dt.date(2024, 1, 1), dt.date(2024, 10, 31), "year", "năm 2024")),
        filters=(EXPORT, FilterMatch("nuoc <> 'Mỹ'", "nuoc", ("Mỹ",), "Nước đối tác: không phải Mỹ", negated=True)),
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
        (Threshold("kim_ngach", ">=", 1_234_567.5), "Kim ngạch ≥ 1.234.567,5 USD"),
        (Threshold("kim_ngach", "between", 10, 20), "Kim ngạch từ 10 USD đến 20 USD"),
        (Threshold("kim_ngach", "<", 0.25), "Kim ngạch < 0,25 USD"),
        (Threshold("kim_ngach", ">", 10, on_change=True), "thay đổi của Kim ngạch (%) > 10"),
        (Threshold("so_to_khai", ">", 100), "so_to_khai > 100"),
        (Threshold("kim_ngach", ">", 5e9), "Kim ngạch > 5 tỷ USD"),
        (Threshold("kim_ngach", ">", 0, against="mean"), "Kim ngạch > mức bình quân"),
    ],
)
def test_a_bound_is_said_with_vietnamese_numbers(threshold: Threshold, expected: str) -> None:
    assert said(Reading("", metrics=(METRIC,), thresholds=(threshold,)))[-1] == ("Mức", expected)


def test_running_calculations_are_named() -> None:
    assert said(Reading("", window=Window("cumulative"))) == [("Cách tính", "lũy kế")]
    assert said(Reading("", window=Window("moving_average", 3))) == [("Cách tính", "trung bình trượt 3 kỳ")]


def test_what_is_computed_over_the_rest_is_said_too() -> None:
    cases = MetricMatch("so_vu", "COUNT(*)", "Số vụ", "vụ")
    red = FilterMatch("phan_luong = 'Đỏ'", "phan_luong", ("Đỏ",), "Luồng: Đỏ")
    other = Reading("", metrics=(cases,), filters=(red,), thresholds=(Threshold("so_vu", ">", 10),))
    assert said(Reading("", beside=Beside(other))) == [("Cùng với", "Số vụ, Đỏ, Số vụ > 10 vụ")]
    assert said(Reading("", beside=Beside(other, "ratio")))[0][0] == "Chia cho"
    assert said(Reading("", contrast=Contrast("", "", "Hoa Kỳ", ""))) == [("So sánh", "Hoa Kỳ với toàn bộ")]
    assert said(Reading("", terms=(SetTerm("except", other),))) == [("Nhưng không", "Số vụ, Đỏ, Số vụ > 10 vụ")]
    assert said(Reading("", derived=Derived("position", label="Hải Phòng"))) == [
        ("Cách tính", "thứ hạng của Hải Phòng")
    ]
    first = Derived("top_share", 20, percent=True)
    assert said(Reading("", derived=first)) == [("Cách tính", "phần của 20% đứng đầu")]
    assert said(Reading("", derived=Derived("run", 3, falling=True))) == [("Cách tính", "giảm 3 kỳ liền")]
    assert not any(chip.part for chip in chips(Reading("", beside=Beside(other), contrast=Contrast("", "", "A", "B"))))


def test_a_metric_that_nobody_named_is_marked() -> None:
    (chip,) = chips(Reading("", metrics=(MetricMatch("m", "SUM(x)", "Kim ngạch", "USD", assumed=True),)))
    assert chip.tone == "assumed"
    assert chip.note


def test_a_period_says_its_days_on_hover() -> None:
    (chip,) = chips(Reading("", periods=(YEAR,)))
    assert chip.note == "từ 01/01/2024 đến 31/12/2024"


def test_texts_of_others_are_data_of_the_component_and_no_markup() -> None:
    data = chips_data(Reading("", metrics=(MetricMatch("m", "", HOSTILE, ""),)), catalogue())
    assert [chip["text"] for chip in data["chips"]] == [HOSTILE]
    script = (Path(__file__).parents[1] / "ui" / "assets" / "chips.js").read_text(encoding="utf-8")
    assert "innerHTML" not in script


def test_nothing_recognised_says_nothing() -> None:
    assert chips_data(Reading("xin chào"), catalogue())["chips"] == []


def total_of_2024() -> Reading:
    return Reading("q", "xnk", (METRIC,), (), (YEAR,), certainty=0.95)


def test_a_chip_of_a_known_view_offers_its_choices() -> None:
    data = chips_data(total_of_2024(), catalogue())
    period = next(chip for chip in data["chips"] if chip["part"] == "period:0")
    assert ["Gần kỳ này", "Năm 2023"] in period["options"]
    assert data["chips"][-1]["part"] == "add"
    locked = chips_data(total_of_2024(), catalogue(), editable=False)
    assert all(chip["options"] == [] for chip in locked["chips"])


def test_an_event_leads_to_the_reading_that_was_offered() -> None:
    reading, known = total_of_2024(), catalogue()
    options = next(c["options"] for c in chips_data(reading, known)["chips"] if c["part"] == "period:0")
    place = options.index(["Gần kỳ này", "Năm 2023"])
    changed = chosen(reading, {"part": "period:0", "place": place, "text": ""}, known)
    assert changed is not None
    assert changed.periods[0].start.year == 2023
    typed = chosen(reading, {"part": "period:0", "place": None, "text": "quý 2/2022"}, known)
    assert typed is not None
    assert typed.periods[0].label == "Quý II/2022"


def test_an_event_that_does_not_fit_is_no_change() -> None:
    reading, known = total_of_2024(), catalogue()
    for event in (
        {"part": "period:7", "place": 0, "text": ""},
        {"part": "period:0", "place": 999, "text": ""},
        {"part": "period:0", "place": "0", "text": ""},
        {"part": "__class__", "place": 0, "text": ""},
        {"part": "metric:0", "place": None, "text": "năm 2023"},
    ):
        assert chosen(reading, event, known) is None
