"""One part of each of several years: "quý III trong 3 năm gần đây", "tháng 9 của 5 năm qua"."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.question.time.format import same_period_last_year
from nl2sql.question.time.model import PeriodMention, TimeReading

_PARTS = ("half_month", "month", "quarter", "half")


def with_parts_of_years(time: TimeReading) -> TimeReading:
    """The time with a part that names no year, told beside a stretch of several, as that part of each of them.

    By itself such a part lies in the last year; over a stretch of years nobody means that year against all of them.
    """
    if len(time.periods) != 2 or time.grains:
        return time
    part, years = sorted(time.periods, key=lambda p: p.end - p.start)
    stretch = (
        years.grain == "year" and years.start.year < years.end.year and (years.start.month, years.start.day) == (1, 1)
    )
    if not stretch or part.grain not in _PARTS or not part.note or part.start.year != part.end.year:
        return time
    if any(c.kind != "explicit" or {c.current, c.base} != {part, years} for c in time.comparisons):
        return time
    each: list[PeriodMention] = []
    one = replace(part, note="")
    while one.start.year >= years.start.year:
        each += [one] if one.end <= years.end else []
        one = same_period_last_year(one)
    if len(each) < 2:
        return time
    return replace(time, periods=tuple(reversed(each)), comparisons=())
