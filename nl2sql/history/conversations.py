"""Conversations, pins, drafts, saved queries and feedback of people, in one SQLite file that survives restarts.

Every row belongs to a person; a read names the person. An answer is kept as it was shown; whoever opens it by its
address has it run again under their own rights (``nl2sql.pipeline.Assistant.rerun``), so that nothing is shown that the
opener may not see.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nl2sql.history.conversations_codec import dumps, loads
from nl2sql.question.text import fold
from nl2sql.types import Answer, Question

_SCHEMA = """
CREATE TABLE IF NOT EXISTS exchange (
  id TEXT PRIMARY KEY, conversation TEXT NOT NULL, owner TEXT NOT NULL, asked_at TEXT NOT NULL,
  question TEXT NOT NULL, folded TEXT NOT NULL, own_sql INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
  seconds REAL NOT NULL DEFAULT 0, replaced INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS exchange_of ON exchange (owner, conversation, asked_at);
CREATE TABLE IF NOT EXISTS pin (
  owner TEXT NOT NULL, exchange TEXT NOT NULL, title TEXT NOT NULL, place INTEGER NOT NULL,
  PRIMARY KEY (owner, exchange));
CREATE TABLE IF NOT EXISTS feedback (
  owner TEXT NOT NULL, exchange TEXT NOT NULL, good INTEGER NOT NULL, said TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (owner, exchange));
CREATE TABLE IF NOT EXISTS note (
  owner TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (owner, kind, name));
"""


@dataclass(frozen=True)
class Kept:
    """An exchange as it was kept.

    Attributes:
        own_sql: The question's text is a person's own SQL.
        answer: None while nothing was answered (stopped, or the machine went down in between).
        asked_at: UTC.
        seconds: How long the person waited.
    """

    id: str
    conversation: str
    owner: str
    question: Question
    own_sql: bool
    answer: Answer | None
    asked_at: dt.datetime
    seconds: float = 0.0


@dataclass(frozen=True)
class Line:
    """One line of the history: enough to list and open it."""

    id: str
    conversation: str
    question: str
    own_sql: bool
    asked_at: dt.datetime


@dataclass(frozen=True)
class Pin:
    """An answer on a person's board."""

    exchange: str
    title: str


@dataclass(frozen=True)
class Feedback:
    """What a person thought of an answer: ``said`` is the correction in their words."""

    owner: str
    exchange: str
    question: str
    good: bool
    said: str
    at: dt.datetime


@dataclass(frozen=True)
class Note:
    """A text that a person keeps: kind ``draft``, ``query`` (saved SQL) or ``proposal``."""

    kind: str
    name: str
    body: str
    at: dt.datetime
    owner: str = ""


class Store:
    """The file. Safe to call from several threads; one connection, one writer at a time."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection

    def keep(self, kept: Kept) -> None:
        """Keep an exchange, or its answer once it is there."""
        with self._using() as db:
            db.execute(
                "INSERT INTO exchange (id, conversation, owner, asked_at, question, folded, own_sql, asked, answer, "
                "seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET answer = excluded.answer, seconds = excluded.seconds",
                (
                    kept.id,
                    kept.conversation,
                    kept.owner,
                    kept.asked_at.isoformat(),
                    kept.question.text,
                    fold(kept.question.text),
                    int(kept.own_sql),
                    dumps(kept.question),
                    dumps(kept.answer) if kept.answer else None,
                    kept.seconds,
                ),
            )

    def replaced(self, exchange_id: str, *, by_another: bool) -> None:
        """Leave an exchange out of conversation and history because a changed one took its place, or take it in again.

        Its address still opens it.
        """
        with self._using() as db:
            db.execute("UPDATE exchange SET replaced = ? WHERE id = ?", (int(by_another), exchange_id))

    def exchange(self, exchange_id: str) -> Kept | None:
        """The exchange of that id, whoever asked it; the caller decides what the opener may see."""
        with self._using() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM exchange WHERE id = ?", (exchange_id,)).fetchone()  # noqa: S608
        return _kept(row) if row else None

    def knows(self, exchange_id: str) -> bool:
        """Whether the exchange is kept, without reading its answer."""
        with self._using() as db:
            return db.execute("SELECT 1 FROM exchange WHERE id = ?", (exchange_id,)).fetchone() is not None

    def conversation(self, owner: str, conversation_id: str) -> tuple[Kept, ...]:
        """A person's conversation, oldest first; empty when there is none of theirs."""
        sql = f"SELECT {_COLUMNS} FROM exchange WHERE owner = ? AND conversation = ? AND replaced = 0 "  # noqa: S608
        sql += "ORDER BY asked_at, rowid"
        with self._using() as db:
            rows = db.execute(sql, (owner, conversation_id)).fetchall()
        return tuple(_kept(row) for row in rows)

    def history(self, owner: str, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[Line, ...]:
        """A person's questions, newest first; the search disregards diacritics and case, all words must occur."""
        words = fold(search).split()
        where = "".join(" AND folded LIKE ? ESCAPE '\\'" for _ in words)
        sql = (
            "SELECT id, conversation, question, own_sql, asked_at FROM exchange WHERE owner = ? AND replaced = 0"  # noqa: S608
            f"{where} ORDER BY asked_at DESC, rowid DESC LIMIT ? OFFSET ?"
        )
        with self._using() as db:
            rows = db.execute(sql, (owner, *(f"%{_like(w)}%" for w in words), limit, offset)).fetchall()
        return tuple(Line(r[0], r[1], r[2], bool(r[3]), dt.datetime.fromisoformat(r[4])) for r in rows)

    def frequent(self, owner: str, *, limit: int = 6, at_least: int = 2) -> tuple[str, ...]:
        """The questions asked most often by several people, or by this person again and again; own SQL left out.

        What only one other person asks stays that person's. A role may still not know every word of what is left:
        whoever shows it asks ``Assistant.suits`` first.
        """
        sql = (
            'SELECT MAX(question) FROM exchange WHERE own_sql = 0 AND answer LIKE \'{"status":"answered"%\' '
            "GROUP BY folded HAVING COUNT(DISTINCT owner) >= ? OR SUM(owner = ?) >= ? "
            "ORDER BY COUNT(*) DESC, MAX(asked_at) DESC LIMIT ?"
        )
        with self._using() as db:
            return tuple(r[0] for r in db.execute(sql, (at_least, owner, at_least, limit)).fetchall())

    def forget(self, owner: str, exchange_id: str) -> None:
        """Take a question out of a person's history and board."""
        with self._using() as db:
            db.execute("DELETE FROM exchange WHERE owner = ? AND id = ?", (owner, exchange_id))
            db.execute("DELETE FROM pin WHERE owner = ? AND exchange = ?", (owner, exchange_id))

    def pin(self, owner: str, exchange_id: str, title: str) -> None:
        """Put an answer on a person's board, last."""
        with self._using() as db:
            db.execute(
                "INSERT INTO pin (owner, exchange, title, place) VALUES (?, ?, ?, "
                "(SELECT COALESCE(MAX(place), 0) + 1 FROM pin WHERE owner = ?)) "
                "ON CONFLICT (owner, exchange) DO UPDATE SET title = excluded.title",
                (owner, exchange_id, title, owner),
            )

    def unpin(self, owner: str, exchange_id: str) -> None:
        """Take an answer off a person's board."""
        with self._using() as db:
            db.execute("DELETE FROM pin WHERE owner = ? AND exchange = ?", (owner, exchange_id))

    def pins(self, owner: str) -> tuple[Pin, ...]:
        """A person's board in its order."""
        with self._using() as db:
            rows = db.execute("SELECT exchange, title FROM pin WHERE owner = ? ORDER BY place", (owner,)).fetchall()
        return tuple(Pin(*row) for row in rows)

    def move_pin(self, owner: str, exchange_id: str, step: int) -> None:
        """Move an answer on a person's board: -1 forward, +1 back."""
        order = [p.exchange for p in self.pins(owner)]
        if exchange_id not in order:
            return
        at = order.index(exchange_id)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        with self._using() as db:
            for place, name in enumerate(order):
                db.execute("UPDATE pin SET place = ? WHERE owner = ? AND exchange = ?", (place, owner, name))

    def judge(self, owner: str, exchange_id: str, *, good: bool, said: str = "") -> None:
        """Keep what a person thinks of an answer; the last word counts."""
        with self._using() as db:
            db.execute(
                "INSERT INTO feedback (owner, exchange, good, said, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT "
                "(owner, exchange) DO UPDATE SET good = excluded.good, said = excluded.said, at = excluded.at",
                (owner, exchange_id, int(good), said, _now()),
            )

    def judgement(self, owner: str, exchange_id: str) -> Feedback | None:
        """What a person said of an answer, or None."""
        sql = (
            "SELECT f.owner, f.exchange, COALESCE(e.question, ''), f.good, f.said, f.at FROM feedback f "
            "LEFT JOIN exchange e ON e.id = f.exchange WHERE f.owner = ? AND f.exchange = ?"
        )
        with self._using() as db:
            row = db.execute(sql, (owner, exchange_id)).fetchone()
        return _feedback(row) if row else None

    def feedback(self, *, bad_only: bool = False) -> tuple[Feedback, ...]:
        """What all people said, newest first."""
        sql = (
            "SELECT f.owner, f.exchange, COALESCE(e.question, ''), f.good, f.said, f.at FROM feedback f "
            "LEFT JOIN exchange e ON e.id = f.exchange WHERE f.good <= ? ORDER BY f.at DESC"
        )
        with self._using() as db:
            rows = db.execute(sql, (0 if bad_only else 1,)).fetchall()
        return tuple(_feedback(row) for row in rows)

    def write(self, owner: str, kind: str, name: str, body: str) -> None:
        """Keep a text under a name; an empty one is taken away."""
        with self._using() as db:
            if not body.strip():
                db.execute("DELETE FROM note WHERE owner = ? AND kind = ? AND name = ?", (owner, kind, name))
                return
            db.execute(
                "INSERT INTO note (owner, kind, name, body, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT "
                "(owner, kind, name) DO UPDATE SET body = excluded.body, at = excluded.at",
                (owner, kind, name, body, _now()),
            )

    def notes(self, owner: str | None, kind: str) -> tuple[Note, ...]:
        """A person's texts of a kind, newest first; everybody's when ``owner`` is None."""
        with self._using() as db:
            rows = db.execute(
                "SELECT kind, name, body, at, owner FROM note WHERE kind = ? AND (? IS NULL OR owner = ?) "
                "ORDER BY at DESC",
                (kind, owner, owner),
            ).fetchall()
        return tuple(Note(r[0], r[1], r[2], dt.datetime.fromisoformat(r[3]), r[4]) for r in rows)

    def note(self, owner: str, kind: str, name: str) -> str:
        """The body of a text, or empty."""
        with self._using() as db:
            row = db.execute(
                "SELECT body FROM note WHERE owner = ? AND kind = ? AND name = ?", (owner, kind, name)
            ).fetchone()
        return str(row[0]) if row else ""


_COLUMNS = "id, conversation, owner, asked, own_sql, answer, asked_at, seconds"


def _kept(row: tuple[str, str, str, str, int, str | None, str, float]) -> Kept:
    answer = loads(row[5], Answer) if row[5] else None
    return Kept(row[0], row[1], row[2], loads(row[3], Question), bool(row[4]), answer,
                dt.datetime.fromisoformat(row[6]), row[7])  # fmt: skip


def _feedback(row: tuple[str, str, str, int, str, str]) -> Feedback:
    return Feedback(row[0], row[1], row[2], bool(row[3]), row[4], dt.datetime.fromisoformat(row[5]))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def _like(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
