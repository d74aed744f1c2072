"""Slips of fingers and input methods put right: wrong letters and marks, lost blanks, words cut in two.

A word that the catalogue, its stored values or ordinary Vietnamese know is left alone, and so is any possible syllable
unless its neighbours speak for another. The whole sentence is weighed at once (shortest path over the words as typed,
their likely meanings, two pieces joined, one piece cut), because a pair that the catalogue knows ("xuất khẩu") is the
best witness. What is changed is told to the user.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nl2sql.question.spelling_costs import key
from nl2sql.question.spelling_known import NUMBER, KnownWords
from nl2sql.question.spelling_options import Option, Word, decoded_word, joined, options_for
from nl2sql.question.text_fold import fold
from nl2sql.question.text_syllable import is_bare_syllable
from nl2sql.question.text_typing import decode_vni
from nl2sql.question.text_unit import Unit, spread, text_of
from nl2sql.question.vocabulary import Vocabulary

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?!\w)|[^\W_]+")
_VOWEL = re.compile("[aeiouy]")
_SMALL = "a-zà-öø-ÿăđĩũơưạ-ỹ"
_GLUED = re.compile(
    rf"(?<!\w)(?:(?P<word>[^\W\d_][{_SMALL}]{{2,}}|[{_SMALL}]{{2,}})(?=\d{{1,4}}(?!\w)|[A-ZĐ]{{2,}}(?!\w))"
    rf"|(?P<code>[A-ZĐ]{{2,}})(?=(?P<after>[{_SMALL}]{{3,}})(?!\w)))"
)
_COMMON_ENGLISH = (
    "the of what how why did does which with from are is give show who when where much many by we and has have had "
    "ever been was were all any each than more most between after before their our its every that"
)
_ENGLISH = frozenset(_COMMON_ENGLISH.split())
"""Two of these in a text without diacritics: it is English, and slips of English are not ours to find."""
_CLOSE = 0.12


@dataclass
class Speller:
    """Puts slips right by the words of one vocabulary and of ordinary questions.

    Attributes:
        known: Those words; ``vocabulary`` and ``topics`` are what they are read from.
    """

    vocabulary: Vocabulary
    topics: tuple[str, ...] = ()
    known: KnownWords = field(init=False)

    def __post_init__(self) -> None:
        self.known = KnownWords(self.vocabulary, self.topics)

    def knows(self, word: str) -> bool:
        """Whether a word is right as it stands."""
        return key(word) in self.known.count

    def repaired(self, units: list[Unit], notes: list[str], accented: bool) -> list[Unit]:
        """The text with its slips put right; offsets go on pointing at what was typed.

        Args:
            units: The text, decoded.
            notes: Receives one Vietnamese sentence that names every change.
            accented: The writer uses diacritics, so a word without them may have lost them.
        """
        units = _apart(units, self.known.by_fold.keys() | self.known.count.keys())
        text = text_of(units)
        found = [self._word(m, text) for m in _WORD.finditer(text)]
        if not accented and sum(w.norm in _ENGLISH for w in found) > 1:
            return units
        changes: list[tuple[Word, Word, str]] = []
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

    def _word(self, match: re.Match[str], text: str) -> Word:
        written = match[0]
        if written[0].isdigit() and not any(c.isalpha() for c in written):
            return Word(match.start(), match.end(), written, NUMBER, True)
        norm = key(written)
        figures = any(c.isdigit() for c in written)
        code = figures and (written.isupper() or decoded_word(self.known, norm) is None)
        code = code or (written.isupper() and 1 < len(written) <= 5 and not text.isupper()) or len(written) > 24
        beside = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        code = code or (len(norm) == 1 and not beside.isspace() and beside != "")
        letters = len(norm) < 4 and norm.isascii() and not _VOWEL.search(norm)
        return Word(match.start(), match.end(), written, norm, code or letters, not code)

    def _run(self, run: Sequence[Word], accented: bool) -> list[tuple[Word, Word, str]]:
        """The cheapest way to read words that stand side by side (Viterbi over the last word meant)."""
        beams: list[dict[str, tuple[float, tuple[tuple[int, Option], ...]]]] = [{} for _ in range(len(run) + 1)]
        beams[0][""] = (0.0, ())
        for at in range(len(run)):
            if not beams[at]:
                continue
            options = [*options_for(self.known, run[at], accented), *joined(self.known, run[at : at + 2])]
            for last, (score, path) in beams[at].items():
                for option in options:
                    words = (last, *option.words)
                    gain = sum(self.known.company(a, b, accented) for a, b in pairwise(words))
                    total = score + option.cost - gain
                    there = beams[at + option.size]
                    known = there.get(option.words[-1])
                    if known is None or total < known[0] - 1e-9:
                        there[option.words[-1]] = (total, (*path, (at, option)))
        best = min(beams[-1].values(), key=lambda found: found[0])
        chosen = self._certain(run, best[1], accented)
        return [(run[at], run[at + option.size - 1], " ".join(option.words)) for at, option in chosen if option.changed]

    def _certain(
        self, run: Sequence[Word], path: Sequence[tuple[int, Option]], accented: bool
    ) -> list[tuple[int, Option]]:
        """The path without changes for which another word would do nearly as well."""
        kept: list[tuple[int, Option]] = []
        for place, (at, option) in enumerate(path):
            if option.changed and option.size == 1 and len(option.words) == 1:
                before = path[place - 1][1].words[-1] if place else ""
                after = path[place + 1][1].words[0] if place + 1 < len(path) else ""

                def worth(other: Option, before: str = before, after: str = after) -> float:
                    company = ((before, other.words[0]), (other.words[-1], after))
                    return other.cost - sum(self.known.company(a, b, accented) for a, b in company)

                rivals = [
                    o for o in options_for(self.known, run[at], accented) if o.changed and o.words != option.words
                ]
                if any(worth(o) < worth(option) + _CLOSE for o in rivals):
                    option = Option(1, (run[at].norm,), 0.0)
            kept.append((at, option))
        return kept


def _runs(words: Sequence[Word], text: str) -> Iterable[Sequence[Word]]:
    """Words with nothing but blanks between them."""
    run: list[Word] = []
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
