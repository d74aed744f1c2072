"""The members that a clause describes, as a reading of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nl2sql.generation.parts import SHARE
from nl2sql.types import GroupMatch, MetricMatch, Reading, Shape
from schema.semantic import Catalogue, View

Read = Callable[[str], Reading]

LISTS = frozenset(["nao", "nhung", "cac", "ke", "liet", "danh", "nhieu", "may", "dem"])


def usable(reading: Reading) -> Reading | None:
    return None if reading.clarification or reading.refusal or not reading.view else reading


def member_of(reading: Reading, view: View) -> tuple[GroupMatch, bool] | None:
    """The column whose members are asked for, and whether they are counted."""
    groups = [g for g in reading.groups if g.grain is None]
    if len(groups) == 1:
        return groups[0], False
    if len(groups) > 1:
        listed = [g for g in groups if g.span]
        return (listed[0], False) if len(listed) == 1 else None
    for match in reading.metrics:
        head = "COUNT(DISTINCT "
        if match.expr.upper().startswith(head):
            column = match.expr[len(head) : -1]
            if view.dimension(column):
                span = match.span
                return GroupMatch(column, view.label_of(column), None, span), True
    return None


def about(reading: Reading, group: GroupMatch, catalogue: Catalogue) -> Reading:
    """A clause's reading as a description of the members: their bounds and ranks stay, other groupings go."""
    metrics = reading.metrics
    if not metrics or metrics[0].expr.upper().startswith("COUNT(DISTINCT"):
        default = catalogue.views[reading.view].default_metric
        if default is not None:
            metrics = (MetricMatch(default.name, default.expr, default.label, default.unit, assumed=True),)
    share = reading.share if any(t.metric == SHARE for t in reading.thresholds) else None
    return replace(
        reading, metrics=metrics, groups=(group,), window=None, share=share, contrast=None, derived=None,
        comparison=reading.comparison, average=None, terms=(), shape=Shape.BREAKDOWN,
    )  # fmt: skip
