"""A drafted catalogue as YAML files that a person can improve: one for each table, and ``_chung.yaml``.

What is written loads again (the writer reads it back before it is put in place), so that a draft is never half a draft.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from schema.checking import normal
from schema.errors import CatalogueError
from schema.loading import SHARED_FILE, load_catalogue
from schema.semantic import Catalogue, Dimension, Fact, Metric, Value, View

SAMPLES = 30
"""Most sample values written for a column; a column with more is read by the value index instead."""

_HEAD = (
    "# Bản nháp do hoikho catalogue init viết từ cơ sở dữ liệu: cột, khóa, số dòng là đọc được; nhãn, vai trò,\n"
    "# chỉ tiêu là đoán. Hãy sửa nhãn, thêm synonyms, đơn vị, chỉ tiêu; xem docs/catalogue.md.\n"
    "# Kiểm tra: hoikho catalogue check.\n"
)


def save_draft(catalogue: Catalogue, folder: Path) -> list[Path]:
    """Write a draft into a new or empty directory.

    Returns:
        The files, ``_chung.yaml`` first.

    Raises:
        CatalogueError: The directory holds something already, cannot be written, or the draft would not load.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CatalogueError(
            f"«{folder}» đã có và không trống", action="Hãy chọn một thư mục mới để không ghi đè phần đã sửa."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise CatalogueError(f"không ghi được vào «{folder.parent}» ({error.strerror})") from error
    try:
        _write(catalogue, temporary)
        load_catalogue(temporary)
        if folder.exists():
            folder.rmdir()
        os.replace(temporary, folder)
    except OSError as error:
        raise CatalogueError(f"không ghi được vào «{folder}» ({error.strerror})") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return [folder / SHARED_FILE, *sorted(p for p in folder.glob("*.yaml") if p.name != SHARED_FILE)]


def with_live_values(saved: Catalogue, live: Catalogue) -> Catalogue:
    """A saved draft with the values and row counts that its database holds now.

    What a person wrote (labels, synonyms, values with aliases) stands; values that the files leave out are added.

    Raises:
        CatalogueError: The database has none of the tables.
    """
    if not saved.views.keys() & live.views.keys():
        raise CatalogueError(
            f"danh mục «{saved.name}» không có bảng nào của cơ sở dữ liệu này",
            action="Hãy kiểm tra lại --db, hoặc tạo danh mục mới: hoikho catalogue init.",
        )
    views = {}
    for name, view in saved.views.items():
        now = live.views.get(name)
        if now is None:
            continue
        dims = []
        for dim in view.dimensions:
            seen = now.dimension(dim.name)
            known = {v.value for v in dim.values}
            more = tuple(v for v in seen.values if v.value not in known) if seen else ()
            dims.append(replace(dim, values=dim.values + more))
        views[name] = replace(view, dimensions=tuple(dims), rows=now.rows)
    links = tuple(r for r in saved.relationships if r.left in views and r.right in views)
    return replace(saved, views=views, relationships=links, notes=live.notes)


def _write(catalogue: Catalogue, folder: Path) -> None:
    shared: dict[str, Any] = {"name": catalogue.name, "dialect": catalogue.dialect, "draft": True}
    if catalogue.notes:
        shared["notes"] = list(catalogue.notes)
    if catalogue.relationships:
        shared["relationships"] = [
            {
                "left": link.left,
                "left_columns": list(link.left_columns),
                "right": link.right,
                "right_columns": list(link.right_columns),
            }
            for link in catalogue.relationships
        ]
    _dump(folder / SHARED_FILE, shared)
    taken = {SHARED_FILE}
    for view in catalogue.views.values():
        name = _file_name(view.name, taken)
        _dump(folder / name, {"subject": name.removesuffix(".yaml"), "label": view.label, "views": [_view(view)]})


def dump_yaml(content: Mapping[str, Any]) -> str:
    """Plain values as YAML text, keys in their order; by the C writer where there is one, for it is far faster."""
    writer = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(dict(content), Dumper=writer, allow_unicode=True, sort_keys=False, width=110))


