"""The semantic model: what a catalogue says about a warehouse, as frozen dataclasses.

The shape follows the semantic-model files in use in the field (logical tables with dimensions, time dimensions, facts,
named filters and metrics; relationships; verified queries), so that a catalogue can be exchanged. Everything that the
assistant knows about a warehouse is derived from these objects: prompt, hints, checks, labels, number formats, charts.
"""

from __future__ import annotations

from schema.semantic.catalogue import Absent, AlertKind, AlertRule, Ambiguous, Catalogue, PlanRule, Relationship
from schema.semantic.view import (
    GRAIN_LABELS,
    Additivity,
    DataType,
    Dimension,
    Example,
    Fact,
    Metric,
    NamedFilter,
    Polarity,
    Slot,
    SlotKind,
    TimeDimension,
    Value,
    VerifiedQuery,
    View,
)

__all__ = [
    "GRAIN_LABELS",
    "Absent",
    "Additivity",
    "AlertKind",
    "AlertRule",
    "Ambiguous",
    "Catalogue",
    "DataType",
    "Dimension",
    "Example",
    "Fact",
    "Metric",
    "NamedFilter",
    "PlanRule",
    "Polarity",
    "Relationship",
    "Slot",
    "SlotKind",
    "TimeDimension",
    "Value",
    "VerifiedQuery",
    "View",
]
