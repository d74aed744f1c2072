"""Follow-up questions: the previous reading, changed as structure and not by pasting text."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.derive import built_notes
from nl2sql.question.lexicon import LEXICON
from nl2sql.question.linker import Cover
from nl2sql.question.phrases import search
from nl2sql.question.sets import retimed
from nl2sql.question.text import Text, fold
from nl2sql.question.time import PeriodMention, format_period, previous_period, same_period_last_year
from nl2sql.types import Comparison, FilterMatch, MetricMatch, Period, Reading, Shape, Share
from schema.semantic import View

_CUES = (
    "con", "the con", "vay con", "vay", "the", "roi", "y toi", "y em", "y minh", "khong phai", "chia theo", "theo",
    "bo", "chi", "them", "so voi", "so", "xep", "lay", "loc", "gom", "tach", "trong do", "cu the", "chi tiet hon",
    "doi sang", "doi thanh", "neu", "cua", "o", "tai", "nam", "thang", "quy", "va", "thoi ky", "luc do", "khi do",
    "con ve", "voi", "phan theo", "rieng", "ca nuoc", "toan nganh", "top", "chuyen", "doi",
)  # fmt: skip


def merge(
    text: Text, previous: Reading, fresh: Reading, covers: Sequence[Cover], view: View, today: dt.date
) -> Reading | None:
    """The previous reading with what the short question changes, or None when it opens a new topic.

    A question that names a measure of its own together with its own scope, or that another view explains better, is a
    new topic.
    """
    cued = _is_cued(text)
    best = covers[0]
    mine = next(c for c in covers if c.view == view.name)
    if best.view != view.name and best.score > mine.score + 0.9:
        return None
    if fresh.metrics and not cued and (fresh.periods or fresh.filters or fresh.groups):
        return None
    lifted = _lifts_scope(text)
    part = _part_of_whole(text, previous, fresh, view)
    if part is not None:
        return part
    if lifted:
        scopes = {d.name for d in view.dimensions if d.scope}
        previous = replace(previous, filters=tuple(f for f in previous.filters if f.column not in scopes))
    said = (fresh.metrics, fresh.filters, fresh.periods, fresh.groups, fresh.comparison, fresh.ranking)
    if not (lifted or any(said) or fresh.thresholds or fresh.share or fresh.window):
        return None
    fresh = _same_family(previous, fresh, view)
    periods = _moved(previous.periods, fresh.periods) or previous.periods
    if fresh.comparison and not _named_period(fresh):
        periods = previous.periods or fresh.periods
    comparison = _comparison(previous, fresh, periods)
    groups = fresh.groups or previous.groups
    ranking = fresh.ranking or (previous.ranking if not fresh.groups else None)
    if fresh.thresholds and not fresh.ranking:
        ranking = None
    merged = replace(
        fresh,
        metrics=fresh.metrics or previous.metrics,
        filters=_filters(previous.filters, fresh.filters),
        periods=periods[:1] if comparison else periods,
        groups=groups,
        ranking=ranking,
        thresholds=fresh.thresholds or previous.thresholds,
        comparison=comparison,
        share=fresh.share or (previous.share if not fresh.metrics else None),
        window=fresh.window or (previous.window if not fresh.groups else None),
        average=fresh.average or previous.average,
        carried=True,
    )
    if previous.built_on:
        merged = _built_again(previous, fresh, merged)
    return replace(merged, shape=_shape(merged, previous))


def _built_again(previous: Reading, fresh: Reading, merged: Reading) -> Reading:
    """What was computed over a table is computed over the changed one: a place, a contrast, a set of members.

    Another period moves all of it; another member of the same column takes the place of the one whose place was asked.
    Any other change leaves the plain table, and the doubt is shown.
    """
    changed = fresh.groups or fresh.ranking or fresh.comparison or fresh.share or fresh.window or fresh.thresholds
    derived = previous.derived
    if derived is not None and derived.kind == "position" and not changed and previous.groups:
        column = previous.groups[0].column
        asked = next((f for f in fresh.filters if f.column == column and len(f.values) == 1 and not f.negated), None)
        if asked is not None:
            derived = replace(derived, condition=asked.sql, label=asked.values[0])
        rest = tuple(f for f in merged.filters if f is not asked)
        return _noted(replace(merged, filters=rest, derived=derived, ranking=previous.ranking))
    if not changed and not fresh.filters and not fresh.metrics:
        return _noted(replace(
            merged, derived=derived, contrast=previous.contrast, counted=previous.counted, groups=previous.groups,
            ranking=previous.ranking, terms=retimed(previous, previous.periods, merged.periods),
        ))  # fmt: skip
    if not changed and not fresh.filters and derived is not None:
        return _noted(replace(merged, derived=derived, ranking=previous.ranking))
    return replace(merged, certainty=min(merged.certainty, 0.5))


def _noted(reading: Reading) -> Reading:
    return replace(reading, assumptions=(*built_notes(reading), *reading.assumptions))


def _same_family(previous: Reading, fresh: Reading, view: View) -> Reading:
    """A value that could mean a column already in use means it; one that a ratio counts changes the ratio."""
    used = {f.column for f in previous.filters} | {g.column for g in previous.groups}
    filters, metrics = [], fresh.metrics
    for condition in fresh.filters:
        settled = condition
        if condition.column not in used:
            other = next((a for a in condition.alternatives if a.split(" = ")[0] in used), "")
            if other:
                settled = replace(condition, sql=other, column=other.split(" = ")[0])
        sibling = _sibling(previous, settled, view) if not fresh.metrics else None
        if sibling is not None:
            metrics = (sibling,)
        else:
            filters.append(settled)
    return replace(fresh, filters=tuple(filters), metrics=metrics)


def _sibling(previous: Reading, condition: FilterMatch, view: View) -> MetricMatch | None:
    """The ratio of the same column whose numerator is this condition ("tỷ lệ luồng đỏ … còn luồng vàng")."""
    ratios = [m for p in previous.metrics if (m := view.metric(p.name)) and m.numerator]
    if not any(m.numerator.split(" = ")[0] == condition.column for m in ratios):
        return None
    metric = next((m for m in view.metrics if m.numerator == condition.sql), None)
    return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, condition.span) if metric else None


def _moved(old: Sequence[Period], new: Sequence[Period]) -> tuple[Period, ...]:
    """New periods; a bare year moves the old part of a year into it ("quý 1/2025 … còn năm ngoái")."""
    said = fold(new[0].span.text) if len(new) == 1 and new[0].span else ""
    if len(old) == 1 and said.endswith(("truoc do", "lien truoc", "truoc nua")):
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


def _part_of_whole(text: Text, previous: Reading, fresh: Reading, view: View) -> Reading | None:
    """ "chiếm bao nhiêu % toàn ngành?": what was just asked about, as a part of the whole."""
    said = fresh.metrics or fresh.filters or fresh.groups or fresh.comparison
    if said or search(text, r"chiếm|tỷ trọng") is None or previous.shape is not Shape.TOTAL:
        return None
    narrow = [f for f in previous.filters if (d := view.dimension(f.column)) and d.scope]
    narrow = narrow or [f for f in previous.filters if f.values][-1:]
    if not narrow:
        return None
    share = Share(narrow[0].sql, f"tỷ trọng {narrow[0].label}")
    return replace(
        previous, text=fresh.text, filters=tuple(f for f in previous.filters if f is not narrow[0]), share=share,
        periods=fresh.periods or previous.periods, comparison=None, shape=Shape.SHARE, carried=True,
        unread=fresh.unread, certainty=min(previous.certainty, fresh.certainty),
    )  # fmt: skip


def _lifts_scope(text: Text) -> bool:
    """Whether the whole service or country is named, and with it no unit any more."""
    folded = " " + " ".join(t.fold for t in text.tokens if t.kind != "punct") + " "
    return any(f" {fold(p)} " in folded for p in LEXICON["everything"] if " " in p)


def _is_cued(text: Text) -> bool:
    folded = " ".join(t.fold for t in text.tokens if t.kind != "punct")
    return any(folded == cue or folded.startswith(cue + " ") for cue in _CUES)


def _named_period(fresh: Reading) -> bool:
    return bool(fresh.periods and fresh.periods[0].span)


def _filters(old: Sequence[FilterMatch], new: Sequence[FilterMatch]) -> tuple[FilterMatch, ...]:
    """New conditions replace old ones on the same column; an exclusion of what was chosen takes the choice away."""
    columns = {f.column for f in new}
    kept = [f for f in old if f.column not in columns]
    added = []
    for condition in new:
        chosen = next((f for f in old if f.column == condition.column and not f.negated), None)
        if condition.negated and chosen is not None and set(chosen.values) <= set(condition.values):
            continue
        added.append(condition)
    return (*kept, *added)


def _comparison(previous: Reading, fresh: Reading, periods: Sequence[Period]) -> Comparison | None:
    wanted = fresh.comparison or previous.comparison
    if wanted is None or not periods:
        return None
    if wanted.kind == "explicit":
        return wanted if fresh.comparison or not fresh.periods else None
    current = periods[0]
    mention = PeriodMention(current.start, current.end, current.grain, current.label, (0, 0), open=current.open)
    base = previous_period(mention) if wanted.kind == "previous" else same_period_last_year(mention)
    return replace(wanted, base=Period(base.start, base.end, base.grain, base.label))


def _shape(merged: Reading, previous: Reading) -> Shape:
    if merged.comparison:
        return Shape.COMPARISON
    if merged.share:
        return Shape.SHARE
    if previous.shape is Shape.ROWS and not merged.groups:
        return Shape.ROWS
    if merged.ranking and merged.groups:
        return Shape.RANKING
    if any(g.grain for g in merged.groups):
        return Shape.TREND
    return Shape.BREAKDOWN if merged.groups else Shape.TOTAL
