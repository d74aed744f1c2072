"""Measures that are listed together ("số thu và dự toán"): which belong to one list, and which of them were lost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nl2sql.question.elements import Element
from nl2sql.question.measures import metric_of_fact
from nl2sql.question.text import Text
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
    return tuple(dict.fromkeys(lost))


_JOINTS = frozenset({",", ";", "/", "+", "&", "và", "cùng", "lẫn", "kèm", "va", "cung", "lan", "kem"})
