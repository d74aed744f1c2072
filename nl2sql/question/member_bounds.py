"""Bounds beside a count of members: on the members that are counted, or on the groups for which they are counted.

"Mỗi cục có bao nhiêu doanh nghiệp trên 100 tờ khai" bounds the companies; "số doanh nghiệp của các cục có trên 1.000 tờ
khai" bounds the units, of whose companies all are counted.
"""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.counted import counted_bounds
from nl2sql.generation.sets import members_sql
from nl2sql.question.measures import metric_match
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, GroupMatch, Reading, Span, Threshold
from schema.semantic import Catalogue, View

_EACH = frozenset({"theo", "tung", "moi", "phan", "chia"})
"""Words before a column that is only told apart by, and describes nothing that follows it."""


def groups_bounded(text: Text, catalogue: Catalogue, view: View, reading: Reading) -> Reading:
    """The reading with bounds on its groups as the condition which of them are shown; what is left is the members'."""
    bounds = counted_bounds(reading)
    named = [g for g in reading.groups if g.grain is None]
    if not bounds or len(named) != 1 or len(reading.groups) != 1 or reading.comparison or reading.average:
        return reading
    held = tuple(t for t in bounds if not t.against and _describes(text, reading.metrics[0].span, named[0], t))
    metric = view.metric(held[0].metric) if held else None
    if metric is None:
        return reading
    chosen = replace(reading, metrics=(metric_match(metric, text, None),), thresholds=held, ranking=None)
    members = members_sql(chosen, catalogue)
    if members is None or members[0] != named[0].column:
        return reading
    said = ", ".join(t.span.text for t in held if t.span)
    kept = FilterMatch(f"{members[0]} IN ({members[1]})", members[0], (), f"{named[0].label}: {said}", held[0].span)
    rest = tuple(t for t in reading.thresholds if t not in held)
    return replace(reading, filters=(*reading.filters, kept), thresholds=rest)


def _describes(text: Text, counted: Span | None, group: GroupMatch, bound: Threshold) -> bool:
    """Whether a bound belongs to the column that is grouped by: it follows its name and no count of members."""
    if counted is None or group.span is None or bound.span is None or group.span.end > bound.span.start:
        return False
    if counted.start > bound.span.start:
        return True
    before = [t.fold for t in text.tokens if t.end <= group.span.start][-1:]
    own = set(fold(group.span.text).split()[:1]) | set(before)
    return counted.end <= group.span.start and not own & _EACH
