"""The data that flows through the pipeline: ``Question → Reading → Draft → Query → Result → Answer``.

Every class is frozen; a step never changes what came before it. ``Answer.to_json`` is the machine interface that other
tools rely on: its keys are a contract.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal


class Status(StrEnum):
    """How an answer ended."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    REFUSED = "refused"
    NO_DATA = "no_data"
    ERROR = "error"


class Trust(StrEnum):
    """How far an answer may be relied on: approved by a person, generated and checked, or to be looked at again."""

    VERIFIED = "verified"
    GENERATED = "generated"
    REVIEW = "review"


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
class Question:
    """What a person asked.

    Attributes:
        text: As typed.
        turns: Earlier questions of the same conversation, oldest first.
        role: Role under which the question is asked, where no signed-in user is given beside it.
        units: Units of that role's rows.
    """

    text: str
    turns: tuple[str, ...] = ()
    role: str = "local"
    units: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class SetTerm:
    """A further condition on the members asked for, as a reading of its own whose groups name the same column.

    ``intersect`` keeps the members that it finds, ``except`` takes them away.
    """

    op: Literal["intersect", "except"]
    reading: Reading


@dataclass(frozen=True)
class Beside:
    """A second subject, as a reading of its own with the same period and grouping.

    Attributes:
        want: Both figures (``columns``), the first divided by the second (``ratio``), or that in percent (``percent``).
    """

    reading: Reading
    want: Literal["columns", "ratio", "percent"] = "columns"


@dataclass(frozen=True)
class Option:
    """One way to settle a clarification: what the button says and the complete question that it stands for."""

    label: str
    question: str


@dataclass(frozen=True)
class Clarification:
    """One short question back, with two or three complete readings."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer. ``code``: ``forbidden``, ``absent``, ``out_of_scope``, ``unsafe``, ``future`` …"""

    code: str
    message: str


@dataclass(frozen=True)
class Reading:
    """What was understood, with the text behind each part.

    ``clarification`` and ``refusal`` end the pipeline: at most one of them is set.

    Attributes:
        text: The question after normalisation.
        average: The mean per this calendar unit is asked for ("bình quân mỗi tháng").
        columns: Columns shown when rows themselves are asked for.
        unread: Words of content that nothing explains.
        certainty: 0 to 1, how well the question was understood outside the model.
        carried: Parts taken over from earlier turns.
        terms: Further conditions on the members of ``groups``, joined as sets ("vừa … vừa", "nhưng không").
        counted: How many members such a set has is asked for, and not which.
        beside: A second subject whose figure stands beside this one's, or divides it.
    """

    text: str
    view: str = ""
    metrics: tuple[MetricMatch, ...] = ()
    filters: tuple[FilterMatch, ...] = ()
    periods: tuple[Period, ...] = ()
    groups: tuple[GroupMatch, ...] = ()
    shape: Shape = Shape.TOTAL
    ranking: Ranking | None = None
    thresholds: tuple[Threshold, ...] = ()
    comparison: Comparison | None = None
    share: Share | None = None
    window: Window | None = None
    contrast: Contrast | None = None
    derived: Derived | None = None
    terms: tuple[SetTerm, ...] = ()
    counted: bool = False
    beside: Beside | None = None
    average: Grain | None = None
    columns: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    unread: tuple[Span, ...] = ()
    certainty: float = 0.0
    carried: bool = False
    clarification: Clarification | None = None
    refusal: Refusal | None = None

    @property
    def built_on(self) -> bool:
        """Whether its figure is computed over the table that its other parts describe, or over several such tables."""
        return bool(self.derived or self.contrast or self.terms or self.beside)

    def to_json(self) -> dict[str, Any]:
        """The ``reading`` part of the machine interface."""
        return {
            "view": self.view,
            "metrics": [
                {"name": m.name, "label": m.label, "sql": m.expr, "unit": m.unit, "assumed": m.assumed}
                for m in self.metrics
            ],
            "filters": [
                {
                    "column": f.column,
                    "values": list(f.values),
                    "negated": f.negated,
                    "sql": f.sql,
                    "label": f.label,
                    "text": f.span.text if f.span else None,
                }
                for f in self.filters
            ],
            "period": [_period_json(p) for p in self.periods],
            "comparison": (
                {
                    "kind": self.comparison.kind,
                    "base": _period_json(self.comparison.base),
                    "want": self.comparison.want,
                }
                if self.comparison
                else None
            ),
            "grouping": [{"column": g.column, "label": g.label, "grain": g.grain} for g in self.groups],
            "shape": self.shape.value,
            "ranking": (
                {"n": self.ranking.n, "descending": self.ranking.descending, "per": self.ranking.per or None}
                if self.ranking
                else None
            ),
            "thresholds": [
                {"metric": t.metric, "op": t.op, "value": t.value, "upper": t.upper} for t in self.thresholds
            ],
            "share": {"numerator": self.share.numerator, "label": self.share.label} if self.share else None,
            "derived": (
                {
                    "kind": self.derived.kind,
                    "size": self.derived.size,
                    "percent": self.derived.percent,
                    "condition": self.derived.condition or None,
                    "label": self.derived.label or None,
                }
                if self.derived
                else None
            ),
            "contrast": (
                {
                    "left": self.contrast.left,
                    "right": self.contrast.right or None,
                    "labels": [self.contrast.left_label, self.contrast.right_label],
                    "want": self.contrast.want,
                }
                if self.contrast
                else None
            ),
            "terms": [{"op": t.op, "reading": t.reading.to_json()} for t in self.terms],
            "assumptions": list(self.assumptions),
            "unread": [s.text for s in self.unread],
            "certainty": round(self.certainty, 3),
        }


