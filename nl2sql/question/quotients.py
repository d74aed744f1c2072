"""One measure in percent of another: "nhập siêu bằng bao nhiêu phần trăm xuất khẩu", "tỷ lệ xuất trên nhập khẩu"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nl2sql.generation.parts import conditional, operand
from nl2sql.question.elements import Element, gap
from nl2sql.question.filters import quote
from nl2sql.question.measures import is_inverse, metric_match, metric_of_fact
from nl2sql.question.phrases import Found, search_all
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, MetricMatch
from schema.semantic import View

_PERCENT = r"(?:bao nhiêu|mấy) (?:phần trăm|%)"
_RATE = r"(?:tỷ lệ|tỷ số|tỷ suất|hệ số|tương quan)(?: giữa)?(?: kim ngạch| trị giá| giá trị| tổng)*"
_OVER = r"trên(?: tổng)?(?: kim ngạch| trị giá| số)?|/|so với|chia(?: cho)?"


@dataclass(frozen=True)
class _Amount:
    """A measure as it is named, with the direction of trade that belongs to it; half-open token range."""

    start: int
    end: int
    match: MetricMatch
    column: str = ""
    value: str = ""
    inverse: bool = False

    @property
    def expr(self) -> str:
        """Its aggregate, of its own direction alone, positive where a word for the opposite sign named it."""
        kept = conditional(self.match.expr, f"{self.column} = {quote(self.value)}") if self.value else self.match.expr
        return f"-{operand(kept) if operand(kept) != kept else f'({kept})'}" if self.inverse else kept

    @property
    def label(self) -> str:
        """As it is said back."""
        return f"{self.match.label} ({self.value.lower()})" if self.value else self.match.label


def as_quotient(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    filters: tuple[FilterMatch, ...],
) -> tuple[MetricMatch, tuple[FilterMatch, ...], Found] | None:
    """The measure that divides one named amount by another, the filters without its directions, and its place."""
    if any(m.unit == "%" for m in metrics):
        return None
    amounts = _amounts(text, view, found)
    for one, two in pairwise(amounts):
        if not _divided(text, one, two) or one.expr == two.expr or one.match.unit != two.match.unit:
            continue
        if not two.value and two.match.name == one.match.name:
            continue  # a part of the whole is a share
        columns = {a.column for a in (one, two) if a.column}
        expr = f"100.0 * {operand(one.expr)} / NULLIF({two.expr}, 0)"
        span = text.span(one.start, two.end)
        label = f"{one.label} so với {two.label[:1].lower()}{two.label[1:]}"
        rest = tuple(f for f in filters if f.column not in columns or f.negated)
        where = Found(one.start, two.end, {})
        return MetricMatch("ty_le", expr, label, "%", span), rest, where
    return None


def _amounts(text: Text, view: View, found: Sequence[Element]) -> list[_Amount]:
    """The amounts in order: measures, and directions of trade, alone or right after a measure."""
    out: list[_Amount] = []
    usual = view.default_metric
    for element in found:
        metric = view.metric(element.name) if element.kind == "metric" else None
        metric = metric_of_fact(view, element.name) if element.kind == "fact" else metric
        if metric is not None:
            inverse = is_inverse(text, view, element)
            out.append(_Amount(*element.tokens, metric_match(metric, text, element), inverse=inverse))
            continue
        dim = view.dimension(element.name) if element.kind == "value" else None
        if dim is None or not any(v.opposite for v in dim.values) or element.term is None or usual is None:
            continue
        value = element.term.value
        last = out[-1] if out else None
        looks = last is not None and dim.name in last.match.expr
        near = last is not None and not last.value and not looks and _follows(text, found, last, element)
        if last is not None and near:
            out[-1] = replace(last, end=element.tokens[1], column=dim.name, value=value)
        else:
            match = MetricMatch(usual.name, usual.expr, usual.label, usual.unit)
            out.append(_Amount(*element.tokens, match, dim.name, value))
    return out


def _follows(text: Text, found: Sequence[Element], amount: _Amount, element: Element) -> bool:
    owner = next((e for e in found if e.tokens[1] == amount.end), None)
    return owner is not None and gap(text, owner, element) == 0 and element.tokens[0] - amount.end <= 1


def _divided(text: Text, one: _Amount, two: _Amount) -> bool:
    """Whether the words between two amounts ask for the first in percent of the second."""
    if any(one.end <= w.start and w.end <= two.start for w in search_all(text, _PERCENT)):
        return True
    led = any(w.end == one.start for w in search_all(text, _RATE))
    return led and any(one.end <= w.start and w.end == two.start for w in search_all(text, _OVER))
