"""Linking: which tables, columns and stored values a Vietnamese question names, whatever language the schema is in.

A name is found in three ways: its own words stand in the question (a Vietnamese schema); its English words are what the
lexicon gives for a phrase of the question; a stored value stands in the question or is the translation of a phrase.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nl2sql.foreign.schema_text import column_order
from nl2sql.question.text_fold import canonical, fold
from schema.lexicon import expand, singular, split_identifier, vietnamese_to_english
from schema.semantic import Catalogue

_WORD = re.compile(r"\w+(?:[.'’-]\w+)*|[^\w\s]")
_QUOTED = re.compile(r"[\"“”‘'«]\s*([^\"“”’'»]{1,80}?)\s*[\"“”’'»](?!\w)")
_LONGEST_PHRASE = 6
_LONGEST_VALUE = 8
_MEANINGS = 4
# Vietnamese syllables that are also English words, initials or numbers in somebody's data.
_VIETNAMESE_TEXT = """
a an ai anh ba bao ban bay bên cao chi cho con có các cùng của do dài em hai hay hoa hơn in khi không là lan lao lo lên
man men mua mang may me mai min nam nay năm no nên on ra sao so son sau song sang tai tam tay the theo thu thi tin to
tron trong trên trung tên từ và vay về với xa xe xin đã được đó họ mỗi một những nhau nhiều như này nào ít
"""
_VIETNAMESE_WORDS = frozenset(_VIETNAMESE_TEXT.split())


# Words that stand in the schemas and in the questions of every subject.
_EVERYWHERE_TEXT = """
id name code number type date year month day time first last title description detail information total count average
mã số ngày tháng giờ thời gian loại tiêu đề mô tả chi tiết thông tin tổng cộng lượng kết quả bắt đầu kết thúc đầu cuối
hàng người công việc chính cao thấp nhất trung bình giá trị tất cả
"""
_EVERYWHERE = frozenset(_EVERYWHERE_TEXT.split())
_CLASSIFIERS = frozenset({"loại", "kiểu", "mức", "nhóm"})

# "Có" and "không" are grammar far more often than the values yes and no.
_NEVER_VALUES = frozenset({"có", "không", "đúng", "sai", "số", "tổng", "mới", "cũ"})


@dataclass(frozen=True)
class Phrase:
    """A stretch of the question that the lexicon or the schema knows: tokens ``start`` to ``end`` (not included)."""

    start: int
    end: int
    text: str
    english: tuple[str, ...]


@dataclass(frozen=True)
class ValueLink:
    """A stored value that the question names.

    Attributes:
        exact: It stands there as it is stored, capitals apart, or as a proper name in Vietnamese.
    """

    text: str
    table: str
    column: str
    value: str
    exact: bool


@dataclass(frozen=True)
class Links:
    """Everything linked.

    Attributes:
        tables: Table → words of the question that name it.
        columns: (table, column) → words of the question that name it.
        values: Stored values, longest words first.
        quoted: Texts that the question puts in quotation marks.
        related: Some word of the question is part of a name in the schema, though it names nothing whole.
    """

    tables: dict[str, str]
    columns: dict[tuple[str, str], str]
    values: tuple[ValueLink, ...]
    quoted: tuple[str, ...] = ()
    related: bool = False

    def any(self) -> bool:
        """Whether the question has anything to do with the database."""
        return bool(self.tables or self.columns or self.values or self.related)


@dataclass(frozen=True)
class _Name:
    table: str
    column: str  # empty for the table itself
    words: tuple[str, ...]
    own: str  # canonical spelling of a Vietnamese name, words joined by one space


class Linker:
    """Links questions to one catalogue; built once for a database.

    Args:
        catalogue: A drafted catalogue: its dimensions hold the stored values.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._names: list[_Name] = []
        self._values: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._folded: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for view in catalogue.views.values():
            self._names.append(_name(view.name, ""))
            for column in column_order(view):
                self._names.append(_name(view.name, column))
            for dimension in view.dimensions:
                if dimension.type != "text":
                    continue
                for item in dimension.values:
                    self._add_value(view.name, dimension.name, item.value)
        own = {word for name in self._names for word in (*name.words, *name.own.split())}
        self._words = own - _EVERYWHERE - _VIETNAMESE_WORDS

    def _add_value(self, table: str, column: str, value: str) -> None:
        tokens = _tokens(value)
        if not 0 < len(tokens) <= _LONGEST_VALUE or value.replace(".", "").isdigit():
            return
        entry = (table, column, value)
        self._values[" ".join(canonical(t) for t in tokens)].append(entry)
        if len(tokens) > 1:
            self._folded[" ".join(fold(t) for t in tokens)].append(entry)

    def link(self, question: str) -> Links:
        """Find what the question names."""
        tokens = _tokens(question)
        bare = question.isascii()  # typed without diacritics, or in English
        keys = [fold(token) if bare else canonical(token) for token in tokens]
        quoted = tuple(dict.fromkeys(m.group(1) for m in _QUOTED.finditer(question)))
        values, covered = self._value_links(tokens, keys, quoted)
        phrases = list(_phrases(keys, covered, folded_lexicon() if bare else lexicon()))
        if bare:
            phrases.extend(self._english_phrases(keys))
        tables, columns = self._name_links(keys, phrases, bare=bare)
        proper = {i for i, token in enumerate(tokens) if i and token[:1].isupper()}
        translated = self._translated(phrases, tables, columns, proper, quoted)
        return Links(tables, columns, (*values, *translated), quoted, self._related(keys, phrases))

    def _english_phrases(self, keys: Sequence[str]) -> Iterable[Phrase]:
        """Words of an English question that are words of the schema."""
        for place, key in enumerate(keys):
            word = singular(key)
            if len(word) > 2 and (word in self._words or word in _EVERYWHERE):
                yield Phrase(place, place + 1, key, (word,))

    def _related(self, keys: Sequence[str], phrases: Sequence[Phrase]) -> bool:
        if any(key in self._words for key in keys):
            return True
        return any(word in self._words for p in phrases for e in p.english[:2] for word in _english_key(e).split())

    def _value_links(
        self, tokens: Sequence[str], keys: Sequence[str], quoted: Sequence[str]
    ) -> tuple[list[ValueLink], set[int]]:
        found: list[ValueLink] = []
        covered: set[int] = set()
        quoted_keys = {" ".join(canonical(t) for t in _tokens(text)) for text in quoted}
        for size in range(min(_LONGEST_VALUE, len(tokens)), 0, -1):
            for start in range(len(tokens) - size + 1):
                span = range(start, start + size)
                if any(i in covered for i in span):
                    continue
                key = " ".join(keys[start : start + size])
                entries = self._values.get(key, [])
                if entries and size == 1 and key not in quoted_keys and not _speaks_for_itself(tokens[start], key):
                    entries = []
                exact = bool(entries)
                if not entries and size > 1:
                    entries = self._folded.get(" ".join(fold(t) for t in tokens[start : start + size]), [])
                if not entries:
                    continue
                text = " ".join(tokens[start : start + size])
                found.extend(ValueLink(text, *entry, exact) for entry in _distinct(entries))
                covered.update(span)
        return found, covered

    def _name_links(
        self, keys: Sequence[str], phrases: Sequence[Phrase], *, bare: bool
    ) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
        tables: dict[str, str] = {}
        columns: dict[tuple[str, str], str] = {}
        joined = " " + " ".join(keys) + " "
        for name in self._names:
            own = fold(name.own) if bare else name.own
            text = own if f" {own} " in joined else _spoken(name, phrases)
            if not text:
                continue
            if name.column:
                columns[name.table, name.column] = text
            else:
                tables[name.table] = text
        return tables, _without_classifiers(columns, joined)

    def _translated(
        self,
        phrases: Sequence[Phrase],
        tables: dict[str, str],
        columns: dict[tuple[str, str], str],
        proper: set[int],
        quoted: Sequence[str],
    ) -> list[ValueLink]:
        named = set(tables.values()) | set(columns.values())
        said = [canonical(text) for text in quoted]
        found: list[ValueLink] = []
        for phrase in phrases:
            if phrase.text in named or phrase.text in _NEVER_VALUES:
                continue
            if any(phrase.text in text and phrase.text != text for text in said):
                # A word of a longer text in quotation marks is not the value.
                continue
            for word in phrase.english:
                entries = self._values.get(word, []) if len(word) > 1 else []
                if entries:
                    # A word with a capital inside a sentence is a name ("Đức"), whatever it means without one.
                    sure = phrase.start in proper
                    found.extend(ValueLink(phrase.text, *entry, sure) for entry in _distinct(entries))
                    break
        return found


