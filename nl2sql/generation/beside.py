"""SQL of two subjects together: each in a query of its own, put together by the columns that both are grouped by."""

from __future__ import annotations

from nl2sql.generation.parts import group_columns, limit_sql, parts_of, shown, time_columns, with_own_filters
from nl2sql.types import Reading
from schema.semantic import Catalogue, View


def beside_sql(reading: Reading, catalogue: Catalogue) -> str | None:
    """Both figures side by side, or the first divided by the second.

    Counts of rows of two views are never taken over a join: each side is added up before the sides meet.
    """
    other = reading.beside
    if other is None or not reading.metrics or not other.reading.metrics:
        return None
    one, two = catalogue.views[reading.view], catalogue.views[other.reading.view]
    groups, theirs = group_columns(reading, one), group_columns(other.reading, two)
    if len(groups) != len(theirs) or any(shown(g, one) != g for g in groups):
        return None
    left, right = _side(reading, one), _side(other.reading, two)
    name, second = reading.metrics[0].name, other.reading.metrics[0].name
    if second == name:
        second = f"{second}_{two.name}"
    columns = [f"mot.{g}" for g in groups]
    if other.want == "columns":
        columns += [f"mot.muc AS {name}", f"hai.muc AS {second}"]
        measure = name
    else:
        scale, measure = ("100.0", "ty_le") if other.want == "percent" else ("1.0", "binh_quan")
        columns.append(f"{scale} * mot.muc / NULLIF(hai.muc, 0) AS {measure}")
    sql = f"SELECT {', '.join(columns)} FROM ({left}) AS mot "
    if not groups:
        return f"{sql}CROSS JOIN ({right}) AS hai"
    on = " AND ".join(f"mot.{a} = hai.{b}" for a, b in zip(groups, theirs, strict=True))
    return f"{sql}JOIN ({right}) AS hai ON {on}{_order(reading, one, groups, measure)}"


def _side(reading: Reading, view: View) -> str:
    parts = parts_of(reading, view)
    expr = with_own_filters(reading.metrics[0], view, several=False)
    sql = f"SELECT {', '.join([*parts.groups, f'{expr} AS muc'])} FROM {view.name}"
    if parts.where:
        sql += f" WHERE {' AND '.join(parts.where)}"
    if parts.groups:
        sql += f" GROUP BY {', '.join(parts.groups)}"
    if parts.having:
        sql += f" HAVING {' AND '.join(parts.having)}"
    return sql


def _order(reading: Reading, view: View, groups: tuple[str, ...], measure: str) -> str:
    ranking = reading.ranking
    if ranking is not None:
        return f" ORDER BY {measure} {'DESC' if ranking.descending else 'ASC'}{limit_sql(ranking)}"
    times = [c for c in groups if c in time_columns(view)]
    if times:
        return " ORDER BY " + ", ".join(f"mot.{c}" for c in groups)
    return f" ORDER BY {measure} DESC"
