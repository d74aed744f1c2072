"""Whether two candidates came to the same result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nl2sql.types import json_value


def same_rows(left: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]) -> bool:
    """Equal as sets of rows, columns in any order, numbers to nine significant digits."""
    return _canonical(left) == _canonical(right)


def _canonical(rows: Sequence[Sequence[Any]]) -> list[str]:
    return sorted("|".join(sorted(_text(v) for v in row)) for row in rows)


def _text(value: Any) -> str:
    plain = json_value(value)
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        return f"{float(plain):.9g}"
    return str(plain)
