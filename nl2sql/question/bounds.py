"""Which bounds a question puts on its measures, on rows, or on a change, and which it only asserts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import sqlglot
from sqlglot import exp

from nl2sql.question.elements import Element, gap
from nl2sql.question.lengths import in_days, in_hours, row_length
from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.loose_bounds import BILLION, asks_whether, divides, left_out, on_the_whole, too_much
from nl2sql.question.measures import is_count, is_inverse, metric_of_fact
from nl2sql.question.numbers import NumberMention
from nl2sql.question.numbers_words import MULTIPLIERS
from nl2sql.question.phrases import Found, search_all
from nl2sql.question.row_bounds import (
    SILENT,
    across_currencies,
    had_by_rows,
    neighbours,
    right_behind_rows,
    row_column,
    row_target,
)
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from nl2sql.types import GroupMatch, MetricMatch, Span, Threshold
from schema.semantic import View


def claims(
    text: Text, view: View, found: Sequence[Element], listed: bool, metrics: Sequence[MetricMatch]
) -> tuple[Threshold, ...]:
    """The bound that a listing question asserts by its measure's name: "những cục nào vượt dự toán"."""
    listed = listed or _asserted(text, view, found)
    if not listed or any(e.tag in ("max", "min", "sort") for e in found):
        return ()
    for element in found:
        metric = view.metric(element.name) if element.kind == "metric" else None
        if metric is None or not metric.claim or all(m.name != metric.name for m in metrics):
            continue
        said = fold(text.span(*element.tokens).text)
        if said not in {fold(p) for p in (*metric.claims, *metric.inverse)}:
            continue
        op, bound = metric.claim.split(" ")
        before = [t.fold for t in text.tokens[max(0, element.tokens[0] - 2) : element.tokens[0]]]
        if is_inverse(text, view, element):
            op, value, _ = mirrored(op, float(bound), None)
        else:
            value = float(bound)
        if "chua" in before or "khong" in before:
            op = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}.get(op, op)
        return (Threshold(metric.name, op, value, span=text.span(*element.tokens)),)
    return ()


def _asserted(text: Text, view: View, found: Sequence[Element]) -> bool:
    """Whether members are told by what they have reached: "những cục đã vượt dự toán"."""
    for one, two, three, four in zip(found, found[1:], found[2:], found[3:], strict=False):
        metric = view.metric(four.name) if four.kind == "metric" else None
        told = one.tag == "plural" and two.kind == "dimension" and three.tag == "have"
        done = text.tokens[three.tokens[0]].fold in ("da", "chua")
        if told and done and metric is not None and metric.claim and not gap(text, two, four):
            return True
    return False


def read_thresholds(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: Sequence[MetricMatch],
    grouped: bool,
    rows: bool = False,
    compared: bool = False,
) -> tuple[Threshold, ...]:
    """Bounds, each on the measure that its words and its unit belong to.

    Args:
        compared: Two periods are compared: a multiple ("gấp đôi trở lên", "tăng trên 3 lần") bounds the growth.
    """
    bounds: list[Threshold] = []
    counted = _counts_members(metrics)
    for index, element in enumerate(found):
        number = _in_money(view, in_days(view, in_hours(view, _with_lent_unit(text, found, index))))
        if compared and element.kind == "number" and number is not None and _multiplies(number):
            bounds.append(_multiple(number, metrics, text.span(*element.tokens)))
            continue
        if element.kind != "number" or number is None or number.comparator in ("", "~"):
            continue
        if number.kind not in ("threshold", "percent"):
            continue
        element = replace(element, number=number)
        found = [*found[:index], element, *found[index + 1 :]]
        span = text.span(*element.tokens)
        if divides(text, element):
            continue
        if compared and _of_base(text, found, element, metrics):
            bounds.append(_change_bound(_turned(text, element, number), metrics, span))
            continue
        if number.change:
            bounds.append(_change_bound(number, metrics, span))
            continue
        lasting = row_length(view, found, number)
        if lasting:
            kept = _turned_sign(number.comparator, left_out(text, element) or _denied(text, found, index))
            bounds.append(Threshold(lasting, kept, number.value, number.upper, on_rows=True, span=span))
            continue
        turned = across_currencies(text, view, found, index)
        target = _target(text, view, found, index, metrics, grouped) if turned is None else None
        if turned:
            each = not grouped or had_by_rows(text, view, found, neighbours(found, index)[0])
            target = (turned, True) if rows or (each and not counted) else (_sum_name(view, turned), False)
        elif turned is None and (rows or (target and target[1] and not counted)):
            target = row_target(view, found, index) or target
        elif turned is None and counted and (target is None or target[1]):
            target = _group_target(view, found, index) or _times_target(view, number.unit) or target
        if target is None or too_much(view, target[0], number):
            continue
        beyond = _beyond_target(text, view, found, index)
        if beyond is not None:
            bounds.append(replace(beyond, span=span))
            continue
        name, on_rows = target
        op: str = number.comparator
        value, upper = number.value, number.upper
        if any(e.name == name and is_inverse(text, view, e) for e in found):
            op, value, upper = mirrored(op, value, upper)
        op = _turned_sign(op, left_out(text, element) or _denied(text, found, index))
        bounds.append(Threshold(name, op, value, upper, on_rows, span=span))
    return on_the_whole(bounds, found) if not (grouped or rows) and asks_whether(text, found) else tuple(bounds)


