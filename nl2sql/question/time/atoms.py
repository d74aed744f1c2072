"""Productions for one period: a named unit, a part of one, a relative one, a day, the lunar new year.

Grammar (``?`` optional, ``|`` or; words in any spelling):

    atom      := tet | weekday | till_now | date | half | half_month | recent | part | relative | month | quarter
               | roman | week | year
    year_tail := ("của"|"trong")? ("/"|"-"|".")? year
    year      := "năm"? YYYY | "năm" YY | "'" YY | "năm" ("nay"|"ngoái"|"trước"|"kia"|…) | "cả năm"
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from nl2sql.question.time.calendar import shift_unit, unit_range
from nl2sql.question.time.cursor import Bad, Cursor, Hit
from nl2sql.question.time.spec import Fixed, Part, Unit
from nl2sql.question.time.spelled import spelled_year

Production = Callable[[Cursor, int], "Hit | Bad | None"]

JUST_BEFORE = (
    "liền kề trước đó", "liền trước đó", "ngay trước đó", "kề trước đó", "liền kề trước", "ngay trước", "kề trước",
    "kế trước", "trước liền kề", "trước kề", "liền trước", "liền kề",
)  # fmt: skip
"""The unit just before another one, longer wordings first."""
YEAR_WORDS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("nay", "này", "ni", "hiện tại", "hiện hành"), 0),
    (("ngoái", *JUST_BEFORE, "trước đó", "trước", "vừa qua", "vừa rồi", "rồi", "qua"), -1),
    (("kia", "trước nữa"), -2),
    (("sau", "tới"), 1),
)
THIS = ("này", "nay", "ni", "hiện tại", "hiện nay")
LAST = (
    "vừa kết thúc", *JUST_BEFORE, "trước đó", "trước", "vừa qua", "vừa rồi", "rồi", "qua",
)  # fmt: skip
NEXT = ("sau", "tới", "kế tiếp")
RECENT = (
    "gần đây nhất", "gần nhất", "gần đây", "vừa qua", "vừa rồi", "trở lại đây", "trở lại", "mới nhất", "đã qua", "qua",
)  # fmt: skip
ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
ORDINALS = ("một", "hai", "ba", "bốn", "tư", "nhất")
OF = ("của", "trong", "thuộc")


_GOES_TO = ("giờ", "nay", "bây", "hiện", "hôm", "hết", "cuối", "ngày")
"""Words after which "tới" is no "next" ("từ đầu năm tới giờ")."""


def relative_year(c: Cursor, i: int) -> tuple[int, int] | None:
    """Forms: "năm nay", "năm ngoái", "năm kia": (year, index after it)."""
    if not c.is_nam(i):
        return None
    for words, offset in YEAR_WORDS:
        end = c.phrase(i + 1, words)
        if end is not None and offset == -1 and c.word(end - 1, "trước") and c.word(end, "nữa"):
            continue  # "năm trước nữa" is the one before
        if end is not None:
            if c.word(end - 1, "qua") and c.word(end, "hạn", "các", "từng"):
                return None
            if c.word(end - 1, "tới") and c.word(end, *_GOES_TO):
                return None  # "từ đầu năm tới giờ": "tới" is a preposition here
            return c.today.year + offset, end
    return None


def named_year(c: Cursor, i: int) -> tuple[int, int, bool] | None:
    """Forms: "năm 2024", "năm tài chính 2024", "năm 24", "năm ngoái": (year, index after it, relative)."""
    found = relative_year(c, i)
    if found:
        return *found, True
    if not c.is_nam(i):
        return None
    start = c.phrase(i + 1, ("tài chính", "ngân sách", "tài khóa", "báo cáo", "dương lịch")) or i + 1
    year = c.year_number(start) or spelled_year(c, start)
    if year is None:
        year = c.year_number(start, short=True)
        if year and (c.counts(year[1]) or c.unit(year[1])):
            return None
    return (*year, False) if year else None


def year_tail(c: Cursor, i: int) -> tuple[int, int, bool] | None:
    """The year after a smaller unit, however it is joined: (year, index after it, relative)."""
    mark = c.at(i)
    if mark is None:
        return None
    if mark.kind == "p" and mark.norm in "/-.":
        year = c.year_number(i + 1, short=mark.norm == "/")
        if year:
            after = c.at(year[1])
            # "tháng 3/12/2024" and "1-10-2024" go on: the number was no year.
            return None if after and after.norm == "/" and after.glued else (*year, False)
        return named_year(c, i + 1) if mark.norm != "-" else None
    start = i
    if mark.norm == "," and c.is_nam(i + 1):
        start = i + 1
    elif mark.norm == "(":
        year = c.year_number(i + 1)
        return (year[0], year[1] + 1, False) if year and c.word(year[1], ")") else None
    start = c.skip(start, *OF)
    if c.word(start, "cùng") and c.is_nam(start + 1):
        return None
    found = named_year(c, start)
    if found:
        return found
    glued = start == i and mark.glued and mark.digits == 2 and c.word(i - 1, "t", "q") and mark.kind == "n"
    bare = c.year_number(start, short=glued)  # "9T25"
    if bare and not c.counts(bare[1]):
        return *bare, False
    return None


def with_tail(c: Cursor, spec: Unit | Part, end: int) -> Hit:
    """Attach the year that follows, if one does."""
    tail = year_tail(c, end)
    if tail is None:
        return Hit(spec, end)
    year, end, relative = tail
    unit = spec.with_year(year)
    return (
        Hit(Unit(unit.grain, unit.number, unit.month, unit.year, relative), end)
        if isinstance(unit, Unit)
        else Hit(Part(unit.count, unit.unit, unit.within, unit.from_end, relative), end)
    )


def _closes_range(c: Cursor, i: int) -> bool:
    """Whether "2021-" stands before: what follows is a year, whatever noun comes after it."""
    mark, first = c.at(i - 1), c.at(i - 2)
    return i >= 2 and mark is not None and mark.norm == "-" and first is not None and first.digits == 4


def year(c: Cursor, i: int) -> Hit | None:
    """A whole year; "cả năm" alone takes its year from the rest of the text."""
    start = c.skip(i, "cả", "trọn", "toàn")
    first = c.at(i)
    if first is not None and first.norm == "toán":  # "dự toán năm 2025" names no whole year
        start = i
    named = named_year(c, start)
    if named:
        return Hit(Unit("year", year=named[0], relative=named[2]), named[1])
    if start > i and c.is_nam(start) and c.unit(start + 1) is None:
        return Hit(Unit("year"), start + 1)
    if c.word(i, "fy") and (glued := c.year_number(i + 1, short=True)):
        return Hit(Unit("year", year=glued[0]), glued[1])
    fiscal = c.phrase(i, ("niên độ ngân sách", "niên độ", "niên khóa", "tài khóa"))
    if fiscal is not None and (budget := c.year_number(fiscal)):
        return Hit(Unit("year", year=budget[0]), budget[1])
    bare = c.year_number(i)
    if bare is not None and _closes_range(c, i):
        return Hit(Unit("year", year=bare[0]), bare[1])
    if bare is None or (c.counts(bare[1]) and not c.word(bare[1] + 1, "nào") and not c.word(bare[1] + 2, "nào")):
        return None
    return None if _is_reference(c, i, bare[1]) else Hit(Unit("year", year=bare[0]), bare[1])


def _is_reference(c: Cursor, i: int, end: int) -> bool:
    """Whether a bare number is a code, a bound or a document's number ("HS 2022", "hơn 2020", "38/2015/TT-BTC")."""
    if c.word(i - 1, "hs", "mã", "chương", "nhóm", "mst", "top", "luật", "hơn", "dưới", "quá", "khoảng", "phân nhóm"):
        return True
    against = c.accented and i > 0 and c.lexemes[i - 1].norm == "so"  # "tăng mấy lần so 2020"
    if c.word(i - 1, "số") and not against and not c.word(i - 2, "tổng") and (i < 2 or c.lexemes[i - 2].kind != "n"):
        return True
    before, after = c.at(i - 1), c.at(end)
    joined = before is not None and before.kind == "p" and before.norm in "/-." and c.lexemes[i].glued
    if joined and c.word(i - 1, "/") and c.year_number(i - 2) is not None:
        return False  # "2024/2023" sets one year against another
    if joined and not c.word(i - 1, "-"):
        return True
    follows = c.at(end + 1)
    return after is not None and after.norm in "/" and after.glued and follows is not None and follows.kind != "n"


