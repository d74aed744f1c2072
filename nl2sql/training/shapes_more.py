"""Plans of the rarer shapes: periods apart, bounds on growth, both ends, runs, places, parts of a change."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.compose import compose
from nl2sql.training.draw import GRAINS, Base, Drawer, group_of, names_of, snapshot
from nl2sql.training.plan import Condition, Plan
from nl2sql.training.shapes_time import compared
from nl2sql.training.stock import Shelf, pick_value, pick_values
from nl2sql.types import (
    Derived,
    Grain,
    GroupMatch,
    Ranking,
    SetTerm,
    Shape,
    Share,
    Threshold,
)
from schema.semantic import Dimension

_PLACES = {1: ("thứ hai", "thứ 2", "thứ nhì"), 2: ("thứ ba", "thứ 3"), 3: ("thứ tư", "thứ 4"), 4: ("thứ năm", "thứ 5")}


def apart(d: Drawer, shelf: Shelf) -> Plan | None:
    """Some years, the same part of them, or some parts of one year, side by side."""
    if shelf.calendar is None:
        return None
    said, periods, grain = shelf.calendar.several(d.rng)
    if not periods:
        return None
    base = replace(d.base(shelf, most=2), when=said, periods=periods)
    group = GroupMatch(grain, GRAINS[grain][0].capitalize(), grain)
    reading = d.reading(shelf.view, base, groups=(group,), shape=Shape.TREND)
    return d.plan("apart", shelf, base, reading)


def growth_bound(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members that grew or fell, by more than so much or at all; or how many they are."""
    grouped = d.grouped(shelf, plain=True, most=1)
    found = compared(d, shelf, grouped[0]) if grouped else None
    if grouped is None or found is None or grouped[0].metric.unit == "%":
        return None
    base, comparison, said = found
    rise, least = d.rng.random() < 0.6, d.rng.choice((0, 0, 5, 10, 15, 20, 25, 30, 50))
    op, value = (">", least) if rise else ("<", -least)
    way = "tăng" if rise else "giảm"
    bound = f"{way} {d.rng.choice(('trên', 'hơn', 'quá'))} {least}%" if least else way
    reading = d.reading(
        shelf.view, base, groups=(group_of(grouped[1]),), comparison=replace(comparison, want="all"),
        thresholds=(Threshold(base.metric.name, op, float(value), on_change=True),), shape=Shape.COMPARISON,
    )  # fmt: skip
    kind = "growth_bound"
    if d.rng.random() < 0.25:
        reading, kind = replace(reading, derived=Derived("count"), shape=Shape.TOTAL), "growth_count"
    return d.plan(kind, shelf, base, reading, before=said, groups=(names_of(grouped[1]),), bound=bound)


def both_ends(d: Drawer, shelf: Shelf) -> Plan | None:
    """The member with the most and the one with the least."""
    found = d.grouped(shelf, most=1)
    if found is None:
        return None
    base, dim = found
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), ranking=Ranking(1, both=True), shape=Shape.RANKING)
    return d.plan("both_ends", shelf, base, reading, groups=(names_of(dim),))


def ordered(d: Drawer, shelf: Shelf) -> Plan | None:
    """All members in the order of a measure, the smallest first where so asked."""
    found = d.grouped(shelf)
    if found is None:
        return None
    base, dim = found
    kind = d.rng.choices(("ordered", "ordered_up", "ordered_numbered"), (5, 2, 4))[0]
    ranking = Ranking(None, kind != "ordered_up", numbered=kind == "ordered_numbered")
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), ranking=ranking, shape=Shape.RANKING)
    return d.plan(kind, shelf, base, reading, groups=(names_of(dim),))


def nth(d: Drawer, shelf: Shelf) -> Plan | None:
    """The second, the third …"""
    found = d.grouped(shelf)
    if found is None or len(shelf.values[found[1].name]) < 6:
        return None
    base, dim = found
    offset = d.rng.choice((1, 1, 1, 2, 2, 3, 4))
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), ranking=Ranking(1, offset=offset),
                        shape=Shape.RANKING)  # fmt: skip
    return d.plan("nth", shelf, base, reading, groups=(names_of(dim),), bound=d.rng.choice(_PLACES[offset]))


