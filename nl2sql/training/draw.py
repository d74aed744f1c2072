"""Plans drawn from a catalogue: every shape of question over its views, metrics, columns, values and periods."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.generation.compose import compose
from nl2sql.query.database import Database
from nl2sql.query.validate import validate
from nl2sql.question.text import fold
from nl2sql.question.vocabulary import Vocabulary, written_out
from nl2sql.training.about import about
from nl2sql.training.deck import Decks
from nl2sql.training.names import known_names
from nl2sql.training.plan import Condition, Plan, Ways
from nl2sql.training.stock import Shelf, direct, joined, leads_on, lowered, negated, pick_filter, pick_value, stock
from nl2sql.types import (
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Reading,
)
from schema.semantic import Catalogue, Dimension, Example, Metric, NamedFilter, VerifiedQuery, View

GRAINS: Mapping[Grain, Ways] = {
    "year": ("năm",), "quarter": ("quý",), "month": ("tháng",), "day": ("ngày",)
}  # fmt: skip
_MOST_GROUPS = 120
_ASKING = frozenset({"nao", "dau", "gi", "ai", "may"})
_PLAINLY_ASKED = frozenset({"total", "short", "breakdown", "trend", "comparison", "average", "several_values", "apart"})
_IMPLIED = 0.35
"""How often the main measure stays unsaid where a condition implies it."""
_IMPLIED_SHORT = 0.75
_CONDITIONS = (26, 45, 22, 7)
"""Weights of no, one, two and three conditions."""
_MAIN = 2.2
"""How often the main measure of a view is asked for, against all others together."""
_TOWARD = 0.25
"""How often a direction goes on to the place that it leads to."""
_UNDATED, _STOCK_UNDATED = 0.09, 0.25
"""How often no period is said; of a stock that is the newest one, which people mostly mean."""
_FEWEST_VALUES, _USUAL_VALUES, _MOST_VALUES, _MANY = 4, 10, 60, 0.35
"""Power of a column's number of values, within bounds, in how often it narrows: few of many are met otherwise."""
_FEW, _SMALL = range(2, 9), 2.4
"""A column of so few values (lanes, ways, states, vehicles) narrows so much more often: people say it in passing."""
_LEADS, _FEW_LEADS = 1.7, 4
"""How much more often a column narrows that leads to its view: goods, countries, lanes."""
_SHARED = 0.6
"""Power by which offices and areas that many views have count less in each, as they are met often anyway; other columns
half of that, and not at all those that lead to the view."""
_PLACE = 0.65
"""How much less a column of offices and areas narrows: most views have two or three of them, which say one thing."""
_MOST_APPROVED = 3
"""So many approved queries with a column tell how much it is asked for."""
_FIRST = 0.7
"""By how much the view that is asked for first is asked for more; the next ones by a half, a third of that …"""


@dataclass(frozen=True)
class Base:
    """Measure, conditions and period: what most shapes begin with."""

    metric: Metric
    conditions: tuple[Condition, ...]
    when: str
    periods: tuple[Period, ...]


