"""Error bars: Wilson's interval for a share, McNemar's exact test for two runs of the same items."""

from __future__ import annotations

import math

_Z95 = 1.959963984540054


def wilson(right: int, total: int, z: float = _Z95) -> tuple[float, float]:
    """Wilson's score interval for ``right`` of ``total``, as two shares from 0 to 1.

    Source: E. B. Wilson, 1927. With no observation the interval is (0, 1): nothing is known.

    Raises:
        ValueError: More right than there are, or a negative count.
    """
    if not 0 <= right <= total:
        raise ValueError(f"{right} of {total}")
    if total == 0:
        return 0.0, 1.0
    share = right / total
    base = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / base
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / base
    return max(0.0, centre - half), min(1.0, centre + half)


def mcnemar(better: int, worse: int) -> float:
    """Two-sided exact p-value of McNemar's test.

    Args:
        better: Items wrong in the first run and right in the second.
        worse: Items right in the first run and wrong in the second.

    Returns:
        The probability of a split at least as uneven if both runs were equally good; 1 when nothing changed.
    """
    changed = better + worse
    if changed == 0:
        return 1.0
    ways = sum(math.comb(changed, k) for k in range(min(better, worse) + 1))
    return min(1.0, float(2 * ways / (1 << changed)))


def quantile(values: list[float], share: float) -> float | None:
    """The value below which ``share`` of the values lie (nearest rank), or None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
