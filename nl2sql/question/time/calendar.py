"""Calendar arithmetic on days: units, shifts, lunar new year."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping

from nl2sql.types import Grain

TET: Mapping[int, dt.date] = {
    2018: dt.date(2018, 2, 16),
    2019: dt.date(2019, 2, 5),
    2020: dt.date(2020, 1, 25),
    2021: dt.date(2021, 2, 12),
    2022: dt.date(2022, 2, 1),
    2023: dt.date(2023, 1, 22),
    2024: dt.date(2024, 2, 10),
    2025: dt.date(2025, 1, 29),
    2026: dt.date(2026, 2, 17),
    2027: dt.date(2027, 2, 6),
    2028: dt.date(2028, 1, 26),
    2029: dt.date(2029, 2, 13),
    2030: dt.date(2030, 2, 2),
}
"""First day of the lunar year in Vietnam (UTC+7; in 2030 a day before China)."""

MIN_YEAR, MAX_YEAR = 1900, 2100


def month_end(year: int, month: int) -> dt.date:
    """Last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def make_date(year: int, month: int, day: int) -> dt.date | None:
    """The day, or None when the calendar has no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def shift_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later (earlier when negative), cut at the month's end."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    year = max(MIN_YEAR, min(MAX_YEAR, year))
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def unit_range(day: dt.date, grain: Grain) -> tuple[dt.date, dt.date]:
    """First and last day of the calendar unit that holds a day (weeks are ISO weeks, Monday to Sunday)."""
    if grain == "day":
        return day, day
    if grain == "week":
        start = day - dt.timedelta(days=day.weekday())
        return start, start + dt.timedelta(days=6)
    if grain == "half_month":
        if day.day <= 15:
            return day.replace(day=1), day.replace(day=15)
        return day.replace(day=16), month_end(day.year, day.month)
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[grain]
    first = (day.month - 1) // size * size + 1
    return dt.date(day.year, first, 1), month_end(day.year, first + size - 1)


def shift_unit(day: dt.date, grain: Grain, count: int) -> dt.date:
    """A day in the unit so many units later (earlier when negative)."""
    if grain == "day":
        return day + dt.timedelta(days=count)
    if grain == "week":
        return day + dt.timedelta(weeks=count)
    if grain == "half_month":
        for _ in range(abs(count)):
            start, end = unit_range(day, grain)
            day = end + dt.timedelta(days=1) if count > 0 else start - dt.timedelta(days=1)
        return day
    return shift_months(day, count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[grain])


def iso_week(year: int, week: int) -> tuple[dt.date, dt.date] | None:
    """Monday and Sunday of an ISO week, or None when the year has no such week."""
    try:
        start = dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return start, start + dt.timedelta(days=6)


def is_aligned(start: dt.date, end: dt.date, grain: Grain) -> bool:
    """Whether a range begins and ends at borders of the unit."""
    return unit_range(start, grain)[0] == start and unit_range(end, grain)[1] == end


def year_before(start: dt.date, end: dt.date, years: int = 1) -> tuple[dt.date, dt.date]:
    """The same days so many years before. 29/02 becomes 28/02; whole months stay whole (28/02/2025 → 29/02/2024)."""
    new_start = shift_months(start, -12 * years)
    new_end = shift_months(end, -12 * years)
    if start.day == 1 and end == month_end(end.year, end.month):
        new_end = month_end(new_end.year, new_end.month)
    return new_start, new_end
