"""The column that a question groups by, where an outline written without a hint has another that nobody named.

The counterpart of ``covered`` for groupings: "khu vực nào …" names its column by the catalogue's own name, and a column
of another name in its place was made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.members import members
from nl2sql.generation.named import Named, Word, spans_in, words_of
from nl2sql.generation.snap import Values
from nl2sql.types import GroupMatch, Reading, Shape
from schema.semantic import View

_LEADS = frozenset({"theo", "tung", "moi", "cac", "nhung", "may", "ke", "sach"})
"""Words before the name of a column that list its members; "liệt kê" and "danh sách" by their last syllable."""
_ASKED = frozenset({"nao", "gi"})


def with_groups_said(words: Sequence[Word], reading: Reading, view: View, values: Values) -> Reading:
    """The reading grouped by the one column that is asked for by its name, in place of its only one, which is not."""
    members = [g for g in reading.groups if g.grain is None]
    if len(members) != 1 or reading.terms or reading.beside:
        return reading
    spans = columns_in(words, values)
    asked = _asked(words, spans) - ({reading.ranking.per} if reading.ranking else set())
    if len(asked) != 1 or any(members[0].column in names for _, _, names in spans):
        return reading
    name = asked.pop()
    dim = view.dimension(name)
    if dim is None:
        return reading
    groups = tuple(GroupMatch(name, dim.label) if g is members[0] else g for g in reading.groups)
    return replace(reading, groups=groups)


_ASKING = frozenset((
    "nao", "gi", "ai", "dau", "tung", "moi", "theo", "cac", "nhung", "loai", "chia", "phan", "co", "cau", "giua",
    "liet", "ke", "danh", "sach", "bang", "thong", "top", "ra", "may", "lan", "luot",
))  # fmt: skip
"""Folded words that may ask for members without naming their column."""


def without_unsaid_groups(
    words: Sequence[Word], reading: Reading, named: Sequence[Named], values: Values
) -> Reading:  # fmt: skip
    """The reading without groupings of columns that nothing in the question names or asks for."""
    whole = reading.ranking or reading.share or reading.derived or reading.terms or reading.beside or reading.thresholds
    if whole or reading.contrast or reading.shape is Shape.ROWS or any(w.fold in _ASKING for w in words):
        return reading
    said = {c for n in named for c, _ in n.homes} | {c for _, _, names in columns_in(words, values) for c in names}
    left = tuple(g for g in reading.groups if g.grain or g.column in said)
    if left == reading.groups:
        return reading
    return replace(reading, groups=left, shape=_apart(replace(reading, groups=left)) if left else Shape.TOTAL)


_TOGETHER = frozenset({"tổng", "cộng", "gộp", "chung", "hay", "hoặc", "cả", "lẫn"})
"""Words that add members up or choose between them."""
_PLAINLY = frozenset({"tong", "gop", "hoac"})
"""The same as they are typed without diacritics, where they can be nothing else."""


def with_members_apart(question: str, reading: Reading, named: Sequence[Named], view: View) -> Reading:
    """The reading told for each member of an enumeration: "luồng đỏ và luồng vàng" are two figures."""
    words = words_of(question)
    whole = reading.ranking or reading.share or reading.contrast or reading.derived or reading.terms or reading.beside
    rows = reading.shape is Shape.ROWS or reading.thresholds or reading.average or reading.window
    if whole or rows or len(reading.metrics) != 1 or "+" in question:
        return reading
    if any(w.norm in _TOGETHER | _PLAINLY for w in words):
        return reading
    held = {g.column for g in reading.groups}
    for match in reading.filters:
        found = members(match.sql)
        if found is None or len(found.values) < 2:
            continue
        column, values = found.column, found.values
        own = [n for n in named if any((column, v) in n.homes for v in values) and not n.negated]
        said = {v for n in own for c, v in n.homes if c == column}
        dim = view.dimension(column)
        if dim is None or column in held or said != set(values):
            continue
        if not any(f"{column} = '" in m.expr for m in reading.metrics):
            return replace(reading, groups=(*reading.groups, GroupMatch(column, dim.label)), shape=_apart(reading))
    return reading


def _apart(reading: Reading) -> Shape:
    return reading.shape if any(g.grain for g in reading.groups) or reading.comparison else Shape.BREAKDOWN


def without_idle_groups(words: Sequence[Word], reading: Reading, values: Values) -> Reading:
    """The reading without groupings that nobody asked for and that part nothing.

    A condition holds the column to one member, or the measure is itself made of some of its members.
    """
    facts = {f.column for f in reading.groups if any(f"({f.column})" in m.expr for m in reading.metrics)}
    if facts:  # by each value of what is measured
        reading = replace(reading, groups=tuple(g for g in reading.groups if g.column not in facts))
        reading = replace(reading, shape=reading.shape if reading.groups else Shape.TOTAL)
    whole = reading.ranking or reading.share or reading.comparison or reading.derived or reading.terms or reading.beside
    asked = _asked(words, columns_in(words, values))
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


def columns_in(words: Sequence[Word], values: Values) -> Columns:
    """The columns that a question says by their names."""
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
