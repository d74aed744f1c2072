"""Order and number of rows: superlatives, places, counts, first and last times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.question.elements import Element, gap, joined
from nl2sql.question.frames import STEP_UNITS
from nl2sql.question.phrases import Found, search
from nl2sql.question.shield import STEPS_RANKED
from nl2sql.question.text import Text, fold
from nl2sql.types import Grain, GroupMatch, Ranking, Reading, Span

DEFAULT_TOP = 10

_FIRST = (
    r"lần đầu(?: tiên)?|(?P<unit>năm|tháng|quý|tuần|ngày) đầu(?: tiên)?"
    r"|(?:bắt đầu )?từ (?P<from>năm|tháng|quý|ngày) nào|sớm nhất"
)


_LAST = r"lần (?:cuối(?: cùng)?|gần (?:đây )?nhất)|(?P<unit>năm|tháng|quý|tuần|ngày) (?:gần (?:đây )?nhất|cuối cùng)"


_BOTH_ENDS = (
    r"(?:lâu|chậm|dài) nhất (?:và|lẫn|,|cùng|hay)(?: \S+){0,4}? (?:nhanh|ngắn) nhất"
    r"|(?:nhanh|ngắn) nhất (?:và|lẫn|,|cùng|hay)(?: \S+){0,4}? (?:lâu|chậm|dài) nhất"
    r"|(?:cao|lớn|nhiều|đông|lâu|nhanh|dài) nhất (?:và|lẫn|,|cùng|hay)(?: \S+){0,4}? (?:thấp|nhỏ|ít|ngắn|chậm|kém) nhất"
    r"|(?:thấp|nhỏ|ít|ngắn) nhất (?:và|lẫn|,|cùng|hay)(?: \S+){0,4}? (?:cao|lớn|nhiều|đông|lâu|dài) nhất"
)


_MOST = r"(?:cao|lớn|nhiều|đông|lâu|nhanh|dài|xuất siêu|mạnh)(?: \S+){0,2}? nhất"
_LEAST = r"(?:thấp|nhỏ|ít|ngắn|chậm|kém|nhập siêu)(?: \S+){0,2}? nhất"
_AND_ALSO = r"(?:,| và| cùng| với| lẫn)*"
_SEVERAL_BOTH = (
    rf"(?:top )?(?P<n>\d+)(?: \S+){{0,6}}? {_MOST}{_AND_ALSO} (?:top )?(?P<m>\d+)(?: \S+){{0,6}}? {_LEAST}"
    rf"|(?:top )?(?P<a>\d+)(?: \S+){{0,6}}? {_LEAST}{_AND_ALSO} (?:top )?(?P<b>\d+)(?: \S+){{0,6}}? {_MOST}"
)


_EACH_END = (
    rf"nào(?: \S+){{0,5}}? {_MOST},?(?: và| còn)? \S+(?: \S+){{0,2}} nào(?: \S+){{0,5}}? {_LEAST}"
    rf"|nào(?: \S+){{0,5}}? {_LEAST},?(?: và| còn)? \S+(?: \S+){{0,2}} nào(?: \S+){{0,5}}? {_MOST}"
)
"""Both ends asked about one after the other: "tỉnh nào xuất nhiều nhất, tỉnh nào xuất ít nhất"."""


_SORTED_FROM = rf"(?:xếp|sắp|sắp xếp|liệt kê)(?: thứ tự)? (?:theo thứ tự )?từ(?: \S+){{0,3}}? (?:{_MOST}|{_LEAST})"
"""Where the order begins: "xếp từ tăng mạnh nhất", "sắp xếp từ cao nhất xuống"."""


def first_step(text: Text) -> tuple[Grain | None, bool, Found] | None:
    """ "lần đầu tiên", "năm đầu tiên", "lần gần nhất": the calendar unit, whether the latest is meant, and where."""
    first, last = search(text, _FIRST), search(text, _LAST)
    where = first or last
    if where is None:
        return None
    unit = fold(where.parts.get("unit") or where.parts.get("from") or "")
    return STEP_UNITS.get(unit), first is None, where


def both_ends(text: Text) -> int:
    """How many of the first and of the last are asked for ("cao nhất và thấp nhất"); 0 where not both are."""
    several = search(text, _SEVERAL_BOTH)
    if several is not None:
        one, two = (several.parts[a] or several.parts[b] for a, b in (("n", "a"), ("m", "b")))
        if one == two:
            return int(one)
    return int(search(text, _BOTH_ENDS) is not None or search(text, _EACH_END) is not None)


def read_ranking(
    text: Text, found: Sequence[Element], groups: Sequence[GroupMatch], listed: bool, rows: bool
) -> tuple[Ranking | None, tuple[str, ...]]:
    """Order and number of rows, with the assumption that was made about the number."""
    bounds = {i for e in found if e.number and e.number.comparator for i in range(*e.tokens)}
    extreme = [(i, e) for i, e in enumerate(found) if e.tag in ("max", "min") and e.tokens[0] not in bounds]
    counts = [e for i, e in enumerate(found) if _is_count(text, found, i)]
    if rows and not counts:
        counts = [e for i, e in enumerate(found) if _is_listed(text, found, i)]
    order = next((e.tag for e in found if e.tag in ("desc", "asc")), "")
    if not groups and not rows:
        return None, ()
    if extreme and not counts:
        counts = [e for e in found if _asked_for(text, e)]
    if not extreme:
        if rows and any(e.tag == "latest" for e in found):
            return Ranking(_count(counts) or 1, True, by_time=True), ()
        if order:
            by_change = not counts and _growth_named(text, found) is not None
            return Ranking(_count(counts), order == "desc", by_change=by_change), ()
        if counts and groups:
            return Ranking(_count(counts), not _from_below(text, found, counts), span=text.span(*counts[0].tokens)), ()
        if rows and any(_is_listed(text, found, i) for i, e in enumerate(found) if e in counts[:1]):
            return Ranking(_count(counts), True, by_time=True), ()
        if any(e.tag == "sort" for e in found) and groups:
            return Ranking(None, True), ()
        return None, ()
    index, element = extreme[-1]
    tags = {e.tag for _, e in extreme}
    descending = "min" not in tags and not _least(text, element, found)
    if order and tags == {"max"}:
        descending = order == "desc"
    n = _count(counts) or _steps_counted(text, groups)
    assumption: tuple[str, ...] = ()
    if n is None and groups and search(text, _SORTED_FROM) is not None:
        pass  # every one of them is asked for
    elif n is None:
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
    start, end = found[index].tokens
    said = fold(text.span(max(0, start - 1), end).text) if end - start == 1 else fold(text.span(start, end).text)
    if said not in _ADVERBS:
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
    told = [
        e for e in found if e.kind in ("value", "filter", "metric", "fact", "dimension", "number") or e.tag == "unit"
    ]
    named = {i for e in told for i in range(*e.tokens)}
    first = max(0, element.tokens[0] - 16)
    before = [text.tokens[i].fold for i in range(first, element.tokens[0]) if i not in named]
    words = [w for w in before if w in _LITTLE or w in ("nhieu", "lon", "cao", "dong", "manh", "lau", "cham")]
    return bool(words) and words[-1] in _LITTLE


def lost_ends(text: Text, found: Sequence[Element], reading: Reading) -> tuple[Span, ...]:
    """Superlatives and numbers of rows beyond the one that a reading follows: "… cao nhất và … nhiều nhất"."""
    ranking = reading.ranking
    if ranking is None or ranking.both or ranking.per or reading.built_on:
        return ()
    ends = [e for e in found if e.tag in ("max", "min") and text.tokens[e.tokens[1] - 1].fold in ("nhat", "nhut")]
    bounds = {i for e in found if e.number and e.number.comparator for i in range(*e.tokens)}
    ends = [e for e in ends if e.tokens[0] not in bounds]
    counts = [e for e in found if e.number and e.number.kind == "count"]
    nested = len(reading.groups) > 1  # of one inside the other, of which there may be a superlative each
    return tuple(text.span(*e.tokens) for e in (*(() if nested else ends[:-1]), *counts[1:]))


def as_limits(text: Text, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with "nhiều nhất 5 mặt hàng", said of what is to be listed, as the number of rows that it is.

    After a thing that has so many ("nước có nhiều nhất 5 mặt hàng") it bounds a count.
    """
    out = list(found)
    for index, element in enumerate(found):
        number = element.number
        if number is None or number.comparator != "<=" or number.kind != "threshold" or number.unit in ("USD", "VND"):
            continue
        listed = any(
            e.kind == "dimension" and element.tokens[0] < e.tokens[0] <= element.tokens[1] for e in found[index:]
        )
        begins = all(
            e.kind in ("period", "grain") or e.tag in ("list", "max") or e.tokens[0] >= element.tokens[0]
            for e in found[:index]
        )
        if listed and begins and number.value == int(number.value) <= 1000:
            out[index] = replace(element, number=replace(number, kind="count", comparator=""))
    return tuple(out)


