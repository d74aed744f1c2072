"""Cutting a suite to size: the first items, or a sample that keeps its proportions."""

from __future__ import annotations

import random

from eval.suite import Item, Suite


def choose(suite: Suite, *, limit: int = 0, sample: int = 0, seed: int = 0) -> Suite:
    """The first ``limit`` items, or ``sample`` items drawn by ``seed`` in proportion to the categories."""
    items = list(suite.items)
    if sample and sample < len(items):
        items = _stratified(items, sample, random.Random(seed))  # noqa: S311 - a repeatable sample, no secret
    return suite.only(items[:limit] if limit else items)


def _stratified(items: list[Item], size: int, rng: random.Random) -> list[Item]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.category, []).append(item)
    # Each item's place within its shuffled group, as a share: taking the smallest keeps the proportions.
    ranked: list[tuple[float, str, Item]] = []
    for group in groups.values():
        shuffled = rng.sample(group, len(group))
        ranked.extend(((place + rng.random()) / len(group), item.id, item) for place, item in enumerate(shuffled))
    chosen = {name for _, name, _ in sorted(ranked, key=lambda r: (r[0], r[1]))[:size]}
    return [item for item in items if item.id in chosen]
