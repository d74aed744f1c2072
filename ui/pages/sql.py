"""A person's own SQL, through the same door and into the same card."""

from __future__ import annotations

import streamlit as st

from nl2sql.errors import UserError
from schema.semantic import Catalogue
from ui import session, texts
from ui.card import show_card
from ui.html import tag, wrap
from ui.notice import show_notice
from ui.progress import watch
from ui.work import Desk

_EDITOR = "sql_text"


def show(desk: Desk) -> None:
    """Draw the page and run what is written."""
    conversation = session.sql_conversation(desk)
    st.html(wrap("div", "hk-page-head", [tag("h1", "", texts.SQL_TITLE), tag("p", "", texts.SQL_NOTE)]))
    with st.form("sql_form", border=False):
        sql = st.text_area(
            texts.SQL_LABEL,
            key=_EDITOR,
            height=200,
            placeholder=example(session.catalogue(desk)),
            label_visibility="collapsed",
        )
        run = st.form_submit_button(texts.SQL_RUN, type="primary", icon=":material/play_arrow:")
    if run:
        try:
            desk.run_sql(conversation, sql, user=session.user())
        except UserError as error:
            show_notice(error.message, action=error.action, tone="warn")
        else:
            st.rerun()
    if conversation.exchanges:
        exchange = conversation.exchanges[-1]
        if exchange.running:
            watch(desk, exchange)
        else:
            show_card(exchange, desk, session.viewer(), lean=True)
    _tables(desk)


def _tables(desk: Desk) -> None:
    st.html(tag("h2", "hk-small-title", texts.SQL_TABLES))
    for view in session.catalogue(desk).views.values():
        with st.expander(f"`{view.name}` – {view.label}"):
            rows = [
                wrap(
                    "tr",
                    "",
                    [
                        wrap("td", "", tag("code", "", name)),
                        tag("td", "", view.label_of(name)),
                        tag("td", "hk-soft", texts.TYPES.get(kind, kind)),
                    ],
                )
                for name, kind in view.columns().items()
            ]
            st.html(wrap("table", "hk-plain-table", wrap("tbody", "", rows)))


def example(catalogue: Catalogue) -> str:
    """A small query over the first view that has a main measure, to show how one is written; empty when none has."""
    for view in catalogue.views.values():
        metric = view.default_metric
        year = view.time.parts.get("year") if view.time else None
        if metric and year:
            return f"SELECT {year}, {metric.expr} AS {metric.name}\nFROM {view.name}\nGROUP BY {year}\nORDER BY {year}"
    return ""
