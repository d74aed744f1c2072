"""Reading the raw shape of any database: tables, columns, keys, row counts and sample values, without writing.

SQLite and DuckDB are read through their own catalogues (quick, and free of the reflection faults that some driver
versions have); every other engine through SQLAlchemy's bulk inspection. A table or view that cannot be read is left out
with a note, never an error: one broken view must not hide a whole database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from schema.errors import WarehouseError
from schema.introspect_open import open_readonly

SAMPLE_ROWS = 4000
"""Rows read from the head of each table for guesses and sample values."""

VALUE_CAP = 1000
"""Most distinct values kept for one column."""

VALUE_BUDGET = 60_000
"""Most distinct values kept for one database."""

_LONG_TEXT = 120
_EXACT_COUNT_LIMIT = 2_000_000


@dataclass(frozen=True)
class RawColumn:
    """A column as the database declares it, with the distinct values that were seen.

    Attributes:
        declared: Declared type, upper case, without its length.
        values: Distinct non-null values of the sample, in order of first appearance, at most ``VALUE_CAP``.
        unique: No value of the sample appears twice, and none is null.
        nulls: The sample holds a null.
    """

    name: str
    declared: str
    values: tuple[Any, ...] = ()
    unique: bool = False
    nulls: bool = False


@dataclass(frozen=True)
class RawTable:
    """A table or view. ``foreign_keys`` are ``(own columns, table, its columns)``; ``rows`` may be an estimate."""

    name: str
    columns: tuple[RawColumn, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()
    rows: int | None = None
    comment: str = ""
    is_view: bool = False


@dataclass
class RawDatabase:
    """Everything that was read. ``dialect`` is sqlglot's name."""

    name: str
    dialect: str
    tables: list[RawTable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


SQLGLOT_DIALECTS = {"sqlite": "sqlite", "duckdb": "duckdb", "postgresql": "postgres", "mysql": "mysql", "mssql": "tsql"}


def read_database(url: str, engine: Engine | None = None) -> RawDatabase:
    """Read tables, keys, counts and samples.

    Args:
        engine: An engine that is already open on it; a DuckDB file cannot be opened in two ways by one process.

    Raises:
        WarehouseError: The database cannot be opened, or holds no readable table.
    """
    given = engine is not None
    engine = engine or open_readonly(url)
    backend = engine.dialect.name
    name = Path(make_url(url).database or backend).stem
    found = RawDatabase(name=name, dialect=SQLGLOT_DIALECTS.get(backend, backend))
    try:
        with engine.connect() as connection:
            if backend == "sqlite":
                shapes = _sqlite_shapes(connection, found)
            elif backend == "duckdb":
                shapes = _duckdb_shapes(connection)
            else:
                shapes = _inspected_shapes(engine, connection)
            budget = VALUE_BUDGET
            for shape in shapes:
                filled = _sampled(engine, connection, shape, budget, found)
                if filled is not None:
                    budget -= sum(len(column.values) for column in filled.columns)
                    found.tables.append(filled)
    except SQLAlchemyError as error:
        raise WarehouseError(
            f"Không đọc được cơ sở dữ liệu «{name}» ({_first_line(error)}).",
            action="Hãy kiểm tra địa chỉ, quyền truy cập và thử lại.",
            phase="connect",
        ) from error
    finally:
        if not given:
            engine.dispose()
    if not found.tables:
        raise WarehouseError(
            f"Cơ sở dữ liệu «{name}» không có bảng nào đọc được.",
            action="Hãy kiểm tra lại tệp hoặc quyền truy cập.",
            phase="connect",
        )
    return found


def _rows(connection: Connection, sql: str, **parameters: Any) -> Sequence[Any]:
    return connection.execute(text(sql.replace(":", r"\:") if not parameters else sql), parameters).fetchall()


def _sqlite_shapes(connection: Connection, found: RawDatabase) -> list[RawTable]:
    shapes = []
    listing = _rows(
        connection,
        "SELECT name, type FROM sqlite_master "
        "WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    keys: dict[str, tuple[str, ...]] = {}
    for name, kind in listing:
        try:
            info = _rows(connection, f"PRAGMA table_info({_quote(name)})")
            foreign = _rows(connection, f"PRAGMA foreign_key_list({_quote(name)})")
        except SQLAlchemyError as error:
            found.notes.append(f"Bỏ qua «{name}»: {_first_line(error)}")
            continue
        columns = tuple(RawColumn(row[1], _type_name(row[2])) for row in info)
        keys[name.lower()] = tuple(row[1] for row in sorted((r for r in info if r[5]), key=lambda r: r[5]))
        grouped: dict[int, list[Any]] = {}
        for row in foreign:
            grouped.setdefault(row[0], []).append(row)
        links = []
        for number in sorted(grouped):
            parts = sorted(grouped[number], key=lambda r: r[1])
            # SQLite leaves the other side empty when the key points at the primary key.
            links.append((tuple(r[3] for r in parts), parts[0][2], tuple(r[4] or "" for r in parts)))
        shapes.append(RawTable(name, columns, keys[name.lower()], tuple(links), is_view=kind == "view"))
    by_name = {shape.name.lower(): shape for shape in shapes}
    return [replace(shape, foreign_keys=tuple(_settled(shape, by_name))) for shape in shapes]


def _settled(shape: RawTable, by_name: dict[str, RawTable]) -> Iterable[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """Foreign keys with names spelled as the tables spell them; those that point nowhere are left out."""
    for own, other, theirs in shape.foreign_keys:
        target = by_name.get(other.lower())
        if target is None:
            continue
        names = theirs if all(theirs) else target.primary_key
        spelled_own = _spelled(own, shape)
        spelled = _spelled(names, target)
        if spelled_own and spelled and len(spelled) == len(spelled_own):
            yield spelled_own, target.name, spelled


def _spelled(names: Sequence[str], shape: RawTable) -> tuple[str, ...]:
    known = {column.name.lower(): column.name for column in shape.columns}
    found = [known.get(name.lower(), "") for name in names]
    return tuple(found) if found and all(found) else ()


def _duckdb_shapes(connection: Connection) -> list[RawTable]:
    columns: dict[str, list[RawColumn]] = {}
    for table, column, kind in _rows(
        connection,
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal "
        "AND schema_name = current_schema() AND database_name = current_database() ORDER BY table_oid, column_index",
    ):
        columns.setdefault(table, []).append(RawColumn(column, _type_name(kind)))
    primary: dict[str, tuple[str, ...]] = {}
    foreign: dict[str, list[tuple[tuple[str, ...], str, tuple[str, ...]]]] = {}
    for table, kind, own, other, theirs in _rows(
        connection,
        "SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE schema_name = current_schema() AND database_name = current_database()",
    ):
        if kind == "PRIMARY KEY":
            primary[table] = tuple(own)
        elif kind == "FOREIGN KEY" and other:
            foreign.setdefault(table, []).append((tuple(own), other, tuple(theirs)))
    views = {row[0] for row in _rows(connection, "SELECT view_name FROM duckdb_views() WHERE NOT internal")}
    shapes = [
        RawTable(name, tuple(found), primary.get(name, ()), tuple(foreign.get(name, ())), is_view=name in views)
        for name, found in columns.items()
    ]
    by_name = {shape.name.lower(): shape for shape in shapes}
    return [replace(shape, foreign_keys=tuple(_settled(shape, by_name))) for shape in shapes]


def _inspected_shapes(engine: Engine, connection: Connection) -> list[RawTable]:
    inspector = inspect(connection)
    from sqlalchemy.engine.reflection import ObjectKind  # imported here: only engines beyond the first two need it

    columns = inspector.get_multi_columns(kind=ObjectKind.ANY)
    views = set(inspector.get_view_names())
    comments: dict[Any, Any] = {}
    primary: dict[Any, Any] = dict(inspector.get_multi_pk_constraint(kind=ObjectKind.TABLE))
    foreign: dict[Any, Any] = dict(inspector.get_multi_foreign_keys(kind=ObjectKind.TABLE))
    with suppress(NotImplementedError, SQLAlchemyError):  # engines without comments are described without them
        comments = dict(inspector.get_multi_table_comment(kind=ObjectKind.ANY))
    shapes = []
    for key, listing in columns.items():
        name = key[1]
        links = [
            (tuple(link["constrained_columns"]), link["referred_table"], tuple(link["referred_columns"]))
            for link in foreign.get(key, ())
            if not link.get("referred_schema")
        ]
        shapes.append(
            RawTable(
                name,
                tuple(RawColumn(c["name"], _type_name(str(c["type"]))) for c in listing),
                tuple((primary.get(key) or {}).get("constrained_columns") or ()),
                tuple(links),
                comment=(comments.get(key) or {}).get("text") or "",
                is_view=name in views,
            )
        )
    by_name = {shape.name.lower(): shape for shape in shapes}
    return [replace(shape, foreign_keys=tuple(_settled(shape, by_name))) for shape in shapes]


def _sampled(
    engine: Engine, connection: Connection, shape: RawTable, budget: int, found: RawDatabase
) -> RawTable | None:
    """The table with its row count and values, or None when it cannot be read."""
    if not shape.columns:
        found.notes.append(f"Bỏ qua «{shape.name}»: không có cột nào.")
        return None
    quote = engine.dialect.identifier_preparer.quote_identifier
    table = quote(shape.name)
    names = ", ".join(quote(column.name) for column in shape.columns)
    try:
        sample = _rows(connection, f"SELECT {names} FROM {table} LIMIT {SAMPLE_ROWS}")  # noqa: S608 - quoted names
        rows = len(sample)
        if rows == SAMPLE_ROWS and not shape.is_view:
            rows = _count(connection, shape, table)
        columns = []
        for index, column in enumerate(shape.columns):
            filled = _with_values(column, [row[index] for row in sample], max(0, budget))
            if len(sample) < rows <= _EXACT_COUNT_LIMIT and _worth_reading_whole(filled, len(sample)):
                everything = _rows(
                    connection,
                    f"SELECT DISTINCT {quote(column.name)} FROM {table} LIMIT {VALUE_CAP}",  # noqa: S608
                )
                whole = _with_values(column, [row[0] for row in everything], max(0, budget))
                filled = replace(whole, unique=filled.unique, nulls=filled.nulls or whole.nulls)
            budget -= len(filled.values)
            columns.append(filled)
    except SQLAlchemyError as error:
        connection.rollback()
        found.notes.append(f"Bỏ qua «{shape.name}»: {_first_line(error)}")
        return None
    return replace(shape, columns=tuple(columns), rows=rows)


def _count(connection: Connection, shape: RawTable, table: str) -> int:
    if connection.dialect.name == "postgresql":
        guess = _rows(connection, "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)", name=table)
        if guess and guess[0][0] and guess[0][0] > _EXACT_COUNT_LIMIT:
            return int(guess[0][0])
    return int(_rows(connection, f"SELECT COUNT(*) FROM {table}")[0][0])  # noqa: S608 - quoted name


def _worth_reading_whole(column: RawColumn, sampled: int) -> bool:
    texts = [value for value in column.values if isinstance(value, str)]
    return bool(texts) and not column.unique and len(column.values) < sampled / 2


def _with_values(column: RawColumn, cells: list[Any], budget: int) -> RawColumn:
    seen: dict[Any, None] = {}
    nulls = False
    repeated = False
    for cell in cells:
        if cell is None:
            nulls = True
            continue
        plain = _plain(cell)
        if plain is None:
            continue
        if plain in seen:
            repeated = True
        elif len(seen) < VALUE_CAP:
            seen[plain] = None
    kept = tuple(seen)[: min(VALUE_CAP, budget)]
    return replace(column, values=kept, unique=bool(cells) and not repeated and not nulls, nulls=nulls)


def _plain(cell: Any) -> Any:
    """A cell as text, number, boolean or date; None for what nobody names in a question (blobs, long texts, lists)."""
    if isinstance(cell, str):
        return cell if len(cell) <= _LONG_TEXT else cell[:_LONG_TEXT] + "…"
    if isinstance(cell, bool | int | float | dt.date | dt.datetime | dt.time):
        return cell
    if isinstance(cell, Decimal):
        return float(cell) if cell.is_finite() else None
    return None


def _type_name(declared: str | None) -> str:
    return (declared or "").split("(")[0].strip().upper()


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: Exception) -> str:
    origin = getattr(error, "orig", None) or error
    told = origin.args[0] if origin.args else ""
    # pg8000 tells its errors as a mapping of the server's fields; M is the message.
    lines = str(told.get("M", "") if isinstance(told, dict) else origin).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
