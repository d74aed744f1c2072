"""Loads a finished warehouse file into PostgreSQL: the same tables, rows and comments, with indexes.

Everything happens in one transaction, so that a load that is cut (by a person, a full disk, a server that goes away)
leaves the database as it was. Texts are stored with ``COLLATE "C"``: they sort there as they do in DuckDB, whatever
the server's locale is.
"""

from __future__ import annotations

import contextlib
import re
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from pg8000.exceptions import Error as DriverError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from schema.errors import WarehouseError
from schema.loading import load_catalogue

CHUNK_ROWS = 200_000
_REACH_SECONDS = 5.0
_PREFIX = "nap_"
_TYPES = {
    "VARCHAR": 'text COLLATE "C"',
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38, 0)",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_UNDONE = "Chưa có gì được thay trong cơ sở dữ liệu."
# SQLSTATE (or its class) → what to do about it.
_ADVICE = {
    "28": "Hãy kiểm tra tên người dùng và mật khẩu trong địa chỉ.",
    "3D": "Hãy tạo cơ sở dữ liệu đó trước (createdb), hoặc sửa địa chỉ.",
    "42501": "Hãy dùng một tài khoản được tạo bảng (CREATE) trong lược đồ này.",
    "2BP01": "Có đối tượng khác dựa vào bảng cũ; hãy xóa nó trước, hoặc nạp vào một cơ sở dữ liệu mới.",
    "53": "Hãy giải phóng dung lượng đĩa hoặc bộ nhớ của máy chủ rồi chạy lại.",
    "57": "Máy chủ đã dừng hoặc đã ngắt lệnh; hãy chạy lại khi máy chủ sẵn sàng.",
}

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class LoadReport:
    """What a load wrote: rows of every table, and the seconds it took."""

    rows: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    comment: str


def is_postgres(url: str) -> bool:
    """Whether a URL names a PostgreSQL server."""
    return url.split(":", 1)[0].split("+", 1)[0].lower() in {"postgresql", "postgres"}


def check_reachable(url: str) -> None:
    """Looks whether the server is there and lets us in, before hours are spent on building what it shall hold.

    Raises:
        WarehouseError: The address is wrong, nothing listens, or the server refuses.
    """
    target = _parsed(url)
    _reach(target)
    with _explained(target), _connected(target) as connection:
        _check_place(connection.cursor(), [])


def load(source: Path, url: str, progress: Progress | None = None) -> LoadReport:
    """Loads a warehouse file into PostgreSQL, replacing a warehouse that stands there only when the new one is whole.

    Args:
        source: A DuckDB file made by ``schema.warehouse.build``.
        url: SQLAlchemy URL of the database; its user must be allowed to create tables in the first schema of its path.
        progress: Called with what is being done (Vietnamese) and how far it is, 0 to 1.

    Raises:
        WarehouseError: The address is wrong, nothing listens, tables of another making stand in the way, or the load
            broke off; the database is then as it was.
    """
    say = progress or (lambda _label, _share: None)
    target = _parsed(url)
    _reach(target)
    started = time.monotonic()
    with (
        _explained(target),
        duckdb.connect(str(source), read_only=True) as stock,
        tempfile.TemporaryDirectory(prefix=".nap-", dir=source.parent) as folder,
        _connected(target) as connection,
    ):
        stock.execute("SET enable_progress_bar = false")
        rows = _load(stock, connection.cursor(), Path(folder) / "phần.csv", say)
        connection.commit()
    say("Xong", 1.0)
    return LoadReport(rows, time.monotonic() - started)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise WarehouseError(
            "Địa chỉ PostgreSQL không đúng dạng.",
            action="Ví dụ: postgresql://nguoi:matkhau@may:5432/kho.",
            phase="setup",
        ) from error
    return parsed.set(drivername="postgresql+pg8000")


def _place(url: URL) -> str:
    return f"{url.host or 'localhost'}:{url.port or 5432}"


