"""Which catalogues had their SQL checked on this machine already: it costs half of their loading and changes nothing.

A stamp is an empty file whose name is the digest of a catalogue's content and of the code that checked it. Another
byte in either, or no stamp, and everything is checked again; a disk that cannot be written costs the time of that.
"""

from __future__ import annotations

import contextlib
import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from schema import checking

_SUFFIX = ".da-soat"
_KEPT = 8


def is_proven(stamps: Path, content: str) -> bool:
    """Whether a catalogue of this content has passed the checks of its SQL.

    Args:
        stamps: The folder of the stamps; need not be there.
        content: Digest of all that the catalogue says.
    """
    return _stamp(stamps, content).is_file()


def prove(stamps: Path, content: str) -> None:
    """Note that a catalogue passed; stamps of the longest ago go."""
    with contextlib.suppress(OSError):
        stamps.mkdir(parents=True, exist_ok=True, mode=0o700)
        _stamp(stamps, content).touch(mode=0o600)
        found = sorted(stamps.glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in found[_KEPT:]:
            file.unlink(missing_ok=True)


def _stamp(stamps: Path, content: str) -> Path:
    return stamps / f"{hashlib.sha256(f'{content} {_checks()}'.encode()).hexdigest()[:32]}{_SUFFIX}"


@cache
def _checks() -> str:
    code = Path(checking.__file__).read_bytes()
    return f"{hashlib.sha256(code).hexdigest()} sqlglot {version('sqlglot')}"
