"""What a demanding user tries, in a real browser: odd results, two tabs, the back button, a link and fewer rights."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, expect
from test_browser_question import ANSWER_MS, PATIENCE_MS, ROOT, ask, serving, settle
from test_browser_question import browser as browser
from test_browser_question import context as context
from test_browser_question import page as page

from nl2sql.identity.users import UserStore

pytestmark = pytest.mark.browser

PASSWORD = "con mèo leo cây cau"
MANY = 200_000
LONG = ("Hàng hóa có tên gọi rất dài để thử bảng và biểu đồ, " * 3)[:119] + "x"
HOSTILE = "=1+1"


def home_with(warehouse: Path, folder: Path) -> Path:
    (folder / "warehouse").mkdir(parents=True)
    (folder / "warehouse" / "demo.duckdb").symlink_to(warehouse)
    return folder


@pytest.fixture(scope="module")
def app(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = home_with(demo_warehouse, tmp_path_factory.mktemp("demanding"))
    script = ROOT / "streamlit_app.py"
    with serving(
        script, "ui.serve", HOIKHO_HOME=str(home), HOIKHO_ROUTE="composed", HOIKHO_AUTH="single",
        HOIKHO_ROW_CAP=str(MANY), HOIKHO_TIMEOUT="240",
    ) as address:  # fmt: skip
        yield address


@pytest.fixture(scope="module")
def guarded(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with accounts: one who leads everything, one who leads Hải Phòng."""
    home = home_with(demo_warehouse, tmp_path_factory.mktemp("guarded"))
    store = UserStore(home)
    store.add("lan", "leader", PASSWORD)
    store.add("hai", "unit_leader", PASSWORD, units=("cuc:Hải Phòng",))
    script = ROOT / "streamlit_app.py"
    with serving(script, "ui.serve", HOIKHO_HOME=str(home), HOIKHO_ROUTE="composed", HOIKHO_AUTH="local") as address:
        yield address


def run_sql(page: Page, app: str, sql: str) -> None:
    page.goto(f"{app}/sql")
    editor = page.locator(".cm-content")
    editor.wait_for(timeout=PATIENCE_MS)
    settle(page)
    editor.fill(sql)
    page.get_by_role("button", name="Chạy", exact=True).click()
    expect(page.locator(".hk-foot").first).to_be_visible(timeout=ANSWER_MS)
    settle(page)


def download(page: Page, label: str) -> bytes:
    page.get_by_role("button", name="Tải về").first.click()
    with page.expect_download(timeout=ANSWER_MS) as waiting:
        page.get_by_role("button", name=label).click()
    return Path(waiting.value.path()).read_bytes()


def test_two_hundred_thousand_rows_are_counted_and_taken_away_whole(page: Page, app: str) -> None:
    run_sql(page, app, f"SELECT ngay, nuoc, tri_gia_usd FROM xnk LIMIT {MANY}")
    page.get_by_role("tab", name="Bảng", exact=True).click()
    expect(page.locator(".hk-count").first).to_contain_text("200.000 dòng")
    expect(page.locator(".hk-count").first).to_contain_text("hiện 5.000 dòng đầu")
    assert page.get_by_role("table").first.locator("tbody tr").count() < 1000
    lines = download(page, "Bảng CSV").decode("utf-8-sig").splitlines()
    assert len(lines) == MANY + 1


SHAPES = {
    "âm": "SELECT chau_luc, SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) AS can_can "
    "FROM xnk WHERE nam = 2024 GROUP BY chau_luc",
    "một thanh": "SELECT chau_luc, SUM(tri_gia_usd) AS tong FROM xnk WHERE chau_luc = 'Châu Á' GROUP BY chau_luc",
    "toàn NULL": "SELECT chau_luc, CAST(NULL AS DOUBLE) AS tong FROM xnk GROUP BY chau_luc",
    "nhãn dài": f"SELECT CASE WHEN chieu = 'Xuất khẩu' THEN '{LONG}' ELSE '{HOSTILE}' END AS nhan, "
    "SUM(tri_gia_usd) AS tong FROM xnk GROUP BY 1",
    "một tháng": "SELECT nam, thang, SUM(tri_gia_usd) AS tong FROM xnk WHERE nam = 2024 AND thang = 3 GROUP BY 1, 2",
    "nhiều nhóm": "SELECT nuoc, chieu, SUM(tri_gia_usd) AS tong FROM xnk WHERE nam = 2024 GROUP BY 1, 2 LIMIT 60",
}


