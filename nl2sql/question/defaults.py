"""What a question leaves open is filled by what the catalogue declares, and every assumption is said."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from nl2sql.question.accounting import named_spans, unaccounted
from nl2sql.question.measures import metric_match
from nl2sql.question.outcome import Situation
from nl2sql.question.rows import row_count
from nl2sql.question.text import fold
from nl2sql.types import (
    FilterMatch,
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Reading,
    Shape,
)
from schema.semantic import GRAIN_LABELS, View


def finish(reading: Reading, view: View, situation: Situation) -> Reading:
    """Fill what the catalogue declares as default, and state every assumption."""
    notes = list(reading.assumptions)
    metrics = reading.metrics
    counted = _opening_count(reading, view, situation)
    if counted is not None:
        metrics = (counted,)
    elif not metrics and reading.shape is not Shape.ROWS:
        default = view.default_metric
        if default:
            metrics = (metric_match(default, situation.text, None, assumed=True),)
            notes.append(f"Không nêu chỉ tiêu: dùng {default.label.lower()}.")
    for match in metrics:
        metric = view.metric(match.name)
        if metric and metric.assumption:
            notes.append(metric.assumption)
    filters, usual = usual_conditions(replace(reading, metrics=metrics), view)
    notes.extend(usual)
    for condition in filters:
        dim = view.dimension(condition.column)
        if dim and dim.assumption:
            notes.append(dim.assumption)
    time = view.time
    if time and time.assumption:
        notes.append(time.assumption)
    reading = _over_years(reading, view)
    periods = reading.periods
    course = time is not None and time.snapshot and any(g.grain for g in reading.groups)
    if not periods and time and not reading.comparison and not course:
        periods, note = _default_period(view, situation)
        notes.extend(note)
    for period in (*periods,):
        if period.open:
            notes.append(f"Dữ liệu đến {situation.today:%d/%m/%Y}: {period.label} chưa trọn kỳ.")
    whole = replace(reading, metrics=metrics, filters=filters, periods=periods, assumptions=tuple(dict.fromkeys(notes)))
    dropped = unaccounted(situation.text, whole, named_spans(whole))
    fresh = tuple(s for s in dropped if not any(u.start <= s.start and s.end <= u.end for u in whole.unread))
    return replace(whole, unread=(*whole.unread, *fresh), certainty=max(0.0, whole.certainty - 0.2 * len(fresh)))


def _over_years(reading: Reading, view: View) -> Reading:
    """A rate that is set once a year, asked over several years, told for each of them."""
    time = view.time
    if time is None or not time.snapshot or "month" in time.parts or "quarter" in time.parts:
        return reading
    spans = len(reading.periods) == 1 and reading.periods[0].end.year - reading.periods[0].start.year >= 2
    if not spans or reading.groups or reading.comparison or reading.window or reading.average or reading.derived:
        return reading
    group = GroupMatch("year", GRAIN_LABELS["year"], "year")
    return replace(reading, groups=(group,), ranking=None, shape=Shape.TREND)


def _opening_count(reading: Reading, view: View, situation: Situation) -> MetricMatch | None:
    """The count of what a question that names no measure begins with: "hóa đơn bị từ chối theo lý do"."""
    if reading.metrics or reading.shape is Shape.ROWS or reading.ranking is not None:
        return None
    rows = row_count(view, situation.text)
    if rows is None:
        whole = next((m for m in view.metrics if m.expr == f"SUM(so_{fold(m.unit).replace(' ', '_')})"), None)
        rows = metric_match(whole, situation.text, None) if whole else None
    taken = {i for p in situation.time.periods for i in range(*p.tokens)}
    said = [
        t.fold for i, t in enumerate(situation.text.tokens)
        if i not in taken and t.kind != "punct" and t.fold not in ("cac", "nhung", "trong", "so", "tong")
    ]  # fmt: skip
    unit = fold(rows.unit).split() if rows is not None else []
    if unit and said[: len(unit)] == unit:
        return rows
    people = (m for m in view.metrics if m.unit == "người" and m.expr.upper().startswith("SUM("))
    led = {tuple(said[:1]), tuple(said[:2])}  # "khách đi tàu hỏa …" counts them, whatever the rows are
    named = next((m for m in people if led & {tuple(fold(n).split()) for n in (m.label, *m.synonyms)}), None)
    return metric_match(named, situation.text, None) if named else None


def usual_conditions(reading: Reading, view: View) -> tuple[tuple[FilterMatch, ...], tuple[str, ...]]:
    """The filters with the conditions that the catalogue takes for granted, and what to say of them."""
    filters, notes = list(reading.filters), []
    for dim in view.dimensions:
        if not dim.unless_named:
            continue
        column, _, literal = dim.unless_named.partition(" = ")
        meant = literal.strip("'") if column == dim.name else view.label_of(column).lower()
        usual = FilterMatch(dim.unless_named, dim.name, (), f"{dim.label}: {meant}")
        others = [f for f in filters if f.sql != usual.sql]
        mentions = [f.sql for f in others] + [m.expr for m in reading.metrics] + [g.column for g in reading.groups]
        mentions += [reading.contrast.left, reading.contrast.right] if reading.contrast else []
        mentions += [reading.share.numerator] if reading.share else []
        told = any(f.column == dim.name for f in others) or any(re.search(rf"\b{dim.name}\b", m) for m in mentions)
        filters = others if told else [*others, usual]
        if not told:
            notes.append(f"Không nêu {dim.label.lower()}: lấy {meant}.")
    return tuple(filters), tuple(notes)


def last_stock(view: View, today: dt.date) -> tuple[Period, ...]:
    """The last stock there is of a view of stocks; nothing for a view of what happened."""
    if view.time is None or not view.time.snapshot:
        return ()
    parts = view.time.parts
    grain: Grain = "month" if "month" in parts or "year" not in parts else "quarter" if "quarter" in parts else "year"
    month = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[grain]
    label = {
        "month": f"tháng {today.month}/{today.year}",
        "quarter": f"quý {('I', 'II', 'III', 'IV')[(today.month - 1) // 3]}/{today.year}",
        "year": f"năm {today.year}",
    }[grain]
    return (Period(today.replace(month=month, day=1), today, grain, label[0].upper() + label[1:]),)


def _default_period(view: View, situation: Situation) -> tuple[tuple[Period, ...], tuple[str, ...]]:
    found = last_stock(view, situation.today)
    if found:
        label, end = found[0].label[0].lower() + found[0].label[1:], "cuối " * (found[0].grain == "month")
        return found, (f"Không nêu kỳ: lấy số liệu {end}{label}.",)
    if situation.catalogue.as_of is None:
        return (), ()
    return (), (f"Không nêu kỳ: tính trên toàn bộ dữ liệu đến {situation.today:%d/%m/%Y}.",)
