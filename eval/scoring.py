"""Execution match: does a result hold what the gold result holds?

What counts, and what does not
------------------------------
- Rows are compared as a multiset; as a sequence where the question asks for an order.
- Column names and column order never count. A predicted column answers for at most one gold column.
- Every predicted column must be a gold column; the gold's optional columns (outside ``need``) may be absent.
- Numbers: int, float and Decimal are one kind, equal within a relative 1e-6 (and an absolute 1e-9 of the column's
  largest magnitude, because sums that cancel keep noise). A rounded number outside that is a miss of its own kind.
- A share as 0.12 is not 12: a miss of its own kind (``percent_scale``), as are other powers of ten (``unit_scale``) and
  a wrong sign.
- NULL equals only NULL; NaN counts as NULL. Booleans equal only booleans. Text is compared in NFC, case counts.
- A date, a timestamp at midnight and the same day as ISO text are equal.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

RELATIVE = 1e-6
_NOISE = 1e-9
_ROUNDED = 5e-3
_TIME_NAMES = frozenset({"nam", "quy", "thang", "ky", "tuan"})
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_MATCHING_ROWS = 400
_SCALES = (1e2, 1e-2, 1e3, 1e-3, 1e6, 1e-6, 1e9, 1e-9, 1e12, 1e-12)


@dataclass(frozen=True)
class Table:
    """A result: ``rows`` has shape (n, len(columns))."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Match:
    """How a result compares with one gold result.

    Attributes:
        strict: It is right.
        relaxed: It is right when extra columns and missing descriptive columns are forgiven.
        kind: Why it is not strict: ``percent_scale``, ``unit_scale``, ``sign``, ``rounding``, ``order``,
            ``extra_column``, ``missing_column``, ``rows`` (another number of rows) or ``values``; empty when strict.
    """

    strict: bool
    relaxed: bool
    kind: str = ""


def compare(predicted: Table, gold: Table, *, need: Sequence[frozenset[str]] = (), order: bool = False) -> Match:
    """Compare a result with a gold result.

    Args:
        need: Alternatives of gold column names that must be there; all of them when empty.

    Raises:
        ValueError: ``need`` names a column that the gold result lacks.
    """
    wanted = _wanted(gold, need)
    mine, theirs = _normal(predicted), _normal(gold)
    if _strict(mine, theirs, wanted, order):
        return Match(True, True)
    kind = ""
    if order and _strict(mine, theirs, wanted, False):
        return Match(False, False, "order")
    for name, variant in _variants(mine, theirs):
        if _strict(variant, theirs, wanted, order, tolerance=_ROUNDED if name == "rounding" else RELATIVE):
            kind = name
            break
    relaxed, how = _relaxed(mine, theirs, gold.columns, wanted, order)
    if not kind:
        kind = how if relaxed else ("rows" if len(mine.rows) != len(theirs.rows) else "values")
    return Match(False, relaxed, kind)