def runs(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members that rose or fell several steps in a row."""
    found = d.grouped(shelf, plain=True, most=1)
    if found is None or shelf.calendar is None or snapshot(shelf.view):
        return None
    base, dim = found
    when, periods = shelf.calendar.whole_year(d.rng)
    grain: Grain = d.rng.choice(("month", "month", "quarter"))
    if not periods or grain not in d.parts(shelf):
        return None
    base = replace(base, when=when, periods=periods)
    size, falling = d.rng.choice((2, 3, 3, 4)), d.rng.random() < 0.5
    reading = d.reading(shelf.view, base, groups=(GroupMatch(grain, grain, grain), group_of(dim)),
                        derived=Derived("run", size=size, falling=falling), shape=Shape.BREAKDOWN)  # fmt: skip
    return d.plan("runs_down" if falling else "runs_up", shelf, base, reading,
                  groups=(names_of(dim), GRAINS[grain]), count=size)  # fmt: skip


def above_all(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members above or below the whole service (a ratio) or the mean of all (a total)."""
    found = d.grouped(shelf, most=1)
    if found is None:
        return None
    base, dim = found
    ratio = base.metric.unit == "%"
    if not ratio and base.metric.additivity != "additive":
        return None
    op = d.rng.choice((">", ">", "<"))
    high = d.rng.choice(("cao hơn", "vượt", "trên") if op == ">" else ("thấp hơn", "dưới"))
    whole = ("mức chung", "mức chung toàn ngành", "toàn ngành") if ratio else ("mức bình quân", "mức trung bình")
    bound = Threshold(base.metric.name, op, 0.0, against="overall" if ratio else "mean")
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), thresholds=(bound,), shape=Shape.BREAKDOWN)
    said = f"{high} {d.rng.choice(whole)}"
    return d.plan("above_all", shelf, base, reading, groups=(names_of(dim),), bound=said)


def several_share(d: Drawer, shelf: Shelf) -> Plan | None:
    """What part two or three values make up together."""
    found = d.grouped(shelf, plain=True, most=1)
    if found is None or found[0].metric.additivity != "additive" or "CASE" in found[0].metric.expr:
        return None
    base, dim = found
    whose = pick_values(shelf, dim, d.rng, d.rng.choice((2, 2, 3)))
    if whose is None:
        return None
    share = Share(whose.match.sql, whose.match.label)
    return d.plan("several_share", shelf, base, d.reading(shelf.view, base, share=share, shape=Shape.SHARE),
                  whose=whose)  # fmt: skip


def contributions(d: Drawer, shelf: Shelf) -> Plan | None:
    """Each member's part in the change of all."""
    grouped = d.grouped(shelf, plain=True, most=1)
    found = compared(d, shelf, grouped[0]) if grouped else None
    if grouped is None or found is None or grouped[0].metric.additivity != "additive":
        return None
    base, comparison, said = found
    reading = d.reading(shelf.view, base, groups=(group_of(grouped[1]),), shape=Shape.COMPARISON,
                        comparison=replace(comparison, want="part"))  # fmt: skip
    return d.plan("contributions", shelf, base, reading, before=said, groups=(names_of(grouped[1]),))


def _two_values(d: Drawer, shelf: Shelf) -> tuple[Base, Dimension, tuple[Condition, Condition]] | None:
    found = d.grouped(shelf, most=0)
    if found is None:
        return None
    base, dim = found
    other = d.dimension(shelf, most=12, but=(dim.name, dim.parent))
    if other is None or other.parent == dim.name:
        return None
    one, two = (pick_value(shelf, other, d.rng) for _ in range(2))
    if one is None or two is None or one.match.sql == two.match.sql or one.match.negated or two.match.negated:
        return None
    return base, dim, (one, two)


def both_values(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members that have one value and another too, or the one but not the other, in one period."""
    found = _two_values(d, shelf)
    if found is None:
        return None
    base, dim, (one, two) = found
    plain = d.reading(shelf.view, base, metrics=(), groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    left, right = (replace(plain, filters=(c.match,)) for c in (one, two))
    also = d.rng.random() < 0.5
    reading = replace(left, terms=(SetTerm("intersect" if also else "except", right),))
    if compose(reading, d.catalogue) is None:
        return None
    return d.plan("both_values" if also else "one_value", shelf, base, reading, whose=one, other=two,
                  groups=(names_of(dim),))  # fmt: skip
