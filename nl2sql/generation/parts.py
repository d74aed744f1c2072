"""The pieces of a SELECT that a reading determines, as SQL text in the catalogue's dialect."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp

from nl2sql.generation.periods import closing_sql, computed_steps, grain_columns, periods_sql, span_sql
from nl2sql.question.time.calendar import unit_range
from nl2sql.types import Grain, MetricMatch, Ranking, Reading, Threshold
from schema.semantic import TimeDimension, View

SHARE = "ty_trong"
"""Name of a share of a whole, as a column and as what a bound lies on."""


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


def parts_of(reading: Reading, view: View) -> Parts:
    """The pieces that a reading determines, whether or not the whole query can be composed."""
    time = view.time
    groups = group_columns(reading, view)
    metrics = tuple((m.name, m.expr) for m in reading.metrics)
    where = where_of(reading, view, time)
    having = tuple(
        relative_bound(reading, view, t, groups, where)
        if t.against
        else bound(threshold_expr(reading, view, t.metric), t.op, t.value, t.upper)
        for t in reading.thresholds
        if not t.on_rows and not t.on_change
    )
    order, limit = order_of(reading, view, groups)
    return Parts(view.name, metrics, where, groups, having, order, limit)


def _each_a_step(reading: Reading) -> bool:
    """Whether several periods are named and each lies in one step of the calendar: those between are not asked for."""
    grain = next((g.grain for g in reading.groups if g.grain), None)
    if grain is None or len(reading.periods) < 2:
        return False
    return all(unit_range(p.start, grain) == unit_range(p.end, grain) for p in reading.periods)


def where_of(reading: Reading, view: View, time: TimeDimension | None) -> tuple[str, ...]:
    """Row conditions: periods, recognised values, row thresholds and the metrics' own filters."""
    found: list[str] = []
    if time and time.snapshot and not reading.periods:
        found.extend(closing_sql(time, {g.grain for g in reading.groups if g.grain}, None))
    if time and reading.periods:
        steps = {g.grain for g in reading.groups if g.grain} | ({reading.average} if reading.average else set())
        if time.snapshot and steps and not _each_a_step(reading):
            first, last = min(p.start for p in reading.periods), max(p.end for p in reading.periods)
            found.append(span_sql(time, first, last))
            found.extend(closing_sql(time, steps, last))
        else:
            found.append(periods_sql(reading.periods, time))
    found.extend(f.sql for f in reading.filters)
    told = {f.column for f in reading.filters}
    sparse = [g.column for g in reading.groups if (d := view.dimension(g.column)) and d.sparse and d.name not in told]
    found.extend(f"{column} IS NOT NULL" for column in sparse)
    found.extend(bound(t.metric, t.op, t.value, t.upper) for t in reading.thresholds if t.on_rows)
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


def with_own_filters(match: MetricMatch, view: View, several: bool) -> str:
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
    if isinstance(value, exp.Case) and value.this is None and len(value.args["ifs"]) == 1:
        inner, default = value.args["ifs"][0], value.args.get("default")
        if (default is not None and default.sql() == "0") if zero else default is None:  # the same value outside
            both = exp.and_(test.copy(), inner.this.copy())
            return exp.Case(ifs=[exp.If(this=both, true=inner.args["true"].copy())], default=default)
    return exp.Case(ifs=[exp.If(this=test.copy(), true=value)], default=exp.Literal.number(0) if zero else None)


def operand(expr: str, *, right: bool = False) -> str:
    """An expression as an operand of a difference or quotient: in parentheses where it would otherwise come apart.

    Args:
        right: It stands on the right-hand side.
    """
    tree = sqlglot.parse_one(expr, read="duckdb")
    return (
        f"({expr})" if isinstance(tree, exp.Add | exp.Sub) or (right and isinstance(tree, exp.Mul | exp.Div)) else expr
    )


