"""Periods that are no steps of a calendar: some that overlap, and ends of a period where something flows.

"9 tháng đầu năm 2024, riêng tháng 9" asks for two figures of which one lies inside the other, so that no grouping gives
them. "Thu ngân sách cuối năm 2024" asks for no single day: a stock stands at the end of a year, what flows does not.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.parts import conditional
from nl2sql.generation.periods import period_sql
from nl2sql.question.text import Text, fold
from nl2sql.question.time import ComparisonMention, PeriodMention, TimeReading, format_period
from nl2sql.types import Grain, Period, Reading, Span
from schema.semantic import View


def overlapping(periods: Sequence[Period]) -> bool:
    """Whether two of the periods have days in common."""
    return any(
        one.start <= other.end and other.start <= one.end
        for i, one in enumerate(periods)
        for other in periods[i + 1 :]
    )  # fmt: skip


def stand_apart(periods: Sequence[Period], time: TimeReading, view: View) -> bool:
    """Whether overlapping periods are to stand beside each other as columns: of a stock each is a date of its own."""
    grouped = any(g.role in ("by", "which") for g in time.grains)
    flows = view.time is not None and not view.time.snapshot
    return flows and not grouped and not time.comparisons and overlapping(periods)


def periods_apart(reading: Reading, periods: Sequence[Period], view: View) -> Reading:
    """The measures of each of several periods that overlap; where more is asked of them, the later ones are unread."""
    busy = bool(reading.comparison or reading.window or reading.share or reading.average or reading.built_on)
    booked = any(f.name in m.expr for f in view.facts if f.yearly for m in reading.metrics)
    busy = busy or booked  # what is booked for a year has no month of its own
    usual = view.default_metric
    if view.time is None or busy or reading.thresholds or not (reading.metrics or usual):
        spans = tuple(p.span for p in periods[1:] if p.span)
        return replace(reading, unread=(*reading.unread, *spans), certainty=max(0.0, reading.certainty - 0.4))
    widest = max(periods, key=lambda p: p.end - p.start)
    around = (widest,) if all(widest.start <= p.start and p.end <= widest.end for p in periods) else tuple(periods)
    metrics = []
    for period in periods:
        for match in reading.metrics:
            metric = view.metric(match.name)
            own = " AND ".join([period_sql(period, view.time), *(metric.filters if metric else ())])
            slug = re.sub(r"\W+", "_", fold(period.label)).strip("_")
            label = f"{match.label}: {period.label[:1].lower()}{period.label[1:]}"
            metrics.append(replace(match, name=f"{match.name}_{slug}", expr=conditional(match.expr, own), label=label))
    return replace(reading, metrics=tuple(metrics), periods=around)


def other_comparisons(text: Text, time: TimeReading, reading: Reading) -> tuple[Span, ...]:
    """Named periods whose own comparison the reading does not make: only one period is compared at a time."""
    if reading.comparison is None or len(time.comparisons) < 2 or not reading.periods:
        return ()
    shown = [*reading.periods, reading.comparison.base, *(b for b in (reading.comparison.second,) if b)]
    days = {(p.start, p.end) for p in shown}
    looked_at = [c.current for c in time.comparisons if c.current and c.current.tokens[0] < c.current.tokens[1]]
    return tuple(dict.fromkeys(text.span(*p.tokens) for p in looked_at if (p.start, p.end) not in days))


def ends_of_flows(text: Text, time: TimeReading, view: View) -> TimeReading:
    """The time of a question with "cuối năm", "cuối quý", "cuối tháng" as stretches of days, where figures add up."""
    if view.time is None or view.time.snapshot:
        return time
    changed: dict[tuple[int, int], PeriodMention] = {}
    unit = ""
    for period in time.periods:
        words = [t.fold for t in text.tokens[slice(*period.tokens)]]
        unit = next((w for w in words[1:2] if words[:1] == ["cuoi"]), unit if words[:1] != ["cuoi"] else "")
        if period.start == period.end and unit in _ENDS and period.note == END_NOTE:
            changed[period.tokens] = _stretched(period, unit)
    if not changed:
        return time

    def settled(mention: PeriodMention | None) -> PeriodMention | None:
        return changed.get(mention.tokens, mention) if mention is not None else None

    comparisons: tuple[ComparisonMention, ...] = tuple(
        replace(c, current=settled(c.current), base=settled(c.base)) for c in time.comparisons
    )
    return replace(time, periods=tuple(changed.get(p.tokens, p) for p in time.periods), comparisons=comparisons)


END_NOTE = "Hiểu “cuối kỳ” là ngày cuối cùng của kỳ."
_ENDS: dict[str, tuple[Grain, str]] = {
    "nam": ("quarter", "Số phát sinh “cuối năm”: hiểu là quý IV."),
    "quy": ("month", "Số phát sinh “cuối quý”: hiểu là tháng cuối của quý."),
    "thang": ("day", "Số phát sinh “cuối tháng”: hiểu là từ ngày 21 đến hết tháng."),
}


def _stretched(period: PeriodMention, unit: str) -> PeriodMention:
    grain, note = _ENDS[unit]
    months = {"quarter": 2, "month": 0}.get(grain)
    first = period.start.replace(day=21) if months is None else _first(period.start, months)
    return replace(
        period, start=first, grain=grain, label=format_period(first, period.end, grain), note=note, cumulative=False
    )


def _first(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months before."""
    return day.replace(month=day.month - months, day=1)
