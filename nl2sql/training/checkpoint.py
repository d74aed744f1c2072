"""Checkpoints that survive a kill, and the lock that keeps two trainings apart.

A checkpoint is one file: 64 hexadecimal digits of SHA-256, then what ``torch.save`` wrote. It is written under another
name, synced and renamed; the one before stays beside it, so that there is always a whole one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from nl2sql.errors import ModelError
from nl2sql.training.disk import disk_error, gigabytes

_HEX = 64
_MARGIN = 64 << 20


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint; the one before is kept as ``*.truoc``.

    Raises:
        ModelError: The disk is full or cannot be written; the checkpoints that are there stay whole.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    data = buffer.getvalue()
    fresh = path.with_name(path.name + ".tam")
    try:
        with fresh.open("wb") as file:
            file.write(hashlib.sha256(data).hexdigest().encode("ascii"))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.replace(path, _older(path))
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise disk_error(error, path.parent) from error


def load(path: Path) -> dict[str, Any] | None:
    """The newest whole checkpoint, or None when there is none at all.

    Raises:
        ModelError: There are checkpoints and every one is damaged.
    """
    there = [p for p in (path, _older(path)) if p.exists()]
    for place in there:
        data = place.read_bytes()
        if hashlib.sha256(data[_HEX:]).hexdigest().encode("ascii") == data[:_HEX]:
            state: dict[str, Any] = torch.load(io.BytesIO(data[_HEX:]), weights_only=True)
            return state
    if there:
        raise ModelError(
            f"Điểm lưu {path.name} đã hỏng.",
            action="Hãy chạy lại hoikho train không kèm --resume để huấn luyện từ đầu.",
            phase="setup",
        )
    return None


def clear(path: Path) -> None:
    """Remove the checkpoints of a training that has ended."""
    for place in (path, _older(path)):
        place.unlink(missing_ok=True)


def _older(path: Path) -> Path:
    return path.with_name(path.name + ".truoc")


@contextlib.contextmanager
def alone(folder: Path, need: int) -> Iterator[None]:
    """The only training in a folder that has room for its files; the lock goes with the process, however it ends.

    Args:
        need: Bytes that will be written.

    Raises:
        ModelError: Another training runs, or there is no room.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "khoa", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise disk_error(error, folder) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ModelError(
                "Một lần huấn luyện khác đang chạy trên máy này.",
                action="Hãy đợi nó xong, hoặc dừng nó (Ctrl-C) rồi chạy: hoikho train --resume",
                phase="setup",
            ) from error
        free = shutil.disk_usage(folder).free
        if free < need + _MARGIN:
            raise ModelError(
                f"Ổ đĩa chứa “{folder}” chỉ còn {gigabytes(free)}, cần {gigabytes(need + _MARGIN)}.",
                action="Hãy giải phóng chỗ, hoặc đặt HOIKHO_HOME vào ổ đĩa khác, rồi chạy lại.",
                phase="setup",
            )
        yield
    finally:
        os.close(handle)
