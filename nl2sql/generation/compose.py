"""The deterministic candidate: SQL built from a Reading by code, canonical in form.

The same meaning always gives the same text, so it serves as a second opinion on what the model writes, as training
data, and as the answer where the reading leaves nothing open. Aggregates are the catalogue's own expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from nl2sql.generation.periods import grain_columns, period_sql, periods_sql, span_sql
from nl2sql.types import MetricMatch, Reading, Shape
from schema.semantic import Catalogue, TimeDimension, View

DETAIL_LIMIT = 100


@dataclass(frozen=True)
class Parts:
    """The pieces of a SELECT, as SQL text: what the hint shows and what the composed candidate is made of."""

    view: str
    metrics: tuple[tuple[str, str], ...]
    where: tuple[str, ...]
    groups: tuple[str, ...]
    having: tuple[str, ...]
    order: str
    limit: int | None


def compose(reading: Reading, catalogue: Catalogue) -> str | None:
    """SQL for a reading in the catalogue's dialect, or None when the reading has a shape that this cannot express."""
    if reading.clarification or reading.refusal or reading.view not in catalogue.views:
        return None
    view = catalogue.views[reading.view]
    if reading.shape is Shape.ROWS:
        return _rows(reading, view)
    if not reading.metrics:
        return None
    if reading.comparison:
        return _comparison(reading, view)
    if reading.ranking and reading.ranking.per:
        return _ranking_inside(reading, view)
    if reading.window and reading.window.kind == "compound":
        return _compound(reading, view)
    if not reading.groups and (counted := _counted_members(reading, view)):
        return counted
    parts = parts_of(reading, view)
    columns = [*parts.groups, *_measures(reading, view, parts)]
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
        sql += f" LIMIT {parts.limit}"
    return sql


def parts_of(reading: Reading, view: View) -> Parts:
    """The pieces that a reading determines, whether or not the whole query can be composed."""
    time = view.time
    groups = group_columns(reading, view)
    metrics = tuple((m.name, m.expr) for m in reading.metrics)
    having = tuple(_bound(_threshold_expr(reading, view, t.metric), t.op, t.value, t.upper)
                   for t in reading.thresholds if not t.on_rows and not t.on_change)  # fmt: skip
    order, limit = _order(reading, view, groups)
    return Parts(view.name, metrics, where_of(reading, view, time), groups, having, order, limit)


def where_of(reading: Reading, view: View, time: TimeDimension | None) -> tuple[str, ...]:
    """Row conditions: periods, recognised values, row thresholds and the metrics' own filters."""
    found: list[str] = []
    if time and reading.periods:
        trend = any(g.grain for g in reading.groups)
        if time.snapshot and trend:
            found.append(span_sql(time, min(p.start for p in reading.periods), max(p.end for p in reading.periods)))
        else:
            found.append(periods_sql(reading.periods, time))
    found.extend(f.sql for f in reading.filters)
    found.extend(_bound(t.metric, t.op, t.value, t.upper) for t in reading.thresholds if t.on_rows)
    for match in reading.metrics:
        metric = view.metric(match.name)
        for condition in metric.filters if metric else ():
            if condition not in found and len(reading.metrics) == 1:
                found.append(condition)
    return tuple(found)


def group_columns(reading: Reading, view: View) -> tuple[str, ...]:
    """Columns to group by, time first, in the order of the calendar."""
    found: list[str] = []
    time = view.time
    for group in sorted(reading.groups, key=lambda g: g.grain is None):
        if group.grain and time:
            found.extend(c for c in grain_columns(group.grain, time, reading.periods) if c not in found)
        elif group.column not in found:
            found.append(group.column)
    return tuple(found)


def _compound(reading: Reading, view: View) -> str | None:
    """The compound yearly growth rate between the first and the last year of the period."""
    year = view.time.parts.get("year") if view.time else None
    if not year or not reading.periods or reading.window is None:
        return None
    first, last = reading.periods[0].start.year, reading.periods[0].end.year
    expr = reading.metrics[0].expr
    ratio = f"1.0 * {conditional(expr, f'{year} = {last}')} / NULLIF({conditional(expr, f'{year} = {first}')}, 0)"
    where = [f"{year} IN ({first}, {last})", *(f.sql for f in reading.filters)]
    return (
        f"SELECT 100.0 * (POWER({ratio}, 1.0 / {reading.window.size}) - 1) AS tang_truong_binh_quan "
        f"FROM {view.name} WHERE {' AND '.join(where)}"
    )


