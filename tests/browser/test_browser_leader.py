"""What a leader touches daily, in a real browser: suggestions, questions asked back, chart kinds, nothing found."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from test_browser_journeys import app as app
from test_browser_question import PATIENCE_MS, ask, settle
from test_browser_question import browser as browser
from test_browser_question import context as context
from test_browser_question import page as page

pytestmark = pytest.mark.browser


def test_a_suggestion_is_asked_with_one_click_and_a_question_back_with_one_more(page: Page, app: str) -> None:
    page.goto(app)
    first = page.locator("[class*=st-key-suggestions_0] button").first
    expect(first).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    said = first.locator("p").inner_text()
    first.click()
    expect(page.get_by_role("heading", name=said, exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".hk-trust").first).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.get_by_role("button", name="Cuộc hỏi mới").click()
    expect(first).to_be_visible(timeout=PATIENCE_MS)
    ask(page, "Hải Phòng")
    options = page.locator("[class*=st-key-options_] button")
    expect(options.first).to_be_visible(timeout=PATIENCE_MS)
    assert 2 <= options.count() <= 3
    settle(page)
    options.first.click()
    expect(page.locator("h2.hk-question").first).to_contain_text("Hải Phòng", timeout=PATIENCE_MS)
    expect(page.locator(".hk-tile-value, .hk-headline").first).to_be_visible(timeout=PATIENCE_MS)


def test_another_kind_of_chart_keeps_what_was_asked(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "Kim ngạch xuất khẩu theo tháng năm 2024")
    chart = page.locator(".stVegaLiteChart svg").first
    expect(chart).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    assert chart.locator("path[aria-roledescription=bar]").count() == 0
    page.get_by_role("radio", name="Cột").first.click()
    expect(chart.locator("path[aria-roledescription=bar]")).to_have_count(12, timeout=PATIENCE_MS)
    settle(page)
    page.get_by_role("tab", name="Bảng", exact=True).first.click()
    expect(page.get_by_role("table").first.locator("tbody tr")).to_have_count(12, timeout=PATIENCE_MS)


def test_an_empty_answer_says_which_condition_and_drops_it(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "Kim ngạch xuất khẩu dầu thô sang Lào năm 2024")
    drop = page.get_by_role("button", name=re.compile("^Bỏ “"))
    expect(drop.first).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    drop.first.click()
    expect(page.locator(".hk-tile-value").first).to_be_visible(timeout=PATIENCE_MS)


def test_large_type_is_kept_and_paper_shows_the_answer_alone(page: Page, app: str) -> None:
    page.goto(app)
    ask(page, "Kim ngạch xuất khẩu theo châu lục năm 2024")
    chart = page.locator(".stVegaLiteChart svg").first
    expect(chart).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    size = "parseFloat(getComputedStyle(document.querySelector('h2.hk-question')).fontSize)"
    small = page.evaluate(size)
    page.get_by_role("button", name="Chữ lớn").click()
    expect(page.get_by_role("button", name="Chữ thường")).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(page.get_by_role("button", name="Chữ thường")).to_be_visible(timeout=PATIENCE_MS)
    expect(chart).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    assert page.evaluate(size) > small
    page.get_by_role("button", name="Chữ thường").click()
    expect(page.get_by_role("button", name="Chữ lớn")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.emulate_media(media="print")
    expect(chart).to_be_visible()
    expect(page.locator("h2.hk-question").first).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_hidden()
    expect(page.get_by_role("button", name="Tải về").first).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")
