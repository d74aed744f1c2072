"""What each person does in the app, in headless Chromium over the demo warehouse; no model is asked.

``HOIKHO_SHOTS=1`` writes the pictures of ``docs/images`` anew; otherwise the page is compared with them, loosely: the
layout must be the one that the documents show.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import BrowserContext, Page, expect
from test_browser_question import PATIENCE_MS, ROOT, ask, serving, settle
from test_browser_question import browser as browser
from test_browser_question import context as context
from test_browser_question import page as page

pytestmark = pytest.mark.browser

IMAGES = ROOT / "docs" / "images"
ALIKE = 14.0
"""Mean difference of two pictures, in shades of 255, under which the layout counts as the same."""


@pytest.fixture(scope="module")
def app(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the demo warehouse with a state of its own; questions are answered without the model."""
    home = tmp_path_factory.mktemp("home")
    (home / "warehouse").mkdir()
    (home / "warehouse" / "demo.duckdb").symlink_to(demo_warehouse)
    script = ROOT / "streamlit_app.py"
    with serving(script, "ui.serve", HOIKHO_HOME=str(home), HOIKHO_ROUTE="composed", HOIKHO_AUTH="single") as address:
        yield address


def keep(page: Page, name: str) -> None:
    """Keep the picture for the documents, or compare with it."""
    settle(page)
    page.mouse.move(2, 2)
    taken = page.screenshot(animations="disabled")
    file = IMAGES / f"{name}.png"
    if os.environ.get("HOIKHO_SHOTS"):
        file.write_bytes(taken)
        return
    small = (96, 96)
    now = Image.open(io.BytesIO(taken)).convert("RGB").resize(small)
    then = Image.open(file).convert("RGB").resize(small)
    difference = sum(ImageStat.Stat(ImageChops.difference(now, then)).mean) / 3
    assert difference < ALIKE, f"{name}: {difference:.1f}"


def chip(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(rf"^{name}")).first.click()


