"""Questions worth asking: the most frequent, those of the season for the person's role, then the catalogue's own."""

from __future__ import annotations

import datetime as dt

from nl2sql.policy import User
from nl2sql.policy.roles import ANY
from nl2sql.question.text import fold
from schema.semantic import Catalogue, View
from ui import texts

MAX_SEASON = 4
_SEASONAL = ("xnk", "thu_nsnn", "to_khai", "no_thue", "vi_pham")
"""Areas whose newest figures are asked for first, in this order."""


def suggestions(
    catalogue: Catalogue, user: User, frequent: tuple[str, ...] = ()
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Groups of questions with their titles; groups without questions are left out, and no question stands twice.

    Args:
        frequent: What people ask most often here.
    """
    groups = [
        (texts.FREQUENT, frequent[:MAX_SEASON]),
        (texts.SEASON, season(catalogue, user)),
        (texts.SUGGESTIONS, catalogue.suggestions),
    ]
    seen: set[str] = set()
    made = []
    for title, questions in groups:
        new = {fold(question): question for question in reversed(questions) if fold(question) not in seen}
        seen |= new.keys()
        made.append((title, tuple(new.values())[::-1]))
    return tuple((title, questions) for title, questions in made if questions)


def season(catalogue: Catalogue, user: User) -> tuple[str, ...]:
    """Questions about the newest data: whoever writes SQL takes figures apart, whoever leads sees how they stand."""
    as_of = catalogue.as_of
    if as_of is None:
        return ()
    analyses = user.permissions.sql_allowed and ANY not in user.permissions.pages
    made = []
    for name in _SEASONAL:
        view = catalogue.views.get(name)
        if view is None or view.default_metric is None or view.time is None:
            continue
        made.append(_apart(view, as_of) if analyses else _standing(view, as_of))
    return tuple(made[:MAX_SEASON])


def _standing(view: View, as_of: dt.date) -> str:
    """How a figure stands: debts at the newest month's end, anything else since the year's beginning."""
    label = view.default_metric.label if view.default_metric else view.label
    if view.time is not None and view.time.snapshot:
        return f"{label} tháng {as_of.month}/{as_of.year}"
    if as_of.month == 12:
        return f"{label} năm {as_of.year} so với năm trước"
    if as_of.month in (3, 9):
        return f"{label} quý {'I' if as_of.month == 3 else 'III'}/{as_of.year} so với cùng kỳ"
    return f"{label} {as_of.month} tháng đầu năm {as_of.year} so với cùng kỳ"


def _apart(view: View, as_of: dt.date) -> str:
    label = view.default_metric.label if view.default_metric else view.label
    return f"{label} theo tháng năm {as_of.year}"
