"""Reading match: was the question understood, whatever SQL came of it? Part by part, only what the suite says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.suite import Expected

PARTS: tuple[str, ...] = ("view", "metric", "filter", "period", "grouping")
_TIME = {"year": "nam", "quarter": "quy", "month": "thang", "half_month": "ky"}


def reading_faults(expected: Expected, reading: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The parts (see ``PARTS``) in which a reading, as JSON, departs from what the suite expects; empty when right."""
    if reading is None:
        return tuple(p for p, wanted in zip(PARTS, _wanted(expected), strict=True) if wanted is not None)
    found = (
        reading["view"],
        frozenset(m["name"] for m in reading["metrics"]),
        {f["column"]: frozenset(map(str, f["values"])) for f in reading["filters"]},
        frozenset((p["start"], p["end"]) for p in reading["period"]),
        frozenset(_group(g) for g in reading["grouping"]),
    )
    pairs = zip(PARTS, _wanted(expected), found, strict=True)
    return tuple(name for name, wanted, mine in pairs if wanted is not None and wanted != mine)


def _wanted(expected: Expected) -> tuple[Any, ...]:
    return expected.view, expected.metrics, expected.filters, expected.periods, expected.grouping


def _group(group: Mapping[str, Any]) -> str:
    """A grouping's column; for time the column that holds the calendar unit."""
    return _TIME.get(str(group["grain"]), str(group["column"])) if group["grain"] else str(group["column"])
