"""Follow-up questions: the previous reading, changed as structure and not by pasting text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.apart import sides_apart, without_lost
from nl2sql.question.change import Change
from nl2sql.question.derive import built_notes
from nl2sql.question.followup_conditions import (
    conditions,
    either,
    loosened,
    narrows,
    own_side,
    same_family,
    taken_out,
    without_kin,
)
from nl2sql.question.followup_periods import (
    against,
    compared_again,
    moved_periods,
    named_period,
    running_on,
    side_by_side,
)
from nl2sql.question.lexicon import LEXICON
from nl2sql.question.matches import Cover
from nl2sql.question.other_part import same_places, share_of_another, without_listed
from nl2sql.question.phrases import search
from nl2sql.question.sets import retimed
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, GroupMatch, Reading, Shape, Share, Span
from schema.semantic import View

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
    if _is_elsewhere(covers, view, cued, narrows(text)) and not (change.turned and previous.ranking):
        return None
    scoped = fresh.periods or fresh.filters or (fresh.groups and len(text.tokens) > SHORT)
    if fresh.metrics and not cued and scoped and not _asks_the_same(text, previous, fresh):
        return None
    lifted = _lifts_scope(text)
    part = _part_of_whole(text, previous, fresh, view)
    if part is not None:
        return part
    if lifted:
        scopes = {d.name for d in view.dimensions if d.scope}
        previous = replace(previous, filters=tuple(f for f in previous.filters if f.column not in scopes))
    fresh = _shared(previous, fresh, change)
    fresh = running_on(text, previous, _other_end(previous, _reversed(previous, fresh, change)))
    said = (fresh.metrics, fresh.filters, fresh.periods, fresh.groups, fresh.comparison, fresh.ranking)
    if not (lifted or any(said) or fresh.thresholds or fresh.share or fresh.window or fresh.average):
        return None
    fresh = same_family(previous, own_side(previous, taken_out(text, fresh), view), view)
    fresh = share_of_another(previous, same_places(previous, fresh, view), view)
    fresh = against(previous, fresh, change)
    previous = previous if change.adds else without_listed(previous, fresh)
    adds = change.adds or (change.against and bool(fresh.filters) and not fresh.comparison)
    previous = without_kin(text, loosened(previous, fresh), fresh, view, adds)
    if not (change.adds or _goes_on(text)):
        previous = _without_own_side(previous, fresh)
    previous, fresh = _other_part(previous, fresh)
    periods = moved_periods(previous.periods, fresh.periods) or previous.periods
    if change.adds and fresh.periods and not fresh.comparison:
        periods, fresh = side_by_side(previous, periods, fresh)
    if fresh.comparison and not named_period(fresh):
        periods = previous.periods or fresh.periods
    comparison = compared_again(previous, fresh, periods)
    groups = _groups(previous, fresh, adds)
    ranking = fresh.ranking or (previous.ranking if not fresh.groups else None)
    if fresh.thresholds and not fresh.ranking:
        ranking = None
    metrics = fresh.metrics or previous.metrics
    if (change.adds or _goes_on(text)) and fresh.metrics:
        metrics = tuple({m.name: m for m in (*previous.metrics, *fresh.metrics)}.values())
    held, new = (previous.filters, fresh.filters) if not adds else _apart(previous, fresh, view)
    filters = conditions(held, new, adds)
    metrics, filters = sides_apart(view, metrics, filters)
    groups = without_lost(groups, filters)
    merged = replace(
        fresh,
        metrics=metrics,
        filters=filters,
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


def _without_own_side(previous: Reading, fresh: Reading) -> Reading:
    """ "cán cân" after an export, "tỷ lệ quá hạn" after what is overdue: such a measure looks at both sides itself."""
    before = {m.name for m in previous.metrics}
    exprs = [m.expr for m in fresh.metrics if m.name not in before]
    sides = [e for e in exprs if e.count("SUM(CASE WHEN") == 1]
    own = {f.column for f in fresh.filters}
    kept = tuple(
        f for f in previous.filters
        if f.column in own or not (
            any(f"CASE WHEN {f.column} " in e or f"CASE WHEN {f.sql} " in e for e in sides)
            or any(e.startswith(f"100.0 * SUM(CASE WHEN {f.sql.split(' ')[0]} ") for e in exprs)
        )
    )  # fmt: skip
    return replace(previous, filters=kept)


def _asks_the_same(text: Text, previous: Reading, fresh: Reading) -> bool:
    """ "bao nhiêu cuộc có vi phạm" after "có bao nhiêu cuộc quý 1/2025": the same measure, and no time of its own."""
    same = {m.name for m in fresh.metrics} <= {m.name for m in previous.metrics}
    timed = bool(previous.periods) and not fresh.periods and fresh.comparison is None
    return same and timed and not previous.built_on and len(text.tokens) <= SHORT


def _goes_on(text: Text) -> bool:
    """ "và cán cân": a measure more."""
    return bool(text.tokens) and text.tokens[0].fold == "va"


def _apart(previous: Reading, fresh: Reading, view: View) -> tuple[tuple[FilterMatch, ...], tuple[FilterMatch, ...]]:
    """What is held and what is new, once what is added to another column of its kind has joined that."""
    joined = either(previous.filters, fresh.filters, view)
    own = len(previous.filters)
    return joined[:own], joined[own:]


def _other_part(previous: Reading, fresh: Reading) -> tuple[Reading, Reading]:
    """ "thế DN trong nước?" after a share of another value of the column: that value's share."""
    share = previous.share
    if share is None or not share.numerator or fresh.share:
        return previous, fresh
    column = share.numerator.split(" ")[0]
    new = next((f for f in fresh.filters if f.column == column and not f.negated), None)
    if new is None:
        return previous, fresh
    told = replace(share, numerator=new.sql, label=f"tỷ trọng {new.label}")
    rest = tuple(f for f in fresh.filters if f is not new)
    return replace(previous, share=told), replace(fresh, filters=rest, share=told)


