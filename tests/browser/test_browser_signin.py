"""Signing in through an identity provider, in headless Chromium: Streamlit's own login, a provider that we run."""

from __future__ import annotations

import re
import secrets
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from oidc_provider import CLIENT_ID, CLIENT_SECRET, FAULTS, Provider, serve
from playwright.sync_api import Browser, BrowserContext, Page, expect
from test_browser_question import PATIENCE_MS, ROOT, ask, serving, settle
from test_browser_question import browser as browser
from test_browser_question import context as context

from nl2sql.history.audit import AuditLog
from nl2sql.identity.state import IDLE_SECONDS

pytestmark = pytest.mark.browser

ENTER = "Đăng nhập bằng tài khoản của cơ quan"


@dataclass
class Place:
    """The app and its provider."""

    address: str
    home: Path
    provider: Provider


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The app over the scripted assistant, with a provider as its only way in."""
    folder = tmp_path_factory.mktemp("oidc")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with serve() as provider:
        (folder / "secrets.toml").write_text(
            "[auth]\n"
            f'redirect_uri = "http://localhost:{port}/oauth2callback"\n'
            f'cookie_secret = "{secrets.token_hex(32)}"\n'
            f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n'
            f'server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"\n',
            encoding="utf-8",
        )
        app = ROOT / "tests" / "browser" / "scripted_app.py"
        options = (f"--secrets.files={folder / 'secrets.toml'}",)
        home = folder / "home"
        with serving(app, port=port, options=options, HOIKHO_AUTH="oidc", HOIKHO_HOME=str(home)) as address:
            yield Place(address, home, provider)


def enter(context: BrowserContext, place: Place, person: str) -> Page:
    """Sign in as a person of the provider."""
    page = context.new_page()
    page.goto(place.address)
    page.get_by_role("button", name=ENTER).click()
    page.get_by_role("link", name=person, exact=True).click()
    page.wait_for_url(f"{place.address}/**")
    settle(page)
    return page


def at_the_door(page: Page) -> None:
    """Nothing of the app is shown, only the way to the provider."""
    expect(page.get_by_role("button", name=ENTER)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_count(0)


def test_nobody_sees_anything_before_signing_in(context: BrowserContext, place: Place) -> None:
    page = context.new_page()
    page.goto(place.address)
    at_the_door(page)
    page.goto(f"{place.address}/quan-tri")
    at_the_door(page)


def test_a_claim_names_the_role_and_the_role_the_pages(context: BrowserContext, place: Place) -> None:
    page = enter(context, place, "lan")
    expect(page.get_by_role("button", name="Nguyễn Lan")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("link", name="SQL", exact=True)).to_have_count(0)  # a leader writes no SQL
    ask(page, "10 thị trường xuất khẩu lớn nhất năm 2024")
    expect(page.get_by_text("Hoa Kỳ dẫn đầu với 119,5 tỷ USD")).to_be_visible(timeout=PATIENCE_MS)
    signed = [(e.body["event"], e.body["user"]) for e in AuditLog(place.home).entries()]
    assert ("signin", "lan.nguyen") in signed


@pytest.mark.parametrize("person", ["khach", "may_nay"])
def test_a_role_that_is_not_ours_opens_nothing(context: BrowserContext, place: Place, person: str) -> None:
    page = enter(context, place, person)
    expect(page.get_by_text("chưa được giao vai")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_count(0)
    page.get_by_role("button", name="Dùng tài khoản khác").click()
    at_the_door(page)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_that_is_wrong_in_any_way_opens_nothing(context: BrowserContext, place: Place, fault: str) -> None:
    page = enter(context, place, fault)
    assert place.provider.told[-1] == fault  # the provider did give it out; the app refused it
    at_the_door(page)


def test_whoever_signs_out_is_out_in_every_tab_and_with_a_copy_of_the_cookie(
    browser: Browser, context: BrowserContext, place: Place
) -> None:
    page = enter(context, place, "hai")
    second = context.new_page()
    second.goto(place.address)
    expect(second.get_by_role("button", name="Trần Hải")).to_be_visible(timeout=PATIENCE_MS)
    copied = context.cookies()
    page.get_by_role("button", name="Trần Hải").click()
    page.wait_for_url(f"{place.address}/**")
    at_the_door(page)
    assert place.provider.left  # the provider was told, too
    second.get_by_role("link", name=re.compile("Lịch sử")).click()  # any click in the other tab
    at_the_door(second)
    with browser.new_context() as thief:
        thief.add_cookies([c for c in copied if "expires" not in c or c["expires"]])  # type: ignore[arg-type]
        third = thief.new_page()
        third.goto(place.address)
        at_the_door(third)
        expect(third.get_by_text("hết hạn")).to_be_visible(timeout=PATIENCE_MS)


def test_a_session_expires_though_the_cookie_lives_on(context: BrowserContext, place: Place) -> None:
    page = enter(context, place, "lan")
    with sqlite3.connect(place.home / "state" / "signin.db") as state:
        state.execute("UPDATE sessions SET seen = seen - ?", (IDLE_SECONDS + 1,))
    page.reload()
    at_the_door(page)
    expect(page.get_by_text("hết hạn")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name=ENTER).click()
    page.get_by_role("link", name="lan", exact=True).click()
    expect(page.get_by_role("button", name="Nguyễn Lan")).to_be_visible(timeout=PATIENCE_MS)
