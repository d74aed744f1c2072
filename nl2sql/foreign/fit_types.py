"""Literals fitted to the type of the column that they are compared with, where an engine insists on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from nl2sql.foreign.resolve import Spot
from schema.semantic import Catalogue

_TRUE = frozenset({"1", "true", "t", "yes", "y", "có", "đúng"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "không", "sai"})


def fit_types(
    comparisons: Iterable[exp.Expr], spot_of: Callable[[exp.Column], Spot | None], catalogue: Catalogue
) -> None:
    """Change literals in place: numbers for numbers, text for text, TRUE and FALSE for booleans.

    SQLite compares anything with anything and stores truth as it likes, so there only quoted numbers are unquoted.
    """
    strict = catalogue.dialect != "sqlite"
    for comparison in comparisons:
        column = comparison.this
        spot = spot_of(column) if isinstance(column, exp.Column) else None
        if spot is None:
            continue
        kind = catalogue.views[spot.table].columns().get(spot.column, "text")
        if isinstance(comparison, exp.Like):
            if strict and kind in ("date", "timestamp", "integer", "decimal"):
                comparison.set("this", exp.Cast(this=column, to=exp.DataType.build("text")))
            continue
        others = comparison.expressions if isinstance(comparison, exp.In) else [comparison.expression]
        for literal in others:
            if isinstance(literal, exp.Literal):
                _fit(literal, kind, strict=strict)


def _fit(literal: exp.Literal, kind: str, *, strict: bool) -> None:
    text = literal.this.strip()
    if kind in ("integer", "decimal") and literal.is_string and _is_number(text):
        literal.replace(exp.Literal.number(text))
    elif strict and kind == "text" and not literal.is_string:
        literal.replace(exp.Literal.string(text))
    elif strict and kind == "boolean" and text.lower() in _TRUE | _FALSE:
        literal.replace(exp.Boolean(this=text.lower() in _TRUE))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()
