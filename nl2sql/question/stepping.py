"""Change from step to step of the calendar, running calculations, and what rose or fell at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.question.elements import Element, gap
from nl2sql.question.frames import STEP_UNITS
from nl2sql.question.phrases import Found, search
from nl2sql.question.shield import STEPS_BEFORE
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.question.time.calendar import unit_range
from nl2sql.types import Comparison, Grain, GroupMatch, Period, Threshold, Window
from schema.semantic import GRAIN_LABELS

STEPS_COUNTED = r"(?:bao nhiêu|mấy|số) (?P<step>tháng|quý|năm|ngày|tuần)(?! \d)"
"""Calendar units are counted: "có mấy tháng …"."""

ALSO_CHANGED = r"(?:mà|nhưng|và|song|đồng thời|,)(?: lại| vẫn| có| đang| cũng| nợ| thu)* (?P<way>tăng|giảm)(?= so| hơn)"
"""A rise or fall told beside a bound: "trên 100 tỷ mà giảm so với cuối năm 2024"."""
TWO_DIGITS = r"(?P<way>tăng|giảm)(?: trưởng)?(?: ở mức| mức| đến| tới)? (?:hai|2) con số"
"""Growth of ten percent and more."""
SPLIT_MOST = r"(?:đông|nặng|mạnh|đắt|rẻ|dày|sâu)(?: \S+){1,3} nhất"
"""A superlative around what it counts: "đông tờ khai nhất"."""
SIGNED_GROWTH = r"(?:tăng trưởng|tăng|tốc độ)(?: (?!nào|gì)\S+){0,4}? (?P<sign>âm|dương)"


def steps(
    text: Text,
    found: Sequence[Element],
    time: TimeReading,
    periods: Sequence[Period],
    comparison: Comparison | None,
    window: Window | None,
    average: Grain | None,
) -> tuple[Comparison | None, Window | None, Grain | None]:
    """Change from step to step instead of between two periods, where a grouping by those steps is asked for.

    "tốc độ tăng so với năm trước của từng năm" is a growth of each year; "tốc độ tăng bình quân năm" is the compound
    rate between the first and the last year.
    """
    by = {g.grain for g in time.grains if g.role == "by"}
    asked = {g.grain for g in time.grains if g.role == "which"} | set(counted_grains(text))
    if comparison is not None and comparison.base.grain in asked and _step_before(comparison):
        return None, Window("growth", span=comparison.span), average
    if comparison is None and "year" in asked and any(e.tag == "change" for e in found):
        return None, Window("growth"), average
    changed = next((e for e in found if e.tag == "change"), None)
    rate = average == "year" or (average is None and changed is not None and _mean_rate(text, found, changed))
    if rate and changed is not None and len(periods) == 1 and periods[0].end.year > periods[0].start.year:
        return None, Window("compound", periods[0].end.year - periods[0].start.year, text.span(*changed.tokens)), None
    if rate and changed is not None and comparison is not None and _ends_of_stretch(comparison, periods):
        size = periods[0].end.year - comparison.base.end.year
        return None, Window("compound", size, text.span(*changed.tokens)), None
    if comparison is None or comparison.kind == "explicit":
        return comparison, window, average
    stepwise = "year" in by or (comparison.kind == "previous" and by & {"month", "quarter", "week", "day"})
    if stepwise:
        return None, Window("growth", span=comparison.span), average
    return comparison, window, average


def _ends_of_stretch(comparison: Comparison, periods: Sequence[Period]) -> bool:
    """Whether what is compared is the first and the last year of one stretch that was named."""
    if comparison.kind != "explicit" or len(periods) != 1 or periods[0].span is None:
        return False
    years = comparison.base.grain == periods[0].grain == "year"
    return years and comparison.base.span == periods[0].span and comparison.base.end < periods[0].start


def _step_before(comparison: Comparison) -> bool:
    """Whether a comparison is with the calendar unit before: a year's same period is the year before."""
    return comparison.kind == "previous" or (comparison.kind == "same_period" and comparison.base.grain == "year")


def counted_grains(text: Text) -> tuple[Grain, ...]:
    """The calendar units that are counted: "có bao nhiêu tháng …"."""
    where = search(text, STEPS_COUNTED)
    return (STEP_UNITS[fold(where.parts["step"])],) if where is not None else ()


def against_mean(text: Text) -> tuple[Window, Found] | None:
    """The steps before whose mean each step is held against ("so với bình quân 12 tháng trước"), and its place."""
    where = search(text, STEPS_BEFORE)
    if where is None:
        return None
    said = where.parts["n"]
    size = int(said) if said.isdigit() else _SPELLED.get(fold(said), 0)
    if size < 2:
        return None
    return Window("growth", size, text.span(where.start, where.end)), where


def sudden(text: Text) -> tuple[Threshold, Found, str] | None:
    """ "đột biến", "bất thường": a bound that nobody has put a number to, and what is taken for it."""
    where = search(text, r"(?P<way>tăng|giảm|sụt)?(?: \S+){0,2}? ?(?:đột biến|bất thường|vọt|đột ngột)")
    if where is None:
        return None
    fell = fold(where.parts["way"]) in ("giam", "sut")
    bound = Threshold("", "<" if fell else ">", -_SUDDEN if fell else _SUDDEN, on_change=True)
    note = f"Không nêu ngưỡng: hiểu “đột biến” là {'giảm' if fell else 'tăng'} trên {_SUDDEN:g}%."
    return bound, where, note