_EACH = ("từng", "mỗi", "hàng", "hằng", "theo", "các")


def counts_months(c: Cursor, i: int) -> bool:
    """Whether the number here counts what follows: the 6 of "theo từng tháng 6 tháng đầu năm"."""
    number = c.integer(i, 2, 11)
    if number is None or not c.word(number[1], "tháng"):
        return False
    return c.word(number[1] + 1, "đầu", "cuối") or c.is_nam(number[1] + 1)


def month(c: Cursor, i: int) -> Hit | Bad | None:
    """Forms: "tháng 6/2024", "T6/2024", "tháng sáu năm ngoái", "tháng giêng"; "tháng 13" is bad."""
    head = c.at(i)
    if head is None:
        return None
    short = head.fold in ("t", "th", "thg")
    if not short and not c.word(i, "tháng"):
        return None
    at = i + 1
    if short and c.word(at, "."):
        at += 1
    number = c.at(at)
    if number is None or (short and not (number.kind == "n" and (number.glued or _yeared(c, at)))):
        return None
    if number.kind == "n":
        if number.digits > 2:
            return None
        value, end = number.value, at + 1
    elif c.word(at, "giêng", "chạp"):
        value, end = (1 if c.word(at, "giêng") else 12), at + 1
    elif c.word(at, "tư"):
        value, end = 4, at + 1
    else:
        spelled = _spelled_month(c, at)
        if spelled is None:
            return None
        value, end = spelled
    if c.counts(end) or (c.word(end, "-") and c.unit(end + 2)):
        return None
    if c.word(i - 1, *_EACH) and counts_months(c, at):
        return None
    if not 1 <= value <= 12:
        tail = year_tail(c, end)
        if short and tail is None:
            return None
        return Bad(f"Không có tháng {value}.", tail[1] if tail else end)
    hit = with_tail(c, Unit("month", value), end)
    if hit.end == end:
        this = c.phrase(end, ("này", "vừa qua", "vừa rồi"))
        return Hit(hit.spec, this) if this else hit
    return hit


