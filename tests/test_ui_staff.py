"""The evaluator's, the administrator's and the catalogue keeper's pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_ui_pages import assistant as assistant
from test_ui_pages import labels, page
from ui_scripted import ScriptedAssistant

import ui.session
from eval import background
from eval.background import Job
from eval.gate import load_gate
from nl2sql.config import Settings
from nl2sql.history.audit import AuditLog, Entry
from schema.approved import Addition
from ui import approvals, nav, texts
from ui import texts_staff as staff
from ui.pages.admin import entry_fits
from ui.pages.evaluate import percent


def show(name: str) -> AppTest:
    script = f"from ui import session\nfrom ui.pages import {name}\n{name}.show(session.get_desk())"
    app = AppTest.from_string(script, default_timeout=60).run()
    assert not app.exception
    return app


def record(name: str, outcome: str, cause: str = "") -> dict[str, Any]:
    score = {"outcome": outcome, "cause": cause, "relaxed": outcome == "right", "note": "", "explanation": ""}
    return {
        "id": name, "question": f"Câu hỏi {name}", "turns": [], "category": "single", "subject": "xnk",
        "difficulty": "easy", "trust": "generated", "route": "composed", "tags": [], "score": score,
        "answer": {"status": "answered", "sql": f"SELECT '{name}'", "confidence": 0.9, "headline": ""},
        "golds": [{"sql": "SELECT 'vàng'", "rows": []}],
    }  # fmt: skip


def test_without_runs_the_page_says_how_to_make_one(assistant: ScriptedAssistant, settings: Settings) -> None:
    assert staff.EVAL_EMPTY in page(show("evaluate"))


def test_percentages_are_vietnamese() -> None:
    assert percent(0.9333) == "93,3%"


def entry(**body: object) -> Entry:
    return Entry(1, "2026-11-22T03:00:00+00:00", body, "", "")


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [("", True), ("NGUYEN kim ngach", True), ("2026-11-22", True), ("xnk", True), ("nợ thuế", False)],
)
def test_the_log_is_searched_without_diacritics(wanted: str, fits: bool) -> None:
    assert entry_fits(entry(user="nguyễn", question="Kim ngạch xuất khẩu", tables=["xnk"]), wanted) is fits


def test_the_administrator_sees_log_roles_and_opinions(assistant: ScriptedAssistant, settings: Settings) -> None:
    AuditLog(settings.home).append({"event": "question", "user": "an", "role": "leader", "question": "Nợ thuế?"})
    desk = ui.session.get_desk()
    desk.store.judge("an", "e1", good=False, said="phải là VND")
    app = show("admin")
    shown = page(app)
    assert "Nợ thuế?" in shown
    assert "Lãnh đạo toàn ngành" in shown
    assert "phải là VND" in shown
    app.text_input(key="audit_search").set_value("kim ngạch").run()
    assert "Nợ thuế?" not in page(app)
    app.button(key="audit_verify").click().run()
    assert staff.ADMIN_INTACT.format("1") in page(app)


def test_a_name_put_forward_reaches_the_administrator(
    assistant: ScriptedAssistant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approvals, "may_approve", lambda: False)
    app = show("glossary")
    app.text_input(key="propose_said").set_value("trị giá xuất nhập").run()
    app.button(key="propose_send").click().run()
    desk = ui.session.get_desk()
    (kept,) = desk.store.notes(None, "proposal")
    assert json.loads(kept.body)["name"] == "kim_ngach"
    admin = show("admin")
    assert any("trị giá xuất nhập" in item.label for item in admin.expander)
    begun: list[Addition] = []
    monkeypatch.setattr(approvals, "begin", lambda desk, addition: begun.append(addition))
    next(b for b in admin.button if b.label.startswith(texts.APPROVE)).click().run()
    assert begun == [Addition("word", "xnk", item="kim_ngach", said="trị giá xuất nhập")]
    next(b for b in admin.button if b.label == staff.ADMIN_DONE).click().run()
    assert desk.store.notes(None, "proposal") == ()


def test_a_name_that_is_taken_is_not_sent(assistant: ScriptedAssistant, settings: Settings) -> None:
    app = show("glossary")
    app.text_input(key="propose_said").set_value("Thị trường").run()
    app.button(key="propose_send").click().run()
    assert "Nước đối tác" in app.warning[0].value
    assert ui.session.get_desk().store.notes(None, "proposal") == ()


def test_a_run_shows_figures_misses_and_a_way_to_ask_again(
    assistant: ScriptedAssistant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eval import library
    from eval.report import figure

    items = [record("a1", "right"), record("a2", "wrong", "period"), record("a3", "wrong", "metric")]
    items.append({**record("a4", "wrong", "leak"), "question": "SELECT 1", "is_sql": True})
    info = library.RunInfo(Path("x.json"), "thử", "2026-11-22T03:00:00+00:00", "", "composed", "abc", "def",
                           figure("", items))  # fmt: skip
    monkeypatch.setattr(library, "list_runs", lambda: [info])
    monkeypatch.setattr(library, "load_run", lambda path: {"items": items, "spec": {"suite": "thử"}})
    app = show("evaluate")
    assert "25,0%" in page(app)
    assert "1/4" in page(app)
    misses = [item.label for item in app.expander if " · " in item.label]
    assert [m.split(" · ")[0] for m in misses] == ["a2", "a3", "a4"]
    assert "sai kỳ" in misses[0]
    app.button(key="replay_a4").click().run()
    assert app.session_state[nav.SQL_WANTED] == ("SELECT 1", "")
    app.text_input(key="eval_search").set_value("a3").run()
    assert [e.label.split(" · ")[0] for e in app.expander if " · " in e.label] == ["a3"]
    assert staff.EVAL_REPLAY in labels(app)
    app.button(key="replay_a3").click().run()
    assert app.session_state[nav.QUESTION_WANTED] == items[2]["question"]


def test_a_run_is_started_from_the_page_and_watched(
    assistant: ScriptedAssistant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, int]] = []

    def start(suite: str, settings: Settings, *, sample: int = 0) -> Job:
        started.append((suite, sample))
        return Job(suite, sample, total=60, done=12, right=11)

    monkeypatch.setattr(background, "start", start)
    app = show("evaluate")
    app.selectbox(key="eval_suite").select("first")
    next(b for b in app.button if b.label == staff.EVAL_START).click().run()
    assert not app.exception
    assert started == [("first", 0)]
    assert texts.STOP in labels(app)
    assert "12/60 câu · đúng 11" in staff.eval_progress("first", 12, 60, 11)


def test_the_gate_names_every_rule_and_what_has_not_been_run(assistant: ScriptedAssistant, settings: Settings) -> None:
    shown = page(show("evaluate"))
    assert shown.count(staff.EVAL_GATE_UNKNOWN) == len(load_gate())
