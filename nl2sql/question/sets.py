"""Questions about members that keep to several conditions: "vừa … vừa …", "… nhưng không …", "… nào không có …".

Such a question is cut into clauses at its connectors; each clause is read as a question of its own about the same
members, and the readings are joined as sets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.sets import members_sql
from nl2sql.question.clauses import (
    Clause,
    and_also,
    both_each_time,
    but_not,
    counting,
    every_period,
    in_both,
    listing,
    slice_of,
    two_bounds,
    with_both,
)
from nl2sql.question.frames import base_of, same_period_base
from nl2sql.question.members import LISTS, Read, about, member_of, usable
from nl2sql.question.newcomers import read_newcomers
from nl2sql.question.outsiders import never
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold, normalise
from nl2sql.question.two_times import two_times
from nl2sql.types import FilterMatch, Period, Ranking, Reading, SetTerm, Shape, Span
from schema.semantic import Catalogue, View


def read_set(text: Text, catalogue: Catalogue, read: Read, periods: Sequence[Span] = ()) -> Reading | None:
    """The reading of a question about members of several sets, or None when it is not one.

    Args:
        read: Reads one clause as a question without context.
        periods: Where the question names periods.
    """
    ranked = _ranked_tail(text, catalogue, read, periods)
    if ranked is not None:
        return ranked
    apart = two_times(text, periods)
    if apart and (held := _joined(text, apart, catalogue, read)) is not None:
        return held
    clauses = both_each_time(text, periods) or but_not(text, periods) or and_also(text) or every_period(text, periods)
    if clauses:
        held = _joined(text, clauses, catalogue, read)
        return _of_roster(held, clauses, catalogue, read) or held
    each = with_both(text, periods)
    if each and (found := _joined(text, each, catalogue, read)) is not None and _told_apart(found, each):
        return _sharing(found) if all(_says_less(t.reading, found) for t in found.terms) else found
    places = in_both(text)
    if places and (found := _joined(text, places, catalogue, read)) is not None and _apart(found):
        return found
    bounded = two_bounds(text)
    joined = _joined(text, bounded, catalogue, read) if bounded else None
    if joined is not None and _two_subjects(joined):
        return _sharing(joined)
    return read_newcomers(text, catalogue, read) or never(text, catalogue, read)


def _of_roster(held: Reading | None, clauses: Sequence[Clause], catalogue: Catalogue, read: Read) -> Reading | None:
    """A clause that only describes what is ranked in a list of things that exist: "10 DN nợ nhiều nhất nhưng vẫn còn
    hoạt động". Its condition lies on the things before they are ranked.
    """
    if held is None or len(held.terms) != 1 or len(clauses) != 2 or held.ranking is None:
        return None
    other = held.terms[0].reading
    more = other.ranking or other.thresholds or other.periods or other.terms or other.comparison
    if other.view != held.view or not catalogue.views[held.view].roster or not other.filters or more:
        return None
    denied = "không phải " if clauses[1].negated else ""
    plain = usable(read(f"{clauses[0].text}, {denied}{clauses[1].text}"))
    wanted = len(held.filters) + len(other.filters)
    return replace(plain, text=held.text) if plain and plain.ranking and len(plain.filters) == wanted else None


_TAIL = r"(?:,|;)(?: lấy| liệt kê| cho xem| xem| chọn)?(?: ra)? (?:top|tốp) (?P<n>\d+)(?: theo(?: \S+){1,4})?[ ?.]*$"


def _ranked_tail(text: Text, catalogue: Catalogue, read: Read, periods: Sequence[Span]) -> Reading | None:
    """ "doanh nghiệp nào nhập mà không xuất, top 10 theo kim ngạch": the first clause's figure ranks who is left."""
    where = search(text, _TAIL)
    if where is None:
        return None
    head, starts = slice_of(text, 0, where.start), text.span(where.start, where.end).start
    times = [p for p in periods if p.end <= starts]
    for period in (p for p in periods if p.start >= starts):  # "…, top 5 theo kim ngạch năm 2024"
        times.append(Span(len(head) + 1, len(head) + 1 + len(period.text), period.text))
        head = f"{head} {period.text}"
    found = read_set(normalise(head), catalogue, read, times)
    if found is None or not found.terms or found.counted or not found.metrics:
        return None
    conditions = []
    turned = _told_apart_by(found)
    sides = [(True, replace(found, terms=()))] if turned else []
    for kept, one in (*sides, *((t.op == "intersect", t.reading) for t in found.terms)):
        named = members_sql(one, catalogue)
        if named is None or named[0] != found.groups[0].column:
            return None
        word = "IN" if kept else "NOT IN"
        conditions.append(FilterMatch(f"{named[0]} {word} ({named[1]})", named[0], (), found.groups[0].label))
    found = replace(found, filters=tuple(f for f in found.filters if f.column not in turned))
    ranking = Ranking(int(where.parts["n"]), True, span=text.span(where.start, where.end))
    return replace(
        found, text=text.nfc.strip(), terms=(), filters=(*found.filters, *conditions), ranking=ranking,
        shape=Shape.RANKING,
    )  # fmt: skip


