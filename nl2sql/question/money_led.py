"""Questions that are led by "tiền" and go on with a count: "tiền hoàn thuế …, cho bao nhiêu doanh nghiệp"."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.question.elements import Element
from nl2sql.question.measures import is_count, metric_match
from nl2sql.question.text import Text
from nl2sql.types import MetricMatch
from schema.semantic import View

_MONEY = frozenset({"tiền", "trị giá", "giá trị"})


def money_led(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...]:
    """The measures with the view's main amount of money first, where "tiền" names it before what it is paid for.

    The count must stand in a part of its own ("…, cho bao nhiêu doanh nghiệp"): in "tiền phạt của bao nhiêu doanh
    nghiệp" only the enterprises are asked for.
    """
    main = view.default_metric
    if main is None or main.unit not in ("VND", "USD") or not metrics or not text.accented:
        return metrics
    if any(not is_count(m.expr) or m.span is None for m in metrics):
        return metrics
    first = next((e for e in found if e.kind in ("value", "filter", "view")), None)
    start = first.tokens[0] if first is not None else 0
    led = {" ".join(t.norm for t in text.tokens[max(0, start - size) : start]) for size in (1, 2)}
    if first is None or not led & _MONEY:
        return metrics
    before = [t for t in text.tokens if metrics[0].span and t.end <= metrics[0].span.start]
    apart = any(t.text in (",", ";") for t in before[first.tokens[1] :])
    return (metric_match(main, text, None), *metrics) if apart else metrics