def with_steps_of(against: tuple[Window, Found], groups: tuple[GroupMatch, ...]) -> tuple[GroupMatch, ...]:
    """A grouping by the steps whose mean is compared with, where none was named ("tháng 9 cao hơn bình quân …")."""
    unit = STEP_UNITS[fold(against[1].parts["unit"])]
    return groups if any(g.grain for g in groups) else (GroupMatch(unit, GRAIN_LABELS[unit], unit), *groups)


def whole_steps(
    periods: tuple[Period, ...], groups: Sequence[GroupMatch], since: dt.date | None, today: dt.date
) -> tuple[tuple[Period, ...], tuple[str, ...]]:
    """The period up to its last step that has ended: a year of ten months is no year that fell; and what is left out.

    Where no period was named it is all that the data holds.
    """
    grain = next((g.grain for g in groups if g.grain), None)
    start, end = unit_range(today, grain) if grain in ("year", "quarter", "month") else (today, today)
    if len(periods) > 1 or grain is None or (not periods and since is None):
        return periods, ()
    last = start - dt.timedelta(days=1) if end > today else today
    if not periods and since is not None:
        return (Period(since, last, grain, "Toàn bộ các kỳ đã trọn"),), ()
    if periods[0].end <= last or periods[0].start > last:
        return periods, ()
    label = f"{periods[0].label.split(' (')[0]}, đến {last:%d/%m/%Y}"
    note = f"Bỏ {GRAIN_LABELS[grain].lower()} chưa trọn (từ {start:%d/%m/%Y})."
    return (replace(periods[0], end=last, open=False, label=label),), (note,)


_SUDDEN = 50.0

_SPELLED = {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "muoi hai": 12}


def _mean_rate(text: Text, found: Sequence[Element], changed: Element) -> bool:
    """Whether the change itself is averaged: "tốc độ tăng trưởng (kim ngạch) bình quân", "tăng bình quân"."""
    if search(text, r"tốc độ|tăng trưởng|nhịp độ|cagr|tăng bình quân|giảm bình quân") is None:
        return False
    return any(e.tag == "average" and e.tokens[0] >= changed.tokens[0] for e in found)


def bare_change(text: Text, found: Sequence[Element], compared: bool, listed: bool) -> tuple[Threshold, ...]:
    """Members that rose or fell at all: "cục nào thu giảm so với cùng kỳ", "năm nào tăng trưởng âm"."""
    sign = search(text, SIGNED_GROWTH)
    if sign is not None and compared:
        return (Threshold("", "<" if fold(sign.parts["sign"]) == "am" else ">", 0, on_change=True),)
    digits = search(text, TWO_DIGITS)
    if digits is not None and compared:
        fell = fold(digits.parts["way"]) == "giam"
        return (Threshold("", "<=" if fell else ">=", -10 if fell else 10, on_change=True),)
    if not compared or not listed or any(e.tag in ("max", "min", "sort") for e in found):
        return ()
    if search(text, r"(?:tăng|giảm)(?: \S+){0,2}? (?:bao nhiêu|mấy)(?! (?:tháng|quý|năm|kỳ))") is not None:
        return ()  # "số doanh nghiệp tăng mấy phần trăm" asks how much
    words = {text.tokens[e.tokens[0]].fold for e in found if e.tag == "change" and e.tokens[1] - e.tokens[0] <= 2}
    higher = (
        search(text, r"(?P<up>cao|nhiều|lớn) hơn|(?P<down>(?:thấp|ít|nhỏ|kém) hơn|(?:chưa|không) bằng)")
        if not words
        else None
    )
    if higher is not None and search(text, r"hơn(?: \S+){0,6} (?:bao nhiêu|mấy)|(?:bao nhiêu|mấy) hơn") is None:
        words = {"tang"} if higher.parts["up"] else {"giam"}
    if words == {"giam"}:
        return (Threshold("", "<", 0, on_change=True),)
    if words == {"tang"}:
        return (Threshold("", ">", 0, on_change=True),)
    return ()


def is_moving(text: Text) -> int | None:
    """Token of "trượt" or "di động" in "trung bình trượt", or None."""
    folded = [t.fold for t in text.tokens]
    for index, word in enumerate(folded):
        if word in ("truot", "dong") and {"binh"} & set(folded[max(0, index - 2) : index]):
            return index
    return None


def _running(text: Text, found: Sequence[Element]) -> Element | None:
    """What asks for a running total: its word, or a period that begins with it beside steps ("theo tháng lũy kế …")."""
    said = next((e for e in found if e.tag == "cumulative"), None)
    if said is not None:
        return said
    if sum(e.kind == "period" for e in found) > 1 or any(e.tag in ("max", "min", "average") for e in found):
        return None
    for one, two in pairwise(found):
        step, period = (one, two) if two.kind == "period" else (two, one)
        by = step.kind == "grain" and step.tag == "by" and not gap(text, one, two)
        words = fold(text.span(*period.tokens).text).split()[:2]
        if by and period.kind == "period" and words in (["luy", "ke"], ["cong", "don"]):
            return period
    return None


def read_window(text: Text, found: Sequence[Element], timed: bool) -> Window | None:
    """A running total, a moving average or a step-by-step growth over a time grouping."""
    moving = is_moving(text)
    if moving is not None:
        near = [t.text for t in text.tokens[moving + 1 : moving + 4] if t.text.isdigit()]
        return Window("moving_average", int(near[0]) if near else 3, text.span(moving, moving + 1))
    changed = next((e for e in found if e.tag == "change"), None)
    if changed is not None and timed:
        return Window("growth", span=text.span(*changed.tokens))
    running = _running(text, found)
    if running is not None and timed:
        return Window("cumulative", span=text.span(*running.tokens))
    return None