class Drawer:
    """Draws plans, proven against the door and the database.

    Args:
        catalogue: What to ask about.
        database: A warehouse that holds its views.
        rng: All chance comes from here: equal seeds draw equal plans.
        row_cap: Passed to the door.
        vocabulary: The reader's, whose further names are used as well.
    """

    def __init__(
        self, catalogue: Catalogue, database: Database, rng: random.Random, row_cap: int = 1000,
        vocabulary: Vocabulary | None = None,
    ) -> None:  # fmt: skip
        self.catalogue, self.database, self.rng, self._cap = catalogue, database, rng, row_cap
        vocabulary = vocabulary or Vocabulary()
        self.shelves = dict(stock(catalogue, database, known_names(vocabulary)))
        self.about = {name: about(shelf, vocabulary) for name, shelf in self.shelves.items()}
        self._views_with = Counter(d.name for s in self.shelves.values() for d in s.view.dimensions)
        self._weights: dict[tuple[str, str], dict[str, float]] = {}
        self.decks = next((s.decks for s in self.shelves.values()), Decks())
        self.today = catalogue.as_of or dt.date.today()  # noqa: DTZ011 - as the stock's calendar

    def proven(self, sql: str, *, empty: bool = False) -> bool:
        """Whether SQL passes the door, runs, and gives something."""
        try:
            query = validate(sql, self.catalogue, dialect=self.database.dialect, row_cap=self._cap)
            rows = self.database.run(query, timeout_s=10.0).rows
        except (QueryRejected, ExecutionError):
            return False
        return (any(v is not None for row in rows for v in row) and len(rows) <= self._cap) or (empty and not rows)

    # Pieces

    def metric(self, view: View, *, plain: bool = False) -> Metric:
        """A metric; those that leaders ask for more often, and each in its turn. ``plain``: one whose parts add up."""
        options = [m for m in view.metrics if not plain or m.additivity == "additive"] or list(view.metrics)
        by_name = {m.name: m for m in options}
        weights = {m.name: wanted(view, m) for m in view.metrics}
        return by_name[self.shelves[view.name].deal("metric", weights, self.rng, by_name)]

    def dimension(self, shelf: Shelf, *, most: int = _MOST_GROUPS, but: Sequence[str] = ()) -> Dimension | None:
        """A column worth grouping by, one that leads to the view more often."""
        view = shelf.view
        options = [
            d for d in view.dimensions
            if d.name not in but and 2 <= len(shelf.values.get(d.name, ())) <= most and not (d.sensitive and most < 300)
        ]  # fmt: skip
        return self._column(shelf, "group", options)

    def _column(self, shelf: Shelf, use: str, options: Sequence[Dimension]) -> Dimension | None:
        """The column whose turn it is; one of many values is met more often as a condition, so that they are met."""
        by_name = {d.name: d for d in options}
        if not by_name:
            return None
        weights = self._weights.get((shelf.view.name, use))
        if weights is None:
            weights = self._weights[shelf.view.name, use] = self._weighed(shelf, use)
        return by_name[shelf.deal(use, weights, self.rng, by_name)]

    def _weighed(self, shelf: Shelf, use: str) -> dict[str, float]:
        """The columns of a view by how often they are asked for."""
        view, narrows = shelf.view, use == "condition"
        found = {}
        for dim in (d for d in view.dimensions if shelf.values.get(d.name)):
            shared = 0.0 if dim.name in view.leads else _SHARED if dim.scope else _SHARED / 2
            weight = interest(view, dim) * self._views_with[dim.name] ** -(shared if narrows else shared / 2)
            if narrows:
                count = min(max(len(shelf.values[dim.name]), _FEWEST_VALUES), _MOST_VALUES)
                weight *= (count / _USUAL_VALUES) ** _MANY * (_PLACE if dim.scope else 1)
                items = shelf.values[dim.name]
                leads = dim.name in view.leads and (dim.rank <= 12 or len(view.leads) <= _FEW_LEADS)
                few = len(items) in _FEW and not (dim.scope or dim.sensitive or any(i.toward for i in items))
                weight *= (_SMALL if few else 1) * (_LEADS if leads else 1)
            found[dim.name] = weight
        return found

    def narrowing(self, shelf: Shelf, but: Sequence[str] = ()) -> Dimension | None:
        """A column to name a value of, as often as conditions do."""
        options = [d for d in shelf.view.dimensions if d.name not in but and len(shelf.values.get(d.name, ())) > 1]
        return self._column(shelf, "condition", options)

    def conditions(self, shelf: Shelf, metric: Metric, most: int = 3, but: Sequence[str] = ()) -> tuple[Condition, ...]:
        """Up to ``most`` conditions on different columns, none that the metric itself counts."""
        view, rng = shelf.view, self.rng
        found: list[Condition] = []
        count = rng.choices(range(most + 1), _CONDITIONS[: most + 1])[0]
        taken = {*but}
        way = self._direction(shelf, metric, taken) if most else None
        if way is not None:
            found.append(way)
            taken.add(way.match.column)
            count = min(rng.choices(range(3), (36, 50, 14))[0], most - 1)
        for _ in range(count):
            options = [
                d for d in view.dimensions
                if d.name not in taken and shelf.values.get(d.name) and d.name not in metric.expr
            ]  # fmt: skip
            named = [f for f in view.filters if not any(c in f.expr for c in taken) and f.name not in taken]
            if named and rng.random() < 0.12:
                chosen = self._filter(shelf, named)
                if not any(d.name in chosen.expr and d.name in metric.expr for d in view.dimensions):
                    found.append(pick_filter(chosen))
                    taken |= {chosen.name, *(d.name for d in view.dimensions if d.name in chosen.expr)}
                continue
            if not options:
                break
            toward = [d for d in options if way and leads_on(shelf, way, d)]
            dim = self._column(shelf, "condition", toward if toward and rng.random() < _TOWARD else options)
            condition = pick_value(shelf, dim, rng) if dim is not None else None
            if condition is None or dim is None:
                continue
            if rng.random() < 0.06:
                condition = negated(condition, rng)
            found.append(condition)
            taken |= {dim.name, dim.parent, *(d.name for d in view.dimensions if d.parent == dim.name)}
        return self._arranged(shelf, found)

    def _filter(self, shelf: Shelf, named: Sequence[NamedFilter]) -> NamedFilter:
        by_name = {f.name: f for f in named}
        return by_name[shelf.deal("filter", {f.name: 1.0 for f in shelf.view.filters}, self.rng, by_name)]

    def _direction(self, shelf: Shelf, metric: Metric, taken: Collection[str]) -> Condition | None:
        """Which way the figures go, which most questions say where the view knows it."""
        view = shelf.view
        for dim in view.dimensions:
            if dim.name in taken or dim.name in metric.expr or not direct(dim):
                continue
            said = 0.7 if dim.name in view.leads or not view.leads else 0.45
            if any(i.toward for i in shelf.values.get(dim.name, ())) and self.rng.random() < said:
                return pick_value(shelf, dim, self.rng)
        return None

    def _arranged(self, shelf: Shelf, found: Sequence[Condition]) -> tuple[Condition, ...]:
        """Conditions in the order of saying: what needs no preposition first, at times last; a way with its place."""
        order = {d.name: d.rank for d in shelf.view.dimensions}
        last = self.rng.random() < 0.15
        kept = sorted(found, key=lambda c: (c.direct is last, c.match.negated, order.get(c.match.column, 50)))
        for one in [c for c in kept if c.direct and self.rng.random() < 0.65]:
            for other in [c for c in kept if c is not one]:
                pair = joined(shelf, one, other, self.rng)
                if pair[0] is not one:
                    first = min(kept.index(one), kept.index(other))
                    kept = [c for c in kept if c is not one and c is not other]
                    return (*kept[:first], *pair, *kept[first:])
        return tuple(kept)

    def base(self, shelf: Shelf, *, plain: bool = False, most: int = 3, but: Sequence[str] = ()) -> Base:
        """Measure, conditions, period."""
        metric = self.metric(shelf.view, plain=plain)
        when, periods = self._when(shelf)
        return Base(metric, self.conditions(shelf, metric, most, but), when, periods)

    def parts(self, shelf: Shelf) -> Mapping[str, str]:
        """The calendar columns of a view."""
        return shelf.view.time.parts if shelf.view.time else {}

    def _when(self, shelf: Shelf) -> tuple[str, tuple[Period, ...]]:
        if shelf.calendar is None:
            return "", ()
        if self.rng.random() < (_STOCK_UNDATED if snapshot(shelf.view) else _UNDATED):
            return "", shelf.calendar.unsaid()
        return shelf.calendar.draw(self.rng)

    def reading(self, view: View, base: Base, **more: object) -> Reading:
        """A reading of the pieces."""
        plain = Reading(
            text="",
            view=view.name,
            metrics=(match_of(base.metric),),
            filters=tuple(c.match for c in base.conditions),
            periods=base.periods,
        )
        return replace(plain, **more)  # type: ignore[arg-type] # the callers name fields of Reading

    def plan(self, kind: str, shelf: Shelf, base: Base, reading: Reading, **more: object) -> Plan | None:
        """The plan, with the composer's SQL."""
        sql = compose(reading, self.catalogue)
        if sql is None:
            return None
        measures = tuple(
            self._measure(kind, shelf, m, base) for m in shelf.view.metrics for r in reading.metrics if r.name == m.name
        )
        made = Plan(kind, shelf.view, reading, sql, measures, base.conditions, base.when, rows=rows_of(shelf.view),
                    about=self.about[shelf.view.name])  # fmt: skip
        return replace(made, **more)  # type: ignore[arg-type] # the callers name fields of Plan

    def _measure(self, kind: str, shelf: Shelf, metric: Metric, base: Base) -> Ways:
        """The names of a measure that go with the conditions; none where the conditions imply it."""
        view = shelf.view
        ways = names_of(metric)
        if kind in _PLAINLY_ASKED and metric.inverse:  # the negative of a measure is told by the same figure
            ways = (*ways, *metric.inverse, *(f"{c} hay {metric.inverse[0]}" for c in metric.claims))
        if kind not in _PLAINLY_ASKED:  # "bao nhiêu vụ" asks already
            ways = tuple(w for w in ways if not w.startswith(("bao nhiêu ", "mấy "))) or ways
        said = {
            fold(i.names[0])
            for c in base.conditions if c.direct for i in shelf.values.get(c.match.column, ()) if i.toward
        }  # fmt: skip
        ways = tuple(w for w in ways if not any(f" {v} " in f" {_in_full(w)} " for v in said)) or ways
        if metric != view.default_metric or len(base.conditions) == 0:
            return ways
        leading = any(c.direct or c.match.column in view.leads for c in base.conditions if not c.match.negated)
        return ("",) if leading and self.rng.random() < (_IMPLIED_SHORT if kind == "short" else _IMPLIED) else ways

    def grouped(self, shelf: Shelf, *, plain: bool = False, most: int = 2) -> tuple[Base, Dimension] | None:
        dim = self.dimension(shelf)
        if dim is None:
            return None
        but = (dim.name, dim.parent, *(d.name for d in shelf.view.dimensions if d.parent == dim.name))
        base = self.base(shelf, plain=plain, most=most, but=but)
        return None if dim.name in base.metric.expr else (base, dim)

    def grain(self, shelf: Shelf, periods: tuple[Period, ...]) -> Grain | None:
        """A calendar unit smaller than the period, of those that the view has."""
        time = shelf.view.time
        if time is None or len(periods) != 1:
            return None
        days = (periods[0].end - periods[0].start).days
        options: list[Grain] = []
        if days > 400 and "year" in time.parts:
            options += ["year", "year"]
        if 100 < days < 1200 and "quarter" in time.parts:
            options.append("quarter")
        if 45 < days < 800 and "month" in time.parts:
            options += ["month", "month"]
        if 3 < days < 32 and not time.snapshot:
            options.append("day")
        return self.rng.choice(options) if options else None

    def timed(self, shelf: Shelf, *, plain: bool = False, yearly: bool = False) -> tuple[Base, Grain] | None:
        if shelf.calendar is None:
            return None
        base = self.base(shelf, plain=plain, most=2)
        years = yearly or self.rng.random() < 0.4
        when, periods = (shelf.calendar.years if years else shelf.calendar.whole_year if snapshot(shelf.view)
                         else shelf.calendar.draw)(self.rng)  # fmt: skip
        grain = self.grain(shelf, periods)
        return None if grain is None else (replace(base, when=when, periods=periods), grain)

    def typical(self, sql: str) -> float | None:
        """A number of a one-column result, somewhere in its middle."""
        try:
            values = sorted(float(r[-1]) for r in self.run(sql) if r[-1] is not None)
        except (QueryRejected, ExecutionError, ValueError):
            return None
        values = [v for v in values if v > 0]
        if len(values) < 3:
            return None
        return values[self.rng.randrange(len(values) // 4, max(len(values) // 4 + 1, len(values) * 9 // 10))]

    def run(self, sql: str) -> Sequence[Sequence[Any]]:
        query = validate(sql, self.catalogue, dialect=self.database.dialect, row_cap=5000)
        return self.database.run(query, timeout_s=10.0, row_cap=5000).rows


def snapshot(view: View) -> bool:
    """Whether a view holds month-end snapshots."""
    return bool(view.time and view.time.snapshot)


def match_of(metric: Metric) -> MetricMatch:
    """A metric as the reader would have recognised it."""
    return MetricMatch(metric.name, metric.expr, metric.label, metric.unit)


def group_of(dim: Dimension) -> GroupMatch:
    """A column as the reader would have recognised it."""
    return GroupMatch(dim.name, dim.label)


def names_of(item: Metric | Dimension) -> Ways:
    """A label and its synonyms, as they stand inside a sentence; the label in a third of all."""
    label = lowered(item.label)
    more = [lowered(s) for s in item.synonyms]
    if isinstance(item, Dimension):  # "nơi nào", "63 tỉnh thành" stand in no frame
        more = [s for s in more if not s[0].isdigit() and _ASKING.isdisjoint(fold(s).split())]
        label = more[0] if more and any(c.isdigit() for c in label) else label
    return (*(label,) * max(3, len(more) // 2), *more)


def _in_full(name: str) -> str:
    return fold(" ".join(written_out(word) for word in name.split()))


def interest(view: View, dim: Dimension) -> float:
    """How often a column is asked for: those that lead to the view, tell whose figures they are, have many names or
    stand in approved queries."""
    if dim.sensitive:
        return 0.3
    listed = bool(dim.values or dim.value_set) and not dim.scope  # values named by the catalogue are asked for so
    usual = 5.0 if dim.rank <= 5 else 4.0 if dim.rank <= 12 else 2.0 if dim.rank <= 30 or listed else 0.7
    names = min(len(set(dim.synonyms)) + len(dim.cues), 10) / 10
    lead = dim.scope or dim.name in view.leads
    approved = sum(re.search(rf"\b{re.escape(dim.name)}\b", q.sql) is not None for q in _approved(view))
    told = (1 + min(approved, _MOST_APPROVED)) ** 0.5
    return float(usual * ((2.0 if dim.rank <= 12 else 1.5) if lead else 1.0) * (0.5 + names) * told)


def _approved(view: View) -> Sequence[VerifiedQuery | Example]:
    return (*view.verified_queries, *view.examples)


def asked(view: View, catalogue: Catalogue) -> float:
    """How often a view is asked for: those with much to ask, with approved queries, and the first of the catalogue."""
    first = catalogue.asked_first
    more = _FIRST / (1 + first.index(view.name)) if view.name in first else 0.0
    much = (len(view.metrics) + len(view.dimensions)) ** 0.5
    return float(much * (1 + len(view.verified_queries)) * (1 + more))


def wanted(view: View, metric: Metric) -> float:
    """How often a measure is asked for: mostly the main one, the others by their approved queries and names."""
    if metric is view.default_metric:
        return _MAIN * sum(wanted(view, m) for m in view.metrics if m is not metric) or 1.0
    approved = sum(metric.expr in q.sql for q in view.verified_queries)
    return float((2 if metric.inverse else 1) * (1 + len(set(metric.synonyms))) ** 0.5 * (1 + min(approved, 4)) ** 0.8)


def rows_of(view: View) -> Ways:
    """How a row of a view is called: its grain without the number word, and the view's names."""
    grain = view.grain.removeprefix("một ")
    return tuple(dict.fromkeys((grain or lowered(view.label), lowered(view.label))))
