"""A calm message in a box: what happened and what to do now."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from ui.html import tag, wrap

Tone = Literal["plain", "warn", "bad"]


def show_notice(title: str, message: str = "", action: str = "", *, tone: Tone = "plain") -> None:
    """Draw the box; every text is escaped."""
    st.html(notice_html(title, message, action, tone=tone))


def notice_html(title: str, message: str = "", action: str = "", *, tone: Tone = "plain") -> str:
    """The box as HTML."""
    parts = [tag("div", "hk-notice-title", title)]
    if message:
        parts.append(tag("div", "hk-notice-text", message))
    if action:
        parts.append(tag("div", "hk-notice-action", action))
    return wrap("div", f"hk-notice hk-{tone}", parts, role="alert" if tone == "bad" else "status")
