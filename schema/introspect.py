"""A draft catalogue of any database: what the assistant needs to answer questions about it at once.

The draft says what can be read from the database itself (tables, columns, keys, row counts, sample values) and what can
be guessed (roles, keys that were not declared, Vietnamese labels). A person may improve it; nothing in it is invented.
"""

from __future__ import annotations

import hashlib

from sqlalchemy.engine import Engine

from schema.introspect_guess import draft_view, relationships, with_guessed_keys
from schema.introspect_read import RawTable, read_database
from schema.semantic import Catalogue, Relationship

__all__ = ["draft_catalogue"]


def draft_catalogue(url: str, engine: Engine | None = None) -> Catalogue:
    """Read a database and describe it.

    Args:
        url: SQLAlchemy URL of a SQLite, DuckDB, PostgreSQL or other database. It is opened read-only; a missing file is
            an error and is not created.
        engine: An engine that is already open on it, where there is one.

    Returns:
        A catalogue with one view for each readable table and view, in the database's order; ``as_of`` is None;
        ``notes`` names what was left out.

    Raises:
        WarehouseError: The database cannot be opened, or nothing in it can be read.
    """
    raw = read_database(url, engine)
    tables = with_guessed_keys(raw.tables)
    links = relationships(tables)
    keys = _key_columns(tables, links)
    views = {table.name: draft_view(table, keys.get(table.name, frozenset()), raw.dialect) for table in tables}
    digest = hashlib.sha256(repr((raw.dialect, list(views.values()), links)).encode("utf-8")).hexdigest()
    return Catalogue(
        name=raw.name,
        version=digest[:12],
        as_of=None,
        dialect=raw.dialect,
        views=views,
        relationships=links,
        notes=tuple(raw.notes),
    )


def _key_columns(tables: list[RawTable], links: tuple[Relationship, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {table.name: set(table.primary_key) for table in tables}
    for link in links:
        found[link.left].update(link.left_columns)
        found[link.right].update(link.right_columns)
    return {name: frozenset(columns) for name, columns in found.items()}
