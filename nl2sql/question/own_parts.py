"""Counts listed with a condition of their own: "số dòng tham vấn, số dòng bác bỏ", "số vụ và số vụ khởi tố"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.generation.parts import conditional
from nl2sql.question.elements import Element, gap
from nl2sql.question.measures import is_count
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, MetricMatch
from schema.semantic import View

_JOINTS = frozenset({",", ";", "/", "+", "&", "và", "cùng", "lẫn", "kèm", "va", "cung", "lan", "kem"})


def own_conditions(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    filters: tuple[FilterMatch, ...],
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """The measures with what stands right behind each of them as their own condition, and the filters that remain.

    Only counts that begin with the same words are told apart so: what follows the last of several different measures
    bounds them all ("số tờ khai, kim ngạch nhập khẩu"). One measure named twice is meant twice, whatever else is
    listed beside it ("số cuộc, số cuộc vi phạm, tỷ lệ vi phạm").
    """
    listed = [e for e in found if e.kind == "metric" and any(m.name == e.name for m in metrics)]
    names = [e.name for e in listed]
    twice = {n for n in names if names.count(n) > 1}
    others = tuple(m for m in metrics if m.name not in names)
    if len(listed) < 2 or (others and not twice):
        return metrics, filters
    if not all(_in_list(text, found, one, two) for one, two in pairwise(listed)):
        return metrics, filters
    if not twice and (len({_head(text, e) for e in listed}) > 1 or not all(_counts(metrics, e) for e in listed)):
        return metrics, filters
    behind = [_behind(text, found, e) for e in listed]
    conditions = [tuple(f for f in filters if f.span and not f.negated and _stands(text, f, b)) for b in behind]
    said = [{e.term.value for e in b if e.term} for b in behind]
    if any(not set(f.values) <= told for c, told in zip(conditions, said, strict=True) for f in c):
        return metrics, filters  # values told elsewhere too are set side by side
    columns = [{f.column for f in c} for c in conditions]
    if twice and any(c and e.name not in twice for c, e in zip(columns, listed, strict=True)):
        return metrics, filters
    columns = [c for c, e in zip(columns, listed, strict=True) if not twice or e.name in twice]
    told_apart = any(columns) and (not all(columns) or any(a != b for a, b in pairwise(columns)))
    if not told_apart:
        return metrics, filters
    out: list[MetricMatch] = []
    for element, own in zip(listed, conditions, strict=True):
        match = next(m for m in metrics if m.name == element.name)
        out.append(_bounded(match, own) if own else match)
    taken = {f.sql for own in conditions for f in own}
    if len({m.name for m in out}) < len(out):
        return metrics, filters
    return (*out, *others), tuple(f for f in filters if f.sql not in taken)


def _head(text: Text, element: Element) -> tuple[str, ...]:
    return tuple(t.fold for t in text.tokens[element.tokens[0] : element.tokens[1]][:2])


def _counts(metrics: Sequence[MetricMatch], element: Element) -> bool:
    match = next(m for m in metrics if m.name == element.name)
    return is_count(match.expr) or re.match(r"SUM\(CASE WHEN .* THEN 1 ELSE 0 END\)$", match.expr) is not None


def _in_list(text: Text, found: Sequence[Element], one: Element, two: Element) -> bool:
    """Whether the second stands right behind a joint, with nothing but conditions between it and the first."""
    before = text.tokens[two.tokens[0] - 1]
    between = [e for e in found if one.tokens[1] <= e.tokens[0] < two.tokens[0]]
    joint = before.text in _JOINTS or (before.norm if text.accented else before.fold) in _JOINTS
    return joint and all(e.kind in ("value", "filter") or e.tag in ("and", "have") for e in between)


def _behind(text: Text, found: Sequence[Element], element: Element) -> tuple[Element, ...]:
    """The values that follow a measure with no other words between."""
    out: list[Element] = []
    last = element
    for after in [e for e in found if e.tokens[0] >= element.tokens[1]]:
        commas = any(t.kind == "punct" for t in text.tokens[last.tokens[1] : after.tokens[0]])
        if after.kind not in ("value", "filter") or gap(text, last, after) or commas:
            break
        out.append(after)
        last = after
    return tuple(out)


def _stands(text: Text, condition: FilterMatch, behind: Sequence[Element]) -> bool:
    span = condition.span
    return span is not None and any(text.span(*e.tokens).start == span.start for e in behind)


def _bounded(match: MetricMatch, own: Sequence[FilterMatch]) -> MetricMatch:
    values = ", ".join(v for f in own for v in f.values) or ", ".join(f.label for f in own)
    slug = re.sub(r"\W+", "_", fold(values)).strip("_") or "rieng"
    expr = conditional(match.expr, " AND ".join(f.sql for f in own))
    return replace(match, name=f"{match.name}_{slug}", expr=expr, label=f"{match.label}: {values}")
