"""What a person can do with an answer: pin it, link to it, judge it, take it away as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nl2sql.types import Answer, Status
from ui import texts
from ui.chart_view import shown_spec
from ui.charts import chart_file
from ui.exchange import Exchange
from ui.export import csv_bytes, file_name, xlsx_bytes
from ui.work import Desk

if TYPE_CHECKING:
    from ui.card import Viewer

XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHART_FILES = (
    ("png", "image/png", texts.DOWNLOAD_PNG),
    ("svg", "image/svg+xml", texts.DOWNLOAD_SVG),
    ("pdf", "application/pdf", texts.DOWNLOAD_PDF),
)


def show_actions(exchange: Exchange, answer: Answer, desk: Desk, viewer: Viewer) -> None:
    """A quiet row of buttons at the bottom of a card."""
    with st.container(horizontal=True, horizontal_alignment="right", key=f"acts_{exchange.id}", gap="small"):
        if answer.status is Status.ANSWERED and answer.result is not None:
            _pin(exchange, desk, viewer)
            if viewer.may_export:
                _downloads(exchange, answer, desk)
        if desk.store.knows(exchange.id):
            _link(exchange, viewer)
            _judge(exchange, desk, viewer)


def _pin(exchange: Exchange, desk: Desk, viewer: Viewer) -> None:
    pinned = any(pin.exchange == exchange.id for pin in desk.store.pins(viewer.name))
    clicked = st.button(
        texts.PINNED if pinned else texts.PIN,
        key=f"pin_{exchange.id}",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        type="tertiary",
        help=texts.UNPIN_HELP if pinned else texts.PIN_HELP,
    )
    if clicked:
        if pinned:
            desk.store.unpin(viewer.name, exchange.id)
        else:
            desk.store.pin(viewer.name, exchange.id, exchange.question.text)
        st.rerun()


def _link(exchange: Exchange, viewer: Viewer) -> None:
    with st.popover(texts.LINK, icon=":material/link:", type="tertiary"):
        st.code(f"{viewer.link}?a={exchange.id}", language=None, wrap_lines=True)
        st.caption(texts.LINK_NOTE)


def _judge(exchange: Exchange, desk: Desk, viewer: Viewer) -> None:
    now = desk.store.judgement(viewer.name, exchange.id)
    good = st.button(
        "",
        key=f"good_{exchange.id}",
        icon=":material/thumb_up:",
        type="primary" if now and now.good else "tertiary",
        help=texts.GOOD,
    )
    if good:
        desk.store.judge(viewer.name, exchange.id, good=True)
        st.toast(texts.THANKS)
    with st.popover("", icon=":material/thumb_down:", type="tertiary", help=texts.BAD):
        said = st.text_area(texts.CORRECTION, key=f"said_{exchange.id}", value=now.said if now else "")
        if st.button(texts.SEND, key=f"bad_{exchange.id}", type="primary"):
            desk.store.judge(viewer.name, exchange.id, good=False, said=said.strip())
            st.toast(texts.THANKS)


def _downloads(exchange: Exchange, answer: Answer, desk: Desk) -> None:
    result = answer.result
    if result is None:
        return
    with st.popover(texts.DOWNLOAD, icon=":material/download:", type="tertiary"):
        st.download_button(
            texts.DOWNLOAD_XLSX,
            data=lambda: xlsx_bytes(answer, synthetic=desk.assistant.catalogue.synthetic),
            file_name=file_name(answer, "xlsx"),
            mime=XLSX_MIME,
            key=f"xlsx_{exchange.id}",
            on_click="ignore",
            icon=":material/table_view:",
            type="tertiary",
        )
        st.download_button(
            texts.DOWNLOAD_CSV,
            data=lambda: csv_bytes(result),
            file_name=file_name(answer, "csv"),
            mime="text/csv",
            key=f"csv_{exchange.id}",
            on_click="ignore",
            icon=":material/description:",
            type="tertiary",
        )
        spec = shown_spec(exchange, answer, desk.assistant.catalogue)
        if spec is None:
            return
        for kind, mime, label in CHART_FILES:
            st.download_button(
                label,
                data=lambda kind=kind: chart_file(spec, kind),  # type: ignore[misc]
                file_name=file_name(answer, kind),
                mime=mime,
                key=f"{kind}_{exchange.id}",
                on_click="ignore",
                icon=":material/image:",
                type="tertiary",
            )
