"""The built vocabulary on disk: reading it back takes a fifth of the time that building it takes at each start.

What is kept is the vocabulary of the whole warehouse, for whoever may see all of it; a role that may not builds its own
and never opens the file. Stored names of sensitive columns are not in it: they are read when a question needs them.

A file holds for one state of everything that a vocabulary is made from, which is its key: catalogue, database file,
value index and the code that builds it. Any other, a damaged or an unreadable one is built anew and replaced; a disk
that cannot be written costs the time of building, nothing else. It is JSON: reading it runs nothing that stands in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
import unicodedata
from functools import cache
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

import schema
from nl2sql import query, question
from nl2sql.config import Settings
from nl2sql.query.value_index import index_file
from nl2sql.question.vocabulary import ValueSource, Vocabulary, build_vocabulary, put_off_names
from nl2sql.question.vocabulary_codec import decoded, encoded
from schema.semantic import Catalogue

_LOG = logging.getLogger(__name__)
_FORMAT = 1
_SUFFIX = ".tu-vung"
_KEPT = 8
"""Most files, of as many databases."""
_ABANDONED_S = 3600


def kept_vocabulary(catalogue: Catalogue, source: ValueSource, settings: Settings, url: str) -> Vocabulary:
    """The vocabulary of a whole catalogue and its database, read back where it was built before.

    Args:
        source: Values of the database at ``url``, nothing left out for anybody.
    """
    key = _key(catalogue, settings, url)
    if not key:
        return build_vocabulary(catalogue, source)
    path = vocabulary_file(settings, url)
    found = _read(path, key)
    if found is not None:
        put_off_names(found, catalogue, source)
        return found
    built = build_vocabulary(catalogue, source)
    if _key(catalogue, settings, url) == key:  # not where the database changed while its values were read
        _save(path, key, built)
    return built


def vocabulary_file(settings: Settings, url: str) -> Path:
    """Where the vocabulary of a database under the catalogue in use is kept. The name tells nothing of its address."""
    place = f"{url}\n{settings.catalogue}".encode()
    return settings.home / "index" / f"{hashlib.sha256(place).hexdigest()[:16]}{_SUFFIX}"


def _key(catalogue: Catalogue, settings: Settings, url: str) -> str:
    """What a vocabulary was made from; empty where that cannot be told.

    A server gives no sign that its values changed, so there it is the saved value index, which holds until it is
    refreshed; a server without one is asked each time.
    """
    index = _state(index_file(settings, url))
    try:
        parsed = make_url(url)
    except ArgumentError:
        return ""
    if parsed.get_backend_name() in ("duckdb", "sqlite"):
        stored = _state(Path(parsed.database)) if parsed.database else None
    else:
        stored = index
    if stored is None or not catalogue.version:
        return ""
    waiting = [_state(Path(f"{parsed.database}{ending}")) for ending in (".wal", "-wal", "-journal")]
    parts = [_FORMAT, catalogue.version, stored, waiting, index, _code(), unicodedata.unidata_version]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _state(path: Path) -> tuple[int, int, int] | None:
    """Size, time of change and number of a file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


@cache
def _code() -> str:
    """Digest of the code that reads catalogues and values and makes terms of them."""
    digest = hashlib.sha256()
    for package in (question, query, schema):
        for folder in package.__path__:
            for file in sorted(Path(folder).glob("*.py")):
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(path: Path, key: str) -> Vocabulary | None:
    """The vocabulary in a file; None where there is none, or another, or a damaged one."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if json.loads(head) != {"key": key, "sha256": hashlib.sha256(body).hexdigest()}:
            return None
        return decoded(json.loads(body))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        _LOG.info("vocabulary %s is built anew: %s", path.name, error)
        return None


def _save(path: Path, key: str, vocabulary: Vocabulary) -> None:
    """Put a vocabulary in place when it is whole on the disk; for its owner's eyes, since it holds stored values."""
    body = json.dumps(encoded(vocabulary), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    head = json.dumps({"key": key, "sha256": hashlib.sha256(body).hexdigest()}).encode()
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tam")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(head + b"\n" + body)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
        _prune(path.parent)
    except OSError as error:
        _LOG.info("vocabulary not kept: %s", error)
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _prune(folder: Path) -> None:
    """Keep the newest files, since databases come and go, and nothing that a killed process left."""
    found = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in found[_KEPT:]:
        file.unlink(missing_ok=True)
    for file in folder.glob(f".*{_SUFFIX}.*.tam"):
        if time.time() - file.stat().st_mtime > _ABANDONED_S:
            file.unlink(missing_ok=True)
