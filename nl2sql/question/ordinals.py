"""Values of an ordinal column named by their numbers ("mức 1 + 2", "từ mức 1 đến mức 5"), and places in an order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.phrases import Found, search_all
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from schema.semantic import Dimension, View

_TO = frozenset({"đến", "tới", "den", "toi", "-", "–", "->", "→"})
_JOINTS = frozenset({"+", ",", "&", "/", "và", "va", "hoặc", "hoac", "cùng", "với"})


def with_ordinals(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with every value that a list or a range of numbers of an ordinal column names.

    A range that holds the whole scale stays a list of all its values, so that each of them is shown.
    """
    out: list[Element] = []
    taken = 0
    for element in found:
        if element.kind == "number" and element.tokens[1] <= taken:
            continue
        last = next((e for e in reversed(out) if e.tag != "and"), None)
        added = _listed(text, view, last, element) if last is not None else None
        if added is not None:
            out.append(added)
            continue
        if last is not None and (between := _between(text, view, last, element)):
            out.extend(between)
        out.append(element)
        ranged = _ranged(text, view, element)
        if ranged is not None:
            out[-1:], taken = ranged
    return tuple(out)


def _listed(text: Text, view: View, last: Element, element: Element) -> Element | None:
    """The value that a number names after a joint: "mức 1 + 2", "mức 3, 4 và 5"."""
    scale = scale_of(view.dimension(last.name)) if last.kind == "value" else {}
    number = element.number
    if not scale or element.kind != "number" or number is None or number.kind != "plain" or number.comparator:
        return None
    between = [t.norm for t in text.tokens[last.tokens[1] : element.tokens[0]]]
    if _number(last) is None or number.unit or number.value not in scale or len(between) != 1:
        return None
    return _value(element, last.name, scale[int(number.value)]) if between[0] in _JOINTS else None


def _between(text: Text, view: View, last: Element, element: Element) -> list[Element]:
    """The values between two that a range names: "từ mức 1 đến mức 5"."""
    if last.kind != "value" or element.kind != "value" or element.name != last.name:
        return []
    scale, first, second = scale_of(view.dimension(last.name)), _number(last), _number(element)
    between = [t.norm for t in text.tokens[last.tokens[1] : element.tokens[0]]]
    if not scale or first is None or second is None or len(between) != 1 or between[0] not in _TO:
        return []
    return [_value(element, last.name, scale[step]) for step in range(first + 1, second) if step in scale]


def _ranged(text: Text, view: View, element: Element) -> tuple[list[Element], int] | None:
    """The values of "mức tuân thủ (1 đến 5)", "mức từ 2 đến 4", "mức 1-3", with the token after them."""
    scale = scale_of(view.dimension(element.name)) if element.kind in ("value", "dimension") else {}
    if not scale:
        return None
    at, start = element.tokens[1], _number(element) if element.kind == "value" else None
    if element.kind == "dimension":
        while at < len(text.tokens) and text.tokens[at].norm in ("(", "từ", "tu", "số"):
            at += 1
        start, at = _digits(text, at), at + 1
    end = _digits(text, at + 1) if at < len(text.tokens) and text.tokens[at].norm in _TO else None
    if start is None or end is None or end <= start or not {start, end} <= set(scale):
        return None
    words = (element.tokens[0], at + 2)
    values = [_value(replace(element, tokens=words), element.name, scale[step]) for step in range(start, end + 1)]
    return values, at + 2


def _digits(text: Text, index: int) -> int | None:
    said = text.tokens[index].text if index < len(text.tokens) else ""
    return int(said) if said.isdigit() and len(said) < 3 else None


def scale_of(dim: Dimension | None) -> Mapping[int, str]:
    """Number → value of an ordinal column whose values are numbered, else nothing."""
    if dim is None or not dim.order:
        return {}
    numbered = [(re.search(r"\d+", value), value) for value in dim.order]
    scale = {int(match.group()): value for match, value in numbered if match}
    return scale if len(scale) == len(dim.order) else {}


def _number(element: Element) -> int | None:
    said = re.search(r"\d+", element.term.value) if element.kind == "value" and element.term else None
    return int(said.group()) if said else None


def _value(element: Element, column: str, value: str) -> Element:
    return replace(
        element, kind="value", tag="", number=None, others=(),
        term=Term("value", element.term.view if element.term else "", column, value, (), ()),
    )  # fmt: skip


def as_superlative(found: Sequence[Element], where: Found, *, least: bool) -> tuple[Element, ...]:
    """The elements with a place in an order ("đứng thứ hai") as the superlative that it is."""
    inside = set(range(where.start, where.end))
    kept = [e for e in found if not inside & set(range(*e.tokens)) or e.kind in ("value", "filter", "metric", "period")]
    kept.append(Element("tag", (where.start, where.end), tag="min" if least else "max"))
    return tuple(sorted(kept, key=lambda e: e.tokens))


_NTH = (
    r"(?:(?:đứng|xếp|ở|giữ|nằm|chiếm|về)(?: ở| vào)?(?: vị trí| hạng| ngôi)?|vị trí|hạng|"
    r"(?P<much>lớn|nhiều|cao|mạnh|nhanh|đông|lâu|chậm|đắt|dài)|(?P<less>thấp|ít|nhỏ|kém|ngắn|rẻ)|hàng)"
    r" (?:(?:thứ|số) (?P<n>nhì|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,2})|(?P<second>nhì))"
    r"|(?:đứng|xếp|ở|giữ) (?:vị trí|hạng) (?P<rank>nhì|hai|ba|tư|bốn|\d{1,2})"
    r"(?= (?:về|trong|toàn|cả|của|là|vào|năm|[,?.])|$)"
)


def nth_place(text: Text) -> tuple[Found, int, bool] | None:
    """ "đứng thứ hai", "lớn thứ ba", "ít thứ nhì": where it stands, which place, and whether counted from the least."""
    for where in search_all(text, _NTH):
        number = where.parts["n"] or where.parts["second"] or where.parts["rank"]
        place = int(number) if number.isdigit() else _PLACES.get(fold(number), 0)
        if place >= 1:
            return where, place, bool(where.parts["less"])
    return None


_PLACES = {
    fold(word): place
    for place, word in enumerate(["hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"], start=2)
}


_PLACES |= {"nhi": 2, "tu": 4}
