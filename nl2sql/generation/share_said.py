"""Whose part a question asks for, where an outline without a hint has another part, or none.

"FDI chiếm bao nhiêu phần trăm kim ngạch nhập khẩu": what stands before the verb is the part, the rest is the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.members import members
from nl2sql.generation.named import Named, Word
from nl2sql.question.filters import values_sql
from nl2sql.types import FilterMatch, Reading, Shape, Share

_AMOUNT = frozenset({"bao", "may", "bn", "phan", "%", "ty", "ti"})
_NEAR = 2
"""Most words between the part and its verb: "riêng FDI đã chiếm"."""


def with_share_said(words: Sequence[Word], reading: Reading, named: Sequence[Named]) -> Reading:
    """The reading with the share of the one member that "chiếm" is said of; what was the part before is a condition."""
    at = [i for i, w in enumerate(words) if w.fold == "chiem"]
    summed = all("/" not in m.expr and not m.expr.startswith(("AVG(", "MAX(", "MIN(")) for m in reading.metrics)
    other = reading.comparison or reading.derived or reading.contrast or reading.terms or reading.beside
    if len(at) != 1 or other or reading.groups or reading.thresholds or not summed or len(reading.metrics) != 1:
        return reading
    verb = at[0]
    percent = any("%" in w.written for w in words[verb:]) or any(w.fold == "tram" for w in words[verb:])
    if not percent or not {w.fold for w in words[verb + 1 : verb + 2]} & _AMOUNT:
        return reading
    before = [n for n in named if n.end <= verb]
    if not before or verb - before[-1].end > _NEAR or len(before[-1].homes) != 1 or before[-1].negated:
        return reading
    column, value = before[-1].homes[0]
    part = values_sql(column, (value,))
    share = reading.share
    if share is not None and (share.numerator == part or share.each or share.amount):
        return reading
    kept = [f for f in reading.filters if f.sql != part]
    if share is None and len(kept) == len(reading.filters):
        return reading
    had = members(share.numerator) if share is not None else None
    if share is not None and had and had.column != column and all(f.sql != share.numerator for f in kept):
        kept.append(FilterMatch(share.numerator, "", (), share.label or share.numerator))
    return replace(reading, filters=tuple(kept), share=Share(part, value), shape=Shape.SHARE)
