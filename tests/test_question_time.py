"""The time grammar: every surface form gives the range it means, and what is no period is left alone."""

from __future__ import annotations

import calendar
import datetime as dt
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nl2sql.question.text import normalise
from nl2sql.question.time import (
    PeriodMention,
    TimeReading,
    format_period,
    previous_period,
    read_time,
    same_period_last_year,
)
from nl2sql.types import Period

TODAY = dt.date(2025, 10, 31)
LATER = dt.date(2031, 7, 20)
Range = tuple[str, str]


def read(text: str, today: dt.date = TODAY) -> TimeReading:
    return read_time(normalise(text), today)


def ranges(text: str, today: dt.date = TODAY) -> list[Range]:
    return [(p.start.isoformat(), p.end.isoformat()) for p in read(text, today).periods]


def bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def surfaces(text: str) -> list[str]:
    """The same words as different people type them."""
    return [text, bare(text), text.upper(), bare(text).upper(), text.lower(), unicodedata.normalize("NFD", text)]


ONE = [
    ("năm 2024", "2024-01-01", "2024-12-31"),
    ("2024", "2024-01-01", "2024-12-31"),
    ("năm 24", "2024-01-01", "2024-12-31"),
    ("'24", "2024-01-01", "2024-12-31"),
    ("cả năm 2023", "2023-01-01", "2023-12-31"),
    ("năm nay", "2025-01-01", "2025-10-31"),
    ("năm ngoái", "2024-01-01", "2024-12-31"),
    ("năm trước", "2024-01-01", "2024-12-31"),
    ("năm kia", "2023-01-01", "2023-12-31"),
    ("2020-2024", "2020-01-01", "2024-12-31"),
    ("giai đoạn 2020–2024", "2020-01-01", "2024-12-31"),
    ("từ năm 2020 đến năm 2024", "2020-01-01", "2024-12-31"),
    ("quý I/2024", "2024-01-01", "2024-03-31"),
    ("quý 2/24", "2024-04-01", "2024-06-30"),
    ("Q3 2024", "2024-07-01", "2024-09-30"),
    ("q1/2025", "2025-01-01", "2025-03-31"),
    ("II/2024", "2024-04-01", "2024-06-30"),
    ("quý tư năm 2023", "2023-10-01", "2023-12-31"),
    ("quý 4 năm ngoái", "2024-10-01", "2024-12-31"),
    ("quý này", "2025-10-01", "2025-10-31"),
    ("quý trước", "2025-07-01", "2025-09-30"),
    ("quý 4", "2025-10-01", "2025-10-31"),
    ("từ quý 1 đến quý 3 năm 2024", "2024-01-01", "2024-09-30"),
    ("quý 1-3/2024", "2024-01-01", "2024-09-30"),
    ("tháng 6/2024", "2024-06-01", "2024-06-30"),
    ("T6/2024", "2024-06-01", "2024-06-30"),
    ("tháng sáu năm 2024", "2024-06-01", "2024-06-30"),
    ("tháng 2 năm nay", "2025-02-01", "2025-02-28"),
    ("tháng năm năm 2024", "2024-05-01", "2024-05-31"),
    ("tháng này", "2025-10-01", "2025-10-31"),
    ("tháng trước", "2025-09-01", "2025-09-30"),
    ("tháng 9", "2025-09-01", "2025-09-30"),
    ("tháng 12", "2024-12-01", "2024-12-31"),
    ("T1-T6/2024", "2024-01-01", "2024-06-30"),
    ("tháng 1-6/2024", "2024-01-01", "2024-06-30"),
    ("từ tháng 10/2023 đến tháng 3/2024", "2023-10-01", "2024-03-31"),
    ("từ tháng 10 đến tháng 3/2024", "2023-10-01", "2024-03-31"),
    ("6T/2024", "2024-01-01", "2024-06-30"),
    ("9T/2025", "2025-01-01", "2025-09-30"),
    ("6 tháng đầu năm 2025", "2025-01-01", "2025-06-30"),
    ("sáu tháng đầu năm 2025", "2025-01-01", "2025-06-30"),
    ("6 tháng 2025", "2025-01-01", "2025-06-30"),
    ("9 tháng năm 2024", "2024-01-01", "2024-09-30"),
    ("6 tháng đầu năm", "2025-01-01", "2025-06-30"),
    ("3 tháng cuối năm 2024", "2024-10-01", "2024-12-31"),
    ("nửa đầu năm 2025", "2025-01-01", "2025-06-30"),
    ("nửa cuối năm 2024", "2024-07-01", "2024-12-31"),
    ("hai quý đầu năm 2024", "2024-01-01", "2024-06-30"),
    ("tháng đầu quý 2/2024", "2024-04-01", "2024-04-30"),
    ("kỳ 1 tháng 6/2024", "2024-06-01", "2024-06-15"),
    ("kỳ 2 tháng 2/2024", "2024-02-16", "2024-02-29"),
    ("nửa cuối tháng 5/2025", "2025-05-16", "2025-05-31"),
    ("15 ngày đầu tháng 3/2025", "2025-03-01", "2025-03-15"),
    ("10 ngày cuối tháng 9/2024", "2024-09-21", "2024-09-30"),
    ("thượng tuần tháng 3/2024", "2024-03-01", "2024-03-10"),
    ("tuần 23/2024", "2024-06-03", "2024-06-09"),
    ("tuần này", "2025-10-27", "2025-10-31"),
    ("tuần trước", "2025-10-20", "2025-10-26"),
    ("tuần qua", "2025-10-20", "2025-10-26"),
    ("hôm nay", "2025-10-31", "2025-10-31"),
    ("hôm qua", "2025-10-30", "2025-10-30"),
    ("ngày 5/3", "2025-03-05", "2025-03-05"),
    ("5/3/2024", "2024-03-05", "2024-03-05"),
    ("05-03-2024", "2024-03-05", "2024-03-05"),
    ("15.10.2024", "2024-10-15", "2024-10-15"),
    ("ngày 5 tháng 3 năm 2024", "2024-03-05", "2024-03-05"),
    ("từ 1/3 đến 15/3/2024", "2024-03-01", "2024-03-15"),
    ("từ 1/3/2024 đến 15/3", "2024-03-01", "2024-03-15"),
    ("từ ngày 1 đến ngày 15/3/2024", "2024-03-01", "2024-03-15"),
    ("1-15/3/2024", "2024-03-01", "2024-03-15"),
    ("từ 15/12/2023 đến 14/12/2024", "2023-12-15", "2024-12-14"),
    ("6 tháng gần nhất", "2025-05-01", "2025-10-31"),
    ("6 tháng qua", "2025-05-01", "2025-10-31"),
    ("3 năm trở lại đây", "2023-01-01", "2025-10-31"),
    ("7 ngày qua", "2025-10-25", "2025-10-31"),
    ("12 tháng trước", "2024-10-01", "2025-09-30"),
    ("từ đầu năm đến nay", "2025-01-01", "2025-10-31"),
    ("YTD", "2025-01-01", "2025-10-31"),
    ("đến nay", "2025-01-01", "2025-10-31"),
    ("từ 2020 đến nay", "2020-01-01", "2025-10-31"),
    ("kể từ 2021", "2021-01-01", "2025-10-31"),
    ("trước năm 2020", "2018-01-01", "2019-12-31"),
    ("sau 2022", "2023-01-01", "2025-10-31"),
    ("sau tháng 6/2024", "2024-07-01", "2025-10-31"),
    ("tính đến hết 15/10/2024", "2024-01-01", "2024-10-15"),
    ("lũy kế đến hết tháng 9", "2025-01-01", "2025-09-30"),
    ("lũy kế 9 tháng 2025", "2025-01-01", "2025-09-30"),
    ("hết quý 3/2024", "2024-01-01", "2024-09-30"),
    ("đến cuối tháng 9", "2025-01-01", "2025-09-30"),
    ("đầu năm 2024 đến hết tháng 8", "2024-01-01", "2024-08-31"),
    ("cuối tháng 9/2025", "2025-09-30", "2025-09-30"),
    ("dịp Tết 2024", "2024-02-08", "2024-02-14"),
    ("Tết Ất Tỵ", "2025-01-27", "2025-02-02"),
    ("năm 2035", "2035-01-01", "2035-12-31"),
    ("các tháng đầu năm 2024", "2024-01-01", "2024-06-30"),
    ("các tháng đầu năm 2025", "2025-01-01", "2025-10-31"),
    ("một năm qua", "2024-11-01", "2025-10-31"),
    ("từ tháng 6 năm ngoái đến tháng 3 năm nay", "2024-06-01", "2025-03-31"),
    ("15 ngày trước Tết 2025", "2025-01-12", "2025-01-26"),
    ("MTD", "2025-10-01", "2025-10-31"),
    ("1H2025", "2025-01-01", "2025-06-30"),
    ("9T24", "2024-01-01", "2024-09-30"),
    ("từ năm 2022 về trước", "2018-01-01", "2022-12-31"),
    ("quý vừa kết thúc", "2025-07-01", "2025-09-30"),
]


