"""Bounds that a question says, put in place of what an outline without a hint made of them.

A small model copies the number and forgets the direction ("từ 50% trở lên"), or the thousands ("10 nghìn tỷ"). Both are
read by the grammar of numbers; which measure is bounded stays as the model wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.named import Word
from nl2sql.question.numbers import NumberMention, read_numbers
from nl2sql.question.text import fold, normalise
from nl2sql.question.time import read_time
from nl2sql.types import Reading, Threshold
from schema.semantic import Catalogue, Metric, View

_OPS = frozenset({">", ">=", "<", "<="})
_DENIED = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
_LISTING = frozenset({"nhung", "cac", "nao", "ke", "sach", "may"})
_DIGITS = re.compile(r"\d+")
_CONVERTED = frozenset({"phút", "giờ", "ngày", "tuần", "tấn", "kg"})


def with_bound_said(question: str, reading: Reading, view: View, catalogue: Catalogue) -> Reading:
    """The reading with direction and size of its one bound as the one bound of the question has them.

    A bound by a number that only dates have is left out: nobody said it.
    """
    if catalogue.as_of is None or reading.terms or reading.beside or reading.derived or len(reading.thresholds) != 1:
        return reading
    held = reading.thresholds[0]
    if held.against or held.on_change or held.upper is not None or held.op not in _OPS:
        return reading
    text = normalise(question)
    timed = read_time(text, catalogue.as_of)
    numbers = read_numbers(text, timed.used)
    if not numbers:
        dated = {int(d) for i in timed.used for d in _DIGITS.findall(text.tokens[i].text)}
        dated |= {p.start.year for p in reading.periods}
        return replace(reading, thresholds=()) if held.value in dated else reading
    bounds = [n for n in numbers if n.kind in ("threshold", "percent") and n.comparator in _OPS and not n.change]
    metric = view.metric(held.metric)
    if len(bounds) != 1 or len(numbers) != 1 or (metric is not None and metric.inverse) or held.value < 0:
        return reading
    said = bounds[0]
    value = held.value if _alike(held.value, said) else _in_unit(said, reading, view)
    if value is None:
        return reading
    return replace(reading, thresholds=(replace(held, op=str(said.comparator), value=value),))


def with_claim_said(words: Sequence[Word], reading: Reading, view: View) -> Reading:
    """The reading with the bound that a verb asserts of its one measure: "những cục đã vượt dự toán"."""
    listed = any(g.grain is None for g in reading.groups)
    if not listed or len(reading.metrics) != 1 or reading.thresholds or reading.ranking or reading.share:
        return reading
    metric = view.metric(reading.metrics[0].name)
    if metric is None or not metric.claim or reading.comparison or reading.terms or reading.derived:
        return reading
    text = " ".join(w.fold for w in words)
    said = next((fold(c) for c in metric.claims if f" {fold(c)} " in f" {text} "), None)
    if said is None or not _LISTING & {w.fold for w in words} or _only_named(text, said, metric):
        return reading
    op, bound = metric.claim.split(" ")
    before = f" {text} ".partition(f" {said} ")[0].split()[-2:]
    if {"chua", "khong"} & set(before):
        op = _DENIED.get(op, op)
    return replace(reading, thresholds=(Threshold(metric.name, op, float(bound)),))


def _only_named(text: str, said: str, metric: Metric) -> bool:
    """Whether the verb is part of a longer name of the measure, which asserts nothing: "số biên chế [còn thiếu]"."""
    claims = {fold(c) for c in metric.claims}
    names = {fold(n) for n in (metric.label, *metric.synonyms)} - claims
    return any(f" {said} " in f" {name} " and f" {name} " in f" {text} " for name in names)


def _alike(value: float, said: NumberMention) -> bool:
    """Whether a value is the number said, be it in another unit of the same size ("30 phút" is 0,5 giờ)."""
    return abs(value - said.value) <= 1e-6 * abs(said.value) or said.unit in _CONVERTED


def _in_unit(said: NumberMention, reading: Reading, view: View) -> float | None:
    """The number said, where its unit is the measure's own, or both are money of one kind."""
    held = reading.thresholds[0]
    units = {m.name: m.unit for m in view.metrics} | {f.name: f.unit for f in view.facts}
    unit = units.get(held.metric)
    if unit is None or (said.unit and said.unit != unit) or said.upper is not None:
        return None
    return said.value
