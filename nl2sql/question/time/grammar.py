"""Productions above one period: end points, ranges, "lũy kế", lists; and the words for grains and comparisons.

mention := upto | range | before_after | list | edge
range   := lead? point ("đến"|"tới"|"-") (point | short | now) | ("từ"|"kể từ") point ("đến nay"|"trở đi")?
upto    := ("lũy kế"|"tính")? ("đến"|"tới") ("hết"|"cuối")? (point | now) | "hết" point | "lũy kế" atom
list    := (number unit)? atom (joiner (atom | short))*
"""

from __future__ import annotations

from dataclasses import replace

from nl2sql.question.time.atoms import month, year, year_tail
from nl2sql.question.time.calendar import unit_range
from nl2sql.question.time.cursor import Bad, Cursor, Hit
from nl2sql.question.time.days import counted, date, numeric_date, part, recent
from nl2sql.question.time.lists import JOINERS, Member, Mention, cut_of, list_, mention_of, next_member
from nl2sql.question.time.lunar import lunar_days
from nl2sql.question.time.points import TO, alike, atom, joint_of, now, point, short, whole
from nl2sql.question.time.spec import Edge, Fixed, Open, Part, Point, Range, Spec, Unit, UpTo

FROM = ("bắt đầu từ", "trong khoảng từ", "trong giai đoạn từ", "giai đoạn từ", "thời gian từ", "tính từ", "kể từ", "từ")
SPAN = ("trong giai đoạn", "giai đoạn", "thời kỳ", "khoảng thời gian", "trong khoảng", "khoảng")
TOTAL = ("lũy kế", "lk", "cộng dồn", "tính")
ARRIVING = ("bản", "văn", "vb", "cv")
"""Words after which "đến" says what has come in ("văn bản đến", "công văn đến") and not up to when."""


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
        return mention_of(Fixed(c.first, c.today, "year"), i, today_hit.end)
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
        return mention_of(Range(Fixed(c.first, c.first, "year", relative=False), first.spec), i, back)
    onward = c.phrase(first.end, ("trở lại đây", "trở đi", "về sau")) or first.end
    if isinstance(first.spec, Unit) and first.spec.grain == "day" and not first.spec.month and first.end == onward:
        return None
    today = Fixed(c.today, c.today, "day")
    return mention_of(Range(first.spec, today, relative=True), i, onward)


def _closed(c: Cursor, spec: Range, start: int, end: int) -> Mention:
    cut = cut_of(c, end)
    if cut is None:
        return mention_of(spec, start, end)
    return mention_of(Range(spec.first, cut[0], spec.relative), start, cut[1])


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


def upto(c: Cursor, i: int) -> Mention | Bad | None:
    """Forms: "lũy kế đến hết tháng 9", "tính đến 15/10/2024", "đến nay", "hết quý 3/2024", "lũy kế 9 tháng", "YTD"."""
    if c.word(i, "ytd"):
        tail = year_tail(c, i + 1)
        day = Fixed(c.today, c.today, "day")
        last, end = (day.with_year(tail[0]), tail[1]) if tail else (day, i + 1)
        return mention_of(UpTo(last, relative=True), i, end)
    if c.word(i, "mtd", "qtd"):
        start = unit_range(c.today, "month" if c.word(i, "mtd") else "quarter")[0]
        return mention_of(Fixed(start, c.today, "day"), i, i + 1)
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
        return mention_of(UpTo(today.spec, relative=True), i, today.end)  # type: ignore[arg-type]
    at = c.phrase(joint, ("hết ngày", "thời điểm", "thời điểm ngày")) or joint
    return _upto(c, i, at)


