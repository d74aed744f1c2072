"""Members chosen by one measure and shown by another: "truy thu của 3 khu vực [có số thu] lớn nhất"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.sets import members_sql
from nl2sql.question.elements import Element, gap
from nl2sql.question.measures import metric_match
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, Ranking, Reading, Shape
from schema.semantic import Catalogue, View

_LED = frozenset({"của", "ở", "tại", "thuộc", "cua", "o", "tai", "thuoc"})


def of_the_first(
    text: Text, catalogue: Catalogue, view: View, found: Sequence[Element], reading: Reading
) -> Reading | None:
    """The reading with its members chosen by the measure that is named behind them, of all and not of the part.

    Only where a part is named before them: "nợ khó thu của 3 cục nợ nhiều nhất" are the debtors of the whole debt.
    """
    ranking, members = reading.ranking, [g for g in reading.groups if g.grain is None]
    plain = reading.comparison is None and reading.share is None and reading.window is None and not reading.terms
    if ranking is None or not ranking.n or ranking.per or ranking.by_change or len(reading.groups) != 1 or not plain:
        return None
    for index in range(len(found) - 3):
        number, dim, metric, extreme = found[index : index + 4]
        count = number.number is not None and number.number.kind == "count" and dim.kind == "dimension"
        if not count or metric.kind != "metric" or extreme.tag not in ("max", "min") or not members:
            continue
        led = number.tokens[0] > 0 and text.tokens[number.tokens[0] - 1].norm in _LED
        start = text.span(*number.tokens).start
        part = [f for f in reading.filters if f.span and f.span.end <= start and _narrows(view, f)]
        chosen = view.metric(metric.name)
        if not led or gap(text, dim, metric) or gap(text, metric, extreme) or not part or chosen is None:
            continue
        rest = tuple(f for f in reading.filters if f not in part)
        first = replace(
            reading, filters=rest, metrics=(metric_match(chosen, text, metric),), thresholds=(), shape=Shape.RANKING
        )
        named = members_sql(first, catalogue)
        if named is None or named[0] != members[0].column:
            return None
        label = f"{members[0].label}: {ranking.n} {text.span(dim.tokens[0], extreme.tokens[1]).text}"
        among = FilterMatch(f"{named[0]} IN ({named[1]})", named[0], (), label, text.span(*dim.tokens))
        return replace(reading, filters=(*reading.filters, among), ranking=Ranking(None, True), shape=Shape.BREAKDOWN)
    return None


def _narrows(view: View, condition: FilterMatch) -> bool:
    """Whether a condition names a part of what is measured, and no place or direction that bounds both."""
    dim = view.dimension(condition.column)
    bounds = dim is not None and (dim.scope or any(v.opposite for v in dim.values))
    return not bounds and not condition.negated
