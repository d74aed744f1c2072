"""Measures by themselves: their kinds, means, ratios, and what one counts of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import sqlglot
from sqlglot import exp

from nl2sql.question.elements import Element, gap
from nl2sql.question.filters import quote
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, MetricMatch, Ranking, Share
from schema.semantic import Dimension, Metric, View


def metric_match(metric: Metric, text: Text, element: Element | None, *, assumed: bool = False) -> MetricMatch:
    """A governed metric as a match."""
    span = text.span(*element.tokens) if element else None
    return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, span, assumed)


def is_inverse(text: Text, view: View, element: Element) -> bool:
    """Whether a measure was named by a word for its opposite sign ("nhập siêu")."""
    metric = view.metric(element.name) if element.kind == "metric" else None
    if metric is None or not metric.inverse:
        return False
    named = fold(text.span(*element.tokens).text)
    return any(fold(phrase) == named for phrase in metric.inverse)


@cache
def is_count(expr: str) -> bool:
    tree = sqlglot.parse_one(expr, read="duckdb")
    return isinstance(tree, exp.Count)


@cache
def is_distinct_count(expr: str) -> bool:
    tree = sqlglot.parse_one(expr, read="duckdb")
    return isinstance(tree, exp.Count) and isinstance(tree.this, exp.Distinct)


def per_counted(match: MetricMatch, count: Metric) -> MetricMatch:
    """A total shared among things that are counted: "kim ngạch bình quân một tờ khai"."""
    expr = f"1.0 * {match.expr} / NULLIF({count.expr}, 0)"
    return replace(match, name=f"{match.name}_binh_quan", expr=expr, label=f"{match.label} bình quân một {count.unit}")


def count_of(view: View, dim: Dimension) -> Metric:
    """The governed metric that counts this dimension's members, or the plain count of distinct values."""
    name = f"so_{dim.name}"
    unit = fold(dim.label)
    same = (m for m in view.metrics if m.unit and fold(m.unit) == unit and m.expr.upper().startswith("COUNT(DISTINCT"))
    metric = view.metric(name) or next(same, None)
    if metric:
        return metric
    unit = dim.label.lower()
    governed = [m for m in view.metrics if m.unit == unit and m.expr.upper().startswith("COUNT(DISTINCT ")]
    if len(governed) == 1:
        return governed[0]
    return Metric(name, f"Số {dim.label[:1].lower()}{dim.label[1:]}", f"COUNT(DISTINCT {dim.name})",
                  additivity="distinct")  # fmt: skip


def metric_of_fact(view: View, column: str) -> Metric | None:
    """The governed measure over a column: its total, else its mean."""
    for kind in (exp.Sum, exp.Avg):
        for metric in view.metrics:
            tree = sqlglot.parse_one(metric.expr, read="duckdb")
            if isinstance(tree, kind) and tree.this.sql() == column:
                return metric
    fact = next((f for f in view.facts if f.name == column), None)
    if fact is None:
        return None
    return Metric(column, fact.label, f"SUM({column})", fact.unit)


def averaged(match: MetricMatch, view: View) -> MetricMatch | None:
    """The mean per row instead of the sum, governed where the catalogue has it, else built from the same column."""
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    if not isinstance(tree, exp.Sum) or not isinstance(tree.this, exp.Column):
        return None
    expr = f"AVG({tree.this.sql()})"
    governed = next((m for m in view.metrics if m.expr.replace(" ", "").lower() == expr.lower()), None)
    if governed:
        return MetricMatch(governed.name, governed.expr, governed.label, governed.unit, match.span)
    return replace(match, name=f"{match.name}_binh_quan", expr=expr, label=f"{match.label} bình quân")


def mean_of_extreme(match: MetricMatch, view: View, ranking: Ranking) -> MetricMatch:
    """Members ranked by "thời gian … lâu nhất" are ranked by their mean: the superlative asks for the member.

    Where a rank of its own follows ("giá tham chiếu cao nhất …, top 15 nhóm hàng") the superlative names the measure.
    """
    if ranking.span is not None and match.span is not None and ranking.span.start >= match.span.end:
        return match
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    if not isinstance(tree, exp.Max | exp.Min) or not isinstance(tree.this, exp.Column):
        return match
    wanted = f"avg({tree.this.sql()})"
    mean = next((m for m in view.metrics if m.expr.replace(" ", "").lower() == wanted.lower()), None)
    return MetricMatch(mean.name, mean.expr, mean.label, mean.unit, match.span) if mean else match


