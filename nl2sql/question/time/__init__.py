"""Vietnamese time expressions: periods, comparisons in time and grouping grains, as explicit ranges of days."""

from __future__ import annotations

from nl2sql.question.time.model import (
    ComparisonKind,
    ComparisonMention,
    GrainMention,
    GrainRole,
    PeriodMention,
    TimeReading,
)

__all__ = ["ComparisonKind", "ComparisonMention", "GrainMention", "GrainRole", "PeriodMention", "TimeReading"]
