"""Names in SQL: one spelling for each while the tree is checked, the catalogue's own spelling when it runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from rapidfuzz import fuzz, process
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from nl2sql.query.policy import CASE_INSENSITIVE, RESERVED
from schema.semantic import Catalogue

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SIMPLE_LOWER = re.compile(r"[a-z_][a-z0-9_]*\Z")


class Names:
    """The tables and columns that SQL may name, found without regard to case.

    Every identifier is folded to lower case for the checks, in every dialect: a person or a model that writes
    ``CustomerID`` without quotes in PostgreSQL means the column of that name. Before the SQL is written out, each name
    is restored to the catalogue's spelling (or, for aliases, the author's) and quoted where the engine needs it.

    Args:
        catalogue: Its views are the tables.
        dialect: sqlglot dialect of the database.
        tables: Restricts the tables; None allows every view.
    """

    def __init__(self, catalogue: Catalogue, dialect: str, tables: Collection[str] | None = None) -> None:
        self.dialect = dialect
        allowed = None if tables is None else {t.lower() for t in tables}
        self._tables: dict[str, str] = {}
        self._columns: dict[str, dict[str, str]] = {}
        self.schema: dict[str, object] = {}
        for name, view in catalogue.views.items():
            key = name.lower()
            if allowed is not None and key not in allowed:
                continue
            columns = view.columns()
            self._tables[key] = name
            self._columns[key] = {c.lower(): c for c in columns}
            self.schema[key] = {c.lower(): _SQL_TYPES.get(t, "VARCHAR") for c, t in columns.items()}
        self._aliases: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._keywords = {k.lower() for k in Dialect.get_or_raise(dialect).tokenizer_class.KEYWORDS if k.isidentifier()}

    def __contains__(self, table: str) -> bool:
        return table.lower() in self._tables

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table, in the catalogue's spelling."""
        return tuple(self._tables.values())

    def table(self, key: str) -> str:
        """The catalogue's spelling of a folded table name."""
        return self._tables[key]

    def column(self, table: str, key: str) -> str | None:
        """The catalogue's spelling of a folded column of a folded table, or None."""
        return self._columns[table].get(key)

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a folded table, in the catalogue's spelling."""
        return tuple(self._columns[table].values())

    def tables_with(self, column: str) -> tuple[str, ...]:
        """The tables that have a column of that name."""
        return tuple(self._tables[t] for t, columns in self._columns.items() if column.lower() in columns)

    def fold(self, tree: exp.Expr) -> None:
        """Fold every identifier of the tree to lower case, in place, and remember the author's spelling."""
        for node in tree.find_all(exp.Identifier):
            key = node.this.lower()
            self._seen.setdefault(key, node.this)
            if isinstance(node.parent, exp.Alias | exp.TableAlias):
                self._aliases.setdefault(key, node.this)
            node.set("this", key)
            node.set("quoted", True)

    def spell(self, key: str, *, column: bool = False) -> str:
        """The spelling of a folded name: the author's alias, the catalogue's column, or what the author wrote.

        Args:
            column: The catalogue's column wins over an alias of the same name.
        """
        known = next((columns[key] for columns in self._columns.values() if key in columns), None)
        alias = self._aliases.get(key)
        first, second = (known, alias) if column else (alias, known)
        return first or second or self._seen.get(key, key)

    def write(self, identifier: exp.Identifier, name: str) -> None:
        """Give the identifier its final spelling, quoted where the engine would not read it otherwise."""
        identifier.set("this", name)
        identifier.set("quoted", self.needs_quotes(name))

    def needs_quotes(self, name: str) -> bool:
        """Whether a name must be quoted in this dialect."""
        simple = _SIMPLE if self.dialect in CASE_INSENSITIVE or self.dialect == "oracle" else _SIMPLE_LOWER
        lowered = name.lower()
        return not simple.match(name) or lowered in RESERVED or lowered in self._keywords - _NOT_RESERVED


def nearest(name: str, choices: Iterable[str], *, cutoff: float = 60.0) -> str:
    """The choice most like ``name``, or an empty string when none is like it."""
    pool = list(dict.fromkeys(choices))
    found = process.extractOne(
        name.lower(), pool, scorer=fuzz.WRatio, processor=lambda text: str(text).lower(), score_cutoff=cutoff
    )
    return str(found[0]) if found else ""


_SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}

# Words of sqlglot's tokenizers that every engine takes as plain names.
_NOT_RESERVED = frozenset(
    {"name", "date", "year", "month", "day", "type", "status", "value", "comment", "text", "format", "percent", "cache"}
)