def _upto(c: Cursor, start: int, i: int) -> Mention | Bad | None:
    last = point(c, i)
    if not isinstance(last, Hit) or not isinstance(last.spec, Point):
        return last if isinstance(last, Bad) else None
    return mention_of(UpTo(last.spec, relative=_hangs_on_now(last.spec)), start, last.end)


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
    return mention_of(Open(inner.spec, before, limit, relative=not before), i, inner.end)


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
    if c.word(i, "giữa") and c.word(inner.end, "và", "với") and isinstance(whole(c, inner.end + 1), Hit):
        return None  # "giữa năm 2022 và 2024": two periods, and no middle
    spec = inner.spec
    if isinstance(spec, Fixed) and spec.grain == "month" and not c.word(i, "cuối"):
        spec = Unit("month", spec.start.month, year=spec.start.year, relative=True)
    grain = spec.grain
    if c.word(i, "cuối"):
        return (_ends_of_years(c, i, inner) if many > i + 1 else None) or _ends(c, i, inner)
    first = c.word(i, "đầu")
    if grain == "year":
        of = spec if isinstance(spec, Unit) else Unit("year", year=spec.start.year, relative=True)
        if first:
            return mention_of(Part(3, "month", of), i, inner.end, "Hiểu “đầu năm” là quý I.")
        middle = Range(Unit("month", 5, year=of.year), Unit("month", 8, year=of.year), relative=of.relative)
        return mention_of(middle, i, inner.end, "Hiểu “giữa năm” là từ tháng 5 đến tháng 8.")
    if grain == "quarter" and isinstance(spec, Unit) and first:
        return mention_of(Part(1, "month", spec), i, inner.end, "Hiểu “đầu quý” là tháng đầu của quý.")
    if grain == "month" and isinstance(spec, Unit):
        if first:
            return mention_of(Part(10, "day", spec), i, inner.end, "Hiểu “đầu tháng” là 10 ngày đầu.")
        days = Range(
            Unit("day", 11, spec.number, spec.year), Unit("day", 20, spec.number, spec.year), relative=spec.relative
        )
        return mention_of(days, i, inner.end, "Hiểu “giữa tháng” là từ ngày 11 đến ngày 20.")
    return None


_AT_END = "Hiểu “cuối kỳ” là ngày cuối cùng của kỳ."


def _ends_of_years(c: Cursor, i: int, inner: Hit) -> Mention | None:
    """Forms: "cuối các năm 2020 đến 2024": the last day of each year of a stretch."""
    joint = joint_of(c, inner.end)
    last = year(c, joint) if joint is not None else None
    if not isinstance(inner.spec, Unit) or inner.spec.grain != "year" or inner.spec.year is None or last is None:
        return None
    stop = last.spec.year_of() or 0
    years = range(inner.spec.year, min(stop, inner.spec.year + 50) + 1)
    return Mention(tuple(Member(Edge("end", Unit("year", year=y)), i, last.end, _AT_END) for y in years), i, last.end)


def _ends(c: Cursor, i: int, inner: Hit) -> Mention:
    """Forms: "cuối quý I, II và III năm 2025": the last day of each."""
    members = [Member(inner.spec, i + 1, inner.end)]
    while (joined := _next_end(c, members)) is not None:
        if not isinstance(joined.spec, Unit) or joined.spec.grain != getattr(inner.spec, "grain", ""):
            break
        members.append(joined)
    edges = [Member(Edge("end", m.spec), m.start, m.end, _AT_END) for m in members if isinstance(m.spec, Unit | Fixed)]
    return Mention((replace(edges[0], start=i), *edges[1:]), i, edges[-1].end)


def _next_end(c: Cursor, members: list[Member]) -> Member | None:
    """The next of a list of ends, with or without another "cuối"."""
    at = c.phrase(members[-1].end, JOINERS)
    if at is not None and c.word(at, "cuối"):
        inner = atom(c, at + 1)
        return Member(inner.spec, at, inner.end) if isinstance(inner, Hit) else None
    return next_member(c, members[-1].end, members)


def years_from(c: Cursor, i: int) -> Mention | None:
    """Forms: "5 năm từ 2020", "ba năm kể từ năm 2021": so many years that begin with the one named."""
    number = c.integer(i, 2, 20)
    if number is None or not c.is_nam(number[1]):
        return None
    lead = c.phrase(number[1] + 1, ("bắt đầu từ", "tính từ", "kể từ", "từ"))
    first = year(c, lead) if lead is not None else None
    if first is None or not isinstance(first.spec, Unit) or first.spec.year is None or joint_of(c, first.end):
        return None
    if first.spec.year + number[0] - 1 > c.today.year:
        return None
    return mention_of(Range(first.spec, Unit("year", year=first.spec.year + number[0] - 1)), i, first.end)


PRODUCTIONS = (upto, before_after, range_, list_, edge)


def mention(c: Cursor, i: int) -> Mention | Bad | None:
    """The longest understanding of what begins here."""
    # Counted parts come first: without diacritics "sau thang dau nam" is six months, not "after the month".
    if i >= c.count:
        return None
    if (stretch := years_from(c, i)) is not None:
        return stretch
    if c.lexemes[i].kind == "w" and counted(c, i) and (hit := recent(c, i) or part(c, i)):
        return hit if isinstance(hit, Bad) else list_(c, i)
    for production in PRODUCTIONS:
        hit_or_bad = production(c, i)
        if hit_or_bad is not None:
            return hit_or_bad
    return None
