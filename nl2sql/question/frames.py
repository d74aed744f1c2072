"""The frame of a question: ranking, share of a whole, comparison in time, running calculations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from nl2sql.question.elements import Element, gap
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.question.time import ComparisonMention, PeriodMention, TimeReading, previous_period, same_period_last_year
from nl2sql.types import (
    Comparison,
    FilterMatch,
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Share,
    Span,
    Threshold,
    Window,
)
from schema.semantic import View

DEFAULT_TOP = 10
_NTH = (
    r"(?:(?:đứng|xếp|ở|giữ|nằm|chiếm|về)(?: ở| vào)?(?: vị trí| hạng| ngôi)?|vị trí|hạng|"
    r"(?P<much>lớn|nhiều|cao|mạnh|nhanh|đông|lâu|chậm|đắt|dài)|(?P<less>thấp|ít|nhỏ|kém|ngắn|rẻ)|hàng)"
    r" (?:(?:thứ|số) (?P<n>nhì|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,2})|(?P<second>nhì))"
    r"|(?:đứng|xếp|ở|giữ) (?:vị trí|hạng) (?P<rank>nhì|hai|ba|tư|bốn|\d{1,2})"
    r"(?= (?:về|trong|toàn|cả|của|là|vào|năm|[,?.])|$)"
)
_FIRST = (
    r"lần đầu(?: tiên)?|(?P<unit>năm|tháng|quý|tuần|ngày) đầu(?: tiên)?"
    r"|(?:bắt đầu )?từ (?P<from>năm|tháng|quý|ngày) nào|sớm nhất"
)
_LAST = r"lần (?:cuối(?: cùng)?|gần (?:đây )?nhất)|(?P<unit>năm|tháng|quý|tuần|ngày) (?:gần (?:đây )?nhất|cuối cùng)"
_BOTH_ENDS = (
    r"(?:cao|lớn|nhiều|đông|lâu|nhanh|dài) nhất (?:và|lẫn|,|cùng|hay)(?: \S+){0,4}? (?:thấp|nhỏ|ít|ngắn|chậm|kém) nhất"
    r"|(?:thấp|nhỏ|ít|ngắn) nhất (?:và|lẫn|,|cùng|hay)(?: \S+){0,4}? (?:cao|lớn|nhiều|đông|lâu|dài) nhất"
)
_BETTER = r"(?:nhanh|chậm|cao|thấp|nhiều|ít|lớn|tốt|kém|lâu) hơn|hơn (?:hồi|năm|tháng|quý)|rút(?: được| xuống| ngắn)?"
_AMOUNT = re.compile(
    r"\b(?:tang|giam|chenh|hut|them|hon|kem|nhieu hon|it hon|rut ngan)(?: \S+){0,3}? (?:bao nhieu|may) "
    r"(?:(?:nghin|ngan|tram|trieu|ty) )*"
    r"(?:dong|usd|do|vnd|tan|gio|ngay|vu|to khai|chiec|nguoi|doanh nghiep|ho so|luot)\b"
)
_AMOUNT_OF_CHANGE = (
    r"(?:tăng|giảm|thêm|bớt|nhiều|ít|hơn|kém|hụt)(?: \S+){0,3}? (?:bao nhiêu|mấy)"
    r" (?!phần|%|điểm|lần|so|trong|vào|ở|tại|thế|và|hay|qua|theo|năm|quý|tháng|kể|nếu|là|rồi|vậy|ạ)[^\W\d]\S*"
    r"|(?:tăng|giảm)(?: (?!nào|gì)\S+){0,4}? nhiều nhất"
)
"""The change asked for in the measure's own unit: "tăng bao nhiêu vụ", "giảm mấy tỷ đồng"."""
_TIMES = re.compile(r"\b(gap|bang) (may|bao nhieu) lan\b")


Want = Literal["all", "percent", "absolute", "both", "points", "times", "part", "part_points"]
_PART_OF_CHANGE = r"(?:đóng góp|phần đóng góp)(?: \S+){0,8}? vào (?:mức |tốc độ |đà |sự )*(?P<of>tăng trưởng|tăng|giảm)"


def to_period(text: Text, mention: PeriodMention) -> Period:
    """A mention as a period of the reading."""
    named = mention.tokens[0] < mention.tokens[1]
    span = text.span(*mention.tokens) if named else None
    return Period(mention.start, mention.end, mention.grain, mention.label, span, mention.open)


def nth_place(text: Text) -> tuple[Found, int, bool] | None:
    """ "đứng thứ hai", "lớn thứ ba", "ít thứ nhì": where it stands, which place, and whether counted from the least."""
    for where in search_all(text, _NTH):
        number = where.parts["n"] or where.parts["second"] or where.parts["rank"]
        place = int(number) if number.isdigit() else _PLACES.get(fold(number), 0)
        if place >= 1:
            return where, place, bool(where.parts["less"])
    return None


