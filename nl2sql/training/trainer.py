"""The training loop: steps until the time or the rounds are up, with checkpoints, held-out loss and early stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch

from nl2sql.training import checkpoint, memory
from nl2sql.training.examples import Example, batches
from nl2sql.training.lora import LowRank, Words, answer_loss

MOST_TOKENS = 1024
"""Padded tokens that go through the model at a time: they decide the memory, and not the result."""


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        rank: Rank of the difference.
        alpha: Its scale is ``alpha / rank``.
        rate: Highest learning rate; it rises over the first 4% and falls to nearly nothing.
        batch: Pairs a step.
        rounds: Most times that each pair is seen.
        minutes: Most minutes of steps; 0 for no limit.
        seed: Order of pairs and first weights.
        patience: Checks of the held-out loss without a better one before it stops early.
    """

    rank: int = 16
    alpha: float = 32.0
    rate: float = 5.6e-4
    batch: int = 8
    rounds: int = 2
    minutes: float = 40.0
    seed: int = 20251031
    patience: int = 2


@dataclass
class Progress:
    """Where a training stands.

    Attributes:
        loss: Running mean of the answers' cross-entropy.
        held: Held-out loss at each check, with the pairs seen by then.
        scores: Held-out questions answered rightly, with the pairs seen by then, where they were asked.
    """

    step: int = 0
    seen: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    held: list[tuple[int, float]] = field(default_factory=list)
    scores: list[tuple[int, int]] = field(default_factory=list)
    stopped_early: bool = False


Tell = Callable[[Progress, float], None]
"""Told after each step how far it is and which share of the whole is done."""


class Half(Protocol):
    """Who works out the gradients of a part of each step (``second.Second``)."""

    def begin(self, part: Sequence[Example], answers: int) -> bool:
        """Hand over a part; False when nobody is there."""

    def finish(self) -> float | None:
        """Add the part's gradients; its share of the loss, or None when the part was lost."""


Beside = Callable[[Sequence[Any], Words], AbstractContextManager[Half | None]]
"""Starts it over the weights and words of a training."""


def train(
    model: Any,
    maps: dict[str, LowRank],
    train_on: Sequence[Example],
    held: Sequence[Example],
    recipe: Recipe,
    place: Path,
    *,
    identity: str,
    resume: bool = False,
    tell: Tell | None = None,
    check: Callable[[Progress], None] | None = None,
    every_s: float = 60.0,
    beside: Beside | None = None,
) -> Progress:
    """Train the maps of a model in place.

    Args:
        place: The checkpoint file.
        identity: What the checkpoint must have been made with: base, data, recipe.
        resume: Go on from the checkpoint; a checkpoint of something else is not used.
        check: Called at each quarter of the way with the weights as they are.
        every_s: Seconds between checkpoints.
        beside: Starts whoever takes half of each step; alone without.

    Returns:
        The final state; after early stop the weights of the best check are back in place.

    Raises:
        ModelError: The disk is full, or no checkpoint is whole.
    """
    weights = [p for low in maps.values() for p in (low.a, low.b)]
    optimizer = torch.optim.AdamW(weights, lr=recipe.rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True)
    now = Progress()
    state = checkpoint.load(place) if resume else None
    if state is not None and state["identity"] == identity:
        for parameter, value in zip(weights, state["weights"], strict=True):
            parameter.data.copy_(value)
        optimizer.load_state_dict(state["optimizer"])
        now = Progress(**state["progress"])
        now.held = [(int(a), float(b)) for a, b in now.held]
        now.scores = [(int(a), int(b)) for a, b in now.scores]
    best: tuple[float, list[torch.Tensor]] | None = None
    plan = [b for r in range(recipe.rounds) for b in batches(train_on, recipe.batch, recipe.seed + r)]
    limit = recipe.minutes * 60 if recipe.minutes else math.inf
    checks = _milestones(_share(now, plan, limit))
    saved = time.monotonic()
    words = Words.of(model, (*train_on, *held))

    def keep() -> None:
        checkpoint.save(place, {
            "identity": identity, "weights": [p.data for p in weights], "optimizer": optimizer.state_dict(),
            "progress": asdict(now),
        })  # fmt: skip

    model.train()
    started = beside(weights, words) if beside else nullcontext(None)
    try:
        with started as half:
            while now.step < len(plan) and now.seconds < limit and not now.stopped_early:
                began = time.monotonic()
                share = _share(now, plan, limit)
                for group in optimizer.param_groups:
                    group["lr"] = recipe.rate * _slope(share)
                batch = plan[now.step]
                value = _step(model, batch, words, half)
                torch.nn.utils.clip_grad_norm_(weights, 1.0)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
                now.loss = value if not now.step else 0.95 * now.loss + 0.05 * value
                now.step += 1
                now.seen += len(batch)
                if now.step % memory.EVERY_STEPS == 0:
                    memory.give_back()
                now.seconds += time.monotonic() - began
                share = _share(now, plan, limit)
                if tell:
                    tell(now, share)
                if checks and share >= checks[0]:
                    checks = _milestones(share)
                    score = held_loss(model, held, words)
                    now.held.append((now.seen, score))
                    if best is None or score < best[0]:
                        best = (score, [p.data.clone() for p in weights])
                    since = len(now.held) - 1 - min(range(len(now.held)), key=lambda i: now.held[i][1])
                    now.stopped_early = since >= recipe.patience
                    if check:
                        check(now)
                if time.monotonic() - saved > every_s:
                    keep()
                    saved = time.monotonic()
    except KeyboardInterrupt:
        keep()
        raise
    if now.stopped_early and best is not None:
        for parameter, value_ in zip(weights, best[1], strict=True):
            parameter.data.copy_(value_)
    keep()
    return now


