"""Patterns of function words over the tokens of a question, with and without diacritics."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nl2sql.question.text import Text


@dataclass(frozen=True)
class Found:
    """Where a pattern stands: half-open token range, and its named parts as they are written in the pattern."""

    start: int
    end: int
    parts: dict[str, str]


def unmarked(pattern: str) -> str:
    """A pattern without diacritics; its case, which regular expressions give a meaning, is kept."""
    plain = "".join(c for c in unicodedata.normalize("NFD", pattern) if unicodedata.category(c) != "Mn")
    return plain.replace("đ", "d")


@cache
def _compiled(pattern: str, accented: bool) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{pattern if accented else unmarked(pattern)})(?!\S)")


def search(text: Text, pattern: str) -> Found | None:
    """The first place where a pattern of whole words stands, or None.

    Args:
        pattern: A regular expression over canonical words with diacritics, joined by single blanks. In a question
            without diacritics both sides are compared folded.
    """
    return next(search_all(text, pattern), None)


def search_all(text: Text, pattern: str) -> Iterator[Found]:
    """All places of a pattern in order, without overlap."""
    words = [t.norm if text.accented else t.fold for t in text.tokens]
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for index, word in enumerate(words):
        starts[at] = index
        ends[at + len(word)] = index + 1
        at += len(word) + 1
    for match in _compiled(pattern, text.accented).finditer(" ".join(words)):
        if match.start() in starts and match.end() in ends:
            yield Found(starts[match.start()], ends[match.end()], {k: v or "" for k, v in match.groupdict().items()})