def normal_value(value: Any) -> Any:
    """A value in its one comparable form: None, bool, float or int, or text (days as ISO text)."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        value = float(value) if value.is_finite() else None
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, int):
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        value = value.isoformat()
    text = unicodedata.normalize("NFC", str(value))
    day = _DAY.fullmatch(text)
    return day.group(1) if day else text


@dataclass(frozen=True)
class _Grid:
    """Normal values by column: ``columns[i][j]`` is row j of column i."""

    columns: tuple[tuple[Any, ...], ...]
    rows: tuple[tuple[Any, ...], ...]


def _normal(table: Table) -> _Grid:
    rows = tuple(tuple(normal_value(v) for v in row) for row in table.rows)
    return _Grid(tuple(tuple(row[i] for row in rows) for i in range(len(table.columns))), rows)


def _wanted(gold: Table, need: Sequence[frozenset[str]]) -> tuple[frozenset[int], ...]:
    if not need:
        return (frozenset(range(len(gold.columns))),)
    places = {name.lower(): i for i, name in enumerate(gold.columns)}
    missing = sorted({n for part in need for n in part if n.lower() not in places})
    if missing:
        raise ValueError(f"need names columns that the gold lacks: {', '.join(missing)}")
    return tuple(frozenset(places[n.lower()] for n in part) for part in need)


def _strict(
    mine: _Grid, theirs: _Grid, wanted: tuple[frozenset[int], ...], order: bool, tolerance: float = RELATIVE
) -> bool:
    if len(mine.rows) != len(theirs.rows) or not mine.columns or len(mine.columns) > len(theirs.columns):
        return False
    if not mine.rows:
        return any(len(part) <= len(mine.columns) for part in wanted)
    for mapping in _mappings(mine, theirs, tolerance, order):
        used = set(mapping)
        if any(part <= used for part in wanted) and _same_rows(
            mine.rows, [tuple(row[i] for i in mapping) for row in theirs.rows], order, tolerance
        ):
            return True
    return False


def _mappings(mine: _Grid, theirs: _Grid, tolerance: float, order: bool) -> Iterator[tuple[int, ...]]:
    """Every injective assignment of predicted columns to gold columns that hold the same values."""
    options = [
        [i for i, other in enumerate(theirs.columns) if _same_column(column, other, tolerance, order)]
        for column in mine.columns
    ]
    yield from _assign(options, ())


def _assign(options: list[list[int]], taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if len(taken) == len(options):
        yield taken
        return
    for choice in options[len(taken)]:
        if choice not in taken:
            yield from _assign(options, (*taken, choice))


def _same_column(a: tuple[Any, ...], b: tuple[Any, ...], tolerance: float, order: bool) -> bool:
    if not order:
        a, b = tuple(sorted(a, key=_sort_key)), tuple(sorted(b, key=_sort_key))
    floor = _floor(b)
    return all(_equal(x, y, tolerance, floor) for x, y in zip(a, b, strict=True))


def _floor(values: Sequence[Any]) -> float:
    return _NOISE * max((abs(v) for v in values if _is_number(v) and math.isfinite(v)), default=0.0)


def _same_rows(
    mine: Sequence[tuple[Any, ...]], theirs: Sequence[tuple[Any, ...]], order: bool, tolerance: float
) -> bool:
    floors = [_floor([row[i] for row in theirs]) for i in range(len(mine[0]))]

    def same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        return all(_equal(x, y, tolerance, f) for x, y, f in zip(a, b, floors, strict=True))

    if order:
        return all(same(a, b) for a, b in zip(mine, theirs, strict=True))
    first = sorted(mine, key=_row_key)
    second = sorted(theirs, key=_row_key)
    if all(same(a, b) for a, b in zip(first, second, strict=True)):
        return True
    # Numbers that differ by noise can sort differently: try a matching on results of a size where that is cheap.
    return len(first) <= _MATCHING_ROWS and _perfect(first, second, same)


def _perfect(
    first: Sequence[tuple[Any, ...]],
    second: Sequence[tuple[Any, ...]],
    same: Callable[[tuple[Any, ...], tuple[Any, ...]], bool],
) -> bool:
    """A one-to-one matching of rows exists (augmenting paths)."""
    options = [[j for j, b in enumerate(second) if same(a, b)] for a in first]
    holder: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in options[i]:
            if j not in tried:
                tried.add(j)
                if j not in holder or place(holder[j], tried):
                    holder[j] = i
                    return True
        return False

    return all(place(i, set()) for i in range(len(first)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(a: Any, b: Any, tolerance: float, floor: float) -> bool:
    if _is_number(a) and _is_number(b):
        if a == b:
            return True
        return math.isfinite(a) and math.isfinite(b) and abs(a - b) <= max(tolerance * max(abs(a), abs(b)), floor)
    return type(a) is type(b) and bool(a == b)


def _sort_key(value: Any) -> tuple[int, float, str]:
    if value is None:
        return 0, 0.0, ""
    if isinstance(value, bool):
        return 1, float(value), ""
    if _is_number(value):
        return 2, float(value), ""
    return 3, 0.0, str(value)


def _row_key(row: tuple[Any, ...]) -> tuple[Any, ...]:
    exact = tuple(_sort_key(v) for v in row if not isinstance(v, float))
    return exact, tuple(_sort_key(v) for v in row if isinstance(v, float))


def _variants(mine: _Grid, theirs: _Grid) -> Iterator[tuple[str, _Grid]]:
    """The prediction with one systematic slip undone, by the slip's name."""
    yield "rounding", mine
    yield "sign", _scaled(mine, -1.0)
    for factor in _SCALES:
        small = max((abs(v) for c in theirs.columns for v in c if isinstance(v, float)), default=math.inf)
        name = "percent_scale" if factor in {1e2, 1e-2} and small <= 1e5 else "unit_scale"
        yield name, _scaled(mine, factor)


def _scaled(grid: _Grid, factor: float) -> _Grid:
    """Columns that are measures, multiplied; a column with a fraction or a magnitude over 9,999 is one."""
    columns = tuple(
        tuple(v * factor if _is_number(v) else v for v in column) if _is_measure(column) else column
        for column in grid.columns
    )
    return _Grid(columns, tuple(zip(*columns, strict=True)) if columns else ())


def _is_measure(column: tuple[Any, ...]) -> bool:
    return any(_is_number(v) and (isinstance(v, float) or abs(v) > 9999) for v in column)


def _relaxed(
    mine: _Grid, theirs: _Grid, names: tuple[str, ...], wanted: tuple[frozenset[int], ...], order: bool
) -> tuple[bool, str]:
    """Whether the rows match once extra columns and missing descriptive columns are forgiven, and which it was."""
    if len(mine.rows) != len(theirs.rows) or not mine.rows:
        return False, ""
    for part in wanted:
        for kept in _kept(part, theirs, names):
            options = [
                [i for i, column in enumerate(mine.columns) if _same_column(theirs.columns[g], column, RELATIVE, order)]
                for g in kept
            ]
            for mapping in _assign(options, ()):
                picked = [tuple(row[i] for i in mapping) for row in mine.rows]
                if _same_rows(picked, [tuple(row[g] for g in kept) for row in theirs.rows], order, RELATIVE):
                    return True, "missing_column" if len(kept) < len(part) else "extra_column"
    return False, ""


def _kept(part: frozenset[int], theirs: _Grid, names: tuple[str, ...]) -> Iterator[tuple[int, ...]]:
    """The needed columns, then the same without those that say the same in every row (the year asked for, say)."""
    full = tuple(sorted(part))
    yield full
    spare = {i for i in full if _descriptive(theirs.columns[i], names[i])}
    rest = tuple(i for i in full if i not in spare)
    if rest and spare:
        yield rest


def _descriptive(column: tuple[Any, ...], name: str) -> bool:
    if len(set(column)) != 1:
        return False
    text = all(v is None or isinstance(v, str | bool) for v in column)
    return name.lower() in _TIME_NAMES or (text and len(column) > 1)
