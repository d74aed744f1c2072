"""The result as people see it: each output column's label, type, unit and role."""

from __future__ import annotations

import re
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.answer.format import PERCENT, POINTS, format_number, unit_word
from nl2sql.answer.labels import humanise
from nl2sql.answer.meaning import Meaning, Reader
from nl2sql.query.database import RawColumn, RawResult
from nl2sql.types import Column, Query, Reading, Result, Share
from schema.semantic import Catalogue

_PERCENT = re.compile(
    r"(^|_)(ty_le|ty_trong|ti_le|ti_trong|phan_tram|tang_truong|toc_do|toc_do_tang|pct|percent|percentage|growth|share|rate)"
    r"(_|$)"
)
_POINTS = re.compile(r"(^|_)(diem|diem_phan_tram)(_|$)")
_RANK = re.compile(r"(^|_)(hang|thu_hang|xep_hang|stt|rank|row_number)$")
_TIME = re.compile(
    r"(^|_)(nam|quy|thang|ngay|tuan|year|quarter|month|week|date|day)$|^(nam|quy|thang|ngay|tuan|year|quarter|month|date)$"
)
_ID = re.compile(r"(^ma_|_id$|^id$|^stt$|id$(?<=ID))", re.IGNORECASE)
_BASE = re.compile(r"(_|^)(ky_truoc|nam_truoc|cung_ky|thang_truoc|quy_truoc|truoc)$")
NUMERIC = frozenset({"integer", "number"})


def describe(raw: RawResult, query: Query, reading: Reading | None, catalogue: Catalogue) -> Result:
    """Rows as they came, columns with what they mean.

    The meaning of a column is read from the query's tree; its name helps where the tree says nothing.
    """
    meanings = _meanings(query, catalogue)
    columns = []
    for index, column in enumerate(raw.columns):
        meaning, reader = meanings[index] if index < len(meanings) else (Meaning(), None)
        whole = reader is not None and not raw.truncated and _whole(reader.tree, len(raw.rows))
        described = _column(column, meaning, reader, reading, catalogue)
        columns.append(described if whole else replace(described, additive=False))
    return Result(tuple(columns), raw.rows, raw.truncated, raw.elapsed_ms)


def _meanings(query: Query, catalogue: Catalogue) -> list[tuple[Meaning, Reader | None]]:
    try:
        reader = Reader(sqlglot.parse_one(query.sql, dialect=query.dialect or None), catalogue)
        return [(meaning, reader) for _, meaning in reader.outputs()]
    except (SqlglotError, RecursionError):
        return []


def _whole(tree: exp.Expr, rows: int) -> bool:
    """Whether the rows are all groups there are, so that their sum is the total: no limit reached, nothing filtered."""
    limit = tree.args.get("limit")
    reached = isinstance(limit, exp.Limit) and limit.expression.name.isdigit() and int(limit.expression.name) <= rows
    return not reached and tree.args.get("having") is None and tree.args.get("qualify") is None


def _column(
    raw: RawColumn, meaning: Meaning, reader: Reader | None, reading: Reading | None, catalogue: Catalogue
) -> Column:
    named = reader.metric_named(raw.name) if reader is not None else None
    name = raw.name.lower()
    unit = meaning.unit
    if named is not None and not unit and not meaning.fraction and meaning.role in {"", "measure"}:
        unit = named.unit
    role = _role(raw, meaning, name)
    if role != "measure":
        unit = ""
    elif not unit or unit == PERCENT:
        if _POINTS.search(name):
            unit = POINTS
        elif _PERCENT.search(name) and not meaning.fraction:
            unit = PERCENT
    elif _PERCENT.search(name) and meaning.metric is None and "/" not in unit and meaning.hundred:
        unit = PERCENT
    if name == _CONTRIBUTION and reading and reading.comparison and reading.comparison.want == "part_points":
        unit = POINTS
    additive = role == "measure" and meaning.additive and unit not in {PERCENT, POINTS}
    label = _label(raw.name, meaning, named.label if named else "", reader, reading, catalogue)
    if role == "measure" and unit == "VND":
        unit = "VND"
    return Column(raw.name, label, raw.type, unit, role, additive)


def _role(raw: RawColumn, meaning: Meaning, name: str) -> str:
    if raw.type in {"date", "timestamp"}:
        return "time"
    if raw.type not in NUMERIC:
        return meaning.role if meaning.role in {"time", "id"} else "category"
    if meaning.role:
        if meaning.role == "id" and meaning.column and _TIME.search(name) and not _ID.search(raw.name):
            return "time"
        return meaning.role
    if _RANK.search(name) or _ID.search(raw.name):
        return "id"
    if _TIME.search(name) and raw.type == "integer" and "so_" not in name:
        return "time"
    return "measure"


def _label(
    name: str, meaning: Meaning, named: str, reader: Reader | None, reading: Reading | None, catalogue: Catalogue
) -> str:
    read = _read_label(name, reading) if reading is not None else ""
    if read:
        return read
    if named:
        return named
    made = next((m.label for m in reading.metrics if m.name == name), "") if reading is not None else ""
    if made:
        return made  # a measure of the question's own, which no catalogue names
    if meaning.column and name.lower() == meaning.column.lower() and meaning.label:
        return meaning.label
    if reader is not None:
        for view in reader.views.values():
            label = view.label_of(name)
            if label != name and meaning.role in {"time", "category", "id", ""}:
                return label
    if name.startswith("gia_tri") and meaning.label:
        return meaning.label
    if meaning.exact and meaning.metric is not None and _PLAIN_NAME.fullmatch(name):
        return meaning.metric.label
    text = humanise(name, catalogue)
    known = meaning.label or (meaning.metric.label if meaning.metric else "")
    return known if known and text == name and len(name) <= 4 else text


