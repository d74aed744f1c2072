"""Bounds as people say them: a round number near a real one, its unit in words, and a comparing phrase."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (">", ("trên", "hơn", "lớn hơn", "vượt", "quá", "cao hơn", "nhiều hơn", ">")),
    (">=", ("từ {} trở lên", "ít nhất", "tối thiểu", "không dưới", ">=")),
    ("<", ("dưới", "ít hơn", "nhỏ hơn", "thấp hơn", "chưa đến", "<")),
    ("<=", ("không quá", "tối đa", "từ {} trở xuống", "<=")),
    ("between", ("từ {} đến {}", "trong khoảng {} đến {}", "nằm trong khoảng từ {} đến {}")),
)
_SCALES = ((1e9, ("tỷ", "tỉ")), (1e6, ("triệu", "tr")), (1e3, ("nghìn", "ngàn")))
_MONEY = {"VND": ("đồng", "đồng", "VND", ""), "USD": ("USD", "USD", "đô", "đô la")}


@dataclass(frozen=True)
class SaidBound:
    """A bound: operator, number or numbers, and the text."""

    op: str
    value: float
    upper: float | None
    text: str


def say_bound(near: float, unit: str, rng: random.Random) -> SaidBound:
    """A bound by a round number near ``near``, which is positive, with the unit as people say it."""
    op, ways = rng.choices(_WORDS, (6, 2, 4, 1, 1))[0]
    way = rng.choice(ways)
    value = _round(near, rng)
    if op == "between":
        upper = _round(near * rng.choice((1.5, 2, 3)), rng)
        if upper <= value:
            upper = value * 2
        return SaidBound(op, value, upper, way.format(_number(value, unit, rng), _number(upper, unit, rng)))
    said = _number(value, unit, rng)
    return SaidBound(op, value, None, way.format(said) if "{}" in way else f"{way} {said}")


def _round(value: float, rng: random.Random) -> float:
    digits = rng.choice((1, 1, 2))
    power = 10 ** (math.floor(math.log10(value)) - digits + 1)
    rounded = float(max(1, round(value / power)) * power)
    return float(round(rounded)) if rounded >= 1 else rounded


def _number(value: float, unit: str, rng: random.Random) -> str:
    spoken = unit if unit and unit != "%" else ""
    if unit in _MONEY:
        spoken = rng.choice(_MONEY[unit])
    if unit == "%":
        return f"{_plain(value)}{rng.choice(('%', ' %', ' phần trăm'))}"
    for scale, names in _SCALES:
        if value >= scale and round(value / scale * 10, 6).is_integer() and (unit in _MONEY or scale >= 1e6):
            return f"{_plain(value / scale)} {rng.choice(names)} {spoken}".strip()
    text = _plain(value) if rng.random() < 0.3 or value < 1000 else f"{value:,.0f}".replace(",", ".")
    return f"{text} {spoken}".strip()


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
