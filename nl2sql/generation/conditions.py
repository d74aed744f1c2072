"""Conditions of an outline without a hint that exclude what was asked for, or contradict each other, put right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.named import Named, Word
from nl2sql.question.filters import values_sql
from nl2sql.question.text import fold
from nl2sql.types import FilterMatch, Reading

QUOTED = re.compile(r"'((?:[^']|'')*)'")
"""A literal of a condition."""
MEMBERS = re.compile(r"([a-z_]\w*)( (?:=|<>) |(?: NOT)? IN \()((?:'(?:[^']|'')*'(?:, )?)+)\)?")
"""A condition on members of a column, for them or against them: column, sign, literals."""
_DENYING = frozenset(("khong", "chua", "tru", "ngoai", "khac", "chang", "bo", "loai", "thieu", "ko", "k", "con"))
"""Folded words that may exclude what is named after them."""


def condition(column: str, values: tuple[str, ...], *, negated: bool = False) -> FilterMatch:
    """A condition for members of a column, or against them."""
    sql = values_sql(column, values, negated)
    return FilterMatch(sql, column, values, sql, negated=negated)


def column_of(match: FilterMatch) -> str:
    """The column whose members a condition is about; empty for any other."""
    found = MEMBERS.fullmatch(match.sql)
    return found[1] if found else ""


def excluding(
    reading: Reading, named: Sequence[Named], words: Sequence[Word], before: Reading | None
) -> Reading:  # fmt: skip
    """The reading that excludes what the question excludes, and nothing else but what the turn before excluded."""
    inside = {i for n in named for i in range(n.start, n.end)}
    denies = any(n.negated for n in named) or any(w.fold in _DENYING for i, w in enumerate(words) if i not in inside)
    earlier = {fold(f.sql) for f in before.filters} if before else set()
    turned = (f if fold(f.sql) in earlier else _turned(f, named, denies=denies) for f in reading.filters)
    return sound(replace(reading, filters=tuple(f for f in turned if f is not None)))


def _turned(match: FilterMatch, named: Sequence[Named], *, denies: bool) -> FilterMatch | None:
    """A condition that asks for what the question excludes, or excludes what it asks for, the other way round.

    None for one that excludes what was not said, in a question that excludes nothing.
    """
    found = MEMBERS.fullmatch(match.sql)
    if not found:
        return match
    column, sign = found[1], found[2].strip()
    held = tuple(v.replace("''", "'") for v in QUOTED.findall(found[3]))
    saying = [[n for n in named if (column, value) in n.homes] for value in held]
    if sign in ("=", "IN ("):
        excluded = all(said and all(n.negated for n in said) for said in saying)
        return condition(column, held, negated=True) if excluded else match
    if sign != "<>" or denies:
        return match
    return condition(column, held) if saying[0] else None


def sound(reading: Reading) -> Reading:
    """The reading without conditions that contradict.

    Two values of one column are alternatives; the part of which a share or a rate is asked is no condition on the
    whole; the first five of a column are not held to one of its members.
    """
    by_column: dict[str, list[str]] = {}
    filters: list[FilterMatch] = []
    part = reading.share.numerator if reading.share and not reading.share.each else ""
    for match in reading.filters:
        if (match.sql == part and part) or any(match.sql == f.sql for f in filters):
            continue
        found = MEMBERS.fullmatch(match.sql)
        if not found or found[2] not in (" = ", " IN ("):
            filters.append(match)
            continue
        own = by_column.setdefault(found[1], [])
        own += [v.replace("''", "'") for v in QUOTED.findall(found[3])]
        filters = [f for f in filters if column_of(f) != found[1] or f.negated]
        filters.append(condition(found[1], tuple(dict.fromkeys(own))))
    measured = [m.expr for m in reading.metrics if "/" in m.expr]
    many = reading.ranking is not None and (reading.ranking.n or 0) > 1
    listed = {g.column for g in reading.groups} if many and len(reading.groups) == 1 else set()
    kept = (
        f for f in filters
        if not (any(f"CASE WHEN {f.sql} " in e for e in measured) or any(f.sql.startswith(f"{c} = '") for c in listed))
    )  # fmt: skip
    return replace(reading, filters=tuple(kept))
