"""Who uses this browser session: nobody asked in single-user mode, a form in local mode, the provider's page in OIDC.

The pages ask ``current_user`` at the top of every run; what a user may do is checked there and again in the library.
"""

from __future__ import annotations

import logging
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAuthError

from nl2sql.config import load_settings
from nl2sql.errors import UserError
from nl2sql.history.audit import open_audit
from nl2sql.identity import Identity, SessionEndedError, mode
from nl2sql.policy import User
from ui.notice import show_notice

_LOG = logging.getLogger("hoikho.ui")
_TOKEN = "signin_token"  # noqa: S105 - the name of a place, not a secret


def current_user() -> User:
    """The user of this session; where nobody has signed in yet, the run ends with the sign-in page."""
    settings = load_settings()
    identity = Identity(settings.home, audit=open_audit(settings))
    try:
        way = mode()
        if way == "single":
            return identity.single(str(st.get_option("server.address") or "0.0.0.0"))  # noqa: S104 - unset means all
        if way == "oidc":
            return _provider(identity)
        return _local(identity)
    except UserError as error:
        show_notice("Chưa vào được HỏiKho", error.message, error.action, tone="bad")
        st.stop()


def sign_out() -> None:
    """End the session; the next run asks again."""
    if mode() == "oidc":
        if st.user.get("is_logged_in"):
            Identity(load_settings().home).leave_provider(st.user.to_dict())
        st.logout()
    token = st.session_state.pop(_TOKEN, "")
    if token:
        Identity(load_settings().home).sign_out(token)
    st.session_state.clear()


def _local(identity: Identity) -> User:
    user = identity.current(st.session_state.get(_TOKEN, ""))
    if user is not None:
        return user
    expired = st.session_state.pop(_TOKEN, None)
    st.title("Đăng nhập HỏiKho")
    if expired:
        st.info("Phiên làm việc đã hết hạn. Hãy đăng nhập lại.")
    with st.form("signin"):
        name = st.text_input("Tên đăng nhập", max_chars=64, autocomplete="username")
        password = st.text_input("Mật khẩu", type="password", max_chars=200, autocomplete="current-password")
        sent = st.form_submit_button("Đăng nhập", type="primary")
    if sent:
        try:
            session = identity.sign_in(name, password)
        except UserError as error:
            st.error(str(error))
        else:
            st.session_state.clear()  # nothing of an earlier person stays
            st.session_state[_TOKEN] = session.token
            st.rerun()
    st.stop()


def _provider(identity: Identity) -> User:
    if not st.user.get("is_logged_in"):
        _send_to_provider()
    try:
        return identity.provider_user(st.user.to_dict())
    except SessionEndedError as ended:
        _send_to_provider(str(ended))
    except UserError:
        st.button("Dùng tài khoản khác", on_click=st.logout)
        raise


def _send_to_provider(why: str = "") -> NoReturn:
    st.title("Đăng nhập HỏiKho")
    if why:
        st.info(why)
    st.button("Đăng nhập bằng tài khoản của cơ quan", on_click=_login, type="primary")
    st.stop()


def _login() -> None:
    """Streamlit goes to the provider; what is not set up for it is told instead of a page that breaks."""
    try:
        st.login()
    except StreamlitAuthError as error:
        _LOG.error("signing in through the provider is not set up: %s", error)
        st.error("Chưa cấu hình nhà cung cấp danh tính. Hãy báo quản trị viên chạy: hoikho doctor.")
