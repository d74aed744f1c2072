"""One measure in percent of another: "nhập siêu bằng bao nhiêu phần trăm xuất khẩu", "tỷ lệ xuất trên nhập khẩu"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.parts import conditional, operand
from nl2sql.question.elements import Element
from nl2sql.question.filters import quote
from nl2sql.question.measures import is_inverse, metric_match, metric_of_fact
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, MetricMatch
from schema.semantic import View

_PERCENT = (
    r"(?:(?P<share>chiếm)|bằng|tương đương(?: với)?|đạt|chỉ bằng)(?: khoảng| chừng)? (?:bao nhiêu|mấy) (?:phần trăm|%)"
    r"(?: của| so với| trong| trên)?(?: tổng)?"
)
_RATE = r"(?:tỷ lệ|tỷ số|tỷ suất|hệ số|tương quan)(?: giữa)?(?: kim ngạch| trị giá| giá trị| tổng)*"
_OVER = r"trên(?: tổng)?|/|so với|chia(?: cho)?"


def as_quotient(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    filters: tuple[FilterMatch, ...],
) -> tuple[MetricMatch, tuple[FilterMatch, ...], Found] | None:
    """The measure that divides one named amount by another, the filters without what only one side has, and its place.

    A column of which both sides name another value ("thuế BVMT … thuế nhập khẩu") sets them apart, and so does what
    each of them names alone ("sang Mỹ … sang EU"); everything else holds for both.
    """
    usual = view.default_metric
    if any(m.unit == "%" for m in metrics) or usual is None:
        return None
    for link in _links(text):
        left = [e for e in found if e.tokens[1] <= link.start]
        stop = next((i for i, t in enumerate(text.tokens) if i >= link.end and t.text in ",;"), len(text.tokens))
        right = [e for e in found if link.end - 1 <= e.tokens[0] < stop and e.tokens[1] > link.end]  # "tổng [số vụ]"
        ours, theirs = _measure(text, view, left[::-1]), _measure(text, view, right)
        plain = MetricMatch(usual.name, usual.expr, usual.label, usual.unit)
        one, inverse = ours or (replace(theirs[0], span=None) if theirs and not theirs[1] else plain, False)
        two = theirs[0] if theirs else one if not inverse else plain
        apart = _apart(view, left, right, one.expr)
        if apart is None:
            continue
        top, below = (conditional(m.expr, " AND ".join(side)) if side else m.expr
                      for m, side in ((one, apart[0]), (two, apart[1])))  # fmt: skip
        share = link.parts.get("share") and (two.name == one.name or not _whole_of(view, one, two))
        if top == below or not _comparable(one, two) or share or not (apart[0] or apart[1] or two.name != one.name):
            continue
        numerator = f"-{operand(top) if operand(top) != top else f'({top})'}" if inverse else operand(top)
        start = min((e.tokens[0] for e in left if e.kind in ("metric", "fact", "value")), default=link.start)
        end = max((e.tokens[1] for e in right if e.kind in ("metric", "fact", "value")), default=link.end)
        rest = tuple(f for f in filters if f.negated or f.column not in apart[2])
        label = f"{one.label} so với {two.label[:1].lower()}{two.label[1:]}" if two.name != one.name else one.label
        expr = f"100.0 * {numerator} / NULLIF({below}, 0)"
        return MetricMatch("ty_le", expr, label, "%", text.span(start, end)), rest, Found(start, end, {})
    return None


def _whole_of(view: View, one: MetricMatch, two: MetricMatch) -> bool:
    """Whether one number of things may be a part of another: not where the catalogue knows it as part of a third one
    and the other as no whole at all ("nữ chiếm bao nhiêu phần trăm cán bộ tin học").
    """
    rates = [m.expr.replace(" ", "").lower() for m in view.metrics if m.unit == "%"]
    part, whole = (m.expr.replace(" ", "").lower() for m in (one, two))
    of_third = any(r.startswith(f"100.0*{part}/nullif(") and f"nullif({whole},0)" not in r for r in rates)
    return not of_third or any(f"nullif({whole},0)" in r for r in rates)


_WEIGHED = ("USD", "VND", "%", "giờ", "ngày", "tấn", "kg")


def _comparable(one: MetricMatch, two: MetricMatch) -> bool:
    """Whether one amount can be told in percent of another: of one unit, or both of them numbers of things."""
    units = {one.unit, two.unit}
    return "%" not in units and (len(units) == 1 or ("" not in units and not units & set(_WEIGHED)))


def _links(text: Text) -> list[Found]:
    """What stands between two amounts of which the first is asked for in percent of the second."""
    found = [replace(w, parts={"share": w.parts["share"]}) for w in search_all(text, _PERCENT)]
    led = search(text, _RATE)
    asked = search(text, r"(?:là |bằng |đạt )?(?:bao nhiêu|mấy) (?:phần trăm|%)(?: vậy)?[ ?.]*$")
    if led is not None or asked is not None:
        found += [w for w in search_all(text, _OVER) if led is None or w.start > led.end]
    return found


def _measure(text: Text, view: View, elements: Sequence[Element]) -> tuple[MetricMatch, bool] | None:
    """The first measure among pieces, and whether a word for its opposite sign named it."""
    for element in elements:
        metric = view.metric(element.name) if element.kind == "metric" else None
        metric = metric_of_fact(view, element.name) if element.kind == "fact" else metric
        if metric is not None:
            return metric_match(metric, text, element), is_inverse(text, view, element)
    return None


def _apart(
    view: View, left: Sequence[Element], right: Sequence[Element], expr: str
) -> tuple[list[str], list[str], frozenset[str]] | None:
    """The conditions of either side alone and their columns; None where one side names several values of a column."""
    ours, theirs = _values(view, left), _values(view, right)
    if any(len(v) > 1 for v in (*ours.values(), *theirs.values())):
        return None
    both = {c for c in ours.keys() & theirs.keys() if ours[c] != theirs[c]}
    own = {c for c in theirs.keys() - ours.keys() if c in expr}
    if both or own:
        return [ours[c][0] for c in sorted(both)], [theirs[c][0] for c in sorted(both | own)], frozenset(both | own)
    alone, facing = [c for c in ours if c not in theirs], [c for c in theirs if c not in ours]
    if facing and alone:
        return [ours[alone[-1]][0]], [theirs[facing[0]][0]], frozenset({alone[-1], facing[0]})
    return [], [], frozenset()


def _values(view: View, elements: Sequence[Element]) -> dict[str, list[str]]:
    """The conditions that pieces name, by column."""
    out: dict[str, list[str]] = {}
    for element in elements:
        named = next((f.expr for f in view.filters if element.kind == "filter" and f.name == element.name), "")
        value = f"{element.name} = {quote(element.term.value)}" if element.kind == "value" and element.term else named
        if value and value not in out.setdefault(element.name, []):
            out[element.name].append(value)
    return out
