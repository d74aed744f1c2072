"""The deterministic candidate: SQL built from a Reading by code, canonical in form.

The same meaning always gives the same text, so it serves as a second opinion on what the model writes, as training
data, and as the answer where the reading leaves nothing open. Aggregates are the catalogue's own expressions.
"""

from __future__ import annotations

from dataclasses import replace

import sqlglot
from sqlglot import exp

from nl2sql.generation.beside import beside_sql
from nl2sql.generation.comparison import compare, growth_sql
from nl2sql.generation.counted import counted_sql
from nl2sql.generation.derived import contrast_sql, derived_sql
from nl2sql.generation.growth import asks_steps, growth_steps, stepped_table
from nl2sql.generation.parts import (
    SHARE,
    Parts,
    averaged_sql,
    bound,
    conditional,
    group_columns,
    in_year,
    limit_sql,
    operand,
    over,
    parts_of,
    running,
    shown,
    threshold_expr,
    time_columns,
    where_of,
    whole_year,
    with_own_filters,
)
from nl2sql.generation.periods import grain_columns
from nl2sql.generation.sets import set_sql
from nl2sql.types import Reading, Shape
from schema.semantic import Catalogue, View

DETAIL_LIMIT = 100


def compose(reading: Reading, catalogue: Catalogue) -> str | None:
    """SQL for a reading in the catalogue's dialect, or None when the reading has a shape that this cannot express."""
    if reading.clarification or reading.refusal or reading.view not in catalogue.views:
        return None
    view = catalogue.views[reading.view]
    if reading.terms:
        return set_sql(reading, catalogue)
    if reading.beside:
        return beside_sql(reading, catalogue)
    if reading.shape is Shape.ROWS:
        return _rows(reading, view)
    if not reading.metrics:
        return None
    if reading.derived:
        return derived_sql(reading, view)
    if reading.contrast:
        return contrast_sql(reading, view)
    if counted := counted_sql(reading, view):
        return counted
    if reading.comparison:
        return compare(reading, view)
    if reading.ranking and reading.ranking.both:
        return _both_ends(reading, view)
    if reading.ranking and reading.ranking.per:
        return _ranking_inside(reading, view)
    if reading.window and reading.window.kind == "compound":
        return _compound(reading, view)
    if reading.share and reading.share.each:
        return _each_share(reading, view)
    if reading.window and reading.window.kind == "growth" and asks_steps(reading):
        return stepped_table(reading, view)
    if reading.window and reading.window.kind == "growth" and (stepped := growth_steps(reading, view)):
        return stepped
    if reading.average and (mean := _mean_count(reading, view)):
        return mean
    reading = whole_year(reading, view)
    if reading.window and reading.window.kind == "cumulative" and any(not t.on_rows for t in reading.thresholds):
        return _running_bound(reading, view)
    parts = parts_of(reading, view)
    columns = [*(shown(g, view) for g in parts.groups), *_measures(reading, view, parts)]
    sql = f"SELECT {', '.join(columns)} FROM {view.name}"
    if parts.where:
        sql += " WHERE " + " AND ".join(parts.where)
    if parts.groups:
        sql += " GROUP BY " + ", ".join(parts.groups)
    if parts.having:
        sql += " HAVING " + " AND ".join(parts.having)
    if parts.order:
        sql += f" ORDER BY {parts.order}"
    if parts.limit is not None:
        sql += limit_sql(reading.ranking)
    return sql


def _running_bound(reading: Reading, view: View) -> str | None:
    """The steps by which a running total is within a bound: "đến tháng nào lũy kế vượt 200 tỷ"."""
    bounds = [t for t in reading.thresholds if not t.on_rows]
    plain = replace(reading, thresholds=tuple(t for t in reading.thresholds if t.on_rows), ranking=None)
    parts = parts_of(plain, view)
    if len(reading.metrics) != 1 or not parts.groups or any(t.on_change or t.against for t in bounds):
        return None
    columns = [*(shown(g, view) for g in parts.groups), *_measures(plain, view, parts)]
    inner = f"SELECT {', '.join(columns)} FROM {view.name}"
    if parts.where:
        inner += " WHERE " + " AND ".join(parts.where)
    kept = " AND ".join(bound("luy_ke", t.op, t.value, t.upper) for t in bounds)
    names = ", ".join(c.split(" AS ")[-1] for c in columns)
    sql = f"SELECT {names} FROM ({inner} GROUP BY {', '.join(parts.groups)}) AS dan WHERE {kept} ORDER BY {parts.order}"
    return sql + limit_sql(reading.ranking)