def _without_classifiers(columns: dict[tuple[str, str], str], question: str) -> dict[tuple[str, str], str]:
    """Drop what a classifier alone names when it stands before a name: "loại cờ" is the flag, not the type."""
    spoken = set(columns.values())
    idle = {
        word
        for word in _CLASSIFIERS & spoken
        if question.count(f" {word} ") == sum(question.count(f" {word} {other} ") for other in spoken - {word})
    }
    return {spot: text for spot, text in columns.items() if text not in idle}


def _tokens(text: str) -> list[str]:
    return _WORD.findall(text)


def _name(table: str, column: str) -> _Name:
    words = split_identifier(column or table)
    return _Name(table, column, expand(words), " ".join(canonical(word) for word in words))


def _distinct(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return list(dict.fromkeys(entries))[:4]


def _speaks_for_itself(token: str, key: str) -> bool:
    """Whether one word is a value and no ordinary word: it has a capital, a digit or a length that says so."""
    if key in _VIETNAMESE_WORDS or not any(c.isalnum() for c in key):
        return False
    if token[:1].isupper() or any(c.isdigit() for c in token):
        return True
    return len(key) >= 4 and key.isascii()


def _phrases(keys: Sequence[str], covered: set[int], known: Mapping[str, tuple[str, ...]]) -> Iterable[Phrase]:
    """Phrases of the lexicon in the question, longest first from the left; words of a value are passed over."""
    start = 0
    while start < len(keys):
        for size in range(min(_LONGEST_PHRASE, len(keys) - start), 0, -1):
            text = " ".join(keys[start : start + size])
            english = known.get(text)
            if english and not any(i in covered for i in range(start, start + size)):
                yield Phrase(start, start + size, text, english)
                if " " in english[0]:
                    # A compound ("tên sản phẩm" = product name) also says its parts.
                    yield from _phrases_inside(keys, start, size, known)
                start += size
                break
        else:
            start += 1


def _phrases_inside(
    keys: Sequence[str], start: int, size: int, known: Mapping[str, tuple[str, ...]]
) -> Iterable[Phrase]:
    for cut in range(1, size):
        left, right = " ".join(keys[start : start + cut]), " ".join(keys[start + cut : start + size])
        if left in known and right in known:
            yield Phrase(start, start + cut, left, known[left])
            yield Phrase(start + cut, start + size, right, known[right])
            return


_LEXICON: dict[str, tuple[str, ...]] = {}


def lexicon() -> dict[str, tuple[str, ...]]:
    """Canonical Vietnamese phrase → English words, best first."""
    if not _LEXICON:
        _LEXICON.update({canonical(phrase): words for phrase, words in vietnamese_to_english().items()})
    return _LEXICON


@cache
def folded_lexicon() -> Mapping[str, tuple[str, ...]]:
    """The lexicon for questions typed without diacritics; phrases that fall together share their words."""
    found: dict[str, tuple[str, ...]] = {}
    for phrase, english in lexicon().items():
        key = fold(phrase)
        # One bare syllable may be anything; only those that are one thing are kept.
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *english[:2])))
    return {key: words for key, words in found.items() if " " in key or len(words) <= 3}


