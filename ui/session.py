"""What a browser's session holds, and the one desk that the process keeps."""

from __future__ import annotations

import atexit
import gc
import logging
import threading
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from nl2sql.config import load_settings
from nl2sql.errors import UserError
from nl2sql.history.conversations import Store
from nl2sql.policy import User
from schema.semantic import Catalogue
from ui import texts
from ui.card import Viewer
from ui.exchange import Conversation
from ui.notice import show_notice
from ui.signin import current_user
from ui.work import Desk

if TYPE_CHECKING:
    from nl2sql.pipeline import Assistant

log = logging.getLogger("hoikho.ui")

CONVERSATION_PARAM = "c"
ANSWER_PARAM = "a"
PATHS = frozenset({"hoi-dap", "theo-doi", "du-bao", "lich-su", "sql", "danh-muc", "danh-gia", "quan-tri"})
_USER = "user"
_CONVERSATION = "conversation_id"
_SQL_CONVERSATION = "sql_conversation_id"
_ADDRESS = "conversation_in_address"


def make_desk() -> Desk:
    """The desk over the real assistant. Tests put another in its place.

    Raises:
        UserError: The warehouse or the model is not ready; the message says what to do.
    """
    # Imported late: the pipeline brings the model and the database with it, and the door must open without them.
    from nl2sql.pipeline import open_assistant

    settings = load_settings()
    assistant = open_assistant(settings)
    # The first question should not pay for loading the model; the page need not wait for it either.
    store = Store(settings.home / "state" / "conversations.sqlite")
    desk = Desk(assistant, max_question=settings.max_question, store=store)
    with_model = settings.route != "composed"
    threading.Thread(target=_warm, args=(desk, assistant, with_model), name="warm", daemon=True).start()
    return desk


def _warm(desk: Desk, assistant: Assistant, with_model: bool) -> None:
    desk.preparing = with_model
    try:
        _ = assistant.reader  # builds its index of values
        import_module("nl2sql.answer.chart")  # the drawing library
        if with_model:
            assistant.warm()
    except UserError:
        # Whoever asks is told the same; the page can still show the dictionary.
        log.exception("the model could not be prepared")
    finally:
        desk.preparing = False


@st.cache_resource(show_spinner=texts.LOADING)
def open_desk() -> Desk:
    """The one desk of this process, made by whoever comes first.

    Raises:
        UserError: As ``make_desk``.
    """
    desk = make_desk()
    # What is open stays open: a full collection over its two hundred thousand objects would hold a click up.
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)
    return desk


def get_desk() -> Desk:
    """The desk, or the page's end with a calm message when it cannot be opened."""
    try:
        return open_desk()
    except UserError as error:
        show_notice(texts.UNAVAILABLE, error.message, error.action, tone="bad")
        st.button(texts.RETRY, key="retry_open", type="primary")
        st.stop()


def user() -> User:
    """Who uses this session; where somebody must sign in first, the run ends with the sign-in page."""
    held = st.session_state.get(_USER)
    return held if isinstance(held, User) else welcome()


def welcome() -> User:
    """Look again who uses this session; called at the top of every run."""
    found = current_user()
    st.session_state[_USER] = found
    return found


def may_open(page: str) -> bool:
    """Whether the person may open a page."""
    rights = user().permissions
    return rights.page(page) and (page != "sql" or rights.sql_allowed)


def viewer() -> Viewer:
    """Who looks at the page, and what they may do."""
    who = user()
    return Viewer(
        who,
        dark=is_dark(),
        may_export=who.permissions.export_allowed,
        may_sql=may_open("sql"),
        link=_home((st.context.url or "").split("?")[0]),
    )


def _home(address: str) -> str:
    """The address of the question page, from that of any page of the app."""
    head, slash, last = address.rpartition("/")
    return f"{head}{slash}" if last in PATHS else address


def catalogue(desk: Desk) -> Catalogue:
    """What exists for the person."""
    return desk.assistant.catalogue_for(user())


def is_dark() -> bool:
    """Whether the browser shows the dark theme."""
    return st.context.theme.type == "dark"


def conversation(desk: Desk) -> Conversation:
    """This browser's conversation: the one in the address, so that a reload finds it, or a new one.

    An address without one means the conversation that is open, for whoever comes from another page; for whoever saw
    it under its own address just now it means back to where it began.
    """
    given = st.query_params.get(CONVERSATION_PARAM, "")
    went_back = not given and bool(st.session_state.get(_ADDRESS))
    st.session_state[_ADDRESS] = given
    found = desk.conversation(given or ("" if went_back else st.session_state.get(_CONVERSATION, "")), user())
    _remember(found)
    return found


def leave_address() -> None:
    """Another page is shown: its address says nothing about the conversation."""
    st.session_state.pop(_ADDRESS, None)


def open_conversation(conversation_id: str) -> None:
    """Let the question page show this conversation next."""
    leave_address()
    st.session_state[_CONVERSATION] = conversation_id
    st.query_params.pop(CONVERSATION_PARAM, None)


def new_conversation(desk: Desk) -> None:
    """Leave the conversation for an empty one."""
    leave_address()
    _remember(desk.conversation(user=user()))


def sql_conversation(desk: Desk) -> Conversation:
    """The exchanges of this session's SQL page."""
    found = desk.conversation(st.session_state.get(_SQL_CONVERSATION, ""), user())
    st.session_state[_SQL_CONVERSATION] = found.id
    return found


def _remember(found: Conversation) -> None:
    st.session_state[_CONVERSATION] = found.id
    # Only a conversation that holds something is worth an address of its own.
    if found.exchanges and st.query_params.get(CONVERSATION_PARAM) != found.id:
        st.query_params[CONVERSATION_PARAM] = found.id
    elif not found.exchanges and CONVERSATION_PARAM in st.query_params:
        del st.query_params[CONVERSATION_PARAM]