def _step(model: Any, batch: Sequence[Example], words: Words, half: Half | None) -> float:
    """Gradients of a batch, half of it worked out by another where there is one; mean cross-entropy by token."""
    answers = sum(e.answer for e in batch)
    mine, others = batch[::2], batch[1::2]  # a batch is sorted by length: halves of like length end together
    if half is None or not others or not half.begin(others, answers):
        return descend(model, batch, words, answers)
    value = descend(model, mine, words, answers)
    theirs = half.finish()
    return value + (descend(model, others, words, answers) if theirs is None else theirs)


def descend(model: Any, part: Sequence[Example], words: Words, answers: int) -> float:
    """Gradients of a part of a batch, piece by piece: what a piece needs in memory goes with its padded tokens.

    Args:
        answers: Answer tokens of the whole batch, over which the mean is taken.

    Returns:
        Its share of the mean cross-entropy by token.
    """
    total = 0.0
    for piece in pieces(part, MOST_TOKENS):
        loss = answer_loss(model, piece, words) * (sum(e.answer for e in piece) / answers)
        loss.backward()
        total += float(loss.detach())
    return total


def pieces(batch: Sequence[Example], most: int) -> list[list[Example]]:
    """A batch cut where its padded tokens would be more than ``most``; a longer example stands alone."""
    found: list[list[Example]] = []
    for example in sorted(batch, key=lambda e: len(e.ids)):
        if not found or (len(found[-1]) + 1) * len(example.ids) > most:
            found.append([])
        found[-1].append(example)
    return found


def held_loss(model: Any, held: Sequence[Example], words: Words | None = None) -> float:
    """Mean cross-entropy of held-out answers, by token.

    The model stays as it is in training, gradients and all: compiled layers would be compiled anew for anything else.
    """
    total, count = 0.0, 0
    ordered = sorted(held, key=lambda e: len(e.ids))
    for batch in pieces(ordered, MOST_TOKENS):
        tokens = sum(e.answer for e in batch)
        total += float(answer_loss(model, batch, words).detach()) * tokens
        count += tokens
    return total / max(count, 1)


def _share(now: Progress, plan: Sequence[object], limit: float) -> float:
    """How much of the way is done, by steps or by time, whichever ends it sooner."""
    by_time = now.seconds / limit if limit != math.inf else 0.0
    return min(1.0, max(now.step / max(len(plan), 1), by_time))


def _milestones(share: float) -> list[float]:
    return [m for m in (0.25, 0.5, 0.75, 1.0) if m > share]


def _slope(share: float) -> float:
    """The learning rate's factor along the way: up, then down in a straight line to nearly nothing."""
    if share < 0.04:
        return 0.1 + 0.9 * share / 0.04
    return 0.02 + 0.98 * (1 - share) / 0.96