def _turned_sign(op: str, denied: bool) -> str:
    """The sign of a bound, or of its opposite where what is within it is left out."""
    return {">": "<=", ">=": "<", "<": ">=", "<=": ">"}.get(op, op) if denied else op


def _with_lent_unit(text: Text, found: Sequence[Element], index: int) -> NumberMention | None:
    """The number with the unit and scale that are said once for two bounds: "trên 5 và dưới 50 triệu đồng"."""
    number = found[index].number
    after = found[index + 1] if index + 1 < len(found) else None
    after = found[index + 2] if after is not None and after.tag == "and" and index + 2 < len(found) else after
    if number is None or number.unit or not number.comparator or after is None or after.number is None:
        return number
    between = text.tokens[found[index].tokens[1] : after.tokens[0]]
    joint = bool(between) and all(t.text == "," or t.fold in ("va", "hoac", "hay", "nhung") for t in between)
    if not joint or not after.number.comparator:
        return number
    scales = [
        [float(MULTIPLIERS[t.norm]) for t in text.tokens[slice(*e.tokens)] if t.norm in MULTIPLIERS]
        for e in (found[index], after)
    ]
    factor = scales[1][0] if scales[1] and not scales[0] else 1.0
    return replace(number, unit=after.number.unit, value=number.value * factor)