@pytest.mark.parametrize(("text", "start", "end"), ONE)
def test_one_period_in_every_surface_form(text: str, start: str, end: str) -> None:
    for surface in surfaces(text):
        # One writer types a whole question in one way.
        carrier = "Kim ngach {} la bao nhieu" if surface == bare(surface) else "Kim ngạch {} là bao nhiêu"
        for sentence in (surface, carrier.format(surface)):
            assert ranges(sentence) == [(start, end)], sentence


SEVERAL = [
    ("tháng 3 và tháng 4 năm 2024", ["2024-03-01", "2024-04-01"]),
    ("các tháng 1, 2, 3/2025", ["2025-01-01", "2025-02-01", "2025-03-01"]),
    ("năm 2022, 2023 và 2024", ["2022-01-01", "2023-01-01", "2024-01-01"]),
    ("cả ba năm 2022, 2023, 2024", ["2022-01-01", "2023-01-01", "2024-01-01"]),
    ("quý 1 và quý 2 năm 2024", ["2024-01-01", "2024-04-01"]),
    ("quý I, II và III/2024", ["2024-01-01", "2024-04-01", "2024-07-01"]),
    ("hai tháng 3 và 4 năm 2024", ["2024-03-01", "2024-04-01"]),
    ("quý 1 năm 2023 và 2024", ["2023-01-01", "2024-01-01"]),
    ("6 tháng đầu năm 2024 và 2025", ["2024-01-01", "2025-01-01"]),
    ("tháng 6 các năm 2022, 2023, 2024", ["2022-06-01", "2023-06-01", "2024-06-01"]),
    ("kỳ 1 và kỳ 2 tháng 6/2024", ["2024-06-01", "2024-06-16"]),
    ("tháng này và tháng trước", ["2025-10-01", "2025-09-01"]),
    ("T6/2024 và 6T/2024", ["2024-06-01", "2024-01-01"]),
]


