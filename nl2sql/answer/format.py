"""Vietnamese numbers, units, dates and periods, as people read them.

``1.234.567,89``; ``190,1 tỷ USD``; ``15,2 nghìn tỷ đồng``; ``03/02/2025``; ``Tháng 3/2025``; ``Quý II/2025``.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

from nl2sql.types import Column

NOTHING = "không có"
ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}

_MONEY = {"USD": "USD", "VND": "đồng", "đồng": "đồng", "EUR": "EUR"}
_STEPS: dict[str, tuple[tuple[float, str], ...]] = {
    "USD": ((1e9, "tỷ "), (1e6, "triệu ")),
    "EUR": ((1e9, "tỷ "), (1e6, "triệu ")),
    "đồng": ((1e12, "nghìn tỷ "), (1e9, "tỷ "), (1e6, "triệu ")),
}
_PLAIN_STEPS: tuple[tuple[float, str], ...] = ((1e9, "tỷ "), (1e6, "triệu "))
PERCENT = "%"
POINTS = "điểm %"


def format_number(value: float | int | Decimal, decimals: int | None = None) -> str:
    """A number with dots between thousands and a decimal comma.

    Args:
        decimals: Most decimals shown, trailing zeros removed; chosen by size when None (2, none from a million up).
    """
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    number = float(value)
    if not math.isfinite(number):
        return NOTHING
    places = decimals if decimals is not None else (0 if abs(number) >= 1e6 else 2)
    if decimals is None and 0 < abs(number) < 0.01:
        places = min(1 - math.floor(math.log10(abs(number))), 8)
    text = f"{number:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        text = "0"
    return text.translate(_SWAP)


_SWAP = str.maketrans({",": ".", ".": ","})


def format_amount(value: float | int | Decimal | None, unit: str = "") -> str:
    """A number with its unit, money scaled to what people say: ``190,1 tỷ USD``, ``+2,5 điểm %`` has no sign here."""
    if value is None:
        return NOTHING
    if unit in {PERCENT, POINTS}:
        return f"{format_number(float(value), 2)}{'' if unit == PERCENT else ' '}{unit}"
    money, per = _money(unit)
    if money:
        factor, word = scale_of([float(value)], unit)
        scaled = float(value) / factor
        return f"{format_number(scaled, 0 if factor == 1 else _places(scaled))} {word}{money}{per}"
    text = format_number(value)
    return f"{text} {unit}".strip()


def _money(unit: str) -> tuple[str, str]:
    """The money of a unit as it is said, and what it is counted by: ``đồng/tháng`` is ``("đồng", "/tháng")``."""
    first, slash, per = unit.partition("/")
    return _MONEY.get(first, ""), f"{slash}{per}"


def _places(scaled: float) -> int:
    return 1 if abs(scaled) >= 100 else 2


def scale_of(values: list[float], unit: str) -> tuple[float, str]:
    """The factor by which values are divided for reading, and its word (``tỷ ``); chosen by the largest.

    Money only in its own steps; other units (tons, cases) from a million up; percentages never.
    """
    largest = max((abs(v) for v in values), default=0.0)
    if unit in {PERCENT, POINTS}:
        return 1.0, ""
    for factor, word in _STEPS.get(_money(unit)[0], ()):
        if largest >= factor:
            return factor, word
    return 1.0, ""


def axis_scale(values: list[float], unit: str) -> tuple[float, str]:
    """As ``scale_of`` for an axis, with the unit's words: ``(1e9, "tỷ USD")``, ``(1e6, "triệu tờ khai")``."""
    money, per = _money(unit)
    if money:
        factor, word = scale_of(values, unit)
        return factor, f"{word}{money}{per}"
    if unit in {PERCENT, POINTS}:
        return 1.0, unit
    largest = max((abs(v) for v in values), default=0.0)
    for factor, word in _PLAIN_STEPS:
        if largest >= factor * 10:
            return factor, f"{word}{unit}".strip()
    return 1.0, unit


def unit_word(unit: str) -> str:
    """The unit as it is said: VND is ``đồng``."""
    return _MONEY.get(unit, unit)


def signed(value: float | int | Decimal, unit: str = "") -> str:
    """An amount with its sign: ``+1,2 tỷ USD``, ``-3,5%``."""
    text = format_amount(value, unit)
    return f"+{text}" if float(value) > 0 else text


def change_words(value: float | int | Decimal, unit: str = "") -> str:
    """``tăng 1,2 tỷ USD``, ``giảm 3,5%``, ``không đổi``."""
    number = float(value)
    if number == 0:
        return "không đổi"
    return f"{'tăng' if number > 0 else 'giảm'} {format_amount(abs(number), unit)}"


def format_date(value: dt.date) -> str:
    """``dd/MM/yyyy``, with ``HH:mm`` for a time stamp."""
    return value.strftime("%d/%m/%Y %H:%M") if isinstance(value, dt.datetime) else value.strftime("%d/%m/%Y")


def format_value(value: Any, column: Column) -> str:
    """A cell of a result, without its unit (the column's header has it)."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, int | float | Decimal):
        if column.role in {"time", "id"}:
            whole = float(value)
            return str(int(whole)) if whole.is_integer() else format_number(value)
        if column.unit in {PERCENT, POINTS}:
            return format_number(float(value), 2)
        return format_number(value)
    return str(value)


def period_name(grain: str, year: int | None, part: int | None = None) -> str:
    """A period in words: ``Năm 2025``, ``Quý II/2025``, ``Tháng 3/2025``, ``Tháng 3`` when the year is unknown."""
    tail = f"/{year}" if year is not None else ""
    if grain == "year" or part is None:
        return f"Năm {year}" if year is not None else NOTHING
    if grain == "quarter":
        return f"Quý {ROMAN.get(part, part)}{tail}"
    words = {"month": "Tháng", "half": "Nửa năm", "week": "Tuần", "half_month": "Kỳ"}
    return f"{words.get(grain, 'Kỳ')} {part}{tail}"


def short_period(grain: str, year: int | None, part: int | None = None) -> str:
    """A period for an axis: ``2025``, ``Quý II/2025``, ``T3/2025``."""
    if grain == "year" or part is None:
        return str(year) if year is not None else NOTHING
    if grain == "month":
        return f"T{part}/{year}" if year is not None else f"T{part}"
    return period_name(grain, year, part)
