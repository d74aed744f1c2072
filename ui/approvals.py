"""Approving from the pages: what a person approves is checked and put through the quick gate while they watch."""

from __future__ import annotations

import streamlit as st

from eval import approval
from eval.approval import Acceptance
from nl2sql.config import load_settings
from schema.approved import Addition
from ui import session, texts
from ui.html import md_escape
from ui.notice import show_notice
from ui.work import Desk

POLL_S = 1.0
PAGE = "verified"
"""Name of the right to approve, as the roles know it."""


@st.cache_resource(show_spinner=False)
def _begun() -> list[Acceptance]:
    """What this process has been asked to accept, oldest first; the last one may be under way."""
    return []


def may_approve() -> bool:
    """Whether this person's role may approve."""
    return session.may_open(PAGE)


def begin(desk: Desk, addition: Addition) -> None:
    """Start on an addition; one at a time, because each is measured against what is in use."""
    begun = _begun()
    if begun and begun[-1].running:
        show_notice(texts.APPROVE_BUSY, tone="warn")
        return
    begun.append(approval.start(addition, desk.assistant, load_settings(), user=session.user()))
    st.rerun()


def show_progress() -> None:
    """What this person has under way, or what became of it."""
    begun = _begun()
    if not begun or begun[-1].by != session.user().name:
        return
    if begun[-1].running:
        _watch(begun[-1])
    else:
        _ended(begun[-1])


@st.fragment(run_every=POLL_S)
def _watch(made: Acceptance) -> None:
    if not made.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="top", key="approve_watch"):
        box = st.status(texts.approving(made.step, made.asked, made.total), expanded=True, state="running")
        box.markdown(f"**{md_escape(title(made.addition))}**")
        for done in made.done:
            box.markdown(
                f":material/check: {md_escape(done.step)}" + (f" – {md_escape(done.said)}" if done.said else "")
            )
        if made.total:
            box.progress(min(made.asked / made.total, 1.0))
        if st.button(texts.STOP, key="approve_stop", icon=":material/stop_circle:"):
            made.stop()
            st.rerun()


def _ended(made: Acceptance) -> None:
    said = title(made.addition)
    if made.accepted:
        passed = " ".join(f"{done.step}: {done.said}." for done in made.done if done.said)
        show_notice(texts.APPROVED, said, passed)
    elif made.refused:
        show_notice(texts.APPROVE_REFUSED, said, made.refused, tone="warn")
    else:
        show_notice(texts.APPROVE_STOPPED, said)
    if st.button(texts.APPROVE_SEEN, key="approve_seen", type="tertiary"):
        _begun().clear()
        st.rerun()


def title(addition: Addition) -> str:
    """What is approved, in one line."""
    return f"{texts.APPROVE_KINDS[addition.kind]}: {addition.question or addition.said}"
