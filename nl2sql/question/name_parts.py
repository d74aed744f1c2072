"""Which part of a stored name stands for it, and which phrases of the vocabulary have one meaning only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nl2sql.question.text import fold
from nl2sql.question.vocabulary import Term

_BREAK = re.compile(r"\s*(?:[,–(/;-]|(?:va|cac|cua|tu)\b)")


def whole_part(term: Term) -> bool:
    """Whether the part of a value ends where a person would break it off: "hàng dệt" of "Hàng dệt, may"."""
    whole, part = fold(term.value), " ".join(term.fold)
    rest = whole[len(part) :]
    return whole.endswith(part) or (whole.startswith(part) and _BREAK.match(rest) is not None)


def alone(term: Term, terms: Sequence[Term]) -> bool:
    """Whether the phrase has no other meaning in its view, but for a value that lives in several columns."""
    for other in terms:
        if other.view != term.view or (other.kind, other.name, other.value) == (term.kind, term.name, term.value):
            continue
        if (term.kind, other.kind) != ("value", "value") or other.name == term.name:
            return False
    return True
