"""How each kind of database is opened for reading only.

The door decides what SQL may run; this is the second lock, in case the first one is wrong: the connection itself cannot
write, cannot leave its database and cannot take the machine's memory.
"""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool, QueuePool

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError

POOL_SIZE = 4
MEMORY_LIMIT = "2GB"
SQLITE_MAX_LENGTH = 10_000_000
REACH_SECONDS = 5.0

DIALECTS = {
    "duckdb": "duckdb",
    "postgresql": "postgres",
    "postgres": "postgres",
    "sqlite": "sqlite",
    "mysql": "mysql",
    "mariadb": "mysql",
}
"""Engines of which a server was at hand to try the limits on. The door knows more dialects (T-SQL, Oracle), but a
connection on which nobody has seen a query being stopped is not opened."""

Interrupt = Callable[[], None]


@dataclass(frozen=True)
class Opened:
    """An engine and what is particular about it.

    Attributes:
        dialect: sqlglot's name of the dialect.
        prepare: Called with the driver's connection and the timeout in seconds before a query.
        restore: Called with the driver's connection after it.
        interrupter: Given the driver's connection, returns what stops its running query, or None when nothing can.
    """

    engine: Engine
    dialect: str
    prepare: Callable[[Any, float], None]
    restore: Callable[[Any], None]
    interrupter: Callable[[Any], Interrupt | None]


def parse_url(url: str) -> URL:
    """The URL, checked.

    Raises:
        ExecutionError: It is no SQLAlchemy URL or no database that we know.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ExecutionError(
            "Địa chỉ cơ sở dữ liệu không đúng dạng.",
            code="unreachable",
            action="Ví dụ: duckdb:////duong/dan/kho.duckdb, sqlite:////duong/dan/kho.db, postgresql://nguoi@may/kho.",
        ) from error
    if parsed.get_backend_name() not in DIALECTS:
        raise ExecutionError(
            f"Chưa hỗ trợ loại cơ sở dữ liệu “{parsed.get_backend_name()}”.",
            code="unreachable",
            action="Các loại dùng được: DuckDB, PostgreSQL, SQLite, MySQL, MariaDB.",
        )
    return parsed


def open_engine(url: URL, settings: Settings) -> Opened:
    """Make the engine for a URL; nothing is connected yet, except a look whether a file or a port is there.

    Raises:
        ExecutionError: The file is missing, or the driver is not installed, or nothing listens.
    """
    dialect = DIALECTS[url.get_backend_name()]
    try:
        if dialect == "duckdb":
            return _duckdb(url, settings)
        if dialect == "sqlite":
            return _sqlite(url)
        if dialect == "postgres":
            return _postgres(url, settings)
        return _mysql(url, settings)
    except (ImportError, NoSuchModuleError) as error:
        raise ExecutionError(
            f"Chưa cài trình điều khiển cho {url.get_backend_name()}.",
            code="unreachable",
            action="Hãy cài thư viện kết nối tương ứng rồi thử lại.",
        ) from error


def _file(url: URL) -> Path:
    name = url.database or ""
    if not name or name.startswith(":memory:"):
        raise ExecutionError(
            "Địa chỉ chưa nêu tệp cơ sở dữ liệu.", code="unreachable", action="Hãy ghi đường dẫn đầy đủ tới tệp."
        )
    path = Path(name).expanduser()
    if not path.is_file():
        raise ExecutionError(
            f"Không thấy tệp cơ sở dữ liệu {path}.",
            code="unreachable",
            action="Hãy kiểm tra đường dẫn, hoặc chạy “hoikho setup” để dựng kho mẫu.",
        )
    return path.resolve()


def _nothing(*_: Any) -> None:
    return None


def _duckdb(url: URL, settings: Settings) -> Opened:
    path = _file(url)
    config = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "memory_limit": MEMORY_LIMIT,
        "threads": str(settings.threads or 2),
        "temp_directory": "",
        "lock_configuration": "true",
    }
    engine = sa.create_engine(
        URL.create("duckdb", database=str(path)),
        connect_args={"read_only": True, "config": config},
        poolclass=QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=0,
    )

    def interrupter(connection: Any) -> Interrupt:
        return lambda: connection.interrupt()

    return Opened(engine, "duckdb", _nothing, _nothing, interrupter)


_SQLITE_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_SQLITE_BARRED = frozenset(
    {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob", "randomblob"}
)


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Called by SQLite for everything that a statement would do; only reading is allowed."""
    if action in _SQLITE_READS and (second or "").lower() not in _SQLITE_BARRED:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _sqlite(url: URL) -> Opened:
    path = _file(url)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, SQLITE_MAX_LENGTH)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=POOL_SIZE, max_overflow=0)

    def prepare(connection: Any, timeout_s: float) -> None:
        connection.set_authorizer(_authorize)

    def restore(connection: Any) -> None:
        connection.set_authorizer(None)

    def interrupter(connection: Any) -> Interrupt:
        return lambda: connection.interrupt()

    return Opened(engine, "sqlite", prepare, restore, interrupter)


