"""Time as it is spoken, spelled and jotted down: weekdays, counts up to now, halves, ends of several periods."""

from __future__ import annotations

import datetime as dt

import pytest

from nl2sql.question.text import normalise
from nl2sql.question.time import read_time

TODAY = dt.date(2025, 10, 31)  # a Friday


def ranges(text: str) -> list[tuple[str, str]]:
    return [(p.start.isoformat(), p.end.isoformat()) for p in read_time(normalise(text), TODAY).periods]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("số thu thứ tư tuần trước", "2025-10-22", "2025-10-22"),
        ("tờ khai chủ nhật tuần rồi", "2025-10-26", "2025-10-26"),
        ("t3 tuần này có mấy vụ", "2025-10-28", "2025-10-28"),
        ("so to khai thu 5 tuan truoc", "2025-10-23", "2025-10-23"),
        ("xe nhập cảnh cuối tuần qua", "2025-10-25", "2025-10-26"),
        ("4 hôm nay có bao nhiêu tờ khai", "2025-10-28", "2025-10-31"),
        ("mấy bữa nay thu sao rồi", "2025-10-29", "2025-10-31"),
        ("nửa tháng qua", "2025-10-17", "2025-10-31"),
        ("nửa năm trở lại đây", "2025-05-01", "2025-10-31"),
        ("hai năm nay", "2024-01-01", "2025-10-31"),
        ("trong 4 năm nay", "2022-01-01", "2025-10-31"),
        ("mấy tháng nay", "2025-08-01", "2025-10-31"),
        ("quý trước nữa", "2025-04-01", "2025-06-30"),
        ("tuần trước nữa", "2025-10-13", "2025-10-19"),
        ("từ đầu quý tới nay", "2025-10-01", "2025-10-31"),
        ("từ đầu tháng tới giờ", "2025-10-01", "2025-10-31"),
        ("năm ni", "2025-01-01", "2025-10-31"),
        ("năm hai không hai ba", "2023-01-01", "2023-12-31"),
        ("năm hai nghìn không trăm mười chín", "2019-01-01", "2019-12-31"),
        ("năm hai ngàn hai mốt", "2021-01-01", "2021-12-31"),
        ("niên độ 2023", "2023-01-01", "2023-12-31"),
        ("tài khóa 2022", "2022-01-01", "2022-12-31"),
        ("K2T8/2025", "2025-08-16", "2025-08-31"),
        ("k1 tháng 7", "2025-07-01", "2025-07-15"),
        ("nửa cuối quý II/2024", "2024-05-16", "2024-06-30"),
        ("nửa đầu quý trước", "2025-07-01", "2025-08-15"),
        ("thg4/2024", "2024-04-01", "2024-04-30"),
        ("t 9/2024", "2024-09-01", "2024-09-30"),
        ("XK 11/24", "2024-11-01", "2024-11-30"),
        ("2024-07", "2024-07-01", "2024-07-31"),
        ("q IV/2023", "2023-10-01", "2023-12-31"),
        ("YTD 2024", "2024-01-01", "2024-10-31"),
        ("năm 21-23", "2021-01-01", "2023-12-31"),
        ("hồi đầu tháng", "2025-10-01", "2025-10-10"),
        ("giữa tháng 4/2025", "2025-04-11", "2025-04-20"),
        ("Tết Ất Tỵ", "2025-01-27", "2025-02-02"),
        ("3 tuần trước Tết", "2025-01-06", "2025-01-26"),
        ("sau Tết 10 ngày", "2025-02-03", "2025-02-12"),
    ],
)
def test_one_period(text: str, start: str, end: str) -> None:
    assert ranges(text) == [(start, end)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("nợ cuối quý II, III năm 2024", ["2024-06-30", "2024-09-30"]),
        ("cuối tháng 2, 5 và 8", ["2025-02-28", "2025-05-31", "2025-08-31"]),
        ("cuối tháng 4 và cuối tháng 7 năm 2023", ["2023-04-30", "2023-07-31"]),
        ("2021/2022/2023", ["2021-12-31", "2022-12-31", "2023-12-31"]),
        ("6 tháng đầu/cuối năm 2023", ["2023-06-30", "2023-12-31"]),
        ("3 tháng đầu và cuối năm ngoái", ["2024-03-31", "2024-12-31"]),
    ],
)
def test_several_periods(text: str, ends: list[str]) -> None:
    assert [end for _, end in ranges(text)] == ends


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("top 5 năm nay", [("2025-01-01", "2025-10-31")]),
        ("mức 3 năm nay", [("2025-01-01", "2025-10-31")]),
        ("đạt 8/24 chỉ tiêu", []),
        ("15/24 tờ khai", []),
        ("8 tháng nay so với cùng kỳ", [("2025-01-01", "2025-08-31")]),
        ("thu 2 tháng cuối năm 2024", [("2024-11-01", "2024-12-31")]),
    ],
)
def test_what_only_looks_like_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert ranges(text) == expected


def test_more_of_two_is_no_comparison_with_the_year_that_follows() -> None:
    said = read_time(normalise("cục A thu nhiều hay cục B thu nhiều hơn năm 2023"), TODAY)
    assert [p.start.year for p in said.periods] == [2023]
    assert not said.comparisons
    assert read_time(normalise("số vụ nhiều hơn năm 2023 bao nhiêu"), TODAY).comparisons


def test_last_year_belongs_to_the_base_alone() -> None:
    (asked,) = read_time(normalise("quý 2 so với quý 3 năm ngoái"), TODAY).comparisons
    assert asked.current is not None
    assert asked.base is not None
    assert (asked.current.start.isoformat(), asked.base.start.isoformat()) == ("2025-04-01", "2024-07-01")


def test_as_long_a_stretch_before() -> None:
    (asked,) = read_time(normalise("6 tháng gần nhất so với 6 tháng trước đó"), TODAY).comparisons
    assert asked.base is not None
    assert (asked.base.start.isoformat(), asked.base.end.isoformat()) == ("2024-11-01", "2025-04-30")
