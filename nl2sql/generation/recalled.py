"""A reading that an adapted model wrote, made whole: conditions that somebody said, labels for people to read.

Also the wrong hints that its trust is measured with.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import replace

import sqlglot
from sqlglot import exp

from nl2sql.generation.ground import FEW, Grounded
from nl2sql.generation.outline import ALSO, NEXT
from nl2sql.generation.snap import Values, known_columns
from nl2sql.question import edit
from nl2sql.question.filters import values_sql
from nl2sql.question.text import fold
from nl2sql.question.time import format_period
from nl2sql.question.vocabulary import written_out
from nl2sql.types import FilterMatch, Period, Reading
from schema.semantic import Catalogue, View

_QUOTED = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"\w+")
_COLUMN = re.compile(r"[a-z_]\w*")


def made_whole(reading: Reading, view: View) -> Reading:
    """The reading with every column brought to one of the view where it is like one, and everything labelled.

    Raises:
        SqlglotError: A condition is no SQL.
    """

    def labelled(condition: str) -> FilterMatch:
        return _labelled(known_columns(condition, view), view)

    filters = tuple(labelled(f.sql) for f in reading.filters)
    periods = tuple(_named(p) for p in reading.periods)
    found = replace(reading, filters=filters, periods=periods)
    if found.comparison:
        second = found.comparison.second
        found = replace(found, comparison=replace(
            found.comparison, base=_named(found.comparison.base), second=_named(second) if second else None
        ))  # fmt: skip
    if found.share and found.share.numerator:
        part = labelled(found.share.numerator)
        found = replace(found, share=replace(found.share, numerator=part.sql, label=_value(part)))
    if found.contrast:
        left, right = (labelled(s) if s else None for s in (found.contrast.left, found.contrast.right))
        found = replace(found, contrast=replace(
            found.contrast, left=left.sql if left else "", right=right.sql if right else "",
            left_label=_value(left) if left else "", right_label=_value(right) if right else "",
        ))  # fmt: skip
    if found.derived and found.derived.condition:
        whose = labelled(found.derived.condition)
        found = replace(found, derived=replace(found.derived, condition=whose.sql, label=_value(whose)))
    return replace(found, terms=tuple(replace(t, reading=made_whole(t.reading, view)) for t in found.terms))


def kept_to(
    reading: Reading,
    known: Reading | None,
    text: str,
    literals: Grounded,
    values: Values,
    before: Reading | None = None,
) -> Reading:
    """The reading without conditions of the model's own invention.

    A condition that the hint did not have stays where the question says its value by one of the names that the
    warehouse has for it, where the model copied words of the question that mean one, or where its words are among
    those that the reader could not read. Else the model took words for a value that bound nothing ("cả nước", "hàng
    hóa"), or named one that nobody did.

    Args:
        known: What the hint was made of; None where there was none. Without one, values of columns that have only a few
            stay where one word of their names was said that no other value's has: people say those in many ways.
        text: The question.
        literals: Where the values of the reading came from.
        values: The stored values of the view that the reading is over.
        before: What the turn before was understood as, for a question that leans on it: its values were said there,
            and stay unless another of the column was said now.
    """
    had = {fold(f.sql) for f in known.filters} if known else set()
    unread = {word for span in known.unread for word in fold(span.text).split()} if known else set()
    earlier = {fold(literal) for f in (before.filters if before else ()) for literal in _QUOTED.findall(f.sql)}
    columns = Counter(_first_column(f.sql) for f in reading.filters)
    plain = _WORD.findall(fold(text))
    asked = {part for word in plain for part in (word, *fold(written_out(word)).split())}

    def said(column: str, literal: str) -> bool:
        copied = literals.words.get((column, literal), "")
        if copied and set(_WORD.findall(fold(copied))) <= asked:
            return True
        if fold(f"'{literal}'") in earlier:
            return columns[column] == 1
        if (column, literal) in literals.unknown:
            return False
        if known is None and column in values.whole and len(values.whole[column]) <= FEW:
            return bool(values.own_words(column, literal) & asked)
        if set(_WORD.findall(fold(literal))) <= asked:  # a code, say, of a column whose values are not listed
            return True
        for names in values.stored.values():
            if fold(literal) in names:
                known_as = (name for name, value in names.items() if value == names[fold(literal)])
                if any(_mostly(set(_WORD.findall(name)), asked) for name in known_as):
                    return True
        return False

    def stays(match: FilterMatch) -> bool:
        texts = [text[1:-1].replace("''", "'") for text in _QUOTED.findall(match.sql)]
        name = _first_column(match.sql)
        return fold(match.sql) in had or all(said(name, t) or unread & set(fold(t).split()) for t in texts)

    return replace(reading, filters=tuple(f for f in reading.filters if stays(f)))


def _first_column(condition: str) -> str:
    found = _COLUMN.search(condition)
    return found[0] if found else ""


def _mostly(words: set[str], asked: set[str]) -> bool:
    """Whether a name's words were said, but for a third of a long one: people leave words of those out."""
    return bool(words) and len(words - asked) <= len(words) // 3


def in_words(reading: Reading, catalogue: Catalogue) -> Reading:
    """A whole reading with its assumptions and its text, as if a person had put it together."""
    return edit.settled(replace(reading, text=""), catalogue)


def _labelled(sql: str, view: View) -> FilterMatch:
    """A condition as a match: of one column's values, of a named filter, or as it is."""
    for named in view.filters:
        if sqlglot.parse_one(named.expr, read="duckdb") == sqlglot.parse_one(sql, read="duckdb").unnest():
            return edit.named_filter(named)
    tree = sqlglot.parse_one(sql, read="duckdb")
    negated = isinstance(tree, exp.NEQ | exp.Not)
    tree = tree.this if isinstance(tree, exp.Not) else tree
    column = tree.this if isinstance(tree, exp.EQ | exp.NEQ | exp.In) else None
    dim = view.dimension(column.name) if isinstance(column, exp.Column) else None
    sides = tree.expressions if isinstance(tree, exp.In) else [tree.args.get("expression")]
    literals = [side for side in sides if isinstance(side, exp.Literal)]
    if dim is None or not literals or len(literals) < len(sides):
        first = tree.find(exp.Column)
        return FilterMatch(sql, first.name if first else "", (), sql, negated=negated)
    found = tuple(str(n.this) for n in literals)
    integer = dim.type == "integer"
    said = f"{dim.label}: {'không phải ' if negated else ''}{', '.join(found)}"
    return FilterMatch(values_sql(dim.name, found, negated, integer=integer), dim.name, found, said, negated=negated)


def _value(match: FilterMatch) -> str:
    return match.label.rpartition(": ")[2]


def _named(period: Period) -> Period:
    return replace(period, label=format_period(period.start, period.end, period.grain))


def misled(line: str, catalogue: Catalogue) -> str:
    """An outline with one thing wrong: a condition left out, the grouping left out, or another measure of the view.

    Which one depends on the line alone, so that every run measures with the same wrong hints.
    """
    pieces = line.split(NEXT)
    view = catalogue.views.get(pieces[0])
    chance = zlib.crc32(line.encode("utf-8"))
    where = [i for i, p in enumerate(pieces) if p.startswith("WHERE ")]
    groups = [i for i, p in enumerate(pieces) if p.startswith("BY ")]
    if where and chance % 3 == 0:
        kept = pieces[where[0]].removeprefix("WHERE ").split(ALSO)
        del kept[chance // 3 % len(kept)]
        pieces[where[0] : where[0] + 1] = ["WHERE " + ALSO.join(kept)] if kept else []
    elif groups and chance % 3 == 1:
        del pieces[groups[0]]
    elif view is not None and len(pieces) > 1:
        others = [m.name for m in view.metrics if m.name != pieces[1]]
        pieces[1] = others[chance // 3 % len(others)] if others else pieces[1]
    return NEXT.join(pieces)
