"""The result table: Vietnamese formats on screen, raw values for sorting, a real ``<table>`` for screen readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from nl2sql.answer.format import format_value, unit_word
from nl2sql.types import Column, Result, json_value
from ui import texts

NUMERIC = frozenset({"integer", "number"})
SORT_HINT = "Bấm để sắp xếp"
MAX_SENT = 5000
"""Most rows that are sent to the browser; files hold them all."""

_ASSETS = Path(__file__).parents[1] / "assets"
_mount = st.components.v2.component(
    "hoikho_table",
    html='<div class="frame"></div>',
    css=(_ASSETS / "table.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "table.js").read_text(encoding="utf-8"),
)


def show_table(result: Result, *, key: str) -> None:
    """Draw a result; ``key`` is unique on the page."""
    _mount(key=key, data=table_data(result))


def table_data(result: Result) -> dict[str, Any]:
    """What the component draws: at most ``MAX_SENT`` rows, the first.

    Returns:
        ``columns`` (label, unit, number), ``rows`` (texts, shape (rows sent, columns)), ``keys`` (raw values of the
        same shape, for sorting), ``caption`` and ``sort_hint``.
    """
    columns = result.columns
    sent = result.rows[:MAX_SENT]
    return {
        "columns": [{"label": column.label, "unit": _unit(column), "number": _is_number(column)} for column in columns],
        "rows": [[format_value(value, column) for value, column in zip(row, columns, strict=True)] for row in sent],
        "keys": [[json_value(value) for value in row] for row in sent],
        "caption": f"{texts.TAB_TABLE}: {texts.row_count(result.row_count, result.truncated)}",
        "sort_hint": SORT_HINT,
    }


def _is_number(column: Column) -> bool:
    return column.type in NUMERIC and column.role == "measure"


def _unit(column: Column) -> str:
    unit = unit_word(column.unit)
    return unit if unit not in column.label else ""
