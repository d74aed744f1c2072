"""Plans of the everyday shapes: totals, groupings, trends, ranks, rows, bounds, shares."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.compose import compose
from nl2sql.training.bounds import say_bound
from nl2sql.training.draw import GRAINS, Base, Drawer, group_of, names_of, snapshot
from nl2sql.training.plan import Plan, Ways
from nl2sql.training.stock import Shelf, lowered, pick_value
from nl2sql.types import (
    GroupMatch,
    Ranking,
    Shape,
    Share,
    Threshold,
)

_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
"""A bound on a measure's negative, as one on the measure."""
_LANE = 0.5
"""How often the part whose share is asked for is drawn as conditions are, and not as groups are."""


def total(d: Drawer, shelf: Shelf) -> Plan | None:
    base = d.base(shelf)
    return d.plan("total", shelf, base, d.reading(shelf.view, base))


def short(d: Drawer, shelf: Shelf) -> Plan | None:
    """A figure asked for in a few words, always about something: "XK gạo 2024", "luồng đỏ HP"."""
    base = d.base(shelf, most=2)
    if not base.conditions:
        return None
    if shelf.calendar is not None and d.rng.random() < 0.85:
        when, periods = shelf.calendar.short(d.rng)
        base = replace(base, when=when, periods=periods)
    plan = d.plan("short", shelf, base, d.reading(shelf.view, base))
    if plan is None or not plan.measures:
        return plan
    by_length = sorted(dict.fromkeys(plan.measures[0]), key=lambda name: len(name.split()))
    return replace(plan, measures=(tuple(by_length[: max(2, len(by_length) // 2)]),))


def breakdown(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf)
    if found is None:
        return None
    base, dim = found
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    return d.plan("breakdown", shelf, base, reading, groups=(names_of(dim),))


def two_groups(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf, most=1)
    if found is None:
        return None
    base, dim = found
    other = d.dimension(shelf, most=12, but=(dim.name, dim.parent))
    grain = d.grain(shelf, base.periods)
    if other is not None and (grain is None or d.rng.random() < 0.5):
        if other.parent == dim.name or other.name in base.metric.expr:
            return None
        groups, names = (group_of(dim), group_of(other)), (names_of(dim), names_of(other))
    elif grain is not None:
        groups, names = (GroupMatch(grain, grain, grain), group_of(dim)), (GRAINS[grain], names_of(dim))
    else:
        return None
    if any(c.match.column in {g.column for g in groups} for c in base.conditions):
        return None
    reading = d.reading(shelf.view, base, groups=groups, shape=Shape.BREAKDOWN)
    return d.plan("two_groups", shelf, base, reading, groups=names)


def trend(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.timed(shelf)
    if found is None:
        return None
    base, grain = found
    if snapshot(shelf.view) and grain not in ("month", "year"):
        return None
    reading = d.reading(shelf.view, base, groups=(GroupMatch(grain, grain, grain),), shape=Shape.TREND)
    ends = snapshot(shelf.view) and d.rng.random() < 0.5  # "cuối từng tháng"
    return d.plan("trend_stock" if ends else "trend", shelf, base, reading, groups=(GRAINS[grain],))


def _deficit(base: Base, *, down: bool) -> dict[str, tuple[Ways, ...]]:
    """The names of a measure's negative, of which the least of the measure is the largest: "nhập siêu lớn nhất"."""
    return {} if down or not base.metric.inverse else {"measures": (base.metric.inverse,)}


def ranking(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf)
    if found is None:
        return None
    base, dim = found
    count, down = d.rng.choice((3, 3, 5, 5, 5, 10, 10, 7, 4, 15, 20)), d.rng.random() < 0.8
    if len(shelf.values[dim.name]) <= count:
        return None
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.RANKING, ranking=Ranking(count, down))
    said = _deficit(base, down=down)
    return d.plan("ranking", shelf, base, reading, groups=(names_of(dim),), count=count, **said)


def extreme(d: Drawer, shelf: Shelf) -> Plan | None:
    down = d.rng.random() < 0.75
    timed = d.timed(shelf) if d.rng.random() < 0.3 and not snapshot(shelf.view) else None
    if timed is not None:
        base, grain = timed
        groups: tuple[GroupMatch, ...] = (GroupMatch(grain, grain, grain),)
        names = GRAINS[grain]
    else:
        found = d.grouped(shelf)
        if found is None:
            return None
        base, dim = found
        groups, names = (group_of(dim),), names_of(dim)
    reading = d.reading(shelf.view, base, groups=groups, shape=Shape.RANKING, ranking=Ranking(1, down))
    return d.plan("extreme", shelf, base, reading, groups=(names,), count=1, **_deficit(base, down=down))


def rows(d: Drawer, shelf: Shelf) -> Plan | None:
    if not shelf.view.detail:
        return None
    base = d.base(shelf, most=2)
    facts = [f for f in shelf.view.facts if f.unit and f.type in ("decimal", "integer")]
    bound, more = "", {}
    if facts and d.rng.random() < 0.5:
        fact = d.rng.choice(facts)
        value = d.typical(f"SELECT {fact.name} AS v FROM {shelf.view.name} WHERE {fact.name} > 0 LIMIT 2000")
        if value is not None:
            said = say_bound(value, fact.unit, d.rng)
            more["thresholds"] = (Threshold(fact.name, said.op, said.value, said.upper, on_rows=True),)
            bound = f"{lowered(fact.label)} {said.text}"
    ranking, count = None, 0
    sums = [m for m in shelf.view.metrics if m.expr.startswith("SUM(") and "CASE" not in m.expr
            and m.expr.count("(") == 1]  # fmt: skip
    if sums and d.rng.random() < 0.5:
        count = d.rng.choice((3, 5, 10, 20))
        ranking = Ranking(count, d.rng.random() < 0.85)
        base = replace(base, metric=d.rng.choice(sums))
    reading = d.reading(shelf.view, base, shape=Shape.ROWS, ranking=ranking, **more)
    if ranking is None:
        reading = replace(reading, metrics=())
    return d.plan("rows", shelf, base, reading, bound=bound, count=count)


def having(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf)
    if found is None:
        return None
    base, dim = found
    plain = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    sql = compose(plain, d.catalogue)
    value = d.typical(sql) if sql else None
    if value is None:
        return None
    said = say_bound(value, base.metric.unit, d.rng)
    bound = Threshold(base.metric.name, said.op, said.value, said.upper)
    if base.metric.inverse and said.op in _TURNED and said.upper is None and d.rng.random() < 0.6:
        bound = Threshold(base.metric.name, _TURNED[said.op], -said.value)
        plain = replace(plain, thresholds=(bound,), ranking=Ranking(None, descending=False))
        return d.plan("having", shelf, base, plain, groups=(names_of(dim),), bound=said.text,
                      measures=(base.metric.inverse,))  # fmt: skip
    return d.plan("having", shelf, base, replace(plain, thresholds=(bound,)), groups=(names_of(dim),),
                     bound=said.text)  # fmt: skip


def share(d: Drawer, shelf: Shelf) -> Plan | None:
    base = d.base(shelf, plain=True, most=1)
    if base.metric.additivity != "additive" or base.metric.numerator or "CASE" in base.metric.expr:
        return None
    taken = [c.match.column for c in base.conditions]
    dim = d.narrowing(shelf, taken) if d.rng.random() < _LANE else d.dimension(shelf, most=400, but=taken)
    whose = pick_value(shelf, dim, d.rng) if dim is not None else None
    if whose is None or dim is None:
        return None
    share = Share(whose.match.sql, whose.match.label)
    reading = d.reading(shelf.view, base, share=share, shape=Shape.SHARE)
    if d.rng.random() < 0.25:
        group = d.dimension(shelf, but=(dim.name, dim.parent, *(c.match.column for c in base.conditions)))
        if group is None or group.parent == dim.name:
            return None
        reading = replace(reading, groups=(group_of(group),))
        return d.plan("share", shelf, base, reading, whose=whose, groups=(names_of(group),))
    return d.plan("share", shelf, base, reading, whose=whose)


def structure(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf, plain=True, most=1)
    if found is None or found[0].metric.additivity != "additive":
        return None
    base, dim = found
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), share=Share("", ""), shape=Shape.SHARE)
    return d.plan("structure", shelf, base, reading, groups=(names_of(dim),))
