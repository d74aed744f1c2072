"""Conditions of a follow-up: in the place of those that were there, beside them, or taken out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.filters import values_sql
from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, GroupMatch, MetricMatch, Reading
from schema.semantic import View

_OUT = r"(?:loại|gạt|bớt|trừ|tách|bỏ)(?: bỏ| hết| riêng)? .+ (?:ra|đi|khỏi .*)"


_NARROWS = r"chỉ|chỉ lấy|riêng|trong đó|thuộc|lọc|lọc lấy|giữ"


def narrows(text: Text) -> bool:
    """ "khách Hàn Quốc thôi", "chỉ luồng đỏ": of what was asked about, only this."""
    if search(text, r"(?:\S+ )+thôi(?: (?:nhé|nha|ạ|đi|em|anh|chị|bạn))*") is None:
        return False
    words = [t.fold for t in text.tokens if t.kind != "punct"]
    small = ("nhe", "nha", "a", "di", "em", "anh", "chi", "ban")
    while words and words[-1] in small:
        words.pop()
    return bool(words) and words[-1] == "thoi" and words[0] != "thoi"


def without_kin(text: Text, previous: Reading, fresh: Reading, view: View, adds: bool) -> Reading:
    """The reading before without the conditions that a new one of the same kind takes the place of.

    "Trung Quốc thì sao" after the EU, "khu vực III" after Hải Phòng: a place stands for another, whichever column or
    bloc each is of. A follow-up that narrows ("chỉ châu Á") keeps what is there.
    """
    new = [f for f in fresh.filters if not f.negated]
    if not new or adds or narrows(text) or search(text, rf"(?:{_NARROWS})(?: \S+)*") is not None:
        return previous
    gone = {o.sql for o in previous.filters for f in new if not o.negated and o.column != f.column and _kin(o, f, view)}
    return replace(previous, filters=tuple(f for f in previous.filters if f.sql not in gone))


def either(previous: Sequence[FilterMatch], fresh: Sequence[FilterMatch], view: View) -> tuple[FilterMatch, ...]:
    """New conditions beside those of the same kind, as alternatives: "thêm Trung Quốc" after the EU."""
    out = list(previous)
    rest = []
    for new in fresh:
        at = next((i for i, o in enumerate(out) if o.column != new.column and _kin(o, new, view)), None)
        if at is None or new.negated or out[at].negated:
            rest.append(new)
            continue
        old = out[at]
        out[at] = replace(
            old, sql=f"({old.sql} OR {new.sql})", values=(), label=f"{old.label} hoặc {new.label}", column=new.column
        )
    return (*out, *rest)


def one_column(fresh: Reading, settled: Sequence[FilterMatch]) -> Reading:
    """The reading with values that ended up on one column as alternatives: "Móng Cái với Lào Cai thì sao".

    Args:
        settled: Its conditions, each on the column that is meant.
    """
    out: list[FilterMatch] = []
    groups = fresh.groups
    for new in settled:
        at = next((i for i, o in enumerate(out) if o.column == new.column and o.negated == new.negated), None)
        if at is None or not (new.values and out[at].values):
            out.append(new)
            continue
        out[at] = _beside([out[at]], new)
        if not new.negated and all(g.column != new.column for g in groups):
            groups = (*groups, GroupMatch(new.column, new.label.split(": ", 1)[0]))
    return replace(fresh, filters=tuple(out), groups=groups)


def _kin(one: FilterMatch, other: FilterMatch, view: View) -> bool:
    """Whether two conditions tell places or things of one kind: columns above each other, blocs of partners."""
    first, second = _lines(one, view), _lines(other, view)
    return bool(first & second)


def _lines(condition: FilterMatch, view: View) -> frozenset[str]:
    """The columns above and below the one that a condition is on; a bloc is on the column of partners."""
    partner = next((d.name for d in view.dimensions if {"sang", "từ"} <= set(d.cues)), "")
    column = partner if condition.sql.startswith("la_") and partner and not condition.values else condition.column
    dims = {d.name: d for d in view.dimensions}
    if column not in dims:
        return frozenset()
    found = {column}
    grown = True
    while grown:
        more = {d.parent for d in dims.values() if d.name in found and d.parent in dims}
        more |= {d.name for d in dims.values() if d.parent in found}
        grown = not more <= found
        found |= more
    return frozenset(found)


def taken_out(text: Text, fresh: Reading) -> Reading:
    """ "loại Trung Quốc và Hàn Quốc ra": what stands between is taken out of the list."""
    found = search(text, _OUT)
    if found is None or found.start != 0 or any(g.span for g in fresh.groups):
        return fresh
    turned = tuple(
        f if f.negated or not f.values else replace(
            f, sql=values_sql(f.column, f.values, negated=True), negated=True,
            label=f"{f.label.split(': ', 1)[0]}: không phải {f.label.split(': ', 1)[-1]}",
        )
        for f in fresh.filters
    )  # fmt: skip
    return replace(fresh, filters=turned, groups=())


def own_side(previous: Reading, fresh: Reading, view: View) -> Reading:
    """ "theo từng nước nhập khẩu" after an export: the partner's word for it, not another direction."""
    kept = []
    for condition in fresh.filters:
        before = next((f for f in previous.filters if f.column == condition.column and not f.negated), None)
        partner = any(
            g.span and condition.span and 0 <= condition.span.start - g.span.end <= 1
            and (d := view.dimension(g.column)) and {"sang", "từ"} <= set(d.cues)
            for g in fresh.groups
        )  # fmt: skip
        if before is None or not partner:
            kept.append(condition)
    return replace(fresh, filters=tuple(kept))