def _patience(settings: Settings) -> float:
    """Seconds of silence after which a server counts as gone: it has stopped the statement itself long before."""
    return max(settings.timeout_s, 30.0) + 2 * REACH_SECONDS


def _postgres(url: URL, settings: Settings) -> Opened:
    plain = url.get_driver_name() in {"psycopg2", "psycopg", "pg8000"}
    target = url.set(drivername="postgresql+pg8000") if plain else url
    _reach(target.host or "localhost", target.port or 5432)
    engine = _server(target, {"timeout": _patience(settings)} if plain else {})
    helper = sa.create_engine(target, poolclass=NullPool, connect_args={"timeout": REACH_SECONDS} if plain else {})

    @sa.event.listens_for(engine, "connect")
    def _read_only(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
        cursor.execute("SET lock_timeout = '5s'")
        cursor.close()
        connection.commit()

    def prepare(connection: Any, timeout_s: float) -> None:
        cursor = connection.cursor()
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"SET LOCAL statement_timeout = {max(int(timeout_s * 1000), 1)}")
        cursor.close()

    def interrupter(connection: Any) -> Interrupt:
        return _ask_another(helper, connection, "SELECT pg_backend_pid()", "SELECT pg_cancel_backend({0})")

    return Opened(engine, "postgres", prepare, _nothing, interrupter)


def _mysql(url: URL, settings: Settings) -> Opened:
    """MySQL and MariaDB, which name the statement timeout differently; INTO OUTFILE is a right of the account."""
    plain = "+" not in url.drivername or url.get_driver_name() == "pymysql"
    target = url.set(drivername="mysql+pymysql") if plain else url
    if "unix_socket" not in target.query:
        _reach(target.host or "localhost", target.port or 3306)
    silence = _patience(settings)
    bounds = {"connect_timeout": int(REACH_SECONDS), "read_timeout": silence, "write_timeout": silence}
    engine = _server(target, bounds if plain else {})
    short = dict.fromkeys(bounds, int(REACH_SECONDS))
    helper = sa.create_engine(target, poolclass=NullPool, connect_args=short if plain else {})
    maria: list[bool] = []

    @sa.event.listens_for(engine, "connect")
    def _read_only(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT VERSION()")
        maria[:] = ["mariadb" in str(cursor.fetchone()[0]).lower()]
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.execute("SET SESSION lock_wait_timeout = 5")
        cursor.close()
        connection.commit()

    def prepare(connection: Any, timeout_s: float) -> None:
        cursor = connection.cursor()
        if maria[0]:
            cursor.execute(f"SET SESSION max_statement_time = {max(timeout_s, 0.001):.3f}")
        else:
            cursor.execute(f"SET SESSION MAX_EXECUTION_TIME = {max(int(timeout_s * 1000), 1)}")
        cursor.close()

    def interrupter(connection: Any) -> Interrupt:
        return _ask_another(helper, connection, "SELECT CONNECTION_ID()", "KILL QUERY {0}")

    return Opened(engine, "mysql", prepare, _nothing, interrupter)


def _server(url: URL, bounds: dict[str, Any]) -> Engine:
    return sa.create_engine(
        url, pool_pre_ping=True, pool_size=POOL_SIZE, max_overflow=0, pool_timeout=REACH_SECONDS, connect_args=bounds
    )


def _ask_another(helper: Engine, connection: Any, number: str, statement: str) -> Interrupt:
    """A server stops a query when another connection asks for it; that one is made for the purpose.

    Args:
        number: Asks the connection its own number.
        statement: Stops the query of the connection with that number.
    """
    cursor = connection.cursor()
    cursor.execute(number)
    said = int(cursor.fetchone()[0])
    cursor.close()

    def stop() -> None:
        with helper.connect() as second:
            second.execute(sa.text(statement.format(said)))

    return stop


def _reach(host: str, port: int) -> None:
    """Look within seconds whether anything listens, because drivers wait much longer.

    Raises:
        ExecutionError: Nothing does.
    """
    if host.startswith("/"):
        return
    try:
        socket.create_connection((host, port), timeout=REACH_SECONDS).close()
    except OSError as error:
        raise ExecutionError(
            f"Không kết nối được máy chủ cơ sở dữ liệu {host}:{port}.",
            code="unreachable",
            action="Hãy kiểm tra địa chỉ, cổng và xem máy chủ có đang chạy không.",
        ) from error
