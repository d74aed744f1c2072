"""Which measures a question asks for, by what it groups them, and which bounds it puts on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlglot
from sqlglot import exp

from nl2sql.question.elements import Element, gap, joined
from nl2sql.question.numbers import NumberMention
from nl2sql.question.text import Text, canonical, fold
from nl2sql.types import FilterMatch, GroupMatch, MetricMatch, Span, Threshold
from schema.semantic import Dimension, Metric, View


def metric_match(metric: Metric, text: Text, element: Element | None, *, assumed: bool = False) -> MetricMatch:
    """A governed metric as a match."""
    span = text.span(*element.tokens) if element else None
    return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, span, assumed)


def read_groups(
    text: Text, view: View, found: Sequence[Element], several: Sequence[str]
) -> tuple[tuple[GroupMatch, ...], frozenset[int], bool]:
    """Columns to group by, with the indices of the dimension elements used and whether a list of them was asked for.

    A dimension is grouped by when a grouping word or a count stands before it, when it is asked for ("nước nào"), when
    a superlative is about it, or when it continues such an enumeration. Where a value follows it directly it only
    introduces that value ("nước Mỹ").
    """
    groups: dict[str, GroupMatch] = {}
    used: set[int] = set()
    listed = False
    asked = any(
        e.kind == "dimension" and _wants_group(text, found, i) in ("which", "count") for i, e in enumerate(found)
    )
    superlative = any(e.tag in ("max", "min", "sort", "desc", "asc") for e in found)
    threshold = any(e.number and e.number.comparator for e in found if e.kind == "number")
    for index, element in enumerate(found):
        if element.kind != "dimension":
            continue
        before = found[index - 1] if index else None
        after = found[index + 1] if index + 1 < len(found) else None
        introduces = _introduces(text, view, element, after)
        wants = _wants_group(text, found, index)
        if introduces and wants not in ("group", "which"):
            used.add(index)
            continue
        counted = before is not None and before.tag == "howmany" and before.tokens[1] == element.tokens[0]
        if counted and wants != "group":
            continue
        if wants is None and (superlative or threshold) and not introduces and not asked:
            wants = "rank"
        last = next((i for i in range(index - 1, -1, -1) if found[i].tag != "and"), None)
        if wants is None and last is not None and last in used and joined(text, found[last], element):
            wants = "group"
        if wants is None:
            continue
        changes = any(e.tag == "change" for e in found)
        listed = listed or wants in ("which", "list") or (wants == "plural" and changes)
        used.add(index)
        groups[element.name] = GroupMatch(element.name, view.label_of(element.name), None, text.span(*element.tokens))
    total = any(e.tag == "total" for e in found) or any(t.norm == "tổng" for t in text.tokens)
    for column in several:
        if column not in groups and not total and view.dimension(column):
            groups[column] = GroupMatch(column, view.label_of(column))
    return tuple(groups.values()), frozenset(used), listed


def _introduces(text: Text, view: View, element: Element, after: Element | None) -> bool:
    """Whether a column's name only introduces the value after it: "nước Mỹ", "chi cục Móng Cái"."""
    if after is None or after.kind != "value" or gap(text, element, after):
        return False
    between = text.tokens[element.tokens[1] : after.tokens[0]]
    if any(t.kind == "punct" for t in between) or len(between) > 1:
        return False
    names = {element.name, *(t.name for t in element.others)}
    values = {after.name, *(t.name for t in after.others)}
    parents = {d.parent for n in names if (d := view.dimension(n))}
    return bool(names & values or parents & values)


