"""Everything that a question can name, from the catalogue and from the values that the database holds.

A term is a phrase of syllables with what it stands for. Phrases are looked up by their folded form (no diacritics), so
that text without diacritics finds them; how well the typed diacritics agree is judged afterwards, by the linker.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Literal, Protocol

from nl2sql.question.lexicon_words import ABBREVIATIONS, FILLERS
from nl2sql.question.paradigm import bare, wordings
from nl2sql.question.text import canonical, fold, normalise
from schema.semantic import Catalogue, Dimension, Value, View

Kind = Literal["view", "metric", "dimension", "value", "filter", "fact"]
_MAX_PHRASE = 14
_MINOR = 60
_MANY = 5000
_RESIDUAL = ("khac", "con lai", "khong ro")
"""Names of what is left over: too ordinary as words to be read as values."""


@dataclass(frozen=True)
class Term:
    """A phrase and what it stands for.

    Attributes:
        name: Metric, dimension, filter or fact name; the view's own name for ``view``.
        value: Stored value, for ``value``.
        norm: Syllables, lower case, with canonical diacritics.
        fold: The same without diacritics.
        written: As written in the catalogue, for strong terms.
        strong: Matches only as written or after a cue, because the folded form is an ordinary word.
        rank: Preference between columns that hold the same value; lower wins.
        cues: Single words (folded) that, standing before a value, say that it is meant: a strong term needs one, and
            beside any value they are explained by it ("khách Hàn Quốc").
        beginning: The phrase is only the beginning of a stored name.
        primary: The phrase is a label or stored value and no mere synonym.
    """

    kind: Kind
    view: str
    name: str
    value: str
    norm: tuple[str, ...]
    fold: tuple[str, ...]
    written: str = ""
    strong: bool = False
    rank: int = 50
    primary: bool = False
    cues: frozenset[str] = frozenset()
    beginning: bool = False


class ValueSource(Protocol):
    """Where distinct values of a column come from."""

    def distinct_values(self, table: str, column: str, limit: int) -> list[tuple[str, int]]:
        """Values with their row counts, most frequent first, at most ``limit``."""
        ...


@dataclass
class Vocabulary:
    """All terms by folded phrase.

    Attributes:
        by_fold: Folded phrase, syllables joined by one blank → terms.
        longest: Most syllables of any phrase.
        by_length: Folded phrases by their number of syllables.
        by_place: Folded phrases by number of syllables, place and the syllable that stands there.
        glued: Folded phrases by their letters without blanks.
        by_bare: Terms by their folded phrase without the particles inside it.
        by_column: Stored values by view and column, made when first asked for.
        put_off: What ``complete`` still has to do.
        names: Dimensions whose stored names were put off.
        held: All terms in the order in which they came, by what tells them apart.
        known: Syllables that are words as they stand, so that they are no slips for others.
    """

    by_fold: dict[str, list[Term]] = field(default_factory=dict)
    longest: int = 1
    by_length: dict[int, list[str]] = field(default_factory=dict)
    by_place: dict[tuple[int, int, str], list[str]] = field(default_factory=dict)
    glued: dict[str, list[str]] = field(default_factory=dict)
    by_bare: dict[str, list[Term]] = field(default_factory=dict)
    by_column: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    known: set[str] = field(default_factory=lambda: set(FILLERS))
    put_off: list[Callable[[], None]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    held: dict[tuple[object, ...], Term] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def complete(self) -> bool:
        """Take in the names that were put off; False when there were none left.

        Names of enterprises are many and seldom meant: they are read when a question first gives a reason to.
        """
        with self.lock:
            jobs, self.put_off = self.put_off, []
            self.by_column.clear()
            for job in jobs:
                job()
        return bool(jobs)

    def add(self, term: Term) -> None:
        """Put a term in, once."""
        if not term.fold or len(term.fold) > _MAX_PHRASE:
            return
        key = " ".join(term.fold)
        same = (key, term.kind, term.view, term.name, term.value, term.norm, term.strong)
        if same in self.held:
            return
        self.held[same] = term
        terms = self.by_fold.setdefault(key, [])
        if not terms:
            self.place(key, term.fold)
        terms.append(term)
        self.by_bare.setdefault(" ".join(bare(term.norm, term.fold)[1]), []).append(term)
        self.known.update(term.norm)

    def place(self, key: str, syllables: Sequence[str]) -> None:
        """Make a phrase that is new found by its length, its letters and its syllables."""
        size = len(syllables)
        self.by_length.setdefault(size, []).append(key)
        self.glued.setdefault("".join(syllables), []).append(key)
        for place, syllable in enumerate(syllables):
            self.by_place.setdefault((size, place, syllable), []).append(key)
        self.longest = max(self.longest, size)

    def like(self, words: list[str]) -> Collection[str]:
        """Phrases of as many syllables that a few slips could turn into these words.

        Where there are very many, only those that agree in at least one syllable are given.
        """
        choices = self.by_length.get(len(words), [])
        if len(choices) <= _MANY or len(words) < 2:
            return choices
        rare = sorted((self.by_place.get((len(words), i, word), []) for i, word in enumerate(words)), key=len)
        return list(dict.fromkeys(key for keys in rare if len(keys) <= _MANY for key in keys))

    def values(self, view: str, column: str) -> tuple[str, ...]:
        """Stored values of a column that the vocabulary knows."""
        if not self.by_column:
            for terms in self.by_fold.values():
                for term in terms:
                    if term.kind == "value" and term.value:
                        self.by_column.setdefault((term.view, term.name), {})[term.value] = None
        return tuple(self.by_column.get((view, column), ()))

    def find(self, fold: str) -> list[Term]:
        """Terms whose folded phrase is exactly this."""
        return self.by_fold.get(fold, [])

    def find_bare(self, fold: str) -> list[Term]:
        """Terms whose folded phrase is this but for the particles inside it."""
        return self.by_bare.get(fold, [])


def _add_beginnings(vocabulary: Vocabulary) -> None:
    """Beginnings of stored names that only one value of a column has ("thuốc lá" of "Thuốc lá điếu")."""
    owners: dict[tuple[str, str, str], set[str]] = {}
    terms: dict[tuple[str, str, str], Term] = {}
    ends: dict[tuple[str, str, str], Term] = {}
    for found in vocabulary.by_fold.values():
        for term in found:
            if term.kind != "value" or not term.primary or len(term.fold) < 3:
                continue
            proper = _proper_end(term.value)
            if proper:
                key = (term.view, term.name, " ".join(term.fold[-proper:]))
                owners.setdefault(key, set()).add(term.value)
                ends[key] = replace(
                    term, norm=term.norm[-proper:], fold=term.fold[-proper:], primary=False, beginning=True
                )
            if term.rank >= _MINOR:
                continue
            for size in range(2, len(term.fold)):
                for start in range(len(term.fold) - size + 1):
                    part = " ".join(term.fold[start : start + size])
                    owners.setdefault((term.view, term.name, part), set()).add(term.value)
                key = (term.view, term.name, " ".join(term.fold[:size]))
                terms[key] = replace(term, norm=term.norm[:size], fold=term.fold[:size], primary=False, beginning=True)
    for key, term in ends.items():
        if len(owners[key]) == 1 and not any(t.view == key[0] for t in vocabulary.find(key[2])):
            vocabulary.add(term)
    for key in terms:
        values, taken = owners[key], vocabulary.find(key[2])
        own = any(t.view == key[0] or t.kind in ("metric", "fact", "dimension") for t in taken)
        if len(values) == 1 and not own and not _holds_term(vocabulary, key):
            vocabulary.add(terms[key])


def _proper_end(value: str) -> int:
    """How many syllables at its end are a proper name that the rest only introduces: "Sân bay quốc tế [Cam Ranh]"."""
    words = value.split()
    size = next((i for i, w in enumerate(reversed(words)) if not (w.isalpha() and w[0].isupper())), 0)
    return size if 2 <= size <= 3 and words[0][0].isupper() and len(words) - size >= 2 else 0


def _holds_term(vocabulary: Vocabulary, key: tuple[str, str, str]) -> bool:
    """Whether a part of the beginning means something of its own in the view ("hàng nhập khẩu" of "… khác")."""
    words = key[2].split()
    parts = (" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    return any(t.view == key[0] for part in parts if part != key[2] for t in vocabulary.find(part))


def build_vocabulary(catalogue: Catalogue, source: ValueSource | None = None, *, limit: int = 20_000) -> Vocabulary:
    """All terms of a catalogue, with the distinct values of indexed columns where a database is given.

    Args:
        limit: Most distinct values taken from one column.
    """
    vocabulary = Vocabulary()
    for view in catalogue.views.values():
        _add_view(vocabulary, catalogue, view)
        for dim in view.dimensions:
            reads = source is not None and dim.index and dim.type == "text"
            if not (reads and dim.sensitive):
                _add_stored(vocabulary, catalogue, view, dim, source if reads else None, limit)
    if source is not None:
        put_off_names(vocabulary, catalogue, source, limit=limit)
    _add_beginnings(vocabulary)
    _add_wordings(vocabulary, catalogue)
    return vocabulary


def put_off_names(vocabulary: Vocabulary, catalogue: Catalogue, source: ValueSource, *, limit: int = 20_000) -> None:
    """Leave the stored names of the sensitive columns for ``Vocabulary.complete``."""
    for view in catalogue.views.values():
        for dim in view.dimensions:
            if dim.index and dim.type == "text" and dim.sensitive:
                vocabulary.put_off.append(partial(_add_stored, vocabulary, catalogue, view, dim, source, limit))
                vocabulary.names.add(dim.name)


_REWORDED = ("metric", "filter", "dimension", "fact", "view", "value")


def _add_wordings(vocabulary: Vocabulary, catalogue: Catalogue) -> None:
    """The other wordings of every name that no name of the same view has as its own."""
    alike = [[_syllables(phrase)[0] for phrase in group] for group in catalogue.alike]
    private = {(v.name, d.name) for v in catalogue.views.values() for d in v.dimensions if d.sensitive}
    own = {(t.view, key) for key, terms in vocabulary.by_fold.items() for t in terms}
    found: dict[tuple[str, str], dict[tuple[str, str, str], Term]] = {}
    for term in [t for terms in vocabulary.by_fold.values() for t in terms]:
        if term.kind not in _REWORDED or term.strong or term.beginning or (term.view, term.name) in private:
            continue
        for norm in wordings(term.norm, alike, measure=term.kind == "metric"):
            folded = tuple(fold(w) for w in norm)
            key = (term.view, " ".join(folded))
            if key not in own:
                derived = replace(term, norm=norm, fold=folded, primary=False, written=" ".join(norm))
                found.setdefault(key, {}).setdefault((term.kind, term.name, term.value), derived)
    for several in found.values():
        for derived in several.values():
            vocabulary.add(derived)


def _add_stored(
    vocabulary: Vocabulary, catalogue: Catalogue, view: View, dim: Dimension, source: ValueSource | None, limit: int
) -> None:
    rows = source.distinct_values(view.name, dim.name, limit) if source is not None else []
    stored = [str(value) for value, _ in rows if value is not None and str(value).strip()]
    _add_values(vocabulary, catalogue, view, dim, stored)


def _add_view(vocabulary: Vocabulary, catalogue: Catalogue, view: View) -> None:
    for phrase in (view.label, *view.synonyms):
        _add(vocabulary, "view", view.name, view.name, phrase, primary=phrase == view.label)
    for metric in view.metrics:
        for phrase in (metric.label, *metric.synonyms, *metric.inverse):
            _add(vocabulary, "metric", view.name, metric.name, phrase, primary=phrase == metric.label)
    for dim in view.dimensions:
        for phrase in (dim.label, *dim.synonyms):
            _add(vocabulary, "dimension", view.name, dim.name, phrase, rank=dim.rank, primary=phrase == dim.label)
    for fact in view.facts:
        for phrase in (fact.label, *fact.synonyms):
            _add(vocabulary, "fact", view.name, fact.name, phrase, primary=phrase == fact.label)
    for named in view.filters:
        for phrase in (named.label, *named.synonyms):
            _add(vocabulary, "filter", view.name, named.name, phrase, primary=phrase == named.label)
        for phrase in named.strong:
            _add(vocabulary, "filter", view.name, named.name, phrase, strong=True)


def _add_values(
    vocabulary: Vocabulary, catalogue: Catalogue, view: View, dim: Dimension, stored: Iterable[str]
) -> None:
    declared: Mapping[str, Value] = {v.value: v for v in catalogue.values_of(dim)}
    present = list(stored)
    known = set(present)
    for value in present:
        if value not in declared and not value.isdigit() and fold(value) not in _RESIDUAL:
            _add(vocabulary, "value", view.name, dim.name, value, value=value, rank=dim.rank, primary=True)
    for item in declared.values():
        if known and item.value not in known and dim.value_set:
            continue  # a shared list names more values than this column holds
        strong = {s.casefold() for s in item.strong}
        cues = frozenset(fold(c) for c in dim.cues if " " not in c)
        for phrase in (item.value, item.label, *item.synonyms):
            if phrase and phrase.casefold() not in strong and fold(phrase) not in _RESIDUAL:
                _add(
                    vocabulary, "value", view.name, dim.name, phrase,
                    value=item.value, rank=dim.rank, primary=phrase in (item.value, item.label), cues=cues,
                )  # fmt: skip
        for phrase in item.strong:
            _add(
                vocabulary, "value", view.name, dim.name, phrase,
                value=item.value, rank=dim.rank, strong=True, cues=cues,
            )  # fmt: skip


def _add(
    vocabulary: Vocabulary,
    kind: Kind,
    view: str,
    name: str,
    phrase: str,
    *,
    value: str = "",
    strong: bool = False,
    rank: int = 50,
    primary: bool = False,
    cues: frozenset[str] = frozenset(),
) -> None:
    norm, folded = _syllables(phrase)
    vocabulary.add(
        Term(
            kind=kind,
            view=view,
            name=name,
            value=value,
            norm=norm,
            fold=folded,
            written=phrase,
            strong=strong,
            rank=rank,
            primary=primary,
            cues=cues,
        )
    )


_PLAIN = re.compile(r"[\w ,()–-]+")
_WORD = re.compile(r"\w+")


@cache
def _syllables(phrase: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Syllables of a phrase, canonical and folded, cut as a question is cut.

    Phrases of letters and digits alone, which nearly all stored names are, need none of the repairs of typed text.
    """
    text = unicodedata.normalize("NFC", phrase.replace("%", " phần trăm "))
    if _PLAIN.fullmatch(text):
        words = [p for w in _WORD.findall(text) for p in written_out(w).split()]
        return tuple(canonical(w) for w in words), tuple(fold(w) for w in words)
    tokens = [t for t in normalise(text).tokens if t.kind != "punct"]
    words = [p for t in tokens for p in written_out(t.norm).split()]
    return tuple(canonical(w) for w in words), tuple(fold(w) for w in words)


def written_out(word: str) -> str:
    """An abbreviation of the service in full, any other word as it is; the same for questions and for the catalogue."""
    return ABBREVIATIONS.get(canonical(word), word)