@pytest.mark.parametrize(("text", "starts"), SEVERAL)
def test_several_periods_share_what_is_left_out(text: str, starts: list[str]) -> None:
    for surface in surfaces(text):
        assert [start for start, _ in ranges(surface)] == starts, surface


def test_a_year_that_stands_apart_frames_a_smaller_period() -> None:
    assert ranges("kim ngạch quý 1 của Hải Phòng năm 2024") == [("2024-01-01", "2024-03-31")]
    assert ranges("Năm 2023, số thu 6 tháng đầu năm là bao nhiêu") == [("2023-01-01", "2023-06-30")]
    assert len(ranges("quý 1/2024 và quý 1/2025")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "top 5 nước",
        "30% của 1.500 tờ khai",
        "mã HS 2709 và HS 2022",
        "chương 72",
        "luồng 1",
        "mã hàng 27090010",
        "các nước CPTPP",
        "khu vực 1 và KV I",
        "xuất khẩu của Việt Nam",
        "Hà Nam và Quảng Nam",
        "quá hạn trên 90 ngày",
        "trên 5 ngày",
        "hơn 2000 tờ khai",
        "trên 2024 tờ khai",
        "Thông tư 38/2015/TT-BTC",
        "nghị định 13/2023",
        "theo ngày đăng ký",
        "quỹ bình ổn",
        "chiếm 1/3 kim ngạch",
        "loại hình A11, E62",
        "năm nước lớn nhất",
        "số điện thoại 0912345678",
        "thắng thầu, thang máy",
    ],
)
def test_what_is_no_period(text: str) -> None:
    for surface in (text, bare(text), text.upper()):
        reading = read(surface)
        assert reading.periods == (), surface
        assert reading.problems == (), surface


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("31/02/2024", "31/02/2024"),
        ("ngày 31/4", "31/04"),
        ("29/2/2023", "29/02/2023"),
        ("tháng 13/2024", "tháng 13"),
        ("quý 5/2024", "quý 5"),
        ("ngày 32 tháng 1 năm 2024", "32"),
        ("tuần 60", "tuần 60"),
        ("kỳ 3 tháng 9/2025", "kỳ 3"),
        ("đến 31/2", "31/02"),
        ("từ 15/3/2024 đến 1/3/2024", "ngược"),
    ],
)
def test_dates_that_do_not_exist_are_reported_and_not_changed(text: str, word: str) -> None:
    reading = read(text)
    assert reading.periods == ()
    assert len(reading.problems) == 1
    assert word in reading.problems[0]
    assert reading.used


