"""A character that remembers where it stood in the original text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Unit(NamedTuple):
    """One character of the cleaned text and the half-open range of the original that it came from."""

    char: str
    start: int
    end: int


_WORD = re.compile(r"\S+")


def text_of(units: list[Unit]) -> str:
    """The characters joined."""
    return "".join([unit.char for unit in units])


def spread(text: str, units: list[Unit]) -> list[Unit]:
    """New characters for a stretch: each stands for the whole of it, because letters cannot be paired off."""
    start, end = units[0].start, units[-1].end
    return [Unit(char, start, end) for char in text]


def words(units: list[Unit]) -> Iterator[tuple[int, int, str]]:
    """Stretches between white space: (first, after the last, text)."""
    for match in _WORD.finditer(text_of(units)):
        yield match.start(), match.end(), match[0]