def _spoken(name: _Name, phrases: Sequence[Phrase]) -> str:
    """The words of the question that say an English name, or nothing.

    All words of the name must be said, by one phrase or by phrases that stand side by side. Words that the table's own
    name holds need not be said (``student_name`` in ``student``), nor a last ``code``.
    """
    for words in _wordings(name):
        whole = " ".join(words)
        for phrase in phrases:
            if any(_english_key(word) == whole for word in phrase.english[:_MEANINGS]):
                return phrase.text
    for words in _wordings(name):
        if len(words) > 1:
            text = _said_together(words, phrases)
            if text:
                return text
    return ""


def _wordings(name: _Name) -> list[tuple[str, ...]]:
    """The words of a name, whole and shortened; a shortened name that says too little is left out."""
    found = [name.words] if name.words else []
    if name.column:
        table = set(expand(split_identifier(name.table)))
        bare = tuple(word for word in name.words if word not in table)
        if bare and len(bare) < len(name.words) and bare != ("id",):
            found.append(bare)
        if len(name.words) > 2 and name.words[-1] == "code":
            found.append(name.words[:-1])
    elif len(name.words) > 1 and name.words[-1] in ("list", "data", "detail", "info"):
        found.append(name.words[:-1])
    return found


def _said_together(words: Sequence[str], phrases: Sequence[Phrase]) -> str:
    missing = list(words)
    best: list[Phrase] = []
    for phrase in phrases:
        said = [w for w in missing if any(w in _english_key(e).split() for e in phrase.english[:3])]
        if said and (not best or phrase.start - best[-1].end <= 2):
            best.append(phrase)
            missing = [w for w in missing if w not in said]
            if not missing:
                return " ".join(p.text for p in best)
    return ""


@cache
def _english_key(words: str) -> str:
    return " ".join(singular(word) for word in words.split())
