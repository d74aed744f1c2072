"""The sign-in page: nobody asked in single-user mode, a form in local mode, nothing of the app before it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from nl2sql.config import Settings
from nl2sql.history.audit import AuditLog
from nl2sql.identity import Identity

PASSWORD = "con mèo leo cây cau"


def _page() -> None:
    import streamlit as st

    from ui.signin import current_user, sign_out

    user = current_user()
    st.write(f"Chào {user.display or user.name}, vai {user.role.name}")
    st.button("Thoát", on_click=sign_out)


def opened() -> AppTest:
    return AppTest.from_function(_page, default_timeout=30).run()


def shown(app: AppTest) -> str:
    return " ".join(str(item.value) for item in [*app.markdown, *app.error, *app.title, *app.info])


@pytest.fixture
def local(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HOIKHO_AUTH", "local")
    Identity(settings.home).users.add("lan.nguyen", "leader", PASSWORD, display="Nguyễn Lan")
    return settings


def attempt(app: AppTest, name: str, password: str) -> AppTest:
    app.text_input[0].input(name)
    app.text_input[1].input(password)
    return app.button[0].click().run()


def test_the_form_stands_before_everything(local: Settings) -> None:
    app = opened()
    assert "Đăng nhập" in shown(app)
    assert "Chào" not in shown(app)


def test_signing_in_and_out(local: Settings) -> None:
    app = attempt(opened(), "lan.nguyen", PASSWORD)
    assert "Chào Nguyễn Lan, vai leader" in shown(app)
    app = app.button[0].click().run()
    assert "Chào" not in shown(app)
    assert [e.body["event"] for e in AuditLog(local.home).entries()] == ["signin"]


def test_a_wrong_password_says_so_and_shows_nothing(local: Settings) -> None:
    app = attempt(opened(), "lan.nguyen", "sai hoàn toàn rồi")
    assert "không đúng" in shown(app)
    assert "Chào" not in shown(app)


def test_an_account_that_is_disabled_is_out_at_its_next_click(local: Settings) -> None:
    app = attempt(opened(), "lan.nguyen", PASSWORD)
    Identity(local.home).users.disable("lan.nguyen")
    app = app.run()
    assert "Chào" not in shown(app)
    assert "hết hạn" in shown(app)


def test_an_unknown_way_of_signing_in_opens_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIKHO_AUTH", "khong")
    app = opened()
    assert "Chào" not in shown(app)
    assert not app.exception
