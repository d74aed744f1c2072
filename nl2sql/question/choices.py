"""What each part of a reading can be changed to: the lists behind the parts that a person clicks.

A choice carries the whole reading that it leads to, so that choosing needs no words and no model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nl2sql.question import edit
from nl2sql.question.time import format_period, previous_period, same_period_last_year
from nl2sql.question.time.calendar import month_end, unit_range
from nl2sql.types import Grain, Period, Ranking, Reading, Shape
from schema.semantic import Catalogue, Dimension, View

REMOVE = "Bỏ phần này"
TOP_SIZES = (5, 10, 20)
GRAINS: tuple[Grain, ...] = ("year", "quarter", "month")


@dataclass(frozen=True)
class Choice:
    """One thing that a part can become.

    Attributes:
        section: Heading under which it stands; empty for none.
        label: What it says.
    """

    section: str
    label: str
    reading: Reading


def choices(reading: Reading, part: str, catalogue: Catalogue) -> tuple[Choice, ...]:
    """The choices of a part.

    Args:
        part: ``metric:0``, ``period:0``, ``comparison``, ``filter:0``, ``group:0``, ``ranking``, ``thresholds``,
            ``frame``, ``unread`` or ``add``.

    Raises:
        KeyError: There is no such part.
    """
    kind, _, at = part.partition(":")
    index = int(at) if at.isdigit() else 0
    makers = {
        "metric": _metrics, "period": _periods, "comparison": _comparisons, "filter": _filters, "group": _groups,
        "ranking": _rankings, "thresholds": _thresholds, "frame": _frame, "unread": _unread, "add": _additions,
    }  # fmt: skip
    view = catalogue.views[reading.view]
    return tuple(makers[kind](reading, index, view, catalogue))


def typed(reading: Reading, part: str, text: str, catalogue: Catalogue) -> Reading | None:
    """The reading with a period that the person typed in a period's list, or None when it is no period."""
    if not part.startswith("period"):
        return None
    found = edit.period_of(text, catalogue)
    return edit.with_periods(reading, (found,), catalogue) if found else None