_PLAIN_NAME = re.compile(r"(tong|total|sum|value|v|s|x|kq|ket_qua|gia_tri)(_\w+)?", re.IGNORECASE)


def _read_label(name: str, reading: Reading) -> str:
    """What the question calls a column that the reading itself brings about; empty for every other column."""
    if name == _SHARE and reading.share is not None and reading.share.numerator and not reading.share.each:
        return f"Tỷ trọng {numerator_words(reading.share)}"
    if name == _SHARE and reading.derived is not None and reading.derived.kind == "top_share":
        size = format_number(reading.derived.size)
        first = f"{size}%" if reading.derived.percent else size
        last = bool(reading.ranking and not reading.ranking.descending)
        of = f" {_lower(reading.groups[0].label)}" if reading.groups else ""
        return f"Tỷ trọng {first}{of} đứng {'cuối' if last else 'đầu'}"
    if name == "thu_hang" and reading.derived is not None and reading.derived.kind == "position":
        about = f" về {_lower(reading.metrics[0].label)}" if reading.metrics else ""
        return f"Thứ hạng của {reading.derived.label}{about}"
    beside = reading.beside
    if beside is not None and beside.want != "columns" and name in {"binh_quan", "ty_le"} and reading.metrics:
        second = "; ".join(_lower(m.label) for m in beside.reading.metrics[:1])
        return f"{reading.metrics[0].label} trên {second}"
    contrast = reading.contrast
    for match in reading.metrics if contrast is not None else ():
        if contrast and name == match.name:
            return f"{match.label}: {contrast.left_label}"
        if contrast and name == f"{match.name}_doi_chieu":
            return f"{match.label}: {contrast.right_label or 'toàn bộ'}"
    return _compared_label(name, reading)


_SHARE = "ty_trong"


def numerator_words(share: Share) -> str:
    """The part that a share is of, without the name of its column: ``Hoa Kỳ, Trung Quốc``."""
    return share.label.split(": ", 1)[-1].removeprefix("tỷ trọng ")


def _compared_label(name: str, reading: Reading) -> str:
    """For two periods side by side: the metric's label with its period; empty when there are no two periods."""
    if reading.comparison is None or not reading.periods:
        return ""
    second = reading.comparison.second
    if name == _CONTRIBUTION:
        points = reading.comparison.want == "part_points"
        return f"Đóng góp vào {'tốc độ tăng' if points else 'mức thay đổi'} chung"
    if second is not None and name in _AGAINST:
        base = reading.comparison.base if not name.endswith("_hai") else second
        return f"{_AGAINST[name]} so với {_lower(base.label)}"
    beside = reading.beside.reading.metrics if reading.beside is not None else ()
    for match in sorted((*reading.metrics, *beside), key=lambda m: len(m.name), reverse=True):
        if reading.share is not None and reading.share.numerator:
            match = replace(match, label=f"Tỷ trọng {numerator_words(reading.share)} trong {_lower(match.label)}")
        if name == match.name:
            return f"{match.label} ({_lower(reading.periods[0].label)})"
        rest = name.removeprefix(f"{match.name}_")
        if rest == name:
            continue
        if _BASE.fullmatch(rest):
            return f"{match.label} ({_lower(reading.comparison.base.label)})"
        if rest == "moc_hai" and second is not None:
            return f"{match.label} ({_lower(second.label)})"
        if rest in _AGAINST:
            against = f" so với {_lower(second.label)}" if second is not None and rest.endswith("_hai") else ""
            return f"{_AGAINST[rest]} {_lower(match.label)}{against}"
    return ""


_CONTRIBUTION = "dong_gop"
_AGAINST = {
    "tang_truong": "Tăng trưởng", "chenh_lech": "Chênh lệch", "so_lan": "Số lần", "dong_gop": "Đóng góp",
    "tang_truong_hai": "Tăng trưởng", "chenh_lech_hai": "Chênh lệch",
}  # fmt: skip
"""Changes, alone or behind the name of one of several measures; those against the second base end on ``_hai``."""


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def is_base(column: Column) -> bool:
    """Whether a measure is the value of the period compared with."""
    return column.role == "measure" and bool(_BASE.search(column.name.lower()))


def is_change(column: Column) -> bool:
    """Whether a measure is a change: growth in percent, a difference, points."""
    lowered = column.name.lower()
    return column.role == "measure" and (
        column.unit == POINTS
        or any(
            word in lowered
            for word in (
                "tang_truong",
                "chenh_lech",
                "thay_doi",
                "toc_do",
                "growth",
                "tang_giam",
                "muc_tang",
                "diff",
                "yoy",
            )
        )
    )


def unit_label(column: Column) -> str:
    """Label with unit in brackets, for axes and headers."""
    unit = unit_word(column.unit)
    return f"{column.label} ({unit})" if unit else column.label


def is_rank(column: Column) -> bool:
    """Whether a column is a rank or a running number, and no key."""
    return column.role == "id" and bool(_RANK.search(column.name.lower()))


def is_listing(result: Result) -> bool:
    """Whether the result lists records and not figures: a key that differs in every row, among several columns."""
    keys = [i for i, c in enumerate(result.columns) if c.role == "id" and not is_rank(c)]
    others = sum(1 for c in result.columns if c.role in {"category", "time"})
    return others > 1 and any(len({row[i] for row in result.rows}) == len(result.rows) for i in keys)
