"""Matching of words and phrases in any spelling: as it should be, without diacritics, or with the wrong tone.

A word whose other tones are common words of their own ("từ"/"tư", "quá"/"quả") must be exact once it carries marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from nl2sql.question.text_fold import fold, split_tone

_EXACT = (
    "sau sáu qua quá ba bà từ tư mười muôi này nảy do đo tám tam bảy bay bẩy bây chín nửa kia nhưng những một mốt "
    "không khống cục củ cũ hơn hờn gần gắn dưới hai hải bốn năm đến đền tới tối lần lân đồng động "
    "mà mã tại tải tài tái cả cá cà ca của cửa tính tỉnh tĩnh tinh tình trong trọng trống vào vòng vọng"
)
EXACT = frozenset(_EXACT.split())
WHOLE = frozenset({"sau", "qua", "ba", "do", "bay", "tam"})
"""Words without marks that a writer with diacritics means as they are: "sau" is "after" and not a "sáu" in haste."""


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
        accented: The writer uses diacritics; words of ``WHOLE`` are then what they are.
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
                return not (self.accented and item.norm != word and item.norm in WHOLE)
        return False

    def phrase(self, index: int, phrases: Iterable[str]) -> int | None:
        """The first of the phrases that stands here (list longer ones first)."""
        if not 0 <= index < self.count:
            return None
        for parts in _by_first(tuple(phrases)).get(self.items[index].fold, ()):
            if all(self.word(index + offset, part) for offset, part in enumerate(parts)):
                return index + len(parts)
        return None

    def phrase_before(self, index: int, phrases: Iterable[str]) -> int | None:
        """The first of the phrases that ends just before an index: where it begins."""
        if not 0 < index <= self.count:
            return None
        for parts in _by_last(tuple(phrases)).get(self.items[index - 1].fold, ()):
            start = index - len(parts)
            if start >= 0 and all(self.word(start + offset, part) for offset, part in enumerate(parts)):
                return start
        return None

    def skip(self, index: int, *wanted: str) -> int:
        """The index after one of the words if it stands here, else the same index."""
        return index + 1 if self.word(index, *wanted) else index


@lru_cache(maxsize=512)
def _by_first(phrases: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases in their order under the folded spelling of their first word."""
    return _grouped(phrases, 0)


@lru_cache(maxsize=512)
def _by_last(phrases: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    return _grouped(phrases, -1)


def _grouped(phrases: tuple[str, ...], place: int) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        parts = tuple(phrase.split(" "))
        found.setdefault(fold(parts[place]), []).append(parts)
    return found