def loosened(previous: Reading, fresh: Reading) -> Reading:
    """ "theo từng cục" after one department: to divide by a column is to look at all of it."""
    columns = {g.column for g in fresh.groups} - {f.column for f in fresh.filters}
    held = {f.column for f in previous.filters if len(f.values) == 1 and not f.negated}
    if not columns & held:
        return previous
    return replace(previous, filters=tuple(f for f in previous.filters if f.column not in columns & held))


def same_family(previous: Reading, fresh: Reading, view: View) -> Reading:
    """A value that could mean a column already in use means it; one that a ratio counts changes the ratio."""
    used = {f.column for f in previous.filters} | {g.column for g in previous.groups}
    filters, metrics = [], fresh.metrics
    for condition in fresh.filters:
        settled = condition
        if condition.column not in used:
            other = next((a for a in condition.alternatives if a.split(" = ")[0] in used), "")
            if other:
                settled = replace(condition, sql=other, column=other.split(" = ")[0])
        sibling = _sibling(previous, settled, view) if not fresh.metrics else None
        if sibling is not None:
            metrics = (sibling,)
        else:
            filters.append(settled)
    return replace(fresh, filters=tuple(filters), metrics=metrics)


def _sibling(previous: Reading, condition: FilterMatch, view: View) -> MetricMatch | None:
    """The ratio of the same column whose numerator is this condition ("tỷ lệ luồng đỏ … còn luồng vàng")."""
    ratios = [m for p in previous.metrics if (m := view.metric(p.name)) and m.numerator]
    if not any(m.numerator.split(" = ")[0] == condition.column for m in ratios):
        return None
    metric = next((m for m in view.metrics if m.numerator == condition.sql), None)
    return MetricMatch(metric.name, metric.expr, metric.label, metric.unit, condition.span) if metric else None


def conditions(old: Sequence[FilterMatch], new: Sequence[FilterMatch], adds: bool = False) -> tuple[FilterMatch, ...]:
    """New conditions replace old ones on the same column; an exclusion of what was chosen takes the choice away.

    With ``adds`` a value comes beside those that are there.
    """
    if adds:
        old, new = _let_in(old, new)
        new = tuple(_beside(old, f) for f in new)
    columns = {f.column for f in new}
    kept = [f for f in old if f.column not in columns]
    added = []
    for condition in new:
        chosen = next((f for f in old if f.column == condition.column and not f.negated), None)
        if condition.negated and chosen is not None and set(chosen.values) <= set(condition.values):
            continue
        if condition.negated and chosen is not None and set(chosen.values) & set(condition.values):
            condition = _without_values(chosen, condition)
        added.append(condition)
    return (*kept, *added)


def _let_in(
    old: Sequence[FilterMatch], new: Sequence[FilterMatch]
) -> tuple[tuple[FilterMatch, ...], tuple[FilterMatch, ...]]:
    """ "thêm FDI lại": what was left out before is no longer left out, and is no condition of its own."""
    kept, asked = [], list(new)
    for before in old:
        back = next((f for f in asked if f.column == before.column and not f.negated and f.values), None)
        if not before.negated or back is None or not set(back.values) & set(before.values):
            kept.append(before)
            continue
        asked.remove(back)
        left = tuple(v for v in before.values if v not in back.values)
        if left:
            lead = before.label.split(": ", 1)[0]
            sql = values_sql(before.column, left, negated=True, integer="'" not in before.sql)
            said = f"{lead}: không phải {' hoặc '.join(left)}"
            kept.append(replace(before, sql=sql, values=left, label=said))
    return tuple(kept), tuple(asked)


def _without_values(chosen: FilterMatch, gone: FilterMatch) -> FilterMatch:
    """The values that were chosen without those that are taken out of them."""
    values = tuple(v for v in chosen.values if v not in gone.values)
    lead = chosen.label.split(": ", 1)[0]
    sql = values_sql(chosen.column, values, integer="'" not in chosen.sql)
    return replace(chosen, sql=sql, values=values, label=f"{lead}: {' hoặc '.join(values)}", span=gone.span)


def _beside(old: Sequence[FilterMatch], new: FilterMatch) -> FilterMatch:
    before = next((f for f in old if f.column == new.column and f.negated == new.negated and f.values), None)
    if before is None or not new.values:
        return new
    values = tuple(dict.fromkeys((*before.values, *new.values)))
    lead = before.label.split(": ", 1)[0]
    said = f"{lead}: {'không phải ' if new.negated else ''}{' hoặc '.join(values)}"
    integer = "'" not in before.sql
    sql = values_sql(new.column, values, new.negated, integer=integer)
    return replace(new, sql=sql, values=values, label=said)