def _told_apart_by(reading: Reading) -> set[str]:
    """Columns of which every clause names another value: of "có cả xuất khẩu và nhập khẩu" the ranking is by both."""
    own = {f.column: f.sql for f in reading.filters}
    apart = [
        {f.column for f in t.reading.filters if own.get(f.column, f.sql) != f.sql}
        for t in reading.terms
        if t.op == "intersect" and t.reading.view == reading.view
    ]
    return set.intersection(*apart) if apart and len(apart) == len(reading.terms) else set()


def _apart(reading: Reading) -> bool:
    """Whether both clauses name a member, each another one."""
    terms = [t.reading for t in reading.terms]
    return (
        bool(terms)
        and bool(reading.filters)
        and all({f.sql for f in reading.filters} != {f.sql for f in one.filters} for one in terms)
    )


def _says_less(one: Reading, first: Reading) -> bool:
    """Whether a clause names fewer columns than the first: "nhập khẩu từ Nhật Bản lẫn Hàn Quốc"."""
    return one.view == first.view and {f.column for f in one.filters} < {f.column for f in first.filters}


def _told_apart(reading: Reading, clauses: Sequence[Clause]) -> bool:
    """Whether each of two parts describes members, by a value, a rank or a bound, and no measure of them is asked for.

    "kim ngạch các nước có cả xuất khẩu lẫn nhập khẩu" names its measure in the words that both parts share.
    """
    if any(m.span and m.span.end <= clauses[0].head for m in reading.metrics):
        return False
    sides = (reading, *(t.reading for t in reading.terms))
    asked = search(normalise(clauses[0].text), r"nào|bao nhiêu|mấy") is not None
    if asked and len({s.view for s in sides}) == len(sides):
        return True  # "doanh nghiệp nào có cả nợ thuế lẫn vi phạm"
    if _apart(reading) or all(s.ranking and s.ranking.n for s in sides):
        return True
    return all(s.thresholds for s in sides) and (reading.counted or _two_subjects(reading))


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


