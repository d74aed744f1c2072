"""Turns that put the last ones side by side: "cả hai", "cả ba tháng luôn", "gộp cả hai lại xem"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.change import SUMMED
from nl2sql.question.filters import values_sql
from nl2sql.question.followup import shape_of
from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.types import Comparison, FilterMatch, GroupMatch, Reading
from schema.semantic import GRAIN_LABELS

_BOTH = (
    r"(?:(?:thế|vậy|còn|thì|cho|xem|lấy|tính|gộp|gom|để|em|tôi|anh|chị|cứ|hiện|so sánh|đặt) )*"
    r"(?:cả|gồm cả|toàn bộ) (?P<n>hai|ba|bốn|2|3|4)(?: (?!năm \d|theo |chia |phân |tách )\S+){0,3}"
)
_APART = (
    r"(?:(?:thế|vậy|còn|thì|cho|xem|tính|em|tôi|anh|chị|mức|độ) )*"
    r"(?P<want>chênh lệch|chênh nhau|so sánh|tăng giảm|hơn kém|khác nhau)"
    r"(?: (?:giữa|của|bao nhiêu|nhau|thế nào|ra sao|là))* (?:hai|2) (?:năm|tháng|quý|kỳ|mốc|thời điểm)"
    r"(?: (?:đó|này|trên|bao nhiêu|thế nào|ra sao|là|thì|sao))*"
)
_COUNTS = {"hai": 2, "2": 2, "ba": 3, "3": 3, "bốn": 4, "bon": 4, "4": 4}


def together(text: Text, before: Sequence[Reading]) -> Reading | None:
    """The last readings as one, each for itself; None when the words say anything else or nothing tells them apart.

    Args:
        before: The readings so far, oldest first.
    """
    compared = _compared(text, before)
    if compared is not None:
        return compared
    summed = search(text, SUMMED)
    if summed is not None and summed.start == 0 and summed.end >= len(text.tokens) - 1:
        return _summed(text, before)
    found = search(text, _BOTH)
    words = [t for t in text.tokens if t.kind != "punct"]
    if found is None or found.start != 0 or found.end < len(words):
        return None
    count = _COUNTS[found.parts["n"]]
    merged = side_by_side(before, count)
    return replace(merged, text=text.nfc.strip(), carried=True, unread=()) if merged is not None else None


def side_by_side(before: Sequence[Reading], count: int, kind: str = "") -> Reading | None:
    """The last so many different readings as one, where they differ in one value or in their period.

    Args:
        kind: ``value`` or ``period`` where only that difference is meant.
    """
    last: list[Reading] = []
    for reading in reversed(before):
        if reading.view and all(_key(reading) != _key(r) for r in last):
            last.append(reading)
    last = last[:count]
    if len(last) < count or len({(r.view, r.metrics and r.metrics[0].name) for r in last}) != 1:
        return None
    return (_by_value(last) if kind != "period" else None) or (_by_period(last) if kind != "value" else None)


def _compared(text: Text, before: Sequence[Reading]) -> Reading | None:
    """ "chênh lệch hai năm": the periods of the last two readings, one against the other."""
    found = search(text, _APART)
    last = [r for r in before if r.view][-2:]
    if found is None or found.start != 0 or len(last) < 2 or any(len(r.periods) != 1 for r in last):
        return None
    older, newest = sorted(last, key=lambda r: r.periods[0].start)
    same = older.view == newest.view and {f.sql for f in older.filters} == {f.sql for f in newest.filters}
    if not same or older.periods[0].start == newest.periods[0].start or newest.comparison is not None:
        return None
    apart = found.parts["want"].startswith(("chênh", "chenh", "hơn", "hon"))
    told = Comparison("explicit", older.periods[0], "absolute" if apart else "all")
    merged = replace(newest, comparison=told, ranking=None, text=text.nfc.strip(), carried=True, unread=())
    return replace(merged, shape=shape_of(merged, newest))


def _summed(text: Text, before: Sequence[Reading]) -> Reading | None:
    """ "tổng cộng bao nhiêu" after one value and another: both in one figure."""
    last = [r for r in before if r.view][-2:][::-1]
    if len(last) < 2 or last[0].groups or last[0].view != last[1].view or _key(last[0]) == _key(last[1]):
        return None
    merged = _by_value(last)
    if merged is None:
        return None
    return replace(merged, groups=last[0].groups, shape=last[0].shape, text=text.nfc.strip(), carried=True, unread=())


def _key(reading: Reading) -> tuple[object, ...]:
    periods = tuple((p.start, p.end) for p in reading.periods)
    return frozenset(f.sql for f in reading.filters), periods


def _by_value(last: Sequence[Reading]) -> Reading | None:
    """Readings that differ in one value of one column."""
    newest = last[0]
    for own in newest.filters:
        if own.negated or len(own.values) != 1:
            continue
        mine = [next((f for f in r.filters if f.column == own.column and not f.negated), None) for r in last]
        rest = {frozenset(f.sql for f in r.filters if f.column != own.column) for r in last}
        if len(rest) != 1 or any(f is None or len(f.values) != 1 for f in mine):
            continue
        values = tuple(dict.fromkeys(f.values[0] for f in reversed(mine) if f is not None))
        if len(values) < len(last):
            continue
        return _with_values(newest, own, values)
    return None


def _with_values(newest: Reading, own: FilterMatch, values: tuple[str, ...]) -> Reading:
    lead = own.label.split(": ", 1)[0]
    sql = values_sql(own.column, values, integer="'" not in own.sql)
    one = replace(own, sql=sql, values=values, label=f"{lead}: {' hoặc '.join(values)}", span=None)
    groups = newest.groups
    if all(g.column != own.column for g in groups):
        groups = (*groups, GroupMatch(own.column, lead))
    merged = replace(newest, filters=tuple(one if f is own else f for f in newest.filters), groups=groups)
    return replace(merged, shape=shape_of(merged, newest))


def _by_period(last: Sequence[Reading]) -> Reading | None:
    """Readings that differ in their period."""
    newest = last[0]
    if len({frozenset(f.sql for f in r.filters) for r in last}) != 1 or any(len(r.periods) != 1 for r in last):
        return None
    periods = tuple(sorted((r.periods[0] for r in last), key=lambda p: p.start))
    groups = newest.groups
    if not any(g.grain for g in groups):
        years = len({p.start.year for p in periods}) == len(periods)
        grain = "year" if years else periods[0].grain
        groups = (GroupMatch(grain, GRAIN_LABELS[grain], grain), *groups)
    merged = replace(newest, periods=periods, groups=groups, comparison=None)
    return replace(merged, shape=shape_of(merged, newest))
