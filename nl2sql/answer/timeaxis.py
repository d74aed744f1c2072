"""The time axis of a result: which columns are time, at which grain, in which order, and which period is unfinished."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nl2sql.answer.format import NOTHING, format_date, period_name, short_period
from nl2sql.types import Result
from schema.semantic import Catalogue

_NAMES = {
    "nam": "year", "year": "year", "quy": "quarter", "quarter": "quarter", "thang": "month", "month": "month",
    "tuan": "week", "week": "week", "ky": "half_month", "ngay": "day", "date": "day", "day": "day",
}  # fmt: skip
_COARSE_FIRST = ("year", "half", "quarter", "month", "week", "half_month", "day")


@dataclass(frozen=True)
class Moment:
    """One point of the axis: sorts by ``key``; ``name`` in words, ``short`` for an axis; ``open`` when unfinished."""

    key: tuple[int, ...]
    name: str
    short: str
    open: bool = False


@dataclass(frozen=True)
class TimeAxis:
    """The time columns of a result together.

    Attributes:
        columns: Their positions, coarsest first.
        grain: The finest grain.
        moments: One for each row, in the rows' order; None where the row has no time (a total line).
        has_year: The axis says which year.
    """

    columns: tuple[int, ...]
    grain: str
    moments: tuple[Moment | None, ...]
    has_year: bool

    @property
    def distinct(self) -> tuple[Moment, ...]:
        """The different moments in the order of time."""
        return tuple(sorted({m for m in self.moments if m is not None}, key=lambda m: m.key))


def grain_of(name: str, values: Sequence[Any], catalogue: Catalogue) -> str:
    """The grain of a time column, from the catalogue, its name, or its values."""
    for view in catalogue.views.values():
        for time in view.time_dimensions:
            for grain, part in time.parts.items():
                if part == name:
                    return grain
    found = [v for v in values if v is not None]
    if found and all(isinstance(v, dt.date) for v in found):
        return _date_grain(found, name)
    lowered = name.lower()
    for word, grain in _NAMES.items():
        if lowered == word or lowered.startswith(word + "_") or lowered.endswith("_" + word):
            return grain
    if found and all(isinstance(v, int) and 1900 <= v <= 2100 for v in found):
        return "year"
    return "text"


def _date_grain(values: Sequence[dt.date], name: str) -> str:
    if any(v.day != 1 for v in values) or any(isinstance(v, dt.datetime) for v in values) or len(set(values)) < 2:
        return "month" if name.lower() in {"thang", "month"} and all(v.day == 1 for v in values) else "day"
    if all(v.month == 1 for v in values):
        return "year"
    if all(v.month in {1, 4, 7, 10} for v in values) and "thang" not in name.lower():
        return "quarter"
    return "month"


def time_axis(result: Result, catalogue: Catalogue) -> TimeAxis | None:
    """The time axis of a result, or None when it has no time column."""
    grains: dict[int, str] = {}
    for index, column in enumerate(result.columns):
        if column.role == "time":
            grains[index] = grain_of(column.name, [row[index] for row in result.rows], catalogue)
    if not grains:
        return None
    columns = tuple(sorted(grains, key=lambda i: _COARSE_FIRST.index(grains[i]) if grains[i] in _COARSE_FIRST else 99))
    moments = tuple(_moment([(grains[i], row[i]) for i in columns], catalogue.as_of) for row in result.rows)
    dated = any(isinstance(row[i], dt.date) for row in result.rows[:1] for i in columns)
    return TimeAxis(columns, grains[columns[-1]], moments, "year" in grains.values() or dated)


def _moment(parts: list[tuple[str, Any]], as_of: dt.date | None) -> Moment | None:
    if any(value is None for _, value in parts):
        return None
    grain, value = parts[-1]
    years = [v for g, v in parts if g == "year" and isinstance(v, int)]
    year = years[0] if years else None
    if isinstance(value, dt.date):
        return _dated(grain, value, as_of)
    if not isinstance(value, int):
        text = str(value)
        return Moment((*(v for v in (year,) if v), *(ord(c) for c in text[:12])), text, text)
    part = None if grain == "year" else value
    key = tuple(v for _, v in parts if isinstance(v, int))
    is_open = _is_open(grain, year, part, as_of)
    if grain == "half_month":
        months = [v for g, v in parts if g == "month"]
        if months:
            name = f"Kỳ {value} tháng {months[0]}" + (f"/{year}" if year else "")
            return Moment(key, name, f"K{value} T{months[0]}" + (f"/{year}" if year else ""), is_open)
    if grain == "day" and not year:
        return Moment(key, f"Ngày {value}", str(value))
    return Moment(key, period_name(grain, year, part), short_period(grain, year, part), is_open)


def _dated(grain: str, value: dt.date, as_of: dt.date | None) -> Moment:
    key = (value.year, value.month, value.day) + ((value.hour, value.minute) if isinstance(value, dt.datetime) else ())
    if grain == "day":
        text = format_date(value)
        return Moment(key, text, text)
    part = {"year": None, "quarter": (value.month + 2) // 3, "month": value.month}.get(grain)
    is_open = _is_open(grain, value.year, part, as_of)
    return Moment(key, period_name(grain, value.year, part), short_period(grain, value.year, part), is_open)


def _is_open(grain: str, year: int | None, part: int | None, as_of: dt.date | None) -> bool:
    """Whether the data ends inside the period."""
    if as_of is None or year is None:
        return False
    if grain == "year":
        start, end = dt.date(year, 1, 1) if 1 <= year <= 9999 else dt.date.min, _month_end(year, 12)
    elif grain == "quarter" and part in {1, 2, 3, 4}:
        start, end = dt.date(year, 3 * part - 2, 1), _month_end(year, 3 * part)
    elif grain == "month" and part is not None and 1 <= part <= 12:
        start, end = dt.date(year, part, 1), _month_end(year, part)
    else:
        return False
    return start <= as_of < end


def _month_end(year: int, month: int) -> dt.date:
    if not 1 <= year <= 9999:
        return dt.date.min
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def row_label(parts: Sequence[Any]) -> str:
    """Text of a category cell or of several together."""
    return " – ".join(NOTHING if p is None else str(p) for p in parts)