def _metrics(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    if len(reading.metrics) > 1:
        yield Choice("", REMOVE, edit.without_metric(reading, index, catalogue))
    used = {m.name for m in reading.metrics}
    for metric in view.metrics:
        if metric.name not in used:
            yield Choice("Đổi thành", metric.label, edit.with_metric(reading, index, metric, catalogue))
    if len(reading.metrics) < 3 and not reading.comparison and not reading.ranking:
        unit = reading.metrics[index].unit if reading.metrics else ""
        for metric in view.metrics:
            if metric.name not in used and metric.unit == unit:
                yield Choice("Thêm bên cạnh", metric.label, edit.with_another_metric(reading, metric, catalogue))


def _periods(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    seen = {(p.start, p.end) for p in reading.periods}
    for section, period in _offered(reading.periods[index], catalogue.as_of):
        if (period.start, period.end) not in seen:
            seen.add((period.start, period.end))
            yield Choice(section, period.label, edit.with_periods(reading, (period,), catalogue))
    if len(reading.periods) > 1:
        rest = tuple(p for i, p in enumerate(reading.periods) if i != index)
        yield Choice("", REMOVE, edit.with_periods(reading, rest, catalogue))


def _offered(period: Period, as_of: dt.date | None) -> Iterator[tuple[str, Period]]:
    today = as_of or period.end
    near = "Gần kỳ này"
    before, last_year = previous_period(period), same_period_last_year(period)
    yield near, replace(before, span=None)
    yield near, replace(last_year, span=None)
    following = _following(period, today)
    if following:
        yield near, following
    if period.grain != "year":
        yield near, whole("year", period.start, today)
    if period.grain not in ("quarter", "year") and period.start.month == period.end.month:
        yield near, whole("quarter", period.start, today)
    latest = "Mới nhất"
    yield latest, whole("month", today, today)
    yield latest, whole("quarter", today, today)
    yield latest, whole("year", today, today)
    yield latest, whole("year", dt.date(today.year - 1, 1, 1), today)
    start = dt.date(today.year - 4, 1, 1)
    label = format_period(start, dt.date(today.year, 12, 31), "year")
    yield (
        latest,
        Period(start, today, "year", f"{label[:1].upper()}{label[1:]}", open=today < month_end(today.year, 12)),
    )


def whole(grain: Grain, day: dt.date, today: dt.date) -> Period:
    """The calendar unit that holds a day, cut where the data ends."""
    start, end = unit_range(day, grain)
    is_open = start <= today < end
    label = format_period(start, end, grain)
    return Period(start, min(end, today) if is_open else end, grain, label, open=is_open)


def _following(period: Period, today: dt.date) -> Period | None:
    grain = period.grain
    if grain not in ("year", "quarter", "month") or period.open:
        return None
    start = period.end + dt.timedelta(days=1)
    if start > today or unit_range(period.start, grain)[1] != period.end:
        return None
    return whole(grain, start, today)


def _comparisons(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    kind = reading.comparison.kind if reading.comparison else ""
    if kind != "same_period":
        yield Choice("", "Cùng kỳ năm trước", edit.with_comparison(reading, "same_period", catalogue))
    if kind != "previous":
        yield Choice("", "Kỳ liền trước", edit.with_comparison(reading, "previous", catalogue))
    if kind:
        yield Choice("", REMOVE, edit.with_comparison(reading, None, catalogue))


def _filters(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    current = reading.filters[index]
    yield Choice("", REMOVE, edit.without_filter(reading, index, catalogue))
    dim = view.dimension(current.column)
    if dim is None:
        for named in view.filters:
            if named.name != current.column:
                kept = edit.without_filter(reading, index, catalogue)
                yield Choice("Đổi thành", named.label, edit.with_filter(kept, edit.named_filter(named), catalogue))
        return
    if len(current.values) == 1:
        opposite = edit.value_filter(dim, current.values[0], current.label.split(": ", 1)[-1].removeprefix(
            "không phải "), negated=not current.negated)  # fmt: skip
        label = f"{'Chỉ' if current.negated else 'Trừ'} {opposite.label.split(': ', 1)[-1].removeprefix('không phải ')}"
        yield Choice("", label, edit.with_filter(reading, opposite, catalogue))
    if reading.shape is not Shape.ROWS and not any(g.column == dim.name for g in reading.groups):
        freed = edit.without_filter(reading, index, catalogue)
        yield Choice("", f"Bỏ và chia theo {dim.label.lower()}",
                     edit.with_group(freed, edit.column_group(dim), catalogue))  # fmt: skip
    for value, label in values_of(dim, catalogue):
        if value not in current.values:
            yield Choice("Đổi thành", label,
                         edit.with_filter(reading, edit.value_filter(dim, value, label), catalogue))  # fmt: skip


def values_of(dim: Dimension, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Declared values of a dimension with their labels."""
    return list({v.value: v.label or v.value for v in catalogue.values_of(dim)}.items())


def _groups(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    yield Choice("", REMOVE, edit.without_group(reading, index, catalogue))
    yield from _divisions(reading, view, catalogue, "Đổi thành", index)


def _divisions(
    reading: Reading, view: View, catalogue: Catalogue, section: str, instead: int | None
) -> Iterator[Choice]:
    used = {g.column for g in reading.groups}
    for grain in GRAINS:
        fits = view.time is not None and (grain in view.time.parts) and grain not in used
        if fits and not (reading.comparison and grain == "year"):
            group = edit.time_group(grain)
            yield Choice(section, group.label, edit.with_group(reading, group, catalogue, instead=instead))
    for dim in view.dimensions:
        if dim.name not in used and divides(dim, reading):
            group = edit.column_group(dim)
            yield Choice(section, group.label, edit.with_group(reading, group, catalogue, instead=instead))


def divides(dim: Dimension, reading: Reading) -> bool:
    """Whether figures can sensibly be divided by a column: it names things and is not held at one value."""
    held = any(f.column == dim.name and len(f.values) == 1 and not f.negated for f in reading.filters)
    key = not dim.index and dim.type == "text"
    return not held and not key and not dim.name.startswith("so_")


def _rankings(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    now = reading.ranking
    for descending, word in ((True, "lớn nhất"), (False, "nhỏ nhất")):
        for n in TOP_SIZES:
            made = replace(now, n=n, descending=descending) if now else Ranking(n, descending)
            if made != now:
                yield Choice("", f"{n} {word}", edit.with_ranking(reading, made, catalogue))
    if now:
        yield Choice("", "Tất cả", edit.with_ranking(reading, None, catalogue))


def _thresholds(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    yield Choice("", REMOVE, edit.without_thresholds(reading, catalogue))


def _frame(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    yield Choice("", REMOVE, edit.without_frame(reading, catalogue))


def _unread(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    yield Choice("", "Bỏ qua phần này", edit.without_unread(reading, catalogue))


def _additions(reading: Reading, index: int, view: View, catalogue: Catalogue) -> Iterator[Choice]:
    if reading.shape is not Shape.ROWS:
        if len(reading.groups) < 2:
            yield from _divisions(reading, view, catalogue, "Chia theo", None)
        if reading.periods and not reading.comparison and view.time is not None:
            yield from (replace(c, section="So sánh") for c in _comparisons(reading, 0, view, catalogue))
        if any(not g.grain for g in reading.groups) and not reading.ranking:
            yield from (replace(c, section="Xếp hạng") for c in _rankings(reading, 0, view, catalogue))
    held = {f.column for f in reading.filters}
    for named in view.filters:
        if named.name not in held:
            yield Choice("Chỉ tính", named.label, edit.with_filter(reading, edit.named_filter(named), catalogue))
    for dim in view.dimensions:
        if dim.name not in held:
            for value, label in values_of(dim, catalogue):
                match = edit.value_filter(dim, value, label)
                yield Choice("Chỉ tính", match.label, edit.with_filter(reading, match, catalogue))
