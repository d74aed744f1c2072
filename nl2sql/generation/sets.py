"""Members that keep to several conditions at once: INTERSECT and EXCEPT over one column."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.comparison import compare
from nl2sql.generation.parts import group_columns, parts_of, time_columns
from nl2sql.types import Reading
from schema.semantic import Catalogue

_OPERATORS = {"intersect": "INTERSECT", "except": "EXCEPT"}


def set_sql(reading: Reading, catalogue: Catalogue) -> str | None:
    """SQL for a reading with set terms, or None when a term does not name the members."""
    first = members_sql(reading, catalogue)
    if first is None:
        return None
    column, sql = first
    for index, term in enumerate(reading.terms):
        other = members_sql(term.reading, catalogue)
        if other is None:
            return None
        theirs, condition = other
        if theirs != column:
            condition = condition.replace(f"SELECT {theirs} ", f"SELECT {theirs} AS {column} ", 1)
        if index:  # INTERSECT binds tighter than EXCEPT: what came first is closed off
            sql = f"SELECT {column} FROM ({sql}) AS buoc_{index}"
        sql += f" {_OPERATORS[term.op]} {condition}"
    if reading.counted:
        return f"SELECT COUNT(*) AS so_{column} FROM ({sql}) AS tap_hop"
    return f"SELECT {column} FROM ({sql}) AS tap_hop ORDER BY {column}"


def among_rows(column: str, sql: str) -> str:
    """The condition that keeps the values of a column that a query's rows hold."""
    return f"{column} IN (SELECT {column} FROM ({sql}) AS dau_bang)"


def members_sql(reading: Reading, catalogue: Catalogue) -> tuple[str, str] | None:
    """The column and the query of the members that a reading describes: with it, within its bounds, or its first N."""
    view = catalogue.views.get(reading.view)
    if view is None:
        return None
    members = [c for c in group_columns(reading, view) if c not in time_columns(view)]
    if len(members) != 1:
        return None
    column = members[0]
    if reading.comparison:
        compared = compare(replace(reading, ranking=None), view)
        if compared is None:
            return None
        body = compared[compared.index(" FROM ") :].split(" ORDER BY ")[0]
        return column, f"SELECT {column}{body}"
    parts = parts_of(reading, view)
    where = [*parts.where, f"{column} IS NOT NULL"]
    tail = f" FROM {view.name} WHERE {' AND '.join(where)} GROUP BY {column}"
    if parts.having:
        tail += f" HAVING {' AND '.join(parts.having)}"
    if reading.ranking and reading.ranking.n and reading.metrics:
        expr = reading.metrics[0].expr
        order = "DESC" if reading.ranking.descending else "ASC"
        inner = f"SELECT {column}, {expr} AS muc{tail} ORDER BY muc {order} LIMIT {reading.ranking.n}"
        return column, f"SELECT {column} FROM ({inner}) AS dau_bang"
    return column, f"SELECT {column}{tail}"
