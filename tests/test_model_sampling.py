"""From logits to tokens."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest

from nl2sql.model.sampling import Logits, choose


class Only:
    """A grammar that allows some tokens."""

    def __init__(self, *allowed: int) -> None:
        self.allowed = np.array(allowed, dtype=np.int32)
        self.asked: list[int] = []

    def restrict(self, tokens: npt.NDArray[np.int32], logits: Logits) -> Logits:
        self.asked.append(len(tokens))
        return np.where(np.isin(tokens, self.allowed), logits, -np.inf).astype(np.float32)


def logits(*probabilities: float, size: int = 200) -> Logits:
    """Logits of these probabilities for the first tokens; the other tokens share nearly nothing."""
    out = np.full(size, -30.0, dtype=np.float32)
    out[: len(probabilities)] = np.log(probabilities)
    return out


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_greedy_takes_the_best_with_its_log_probability() -> None:
    choice = choose(logits(0.1, 0.7, 0.2), temperature=0, rng=rng())
    assert choice is not None
    assert choice.token == 1
    assert choice.logprob == pytest.approx(math.log(0.7), abs=1e-4)


def test_grammar_is_asked_about_one_token_when_that_one_fits() -> None:
    grammar = Only(1, 2)
    choice = choose(logits(0.1, 0.7, 0.2), temperature=0, rng=rng(), grammar=grammar)
    assert choice is not None and choice.token == 1
    assert grammar.asked == [1]


def test_grammar_moves_greedy_to_the_best_allowed_and_the_log_probability_stays_the_models() -> None:
    choice = choose(logits(0.1, 0.7, 0.2), temperature=0, rng=rng(), grammar=Only(0, 2))
    assert choice is not None and choice.token == 2
    assert choice.logprob == pytest.approx(math.log(0.2), abs=1e-4)


def test_grammar_finds_a_token_outside_the_best_forty() -> None:
    for temperature in (0.0, 1.0):
        choice = choose(logits(*[0.02] * 50), temperature=temperature, rng=rng(), grammar=Only(150))
        assert choice is not None and choice.token == 150


def test_grammar_that_allows_nothing() -> None:
    assert choose(logits(0.5, 0.5), temperature=0, rng=rng(), grammar=Only()) is None
    assert choose(logits(0.5, 0.5), temperature=1, rng=rng(), grammar=Only()) is None


def test_draws_follow_the_probabilities_and_the_tail_never_comes() -> None:
    source, counts = rng(7), Counter[int]()
    for _ in range(2000):
        choice = choose(logits(0.6, 0.3, 0.09, 0.01), temperature=1.0, rng=source)
        assert choice is not None
        counts[choice.token] += 1
    # 0.01 is below a twentieth of 0.6 and left out; four standard deviations of 2,000 draws are 0.044.
    assert set(counts) == {0, 1, 2}
    assert counts[0] / 2000 == pytest.approx(0.6 / 0.99, abs=0.044)
    assert counts[1] / 2000 == pytest.approx(0.3 / 0.99, abs=0.044)


def test_low_temperature_is_nearly_greedy() -> None:
    source = rng(1)
    drawn = [choose(logits(0.6, 0.4), temperature=0.1, rng=source) for _ in range(100)]
    assert sum(choice is not None and choice.token == 0 for choice in drawn) > 90


def test_equal_seeds_draw_equal_tokens() -> None:
    def draws(seed: int) -> list[int]:
        source = rng(seed)
        chosen = [choose(logits(*[0.05] * 20), temperature=1, rng=source) for _ in range(30)]
        return [choice.token for choice in chosen if choice is not None]

    assert draws(5) == draws(5)
    assert draws(5) != draws(6)
