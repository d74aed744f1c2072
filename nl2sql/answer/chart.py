"""A Vega-Lite specification for a result, from its shape and the catalogue's semantics; never from model text.

The specification carries its data and its Vietnamese locale; nothing in it is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nl2sql.answer.chart_data import MAX_BARS, ChartData
from nl2sql.answer.chart_marks import OKABE_ITO
from nl2sql.answer.chart_rules import Rule, choose, switches
from nl2sql.answer.format import unit_word
from nl2sql.types import Reading, Result
from schema.semantic import Catalogue

NUMBER_LOCALE: dict[str, Any] = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]}
_UNFINISHED = "Phần nhạt hoặc nét đứt: kỳ chưa kết thúc"


def build_chart(result: Result, reading: Reading | None, catalogue: Catalogue) -> dict[str, Any] | None:
    """The chart of a result as a Vega-Lite dictionary, or None when the number or the table says it better."""
    data = ChartData(result, reading, catalogue)
    rule = choose(data)
    return _finished(data, rule) if rule.build is not None else None


def chart_reason(result: Result, reading: Reading | None, catalogue: Catalogue) -> tuple[str, str]:
    """Name of the rule that decides, and its reason in Vietnamese."""
    rule = choose(ChartData(result, reading, catalogue))
    return rule.name, rule.reason


def chart_kinds(result: Result, reading: Reading | None, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Name and label of every kind of chart that is valid for a result, the chosen one first; empty without a chart."""
    return tuple((rule.name, rule.reason) for rule in switches(ChartData(result, reading, catalogue)))


def build_kind(name: str, result: Result, reading: Reading | None, catalogue: Catalogue) -> dict[str, Any] | None:
    """The chart of one kind among ``chart_kinds``, or None when that kind is not valid."""
    data = ChartData(result, reading, catalogue)
    offered = switches(data)
    rule = next((r for r in offered if r.name == name), None)
    if rule is not None and rule is offered[0]:
        rule = choose(data)  # the same drawing, with its reason in words
    return _finished(data, rule) if rule else None


def _finished(data: ChartData, rule: Rule) -> dict[str, Any] | None:
    if rule.build is None:
        return None
    spec: dict[str, Any] = rule.build(data).to_dict()
    _inline(spec, spec.pop("datasets", {}))
    several = rule.name.startswith("nhieu_chi_tieu")
    title = _title(data, data.companions if several else (data.main,))
    subtitle = _subtitle(data)
    spec["title"] = {"text": title, "anchor": "start", **({"subtitle": subtitle} if subtitle else {})}
    spec["description"] = f"{title}. {rule.reason} {len(data.rows)} dòng dữ liệu."
    if "facet" not in spec:
        spec["width"] = "container"
        spec.setdefault("height", 320)
    config = spec.setdefault("config", {})
    config.pop("view", None)
    config["locale"] = {"number": dict(NUMBER_LOCALE)}
    config["range"] = {"category": list(OKABE_ITO)}
    config["title"] = {"anchor": "start", "limit": 900}
    return spec


def _inline(node: Any, datasets: dict[str, Any]) -> None:
    """Put named data sets where they are used, so that the specification stands alone."""
    if isinstance(node, dict):
        data = node.get("data")
        if isinstance(data, dict) and data.get("name") in datasets:
            node["data"] = {"values": datasets[data["name"]]}
        for key, value in node.items():
            if key != "data":
                _inline(value, datasets)
    elif isinstance(node, list):
        for item in node:
            _inline(item, datasets)


def _title(data: ChartData, measures: Sequence[int]) -> str:
    labels = [data.columns[i].label for i in measures]
    if data.base is not None:
        labels = [label.split(" (")[0] for label in labels]
    label = " và ".join([labels[0], *(n[:1].lower() + n[1:] for n in labels[1:])])
    by = [data.columns[i].label for i in data.categories[:2]]
    if len(data.moments) > 1 and data.time is not None:
        words = {"year": "năm", "quarter": "quý", "month": "tháng", "week": "tuần", "half_month": "kỳ", "day": "ngày"}
        by.append(words.get(data.time.grain, "thời gian"))
    names = " và ".join(n if n[:2].isupper() else n[:1].lower() + n[1:] for n in by)
    return f"{label} theo {names}" if names else label


def _subtitle(data: ChartData) -> str:
    parts: list[str] = []
    reading = data.reading
    if reading is not None:
        parts += [f.label for f in reading.filters]
        parts += [p.label for p in reading.periods[:2]]
        if reading.comparison is not None:
            parts.append(f"so với {reading.comparison.base.label}")
    _, unit = data.scale((data.main,))
    if unit:
        parts.append(f"Đơn vị: {unit_word(unit)}")
    shown = sum(1 for row in data.rows if row[data.main] is not None)
    if len(data.categories) == 1 and not data.moments and shown > MAX_BARS and not data.columns[data.main].additive:
        parts.append(f"Hiện {MAX_BARS} trong {shown} nhóm")
    if any(m.open for m in data.moments):
        parts.append(_UNFINISHED)
    return " · ".join(parts)
