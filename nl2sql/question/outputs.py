"""Of the measures that a question names, those that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import sqlglot
from sqlglot import exp

from nl2sql.question.elements import Element, gap, joined
from nl2sql.question.listed import added
from nl2sql.question.measures import averaged, is_count, metric_match, metric_of_fact
from nl2sql.question.text import Text, fold
from nl2sql.types import MetricMatch
from schema.semantic import View


def outputs(text: Text, view: View, found: Sequence[Element], matches: list[MetricMatch]) -> list[MetricMatch]:
    """The measures that are asked for, without those that only say of what or by what.

    A plain count of rows that is named after another measure ("tiền phạt các vụ vi phạm") says of what; a measure
    after "theo" ("tỷ lệ … theo trị giá") says by what; a measure whose named alternative stands beside it is refined by
    that ("trị giá … tính bằng đồng").
    """
    over = _governed_ratio(text, view, found, matches)
    if over is not None:
        return [over]
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
        pointed = pointed and not _is_asked(text, element)
        if (
            based
            or refined
            or whole
            or _glosses(text, view, kept, match, element)
            or _is_whole_of(text, view, found, kept, match, element)
            or _is_counted_by(text, view, found, kept, match, element)
            or _counts_to(text, found, kept, match, element)
            or _is_left_of(text, view, found, kept, match, element)
            or (pointed and index > 0)
            or (is_count(match.expr) and not counted and index > 0 and said and not added(text, found, element))
        ):
            kept.remove(match)
    return _asked_count(text, found, kept)


def shared_by_rows(text: Text, view: View, found: Sequence[Element], matches: list[MetricMatch]) -> list[MetricMatch]:
    """A total and the name of a mean that follow each other are one measure: "số thuế ấn định bình quân một cuộc".

    The mean's own total gives way to the one that was named; what it is shared among stays.
    """
    named = {m.name: m for m in matches}
    for fact in (e.name for e in found if e.kind == "fact"):
        total = metric_of_fact(view, fact)
        if total is not None and total.name in named:
            named[fact] = named[total.name]
    for first, second in pairwise(e for e in found if e.kind in ("metric", "fact") and e.name in named):
        turned = _leads_amount(text, first, second)
        said = text.tokens[(first if turned else second).tokens[0]].fold
        apart = any(t.kind == "punct" for t in text.tokens[first.tokens[1] : second.tokens[0]])
        if said not in ("binh", "trung") or apart or not _told_on(text, found, first, second):
            continue
        whole, mean = (named[e.name] for e in ((second, first) if turned else (first, second)))
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


def _leads_amount(text: Text, first: Element, second: Element) -> bool:
    """Whether a mean only says among what the amount after it is shared: "bình quân một C/O giảm bao nhiêu"."""
    words = [t.fold for t in text.tokens[slice(*first.tokens)]]
    shares = words[:2] in (["binh", "quan"], ["trung", "binh"]) and words[2:3] in (["mot"], ["moi"], ["1"])
    asked = {t.fold for t in text.tokens[second.tokens[0] - 1 : second.tokens[1] + 3]}
    return shares and bool(asked & {"bao", "may"})


def _told_on(text: Text, found: Sequence[Element], first: Element, second: Element) -> bool:
    """Whether only names and conditions stand between two measures: "ấn định [qua KTSTQ] bình quân một cuộc"."""
    chain = [e for e in found if first.tokens[0] <= e.tokens[0] <= second.tokens[0]]
    named = all(e.kind in ("view", "value", "filter", "period") for e in chain if e not in (first, second))
    return named and not any(gap(text, one, two) for one, two in pairwise(chain))


def _is_left_of(
    text: Text, view: View, found: Sequence[Element], kept: Sequence[MetricMatch], match: MetricMatch, element: Element
) -> bool:
    """Whether a total only says of what a remainder is left that follows it: "tiền ấn định STQ chưa nộp"."""
    for other in kept:
        home = _home(text, view, found, other)
        if other is match or home is None or home.tokens[0] < element.tokens[1]:
            continue
        rest = sqlglot.parse_one(other.expr, read="duckdb")
        left = rest.this if isinstance(rest, exp.Sum) else rest
        mine = {c.name for c in sqlglot.parse_one(match.expr, read="duckdb").find_all(exp.Column)}
        between = text.tokens[element.tokens[1] : home.tokens[0]]
        joins = any(t.kind == "punct" or t.fold in _JOINS for t in between)
        inside = bool(mine) and mine <= {c.name for c in rest.find_all(exp.Column)}
        if isinstance(left, exp.Sub) and inside and not joins and _told_on(text, found, element, home):
            return True
    return False


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
        ends = [match.span.start, *(text.span(*e.tokens).start for e in found if e.name == match.name)]
        before = [{fold(t.text) for t in [t for t in text.tokens if t.end <= at][-3:]} for at in ends]
        if any(_JOINS & words for words in before) or _asked_on(text, found, matches[0]):
            kept.append(match)
    return kept


def _is_asked(text: Text, element: Element) -> bool:
    """Whether a measure is asked for itself: "và tổng số nợ đó là bao nhiêu"."""
    after = [t.fold for t in text.tokens[element.tokens[1] : element.tokens[1] + 4]]
    return " ".join(w for w in after if w not in ("do", "nay", "ay", "la")).startswith(("bao nhieu", "may"))


def _asked_on(text: Text, found: Sequence[Element], counted: MetricMatch) -> bool:
    """Whether an amount is asked for after the count: "bao nhiêu doanh nghiệp đã nộp … và nộp tổng cộng bao nhiêu"."""
    end = counted.span.end if counted.span else 0
    asked = [e for e in found if e.tag == "howmany" and text.span(*e.tokens).start >= end]
    between = {t.fold for t in text.tokens if asked and end <= t.start < text.span(*asked[-1].tokens).start}
    return bool(asked) and "va" in between and any(e.tag == "total" for e in found)


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


def _governed_ratio(
    text: Text, view: View, found: Sequence[Element], matches: Sequence[MetricMatch]
) -> MetricMatch | None:
    """The governed percentage of two measures set in proportion: "đã nộp so với số phải nộp được mấy phần trăm"."""
    if len(matches) != 2 or not any(e.tag in ("percent", "share") for e in found):
        return None
    homes = [_home(text, view, found, m) for m in matches]
    if any(h is None for h in homes):
        return None
    first, second = (h.tokens for h in homes if h is not None)
    between = {t.fold for t in text.tokens[first[1] : second[0]]}
    if not between & {"so", "tren", "trong"}:
        return None
    wanted = f"100.0*{matches[0].expr}/nullif({matches[1].expr},0)".replace(" ", "").lower()
    metric = next((m for m in view.metrics if m.expr.replace(" ", "").lower() == wanted), None)
    if metric is None or homes[0] is None:
        return None
    return metric_match(metric, text, replace(homes[0], tokens=(first[0], second[1])))


def _home(text: Text, view: View, found: Sequence[Element], match: MetricMatch) -> Element | None:
    """Where a measure is named, by itself or by its column."""
    by_column = {
        e.name for e in found if e.kind == "fact" and (m := metric_of_fact(view, e.name)) and m.name == match.name
    }
    names = {match.name, *by_column}
    return next((e for e in found if e.kind in ("metric", "fact") and e.name in names), None)


def _beside(
    text: Text, view: View, found: Sequence[Element], kept: Sequence[MetricMatch], match: MetricMatch, element: Element
) -> MetricMatch | None:
    """The measure named right before another one, with nothing that joins the two."""
    for other in kept:
        home = _home(text, view, found, other)
        if other is match or home is None or home.tokens[1] > element.tokens[0] or gap(text, home, element):
            continue
        between = text.tokens[home.tokens[1] : element.tokens[0]]
        words = [t.fold for t in between]
        against = words[:2] == ["so", "voi"] and not set(words[2:]) - {"so", "tong"}  # what a ratio is measured against
        if against or not any(t.kind == "punct" or t.fold in _JOINS for t in between):
            return other
    return None


def _is_whole_of(
    text: Text, view: View, found: Sequence[Element], kept: Sequence[MetricMatch], match: MetricMatch, element: Element
) -> bool:
    """Whether a measure only ends the name of the ratio before it: "đạt bao nhiêu phần trăm kế hoạch được giao"."""
    other = _beside(text, view, found, kept, match, element)
    whole = f"nullif({match.expr}, 0)".replace(" ", "").lower()
    return other is not None and "/" in other.expr and whole in other.expr.replace(" ", "").lower()


def _is_counted_by(
    text: Text, view: View, found: Sequence[Element], kept: Sequence[MetricMatch], match: MetricMatch, element: Element
) -> bool:
    """Whether a total only says what a measure of a part is counted in.

    The part is named before it ("kiểm hóa bao nhiêu tờ khai") or right after ("bao nhiêu người có bằng thạc sĩ").
    """
    if text.tokens[element.tokens[0]].fold not in ("bao", "may", "so"):
        return False
    other = _beside(text, view, found, kept, match, element)
    after = next((o for o in kept if o is not match and _next_to(text, view, found, kept, match, o)), None)
    asks = text.tokens[element.tokens[0]].fold != "so"
    return any(o is not None and _is_part(view, match, o) for o in (other if asks else None, after))


def _next_to(
    text: Text,
    view: View,
    found: Sequence[Element],
    kept: Sequence[MetricMatch],
    match: MetricMatch,
    other: MetricMatch,
) -> bool:
    """Whether another measure is named right after this one, with nothing that joins the two."""
    home = _home(text, view, found, other)
    return home is not None and _beside(text, view, found, [match], other, home) is match


def _is_part(view: View, match: MetricMatch, other: MetricMatch) -> bool:
    """Whether one measure is a part of another in the same unit."""
    if other.expr == match.expr or other.unit != match.unit or "/" in other.expr:
        return False
    part = f"100.0*{other.expr}/nullif({match.expr}, 0)".replace(" ", "").lower()
    return is_count(match.expr) or any(m.expr.replace(" ", "").lower() == part for m in view.metrics)


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
    """Whether another measure of that name stands in one enumeration with this one, its conditions between them."""
    mine = [e for e in found if e.kind == "metric" and e.name == element.name]
    others = [e for e in found if e.kind == "metric" and e.name == name]
    for first, second in (sorted((a, b), key=lambda e: e.tokens[0]) for a in mine for b in others):
        apart = first.tokens[1] < second.tokens[0]
        if apart and (joined(text, first, second) or _listed(text, first, second)):
            return True
        led = [t.fold for t in text.tokens[max(0, second.tokens[0] - 2) : second.tokens[0]]]
        between = text.tokens[first.tokens[1] : second.tokens[0]]
        ask = text.tokens[second.tokens[1] : second.tokens[1] + 2]
        asked = {"bao", "may"} & {text.tokens[second.tokens[0]].fold, *(t.fold for t in (*between, *ask))}
        if apart and asked and any(t.text in ",;" for t in between):
            return True  # "nợ thuế … (là bao nhiêu), của bao nhiêu doanh nghiệp": asked twice
        if apart and ("va" in led or "cung" in led or added(text, found, second)):
            return True  # "số DN nợ quá hạn … tính đến 30/9 và tổng số tiền nợ"
    return False


_JOINS = frozenset({"va", "cung", "kem", "voi", "lan", ",", "+", ";", "nhieu", "may", "tong"})


_BETWEEN = _JOINS | {"hay", "ca", "theo", "bao", "so", "la", "thi", "nua", "duoc", "dat", "cho", "biet"}


def _listed(text: Text, first: Element, second: Element) -> bool:
    """Whether two measures stand in one list with question words between them ("… bao nhiêu và mấy phần trăm …")."""
    between = text.tokens[first.tokens[1] : second.tokens[0]]
    joins = any(t.text in ",;/&+" or t.fold in ("va", "cung", "kem", "lan", "voi") for t in between)
    return joins and all(t.kind == "punct" or t.fold in _BETWEEN for t in between)
