"""Productions for days and for counted parts: dates in digits and words, "6 tháng đầu năm", "3 năm gần nhất"."""

from __future__ import annotations

import datetime as dt

from nl2sql.question.time.atoms import JUST_BEFORE, OF, RECENT, month, quarter, relative, with_tail, year, year_tail
from nl2sql.question.time.calendar import MAX_YEAR, MIN_YEAR, make_date, shift_unit, unit_range
from nl2sql.question.time.cursor import Bad, Cursor, Hit
from nl2sql.question.time.spec import UNIT_WORDS, Edge, Fixed, Part, Range, Unit
from nl2sql.types import Grain

# A bare "5/3" is a date unless one of these says that it is a fraction or a code.
FRACTION = (
    "chiếm", "bằng", "gần", "hơn", "trên", "dưới", "vượt", "khoảng", "quá", "đạt", "kv", "vực", "luồng", "số", "giảm",
    "tăng", "mã", "hs",
)  # fmt: skip
DOCUMENT = (
    "nghị định", "thông tư", "quyết định", "nghị quyết", "chỉ thị", "công văn", "văn bản", "nđ", "tt", "qđ", "số",
    "luật",
)  # fmt: skip
SEPARATORS = "/-."
FIRST_SHORT = 15
"""From here on two digits after a month are a year: "5/24"."""
# "trên 6 tháng", "mỗi 3 tháng": a length of time and no period.
LENGTHS = (
    "trên", "hơn", "quá", "dưới", "mỗi", "từng", "mấy", "khoảng", "trượt", "sau", "theo", "cách", "gần", "<", ">", "=",
)  # fmt: skip


def numeric_date(c: Cursor, i: int, spoken: bool = False) -> Hit | Bad | None:
    """Forms: "5/3/2024", "05-03-2024", "15.10.2024", "2024-03-05", and "5/3", "6/2024" where nothing speaks against it.

    Args:
        spoken: A word before it ("ngày") already says that it is a date.
    """
    first = c.at(i)
    if first is None or first.kind != "n":
        return None
    parts, separator, end = _joined(c, i)
    if len(parts) == 1 or (not spoken and c.phrase_before(i, DOCUMENT) is not None):
        return None
    before = c.at(i - 1)
    if before is not None and before.kind == "p" and before.norm in "/." and first.glued:
        return None
    following = c.at(end)
    if following is not None and following.glued and following.norm == "/" and c.at(end + 1) is not None:
        return None
    if len(parts) == 3:
        (a, na), (b, nb), (y, ny) = parts
        if na == nb == ny == 4:
            return None  # "2022/2023/2024" are three years
        if na == 4 and separator == "-":
            return _day(y, b, a, end)
        if ny == 4:
            return _day(a, b, y, end)
        return _day(a, b, 2000 + y, end) if ny == 2 and na <= 2 and separator != "-" else None
    (a, na), (b, nb) = parts
    if na == 4 and nb == 2 and separator == "-" and 1 <= b <= 12 and MIN_YEAR <= a <= MAX_YEAR:
        return Hit(Unit("month", b, year=a), end)  # "2024-05"
    if nb == 4 and na <= 2 and 1900 <= b <= 2100:
        if 1 <= a <= 12:
            return Hit(Unit("month", a, year=b), end)
        return Bad(f"Không có tháng {a}.", end) if spoken else None
    if na > 2 or nb > 2 or (not spoken and (separator != "/" or c.word(i - 1, *FRACTION) or c.counts(end))):
        return None
    if not spoken and nb == 2 and 1 <= a <= 12 and FIRST_SHORT <= b <= c.today.year % 100 + 1:
        return Hit(Unit("month", a, year=2000 + b), end)  # "5/24"
    if make_date(2024, b, a) is None:
        calendar = 29 <= a <= 31 and 1 <= b <= 12  # "31/2" is meant as a day and no fraction
        return Bad(f"Không có ngày {a:02d}/{b:02d}.", end) if spoken or calendar else None
    return with_tail(c, Unit("day", a, b), end)


def _joined(c: Cursor, i: int) -> tuple[list[tuple[int, int]], str, int]:
    """Up to three numbers joined by one and the same separator: ([(value, digits)], separator, index after them)."""
    parts = [(c.lexemes[i].value, c.lexemes[i].digits)]
    separator, end = "", i + 1
    while len(parts) < 3:
        mark, number = c.at(end), c.at(end + 1)
        if mark is None or number is None or mark.kind != "p" or mark.norm not in SEPARATORS or number.kind != "n":
            break
        if separator and mark.norm != separator:
            break
        if not mark.glued and mark.norm != "/":
            break
        separator = mark.norm
        parts.append((number.value, number.digits))
        end += 2
    return parts, separator, end


