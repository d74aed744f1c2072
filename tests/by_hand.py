"""What a composed query returns set beside what a query written by hand returns."""

from __future__ import annotations

import math
from collections.abc import Callable

import duckdb

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema.loading import load_catalogue

Row = tuple[object, ...]
Ask = Callable[[str], list[Row]]


def asker(database: duckdb.DuckDBPyConnection) -> Ask:
    """Gives the rows that the composed query of a question returns."""
    catalogue = load_catalogue()
    reader = Reader(catalogue, build_vocabulary(catalogue))

    def rows(question: str) -> list[Row]:
        sql = compose(reader.read(Question(question)), catalogue)
        assert sql is not None, question
        return database.execute(sql).fetchall()

    return rows


def same(found: list[Row], wanted: list[Row]) -> bool:
    """Equal rows in equal order, numbers within a millionth.

    Rows whose figure in the ordering column is equal may stand in any order among themselves: the rows are then the
    same, and one column of figures runs the same way from top to bottom.
    """
    if len(found) != len(wanted) or any(len(a) != len(b) for a, b in zip(found, wanted, strict=True)):
        return False
    if _in_order(found, wanted):
        return True
    columns = [c for c in range(len(wanted[0])) if all(not isinstance(r[c], str) for r in wanted)]
    ordered = any(all(_equal(a[c], b[c]) for a, b in zip(found, wanted, strict=True)) for c in columns)
    return ordered and _in_order(sorted(found, key=_name), sorted(wanted, key=_name))


def _in_order(found: list[Row], wanted: list[Row]) -> bool:
    return all(_equal(x, y) for a, b in zip(found, wanted, strict=True) for x, y in zip(a, b, strict=True))


def _name(row: Row) -> tuple[str, ...]:
    return tuple(str(value) for value in row if isinstance(value, str | int) or value is None)


def _equal(one: object, two: object) -> bool:
    if isinstance(one, str) or one is None or isinstance(two, str) or two is None:
        return one == two
    return math.isclose(float(one), float(two), rel_tol=1e-6)  # type: ignore[arg-type]