def _wants_group(text: Text, found: Sequence[Element], index: int) -> str | None:
    element = found[index]
    before = found[index - 1] if index else None
    after = found[index + 1] if index + 1 < len(found) else None
    beyond = found[index + 2] if index + 2 < len(found) else None
    if after is not None and after.kind in ("value", "filter") and beyond is not None and beyond.tag == "which":
        return "which"
    if after is not None and after.tag == "which" and gap(text, element, after) == 0:
        return "which"
    for back in reversed(found[:index]):
        if gap(text, back, element) or back.kind in ("metric", "value", "filter", "dimension"):
            break
        if back.tag in ("group", "trend"):
            return "group"
        if back.tag == "plural" and _is_object(text, back):
            return None
        if back.tag in ("plural", "share"):
            return "plural"
        if back.tag == "list":
            return "list"
        if back.tag in ("max", "min"):
            return "rank"
        if back.kind == "number" and back.number and back.number.kind == "count":
            return "count"
        if back.kind not in ("tag",):
            break
    if before is not None and before.kind == "number" and before.number and before.number.kind == "count" \
            and before.tokens[1] >= element.tokens[0]:  # fmt: skip
        return "count"
    return None


def _is_object(text: Text, plural: Element) -> bool:
    """Whether a plural is what something goes to or comes from ("sang các nước"), and no list of groups."""
    first = plural.tokens[0]
    rest = [t.fold for t in text.tokens[plural.tokens[1] + 1 : plural.tokens[1] + 4]]
    if "khac" in rest or "con" in rest:
        return True  # "các nước khác", "các nước còn lại": what an exclusion leaves
    return first > 0 and text.tokens[first - 1].fold in ("sang", "di", "toi", "tu", "voi", "den", "vao", "cho")


def read_metrics(text: Text, view: View, found: Sequence[Element]) -> tuple[tuple[MetricMatch, ...], frozenset[int]]:
    """Metrics in the order of the text, counts of distinct things included, and the elements used."""
    matches: dict[str, MetricMatch] = {}
    used: set[int] = set()
    for index, element in enumerate(found):
        if element.kind == "metric":
            metric = view.metric(element.name)
            if metric and not _bounds(text, found, index):
                used.add(index)
                matches.setdefault(metric.name, metric_match(metric, text, element))
        elif element.kind == "dimension" and index:
            before = found[index - 1]
            dim = view.dimension(element.name)
            if dim and before.tag == "howmany" and before.tokens[1] == element.tokens[0]:
                used.add(index)
                counted = _count_of(view, dim)
                matches.setdefault(counted.name, metric_match(counted, text, element))
        elif element.kind == "view" and index and found[index - 1].tag == "howmany":
            rows = next((m for m in view.metrics if _is_count(m.expr)), None)
            if rows:
                used.add(index)
                matches.setdefault(rows.name, metric_match(rows, text, element))
        elif element.kind == "fact":
            metric = _metric_of_fact(view, element.name)
            if metric and not _bounds(text, found, index):
                used.add(index)
                matches.setdefault(metric.name, metric_match(metric, text, element))
    return tuple(_outputs(text, view, found, list(matches.values()))), frozenset(used)


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
        counted = text.tokens[element.tokens[0]].fold in ("so", "bao", "may", "tong", "luong")
        metric = view.metric(match.name)
        refined = metric is not None and any(
            m.name in metric.alternatives and not _enumerated(text, found, element, m.name) for m in kept
        )
        said = match is not kept[0] or (before is not None and before.tag == "plural")
        if based or refined or (_is_count(match.expr) and not counted and index > 0 and said):
            kept.remove(match)
    return kept


def _enumerated(text: Text, found: Sequence[Element], element: Element, name: str) -> bool:
    other = next((e for e in found if e.kind == "metric" and e.name == name), None)
    if other is None:
        return False
    first, second = sorted((element, other), key=lambda e: e.tokens[0])
    return joined(text, first, second)


