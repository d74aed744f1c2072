"""The SQL editor: CodeMirror 6, bundled from ``ui/sql_editor`` into ``static/sql_editor.js``.

It completes names, measures and values of the catalogue by what people call them, underlines the door's complaint where
it belongs, and runs what is selected.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from schema.semantic import Catalogue
from ui import texts

MAX_VALUES = 40
_SCRIPT = (Path(__file__).parents[1] / "assets" / "sql_editor.js").read_text(encoding="utf-8")
_mount = st.components.v2.component(
    "hoikho_sql_editor",
    html='<div class="editor"></div>',
    css=".editor{min-height:12rem}",
    js=_SCRIPT,
)
_PHRASES = {
    "Find": "Tìm",
    "Replace": "Thay",
    "next": "tiếp",
    "previous": "trước",
    "all": "tất cả",
    "match case": "phân biệt hoa thường",
    "regexp": "biểu thức",
    "by word": "cả từ",
    "replace": "thay",
    "replace all": "thay hết",
    "close": "đóng",
    "Completions": "Gợi ý",
    "Diagnostics": "Lỗi",
    "No diagnostics": "Không có lỗi",
}


@dataclass(frozen=True)
class Fault:
    """What the door says of the text: place from 1, 0 where unknown."""

    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Edited:
    """What came from the editor.

    Attributes:
        text: The whole text, or None when the editor has not said.
        run: The person wants it run; ``part`` is what was selected, else empty.
        check: The person has paused in typing.
        broken: The editor could not be loaded.
    """

    text: str | None = None
    run: bool = False
    part: str = ""
    check: bool = False
    broken: bool = False


def sql_editor(
    text: str, names: list[list[str]], *, stamp: str, fault: Fault | None, placeholder: str, key: str
) -> Edited:
    """Draw the editor.

    Args:
        text: What it holds; taken over only when ``stamp`` is another than before, so that typing is never undone.
        names: As ``completions``.
    """
    result = _mount(
        key=key,
        data={
            "text": text,
            "stamp": stamp,
            "names": names,
            "error": {"message": fault.message, "line": fault.line, "column": fault.column} if fault else None,
            "words": {"label": texts.SQL_LABEL, "placeholder": placeholder, "run": texts.SQL_RUN, "phrases": _PHRASES},
        },
        on_run_change=lambda: None,
        on_check_change=lambda: None,
        on_text_change=lambda: None,
        on_broken_change=lambda: None,
    )
    return edited(getattr(result, "run", None), getattr(result, "check", None), getattr(result, "text", None),
                  getattr(result, "broken", None))  # fmt: skip


def edited(run: Any, check: Any, text: Any, broken: Any) -> Edited:
    """The component's events as one value; the event that has just come wins over the text left before."""
    if isinstance(run, dict):
        return Edited(str(run.get("text", "")), run=True, part=str(run.get("part", "")))
    if isinstance(check, dict):
        return Edited(str(check.get("text", "")), check=True)
    return Edited(text if isinstance(text, str) else None, broken=bool(broken))


def completions(catalogue: Catalogue) -> list[list[str]]:
    """Everything that a query may name: ``[label, detail, kind, text to insert]``.

    Kinds are CodeMirror's: ``class`` (table), ``property`` (column), ``method`` (measure), ``constant`` (value),
    ``keyword``.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for view in catalogue.views.values():
        found[view.name, ""] = [view.name, view.label, "class", view.name]
        for column in view.columns():
            found.setdefault((column, "c"), [column, view.label_of(column), "property", column])
        for metric in view.metrics:
            shown = [metric.label, f"{view.label} · {metric.expr}", "method", f"{metric.expr} AS {metric.name}"]
            found.setdefault((metric.name + view.name, "m"), shown)
        for dim in view.dimensions:
            for value in catalogue.values_of(dim)[:MAX_VALUES]:
                literal = "'" + value.value.replace("'", "''") + "'"
                found.setdefault((literal, "v"), [literal, f"{dim.label} ({dim.name})", "constant", literal])
    return [*found.values(), *([word, "", "keyword", word] for word in _KEYWORDS)]


_KEYWORDS = (
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE",
    "CASE WHEN", "THEN", "ELSE", "END", "AS", "WITH", "SUM", "COUNT", "AVG", "MIN", "MAX", "DISTINCT", "DESC", "ASC",
    "OVER", "PARTITION BY", "NULLIF", "COALESCE", "ROUND", "UNION ALL",
)  # fmt: skip
