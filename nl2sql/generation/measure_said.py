"""The measure that a question names, and the number of rows, where an outline has another that nobody said.

The counterpart of ``covered`` for measures, by the same names of the catalogue and without the reader's reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.generation.changed import Changed, read_measures
from nl2sql.generation.named import Word, spans_in
from nl2sql.generation.snap import Values
from nl2sql.question.numbers import read_numbers
from nl2sql.question.text import canonical, fold, normalise
from nl2sql.types import Reading, Window
from schema.semantic import View

_QUOTED = re.compile(r"'(?:[^']|'')*'")
_NAME = re.compile(r"[a-z_]\w*")
_WORD = re.compile(r"\w+")
_RUNNING = frozenset({"cong don", "luy ke"})
_DURATIONS = ("giờ", "ngày", "tuần", "tháng", "quý", "năm")


def with_measure_said(words: Sequence[Word], reading: Reading, view: View, values: Values) -> Reading:
    """The reading with the one measure that is named in place of its only one, where no word of that one was said.

    Conditions and groups of columns that the measure itself is made of ("xuất siêu" of both ways) are left out. Bounds
    and order of a measure that is told from its other side ("nhập siêu") are turned with it.
    """
    named: dict[str, set[str]] = {}
    for start, end, terms in spans_in(words, values):
        names = {t.name for t in terms if t.kind == "metric"}
        if reading.ranking and words[end - 1].fold == "nhat":  # the order asked for, and no greatest single value
            continue
        if len(names) == 1 and all(t.kind == "metric" for t in terms):
            named.setdefault(names.pop(), set()).add(" ".join(w.fold for w in words[start:end]))
    if len(named) != 1 or len(reading.metrics) != 1 or reading.terms or reading.beside or reading.derived:
        return reading
    (name, phrases), old = next(iter(named.items())), reading.metrics[0]
    metric, had = view.metric(name), view.metric(old.name)
    if metric is None or had is None:
        return reading
    turned = any(p in {fold(i) for i in metric.inverse} for p in phrases)
    if had is metric:
        return _turned(reading, words) if turned else reading
    if "/" in had.expr or _said(had.label, words, phrases):
        return reading
    inner = {c for c in _NAME.findall(_QUOTED.sub("''", metric.expr)) if c in {d.name for d in view.dimensions}}
    found = replace(
        reading,
        metrics=read_measures([Changed(name)], view),
        filters=tuple(f for f in reading.filters if not inner & set(_NAME.findall(_QUOTED.sub("''", f.sql)))),
        groups=tuple(g for g in reading.groups if g.column not in inner),
        thresholds=tuple(replace(t, metric=name) if t.metric == old.name else t for t in reading.thresholds),
    )
    return _turned(found, words) if turned else found


def without_part_unsaid(words: Sequence[Word], reading: Reading, view: View, values: Values) -> Reading:
    """The reading with all rows counted, where its only measure counts a part of them of which no word was said."""
    usual = view.default_metric
    if usual is None or not usual.expr.startswith("COUNT(*") or len(reading.metrics) != 1 or reading.thresholds:
        return reading
    had = view.metric(reading.metrics[0].name)
    if had is None or had is usual or reading.metrics[0].expr != had.expr or reading.terms or reading.beside:
        return reading
    if not had.expr.startswith("SUM(CASE WHEN") or "/" in had.expr:
        return reading
    if any(t.kind == "metric" for _, _, terms in spans_in(words, values) for t in terms):
        return reading
    shared = {fold(w) for name in (usual.label, *usual.synonyms) for w in _WORD.findall(name)}
    own = {fold(w) for name in (had.label, *had.synonyms) for w in _WORD.findall(name)} - shared
    if own & {w.fold for w in words}:
        return reading
    return replace(reading, metrics=read_measures([Changed(usual.name)], view))


def without_balance_of_one_way(reading: Reading, view: View) -> Reading:
    """The reading with the usual measure where its only one is a balance and a condition holds it to one side."""
    usual = view.default_metric
    if (
        usual is None
        or len(reading.metrics) != 1
        or reading.terms
        or reading.beside
        or reading.metrics[0].name == usual.name
    ):
        return reading
    expr = reading.metrics[0].expr
    ways = [_QUOTED.sub("", f.sql).rstrip("= ") for f in reading.filters if re.fullmatch(r"\w+ = '[^']*'", f.sql)]
    if not any(re.search(rf"CASE WHEN {w} = '[^']*' THEN (\w+) ELSE -\1 END", expr) for w in ways):
        return reading
    changed = replace(reading, metrics=read_measures([Changed(usual.name)], view))
    old = reading.metrics[0].name
    bounds = tuple(replace(t, metric=usual.name) if t.metric == old else t for t in reading.thresholds)
    return replace(changed, thresholds=bounds)


_OTHER_WAY = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_MOST = frozenset({"lon", "nhieu", "cao", "manh", "nang"})


def _turned(reading: Reading, words: Sequence[Word]) -> Reading:
    """The reading with bounds and order of a measure that is told from its other side: "nhập siêu trên 2 tỷ"."""
    bounds = tuple(
        replace(t, op=_OTHER_WAY[t.op], value=-t.value)
        if t.op in _OTHER_WAY and t.value > 0 and not (t.on_change or t.on_rows or t.against)
        else t
        for t in reading.thresholds
    )
    ranking = reading.ranking
    most = any(one.fold in _MOST and two.fold == "nhat" for one, two in pairwise(words))
    if ranking and ranking.descending and most and not (ranking.by_change or ranking.both):
        ranking = replace(ranking, descending=False)
    return replace(reading, thresholds=bounds, ranking=ranking)


def with_count_said(question: str, reading: Reading, values: Values) -> Reading:
    """The reading with the number of members that the question asks for, where it has one that was not said.

    A single member is asked for in many ways that are no number; there the number has to be one of what is listed.
    """
    ranking = reading.ranking
    if ranking is None or ranking.n is None:
        return reading
    numbers = read_numbers(normalise(question), ())
    listed = {g.column for g in reading.groups}

    def counts_members(unit: str) -> bool:
        named = {t.name for t in values.named.get(fold(unit), ()) if t.kind == "dimension"}
        return unit not in _DURATIONS and (ranking.n != 1 or bool(named & listed))

    counts = {int(m.value) for m in numbers if m.kind == "count" and counts_members(m.unit)}
    if len(counts) != 1 or any(m.value == ranking.n for m in numbers):
        return reading
    return replace(reading, ranking=replace(ranking, n=counts.pop()))


def with_running_total_said(words: Sequence[Word], reading: Reading) -> Reading:
    """The reading with running totals, where they are asked for and it has the steps alone."""
    pairs = {f"{one.fold} {two.fold}" for one, two in pairwise(words)}
    alone = not (reading.window or reading.comparison or reading.ranking or reading.share or reading.average)
    steps = [g for g in reading.groups if g.grain]
    if alone and len(steps) == len(reading.groups) == 1 and pairs & _RUNNING:
        return replace(reading, window=Window("cumulative"))
    return reading


def _said(label: str, words: Sequence[Word], phrases: set[str]) -> bool:
    """Whether a word of a measure's name was said outside the name of another."""
    others = {word for phrase in phrases for word in phrase.split()}
    own = {canonical(word) for word in _WORD.findall(label)}
    return any(w.norm in own or (w.norm == w.fold and w.fold in {fold(o) for o in own}) for w in words
               if w.fold not in others)  # fmt: skip
