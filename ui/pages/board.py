"""The person's board: pinned answers over the data of now, two beside each other where there is room."""

from __future__ import annotations

import datetime as dt
import time

import streamlit as st

from nl2sql.errors import UserError
from nl2sql.history.conversations import Pin
from nl2sql.types import Status
from ui import nav, session, texts
from ui.card_figures import headline_html
from ui.card_method import foot_html, message_of, trust_html
from ui.chart_view import tile_spec
from ui.charts import dressed
from ui.components.table import show_table
from ui.exchange import Exchange
from ui.html import tag, wrap
from ui.notice import notice_html, show_notice
from ui.progress import POLL_S
from ui.work import Desk

_BOARD, _AT = "board_answers", "board_at"
FRESH_S = 600.0
"""Seconds after which a board that is left open is computed anew."""
LOOK_S = 30.0


def show(desk: Desk) -> None:
    """Draw the board."""
    pins = desk.store.pins(session.user().name)
    with st.container(horizontal=True, vertical_alignment="bottom", key="board_head"):
        st.html(wrap("div", "hk-page-head", [tag("h1", "", texts.BOARD_TITLE), tag("p", "", texts.BOARD_NOTE)]))
        if pins and st.button(texts.BOARD_REFRESH, icon=":material/refresh:", key="board_refresh"):
            _again()
    if not pins:
        show_notice(texts.BOARD_EMPTY, action=texts.BOARD_EMPTY_NOTE)
        return
    if time.time() - st.session_state.get(_AT, 0.0) > FRESH_S:
        _again()
    answers = _answers(desk, pins)
    at = dt.datetime.fromtimestamp(st.session_state[_AT]).astimezone()
    st.html(tag("p", "hk-hint", texts.board_at(at)))
    with st.container(key="board"):
        for pin in pins:
            if pin.exchange in answers:
                _tile(desk, pin, answers[pin.exchange], first=pin is pins[0])
    if any(exchange.running for exchange in answers.values()):
        st.fragment(run_every=POLL_S)(_wait)(list(answers.values()))
    else:
        st.fragment(run_every=LOOK_S)(_keep_fresh)()


def _again() -> None:
    """Let every pinned answer be computed anew."""
    st.session_state.pop(_BOARD, None)
    st.session_state[_AT] = time.time()


def _keep_fresh() -> None:
    """Draw the page anew once its answers have become old."""
    if time.time() - st.session_state.get(_AT, 0.0) > FRESH_S:
        st.rerun()


def _wait(exchanges: list[Exchange]) -> None:
    if not any(exchange.running for exchange in exchanges):
        st.rerun()


def _answers(desk: Desk, pins: tuple[Pin, ...]) -> dict[str, Exchange]:
    """Each pinned answer, run once for this visit of the board."""
    held: dict[str, Exchange] = st.session_state.setdefault(_BOARD, {})
    for pin in pins:
        if pin.exchange not in held:
            kept = desk.store.exchange(pin.exchange)
            if kept is None:
                continue
            try:
                held[pin.exchange] = desk.refresh(kept, user=session.user())
            except UserError as error:
                show_notice(error.message, action=error.action, tone="warn")
                break
    return held


def _tile(desk: Desk, pin: Pin, exchange: Exchange, *, first: bool) -> None:
    with st.container(key=f"tile_{pin.exchange}", border=True):
        with st.container(horizontal=True, vertical_alignment="center", key=f"tilehead_{pin.exchange}"):
            st.html(tag("h2", "hk-tile-title", pin.title))
            if st.button(
                "", key=f"go_{pin.exchange}", icon=":material/open_in_full:", type="tertiary", help=texts.OPEN
            ):
                nav.go("ask", **{session.ANSWER_PARAM: pin.exchange})
            if not first and st.button(
                "", key=f"up_{pin.exchange}", icon=":material/arrow_upward:", type="tertiary", help=texts.MOVE_UP
            ):
                desk.store.move_pin(session.user().name, pin.exchange, -1)
                st.rerun()
            if st.button(
                "", key=f"off_{pin.exchange}", icon=":material/keep_off:", type="tertiary", help=texts.UNPIN_HELP
            ):
                desk.store.unpin(session.user().name, pin.exchange)
                st.rerun()
        _body(desk, exchange)


def _body(desk: Desk, exchange: Exchange) -> None:
    answer = exchange.answer
    if answer is None:
        st.html(tag("p", "hk-soft", f"{texts.STEPS['execution']}…"))
        return
    if answer.status is not Status.ANSWERED or answer.result is None:
        message, action = message_of(answer)
        st.html(notice_html(texts.TITLES.get(answer.status, texts.ERROR_TITLE), message, action, tone="warn"))
        return
    st.html(headline_html(answer, answer.result))
    if answer.chart:
        drawn, note = tile_spec(answer, session.catalogue(desk))
        spec = dressed(drawn or answer.chart, dark=session.is_dark(), narrow=True)
        st.vega_lite_chart(spec=spec, theme=None, width="stretch", key=f"pinchart_{exchange.id}")
        if note:
            st.html(tag("p", "hk-hint", note))
    elif answer.result.row_count > 1:
        show_table(answer.result, key=f"pintable_{exchange.id}")
    st.html(foot_html(exchange, answer) + trust_html(answer))
