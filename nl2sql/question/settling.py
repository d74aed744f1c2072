"""Readings with parts changed, and the words explained that asked for the change."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.question.phrases import Found
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, GroupMatch, Reading, Span
from schema.semantic import View


def settled(reading: Reading, text: Text, where: Found, **changes: object) -> Reading:
    """The reading with changes; what stood unread inside the pattern has its explanation now."""
    start, end = text.span(where.start, where.end).start, text.span(where.start, where.end).end
    left = tuple(s for s in reading.unread if s.end <= start or s.start >= end)
    gained = 0.2 * sum(len(s.text.split()) for s in reading.unread if s not in left)
    if any(_is_set_word(s) for s in reading.unread if s not in left):
        gained += 0.4
    settled = replace(reading, unread=left, certainty=min(1.0, reading.certainty + gained))
    return replace(settled, **changes)  # type: ignore[arg-type]


def explained(reading: Reading, text: Text, where: Found) -> Reading:
    """The reading without what stood unread inside a pattern that has been understood."""
    return settled(reading, text, where)


def _is_set_word(span: Span) -> bool:
    words = fold(span.text)
    return "hang" in words.split() or "lien" in words.split()


def members_of(reading: Reading) -> tuple[GroupMatch, ...]:
    return tuple(g for g in reading.groups if g.grain is None)


def subject_of(view: View, reading: Reading) -> FilterMatch | None:
    """The one member that the question is about: of the column that is listed, else a unit, else the rarest value."""
    single = [f for f in reading.filters if len(f.values) == 1 and not f.negated and view.dimension(f.column)]
    listed = {g.column for g in reading.groups}
    chosen = [f for f in single if f.column in listed]
    chosen = chosen or [f for f in single if (d := view.dimension(f.column)) and d.scope]
    if not chosen:
        sizes = {d.name: len(d.values) or 1000 for d in view.dimensions}
        chosen = sorted(single, key=lambda f: -sizes.get(f.column, 0))
    return chosen[0] if chosen else None


def group_of(view: View, column: str, reading: Reading) -> GroupMatch:
    known = next((g for g in reading.groups if g.column == column), None)
    return known or GroupMatch(column, view.label_of(column))
