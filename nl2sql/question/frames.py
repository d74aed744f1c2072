"""The frame of a question: comparison in time, running calculations, changes from step to step."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from nl2sql.question.elements import Element
from nl2sql.question.of_two import step_of_two
from nl2sql.question.phrases import Found, search
from nl2sql.question.shield import STEPS_BEFORE
from nl2sql.question.text import Text, fold
from nl2sql.question.time import ComparisonMention, PeriodMention, TimeReading, previous_period, same_period_last_year
from nl2sql.types import (
    Comparison,
    Grain,
    MetricMatch,
    Period,
    Span,
)

_BETTER = r"(?:nhanh|chậm|cao|thấp|nhiều|ít|lớn|tốt|kém|lâu) hơn|hơn (?:hồi|năm|tháng|quý)|rút(?: được| xuống| ngắn)?"
_AMOUNT = re.compile(
    r"\b(?:tang|giam|chenh|hut|them|hon|kem|nhieu hon|it hon|rut ngan)(?: \S+){0,3}? (?:bao nhieu|may) "
    r"(?:(?:nghin|ngan|tram|trieu|ty) )*"
    r"(?:dong|usd|do|vnd|tan|gio|ngay|vu|to khai|chiec|nguoi|doanh nghiep|ho so|luot)\b"
)
_AMOUNT_OF_CHANGE = (
    r"(?:tăng|giảm|thêm|bớt|nhiều|ít|hơn|kém|hụt)(?: (?!và|cùng)[^\s,]+){0,6}? (?:bao nhiêu|mấy)"
    r" (?!phần|%|điểm|lần|so|trong|vào|ở|tại|thế|và|hay|qua|theo|năm|quý|tháng|kể|nếu|là|rồi|vậy|ạ)[^\W\d]\S*"
    r"|(?:tăng|giảm)(?: (?!nào|gì)\S+){0,4}? nhiều nhất"
)
"""The change asked for in the measure's own unit: "tăng bao nhiêu vụ", "giảm mấy tỷ đồng"."""
_GAP = (
    r"(?:hơn|kém|thêm|bớt|hụt|lệch|chênh)(?: (?!và|cùng)[^\s,]+){0,7}? (?:bao nhiêu|mấy)"
    r"(?! (?:phần|%|lần|điểm))"
)
"""How far two figures lie apart, unit unnamed: "cao hơn tháng 8 bao nhiêu", "tăng thêm bao nhiêu", "lệch bao nhiêu"."""
_TIMES = re.compile(r"\b(gap|bang|tang|giam) (?:gap )?(may|bao nhieu) lan\b")
OF_BASE = (
    r"(?:bằng|đạt|tương đương|chỉ bằng)(?: khoảng)? (?:bao nhiêu|mấy) (?:phần trăm|%)(?: (?:của|so với))?"
    r" (?:cả |toàn )?(?:cùng kỳ|năm|quý|tháng|kỳ|mức|số|con số)"
)
"""The current figure in percent of the base: "bằng mấy phần trăm cùng kỳ"."""
_BASE_FIRST = (
    r"so với (?:\S+ ){1,14}?"
    r"(?P<asked>(?:chỉ )?(?:bằng|đạt|tương đương)(?: được)?(?: khoảng)? (?:bao nhiêu|mấy) (?:phần trăm|%))"
    r"(?! (?:dự toán|kế hoạch|chỉ tiêu|điểm))"
)
"""The base said first: "so với tháng 8, … tháng 9 bằng bao nhiêu phần trăm"."""
_GROWS = r"tăng|giảm|tốc độ|chênh|hơn|chiếm|tỷ trọng|tỷ lệ"


Want = Literal["all", "percent", "absolute", "both", "points", "times", "of_base", "part", "part_points"]
_PART_OF_CHANGE = (
    r"(?:đóng góp|phần đóng góp)(?: \S+){0,8}? vào (?:mức |tốc độ |đà |sự |số |phần |lượng )*"
    r"(?P<of>tăng trưởng|tăng|giảm|thay đổi|biến động)"
)

_WITHIN_CHANGE = (
    r"trong (?:tổng |toàn bộ )?(?:mức |tốc độ |đà |phần |số |lượng )*(?P<of>tăng trưởng|tăng|giảm)(?: thêm| chung)?"
    r"(?: \S+){0,12}? (?:đóng góp|chiếm)"
)


