"""Questions about members that keep to several conditions: "vừa … vừa …", "… nhưng không …", "… nào không có …".

Such a question is cut into clauses at its connectors; each clause is read as a question of its own about the same
members, and the readings are joined as sets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nl2sql.question.frames import same_period_base
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold, normalise
from nl2sql.types import GroupMatch, MetricMatch, Period, Reading, SetTerm, Shape, Span
from schema.semantic import Catalogue, View

_BUT_NOT = (
    r"(?:nhưng|mà|song|tuy nhiên)(?: lại| thì| vẫn| đến| sang| trong| tới)*(?P<time>(?: \S+){0,4}?) "
    r"(?:không|chưa)(?: hề| từng| còn| có mặt| nằm| lọt| thuộc| phải)*(?: trong| vào)?"
)
_BOTH = r"vừa(?! qua| rồi| xong| mới| nêu| hỏi)"
_HOME = r"(?:của|từ|với|cho|sang|vào) (?:việt nam|vn|nước ta|nước mình|ta)"
"""From whose side a direction is told holds for every clause."""
_AND_ALSO = (
    r"(?:đồng thời|nhưng|song|trong khi)(?: cũng| lại| đồng thời| vẫn| thì)*(?! chỉ| trừ| ngoại| bỏ| không| chưa)"
)
_BOUND = r"trên|dưới|hơn|quá|ít nhất|tối thiểu|từ \S+ \S* ?trở (?:lên|xuống)|không quá|vượt"
_AND = r"và|mà(?: vẫn| lại| vẫn còn)?|cùng với"
_NOT = r"(?:không|chưa|chẳng)(?: hề| từng| bao giờ)*"
_VERBS = frozenset(
    [
        "co",
        "phat",
        "xuat",
        "nhap",
        "nop",
        "mo",
        "bat",
        "thu",
        "no",
        "dang",
        "lam",
        "ghi",
        "dung",
        "su",
        "duoc",
        "tiep",
        "khai",
        "hoan",
        "bi",
        "thuc",
        "kiem",
        "hoat",
        "nhan",
        "tra",
        "lap",
        "khoi",
        "xu",
        "giai",
        "cap",
        "gui",
        "soi",
        "tham",
    ]
)
_NOT_A_SET = (
    r"(?:không|chưa) (?:kể|tính|gồm|bao gồm|thuộc|phải|quá|dưới|đạt|hoàn thành|đúng|khớp|dùng c/o|có giấy|tăng|giảm"
    r"|đáng|lấy|cần|có khả năng|có kết quả)"
)
_LEFT_OUT = r"(?:không|chưa) (?:kể|tính|gồm|bao gồm|lấy|cần)"
_LISTS = frozenset(["nao", "nhung", "cac", "ke", "liet", "danh", "nhieu", "may"])
_MARKS = ("nào", "gì", "lần", "hết", "cả", "nữa", "luôn")

Read = Callable[[str], Reading]


@dataclass(frozen=True)
class _Clause:
    """A part of the question: its text, whether what it describes is taken away, and the period put into it."""

    text: str
    negated: bool = False
    period: str = ""


def read_set(text: Text, catalogue: Catalogue, read: Read, periods: Sequence[Span] = ()) -> Reading | None:
    """The reading of a question about members of several sets, or None when it is not one.

    Args:
        read: Reads one clause as a question without context.
        periods: Where the question names periods.
    """
    clauses = _both_each_time(text, periods) or _but_not(text) or _and_also(text) or _every_period(text, periods)
    if clauses:
        return _joined(text, clauses, catalogue, read)
    places = _in_both(text)
    if places and (found := _joined(text, places, catalogue, read)) is not None and _apart(found):
        return found
    bounded = _two_bounds(text)
    joined = _joined(text, bounded, catalogue, read) if bounded else None
    if joined is not None and _two_subjects(joined):
        return _sharing(joined)
    return _never(text, catalogue, read)


_IN_BOTH = (
    r"(?P<lead>ở|tại|từ|sang|với|qua|tới|vào|đi) cả (?:hai )?"
    r"(?P<one>(?!năm|nước|hai|ba|ngành)\S+(?: \S+){0,4}?) (?:và|lẫn) "
    r"(?P<two>\S+(?: \S+){0,3}?)(?= trong | năm | quý | tháng | giai đoạn | từ | trên | dưới | không|[ ,?.]*$)"
)


def _in_both(text: Text) -> tuple[_Clause, ...]:
    """ "doanh nghiệp nào nhập từ cả Lào và Thái Lan": the same question for each of the two."""
    where = search(text, _IN_BOTH)
    if where is None or where.start < 2:
        return ()
    words = [t.norm if text.accented else t.fold for t in text.tokens[where.start : where.end]]
    one, two = where.parts["one"].split(), where.parts["two"].split()
    first = next((i for i in range(len(words)) if words[i : i + len(one)] == one), 0)
    last = len(words) - len(two)
    head = _slice(text, 0, where.start + 1)
    tail = _slice(text, where.end, len(text.tokens)) if where.end < len(text.tokens) else ""
    names = (
        _slice(text, where.start + first, where.start + first + len(one)),
        _slice(text, where.start + last, where.end),
    )
    return tuple(_Clause(f"{head} {name} {tail}".strip()) for name in names)


def _apart(reading: Reading) -> bool:
    """Whether both clauses name a member, each another one."""
    terms = [t.reading for t in reading.terms]
    return (
        len(terms) == 1
        and bool(reading.filters)
        and {f.sql for f in reading.filters} != {f.sql for f in terms[0].filters}
    )


def _slice(text: Text, start: int, end: int) -> str:
    return text.span(start, end).text


def _both_each_time(text: Text, periods: Sequence[Span]) -> tuple[_Clause, ...]:
    """ "vừa A vừa B trong cả ba năm …": both hold in each of the periods."""
    both = _both(text)
    every = _every_period(text, periods) if both else ()
    parts = [
        replace(part, text=part.text if one.period in part.text else f"{part.text} {one.period}")
        for one in every
        for part in _both(normalise(one.text))
    ]
    return tuple(parts) or both


def _both(text: Text) -> tuple[_Clause, ...]:
    """ "X nào vừa A vừa B": the head is said before both."""
    places = list(search_all(text, _BOTH))
    if len(places) < 2:
        return ()
    head = _slice(text, 0, places[0].start)
    ends = [p.start for p in places[1:]] + [len(text.tokens)]
    bodies = [_slice(text, p.end, end).rstrip(" ,.?") for p, end in zip(places, ends, strict=True)]
    negated = [fold(b).startswith(("khong ", "chua ")) for b in bodies]
    bodies = [b.split(" ", 1)[1] if n else b for b, n in zip(bodies, negated, strict=True)]
    home = search(text, _HOME)
    tail = _slice(text, home.start, home.end) if home else ""
    bodies = [b if not tail or fold(tail) in fold(b) else f"{b} {tail}" for b in bodies]
    return tuple(_Clause(f"{head} {b}".strip(), n) for b, n in zip(bodies, negated, strict=True))


def _but_not(text: Text) -> tuple[_Clause, ...]:
    where = search(text, _BUT_NOT)
    if where is None or where.start == 0 or search(text, _LEFT_OUT) is not None:
        return ()
    after = _slice(text, where.end, len(text.tokens))
    said = set(where.parts["time"].split())
    between = " ".join(
        t.text for t in text.tokens[where.start : where.end] if (t.norm if text.accented else t.fold) in said
    )
    return (
        _Clause(_slice(text, 0, where.start).rstrip(" ,")),
        _Clause(f"{between} {_bare(after)}".strip(), True),
    )


def _and_also(text: Text) -> tuple[_Clause, ...]:
    where = search(text, _AND_ALSO)
    if where is None or where.start < 2 or search(text, _NOT_A_SET) is not None:
        return ()
    return (
        _Clause(_slice(text, 0, where.start).rstrip(" ,")),
        _Clause(_slice(text, where.end, len(text.tokens))),
    )


def _two_bounds(text: Text) -> tuple[_Clause, ...]:
    """ "trên 3 vụ vi phạm và tỷ lệ luồng xanh trên 80%": two bounds that may lie on measures of two subjects."""
    bounds = list(search_all(text, _BOUND))
    if len(bounds) != 2:
        return ()
    between = [w for w in search_all(text, _AND) if bounds[0].end < w.start and w.end <= bounds[1].start]
    if len(between) != 1:
        return ()
    where = between[0]
    return (
        _Clause(_slice(text, 0, where.start).rstrip(" ,")),
        _Clause(_slice(text, where.end, len(text.tokens))),
    )


def _two_subjects(joined: Reading) -> bool:
    """Whether the bounds of the clauses cannot stand in one query: other rows are measured."""
    return all(
        t.reading.thresholds and (t.reading.view != joined.view or _conditions(t.reading) - _conditions(joined))
        for t in joined.terms
    )


def _conditions(reading: Reading) -> set[str]:
    return {f.sql for f in reading.filters}


def _sharing(joined: Reading) -> Reading:
    """The first clause's conditions hold for the others, but on columns of which they say something themselves."""
    terms = []
    for term in joined.terms:
        one = term.reading
        own = {f.column for f in one.filters}
        shared = tuple(f for f in joined.filters if f.column not in own) if one.view == joined.view else ()
        terms.append(replace(term, reading=replace(one, filters=(*one.filters, *shared))))
    return replace(joined, terms=tuple(terms))


