"""Productions above one period: end points, ranges, "lũy kế", lists; and the words for grains and comparisons.

mention := upto | range | before_after | list | edge
range   := lead? point ("đến"|"tới"|"-") (point | short | now) | ("từ"|"kể từ") point ("đến nay"|"trở đi")?
upto    := ("lũy kế"|"tính")? ("đến"|"tới") ("hết"|"cuối")? (point | now) | "hết" point | "lũy kế" atom
list    := (number unit)? atom (joiner (atom | short))*
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from nl2sql.question.time.atoms import OF, ROMANS, month, year, year_tail
from nl2sql.question.time.calendar import unit_range
from nl2sql.question.time.cursor import Bad, Cursor, Hit
from nl2sql.question.time.days import counted, date, numeric_date, part, recent
from nl2sql.question.time.lunar import lunar_days
from nl2sql.question.time.points import TO, alike, atom, joint_of, now, point, short, whole
from nl2sql.question.time.spec import Edge, Fixed, Open, Part, Point, Range, Spec, Tet, Unit, UpTo

FROM = ("bắt đầu từ", "trong khoảng từ", "trong giai đoạn từ", "giai đoạn từ", "thời gian từ", "tính từ", "kể từ", "từ")
SPAN = ("trong giai đoạn", "giai đoạn", "thời kỳ", "khoảng thời gian", "trong khoảng", "khoảng")
TOTAL = ("lũy kế", "lk", "cộng dồn", "tính")
ARRIVING = ("bản", "văn", "vb", "cv")
"""Words after which "đến" says what has come in ("văn bản đến", "công văn đến") and not up to when."""
JOINERS = (", và", "và cả", "cùng với", ",", "và", "với", "&", "+", "hoặc", "lẫn", "hay", ";")


@dataclass(frozen=True)
class Member:
    """One period of a mention with its lexeme range."""

    spec: Spec
    start: int
    end: int
    note: str = ""


@dataclass(frozen=True)
class Mention:
    """Periods that were said together; years and months that some leave out come from the others."""

    members: tuple[Member, ...]
    start: int
    end: int


def _short_first(c: Cursor, i: int) -> Hit | None:
    """Forms: "1-15/3/2024", "từ 1 đến 6/2024": a bare number that only what follows "đến" explains."""
    number = c.at(i)
    if number is None or number.kind != "n" or number.digits > 2:
        return None
    if (dated := numeric_date(c, i, spoken=True)) and not (isinstance(dated, Hit) and dated.spec.year_of() is None):
        return None
    joint = joint_of(c, i + 1)
    if joint is None:
        return None
    last = numeric_date(c, joint, spoken=True) or date(c, joint)
    if not isinstance(last, Hit) or not isinstance(last.spec, Unit):
        inner = month(c, joint)
        if not isinstance(inner, Hit):
            return None
        last = inner
    assert isinstance(last.spec, Unit)  # noqa: S101 - both productions yield units here
    if last.spec.grain == "month" and 1 <= number.value <= 12:
        return Hit(Unit("month", number.value), i + 1)
    return Hit(Unit("day", number.value), i + 1) if last.spec.grain == "day" and 1 <= number.value <= 31 else None


def range_(c: Cursor, i: int) -> Mention | Bad | None:
    """A stretch from one point to another, or from one point to now."""
    lead = c.phrase(i, FROM)
    at = lead or c.phrase(i, SPAN) or i
    if lead and lunar_days(c, at):
        return None  # "từ mùng 2 đến mùng 4 Tết" is whole as it stands
    first = _short_first(c, at) or point(c, at)
    if first is None and lead and c.word(at, "trước") and (gap := joint_of(c, at + 1)) and (today_hit := now(c, gap)):
        return _mention(Fixed(c.first, c.today, "year"), i, today_hit.end)
    if not isinstance(first, Hit):
        return first
    if not isinstance(first.spec, Point):
        return None
    joint = joint_of(c, first.end)
    if joint is None and lead and c.word(first.end, "sang"):
        joint = first.end + 1
    if joint is not None:
        last = now(c, joint) or alike(c, joint, first.spec) or point(c, joint) or short(c, joint, first.spec)
        if isinstance(last, Bad):
            return last
        if last is not None and isinstance(last.spec, Point):
            start_spec, last_spec = _share_month(first.spec, last.spec)
            return _closed(c, Range(start_spec, last_spec, _hangs_on_now(start_spec, last_spec)), i, last.end)
    if lead is None:
        return None
    back = c.phrase(first.end, ("trở về trước", "về trước"))
    if back is not None:
        return _mention(Range(Fixed(c.first, c.first, "year", relative=False), first.spec), i, back)
    onward = c.phrase(first.end, ("trở lại đây", "trở đi", "về sau")) or first.end
    if isinstance(first.spec, Unit) and first.spec.grain == "day" and not first.spec.month and first.end == onward:
        return None
    today = Fixed(c.today, c.today, "day")
    return _mention(Range(first.spec, today, relative=True), i, onward)


def _closed(c: Cursor, spec: Range, start: int, end: int) -> Mention:
    cut = _cut(c, end)
    if cut is None:
        return _mention(spec, start, end)
    return _mention(Range(spec.first, cut[0], spec.relative), start, cut[1])


def _cut(c: Cursor, i: int) -> tuple[Fixed, int] | None:
    """Forms: "(đến 31/10/2025)" after a period: how a cut period is written back."""
    if not (c.word(i, "(") and c.word(i + 1, "đến")):
        return None
    last = numeric_date(c, i + 2, spoken=True)
    if not isinstance(last, Hit) or not isinstance(last.spec, Unit) or not c.word(last.end, ")"):
        return None
    if last.spec.year is None or last.spec.grain != "day":
        return None
    day = dt.date(last.spec.year, last.spec.month, last.spec.number)
    return Fixed(day, day, "day", relative=False), last.end + 1


def _hangs_on_now(*specs: Spec) -> bool:
    return any(getattr(spec, "relative", False) for spec in specs)


def _share_month(first: Point, last: Point) -> tuple[Point, Point]:
    """Forms: "từ 1 đến 15/3": the month of one day is that of the other."""
    inner = last.of if isinstance(last, Edge) else last
    if isinstance(first, Unit) and isinstance(inner, Unit) and first.grain == "day" == inner.grain:
        if not first.month and inner.month:
            return replace(first, month=inner.month, year=inner.year), last
        if first.month and not inner.month:
            return first, replace(inner, month=first.month, year=first.year)
    return first, last


def _mention(spec: Spec, start: int, end: int, note: str = "") -> Mention:
    return Mention((Member(spec, start, end, note),), start, end)


def upto(c: Cursor, i: int) -> Mention | Bad | None:
    """Forms: "lũy kế đến hết tháng 9", "tính đến 15/10/2024", "đến nay", "hết quý 3/2024", "lũy kế 9 tháng", "YTD"."""
    if c.word(i, "ytd"):
        tail = year_tail(c, i + 1)
        day = Fixed(c.today, c.today, "day")
        last, end = (day.with_year(tail[0]), tail[1]) if tail else (day, i + 1)
        return _mention(UpTo(last, relative=True), i, end)
    if c.word(i, "mtd", "qtd"):
        start = unit_range(c.today, "month" if c.word(i, "mtd") else "quarter")[0]
        return _mention(Fixed(start, c.today, "day"), i, i + 1)
    lead = c.phrase(i, TOTAL)
    at = lead or i
    joint = c.phrase(at, TO)
    if joint is not None and lead is None and c.word(i - 1, *ARRIVING):
        return None  # "văn bản đến tháng 9/2025": what has come in, in that month
    if joint is None:
        if c.word(at, "hết"):
            return _upto(c, i, at)
        if lead and not c.word(i, "tính"):
            inner = range_(c, at) if c.phrase(at, FROM) else None
            if isinstance(inner, Mention):
                return replace(inner, start=i, members=(replace(inner.members[0], start=i),))
            return _upto(c, i, at)
        return None
    today = now(c, joint)
    if today is not None:
        return _mention(UpTo(today.spec, relative=True), i, today.end)  # type: ignore[arg-type]
    at = c.phrase(joint, ("hết ngày", "thời điểm", "thời điểm ngày")) or joint
    return _upto(c, i, at)


def _upto(c: Cursor, start: int, i: int) -> Mention | Bad | None:
    last = point(c, i)
    if not isinstance(last, Hit) or not isinstance(last.spec, Point):
        return last if isinstance(last, Bad) else None
    return _mention(UpTo(last.spec, relative=_hangs_on_now(last.spec)), start, last.end)


def before_after(c: Cursor, i: int) -> Mention | Bad | None:
    """Forms: "trước năm 2020", "sau tháng 6/2024", "từ sau 2022"."""
    at = c.skip(i, "từ")
    if not c.word(at, "trước", "sau"):
        return None
    before = c.word(at, "trước")
    inner = atom(c, c.phrase(at + 1, ("thời điểm", "khi")) or at + 1)
    if not isinstance(inner, Hit) or not isinstance(inner.spec, Unit):
        return inner if isinstance(inner, Bad) else None
    limit = c.first if before else c.today
    return _mention(Open(inner.spec, before, limit, relative=not before), i, inner.end)


def edge(c: Cursor, i: int) -> Mention | None:
    """Forms: "cuối tháng 9/2025" is its last day (month-end figures); "đầu năm 2025" is vague and says its reading."""
    lexeme = c.at(i)
    if lexeme is None or not c.word(i, "đầu", "cuối", "giữa"):
        return None
    # Without diacritics "nhap khau dau nam 2024" is oil in 2024.
    bare = lexeme.norm == lexeme.fold and c.word(i, "đầu", "giữa")
    if bare and i > 0 and not c.word(i - 1, "vào", "trong", "hồi", "tính", ",", "và"):
        return None
    many = c.skip(i + 1, "các", "những")
    inner = (atom(c, many) if many > i + 1 and c.word(i, "cuối") else None) or whole(c, i + 1)
    if not isinstance(inner, Hit) or not isinstance(inner.spec, Unit | Fixed):
        return None
    spec = inner.spec
    if isinstance(spec, Fixed) and spec.grain == "month" and not c.word(i, "cuối"):
        spec = Unit("month", spec.start.month, year=spec.start.year, relative=True)
    grain = spec.grain
    if c.word(i, "cuối"):
        return _ends(c, i, inner)
    first = c.word(i, "đầu")
    if grain == "year":
        of = spec if isinstance(spec, Unit) else Unit("year", year=spec.start.year, relative=True)
        if first:
            return _mention(Part(3, "month", of), i, inner.end, "Hiểu “đầu năm” là quý I.")
        middle = Range(Unit("month", 5, year=of.year), Unit("month", 8, year=of.year), relative=of.relative)
        return _mention(middle, i, inner.end, "Hiểu “giữa năm” là từ tháng 5 đến tháng 8.")
    if grain == "quarter" and isinstance(spec, Unit) and first:
        return _mention(Part(1, "month", spec), i, inner.end, "Hiểu “đầu quý” là tháng đầu của quý.")
    if grain == "month" and isinstance(spec, Unit):
        if first:
            return _mention(Part(10, "day", spec), i, inner.end, "Hiểu “đầu tháng” là 10 ngày đầu.")
        days = Range(
            Unit("day", 11, spec.number, spec.year), Unit("day", 20, spec.number, spec.year), relative=spec.relative
        )
        return _mention(days, i, inner.end, "Hiểu “giữa tháng” là từ ngày 11 đến ngày 20.")
    return None


def _ends(c: Cursor, i: int, inner: Hit) -> Mention:
    """Forms: "cuối quý I, II và III năm 2025": the last day of each."""
    members = [Member(inner.spec, i + 1, inner.end)]
    while (joined := _next_end(c, members)) is not None:
        if not isinstance(joined.spec, Unit) or joined.spec.grain != getattr(inner.spec, "grain", ""):
            break
        members.append(joined)
    note = "Hiểu “cuối kỳ” là ngày cuối cùng của kỳ."
    edges = [Member(Edge("end", m.spec), m.start, m.end, note) for m in members if isinstance(m.spec, Unit | Fixed)]
    return Mention((replace(edges[0], start=i), *edges[1:]), i, edges[-1].end)


def _next_end(c: Cursor, members: list[Member]) -> Member | None:
    """The next of a list of ends, with or without another "cuối"."""
    at = c.phrase(members[-1].end, JOINERS)
    if at is not None and c.word(at, "cuối"):
        inner = atom(c, at + 1)
        return Member(inner.spec, at, inner.end) if isinstance(inner, Hit) else None
    return _next_member(c, members[-1].end, members)


def list_(c: Cursor, i: int) -> Mention | Bad | None:
    """One period or several that are joined: "quý 1 và quý 2 năm 2024", "2022, 2023, 2024", "tháng 6/2023 và 2024"."""
    at, announced = _prefix(c, i)
    halves = _both_sides(c, at) or _years_in_a_row(c, at)
    if halves is not None:
        return halves
    found = _joined(c, i, at)
    if c.word(i, "giữa") and isinstance(found, Mention) and len(found.members) == 1:
        return None  # "giữa tháng 9" is the middle of it
    wrong = announced and isinstance(found, Mention) and len(found.members) != announced
    return _joined(c, i, i) if at > i and (wrong or found is None) else found


def _both_sides(c: Cursor, i: int) -> Mention | None:
    """Forms: "6 tháng đầu/cuối năm 2024", "nửa đầu và cuối năm ngoái": a part from each side of the same unit."""
    found = counted(c, i)
    side = found[2] if found else i + 1 if c.word(i, "nửa", "nữa") else None
    if side is None or not c.word(side, "đầu"):
        return None
    joint = c.phrase(side + 1, ("/", *JOINERS))
    if joint is None or not c.word(joint, "cuối"):
        return None
    at = c.skip(joint + 1, *OF)
    whole_year = year(c, at) or (Hit(Unit("year"), at + 1) if c.is_nam(at) else None)
    if whole_year is None or not isinstance(whole_year.spec, Unit):
        return None
    within, end = whole_year.spec, whole_year.end
    count, grain = (found[0], found[1]) if found else (6, "month")
    first = Part(count, grain, within, relative=within.relative)
    return Mention((Member(first, i, side + 1), Member(replace(first, from_end=True), joint, end)), i, end)


def _years_in_a_row(c: Cursor, i: int) -> Mention | None:
    """Forms: "2022/2023/2024"."""
    members: list[Member] = []
    while (found := c.year_number(i)) is not None:
        members.append(Member(Unit("year", year=found[0]), i, found[1]))
        if not c.word(found[1], "/"):
            break
        i = found[1] + 1
    return Mention(tuple(members), members[0].start, members[-1].end) if len(members) > 2 else None


def _joined(c: Cursor, i: int, at: int) -> Mention | Bad | None:
    first = atom(c, at)
    if isinstance(first, Bad) or first is None:
        return first
    members = [Member(first.spec, at, first.end, first.note)]
    end = first.end
    cut = _cut(c, end)
    if cut is not None:
        return _mention(Range(first.spec, cut[0]), i, cut[1]) if isinstance(first.spec, Point) else None
    bracketed = _bracketed(c, first)
    if bracketed is not None:
        return _mention(bracketed.spec, i, bracketed.end)
    years = _years_after(c, end) if _takes_years(first.spec) and first.spec.year_of() is None else None
    if years:
        spec = first.spec
        return Mention(
            tuple(Member(spec.with_year(y.spec.year_of() or 0), y.start, y.end) for y in years), i, years[-1].end
        )
    while (joined := _next_member(c, end, members)) is not None:
        members.append(joined)
        end = joined.end
    return Mention(tuple(members), i, end)


def _prefix(c: Cursor, i: int) -> tuple[int, int]:
    """Skip words that announce a list ("các tháng 1, 2", "hai quý 1 và 2"): where it begins, how many it has."""
    at = c.skip(i, "cả", "trong", "vào", "các", "những", "giữa")
    number = c.integer(at, 2, 12)
    unit = c.unit(number[1]) if number else None
    if number and unit:
        follows = c.at(unit[1])
        if (
            follows is not None
            and (follows.kind == "n" or follows.fold in ROMANS)
            and not (unit[0] != "year" and follows.digits == 4)
        ):
            return number[1], number[0]
    return (at if at > i and c.unit(at) and not c.word(i, "cả") else i), 0


def _bracketed(c: Cursor, hit: Hit) -> Hit | None:
    """The days in brackets decide: "Tuần 23/2024 (03/06/2024–09/06/2024)", "Tết Nguyên đán 2024 (…)"."""
    is_week = isinstance(hit.spec, Unit) and hit.spec.grain == "week"
    if not ((is_week or isinstance(hit.spec, Tet)) and c.word(hit.end, "(")):
        return None
    first = numeric_date(c, hit.end + 1, spoken=True)
    if not isinstance(first, Hit) or not c.word(first.end, "-"):
        return None
    last = numeric_date(c, first.end + 1, spoken=True)
    if not isinstance(last, Hit) or not c.word(last.end, ")"):
        return None
    a, b = first.spec, last.spec
    if isinstance(a, Unit) and isinstance(b, Unit) and a.year is not None and b.year is not None:
        return Hit(
            Fixed(a.resolve(a.year).start, b.resolve(b.year).end, "week" if is_week else "day", relative=False),
            last.end + 1,
        )
    return None


def _takes_years(spec: Spec) -> bool:
    return isinstance(spec, Part | Tet) or (isinstance(spec, Unit) and spec.grain not in ("year", "day"))


def _years_after(c: Cursor, i: int) -> list[Member] | None:
    """Forms: "(quý 1) các năm 2022, 2023, 2024": at least two years."""
    at = c.skip(i, *OF)
    start = c.skip(at, "các", "những", "cả")
    number = c.integer(start, 2, 12)
    if number and c.is_nam(number[1]) and number[1] < c.count:
        start = number[1]
    if start == at and number is None:
        return None
    if not c.is_nam(start):
        return None
    first = year(c, start)
    if first is None:
        return None
    found = [Member(first.spec, start, first.end)]
    while (joined := _next_member(c, found[-1].end, found)) is not None:
        found.append(joined)
    if len(found) == 1 and isinstance(first.spec, Unit) and first.spec.year is not None:
        joint = joint_of(c, first.end)
        last = year(c, joint) if joint else None
        if last and last.spec.year_of() is not None:
            stop = last.spec.year_of() or 0
            return [
                Member(Unit("year", year=y), start, last.end) for y in range(first.spec.year, min(stop, 2100) + 1)
            ] or None
    return found if len(found) > 1 else None


def _next_member(c: Cursor, i: int, members: list[Member]) -> Member | None:
    """A further period after a joiner."""
    at = c.phrase(i, JOINERS)
    if at is None:
        return None
    last = members[-1].spec
    comma = c.word(i, ",", ";")
    start = c.skip(at, "trong")
    hit = atom(c, start)
    if isinstance(hit, Bad):
        return None
    named = hit is not None and isinstance(hit.spec, Unit) and hit.spec.grain == "year"
    if hit is not None and named:
        if isinstance(last, Unit) and last.grain == "year":
            return Member(hit.spec, start, hit.end) if not _goes_on(c, hit.end) else None
        chosen, known = hit.spec.year_of(), last.year_of()
        if chosen is None or known is None or chosen == known or not _takes_years(last):
            return None if comma else Member(hit.spec, start, hit.end)
        return Member(last.with_year(chosen), start, hit.end)
    hit = alike(c, start, last) or hit or short(c, start, last)
    if hit is None or _goes_on(c, hit.end):
        return None
    # "năm 2024, quý 1 …": the year frames the quarter and is no second period.
    if comma and isinstance(last, Unit) and last.grain == "year" and hit.spec.year_of() is None:
        return None
    return Member(hit.spec, start, hit.end)


def _goes_on(c: Cursor, i: int) -> bool:
    """Whether a range begins with what was just read, which is then no member of the list."""
    joint = joint_of(c, i)
    return joint is not None and isinstance(now(c, joint) or point(c, joint), Hit)


PRODUCTIONS = (upto, before_after, range_, list_, edge)


def mention(c: Cursor, i: int) -> Mention | Bad | None:
    """The longest understanding of what begins here."""
    # Counted parts come first: without diacritics "sau thang dau nam" is six months, not "after the month".
    if i >= c.count:
        return None
    if c.lexemes[i].kind == "w" and counted(c, i) and (hit := recent(c, i) or part(c, i)):
        return hit if isinstance(hit, Bad) else list_(c, i)
    for production in PRODUCTIONS:
        hit_or_bad = production(c, i)
        if hit_or_bad is not None:
            return hit_or_bad
    return None
