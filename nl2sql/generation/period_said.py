"""The period that a question says, where an outline written without a hint has another.

The counterpart of ``covered`` for days: a date is read by the grammar of dates (``question.time``), which a small model
knows less well than code. The reader's reading of the question has no part in it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from nl2sql.generation.periods import periods_sql
from nl2sql.question.defaults import last_stock
from nl2sql.question.frames import opening, to_period, without_nested
from nl2sql.question.grains import with_bare_years
from nl2sql.question.text import Text, normalise
from nl2sql.question.time import TimeReading, previous_period, read_time, same_period_last_year
from nl2sql.question.time.parts_of_years import with_parts_of_years
from nl2sql.types import Comparison, Grain, GroupMatch, Period, Reading, Shape
from schema.semantic import GRAIN_LABELS, Catalogue, TimeDimension, View

_STEPS = {"same_period": same_period_last_year, "previous": previous_period}


def with_period_said(question: str, reading: Reading, view: View, catalogue: Catalogue) -> Reading:
    """The reading with the one period, or the two compared, that the question says, in place of others.

    "Theo từng năm" without a period is all years. Nothing else is changed where the question says no period, or
    several that are not compared, nor where the reading compares and the question does not say with what.
    """
    time, today, since = view.time, catalogue.as_of, catalogue.since
    if time is None or today is None or reading.terms or reading.beside:
        return reading
    text = normalise(question)
    timed = read_time(text, today, first_year=since.year) if since else read_time(text, today)
    said = with_parts_of_years(with_bare_years(text, timed, today))
    if said.problems or len(said.comparisons) > 1:
        return reading
    if time.snapshot and reading.comparison and len(reading.periods) == 1 and reading.comparison.second is None:
        reading = _against_the_present(reading, view, today)
    steps = {g.grain for g in said.grains if g.role == "by"}
    reading = _along(reading, steps)
    if said.comparisons:
        asked = said.comparisons[0]
        if asked.current is None or asked.base is None or reading.comparison is None or reading.comparison.second:
            return reading
        now, base = to_period(text, asked.current), to_period(text, asked.base)
        return _with(reading, time, now, replace(reading.comparison, kind=asked.kind, base=base))
    periods = without_nested([to_period(text, p) for p in said.periods])
    if time.snapshot:
        periods = tuple(opening(p) for p in periods)
    if not periods and reading.comparison is None:
        if any(g.grain == "year" for g in reading.groups):
            return replace(reading, periods=())  # "từng năm" of all the data
        return _usual(reading, view, today) if _timeless(text, said) else reading
    if len(periods) > 1 and reading.comparison is None and len(reading.periods) == 1:
        within = any(p.start <= reading.periods[0].start and reading.periods[0].end <= p.end for p in periods)
        return replace(reading, periods=tuple(replace(p, span=None) for p in periods)) if within else reading
    if len(periods) != 1 or len(reading.periods) > 1:
        return reading
    if not said.grains:
        reading = _without_single_step(reading, periods[0])
    compared = reading.comparison
    if compared is not None:
        step = _STEPS.get(compared.kind)
        if step is None or compared.second:
            return reading
        compared = replace(compared, base=step(periods[0]))
    return _with(reading, time, periods[0], compared)


_TIME = frozenset((
    "nay", "gio", "hien", "qua", "gan", "moi", "truoc", "sau", "ngay", "thang", "quy", "nam", "tuan", "ky", "hom",
    "dau", "cuoi", "vua", "luc", "den", "toi", "dang", "con", "roi", "giai", "doan",
))  # fmt: skip
"""Folded words that may speak of time."""
_NOW = re.compile(r"\b(?:hien (?:nay|tai|gio|con|co|dang|thoi)|bay gio)\b")
_PRESENT = re.compile(r"\b(?:hien (?:nay|tai|gio|con|co|dang|thoi)|bay gio|luc nay|thoi diem nay|hien|dang)\b")


def _timeless(text: Text, said: TimeReading) -> bool:
    """Whether nothing in a question speaks of time, but of the present."""
    if said.grains or any(any(c.isdigit() for c in text.tokens[i].text) for i in said.used):
        return False
    words = " ".join(t.fold for t in text.tokens)
    if _NOW.search(words) and not (said.periods or said.comparisons):
        return True  # "hiện có … tồn quá 90 ngày"
    left = _PRESENT.sub(" ", words).split()
    return not any(word in _TIME for word in left)


def _against_the_present(reading: Reading, view: View, today: dt.date) -> Reading:
    """The reading of the last stock, where a stock is held against itself: "hiện nay so với cuối năm ngoái"."""
    compared, time = reading.comparison, view.time
    if compared is None or time is None or not reading.periods:
        return reading
    had = reading.periods[0]
    if compared.base.start > today:  # what is compared with is told as the present, and the other way round
        return replace(reading, periods=last_stock(view, today), comparison=replace(compared, base=had))
    same = periods_sql((had,), time) == periods_sql((compared.base,), time)
    return replace(reading, periods=last_stock(view, today)) if same else reading


def _usual(reading: Reading, view: View, today: dt.date) -> Reading:
    """The reading over what the catalogue takes where no period is said: the last stock, or all the data."""
    if reading.groups and any(g.grain for g in reading.groups):
        return reading
    usual = last_stock(view, today)
    time = view.time
    if time is None or periods_sql(reading.periods, time) == periods_sql(usual, time):
        return reading
    return replace(reading, periods=usual)


def _without_single_step(reading: Reading, period: Period) -> Reading:
    """The reading without steps of the calendar of which the period has one only, where none was asked for."""
    if reading.window or reading.ranking or reading.comparison or reading.average or reading.derived:
        return reading
    first, last = period.start, period.end
    single = {
        "year": first.year == last.year,
        "quarter": (first.year, (first.month - 1) // 3) == (last.year, (last.month - 1) // 3),
        "month": (first.year, first.month) == (last.year, last.month),
    }
    left = tuple(g for g in reading.groups if not (g.grain and single.get(g.grain, False)))
    if left == reading.groups:
        return reading
    shape = Shape.BREAKDOWN if left else Shape.TOTAL
    return replace(reading, groups=left, shape=reading.shape if any(g.grain for g in left) else shape)


def _along(reading: Reading, steps: set[Grain]) -> Reading:
    """The reading by the one unit of the calendar that is said to be gone along, where it goes along none."""
    if len(steps) != 1 or any(g.grain for g in reading.groups) or reading.average or reading.shape is Shape.ROWS:
        return reading
    if reading.ranking or reading.comparison or reading.share or reading.contrast or reading.derived:
        return reading
    grain = steps.pop()
    step = GroupMatch(grain, GRAIN_LABELS[grain], grain)
    return replace(reading, groups=(step, *reading.groups), shape=Shape.TREND)


def _with(reading: Reading, time: TimeDimension, now: Period, compared: Comparison | None) -> Reading:
    """The reading over these days, where its own are others."""
    had, base = reading.periods, reading.comparison.base if reading.comparison else None
    wanted = compared.base if compared else None

    def alike(one: Period | None, other: Period | None) -> bool:
        if one is None or other is None:
            return one is other
        return periods_sql((one,), time) == periods_sql((other,), time)

    if len(had) == 1 and alike(had[0], now) and alike(base, wanted):
        return reading
    return replace(reading, periods=(replace(now, span=None),), comparison=compared)
