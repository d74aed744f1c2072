"""Verified queries of a catalogue: ``verified/*.yaml``, one file for each view, with the slots that they may use.

A file names its view, the owner and the day of approval, and lists queries. A query's ``slots`` are names of the shared
list (``ky``; ``cuc?`` for one that the question may leave out), or a shared slot with changes::

    view: to_khai
    owner: Nhóm dữ liệu HỏiKho
    verified_at: 2026-11-22
    queries:
      - name: to_khai_theo_cuc
        slots: [ky, {name: chieu, optional: true}]
        triggers: ["Số tờ khai của từng cục {ky}", "Mỗi cục có bao nhiêu tờ khai {ky}"]
        sql: SELECT cuc, COUNT(*) AS so_luong_to_khai FROM to_khai WHERE :ky AND chieu = :chieu GROUP BY cuc
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from schema.semantic import Slot, SlotKind, VerifiedQuery, View
from schema.yamlnodes import Item

_SLOT_KEYS = {"name", "kind", "column", "choices", "sample", "optional"}
_QUERY_KEYS = {"name", "slots", "triggers", "sql", "owner", "verified_at"}
_IN_TRIGGER = re.compile(r"\{([^{}]*)\}")
_IN_SQL = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


def read_slots(shared: Item) -> dict[str, Slot]:
    """The shared slots of ``_chung.yaml``, or those of one file, by name.

    Raises:
        CatalogueError: One has no kind, or stands twice.
    """
    found: dict[str, Slot] = {}
    for item in shared.children("slots"):
        slot = _slot(item, {})
        if slot.name in found:
            raise item.fault(f"tham số «{slot.name}» ghi hai lần")
        found[slot.name] = slot
    return found


def read_verified(
    content: Item, views: Mapping[str, View], shared: Mapping[str, Slot]
) -> dict[str, tuple[VerifiedQuery, ...]]:
    """The queries of one file, by view.

    Raises:
        CatalogueError: The view is unknown, a name stands twice, or slots, triggers and SQL do not agree.
    """
    content.only({"view", "owner", "verified_at", "slots", "queries"})
    shared = {**shared, **read_slots(content)}
    view = content.need("view", Item.text)
    if view not in views:
        raise content.mapping()["view"].fault(f"không có bảng «{view}» trong danh mục")
    taken = {q.name for v in views.values() for q in v.verified_queries}
    found: list[VerifiedQuery] = []
    for item in content.need("queries", Item.items):
        query = _query(item, shared, content, views[view])
        if query.name in taken:
            raise item.fault(f"truy vấn kiểm duyệt «{query.name}» ghi hai lần")
        taken.add(query.name)
        found.append(query)
    return {view: tuple(found)}


def _slot(item: Item, shared: Mapping[str, Slot]) -> Slot:
    if not isinstance(item.value, dict):
        name = item.text()
        bare = name.removesuffix("?")
        if bare not in shared:
            raise item.fault(f"không có tham số dùng chung «{bare}»", action="Các tham số dùng chung ở _chung.yaml.")
        return replace(shared[bare], optional=shared[bare].optional or name != bare)
    item.only(_SLOT_KEYS)
    name = item.need("name", Item.text)
    base = shared.get(name)
    kind = item.get("kind", lambda i: _kind(i), base.kind if base else None)
    if kind is None:
        raise item.fault(f"tham số «{name}» thiếu «kind»")
    slot = Slot(
        name,
        kind,
        column=item.get("column", Item.text, base.column if base else ""),
        choices=item.get("choices", Item.texts, base.choices if base else ()),
        sample=item.get("sample", Item.text, base.sample if base else ""),
        optional=item.get("optional", Item.flag, base.optional if base else False),
    )
    if slot.kind == "value" and not slot.column:
        raise item.fault(f"tham số «{name}» lấy giá trị của cột nào? Thiếu «column»")
    if slot.kind == "filter" and not slot.choices:
        raise item.fault(f"tham số «{name}» chọn trong những điều kiện nào? Thiếu «choices»")
    return slot


def _kind(item: Item) -> Any:
    text = item.text()
    if text not in get_args(SlotKind):
        raise item.fault(f"loại tham số lạ «{text}»", action=f"Chọn một trong: {', '.join(get_args(SlotKind))}.")
    return text


def _query(item: Item, shared: Mapping[str, Slot], content: Item, view: View) -> VerifiedQuery:
    item.only(_QUERY_KEYS)
    slots = tuple(_slot(child, shared) for child in item.children("slots"))
    query = VerifiedQuery(
        name=item.need("name", Item.text),
        triggers=item.need("triggers", Item.texts),
        sql=" ".join(item.need("sql", Item.text).split()),
        owner=item.get("owner", Item.text, content.get("owner", Item.text, "")),
        verified_at=item.get("verified_at", _day, content.get("verified_at", _day, "")),
        slots=slots,
    )
    if not query.owner or not query.verified_at:
        raise item.fault(f"truy vấn «{query.name}» thiếu người duyệt hoặc ngày duyệt (owner, verified_at)")
    names = {slot.name for slot in slots}
    for name in (n for t in query.triggers for n in _IN_TRIGGER.findall(t)):
        if name not in names:
            raise item.fault(f"câu kích hoạt của «{query.name}» dùng tham số không khai báo «{{{name}}}»")
    used = set(_IN_SQL.findall(_without_texts(query.sql)))
    for name in sorted(used - names):
        raise item.fault(f"SQL của «{query.name}» dùng tham số không khai báo «:{name}»")
    for name in sorted(names - used):
        raise item.fault(f"tham số «{name}» của «{query.name}» không dùng trong SQL")
    for slot in slots:
        if slot.column and slot.column not in view.columns():
            raise item.fault(f"tham số «{slot.name}»: bảng «{view.name}» không có cột «{slot.column}»")
        if not slot.sample and any("{" + slot.name + "}" in t for t in query.triggers):
            raise item.fault(f"tham số «{slot.name}» của «{query.name}» thiếu «sample»")
        known = {f.name for f in view.filters} | set(view.columns())
        missing = [c for c in slot.choices if slot.kind == "filter" and c not in known]
        if missing:
            raise item.fault(f"tham số «{slot.name}»: bảng «{view.name}» không có cột hay điều kiện «{missing[0]}»")
    return query


def _without_texts(sql: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


def _day(item: Item) -> str:
    if not isinstance(item.value, dt.date):
        raise item.fault("ngày phải có dạng 2026-11-22")
    return item.value.isoformat()
