"""What a question may name, place by place: syllables, matches of phrases, and the matches chosen for one view."""

from __future__ import annotations

from dataclasses import dataclass

from nl2sql.question.vocabulary import Term

_FUNCTION_WORD = 0.55
_FUNCTION_PHRASE = 0.85
LENGTH_BONUS = 1.25
"""Power of its length that a phrase is worth: longer ones are worth more than their parts together."""


@dataclass(frozen=True)
class Syllable:
    """One syllable to match; several may come from one token (an abbreviation written out)."""

    norm: str
    fold: str
    token: int
    marked: bool
    expanded: bool = False


@dataclass(frozen=True)
class Match:
    """A stretch of syllables ``[start, end)`` and what it may stand for.

    Attributes:
        terms: Catalogue terms of one view with this phrase; empty for a function word.
        tag: Function tag of the lexicon; empty for catalogue terms.
        quality: 0 to 1, how well what was typed agrees.
        fuzzy: Found by similarity only.
    """

    start: int
    end: int
    terms: tuple[Term, ...] = ()
    tag: str = ""
    quality: float = 1.0
    fuzzy: bool = False

    @property
    def weight(self) -> float:
        """Its worth in the cover: longer phrases are worth more than their parts together."""
        base = self.quality * float((self.end - self.start) ** LENGTH_BONUS)
        if self.tag:
            return base * (_FUNCTION_PHRASE if self.end - self.start > 1 else _FUNCTION_WORD)
        if any(t.kind == "metric" for t in self.terms):
            return base * 1.2
        return base * (1.1 if any(t.primary and t.kind == "value" for t in self.terms) else 1.0)


@dataclass(frozen=True)
class Cover:
    """The chosen matches for one view, in order, with the content syllables that stay unexplained."""

    view: str
    matches: tuple[Match, ...]
    unread: tuple[int, ...]
    score: float
