"""Calendar units that a question groups by, counts or averages over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.question.elements import Element
from nl2sql.question.frames import STEP_UNITS
from nl2sql.question.measures import averaged, metric_match
from nl2sql.question.phrases import search, search_all
from nl2sql.question.ranks import first_step
from nl2sql.question.stepping import is_moving
from nl2sql.question.text import Text
from nl2sql.question.time import PeriodMention, TimeReading
from nl2sql.types import (
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Span,
)
from schema.semantic import GRAIN_LABELS, View


def with_bare_years(text: Text, time: TimeReading, today: dt.date) -> TimeReading:
    """Bare four-digit years that the grammar left to the numbers, in a question that names no other period."""
    if time.periods:
        return time
    found = []
    for index, token in enumerate(text.tokens):
        if index in time.used or not token.text.isdigit() or len(token.text) != 4:
            continue
        year = int(token.text)
        if 2000 <= year <= today.year + 1:
            end = min(dt.date(year, 12, 31), today) if year == today.year else dt.date(year, 12, 31)
            found.append(
                PeriodMention(
                    dt.date(year, 1, 1),
                    end,
                    "year",
                    f"Năm {year}",
                    (index, index + 1),
                    open=end < dt.date(year, 12, 31),
                )
            )
    used = time.used | {p.tokens[0] for p in found}
    return replace(time, periods=tuple(found), used=frozenset(used))


def time_groups(
    text: Text, time: TimeReading, periods: Sequence[Period], compared: bool, found: Sequence[Element]
) -> tuple[GroupMatch, ...]:
    groups: dict[str, GroupMatch] = {}
    for mention in time.grains:
        if mention.role in ("by", "which"):
            groups[mention.grain] = GroupMatch(
                mention.grain, GRAIN_LABELS[mention.grain], mention.grain, text.span(*mention.tokens)
            )
    summed = any(e.tag == "total" for e in found)
    if not groups and len(periods) > 1 and not compared and not summed:
        grain = "year" if len({p.start.year for p in periods}) == len(periods) else periods[0].grain
        groups[grain] = GroupMatch(grain, GRAIN_LABELS[grain], grain)
    extreme = any(e.tag in ("max", "min") for e in found)
    unit = _extreme_unit(text, time) if extreme and not groups else None
    bounded = any(e.number and e.number.comparator for e in found)
    if unit is None and not groups and bounded and (step := first_step(text)) is not None:
        unit = step[0]
    if unit is not None and not any(e.kind == "dimension" for e in found):
        groups[unit] = GroupMatch(unit, GRAIN_LABELS[unit], unit)
    listing = [e for e, after in pairwise(found) if after.kind == "dimension" and after.tokens[0] == e.tokens[1]]
    trend = any(e.tag == "trend" and e not in listing for e in found)  # "qua từng sân bay" lists airports
    days = (periods[0].end - periods[0].start).days if periods else 0
    course = days > _YEARS and not bounded and not extreme and not summed and _as_it_was(text, found)
    if not groups and not compared and (trend or course) and len(periods) == 1:
        grain = "year" if days > _YEARS else "month" if days > 45 else "day"
        groups[grain] = GroupMatch(grain, GRAIN_LABELS[grain], grain)
    if (
        not groups
        and not compared
        and not (bounded or extreme or summed)
        and _set_over_years(text, time, periods, found)
    ):
        groups["year"] = GroupMatch("year", GRAIN_LABELS["year"], "year")
    return tuple(groups.values())


_SET_SIDE = r"(?:so sánh|đối chiếu|đặt (?:bên )?cạnh)(?: nhau)?(?! với)"
_SO_MANY = r"(?:\d{1,2}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) năm"


def _set_over_years(text: Text, time: TimeReading, periods: Sequence[Period], found: Sequence[Element]) -> bool:
    """Whether something is set side by side over a number of years, each of which is then told: "so sánh … 3 năm qua".

    A mean of those years is one figure, and what is said to be compared with something else has a base of its own.
    """
    if len(periods) != 1 or periods[0].grain != "year" or periods[0].start.year == periods[0].end.year:
        return False
    span = periods[0].span
    if time.comparisons or time.grains or span is None or any(e.tag in ("average", "cumulative") for e in found):
        return False
    years = [w for w in search_all(text, _SO_MANY) if _overlap(text.span(w.start, w.end), span)]
    return bool(years) and search(text, _SET_SIDE) is not None


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


_YEARS = 800
"""Days from which a course is shown by year."""


def _as_it_was(text: Text, found: Sequence[Element]) -> bool:
    """Whether how things went is asked for and nothing else: "tình hình thu ngân sách từ 2020 đến nay"."""
    where = search(text, r"tình hình(?= .* (?:từ|giai đoạn|thời kỳ|các năm|\d năm) )")
    parts = any(e.kind == "dimension" or e.tag in ("group", "which", "howmany", "list", "share") for e in found)
    return where is not None and not parts


def _extreme_unit(text: Text, time: TimeReading) -> Grain | None:
    """The calendar unit that a superlative is about: "tháng có số tờ khai cao nhất"."""
    for index, token in enumerate(text.tokens[:-1]):
        follows = text.tokens[index + 1].fold in (
            "co", "dat", "ghi", "ma", "thu", "xuat", "nhap", "cao", "thap", "nhieu", "it", "lon", "nho",
        )  # fmt: skip
        if index not in time.used and token.norm in ("tháng", "quý", "năm", "ngày", "tuần") and follows:
            return STEP_UNITS[token.fold]
    return None


def lent_averages(text: Text, time: TimeReading) -> frozenset[int]:
    """Tokens of "bình quân", "trung bình" that time took and that may belong to the name of a measure."""
    lent: set[int] = set()
    for mention in time.grains:
        if mention.role == "average":
            inside = range(*mention.tokens)
            lent |= {i for i in inside if text.tokens[i].fold in ("binh", "quan", "trung", "bq", "tb")}
    return frozenset(lent)


def settled_averages(text: Text, time: TimeReading, found: Sequence[Element]) -> TimeReading:
    """An average that a measure's own name already says leaves only the grouping to its time unit.

    "ký" is a kilogram and no period.
    """
    named = {i for e in found if e.kind in ("metric", "fact") for i in range(*e.tokens)}
    grains = tuple(
        replace(g, role="by") if g.role == "average" and named & set(range(*g.tokens)) else g
        for g in time.grains
        if not any(text.tokens[i].norm == "ký" for i in range(*g.tokens))
    )
    return replace(time, grains=grains)


def mean_by_steps(
    text: Text, view: View, time: TimeReading, found: Sequence[Element], metrics: Sequence[MetricMatch]
) -> TimeReading:
    """ "trung bình số tờ khai theo tháng": of what is summed or counted the mean month is asked for, no row of a list.

    What is a mean of single cases anyway ("thời gian thông quan") is shown by its months.
    """
    grouped = [g for g in time.grains if g.role == "by"]
    by = [g for g in grouped if [t.fold for t in text.tokens[g.tokens[0] : g.tokens[1]]][:-1] == ["theo"]]
    first = next((e for e in found if e.tag == "average"), None)
    if len(by) != 1 or first is None or not metrics or is_moving(text) is not None:
        return time
    wider = all(g is by[0] or _DAYS[g.grain] > _DAYS[by[0].grain] for g in grouped)
    told = metrics[0].span
    named = told is not None and text.span(*first.tokens).end <= told.start < text.span(*by[0].tokens).start
    long = any((p.end - p.start).days > _DAYS[by[0].grain] for p in time.periods)
    wide = not time.periods or long
    if not wider or not named or not wide or time.comparisons:
        return time
    if len(metrics) > 1 or is_mean(view, metrics[0]) or not _of_years(view, metrics[0]):
        return time
    return replace(time, grains=tuple(replace(g, role="average") if g is by[0] else g for g in time.grains))


_DAYS: dict[Grain, int] = {"day": 1, "week": 7, "half_month": 16, "month": 31, "quarter": 92, "half": 184, "year": 366}


def averages(
    text: Text,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    view: View,
    average: Grain | None,
    years: bool = False,
) -> tuple[tuple[MetricMatch, ...], Grain | None]:
    """Settle what "bình quân" is about: a calendar unit, or each row."""
    average = average or _per_unit(text, found)
    if average is not None:
        return metrics, average
    if not any(e.tag == "average" for e in found):
        return metrics, None
    if not metrics:
        default = view.default_metric
        meant = averaged(metric_match(default, text, None, assumed=True), view) if default else None
        return ((meant,) if meant else metrics), None
    if years and _of_years(view, metrics[0]):
        return metrics, "year"
    changed = averaged(metrics[0], view)
    return ((changed, *metrics[1:]) if changed else metrics), None


def stepped(text: Text, time: TimeReading, groups: Sequence[GroupMatch]) -> tuple[GroupMatch, ...]:
    """The calendar units of "giá bình quân từng tháng", by which a ratio is shown."""
    taken = {g.column for g in groups}
    return tuple(
        GroupMatch(g.grain, GRAIN_LABELS[g.grain], g.grain, text.span(*g.tokens))
        for g in time.grains
        if g.role == "average" and g.grain not in taken
    )


def _of_years(view: View, match: MetricMatch) -> bool:
    """Whether the mean of a measure over several years is its mean year: counts, and the main total of a view."""
    default = view.default_metric
    main = default is not None and default.name == match.name and default.additivity == "additive"
    return match.expr.upper() == "COUNT(*)" or main


def is_mean(view: View, match: MetricMatch) -> bool:
    """Whether a measure is a ratio or a mean already, so that it is never divided by a number of months."""
    metric = view.metric(match.name)
    return metric is not None and metric.additivity == "ratio"


def _per_unit(text: Text, found: Sequence[Element]) -> Grain | None:
    """The calendar unit of "bình quân một ngày", "trung bình mỗi tháng"."""
    for element in found:
        if element.tag != "average":
            continue
        after = [t.fold for t in text.tokens[element.tokens[1] : element.tokens[1] + 2]]
        if len(after) == 2 and after[0] in ("mot", "moi", "1", "tung", "hang") and after[1] in STEP_UNITS:
            return STEP_UNITS[after[1]]
    return None
