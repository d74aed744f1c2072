"""Plans whose members meet two conditions, or whose parts of a whole keep to a bound; peaks of each year."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.compose import compose
from nl2sql.question.text import fold
from nl2sql.training.bounds import SaidBound, say_bound
from nl2sql.training.draw import GRAINS, Base, Drawer, group_of, match_of, names_of, rows_of, snapshot
from nl2sql.training.plan import Condition, Plan
from nl2sql.training.shapes_sets import counted_column, members_of
from nl2sql.training.stock import Shelf, lowered, pick_value
from nl2sql.types import (
    Grain,
    GroupMatch,
    Period,
    Ranking,
    Reading,
    SetTerm,
    Shape,
    Share,
    Threshold,
)
from schema.semantic import Dimension

_FEW = 6
"""A column of so few values, high in the order, tells kinds of things apart: directions, colours, groups."""


def _two_kinds(
    d: Drawer, shelf: Shelf, *, most: int = 0, counted: bool = False
) -> tuple[Base, Dimension, Condition, Condition] | None:
    """A grouping and two values of a column of few, none of them denied."""
    found = (members_of(d, shelf) if counted and d.rng.random() < 0.6 else None) or d.grouped(shelf, most=most)
    if found is None:
        return None
    base, dim = found
    base = replace(base, conditions=()) if counted else base
    taken = (dim.name, dim.parent, *(c.match.column for c in base.conditions))
    other = d.dimension(shelf, most=_FEW, but=taken)
    if other is None or other.parent == dim.name or other.name in base.metric.expr:
        return None
    one, two = (pick_value(shelf, other, d.rng) for _ in range(2))
    if one is None or two is None or one.match.sql == two.match.sql or one.match.negated or two.match.negated:
        return None
    return base, dim, one, two


def _with(reading: Reading, *more: Condition) -> Reading:
    return replace(reading, filters=(*reading.filters, *(c.match for c in more)))


def both_tops(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members among the first few by one value, or in one year, and (not) by the other."""
    also, size = d.rng.random() < 0.55, d.rng.choice((3, 5, 5, 10))
    ranking, op = Ranking(size, True), "intersect" if also else "except"
    if d.rng.random() < 0.5:
        found = _two_kinds(d, shelf)
        if found is None or len(shelf.values[found[1].name]) <= size:
            return None
        base, dim, one, two = found
        plain = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.RANKING, ranking=ranking)
        reading = replace(_with(plain, one), terms=(SetTerm(op, _with(plain, two)),))  # type: ignore[arg-type]
        return d.plan("tops_both" if also else "tops_one", shelf, base, reading, whose=one, other=two, count=size,
                      groups=(names_of(dim),))  # fmt: skip
    grouped = d.grouped(shelf, most=1)
    if grouped is None or shelf.calendar is None or snapshot(shelf.view):
        return None
    base, dim = grouped
    when, now = shelf.calendar.whole_year(d.rng)
    if not now or now[0].open or len(shelf.values[dim.name]) <= size:
        return None
    said, then = shelf.calendar.exactly(f"năm {now[0].start.year - 1}")
    if not then:
        return None
    base = replace(base, when=when, periods=now)
    plain = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.RANKING, ranking=ranking)
    first, second = (replace(plain, periods=then), plain) if also else (plain, replace(plain, periods=then))
    reading = replace(first, terms=(SetTerm(op, second),))  # type: ignore[arg-type]
    return d.plan("tops_both_years" if also else "tops_one_year", shelf, base, reading, before=said, count=size,
                  groups=(names_of(dim),))  # fmt: skip


def _bounded(d: Drawer, reading: Reading, unit: str) -> tuple[Reading, SaidBound] | None:
    sql = compose(reading, d.catalogue)
    value = d.typical(sql) if sql else None
    if value is None:
        return None
    said = say_bound(value, unit, d.rng)
    bound = Threshold(reading.metrics[0].name, said.op, said.value, said.upper)
    return replace(reading, thresholds=(bound,)), said


