"""The work as it happens: steps, seconds, place in the queue, and a way to stop."""

from __future__ import annotations

from itertools import pairwise

import streamlit as st

from ui import texts
from ui.exchange import Exchange
from ui.work import MODEL_STEPS, Desk

POLL_S = 0.5


@st.fragment(run_every=POLL_S)
def watch(desk: Desk, exchange: Exchange) -> None:
    """Show an exchange that is being worked on, until it ends; then the whole page is drawn again."""
    if not exchange.running:
        st.rerun()
    with st.container(key=f"watch_{exchange.id}", horizontal=True, vertical_alignment="top"):
        # Not as a context manager: leaving it would mark the work as complete.
        box = st.status(label(desk, exchange), expanded=bool(done_lines(exchange)), state="running")
        for line in done_lines(exchange):
            box.markdown(line)
        if st.button(texts.STOP, key=f"stop_{exchange.id}", icon=":material/stop_circle:"):
            desk.stop(exchange)
            st.rerun()


def label(desk: Desk, exchange: Exchange) -> str:
    """The line beside the turning wheel."""
    ahead = desk.ahead(exchange)
    if ahead:
        now = texts.waiting(ahead)
    elif desk.preparing and exchange.step in MODEL_STEPS:
        now = texts.PREPARING
    else:
        now = f"{texts.STEPS.get(exchange.step, texts.STEPS['reading'])}…"
    return f"{now} · {texts.whole_seconds(exchange.elapsed)}"


def done_lines(exchange: Exchange) -> list[str]:
    """The steps that have ended, each with the time it took."""
    marks = exchange.marks
    return [
        f":material/check: {texts.STEPS.get(mark.step, mark.step)} · {texts.seconds(later.at - mark.at)}"
        for mark, later in pairwise(marks)
    ]
