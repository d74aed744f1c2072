"""Chart validity: is a chart valid Vega-Lite, drawn from the result, and honest about what the columns mean?

- It satisfies the Vega-Lite schema.
- Every value on a quantitative channel comes from the result's measures, all scaled by one power of ten; the
  rows that are not drawn may stand as their sum ("Khác").
- A line runs over time; a bar's axis begins at zero; slices and stacks only hold what may be added up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft7Validator

from schema.semantic import Catalogue

_DRAWN = ("x", "y", "theta", "color", "size", "radius")
_POWERS = (1.0, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e2, 1e-2)


def chart_fault(answer: Mapping[str, Any], catalogue: Catalogue | None) -> str | None:
    """The first fault of an answer's chart (``schema``, ``data``, ``line``, ``zero``, ``sum``); "" when it is valid.

    Args:
        answer: An answer as JSON.
        catalogue: Says which measures may be added up; None for a database that nobody described.

    Returns:
        None when the answer has no chart.
    """
    spec = answer.get("chart")
    if spec is None:
        return None
    if not _valid(spec):
        return "schema"
    columns, rows = answer["columns"], answer["rows"]
    measures = [i for i, c in enumerate(columns) if c["type"] in {"integer", "number"}]
    known = [[row[i] for row in rows if row[i] is not None] for i in measures]
    timed = any(c["role"] == "time" or c["type"] in {"date", "timestamp"} for c in columns)
    for mark, encoding, data in _layers(spec, []):
        drawn = [(k, encoding[k]) for k in _DRAWN if _is_quantity(encoding.get(k))]
        for _, channel in drawn:
            values = [d.get(channel["field"]) for d in data]
            if channel["field"] not in {key for d in data for key in d} or not _taken_from(values, known):
                return "data"
        if mark in {"line", "area", "trail"} and not timed:
            return "line"
        if mark == "bar" and any(k in "xy" and c.get("scale", {}).get("zero") is False for k, c in drawn):
            return "zero"
        if (mark == "arc" or _stacked(mark, encoding)) and not _summable(columns, catalogue):
            return "sum"
    return ""


@cache
def _validator() -> Draft7Validator:
    text = (resources.files("altair.vegalite.v6.schema") / "vega-lite-schema.json").read_text(encoding="utf-8")
    return Draft7Validator(json.loads(text))


def _valid(spec: Mapping[str, Any]) -> bool:
    return _valid_text(json.dumps(_form(spec), sort_keys=True))


@cache
def _valid_text(text: str) -> bool:
    return bool(_validator().is_valid(json.loads(text)))


_FREE_TEXT = frozenset({"description", "title", "text", "subtitle"})
_FREE_LISTS = frozenset({"values", "sort", "domain"})


def _form(node: Any, key: str = "") -> Any:
    """The specification without its data, texts and names: a thousand charts have few forms, each is checked once."""
    if isinstance(node, str):
        return "" if key in _FREE_TEXT else node
    if isinstance(node, Mapping):
        return {k: _form(v, k) for k, v in node.items()}
    if isinstance(node, list):
        scalars = all(isinstance(v, str | int | float) for v in node)
        return [] if key == "values" else node[:1] if key in _FREE_LISTS and scalars else [_form(v, key) for v in node]
    return node


def _layers(spec: Mapping[str, Any], data: list[Any]) -> Iterator[tuple[str, Mapping[str, Any], list[Any]]]:
    """Mark, encoding and data of every layer, inherited from above where a layer has none."""
    values = spec.get("data", {}).get("values") if isinstance(spec.get("data"), Mapping) else None
    data = values if isinstance(values, list) else data
    if "mark" in spec:
        mark = spec["mark"]["type"] if isinstance(spec["mark"], Mapping) else spec["mark"]
        yield str(mark), spec.get("encoding", {}), data
    for key in ("layer", "hconcat", "vconcat", "concat"):
        for part in spec.get(key, ()):
            yield from _layers(part, data)
    if isinstance(spec.get("spec"), Mapping):
        yield from _layers(spec["spec"], data)


def _is_quantity(channel: Any) -> bool:
    return isinstance(channel, Mapping) and channel.get("type") == "quantitative" and "field" in channel


def _taken_from(values: Sequence[Any], columns: Sequence[Sequence[Any]]) -> bool:
    """Whether all numbers are the measures' times one power of ten; what is not drawn of a measure may be one sum."""
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if not numbers:
        return False
    for power in _POWERS:
        scaled = [[float(v) * power for v in column] for column in columns]
        left = [n for n in numbers if not any(_among(n, column) for column in scaled)]
        rests = [math.fsum(v for v in column if not _among(v, numbers)) for column in scaled]
        rests += [math.fsum(column) - math.fsum(n for n in numbers if _among(n, column)) for column in scaled]
        if all(_among(n, rests) for n in left):
            return True
    return False


def _among(number: float, known: Sequence[float]) -> bool:
    return any(math.isclose(number, k, rel_tol=1e-6, abs_tol=1e-9) for k in known)


def _stacked(mark: str, encoding: Mapping[str, Any]) -> bool:
    if mark not in {"bar", "area"} or not isinstance(encoding.get("color"), Mapping):
        return False
    if "field" not in encoding["color"] or "xOffset" in encoding or "yOffset" in encoding:
        return False
    ends = [c for k in ("x", "y") if _is_quantity(c := encoding.get(k)) and c is not None]
    same = {encoding.get(k, {}).get("field") for k in ("x", "y")}
    return any(c.get("stack", "zero") for c in ends) and encoding["color"]["field"] not in same


def _summable(columns: Sequence[Mapping[str, Any]], catalogue: Catalogue | None) -> bool:
    kinds = {m.name: m.additivity for _, m in catalogue.metrics()} if catalogue else {}
    measures = [c for c in columns if c["role"] == "measure"]
    return all(kinds.get(c["name"], "additive") in {"additive", "semi_additive"} for c in measures) and any(
        c.get("unit") not in {"giờ", "điểm %"} for c in measures
    )