def test_flags() -> None:
    now = read("năm nay").periods[0]
    assert (now.open, now.relative) == (True, True)
    past = read("quý 2/2024").periods[0]
    assert (past.open, past.relative, past.cumulative, past.note) == (False, False, False, "")
    assert read("lũy kế đến hết tháng 9").periods[0].cumulative
    assert "2024" in read("tháng 12").periods[0].note


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("6T/2025", "6 tháng đầu năm 2025"),
        ("q2/2024", "Quý II/2024"),
        ("T6-2024", "Tháng 6/2024"),
        ("từ 5/3/2024 đến 20/3/2024", "từ 05/03/2024 đến 20/03/2024"),
        ("lũy kế đến hết tháng 9", "lũy kế đến hết tháng 9/2025"),
        ("năm nay", "Năm 2025 (đến 31/10/2025)"),
    ],
)
def test_labels(text: str, label: str) -> None:
    assert read(text).periods[0].label == label


def compared(text: str) -> list[tuple[str, Range | None, Range | None]]:
    def days(period: PeriodMention | None) -> Range | None:
        return None if period is None else (period.start.isoformat(), period.end.isoformat())

    return [(c.kind, days(c.current), days(c.base)) for c in read(text).comparisons]


COMPARISONS = [
    # text, kind, current from–to, base from–to
    ("9 tháng đầu năm 2024 so với cùng kỳ năm trước", "same_period", "2024-01-01 2024-09-30", "2023-01-01 2023-09-30"),
    ("6T/2025 so ck", "same_period", "2025-01-01 2025-06-30", "2024-01-01 2024-06-30"),
    ("tháng 10/2025 svck", "same_period", "2025-10-01 2025-10-31", "2024-10-01 2024-10-31"),
    ("9T/2024 so với cùng kỳ năm 2022", "same_period", "2024-01-01 2024-09-30", "2022-01-01 2022-09-30"),
    ("quý III năm nay với cùng kỳ năm ngoái", "same_period", "2025-07-01 2025-09-30", "2024-07-01 2024-09-30"),
    ("tháng 10/2025 so với tháng trước", "previous", "2025-10-01 2025-10-31", "2025-09-01 2025-09-30"),
    ("quý 1/2025 so với quý trước", "previous", "2025-01-01 2025-03-31", "2024-10-01 2024-12-31"),
    ("quý 1/2025 so với kỳ trước", "previous", "2025-01-01 2025-03-31", "2024-10-01 2024-12-31"),
    ("số thu so với tháng trước", "previous", "2025-10-01 2025-10-31", "2025-09-01 2025-09-30"),
    ("2024 so với 2023", "explicit", "2024-01-01 2024-12-31", "2023-01-01 2023-12-31"),
    ("so với năm 2023, năm 2024 tăng mấy", "explicit", "2024-01-01 2024-12-31", "2023-01-01 2023-12-31"),
    ("so sánh năm 2023 và 2024", "explicit", "2024-01-01 2024-12-31", "2023-01-01 2023-12-31"),
    ("tháng 2/2024 vs tháng 2/2023", "explicit", "2024-02-01 2024-02-29", "2023-02-01 2023-02-28"),
    ("tháng 6 năm 2024 so với 2023", "explicit", "2024-06-01 2024-06-30", "2023-06-01 2023-06-30"),
    ("tháng 6/2024 so với tháng 5", "explicit", "2024-06-01 2024-06-30", "2024-05-01 2024-05-31"),
    ("tháng 1/2024 so với tháng 12", "explicit", "2024-01-01 2024-01-31", "2023-12-01 2023-12-31"),
    ("tăng trưởng 2024/2023", "explicit", "2024-01-01 2024-12-31", "2023-01-01 2023-12-31"),
    ("XK 2024 so 2023", "explicit", "2024-01-01 2024-12-31", "2023-01-01 2023-12-31"),
    ("cùng kỳ năm 2022 so với 9 tháng 2024", "same_period", "2024-01-01 2024-09-30", "2022-01-01 2022-09-30"),
    ("9T/2024 so với cùng kỳ 2 năm trước", "same_period", "2024-01-01 2024-09-30", "2022-01-01 2022-09-30"),
    ("9T25 so 9T24", "explicit", "2025-01-01 2025-09-30", "2024-01-01 2024-09-30"),
    ("năm nay so với năm ngoái", "same_period", "2025-01-01 2025-10-31", "2024-01-01 2024-10-31"),
    ("tháng 4/2025 so với tháng kề trước", "previous", "2025-04-01 2025-04-30", "2025-03-01 2025-03-31"),
    ("quý 2/2024 so với quý ngay trước đó", "previous", "2024-04-01 2024-06-30", "2024-01-01 2024-03-31"),
    ("tháng 7/2024 gấp mấy lần tháng trước", "previous", "2024-07-01 2024-07-31", "2024-06-01 2024-06-30"),
    ("quý 4/2023 gấp đôi quý liền kề trước", "previous", "2023-10-01 2023-12-31", "2023-07-01 2023-09-30"),
    ("tháng 3/2025 bằng 80% tháng liền trước", "previous", "2025-03-01 2025-03-31", "2025-02-01 2025-02-28"),
    ("năm 2021 gấp bao nhiêu lần năm trước", "same_period", "2021-01-01 2021-12-31", "2020-01-01 2020-12-31"),
    ("năm 2022 bằng mấy phần trăm năm liền trước", "same_period", "2022-01-01 2022-12-31", "2021-01-01 2021-12-31"),
    ("so sánh năm 2021 với năm trước", "same_period", "2021-01-01 2021-12-31", "2020-01-01 2020-12-31"),
    ("đặt tháng 6/2023 với tháng trước", "previous", "2023-06-01 2023-06-30", "2023-05-01 2023-05-31"),
    ("chênh lệch giữa tháng 2/2025 và tháng liền trước", "explicit", "2025-02-01 2025-02-28", "2025-01-01 2025-01-31"),
    ("cuối tháng 5/2025 so với tháng trước", "previous", "2025-05-31 2025-05-31", "2025-04-30 2025-04-30"),
    ("cuối quý 2/2024 so với quý trước", "previous", "2024-06-30 2024-06-30", "2024-03-31 2024-03-31"),
    ("5 tháng đầu năm 2025 s/v 5 tháng đầu năm 2023", "explicit", "2025-01-01 2025-05-31", "2023-01-01 2023-05-31"),
]


