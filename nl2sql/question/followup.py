"""Follow-up questions: the previous reading, changed as structure and not by pasting text."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.change import Change
from nl2sql.question.derive import built_notes
from nl2sql.question.filters import values_sql
from nl2sql.question.lexicon import LEXICON
from nl2sql.question.linker import Cover
from nl2sql.question.phrases import search
from nl2sql.question.sets import retimed
from nl2sql.question.text import Text, fold
from nl2sql.question.time import PeriodMention, format_period, previous_period, same_period_last_year
from nl2sql.types import Comparison, FilterMatch, GroupMatch, MetricMatch, Period, Reading, Shape, Share, Window
from schema.semantic import GRAIN_LABELS, View

_CUES = (
    "con", "the con", "vay con", "vay", "the", "roi", "y toi", "y em", "y minh", "khong phai", "chia theo", "theo",
    "bo", "chi", "them", "so voi", "so", "xep", "lay", "loc", "gom", "tach", "trong do", "cu the", "chi tiet hon",
    "doi sang", "doi thanh", "neu", "cua", "o", "tai", "nam", "thang", "quy", "va", "thoi ky", "luc do", "khi do",
    "con ve", "voi", "phan theo", "rieng", "ca nuoc", "toan nganh", "top", "chuyen", "doi", "thay bang", "boc tach",
    "chia", "gop", "nhom", "giu", "mo rong", "thu hep", "rut gon", "sap", "quy ra", "tinh theo", "tinh bang", "dat",
    "cong", "kem", "bo sung", "nguoc lai", "dao", "moi loai", "moi cai", "tung loai", "loai", "tang", "giam", "phan",
)  # fmt: skip
SHORT = 8
"""Words of a question that can hardly stand by itself: "5 đơn vị thiếu nhiều nhất"."""
_OUT = r"(?:loại|gạt|bớt|trừ|tách|bỏ)(?: bỏ| hết| riêng)? .+ (?:ra|đi|khỏi .*)"


def merge(
    text: Text,
    previous: Reading,
    fresh: Reading,
    covers: Sequence[Cover],
    view: View,
    today: dt.date,
    change: Change,
) -> Reading | None:
    """The previous reading with what the short question changes, or None when it opens a new topic.

    A question that names a measure of its own together with its own scope, or that another view explains better, is a
    new topic, unless it points back at what was asked.
    """
    cued = _is_cued(text) or change.refers or change.adds
    if _is_elsewhere(covers, view, cued) and not (change.turned and previous.ranking):
        return None
    scoped = fresh.periods or fresh.filters or (fresh.groups and len(text.tokens) > SHORT)
    if fresh.metrics and not cued and scoped:
        return None
    lifted = _lifts_scope(text)
    part = _part_of_whole(text, previous, fresh, view)
    if part is not None:
        return part
    if lifted:
        scopes = {d.name for d in view.dimensions if d.scope}
        previous = replace(previous, filters=tuple(f for f in previous.filters if f.column not in scopes))
    fresh = _shared(previous, fresh, change)
    fresh = _running(text, previous, _reversed(previous, fresh, change))
    said = (fresh.metrics, fresh.filters, fresh.periods, fresh.groups, fresh.comparison, fresh.ranking)
    if not (lifted or any(said) or fresh.thresholds or fresh.share or fresh.window):
        return None
    fresh = _same_family(previous, _own_side(previous, _taken_out(text, fresh), view), view)
    fresh = _against(previous, fresh, change)
    previous = _loosened(previous, fresh)
    adds = change.adds or (change.against and bool(fresh.filters) and not fresh.comparison)
    periods = _moved(previous.periods, fresh.periods) or previous.periods
    if change.adds and fresh.periods and not fresh.comparison:
        periods, fresh = _side_by_side(previous, periods, fresh)
    if fresh.comparison and not _named_period(fresh):
        periods = previous.periods or fresh.periods
    comparison = _comparison(previous, fresh, periods)
    groups = _groups(previous, fresh, adds)
    ranking = fresh.ranking or (previous.ranking if not fresh.groups else None)
    if fresh.thresholds and not fresh.ranking:
        ranking = None
    metrics = fresh.metrics or previous.metrics
    if change.adds and fresh.metrics:
        metrics = tuple({m.name: m for m in (*previous.metrics, *fresh.metrics)}.values())
    merged = replace(
        fresh,
        metrics=metrics,
        filters=_filters(previous.filters, fresh.filters, adds),
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
    return replace(merged, shape=shape_of(merged, previous))


def _is_elsewhere(covers: Sequence[Cover], view: View, cued: bool) -> bool:
    """Whether another view explains the question better than the one talked about.

    Words that only ask on ("chỉ chiều xuất cảnh") stay where they have a meaning; a measure of another view does not.
    """
    best = covers[0]
    mine = next(c for c in covers if c.view == view.name)
    if best.view == view.name or best.score <= mine.score + 0.9:
        return False
    measured = any(t.kind in ("metric", "view", "fact") for m in best.matches for t in m.terms)
    known = any(m.terms for m in mine.matches)
    return measured or not cued or not known


def _shared(previous: Reading, fresh: Reading, change: Change) -> Reading:
    """ "tính theo tỷ trọng", "mỗi loại chiếm bao nhiêu %": each group's part of the whole that was just listed."""
    grouped = bool(fresh.groups or previous.groups)
    ratio = any(m.unit == "%" for m in previous.metrics)
    if not change.share or not grouped or ratio or fresh.share or fresh.metrics or fresh.filters or change.against:
        return fresh
    return replace(fresh, share=Share("", "tỷ trọng"), comparison=None)


