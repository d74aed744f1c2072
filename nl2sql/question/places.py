"""Places of one kind: "sân bay Cam Ranh" is no seaport, "các sân bay Nội Bài, Đà Nẵng" are airports and no offices.

The stored names of places begin with what they are ("Sân bay quốc tế Đà Nẵng", "Cảng Tiên Sa"), so that a word of
kind before one or several names settles which place is meant, and "sân bay nào" which places are asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.elements import Element, gap, joined
from nl2sql.question.filters import quote
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from nl2sql.types import FilterMatch
from schema.semantic import Catalogue, Dimension, View

_KINDS = {"san bay": "Sân bay", "cang hang khong": "Sân bay", "cang bien": "Cảng", "cang": "Cảng"}
"""What a kind is called, folded → how the stored names of its places begin; longer names first."""
_AREAS = frozenset(("cuc", "tinh"))
_OFFICES = frozenset(("quan", "hq", "hqck", "cuc", "doi"))
"""Words that make the office at a place of it: "hải quan sân bay Nội Bài"."""


def places_of(view: View, catalogue: Catalogue) -> tuple[Dimension, tuple[str, ...]] | None:
    """The column of a view that holds places of several kinds, with its values."""
    for dim in view.dimensions:
        values = tuple(v.value for v in catalogue.values_of(dim)) if dim.type == "text" else ()
        if all(any(v.startswith(f"{kind} ") for v in values) for kind in _KINDS.values()):
            return dim, values
    return None


def with_places(text: Text, catalogue: Catalogue, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with each name behind a word of kind as the place of that kind, where there is exactly one."""
    home = places_of(view, catalogue)
    if home is None:
        return tuple(found)
    dim, values = home
    out: list[Element] = []
    kind, last = "", None
    for element in found:
        if element.kind == "tag" and element.tag in ("and", "plural"):
            out.append(element)
            continue
        if element.kind != "value":
            kind, last = "", None
            out.append(element)
            continue
        own = _kind_before(text, element)
        goes_on = last is not None and joined(text, last, element)
        if not own and goes_on and last is not None and last.name == dim.name and last.term:
            kind = next((k for k in _KINDS.values() if last.term.value.startswith(f"{k} ")), "")
        elif own or not goes_on:
            kind = own
        last = element
        value = _named(text, element, kind, values) if kind else ""
        if value:
            term = Term("value", view.name, dim.name, value, (), ())
            element = replace(element, term=term, others=())
            last = element
        out.append(element)
    return tuple(out)


def kinds_asked(
    text: Text, catalogue: Catalogue, view: View, found: Sequence[Element], filters: Sequence[FilterMatch]
) -> tuple[FilterMatch, ...]:
    """The condition that leaves other kinds of places out: "sân bay nào …", "cảng biển nào …", "cảng Đà Nẵng".

    Where no one place has the name, the places of that kind in the area of that name are meant.
    """
    home = places_of(view, catalogue)
    if home is None or any(f.column == home[0].name for f in filters):
        return ()
    dim = home[0]
    for index, element in enumerate(found[:-1]):
        said = fold(text.span(*element.tokens).text)
        if element.kind != "dimension" or element.name != dim.name or said not in _KINDS:
            continue
        after = found[index + 1]
        asked = after.tag == "which" and said != "cang"
        inside = after.kind == "value" and after.name in _AREAS and after.tokens[0] == element.tokens[1]
        if (asked or inside) and gap(text, element, after) == 0:
            start = _KINDS[said]
            label = f"{dim.label}: {start.lower()}"
            return (
                FilterMatch(f"{dim.name} LIKE {quote(start + ' %')}", dim.name, (), label, text.span(*element.tokens)),
            )
    return ()


def _kind_before(text: Text, element: Element) -> str:
    """The kind that the words of an element begin with, or that stand right before it; "" where an office is meant."""
    start, end = element.tokens
    words = [t.fold for t in text.tokens[:end]]
    for said, kind in _KINDS.items():
        size = len(said.split())
        for at in (start, start - size):
            if at >= 0 and words[at : at + size] == said.split() and at + size < end:
                return "" if at and words[at - 1] in _OFFICES else kind
    return ""


def _named(text: Text, element: Element, kind: str, values: Sequence[str]) -> str:
    """The one place of a kind whose name ends with the words of an element."""
    words = [t.fold for t in text.tokens[slice(*element.tokens)] if t.kind != "punct"]
    for said in _KINDS:
        if words[: len(said.split())] == said.split():
            words = words[len(said.split()) :]
            break
    words = words[2:] if words[:2] == ["quoc", "te"] else words
    if not words:
        return ""
    of_kind = [v for v in values if v.startswith(f"{kind} ")]
    same = [v for v in of_kind if fold(v).split()[-len(words) :] == words]
    return same[0] if len(same) == 1 else ""
