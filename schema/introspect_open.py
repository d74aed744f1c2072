"""Opening a database that nobody described, for reading alone: no write reaches it and no missing file is made."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from schema.errors import WarehouseError


def open_readonly(url: str) -> Engine:
    """An engine that cannot write and does not create a missing file.

    Args:
        url: SQLAlchemy URL. ``postgresql://`` without a driver uses pg8000, ``mysql://`` and ``mariadb://`` PyMySQL.

    Raises:
        WarehouseError: The URL is malformed, the file does not exist, or the driver is missing.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise WarehouseError(
            f"Địa chỉ cơ sở dữ liệu không hợp lệ: {url!r}.",
            action="Hãy dùng dạng sqlite:///đường/dẫn.sqlite, duckdb:///… hoặc postgresql://…",
            phase="connect",
        ) from error
    backend = parsed.get_backend_name()
    if backend in ("sqlite", "duckdb"):
        path = _existing_file(parsed)
        return _sqlite_engine(path) if backend == "sqlite" else _duckdb_engine(path)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+pg8000")
    if parsed.drivername in ("mysql", "mariadb"):
        parsed = parsed.set(drivername="mysql+pymysql")
    try:
        engine = create_engine(parsed, poolclass=NullPool)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise WarehouseError(
            f"Chưa có trình điều khiển cho «{parsed.drivername}».",
            action="Hãy cài trình điều khiển SQLAlchemy của hệ quản trị này rồi thử lại.",
            phase="connect",
        ) from error
    if backend == "postgresql":

        @event.listens_for(engine, "connect")
        def _read_only(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            cursor.execute("SET statement_timeout = '20s'")
            cursor.close()
            connection.commit()

    if backend in ("mysql", "mariadb"):

        @event.listens_for(engine, "connect")
        def _read_only_too(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.close()
            connection.commit()

    return engine


def _existing_file(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise WarehouseError(
            "Cơ sở dữ liệu trong bộ nhớ không mở lại được.", action="Hãy chỉ tới một tệp.", phase="connect"
        )
    path = Path(url.database).expanduser()
    if not path.is_file():
        raise WarehouseError(
            f"Không tìm thấy tệp cơ sở dữ liệu «{path}».", action="Hãy kiểm tra lại đường dẫn.", phase="connect"
        )
    return path


def _sqlite_engine(path: Path) -> Engine:
    uri = path.resolve().as_uri() + "?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _duckdb_engine(path: Path) -> Engine:
    return create_engine(URL.create("duckdb", database=str(path)), connect_args={"read_only": True}, poolclass=NullPool)
