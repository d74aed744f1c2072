"""Several figures asked of one part: its amount, its growth and its share; an amount beside its rate over a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.parts import conditional, operand
from nl2sql.question.elements import Element, gap
from nl2sql.question.measures import ratio_of
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold
from nl2sql.types import MetricMatch, Ranking, Share
from schema.semantic import View

_GROWN = (
    r"(?:tăng|giảm|tăng giảm|tăng trưởng)(?: trưởng| thêm)?(?: được| khoảng)? (?:bao nhiêu|mấy|thế nào|ra sao)"
    r"(?: phần trăm| %)?(?! điểm)"
)
"""Growth asked for by itself: "…, tăng bao nhiêu %"."""
_TARGET_AND_BASE = (
    r"so với (?:dự toán|kế hoạch|chỉ tiêu)(?: \S+){0,4}?(?: và|,) ?so(?: với)? (?:cùng kỳ|năm|tháng|quý)"
    r"|so(?: với)? cùng kỳ(?: \S+){0,3}?(?: và|,) ?so với (?:dự toán|kế hoạch|chỉ tiêu)"
)


def part_in_figures(
    text: Text, view: View, found: Sequence[Element], share: Share, metrics: tuple[MetricMatch, ...], compared: bool
) -> tuple[MetricMatch, ...]:
    """The figures of a part that takes a share ("chiếm") and is asked for more than that; () where it is not.

    Compared in time, the part grows in percent and its share in points: "tăng mấy %, chiếm mấy % tổng xuất khẩu". What
    is a mean or a rate of the part stands beside its share: "…, chiếm mấy %, bình quân mỗi doanh nghiệp nộp bao nhiêu".
    """
    usual = view.default_metric
    base = metrics or ((MetricMatch(usual.name, usual.expr, usual.label, usual.unit, assumed=True),) if usual else ())
    verb = share.span is not None and fold(share.span.text).split()[:1] == ["chiem"]
    if not share.numerator or share.each or not verb or not base:
        return ()
    grown = search(text, _GROWN) if compared and len(base) == 1 and base[0].unit != "%" else None
    rated = [m for m in base[1:] if (v := view.metric(m.name)) and v.additivity == "ratio"]
    if grown is None and not (len(base) == 2 and rated and not compared):
        return ()
    part = replace(base[0], expr=conditional(base[0].expr, share.numerator))
    governed = ratio_of(view, metrics, share)
    expr = f"100.0 * {operand(part.expr)} / NULLIF({base[0].expr}, 0)"
    rate = governed or MetricMatch("ty_trong", expr, share.label[:1].upper() + share.label[1:], "%", share.span)
    return (part, rate, *(replace(m, expr=conditional(m.expr, share.numerator)) for m in rated))


def with_amount(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...], compared: bool
) -> tuple[MetricMatch, ...]:
    """The amount before its rate over a target, where it is compared in time: "so với dự toán và so với cùng kỳ"."""
    metric = view.metric(metrics[0].name) if len(metrics) == 1 and compared else None
    if metric is None or metric.unit != "%" or metric.numerator or search(text, r"điểm") is not None:
        return metrics
    above = metric.expr.removeprefix("100.0 * ").split(" / ")[0]
    amount = next((m for m in view.metrics if m.expr == above), None)
    span = metrics[0].span
    grown = search(text, _GROWN)
    commas = [t.start for t in text.tokens if t.text in ",;"]
    apart = (
        grown is not None and span is not None
        and any(span.end <= c <= text.span(grown.start, grown.end).start for c in commas)
    )  # fmt: skip
    if amount is None or not (apart or search(text, _TARGET_AND_BASE) is not None):
        return metrics
    return (MetricMatch(amount.name, amount.expr, amount.label, amount.unit, assumed=True), *metrics)


def grows_in_percent(text: Text, metrics: Sequence[MetricMatch]) -> bool:
    """Whether an amount beside a rate is asked how much it grew in percent: of the rate the points are told anyway."""
    mixed = len({m.unit == "%" for m in metrics}) == 2
    grown = search(text, _GROWN) if mixed else None
    said = fold(text.span(grown.start, grown.end).text) if grown is not None else ""
    return said.endswith(("%", "tram")) and search(text, r"điểm") is None


def ranked_first(
    text: Text, found: Sequence[Element], metrics: tuple[MetricMatch, ...], ranking: Ranking | None
) -> tuple[MetricMatch, ...]:
    """The measures with that in front by which members are ranked: "bình quân … ở 5 cục có [tổng nợ] lớn nhất"."""
    if ranking is None or ranking.by_change or len(metrics) < 2:
        return metrics
    for index in range(1, len(found) - 1):
        have, metric, extreme = found[index - 1 : index + 2]
        told = have.tag == "have" and metric.kind == "metric" and extreme.tag in ("max", "min")
        if told and not gap(text, have, metric) and not gap(text, metric, extreme):
            first = [m for m in metrics if m.name == metric.name]
            return (*first, *(m for m in metrics if m not in first))
    return metrics
