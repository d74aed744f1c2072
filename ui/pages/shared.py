"""One answer by its address, run under the rights of whoever opens it."""

from __future__ import annotations

import streamlit as st

from nl2sql.errors import UserError
from ui import nav, session, texts
from ui.card import show_card
from ui.exchange import Exchange
from ui.html import tag
from ui.notice import show_notice
from ui.progress import watch
from ui.work import Desk

_OPENED = "shared_answers"


def show(desk: Desk, exchange_id: str) -> None:
    """Draw the answer of that address."""
    exchange = _opened(desk, exchange_id)
    if st.button(texts.BACK_TO_ASK, icon=":material/arrow_back:", type="tertiary"):
        del st.query_params[session.ANSWER_PARAM]
        st.rerun()
    if exchange is None:
        show_notice(texts.LINK_GONE, action=texts.LINK_GONE_NOTE, tone="warn")
        return
    with st.container(key=f"exchange_{exchange.id}"):
        st.html(tag("h2", "hk-question", exchange.question.text))
        if exchange.running:
            watch(desk, exchange)
            return
        wish = show_card(exchange, desk, session.viewer())
    if wish is None:
        return
    # Going on from a shared answer is a conversation of one's own.
    if wish.sql:
        nav.edit_sql(wish.sql, exchange.id)
        return
    conversation = desk.conversation(user=session.user())
    try:
        if wish.question:
            desk.ask(conversation, wish.question, user=session.user(), fresh=True)
        elif wish.reading is not None:
            desk.ask_reading(conversation, wish.reading, user=session.user())
    except UserError as error:
        show_notice(error.message, action=error.action, tone="warn")
        return
    del st.query_params[session.ANSWER_PARAM]
    session.open_conversation(conversation.id)
    st.rerun()


def _opened(desk: Desk, exchange_id: str) -> Exchange | None:
    """The answer as this session opened it, so that a click on the page does not run it again."""
    opened: dict[str, Exchange] = st.session_state.setdefault(_OPENED, {})
    if exchange_id not in opened:
        kept = desk.store.exchange(exchange_id)
        if kept is None or (kept.own_sql and not session.viewer().may_sql):
            return None
        try:
            opened[exchange_id] = desk.reopen(kept, user=session.user())
        except UserError as error:
            show_notice(error.message, action=error.action, tone="warn")
            st.stop()
    return opened[exchange_id]