def _bounds(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether this measure is only named to be bounded ("trên 1.000 tờ khai")."""
    element = found[index]
    others = [e for e in found if e.kind == "metric" and e is not element]
    if not others:
        return False
    for at in (index - 1, index + 1):
        if not 0 <= at < len(found):
            continue
        near = found[at]
        number = near.number if near.kind == "number" else None
        if number is None or number.comparator in ("", "~") or number.kind not in ("threshold", "percent"):
            continue
        inside = near.tokens[0] <= element.tokens[0] < near.tokens[1]
        adjacent = gap(text, near, element) == 0 if near.tokens[0] < element.tokens[0] else False
        leading = gap(text, element, near) == 0 and element.tokens[0] < near.tokens[0] and index > 0
        if inside or (adjacent and near.tokens[1] >= element.tokens[0]) or leading:
            return True
    return False


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


def _count_of(view: View, dim: Dimension) -> Metric:
    """The governed metric that counts this dimension's members, or the plain count of distinct values."""
    name = f"so_{dim.name}"
    metric = view.metric(name)
    if metric:
        return metric
    return Metric(name, f"Số {dim.label[:1].lower()}{dim.label[1:]}", f"COUNT(DISTINCT {dim.name})",
                  additivity="distinct")  # fmt: skip


def _metric_of_fact(view: View, column: str) -> Metric | None:
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
        for condition in [f for f in filters if f.column == column and not f.negated]:
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


def claims(
    text: Text, view: View, found: Sequence[Element], listed: bool, metrics: Sequence[MetricMatch]
) -> tuple[Threshold, ...]:
    """The bound that a listing question asserts by its measure's name: "những cục nào vượt dự toán"."""
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


def per_member(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...] | None:
    """A total shared among the members of a column ("bình quân một doanh nghiệp"), or None.

    A governed measure that says so itself is left as it is.
    """
    average = next((e for e in found if e.tag == "average"), None)
    if average is None or not metrics:
        return None
    for element in found:
        if element.kind != "dimension" or not 0 <= element.tokens[0] - average.tokens[1] <= 2:
            continue
        between = [t.fold for t in text.tokens[average.tokens[1] : element.tokens[0]]]
        dim = view.dimension(element.name)
        if (
            dim is None
            or any(w not in ("mot", "moi", "1", "tung", "cho", "cua", "tren") for w in between)
            or not between
        ):
            continue
        first = metrics[0]
        expr = f"1.0 * {first.expr} / NULLIF({_count_of(view, dim).expr}, 0)"
        label = f"{first.label} bình quân một {dim.label[:1].lower()}{dim.label[1:]}"
        return (replace(first, name=f"{first.name}_binh_quan", expr=expr, label=label), *metrics[1:])
    return None


def read_thresholds(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: Sequence[MetricMatch],
    grouped: bool,
    rows: bool = False,
) -> tuple[Threshold, ...]:
    """Bounds, each on the measure that its words and its unit belong to."""
    bounds: list[Threshold] = []
    for index, element in enumerate(found):
        number = element.number
        if element.kind != "number" or number is None or number.comparator in ("", "~"):
            continue
        if number.kind not in ("threshold", "percent"):
            continue
        span = text.span(*element.tokens)
        if number.change:
            bounds.append(_change_bound(number, metrics, span))
            continue
        target = _target(text, view, found, index, metrics, grouped)
        if rows or (target and target[1] and not _counts_members(metrics)):
            target = _row_target(view, found, index) or target
        elif target and target[1] and _counts_members(metrics):
            target = _group_target(view, element.number) or target
        if target is None:
            continue
        name, on_rows = target
        op: str = number.comparator
        value, upper = number.value, number.upper
        if any(e.name == name and is_inverse(text, view, e) for e in found):
            op, value, upper = mirrored(op, value, upper)
        if any(e.tag == "not" and 0 <= element.tokens[0] - e.tokens[1] <= 5 for e in found[:index]):
            op = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}.get(op, op)
        bounds.append(Threshold(name, op, value, upper, on_rows, span=span))
    return tuple(bounds)


def _change_bound(number: NumberMention, metrics: Sequence[MetricMatch], span: Span) -> Threshold:
    name = metrics[0].name if metrics else ""
    op: str = number.comparator
    value, upper = number.value, number.upper
    if number.change == "down":
        op, value, upper = mirrored(op, value, upper)
    return Threshold(name, op, value, upper, on_change=True, span=span)


def _counts_members(metrics: Sequence[MetricMatch]) -> bool:
    """Whether members of a column are counted ("có bao nhiêu nước …"): a bound then lies on each member's total."""
    return len(metrics) == 1 and metrics[0].expr.upper().startswith("COUNT(DISTINCT")


