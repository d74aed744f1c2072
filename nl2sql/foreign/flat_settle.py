"""What the reader's reading of a question over a flat view still lacks, settled by what is known of raw tables.

The reader was made for warehouses with governed measures. Tables that nobody described are asked for other things too:
the rows themselves, their order by a column, members that have two values or none. Such readings get SQL of their own
here, over the flat view like the composer's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nl2sql.foreign.flat_said import (
    ASKING,
    EACH,
    FIGURES,
    LISTED,
    Said,
    column_of,
    moments_of,
    number_before,
    number_in,
    row_name,
)
from nl2sql.foreign.flat_shapes import shaped
from nl2sql.foreign.flat_words import ADJECTIVES, NEUTRAL, ordered_by
from nl2sql.foreign.wide_types import Flat
from nl2sql.question.text import fold
from nl2sql.types import FilterMatch, GroupMatch, MetricMatch, Reading, Shape, Threshold
from schema.semantic import View


@dataclass(frozen=True)
class Settled:
    """A reading made whole for a raw table.

    Attributes:
        view: The flat view, with the date in force that the question names.
        sql: SQL over the flat view where the composer has none for it; empty otherwise.
    """

    reading: Reading
    view: View
    sql: str = ""


def settle(reading: Reading, flat: Flat) -> Settled:
    """The reading with the date, the order and the conditions that raw tables need."""
    said = Said.of(reading.text)
    view = _dated(flat.view, reading, said)
    reading = _rows_asked(reading, view, flat, said)
    reading = _introduced(reading, flat, said)
    reading = _counted_out(reading, view, said)
    reading = _equalities(reading, view, said)
    reading = _shared_mean(reading, view, said)
    reading = _shared_out(reading)
    reading = _bounded(reading, view, said)
    reading = _only_bounded(reading)
    reading, sql = shaped(reading, view, flat, said)
    if reading.ranking and reading.groups and not sql:
        reading = _named_members(reading, flat)
    return Settled(_doubted(_weighed(reading, view, flat, said), said, sql), view, sql)


_WEEKDAYS = re.compile(r"\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|cuối tuần|weekend|thu (?:hai|bay)|chu nhat)\b")


_DENIED = re.compile(r"\b(?:chưa|không|chẳng|chua|khong)\b (?=\w)")


def _doubted(reading: Reading, said: Said, sql: str) -> Reading:
    """Less certain where an answer would leave out what was asked, though every word was known.

    A count that nobody asked for, days of the week, a bound inside a set, a value that two columns hold, members taken
    away from themselves, a negation that no condition holds.
    """
    total = reading.shape is Shape.TOTAL and not sql and all(m.assumed for m in reading.metrics)
    unasked = total and not said.has(*FIGURES)
    weekday = _WEEKDAYS.search(" ".join(said.words)) is not None
    bounded = bool(reading.terms) and _BOUND.search(" ".join(said.words)) is not None
    twofold = any(f.alternatives for f in reading.filters) and not reading.groups
    denied = _DENIED.search(" ".join(said.words)) is not None and not (reading.terms or reading.thresholds)
    denied = denied and "NULL" not in (reading.share.numerator if reading.share else "")
    denied = denied and not any(f.negated or "NOT " in f.sql or "NULL" in f.sql for f in reading.filters)
    nothing = any(t.op == "except" and not (t.reading.filters or t.reading.periods) for t in reading.terms)
    if unasked or weekday or bounded or twofold or nothing or denied:
        return replace(reading, certainty=min(reading.certainty, 0.5))
    return reading


def _dated(view: View, reading: Reading, said: Said) -> View:
    """The view with the date that the question names in force: "cấp thẻ năm 2023" is by the day of the card."""
    if len(view.time_dimensions) < 2 or not (reading.periods or any(g.grain for g in reading.groups)):
        return view
    best = next((t for t in view.time_dimensions if any(said.has(p) for p in moments_of(t))), None)
    if best is None or best is view.time:
        return view
    times = tuple(replace(t, default=t is best) for t in view.time_dimensions)
    return replace(view, time_dimensions=times)


def _equalities(reading: Reading, view: View, said: Said) -> Reading:
    """A plain number after the name of a column is its value: "giá 1,99"."""
    if reading.thresholds:
        return reading
    for fact in view.facts:
        for phrase in fact.synonyms:
            at = said.place(phrase)
            after = said.words[at + len(phrase.split()) :] if at >= 0 else ()
            after = after[1:] if after[:1] and after[0] in ("là", "bằng", "đúng", "la", "bang", "dung") else after
            value = number_in(after[:1])
            if value is None:
                continue
            condition = FilterMatch(f"{fact.name} = {value}", fact.name, (value,), f"{fact.label}: {value}")
            metrics = tuple(m for m in reading.metrics if fact.name not in m.expr) or reading.metrics
            return replace(reading, filters=(*reading.filters, condition), metrics=metrics)
    return reading


def _shared_mean(reading: Reading, view: View, said: Said) -> Reading:
    """ "trung bình một album có mấy bài": a count shared among the members of a column."""
    if not said.has("trung bình", "bình quân") or len(reading.metrics) != 1 or reading.metrics[0].expr != "COUNT(*)":
        return reading
    for dim in view.dimensions:
        for phrase in (dim.label.lower(), *dim.synonyms):
            if said.has(*(f"{lead} {phrase}" for lead in ("một", "mỗi", "1"))):
                first = reading.metrics[0]
                expr = f"1.0 * COUNT(*) / NULLIF(COUNT(DISTINCT {dim.name}), 0)"
                label = f"{first.label} bình quân một {dim.label.lower()}"
                groups = tuple(g for g in reading.groups if g.column != dim.name)
                shape = reading.shape if groups else Shape.TOTAL
                made = replace(first, name=f"{first.name}_binh_quan", expr=expr, label=label)
                bounds = tuple(
                    replace(t, metric=made.name) if t.metric == first.name else t for t in reading.thresholds
                )
                return replace(reading, metrics=(made,), groups=groups, shape=shape, thresholds=bounds)
    return reading


def _rows_asked(reading: Reading, view: View, flat: Flat, said: Said) -> Reading:
    """Rows of the table itself that are asked for one by one: "nhà xuất bản nào", "mỗi chi nhánh", "các nhân viên"."""
    own = row_name(flat)
    assumed = all(m.assumed for m in reading.metrics)
    if not own or any(g.column == own for g in reading.groups) or reading.built_on or reading.comparison:
        return reading
    if any(said.has(f"{lead} {p}") for p in view.synonyms for lead in EACH) and not said.has("trung bình", "bình quân"):
        if assumed and reading.groups and not any(g.grain for g in reading.groups):
            return replace(reading, groups=(GroupMatch(own, view.label_of(own)), *reading.groups))
        return reading
    named = any(said.has(f"{p} {ask}") for p in view.synonyms for ask in ASKING)
    listed = any(said.has(f"{lead} {p}") for p in view.synonyms for lead in LISTED) and not said.has(*FIGURES)
    if reading.groups or not (named or listed):
        return reading
    if assumed and not reading.thresholds:
        return replace(reading, shape=Shape.ROWS, metrics=())
    columns = {m.name: column_of(m) for m in view.metrics}
    bounds = tuple(t if t.on_rows else replace(t, metric=columns.get(t.metric, ""), on_rows=True)
                   for t in reading.thresholds)  # fmt: skip
    if bounds and all(bound.metric for bound in bounds):
        return replace(reading, shape=Shape.ROWS, metrics=(), thresholds=bounds)
    return reading


def _only_bounded(reading: Reading) -> Reading:
    """A column that rows are bounded by is no further figure: "bao nhiêu nhân viên lương trên 2.900"."""
    bounds = {t.metric for t in reading.thresholds if t.on_rows}
    metrics = tuple(m for m in reading.metrics if column_of(m) not in bounds)
    return replace(reading, metrics=metrics) if metrics and metrics != reading.metrics else reading


def _shared_out(reading: Reading) -> Reading:
    """The members among whom a total is shared out are no group of their own: "doanh thu bình quân một khách"."""
    shared = {c for m in reading.metrics for c in re.findall(r"NULLIF\(COUNT\(DISTINCT (\w+)\), 0\)", m.expr)}
    groups = tuple(g for g in reading.groups if g.column not in shared)
    return replace(reading, groups=groups) if groups and groups != reading.groups else reading


_BOUND = re.compile(
    r"\b(?P<op>vượt quá|vượt|không quá|tối đa|trên|nhiều hơn|lớn hơn|hơn|quá|ít nhất|tối thiểu|từ|dưới|chưa tới|"
    r"chưa đến|chưa đầy|ít hơn|kém|it nhat|toi thieu|tren|hon|qua|vuot qua|duoi|chua toi|tu|at least|over|more than|"
    r"under|fewer than) (?P<n>\d+(?:[.,]\d+)*)(?P<rest>(?: [^\W\d]+){0,4})"
)


_OPS = {
    ">": "vượt quá,vượt,trên,nhiều hơn,lớn hơn,hơn,quá,tren,hon,qua,vuot qua,over,more than",
    ">=": "ít nhất,tối thiểu,từ,it nhat,toi thieu,tu,at least",
    "<": "dưới,chưa tới,chưa đến,chưa đầy,ít hơn,kém,duoi,chua toi,under,fewer than",
    "<=": "không quá,tối đa",
}


_HOURS = ("tiếng", "giờ", "tieng", "gio", "hour")


def _bounded(reading: Reading, view: View, said: Said) -> Reading:
    """A bound that the reader left open lies on the measure, or on how many members its own noun says."""
    if not reading.groups or reading.comparison or any(g.grain for g in reading.groups):
        return reading
    if any(t.on_rows or t.against or t.on_change for t in reading.thresholds) or len(reading.thresholds) > 1:
        return reading
    found = _BOUND.search(" ".join(said.words))
    value = number_in([found["n"]]) if found else None
    if found is None or value is None or re.fullmatch(r"(?:19|20)\d\d", found["n"]):
        return reading
    op = next(op for op, words in _OPS.items() if found["op"] in words.split(","))
    noun = found["rest"].strip()
    target = _counted_noun(view, noun, said)
    if reading.thresholds and (not target or reading.thresholds[0].metric == target):
        return reading
    target = target or (reading.metrics[0].name if reading.metrics else "")
    if not target:
        return reading
    number = float(value)
    if noun.split()[:1] and noun.split()[0] in _HOURS and any(m.unit == "phút" for m in reading.metrics):
        number *= 60
    metrics = reading.metrics
    if metrics and metrics[0].name != target and metrics[0].assumed:
        metric = view.metric(target)
        metrics = (MetricMatch(target, metric.expr, metric.label, metric.unit),) if metric else metrics
    bound = Threshold(target, "<" if op == "<" else ">" if op == ">" else op, number)
    freed = tuple(s for s in reading.unread if s.text.lower() not in found[0])
    gain = 0.2 * sum(len(s.text.split()) for s in reading.unread if s not in freed)
    return replace(reading, thresholds=(bound,), metrics=metrics, unread=freed,
                   certainty=min(1.0, reading.certainty + gain))  # fmt: skip


def _counted_noun(view: View, noun: str, said: Said) -> str:
    """The count whose noun stands after a bound: "ít nhất hai khách"."""
    for metric in view.metrics:
        if not metric.expr.startswith("COUNT("):
            continue
        for phrase in metric.synonyms:
            bare = phrase.removeprefix("số ").removeprefix("số lượng ")
            bare = bare if said.text.accented else fold(bare)
            if bare != phrase and f"{noun} ".startswith(f"{bare} "):
                return metric.name
    return ""


def _introduced(reading: Reading, flat: Flat, said: Said) -> Reading:
    """A thing in the plural that only introduces its attribute is no group: "sách của các tác giả quê Huế"."""
    if said.has(*EACH, *ASKING) or not reading.groups or all(m.assumed for m in reading.metrics) or reading.ranking:
        return reading
    if said.has("là bao nhiêu", "bao nhiêu lượt", "là mấy") and not any(g.grain for g in reading.groups):
        return replace(reading, groups=(), shape=Shape.TOTAL)
    bound = {flat.cells[f.column].alias for f in reading.filters if f.column in flat.cells} - {flat.alias}
    groups = tuple(g for g in reading.groups if g.grain or g.column not in flat.cells
                   or flat.cells[g.column].alias not in bound)  # fmt: skip
    if groups == reading.groups:
        return reading
    return replace(reading, groups=groups, shape=reading.shape if groups else Shape.TOTAL,
                   ranking=reading.ranking if groups else None)  # fmt: skip


def _counted_out(reading: Reading, view: View, said: Said) -> Reading:
    """The number of members that a word before them says: "hai cuốn được mượn nhiều nhất"."""
    if reading.ranking is not None and said.has("chăm nhất", "siêng nhất", "đông nhất", "năng nhất"):
        reading = replace(reading, ranking=replace(reading.ranking, descending=True))
    if reading.ranking is None or reading.ranking.n != 1 or reading.ranking.per:
        return reading
    for group in reading.groups:
        dim = view.dimension(group.column)
        for phrase in (dim.label.lower(), *dim.synonyms) if dim else ():
            n = number_before(said, phrase)
            if n > 1:
                return replace(reading, ranking=replace(reading.ranking, n=n))
    return reading


def _named_members(reading: Reading, flat: Flat) -> Reading:
    """A rank is among members that have a name: rows without one are left out."""
    filters = list(reading.filters)
    for group in reading.groups:
        cell = flat.cells.get(group.column)
        if group.grain is None and cell is not None and cell.alias == flat.alias and not cell.of_row:
            filters.append(FilterMatch(f"{group.column} IS NOT NULL", group.column, (), f"{group.label}: có ghi"))
    return replace(reading, filters=tuple(filters))


def _weighed(reading: Reading, view: View, flat: Flat, said: Said) -> Reading:
    """The certainty without what was taken off for words that carry nothing here; a period without a date counts."""
    if reading.periods and view.time is None:
        dates = tuple(p.span for p in reading.periods if p.span)
        reading = replace(reading, certainty=0.4, unread=(*reading.unread, *dates))
    own = {w for t in view.time_dimensions for p in moments_of(t) if said.has(p) for w in p.split()}
    own |= {m.unit for m in reading.metrics if m.unit}
    stored = [flat.cells[c].columns[0] for m in reading.metrics if (c := column_of(m)) in flat.cells]
    own |= {a for a in ADJECTIVES if any(ordered_by(a, c) is not None for c in stored)}
    own |= ADJECTIVES if "nhất" in said.words or "nhat" in said.words else set()
    known = {*NEUTRAL, *own, *map(fold, NEUTRAL), *map(fold, own)} if not said.text.accented else NEUTRAL | own
    unread = []
    freed = 0
    for span in reading.unread:
        words = re.findall(r"\w+", span.text.lower())
        if all(word in known for word in words):
            freed += len(words)
        else:
            unread.append(span)
    return replace(reading, unread=tuple(unread), certainty=min(1.0, reading.certainty + 0.2 * freed))
