"""The confidence under which an answer is marked to be looked at again, as a calibration run stored it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

import schema

CALIBRATION_FILE = Path(schema.__file__).with_name("confidence.yaml")
FIELDS = (
    "threshold", "wanted", "precision", "interval", "coverage", "answers", "auroc", "suites", "catalogue_version",
    "model", "date",
)  # fmt: skip
DEFAULT = 0.55
"""Used while nobody has calibrated."""


@cache
def review_below(path: Path = CALIBRATION_FILE) -> float:
    """The threshold, 0 to 1; ``DEFAULT`` when there is no calibration or its number makes no sense."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return DEFAULT
    value = data.get("threshold") if isinstance(data, dict) else None
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else DEFAULT