def test_a_leader_asks_changes_follows_and_pins(page: Page, app: str) -> None:
    page.goto(app)
    expect(page.get_by_role("heading", name="Bạn muốn biết số liệu nào?")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="Cần chú ý")).to_be_visible(timeout=PATIENCE_MS)
    keep(page, "trang-hoi")
    ask(page, "Số tờ khai tháng 9/2025")
    expect(page.get_by_text("so với tháng 9/2024")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".hk-bar-slot")).to_have_count(13)
    number = page.locator(".hk-tile-value").first.inner_text()
    keep(page, "mot-con-so")

    chip(page, "Kỳ")
    page.get_by_role("menuitem", name="Tháng 8/2025").click()
    expect(page.locator(".hk-tile-name").first).to_contain_text("tháng 8/2025", timeout=PATIENCE_MS)
    assert page.locator(".hk-tile-value").first.inner_text() != number
    page.get_by_role("button", name="Trở lại cách hiểu trước").click()
    same = re.compile(re.escape(number.split()[0]))
    expect(page.locator(".hk-tile-value").first).to_have_text(same, timeout=PATIENCE_MS)

    settle(page)
    page.get_by_role("button", name="Chia theo luồng").first.click()
    expect(page.locator(".stVegaLiteChart svg").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Ghim").first.click()
    expect(page.get_by_role("button", name="Đã ghim").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Bảng theo dõi").click()
    expect(page.locator(".hk-tile-title")).to_contain_text("theo luồng", timeout=PATIENCE_MS)
    page.reload()
    expect(page.locator(".hk-tile-title")).to_contain_text("theo luồng", timeout=PATIENCE_MS)


def test_a_bar_that_is_clicked_is_taken_apart(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "Kim ngạch xuất khẩu theo châu lục năm 2024")
    bar = page.locator(".stVegaLiteChart path[aria-roledescription=bar]").first
    expect(bar).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    bar.click()
    member = page.locator(".hk-drill-member")
    expect(member).to_be_visible(timeout=PATIENCE_MS)
    name = member.inner_text()
    settle(page)
    page.locator("[class*=st-key-drill_]").get_by_role("button", name="Theo tháng").click()
    expect(page.locator("h2.hk-question").first).to_contain_text("theo tháng", timeout=PATIENCE_MS)
    expect(page.locator("h2.hk-question").first).to_contain_text(name)


def test_a_period_is_typed_into_its_chip_with_the_keyboard(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "Kim ngạch xuất khẩu năm 2024")
    expect(page.get_by_text("so với năm 2023")).to_be_visible(timeout=PATIENCE_MS)
    button = page.get_by_role("button", name=re.compile("^Kỳ")).first
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("quý 2 năm 2023")
    page.keyboard.press("Enter")
    expect(page.locator(".hk-tile-name").first).to_contain_text("quý II/2023", timeout=PATIENCE_MS)


def test_ranking_chart_kinds_and_downloads(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "10 thị trường xuất khẩu lớn nhất năm 2024")
    expect(page.locator(".stVegaLiteChart svg").first).to_be_visible(timeout=PATIENCE_MS)
    keep(page, "thi-truong")
    page.get_by_role("button", name="Tải về").click()
    for label, head in (("Biểu đồ PNG", b"\x89PNG"), ("Bảng Excel", b"PK"), ("Biểu đồ PDF", b"%PDF")):
        with page.expect_download(timeout=PATIENCE_MS) as waiting:
            page.get_by_role("button", name=label).click()
        assert Path(waiting.value.path()).read_bytes().startswith(head)


def test_a_comparison_and_its_board(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "5 thị trường nhập khẩu lớn nhất 6 tháng đầu năm 2025 so với cùng kỳ")
    expect(page.locator(".stVegaLiteChart svg").first).to_be_visible(timeout=PATIENCE_MS)
    keep(page, "so-sanh")
    page.get_by_role("button", name="Ghim").first.click()
    expect(page.get_by_role("button", name="Đã ghim").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Bảng theo dõi").click()
    expect(page.locator(".st-key-board .stVegaLiteChart svg").last).to_be_visible(timeout=PATIENCE_MS)
    keep(page, "bang-theo-doi")


def test_a_link_opens_the_answer_in_another_browser(context: BrowserContext, app: str) -> None:
    first = context.new_page()
    first.goto(app)
    ask(first, "Nợ thuế tháng 10/2025")
    first.get_by_role("button", name="Liên kết").first.click()
    address = first.locator("code", has_text="?a=").first.inner_text().strip()
    second = context.new_page()
    second.goto(address)
    expect(second.get_by_role("heading", name="Nợ thuế tháng 10/2025")).to_be_visible(timeout=PATIENCE_MS)
    expect(second.locator(".hk-tile-value").first).to_be_visible()


def test_an_analyst_changes_the_sql_of_an_answer(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "Kim ngạch xuất khẩu theo châu lục năm 2024")
    page.get_by_role("tab", name="SQL").first.click()
    page.get_by_role("button", name="Sửa SQL").first.click()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text("chau_luc", timeout=PATIENCE_MS)
    text = editor.inner_text().replace("2024", "2023")
    editor.fill(text)
    page.get_by_role("button", name="Chạy", exact=True).click()
    expect(page.get_by_text(re.compile("So với câu trả lời ban đầu"))).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".hk-diff-in")).to_contain_text("2023")
    keep(page, "trang-sql")
    editor.fill("SELECT sai FROM xnk")
    expect(page.locator(".cm-lintRange-error")).to_have_text("sai", timeout=PATIENCE_MS)


def test_names_are_completed_by_what_people_call_them(page: Page, app: str) -> None:
    page.goto(f"{app}/sql")
    editor = page.locator(".cm-content")
    editor.click(timeout=PATIENCE_MS)
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT kim ngach")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("SUM(tri_gia_usd)", timeout=PATIENCE_MS)


@pytest.mark.parametrize("path", ["", "theo-doi", "lich-su", "sql", "danh-muc", "danh-gia", "quan-tri"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_and_used_by_everybody(
    context: BrowserContext, app: str, path: str, scheme: str
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{app}/{path}")
    expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.wait_for_function("document.documentElement.lang === 'vi'", timeout=PATIENCE_MS)
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(FAINT) == []


NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, textarea, [role=tab]')]
  .filter((e) => e.offsetParent !== null && !e.closest('[aria-hidden=true]'))
  .filter((e) => !(e.textContent.replace(/\\w+ icon\\w*/g, '').trim()
    || e.getAttribute('aria-label') || e.title || e.placeholder
    || e.labels?.[0]?.innerText || e.querySelector('img[alt]')?.alt
    || document.getElementById(e.getAttribute('aria-labelledby'))?.innerText))
  .map((e) => e.outerHTML.slice(0, 200))"""
"""Things to click or fill without a name that a screen reader could say."""

FAINT = """() => {
  const parse = (text) => {
    const [r, g, b, a] = text.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a ?? 1];
  };
  const channel = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour.startsWith('rgb') && parse(colour)[3] > 0.9) return parse(colour);
    }
    return [255, 255, 255, 1];
  };
  const found = new Set();
  for (const e of document.querySelectorAll('.stMain *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim());
    const left = 'svg, button:disabled, .cm-editor, [data-testid=stIconMaterial]';
    if (!own || e.offsetParent === null || e.closest(left)) continue;
    const style = getComputedStyle(e);
    if (!style.color.startsWith('rgb') || parse(style.color)[3] < 0.9 || style.visibility === 'hidden') continue;
    const [a, b] = [light(parse(style.color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const big = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    if (ratio < (big ? 3 : 4.5)) found.add(`${e.innerText.slice(0, 40)} ${ratio.toFixed(2)} ${style.color}`);
  }
  return [...found];
}"""
"""Texts whose contrast against their ground is under WCAG AA."""


def test_the_question_box_is_reached_by_the_keyboard(page: Page, app: str) -> None:
    page.goto(app)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=PATIENCE_MS)
    settle(page)
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_a_phone_shows_the_answer_without_scrolling_sideways(context: BrowserContext, app: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app)
    ask(page, "Số tờ khai tháng 9/2025")
    expect(page.get_by_text("so với tháng 9/2024")).to_be_visible(timeout=PATIENCE_MS)
    keep(page, "dien-thoai")
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390


def test_dark_is_kept(context: BrowserContext, app: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark")
    page.goto(app)
    ask(page, "Kim ngạch xuất khẩu theo tháng năm 2025")
    expect(page.locator(".stVegaLiteChart svg").first).to_be_visible(timeout=PATIENCE_MS)
    keep(page, "nen-toi")


def test_a_leader_is_warned_looks_behind_it_and_ahead(page: Page, app: str) -> None:
    page.goto(app)
    panel = page.locator(".st-key-alert_panel")
    expect(panel.locator(".hk-alert")).to_have_count(3, timeout=PATIENCE_MS)
    panel.get_by_role("button", name="Xem số liệu").first.click()
    expect(page.locator(".hk-question").first).to_contain_text("theo tháng", timeout=PATIENCE_MS)
    ask(page, "Dự báo kim ngạch xuất khẩu sang Mỹ năm 2026")
    page.get_by_role("button", name="Xem trang dự báo").click()
    expect(page.get_by_text("dự báo 2 tháng còn lại")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Nước đối tác: Hoa Kỳ:")).to_be_visible(timeout=PATIENCE_MS)
    chart = page.locator(".stVegaLiteChart svg")
    expect(chart).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.get_by_role("tab", name="Cảnh báo").click()
    expect(page.get_by_text("Vì sao:").first).to_be_visible(timeout=PATIENCE_MS)
