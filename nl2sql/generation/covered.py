"""Values that a question names and an outline does not use.

An adapted model that is asked without a hint now and then drops a condition whose value the question says by its stored
name. Code looks at stored values both ways: those that the model copied are looked up (``ground``), and those that the
question says and the outline does not use are complained of, or added where they have one place only. The reader's
reading of the question plays no part in it: only the question, the outline, and the names of the view.

``covered`` is also where the other checks of an outline without a hint are put one after the other: the measure, the
grouping, the days and the direction that are said (``measure_said``, ``groups_said``, ``period_said``,
``direction_said``) and what nobody asked for (``unasked``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from nl2sql.generation.bounds_said import with_bound_said, with_claim_said
from nl2sql.generation.conditions import MEMBERS, QUOTED, column_of, condition, excluding, sound
from nl2sql.generation.direction_said import direction_said, with_direction, without_one_way
from nl2sql.generation.ground import FEW
from nl2sql.generation.groups_said import (
    with_groups_said,
    with_members_apart,
    without_idle_groups,
    without_unsaid_groups,
)
from nl2sql.generation.measure_said import (
    with_count_said,
    with_measure_said,
    with_running_total_said,
    without_balance_of_one_way,
    without_part_unsaid,
)
from nl2sql.generation.misread import without_misread
from nl2sql.generation.named import Named, Word, named_in, side_by_side, words_of
from nl2sql.generation.period_said import with_period_said
from nl2sql.generation.ranking_said import with_ranking_said
from nl2sql.generation.share_said import with_share_said
from nl2sql.generation.snap import Values
from nl2sql.generation.unasked import with_shares_of_each, without_unasked, without_unasked_part
from nl2sql.question.filters import values_sql
from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.text import fold
from nl2sql.types import FilterMatch, Reading
from schema.semantic import Catalogue, View

Written = Mapping[tuple[str, str], str]
_NOTHING: Written = MappingProxyType({})
_NAME = re.compile(r"[a-z_]\w*")
_SMALL = frozenset(map(fold, FILLERS))
_LISTED = frozenset({"theo", "tung", "moi", "cac"})
_LIFTED = ("ca nuoc", "toan nganh", "toan quoc", "tat ca", "bo dieu kien", "tong", "chung")


def _texts(reading: Reading) -> Iterator[str]:
    """Every piece of SQL in a reading."""
    yield from (f.sql for f in reading.filters)
    yield from (m.expr for m in reading.metrics)
    yield from (t.condition for t in reading.thresholds)
    if reading.share:
        yield from (reading.share.numerator, reading.share.each)
    if reading.contrast:
        yield from (reading.contrast.left, reading.contrast.right)
    if reading.derived:
        yield reading.derived.condition
    for inner in (*(t.reading for t in reading.terms), *((reading.beside.reading,) if reading.beside else ())):
        yield from _texts(inner)


@dataclass(frozen=True)
class _Used:
    """What a reading's pieces of SQL hold: folded literals, and columns."""

    literals: frozenset[str]
    columns: frozenset[str]

    def holds(self, value: str, said: str) -> bool:
        """Whether a value, or a longer one that has all the words said, is among the literals."""
        words = set(said.split())
        return fold(value) in self.literals or any(words <= set(text.split()) for text in self.literals)


def _used(texts: Sequence[str]) -> _Used:
    literals = {fold(v.replace("''", "'")) for text in texts for v in QUOTED.findall(text)}
    columns = {c for text in texts for c in _NAME.findall(QUOTED.sub("''", text))}
    return _Used(frozenset(literals), frozenset(columns))


def unused(
    named: Sequence[Named],
    reading: Reading,
    view: View,
    values: Values,
    written: Written = _NOTHING,
    words: Sequence[Word] = (),
) -> tuple[Named, ...]:
    """What of the things named the reading does not use.

    A value of a column that the reading groups by is no condition where it stands alone, nor are values that are all,
    or most, of a column's.

    Args:
        written: The words that the model wrote for its values: what they say is used.
        words: The question, where values told after "theo" are to be taken for a grouping.
    """
    used = _used([*_texts(reading)])
    measured = _used([m.expr for m in reading.metrics]).columns
    fixed = {column_of(f) for f in reading.filters}
    copied = {fold(text) for text in written.values()}
    grouped = {g.column for g in reading.groups}
    exprs = {f.name: f.expr for f in view.filters}
    ordered = reading.ranking or reading.share or reading.derived or reading.contrast or reading.thresholds

    def is_used(item: Named) -> bool:
        if any(f" {item.text} " in f" {text} " for text in copied):
            return True
        if item.filters:
            return any(_within(exprs[name], used) for name in item.filters)
        if any(used.holds(value, item.text) for _, value in item.homes):
            return True
        column = item.homes[0][0]
        said = {v for n in named for c, v in n.homes if c == column}
        held = len(values.whole.get(column, ()))
        listed = bool(words) and item.start > 0 and words[item.start - 1].fold in _LISTED
        if column in grouped and column not in fixed and listed and len(said) == 1:
            return True  # "theo luồng xanh, vàng, đỏ", of which one alone is a name
        if len(said) >= held and column not in fixed:
            return True
        if column in grouped and column not in fixed and ((len(said) == 1 and ordered) or 2 * len(said) >= held):
            return True
        return held <= FEW and column in measured  # a measure made of both ways

    return tuple(item for item in named if not is_used(item))


