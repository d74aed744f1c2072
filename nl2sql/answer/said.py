"""What a sentence of finding calls things: a result sorted out, its rows, its measures, and what it was asked of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nl2sql.answer.format import PERCENT, POINTS, format_amount, format_value
from nl2sql.answer.result import is_base, is_change
from nl2sql.answer.timeaxis import TimeAxis, row_label
from nl2sql.types import Column, FilterMatch, Reading, Result
from schema.semantic import Catalogue

SHARE = "ty_trong"
RUNNING = frozenset({"luy_ke", "trung_binh_truot"})


@dataclass(frozen=True)
class View:
    """A result sorted out: positions of its measures and categories, and its time."""

    result: Result
    reading: Reading | None
    catalogue: Catalogue
    measures: tuple[int, ...]
    categories: tuple[int, ...]
    time: TimeAxis | None

    def column(self, index: int) -> Column:
        """The column at a position."""
        return self.result.columns[index]

    def values(self, index: int) -> list[Any]:
        """Its values, a row each."""
        return [row[index] for row in self.result.rows]

    def amount(self, row: int, index: int) -> str:
        """A cell with its unit; a balance of trade says in words whether it is a surplus or a deficit."""
        return amount_words(self.result.rows[row][index], self.column(index))

    def label(self, row: int) -> str:
        """The row's categories and time in words."""
        parts = [format_value(self.result.rows[row][i], self.column(i)) for i in self.categories]
        moment = self.time.moments[row] if self.time else None
        if moment is not None:
            parts.append(lower(moment.name) if parts else moment.name)
        return row_label(parts)

    def share(self) -> int | None:
        """The column with each row's part of the whole that the question is about."""
        return next((i for i in self.measures if self.column(i).name == SHARE and self.column(i).unit == PERCENT), None)

    def asked(self) -> list[int]:
        """The measures that were asked for, in the order of the result; else those that are no base and no change."""
        names = {m.name for m in self.reading.metrics} if self.reading else set()
        if self.reading is not None and self.reading.beside is not None:
            names |= {m.name for m in self.reading.beside.reading.metrics}
        found = [i for i in self.measures if self.column(i).name in names]
        plain = [i for i in self.measures if not is_change(self.column(i)) and not is_base(self.column(i))]
        return found or plain or list(self.measures)

    def named(self) -> bool:
        """Whether its rows are members that the question named, so that their sum is no total of everything."""
        reading = self.reading
        if reading is None:
            return False
        columns = {self.column(i).name for i in self.categories}
        each = reading.share.each if reading.share else ""
        return each in columns or any(f.column in columns and f.values and not f.negated for f in reading.filters)

    def members(self, count: int) -> str:
        """``3 nước đối tác``: how many rows, called by what they are."""
        if len(self.categories) == 1 and self.time is None:
            what = lower(self.column(self.categories[0]).label)
        elif self.time is not None and not self.categories:
            what = GRAINS.get(self.time.grain, "kỳ")
        else:
            what = "dòng"
        return f"{format_amount(count)} {what}"


GRAINS = {"year": "năm", "quarter": "quý", "month": "tháng", "week": "tuần", "day": "ngày"}


def amount_words(value: Any, column: Column) -> str:
    """A value with its unit; a balance of trade as ``xuất siêu`` or ``nhập siêu``."""
    if value is not None and "can_can" in column.name.lower() and column.unit not in {PERCENT, POINTS}:
        word = "nhập siêu" if value < 0 else "xuất siêu"
        return (
            f"{word} {format_amount(abs(value), column.unit)}"
            if not is_change(column)
            else format_amount(value, column.unit)
        )
    return format_amount(value, column.unit)


def lower(label: str) -> str:
    """A label inside a sentence; an abbreviation keeps its capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def short(label: str) -> str:
    """``Nước đối tác: Hoa Kỳ`` as ``Hoa Kỳ``."""
    return label.split(": ", 1)[1] if ": " in label else label


def conditions(view: View) -> list[str]:
    """The conditions of the whole result in words; one whose column stands in the rows is told by the rows."""
    reading = view.reading
    if reading is None or reading.terms:
        return []
    shown = {view.column(i).name for i in view.categories} if len(view.result.rows) > 1 else set()
    mine = [f for f in reading.filters if f.column not in shown or f.negated]
    if reading.beside is not None:
        theirs = {short(f.label) for f in reading.beside.reading.filters}
        mine = [f for f in mine if short(f.label) in theirs]
    return [said for f in mine if (said := short(f.label))]


def own_conditions(view: View, column: Column | None) -> list[str]:
    """What holds for one of two subjects alone; nothing where there is one subject."""
    reading = view.reading
    if column is None or reading is None or reading.beside is None or reading.beside.want != "columns":
        return []
    both: tuple[tuple[FilterMatch, ...], tuple[FilterMatch, ...]] = reading.filters, reading.beside.reading.filters
    mine, theirs = both if column.name in {m.name for m in reading.metrics} else both[::-1]
    known = {short(f.label) for f in theirs}
    shown = {view.column(i).name for i in view.categories}
    return [short(f.label) for f in mine if short(f.label) not in known and (f.column not in shown or f.negated)]


def bracketed(parts: list[str]) -> str:
    """The parts in brackets behind a label; nothing for none."""
    return f" ({', '.join(parts)})" if parts else ""


def periods(view: View) -> list[str]:
    """The periods of the reading, unless two of them stand side by side in the result."""
    reading = view.reading
    if reading is None or reading.comparison is not None or len(reading.periods) > 2:
        return []
    return [lower(p.label) for p in reading.periods]


def context(view: View, column: Column | None = None) -> str:
    """Conditions and period, as they follow a measure's label; with a column, those of its subject too."""
    return bracketed([*own_conditions(view, column), *conditions(view), *periods(view)])


def after_dash(view: View, column: Column | None = None) -> str:
    """The same before a course of time; the period only where the axis does not tell the year."""
    parts = own_conditions(view, column) + conditions(view)
    if view.time is not None and not view.time.has_year:
        parts += periods(view)
    return f" – {', '.join(parts)}" if parts else ""