def _every_period(text: Text, periods: Sequence[Span]) -> tuple[_Clause, ...]:
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
    return tuple(_Clause(f"{head} {p} {tail}".strip(), period=p) for p in said)


def _bare(clause: str) -> str:
    """A negated clause without its question marks: "phát sinh tờ khai nào" is "phát sinh tờ khai"."""
    words = clause.rstrip(" ?.!").split(" ")
    return " ".join(w for w in words if fold(w).strip(",") not in {fold(m) for m in _MARKS} or w in ("cả",))


def _joined(text: Text, clauses: Sequence[_Clause], catalogue: Catalogue, read: Read) -> Reading | None:
    first = _usable(read(clauses[0].text))
    if first is None or clauses[0].negated:
        return None
    view = catalogue.views[first.view]
    member = _member(first, view) if _LISTS & set(fold(clauses[0].text).split()) else None
    if member is None:  # "nhóm hàng có xuất mà không có nhập": the members are named and not asked for by a word
        first = _usable(read(f"liệt kê các {clauses[0].text}"))
        view = catalogue.views[first.view] if first else view
        member = _member(first, view) if first and (clauses[-1].negated or _leads(clauses[0].text, first)) else None
    if first is None or member is None:
        return None
    group, counted = member
    name = group.span.text if group.span else group.label
    readings: list[tuple[_Clause, Reading]] = []
    for clause in clauses[1:]:
        body = clause.text if _names(clause.text, name) else f"{name} nào {clause.text}"
        other = _usable(read(body))
        if other is None or not _has(catalogue, other, group.column):
            return None
        readings.append((clause, _inherit(_about(other, group, catalogue), first)))
    first = _about(first, group, catalogue)
    sides = (first, *(o for _, o in readings))
    source = next((r for r in sides if _named(r)), None) or next((r for r in sides if r.comparison), None)
    if source is not None:
        ever = first
        first = _timed(first, source)
        readings = [(c, _timed(o, source)) for c, o in readings]
        if any(c.negated and _same_members(o, first) for c, o in readings):
            first = ever  # "loại hình nào có bên xuất mà năm 2024 không dùng": of all that there ever were
    everyone = [first, *(o for _, o in readings)]
    terms = tuple(SetTerm("except" if c.negated else "intersect", o) for c, o in readings)
    return replace(
        first,
        text=text.nfc.strip(),
        terms=terms,
        counted=counted,
        shape=Shape.BREAKDOWN,
        assumptions=(*_notes(clauses), *dict.fromkeys(a for r in everyone for a in r.assumptions)),
        unread=tuple(s for r in everyone for s in r.unread),
        certainty=min(r.certainty for r in everyone),
    )


