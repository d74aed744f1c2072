"""Memory that is still to be had, and freed memory given back to the system.

Every batch has another length, so that the C library's heap is cut into pieces that fit no later one, and oneDNN keeps
a thousand kernels, one for each length of each matrix: resident memory of a process rose from 2.5 to over 4 GiB within
an hour. Few kernels kept and unused heap given back from time to time hold it down. Blocks of some megabytes have to
come from the heap: fresh pages from the system for each of them were 15,000 page faults a pair, an eighth of its time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

ENVIRONMENT: Mapping[str, str] = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32"}
"""To be set before torch is loaded."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""``mallopt``: unused heap that is kept, and the size from which blocks come straight from the system."""
_KEPT, _BLOCK = 1 << 30, 32 << 20

EVERY_STEPS = 50
"""Steps between two calls of ``give_back``: a call costs a few hundredths of a second."""


@cache
def _of_libc(name: str) -> Callable[..., int] | None:
    """A function of the GNU C library; None with another library."""
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL("libc.so.6"), name)
    except (OSError, AttributeError):
        return None
    return found


def hold_down() -> bool:
    """Take only the largest blocks straight from the system from now on, and let ``give_back`` alone give heap back.

    Returns:
        False where that cannot be chosen.
    """
    choose = _of_libc("mallopt")
    return choose is not None and bool(choose(_MMAP_THRESHOLD, _BLOCK)) and bool(choose(_TRIM_THRESHOLD, _KEPT))


def give_back() -> bool:
    """Give unused heap back; False where the system offers no way to."""
    trim = _of_libc("malloc_trim")
    return trim is not None and trim(0) >= 0


def available() -> int | None:
    """Bytes that may still be used without swapping; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return found[0] if found else None
