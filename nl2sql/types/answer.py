"""From a draft to the answer, and its JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from nl2sql.types.reading import Clarification, Reading, Refusal


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
