"""Numbers in a Vietnamese question: value, unit, direction and what they are for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from nl2sql.question.text import Text

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
        unit: ``USD``, ``VND``, ``%``, ``lần``, or the noun after it as written in canonical spelling ("tờ khai").
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


def read_numbers(text: Text, taken: Collection[int]) -> tuple[NumberMention, ...]:
    """All numbers of a text that are not already understood as something else.

    Args:
        text: A normalised question.
        taken: Token indices that belong to dates and periods; they are never read as numbers.

    Returns:
        Mentions in the order of the text.
    """
    raise NotImplementedError
