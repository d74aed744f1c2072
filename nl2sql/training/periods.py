"""Periods as people say them, drawn inside the range of the data; the assistant's own time grammar reads them back."""

from __future__ import annotations

import calendar
import datetime as dt
import random
from collections.abc import Callable

from nl2sql.question.frames import to_period
from nl2sql.question.text import normalise
from nl2sql.question.time import read_time
from nl2sql.types import Period
from schema.semantic import TimeDimension

_ROMAN = ("I", "II", "III", "IV")
Say = Callable[[random.Random, int], str]


def _year(rng: random.Random, y: int) -> str:
    return rng.choice((f"năm {y}", f"năm {y}", f"trong năm {y}", f"cả năm {y}", f"{y}"))


def _quarter(rng: random.Random, y: int) -> str:
    q = rng.randint(1, 4)
    return rng.choice(
        (f"quý {_ROMAN[q - 1]}/{y}", f"quý {q}/{y}", f"quý {q} năm {y}", f"quý {_ROMAN[q - 1]} năm {y}", f"Q{q}/{y}")
    )


def _month(rng: random.Random, y: int) -> str:
    m = rng.randint(1, 12)
    return rng.choice(
        (f"tháng {m}/{y}", f"tháng {m} năm {y}", f"tháng {m:02d}/{y}", f"trong tháng {m}/{y}", f"T{m}/{y}")
    )


def _first_months(rng: random.Random, y: int) -> str:
    n = rng.randint(2, 11)
    return rng.choice((f"{n} tháng đầu năm {y}", f"{n} tháng năm {y}", f"{n} tháng đầu {y}"))


def _half(rng: random.Random, y: int) -> str:
    return rng.choice((f"6 tháng đầu năm {y}", f"6 tháng cuối năm {y}", f"nửa đầu năm {y}", f"nửa cuối năm {y}"))


def _month_range(rng: random.Random, y: int) -> str:
    a = rng.randint(1, 10)
    b = rng.randint(a + 1, 12)
    return rng.choice(
        (
            f"từ tháng {a} đến tháng {b} năm {y}",
            f"từ tháng {a} đến tháng {b}/{y}",
            f"từ tháng {a}/{y} đến tháng {b}/{y}",
        )
    )


def _day(rng: random.Random, y: int) -> str:
    m = rng.randint(1, 12)
    d = rng.randint(1, calendar.monthrange(y, m)[1])
    return rng.choice((f"ngày {d}/{m}/{y}", f"ngày {d:02d}/{m:02d}/{y}", f"ngày {d} tháng {m} năm {y}"))


def _days(rng: random.Random, y: int) -> str:
    m = rng.randint(1, 12)
    last = calendar.monthrange(y, m)[1]
    a = rng.randint(1, last - 5)
    b = rng.randint(a + 2, last)
    return rng.choice(
        (f"từ {a}/{m}/{y} đến {b}/{m}/{y}", f"từ ngày {a}/{m} đến ngày {b}/{m}/{y}", f"từ {a}/{m} đến {b}/{m}/{y}")
    )


def _cumulative(rng: random.Random, y: int) -> str:
    m = rng.randint(2, 11)
    return rng.choice((f"tính đến hết tháng {m}/{y}", f"lũy kế đến hết tháng {m}/{y}", f"đến hết quý {_ROMAN[1]}/{y}"))


def _relative(rng: random.Random, _: int) -> str:
    return rng.choice(
        ("năm nay", "năm ngoái", "năm trước", "tháng này", "tháng trước", "quý này", "quý trước", "từ đầu năm đến nay",
         "hôm nay", "3 tháng gần nhất", "6 tháng gần đây", "tuần trước")
    )  # fmt: skip


def _half_month(rng: random.Random, y: int) -> str:
    return f"kỳ {rng.randint(1, 2)} tháng {rng.randint(1, 12)}/{y}"


def _snapshot(rng: random.Random, y: int) -> str:
    m = rng.randint(1, 12)
    last = calendar.monthrange(y, m)[1]
    return rng.choice(
        (f"cuối tháng {m}/{y}", f"cuối năm {y}", f"tại thời điểm {last}/{m}/{y}", f"đến hết tháng {m}/{y}",
         f"hết quý {_ROMAN[(m - 1) // 3]}/{y}", f"tháng {m}/{y}", f"năm {y}", f"đến {last}/{m}/{y}")
    )  # fmt: skip


_COMMON: tuple[tuple[Say, int], ...] = (
    (_year, 36), (_quarter, 12), (_month, 12), (_first_months, 10), (_half, 6), (_month_range, 6), (_day, 3),
    (_days, 4), (_cumulative, 3), (_relative, 8),
)  # fmt: skip


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

    def draw(self, rng: random.Random) -> tuple[str, tuple[Period, ...]]:
        """One period with its wording, or two or three years."""
        if self._time.snapshot:
            ways: tuple[tuple[Say, int], ...] = ((_snapshot, 1),)
        else:
            ways = (*_COMMON, (_half_month, 4)) if "half_month" in self._time.parts else _COMMON
        return self._settled(rng, ways)

    def years(self, rng: random.Random) -> tuple[str, tuple[Period, ...]]:
        """A range of whole years."""
        for _ in range(20):
            a = rng.randint(self._first.year, self._last.year - 2)
            b = rng.randint(a + 2, self._last.year)
            said = rng.choice(
                (f"giai đoạn {a}-{b}", f"từ năm {a} đến năm {b}", f"từ {a} đến {b}", f"giai đoạn {a} - {b}",
                 f"trong các năm {a}-{b}", f"giai đoạn từ năm {a} đến năm {b}")
            )  # fmt: skip
            if found := self._read(said):
                return said, found
        return self.whole_year(rng)

    def whole_year(self, rng: random.Random) -> tuple[str, tuple[Period, ...]]:
        """One year."""
        return self._settled(rng, ((_year, 1),))

    def exactly(self, said: str) -> tuple[str, tuple[Period, ...]]:
        """The period that these words mean, where the data covers it."""
        return said, self._read(said)

    def part(self, rng: random.Random) -> tuple[str, tuple[Period, ...]]:
        """A month, quarter, half or year: what has a period before it."""
        if self._time.snapshot:
            return self.draw(rng)
        return self._settled(rng, ((_year, 4), (_quarter, 2), (_month, 2), (_first_months, 2), (_half, 1)))

    def _settled(self, rng: random.Random, ways: tuple[tuple[Say, int], ...]) -> tuple[str, tuple[Period, ...]]:
        for _ in range(40):
            say = rng.choices([w for w, _ in ways], [n for _, n in ways])[0]
            said = say(rng, rng.randint(self._first.year, self._last.year))
            if found := self._read(said):
                return said, found
        return "", ()

    def _read(self, said: str) -> tuple[Period, ...]:
        """The period that the words mean, when there is exactly one and the data covers its beginning."""
        text = normalise(f"số liệu {said}")
        found = tuple(to_period(text, p) for p in read_time(text, self._today).periods)
        if not found and said.isdigit():
            return self._read(f"năm {said}")
        inside = all(self._first <= p.start and p.start <= self._last and p.end <= self._last for p in found)
        return found if len(found) == 1 and inside else ()
