"""The one member, or the one of each, that a superlative asks for, where an outline without a hint lists them all.

"Nước nào … nhiều nhất" asks for one; "với mỗi khu vực, đơn vị nào … nhiều nhất" for one of each. A greatest single
value ("thời gian … lâu nhất") is no measure of members that are themselves ranked: their mean is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.generation.changed import Changed, changed_of, read_measures
from nl2sql.generation.groups_said import columns_in
from nl2sql.generation.named import Word
from nl2sql.generation.snap import Values
from nl2sql.types import GroupMatch, Ranking, Reading, Shape
from schema.semantic import View

_LEAST = frozenset({"it", "thap", "nho", "kem", "yeu", "nhe", "ngan", "nhanh"})
_HIGH = frozenset({("dan", "dau"), ("dung", "dau"), ("dung", "nhat"), ("quan", "quan")})
_LOW = frozenset({("doi", "so"), ("bet", "bang"), ("chot", "bang"), ("cuoi", "bang")})
_SEVERAL = frozenset({"nhung", "cac", "may", "top"})
_EACH = frozenset({"moi", "tung"})


def with_ranking_said(words: Sequence[Word], reading: Reading, view: View, values: Values) -> Reading:
    """The reading cut to what a superlative asks for; as it was where it says how many, or nothing is ranked."""
    inner = reading.terms or reading.beside or reading.derived or reading.thresholds or reading.share or reading.window
    held_against = reading.comparison or reading.contrast
    members = [g for g in reading.groups if g.grain is None]
    if inner or held_against or not members or len(members) != len(reading.groups):
        return reading
    reading = _of_means(reading, view)
    falling = _superlative(words)
    ranking = reading.ranking
    if falling is None or (ranking and (ranking.both or ranking.per or ranking.offset or (ranking.n or 1) > 1)):
        return reading
    spans = columns_in(words, values)
    asked = {n for s, e, names in spans for n in names if len(names) == 1 and _one(words, s, e)}
    each = {n for s, e, names in spans for n in names
            if len(names) == 1 and s and words[s - 1].fold in _EACH}  # fmt: skip
    if len(asked) != 1:
        return reading
    of, held = next(iter(asked)), {g.column for g in members}
    found = ranking if ranking and ranking.n else Ranking(1, not falling) if ranking is None else replace(ranking, n=1)
    if held == {of} and not each - held:
        if found is ranking and _plainly(words, falling) and not _turned_over(reading, view):
            found = replace(found, descending=not falling)
        return reading if found is ranking else replace(reading, ranking=found, shape=Shape.RANKING)
    outer = each - {of}
    if len(outer) != 1 or not held <= outer | {of}:
        return reading
    per, dim = next(iter(outer)), view.dimension(of)
    lead = view.dimension(per)
    if dim is None or lead is None:
        return reading
    groups = (GroupMatch(per, lead.label), GroupMatch(of, dim.label))
    return replace(reading, groups=groups, ranking=replace(found, per=per), shape=Shape.RANKING)


def _one(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether a column is asked for as one member: "nước nào", and not "những nước nào" or "5 nước nào"."""
    before = words[start - 1] if start else None
    led = before is not None and (before.fold in _SEVERAL or before.norm.isdigit())
    return not led and any(w.fold in ("nao", "gi") for w in words[end : end + 1])


def _superlative(words: Sequence[Word]) -> bool | None:
    """Whether the least is asked for; None where nothing is asked for as the most or the least, or both are."""
    found = set[bool]()
    for one, two in pairwise(words):
        pair = (one.fold, two.fold)
        if pair in _HIGH or pair in _LOW:
            found.add(pair in _LOW)
        elif two.norm == "nhất" or (two.norm == two.fold == "nhat"):
            found.add(one.fold in _LEAST)
    return found.pop() if len(found) == 1 else None


_LARGE = frozenset({"nhieu", "lon", "cao", "dong", "manh"})
_SMALL = frozenset({"it", "thap", "nho"})


def _plainly(words: Sequence[Word], falling: bool) -> bool:
    """Whether a superlative is told by a word of size, which says the order of the figures themselves."""
    pairs = {(one.fold, two.fold) for one, two in pairwise(words)}
    sizes = _SMALL if falling else _LARGE
    return any(two == "nhat" and one in sizes for one, two in pairs) or bool(pairs & (_LOW if falling else _HIGH))


def _turned_over(reading: Reading, view: View) -> bool:
    """Whether a measure may be told from its other side ("nhập siêu"), whose largest is the least."""
    found = [view.metric(m.name) for m in reading.metrics]
    return any(m is None or m.inverse for m in found)


def _of_means(reading: Reading, view: View) -> Reading:
    """Members ranked by their mean where the outline ranks them by their greatest single value."""
    if reading.ranking is None or len(reading.metrics) != 1:
        return reading
    match = reading.metrics[0]
    most = match.expr.startswith(("MAX(", "MIN("))
    mean = next((m for m in view.metrics if most and m.expr == "AVG(" + match.expr[4:]), None)
    if mean is not None:
        return replace(reading, metrics=read_measures([Changed(mean.name)], view))
    made = changed_of(match, view) if most else None
    if made is None or made.lead not in ("MAX", "MIN"):
        return reading
    base = view.metric(made.base)
    if base is None or not base.expr.startswith("AVG("):
        return reading
    return replace(reading, metrics=read_measures([Changed(made.base)], view))
