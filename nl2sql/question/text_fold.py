"""Spelling keys of Vietnamese text: one canonical spelling, and the same without diacritics.

Two people write *hoà* and *hòa*, *tỉ lệ* and *tỷ lệ*; ``canonical`` makes them equal. ``fold`` goes on to drop every
diacritic, so that text typed without them can be compared. Both keep the number of characters for Vietnamese text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

TONES = "\u0300\u0301\u0309\u0303\u0323"
"""Combining grave, acute, hook, tilde, dot below: the five written tones."""

VOWELS = "aăâeêioôơuưy"


def _toned(vowel: str) -> str:
    """The five toned forms of a vowel, in the order of ``TONES``."""
    return "".join(unicodedata.normalize("NFC", vowel + tone) for tone in TONES)


TONED: Mapping[str, str] = {vowel: _toned(vowel) for vowel in VOWELS}
_SPLIT: Mapping[str, tuple[str, int]] = {
    letter: (vowel, index) for vowel, letters in TONED.items() for index, letter in enumerate(letters, start=1)
}
_BASE = str.maketrans(
    {
        **{letter: unicodedata.normalize("NFD", vowel)[0] for letter, (vowel, _) in _SPLIT.items()},
        **dict(zip("ăâêôơưđð", "aaeooudd", strict=True)),
    }
)

# Old placement is taken as canonical: the tone stands on the first vowel of an open oa, oe, uy ("hòa", "khỏe", "thủy").
_OPEN_PAIRS = {
    **{"o" + new: old + "a" for new, old in zip(TONED["a"], TONED["o"], strict=True)},
    **{"o" + new: old + "e" for new, old in zip(TONED["e"], TONED["o"], strict=True)},
    **{"u" + new: old + "y" for new, old in zip(TONED["y"], TONED["u"], strict=True)},
}
_OPEN = re.compile("(q?)(" + "|".join(_OPEN_PAIRS) + r")(?!\w)")
_Q_PAIRS = {old + "y": "u" + new for new, old in zip(TONED["y"], TONED["u"], strict=True)}
_Q = re.compile("(?<=q)(" + "|".join(_Q_PAIRS) + ")")
# i and y are one sound after these initials; y is taken as canonical. "mì" and "mi" stay: wheat is not "mỹ".
_I_TO_Y = re.compile(r"(?<!\w)((?:qu|[klt])[iìíỉĩị]|mĩ)(?!\w)")
_Y_OF_I = str.maketrans("iìíỉĩị", "yỳýỷỹỵ")


@lru_cache(maxsize=16384)
def canonical(text: str) -> str:
    """Lower case, NFC, one way to place tones and to write i/y: ``Luỹ kế`` and ``lũy kế`` give the same.

    Args:
        text: Any text; need not be Vietnamese.

    Returns:
        The key. It has as many characters as the NFC of Vietnamese text.
    """
    text = unicodedata.normalize("NFC", text).lower().replace("ð", "đ")
    if not text.isascii():
        text = _OPEN.sub(lambda m: m[0] if m[1] else _OPEN_PAIRS[m[2]], text)
        text = _Q.sub(lambda m: _Q_PAIRS[m[1]], text)
    return _I_TO_Y.sub(lambda m: m[0].translate(_Y_OF_I), text)


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The canonical spelling without diacritics: ``Tỉ lệ luồng Đỏ`` → ``ty le luong do``.

    i/y are unified here too (``ti le`` → ``ty le``), so both sides of a comparison must go through this function.
    """
    text = canonical(text)
    if text.isascii():
        return text
    text = text.translate(_BASE)
    if text.isascii():
        return text
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _I_TO_Y.sub(lambda m: m[0].translate(_Y_OF_I), plain)


def unmarked(text: str) -> str:
    """The text as it is typed without diacritics, its case and spelling kept: ``Bỉ`` → ``Bi``."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def split_tone(letter: str) -> tuple[str, int]:
    """A lower-case letter as (letter without tone, tone): tone 0 is level, 1–5 follow ``TONES``."""
    return _SPLIT.get(letter, (letter, 0))


def has_marks(text: str) -> bool:
    """Whether Vietnamese diacritics occur in the text (any tone, any of ăâêôơư, đ)."""
    return any(c in _SPLIT or c in "ăâêôơưđ" for c in unicodedata.normalize("NFC", text).lower())