def _reversed(previous: Reading, fresh: Reading, change: Change) -> Reading:
    """ "ngược lại thì sao": the other end of the list."""
    if not change.turned or previous.ranking is None or fresh.ranking is not None:
        return fresh
    return replace(fresh, ranking=replace(previous.ranking, descending=not previous.ranking.descending))


def _taken_out(text: Text, fresh: Reading) -> Reading:
    """ "loại Trung Quốc và Hàn Quốc ra": what stands between is taken out of the list."""
    found = search(text, _OUT)
    if found is None or found.start != 0 or any(g.span for g in fresh.groups):
        return fresh
    turned = tuple(
        f if f.negated or not f.values else replace(
            f, sql=values_sql(f.column, f.values, negated=True), negated=True,
            label=f"{f.label.split(': ', 1)[0]}: không phải {f.label.split(': ', 1)[-1]}",
        )
        for f in fresh.filters
    )  # fmt: skip
    return replace(fresh, filters=turned, groups=())


def _own_side(previous: Reading, fresh: Reading, view: View) -> Reading:
    """ "theo từng nước nhập khẩu" after an export: the partner's word for it, not another direction."""
    kept = []
    for condition in fresh.filters:
        before = next((f for f in previous.filters if f.column == condition.column and not f.negated), None)
        partner = any(
            g.span and condition.span and 0 <= condition.span.start - g.span.end <= 1
            and (d := view.dimension(g.column)) and {"sang", "từ"} <= set(d.cues)
            for g in fresh.groups
        )  # fmt: skip
        if before is None or not partner:
            kept.append(condition)
    return replace(fresh, filters=tuple(kept))


def _as_named(base: Period) -> Period:
    """A base that was cut to the same days of its year, as the whole year that was named."""
    words = fold(base.span.text).removeprefix("nam ") if base.span else ""
    if not (words.isdigit() and len(words) == 4):
        return base
    year = int(words)
    return replace(base, start=dt.date(year, 1, 1), end=dt.date(year, 12, 31), grain="year", label=f"Năm {year}")


def _against(previous: Reading, fresh: Reading, change: Change) -> Reading:
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
    base = _moved(previous.periods, told)[0]
    if (base.start, base.end) == (current.start, current.end):
        return fresh
    mention = PeriodMention(current.start, current.end, current.grain, current.label, (0, 0), open=current.open)
    usual = same_period_last_year(mention)
    kind = "same_period" if (usual.start, usual.end) == (base.start, base.end) else "explicit"
    want = fresh.comparison.want if fresh.comparison else "all"
    made = Comparison("same_period" if kind == "same_period" else "explicit", base, want, base.span)
    return replace(fresh, comparison=made, periods=())


def _side_by_side(previous: Reading, periods: Sequence[Period], fresh: Reading) -> tuple[tuple[Period, ...], Reading]:
    """One period more beside those that are there, each for itself."""
    every = sorted({(p.start, p.end): p for p in (*previous.periods, *periods)}.values(), key=lambda p: p.start)
    grouped = any(g.grain for g in (*previous.groups, *fresh.groups))
    if grouped or len(every) < 2:
        return tuple(every), fresh
    grain = "year" if len({p.start.year for p in every}) == len(every) else every[0].grain
    return tuple(every), replace(fresh, groups=(GroupMatch(grain, GRAIN_LABELS[grain], grain), *fresh.groups))