@pytest.mark.parametrize(("text", "kind", "current", "base"), COMPARISONS)
def test_comparisons(text: str, kind: str, current: str, base: str) -> None:
    for surface in (text, bare(text), text.upper()):
        assert compared(surface) == [(kind, tuple(current.split()), tuple(base.split()))], surface


def test_two_comparisons_in_one_question() -> None:
    found = compared("Thu NSNN tháng 10/2025 so với tháng trước và so CK")
    assert [kind for kind, _, _ in found] == ["previous", "same_period"]


def test_a_comparison_without_any_period_is_left_to_the_caller() -> None:
    assert compared("kim ngạch so với cùng kỳ") == [("same_period", None, None)]


@pytest.mark.parametrize(
    ("text", "grain", "role"),
    [
        ("theo tháng", "month", "by"),
        ("từng quý", "quarter", "by"),
        ("mỗi năm", "year", "by"),
        ("hàng tháng", "month", "by"),
        ("hằng năm", "year", "by"),
        ("số thu per quý", "quarter", "by"),
        ("số thu của Hải Phòng / quý", "quarter", "by"),
        ("số lượt xe / ngày", "day", "average"),
        ("qua các năm", "year", "by"),
        ("theo từng ngày", "day", "by"),
        ("theo tuần", "week", "by"),
        ("diễn biến số thu theo quý", "quarter", "by"),
        ("các tháng năm 2024", "month", "by"),
        ("theo quý 2024", "quarter", "by"),
        ("tháng nào thu cao nhất", "month", "which"),
        ("những năm nào", "year", "which"),
        ("bình quân mỗi ngày", "day", "average"),
        ("3 tháng liên tiếp", "month", "by"),
        ("trung bình trượt 3 tháng", "month", "by"),
    ],
)
def test_grains(text: str, grain: str, role: str) -> None:
    for surface in (text, bare(text), text.upper()):
        assert [(g.grain, g.role) for g in read(surface).grains] == [(grain, role)], surface


