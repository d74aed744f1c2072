"""Wordings of periods: families of surface forms, each for a year; whether they are understood is asked elsewhere.

A family knows nothing of a view. ``today`` stands for "now": forms without a year or with "này", "trước" hang on it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import random
from collections.abc import Callable, Sequence

Say = Callable[[random.Random, int, dt.date], str]
Ways = Sequence[tuple[Say, int]]

_ROMAN = ("I", "II", "III", "IV")
_NUMBERS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_MONTHS = ("", "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_SPELLED = 0.12


def _weighed(rng: random.Random, *options: tuple[str, int]) -> str:
    return rng.choices([said for said, _ in options], [weight for _, weight in options])[0]


def _count(rng: random.Random, number: int) -> str:
    """A small number, now and then in words; "năm" is never spelled, since it is a year too."""
    return _NUMBERS[number] if rng.random() < _SPELLED and 1 <= number <= 12 and number != 5 else str(number)


def _of_year(rng: random.Random, y: int, today: dt.date) -> str:
    """The year after a smaller unit with what joins it: "/2025", " năm 2025", " năm ngoái", "/25"."""
    if y >= today.year - 1 and rng.random() < 0.2:
        return " năm nay" if y == today.year else rng.choice((" năm ngoái", " năm ngoái", " năm trước"))
    return _weighed(rng, (f"/{y}", 8), (f" năm {y}", 6), (f" {y}", 2), (f"/{y % 100}", 2))


def _quarter_head(rng: random.Random, q: int) -> str:
    spelled = ("một", "hai", "ba", "tư")[q - 1]
    return _weighed(rng, (f"quý {_ROMAN[q - 1]}", 6), (f"quý {q}", 6), (f"Q{q}", 3), (f"quý {spelled}", 1))


def _month_head(rng: random.Random, m: int) -> str:
    spelled = "" if m == 5 else f"tháng {_MONTHS[m]}"  # "tháng năm" alone is no month
    return _weighed(rng, (f"tháng {m}", 11), (f"tháng {m:02d}", 2), (f"T{m}", 4), (spelled or f"tháng {m}", 1))


def _newest_month(y: int, today: dt.date) -> int:
    return today.month if y == today.year else 12


def _month(rng: random.Random, y: int, today: dt.date) -> int:
    """A month that has begun; those just past more often in the year of now."""
    if y == today.year and rng.random() < 0.5:
        return rng.randint(max(1, today.month - 2), today.month)
    return rng.randint(1, _newest_month(y, today))


def _day_of(rng: random.Random, y: int, m: int) -> int:
    return rng.randint(1, calendar.monthrange(y, m)[1])


# With their year


def year(rng: random.Random, y: int, today: dt.date) -> str:
    return _weighed(
        rng, (f"năm {y}", 24), (f"trong năm {y}", 6), (f"cả năm {y}", 4), (f"{y}", 8), (f"trọn năm {y}", 2),
        (f"năm {y % 100}", 1), (f"riêng năm {y}", 1), (f"vào năm {y}", 1), (f"hết năm {y}", 1), (f"suốt năm {y}", 1),
        (f"trong cả năm {y}", 1), *(((f"hồi năm {y}", 1), (f"năm {y} vừa qua", 1)) if y < today.year else ()),
    )  # fmt: skip


def quarter(rng: random.Random, y: int, today: dt.date) -> str:
    lead = rng.choice(("", "", "", "", "", "", "", "", "trong ", "trong ", "cả ", "cả ", "riêng "))
    return lead + _quarter_head(rng, rng.randint(1, 4)) + _of_year(rng, y, today)


def month(rng: random.Random, y: int, today: dt.date) -> str:
    m = _month(rng, y, today)
    if rng.random() < 0.08:
        return rng.choice((f"{m}/{y}", f"{m:02d}/{y}", f"T{m:02d}/{y}", f"T{m}-{y}", f"kỳ báo cáo tháng {m}/{y}",
                           f"kỳ báo cáo T{m}/{y}"))  # fmt: skip
    lead = rng.choice(("", "", "", "", "", "", "", "", "trong ", "trong ", "vào ", "cả ", "riêng "))
    return lead + _month_head(rng, m) + _of_year(rng, y, today)


def first_months(rng: random.Random, y: int, today: dt.date) -> str:
    n = today.month - rng.choice((0, 0, 1, 1, 2)) if y == today.year and rng.random() < 0.6 else rng.randint(2, 11)
    n = max(2, min(n, _newest_month(y, today)))
    said = _count(rng, n)
    tail, letter = _of_year(rng, y, today), rng.choice("TTt")
    return _weighed(
        rng,
        (f"{said} tháng đầu năm {y}", 10), (f"{said} tháng năm {y}", 4), (f"{said} tháng đầu {y}", 2),
        (f"{said} tháng {y}", 4), (f"{n} tháng{tail}", 3), (f"{said} tháng đầu năm{tail.replace(' năm', '')}", 3),
        (f"{n}{letter}/{y}", 5), (f"{n}{letter}/{y % 100:02d}", 4), (f"{n}{letter} {y}", 2),
        (f"{n}{letter}{y % 100:02d}", 1), (f"{n}{letter} đầu năm {y}", 3), (f"{n}{letter} năm {y}", 2),
        (f"trong {said} tháng đầu năm {y}", 3), (f"{said} tháng của năm {y}", 1), (f"{said} tháng đầu của năm {y}", 1),
        (f"lũy kế {said} tháng năm {y}", 1), (f"lũy kế {n}T/{y}", 1), (f"{n}T-{y}", 1), (f"{n}T{y}", 1),
    )  # fmt: skip


def half(rng: random.Random, y: int, today: dt.date) -> str:
    side = rng.choice(("đầu", "đầu", "cuối"))
    number = 1 if side == "đầu" else 2
    whose = _weighed(rng, (f"{y}", 6), ("nay" if y == today.year else "ngoái" if y == today.year - 1 else f"{y}", 2))
    return _weighed(
        rng,
        (f"6 tháng {side} năm {whose}", 8), (f"sáu tháng {side} năm {whose}", 1), (f"nửa {side} năm {whose}", 5),
        (f"nửa năm {side} {y}", 1), (f"6T {side} năm {whose}", 2), (f"6 tháng {side} {y}", 1), (f"H{number}/{y}", 2),
        (f"H{number} {y}", 1), (f"6T/{y}" if number == 1 else f"6T cuối năm {y}", 1),
    )  # fmt: skip


def some_quarters(rng: random.Random, y: int, today: dt.date) -> str:
    n, side = rng.choice((2, 3, 3)), rng.choice(("đầu", "đầu", "đầu", "cuối"))
    return _weighed(
        rng,
        (f"{_NUMBERS[n]} quý {side} năm {y}", 3), (f"{n} quý {side} năm {y}", 3), (f"quý {side} năm {y}", 1),
        (f"từ quý 1 đến quý {n}/{y}", 1), (f"Q1-Q{n}/{y}", 1), (f"quý 1-{n}/{y}", 1),
        (f"từ quý I đến hết quý {_ROMAN[n - 1]} năm {y}", 1),
    )  # fmt: skip


def month_range(rng: random.Random, y: int, today: dt.date) -> str:
    last = max(2, _newest_month(y, today))
    a = rng.choice((1, 1, rng.randint(1, last - 1)))
    b = rng.randint(a + 1, last)
    tail = _of_year(rng, y, today)
    return rng.choice(
        (
            f"từ tháng {a} đến tháng {b}{tail}", f"từ tháng {a} đến tháng {b} năm {y}",
            f"từ tháng {a}/{y} đến tháng {b}/{y}", f"từ {a}/{y} đến {b}/{y}", f"tháng {a}-{b}/{y}", f"T{a}-T{b}/{y}",
            f"từ T{a} đến T{b}/{y}", f"tháng {a} - tháng {b} năm {y}", f"từ tháng {a} đến hết tháng {b}/{y}",
            f"tháng {a} đến tháng {b}{tail}", f"từ T{a}-T{b}/{y}", f"từ tháng {a}-{b}/{y}",
            f"trong thời gian từ tháng {a} đến tháng {b}/{y}", f"từ tháng {a} tới tháng {b}{tail}",
        )
    )  # fmt: skip


def across_years(rng: random.Random, y: int, today: dt.date) -> str:
    """A stretch that begins in one year and ends in a later one."""
    a, b, x = rng.randint(2, 12), _month(rng, y, today), y - rng.choice((1, 1, 1, 2))
    p, q = rng.randint(2, 4), rng.randint(1, 4)
    return rng.choice(
        (
            f"từ {a}/{x} đến {b}/{y}", f"từ tháng {a}/{x} đến tháng {b}/{y}", f"từ T{a}/{x} đến T{b}/{y}",
            f"từ tháng {a} năm {x} đến tháng {b} năm {y}", f"từ tháng {a}/{x} tới hết tháng {b}/{y}",
            f"từ T{a}/{x % 100} đến T{b}/{y % 100}", f"giai đoạn {a}/{x}-{b}/{y}",
            f"từ quý {_ROMAN[p - 1]}/{x} đến quý {_ROMAN[q - 1]}/{y}", f"từ Q{p}/{x} đến Q{q}/{y}",
        )
    )  # fmt: skip


def day(rng: random.Random, y: int, today: dt.date) -> str:
    m = _month(rng, y, today)
    d = _day_of(rng, y, m)
    return rng.choice(
        (f"ngày {d}/{m}/{y}", f"ngày {d:02d}/{m:02d}/{y}", f"ngày {d} tháng {m} năm {y}", f"{d:02d}/{m:02d}/{y}",
         f"trong ngày {d}/{m}/{y}", f"hôm {d}/{m}/{y}", f"ngày {d}-{m}-{y}")
    )  # fmt: skip


def days(rng: random.Random, y: int, today: dt.date) -> str:
    m = _month(rng, y, today)
    last = calendar.monthrange(y, m)[1]
    a = rng.randint(1, last - 5)
    b = rng.randint(a + 2, last)
    side, n = rng.choice(("đầu", "cuối")), rng.choice((5, 10, 15))
    return rng.choice(
        (
            f"từ {a}/{m}/{y} đến {b}/{m}/{y}", f"từ ngày {a}/{m} đến ngày {b}/{m}/{y}", f"từ {a}/{m} đến {b}/{m}/{y}",
            f"từ ngày {a} đến ngày {b} tháng {m} năm {y}", f"từ {a} đến {b}/{m}/{y}", f"{a}-{b}/{m}/{y}",
            f"nửa {side} tháng {m}/{y}", f"nửa {side} tháng {m} năm {y}", f"{n} ngày {side} tháng {m}/{y}",
            f"tuần {rng.randint(1, 52)}/{y}", f"tuần {rng.randint(1, 52)} năm {y}",
            f"tuần {rng.randint(1, 4)} tháng {m}/{y}", f"từ ngày {a:02d}/{m:02d}/{y} đến ngày {b:02d}/{m:02d}/{y}",
            f"từ {a}-{b}/{m}/{y}", f"từ ngày {a}/{m} đến {b}/{m}/{y}", f"{a:02d}/{m:02d}/{y} - {b:02d}/{m:02d}/{y}",
        )
    )  # fmt: skip


def cumulative(rng: random.Random, y: int, today: dt.date) -> str:
    m = _month(rng, y, today)
    last, roman = calendar.monthrange(y, m)[1], _ROMAN[rng.randint(0, 3)]
    d = rng.randint(2, last)
    return rng.choice(
        (
            f"tính đến hết ngày {d}/{m}/{y}", f"đến hết ngày {d}/{m} năm {y}", f"từ đầu năm đến ngày {d}/{m}/{y}",
            f"tính đến hết tháng {m}/{y}", f"lũy kế đến hết tháng {m}/{y}", f"lũy kế đến tháng {m}/{y}",
            f"tính đến tháng {m}/{y}", f"tính đến cuối tháng {m}/{y}", f"tính đến {last}/{m}/{y}",
            f"tính đến ngày {last}/{m:02d}/{y}", f"lũy kế {max(m, 2)} tháng năm {y}", f"đến hết quý {roman}/{y}",
            f"lũy kế từ đầu năm đến hết tháng {m}/{y}", f"từ đầu năm đến hết tháng {m}/{y}", f"hết tháng {m}/{y}",
            f"lũy kế đến hết quý {roman}/{y}", f"đến ngày {last}/{m}/{y}", f"đến hết T{m}/{y}",
            f"tính đến hết T{m}/{y}", f"tính đến hết ngày {last}/{m}/{y}", f"lũy kế {max(m, 2)} tháng/{y}",
            f"tính tới hết tháng {m}/{y}",
            f"từ 01/01/{y} đến {last}/{m:02d}/{y}", f"từ ngày 1/1/{y} đến ngày {last}/{m}/{y}",
            f"từ đầu năm {y} đến hết tháng {m}",
        )
    )  # fmt: skip


def half_month(rng: random.Random, y: int, today: dt.date) -> str:
    n, m = rng.randint(1, 2), _month(rng, y, today)
    when = rng.choice((f"tháng {m}/{y}", f"tháng {m}/{y}", f"tháng {m} năm {y}", f"tháng {m}"))
    return _weighed(
        rng, (f"kỳ {n} {when}", 5), (f"kỳ {'I' * n} {when}", 3), (f"nửa {('đầu', 'cuối')[n - 1]} {when}", 2),
        (f"K{n}T{m}/{y}", 1),
    )  # fmt: skip


def years_till(rng: random.Random, a: int, b: int, today: dt.date) -> str:
    """Whole years from one to another; "đến nay" and "gần đây" where they reach to now."""
    said = _weighed(
        rng,
        (f"giai đoạn {a}-{b}", 4), (f"từ năm {a} đến năm {b}", 4), (f"từ {a} đến {b}", 3), (f"giai đoạn {a} - {b}", 1),
        (f"trong các năm {a}-{b}", 1), (f"giai đoạn từ năm {a} đến năm {b}", 1), (f"{a}-{b}", 4), (f"năm {a}-{b}", 1),
        (f"trong giai đoạn {a}-{b}", 2), (f"từ năm {a} tới {b}", 1), (f"từ năm {a} đến {b}", 2),
        (f"từ năm {a} đến hết năm {b}", 1), (f"thời kỳ {a}-{b}", 1), (f"{b - a + 1} năm {a}-{b}", 1),
        (f"trong {_count(rng, b - a + 1)} năm {a}-{b}", 1), (f"từ {a}-{b}", 1), (f"năm {a} đến năm {b}", 1),
        (f"trong {_count(rng, b - a + 1)} năm từ {a} đến {b}", 1), (f"từ năm {a} - {b}", 1), (f"{a} - {b}", 1),
    )  # fmt: skip
    if b < today.year or rng.random() < 0.35:
        return said
    n = b - a + 1
    return _weighed(
        rng,
        (f"từ năm {a} đến nay", 4), (f"từ {a} đến nay", 3), (f"từ {a} tới nay", 2), (f"kể từ năm {a} đến nay", 1),
        (f"{_count(rng, n)} năm gần đây", 4), (f"{_count(rng, n)} năm gần nhất", 3), (f"{n} năm trở lại đây", 2),
        (f"trong {_count(rng, n)} năm qua", 1), (f"trong {_count(rng, n)} năm gần đây", 2), (f"từ {a} đến giờ", 1),
        (f"từ năm {a} trở lại đây", 1), (f"kể từ {a}", 1), (f"{_count(rng, n)} năm gần đây nhất", 1),
    )  # fmt: skip


# Hanging on now


def near_year(rng: random.Random, _: int, today: dt.date) -> str:
    return _weighed(
        rng, ("năm nay", 8), ("trong năm nay", 2), ("năm ngoái", 6), ("cả năm ngoái", 2), ("năm trước", 2),
        ("trong năm ngoái", 1), ("năm vừa rồi", 1), ("năm vừa qua", 1), ("năm kia", 1), ("cả năm nay", 1),
        ("cả năm", 1), ("năm rồi", 1), ("năm nay đến giờ", 1), ("năm nay tới giờ", 1), ("hồi năm ngoái", 1),
        ("riêng năm nay", 1), (f"năm {today.year} đến nay", 1), (f"năm {today.year} này", 1),
    )  # fmt: skip


def near_quarter(rng: random.Random, _: int, today: dt.date) -> str:
    return _weighed(
        rng, ("quý này", 5), ("quý trước", 5), ("quý vừa rồi", 3), ("quý vừa qua", 3), ("trong quý này", 1),
        ("quý gần nhất", 1), ("trong quý trước", 1), ("quý hiện tại", 1), ("quý rồi", 1), ("quý gần đây nhất", 1),
        ("riêng quý này", 1), (f"quý {max((today.month - 1) // 3, 1)} vừa rồi", 1),
        (f"quý {_ROMAN[max((today.month - 1) // 3, 1) - 1]} vừa qua", 1),
    )  # fmt: skip


def near_month(rng: random.Random, _: int, today: dt.date) -> str:
    m = today.month
    return _weighed(
        rng, ("tháng này", 6), ("tháng trước", 6), ("tháng vừa qua", 3), ("tháng vừa rồi", 3), (f"tháng {m} này", 2),
        (f"tháng {m} vừa qua", 1), (f"tháng {max(m - 1, 1)} vừa qua", 2), ("trong tháng này", 2), ("tháng gần nhất", 1),
        (f"tháng {max(m - 1, 1)} vừa rồi", 1), ("tháng rồi", 1), ("tháng gần đây nhất", 1), ("tháng mới nhất", 1),
        (f"kỳ báo cáo T{m}", 1), (f"kỳ báo cáo tháng {m}", 1), (f"tháng {_MONTHS[m]} này", 1), (f"T{m} này", 1),
        ("riêng tháng này", 1),
    )  # fmt: skip


def to_date(rng: random.Random, y: int, today: dt.date) -> str:
    m = rng.randint(1, today.month)
    return _weighed(
        rng, ("từ đầu năm đến nay", 7), ("từ đầu năm tới nay", 2), ("từ đầu năm đến giờ", 1), ("từ đầu năm", 1),
        ("YTD", 2), ("tính đến nay", 1), ("lũy kế đến nay", 1), ("lũy kế từ đầu năm", 1), ("từ đầu năm tới giờ", 1),
        (f"lũy kế từ đầu năm đến hết tháng {m}", 1), (f"từ tháng {m} đến nay", 2), ("từ đầu tháng đến nay", 1),
        ("từ đầu quý đến nay", 1), (f"từ tháng {m}/{y} đến nay", 1), ("tính đến hôm nay", 1), ("kể từ đầu năm", 1),
        (f"từ năm {y} đến nay", 1), (f"từ {y} tới nay", 1), ("đầu năm đến nay", 2), ("từ đầu năm đến hiện tại", 1),
        ("từ đầu năm đến bây giờ", 1), ("tính từ đầu năm đến nay", 1), ("tính từ đầu năm", 1), ("từ 1/1 đến nay", 1),
        ("kể từ đầu năm đến nay", 1), ("đến giờ", 1), ("tới giờ", 1), ("đến bây giờ", 1), ("MTD", 1), ("QTD", 1),
        (f"YTD {today.year}", 1), ("từ đầu tháng", 1), ("từ đầu tháng tới giờ", 1), ("từ đầu quý", 1),
        (f"từ tháng {m} đến giờ", 1), (f"từ tháng {m} năm ngoái đến nay", 1), (f"từ tháng {m} trở lại đây", 1),
        (f"tính đến hết tháng {m}", 1), (f"tính tới hết tháng {m}", 1), (f"tính đến hết T{m}", 1),
    )  # fmt: skip


def recent(rng: random.Random, _: int, today: dt.date) -> str:
    n, many = rng.choice(((12, "tháng"), (3, "tháng"), (6, "tháng"), (3, "năm"), (2, "năm"), (2, "quý"), (7, "ngày")))
    last = rng.choice(("gần nhất", "gần nhất", "gần đây", "gần đây", "vừa qua", "qua", "trở lại đây"))
    if many == "tháng" and n == 12 and rng.random() < 0.2 and today.month < 12:
        m, y = today.month, today.year
        return f"12 tháng {last}, từ {rng.choice(('tháng ', 'tháng ', ''))}{m + 1}/{y - 1} đến tháng {m}/{y}"
    if many == "tháng" and n in (6, 12) and rng.random() < 0.2:
        return rng.choice(("một năm qua", "1 năm qua", "một năm trở lại đây") if n == 12 else ("nửa năm qua",))
    return rng.choice(("", "", "", "", "trong ", "trong ", "trong vòng ")) + f"{_count(rng, n)} {many} {last}"


def yearless(rng: random.Random, _: int, today: dt.date) -> str:
    """A part of a year without the year: this one's."""
    m = _month(rng, today.year, today)
    n = max(2, m)
    roman, q = _ROMAN[(m - 1) // 3], (m - 1) // 3 + 1
    return _weighed(
        rng,
        (_month_head(rng, m), 6), (_quarter_head(rng, q), 5), (f"{_count(rng, n)} tháng đầu năm", 6), (f"{n}T", 3),
        (f"{n} tháng", 2), (f"{_count(rng, n)} tháng đầu năm nay", 3), (f"{_count(rng, n)} tháng năm nay", 2),
        (f"{n}t đầu năm", 3), (f"{n}T đầu năm", 2), ("6 tháng đầu năm", 3), ("nửa đầu năm", 2), ("nửa đầu năm nay", 1),
        ("ba quý đầu năm", 1), ("3 quý đầu năm", 1), ("hai quý đầu năm", 1), (f"quý {roman} năm nay", 1),
        (f"lũy kế {n} tháng", 1), (f"lũy kế đến tháng {m}", 1), (f"lũy kế đến hết tháng {m}", 1),
        (f"đến hết quý {roman}", 1), (f"từ tháng 1 đến tháng {n}", 1), (f"trong tháng {m}", 2), (f"hết tháng {m}", 1),
        (f"nửa đầu tháng {m}", 1), (f"trong quý {roman}", 1), (f"trong {n} tháng", 1),
        (f"{_count(rng, n)} tháng đầu", 1), (f"T1-T{n}", 1), (f"từ T1 đến T{n}", 1), (f"tháng 1 đến tháng {n}", 1),
        (f"hồi tháng {m}", 1),
        (f"riêng tháng {m}", 1), (f"cả tháng {m}", 1), (f"riêng quý {roman}", 1), (f"cả quý {q}", 1),
        (f"lũy kế {n}T", 1), (f"lk {n}T", 1), (f"lũy kế {n} tháng đầu năm", 1), ("quý đầu năm", 1),
        ("ba tháng đầu năm", 1), (f"{n} tháng nay", 1), (f"đến hết T{m}", 1), (f"hết T{m}", 1),
    )  # fmt: skip


def near_days(rng: random.Random, _: int, today: dt.date) -> str:
    m = _month(rng, today.year, today)
    d = _day_of(rng, today.year, m)
    return _weighed(
        rng, ("hôm nay", 4), ("hôm qua", 5), ("tuần này", 4), ("tuần trước", 4), ("tuần vừa qua", 1), ("tuần qua", 1),
        (f"ngày {d}/{m}", 3), (f"hôm {d}/{m}", 1), ("ngày hôm qua", 1), (f"từ {d}/{m} đến nay", 1), ("hôm kia", 1),
        ("trong ngày hôm qua", 1), ("ngày hôm nay", 1), ("tuần rồi", 1), ("tuần vừa rồi", 1), ("7 ngày vừa qua", 1),
        ("30 ngày qua", 1), (f"15 ngày đầu tháng {m}", 1), (f"tuần đầu tháng {m}", 1),
    )  # fmt: skip


# Stocks: how things stood at a moment


def stock_named(rng: random.Random, y: int, today: dt.date) -> str:
    m = _month(rng, y, today)
    last, roman = calendar.monthrange(y, m)[1], _ROMAN[(m - 1) // 3]
    return _weighed(
        rng,
        (f"cuối tháng {m}/{y}", 8), (f"cuối tháng {m} năm {y}", 2), (f"cuối T{m}/{y}", 1), (f"cuối năm {y}", 6),
        (f"cuối quý {roman}/{y}", 2), (f"tại thời điểm {last}/{m}/{y}", 2), (f"đến hết tháng {m}/{y}", 3),
        (f"hết quý {roman}/{y}", 2), (f"tháng {m}/{y}", 5), (f"năm {y}", 6), (f"đến {last}/{m}/{y}", 2),
        (f"tính đến {last}/{m}/{y}", 2), (f"tính đến ngày {last}/{m:02d}/{y}", 1), (f"tính đến cuối tháng {m}/{y}", 2),
        (f"tính đến hết tháng {m}/{y}", 2), (f"hết năm {y}", 1), (f"đầu năm {y}", 1), (f"T{m}/{y}", 2),
        (f"quý {roman}/{y}", 2), (f"vào cuối năm {y}", 1),
        (f"tính đến hết năm {y}", 1), (f"Q{(m + 2) // 3}/{y}", 1), (f"tháng {m} năm {y}", 2),
        (f"tại ngày {last}/{m}/{y}", 1), (f"vào cuối tháng {m}/{y}", 1), (f"thời điểm cuối tháng {m}/{y}", 1),
        (f"tại thời điểm cuối năm {y}", 1), (f"thời điểm {last}/{m}/{y}", 1), (f"cuối Q{(m + 2) // 3}/{y}", 1),
        (f"tính đến hết T{m}/{y}", 1), (f"đến cuối tháng {m}/{y}", 1), (f"tính đến cuối quý {roman}/{y}", 1),
        (f"tính đến hết ngày {last}/{m}/{y}", 1), (f"kỳ báo cáo tháng {m}/{y}", 1), (f"cuối {y}", 1),
        (f"chốt cuối tháng {m}/{y}", 1), (f"{last}/{m}/{y}", 1),
    )  # fmt: skip


NOW = (
    "hiện nay", "hiện tại", "hiện giờ", "bây giờ", "đến nay", "tính đến nay", "tính đến hiện tại", "đến thời điểm này",
    "đến thời điểm hiện tại", "tính đến thời điểm hiện tại", "đến hiện tại", "tính đến hôm nay", "đến giờ", "tới giờ",
    "tính đến giờ", "tới nay", "cho đến nay", "lúc này", "tại thời điểm này", "tại thời điểm hiện tại", "",
)  # fmt: skip
"""Wordings of "now" for a stock; those without a date mean the newest one, and so does no word at all."""


def stock_now(rng: random.Random, _: int, today: dt.date) -> str:
    return rng.choices(NOW, (8, 6, 1, 1, 5, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 16))[0]


def stock_near(rng: random.Random, _: int, today: dt.date) -> str:
    m = _month(rng, today.year, today)
    roman = _ROMAN[(m - 1) // 3]
    return _weighed(
        rng, ("tháng này", 3), ("tháng trước", 3), ("cuối tháng trước", 3), (f"cuối tháng {m}", 4), (f"tháng {m}", 3),
        ("cuối quý trước", 2), (f"cuối quý {roman}", 2), ("cuối năm ngoái", 4), ("cuối năm trước", 2), ("đầu năm", 2),
        ("đầu năm nay", 1), (f"hết tháng {m}", 2), ("đến hết tháng trước", 1), (f"tính đến cuối tháng {m}", 2),
        (f"tính đến hết quý {roman}", 1), ("năm ngoái", 2), ("năm nay", 2), (f"T{m}", 1), (f"hết quý {roman}", 1),
        (f"tháng {today.month} này", 1), ("cuối tháng vừa rồi", 1), (f"đến hết tháng {m}", 1), ("cuối tháng này", 1),
        ("cuối tháng vừa qua", 1), ("cuối năm rồi", 1), ("cuối quý vừa rồi", 1), (f"cuối T{m}", 1),
        (f"vào cuối tháng {m}", 1), (f"thời điểm cuối tháng {m}", 1), (f"tính đến tháng {m}", 1), ("đầu tháng này", 1),
        (f"kỳ báo cáo T{m}", 1), (f"đầu tháng {m}", 1), (f"cuối Q{(m - 1) // 3 + 1}", 1), ("tháng mới nhất", 1),
    )  # fmt: skip


NAMED: Ways = (
    (year, 30), (quarter, 11), (month, 12), (first_months, 11), (half, 5), (some_quarters, 2), (month_range, 4),
    (across_years, 2), (day, 3), (days, 4), (cumulative, 4),
)  # fmt: skip
RELATIVE: Ways = (
    (near_year, 8), (near_quarter, 4), (near_month, 6), (to_date, 5), (recent, 3), (yearless, 9), (near_days, 4),
)  # fmt: skip


def brief(rng: random.Random, y: int, today: dt.date) -> str:
    """A period as short as people type it."""
    m = _month(rng, y, today)
    n, q = max(m, 2), (m + 2) // 3
    here = y == today.year and rng.random() < 0.5
    tail = "" if here else _weighed(rng, (f"/{y}", 5), (f" {y}", 2), (f"/{y % 100}", 4))
    return _weighed(
        rng, (str(y), 11), (f"năm {y}", 3), (f"T{m}{tail}", 4), (f"tháng {m}{tail}", 4), (f"quý {q}{tail}", 5),
        (f"Q{q}{tail}", 3), (f"{n}T{tail}", 3), (f"{n} tháng{tail}", 2), (f"{m}/{y}", 2),
    )  # fmt: skip


SHORT: Ways = ((brief, 70), (near_year, 10), (near_month, 8), (near_quarter, 6), (to_date, 3))
"""Periods of questions in a few words."""
STOCK: Ways = ((stock_named, 52), (stock_now, 25), (stock_near, 23))
