"""Periods in words, and the periods that comparisons derive from a period.

``format_period`` writes what the grammar reads: reading it back gives the same days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TypeVar

from nl2sql.question.time.calendar import (
    is_aligned,
    iso_week,
    month_end,
    shift_months,
    shift_unit,
    unit_range,
    year_before,
)
from nl2sql.question.time.model import PeriodMention
from nl2sql.types import Grain, Period

P = TypeVar("P", PeriodMention, Period)

ROMAN = ("I", "II", "III", "IV")


def format_date(day: dt.date) -> str:
    """``05/03/2024``."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_period(start: dt.date, end: dt.date, grain: Grain, *, cumulative: bool = False) -> str:
    """A range of days as a Vietnamese reader would say it.

    Args:
        start: First day.
        end: Last day, included.
        grain: Unit in which to speak; days are used when the range does not begin with such a unit.
        cumulative: Say that it is counted from the beginning of the year.

    Returns:
        "Quý II/2024", "6 tháng đầu năm 2025", "từ 05/03/2024 đến 20/03/2024", "lũy kế đến hết tháng 9/2025" …
    """
    if cumulative and (start.month, start.day) == (1, 1) and start.year == end.year:
        if end == month_end(end.year, end.month):
            return f"lũy kế đến hết tháng {end.month}/{end.year}"
        return f"lũy kế đến {format_date(end)}"
    if unit_range(start, grain)[0] != start:
        grain = "day"
    last_start, last_end = unit_range(end, grain)
    if last_end != end and grain not in ("day", "week"):
        whole = format_period(start, last_end, grain)
        return f"{whole} (đến {format_date(end)})"
    single = last_start == start
    if grain == "year":
        return f"Năm {start.year}" if single else f"giai đoạn {start.year}–{end.year}"
    if grain == "half":
        if single:
            return _months(start, end)
        return f"từ tháng {start.month}/{start.year} đến tháng {end.month}/{end.year}"
    if grain == "quarter":
        if single:
            return f"Quý {_quarter(start)}"
        return f"từ quý {_quarter(start)} đến quý {_quarter(end)}"
    if grain == "month":
        return f"Tháng {start.month}/{start.year}" if single else _months(start, end)
    if grain == "half_month" and single:
        return f"Kỳ {1 if start.day == 1 else 2} tháng {start.month}/{start.year}"
    if grain == "week" and single:
        year, week, _ = start.isocalendar()
        return f"Tuần {week}/{year} ({format_date(start)}–{format_date(end)})"
    if start == end:
        return f"Ngày {format_date(start)}"
    return f"từ {format_date(start)} đến {format_date(end)}"


def _quarter(day: dt.date) -> str:
    return f"{ROMAN[(day.month - 1) // 3]}/{day.year}"


def _months(start: dt.date, end: dt.date) -> str:
    """Whole months of one year from its beginning or to its end by their number, others by name."""
    count = end.month - start.month + 1
    if start.year == end.year and 1 < count < 12:
        if start.month == 1:
            return f"{count} tháng đầu năm {start.year}"
        if end.month == 12:
            return f"{count} tháng cuối năm {start.year}"
    return f"từ tháng {start.month}/{start.year} đến tháng {end.month}/{end.year}"


def _moved(period: P, start: dt.date, end: dt.date) -> P:
    cumulative = isinstance(period, PeriodMention) and period.cumulative
    label = format_period(start, end, period.grain, cumulative=cumulative)
    return replace(period, start=start, end=end, label=label, open=False)


def same_period_last_year(period: P, years: int = 1) -> P:
    """The same period of the year before ("cùng kỳ").

    A period that was cut at the data's last day gives the same days of that year. A week gives the week of the same
    number (week 53 gives week 52 when there is no 53rd). 29/02 gives 28/02.
    """
    if period.grain == "week" and unit_range(period.start, "week")[0] == period.start:
        iso_year, number, _ = period.start.isocalendar()
        week = iso_week(iso_year - years, number) or iso_week(iso_year - years, 52)
        if week is not None:
            length = period.end - period.start
            return _moved(period, week[0], week[0] + length)
    start, end = year_before(period.start, period.end, years)
    return _moved(period, start, end)


def previous_period(period: P) -> P:
    """The period of the same length just before ("kỳ trước").

    Whole units give whole units (May gives April, Q1 gives Q4 of the year before, six months give the six months
    before). A unit that was cut gives the first days of the unit before: 1–20 October gives 1–20 September.
    """
    grain, start, end = period.grain, period.start, period.end
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(grain)
    if months and unit_range(start, grain)[0] == start:
        last = unit_range(end, grain)[1]
        span = (last.year - start.year) * 12 + last.month - start.month + 1
        new_start = shift_months(start, -span)
        new_end = start - dt.timedelta(days=1) if last == end else shift_months(end, -span)
        return _moved(period, new_start, new_end)
    if grain == "half_month" and is_aligned(start, end, grain):
        count = 1
        while unit_range(shift_unit(start, grain, count), grain)[0] <= end:
            count += 1
        return _moved(period, unit_range(shift_unit(start, grain, -count), grain)[0], start - dt.timedelta(days=1))
    if grain == "week" and unit_range(start, grain)[0] == start:
        weeks = (unit_range(end, grain)[1] - start).days // 7 + 1
        step = dt.timedelta(weeks=weeks)
        return _moved(period, start - step, end - step)
    length = end - start + dt.timedelta(days=1)
    return _moved(period, start - length, end - length)
