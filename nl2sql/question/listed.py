"""Measures that are listed together ("số thu và dự toán"): which belong to one list, and which of them were lost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nl2sql.question.elements import Element
from nl2sql.question.measures import is_count, metric_of_fact
from nl2sql.question.phrases import search_all
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from nl2sql.types import Reading, Shape, Span
from schema.semantic import View


def in_list(text: Text, found: Sequence[Element], one: Element, two: Element) -> bool:
    """Whether the second stands right behind a joint, with nothing but conditions and periods between it and the first.

    "số" before a measure is part of its name ("số thu và số dự toán").
    """
    at = two.tokens[0] - 1
    at -= at > 0 and text.tokens[at].fold in ("so", "ca", "tong")
    before = text.tokens[at]
    joint = before.text in _JOINTS or (before.norm if text.accented else before.fold) in _JOINTS
    between = [e for e in found if one.tokens[1] <= e.tokens[0] and e.tokens[1] <= two.tokens[0]]
    plain = all(
        e.kind in ("value", "filter", "period") or e.tag in ("and", "have", "howmany", "total") for e in between
    )
    return joint and plain and one.tokens[1] <= at


def added(text: Text, found: Sequence[Element], element: Element) -> bool:
    """Whether a piece is told in addition to what was asked before: "…, kèm theo số chứng từ", "…, cả tờ khai".

    What "cả" lets in with a condition of its own ("cả tờ khai đã hủy") is no measure beside another.
    """
    start = element.tokens[0]
    where = max((w for w in search_all(text, _ADDED) if w.end <= start), key=lambda w: w.end, default=None)
    if where is None or any(t.fold not in _HEADS for t in text.tokens[where.end : start]):
        return False
    after = next((e for e in found if e.tokens[0] >= element.tokens[1]), None)
    narrowed = after is not None and after.kind in ("value", "filter") and after.tokens[0] == element.tokens[1]
    return not (narrowed and text.tokens[where.end - 1].fold == "ca")


def as_counts(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """Columns of numbers in a list of measures ("số thu và số chứng từ theo cục") as the counts that they are there."""
    out = list(found)
    for index, element in enumerate(found):
        said = fold(text.span(*element.tokens).text).split() if element.kind == "dimension" else []
        own = (m for m in view.metrics if m.expr.upper() == "COUNT(*)")  # another subject counts its own papers
        count = next((m for m in own if ["so", *fold(m.unit).split()] == said), None)
        if count is None:
            continue
        measures = [e for e in found if e.kind in ("metric", "fact", "view") and e is not element]
        pairs = [(element, e) if element.tokens[0] < e.tokens[0] else (e, element) for e in measures]
        if added(text, found, element) or any(in_list(text, found, *pair) for pair in pairs):
            out[index] = Element("metric", element.tokens, Term("metric", view.name, count.name, "", (), ()))
    for index, (one, two) in enumerate(pairwise(found)):
        done = next((m for m in view.metrics if one.tag == "have" and _names_done(text, one, m.label)), None)
        listed = two.tag == "and" and index + 2 < len(found) and found[index + 2].kind == "metric"
        if done is not None and listed and found[index + 2].tokens[0] == two.tokens[1]:
            out[index] = Element("metric", one.tokens, Term("metric", view.name, done.name, "", (), ()))
    beside = [e for e, after in pairwise(out) if _goes_with(text, e) and after.kind != "dimension"]
    return tuple(e for e in out if e not in beside)


def _names_done(text: Text, element: Element, label: str) -> bool:
    """Whether "thực hiện" stands for the measure of what was done, as in "thực hiện và dự toán"."""
    said = fold(text.span(*element.tokens).text)
    return len(said) > 4 and fold(label).endswith(f" {said}")


def _goes_with(text: Text, element: Element) -> bool:
    """Whether a "theo" belongs to "kèm theo", which tells a measure in addition and groups by nothing."""
    start, end = element.tokens
    alone = element.tag == "group" and end - start == 1 and text.tokens[start].fold == "theo"
    return alone and start > 0 and text.tokens[start - 1].norm in ("kèm", "kem")


_ADDED = (
    r"(?:đi )?kèm(?: theo| cả| với| thêm| luôn)*|(?:,|;|và|cùng|có|gồm)(?: thêm| luôn)? cả"
    r"|(?:,|;) (?:thêm|cùng với|cùng)|thêm cả"
)
_HEADS = frozenset({"so", "con", "tong", "luong", "cac"})
"""What the name of a measure begins with, where the catalogue does not say it."""


def lost_measures(text: Text, view: View, found: Sequence[Element], reading: Reading) -> tuple[Span, ...]:
    """The members of a list of measures of which a reading shows nothing: half an answer is no whole one.

    A measure is shown by its own words, by a bound, or inside a figure made of it ("dự toán" in a rate over it).
    """
    named = [e for e in found if e.kind in ("metric", "fact")] if reading.shape is not Shape.ROWS else []
    spans = [s for s in (*(m.span for m in reading.metrics), *(t.span for t in reading.thresholds)) if s]
    spans += [x.span for x in (reading.share, reading.derived, reading.contrast) if x and x.span]
    shown = " ".join([*(m.expr for m in reading.metrics), *(t.metric for t in reading.thresholds)])
    lost: list[Span] = []
    for one, two in pairwise(named):
        for element in (one, two) if in_list(text, found, one, two) else ():
            span = text.span(*element.tokens)
            metric = view.metric(element.name) if element.kind == "metric" else metric_of_fact(view, element.name)
            told = metric is None or metric.expr in shown or metric.name in shown
            if not told and not any(s.start < span.end and span.start < s.end for s in spans):
                lost.append(span)
    counted = any(is_count(m.expr) for m in reading.metrics)
    rows = [e for e in found if e.kind == "view" and named and added(text, found, e)]
    lost += [] if counted else [text.span(*e.tokens) for e in rows]
    shown_by = {g.column for g in reading.groups}
    columns = [e for e in found if e.kind == "dimension" and reading.groups and e.name not in shown_by]
    lost += [text.span(*e.tokens) for e in columns if added(text, found, e)]
    return tuple(dict.fromkeys(lost))


_JOINTS = frozenset({",", ";", "/", "+", "&", "và", "cùng", "lẫn", "kèm", "va", "cung", "lan", "kem"})
