"""From a question about the future, which stays unanswered, to the forecast that it may have meant."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.outlook.series import MOST_CONDITIONS, Asks, qualified, refusal_of
from nl2sql.policy import User
from nl2sql.question.text import normalise
from nl2sql.question.time import read_time
from nl2sql.types import FilterMatch, Reading, Refusal
from schema.semantic import Catalogue, Metric, View

CODES = frozenset({"forecast", "future"})
"""Codes of refusals that a forecast may be offered beside."""


def about_future(refusal: Refusal | None) -> bool:
    """Whether a question was not answered because it asks for what has not happened yet."""
    return refusal is not None and refusal.code in CODES


Target = tuple[str, tuple[FilterMatch, ...]]
"""A metric (``view.metric``) and the conditions under which it is forecast."""


def continued(reading: Reading | None, catalogue: Catalogue) -> Target | None:
    """The forecast that carries an answer on: of months up to the data's last day, or of a plan of the running year."""
    if reading is None or catalogue.as_of is None or len(reading.metrics) != 1 or not reading.periods:
        return None
    view = catalogue.views.get(reading.view)
    metric = view.metric(reading.metrics[0].name) if view else None
    other = (
        reading.built_on or reading.share or reading.comparison or reading.ranking or reading.thresholds
        or reading.average or any(g.grain != "month" for g in reading.groups)
    )  # fmt: skip
    conditions = _simple(reading.filters)
    if view is None or metric is None or other or len(conditions) != len(reading.filters):
        return None
    if max(p.end for p in reading.periods) < catalogue.as_of:
        return None
    target = _target(view, metric, catalogue)
    planned = target is not None and any(target in (p.actual, *p.also) for p in catalogue.plans)
    return (target, conditions) if target is not None and (reading.groups or planned) else None


def _target(view: View, metric: Metric, catalogue: Catalogue) -> str | None:
    """The metric itself where it can be forecast, what a plan of the same view is held against where it cannot."""
    if refusal_of(view, metric) is None:
        return qualified(view, metric)
    return next((p.actual for p in catalogue.plans if p.actual.startswith(f"{view.name}.")), None)


def meant(text: str, asks: Asks, user: User) -> Target | None:
    """The metric and the conditions that a question about the future names; None when unclear.

    What says that it is about the future, and the period, are taken out; the rest is read like any question.
    """
    catalogue = asks.catalogue_for(user)
    if catalogue.as_of is None:
        return None
    read = asks.read(_without_future(text, catalogue), user=user)
    view = catalogue.views.get(read.view)
    metric = view.metric(read.metrics[0].name) if view and read.metrics else None
    if view is None or metric is None or read.refusal or read.clarification:
        return None
    target = _target(view, metric, catalogue)
    return (target, _simple(read.filters)) if target else None


def _simple(filters: Sequence[FilterMatch]) -> tuple[FilterMatch, ...]:
    """Conditions of one stored value each, as the page can show them."""
    return tuple(f for f in filters if len(f.values) == 1 and not f.negated)[:MOST_CONDITIONS]


def _without_future(text: str, catalogue: Catalogue) -> str:
    """The text without its periods and without the words by which it is known to be about the future."""
    told = normalise(text)
    timed = read_time(told, catalogue.as_of).used if catalogue.as_of else frozenset()
    words = [t for i, t in enumerate(told.tokens) if i not in timed and t.kind != "punct"]
    topics = [a for a in catalogue.absent if a.code == "forecast"]
    phrases = [[t.fold for t in normalise(p).tokens] for a in topics for p in a.patterns if "…" not in p]
    for phrase in sorted(phrases, key=len, reverse=True):
        for start in range(len(words) - len(phrase) + 1):
            if [t.fold for t in words[start : start + len(phrase)]] == phrase:
                del words[start : start + len(phrase)]
                break
    return " ".join(t.text for t in words)
