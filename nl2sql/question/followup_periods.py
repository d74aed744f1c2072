"""Periods of a follow-up: what is compared, what comes beside, and the old part of a year moved into another."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.change import Change
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold
from nl2sql.question.time import PeriodMention, format_period, previous_period, same_period_last_year
from nl2sql.question.time.calendar import unit_range
from nl2sql.types import Comparison, GroupMatch, Period, Reading, Window
from schema.semantic import GRAIN_LABELS


def running_on(text: Text, previous: Reading, fresh: Reading) -> Reading:
    """ "lũy kế", "so với tháng trước" of figures month by month: computed along the months that are there."""
    grain = next((g.grain for g in previous.groups if g.grain), None)
    if grain is None or fresh.groups or fresh.window:
        return fresh
    if search(text, r"lũy kế|cộng dồn") is not None and not fresh.periods:
        return replace(fresh, window=Window("cumulative"), comparison=None)
    longer = len(previous.periods) == 1 and previous.periods[0].grain != grain
    if fresh.comparison and fresh.comparison.kind == "previous" and longer and not named_period(fresh):
        return replace(fresh, window=Window("growth"), comparison=None, periods=())
    return fresh


def against(previous: Reading, fresh: Reading, change: Change) -> Reading:
    """ "so với 2023 thì thế nào": the period named is what the one before is compared with."""
    told, explicit = fresh.periods, fresh.comparison is not None and fresh.comparison.kind == "explicit"
    if fresh.comparison is not None and explicit and len(told) == 1 and told[0].span is None:
        told = (_as_named(fresh.comparison.base),)  # only the base was named
    named = len(told) == 1 and told[0].span is not None
    if not change.against or not named or len(previous.periods) != 1 or fresh.metrics:
        return fresh
    if fresh.comparison is not None and fresh.comparison.kind != "explicit":
        return fresh
    current = previous.periods[0]
    base = moved_periods(previous.periods, told)[0]
    if (base.start, base.end) == (current.start, current.end):
        return fresh
    mention = PeriodMention(current.start, current.end, current.grain, current.label, (0, 0), open=current.open)
    usual = same_period_last_year(mention)
    kind = "same_period" if (usual.start, usual.end) == (base.start, base.end) else "explicit"
    want = fresh.comparison.want if fresh.comparison else "all"
    made = Comparison("same_period" if kind == "same_period" else "explicit", base, want, base.span)
    return replace(fresh, comparison=made, periods=())


def _as_named(base: Period) -> Period:
    """A base that was cut to the same days of its year, as the whole year that was named."""
    words = fold(base.span.text).removeprefix("nam ") if base.span else ""
    if not (words.isdigit() and len(words) == 4):
        return base
    year = int(words)
    return replace(base, start=dt.date(year, 1, 1), end=dt.date(year, 12, 31), grain="year", label=f"Năm {year}")


def side_by_side(previous: Reading, periods: Sequence[Period], fresh: Reading) -> tuple[tuple[Period, ...], Reading]:
    """One period more beside those that are there, each for itself."""
    every = sorted({(p.start, p.end): p for p in (*previous.periods, *periods)}.values(), key=lambda p: p.start)
    grouped = any(g.grain for g in (*previous.groups, *fresh.groups))
    if grouped or len(every) < 2:
        return tuple(every), fresh
    grain = "year" if len({p.start.year for p in every}) == len(every) else every[0].grain
    return tuple(every), replace(fresh, groups=(GroupMatch(grain, GRAIN_LABELS[grain], grain), *fresh.groups))


def moved_periods(old: Sequence[Period], new: Sequence[Period]) -> tuple[Period, ...]:
    """New periods; a bare year moves the old part of a year into it ("quý 1/2025 … còn năm ngoái")."""
    said = fold(new[0].span.text) if len(new) == 1 and new[0].span else ""
    if said.startswith(("ca nam", "tron nam", "toan nam", "nguyen nam")):
        whole = None if set(re.findall(r"[a-z]+", said)) & _TOLD else _its_whole_year(old, new[0], said)
        return (whole,) if whole is not None else tuple(new)
    if len(old) == 1 and said and (inherited := _in_its_year(old[0], new[0], said)) is not None:
        return (inherited,)
    if len(old) == 1 and said and _is_so_far(said) and old[0].start.year == old[0].end.year:
        start = dt.date(old[0].end.year, 1, 1)
        label = f"Lũy kế đến {old[0].label[:1].lower()}{old[0].label[1:]}"
        return (Period(start, old[0].end, "day", label, new[0].span, open=old[0].open),)
    if len(old) == 1 and said and _is_one_back(said, old[0], new[0]):
        mention = PeriodMention(old[0].start, old[0].end, old[0].grain, old[0].label, (0, 0), open=old[0].open)
        before = same_period_last_year(mention) if "nam" in said.split() else previous_period(mention)
        return (Period(before.start, before.end, before.grain, before.label, new[0].span),)
    if len(old) == 1 and len(new) == 1 and new[0].grain == "year" and old[0].grain not in ("year", "day"):
        first, year = old[0], new[0].start.year
        if first.start.year == first.end.year and year != first.start.year:
            last = calendar.monthrange(year, first.end.month)[1]
            end = dt.date(year, first.end.month, last)
            start = dt.date(year, first.start.month, min(first.start.day, last))
            return (Period(start, end, first.grain, format_period(start, end, first.grain), new[0].span),)
    return tuple(new)


_TOLD = frozenset({"nay", "ngoai", "truoc", "qua", "roi", "kia", "gan", "hom", "den"})
"""Folded words that tell a period from now."""


def _in_its_year(old: Period, new: Period, said: str) -> Period | None:
    """ "chỉ quý 4" after a year: the quarter of that year, where no year is said."""
    year, words = old.start.year, set(re.findall(r"[a-z]+", said))
    told = re.search(r"(?:19|20)\d\d", said) or words & _TOLD
    parts = ("half", "quarter", "month", "half_month")
    if told or new.grain not in parts or old.end.year != year or new.start.year == year:
        return None
    last = calendar.monthrange(year, new.end.month)[1]
    whole = new.open or new.end.day >= calendar.monthrange(new.end.year, new.end.month)[1]
    first = dt.date(year, new.start.month, min(new.start.day, calendar.monthrange(year, new.start.month)[1]))
    if new.open and new.grain in ("quarter", "half"):
        end = unit_range(first, new.grain)[1]
    else:
        end = dt.date(year, new.end.month, last if whole else min(new.end.day, last))
    return Period(first, end, new.grain, format_period(first, end, new.grain), new.span)


def _its_whole_year(old: Sequence[Period], new: Period, said: str) -> Period | None:
    """ "cả năm" after a quarter: the year of that quarter, where no year is said."""
    years = {y for p in old for y in (p.start.year, p.end.year)}
    if len(years) != 1 or any(c.isdigit() for c in said) or new.start.year in years:
        return None
    start, end = unit_range(old[0].start, "year")
    return Period(start, end, "year", format_period(start, end, "year"), new.span)


def _is_so_far(said: str) -> bool:
    """ "lũy kế từ đầu năm" without an end of its own: up to the end of the period talked about."""
    return not any(c.isdigit() for c in said) and ("tu dau nam" in said or said.startswith(("luy ke", "dau nam den")))


def _is_one_back(said: str, old: Period, new: Period) -> bool:
    """Whether a relative period counts from the one talked about ("tháng trước" after "tháng 9") and not from today."""
    if said.endswith(("truoc do", "lien truoc", "truoc nua", "lien ke")):
        return True
    same = (old.start, old.end) == (new.start, new.end)
    return old.grain == new.grain and (said.endswith(" truoc") or (same and said.endswith("ngoai")))


def compared_again(previous: Reading, fresh: Reading, periods: Sequence[Period]) -> Comparison | None:
    wanted = fresh.comparison or previous.comparison
    if wanted is None or not periods:
        return None
    if wanted.kind == "explicit":
        return wanted if fresh.comparison or not fresh.periods else None
    current = periods[0]
    mention = PeriodMention(current.start, current.end, current.grain, current.label, (0, 0), open=current.open)
    base = previous_period(mention) if wanted.kind == "previous" else same_period_last_year(mention)
    return replace(wanted, base=Period(base.start, base.end, base.grain, base.label))


def named_period(fresh: Reading) -> bool:
    return bool(fresh.periods and fresh.periods[0].span)
