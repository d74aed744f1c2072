"""Another part after a rate of one: "tỷ lệ nợ khó thu", then "nợ chờ xử lý"; a count of what was listed.

A rate looks at its own part by itself. With a condition on another value of the same column it would be nought for
every reader, and look like an answer.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nl2sql.question.text import fold
from nl2sql.types import FilterMatch, MetricMatch, Reading, Share
from schema.semantic import View

_RATE = re.compile(r"100\.0 \* SUM\(CASE WHEN (.+?) THEN (\w+) ELSE 0 END\) / NULLIF\((.+), 0\)")
_DOUBTFUL = 0.5
_ANY_PLACE = frozenset({"don vi", "noi", "cho", "dia ban", "ben", "cai"})
"""Folded words for members of whatever list is talked about."""


def share_of_another(previous: Reading, fresh: Reading, view: View) -> Reading:
    """What a turn names, with the share of another part where the rate before is of one part of the same column.

    Where the whole is no measure of the view such a share cannot be told, and the doubt is shown.
    """
    if fresh.metrics or fresh.share or len(previous.metrics) != 1:
        return fresh
    rate = _RATE.fullmatch(previous.metrics[0].expr)
    if rate is None:
        return fresh
    part, counted, whole = rate.groups()
    other = next((f for f in fresh.filters if _denies(f, part)), None)
    if other is None:
        return fresh
    base = next((m for m in view.metrics if m.expr == whole), None)
    summed = whole == (f"SUM({counted})" if counted != "1" else "COUNT(*)")
    several = len(other.values) > 1
    members = any(not g.grain for g in (*previous.groups, *fresh.groups))
    if base is None or not summed or previous.comparison or fresh.comparison or (several and members):
        return replace(fresh, certainty=min(fresh.certainty, _DOUBTFUL))
    match = MetricMatch(base.name, base.expr, base.label, base.unit)
    label = f"tỷ trọng {other.label.split(': ', 1)[-1]}"
    share = Share(other.sql, label, other.span, each=other.column if several else "")
    rest = tuple(f for f in fresh.filters if f is not other)
    groups = tuple(g for g in fresh.groups if g.column != other.column)
    return replace(fresh, metrics=(match,), filters=rest, groups=groups, share=share)


def _denies(condition: FilterMatch, part: str) -> bool:
    """Whether a condition is on the column of a part and lets nothing, or not only that part, through."""
    column = part.split(" ")[0]
    if condition.sql == part:
        return False
    return condition.column == column or (condition.negated and part in condition.sql)


def without_listed(previous: Reading, fresh: Reading) -> Reading:
    """ "bao nhiêu doanh nghiệp" after a list of companies: how many there are, and not one for each of them."""
    if len(fresh.metrics) != 1 or fresh.groups or fresh.ranking or len(previous.groups) != 1:
        return previous
    metric, group = fresh.metrics[0], previous.groups[0]
    listed = metric.expr == f"COUNT(DISTINCT {group.column})" or (
        metric.expr.startswith("COUNT(DISTINCT ") and fold(metric.unit) == fold(group.label)
    )
    return replace(previous, groups=(), ranking=None) if listed and not group.grain else previous


def same_places(previous: Reading, fresh: Reading, view: View) -> Reading:
    """ "3 đơn vị cao nhất" after a list by region: three of these regions, whatever else a unit may be."""
    if fresh.ranking is None or len(fresh.groups) != 1 or len(previous.groups) != 1:
        return fresh
    said, listed = fresh.groups[0].span, previous.groups[0]
    dim = view.dimension(listed.column)
    loose = said is not None and fold(said.text) in _ANY_PLACE
    return replace(fresh, groups=(listed,)) if loose and dim is not None and dim.scope else fresh