def _counted_members(reading: Reading, view: View) -> str | None:
    """How many members of a column have a total within a bound: a count over a grouped query."""
    bounds = [t for t in reading.thresholds if not t.on_rows and not t.on_change]
    if len(reading.metrics) != 1 or not bounds:
        return None
    match = reading.metrics[0]
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    if not isinstance(tree, exp.Count) or not isinstance(tree.this, exp.Distinct) or bounds[0].metric == match.name:
        return None
    column = tree.this.expressions[0].sql(dialect="duckdb")
    where = where_of(reading, view, view.time)
    having = [_bound(_threshold_expr(reading, view, t.metric), t.op, t.value, t.upper) for t in bounds]
    inner = f"SELECT {column} FROM {view.name}" + (f" WHERE {' AND '.join(where)}" if where else "")
    inner += f" GROUP BY {column} HAVING {' AND '.join(having)}"
    return f"SELECT COUNT(*) AS {match.name} FROM ({inner}) AS dem"


def _measures(reading: Reading, view: View, parts: Parts) -> list[str]:
    share, window = reading.share, reading.window
    found: list[str] = []
    for match in reading.metrics:
        expr = _with_own_filters(match, view, len(reading.metrics) > 1)
        if share and share.numerator:
            found.append(f"100.0 * {conditional(expr, share.numerator)} / NULLIF({expr}, 0) AS ty_trong")
            continue
        if reading.average:
            found.append(f"{_average(expr, view, reading)} AS {match.name}_binh_quan")
            continue
        found.append(f"{expr} AS {match.name}")
        if share:
            found.append(f"100.0 * {expr} / NULLIF(SUM({expr}) OVER (), 0) AS ty_trong")
        if window and parts.groups:
            order = ", ".join(c for c in parts.groups if c in _time_columns(view))
            if window.kind == "cumulative":
                found.append(f"SUM({expr}) OVER (ORDER BY {order}) AS luy_ke")
            elif window.kind == "growth":
                before = f"LAG({expr}) OVER (ORDER BY {order})"
                change = f"{expr} - {before}" if match.unit == "%" else f"100.0 * ({expr} / NULLIF({before}, 0) - 1)"
                found.append(f"{change} AS {'chenh_lech' if match.unit == '%' else 'tang_truong'}")
            else:
                rows = f"ROWS BETWEEN {max(window.size, 2) - 1} PRECEDING AND CURRENT ROW"
                found.append(f"AVG({expr}) OVER (ORDER BY {order} {rows}) AS trung_binh_truot")
    return found


def _average(expr: str, view: View, reading: Reading) -> str:
    time = view.time
    if time is None or reading.average is None:
        return expr
    parts = time.parts
    if reading.average == "year" and "year" in parts:
        unit = parts["year"]
    elif reading.average == "quarter" and {"year", "quarter"} <= parts.keys():
        unit = f"{parts['year']} * 10 + {parts['quarter']}"
    elif reading.average == "month" and {"year", "month"} <= parts.keys():
        unit = f"{parts['year']} * 100 + {parts['month']}"
    else:
        unit = time.name
    return f"1.0 * {expr} / NULLIF(COUNT(DISTINCT {unit}), 0)"


def _with_own_filters(match: MetricMatch, view: View, several: bool) -> str:
    metric = view.metric(match.name)
    if several and metric and metric.filters:
        return conditional(match.expr, " AND ".join(metric.filters))
    return match.expr


def conditional(expr: str, condition: str) -> str:
    """An aggregate expression restricted to the rows of a condition, in SQL that every engine knows."""
    tree = sqlglot.parse_one(expr, read="duckdb")
    test = sqlglot.parse_one(condition, read="duckdb")
    aggregates = [n for n in tree.find_all(exp.AggFunc) if not isinstance(n.parent, exp.Filter)]
    for node in aggregates:
        argument = node.this
        if isinstance(argument, exp.Distinct):
            inner = argument.expressions[0]
            inner.replace(_case(test, inner.copy()))
        elif argument is None or isinstance(argument, exp.Star):
            node.set("this", _case(test, exp.Literal.number(1)))
        else:
            argument.replace(_case(test, argument.copy(), zero=isinstance(node, exp.Sum)))
    return tree.sql(dialect="duckdb")


