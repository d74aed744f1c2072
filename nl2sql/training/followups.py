"""Short questions that lean on the one before: one part of a plan changed, and only that part said."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from nl2sql.generation.compose import compose
from nl2sql.training.draw import Drawer, group_of, match_of, names_of
from nl2sql.training.plan import Plan
from nl2sql.training.stock import pick_value
from nl2sql.training.wording import tidy
from nl2sql.types import Ranking, Shape

_ASK: Mapping[str, tuple[str, ...]] = {
    "period": ("còn {x} thì sao", "thế còn {x}", "{x} thì sao", "còn {x}", "vậy {x} bao nhiêu", "{x}"),
    "value": ("còn {x} thì sao", "thế {x}", "còn {x}", "{x} thì sao", "riêng {x}"),
    "group": ("chia theo {x}", "theo {x} thì sao", "tách theo từng {x}", "phân theo {x} giúp", "theo {x}"),
    "metric": ("còn {x}", "thế {x} thì sao", "{x} thì sao", "cho xem {x}"),
    "count": ("lấy {x}", "cho xem top {x}", "top {x} thôi", "{x} cái đầu"),
}
KINDS = ("total", "breakdown", "ranking", "trend", "extreme", "having", "structure", "several_values")


def follow(plan: Plan, drawer: Drawer) -> tuple[str, Plan] | None:
    """A follow-up's words and the plan that it means, or None when this plan has none of the drawn kind."""
    if plan.kind not in KINDS:
        return None
    kinds = ["period", "value", "group", "metric", *(("count",) if plan.kind == "ranking" else ())]
    kind = drawer.rng.choice(kinds)
    changed = _changed(plan, kind, drawer)
    if changed is None:
        return None
    said, new = changed
    sql = compose(new.reading, drawer.catalogue)
    if sql is None or sql == plan.sql or not drawer.proven(sql):
        return None
    words = tidy(drawer.rng.choice(_ASK[kind]).replace("{x}", said))
    return words, replace(new, sql=sql, kind="follow_up")


def _changed(plan: Plan, kind: str, drawer: Drawer) -> tuple[str, Plan] | None:
    rng: random.Random = drawer.rng
    shelf, reading = drawer.shelves[plan.view.name], plan.reading
    if kind == "period" and shelf.calendar is not None and not any(g.grain for g in reading.groups):
        when, periods = shelf.calendar.whole_year(rng)
        # A bare year moves a part of a year along with it, which is another question: only whole years are swapped.
        if not periods or (reading.periods and reading.periods[0].grain != "year"):
            return None
        return when, replace(plan, when=when, reading=replace(reading, periods=periods))
    if kind == "value" and plan.conditions and reading.filters:
        at = rng.randrange(len(plan.conditions))
        dim = plan.view.dimension(plan.conditions[at].match.column)
        new = pick_value(shelf, dim, rng) if dim is not None and len(reading.filters) == len(plan.conditions) else None
        if new is None:
            return None
        conditions = (*plan.conditions[:at], new, *plan.conditions[at + 1 :])
        filters = tuple(c.match for c in conditions)
        return rng.choice(new.bare), replace(plan, conditions=conditions, reading=replace(reading, filters=filters))
    if kind == "group" and plan.kind == "total":
        dim = drawer.dimension(shelf, but=[c.match.column for c in plan.conditions])
        if dim is None or any(dim.name in m.expr for m in reading.metrics):
            return None
        grouped = replace(reading, groups=(group_of(dim),), shape=Shape.BREAKDOWN)
        return rng.choice(names_of(dim)), replace(plan, reading=grouped)
    if kind == "metric" and not reading.thresholds and not reading.share:
        metric = drawer.metric(plan.view)
        if any(c.match.column in metric.expr for c in plan.conditions):
            return None
        return rng.choice(names_of(metric)), replace(plan, reading=replace(reading, metrics=(match_of(metric),)))
    if kind == "count" and reading.ranking is not None:
        count = rng.choice((3, 5, 10, 20))
        ranking = Ranking(count, reading.ranking.descending)
        return str(count), replace(plan, reading=replace(reading, ranking=ranking))
    return None
