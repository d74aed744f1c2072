"""The audit log: one row per question and per decision, append-only, chained by keyed hashes.

A row's hash covers its number, its text and the hash before it, under a key of this installation: a row that is
changed, removed or put in between breaks the chain. A small file beside the database names the last row that was
acknowledged, so that a tail cut off is found too. Every append is committed with ``synchronous=FULL`` before it
returns: what was acknowledged survives a kill and a power cut. Triggers refuse UPDATE and DELETE; retention goes
through ``prune``, which archives what it removes and leaves a signed anchor from which the chain goes on.

What this does not stop: somebody who holds both the database and the key can write a new chain. Export to another
machine (``hoikho audit export``) is the answer to that.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nl2sql.config import Settings
from nl2sql.policy.secret import installation_key
from schema.errors import UserError

WAIT_SECONDS = 5.0
START = "0" * 64
_TRIGGERS = """
CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'nhật ký chỉ được ghi thêm'); END;
CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'nhật ký chỉ được ghi thêm'); END;
CREATE TRIGGER IF NOT EXISTS anchor_no_update BEFORE UPDATE ON anchor
BEGIN SELECT RAISE(ABORT, 'nhật ký chỉ được ghi thêm'); END;
CREATE TRIGGER IF NOT EXISTS anchor_no_delete BEFORE DELETE ON anchor
BEGIN SELECT RAISE(ABORT, 'nhật ký chỉ được ghi thêm'); END;
"""
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS audit (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS anchor (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, note TEXT NOT NULL, mac TEXT NOT NULL);
{_TRIGGERS}
"""
_NAMES = ("audit_no_update", "audit_no_delete", "anchor_no_update", "anchor_no_delete")


@dataclass(frozen=True)
class Entry:
    """A row of the log."""

    seq: int
    at: str
    body: Mapping[str, Any]
    prev: str
    hash: str


@dataclass(frozen=True)
class Report:
    """What a verification found.

    Attributes:
        rows: Rows looked at.
        first: Number of the first row that is kept.
        last: Number of the last row; 0 for an empty log.
        problems: What is wrong, in Vietnamese; empty for an intact chain.
    """

    rows: int
    first: int
    last: int
    problems: tuple[str, ...]


def open_audit(settings: Settings) -> AuditLog | None:
    """The log of an installation; None where ``HOIKHO_AUDIT=off`` switches it off (measurements on a developer's
    machine)."""
    return None if os.environ.get("HOIKHO_AUDIT") == "off" else AuditLog(settings.home)