def _period_json(period: Period) -> dict[str, Any]:
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "grain": period.grain,
        "label": period.label,
        "open": period.open,
    }


@dataclass(frozen=True)
class Approval:
    """The verified query behind an answer: its name, who answers for it and since when (ISO date)."""

    name: str
    owner: str
    date: str

    @property
    def label(self) -> str:
        """As it is shown: "Đã kiểm duyệt · Nhóm dữ liệu · 22/11/2026"."""
        day = "/".join(reversed(self.date.split("-")))
        return " · ".join(part for part in ("Đã kiểm duyệt", self.owner, day) if part)


@dataclass(frozen=True)
class Draft:
    """SQL that somebody proposes, not yet checked.

    Attributes:
        source: ``model``, ``composed`` (built from the reading), ``verified`` (a template) or ``person``.
        complaints: What the checks against the reading found, in Vietnamese; empty when it agrees.
        agreed: Another candidate, made independently, returned the same result.
        approval: The verified query that it is an instance of.
        evidence: What the confidence was worked out from, by name; empty where nobody calibrates.
        reading: What it was made of, where that is not what was read outside the model.
    """

    sql: str
    source: Literal["model", "composed", "verified", "person"]
    model: str = ""
    attempts: int = 1
    complaints: tuple[str, ...] = ()
    agreed: bool = False
    confidence: float = 0.0
    approval: Approval | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)
    reading: Reading | None = None


@dataclass(frozen=True)
class Probe:
    """What one SELECT of a role under k-anonymity tells, for comparison with what was told before.

    Attributes:
        key: Column that identifies an enterprise.
        condition: Which rows it is about, SQL over the view's columns.
        tests: Conditions of parts that its aggregates look at.
        groups: Expressions that it is broken down by.
        measures: Its aggregates.
        k: Fewest enterprises that a shown group has.
    """

    view: str
    key: str
    condition: str
    tests: tuple[str, ...]
    groups: tuple[str, ...]
    measures: tuple[str, ...]
    k: int


@dataclass(frozen=True)
class Query:
    """SQL that passed the door: regenerated from the tree that was checked.

    Attributes:
        sql: What runs.
        pretty: The same, laid out for people.
        outputs: Output column names in order.
        columns: Catalogue columns that are read, as ``table.column``.
        probes: What has to be compared with earlier questions of the same user.
    """

    sql: str
    pretty: str
    dialect: str
    tables: tuple[str, ...]
    outputs: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a result.

    Attributes:
        type: ``integer``, ``number``, ``text``, ``date``, ``timestamp`` or ``boolean``.
        role: ``measure``, ``time``, ``category`` or ``id``.
        additive: A measure whose rows add up to the whole (no ratio, average or running total; no rows left out).
    """

    name: str
    label: str
    type: str
    unit: str = ""
    role: str = "category"
    additive: bool = False


@dataclass(frozen=True)
class Result:
    """What came back: ``rows`` has shape (row_count, len(columns)); values are Python numbers, text, dates or None."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False
    elapsed_ms: float = 0.0

    @property
    def row_count(self) -> int:
        """Number of rows held."""
        return len(self.rows)


@dataclass(frozen=True)
class Answer:
    """What the person gets. ``chart`` is a Vega-Lite specification with its data inside, or None."""

    status: Status
    question: str
    reading: Reading | None = None
    sql: str = ""
    dialect: str = ""
    result: Result | None = None
    headline: str = ""
    explanation: str = ""
    chart: dict[str, Any] | None = None
    trust: Trust | None = None
    approval: Approval | None = None
    confidence: float = 0.0
    evidence: Mapping[str, float] = field(default_factory=dict)
    clarification: Clarification | None = None
    refusal: Refusal | None = None
    warnings: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    model: str = ""
    catalogue_version: str = ""
    data_as_of: dt.date | None = None

    def with_(self, **changes: Any) -> Answer:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """The machine interface of one answer (see docs/architecture.md); safe for ``json.dumps``."""
        columns = self.result.columns if self.result else ()
        rows = self.result.rows if self.result else ()
        return {
            "status": self.status.value,
            "question": self.question,
            "reading": self.reading.to_json() if self.reading else None,
            "sql": self.sql or None,
            "dialect": self.dialect or None,
            "columns": [
                {"name": c.name, "label": c.label, "type": c.type, "unit": c.unit or None, "role": c.role}
                for c in columns
            ],
            "rows": [[json_value(v) for v in row] for row in rows],
            "row_count": len(rows),
            "truncated": bool(self.result and self.result.truncated),
            "headline": self.headline,
            "explanation": self.explanation,
            "chart": self.chart,
            "trust": self.trust.value if self.trust else None,
            "approval": (
                {"name": self.approval.name, "owner": self.approval.owner, "date": self.approval.date}
                if self.approval
                else None
            ),
            "confidence": round(self.confidence, 3),
            "evidence": dict(self.evidence),
            "clarification": (
                {
                    "question": self.clarification.question,
                    "options": [{"label": o.label, "question": o.question} for o in self.clarification.options],
                }
                if self.clarification
                else None
            ),
            "refusal": {"code": self.refusal.code, "message": self.refusal.message} if self.refusal else None,
            "warnings": list(self.warnings),
            "timings": {k: round(v, 1) for k, v in self.timings.items()},
            "model": self.model,
            "catalogue_version": self.catalogue_version,
            "data_as_of": self.data_as_of.isoformat() if self.data_as_of else None,
        }


def json_value(value: Any) -> Any:
    """A database value as JSON: numbers stay numbers, dates become ISO text, NaN and infinities become null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)
