"""SHA-256 of large files, taken once and remembered by path, size and time of change."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import threading
from pathlib import Path

_LOG = logging.getLogger(__name__)
_RECORDS = "digests.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def file_digest(path: Path, records_dir: Path | None) -> str:
    """The SHA-256 of a file, in hex.

    Args:
        records_dir: Where earlier digests are recorded, in ``digests.json``; None to compute it every time. A record
            that cannot be read or written costs the time to compute it again, nothing else.

    Raises:
        OSError: The file cannot be read.
    """
    stat = path.stat()
    stamp = f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
    records = _read(records_dir)
    known = records.get(stamp, "")
    if _SHA256.fullmatch(known):
        return known
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if records_dir is not None:
        # One line a file: what an earlier state of this path was is of no use any more.
        records = {s: d for s, d in records.items() if s.split("|", 1)[0] != str(path.resolve())}
        records[stamp] = digest
        _save(records_dir, records)
    return digest


def _read(records_dir: Path | None) -> dict[str, str]:
    if records_dir is None:
        return {}
    try:
        records = json.loads((records_dir / _RECORDS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in records.items()} if isinstance(records, dict) else {}


def _save(records_dir: Path, records: dict[str, str]) -> None:
    temporary = records_dir / f".{_RECORDS}.{os.getpid()}-{threading.get_ident()}.tmp"
    try:
        records_dir.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(temporary, records_dir / _RECORDS)
    except OSError as error:
        _LOG.warning("digest not recorded: %s", error)
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
