"""What an outline written without a hint asks for beyond the question: a comparison, a share, a running total, a part.

A small model that has seen many comparisons and parts writes one now and then where nobody asked for it. The words that
ask for one are few and can be listed; where none of them stands, the plain figure is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.changed import changed_of
from nl2sql.generation.members import members
from nl2sql.generation.named import Named, Word
from nl2sql.question.text import canonical, fold
from nl2sql.types import FilterMatch, Reading, Shape
from schema.semantic import View

_COMPARING = frozenset(map(canonical, (
    "so", "cùng", "ck", "svck", "tăng", "giảm", "hơn", "kém", "chênh", "khác", "biến", "thay", "trước", "vs", "với",
    "gấp", "lần", "bằng", "đổi", "yoy", "mom", "qoq", "nhanh", "chậm", "cao", "thấp", "từ", "sang", "lên", "xuống",
    "thêm", "bớt", "sụt", "growth", "change", "còn", "phần", "trend", "tốc", "đà", "mức",
)))  # fmt: skip
_PARTING = frozenset(map(canonical, ("riêng", "gồm", "kể", "chiếm", "phần", "tỷ", "share", "đó", "nào", "mấy")))
_SHARING = re.compile(
    r"\b(?:chiem|phan|ty trong|ti trong|ty le|ti le|co cau|share|dong gop|gop|pt|percent|pct|tren tong)\b"
)
_WINDOWED = {
    "cumulative": frozenset(map(canonical, ("luỹ", "lũy", "kế", "cộng", "dồn", "tích", "tính"))),
    "moving_average": frozenset(map(canonical, ("trượt", "động", "bình", "trung", "bq", "tb"))),
    "growth": _COMPARING,
    "compound": frozenset(map(canonical, ("kép", "cagr", "tăng", "growth"))),
}
_EQUAL = frozenset({"bằng", "bang"})
_UNSUMMED = ("AVG(", "MAX(", "MIN(")


def without_unasked(words: Sequence[Word], reading: Reading) -> Reading:
    """The reading without a comparison, a share or a running total that no word asks for."""
    reading = _without_share(words, reading)
    compared = reading.comparison
    if compared and compared.want == "of_base" and not any(w.norm in _EQUAL for w in words):
        reading = replace(reading, comparison=replace(compared, want="all"))
    window = reading.window
    if window and not _says(words, _WINDOWED.get(window.kind, frozenset())):
        reading = replace(reading, window=None)
    steered = any(t.on_change for t in reading.thresholds) or (reading.ranking and reading.ranking.by_change)
    if reading.comparison and not _says(words, _COMPARING) and not steered and not reading.derived:
        reading = replace(reading, comparison=None, shape=_plain_shape(reading))
    return reading


def without_unasked_part(words: Sequence[Word], reading: Reading, view: View) -> Reading:
    """The reading whose part beside the whole, where no word sets one apart, is the condition."""
    if len(reading.metrics) != 2 or _says(words, _PARTING) or reading.thresholds or reading.ranking:
        return reading
    whole, part = reading.metrics
    made = changed_of(part, view)
    if made is None or made.base != whole.name or not made.condition or made.part or made.lead or made.member:
        return reading
    held = FilterMatch(made.condition, made.condition.split(" ")[0], (), made.condition)
    return replace(reading, metrics=(whole,), filters=(*reading.filters, held))


def _without_share(words: Sequence[Word], reading: Reading) -> Reading:
    """The reading without a share that no word asks for, or of what has none: a rate is no sum of its parts."""
    share = reading.share
    if share is None or reading.comparison or reading.derived or reading.contrast or reading.ranking:
        return reading
    rate = any("/" in m.expr or m.expr.startswith(_UNSUMMED) for m in reading.metrics)
    asked = _SHARING.search(" ".join(w.fold for w in words)) or any("%" in w.written for w in words)
    if not rate and (asked or not reading.metrics):
        return reading
    plain = replace(reading, share=None)
    if share.numerator and all(f.sql != share.numerator for f in reading.filters):
        part = FilterMatch(share.numerator, share.numerator.split(" ")[0], (), share.label or share.numerator)
        plain = replace(plain, filters=(*reading.filters, part))
    return replace(plain, shape=_plain_shape(plain))


def with_shares_of_each(reading: Reading, named: Sequence[Named]) -> Reading:
    """The part of each of several members that are said, where the outline asks for that of all of them in themselves.

    "Luồng xanh, vàng, đỏ chiếm bao nhiêu phần trăm": held to the three, their share is always a hundred.
    """
    share = reading.share
    if share is None or share.numerator or reading.groups or reading.comparison or reading.contrast:
        return reading
    for match in reading.filters:
        found = members(match.sql)
        if found and all(any((found.column, v) in n.homes for n in named) for v in found.values):
            each = found.column if len(found.values) > 1 else ""
            rest = tuple(f for f in reading.filters if f is not match)
            return replace(
                reading, filters=rest, share=replace(share, numerator=match.sql, each=each, label=match.label)
            )
    return reading


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
