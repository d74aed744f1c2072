"""How much of what is understood survives each kind of noise: the same SQL for a question spoilt as for the clean one.

No database is asked and no gold is needed: a question counts as kept when the composed SQL (or the way in which it is
refused or asked back) is letter for letter that of the clean question. It is stricter than execution accuracy.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from eval.noise import KINDS
from eval.suite import Item
from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.types import Question


@dataclass(frozen=True)
class Kept:
    """One kind of noise over some items.

    Attributes:
        kind: Its name.
        asked: Items that it changed.
        same: Those of them that were understood as before.
        p95: Milliseconds of processor time for one turn, 95th percentile.
        lost: (item, spoilt question) of the others.
    """

    kind: str
    asked: int
    same: int
    p95: float
    lost: tuple[tuple[str, str], ...] = ()


def understood(reader: Reader, question: str, turns: Sequence[str]) -> str:
    """What the reader makes of a question, as one string to compare."""
    reading = reader.read(Question(question, turns=tuple(turns)))
    if reading.refusal:
        return f"refused {reading.refusal.code}"
    if reading.clarification:
        return f"asked back {len(reading.clarification.options)}"
    return str(compose(reading, reader.catalogue))


def kept(reader: Reader, items: Sequence[Item], kinds: Sequence[str], seed: int = 0) -> list[Kept]:
    """Each kind of noise over the items, in the order of the kinds."""
    clean = {item.id: understood(reader, item.question, item.turns) for item in items}
    return [_one(reader, items, clean, kind, seed) for kind in kinds]


def _one(reader: Reader, items: Sequence[Item], clean: dict[str, str], kind: str, seed: int) -> Kept:
    spoil = KINDS[kind]
    asked, lost, spent = 0, [], []
    for item in items:
        rng = random.Random(f"{seed} {kind} {item.id}")  # noqa: S311 - repeatable noise, no secret
        question = spoil(item.question, rng)
        turns = [spoil(turn, rng) for turn in item.turns]
        if question == item.question:
            continue
        asked += 1
        started = time.process_time()
        found = understood(reader, question, turns)
        spent.append(1000 * (time.process_time() - started) / (1 + len(turns)))
        if found != clean[item.id]:
            lost.append((item.id, question))
    p95 = sorted(spent)[int(0.95 * len(spent))] if spent else 0.0
    return Kept(kind, asked, asked - len(lost), p95, tuple(lost))