def extreme_named(metrics: Sequence[MetricMatch]) -> Ranking | None:
    """The rank that lies in the name of a measure: "mặt hàng nào có giá tham chiếu cao nhất" asks for one of them."""
    if len(metrics) != 1 or metrics[0].span is None or not fold(metrics[0].span.text).endswith("nhat"):
        return None
    tree = sqlglot.parse_one(metrics[0].expr, read="duckdb")
    if not isinstance(tree, exp.Max | exp.Min):
        return None
    return Ranking(1, isinstance(tree, exp.Max), span=metrics[0].span)


def extreme_of_mean(found: Sequence[Element], metrics: tuple[MetricMatch, ...]) -> tuple[MetricMatch, ...]:
    """ "thuế suất cao nhất là bao nhiêu": without members to rank, the greatest single value and not the mean."""
    tags = {e.tag for e in found if e.tag in ("max", "min")}
    if len(tags) != 1 or len(metrics) != 1 or any(e.tag == "average" for e in found):
        return metrics
    tree = sqlglot.parse_one(metrics[0].expr, read="duckdb")
    if not isinstance(tree, exp.Avg) or not isinstance(tree.this, exp.Column):
        return metrics
    way, word = ("MAX", "cao nhất") if tags == {"max"} else ("MIN", "thấp nhất")
    name, label = f"{metrics[0].name}_{way.lower()}", f"{metrics[0].label} {word}"
    return (replace(metrics[0], name=name, expr=f"{way}({tree.this.sql()})", label=label),)


