"""axe-core over every page and every kind of card, light and dark, large and narrow; and the order of the focus.

axe-core (MPL-2.0) comes with ``axe-playwright-python``, a dependency of the tests alone: it is injected into the page
under test and is no part of what is shipped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from test_browser_journeys import app as app
from test_browser_question import PATIENCE_MS, ask, settle
from test_browser_question import browser as browser
from test_browser_question import context as context
from test_browser_question import page as page

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEIRS: Mapping[str, str] = {}
"""Rules that Streamlit itself breaks, each with the reason why it cannot be mended here; none today."""


def faults(page: Page) -> list[str]:
    """What axe-core finds wrong, a line for each element."""
    settle(page)
    if not page.evaluate("Boolean(window.axe)"):
        script = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        page.evaluate(script)
    options = {"runOnly": RULES, "resultTypes": ["violations"], "rules": {name: {"enabled": False} for name in THEIRS}}
    found: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    assert len(found["passes"]) > 20, "axe-core looked at nothing"
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]} – {node['failureSummary'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_has_no_fault(context: BrowserContext, app: str, scheme: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    found: list[str] = []
    for path in ("", "theo-doi", "lich-su", "sql", "danh-muc", "danh-gia", "quan-tri"):
        page.goto(f"{app}/{path}")
        expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE_MS)
        found += [f"/{path}: {fault}" for fault in faults(page)]
    assert found == [], "\n".join(found)


def test_every_kind_of_card_has_no_fault(context: BrowserContext, app: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark")
    found: list[str] = []
    for question in (
        "Số tờ khai tháng 9/2025",
        "5 thị trường nhập khẩu lớn nhất 6 tháng đầu năm 2025 so với cùng kỳ",
        "Kim ngạch xuất khẩu theo nhóm hàng và châu lục năm 2024",
        "Lương của cán bộ",
        "Số tờ khai năm 2030",
    ):
        page.goto(app)
        ask(page, question)
        found += [f"{question}: {fault}" for fault in faults(page)]
    assert found == [], "\n".join(found)


def test_what_opens_on_a_card_has_no_fault(page: Page, app: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app)
    ask(page, "10 thị trường xuất khẩu lớn nhất năm 2024")
    expect(page.locator(".stVegaLiteChart svg").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Chữ lớn").click()
    found = [f"phone, large: {fault}" for fault in faults(page)]
    for tab in ("Bảng", "Cách tính", "SQL"):
        page.get_by_role("tab", name=tab).first.click()
        found += [f"{tab}: {fault}" for fault in faults(page)]
    for name in ("Tải về", "Liên kết", "Trả lời chưa đúng"):
        page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
        found += [f"{name}: {fault}" for fault in faults(page)]
        page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Kỳ")).first.click()
    found += [f"chip: {fault}" for fault in faults(page)]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Chữ thường").click()
    assert found == [], "\n".join(found)


def test_the_focus_goes_through_a_card_in_the_order_in_which_it_is_read(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "10 thị trường xuất khẩu lớn nhất năm 2024")
    expect(page.locator(".stVegaLiteChart svg").first).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.get_by_test_id("stChatInputTextArea").focus()
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    order = [next(place for place, name in enumerate(seen) if wanted in name) for wanted in ORDER]
    assert order == sorted(order)


ORDER = ("Chỉ tiêu", "Kỳ", "+ Thêm", "Biểu đồ", "Thanh ngang", "So với cùng kỳ", "Ghim", "Tải về", "Liên kết")
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at ? (at.getAttribute('aria-label') || at.innerText || at.tagName) : '';
}"""
"""The name of what has the focus, inside a component too."""