class AuditLog:
    """The log under ``home/audit``. Safe for many threads and processes.

    Nothing is opened before the first append; after any failure the next append starts afresh, so that the log goes on
    by itself when the cause is gone.
    """

    def __init__(self, home: Path) -> None:
        self.file = home / "audit" / "audit.db"
        self._head = home / "audit" / "head.json"
        self._home = home
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    def append(self, body: Mapping[str, Any]) -> int:
        """Write one row and return its number once it is safe on disk.

        Raises:
            UserError: It cannot be written; whoever asked gets no answer that nobody could account for.
        """
        with self._lock:
            try:
                with self._transaction() as db:
                    seq, digest = self._insert(db, body)
            except (OSError, sqlite3.Error) as error:
                self._drop()
                raise self._unusable(error) from error
            self._write_head(seq, digest)
        return seq

    def entries(self, *, since: int = 0, newest_first: bool = False) -> Iterator[Entry]:
        """Rows in order, from a number on; read as they are taken, so that whoever wants the newest few reads few.

        Raises:
            UserError: The log cannot be read.
        """
        if not self.file.exists():
            return
        try:
            with contextlib.closing(self._read_only()) as db:
                order = "DESC" if newest_first else "ASC"
                sql = f"SELECT seq, at, body, prev, hash FROM audit WHERE seq >= ? ORDER BY seq {order}"  # noqa: S608
                rows = db.execute(sql, (since,))
                for seq, at, body, prev, digest in rows:
                    yield Entry(seq, at, json.loads(body), prev, digest)
        except (OSError, sqlite3.Error, ValueError) as error:
            raise self._unusable(error) from error

    def verify(self) -> Report:
        """Look at every row.

        Raises:
            UserError: The log or its key cannot be read at all.
        """
        head = self._read_head()
        if not self.file.exists():
            problems = ("Mất tệp nhật ký: sổ ghi đầu cuối còn nhưng không thấy cơ sở dữ liệu.",) if head else ()
            return Report(0, 0, 0, problems)
        key = self._key()
        found: list[str] = []
        try:
            with contextlib.closing(self._read_only()) as db:
                names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
                found += [f"Thiếu khóa ghi đè {name}." for name in _NAMES if name not in names]
                start, prev, faults = _anchor(db, key)
                found += faults
                rows, last = 0, start
                for seq, at, body, before, digest in db.execute(
                    "SELECT seq, at, body, prev, hash FROM audit ORDER BY seq"
                ):
                    if seq != last + 1:
                        found.append(f"Thiếu dòng {last + 1}" + (f" đến {seq - 1}." if seq > last + 2 else "."))
                    elif before != prev:
                        found.append(f"Dòng {seq} không nối với dòng trước nó.")
                    if not hmac.compare_digest(_hash(key, seq, at, body, before), digest):
                        found.append(f"Dòng {seq} đã bị sửa.")
                    if head and head[0] == seq and head[1] != digest:
                        found.append(f"Dòng {seq} không phải dòng đã được xác nhận khi ghi.")
                    rows, last, prev = rows + 1, seq, digest
        except sqlite3.Error as error:
            return Report(0, 0, 0, (f"Không đọc được nhật ký: {error}.",))
        if head and head[0] > last:
            found.append(f"Mất phần cuối: đã xác nhận đến dòng {head[0]} nhưng chỉ còn đến dòng {last}.")
        if rows and not head:
            found.append("Thiếu hoặc hỏng sổ ghi đầu cuối head.json.")
        return Report(rows, start + 1 if rows else 0, last if rows else 0, tuple(found))

    def prune(self, before: dt.datetime, by: str) -> tuple[int, Path | None]:
        """Move rows older than a moment into an archive file; the rest stays verifiable.

        Returns:
            How many rows were moved, and the archive: JSON lines with the hashes.

        Raises:
            UserError: It cannot be done; nothing was removed then.
        """
        with self._lock:
            try:
                with self._transaction() as db:
                    cut = db.execute("SELECT min(seq) FROM audit WHERE at >= ?", (_stamp(before),)).fetchone()[0]
                    limit = "" if cut is None else f"WHERE seq < {int(cut)}"
                    rows = db.execute(
                        f"SELECT seq, at, body, prev, hash FROM audit {limit} ORDER BY seq"  # noqa: S608 - a number
                    ).fetchall()
                    if not rows:
                        return 0, None
                    archive = self._archive(rows)
                    note = json.dumps({"archive": archive.name, "sha256": _file_digest(archive)}, sort_keys=True)
                    seq, digest = rows[-1][0], rows[-1][4]
                    db.execute("DROP TRIGGER audit_no_delete")
                    db.execute("DELETE FROM audit WHERE seq <= ?", (seq,))
                    mac = _anchor_mac(self._key(), seq, digest, note)
                    db.execute("INSERT INTO anchor VALUES (?, ?, ?, ?)", (seq, digest, note, mac))
                    for statement in filter(None, (s.strip() for s in _TRIGGERS.split("END;"))):
                        db.execute(statement + " END")
                    last = self._insert(
                        db, {"event": "retention", "user": by, "rows_moved": len(rows), "archive": archive.name}
                    )
            except (OSError, sqlite3.Error) as error:
                self._drop()
                raise self._unusable(error) from error
            self._write_head(*last)
        return len(rows), archive

    def close(self) -> None:
        """Close the connection; the next append opens another."""
        with self._lock:
            self._drop()

    def _insert(self, db: sqlite3.Connection, body: Mapping[str, Any]) -> tuple[int, str]:
        row = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        if row is None:
            row = db.execute("SELECT seq, hash FROM anchor ORDER BY seq DESC LIMIT 1").fetchone() or (0, START)
        seq, prev = int(row[0]) + 1, str(row[1])
        at = _stamp(dt.datetime.now(dt.UTC))
        text = json.dumps(body, ensure_ascii=True, sort_keys=True, default=str)
        digest = _hash(self._key(), seq, at, text, prev)
        db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", (seq, at, text, prev, digest))
        return seq, digest

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._open()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            try:
                if self.file.stat().st_ino == self._inode:
                    return self._connection
            except OSError:  # the file was taken away under us: what is written to it would be lost
                pass
            self._drop()
        if self._read_head() and not self.file.exists():
            raise OSError("the log's database is gone, its head is not")
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        db = sqlite3.connect(self.file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(_SCHEMA)
        except sqlite3.Error:
            db.close()
            raise
        self._connection, self._inode = db, self.file.stat().st_ino
        return db

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _read_only(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=WAIT_SECONDS)

    def _key(self) -> bytes:
        return bytes.fromhex(installation_key(self._home, "audit"))

    def _write_head(self, seq: int, digest: str) -> None:
        """Name the last row. A head that stays behind is harmless: it then vouches for an earlier row."""
        mac = hmac.new(self._key(), f"head\n{seq}\n{digest}".encode(), hashlib.sha256).hexdigest()
        temporary = self._head.with_name(f".head.{os.getpid()}.{threading.get_ident()}.tmp")
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps({"seq": seq, "hash": digest, "mac": mac}), encoding="ascii")
            os.replace(temporary, self._head)

    def _read_head(self) -> tuple[int, str] | None:
        try:
            data = json.loads(self._head.read_text(encoding="ascii"))
            seq, digest, mac = int(data["seq"]), str(data["hash"]), str(data["mac"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        right = hmac.new(self._key(), f"head\n{seq}\n{digest}".encode(), hashlib.sha256).hexdigest()
        return (seq, digest) if hmac.compare_digest(mac, right) else None

    def _archive(self, rows: list[tuple[Any, ...]]) -> Path:
        folder = self.file.parent / "archive"
        folder.mkdir(exist_ok=True, mode=0o700)
        target = folder / f"audit-{rows[0][0]:09d}-{rows[-1][0]:09d}.jsonl"
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            for seq, at, body, prev, digest in rows:
                out.write(json.dumps({"seq": seq, "at": at, "body": body, "prev": prev, "hash": digest}) + "\n")
            out.flush()
            os.fsync(out.fileno())
        return target

    def _unusable(self, error: Exception) -> UserError:
        locked = "locked" in str(error) or "busy" in str(error)
        return UserError(
            "Nhật ký đang bị chương trình khác khóa." if locked else f"Không ghi được nhật ký ({error}).",
            action="Hãy thử lại sau ít giây." if locked else
            f"Hãy kiểm tra quyền và chỗ trống của {self.file.parent}; chạy hoikho doctor để xem chi tiết.",
            phase="audit",
        )  # fmt: skip


def _hash(key: bytes, seq: int, at: str, body: str, prev: str) -> str:
    return hmac.new(key, f"{prev}\n{seq}\n{at}\n{body}".encode(), hashlib.sha256).hexdigest()


def _anchor_mac(key: bytes, seq: int, digest: str, note: str) -> str:
    return hmac.new(key, f"anchor\n{seq}\n{digest}\n{note}".encode(), hashlib.sha256).hexdigest()


def _anchor(db: sqlite3.Connection, key: bytes) -> tuple[int, str, list[str]]:
    """Where the chain that is kept begins."""
    row = db.execute("SELECT seq, hash, note, mac FROM anchor ORDER BY seq DESC LIMIT 1").fetchone()
    if row is None:
        return 0, START, []
    seq, digest, note, mac = row
    right = hmac.compare_digest(_anchor_mac(key, seq, digest, note), mac)
    return int(seq), str(digest), [] if right else ["Mốc lưu trữ đã bị sửa."]


def _file_digest(file: Path) -> str:
    with open(file, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
