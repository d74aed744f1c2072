"""The column that a question groups by, where an outline written without a hint has another that nobody named.

The counterpart of ``covered`` for groupings: "khu vực nào …" names its column by the catalogue's own name, and a column
of another name in its place was made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.named import Word, spans_in
from nl2sql.generation.snap import Values
from nl2sql.types import GroupMatch, Reading, Shape
from schema.semantic import View

_LEADS = frozenset({"theo", "tung", "moi", "cac", "nhung", "may"})
_ASKED = frozenset({"nao", "gi"})


def with_groups_said(words: Sequence[Word], reading: Reading, view: View, values: Values) -> Reading:
    """The reading grouped by the one column that is asked for by its name, in place of its only one, which is not."""
    members = [g for g in reading.groups if g.grain is None]
    if len(members) != 1 or reading.terms or reading.beside:
        return reading
    spans = _columns(words, values)
    asked = _asked(words, spans) - ({reading.ranking.per} if reading.ranking else set())
    if len(asked) != 1 or any(members[0].column in names for _, _, names in spans):
        return reading
    name = asked.pop()
    dim = view.dimension(name)
    if dim is None:
        return reading
    groups = tuple(GroupMatch(name, dim.label) if g is members[0] else g for g in reading.groups)
    return replace(reading, groups=groups)


def without_idle_groups(words: Sequence[Word], reading: Reading, values: Values) -> Reading:
    """The reading without groupings that nobody asked for and that part nothing.

    A condition holds the column to one member, or the measure is itself made of some of its members.
    """
    whole = reading.ranking or reading.share or reading.comparison or reading.derived or reading.terms or reading.beside
    asked = _asked(words, _columns(words, values))
    idle = [g for g in reading.groups if g.grain is None and g.column not in asked and _is_fixed(g.column, reading)]
    if whole or not idle:
        return reading
    left = tuple(g for g in reading.groups if g not in idle)
    return replace(reading, groups=left, shape=reading.shape if left else Shape.TOTAL)


def _is_fixed(column: str, reading: Reading) -> bool:
    """Whether only one member of a column can be in the answer, or the measure is made of some of its members."""
    return any(f.sql.startswith(f"{column} = ") for f in reading.filters) or any(
        f"{column} = '" in m.expr for m in reading.metrics
    )


Columns = Sequence[tuple[int, int, set[str]]]
"""Start and end of what is said, and the columns that it may name."""


def _columns(words: Sequence[Word], values: Values) -> Columns:
    return [(s, e, {t.name for t in terms if t.kind == "dimension"}) for s, e, terms in spans_in(words, values)]


def _asked(words: Sequence[Word], spans: Columns) -> set[str]:
    """The columns that are named as what is grouped by: "theo …", "từng …", "… nào"; a number may stand before one."""
    found = set[str]()
    for start, end, names in spans:
        before = {w.fold for w in words[max(0, start - 1) : start]}
        after = {w.fold for w in words[end : end + 1]}
        if len(names) == 1 and (after & _ASKED or before & _LEADS or any(w.isdigit() for w in before)):
            found |= names
    return found
