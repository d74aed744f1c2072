"""The part of the rows that keep to a bound: "tỷ lệ tờ khai thông quan dưới 2 giờ"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nl2sql.generation.parts import bound
from nl2sql.question.elements import Element
from nl2sql.question.part_and_rate import amount_asked
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, MetricMatch, Share, Threshold
from schema.semantic import View


def bounded_part(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    thresholds: tuple[Threshold, ...],
) -> tuple[Share, tuple[Threshold, ...], tuple[MetricMatch, ...], tuple[FilterMatch, ...]] | None:
    """The part of the rows within a bound: "tỷ lệ tờ khai thông quan dưới 2 giờ" divides those by all.

    What a governed rate counts is then the whole: "bao nhiêu phần trăm tờ khai luồng đỏ thông quan trên 24 giờ". Gives
    the share with the bounds, measures and further conditions that remain, or None where no row is bounded.
    """
    rows = tuple(t for t in thresholds if t.on_rows and any(f.name == t.metric for f in view.facts))
    counts = next((m for m in view.metrics if m.expr.upper() == "COUNT(*)"), None)
    written = {i for e in found if e.number for i in range(*e.tokens)}  # the sign of "trên 45%" asks for no part
    tag = next(
        (e for e in found if (e.tag in ("share", "percent") and e.tokens[0] not in written) or _is_rate(view, e)), None
    )
    counts = counts or view.default_metric
    if not rows or counts is None or tag is None or len(metrics) > 1:
        return None
    further: tuple[FilterMatch, ...] = ()
    rate = view.metric(metrics[0].name) if metrics and metrics[0].unit == "%" else None
    if rate is not None:
        if not rate.numerator:
            return None
        further = (FilterMatch(rate.numerator, rate.numerator.split(" ")[0], (), rate.label, metrics[0].span),)
    main = view.default_metric or counts
    whole = MetricMatch(counts.name, counts.expr, counts.label, counts.unit, metrics[0].span if metrics else None)
    if rate is None and metrics and not any(f"({t.metric})" in metrics[0].expr for t in rows):
        whole = metrics[0]
    elif rate is None and not metrics:
        whole = MetricMatch(main.name, main.expr, main.label, main.unit, assumed=True)
    numerator = " AND ".join(bound(t.metric, t.op, t.value, t.upper) for t in rows)
    label = "tỷ trọng " + ", ".join(t.span.text for t in rows if t.span)
    kept = tuple(t for t in thresholds if t not in rows)
    share = Share(numerator, label, text.span(*tag.tokens), amount=amount_asked(text, found, tag))
    return share, kept, (whole,), further


def names_part(view: View, found: Sequence[Element], thresholds: Sequence[Threshold]) -> bool:
    """Whether a share is that of the rows within a bound and not of each group: "tỷ lệ tờ khai có … trên 24 giờ"."""
    told = any(e.tag == "whole" for e in found)
    counted = any(
        one.tag == "share" and (two.kind == "view" or ((m := view.metric(two.name)) and m.expr.upper() == "COUNT(*)"))
        for one, two in pairwise(found)
    )
    return (told or counted) and any(t.on_rows for t in thresholds)


def _is_rate(view: View, element: Element) -> bool:
    metric = view.metric(element.name) if element.kind == "metric" else None
    return metric is not None and metric.unit == "%"