def _within(expr: str, used: _Used) -> bool:
    own = _used([expr])
    return own.literals <= used.literals and own.columns <= used.columns


@dataclass(frozen=True)
class Covered:
    """A reading with what was named, and what is still not used.

    Attributes:
        left: Words of values that the question names and that could not be placed.
        strange: Values that the reading sets something against and that nobody said.
    """

    reading: Reading
    left: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def covered(
    question: str,
    reading: Reading,
    view: View,
    values: Values,
    written: Written = _NOTHING,
    before: Reading | None = None,
    catalogue: Catalogue | None = None,
) -> Covered:
    """The reading completed with values that the question names and that have one place only.

    Args:
        written: Column and stored value → the words that the model wrote for it.
        before: What the turn before was understood as, for a question that leans on it.
        catalogue: Where the days and the direction that are said are to be looked at too.
    """
    words = words_of(question)
    reading = with_groups_said(words, with_measure_said(words, reading, view, values), view, values)
    reading = with_running_total_said(words, with_count_said(question, reading, values))
    named = named_in(words, view, values)
    if before is None:
        reading = with_shares_of_each(without_unasked(words, reading), named)
        reading = with_share_said(words, reading, named)
        reading = without_balance_of_one_way(without_misread(words, reading, named, written), view)
        reading = without_part_unsaid(words, without_unasked_part(words, reading, view), view, values)
        reading = with_claim_said(words, with_ranking_said(words, reading, view, values), view)
    if catalogue is not None and before is None:
        reading = with_bound_said(question, with_period_said(question, reading, view, catalogue), view, catalogue)
    told = direction_said(question, words, catalogue, view, values) if catalogue is not None else None
    if catalogue is not None and before is None:
        reading = without_one_way(words, reading, catalogue, view)
    if told is not None:
        named = tuple(n for n in named if all(c != told[0] for c, _ in n.homes) or told in n.homes)
        reading = with_direction(reading, *told)
    reading = without_idle_groups(words, excluding(reading, named, words, before), values)
    gaps = unused(named, reading, view, values, written, words)
    strange = [v for text in _compared(reading) for v in _unsaid(text, named, words, values, written, before)]
    if reading.terms or reading.beside:
        return Covered(reading, tuple(n.text for n in gaps), tuple(strange))
    if strange and reading.share and len(gaps) == 1 and len(gaps[0].homes) == 1 and not gaps[0].negated:
        column, value = gaps[0].homes[0]
        part = values_sql(column, (value,))
        reading, gaps, strange = replace(reading, share=replace(reading.share, numerator=part)), (), []
    elif strange and reading.share and (part := _said_part(reading, view)):
        kept = tuple(f for f in reading.filters if f.sql != part)
        reading, strange = replace(reading, share=replace(reading.share, numerator=part), filters=kept), []
    left = []
    for gap in gaps:
        made = _placed(gap, reading, view, named, gaps, words)
        if made is None:
            left.append(gap.text)
        else:
            reading = made
    if before is not None:
        reading = _carried(reading, view, values, before, named, words)
    else:
        reading = with_members_apart(question, without_unsaid_groups(words, reading, named, values), named, view)
    reading = without_idle_groups(words, sound(reading), values)
    return Covered(reading, tuple(left), tuple(strange))


def _said_part(reading: Reading, view: View) -> str:
    """The one named filter among the conditions of a share: the part that was meant where its own was made up."""
    share = reading.share
    if share is None or not share.numerator or share.each:
        return ""
    exprs = {f.expr for f in view.filters} | {f"{d.name} = TRUE" for d in view.dimensions}
    found = [f.sql for f in reading.filters if f.sql in exprs or f.sql.removesuffix(" = TRUE") in exprs]
    return found[0] if len(found) == 1 else ""


def _compared(reading: Reading) -> Iterator[str]:
    """Conditions that are none on the whole: of the part, of each side, of the member that others are held against."""
    if reading.share:
        yield reading.share.numerator
    if reading.contrast:
        yield from (reading.contrast.left, reading.contrast.right)
    if reading.derived:
        yield reading.derived.condition
    yield from (t.condition for t in reading.thresholds)


