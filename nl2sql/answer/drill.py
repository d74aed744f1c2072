"""What a person may ask next about one bar, point or cell of a chart: its members held as conditions, no model.

A drawn mark is named by the words that it shows: the category (``c``), the series (``s``) and the moment (``n``, or as
the axis writes it ``x``) of its datum. They are looked up in the result, so that the condition holds the database's own
value and not its label.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nl2sql.answer.chart_data import ChartData
from nl2sql.answer.format import period_name
from nl2sql.answer.next_steps import NextStep, dimensions_to_divide, next_steps
from nl2sql.question import edit
from nl2sql.types import Grain, Period, Ranking, Reading, Result
from schema.semantic import Catalogue

PICK_FIELDS = ("c", "s", "n", "x")
MAX_DRILLS = 4
_SPANS: Mapping[str, int] = {"year": 12, "quarter": 3, "month": 1}


@dataclass(frozen=True)
class Drill:
    """One mark of a chart taken apart.

    Attributes:
        member: What the mark is, in words: "Hoa Kỳ · Tháng 3/2025".
        steps: What may be asked about it, the most telling first.
    """

    member: str
    steps: tuple[NextStep, ...]


def drill(
    picked: Mapping[str, Any], reading: Reading | None, result: Result | None, catalogue: Catalogue
) -> Drill | None:
    """The follow-ups about a mark; None where it stands for no one member ("Khác") or the reading is not ours.

    Args:
        picked: The mark's datum, of which ``PICK_FIELDS`` are looked at.
    """
    if reading is None or result is None or reading.view not in catalogue.views or not reading.groups:
        return None
    data = ChartData(result, reading, catalogue)
    row = next((r for r in range(len(result.rows)) if _is_of(r, picked, data)), None)
    if row is None:
        return None
    held = _held(reading, row, picked, data)
    if held is None or held == reading:
        return None
    steps = tuple(_steps(held, catalogue))
    said = _said(picked)
    words = [word for index in data.categories if (word := data.category(row, index)) in said]
    if held.periods != reading.periods:
        words += [period.label for period in held.periods]
    return Drill(" · ".join(words), steps[:MAX_DRILLS]) if steps else None


def _is_of(row: int, picked: Mapping[str, Any], data: ChartData) -> bool:
    """Whether a row of the result is (a part of) the mark; the name of a measure drawn as a series names no row."""
    said = _said(picked) - {c.label for c in data.columns}
    return bool(said) and said <= set(_names(row, data))


def _said(picked: Mapping[str, Any]) -> set[str]:
    return {value for field in PICK_FIELDS if isinstance(value := picked.get(field), str) and value}


def _names(row: int, data: ChartData) -> Iterator[str]:
    moment = data.time.moments[row] if data.time else None
    if moment is not None:
        yield from (moment.name, moment.short)
    for index in data.categories:
        yield data.category(row, index)


def _held(reading: Reading, row: int, picked: Mapping[str, Any], data: ChartData) -> Reading | None:
    """The reading with the mark's members in place of the groups that they are members of."""
    catalogue, view = data.catalogue, data.catalogue.views[reading.view]
    said = _said(picked)
    held = replace(reading, ranking=None, share=None, window=None, thresholds=())
    for index in data.categories:
        column = data.columns[index]
        dim = view.dimension(column.name)
        if data.category(row, index) not in said:
            continue
        if dim is None or data.rows[row][index] is None:
            return None
        match = edit.value_filter(dim, str(data.rows[row][index]), data.category(row, index))
        held = edit.with_filter(held, match, catalogue)
    moment = data.time.moments[row] if data.time else None
    if moment is not None and said & {moment.name, moment.short}:
        period = _period(data, row)
        if period is None:
            return None
        timeless = tuple(g for g in held.groups if not g.grain)
        held = edit.with_periods(replace(held, groups=timeless), (period,), catalogue)
    return held


def _period(data: ChartData, row: int) -> Period | None:
    """The period of a row's moment; where the axis names no year, the one of the question."""
    axis = data.time
    moment = axis.moments[row] if axis else None
    if axis is None or moment is None or axis.grain not in _SPANS or not moment.key:
        return None
    key = moment.key
    dated = any(isinstance(data.rows[row][i], dt.date) for i in axis.columns)
    if axis.has_year:
        year, part = key[0], (key[1] if len(key) > 1 else 1)
        if dated and axis.grain == "quarter":
            part = (part + 2) // 3
    else:
        years = {y for p in data.reading.periods for y in (p.start.year, p.end.year)} if data.reading else set()
        if len(years) != 1:
            return None
        year, part = years.pop(), key[-1]
    grain: Grain = "year" if axis.grain == "year" else "quarter" if axis.grain == "quarter" else "month"
    months = _SPANS[grain]
    first = 1 if grain == "year" else (part - 1) * months + 1
    if not (1 <= year <= 9999 and 1 <= first <= 12):
        return None
    last = first + months - 1
    end = dt.date(year, last, calendar.monthrange(year, last)[1])
    as_of = data.catalogue.as_of
    label = period_name(grain, year, None if grain == "year" else part)
    return Period(dt.date(year, first, 1), end, grain, label, open=bool(as_of and as_of < end))


def _steps(held: Reading, catalogue: Catalogue) -> Iterator[NextStep]:
    """The member taken apart one level further, then what is usually asked about such a reading."""
    view = catalogue.views[held.view]
    seen: set[Reading] = set()
    column = held.filters[-1].column if held.filters else ""
    below = next((d for d in dimensions_to_divide(held, view) if d.parent and d.parent == column), None)
    if below is not None and not held.groups:
        lowered = below.label[:1].lower() + below.label[1:]
        divided = edit.with_group(held, edit.column_group(below), catalogue)
        wide = not 0 < len(catalogue.values_of(below)) <= 15
        step = NextStep(
            f"10 {lowered} lớn nhất" if wide else f"Chia theo {lowered}",
            edit.with_ranking(divided, Ranking(10), catalogue) if wide else divided,
        )
        seen.add(step.reading)
        yield step
    for step in next_steps(held, None, catalogue):
        if step.reading not in seen:
            seen.add(step.reading)
            yield step
