"""The schema as the model sees it: one short line a table, with types, keys and a few stored values.

The model is shown *safe names*: an identifier that would need quotes is written with underscores, so that it never has
to quote; the repair step turns safe names back into the database's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from schema.semantic import Catalogue, Relationship, View

_PLAIN = re.compile(r"[^\W\d]\w*\Z")
_RESERVED_WORDS = """
all and any as asc between by case cast check create cross current date default desc distinct drop else end except
exists false for foreign from full group having if in index inner insert intersect into is join key left like limit
natural not null of on or order outer primary references right row rows select set table then to transaction true union
unique update using values view when where with match cluster
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())

SHORT_TYPES = {"integer": "int", "decimal": "real", "date": "date", "timestamp": "datetime", "boolean": "bool"}


def safe_name(name: str) -> str:
    """An identifier that needs no quotes: ``Họ "tên"`` → ``Họ_tên``, ``order`` → ``order_``."""
    if _PLAIN.match(name) and name.lower() not in _RESERVED:
        return name
    text = re.sub(r"\W+", "_", name).strip("_") or "c"
    if text[0].isdigit():
        text = "c" + text
    return text + "_" if text.lower() in _RESERVED else text


@dataclass(frozen=True)
class Names:
    """Safe names of a catalogue, both ways; keys of the lookups are in lower case."""

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def table_of(self) -> dict[str, str]:
        """Safe or real table name, lower case → real name."""
        found = {real.lower(): real for real in self.tables}
        for real, safe in self.tables.items():
            found.setdefault(safe.lower(), real)
        return found

    @cached_property
    def column_of(self) -> dict[str, dict[str, str]]:
        """Table → (safe or real column name, lower case → real name)."""
        found: dict[str, dict[str, str]] = {}
        for table, columns in self.columns.items():
            inner = {real.lower(): real for real in columns}
            for real, safe in columns.items():
                inner.setdefault(safe.lower(), real)
            found[table] = inner
        return found


def names_of(catalogue: Catalogue) -> Names:
    """Safe names for every table and column, unique in their place."""
    tables = _unique({name: safe_name(name) for name in catalogue.views})
    columns = {name: _unique({c: safe_name(c) for c in column_order(view)}) for name, view in catalogue.views.items()}
    return Names(tables, columns)


def _unique(names: dict[str, str]) -> dict[str, str]:
    seen: set[str] = set()
    found: dict[str, str] = {}
    for real, safe in names.items():
        candidate, number = safe, 2
        while candidate.lower() in seen:
            candidate, number = f"{safe}_{number}", number + 1
        seen.add(candidate.lower())
        found[real] = candidate
    return found


def column_order(view: View) -> tuple[str, ...]:
    """Columns in the database's order where the draft knows it."""
    known = view.columns()
    return tuple(c for c in view.detail if c in known) or tuple(known)


def is_vietnamese(catalogue: Catalogue) -> bool:
    """Whether the schema's own names are Vietnamese with diacritics."""
    return any(not name.isascii() for view in catalogue.views.values() for name in (view.name, *view.columns()))


def schema_text(catalogue: Catalogue, names: Names, tables: Iterable[str] | None = None, *, samples: int = 3) -> str:
    """Lines ``table(column type, …)`` for the given tables, or for all."""
    wanted = list(catalogue.views) if tables is None else [t for t in catalogue.views if t in set(tables)]
    links = _links(catalogue.relationships)
    return "\n".join(_table_line(catalogue.views[table], names, links, set(wanted), samples) for table in wanted)


def _links(relationships: Iterable[Relationship]) -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for relation in relationships:
        for own, other in zip(relation.left_columns, relation.right_columns, strict=True):
            found.setdefault((relation.left, own), (relation.right, other))
    return found


def _table_line(
    view: View, names: Names, links: Mapping[tuple[str, str], tuple[str, str]], wanted: set[str], samples: int
) -> str:
    types = view.columns()
    parts = []
    for column in column_order(view):
        text = names.columns[view.name][column]
        if types[column] in SHORT_TYPES:
            text += " " + SHORT_TYPES[types[column]]
        if view.primary_key == (column,):
            text += " key"
        target = links.get((view.name, column))
        if target and target[0] in wanted:
            text += f" -> {names.tables[target[0]]}.{names.columns[target[0]][target[1]]}"
        elif types[column] == "text":
            text += _sample_text(view, column, samples)
        parts.append(text)
    return f"{names.tables[view.name]}({', '.join(parts)})"


def _sample_text(view: View, column: str, samples: int) -> str:
    dimension = view.dimension(column)
    if dimension is None or not samples:
        return ""
    values = [v.value for v in dimension.values[:60]]
    short = [value for value in values if 0 < len(value) <= 24 and "\n" not in value]
    if not short:
        return ""
    few = len(dimension.values) <= 5
    shown = short[: samples + 1 if few else min(samples, 2)]
    return " (" + ",".join("'" + value.strip().replace("'", "''") + "'" for value in shown) + ")"
