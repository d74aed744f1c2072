"""Pairs as token ids, cut into batches of like length."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from nl2sql.generation.adapted import adapted_prompt
from nl2sql.model.tokens import Tokens
from nl2sql.training.plan import Pair

LONGEST = 512
"""Most tokens of prompt and answer; longer pairs are left out."""


@dataclass(frozen=True)
class Example:
    """Token ids of a pair; the loss is taken from ``prompt`` on."""

    ids: tuple[int, ...]
    prompt: int

    @property
    def answer(self) -> int:
        """Tokens that count in the loss."""
        return len(self.ids) - self.prompt


def examples(pairs: Sequence[Pair], tokens: Tokens) -> list[Example]:
    """The pairs that are short enough, as token ids."""
    found = []
    for pair in pairs:
        prompt = tokens.prompt(adapted_prompt(pair.text, pair.hint, pair.before))
        ids = (*prompt, *tokens.answer(pair.answer))
        if len(ids) <= LONGEST:
            found.append(Example(ids, len(prompt)))
    return found


def batches(items: Sequence[Example], size: int, seed: int) -> list[list[Example]]:
    """Batches of ``size`` examples of like length, in an order of chance.

    Examples are shuffled, sorted by length within stretches of 16 batches, and the batches shuffled again: little is
    wasted on padding, and no batch is the same in the next round.
    """
    rng = random.Random(seed)  # noqa: S311 - an order, not a secret
    order = list(items)
    rng.shuffle(order)
    found: list[list[Example]] = []
    stretch = 16 * size
    for start in range(0, len(order), stretch):
        part = sorted(order[start : start + stretch], key=lambda e: len(e.ids))
        found += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(found)
    return found
