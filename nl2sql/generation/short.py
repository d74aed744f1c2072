"""Composed SQL in fewer words and back: a repeated aggregate is named once and meant by its alias afterwards.

What a small model writes costs 20 ms a token, and comparisons repeat their aggregates three times. The short form is
what an adapted model is taught to write; ``lengthen`` restores the canonical text before anything checks or runs it, so
the short form never reaches a database.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlglot
from sqlglot import exp


def shorten(sql: str, columns: Collection[str]) -> str:
    """Replace repeats of an aliased aggregate in later select items and in HAVING by its alias.

    Args:
        sql: Canonical SQL of the composer, in DuckDB's dialect.
        columns: The view's columns; an alias of that name is left alone, because it would mean the column.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    for select in list(tree.find_all(exp.Select)):
        known: list[tuple[exp.Expr, str]] = []
        for item in select.expressions:
            if known:
                _swap(item.this if isinstance(item, exp.Alias) else item, known)
            if isinstance(item, exp.Alias) and _aggregate(item.this) and item.alias not in columns:
                known.append((item.this.copy(), item.alias))
        having = select.args.get("having")
        if having is not None and known:
            _swap(having, known)
    return tree.sql(dialect="duckdb")


def lengthen(sql: str, columns: Collection[str]) -> str:
    """The canonical text again: aliases of aggregates in later select items and in HAVING are spelled out.

    Raises:
        SqlglotError: The text is no SQL.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    for select in list(tree.find_all(exp.Select)):
        known: dict[str, exp.Expr] = {}
        for item in select.expressions:
            if known:
                _spell(item.this if isinstance(item, exp.Alias) else item, known)
            if isinstance(item, exp.Alias) and _aggregate(item.this) and item.alias not in columns:
                known[item.alias] = item.this.copy()
        having = select.args.get("having")
        if having is not None and known:
            _spell(having, known)
    return tree.sql(dialect="duckdb")


def _aggregate(node: exp.Expr) -> bool:
    """Whether an expression aggregates and is worth naming (a window over one is not repeated)."""
    return node.find(exp.AggFunc) is not None and node.find(exp.Window) is None


def _swap(root: exp.Expr, known: list[tuple[exp.Expr, str]]) -> None:
    """Subtrees equal to a known expression become its alias; inside window functions they stay as they are."""
    for whole, alias in sorted(known, key=lambda k: -len(k[0].sql())):
        for node in list(root.find_all(type(whole))):
            if node is not root and node == whole and node.find_ancestor(exp.Window) is None:
                node.replace(exp.column(alias))


def _spell(root: exp.Expr, known: dict[str, exp.Expr]) -> None:
    for column in list(root.find_all(exp.Column)):
        if column is not root and not column.table and column.name in known:
            whole = known[column.name].copy()
            column.replace(exp.paren(whole) if _loose(whole, column) else whole)


def _loose(whole: exp.Expr, column: exp.Column) -> bool:
    """Whether an expression in the column's place would bind otherwise without parentheses."""
    parent = column.parent
    if isinstance(whole, exp.Add | exp.Sub):
        return isinstance(parent, exp.Mul | exp.Div) or (isinstance(parent, exp.Sub) and parent.expression is column)
    return isinstance(whole, exp.Mul | exp.Div) and isinstance(parent, exp.Div) and parent.expression is column
