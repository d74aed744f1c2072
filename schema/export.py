"""A catalogue for other tools: JSON of everything, or the shape of Apache Ossie (formerly Open Semantic Interchange).

Ossie has datasets with fields, relationships and metrics. What it has no place for is not lost in silence: it is
listed, and what a reader of our own could use travels as a custom extension.
Source of the shape: core-spec of the Ossie repository, version 0.2.0.dev0.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from schema.semantic import Catalogue, DataType, Dimension, Fact, Metric, TimeDimension, View

VENDOR = "HOIKHO"
OSSIE_VERSION = "0.2.0.dev0"
_TYPES: Mapping[DataType, str] = {
    "text": "String",
    "integer": "Integer",
    "decimal": "Decimal",
    "date": "Date",
    "timestamp": "DateTime",
    "boolean": "Boolean",
}


def to_json(catalogue: Catalogue) -> str:
    """Everything that the catalogue says, as JSON text."""
    return json.dumps(dataclasses.asdict(catalogue), ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def to_ossie(catalogue: Catalogue) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The catalogue in Ossie's shape.

    Returns:
        The document, and what found no place in it, in Vietnamese.
    """
    views = list(catalogue.views.values())
    model: dict[str, Any] = {
        "name": catalogue.name,
        "datasets": [_dataset(view) for view in views],
        "metrics": [_metric(view, metric, _unique(catalogue, metric)) for view, metric in catalogue.metrics()],
    }
    if catalogue.relationships:
        model["relationships"] = [
            {
                "name": f"{link.left}_{'_'.join(link.left_columns)}",
                "from": link.left,
                "to": link.right,
                "from_columns": list(link.left_columns),
                "to_columns": list(link.right_columns),
            }
            for link in catalogue.relationships
        ]
    if catalogue.as_of or catalogue.synthetic:
        about = {"as_of": catalogue.as_of.isoformat() if catalogue.as_of else None, "synthetic": catalogue.synthetic}
        model["custom_extensions"] = [_extension(about)]
    return {"version": OSSIE_VERSION, "semantic_model": [model]}, _left_out(catalogue)


def _left_out(catalogue: Catalogue) -> tuple[str, ...]:
    views = catalogue.views.values()
    counts = (
        (sum(len(v.filters) for v in views), "điều kiện có tên"),
        (sum(len(v.examples) for v in views), "câu mẫu"),
        (sum(len(v.verified_queries) for v in views), "truy vấn kiểm duyệt"),
        (sum(len(s) for s in catalogue.value_sets.values()), "giá trị dùng chung kèm tên gọi khác"),
        (sum(len(d.values) for v in views for d in v.dimensions), "giá trị khai báo của cột"),
        (sum(bool(d.cues) for v in views for d in v.dimensions), "cột có từ báo hiệu (cues)"),
        (len(catalogue.absent), "chủ đề không có dữ liệu"),
        (len(catalogue.ambiguous), "cụm từ nhiều nghĩa"),
        (len(catalogue.glossary), "mục thuật ngữ"),
    )
    return tuple(f"{number} {what}" for number, what in counts if number)


def _unique(catalogue: Catalogue, metric: Metric) -> bool:
    return sum(other.name == metric.name for _, other in catalogue.metrics()) == 1


def _dataset(view: View) -> dict[str, Any]:
    fields = [_time(t) for t in view.time_dimensions]
    fields += [_part(t, grain, column) for t in view.time_dimensions for grain, column in t.parts.items()]
    fields += [_dimension(d) for d in view.dimensions]
    fields += [_fact(f) for f in view.facts]
    found: dict[str, Any] = {"name": view.name, "source": view.name}
    if view.primary_key:
        found["primary_key"] = list(view.primary_key)
    found["description"] = view.description or view.label
    context = _context(view.synonyms, view.grain and f"Một dòng là {view.grain}.")
    return found | context | {"fields": fields, "custom_extensions": [_extension({"label": view.label})]}


def _field(name: str, kind: str, label: str, description: str, *, is_time: bool | None) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "expression": _expression(f'"{name}"' if not name.isidentifier() else name)}
    if is_time is not None:
        found["dimension"] = {"is_time": is_time}
    return found | {"label": label, "description": description or label, "datatype": kind}


def _time(time: TimeDimension) -> dict[str, Any]:
    return _field(time.name, "Date", time.label, time.description, is_time=True) | _context(
        time.synonyms, time.assumption
    )


def _part(time: TimeDimension, grain: str, column: str) -> dict[str, Any]:
    return _field(column, "Integer", column, f"{grain} của {time.label}", is_time=True)


def _dimension(dim: Dimension) -> dict[str, Any]:
    kind = _TYPES[dim.type]
    return _field(dim.name, kind, dim.label, dim.description, is_time=False) | _context(dim.synonyms, dim.assumption)


def _fact(fact: Fact) -> dict[str, Any]:
    found = _field(fact.name, _TYPES[fact.type], fact.label, fact.description, is_time=None)
    found |= _context(fact.synonyms, "")
    return found | ({"custom_extensions": [_extension({"unit": fact.unit})]} if fact.unit else {})


def _metric(view: View, metric: Metric, unique: bool) -> dict[str, Any]:
    about = {
        "dataset": view.name,
        "label": metric.label,
        "unit": metric.unit,
        "additivity": metric.additivity,
        "polarity": metric.polarity,
        "filters": list(metric.filters),
    }
    found: dict[str, Any] = {
        "name": metric.name if unique else f"{view.name}_{metric.name}",
        "expression": _expression(metric.expr),
        "description": metric.description or metric.label,
    }
    found |= _context(metric.synonyms, metric.assumption)
    return found | {"custom_extensions": [_extension({k: v for k, v in about.items() if v})]}


def _expression(sql: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": sql}]}


def _context(synonyms: tuple[str, ...], instructions: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if instructions:
        found["instructions"] = instructions
    if synonyms:
        found["synonyms"] = list(synonyms)
    return {"ai_context": found} if found else {}


def _extension(data: Mapping[str, Any]) -> dict[str, str]:
    return {"vendor_name": VENDOR, "data": json.dumps(data, ensure_ascii=False)}
