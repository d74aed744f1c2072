"""Syntax trees of time expressions: what was said, before the years that were left out are known.

Every node knows its year or that it has none (``year_of``), can be given one (``with_year``), and then turns into days
(``resolve``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from nl2sql.question.time.calendar import (
    TET,
    iso_week,
    make_date,
    month_end,
    shift_unit,
    unit_range,
)
from nl2sql.types import Grain


class NoSuchDay(ValueError):
    """The expression names a day, month or week that the calendar lacks; the text is a Vietnamese explanation."""


@dataclass(frozen=True)
class Days:
    """A resolved range; ``label`` is empty when ``format_period`` says it best."""

    start: dt.date
    end: dt.date
    grain: Grain
    cumulative: bool = False
    label: str = ""


@dataclass(frozen=True)
class Unit:
    """One named calendar unit: "năm 2024", "quý II", "tháng 6/2024", "tuần 23", "kỳ 1 tháng 6", "ngày 5/3".

    Attributes:
        number: Its number within the year (quarter 1–4, month, ISO week) or the month (``half_month``, ``day``);
            unused for years. For a ``week`` with a month: the week within that month.
        month: Month of a ``day``, ``half_month`` or week of a month; 0 when left out.
        year: None when left out.
    """

    grain: Grain
    number: int = 0
    month: int = 0
    year: int | None = None
    relative: bool = False

    def year_of(self) -> int | None:
        return self.year

    def with_year(self, year: int) -> Unit:
        return replace(self, year=year)

    def resolve(self, year: int) -> Days:
        year = self.year if self.year is not None else year
        if self.grain == "year":
            return Days(dt.date(year, 1, 1), dt.date(year, 12, 31), "year")
        if self.grain == "half":
            return Days(*unit_range(dt.date(year, 6 * self.number, 1), "half"), "half")
        if self.grain == "quarter":
            return Days(*unit_range(dt.date(year, 3 * self.number, 1), "quarter"), "quarter")
        if self.grain == "month":
            return Days(*unit_range(dt.date(year, self.number, 1), "month"), "month")
        if self.grain == "half_month":
            first = dt.date(year, self.month, 1 if self.number == 1 else 16)
            return Days(*unit_range(first, "half_month"), "half_month")
        if self.grain == "week":
            return self._week(year)
        day = make_date(year, self.month, self.number)
        if day is None:
            raise NoSuchDay(f"Không có ngày {self.number:02d}/{self.month:02d}/{year}.")
        return Days(day, day, "day")

    def _week(self, year: int) -> Days:
        if self.month:
            start = make_date(year, self.month, 7 * self.number - 6)
            if start is None:
                raise NoSuchDay(f"Tháng {self.month}/{year} không có tuần {self.number}.")
            end = min(start + dt.timedelta(days=6), month_end(year, self.month))
            return Days(start, end, "week")
        week = iso_week(year, self.number)
        if week is None:
            raise NoSuchDay(f"Năm {year} không có tuần {self.number}.")
        return Days(*week, "week")


@dataclass(frozen=True)
class Part:
    """The first or last units of a larger one: "6 tháng đầu năm 2025", "9T/2024", "15 ngày cuối tháng 3".

    Attributes:
        from_end: Counted from the end ("cuối").
    """

    count: int
    unit: Grain
    within: Unit
    from_end: bool = False
    relative: bool = False

    def year_of(self) -> int | None:
        return self.within.year

    def with_year(self, year: int) -> Part:
        return replace(self, within=self.within.with_year(year))

    def resolve(self, year: int) -> Days:
        whole = self.within.resolve(year)
        if self.from_end:
            start = unit_range(shift_unit(whole.end, self.unit, 1 - self.count), self.unit)[0]
            start, end = max(start, whole.start) if self.unit == "week" else start, whole.end
        elif self.unit == "week":
            start, end = whole.start, whole.start + dt.timedelta(days=7 * self.count - 1)
        else:
            start, end = whole.start, unit_range(shift_unit(whole.start, self.unit, self.count - 1), self.unit)[1]
        if start < whole.start or end > whole.end:
            raise NoSuchDay(f"Không có {self.count} {UNIT_WORDS[self.unit]} trong {UNIT_WORDS[whole.grain]}.")
        grain: Grain = "half" if (self.unit, self.count) == ("month", 6) else self.unit
        return Days(start, end, "day" if grain == "week" else grain)


UNIT_WORDS: dict[Grain, str] = {
    "year": "năm",
    "half": "nửa năm",
    "quarter": "quý",
    "month": "tháng",
    "half_month": "kỳ",
    "week": "tuần",
    "day": "ngày",
}


@dataclass(frozen=True)
class Edge:
    """The beginning, middle or end of a unit, as an end point of a range or as a moment: "cuối tháng 9/2025"."""

    side: str
    of: Unit | Part | Fixed
    relative: bool = False

    def year_of(self) -> int | None:
        return self.of.year_of()

    def with_year(self, year: int) -> Edge:
        return replace(self, of=self.of.with_year(year))

    def resolve(self, year: int) -> Days:
        whole = self.of.resolve(year)
        if self.side == "end":
            return Days(whole.end, whole.end, "day")
        if self.side == "start":
            return Days(whole.start, whole.start, "day")
        middle = whole.start + (whole.end - whole.start) // 2 if whole.grain != "month" else whole.start.replace(day=15)
        return Days(middle, middle, "day")


@dataclass(frozen=True)
class Fixed:
    """A range that is known at once, because it hangs on "now" or was written in full."""

    start: dt.date
    end: dt.date
    grain: Grain
    relative: bool = True
    cumulative: bool = False
    label: str = ""

    def year_of(self) -> int | None:
        return self.start.year

    def with_year(self, year: int) -> Fixed:
        """The same days of another year; relative ranges move as well ("9 tháng qua … so với 2023")."""
        shift = year - self.start.year
        start = shift_unit(self.start, "year", shift)
        end = shift_unit(self.end, "year", shift)
        return replace(self, start=start, end=end, label="")

    def resolve(self, year: int) -> Days:
        return Days(self.start, self.end, self.grain, self.cumulative, self.label)


@dataclass(frozen=True)
class Tet:
    """The lunar new year's holiday: 29 Chạp to mồng 5; ``before``/``after`` are so many days on either side.

    ``lunar`` names days of its first month instead: (1, 3) is "mùng 1 đến mùng 3 Tết".
    """

    year: int | None = None
    where: str = ""
    relative: bool = False
    days: int = 15
    lunar: tuple[int, int] | None = None

    def year_of(self) -> int | None:
        return self.year

    def with_year(self, year: int) -> Tet:
        return replace(self, year=year)

    def resolve(self, year: int) -> Days:
        year = self.year if self.year is not None else year
        first = TET.get(year)
        if first is None:
            raise NoSuchDay(f"Chưa có lịch Tết Nguyên đán năm {year} (có từ {min(TET)} đến {max(TET)}).")
        if self.lunar is not None:
            one, last = self.lunar
            start, end = first + dt.timedelta(days=one - 1), first + dt.timedelta(days=last - 1)
            name = f"mùng {one}" if one == last else f"mùng {one} đến mùng {last}"
            return Days(start, end, "day", label=f"{name} Tết Nguyên đán {year} ({start:%d/%m/%Y}–{end:%d/%m/%Y})")
        start, end = first - dt.timedelta(days=2), first + dt.timedelta(days=4)
        if self.where == "before":
            start, end = start - dt.timedelta(days=self.days), start - dt.timedelta(days=1)
        elif self.where == "after":
            start, end = end + dt.timedelta(days=1), end + dt.timedelta(days=self.days)
        word = {"before": f"{self.days} ngày trước Tết", "after": f"{self.days} ngày sau Tết"}.get(self.where, "Tết")
        label = f"{word} Nguyên đán {year} ({start:%d/%m/%Y}–{end:%d/%m/%Y})"
        return Days(start, end, "day", label=label)


Point = Unit | Part | Edge | Fixed | Tet


@dataclass(frozen=True)
class Range:
    """From one point to another; ``until`` fixes the end ("đến nay")."""

    first: Point
    last: Point
    relative: bool = False

    def year_of(self) -> int | None:
        last = self.last.year_of()
        return last if last is not None else self.first.year_of()

    def with_year(self, year: int) -> Range:
        """Give the end this year; a beginning that already has one keeps its distance."""
        first, last = self.first, self.last
        old = self.year_of()
        if first.year_of() is not None and old is not None:
            first = first.with_year(first.year_of() + year - old)  # type: ignore[operator]
        return replace(self, first=first, last=last.with_year(year))

    def resolve(self, year: int) -> Days:
        first_year, last_year = self.first.year_of(), self.last.year_of()
        if first_year is not None:
            first = self.first.resolve(first_year)
            last = self.last.resolve(last_year if last_year is not None else first_year)
            if last_year is None and last.end < first.start:
                last = self.last.resolve(first_year + 1)
        else:
            last = self.last.resolve(last_year if last_year is not None else year)
            first = self.first.resolve(last.end.year)
            if first.start > last.end:
                first = self.first.resolve(last.end.year - 1)
        if first.start > last.end:
            raise NoSuchDay(f"Khoảng thời gian bị ngược: {first.start:%d/%m/%Y} đứng sau {last.end:%d/%m/%Y}.")
        grain = self._grain(first, last)
        year_to_date = (
            isinstance(self.first, Edge)
            and self.first.side == "start"
            and (first.start.month, first.start.day) == (1, 1)
            and first.start.year == last.end.year
        )
        if year_to_date and unit_range(last.end, "month")[1] == last.end:
            grain = "month"
        return Days(first.start, last.end, grain, year_to_date or first.cumulative or last.cumulative)

    def _grain(self, first: Days, last: Days) -> Grain:
        order: tuple[Grain, ...] = ("day", "week", "half_month", "month", "quarter", "half", "year")
        grain = min(first.grain, last.grain, key=order.index) if last.grain != "day" else first.grain
        # "từ tháng 3/2024 đến nay": the end is a day, but the person thinks in months.
        aligned = unit_range(first.start, grain)[0] == first.start
        whole_end = last.grain != "day" or isinstance(self.last, Fixed) or unit_range(last.end, grain)[1] == last.end
        return grain if aligned and whole_end else "day"


@dataclass(frozen=True)
class UpTo:
    """From the first day of the year to the end of a point: "lũy kế đến hết tháng 9", "tính đến 15/10/2024"."""

    last: Point
    relative: bool = False

    def year_of(self) -> int | None:
        return self.last.year_of()

    def with_year(self, year: int) -> UpTo:
        return replace(self, last=self.last.with_year(year))

    def resolve(self, year: int) -> Days:
        last = self.last.resolve(year)
        start = dt.date(last.end.year, 1, 1)
        grain: Grain = last.grain
        if unit_range(last.end, "month")[1] == last.end and grain == "day":
            grain = "month"
        if grain in ("week", "half_month"):
            grain = "day"
        return Days(start, last.end, grain, cumulative=True)


@dataclass(frozen=True)
class Open:
    """Everything before or after a point, inside the data: "trước năm 2020", "sau 2022"."""

    last: Point
    before: bool
    limit: dt.date
    relative: bool = False

    def year_of(self) -> int | None:
        return self.last.year_of()

    def with_year(self, year: int) -> Open:
        return replace(self, last=self.last.with_year(year))

    def resolve(self, year: int) -> Days:
        point = self.last.resolve(year)
        one = dt.timedelta(days=1)
        start, end = (self.limit, point.start - one) if self.before else (point.end + one, self.limit)
        if start > end:
            side = "trước" if self.before else "sau"
            raise NoSuchDay(f"Dữ liệu không có ngày nào {side} {point.start if self.before else point.end:%d/%m/%Y}.")
        grain = point.grain if unit_range(start, point.grain)[0] == start else "day"
        return Days(start, end, grain)


Spec = Point | Range | UpTo | Open
