"""Around the SQL editor: what an edit changed, the query plan, a proposal for a verified query, the tables."""

from __future__ import annotations

import json

import streamlit as st

from nl2sql.errors import UserError
from nl2sql.question.text_fold import fold
from nl2sql.types import Status
from schema.approved import Addition, Kind
from schema.semantic import View
from ui import approvals, session, texts
from ui.exchange import Exchange
from ui.html import tag, wrap
from ui.notice import show_notice
from ui.sql_text import changes, first_table, result_changes
from ui.work import Desk

SAMPLES = 6


def show_changes(desk: Desk, base_id: str, exchange: Exchange) -> None:
    """What the person changed in the SQL of an answer, and what that does to its result."""
    kept = desk.store.exchange(base_id) if base_id else None
    if kept is None or kept.answer is None or exchange.answer is None:
        return
    lines = changes(kept.answer.sql, exchange.question.text, kept.answer.dialect)
    if not lines:
        return
    said = result_changes(kept.answer.result, exchange.answer.result)
    title = f"{texts.SQL_CHANGED}: {said}" if said else texts.SQL_CHANGED
    with st.expander(title, expanded=True):
        css = {"+": "hk-diff hk-diff-in", "-": "hk-diff hk-diff-out", " ": "hk-diff"}
        rows = [tag("div", css[line.kind], f"{line.kind} {line.text}") for line in lines]
        st.html(wrap("div", "hk-diffs", rows))


def show_plan(desk: Desk, exchange: Exchange) -> None:
    """The database's plan of the query, fetched when it is asked for."""
    if exchange.answer is None or exchange.answer.status is not Status.ANSWERED:
        return
    with st.popover(texts.SQL_PLAN, icon=":material/account_tree:", type="tertiary"):
        if st.button(texts.SQL_PLAN_SHOW, key=f"plan_{exchange.id}"):
            try:
                st.code(desk.assistant.plan(exchange.question.text, user=session.user()), language=None)
            except UserError as error:
                show_notice(error.message, action=error.action, tone="warn")


def show_proposal(desk: Desk, exchange: Exchange) -> None:
    """Approve a query, or put it forward; the door is asked at once, the rest while the person watches."""
    if exchange.answer is None or exchange.answer.status is not Status.ANSWERED:
        return
    approves = approvals.may_approve()
    label = texts.SQL_APPROVE if approves else texts.SQL_PROPOSE
    with st.popover(label, icon=":material/verified:", type="tertiary"):
        question = st.text_input(texts.SQL_PROPOSE_QUESTION, key=f"propose_q_{exchange.id}").strip()
        kind: Kind = "verified"
        if approves:
            kinds: tuple[Kind, ...] = ("verified", "example")
            kind = st.radio(texts.APPROVE_AS, kinds, format_func=texts.APPROVE_KINDS.__getitem__,
                            key=f"propose_kind_{exchange.id}")  # fmt: skip
            st.html(tag("p", "hk-hint", texts.APPROVE_NOTE))
        if not st.button(texts.APPROVE if approves else texts.SEND, key=f"propose_{exchange.id}", type="primary"):
            return
        sql = exchange.question.text
        found = desk.assistant.check_sql(sql, user=session.user())
        if not any(c.isalnum() for c in question):
            show_notice(texts.SQL_PROPOSE_NEEDS, tone="warn")
        elif found is not None:
            show_notice(found.message, action=found.action, tone="warn")
        elif approves:
            approvals.begin(desk, addition(desk, question, sql, kind))
        else:
            body = json.dumps({"question": question, "sql": sql}, ensure_ascii=False)
            desk.store.write(session.user().name, "proposal", f"{texts.PROPOSED_QUERY}: {question}", body)
            show_notice(texts.SQL_PROPOSED)


def addition(desk: Desk, question: str, sql: str, kind: Kind = "verified") -> Addition:
    """A query as something to approve, for the table that it asks."""
    catalogue = desk.assistant.catalogue
    return Addition(kind, first_table(sql, catalogue.dialect, catalogue.views), question=question, sql=sql)


def show_tables(desk: Desk) -> None:
    """Every table that may be asked, with its columns and what they hold; a search finds tables by their columns."""
    st.html(tag("h2", "hk-small-title", texts.SQL_TABLES))
    wanted = st.text_input(texts.SQL_TABLES_SEARCH, placeholder=texts.SQL_TABLES_SEARCH, label_visibility="collapsed",
                           icon=":material/search:", key="sql_tables_search")  # fmt: skip
    shown = 0
    with st.container(key="sql_tables"):
        for view in session.catalogue(desk).views.values():
            whole = fits(wanted, view.name, view.label, *view.synonyms)
            names = [name for name in view.columns() if whole or fits(wanted, name, view.label_of(name))]
            if names:
                shown += 1
                with st.expander(f"`{view.name}` – {view.label}", expanded=bool(wanted.strip()) and not whole):
                    st.html(_columns(desk, view, names))
    if not shown:
        st.html(tag("p", "hk-soft", texts.GLOSSARY_NOTHING))


def fits(wanted: str, *names: str) -> bool:
    """Whether any of the names holds what was searched, without regard to diacritics and case."""
    needle = fold(wanted.strip())
    return not needle or any(needle in fold(name) for name in names)


def _columns(desk: Desk, view: View, names: list[str]) -> str:
    kinds = view.columns()
    rows = []
    for name in names:
        cells = [
            wrap("td", "", tag("code", "", name)),
            tag("td", "", view.label_of(name)),
            tag("td", "hk-soft", texts.TYPES.get(kinds[name], kinds[name])),
            tag("td", "hk-soft", _samples(desk, view, name)),
        ]
        rows.append(wrap("tr", "", cells))
    return wrap("div", "hk-scroll", wrap("table", "hk-plain-table", wrap("tbody", "", rows)))


def _samples(desk: Desk, view: View, column: str) -> str:
    """A few values of a column that the catalogue declares."""
    dim = view.dimension(column)
    if dim is None or dim.sensitive:
        return ""
    values = [v.value for v in session.catalogue(desk).values_of(dim)]
    return ", ".join(values[:SAMPLES]) + (" …" if len(values) > SAMPLES else "")