def numerators(
    view: View, metrics: tuple[MetricMatch, ...], filters: tuple[FilterMatch, ...]
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """Conditions on the very column that a ratio counts change its numerator and do not bound its whole.

    "tỷ lệ luồng xanh, vàng" is two governed ratios; "tỷ lệ sử dụng C/O mẫu E" counts that form alone. A ratio of one
    value keeps its name and its figure when another value stands beside it ("tỷ trọng thuế GTGT và thuế nhập khẩu"):
    that one gets a figure of its own.
    """
    out, kept = list(metrics), list(filters)
    for match in metrics:
        metric = view.metric(match.name)
        if metric is None or not metric.numerator:
            continue
        column = metric.numerator.split(" ")[0]
        if not _bounds_others(view, metric, metrics):
            kept = [c for c in kept if c.negated or c.sql.lower() != metric.numerator.lower()]
        for condition in [f for f in filters if f.column == column and not f.negated]:
            if condition in kept:
                kept.remove(condition)
            values = [f"{column} = '{v}'" for v in condition.values]
            siblings = [m for v in values for m in view.metrics if m.numerator == v and m.unit == metric.unit]
            if len(siblings) == len(values):
                out.extend(
                    MetricMatch(m.name, m.expr, m.label, m.unit, condition.span)
                    for m in siblings if all(o.name != m.name for o in out)
                )  # fmt: skip
            elif metric.numerator.startswith(f"{column} = '") and not match.assumed:
                out.extend(_part_of_its_own(metric, match, column, value, condition) for value in condition.values)
            else:
                narrowed = metric.expr.replace(metric.numerator, condition.sql)
                label = f"{metric.label} ({', '.join(condition.values)})"
                out[out.index(match)] = replace(match, expr=narrowed, label=label)
    return tuple(out), tuple(kept)


def _bounds_others(view: View, metric: Metric, metrics: Sequence[MetricMatch]) -> bool:
    """Whether the part that a number counts bounds an amount beside it as well: "số cont tồn đọng, tính cả TEU"."""
    others = [m for named in metrics if (m := view.metric(named.name)) is not None and m.name != metric.name]
    amounts = all(m.expr.upper().startswith("SUM(") and not m.numerator for m in others)
    return metric.unit != "%" and bool(others) and amounts


def _part_of_its_own(
    metric: Metric, match: MetricMatch, column: str, value: str, condition: FilterMatch
) -> MetricMatch:
    """The same ratio for another value of the column that it counts."""
    expr = metric.expr.replace(metric.numerator, f"{column} = {quote(value)}")
    slug = re.sub(r"\W+", "_", fold(value)) or "rieng"
    return MetricMatch(f"ty_trong_{slug}", expr, f"Tỷ trọng: {value}", match.unit, condition.span)


def as_ratio(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...]:
    """The governed percentage of a measure that says what part it makes up: "công chức nữ chiếm bao nhiêu phần trăm".

    "tỷ lệ hàng bị kiểm hóa" names the measure right after the word for a share.

    Where the measure is named twice it is its own whole ("công chức nữ của Huế chiếm … số công chức nữ").
    """
    metrics = _by_rate(text, view, metrics)
    if len(metrics) != 1 or metrics[0].span is None:
        return metrics
    at = next((i for i, e in enumerate(found) if e.kind in ("metric", "fact") and e.name == metrics[0].name), None)
    after = found[at + 1] if at is not None and at + 1 < len(found) else None
    before = found[at - 1] if at else None
    takes = after is not None and after.tag == "share" and text.tokens[after.tokens[0]].fold == "chiem"
    led = (
        before is not None
        and before.tag in ("share", "percent")
        and at is not None
        and not gap(text, before, found[at])
    )
    led = led and before is not None and text.tokens[before.tokens[0]].fold not in ("chiem", "dong", "co")
    if at is None or not (takes or led):
        return metrics
    if sum(e.kind in ("metric", "fact") and e.name == metrics[0].name for e in found) > 1:
        return metrics
    wanted = f"100.0*{metrics[0].expr}/nullif(".replace(" ", "").lower()
    for metric in view.metrics:
        if metric.unit == "%" and metric.expr.replace(" ", "").lower().startswith(wanted):
            return (metric_match(metric, text, found[at]),)
    return metrics


AS_RATE = r"(?:theo|về|bằng|xét|tính)(?: theo| về)? (?:tỷ lệ|phần trăm|%)(?: phần trăm| %)?(?= [),.;?]|$| năm| quý)"


def _by_rate(text: Text, view: View, metrics: tuple[MetricMatch, ...]) -> tuple[MetricMatch, ...]:
    """The governed percentage of what a difference sets apart: "vượt dự toán nhiều nhất (theo tỷ lệ)"."""
    if len(metrics) != 1 or search(text, AS_RATE) is None:
        return metrics
    tree = sqlglot.parse_one(metrics[0].expr, read="duckdb")
    columns = {c.name for c in tree.find_all(exp.Column)}
    if not isinstance(tree, exp.Sub) or len(columns) < 2:
        return metrics
    for metric in view.metrics:
        rate = sqlglot.parse_one(metric.expr, read="duckdb")
        if metric.unit == "%" and {c.name for c in rate.find_all(exp.Column)} == columns:
            return (replace(metric_match(metric, text, None), span=metrics[0].span),)
    return metrics


def best_rate(
    text: Text, view: View, found: Sequence[Element], filters: Sequence[FilterMatch]
) -> tuple[MetricMatch, FilterMatch, bool] | None:
    """The governed rate that "đúng hạn tốt nhất" ranks by, the condition that it counts, and whether most is best.

    "bộ nào trả đúng hạn hơn" sets two rates against each other as well.
    """
    words = [t.fold for t in text.tokens]
    places = [i for i, w in enumerate(words[:-1]) if w in ("tot", "kem", "te") and words[i + 1] == "nhat"]
    outdone = _outdone(text, filters)
    if not (places or outdone is not None) or any(e.kind in ("metric", "fact") for e in found):
        return None
    for condition in (outdone,) if outdone is not None else filters:
        for metric in view.metrics:
            counts = (
                metric.unit == "%" and metric.numerator and _condition(metric.numerator) == _condition(condition.sql)
            )
            if counts and not condition.negated:
                better = outdone is not None or (metric.polarity != "down_good") == (words[places[0]] == "tot")
                return metric_match(metric, text, None), condition, better
    return None


def _outdone(text: Text, filters: Sequence[FilterMatch]) -> FilterMatch | None:
    """What one of several named members does more than the others: "bộ nào trả đúng hạn hơn" asks how often."""
    if not any(len(f.values) > 1 for f in filters) or search(text, "nhiều|ít|số(?: lượng)?|đông") is not None:
        return None
    for condition in filters:
        after = [t for t in text.tokens if condition.span and t.start >= condition.span.end][:2]
        measured = len(after) > 1 and (after[1].text[0].isdigit() or after[1].norm in ("bao", "mấy", "so"))
        if after and after[0].norm == "hơn" and not measured:
            return condition
    return None


def in_points(
    view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...], filters: tuple[FilterMatch, ...]
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """What moves by points of a percentage is the rate of its condition: "luồng vàng tăng mấy điểm phần trăm"."""
    tags = {e.tag for e in found}
    if "points" not in tags or "share" in tags or any(not is_count(m.expr) for m in metrics):
        return metrics, filters
    counted = [
        (f, m) for f in filters if not f.negated for m in view.metrics
        if m.unit == "%" and m.numerator and _condition(m.numerator) == _condition(f.sql)
    ]  # fmt: skip
    if len({id(f) for f, _ in counted}) != 1:
        return metrics, filters
    condition, rate = counted[0]
    match = MetricMatch(rate.name, rate.expr, rate.label, rate.unit, condition.span)
    return (match,), tuple(f for f in filters if f is not condition)


def ratio_of(view: View, metrics: Sequence[MetricMatch], share: Share) -> MetricMatch | None:
    """The governed ratio whose numerator is the share's, so that its own denominator holds ("tỷ lệ … đúng hạn")."""
    if any(not is_count(m.expr) for m in metrics):
        return None
    wanted = _condition(share.numerator)
    for metric in view.metrics:
        if metric.unit == "%" and metric.numerator and _condition(metric.numerator) == wanted:
            return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, share.span)
    return None


