"""The app's frame: style, navigation by role, the strip that says what data this is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from nl2sql.identity import mode
from ui import nav, session, texts
from ui.components.chrome import speak_vietnamese
from ui.html import tag, wrap
from ui.pages import admin, ask, board, glossary, history, outlook, shared, sql
from ui.signin import sign_out
from ui.work import Desk

_ASSETS = Path(__file__).parent / "assets"
_STYLE = (_ASSETS / "style.css").read_text(encoding="utf-8")
_ICON = _ASSETS / "icon.svg"
_LOGO = _ASSETS / "logo.svg"


def main() -> None:
    """Run one pass of the app."""
    st.set_page_config(
        page_title=f"{texts.NAME} – {texts.TAGLINE}",
        page_icon=str(_ICON),
        layout="centered",
        initial_sidebar_state="collapsed",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(f"<style>{palette(dark=session.is_dark())}{_STYLE}</style>")
    st.logo(str(_LOGO), size="large")
    session.welcome()
    desk = session.get_desk()
    pages = _pages(desk)
    nav.remember(pages)
    page = st.navigation(list(pages.values()), position="top")
    _strip(desk)
    if page is not pages.get("ask") or session.ANSWER_PARAM in st.query_params:
        session.leave_address()
    page.run()
    speak_vietnamese()


def _pages(desk: Desk) -> dict[str, Any]:
    """The pages that this person may open, by name, in the order of the menu."""
    made = {
        "ask": st.Page(
            partial(_home, desk), title=texts.PAGE_ASK, icon=":material/forum:", url_path="hoi-dap", default=True
        ),
        "dashboard": st.Page(
            partial(board.show, desk), title=texts.PAGE_BOARD, icon=":material/dashboard:", url_path="theo-doi"
        ),
        "alerts": st.Page(
            partial(outlook.show, desk), title=texts.PAGE_OUTLOOK, icon=":material/trending_up:", url_path="du-bao"
        ),
        "history": st.Page(
            partial(history.show, desk), title=texts.PAGE_HISTORY, icon=":material/history:", url_path="lich-su"
        ),
        "sql": st.Page(partial(sql.show, desk), title=texts.PAGE_SQL, icon=":material/database:", url_path="sql"),
        "glossary": st.Page(
            partial(glossary.show, desk), title=texts.PAGE_GLOSSARY, icon=":material/menu_book:", url_path="danh-muc"
        ),
    }
    made["eval"] = st.Page(
        partial(_evaluate, desk), title=texts.PAGE_EVAL, icon=":material/speed:", url_path="danh-gia"
    )
    made["admin"] = st.Page(
        partial(admin.show, desk), title=texts.PAGE_ADMIN, icon=":material/admin_panel_settings:", url_path="quan-tri"
    )
    return {name: page for name, page in made.items() if session.may_open(name)}


def _evaluate(desk: Desk) -> None:
    from ui.pages import evaluate  # brings the scorers with it, which the other pages do without

    evaluate.show(desk)


def _home(desk: Desk) -> None:
    if session.ANSWER_PARAM in st.query_params:
        shared.show(desk, st.query_params[session.ANSWER_PARAM])
    else:
        ask.show(desk)


def _strip(desk: Desk) -> None:
    """What data this is, the size of the letters, and the way out for whoever has signed in."""
    catalogue, who = desk.assistant.catalogue, session.user()
    badges = []
    if catalogue.synthetic:
        badges.append(tag("span", "hk-badge hk-badge-warn", texts.SYNTHETIC))
    if catalogue.as_of:
        badges.append(tag("span", "hk-badge", texts.data_until(catalogue.as_of)))
    large = desk.store.note(who.name, "setting", "large") == "1"
    if large:
        st.html("<style>html{font-size:20px}</style>")
    with st.container(horizontal=True, vertical_alignment="center", key="strip"):
        st.html(wrap("div", "hk-strip", badges or [""]))
        icon = ":material/text_decrease:" if large else ":material/text_increase:"
        if st.button(texts.SMALLER if large else texts.LARGER, key="large_type", type="tertiary", icon=icon):
            desk.store.write(who.name, "setting", "large", "" if large else "1")
            st.rerun()
        if mode() != "single":
            shown = texts.SIGN_OUT.format(who.display or who.name)
            if st.button(shown, key="sign_out", type="tertiary", icon=":material/logout:"):
                sign_out()
                st.rerun()


def palette(*, dark: bool) -> str:
    """The colours that differ between light and dark, as CSS variables; each pair meets AA against its ground."""
    chosen = _DARK if dark else _LIGHT
    return ":root{" + "".join(f"--hk-{name}:{value};" for name, value in chosen.items()) + "}"


_LIGHT = {
    "ink": "#16202e",
    "soft": "#526074",
    "line": "#d9e0ea",
    "card": "#ffffff",
    "tint": "#eef3f9",
    "accent": "#0b5cad",
    "on-primary": "#ffffff",
    "good": "#0b6b4a",
    "good-bg": "#e2f4ec",
    "warn": "#835008",
    "warn-bg": "#fdf1da",
    "bad": "#a3262a",
    "bad-bg": "#fdebeb",
    "shadow": "0 1px 2px rgba(22,32,46,.05), 0 6px 20px rgba(22,32,46,.05)",
}
_DARK = {
    "ink": "#e7edf5",
    "soft": "#a3b0c2",
    "line": "#2c3849",
    "card": "#18212e",
    "tint": "#1f2a3a",
    "accent": "#7db8f5",
    "on-primary": "#0b1017",
    "good": "#6fdcae",
    "good-bg": "#12352a",
    "warn": "#f2c572",
    "warn-bg": "#3a2c11",
    "bad": "#f59a9c",
    "bad-bg": "#401c1f",
    "shadow": "none",
}
