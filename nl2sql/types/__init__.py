"""The data that flows through the pipeline: ``Question → Reading → Draft → Query → Result → Answer``.

Every class is frozen; a step never changes what came before it. ``Answer.to_json`` is the machine interface that other
tools rely on: its keys are a contract.
"""

from __future__ import annotations

from nl2sql.types.answer import Answer, Approval, Column, Draft, Probe, Query, Result, Status, Trust, json_value
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
from nl2sql.types.reading import Beside, Clarification, Option, Question, Reading, Refusal, SetTerm

__all__ = [
    "Answer",
    "Approval",
    "Beside",
    "Clarification",
    "Column",
    "Comparison",
    "Contrast",
    "Derived",
    "Draft",
    "FilterMatch",
    "Grain",
    "GroupMatch",
    "MetricMatch",
    "Option",
    "Period",
    "Probe",
    "Query",
    "Question",
    "Ranking",
    "Reading",
    "Refusal",
    "Result",
    "SetTerm",
    "Shape",
    "Share",
    "Span",
    "Status",
    "Threshold",
    "Trust",
    "Window",
    "json_value",
]
