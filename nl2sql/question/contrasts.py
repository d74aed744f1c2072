"""Two parts set against each other in one period: a part and the whole, a part and the rest, two values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from nl2sql.question.elements import Element, joined
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.relative import MEAN, WHOLE
from nl2sql.question.settling import settled, subject_of
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.types import Contrast, FilterMatch, GroupMatch, Reading, Shape, Span
from schema.semantic import View

_LEVEL = rf"(?:mức|con số|mặt bằng)?(?: ?{MEAN})?(?: chung)?(?: của)?"

_AGAINST_WHOLE = (
    rf"(?:so(?: sánh)? với|(?:cao|thấp|lớn|nhỏ|nhiều|ít|dài|ngắn|nhanh|chậm|lâu) hơn(?: so với)?"
    rf"|chênh(?: lệch)? so với) ?{_LEVEL} ?(?:{WHOLE}|mức chung|{MEAN} chung|chung)"
)

_APART = (
    r"(?:chênh(?: lệch)?|khác biệt|khoảng cách)(?: \S+){0,5}? giữa|(?:chênh|lệch)(?: lệch| nhau)?|cách (?:nhau|biệt)"
    r"|vượt(?: \S+){1,8}? (?:bao nhiêu|mấy)|hơn kém(?: nhau)?|(?:hơn|kém)(?: nhau)? (?:bao nhiêu|mấy|bao lâu)"
    r"|(?:nhiều|cao|lớn|ít|thấp|nhanh|chậm|lâu|ngắn|dài|đông|nặng)? ?(?:hơn|kém|thua)(?: \S+){1,8}?"
    r" (?:bao nhiêu|mấy|bao lâu)"
)

_MOVED = r"(?:tăng|giảm|thêm|bớt)(?: \S+){0,4}? (?:bao nhiêu|mấy)"
"""How one member differs from another that "so với" names: "so với MFN thì EVFTA giảm mấy điểm"."""
_BASE = r"so(?: sánh)? với"
_PLACED = frozenset(("ở", "tại", "qua", "trong", "của", "cho", "đối", "thuộc", "với"))
"""What leads a condition that both sides keep: "xe ra nhiều hơn xe vào bao nhiêu lượt ở Móng Cái"."""

_TIMES = r"(?:gấp|bằng|nhiều gấp|cao gấp|lớn gấp) (?:mấy|bao nhiêu) lần"


def against_whole(
    text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading
) -> Reading | None:
    """ "tỷ lệ luồng đỏ của Hải Phòng so với toàn ngành"."""
    where = search(text, _AGAINST_WHOLE)
    bounded = bool(reading.groups) and any(t.against for t in reading.thresholds)
    if where is None or time.comparisons or len(reading.periods) > 1 or bounded:
        return None
    subject = subject_of(view, reading)
    if subject is None:
        return None
    return settled(
        reading, text, where,
        filters=tuple(f for f in reading.filters if f is not subject),
        groups=tuple(g for g in reading.groups if g.column != subject.column),
        comparison=None, window=None, share=None, ranking=None,
        contrast=Contrast(subject.sql, "", subject.values[0], "Toàn bộ", span=text.span(where.start, where.end)),
        shape=Shape.TOTAL,
    )  # fmt: skip


_OTHERS = r"so(?: sánh)? với (?:các |những |số )?(?:\S+ ){0,4}?(?:khác|còn lại)(?! biệt)"


def against_others(
    text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading
) -> Reading | None:
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
    return settled(
        reading, text, where, filters=tuple(f for f in reading.filters if f is not subject), comparison=None,
        groups=tuple(g for g in reading.groups if g.grain), window=None, share=None, ranking=None,
        contrast=Contrast(subject.sql, f"NOT ({subject.sql})", _said(subject), "Còn lại", span=span),
        shape=Shape.TOTAL,
    )  # fmt: skip


_OUTDOES = r"(?P<side>lớn|cao|nhiều|lâu|dài|thấp|ít|nhỏ|ngắn|nhanh)(?: tiền)? hơn|(?P<over>vượt(?: quá)?)"

_LESSER = ("thap", "it", "nho", "ngan", "nhanh")


def outdone(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    """ "cục nào xuất khẩu nhiều hơn nhập khẩu": members or steps, one part of which exceeds another."""
    where = search(text, _OUTDOES)
    if where is None or reading.comparison or time.comparisons or reading.thresholds or reading.ranking:
        return None
    double = [f for f in reading.filters if len(f.values) == 2 and not f.negated and " IN (" in f.sql and f.span]
    at = text.span(where.start, where.end)
    kinds = not double and _kinds_touching(reading, at)
    if not kinds and (len(double) != 1 or not double[0].span or double[0].span.end > at.start):
        return None
    pair = _pair(text, view, reading, where)
    asked = any(e.tag == "which" for e in found) or any(g.role == "which" for g in time.grains)
    lead = None if asked else _listed_first(text, view, found)
    asked = asked or lead is not None
    later = kinds or any(e.kind == "value" and e.name == double[0].column and e.tokens[0] >= where.end for e in found)
    if pair is None or not asked or not later:
        return None
    left, right, labels, rest, column = pair
    near = [e for e in found if e.kind == "value" and e.name == column and e.term]
    before = next((e.term.value for e in reversed(near) if e.term and e.tokens[1] <= where.start), "")
    if before == labels[1]:  # "tháng nào nhập nhiều hơn xuất", of exports and imports
        left, right, labels = right, left, (labels[1], labels[0])
    groups = tuple(g for g in reading.groups if g.column != column)
    groups = groups or ((lead,) if lead is not None else ())
    if not groups:
        return None
    bound: Literal[">", "<"] = "<" if fold(where.parts["side"]) in _LESSER else ">"
    return settled(
        reading, text, where, filters=rest, groups=groups, window=None, share=None,
        contrast=Contrast(left, right, *labels, bound=bound), shape=Shape.TOTAL,
    )  # fmt: skip


_NOUN = 14
"""Characters of the noun that may be said once more before the second of two kinds: "hơn [doanh nghiệp] chế xuất"."""


def _kinds_touching(reading: Reading, at: Span) -> bool:
    """Whether named conditions stand on both sides of a comparative: "hồ sơ quá hạn nhiều hơn đúng hạn"."""
    named = [f.span for f in reading.filters if f.span and not f.values and not f.negated]
    left = any(0 <= at.start - s.end <= 1 for s in named)
    return left and any(0 <= s.start - at.end <= _NOUN for s in named)


def _listed_first(text: Text, view: View, found: Sequence[Element]) -> GroupMatch | None:
    """The members that a question begins with: "nhóm hàng có số chính thức cao hơn số sơ bộ"."""
    named = [e for e in found if e.kind != "period" and e.tag not in ("plural", "list")]
    if len(named) < 2 or named[0].kind != "dimension" or named[1].tag != "have":
        return None
    return GroupMatch(named[0].name, view.label_of(named[0].name), None, text.span(*named[0].tokens))


def set_apart(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    """Two parts set against each other: their difference, or how many times the one is the other."""
    times = search(text, _TIMES)
    where = times or search(text, _APART)
    base = _base_told(text, found)
    where = where or (search(text, _MOVED) if base is not None else None)
    if where is None or time.comparisons or len(reading.periods) > 1:
        return None
    pair = _pair(text, view, reading, where)
    if pair is None:
        return None
    left, right, labels, rest, column = pair
    groups = tuple(g for g in reading.groups if g.column != column)
    ranking = reading.ranking
    if ranking is not None and not (groups and not times and not ranking.both and _widest(text, where)):
        return None
    if base is not None and base.term is not None and base.name == column and base.term.value == labels[0]:
        left, right, labels = right, left, (labels[1], labels[0])  # "so với C/O giấy thì C/O điện tử …"
    return settled(
        reading, text, where, filters=rest, groups=groups, comparison=None, window=None, share=None,
        ranking=replace(ranking, by_change=False) if ranking else None,
        assumptions=tuple(a for a in reading.assumptions if not a.startswith("Không nêu mốc so sánh")),
        contrast=Contrast(left, right, *labels, want="times" if times else "all"),
        shape=Shape.TOTAL,
    )  # fmt: skip


def _widest(text: Text, where: Found) -> bool:
    """Whether it is the difference of both sides that a superlative ranks: "chênh lệch MFN và EVFTA lớn nhất"."""
    apart = text.tokens[where.start].fold in ("chenh", "cach", "khoang", "lech", "khac")
    return apart and any(w.start >= where.end - 1 for w in search_all(text, r"(?:lớn|nhiều|cao|xa|ít|nhỏ|thấp) nhất"))


def _base_told(text: Text, found: Sequence[Element]) -> Element | None:
    """The member that "so với" names as what the other is held against; one of an enumeration is none."""
    for where in search_all(text, _BASE):
        after = next((e for e in found if e.tokens[1] > where.end and e.kind != "tag"), None)
        if after is not None and after.kind == "dimension":
            after = next((e for e in found if e.tokens[0] >= after.tokens[1]), None)
        if after is None or after.kind != "value" or after.tokens[0] > where.end + 2:
            continue
        later = [e for e in found if e.name == after.name and e.tokens[0] >= after.tokens[1]]
        beside = any(joined(text, after, e) for e in later)
        if not beside or text.tokens[after.tokens[1]].text == ",":
            return after
    return None


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
    within = [f for f in reading.filters if f.span and at.start <= f.span.start < at.end and not f.negated]
    after = within if len(within) == 1 else after  # "nhiều hơn [sang ASEAN] bao nhiêu"
    if len(after) == 1 and before:
        first, second = before[-1], after[0]
        if first.column != second.column and _led_by_place(text, where, second):
            return None
        rest = tuple(f for f in reading.filters if f is not first and f is not second)
        return first.sql, second.sql, (_said(first), _said(second)), rest, first.column
    return None


def _led_by_place(text: Text, where: Found, condition: FilterMatch) -> bool:
    """Whether a condition behind the whole of a comparison only says where both sides are counted."""
    asked = text.tokens[where.end - 1].fold in ("nhieu", "may", "lau")
    led = [t.norm for t in text.tokens if condition.span and t.end <= condition.span.start][-1:]
    compared = [t.norm for t in text.tokens if condition.span and t.end <= condition.span.start][-2:] == ["so", "với"]
    return asked and bool(_PLACED & set(led)) and not compared


def _said(condition: FilterMatch) -> str:
    return condition.label.split(": ", 1)[-1]
