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
    """The reading grouped by the one column that is asked for by its name, in place of its only one, which is not.

    A column that a condition holds to one value, or that the measure itself looks at, is no grouping unless it is
    asked for.
    """
    if reading.terms or reading.beside:
        return reading
    spans = [(s, e, {t.name for t in terms if t.kind == "dimension"}) for s, e, terms in spans_in(words, values)]
    asked = {next(iter(names)) for s, e, names in spans if len(names) == 1 and _asked(words, s, e)}
    asked -= {reading.ranking.per} if reading.ranking else set()
    members = [g for g in reading.groups if g.grain is None]
    said = {name for _, _, names in spans for name in names}
    if len(members) == 1 and len(asked) == 1 and members[0].column not in said:
        name = next(iter(asked))
        dim = view.dimension(name)
        if dim is not None:
            groups = tuple(GroupMatch(name, dim.label) if g is members[0] else g for g in reading.groups)
            return replace(reading, groups=groups)
    idle = [g for g in members if g.column not in asked and _is_fixed(g.column, reading)]
    if not idle or reading.ranking or reading.share or reading.comparison or reading.derived:
        return reading
    left = tuple(g for g in reading.groups if g not in idle)
    return replace(reading, groups=left, shape=reading.shape if left else Shape.TOTAL)


def _is_fixed(column: str, reading: Reading) -> bool:
    """Whether only one member of a column can be in the answer, or the measure is made of some of its members."""
    return any(f.sql.startswith(f"{column} = ") for f in reading.filters) or any(
        f"{column} = '" in m.expr for m in reading.metrics
    )


def _asked(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether a name stands as what is grouped by: "theo …", "từng …", "… nào"; a number may stand before it."""
    before = [w.fold for w in words[max(0, start - 1) : start]]
    after = [w.fold for w in words[end : end + 1]]
    return bool(_ASKED & set(after) or _LEADS & set(before) or (before and before[0].isdigit()))
