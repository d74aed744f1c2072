"""What the columns of a flat view stand for in the tables of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import sqlglot
from sqlglot import exp

from nl2sql.foreign.schema_text import column_order
from nl2sql.foreign.wide_words import english_words, spoken
from schema.introspect_guess import is_key_like
from schema.semantic import Relationship, Value, View


@dataclass(frozen=True)
class Cell:
    """A column of a flat view.

    Attributes:
        tree: Expression in the database's dialect; its columns bear ``alias``.
        alias: The one table that it needs.
        columns: That table's columns in it.
        key: Columns of the table that tell its members apart, where the shown value is a mere name.
        of_row: It names the row itself.
    """

    tree: exp.Expr
    alias: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    of_row: bool = False


@dataclass(frozen=True)
class Shown:
    """How people name the members of a table: ``parts`` are joined by a blank."""

    alias: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    values: tuple[Value, ...]

    def cell(self, *, of_row: bool) -> Cell:
        """The name as a column."""
        tree: exp.Expr = _named(self.alias, self.columns[0])
        for name in self.columns[1:]:
            blank = exp.DPipe(this=tree, expression=exp.Literal.string(" "))
            tree = exp.DPipe(this=blank, expression=_named(self.alias, name))
        return Cell(tree, self.alias, self.columns, self.key, of_row)


def _named(alias: str, name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(alias, quoted=True))


def column(alias: str, name: str) -> Cell:
    """A column as it stands."""
    return Cell(_named(alias, name), alias, (name,))


def moment(alias: str, name: str, dialect: str, *, year: bool = False) -> Cell:
    """A date or timestamp as a day; the first of January of a whole number that is a year."""
    if year:
        sql = "DATE(CAST(x AS TEXT) || '-01-01')" if dialect == "sqlite" else "MAKE_DATE(x, 1, 1)"
    else:
        sql = "DATE(x)" if dialect == "sqlite" else "CAST(x AS DATE)"
    return _made(alias, name, sql, dialect)


def part_of(alias: str, name: str, grain: str, dialect: str) -> Cell:
    """The year, quarter or month of a date, as a whole number."""
    if dialect == "sqlite":
        month = "CAST(STRFTIME('%m', x) AS INTEGER)"
        sql = {"year": "CAST(STRFTIME('%Y', x) AS INTEGER)", "month": month, "quarter": f"({month} + 2) / 3"}[grain]
    else:
        sql = f"CAST(EXTRACT({grain} FROM x) AS INTEGER)"
    return _made(alias, name, sql, dialect)


def _made(alias: str, name: str, sql: str, dialect: str) -> Cell:
    tree = _template(sql, dialect).copy()
    for node in list(tree.find_all(exp.Column)):
        node.replace(_named(alias, name))
    return Cell(tree, alias, (name,))


@cache
def _template(sql: str, dialect: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read=dialect)


_DIVISORS = {"millisecond": (60_000.0, "phút"), "ms": (60_000.0, "phút"), "second": (60.0, "phút")}


def scaled(name: str, alias: str) -> tuple[Cell, str] | None:
    """A duration that is stored in small steps, in the unit that people speak of, with that unit."""
    words = english_words(name)
    found = next((_DIVISORS[w] for w in words if w in _DIVISORS), None)
    if found is None:
        return None
    tree = exp.Div(this=_named(alias, name), expression=exp.Literal.number(found[0]))
    return replace(column(alias, name), tree=exp.Paren(this=tree)), found[1]


def existence(link: Relationship, alias: str) -> Cell:
    """Whether the other table has a row that points at this one."""
    other = f"{link.left}_"
    pairs = zip(link.left_columns, link.right_columns, strict=True)
    tests = [exp.EQ(this=_named(other, theirs), expression=_named(alias, own)) for theirs, own in pairs]
    inner = (
        exp.select(exp.Literal.number(1))
        .from_(exp.alias_(exp.table_(exp.to_identifier(link.left, quoted=True)), other, table=True, quoted=True))
        .where(*tests)
    )
    return Cell(exp.Exists(this=inner), alias, link.right_columns)


_NAME_WORDS = ("name", "title")
_SPOKEN_NAMES = ("tên", "họ tên", "họ và tên", "tựa đề", "tiêu đề", "nhan đề", "tựa")
_FIRST = ({"first", "name"}, {"forename"}, {"given", "name"})
_LAST = ({"last", "name"}, {"surname"}, {"family", "name"})


def display_of(view: View, alias: str) -> Shown | None:
    """How the members of a table are named: first and last name, else a name, else a title; None where nothing is."""
    texts = [d for d in view.dimensions if d.type == "text"]
    order = {name: place for place, name in enumerate(column_order(view))}
    texts.sort(key=lambda d: order.get(d.name, 0))
    words = {d.name: set(english_words(d.name)) for d in texts}
    first = next((d for d in texts if words[d.name] in _FIRST), None)
    last = next((d for d in texts if words[d.name] in _LAST), None)
    if first is not None and last is not None:
        return Shown(alias, (first.name, last.name), view.primary_key, ())
    best = next((d for d in texts if _is_spoken_name(d.name)), None)
    for word in _NAME_WORDS if best is None else ():
        best = best or next((d for d in texts if word in words[d.name] and not words[d.name] & {"file", "user"}), None)
    plain = [d for d in texts if not is_key_like(d.name)]
    if best is None and len(plain) == 1 and len(plain[0].values) == view.rows:
        best = plain[0]  # all that is said of a row, and another for each
    if best is None:
        return None
    unique = best.name in view.primary_key
    return Shown(alias, (best.name,), () if unique else view.primary_key, best.values)


def _is_spoken_name(name: str) -> bool:
    said = spoken(name)
    return any(said == n or said.startswith(f"{n} ") for n in _SPOKEN_NAMES)


def columns_in(cells: Sequence[Cell]) -> set[str]:
    """Aliases that cells need."""
    return {cell.alias for cell in cells}