def test_results_of_every_odd_shape_are_shown_and_exported(page: Page, app: str) -> None:
    shown: dict[str, int] = {}
    for name, sql in SHAPES.items():
        run_sql(page, app, sql)
        assert page.locator(".hk-bad").count() == 0, name
        page.get_by_role("tab", name="Bảng", exact=True).click()
        table = page.get_by_role("table").first
        expect(table).to_be_visible(timeout=PATIENCE_MS)
        shown[name] = table.locator("tbody tr").count()
        wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth")
        assert wide <= 0, name
        if name == "nhãn dài":
            expect(table).to_contain_text(LONG)
            book = load_workbook(io.BytesIO(download(page, "Bảng Excel")))
            cells = {str(row[0].value): row[0] for row in book["Số liệu"].iter_rows(min_row=2)}
            assert set(cells) == {LONG, HOSTILE}
            assert cells[HOSTILE].data_type == "s"
    assert shown["một thanh"] == shown["một tháng"] == 1
    assert shown["nhiều nhóm"] == 60


def test_two_tabs_in_the_same_conversation_lose_nothing(context: BrowserContext, app: str) -> None:
    first = context.new_page()
    first.goto(app)
    ask(first, "Số tờ khai tháng 9/2025")
    first.wait_for_url("**/?c=*")
    second = context.new_page()
    second.goto(first.url)
    expect(second.get_by_role("heading", name="Số tờ khai tháng 9/2025", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    ask(second, "Nợ thuế tháng 10/2025")
    ask(first, "Số vụ vi phạm năm 2024")
    settle(first)
    for tab in (first, second):
        tab.reload()
        for text in ("Số vụ vi phạm năm 2024", "Nợ thuế tháng 10/2025", "Số tờ khai tháng 9/2025"):
            expect(tab.get_by_role("heading", name=text, exact=True)).to_be_visible(timeout=PATIENCE_MS)


def test_the_back_button_returns_to_the_conversation(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "Số tờ khai tháng 9/2025")
    page.wait_for_url("**/?c=*")
    address = page.url
    page.get_by_role("link", name="Lịch sử").click()
    expect(page.get_by_role("heading", name="Lịch sử câu hỏi")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Số tờ khai tháng 9/2025", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    assert page.url == address
    page.go_forward()
    expect(page.get_by_role("heading", name="Lịch sử câu hỏi")).to_be_visible(timeout=PATIENCE_MS)


def test_the_back_button_goes_where_the_person_came_from(page: Page, app: str) -> None:
    def shown(*questions: str) -> None:
        expect(page.locator("h2.hk-question")).to_have_text(list(questions), timeout=PATIENCE_MS)
        settle(page)

    begin = page.get_by_role("heading", name="Bạn muốn biết số liệu nào?")
    page.goto(app)
    ask(page, "Số tờ khai tháng 9/2025")
    page.wait_for_url("**/?c=*")
    ask(page, "Nợ thuế tháng 10/2025")
    shown("Nợ thuế tháng 10/2025", "Số tờ khai tháng 9/2025")
    page.go_back()
    expect(begin).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.go_forward()
    shown("Nợ thuế tháng 10/2025", "Số tờ khai tháng 9/2025")
    page.get_by_role("link", name="Lịch sử").click()
    expect(page.get_by_role("heading", name="Lịch sử câu hỏi")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.get_by_role("link", name="Hỏi", exact=True).click()
    shown("Nợ thuế tháng 10/2025", "Số tờ khai tháng 9/2025")
    page.get_by_role("button", name="Cuộc hỏi mới").click()
    expect(begin).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.go_back()
    shown("Nợ thuế tháng 10/2025", "Số tờ khai tháng 9/2025")


def test_a_paragraph_from_a_word_processor_is_one_question(page: Page, app: str) -> None:
    page.goto(app)
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for(timeout=PATIENCE_MS)
    settle(page)
    box.fill("\u201cS\u1ed1 t\u1edd khai\u201d\u00a0th\u00e1ng\u2009\r\n9/2025\u200b\u2026")
    box.press("Enter")
    expect(page.locator(".hk-tile-value").first).to_have_text(re.compile("tờ khai"), timeout=PATIENCE_MS)
    expect(page.locator("h2.hk-question").first).to_contain_text("“Số tờ khai” tháng 9/2025")


def signed_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(locale="vi-VN").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    return page


def test_a_link_shows_the_opener_what_the_opener_may_see(browser: Browser, guarded: str) -> None:
    question = "Số tờ khai tháng 9/2025"
    leader = signed_in(browser, guarded, "lan")
    ask(leader, question)
    expect(leader.locator(".hk-tile-value").first).to_be_visible(timeout=PATIENCE_MS)
    whole = leader.locator(".hk-tile-value").first.inner_text()
    settle(leader)
    leader.get_by_role("button", name="Liên kết").first.click()
    address = leader.locator("code", has_text="?a=").first.inner_text().strip()
    assert leader.get_by_role("link", name="SQL").count() == 0
    other = signed_in(browser, address, "hai")
    expect(other.get_by_role("heading", name=question)).to_be_visible(timeout=PATIENCE_MS)
    expect(other.locator(".hk-tile-value").first).to_be_visible(timeout=PATIENCE_MS)
    part = other.locator(".hk-tile-value").first.inner_text()
    assert part != whole
    assert int(re.sub(r"\D", "", part)) < int(re.sub(r"\D", "", whole))
    for opened in (leader, other):
        opened.context.close()