def _yeared(c: Cursor, i: int) -> bool:
    """Whether a year follows the number here after a stroke: "t 5/2024"."""
    return c.word(i + 1, "/") and c.lexemes[i + 1].glued and c.year_number(i + 2) is not None


def _spelled_month(c: Cursor, i: int) -> tuple[int, int] | None:
    """A month in words. "tháng năm" is May only where a year follows it: "tháng năm 2024" means May 2024."""
    found = c.integer(i, 1, 12)
    if found is None:
        return None
    value, end = found
    if value == 5:
        follows = year_tail(c, end)
        if follows is None or relative_year(c, i) is not None or c.word(i - 2, *_SEVERAL):
            return None
    return value, end


_SEVERAL = ("nhiêu", "mấy", "một", "các", "những", "từng", "mỗi", "vài", "số", "theo", "hàng", "hằng")
"""Words after which "tháng năm 2024" are months of that year and no May."""


def quarter(c: Cursor, i: int) -> Hit | Bad | None:
    """Forms: "quý II/2024", "Q3 2024", "quý tư năm ngoái", "quý thứ hai"; "quý 5" is bad."""
    head = c.at(i)
    if head is None:
        return None
    if head.kind == "n" and 1 <= head.value <= 4 and c.word(i + 1, "q") and c.lexemes[i + 1].glued:
        tail = year_tail(c, i + 2)
        if tail is None:
            return None
        if head.value == 1:
            return Hit(Unit("quarter", 1, year=tail[0]), tail[1])
        first = Part(head.value, "quarter", Unit("year", year=tail[0]))
        return Hit(first, tail[1], f"Hiểu “{head.value}Q” là {head.value} quý đầu năm.")
    glued_roman = {"q" + roman: value for roman, value in ROMANS.items()}.get(head.fold)
    if glued_roman:
        return with_tail(c, Unit("quarter", glued_roman), i + 1)
    short = head.fold == "q"
    if not short and not c.word(i, "quý"):
        return None
    at = c.skip(i + 1, "thứ") if not short else c.skip(i + 1, ".")
    number = c.at(at)
    if number is None or (short and not number.glued and number.fold not in ROMANS):
        return None
    end = at + 1
    if number.kind == "n":
        if number.digits > 2:
            return None
        value = number.value
    elif number.fold in ROMANS:
        value = ROMANS[number.fold]
    elif number.fold == "v" and number.norm == "v":
        value = 5
    elif not short and c.word(at, *ORDINALS):
        value = next(v for v, name in zip((1, 2, 3, 4, 4, 1), ORDINALS, strict=True) if c.word(at, name))
    else:
        return None
    if c.counts(end):
        return None
    if not 1 <= value <= 4:
        tail = year_tail(c, end)
        if short and tail is None:
            return None
        return Bad(f"Không có quý {value}.", tail[1] if tail else end)
    hit = with_tail(c, Unit("quarter", value), end)
    this = c.phrase(end, ("này", "vừa qua", "vừa rồi")) if hit.end == end else None
    return Hit(hit.spec, this) if this else hit


