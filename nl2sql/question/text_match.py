"""Matching of words and phrases in any spelling: as it should be, without diacritics, or with the wrong tone.

A word whose other tones are common words of their own ("sau"/"sáu", "qua"/"quá") must be exact once the writer uses
diacritics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from nl2sql.question.text_fold import fold, split_tone

_EXACT = (
    "sau sáu qua quá ba bà từ tư mười muôi này nảy do đo tám tam bảy bay chín nửa kia nhưng những một mốt "
    "không khống cục củ cũ hơn hờn gần gắn dưới hai hải bốn năm đến đền tới tối lần lân đồng động"
)
EXACT = frozenset(_EXACT.split())


class Spelled(Protocol):
    """Anything with the two spelling keys of a word."""

    @property
    def norm(self) -> str: ...

    @property
    def fold(self) -> str: ...


S = TypeVar("S", bound=Spelled)


@lru_cache(maxsize=8192)
def toneless(norm: str) -> str:
    """The word without its tone, its letters (ă, â, đ …) kept."""
    return "".join(split_tone(letter)[0] for letter in norm)


@lru_cache(maxsize=65536)
def same_word(norm: str, folded: str, wanted: str) -> bool:
    """Whether a written word may be the wanted one (given in canonical spelling)."""
    if norm == wanted:
        return True
    if folded != fold(wanted):
        return False
    if norm == folded:
        return True
    # "sau" is a word of its own, so an accented "sáu" must not be taken for it, nor the other way round.
    if wanted in EXACT or norm in EXACT:
        return False
    return toneless(norm) == toneless(wanted)


class Matcher(Generic[S]):
    """A sequence of words under a grammar. Every matcher takes an index and gives the index after the match, or None.

    Attributes:
        items: The words.
        accented: The writer uses diacritics, so a word without them is meant without them.
    """

    def __init__(self, items: Sequence[S], accented: bool) -> None:
        self.items = items
        self.accented = accented
        self.count = len(items)

    def at(self, index: int) -> S | None:
        """The word at an index, None outside."""
        return self.items[index] if 0 <= index < self.count else None

    def word(self, index: int, *wanted: str) -> bool:
        """Whether one of the words stands here."""
        if not 0 <= index < self.count:
            return False
        item = self.items[index]
        for word in wanted:
            if same_word(item.norm, item.fold, word):
                return not (self.accented and item.norm != word and item.norm == item.fold and word in EXACT)
        return False

    def phrase(self, index: int, phrases: Iterable[str]) -> int | None:
        """The first of the phrases that stands here (list longer ones first)."""
        if not 0 <= index < self.count:
            return None
        for phrase in phrases:
            end = index
            for part in _parts(phrase):
                if not self.word(end, part):
                    break
                end += 1
            else:
                return end
        return None

    def phrase_before(self, index: int, phrases: Iterable[str]) -> int | None:
        """The first of the phrases that ends just before an index: where it begins."""
        for phrase in phrases:
            start = index - len(_parts(phrase))
            if start >= 0 and self.phrase(start, (phrase,)) is not None:
                return start
        return None

    def skip(self, index: int, *wanted: str) -> int:
        """The index after one of the words if it stands here, else the same index."""
        return index + 1 if self.word(index, *wanted) else index


@lru_cache(maxsize=4096)
def _parts(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split(" "))
