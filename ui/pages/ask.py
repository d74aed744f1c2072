"""The question page: one box, the newest answer right under it, earlier ones below."""

from __future__ import annotations

import streamlit as st

from nl2sql.errors import UserError
from nl2sql.types import Status
from ui import session, texts
from ui.card import show_card
from ui.html import md_escape, tag, wrap
from ui.notice import show_notice
from ui.progress import watch
from ui.work import Conversation, Desk, Exchange

FULL_CARDS = 3
_PROBLEM = "ask_problem"


def show(desk: Desk) -> None:
    """Draw the page and take a question."""
    conversation = session.conversation(desk)
    empty = not conversation.exchanges
    if empty:
        st.html(wrap("div", "hk-hero", [tag("h1", "", texts.WELCOME), tag("p", "", texts.WELCOME_NOTE)]))
    with st.container(key="askbox"):
        text = st.chat_input(texts.PLACEHOLDER, key="question")
    if text is not None:
        _take(desk, conversation, text)
    _problem()
    if empty:
        _suggestions(desk, conversation)
        return
    _tools(desk, conversation)
    _exchanges(desk, conversation)


def _take(desk: Desk, conversation: Conversation, text: str, *, fresh: bool = False) -> None:
    """Start on a question; what is wrong with it is shown once, under the box."""
    try:
        desk.ask(conversation, text, role=session.role(), fresh=fresh)
    except UserError as error:
        st.session_state[_PROBLEM] = (error.message, error.action)
    else:
        st.session_state.pop(_PROBLEM, None)
    st.rerun()


def _problem() -> None:
    found = st.session_state.pop(_PROBLEM, None)
    if found:
        message, action = found
        show_notice(message, action=action, tone="warn")


def _suggestions(desk: Desk, conversation: Conversation) -> None:
    offered = desk.assistant.catalogue.suggestions
    if not offered:
        return
    st.html(tag("h2", "hk-small-title", texts.SUGGESTIONS))
    with st.container(key="suggestions"):
        for index, question in enumerate(offered):
            if st.button(md_escape(question), key=f"suggestion_{index}", icon=":material/arrow_outward:"):
                _take(desk, conversation, question, fresh=True)


def _tools(desk: Desk, conversation: Conversation) -> None:
    with st.container(key="tools", horizontal=True, vertical_alignment="center"):
        st.html(tag("div", "hk-hint", texts.FOLLOW_UP_HINT))
        offered = desk.assistant.catalogue.suggestions
        if offered:
            with st.popover(texts.SUGGESTIONS, icon=":material/lightbulb:"):
                for index, question in enumerate(offered):
                    if st.button(md_escape(question), key=f"more_{index}", type="tertiary"):
                        _take(desk, conversation, question, fresh=True)
        if st.button(texts.NEW_CONVERSATION, key="new_conversation", icon=":material/add:"):
            session.new_conversation(desk)
            st.rerun()


def _exchanges(desk: Desk, conversation: Conversation) -> None:
    opened: set[str] = st.session_state.setdefault("opened", set())
    newest_first = list(reversed(conversation.exchanges))
    for place, exchange in enumerate(newest_first):
        if place < FULL_CARDS or exchange.id in opened or exchange.running:
            _exchange(desk, conversation, exchange)
        else:
            _folded(exchange, opened)


def _exchange(desk: Desk, conversation: Conversation, exchange: Exchange) -> None:
    with st.container(key=f"exchange_{exchange.id}"):
        st.html(tag("h2", "hk-question", exchange.question.text))
        if exchange.running:
            watch(desk, exchange)
            return
        chosen = show_card(exchange, dark=session.is_dark(), synthetic=desk.assistant.catalogue.synthetic)
        if chosen:
            _take(desk, conversation, chosen.question, fresh=True)
        if may_retry(exchange) and st.button(texts.ASK_AGAIN, key=f"again_{exchange.id}", icon=":material/replay:"):
            _take(desk, conversation, exchange.question.text)


def may_retry(exchange: Exchange) -> bool:
    """Whether asking the same again may help."""
    return exchange.stopped or (exchange.answer is not None and exchange.answer.status is Status.ERROR)


def _folded(exchange: Exchange, opened: set[str]) -> None:
    if st.button(
        md_escape(exchange.question.text), key=f"open_{exchange.id}", type="tertiary", icon=":material/expand_more:"
    ):
        opened.add(exchange.id)
        st.rerun()
