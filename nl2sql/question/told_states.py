"""Things named by common words: goods ("hàng nào …") and those that owe ("doanh nghiệp còn nợ thuế")."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.question.elements import Element, gap
from nl2sql.question.row_bounds import row_column
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from schema.semantic import NamedFilter, View

_GOODS = frozenset({"mat hang", "nhom hang", "hang hoa"})
_NO_GOODS = frozenset({"khach", "cua", "ngan", "don", "bach", "chuc", "giao"})
"""What makes another word of "hàng": khách hàng, cửa hàng, ngân hàng, đơn hàng."""
_STILL = ("còn", "có", "đang", "con", "co", "dang")


def with_goods(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with the goods that "hàng nào" asks for, where the view knows a column of them."""
    goods = next((d for d in view.dimensions if {fold(n) for n in (d.label, *d.synonyms)} & _GOODS), None)
    out: list[Element] = []
    for element in found:
        start = element.tokens[0]
        named = {i for e in found for i in range(*e.tokens)}
        asks = element.tag == "which" and start > 0 and start - 1 not in named and goods is not None
        word = text.tokens[start - 1].norm if asks else ""
        led = text.tokens[start - 2].fold if asks and start > 1 else ""
        if goods is not None and word in ("hàng", "hang") and led not in _NO_GOODS:
            term = Term("dimension", view.name, goods.name, "", (), ())
            out.append(Element("dimension", (start - 1, start), term))
        out.append(element)
    return tuple(out)


def with_owing(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with the state that "còn nợ thuế" tells of things that exist, where no amount of it is asked for.

    The amount stays where nothing else is measured: "doanh nghiệp nào có nợ thuế" shows how much.
    """
    if not view.roster:
        return tuple(found)
    out: list[Element] = []
    for index, element in enumerate(found):
        state = _state_of(text, view, found, index)
        if state is None:
            out.append(element)
            continue
        start = element.tokens[0]
        others = [e for e in found if e is not element and e.kind in ("metric", "fact")]
        out = [e for e in out if e.tokens != (start - 1, start)]
        out.append(Element("filter", (start - 1, start), Term("filter", view.name, state.name, "", (), ())))
        out.extend(() if others else (element,))
    return tuple(out)


def _state_of(text: Text, view: View, found: Sequence[Element], index: int) -> NamedFilter | None:
    """The named filter "more than nothing" of an amount that is only said to be there."""
    element = found[index]
    start = element.tokens[0]
    if element.kind not in ("fact", "metric") or not start or text.tokens[start - 1].norm not in _STILL:
        return None
    metric = view.metric(element.name) if element.kind == "metric" else None
    column = element.name if element.kind == "fact" else row_column(view, metric) if metric is not None else ""
    after = found[index + 1] if index + 1 < len(found) else None
    next_to = after is not None and gap(text, element, after) == 0 and after.tokens[0] - element.tokens[1] <= 1
    measured = next_to and after is not None and (after.kind == "number" or after.tag in ("howmany", "max", "min"))
    if measured or any(t.fold in ("bao", "may") for t in text.tokens[element.tokens[1] : element.tokens[1] + 1]):
        return None
    return next((f for f in view.filters if column and f.expr == f"{column} > 0"), None)
