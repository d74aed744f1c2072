"""The administrator's page: people and roles, the audit log, health, how fresh the data is, what people proposed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import streamlit as st

from nl2sql.config import Settings, load_settings
from nl2sql.errors import UserError
from nl2sql.history.audit import AuditLog, Entry
from nl2sql.identity import Identity, mode
from nl2sql.policy import load_roles
from nl2sql.question.text import fold
from schema.approved import Addition, Kind
from ui import approvals, texts
from ui.html import tag, wrap
from ui.notice import show_notice
from ui.pages.sql_more import addition
from ui.work import Desk

SHOWN = 60


def show(desk: Desk) -> None:
    """Draw the page."""
    settings = load_settings()
    st.html(wrap("div", "hk-page-head", [tag("h1", "", texts.ADMIN_TITLE)]))
    health, people, audit, said = st.tabs(
        [texts.ADMIN_HEALTH, texts.ADMIN_PEOPLE, texts.ADMIN_AUDIT, texts.ADMIN_SAID], key="admin_tabs"
    )
    with health:
        _health(desk, settings)
    with people:
        _people(settings)
    with audit:
        _audit(settings)
    with said:
        _said(desk)


def _health(desk: Desk, settings: Settings) -> None:
    catalogue = desk.assistant.catalogue
    facts = [
        (texts.ADMIN_DATA, texts.day(catalogue.as_of) if catalogue.as_of else "–"),
        (texts.ADMIN_WAREHOUSE, catalogue.name),
        (texts.ADMIN_CATALOGUE, f"{catalogue.version} · {len(catalogue.views)} bảng"),
        (texts.ADMIN_MODEL, texts.PREPARING if desk.preparing else settings.model),
        (texts.ADMIN_QUEUE, texts.ADMIN_RUNNING.format(desk.busy())),
        (texts.ADMIN_ROUTE, settings.route),
        (texts.ADMIN_HOME, f"{_size(settings)} MB"),
    ]
    st.html(table_html(("", ""), facts))


def _size(settings: Settings) -> str:
    state = settings.home / "state"
    total = sum(f.stat().st_size for f in state.glob("*") if f.is_file()) if state.is_dir() else 0
    return texts.decimal(total / 1e6)


def _people(settings: Settings) -> None:
    way = mode()
    st.html(tag("p", "hk-soft", texts.ADMIN_MODES[way]))
    roles = load_roles(settings.home)
    rows = [
        (r.label, r.name, texts.ADMIN_ROWS[r.rows], texts.yes(r.permissions.sql_allowed),
         texts.yes(r.permissions.export_allowed), ", ".join(f"{c}: {m}" for c, m in r.columns.items()) or "–")
        for r in roles.values()
    ]  # fmt: skip
    st.html(table_html(("Vai", "Mã", "Dòng được xem", "Tự viết SQL", "Tải về", "Cột bị che"), rows))
    if way != "local":
        return
    store = Identity(settings.home).users
    people = [
        (a.name, a.display, roles[a.role].label if a.role in roles else a.role, ", ".join(a.units),
         texts.yes(not a.disabled))
        for a in store.all().values()
    ]  # fmt: skip
    st.html(table_html(("Tên đăng nhập", "Họ tên", "Vai", "Đơn vị", "Đang dùng"), people))
    with st.form("admin_add", clear_on_submit=True):
        name = st.text_input("Tên đăng nhập", max_chars=64)
        display = st.text_input("Họ tên")
        role = st.selectbox("Vai", list(roles), format_func=lambda r: roles[r].label)
        units = st.text_input("Đơn vị (cách nhau dấu phẩy)")
        password = st.text_input("Mật khẩu", type="password", autocomplete="new-password")
        if st.form_submit_button(texts.ADMIN_ADD, type="primary"):
            try:
                listed = tuple(u.strip() for u in units.split(",") if u.strip())
                store.add(name.strip(), role, password, units=listed, display=display.strip())
            except UserError as error:
                show_notice(error.message, action=error.action, tone="warn")
            else:
                st.rerun()


def _audit(settings: Settings) -> None:
    log = AuditLog(settings.home)
    wanted = st.text_input(texts.ADMIN_AUDIT_SEARCH, key="audit_search")
    if st.button(texts.ADMIN_VERIFY, key="audit_verify", icon=":material/verified_user:"):
        report = log.verify()
        if report.problems:
            show_notice(texts.ADMIN_BROKEN, " ".join(report.problems), tone="bad")
        else:
            show_notice(texts.ADMIN_INTACT.format(texts.grouped(report.rows)))
    try:
        entries = list(log.entries())
    except UserError as error:
        show_notice(error.message, action=error.action, tone="bad")
        return
    found = islice((e for e in reversed(entries) if entry_fits(e, wanted)), SHOWN)
    st.html(table_html(("Số", "Lúc (UTC)", "Ai", "Vai", "Việc", "Câu hỏi", "Kết quả"), [_entry(e) for e in found]))


def entry_fits(entry: Entry, wanted: str) -> bool:
    """Whether all the words of a search stand in an entry, without regard to diacritics and case."""
    said = fold(f"{entry.at} {json.dumps(entry.body, ensure_ascii=False)}")
    return all(word in said for word in fold(wanted).split())


def _entry(entry: Entry) -> tuple[str, ...]:
    body: Mapping[str, Any] = entry.body
    at = entry.at[:19].replace("T", " ")
    rows = body.get("rows")
    outcome = f"{body.get('status') or ''}" + (f" · {rows} dòng" if rows is not None else "")
    asked = str(body.get("question") or "")
    return (str(entry.seq), at, str(body.get("user", "")), str(body.get("role", "")), str(body.get("event", "")),
            asked if len(asked) <= 160 else asked[:159] + "…", outcome)  # fmt: skip


def _said(desk: Desk) -> None:
    st.html(tag("h2", "hk-small-title", texts.ADMIN_FEEDBACK))
    rows = [
        ("👍" if f.good else "👎", f.question, f.said, f.owner, f.at.astimezone().strftime("%d/%m/%Y %H:%M"))
        for f in desk.store.feedback()[:SHOWN]
    ]
    st.html(table_html(("", "Câu hỏi", "Ý kiến", "Ai", "Lúc"), rows) if rows else tag("p", "hk-soft", texts.ADMIN_NONE))
    st.html(tag("h2", "hk-small-title", texts.ADMIN_PROPOSALS))
    approvals.show_progress()
    notes = desk.store.notes(None, "proposal")
    if not notes:
        st.html(tag("p", "hk-soft", texts.ADMIN_NONE))
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
                if st.button(texts.ADMIN_DONE, key=f"done_{note.owner}_{note.name}"):
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


def table_html(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A plain table of texts."""
    top = wrap("thead", "", wrap("tr", "", [tag("th", "", name) for name in head])) if any(head) else ""
    body = [wrap("tr", "", [tag("td", "", cell) for cell in row]) for row in rows]
    return wrap("div", "hk-scroll", wrap("table", "hk-plain-table", top + wrap("tbody", "", body)))
