"""Words of change that name a kind beside another kind of the same column: "số thuế được miễn, giảm".

"giảm" compares by itself. Right beside "miễn" it is the second of two decisions of one list, in which each is named by
its first syllable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.elements import Element, joined
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from schema.semantic import View

_MOVES = frozenset(
    {"bao", "may", "so", "manh", "nhieu", "it", "xuong", "di", "con", "dan", "hon", "sau", "duoc", "qua"}
)
"""Folded words after which a change is told: "miễn giảm bao nhiêu so với cùng kỳ"."""


def kinds_listed(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with a word of change as the value that it names, where it stands in a list of such values."""
    out = list(found)
    for index, element in enumerate(out):
        start, end = element.tokens
        if element.tag != "change" or end - start != 1:
            continue
        after = text.tokens[end].fold if end < len(text.tokens) else ""
        before = out[index - 1] if index else None
        if before is not None and before.tag == "and":
            before = out[index - 2] if index > 1 else None
        if before is None or after in _MOVES or not _short(text, before) or not joined(text, before, element):
            continue
        term = _kind(text.tokens[start].fold, before, view)
        if term is not None:
            out[index] = replace(element, kind="value", tag="", term=term)
    return tuple(out)


def _short(text: Text, element: Element) -> bool:
    """Whether a value is named by its first syllable alone: "(được) miễn", but not "miễn thuế"."""
    first = fold(element.term.value).split()[:1] if element.kind == "value" and element.term else []
    return bool(first) and text.tokens[element.tokens[1] - 1].fold == first[0]


def _kind(word: str, beside: Element, view: View) -> Term | None:
    """The value of the same column that begins with a word and goes on like the one beside it."""
    dim = view.dimension(beside.name)
    if dim is None or beside.term is None:
        return None
    rest = fold(beside.term.value).split()[1:]
    value = next((v.value for v in dim.values if rest and fold(v.value).split() == [word, *rest]), None)
    if value is None:
        return None
    said = tuple(value.lower().split())
    return replace(beside.term, value=value, norm=said, fold=tuple(fold(value).split()), written="", strong=False)
