"""Tokens cut finer for the grammar: ``T6`` is a letter and a number, ``15.10.2024`` three numbers and two dots."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from nl2sql.question.text import Text, canonical, fold

_LETTERED = re.compile(r"([a-z]+)(\d+)([a-z]*)(\d*)|(\d+)([a-z]+)(\d*)")
_LETTERS = frozenset({"t", "q", "th", "thg", "thang", "quy", "h", "w", "fy", "nam", "ngay", "tuan", "n", "k", "ky"})
# Their second syllable looks like a word of time ("toàn năm", "đầu năm") and is none.
_COMPOUNDS = frozenset({("du", "toan"), ("phan", "dau"), ("dan", "dau"), ("dung", "dau"), ("hang", "dau")})
_PARTED = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})|\d{1,2}\.(?:19|20)\d\d|\d{1,2},\d{1,2}")


@dataclass(frozen=True)
class Lexeme:
    """A piece of a token.

    Attributes:
        kind: ``w`` word, ``n`` whole number of at most four digits, ``p`` punctuation, ``x`` anything else.
        fold, norm: Spelling keys of the piece.
        token: Index of the token that it belongs to.
        glued: No white space stands before it.
        value: The number, 0 for others.
        digits: How many digits were written.
    """

    kind: Literal["w", "n", "p", "x"]
    fold: str
    norm: str
    token: int
    glued: bool
    value: int = 0
    digits: int = 0


def _number(digits: str, token: int, glued: bool) -> Lexeme:
    if len(digits) <= 4 and digits.isascii():
        return Lexeme("n", digits, digits, token, glued, int(digits), len(digits))
    return Lexeme("x", digits, digits, token, glued)


def lex(text: Text) -> list[Lexeme]:
    """Cut the tokens of a text into lexemes."""
    out: list[Lexeme] = []
    last_end = -1
    for index, token in enumerate(text.tokens):
        glued = token.start <= last_end
        last_end = token.end
        if token.kind == "punct":
            out.append(Lexeme("p", token.text, token.text, index, glued))
        elif token.kind == "number":
            if token.text.isdecimal():
                out.append(_number(_ascii(token.text), index, glued))
            elif _PARTED.fullmatch(token.text):
                for piece in re.findall(r"\d+|[.,]", token.text):
                    part = _number(piece, index, glued) if piece.isdecimal() else Lexeme("p", piece, piece, index, True)
                    out.append(part)
                    glued = True
            else:
                out.append(Lexeme("x", token.fold, token.norm, index, glued))
        elif index and (text.tokens[index - 1].fold, token.fold) in _COMPOUNDS:
            out.append(Lexeme("x", "~", "~", index, glued))
        else:
            out.extend(_word(token.fold, token.norm, index, glued))
    return out


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(char)) for char in digits)


def _word(folded: str, norm: str, index: int, glued: bool) -> list[Lexeme]:
    match = _LETTERED.fullmatch(folded)
    if match and any(group in _LETTERS for group in (match[1], match[6])):
        out: list[Lexeme] = []
        for piece in re.findall(r"\d+|[^\d]+", norm):
            if piece.isdecimal():
                out.append(_number(_ascii(piece), index, glued))
            else:
                out.append(Lexeme("w", fold(piece), canonical(piece), index, glued))
            glued = True
        return out
    return [Lexeme("w", folded, norm, index, glued)]
