"""Bounds on how long something has lasted, which lie on each row: "nợ quá hạn trên 1 năm", "quá 180 ngày"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.numbers import NumberMention
from schema.semantic import View

DAYS = {"tuần": 7, "tháng": 30, "năm": 365}
"""How many days a longer unit is taken for where they are counted: three months are 90 days, as in the rules."""

LENGTHS = ("ngày", "giờ")


def in_hours(view: View, number: NumberMention | None) -> NumberMention | None:
    """A number of minutes as hours, where the view knows durations in hours."""
    if number is None or number.unit != "phút" or not any(f.unit == "giờ" for f in view.facts):
        return number
    upper = number.upper / 60 if number.upper is not None else None
    return replace(number, value=number.value / 60, upper=upper, unit="giờ")


def in_days(view: View, number: NumberMention | None) -> NumberMention | None:
    """A bound told in weeks, months or years as one of days, where the view counts days."""
    if number is None or number.kind != "threshold" or not number.comparator or number.unit not in DAYS:
        return number
    units = {f.unit for f in view.facts}
    if "ngày" not in units or number.unit in units:
        return number
    factor = DAYS[number.unit]
    upper = number.upper * factor if number.upper is not None else None
    return replace(number, value=number.value * factor, upper=upper, unit="ngày")


def row_length(view: View, found: Sequence[Element], number: NumberMention) -> str:
    """The column of each row that a length bounds where the catalogue itself tells rows apart by it; "" elsewhere.

    A condition "quá hạn trên 90 ngày" keeps to rows; another number of days can mean nothing else. Where the mean of
    the column is asked for or bounded by its name, the bound is left to it.
    """
    if number.unit not in LENGTHS or number.kind != "threshold":
        return ""
    fact = next((f for f in view.facts if f.unit == number.unit), None)
    if fact is None or not any(re.match(rf"{fact.name}\s*[<>]=?\s*\d", f.expr) for f in view.filters):
        return ""
    means = {m.name for m in view.metrics if fact.name in m.expr}
    return "" if any(e.kind == "metric" and e.name in means for e in found) else fact.name
