"""Sessions and failed sign-ins in SQLite: they outlive a restart, and every process of the app sees the same."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schema.errors import UserError

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 3600
MAX_FAILURES = 5
WINDOW_SECONDS = 15 * 60
FRESH_SECONDS = 10 * 60
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
  token TEXT PRIMARY KEY, name TEXT NOT NULL, changed INTEGER NOT NULL, begun REAL NOT NULL, seen REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS ended (token TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS failures (name TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS failures_by_name ON failures (name, at);
"""


class SessionEndedError(UserError):
    """A session that has expired or was ended: the person signs in again."""

    def __init__(self) -> None:
        super().__init__("Phiên làm việc đã hết hạn.", action="Hãy đăng nhập lại.", phase="identity")


@dataclass(frozen=True)
class Kept:
    """A session as stored: whose, and the state of the account when it began."""

    name: str
    changed: int


class SignInState:
    """The file ``home/state/signin.db``. Tokens are stored as digests: who reads the file cannot use them.

    Args:
        clock: Seconds since the epoch.
    """

    def __init__(self, home: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = home / "state" / "signin.db"
        self._clock = clock

    def begin(self, name: str, changed: int) -> str:
        """Begin a session and return its token (256 random bits)."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._open() as db:
            _insert(db, token, name, changed, now)
        return token

    def adopt(self, token: str, name: str, issued: float) -> bool:
        """Whether the session that an identity provider has begun goes on; at its first look it begins here.

        The browser's cookie outlives our sessions, so it begins none by itself: only a sign-in of the last minutes
        does, and none that has ended.

        Args:
            token: What is the same for one sign-in and another for the next.
            issued: When the provider signed the person in; seconds since the epoch.

        Returns:
            True when it has just begun here.

        Raises:
            UserError: It has expired or was ended.
        """
        now = self._clock()
        with self._open() as db:
            key = (_digest(token),)
            kept = db.execute("SELECT seen, begun FROM sessions WHERE token = ?", key).fetchone()
            alive = kept is not None and kept[0] >= now - IDLE_SECONDS and kept[1] >= now - LONGEST_SECONDS
            fresh = kept is None and abs(now - issued) <= FRESH_SECONDS
            if alive:
                db.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, *key))
            elif fresh and db.execute("SELECT 1 FROM ended WHERE token = ?", key).fetchone() is None:
                _insert(db, token, name, 0, now)
                return True
        if not alive:
            raise SessionEndedError()
        return False

    def look(self, token: str) -> Kept | None:
        """The session of a token, which counts as a sign of life; None when there is none or it has expired."""
        now = self._clock()
        with self._open() as db:
            row = db.execute(
                "SELECT name, changed FROM sessions WHERE token = ? AND seen >= ? AND begun >= ?",
                (_digest(token), now - IDLE_SECONDS, now - LONGEST_SECONDS),
            ).fetchone()
            if row is None:
                db.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))
                return None
            db.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, _digest(token)))
        return Kept(str(row[0]), int(row[1]))

    def end(self, token: str) -> None:
        """End a session, for good."""
        now = self._clock()
        with self._open() as db:
            db.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))
            db.execute("DELETE FROM ended WHERE at < ?", (now - LONGEST_SECONDS,))
            db.execute("INSERT OR REPLACE INTO ended VALUES (?, ?)", (_digest(token), now))

    def attempt(self, name: str) -> None:
        """Count an attempt before the password is looked at, so that many at once do not slip through.

        Raises:
            UserError: There were too many failures of late.
        """
        now = self._clock()
        with self._open() as db:
            db.execute("DELETE FROM failures WHERE at < ?", (now - WINDOW_SECONDS,))
            count, first = db.execute("SELECT count(*), min(at) FROM failures WHERE name = ?", (name,)).fetchone()
            if count >= MAX_FAILURES:
                wait = max(1, round((first + WINDOW_SECONDS - now) / 60))
                raise UserError(
                    "Đã nhập sai quá nhiều lần.",
                    action=f"Hãy thử lại sau {wait} phút, hoặc nhờ quản trị đặt lại mật khẩu.",
                    phase="identity",
                )  # fmt: skip
            db.execute("INSERT INTO failures VALUES (?, ?)", (name, now))

    def forgive(self, name: str) -> None:
        """Forget the failures of a name: it has signed in, or an administrator has set its password."""
        with self._open() as db:
            db.execute("DELETE FROM failures WHERE name = ?", (name,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one immediate transaction."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            connection = sqlite3.connect(self._file, timeout=5.0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self._file) from error
        try:
            self._file.chmod(0o600)
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self._file) from error
        finally:
            connection.close()


def _insert(db: sqlite3.Connection, token: str, name: str, changed: int, now: float) -> None:
    db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_digest(token), name, changed, now, now))
    db.execute("DELETE FROM sessions WHERE seen < ? OR begun < ?", (now - IDLE_SECONDS, now - LONGEST_SECONDS))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _unusable(file: Path) -> UserError:
    return UserError(
        "Không đọc hoặc ghi được trạng thái đăng nhập.",
        action=f"Hãy kiểm tra quyền và chỗ trống của {file.parent}; dùng hoikho doctor để xem chi tiết.",
        phase="identity",
    )