def _is_elsewhere(covers: Sequence[Cover], view: View, cued: bool, narrowed: bool) -> bool:
    """Whether another view explains the question better than the one talked about.

    Words that only ask on ("chỉ chiều xuất cảnh") stay where they have a meaning; a measure of another view does not.
    """
    best = covers[0]
    mine = next(c for c in covers if c.view == view.name)
    if best.view == view.name or best.score <= mine.score + 0.9:
        return False
    measured = any(t.kind in ("metric", "view", "fact") for m in best.matches for t in m.terms)
    known = any(m.terms for m in mine.matches)
    if narrowed and any(t.kind in ("value", "filter") for m in mine.matches for t in m.terms):
        return False
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


def _other_end(previous: Reading, fresh: Reading) -> Reading:
    """ "ít nhất thì sao" after the five largest: as many from the other end."""
    old, new = previous.ranking, fresh.ranking
    named = fresh.groups or fresh.metrics or fresh.filters
    if old is None or new is None or named or new.n != 1 or not old.n or old.descending == new.descending:
        return fresh
    return replace(fresh, ranking=replace(new, n=old.n))


def _groups(previous: Reading, fresh: Reading, adds: bool) -> tuple[GroupMatch, ...]:
    if adds and fresh.groups:
        held = {g.column for g in fresh.groups}
        return (*(g for g in previous.groups if g.column not in held), *fresh.groups)
    groups = fresh.groups or previous.groups
    several = [
        f.column for f in conditions(previous.filters, fresh.filters, adds)
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
        return _noted(replace(merged, filters=rest, groups=previous.groups, derived=derived, ranking=previous.ranking))
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


def _part_of_whole(text: Text, previous: Reading, fresh: Reading, view: View) -> Reading | None:
    """ "chiếm bao nhiêu % toàn ngành?": what was just asked about, as a part of the whole."""
    held = {f.sql for f in previous.filters}
    part = fresh.share is not None and fresh.share.numerator not in ("", *held)  # "Nhật Bản chiếm mấy %"
    said = part or fresh.metrics or fresh.filters or fresh.groups or fresh.comparison
    if said or search(text, r"chiếm|tỷ trọng") is None or previous.shape is not Shape.TOTAL:
        return None
    narrow = [f for f in previous.filters if (d := view.dimension(f.column)) and d.scope]
    narrow = narrow or [f for f in previous.filters if f.values][-1:]
    newest = [f for f in previous.filters if f.values and f.span and _stands_in(previous.text, f.span)]
    if previous.carried and len(newest) == 1 and newest[0].column != "chieu" and not _lifts_scope(text):
        narrow = newest  # "luồng đỏ thôi", then "chiếm bao nhiêu %": of what was asked about before
    if not narrow:
        return None
    share = Share(narrow[0].sql, f"tỷ trọng {narrow[0].label}")
    return replace(
        previous, text=fresh.text, filters=tuple(f for f in previous.filters if f is not narrow[0]), share=share,
        periods=fresh.periods or previous.periods, comparison=None, shape=Shape.SHARE, carried=True,
        unread=fresh.unread, certainty=min(previous.certainty, fresh.certainty),
    )  # fmt: skip


def _stands_in(said: str, span: Span) -> bool:
    """Whether words are those of a turn and not of one before it."""
    return said[span.start : span.end] == span.text


def _lifts_scope(text: Text) -> bool:
    """Whether the whole service or country is named, and with it no unit any more."""
    folded = " " + " ".join(t.fold for t in text.tokens if t.kind != "punct") + " "
    return any(f" {fold(p)} " in folded for p in LEXICON["everything"] if " " in p)


def _is_cued(text: Text) -> bool:
    folded = " ".join(t.fold for t in text.tokens if t.kind != "punct")
    return narrows(text) or any(folded == cue or folded.startswith(cue + " ") for cue in _CUES)


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
