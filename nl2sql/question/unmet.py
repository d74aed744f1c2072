"""What a question asks for and no reading can give: it is shown as not understood, never left out in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import Reading, Span
from schema.semantic import View

_EVENTS = (
    "thông quan|đăng ký|phân luồng|giải phóng hàng|qua khu vực giám sát|hạch toán|quyết định|phát hiện|ban hành"
    "|hoàn thành|đến hạn|nộp|cấp|chốt"
)
"""What a date may be that of."""
_DATED = rf"(?:theo|tính theo|căn cứ)(?: thời điểm)? (?:ngày|thời điểm) (?P<event>{_EVENTS})"
"""The date by which something is told: "theo ngày thông quan"."""

_TO_GO = (
    r"(?:phải|cần|cần phải)(?: được| có)? (?:thu|đạt|thêm|tăng)"
    r"(?=.*(?:mỗi|một|bình quân|trung bình) (?:tháng|quý|ngày|tuần))"
    r"|(?:mỗi|một|bình quân|trung bình) (?:tháng|quý|ngày|tuần)(?: còn lại)? (?:phải|cần|cần phải) \S+"
)
"""What each step that is left has to bring: "hai tháng còn lại mỗi tháng phải thu bao nhiêu"."""
_REST = r"(?:(?:\d+|hai|ba|bốn|những|các|mấy) )?(?:tháng|quý|tuần|ngày) còn lại"

_KINDS_OF_TIME = (
    r"giờ cao điểm|giờ hành chính|ngoài giờ|ban đêm|ban ngày|nửa đêm"
    r"|(?:các |những |vào |mỗi )*(?:ngày (?:nghỉ|lễ|tết|thường)|cuối tuần(?! (?:này|trước|qua|vừa|rồi|sau|thứ|\d)))"
)
"""Kinds of days and hours, which no row tells: "cuối tuần có bao nhiêu xe"."""

_PARTS_OF_THE_LAND = (
    r"(?:miền|phía) (?:bắc|trung|nam|đông|tây)|(?:bắc|trung|nam) (?:bộ|trung bộ)|(?:đông|tây) (?:bắc|nam)(?: bộ)?"
    r"|đồng bằng sông (?:hồng|cửu long)|duyên hải|tây nguyên"
)
"""Parts of the country, by which the warehouse tells no offices: "các cục phía Nam"."""

_CLOCK = ("giờ", "phút")
_APART = r"chênh(?: lệch)?|cách(?: biệt)? nhau|hơn kém|khoảng cách"


def spread(text: Text) -> Found | None:
    """Where it is asked how far two ends lie apart."""
    return search(text, _APART)


def unmet(text: Text, view: View, found: Sequence[Element], reading: Reading) -> tuple[Span, ...]:
    """Stretches of the question that nothing in its reading answers."""
    out = [*_clock(text, found, reading), *_other_dates(text, view), *_spread(text, reading)]
    out += [*_counted_among(text, reading), *_parts_of_the_land(text, found)]
    for pattern in (_TO_GO, _REST, _KINDS_OF_TIME):
        where = search(text, pattern)
        out += [text.span(where.start, where.end)] if where is not None else []
    return tuple(dict.fromkeys(out))


def steps_of_sets(text: Text, reading: Reading) -> Reading:
    """A reading of members of several sets, with the steps unread for each of which they were asked: "… mỗi năm"."""
    where = search(text, r"(?:mỗi|từng|hằng|hàng) (?:năm|quý|tháng)")
    if where is None or not reading.terms or any(g.grain for g in reading.groups):
        return reading
    span = text.span(where.start, where.end)
    return replace(reading, unread=(*reading.unread, span), certainty=max(0.0, reading.certainty - 0.2))


def _clock(text: Text, found: Sequence[Element], reading: Reading) -> list[Span]:
    """Hours of the day, which no row has: "đăng ký sau 7 giờ tối"."""
    plain = [e for e in found if e.number and e.number.kind == "plain" and e.number.unit in _CLOCK]
    spans = [text.span(*e.tokens) for e in plain if e.number and not e.number.comparator]
    return [s for s in spans if all(t.span != s for t in reading.thresholds)]


def _other_dates(text: Text, view: View) -> list[Span]:
    """Dates of another event than those that the view keeps."""
    names = [n for t in view.time_dimensions for n in (t.label, *t.synonyms)]
    names += [n for d in view.dimensions if fold(d.label).startswith("ngay ") for n in (d.label, *d.synonyms)]
    kept = fold(" ".join(names))
    places = search_all(text, _DATED)
    return [text.span(w.start, w.end) for w in places if fold(w.parts["event"]) not in kept]


def _parts_of_the_land(text: Text, found: Sequence[Element]) -> list[Span]:
    """Parts of the country that no name in the question holds ("Đông Nam Á", "miễn năm 2024" without diacritics)."""
    places = search_all(text, _PARTS_OF_THE_LAND)
    free = (w for w in places if not any(e.tokens[0] < w.end and w.start < e.tokens[1] for e in found))
    return [text.span(w.start, w.end) for w in free]


def _counted_among(text: Text, reading: Reading) -> list[Span]:
    """How many of the first are of one kind: "top 10 doanh nghiệp, trong đó bao nhiêu doanh nghiệp FDI"."""
    where = search(text, "trong đó")
    first = reading.ranking is not None and bool(reading.ranking.n) and bool(reading.groups)
    counted = any(m.expr.upper().startswith("COUNT(DISTINCT") for m in reading.metrics)
    return [text.span(where.start, where.end)] if where is not None and first and counted else []


def _spread(text: Text, reading: Reading) -> list[Span]:
    """How far the highest and the lowest lie apart: both are shown, their difference is not."""
    where = search(text, _APART)
    both = reading.ranking is not None and reading.ranking.both
    return [text.span(where.start, where.end)] if both and where is not None else []
