"""Fitting the weights of the confidence: ridge-penalised logistic regression, and what it is worth on unseen items.

A suite that the reader was mended on flatters every confidence: the threshold is best chosen on a held-back suite
(``judged``; only figures leave it). Without one, five folds split by wording family (or item where a suite has none)
keep every item from being judged by weights that saw it or its like.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nl2sql.generation.confidence import INGREDIENTS, probability
from nl2sql.types import Status

FOLDS = 5
PENALTY = 1.0
_STEPS = 50
Weights = dict[str, float]


@dataclass(frozen=True)
class Sample:
    """One scored answer.

    Attributes:
        group: Samples of one group are always in the same fold.
        before: The confidence that the run showed.
    """

    evidence: Mapping[str, float]
    right: bool
    group: str
    before: float


def samples(log: Mapping[str, Any]) -> list[Sample]:
    """The answers of a run that were given, scored, and carry their evidence."""
    suite = str(log["spec"]["suite"]).split("-holdout")[0]
    return [
        Sample(
            r["answer"]["evidence"],
            r["score"]["outcome"] == "right",
            f"{suite}/{r.get('family') or r['id'].split('~')[0]}",
            float(r["answer"]["confidence"]),
        )
        for r in log["items"]
        if r["score"]["outcome"] != "unscored"
        and r["answer"]["status"] == Status.ANSWERED.value
        and r["answer"].get("evidence")
    ]


def fit(found: Sequence[Sample], penalty: float = PENALTY) -> Weights:
    """Weights and ``bias`` by Newton's method; ingredients that never occur get weight 0.

    Raises:
        ValueError: All are right or all are wrong: nothing can be learned.
    """
    if len({s.right for s in found}) < 2:
        raise ValueError("Cần cả câu đúng và câu sai để định độ tự tin.")
    x = np.array([[1.0, *(s.evidence.get(n, 0.0) for n in INGREDIENTS)] for s in found])
    y = np.array([float(s.right) for s in found])
    ridge = penalty * np.eye(x.shape[1])
    ridge[0, 0] = 1e-6
    beta: npt.NDArray[np.float64] = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30, 30)))
        slope = x.T @ (y - p) - ridge @ beta
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(curvature, slope)
        beta = beta + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return {name: round(float(b), 4) for name, b in zip(("bias", *INGREDIENTS), beta, strict=True)}


def unseen(found: Sequence[Sample], penalty: float = PENALTY) -> list[tuple[float, bool]]:
    """Probability and outcome of every sample, each by weights fitted without its fold."""
    fold = [int(hashlib.sha256(s.group.encode("utf-8")).hexdigest(), 16) % FOLDS for s in found]
    pairs: list[tuple[float, bool]] = []
    for number in range(FOLDS):
        others = [s for s, f in zip(found, fold, strict=True) if f != number]
        weights = fit(others, penalty)
        here = (s for s, f in zip(found, fold, strict=True) if f == number)
        pairs.extend((round(probability(weights, s.evidence), 3), s.right) for s in here)
    return pairs


def judged(weights: Weights, found: Sequence[Sample]) -> list[tuple[float, bool]]:
    """Probability and outcome of samples that the weights never saw: those of a suite that is held back."""
    return [(round(probability(weights, s.evidence), 3), s.right) for s in found]
