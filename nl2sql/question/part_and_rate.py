"""A part asked for twice, as a number and as a percentage: "số tờ khai luồng đỏ là bao nhiêu, chiếm mấy phần trăm"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.measures import as_ratio, is_count
from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.types import MetricMatch, Share
from schema.semantic import View

_ASKED = frozenset({"nhieu", "may"})
_NUMBER_OF = frozenset({"so", "tong", "bao", "may"})
_TWICE = (
    r"chiếm (?:bao nhiêu|mấy) (?!phần|%|tỷ|nhiêu)\S+(?: \S+)? ?,?(?: và| hay| bằng| tức| tức là| ứng với)*"
    r" (?:bao nhiêu|mấy) (?:phần trăm|%)"
)
"""Asked as a number of things and then in percent: "chiếm bao nhiêu tờ, bao nhiêu phần trăm"."""
_JOINTS = frozenset({",", ";", "/", "+", "&"})
_DISTINCT = re.compile(r"COUNT\(DISTINCT (\w+)\)", re.IGNORECASE)


def amount_asked(text: Text, found: Sequence[Element], tag: Element) -> bool:
    """Whether the part itself is asked for beside its share.

    It is where "bao nhiêu" stands before the word for a share, or where a number of things and that word are listed
    ("số vụ ma túy năm 2024 và tỷ lệ").
    """
    if search(text, _TWICE) is not None:
        return True
    for element in found:
        start, end = element.tokens
        if end > tag.tokens[0]:
            continue
        words, first = text.tokens[end - 1].fold in _ASKED, text.tokens[start].fold
        if element.tag == "howmany" and words and not (tag.tag == "percent" and end == tag.tokens[0]):
            return True  # "là [mấy] phần trăm" asks once
        if element.tag == "howmany" and first == "so" and _listed(text, tag):
            return True  # "…: số lượng và tỷ lệ"
        if element.kind == "metric" and (first in ("bao", "may") or (first in _NUMBER_OF and _listed(text, tag))):
            return True
    return False


def _listed(text: Text, tag: Element) -> bool:
    """Whether the word for a share is one more thing in a list: "…, chiếm bao nhiêu phần trăm", "… và tỷ lệ"."""
    before = text.tokens[: tag.tokens[0]][-2:]
    words = [t.norm if text.accented else t.fold for t in before if t.text not in ("(", "là")]
    joints = {"và", "cùng", "kèm"} if text.accented else {"va", "cung", "kem"}
    return bool(words) and (words[-1] in joints or before[-1].text in _JOINTS)


def as_rate(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...]:
    """The governed rate of a measure, after that measure where it is asked for itself: "là bao nhiêu, chiếm mấy %"."""
    rated = as_ratio(text, view, found, metrics)
    if rated == metrics or len(metrics) != 1 or len(rated) != 1 or metrics[0].unit == "%" or metrics[0].span is None:
        return rated
    end = metrics[0].span.end
    tag = next((e for e in found if e.tag == "share" and text.span(*e.tokens).start >= end), None)
    return (*metrics, *rated) if tag is not None and amount_asked(text, found, tag) else rated


def with_its_rate(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...]:
    """A measure that is itself a part, with what it makes up: "số công chức nữ là bao nhiêu, chiếm mấy phần trăm".

    For questions that name no other part. The rate is the governed one where there is one; a count of rows under a
    condition is set against all rows.
    """
    tag = next((e for e in found if e.tag == "share" and text.tokens[e.tokens[0]].fold == "chiem"), None)
    if tag is None or len(metrics) != 1 or metrics[0].unit == "%" or not amount_asked(text, found, tag):
        return metrics
    part, span = metrics[0], text.span(*tag.tokens)
    if part.span is None or part.span.end > span.start:
        return metrics
    wanted = f"100.0*{part.expr}/nullif(".replace(" ", "").lower()
    rates = (m for m in view.metrics if m.unit == "%" and m.expr.replace(" ", "").lower().startswith(wanted))
    rate = next(rates, None)
    if rate is not None:
        return part, MetricMatch(rate.name, rate.expr, rate.label, rate.unit, span)
    if not _counted(part.expr) or not any(m.expr.upper() == "COUNT(*)" for m in view.metrics):
        return metrics
    expr = f"100.0 * {part.expr} / NULLIF(COUNT(*), 0)"
    return part, MetricMatch("ty_trong", expr, f"Tỷ trọng: {part.label.lower()}", "%", span)


def with_part(
    view: View, metrics: Sequence[MetricMatch], governed: MetricMatch, share: Share
) -> tuple[MetricMatch, ...]:
    """The governed rate, after the number of what it counts where that is asked for too.

    Args:
        metrics: The measures that were named: a count, or none.
        governed: The rate whose numerator is the share's.
    """
    counts = next((m for m in view.metrics if is_count(m.expr)), None)
    if not share.amount or (not metrics and counts is None):
        return (governed,)
    expr = f"COUNT(CASE WHEN {share.numerator} THEN 1 END)"
    if metrics and (column := _DISTINCT.fullmatch(metrics[0].expr)) is not None:
        part = replace(metrics[0], expr=f"COUNT(DISTINCT CASE WHEN {share.numerator} THEN {column[1]} END)")
        return part, governed
    if metrics:
        part = replace(metrics[0], expr=expr)
    elif counts is not None:
        part = MetricMatch(counts.name, expr, counts.label, counts.unit, share.span)
    named = next((m for m in view.metrics if _counted(m.expr) == share.numerator.lower()), None)
    if named is not None:
        part = replace(part, name=named.name, expr=named.expr, label=named.label, unit=named.unit)
    return part, governed


def _counted(expr: str) -> str:
    """The condition of "SUM(CASE WHEN … THEN 1 ELSE 0 END)"; empty for any other expression."""
    head, tail = "sum(case when ", " then 1 else 0 end)"
    low = expr.lower()
    return low[len(head) : -len(tail)] if low.startswith(head) and low.endswith(tail) and low.count("case") == 1 else ""
