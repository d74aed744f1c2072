"""Dealing instead of drawing: of several things each comes in its turn, the weighty ones more often.

Independent draws leave rare things out by chance and deal others twice as often as meant. A deck spaces each of its
cards evenly, with some disorder: after ``n`` deals a card of weight ``p`` has come about ``n * p`` times.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Hashable, Mapping

_EVEN = 0.15
"""Part of all deals that is shared out evenly, whatever the weights: the floor of every card."""
_RETURNED = 0.7
"""How much sooner a card comes again that was dealt for nothing; less than all, so that an impossible one passes."""

_MEMORY = 8
"""So many deals tell how far the dealing has come."""


def with_floor(weights: Mapping[str, float], even: float = _EVEN) -> dict[str, float]:
    """Weights as shares of one, a part of it shared out evenly."""
    whole, n = sum(weights.values()), len(weights)
    return {k: (1 - even) * (w / whole if whole > 0 else 1 / n) + even / n for k, w in weights.items()}


class Deck:
    """Cards with shares.

    Args:
        shares: Card → its share of all deals; they sum up to one.
        rng: Where the disorder comes from: equal seeds deal equal cards.
    """

    def __init__(self, shares: Mapping[str, float], rng: random.Random) -> None:
        self._step = {card: 1 / max(share, 1e-9) for card, share in shares.items()}
        self._due = {card: rng.random() * step for card, step in self._step.items()}
        self._now = 0.0

    def deal(self, rng: random.Random, among: Collection[str] | None = None) -> str:
        """The card whose turn it is.

        Args:
            among: Only these can be used now; a card that waited for long comes once, not for every turn that it lost.
        """
        cards = self._due if among is None else among
        card = min(cards, key=lambda c: (self._due[c], c))
        step = self._step[card]
        late = max(self._due[card], self._now - step)
        self._now += (late - self._now) / _MEMORY
        self._due[card] = late + (0.5 + rng.random()) * step
        return card

    def back(self, card: str) -> None:
        """A card that was dealt for nothing comes again soon."""
        self._due[card] -= _RETURNED * self._step[card]


class Decks:
    """Decks by name, made when first used, which remember what was dealt until they are told whether it was used."""

    def __init__(self) -> None:
        self._decks: dict[Hashable, Deck] = {}
        self._dealt: list[tuple[Deck, str]] = []

    def deal(
        self, name: Hashable, weights: Mapping[str, float], rng: random.Random, among: Collection[str] | None = None
    ) -> str:
        """A card of a deck.

        Args:
            name: Of the deck; one name always has the same cards.
            weights: Cards and weights; used when the deck is made.
            among: The cards that can be used now, not empty.
        """
        deck = self._decks.get(name)
        if deck is None:
            deck = self._decks[name] = Deck(with_floor(weights), rng)
        card = deck.deal(rng, among)
        self._dealt.append((deck, card))
        return card

    def settle(self, *, used: bool) -> None:
        """Whether what was dealt since the last time came to anything; if not, it goes back."""
        if not used:
            for deck, card in self._dealt:
                deck.back(card)
        self._dealt.clear()
