"""The lunar new year, which moves between January and February and takes working days with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nl2sql.outlook.types import Month
from nl2sql.question.time.calendar import TET

Floats = NDArray[np.float64]

BEFORE, AFTER = 2, 5
"""The holiday runs from two days before the new year's first day to its fifth day: seven days."""


def exposure(months: Sequence[Month]) -> Floats | None:
    """The part (0–1) of the Tết holiday that falls into each month; None where a year's date is not known."""
    if any(m.year not in TET for m in months):
        return None
    return np.array([_share(m) for m in months])


def _share(month: Month) -> float:
    new_year = TET[month.year]
    days = [new_year + dt.timedelta(days=shift) for shift in range(-BEFORE, AFTER)]
    return sum((day.year, day.month) == (month.year, month.month) for day in days) / len(days)


def effect(values: Floats, share: Floats) -> float:
    """How much a whole Tết within a month moves it: least squares on the changes against the same month a year before.

    Args:
        values: The series, on the scale on which it is forecast; at least 13 months.
        share: ``exposure`` of the same months.
    """
    moved, change = share[12:] - share[:-12], values[12:] - values[:-12]
    if not np.any(moved):
        return 0.0
    design = np.column_stack([np.ones(len(moved)), moved])
    found = np.linalg.lstsq(design, change, rcond=None)[0]
    return float(found[1])
