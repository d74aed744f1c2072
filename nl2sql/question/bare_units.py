"""A unit of time without a number: "số vụ trong tháng", "tổng thu trong năm của khu vực I" speak of the present one."""

from __future__ import annotations

import datetime as dt

from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.question.time import read_time

_BARE = (
    r"trong (?:năm|quý|tháng|tuần)"
    r"(?= (?:có|của|là|thì|bao|mấy|ở|tại|đã|được|theo|toàn|cả|do|với)(?= |$)|(?: [,;.?!])|$)"
)


def with_present_unit(text: Text, today: dt.date) -> str | None:
    """The question with "này" said after such a unit, where it says nothing else of time; None where it has none.

    In the course of a conversation the unit may be that of the turn before: only first questions are changed.
    """
    where = search(text, _BARE)
    if where is None:
        return None
    time = read_time(text, today)
    if time.periods or time.comparisons or time.problems:
        return None
    end = text.span(where.start, where.end).end
    return f"{text.raw[:end]} {'này' if text.accented else 'nay'}{text.raw[end:]}"
