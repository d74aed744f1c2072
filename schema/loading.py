"""Reads ``schema/catalogue/*.yaml`` into one validated ``Catalogue``.

A directory holds one file with what is shared (``_chung.yaml``: name, value lists, shared columns, absent topics),
one file for each subject area, perhaps ``_canh_bao.yaml`` (plans and rules for warnings), and under ``verified`` one
file of verified queries for each. Every fault is reported
with file and line. The result is kept by the digest of the text, so that loading again costs only the reading of the
files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from schema.approved import with_approved
from schema.checking import check_values, check_view
from schema.errors import CatalogueError
from schema.outlook import OUTLOOK_FILE, read_outlook
from schema.proven import is_proven, prove
from schema.semantic import (
    Absent,
    Additivity,
    Ambiguous,
    Catalogue,
    DataType,
    Dimension,
    Example,
    Fact,
    Metric,
    NamedFilter,
    Polarity,
    Relationship,
    TimeDimension,
    Value,
    View,
)
from schema.verified import read_slots, read_verified
from schema.yamlnodes import Item, read_yaml

CATALOGUE_DIR = Path(__file__).parent / "catalogue"
SHARED_FILE = "_chung.yaml"
VERIFIED_DIR = "verified"

_SHARED_KEYS = {
    "name", "as_of", "since", "dialect", "synthetic", "value_sets", "dimensions", "absent", "suggestions", "home",
    "ambiguous", "asked_first", "alike", "english", "glossary", "relationships", "slots", "draft", "notes",
}  # fmt: skip
_VIEW_KEYS = {
    "name", "label", "grain", "description", "synonyms", "primary_key", "dimensions", "time_dimensions", "facts",
    "filters", "metrics", "detail", "leads", "roster", "examples", "ambiguous", "rows",
}  # fmt: skip
_DIMENSION_KEYS = {
    "use", "name", "label", "type", "description", "synonyms", "values", "value_set", "cues", "index", "rank", "order",
    "parent", "sensitive", "assumption", "scope", "register", "unless_named", "sparse",
}  # fmt: skip
_TIME_KEYS = {"name", "label", "description", "synonyms", "parts", "calendar", "default", "snapshot", "assumption"}
_FACT_KEYS = {"name", "label", "type", "unit", "description", "synonyms", "yearly"}
_FILTER_KEYS = {"name", "label", "expr", "synonyms", "strong", "description"}
_METRIC_KEYS = {
    "name", "label", "expr", "unit", "description", "synonyms", "filters", "additivity", "polarity", "alternatives",
    "assumption", "default", "numerator", "inverse", "claim", "claims",
}  # fmt: skip


def load_catalogue(
    directory: Path | None = None, approved: Path | None = None, stamps: Path | None = None
) -> Catalogue:
    """The catalogue of a directory, validated.

    Args:
        directory: Where the YAML files are; the catalogue of the customs warehouse when None.
        approved: File of what people approved on this machine (``schema.approved``); need not be there.
        stamps: Folder in which to note that this content's SQL passed (``schema.proven``); None checks it each time.

    Raises:
        CatalogueError: A file is missing or wrong; the message names the file and the line.
    """
    folder = (directory or CATALOGUE_DIR).resolve()
    files = sorted(folder.glob("*.yaml"))
    files += sorted((folder / VERIFIED_DIR).glob("*.yaml")) if files else []
    if not files:
        raise CatalogueError(f"không có tệp danh mục nào trong {folder}", action="Hãy kiểm tra lại thư mục danh mục.")
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(folder)).encode("utf-8") + b"\0" + file.read_bytes() + b"\0")
    if approved is not None and approved.is_file():
        digest.update(approved.read_bytes())
    else:
        approved = None
    return _load(folder, digest.hexdigest(), approved, stamps)


@lru_cache(maxsize=16)
def _load(folder: Path, content: str, approved: Path | None, stamps: Path | None) -> Catalogue:
    proven = stamps is not None and is_proven(stamps, content)
    catalogue = _read(folder, content[:12], approved, proven=proven)
    if stamps is not None and not proven:
        prove(stamps, content)
    return catalogue


def _read(folder: Path, version: str, approved: Path | None, *, proven: bool) -> Catalogue:
    shared_path = folder / SHARED_FILE
    if not shared_path.exists():
        raise CatalogueError("thiếu tệp dùng chung", file=SHARED_FILE, action="Tệp này đặt tên kho và các danh sách.")
    shared = read_yaml(shared_path)
    shared.only(_SHARED_KEYS)
    value_sets = _value_sets(shared)
    common = _shared_dimensions(shared)
    views: dict[str, View] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in (SHARED_FILE, OUTLOOK_FILE):
            continue
        content = read_yaml(path)
        content.only({"subject", "label", "description", "views"})
        subject = content.need("subject", Item.text)
        for item in content.need("views", Item.items):
            view = _view(item, subject, common)
            if view.name in views:
                raise item.fault(f"bảng «{view.name}» đã được định nghĩa ở tệp khác")
            check_view(item, view, set(value_sets), proven=proven)
            views[view.name] = view
    slots = read_slots(shared)
    for path in sorted((folder / VERIFIED_DIR).glob("*.yaml")):
        for name, queries in read_verified(read_yaml(path), views, slots).items():
            views[name] = replace(views[name], verified_queries=views[name].verified_queries + queries)
    if approved is not None:
        views = with_approved(views, approved)
    ahead = folder / OUTLOOK_FILE
    plans, alerts = read_outlook(read_yaml(ahead), views) if ahead.exists() else ((), ())
    return Catalogue(
        name=shared.need("name", Item.text),
        version=version,
        as_of=shared.get("as_of", _date, None),
        since=shared.get("since", _date, None),
        dialect=shared.get("dialect", Item.text, "duckdb"),
        synthetic=shared.get("synthetic", Item.flag, False),
        views=views,
        value_sets=value_sets,
        absent=tuple(_absent(i) for i in shared.children("absent")),
        relationships=tuple(_relationship(i) for i in shared.children("relationships")),
        suggestions=shared.get("suggestions", Item.texts, ()),
        home=shared.get("home", Item.texts, ()),
        ambiguous=tuple(_ambiguous(child, value_sets) for child in shared.children("ambiguous")),
        asked_first=shared.get("asked_first", Item.texts, ()),
        alike=tuple(group.texts() for group in shared.children("alike")),
        english={key: item.text() for key, item in shared.members("english").items()},
        glossary={key: item.text() for key, item in shared.members("glossary").items()},
        notes=shared.get("notes", Item.texts, ()),
        draft=shared.get("draft", Item.flag, False),
        plans=plans,
        alerts=alerts,
    )


def _date(item: Item) -> dt.date | None:
    if not isinstance(item.value, dt.date):
        raise item.fault("ngày phải có dạng 2025-10-31")
    return item.value


def _choice(item: Item, allowed: tuple[str, ...]) -> Any:
    text = item.text()
    if text not in allowed:
        raise item.fault(f"giá trị «{text}» không dùng được", action=f"Chọn một trong: {', '.join(allowed)}.")
    return text


def _value(item: Item) -> Value:
    if not isinstance(item.value, dict):
        return Value(item.text())
    item.only({"value", "label", "synonyms", "strong", "opposite", "toward", "implied_by"})
    return Value(
        value=item.need("value", Item.text),
        label=item.get("label", Item.text, ""),
        synonyms=item.get("synonyms", Item.texts, ()),
        strong=item.get("strong", Item.texts, ()),
        opposite=item.get("opposite", Item.text, ""),
        toward=item.get("toward", Item.texts, ()),
        implied_by=item.get("implied_by", Item.texts, ()),
    )


def _values(item: Item) -> tuple[Value, ...]:
    found = tuple(_value(child) for child in item.items())
    check_values(item, found)
    return found


def _value_sets(shared: Item) -> dict[str, tuple[Value, ...]]:
    return {name: _values(item) for name, item in shared.members("value_sets").items()}


def _shared_dimensions(shared: Item) -> dict[str, Dimension]:
    return {dim.name: dim for dim in (_dimension(child, {}) for child in shared.children("dimensions"))}


def _dimension(item: Item, common: dict[str, Dimension]) -> Dimension:
    if not isinstance(item.value, dict):
        item = Item({"use": item}, item.file, item.line)
    found = item.only(_DIMENSION_KEYS)
    if "use" in found:
        name = found["use"].text()
        if name not in common:
            raise found["use"].fault(f"không có cột dùng chung «{name}»", action="Các cột dùng chung ở _chung.yaml.")
        base = common[name]
    else:
        base = Dimension(name=item.need("name", Item.text), label=item.need("label", Item.text, what="cột"))
    return replace(
        base,
        label=item.get("label", Item.text, base.label),
        type=item.get("type", lambda i: _choice(i, get_args(DataType)), base.type),
        description=item.get("description", Item.text, base.description),
        synonyms=item.get("synonyms", Item.texts, base.synonyms),
        values=item.get("values", _values, base.values),
        value_set=item.get("value_set", Item.text, base.value_set),
        cues=item.get("cues", Item.texts, base.cues),
        index=item.get("index", Item.flag, base.index),
        rank=item.get("rank", Item.number, base.rank),
        order=item.get("order", Item.texts, base.order),
        parent=item.get("parent", Item.text, base.parent),
        sensitive=item.get("sensitive", Item.flag, base.sensitive),
        scope=item.get("scope", Item.flag, base.scope),
        register=item.get("register", Item.text, base.register),
        unless_named=item.get("unless_named", Item.text, base.unless_named),
        sparse=item.get("sparse", Item.flag, base.sparse),
        assumption=item.get("assumption", Item.text, base.assumption),
    )


def _time(item: Item) -> TimeDimension:
    item.only(_TIME_KEYS)
    grains = ("year", "half", "quarter", "month", "half_month", "week", "day")
    parts: dict[str, str] = {}
    for grain, column in item.members("parts").items():
        if grain not in grains:
            raise column.fault(f"bậc thời gian lạ «{grain}»", action=f"Chọn trong: {', '.join(grains)}.")
        parts[grain] = column.text()
    return TimeDimension(
        name=item.need("name", Item.text),
        label=item.need("label", Item.text, what="cột thời gian"),
        description=item.get("description", Item.text, ""),
        synonyms=item.get("synonyms", Item.texts, ()),
        parts=parts,
        calendar=item.get("calendar", Item.text, "gregorian"),
        default=item.get("default", Item.flag, False),
        snapshot=item.get("snapshot", Item.flag, False),
        assumption=item.get("assumption", Item.text, ""),
    )


def _fact(item: Item) -> Fact:
    item.only(_FACT_KEYS)
    return Fact(
        name=item.need("name", Item.text),
        label=item.need("label", Item.text, what="cột số"),
        type=item.get("type", lambda i: _choice(i, get_args(DataType)), "decimal"),
        unit=item.get("unit", Item.text, ""),
        description=item.get("description", Item.text, ""),
        synonyms=item.get("synonyms", Item.texts, ()),
        yearly=item.get("yearly", Item.flag, False),
    )


def _filter(item: Item) -> NamedFilter:
    item.only(_FILTER_KEYS)
    return NamedFilter(
        name=item.need("name", Item.text),
        label=item.need("label", Item.text, what="điều kiện"),
        expr=item.need("expr", Item.text),
        synonyms=item.get("synonyms", Item.texts, ()),
        strong=item.get("strong", Item.texts, ()),
        description=item.get("description", Item.text, ""),
    )


def _metric(item: Item) -> Metric:
    item.only(_METRIC_KEYS)
    return Metric(
        name=item.need("name", Item.text),
        label=item.need("label", Item.text, what="chỉ tiêu"),
        expr=item.need("expr", Item.text),
        unit=item.get("unit", Item.text, ""),
        description=item.get("description", Item.text, ""),
        synonyms=item.get("synonyms", Item.texts, ()),
        filters=item.get("filters", Item.texts, ()),
        additivity=item.get("additivity", lambda i: _choice(i, get_args(Additivity)), "additive"),
        polarity=item.get("polarity", lambda i: _choice(i, get_args(Polarity)), "neutral"),
        alternatives=item.get("alternatives", Item.texts, ()),
        assumption=item.get("assumption", Item.text, ""),
        default=item.get("default", Item.flag, False),
        numerator=item.get("numerator", Item.text, ""),
        inverse=item.get("inverse", Item.texts, ()),
        claim=item.get("claim", Item.text, ""),
        claims=item.get("claims", Item.texts, ()),
    )


def _example(item: Item) -> Example:
    item.only({"question", "sql"})
    return Example(question=item.need("question", Item.text), sql=" ".join(item.need("sql", Item.text).split()))


def _signs(item: Item, value_sets: Mapping[str, Sequence[Value]]) -> tuple[str, ...]:
    """Words of a list, with ``{list}`` written out as the names in that list of values."""
    found: list[str] = []
    for word in item.texts():
        if word.startswith("{"):
            names = value_sets.get(word.strip("{}"))
            if names is None:
                raise item.fault(f"không có danh sách giá trị «{word.strip('{}')}»")
            found.extend(name for value in names for name in (value.value, *value.synonyms))
        else:
            found.append(word)
    return tuple(found)


def _ambiguous(item: Item, value_sets: Mapping[str, Sequence[Value]]) -> Ambiguous:
    item.only({"phrase", "options", "unless", "settles"})
    return Ambiguous(
        item.need("phrase", Item.text),
        item.need("options", Item.texts),
        item.get("unless", Item.texts, ()),
        {meaning: _signs(words, value_sets) for meaning, words in item.members("settles").items()},
    )


def _view(item: Item, subject: str, common: dict[str, Dimension]) -> View:
    item.only(_VIEW_KEYS)
    return View(
        name=item.need("name", Item.text),
        label=item.need("label", Item.text, what="bảng"),
        grain=item.get("grain", Item.text, ""),
        subject=subject,
        description=item.get("description", Item.text, ""),
        synonyms=item.get("synonyms", Item.texts, ()),
        primary_key=item.get("primary_key", Item.texts, ()),
        dimensions=tuple(_dimension(i, common) for i in item.children("dimensions")),
        time_dimensions=tuple(_time(i) for i in item.children("time_dimensions")),
        facts=tuple(_fact(i) for i in item.children("facts")),
        filters=tuple(_filter(i) for i in item.children("filters")),
        metrics=tuple(_metric(i) for i in item.children("metrics")),
        detail=item.get("detail", Item.texts, ()),
        leads=item.get("leads", Item.texts, ()),
        roster=item.get("roster", Item.flag, False),
        examples=tuple(_example(i) for i in item.children("examples")),
        rows=item.get("rows", Item.number, None),
    )


def _absent(item: Item) -> Absent:
    item.only({"code", "patterns", "message", "nearest", "unless"})
    return Absent(
        code=item.need("code", lambda i: str(_choice(i, ("forbidden", "absent", "out_of_scope", "forecast")))),
        patterns=item.need("patterns", Item.texts),
        message=item.need("message", Item.text),
        nearest=item.get("nearest", Item.text, ""),
        unless=item.get("unless", Item.texts, ()),
    )


def _relationship(item: Item) -> Relationship:
    item.only({"left", "left_columns", "right", "right_columns"})
    return Relationship(
        left=item.need("left", Item.text),
        left_columns=item.need("left_columns", Item.texts),
        right=item.need("right", Item.text),
        right_columns=item.need("right_columns", Item.texts),
    )
