"""What a chart needs to know about a result: measures worth drawing, categories, time, and the points to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nl2sql.answer.format import axis_scale, format_amount, format_number, format_value
from nl2sql.answer.result import NUMERIC, is_base, is_change, is_listing, is_rank
from nl2sql.answer.timeaxis import Moment, TimeAxis, row_label, time_axis
from nl2sql.types import Column, Reading, Result, Shape
from schema.semantic import Catalogue

MAX_POINTS = 1000
MAX_BARS = 30
MAX_SERIES = 8
OTHER = "Khác"


@dataclass(frozen=True)
class ChartData:
    """A result sorted out for drawing."""

    result: Result
    reading: Reading | None
    catalogue: Catalogue

    @property
    def columns(self) -> tuple[Column, ...]:
        """The result's columns."""
        return self.result.columns

    @property
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """The result's rows."""
        return self.result.rows

    @cached_property
    def measures(self) -> tuple[int, ...]:
        """Numeric measures that hold at least one value."""
        return tuple(
            i
            for i, c in enumerate(self.columns)
            if c.role == "measure" and c.type in NUMERIC and any(row[i] is not None for row in self.rows)
        )

    @cached_property
    def main(self) -> int:
        """The measure to draw: the one asked for, else the first that is no change and no base."""
        names = [m.name for m in self.reading.metrics] if self.reading else []
        levels = [i for i in self.measures if not is_change(self.columns[i]) and not is_base(self.columns[i])]
        return next((i for i in levels if self.columns[i].name in names), levels[0] if levels else self.measures[0])

    @cached_property
    def base(self) -> int | None:
        """The main measure's value in the period compared with."""
        unit = self.columns[self.main].unit
        bases = [i for i in self.measures if is_base(self.columns[i]) and self.columns[i].unit == unit]
        return bases[0] if bases and bases[0] != self.main else None

    @cached_property
    def companions(self) -> tuple[int, ...]:
        """The main measure with the others of its unit that are levels too (exports beside imports), at most four."""
        unit = self.columns[self.main].unit
        same = [
            i
            for i in self.measures
            if self.columns[i].unit == unit and not is_change(self.columns[i]) and not is_base(self.columns[i])
        ]
        return tuple(same) if unit and 1 < len(same) <= 4 else (self.main,)

    @cached_property
    def time(self) -> TimeAxis | None:
        """The time axis, or None."""
        return time_axis(self.result, self.catalogue)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The different moments in order."""
        return self.time.distinct if self.time else ()

    @cached_property
    def categories(self) -> tuple[int, ...]:
        """Category columns that differ between rows; a code beside its name counts once (the later, the name)."""
        found = [
            i for i, c in enumerate(self.columns) if c.role == "category" and len({row[i] for row in self.rows}) > 1
        ]
        if not found:
            ids = [i for i, c in enumerate(self.columns) if c.role == "id" and len({row[i] for row in self.rows}) > 1]
            named = [i for i in ids if not is_rank(self.columns[i])]
            found = named[:1]
        kept: list[int] = []
        for index in found:
            twin = next((k for k in kept if self._one_to_one(k, index)), None)
            if twin is None:
                kept.append(index)
            elif _words([row[index] for row in self.rows]) > _words([row[twin] for row in self.rows]):
                kept[kept.index(twin)] = index
        return tuple(kept)

    def _one_to_one(self, left: int, right: int) -> bool:
        pairs = {(row[left], row[right]) for row in self.rows}
        return len(pairs) == len({p[0] for p in pairs}) == len({p[1] for p in pairs})

    @property
    def keys_unique(self) -> bool:
        """Whether each row has its own place on the chart."""
        keys = [(self.moment_key(r), *(row[i] for i in self.categories)) for r, row in enumerate(self.rows)]
        return len(set(keys)) == len(keys)

    def moment_key(self, row: int) -> tuple[int, ...]:
        """Sorting key of a row's moment; empty without one."""
        moment = self.time.moments[row] if self.time else None
        return moment.key if moment is not None else ()

    def category(self, row: int, index: int) -> str:
        """A category cell in words."""
        column = self.columns[index]
        return row_label([format_value(self.rows[row][index], column)])

    def scale(self, indexes: Sequence[int] | None = None) -> tuple[float, str]:
        """Factor and unit words for the measures drawn."""
        used = indexes or (self.main,)
        values = [float(row[i]) for row in self.rows for i in used if row[i] is not None]
        return axis_scale(values, self.columns[used[0]].unit)

    def point(self, row: int, index: int, factor: float) -> dict[str, Any]:
        """One value: ``y`` scaled for the axis, ``v`` the same as text, ``t`` the full text for the tooltip."""
        value = self.rows[row][index]
        if value is None:
            return {"y": None, "v": "", "t": format_amount(None)}
        scaled = float(value) / factor
        places = 1 if abs(scaled) >= 100 else 2
        return {
            "y": scaled,
            "v": format_number(scaled, places),
            "t": format_amount(value, self.columns[index].unit),
        }

    def ordered_categories(self, index: int) -> list[str] | None:
        """The dimension's own order for the values present, or None when it has none."""
        name = self.columns[index].name
        for view in self.catalogue.views.values():
            dim = view.dimension(name)
            if dim is not None and dim.order:
                present = {self.category(r, index) for r in range(len(self.rows))}
                known = [v for v in dim.order if v in present]
                return [*known, *sorted(present - set(known))]
        return None

    @property
    def is_rows(self) -> bool:
        """Whether the result lists records and not figures."""
        if self.reading is not None and self.reading.shape is Shape.ROWS:
            return True
        return is_listing(self.result)


def _words(values: Sequence[Any]) -> int:
    return sum(len(v) for v in values if isinstance(v, str))