def _group_target(view: View, number: NumberMention | None) -> tuple[str, bool] | None:
    unit = number.unit if number else ""
    default = view.default_metric
    fitting = [m for m in view.metrics if m.unit and _fits(m.unit, unit)]
    if default in fitting:
        fitting.insert(0, default)
    return (fitting[0].name, False) if fitting else None


def _row_target(view: View, found: Sequence[Element], index: int) -> tuple[str, bool] | None:
    """The column of each row that a bound lies on: that of a measure named beside it, else the one with its unit."""
    for near in (index - 1, index + 1):
        other = found[near] if 0 <= near < len(found) else None
        if other is not None and other.kind == "fact":
            return other.name, True
        metric = view.metric(other.name) if other is not None and other.kind == "metric" else None
        if metric is not None and (column := _row_column(view, metric)):
            return column, True
    unit = found[index].number.unit if found[index].number else ""  # type: ignore[union-attr]
    column = next((f.name for f in view.facts if f.unit and f.unit == unit), "")
    return (column, True) if column else None


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
    near = [found[i] for i in (index - 1, index + 1) if 0 <= i < len(found)]
    for other in near:
        first, second = sorted((other, element), key=lambda e: e.tokens[0])
        close = gap(text, first, second) == 0
        if close and other.kind == "metric":
            metric = view.metric(other.name)
            if metric and _fits(metric.unit, unit):
                row_column = _row_column(view, metric)
                if not grouped and row_column and any(m.name != metric.name for m in metrics):
                    return row_column, True
                return metric.name, False
        if close and other.kind == "fact":
            return (other.name, True) if not grouped else (_sum_name(view, other.name), False)
    if grouped:
        for match in metrics:
            if _fits(match.unit, unit):
                return match.name, False
        by_unit = [m for m in view.metrics if m.unit and _fits(m.unit, unit)]
        return (by_unit[0].name, False) if by_unit else None
    facts = [f for f in view.facts if f.unit and f.unit == unit]
    return (facts[0].name, True) if facts else None


def _sum_name(view: View, column: str) -> str:
    metric = _metric_of_fact(view, column)
    return metric.name if metric else column


def _row_column(view: View, metric: Metric) -> str:
    tree = sqlglot.parse_one(metric.expr, read="duckdb")
    if isinstance(tree, exp.Sum | exp.Avg) and isinstance(tree.this, exp.Column):
        name = tree.this.name
        return name if any(f.name == name for f in view.facts) else ""
    return ""


def _fits(metric_unit: str, unit: str) -> bool:
    if not unit or not metric_unit:
        return True
    return metric_unit == unit or unit.startswith(metric_unit) or metric_unit.startswith(unit + " ")


_MONEY = {"tien": ("VND", "USD"), "dong": ("VND",), "usd": ("USD",), "do": ("USD",), "dola": ("USD",), "vnd": ("VND",)}


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


def _asked_units(text: Text, view: View, found: Sequence[Element]) -> list[tuple[str, ...]]:
    """The units after each "bao nhiêu", in order; an amount of money may be in either currency."""
    known = {fold(m.unit): m.unit for m in view.metrics if m.unit}
    asked = []
    for element in found:
        if element.tag == "howmany":
            units = _unit_after(text, element.tokens[1], known)
        elif element.kind == "metric" and text.tokens[element.tokens[0]].fold in ("bao", "may", "bi"):
            metric = view.metric(element.name)
            units = (metric.unit,) if metric and metric.unit else ()
        else:
            continue
        if units:
            asked.append(units)
    return asked


def _unit_after(text: Text, start: int, known: Mapping[str, str]) -> tuple[str, ...]:
    after = [_UNIT_WORDS.get(t.norm, t.fold) for t in text.tokens[start : start + 3]]
    while after and after[0] in ("nghin", "trieu", "ty", "ngan"):
        after = after[1:]
    if not after:
        return ()
    for word in (" ".join(after[:2]), after[0]):
        if word in known:
            return (known[word],)
        if word in _MONEY:
            return tuple(u for u in _MONEY[word] if u in known.values())
    return ()
