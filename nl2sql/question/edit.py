"""A reading changed as structure: what a person does when they click a part of it and choose something else.

Every function returns a whole reading: what no longer fits after the change is taken out, what depends on the change
(the base of a comparison, the shape, the assumptions) is derived again, and the text says the new meaning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from nl2sql.question.derive import built_notes
from nl2sql.question.filters import values_sql
from nl2sql.question.pieces import shape_of
from nl2sql.question.sets import retimed
from nl2sql.question.text import normalise
from nl2sql.question.time import previous_period, read_time, same_period_last_year
from nl2sql.types import (
    Comparison,
    FilterMatch,
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    Shape,
)
from schema.semantic import GRAIN_LABELS, Catalogue, Dimension, Metric, NamedFilter, View

FEW_VALUES = 3
"""A column with so few values tells kinds, not names."""
BaseKind = Literal["same_period", "previous"]


def with_metric(reading: Reading, index: int, metric: Metric, catalogue: Catalogue) -> Reading:
    """Another metric in the place of one; bounds on the old one go with it."""
    match = MetricMatch(metric.name, metric.expr, metric.label, metric.unit)
    metrics = [*reading.metrics]
    old = metrics[index].name
    metrics[index] = match
    kept = [m for i, m in enumerate(metrics) if m.name != match.name or i == index]
    bounds = tuple(t for t in reading.thresholds if t.on_rows or t.metric != old)
    return settled(replace(reading, metrics=tuple(kept), thresholds=bounds), catalogue)


def with_another_metric(reading: Reading, metric: Metric, catalogue: Catalogue) -> Reading:
    """One metric more, beside those that are there."""
    match = MetricMatch(metric.name, metric.expr, metric.label, metric.unit)
    return settled(replace(reading, metrics=(*reading.metrics, match)), catalogue)


def without_metric(reading: Reading, index: int, catalogue: Catalogue) -> Reading:
    """One metric less; the last one stays."""
    if len(reading.metrics) < 2:
        return reading
    kept = tuple(m for i, m in enumerate(reading.metrics) if i != index)
    bounds = tuple(t for t in reading.thresholds if t.on_rows or t.metric != reading.metrics[index].name)
    return settled(replace(reading, metrics=kept, thresholds=bounds), catalogue)


def with_periods(reading: Reading, periods: Sequence[Period], catalogue: Catalogue) -> Reading:
    """Other periods; the base of a comparison follows the first of them."""
    changed = replace(reading, periods=tuple(periods), terms=retimed(reading, reading.periods, periods))
    if reading.built_on:
        return settled(changed, catalogue)
    if reading.comparison is not None:
        kind: BaseKind = "previous" if reading.comparison.kind == "previous" else "same_period"
        return with_comparison(changed, kind, catalogue) if periods else settled(changed, catalogue)
    return settled(changed, catalogue)


def with_comparison(reading: Reading, kind: BaseKind | None, catalogue: Catalogue) -> Reading:
    """Compared with the same period of last year or the period before; None takes a comparison away."""
    reading = _simple(reading)
    if kind is None or not reading.periods:
        bounds = tuple(t for t in reading.thresholds if not t.on_change)
        ranking = replace(reading.ranking, by_change=False) if reading.ranking else None
        return settled(replace(reading, comparison=None, thresholds=bounds, ranking=ranking), catalogue)
    current = reading.periods[0]
    base = previous_period(current) if kind == "previous" else same_period_last_year(current)
    want = reading.comparison.want if reading.comparison else "all"
    made = Comparison(kind, replace(base, span=None), want)
    groups = tuple(g for g in reading.groups if g.grain != "year")
    return settled(
        replace(reading, comparison=made, periods=(current,), groups=groups, window=None, share=None, average=None),
        catalogue,
    )


def with_filter(reading: Reading, match: FilterMatch, catalogue: Catalogue) -> Reading:
    """One condition more; it takes the place of one on the same column."""
    reading = _simple(reading)
    place = next((i for i, f in enumerate(reading.filters) if f.column == match.column), None)
    filters = [*reading.filters]
    if place is None:
        filters.append(match)
    else:
        filters[place] = match
    # A column held at one value says nothing as a group.
    single = len(match.values) == 1 and not match.negated
    groups = tuple(g for g in reading.groups if not (single and g.column == match.column))
    return _regrouped(replace(reading, filters=tuple(filters)), groups, catalogue)


def without_filter(reading: Reading, index: int, catalogue: Catalogue) -> Reading:
    """One condition less."""
    reading = _simple(reading)
    return settled(replace(reading, filters=tuple(f for i, f in enumerate(reading.filters) if i != index)), catalogue)


def value_filter(dimension: Dimension, value: str, label: str = "", *, negated: bool = False) -> FilterMatch:
    """The condition that a column holds one value."""
    said = f"{dimension.label}: {'không phải ' if negated else ''}{label or value}"
    sql = values_sql(dimension.name, (value,), negated, integer=dimension.type == "integer")
    return FilterMatch(sql, dimension.name, (value,), said, negated=negated)


def named_filter(named: NamedFilter) -> FilterMatch:
    """A condition that the catalogue names."""
    expr = f"({named.expr})" if " OR " in named.expr.upper() else named.expr
    return FilterMatch(expr, named.name, (), named.label)


def with_group(reading: Reading, group: GroupMatch, catalogue: Catalogue, *, instead: int | None = None) -> Reading:
    """Divided by one column more, or by it instead of another; one calendar grain at most."""
    groups = [*reading.groups]
    if instead is not None:
        groups[instead] = group
    elif group.grain:
        groups = [group, *(g for g in groups if not g.grain)]
    else:
        groups.append(group)
    if instead is not None and group.grain:
        groups = [g for i, g in enumerate(groups) if not g.grain or i == instead]
    return _regrouped(reading, tuple(dict.fromkeys(groups)), catalogue)


def without_group(reading: Reading, index: int, catalogue: Catalogue) -> Reading:
    """Divided by one column less."""
    return _regrouped(reading, tuple(g for i, g in enumerate(reading.groups) if i != index), catalogue)


def with_ranking(reading: Reading, ranking: Ranking | None, catalogue: Catalogue) -> Reading:
    """Another order and number of rows."""
    return settled(replace(_simple(reading), ranking=ranking), catalogue)


def without_thresholds(reading: Reading, catalogue: Catalogue) -> Reading:
    """Without bounds on measures."""
    return settled(replace(reading, thresholds=()), catalogue)


def without_frame(reading: Reading, catalogue: Catalogue) -> Reading:
    """Without share, running calculation or average."""
    return settled(replace(reading, share=None, window=None, average=None), catalogue)


def without_unread(reading: Reading, catalogue: Catalogue) -> Reading:
    """The person says that what was not understood does not matter."""
    return settled(replace(reading, unread=()), catalogue)


def as_rows(reading: Reading, catalogue: Catalogue) -> Reading:
    """The rows behind a figure."""
    changed = replace(
        _simple(reading), groups=(), ranking=None, comparison=None, share=None, window=None, average=None, metrics=(),
        thresholds=tuple(t for t in reading.thresholds if t.on_rows), shape=Shape.ROWS,
    )  # fmt: skip
    return settled(changed, catalogue)


def time_group(grain: Grain) -> GroupMatch:
    """The group of a calendar grain."""
    return GroupMatch(grain, GRAIN_LABELS[grain], grain)


def column_group(dimension: Dimension) -> GroupMatch:
    """The group of a column."""
    return GroupMatch(dimension.name, dimension.label)


def period_of(text: str, catalogue: Catalogue) -> Period | None:
    """A period that a person typed ("quý II/2024"), or None when it is none."""
    today = catalogue.as_of or dt.date.today()  # noqa: DTZ011 - a foreign database has no day of its own
    found = read_time(normalise(text), today).periods
    if not found:
        return None
    first = found[0]
    return Period(first.start, first.end, first.grain, first.label, open=first.open)


def settled(reading: Reading, catalogue: Catalogue) -> Reading:
    """The reading made whole after a change: shape, assumptions, certainty and text."""
    view = catalogue.views[reading.view]
    if not reading.metrics and reading.shape is not Shape.ROWS and view.default_metric:
        first = view.default_metric
        metrics = (MetricMatch(first.name, first.expr, first.label, first.unit, assumed=True),)
        reading = replace(reading, metrics=metrics)
    reading = replace(
        reading,
        shape=_shape(reading),
        assumptions=_assumptions(reading, view, catalogue.as_of),
        certainty=1.0 if not reading.unread else reading.certainty,
        carried=False,
        clarification=None,
        refusal=None,
    )
    return replace(reading, text=restated(reading, catalogue))


def restated(reading: Reading, catalogue: Catalogue) -> str:
    """The reading as a Vietnamese phrase that reads the same again: "Kim ngạch xuất khẩu năm 2024 theo tháng"."""
    rows = reading.shape is Shape.ROWS
    if reading.built_on:  # what is computed over the table is best said as it was; the period may be another
        return ", ".join([reading.text.rstrip(" ?."), *(_lower(p.label) for p in reading.periods)])
    what = "Liệt kê chi tiết" if rows else " và ".join([m.label for m in reading.metrics[:1]]
                                                       + [_lower(m.label) for m in reading.metrics[1:]])  # fmt: skip
    if reading.average:
        what += f" bình quân mỗi {GRAIN_LABELS[reading.average].lower()}"
    if reading.share:
        what = f"Tỷ trọng {reading.share.label or _lower(what)} trong {_lower(what)}" if reading.share.numerator else (
            f"Tỷ trọng {_lower(what)}")  # fmt: skip
    ranked = reading.ranking if reading.ranking and reading.ranking.n and not rows else None
    division = " và ".join(_lower(g.label) for g in reading.groups)
    if ranked and division:
        what = f"{ranked.n} {division} có {_lower(what)}"
    view = catalogue.views[reading.view]
    parts = [what, *(_condition(f, view, catalogue) for f in reading.filters)]
    # "Năm 2025 (đến 31/10/2025)" is asked for as the year.
    parts += [_lower(p.label.split(" (đến ")[0] if p.open else p.label) for p in reading.periods]
    if reading.window:
        words = {"cumulative": "lũy kế", "growth": "tăng trưởng", "compound": "tăng trưởng bình quân"}
        parts.append(words.get(reading.window.kind, "trung bình trượt"))
    if division and not ranked:
        parts.append(f"theo {division}")
    if reading.comparison:
        said = {"same_period": "so với cùng kỳ năm trước", "previous": "so với kỳ trước"}
        parts.append(said.get(reading.comparison.kind, f"so với {_lower(reading.comparison.base.label)}"))
    if ranked:
        parts.append("lớn nhất" if ranked.descending else "nhỏ nhất")
    return " ".join(p for p in parts if p)


def _condition(match: FilterMatch, view: View, catalogue: Catalogue) -> str:
    column, _, label = match.label.rpartition(": ")
    said = label.removeprefix("không phải ").removeprefix("không gồm ")
    dim = view.dimension(match.column)
    if dim is not None and 0 < len(catalogue.values_of(dim)) <= FEW_VALUES:
        said = _lower(said)  # a kind ("xuất khẩu") and no name
    # One syllable alone ("Đỏ") does not say of what; a longer name does.
    named = f"{_lower(column)} {said}" if column and " " not in said else said
    return f"trừ {named}" if match.negated else named


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _simple(reading: Reading) -> Reading:
    """Only the table that a place, a contrast or a set of members was computed over: the rest would not follow."""
    return replace(reading, derived=None, contrast=None, terms=(), counted=False, beside=None)


def _regrouped(reading: Reading, groups: tuple[GroupMatch, ...], catalogue: Catalogue) -> Reading:
    reading = _simple(reading)
    columns = {g.column for g in groups}
    ranking = reading.ranking
    if ranking and ranking.per and ranking.per not in columns:
        ranking = replace(ranking, per="")
    if not any(not g.grain for g in groups) and ranking and ranking.n and reading.shape is not Shape.ROWS:
        ranking = None
    timed = any(g.grain for g in groups)
    share = reading.share if groups or (reading.share and reading.share.numerator) else None
    bounds = reading.thresholds if groups else tuple(t for t in reading.thresholds if t.on_rows)
    window = reading.window if timed or (reading.window and reading.window.kind == "compound") else None
    shape = Shape.TOTAL if reading.shape is Shape.ROWS and groups else reading.shape
    changed = replace(
        reading, groups=groups, ranking=ranking, share=share, window=window, thresholds=bounds, shape=shape
    )
    return settled(changed, catalogue)


def _shape(reading: Reading) -> Shape:
    return shape_of(reading, reading.shape is Shape.ROWS and not reading.groups and not reading.metrics)


def _assumptions(reading: Reading, view: View, as_of: dt.date | None) -> tuple[str, ...]:
    notes = [metric.assumption for m in reading.metrics if (metric := view.metric(m.name))]
    notes += [dim.assumption for f in reading.filters if (dim := view.dimension(f.column))]
    notes += built_notes(reading)
    if reading.terms:
        notes.append("Giữ các đối tượng thỏa mọi điều kiện đã nêu, bỏ những đối tượng bị loại trừ.")
    if view.time:
        notes.append(view.time.assumption)
    if as_of:
        notes += [f"Dữ liệu đến {as_of:%d/%m/%Y}: {p.label} chưa trọn kỳ." for p in reading.periods if p.open]
    return tuple(dict.fromkeys(n for n in notes if n))
