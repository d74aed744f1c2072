"""What a slip costs: how far a typed word is from the word that may have been meant.

Letters and marks are weighed apart, because people lose them apart: a finger takes the next key, an input method drops
or moves a mark, an ear takes s for x. One slip of the letters at most; the costs were set by hand, not fitted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from nl2sql.question.text_fold import TONES, canonical, fold

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHIFT = (0.0, 0.25, 0.75)
_PLACES = {key: (x + _SHIFT[y], float(y)) for y, row in enumerate(_ROWS) for x, key in enumerate(row)}
_SOUNDS = (("s", "x"), ("ch", "tr"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("l", "n"), ("v", "d"), ("c", "k"))
_SHAPES = "\u0302\u0306\u031b"
SWAP, DOUBLE, NEXT_KEY, OTHER_KEY, MISSING, EXTRA, SOUND = 0.45, 0.1, 0.5, 0.8, 0.5, 0.6, 0.45
LOST_TONE, LOST_SHAPE, MOVED, HOOK_TILDE, OTHER_TONE, OTHER_SHAPE = 0.25, 0.2, 0.1, 0.12, 0.45, 0.35


def beside(one: str, other: str) -> bool:
    """Whether two keys touch."""
    a, b = _PLACES.get(one), _PLACES.get(other)
    return a is not None and b is not None and abs(a[0] - b[0]) <= 1.1 and abs(a[1] - b[1]) <= 1.0


@lru_cache(maxsize=32768)
def letters_cost(typed: str, meant: str) -> float | None:
    """Cost between two words without marks; None when one slip does not explain the difference."""
    if typed == meant:
        return 0.0
    heard = _heard(typed, meant)
    if heard is not None:
        return heard
    size = len(typed) - len(meant)
    if abs(size) > 1 or min(len(typed), len(meant)) < 2:
        return None
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    first = 0.25 if at == 0 else 0.0  # the first letter is seldom wrong
    if size == 0:
        if typed[at + 1 :] == meant[at + 1 :]:
            return first + (NEXT_KEY if beside(typed[at], meant[at]) else OTHER_KEY)
        if typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]:
            return first + SWAP
        return None
    if size == 1 and typed[at + 1 :] == meant[at:]:
        return first + (DOUBLE if at and typed[at] == typed[at - 1] else EXTRA)
    if size == -1 and meant[at + 1 :] == typed[at:]:
        return first + MISSING
    return None


def _heard(typed: str, meant: str) -> float | None:
    """Cost when the two differ only in how their beginning is heard."""
    for one, other in _SOUNDS:
        for a, b in ((one, other), (other, one)):
            if typed.startswith(a) and meant.startswith(b) and typed[len(a) :] == meant[len(b) :]:
                return SOUND
    return None


@lru_cache(maxsize=32768)
def _marks(word: str) -> tuple[str, tuple[tuple[int, str], ...], bool]:
    """(tone, shapes with the number of their vowel, begins with đ) of a word."""
    tone, shapes, place = "", [], 0
    for char in unicodedata.normalize("NFD", word):
        if char in TONES:
            tone = char
        elif char in _SHAPES:
            shapes.append((place, char))
        elif not unicodedata.combining(char):
            place += 1
    return tone, tuple(shapes), word.startswith("đ")


@lru_cache(maxsize=32768)
def marks_cost(typed: str, meant: str) -> float:
    """Cost of the difference in marks alone; words of other letters are compared by their marks in order."""
    one, other = _marks(typed), _marks(meant)
    total = 0.0
    if one[0] != other[0]:
        if not one[0]:
            total += LOST_TONE
        elif {one[0], other[0]} == {"\u0309", "\u0303"}:
            total += HOOK_TILDE
        else:
            total += OTHER_TONE
    elif one[1] == other[1] and one[2] == other[2] and typed != meant and fold(typed) == fold(meant):
        total += MOVED  # the tone stands on another letter
    mine, wanted = [s for _, s in one[1]], [s for _, s in other[1]]
    if mine != wanted:
        lost = [s for s in wanted if s not in mine]
        added = [s for s in mine if s not in wanted]
        same = min(len(lost), len(added))
        total += OTHER_SHAPE * same + LOST_SHAPE * (len(lost) - same) + OTHER_SHAPE * (len(added) - same)
        total += LOST_SHAPE * (abs(len(mine) - len(wanted)) if not lost and not added else 0)
    if one[2] != other[2]:
        total += LOST_SHAPE if other[2] else OTHER_SHAPE
    return total


def slip_cost(typed: str, meant: str) -> float | None:
    """Cost of taking a typed word (canonical) for another; None when more than one slip of letters is needed."""
    letters = letters_cost(fold(typed), fold(meant))
    if letters is None:
        return None
    return letters + (marks_cost(typed, meant) if typed != fold(typed) else 0.0)


def sounds(word: str) -> Iterator[str]:
    """What a word without marks may have sounded like to the one who wrote it."""
    for one, other in _SOUNDS:
        for a, b in ((one, other), (other, one)):
            if word.startswith(a):
                yield b + word[len(a) :]


def deletions(word: str) -> Iterator[str]:
    """The word and everything that one missing letter leaves of it: two words one slip apart share one of these."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def key(word: str) -> str:
    """Canonical spelling of a written word, whatever its case."""
    return canonical(word)
