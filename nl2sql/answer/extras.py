"""What an answer tells without being asked: how one number has changed, and which condition emptied an empty result.

Both are further readings, composed and run through the same door as the answer itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from nl2sql.answer.format import PERCENT, POINTS, format_amount, period_name, short_period
from nl2sql.question import edit
from nl2sql.question.time import format_period, previous_period, same_period_last_year
from nl2sql.question.time.calendar import month_end
from nl2sql.types import Answer, Period, Reading, Result, Shape, Status
from schema.semantic import Catalogue

Run = Callable[[Reading], Answer]
TREND_STEPS = {"month": 13, "quarter": 9, "year": 6}
MAX_LOOSENED = 3


@dataclass(frozen=True)
class Change:
    """The number against that of another period.

    Attributes:
        name: "Kỳ trước" or "Cùng kỳ năm trước".
        period: The other period in words.
        value: Its number.
        difference: Relative in percent; in points for a percentage.
        text: "▲ 8,1%" without colour.
        good: Whether the direction is the wanted one; None where the catalogue does not say.
    """

    name: str
    period: str
    value: float
    difference: float
    text: str
    good: bool | None


@dataclass(frozen=True)
class Point:
    """One point of the small trend: ``label`` in words, ``open`` for a period that has not ended."""

    label: str
    short: str
    value: float
    open: bool = False


@dataclass(frozen=True)
class Loosened:
    """A reading with ``count`` conditions less, and what it finds."""

    dropped: str
    reading: Reading
    found: str
    count: int = 1


@dataclass(frozen=True)
class Extras:
    """The additions of an answer; each may be empty."""

    changes: tuple[Change, ...] = ()
    trend: tuple[Point, ...] = ()
    unit: str = ""
    loosened: tuple[Loosened, ...] = ()


def wanted(answer: Answer) -> bool:
    """Whether an answer has additions worth asking for."""
    reading = answer.reading
    if reading is None or not reading.view or reading.clarification or reading.refusal:
        return False
    if answer.status is Status.NO_DATA:
        return bool(reading.filters or reading.thresholds or len(reading.periods) == 1)
    return answer.status is Status.ANSWERED and _single(reading, answer.result)


def extras(answer: Answer, run: Run, catalogue: Catalogue) -> Extras:
    """The additions of an answer.

    Args:
        run: Answers a reading under the asker's rights.
    """
    reading = answer.reading
    if reading is None or reading.built_on or not wanted(answer):
        return Extras()
    if answer.status is Status.NO_DATA:
        return Extras(loosened=_loosened(reading, run, catalogue))
    value = _number(answer)
    own = _number(run(edit.settled(reading, catalogue))) if value is not None else None
    if value is None or own is None or abs(own - value) > 1e-9 * max(abs(value), 1.0):
        return Extras()  # the answer counts otherwise than its reading: a change would compare unlike things
    changes = []
    period = reading.periods[0]
    if not _snapshot_grain(reading, catalogue):
        pairs = [("Cùng kỳ năm trước", same_period_last_year(period))]
        if period.grain != "year":
            pairs.insert(0, ("Kỳ trước", previous_period(period)))
    else:
        pairs = [("Tháng trước", _month_before(period)), ("Cùng kỳ năm trước", same_period_last_year(period))]
    for name, other in pairs:
        made = _change(name, value, reading, replace(other, span=None), run, catalogue)
        if made is not None:
            changes.append(made)
    return Extras(tuple(changes), _trend(reading, run, catalogue), reading.metrics[0].unit)


def _single(reading: Reading, result: Result | None) -> bool:
    """One governed number for one period."""
    return (
        result is not None
        and result.row_count == 1
        and reading.shape is Shape.TOTAL
        and len(reading.metrics) == 1
        and len(reading.periods) == 1
        and not (reading.groups or reading.window or reading.average or reading.share or reading.thresholds)
    )


def _number(answer: Answer) -> float | None:
    if answer.result is None or not answer.result.rows or len(answer.result.rows[0]) != 1:
        return None
    value = answer.result.rows[0][0]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _change(name: str, value: float, reading: Reading, other: Period, run: Run, catalogue: Catalogue) -> Change | None:
    before = _number(run(edit.with_periods(reading, (other,), catalogue)))
    if before is None:
        return None
    match = reading.metrics[0]
    points = match.unit == PERCENT
    if not points and before <= 0:
        return None
    difference = value - before if points else (value / before - 1) * 100
    arrow = "▲" if difference > 0 else "▼" if difference < 0 else "●"
    amount = format_amount(round(abs(difference), 1 if abs(difference) >= 1 else 2), POINTS if points else PERCENT)
    metric = catalogue.views[reading.view].metric(match.name)
    polarity = metric.polarity if metric else "neutral"
    good = None if polarity == "neutral" or not difference else (difference > 0) == (polarity == "up_good")
    return Change(name, other.label, before, difference, f"{arrow} {amount}", good)


def _snapshot_grain(reading: Reading, catalogue: Catalogue) -> bool:
    time = catalogue.views[reading.view].time
    return bool(time and time.snapshot)


def _month_before(period: Period) -> Period:
    last = period.end.replace(day=1) - dt.timedelta(days=1)
    start = last.replace(day=1)
    return Period(start, last, "month", format_period(start, last, "month"))


def _trend(reading: Reading, run: Run, catalogue: Catalogue) -> tuple[Point, ...]:
    """The number over the last steps of its own calendar unit, up to its own period."""
    time = catalogue.views[reading.view].time
    period = reading.periods[0]
    grain = "month" if time is not None and time.snapshot else period.grain
    if time is None or grain not in TREND_STEPS or grain not in time.parts:
        return ()
    if grain != "year" and (period.end - period.start).days > 95:
        return ()
    steps = TREND_STEPS[grain]
    months = {"month": 1, "quarter": 3, "year": 12}[grain] * (steps - 1)
    first = (period.end if grain == "month" else period.start).replace(day=1)
    start = dt.date(first.year - (months + 12 - first.month) // 12, (first.month - 1 - months) % 12 + 1, 1)
    end = month_end(period.end.year, period.end.month) if period.open else period.end
    span = Period(start, end, grain, format_period(start, end, grain), open=period.open)
    if grain == "month" and (end.year, end.month) != (period.start.year, period.start.month) and not time.snapshot:
        return ()
    series = edit.with_group(edit.with_periods(reading, (span,), catalogue), edit.time_group(grain), catalogue)
    answer = run(series)
    return _points(answer, grain, period) if answer.result else ()


def _points(answer: Answer, grain: str, period: Period) -> tuple[Point, ...]:
    result = answer.result
    if result is None or len(result.rows) < 3:
        return ()
    keys = [i for i, c in enumerate(result.columns) if c.role == "time"]
    at = next((i for i, c in enumerate(result.columns) if c.role == "measure"), None)
    if at is None or not keys:
        return ()
    found = []
    for place, row in enumerate(result.rows):
        year, part = _place(row, keys, period)
        if row[at] is not None:
            last = place == len(result.rows) - 1
            found.append(Point(period_name(grain, year, part), short_period(grain, year, part), float(row[at]),
                               period.open and last))  # fmt: skip
    return tuple(found)


def _place(row: Sequence[Any], keys: Sequence[int], period: Period) -> tuple[int | None, int | None]:
    values = [row[i] for i in keys]
    years = [v for v in values if isinstance(v, int) and v > 1900]
    parts = [v for v in values if isinstance(v, int) and v <= 53]
    return (years[0] if years else period.start.year), (parts[0] if parts else None)


Drop = Callable[[Reading], Reading]


def _loosened(reading: Reading, run: Run, catalogue: Catalogue) -> tuple[Loosened, ...]:
    """Each condition dropped in turn; where that leaves nothing, two at a time. What finds something is offered."""
    drops = _drops(reading, catalogue)
    for together in (1, 2):
        found = []
        for chosen in combinations(drops, together):
            other = reading
            for _, drop in chosen:
                other = drop(other)
            answer = run(other)
            if answer.status is Status.ANSWERED and answer.result and answer.result.rows:
                rows = answer.result.row_count
                more = " đầu" if answer.result.truncated else ""
                said = answer.headline if rows == 1 else f"{format_amount(rows)} dòng{more}"
                found.append(Loosened(" và ".join(name for name, _ in chosen), other, said, together))
            if len(found) == MAX_LOOSENED:
                break
        if found:
            return tuple(found)
    return ()


def _drops(reading: Reading, catalogue: Catalogue) -> list[tuple[str, Drop]]:
    """What can be dropped, by name. The last condition first: dropping it leaves the places of the others."""
    found: list[tuple[str, Drop]] = []
    for index in reversed(range(len(reading.filters))):
        found.append((f"“{reading.filters[index].label}”", _without(index, catalogue)))
    if reading.thresholds:
        found.append(("ngưỡng đã nêu", lambda r: edit.without_thresholds(r, catalogue)))
    if reading.periods and not reading.comparison:
        found.append((f"kỳ “{reading.periods[0].label}”", lambda r: edit.with_periods(r, (), catalogue)))
    return found


def _without(index: int, catalogue: Catalogue) -> Drop:
    return lambda reading: edit.without_filter(reading, index, catalogue)
