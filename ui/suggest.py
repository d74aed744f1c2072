"""Questions worth asking: those of the season first, then the catalogue's own by subject area."""

from __future__ import annotations

import datetime as dt

from schema.semantic import Catalogue
from ui import texts

MAX_SEASON = 4
MAX_AREA = 6


def suggestions(catalogue: Catalogue, frequent: tuple[str, ...] = ()) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Groups of questions with their titles; groups without questions are left out.

    Args:
        frequent: What people ask most often here.
    """
    groups = [
        (texts.FREQUENT, frequent[:MAX_SEASON]),
        (texts.SEASON, season(catalogue)),
        (texts.SUGGESTIONS, tuple(q for q in catalogue.suggestions if q not in frequent)),
    ]
    return tuple((title, questions) for title, questions in groups if questions)


def season(catalogue: Catalogue) -> tuple[str, ...]:
    """Questions about the newest month, the quarter and the year so far, over each view's main measure."""
    as_of = catalogue.as_of
    if as_of is None:
        return ()
    month = f"tháng {as_of.month}/{as_of.year}"
    made = []
    for view in catalogue.views.values():
        metric = view.default_metric
        if metric is None or view.time is None or view.name not in _SEASONAL:
            continue
        made.append(f"{metric.label} {_period(view.name, as_of, month)}")
    return tuple(made[:MAX_SEASON])


_SEASONAL = ("xnk", "thu_nsnn", "to_khai", "no_thue", "vi_pham")


def _period(view: str, as_of: dt.date, month: str) -> str:
    if view in ("no_thue",):
        return month
    return f"{as_of.month} tháng đầu năm {as_of.year} so với cùng kỳ" if as_of.month < 12 else f"năm {as_of.year}"
