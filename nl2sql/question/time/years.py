"""Years and months that an expression leaves out, and where they come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from nl2sql.question.time.calendar import shift_unit
from nl2sql.question.time.spec import Range, Spec, Unit, UpTo


def is_frame(spec: Spec) -> bool:
    """Whether it is nothing but a year or a stretch of years."""
    if isinstance(spec, Range):
        return is_frame(spec.first) and is_frame(spec.last)
    return isinstance(spec, Unit) and spec.grain == "year" and spec.year is not None


def is_loose(spec: Spec) -> bool:
    """Whether it lacks its year."""
    return spec.year_of() is None


def years_of(specs: Iterable[Spec]) -> list[int]:
    """Every year that the specs name, a stretch year by year."""
    years: list[int] = []
    for spec in specs:
        if isinstance(spec, Range):
            first, last = spec.first.year_of(), spec.last.year_of()
            if first is not None and last is not None and 0 <= last - first <= 50:
                years.extend(range(first, last + 1))
        elif (year := spec.year_of()) is not None:
            years.append(year)
    return years


def inherit(spec: Spec, other: Spec) -> Spec:
    """Take the year that is missing from the other, and for a bare day number its month."""
    if isinstance(spec, Unit) and isinstance(other, Unit) and spec.grain == other.grain and not spec.month:
        spec = replace(spec, month=other.month)
    year = other.year_of()
    return spec.with_year(year) if spec.year_of() is None and year is not None else spec


def fill_month(spec: Spec, today: dt.date) -> Spec:
    """A day without a month is the latest such day that is not after today."""
    if isinstance(spec, UpTo) and isinstance(spec.last, Unit):
        filled = fill_month(spec.last, today)
        return replace(spec, last=filled) if isinstance(filled, Unit) else spec
    if isinstance(spec, Range) and isinstance(spec.first, Unit) and isinstance(spec.last, Unit):
        last = fill_month(spec.last, today)
        first = spec.first
        if isinstance(last, Unit) and first.grain == "day" and not first.month:
            first = replace(first, month=last.month, year=last.year)
        return replace(spec, first=first, last=last) if isinstance(last, Unit) else spec
    if not (isinstance(spec, Unit) and spec.grain == "day" and not spec.month):
        return spec
    month = today if spec.number <= today.day else shift_unit(today.replace(day=1), "month", -1)
    return replace(spec, month=month.month, year=month.year)
