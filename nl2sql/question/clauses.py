"""A question about members cut into its clauses: "vừa … vừa", "nhưng không", "cả … lẫn", two bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nl2sql.question.phrases import search, search_all
from nl2sql.question.text import Text, fold, normalise
from nl2sql.types import Span

_BUT_NOT = (
    r"(?:nhưng|mà|song|tuy nhiên)(?: lại| thì| vẫn| đến| sang| trong| tới)*(?P<time>(?: \S+){0,4}?) "
    r"(?:không|chưa)(?! (?:đến|tới|đầy|đủ|đạt|được|quá|vượt|vượt quá|nhiều hơn|ít hơn|hơn)"
    r"(?: mức| mốc| ngưỡng)? (?:\d|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười))"
    r"(?: hề| từng| còn| có mặt| nằm| lọt| thuộc| phải)*(?: trong| vào)?"
)
"""What a bound takes away ("nhưng chưa đến 5 tỷ") is another bound and no other set."""

_BOTH = r"vừa(?! qua| rồi| xong| mới| nêu| hỏi)"

_HOME = r"(?:của|từ|với|cho|sang|vào) (?:việt nam|vn|nước ta|nước mình|ta)"
"""From whose side a direction is told holds for every clause."""

_OTHER_END = (
    r"(?: (?:trên|dưới|hơn|quá|ít hơn|nhiều hơn|thấp hơn|cao hơn|tối đa|tối thiểu)(?: mức| mốc)?"
    r" \d\S*(?: (?:nghìn|ngàn|triệu|tỷ))* ?(?:%|phần trăm|usd|đô|đồng|tỷ|triệu))"
)
"""A bound right behind the joint is the other end of the one before: "tăng trên 5% nhưng dưới 12%"."""

_AND_ALSO = (
    r"(?:đồng thời|nhưng|song|trong khi|(?<=tăng )mà(?= (?:\S+ ){1,5}?giảm)|(?<=giảm )mà(?= (?:\S+ ){1,5}?tăng))"
    r"(?: cũng| lại| đồng thời| vẫn| thì)*(?! chỉ| trừ| ngoại| bỏ| không| chưa)"
    rf"(?!{_OTHER_END})"
)

_BOUND = r"trên|dưới|hơn|quá|ít nhất|tối thiểu|từ \S+ \S* ?trở (?:lên|xuống)|không quá|vượt"

_AND = r"và|mà(?: vẫn| lại| vẫn còn)?|cùng với"

NOT_A_SET = (
    r"(?:không|chưa) (?:kể|tính|gồm|bao gồm|thuộc|phải|quá|dưới|đạt|hoàn thành|đúng|khớp|dùng c/o|có giấy|tăng|giảm"
    r"|đáng|lấy|cần|có khả năng|có kết quả)"
)

_LEFT_OUT = r"(?:không|chưa) (?:kể|tính|gồm|bao gồm|lấy|cần)"

_MARKS = ("nào", "gì", "lần", "hết", "cả", "nữa", "luôn")

_IN_BOTH = (
    r"(?P<lead>ở|tại|từ|sang|với|qua|tới|vào|đi|cho|gửi|xuất khẩu|nhập khẩu|xuất|nhập) cả (?:hai |ba |bốn |3 |4 )?"
    r"(?P<one>(?!năm|nước|hai|ba|ngành)\S+(?: \S+){0,4}?) (?:và|lẫn) "
    r"(?P<two>\S+(?: \S+){0,3}?)(?= trong | năm | quý | tháng | giai đoạn | từ | trên | dưới | không|[ ,?.]*$)"
)


_INSIDE = r"(?:nằm|có mặt|có tên|thuộc|lọt|góp mặt|đứng|xuất hiện|vào|ở|trong)(?: trong| vào| ở| tên trong| danh sách)*"
_TOP = r"(?:top|tốp) \d+"

_LIST = r" danh sách| bảng| nhóm"

_TOPS = (
    rf"(?P<lead>{_INSIDE})(?: cả(?: hai)?(?:{_LIST})?)?(?= {_TOP}) (?P<one>{_TOP}(?: \S+){{1,8}}?)"
    rf"(?: và| lẫn| cùng| cũng như| cùng với)(?: cả| cũng)?(?: {_INSIDE})? (?P<two>{_TOP} .*)"
)
"""Being among the first by two measures: "nằm trong (cả) top 5 … và top 5 …"."""

_BOTH_LISTS = (
    rf"(?P<lead>cả hai(?:{_LIST})? {_TOP})(?: về)? (?P<one>\S+(?: \S+){{0,9}}?) (?:và|lẫn)(?: về)? (?P<two>\S.*)"
)
"""The same list by two measures: "có mặt trong cả hai top 10 xuất khẩu và nhập khẩu"."""

_WITH_BOTH = tuple(
    rf"(?P<lead>có|phát sinh|ghi nhận|bị|được|nào(?: mà| có)?|{_TOP}){cue}(?: về)?"
    rf" (?P<one>(?!năm|quý|tháng|hai|ba|bốn|nước|ngành|bao|mấy|\d)\S+(?: \S+){{0,9}}?) {joint}(?: cả)?(?: về)?"
    r" (?P<two>\S.*)"
    for cue, joint in ((" cả", "lẫn"), (" cả", "và"), ("", "lẫn(?! nhau)"))
)
"""Having two things each: "nước nào có cả xuất khẩu lẫn nhập khẩu", "lọt top 10 cả xuất khẩu và nhập khẩu"."""

_ASKED = r"nào|bao nhiêu|mấy|những|các|liệt kê|kể tên|danh sách|đếm|số lượng|số"

_WHERE = r"ở|tại|thuộc|qua"

_COUNTED = (
    r"(?:(?:có|hiện|đếm|tổng|tất cả) )*(?:bao nhiêu|mấy|số lượng|số) (?P<what>\S+(?: \S+){0,3}?)"
    rf"(?= {_INSIDE} (?:cả )?{_TOP} )"
)


@dataclass(frozen=True)
class Clause:
    """A part of the question: its text, whether what it describes is taken away, and the period put into it.

    Attributes:
        head: How many characters of the text are said once for several clauses.
    """

    text: str
    negated: bool = False
    period: str = ""
    head: int = 0


def in_both(text: Text) -> tuple[Clause, ...]:
    """ "doanh nghiệp nào nhập từ cả Lào và Thái Lan": the same question for each of the two."""
    where = search(text, _IN_BOTH)
    if where is None or where.start < 2:
        return ()
    words = [t.norm if text.accented else t.fold for t in text.tokens[where.start : where.end]]
    words = [t.norm if text.accented else t.fold for t in text.tokens]
    two = where.parts["two"].split()
    cuts = [i for i in range(where.start + 1, where.end - len(two)) if words[i] in (",", "và", "lẫn", "va", "lan")]
    first = next(i for i in range(where.start + 1, where.end) if words[i] in ("cả", "ca")) + 1
    first += words[first] in ("hai", "ba", "bốn", "bon", "3", "4")
    bounds = [first, *(c + 1 for c in cuts), where.end]
    names = [slice_of(text, a, b).strip(" ,") for a, b in pairwise(bounds)]
    names = [n.removesuffix(" và").removesuffix(" lẫn").strip(" ,") for n in names]
    head = slice_of(text, 0, next(i for i in range(where.start + 1, where.end) if words[i] in ("cả", "ca")))
    tail = slice_of(text, where.end, len(text.tokens)) if where.end < len(text.tokens) else ""
    if any(not n for n in names):
        return ()
    return tuple(Clause(f"{head} {name} {tail}".strip()) for name in names)


def slice_of(text: Text, start: int, end: int) -> str:
    return text.span(start, end).text


def both_each_time(text: Text, periods: Sequence[Span]) -> tuple[Clause, ...]:
    """ "vừa A vừa B trong cả ba năm …": both hold in each of the periods."""
    both = _both(text)
    every = every_period(text, periods) if both else ()
    parts = [
        replace(part, text=part.text if one.period in part.text else f"{part.text} {one.period}")
        for one in every
        for part in _both(normalise(one.text))
    ]
    return tuple(parts) or both


def _both(text: Text) -> tuple[Clause, ...]:
    """ "X nào vừa A vừa B": the head is said before both."""
    places = list(search_all(text, _BOTH))
    if len(places) < 2:
        return ()
    head = slice_of(text, 0, places[0].start)
    ends = [p.start for p in places[1:]] + [len(text.tokens)]
    bodies = [slice_of(text, p.end, end).rstrip(" ,.?") for p, end in zip(places, ends, strict=True)]
    negated = [fold(b).startswith(("khong ", "chua ")) for b in bodies]
    bodies = [b.split(" ", 1)[1] if n else b for b, n in zip(bodies, negated, strict=True)]
    home = search(text, _HOME)
    tail = slice_of(text, home.start, home.end) if home else ""
    bodies = [b if not tail or fold(tail) in fold(b) else f"{b} {tail}" for b in bodies]
    return tuple(Clause(f"{head} {b}".strip(), n, head=len(head)) for b, n in zip(bodies, negated, strict=True))


def with_both(text: Text, periods: Sequence[Span]) -> tuple[Clause, ...]:
    """ "nước nào có cả A lẫn B", "… nằm trong top 5 A và top 5 B": the same head for each of the two.

    What is said once at the end, a period or a bound, holds for both.
    """
    tops = search(text, _TOPS)
    where = tops or next((w for p in (_BOTH_LISTS, *_WITH_BOTH) if (w := search(text, p))), None)
    if where is None or where.start == 0:
        return ()
    head = slice_of(text, 0, where.start)
    if search(normalise(f"{head} {where.parts['lead']}"), _ASKED) is None or head.endswith((",", ";")):
        return ()
    ranked = tops is not None or search(normalise(where.parts["lead"]), _TOP) is not None
    second = where.end - len(where.parts["two"].split())
    first = where.start + len(where.parts["lead"].split())
    while tops is None and text.tokens[first].fold in ("ca", "ve"):
        first += 1
    while tops is not None and text.tokens[first].fold != "top":
        first += 1
    one = slice_of(text, first, first + len(where.parts["one"].split()))
    if not ranked and search(normalise(slice_of(text, first, where.end)), r"\S+ nhất") is not None:
        return ()  # which of the two the superlative ranks is open
    tail = _said_once(text, first, second, periods, bounded=search(normalise(one), rf"tăng|giảm|{_BOUND}") is not None)
    end = where.start + len(where.parts["lead"].split())
    lead = slice_of(text, end - 2 if ranked else where.start, end)
    among = "thuộc" if text.accented else "thuoc"  # whatever verb is said: "góp mặt trong", "đứng ở"
    if tops is not None:
        lead = among
    elif ranked and (verb := search(normalise(head), rf"(?P<head>\S.*?) {_INSIDE} *$")) is not None:
        head = f"{slice_of(text, 0, len(verb.parts['head'].split()))} {among}"
    two = slice_of(text, second, len(text.tokens))
    shared = f"{head} {lead}"
    return tuple(Clause(f"{shared} {part}".strip(), head=len(shared)) for part in (f"{one} {tail}", two))


def _said_once(text: Text, first: int, second: int, periods: Sequence[Span], *, bounded: bool) -> str:
    """What the second of two parts says for both: from its period, its place or its bound on.

    A bound or a place that the first names for itself is not shared.
    """
    starts = [t.start for t in text.tokens]
    if any(starts[first] <= p.start < starts[second] for p in periods):
        return ""
    at = [next(i for i, s in enumerate(starts) if s >= p.start) for p in periods if p.start >= starts[second]]
    bounds = () if bounded else search_all(text, rf"đều|tăng|giảm|{_BOUND}")
    at += [w.start for w in bounds if w.start > second]
    if search(normalise(slice_of(text, first, second)), _WHERE) is None:
        at += [w.start for w in search_all(text, _WHERE) if w.start > second]
    return slice_of(text, min(at), len(text.tokens)) if at else ""


def counting(clause: Clause) -> Clause:
    """A clause whose head begins with a number of members ("số nước có cả …") as one that asks for it."""
    said = normalise(clause.text)
    where = search(said, r"(?:(?:đếm|tổng|cho biết|thống kê) )*(?:số lượng|số)(?= \S+)")
    if where is None or where.start or not clause.head:
        return clause
    asked = "có bao nhiêu" if said.accented else "co bao nhieu"
    text = f"{asked} {slice_of(said, where.end, len(said.tokens))}"
    return replace(clause, text=text, head=clause.head + len(text) - len(clause.text))


def listing(clause: Clause) -> Clause | None:
    """A clause that counts the members among the first ("bao nhiêu nước nằm trong top 5 …") as one that lists them."""
    said = normalise(clause.text)
    where = search(said, _COUNTED)
    if where is None:
        return None
    noun = slice_of(said, where.end - len(where.parts["what"].split()), where.end)
    rest = slice_of(said, where.end, len(said.tokens))
    return replace(clause, text=f"{slice_of(said, 0, where.start)} {noun} nào {rest}".strip())


def but_not(text: Text, periods: Sequence[Span] = ()) -> tuple[Clause, ...]:
    """ "X nào A nhưng không B"; where nothing follows but another period, A itself is denied of that period."""
    where = search(text, _BUT_NOT)
    if where is None or where.start == 0 or search(text, _LEFT_OUT) is not None:
        return ()
    after = slice_of(text, where.end, len(text.tokens))
    cut = text.span(where.start, where.end)
    other = [p for p in periods if cut.start <= p.start < cut.end]
    if not bare(after).strip(" ,.?!") and len(other) == 1 and len(periods) <= 2:
        first = slice_of(text, 0, where.start).rstrip(" ,")
        own = next((p.text for p in periods if p.end <= cut.start), "")
        again = first.replace(own, other[0].text, 1) if own else f"{first} {other[0].text}"
        return Clause(first), Clause(again, True)
    said = set(where.parts["time"].split())
    between = " ".join(
        t.text for t in text.tokens[where.start : where.end] if (t.norm if text.accented else t.fold) in said
    )
    return (
        Clause(slice_of(text, 0, where.start).rstrip(" ,")),
        Clause(f"{between} {bare(after)}".strip(), True),
    )


def and_also(text: Text) -> tuple[Clause, ...]:
    where = search(text, _AND_ALSO)
    if where is None or where.start < 2 or search(text, NOT_A_SET) is not None:
        return ()
    return (
        Clause(slice_of(text, 0, where.start).rstrip(" ,")),
        Clause(slice_of(text, where.end, len(text.tokens))),
    )


def two_bounds(text: Text) -> tuple[Clause, ...]:
    """ "trên 3 vụ vi phạm và tỷ lệ luồng xanh trên 80%": two bounds that may lie on measures of two subjects."""
    bounds = list(search_all(text, _BOUND))
    if len(bounds) != 2:
        return ()
    between = [w for w in search_all(text, _AND) if bounds[0].end < w.start and w.end <= bounds[1].start]
    if len(between) != 1:
        return ()
    where = between[0]
    return (
        Clause(slice_of(text, 0, where.start).rstrip(" ,")),
        Clause(slice_of(text, where.end, len(text.tokens))),
    )


def every_period(text: Text, periods: Sequence[Span]) -> tuple[Clause, ...]:
    """ "… cả năm 2023 lẫn năm 2024": the same question for each of the periods."""
    places = [p for p in periods if p.text]
    moving = search(text, r"tăng|giảm|so với|cùng kỳ")
    if (
        len(places) < 2
        or moving is not None
        or search(text, r"cả|đều|liên tục|năm nào cũng|tháng nào cũng|quý nào cũng") is None
    ):
        return ()
    if (
        search(text, r"lẫn|đều|trong cả|liên tục|nào cũng|cả (?:hai|ba|bốn|\d) (?:năm|quý|tháng)|cả (?:năm|quý|tháng)")
        is None
    ):
        return ()
    start, end = min(p.start for p in places), max(p.end for p in places)
    head, tail = text.raw[:start].rstrip(" ,("), text.raw[end:].lstrip(" ,)")
    words = head.split(" ")
    while words and fold(words[-1]) in ("ca", "trong", "hai", "ba", "bon", "o", "vao"):
        words.pop()
    head = " ".join(words)
    said = [p.text if any(c.isalpha() for c in p.text) else f"năm {p.text}" for p in places]
    return tuple(Clause(f"{head} {p} {tail}".strip(), period=p) for p in said)


def bare(clause: str) -> str:
    """A negated clause without its question marks: "phát sinh tờ khai nào" is "phát sinh tờ khai"."""
    words = clause.rstrip(" ?.!").split(" ")
    return " ".join(w for w in words if fold(w).strip(",") not in {fold(m) for m in _MARKS} or w in ("cả",))
