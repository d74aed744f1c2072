"""What is left of a reading when a part is taken away, and what of it another subject takes over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nl2sql.question.change import Change
from nl2sql.question.filters import values_sql
from nl2sql.question.followup import SHORT, shape_of
from nl2sql.question.followup_periods import moved_periods
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, MetricMatch, Reading, Shape
from schema.semantic import View

_DOUBTFUL = 0.5
_NEW_TOPIC = 0.5
_NAME = 5
"""Words of a turn that is nothing but the name of a subject."""
_STRONG = ("con", "the con", "vay con", "the", "vay", "roi con", "the thi", "vay thi", "them", "tuong tu")
_WHOLE_YEAR = ("ca nam", "tron nam", "toan nam")
"""Of which year is told by what was talked about before."""
_ASKS_ON = r"thì (?:sao|thế nào|bao nhiêu|mấy|như thế nào|ra sao|được bao nhiêu)(?: \S+){0,2}"


def named_alike(previous: Reading, fresh: Reading, view: View) -> Reading | None:
    """ "trị giá bao nhiêu" after a count of certificates: the measure of the same subject that the words name too.

    None where the question names more than a measure, or the subject has none of that name.
    """
    if len(fresh.metrics) != 1 or fresh.periods or fresh.filters or fresh.groups or fresh.metrics[0].span is None:
        return None
    words = set(fold(fresh.metrics[0].span.text).split())
    mine = [m for m in view.metrics if m.unit == fresh.metrics[0].unit and words <= set(fold(m.label).split())]
    if not mine:
        return None
    metric = min(mine, key=lambda m: len(m.label.split()))
    match = MetricMatch(metric.name, metric.expr, metric.label, metric.unit, fresh.metrics[0].span)
    return replace(previous, metrics=(match,), carried=True, unread=(), text=fresh.text, certainty=fresh.certainty)


def asks_on(text: Text, fresh: Reading, *, named: bool = False) -> bool:
    """Whether a question with a measure of another subject still goes on from what was asked before.

    It does when it begins or ends so ("còn …", "… thì sao"), or when it names a measure and nothing else.

    Args:
        named: The words name the subject itself ("nhân sự"), whose usual measure is then meant.
    """
    own = [p for p in fresh.periods if p.span and not fold(p.span.text).startswith(_WHOLE_YEAR)]
    bare = not (own or fresh.filters or fresh.groups or fresh.comparison)
    if bare and named and not fresh.periods and len(text.tokens) <= _NAME:
        return True
    short = len(text.tokens) <= SHORT + 2 * bool(fresh.periods)
    if bare and fresh.metrics and not any(m.assumed for m in fresh.metrics) and short:
        return True
    folded = " ".join(t.fold for t in text.tokens if t.kind != "punct")
    leads = any(folded == cue or folded.startswith(cue + " ") for cue in _STRONG)
    tail = search(text, _ASKS_ON)
    return leads or (tail is not None and tail.end >= len([t for t in text.tokens if t.kind != "punct"]))


def carried_over(
    previous: Reading,
    fresh: Reading,
    view: View,
    known: Callable[[str, str], bool],
    members: FilterMatch | None = None,
    home: Callable[[FilterMatch], str] = lambda _: "",
) -> Reading:
    """A question about another subject with the scope and the period of the one before, as far as they exist there.

    A condition that does not exist there is told, and lowers the certainty: the figure is of something wider.

    Args:
        known: Whether a column of the new view can hold a value.
        home: The column of the new view that alone holds the values of a condition, "" where there is none.
        members: What keeps the members listed before; the conditions that found them are then no conditions here.
    """
    held = {f.column for f in fresh.filters} | {g.column for g in fresh.groups}
    kin = {d.parent for d in view.dimensions if d.name in held} | {d.name for d in view.dimensions if d.parent in held}
    filters = tuple(
        replace(f, span=None) for f in previous.filters
        if f.values and view.dimension(f.column) and f.column not in held | kin
        and all(known(f.column, v) for v in f.values)
        and not (members and (d := view.dimension(f.column)) is not None and not d.scope)
    )  # fmt: skip
    moved = [(f, home(f)) for f in previous.filters if f.values and not view.dimension(f.column) and not members]
    moved = [(f, c) for f, c in moved if c and c not in held | kin and all(o.column != c for o in filters)]
    filters = (*filters, *(_on_column(f, c, view) for f, c in moved))
    groups = tuple(
        replace(g, span=None) for g in previous.groups
        if (view.time is not None and g.grain in view.time.parts) or (not g.grain and view.dimension(g.column))
    )  # fmt: skip
    keeps = not fresh.groups and not any(f.column in {g.column for g in groups} for f in fresh.filters)
    periods = moved_periods(previous.periods, fresh.periods)
    if not fresh.periods:
        periods = tuple(replace(p, span=None) for p in previous.periods) if view.time else ()
    kept = {f.column for f in filters} | held | kin | {f.column for f, _ in moved}
    lost = [] if members else [f for f in previous.filters if f.values and f.column not in kept]
    told = [f"Số liệu này không chia theo điều kiện “{f.label}” của câu trước nên tính chung." for f in lost]
    merged = replace(
        fresh,
        filters=(*fresh.filters, *filters),
        periods=periods,
        groups=groups if keeps else fresh.groups,
        assumptions=(*fresh.assumptions, *told),
        certainty=min(fresh.certainty, _DOUBTFUL) if lost else fresh.certainty,
        carried=True,
    )
    return replace(merged, shape=shape_of(merged, fresh))


def unless_new(text: Text, previous: Reading, reading: Reading, view: View) -> Reading:
    """A short question in a conversation that was read without its context, doubted where it names no time.

    Whoever asked about a quarter and goes on with a few words seldom means all the years of the data.
    """
    timed = view.time is not None and not view.time.snapshot and not view.roster
    bare = not reading.periods and not any(g.grain == "year" for g in reading.groups) and not reading.carried
    words = [t for t in text.tokens if t.kind != "punct"]
    if not (reading.view and timed and bare and previous.periods) or len(words) > SHORT:
        return reading
    if search(text, r"từ trước|trước đến nay|các năm|mọi năm|tất cả|toàn bộ|lịch sử|hằng năm|hàng năm") is not None:
        return reading
    note = "Hiểu là câu hỏi mới, cho tất cả các kỳ có trong kho; hãy nêu kỳ nếu muốn giữ kỳ của câu trước."
    return replace(reading, certainty=min(reading.certainty, _NEW_TOPIC), assumptions=(note, *reading.assumptions))


def _on_column(condition: FilterMatch, column: str, view: View) -> FilterMatch:
    """The same values on the column that holds them in another view: a port of ships is a port of goods."""
    dim = view.dimension(column)
    label = f"{dim.label if dim else column}: {condition.label.split(': ', 1)[-1]}"
    sql = values_sql(column, condition.values, condition.negated)
    return replace(condition, sql=sql, column=column, label=label, span=None)


def reduced(previous: Reading, change: Change) -> Reading:
    """The reading without what a follow-up takes away; what stood on it goes with it."""
    columns, dropped = change.columns, change.drop
    held = {f.column for f in previous.filters}
    filters = tuple(
        f for f in previous.filters
        if "filters" not in dropped and (change.ungroup or f.column not in columns)
    )  # fmt: skip
    if change.ungroup:
        loosened = columns & {g.column for g in previous.groups}
        filters = filters if loosened else tuple(f for f in filters if f.column not in columns)
    ungrouped = columns if change.ungroup else columns - held
    groups = tuple(
        g for g in previous.groups
        if "groups" not in dropped and g.column not in ungrouped and g.grain not in change.grains
    )  # fmt: skip
    metrics = tuple(m for m in previous.metrics if m.name not in change.metrics) or previous.metrics
    ranking = previous.ranking if groups or previous.shape is Shape.ROWS else None
    bounds = tuple(t for t in previous.thresholds if groups or t.on_rows)
    comparison = None if "comparison" in dropped else previous.comparison
    partial = previous.share is not None and bool(previous.share.numerator)
    keeps_share = "share" not in dropped and (bool(groups) or partial)
    changed = replace(
        previous, filters=filters, groups=groups, metrics=metrics, comparison=comparison,
        ranking=None if "ranking" in dropped else ranking,
        share=previous.share if keeps_share else None,
        window=None if "window" in dropped else previous.window,
        average=None if "average" in dropped else previous.average,
        thresholds=() if "thresholds" in dropped else tuple(t for t in bounds if comparison or not t.on_change),
        periods=() if "periods" in dropped else previous.periods,
        derived=None, contrast=None, terms=(), counted=False, carried=True, unread=(), certainty=1.0,
    )  # fmt: skip
    return replace(changed, shape=shape_of(changed, previous))
