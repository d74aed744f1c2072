"""Growth from step to step of the calendar, the first step against the one before the period that was asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.comparison import growth_sql
from nl2sql.generation.parts import bound, group_columns, limit_sql, over, time_columns, where_of, with_own_filters
from nl2sql.generation.periods import grain_columns, period_sql, periods_sql
from nl2sql.types import Grain, Period, Reading
from schema.semantic import TimeDimension, View

_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}


def growth_steps(reading: Reading, view: View) -> str | None:
    """SQL of a growth whose first step is compared too, or None where the plain window does as well.

    It takes one more step into the calculation and leaves it out of the table. A snapshot, a period of days and a bound
    on a total keep the plain form.
    """
    time = view.time
    grains = [g.grain for g in reading.groups if g.grain]
    if time is None or time.snapshot or len(grains) != 1 or len(reading.periods) != 1 or reading.thresholds:
        return None
    grain, asked = grains[0], reading.periods[0]
    if grain not in _MONTHS or reading.ranking is not None or reading.share is not None or reading.average:
        return None
    kept = period_sql(asked, time)
    before = _before(asked, grain)
    if time.name in kept.replace("'", " ").split() or before.start.year < 2000:
        return None
    wide = Period(before.start, asked.end, "year", "", open=asked.open) if grain == "year" else None
    if wide is not None and (asked.start.month != 1 or asked.start.day != 1):
        return None
    spread = (wide,) if wide else (before, asked)
    condition = period_sql(wide, time) if wide else periods_sql(spread, time)
    rest = where_of(replace(reading, periods=()), view, None)
    steps = grain_columns(grain, time, spread)
    if not all(c in time_columns(view) and " " not in c for c in steps):
        return None
    members = [c for c in group_columns(reading, view) if c not in time_columns(view)]
    inner_groups = [*steps, *members]
    columns: list[str] = []
    names: list[str] = []
    for match in reading.metrics:
        expr = with_own_filters(match, view, len(reading.metrics) > 1)
        lag = f"LAG({expr}) {over(inner_groups, list(steps))}"
        change = f"{expr} - {lag}" if match.unit == "%" else growth_sql(expr, lag, match)
        name = "chenh_lech" if match.unit == "%" else "tang_truong"
        name = f"{match.name}_{name}" if len(reading.metrics) > 1 else name
        columns += [f"{expr} AS {match.name}", f"{change} AS {name}"]
        names += [match.name, name]
    inner = (
        f"SELECT {', '.join([*inner_groups, *columns])} FROM {view.name} WHERE "
        f"{' AND '.join([condition, *rest])} GROUP BY {', '.join(inner_groups)}"
    )
    shown = group_columns(reading, view)
    return f"SELECT {', '.join([*shown, *names])} FROM ({inner}) AS buoc WHERE {kept} ORDER BY {', '.join(shown)}"


def asks_steps(reading: Reading) -> bool:
    """Whether steps are chosen by their growth: by a bound on it, by a rank, or against the mean of several before."""
    window, ranking = reading.window, reading.ranking
    if window is None or window.kind != "growth" or reading.comparison is not None:
        return False
    ranked = ranking is not None and (ranking.by_change or ranking.by_time)
    return window.size > 1 or any(t.on_change for t in reading.thresholds) or ranked


def stepped_table(reading: Reading, view: View) -> str | None:
    """The steps of the calendar whose growth keeps to bounds or ranks among the others, or None.

    A step is compared with the one before it, also where that lies before the period, or with the mean of several.
    """
    time, window = view.time, reading.window
    grains = [g.grain for g in reading.groups if g.grain]
    if time is None or window is None or len(grains) != 1 or len(reading.periods) > 1 or len(reading.metrics) != 1:
        return None
    grain = grains[0]
    numbered = _numbered(grain, time)
    if grain not in _MONTHS or numbered is None or time.snapshot or reading.share or reading.average:
        return None
    size = max(window.size, 1)
    match = reading.metrics[0]
    expr = with_own_filters(match, view, several=False)
    rest = where_of(replace(reading, periods=()), view, None)
    kept: list[str] = []
    wide: list[str] = []
    for period in reading.periods:
        first, last = (_number(day, grain) for day in (period.start, period.end))
        kept, wide = [f"{numbered} BETWEEN {first} AND {last}"], [f"{numbered} BETWEEN {first - size} AND {last}"]
    steps = grain_columns(grain, time, ())
    members = [c for c in group_columns(reading, view) if c not in time_columns(view)]
    groups = [*steps, *members]
    base = f"LAG({expr}) {over(groups, list(steps))}"
    if size > 1:
        base = f"AVG({expr}) {over(groups, list(steps), f'ROWS BETWEEN {size} PRECEDING AND 1 PRECEDING')}"
    points = match.unit == "%"
    change = "chenh_lech" if points else "tang_truong"
    grown = f"{expr} - {base}" if points else growth_sql(expr, base, match)
    columns = [*groups, f"{expr} AS {match.name}", *([f"{base} AS binh_quan_truoc"] if size > 1 else []),
               f"{grown} AS {change}"]  # fmt: skip
    where = [*wide, *rest]
    inner = f"SELECT {', '.join(columns)} FROM {view.name}" + (f" WHERE {' AND '.join(where)}" if where else "")
    for limit in reading.thresholds:
        if not limit.on_rows:
            kept.append(bound(change if limit.on_change else match.name, limit.op, limit.value, limit.upper))
    shown = [c for c in groups if c in group_columns(reading, view)]
    names = [*shown, match.name, *(["binh_quan_truoc"] if size > 1 else []), change]
    sql = f"SELECT {', '.join(names)} FROM ({inner} GROUP BY {', '.join(groups)}) AS buoc"
    if kept:
        sql += f" WHERE {' AND '.join(kept)}"
    return sql + _order(reading, shown, match.name, change)


def _order(reading: Reading, shown: Sequence[str], measure: str, change: str) -> str:
    ranking = reading.ranking
    way = "DESC" if ranking and ranking.descending else "ASC"
    if ranking is None:
        return f" ORDER BY {', '.join(shown)}"
    if ranking.by_time:
        return " ORDER BY " + ", ".join(f"{c} {way}" for c in shown) + limit_sql(ranking)
    return f" ORDER BY {change if ranking.by_change else measure} {way} NULLS LAST{limit_sql(ranking)}"


def _numbered(grain: Grain, time: TimeDimension) -> str | None:
    """The steps of a grain as running numbers, in SQL over the calendar's columns."""
    year, part = time.parts.get("year"), time.parts.get(grain)
    if grain == "year":
        return year
    return f"{year} * {12 // _MONTHS[grain]} + {part}" if year and part and grain in _MONTHS else None


def _number(day: dt.date, grain: Grain) -> int:
    """The running number of the step that holds a day."""
    if grain == "year":
        return day.year
    return day.year * (12 // _MONTHS[grain]) + (day.month - 1) // _MONTHS[grain] + 1


def _before(period: Period, grain: Grain) -> Period:
    """The step just before a period."""
    months = _MONTHS[grain]
    index = period.start.year * 12 + period.start.month - 1 - months
    start = dt.date(index // 12, index % 12 + 1, 1)
    return Period(start, period.start - dt.timedelta(days=1), grain, "")
