"""The whole catalogue: views and what holds for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from schema.semantic.view import Dimension, Metric, Value, View


@dataclass(frozen=True)
class Absent:
    """A topic that is deliberately or simply not in the warehouse, and what to say about it.

    Attributes:
        code: ``forbidden`` (secret or personal), ``absent`` (nobody collects it), ``out_of_scope`` (no data question),
            ``forecast`` (not happened yet: there is a page for it).
        patterns: Phrases that name it, matched without regard to diacritics on word boundaries.
        message: What the user is told, in Vietnamese.
        nearest: The nearest thing that does exist, in Vietnamese; may be empty.
        unless: Phrases that show that something else is meant.

    A pattern may hold "…": up to four other syllables stand there ("sản lượng … thu hoạch").
    """

    code: str
    patterns: tuple[str, ...]
    message: str
    nearest: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ambiguous:
    """A phrase with several meanings that nothing but the person can settle.

    Attributes:
        phrase: Matched without regard to diacritics where the writer uses none.
        options: Phrases that each say one meaning in full; they are put in its place.
        unless: Words that settle the meaning: a question that holds one is not asked back.
        settles: Meaning → words that say that it is meant, beside the phrase or else anywhere in the question
            (in YAML, ``{cuc}`` stands for all names in that list of values).
    """

    phrase: str
    options: tuple[str, ...]
    unless: tuple[str, ...] = ()
    settles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


AlertKind = Literal["spike", "year_change", "level", "pace"]


@dataclass(frozen=True)
class PlanRule:
    """A yearly plan that a metric is held against; metrics are written ``view.metric``.

    Attributes:
        label: What the plan is called ("dự toán").
        actual: The metric that is measured.
        plan: The metric that holds the plan of a whole year.
        also: Other metrics that mean the same as ``actual``.
    """

    label: str
    actual: str
    plan: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class AlertRule:
    """A rule for warnings.

    Attributes:
        metric: ``view.metric``; its polarity says which way is bad news.
        by: Dimensions over whose members it looks, each by itself.
        kind: ``spike``: the last finished month against the 12 before; ``year_change``: against the same month of the
            year before; ``level``: a ratio of the last ``months`` beyond ``bound``; ``pace``: a percentage of a yearly
            plan behind the part of the year that has passed.
        bound: Least change in percent; the ratio's bound; points behind the pace.
        least: Least size of what is compared, in the metric's unit or, for a ratio, in that of ``size``.
        size: Metric of the same view that tells how much a ratio rests on.
        direction: Which way is bad where the metric's polarity does not say.
        why: Why a leader should look, in Vietnamese.
    """

    name: str
    metric: str
    by: tuple[str, ...]
    kind: AlertKind
    bound: float
    least: float = 0.0
    size: str = ""
    months: int = 1
    direction: Literal["", "up", "down"] = ""
    why: str = ""


@dataclass(frozen=True)
class Relationship:
    """A key between two tables: ``left.left_columns = right.right_columns`` (many to one)."""

    left: str
    left_columns: tuple[str, ...]
    right: str
    right_columns: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """A whole catalogue.

    Attributes:
        name: Name of the warehouse, for people.
        version: Digest of the catalogue's text, 12 hexadecimal digits.
        as_of: Last day of the data: "now" for every relative period; None for a foreign database.
        since: First day of the data, before which there is nothing to answer from; None when unknown.
        dialect: sqlglot dialect in which expressions are written.
        synthetic: The data is simulated, and every place that shows it says so.
        views: Flat views by name.
        value_sets: Shared values by list name.
        absent: Topics that cannot be answered.
        relationships: Keys between tables; empty for a warehouse of flat views.
        ambiguous: Phrases that must be asked back.
        asked_first: Views whose main measure is offered first when a question names none.
        home: Names of the home country, from whose side directions are told.
        alike: Groups of phrases that mean the same inside a name; a name that holds one is known with the others too.
        english: English phrase (lower case) → the Vietnamese words that mean it in this catalogue.
        glossary: Term → explanation, for the glossary page.
        notes: What could not be read while a draft was made, in Vietnamese.
        draft: Nobody has looked it through yet: questions go the way of a database that nobody described.
        plans: Yearly plans, for forecasts.
        alerts: Rules for warnings.
    """

    name: str
    version: str
    as_of: dt.date | None
    dialect: str = "duckdb"
    synthetic: bool = False
    views: Mapping[str, View] = field(default_factory=dict)
    value_sets: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    absent: tuple[Absent, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    suggestions: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    asked_first: tuple[str, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
    english: Mapping[str, str] = field(default_factory=dict)
    glossary: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    draft: bool = False
    since: dt.date | None = None
    plans: tuple[PlanRule, ...] = ()
    alerts: tuple[AlertRule, ...] = ()

    def view(self, name: str) -> View:
        """The view of that name.

        Raises:
            KeyError: There is none.
        """
        return self.views[name]

    def metrics(self) -> Iterator[tuple[View, Metric]]:
        """Every metric with its view."""
        for view in self.views.values():
            for metric in view.metrics:
                yield view, metric

    def values_of(self, dimension: Dimension) -> tuple[Value, ...]:
        """Declared values of a dimension, its shared list included."""
        return dimension.values + tuple(self.value_sets.get(dimension.value_set, ()))