def _day(day: int, month_number: int, year_number: int, end: int) -> Hit | Bad:
    if make_date(year_number, month_number, day) is None:
        return Bad(f"Không có ngày {day:02d}/{month_number:02d}/{year_number}.", end)
    return Hit(Unit("day", day, month_number, year_number), end)


def date(c: Cursor, i: int) -> Hit | Bad | None:
    """Forms: "ngày 5 tháng 3 năm 2024", "ngày 5/3", "mùng 5 tháng 3", "5 tháng 3 năm 2024", a numeric date."""
    at = c.skip(i, "ngày", "hôm")
    at = c.skip(at, "mùng", "mồng")
    spoken = at > i
    number = c.at(at)
    if number is None or number.kind != "n" or number.digits > 4:
        return None
    numeric = numeric_date(c, at, spoken)
    if numeric is not None:
        return numeric
    if number.digits > 2 or not (spoken or c.word(at + 1, "tháng")):
        return None
    if c.word(at + 1, "tháng"):
        # "9 tháng năm 2024" are nine months, not the ninth of May.
        if not spoken and (c.is_nam(at + 2) or number.value > 31):
            return None  # nor are "chương 87 tháng 6"
        inner = month(c, at + 1)
        if isinstance(inner, Bad):
            return inner
        if inner is None and spoken:
            inner = relative(c, at + 1)
        if inner is not None:
            return _day_in(c, number.value, inner)
        return None
    if spoken and not c.counts(at + 1) and c.unit(at + 1) is None and not c.word(at + 1, "/", "-"):
        if 1 <= number.value <= 31:
            return Hit(Unit("day", number.value), at + 1)
        return Bad(f"Không có ngày {number.value}.", at + 1)
    return None


def _day_in(c: Cursor, day: int, inner: Hit) -> Hit | Bad:
    spec = inner.spec
    if isinstance(spec, Fixed):
        spec = Unit("month", spec.start.month, year=spec.start.year, relative=True)
    if not isinstance(spec, Unit):
        return Bad(f"Không có ngày {day}.", inner.end)
    if make_date(spec.year if spec.year is not None else 2024, spec.number, day) is None:
        year_text = f"/{spec.year}" if spec.year is not None else ""
        return Bad(f"Không có ngày {day:02d}/{spec.number:02d}{year_text}.", inner.end)
    return Hit(Unit("day", day, spec.number, spec.year, spec.relative), inner.end)


def counted(c: Cursor, i: int) -> tuple[int, Grain, int] | None:
    """Forms: "6 tháng", "6T", "6th", "ba quý", "nửa tháng" is not: (count, unit, index after it)."""
    number = c.integer(i, 1, 400)
    if number is None:
        return None
    count, end = number
    letter = c.at(end)
    if letter is not None and letter.fold in ("t", "th", "thg") and letter.glued and c.lexemes[i].kind == "n":
        return count, "month", end + 1
    unit = c.unit(end)
    if unit is None or (c.lexemes[i].kind == "w" and c.lexemes[i].token == c.lexemes[end].token):
        return None
    return count, unit[0], unit[1]


def is_bound(c: Cursor, i: int) -> bool:
    """Whether a number of days is a bound, or the upper end of one: "dưới 30 ngày", "từ 30 đến 60 ngày"."""
    lower = c.at(i - 2)
    ranged = c.word(i - 1, "đến", "tới", "-") and lower is not None and lower.kind == "n"
    return c.word(i - 1, "trên", "quá", "dưới", "vượt", "<", ">") or ranged


