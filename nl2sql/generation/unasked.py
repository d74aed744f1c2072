"""What an outline written without a hint asks for beyond the question: a comparison, a part beside the whole.

A small model that has seen many comparisons and parts writes one now and then where nobody asked for it. The words that
ask for one are few and can be listed; where none of them stands, the plain figure is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.changed import changed_of
from nl2sql.generation.named import Word
from nl2sql.question.text import canonical, fold
from nl2sql.types import FilterMatch, Reading, Shape
from schema.semantic import View

_COMPARING = frozenset(map(canonical, (
    "so", "cùng", "ck", "svck", "tăng", "giảm", "hơn", "kém", "chênh", "khác", "biến", "thay", "trước", "vs", "với",
    "gấp", "lần", "bằng", "đổi", "yoy", "mom", "qoq", "nhanh", "chậm", "cao", "thấp", "từ", "sang", "lên", "xuống",
    "thêm", "bớt", "sụt", "growth", "change", "còn", "phần", "trend", "tốc", "đà", "mức",
)))  # fmt: skip
_PARTING = frozenset(map(canonical, ("riêng", "gồm", "kể", "chiếm", "phần", "tỷ", "share", "đó", "nào", "mấy")))


def without_unasked(words: Sequence[Word], reading: Reading, view: View) -> Reading:
    """The reading without a comparison in time that no word asks for; a part beside the whole becomes the condition."""
    steered = any(t.on_change for t in reading.thresholds) or (reading.ranking and reading.ranking.by_change)
    if reading.comparison and not _says(words, _COMPARING) and not steered and not reading.derived:
        reading = replace(reading, comparison=None, shape=_plain_shape(reading))
    if len(reading.metrics) != 2 or _says(words, _PARTING) or reading.thresholds or reading.ranking:
        return reading
    whole, part = reading.metrics
    made = changed_of(part, view)
    if made is None or made.base != whole.name or not made.condition or made.part or made.lead or made.member:
        return reading
    held = FilterMatch(made.condition, made.condition.split(" ")[0], (), made.condition)
    return replace(reading, metrics=(whole,), filters=(*reading.filters, held))


def _says(words: Sequence[Word], listed: frozenset[str]) -> bool:
    """Whether one of these words stands there, or one without diacritics that may be one of them."""
    bare = {fold(word) for word in listed}
    return any("%" in w.written or w.norm in listed or (w.norm == w.fold and w.fold in bare) for w in words)


def _plain_shape(reading: Reading) -> Shape:
    if reading.ranking:
        return Shape.RANKING
    if any(g.grain for g in reading.groups):
        return Shape.TREND
    return Shape.BREAKDOWN if reading.groups else Shape.TOTAL
