"""Two periods side by side: the current figures, those of the base, and the change."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.generation.parts import (
    SHARE,
    averaged_sql,
    bound,
    conditional,
    group_columns,
    limit_sql,
    operand,
    running,
    threshold_expr,
    time_columns,
)
from nl2sql.generation.periods import period_sql, periods_sql
from nl2sql.types import MetricMatch, Reading
from schema.semantic import TimeDimension, View


def compare(reading: Reading, view: View) -> str | None:
    """SQL of a comparison between periods, or None when the view or the reading has no time to compare by."""
    time, comparison = view.time, reading.comparison
    if time is None or comparison is None or not reading.periods:
        return None
    now, base, both = compared_periods(reading, time)
    second = period_sql(comparison.second, time) if comparison.second else ""
    if second:
        both = (
            f"({both.removeprefix('(').removesuffix(')')} OR ({second}))"
            if " OR " in both
            else f"({both} OR ({second}))"
        )
    groups = [c for c in group_columns(reading, view) if c != time.parts.get("year")]
    others = [f.sql for f in reading.filters]
    others += [bound(t.metric, t.op, t.value, t.upper) for t in reading.thresholds if t.on_rows]
    columns: list[str] = list(groups)
    having: list[str] = []
    if reading.share and reading.share.each and len(reading.metrics) == 1 and not second:
        each = (*groups, reading.share.each)
        moved = _shares_moved(reading, view, each, (now, base), [both, *others])
        body, order = moved.rsplit(" ORDER BY ", 1)
        names = ", ".join([*each, "ty_trong", "ty_trong_ky_truoc", "chenh_lech"])
        return f"SELECT {names} FROM ({body}) AS co_cau WHERE {reading.share.numerator} ORDER BY {order}"
    if _structure(reading, groups) and not second:
        return _shares_moved(reading, view, groups, (now, base), [both, *others])
    if comparison.want in ("part", "part_points") and reading.share and reading.share.numerator and not groups:
        return _part_of_change(reading, view, (now, base), [both, *others])
    for match in reading.metrics:
        metric = view.metric(match.name)
        expr = conditional(match.expr, " AND ".join(metric.filters)) if metric and metric.filters else match.expr
        if reading.share and reading.share.numerator:
            expr = f"100.0 * {conditional(expr, reading.share.numerator)} / NULLIF({expr}, 0)"
        if reading.average:
            expr = averaged_sql(expr, view, reading.average)
        ratio = is_ratio(reading, match)
        current, before = conditional(expr, now), conditional(expr, base)
        growth = growth_sql(current, before, match)
        steps = [c for c in groups if c in time_columns(view)]
        if reading.window and reading.window.kind == "cumulative" and steps:
            current, before = running(current, groups, steps), running(before, groups, steps)
            growth = growth_sql(current, before, match)
        columns += [f"{current} AS {match.name}", f"{before} AS {match.name}_ky_truoc"]
        if ratio or comparison.want in ("absolute", "both", "points"):
            columns.append(f"{current} - {operand(before)} AS {_suffixed('chenh_lech', match, reading)}")
        if comparison.want in ("part", "part_points") and groups and not ratio:
            columns.append(f"{current} - {operand(before)} AS {_suffixed('chenh_lech', match, reading)}")
            columns.append(f"{_part(current, before, comparison.want)} AS {_suffixed('dong_gop', match, reading)}")
            continue
        if comparison.want == "times":
            columns.append(f"1.0 * {operand(current)} / NULLIF({before}, 0) AS {_suffixed('so_lan', match, reading)}")
        elif comparison.want == "of_base" and not ratio:
            columns.append(f"100.0 * {operand(current)} / NULLIF({before}, 0) AS {_suffixed('ty_le', match, reading)}")
        elif not ratio and comparison.want != "absolute":
            columns.append(f"{growth} AS {_suffixed('tang_truong', match, reading)}")
        if second:
            older = conditional(expr, second)
            points = ratio or comparison.want == "absolute"
            change = f"{current} - {operand(older)}" if points else growth_sql(current, older, match)
            columns.append(f"{older} AS {match.name}_moc_hai")
            columns.append(
                f"{change} AS {_suffixed('chenh_lech_hai' if points else 'tang_truong_hai', match, reading)}"
            )
        for limit in reading.thresholds:
            if limit.on_rows or limit.metric not in ("", match.name):
                continue
            left = (f"{current} - {operand(before)}" if ratio else growth) if limit.on_change else current
            having.append(bound(left, limit.op, limit.value, limit.upper))
    named = {m.name for m in reading.metrics} | {""}
    having += [bound(_bounded(reading, view, t.metric, now), t.op, t.value, t.upper)
               for t in reading.thresholds if not t.on_rows and t.metric not in named]  # fmt: skip
    sql = f"SELECT {', '.join(columns)} FROM {view.name} WHERE {' AND '.join([both, *others])}"
    if groups:
        sql += f" GROUP BY {', '.join(groups)}"
        if having:
            sql += f" HAVING {' AND '.join(having)}"
    if reading.ranking and reading.ranking.both and groups:
        return _both_changes(reading, sql, columns)
    return sql + _comparison_order(reading, view, groups)


def _both_changes(reading: Reading, sql: str, columns: Sequence[str]) -> str:
    """The members that rose most and least, or stand first and last, side by side."""
    ranking = reading.ranking
    n = ranking.n if ranking and ranking.n else 1
    names = [c.split(" AS ")[-1] for c in columns]
    change = next((x for x in names if x in ("tang_truong", "chenh_lech")), names[-1])
    by = change if ranking and ranking.by_change else reading.metrics[0].name
    inner = (
        f"SELECT {', '.join(names)}, RANK() OVER (ORDER BY {by} DESC NULLS LAST) AS tu_cao, "
        f"RANK() OVER (ORDER BY {by} NULLS LAST) AS tu_thap FROM ({sql}) AS so_sanh"
    )
    return (
        f"SELECT {', '.join(names)} FROM ({inner}) AS xep_hang WHERE tu_cao <= {n} OR tu_thap <= {n} ORDER BY {by} DESC"
    )


def _bounded(reading: Reading, view: View, name: str, now: str) -> str:
    """What a bound lies on beside the compared measure: a share of the whole is that of the current period."""
    if name != SHARE:
        return threshold_expr(reading, view, name)
    share = threshold_expr(reading, view, name)
    part = operand(reading.metrics[0].expr)
    return share.replace(part, operand(conditional(reading.metrics[0].expr, now)), 1)


def _part(current: str, before: str, want: str) -> str:
    """A member's part in the change of all members together, or its points of the growth of the total."""
    whole = f"SUM({before}) OVER ()"
    if want == "part":
        whole = f"SUM({current}) OVER () - {whole}"
    return f"100.0 * ({current} - {operand(before)}) / NULLIF({whole}, 0)"