def _leads(clause: str, reading: Reading) -> bool:
    """Whether a clause begins with the name of what is listed: "doanh nghiệp vừa …"."""
    names = [g.span.text for g in reading.groups if g.grain is None and g.span]
    return any(fold(clause).startswith(f"{fold(n)} ") for n in names)


def _notes(clauses: Sequence[_Clause]) -> tuple[str, ...]:
    kept = "; ".join(f"“{c.text}”" for c in clauses if not c.negated)
    taken = "; ".join(f"“{c.text}”" for c in clauses if c.negated)
    note = f"Giữ các đối tượng thỏa: {kept}" if kept else "Giữ mọi đối tượng"
    return (f"{note}, bỏ các đối tượng thỏa: {taken}." if taken else f"{note}.",)


def _same_members(one: Reading, two: Reading) -> bool:
    """Whether two clauses describe the same members, so that taking the one from the other leaves nobody."""
    sides = [(r.view, _days(r.periods), {f.sql for f in r.filters}, r.ranking, r.thresholds) for r in (one, two)]
    return sides[0] == sides[1]


def _usable(reading: Reading) -> Reading | None:
    return None if reading.clarification or reading.refusal or not reading.view else reading


def _names(clause: str, member: str) -> bool:
    return f" {fold(member)} " in f" {fold(clause)} "


