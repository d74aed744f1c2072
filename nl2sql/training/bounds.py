"""Bounds as people say them: a round number near a real one, its unit in words, and a comparing phrase.

The assistant's own reader of numbers reads every wording back: what it understands otherwise is said again.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from nl2sql.question.numbers import read_numbers
from nl2sql.question.text import normalise

_Weighted = tuple[tuple[str, int], ...]
_WORDS: dict[str, tuple[int, _Weighted]] = {
    ">": (6, (
        ("trên {}", 10), ("hơn {}", 6), ("vượt {}", 3), ("quá {}", 2), ("lớn hơn {}", 3), ("cao hơn {}", 2),
        ("nhiều hơn {}", 2), ("đạt trên {}", 2), ("vượt mốc {}", 1), ("vượt quá {}", 1), ("trên mức {}", 1),
        ("> {}", 1), (">{}", 1), ("vượt mức {}", 1), ("đạt hơn {}", 1),
    )),
    ">=": (3, (
        ("từ {} trở lên", 8), ("{} trở lên", 2), ("ít nhất {}", 2), ("tối thiểu {}", 2), ("không dưới {}", 2),
        ("đạt từ {} trở lên", 1), ("không ít hơn {}", 1), (">= {}", 1), ("từ {}", 1), ("ít nhất là {}", 1),
    )),
    "<": (4, (
        ("dưới {}", 10), ("chưa đến {}", 3), ("chưa tới {}", 2), ("chưa đầy {}", 1), ("ít hơn {}", 2),
        ("nhỏ hơn {}", 2), ("thấp hơn {}", 3), ("không đến {}", 1), ("dưới mức {}", 1), ("< {}", 1), ("chưa đạt {}", 1),
    )),
    "<=": (2, (
        ("không quá {}", 4), ("tối đa {}", 2), ("từ {} trở xuống", 3), ("không vượt quá {}", 1), ("{} trở xuống", 1),
        ("không hơn {}", 1), ("<= {}", 1),
    )),
    "between": (2, (
        ("từ {} đến {}", 6), ("trong khoảng {} đến {}", 2), ("nằm trong khoảng từ {} đến {}", 1),
        ("trong khoảng từ {} đến {}", 2), ("khoảng từ {} đến {}", 1), ("từ {} tới {}", 1), ("đạt từ {} đến {}", 1),
    )),
}  # fmt: skip
_SCALES = ((1e12, ("nghìn tỷ", "nghìn tỷ", "ngàn tỷ")), (1e9, ("tỷ", "tỷ", "tỉ")), (1e6, ("triệu", "triệu", "tr")),
           (1e3, ("nghìn", "ngàn")))  # fmt: skip
_MONEY = {"VND": ("đồng", "đồng", "VND", "", ""), "USD": ("USD", "USD", "đô", "đô la", "$")}
_SPELLED = {1: "một", 2: "hai", 3: "ba", 4: "bốn", 6: "sáu", 7: "bảy", 8: "tám", 9: "chín", 10: "mười"}


@dataclass(frozen=True)
class SaidBound:
    """A bound: operator, number or numbers, and the text."""

    op: str
    value: float
    upper: float | None
    text: str


def say_bound(near: float, unit: str, rng: random.Random) -> SaidBound:
    """A bound by a round number near ``near``, which is positive, with the unit as people say it."""
    op = rng.choices(list(_WORDS), [weight for weight, _ in _WORDS.values()])[0]
    value, upper = _round(near, rng), None
    if op == "between":
        upper = _round(near * rng.choice((1.5, 2, 3)), rng)
        upper = upper if upper > value else value * 2
    for _ in range(20):
        said = SaidBound(op, value, upper, _said(op, value, upper, unit, rng))
        if _understood(said):
            return said
    plain = {">": "trên {}", ">=": "từ {} trở lên", "<": "dưới {}", "<=": "không quá {}", "between": "từ {} đến {}"}[op]
    numbers = [_grouped(v) for v in (value, upper) if v is not None]
    return SaidBound(op, value, upper, plain.format(*numbers))


def _said(op: str, value: float, upper: float | None, unit: str, rng: random.Random) -> str:
    ways = _WORDS[op][1]
    way = rng.choices([said for said, _ in ways], [weight for _, weight in ways])[0]
    last = _number(value if upper is None else upper, unit, rng)
    if upper is None:
        return way.format(last)
    shared = last.partition(" ")[2]
    short = _number(value, unit, rng)
    if shared and short.partition(" ")[2] == shared and rng.random() < 0.6:
        short = short.partition(" ")[0]  # "từ 5 đến 10 tỷ đồng"
    return way.format(short, last)


def _understood(bound: SaidBound) -> bool:
    """Whether the reader of numbers finds this bound and nothing else in the words."""
    found = [n for n in read_numbers(normalise(f"những nơi có lượng {bound.text}"), ()) if n.comparator]
    if len(found) != 1 or found[0].comparator != bound.op:
        return False
    values = ((found[0].value, bound.value), (found[0].upper, bound.upper))
    return all(one == two or (one and two and math.isclose(one, two, rel_tol=1e-9)) for one, two in values)


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
        return f"{_plain(value)}{rng.choice(('%', '%', '%', ' %', ' phần trăm'))}"
    for scale, names in _SCALES:
        part = value / scale
        if part < 1 or not round(part * 10, 6).is_integer() or not (unit in _MONEY or scale >= 1e6 or part <= 10):
            continue
        if scale == 1e12 and rng.random() < 0.4:
            continue  # "1.500 tỷ"
        if scale == 1e3 and rng.random() < 0.6:
            break
        name = rng.choice(names)
        if part in _SPELLED and rng.random() < 0.1:
            return f"{_SPELLED[int(part)]} {name} {spoken}".strip()
        if name in ("tr", "tỷ") and rng.random() < 0.3:
            return f"{_plain(part)}{name} {spoken}".strip()  # "500tr"
        if part - int(part) == 0.5 and scale < 1e12 and rng.random() < 0.15:
            return f"{int(part)} {name} rưỡi {spoken}".strip()
        return f"{_grouped(part)} {name} {spoken}".strip()
    text = _plain(value) if rng.random() < 0.3 or value < 1000 else _grouped(value)
    return f"{text} {spoken}".strip()


def _grouped(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".") if value >= 1000 and float(value).is_integer() else _plain(value)


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
