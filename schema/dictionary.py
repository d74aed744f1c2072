"""Writes the data dictionary, ``docs/tu_dien_du_lieu.md``, from the catalogue.

``python -m schema.dictionary`` writes it; a test says when it is out of date. What people call things (synonyms) is
left out: it changes often and is read by the assistant, not by people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from schema.loading import load_catalogue
from schema.semantic import Catalogue, Dimension, Metric, View

TARGET = Path(__file__).parent.parent / "docs" / "tu_dien_du_lieu.md"
_TYPES = {
    "text": "chữ",
    "integer": "số nguyên",
    "decimal": "số thập phân",
    "date": "ngày",
    "timestamp": "thời điểm",
    "boolean": "đúng/sai",
}
_ADDITIVITY = {
    "additive": "cộng được",
    "semi_additive": "không cộng qua các tháng",
    "ratio": "không cộng được",
    "distinct": "không cộng được (đếm không trùng)",
}
_PART_LABELS = {"year": "Năm", "quarter": "Quý (1–4)", "month": "Tháng (1–12)", "half_month": "Kỳ trong tháng (1, 2)"}
_SHOWN_VALUES = 8


def dictionary(catalogue: Catalogue) -> str:
    """The data dictionary of a catalogue as Markdown."""
    parts = [
        "# Từ điển dữ liệu",
        "Tệp này sinh ra từ `schema/catalogue/*.yaml` bằng `python -m schema.dictionary`; đừng sửa tay.",
        f"**{catalogue.name}**"
        + (f", số liệu đến {catalogue.as_of:%d/%m/%Y}" if catalogue.as_of else "")
        + (". Toàn bộ là dữ liệu mô phỏng, không phải số liệu chính thức." if catalogue.synthetic else "."),
        _table(
            ("Bảng", "Nội dung", "Mỗi dòng là", "Cột", "Chỉ tiêu"),
            [(f"[{v.name}](#{v.name})", v.label, v.grain, len(v.columns()), len(v.metrics)) for v in _views(catalogue)],
        ),
    ]
    for view in _views(catalogue):
        parts += _view(view, catalogue)
    lacking = [item.message for item in catalogue.absent if item.code not in ("out_of_scope", "forecast")]
    if lacking:
        parts += ["## Những gì kho không có", *(f"- {message}" for message in lacking)]
    if catalogue.glossary:
        parts += [
            "## Thuật ngữ",
            _table(("Thuật ngữ", "Giải thích"), sorted(catalogue.glossary.items())),
        ]
    return _joined(parts)


def _views(catalogue: Catalogue) -> list[View]:
    return [catalogue.views[name] for name in sorted(catalogue.views)]


def _view(view: View, catalogue: Catalogue) -> list[str]:
    parts = [f"## {view.name}", f"**{view.label}.** {view.description}".strip(), "### Cột"]
    rows: list[tuple[object, ...]] = []
    for time in view.time_dimensions:
        note = " ".join(t for t in (time.description, time.assumption) if t)
        rows.append((f"`{time.name}`", time.label, "ngày", note))
        rows += [(f"`{c}`", _PART_LABELS.get(grain, grain), "số nguyên", "") for grain, c in time.parts.items()]
    rows += [(f"`{d.name}`", d.label, _TYPES[d.type], _note(d, catalogue)) for d in view.dimensions]
    rows += [
        (f"`{f.name}`", f.label, _TYPES[f.type] + (f" ({f.unit})" if f.unit else ""), f.description) for f in view.facts
    ]
    parts.append(_table(("Cột", "Nhãn", "Kiểu", "Ghi chú"), rows))
    parts += ["### Chỉ tiêu", _table(("Chỉ tiêu", "Tên", "Đơn vị", "Công thức", "Ghi chú"), map(_metric, view.metrics))]
    if view.filters:
        parts += [
            "### Điều kiện có tên",
            _table(("Điều kiện", "Biểu thức"), [(f.label, _code(f.expr)) for f in view.filters]),
        ]
    return parts


def _note(dim: Dimension, catalogue: Catalogue) -> str:
    values = [v.value for v in catalogue.values_of(dim)]
    shown = ", ".join(values[:_SHOWN_VALUES]) + (f" … ({len(values)} giá trị)" if len(values) > _SHOWN_VALUES else "")
    hidden = "Định danh, xem theo quyền." if dim.sensitive else ""
    return " ".join(t for t in (dim.description, dim.assumption, hidden, f"Giá trị: {shown}." if values else "") if t)


def _metric(metric: Metric) -> tuple[object, ...]:
    expr = _code(metric.expr) + (f" với {_code(' AND '.join(metric.filters))}" if metric.filters else "")
    note = " ".join(t for t in (metric.description, metric.assumption) if t)
    kind = _ADDITIVITY[metric.additivity]
    return (f"`{metric.name}`", metric.label, metric.unit, expr, f"{note} ({kind})".strip())


def _code(text: str) -> str:
    return f"`{text}`"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _joined(parts: Sequence[str]) -> str:
    """Blocks with an empty line between them; items of one list stay together."""
    text = ""
    for before, part in zip(("", *parts), parts, strict=False):
        gap = "" if not text else "\n" if before.startswith("- ") and part.startswith("- ") else "\n\n"
        text += gap + part
    return text + "\n"


def main() -> None:
    """Writes the dictionary of the customs warehouse."""
    TARGET.write_text(dictionary(load_catalogue()), encoding="utf-8")


if __name__ == "__main__":
    main()
