"""From the logits of one position to one token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

_TOP = 40
# Relative to the most probable token: below it the tail of a small quantised model is noise.
_MIN_P = 0.05

Logits = npt.NDArray[np.float32]


class Restriction(Protocol):
    """What a grammar does to logits; see ``runtime.Grammar``."""

    def restrict(self, tokens: npt.NDArray[np.int32], logits: Logits) -> Logits:
        """The logits of ``tokens``, minus infinity where a token is not allowed."""
        ...


@dataclass(frozen=True)
class Choice:
    """A token and its natural-log probability under the model alone: before temperature and grammar."""

    token: int
    logprob: float


def choose(
    logits: Logits, *, temperature: float, rng: np.random.Generator, grammar: Restriction | None = None
) -> Choice | None:
    """Pick the next token: the best for temperature 0, else one of the 40 best at random.

    Args:
        logits: Shape (n_vocab,).

    Returns:
        None when the grammar allows no token at all.
    """
    best = int(np.argmax(logits))
    token: int | None
    if temperature <= 0:
        # The grammar's cost is by the token, and the model's own choice is nearly always allowed: ask about it alone.
        token = best if grammar is None or _allowed(grammar, best, logits) else _best_allowed(grammar, logits)
    else:
        token = _draw(logits, temperature, rng, grammar)
    return None if token is None else Choice(token, _logprob(logits, token, best))


def _allowed(grammar: Restriction, token: int, logits: Logits) -> bool:
    return bool(np.isfinite(grammar.restrict(np.array([token], dtype=np.int32), logits[token : token + 1]))[0])


def _best_allowed(grammar: Restriction, logits: Logits) -> int | None:
    tokens, left = _candidates(grammar, logits)
    return int(tokens[np.argmax(left)]) if len(tokens) else None


def _candidates(grammar: Restriction | None, logits: Logits) -> tuple[npt.NDArray[np.int32], Logits]:
    """The best tokens that are allowed, with their logits: of the 40 best, or of all when none of those is."""
    top = np.argpartition(logits, -min(_TOP, len(logits)))[-_TOP:].astype(np.int32)
    top.sort()  # argpartition promises no order, and a draw must depend on nothing but the seed
    for tokens in (top, np.arange(len(logits), dtype=np.int32)):
        left = logits[tokens] if grammar is None else grammar.restrict(tokens, logits[tokens])
        fine = np.isfinite(left)
        if fine.any():
            return tokens[fine], left[fine]
    return top[:0], logits[:0]


def _draw(logits: Logits, temperature: float, rng: np.random.Generator, grammar: Restriction | None) -> int | None:
    tokens, left = _candidates(grammar, logits)
    if not len(tokens):
        return None
    weights = np.exp((left.astype(np.float64) - float(left.max())) / temperature)
    weights[weights < _MIN_P] = 0.0
    ends = np.cumsum(weights)
    return int(tokens[np.searchsorted(ends, rng.random() * ends[-1], side="right")])


def _logprob(logits: Logits, token: int, best: int) -> float:
    top = logits[best]
    return float(logits[token] - top - np.log(np.exp(logits - top).sum()))
