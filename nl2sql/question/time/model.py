"""What the time grammar reports: mentions of periods, comparisons and grains, each with its token range."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from nl2sql.types import Grain

ComparisonKind = Literal["same_period", "previous", "explicit"]
GrainRole = Literal["by", "which", "average"]


@dataclass(frozen=True)
class PeriodMention:
    """A period that the text names.

    Attributes:
        start: First day.
        end: Last day, included; cut at the data's last day when ``open``.
        grain: Calendar unit named; ``day`` for an arbitrary range.
        label: Vietnamese, as it would be said back.
        tokens: Half-open range of token indices that name it (its year may stand elsewhere; see ``TimeReading.used``).
        relative: It depends on "now" ("tháng trước", "năm nay", "6 tháng gần nhất").
        open: The unit contains the data's last day and was cut there.
        cumulative: Counted from the beginning of its year up to a day ("lũy kế đến", "tính đến").
        note: Vietnamese sentence stating what was assumed (a year that was not written); empty when nothing was.
    """

    start: dt.date
    end: dt.date
    grain: Grain
    label: str
    tokens: tuple[int, int]
    relative: bool = False
    open: bool = False
    cumulative: bool = False
    note: str = ""


@dataclass(frozen=True)
class ComparisonMention:
    """A comparison in time that the text asks for.

    Attributes:
        kind: ``same_period`` (a year before), ``previous`` (the period before), ``explicit`` (two named periods).
        current: The period looked at; None when the text names none.
        base: The period compared with; None when there is no current period to derive it from.
        tokens: Half-open range of the words that ask for it ("so với cùng kỳ năm trước").
        note: Vietnamese sentence stating an assumption (a base cut to the same days); may be empty.
    """

    kind: ComparisonKind
    current: PeriodMention | None
    base: PeriodMention | None
    tokens: tuple[int, int]
    note: str = ""


@dataclass(frozen=True)
class GrainMention:
    """A calendar unit by which the text groups.

    Attributes:
        role: ``by`` ("theo tháng", "qua các năm"), ``which`` (asked for: "tháng nào"), ``average`` (a divisor:
            "bình quân mỗi tháng").
        tokens: Half-open token range.
    """

    grain: Grain
    tokens: tuple[int, int]
    role: GrainRole = "by"


@dataclass(frozen=True)
class TimeReading:
    """Everything about time in one question.

    Attributes:
        periods: In the order of the text. A base period that only a comparison names ("so với năm 2023") is among
            them; one that is derived ("cùng kỳ") is not.
        comparisons: In the order of the text.
        grains: In the order of the text.
        used: Indices of all tokens that were understood as time.
        problems: Vietnamese messages about dates that do not exist ("31/02/2024"); their tokens are in ``used``.
    """

    periods: tuple[PeriodMention, ...] = ()
    comparisons: tuple[ComparisonMention, ...] = ()
    grains: tuple[GrainMention, ...] = ()
    used: frozenset[int] = frozenset()
    problems: tuple[str, ...] = ()
