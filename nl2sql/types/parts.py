"""What a reading is made of: periods, matches of the catalogue, and the shapes of a question."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Shape(StrEnum):
    """What kind of result a question asks for."""

    TOTAL = "total"
    BREAKDOWN = "breakdown"
    TREND = "trend"
    RANKING = "ranking"
    COMPARISON = "comparison"
    SHARE = "share"
    ROWS = "rows"


Grain = Literal["year", "half", "quarter", "month", "half_month", "week", "day"]


@dataclass(frozen=True)
class Span:
    """A stretch of the original question: ``text == question[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Period:
    """A range of days, both ends included.

    Attributes:
        grain: The calendar unit the person named; ``day`` for an arbitrary range.
        label: In Vietnamese, as it would be said back: "6 tháng đầu năm 2025".
        open: The range was cut at the data's last day because the calendar unit has not ended.
    """

    start: dt.date
    end: dt.date
    grain: Grain
    label: str
    span: Span | None = None
    open: bool = False


@dataclass(frozen=True)
class FilterMatch:
    """A condition that was recognised.

    Attributes:
        sql: The condition in SQL over the view's columns.
        column: Its column, or the name of a named filter.
        values: Stored values it compares with; empty for a named filter.
        label: In Vietnamese: "Nước đối tác: Trung Quốc".
        negated: It excludes.
        alternatives: Other conditions (SQL) that the same words could mean.
    """

    sql: str
    column: str
    values: tuple[str, ...]
    label: str
    span: Span | None = None
    negated: bool = False
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class MetricMatch:
    """A governed metric that was recognised; ``assumed`` when the question did not name it.

    Attributes:
        expr: The metric's SQL expression, with a numerator's condition already folded in where the question has one.
    """

    name: str
    expr: str
    label: str
    unit: str
    span: Span | None = None
    assumed: bool = False


@dataclass(frozen=True)
class GroupMatch:
    """A column to group by; ``grain`` is set for time."""

    column: str
    label: str
    grain: Grain | None = None
    span: Span | None = None


@dataclass(frozen=True)
class Ranking:
    """Order and number of rows asked for.

    Attributes:
        n: How many; None for a whole ordered list.
        descending: Largest first.
        per: Group inside which to rank ("với mỗi nhóm hàng, nước lớn nhất"), or empty.
        by_change: The change is ranked and not the level ("tăng mạnh nhất").
        numbered: The place of each is shown.
        offset: How many of the first are passed over ("đứng thứ hai" passes over one).
        by_time: The earliest (or latest, when ``descending``) step of the calendar is meant and not the largest.
        both: The first and the last are asked for ("cao nhất và thấp nhất").
    """

    n: int | None
    descending: bool = True
    per: str = ""
    span: Span | None = None
    by_change: bool = False
    numbered: bool = False
    offset: int = 0
    by_time: bool = False
    both: bool = False


@dataclass(frozen=True)
class Threshold:
    """A bound on a measure: HAVING for an aggregate, WHERE for a row's own column.

    Attributes:
        metric: Metric name, or column name when ``on_rows``.
        op: ``>``, ``>=``, ``<``, ``<=``, ``=`` or ``between``.
        value: In the column's own unit.
        upper: Upper end for ``between``.
        on_rows: It bounds a column of each row and not an aggregate.
        on_change: It bounds the growth in percent against the base period.
        against: The bound is no number but the measure over everything (``overall``: a ratio of the whole service),
            the mean of the groups' totals (``mean``) or the measure of one named member (``member``).
        condition: For ``member``, the member whose measure is the bound, as SQL.
    """

    metric: str
    op: str
    value: float
    upper: float | None = None
    on_rows: bool = False
    on_change: bool = False
    span: Span | None = None
    against: Literal["", "overall", "mean", "member"] = ""
    condition: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two things side by side.

    Attributes:
        kind: ``same_period`` (last year), ``previous`` (the period before) or ``explicit`` (two named periods).
        base: The period compared with.
        want: What is asked: both numbers and the change (``all``), percent, absolute difference, ``both`` of these,
            percentage points, how many times the base the current number is, what percentage of it (``of_base``), or
            each member's part in the change of all (``part``: of the change itself; ``part_points``: in percentage
            points of the base's total).
        second: A further base ("so với tháng trước và so với cùng kỳ").
    """

    kind: Literal["same_period", "previous", "explicit"]
    base: Period
    want: Literal["all", "percent", "absolute", "both", "points", "times", "of_base", "part", "part_points"] = "all"
    span: Span | None = None
    second: Period | None = None


@dataclass(frozen=True)
class Share:
    """A part of a whole: the condition of the numerator; the denominator is everything else that was recognised.

    An empty ``numerator`` asks for each group's share of the total. With ``amount`` the numerator itself is asked for
    too ("… là bao nhiêu, chiếm mấy phần trăm"). With ``each`` the numerator holds several values of that column, and
    the part of each of them in the whole is asked for.
    """

    numerator: str
    label: str
    span: Span | None = None
    amount: bool = False
    each: str = ""


@dataclass(frozen=True)
class Window:
    """A running calculation over an ordered time grain.

    ``cumulative`` total, ``moving_average`` over ``size`` steps, ``growth`` in percent against the step before (with a
    ``size``: against the mean of so many steps before), or the ``compound`` yearly growth rate over ``size`` years (one
    number).
    """

    kind: Literal["cumulative", "moving_average", "growth", "compound"]
    size: int = 0
    span: Span | None = None


@dataclass(frozen=True)
class Contrast:
    """Two parts of the data set against each other in the same period, or a part against the whole.

    Attributes:
        left: Condition of the first part.
        right: Condition of the second; empty for the whole.
        want: Both numbers and their difference (``all``), or how many times the second the first is (``times``).
        bound: Only members are shown whose first part is above (``>``) or below (``<``) the second.
    """

    left: str
    right: str
    left_label: str
    right_label: str
    want: Literal["all", "times"] = "all"
    span: Span | None = None
    bound: Literal["", ">", "<"] = ""


@dataclass(frozen=True)
class Derived:
    """A figure computed over the table that the rest of the reading describes.

    Attributes:
        kind: ``position``: the place of one member among all; ``moved``: places gained between two periods;
            ``top_share``: the part of the total that the first ``size`` members make up; ``count``: how many groups
            keep to the bounds; ``run``: the members whose measure rose or fell ``size`` steps in a row.
        size: As said above; a percentage of the members when ``percent``.
        condition: The member whose place is asked for, as SQL.
        falling: For ``run``, down and not up.
        amount: For ``position``, the measure itself is asked for too.
    """

    kind: Literal["position", "moved", "top_share", "count", "run"]
    size: float = 0
    percent: bool = False
    condition: str = ""
    falling: bool = False
    amount: bool = False
    label: str = ""
    span: Span | None = None
