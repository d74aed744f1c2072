"""What the room hands on: months, series, forecasts, plans and alerts; all frozen."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nl2sql.errors import UserError
from nl2sql.types import FilterMatch
from schema.semantic import Additivity, AlertKind, Polarity

LEVEL = 0.8
"""Share of future months that an interval is meant to hold."""


class OutlookError(UserError, ValueError):
    """There is no honest forecast of this, and why.

    Args:
        code: ``metric``, ``scope``, ``ratio``, ``yearly``, ``month``, ``short``, ``gaps``, ``horizon``, ``data`` or
            ``fit``.
    """

    def __init__(self, message: str, *, code: str, action: str = "") -> None:
        super().__init__(message, action=action, phase="outlook")
        self.code = code


@dataclass(frozen=True, order=True)
class Month:
    """A month of the view's calendar."""

    year: int
    month: int

    @property
    def index(self) -> int:
        """Months since the year 0, for arithmetic."""
        return self.year * 12 + self.month - 1

    def plus(self, months: int) -> Month:
        """So many months later."""
        year, month = divmod(self.index + months, 12)
        return Month(year, month + 1)

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        """As it is said: ``tháng 3/2025``."""
        return f"tháng {self.month}/{self.year}"


def titled(label: str, scope: Sequence[FilterMatch]) -> str:
    """A metric's label with the conditions that it is restricted to."""
    return f"{label} – {'; '.join(f.label for f in scope)}" if scope else label


def month_of(day: dt.date) -> Month:
    """The month of a day."""
    return Month(day.year, day.month)


@dataclass(frozen=True)
class Series:
    """Monthly values of one governed metric, as one person may see them.

    Attributes:
        metric: ``view.metric``.
        scope: The conditions that it is restricted to.
        first: Month of the first value; the others follow without a gap.
        values: One finite number for each finished month.
        open_month: The unfinished month after the last value, with what it holds so far; left out of every fit.
        lunar: Its months are months of the calendar, so that the lunar new year moves between them.
        sql: What was asked of the database.
        notes: What was left out and what a role hides, in Vietnamese.
    """

    metric: str
    label: str
    unit: str
    additivity: Additivity
    polarity: Polarity
    first: Month
    values: tuple[float, ...]
    scope: tuple[FilterMatch, ...] = ()
    open_month: tuple[Month, float] | None = None
    lunar: bool = True
    sql: str = ""
    notes: tuple[str, ...] = ()

    @property
    def last(self) -> Month:
        """The last finished month."""
        return self.first.plus(len(self.values) - 1)

    @property
    def months(self) -> tuple[Month, ...]:
        """The month of each value."""
        return tuple(self.first.plus(i) for i in range(len(self.values)))

    @property
    def title(self) -> str:
        """The metric with its scope."""
        return titled(self.label, self.scope)

    @property
    def whole(self) -> bool:
        """Whether it counts things: a forecast of it is shown without decimals."""
        return all(value.is_integer() for value in self.values)


@dataclass(frozen=True)
class Point:
    """A forecast month: the middle of what is expected and the interval that holds it with probability ``LEVEL``."""

    month: Month
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Trial:
    """How a method did when it forecast months that are known by now (rolling origin).

    Attributes:
        method: Name of the method.
        label: The same in Vietnamese.
        mase: Mean absolute error as a multiple of the mean change against the same month of the year before.
        mape: Mean absolute error in percent; None where a value is zero or negative.
        coverage: Share (0–1) of the months that lay in the interval, each origin judged with the width that the other
            origins gave.
        stretch: For each month ahead, the factor on the method's own interval with which it holds ``LEVEL`` of the
            months that were forecast about as far ahead.
        origins: How many times a forecast was made.
        months: How many months were compared.
    """

    method: str
    label: str
    mase: float
    mape: float | None
    coverage: float
    stretch: tuple[float, ...]
    origins: int
    months: int