def _joined(text: Text, clauses: Sequence[Clause], catalogue: Catalogue, read: Read) -> Reading | None:
    clauses = [counting(c) for c in clauses]
    listed = [listing(c) for c in clauses]
    clauses = [as_list or c for as_list, c in zip(listed, clauses, strict=True)]
    first = usable(read(clauses[0].text))
    if first is None and (last := usable(read(clauses[-1].text))) is not None:
        first = _in_view(catalogue.views[last.view], clauses[0].text, read)
    if first is None or clauses[0].negated:
        return None
    view = catalogue.views[first.view]
    member = member_of(first, view) if LISTS & set(fold(clauses[0].text).split()) else None
    if member is None:  # "nhóm hàng có xuất mà không có nhập": the members are named and not asked for by a word
        first = usable(read(f"liệt kê các {clauses[0].text}"))
        view = catalogue.views[first.view] if first else view
        member = member_of(first, view) if first and (clauses[-1].negated or _leads(clauses[0].text, first)) else None
    if first is None or member is None:
        return None
    group, counted = member[0], member[1] or first.counted
    own = first.terms  # a clause may hold a set of its own: "vừa … vừa … nhưng không …"
    inner: list[tuple[SetTerm, ...]] = []
    name = group.span.text if group.span else group.label
    counts = "COUNT(DISTINCT"
    said = next((m.span.text for m in first.metrics if m.span and not m.expr.upper().startswith(counts)), "")
    readings: list[tuple[Clause, Reading]] = []
    for clause in clauses[1:]:
        body = clause.text if _names(clause.text, name) else f"{name} nào {clause.text}"
        other = usable(read(body))
        if said and (other is None or (other.view != first.view and _says_nothing(other))):
            other = usable(read(f"{body} {said}"))  # "có số văn bản năm 2024 nhưng năm 2023 không có"
        if other is None or (other.view != first.view and _names_values(other)):
            other = _in_view(view, body, read) or other
        if other is not None and other.view != first.view:
            other = _at_home(other, f"{body} {view.label}", first, read) or other
        if other is None or not _has(catalogue, other, group.column):
            return None
        inner.append(other.terms)
        readings.append((clause, _inherit(about(other, group, catalogue), first, clause.text, view)))
    first = about(first, group, catalogue)
    sides = (first, *(o for _, o in readings))
    sides = (_directed(first, readings[-1][1]), *sides[1:]) if readings and not clauses[-1].negated else sides
    first, *others = _compared_alike(sides)
    readings = [(c, o) for (c, _), o in zip(readings, others, strict=True)]
    sides = (first, *others)
    source = next((r for r in sides if _named(r)), None) or next((r for r in sides if r.comparison), None)
    if source is not None:
        ever = first
        first = _timed(first, source)
        readings = [(c, _timed(o, source)) for c, o in readings]
        if any(c.negated and _same_members(o, first) for c, o in readings):
            first = ever  # "loại hình nào có bên xuất mà năm 2024 không dùng": of all that there ever were
    everyone = [first, *(o for _, o in readings)]
    unmoved = tuple(_place(text, c.text) for c, r in zip(clauses, everyone, strict=True) if _moves_nothing(c.text, r))
    held = [t if source is None else replace(t, reading=_timed(t.reading, source)) for t in own]
    for (clause, one), more in zip(readings, inner, strict=True):
        held.append(SetTerm("except" if clause.negated else "intersect", one))
        held += () if clause.negated else more
        unmoved += (_place(text, clause.text),) if clause.negated and more else ()
    return replace(
        first,
        text=text.nfc.strip(),
        terms=tuple(held),
        counted=counted or any(listed),
        shape=Shape.BREAKDOWN,
        assumptions=(*_notes(clauses), *dict.fromkeys(a for r in everyone for a in r.assumptions)),
        unread=(*(s for r in everyone for s in r.unread), *unmoved),
        certainty=max(0.0, min(r.certainty for r in everyone) - 0.4 * bool(unmoved)),
    )


def _at_home(other: Reading, said: str, first: Reading, read: Read) -> Reading | None:
    """A bound of the second clause read in the first one's view, where that knows a measure of the same unit:
    "tỷ lệ kiểm tra thực tế trên 5% mà tỷ lệ phát hiện dưới 1%".
    """
    units = {m.unit for m in other.metrics}
    if not other.thresholds or units != {m.unit for m in first.metrics} or other.filters:
        return None
    again = usable(read(said))
    if again is None or again.view != first.view or again.unread or again.filters != other.filters:
        return None
    own = again.thresholds and {t.metric for t in again.thresholds} - {t.metric for t in first.thresholds}
    return again if own and len(again.thresholds) == len(other.thresholds) else None


def _in_view(view: View, said: str, read: Read) -> Reading | None:
    """A clause of which several subjects know the value, read in the first one's: "vừa bác bỏ vừa chấp nhận"."""
    again = usable(read(f"{said} {view.label.lower()}"))
    return again if again and again.view == view.name and again.filters and not again.unread else None


def _names_values(reading: Reading) -> bool:
    """Whether a clause names values alone, so that nothing in it says of which subject they are."""
    told = any(m.span for m in reading.metrics if not m.expr.upper().startswith("COUNT(DISTINCT"))
    return bool(reading.filters) and not (told or reading.thresholds or reading.ranking)


def _moves_nothing(clause: str, reading: Reading) -> bool:
    """Whether a clause speaks of a rise or fall that its reading does not bound: "vừa tăng thu …"."""
    return not reading.thresholds and not reading.ranking and search(normalise(clause), r"tăng|giảm") is not None


def _place(text: Text, clause: str) -> Span:
    """Where a clause stands in the question."""
    start = max(0, text.raw.lower().find(clause.lower()))
    return Span(start, start + len(clause), clause)


def _says_nothing(reading: Reading) -> bool:
    """Whether a clause names neither a measure nor a condition."""
    return not reading.filters and not any(m.span for m in reading.metrics)


def _leads(clause: str, reading: Reading) -> bool:
    """Whether a clause begins with the name of what is listed: "doanh nghiệp vừa …"."""
    names = [g.span.text for g in reading.groups if g.grain is None and g.span]
    return any(fold(clause).startswith(f"{fold(n)} ") for n in names)


