"""One part set against two wholes: "chiếm bao nhiêu % xuất khẩu thủy sản và bao nhiêu % tổng xuất khẩu"."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.generation.parts import conditional, operand
from nl2sql.question.apart import condition_of
from nl2sql.question.elements import Element
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, MetricMatch
from schema.semantic import View

_PARTS = ("value", "filter")
_TOTALS = ("total", "whole", "everything")


def of_two_wholes(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    filters: tuple[FilterMatch, ...],
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """The part of each of two wholes as measures of their own, and the conditions that hold for both.

    What the part names of a whole is said again in it; what neither whole names bounds the part alone.
    """
    tags = [e for e in found if e.tag in ("share", "percent")]
    usual = view.default_metric
    base = metrics or ((MetricMatch(usual.name, usual.expr, usual.label, usual.unit, assumed=True),) if usual else ())
    if len(tags) != 2 or len(base) != 1 or base[0].unit == "%" or tags[0].tag != "share" or not _taking(text, tags[0]):
        return metrics, filters
    if any(e.kind == "dimension" or e.tag in ("change", "compare", "max", "min", "not") for e in found):
        return metrics, filters
    ends = (tags[0].tokens[0], tags[0].tokens[1], tags[1].tokens[0], tags[1].tokens[1], len(text.tokens))
    part = [e for e in found if e.kind in _PARTS and e.tokens[1] <= ends[0]]
    wholes = [[e for e in found if a <= e.tokens[0] < b] for a, b in ((ends[1], ends[2]), (ends[3], ends[4]))]
    told = [[e for e in whole if e.kind in _PARTS] for whole in wholes]
    named = [t or any(e.tag in _TOTALS or e.kind == "metric" for e in w) for t, w in zip(told, wholes, strict=True)]
    sides = [dict(condition_of(view, e) for e in side) for side in (part, *told)]
    known = {f.sql for f in filters}
    if not part or not all(named) or sides[1] == sides[2] or any(f.negated for f in filters):
        return metrics, filters
    if not {sql for side in sides for sql in side} <= known:
        return metrics, filters
    common = set(sides[1]) & set(sides[2])
    out = []
    for place, whole in enumerate(sides[1:], start=1):
        above = [sql for sql in dict.fromkeys((*sides[0], *whole)) if sql not in common]
        below = [sql for sql in whole if sql not in common]
        numerator = conditional(base[0].expr, " AND ".join(above)) if above else base[0].expr
        denominator = conditional(base[0].expr, " AND ".join(below)) if below else base[0].expr
        label = "Tỷ trọng trong " + (", ".join(whole[s] for s in below) if below else "tổng số")
        expr = f"100.0 * {operand(numerator)} / NULLIF({denominator}, 0)"
        span = text.span(*tags[place - 1].tokens)
        out.append(MetricMatch(f"ty_trong_{place}", expr, label, "%", span))
    taken = {sql for side in sides for sql in side} - common
    return tuple(out), tuple(f for f in filters if f.sql not in taken)


def _taking(text: Text, tag: Element) -> bool:
    return text.tokens[tag.tokens[0]].fold in ("chiem", "bang", "dong")