def _running(text: Text, previous: Reading, fresh: Reading) -> Reading:
    """ "lũy kế", "so với tháng trước" of figures month by month: computed along the months that are there."""
    grain = next((g.grain for g in previous.groups if g.grain), None)
    if grain is None or fresh.groups or fresh.window:
        return fresh
    if search(text, r"lũy kế|cộng dồn") is not None and not fresh.periods:
        return replace(fresh, window=Window("cumulative"), comparison=None)
    longer = len(previous.periods) == 1 and previous.periods[0].grain != grain
    if fresh.comparison and fresh.comparison.kind == "previous" and longer and not _named_period(fresh):
        return replace(fresh, window=Window("growth"), comparison=None, periods=())
    return fresh


def _loosened(previous: Reading, fresh: Reading) -> Reading:
    """ "theo từng cục" after one department: to divide by a column is to look at all of it."""
    columns = {g.column for g in fresh.groups} - {f.column for f in fresh.filters}
    held = {f.column for f in previous.filters if len(f.values) == 1 and not f.negated}
    if not columns & held:
        return previous
    return replace(previous, filters=tuple(f for f in previous.filters if f.column not in columns & held))


def _groups(previous: Reading, fresh: Reading, adds: bool) -> tuple[GroupMatch, ...]:
    if adds and fresh.groups:
        held = {g.column for g in fresh.groups}
        return (*(g for g in previous.groups if g.column not in held), *fresh.groups)
    groups = fresh.groups or previous.groups
    several = [
        f.column for f in _filters(previous.filters, fresh.filters, adds)
        if adds and len(f.values) > 1 and not f.negated and any(n.column == f.column for n in fresh.filters)
    ]  # fmt: skip
    added = [c for c in several if all(g.column != c for g in groups)]
    labels = {f.column: f.label.split(": ", 1)[0] for f in fresh.filters}
    return (*groups, *(GroupMatch(c, labels[c]) for c in added))


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


def _is_so_far(said: str) -> bool:
    """ "lũy kế từ đầu năm" without an end of its own: up to the end of the period talked about."""
    return not any(c.isdigit() for c in said) and ("tu dau nam" in said or said.startswith(("luy ke", "dau nam den")))


def _is_one_back(said: str, old: Period, new: Period) -> bool:
    """Whether a relative period counts from the one talked about ("tháng trước" after "tháng 9") and not from today."""
    if said.endswith(("truoc do", "lien truoc", "truoc nua", "lien ke")):
        return True
    same = (old.start, old.end) == (new.start, new.end)
    return old.grain == new.grain and (said.endswith(" truoc") or (same and said.endswith("ngoai")))


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


def _filters(old: Sequence[FilterMatch], new: Sequence[FilterMatch], adds: bool = False) -> tuple[FilterMatch, ...]:
    """New conditions replace old ones on the same column; an exclusion of what was chosen takes the choice away.

    With ``adds`` a value comes beside those that are there.
    """
    if adds:
        new = tuple(_beside(old, f) for f in new)
    columns = {f.column for f in new}
    kept = [f for f in old if f.column not in columns]
    added = []
    for condition in new:
        chosen = next((f for f in old if f.column == condition.column and not f.negated), None)
        if condition.negated and chosen is not None and set(chosen.values) <= set(condition.values):
            continue
        added.append(condition)
    return (*kept, *added)


def _beside(old: Sequence[FilterMatch], new: FilterMatch) -> FilterMatch:
    before = next((f for f in old if f.column == new.column and f.negated == new.negated and f.values), None)
    if before is None or not new.values:
        return new
    values = tuple(dict.fromkeys((*before.values, *new.values)))
    lead = before.label.split(": ", 1)[0]
    said = f"{lead}: {'không phải ' if new.negated else ''}{' hoặc '.join(values)}"
    integer = "'" not in before.sql
    sql = values_sql(new.column, values, new.negated, integer=integer)
    return replace(new, sql=sql, values=values, label=said)


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


def shape_of(merged: Reading, previous: Reading) -> Shape:
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