def _reach(url: URL) -> None:
    """Looks within seconds whether anything listens, because drivers wait much longer."""
    host = url.host or "localhost"
    if host.startswith("/"):
        return
    try:
        socket.create_connection((host, url.port or 5432), timeout=_REACH_SECONDS).close()
    except OSError as error:
        raise WarehouseError(
            f"Không kết nối được máy chủ PostgreSQL {_place(url)}.",
            action="Hãy kiểm tra địa chỉ, cổng và xem máy chủ có đang chạy không.",
            phase="setup",
        ) from error


@contextlib.contextmanager
def _connected(url: URL) -> Iterator[Any]:
    """The driver's own connection (COPY needs it); what was not committed is undone."""
    engine = sa.create_engine(url, poolclass=NullPool)
    try:
        connection = engine.raw_connection()
        try:
            yield connection.driver_connection
        finally:
            # A connection that is already gone cannot be closed properly; the server undoes what it did.
            with contextlib.suppress(SQLAlchemyError, DriverError, OSError):
                connection.close()
    finally:
        engine.dispose()


@contextlib.contextmanager
def _explained(url: URL) -> Iterator[None]:
    """Turns what the server, the driver and the disk report into messages that say what to do."""
    try:
        yield
    except duckdb.Error as error:
        raise WarehouseError(
            f"Không đọc được tệp kho để nạp ({error}).",
            action=f"{_UNDONE} Hãy kiểm tra dung lượng đĩa rồi chạy lại.",
            phase="setup",
        ) from error
    except (SQLAlchemyError, DriverError) as error:
        code, reason = _told(error)
        advice = _ADVICE.get(code) or _ADVICE.get(code[:2]) or "Hãy xem thông báo của máy chủ rồi chạy lại."
        raise WarehouseError(
            f"Không nạp được kho vào PostgreSQL {_place(url)} ({reason}).", action=f"{_UNDONE} {advice}", phase="setup"
        ) from error
    except (OSError, EOFError) as error:
        raise WarehouseError(
            f"Việc nạp vào PostgreSQL {_place(url)} bị ngắt giữa chừng ({error}).",
            action=f"{_UNDONE} Hãy kiểm tra máy chủ và dung lượng đĩa, rồi chạy lại.",
            phase="setup",
        ) from error


def _told(error: Exception) -> tuple[str, str]:
    """SQLSTATE and message of the server, where it said so."""
    inner = getattr(error, "orig", None) or error
    fields = inner.args[0] if inner.args else ""
    if isinstance(fields, dict):
        return str(fields.get("C", "")), str(fields.get("M", ""))
    return ("57" if "network" in str(fields).lower() else "", str(fields) or type(inner).__name__)


def _load(stock: duckdb.DuckDBPyConnection, cursor: Any, part: Path, say: Progress) -> dict[str, int]:
    tables = _tables(stock)
    _check_place(cursor, list(tables))
    counts = {name: _number(stock, f'SELECT count(*) FROM "{name}"') for name in tables}  # noqa: S608
    every, done = max(1, sum(counts.values())), 0
    for name, (comment, columns) in tables.items():
        fresh = f'"{_PREFIX}{name}"'
        listed = ", ".join(f'"{c.name}" {_type(c.type)}' for c in columns)
        cursor.execute(f"DROP TABLE IF EXISTS {fresh}")
        cursor.execute(f"CREATE TABLE {fresh} ({listed})")
        for first in range(0, counts[name], CHUNK_ROWS):
            say(f"Nạp bảng {name}", 0.9 * done / every)
            _copy(stock, cursor, name, first, part)
            done += min(CHUNK_ROWS, counts[name] - first)
        if comment:
            cursor.execute(f"COMMENT ON TABLE {fresh} IS {_quoted(comment)}")
        for column in columns:
            if column.comment:
                cursor.execute(f'COMMENT ON COLUMN {fresh}."{column.name}" IS {_quoted(column.comment)}')
        cursor.execute(f"SELECT count(*) FROM {fresh}")  # noqa: S608 - names of our own tables
        if cursor.fetchone()[0] != counts[name]:
            raise OSError(f"bảng {name} thiếu dòng")
    say("Tạo chỉ mục", 0.92)
    indexes = list(_indexes(tables))
    for name, label, clause in indexes:
        cursor.execute(clause.format(index=f'"{_PREFIX}{label}"', table=f'"{_PREFIX}{name}"'))
    for name in tables:
        cursor.execute(f'ANALYZE "{_PREFIX}{name}"')
    say("Thay kho cũ", 0.99)
    for name in tables:
        cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
        cursor.execute(f'ALTER TABLE "{_PREFIX}{name}" RENAME TO "{name}"')
    for _, label, _ in indexes:
        cursor.execute(f'ALTER INDEX "{_PREFIX}{label}" RENAME TO "{label}"')
    return counts