def _dump(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(_HEAD + dump_yaml(content), encoding="utf-8")


def plain_name(text: str) -> str:
    """A name of lower-case letters, digits and underscores: ``"Tiền phạt (đồng)"`` → ``tien_phat_dong``."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")
    return words if words and not words[0].isdigit() else f"c_{words}".strip("_")


def _file_name(view: str, taken: set[str]) -> str:
    base = plain_name(view)[:80]
    name, number = f"{base}.yaml", 2
    while name in taken:
        name, number = f"{base}_{number}.yaml", number + 1
    taken.add(name)
    return name


def _view(view: View) -> dict[str, Any]:
    labels = _Labels()
    found: dict[str, Any] = {"name": view.name, "label": view.label, "grain": view.grain}
    if view.description:
        found["description"] = view.description
    if view.rows is not None:
        found["rows"] = view.rows
    if view.primary_key:
        found["primary_key"] = list(view.primary_key)
    metrics = [_written(m, labels) for m in draft_metrics(view)]
    if view.time_dimensions:
        found["time_dimensions"] = [
            {"name": t.name, "label": t.label} | ({"default": True} if t.default else {}) for t in view.time_dimensions
        ]
    if view.dimensions:
        found["dimensions"] = [_dimension(d, labels) for d in view.dimensions]
    if view.facts:
        found["facts"] = [{"name": f.name, "label": f.label, "type": f.type} for f in view.facts]
    if metrics:
        found["metrics"] = metrics
    if view.detail:
        found["detail"] = list(view.detail)
    return found


class _Labels:
    """Labels given so far in a table; a second one of the same words gets its column's name behind it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, label: str, name: str) -> str:
        chosen = label if normal(label) not in self._taken else f"{label} ({name})"
        self._taken.add(normal(chosen))
        return chosen


def _dimension(dim: Dimension, labels: _Labels) -> dict[str, Any]:
    found: dict[str, Any] = {"name": dim.name, "label": labels.free(dim.label, dim.name)}
    if dim.type != "text":
        found["type"] = dim.type
    values = list(_distinct(dim.values))
    if values and len(values) <= SAMPLES:
        found["values"] = values
    if not dim.index:
        found["index"] = False
    return found


def _distinct(values: Iterable[Value]) -> Iterable[str]:
    """Values that differ as people write them: the loader would not tell ``Abc`` from ``abc``."""
    seen: set[str] = set()
    for value in values:
        name = normal(value.value)
        if name and name not in seen and value.value == value.value.strip():
            seen.add(name)
            yield value.value


def draft_metrics(view: View) -> tuple[Metric, ...]:
    """Measures that are sure to make sense: how many rows, and the sum and mean of each numeric column."""
    taken = set(view.columns())
    found = [Metric(_free("so_dong", taken), f"Số {view.label.lower()}", "COUNT(*)", default=True)]
    for fact in view.facts:
        column = '"' + fact.name.replace('"', '""') + '"'
        base = plain_name(fact.name)
        found.append(Metric(_free(f"tong_{base}", taken), f"Tổng {fact.label.lower()}", f"SUM({column})", _unit(fact)))
        found.append(
            Metric(
                _free(f"tb_{base}", taken), f"{fact.label} bình quân", f"AVG({column})", _unit(fact),
                additivity="ratio",
            )
        )  # fmt: skip
    return tuple(found)


def _unit(fact: Fact) -> str:
    """The unit that a column's own name puts in brackets: ``"Tiền phạt (đồng)"`` → ``đồng``."""
    inside = re.search(r"\(([^()]{1,20})\)\s*$", fact.name)
    return fact.unit or (inside[1].strip() if inside else "")


def _free(name: str, taken: set[str]) -> str:
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name}_{number}", number + 1
    taken.add(chosen)
    return chosen


def _written(metric: Metric, labels: _Labels) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": metric.name,
        "label": labels.free(metric.label, metric.name),
        "expr": metric.expr,
    }
    if metric.unit:
        found["unit"] = metric.unit
    if metric.additivity != "additive":
        found["additivity"] = metric.additivity
    return found | ({"default": True} if metric.default else {})
