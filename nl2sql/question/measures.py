"""Which measures a question asks for: named, counted, shared out, averaged, or told by their unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import sqlglot
from sqlglot import exp

from nl2sql.question.elements import Element, gap, joined
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, canonical, fold
from nl2sql.types import FilterMatch, MetricMatch, Share
from schema.semantic import Dimension, Metric, View


def metric_match(metric: Metric, text: Text, element: Element | None, *, assumed: bool = False) -> MetricMatch:
    """A governed metric as a match."""
    span = text.span(*element.tokens) if element else None
    return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, span, assumed)


def read_metrics(text: Text, view: View, found: Sequence[Element]) -> tuple[tuple[MetricMatch, ...], frozenset[int]]:
    """Metrics in the order of the text, counts of distinct things included, and the elements used."""
    matches: dict[str, MetricMatch] = {}
    used: set[int] = set()
    for index, element in enumerate(found):
        if element.kind == "metric":
            metric = view.metric(element.name)
            if metric and index and found[index - 1].tag == "percent" and gap(text, found[index - 1], element) == 0:
                metric = _ratio_over(view, metric) or metric
            if metric and not _bounds(text, found, index) and not (matches and _amounts(text, found, index)):
                used.add(index)
                matches.setdefault(metric.name, metric_match(metric, text, element))
        elif element.kind == "dimension" and index:
            before = found[index - 1]
            dim = view.dimension(element.name)
            if dim and before.tag == "howmany" and before.tokens[1] == element.tokens[0]:
                used.add(index)
                counted = count_of(view, dim)
                matches.setdefault(counted.name, metric_match(counted, text, element))
        elif element.kind == "view" and index and (found[index - 1].tag == "howmany" or _most(text, found, index)):
            rows = next((m for m in view.metrics if _is_count(m.expr)), None)
            if rows:
                used.add(index)
                matches.setdefault(rows.name, metric_match(rows, text, element))
        elif element.tag == "howmany" and _of_goods(text, found, index):
            amount = next((m for m in view.metrics if "lượng" in m.synonyms), None)
            if amount:
                used.add(index)
                matches.setdefault(amount.name, metric_match(amount, text, element))
        elif element.kind == "fact":
            metric = metric_of_fact(view, element.name)
            if metric and not _bounds(text, found, index):
                used.add(index)
                matches.setdefault(metric.name, metric_match(metric, text, element))
    chosen = _shared_by_rows(text, view, found, _outputs(text, view, found, list(matches.values())))
    return tuple(chosen), frozenset(used)


def _most(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether rows are counted by a superlative that is split around them: "nhiều tờ khai nhất"."""
    element = found[index]
    after = found[index + 1] if index + 1 < len(found) else None
    split = after is not None and after.tag == "max" and after.tokens[0] == element.tokens[1]
    before = text.tokens[element.tokens[0] - 1].fold if element.tokens[0] else ""
    return split and before in ("nhieu", "it", "dong")


