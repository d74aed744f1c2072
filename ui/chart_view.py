"""The chart of a card, with a switch among the kinds that are valid for its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from nl2sql.types import Answer
from schema.semantic import Catalogue
from ui import texts
from ui.charts import dressed
from ui.work import Exchange


def show_chart(exchange: Exchange, answer: Answer, catalogue: Catalogue, *, dark: bool) -> None:
    """Draw the chart and the switch."""
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
    if spec is not None:
        st.vega_lite_chart(
            spec=dressed(spec, dark=dark),
            theme=None,
            width="stretch",
            key=f"chart_{exchange.id}",
            alt=None if spec.get("description") else answer.headline or None,
        )


def shown_spec(exchange: Exchange, answer: Answer, catalogue: Catalogue) -> Mapping[str, Any] | None:
    """The specification of the kind that is switched on."""
    from nl2sql.answer.chart import build_kind  # the drawing library is loaded with the first answer

    kinds = _kinds(answer, catalogue)
    chosen = st.session_state.get(_key(exchange))
    if answer.result is None or chosen is None or not kinds or chosen == kinds[0][0]:
        return answer.chart
    return build_kind(chosen, answer.result, answer.reading, catalogue) or answer.chart


def _kinds(answer: Answer, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    from nl2sql.answer.chart import chart_kinds

    return chart_kinds(answer.result, answer.reading, catalogue) if answer.result and answer.chart else ()


def _key(exchange: Exchange) -> str:
    return f"kind_{exchange.id}"