def _member(reading: Reading, view: View) -> tuple[GroupMatch, bool] | None:
    """The column whose members are asked for, and whether they are counted."""
    groups = [g for g in reading.groups if g.grain is None]
    if len(groups) == 1:
        return groups[0], False
    if len(groups) > 1:
        listed = [g for g in groups if g.span]
        return (listed[0], False) if len(listed) == 1 else None
    for match in reading.metrics:
        head = "COUNT(DISTINCT "
        if match.expr.upper().startswith(head):
            column = match.expr[len(head) : -1]
            if view.dimension(column):
                span = match.span
                return GroupMatch(column, view.label_of(column), None, span), True
    return None


def _has(catalogue: Catalogue, reading: Reading, column: str) -> bool:
    return column in catalogue.views[reading.view].columns()


def _about(reading: Reading, group: GroupMatch, catalogue: Catalogue) -> Reading:
    """A clause's reading as a description of the members: their bounds and ranks stay, other groupings go."""
    metrics = reading.metrics
    if not metrics or metrics[0].expr.upper().startswith("COUNT(DISTINCT"):
        default = catalogue.views[reading.view].default_metric
        if default is not None:
            metrics = (MetricMatch(default.name, default.expr, default.label, default.unit, assumed=True),)
    return replace(
        reading, metrics=metrics, groups=(group,), window=None, share=None, contrast=None, derived=None,
        comparison=reading.comparison, average=None, terms=(), shape=Shape.BREAKDOWN,
    )  # fmt: skip


def _inherit(reading: Reading, first: Reading) -> Reading:
    """A clause that names no condition of its own speaks of the first clause's ("nhưng năm 2024 không còn")."""
    bounded = reading.ranking or any(not t.on_change for t in reading.thresholds)
    if not reading.filters and not bounded and reading.view == first.view:
        return replace(reading, filters=first.filters)
    return reading


def _named(reading: Reading) -> bool:
    return any(p.span and p.span.text for p in reading.periods)


def _timed(reading: Reading, source: Reading) -> Reading:
    """A clause that names no period shares that of the clause which does, and what it is compared with."""
    if _named(reading):
        return reading
    if reading.comparison and source.comparison:
        comparison = replace(reading.comparison, kind=source.comparison.kind, base=source.comparison.base)
        return replace(reading, periods=source.periods, comparison=comparison)
    if reading.comparison and len(source.periods) == 1:
        base = same_period_base(source.periods[0])
        return replace(reading, periods=source.periods, comparison=replace(reading.comparison, base=base))
    return replace(reading, periods=source.periods)


