"""Plans in time and of several things at once: comparisons, running figures, averages, ranks inside groups."""

from __future__ import annotations

from collections.abc import Sequence
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

_UNITS = {"year": "năm", "quarter": "quý", "month": "tháng"}
_SPANS = {"month": range(28, 32), "quarter": range(90, 93), "year": range(365, 367)}
_SAME = (
    ("cùng kỳ", 10), ("cùng kỳ năm trước", 8), ("cùng kỳ năm ngoái", 5), ("CK", 2), ("ck", 2), ("cùng kỳ năm {y}", 2),
    ("cùng kỳ {y}", 1), ("năm ngoái", 2), ("cùng thời điểm năm trước", 1), ("cùng kỳ của năm trước", 1),
)  # fmt: skip
_YEAR_BEFORE = (
    ("năm trước", 7),
    ("năm trước đó", 2),
    ("cùng kỳ", 2),
    ("năm liền trước", 1),
    ("năm {y}", 5),
    ("{y}", 4),
)


def _one_unit(period: Period) -> bool:
    """Whether a period is one month, quarter or year, so that "the one before" is plain."""
    return (period.end - period.start).days + 1 in _SPANS.get(period.grain, ())


def _picked(d: Drawer, options: Sequence[tuple[str, int]], year: int) -> str:
    said = d.rng.choices([said for said, _ in options], [weight for _, weight in options])[0]
    return said.replace("{y}", str(year))


def _plain_period(mention: PeriodMention) -> Period:
    return Period(mention.start, mention.end, mention.grain, mention.label)


def _year_back(d: Drawer, when: str, period: Period, old: Period) -> str:
    """The same period of the year before, or the year before a whole year, in words."""
    whole = period.grain == "year" and _one_unit(period)
    if period.grain in ("month", "quarter") and _one_unit(period) and d.rng.random() < 0.3:
        return _by_name(d, period, old)
    if whole and "ngoái" not in when and not period.open:
        return _picked(d, _YEAR_BEFORE, old.end.year)
    this_year = period.end.year == old.end.year + 1 and period.end.year == d.today.year
    options = [o for o in _SAME if this_year or o[0] != "năm ngoái"]
    if period.open and period.grain == "year":
        options += [("năm ngoái", 5), ("năm trước", 3)]
    return _picked(d, options, old.end.year)


def _by_name(d: Drawer, period: Period, old: Period) -> str:
    """The month or quarter of another year by its own name: "Q1/2024", "tháng 10 năm 2024"."""
    unit, letter = _UNITS[period.grain], "T" if period.grain == "month" else "Q"
    number = old.start.month if period.grain == "month" else (old.start.month + 2) // 3
    year = old.start.year
    ways = [(f"{unit} {number}/{year}", 5), (f"{unit} {number} năm {year}", 4), (f"{letter}{number}/{year}", 4),
            (f"{unit} {number} năm trước" if year == d.today.year - 1 else f"{letter}{number}/{year}", 2)]  # fmt: skip
    return _picked(d, ways, year)


def _unit_back(d: Drawer, period: Period, old: Period) -> str:
    """The unit before, by its place ("tháng trước") or by its own name ("tháng 9", "quý 2/2025")."""
    unit = _UNITS[period.grain]
    number = old.start.month if period.grain == "month" else (old.start.month + 2) // 3
    near = old.start.year == period.start.year
    ways = [(f"{unit} trước", 8), (f"{unit} trước đó", 3), (f"{unit} liền trước", 2),
            (f"{unit} trước liền kề", 2), ("kỳ trước", 1)]  # fmt: skip
    if period.grain != "year":
        ways += [
            (f"{unit} {number}{'' if near else f'/{old.start.year}'}", 5),
            (f"{unit} {number}/{old.start.year}", 3),
            (f"{unit[0].upper()}{number}{'' if near else f'/{old.start.year}'}", 3),
            (f"{unit[0].upper()}{number}/{old.start.year % 100:02d}", 2),
        ]
    return _picked(d, ways, old.end.year)


