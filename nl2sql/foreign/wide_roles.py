"""Guesses by name about the columns of a table: what adds up, what is a year, a birthday, a deadline, a role."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.foreign.schema_text import column_order
from nl2sql.foreign.wide_types import Step
from nl2sql.foreign.wide_words import (
    english_words,
    head_phrases,
    phrases_of,
    spoken,
)
from schema.introspect_guess import is_key_like
from schema.lexicon import english_nations, vietnamese_label
from schema.semantic import Catalogue, Dimension, Fact, Relationship, TimeDimension, Value, View

_RESERVED_TEXT = """
all and any as asc between by case cast check create cross current date default desc distinct drop else end except
exists false for from full group having if in index inner insert intersect into is join key left like limit natural
not null of on or order outer primary right row rows select set table then to true union unique update user using
value values view when where with match cluster day month year
"""
_RESERVED = frozenset(_RESERVED_TEXT.split())


def free(name: str, taken: set[str]) -> str:
    candidate = f"{name}_" if name in _RESERVED else name
    number = 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    taken.add(candidate)
    return candidate


def translated(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Stored values with the Vietnamese names of the countries among them."""
    names = english_nations()
    found = []
    for value in values:
        said = names.get(value.value.lower(), ())
        short = tuple(sentence(s) for s in said if " " not in s)  # "Anh" as written, and not the one spoken to
        found.append(replace(value, synonyms=(*value.synonyms, *(s for s in said if " " in s)), strong=short))
    return tuple(found)


ENDS = frozenset({"return", "returned", "ship", "shipped", "deliver", "delivered", "trả", "giao", "hoàn"})


LIMITS = frozenset({"due", "deadline", "expiry", "expire", "update", "updated", "modified", "hạn", "sửa", "cập"})


_RATES_TEXT = """
price rate ratio percent percentage score rating age height weight width length temperature average grade gpa speed
latitude longitude giá tuổi điểm tỷ tỉ cao nặng nhiệt
"""
_RATES = frozenset(_RATES_TEXT.split())


def written(item: View | Dimension | Fact | TimeDimension, guessed: tuple[str, ...]) -> tuple[str, ...]:
    """Phrases for a table or column, those that a person wrote into the draft before the guessed ones."""
    label = item.label.lower()
    own = (label,) if label and item.label != vietnamese_label(item.name) else ()
    return tuple(dict.fromkeys((*own, *(s.lower() for s in item.synonyms), *guessed)))


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def adds_up(name: str, said: tuple[str, ...]) -> bool:
    """Whether a sum of the column means anything: prices, ages and rates are averaged."""
    words = set(english_words(name)) | set(spoken(name).split()) | set(said[0].split())
    return not words & _RATES or bool(words & {"total", "amount", "tổng", "thành"})


def vague(said: tuple[str, ...]) -> bool:
    return bool({"tên", "loại", "mã", "số", "ngày"} & set(said))


def shared(view: View, name: str, phrase: str) -> bool:
    """Whether another column of the table is called by the same head noun."""
    return any(phrase in (*phrases_of(n, view.name), *head_phrases(n)) for n in column_order(view) if n != name)


def is_year(name: str) -> bool:
    return "year" in english_words(name) or spoken(name).split()[:1] == ["năm"]


def is_birth(name: str) -> bool:
    return bool({"birth", "birthday", "dob", "sinh"} & (set(english_words(name)) | set(spoken(name).split())))


def is_limit(name: str) -> bool:
    """Whether a date says until when and not when: a due date is seldom what a period is about."""
    return bool(LIMITS & (set(english_words(name)) | set(spoken(name).split())))


def is_key(view: View, name: str) -> bool:
    return name in view.primary_key or is_key_like(name)


def role(step: Step) -> tuple[str, ...]:
    """What the other row is to this one, as the key's own name says it: ``ReportsTo`` is the boss."""
    own = step.pairs[0][0]
    words = tuple(w for w in english_words(own) if w not in ("id", *english_words(step.table)))
    bare = " ".join(words)
    return phrases_of(bare) if bare and bare not in english_words(step.table) else ()


def other_sides(catalogue: Catalogue, link: Relationship) -> list[str]:
    """Of a table that only joins two others: how the far side is called ("danh sách chưa có bài nào")."""
    view = catalogue.views[link.left]
    links = [r for r in catalogue.relationships if r.left == link.left]
    keys = {c for r in links for c in r.left_columns}
    if len(links) != 2 or not set(column_order(view)) <= keys:
        return []
    return [p for r in links if r.right != link.right for p in phrases_of(r.right)]
