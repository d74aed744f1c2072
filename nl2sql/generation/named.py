"""The values and named filters of a view that a question says by their names.

Whole names only, the longest first, and not without their diacritics where the text has others; words of a measure's, a
column's or the view's name are used up by it. Unlike the reader this knows nothing of what the words ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nl2sql.generation.snap import Values
from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.text import fold, normalise
from nl2sql.question.vocabulary import Term, written_out
from schema.semantic import View

_PLAIN = re.compile(r"[\w ]*")
_SMALL = frozenset(map(fold, FILLERS))
_MINOR = 60
"""Columns of a rank from here on are seldom meant: a single syllable does not name a value of theirs."""
_JOIN = frozenset({"va", "hay", "hoac", "voi", "cung", "lan"})
_EXCLUDING = (("ngoai", "tru"), ("loai", "tru"), ("khong", "ke"), ("khong", "tinh"), ("khong", "gom"),
              ("khong", "bao", "gom"), ("chua", "ke"), ("tru",), ("loai",), ("bo",))  # fmt: skip
_TAKEN_OUT = frozenset({"ra", "di"})
_OTHER_TRU = frozenset({"luu", "cu", "khau", "du"})
_OTHER_BO = frozenset({"bac", "huy", "bai", "tu", "can", "cong"})


@dataclass(frozen=True)
class Word:
    """A syllable of the question, abbreviations written out.

    Attributes:
        norm: With its diacritics.
        fold: Without.
        written: The word of the text that it stands in.
        marked: A mark of punctuation stands before it.
        token: Index of the token of the normalised text that it comes from.
    """

    norm: str
    fold: str
    written: str
    marked: bool = False
    token: int = 0


@dataclass(frozen=True)
class Named:
    """A value, or a named filter, that the question says.

    Attributes:
        homes: Column and stored value for each column that may be meant, the preferred ones alone.
        filters: Names of the filters that may be meant, where it is no value.
        start, end: Which syllables say it.
        negated: It is excluded ("trừ dầu thô").
        plain: It is said by its own name, and not by words that may be told from the other side ("bán cho").
    """

    homes: tuple[tuple[str, str], ...]
    filters: tuple[str, ...]
    start: int
    end: int
    text: str
    negated: bool = False
    plain: bool = True


def words_of(question: str) -> tuple[Word, ...]:
    """The syllables of a question, marks of punctuation left out."""
    out: list[Word] = []
    marked = False
    for at, token in enumerate(normalise(question).tokens):
        if token.kind != "punct":
            parts = written_out(token.norm).split()
            out += [Word(part, fold(part), token.text, marked and not i, at) for i, part in enumerate(parts)]
        marked = token.kind == "punct"
    return tuple(out)


def named_in(words: Sequence[Word], view: View, values: Values) -> tuple[Named, ...]:
    """The values and named filters that are said, longest names first; words of another name's are used up by it."""
    picked = spans_in(words, values)
    found = [n for s, e, terms in picked if (n := _named(words, s, e, terms, view, picked))]
    return tuple(_enumerated(words, found))


def spans_in(words: Sequence[Word], values: Values) -> list[tuple[int, int, list[Term]]]:
    """Start, end and meanings of the names that are said, the longest first where they overlap, in the text's order."""
    taken: set[int] = set()
    picked = []
    for start, end, terms in sorted(_spans(words, values), key=lambda s: (s[0] - s[1], s[0])):
        if not taken & set(range(start, end)):
            taken |= set(range(start, end))
            picked.append((start, end, terms))
    return sorted(picked, key=lambda p: p[0])


def _spans(words: Sequence[Word], values: Values) -> Iterator[tuple[int, int, list[Term]]]:
    for start in range(len(words)):
        for size in range(1, min(values.longest, len(words) - start) + 1):
            here = words[start : start + size]
            terms = [t for t in values.named.get(" ".join(w.fold for w in here), ()) if _spelled(t, here, words, start)]
            if terms:
                yield start, start + size, terms


def _spelled(term: Term, here: Sequence[Word], words: Sequence[Word], start: int) -> bool:
    """Whether the diacritics that were typed agree; a short name that is an ordinary word needs them, or a cue."""
    if not all(w.norm == n or w.norm == w.fold for w, n in zip(here, term.norm, strict=True)):
        return False
    if any(w.marked for w in here[1:]) and _PLAIN.fullmatch(term.written):
        return False  # one name ends where the mark stands
    cued = start > 0 and words[start - 1].fold in term.cues
    if term.kind == "value" and len(here) == 1 and not cued and (here[0].fold in _SMALL or term.rank >= _MINOR):
        return False
    if term.strong:
        return cued or " ".join(dict.fromkeys(w.written for w in here)) == term.written
    bare = all(w.norm == w.fold for w in here) and any(n != fold(n) for n in term.norm)
    return cued or not (bare and len(here) == 1 and term.kind == "value")


def _named(
    words: Sequence[Word], start: int, end: int, terms: Sequence[Term], view: View,
    picked: Sequence[tuple[int, int, list[Term]]],
) -> Named | None:  # fmt: skip
    """What a span names: None where it is a measure's, a column's or the view's name, or too little to tell."""
    if any(t.kind not in ("value", "filter") for t in terms):
        return None
    text = " ".join(w.fold for w in words[start:end])
    if text.isdigit():
        return None
    homes = {(t.name, t.value): t.rank for t in terms if t.kind == "value"}
    filters = tuple(sorted({t.name for t in terms if t.kind == "filter"}))
    led = {t.name for s, e, ts in picked if e == start for t in ts if t.kind == "dimension"}
    led |= {d.name for d in view.dimensions if start and words[start - 1].fold in {fold(c) for c in d.cues}}
    if any(c in led for c, _ in homes):
        homes = {home: rank for home, rank in homes.items() if home[0] in led}
    best = min(homes.values(), default=0)
    preferred = tuple(sorted(home for home, rank in homes.items() if rank == best))
    plain = any(t.primary for t in terms)
    return Named(preferred, () if homes else filters, start, end, text, _excluded(words, start, end, picked), plain)


def _excluded(words: Sequence[Word], start: int, end: int, picked: Sequence[tuple[int, int, list[Term]]]) -> bool:
    """Whether a word of exclusion stands before a name, but for the name of its column ("bỏ luồng xanh ra")."""
    for s, e, terms in picked:
        if e == start and all(t.kind == "dimension" for t in terms):
            start = s
    before = tuple(w.fold for w in words[:start])
    for lead in _EXCLUDING:
        if before[-len(lead) :] != lead:
            continue
        prior = before[-len(lead) - 1 : -len(lead)]
        if lead == ("tru",):
            return not set(prior) & _OTHER_TRU
        if lead in (("bo",), ("loai",)):
            return not set(prior) & _OTHER_BO and any(w.fold in _TAKEN_OUT for w in words[end : end + 1])
        return True
    return False


def _enumerated(words: Sequence[Word], found: Sequence[Named]) -> Iterator[Named]:
    """What is enumerated with something excluded is excluded too."""
    previous: Named | None = None
    for named in found:
        if previous is not None and previous.negated and side_by_side(words, previous, named):
            named = replace(named, negated=True)
        yield named
        previous = named


def side_by_side(words: Sequence[Word], one: Named, other: Named) -> bool:
    """Whether two names stand in one enumeration of the same column's values."""
    between = words[one.end : other.start]
    columns = {c for c, _ in one.homes} & {c for c, _ in other.homes}
    return bool(columns) and len(between) <= 2 and all(w.fold in _JOIN for w in between)
