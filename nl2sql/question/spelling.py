"""Slips of fingers and input methods put right: wrong letters and marks, lost blanks, words cut in two.

A word that the catalogue, its stored values or ordinary Vietnamese know is left alone, and so is any possible syllable
unless its neighbours speak for another. The whole sentence is weighed at once (shortest path over the words as typed,
their likely meanings, two pieces joined, one piece cut), because a pair that the catalogue knows ("xuất khẩu") is the
best witness. What is changed is told to the user.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from nl2sql.question.lexicon import LEXICON
from nl2sql.question.lexicon_words import ABBREVIATIONS, FILLERS
from nl2sql.question.numbers_words import AFTER, BEFORE, ENTITIES, MEASURED, MULTIPLIERS, SUPERLATIVES, UNITS
from nl2sql.question.spelling_costs import MOVED, deletions, key, marks_cost, slip_cost, sounds
from nl2sql.question.text_english import PHRASES as ENGLISH
from nl2sql.question.text_fold import fold
from nl2sql.question.text_legacy import read_word
from nl2sql.question.text_syllable import is_bare_syllable, is_syllable
from nl2sql.question.text_teencode import TEENCODE
from nl2sql.question.text_typing import decode_telex, decode_vni
from nl2sql.question.text_unit import Unit, spread, text_of
from nl2sql.question.text_words import PHRASES
from nl2sql.question.vocabulary import Vocabulary

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?!\w)|[^\W_]+")
_SMALL = "a-zà-öø-ÿăđĩũơưạ-ỹ"
_GLUED = re.compile(
    rf"(?<!\w)(?:(?P<word>[^\W\d_][{_SMALL}]{{2,}}|[{_SMALL}]{{2,}})(?=\d{{1,4}}(?!\w)|[A-ZĐ]{{2,}}(?!\w))"
    rf"|(?P<code>[A-ZĐ]{{2,}})(?=(?P<after>[{_SMALL}]{{3,}})(?!\w)))"
)
_LETTER_FIGURES = str.maketrans("01", "ol")
REPAIR, CUT, BARE_CUT, JOIN = 0.9, 1.0, 0.6, 0.85
PAIR, LOOSE_PAIR = 0.7, 0.4
"""What company is worth: two words that a known phrase holds side by side; less where one of them goes with all."""
UNKNOWN, KNOWN_NAME, IMPOSSIBLE, FOREIGN, TITLED = 0.95, 0.8, 4.0, 1.35, 1.4
LETTERS = 1.1
"""What consonants that stand alone cost: they may belong to the word beside them."""
_NUMBER = "#"
_REAL, _FAR = 0.25, 0.4
"""More for another letter, or marks so far off, in what could be a word as it stands ("tép" is no "thép")."""
_VOWEL = re.compile("[aeiouy]")
_BESIDE_ANY = (
    "các của những và có là theo cho từ đến trong với được không nào này khi để do bị tại ở về ra vào một hay hoặc "
    "trên dưới bao mấy gì thì mà #"
)
_ANYWHERE = frozenset(form for word in _BESIDE_ANY.split() for form in (word, fold(word)))
"""Words that stand beside any other, with and without diacritics."""
_COMMON_ENGLISH = (
    "the of what how why did does which with from are is give show who when where much many by we and has have had "
    "ever been was were all any each than more most between after before their our its every that"
)
_ENGLISH = frozenset(_COMMON_ENGLISH.split())
"""Two of these in a text without diacritics: it is English, and slips of English are not ours to find."""
_CLOSE = 0.12
_MOST = 8


@dataclass(frozen=True)
class _Word:
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
class _Option:
    """One way to read ``size`` typed words: the words that were meant and what it costs to think so."""

    size: int
    words: tuple[str, ...]
    cost: float
    changed: bool = False


@dataclass
class Speller:
    """Knows the words of one vocabulary and of ordinary questions.

    Attributes:
        vocabulary: Its names that are still put off are no evidence for a slip, but a name that is known stays.
        topics: Phrases of what the warehouse does not hold: "lương" is a word of its own and no slip of "lượng".
    """

    vocabulary: Vocabulary
    topics: tuple[str, ...] = ()
    count: Counter[str] = field(default_factory=Counter)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    bare: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for phrase in self._phrases():
            words = tuple(_NUMBER if word.isdigit() else word for word in phrase)
            self.count.update(words)
            self.pairs.update(pairwise(words))
        self.bare.update((fold(a), fold(b)) for a, b in self.pairs)

    def _phrases(self) -> Iterable[tuple[str, ...]]:
        names = self.vocabulary.names
        for terms in list(self.vocabulary.by_fold.values()):
            yield from {t.norm for t in terms if not (t.kind == "value" and t.name in names)}
        for phrases in LEXICON.values():
            yield from (tuple(key(p).split()) for p in phrases)
        spoken = (*FILLERS, *TEENCODE.values(), *ABBREVIATIONS.values(), *ABBREVIATIONS, *ENTITIES, *MEASURED)
        measured = (*MULTIPLIERS, *SUPERLATIVES, *(p for p, _ in (*BEFORE, *AFTER, *UNITS)))
        yield from (tuple(key(p).split()) for p in (*spoken, *measured, *ENGLISH) if p[0].isalnum())
        yield from (tuple(key(w) for w in part.split()) for topic in self.topics for part in topic.split("…"))
        for phrase in PHRASES:
            yield from [tuple(key(w) for w in phrase)] * 5  # said in every question, listed once

    @cached_property
    def _settled(self) -> frozenset[str]:
        """Words that mean something all by themselves: no company makes slips of them."""
        alone = {t.norm[0] for terms in self.vocabulary.by_fold.values() for t in terms if len(t.norm) == 1}
        spoken = {key(p) for phrases in LEXICON.values() for p in phrases if " " not in p}
        counted = {key(p) for p in (*ENTITIES, *MEASURED, *MULTIPLIERS, *(u for u, _ in UNITS)) if " " not in p}
        return frozenset(alone | spoken | counted | FILLERS | {key(p[0]) for p in PHRASES if len(p) == 1})

    @cached_property
    def _by_fold(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for word in self.count:
            if word.isalpha():
                found.setdefault(fold(word), []).append(word)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        """Folded words of three letters or more under everything that one missing letter leaves of them."""
        found: dict[str, set[str]] = {}
        for folded in self._by_fold:
            if len(folded) >= 2:
                for rest in deletions(folded):
                    found.setdefault(rest, set()).add(folded)
        return {k: tuple(sorted(v)) for k, v in found.items()}

    def knows(self, word: str) -> bool:
        """Whether a word is right as it stands."""
        return key(word) in self.count

    # --- the whole sentence --------------------------------------------------------------------------------------

    def repaired(self, units: list[Unit], notes: list[str], accented: bool) -> list[Unit]:
        """The text with its slips put right; offsets go on pointing at what was typed.

        Args:
            units: The text, decoded.
            notes: Receives one Vietnamese sentence that names every change.
            accented: The writer uses diacritics, so a word without them may have lost them.
        """
        units = _apart(units, self._by_fold.keys() | self.count.keys())
        text = text_of(units)
        found = [self._word(m, text) for m in _WORD.finditer(text)]
        if not accented and sum(w.norm in _ENGLISH for w in found) > 1:
            return units
        changes: list[tuple[_Word, _Word, str]] = []
        for run in _runs(found, text):
            changes.extend(self._run(run, accented))
        if not changes:
            return units
        told = [
            f"“{text[a.start : b.end]}” → “{_recased(meant, a.written)}”"
            for a, b, meant in changes
            if a is not b or fold(meant) != a.norm  # marks that were merely left out are no slip
        ]
        if told:
            notes.append(f"Đã sửa lỗi gõ: {', '.join(dict.fromkeys(told))}.")
        out: list[Unit] = []
        position = 0
        for first, last, meant in changes:
            out.extend(units[position : first.start])
            out.extend(spread(_recased(meant, first.written), units[first.start : last.end]))
            position = last.end
        return [*out, *units[position:]]

    def _word(self, match: re.Match[str], text: str) -> _Word:
        written = match[0]
        if written[0].isdigit() and not any(c.isalpha() for c in written):
            return _Word(match.start(), match.end(), written, _NUMBER, True)
        norm = key(written)
        figures = any(c.isdigit() for c in written)
        code = figures and (written.isupper() or self._decoded(norm) is None)
        code = code or (written.isupper() and 1 < len(written) <= 5 and not text.isupper()) or len(written) > 24
        beside = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        code = code or (len(norm) == 1 and not beside.isspace() and beside != "")
        letters = len(norm) < 4 and norm.isascii() and not _VOWEL.search(norm)
        return _Word(match.start(), match.end(), written, norm, code or letters, not code)

    def _run(self, run: Sequence[_Word], accented: bool) -> list[tuple[_Word, _Word, str]]:
        """The cheapest way to read words that stand side by side (Viterbi over the last word meant)."""
        beams: list[dict[str, tuple[float, tuple[tuple[int, _Option], ...]]]] = [{} for _ in range(len(run) + 1)]
        beams[0][""] = (0.0, ())
        for at in range(len(run)):
            if not beams[at]:
                continue
            options = [*self._single(run[at], accented), *self._joined(run[at : at + 2])]
            for last, (score, path) in beams[at].items():
                for option in options:
                    words = (last, *option.words)
                    gain = sum(self._pair(a, b, accented) for a, b in pairwise(words))
                    total = score + option.cost - gain
                    there = beams[at + option.size]
                    known = there.get(option.words[-1])
                    if known is None or total < known[0] - 1e-9:
                        there[option.words[-1]] = (total, (*path, (at, option)))
        best = min(beams[-1].values(), key=lambda found: found[0])
        chosen = self._certain(run, best[1], accented)
        return [(run[at], run[at + option.size - 1], " ".join(option.words)) for at, option in chosen if option.changed]

    def _certain(
        self, run: Sequence[_Word], path: Sequence[tuple[int, _Option]], accented: bool
    ) -> list[tuple[int, _Option]]:
        """The path without changes for which another word would do nearly as well."""
        kept: list[tuple[int, _Option]] = []
        for place, (at, option) in enumerate(path):
            if option.changed and option.size == 1 and len(option.words) == 1:
                before = path[place - 1][1].words[-1] if place else ""
                after = path[place + 1][1].words[0] if place + 1 < len(path) else ""

                def worth(other: _Option, before: str = before, after: str = after) -> float:
                    company = ((before, other.words[0]), (other.words[-1], after))
                    return other.cost - sum(self._pair(a, b, accented) for a, b in company)

                rivals = [o for o in self._single(run[at], accented) if o.changed and o.words != option.words]
                if any(worth(o) < worth(option) + _CLOSE for o in rivals):
                    option = _Option(1, (run[at].norm,), 0.0)
            kept.append((at, option))
        return kept

    def _pair(self, one: str, other: str, accented: bool) -> float:
        """What the company of two words is worth."""
        if not accented:
            one, other = fold(one), fold(other)
        if (one, other) not in (self.pairs if accented else self.bare):
            return 0.0
        return LOOSE_PAIR if one in _ANYWHERE or other in _ANYWHERE else PAIR

    # --- one word ------------------------------------------------------------------------------------------------

    def _single(self, word: _Word, accented: bool) -> list[_Option]:
        norm = word.norm
        as_typed = _Option(1, (norm,), 0.0)
        if word.fixed:
            letters = word.piece and word.written.islower() and norm not in ABBREVIATIONS
            return [replace(as_typed, cost=LETTERS if letters else 0.0)]
        bare = norm.isascii()
        if norm in self.count or (bare and norm in self._by_fold):
            return [as_typed, *self._remarked(word, accented and bare)]
        strange = _Option(1, (norm,), self._strangeness(word))
        return [strange, *self._meant(word, accented), *self._cut(word, accented)]

    def _strangeness(self, word: _Word) -> float:
        """What it costs to believe that an unknown word was meant as it stands."""
        norm = word.norm
        titled = word.written[:1].isupper() and not word.written.isupper()
        if norm in self.vocabulary.known:
            cost = KNOWN_NAME
        elif norm.isascii():
            ordinary = is_bare_syllable(norm) or len(norm) < 4 or not word.written.islower()
            cost = UNKNOWN if ordinary else FOREIGN
        else:
            cost = UNKNOWN if is_syllable(norm) else IMPOSSIBLE
        return min(cost, TITLED) if titled else cost

    def _remarked(self, word: _Word, restoring: bool) -> list[_Option]:
        """Known words that only lack marks: put back where the company of the other word is known."""
        found = []
        norm, folded = word.norm, fold(word.norm)
        settled = norm in self._settled
        for meant in self._by_fold.get(folded, ()):
            if meant == norm:
                continue
            if restoring and not meant.isascii():
                found.append(_Option(1, (meant,), 0.9 if norm in self.count else 0.3, changed=True))
            elif not norm.isascii() and not settled and _less_marked(norm, meant):
                found.append(_Option(1, (meant,), 0.6, changed=True))
        if not norm.isascii() and not settled:
            for heard in sounds(folded):
                same = (m for m in self._by_fold.get(heard, ()) if not marks_cost(norm, m))
                found.extend(_Option(1, (meant,), 0.65, changed=True) for meant in same)
        return found

    def _meant(self, word: _Word, accented: bool) -> list[_Option]:
        """Known words that a slip, or keys that were not decoded, could turn into this one."""
        norm, folded = word.norm, fold(word.norm)
        decoded = self._decoded(norm)
        if decoded is not None:
            return [_Option(1, (decoded,), 0.4, changed=True)]
        bare = norm.isascii()
        moved = [w for w in self._by_fold.get(folded, ()) if not bare and marks_cost(norm, w) == MOVED]
        if moved:
            return [_Option(1, (word,), 0.2, changed=True) for word in moved]
        near: set[str] = {folded} if not bare else set()
        doubt = _REAL if not bare and is_syllable(norm) else 0.0
        for rest in deletions(folded):
            near.update(self._near.get(rest, ()))
        heard = {s for s in sounds(folded) if s in self._by_fold}
        near |= heard
        found: dict[str, float] = {}
        for other in near:
            forms = self._by_fold.get(other, ())
            for meant in (other,) if bare and not accented and forms else forms:
                cost = slip_cost(norm, meant if not bare else fold(meant))
                if (
                    cost is None
                    or len(meant) < 2
                    or (min(len(other), len(folded)) < 3 and other != folded and other not in heard)
                ):
                    continue
                count = max(self.count[f] for f in forms) if bare and not accented else self.count[meant]
                far = other not in heard if other != folded else cost >= _FAR
                found[meant] = REPAIR + cost + (doubt if far else 0.0) - 0.02 * math.log2(1 + count)
        best = sorted(found, key=lambda meant: found[meant])[:_MOST]
        return [_Option(1, (meant,), found[meant], changed=True) for meant in best]

    def _decoded(self, norm: str) -> str | None:
        """A known word out of Telex or VNI keys, of figures read for letters, or of an old code page."""
        for found in (decode_telex(norm), decode_vni(norm), self._from_figures(norm), *read_word(norm)):
            if found is not None and found != norm and key(found) in self.count and not found.isascii():
                return key(found)
        return None

    def _from_figures(self, norm: str) -> str | None:
        """``1uồng``, ``nhậ0``: a figure that looks like a letter, in a word that is known with the letter."""
        if len(norm) < 3 or norm.isalpha() or norm.isdigit():
            return None
        letters = norm.translate(_LETTER_FIGURES)
        return letters if letters.isalpha() and not letters.isascii() and letters in self.count else None

    # --- blanks --------------------------------------------------------------------------------------------------

    def _joined(self, two: Sequence[_Word]) -> list[_Option]:
        """Two pieces that make one known word when at least one of them is none by itself."""
        if len(two) < 2 or not all(w.piece for w in two):
            return []
        whole = key(two[0].written + two[1].written)
        if len(whole) < 3 or len(whole) > 7 or all(w.norm in self.count and len(w.norm) > 1 for w in two):
            return []
        words = self._by_fold.get(fold(whole), ())
        found = [w for w in words if marks_cost(whole, w) <= MOVED] or (
            [fold(whole)] if words and whole.isascii() else []
        )
        return [_Option(2, (w,), JOIN, changed=True) for w in found]

    def _cut(self, word: _Word, accented: bool) -> list[_Option]:
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
                if not self._is_piece(piece) or (end - start == len(norm)):
                    continue
                gain = self._pair(here[1][-1], piece, accented) if here[1] else 0.0
                alone = bare and bool(here[1]) and not gain
                small = alone and min(len(here[1][-1]), len(piece)) < 3
                # somebody who uses diacritics would have used them here: "Samsung" is a name
                loose = 0.75 if small or (alone and (accented or not word.written.islower())) else 0.2 * alone
                total = here[0] + 0.15 + loose - gain - 0.02 * math.log2(1 + self.count[piece])
                known = best[end]
                if known is None or total < known[0]:
                    best[end] = (total, (*here[1], piece))
        last = best[-1]
        if last is None or len(last[1]) < 2:
            return []
        inner = sum(self._pair(a, b, accented) for a, b in pairwise(last[1]))
        return [_Option(1, last[1], (BARE_CUT if bare else CUT) + last[0] + inner, changed=True)]

    def _is_piece(self, piece: str) -> bool:
        if piece.isascii():
            return len(piece) >= 2 and piece in self._by_fold and (is_bare_syllable(piece) or piece in ABBREVIATIONS)
        return piece in self.count


def _less_marked(typed: str, meant: str) -> bool:
    """Whether a word is the other with a mark left out, and none put in or moved."""
    one, other = unicodedata.normalize("NFD", typed), unicodedata.normalize("NFD", meant.replace("đ", "d\u0335"))
    one = unicodedata.normalize("NFD", one.replace("đ", "d\u0335"))
    rest = iter(other)
    return len(one) == len(other) - 1 and all(char in rest for char in one)


def _runs(words: Sequence[_Word], text: str) -> Iterable[Sequence[_Word]]:
    """Words with nothing but blanks between them."""
    run: list[_Word] = []
    for word in words:
        if run and text[run[-1].end : word.start].strip(" "):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _apart(units: list[Unit], known: Container[str]) -> list[Unit]:
    """``khẩu2024`` → ``khẩu 2024``, ``củaHQ`` → ``của HQ``, ``NKthép`` → ``NK thép``: a known word beside a code."""
    text = text_of(units)
    out: list[Unit] = []
    position = 0
    for match in _GLUED.finditer(text):
        word = key(match["word"] or match["after"])
        if word not in known or (word.isascii() and not is_bare_syllable(word)):
            continue
        keys = decode_vni(text[match.start() : match.end() + 1]) if word.isascii() else None
        if keys is not None and key(keys) in known:
            continue  # "ky2": the figure is a tone that was not decoded
        out.extend(units[position : match.end()])
        out.append(Unit(" ", units[match.end()].start, units[match.end()].start))
        position = match.end()
    return [*out, *units[position:]] if out else units


def _recased(meant: str, written: str) -> str:
    if written.isupper() and len(written) > 1:
        return meant.upper()
    return meant[:1].upper() + meant[1:] if written[:1].isupper() else meant