def _structure(reading: Reading, groups: Sequence[str]) -> bool:
    """Whether it is the members' parts of the whole that are compared: "cơ cấu thu theo sắc thuế thay đổi thế nào"."""
    share = reading.share
    if reading.comparison is not None and reading.comparison.want in ("part", "part_points"):
        return False
    bounded = any(not t.on_rows for t in reading.thresholds)
    return share is not None and not share.numerator and bool(groups) and len(reading.metrics) == 1 and not bounded


def _shares_moved(
    reading: Reading, view: View, groups: Sequence[str], sides: tuple[str, str], where: Sequence[str]
) -> str:
    """Each member's part in both periods and the change in percentage points."""
    steps = [c for c in groups if c in time_columns(view)]
    inside = f"OVER (PARTITION BY {', '.join(steps)})" if steps else "OVER ()"
    match = reading.metrics[0]
    shares = []
    for side in sides:
        amount = conditional(match.expr, side)
        shares.append(f"100.0 * {operand(amount)} / NULLIF(SUM({amount}) {inside}, 0)")
    columns = [
        *groups,
        f"{shares[0]} AS ty_trong",
        f"{shares[1]} AS ty_trong_ky_truoc",
        f"{shares[0]} - {shares[1]} AS chenh_lech",
    ]
    sql = f"SELECT {', '.join(columns)} FROM {view.name} WHERE {' AND '.join(where)} GROUP BY {', '.join(groups)}"
    ranking = reading.ranking
    if ranking is None:
        return f"{sql} ORDER BY {', '.join([*steps, 'ty_trong DESC'])}"
    by = "chenh_lech" if ranking.by_change else "ty_trong"
    return f"{sql} ORDER BY {by} {'DESC' if ranking.descending else 'ASC'}{limit_sql(ranking)}"


def _part_of_change(reading: Reading, view: View, sides: tuple[str, str], where: Sequence[str]) -> str | None:
    """What one member added to the change of all: in percent of it, or in points of the whole's growth."""
    comparison, share = reading.comparison, reading.share
    if comparison is None or share is None:
        return None
    expr = reading.metrics[0].expr
    current, before = (conditional(expr, side) for side in sides)
    part, older = (conditional(expr, f"{side} AND {share.numerator}") for side in sides)
    whole = before if comparison.want == "part_points" else f"{current} - {operand(before)}"
    return (
        f"SELECT 100.0 * ({part} - {operand(older)}) / NULLIF({whole}, 0) AS dong_gop FROM {view.name} "
        f"WHERE {' AND '.join(where)}"
    )


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


def growth_sql(current: str, before: str, match: MetricMatch) -> str:
    """Growth in percent; counts are made decimal first, for engines that divide whole numbers to whole numbers."""
    lead = "1.0 * " if match.expr.upper().startswith("COUNT(") else ""
    return f"100.0 * ({lead}{operand(current)} / NULLIF({before}, 0) - 1)"


def is_ratio(reading: Reading, match: MetricMatch) -> bool:
    """Whether a measure is a percentage, whose change is counted in percentage points."""
    return match.unit == "%" or bool(reading.share and reading.share.numerator)


def _suffixed(name: str, match: MetricMatch, reading: Reading) -> str:
    return f"{match.name}_{name}" if len(reading.metrics) > 1 else name


def _comparison_order(reading: Reading, view: View, groups: Sequence[str]) -> str:
    if not groups or reading.comparison is None:
        return ""
    times = [c for c in groups if c in time_columns(view)]
    match = reading.metrics[0]
    change = "chenh_lech" if is_ratio(reading, match) or reading.comparison.want == "absolute" else "tang_truong"
    by_change = any(t.on_change for t in reading.thresholds) or bool(reading.ranking and reading.ranking.by_change)
    if reading.comparison.want in ("part", "part_points") and not is_ratio(reading, match):
        change, by_change = "dong_gop", True
    by = _suffixed(change, match, reading) if by_change else match.name
    ranking = reading.ranking
    if ranking:
        return f" ORDER BY {by} {'DESC' if ranking.descending else 'ASC'}{limit_sql(ranking)}"
    if times:
        return " ORDER BY " + ", ".join([*times, *(c for c in groups if c not in times)])
    return f" ORDER BY {by} DESC"