def part(c: Cursor, i: int) -> Hit | Bad | None:
    """Forms: "6 tháng đầu năm 2025", "9 tháng 2024", "9T/2024", "15 ngày đầu tháng 3", "tháng đầu quý 2"."""
    found = counted(c, i)
    if found is None:
        unit = c.unit(i)
        if unit is None or not c.word(unit[1], "đầu", "cuối"):
            return None
        before = c.at(i - 1)
        if before is not None and before.kind == "n" and (unit[0] == "day" or is_bound(c, i - 1)):
            return None  # "trên 90 ngày cuối tháng 9": these are counted, none of them is the last one
        found = (1, *unit)
        if unit[0] == "month" and c.word(i - 1, "các", "những", "mấy", "vài"):
            return _first_months(c, unit[1])
    count, grain, at = found
    from_end = False
    sided = c.word(at, "đầu", "cuối", "giữa")
    if sided:
        if c.word(at, "giữa"):
            return None
        from_end = c.word(at, "cuối")
        at = c.skip(at + 1, "tiên", "cùng")
    if grain == "day" and count > 31 and c.word(i - 1, *LENGTHS):
        return None  # "quá hạn trên 90 ngày cuối tháng 9": a length of time, and when it was looked at
    if from_end and grain in ("day", "month") and is_bound(c, i):
        return None  # "quá hạn dưới 30 ngày cuối quý II", "từ 30 đến 60 ngày cuối năm"
    within = _within(c, at, grain, sided)
    if within is None:
        return _bare_part(c, i, count, grain, at, sided)
    if isinstance(within, Bad):
        return within
    assert isinstance(within.spec, Unit)  # noqa: S101 - _within yields units only
    limit = {"month": 12, "quarter": 4, "week": 53, "day": 366}.get(grain, 0)
    if count > limit:
        return Bad(f"Một năm không có {count} {'tháng' if grain == 'month' else 'quý'}.", within.end)
    return Hit(Part(count, grain, within.spec, from_end, within.spec.relative), within.end)


def _first_months(c: Cursor, side: int) -> Hit | None:
    """Forms: "các tháng đầu năm" without a number: up to now in the current year, else 6 months; "cuối": 3 months."""
    at = c.skip(c.skip(side + 1, "tiên", "cùng"), *OF)
    whole = year(c, at) or (Hit(Unit("year"), at + 1) if c.is_nam(at) else None)
    if whole is None or not isinstance(whole.spec, Unit):
        return None
    number = whole.spec.year if whole.spec.year is not None else c.today.year
    if c.word(side, "cuối"):
        note = "Hiểu “các tháng cuối năm” là 3 tháng cuối năm."
        return Hit(Part(3, "month", whole.spec, from_end=True, relative=whole.spec.relative), whole.end, note)
    if number == c.today.year:
        note = "Hiểu “các tháng đầu năm” là từ đầu năm đến nay."
        return Hit(Fixed(c.today.replace(month=1, day=1), c.today, "month"), whole.end, note)
    note = "Hiểu “các tháng đầu năm” là 6 tháng đầu năm."
    return Hit(Part(6, "month", whole.spec, relative=whole.spec.relative), whole.end, note)


def _within(c: Cursor, at: int, grain: Grain, sided: bool) -> Hit | Bad | None:
    """The larger unit that a part belongs to: a year, or when its side was said a month or quarter."""
    if grain == "year":
        return None
    start = c.skip(at, *OF)
    if sided and grain != "quarter":
        inner = quarter(c, start) if grain == "month" else month(c, start) or quarter(c, start)
        if inner is not None:
            return inner
        near = relative(c, start)
        size = near.spec.grain if near and isinstance(near.spec, Fixed) else grain
        if near and isinstance(near.spec, Fixed) and size in ("month", "quarter") and size != grain:
            day = near.spec.start
            number = day.month if size == "month" else (day.month - 1) // 3 + 1
            return Hit(Unit(size, number, year=day.year, relative=True), near.end)
    if grain in ("day", "week") and not sided:
        return None
    letter, glued = c.at(at - 1), c.at(at)
    if letter is not None and letter.fold == "t" and glued is not None and glued.glued and glued.kind == "n":
        short = c.year_number(at, short=True)  # "9T25"
        return Hit(Unit("year", year=short[0]), short[1]) if short else None
    tail = year_tail(c, at)
    if tail:
        return Hit(Unit("year", year=tail[0], relative=tail[2]), tail[1])
    return None


