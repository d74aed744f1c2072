"""What a catalogue says about looking ahead: yearly plans and rules for warnings (``_canh_bao.yaml``, optional).

    plans:
      - {actual: tien_do_thu.thu_thuc_hien, plan: tien_do_thu.du_toan_giao, label: dự toán, also: [thu_nsnn.so_thu]}
    alerts:
      - name: thu_giam_so_cung_ky
        metric: thu_nsnn.so_thu
        by: [cuc]
        kind: year_change
        bound: 15
        least: 50000000000

Whether a rise or a fall is bad news is not said here: it is the metric's polarity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from schema.semantic import AlertKind, AlertRule, PlanRule, View
from schema.yamlnodes import Item

OUTLOOK_FILE = "_canh_bao.yaml"

_RULE_KEYS = {"name", "metric", "by", "kind", "bound", "least", "size", "months", "direction", "why"}


def read_outlook(content: Item, views: Mapping[str, View]) -> tuple[tuple[PlanRule, ...], tuple[AlertRule, ...]]:
    """Plans and rules of the file.

    Raises:
        CatalogueError: A metric or a dimension is unknown, a name stands twice, or a rule does not say enough.
    """
    content.only({"plans", "alerts"})
    plans = []
    for item in content.children("plans"):
        item.only({"actual", "plan", "label", "also"})
        plans.append(
            PlanRule(
                item.need("label", Item.text),
                _metric(item, "actual", views),
                _metric(item, "plan", views),
                tuple(_known(child, child.text(), views) for child in item.children("also")),
            )
        )
    rules: dict[str, AlertRule] = {}
    for item in content.children("alerts"):
        rule = _rule(item, views)
        if rule.name in rules:
            raise item.fault(f"quy tắc cảnh báo «{rule.name}» ghi hai lần")
        rules[rule.name] = rule
    return tuple(plans), tuple(rules.values())


def _rule(item: Item, views: Mapping[str, View]) -> AlertRule:
    item.only(_RULE_KEYS)
    kind = item.need("kind", Item.text)
    if kind not in get_args(AlertKind):
        raise item.fault(f"loại quy tắc lạ «{kind}»", action=f"Các loại: {', '.join(get_args(AlertKind))}.")
    direction = item.get("direction", Item.text, "")
    if direction not in ("", "up", "down"):
        raise item.fault("direction là up hoặc down")
    metric = _metric(item, "metric", views)
    view = views[metric.split(".")[0]]
    by = item.need("by", Item.texts)
    for name in by:
        if view.dimension(name) is None:
            raise item.fault(f"bảng «{view.name}» không có cột «{name}»")
    found = view.metric(metric.split(".")[1])
    if not direction and found is not None and found.polarity == "neutral" and kind in ("level", "pace"):
        raise item.fault(
            f"chỉ tiêu «{metric}» không nói tăng là tốt hay xấu", action="Hãy ghi direction: up hoặc down."
        )
    size = item.get("size", Item.text, "")
    if size and view.metric(size) is None:
        raise item.fault(f"bảng «{view.name}» không có chỉ tiêu «{size}»")
    months = item.get("months", Item.number, 1)
    if not 1 <= months <= 12:
        raise item.fault("months từ 1 đến 12")
    return AlertRule(
        name=item.need("name", Item.text),
        metric=metric,
        by=by,
        kind=kind,  # type: ignore[arg-type]  # checked above
        bound=_amount(item, "bound"),
        least=_amount(item, "least") if "least" in item.mapping() else 0.0,
        size=size,
        months=months,
        direction=direction,  # type: ignore[arg-type]  # checked above
        why=item.get("why", Item.text, ""),
    )


def _amount(item: Item, key: str) -> float:
    found = item.mapping().get(key)
    value = found.value if found is not None else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise item.fault(f"«{key}» phải là một số không âm")
    return float(value)


def _metric(item: Item, key: str, views: Mapping[str, View]) -> str:
    return _known(item, item.need(key, Item.text), views)


def _known(item: Item, name: str, views: Mapping[str, View]) -> str:
    view, _, metric = name.partition(".")
    if view not in views or views[view].metric(metric) is None:
        raise item.fault(f"không có chỉ tiêu «{name}»", action="Hãy ghi bảng.chỉ_tiêu.")
    return name
