"""Whether a question asks for the things themselves: "liệt kê tờ khai", "5 vụ lớn nhất", "những vụ ma túy …"."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.question.elements import Element, gap
from nl2sql.question.text import Text, fold
from nl2sql.types import GroupMatch, MetricMatch, Ranking
from schema.semantic import View


def wants_rows(text: Text, view: View, found: Sequence[Element], groups: Sequence[GroupMatch]) -> bool:
    """Whether the things themselves are asked for ("liệt kê tờ khai", "5 vụ lớn nhất", "những vụ ma túy …")."""
    listed = any(e.tag == "list" for e in found)
    asking = [e for e in found if e.tag == "howmany" and not (listed and text.tokens[e.tokens[0]].fold == "may")]
    counted = any(e.kind == "metric" and text.tokens[e.tokens[0]].fold in ("bao", "may") for e in found)
    if groups or asking or counted or any(e.tag in ("change", "compare", "share", "percent", "average") for e in found):
        return False
    for index, element in enumerate(found):
        if not _names_rows(text, view, element):
            continue
        after = found[index + 1] if index + 1 < len(found) else None
        extreme = any(e.tag in ("max", "min") for e in found)
        if extreme and after is not None and after.tag == "which" and gap(text, element, after) == 0:
            return True  # "vụ nào có trị giá lớn nhất"
        if any(_is_measure(view, e) for e in found[:index]):
            return False  # "tiền phạt các vụ vi phạm": the measure governs, the rows only say of what
        for before in reversed(found[:index]):
            if before.tag == "list" or (before.tag == "plural" and gap(text, before, element) == 0):
                return True
            if before.number and before.number.kind == "count":
                return True
            if gap(text, before, element):
                break
        if any(e.number and e.number.kind == "count" and e.tokens[0] <= element.tokens[0] < e.tokens[1] for e in found):
            return True
    return False


def _is_measure(view: View, element: Element) -> bool:
    metric = view.metric(element.name) if element.kind == "metric" else None
    return element.kind == "fact" or (metric is not None and not _is_row_count(metric.expr))


def _names_rows(text: Text, view: View, element: Element) -> bool:
    """Whether an element names what one row is, and not how many there are."""
    if element.kind == "view":
        return True
    noun = view.grain.removeprefix("một ").split(" ")[0]
    if element.kind in ("value", "filter") and noun and text.tokens[element.tokens[0]].norm == noun:
        return True  # "những vụ ma túy": the value's name begins with what one row is
    metric = view.metric(element.name) if element.kind == "metric" else None
    counted = text.tokens[element.tokens[0]].fold in ("so", "tong", "bao", "luong", "sl")
    return metric is not None and _is_row_count(metric.expr) and not counted


def _is_row_count(expr: str) -> bool:
    return expr.replace(" ", "").upper() == "COUNT(*)"


_LENGTHS = frozenset({"lau", "cham", "nhanh", "ngan", "dai"})
_DURATIONS = ("giờ", "ngày", "phút")


def measured_by(text: Text, view: View, ranking: Ranking | None) -> MetricMatch | None:
    """The measure by which rows are ranked when only a superlative says it: "tờ khai nào lâu nhất" is by duration.

    A word of duration means the column of a duration; any other the view's main amount.
    """
    if ranking is None or ranking.span is None:
        return None
    said = fold(ranking.span.text).split()
    before = fold(text.raw[: ranking.span.start]).split()
    long = bool(_LENGTHS & {*said[:1], *(before[-1:] if said[:1] == ["nhat"] else ())})
    for metric in view.metrics:
        if long and metric.unit in _DURATIONS and metric.expr.upper().startswith(("AVG(", "SUM(")):
            return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, ranking.span, assumed=True)
    default = view.default_metric
    money = [
        m for m in (default, *view.metrics) if m and m.expr.upper().startswith("SUM(") and m.unit in ("VND", "USD")
    ]
    if long or not money:
        return None
    return MetricMatch(money[0].name, money[0].expr, money[0].label, money[0].unit, ranking.span, assumed=True)


def counts_rows(view: View, match: MetricMatch) -> bool:
    return _is_row_count(match.expr)
