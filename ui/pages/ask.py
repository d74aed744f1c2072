"""The question page: one box, the newest answer right under it, earlier ones below; at first, where to begin."""

from __future__ import annotations

import streamlit as st

from nl2sql.errors import UserError
from nl2sql.types import Status
from ui import nav, session, texts
from ui.card import Wish, show_card
from ui.exchange import Conversation, Exchange
from ui.html import md_escape, tag, wrap
from ui.notice import show_notice
from ui.outlook_view import show_panel
from ui.progress import watch
from ui.suggest import suggestions
from ui.work import Desk

FULL_CARDS = 3
RECENT = 4
FIRST = 6
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
    wanted = st.session_state.pop(nav.QUESTION_WANTED, "")
    if wanted:
        _take(desk, conversation, wanted, fresh=True)
    _problem()
    if empty:
        show_panel(desk)
        _begin(desk, conversation)
        return
    _tools(desk, conversation)
    _exchanges(desk, conversation)


def _take(desk: Desk, conversation: Conversation, text: str, *, fresh: bool = False) -> None:
    """Start on a question; what is wrong with it is shown once, under the box."""
    try:
        desk.ask(conversation, text, user=session.user(), fresh=fresh)
    except UserError as error:
        st.session_state[_PROBLEM] = (error.message, error.action)
    else:
        st.session_state.pop(_PROBLEM, None)
    st.rerun()


def grant(desk: Desk, conversation: Conversation, exchange: Exchange, wish: Wish) -> None:
    """Do what the person asked for on a card, and draw the page again."""
    if wish.question:
        _take(desk, conversation, wish.question, fresh=True)
    elif wish.sql:
        nav.edit_sql(wish.sql, exchange.id)
    elif wish.undo:
        desk.undo(conversation, exchange)
    elif wish.reading is not None:
        try:
            place = exchange if wish.in_place else None
            desk.ask_reading(conversation, wish.reading, user=session.user(), instead_of=place)
        except UserError as error:
            st.session_state[_PROBLEM] = (error.message, error.action)
    st.rerun()


def _problem() -> None:
    found = st.session_state.pop(_PROBLEM, None)
    if found:
        message, action = found
        show_notice(message, action=action, tone="warn")


def _begin(desk: Desk, conversation: Conversation) -> None:
    """Where to begin: the person's own questions, then suggestions by area."""
    recent = [line for line in desk.store.history(session.user().name, limit=30) if not line.own_sql]
    recent = list({line.question: line for line in reversed(recent)}.values())[::-1][:RECENT]
    if recent:
        st.html(tag("h2", "hk-small-title", texts.RECENT))
        with st.container(key="recent"):
            for line in recent:
                if st.button(md_escape(line.question), key=f"recent_{line.id}", icon=":material/history:"):
                    session.open_conversation(line.conversation)
                    st.rerun()
    who = session.user()
    frequent = tuple(q for q in desk.store.frequent(who.name) if desk.assistant.suits(q, who))
    for place, (title, questions) in enumerate(suggestions(session.catalogue(desk), who, frequent)):
        st.html(tag("h2", "hk-small-title", title))
        _offered(desk, conversation, f"suggestions_{place}", questions[:FIRST])
        if questions[FIRST:]:
            with st.expander(texts.MORE_SUGGESTIONS):
                _offered(desk, conversation, f"suggestions_{place}_more", questions[FIRST:])


def _offered(desk: Desk, conversation: Conversation, key: str, questions: tuple[str, ...]) -> None:
    with st.container(key=key):
        for question in questions:
            if st.button(md_escape(question), key=f"suggestion_{question}", icon=":material/arrow_outward:"):
                _take(desk, conversation, question, fresh=True)


def _tools(desk: Desk, conversation: Conversation) -> None:
    with st.container(key="tools", horizontal=True, vertical_alignment="center"):
        st.html(tag("div", "hk-hint", texts.FOLLOW_UP_HINT))
        offered = session.catalogue(desk).suggestions
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
        wish = show_card(exchange, desk, session.viewer())
        if wish:
            grant(desk, conversation, exchange, wish)
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
