"""The words that a text may have meant: what they are, how often they are listed, and which stand side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from nl2sql.question.lexicon import LEXICON
from nl2sql.question.lexicon_words import ABBREVIATIONS, FILLERS
from nl2sql.question.numbers_words import AFTER, BEFORE, ENTITIES, MEASURED, MULTIPLIERS, SUPERLATIVES, UNITS
from nl2sql.question.spelling_costs import deletions, key
from nl2sql.question.text_english import PHRASES as ENGLISH
from nl2sql.question.text_fold import fold
from nl2sql.question.text_teencode import TEENCODE
from nl2sql.question.text_words import PHRASES
from nl2sql.question.vocabulary import Vocabulary

PAIR, LOOSE_PAIR = 0.7, 0.4
"""What company is worth: two words that a known phrase holds side by side; less where one of them goes with all."""
NUMBER = "#"
"""What stands for every number."""
_BESIDE_ANY = (
    "các của những và có là theo cho từ đến trong với được không nào này khi để do bị tại ở về ra vào một hay hoặc "
    "trên dưới bao mấy gì thì mà #"
)
_ANYWHERE = frozenset(form for word in _BESIDE_ANY.split() for form in (word, fold(word)))
"""Words that stand beside any other, with and without diacritics."""


@dataclass
class KnownWords:
    """The words of one vocabulary and of ordinary questions.

    Attributes:
        vocabulary: Its names that are still put off are no evidence for a slip, but a name that is known stays.
        topics: Phrases of what the warehouse does not hold: "lương" is a word of its own and no slip of "lượng".
        count: How often a word is listed.
        pairs: Words that a known phrase holds side by side; ``bare`` are the same without marks.
    """

    vocabulary: Vocabulary
    topics: tuple[str, ...] = ()
    count: Counter[str] = field(default_factory=Counter)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    bare: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for phrase in self._phrases():
            words = tuple(NUMBER if word.isdigit() else word for word in phrase)
            self.count.update(words)
            self.pairs.update(pairwise(words))
        self.bare.update((fold(a), fold(b)) for a, b in self.pairs)

    def _phrases(self) -> Iterable[tuple[str, ...]]:
        names = self.vocabulary.names
        for terms in list(self.vocabulary.by_fold.values()):
            yield from {t.norm for t in terms if not (t.kind == "value" and t.name in names)}
        for phrases in LEXICON.values():
            yield from (tuple(key(p).split()) for p in phrases)
        spoken = (*FILLERS, *TEENCODE.values(), *ABBREVIATIONS.values(), *ABBREVIATIONS, *ENTITIES, *MEASURED)
        measured = (*MULTIPLIERS, *SUPERLATIVES, *(p for p, _ in (*BEFORE, *AFTER, *UNITS)))
        yield from (tuple(key(p).split()) for p in (*spoken, *measured, *ENGLISH) if p[0].isalnum())
        yield from (tuple(key(w) for w in part.split()) for topic in self.topics for part in topic.split("…"))
        for phrase in PHRASES:
            yield from [tuple(key(w) for w in phrase)] * 5  # said in every question, listed once

    @cached_property
    def settled(self) -> frozenset[str]:
        """Words that mean something all by themselves: no company makes slips of them."""
        alone = {t.norm[0] for terms in self.vocabulary.by_fold.values() for t in terms if len(t.norm) == 1}
        spoken = {key(p) for phrases in LEXICON.values() for p in phrases if " " not in p}
        counted = {key(p) for p in (*ENTITIES, *MEASURED, *MULTIPLIERS, *(u for u, _ in UNITS)) if " " not in p}
        return frozenset(alone | spoken | counted | FILLERS | {key(p[0]) for p in PHRASES if len(p) == 1})

    @cached_property
    def by_fold(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for word in self.count:
            if word.isalpha():
                found.setdefault(fold(word), []).append(word)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def near(self) -> dict[str, tuple[str, ...]]:
        """Folded words of three letters or more under everything that one missing letter leaves of them."""
        found: dict[str, set[str]] = {}
        for folded in self.by_fold:
            if len(folded) >= 2:
                for rest in deletions(folded):
                    found.setdefault(rest, set()).add(folded)
        return {k: tuple(sorted(v)) for k, v in found.items()}

    def company(self, one: str, other: str, accented: bool) -> float:
        """What the company of two words is worth."""
        if not accented:
            one, other = fold(one), fold(other)
        if (one, other) not in (self.pairs if accented else self.bare):
            return 0.0
        return LOOSE_PAIR if one in _ANYWHERE or other in _ANYWHERE else PAIR
