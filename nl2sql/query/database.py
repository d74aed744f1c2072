"""Running a checked query under limits: timeout, cancel, row cap, size cap; several threads may call at once."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlglot import exp

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError
from nl2sql.query.engines import POOL_SIZE, Interrupt, Opened, open_engine, parse_url
from nl2sql.query.failures import is_lost, stopped, translated, unreachable
from nl2sql.query.values import column_type, plain
from nl2sql.types import Query

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 0.05
_BATCH = 500
_OWN_ROWS = 200_000
MAX_RESULT_CHARACTERS = 8_000_000


@dataclass(frozen=True)
class RawColumn:
    """An output column: ``type`` is ``integer``, ``number``, ``text``, ``date``, ``timestamp`` or ``boolean``."""

    name: str
    type: str


@dataclass(frozen=True)
class RawResult:
    """What the database gave back.

    Attributes:
        rows: At most ``row_cap`` rows; numbers are int or float, dates ``date``, everything unusual is text.
        truncated: There was more.
    """

    columns: tuple[RawColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    elapsed_ms: float


class _Watchdog:
    """Stops a running query when its time is over or somebody cancels.

    The interruption is repeated until the query ends, because one that arrives before the engine has started is lost.
    """

    def __init__(self, stop: Interrupt | None, timeout_s: float, cancel: threading.Event | None) -> None:
        self.reason = ""
        self._stop = stop
        self._cancel = cancel
        self._deadline = time.monotonic() + timeout_s
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="hoikho-query-watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_TICK_SECONDS):
            if not self.reason:
                if self._cancel is not None and self._cancel.is_set():
                    self.reason = "cancelled"
                elif time.monotonic() > self._deadline:
                    self.reason = "timeout"
            if self.reason and self._stop is not None:
                try:
                    self._stop()
                except Exception as error:  # noqa: BLE001 - drivers raise anything here; the next tick tries again
                    _LOG.warning("interrupting a query failed: %s", error)


class Database:
    """A database opened for reading only. Thread-safe; at most ``POOL_SIZE`` queries run at a time.

    Attributes:
        url: As given.
        dialect: sqlglot's name of its dialect.
    """

    def __init__(self, url: str, opened: Opened, settings: Settings) -> None:
        self.url = url
        self.dialect = opened.dialect
        self._opened = opened
        self._settings = settings
        self._slots = threading.BoundedSemaphore(POOL_SIZE)

    @property
    def shared_engine(self) -> Engine | None:
        """The engine, where one process can open the database in one way only (DuckDB); else None."""
        return self._opened.engine if self.dialect == "duckdb" else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
        self,
        query: Query,
        *,
        timeout_s: float | None = None,
        row_cap: int | None = None,
        cancel: threading.Event | None = None,
    ) -> RawResult:
        """Run a checked query.

        Args:
            timeout_s: Seconds, waiting for a free connection included; the setting when None.
            row_cap: Most rows returned; the setting when None.
            cancel: Set from another thread to stop the query.

        Raises:
            ExecutionError: With code ``timeout``, ``cancelled``, ``unreachable`` or ``failed``.
        """
        return self._execute(query.sql, query.outputs, timeout_s, row_cap, cancel)

    def plan(self, query: Query) -> str:
        """How the database would run a checked query, in its own words.

        Raises:
            ExecutionError: As ``run``; with code ``failed`` where the database has no EXPLAIN of this kind.
        """
        word = {"sqlite": "EXPLAIN QUERY PLAN"}.get(self.dialect, "EXPLAIN")
        raw = self._execute(f"{word} {query.sql}", (), None, 200, None)
        return "\n".join(str(row[-1]) for row in raw.rows)

    def distinct_values(
        self, table: str, column: str, limit: int, condition: exp.Expr | None = None
    ) -> list[tuple[str, int]]:
        """The commonest values of a column as text, with their number of rows, commonest first.

        For our own use (the value index): ``table`` and ``column`` are names from a catalogue.

        Args:
            condition: Only rows that meet it are looked at (a role's rows).

        Raises:
            ExecutionError: As ``run``.
        """
        parts = [exp.to_identifier(p, quoted=True) for p in reversed(table.split("."))]
        source = exp.Table(**dict(zip(("this", "db", "catalog"), parts, strict=False)))
        name = exp.column(exp.to_identifier(column, quoted=True))
        tree = (
            exp.select(name.as_("v"), exp.Count(this=exp.Star()).as_("n"))
            .from_(source)
            .where(exp.Not(this=exp.Is(this=name.copy(), expression=exp.Null())))
            .group_by(name.copy())
            .order_by("n DESC", "v")
            .limit(limit)
        )
        if condition is not None:
            tree = tree.where(condition.copy())
        raw = self._execute(tree.sql(dialect=self.dialect), (), None, limit, None)
        return [(str(value), int(count)) for value, count in raw.rows]

    def table(self, sql: str) -> tuple[tuple[Any, ...], ...]:
        """All rows of our own trusted SQL.

        Raises:
            ExecutionError: As ``run``.
        """
        return self._execute(sql, (), None, _OWN_ROWS, None).rows

    def scalar(self, sql: str) -> Any:
        """The first value of the first row of our own trusted SQL, or None.

        Raises:
            ExecutionError: As ``run``.
        """
        raw = self._execute(sql, (), None, 1, None)
        return raw.rows[0][0] if raw.rows else None

    def check(self) -> None:
        """Connect once, so that a database that cannot be used is found at the start.

        Raises:
            ExecutionError: With code ``unreachable``.
        """
        probe = "SELECT COUNT(*) FROM sqlite_master" if self.dialect == "sqlite" else "SELECT 1"
        try:
            self.scalar(probe)
        except ExecutionError as error:
            if error.code == "failed":
                raise unreachable(error) from error
            raise

    def close(self) -> None:
        """Close every connection."""
        self._opened.engine.dispose()

    def _execute(
        self,
        sql: str,
        outputs: tuple[str, ...],
        timeout_s: float | None,
        row_cap: int | None,
        cancel: threading.Event | None,
    ) -> RawResult:
        seconds = self._settings.timeout_s if timeout_s is None else timeout_s
        cap = self._settings.row_cap if row_cap is None else row_cap
        started = time.monotonic()
        if not self._slots.acquire(timeout=max(seconds, 0.0)):
            raise ExecutionError(
                "Hệ thống đang bận: có nhiều câu truy vấn đang chạy.", code="timeout", action="Hãy thử lại sau ít phút."
            )
        try:
            if cancel is not None and cancel.is_set():
                raise stopped("cancelled", seconds)
            try:
                connection = self._opened.engine.raw_connection()
            except Exception as error:  # every driver has its own errors for this
                raise unreachable(error) from error
            try:
                return self._fetch(connection, sql, outputs, seconds, cap, cancel, started)
            finally:
                connection.close()
        finally:
            self._slots.release()

    def _fetch(
        self,
        connection: Any,
        sql: str,
        outputs: tuple[str, ...],
        seconds: float,
        cap: int,
        cancel: threading.Event | None,
        started: float,
    ) -> RawResult:
        driver = connection.driver_connection
        watchdog: _Watchdog | None = None
        try:
            self._opened.prepare(driver, seconds)
            stop = self._opened.interrupter(driver)
            left = max(seconds - (time.monotonic() - started), 0.0)
            with _Watchdog(stop, left, cancel) as watchdog:
                cursor = connection.cursor()
                cursor.execute(sql)
                described = list(cursor.description or ())
                rows, truncated = _read(cursor, cap, watchdog)
                cursor.close()
        except ExecutionError:
            raise
        except Exception as error:
            lost = is_lost(error, self._opened.engine)
            if lost:  # an answer that comes late must not meet the next question
                connection.invalidate()
            if watchdog is not None and watchdog.reason:
                raise stopped(watchdog.reason, seconds) from error
            raise unreachable(error) if lost else translated(error, self.dialect, seconds) from error
        finally:
            self._restore(driver)
        if watchdog.reason:
            raise stopped(watchdog.reason, seconds)
        names = outputs if len(outputs) == len(described) else tuple(str(d[0]) for d in described)
        columns = tuple(
            RawColumn(name, column_type([row[i] for row in rows], described[i][1])) for i, name in enumerate(names)
        )
        fixed = tuple(tuple(plain(v, columns[i].type) for i, v in enumerate(row)) for row in rows)
        return RawResult(columns, fixed, truncated, (time.monotonic() - started) * 1000)

    def _restore(self, driver: Any) -> None:
        try:
            self._opened.restore(driver)
        except Exception as error:  # noqa: BLE001 - the connection may be gone; the pool then replaces it
            _LOG.debug("restoring a connection failed: %s", error)


def _read(cursor: Any, cap: int, watchdog: _Watchdog) -> tuple[list[tuple[Any, ...]], bool]:
    rows: list[tuple[Any, ...]] = []
    characters = 0
    while len(rows) <= cap and not watchdog.reason:
        batch = cursor.fetchmany(min(_BATCH, cap + 1 - len(rows)))
        if not batch:
            return rows, False
        for row in batch:
            characters += sum(len(v) for v in row if isinstance(v, str | bytes))
            if characters > MAX_RESULT_CHARACTERS:
                return rows, True
            rows.append(tuple(row))
    return rows[:cap], True


def open_database(url: str, settings: Settings) -> Database:
    """Open a database by its SQLAlchemy URL for reading only; a wrong path never makes a new file.

    Raises:
        ExecutionError: With code ``unreachable``: a wrong URL, a missing or locked file, no server, no driver.
    """
    try:
        database = Database(url, open_engine(parse_url(url), settings), settings)
    except SQLAlchemyError as error:
        raise unreachable(error) from error
    try:
        database.check()
    except ExecutionError:
        database.close()
        raise
    return database
