"""What the person has asked, newest first, with a search that needs no diacritics."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

import streamlit as st

from nl2sql.history.conversations import Line
from ui import nav, session, texts
from ui.html import md_escape, tag, wrap
from ui.notice import show_notice
from ui.work import Desk

PAGE = 30
_LIMIT = "history_limit"


def show(desk: Desk) -> None:
    """Draw the page."""
    st.html(wrap("div", "hk-page-head", [tag("h1", "", texts.HISTORY_TITLE)]))
    search = st.text_input(texts.HISTORY_SEARCH, placeholder=texts.HISTORY_SEARCH, label_visibility="collapsed",
                           icon=":material/search:")  # fmt: skip
    limit = st.session_state.setdefault(_LIMIT, PAGE)
    lines = desk.store.history(session.user().name, search=search, limit=limit + 1)
    if not lines:
        show_notice(texts.HISTORY_EMPTY)
        return
    for day, members in groupby(lines[:limit], key=lambda line: line.asked_at.astimezone().date()):
        st.html(tag("h2", "hk-small-title", day_name(day, dt.datetime.now().astimezone().date())))
        with st.container(key=f"history_{day.isoformat()}", gap="xxsmall"):
            for line in members:
                _line(desk, line)
    if len(lines) > limit and st.button(texts.HISTORY_MORE):
        st.session_state[_LIMIT] = limit + PAGE
        st.rerun()


def _line(desk: Desk, line: Line) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"line_{line.id}"):
        label = " ".join(line.question.split())
        short = label if len(label) <= 110 else label[:109] + "…"
        icon = ":material/database:" if line.own_sql else ":material/forum:"
        if st.button(md_escape(short), key=f"open_{line.id}", type="tertiary", icon=icon):
            if line.own_sql:
                nav.edit_sql(line.question, line.id)
            else:
                nav.go("ask", **{session.CONVERSATION_PARAM: line.conversation})
        st.html(tag("span", "hk-time", line.asked_at.astimezone().strftime("%H:%M")))
        if st.button("", key=f"forget_{line.id}", type="tertiary", icon=":material/delete:", help=texts.FORGET):
            desk.store.forget(session.user().name, line.id)
            st.rerun()


def day_name(day: dt.date, today: dt.date) -> str:
    """A day as people say it: "Hôm nay", "Hôm qua", "Thứ ba, 04/11/2025"."""
    if day == today:
        return "Hôm nay"
    if day == today - dt.timedelta(days=1):
        return "Hôm qua"
    names = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
    return f"{names[day.weekday()]}, {texts.day(day)}"