def roman(c: Cursor, i: int) -> Hit | None:
    """Forms: "II/2024": a quarter without its word."""
    head = c.at(i)
    if head is None or head.fold not in ROMANS or not c.word(i + 1, "/"):
        return None
    found = c.year_number(i + 2)
    if found is None or c.word(i - 1, "kv", "vực", "chương", "phần", "mục", "lần", "loại"):
        return None
    return Hit(Unit("quarter", ROMANS[head.fold], year=found[0]), found[1])


def week(c: Cursor, i: int) -> Hit | Bad | None:
    """Forms: "tuần 23/2024", "tuần thứ 2 tháng 3": an ISO week of a year, or the nth seven days of a month."""
    short = c.word(i, "w")
    if not short and not c.word(i, "tuần"):
        return None
    at = c.skip(i + 1, "thứ", "số", "lễ")
    number = c.at(at)
    if number is None or (short and not number.glued):
        return None
    if c.word(at, "đầu", "cuối") and c.word(c.skip(at + 1, "tiên", "cùng"), "tháng"):
        return None
    if number.kind == "n" and number.digits <= 2:
        value, end = number.value, at + 1
    elif not short and (found := c.integer(at, 1, 5)) and found[0] != 5:
        value, end = found
    else:
        return None
    if c.counts(end) or _is_day(c, end):
        return None
    inner = month(c, c.skip(end, *OF))
    if isinstance(inner, Hit) and isinstance(inner.spec, Unit) and 1 <= value <= 5:
        return Hit(Unit("week", value, inner.spec.number, inner.spec.year), inner.end)
    if not 1 <= value <= 53:
        return Bad(f"Không có tuần {value}.", end)
    return with_tail(c, Unit("week", value), end)


def _is_day(c: Cursor, end: int) -> bool:
    """Whether the number before ``end`` is the day of a date: "tuần 13/10-19/10/2025" names its days."""
    after = c.at(end + 1)
    return c.word(end, "/") and after is not None and after.kind == "n" and after.digits <= 2 and after.value <= 12


def relative(c: Cursor, i: int) -> Hit | None:
    """Forms: "hôm nay", "hôm qua", "tháng này", "quý trước", "tuần qua", "năm kia"."""
    today = c.today
    start = c.skip(i, "ngày") if c.word(i + 1, "hôm") else i
    if c.word(start, "hôm", "bữa"):
        for word, back in (("nay", 0), ("ni", 0), ("qua", 1), ("kia", 2), ("trước", 2)):
            if c.word(start + 1, word):
                day = today - dt.timedelta(days=back)
                return Hit(Fixed(day, day, "day"), start + 2)
        return None
    found = c.unit(i)
    if found is None:
        return None
    grain, at = found
    if grain == "year":
        hit = relative_year(c, i)
        return Hit(Unit("year", year=hit[0], relative=True), hit[1]) if hit else None
    counted = i > 0 and c.lexemes[i - 1].kind == "n"
    for words, offset in ((THIS, 0), (LAST, -1), (NEXT, 1)):
        end = c.phrase(at, words)
        if end is None:
            continue
        if counted and c.word(end - 2, "hiện"):
            return None  # "quá hạn trên 90 ngày hiện nay": the days are counted, and the time is now
        if c.word(end - 1, "qua") and c.word(end, "hạn", "các", "từng", "cửa"):
            return None
        if c.word(end - 1, "trước", "sau") and end == at + 1 and (c.unit(end) or c.year_number(end)):
            return None
        if c.word(end - 1, "trước", "sau") and c.word(end, "tết"):
            return None  # "tháng trước Tết" is told from the holiday
        if c.word(end - 1, "tới") and c.word(end, *_GOES_TO):
            return None  # "từ đầu quý tới nay": "tới" is a preposition here
        if offset == -1 and c.word(end - 1, "trước") and c.word(end, "nữa"):
            offset, end = -2, end + 1
        begin, last = unit_range(shift_unit(today, grain, offset), grain)
        return Hit(Fixed(begin, last, grain), end)
    return None
