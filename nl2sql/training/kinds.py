"""Every kind of question that is drawn, with its weight; a plan of a kind over a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nl2sql.training import shapes, shapes_more, shapes_sets, shapes_time
from nl2sql.training.draw import Drawer
from nl2sql.training.plan import Plan
from nl2sql.training.stock import Shelf

Make = Callable[[Drawer, Shelf], Plan | None]

KINDS: Mapping[str, tuple[int, Make]] = {
    "total": (14, shapes.total),
    "breakdown": (12, shapes.breakdown),
    "two_groups": (4, shapes.two_groups),
    "trend": (9, shapes.trend),
    "ranking": (12, shapes.ranking),
    "extreme": (6, shapes.extreme),
    "rows": (4, shapes.rows),
    "having": (6, shapes.having),
    "share": (7, shapes.share),
    "structure": (4, shapes.structure),
    "comparison": (12, shapes_time.comparison),
    "compared_groups": (5, shapes_time.compared_groups),
    "cumulative": (3, shapes_time.cumulative),
    "moving_average": (2, shapes_time.moving),
    "growth_steps": (3, shapes_time.growth_steps),
    "compound": (2, shapes_time.compound),
    "average": (4, shapes_time.average),
    "inside": (4, shapes_time.inside),
    "several_values": (5, shapes_time.several_values),
    "two_measures": (4, shapes_time.two_measures),
    "several_years": (3, shapes_time.several_years),
    "anti_join": (3, shapes_sets.anti_join),
    "both": (2, shapes_sets.both),
    "rank_change": (2, shapes_sets.rank_change),
    "position": (2, shapes_sets.position),
    "top_share": (2, shapes_sets.top_share),
    "counted": (3, shapes_sets.counted),
    "contrast": (3, shapes_sets.contrast),
    "apart": (4, shapes_more.apart),
    "growth_bound": (4, shapes_more.growth_bound),
    "both_ends": (2, shapes_more.both_ends),
    "ordered": (3, shapes_more.ordered),
    "nth": (2, shapes_more.nth),
    "runs": (2, shapes_more.runs),
    "above_all": (3, shapes_more.above_all),
    "several_share": (2, shapes_more.several_share),
    "contributions": (2, shapes_more.contributions),
    "both_values": (2, shapes_more.both_values),
}


def draw(drawer: Drawer, view: str, kind: str) -> Plan | None:
    """A plan of a kind over a view, proven by running; None when the view has no such thing or nothing came back."""
    plan = KINDS[kind][1](drawer, drawer.shelves[view])
    return (
        plan
        if plan is not None and drawer.proven(plan.sql, empty=kind in ("anti_join", "both", "both_values"))
        else None
    )
