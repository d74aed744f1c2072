"""Dealing of training material: every card in its turn, heavy ones often, none for nothing."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from nl2sql.training.deck import Deck, Decks, with_floor


def test_shares_sum_up_to_one_and_have_a_floor() -> None:
    shares = with_floor({"gao": 98.0, "che": 2.0, "muoi": 0.0})
    assert abs(sum(shares.values()) - 1) < 1e-9
    assert shares["gao"] > 0.7
    assert shares["muoi"] == pytest.approx(0.05)
    assert set(with_floor({"a": 0.0, "b": 0.0}).values()) == {0.5}


def test_cards_come_as_often_as_their_shares_say_and_none_is_missed() -> None:
    shares = with_floor({str(i): 1.0 / (i + 1) for i in range(150)})
    rng = random.Random(2)
    deck = Deck(shares, rng)
    dealt = Counter(deck.deal(rng) for _ in range(3000))
    assert len(dealt) == 150
    assert all(abs(dealt[card] - 3000 * share) <= 0.25 * 3000 * share + 2 for card, share in shares.items())


def test_equal_seeds_deal_equal_cards() -> None:
    one, two = (random.Random(4) for _ in range(2))
    a, b = Deck({"x": 0.6, "y": 0.3, "z": 0.1}, one), Deck({"x": 0.6, "y": 0.3, "z": 0.1}, two)
    assert [a.deal(one) for _ in range(50)] == [b.deal(two) for _ in range(50)]


def test_only_what_can_be_used_is_dealt_and_waiting_is_not_paid_back_for_ever() -> None:
    rng = random.Random(1)
    deck = Deck({"often": 0.5, "seldom": 0.25, "late": 0.25}, rng)
    assert "late" not in {deck.deal(rng, ("often", "seldom")) for _ in range(400)}
    after = Counter(deck.deal(rng) for _ in range(40))
    assert 5 <= after["late"] <= 16


def test_a_card_dealt_for_nothing_comes_again_sooner() -> None:
    def deals(used: bool) -> int:
        rng, decks, count = random.Random(3), Decks(), 0
        for _ in range(400):
            card = decks.deal("d", {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}, rng)
            count += card == "a"
            decks.settle(used=used or card != "a")
        return count

    assert deals(used=True) + 60 < deals(used=False) < 300