_PLACES = {
    fold(word): place
    for place, word in enumerate(["hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"], start=2)
}
_PLACES |= {"nhi": 2, "tu": 4}


def as_superlative(found: Sequence[Element], where: Found, *, least: bool) -> tuple[Element, ...]:
    """The elements with a place in an order ("đứng thứ hai") as the superlative that it is."""
    inside = set(range(where.start, where.end))
    kept = [e for e in found if not inside & set(range(*e.tokens)) or e.kind in ("value", "filter", "metric", "period")]
    kept.append(Element("tag", (where.start, where.end), tag="min" if least else "max"))
    return tuple(sorted(kept, key=lambda e: e.tokens))


def first_step(text: Text) -> tuple[Grain | None, bool, Found] | None:
    """ "lần đầu tiên", "năm đầu tiên", "lần gần nhất": the calendar unit, whether the latest is meant, and where."""
    first, last = search(text, _FIRST), search(text, _LAST)
    where = first or last
    if where is None:
        return None
    unit = fold(where.parts.get("unit") or where.parts.get("from") or "")
    return STEP_UNITS.get(unit), first is None, where


STEP_UNITS: dict[str, Grain] = {"ngay": "day", "tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}


def both_ends(text: Text) -> bool:
    """Whether the first and the last are asked for: "cao nhất và thấp nhất"."""
    return search(text, _BOTH_ENDS) is not None


def read_ranking(
    text: Text, found: Sequence[Element], groups: Sequence[GroupMatch], listed: bool, rows: bool
) -> tuple[Ranking | None, tuple[str, ...]]:
    """Order and number of rows, with the assumption that was made about the number."""
    bounds = {i for e in found if e.number and e.number.comparator for i in range(*e.tokens)}
    extreme = [(i, e) for i, e in enumerate(found) if e.tag in ("max", "min") and e.tokens[0] not in bounds]
    counts = [e for i, e in enumerate(found) if _is_count(text, found, i)]
    order = next((e.tag for e in found if e.tag in ("desc", "asc")), "")
    if not groups and not rows:
        return None, ()
    if not extreme:
        if order:
            by_change = not counts and _growth_named(text, found) is not None
            return Ranking(_count(counts), order == "desc", by_change=by_change), ()
        if counts and groups:
            return Ranking(_count(counts), not _from_below(text, found, counts), span=text.span(*counts[0].tokens)), ()
        if any(e.tag == "sort" for e in found) and groups:
            return Ranking(None, True), ()
        return None, ()
    index, element = extreme[-1]
    tags = {e.tag for _, e in extreme}
    descending = "min" not in tags and not _least(text, element, found)
    if order and tags == {"max"}:
        descending = order == "desc"
    n = _count(counts)
    assumption: tuple[str, ...] = ()
    if n is None:
        n, assumption = _implied(text, found, element, groups)
    per = _per(text, found, groups)
    if per:
        n = n if counts else 1
    change = found[index - 1] if index and found[index - 1].tag == "change" else None
    moved = change is not None and element.tokens[0] - change.tokens[1] <= 2
    if not moved and (named := _growth_named(text, found[:index]) or _verb_of(text, found, index)) is not None:
        change, moved = named, True
    if moved and change is not None and _falls(text, change):
        descending = not descending
    return Ranking(n, descending, per, text.span(*element.tokens), moved), assumption


_ADVERBS = frozenset({"manh nhat", "nhieu nhat", "nhanh nhat", "it nhat", "sau nhat", "cham nhat"})


def _verb_of(text: Text, found: Sequence[Element], index: int) -> Element | None:
    """The rise or fall that "mạnh nhất" is about, past its object: "tăng thu [mạnh nhất]"."""
    if fold(text.span(*found[index].tokens).text) not in _ADVERBS:
        return None
    for element in reversed(found[:index]):
        if element.tag == "change":
            return element
        if element.kind in ("dimension", "number", "view") or element.tag in ("which", "have", "group", "plural"):
            return None
    return None


_GROWTH = ("tốc độ tăng", "tốc độ tăng trưởng", "tăng trưởng", "mức tăng", "mức giảm", "mức tăng trưởng", "tỷ lệ tăng")


def _changed(found: Sequence[Element], index: int) -> Element | None:
    """The word of change that a superlative is about: "tăng mạnh nhất", "tăng lượng xe mạnh nhất"."""
    start = found[index].tokens[0]
    for before in reversed(found[:index]):
        if before.tag == "change":
            return before if start - before.tokens[1] <= 2 else None
        if before.kind not in ("metric", "fact"):
            return None
        start -= before.tokens[1] - before.tokens[0]
    return None


def _growth_named(text: Text, before: Sequence[Element]) -> Element | None:
    """A growth told as a noun, with nothing but what grows after it: "tốc độ tăng xuất khẩu [cao nhất]"."""
    for element in reversed(before):
        if element.tag == "change":
            said = text.span(*element.tokens).text
            return element if fold(said) in {fold(w) for w in _GROWTH} else None
        if element.kind in ("dimension", "number") and element.tag == "":
            of = [e for e in before if e.tokens[1] <= element.tokens[0]][-1:]
            if not (of and of[0].tag == "group"):
                return None
    return None


def _falls(text: Text, change: Element) -> bool:
    words = {t.fold for t in text.tokens[change.tokens[0] : change.tokens[1]]}
    return "giam" in words and "tang" not in words


def _from_below(text: Text, found: Sequence[Element], counts: Sequence[Element]) -> bool:
    """ "10 đơn vị cuối (bảng)": the end of the list; "3 tháng cuối" is a period and no such thing."""
    named = [e for e in found if e.kind in ("dimension", "view") and e.tokens[0] >= counts[0].tokens[1]]
    after = [t.fold for t in text.tokens[named[0].tokens[1] :][:2]] if named else []
    return bool(after) and after[0] in ("cuoi", "chot", "bet") and after[1:] not in (["nam"], ["thang"], ["quy"])


_LITTLE = ("it", "thap", "nho", "be", "kem", "yeu", "ngan", "re")


def _least(text: Text, element: Element, found: Sequence[Element]) -> bool:
    """Whether a split superlative asks for the least: "thu ít tiền nhất", but not "nhiều doanh nghiệp tuân thủ thấp
    nhất", where the little word belongs to a name.
    """
    if text.tokens[element.tokens[0]].fold not in ("nhat", "nhut"):
        return False
    named = {i for e in found if e.kind in ("value", "filter", "metric", "dimension") for i in range(*e.tokens)}
    first = max(0, element.tokens[0] - 5)
    before = [text.tokens[i].fold for i in range(first, element.tokens[0]) if i not in named]
    words = [w for w in before if w in _LITTLE or w in ("nhieu", "lon", "cao", "dong", "manh", "lau", "cham")]
    return bool(words) and words[-1] in _LITTLE


def _is_count(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a number says how many rows are wanted: it is read so, or stands right before what is listed."""
    element = found[index]
    number = element.number
    if element.kind != "number" or number is None:
        return False
    if number.kind == "count":
        return True
    if number.value == 1 and any(
        t.fold in ("tren", "moi", "cho", "quan", "binh", "cua")
        for t in text.tokens[max(0, element.tokens[0] - 1) : element.tokens[0]]
    ):
        return False  # "bình quân trên một doanh nghiệp"
    after = found[index + 1] if index + 1 < len(found) else None
    return (
        number.kind == "plain" and not number.comparator and number.value == int(number.value)
        and 0 < number.value <= 1000 and after is not None and after.kind in ("dimension", "view")
        and gap(text, element, after) == 0
    )  # fmt: skip


def _count(counts: Sequence[Element]) -> int | None:
    return int(counts[0].number.value) if counts and counts[0].number else None


def _implied(
    text: Text, found: Sequence[Element], element: Element, groups: Sequence[GroupMatch]
) -> tuple[int, tuple[str, ...]]:
    """One for a singular question ("nước nào … nhất"), ten for "top" and where what is listed is plural."""
    columns = {g.column for g in groups}
    plural = any(
        one.tag == "plural" and two.kind == "dimension" and two.name in columns and gap(text, one, two) == 0
        and not (i + 2 < len(found) and found[i + 2].kind in ("value", "filter") and _asked_elsewhere(found, i))
        for i, (one, two) in enumerate(pairwise(found))
    )  # fmt: skip
    plural = plural and not _singular(found, columns)
    listed = not groups and any(e.tag in ("list", "plural") for e in found)  # "danh sách … lớn nhất" is more than one
    plural = plural or listed
    top = text.tokens[element.tokens[0]].fold in ("top", "top10", "hang")
    if plural or top:
        return DEFAULT_TOP, (f"Không nêu số lượng: lấy {DEFAULT_TOP} dòng đầu.",)
    return 1, ()


def _singular(found: Sequence[Element], columns: set[str]) -> bool:
    """Whether one member is asked for ("tỉnh nào …"), whatever plural stands elsewhere."""
    for index, (one, two) in enumerate(pairwise(found)):
        if one.kind == "dimension" and one.name in columns and two.tag == "which":
            return not (index and found[index - 1].tag == "plural")
    return False


def _asked_elsewhere(found: Sequence[Element], index: int) -> bool:
    """Whether another mention than this one carries the question word ("trong số các nước …, nước nào")."""
    return any(
        one.kind == "dimension" and two.tag == "which"
        for one, two in zip(found[index + 2 :], found[index + 3 :], strict=False)
    )


def _per(text: Text, found: Sequence[Element], groups: Sequence[GroupMatch]) -> str:
    """The group inside which to rank: "với mỗi nhóm hàng, nước lớn nhất", "từng tháng mặt hàng nào cao nhất"."""
    if len(groups) < 2:
        return ""
    folded = " ".join(t.fold for t in text.tokens)
    names = [g.column for g in groups if g.grain is None]
    for index, element in enumerate(found):
        if element.kind != "dimension" or element.name not in names or not index:
            continue
        before = found[index - 1]
        word = text.tokens[before.tokens[1] - 1].fold if before.tag == "group" else ""
        if word in ("moi", "tung") and gap(text, before, element) == 0:
            return element.name
    timed = next((g for g in groups if g.grain), None)
    if timed and any(w in folded for w in ("tung ", "moi ", "hang ", "theo ")):
        return timed.column
    return ""


def read_share(
    text: Text,
    view: View,
    found: Sequence[Element],
    filters: Sequence[FilterMatch],
    groups: Sequence[GroupMatch],
    metrics: Sequence[MetricMatch],
    compared: bool = False,
) -> tuple[Share | None, tuple[FilterMatch, ...]]:
    """A share and the filters that stay outside it.

    Of "tỷ trọng A trong (tổng) B", A is the numerator; of "A chiếm bao nhiêu % (tổng) B" too; a condition named on
    both sides bounds both. Without a numerator the share is each group's part of the total.
    """
    changes = compared or any(e.tag in ("change", "compare") or (e.number and e.number.change) for e in found)
    wanted = ("share",) if changes else ("share", "percent")
    counted = {i for e in found if e.kind == "number" for i in range(*e.tokens)}
    tags = [e for e in found if e.tag in wanted and e.tokens[0] not in counted]
    tag = next((e for e in tags if e.tag == "share"), tags[0] if tags else None)
    usual = view.default_metric
    units = {m.unit for m in metrics} or ({usual.unit} if usual else set())
    if tag is None or "%" in units:
        return None, tuple(filters)
    span = text.span(*tag.tokens)
    if _only_ranks(text, found, tag):
        return None, tuple(filters)
    several = [f for f in filters if not f.negated and f.span and len(f.values) > 1 and " IN (" in f.sql]
    if several and _each(text, view, found, tag, several[-1]):
        one = several[-1]
        return Share(one.sql, f"tỷ trọng {one.label}", span, each=one.column), tuple(f for f in filters if f is not one)
    told = [g.span.end for g in groups if g.grain is None and g.span and g.span.end <= span.start]
    if told and _takes(text, tag) and not any(f.span and max(told) <= f.span.start < span.start for f in filters):
        return Share("", "tỷ trọng", span), tuple(filters)  # "trong các vụ buôn lậu, mặt hàng nào chiếm nhiều nhất"
    if any(g.grain is None for g in groups) and (not _takes(text, tag) or _of_members(found, tag, groups)):
        rated = None if _takes(text, tag) else _rated(text, view, tag, filters, groups, units)
        if rated is not None:
            rest = tuple(f for f in filters if f is not rated)
            return Share(rated.sql, f"tỷ lệ {rated.label}", span), rest
        return Share("", "tỷ trọng", span), tuple(filters)
    positive = [f for f in filters if not f.negated and f.span]
    if not positive:
        return (Share("", "tỷ trọng", span), tuple(filters)) if groups else (None, tuple(filters))
    inside, outside = _sides(text, found, tag, positive)
    narrowest = max((_breadth(view, f) for f in positive), default=0)
    if any(g.grain is None for g in groups) and all(_breadth(view, f) == narrowest > -3 for f in inside):
        return Share("", "tỷ trọng", span), tuple(filters)  # "mỗi nước chiếm bao nhiêu phần trăm xuất khẩu"
    twice = {f.column for f in inside} & {f.column for f in outside}
    inside = [f for f in inside if f.column not in twice]
    if not inside:
        return (Share("", "tỷ trọng", span), tuple(filters)) if groups else (None, tuple(filters))
    if len(inside) > 1 and not outside:
        scope = max(inside, key=lambda f: _breadth(view, f))
        inside = [f for f in inside if f is not scope][:1]
    numerator = " AND ".join(f.sql for f in inside)
    taken = {f.sql for f in inside}
    rest = tuple(f for f in filters if f.sql not in taken)
    asked = any(
        e.tag == "howmany" and e.tokens[1] <= tag.tokens[0] and text.tokens[e.tokens[1] - 1].fold in ("nhieu", "may")
        for e in found
    )
    return Share(numerator, "tỷ trọng " + ", ".join(f.label for f in inside), span, amount=asked), rest


_EACH = r"mỗi|từng|riêng|lần lượt|tương ứng|cụ thể"
_TOGETHER = r"cộng lại|gộp(?: lại| chung)?|tổng cộng|cả (?:hai|ba|bốn|năm)|cộng dồn|cùng nhau|gộp cả"


def _each(text: Text, view: View, found: Sequence[Element], tag: Element, condition: FilterMatch) -> bool:
    """Whether the part of each of several named values is asked for, and not that of all of them together."""
    if search(text, _TOGETHER) is not None or condition.span is None:
        return False
    dim = view.dimension(condition.column)
    if sum(e.tag == "share" for e in found) >= len(condition.values):
        return True  # "Mỹ chiếm bao nhiêu, Trung Quốc chiếm bao nhiêu"
    whole = dim is not None and bool(dim.values) and len(condition.values) == len(dim.values) > 1
    first = next((i for i, e in enumerate(found) if e.kind == "value" and e.name == condition.column), None)
    grouped = first is not None and first > 0 and found[first - 1].tag == "group"
    return whole or grouped or search(text, _EACH) is not None or not _takes(text, tag)


def _of_members(found: Sequence[Element], tag: Element, groups: Sequence[GroupMatch]) -> bool:
    """Whether the members listed are what takes a part: "các nước chiếm trên 5%"."""
    index = next((i for i, e in enumerate(found) if e is tag), 0)
    before = found[index - 1] if index else None
    if before is not None and before.tag == "which" and index > 1:
        before = found[index - 2]
    return before is not None and before.kind == "dimension" and any(g.column == before.name for g in groups)


def _rated(
    text: Text,
    view: View,
    tag: Element,
    filters: Sequence[FilterMatch],
    groups: Sequence[GroupMatch],
    units: set[str],
) -> FilterMatch | None:
    """The condition whose rate each group is asked for: "tỷ lệ hồ sơ bị từ chối theo bộ" is counted inside each.

    A direction of trade, or a sum of money, is the whole that the groups share instead: "tỷ lệ nhập khẩu theo nước".
    """
    words = [t.fold for t in text.tokens[tag.tokens[0] : tag.tokens[1]]]
    leads = words[:2] in (["ty", "le"], ["phan", "tram"]) or words == ["%"]
    if not leads or units & {"USD", "VND"}:
        return None
    start = text.span(*tag.tokens).end
    ends = [g.span.start for g in groups if g.grain is None and g.span and g.span.start > start]
    if not ends:
        return None
    named = [f for f in filters if f.span and start <= f.span.start < min(ends) and not f.negated]
    grouped = {g.column for g in groups}
    if len(named) != 1 or named[0].column in grouped:
        return None
    dim = view.dimension(named[0].column)
    directed = dim is not None and (dim.scope or any(v.opposite for v in dim.values))
    return None if directed else named[0]


def _only_ranks(text: Text, found: Sequence[Element], tag: Element) -> bool:
    """Whether "chiếm nhiều nhất" asks for the first member alone, and for no percentage."""
    if tag.tokens[1] - tag.tokens[0] > 1 or not _takes(text, tag):
        return False
    after = next((e for e in found if e.tokens[0] >= tag.tokens[1]), None)
    near = after is not None and after.tag in ("max", "min") and after.tokens[0] - tag.tokens[1] <= 1
    return near and search(text, r"phần trăm|%|tỷ (?:trọng|lệ|phần)|cơ cấu") is None


def _takes(text: Text, tag: Element) -> bool:
    """Whether the share word is a verb with a subject ("chiếm") and so has a numerator."""
    return text.tokens[tag.tokens[0]].fold in ("chiem", "dong")


def _sides(
    text: Text, found: Sequence[Element], tag: Element, filters: Sequence[FilterMatch]
) -> tuple[list[FilterMatch], list[FilterMatch]]:
    start = text.span(*tag.tokens).start
    wholes = [e for e in found if e.tag in ("whole", "total") and e.tokens[0] >= tag.tokens[1]]
    whole = text.span(*wholes[0].tokens).start if wholes else None
    before = [f for f in filters if f.span and f.span.start < start]
    after = [f for f in filters if f.span and f.span.start >= start]
    if _takes(text, tag) and before:
        return before, after
    said = [f for f in after if _is_predicate(text, f)]
    if tag.tag == "percent" and whole is None and len(after) > 1 and len(said) == 1:
        return said, [*before, *(f for f in after if f is not said[0])]
    if whole is not None:
        inside = [f for f in after if f.span and f.span.start < whole]
        if inside:
            return inside, [f for f in after if f not in inside] + before
        return (before, after) if before else (after, [])
    return (after, before) if after else (before, [])


def _is_predicate(text: Text, condition: FilterMatch) -> bool:
    """Whether a condition is what is said of the things counted: "bao nhiêu phần trăm hóa đơn … bị từ chối"."""
    if condition.span is None:
        return False
    words = fold(condition.span.text).split()[:1]
    before = [t.fold for t in text.tokens if t.end <= condition.span.start][-1:]
    return bool({"bi", "duoc", "phai", "da", "chua", "con"} & {*words, *before})


def _breadth(view: View, condition: FilterMatch) -> int:
    """How much of the data a condition keeps, guessed from how few values its column has.

    A named property ("gắn seal điện tử") is what a share counts before any place or name is.
    """
    if any(f.name == condition.column for f in view.filters):
        return -2000
    dim = view.dimension(condition.column)
    return -len(dim.values) if dim and dim.values else -1000


def without_nested(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Periods without those said twice, or that another one with the same first day narrows ("YTD đến 30/9")."""
    once = list({(p.start, p.end): p for p in reversed(periods)}.values())[::-1]
    return tuple(
        p for p in once
        if not ((p.open or _unnumbered(p)) and any(o is not p and o.start == p.start and o.end <= p.end for o in once))
    )  # fmt: skip


def _unnumbered(period: Period) -> bool:
    """Whether a period is named without any number ("cả năm", "trong năm")."""
    return period.span is not None and not any(c.isdigit() for c in period.span.text)


def read_comparison(
    text: Text,
    found: Sequence[Element],
    time: TimeReading,
    periods: Sequence[Period],
    metrics: Sequence[MetricMatch],
    today: dt.date,
    snapshot: bool = False,
) -> tuple[Comparison | None, tuple[Period, ...], tuple[str, ...]]:
    """A comparison in time, the periods that remain current, and what was assumed.

    Args:
        snapshot: The measure is a stock: where only the base is named, the newest stock is compared with it.
    """
    want = _want(text, found, metrics)
    summed = any(e.tag == "total" and text.tokens[e.tokens[0]].fold != "tong" for e in found)
    for mention in time.comparisons if not summed else ():
        current = to_period(text, mention.current) if mention.current else None
        if current is not None and mention.current and mention.current.tokens == mention.tokens:
            current = replace(current, span=None)  # not named: it follows from the comparison alone
        if mention.kind == "explicit" and mention.base is not None and current is not None:
            base = to_period(text, mention.base)
            base, current = (opening(base), opening(current)) if snapshot else (base, current)
            second = _second_base(text, time, mention, current, base)
            found_one = Comparison("explicit", base, want, text.span(*mention.tokens), second)
            return found_one, (current,), _notes(mention.note)
        note: tuple[str, ...] = _notes(mention.note)
        base_named = to_period(text, mention.base) if mention.base else None
        alone = base_named is not None and periods and all(_same_days(p, base_named) for p in periods)
        if current is None and base_named is not None and alone and not snapshot:
            return _since(base_named, today, want, text.span(*mention.tokens))
        base_named = opening(base_named) if base_named and snapshot else base_named
        if current is None:
            others = [p for p in periods if base_named is None or p.end > base_named.end]
            current = others[0] if others else _month(today) if snapshot else _year_to_date(today)
            note += () if others else (f"Không nêu kỳ: tính {current.label}.",)
        base = base_named or _base(mention.kind, current)
        second = _second_base(text, time, mention, current, base)
        return Comparison(mention.kind, base, want, text.span(*mention.tokens), second), (current,), note
    changed = next((e for e in found if e.tag in ("change", "times")), None)
    bounded = next((e for e in found if e.number and e.number.change), None)
    better = len(periods) == 2 and search(text, _BETTER) is not None
    if (changed is None and bounded is None and not better) or any(g.role == "by" for g in time.grains):
        return None, tuple(periods), ()
    if len(periods) == 2 and (changed is not None or search(text, _BETTER) is not None):
        early, late = sorted(periods, key=lambda p: p.start)
        return Comparison("explicit", early, want), (late,), ()
    if len(periods) > 1:
        return None, tuple(periods), ()
    ends = _ends(periods[0]) if periods and changed is not None else None
    if snapshot and periods and changed is not None:
        ends = _between_stocks(periods[0]) or ends
    if ends is not None:
        return Comparison("explicit", ends[0], want), (ends[1],), (f"So {ends[1].label} với {ends[0].label}.",)
    current = periods[0] if periods else _year_to_date(today)
    base = _base("same_period", current)
    notes = (f"Không nêu mốc so sánh: so với cùng kỳ năm trước ({base.label}).",)
    anchor = changed or bounded
    return Comparison("same_period", base, want, text.span(*anchor.tokens) if anchor else None), (current,), notes


def opening(period: Period) -> Period:
    """The stock that a year or month began with is the one at the end of the month before: "đầu năm 2025"."""
    words = fold(period.span.text).split() if period.span else []
    if words[:2] not in (["dau", "nam"], ["dau", "quy"], ["dau", "thang"], ["dau", "ky"]):
        return period
    last = period.start - dt.timedelta(days=1)
    return replace(period, start=last, end=last, grain="day", label=f"Cuối tháng {last.month}/{last.year}")


def _month(day: dt.date) -> Period:
    """The calendar month of a day, up to that day: the stock at its end."""
    return Period(day.replace(day=1), day, "month", f"Tháng {day.month}/{day.year}")


def _between_stocks(period: Period) -> tuple[Period, Period] | None:
    """First and last stock of "từ cuối năm 2020 đến cuối năm 2024"; "từ đầu năm" begins with the stock before it."""
    said = fold(period.span.text).split() if period.span else []
    if said[:1] != ["tu"] or (period.start.year, period.start.month) == (period.end.year, period.end.month):
        return None
    opened = "dau" in said[:3] and period.start.day == 1
    first = period.start - dt.timedelta(days=1) if opened else period.start
    return _month(first), _month(period.end)


def _ends(period: Period) -> tuple[Period, Period] | None:
    """First and last year of "từ năm 2020 đến năm 2024", between which something rose or fell."""
    if period.span is None or not period.span.text.lower().startswith("từ"):
        return None
    return ends_of(period)


def ends_of(period: Period) -> tuple[Period, Period] | None:
    """First and last year of a period of several whole years, or None for any other."""
    if period.grain != "year" or period.start.year >= period.end.year or period.open:
        return None
    first, last = period.start.year, period.end.year
    return (
        Period(dt.date(first, 1, 1), dt.date(first, 12, 31), "year", f"Năm {first}", period.span),
        Period(dt.date(last, 1, 1), dt.date(last, 12, 31), "year", f"Năm {last}", period.span),
    )


def _notes(note: str) -> tuple[str, ...]:
    return (note,) if note else ()


def _base(kind: str, current: Period) -> Period:
    mention = PeriodMention(current.start, current.end, current.grain, current.label, (0, 0), open=current.open)
    base = previous_period(mention) if kind == "previous" else same_period_last_year(mention)
    return Period(base.start, base.end, base.grain, base.label)


def _second_base(
    text: Text, time: TimeReading, first: ComparisonMention, current: Period, base: Period
) -> Period | None:
    """The base of a further comparison of the same period ("so với quý II và so với cùng kỳ")."""
    for mention in time.comparisons:
        if mention is first or (mention.tokens == first.tokens and not _listed_base(mention, first)):
            continue
        other = to_period(text, mention.base) if mention.base else _base(mention.kind, current)
        if (other.start, other.end) not in ((base.start, base.end), (current.start, current.end)):
            return other
    return None


def _same_days(one: Period, other: Period) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _since(
    base: Period, today: dt.date, want: Want, span: Span
) -> tuple[Comparison, tuple[Period, ...], tuple[str, ...]]:
    """Only what is compared with was named ("tăng bao nhiêu so với năm 2023"): this year against its same days."""
    current = _year_to_date(today)
    note = f"Không nêu kỳ: tính {current.label} đến {today:%d/%m/%Y}."
    if base.grain == "year" and base.start.year == base.end.year < today.year:
        last = dt.date(base.start.year, today.month, min(today.day, 28 if today.month == 2 else today.day))
        base = Period(base.start, last, "month", f"Cùng khoảng ngày năm {base.start.year}", base.span)
        current = replace(current, grain="month")
    return Comparison("explicit", base, want, span), (current,), (note,)


def _listed_base(mention: ComparisonMention, first: ComparisonMention) -> bool:
    """Whether two comparisons said in one breath set one period against two ("so với quý II và quý III/2024")."""
    explicit = mention.kind == first.kind == "explicit"
    return explicit and mention.base is not None and mention.current == first.current


def same_period_base(current: Period) -> Period:
    """The same period of the year before."""
    return _base("same_period", current)


def _year_to_date(today: dt.date) -> Period:
    return Period(dt.date(today.year, 1, 1), today, "year", f"Năm {today.year}", open=today.month < 12)


def _want(text: Text, found: Sequence[Element], metrics: Sequence[MetricMatch]) -> Want:
    folded = " ".join(t.fold for t in text.tokens)
    if _TIMES.search(folded):
        return "times"
    part = search(text, _PART_OF_CHANGE)
    if part is not None:
        return "part_points" if "truong" in fold(part.parts["of"]) or "diem" in folded else "part"
    if any(e.tag == "points" for e in found) or any(m.unit == "%" for m in metrics):
        return "points"
    if _AMOUNT.search(folded) or search(text, _AMOUNT_OF_CHANGE) is not None:
        return "both" if re.search(r"\b(?:bao nhieu|may) (?:phan tram|%)", folded) else "absolute"
    if "phan tram" in folded or "%" in folded or "toc do" in folded or "tang truong" in folded:
        return "percent"
    if any(w in folded for w in ("chenh", "hon kem", "rut ngan", "tuyet doi", "ve gia tri")):
        return "absolute"
    return "all"


def steps(
    text: Text,
    found: Sequence[Element],
    time: TimeReading,
    periods: Sequence[Period],
    comparison: Comparison | None,
    window: Window | None,
    average: Grain | None,
) -> tuple[Comparison | None, Window | None, Grain | None]:
    """Change from step to step instead of between two periods, where a grouping by those steps is asked for.

    "tốc độ tăng so với năm trước của từng năm" is a growth of each year; "tốc độ tăng bình quân năm" is the compound
    rate between the first and the last year.
    """
    by = {g.grain for g in time.grains if g.role == "by"}
    changed = next((e for e in found if e.tag == "change"), None)
    rate = average == "year" or (average is None and changed is not None and _mean_rate(text, found, changed))
    if rate and changed is not None and len(periods) == 1 and periods[0].end.year > periods[0].start.year:
        return None, Window("compound", periods[0].end.year - periods[0].start.year, text.span(*changed.tokens)), None
    if comparison is None or comparison.kind == "explicit":
        return comparison, window, average
    stepwise = "year" in by or (comparison.kind == "previous" and by & {"month", "quarter", "week", "day"})
    if stepwise:
        return None, Window("growth", span=comparison.span), average
    return comparison, window, average


def _mean_rate(text: Text, found: Sequence[Element], changed: Element) -> bool:
    """Whether the change itself is averaged: "tốc độ tăng trưởng (kim ngạch) bình quân", "tăng bình quân"."""
    if search(text, r"tốc độ|tăng trưởng|nhịp độ|cagr|tăng bình quân|giảm bình quân") is None:
        return False
    return any(e.tag == "average" and e.tokens[0] >= changed.tokens[0] for e in found)


def bare_change(
    text: Text, found: Sequence[Element], comparison: Comparison | None, listed: bool
) -> tuple[Threshold, ...]:
    """Members that rose or fell at all: "cục nào thu giảm so với cùng kỳ"."""
    if comparison is None or not listed or any(e.tag in ("max", "min", "sort") for e in found):
        return ()
    words = {text.tokens[e.tokens[0]].fold for e in found if e.tag == "change" and e.tokens[1] - e.tokens[0] <= 2}
    higher = search(text, r"(?P<up>cao|nhiều|lớn) hơn|(?P<down>thấp|ít|nhỏ|kém) hơn") if not words else None
    if higher is not None and search(text, r"hơn(?: \S+){0,6} (?:bao nhiêu|mấy)|(?:bao nhiêu|mấy) hơn") is None:
        words = {"tang"} if higher.parts["up"] else {"giam"}
    if words == {"giam"}:
        return (Threshold("", "<", 0, on_change=True),)
    if words == {"tang"}:
        return (Threshold("", ">", 0, on_change=True),)
    return ()


def is_moving(text: Text) -> int | None:
    """Token of "trượt" or "di động" in "trung bình trượt", or None."""
    folded = [t.fold for t in text.tokens]
    for index, word in enumerate(folded):
        if word in ("truot", "dong") and {"binh"} & set(folded[max(0, index - 2) : index]):
            return index
    return None


def read_window(text: Text, found: Sequence[Element], timed: bool) -> Window | None:
    """A running total, a moving average or a step-by-step growth over a time grouping."""
    moving = is_moving(text)
    if moving is not None:
        near = [t.text for t in text.tokens[moving + 1 : moving + 4] if t.text.isdigit()]
        return Window("moving_average", int(near[0]) if near else 3, text.span(moving, moving + 1))
    changed = next((e for e in found if e.tag == "change"), None)
    if changed is not None and timed:
        return Window("growth", span=text.span(*changed.tokens))
    running = next((e for e in found if e.tag == "cumulative"), None)
    if running is not None and timed:
        return Window("cumulative", span=text.span(*running.tokens))
    return None
