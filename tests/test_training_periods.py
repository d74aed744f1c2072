"""Periods of training questions: every wording is understood, hangs on now often enough, and lies in the data."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import replace

import pytest

from nl2sql.training import period_words as words
from nl2sql.training.periods import Calendar
from schema.semantic import TimeDimension

FIRST, TODAY = dt.date(2019, 1, 1), dt.date(2025, 10, 31)
PARTS = {"year": "nam", "quarter": "quy", "month": "thang", "half_month": "ky"}
FLOW = TimeDimension("ngay", "Ngày", parts=PARTS)
STOCK = replace(FLOW, snapshot=True)


def _calendar(time: TimeDimension) -> Calendar:
    return Calendar(time, FIRST, TODAY, TODAY)


@pytest.mark.parametrize("family", [way for way, _ in (*words.NAMED, *words.RELATIVE)], ids=lambda way: way.__name__)
def test_nearly_every_wording_of_a_flow_is_understood(family: words.Say) -> None:
    rng, calendar = random.Random(7), _calendar(FLOW)
    said = [family(rng, rng.randint(2021, 2025), TODAY) for _ in range(60)]
    missed = [text for text in said if not calendar.exactly(text)[1]]
    assert len(missed) <= 6, missed  # days of this year that are still to come


@pytest.mark.parametrize("family", [way for way, _ in words.STOCK], ids=lambda way: way.__name__)
def test_nearly_every_wording_of_a_stock_is_understood(family: words.Say) -> None:
    rng, calendar = random.Random(8), _calendar(STOCK)
    said = [family(rng, rng.randint(2021, 2025), TODAY) for _ in range(60)]
    missed = [text for text in said if not calendar.exactly(text)[1]]
    assert len(missed) <= 8, missed  # the end of this year is still to come


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("9T/25", dt.date(2025, 1, 1), dt.date(2025, 9, 30)),
        ("9t đầu năm 2024", dt.date(2024, 1, 1), dt.date(2024, 9, 30)),
        ("quý vừa rồi", dt.date(2025, 7, 1), dt.date(2025, 9, 30)),
        ("từ đầu năm đến nay", dt.date(2025, 1, 1), TODAY),
        ("từ 11/2024 đến 10/2025", dt.date(2024, 11, 1), TODAY),
        ("12 tháng gần nhất", dt.date(2024, 11, 1), TODAY),
        ("tháng 10 này", dt.date(2025, 10, 1), TODAY),
        ("nửa đầu tháng 8", dt.date(2025, 8, 1), dt.date(2025, 8, 15)),
    ],
)
def test_compact_and_relative_forms_mean_their_days(said: str, first: dt.date, last: dt.date) -> None:
    (period,) = _calendar(FLOW).exactly(said)[1]
    assert (period.start, period.end) == (first, last)


@pytest.mark.parametrize(
    ("said", "year", "month"),
    [("hiện nay", 2025, 10), ("đầu năm", 2024, 12), ("cuối năm ngoái", 2024, 12), ("tính đến cuối tháng 9", 2025, 9)],
)
def test_a_stock_is_that_of_a_month_end(said: str, year: int, month: int) -> None:
    (period,) = _calendar(STOCK).exactly(said)[1]
    assert (period.end.year, period.end.month) == (year, month)


def test_what_the_data_does_not_reach_is_not_drawn() -> None:
    calendar, rng = _calendar(FLOW), random.Random(3)
    assert calendar.exactly("năm 2012")[1] == ()
    for _ in range(200):
        said, periods = calendar.draw(rng)
        assert said
        assert all(FIRST <= p.start <= p.end <= TODAY for p in periods)


def test_about_a_quarter_hangs_on_now_and_recent_years_lead() -> None:
    calendar, rng = _calendar(FLOW), random.Random(4)
    drawn = [calendar.draw(rng) for _ in range(800)]
    relative = sum("202" not in said and "201" not in said and "/" not in said for said, _ in drawn)
    assert 0.15 < relative / len(drawn) < 0.4
    years = Counter(periods[0].end.year for _, periods in drawn)
    assert years[2025] > years[2023] > years[2020]


@pytest.mark.parametrize("time", [FLOW, STOCK], ids=["flow", "stock"])
def test_lists_have_several_periods_of_one_unit(time: TimeDimension) -> None:
    calendar, rng = _calendar(time), random.Random(5)
    grains: Counter[str] = Counter()
    for _ in range(120):
        said, periods, grain = calendar.several(rng)
        assert said
        assert len({(p.start, p.end) for p in periods}) == len(periods) > 1
        assert grain == "year" or len({p.start.year for p in periods}) == 1
        grains[grain] += 1
    assert grains["year"] > grains["month"] > 0
