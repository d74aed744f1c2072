"""SQL text as the SQL page handles it: parameters, layout, and what changed between two versions."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot.errors import SqlglotError

from nl2sql.types import Result

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :: | (?<![\w:]):(?P<name>[a-z_]\w*)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?|-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+,\d+")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def parameters(sql: str) -> tuple[str, ...]:
    """Names of ``:ten`` parameters in their order; not those inside texts, comments or casts."""
    return tuple(dict.fromkeys(m["name"] for m in _TOKEN.finditer(sql) if m["name"]))


def filled(sql: str, values: Mapping[str, str]) -> str:
    """The SQL with literals in the place of its parameters; the door checks it afterwards like any other."""
    return _TOKEN.sub(lambda m: literal(values.get(m["name"], "")) if m["name"] else m[0], sql)


def literal(text: str) -> str:
    """What a person typed as a SQL literal: a number (``1.234,5`` too), a day (``31/10/2025``), else a text."""
    said = text.strip()
    day = _DAY.fullmatch(said)
    if day:
        try:
            return f"DATE '{dt.date(int(day[3]), int(day[2]), int(day[1])).isoformat()}'"
        except ValueError:
            pass
    if _NUMBER.fullmatch(said):
        grouped = "," in said or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", said)
        return said.replace(".", "").replace(",", ".") if grouped else said
    return "'" + text.replace("'", "''") + "'"


def laid_out(sql: str, dialect: str) -> str:
    """The SQL with one clause a line and its comments kept.

    Raises:
        ValueError: It cannot be parsed.
    """
    try:
        trees = sqlglot.parse(sql, read=dialect or None)
    except (SqlglotError, RecursionError) as error:
        raise ValueError("not parsed") from error
    return ";\n\n".join(tree.sql(dialect=dialect or None, pretty=True) for tree in trees if tree is not None)


def first_table(sql: str, dialect: str, known: Collection[str]) -> str:
    """The first table of a query that is among the known ones; empty where there is none."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect or None)
    except (SqlglotError, RecursionError):
        return ""
    return next((table.name for table in tree.find_all(sqlglot.exp.Table) if table.name in known), "")


@dataclass(frozen=True)
class Change:
    """A line of a comparison: ``kind`` is ``+``, ``-`` or a space."""

    kind: str
    text: str


def changes(before: str, after: str, dialect: str = "") -> tuple[Change, ...]:
    """The lines of two versions beside each other, laid out the same way where both can be; empty when equal."""
    try:
        left, right = laid_out(before, dialect), laid_out(after, dialect)
    except ValueError:
        left, right = before, after
    if left == right:
        return ()
    lines = difflib.ndiff(left.splitlines(), right.splitlines())
    return tuple(Change(line[0], line[2:]) for line in lines if line[0] in "+- ")


def result_changes(before: Result | None, after: Result | None) -> str:
    """What an edit does to the result, in one sentence."""
    if before is None or after is None:
        return ""
    left, right = [c.name for c in before.columns], [c.name for c in after.columns]
    parts = []
    if left != right:
        gone = [n for n in left if n not in right]
        came = [n for n in right if n not in left]
        parts += [f"thêm cột {', '.join(came)}"] if came else []
        parts += [f"bớt cột {', '.join(gone)}"] if gone else []
    if before.row_count != after.row_count:
        parts.append(f"số dòng {before.row_count} → {after.row_count}")
    elif left == right:
        moved = sum(1 for a, b in zip(before.rows, after.rows, strict=True) if not _same(a, b))
        parts.append(f"{moved} trên {after.row_count} dòng khác trước" if moved else "kết quả không đổi")
    return "; ".join(parts) if parts else "kết quả không đổi"


def _same(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return all(_equal(a, b) for a, b in zip(left, right, strict=True))


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, int | float):
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right), 1.0)
    return bool(left == right)
