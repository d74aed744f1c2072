"""The analyst's page: an editor with several tabs, through the same door and into the same card."""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

from nl2sql.errors import UserError
from schema.semantic import Catalogue
from ui import approvals, nav, session, texts
from ui.card import show_card
from ui.components.sql_editor import Edited, Fault, completions, sql_editor
from ui.exchange import Conversation
from ui.html import md_escape, tag, wrap
from ui.notice import show_notice
from ui.pages.sql_more import show_changes, show_plan, show_proposal, show_tables
from ui.progress import watch
from ui.sql_text import filled, laid_out, parameters
from ui.work import Desk

_TABS, _OPEN, _NEXT = "sql_tabs", "sql_open", "sql_next"
MAX_TABS = 6
FIRST = "Câu 1"


def show(desk: Desk) -> None:
    """Draw the page and run what is written."""
    conversation = session.sql_conversation(desk)
    st.html(wrap("div", "hk-page-head", [tag("h1", "", texts.SQL_TITLE), tag("p", "", texts.SQL_NOTE)]))
    tabs = _tabs(desk)
    _take_wanted(tabs)
    _tab_bar(desk, tabs)
    tab = tabs[st.session_state[_OPEN]]
    fault = tab.get("fault")
    edited = _editor(desk, tab, fault)
    if edited.text is not None and edited.text != tab["sql"]:
        tab["sql"] = edited.text
        desk.store.write(session.user().name, "draft", st.session_state[_OPEN], edited.text)
    values = _parameters(tab)
    clicked = _tools(desk, tab, conversation)
    if edited.run or clicked:
        _run(desk, conversation, tab, filled(edited.part or tab["sql"], values))
    elif edited.check:
        found = (
            desk.assistant.check_sql(filled(tab["sql"], values), user=session.user()) if tab["sql"].strip() else None
        )
        told = Fault(found.message, found.line, found.column) if found else None
        if told != fault:
            tab["fault"] = told
            st.rerun()
    _result(desk, conversation, tab)
    show_tables(desk)


def _tabs(desk: Desk) -> dict[str, dict[str, Any]]:
    """Tabs by name, from the drafts that were kept."""
    if _TABS not in st.session_state:
        drafts = sorted(desk.store.notes(session.user().name, "draft"), key=lambda note: note.name)
        made = {note.name: _tab(note.body) for note in drafts[:MAX_TABS]} or {FIRST: _tab("")}
        st.session_state[_TABS] = made
        st.session_state[_OPEN] = next(iter(made))
    tabs: dict[str, dict[str, Any]] = st.session_state[_TABS]
    return tabs


def _tab(sql: str, base: str = "") -> dict[str, Any]:
    return {"sql": sql, "stamp": secrets.token_hex(4), "fault": None, "exchange": "", "base": base}


def _set(tab: dict[str, Any], sql: str) -> None:
    tab.update(sql=sql, stamp=secrets.token_hex(4), fault=None)


def _take_wanted(tabs: dict[str, dict[str, Any]]) -> None:
    """The SQL of an answer that the person wants to change goes into a tab of its own."""
    wanted = st.session_state.pop(nav.SQL_WANTED, None)
    if wanted is None:
        return
    sql, exchange = wanted
    name = _free_name(tabs)
    empty = next((n for n, t in tabs.items() if not t["sql"].strip()), "")
    st.session_state[_OPEN] = empty or name
    tabs[empty or name] = _tab(sql, exchange)


def _free_name(tabs: dict[str, dict[str, Any]]) -> str:
    return next(f"Câu {n}" for n in range(1, 1000) if f"Câu {n}" not in tabs)


def _tab_bar(desk: Desk, tabs: dict[str, dict[str, Any]]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="sql_tabs_bar"):
        names = list(tabs)
        if st.session_state[_OPEN] not in tabs:
            st.session_state[_OPEN] = names[0]
        if len(names) > 1:
            chosen = st.segmented_control(
                texts.SQL_TABS, names, default=st.session_state[_OPEN], required=True, label_visibility="collapsed",
                key=f"sql_tab_{len(names)}_{st.session_state[_OPEN]}",
            )  # fmt: skip
            if chosen and chosen != st.session_state[_OPEN]:
                st.session_state[_OPEN] = chosen
                st.rerun()
        if len(names) < MAX_TABS and st.button(
            "", icon=":material/add:", key="sql_add", type="tertiary", help=texts.SQL_ADD
        ):
            name = _free_name(tabs)
            tabs[name] = _tab("")
            st.session_state[_OPEN] = name
            st.rerun()
        if len(names) > 1 and st.button(
            "", icon=":material/close:", key="sql_close", type="tertiary", help=texts.SQL_CLOSE
        ):
            desk.store.write(session.user().name, "draft", st.session_state[_OPEN], "")
            del tabs[st.session_state[_OPEN]]
            st.session_state[_OPEN] = next(iter(tabs))
            st.rerun()


