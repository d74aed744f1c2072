"""Comparing expressions: a canonical text that does not depend on aliases, qualifiers, quotes or outer brackets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from schema.semantic import Catalogue


def same(expression: exp.Expr) -> str:
    """Canonical text of an expression; two expressions with the same text mean the same."""
    node = expression.unalias().unnest().copy()
    holder = exp.Paren(this=node)
    for paren in list(holder.find_all(exp.Paren)):
        if paren is not holder and isinstance(
            paren.this, exp.Column | exp.Literal | exp.Func | exp.Paren | exp.Boolean
        ):
            paren.replace(paren.this)
    for column in holder.find_all(exp.Column):
        column.set("table", None)
    for identifier in holder.find_all(exp.Identifier):
        identifier.set("this", identifier.this.lower())
        identifier.set("quoted", False)
    return str(holder.this.sql(dialect="duckdb", comments=False)).lower()


@lru_cache(maxsize=4096)
def canonical(sql: str, dialect: str = "duckdb") -> str:
    """Canonical text of an expression given as SQL; the text itself in lower case when it does not parse."""
    try:
        return same(sqlglot.parse_one(sql, dialect=dialect))
    except SqlglotError:
        return sql.strip().lower()


def metric_index(catalogue: Catalogue, tables: Iterable[str]) -> dict[str, str]:
    """Canonical expression → name, for the metrics of some views (of all views when ``tables`` is empty)."""
    wanted = {t.lower() for t in tables}
    found: dict[str, str] = {}
    for view, metric in catalogue.metrics():
        if not wanted or view.name.lower() in wanted:
            found.setdefault(canonical(metric.expr, catalogue.dialect), metric.name)
    return found