def _another(d: Drawer, shelf: Shelf, period: Period) -> tuple[Period, str] | None:
    """Some other period that is named, like the current one or, of a stock, an earlier moment."""
    assert shelf.calendar is not None  # noqa: S101 - the caller looked
    if snapshot(shelf.view):
        y = period.end.year
        said = d.rng.choice((f"cuối năm {y - 1}", f"đầu năm {y}", "đầu năm", "cuối năm ngoái", f"cuối năm {y - 2}",
                             f"cuối tháng {d.rng.randint(1, 12)}/{y}", "cuối quý trước", "cuối năm trước"))  # fmt: skip
    elif period.grain == "year" and _one_unit(period):
        said = d.rng.choice(("năm {}", "năm {}", "{}")).format(period.start.year - d.rng.choice((1, 1, 2, 3)))
    elif period.grain in ("month", "quarter") and _one_unit(period):
        unit, size = _UNITS[period.grain], 12 if period.grain == "month" else 4
        number = (period.start.month - 1) // (12 // size) + 1
        same = d.rng.random() < 0.5
        year = period.start.year - (d.rng.choice((1, 1, 2)) if same else 0)
        said = f"{unit} {number if same else d.rng.randint(1, size)}{d.rng.choice(('/', ' năm '))}{year}"
    else:
        other = same_period_last_year(_mention(period))
        return _plain_period(other), other.label[:1].lower() + other.label[1:]
    found = shelf.calendar.exactly(said)[1]
    earlier = found and found[0].end < period.end and found[0].start != period.start
    return (found[0], said) if earlier else None


def _mention(period: Period) -> PeriodMention:
    return PeriodMention(period.start, period.end, period.grain, period.label, (0, 0), open=period.open)


def compared(d: Drawer, shelf: Shelf, base: Base) -> tuple[Base, Comparison, str] | None:
    """A period with the one it is compared with, and how that is said."""
    if shelf.calendar is None:
        return None
    kind = d.rng.choices(("same_period", "previous", "explicit"), (4, 6, 3))[0]
    stock = snapshot(shelf.view)
    when, periods = (shelf.calendar.unit if kind == "previous" else shelf.calendar.part)(d.rng)
    if not periods:
        return None
    period = periods[0]
    percent = base.metric.unit == "%"
    want = d.rng.choice(("all", "all", "percent", "absolute", *(("times",) if not percent else ())))
    month_of_stock = stock and period.grain == "month" and "month" in d.parts(shelf)
    if kind == "explicit" and not period.open:
        found = _another(d, shelf, period)
        if found is None:
            return None
        old, said = found
    elif kind == "previous" and (month_of_stock or (not stock and not period.open and _one_unit(period))):
        whole = replace(period, start=period.end.replace(day=1)) if month_of_stock else period
        old = _plain_period(previous_period(_mention(whole)))
        said = _unit_back(d, whole, old)
    else:
        kind = "same_period"
        old = _plain_period(same_period_last_year(_mention(period)))
        said = _year_back(d, when, period, old)
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
        if base.metric.unit != "%" and d.rng.random() < 0.4:
            comparison = replace(comparison, want="absolute")  # "tăng nhiều nhất" is in the measure's own unit
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
    low = "" if ranking.descending else "_one_low" if count == 1 else "_many_low"
    return d.plan(f"inside{low}", shelf, base, reading, groups=(names_of(outer), names_of(dim)), count=count)


def several_values(d: Drawer, shelf: Shelf) -> Plan | None:
    found = d.grouped(shelf, most=1)
    if found is None:
        return None
    base, dim = found
    chosen = pick_values(shelf, dim, d.rng, d.rng.choice((2, 2, 3, 3, 4, 5)))
    if chosen is None:
        return None
    base = replace(base, conditions=(*base.conditions, chosen))
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    return d.plan("several_values", shelf, base, reading)


def two_measures(d: Drawer, shelf: Shelf) -> Plan | None:
    base = d.base(shelf, most=2)
    other = d.metric(shelf.view)
    if other.unit == base.metric.unit and d.rng.random() < 0.6:  # mostly of two units: "bao nhiêu tấn, bao nhiêu tiền"
        other = d.metric(shelf.view)
    if other is base.metric:
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