@pytest.mark.parametrize(
    "text", ["mặt hàng năm 2024", "nhóm hàng tháng 6/2024", "theo năm 2024", "các tháng 1, 2/2024"]
)
def test_what_is_no_grain(text: str) -> None:
    assert read(text).grains == ()


def test_used_tokens_cover_the_expression_and_nothing_else() -> None:
    text = normalise("Kim ngạch trong quý 1 của Hải Phòng năm 2024 theo tháng")
    reading = read_time(text, TODAY)
    rest = [token.text for index, token in enumerate(text.tokens) if index not in reading.used]
    assert rest == ["Kim", "ngạch", "của", "Hải", "Phòng"]


# --- properties ------------------------------------------------------------------------------------------------------

YEARS = st.integers(2018, 2030)
ROMAN = ["I", "II", "III", "IV"]


def last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def month_forms(year: int, month: int) -> list[str]:
    short = f"{year % 100:02d}"
    return [
        f"tháng {month}/{year}",
        f"tháng {month:02d}/{year}",
        f"tháng {month} năm {year}",
        f"tháng {month} của năm {year}",
        f"tháng {month}-{year}",
        f"T{month}/{year}",
        f"T{month}/{short}",
        f"t{month} năm {year}",
        f"{month:02d}/{year}",
    ]


def quarter_forms(year: int, quarter: int) -> list[str]:
    return [
        f"quý {quarter}/{year}",
        f"quý {ROMAN[quarter - 1]}/{year}",
        f"quý {ROMAN[quarter - 1]} năm {year}",
        f"Q{quarter}/{year}",
        f"Q{quarter} {year}",
        f"quý {quarter} năm {year}",
        f"quý {quarter}/{year % 100:02d}",
    ]


@settings(max_examples=60, deadline=None)
@given(YEARS, st.integers(1, 12), st.data())
def test_any_month_in_any_form(year: int, month: int, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(surfaces(data.draw(st.sampled_from(month_forms(year, month))))))
    want = (dt.date(year, month, 1).isoformat(), last_day(year, month).isoformat())
    assert ranges(text, LATER) == [want], text


@settings(max_examples=60, deadline=None)
@given(YEARS, st.integers(1, 4), st.data())
def test_any_quarter_in_any_form(year: int, quarter: int, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(surfaces(data.draw(st.sampled_from(quarter_forms(year, quarter))))))
    want = (dt.date(year, 3 * quarter - 2, 1).isoformat(), last_day(year, 3 * quarter).isoformat())
    assert ranges(text, LATER) == [want], text