def as_rates(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """Values that a bound in percent follows ("luồng xanh trên 80%") as the governed rate of them."""
    out = list(found)
    for index, (one, two) in enumerate(pairwise(found)):
        number = two.number
        bounded = number is not None and number.kind == "percent" and number.comparator and not number.change
        if one.kind not in ("value", "filter") or not bounded or gap(text, one, two):
            continue
        named = next((f.expr for f in view.filters if one.kind == "filter" and f.name == one.name), "")
        condition = (named or f"{one.name} = '{one.term.value if one.term else ''}'").lower()
        rate = next((m for m in view.metrics if m.unit == "%" and m.numerator.lower() == condition), None)
        held = condition.removesuffix(" > 0") if one.kind == "filter" else ""
        fact = next((f for f in view.facts if f.name == held and f.unit == "%"), None)
        rate = rate or (metric_of_fact(view, fact.name) if fact is not None else None)  # "chịu TTĐB trên 50%"
        if rate is not None:
            out[index] = Element("metric", one.tokens, Term("metric", view.name, rate.name, "", (), ()))
    return tuple(out)


def bounds_carried(found: Sequence[Element], carried: Sequence[GroupMatch], measured: Sequence[MetricMatch]) -> bool:
    """Whether a bound lies on the groups of the turn before: "kim ngạch theo nước", then "trên 5 tỷ USD"."""
    numbers = [e.number for e in found if e.number and e.number.comparator not in ("", "~")]
    units = {m.unit for m in measured}
    return bool(carried) and any(not n.unit or n.unit in units for n in numbers)


def _in_money(view: View, number: NumberMention | None) -> NumberMention | None:
    """A bound told in "tỷ" without a unit as one of money, where the view knows one kind of it."""
    if number is None or number.unit not in ("", "tiền") or number.kind != "threshold" or abs(number.value) < BILLION:
        return number
    money = {m.unit for m in view.metrics if m.unit in ("VND", "USD")}
    default = view.default_metric.unit if view.default_metric else ""
    unit = default if default in money else next(iter(money)) if len(money) == 1 else ""
    return replace(number, unit=unit)


_THAN = r"(?:(?P<up>cao|nhiều|lớn|lâu|dài)|(?P<down>thấp|ít|nhỏ|kém|nhanh|ngắn)) hơn(?: \S+){0,3}"


def _of_base(text: Text, found: Sequence[Element], element: Element, metrics: Sequence[MetricMatch]) -> bool:
    """Whether a percentage says by how much of the base something is more or less: "cao hơn 20% so với cùng kỳ"."""
    number = element.number
    rates = any(m.unit == "%" for m in metrics) or any(e.tag == "share" for e in found)
    percent = number is not None and number.kind == "percent" and not number.change
    return percent and not rates and _than(text, element) is not None


def _than(text: Text, element: Element) -> Found | None:
    places = search_all(text, _THAN)
    return next((w for w in places if w.start <= element.tokens[0] + 1 and w.end >= element.tokens[0]), None)


def _turned(text: Text, element: Element, number: NumberMention) -> NumberMention:
    """The number as a rise, or as a fall where the comparative says less: "thấp hơn 10% trở lên"."""
    where = _than(text, element)
    down = where is not None and bool(where.parts["down"])
    sign = number.comparator if number.comparator not in ("", "~") else ">"
    return replace(number, comparator=sign, change="down" if down else "up")


def _beyond_target(text: Text, view: View, found: Sequence[Element], index: int) -> Threshold | None:
    """ "vượt dự toán trên 10%": what is measured against a target, bounded by a part of that target."""
    number = found[index].number
    before = next((e for e in found[:index][::-1] if e.tag not in SILENT), None)
    metric = view.metric(before.name) if before is not None and before.kind == "metric" else None
    if number is None or number.kind != "percent" or metric is None or before is None or not metric.claim:
        return None
    tree = sqlglot.parse_one(metric.expr, read="duckdb")
    if not isinstance(tree, exp.Sub) or gap(text, before, found[index]):
        return None
    wanted = f"100.0 * {tree.this.sql()} / NULLIF({tree.expression.sql()}, 0)".replace(" ", "").lower()
    ratio = next((m for m in view.metrics if m.expr.replace(" ", "").lower() == wanted), None)
    if ratio is None:
        return None
    op: str = number.comparator
    value, upper = number.value, number.upper
    if is_inverse(text, view, before):
        op, value, upper = mirrored(op, value, upper)
    return Threshold(ratio.name, op, 100 + value, 100 + upper if upper is not None else None)


def _multiplies(number: NumberMention) -> bool:
    """Whether a number says how many times something is as much: "gấp rưỡi", "tăng hơn 2 lần"."""
    times = number.unit == "lần" and (number.kind == "ratio" or bool(number.change))
    return times and number.value > 0 and number.comparator != "~"


def _multiple(number: NumberMention, metrics: Sequence[MetricMatch], span: Span) -> Threshold:
    """A multiple of the base as growth in percent; what falls by a number of times becomes that part of it."""
    name = metrics[0].name if metrics else ""
    if number.change == "down":
        return Threshold(name, "<=", 100 * (1 / number.value - 1), on_change=True, span=span)
    upper = 100 * (number.upper - 1) if number.upper is not None else None
    return Threshold(name, number.comparator or ">=", 100 * (number.value - 1), upper, on_change=True, span=span)


def _change_bound(number: NumberMention, metrics: Sequence[MetricMatch], span: Span) -> Threshold:
    name = metrics[0].name if metrics else ""
    op: str = number.comparator
    value, upper = number.value, number.upper
    if number.change == "down":
        op, value, upper = mirrored(op, value, upper)
    return Threshold(name, op, value, upper, on_change=True, span=span)


def counts_within(metrics: Sequence[MetricMatch]) -> bool:
    """Whether members are counted that may have to keep to a bound ("bao nhiêu nước …")."""
    return any(m.expr.upper().startswith("COUNT(DISTINCT") for m in metrics[:2])


def only_the_count(metrics: tuple[MetricMatch, ...], bounds: Sequence[Threshold]) -> tuple[MetricMatch, ...]:
    """ "nhập siêu từ bao nhiêu nước": the measure that bounds what is counted is no measure asked for."""
    named = {t.metric for t in bounds if not t.on_rows}
    counts = tuple(m for m in metrics if m.expr.upper().startswith("COUNT(DISTINCT"))
    if len(counts) == 1 and len(metrics) == 2 and all(m.name in named for m in metrics if m is not counts[0]):
        return counts
    return metrics


def bounded_measures(
    view: View, metrics: tuple[MetricMatch, ...], bounds: Sequence[Threshold]
) -> tuple[MetricMatch, ...]:
    """Several measures that are named to be bounded and nothing else: the members are shown with what they reach."""
    held = list(dict.fromkeys(t.metric for t in bounds if not (t.on_rows or t.on_change or t.against)))
    found = [m for m in (view.metric(name) for name in held) if m is not None]
    if metrics or len(found) < 2:
        return metrics
    spans = {t.metric: t.span for t in bounds}
    return tuple(MetricMatch(m.name, m.expr, m.label, m.unit, spans[m.name]) for m in found)


def without_base(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    bounds: Sequence[Threshold],
) -> tuple[MetricMatch, ...]:
    """ "thiếu từ 10 người so với biên chế": what is bounded is shown, and not what it is measured against."""
    held = [t for t in bounds if not t.on_rows and not t.on_change]
    if len(metrics) != 1 or len(held) != 1 or held[0].metric == metrics[0].name:
        return metrics
    at = next((i for i, e in enumerate(found) if e.kind == "metric" and e.name == metrics[0].name), 0)
    metric = view.metric(held[0].metric)
    led = at and found[at - 1].tag == "compare" and not gap(text, found[at - 1], found[at])
    if metric is None or not led or metrics[0].expr not in metric.expr:
        return metrics
    return (MetricMatch(metric.name, metric.expr, metric.label, metric.unit, held[0].span),)


def _counts_members(metrics: Sequence[MetricMatch]) -> bool:
    """Whether members of a column are counted ("có bao nhiêu nước …"): a bound then lies on each member's total."""
    return len(metrics) == 1 and metrics[0].expr.upper().startswith("COUNT(DISTINCT")


def _counts_rows(view: View, metrics: Sequence[MetricMatch]) -> bool:
    """Whether rows are counted: nothing else was asked for, or the measure is a plain count."""
    asked = [m.expr for m in metrics] or [view.default_metric.expr if view.default_metric else ""]
    return all(e.upper() == "COUNT(*)" for e in asked)


def _times_target(view: View, unit: str) -> tuple[str, bool] | None:
    """The rows that "lần" counts where each is one time: "bị bác bỏ từ 3 lần trở lên"."""
    usual = view.default_metric
    counts = unit in ("lần", "cái", "trường hợp")
    return (usual.name, False) if counts and usual is not None and is_count(usual.expr) else None


def _group_target(view: View, found: Sequence[Element], index: int) -> tuple[str, bool] | None:
    """The measure of each member that a bound lies on: the one named last before it, else the main one in its unit."""
    number = found[index].number
    unit = number.unit if number else ""
    default = view.default_metric
    fitting = [m for m in view.metrics if m.unit and _fits(m.unit, unit)]
    named = [m for e in found[:index] if e.kind == "metric" for m in fitting if m.name == e.name]
    if named and not named[-1].expr.upper().startswith("COUNT(DISTINCT"):
        return named[-1].name, False
    if default in fitting:
        fitting.insert(0, default)
    return (fitting[0].name, False) if fitting else None


def mirrored(op: str, value: float, upper: float | None) -> tuple[str, float, float | None]:
    """A bound on a quantity as the bound on its negative."""
    if op == "between" and upper is not None:
        return op, -upper, -value
    return {">": "<", ">=": "<=", "<": ">", "<=": ">="}.get(op, op), -value, upper


def _target(
    text: Text, view: View, found: Sequence[Element], index: int, metrics: Sequence[MetricMatch], grouped: bool
) -> tuple[str, bool] | None:
    element = found[index]
    unit = element.number.unit if element.number else ""
    for other in neighbours(found, index):
        first, second = sorted((other, element), key=lambda e: e.tokens[0])
        close = gap(text, first, second) - _dated(text, found, first, second) == 0
        if close and other.kind == "metric":
            metric = view.metric(other.name)
            if metric and _fits(metric.unit, unit):
                column = row_column(view, metric)
                had = had_by_rows(text, view, found, other) or right_behind_rows(text, view, found, other)
                part = had and any(e.tag in ("share", "percent") for e in found)  # "tỷ lệ tờ khai có … trên 24 giờ"
                beside = (had or not grouped) and any(m.name != metric.name for m in metrics)
                if column and (part or beside):
                    return column, True
                return metric.name, False
        if close and other.kind == "fact":
            rows = metrics and _counts_rows(view, metrics)  # "dòng hàng khai thấp trên 50% theo cục": which rows count
            return (other.name, True) if rows or not grouped else (_sum_name(view, other.name), False)
    if grouped:
        for match in metrics:
            if _fits(match.unit, unit) or _counts_noun(view, match.name, unit):
                return match.name, False
        usual = view.default_metric
        if not metrics and usual is not None and _counts_noun(view, usual.name, unit):
            return usual.name, False  # "trên 5.000 xe": all of them, and not those in a part's unit
        if (times := _times_target(view, unit)) is not None:
            return times
        column = next((f.name for f in view.facts if f.unit and f.unit == unit), "")
        if (
            column
            and (
                unit not in ("VND", "USD")
                or had_by_rows(text, view, found, element)
                or right_behind_rows(text, view, found, element)
            )
            and _counts_rows(view, metrics)
        ):  # "văn bản quá hạn trên 5 ngày theo đơn vị": which rows are counted
            return column, True
        by_unit = [m for m in view.metrics if m.unit and _fits(m.unit, unit)]
        shared = any(e.tag == "share" for e in found)
        if unit == "%" and len(by_unit) > 1 and view.default_metric not in by_unit and not shared:
            return None  # which of several rates is bounded may not be guessed
        return (by_unit[0].name, False) if by_unit else None
    facts = [f for f in view.facts if f.unit and f.unit == unit]
    return (facts[0].name, True) if facts else None


def _denied(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether what is within a bound is left out: "trừ các cục dưới 50 vụ"; a bare "không", "chưa" denies what is next
    to it and no number further on: "không phát hiện vi phạm chiếm trên một nửa".
    """
    start = found[index].tokens[0]
    for i, element in enumerate(found[:index]):
        if element.tag != "not" or not 0 <= start - element.tokens[1] <= 5:
            continue
        word = text.tokens[element.tokens[0]].fold if element.tokens[1] - element.tokens[0] == 1 else ""
        taken = any(e.kind in ("value", "filter") for e in found[i + 1 : index])
        if not (word in ("khong", "chua") and taken):
            return True
    return False


def _counts_noun(view: View, name: str, unit: str) -> bool:
    """Whether a measure is the number of what a bound counts, whatever its unit: "lưu lượng xe … dưới 50 xe"."""
    metric = view.metric(name.removesuffix("_binh_quan"))
    return (
        metric is not None and unit != "" and f"so {fold(unit)}" in {fold(n) for n in (metric.label, *metric.synonyms)}
    )


def _dated(text: Text, found: Sequence[Element], first: Element, second: Element) -> int:
    """Words of content in the periods between two elements: "số tờ khai [năm 2024] trên 5.000"."""
    between = [e for e in found if e.kind == "period" and first.tokens[1] <= e.tokens[0] < second.tokens[0]]
    said = [t for e in between for t in text.tokens[slice(*e.tokens)]]
    return sum(1 for t in said if t.kind != "punct" and t.norm not in FILLERS)


def _sum_name(view: View, column: str) -> str:
    metric = metric_of_fact(view, column)
    return metric.name if metric else column


_PEOPLE = frozenset(("người", "biên chế", "cán bộ", "công chức", "nhân viên", "đối tượng"))
"""Units that all count people."""


def _fits(metric_unit: str, unit: str) -> bool:
    if not unit or not metric_unit:
        return True
    metric_unit, unit = metric_unit.casefold(), unit.casefold()  # a noun is read in its canonical spelling: "c/o"
    people = metric_unit in _PEOPLE and unit in _PEOPLE
    return people or metric_unit == unit or unit.startswith(metric_unit) or metric_unit.startswith(unit + " ")