@dataclass(frozen=True)
class YearTotal:
    """A calendar year of an additive metric: what is known and what is forecast, never one figure.

    Attributes:
        actual: Sum of the finished months.
        rest: Forecast of the others.
        low: Lower end of the interval of the whole year.
        high: Its upper end.
        before: The whole year before, where every month of it is known.
    """

    year: int
    actual: float
    actual_months: int
    rest: float
    rest_months: int
    low: float
    high: float
    before: float | None = None

    @property
    def total(self) -> float:
        """Actual so far and forecast together."""
        return self.actual + self.rest


@dataclass(frozen=True)
class PlanFigure:
    """A yearly plan as it stands in the warehouse."""

    label: str
    year: int
    value: float


@dataclass(frozen=True)
class PlanOutlook:
    """Whether a year is likely to reach its plan.

    Attributes:
        reached: The finished months alone make up the plan.
        probability: Of reaching it by the simulated years (0–1).
    """

    plan: PlanFigure
    year: YearTotal
    reached: bool
    probability: float


@dataclass(frozen=True)
class Forecast:
    """A forecast with everything that tells how far it may be relied on.

    Attributes:
        points: Forecast months, from the first that is not finished.
        chosen: The trial of the method that was taken.
        trials: All methods that were tried, best first; the seasonal-naive baseline is among them.
        tet: Effect of a whole Tết holiday within a month, in percent, where the chosen method takes it into account.
        as_of: Last day of the data.
        synthetic: The data is simulated.
    """

    series: Series
    points: tuple[Point, ...]
    chosen: Trial
    trials: tuple[Trial, ...]
    years: tuple[YearTotal, ...] = ()
    plans: tuple[PlanOutlook, ...] = ()
    tet: float | None = None
    as_of: dt.date | None = None
    synthetic: bool = False
    notes: tuple[str, ...] = ()

    @property
    def baseline(self) -> Trial:
        """How the seasonal-naive method did."""
        return next(t for t in self.trials if t.method == BASELINE)


BASELINE = "seasonal_naive"
"""Name of the method that every other one is measured against."""

Severity = Literal["cao", "vừa", "theo dõi"]
"""``theo dõi``: beyond the bound and unusual by itself, but not among so many units that were looked at."""


@dataclass(frozen=True)
class Alert:
    """Something that a rule found in the newest figures.

    Attributes:
        rule: Name of the rule.
        metric: ``view.metric``.
        scope: The unit that it is about.
        value: The figure in the metric's unit.
        against: What it was compared with, in the same unit.
        change: Difference in percent of ``against`` (in points for a percentage).
        score: How far beyond the rule's bound, 1 at the bound; alerts are ranked by it.
        size: The unit's part (0–1) in all that the person sees; breaks ties.
        p: How often chance alone would give as much, by the rule's own measure; None where it has none.
        sentence: What happened, with numbers.
        reason: Why the rule warns.
        question: The ordinary question that shows what lies behind it.
        span: How many months, ``month`` the last of them, its figures are of.
    """

    rule: str
    kind: AlertKind
    metric: str
    label: str
    unit: str
    scope: FilterMatch
    month: Month
    value: float
    against: float
    change: float
    score: float
    size: float
    severity: Severity
    sentence: str
    reason: str
    question: str
    p: float | None = None
    span: int = 1


@dataclass(frozen=True)
class Alerts:
    """All alerts for one person, most severe first.

    Attributes:
        checked: How many units were looked at, over all rules.
        rules: How many rules were applied.
        notes: Rules that could not be applied and why, and what a role hides.
    """

    items: tuple[Alert, ...]
    checked: int = 0
    rules: int = 0
    as_of: dt.date | None = None
    synthetic: bool = False
    notes: tuple[str, ...] = field(default_factory=tuple)


def finite(value: Any) -> float | None:
    """A database number as a float; None for what is none."""
    if value is None or isinstance(value, bool | str):
        return None
    number = float(value)
    return number if number - number == 0 else None