@settings(max_examples=60, deadline=None)
@given(YEARS, st.integers(2, 11), st.booleans(), st.data())
def test_any_stretch_of_months_from_an_end_of_the_year(year: int, count: int, end: bool, data: st.DataObject) -> None:
    side = "cuối" if end else "đầu"
    forms = [f"{count} tháng {side} năm {year}", f"{count} tháng {side} của năm {year}", f"{count}T {side} năm {year}"]
    if not end:
        forms += [f"{count} tháng {year}", f"{count}T/{year}", f"{count} tháng năm {year}", f"{count}T{year}"]
    text = data.draw(st.sampled_from(surfaces(data.draw(st.sampled_from(forms)))))
    first, last = (13 - count, 12) if end else (1, count)
    assert ranges(text, LATER) == [(dt.date(year, first, 1).isoformat(), last_day(year, last).isoformat())], text


DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2030, 12, 31))


@settings(max_examples=60, deadline=None)
@given(DAYS, st.data())
def test_any_day_in_any_form(day: dt.date, data: st.DataObject) -> None:
    forms = [
        f"{day:%d/%m/%Y}",
        f"ngày {day.day}/{day.month}/{day.year}",
        f"ngày {day:%d-%m-%Y}",
        f"{day:%d.%m.%Y}",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        f"{day.isoformat()}",
    ]
    text = data.draw(st.sampled_from(surfaces(data.draw(st.sampled_from(forms)))))
    assert ranges(text, LATER) == [(day.isoformat(), day.isoformat())], text


@settings(max_examples=60, deadline=None)
@given(DAYS, DAYS, st.data())
def test_any_range_of_days_in_any_form(one: dt.date, other: dt.date, data: st.DataObject) -> None:
    start, end = sorted((one, other))
    assume(start < end)
    forms = [
        f"từ {start:%d/%m/%Y} đến {end:%d/%m/%Y}",
        f"từ ngày {start:%d/%m/%Y} đến hết ngày {end:%d/%m/%Y}",
        f"{start:%d/%m/%Y} - {end:%d/%m/%Y}",
        f"từ {start:%d/%m/%Y} tới {end:%d/%m/%Y}",
        f"trong khoảng từ {start:%d/%m/%Y} đến {end:%d/%m/%Y}",
    ]
    text = data.draw(st.sampled_from(surfaces(data.draw(st.sampled_from(forms)))))
    assert ranges(text, LATER) == [(start.isoformat(), end.isoformat())], text


def build(kind: str, year: int, a: int, b: int) -> tuple[dt.date, dt.date, str]:
    """A range whose borders are those of its grain."""
    if kind == "year":
        return dt.date(year, 1, 1), dt.date(year + a % 3, 12, 31), "year"
    if kind == "half":
        return dt.date(year, 1 + 6 * (a % 2), 1), last_day(year, 6 + 6 * (a % 2)), "half"
    if kind == "quarter":
        low, high = sorted((a % 4, b % 4))
        return dt.date(year, 3 * low + 1, 1), last_day(year, 3 * high + 3), "quarter"
    if kind == "month":
        low, high = sorted((a % 12, b % 12))
        return dt.date(year, low + 1, 1), last_day(year, high + 1), "month"
    if kind == "half_month":
        month = a % 12 + 1
        return (dt.date(year, month, 1), dt.date(year, month, 15), "half_month") if b % 2 else (
            dt.date(year, month, 16), last_day(year, month), "half_month"
        )  # fmt: skip
    if kind == "week":
        monday = dt.date.fromisocalendar(year, a % 52 + 1, 1)
        return monday, monday + dt.timedelta(days=6), "week"
    start = dt.date(year, 1, 1) + dt.timedelta(days=a)
    return start, start + dt.timedelta(days=b), "day"


KINDS = st.sampled_from(["year", "half", "quarter", "month", "half_month", "week", "day"])


@settings(max_examples=150, deadline=None)
@given(KINDS, st.integers(2018, 2027), st.integers(0, 360), st.integers(0, 400))
def test_reading_a_formatted_period_back_is_the_identity(kind: str, year: int, a: int, b: int) -> None:
    start, end, grain = build(kind, year, a, b)
    label = format_period(start, end, grain)  # type: ignore[arg-type]
    periods = read(label, LATER).periods
    assert [(p.start, p.end) for p in periods] == [(start, end)], label
    assert periods[0].label == label


