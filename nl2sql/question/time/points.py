"""Productions for one period in general and for the end points of ranges."""

from __future__ import annotations

from nl2sql.question.time.atoms import (
    ROMANS,
    Production,
    month,
    quarter,
    relative,
    roman,
    week,
    with_tail,
    year,
)
from nl2sql.question.time.calendar import unit_range
from nl2sql.question.time.cursor import Bad, Cursor, Hit
from nl2sql.question.time.days import date, decade, part, recent
from nl2sql.question.time.halves import half, half_month, half_quarter
from nl2sql.question.time.lunar import tet
from nl2sql.question.time.spec import Edge, Fixed, Part, Spec, Unit
from nl2sql.question.time.spoken import till_now, weekday

ATOMS: tuple[Production, ...] = (
    tet, weekday, till_now, date, half_quarter, half, half_month, decade, recent, part, relative, month, quarter,
    roman, week, year,
)  # fmt: skip
NOW = (
    "thời điểm hiện tại", "thời điểm này", "ngày hôm nay", "hôm nay", "hiện tại", "hiện nay", "bây giờ", "nay", "giờ",
)  # fmt: skip
TO = ("cho đến", "cho tới", "đến", "tới")


def atom(c: Cursor, i: int) -> Hit | Bad | None:
    """One period, the first production that matches."""
    for production in ATOMS:
        hit = production(c, i)
        if hit is not None:
            return hit
    return None


def point(c: Cursor, i: int) -> Hit | Bad | None:
    """An end point of a range: a period, or its beginning, middle or end."""
    for side, words in (("start", ("đầu",)), ("end", ("hết", "cuối")), ("middle", ("giữa",))):
        if c.word(i, *words):
            at = c.skip(i + 1, "ngày") if not c.at(i + 2) or c.lexemes[i + 2].kind != "n" else i + 1
            inner = whole(c, at)
            if isinstance(inner, Hit) and isinstance(inner.spec, Unit | Part | Fixed):
                return Hit(Edge(side, inner.spec), inner.end)
            return inner if isinstance(inner, Bad) else None
    return atom(c, i)


def whole(c: Cursor, i: int) -> Hit | Bad | None:
    """A period, or the bare word for one: "(đầu) năm", "(cuối) tháng"."""
    inner = atom(c, i)
    if inner is not None:
        return inner
    unit = c.unit(i)
    if unit is None:
        return None
    grain, end = unit
    if grain == "year":
        return Hit(Unit("year"), end)
    return Hit(Fixed(*unit_range(c.today, grain), grain), end)


def now(c: Cursor, i: int) -> Hit | None:
    """Forms: "nay", "hiện tại", "hôm nay" as the end of a range."""
    end = c.phrase(i, NOW)
    return Hit(Fixed(c.today, c.today, "day"), end) if end else None


def short(c: Cursor, i: int, like: Spec) -> Hit | None:
    """A period of which only the number is said, after one of the same kind: "tháng 1, 2, 3/2025", "quý I và II"."""
    number = c.at(i)
    if number is None:
        return None
    while isinstance(like, Edge):
        like = like.of
    if not isinstance(like, Unit):
        return None
    if like.grain == "quarter":
        value = number.value if number.kind == "n" else ROMANS.get(number.fold, 0)
        if 1 <= value <= 4 and number.digits <= 1 and not c.counts(i + 1):
            return with_tail(c, Unit("quarter", value), i + 1)
        return None
    if number.kind != "n" or c.counts(i + 1):
        return None
    if like.grain == "year":
        found = c.year_number(i, short=_short_year_before(c, i))
        return Hit(Unit("year", year=found[0]), found[1]) if found else None
    limit = {"month": 12, "week": 53, "day": 31}.get(like.grain, 0)
    if number.digits > 2 or not 1 <= number.value <= limit:
        return None
    if like.grain == "month":
        return with_tail(c, Unit("month", number.value), i + 1)
    if like.grain == "week":
        return with_tail(c, Unit("week", number.value, like.month), i + 1)
    inner = month(c, i + 1)
    if isinstance(inner, Hit) and isinstance(inner.spec, Unit):
        return Hit(Unit("day", number.value, inner.spec.number, inner.spec.year), inner.end)
    return Hit(Unit("day", number.value), i + 1)


def _short_year_before(c: Cursor, i: int) -> bool:
    """Whether two digits after a joint are a year: "năm 22-24", "2022-24".

    After a year in four digits only what is no month and lies later in the century: "2022-12" is a month.
    """
    before, number = c.at(i - 2), c.at(i)
    if before is None or number is None or before.kind != "n":
        return False
    later = before.digits == 4 and c.word(i - 1, "-", "~", "→") and max(12, before.value % 100) < number.value
    return before.digits == 2 or (later and before.value // 100 == 20)


def alike(c: Cursor, i: int, like: Spec) -> Hit | None:
    """Forms: "quý 1-3/2024": after a quarter without a year, "3/2024" is the third quarter and not March."""
    if isinstance(like, Unit) and like.grain == "quarter" and like.year is None:
        return short(c, i, like)
    return None


def joint_of(c: Cursor, i: int) -> int | None:
    """The joint of a range."""
    end = c.phrase(i, TO)
    if end is not None:
        return c.skip(end, "với") if c.word(end - 1, "tới") else end
    mark = c.at(i)
    if mark is not None and mark.kind == "p" and mark.norm in "-~→":
        follows = c.at(i + 1)
        return i + 2 if follows is not None and follows.norm == ">" else i + 1
    return None
