"""Sampling and raking over arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schema.synthetic.reference import Floats, Ints


def choose(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """``size`` positions drawn with probability proportional to ``weights``."""
    cumulative = np.cumsum(weights, dtype=float)
    drawn = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    positions: Ints = np.minimum(drawn, len(weights) - 1).astype(np.int64)
    return positions


def choose_by(rng: np.random.Generator, keys: Ints, weights: Floats) -> Ints:
    """A position for every key, drawn from row ``key`` of ``weights`` (shape (number of keys, positions))."""
    out = np.zeros(len(keys), dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    present, starts = np.unique(keys[order], return_index=True)
    for key, part in zip(present, np.split(order, starts[1:]), strict=True):
        out[part] = choose(rng, weights[key], len(part))
    return out


def apportion(weights: Floats, total: int) -> Ints:
    """Whole numbers proportional to ``weights`` that add up to ``total`` (largest remainders)."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    counts: Ints = np.floor(exact).astype(np.int64)
    missing = total - int(counts.sum())
    counts[np.argsort(exact - counts, kind="stable")[::-1][:missing]] += 1
    return counts


@dataclass(frozen=True)
class Margin:
    """Totals that the raked values must meet: ``cells[i]`` is the cell of value i, ``targets[cell]`` its total.

    A target of 0 or less means that the cell is free.
    """

    cells: Ints
    targets: Floats


def rake(values: Floats, margins: Sequence[Margin], *, rounds: int = 40) -> Floats:
    """Scales values until each margin is met (iterative proportional fitting); the last margin is met exactly.

    Args:
        values: Positive starting values.
        margins: From the least to the most binding.
        rounds: Passes over the margins.

    Returns:
        The scaled values, in the same order.
    """
    scaled = values.astype(float).copy()
    for _ in range(rounds):
        for margin in margins:
            sums = np.bincount(margin.cells, weights=scaled, minlength=len(margin.targets))
            factors = np.where((sums > 0) & (margin.targets > 0), margin.targets / np.where(sums > 0, sums, 1.0), 1.0)
            scaled *= factors[margin.cells]
    return scaled
