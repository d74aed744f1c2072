"""SQL of two subjects together: each in a query of its own, put together by the columns that both are grouped by."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from nl2sql.generation.comparison import compare
from nl2sql.generation.parts import group_columns, limit_sql, parts_of, shown, time_columns, with_own_filters
from nl2sql.types import MetricMatch, Reading
from schema.semantic import Catalogue, View


def beside_sql(reading: Reading, catalogue: Catalogue) -> str | None:
    """Both figures side by side, or the first divided by the second.

    Counts of rows of two views are never taken over a join: each side is added up before the sides meet. A member that
    only one side has is kept; what is added up or counted is 0 on the other side. A quotient needs both.
    """
    other = reading.beside
    if other is None or not reading.metrics or not other.reading.metrics:
        return None
    one, two = catalogue.views[reading.view], catalogue.views[other.reading.view]
    if reading.comparison or other.reading.comparison:
        return _compared(reading, one, other.reading, two)
    groups, theirs = group_columns(reading, one), group_columns(other.reading, two)
    if len(groups) != len(theirs) or any(shown(g, one) != g for g in groups):
        return None
    left, right = _side(reading, one), _side(other.reading, two)
    name, second = reading.metrics[0].name, other.reading.metrics[0].name
    if second == name:
        second = f"{second}_{two.name}"
    sides = ("mot.muc", "hai.muc")
    if groups and other.want == "columns":
        sides = _or_nothing(reading.metrics[0], "mot"), _or_nothing(other.reading.metrics[0], "hai")
    figures, measure = _figures(other.want, sides, (name, second))
    if not groups:
        return f"SELECT {', '.join(figures)} FROM ({left}) AS mot CROSS JOIN ({right}) AS hai"
    on = " AND ".join(f"mot.{a} = hai.{b}" for a, b in zip(groups, theirs, strict=True))
    kind = _join(reading, other.reading, other.want)
    own = {"LEFT JOIN": "mot", "RIGHT JOIN": "hai", "JOIN": "mot"}.get(kind)
    keys = [
        f"COALESCE(mot.{a}, hai.{b}) AS {a}" if own is None else f"mot.{a}" if own == "mot" else f"hai.{b} AS {a}"
        for a, b in zip(groups, theirs, strict=True)
    ]
    joined = f"({left}) AS mot {kind} ({right}) AS hai ON {on}"
    return f"SELECT {', '.join([*keys, *figures])} FROM {joined}{_order(reading, one, groups, measure)}"


def _join(reading: Reading, other: Reading, want: str) -> str:
    """How both sides meet: every member is kept unless a side bounds its members; a quotient is of who has both."""
    ours, theirs = (want != "columns" or any(not t.on_rows for t in r.thresholds) for r in (reading, other))
    return {(False, False): "FULL JOIN", (True, False): "LEFT JOIN", (False, True): "RIGHT JOIN"}.get(
        (ours, theirs), "JOIN"
    )


def _figures(want: str, sides: tuple[str, str], names: tuple[str, str]) -> tuple[list[str], str]:
    """The columns of both figures or of their quotient, and the name of the one to order by."""
    if want == "columns":
        return [f"{side} AS {name}" for side, name in zip(sides, names, strict=True)], names[0]
    scale, measure = ("100.0", "ty_le") if want == "percent" else ("1.0", "binh_quan")
    return [f"{scale} * {sides[0]} / NULLIF({sides[1]}, 0) AS {measure}"], measure


def _or_nothing(match: MetricMatch, side: str) -> str:
    """A side's figure where the other side has a member that it lacks: nothing was added up or counted there."""
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    return f"COALESCE({side}.muc, 0)" if isinstance(tree, exp.Sum | exp.Count) else f"{side}.muc"


def _compared(reading: Reading, one: View, other: Reading, two: View) -> str | None:
    """Both subjects compared with their bases, in one row."""
    left, right = compare(reading, one), compare(other, two)
    if left is None or right is None or reading.groups or other.groups:
        return None
    columns: list[str] = []
    for side, sql, match in (("mot", left, reading.metrics[0]), ("hai", right, other.metrics[0])):
        tree = sqlglot.parse_one(sql, read="duckdb")
        for name in tree.named_selects if isinstance(tree, exp.Select) else ():
            own = name if name.startswith(match.name) else f"{match.name}_{name}"
            columns.append(f"{side}.{name} AS {own}" if own != name else f"{side}.{name}")
    return f"SELECT {', '.join(columns)} FROM ({left}) AS mot CROSS JOIN ({right}) AS hai"


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
        return f" ORDER BY {', '.join(groups)}"
    return f" ORDER BY {measure} DESC"
