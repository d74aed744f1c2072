"""Periods as people say them, drawn inside the range of the data; the assistant's own time grammar reads them back."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.frames import dates_of_stock, opening, to_period
from nl2sql.question.text import normalise
from nl2sql.question.time import read_time
from nl2sql.training import period_words as words
from nl2sql.types import Grain, Period
from schema.semantic import TimeDimension

_ROMAN = ("I", "II", "III", "IV")
_RELATIVE = 0.27
"""How often a period hangs on now: leaders ask about this month, last quarter, the year to date."""
_RECENCY = (16, 14, 8, 3)
"""Weights of this year, the last one …; every older one weighs 1."""
_SPANS = (2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9)
"""Years from the first to the last of a range."""
Drawn = tuple[str, tuple[Period, ...]]


class Calendar:
    """Draws periods for one view.

    Args:
        time: The view's time.
        first: First day of its data.
        last: Last day of its data.
        today: "Now" for relative periods.
    """

    def __init__(self, time: TimeDimension, first: dt.date, last: dt.date, today: dt.date) -> None:
        self._time, self._first, self._last, self._today = time, first, last, today

    def draw(self, rng: random.Random) -> Drawn:
        """One period with its wording."""
        if self._time.snapshot:
            return self._settled(rng, self._stock())
        if rng.random() < _RELATIVE:
            return self._settled(rng, words.RELATIVE)
        if rng.random() < 0.03:
            return self.years(rng)
        halves = ((words.half_month, 4),) if "half_month" in self._time.parts else ()
        return self._settled(rng, (*words.NAMED, *halves))

    def _stock(self) -> words.Ways:
        """A stock by month is asked for at a moment; one by quarter or year, of that quarter or year."""
        if "month" in self._time.parts or "year" not in self._time.parts:
            return words.STOCK
        yearly = ((words.year, 10), (words.near_year, 4), (words.stock_now, 3))
        return (*yearly, (words.quarter, 8), (words.near_quarter, 4)) if "quarter" in self._time.parts else yearly

    def years(self, rng: random.Random) -> Drawn:
        """A range of whole years."""
        for _ in range(20):
            if self._last.year - self._first.year < 2:
                break
            b = max(self._last.year - rng.choice((0, 0, 0, 0, 1, 1, 2, 3)), self._first.year + 2)
            a = max(b - rng.choice(_SPANS), self._first.year)
            said = words.years_till(rng, a, b, self._today)
            if found := self._read(said):
                return said, found
        return self.whole_year(rng)

    def short(self, rng: random.Random) -> Drawn:
        """A period in two or three words at most: "2025", "T9/25", "quý 3"; of a stock mostly none."""
        if self._time.snapshot and rng.random() < 0.5:
            return "", self.unsaid()
        return self._settled(rng, words.SHORT)

    def unsaid(self) -> tuple[Period, ...]:
        """What is meant where no period is said: the newest stock, and everything of what happens."""
        return (self._newest(),) if self._time.snapshot else ()

    def whole_year(self, rng: random.Random) -> Drawn:
        """One year."""
        return self._settled(rng, ((words.year, 4), (words.near_year, 1)))

    def exactly(self, said: str) -> Drawn:
        """The period that these words mean, where the data covers it."""
        return said, self._read(said)

    def part(self, rng: random.Random) -> Drawn:
        """A month, quarter, half or year: what has a period before it."""
        if self._time.snapshot:
            return self.draw(rng)
        return self._settled(
            rng,
            (
                (words.year, 9), (words.quarter, 5), (words.month, 6), (words.first_months, 7), (words.half, 2),
                (words.near_year, 3), (words.near_quarter, 2), (words.near_month, 3), (words.to_date, 1),
                (words.yearless, 6), (words.cumulative, 3),
            ),
        )  # fmt: skip

    def unit(self, rng: random.Random) -> Drawn:
        """A month or quarter, of a stock a moment: what has a "month before" or "quarter before" of its own."""
        months = ((words.month, 5), (words.near_month, 4))
        if self._time.snapshot:
            return self._settled(rng, (*months, (words.stock_now, 6)))
        return self._settled(rng, (*months, (words.quarter, 5), (words.near_quarter, 3), (words.yearless, 4)))

    def several(self, rng: random.Random) -> tuple[str, tuple[Period, ...], Grain]:
        """Two or three years, the same part of them, or several parts of one year; and the unit that tells them apart.

        Returns:
            Empty words and no period where the data covers none that were drawn.
        """
        for _ in range(30):
            said, grain = self._list(rng)
            found = self._mentioned(said)
            several = len({(p.start, p.end) for p in found}) == len(found) > 1
            one_year = len({p.start.year for p in found}) == 1
            if (
                several
                and (grain == "year") is not one_year
                and all(self._inside(p) and not p.open for p in found)
                and grain in self._time.parts
            ):
                return said, dates_of_stock(found) if self._time.snapshot else found, grain
        return "", (), "year"

    def _list(self, rng: random.Random) -> tuple[str, Grain]:
        grain: Grain
        newest, stock = self._last.year, self._time.snapshot
        count = rng.choice((2, 2, 2, 3, 3, 4))
        end = "cuối " if stock else ""
        if rng.random() < 0.7:
            top = max(newest - rng.choice((0, 0, 0, 0, 1, 1, 2, 3)), self._first.year + 1)
            near = rng.random() < 0.6
            chosen = range(top - count + 1, top + 1) if near else rng.sample(range(self._first.year, newest + 1), 2)
            years = [str(y) for y in sorted(chosen)]
            if rng.random() < 0.1:
                years.reverse()
            listed = _listed(rng, years)
            if len(years) == 2 and rng.random() < 0.4:
                return f"{end}năm {years[0]} và {end}năm {years[1]}", "year"
            part = rng.choice(
                ("", "", "", f"quý {rng.choice(_ROMAN)}", f"quý {rng.randint(1, 4)}", "6 tháng đầu",
                 f"{rng.randint(2, 10)} tháng đầu", f"tháng {rng.randint(1, 12)}")
            )  # fmt: skip
            if part and not stock:
                return f"{part} {rng.choice(('các năm', 'của các năm', 'năm'))} {listed}", "year"
            if not stock and rng.random() < 0.25:
                return rng.choice(("trong các năm ", "qua các năm ", f"{count} năm ", "ở các năm ")) + listed, "year"
            return end + rng.choice(("các năm ", "năm ", "năm ", "" if not stock else "năm ")) + listed, "year"
        year = rng.choices(*self._years())[0]
        tail = rng.choice((f"/{year}", f" năm {year}", f" năm {year}", "" if year == self._today.year else f"/{year}"))
        if rng.random() < 0.5:
            first = rng.randint(1, 4)
            numbers = sorted({first, rng.randint(1, 4), rng.randint(1, 4)})
            digits = [_ROMAN[n - 1] for n in numbers] if rng.random() < 0.5 else [str(n) for n in numbers]
            unit, grain = "quý", "month" if stock else "quarter"  # a stock at the ends of quarters is that of months
        else:
            first = rng.randint(1, 11)
            digits = [str(m) for m in range(first, min(12, first + count - 1) + 1)]
            unit, grain = "tháng", "month"
        if rng.random() < 0.4:
            return _listed(rng, [f"{end}{unit} {d}" for d in digits]) + tail, grain
        return f"{end}{rng.choice(('', '', 'các '))}{unit} " + _listed(rng, digits) + tail, grain

    def _settled(self, rng: random.Random, ways: words.Ways) -> Drawn:
        years, weights = self._years()
        for _ in range(40):
            say = rng.choices([w for w, _ in ways], [n for _, n in ways])[0]
            said = say(rng, rng.choices(years, weights)[0], self._today)
            if found := self._read(said):
                return said, found
        return "", ()

    def _years(self) -> tuple[list[int], list[int]]:
        """The years of the data, the newest first, with their weights."""
        years = list(range(self._last.year, self._first.year - 1, -1))
        return years, [_RECENCY[i] if i < len(_RECENCY) else 1 for i in range(len(years))]

    def _read(self, said: str) -> tuple[Period, ...]:
        """The one period that the words mean, once or twice, when the data covers its beginning."""
        found = self._mentioned(said)
        one = len({(p.start, p.end) for p in found}) == 1
        return found[:1] if one and self._inside(found[0]) else ()

    def _inside(self, period: Period) -> bool:
        return self._first <= period.start <= self._last and period.end <= self._today

    def _mentioned(self, said: str) -> tuple[Period, ...]:
        """The periods that the words mean here; of a stock, "hiện nay" is the newest and "đầu năm" the opening one."""
        text = normalise(f"số liệu {said}")
        found: Sequence[Period] = [to_period(text, p) for p in read_time(text, self._today).periods]
        if not found and said.isdigit():
            return self._mentioned(f"năm {said}")
        if self._time.snapshot:
            found = [opening(p) for p in found] or ([self._newest()] if said in words.NOW else [])
        return tuple(replace(p, span=None) for p in found)

    def _newest(self) -> Period:
        """The unit of the newest stock, as far as it has gone."""
        parts, today = self._time.parts, self._today
        grain: Grain = (
            "month" if "month" in parts or "year" not in parts else "quarter" if "quarter" in parts else "year"
        )
        first = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1}.get(grain, 1)
        return Period(today.replace(month=first, day=1), today, grain, f"Đến {today:%d/%m/%Y}")


def _listed(rng: random.Random, items: Sequence[str]) -> str:
    """ "2022, 2023 và 2024", "2022, 2023, 2024"."""
    last = rng.choice((" và ", " và ", ", ") if len(items) == 2 else (" và ", ", "))
    return last.join((", ".join(items[:-1]), items[-1])) if len(items) > 1 else items[0]
