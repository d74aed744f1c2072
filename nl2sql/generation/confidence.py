"""The probability that an answer is right, from what reading and drafting left open.

Each ingredient is a small number that anybody can check against the reading; the weights were fitted by
``hoikho eval calibrate`` (logistic regression on scored answers) and are stored with the catalogue. Without them the
draft's own confidence stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

import schema
from nl2sql.generation.omissions import OMISSIONS, omissions
from nl2sql.types import Draft, Reading, Shape

CALIBRATION_FILE = Path(schema.__file__).with_name("confidence.yaml")
DEFAULT_THRESHOLD = 0.55
"""Used while nobody has calibrated, and for databases that nobody described."""

INGREDIENTS: tuple[str, ...] = (
    "unread", "slips", "assumed_metric", "no_period", "several_periods", "share", "words", "joined", "several_groups",
    "several_metrics", "carried", "listing", "bounded", "agreed", "differs", "written", "verified", "complaints",
    *OMISSIONS,
)  # fmt: skip
_WORDS_OF_A_SHORT_QUESTION = 10
_JOINED = re.compile(r"\b(và|hoặc|hay|lẫn|cùng với|va|hoac)\b|[,;]", re.IGNORECASE)


def ingredients(reading: Reading, draft: Draft) -> dict[str, float]:
    """The ingredients of a draft's confidence; all but ``agreed`` and ``carried`` are expected to speak against it.

    ``slips``: certainty lost beyond unread words, by likeness and missing diacritics. ``words``: tens of words beyond
    a short question. ``joined``: parts joined by a conjunction or comma. ``agreed``, ``differs``: the model wrote the
    same or something else. ``written``: only the model's candidate stood. ``verified``: a person approved the SQL, so
    that only the match can be wrong. What the SQL leaves out comes from ``omissions``.
    """
    unread = sum(len(s.text.split()) for s in reading.unread)
    words = len(reading.text.split())
    asked = bool(draft.model)
    found = {
        "unread": min(unread, 4) / 2,
        "slips": max(0.0, 1.0 - reading.certainty - 0.2 * unread) * 5,
        "assumed_metric": reading.shape is not Shape.ROWS and any(m.assumed for m in reading.metrics),
        "no_period": not reading.periods,
        "several_periods": len(reading.periods) > 1 and reading.comparison is None,
        "share": reading.share is not None,
        "words": max(0, words - _WORDS_OF_A_SHORT_QUESTION) / 10,
        "joined": min(3, len(_JOINED.findall(reading.text))) / 2,
        "several_groups": len(reading.groups) > 1,
        "several_metrics": len(reading.metrics) > 1,
        "carried": reading.carried,
        "listing": reading.shape is Shape.ROWS,
        "bounded": bool(reading.thresholds),
        "agreed": draft.agreed,
        "differs": asked and not draft.agreed and draft.source == "composed",
        "written": asked and not draft.agreed and draft.source == "model",
        "verified": draft.source == "verified",
        "complaints": min(len(draft.complaints), 2),
    }
    return {name: round(float(value), 4) for name, value in found.items()} | omissions(reading, draft.sql)


def calibrated(draft: Draft, found: Mapping[str, float], path: Path = CALIBRATION_FILE) -> float:
    """The fitted probability for these ingredients; the draft's own confidence when there are no weights."""
    weights = _weights(path)
    if not weights or draft.source == "person":
        return draft.confidence
    return probability(weights, found)


def probability(weights: Mapping[str, float], found: Mapping[str, float]) -> float:
    """Logistic function of the weighted ingredients; ``weights`` also has ``bias``."""
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in found.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def review_below(path: Path = CALIBRATION_FILE) -> float:
    """The confidence under which an answer is to be looked at again; ``DEFAULT_THRESHOLD`` without a sound file."""
    value = _stored(path).get("threshold")
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else DEFAULT_THRESHOLD


@cache
def _weights(path: Path) -> Mapping[str, float]:
    value = _stored(path).get("weights")
    if not isinstance(value, dict) or "bias" not in value:
        return {}
    return {str(k): float(v) for k, v in value.items() if isinstance(v, int | float)}


def _stored(path: Path) -> Mapping[str, object]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return {}
    return data if isinstance(data, dict) else {}
