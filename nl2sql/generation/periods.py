"""Periods as SQL conditions, in the plainest form that a view's columns allow."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence, Set

from nl2sql.types import Grain, Period
from schema.semantic import TimeDimension


def period_sql(period: Period, time: TimeDimension) -> str:
    """The condition that keeps the rows of a period.

    Whole years, quarters, months and half-months are compared by their integer columns, which is how people say them
    and, in a reporting calendar, the only right way; any other range is compared by the date column.
    """
    if time.snapshot:
        return _snapshot_sql(period, time)
    parts = time.parts
    start, end = period.start, period.end
    if period.grain == "day" and time.calendar != "gregorian":
        return f"{time.name} BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"  # named by its days
    # Years up to the data's last day are whole years; a year that was cut to compare equal days is not.
    to_now = period.grain == "year" and (period.open or start.year != end.year)
    whole = start.day == 1 and (end.day == _last_day(end) or period.open or to_now)
    year, month = parts.get("year"), parts.get("month")
    if whole and year:
        full_year = start.month == 1 and (end.month == 12 or to_now)
        cut = period.grain == "year" and not to_now and end.month < 12
        if full_year and start.year == end.year:
            return f"{year} = {start.year}"
        if full_year:
            return f"{year} BETWEEN {start.year} AND {end.year}"
        if cut and time.calendar != "gregorian":
            return f"{year} = {start.year} AND {time.name} <= DATE '{end.isoformat()}'"
        if start.year == end.year and not (cut and end.day != _last_day(end)):
            inside = _inside_year(period, parts.get("quarter"), month)
            if inside:
                return f"{year} = {start.year} AND {inside}"
    if "half_month" in parts and year and month and start.year == end.year and start.month == end.month:
        half = _half(start, end)
        if half:
            return f"{year} = {start.year} AND {month} = {start.month} AND {parts['half_month']} = {half}"
    if start == end:
        return f"{time.name} = DATE '{start.isoformat()}'"
    return f"{time.name} BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"


def _inside_year(period: Period, quarter: str | None, month: str | None) -> str:
    first, last = period.start.month, period.end.month
    one = (first - 1) // 3 == (last - 1) // 3
    if quarter and period.grain == "quarter" and one and (last - first == 2 or period.open):
        return f"{quarter} = {(first - 1) // 3 + 1}"
    if not month:
        return ""
    return f"{month} = {first}" if first == last else f"{month} BETWEEN {first} AND {last}"


def _snapshot_sql(period: Period, time: TimeDimension) -> str:
    year, quarter, month = (time.parts.get(grain) for grain in ("year", "quarter", "month"))
    if year and month:
        return f"{year} = {period.end.year} AND {month} = {period.end.month}"
    if year and quarter:
        return f"{year} = {period.end.year} AND {quarter} = {(period.end.month + 2) // 3}"
    if year:
        return f"{year} = {period.end.year}"
    last = period.end.replace(day=_last_day(period.end))
    return f"{time.name} = DATE '{last.isoformat()}'"


def _half(start: dt.date, end: dt.date) -> int:
    if start.day == 1 and end.day == 15:
        return 1
    return 2 if start.day == 16 and end.day == _last_day(end) else 0


def _last_day(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def periods_sql(periods: Sequence[Period], time: TimeDimension) -> str:
    """The condition that keeps the rows of any of the periods, merged where they differ by their year alone."""
    if not periods:
        return ""
    conditions = [period_sql(p, time) for p in periods]
    if len(conditions) == 1:
        return conditions[0]
    year = time.parts.get("year")
    if year:
        rests = {c.removeprefix(f"{year} = {p.start.year}") for c, p in zip(conditions, periods, strict=True)}
        if len(rests) == 1 and all(c.startswith(f"{year} = ") for c in conditions):
            years = sorted({p.start.year for p in periods})
            listed = (
                f"{year} BETWEEN {years[0]} AND {years[-1]}"
                if len(years) > 2 and years[-1] - years[0] == len(years) - 1
                else f"{year} IN ({', '.join(map(str, years))})"
            )
            return listed + rests.pop()
    return "(" + " OR ".join(f"({c})" for c in conditions) + ")"


def span_sql(time: TimeDimension, first: dt.date, last: dt.date) -> str:
    """All snapshots or rows between two days, for trends over a snapshot view."""
    year = time.parts.get("year")
    if year and first.month == 1 and first.day == 1 and last.month == 12 and last.day == 31:
        same = first.year == last.year
        return f"{year} = {first.year}" if same else f"{year} BETWEEN {first.year} AND {last.year}"
    return f"{time.name} BETWEEN DATE '{first.isoformat()}' AND DATE '{last.isoformat()}'"


_CLOSING = {"year": (12,), "half": (6, 12), "quarter": (3, 6, 9, 12)}


def closing_sql(time: TimeDimension, grains: Set[Grain], last: dt.date | None) -> tuple[str, ...]:
    """What keeps one snapshot of each year, half or quarter: the last one; stocks of several dates are never added.

    Args:
        last: Last day asked for; a unit that ends later is shown by its newest snapshot.
    """
    month, year = time.parts.get("month"), time.parts.get("year")
    coarse = next((g for g in ("year", "half", "quarter") if g in grains), None)
    if month is None or year is None or coarse is None or grains & {"month", "day", "week", "half_month"}:
        return ()
    closing = _CLOSING[coarse]
    kept = f"{month} = {closing[0]}" if len(closing) == 1 else f"{month} IN ({', '.join(map(str, closing))})"
    if last is not None and last.month not in closing:
        kept = f"({kept} OR ({year} = {last.year} AND {month} = {last.month}))"
    return (kept,)


def grain_columns(grain: Grain, time: TimeDimension, periods: Sequence[Period]) -> tuple[str, ...]:
    """Columns to group by for a grain; the year is left out when every period lies in one and the same year."""
    parts = time.parts
    years = {y for p in periods for y in (p.start.year, p.end.year)}
    year = (parts["year"],) if "year" in parts and len(years) != 1 else ()
    if grain == "year" and "year" in parts:
        return (parts["year"],)
    if grain == "quarter" and "quarter" in parts:
        return (*year, parts["quarter"])
    if grain == "month" and "month" in parts:
        return (*year, parts["month"])
    if grain == "half_month" and {"month", "half_month"} <= parts.keys():
        return (*year, parts["month"], parts["half_month"])
    steps = {name: expr for expr, name in computed_steps(time).items()}
    if grain == "week" and "tuan" in steps:
        return (steps["tuan"],)
    if grain == "half" and "nua_nam" in steps:
        return (*year, steps["nua_nam"])
    if grain == "half_month" and "ky" in steps:
        return (*year, parts["month"], steps["ky"])
    return (time.name,)


def computed_steps(time: TimeDimension) -> dict[str, str]:
    """Expressions for calendar units that no column holds (weeks, half years, half months), with their names.

    A week is shown by its Monday, so that weeks of different years stay apart. A snapshot has no such units.
    """
    parts = time.parts
    if time.snapshot or not {"year", "month"} <= parts.keys():
        return {}
    return {
        f"DATE_TRUNC('week', {time.name})": "tuan",
        f"CASE WHEN {parts['month']} <= 6 THEN 1 ELSE 2 END": "nua_nam",
        f"CASE WHEN EXTRACT(day FROM {time.name}) <= 15 THEN 1 ELSE 2 END": "ky",
    }