def _check_place(cursor: Any, tables: list[str]) -> None:
    """Refuses to replace tables that no build of ours has made."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    present = {row[0] for row in cursor.fetchall()}
    if "_meta" in present:
        return
    foreign = sorted(present & set(tables))
    if foreign:
        raise WarehouseError(
            f"Cơ sở dữ liệu đã có bảng cùng tên không do hoikho dựng: {', '.join(foreign[:5])}.",
            action=f"{_UNDONE} Hãy chọn một cơ sở dữ liệu trống.",
            phase="setup",
        )


def _tables(stock: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, list[_Column]]]:
    """Comment and columns of every table, in the order of their names."""
    found: dict[str, tuple[str, list[_Column]]] = {}
    listed = "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY table_name"
    for name, comment in stock.execute(listed).fetchall():
        columns = stock.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND table_name = ? ORDER BY column_index",
            [name],
        ).fetchall()
        found[name] = (comment or "", [_Column(n, kind, note or "") for n, kind, note in columns])
    return found


def _type(kind: str) -> str:
    decimal = _DECIMAL.fullmatch(kind)
    return f"numeric({decimal[1]}, {decimal[2]})" if decimal else _TYPES[kind]


def _copy(stock: duckdb.DuckDBPyConnection, cursor: Any, name: str, first: int, part: Path) -> None:
    """One stretch of rows, by way of a CSV file: empty text is quoted there, NULL is not."""
    stock.execute(
        f'COPY (SELECT * FROM "{name}" WHERE rowid BETWEEN {first} AND {first + CHUNK_ROWS - 1}) '  # noqa: S608
        f"TO {_quoted(str(part))} (FORMAT csv, HEADER false)"
    )
    with part.open("rb") as stream:
        cursor.execute(f'COPY "{_PREFIX}{name}" FROM STDIN WITH (FORMAT csv)', stream=stream)


def _indexes(tables: dict[str, tuple[str, list[_Column]]]) -> Iterator[tuple[str, str, str]]:
    """Table, name and statement of every index: keys, the enterprise, and the date (rows lie in its order)."""
    views = load_catalogue().views
    for name, (_, columns) in tables.items():
        present = {c.name for c in columns}
        key = views[name].primary_key if name in views else (("khoa",) if "khoa" in present else ())
        if key and present >= set(key):
            listed = ", ".join(f'"{c}"' for c in key)
            yield name, f"{name}_khoa_uq", f"CREATE UNIQUE INDEX {{index}} ON {{table}} ({listed})"
        if name in views and "ngay" in present:
            yield name, f"{name}_ngay_ix", 'CREATE INDEX {index} ON {table} USING brin ("ngay")'
        if name in views and "ma_so_thue" in present and "ma_so_thue" not in key[:1]:
            yield name, f"{name}_mst_ix", 'CREATE INDEX {index} ON {table} ("ma_so_thue")'
        if name.startswith("f_") and "tk" in present:
            yield name, f"{name}_tk_ix", 'CREATE INDEX {index} ON {table} ("tk")'


def _number(stock: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = stock.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
