"""Figures computed over the table that a question describes: places, shares of the first, runs, counts, contrasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from nl2sql.question.elements import Element
from nl2sql.question.frames import ends_of, same_period_base
from nl2sql.question.measures import metric_match
from nl2sql.question.phrases import Found, search
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.types import (
    Comparison,
    Contrast,
    Derived,
    FilterMatch,
    Grain,
    GroupMatch,
    MetricMatch,
    Ranking,
    Reading,
    Shape,
    Span,
    Threshold,
)
from schema.semantic import GRAIN_LABELS, View

_WHOLE = r"(?:toàn ngành|cả nước|toàn quốc|toàn hệ thống|cả ngành|toàn cục)"
_MEAN = r"(?:bình quân|trung bình)"
_ABOVE = (
    rf"(?<!bao )(?P<side>cao|lớn|nhiều|lâu|dài|chậm|thấp|ít|nhỏ|kém|ngắn|nhanh)(?: hơn)?(?: so với)?(?: hẳn)?(?: cả)?"
    rf"(?: mức| con số| số)? {_MEAN}(?: chung)?(?: của)?(?: {_WHOLE}| các \S+| tất cả các \S+)?"
    rf"(?! \d| tháng| quý| năm| cùng)"
    rf"|(?P<over>trên|vượt|quá|dưới)(?: mức)? {_MEAN}(?: chung)?(?: của)?(?: {_WHOLE}| các \S+)?"
    rf"(?! \d| tháng| quý| năm| cùng)"
    rf"|(?P<whole>cao|lớn|nhiều|lâu|dài|chậm|thấp|ít|nhỏ|ngắn|nhanh) hơn(?: so với)?(?: mức)?(?: chung)?(?: của)? "
    rf"{_WHOLE}"
)
_LESS = ("thấp", "ít", "nhỏ", "kém", "ngắn", "nhanh", "dưới")
_PLACE = (
    r"(?:đứng |xếp |giữ |nằm |ở )*(?:ở |vào )?(?:thứ|hạng|vị trí|thứ hạng|rank|top)(?: thứ| hạng| số)? "
    r"(?:mấy|bao nhiêu)|(?:vị trí|thứ hạng|hạng) nào|thứ hạng(?: của)?|hạng của"
)
_PLACE_UNMARKED = (
    r"(?:dung|xep)(?: o| vao| hang| vi tri)*(?: thu| hang| vi tri)* (?:may|bao nhieu)|vi tri(?: thu)? (?:may|bao nhieu)"
)
"""Without diacritics "thu" is also revenue and "hang" goods: a verb of place is needed."""
_MOVED = r"(?P<way>tăng|thăng|lên|tụt|xuống|giảm|rớt|rơi|thay đổi|cải thiện|biến động)(?: về)?(?: thứ)? (?:hạng|bậc)"
_COUNT = r"(?P<size>\d+|hai|ba|bốn|năm|sáu)"
_STEP = r"(?P<step>tháng|quý|năm|tuần)"
_IN_A_ROW = r"(?:liên tiếp|liên tục|liền)"
_RUN = (
    rf"{_COUNT} {_STEP} {_IN_A_ROW}(?: \S+){{0,6}}? (?P<way>tăng|giảm)",
    rf"(?P<way>tăng|giảm)(?: \S+){{0,3}}? {_IN_A_ROW}(?: trong| suốt| qua| cả)?(?: \S+)? {_COUNT} {_STEP}",
    rf"(?P<way>tăng|giảm)(?: \S+){{0,4}}? {_COUNT} {_STEP} {_IN_A_ROW}",
)
_NUMBERS = {"hai": 2, "ba": 3, "bốn": 4, "bon": 4, "năm": 5, "nam": 5, "sáu": 6, "sau": 6}
_UNITS: dict[str, Grain] = {"thang": "month", "quy": "quarter", "nam": "year", "ngay": "day", "tuan": "week"}
_LEVEL = rf"(?:mức|con số|mặt bằng)?(?: ?{_MEAN})?(?: chung)?(?: của)?"
_AGAINST_WHOLE = (
    rf"(?:so(?: sánh)? với|(?:cao|thấp|lớn|nhỏ|nhiều|ít|dài|ngắn|nhanh|chậm|lâu) hơn(?: so với)?"
    rf"|chênh(?: lệch)? so với) ?{_LEVEL} ?(?:{_WHOLE}|mức chung|{_MEAN} chung|chung)"
)
_APART = (
    r"(?:chênh(?: lệch)?|khác biệt|khoảng cách)(?: \S+){0,5}? giữa|chênh(?: lệch| nhau)?"
    r"|vượt(?: \S+){1,8}? (?:bao nhiêu|mấy)|hơn kém(?: nhau)?|(?:hơn|kém)(?: nhau)? (?:bao nhiêu|mấy)"
    r"|(?:nhiều|cao|lớn|ít|thấp|nhanh|chậm|lâu|ngắn|dài|đông|nặng)? ?hơn(?: \S+){1,8}? (?:bao nhiêu|mấy)"
)
STEPS_COUNTED = r"(?:bao nhiêu|mấy|số) (?P<step>tháng|quý|năm|ngày|tuần)"
"""Calendar units are counted: "có mấy tháng …"."""
_TIMES = r"(?:gấp|bằng|nhiều gấp|cao gấp|lớn gấp) (?:mấy|bao nhiêu) lần"


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


def derive(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading:
    """The reading, with what the question asks to be computed over its table."""
    if reading.shape is Shape.ROWS:
        return reading
    for step in (
        _position,
        _moved,
        _run,
        _others,
        _outdone,
        _counted_steps,
        _counted_members,
        _top_share,
        _against_whole,
        _apart,
    ):
        changed = step(text, view, found, time, reading)
        if changed is not None:
            notes = tuple(n for n in built_notes(changed) if n not in changed.assumptions)
            return replace(changed, assumptions=(*changed.assumptions, *notes))
    return reading


def built_notes(reading: Reading) -> tuple[str, ...]:
    """How a figure over a table is computed, in words that the person sees beside the answer."""
    notes: list[str] = []
    contrast, derived = reading.contrast, reading.derived
    if contrast is not None:
        notes.append(f"So {contrast.left_label} với {contrast.right_label[:1].lower()}{contrast.right_label[1:]}.")
    if derived is not None and derived.kind == "position":
        order = "từ thấp lên cao" if reading.ranking and not reading.ranking.descending else "từ cao xuống thấp"
        of = reading.groups[0].label.lower() if reading.groups else "các đối tượng"
        notes.append(f"Thứ hạng của {derived.label} trong tất cả ({of}), xếp {order}.")
    elif derived is not None and derived.kind == "moved":
        notes.append("Thứ hạng ở hai kỳ; số bậc tăng là số dương.")
    elif derived is not None and derived.kind == "top_share":
        first = f"{derived.size:g}% đối tượng đầu" if derived.percent else f"{derived.size:g} đối tượng đầu"
        notes.append(f"Phần của {first} gộp lại trong tổng số.")
    elif derived is not None and derived.kind == "count":
        notes.append("Đếm số nhóm thỏa ngưỡng đã nêu.")
    elif derived is not None:
        way = "giảm" if derived.falling else "tăng"
        notes.append(f"Có {derived.size:g} kỳ liền nhau {way}, mỗi kỳ so với kỳ ngay trước.")
    return tuple(notes)


def explained(reading: Reading, text: Text, where: Found) -> Reading:
    """The reading without what stood unread inside a pattern that has been understood."""
    return _settled(reading, text, where)


def _settled(reading: Reading, text: Text, where: Found, **changes: object) -> Reading:
    """The reading with changes; what stood unread inside the pattern has its explanation now."""
    start, end = text.span(where.start, where.end).start, text.span(where.start, where.end).end
    left = tuple(s for s in reading.unread if s.end <= start or s.start >= end)
    gained = 0.2 * sum(len(s.text.split()) for s in reading.unread if s not in left)
    if any(_is_set_word(s) for s in reading.unread if s not in left):
        gained += 0.4
    settled = replace(reading, unread=left, certainty=min(1.0, reading.certainty + gained))
    return replace(settled, **changes)  # type: ignore[arg-type]


def _is_set_word(span: Span) -> bool:
    words = fold(span.text)
    return "hang" in words.split() or "lien" in words.split()


def _members(reading: Reading) -> tuple[GroupMatch, ...]:
    return tuple(g for g in reading.groups if g.grain is None)


def _subject(view: View, reading: Reading) -> FilterMatch | None:
    """The one member that the question is about: of the column that is listed, else a unit, else the rarest value."""
    single = [f for f in reading.filters if len(f.values) == 1 and not f.negated and view.dimension(f.column)]
    listed = {g.column for g in reading.groups}
    chosen = [f for f in single if f.column in listed]
    chosen = chosen or [f for f in single if (d := view.dimension(f.column)) and d.scope]
    if not chosen:
        sizes = {d.name: len(d.values) or 1000 for d in view.dimensions}
        chosen = sorted(single, key=lambda f: -sizes.get(f.column, 0))
    return chosen[0] if chosen else None


def _group(view: View, column: str, reading: Reading) -> GroupMatch:
    known = next((g for g in reading.groups if g.column == column), None)
    return known or GroupMatch(column, view.label_of(column))


def _position(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    where = search(text, _PLACE if text.accented else _PLACE_UNMARKED)
    subject = _subject(view, reading) if where else None
    if where is None or subject is None or reading.comparison:
        return None
    descending = reading.ranking.descending if reading.ranking else True
    group = _group(view, subject.column, reading)
    return _settled(
        reading, text, where,
        filters=tuple(f for f in reading.filters if f is not subject),
        groups=(group,),
        ranking=Ranking(None, descending, span=text.span(where.start, where.end)),
        share=None,
        derived=Derived("position", condition=subject.sql, label=subject.values[0], amount=_amount(text, where)),
        shape=Shape.TOTAL,
    )  # fmt: skip


def _amount(text: Text, where: Found) -> bool:
    """Whether the measure is asked for before the place: "đạt bao nhiêu, xếp thứ mấy"."""
    asked = search(text, r"bao nhiêu|mấy")
    return asked is not None and asked.end < where.start


def _moved(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    where = search(text, _MOVED)
    members = _members(reading)
    if where is None or not members:
        return None
    comparison, periods = reading.comparison, reading.periods
    if comparison is None and len(periods) >= 2:
        ordered = sorted(periods, key=lambda p: p.start)
        comparison, periods = Comparison("explicit", ordered[0]), (ordered[-1],)
    elif comparison is None and len(periods) == 1 and (ends := ends_of(periods[0])) is not None:
        comparison, periods = Comparison("explicit", ends[0]), (ends[1],)
    elif comparison is None and len(periods) == 1:
        comparison = Comparison("same_period", same_period_base(periods[0]))
    if comparison is None:
        return None
    down = fold(where.parts["way"]) in ("tut", "xuong", "giam", "rot", "roi")
    ranking = replace(reading.ranking, descending=not down) if reading.ranking else Ranking(None, not down)
    return _settled(
        reading, text, where, comparison=comparison, periods=periods, groups=members, ranking=ranking, window=None,
        derived=Derived("moved", span=text.span(where.start, where.end)), shape=Shape.RANKING,
    )  # fmt: skip


def _run(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    where = next((w for p in _RUN if (w := search(text, p))), None)
    if where is None:
        return None
    size = where.parts["size"]
    steps = int(size) if size.isdigit() else _NUMBERS.get(size, 0)
    grain = _UNITS.get(fold(where.parts["step"]))
    if steps < 2 or grain is None:
        return None
    span = text.span(where.start, where.end)
    kept = tuple(p for p in reading.periods if not p.span or p.span.end <= span.start or p.span.start >= span.end)
    group = GroupMatch(grain, GRAIN_LABELS[grain], grain)
    falling = fold(where.parts["way"]) == "giam"
    return _settled(
        reading, text, where, periods=kept, groups=(group, *_members(reading)), comparison=None, window=None,
        ranking=None, thresholds=(), share=None, average=None,
        derived=Derived("run", steps, falling=falling, span=span), shape=Shape.BREAKDOWN,
    )  # fmt: skip


def _counted_steps(
    text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading
) -> Reading | None:
    """ "có bao nhiêu tháng thu trên …": the calendar units within a bound are counted."""
    where = search(text, STEPS_COUNTED)
    bounds = tuple(t for t in reading.thresholds if not t.on_rows and (not t.on_change or reading.comparison))
    if where is None or not bounds or _members(reading):
        return None
    grain = _UNITS[fold(where.parts["step"])]
    return _settled(
        reading, text, where, groups=(GroupMatch(grain, GRAIN_LABELS[grain], grain),), ranking=None, average=None,
        derived=Derived("count", span=text.span(where.start, where.end)), shape=Shape.TOTAL,
    )  # fmt: skip


def _counted_members(
    text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading
) -> Reading | None:
    """ "có bao nhiêu cục thu tăng trên 10%": members within a bound on a change or on the mean are counted."""
    bounds = [t for t in reading.thresholds if not t.on_rows and (t.on_change or t.against)]
    counted = next((m for m in reading.metrics if m.expr.upper().startswith("COUNT(DISTINCT ")), None)
    if not bounds or counted is None or reading.groups:
        return None
    column = counted.expr[len("COUNT(DISTINCT ") : -1]
    others = tuple(m for m in reading.metrics if m is not counted) or _bounded(text, view, found, counted)
    default = view.default_metric
    if not others and default is not None:
        others = (metric_match(default, text, None, assumed=True),)
    if not others or view.dimension(column) is None:
        return None
    thresholds = tuple(replace(t, metric=others[0].name) for t in reading.thresholds)
    return replace(
        reading, metrics=others[:1], groups=(GroupMatch(column, view.label_of(column)),), thresholds=thresholds,
        ranking=None, derived=Derived("count", span=counted.span), shape=Shape.TOTAL,
    )  # fmt: skip


def _bounded(text: Text, view: View, found: Sequence[Element], counted: MetricMatch) -> tuple[MetricMatch, ...]:
    """The measure that the members counted are bounded by, where it was named."""
    for element in found:
        metric = view.metric(element.name) if element.kind == "metric" else None
        if metric is not None and metric.name != counted.name and not metric.expr.upper().startswith("COUNT(DISTINCT"):
            return (metric_match(metric, text, element),)
    return ()


def _top_share(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    """ "5 nước lớn nhất chiếm bao nhiêu phần trăm": one figure for the first together."""
    share, ranking, members = reading.share, reading.ranking, _members(reading)
    if share is None or share.numerator or ranking is None or len(members) != 1 or len(reading.groups) != 1:
        return None
    taking = share.span is not None and fold(share.span.text).split()[:1] in (["chiem"], ["dong"])
    apart = search(text, r"mỗi|từng|riêng từng|lần lượt|tương ứng")
    if not taking or apart is not None or not ranking.n:
        return None
    named = [e for e in found if e.tag != "percent"]
    part = next(
        (a.number.value for a, b in pairwise(named) if a.number and a.number.kind == "percent"
         and not a.number.comparator and b.kind == "dimension" and b.name == members[0].column), None,
    )  # fmt: skip
    if part is None and ranking.n < 2:
        return None
    size, percent = (float(part), True) if part is not None else (float(ranking.n), False)
    return replace(
        reading, derived=Derived("top_share", size, percent, span=share.span), thresholds=(), shape=Shape.SHARE,
        certainty=reading.certainty,
    )  # fmt: skip


def _against_whole(
    text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading
) -> Reading | None:
    """ "tỷ lệ luồng đỏ của Hải Phòng so với toàn ngành"."""
    where = search(text, _AGAINST_WHOLE)
    if where is None or time.comparisons or len(reading.periods) > 1:
        return None
    subject = _subject(view, reading)
    if subject is None:
        return None
    return _settled(
        reading, text, where,
        filters=tuple(f for f in reading.filters if f is not subject),
        groups=tuple(g for g in reading.groups if g.column != subject.column),
        comparison=None, window=None, share=None, ranking=None,
        contrast=Contrast(subject.sql, "", subject.values[0], "Toàn bộ", span=text.span(where.start, where.end)),
        shape=Shape.TOTAL,
    )  # fmt: skip


_OTHERS = r"so(?: sánh)? với (?:các |những |số )?(?:\S+ ){0,4}?(?:khác|còn lại)(?! biệt)"


def _others(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    """ "doanh nghiệp ưu tiên so với các doanh nghiệp khác": a part set against all the rest."""
    where = search(text, _OTHERS)
    if where is None or time.comparisons or reading.comparison:
        return None
    at = text.span(where.start, where.end)
    before = [f for f in reading.filters if f.span and f.span.end <= at.start and not f.negated]
    named = [f for f in before if f.column != "chieu"]
    if not named:
        return None
    subject = named[-1]
    span = text.span(where.start, where.end)
    return _settled(
        reading, text, where, filters=tuple(f for f in reading.filters if f is not subject), comparison=None,
        groups=tuple(g for g in reading.groups if g.grain), window=None, share=None, ranking=None,
        contrast=Contrast(subject.sql, f"NOT ({subject.sql})", _said(subject), "Còn lại", span=span),
        shape=Shape.TOTAL,
    )  # fmt: skip


_OUTDOES = r"(?P<side>lớn|cao|nhiều|lâu|dài|thấp|ít|nhỏ|ngắn|nhanh)(?: tiền)? hơn|(?P<over>vượt(?: quá)?)"
_LESSER = ("thap", "it", "nho", "ngan", "nhanh")


def _outdone(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    """ "cục nào xuất khẩu nhiều hơn nhập khẩu": members or steps, one part of which exceeds another."""
    where = search(text, _OUTDOES)
    if where is None or reading.comparison or time.comparisons or reading.thresholds or reading.ranking:
        return None
    double = [f for f in reading.filters if len(f.values) == 2 and not f.negated and " IN (" in f.sql and f.span]
    at = text.span(where.start, where.end)
    if len(double) != 1 or not double[0].span or double[0].span.end > at.start:
        return None
    pair = _pair(text, view, reading, where)
    asked = any(e.tag == "which" for e in found) or any(g.role == "which" for g in time.grains)
    later = any(e.kind == "value" and e.name == double[0].column and e.tokens[0] >= where.end for e in found)
    if pair is None or not asked or not later:
        return None
    left, right, labels, rest, column = pair
    groups = tuple(g for g in reading.groups if g.column != column)
    if not groups:
        return None
    bound: Literal[">", "<"] = "<" if fold(where.parts["side"]) in _LESSER else ">"
    return _settled(
        reading, text, where, filters=rest, groups=groups, window=None, share=None,
        contrast=Contrast(left, right, *labels, bound=bound), shape=Shape.TOTAL,
    )  # fmt: skip


def _apart(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    """Two parts set against each other: their difference, or how many times the one is the other."""
    times = search(text, _TIMES)
    where = times or search(text, _APART)
    if where is None or time.comparisons or len(reading.periods) > 1 or reading.ranking:
        return None
    pair = _pair(text, view, reading, where)
    if pair is None:
        return None
    left, right, labels, rest, column = pair
    return _settled(
        reading, text, where, filters=rest, groups=tuple(g for g in reading.groups if g.column != column),
        comparison=None, window=None, share=None,
        assumptions=tuple(a for a in reading.assumptions if not a.startswith("Không nêu mốc so sánh")),
        contrast=Contrast(left, right, *labels, want="times" if times else "all"),
        shape=Shape.TOTAL,
    )  # fmt: skip


def _pair(
    text: Text, view: View, reading: Reading, where: Found
) -> tuple[str, str, tuple[str, str], tuple[FilterMatch, ...], str] | None:
    """Two values of one column, or two conditions on either side of what sets them apart."""
    double = [f for f in reading.filters if len(f.values) == 2 and not f.negated and " IN (" in f.sql]
    if len(double) == 1:
        one = double[0]
        quoted = one.sql[one.sql.index("(") + 1 : -1].split(", ")
        if len(quoted) == 2:
            left, right = (f"{one.column} = {q}" for q in quoted)
            rest = tuple(f for f in reading.filters if f is not one)
            return left, right, (one.values[0], one.values[1]), rest, one.column
        return None
    at = text.span(where.start, where.end)
    before = [f for f in reading.filters if f.span and f.span.end <= at.start and not f.negated]
    after = [f for f in reading.filters if f.span and f.span.start >= at.end and not f.negated]
    if len(after) == 1 and before:
        first, second = before[-1], after[0]
        rest = tuple(f for f in reading.filters if f is not first and f is not second)
        return first.sql, second.sql, (_said(first), _said(second)), rest, first.column
    return None


def _said(condition: FilterMatch) -> str:
    return condition.label.split(": ", 1)[-1]