def threshold_expr(reading: Reading, view: View, name: str) -> str:
    if name == SHARE and reading.share and reading.share.numerator and reading.metrics:
        whole = reading.metrics[0].expr
        return f"100.0 * {operand(conditional(whole, reading.share.numerator))} / NULLIF({whole}, 0)"
    if name == SHARE and reading.share and reading.metrics:
        part, conditions = reading.metrics[0].expr, where_of(reading, view, view.time)
        tail = f" FROM {view.name}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
        return f"100.0 * {operand(part)} / NULLIF((SELECT {part}{tail}), 0)"
    match = next((m for m in reading.metrics if m.name == name), None)
    if match:  # what is shown as a mean per unit of time is bounded as such
        return averaged_sql(match.expr, view, reading.average) if reading.average else match.expr
    metric = view.metric(name)
    return metric.expr if metric else name


def bound(left: str, op: str, value: float, upper: float | None) -> str:
    if op == "between" and upper is not None:
        return f"{left} BETWEEN {number(value)} AND {number(upper)}"
    return f"{left} {op} {number(value)}"


def relative_bound(
    reading: Reading, view: View, threshold: Threshold, groups: Sequence[str], where: Sequence[str]
) -> str:
    """A bound by the measure over everything, or by the mean of the groups' totals."""
    expr = threshold_expr(reading, view, threshold.metric)
    tail = f" FROM {view.name}" + (f" WHERE {' AND '.join(where)}" if where else "")
    if threshold.against == "member":
        column = threshold.condition.split(" ")[0]
        kept = [w for w in where if not w.startswith(f"{column} ")]  # what is left out of the members may be the rival
        rival = " AND ".join([*kept, threshold.condition])
        return f"{expr} {threshold.op} (SELECT {expr} FROM {view.name} WHERE {rival})"
    if threshold.against == "overall" or not groups:
        return f"{expr} {threshold.op} (SELECT {expr}{tail})"
    totals = f"SELECT {expr} AS muc{tail} GROUP BY {', '.join(groups)}"
    return f"{expr} {threshold.op} (SELECT AVG(muc) FROM ({totals}) AS nhom)"


def number(value: float) -> str:
    """A number as SQL, without an exponent."""
    return str(int(value)) if float(value).is_integer() else f"{value:f}".rstrip("0")


def order_of(reading: Reading, view: View, groups: Sequence[str]) -> tuple[str, int | None]:
    ranking = reading.ranking
    if not groups:
        return "", None
    times = [c for c in groups if c in time_columns(view)]
    measure = "ty_trong" if reading.share and reading.share.numerator else first_measure(reading)
    if ranking and ranking.by_time and times:
        return ", ".join(f"{c} {'DESC' if ranking.descending else 'ASC'}" for c in times), ranking.n
    if ranking:
        return f"{measure} {'DESC' if ranking.descending else 'ASC'}", ranking.n
    if times:
        others = [c for c in groups if c not in times]
        return ", ".join([*times, *others]), None
    ordinal = [c for c in groups if (dim := view.dimension(c)) and dim.type in ("integer", "boolean")]
    if ordinal and len(ordinal) == len(groups):
        return ", ".join(ordinal), None
    return f"{measure} DESC", None


def averaged_sql(expr: str, view: View, unit_of: Grain) -> str:
    """A total shared among the calendar units that have any row; of different things, their number in each unit."""
    time = view.time
    if time is None:
        return expr
    parts = time.parts
    if unit_of == "year" and "year" in parts:
        unit = parts["year"]
    elif unit_of == "quarter" and {"year", "quarter"} <= parts.keys():
        unit = f"{parts['year']} * 10 + {parts['quarter']}"
    elif unit_of == "month" and {"year", "month"} <= parts.keys():
        unit = f"{parts['year']} * 100 + {parts['month']}"
    else:
        unit = time.name
    if (things := _DISTINCT.fullmatch(expr)) is not None:
        expr = f"COUNT(DISTINCT {operand(unit)} || ' ' || {things[1]})"
    return f"1.0 * {operand(expr)} / NULLIF(COUNT(DISTINCT {unit}), 0)"


_DISTINCT = re.compile(r"COUNT\(DISTINCT (\w+)\)", re.IGNORECASE)


def limit_sql(ranking: Ranking | None) -> str:
    """How many rows are kept, past those that are passed over."""
    if ranking is None or ranking.n is None:
        return ""
    return f" LIMIT {ranking.n}" + (f" OFFSET {ranking.offset}" if ranking.offset else "")