def _each_share(reading: Reading, view: View) -> str | None:
    """Several named values with the part that each has in the whole, which others make up as well."""
    share = reading.share
    if share is None:
        return None
    steps = group_columns(reading, view)
    where = where_of(reading, view, view.time)
    match = reading.metrics[0]
    columns = [*steps, share.each]
    over_all = f"OVER (PARTITION BY {', '.join(steps)})" if steps else "OVER ()"
    inner = (
        f"SELECT {', '.join(shown(c, view) for c in columns)}, {match.expr} AS {match.name}, "
        f"100.0 * {operand(match.expr)} / NULLIF(SUM({match.expr}) {over_all}, 0) AS ty_trong FROM {view.name}"
    )
    if where:
        inner += f" WHERE {' AND '.join(where)}"
    inner += f" GROUP BY {', '.join(columns)}"
    names = [shown(c, view).split(" AS ")[-1] for c in columns]
    order = ", ".join([*names[:-1], "ty_trong DESC"])
    return (
        f"SELECT {', '.join(names)}, {match.name}, ty_trong FROM ({inner}) AS co_cau "
        f"WHERE {share.numerator} ORDER BY {order}"
    )


def _both_ends(reading: Reading, view: View) -> str | None:
    """The member with the most and the one with the least, in one table."""
    parts = parts_of(replace(reading, ranking=None), view)
    if not parts.groups or any(shown(g, view) != g for g in parts.groups):
        return None
    match = reading.metrics[0]
    expr = with_own_filters(match, view, len(reading.metrics) > 1)
    columns = ", ".join(parts.groups)
    inner = (
        f"SELECT {columns}, {expr} AS {match.name}, RANK() OVER (ORDER BY {expr} DESC) AS tu_cao, "
        f"RANK() OVER (ORDER BY {expr}) AS tu_thap FROM {view.name}"
    )
    if parts.where:
        inner += f" WHERE {' AND '.join(parts.where)}"
    inner += f" GROUP BY {columns}"
    if parts.having:
        inner += f" HAVING {' AND '.join(parts.having)}"
    n = reading.ranking.n if reading.ranking and reading.ranking.n else 1
    kept = "tu_cao = 1 OR tu_thap = 1" if n == 1 else f"tu_cao <= {n} OR tu_thap <= {n}"
    return f"SELECT {columns}, {match.name} FROM ({inner}) AS xep_hang WHERE {kept} ORDER BY {match.name} DESC"


def _compound(reading: Reading, view: View) -> str | None:
    """The compound yearly growth rate between the first and the last year of the period."""
    year = view.time.parts.get("year") if view.time else None
    if not year or not reading.periods or reading.window is None:
        return None
    first, last = reading.periods[0].start.year, reading.periods[0].end.year
    expr = reading.metrics[0].expr
    ratio = (
        f"1.0 * {operand(conditional(expr, f'{year} = {last}'))} / NULLIF({conditional(expr, f'{year} = {first}')}, 0)"
    )
    where = [f"{year} IN ({first}, {last})", *(f.sql for f in reading.filters)]
    groups = [c for c in group_columns(reading, view) if c not in time_columns(view)]
    sql = (
        f"SELECT {', '.join([*groups, ''])}100.0 * (POWER({ratio}, 1.0 / {reading.window.size}) - 1) "
        f"AS tang_truong_binh_quan FROM {view.name} WHERE {' AND '.join(where)}"
    )
    if not groups:
        return sql
    ranking = reading.ranking
    limit = f" LIMIT {ranking.n}" if ranking and ranking.n else ""
    order = "ASC" if ranking and not ranking.descending else "DESC"
    by = "tang_truong_binh_quan"
    if ranking and ranking.n and not ranking.by_change:  # "của 5 mặt hàng lớn nhất": the largest at the end
        by = conditional(expr, f"{year} = {last}")
    return f"{sql} GROUP BY {', '.join(groups)} ORDER BY {by} {order}{limit}"


def _mean_count(reading: Reading, view: View) -> str | None:
    """Different things counted in each step of the calendar, and the mean of those counts: "số DN bình quân tháng"."""
    tree = sqlglot.parse_one(reading.metrics[0].expr, read="duckdb")
    distinct = isinstance(tree, exp.Count) and isinstance(tree.this, exp.Distinct)
    if not distinct or len(reading.metrics) > 1 or reading.share or reading.window:
        return None
    if reading.average is None or view.time is None:
        return None
    parts = parts_of(reading, view)
    if parts.having or any(g in time_columns(view) for g in parts.groups):
        return None
    match, steps = reading.metrics[0], grain_columns(reading.average, view.time, reading.periods)
    where = f" WHERE {' AND '.join(parts.where)}" if parts.where else ""
    inner = (
        f"SELECT {', '.join([*parts.groups, f'{match.expr} AS muc'])} FROM {view.name}{where} "
        f"GROUP BY {', '.join([*parts.groups, *steps])}"
    )
    sql = f"SELECT {', '.join([*parts.groups, f'AVG(muc) AS {match.name}_binh_quan'])} FROM ({inner}) AS tung_ky"
    if not parts.groups:
        return sql
    return f"{sql} GROUP BY {', '.join(parts.groups)} ORDER BY {parts.order}{limit_sql(reading.ranking)}"


