"""Vietnamese text in: one clean form of what was typed, cut into tokens that know where they stand in the original.

The order of repairs: legacy code pages (TCVN3, VNI-Windows, VPS) → NFC, spaces, dashes, quotes → lists → what a
clipboard leaves (bullets, broken lines) → all capitals → English words among Vietnamese ones → undecoded Telex or VNI
typing → chat spellings ("bnhieu") → questions of place → turns of phrase → slips. Each works on ``Unit``s, characters
that carry offsets into the original, so every later step can point at what the person really typed. Nothing here
knows the catalogue; slips are put right by whom the caller brings (``spelling``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Protocol

from nl2sql.question.text_english import English
from nl2sql.question.text_fold import canonical, fold, has_marks
from nl2sql.question.text_layout import joined_lines, lowered, without_bullet
from nl2sql.question.text_legacy import decode_legacy
from nl2sql.question.text_lists import each_labelled, one_sentence
from nl2sql.question.text_spoken import plain_places
from nl2sql.question.text_teencode import FILLERS, expand_teencode
from nl2sql.question.text_turned import plain_turns
from nl2sql.question.text_typing import decode_typing
from nl2sql.question.text_unit import Unit
from nl2sql.types import Span

__all__ = ["Text", "Token", "canonical", "fold", "normalise"]

TokenKind = Literal["word", "number", "punct"]


@dataclass(frozen=True)
class Token:
    """A word, a number with its separators, or one punctuation mark.

    Attributes:
        text: As written, in NFC.
        lower: In lower case.
        norm: Canonical spelling with diacritics (see ``canonical``).
        fold: Canonical spelling without diacritics (see ``fold``).
        start: Offset of its first character in the original.
        end: Offset after its last character in the original.
        kind: ``word`` (letters, also with digits: ``A11``, ``T6``, ``6T``, ``C/O``), ``number`` or ``punct``.
    """

    text: str
    lower: str
    norm: str
    fold: str
    start: int
    end: int
    kind: TokenKind


@dataclass(frozen=True)
class Text:
    """A question made readable.

    Attributes:
        raw: Exactly as typed.
        nfc: Cleaned and decoded text.
        tokens: In order.
        accented: The writer uses Vietnamese diacritics.
        notes: Repairs that were made, in Vietnamese.
        fillers: Indices of tokens that only keep the tone of a chat ("ạ", "nha", "lun").
    """

    raw: str
    nfc: str
    tokens: tuple[Token, ...]
    accented: bool
    notes: tuple[str, ...] = ()
    fillers: frozenset[int] = frozenset()

    def restated(self) -> Text:
        """The same text as if it had been typed as it was understood: every offset points into ``nfc``."""
        if self.raw == self.nfc:
            return self
        units = [Unit(char, index, index + 1) for index, char in enumerate(self.nfc)]
        return replace(self, raw=self.nfc, tokens=tuple(_tokens(self.nfc, units)))

    def span(self, start_token: int, end_token: int) -> Span:
        """The stretch of the original that tokens ``start_token`` … ``end_token - 1`` cover.

        Indices outside the text are clamped; an empty range gives an empty span.
        """
        count = len(self.tokens)
        start_token = max(0, min(start_token, count))
        end_token = max(start_token, min(end_token, count))
        if start_token == end_token:
            at = self.tokens[start_token].start if start_token < count else len(self.raw)
            return Span(at, at, "")
        start = self.tokens[start_token].start
        end = max(token.end for token in self.tokens[start_token:end_token])
        return Span(start, end, self.raw[start:end])


_CLEAN = {
    **dict.fromkeys(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)), " "),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    "\u2044": "/",
    "\u2215": "/",
    "\uff05": "%",
    "ð": "đ",
    "Ð": "Đ",
}

_TOKEN = re.compile(
    r"(?P<co>[cC]/[oO](?!\w))"
    r"|(?P<number>\d+(?:[.,]\d+)*+)(?!\w)"
    r"|(?P<mixed>\w+)"
    r"|(?P<punct>\S)"
)
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)*")
# Forms in which dots and commas belong to one number or one date; any other run is a list and is cut at its separators.
_ONE_NUMBER = re.compile(
    r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,]\d+|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})"
)
_YEARS = re.compile(r"(?:19|20)\d\d[.,](?:19|20)\d\d")
_CODE = re.compile(r"\d{1,2}[A-Z]{1,3}\d*|0\d[A-Za-z]{2}")
_PIECES = re.compile(r"\d+|[^\d]+")


class Repairs(Protocol):
    """Puts slips of the finger right."""

    def repaired(self, units: list[Unit], notes: list[str], accented: bool) -> list[Unit]:
        """The text as it was meant; ``notes`` receives what was changed."""
        ...

    def knows(self, word: str) -> bool:
        """Whether a word is right as it stands."""
        ...


def normalise(
    raw: str, english: English | None = None, repairs: Repairs | None = None, *, accented: bool | None = None
) -> Text:
    """Clean, decode and cut what a person typed.

    Args:
        raw: Any text, of any length, in any of the encodings above.
        english: English phrases that stand for Vietnamese ones; None leaves all as they are.
        repairs: Who puts slips right; None leaves them.
        accented: Whether the writer uses diacritics, where the caller knows it from a longer text; None looks.

    Returns:
        The text with its tokens. Never raises.
    """
    if english is None and repairs is None and accented is None and len(raw) <= _PHRASE:
        return _phrase(raw)  # phrases of the catalogue, read for every question anew
    return _normalised(raw, english, repairs, accented)


_PHRASE = 80
"""Characters of the longest text that is kept as it was read."""


@lru_cache(maxsize=32768)
def _phrase(raw: str) -> Text:
    return _normalised(raw, None, None, None)


def _normalised(raw: str, english: English | None, repairs: Repairs | None, accented: bool | None) -> Text:
    notes: list[str] = []
    units = [Unit(char, index, index + 1) for index, char in enumerate(raw)]
    units = decode_legacy(units, notes)
    units = joined_lines(without_bullet(one_sentence(each_labelled(_clean(units)))))
    units = lowered(units)
    if accented is None:  # what is put in below has diacritics that nobody typed
        accented = has_marks("".join(unit.char for unit in units))
    before = len(notes)
    if english is not None:
        units = english.into_vietnamese(units)
    units = decode_typing(units, notes)
    accented = accented or len(notes) > before
    units = plain_turns(plain_places(expand_teencode(units, None if repairs is None else repairs.knows)))
    if repairs is not None:
        units = repairs.repaired(units, notes, accented)
    nfc = "".join(unit.char for unit in units)
    tokens = tuple(_tokens(nfc, units))
    fillers = frozenset(index for index, token in enumerate(tokens) if token.norm in FILLERS)
    return Text(raw, nfc, tokens, accented, tuple(notes), fillers)


def _clean(units: list[Unit]) -> list[Unit]:
    """Compose each base letter with its marks; unify spaces, dashes and quotes; drop invisible characters."""
    out: list[Unit] = []
    index = 0
    while index < len(units):
        end = index + 1
        while end < len(units) and unicodedata.combining(units[end].char):
            end += 1
        first = units[index]
        if end == index + 1 and first.char.isascii():
            out.append(first)
        else:
            form: Literal["NFC", "NFKC"] = "NFKC" if "\ufb00" <= first.char <= "\uff5e" else "NFC"
            cluster = unicodedata.normalize(form, "".join(unit.char for unit in units[index:end]))
            last = units[end - 1].end
            out.extend(
                Unit(replaced, first.start, last) for char in cluster if (replaced := _CLEAN.get(char, char)) != ""
            )
        index = end
    return out


def _tokens(nfc: str, units: list[Unit]) -> list[Token]:
    found: list[Token] = []

    def add(start: int, end: int, kind: TokenKind) -> None:
        text = nfc[start:end]
        lower, norm, folded = _keys(text)
        found.append(Token(text, lower, norm, folded, units[start].start, units[end - 1].end, kind))

    position = 0
    while (match := _TOKEN.search(nfc, position)) is not None:
        start, end = match.span()
        position = end
        if match.lastgroup == "co":
            add(start, end, "word")
        elif match.lastgroup == "punct":
            add(start, end, "punct")
        elif match.lastgroup == "number":
            _add_number(nfc, start, end, add)
        elif match["mixed"][0].isdecimal():
            # "1,5tỷ": the token pattern stopped inside a number, because a letter follows it.
            whole = _DECIMAL.match(nfc, start)
            digits_end = whole.end() if whole else start
            if digits_end > end:
                _add_number(nfc, start, digits_end, add)
                position = digits_end
            elif _CODE.fullmatch(match["mixed"]) or digits_end >= end or not whole:
                add(start, end, "word" if digits_end < end else "number")
            else:
                _add_number(nfc, start, digits_end, add)
                position = digits_end
        else:
            add(start, end, "word")
    return found


def _add_number(nfc: str, start: int, end: int, add: Callable[[int, int, TokenKind], None]) -> None:
    """One number, or the members of a list that was written without spaces ("2022,2023,2024")."""
    text = nfc[start:end]
    if text.isdecimal() or (_ONE_NUMBER.fullmatch(text) and not _YEARS.fullmatch(text)):
        add(start, end, "number")
        return
    for piece in re.finditer(r"\d+|[.,]", text):
        add(start + piece.start(), start + piece.end(), "number" if piece[0].isdecimal() else "punct")


@lru_cache(maxsize=16384)
def _keys(text: str) -> tuple[str, str, str]:
    return text.lower(), canonical(text), fold(text)
