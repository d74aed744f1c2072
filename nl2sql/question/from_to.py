"""What passed from one value to another: "chuyển từ xanh sang đỏ", "vàng → đỏ".

A view that holds the same list of values twice, before and after, says it with one condition on each column.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nl2sql.question.elements import Element
from nl2sql.question.filters import quote, values_sql
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch
from schema.semantic import Catalogue, Dimension, View

_PASSES = frozenset({"sang", "thanh", "len", "xuong", "qua", "→", ">"})
_SMALL = frozenset({"luong", "muc", "-", "chuyen", "tu", "trang", "thai"})


def passed(
    text: Text, catalogue: Catalogue, view: View, found: Sequence[Element], filters: tuple[FilterMatch, ...]
) -> tuple[FilterMatch, ...]:
    """The conditions with two values of one column as the one before and the one after, where the words say so."""
    for condition in filters:
        if condition.negated or len(condition.values) < 2:
            continue
        named = [e for e in found if e.kind == "value" and e.name == condition.column and e.term]
        if len(named) != len(condition.values) or not _leads(text, named[0], named[1]):
            continue
        if any(not _listed(text, one, two) for one, two in pairwise(named[1:])):
            continue
        own = view.dimension(condition.column)
        after = _other(catalogue, view, own) if own is not None else None
        if own is None or after is None or named[0].term is None or named[1].term is None:
            continue
        first, *then = [e.term.value for e in named if e.term]
        spans = [text.span(*e.tokens) for e in named]
        label = f"{after.label}: {' hoặc '.join(then)}"
        pair = (
            FilterMatch(f"{own.name} = {quote(first)}", own.name, (first,), f"{own.label}: {first}", spans[0]),
            FilterMatch(values_sql(after.name, tuple(then)), after.name, tuple(then), label, spans[1]),
        )
        rest = tuple(f for f in filters if f is not condition and not (f.values == () and after.name in f.sql))
        return (*rest, *pair)
    return filters


def _leads(text: Text, first: Element, second: Element) -> bool:
    between = [t.fold for t in text.tokens[first.tokens[1] : second.tokens[0]]]
    return bool(_PASSES & set(between)) and set(between) <= _PASSES | _SMALL


def _listed(text: Text, one: Element, two: Element) -> bool:
    """Whether two values after the change are alternatives: "sang vàng, đỏ", "sang vàng hoặc đỏ"."""
    between = {t.fold for t in text.tokens[one.tokens[1] : two.tokens[0]]}
    return between <= {"hoac", "hay", "va", ",", "/", "luong"}


def _other(catalogue: Catalogue, view: View, own: Dimension) -> Dimension | None:
    """The column that holds the same values, named after this one in the view."""
    mine = {v.value for v in catalogue.values_of(own)}
    names = [d.name for d in view.dimensions]
    for dim in view.dimensions[names.index(own.name) + 1 :]:
        if len(mine) > 1 and {v.value for v in catalogue.values_of(dim)} == mine:
            return dim
    return None