def _unsaid(
    sql: str, named: Sequence[Named], words: Sequence[Word], values: Values, written: Written, before: Reading | None
) -> Iterator[str]:
    """Values of a condition that neither the question nor the turn before says."""
    found = MEMBERS.fullmatch(sql)
    if not found or (before is not None and any(sql in f.sql or f.sql in sql for f in before.filters)):
        return
    column, asked = found[1], {w.fold for w in words}
    for literal in QUOTED.findall(found[3]):
        value = literal.replace("''", "'")
        copied = set(fold(written.get((column, value), value)).split())
        own = values.own_words(column, value)
        few = len(values.whole.get(column, ())) <= FEW and (own - _SMALL or own) & asked
        if not (few or copied <= asked or any(value == v for n in named for _, v in n.homes)):
            yield value


def _placed(
    gap: Named, reading: Reading, view: View, named: Sequence[Named], gaps: Sequence[Named], words: Sequence[Word]
) -> Reading | None:  # fmt: skip
    """The reading with a gap filled; None where it has no place, or several."""
    if gap.filters:
        beside = [n for n in named if n.filters and n != gap and abs(n.start - gap.end) + abs(gap.start - n.end) < 5]
        if len(gap.filters) > 1 or beside or gap.negated:
            return None
        expr = next(f.expr for f in view.filters if f.name == gap.filters[0])
        expr = f"({expr})" if " OR " in expr.upper() else expr
        return replace(reading, filters=(*reading.filters, FilterMatch(expr, gap.filters[0], (), expr)))
    if len(gap.homes) != 1:
        return None
    column, value = gap.homes[0]
    said = [n for n in named if any(c == column for c, _ in n.homes)]
    mine = {v for n in said for c, v in n.homes if c == column}
    strange = [v for v in _values_at(reading, column) if v not in mine]
    if len(strange) == 1 and len(mine) == 1 and not gap.negated:
        return _exchanged(reading, column, strange[0], value) if gap.plain else None
    used = _used([*_texts(replace(reading, filters=()))]).columns
    if column in used:
        return None
    listed = len(said) == 1 or column in {g.column for g in reading.groups} or all(
        side_by_side(words, one, other) or set(one.homes) == set(other.homes)
        for one, other in pairwise(said)
    )  # fmt: skip
    if not listed or len({n.negated for n in said}) > 1:
        return None
    whole = next((f for f in reading.filters if column_of(f) == column), None)
    if whole is not None and (gap.negated or not whole.values or "<>" in whole.sql or "NOT " in whole.sql):
        return None
    together = tuple(dict.fromkeys((*(whole.values if whole else ()), value)))
    rest = tuple(f for f in reading.filters if f is not whole)
    if gap.negated:
        negatives = tuple(dict.fromkeys(v for n in gaps if n.negated for c, v in n.homes if c == column))
        return replace(reading, filters=(*rest, condition(column, negatives, negated=True)))
    return replace(reading, filters=(*rest, condition(column, together)))


def _values_at(reading: Reading, column: str) -> list[str]:
    """The values that conditions and part of a reading have of a column."""
    texts = [*(f.sql for f in reading.filters), reading.share.numerator if reading.share else ""]
    found = (m for text in texts if (m := MEMBERS.fullmatch(text)) and m[1] == column and "NOT" not in m[2])
    return list(dict.fromkeys(v.replace("''", "'") for m in found if "<>" not in m[2] for v in QUOTED.findall(m[3])))


def _exchanged(reading: Reading, column: str, old: str, new: str) -> Reading:
    """The reading with one value of a column in place of another."""

    def changed(sql: str) -> str:
        found = MEMBERS.fullmatch(sql)
        if not found or found[1] != column:
            return sql
        return values_sql(column, tuple(dict.fromkeys(
            new if v == old else v for v in (t.replace("''", "'") for t in QUOTED.findall(found[3]))
        )), "NOT" in found[2] or "<>" in found[2])  # fmt: skip

    share = reading.share
    return replace(
        reading,
        filters=tuple(replace(f, sql=changed(f.sql)) for f in reading.filters),
        share=replace(share, numerator=changed(share.numerator)) if share else None,
    )


def _carried(
    reading: Reading, view: View, values: Values, before: Reading, named: Sequence[Named], words: Sequence[Word]
) -> Reading:
    """The reading with conditions of the turn before that nothing in this one speaks against."""
    text = " ".join(w.fold for w in words)
    if before.view != view.name or any(f" {lifted} " in f" {text} " for lifted in _LIFTED):
        return reading
    used = _used([*_texts(reading)]).columns | {g.column for g in reading.groups}
    used |= {
        column
        for column, held in values.whole.items()
        if any(f" {item.text} " in f" {fold(value)} " for item in named for value in held)
    }
    used |= {column for item in named for column, _ in item.homes}
    kept = tuple(f for f in before.filters if f.sql and not _used([f.sql]).columns & used)
    return replace(reading, filters=(*reading.filters, *kept))