def _editor(desk: Desk, tab: dict[str, Any], fault: Fault | None) -> Edited:
    catalogue = session.catalogue(desk)
    if st.session_state.get("sql_broken"):
        text = st.text_area(texts.SQL_LABEL, value=tab["sql"], height=200, key=f"sql_plain_{tab['stamp']}",
                            placeholder=example(catalogue), label_visibility="collapsed")  # fmt: skip
        return Edited(text)
    edited = sql_editor(
        tab["sql"],
        completions(catalogue),
        stamp=tab["stamp"],
        fault=fault,
        placeholder=example(catalogue),
        key="sql_editor",
    )
    if edited.broken:
        st.session_state["sql_broken"] = True
        st.rerun()
    return edited


def _parameters(tab: dict[str, Any]) -> dict[str, str]:
    """A field for each ``:ten`` of the text."""
    names = parameters(tab["sql"])
    if not names:
        return {}
    with st.container(horizontal=True, key="sql_params"):
        return {name: st.text_input(f":{name}", key=f"sql_param_{name}", help=texts.SQL_PARAM_HELP) for name in names}


def _tools(desk: Desk, tab: dict[str, Any], conversation: Conversation) -> bool:
    """The row under the editor; True when the text is to be run."""
    who = session.user().name
    with st.container(horizontal=True, vertical_alignment="center", key="sql_tools"):
        run = st.button(texts.SQL_RUN, type="primary", icon=":material/play_arrow:", key="sql_run")
        if st.button(texts.SQL_FORMAT, icon=":material/format_align_left:", key="sql_format", type="tertiary"):
            try:
                _set(tab, laid_out(tab["sql"], session.catalogue(desk).dialect))
                st.rerun()
            except ValueError:
                st.toast(texts.SQL_FORMAT_FAILED, icon=":material/info:")
        with st.popover(texts.SQL_SAVED, icon=":material/bookmark:", type="tertiary"):
            name = st.text_input(texts.SQL_SAVE_NAME, key="sql_save_name")
            if st.button(texts.SQL_SAVE, key="sql_save", disabled=not tab["sql"].strip()):
                desk.store.write(who, "query", name.strip() or FIRST, tab["sql"])
            for note in desk.store.notes(who, "query"):
                if st.button(md_escape(note.name), key=f"saved_{note.name}", type="tertiary"):
                    _set(tab, note.body)
                    st.rerun()
        with st.popover(texts.PAGE_HISTORY, icon=":material/history:", type="tertiary"):
            mine = [line for line in desk.store.history(who, limit=200) if line.own_sql][:15]
            for line in mine:
                short = " ".join(line.question.split())[:90]
                if st.button(md_escape(short), key=f"past_{line.id}", type="tertiary"):
                    _set(tab, line.question)
                    st.rerun()
            if not mine:
                st.caption(texts.HISTORY_EMPTY)
        st.html(tag("span", "hk-hint", texts.SQL_KEYS))
    return run


def _run(desk: Desk, conversation: Conversation, tab: dict[str, Any], sql: str) -> None:
    try:
        tab["exchange"] = desk.run_sql(conversation, sql, user=session.user()).id
    except UserError as error:
        show_notice(error.message, action=error.action, tone="warn")
        return
    tab["fault"] = _fault(desk, sql)
    st.rerun()


def _fault(desk: Desk, sql: str) -> Fault | None:
    found = desk.assistant.check_sql(sql, user=session.user()) if sql.strip() else None
    return Fault(found.message, found.line, found.column) if found else None


def _result(desk: Desk, conversation: Conversation, tab: dict[str, Any]) -> None:
    exchange = next((e for e in conversation.exchanges if e.id == tab["exchange"]), None)
    if exchange is None:
        return
    if exchange.running:
        watch(desk, exchange)
        return
    show_changes(desk, tab["base"], exchange)
    show_card(exchange, desk, session.viewer(), lean=True)
    with st.container(horizontal=True, key="sql_after"):
        show_plan(desk, exchange)
        show_proposal(desk, exchange)
    approvals.show_progress()


def example(catalogue: Catalogue) -> str:
    """A small query over the first view that has a main measure, to show how one is written; empty when none has."""
    for view in catalogue.views.values():
        metric = view.default_metric
        year = view.time.parts.get("year") if view.time else None
        if metric and year:
            return f"SELECT {year}, {metric.expr} AS {metric.name}\nFROM {view.name}\nGROUP BY {year}\nORDER BY {year}"
    return ""
