"""Trials of the methods on months that are known by now, the choice among them, and the width of their intervals.

Rolling origin: standing every second month of the last two years, each method forecasts as far as it will be asked to,
seeing only what came before. The method with the smallest mean error is taken. Its intervals are stretched by the
factors that would have made them hold 80 % of the trials' months, near and far ones by themselves; the coverage that is
reported judges each origin by the factors of the others, so that it is not met by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nl2sql.outlook.methods import METHODS, SEASON, Method, Paths
from nl2sql.outlook.tet import effect
from nl2sql.outlook.types import LEVEL, Trial

Floats = NDArray[np.float64]

MIN_MONTHS = 36
MIN_TRAINING = 24
LOOK_BACK = 24
STRIDE = 2
PATHS = 400
SEED = 20180101
WITH_TET = "+tet"
REACHES = ((0, 2), (2, 5), (5, 9), (9, 24))
"""Months ahead (from 0, ends left out) whose errors are taken together."""
FEWEST = 10
PAYS = 1.02
"""The correction for Tết is one parameter more: it has to lower the error by two percent to be taken."""
TAILS = (50 * (1 - LEVEL), 50 * (1 + LEVEL))


@dataclass(frozen=True)
class Scale:
    """The additive scale of a series: logarithms where all values are positive, the values themselves otherwise."""

    logarithmic: bool

    def inward(self, values: Floats) -> Floats:
        """Values onto the scale."""
        return np.log(values) if self.logarithmic else values

    def outward(self, values: Floats) -> Floats:
        """Back to values."""
        return np.exp(values) if self.logarithmic else values


def scale_of(values: Floats) -> Scale:
    """The scale on which a series is forecast."""
    return Scale(bool(np.all(values > 0)))


@dataclass(frozen=True)
class Candidate:
    """A method, with or without the correction for Tết."""

    method: Method
    tet: bool = False

    @property
    def name(self) -> str:
        """Machine name."""
        return self.method.name + (WITH_TET if self.tet else "")

    @property
    def label(self) -> str:
        """Vietnamese name."""
        return self.method.label + (", hiệu chỉnh Tết" if self.tet else "")

    def project(self, values: Floats, horizon: int, noise: Floats, share: Floats | None) -> Paths:
        """Continue a series on the additive scale.

        Args:
            share: Part of Tết in each month of the series and of the horizon; needed for the correction.
        """
        if not self.tet or share is None:
            return self.method.project(values, horizon, noise)
        known, ahead = share[: len(values)], share[len(values) : len(values) + horizon]
        moved = effect(values, known)
        made = self.method.project(values - moved * known, horizon, noise)
        return replace(made, middle=made.middle + moved * ahead)


def noise(paths: int, horizon: int) -> Floats:
    """The same standard normal draws every time, so that a forecast can be repeated."""
    return np.random.default_rng(SEED).standard_normal((paths, horizon))


def trials(values: Floats, horizon: int, share: Floats | None) -> tuple[tuple[Candidate, Trial], ...]:
    """Every candidate with how it did, best first; one that cannot be fitted is left out.

    Args:
        values: Actual values, shape (months,), at least ``MIN_MONTHS``.
        share: Part of Tết in each month of the series and the horizon; None where it plays no part.
    """
    found = []
    for method in METHODS:
        for tet in (False, True) if share is not None else (False,):
            candidate = Candidate(method, tet)
            try:
                found.append((candidate, _trial(candidate, values, horizon, share)))
            except (ValueError, np.linalg.LinAlgError):
                continue
    return tuple(sorted(found, key=lambda pair: pair[1].mase * (PAYS if pair[0].tet else 1)))


def origins(months: int) -> range:
    """How many months are known at each origin."""
    return range(max(months - LOOK_BACK, MIN_TRAINING), months, STRIDE)


def _trial(candidate: Candidate, values: Floats, horizon: int, share: Floats | None) -> Trial:
    scale = scale_of(values)
    inner = scale.inward(values)
    errors: list[Floats] = []
    relative: list[Floats] = []
    ratios: list[Floats] = []
    for known in origins(len(values)):
        ahead = min(horizon, len(values) - known)
        made = candidate.project(inner[:known], ahead, noise(PATHS, ahead), share)
        if not np.all(np.isfinite(made.middle)):
            raise ValueError("the method did not converge")
        actual = values[known : known + ahead]
        error = np.abs(scale.outward(made.middle) - actual)
        errors.append(error)
        relative.append(error / np.abs(np.where(actual == 0, np.nan, actual)))
        ratios.append(_outside(inner[known : known + ahead] - made.middle, made.spread))
    others = [_stretch(ratios[:i] + ratios[i + 1 :], horizon) for i in range(len(ratios))]
    held = np.concatenate([ratio <= factor[: len(ratio)] for ratio, factor in zip(ratios, others, strict=True)])
    all_errors = np.concatenate(errors)
    usual = float(np.mean(np.abs(values[SEASON:] - values[:-SEASON])))
    return Trial(
        method=candidate.name,
        label=candidate.label,
        mase=float(np.mean(all_errors)) / max(usual, 1e-12),
        mape=100 * float(np.mean(np.concatenate(relative))) if np.all(values > 0) else None,
        coverage=float(np.mean(held)),
        stretch=tuple(float(f) for f in _stretch(ratios, horizon)),
        origins=len(errors),
        months=len(all_errors),
    )


def _outside(deviation: Floats, spread: Floats) -> Floats:
    """How far each month lies from the middle, in halves of the unstretched interval on its side."""
    low, high = np.percentile(spread, TAILS, axis=0)
    half = np.where(deviation >= 0, high, -low)
    found: Floats = np.abs(deviation) / np.maximum(half, 1e-12)
    return found


def _stretch(ratios: Sequence[Floats], horizon: int) -> Floats:
    """For each month ahead the factor with which ``LEVEL`` of the trials' months that far ahead lie inside.

    Months are taken together in ``REACHES``, because each alone was tried too seldom; between their middles the factor
    goes over from one to the next.
    """
    pooled = _quantile(np.concatenate(ratios)) if ratios else 1.0
    places, factors = [], []
    for first, last in REACHES:
        inside = [ratio[first:last] for ratio in ratios if len(ratio) > first]
        if first < horizon and sum(map(len, inside)) >= FEWEST:
            places.append((first + min(last, horizon) - 1) / 2)
            factors.append(_quantile(np.concatenate(inside)))
    if not places:
        return np.full(horizon, pooled)
    found: Floats = np.interp(np.arange(horizon), places, factors)
    return found


def _quantile(ratios: Floats) -> float:
    """The value that ``LEVEL`` of them do not exceed, corrected for few as in split conformal prediction."""
    level = min(1.0, np.ceil((len(ratios) + 1) * LEVEL) / len(ratios))
    return max(float(np.quantile(ratios, level, method="higher")), 1e-6)
