"""Plans of things side by side: parts beside their whole, each of several values, two bases, several measures."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.changed import Changed, read_measures
from nl2sql.generation.compose import compose
from nl2sql.question.filters import quote, values_sql
from nl2sql.question.time import PeriodMention, previous_period, same_period_last_year
from nl2sql.training.draw import GRAINS, Base, Drawer, group_of, match_of, names_of, snapshot
from nl2sql.training.plan import Condition, Plan, Ways
from nl2sql.training.shapes_time import compared, inside
from nl2sql.training.stock import Shelf, lowered, pick_value, pick_values
from nl2sql.types import Comparison, FilterMatch, Grain, GroupMatch, Period, Ranking, Shape, Share, Threshold
from schema.semantic import Dimension

_UNITS = {"quarter": "quý", "month": "tháng"}
_APART = 0.4
_MORE = ("cao hơn", "lớn hơn", "nhiều hơn", "hơn")
_LESS = ("thấp hơn", "ít hơn", "nhỏ hơn")


def two_bases(d: Drawer, shelf: Shelf) -> Plan | None:
    """A month or quarter against the one before and against the same of the year before."""
    if shelf.calendar is None:
        return None
    when, periods = shelf.calendar.part(d.rng)
    unit = _UNITS.get(periods[0].grain) if periods else None
    period = periods[0] if periods else None
    longest = 31 if unit == "tháng" else 92
    if period is None or unit is None or period.open or (period.end - period.start).days + 1 > longest:
        return None
    mention = PeriodMention(period.start, period.end, period.grain, period.label, (0, 0))
    before, year = (
        Period(p.start, p.end, p.grain, p.label) for p in (previous_period(mention), same_period_last_year(mention))
    )
    again = d.rng.choice(("cùng kỳ", "cùng kỳ năm trước", "cùng kỳ năm ngoái", "so với cùng kỳ"))
    said = f"{unit} trước{d.rng.choice((' và ', ' và ', ', ', ' cũng như '))}{again}"
    base = replace(d.base(shelf, most=2), when=when, periods=periods)
    reading = d.reading(shelf.view, base, comparison=Comparison("previous", before, second=year),
                        shape=Shape.COMPARISON)  # fmt: skip
    return d.plan("two_bases", shelf, base, reading, before=said)


def of_base(d: Drawer, shelf: Shelf) -> Plan | None:
    """What percentage of the base the current figure is."""
    found = compared(d, shelf, d.base(shelf, plain=True, most=2))
    if found is None or found[0].metric.unit == "%":
        return None
    base, comparison, said = found
    reading = d.reading(shelf.view, base, comparison=replace(comparison, want="of_base"), shape=Shape.COMPARISON)
    return d.plan("of_base", shelf, base, reading, before=said)


def _of_several(d: Drawer, shelf: Shelf) -> tuple[Base, Dimension, Condition] | None:
    """A measure that adds up, and several values of a column that it does not look at."""
    found = d.grouped(shelf, plain=True, most=1)
    if found is None or found[0].metric.additivity != "additive" or "CASE" in found[0].metric.expr:
        return None
    chosen = pick_values(shelf, found[1], d.rng, d.rng.choice((2, 2, 3, 4)))
    return (*found, chosen) if chosen else None


def share_each(d: Drawer, shelf: Shelf) -> Plan | None:
    """The part that each of several named values makes up."""
    found = _of_several(d, shelf)
    if found is None:
        return None
    base, dim, whose = found
    share = Share(whose.match.sql, whose.match.label, each=dim.name)
    reading = d.reading(shelf.view, base, share=share, shape=Shape.SHARE)
    return d.plan("share_each", shelf, base, reading, whose=whose, groups=(names_of(dim),))


def values_each(d: Drawer, shelf: Shelf) -> Plan | None:
    """A figure for each of several named values."""
    found = _of_several(d, shelf)
    if found is None:
        return None
    base, dim, whose = found
    filters = (*(c.match for c in base.conditions), whose.match)
    reading = d.reading(shelf.view, base, filters=filters, groups=(group_of(dim),), shape=Shape.BREAKDOWN)
    return d.plan("values_each", shelf, base, reading, whose=whose, groups=(names_of(dim),))


def part_beside(d: Drawer, shelf: Shelf) -> Plan | None:
    """A whole, and what of it keeps to a condition: as a figure, in percent, or for each of several values."""
    found = _of_several(d, shelf)
    one = pick_value(shelf, found[1], d.rng) if found else None
    if found is None or one is None:
        return None
    base, dim, several = found
    kind = d.rng.choice(("part_beside", "part_beside", "part_beside_percent", "part_beside_each"))
    whose, name = (several if kind.endswith("each") else one), base.metric.name
    tests = [whose.match.sql]
    if kind.endswith("each"):
        tests = [f"{dim.name} = {quote(v)}" for v in whose.match.values]
    said = [Changed(name), *(Changed(name, test, part=kind.endswith("percent")) for test in tests)]
    grouped = d.dimension(shelf, but=(dim.name, dim.parent, *(c.match.column for c in base.conditions)))
    groups: tuple[GroupMatch, ...] = ()
    names: tuple[Ways, ...] = ()
    if kind == "part_beside" and grouped is not None and grouped.parent != dim.name and d.rng.random() < 0.25:
        groups, names, kind = (group_of(grouped),), (names_of(grouped),), "part_beside_by"
    reading = d.reading(shelf.view, base, metrics=read_measures(said, shelf.view), groups=groups,
                        shape=Shape.BREAKDOWN if groups else Shape.TOTAL)  # fmt: skip
    return d.plan(kind, shelf, base, reading, whose=whose, groups=names, measures=(names_of(base.metric),))


def member_bound(d: Drawer, shelf: Shelf) -> Plan | None:
    """Members above or below a named one."""
    found = d.grouped(shelf, most=1)
    whose = pick_value(shelf, found[1], d.rng) if found else None
    if found is None or whose is None or any(v.isdigit() for v in whose.match.values):
        return None
    base, dim = found
    more = d.rng.random() < 0.7
    bound = Threshold(base.metric.name, ">" if more else "<", 0.0, against="member", condition=whose.match.sql)
    reading = d.reading(shelf.view, base, groups=(group_of(dim),), thresholds=(bound,), shape=Shape.BREAKDOWN)
    return d.plan("member_bound", shelf, base, reading, whose=whose, groups=(names_of(dim),),
                  bound=d.rng.choice(_MORE if more else _LESS))  # fmt: skip


def three_measures(d: Drawer, shelf: Shelf) -> Plan | None:
    """Three measures in one question, alone or by a column."""
    base = d.base(shelf, most=2)
    metrics = [base.metric, d.metric(shelf.view), d.metric(shelf.view)]
    if len({m.name for m in metrics}) < 3 or any(m.filters for m in metrics):
        return None
    dim = d.dimension(shelf, but=[c.match.column for c in base.conditions])
    texts = " ".join(m.expr for m in metrics)
    columns = [c.match.column for c in base.conditions]
    if any(column in texts for column in columns):
        return None
    groups: tuple[GroupMatch, ...] = ()
    names: tuple[Ways, ...] = ()
    if dim is not None and dim.name not in texts and d.rng.random() < 0.6:
        groups, names = (group_of(dim),), (names_of(dim),)
    second, third = (names_of(m) for m in metrics[1:])
    rest = tuple(f"{a}{joint}{b}" for a in second for b in third for joint in (" và ", ", "))
    reading = d.reading(shelf.view, base, metrics=tuple(match_of(m) for m in metrics), groups=groups,
                        shape=Shape.BREAKDOWN if groups else Shape.TOTAL)  # fmt: skip
    return d.plan("three_measures_by" if groups else "three_measures", shelf, base, reading, groups=names,
                  measures=(names_of(base.metric), rest))  # fmt: skip


def sides(d: Drawer, shelf: Shelf) -> Plan | None:
    """A measure for each of two values that stand right behind it: by a further column, by time, or alone."""
    found = d.grouped(shelf, most=1)
    few = [
        m for m in shelf.view.dimensions if m.rank <= 5 and not m.cues and 2 <= len(shelf.values.get(m.name, ())) <= 4
    ]
    if found is None or not few:
        return None
    base, dim = found
    side = d.rng.choice(few)
    taken = {dim.name, dim.parent, *(c.match.column for c in base.conditions)}
    items = list(shelf.values[side.name])
    if side.name in taken or side.name in base.metric.expr or len(items) != 2:
        return None
    d.rng.shuffle(items)
    joint = d.rng.choice((" và ", ", ", " lẫn ", "/"))
    names = [i.names[0] if d.rng.random() < 0.5 else d.rng.choice(i.names) for i in items]
    values = tuple(i.value for i in items)
    said = joint.join(lowered(n) for n in names)
    match = FilterMatch(values_sql(side.name, values), side.name, values, f"{side.label}: {', '.join(values)}")
    both = Condition(match, (said,), (said,), direct=True)
    filters = (match, *(c.match for c in base.conditions))
    grain = d.grain(shelf, base.periods)
    kind = d.rng.choice(("", "", "sides_total", "sides_time" if grain and not snapshot(shelf.view) else ""))
    first = () if kind == "sides_total" else (GroupMatch(grain, grain, grain),) if kind and grain else (group_of(dim),)
    reading = d.reading(shelf.view, base, filters=filters, groups=(*first, group_of(side)),
                        shape=Shape.BREAKDOWN)  # fmt: skip
    if kind:
        return d.plan(kind, shelf, base, reading, whose=both, groups=(GRAINS[grain],) if grain else ())
    if d.rng.random() < _APART:  # each side asked for by itself: "bao nhiêu xe xuất cảnh và bao nhiêu nhập cảnh"
        name = d.rng.choice([n for n in names_of(base.metric) if not n.startswith(("bao nhiêu", "mấy"))])
        asked = d.rng.random() < 0.4
        joint = " và bao nhiêu " if asked else d.rng.choice((f", {name} ", f" và {name} "))
        said = joint.join(lowered(n) for n in names)
        each = replace(both, ways=(said,), bare=(said,))
        return d.plan("sides_asked" if asked else "sides", shelf, base, reading, whose=each,
                      groups=(names_of(dim),), measures=((name,),))  # fmt: skip
    plain = base.metric is shelf.view.default_metric and d.rng.random() < 0.6
    return d.plan("sides_plain" if plain else "sides", shelf, base, reading, whose=both, groups=(names_of(dim),))


def extreme_time(d: Drawer, shelf: Shelf) -> Plan | None:
    """The day of a month, the month or quarter of a year, with the most or the least."""
    if shelf.calendar is None or snapshot(shelf.view):
        return None
    base = d.base(shelf, most=2)
    when, periods = shelf.calendar.part(d.rng)
    days = (periods[0].end - periods[0].start).days if periods else 0
    parts = d.parts(shelf)
    options: list[Grain] = ["day"] if 25 < days < 32 else [g for g in ("month", "month", "quarter") if g in parts]
    if not periods or not options or (days > 32 and days < 300):
        return None
    grain = d.rng.choice(options)
    down = d.rng.random() < 0.75
    base = replace(base, when=when, periods=periods)
    reading = d.reading(shelf.view, base, groups=(GroupMatch(grain, grain, grain),), ranking=Ranking(1, down),
                        shape=Shape.RANKING)  # fmt: skip
    return d.plan("extreme_time" if down else "extreme_time_low", shelf, base, reading, groups=(GRAINS[grain],),
                  count=1)  # fmt: skip


def inside_best(d: Drawer, shelf: Shelf) -> Plan | None:
    """The best of each group, said in either order, which is also the order of the columns."""
    plan = inside(d, shelf)
    ranking = plan.reading.ranking if plan else None
    if plan is None or ranking is None or ranking.n != 1 or not ranking.descending:
        return None
    if d.rng.random() < 0.5:
        return replace(plan, kind="inside_each")
    reading = replace(plan.reading, groups=plan.reading.groups[::-1])
    sql = compose(reading, d.catalogue)
    return replace(plan, kind="inside_best", reading=reading, sql=sql) if sql else None
