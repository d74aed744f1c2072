"""Plans about sets, places and parts: members of two years, ranks and their changes, counts, contrasts."""

from __future__ import annotations

import re
from dataclasses import replace

from nl2sql.generation.compose import compose
from nl2sql.question.measures import count_of
from nl2sql.training.bounds import say_bound
from nl2sql.training.draw import Base, Drawer, group_of, match_of, names_of, snapshot
from nl2sql.training.plan import Plan
from nl2sql.training.stock import Shelf, pick_value
from nl2sql.types import (
    Comparison,
    Contrast,
    Derived,
    Period,
    Ranking,
    SetTerm,
    Shape,
    Threshold,
)
from schema.semantic import Dimension

_COMPANIES = 0.6
"""How often members that are counted are those of a column of many, such as companies, where the view counts them."""
_DISTINCT = re.compile(r"COUNT\(DISTINCT (\w+)\)")
_MANY = 120


def members_of(d: Drawer, shelf: Shelf) -> tuple[Base, Dimension] | None:
    """A column of many members, which a measure of the view counts, and something asked of them."""
    view = shelf.view
    many = [
        x for x in view.dimensions
        if len(shelf.values.get(x.name, ())) > _MANY and view.metric(count_of(view, x).name) is not None
    ]  # fmt: skip
    if not many:
        return None
    dim = d.rng.choice(many)
    base = d.base(shelf, most=1, but=[x.name for x in view.dimensions if x.sensitive or x.name == dim.name])
    return base, dim


def counted_column(shelf: Shelf, dim: Dimension) -> Dimension:
    """The column that tells the members apart when they are counted: a company's number, not its name."""
    found = _DISTINCT.fullmatch(count_of(shelf.view, dim).expr)
    return (shelf.view.dimension(found[1]) if found else None) or dim


def _two_years(
    d: Drawer, shelf: Shelf, *, counted: bool = False
) -> tuple[Base, Dimension, str, tuple[Period, ...]] | None:
    """A grouping in one whole year, and a year before it."""
    found = (members_of(d, shelf) if counted and d.rng.random() < _COMPANIES else None) or d.grouped(shelf, most=1)
    if found is None or shelf.calendar is None or snapshot(shelf.view):
        return None
    base, dim = found
    when, periods = shelf.calendar.whole_year(d.rng)
    if not periods or len(shelf.values[dim.name]) < 5 or periods[0].open:
        return None
    year = periods[0].start.year
    said, old = shelf.calendar.exactly(f"năm {year - d.rng.choice((1, 1, 1, 2))}")
    return (replace(base, when=when, periods=periods), dim, said, old) if old else None


def _joined(d: Drawer, shelf: Shelf, kind: str, op: str, *, counted: bool = False) -> Plan | None:
    found = _two_years(d, shelf, counted=counted)
    if found is None:
        return None
    base, dim, said, old = found
    names = names_of(dim)
    dim = counted_column(shelf, dim) if counted else dim
    if base.metric.additivity != "additive":  # nobody has or has not a rate
        return None
    plain = d.reading(shelf.view, base, metrics=(), groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    now, then = plain, replace(plain, periods=old)
    if op == "intersect":  # the older year is said first
        now, then = then, now
    reading = replace(now, terms=(SetTerm(op, then),))  # type: ignore[arg-type]
    if counted:
        reading = replace(reading, counted=True, shape=Shape.TOTAL)
        kind = f"{kind}_count"
    return d.plan(kind, shelf, base, reading, before=said, groups=(names,), measures=(names_of(base.metric),))


def anti_join(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members that one year has and another has not."""
    return _joined(d, shelf, "anti_join", "except")


def both(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members that two years have."""
    return _joined(d, shelf, "both", "intersect")


def members_counted(d: Drawer, shelf: Shelf) -> Plan | None:
    """How many members two years have, or one has and the other has not."""
    kind, op = d.rng.choice((("both", "intersect"), ("anti_join", "except")))
    return _joined(d, shelf, kind, op, counted=True)


def rank_change(d: Drawer, shelf: Shelf) -> Plan | None:
    """Places in two years, and the places gained."""
    found = _two_years(d, shelf)
    if found is None:
        return None
    base, dim, said, old = found
    ranking = Ranking(d.rng.choice((3, 5, 10)), True) if d.rng.random() < 0.4 else None
    reading = d.reading(
        shelf.view, base, groups=(group_of(dim),), derived=Derived("moved"), ranking=ranking,
        comparison=Comparison("explicit", old[0]), shape=Shape.RANKING,
    )  # fmt: skip
    return d.plan("rank_change", shelf, base, reading, before=said, groups=(names_of(dim),),
                  count=ranking.n or 0 if ranking else 0)  # fmt: skip


def position(d: Drawer, shelf: Shelf) -> Plan | None:
    """The place of one member among all."""
    found = d.grouped(shelf, most=1)
    whose = pick_value(shelf, found[1], d.rng) if found else None
    if found is None or whose is None:
        return None
    base, dim = found
    derived = Derived("position", condition=whose.match.sql, label=whose.match.label)
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), derived=derived, shape=Shape.TOTAL)
    return d.plan("position", shelf, base, reading, whose=whose, groups=(names_of(dim),))


def top_share(d: Drawer, shelf: Shelf) -> Plan | None:
    """What part of the whole the first few make up."""
    found = d.grouped(shelf, plain=True, most=1)
    if found is None or found[0].metric.additivity != "additive":
        return None
    base, dim = found
    size = d.rng.choice((3, 5, 10))
    if len(shelf.values[dim.name]) <= size:
        return None
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), derived=Derived("top_share", size=size))
    return d.plan("top_share", shelf, base, reading, groups=(names_of(dim),), count=size)


def counted(d: Drawer, shelf: Shelf) -> Plan | None:
    """How many members keep to a bound."""
    found = d.grouped(shelf, most=1)
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
    reading = replace(plain, thresholds=(bound,), derived=Derived("count"), shape=Shape.TOTAL)
    number = count_of(shelf.view, dim)
    if number.expr == f"COUNT(DISTINCT {dim.name})" and number.name != base.metric.name:  # as the reader takes it
        reading = replace(reading, metrics=(match_of(number),), groups=(), derived=None)
    return d.plan("counted", shelf, base, reading, groups=(names_of(dim),), bound=said.text,
                  measures=(names_of(base.metric),))  # fmt: skip


def contrast(d: Drawer, shelf: Shelf) -> Plan | None:
    """Two values of a column against each other in one period."""
    found = d.grouped(shelf, most=1)
    if found is None:
        return None
    base, dim = found
    one, two = (pick_value(shelf, dim, d.rng) for _ in range(2))
    if one is None or two is None or one.match.sql == two.match.sql:
        return None
    want = d.rng.choice(("all", "times")) if base.metric.unit != "%" else "all"
    made = Contrast(one.match.sql, two.match.sql, one.match.label, two.match.label, want)  # type: ignore[arg-type]
    reading = d.reading(shelf.view, base, contrast=made, shape=Shape.COMPARISON)
    return d.plan("contrast", shelf, base, reading, whose=one, other=two)
