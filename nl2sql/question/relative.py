"""Bounds that are no numbers: "cao hơn bình quân chung", "trên mức trung bình toàn ngành"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from nl2sql.question.elements import Element
from nl2sql.question.phrases import Found, search
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.types import Reading, Threshold
from schema.semantic import View

WHOLE = r"(?:toàn ngành|cả nước|toàn quốc|toàn hệ thống|cả ngành|toàn cục)"

MEAN = r"(?:bình quân|trung bình)"

_ABOVE = (
    rf"(?<!bao )(?P<side>cao|lớn|nhiều|lâu|dài|chậm|thấp|ít|nhỏ|kém|ngắn|nhanh)(?: hơn)?(?: so với)?(?: hẳn)?(?: cả)?"
    rf"(?: mức| con số| số)? {MEAN}(?: chung)?(?: của)?(?: {WHOLE}| các \S+| tất cả các \S+)?"
    rf"(?! \d| tháng| quý| năm| cùng)"
    rf"|(?P<over>trên|vượt|quá|dưới)(?: mức)? {MEAN}(?: chung)?(?: của)?(?: {WHOLE}| các \S+)?"
    rf"(?! \d| tháng| quý| năm| cùng)"
    rf"|(?P<whole>cao|lớn|nhiều|lâu|dài|chậm|thấp|ít|nhỏ|ngắn|nhanh) hơn(?: so với)?(?: mức)?(?: chung)?(?: của)? "
    rf"{WHOLE}"
)

_LESS = ("thấp", "ít", "nhỏ", "kém", "ngắn", "nhanh", "dưới")


def relative_bound(text: Text) -> tuple[Found, Threshold] | None:
    """ "cao hơn bình quân chung": where it stands, and the bound, of no measure yet."""
    found = search(text, _ABOVE)
    if found is None:
        return None
    said = {fold(w) for w in (found.parts["side"], found.parts["over"], found.parts["whole"]) if w}
    op = "<" if said & {fold(w) for w in _LESS} else ">"
    against = "overall" if found.parts["whole"] else "mean"
    return found, Threshold("", op, 0.0, span=text.span(found.start, found.end), against=against)  # type: ignore[arg-type]


def without(found: Sequence[Element], where: Found | None) -> tuple[Element, ...]:
    """The elements outside a stretch of tokens."""
    if where is None:
        return tuple(found)
    inside = set(range(where.start, where.end))
    return tuple(e for e in found if e.kind in ("value", "filter") or not inside & set(range(*e.tokens)))


def without_grains(time: TimeReading, where: Found | None) -> TimeReading:
    """Time without the averages inside a stretch of tokens."""
    if where is None:
        return time
    inside = set(range(where.start, where.end))
    return replace(time, grains=tuple(g for g in time.grains if not inside & set(range(*g.tokens))))


def with_bound(reading: Reading, view: View, threshold: Threshold) -> Reading:
    """A reading with a relative bound on its first measure.

    A ratio or a mean is bounded by that of everything together, a total by the mean of the groups' totals.
    """
    if not reading.groups or not any(g.grain is None for g in reading.groups):
        return reading
    match = reading.metrics[0] if reading.metrics else None
    metric = view.metric(match.name) if match else view.default_metric
    additive = metric is not None and metric.additivity == "additive"
    against: Literal["overall", "mean"] = "mean" if additive and threshold.against == "mean" else "overall"
    bound = replace(threshold, metric=metric.name if metric else "", against=against)
    note = (
        "So với mức chung của toàn bộ." if against == "overall" else "So với mức bình quân của các nhóm được so sánh."
    )
    return replace(reading, thresholds=(*reading.thresholds, bound), assumptions=(*reading.assumptions, note))