def first_measure(reading: Reading) -> str:
    name = reading.metrics[0].name if reading.metrics else ""
    return f"{name}_binh_quan" if reading.average else name


def time_columns(view: View) -> set[str]:
    return {c for t in view.time_dimensions for c in (t.name, *t.parts.values(), *computed_steps(t))}


def shown(column: str, view: View) -> str:
    """A column to group by as it stands in the SELECT list: a computed step of the calendar has a name there."""
    steps = computed_steps(view.time) if view.time else {}
    return f"{column} AS {steps[column]}" if column in steps else column


def over(groups: Sequence[str], steps: Sequence[str], frame: str = "") -> str:
    """The window clause that orders by the time columns, separately for every other group."""
    others = [c for c in groups if c not in steps]
    inside = [f"PARTITION BY {', '.join(others)}"] if others else []
    inside.append(f"ORDER BY {', '.join(steps)}")
    if frame:
        inside.append(frame)
    return f"OVER ({' '.join(inside)})"


def running(expr: str, groups: Sequence[str], steps: Sequence[str]) -> str:
    """The running total of an aggregate."""
    return f"SUM({expr}) {over(groups, steps)}"


def in_year(expr: str, groups: Sequence[str], reading: Reading, view: View) -> str | None:
    """A measure as it stands at the end of each month or quarter of a year, or None where it is taken as it is.

    What is measured against a base that is booked once a year runs from the year's start, and so does a ratio of which
    a running figure is asked for.
    """
    time = view.time
    steps = [c for c in groups if c in time_columns(view)]
    year = time.parts.get("year") if time else None
    if not steps or steps == [year]:
        return None
    tree = sqlglot.parse_one(expr, read="duckdb")
    booked = {f.name for f in view.facts if f.yearly} & {c.name for c in tree.find_all(exp.Column)}
    cumulative = reading.window is not None and reading.window.kind == "cumulative"
    if not booked and not (cumulative and isinstance(tree, exp.Mul | exp.Div)):
        return None
    sums = list(tree.find_all(exp.AggFunc))
    if any(not isinstance(n, exp.Sum | exp.Count) or isinstance(n.this, exp.Distinct) for n in sums):
        return None
    inside = [c for c in groups if c not in steps or c == year]
    order = [c for c in steps if c != year]
    window = over([*inside, *order], order)
    for node in sums:
        text = f"SUM({node.sql(dialect='duckdb')}) {window}"
        total = sqlglot.parse_one(text, read="duckdb")
        if node is tree:
            return text
        node.replace(total)
    return tree.sql(dialect="duckdb")


def whole_year(reading: Reading, view: View) -> Reading:
    """A reading of a part of a year that is measured against what is booked for all of it.

    The period becomes the year, and what is not booked yearly keeps to the part: "quý III đạt bao nhiêu % dự toán".
    """
    time = view.time
    booked = {f.name for f in view.facts if f.yearly}
    if not booked or time is None or len(reading.periods) != 1 or reading.periods[0].start.month == 1:
        return reading
    period = reading.periods[0]
    if any(g.grain for g in reading.groups) or period.start.year != period.end.year:
        return reading
    condition = periods_sql(reading.periods, time)
    metrics = tuple(replace(m, expr=_kept_to(m.expr, condition, booked)) for m in reading.metrics)
    year = replace(period, start=period.start.replace(month=1, day=1), end=period.end.replace(month=12, day=31),
                   grain="year")  # fmt: skip
    return replace(reading, periods=(year,), metrics=metrics)


def _kept_to(expr: str, condition: str, booked: set[str]) -> str:
    tree = sqlglot.parse_one(expr, read="duckdb")
    if not booked & {c.name for c in tree.find_all(exp.Column)}:
        return conditional(expr, condition)
    for node in list(tree.find_all(exp.AggFunc)):
        if not booked & {c.name for c in node.find_all(exp.Column)}:
            kept = sqlglot.parse_one(conditional(node.sql(dialect="duckdb"), condition), read="duckdb")
            node.replace(kept)
    return tree.sql(dialect="duckdb")
