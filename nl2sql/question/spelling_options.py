"""How a typed word may be read: as it stands, as a word that a slip turned into it, joined to the next, cut."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nl2sql.question.lexicon_words import ABBREVIATIONS
from nl2sql.question.spelling_costs import MOVED, deletions, key, marks_cost, slip_cost, sounds
from nl2sql.question.spelling_known import KnownWords
from nl2sql.question.text_fold import fold
from nl2sql.question.text_legacy import read_word
from nl2sql.question.text_syllable import is_bare_syllable, is_syllable
from nl2sql.question.text_typing import decode_telex, decode_vni

_LETTER_FIGURES = str.maketrans("01", "ol")
REPAIR, CUT, BARE_CUT, JOIN = 0.9, 1.0, 0.6, 0.85
UNKNOWN, KNOWN_NAME, IMPOSSIBLE, FOREIGN, TITLED = 0.95, 0.8, 4.0, 1.35, 1.4
LETTERS = 1.1
"""What consonants that stand alone cost: they may belong to the word beside them."""
_REAL, _FAR = 0.25, 0.4
"""More for another letter, or marks so far off, in what could be a word as it stands ("tép" is no "thép")."""
_MOST = 8


@dataclass(frozen=True)
class Word:
    """A stretch of letters as typed: offsets into the units and its key.

    Attributes:
        fixed: No slip for another word: a number, a code, an abbreviation.
        piece: May be part of a word that was cut in two.
    """

    start: int
    end: int
    written: str
    norm: str
    fixed: bool
    piece: bool = False


@dataclass(frozen=True)
class Option:
    """One way to read ``size`` typed words: the words that were meant and what it costs to think so."""

    size: int
    words: tuple[str, ...]
    cost: float
    changed: bool = False


def options_for(known: KnownWords, word: Word, accented: bool) -> list[Option]:
    """The ways to read one typed word without its neighbours, as it stands among them."""
    norm = word.norm
    as_typed = Option(1, (norm,), 0.0)
    if word.fixed:
        letters = word.piece and word.written.islower() and norm not in ABBREVIATIONS
        return [replace(as_typed, cost=LETTERS if letters else 0.0)]
    bare = norm.isascii()
    if norm in known.count or (bare and norm in known.by_fold):
        return [as_typed, *_remarked(known, word, accented and bare)]
    strange = Option(1, (norm,), _strangeness(known, word))
    return [strange, *_meant(known, word, accented), *_cut(known, word, accented)]


def _strangeness(known: KnownWords, word: Word) -> float:
    """What it costs to believe that an unknown word was meant as it stands."""
    norm = word.norm
    titled = word.written[:1].isupper() and not word.written.isupper()
    if norm in known.vocabulary.known:
        cost = KNOWN_NAME
    elif norm.isascii():
        ordinary = is_bare_syllable(norm) or len(norm) < 4 or not word.written.islower()
        cost = UNKNOWN if ordinary else FOREIGN
    else:
        cost = UNKNOWN if is_syllable(norm) else IMPOSSIBLE
    return min(cost, TITLED) if titled else cost


def _remarked(known: KnownWords, word: Word, restoring: bool) -> list[Option]:
    """Known words that only lack marks: put back where the company of the other word is known."""
    found = []
    norm, folded = word.norm, fold(word.norm)
    settled = norm in known.settled
    for meant in known.by_fold.get(folded, ()):
        if meant == norm:
            continue
        if restoring and not meant.isascii():
            found.append(Option(1, (meant,), 0.9 if norm in known.count else 0.3, changed=True))
        elif not norm.isascii() and not settled and _less_marked(norm, meant):
            found.append(Option(1, (meant,), 0.6, changed=True))
    if not norm.isascii() and not settled:
        for heard in sounds(folded):
            same = (m for m in known.by_fold.get(heard, ()) if not marks_cost(norm, m))
            found.extend(Option(1, (meant,), 0.65, changed=True) for meant in same)
    return found


def _meant(known: KnownWords, word: Word, accented: bool) -> list[Option]:
    """Known words that a slip, or keys that were not decoded, could turn into this one."""
    norm, folded = word.norm, fold(word.norm)
    decoded = decoded_word(known, norm)
    if decoded is not None:
        return [Option(1, (decoded,), 0.4, changed=True)]
    bare = norm.isascii()
    moved = [w for w in known.by_fold.get(folded, ()) if not bare and marks_cost(norm, w) == MOVED]
    if moved:
        return [Option(1, (word,), 0.2, changed=True) for word in moved]
    near: set[str] = {folded} if not bare else set()
    doubt = _REAL if not bare and is_syllable(norm) else 0.0
    for rest in deletions(folded):
        near.update(known.near.get(rest, ()))
    heard = {s for s in sounds(folded) if s in known.by_fold}
    near |= heard
    found: dict[str, float] = {}
    for other in near:
        forms = known.by_fold.get(other, ())
        for meant in (other,) if bare and not accented and forms else forms:
            cost = slip_cost(norm, meant if not bare else fold(meant))
            if (
                cost is None
                or len(meant) < 2
                or (min(len(other), len(folded)) < 3 and other != folded and other not in heard)
            ):
                continue
            count = max(known.count[f] for f in forms) if bare and not accented else known.count[meant]
            far = other not in heard if other != folded else cost >= _FAR
            found[meant] = REPAIR + cost + (doubt if far else 0.0) - 0.02 * math.log2(1 + count)
    best = sorted(found, key=lambda meant: found[meant])[:_MOST]
    return [Option(1, (meant,), found[meant], changed=True) for meant in best]


def decoded_word(known: KnownWords, norm: str) -> str | None:
    """A known word out of Telex or VNI keys, of figures read for letters, or of an old code page."""
    for found in (decode_telex(norm), decode_vni(norm), _from_figures(known, norm), *read_word(norm)):
        if found is not None and found != norm and key(found) in known.count and not found.isascii():
            return key(found)
    return None


def _from_figures(known: KnownWords, norm: str) -> str | None:
    """``1uồng``, ``nhậ0``: a figure that looks like a letter, in a word that is known with the letter."""
    if len(norm) < 3 or norm.isalpha() or norm.isdigit():
        return None
    letters = norm.translate(_LETTER_FIGURES)
    return letters if letters.isalpha() and not letters.isascii() and letters in known.count else None


def joined(known: KnownWords, two: Sequence[Word]) -> list[Option]:
    """Two pieces that make one known word when at least one of them is none by itself."""
    if len(two) < 2 or not all(w.piece for w in two):
        return []
    whole = key(two[0].written + two[1].written)
    if len(whole) < 3 or len(whole) > 7 or all(w.norm in known.count and len(w.norm) > 1 for w in two):
        return []
    words = known.by_fold.get(fold(whole), ())
    found = [w for w in words if marks_cost(whole, w) <= MOVED] or ([fold(whole)] if words and whole.isascii() else [])
    return [Option(2, (w,), JOIN, changed=True) for w in found]


def _cut(known: KnownWords, word: Word, accented: bool) -> list[Option]:
    """Known words written without a blank between them."""
    norm = word.norm
    if not 4 <= len(norm) <= 24:
        return []
    bare = norm.isascii()
    best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ()), *[None] * len(norm)]
    for start in range(len(norm)):
        here = best[start]
        if here is None or len(here[1]) >= 4:
            continue
        for end in range(start + 1, min(len(norm), start + 7) + 1):
            piece = key(norm[start:end])
            if not _is_piece(known, piece) or (end - start == len(norm)):
                continue
            gain = known.company(here[1][-1], piece, accented) if here[1] else 0.0
            alone = bare and bool(here[1]) and not gain
            small = alone and min(len(here[1][-1]), len(piece)) < 3
            # somebody who uses diacritics would have used them here: "Samsung" is a name
            loose = 0.75 if small or (alone and (accented or not word.written.islower())) else 0.2 * alone
            total = here[0] + 0.15 + loose - gain - 0.02 * math.log2(1 + known.count[piece])
            cheapest = best[end]
            if cheapest is None or total < cheapest[0]:
                best[end] = (total, (*here[1], piece))
    last = best[-1]
    if last is None or len(last[1]) < 2:
        return []
    inner = sum(known.company(a, b, accented) for a, b in pairwise(last[1]))
    return [Option(1, last[1], (BARE_CUT if bare else CUT) + last[0] + inner, changed=True)]


def _is_piece(known: KnownWords, piece: str) -> bool:
    if piece.isascii():
        return len(piece) >= 2 and piece in known.by_fold and (is_bare_syllable(piece) or piece in ABBREVIATIONS)
    return piece in known.count


def _less_marked(typed: str, meant: str) -> bool:
    """Whether a word is the other with a mark left out, and none put in or moved."""
    one, other = unicodedata.normalize("NFD", typed), unicodedata.normalize("NFD", meant.replace("đ", "d\u0335"))
    one = unicodedata.normalize("NFD", one.replace("đ", "d\u0335"))
    rest = iter(other)
    return len(one) == len(other) - 1 and all(char in rest for char in one)