@settings(max_examples=80, deadline=None)
@given(KINDS, st.integers(2018, 2027), st.integers(0, 360), st.integers(0, 400), st.integers(0, 400))
def test_a_cut_period_reads_back_too(kind: str, year: int, a: int, b: int, cut: int) -> None:
    start, end, grain = build(kind, year, a, b)
    end = min(end, start + dt.timedelta(days=cut))
    label = format_period(start, end, grain)  # type: ignore[arg-type]
    assert [(p.start, p.end) for p in read(label, LATER).periods] == [(start, end)], label


@given(DAYS)
def test_a_cumulative_label_reads_back(day: dt.date) -> None:
    label = format_period(dt.date(day.year, 1, 1), day, "day", cumulative=True)
    period = read(label, LATER).periods[0]
    assert (period.start, period.end, period.cumulative) == (dt.date(day.year, 1, 1), day, True)


def period(start: str, end: str, grain: str, open_: bool = False) -> Period:
    return Period(dt.date.fromisoformat(start), dt.date.fromisoformat(end), grain, "", open=open_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("move", "given_", "wanted"),
    [
        (same_period_last_year, ("2024-02-01", "2024-02-29", "month"), ("2023-02-01", "2023-02-28")),
        (same_period_last_year, ("2025-02-01", "2025-02-28", "month"), ("2024-02-01", "2024-02-29")),
        (same_period_last_year, ("2024-02-29", "2024-02-29", "day"), ("2023-02-28", "2023-02-28")),
        (same_period_last_year, ("2025-01-01", "2025-10-20", "year"), ("2024-01-01", "2024-10-20")),
        (same_period_last_year, ("2024-06-03", "2024-06-09", "week"), ("2023-06-05", "2023-06-11")),
        (previous_period, ("2024-03-01", "2024-03-31", "month"), ("2024-02-01", "2024-02-29")),
        (previous_period, ("2024-01-01", "2024-03-31", "quarter"), ("2023-10-01", "2023-12-31")),
        (previous_period, ("2024-01-01", "2024-12-31", "year"), ("2023-01-01", "2023-12-31")),
        (previous_period, ("2025-01-01", "2025-06-30", "half"), ("2024-07-01", "2024-12-31")),
        (previous_period, ("2025-10-01", "2025-10-20", "month"), ("2025-09-01", "2025-09-20")),
        (previous_period, ("2025-03-01", "2025-03-30", "month"), ("2025-02-01", "2025-02-28")),
        (previous_period, ("2024-06-16", "2024-06-30", "half_month"), ("2024-06-01", "2024-06-15")),
        (previous_period, ("2024-06-01", "2024-06-15", "half_month"), ("2024-05-16", "2024-05-31")),
        (previous_period, ("2024-06-03", "2024-06-09", "week"), ("2024-05-27", "2024-06-02")),
        (previous_period, ("2024-03-05", "2024-03-20", "day"), ("2024-02-18", "2024-03-04")),
    ],
)
def test_derived_periods(
    move: Callable[[Period], Period], given_: tuple[str, str, str], wanted: tuple[str, str]
) -> None:
    moved = move(period(*given_))
    assert (moved.start.isoformat(), moved.end.isoformat()) == wanted
    assert moved.label


VOCABULARY = """
tháng thang quý năm nam ngày tuần kỳ 1 2 13 31 6 2024 2025 24 / - . , ( ) từ đến so với cùng trước sau nay qua đầu cuối
nửa T6 6T Q1 II lũy kế hết % tỷ Tết dịp hôm mười hai ba tư theo từng các và gần nhất 15.10.2024 h1 mấy
"""
PIECES = st.sampled_from(VOCABULARY.split())


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=14), st.sampled_from([" ", "", "-"]), st.dates(dt.date(2018, 1, 1), LATER))
def test_nothing_breaks_the_grammar(pieces: list[str], glue: str, today: dt.date) -> None:
    text = normalise(glue.join(pieces))
    reading = read_time(text, today)
    for found in reading.periods:
        assert found.start <= found.end
        assert set(range(*found.tokens)) <= reading.used
    assert all(0 <= index < len(text.tokens) for index in reading.used)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read(raw: str) -> None:
    read(raw)
