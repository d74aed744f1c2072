"""The chart of a card, with a switch among the kinds that are valid for its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from nl2sql.types import Answer, Reading
from schema.semantic import Catalogue
from ui import texts
from ui.charts import PICK, dressed, pickable
from ui.exchange import Exchange
from ui.html import md_escape, tag

TILE_ROWS = 12
"""So many members a tile of the board draws, so that tiles stay of one size."""


def show_chart(
    exchange: Exchange, answer: Answer, catalogue: Catalogue, *, dark: bool, drilling: bool = True
) -> Reading | None:
    """Draw the chart, the switch, and for a bar or point that is selected what may be asked about it.

    Args:
        drilling: Whether marks can be selected.

    Returns:
        The reading that the person has just asked for, or None.
    """
    kinds = _kinds(answer, catalogue)
    if len(kinds) > 1:
        st.segmented_control(
            texts.CHART_KIND,
            options=[name for name, _ in kinds],
            format_func=dict(kinds).__getitem__,
            default=kinds[0][0],
            required=True,
            key=_key(exchange),
            label_visibility="collapsed",
        )
    spec = shown_spec(exchange, answer, catalogue)
    if spec is None:
        return None
    said = None if spec.get("description") else answer.headline or None
    made = pickable(dressed(spec, dark=dark)) if drilling and answer.reading and answer.reading.groups else None
    if made is None:
        st.vega_lite_chart(
            spec=dressed(spec, dark=dark), theme=None, width="stretch", key=f"chart_{exchange.id}", alt=said
        )
        return None
    # A key for each kind: what was selected on one drawing is nothing on another.
    key = f"chart_{exchange.id}_{st.session_state.get(_key(exchange)) or ''}"
    state = st.vega_lite_chart(
        spec=made, theme=None, width="stretch", key=key, alt=said, on_select="rerun", selection_mode=PICK
    )
    return _drill(exchange, answer, catalogue, picked(state))


def picked(state: Any) -> Mapping[str, Any]:
    """The datum of the mark that is selected; empty without one."""
    found = state.get("selection", {}).get(PICK) if state else None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], Mapping) else {}


def _drill(exchange: Exchange, answer: Answer, catalogue: Catalogue, datum: Mapping[str, Any]) -> Reading | None:
    from nl2sql.answer.drill import drill  # the drawing library is loaded with the first answer

    if not datum:
        st.html(tag("p", "hk-hint hk-drill-hint", texts.DRILL_HINT))
        return None
    found = drill(datum, answer.reading, answer.result, catalogue)
    chosen: Reading | None = None
    if found is None:
        st.html(tag("p", "hk-hint hk-drill-hint", texts.DRILL_NOTHING))
        return None
    with st.container(horizontal=True, vertical_alignment="center", key=f"drill_{exchange.id}"):
        st.html(tag("span", "hk-next hk-drill-member", found.member))
        for place, step in enumerate(found.steps):
            if st.button(md_escape(step.label), key=f"deep_{exchange.id}_{place}", icon=":material/zoom_in:"):
                chosen = step.reading
    return chosen


def shown_spec(exchange: Exchange, answer: Answer, catalogue: Catalogue) -> Mapping[str, Any] | None:
    """The specification of the kind that is switched on."""
    from nl2sql.answer.chart import build_kind  # the drawing library is loaded with the first answer

    kinds = _kinds(answer, catalogue)
    chosen = st.session_state.get(_key(exchange))
    if answer.result is None or chosen is None or not kinds or chosen == kinds[0][0]:
        return answer.chart
    return build_kind(chosen, answer.result, answer.reading, catalogue) or answer.chart


def tile_spec(answer: Answer, catalogue: Catalogue) -> tuple[Mapping[str, Any] | None, str]:
    """The chart for a tile of the board, and a note where it shows only the first of many members."""
    from nl2sql.answer.chart import build_kind  # the drawing library is loaded with the first answer

    result, kinds = answer.result, _kinds(answer, catalogue)
    one = result is not None and sum(c.role == "category" for c in result.columns) == 1
    dated = result is not None and any(c.role == "time" for c in result.columns)
    if result is None or not kinds or not one or dated or len(result.rows) <= TILE_ROWS:
        return answer.chart, ""
    few = replace(result, rows=result.rows[:TILE_ROWS], truncated=True)
    spec = build_kind(kinds[0][0], few, answer.reading, catalogue)
    return (spec, texts.tile_rows(TILE_ROWS, len(result.rows))) if spec else (answer.chart, "")


def _kinds(answer: Answer, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    from nl2sql.answer.chart import chart_kinds

    return chart_kinds(answer.result, answer.reading, catalogue) if answer.result and answer.chart else ()


def _key(exchange: Exchange) -> str:
    return f"kind_{exchange.id}"
