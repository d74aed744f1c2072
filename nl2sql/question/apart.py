"""Parts that stand beside each other as columns: blocs that overlap, and the sides of a balance.

"xuất khẩu sang EU, ASEAN và CPTPP" asks for three figures, which no grouping gives because a country is in several
blocs; "xuất khẩu, nhập khẩu và cán cân theo cục" asks for both sides beside the measure that looks at them together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import sqlglot

from nl2sql.generation.parts import conditional, operand
from nl2sql.question.elements import Element, gap, joined
from nl2sql.question.filters import quote
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, GroupMatch, MetricMatch, Reading
from schema.semantic import View

_AS_ONE = (
    r"tổng(?: cộng| số)?(?! cục)|cộng (?:lại|gộp)|gộp|hoặc|chung|cả hai|cả ba"
    r"|chênh(?: lệch)?|gấp|hơn kém"
)
_ALL_AS_ONE = rf"{_AS_ONE}|chiếm"
_EACH = r"mỗi|từng|riêng|lần lượt|cụ thể"
_PARTNER_CUES = {"sang", "từ"}


def blocs_apart(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    filters: tuple[FilterMatch, ...],
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """Measures of each of several enumerated blocs (a partner may be among them), and the filters without them."""
    names = _enumerated(text, view, found)
    usual = view.default_metric
    if len(names) < 2:
        return metrics, filters
    if search(text, _AS_ONE if any(e.kind == "value" for e in names) else _ALL_AS_ONE) and not search(text, _EACH):
        return metrics, _either(view, names, filters)
    base = metrics or ((MetricMatch(usual.name, usual.expr, usual.label, usual.unit, assumed=True),) if usual else ())
    spans = [text.span(*e.tokens) for e in names]
    inside = (min(s.start for s in spans), max(s.end for s in spans))
    if any(f.negated and f.span and inside[0] <= f.span.start < inside[1] for f in filters):
        return metrics, filters
    kept = tuple(f for f in filters if f.negated or f.span is None or not inside[0] <= f.span.start < inside[1])
    parts = [condition_of(view, e) for e in names]
    shared = any(e.tag == "share" for e in found)
    out = tuple(_part(m, e, sql, label, shared) for m in base for e, (sql, label) in zip(names, parts, strict=True))
    within = search(text, "trong đó")
    if within is not None and base and text.span(within.start, within.end).end <= inside[0]:
        out = (*base, *out)  # the whole is asked for first
    return (out, kept) if out else (metrics, filters)


def asked_apart(
    text: Text,
    view: View,
    found: Sequence[Element],
    metrics: tuple[MetricMatch, ...],
    filters: tuple[FilterMatch, ...],
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """Measures of parts that are each asked for by themselves: "sang Mỹ chiếm bao nhiêu, sang EU chiếm bao nhiêu".

    Only parts of different columns need columns of their own: of one column they are grouped by it. They are no
    conditions of each other, and taking them together would leave nothing.
    """
    usual = view.default_metric
    base = metrics or ((MetricMatch(usual.name, usual.expr, usual.label, usual.unit, assumed=True),) if usual else ())
    clauses = _clauses(text, view, found, {m.name for m in base})
    named = {e.name for c in clauses for e in c[0]}
    if len(base) != 1 or len(clauses) < 2 or len({tuple(e.name for e in c[0]) for c in clauses}) < 2:
        return metrics, filters
    taken = [f for f in filters if f.column in named]
    told = {(e.name, e.term.value if e.term else "") for c in clauses for e in c[0]}
    if any(f.negated or any((f.column, v) not in told for v in f.values) for f in taken):
        return metrics, filters
    out = [base[0]] if search(text, "trong đó") is not None else []
    if not out and not clauses[0][1] and all(shared for _, shared in clauses[1:]):
        whole = {e.name for e in clauses[0][0]}  # "ngành gỗ có bao nhiêu doanh nghiệp, FDI chiếm mấy phần"
        out, clauses, taken = [base[0]], clauses[1:], [f for f in taken if f.column not in whole]
    for elements, shared in clauses:
        conditions = [condition_of(view, e) for e in elements]
        sql, label = " AND ".join(c for c, _ in conditions), ", ".join(c for _, c in conditions)
        out.append(_part(base[0], elements[-1], sql, label, shared))
    return tuple(out), tuple(f for f in filters if f not in taken)


def paired(text: Text, found: Sequence[Element], reading: Reading) -> Reading:
    """The reading with values of two columns in the pairs in which they are told: "xuất sang Mỹ và nhập từ Trung Quốc".

    Each column by itself would let in what nobody named: imports from the one, exports to the other.
    """
    several = [f for f in reading.filters if len(f.values) == 2 and not f.negated and " IN (" in f.sql]
    if len(several) != 2:
        return reading
    columns = {f.column for f in several}
    told = [e for e in found if e.kind == "value" and e.name in columns and e.term]
    if len(told) != 4 or [e.name for e in told[:2]] != [e.name for e in told[2:]] or told[0].name == told[1].name:
        return reading
    between = text.tokens[told[1].tokens[1] : told[2].tokens[0]]
    if not any(t.text in ",;/&+" or t.fold in ("va", "con", "hay", "hoac", "cung") for t in between):
        return reading
    pairs = [told[:2], told[2:]]
    sides = [" AND ".join(f"{e.name} = {quote(e.term.value)}" for e in pair if e.term) for pair in pairs]
    label = "; ".join(" – ".join(e.term.value for e in pair if e.term) for pair in pairs)
    both = FilterMatch(f"(({sides[0]}) OR ({sides[1]}))", several[0].column, (), label, several[1].span)
    return replace(reading, filters=(*reading.filters, both))


def _clauses(text: Text, view: View, found: Sequence[Element], measures: set[str]) -> list[tuple[list[Element], bool]]:
    """The parts before each question of how much, and whether its share is asked for."""
    out: list[tuple[list[Element], bool]] = []
    run: list[Element] = []
    whole = search(text, "trong đó")
    for index, element in enumerate(found):
        if whole is not None and element.tokens[0] < whole.start:
            continue  # "doanh nghiệp ưu tiên có bao nhiêu tờ khai, trong đó …": of that are the parts
        if _asks(text, element, measures):
            if run and _near(text, found, run[-1], element):
                led = search(text, "trong đó") is not None or bool(out)
                part = run if led else [e for e in run if not _bounds_all(view, e)][-1:]
                if not part:
                    return []  # "tờ khai xuất khẩu bao nhiêu, vàng mấy cái": the first is the whole
                out.append((part, element.tag in ("share", "percent")))
            elif not (index and _asks(text, found[index - 1], measures)):
                return []
            run = []
        elif element.kind in ("value", "filter"):
            before = found[index - 1] if index else None
            if before is not None and _counts_it(text, before, element, measures):
                return []  # "mấy văn bản đến": what is asked for follows the question
            goes_on = run and before is run[-1] and not gap(text, run[-1], element)
            apart = goes_on and any(t.kind == "punct" for t in text.tokens[run[-1].tokens[1] : element.tokens[0]])
            run = [*run, element] if goes_on and not apart else [element]
        elif out and element.kind in ("metric", "fact", "dimension", "number"):
            return []
    return out


def _bounds_all(view: View, element: Element) -> bool:
    """Whether a condition is a direction of trade or a unit, of which the parts that follow are parts."""
    dim = view.dimension(element.name) if element.kind == "value" else None
    return dim is not None and (dim.scope or any(v.opposite for v in dim.values))


def _near(text: Text, found: Sequence[Element], one: Element, two: Element) -> bool:
    """Whether nothing but periods and small words stands between two pieces."""
    between = [e for e in found if e.kind == "period" and one.tokens[1] <= e.tokens[0] and e.tokens[1] <= two.tokens[0]]
    return not any(gap(text, first, second) for first, second in pairwise([one, *between, two]))


def _counts_it(text: Text, before: Element, element: Element, measures: set[str]) -> bool:
    """Whether a part follows the question of how many at once."""
    between = text.tokens[before.tokens[1] : element.tokens[0]]
    asked = _asks(text, before, measures) or (before.kind == "metric" and before.name in measures)
    return asked and before.tag != "share" and not any(t.kind == "punct" or t.fold in ("va", "con") for t in between)


def _asks(text: Text, element: Element, measures: set[str]) -> bool:
    """Whether a piece asks how much or what part: "bao nhiêu", "chiếm bao nhiêu", "bao nhiêu tờ khai"."""
    first = text.tokens[element.tokens[0]].fold
    if element.tag == "share":
        return first == "chiem"
    if element.kind == "metric":
        return first in ("bao", "may") and element.name in measures
    return element.tag == "percent" or (element.tag == "howmany" and first in ("bao", "may", "bi"))


def _part(match: MetricMatch, element: Element, condition: str, label: str, shared: bool) -> MetricMatch:
    """A measure of one bloc or partner, or its part of the whole."""
    value = element.term.value if element.term else ""
    name = element.name if element.kind == "filter" else _slug(value)
    part = conditional(match.expr, condition)
    if not shared:
        return replace(match, name=f"{match.name}_{name}", expr=part, label=f"{match.label}: {label}")
    expr = f"100.0 * {operand(part)} / NULLIF({match.expr}, 0)"
    return replace(match, name=f"ty_trong_{name}", expr=expr, label=f"Tỷ trọng: {label}", unit="%")


def _either(view: View, names: Sequence[Element], filters: tuple[FilterMatch, ...]) -> tuple[FilterMatch, ...]:
    """The conditions with a partner and blocs that are taken together as one: no row need be of all of them."""
    parts = [f for f in filters if not f.negated and any(f.column == e.name for e in names)]
    if len({f.column for f in parts}) < 2 or not any(e.kind == "value" for e in names):
        return filters
    conditions = [condition_of(view, e) for e in names]
    sql, label = " OR ".join(c for c, _ in conditions), ", ".join(c for _, c in conditions)
    values = tuple(v for f in parts for v in f.values)
    one = replace(parts[0], sql=f"({sql})", values=values, label=label)
    return tuple(one if f is parts[0] else f for f in filters if f is parts[0] or f not in parts)


def _slug(value: str) -> str:
    return re.sub(r"\W+", "_", fold(value)) or "rieng"


def _enumerated(text: Text, view: View, found: Sequence[Element]) -> list[Element]:
    """The longest run of named filters, and of partners among them, that are joined by "và" or commas."""
    best: list[Element] = []
    run: list[Element] = []
    usable = [e for e in found if e.kind in ("filter", "value")]
    for one, two in pairwise(usable):
        if not (
            _is_part(view, one) and _is_part(view, two) and _listed(text, one, two) and one.tokens[1] < two.tokens[0]
        ):
            run = []
            continue
        run = [*run, two] if run else [one, two]
        best = run if len(run) > len(best) else best
    distinct = {(e.name, e.term.value if e.term else "") for e in best}
    blocs = [e for e in best if e.kind == "filter"]
    return best if blocs and len(distinct) == len(best) else []


def _listed(text: Text, one: Element, two: Element) -> bool:
    """Whether two parts are joined, with or without the words that lead to each ("sang EU và sang Mỹ")."""
    between = [t for t in text.tokens[one.tokens[1] : two.tokens[0]] if t.fold not in _LEADS]
    joints = all(t.text in ",/&+-;" or t.fold in ("va", "hay", "hoac", "voi", "cung", "lan") for t in between)
    return joined(text, one, two) or (bool(between) and joints)


_LEADS = frozenset({"sang", "tu", "toi", "den", "vao", "cua", "voi", "khoi", "thi", "truong", "nuoc", "cac"})


def _is_part(view: View, element: Element) -> bool:
    dim = view.dimension(element.name) if element.kind == "value" else None
    if element.kind == "filter":
        named = next((f.expr for f in view.filters if f.name == element.name), "")
        column = named.split(" ")[0]
        return named.startswith("la_") or sum(f.expr.split(" ")[0] == column for f in view.filters) > 1
    return dim is not None and set(dim.cues) >= _PARTNER_CUES


def condition_of(view: View, element: Element) -> tuple[str, str]:
    """The condition that a value or a named filter stands for, and what it is called."""
    if element.kind == "filter":
        named = next(f for f in view.filters if f.name == element.name)
        return named.expr, named.label
    value = element.term.value if element.term else ""
    return f"{element.name} = {quote(value)}", value


def sides_apart(
    view: View, metrics: tuple[MetricMatch, ...], filters: tuple[FilterMatch, ...]
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """Both sides of a column as measures of their own, beside a measure that looks at the column itself."""
    for condition in filters:
        if condition.negated or len(condition.values) < 2 or " IN (" not in condition.sql:
            continue
        looks = [m for m in metrics if re.search(rf"\b{condition.column}\b", m.expr)]
        usual = view.default_metric
        if not looks or any((v := view.metric(m.name)) and v.numerator for m in looks):
            continue
        base = [m for m in metrics if m not in looks]
        if not base and usual is not None:
            base = [MetricMatch(usual.name, usual.expr, usual.label, usual.unit)]
        sides = [_side(view, m, condition.column, value) for m in base for value in condition.values]
        return (*sides, *looks), tuple(f for f in filters if f is not condition)
    return metrics, filters


def _side(view: View, match: MetricMatch, column: str, value: str) -> MetricMatch:
    """A measure of one value of a column, the governed one where the catalogue has it."""
    expr = conditional(match.expr, f"{column} = {quote(value)}")
    for metric in view.metrics:
        if sqlglot.parse_one(metric.expr, read="duckdb").sql(dialect="duckdb") == expr:
            return MetricMatch(metric.name, expr, metric.label, metric.unit, match.span)
    return replace(match, name=f"{match.name}_{_slug(value)}", expr=expr, label=f"{match.label}: {value}")


def _asked_again(text: Text) -> Found | None:
    """The comma between two questions of how many."""
    asked = [p.start for p in search_all(text, r"bao nhiêu|mấy")]
    commas = [i for i, t in enumerate(text.tokens) if t.text in ",;"]
    for comma in commas:
        if len(asked) == 2 and asked[0] < comma < asked[1]:
            return Found(comma, comma + 1, {})
    return None


_ALONE = r"(?:,|;)(?: còn| nhưng)? riêng(?= (?:(?!từng|mỗi|năm|tháng|quý)\S+ ){1,8}(?:bao nhiêu|mấy|thì sao|thế nào))"
"""A part that is asked for by itself behind its whole: "…, riêng Hải Phòng bao nhiêu"."""


def parts_within(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...], filters: tuple[FilterMatch, ...]
) -> tuple[tuple[MetricMatch, ...], tuple[FilterMatch, ...]]:
    """A total and what of it is of one kind: "nợ thuế bao nhiêu, trong đó nợ khó thu bao nhiêu".

    So is "tờ khai hôm qua bao nhiêu, đỏ mấy cái", which asks twice and names one measure.
    """
    where = search(text, "trong đó") or search(text, _ALONE) or _asked_again(text)
    usual = view.default_metric
    base = metrics or ((MetricMatch(usual.name, usual.expr, usual.label, usual.unit, assumed=True),) if usual else ())
    if where is None or not base or where.start == 0:
        return metrics, filters
    at = text.span(where.start, where.end)
    inside = [f for f in filters if f.span and f.span.start >= at.end and not f.negated]
    if not inside or len({m.expr for m in base}) > 1 or _ranks(text, found, where):
        return metrics, filters
    later = [e for e in found if text.span(*e.tokens).start >= at.end]
    shared = any(e.tag in ("share", "percent") for e in later)
    first = base[0]
    several = len(inside) == 1 and len(inside[0].values) > 1
    conditions = (
        [(f"{inside[0].column} = {quote(v)}", v) for v in inside[0].values]
        if several
        else [(" AND ".join(f.sql for f in inside), ", ".join(f.label for f in inside))]
    )
    out = [first]
    for place, (sql, label) in enumerate(conditions, start=1):
        part = conditional(first.expr, sql)
        expr = f"100.0 * {operand(part)} / NULLIF({first.expr}, 0)" if shared else part
        name = f"{'ty_trong' if shared else first.name}_trong_do" + (f"_{place}" if several else "")
        out.append(replace(first, name=name, expr=expr, label=f"Trong đó {label}", unit="%" if shared else first.unit))
    return tuple(out), tuple(f for f in filters if f not in inside)


def _ranks(text: Text, found: Sequence[Element], where: Found) -> bool:
    """Whether a superlative is about the parts, or members are chosen of whom no second figure is asked."""
    extremes = [e for e in found if e.tag in ("max", "min")]
    again = where.end - where.start == 1 and text.tokens[where.start].text in ",;"
    return any(e.tokens[0] >= where.end or not again for e in extremes)


def without_lost(groups: Sequence[GroupMatch], filters: Sequence[FilterMatch]) -> tuple[GroupMatch, ...]:
    """Groups without those that only set values side by side which a measure has taken over since."""
    kept = {f.column for f in filters}
    return tuple(g for g in groups if g.span or g.grain or g.column in kept)
