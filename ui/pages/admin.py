"""The administrator's page: people and roles, the audit log, health, how fresh the data is, what people proposed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import streamlit as st

from nl2sql.config import Settings, load_settings
from nl2sql.doctor import examine
from nl2sql.errors import UserError
from nl2sql.history.audit import AuditLog, Entry
from nl2sql.question.text import fold
from schema.approved import Addition, Kind
from ui import approvals, texts
from ui import texts_staff as staff
from ui.html import table_html, tag, wrap
from ui.notice import show_notice
from ui.pages.admin_people import show_people
from ui.pages.sql_more import addition
from ui.work import Desk

SHOWN = 60
PORT = "Cổng ứng dụng"


def show(desk: Desk) -> None:
    """Draw the page."""
    settings = load_settings()
    st.html(wrap("div", "hk-page-head", [tag("h1", "", staff.ADMIN_TITLE)]))
    health, people, audit, said = st.tabs(
        [staff.ADMIN_HEALTH, staff.ADMIN_PEOPLE, staff.ADMIN_AUDIT, staff.ADMIN_SAID],
        key="admin_tabs",
    )
    with health:
        _health(desk, settings)
    with people:
        show_people(settings)
    with audit:
        _audit(settings)
    with said:
        _said(desk)


def _health(desk: Desk, settings: Settings) -> None:
    catalogue = desk.assistant.catalogue
    queue = f"{staff.ADMIN_RUNNING.format(desk.busy())} · {staff.ADMIN_WAITING.format(_waiting(desk, settings))}"
    facts = [
        (staff.ADMIN_DATA, texts.day(catalogue.as_of) if catalogue.as_of else "–"),
        (staff.ADMIN_WAREHOUSE, catalogue.name),
        (staff.ADMIN_CATALOGUE, f"{catalogue.version} · {len(catalogue.views)} bảng"),
        (staff.ADMIN_MODEL, texts.PREPARING if desk.preparing else settings.model),
        (staff.ADMIN_QUEUE, queue),
        (staff.ADMIN_ROUTE, staff.ADMIN_ROUTES.get(settings.route, settings.route)),
        (staff.ADMIN_HOME, f"{_size(settings)} MB"),
    ]
    st.html(table_html(("", ""), facts))
    if st.button(staff.ADMIN_EXAMINE, key="admin_examine", icon=":material/health_and_safety:"):
        marks = {"ok": "✓", "warn": "!", "fail": "✗"}
        port = int(st.get_option("server.port") or 0)
        # The port is taken by this very app.
        found = [f for f in examine(settings, port=port, model=False) if f.name != PORT]
        rows = [(f"{marks[f.state]} {f.name}", f"{f.message} {f.action}".strip()) for f in found]
        st.html(table_html(("", ""), rows))


def _waiting(desk: Desk, settings: Settings) -> int:
    """How many wait for the model; nobody does where none is asked or it is not open yet."""
    return 0 if settings.route == "composed" or desk.preparing else desk.assistant.model.waiting()


def _size(settings: Settings) -> str:
    state = settings.home / "state"
    total = sum(f.stat().st_size for f in state.glob("*") if f.is_file()) if state.is_dir() else 0
    return texts.decimal(total / 1e6)


def _audit(settings: Settings) -> None:
    log = AuditLog(settings.home)
    wanted = st.text_input(staff.ADMIN_AUDIT_SEARCH, key="audit_search")
    if st.button(staff.ADMIN_VERIFY, key="audit_verify", icon=":material/verified_user:"):
        report = log.verify()
        if report.problems:
            show_notice(staff.ADMIN_BROKEN, " ".join(report.problems), tone="bad")
        else:
            show_notice(staff.ADMIN_INTACT.format(texts.grouped(report.rows)))
    try:
        found = islice((e for e in log.entries(newest_first=True) if entry_fits(e, wanted)), SHOWN)
        rows = [_entry(e) for e in found]
    except UserError as error:
        show_notice(error.message, action=error.action, tone="bad")
        return
    st.html(table_html(("Số", "Lúc", "Ai", "Vai", "Việc", "Nội dung", "Kết quả"), rows))


def entry_fits(entry: Entry, wanted: str) -> bool:
    """Whether all the words of a search stand in an entry, without regard to diacritics and case."""
    said = fold(f"{entry.at} {_moment(entry)} {json.dumps(entry.body, ensure_ascii=False)}")
    return all(word in said for word in fold(wanted).split())


def _moment(entry: Entry) -> str:
    """When, on the clock of this machine."""
    return dt.datetime.fromisoformat(entry.at).astimezone().strftime("%d/%m/%Y %H:%M:%S")


def _entry(entry: Entry) -> tuple[str, ...]:
    body: Mapping[str, Any] = entry.body
    rows, status, event = body.get("rows"), str(body.get("status") or ""), str(body.get("event", ""))
    outcome = staff.ADMIN_STATUSES.get(status, status) + (f" · {rows} dòng" if rows is not None else "")
    said = str(body.get("question") or body.get("what") or "")
    return (str(entry.seq), _moment(entry), str(body.get("user", "")), str(body.get("role", "")),
            staff.ADMIN_EVENTS.get(event, event), said if len(said) <= 160 else said[:159] + "…", outcome)  # fmt: skip


def _said(desk: Desk) -> None:
    st.html(tag("h2", "hk-small-title", staff.ADMIN_FEEDBACK))
    rows = [
        ("👍" if f.good else "👎", f.question, f.said, f.owner, f.at.astimezone().strftime("%d/%m/%Y %H:%M"))
        for f in desk.store.feedback()[:SHOWN]
    ]
    st.html(table_html(("", "Câu hỏi", "Ý kiến", "Ai", "Lúc"), rows) if rows else tag("p", "hk-soft", staff.ADMIN_NONE))
    st.html(tag("h2", "hk-small-title", staff.ADMIN_PROPOSALS))
    approvals.show_progress()
    notes = desk.store.notes(None, "proposal")
    if not notes:
        st.html(tag("p", "hk-soft", staff.ADMIN_NONE))
    for note in notes[:SHOWN]:
        with st.expander(f"{note.name} · {note.owner}"):
            content = json.loads(note.body)
            st.html(table_html(("", ""), [(k, str(v)) for k, v in content.items() if k != "sql"]))
            if content.get("sql"):
                st.code(content["sql"], language="sql", wrap_lines=True)
            with st.container(horizontal=True, key=f"decide_{note.owner}_{note.name}"):
                for addition in offered(desk, content):
                    label = f"{texts.APPROVE}: {texts.APPROVE_KINDS[addition.kind].lower()}"
                    if st.button(label, key=f"take_{addition.kind}_{note.owner}_{note.name}", type="primary"):
                        approvals.begin(desk, addition)
                if st.button(staff.ADMIN_DONE, key=f"done_{note.owner}_{note.name}"):
                    desk.store.write(note.owner, "proposal", note.name, "")
                    st.rerun()


def offered(desk: Desk, content: Mapping[str, Any]) -> tuple[Addition, ...]:
    """What a proposal can be approved as; nothing for one that names no table."""
    if content.get("sql"):
        made = addition(desk, str(content.get("question", "")), str(content["sql"]))
        return (made, replace(made, kind="example")) if made.view else ()
    if not content.get("view"):
        return ()
    kind: Kind = "definition" if content.get("kind") == "definition" else "word"
    return (Addition(kind, str(content["view"]), item=str(content.get("name", "")), said=str(content.get("said", ""))),)
