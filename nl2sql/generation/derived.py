"""SQL of figures computed over a grouped table: places, gains of places, shares of the first, runs, contrasts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from nl2sql.generation.comparison import compare, compared_periods, is_ratio
from nl2sql.generation.growth import asks_steps, stepped_table
from nl2sql.generation.parts import (
    conditional,
    group_columns,
    limit_sql,
    number,
    operand,
    parts_of,
    time_columns,
    where_of,
)
from nl2sql.types import Derived, Reading
from schema.semantic import View

_NUMBERS = "muc"


def derived_sql(reading: Reading, view: View) -> str | None:
    """SQL for a reading with a derived figure, or None when its parts do not suffice."""
    derived = reading.derived
    groups = group_columns(reading, view)
    if derived is None or not groups or not reading.metrics:
        return None
    if derived.kind == "position":
        return _position(reading, view, derived, groups)
    if derived.kind == "moved":
        return _moved(reading, view, groups)
    if derived.kind == "top_share":
        return _top_share(reading, view, derived, groups)
    if derived.kind == "count":
        return _count(reading, view)
    return _run(reading, view, derived, groups)


def _where(reading: Reading, view: View) -> str:
    conditions = where_of(reading, view, view.time)
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _direction(reading: Reading) -> str:
    return "ASC" if reading.ranking and not reading.ranking.descending else "DESC"


def _position(reading: Reading, view: View, derived: Derived, groups: tuple[str, ...]) -> str:
    """The place of one member among all, in each step of the calendar where there are several."""
    expr = reading.metrics[0].expr
    amount = [f"{expr} AS {reading.metrics[0].name}"] if derived.amount else []
    steps = [c for c in groups if c in time_columns(view)]
    within = f"PARTITION BY {', '.join(steps)} " if steps else ""
    inner = (
        f"SELECT {', '.join([*groups, *amount])}, RANK() OVER ({within}ORDER BY {expr} {_direction(reading)}) "
        f"AS thu_hang FROM {view.name}{_where(reading, view)} GROUP BY {', '.join(groups)}"
    )
    shown = ", ".join([*steps, *([reading.metrics[0].name] if derived.amount else []), "thu_hang"])
    order = f" ORDER BY {', '.join(steps)}" if steps else ""
    return f"SELECT {shown} FROM ({inner}) AS xep_hang WHERE {derived.condition}{order}"


def _moved(reading: Reading, view: View, groups: tuple[str, ...]) -> str | None:
    """Members with their places in both periods, the greatest gain first."""
    if view.time is None or reading.comparison is None or not reading.periods:
        return None
    now, base, both = compared_periods(reading, view.time)
    expr = reading.metrics[0].expr
    members = [c for c in groups if c not in time_columns(view)]
    if not members:
        return None
    where = [both, *(f.sql for f in reading.filters)]
    columns = ", ".join(members)
    inner = (
        f"SELECT {columns}, RANK() OVER (ORDER BY {conditional(expr, now)} DESC) AS hang, "
        f"RANK() OVER (ORDER BY {conditional(expr, base)} DESC) AS hang_truoc "
        f"FROM {view.name} WHERE {' AND '.join(where)} GROUP BY {columns}"
    )
    ranking = reading.ranking
    limit = f" LIMIT {ranking.n}" if ranking and ranking.n else ""
    return (
        f"SELECT {columns}, hang, hang_truoc, hang_truoc - hang AS tang_hang FROM ({inner}) AS xep_hang "
        f"ORDER BY tang_hang {_direction(reading)}{limit}"
    )


def _top_share(reading: Reading, view: View, derived: Derived, groups: tuple[str, ...]) -> str | None:
    """The part of the first members together, in each step of the calendar where there are any."""
    expr = reading.metrics[0].expr
    steps = [c for c in groups if c in time_columns(view)]
    if any(" " in c for c in steps):
        return None
    inside = f"PARTITION BY {', '.join(steps)} " if steps else ""
    alone = f"PARTITION BY {', '.join(steps)}" if steps else ""
    shown = "".join(f"{c}, " for c in steps)
    inner = (
        f"SELECT {shown}{expr} AS {_NUMBERS}, "
        f"ROW_NUMBER() OVER ({inside}ORDER BY {expr} {_direction(reading)}) AS hang, "
        f"COUNT(*) OVER ({alone}) AS so_nhom FROM {view.name}{_where(reading, view)} GROUP BY {', '.join(groups)}"
    )
    kept = f"hang <= {number(derived.size)}"
    if derived.percent:
        kept = f"hang <= CEIL(so_nhom * {number(derived.size)} / 100.0)"
    sql = (
        f"SELECT {shown}100.0 * SUM(CASE WHEN {kept} THEN {_NUMBERS} ELSE 0 END) / NULLIF(SUM({_NUMBERS}), 0) "
        f"AS ty_trong FROM ({inner}) AS xep_hang"
    )
    return f"{sql} GROUP BY {', '.join(steps)} ORDER BY {', '.join(steps)}" if steps else sql


def _count(reading: Reading, view: View) -> str | None:
    """How many groups keep to the bounds."""
    if reading.comparison:
        compared = compare(replace(reading, ranking=None), view)
        return f"SELECT COUNT(*) AS so_nhom FROM ({compared.split(' ORDER BY ')[0]}) AS dem" if compared else None
    if asks_steps(reading):
        stepped = stepped_table(replace(reading, ranking=None), view)
        return f"SELECT COUNT(*) AS so_nhom FROM ({stepped.split(' ORDER BY ')[0]}) AS dem" if stepped else None
    parts = parts_of(replace(reading, ranking=None), view)
    inner = f"SELECT {', '.join(parts.groups)} FROM {view.name}"
    if parts.where:
        inner += f" WHERE {' AND '.join(parts.where)}"
    inner += f" GROUP BY {', '.join(parts.groups)}"
    if parts.having:
        inner += f" HAVING {' AND '.join(parts.having)}"
    return f"SELECT COUNT(*) AS so_nhom FROM ({inner}) AS dem"


def _run(reading: Reading, view: View, derived: Derived, groups: tuple[str, ...]) -> str | None:
    """Members whose measure rose or fell ``size`` steps in a row at some time in the period."""
    steps = [c for c in groups if c in time_columns(view)]
    members = [c for c in groups if c not in steps]
    if not steps or derived.size < 2:
        return None
    size = int(derived.size)
    expr = reading.metrics[0].expr
    inside = f"PARTITION BY {', '.join(members)} " if members else ""
    lags = ", ".join(
        f"LAG({expr}, {back}) OVER ({inside}ORDER BY {', '.join(steps)}) AS truoc_{back}" for back in range(1, size + 1)
    )
    inner = (
        f"SELECT {', '.join(groups)}, {expr} AS {_NUMBERS}, {lags} FROM {view.name}{_where(reading, view)} "
        f"GROUP BY {', '.join(groups)}"
    )
    names = [_NUMBERS, *(f"truoc_{back}" for back in range(1, size + 1))]
    sign = "<" if derived.falling else ">"
    chain = " AND ".join(f"{one} {sign} {two}" for one, two in pairwise(names))
    shown = members or steps
    return f"SELECT DISTINCT {', '.join(shown)} FROM ({inner}) AS chuoi WHERE {chain} ORDER BY {', '.join(shown)}"


def contrast_sql(reading: Reading, view: View) -> str | None:
    """Both parts, their difference, and for what can be divided how many times or what part the first is."""
    contrast = reading.contrast
    if contrast is None or not reading.metrics:
        return None
    groups = group_columns(reading, view)
    columns: list[str] = list(groups)
    for match in reading.metrics[:1]:
        left = conditional(match.expr, contrast.left)
        right = conditional(match.expr, contrast.right) if contrast.right else match.expr
        columns += [f"{left} AS {match.name}", f"{right} AS {match.name}_doi_chieu"]
        if contrast.want == "times":
            columns.append(f"1.0 * {operand(left)} / NULLIF({right}, 0) AS so_lan")
        elif contrast.right or is_ratio(reading, match) or not _additive(view, match.name):
            columns.append(f"{left} - {operand(right)} AS chenh_lech")
        else:
            columns.append(f"100.0 * {operand(left)} / NULLIF({right}, 0) AS ty_trong")
    if contrast.bound:
        columns = columns[: len(groups) + 2]
    conditions = list(where_of(reading, view, view.time))
    if contrast.right:
        conditions.append(f"({contrast.left} OR {contrast.right})")
    sql = f"SELECT {', '.join(columns)} FROM {view.name}"
    if conditions:
        sql += f" WHERE {' AND '.join(conditions)}"
    if groups and contrast.bound:
        match = reading.metrics[0]
        left, right = (conditional(match.expr, side) for side in (contrast.left, contrast.right))
        sql += f" GROUP BY {', '.join(groups)} HAVING {operand(left)} {contrast.bound} {operand(right)}"
        times = [c for c in groups if c in time_columns(view)]
        return sql + f" ORDER BY {', '.join(times) or f'{match.name} DESC'}"
    if groups and reading.ranking:
        match = reading.metrics[0]
        left, right = (conditional(match.expr, side) for side in (contrast.left, contrast.right or "TRUE"))
        order = "DESC" if reading.ranking.descending else "ASC"
        sql += f" GROUP BY {', '.join(groups)} ORDER BY ABS({left} - {operand(right)}) {order} NULLS LAST"
        return sql + limit_sql(reading.ranking)
    if groups:
        sql += f" GROUP BY {', '.join(groups)} ORDER BY {', '.join(groups)}"
    return sql


def _additive(view: View, name: str) -> bool:
    metric = view.metric(name)
    return metric is not None and metric.additivity == "additive"