def of_base(text: Text) -> Found | None:
    """Where the current figure is asked for in percent of the base, or None where a change or a part is."""
    said = search(text, OF_BASE)
    if said is not None:
        return said
    first = search(text, _BASE_FIRST)
    if first is None or search(text, _GROWS) is not None:
        return None
    size = len(first.parts["asked"].split())
    return Found(first.end - size, first.end, {})


def to_period(text: Text, mention: PeriodMention) -> Period:
    """A mention as a period of the reading."""
    named = mention.tokens[0] < mention.tokens[1]
    span = text.span(*mention.tokens) if named else None
    return Period(mention.start, mention.end, mention.grain, mention.label, span, mention.open)


STEP_UNITS: dict[str, Grain] = {"ngay": "day", "tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}


def without_nested(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Periods without those said twice, or that another one with the same first day narrows ("YTD đến 30/9")."""
    once = list({(p.start, p.end): p for p in reversed(periods)}.values())[::-1]
    return tuple(
        p for p in once
        if not ((p.open or _unnumbered(p)) and any(o is not p and o.start == p.start and o.end <= p.end for o in once))
        and not any(_settles(o, p) for o in once)
    )  # fmt: skip


def _settles(named: Period, loose: Period) -> bool:
    """Whether days that are named say what was meant by "mấy hôm nay"."""
    days = loose.grain == "day" and loose.start < loose.end and _unnumbered(loose) and not _unnumbered(named)
    return days and named.start <= loose.end and loose.start <= named.end


def _unnumbered(period: Period) -> bool:
    """Whether a period is named without any number ("cả năm", "trong năm")."""
    return period.span is not None and not any(c.isdigit() for c in period.span.text)


def read_comparison(
    text: Text,
    found: Sequence[Element],
    time: TimeReading,
    periods: Sequence[Period],
    metrics: Sequence[MetricMatch],
    today: dt.date,
    snapshot: bool = False,
) -> tuple[Comparison | None, tuple[Period, ...], tuple[str, ...]]:
    """A comparison in time, the periods that remain current, and what was assumed.

    Args:
        snapshot: The measure is a stock: where only the base is named, the newest stock is compared with it.
    """
    if step_of_two(text, time, periods):
        return None, tuple(periods), ()
    want = _want(text, found, metrics)
    summed = any(e.tag == "total" and text.tokens[e.tokens[0]].fold != "tong" for e in found)
    for mention in time.comparisons if not summed else ():
        current = to_period(text, mention.current) if mention.current else None
        if current is not None and mention.current and mention.current.tokens == mention.tokens:
            current = replace(current, span=None)  # not named: it follows from the comparison alone
        if mention.kind == "explicit" and mention.base is not None and current is not None:
            base = to_period(text, mention.base)
            base, current = (opening(base), opening(current)) if snapshot else (base, current)
            second = _second_base(text, time, mention, current, base)
            found_one = Comparison("explicit", base, want, text.span(*mention.tokens), second)
            return found_one, (current,), _notes(mention.note)
        note: tuple[str, ...] = _notes(mention.note)
        base_named = to_period(text, mention.base) if mention.base else None
        alone = base_named is not None and periods and all(_same_days(p, base_named) for p in periods)
        if current is None and base_named is not None and alone and not snapshot:
            return _since(base_named, today, want, text.span(*mention.tokens))
        base_named = opening(base_named) if base_named and snapshot else base_named
        if current is None:
            others = [p for p in periods if base_named is None or p.end > base_named.end]
            current = others[0] if others else _month(today) if snapshot else _year_to_date(today)
            note += () if others else (f"Không nêu kỳ: tính {current.label}.",)
        base = base_named or base_of(mention.kind, current)
        second = _second_base(text, time, mention, current, base)
        return Comparison(mention.kind, base, want, text.span(*mention.tokens), second), (current,), note
    changed = next((e for e in found if e.tag in ("change", "times")), None)
    bounded = next((e for e in found if e.number and e.number.change), None)
    scaled = next((e for e in found if e.number and e.number.kind == "ratio" and e.number.unit == "lần"), None)
    if scaled is not None and len(periods) == 2 and (base_after := _after(text, periods, scaled)) is not None:
        rest = tuple(p for p in periods if p is not base_after)
        return Comparison("explicit", base_after, want), rest, ()
    if changed is not None and changed.tag == "times" and len(periods) == 2:
        told = _after(text, periods, changed)  # "năm 2019 bằng mấy lần năm 2023"
        if told is not None:
            return Comparison("explicit", told, want), tuple(p for p in periods if p is not told), ()
    part = search(text, OF_BASE) if len(periods) == 2 else None
    if part is not None:
        at = text.span(part.start, part.end)
        whole = next((p for p in periods if p.span and p.span.end >= at.end and p.span.start > at.start), None)
        if whole is not None:
            return Comparison("explicit", whole, want, at), tuple(p for p in periods if p is not whole), ()
    better = len(periods) == 2 and search(text, _BETTER) is not None
    steps_asked = any(g.role == "by" or (g.role == "which" and g.grain == "year") for g in time.grains)
    among = changed is not None and _between_members(text, found, changed)
    if (
        (changed is None and bounded is None and not better)
        or among
        or steps_asked
        or search(text, STEPS_BEFORE) is not None
    ):
        return None, tuple(periods), ()
    if len(periods) == 2 and (changed is not None or search(text, _BETTER) is not None):
        early, late = _told_order(text, periods) or sorted(periods, key=lambda p: p.start)
        return Comparison("explicit", early, want), (late,), ()
    if len(periods) > 1:
        return None, tuple(periods), ()
    ends = _ends(periods[0]) if periods and changed is not None else None
    if snapshot and periods and changed is not None:
        ends = _between_stocks(periods[0]) or ends
    if ends is not None:
        return Comparison("explicit", ends[0], want), (ends[1],), (f"So {ends[1].label} với {ends[0].label}.",)
    current = periods[0] if periods else _year_to_date(today)
    base = base_of("same_period", current)
    notes = (f"Không nêu mốc so sánh: so với cùng kỳ năm trước ({base.label}).",)
    anchor = changed or bounded
    return Comparison("same_period", base, want, text.span(*anchor.tokens) if anchor else None), (current,), notes


def _between_members(text: Text, found: Sequence[Element], changed: Element) -> bool:
    """Whether more or less is asked of two values of one column: "Lào [nhiều hơn hay ít hơn] Thái Lan"."""
    said = text.tokens[changed.tokens[1] - 1].fold
    columns = [{e.name for e in part if e.kind == "value"} for part in (
        [e for e in found if e.tokens[0] < changed.tokens[0]], [e for e in found if e.tokens[0] >= changed.tokens[1]]
    )]  # fmt: skip
    return said == "hon" and bool(columns[0] & columns[1])


def _told_order(text: Text, periods: Sequence[Period]) -> tuple[Period, Period] | None:
    """Base and current period where "hơn" stands between the two: "tháng 3 [ít hơn] tháng 5" is told of the first."""
    first, second = periods
    than = search(text, r"(?:hơn|kém)(?: so với)?")
    if than is None or first.span is None or second.span is None:
        return None
    at = text.span(than.start, than.end)
    return (second, first) if first.span.end <= at.start and at.end <= second.span.start else None


def _after(text: Text, periods: Sequence[Period], element: Element) -> Period | None:
    """The period that stands right after a piece: "gấp đôi [năm 2024]"."""
    end = text.span(*element.tokens).end
    later = [p for p in periods if p.span and p.span.start >= end]
    if not later or not later[0].span:
        return None
    between = [t for t in text.tokens if end <= t.start and t.end <= later[0].span.start]
    return later[0] if len(between) <= 3 else None


def opening(period: Period) -> Period:
    """The stock that a year or month began with is the one at the end of the month before: "đầu năm 2025"."""
    words = fold(period.span.text).split() if period.span else []
    if words[:2] not in (["dau", "nam"], ["dau", "quy"], ["dau", "thang"], ["dau", "ky"]):
        return period
    last = period.start - dt.timedelta(days=1)
    return replace(period, start=last, end=last, grain="day", label=f"Cuối tháng {last.month}/{last.year}")


def dates_of_stock(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """Several dates of a stock as the months that they end: the months between them are not asked for."""
    dates = [p for p in periods if p.start == p.end]
    if len(periods) < 2 or len(dates) < len(periods):
        return periods
    return tuple(replace(p, start=p.start.replace(day=1), grain="month") for p in periods)


def _month(day: dt.date) -> Period:
    """The calendar month of a day, up to that day: the stock at its end."""
    return Period(day.replace(day=1), day, "month", f"Tháng {day.month}/{day.year}")


def _between_stocks(period: Period) -> tuple[Period, Period] | None:
    """First and last stock of "từ cuối năm 2020 đến cuối năm 2024"; "từ đầu năm" begins with the stock before it."""
    said = fold(period.span.text).split() if period.span else []
    if said[:1] != ["tu"] or (period.start.year, period.start.month) == (period.end.year, period.end.month):
        return None
    opened = "dau" in said[:3] and period.start.day == 1
    first = period.start - dt.timedelta(days=1) if opened else period.start
    return _month(first), _month(period.end)


def _ends(period: Period) -> tuple[Period, Period] | None:
    """First and last year of "từ năm 2020 đến năm 2024", between which something rose or fell."""
    if period.span is None or not period.span.text.lower().startswith("từ"):
        return None
    return ends_of(period)


def ends_of(period: Period) -> tuple[Period, Period] | None:
    """First and last year of a period of several whole years, or None for any other."""
    if period.grain != "year" or period.start.year >= period.end.year or period.open:
        return None
    first, last = period.start.year, period.end.year
    return (
        Period(dt.date(first, 1, 1), dt.date(first, 12, 31), "year", f"Năm {first}", period.span),
        Period(dt.date(last, 1, 1), dt.date(last, 12, 31), "year", f"Năm {last}", period.span),
    )


def _notes(note: str) -> tuple[str, ...]:
    return (note,) if note else ()


def base_of(kind: str, current: Period) -> Period:
    """What a period is compared with: the one before it (``previous``) or the same one of the year before."""
    mention = PeriodMention(current.start, current.end, current.grain, current.label, (0, 0), open=current.open)
    base = previous_period(mention) if kind == "previous" else same_period_last_year(mention)
    return Period(base.start, base.end, base.grain, base.label)


def _second_base(
    text: Text, time: TimeReading, first: ComparisonMention, current: Period, base: Period
) -> Period | None:
    """The base of a further comparison of the same period ("so với quý II và so với cùng kỳ")."""
    for mention in time.comparisons:
        if mention is first or (mention.tokens == first.tokens and not _listed_base(mention, first)):
            continue
        if mention.kind != "explicit" and mention.current is not None and not _same_days(mention.current, current):
            continue  # another period is compared: it is no second base of this one
        other = to_period(text, mention.base) if mention.base else base_of(mention.kind, current)
        if (other.start, other.end) not in ((base.start, base.end), (current.start, current.end)):
            return other
    return None


def _same_days(one: Period | PeriodMention, other: Period) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _since(
    base: Period, today: dt.date, want: Want, span: Span
) -> tuple[Comparison, tuple[Period, ...], tuple[str, ...]]:
    """Only what is compared with was named ("tăng bao nhiêu so với năm 2023"): this year against its same days."""
    current = _year_to_date(today)
    note = f"Không nêu kỳ: tính {current.label} đến {today:%d/%m/%Y}."
    if base.grain == "year" and base.start.year == base.end.year < today.year:
        last = dt.date(base.start.year, today.month, min(today.day, 28 if today.month == 2 else today.day))
        base = Period(base.start, last, "month", f"Cùng khoảng ngày năm {base.start.year}", base.span)
        current = replace(current, grain="month")
    return Comparison("explicit", base, want, span), (current,), (note,)


def _listed_base(mention: ComparisonMention, first: ComparisonMention) -> bool:
    """Whether two comparisons said in one breath set one period against two ("so với quý II và quý III/2024")."""
    explicit = mention.kind == first.kind == "explicit"
    return explicit and mention.base is not None and mention.current == first.current


def same_period_base(current: Period) -> Period:
    """The same period of the year before."""
    return base_of("same_period", current)


def _year_to_date(today: dt.date) -> Period:
    return Period(dt.date(today.year, 1, 1), today, "year", f"Năm {today.year}", open=today.month < 12)


def _want(text: Text, found: Sequence[Element], metrics: Sequence[MetricMatch]) -> Want:
    folded = " ".join(t.fold for t in text.tokens)
    if _TIMES.search(folded):
        return "times"
    if of_base(text) is not None and not any(m.unit == "%" for m in metrics):
        return "of_base"
    part = search(text, _PART_OF_CHANGE) or search(text, _WITHIN_CHANGE)
    if part is not None:
        return "part_points" if "truong" in fold(part.parts["of"]) or "diem" in folded else "part"
    if any(e.tag == "points" for e in found) or any(m.unit == "%" for m in metrics):
        return "points"
    if _AMOUNT.search(folded) or search(text, _AMOUNT_OF_CHANGE) is not None:
        return "both" if re.search(r"\b(?:bao nhieu|may) (?:phan tram|%)", folded) else "absolute"
    if search(text, _GAP) is not None:
        return "both" if "phan tram" in folded or "%" in folded else "absolute"
    if "phan tram" in folded or "%" in folded or "toc do" in folded or "tang truong" in folded:
        return "percent"
    if any(w in folded for w in ("chenh", "hon kem", "rut ngan", "tuyet doi", "ve gia tri")):
        return "absolute"
    return "all"
