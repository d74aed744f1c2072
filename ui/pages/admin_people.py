"""People and roles: who may do what, and for accounts of this machine adding, changing, barring."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from nl2sql.config import Settings
from nl2sql.errors import UserError
from nl2sql.history.audit import open_audit
from nl2sql.history.record import decision_record
from nl2sql.identity import Identity, mode
from nl2sql.identity.users import Account, UserStore
from nl2sql.policy import load_roles
from nl2sql.policy.roles import Role
from ui import session, texts
from ui import texts_staff as staff
from ui.html import table_html, tag
from ui.notice import show_notice


def show_people(settings: Settings) -> None:
    """Draw the tab."""
    way = mode()
    st.html(tag("p", "hk-soft", staff.ADMIN_MODES[way]))
    roles = load_roles(settings.home)
    rows = [
        (r.label, r.name, staff.ADMIN_ROWS[r.rows], texts.yes(r.permissions.sql_allowed),
         texts.yes(r.permissions.export_allowed), ", ".join(f"{c}: {m}" for c, m in r.columns.items()) or "–")
        for r in roles.values()
    ]  # fmt: skip
    st.html(table_html(("Vai", "Mã", "Dòng được xem", "Tự viết SQL", "Tải về", "Cột bị che"), rows))
    if way != "local":
        return
    store = Identity(settings.home).users
    accounts = store.all()
    people = [
        (a.name, a.display, roles[a.role].label if a.role in roles else a.role, ", ".join(a.units),
         texts.yes(not a.disabled))
        for a in accounts.values()
    ]  # fmt: skip
    st.html(table_html(("Tên đăng nhập", "Họ tên", "Vai", "Đơn vị", "Đang dùng"), people))
    if accounts:
        with st.expander(staff.ADMIN_CHANGE, icon=":material/manage_accounts:"):
            _change(settings, store, accounts, roles)
    with st.expander(staff.ADMIN_ADD, icon=":material/person_add:", expanded=not accounts):
        _add(settings, store, roles)


def _add(settings: Settings, store: UserStore, roles: Mapping[str, Role]) -> None:
    with st.form("admin_add", clear_on_submit=True, border=False):
        name = st.text_input("Tên đăng nhập", max_chars=64)
        display = st.text_input("Họ tên")
        role = st.selectbox("Vai", list(roles), format_func=lambda r: roles[r].label)
        units = st.text_input("Đơn vị (cách nhau dấu phẩy)")
        password = st.text_input("Mật khẩu", type="password", autocomplete="new-password")
        if st.form_submit_button(staff.ADMIN_ADD, type="primary"):
            clean = name.strip()
            _done(
                settings,
                lambda: store.add(clean, role, password, units=_listed(units), display=display.strip()),
                f"thêm {clean} với vai {role}",
            )


def _change(settings: Settings, store: UserStore, accounts: Mapping[str, Account], roles: Mapping[str, Role]) -> None:
    """Another role, another password, barring; whoever is signed in cannot bar themselves."""
    name = st.selectbox("Người dùng", list(accounts), key="admin_who")
    account = accounts[name]
    known = list(roles)
    role = st.selectbox("Vai mới", known, index=known.index(account.role) if account.role in known else 0,
                        format_func=lambda r: roles[r].label, key=f"admin_role_{name}")  # fmt: skip
    units = st.text_input("Đơn vị (cách nhau dấu phẩy)", value=", ".join(account.units), key=f"admin_units_{name}")
    password = st.text_input("Mật khẩu mới", type="password", autocomplete="new-password", key=f"admin_pass_{name}")
    with st.container(horizontal=True, key="admin_changes"):
        if st.button(staff.ADMIN_SET_ROLE, key="admin_set_role"):
            _done(settings, lambda: store.set_rights(name, role, _listed(units)), f"đổi vai của {name} thành {role}")
        if st.button(staff.ADMIN_NEW_WORD, key="admin_set_password"):
            _done(settings, lambda: store.set_password(name, password), f"đặt lại mật khẩu của {name}")
        mine = name == session.user().name
        label = staff.ADMIN_ALLOW if account.disabled else staff.ADMIN_BAR
        if st.button(label, key="admin_bar", disabled=mine and not account.disabled):
            barred = not account.disabled
            _done(settings, lambda: store.disable(name, disabled=barred), f"{'khóa' if barred else 'mở'} {name}")


def _done(settings: Settings, change: Callable[[], object], what: str) -> None:
    """Make a change, put it into the log and draw the page again; what is wrong with it is said."""
    try:
        change()
        log = open_audit(settings)
        if log is not None:
            log.append(decision_record("user", session.user().name, what))
    except UserError as error:
        show_notice(error.message, action=error.action, tone="warn")
    else:
        st.rerun()


def _listed(units: str) -> tuple[str, ...]:
    return tuple(unit.strip() for unit in units.split(",") if unit.strip())