def without_told_counts(text: Text, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements without a number that only counts the members named after it: "hai cục Hải Phòng và Đồng Nai"."""
    out = []
    for index, element in enumerate(found):
        number = element.number
        after = list(found[index + 1 :])
        if number is not None and number.kind in ("count", "plain") and not number.comparator and after:
            nouns = [after.pop(0)] if after[0].kind == "dimension" and gap(text, element, after[0]) == 0 else []
            named = _enumerated(text, after)
            close = bool(named) and gap(text, nouns[0] if nouns else element, named[0]) == 0
            if close and len(named) == number.value >= 2:
                continue
        out.append(element)
    return tuple(out)


def _enumerated(text: Text, found: Sequence[Element]) -> list[Element]:
    """The values at the front that stand in one enumeration."""
    named: list[Element] = []
    for element in found:
        if element.tag == "and":
            continue
        beside = not named or (named[-1].tokens[1] < element.tokens[0] and joined(text, named[-1], element))
        if element.kind not in ("value", "filter") or not beside:
            break
        named.append(element)
    return named


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


_PIECES = frozenset(("cai", "thang", "con", "dong", "muc"))
_GIVE = frozenset(("cho", "lay", "ke", "neu", "chon", "xem", "liet"))


def _asked_for(text: Text, element: Element) -> bool:
    """Whether a number of mere pieces says how many are wanted: "… cao nhất, cho 10 cái"."""
    number, start = element.number, element.tokens[0]
    if number is None or number.comparator or number.kind not in ("plain", "count") or not 0 < number.value <= 1000:
        return False
    words = [t.fold for t in text.tokens[start + 1 : element.tokens[1] + 1]]
    led = {t.fold for t in text.tokens[max(0, start - 2) : start]}
    return number.value == int(number.value) and bool(led & _GIVE) and bool(words) and words[0] in _PIECES


def _is_listed(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a number says how many rows are listed: "liệt kê 5 vụ …", and not of how many others they are."""
    number = found[index].number
    whole = number is not None and number.kind in ("count", "plain") and not number.comparator
    before = found[index - 1] if index else None
    led = before is None or (before.tag == "list" and gap(text, before, found[index]) == 0)
    return whole and led and number is not None and number.value == int(number.value) and 0 < number.value <= 1000


def _count(counts: Sequence[Element]) -> int | None:
    return int(counts[0].number.value) if counts and counts[0].number else None


def _steps_counted(text: Text, groups: Sequence[GroupMatch]) -> int | None:
    """How many steps of the calendar are ranked: "ba tháng có số thu cao nhất"."""
    where = search(text, STEPS_RANKED) if any(g.grain for g in groups) else None
    if where is None:
        return None
    said = where.parts["n"]
    return int(said) if said.isdigit() else {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6}.get(fold(said))


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


_LENGTHS: tuple[Grain, ...] = ("day", "week", "half_month", "month", "quarter", "half", "year")


def _per(text: Text, found: Sequence[Element], groups: Sequence[GroupMatch]) -> str:
    """The group inside which to rank: "với mỗi nhóm hàng, nước lớn nhất", "từng tháng mặt hàng nào cao nhất"."""
    if len(groups) < 2:
        return ""
    folded = " ".join(t.fold for t in text.tokens)
    names = [g.column for g in groups if g.grain is None]
    for index, element in enumerate(found):
        if element.kind not in ("dimension", "value") or element.name not in names or not index:
            continue  # a value as well: "của mỗi khối FDI, trong nước"
        before = found[index - 1]
        word = text.tokens[before.tokens[1] - 1].fold if before.tag == "group" else ""
        if word in ("moi", "tung") and gap(text, before, element) == 0:
            return element.name
    timed = max((g for g in groups if g.grain), key=lambda g: _LENGTHS.index(g.grain or "day"), default=None)
    if timed and any(w in folded for w in ("tung ", "moi ", "hang ", "theo ")):
        return timed.column
    return ""
