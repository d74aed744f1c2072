"""Whose side a question is told from: "Hàn Quốc xuất sang Việt Nam" is an import of the home country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.text import Text, normalise
from schema.semantic import Catalogue, Value, View


def seen_from_home(text: Text, catalogue: Catalogue, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with each direction that is told from the other side turned round.

    A direction followed by one of its ``toward`` words and a name of the home country is the partner's: what the
    partner exports to us, we import.
    """
    if not catalogue.home:
        return tuple(found)
    names = [tuple(t.fold for t in normalise(n).tokens) for n in catalogue.home]
    return tuple(_turned(text, catalogue, view, element, names) for element in found)


def _turned(
    text: Text, catalogue: Catalogue, view: View, element: Element, names: Sequence[tuple[str, ...]]
) -> Element:
    dim = view.dimension(element.name) if element.kind == "value" else None
    value = _value(catalogue, view, element) if dim else None
    if element.term is None or value is None or not value.opposite:
        return element
    said = element.tokens[1] - 1 if text.tokens[element.tokens[1] - 1].fold in value.toward else element.tokens[1]
    after = [t.fold for t in text.tokens[said : said + 6]]
    for at, word in enumerate(after[:4]):
        if word in value.toward and any(tuple(after[at + 1 : at + 1 + len(n)]) == n for n in names):
            return replace(element, term=replace(element.term, value=value.opposite))
    return element


def _value(catalogue: Catalogue, view: View, element: Element) -> Value | None:
    dim = view.dimension(element.name)
    if dim is None or element.term is None:
        return None
    return next((v for v in catalogue.values_of(dim) if v.value == element.term.value), None)
