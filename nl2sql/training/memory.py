"""Memory that is still to be had, and freed memory given back to the system.

Every batch has another length, so that the C library's heap is cut into pieces that fit no later one: resident memory
rose from 3 to 8 GiB within an hour, of which 2 were in use.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path

EVERY_STEPS = 25
"""Steps between two calls of ``give_back``: a call costs a few hundredths of a second."""


@cache
def _trim() -> Callable[[int], int] | None:
    """``malloc_trim`` of the GNU C library; None with another library."""
    try:
        return ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return None


def give_back() -> bool:
    """Give unused heap back; False where the system offers no way to."""
    trim = _trim()
    return trim is not None and bool(trim(0) >= 0)


def available() -> int | None:
    """Bytes that may still be used without swapping; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return found[0] if found else None
