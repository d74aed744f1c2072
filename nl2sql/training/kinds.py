"""Every kind of question that is drawn, with its weight; a plan of a kind over a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nl2sql.generation.compose import compose
from nl2sql.question.defaults import usual_conditions
from nl2sql.training import shapes, shapes_beside, shapes_more, shapes_sets, shapes_time, shapes_values
from nl2sql.training.draw import Drawer
from nl2sql.training.plan import Plan
from nl2sql.training.stock import Shelf
from nl2sql.types import Reading

Make = Callable[[Drawer, Shelf], Plan | None]

# Weights by real use; what is often refused (nothing stored, words read otherwise) weighs more than it comes out.
KINDS: Mapping[str, tuple[int, Make]] = {
    "total": (300, shapes.total),
    "short": (150, shapes.short),
    "breakdown": (85, shapes.breakdown),
    "two_groups": (18, shapes.two_groups),
    "several_values": (75, shapes_time.several_values),
    "values_each": (20, shapes_beside.values_each),
    "sides": (52, shapes_beside.sides),
    "trend": (70, shapes.trend),
    "several_years": (14, shapes_time.several_years),
    "apart": (13, shapes_more.apart),
    "ranking": (112, shapes.ranking),
    "extreme": (52, shapes.extreme),
    "extreme_time": (18, shapes_beside.extreme_time),
    "rows": (75, shapes.rows),
    "having": (88, shapes.having),
    "member_bound": (7, shapes_beside.member_bound),
    "share": (74, shapes.share),
    "structure": (30, shapes.structure),
    "share_each": (10, shapes_beside.share_each),
    "several_share": (5, shapes_more.several_share),
    "top_share": (6, shapes_sets.top_share),
    "comparison": (126, shapes_time.comparison),
    "compared_groups": (36, shapes_time.compared_groups),
    "two_bases": (26, shapes_beside.two_bases),
    "of_base": (9, shapes_beside.of_base),
    "growth_bound": (14, shapes_more.growth_bound),
    "contributions": (6, shapes_more.contributions),
    "two_measures": (70, shapes_time.two_measures),
    "three_measures": (24, shapes_beside.three_measures),
    "part_beside": (30, shapes_beside.part_beside),
    "cumulative": (20, shapes_time.cumulative),
    "moving_average": (5, shapes_time.moving),
    "growth_steps": (8, shapes_time.growth_steps),
    "compound": (5, shapes_time.compound),
    "average": (10, shapes_time.average),
    "inside": (18, shapes_time.inside),
    "inside_best": (14, shapes_beside.inside_best),
    "anti_join": (14, shapes_sets.anti_join),
    "both": (10, shapes_sets.both),
    "members_counted": (22, shapes_sets.members_counted),
    "rank_change": (6, shapes_sets.rank_change),
    "position": (6, shapes_sets.position),
    "counted": (12, shapes_sets.counted),
    "contrast": (10, shapes_sets.contrast),
    "both_ends": (6, shapes_more.both_ends),
    "ordered": (14, shapes_more.ordered),
    "nth": (6, shapes_more.nth),
    "runs": (6, shapes_more.runs),
    "above_all": (8, shapes_more.above_all),
    "both_values": (12, shapes_more.both_values),
    "both_tops": (9, shapes_values.both_tops),
    "both_bounds": (7, shapes_values.both_bounds),
    "kinds_counted": (12, shapes_values.kinds_counted),
    "every_year": (3, shapes_values.every_year),
    "share_bound": (8, shapes_values.share_bound),
    "floor": (10, shapes_values.floor),
    "year_peaks": (5, shapes_values.year_peaks),
    "among": (9, shapes_values.among),
}
_MAY_BE_EMPTY = ("anti_join", "both", "both_values", "members_counted", "both_tops", "both_bounds", "kinds_counted")


def draw(drawer: Drawer, view: str, kind: str) -> Plan | None:
    """A plan of a kind over a view, proven by running; None when the view has no such thing or nothing came back."""
    plan = KINDS[kind][1](drawer, drawer.shelves[view])
    plan = settled(plan, drawer) if plan is not None else None
    return plan if plan is not None and drawer.proven(plan.sql, empty=kind in _MAY_BE_EMPTY) else None


def settled(plan: Plan, drawer: Drawer) -> Plan | None:
    """The plan with the conditions that the catalogue takes for granted where nothing is said of their column."""
    reading = plan.reading
    if not any(d.unless_named for d in plan.view.dimensions):
        return plan
    terms = tuple(replace(t, reading=_usual(t.reading, plan)) for t in reading.terms)
    reading = replace(_usual(reading, plan), terms=terms)
    sql = compose(reading, drawer.catalogue)
    return replace(plan, reading=reading, sql=sql) if sql is not None else None


def _usual(reading: Reading, plan: Plan) -> Reading:
    return replace(reading, filters=usual_conditions(reading, plan.view)[0])
