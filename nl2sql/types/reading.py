"""A question and what was understood of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from nl2sql.types.parts import (
    Comparison,
    Contrast,
    Derived,
    FilterMatch,
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Shape,
    Share,
    Span,
    Threshold,
    Window,
)


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
