"""Growth from step to step of the calendar, the first step against the one before the period that was asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from nl2sql.generation.comparison import growth_sql
from nl2sql.generation.parts import group_columns, over, time_columns, where_of, with_own_filters
from nl2sql.generation.periods import grain_columns, period_sql, periods_sql
from nl2sql.types import Grain, Period, Reading
from schema.semantic import View

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


def _before(period: Period, grain: Grain) -> Period:
    """The step just before a period."""
    months = _MONTHS[grain]
    index = period.start.year * 12 + period.start.month - 1 - months
    start = dt.date(index // 12, index % 12 + 1, 1)
    return Period(start, period.start - dt.timedelta(days=1), grain, "")
