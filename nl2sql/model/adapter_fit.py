"""What an adapter has learnt of each view, and how much of it still holds in the catalogue in use.

A column or a measure that was added since does not undo what was learnt: the view stays with the adapter, and only
the questions that need the new part are answered by prompting. What was renamed, changed or taken away does, because
the model would go on writing it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from schema.semantic import Catalogue, View

Items = Mapping[str, str]
"""``kind:name`` → digest of what was learnt by heart of it."""

ROWS = "detail"
"""Item of the columns that a list of rows shows."""


def view_items(view: View) -> dict[str, str]:
    """What an adapter learns by heart of a view: names of columns and measures, filters with their conditions, time.

    It writes no measure's SQL, so another definition does not matter. Labels and synonyms are left out: a question
    worded by a new one is only less familiar, and the hint says it.
    """
    return {key: _digest(value) for key, value in _parts(view)}


def _parts(view: View) -> Iterator[tuple[str, Any]]:
    for name, kind in view.columns().items():
        yield f"column:{name}", kind
    for metric in view.metrics:
        yield f"measure:{metric.name}", True
    for named in view.filters:
        yield f"filter:{named.name}", named.expr
    for time in view.time_dimensions:
        yield f"time:{time.name}", [sorted(time.parts.items()), time.snapshot]
    yield ROWS, list(view.detail)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:8]


def catalogue_items(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """``view_items`` of every view."""
    return {name: view_items(view) for name, view in catalogue.views.items()}


def news(learnt: Items, view: View) -> frozenset[str] | None:
    """The parts of a view that came after an adapter learnt it; None where something that it learnt no longer holds.

    A change of the columns that a list of rows shows counts as news: it concerns lists alone.
    """
    now = view_items(view)
    if any(now.get(key) != digest for key, digest in learnt.items() if key != ROWS):
        return None
    return frozenset(key for key, digest in now.items() if learnt.get(key) != digest)


def needs(hint: str, fresh: frozenset[str], *, rows: bool = False) -> bool:
    """Whether a question leans on a part that an adapter has never seen.

    Args:
        hint: Outline of the question, in which every column and measure recognised stands by its name.
        fresh: What ``news`` gave.
        rows: A list of rows is asked for.
    """
    names = {key.partition(":")[2] for key in fresh if key != ROWS}
    return (rows and ROWS in fresh) or bool(names.intersection(re.findall(r"\w+", hint)))
