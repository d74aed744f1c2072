"""The question page in headless Chromium: the number, the chart in Vietnamese, and nothing fetched from outside."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import duckdb
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from nl2sql.config import Settings
from nl2sql.model import fetch

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL_HOSTS = {"localhost", "127.0.0.1"}
START_S = 240
PATIENCE_MS = 120_000
"""How long the app may take for anything without the model; generous, because nothing here measures speed."""
ANSWER_MS = 300_000
"""A machine that never ran the model prepares its prompts first."""


@contextmanager
def serving(
    script: Path, module: str = "streamlit", *, port: int = 0, options: tuple[str, ...] = (), **environment: str
) -> Iterator[str]:
    """The app of a script on a free port, with additions to the environment; yields its address.

    Args:
        module: What serves: Streamlit alone, or ``ui.serve`` as ``hoikho app`` does.
        port: Where it listens; 0 finds a free port.
        options: Further options of Streamlit.
    """
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, "run", str(script), "--server.port", str(port), *options]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, "the app ended before it served"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the app did not start in time")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def scripted() -> Iterator[str]:
    with serving(ROOT / "tests" / "browser" / "scripted_app.py") as address:
        yield address


@pytest.fixture(scope="module")
def real(user_settings: Settings, demo_warehouse: Path) -> Iterator[str]:
    """The app as people start it, over the demo warehouse; the real model is asked every question."""
    fetch.ensure(user_settings.model, user_settings)
    with serving(ROOT / "streamlit_app.py", HOIKHO_ROUTE="model") as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser that records which hosts it spoke to, and lets nothing else pass unnoticed."""
    made = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-US")
    made.set_default_timeout(PATIENCE_MS)
    outside: list[str] = []

    def seen(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL_HOSTS:
            outside.append(url)

    made.on("request", lambda request: seen(request.url))
    made.on("page", lambda page: page.on("websocket", lambda socket: seen(socket.url)))
    yield made
    made.close()
    assert outside == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def settle(page: Page) -> None:
    """Wait until the app has drawn what it has to draw: its script has ended and has not begun again at once."""
    idle = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    for _ in range(2):
        expect(idle).to_have_count(1, timeout=PATIENCE_MS)
        page.wait_for_timeout(400)


def ask(page: Page, text: str) -> None:
    """Type a question once the page stands still: what is typed while it is drawn again would be lost."""
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_have_count(1, timeout=PATIENCE_MS)  # a page that is left may still show its own for a moment
    expect(box).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    box.fill(text)
    expect(box).to_have_value(text)
    box.press("Enter")
    expect(page.get_by_role("heading", name=text, exact=True).first).to_be_visible(timeout=PATIENCE_MS)


def chart_texts(page: Page) -> list[str]:
    chart = page.locator(".stVegaLiteChart svg")
    expect(chart).to_be_visible(timeout=ANSWER_MS)
    return [text for text in chart.locator("text").all_text_contents() if text]


def test_a_question_shows_number_chart_and_table(page: Page, scripted: str) -> None:
    page.goto(scripted)
    ask(page, "10 thị trường xuất khẩu lớn nhất năm 2024")
    expect(page.get_by_text("Hoa Kỳ dẫn đầu với 119,5 tỷ USD")).to_be_visible(timeout=PATIENCE_MS)
    assert "20.000" in chart_texts(page)
    page.locator(".stVegaLiteChart path[aria-roledescription=bar]").first.hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("119.464,1")
    page.get_by_role("tab", name="Bảng").click()
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(6)
    page.get_by_role("button", name="Số tờ khai").click()
    page.get_by_role("button", name="Số tờ khai").click()
    expect(rows.first).to_contain_text("Hà Lan")
    expect(rows.last).to_contain_text("=HYPERLINK")


def test_steps_are_shown_while_it_works(page: Page, scripted: str) -> None:
    page.goto(scripted)
    ask(page, "Kim ngạch xuất khẩu năm 2024")
    expect(page.get_by_text(re.compile(r"(Viết|Kiểm tra) truy vấn… · \d+ giây"))).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Dừng")).to_be_visible()
    expect(page.get_by_text("Đã kiểm duyệt").first).to_be_visible(timeout=PATIENCE_MS)


def test_stop_ends_the_waiting(page: Page, scripted: str) -> None:
    page.goto(scripted)
    ask(page, "Kim ngạch xuất khẩu năm 2024")
    page.get_by_role("button", name="Dừng").click()
    expect(page.get_by_text("Đã dừng theo yêu cầu.")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Hỏi lại")).to_be_visible()


def test_a_reload_in_the_middle_finds_the_answer(page: Page, scripted: str) -> None:
    page.goto(scripted)
    ask(page, "Kim ngạch nhập khẩu theo tháng năm 2025")
    page.wait_for_url("**/?c=*")
    page.reload()
    expect(page.get_by_text("cao nhất vào tháng 7/2025: 39,97 tỷ USD")).to_be_visible(timeout=PATIENCE_MS)
    assert "40,0" in chart_texts(page)


def test_two_browsers_get_their_own_answers(context: BrowserContext, scripted: str) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(scripted)
    second.goto(scripted)
    ask(first, "10 thị trường xuất khẩu lớn nhất năm 2024")
    ask(second, "Kim ngạch nhập khẩu theo tháng năm 2025")
    expect(first.get_by_text("Hoa Kỳ dẫn đầu")).to_be_visible(timeout=PATIENCE_MS)
    expect(second.get_by_text("cao nhất vào tháng 7/2025")).to_be_visible(timeout=PATIENCE_MS)
    assert second.get_by_text("Hoa Kỳ dẫn đầu").count() == 0


def test_markup_is_never_run(page: Page, scripted: str) -> None:
    page.goto(scripted)
    ask(page, "<img src=x onerror=\"document.title='hỏng'\"> mã độc")
    expect(page.get_by_text("Sinh tự động").first).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(500)
    assert "hỏng" not in page.title()
    assert page.locator("img[src=x]").count() == 0


def test_the_sql_page_runs_a_query(page: Page, scripted: str) -> None:
    page.goto(scripted)
    page.get_by_role("link", name="SQL").click()
    editor = page.get_by_role("textbox", name="Câu SQL")
    editor.fill("SELECT nuoc FROM xnk")
    page.get_by_role("button", name="Chạy", exact=True).click()
    expect(page.get_by_role("tab", name="Bảng", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("còn nữa").first).to_be_visible(timeout=PATIENCE_MS)


def figures(warehouse: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of our own SQL, past the assistant."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def vietnamese(number: object) -> str:
    """A whole number as the page should show it."""
    return f"{round(float(str(number))):,}".replace(",", ".")


@pytest.mark.model
def test_the_real_model_answers_with_the_number_of_the_warehouse(page: Page, real: str, demo_warehouse: Path) -> None:
    page.goto(real)
    ask(page, "Tổng kim ngạch xuất khẩu trong năm 2023 là bao nhiêu?")
    ((expected,),) = figures(
        demo_warehouse,
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND ngay BETWEEN '2023-01-01' AND '2023-12-31'",
    )
    expect(page.locator(".hk-tile-exact")).to_have_text(f"{vietnamese(expected)} USD", timeout=ANSWER_MS)
    expect(page.locator(".hk-foot")).to_contain_text("mô hình")
    page.get_by_role("tab", name="SQL").last.click()
    expect(page.locator("code").filter(has_text="xnk").last).to_be_visible()


@pytest.mark.model
def test_the_real_model_draws_a_chart_with_vietnamese_numbers(page: Page, real: str, demo_warehouse: Path) -> None:
    page.goto(real)
    ask(page, "Kim ngạch nhập khẩu theo từng tháng của năm 2023")
    texts = chart_texts(page)
    assert any(re.fullmatch(r"[\d.]+(,\d+)?", text) for text in texts)
    assert not any(re.fullmatch(r"\d+\.\d{1,2}", text) for text in texts)
    page.get_by_role("tab", name="Bảng").click()
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(12)
    expected = figures(
        demo_warehouse,
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 GROUP BY thang ORDER BY thang",
    )
    for place, (value,) in enumerate(expected):
        expect(rows.nth(place)).to_contain_text(vietnamese(value))


@pytest.mark.model
def test_stop_frees_the_real_model_for_the_next_question(page: Page, real: str, demo_warehouse: Path) -> None:
    page.goto(real)
    ask(page, "Kim ngạch xuất khẩu theo nhóm hàng, nước đối tác và cục hải quan năm 2023")
    expect(page.get_by_text(re.compile("^Viết truy vấn"))).to_be_visible(timeout=ANSWER_MS)
    page.get_by_role("button", name="Dừng").click()
    expect(page.get_by_text("Đã dừng theo yêu cầu.")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Hỏi lại")).to_be_visible()
    ask(page, "Tổng kim ngạch nhập khẩu trong năm 2022 là bao nhiêu?")
    ((expected,),) = figures(
        demo_warehouse, "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022"
    )
    expect(page.locator(".hk-tile-exact")).to_have_text(f"{vietnamese(expected)} USD", timeout=ANSWER_MS)
    expect(page.get_by_text("Đã dừng theo yêu cầu.")).to_be_visible()
