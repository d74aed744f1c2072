"""Two small databases that nobody described, under open licences, made from SQL text when they are needed.

``chinook`` is the Chinook sample database (MIT licence, © Luis Rocha; ``eval/foreign/LICENSE-chinook.md``), with
English names. ``thu_vien`` is a provincial library of our own, invented whole, with Vietnamese names that hold
diacritics, blanks, capitals, brackets and quotes. A suite is bound to one by ``warehouse: chinook`` in its header.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import zlib
from importlib import resources
from pathlib import Path

from nl2sql.errors import UserError

NAMES: tuple[str, ...] = ("chinook", "thu_vien")
"""The databases there are."""


def script(name: str) -> str:
    """The SQL text that makes a database.

    Raises:
        UserError: There is none of that name.
    """
    if name not in NAMES:
        raise UserError(
            f"Không có cơ sở dữ liệu mẫu «{name}».", action=f"Chọn một trong: {', '.join(NAMES)}.", phase="eval"
        )
    return (resources.files("eval") / "foreign" / f"{name}.sql").read_text(encoding="utf-8")


def build(name: str, folder: Path) -> Path:
    """Make the SQLite file ``folder/name.sqlite`` and return it; one made from the same text before is kept.

    The file is written under a temporary name and renamed when it is whole.

    Raises:
        UserError: There is no database of that name.
    """
    text = script(name)
    path = folder / f"{name}.sqlite"
    stamp = _stamp(text)
    if path.exists() and _stamp_of(path) == stamp:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, prefix=f".{name}-", suffix=".part")
    os.close(handle)
    try:
        connection = sqlite3.connect(part)
        try:
            connection.executescript("PRAGMA synchronous = OFF; BEGIN;\n" + text + "\nCOMMIT;")
            connection.execute(f"PRAGMA user_version = {stamp}")
        finally:
            connection.close()
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)
    return path


def url(name: str, folder: Path) -> str:
    """SQLAlchemy URL of a database, made in ``folder`` where it is not there yet.

    Raises:
        UserError: There is no database of that name.
    """
    return f"sqlite:///{build(name, folder)}"


def _stamp(text: str) -> int:
    return zlib.crc32(text.encode("utf-8")) & 0x7FFFFFFF


def _stamp_of(path: Path) -> int:
    try:
        connection = sqlite3.connect(path)
        try:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.DatabaseError:  # a file that is no database is made again
        return -1
