"""Backup and restore of state: roles, users, keys, audit log, conversations, sign-in state. Not models or caches.

A backup is one tar.gz with a manifest of SHA-256 digests. SQLite files are copied through SQLite's own online backup,
so that a running app can be backed up. It holds the installation's keys: keep it as safe as the installation.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from schema.errors import UserError

FOLDERS = ("config", "keys", "state", "audit", "history", "conversations")
MANIFEST = "hoikho-backup.json"
VERSION = 1
_SKIPPED = (".lock", ".tmp", "-wal", "-shm")
_DATABASES = frozenset({".db", ".sqlite"})
_LARGEST = 50_000_000_000


def backup(home: Path, target: Path) -> int:
    """Write a backup, whole or not at all.

    Returns:
        Number of files in it.

    Raises:
        UserError: Something cannot be read or written.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if target.exists():
            raise UserError(f"Đã có tệp {target}.", action="Hãy chọn tên khác.", phase="backup")
        files: dict[str, str] = {}
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz") as archive:
                for file in _files(home):
                    name = file.relative_to(home).as_posix()
                    with _steady(file) as copy:
                        files[name] = _digest(copy)
                        archive.add(copy, arcname=name, filter=_plain)
                manifest = {"version": VERSION, "made": dt.datetime.now(dt.UTC).isoformat(), "files": files}
                data = json.dumps(manifest, indent=1).encode()
                info = tarfile.TarInfo(MANIFEST)
                info.size, info.mode = len(data), 0o600
                archive.addfile(info, io.BytesIO(data))
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(temporary, target)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise UserError(
            f"Không sao lưu được ({error}).", action="Hãy kiểm tra quyền và chỗ trống.", phase="backup"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return len(files)


def restore(home: Path, source: Path) -> int:
    """Put a backup's files in place of the present ones, after all of it was checked.

    What was there is moved to ``home/before-restore-…`` and stays.

    Returns:
        Number of files restored.

    Raises:
        UserError: The backup is broken, or something cannot be written; the present state is untouched then.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
            fresh = Path(folder)
            count = _unpack(source, fresh)
            aside = home / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
            _exchange(home, fresh, aside)
        return count
    except (OSError, tarfile.TarError, ValueError, KeyError, EOFError) as error:
        raise UserError(
            f"Không khôi phục được từ {source.name} ({error}).",
            action="Hãy dùng một bản sao lưu khác; trạng thái hiện tại được giữ nguyên.",
            phase="backup",
        ) from error


def _exchange(home: Path, fresh: Path, aside: Path) -> None:
    """Move the present folders aside and the new ones in; undone when it fails in the middle."""
    aside.mkdir(mode=0o700)
    moved: list[tuple[Path, Path]] = []
    try:
        for name in FOLDERS:
            if (home / name).exists():
                os.rename(home / name, aside / name)
                moved.append((aside / name, home / name))
            if (fresh / name).exists():
                os.rename(fresh / name, home / name)
                moved.append((home / name, fresh / name))
    except OSError:
        for there, back in reversed(moved):
            os.rename(there, back)
        raise
    with contextlib.suppress(OSError):
        aside.rmdir()  # only when there was nothing before


def _unpack(source: Path, fresh: Path) -> int:
    with tarfile.open(source, mode="r:gz") as archive:
        members = archive.getmembers()
        if sum(m.size for m in members) > _LARGEST:
            raise ValueError("tệp quá lớn")
        for member in members:
            path = PurePosixPath(member.name)
            inside = member.name == MANIFEST or (path.parts and path.parts[0] in FOLDERS and ".." not in path.parts)
            if not member.isfile() or path.is_absolute() or not inside:
                raise ValueError(f"mục lạ {member.name}")
        archive.extractall(fresh, members=members, filter="data")
    manifest = json.loads((fresh / MANIFEST).read_text(encoding="utf-8"))
    if manifest["version"] != VERSION:
        raise ValueError("phiên bản sao lưu không hỗ trợ")
    files: dict[str, str] = manifest["files"]
    if {m.name for m in members} != set(files) | {MANIFEST}:
        raise ValueError("thiếu hoặc thừa tệp")
    for name, digest in files.items():
        if _digest(fresh / name) != digest:
            raise ValueError(f"tệp {name} đã hỏng")
        (fresh / name).chmod(0o600)
        for folder in (fresh / name).relative_to(fresh).parents:
            (fresh / folder).chmod(0o700)
    return len(files)


def _files(home: Path) -> Iterator[Path]:
    found = [file for folder in FOLDERS for file in (home / folder).rglob("*")]
    # Databases last: what names a row of the log (its head) must not be younger than the log's copy.
    for file in sorted(found, key=lambda f: (f.suffix in _DATABASES, f)):
        if file.is_file() and not file.is_symlink() and not file.name.endswith(_SKIPPED):
            yield file


@contextlib.contextmanager
def _steady(file: Path) -> Iterator[Path]:
    """The file itself, or for SQLite a copy of one moment."""
    if file.suffix not in _DATABASES:
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        with (
            contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10.0)) as live,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            live.backup(target)
        yield copy


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


def _digest(file: Path) -> str:
    with open(file, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
