"""Conditions that keep to members of a column: which column, which members."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEPT = re.compile(r"([a-z_]\w*)(?: = | IN \()((?:'(?:[^']|'')*'(?:, )?)+)\)?")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True)
class Members:
    """The members of a column that a condition keeps to."""

    column: str
    values: tuple[str, ...]


def members(sql: str) -> Members | None:
    """The members that ``column = '…'`` or ``column IN ('…', …)`` keeps to; None for any other condition."""
    found = _KEPT.fullmatch(sql)
    return Members(found[1], tuple(v.replace("''", "'") for v in _QUOTED.findall(found[2]))) if found else None