def _of_goods(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether "số lượng" stands right before a name of goods and so asks how much of them, not how many rows."""
    element = found[index]
    after = found[index + 1] if index + 1 < len(found) else None
    said = text.tokens[element.tokens[1] - 1].fold in ("luong", "sl")
    return said and after is not None and after.kind == "value" and gap(text, element, after) == 0


def _amounts(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a measure only says in what a change is told: "biên chế giảm bao nhiêu người"."""
    asks = text.tokens[found[index].tokens[0]].fold in ("bao", "may")
    return asks and index > 0 and found[index - 1].tag == "change" and gap(text, found[index - 1], found[index]) == 0


def _ratio_over(view: View, metric: Metric) -> Metric | None:
    """The governed percentage of which a measure is the whole: "mấy phần trăm dự toán"."""
    whole = f"nullif({metric.expr}, 0)".replace(" ", "").lower()
    return next(
        (m for m in view.metrics if m.unit == "%" and not m.numerator and whole in m.expr.replace(" ", "").lower()),
        None,
    )


def _outputs(text: Text, view: View, found: Sequence[Element], matches: list[MetricMatch]) -> list[MetricMatch]:
    """The measures that are asked for, without those that only say of what or by what.

    A plain count of rows that is named after another measure ("tiền phạt các vụ vi phạm") says of what; a measure
    after "theo" ("tỷ lệ … theo trị giá") says by what; a measure whose named alternative stands beside it is refined by
    that ("trị giá … tính bằng đồng").
    """
    kept = list(matches)
    for match in matches:
        element = next((e for e in found if e.kind == "metric" and e.name == match.name), None)
        if element is None or len(kept) < 2:
            continue
        index = list(found).index(element)
        before = found[index - 1] if index else None
        based = before is not None and before.tag == "group" and gap(text, before, element) == 0
        ranks = match is kept[0] and any(e.tag in ("max", "min") for e in found[:index])
        based = based and not ranks  # "top 5 theo số hóa đơn, kèm số tiền hoàn"
        counted = text.tokens[element.tokens[0]].fold in ("so", "bao", "may", "tong", "luong")
        metric = view.metric(match.name)
        refined = metric is not None and any(
            m.name in metric.alternatives and not _enumerated(text, found, element, m.name) for m in kept
        )
        said = match is not kept[0] or (before is not None and before.tag == "plural")
        whole = before is not None and before.tag in ("whole", "total") and any(m.unit == "%" for m in kept)
        whole = whole and before is not None and text.tokens[before.tokens[0]].fold in ("trong", "tren")
        pointed = element.tokens[1] < len(text.tokens) and text.tokens[element.tokens[1]].norm in ("đó", "này", "ấy")
        if (
            based
            or refined
            or whole
            or _glosses(text, view, kept, match, element)
            or _counts_to(text, found, kept, match, element)
            or (pointed and index > 0)
            or (_is_count(match.expr) and not counted and index > 0 and said)
        ):
            kept.remove(match)
    return _asked_count(text, found, kept)


def _shared_by_rows(text: Text, view: View, found: Sequence[Element], matches: list[MetricMatch]) -> list[MetricMatch]:
    """A total and the name of a mean that follow each other are one measure: "số thuế ấn định bình quân một cuộc".

    The mean's own total gives way to the one that was named; what it is shared among stays.
    """
    named = {m.name: m for m in matches}
    for fact in (e.name for e in found if e.kind == "fact"):
        total = metric_of_fact(view, fact)
        if total is not None and total.name in named:
            named[fact] = named[total.name]
    for first, second in pairwise(e for e in found if e.kind in ("metric", "fact") and e.name in named):
        said = text.tokens[second.tokens[0]].fold
        apart = any(t.kind == "punct" for t in text.tokens[first.tokens[1] : second.tokens[0]])
        if said not in ("binh", "trung") or apart or gap(text, first, second):
            continue
        whole, mean = named[first.name], named[second.name]
        tree = sqlglot.parse_one(mean.expr, read="duckdb")
        if not isinstance(sqlglot.parse_one(whole.expr, read="duckdb"), exp.Sum):
            continue
        if isinstance(tree, exp.Avg):
            shared = averaged(whole, view)
        elif isinstance(tree, exp.Div):
            expr = f"1.0 * {whole.expr} / {tree.expression.sql(dialect='duckdb')}"
            shared = replace(whole, name=f"{whole.name}_binh_quan", expr=expr, label=f"{whole.label} bình quân")
        else:
            shared = None
        if shared is not None:
            return [shared if m is whole else m for m in matches if m is not mean]
    return matches


def _asked_count(text: Text, found: Sequence[Element], matches: list[MetricMatch]) -> list[MetricMatch]:
    """ "bao nhiêu doanh nghiệp đang nợ thuế" asks how many; what they do with the tax is no second measure."""
    if len(matches) < 2 or not matches[0].expr.upper().startswith("COUNT(DISTINCT") or matches[0].span is None:
        return matches
    asked = fold(text.raw[: matches[0].span.end]).split()
    if not {"nhieu", "may", "so", "luong"} & set(asked[-6:]):
        return matches
    kept = [matches[0]]
    for match in matches[1:]:
        if match.span is None or match.expr.upper().startswith("COUNT(DISTINCT"):
            continue
        before = [t.text for t in text.tokens if t.end <= match.span.start][-3:]
        if _JOINS & {fold(w) for w in before}:
            kept.append(match)
    return kept


def _glosses(text: Text, view: View, kept: Sequence[MetricMatch], match: MetricMatch, element: Element) -> bool:
    """Whether a measure in parentheses only explains a ratio: "tỷ lệ lấp đầy (có mặt / biên chế giao)"."""
    if _depth(text, element.tokens[0]) == 0:
        return False
    columns = {c.name for c in sqlglot.parse_one(match.expr, read="duckdb").find_all(exp.Column)}
    for other in kept:
        if other is match or "/" not in other.expr:
            continue
        parts = {c.name for c in sqlglot.parse_one(other.expr, read="duckdb").find_all(exp.Column)}
        if columns and columns <= parts:
            return True
    return False


def _counts_to(
    text: Text, found: Sequence[Element], kept: Sequence[MetricMatch], match: MetricMatch, element: Element
) -> bool:
    """Whether a measure is only the subject of a ratio that it is the part of: "thu được mấy phần trăm dự toán"."""
    if "/" in match.expr:
        return False
    for other in kept:
        home = next((e for e in found if e.kind == "metric" and e.name == other.name), None)
        if home is None or "/" not in other.expr or home.tokens[0] < element.tokens[1]:
            continue
        part = other.expr.split("/")[0]
        between = text.tokens[element.tokens[1] : home.tokens[0]]
        asked = {"phan", "%", "tram", "bao", "may"} & {t.fold for t in text.tokens[element.tokens[1] : home.tokens[1]]}
        if (
            match.expr in part
            and asked
            and not any(t.fold in ("va", "cung", "kem", "voi", "lan") or t.text in ",;/+" for t in between)
        ):
            return True
    return False


def _depth(text: Text, token: int) -> int:
    before = [t.text for t in text.tokens[:token]]
    return before.count("(") - before.count(")")


def _enumerated(text: Text, found: Sequence[Element], element: Element, name: str) -> bool:
    mine = [e for e in found if e.kind == "metric" and e.name == element.name]
    others = [e for e in found if e.kind == "metric" and e.name == name]
    for first, second in (sorted((a, b), key=lambda e: e.tokens[0]) for a in mine for b in others):
        apart = first.tokens[1] < second.tokens[0]
        if apart and (joined(text, first, second) or _listed(text, first, second)):
            return True
    return False


_JOINS = frozenset({"va", "cung", "kem", "voi", "lan", ",", "+", ";", "nhieu", "may", "tong"})
_BETWEEN = _JOINS | {"hay", "ca", "theo", "bao", "so", "la", "thi", "nua", "duoc", "dat", "cho", "biet"}


def _listed(text: Text, first: Element, second: Element) -> bool:
    """Whether two measures stand in one list with question words between them ("… bao nhiêu và mấy phần trăm …")."""
    between = text.tokens[first.tokens[1] : second.tokens[0]]
    joins = any(t.text in ",;/&+" or t.fold in ("va", "cung", "kem", "lan", "voi") for t in between)
    return joins and all(t.kind == "punct" or t.fold in _BETWEEN for t in between)


def _bounds(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether this measure is only named to be bounded ("trên 1.000 tờ khai")."""
    element = found[index]
    others = [e for e in found if e.kind == "metric" and e is not element]
    if not others:
        return False
    following = next((i for i in range(index + 1, len(found)) if found[i].kind not in ("value", "filter")), len(found))
    before = next((i for i in range(index - 1, -1, -1) if found[i].tag not in ("unit", "have", "percent")), -1)
    for at in (before, following):  # "kim ngạch xuất khẩu sang Mỹ trên 1 tỷ USD": its conditions may stand between
        if not 0 <= at < len(found):
            continue
        near = found[at]
        number = near.number if near.kind == "number" else None
        if number is None or number.comparator in ("", "~") or number.kind not in ("threshold", "percent"):
            continue
        inside = near.tokens[0] <= element.tokens[0] < near.tokens[1]
        adjacent = gap(text, near, element) == 0 if near.tokens[0] < element.tokens[0] else False
        leading = _no_words(text, found[index : at + 1]) and element.tokens[0] < near.tokens[0] and index > 0
        if inside or (adjacent and near.tokens[1] >= element.tokens[0]) or leading:
            return True
    return False


def _no_words(text: Text, stretch: Sequence[Element]) -> bool:
    """Whether elements follow one another with no words of content between them."""
    return bool(stretch) and all(gap(text, one, two) == 0 for one, two in pairwise(stretch))


def is_inverse(text: Text, view: View, element: Element) -> bool:
    """Whether a measure was named by a word for its opposite sign ("nhập siêu")."""
    metric = view.metric(element.name) if element.kind == "metric" else None
    if metric is None or not metric.inverse:
        return False
    named = fold(text.span(*element.tokens).text)
    return any(fold(phrase) == named for phrase in metric.inverse)


def _is_count(expr: str) -> bool:
    tree = sqlglot.parse_one(expr, read="duckdb")
    return isinstance(tree, exp.Count)


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


def mean_of_extreme(match: MetricMatch, view: View) -> MetricMatch:
    """Members ranked by "thời gian … lâu nhất" are ranked by their mean: the superlative asks for the member."""
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    if not isinstance(tree, exp.Max | exp.Min) or not isinstance(tree.this, exp.Column):
        return match
    wanted = f"avg({tree.this.sql()})"
    mean = next((m for m in view.metrics if m.expr.replace(" ", "").lower() == wanted.lower()), None)
    return MetricMatch(mean.name, mean.expr, mean.label, mean.unit, match.span) if mean else match


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

    "tỷ lệ luồng xanh, vàng" is two governed ratios; "tỷ lệ sử dụng C/O mẫu E" counts that form alone.
    """
    out, kept = list(metrics), list(filters)
    for match in metrics:
        metric = view.metric(match.name)
        if metric is None or not metric.numerator:
            continue
        column = metric.numerator.split(" ")[0]
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
            else:
                narrowed = metric.expr.replace(metric.numerator, condition.sql)
                label = f"{metric.label} ({', '.join(condition.values)})"
                out[out.index(match)] = replace(match, expr=narrowed, label=label)
    return tuple(out), tuple(kept)


def as_ratio(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...]:
    """The governed percentage of a measure that says what part it makes up: "công chức nữ chiếm bao nhiêu phần trăm".

    Where the measure is named twice it is its own whole ("công chức nữ của Huế chiếm … số công chức nữ").
    """
    if len(metrics) != 1 or metrics[0].span is None:
        return metrics
    at = next((i for i, e in enumerate(found) if e.kind in ("metric", "fact") and e.name == metrics[0].name), None)
    after = found[at + 1] if at is not None and at + 1 < len(found) else None
    if at is None or after is None or after.tag != "share" or text.tokens[after.tokens[0]].fold != "chiem":
        return metrics
    if sum(e.kind in ("metric", "fact") and e.name == metrics[0].name for e in found) > 1:
        return metrics
    wanted = f"100.0*{metrics[0].expr}/nullif(".replace(" ", "").lower()
    for metric in view.metrics:
        if metric.unit == "%" and metric.expr.replace(" ", "").lower().startswith(wanted):
            return (metric_match(metric, text, found[at]),)
    return metrics


def best_rate(
    text: Text, view: View, found: Sequence[Element], filters: Sequence[FilterMatch]
) -> tuple[MetricMatch, FilterMatch, bool] | None:
    """The governed rate that "đúng hạn tốt nhất" ranks by, the condition that it counts, and whether most is best."""
    words = [t.fold for t in text.tokens]
    places = [i for i, w in enumerate(words[:-1]) if w in ("tot", "kem", "te") and words[i + 1] == "nhat"]
    if not places or any(e.kind in ("metric", "fact") for e in found):
        return None
    for condition in filters:
        for metric in view.metrics:
            counts = (
                metric.unit == "%" and metric.numerator and _condition(metric.numerator) == _condition(condition.sql)
            )
            if counts and not condition.negated:
                better = (metric.polarity != "down_good") == (words[places[0]] == "tot")
                return metric_match(metric, text, None), condition, better
    return None


def ratio_of(view: View, metrics: Sequence[MetricMatch], share: Share) -> MetricMatch | None:
    """The governed ratio whose numerator is the share's, so that its own denominator holds ("tỷ lệ … đúng hạn")."""
    if any(not _is_count(m.expr) for m in metrics):
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
        if element.kind != "dimension" or over < 0 or not 0 <= element.tokens[0] - over <= 2:
            continue
        between = [t.fold for t in text.tokens[over : element.tokens[0]]]
        dim = view.dimension(element.name)
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
        expr = f"1.0 * {first.expr} / NULLIF({count_of(view, dim).expr}, 0)"
        label = f"{first.label} bình quân một {dim.label[:1].lower()}{dim.label[1:]}"
        shared = replace(first, name=f"{first.name}_binh_quan", expr=expr, label=label)
        return (shared, *metrics[1:]), element.name
    return None


_MONEY = {"tien": ("VND", "USD"), "dong": ("VND",), "usd": ("USD",), "do": ("USD",), "dola": ("USD",), "vnd": ("VND",)}


_NO_MONEY = ("dòng", "đóng", "động", "đông", "đó", "đỏ", "độ", "tiên", "tiến")
"""Words of their own that fold to the name of money."""

_UNIT_WORDS = {
    "ký": "kg",
    "kí": "kg",
    "cân": "kg",
    "kilogam": "kg",
    "tiếng": "gio",
    "giờ": "gio",
    "hours": "gio",
    "tons": "tan",
}


def by_unit(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...]:
    """The measure that "bao nhiêu tấn / tiền / giờ" asks for, where the measures named have another unit.

    Of several measures with the unit the one whose names share most words with the question is meant.
    """
    asked = _asked_units(text, view, found)
    out = list(metrics)
    for units in asked:
        if any(m.unit.split("/")[0] in units for m in out):
            continue
        chosen = _best_by_unit(text, view, units)
        if chosen is not None and all(m.name != chosen.name for m in out):
            out.append(metric_match(chosen, text, None))
    wanted = {u for units in asked for u in units}
    counts = {m.name: m.unit for m in view.metrics if _is_count(m.expr)}
    if asked and len(out) > 1:
        out = [m for m in out if m.name not in counts or counts[m.name] in wanted]
    return tuple(out)


def _best_by_unit(text: Text, view: View, units: Sequence[str]) -> Metric | None:
    default = view.default_metric
    if default is not None and default.unit in units:
        return default
    words = {t.norm for t in text.tokens}
    scored = []
    for metric in view.metrics:
        if metric.unit in units:
            shared = max(
                len(words & set(canonical(p).split())) / (1 + len(p.split())) for p in (metric.label, *metric.synonyms)
            )
            scored.append((shared, metric))
    return max(scored, key=lambda item: item[0])[1] if scored else None


_IN_UNITS = r"(?:quy|tính|đổi|quy đổi|đo|lấy)(?: ra| theo| bằng| thành| sang| đổi ra)+(?: đơn vị| số)?"


def without_units(text: Text, filters: Sequence[FilterMatch]) -> tuple[FilterMatch, ...]:
    """The conditions without a unit that the figures are only to be told in ("quy ra tấn")."""
    turned = search(text, _IN_UNITS)
    if turned is None or turned.end >= len(text.tokens):
        return tuple(filters)
    start = text.tokens[turned.end].start
    return tuple(f for f in filters if f.negated or f.span is None or f.span.start != start)


def _asked_units(text: Text, view: View, found: Sequence[Element]) -> list[tuple[str, ...]]:
    """The units after each "bao nhiêu", in order; an amount of money may be in either currency."""
    known = {fold(m.unit): m.unit for m in view.metrics if m.unit}
    asked = []
    for index, element in enumerate(found):
        if element.kind == "metric" and _amounts(text, found, index):
            continue
        if element.tag == "howmany":
            units = _unit_after(text, element.tokens[1], known)
        elif element.kind == "metric" and text.tokens[element.tokens[0]].fold in ("bao", "may", "bi"):
            metric = view.metric(element.name)
            units = (metric.unit,) if metric and metric.unit else ()
        else:
            continue
        if units:
            asked.append(units)
    turned = search(text, _IN_UNITS)
    if turned is not None and not asked:
        units = _unit_after(text, turned.end, known)
        asked += [units] if units and turned.end < len(text.tokens) else []
    return asked


def _unit_after(text: Text, start: int, known: Mapping[str, str]) -> tuple[str, ...]:
    after = [_UNIT_WORDS.get(t.norm, t.fold) for t in text.tokens[start : start + 3]]
    while after and after[0] in ("nghin", "trieu", "ty", "ngan"):
        after = after[1:]
    if not after:
        return ()
    first = {u.split(" ")[0]: name for u, name in known.items() if u.startswith(("gio ", "ngay "))}
    for word in (" ".join(after[:2]), after[0]):
        if word in known:
            return (known[word],)
        if word in first:
            return (first[word],)  # "mấy giờ" asks for "giờ làm việc"
        if word in _MONEY and not any(t.norm in _NO_MONEY for t in text.tokens[start : start + 3] if t.fold == word):
            return tuple(u for u in _MONEY[word] if u in known.values())
    return ()
