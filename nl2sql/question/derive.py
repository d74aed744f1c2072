"""Figures computed over the table that a question describes: places, shares of the first, runs, counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.question.contrasts import against_others, against_whole, outdone, set_apart
from nl2sql.question.elements import Element
from nl2sql.question.frames import ends_of, same_period_base
from nl2sql.question.measures import metric_match
from nl2sql.question.phrases import Found, search
from nl2sql.question.settling import group_of, members_of, settled, subject_of
from nl2sql.question.stepping import STEPS_COUNTED
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.types import (
    Comparison,
    Derived,
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    Shape,
)
from schema.semantic import GRAIN_LABELS, View

_PLACE = (
    r"(?:đứng |xếp |giữ |nằm |ở |vào )*(?:(?:thứ|hạng|vị trí|thứ hạng|rank|top)(?: thứ| hạng| số)? (?:mấy|bao nhiêu)"
    r"|(?:vị trí|thứ hạng|hạng) nào)|thứ hạng(?: của)?|hạng của"
)

_PLACE_UNMARKED = (
    r"(?:dung|xep)(?: o| vao| hang| vi tri)*(?: thu| hang| vi tri)* (?:may|bao nhieu)"
    r"|vi tri(?: thu)? (?:may|bao nhieu)|thu hang cua"
)
"""Without diacritics "thu" is also revenue and "hang" goods: a verb of place is needed."""

_MOVED = r"(?P<way>tăng|thăng|lên|tụt|xuống|giảm|rớt|rơi|thay đổi|cải thiện|biến động)(?: về)?(?: thứ)? (?:hạng|bậc)"

_PLACED = r"thứ hạng|bảng xếp hạng|vị trí xếp hạng|thứ bậc"
_PLACES_MOVED = r"(?P<way>thay đổi|biến động|lên xuống|tăng giảm)(?: như)?(?: thế nào| ra sao| sao| gì)?"
"""Places that change, told apart from what changes: "thứ hạng các nước … thay đổi ra sao so với …"."""

_PLACES_COMPARED = r"(?:so sánh|đối chiếu) (?:sự |về )?(?:bảng )?(?:vị trí )?(?:thứ|xếp) hạng"
"""Places of two periods held against each other: "so sánh thứ hạng các cục … năm 2024 với năm 2023"."""

_RANKS_MOVED = (
    r"xếp hạng(?: (?!theo|mức|tăng|giảm)\S+){1,14}? (?:thay đổi|biến động|lên xuống) (?:như )?(?:thế nào|ra sao)"
)

_COUNT = r"(?P<size>\d+|hai|ba|bốn|năm|sáu)"

_STEP = r"(?P<step>tháng|quý|năm|tuần)"

_IN_A_ROW = r"(?:liên tiếp|liên tục|liền)"

_RUN = (
    rf"{_COUNT} {_STEP} {_IN_A_ROW}(?: \S+){{0,6}}? (?P<way>tăng|giảm)",
    rf"(?P<way>tăng|giảm)(?: \S+){{0,3}}? {_IN_A_ROW}(?: trong| suốt| qua| cả)?(?: \S+)? {_COUNT} {_STEP}",
    rf"(?P<way>tăng|giảm)(?: \S+){{0,4}}? {_COUNT} {_STEP} {_IN_A_ROW}",
)

_NUMBERS = {"hai": 2, "ba": 3, "bốn": 4, "bon": 4, "năm": 5, "nam": 5, "sáu": 6, "sau": 6}

_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}
_UNITS: dict[str, Grain] = {"thang": "month", "quy": "quarter", "nam": "year", "ngay": "day", "tuan": "week"}


def derive(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading:
    """The reading, with what the question asks to be computed over its table."""
    if reading.shape is Shape.ROWS:
        return reading
    for step in (
        _position,
        _moved,
        _run,
        against_others,
        outdone,
        _counted_steps,
        _counted_members,
        _top_share,
        against_whole,
        set_apart,
    ):
        changed = step(text, view, found, time, reading)
        if changed is not None:
            notes = tuple(n for n in built_notes(changed) if n not in changed.assumptions)
            return replace(changed, assumptions=(*changed.assumptions, *notes))
    return reading


def built_notes(reading: Reading) -> tuple[str, ...]:
    """How a figure over a table is computed, in words that the person sees beside the answer."""
    notes: list[str] = []
    contrast, derived = reading.contrast, reading.derived
    if contrast is not None:
        notes.append(f"So {contrast.left_label} với {contrast.right_label[:1].lower()}{contrast.right_label[1:]}.")
    if derived is not None and derived.kind == "position":
        order = "từ thấp lên cao" if reading.ranking and not reading.ranking.descending else "từ cao xuống thấp"
        of = reading.groups[0].label.lower() if reading.groups else "các đối tượng"
        notes.append(f"Thứ hạng của {derived.label} trong tất cả ({of}), xếp {order}.")
    elif derived is not None and derived.kind == "moved":
        notes.append("Thứ hạng ở hai kỳ; số bậc tăng là số dương.")
    elif derived is not None and derived.kind == "top_share":
        first = f"{derived.size:g}% đối tượng đầu" if derived.percent else f"{derived.size:g} đối tượng đầu"
        notes.append(f"Phần của {first} gộp lại trong tổng số.")
    elif derived is not None and derived.kind == "count":
        notes.append("Đếm số nhóm thỏa ngưỡng đã nêu.")
    elif derived is not None:
        way = "giảm" if derived.falling else "tăng"
        notes.append(f"Có {derived.size:g} kỳ liền nhau {way}, mỗi kỳ so với kỳ ngay trước.")
    return tuple(notes)


def _position(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    where = search(text, _PLACE if text.accented else _PLACE_UNMARKED)
    subject = subject_of(view, reading) if where else None
    if where is None or subject is None or reading.comparison:
        return None
    ranked = [g.column for g in members_of(reading)]
    if reading.ranking is not None and reading.ranking.numbered and ranked and subject.column not in ranked:
        return None  # "xếp hạng các cục theo kim ngạch sắt thép, kèm thứ hạng": the members are numbered
    descending = reading.ranking.descending if reading.ranking else True
    steps = tuple(g for g in reading.groups if g.grain)  # "năm 2023 và năm 2024": a place in each of them
    return settled(
        reading, text, where,
        filters=tuple(f for f in reading.filters if f is not subject),
        groups=(*steps, group_of(view, subject.column, reading)),
        ranking=Ranking(None, descending, span=text.span(where.start, where.end)),
        share=None,
        derived=Derived("position", condition=subject.sql, label=subject.values[0], amount=_amount(text, where)),
        shape=Shape.TOTAL,
    )  # fmt: skip


def _amount(text: Text, where: Found) -> bool:
    """Whether the measure is asked for before the place: "đạt bao nhiêu, xếp thứ mấy"; "xếp thứ mấy, kèm số thu"."""
    asked, beside = search(text, r"bao nhiêu|mấy"), search(text, r"kèm(?: theo| cả| luôn)*(?!(?: số)? thứ| hạng)")
    before = asked is not None and asked.end < where.start
    return before or (beside is not None and beside.start >= where.end)


def _moved(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    where = search(text, _MOVED) or (search(text, _PLACES_MOVED) if search(text, _PLACED) else None)
    where = where or search(text, _PLACES_COMPARED)
    where = where or (search(text, _PLACES_MOVED) if search(text, _RANKS_MOVED) else None)
    members = members_of(reading)
    if where is None or not members:
        return None
    comparison, periods = reading.comparison, reading.periods
    if comparison is None and len(periods) >= 2:
        ordered = sorted(periods, key=lambda p: p.start)
        comparison, periods = Comparison("explicit", ordered[0]), (ordered[-1],)
    elif comparison is None and len(periods) == 1 and (ends := ends_of(periods[0])) is not None:
        comparison, periods = Comparison("explicit", ends[0]), (ends[1],)
    elif comparison is None and len(periods) == 1:
        comparison = Comparison("same_period", same_period_base(periods[0]))
    if comparison is None:
        return None
    down = fold(where.parts.get("way", "")) in ("tut", "xuong", "giam", "rot", "roi")
    ranking = replace(reading.ranking, descending=not down) if reading.ranking else Ranking(None, not down)
    return settled(
        reading, text, where, comparison=comparison, periods=periods, groups=members, ranking=ranking, window=None,
        derived=Derived("moved", span=text.span(where.start, where.end)), shape=Shape.RANKING,
    )  # fmt: skip


def _run(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    where = next((w for p in _RUN if (w := search(text, p))), None)
    if where is None:
        return None
    size = where.parts["size"]
    steps = int(size) if size.isdigit() else _NUMBERS.get(size, 0)
    grain = _UNITS.get(fold(where.parts["step"]))
    if steps < 2 or grain is None:
        return None
    span = text.span(where.start, where.end)
    kept = tuple(p for p in reading.periods if not p.span or p.span.end <= span.start or p.span.start >= span.end)
    kept = _run_window(text, reading.periods, kept, steps, grain)
    group = GroupMatch(grain, GRAIN_LABELS[grain], grain)
    falling = fold(where.parts["way"]) == "giam"
    return settled(
        reading, text, where, periods=kept, groups=(group, *members_of(reading)), comparison=None, window=None,
        ranking=None, thresholds=(), share=None, average=None,
        derived=Derived("run", steps, falling=falling, span=span), shape=Shape.BREAKDOWN,
    )  # fmt: skip


_UP_TO_NOW = (
    r"gần (?:đây )?nhất|gần đây|vừa (?:qua|rồi)|mới đây|hiện nay|(?:tính |cho |kéo dài |kể )*(?:đến|tới)"
    r"(?: hết| cuối)*(?: nay| \S+)"
)


def _run_window(
    text: Text, named: Sequence[Period], kept: tuple[Period, ...], steps: int, grain: Grain
) -> tuple[Period, ...]:
    """The steps that a run up to the end of a period takes, and the one that the first of them is compared with.

    "3 tháng liên tiếp giảm tính đến tháng 9/2025" looks at June to September alone; so does a period too short to hold
    the run and the step before it.
    """
    last = kept[-1] if kept else named[-1] if named else None
    months = _MONTHS.get(grain)
    if last is None or months is None or len(kept) > 1:
        return kept
    length = (last.end.year - last.start.year) * 12 + last.end.month - last.start.month + 1
    if search(text, _UP_TO_NOW) is None and length > months * steps:
        return kept
    closing = last.end.year * 12 + last.end.month - 1
    first = closing - closing % months - months * steps
    start = dt.date(first // 12, first % 12 + 1, 1)
    return (replace(last, start=start, grain="month", span=kept[-1].span if kept else None),)


def _counted_steps(
    text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading
) -> Reading | None:
    """ "có bao nhiêu tháng thu trên …": the calendar units within a bound are counted."""
    where = search(text, STEPS_COUNTED)
    compared = reading.comparison is not None or reading.window is not None
    bounds = tuple(t for t in reading.thresholds if not t.on_rows and (not t.on_change or compared))
    if where is None or not bounds or members_of(reading):
        return None
    grain = _UNITS[fold(where.parts["step"])]
    return settled(
        reading, text, where, groups=(GroupMatch(grain, GRAIN_LABELS[grain], grain),), ranking=None, average=None,
        derived=Derived("count", span=text.span(where.start, where.end)), shape=Shape.TOTAL,
    )  # fmt: skip


def _counted_members(
    text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading
) -> Reading | None:
    """ "có bao nhiêu cục thu tăng trên 10%": members within a bound on a change or on the mean are counted."""
    bounds = [t for t in reading.thresholds if not t.on_rows and (t.on_change or t.against)]
    counted = next((m for m in reading.metrics if m.expr.upper().startswith("COUNT(DISTINCT ")), None)
    if not bounds or counted is None or reading.groups:
        return None
    column = counted.expr[len("COUNT(DISTINCT ") : -1]
    others = tuple(m for m in reading.metrics if m is not counted) or _bounded(text, view, found, counted)
    default = view.default_metric
    if not others and default is not None:
        others = (metric_match(default, text, None, assumed=True),)
    if not others or view.dimension(column) is None:
        return None
    thresholds = tuple(replace(t, metric=others[0].name) for t in reading.thresholds)
    return replace(
        reading, metrics=others[:1], groups=(GroupMatch(column, view.label_of(column)),), thresholds=thresholds,
        ranking=None, derived=Derived("count", span=counted.span), shape=Shape.TOTAL,
    )  # fmt: skip


def _bounded(text: Text, view: View, found: Sequence[Element], counted: MetricMatch) -> tuple[MetricMatch, ...]:
    """The measure that the members counted are bounded by, where it was named."""
    for element in found:
        metric = view.metric(element.name) if element.kind == "metric" else None
        if metric is not None and metric.name != counted.name and not metric.expr.upper().startswith("COUNT(DISTINCT"):
            return (metric_match(metric, text, element),)
    return ()


def _top_share(text: Text, view: View, found: Sequence[Element], time: TimeReading, reading: Reading) -> Reading | None:
    """ "5 nước lớn nhất chiếm bao nhiêu phần trăm": one figure for the first together."""
    share, ranking, members = reading.share, reading.ranking, members_of(reading)
    steps = tuple(g for g in reading.groups if g.grain)
    if share is None or share.numerator or ranking is None or len(members) != 1 or len(steps) > 1:
        return None
    taking = share.span is not None and fold(share.span.text).split()[:1] in (["chiem"], ["dong"])
    first = r"(?:tỷ trọng|tỷ lệ|thị phần|phần)(?: của)? (?:top|tốp|\d+)"
    taking = taking or search(text, rf"{first}(?: \S+){{1,8}}? trong(?! \d| năm| quý| tháng)") is not None
    taking = taking or bool(steps and search(text, first) is not None)
    apart = search(text, r"(?:mỗi|từng)(?! năm| quý| tháng)|riêng từng|lần lượt|tương ứng")
    if not taking or apart is not None or not ranking.n:
        return None
    named = [e for e in found if e.tag != "percent"]
    part = next(
        (a.number.value for a, b in pairwise(named) if a.number and a.number.kind == "percent"
         and not a.number.comparator and b.kind == "dimension" and b.name == members[0].column), None,
    )  # fmt: skip
    if part is None and ranking.n < 2:
        return None
    size, percent = (float(part), True) if part is not None else (float(ranking.n), False)
    return replace(
        reading, derived=Derived("top_share", size, percent, span=share.span), thresholds=(), shape=Shape.SHARE,
        certainty=reading.certainty,
    )  # fmt: skip
