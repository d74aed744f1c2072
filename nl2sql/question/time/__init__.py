"""Vietnamese time expressions: periods, comparisons in time and grouping grains, as explicit ranges of days.

``read_time`` reads a question. The grammar is written by hand over folded lexemes, one function per production:
``atoms``, ``days`` and ``lunar`` (one period), ``points`` and ``grammar`` (ranges, lists), ``words`` (grains,
comparisons); ``reader`` settles what was left out; ``spec`` turns trees into days; ``format`` writes periods back.
"""

from __future__ import annotations

from nl2sql.question.time.format import format_date, format_period, previous_period, same_period_last_year
from nl2sql.question.time.model import (
    ComparisonKind,
    ComparisonMention,
    GrainMention,
    GrainRole,
    PeriodMention,
    TimeReading,
)
from nl2sql.question.time.reader import read_time

__all__ = [
    "ComparisonKind",
    "ComparisonMention",
    "GrainMention",
    "GrainRole",
    "PeriodMention",
    "TimeReading",
    "format_date",
    "format_period",
    "previous_period",
    "read_time",
    "same_period_last_year",
]
