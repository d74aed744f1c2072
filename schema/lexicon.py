"""A bilingual lexicon of the words that schemas are made of: Vietnamese phrase → English words of identifiers.

It serves two purposes: Vietnamese labels for English column names in a drafted catalogue, and linking a Vietnamese
question to English tables, columns and stored values. The first English word of an entry is the usual one; the first
Vietnamese phrase that names an English word is its label. Nouns are in the singular.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from schema.lexicon_words import ENTRIES, NATIONS


def _parsed(block: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in re.split(r"[;\n]", block):
        phrase, equals, words = entry.partition("=")
        if not equals:
            continue
        found[phrase.strip()] = tuple(word.strip().replace("_", " ") for word in words.split(",") if word.strip())
    return found


@cache
def vietnamese_to_english() -> Mapping[str, tuple[str, ...]]:
    """Vietnamese phrase, lower case with diacritics → English words or phrases in lower case, best first."""
    return _parsed(ENTRIES) | _parsed(NATIONS)


@cache
def english_to_vietnamese() -> Mapping[str, tuple[str, ...]]:
    """English word or phrase → Vietnamese phrases, the entry in which it stands first before the others."""
    ranked: dict[str, list[tuple[int, int, str]]] = {}
    for order, (phrase, words) in enumerate(vietnamese_to_english().items()):
        for place, word in enumerate(words):
            ranked.setdefault(word, []).append((place, order, phrase))
    return {word: tuple(phrase for _, _, phrase in sorted(found)) for word, found in ranked.items()}


@cache
def english_nations() -> Mapping[str, tuple[str, ...]]:
    """English name of a country, people or language in lower case → Vietnamese names."""
    found: dict[str, tuple[str, ...]] = {}
    for phrase, words in _parsed(NATIONS).items():
        for word in words:
            found[word] = (*found.get(word, ()), phrase)
    return found


_ABBREVIATIONS = {
    "num": "number", "no": "number", "nbr": "number", "qty": "quantity", "amt": "amount", "desc": "description",
    "dept": "department", "emp": "employee", "addr": "address", "tel": "telephone", "fname": "first name",
    "lname": "last name", "dob": "date of birth", "avg": "average", "pct": "percent", "yr": "year", "stu": "student",
    "prof": "professor", "cust": "customer", "prod": "product", "mgr": "manager", "hq": "headquarters",
    "cat": "category", "lat": "latitude", "lng": "longitude", "bal": "balance", "sal": "salary",
    "loc": "location", "acc": "account", "pos": "position", "bday": "birthday", "ctry": "country", "lang": "language",
    "acct": "account", "org": "organization", "mng": "manager",
}  # fmt: skip


def split_identifier(name: str) -> tuple[str, ...]:
    """Words of an identifier in lower case: ``customerID`` → ``("customer", "id")``; Vietnamese keeps its marks."""
    plain = re.sub(r"([A-Z]{2,})s(?![a-z])", lambda match: match[1].capitalize() + "s", name)
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", plain)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    return tuple(word.lower() for word in re.split(r"[^\w]+|_", spaced) if word)


def singular(word: str) -> str:
    """An English noun's singular, roughly: enough to compare two identifiers."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return {"people": "person", "children": "child", "men": "man", "women": "woman", "ids": "id"}.get(word, word)


_FILLERS = frozenset({"of", "the", "in", "to", "by", "for", "and", "a", "an", "ref", "tbl"})


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for phrase in english_to_vietnamese() for word in phrase.split() if len(word) > 2)


@cache
def _segmented(word: str) -> tuple[str, ...]:
    """A word that is two known words run together, taken apart: ``releasedate`` → ``("release", "date")``."""
    known = _vocabulary()
    if len(word) < 6 or not word.isascii() or word in known or singular(word) in known:
        return (word,)
    for cut in range(3, len(word) - 2):
        left, right = word[:cut], word[cut:]
        if left in known and (right in known or singular(right) in known):
            return left, right
    return (word,)


@cache
def expand(words: tuple[str, ...]) -> tuple[str, ...]:
    """English identifier words in the singular, abbreviations written out, prefixes and filler words left out.

    ``("num", "of", "pages")`` → ``("number", "page")``; ``("p", "name")`` → ``("name",)``.
    """
    found: list[str] = []
    for word in words:
        for part in _segmented(word):
            found.extend(_ABBREVIATIONS.get(part, singular(part)).split())
    kept = [word for word in found if word not in _FILLERS and (len(word) > 1 or not word.isascii())]
    return tuple(kept or found)


@cache
def _unmarked_phrases() -> Mapping[str, str]:
    """Vietnamese phrases of the lexicon without their diacritics → the phrase; the first of several stands."""
    found: dict[str, str] = {}
    for phrase in vietnamese_to_english():
        found.setdefault(unmarked(phrase), phrase)
    return found


def unmarked(text: str) -> str:
    """A text in lower case without Vietnamese diacritics."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if unicodedata.category(c) != "Mn")


_ALONE = {"luong": "lương", "diem": "điểm", "tuoi": "tuổi"}
"""What a column is that bears one syllable alone: a pay and no amount."""


@cache
def restored(name: str) -> str:
    """A Vietnamese identifier without diacritics as it is written: ``ten_khach_hang`` → ``tên khách hàng``.

    Empty when the identifier is English, or when the lexicon does not know every word of it: a name is Vietnamese when
    it falls into phrases of the lexicon without rest, one of them at least of two syllables; a single syllable is when
    no English word is spelled so.
    """
    words = split_identifier(name)
    if not words or not all(word.isascii() for word in words):
        return ""
    if len(words) > 1 and all(w in _vocabulary() or singular(w) in _vocabulary() for w in words):
        return ""
    known = {**_unmarked_phrases(), **_ALONE} if len(words) == 1 else _unmarked_phrases()
    parts: list[str] = []
    index, longest = 0, 0
    while index < len(words):
        for size in range(min(4, len(words) - index), 0, -1):
            phrase = known.get(" ".join(words[index : index + size]))
            if phrase is not None:
                parts.append(phrase)
                index, longest = index + size, max(longest, size)
                break
        else:
            return ""
    alone = len(words) == 1 and len(name) > 3 and name not in _vocabulary() and singular(name) not in _vocabulary()
    return " ".join(parts) if longest > 1 or len(parts) > 2 or alone else ""


def vietnamese_label(name: str) -> str:
    """A Vietnamese label for an identifier, or the identifier's own words when the lexicon does not cover it whole.

    ``student_id`` → ``Mã học sinh`` (Vietnamese puts the head first, so the words' order is turned round);
    ``ten_khach_hang`` → ``Tên khách hàng``.
    """
    if marked := restored(name):
        return _sentence(marked)
    words = expand(split_identifier(name))
    known = english_to_vietnamese()
    parts: list[str] = []
    index = 0
    while index < len(words):
        for size in (3, 2, 1):
            phrase = " ".join(words[index : index + size])
            if index + size <= len(words) and phrase in known:
                parts.append(known[phrase][0])
                index += size
                break
        else:
            return _sentence(" ".join(split_identifier(name)) or name)
    return _sentence(" ".join(reversed(parts)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
