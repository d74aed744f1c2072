"""Periods that are said together: "quý 1 và quý 2 năm 2024", "2022, 2023, 2024", "6 tháng đầu/cuối năm"."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from nl2sql.question.time.atoms import JUST_BEFORE, OF, ROMANS, year
from nl2sql.question.time.calendar import shift_unit, unit_range
from nl2sql.question.time.cursor import Bad, Cursor, Hit
from nl2sql.question.time.days import counted, numeric_date
from nl2sql.question.time.points import alike, atom, joint_of, now, point, short
from nl2sql.question.time.spec import Fixed, Part, Point, Range, Spec, Tet, Unit

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


def mention_of(spec: Spec, start: int, end: int, note: str = "") -> Mention:
    return Mention((Member(spec, start, end, note),), start, end)


def cut_of(c: Cursor, i: int) -> tuple[Fixed, int] | None:
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
    cut = cut_of(c, end)
    if cut is not None:
        return mention_of(Range(first.spec, cut[0]), i, cut[1]) if isinstance(first.spec, Point) else None
    bracketed = _bracketed(c, first)
    if bracketed is not None:
        return mention_of(bracketed.spec, i, bracketed.end)
    years = _years_after(c, end) if _takes_years(first.spec) and first.spec.year_of() is None else None
    if years:
        spec = first.spec
        return Mention(
            tuple(Member(spec.with_year(y.spec.year_of() or 0), y.start, y.end) for y in years), i, years[-1].end
        )
    while (joined := next_member(c, end, members)) is not None:
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
    while (joined := next_member(c, found[-1].end, found)) is not None:
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


def next_member(c: Cursor, i: int, members: list[Member]) -> Member | None:
    """A further period after a joiner."""
    at = c.phrase(i, JOINERS)
    if at is None:
        return _run_on(c, i, members[-1].spec)
    last = members[-1].spec
    comma = c.word(i, ",", ";")
    start = c.skip(at, "trong")
    if (before := _unit_before(c, start, last)) is not None:
        return None if c.word(at - 1, "với") else Member(before.spec, start, before.end)
    hit = atom(c, start)
    if isinstance(hit, Bad):
        return None
    named = hit is not None and isinstance(hit.spec, Unit) and hit.spec.grain == "year"
    if hit is not None and named:
        if isinstance(last, Unit) and last.grain == "year":
            return Member(hit.spec, start, hit.end) if not goes_on(c, hit.end) else None
        chosen, known = hit.spec.year_of(), last.year_of()
        if chosen is None or known is None or chosen == known or not _takes_years(last):
            return None if comma else Member(hit.spec, start, hit.end)
        return Member(last.with_year(chosen), start, hit.end)
    hit = alike(c, start, last) or hit or short(c, start, last)
    if hit is None or goes_on(c, hit.end):
        return None
    # "năm 2024, quý 1 …": the year frames the quarter and is no second period.
    if comma and isinstance(last, Unit) and last.grain == "year" and hit.spec.year_of() is None:
        return None
    return Member(hit.spec, start, hit.end)


def _run_on(c: Cursor, i: int, last: Spec) -> Member | None:
    """Forms: "quý 1 2 3 năm 2024": the next number, with nothing between, up to the year of all."""
    if not isinstance(last, Unit) or last.grain not in ("quarter", "month") or last.year is not None:
        return None
    end, value = i, last.number
    while (number := c.at(end)) is not None and number.kind == "n" and number.value == value + 1 and number.digits <= 2:
        end, value = end + 1, value + 1
    if end == i or not (c.is_nam(end) or c.year_number(end)):
        return None
    hit = short(c, i, last)
    return Member(hit.spec, i, hit.end) if isinstance(hit, Hit) else None


def _unit_before(c: Cursor, i: int, last: Spec) -> Hit | None:
    """Forms: "tháng 5/2025 và tháng liền trước": the unit before the one just named, and not before today.

    "so sánh năm 2022 với năm trước" ends the list: what follows "với" is what it is compared with.
    """
    unit, year = c.unit(i), last.year_of()
    if unit is None or year is None or not isinstance(last, Unit) or last.relative:
        return None
    plain = ("trước",) if c.word(i - 1, "với") else ()
    end = c.phrase(unit[1], (*JUST_BEFORE, "trước đó", *plain))
    if end is None or c.unit(end) or c.year_number(end) or c.word(end, "tết", "nữa"):
        return None
    if plain:
        return Hit(last, end)
    if unit[0] != last.grain:
        return None
    start = shift_unit(last.resolve(year).start, last.grain, -1)
    return Hit(Fixed(*unit_range(start, last.grain), last.grain, relative=False), end)


def goes_on(c: Cursor, i: int) -> bool:
    """Whether a range begins with what was just read, which is then no member of the list."""
    joint = joint_of(c, i)
    return joint is not None and isinstance(now(c, joint) or point(c, joint), Hit)
