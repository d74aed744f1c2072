"""Where the states of constant prompt prefixes are kept: a bounded part of the memory, and files.

A state is the KV cache of a prefix as llama.cpp hands it out: opaque bytes, only good for the same model, build and
context parameters. llama.cpp trusts what it is given, so nothing reaches it that is not whole and meant for it: a file
has a header with its key, length and checksum; one that does not fit is deleted and counts as absent.

Losing a state costs seconds, never an answer: a directory that cannot be written or a full disk are logged and borne.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import struct
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

_LOG = logging.getLogger(__name__)

_MAGIC = b"HKPREFIX"
_FORMAT = 1
_LENGTH = struct.Struct("<I")
_SUFFIX = ".kv"
_STALE_TEMPORARY_S = 3600.0
_STALE_VERSION_S = 86400.0


class PrefixCache:
    """Prefix states in memory (least recently used out first) and, with a directory, on disk.

    Args:
        model: What the states belong to: the model file's digest and the adapter's.
        version: What else must be equal: versions and context parameters.
        directory: Where files go; None for memory only.
        memory_bytes: Most bytes of states held in memory; the state in use is held even when it alone is larger.
        max_files: Most files in the directory, whichever model they belong to; the longest unused go first.
        disk_bytes: Most bytes in the directory.
    """

    def __init__(
        self,
        *,
        model: str,
        version: str,
        directory: Path | None,
        memory_bytes: int = 256 * 2**20,
        max_files: int = 64,
        disk_bytes: int = 3 * 2**30,
    ) -> None:
        self._model = _short(model)
        self._version = _short(version)
        self._directory = directory
        self._memory_bytes = memory_bytes
        self._max_files = max_files
        self._disk_bytes = disk_bytes
        self._held: OrderedDict[str, bytearray] = OrderedDict()

    def key(self, tokens: Sequence[int]) -> str:
        """The key of a prefix under this model and version; equal tokens, equal key."""
        digest = hashlib.sha256(f"{self._model} {self._version} {len(tokens)} ".encode())
        digest.update(struct.pack(f"<{len(tokens)}i", *tokens))
        return digest.hexdigest()

    def get(self, key: str) -> bytearray | None:
        """A state, from memory or disk, or None. The caller must not change it."""
        state = self._held.get(key)
        if state is None:
            state = self._read(key)
            if state is not None:
                self._hold(key, state)
        else:
            self._held.move_to_end(key)
        return state

    def put(self, key: str, state: bytearray) -> None:
        """Keep a state, on disk too when that is possible."""
        self._hold(key, state)
        if self._directory is not None:
            try:
                self._write(self._directory, key, state)
            except OSError as error:
                # Read-only home, full disk: the next process pays for the prefix again, nothing else is lost.
                _LOG.warning("prefix state not saved: %s", error)

    def drop(self, key: str) -> None:
        """Forget a state that turned out to be of no use, its file included."""
        self._held.pop(key, None)
        if self._directory is not None:
            _delete(self.file(key))

    def clear(self) -> None:
        """Free the memory; files stay."""
        self._held.clear()

    def memory_used(self) -> int:
        """Bytes of states held in memory."""
        return sum(map(len, self._held.values()))

    def file(self, key: str) -> Path:
        """The file of a state.

        Raises:
            ValueError: There is no directory.
        """
        if self._directory is None:
            raise ValueError("this cache has no directory")
        return self._directory / f"{self._model}-{self._version}-{key[:24]}{_SUFFIX}"

    def _hold(self, key: str, state: bytearray) -> None:
        self._held[key] = state
        self._held.move_to_end(key)
        while len(self._held) > 1 and self.memory_used() > self._memory_bytes:
            self._held.popitem(last=False)

    def _read(self, key: str) -> bytearray | None:
        if self._directory is None:
            return None
        path = self.file(key)
        try:
            with path.open("rb") as file:
                state = _parse(file.read(len(_MAGIC) + _LENGTH.size), file, key, path.stat().st_size)
        except FileNotFoundError:
            return None
        except OSError as error:
            _LOG.warning("prefix state not read: %s", error)
            return None
        except _BrokenState as error:
            _LOG.warning("prefix state %s is %s: rebuilding it", path.name, error)
            _delete(path)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what was used last is deleted last
        return state

    def _write(self, directory: Path, key: str, state: bytearray) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        path = self.file(key)
        header = json.dumps({"format": _FORMAT, "key": key, "bytes": len(state), "crc32": zlib.crc32(state)}).encode()
        temporary = directory / f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp"
        try:
            with temporary.open("wb") as file:
                file.write(_MAGIC + _LENGTH.pack(len(header)) + header)
                file.write(state)
            os.replace(temporary, path)
        except BaseException:
            _delete(temporary)
            raise
        self._tidy(directory)

    def _tidy(self, directory: Path) -> None:
        now = time.time()
        files: list[tuple[float, int, Path]] = []
        for path in directory.iterdir():
            try:
                stat = path.stat()
            except FileNotFoundError:  # another process tidies too
                continue
            age = now - stat.st_mtime
            if path.name.endswith(".tmp") and age > _STALE_TEMPORARY_S:
                _delete(path)
            elif path.suffix == _SUFFIX and not path.name.startswith("."):
                ours = path.name.startswith(f"{self._model}-")
                if ours and not path.name.startswith(f"{self._model}-{self._version}-") and age > _STALE_VERSION_S:
                    _delete(path)  # left by another build of llama.cpp or other parameters
                else:
                    files.append((stat.st_mtime, stat.st_size, path))
        files.sort(reverse=True)
        room = self._disk_bytes
        for index, (_, size, path) in enumerate(files):
            room -= size
            if index >= self._max_files or (index > 0 and room < 0):
                _delete(path)


class _BrokenState(Exception):
    """A file that is not the whole state that its name promises."""


def _parse(start: bytes, file: object, key: str, size: int) -> bytearray:
    """The state in a file whose first bytes are ``start``; every field is checked before it is used."""
    read = file.read  # type: ignore[attr-defined]
    if len(start) < len(_MAGIC) + _LENGTH.size or not start.startswith(_MAGIC):
        raise _BrokenState("not a state file")
    (length,) = _LENGTH.unpack(start[len(_MAGIC) :])
    if len(start) + length > size:
        raise _BrokenState("truncated")
    try:
        header = json.loads(read(length))
        wanted = (header["format"], header["key"], header["bytes"])
        checksum = header["crc32"]
    except (ValueError, KeyError, TypeError) as error:
        raise _BrokenState("without a readable header") from error
    if wanted[:2] != (_FORMAT, key):
        raise _BrokenState("the state of something else")
    if len(start) + length + wanted[2] != size:
        raise _BrokenState("truncated")
    state = bytearray(wanted[2])
    if file.readinto(state) != len(state) or zlib.crc32(state) != checksum:  # type: ignore[attr-defined]
        raise _BrokenState("damaged")
    return state


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
