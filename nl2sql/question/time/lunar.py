"""Productions for the lunar new year: "Tết Nguyên đán 2024", "dịp Tết", "trước Tết", "Tết Giáp Thìn"."""

from __future__ import annotations

from nl2sql.question.time.atoms import year_tail
from nl2sql.question.time.cursor import Cursor, Hit
from nl2sql.question.time.spec import Tet, Unit


def tet(c: Cursor, i: int) -> Hit | None:
    """Forms: "Tết Nguyên đán 2024", "dịp Tết", "15 ngày trước Tết", "Tết Giáp Thìn", "Tết dương lịch"."""
    lunar = lunar_days(c, i)
    if lunar is not None:
        return lunar
    at = c.phrase(i, ("kỳ nghỉ", "dịp nghỉ", "dịp lễ", "dịp", "đợt", "mùa")) or i
    where = ""
    span = _span(c, at)
    if span is not None and c.word(span[1], "trước", "sau"):
        at = span[1]
    else:
        span = None
    if c.word(at, "trước", "sau"):
        where = "before" if c.word(at, "trước") else "after"
        at += 1
    if c.at(at) is None or c.lexemes[at].fold != "tet":
        return None
    end = at + 1
    if c.phrase(end, ("trung thu", "đoan ngọ", "thiếu nhi", "hàn thực")):
        return None
    western = c.phrase(end, ("dương lịch", "dương", "tây"))
    end = western or c.phrase(end, ("nguyên đán", "âm lịch", "ta", "cổ truyền", "âm")) or end
    animal = _cyclic_year(c, end)
    if animal and not western:
        return Hit(Tet(animal[0], where, days=span[0] if span else 15), animal[1])
    tail = year_tail(c, end)
    found, end, rel = tail if tail else (None, end, False)
    if western:
        return Hit(Unit("day", 1, 1, found, rel), end)
    if where and span is None and (span := _span(c, end)) is not None:
        end = span[1]
    return Hit(Tet(found, where, rel, span[0] if span else 15), end)


def _span(c: Cursor, i: int) -> tuple[int, int] | None:
    """A length of time in days: "10 ngày", "2 tuần", "một tháng", "tuần" (index after it)."""
    number = c.integer(i, 1, 60) or (1, i)
    unit = c.unit(number[1])
    size = {"day": 1, "week": 7, "month": 30}.get(unit[0], 0) if unit else 0
    if unit is None or not size or (number[1] == i and size == 1):
        return None
    return number[0] * size, unit[1]


def lunar_days(c: Cursor, i: int) -> Hit | None:
    """Forms: "mùng 1 Tết năm 2024", "mồng 1 đến mồng 3 Tết", "từ mùng 2 - mùng 4 Tết Nguyên đán 2025"."""
    first = _lunar_day(c, c.skip(i, "từ"))
    if first is None:
        return None
    last = _lunar_day(c, first[1] + 1) if c.word(first[1], "đến", "tới", "-") else None
    at = last[1] if last else first[1]
    if c.at(at) is None or c.lexemes[at].fold != "tet":
        return None
    end = c.phrase(at + 1, ("nguyên đán", "âm lịch", "ta", "cổ truyền")) or at + 1
    year, end, relative = year_tail(c, end) or (None, end, False)
    days = (first[0], max(first[0], last[0] if last else first[0]))
    return Hit(Tet(year, relative=relative, lunar=days), end)


def _lunar_day(c: Cursor, i: int) -> tuple[int, int] | None:
    at = c.skip(i, "ngày")
    return c.integer(at + 1, 1, 15) if c.word(at, "mùng", "mồng") else None


STEMS = ("canh", "tân", "nhâm", "quý", "giáp", "ất", "bính", "đinh", "mậu", "kỷ")
BRANCHES = ("thân", "dậu", "tuất", "hợi", "tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi")


def _cyclic_year(c: Cursor, i: int) -> tuple[int, int] | None:
    """Forms: "Giáp Thìn" as the nearest such year to now."""
    for stem, name in enumerate(STEMS):
        if c.word(i, name):
            for branch, animal in enumerate(BRANCHES):
                if c.word(i + 1, animal):
                    near = range(c.today.year - 30, c.today.year + 30)
                    found = next((y for y in near if y % 10 == stem and y % 12 == branch), None)
                    if found:  # "Tỵ" also looks like "Tý" in haste, but "Ất Tý" never was
                        return found, i + 2
    return None