def _case(test: exp.Expr, value: exp.Expr, *, zero: bool = False) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=test.copy(), true=value)], default=exp.Literal.number(0) if zero else None)


def _threshold_expr(reading: Reading, view: View, name: str) -> str:
    match = next((m for m in reading.metrics if m.name == name), None)
    if match:
        return match.expr
    metric = view.metric(name)
    return metric.expr if metric else name


def _bound(left: str, op: str, value: float, upper: float | None) -> str:
    if op == "between" and upper is not None:
        return f"{left} BETWEEN {number(value)} AND {number(upper)}"
    return f"{left} {op} {number(value)}"


def number(value: float) -> str:
    """A number as SQL, without an exponent."""
    return str(int(value)) if float(value).is_integer() else f"{value:f}".rstrip("0")


def _order(reading: Reading, view: View, groups: Sequence[str]) -> tuple[str, int | None]:
    ranking = reading.ranking
    if not groups:
        return "", None
    times = [c for c in groups if c in _time_columns(view)]
    measure = "ty_trong" if reading.share and reading.share.numerator else _first_measure(reading)
    if ranking:
        return f"{measure} {'DESC' if ranking.descending else 'ASC'}", ranking.n
    if times:
        others = [c for c in groups if c not in times]
        return ", ".join([*times, *others]), None
    ordinal = [c for c in groups if (dim := view.dimension(c)) and dim.type in ("integer", "boolean")]
    if ordinal and len(ordinal) == len(groups):
        return ", ".join(ordinal), None
    return f"{measure} DESC", None


def _first_measure(reading: Reading) -> str:
    name = reading.metrics[0].name if reading.metrics else ""
    return f"{name}_binh_quan" if reading.average else name


def _time_columns(view: View) -> set[str]:
    return {c for t in view.time_dimensions for c in (t.name, *t.parts.values())}


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
    if where:
        sql += " WHERE " + " AND ".join(where)
    if ranking and source:
        sql += f" ORDER BY {source} {'DESC' if ranking.descending else 'ASC'}"
    elif view.time:
        sql += f" ORDER BY {view.time.name} DESC"
    limit = ranking.n if ranking and ranking.n else DETAIL_LIMIT
    return f"{sql} LIMIT {limit}"


def _summed_column(expr: str) -> str:
    tree = sqlglot.parse_one(expr, read="duckdb")
    return tree.this.sql() if isinstance(tree, exp.Sum | exp.Avg | exp.Max | exp.Min) else ""


def _comparison(reading: Reading, view: View) -> str | None:
    time, comparison = view.time, reading.comparison
    if time is None or comparison is None or not reading.periods:
        return None
    now, base, both = compared_periods(reading, time)
    groups = [c for c in group_columns(reading, view) if c != time.parts.get("year")]
    others = [f.sql for f in reading.filters]
    others += [_bound(t.metric, t.op, t.value, t.upper) for t in reading.thresholds if t.on_rows]
    columns: list[str] = list(groups)
    having: list[str] = []
    for match in reading.metrics:
        metric = view.metric(match.name)
        expr = conditional(match.expr, " AND ".join(metric.filters)) if metric and metric.filters else match.expr
        if reading.share and reading.share.numerator:
            expr = f"100.0 * {conditional(expr, reading.share.numerator)} / NULLIF({expr}, 0)"
        ratio = is_ratio(reading, match)
        current, before = conditional(expr, now), conditional(expr, base)
        growth = f"100.0 * ({current} / NULLIF({before}, 0) - 1)"
        columns += [f"{current} AS {match.name}", f"{before} AS {match.name}_ky_truoc"]
        if ratio or comparison.want in ("absolute", "points"):
            columns.append(f"{current} - {before} AS {_suffixed('chenh_lech', match, reading)}")
        if comparison.want == "times":
            columns.append(f"1.0 * {current} / NULLIF({before}, 0) AS {_suffixed('so_lan', match, reading)}")
        elif not ratio and comparison.want != "absolute":
            columns.append(f"{growth} AS {_suffixed('tang_truong', match, reading)}")
        for bound in reading.thresholds:
            if bound.on_rows or bound.metric not in ("", match.name):
                continue
            left = (f"{current} - {before}" if ratio else growth) if bound.on_change else current
            having.append(_bound(left, bound.op, bound.value, bound.upper))
    named = {m.name for m in reading.metrics} | {""}
    having += [_bound(_threshold_expr(reading, view, t.metric), t.op, t.value, t.upper)
               for t in reading.thresholds if not t.on_rows and t.metric not in named]  # fmt: skip
    sql = f"SELECT {', '.join(columns)} FROM {view.name} WHERE {' AND '.join([both, *others])}"
    if groups:
        sql += f" GROUP BY {', '.join(groups)}"
        if having:
            sql += f" HAVING {' AND '.join(having)}"
    return sql + _comparison_order(reading, view, groups)


