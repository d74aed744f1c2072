"""Guesses about a database that nobody described: column types and roles, keys that were not declared, labels.

A guess never hides anything: every column stays reachable; a wrong role only changes how it is offered.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from schema.introspect_read import RawColumn, RawTable
from schema.lexicon import expand, split_identifier, vietnamese_label
from schema.semantic import DataType, Dimension, Fact, Relationship, TimeDimension, Value, View

Role = Literal["time", "fact", "dimension"]

_INTEGER = ("INT", "SERIAL", "LONG", "SHORT")
_DECIMAL = ("REAL", "FLOA", "DOUB", "DEC", "NUM", "MONEY", "UHUGEINT", "HUGEINT")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}")
_KEY_WORDS = {"id", "code", "key", "uuid", "guid", "mã", "ma", "số hiệu", "isbn", "ssn"}
_GENERIC = {"id", "code", "name", "key", "number", "type", "date", "year", "mã", "ma", "tên", "ten"}
_ENUM_LIMIT = 30
_FEW_ROWS_TO_COMPARE = 3


def data_type(column: RawColumn, dialect: str) -> DataType:
    """The type that SQL over this column should assume.

    SQLite has no date type and its declared types bind nothing, so there the stored values decide.
    """
    declared = column.declared
    loose = dialect == "sqlite"
    if not loose or declared:
        if "BOOL" in declared:
            return "boolean"
        if "TIMESTAMP" in declared or "DATETIME" in declared:
            return "timestamp"
        if declared == "DATE" and not (loose and _mostly_numbers(column.values)):
            return "date"
    if loose and column.values:
        return _observed_type(column.values)
    if any(mark in declared for mark in _INTEGER) and "POINT" not in declared:
        return "integer"
    if any(mark in declared for mark in _DECIMAL):
        return "decimal"
    return "text"


def _mostly_numbers(values: Sequence[object]) -> bool:
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _observed_type(values: Sequence[object]) -> DataType:
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(isinstance(value, int) for value in values):
        return "integer"
    if all(isinstance(value, int | float) for value in values):
        return "decimal"
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        if all(_ISO_TIMESTAMP.match(value) for value in texts):
            return "timestamp"
        if all(_ISO_DATE.fullmatch(value) for value in texts):
            return "date"
    if all(isinstance(value, dt.datetime) for value in values):
        return "timestamp"
    if all(isinstance(value, dt.date) for value in values):
        return "date"
    return "text"


def is_key_like(name: str) -> bool:
    """Whether a name says "identifier": ``student_id``, ``mã khách hàng``, ``ISBN``."""
    words = split_identifier(name)
    if not words:
        return False
    return words[0] in _KEY_WORDS or words[-1] in _KEY_WORDS or (len(name) > 3 and name.endswith("ID"))


def role_of(column: RawColumn, kind: DataType, keys: frozenset[str]) -> Role:
    """Whether people aggregate the column, filter by it, or place it in time."""
    if kind in ("date", "timestamp"):
        return "time"
    if kind not in ("integer", "decimal") or column.name in keys or is_key_like(column.name):
        return "dimension"
    words = set(expand(split_identifier(column.name)))
    if words & {"year", "month", "day", "quarter", "năm", "tháng", "ngày", "quý", "phone", "zip", "flag"}:
        return "dimension"
    return "fact"


def draft_view(table: RawTable, keys: frozenset[str], dialect: str) -> View:
    """One table as a view of the catalogue; ``detail`` keeps the columns in the order of the database."""
    dimensions: list[Dimension] = []
    times: list[TimeDimension] = []
    facts: list[Fact] = []
    for column in table.columns:
        kind = data_type(column, dialect)
        label = vietnamese_label(column.name)
        role = role_of(column, kind, keys)
        if role == "time":
            times.append(TimeDimension(column.name, label, default=not times))
        elif role == "fact":
            facts.append(Fact(column.name, label, type=kind))
        else:
            dimensions.append(
                Dimension(column.name, label, type=kind, values=_values(column, kind), index=kind == "text")
            )
    label = vietnamese_label(table.name)
    return View(
        name=table.name,
        label=label,
        grain=f"một dòng của «{label}»",
        subject="khung nhìn" if table.is_view else "bảng",
        description=table.comment,
        primary_key=table.primary_key,
        dimensions=tuple(dimensions),
        time_dimensions=tuple(times),
        facts=tuple(facts),
        detail=tuple(column.name for column in table.columns),
        rows=table.rows,
    )


def _values(column: RawColumn, kind: DataType) -> tuple[Value, ...]:
    if kind == "text" or len(column.values) <= _ENUM_LIMIT:
        return tuple(Value(str(value)) for value in column.values)
    return ()


def with_guessed_keys(tables: Sequence[RawTable]) -> list[RawTable]:
    """Tables whose missing primary key is guessed: the first column named like a key whose values are unique."""
    found = []
    for table in tables:
        if table.primary_key or table.is_view or (table.rows or 0) < _FEW_ROWS_TO_COMPARE:
            found.append(table)
            continue
        first = table.columns[0]
        own = {*expand(split_identifier(table.name))}
        candidates = [c for c in table.columns if c.unique and is_key_like(c.name)]
        named = [c for c in candidates if set(expand(split_identifier(c.name))) & own or c.name.lower() == "id"]
        best = next(iter(named), None) or (first if first in candidates else None)
        found.append(_with_key(table, (best.name,)) if best else table)
    return found


def _with_key(table: RawTable, key: tuple[str, ...]) -> RawTable:
    return RawTable(table.name, table.columns, key, table.foreign_keys, table.rows, table.comment, table.is_view)


@dataclass(frozen=True)
class _Target:
    """A table that a key may point at: its single-column key and the words by which other tables name it."""

    table: RawTable
    column: RawColumn
    words: tuple[str, ...]


def relationships(tables: Sequence[RawTable]) -> tuple[Relationship, ...]:
    """Declared keys first, then keys inferred from names and confirmed by the values that were seen.

    A column points at another table when it bears the name of that table's single-column key (``stuid`` → ``stuid``),
    or the table's name with a key word (``singer_id``, ``id ca sĩ`` → ``singer.id``), and its values agree.
    """
    found: dict[tuple[str, tuple[str, ...]], Relationship] = {}
    for table in tables:
        for own, other, theirs in table.foreign_keys:
            found.setdefault((table.name, own), Relationship(table.name, own, other, theirs))
    targets = [
        _Target(table, column, expand(split_identifier(table.name)))
        for table in tables
        if len(table.primary_key) == 1 and (column := _column(table, table.primary_key[0])) is not None
    ]
    by_column: dict[str, list[_Target]] = {}
    by_words: dict[tuple[str, ...], list[_Target]] = {}
    for target in targets:
        by_column.setdefault(target.column.name.lower(), []).append(target)
        by_words.setdefault(target.words, []).append(target)
    linked = {(relation.left, relation.right) for relation in found.values()}
    for table in tables:
        if table.is_view:
            continue
        for column in table.columns:
            if (table.name, (column.name,)) in found or table.primary_key == (column.name,):
                continue
            for target in _candidates(column, table, by_column, by_words):
                if (table.name, target.table.name) in linked and not is_key_like(column.name):
                    continue
                if _contradicted(column, target.column):
                    continue
                found[table.name, (column.name,)] = Relationship(
                    table.name, (column.name,), target.table.name, (target.column.name,)
                )
                linked.add((table.name, target.table.name))
                break
    return tuple(found.values())


def _column(table: RawTable, name: str) -> RawColumn | None:
    return next((column for column in table.columns if column.name == name), None)


def _candidates(
    column: RawColumn,
    table: RawTable,
    by_column: Mapping[str, Sequence[_Target]],
    by_words: Mapping[tuple[str, ...], Sequence[_Target]],
) -> Iterable[_Target]:
    words = split_identifier(column.name)
    if column.name.lower() not in _GENERIC:
        yield from (target for target in by_column.get(column.name.lower(), ()) if target.table is not table)
    bare = tuple(word for word in words if word not in _KEY_WORDS)
    if bare and (len(bare) < len(words) or len(words) > 1):
        yield from (target for target in by_words.get(expand(bare), ()) if target.table is not table)


def _contradicted(own: RawColumn, other: RawColumn) -> bool:
    """Whether the values that were seen speak against the key: too few of them are found on the other side."""
    if not own.values or not other.values:
        return False
    theirs = {str(value) for value in other.values}
    inside = sum(str(value) in theirs for value in own.values)
    return inside < 0.5 * len(own.values) and len(other.values) < 1000
