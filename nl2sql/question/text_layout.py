"""What a clipboard and a caps-lock key leave in a question: broken lines, bullets, all capitals."""

from __future__ import annotations

import re

from nl2sql.question.text_syllable import is_bare_syllable, is_syllable
from nl2sql.question.text_unit import Unit, text_of

_BULLET = re.compile(
    r"\s*(?:[•●▪◦‣∙·►➢➤✓*+\uf0b7\uf0a7\uf0d8-]|\(?\d{1,2}[.)]|\(?[a-zđ]\)|[Cc]âu(?: hỏi)? \d{1,2} ?[.:)])\s+(?=\w)"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_WRAPPED = re.compile(r"(?<![.?!;:])[ \t]*\r?\n[ \t]*(?=[^\W_]|[/(+%])")
_SENTENCE = 4


def joined_lines(units: list[Unit]) -> list[Unit]:
    """Lines that a page or a mail programme broke, joined: the next line goes on in small letters or with a figure.

    Lines that all begin small and each say something stay apart: somebody who never types capitals asked twice.
    """
    text = text_of(units)
    if "\n" not in text:
        return units
    lines = [line for line in text.split("\n") if line.strip()]
    small = not any(c.isupper() for line in lines for c in line.strip()[:1])
    apart = small and len(lines) > 1 and all(len(line.split()) >= _SENTENCE for line in lines)
    out: list[Unit] = []
    position = 0
    for match in _WRAPPED.finditer(text):
        following = text[match.end()]
        if apart or (following.isupper() and _begins(text, match.end())):
            continue
        out.extend(units[position : match.start()])
        out.append(Unit(" ", units[match.start()].start, units[match.end() - 1].end))
        position = match.end()
    return [*out, *units[position:]]


def _begins(text: str, at: int) -> bool:
    """Whether a capital begins a sentence of its own and no name: its line says something."""
    return len(text[at:].split("\n", 1)[0].split()) >= _SENTENCE


def without_bullet(units: list[Unit]) -> list[Unit]:
    """The text without the bullet or the number that stood before it in a list, and without a lone opening quote."""
    text = text_of(units)
    match = _BULLET.match(text)
    if match is not None:
        units, text = units[match.end() :], text[match.end() :]
    if text.startswith('"') and text.count('"') == 1:
        units = units[1:]
    return units


def lowered(units: list[Unit]) -> list[Unit]:
    """A sentence in capitals throughout, in small letters; a row of abbreviations and codes is no sentence."""
    text = text_of(units)
    words = _LETTERS.findall(text)
    if len(words) < 2 or any(c.islower() for c in text):
        return units
    spoken = [w for w in words if len(w) >= 3 and (is_bare_syllable(w) if w.isascii() else is_syllable(w))]
    if len(spoken) < 2:
        return units
    return [unit._replace(char=unit.char.lower()) if len(unit.char.lower()) == 1 else unit for unit in units]
