"""Days within months, for the areas that draw a month first."""

from __future__ import annotations

import numpy as np

from schema.synthetic.declarations import DAYS, day_weights, month_of_day
from schema.synthetic.reference import MONTHS, Ints


def days_in_months(rng: np.random.Generator, month: Ints, *, working: bool = False) -> Ints:
    """A day position for every month position, busy days more often.

    Args:
        rng: Source of chance.
        month: Month positions (index into ``MONTHS``).
        working: Offices that keep office hours: working days only. Otherwise every day counts, holidays less.
    """
    weights = day_weights()
    weights = np.where(weights == 1.0, 1.0, 0.0) if working else np.sqrt(weights)
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    first = np.searchsorted(month_of_day(), np.arange(len(MONTHS) + 1))
    low, high = edges[first[month]], edges[first[month + 1]]
    drawn = np.searchsorted(edges, low + rng.random(len(month)) * (high - low), side="right") - 1
    positions: Ints = np.clip(drawn, first[month], np.minimum(first[month + 1] - 1, DAYS - 1)).astype(np.int64)
    return positions
