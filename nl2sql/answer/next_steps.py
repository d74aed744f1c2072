"""What people usually ask next about an answer: rules as data over the reading and the catalogue, no model.

Each step carries the whole reading that it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nl2sql.question import edit
from nl2sql.question.choices import divides
from nl2sql.types import Grain, Period, Ranking, Reading, Result, Shape, Share, Window
from schema.semantic import Catalogue, Dimension, View

MAX_STEPS = 5
MANY_ROWS = 15


@dataclass(frozen=True)
class NextStep:
    """A follow-up question: what its button says and what it asks."""

    label: str
    reading: Reading


@dataclass(frozen=True)
class _Scene:
    reading: Reading
    result: Result | None
    view: View
    catalogue: Catalogue

    @property
    def figures(self) -> bool:
        return self.reading.shape is not Shape.ROWS and bool(self.reading.metrics)

    @property
    def timed(self) -> bool:
        return any(g.grain for g in self.reading.groups)

    @property
    def plain(self) -> bool:
        """Figures without comparison, running calculation, share or average."""
        r = self.reading
        return self.figures and not (r.comparison or r.window or r.share or r.average)


Rule = Callable[[_Scene], Iterator[NextStep]]


def next_steps(reading: Reading, result: Result | None, catalogue: Catalogue) -> tuple[NextStep, ...]:
    """At most ``MAX_STEPS`` follow-ups that fit, in the order of ``RULES``; none for a reading without a view."""
    if reading.view not in catalogue.views or reading.clarification or reading.refusal or reading.built_on:
        return ()
    scene = _Scene(reading, result, catalogue.views[reading.view], catalogue)
    found: dict[Reading, NextStep] = {}
    for rule in RULES:
        for step in rule(scene):
            if step.reading != reading:
                found.setdefault(step.reading, step)
    return tuple(found.values())[:MAX_STEPS]


def _same_period(s: _Scene) -> Iterator[NextStep]:
    years = {y for p in s.reading.periods for y in (p.start.year, p.end.year)}
    by_year = any(g.grain == "year" for g in s.reading.groups)
    if s.plain and s.view.time is not None and len(s.reading.periods) == 1 and len(years) == 1 and not by_year:
        yield NextStep("So với cùng kỳ", edit.with_comparison(s.reading, "same_period", s.catalogue))


def _over_time(s: _Scene) -> Iterator[NextStep]:
    if not s.plain or s.view.time is None or s.timed or len(s.reading.periods) != 1 or len(s.reading.groups) > 1:
        return
    period = s.reading.periods[0]
    grain = _finer(period)
    if any(_wide(d, s.catalogue) for g in s.reading.groups if (d := s.view.dimension(g.column))):
        return
    if grain and grain in s.view.time.parts:
        label = {"month": "Theo tháng", "quarter": "Theo quý", "year": "Theo năm"}[grain]
        yield NextStep(label, edit.with_group(_unranked(s.reading), edit.time_group(grain), s.catalogue))


def _finer(period: Period) -> Grain | None:
    days = (period.end - period.start).days
    return "year" if days > 800 else "month" if days > 45 else None


def _years(s: _Scene) -> Iterator[NextStep]:
    """The years up to the one asked about, for a single figure."""
    if not s.plain or s.reading.groups or s.view.time is None or len(s.reading.periods) != 1:
        return
    period = s.reading.periods[0]
    if period.grain == "year" and period.start.year == period.end.year:
        first = period.start.replace(year=period.start.year - 4)
        span = Period(first, period.end, "year", f"Giai đoạn {first.year}–{period.end.year}", open=period.open)
        several = replace(s.reading, periods=(span,))
        yield NextStep("5 năm gần đây", edit.with_group(several, edit.time_group("year"), s.catalogue))


def _divided(s: _Scene) -> Iterator[NextStep]:
    if not s.figures or s.reading.window or s.reading.average or len(s.reading.groups) > 1:
        return
    room = 2 if not s.reading.groups else 1
    offered = [d for d in dimensions_to_divide(s.reading, s.view) if not _within(d, s)]
    for dim in offered[:room]:
        above = _above(s.reading, dim)
        changed = edit.with_group(_unranked(s.reading), edit.column_group(dim), s.catalogue, instead=above)
        wide = _wide(dim, s.catalogue)
        if wide and len(changed.groups) > 1:
            continue
        if wide:
            changed = edit.with_ranking(changed, Ranking(10), s.catalogue)
            additive = all(m.additivity != "ratio" for m in s.view.metrics if m.name == s.reading.metrics[0].name)
            yield NextStep(f"10 {_lower(dim.label)} {'lớn' if additive else 'cao'} nhất", changed)
        else:
            yield NextStep(f"Chia theo {_lower(dim.label)}", changed)


def _within(dim: Dimension, s: _Scene) -> bool:
    """Whether a measure is itself told apart by the column (a balance by direction, a share of red by channel)."""
    word = re.compile(rf"\b{re.escape(dim.name)}\b")
    return any(word.search(m.expr) for m in s.reading.metrics)


def _wide(dim: Dimension, catalogue: Catalogue) -> bool:
    declared = len(catalogue.values_of(dim))
    return declared > MANY_ROWS or declared == 0


def _above(reading: Reading, dim: Dimension) -> int | None:
    """The place of the group whose next level down a dimension is."""
    return next((i for i, g in enumerate(reading.groups) if dim.parent and g.column == dim.parent), None)


def dimensions_to_divide(reading: Reading, view: View) -> list[Dimension]:
    """Columns by which a figure is worth dividing next, best first.

    One level below what is grouped or held comes first, then what the view is about, then by the catalogue's rank.
    """
    used = {g.column for g in reading.groups}
    held = {f.column for f in reading.filters}
    parents = {d.parent for d in view.dimensions if d.name in used | held and d.parent}
    offered = [
        d
        for d in view.dimensions
        if d.name not in used and d.name not in parents and divides(d, reading) and not d.sensitive and d.type == "text"
    ]
    leads = {name: place for place, name in enumerate(view.leads)}

    def weight(dim: Dimension) -> tuple[int, int, int]:
        below = 0 if dim.parent and dim.parent in used | held else 1
        return below, dim.rank, leads.get(dim.name, 99)

    return sorted(offered, key=weight)


def _parts_of_whole(s: _Scene) -> Iterator[NextStep]:
    if not s.plain or s.timed or len(s.reading.groups) != 1 or s.reading.ranking or len(s.reading.metrics) != 1:
        return
    metric = s.view.metric(s.reading.metrics[0].name)
    rows = s.result.row_count if s.result else 0
    if rows > MANY_ROWS:
        yield NextStep("Chỉ 10 lớn nhất", edit.with_ranking(s.reading, Ranking(10), s.catalogue))
    elif metric is not None and metric.additivity == "additive":
        yield NextStep("Xem tỷ trọng", edit.settled(replace(s.reading, share=Share("", "")), s.catalogue))


def _running(s: _Scene) -> Iterator[NextStep]:
    months = [g for g in s.reading.groups if g.grain == "month"]
    if not s.plain or not months or len(s.reading.groups) != 1 or len(s.reading.metrics) != 1:
        return
    metric = s.view.metric(s.reading.metrics[0].name)
    years = {y for p in s.reading.periods for y in (p.start.year, p.end.year)}
    if metric is not None and metric.additivity == "additive" and len(years) == 1:
        yield NextStep("Lũy kế", edit.settled(replace(s.reading, window=Window("cumulative")), s.catalogue))


def _details(s: _Scene) -> Iterator[NextStep]:
    if s.figures and s.view.detail and s.reading.filters:
        yield NextStep("Xem chi tiết", edit.as_rows(s.reading, s.catalogue))


def _back(s: _Scene) -> Iterator[NextStep]:
    if s.reading.shape is Shape.ROWS and s.view.default_metric:
        figures = replace(s.reading, shape=Shape.TOTAL, ranking=None, columns=())
        yield NextStep(f"Tổng hợp {_lower(s.view.default_metric.label)}", edit.settled(figures, s.catalogue))
    if s.reading.comparison:
        yield NextStep("Bỏ so sánh", edit.with_comparison(s.reading, None, s.catalogue))


def _unranked(reading: Reading) -> Reading:
    return replace(reading, ranking=None)


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


RULES: tuple[Rule, ...] = (_same_period, _over_time, _years, _divided, _parts_of_whole, _running, _details, _back)
