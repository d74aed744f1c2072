"""Members counted that keep to a bound, each by its own total: in all, in each step or part, or in two periods.

The bound lies on the member and not on what the count is told for: "mỗi năm có bao nhiêu nước trên 1 tỷ USD" asks of
each year how many countries reached the bound within it.
"""

from __future__ import annotations

from dataclasses import replace

import sqlglot
from sqlglot import exp

from nl2sql.generation.comparison import compared_periods, growth_sql
from nl2sql.generation.parts import (
    bound,
    conditional,
    group_columns,
    limit_sql,
    shown,
    threshold_expr,
    time_columns,
    where_of,
)
from nl2sql.generation.periods import grain_columns
from nl2sql.types import MetricMatch, Reading, Threshold
from schema.semantic import View


def counted_column(match: MetricMatch) -> str:
    """The column whose different values a measure counts; "" where it counts none."""
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    if not isinstance(tree, exp.Count) or not isinstance(tree.this, exp.Distinct):
        return ""
    return str(tree.this.expressions[0].sql(dialect="duckdb"))


def counted_bounds(reading: Reading) -> tuple[Threshold, ...]:
    """The bounds that lie on the members that a reading counts; () where it counts none or bounds something else."""
    bounds = tuple(t for t in reading.thresholds if not t.on_rows and not t.on_change)
    single = len(reading.metrics) == 1 and not (reading.share or reading.window)
    if not single or not bounds or any(t.metric == reading.metrics[0].name for t in bounds):
        return ()
    return bounds if counted_column(reading.metrics[0]) else ()


def counted_sql(reading: Reading, view: View) -> str | None:
    """How many members of a column have a total within a bound, or None where that is not what is asked."""
    bounds = counted_bounds(reading)
    if not bounds:
        return None
    match, column = reading.metrics[0], counted_column(reading.metrics[0])
    groups = group_columns(reading, view)
    if reading.comparison is not None:
        return None if groups or reading.average else _in_two_periods(reading, view, bounds)
    ranking = reading.ranking
    apart = any(t.against for t in bounds) or bool(ranking and (ranking.both or ranking.per))
    if groups and (apart or column in groups):
        return None
    steps: tuple[str, ...] = ()
    if reading.average is not None:
        if groups or view.time is None:
            return None
        steps = tuple(grain_columns(reading.average, view.time, reading.periods))
    conditions = [*where_of(reading, view, view.time), *_known(column)]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    having = " AND ".join(
        bound(threshold_expr(_plain(reading), view, t.metric), t.op, t.value, t.upper) for t in bounds
    )
    columns = [*(shown(c, view) for c in (*groups, *steps)), column]
    by = ", ".join([*groups, *steps, column])
    inner = f"SELECT {', '.join(columns)} FROM {view.name}{where} GROUP BY {by} HAVING {having}"
    if steps:
        all_steps = f"SELECT DISTINCT {', '.join(columns[:-1])} FROM {view.name}{where}"
        share = f"1.0 * COUNT(*) / NULLIF((SELECT COUNT(*) FROM ({all_steps}) AS ky), 0)"
        return f"SELECT {share} AS {match.name}_binh_quan FROM ({inner}) AS dem"
    names = [c.split(" AS ")[-1] for c in columns[:-1]]
    count = f"COUNT(DISTINCT {column})" if groups and column.isidentifier() else "COUNT(*)"
    sql = f"SELECT {', '.join([*names, f'{count} AS {match.name}'])} FROM ({inner}) AS dem"
    if not groups:
        return sql
    return f"{sql} GROUP BY {', '.join(names)} ORDER BY {_order(reading, view, groups, names)}{limit_sql(ranking)}"


def _known(column: str) -> tuple[str, ...]:
    """What keeps out the rows that an expression counts nothing of."""
    return () if column.isidentifier() else (f"{column} IS NOT NULL",)


def _plain(reading: Reading) -> Reading:
    """The reading of one member in one step: its total is bounded, and no mean of it."""
    return replace(reading, average=None)


def _order(reading: Reading, view: View, groups: tuple[str, ...], names: list[str]) -> str:
    ranking, times = reading.ranking, time_columns(view)
    steps = [n for g, n in zip(groups, names, strict=True) if g in times]
    if ranking is not None and ranking.by_time and steps:
        return ", ".join(f"{n} {'DESC' if ranking.descending else 'ASC'}" for n in steps)
    if ranking is not None:
        return f"{reading.metrics[0].name} {'DESC' if ranking.descending else 'ASC'}"
    return ", ".join([*steps, *(n for n in names if n not in steps)]) if steps else f"{reading.metrics[0].name} DESC"


def _in_two_periods(reading: Reading, view: View, bounds: tuple[Threshold, ...]) -> str | None:
    """The members within the bound in each of two periods, and how their number changed."""
    comparison, match = reading.comparison, reading.metrics[0]
    if view.time is None or comparison is None or not reading.periods or comparison.second is not None:
        return None
    now, base, both = compared_periods(reading, view.time)
    where = [both, *(f.sql for f in reading.filters)]
    where += [bound(t.metric, t.op, t.value, t.upper) for t in reading.thresholds if t.on_rows]
    where += _known(counted_column(match))
    kept = []
    for name, side in (("dat", now), ("dat_ky_truoc", base)):
        tests = [
            bound(conditional(threshold_expr(reading, view, t.metric), side), t.op, t.value, t.upper) for t in bounds
        ]
        kept.append(f"CASE WHEN {' AND '.join(tests)} THEN 1 END AS {name}")
    column = counted_column(match)
    inner = f"SELECT {column}, {', '.join(kept)} FROM {view.name} WHERE {' AND '.join(where)} GROUP BY {column}"
    current, before = "COUNT(dat)", "COUNT(dat_ky_truoc)"
    columns = [f"{current} AS {match.name}", f"{before} AS {match.name}_ky_truoc"]
    if comparison.want in ("absolute", "both"):
        columns.append(f"{current} - {before} AS chenh_lech")
    if comparison.want == "times":
        columns.append(f"1.0 * {current} / NULLIF({before}, 0) AS so_lan")
    elif comparison.want == "of_base":
        columns.append(f"100.0 * {current} / NULLIF({before}, 0) AS ty_le")
    elif comparison.want != "absolute":
        columns.append(f"{growth_sql(current, before, match)} AS tang_truong")
    return f"SELECT {', '.join(columns)} FROM ({inner}) AS dem"