def _notes(clauses: Sequence[Clause]) -> tuple[str, ...]:
    kept = "; ".join(f"“{c.text}”" for c in clauses if not c.negated)
    taken = "; ".join(f"“{c.text}”" for c in clauses if c.negated)
    note = f"Giữ các đối tượng thỏa: {kept}" if kept else "Giữ mọi đối tượng"
    return (f"{note}, bỏ các đối tượng thỏa: {taken}." if taken else f"{note}.",)


def _same_members(one: Reading, two: Reading) -> bool:
    """Whether two clauses describe the same members, so that taking the one from the other leaves nobody."""
    sides = [(r.view, _days(r.periods), {f.sql for f in r.filters}, r.ranking, r.thresholds) for r in (one, two)]
    return sides[0] == sides[1]


def _names(clause: str, member: str) -> bool:
    return f" {fold(member)} " in f" {fold(clause)} "


def _has(catalogue: Catalogue, reading: Reading, column: str) -> bool:
    return column in catalogue.views[reading.view].columns()


_VERB_ALONE = (
    r"(?<!chế )(?<!tái )(?<!tạm )(?:xuất|nhập|xuất khẩu|nhập khẩu|xk|nk|mua|bán)"
    r"(?= (?:từ|sang|vào|qua|với|ở|tại|trong|năm|quý|tháng|nữa|gì|nào|tiếp)|[ ,?.]*$)"
)


_PARTNER_CUES = {"sang", "từ"}


def _inherit(reading: Reading, first: Reading, said: str, view: View) -> Reading:
    """A clause that names no condition of its own speaks of the first clause's ("nhưng năm 2024 không còn").

    A verb without its object means that of the first clause: "nhập sắt thép từ Nga nhưng không nhập từ Nhật Bản".
    """
    bounded = reading.ranking or any(not t.on_change for t in reading.thresholds)
    again = bool(reading.ranking and first.ranking and all(m.assumed for m in reading.metrics))
    if reading.view == first.view and again and not reading.filters:
        return replace(reading, filters=first.filters)  # "lọt top 10 xuất khẩu mà năm 2023 chưa có trong top 10"
    if bounded or reading.view != first.view:
        return reading
    if not reading.filters:
        return replace(reading, filters=first.filters)
    ours = {f.column: f.sql for f in reading.filters}
    turned = any(ours.get(f.column, f.sql) != f.sql for f in first.filters if f.column == "chieu")
    if turned or search(normalise(said), _VERB_ALONE) is None:
        return reading
    partners = {d.name for d in view.dimensions if set(d.cues) >= _PARTNER_CUES}
    skipped = partners if ours.keys() - {"chieu"} else set()
    kept = (f for f in first.filters if f.column not in ours and f.column not in skipped)
    return replace(reading, filters=(*reading.filters, *kept))


def _directed(first: Reading, last: Reading) -> Reading:
    """The first clause with the direction that only the last names: "vừa giảm lượng vừa giảm trị giá xuất khẩu"."""
    if first.view != last.view or any(f.column == "chieu" for f in first.filters):
        return first
    if any("chieu" in m.expr for m in (*first.metrics, *last.metrics)):
        return first
    return replace(first, filters=(*first.filters, *(f for f in last.filters if f.column == "chieu" and not f.negated)))


def _compared_alike(sides: Sequence[Reading]) -> tuple[Reading, ...]:
    """The clauses, compared with what one of them names: "tờ khai tăng so với quý trước nhưng kim ngạch giảm"."""
    stated = next((s.comparison for s in sides if s.comparison and not _assumed(s)), None)
    source = next((s for s in sides if _named(s)), None)
    if stated is None or source is None or len(source.periods) != 1:
        return tuple(sides)
    out = []
    for side in sides:
        if side.comparison is None or (side is not source and _named(side)) or (_named(side) and not _assumed(side)):
            out.append(side)
            continue
        base = stated.base if stated.kind == "explicit" else base_of(stated.kind, source.periods[0])
        comparison = replace(side.comparison, kind=stated.kind, base=base)
        notes = tuple(a for a in side.assumptions if not a.startswith(("Không nêu", "Không ghi")))
        out.append(replace(side, periods=source.periods, comparison=comparison, assumptions=notes))
    return tuple(out)


def _assumed(reading: Reading) -> bool:
    return any(a.startswith("Không nêu mốc so sánh") for a in reading.assumptions)


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