def _bare_part(c: Cursor, i: int, count: int, grain: Grain, at: int, sided: bool) -> Hit | None:
    """Parts without a year: "6 tháng đầu năm" and "6 tháng đầu" are this year's; "9 tháng" alone as well."""
    from_end = sided and (c.word(at - 1, "cuối") or c.word(at - 2, "cuối"))
    if sided and grain in ("day", "week") and c.word(at, "tháng"):
        return Hit(Part(count, grain, Unit("month", c.today.month, year=c.today.year, relative=True), from_end), at + 1)
    if sided and c.is_nam(at):
        return Hit(Part(count, grain, Unit("year"), from_end), at + 1) if grain != "year" else None
    follows = c.at(at)
    if grain != "month" or not 2 <= count <= 12 or (follows is not None and follows.kind == "n"):
        return None
    if sided:
        return Hit(Part(count, grain, Unit("year"), from_end), at)
    if c.word(i - 1, *LENGTHS) or c.phrase(at, ("liên tiếp", "liên tục", "liền", "trở lên", "trở xuống", "một lần")):
        return None
    return Hit(Part(count, grain, Unit("year")), at)


def recent(c: Cursor, i: int) -> Hit | None:
    """Forms: "6 tháng gần nhất", "3 năm trở lại đây", "7 ngày qua", "12 tháng trước", "mấy năm gần đây"."""
    today = c.today
    found = counted(c, i)
    if found is None:
        vague = c.word(i, "mấy", "vài", "những", "các") and c.unit(i + 1)
        if not vague:
            unit = c.unit(i)
            ending = c.phrase(unit[1], ("gần đây nhất", "gần nhất", "mới nhất")) if unit else None
            return Hit(Fixed(*_last(today, unit[0], 1), unit[0]), ending) if unit and ending else None
        grain, at = vague
        end = c.phrase(at, RECENT)
        if end is None:
            return None
        count = {"year": 5, "day": 7}.get(grain, 6)
        note = f"Hiểu “các {UNIT_WORDS[grain]} gần đây” là {count} {UNIT_WORDS[grain]} gần nhất."
        return Hit(Fixed(*_last(today, grain, count), grain), end, note)
    count, grain, at = found
    if c.lexemes[at - 1].fold == "t":
        return None
    end = c.phrase(at, RECENT)
    if end is not None:
        if c.word(end - 1, "qua") and c.word(end, "hạn", "cửa"):
            return None
        if (count, grain) == (1, "year"):
            return Hit(Fixed(*_last(today, "month", 12), "month"), end, "Hiểu “một năm qua” là 12 tháng gần nhất.")
        return Hit(Fixed(*_last(today, grain, count), grain), end)
    return _ago(c, i, count, grain, at)


def _ago(c: Cursor, i: int, count: int, grain: Grain, at: int) -> Hit | None:
    """Forms: "3 năm trước" is that year; "trong 3 tháng trước" and "12 tháng trước" are a stretch before now."""
    today = c.today
    end = c.phrase(at, (*JUST_BEFORE, "trước đó", "trước đây", "trước"))
    if end is None or c.unit(end) or c.year_number(end) or c.word(end, "tết"):
        return None
    stretch = c.phrase(at, JUST_BEFORE) is not None
    if stretch or c.word(i - 1, "trong", "của") or (grain == "month" and count >= 6) or c.word(i - 1, "quân"):
        start = unit_range(shift_unit(today, grain, -count), grain)[0]
        return Hit(Fixed(start, unit_range(shift_unit(today, grain, -1), grain)[1], grain), end)
    day = shift_unit(today, grain, -count)
    note = f"Hiểu “{count} {UNIT_WORDS[grain]} trước” là một {UNIT_WORDS[grain]} cách đây {count} {UNIT_WORDS[grain]}."
    return Hit(Fixed(*unit_range(day, grain), grain), end, note)


def _last(today: dt.date, grain: Grain, count: int) -> tuple[dt.date, dt.date]:
    """The last units that end with the one of today."""
    return unit_range(shift_unit(today, grain, 1 - count), grain)[0], unit_range(today, grain)[1]


def decade(c: Cursor, i: int) -> Hit | None:
    """Forms: "thượng tuần tháng 3" (1–10), "trung tuần" (11–20), "hạ tuần" (21 to the end)."""
    for number, name in enumerate(("thượng tuần", "trung tuần", "hạ tuần")):
        at = c.phrase(i, (name,))
        if at is None:
            continue
        inner = month(c, c.skip(at, *OF))
        if not isinstance(inner, Hit) or not isinstance(inner.spec, Unit):
            return None
        spec = inner.spec
        first = Unit("day", 10 * number + 1, spec.number, spec.year)
        last = Edge("end", spec) if number == 2 else Unit("day", 10 * number + 10, spec.number, spec.year)
        return Hit(Range(first, last, spec.relative), inner.end)
    return None


__all__ = ["counted", "date", "decade", "is_bound", "numeric_date", "part", "recent", "year"]
