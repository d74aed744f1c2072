"""The further names by which the real reader knows a measure, a column, a value or a named filter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from nl2sql.question.name_parts import alone, whole_part
from nl2sql.question.text import fold
from nl2sql.question.vocabulary import Vocabulary
from schema.semantic import Dimension, Metric, NamedFilter, View

Known = Mapping[tuple[str, str, str, str], tuple[str, ...]]
"""View, kind, name and stored value → phrases that mean it."""

Named = TypeVar("Named", Metric, Dimension, NamedFilter)

_RULE_MADE = 0.3
"""Part of all names of one thing that the language's rules made, where the catalogue has names of its own."""


def known_names(vocabulary: Vocabulary) -> Known:
    """Phrases of the reader's vocabulary beyond the catalogue's: its wordings of names and unambiguous parts of values.

    A phrase that stands for several things of one view is left out, but for a value that lives in several columns.
    """
    found: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for terms in vocabulary.by_fold.values():
        for term in terms:
            phrase = " ".join(term.norm)
            made = whole_part(term) if term.beginning else term.written == phrase and not term.primary
            if made and not term.strong and alone(term, terms):
                found.setdefault((term.view, term.kind, term.name, term.value), {})[phrase] = None
    return {key: tuple(phrases) for key, phrases in found.items()}


def well_named(view: View, known: Known) -> View:
    """The view with every name that the reader knows among the synonyms, its own ones the more often."""
    return replace(
        view,
        metrics=tuple(m if m.inverse else _named(m, "metric", view, known) for m in view.metrics),
        dimensions=tuple(d if d.sensitive else _named(d, "dimension", view, known) for d in view.dimensions),
        filters=tuple(_named(f, "filter", view, known) for f in view.filters),
    )


def _named(item: Named, kind: str, view: View, known: Known) -> Named:
    return replace(item, synonyms=_synonyms(item, known.get((view.name, kind, item.name, ""), ())))


def _synonyms(item: Metric | Dimension | NamedFilter, phrases: Sequence[str]) -> tuple[str, ...]:
    own = {fold(item.label), *(fold(s) for s in item.synonyms)}
    more = tuple(n for n in phrases if fold(n) not in own)
    if not (more and item.synonyms):
        return (*item.synonyms, *more)
    times = math.ceil(len(more) * (1 - _RULE_MADE) / (_RULE_MADE * len(item.synonyms)))
    return (*item.synonyms * times, *more)
