"""Bounds that lie on a column of each row, and amounts that are bounded in another currency than their own."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp

from nl2sql.question.elements import Element, gap
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Term
from schema.semantic import Metric, View

MONEY = ("VND", "USD")

SILENT = ("unit", "have", "percent")
"""Tags of words between what is bounded and its bound."""


def neighbours(found: Sequence[Element], index: int) -> list[Element]:
    """What stands before and after a number, past the words of its own unit."""
    near = []
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(found) and (found[at].tag in SILENT or (step < 0 and found[at].kind == "period")):
            at += step
        if 0 <= at < len(found):
            near.append(found[at])
    return near


def row_column(view: View, metric: Metric) -> str:
    """The column of each row that a measure adds up or takes the mean of; "" where there is none."""
    tree = sqlglot.parse_one(metric.expr, read="duckdb")
    if isinstance(tree, exp.Sum | exp.Avg) and isinstance(tree.this, exp.Column):
        name = tree.this.name
        return name if any(f.name == name for f in view.facts) else ""
    return ""


def _unit_of(view: View, element: Element) -> str:
    """The unit of a measure or column that is named; "" for anything else."""
    metric = view.metric(element.name) if element.kind == "metric" else None
    fact = next((f for f in view.facts if element.kind == "fact" and f.name == element.name), None)
    return metric.unit if metric is not None else fact.unit if fact is not None else ""


def row_target(view: View, found: Sequence[Element], index: int) -> tuple[str, bool] | None:
    """The column of each row that a bound lies on: that of a measure named beside it, else the one with its unit."""
    unit = found[index].number.unit if found[index].number else ""  # type: ignore[union-attr]
    for near in (index - 1, index + 1):
        other = found[near] if 0 <= near < len(found) else None
        if other is not None and unit in ("ngày", "giờ") and _unit_of(view, other) not in ("", unit):
            continue  # "nợ quá hạn trên 120 ngày": no amount is so many days
        if other is not None and other.kind == "fact":
            return other.name, True
        metric = view.metric(other.name) if other is not None and other.kind == "metric" else None
        if metric is not None and (column := row_column(view, metric)):
            return column, True
    column = next((f.name for f in view.facts if f.unit and f.unit == unit), "")
    return (column, True) if column else None


def as_rows(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """What one row is, where a total is asked of those that a bound keeps: "tổng thu của các chứng từ có … trên 1 tỷ".

    Its column would list them one by one.
    """
    out = list(found)
    for index in range(2, len(found) - 2):
        element, (have, amount) = found[index], found[index + 1 : index + 3]
        dim = view.dimension(element.name) if element.kind == "dimension" else None
        said = text.span(*element.tokens).text
        own = dim is not None and not dim.index and fold(view.grain).startswith(f"mot {fold(said)} ")
        told = found[index - 1].tag == "plural" and found[index - 2].kind == "metric"
        bounded = any(e.number and e.number.comparator for e in found[index + 2 :])
        if own and told and have.tag == "have" and amount.kind in ("fact", "metric") and bounded:
            out[index] = Element("view", element.tokens, Term("view", view.name, view.name, "", (), ()))
    return tuple(out)


def had_by_rows(text: Text, view: View, found: Sequence[Element], measure: Element) -> bool:
    """Whether the rows that are counted have what is bounded: "số tờ khai có thuế phải nộp dưới 20 tỷ theo cục".

    A mean is one of the whole group.
    """
    before = [e for e in found if e.tokens[1] <= measure.tokens[0] and e.tag not in ("and", *SILENT)]
    number = before[-1].number if before else None
    if number is not None and number.comparator not in ("", "~") and len(before) > 1:
        bounded = before[-2]  # "có trị giá trên 500 triệu và tiền phạt dưới 50 triệu"
        return bounded.kind in ("metric", "fact") and had_by_rows(text, view, found, bounded)
    tags = [e for e in found if e.tag == "have" and text.tokens[e.tokens[0]].norm in ("có", "co")]
    tags = [e for e in tags if before and before[-1].tokens[1] <= e.tokens[0] and e.tokens[1] <= measure.tokens[0]]
    told = bool(tags) and gap(text, tags[-1], measure) == 0
    led = "có" if told else text.tokens[measure.tokens[0] - 1].norm if measure.tokens[0] else ""
    mean = any(t.fold == "binh" for t in text.tokens[measure.tokens[0] : measure.tokens[1] + 2])
    if mean or led not in ("có", "co", "với", "mà"):
        return False
    rest = (e for e in reversed(before) if e.kind not in ("value", "filter", "period", "grain"))
    subject = next(rest, None)
    metric = view.metric(subject.name) if subject is not None and subject.kind == "metric" else None
    rows = subject is not None and subject.kind == "view"
    return rows or (metric is not None and metric.expr.upper() == "COUNT(*)")


def right_behind_rows(text: Text, view: View, found: Sequence[Element], bounded: Element) -> bool:
    """Whether what is bounded stands right behind the rows that are counted: "số [vụ] phạt trên 50 triệu theo cục".

    Values that tell the rows further may stand between ("số tờ khai nhập khẩu trên 1 triệu USD").
    """
    words = text.tokens[bounded.tokens[0] : bounded.tokens[1] + 2]
    if any(t.fold in ("binh", "tong", "cong") for t in words):
        return False  # a mean or a sum is one of the whole group
    before = [e for e in found if e.tokens[1] <= bounded.tokens[0] and e.tag not in SILENT]
    after = bounded
    for element in reversed(before):
        between = text.tokens[element.tokens[1] : after.tokens[0]]
        if gap(text, element, after) or any(t.kind == "punct" for t in between):
            return False
        if element.kind not in ("value", "filter"):
            metric = view.metric(element.name) if element.kind == "metric" else None
            return element.kind == "view" or (metric is not None and metric.expr.upper() == "COUNT(*)")
        after = element
    return False


def across_currencies(text: Text, view: View, found: Sequence[Element], index: int) -> str | None:
    """The column, in the currency of a bound, of an amount that is named in the other: "trị giá trên 100 tỷ đồng".

    None where the currencies agree or no amount is named; "" where the view holds the amount in one currency only.
    """
    number = found[index].number
    unit = number.unit if number else ""
    named: list[tuple[str, str]] = []
    for other in neighbours(found, index):
        first, second = sorted((other, found[index]), key=lambda e: e.tokens[0])
        metric = view.metric(other.name) if other.kind == "metric" else None
        fact = next((f for f in view.facts if other.kind == "fact" and f.name == other.name), None)
        if gap(text, first, second) == 0 and metric is not None:
            named.append((metric.unit, row_column(view, metric)))
        elif gap(text, first, second) == 0 and fact is not None:
            named.append((fact.unit, fact.name))
    owns = [(own, column) for own, column in named if own in MONEY]
    if unit not in MONEY or not owns or any(own == unit for own, _ in owns):
        return None
    own, column = owns[0]
    wanted = f"{column.removesuffix(own.lower())}{unit.lower()}"
    known = column.endswith(f"_{own.lower()}") and any(f.name == wanted and f.unit == unit for f in view.facts)
    return wanted if known else ""
