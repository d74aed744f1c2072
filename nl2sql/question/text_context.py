"""Abbreviations with several meanings, settled by the words around them.

"HQ" is the service in "tờ khai HQ" and Korea in "nhập khẩu từ HQ". The catalogue says which words settle which meaning
(``settles``); what nothing settles stays as it is typed and is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nl2sql.question.text_fold import canonical, fold
from schema.semantic import Ambiguous

NEAR = 3
"""Words on either side that count as beside the abbreviation."""

_WORD = re.compile(r"[^\W_]+")


def settled(text: str, entries: Iterable[Ambiguous]) -> list[tuple[int, int, str]]:
    """Places of abbreviations whose meaning is clear: start, end and the words that are meant."""
    places = list(_WORD.finditer(text))
    words = [canonical(place[0].lower()) for place in places]
    marked = any(not word.isascii() for word in words)
    found = []
    for entry in entries:
        for index, place in enumerate(places):
            if place[0] not in (entry.phrase, entry.phrase.lower()):
                continue
            meaning = _meaning(entry, words, index, marked)
            if meaning:
                found.append((place.start(), place.end(), meaning))
    return found


def _meaning(entry: Ambiguous, words: Sequence[str], index: int, marked: bool) -> str:
    """The one meaning that the nearest words speak for; empty when none or several do."""
    before, after = words[max(0, index - NEAR) : index], words[index + 1 : index + 1 + NEAR]
    if any(" ".join(after).startswith(canonical(option.lower())) for option in entry.options):
        return ""  # written out in brackets behind it
    for stretches in ((before[-1:], after[:1]), (before, after), (words,)):
        speaking = [m for m, signs in entry.settles.items() if any(_says(s, signs, marked) for s in stretches)]
        if speaking:
            return speaking[0] if len(speaking) == 1 else ""
    return ""


def _says(stretch: Sequence[str], signs: Iterable[str], marked: bool) -> bool:
    said = f" {' '.join(stretch)} "
    return any(f" {canonical(sign.lower()) if marked else fold(sign)} " in said for sign in signs)
