"""What one number of a question is: its value, its unit, the bound or the change that it tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from nl2sql.question.text import Text, fold

NumberKind = Literal["threshold", "count", "percent", "ratio", "code", "plain"]
Comparator = Literal[">", ">=", "<", "<=", "between", "=", "~", ""]
Change = Literal["up", "down", ""]


@dataclass(frozen=True)
class NumberMention:
    """One number of the text.

    Attributes:
        kind: ``threshold`` (a bound: "trên 1 tỷ USD"), ``count`` (how many rows are wanted: "top 5", "ba mặt hàng"),
            ``percent`` (bound or figure in percent), ``ratio`` ("gấp đôi"), ``code`` (HS, tax code, declaration
            number: digits that count nothing) or ``plain``.
        value: With its multiplier: "1,5 tỷ" is 1.5e9; "30%" is 30.
        upper: Upper end for ``between``.
        unit: ``USD``, ``VND``, ``%``, ``điểm %``, ``lần``, or the noun after it in canonical spelling ("tờ khai").
        comparator: Direction given by the words around it; empty when there is none. "khoảng" is ``~``.
        change: The number bounds an increase ("tăng trên 10%") or a decrease.
        code: The digits as written for ``code`` (leading zeros kept); empty otherwise.
        tokens: Half-open range of token indices, comparator and unit included.
    """

    kind: NumberKind
    value: float
    tokens: tuple[int, int]
    unit: str = ""
    comparator: Comparator = ""
    upper: float | None = None
    change: Change = ""
    code: str = ""


_ALIKE = ("và", "nhưng", "mà", "song", "chỉ", "cũng", "đến", "tới", ",")


def changed_alike(text: Text, before: NumberMention | None, mention: NumberMention) -> NumberMention:
    """The second bound of one change: "tăng trên 10% nhưng [dưới 20%]"."""
    if before is None or not before.change or mention.change or mention.unit != before.unit:
        return mention
    between = text.tokens[before.tokens[1] : mention.tokens[0]]
    apart = {before.comparator[:1], mention.comparator[:1]} == {"<", ">"}
    said = [t.norm if text.accented else t.fold for t in between]
    known = _ALIKE if text.accented else tuple(fold(w) for w in _ALIKE)
    return replace(mention, change=before.change) if apart and all(w in known for w in said) else mention
