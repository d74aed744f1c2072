"""SQL over a flat view for what the composer has no shape for: rows, their order, lists, members with both values."""

from __future__ import annotations

import re
from dataclasses import replace

from nl2sql.foreign.flat_said import (
    ASKING,
    EACH,
    ROWS,
    Said,
    column_of,
    moments_of,
    number_before,
    physical,
    row_name,
)
from nl2sql.foreign.flat_words import ADJECTIVES, ordered_by
from nl2sql.foreign.wide_types import Flat
from nl2sql.generation.parts import where_of
from nl2sql.question.text import fold
from nl2sql.types import Reading, Shape
from schema.semantic import Dimension, Fact, TimeDimension, View


def shaped(reading: Reading, view: View, flat: Flat, said: Said) -> tuple[Reading, str]:
    """SQL for what the composer has no shape for: both values, ordered rows, rows, lists of members."""
    both = _both_values(reading, view, said)
    if both:
        return reading, both
    ordered = _ordered_rows(reading, view, flat, said)
    if ordered:
        return replace(reading, shape=Shape.ROWS), ordered
    if _is_listing(reading, said):
        return reading, _listing(reading, view, flat, said)
    return reading, ""


def _conditions(reading: Reading, view: View) -> list[str]:
    return list(where_of(replace(reading, metrics=()), view, view.time))


def _both_values(reading: Reading, view: View, said: Said) -> str:
    """Members that have every one of several values: "nghệ sĩ nào có cả bài Rock lẫn bài Metal"."""
    joined = said.has("lẫn") or (said.has("vừa") and said.words.count("vừa" if said.text.accented else "vua") > 1)
    several = next((f for f in reading.filters if len(f.values) > 1 and not f.negated), None)
    if not joined or several is None or reading.terms:
        return ""
    groups = [g.column for g in reading.groups if g.column != several.column and not g.grain]
    if len(groups) != 1:
        return ""
    where = _conditions(reading, view)
    return (
        f"SELECT {groups[0]} FROM {view.name} WHERE {' AND '.join(where)} GROUP BY {groups[0]} "
        f"HAVING COUNT(DISTINCT {several.column}) = {len(several.values)}"
    )


def _ordered_rows(reading: Reading, view: View, flat: Flat, said: Said) -> str:
    """Rows in the order of a column that a superlative names: "ba bản nhạc dài nhất", "mỗi thể loại bài dài nhất"."""
    own = row_name(flat)
    last = "nhất" if said.text.accented else "nhat"
    if not own or last not in said.words:
        return ""
    others = [g.column for g in reading.groups if g.column != own and not g.grain]
    noun = any(said.has(p) for p in view.synonyms) or any(g.column == own for g in reading.groups)
    if not noun or len(others) > 1:
        return ""
    found = _ordering(reading, view, flat, said, said.words.index(last))
    if found is None:
        return ""
    column, descending = found
    n = _wanted(reading, view, said)
    where = " AND ".join([*_conditions(reading, view), f"{column} IS NOT NULL"])
    way = "DESC" if descending else "ASC"
    if not others:
        return f"SELECT {own}, {column} FROM {view.name} WHERE {where} ORDER BY {column} {way} LIMIT {n}"
    inner = (
        f"SELECT {others[0]}, {own}, {column}, RANK() OVER (PARTITION BY {others[0]} ORDER BY {column} {way}) AS hang "
        f"FROM {view.name} WHERE {where}"
    )
    return f"SELECT {others[0]}, {own}, {column} FROM ({inner}) AS xep_hang WHERE hang <= {n}"


def _ordering(reading: Reading, view: View, flat: Flat, said: Said, at: int) -> tuple[str, bool] | None:
    """The column by which rows are put in order, and whether the greatest is wanted."""
    near = said.words[max(0, at - 2) : at]
    adjective = next((a for w in reversed(near) for a in ADJECTIVES if w == (a if said.text.accented else fold(a))), "")
    measured = [c for m in reading.metrics if not m.assumed and (c := column_of(m))]
    least = bool({"thấp", "ít", "nhỏ", "rẻ", "ngắn", "thap", "nho", "re", "ngan"} & set(near[-1:]))
    if measured and any(f.name == measured[0] for f in view.facts):
        return measured[0], not least
    if not adjective:
        return None
    moments = [(t.name, physical(flat, t.name)) for t in view.time_dimensions if said.has(*moments_of(t))]
    moments = moments or [(t.name, physical(flat, t.name)) for t in view.time_dimensions]
    for name, stored in (*((f.name, physical(flat, f.name)) for f in view.facts), *moments):
        descending = ordered_by(adjective, stored)
        if descending is not None:
            return name, descending
    latest = ordered_by(adjective, "date")
    if moments and latest is not None:
        return moments[0][0], latest
    return None


def _wanted(reading: Reading, view: View, said: Said) -> int:
    """How many rows are asked for: the number before the noun, else one."""
    if reading.ranking and reading.ranking.n and reading.ranking.n > 1:
        return reading.ranking.n
    for phrase in view.synonyms:
        if n := number_before(said, phrase):
            return n
    top = re.search(r"\btop (\d+)\b", " ".join(said.words))
    return int(top[1]) if top else 1


def _is_listing(reading: Reading, said: Said) -> bool:
    """Whether only members or rows are asked for, and no figure of them."""
    if (
        (said.has(*EACH) and not said.has(*ASKING))
        or said.has("bao nhiêu")
        or (said.has("hơn") and said.has("bên nào"))
    ):
        return False
    plain = not (reading.ranking or reading.comparison or reading.share or reading.window or reading.average)
    assumed = all(m.assumed for m in reading.metrics)
    bounded = any(not t.on_rows for t in reading.thresholds)
    grouped = bool(reading.groups) and not any(g.grain for g in reading.groups)
    return plain and assumed and not bounded and not reading.built_on and (grouped or reading.shape is Shape.ROWS)


def _asked_for(reading: Reading, view: View, flat: Flat, said: Said) -> list[str]:
    """Columns of the row itself that a listing names: "nhân viên kèm chức danh"."""
    used = {f.column for f in reading.filters}
    own: list[Dimension | Fact | TimeDimension] = [*view.dimensions, *view.facts, *view.time_dimensions]
    return [
        item.name for item in own
        if flat.cells[item.name].alias == flat.alias and not flat.cells[item.name].of_row and item.name not in used
        and any(said.has(p) for p in item.synonyms if p not in view.synonyms and not _within_filter(reading, p))
    ]  # fmt: skip


def _within_filter(reading: Reading, phrase: str) -> bool:
    return any(f" {phrase} " in f" {f.span.text.lower()} " for f in reading.filters if f.span)


def _listing(reading: Reading, view: View, flat: Flat, said: Said) -> str:
    """The members of the groups, each once; the rows themselves where they have no name."""
    own = row_name(flat)
    shown = list(dict.fromkeys(g.column for g in reading.groups))
    facts = [t.metric for t in reading.thresholds if t.on_rows]
    if reading.shape is Shape.ROWS:
        shown = list(reading.columns or ((own, *_asked_for(reading, view, flat, said)) if own else view.detail))
    where = _conditions(reading, view)
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    if (own and own in shown) or reading.shape is Shape.ROWS:
        columns = list(dict.fromkeys([*shown, *(f for f in facts if own)]))
        return f"SELECT {', '.join(columns)} FROM {view.name}{condition} LIMIT {ROWS}"
    return f"SELECT {', '.join(shown)} FROM {view.name}{condition} GROUP BY {', '.join(shown)}"
