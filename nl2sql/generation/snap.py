"""Names that a model wrote, brought to what there is: literals to stored values, columns to those of the view.

A trained model knows the shapes better than the values: it writes ``'Quá hạn'`` for ``'Nợ quá hạn'``, or puts a unit
into a neighbouring column, or it writes ``ten_doanh_nghiep`` where the column is ``doanh_nghiep``. Every change is to a
value that the database holds or to a column that the view has; a column that is like none, or like two, stays, and the
door rejects it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlglot
from rapidfuzz import fuzz, process
from sqlglot import exp

from nl2sql.generation.outline_read import nearest_name
from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.name_parts import alone, whole_part
from nl2sql.question.text import fold
from nl2sql.question.vocabulary import Term, Vocabulary, written_out
from schema.semantic import View

_NEAR = 78.0
_WORD = re.compile(r"\w+")
_SMALL = frozenset(map(fold, FILLERS))
_LENT = 3
"""So many words of another column's value name it."""


@dataclass
class Values:
    """The stored values of a view's columns.

    Attributes:
        stored: Column → folded value or alias → stored value.
        whole: Column → stored values.
        named: Folded phrase → everything in the view that it may name: a value, a measure, a column …
        longest: Most words of any such phrase.
    """

    stored: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    whole: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    named: dict[str, list[Term]] = field(default_factory=lambda: defaultdict(list))
    longest: int = 0

    def own_words(self, column: str, value: str) -> set[str]:
        """The folded words that tell a value of a column: its names' first, and others that carry something.

        Words that stand in names of other values tell nothing.
        """
        mine, others = set[str](), set[str]()
        for name, stands_for in self.stored.get(column, {}).items():
            words = _WORD.findall(name)
            if stands_for == value:
                mine.update(w for i, w in enumerate(words) if not i or w not in _SMALL)
            else:
                others.update(words)
        return mine - others


def values_of(vocabulary: Vocabulary, view: View) -> Values:
    """What the vocabulary knows of a view's values: their names, and the parts of long ones that stand for them."""
    found = Values()
    parts: list[Term] = []
    for terms in vocabulary.by_fold.values():
        for term in terms:
            if term.view != view.name:
                continue
            if not term.beginning:
                found.named[" ".join(term.fold)].append(term)
                found.longest = max(found.longest, len(term.fold))
            if term.kind != "value":
                continue
            if not term.beginning:
                typed = term.written or term.value
                full = " ".join(fold(written_out(word)) for word in _WORD.findall(typed))
                for name in (fold(typed), _plain(typed), full):
                    found.stored[term.name].setdefault(name, term.value)
                found.whole[term.name].add(term.value)
            elif whole_part(term) and alone(term, terms):
                parts.append(term)
    for term in parts:
        found.stored[term.name].setdefault(" ".join(term.fold), term.value)
        found.named[" ".join(term.fold)].append(term)
    return found


def known_columns(condition: str, view: View) -> str:
    """A condition with columns that the view does not have brought to the ones that they are most like.

    Raises:
        SqlglotError: The text is no SQL.
    """
    tree = sqlglot.parse_one(condition, read="duckdb")
    known = view.columns()
    for column in list(tree.find_all(exp.Column)):
        if column.name not in known and (like := nearest_name(column.name, known)):
            column.this.set("this", like)
    return tree.sql(dialect="duckdb")


def place(text: str, column: str, view: View, values: Values) -> tuple[str, str | None]:
    """Column and stored value that a literal most likely means; None where it is near nothing."""
    if text in values.whole.get(column, ()):
        return column, text
    key, own = _plain(text), values.stored.get(column, {})
    if key in own or fold(text) in own:
        return column, own.get(key) or own[fold(text)]
    near = _nearest(key, own)
    if near is not None and near[1] >= 90:
        return column, near[0]
    others = [d.name for d in sorted(view.dimensions, key=lambda d: d.rank) if d.name != column]
    for other in others:
        if key in values.stored.get(other, {}):
            return other, values.stored[other][key]
    inside = _inside(key, own)
    if inside:  # words too many were copied: "mỹ đang"
        return column, own[inside]
    if near is None and len(key.split()) >= _LENT:  # the words are a value's, but the column is another
        lent = max(((n, o) for o in others for n in [_inside(key, values.stored.get(o, {}), 2)] if n), default=None,
                   key=lambda found: len(found[0]))  # fmt: skip
        if lent is not None:
            return lent[1], values.stored[lent[1]][lent[0]]
        for other in others:
            held = _holding(key, values.stored.get(other, {}))
            if held is not None:
                return other, held
    return (column, near[0]) if near is not None else (column, None)


def _plain(text: str) -> str:
    """The words of a text without diacritics and punctuation."""
    return " ".join(_WORD.findall(fold(text)))


def _inside(key: str, stored: Mapping[str, str], least: int = 1) -> str:
    """The longest name of at least so many words that stands whole in a key."""
    there = (name for name in stored if f" {name} " in f" {key} " and name.count(" ") + 1 >= least)
    return max(there, key=len, default="")


def _nearest(key: str, stored: Mapping[str, str]) -> tuple[str, float] | None:
    """The value whose name is most like the key; a name that holds the key's words whole counts as like it."""
    best = process.extractOne(key, stored.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    if best is not None and _alike(key, best[0]):
        return stored[best[0]], float(best[1])
    held = _holding(key, stored)
    return (held, _NEAR) if held is not None else None


def _alike(key: str, name: str) -> bool:
    """Whether each word of a key is a slip of one of the name, or the other way: "nuoc ngoai" is not "nuoc nga"."""
    one, other = key.split(), name.split()
    return any(
        all(max(fuzz.ratio(word, there) for there in among) >= _NEAR for word in words)
        for words, among in ((one, other), (other, one))
    )


def _holding(key: str, stored: Mapping[str, str]) -> str | None:
    """The only value of which a name holds the key's words whole."""
    holding = {stored[name] for name in stored if f" {key} " in f" {name} "}
    return holding.pop() if len(holding) == 1 else None
