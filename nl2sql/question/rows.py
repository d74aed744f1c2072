"""Whether a question asks for the things themselves: "liệt kê tờ khai", "5 vụ lớn nhất", "những vụ ma túy …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nl2sql.question.elements import Element, gap
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, canonical, fold
from nl2sql.types import GroupMatch, MetricMatch, Ranking
from schema.semantic import View


def wants_rows(text: Text, view: View, found: Sequence[Element], groups: Sequence[GroupMatch]) -> bool:
    """Whether the things themselves are asked for ("liệt kê tờ khai", "5 vụ lớn nhất", "những vụ ma túy …")."""
    listed = any(e.tag == "list" for e in found)
    asking = [e for e in found if e.tag == "howmany" and not (listed and text.tokens[e.tokens[0]].fold == "may")]
    counted = any(e.kind == "metric" and text.tokens[e.tokens[0]].fold in ("bao", "may") for e in found)
    stepped = any(e.kind == "grain" and e.tag == "by" for e in found)
    bounds = {i for e in found if e.number and e.number.comparator for i in range(*e.tokens)}  # the sign of "dưới 2%"
    if (
        groups
        or stepped
        or asking
        or counted
        or any(
            e.tag in ("change", "compare", "share", "percent", "average") and not set(range(*e.tokens)) <= bounds
            for e in found
        )
    ):
        return False
    if listed and _lists_grain(text, view):
        return True
    for index, element in enumerate(found):
        if not _names_rows(text, view, element):
            continue
        after = found[index + 1] if index + 1 < len(found) else None
        extreme = any(e.tag in ("max", "min") for e in found)
        asked = after is not None and after.kind == "tag" and after.tag == "which"
        asked = asked and after is not None and gap(text, element, after) == 0
        if extreme and asked:
            return True  # "vụ nào có trị giá lớn nhất"
        if asked and any(e.number and e.number.kind == "threshold" and e.number.comparator for e in found[index:]):
            return True  # "vụ nào phạt trên 500 triệu"
        if extreme and _begins(found, index) and _measured_next(view, found, index):
            return True  # "vụ vi phạm có trị giá lớn nhất"
        if any(_is_measure(view, e) for e in found[:index]):
            return False  # "tiền phạt các vụ vi phạm": the measure governs, the rows only say of what
        if any(e.tag == "latest" and e.tokens[0] >= element.tokens[1] for e in found):
            return True  # "vụ buôn lậu gần đây nhất"
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


def _begins(found: Sequence[Element], index: int) -> bool:
    """Whether nothing but a period stands before an element."""
    return all(e.kind == "period" or e.tag in ("list", "polite") for e in found[:index])


def _measured_next(view: View, found: Sequence[Element], index: int) -> bool:
    """Whether the superlative is about an amount of each row that follows: "vụ … có trị giá [lớn nhất]"."""
    last = next(i for i, e in enumerate(found) if e.tag in ("max", "min"))
    between = [e for e in found[index + 1 : last] if e.kind != "period"]
    return bool(between) and _is_measure(view, between[-1]) and any(e.tag == "have" for e in between)


_OF_ROWS = re.compile(r" (?:của|theo|với|vào|đã|kiêm|bị|được|nộp|trong|qua) .*|,.*| \(.*")
"""What the description of one row says behind its noun: "khoản nợ [của một doanh nghiệp …]"."""


def _lists_grain(text: Text, view: View) -> bool:
    """Whether what one row is follows the word of a list or a number: "liệt kê 10 khoản nợ …"."""
    noun = canonical(_OF_ROWS.sub("", view.grain.removeprefix("một ")))
    if " " not in noun or not view.grain.startswith("một "):
        return False
    led = r"(?:\d+|các|những|liệt kê|danh sách|chi tiết|kể tên)"
    return search(text, rf"{led} {re.escape(noun)}") is not None


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


_COMMON = frozenset({"bien", "gap", "xuyen", "thay"})
_CROWDS = ("đông", "dong", "vắng")
"""Heads of superlatives that are about how many come, and not about money."""
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
    lengths = [
        m
        for m in view.metrics
        if m.unit.split(" ")[0] in _DURATIONS and m.expr.upper().startswith(("AVG(", "SUM(")) and "CASE" not in m.expr
    ]
    if long:
        plain = set(canonical(view.label).split())
        words = [t.norm for t in text.tokens if t.end <= ranking.span.start and t.norm not in plain][-4:]
        named = [
            *((m.name, m.expr, m.label, m.unit, (m.label, *m.synonyms)) for m in lengths),
            *((f.name, f"AVG({f.name})", f.label, f.unit, (f.label, *f.synonyms)) for f in view.facts
              if f.unit.split(" ")[0] in _DURATIONS),
        ]  # fmt: skip
        shared = [max(len(set(words) & set(canonical(p).split())) for p in phrases) for *_, phrases in named]
        if named:
            name, expr, label, unit, _ = named[shared.index(max(shared))]
            return MetricMatch(name, expr, label, unit, ranking.span, assumed=True)
    default = view.default_metric
    money = [
        m for m in (default, *view.metrics) if m and m.expr.upper().startswith("SUM(") and m.unit in ("VND", "USD")
    ]
    if long or not money:
        return None
    return MetricMatch(money[0].name, money[0].expr, money[0].label, money[0].unit, ranking.span, assumed=True)


def lasting(text: Text, view: View, ranking: Ranking | None) -> MetricMatch | None:
    """The duration by which groups are ranked when only the superlative says it: "ban nào xử lý chậm nhất"."""
    if ranking is None or ranking.span is None:
        return None
    found = measured_by(text, view, ranking)
    return found if found is not None and found.unit.split(" ")[0] in _DURATIONS else None


def commonest(text: Text, view: View, ranking: Ranking | None) -> MetricMatch | None:
    """The count of rows, which "phổ biến nhất" ranks by whatever the view's main measure is."""
    if ranking is None or ranking.span is None:
        return None
    said = set(fold(ranking.span.text).split())
    crowded = ranking.span.text.lower().split()[0] in _CROWDS
    if not said & _COMMON and not crowded:
        return None
    return row_count(view, text)


def row_count(view: View, text: Text) -> MetricMatch | None:
    """The view's count of rows."""
    metric = next((m for m in view.metrics if _is_row_count(m.expr)), None)
    return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, None, assumed=True) if metric else None


def counts_rows(view: View, match: MetricMatch) -> bool:
    return _is_row_count(match.expr)
