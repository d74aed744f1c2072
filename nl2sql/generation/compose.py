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
            found.append(
                span_sql(time, min(p.start for p in reading.periods), max(p.end for p in reading.periods))
            )
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
            argument.replace(_case(test, argument.copy()))
    return tree.sql(dialect="duckdb")


def _case(test: exp.Expression, value: exp.Expression) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=test.copy(), true=value)])


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
    where = where_of(reading, view, view.time)
    if where:
        sql += " WHERE " + " AND ".join(where)
    ranking = reading.ranking
    if ranking and reading.metrics and (source := _summed_column(reading.metrics[0].expr)):
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
    now, base = period_sql(reading.periods[0], time), period_sql(comparison.base, time)
    groups = [c for c in group_columns(reading, view) if c != time.parts.get("year")]
    others = [f.sql for f in reading.filters]
    others += [_bound(t.metric, t.op, t.value, t.upper) for t in reading.thresholds if t.on_rows]
    inner: list[str] = list(groups)
    outer: list[str] = list(groups)
    for match in reading.metrics:
        metric = view.metric(match.name)
        expr = conditional(match.expr, " AND ".join(metric.filters)) if metric and metric.filters else match.expr
        if reading.share and reading.share.numerator:
            expr = f"100.0 * {conditional(expr, reading.share.numerator)} / NULLIF({expr}, 0)"
        ratio = bool(reading.share and reading.share.numerator) or match.unit == "%"
        prefix = f"{match.name}_" if len(reading.metrics) > 1 else ""
        inner += [
            f"{conditional(expr, now)} AS {prefix}ky_nay",
            f"{conditional(expr, base)} AS {prefix}ky_truoc",
        ]
        nay, truoc = f"{prefix}ky_nay", f"{prefix}ky_truoc"
        outer += [nay, truoc, f"{nay} - {truoc} AS {prefix}chenh_lech"]
        if not ratio:
            outer.append(f"100.0 * ({nay} - {truoc}) / NULLIF({truoc}, 0) AS {prefix}tang_truong")
    sql = f"SELECT {', '.join(inner)} FROM {view.name} WHERE {' AND '.join([f'(({now}) OR ({base}))', *others])}"
    if groups:
        sql += f" GROUP BY {', '.join(groups)}"
    having = [_bound(_threshold_expr(reading, view, t.metric), t.op, t.value, t.upper)
              for t in reading.thresholds if not t.on_rows and not t.on_change and t.metric not in
              {m.name for m in reading.metrics}]  # fmt: skip
    if having:
        sql += f" HAVING {' AND '.join(having)}"
    sql = f"SELECT {', '.join(outer)} FROM ({sql}) AS so_sanh"
    bounds = [_bound("tang_truong", t.op, t.value, t.upper) for t in reading.thresholds if t.on_change]
    bounds += [_bound("ky_nay", t.op, t.value, t.upper)
               for t in reading.thresholds
               if not t.on_rows and not t.on_change and t.metric in {m.name for m in reading.metrics}]  # fmt: skip
    if bounds:
        sql += f" WHERE {' AND '.join(bounds)}"
    return sql + _comparison_order(reading, view, groups, bool(bounds))


def _comparison_order(reading: Reading, view: View, groups: Sequence[str], bounded: bool) -> str:
    if not groups:
        return ""
    times = [c for c in groups if c in _time_columns(view)]
    prefix = f"{reading.metrics[0].name}_" if len(reading.metrics) > 1 else ""
    ratio = reading.metrics[0].unit == "%" or bool(reading.share and reading.share.numerator)
    ranking = reading.ranking
    if ranking:
        by = {"percent": "tang_truong", "absolute": "chenh_lech", "points": "chenh_lech", "all": "ky_nay"}[
            reading.comparison.want if reading.comparison else "all"
        ]
        by = "chenh_lech" if ratio and by == "tang_truong" else by
        order = f" ORDER BY {prefix}{by} {'DESC' if ranking.descending else 'ASC'}"
        return order + (f" LIMIT {ranking.n}" if ranking.n else "")
    if times:
        return " ORDER BY " + ", ".join([*times, *(c for c in groups if c not in times)])
    return f" ORDER BY {prefix}{'tang_truong' if bounded and not ratio else 'ky_nay'} DESC"


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
