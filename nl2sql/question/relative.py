"""Bounds that are no numbers: "cao hơn bình quân chung", "trên mức trung bình toàn ngành"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from nl2sql.generation.parts import SHARE
from nl2sql.question.elements import Element
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.types import FilterMatch, Reading, Threshold
from schema.semantic import View

WHOLE = r"(?:toàn ngành|cả nước|toàn quốc|toàn hệ thống|cả ngành|toàn cục)"

MEAN = r"(?:bình quân|trung bình)"

_ABOVE = (
    rf"(?<!bao )(?P<side>cao|lớn|nhiều|lâu|dài|chậm|thấp|ít|nhỏ|kém|ngắn|nhanh)(?: hơn)?(?: so với)?(?: hẳn)?(?: cả)?"
    rf"(?: mức| con số| số)? {MEAN}(?: chung)?(?: của)?(?: {WHOLE}| các \S+| tất cả các \S+)?"
    rf"(?! \d| tháng| quý| năm| cùng)"
    rf"|(?P<over>trên|vượt|quá|dưới)(?: mức)? {MEAN}(?: chung)?(?: của)?(?: {WHOLE}| các \S+)?"
    rf"(?! \d| tháng| quý| năm| cùng)"
    rf"|(?P<whole>cao|lớn|nhiều|lâu|dài|chậm|thấp|ít|nhỏ|ngắn|nhanh) hơn(?: so với)?"
    rf"(?:(?: mức)?(?: chung)?(?: của)? {WHOLE}| (?:mức|mặt bằng|tỷ lệ|con số) chung)"
    rf"|(?P<beside>dưới|vượt|trên(?= mức))"
    rf"(?: (?:mức|mặt bằng|tỷ lệ|con số) chung(?! của)|(?: mức)?(?: chung)?(?: của)? {WHOLE})"
)

_LESS = ("thấp", "ít", "nhỏ", "kém", "ngắn", "nhanh", "dưới")


_SIDE = r"cao|lớn|nhiều|lâu|dài|chậm|thấp|ít|nhỏ|kém|ngắn|nhanh"
_ABOVE_STEPS = (
    rf"(?:(?<!bao )(?P<side>{_SIDE}) hơn(?: hẳn)?(?: so với)?|(?P<over>trên|vượt|quá|dưới))(?P<whole>)"
    rf"(?: mức| con số| số)? {MEAN}(?: chung)?(?: của)?(?: các| mỗi| một| từng| hàng| hằng)?(?: 12)?"
    r" (?:tháng|quý|năm|ngày|tuần)(?! \d| trước| liền| qua| gần| này| nay| đầu| cuối)"
    r"(?: (?:của|trong) (?:cả |toàn )?(?:năm|kỳ|giai đoạn)(?! \d)| cả năm(?! \d))?"
)
"""Steps of the calendar above their own mean: "tháng nào … cao hơn bình quân tháng"."""
_STEPS_ASKED = r"(?:tháng|quý|năm|ngày|tuần) (?:nào|mấy)|(?:những|các|bao nhiêu|mấy|số) (?:tháng|quý|năm|ngày|tuần)"


_FRAMED = rf"(?:(?P<side>{_SIDE}) hơn(?: hẳn)?(?: so với)?|(?P<over>trên|vượt|quá|dưới))(?P<whole>)(?: mức)? {MEAN}"
"""Before the only period of the question: "cục nào thu cao hơn bình quân năm 2024"."""


def relative_bound(text: Text, time: TimeReading) -> tuple[Found, Threshold] | None:
    """ "cao hơn bình quân chung": where it stands, and the bound, of no measure yet."""
    found = search(text, _ABOVE)
    if found is None and len(time.periods) == 1 and not time.comparisons:
        start = time.periods[0].tokens[0]
        found = next((w for w in search_all(text, _FRAMED) if w.end == start), None)
    if found is None and search(text, _STEPS_ASKED) is not None:
        found = search(text, _ABOVE_STEPS)
    if found is None:
        return None
    said = {fold(w) for w in (*(found.parts[n] for n in ("side", "over", "whole")), found.parts.get("beside")) if w}
    op = "<" if said & {fold(w) for w in _LESS} else ">"
    against = "overall" if found.parts["whole"] else "mean"
    return found, Threshold("", op, 0.0, span=text.span(found.start, found.end), against=against)  # type: ignore[arg-type]


_ELSEWHERE = (
    rf"(?:hơn|so với|trên|dưới|vượt|quá)(?: mức| con số| số)? {MEAN}(?: một| mỗi)?(?: tháng| quý| ngày)?(?: của)?"
)


def mean_elsewhere(text: Text, time: TimeReading) -> Found | None:
    """ "số thu tháng 9/2025 so với bình quân năm 2024": a mean over a period that is not the one asked about."""
    starts = {p.tokens[0] for p in time.periods} | {c.base.tokens[0] for c in time.comparisons if c.base is not None}
    several = len(time.periods) > 1 or any(c.base is not None for c in time.comparisons)
    turned = (w for w in search_all(text, _BASE_FIRST) if not w.start and w.end in starts)
    return (
        next(iter((*(w for w in search_all(text, _ELSEWHERE) if w.end in starts), *turned)), None) if several else None
    )


_BASE_FIRST = rf"{MEAN}(?: chung)?(?: của)?(?=.* so với (?!cùng|kỳ|năm|tháng|quý))"
"""The base of a comparison told first: "bình quân năm 2024 so với số thu tháng 9/2025"."""


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


def rival_bound(
    text: Text, view: View, found: Sequence[Element], filters: Sequence[FilterMatch]
) -> tuple[Threshold, FilterMatch] | None:
    """ "cục nào … cao hơn Hải Phòng": members of a column are bounded by one of them; the bound and that member."""
    for index, element in enumerate(found):
        if element.kind != "value" or not index:
            continue
        condition = next((f for f in filters if f.column == element.name and len(f.values) == 1), None)
        if condition is None or condition.negated or condition.span != text.span(*element.tokens):
            continue
        asked = any(
            (one.kind == "dimension" and one.name == element.name and two.tag == "which")
            or (one.tag == "plural" and two.kind == "dimension" and two.name == element.name)
            for one, two in pairwise(found[:index])
        )  # fmt: skip
        led = [w for w in search_all(text, _RIVAL) if w.end == element.tokens[0]]
        if not asked or not led:
            continue
        said = {fold(w) for w in (led[0].parts["side"], led[0].parts["over"]) if w}
        op = "<" if said & {fold(w) for w in (*_LESS, "thua")} else ">"
        span = text.span(led[0].start, element.tokens[1])
        return Threshold("", op, 0.0, span=span, against="member", condition=condition.sql), condition
    return None


_RIVAL = (
    rf"(?:(?P<side>{_SIDE}) hơn(?: hẳn| cả)?(?: so với)?|(?P<over>vượt(?: qua)?|hơn|thua|kém|trên|dưới))"
    r"(?: mức| con số| số| của| tỷ lệ| cả)*(?: cục| chi cục| tỉnh| thành phố| nước| thị trường| hải quan)?"
)


def with_bound(reading: Reading, view: View, threshold: Threshold, *, counted: bool = False) -> Reading:
    """A reading with a relative bound on its first measure; ``counted`` when calendar units within it are counted.

    A ratio or a mean is bounded by that of everything together, a total by the mean of the groups' totals.
    """
    if not reading.groups and not counted:
        return reading
    measures = [m for m in reading.metrics if not m.expr.upper().startswith("COUNT(DISTINCT")]
    match = next(iter(measures or reading.metrics), None)
    metric = view.metric(match.name) if match else view.default_metric
    additive = metric is not None and metric.additivity != "ratio"
    against: Literal["overall", "mean"] = "mean" if additive else "overall"
    name = SHARE if reading.share and reading.share.numerator else metric.name if metric else ""
    if threshold.against == "member":
        bound = replace(threshold, metric=name)
        return replace(reading, thresholds=(*reading.thresholds, bound))
    bound = replace(threshold, metric=name, against=against)
    note = (
        "So với mức chung của toàn bộ." if against == "overall" else "So với mức bình quân của các nhóm được so sánh."
    )
    return replace(reading, thresholds=(*reading.thresholds, bound), assumptions=(*reading.assumptions, note))