def retimed(reading: Reading, before: Sequence[Period], after: Sequence[Period]) -> tuple[SetTerm, ...]:
    """The terms of a reading moved to another period, where they shared the one that it had."""
    moved = []
    for term in reading.terms:
        one = term.reading
        if _days(one.periods) == _days(before) and after:
            one = _timed(replace(one, periods=()), replace(reading, periods=tuple(after), comparison=None))
        moved.append(replace(term, reading=one))
    return tuple(moved)


def _days(periods: Sequence[Period]) -> tuple[tuple[dt.date, dt.date], ...]:
    return tuple((p.start, p.end) for p in periods)


def _never(text: Text, catalogue: Catalogue, read: Read) -> Reading | None:
    """ "đơn vị nào không phát hiện vụ nào năm 2024": all members but those with it."""
    where = _negation(text)
    if where is None:
        return None
    head = _slice(text, 0, where.start)
    found = _usable(read(f"{head} {_bare(_slice(text, where.end, len(text.tokens)))}"))
    if found is None:
        return None
    view = catalogue.views[found.view]
    member = _member(found, view)
    if member is None or not any(
        t in fold(head).split() for t in ("nao", "nhung", "cac", "ke", "liet", "nhieu", "may")
    ):
        return None
    group, counted = member
    register = _register(catalogue, view, group.column)
    everyone = Reading(text=text.nfc.strip(), view=register.name, groups=(group,), metrics=found.metrics)
    term = SetTerm("except", replace(_about(found, group, catalogue), ranking=None))
    note = f"Lấy mọi {group.label.lower()} có trong kho ({register.label.lower()}), bỏ những nơi có số liệu trong kỳ."
    return replace(
        found, view=register.name, metrics=_about(everyone, group, catalogue).metrics, filters=(), periods=(),
        groups=(group,), terms=(term,), counted=counted, ranking=None, thresholds=(), comparison=None, window=None,
        share=None, derived=None, contrast=None, shape=Shape.BREAKDOWN, assumptions=(note, *found.assumptions),
    )  # fmt: skip


def _negation(text: Text) -> Found | None:
    """A negated verb whose object is asked about with "nào", and that no other phrase explains."""
    if search(text, _NOT_A_SET) is not None:
        return None
    for where in search_all(text, _NOT):
        if where.start < 2 or where.end >= len(text.tokens):
            continue
        verb = text.tokens[where.end].fold
        rest = [t.fold for t in text.tokens[where.end :]]
        asked = any(w in ("nao", "gi") for w in rest) or "tung" in [
            t.fold for t in text.tokens[where.start : where.end]
        ]
        if verb in _VERBS and (asked or _lacks(text, where, rest)):
            return where
    return None


def _lacks(text: Text, where: Found, rest: Sequence[str]) -> bool:
    """ "cục nào không có nợ khó thu": what is asked about lacks the thing itself, and no amount or rank of it."""
    led = text.tokens[where.start - 1].norm in ("nào", "nao")
    bounded = any(w == "nhat" or (any(c.isdigit() for c in w[:2]) and len(w) != 4) for w in _until_time(rest))
    return led and rest[0] in ("co", "phat", "ghi", "bat", "xuat", "nhap", "lam", "dung", "su") and not bounded


def _until_time(words: Sequence[str]) -> Sequence[str]:
    """The words before the first one of time."""
    times = ("nam", "thang", "quy", "tuan", "ngay", "trong", "vao", "tu", "cuoi", "dau", "den", "hien")
    return words[: next((i for i, w in enumerate(words) if w in times), len(words))]


def _register(catalogue: Catalogue, view: View, column: str) -> View:
    """The view that lists all members of a column: the one declared, else the view itself."""
    dim = view.dimension(column)
    name = dim.register if dim else ""
    return catalogue.views[name] if name in catalogue.views and column in catalogue.views[name].columns() else view
