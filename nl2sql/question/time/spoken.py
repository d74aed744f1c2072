"""Productions for time as it is spoken of: "thứ sáu tuần trước", "mấy hôm nay", "nửa tháng qua", "mấy năm nay".

What is counted back from now here ends with now; a weekday is a day of the week that is named beside it.
"""

from __future__ import annotations

import datetime as dt

from nl2sql.question.time.atoms import LAST, THIS
from nl2sql.question.time.calendar import shift_unit, unit_range
from nl2sql.question.time.cursor import Cursor, Hit
from nl2sql.question.time.spec import Fixed

_TILL_NOW = (
    "gần đây nhất", "gần nhất", "gần đây", "trở lại đây", "vừa qua", "vừa rồi", "đã qua", "qua", "rồi", "nay",
)  # fmt: skip
_DAYS = ("hôm", "bữa", "ngày")
_WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
_STRETCH = ("trong", "suốt", "của", "từ", "hơn", "gần", "đã", ",", "(")
_SOME_DAYS = 3
"""How many days "mấy hôm nay" is taken for."""


def till_now(c: Cursor, i: int) -> Hit | None:
    """Forms: "3 hôm nay", "mấy bữa nay", "ba năm nay", "mấy tháng nay", "nửa tháng qua", "nửa năm nay"."""
    return _half_till_now(c, i) or _days_till_now(c, i) or _units_till_now(c, i)


def _half_till_now(c: Cursor, i: int) -> Hit | None:
    if not c.word(i, "nửa", "nữa") or not (c.word(i + 1, "tháng") or c.is_nam(i + 1)):
        return None
    end = c.phrase(i + 2, _TILL_NOW)
    if end is None:
        return None
    if c.word(i + 1, "tháng"):
        start = c.today - dt.timedelta(days=14)
        return Hit(Fixed(start, c.today, "day"), end, "Hiểu “nửa tháng qua” là 15 ngày gần nhất.")
    start = unit_range(shift_unit(c.today, "month", -5), "month")[0]
    return Hit(Fixed(start, unit_range(c.today, "month")[1], "month"), end, "Hiểu “nửa năm qua” là 6 tháng gần nhất.")


def _days_till_now(c: Cursor, i: int) -> Hit | None:
    vague = c.word(i, "mấy", "vài", "những", "các")
    number = None if vague else c.integer(i, 2, 60)
    at = i + 1 if vague else number[1] if number else None
    if at is None or not c.word(at, *_DAYS):
        return None
    end = c.phrase(at + 1, _TILL_NOW)
    if end is None or (c.word(at, "ngày") and not c.word(end - 1, "nay", "rồi")):
        return None  # "7 ngày qua" is counted elsewhere
    count = number[0] if number else _SOME_DAYS
    note = "" if number else f"Hiểu “mấy hôm nay” là {_SOME_DAYS} ngày gần nhất."
    return Hit(Fixed(c.today - dt.timedelta(days=count - 1), c.today, "day"), end, note)


def _units_till_now(c: Cursor, i: int) -> Hit | None:
    """A count of units "nay" runs up to now; "top 5 năm nay" and "mức 2 năm nay" name this year only."""
    vague = c.word(i, "mấy", "vài")
    number = None if vague else c.integer(i, 2, 24)
    unit = c.unit(number[1] if number else i + 1) if vague or number else None
    if unit is None or unit[0] == "day" or not c.word(unit[1], "nay"):
        return None
    grain = unit[0]
    before = c.at(i - 1)
    spelled = c.lexemes[i].kind == "w"
    if number and grain == "year" and not (spelled or before is None or c.word(i - 1, *_STRETCH)):
        return None
    if number and grain == "month" and not (spelled or c.word(i - 1, "trong", "suốt")):
        return None  # "9 tháng nay" jotted down are the first nine of this year
    count = number[0] if number else 3
    note = "" if number else f"Hiểu “mấy … nay” là {count} kỳ gần nhất, tính cả kỳ hiện tại."
    start = unit_range(shift_unit(c.today, grain, 1 - count), grain)[0]
    return Hit(Fixed(start, unit_range(c.today, grain)[1], grain), unit[1] + 1, note)


def weekday(c: Cursor, i: int) -> Hit | None:
    """Forms: "thứ 6 tuần trước", "thứ hai tuần này", "chủ nhật tuần rồi", "t6 tuần trước", "cuối tuần trước"."""
    at = c.skip(i, "ngày", "hôm")
    if c.word(at, "chủ") and c.word(at + 1, "nhật"):
        number, end = 7, at + 2
    elif c.word(at, "cuối"):
        return _weekend(c, at)
    else:
        found = _named_day(c, at)
        if found is None:
            return None
        number, end = found
    week = _week(c, end)
    if week is None:
        return None
    start, end = week
    day = start + dt.timedelta(days=number - 1)
    return Hit(Fixed(day, day, "day"), end)


def _named_day(c: Cursor, i: int) -> tuple[int, int] | None:
    head = c.at(i)
    if head is None:
        return None
    short = head.fold == "t"
    # Without its mark "thu" is revenue, unless nobody writes marks at all.
    if not short and not (c.word(i, "thứ") and (head.norm == "thứ" or not c.accented)):
        return None
    day = c.at(i + 1)
    if day is None or (short and not day.glued):
        return None
    if day.kind == "n":
        return (day.value - 1, i + 2) if 2 <= day.value <= 7 else None
    return next(((n, i + 2) for n, name in enumerate(_WEEKDAYS, start=1) if c.word(i + 1, name)), None)


def _week(c: Cursor, i: int) -> tuple[dt.date, int] | None:
    """The Monday of a week that is told from now."""
    at = c.skip(i, "của", "trong")
    if not c.word(at, "tuần"):
        return None
    for words, offset in ((THIS, 0), (LAST, -1)):
        end = c.phrase(at + 1, words)
        if end is not None:
            return unit_range(shift_unit(c.today, "week", offset), "week")[0], end
    return None


def _weekend(c: Cursor, i: int) -> Hit | None:
    found = _week(c, i + 1)
    if found is None:
        return None
    start, end = found
    saturday = start + dt.timedelta(days=5)
    note = "Hiểu “cuối tuần” là thứ bảy và chủ nhật."
    return Hit(Fixed(saturday, saturday + dt.timedelta(days=1), "day"), end, note)