def _measures(reading: Reading, view: View, parts: Parts) -> list[str]:
    share, window = reading.share, reading.window
    found: list[str] = []
    for match in reading.metrics:
        own = "" if match is reading.metrics[0] else f"_{match.name}"  # no two columns of one name
        expr = with_own_filters(match, view, len(reading.metrics) > 1)
        to_date = in_year(expr, parts.groups, reading, view)
        if to_date is not None:
            found.append(f"{to_date} AS {match.name}")
            continue
        if share and share.numerator:
            part = conditional(expr, share.numerator)
            if share.amount:
                found.append(f"{part} AS {match.name}")
            found.append(f"100.0 * {operand(part)} / NULLIF({expr}, 0) AS ty_trong{own}")
            continue
        if reading.average:
            found.append(f"{averaged_sql(expr, view, reading.average)} AS {match.name}_binh_quan")
            continue
        found.append(f"{expr} AS {match.name}")
        if share and parts.having:  # a window would see only what the bounds keep
            found.append(f"{threshold_expr(reading, view, SHARE)} AS ty_trong{own}")
        elif share:
            within = [c for c in parts.groups if c in time_columns(view)]
            # Members over time: each one's part of its own step, not of all years together.
            apart = f"PARTITION BY {', '.join(within)}" if 0 < len(within) < len(parts.groups) else ""
            found.append(f"100.0 * {operand(expr)} / NULLIF(SUM({expr}) OVER ({apart}), 0) AS ty_trong{own}")
        if reading.ranking and reading.ranking.numbered and parts.groups:
            direction = "DESC" if reading.ranking.descending else "ASC"
            found.append(f"RANK() OVER (ORDER BY {expr} {direction}) AS thu_hang{own}")
        steps = [c for c in parts.groups if c in time_columns(view)]
        if window and steps:
            if window.kind == "cumulative":
                found.append(f"{running(expr, parts.groups, steps)} AS luy_ke{own}")
            elif window.kind == "growth":
                before = f"LAG({expr}) {over(parts.groups, steps)}"
                change = f"{expr} - {before}" if match.unit == "%" else growth_sql(expr, before, match)
                found.append(f"{change} AS {'chenh_lech' if match.unit == '%' else 'tang_truong'}{own}")
            else:
                rows = f"ROWS BETWEEN {max(window.size, 2) - 1} PRECEDING AND CURRENT ROW"
                found.append(f"AVG({expr}) {over(parts.groups, steps, rows)} AS trung_binh_truot{own}")
    return found


def _rows(reading: Reading, view: View) -> str | None:
    columns = reading.columns or view.detail
    if not columns:
        return None
    sql = f"SELECT {', '.join(columns)} FROM {view.name}"
    where = list(where_of(reading, view, view.time))
    ranking = reading.ranking
    source = _summed_column(reading.metrics[0].expr) if ranking and reading.metrics else ""
    if source:
        where.append(f"{source} IS NOT NULL")
        if source not in columns:
            sql = f"SELECT {', '.join((*columns, source))} FROM {view.name}"
    if where:
        sql += " WHERE " + " AND ".join(where)
    if ranking and source:
        sql += f" ORDER BY {source} {'DESC' if ranking.descending else 'ASC'}"
    elif view.time:
        sql += f" ORDER BY {view.time.name} DESC"
    return sql + (limit_sql(ranking) if ranking and ranking.n else f" LIMIT {DETAIL_LIMIT}")


def _summed_column(expr: str) -> str:
    tree = sqlglot.parse_one(expr, read="duckdb")
    return tree.this.sql() if isinstance(tree, exp.Sum | exp.Avg | exp.Max | exp.Min) else ""


def _ranking_inside(reading: Reading, view: View) -> str | None:
    ranking = reading.ranking
    groups = group_columns(reading, view)
    timed = any(g.grain and g.column == ranking.per for g in reading.groups) if ranking else False
    if ranking is None or not (timed or ranking.per in groups) or len(groups) < 2 or not reading.metrics:
        return None
    if any(shown(g, view) != g for g in groups):
        return None
    match = reading.metrics[0]
    direction = "DESC" if ranking.descending else "ASC"
    times = time_columns(view)
    timed = timed or ranking.per in times
    partition = [c for c in groups if (c in times if timed else c == ranking.per)]
    if timed and len(partition) == len(groups) and view.time is not None:  # "mỗi năm, tháng nào": steps of one another
        outer = next((g.grain for g in reading.groups if g.grain and g.column == ranking.per), None)
        partition = [c for c in grain_columns(outer, view.time, reading.periods) if c in groups] if outer else []
        if not partition or len(partition) == len(groups):
            return None
    where = where_of(reading, view, view.time)
    inner = (
        f"SELECT {', '.join(groups)}, {match.expr} AS {match.name}, ROW_NUMBER() OVER (PARTITION BY "
        f"{', '.join(partition)} ORDER BY {match.expr} {direction}) AS hang FROM {view.name}"
    )
    if where:
        inner += f" WHERE {' AND '.join(where)}"
    inner += f" GROUP BY {', '.join(groups)}"
    having = parts_of(replace(reading, ranking=None), view).having
    if having:
        inner += f" HAVING {' AND '.join(having)}"
    keep = f"hang <= {ranking.n}" if ranking.n and ranking.n > 1 else f"hang = {ranking.offset + 1}"
    columns = [*groups, match.name]
    return (
        f"SELECT {', '.join(columns)} FROM ({inner}) AS xep_hang WHERE {keep} "
        f"ORDER BY {', '.join(partition)}, {match.name} {direction}"
    )