def both_bounds(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members whose figure keeps to a bound for one value and to another for the other."""
    found = _two_kinds(d, shelf)
    if found is None:
        return None
    base, dim, one, two = found
    plain = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    left, right = (_bounded(d, _with(plain, c), base.metric.unit) for c in (one, two))
    if left is None or right is None:
        return None
    reading = replace(left[0], terms=(SetTerm("intersect", right[0]),))
    return d.plan("both_bounds", shelf, base, reading, whose=one, other=two, groups=(names_of(dim),),
                  bound=left[1].text, before=right[1].text)  # fmt: skip


def kinds_counted(d: Drawer, shelf: Shelf) -> Plan | None:
    """How many members have one value and another too, or the one but not the other."""
    found = _two_kinds(d, shelf, counted=True)
    if found is None:
        return None
    base, dim, one, two = found
    column = counted_column(shelf, dim)
    plain = d.reading(shelf.view, base, metrics=(), groups=(group_of(column),), shape=Shape.TOTAL)
    also = d.rng.random() < 0.6
    op = "intersect" if also else "except"
    reading = replace(_with(plain, one), terms=(SetTerm(op, _with(plain, two)),), counted=True)  # type: ignore[arg-type]
    if compose(reading, d.catalogue) is None:
        return None
    return d.plan("both_kinds_count" if also else "one_kind_count", shelf, base, reading, whose=one, other=two,
                  groups=(names_of(dim),))  # fmt: skip


def every_year(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members that each of three years has; or how many they are."""
    found = d.grouped(shelf, most=1)
    if found is None or shelf.calendar is None or snapshot(shelf.view) or found[0].metric.additivity != "additive":
        return None
    base, dim = found
    last = d.today.year - d.rng.choice((1, 1, 1, 2, 3))
    years: list[Period] = []
    for year in range(last - 2, last + 1):
        years += shelf.calendar.exactly(f"năm {year}")[1][:1]
    if len(years) != 3:
        return None
    base = replace(base, when=f"{last - 2}, {last - 1}{d.rng.choice((' và ', ', '))}{last}", periods=(years[0],))
    plain = d.reading(shelf.view, base, metrics=(), groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    terms = tuple(SetTerm("intersect", replace(plain, periods=(year,))) for year in years[1:])
    counted = d.rng.random() < 0.5
    reading = replace(plain, terms=terms, counted=counted, shape=Shape.TOTAL if counted else Shape.BREAKDOWN)
    return d.plan("every_year_count" if counted else "every_year", shelf, base, reading, groups=(names_of(dim),),
                  measures=(names_of(base.metric),))  # fmt: skip


def share_bound(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members of which a named value makes up more or less than so many percent."""
    found = d.grouped(shelf, plain=True, most=1)
    if found is None or found[0].metric.additivity != "additive" or "CASE" in found[0].metric.expr:
        return None
    base, dim = found
    part = d.dimension(shelf, most=400, but=(dim.name, dim.parent, *(c.match.column for c in base.conditions)))
    whose = pick_value(shelf, part, d.rng) if part is not None and part.parent != dim.name else None
    if whose is None:
        return None
    share = Share(whose.match.sql, whose.match.label)
    plain = d.reading(shelf.view, base, share=share, groups=(group_of(dim),), shape=Shape.SHARE)
    sql = compose(plain, d.catalogue)
    value = d.typical(sql) if sql else None
    if value is None or not 1 <= value <= 95:
        return None
    said = say_bound(value, "%", d.rng)
    if (said.upper or said.value) > 100:
        return None
    bound = Threshold("ty_trong", said.op, said.value, said.upper)
    return d.plan("share_bound", shelf, base, replace(plain, thresholds=(bound,)), whose=whose, bound=said.text,
                  groups=(names_of(dim),))  # fmt: skip


def floor(d: Drawer, shelf: Shelf) -> Plan | None:
    """The first by a rate or a mean, or those beyond a bound, of the members that have enough rows at all."""
    view = shelf.view
    counts = [m for m in view.metrics if m.expr.upper() == "COUNT(*)" and not m.filters]
    rates = [m for m in view.metrics if m.additivity != "additive" and not m.filters]
    found = d.grouped(shelf, most=1)
    if found is None or not counts or not rates or snapshot(view):
        return None
    metric = d.rng.choice(rates)
    base, dim = replace(found[0], metric=metric), found[1]
    if dim.name in metric.expr or any(c.match.column in metric.expr for c in base.conditions):
        return None
    plain = d.reading(view, base, metrics=(match_of(metric),), groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    least = d.rng.choice((5, 10, 20, 30, 50, 100, 200, 500))
    op, text = d.rng.choice(((">=", "từ {} {} trở lên"), (">", "trên {} {}"), (">", "hơn {} {}"),
                             (">=", "ít nhất {} {}"), (">=", "tối thiểu {} {}")))  # fmt: skip
    enough = Threshold(counts[0].name, op, float(least))
    said = text.format(least, d.rng.choice(rows_of(view)))
    names, groups = (names_of(metric),), (names_of(dim),)
    if d.rng.random() < 0.5:
        bounded = _bounded(d, plain, metric.unit)
        if bounded is None:
            return None
        reading = replace(bounded[0], thresholds=(*bounded[0].thresholds, enough))
        return d.plan("floor_bound", shelf, base, reading, bound=bounded[1].text, before=said, measures=names,
                      groups=groups)  # fmt: skip
    size = d.rng.choice((1, 1, 3, 5, 10))
    reading = replace(plain, thresholds=(enough,), ranking=Ranking(size, True), shape=Shape.RANKING)
    kind = "floor_most" if size == 1 else "floor_top"
    return d.plan(kind, shelf, base, reading, before=said, measures=names, groups=groups, count=size)


def year_peaks(d: Drawer, shelf: Shelf) -> Plan | None:
    """The month or quarter with the most, of each of some years."""
    if shelf.calendar is None or snapshot(shelf.view):
        return None
    when, periods = shelf.calendar.years(d.rng)
    options: list[Grain] = [g for g in ("month", "month", "quarter") if g in d.parts(shelf)]
    if not periods or not options or "year" not in d.parts(shelf) or fold(when).startswith("nam "):
        return None
    base = replace(d.base(shelf, most=2), when=when, periods=periods)
    grain = d.rng.choice(options)
    down = d.rng.random() < 0.8
    groups = tuple(GroupMatch(g, GRAINS[g][0].capitalize(), g) for g in ("year", grain))
    reading = d.reading(shelf.view, base, groups=groups, ranking=Ranking(1, down, per="year"), shape=Shape.RANKING)
    return d.plan("year_peaks" if down else "year_lows", shelf, base, reading, groups=(GRAINS[grain],), count=1)


def among(d: Drawer, shelf: Shelf) -> Plan | None:
    """How many rows keep to a bound on a column of numbers, in all or by a column."""
    view = shelf.view
    facts = [f for f in view.facts if f.unit and f.type in ("decimal", "integer")]
    counts = [m for m in view.metrics if m.expr.upper() == "COUNT(*)" and not m.filters]
    found = d.grouped(shelf, most=1)
    if not view.detail or not facts or not counts or found is None:
        return None
    fact = d.rng.choice(facts)
    value = d.typical(f"SELECT {fact.name} AS v FROM {view.name} WHERE {fact.name} > 0 LIMIT 2000")
    if value is None or any(c.match.column == fact.name for c in found[0].conditions):
        return None
    said = say_bound(value, fact.unit, d.rng)
    bound = Threshold(fact.name, said.op, said.value, said.upper, on_rows=True)
    base, by = replace(found[0], metric=counts[0]), d.rng.random() < 0.3
    groups, names = ((group_of(found[1]),), (names_of(found[1]),)) if by else ((), ())
    reading = d.reading(view, base, thresholds=(bound,), groups=groups, shape=Shape.BREAKDOWN if by else Shape.TOTAL)
    return d.plan("among_by" if by else "among", shelf, base, reading, bound=f"{lowered(fact.label)} {said.text}",
                  groups=names, measures=(names_of(counts[0]),))  # fmt: skip
