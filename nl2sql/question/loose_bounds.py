"""Which bounds may be taken as they stand, and which of them must be shown because nothing could be made of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nl2sql.question.elements import Element, gap
from nl2sql.question.measures import is_count
from nl2sql.question.numbers import NumberMention
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from nl2sql.types import Span, Threshold
from schema.semantic import View

BILLION = 1e9
_THINGS = frozenset({"doanh nghiep", "nguoi", "vu", "to khai", "ho so", "dai ly", "chuyen", "luot", "cuoc", "van ban"})
"""Units of what is counted beforehand and added up: never so many that they are told in "tỷ"."""


def loose_bounds(text: Text, found: Sequence[Element], thresholds: Sequence[Threshold]) -> tuple[Span, ...]:
    """Bounds that no measure of the view took: they may not be dropped in silence."""
    taken = {t.span for t in thresholds}
    whole = asks_whether(text, found)
    spans = [
        text.span(*e.tokens)
        for e in found
        if e.number
        and e.number.comparator not in ("", "~")
        and e.number.kind in ("threshold", "percent")
        and not divides(text, e)
        and not (whole and not e.number.change)
    ]
    return tuple(s for s in spans if s not in taken)


def asks_whether(text: Text, found: Sequence[Element]) -> bool:
    """Whether a question may be answered by yes or no: "có phải … vượt 5 tỷ USD không". It asks for no members."""
    asked = any(e.tag in ("which", "howmany", "list", "max", "min", "group") or e.kind == "dimension" for e in found)
    return not asked and (
        search(text, r"(?:có phải|phải chăng|liệu|có đúng)(?: là)?") is not None
        or search(text, r"(?:có|đã) .+ (?:không|chưa)(?: (?:ạ|nhỉ|vậy|anh|chị|em|\?))*$") is not None
    )


def on_the_whole(thresholds: Sequence[Threshold], found: Sequence[Element]) -> tuple[Threshold, ...]:
    """The bounds of a yes-or-no question without those on what is asked about: the total itself tells.

    "xuất khẩu cà phê có vượt 5 tỷ USD không": a bound would show nothing where the answer is no. A bound on a column
    that is named tells which rows are meant.
    """
    facts = {e.name for e in found if e.kind == "fact"}
    return tuple(t for t in thresholds if t.on_change or (t.on_rows and t.metric in facts))


def against_each_other(thresholds: Sequence[Threshold]) -> tuple[Span, ...]:
    """Bounds on one measure that nothing can keep to at once: one of them was meant for something else."""
    spans: list[Span] = []
    for one in thresholds:
        for other in thresholds:
            same = (one.metric, one.on_rows, one.on_change) == (other.metric, other.on_rows, other.on_change)
            apart = one.op in (">", ">=") and other.op in ("<", "<=") and one.value > other.value
            if same and apart and not (one.against or other.against):
                spans += [t.span for t in (one, other) if t.span]
    return tuple(dict.fromkeys(spans))


def as_amounts(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """Columns that a bound of money follows ("tang vật trên 5 tỷ") as the amounts that they are short for."""
    out = list(found)
    for index, (one, two) in enumerate(pairwise(found)):
        number = two.number
        if one.kind != "dimension" or number is None or number.kind != "threshold" or gap(text, one, two):
            continue
        money = number.unit in ("VND", "USD") or (not number.unit and abs(number.value) >= BILLION)
        said = f" {fold(text.span(*one.tokens).text)} "
        amounts = [
            f for f in view.facts
            if money and f.unit in ("VND", "USD") and number.unit in ("", f.unit) and said in f" {fold(f.label)} "
        ]  # fmt: skip
        if len(amounts) == 1:
            out[index] = Element("fact", one.tokens, Term("fact", view.name, amounts[0].name, "", (), ()))
    return tuple(out)


def named_by_bounds(view: View, thresholds: Sequence[Threshold], unread: Sequence[Span]) -> tuple[Span, ...]:
    """Words right before a bound that only name what it lies on: the "thuế" of "tờ khai nào có thuế trên 3 tỷ đồng"."""
    named: list[Span] = []
    for span in unread:
        for one in thresholds:
            beside = one.span is not None and 0 <= one.span.start - span.end <= 1
            if beside and set(fold(span.text).split()) <= set(fold(view.label_of(one.metric)).split()):
                named.append(span)
    return tuple(named)


def divides(text: Text, element: Element) -> bool:
    """Whether "trên một …" shares something out and bounds nothing: "thu ngân sách trên một doanh nghiệp"."""
    number = element.number
    said = fold(text.span(*element.tokens).text).split()
    shared = said[:2] in (["tren", "mot"], ["tren", "1"])
    after = text.tokens[element.tokens[1]].text if element.tokens[1] < len(text.tokens) else ""
    before = text.tokens[element.tokens[0] - 1].fold if element.tokens[0] else ""
    bounds = after == "/" or (before in ("nao", "lay", "han", "no") and number is not None and number.unit != "")
    return number is not None and number.value == 1 and shared and element.tokens[0] > 0 and not bounds


def too_much(view: View, name: str, number: NumberMention) -> bool:
    """Whether a bound told in "tỷ" would lie on a count of things: "thu trên 1.000 tỷ" where papers are counted."""
    metric = view.metric(name)
    if metric is None or number.unit or abs(number.value) < BILLION:
        return False
    return is_count(metric.expr) or fold(metric.unit) in _THINGS


def left_out(text: Text, element: Element) -> bool:
    """Whether a clause that begins with a bare "loại" leaves out what is bounded: "…, loại cục có dưới 50 vụ"."""
    start = element.tokens[0]
    led = [i for i in range(max(1, start - 6), start) if text.tokens[i].norm == "loại"]
    return any(text.tokens[i - 1].text in (",", ";", "(") for i in led)