def _condition(sql: str) -> str:
    return sqlglot.parse_one(sql, read="duckdb").sql(dialect="duckdb").lower()


def per_member(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[tuple[MetricMatch, ...], str] | None:
    """A total shared among the members of a column ("bình quân một doanh nghiệp") and that column, or None.

    A governed measure that says so itself is left as it is.
    """
    average = next((e for e in found if e.tag == "average"), None)
    counted = _counted_thing(text, view, average)
    if counted is not None and metrics and metrics[0].expr.upper().startswith("SUM("):
        return (per_counted(metrics[0], counted), *metrics[1:]), ""
    whole = metrics[0] if metrics else None
    if whole is not None and (each := _each_before(text, view, found, average)) and whole.expr.upper()[:4] == "SUM(":
        return (_shared_among(view, whole, each), *metrics[1:]), each.name
    if not metrics or isinstance(sqlglot.parse_one(metrics[0].expr, read="duckdb"), exp.Avg | exp.Div):
        return None  # what is a mean already is shown for each member: "thuế suất trung bình mỗi chương"
    for element in found:
        start = max(0, element.tokens[0] - 2)
        led = [t.fold for t in text.tokens[start : element.tokens[0]]] in (
            ["tren", "mot"],
            ["tren", "moi"],
            ["tren", "1"],
        )
        over = average.tokens[1] if average is not None else start if led else -1
        if over < 0 or not 0 <= element.tokens[0] - over <= 2:
            continue
        between = [t.fold for t in text.tokens[over : element.tokens[0]]]
        dim = view.dimension(element.name) if element.kind == "dimension" else _noun_of(text, view, element)
        if (
            dim is None
            or any(w not in ("mot", "moi", "1", "tung", "cho", "cua", "tren") for w in between)
            or not between
        ):
            continue
        first = metrics[0]
        governed = view.metric(first.name)
        if governed is not None and governed.additivity == "ratio":
            continue  # "thuế suất trung bình mỗi chương" is a mean already: the members are listed
        return (_shared_among(view, first, dim), *metrics[1:]), dim.name
    return None


def _shared_among(view: View, total: MetricMatch, dim: Dimension) -> MetricMatch:
    expr = f"1.0 * {total.expr} / NULLIF({count_of(view, dim).expr}, 0)"
    label = f"{total.label} bình quân một {dim.label[:1].lower()}{dim.label[1:]}"
    return replace(total, name=f"{total.name}_binh_quan", expr=expr, label=label)


def _each_before(text: Text, view: View, found: Sequence[Element], average: Element | None) -> Dimension | None:
    """The enterprises before the mean: "mỗi doanh nghiệp FDI nộp bình quân bao nhiêu" asks for no list of them all."""
    if average is None or any(t.fold in ("mot", "moi", "tung") for t in text.tokens[average.tokens[1] :][:2]):
        return None
    for element in found:
        start, end = element.tokens
        led = (start > 0 and text.tokens[start - 1].fold in ("moi", "mot")) or text.tokens[start].fold in ("moi", "mot")
        dim = view.dimension(element.name) if element.kind == "dimension" else _noun_of(text, view, element)
        if led and dim is not None and dim.sensitive and 0 <= average.tokens[0] - end <= 4:
            return dim
    return None


def _counted_thing(text: Text, view: View, average: Element | None) -> Metric | None:
    """The governed count of distinct things behind "bình quân một": a view of goods lines knows its declarations."""
    if average is None:
        return None
    after = [t.fold for t in text.tokens[average.tokens[1] : average.tokens[1] + 8] if t.kind != "punct"]
    while after and after[0] in ("mot", "moi", "1", "tung", "cho", "cua", "tren", "tinh"):
        after = after[1:]
    for metric in view.metrics:
        unit = fold(metric.unit).split() if is_distinct_count(metric.expr) else []
        if unit and after[: len(unit)] == unit and all(fold(d.label).split() != unit for d in view.dimensions):
            return metric
    return None


def _noun_of(text: Text, view: View, element: Element) -> Dimension | None:
    """The column that a value's first words name: the enterprise of "bình quân một doanh nghiệp FDI"."""
    if element.kind != "value":
        return None
    said = [t.fold for t in text.tokens[element.tokens[0] : element.tokens[1]]]
    for dim in view.dimensions:
        names = {fold(n) for n in (dim.label, *dim.synonyms)}
        if dim.name != element.name and any(" ".join(said[:size]) in names for size in range(1, len(said))):
            return dim
    return None
