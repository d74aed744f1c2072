"""Questions side by side that a small model mixes up: the same words about a measure of another view called alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from nl2sql.question.text import fold
from nl2sql.training.draw import GRAINS, Base, Drawer, group_of, match_of, names_of, snapshot
from nl2sql.training.kinds import settled
from nl2sql.training.plan import Condition, Plan, Ways
from nl2sql.training.stock import Shelf
from nl2sql.types import GroupMatch, Period
from schema.semantic import Metric, View

KINDS = ("total", "short", "breakdown", "ranking", "trend", "extreme")
_LIKE, _MOST = 0.35, 5
"""From this likeness on two measures are neighbours; so many at most."""

Near = Mapping[tuple[str, str], Mapping[str, float]]
"""View and measure → "view measure" of those called alike in other views, with how alike."""


def near_measures(shelves: Mapping[str, Shelf]) -> Near:
    """The measures of other views whose names share their rarer words, found for any catalogue."""
    words = {(v, m.name): _words(shelf.view, m) for v, shelf in shelves.items() for m in shelf.view.metrics}
    common = Counter(w for said in words.values() for w in said)
    worth = {w: math.log(1 + len(words) / n) ** 2 for w, n in common.items()}
    length = {key: math.sqrt(sum(worth[w] for w in said)) or 1.0 for key, said in words.items()}
    found: dict[tuple[str, str], Mapping[str, float]] = {}
    for one, said in words.items():
        like = {
            f"{two[0]} {two[1]}": sum(worth[w] for w in said & others) / (length[one] * length[two])
            for two, others in words.items() if two[0] != one[0]
        }  # fmt: skip
        best = sorted(like.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
        if kept := {name: value for name, value in best if value >= _LIKE}:
            found[one] = kept
    return found


def _words(view: View, metric: Metric) -> frozenset[str]:
    names = (view.label, metric.label, *metric.synonyms)
    return frozenset(w for name in names for w in fold(name).split())


def twin(plan: Plan, drawer: Drawer, near: Near) -> Plan | None:
    """The same question about a neighbour of its measure, with what of its conditions the other view has."""
    if plan.kind not in KINDS or len(plan.reading.metrics) != 1:
        return None
    own = (plan.view.name, plan.reading.metrics[0].name)
    if own not in near:
        return None
    name, _, metric_name = drawer.decks.deal(("near", *own), near[own], drawer.rng).partition(" ")
    shelf = drawer.shelves[name]
    metric = shelf.view.metric(metric_name)
    base = _base(plan, drawer, shelf, metric) if metric is not None else None
    groups = _groups(plan, shelf)
    if base is None or groups is None or any(g.column in base.metric.expr for g, _ in groups):
        return None
    filters = tuple(c.match for c in base.conditions)
    reading = replace(
        plan.reading, view=name, metrics=(match_of(base.metric),), filters=filters, periods=base.periods,
        groups=tuple(g for g, _ in groups),
    )  # fmt: skip
    made = drawer.plan(plan.kind, shelf, base, reading, groups=tuple(w for _, w in groups), count=plan.count)
    made = settled(made, drawer) if made is not None else None
    return made if made is not None and drawer.proven(made.sql) else None


def _base(plan: Plan, drawer: Drawer, shelf: Shelf, metric: Metric) -> Base | None:
    """The measure with the conditions that can be kept and the same period, or one of the other view's own."""
    kept = tuple(c for c in plan.conditions if _holds(shelf, c) and c.match.column not in metric.expr)
    if len(kept) < len(plan.conditions) and any(c.ways == ("",) for c in plan.conditions):
        return None  # a direction and its place are said in one breath
    if shelf.calendar is None:
        return Base(metric, kept, "", ())
    if not plan.when:
        return Base(metric, kept, "", shelf.calendar.unsaid())
    when, periods = plan.when, tuple[Period, ...]()
    if snapshot(plan.view) == snapshot(shelf.view):
        when, periods = shelf.calendar.exactly(plan.when)
    if not periods:
        when, periods = shelf.calendar.draw(drawer.rng)
    return Base(metric, kept, when, periods)


def _holds(shelf: Shelf, condition: Condition) -> bool:
    stored = {i.value for i in shelf.values.get(condition.match.column, ())}
    return bool(condition.match.values) and stored.issuperset(condition.match.values)


def _groups(plan: Plan, shelf: Shelf) -> list[tuple[GroupMatch, Ways]] | None:
    """The same grouping in the other view, or None where it has none such."""
    found: list[tuple[GroupMatch, Ways]] = []
    for group in plan.reading.groups:
        dim = shelf.view.dimension(group.column)
        if group.grain is not None:
            if shelf.view.time is None or group.grain not in shelf.view.time.parts:
                return None
            found.append((group, GRAINS[group.grain]))
        elif dim is None or len(shelf.values.get(dim.name, ())) < max(2, plan.count + 1):
            return None
        else:
            found.append((group_of(dim), names_of(dim)))
    return found
