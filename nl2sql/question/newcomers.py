"""Members that appear for the first time or are gone: "thị trường mới xuất hiện", "doanh nghiệp ngừng xuất khẩu".

Who is new is there in the period and was not before; who is gone was there before and is not in the period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from nl2sql.question.clauses import slice_of
from nl2sql.question.frames import same_period_base
from nl2sql.question.members import LISTS, Read, about, member_of, usable
from nl2sql.question.phrases import Found, search
from nl2sql.question.text import Text, fold
from nl2sql.types import Period, Reading, SetTerm, Shape
from schema.semantic import Catalogue

_APPEARS = r"(?:xuất hiện|phát sinh|có mặt|tham gia|gia nhập|nổi lên|góp mặt|mở thêm)"
_NEW = (
    rf"(?:lần đầu(?: tiên)?|mới)(?: có)? {_APPEARS}|{_APPEARS}(?: mới| lần đầu(?: tiên)?)|mới bắt đầu"
    r"|lần đầu(?: tiên)?(?= (?:xuất|nhập|làm|mở|khai|đăng ký tờ khai|bị|nộp|đi|bán|mua|trong|năm|quý|tháng))"
)
_NEW_ONES = (
    r"(?:nước|mặt hàng|nhóm hàng|thị trường|doanh nghiệp|công ty|cửa khẩu|đối tác) (?P<new>mới)"
    r"(?= (?:trong|so|của|năm|quý|tháng|ở|tại)|[ ,?.]*$)"
)
_GONE = (
    r"(?:đã )?(?:ngừng|dừng|thôi không|không còn|hết)(?: hẳn)?(?= (?:xuất|nhập|làm|mở|khai|phát sinh|có mặt))"
    r"|(?:đã )?(?:biến mất|rút (?:khỏi|lui)|vắng (?:bóng|mặt)|rời bỏ)(?: khỏi)?"
)
Way = Literal["new", "gone"]


def read_newcomers(text: Text, catalogue: Catalogue, read: Read) -> Reading | None:
    """The members that are new in the period asked about, or gone from it; None where no such thing is asked.

    The base is the period compared with; without one, all the days before for who is new, the year before for who is
    gone.
    """
    found = _way(text)
    if found is None:
        return None
    where, way = found
    head, tail = slice_of(text, 0, where.start), slice_of(text, where.end, len(text.tokens))
    ending = search(text, r"(?:là|gồm|gồm có|có)(?: những| các)? (?:gì|nào|ai)[ ?.]*$")
    if ending is not None and ending.start >= where.end:
        tail = slice_of(text, where.end, ending.start) if ending.start > where.end else ""
    said = f"{head} {tail}".strip()
    first = usable(read(said))
    if first is None or member_of(first, catalogue.views[first.view]) is None:
        lead = "" if LISTS & set(fold(said).split()) else "liệt kê các "
        first = usable(read(f"{lead}{said}"))
    if first is None:
        return None
    member = member_of(first, catalogue.views[first.view])
    if member is None or first.ranking or any(not t.on_change for t in first.thresholds) or len(first.metrics) > 1:
        return None
    periods = _sides(first, way, catalogue)
    if periods is None:
        return None
    group, counted = member
    asked = search(text, r"bao nhiêu|mấy")
    if asked is not None and not counted:
        counted = not first.metrics and search(text, r"(?:có|là|được) (?:bao nhiêu|mấy)(?: \S+)?[ ?.]*$") is not None
        if not counted:  # a figure of the members was asked for beside them
            span = text.span(asked.start, asked.end)
            first = replace(first, unread=(*first.unread, span), certainty=first.certainty - 0.4)
    plain = replace(about(first, group, catalogue), comparison=None, thresholds=())
    sides = [replace(plain, periods=(p,)) for p in (periods if way == "new" else periods[::-1])]
    words = ("có trong", "không có trong") if way == "new" else ("không còn trong", "có trong")
    note = f"{group.label} {words[0]} kỳ {_label(periods[0])}, {words[1]} kỳ {_label(periods[1])}."
    return replace(
        sides[0], text=text.nfc.strip(), terms=(SetTerm("except", sides[1]),), counted=counted, shape=Shape.BREAKDOWN,
        assumptions=(note, *(a for a in first.assumptions if not a.startswith("Không nêu mốc"))),
    )  # fmt: skip


def _way(text: Text) -> tuple[Found, Way] | None:
    ones = search(text, _NEW_ONES)
    new = Found(ones.end - 1, ones.end, {}) if ones is not None else search(text, _NEW)
    if new is not None:
        return new, "new"
    gone = search(text, _GONE)
    return (gone, "gone") if gone is not None and gone.start > 0 else None


def _sides(reading: Reading, way: Way, catalogue: Catalogue) -> tuple[Period, Period] | None:
    """The period asked about and the one before it that it is held against."""
    named = [p for p in reading.periods if p.span and p.span.text]
    assumed = any(a.startswith("Không nêu mốc so sánh") for a in reading.assumptions)
    if reading.comparison is not None and len(reading.periods) == 1 and not assumed:
        return reading.periods[0], reading.comparison.base
    if len(named) == 2:
        early, late = sorted(named, key=lambda p: p.start)
        return late, early
    if len(named) != 1:
        return None
    if way == "gone":
        base = same_period_base(named[0])
        year = named[0].start.year - 1
        if named[0].grain == "year" and named[0].open:  # who was there at any time of the year before
            base = Period(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", f"Năm {year}")
        return named[0], base
    first = catalogue.since or dt.date(2000, 1, 1)
    last = named[0].start - dt.timedelta(days=1)
    if last <= first:
        return None
    return named[0], Period(first, last, _grain([first, last]), f"trước {named[0].start:%d/%m/%Y}")


def _grain(days: Sequence[dt.date]) -> Literal["year", "day"]:
    whole = (days[0].month, days[0].day, days[1].month, days[1].day) == (1, 1, 12, 31)
    return "year" if whole else "day"


def _label(period: Period) -> str:
    return period.label[:1].lower() + period.label[1:]
