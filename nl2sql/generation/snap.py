"""Names that a model wrote, brought to what there is: literals to stored values, columns to those of the view.

A trained model knows the shapes better than the values: it writes ``'Quá hạn'`` for ``'Nợ quá hạn'``, or puts a unit
into a neighbouring column, or it writes ``ten_doanh_nghiep`` where the column is ``doanh_nghiep``. Every change is to a
value that the database holds or to a column that the view has; a column that is like none, or like two, stays, and the
door rejects it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlglot
from rapidfuzz import fuzz, process
from sqlglot import exp

from nl2sql.generation.outline_read import nearest_name
from nl2sql.question.name_parts import alone, whole_part
from nl2sql.question.text import fold
from nl2sql.question.vocabulary import Term, Vocabulary
from schema.semantic import View

_NEAR = 78.0


@dataclass
class Values:
    """The stored values of a view's columns.

    Attributes:
        stored: Column → folded value or alias → stored value.
        whole: Column → stored values.
    """

    stored: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    whole: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def values_of(vocabulary: Vocabulary, view: View) -> Values:
    """What the vocabulary knows of a view's values: their names, and the parts of long ones that stand for them."""
    found = Values()
    parts: list[Term] = []
    for terms in vocabulary.by_fold.values():
        for term in terms:
            if term.kind != "value" or term.view != view.name:
                continue
            if not term.beginning:
                found.stored[term.name].setdefault(fold(term.written or term.value), term.value)
                found.whole[term.name].add(term.value)
            elif whole_part(term) and alone(term, terms):
                parts.append(term)
    for term in parts:
        found.stored[term.name].setdefault(" ".join(term.fold), term.value)
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
    key, own = fold(text), values.stored.get(column, {})
    if key in own:
        return column, own[key]
    near = _nearest(key, own)
    if near is not None and near[1] >= 90:
        return column, near[0]
    order = sorted(view.dimensions, key=lambda d: d.rank)
    for dim in order:
        if dim.name != column and key in values.stored.get(dim.name, {}):
            return dim.name, values.stored[dim.name][key]
    inside = max((name for name in own if f" {name} " in f" {key} "), key=len, default="")
    if inside:  # words too many were copied: "mỹ đang"
        return column, own[inside]
    return (column, near[0]) if near is not None else (column, None)


def _nearest(key: str, stored: Mapping[str, str]) -> tuple[str, float] | None:
    """The value whose name is most like the key; a name that holds the key's words whole counts as like it."""
    best = process.extractOne(key, stored.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    if best is not None:
        return stored[best[0]], float(best[1])
    holding = {stored[name] for name in stored if f" {key} " in f" {name} "}
    return (holding.pop(), _NEAR) if len(holding) == 1 else None
