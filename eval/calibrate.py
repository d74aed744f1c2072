"""How far confidence can be trusted: risk against coverage, and the threshold that gives a wanted precision.

The confidence itself is fitted (``eval/fit.py``); here it is judged.

An item counts when the assistant gave an answer and the answer was scored. At a threshold the assistant would answer
what is at least that confident and ask or mark the rest: *coverage* is the share it answers, *risk* the share of wrong
answers among them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from eval.stats import wilson
from nl2sql.generation.confidence import CALIBRATION_FILE
from nl2sql.types import Status

WANTED = 0.97


@dataclass(frozen=True)
class Point:
    """What happens when everything at least this confident is answered.

    Attributes:
        coverage: Share of the answers given.
        precision: Share right among them, with Wilson's 95% interval ``low`` to ``high``.
    """

    threshold: float
    answered: int
    right: int
    coverage: float
    precision: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """A threshold and what it rests on.

    Attributes:
        point: The point of the curve that was chosen.
        reached: Whether the wanted precision is reached anywhere; otherwise the most precise point was taken.
        auroc: Probability that a right answer is more confident than a wrong one; 0.5 says nothing.
        everything: The point at which everything is answered.
    """

    wanted: float
    point: Point
    reached: bool
    auroc: float | None
    everything: Point
    suites: tuple[str, ...] = ()


def answers(records: Iterable[Mapping[str, Any]]) -> list[tuple[float, bool]]:
    """Confidence and whether it was right, of every answer that was given and scored."""
    return [
        (float(r["answer"]["confidence"]), r["score"]["outcome"] == "right")
        for r in records
        if r["score"]["outcome"] != "unscored" and r["answer"]["status"] == Status.ANSWERED.value
    ]


def curve(pairs: Sequence[tuple[float, bool]]) -> list[Point]:
    """One point for every confidence that occurs, from the surest down; equal confidences fall together."""
    found: list[Point] = []
    count = right = 0
    for level, group in groupby(sorted(pairs, key=lambda p: -p[0]), key=lambda p: p[0]):
        outcomes = [ok for _, ok in group]
        count += len(outcomes)
        right += sum(outcomes)
        low, high = wilson(right, count)
        found.append(Point(level, count, right, count / len(pairs), right / count, low, high))
    return found


def auroc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Area under the ROC curve of confidence against being right (ties count half); None without both outcomes."""
    ranks: dict[float, float] = {}
    place = 0
    for level, group in groupby(sorted(pairs, key=lambda p: p[0]), key=lambda p: p[0]):
        size = len(list(group))
        ranks[level] = place + (size + 1) / 2
        place += size
    good = [c for c, ok in pairs if ok]
    bad = len(pairs) - len(good)
    if not good or not bad:
        return None
    return (sum(ranks[c] for c in good) - len(good) * (len(good) + 1) / 2) / (len(good) * bad)


def calibrate(
    pairs: Sequence[tuple[float, bool]],
    wanted: float = WANTED,
    suites: tuple[str, ...] = (),
    least_coverage: float = 0.0,
) -> Calibration:
    """The lowest threshold at which the precision is still the wanted one.

    Args:
        least_coverage: A mark on nearly everything warns of nothing: where the wanted precision would answer less than
            this share, the most precise point that answers as much is taken instead, and ``reached`` is false.

    Raises:
        ValueError: No answer was given and scored.
    """
    points = curve(pairs)
    if not points:
        raise ValueError("Không có câu trả lời nào chấm được để định ngưỡng.")
    enough = [p for p in points if p.coverage >= least_coverage]
    good = [p for p in enough if p.precision >= wanted]
    best = max(enough, key=lambda p: (p.precision, p.coverage))
    chosen = max(good, key=lambda p: p.coverage) if good else best
    return Calibration(wanted, chosen, bool(good), auroc(pairs), points[-1], suites)


def store(
    found: Calibration,
    catalogue_version: str,
    model: str,
    weights: Mapping[str, float] | None = None,
    path: Path = CALIBRATION_FILE,
) -> None:
    """Write the threshold where the assistant reads it (YAML; a review of the change shows old and new figures)."""
    point = found.point
    data = {
        "threshold": round(point.threshold, 3),
        "wanted": found.wanted,
        "precision": round(point.precision, 4),
        "interval": [round(point.low, 4), round(point.high, 4)],
        "coverage": round(point.coverage, 4),
        "answers": found.everything.answered,
        "auroc": round(found.auroc, 3) if found.auroc is not None else None,
        "suites": list(found.suites),
        "catalogue_version": catalogue_version,
        "model": model,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "weights": dict(weights or {}),
    }
    head = "# Do `hoikho eval calibrate` ghi; đừng sửa tay. Dưới threshold, câu trả lời cần xem lại.\n"
    path.write_text(head + yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def as_json(found: Calibration, pairs: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Threshold and curve for export."""
    return {**asdict(found), "curve": [asdict(p) for p in curve(pairs)]}