def compared_periods(reading: Reading, time: TimeDimension) -> tuple[str, str, str]:
    """Conditions of the current period, of the base, and of both together, each as short as it can be."""
    current = reading.periods[0]
    base = reading.comparison.base if reading.comparison else current
    now, before = period_sql(current, time), period_sql(base, time)
    year = time.parts.get("year", "")
    both = periods_sql((base, current), time)
    if year and both.startswith(f"{year} IN ("):
        return f"{year} = {current.start.year}", f"{year} = {base.start.year}", both
    return now, before, f"(({now}) OR ({before}))"


def is_ratio(reading: Reading, match: MetricMatch) -> bool:
    """Whether a measure is a percentage, whose change is counted in percentage points."""
    return match.unit == "%" or bool(reading.share and reading.share.numerator)


def _suffixed(name: str, match: MetricMatch, reading: Reading) -> str:
    return f"{match.name}_{name}" if len(reading.metrics) > 1 else name


def _comparison_order(reading: Reading, view: View, groups: Sequence[str]) -> str:
    if not groups or reading.comparison is None:
        return ""
    times = [c for c in groups if c in _time_columns(view)]
    match = reading.metrics[0]
    change = "chenh_lech" if is_ratio(reading, match) or reading.comparison.want == "absolute" else "tang_truong"
    by_change = any(t.on_change for t in reading.thresholds) or bool(reading.ranking and reading.ranking.by_change)
    by = _suffixed(change, match, reading) if by_change else match.name
    ranking = reading.ranking
    if ranking:
        limit = f" LIMIT {ranking.n}" if ranking.n else ""
        return f" ORDER BY {by} {'DESC' if ranking.descending else 'ASC'}{limit}"
    if times:
        return " ORDER BY " + ", ".join([*times, *(c for c in groups if c not in times)])
    return f" ORDER BY {by} DESC"


def _ranking_inside(reading: Reading, view: View) -> str | None:
    ranking = reading.ranking
    groups = group_columns(reading, view)
    if ranking is None or ranking.per not in groups or len(groups) < 2 or not reading.metrics:
        return None
    match = reading.metrics[0]
    direction = "DESC" if ranking.descending else "ASC"
    partition = [c for c in groups if c == ranking.per or (c in _time_columns(view) and ranking.per in
                 _time_columns(view))]  # fmt: skip
    where = where_of(reading, view, view.time)
    inner = (
        f"SELECT {', '.join(groups)}, {match.expr} AS {match.name}, ROW_NUMBER() OVER (PARTITION BY "
        f"{', '.join(partition)} ORDER BY {match.expr} {direction}) AS hang FROM {view.name}"
    )
    if where:
        inner += f" WHERE {' AND '.join(where)}"
    inner += f" GROUP BY {', '.join(groups)}"
    keep = f"hang <= {ranking.n}" if ranking.n and ranking.n > 1 else "hang = 1"
    columns = [*groups, match.name]
    return (
        f"SELECT {', '.join(columns)} FROM ({inner}) AS xep_hang WHERE {keep} "
        f"ORDER BY {', '.join(partition)}, {match.name} {direction}"
    )
