"""Plans in time and of several things at once: comparisons, running figures, averages, ranks inside groups."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.question.time import PeriodMention, previous_period, same_period_last_year
from nl2sql.training.draw import GRAINS, Base, Drawer, group_of, match_of, names_of, snapshot
from nl2sql.training.plan import Plan, Ways
from nl2sql.training.stock import Shelf, pick_values
from nl2sql.types import (
    Comparison,
    GroupMatch,
    Period,
    Ranking,
    Shape,
    Window,
)


def _one_unit(period: Period) -> bool:
    """Whether a period is one month, quarter or year, so that "the one before" is plain."""
    days = (period.end - period.start).days + 1
    return days in {"month": range(28, 32), "quarter": range(90, 93), "year": range(365, 367)}.get(period.grain, ())


def compared(d: Drawer, shelf: Shelf, base: Base) -> tuple[Base, Comparison, str] | None:
    """A period with the one it is compared with, and how that is said."""
    if shelf.calendar is None:
        return None
    when, periods = shelf.calendar.part(d.rng)
    if not periods:
        return None
    period = periods[0]
    mention = PeriodMention(period.start, period.end, period.grain, period.label, (0, 0), open=period.open)
    kind = d.rng.choice(("same_period", "same_period", "previous", "explicit"))
    percent = base.metric.unit == "%"
    want = d.rng.choice(("all", "all", "percent", "absolute", *(("times",) if not percent else ())))
    if kind == "explicit":
        other = same_period_last_year(mention)
        old = Period(other.start, other.end, other.grain, other.label)
        said = other.label[:1].lower() + other.label[1:]
    elif kind == "previous" and not period.open and not snapshot(shelf.view) and _one_unit(period):
        other = previous_period(mention)
        old = Period(other.start, other.end, other.grain, other.label)
        unit = {"year": "năm trước", "quarter": "quý trước", "month": "tháng trước"}.get(period.grain, "")
        if not unit:
            return None
        said = d.rng.choice((unit, f"{unit} đó", f"{unit} liền kề")) if period.grain != "year" else unit
    else:
        kind = "same_period"
        other = same_period_last_year(mention)
        old = Period(other.start, other.end, other.grain, other.label)
        said = d.rng.choice(("cùng kỳ", "cùng kỳ năm trước", "cùng kỳ năm ngoái", "CK", "năm trước")
                               if period.grain != "year" else ("năm trước", "cùng kỳ", "năm trước đó"))  # fmt: skip
        if period.grain != "year" and said == "năm trước":
            said = "cùng kỳ năm trước"
    comparison = Comparison(kind, old, want)  # type: ignore[arg-type] # one of the literals above
    return replace(base, when=when, periods=(period,)), comparison, said


def comparison(d: Drawer, shelf: Shelf) -> Plan | None:
    found = compared(d, shelf, d.base(shelf, most=2))
    if found is None:
        return None
    base, comparison, said = found
    reading = d.reading(shelf.view, base, comparison=comparison, shape=Shape.COMPARISON)
    return d.plan("comparison", shelf, base, reading, before=said)


def compared_groups(d: Drawer, shelf: Shelf) -> Plan | None:
    grouped = d.grouped(shelf, most=1)
    found = compared(d, shelf, grouped[0]) if grouped else None
    if grouped is None or found is None:
        return None
    base, comparison, said = found
    comparison = replace(comparison, want="all")
    ranking = None
    if d.rng.random() < 0.5:
        ranking = Ranking(d.rng.choice((3, 5, 10)), d.rng.random() < 0.75, by_change=True)
    reading = d.reading(shelf.view, base, comparison=comparison, shape=Shape.COMPARISON, ranking=ranking,
                           groups=(group_of(grouped[1]),))  # fmt: skip
    return d.plan("compared_groups", shelf, base, reading, before=said, groups=(names_of(grouped[1]),),
                     count=ranking.n or 0 if ranking else 0)  # fmt: skip


def _windowed(d: Drawer, shelf: Shelf, kind: str, window: Window, *, plain: bool) -> Plan | None:
    if snapshot(shelf.view):
        return None
    found = d.timed(shelf, plain=plain, yearly=kind == "growth_steps" and d.rng.random() < 0.7)
    if found is None:
        return None
    base, grain = found
    reading = d.reading(shelf.view, base, groups=(GroupMatch(grain, grain, grain),), shape=Shape.TREND, window=window)
    return d.plan(kind, shelf, base, reading, groups=(GRAINS[grain],), count=window.size)


def cumulative(d: Drawer, shelf: Shelf) -> Plan | None:
    return _windowed(d, shelf, "cumulative", Window("cumulative"), plain=True)


def moving(d: Drawer, shelf: Shelf) -> Plan | None:
    plan = _windowed(d, shelf, "moving_average", Window("moving_average", d.rng.choice((2, 3, 3, 4, 6))), plain=True)
    return plan if plan is None or plan.groups[0] in (GRAINS["month"], GRAINS["quarter"]) else None


def growth_steps(d: Drawer, shelf: Shelf) -> Plan | None:
    return _windowed(d, shelf, "growth_steps", Window("growth"), plain=False)


def compound(d: Drawer, shelf: Shelf) -> Plan | None:
    if shelf.calendar is None or snapshot(shelf.view):
        return None
    base = d.base(shelf, plain=True, most=2)
    when, periods = shelf.calendar.years(d.rng)
    if not periods or periods[0].grain != "year" or periods[0].open:
        return None
    size = periods[0].end.year - periods[0].start.year
    base = replace(base, when=when, periods=periods)
    if size < 2 or base.metric.additivity != "additive":
        return None
    return d.plan("compound", shelf, base, d.reading(shelf.view, base, window=Window("compound", size)))


def average(d: Drawer, shelf: Shelf) -> Plan | None:
    if shelf.calendar is None or snapshot(shelf.view):
        return None
    base = d.base(shelf, plain=True, most=2)
    if base.metric.additivity != "additive" or not base.periods:
        return None
    grain = d.grain(shelf, base.periods)
    if grain is None:
        return None
    return d.plan("average", shelf, base, d.reading(shelf.view, base, average=grain),
                     groups=(GRAINS[grain],))  # fmt: skip


def inside(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf, most=1)
    if found is None:
        return None
    base, dim = found
    outer = d.dimension(shelf, most=15, but=(dim.name, *(c.match.column for c in base.conditions)))
    if outer is None or outer.parent == dim.name or outer.name in base.metric.expr:
        return None
    if len(shelf.values[dim.name]) < 4:
        return None
    count = d.rng.choice((1, 1, 3, 5, 2))
    ranking = Ranking(count, d.rng.random() < 0.85, per=outer.name)
    reading = d.reading(shelf.view, base, groups=(group_of(outer), group_of(dim)), ranking=ranking,
                           shape=Shape.RANKING)  # fmt: skip
    return d.plan("inside", shelf, base, reading, groups=(names_of(outer), names_of(dim)), count=count)


def several_values(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf, most=1)
    if found is None:
        return None
    base, dim = found
    chosen = pick_values(shelf, dim, d.rng, d.rng.choice((2, 2, 3)))
    if chosen is None:
        return None
    base = replace(base, conditions=(*base.conditions, chosen))
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    return d.plan("several_values", shelf, base, reading)


def two_measures(d: Drawer, shelf: Shelf) -> Plan | None:
    base = d.base(shelf, most=2)
    other = d.metric(shelf.view)
    if other is base.metric or base.metric.filters or other.filters:
        return None
    groups: tuple[GroupMatch, ...] = ()
    names: tuple[Ways, ...] = ()
    dim = d.dimension(shelf, but=[c.match.column for c in base.conditions])
    if dim is not None and d.rng.random() < 0.6:
        if any(dim.name in text for text in (base.metric.expr, other.expr)):
            return None
        groups, names = (group_of(dim),), (names_of(dim),)
    reading = d.reading(shelf.view, base, metrics=(match_of(base.metric), match_of(other)), groups=groups,
                           shape=Shape.BREAKDOWN if groups else Shape.TOTAL)  # fmt: skip
    return d.plan("two_measures", shelf, base, reading, groups=names,
                     measures=(names_of(base.metric), names_of(other)))  # fmt: skip


def several_years(d: Drawer, shelf: Shelf) -> Plan | None:
    if shelf.calendar is None or snapshot(shelf.view) or "year" not in d.parts(shelf):
        return None
    base = d.base(shelf, most=2)
    when, periods = shelf.calendar.years(d.rng)
    if not periods:
        return None
    base = replace(base, when=when, periods=periods)
    reading = d.reading(shelf.view, base, groups=(GroupMatch("year", "Năm", "year"),), shape=Shape.TREND)
    return d.plan("several_years", shelf, base, reading, groups=(("năm",),))
