"""What a person does with answers and finds again: changed readings, pins, links, judgements, history, restarts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from test_ui_pages import ask, button, labels, page, run
from ui_scripted import LEADER, USER, ScriptedAssistant

import ui.session
from nl2sql.history.conversations import Store
from nl2sql.question import edit
from nl2sql.question.choices import whole
from ui import texts
from ui.html import md_escape
from ui.work import Desk

QUESTION = "Kim ngạch xuất khẩu năm 2024"


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
def desk(assistant: ScriptedAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A fresh desk over a store in a file; ``restart`` makes another over the same file."""
    made = Desk(assistant, inline=True, store=Store(tmp_path / "app.sqlite"))
    monkeypatch.setattr(ui.session, "make_desk", lambda: made)
    monkeypatch.delenv("HOIKHO_ROLE", raising=False)
    st.cache_resource.clear()
    yield made
    st.cache_resource.clear()


def restart(assistant: ScriptedAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """As after the machine was switched off and on."""
    made = Desk(assistant, inline=True, store=Store(tmp_path / "app.sqlite"))
    monkeypatch.setattr(ui.session, "make_desk", lambda: made)
    st.cache_resource.clear()
    return made


def show(name: str) -> AppTest:
    script = f"from ui import session\nfrom ui.pages import {name}\n{name}.show(session.get_desk())"
    app = AppTest.from_string(script, default_timeout=30).run()
    assert not app.exception
    return app


def address(app: AppTest) -> str:
    """The conversation in the page's address."""
    found = app.query_params["c"]
    return found[0] if isinstance(found, list) else found


def first_id(desk: Desk) -> str:
    return desk.store.history("local")[-1].id


def test_one_number_tells_its_change_and_trend(desk: Desk) -> None:
    shown = page(ask(run(), QUESTION))
    assert "▲ 14,1%" in shown
    assert "so với năm 2023" in shown
    assert shown.count("hk-bar-slot") == 5 + shown.count(".hk-bar-slot")


def test_a_next_step_is_asked_as_a_reading(desk: Desk, assistant: ScriptedAssistant) -> None:
    app = ask(run(), QUESTION)
    button(app, "So với cùng kỳ").click().run()
    (reading,) = assistant.readings
    assert reading.comparison is not None
    assert reading.comparison.base.start.year == 2023
    assert reading.text in page(app)
    assert [line.question for line in desk.store.history("local")] == [reading.text, QUESTION]


def test_a_changed_reading_takes_the_place_and_can_be_undone(desk: Desk, assistant: ScriptedAssistant) -> None:
    app = ask(run(), QUESTION)
    talk = desk.conversation(address(app), USER)
    first = talk.exchanges[0]
    assert first.answer is not None and first.answer.reading is not None
    as_of = desk.assistant.catalogue.as_of
    assert as_of is not None
    year = whole("year", as_of.replace(year=2023), as_of)
    changed = edit.with_periods(first.answer.reading, (year,), desk.assistant.catalogue)
    desk.ask_reading(talk, changed, user=USER, instead_of=first)
    assert [e.question.text for e in talk.exchanges] == [changed.text]
    assert [line.question for line in desk.store.history("local")] == [changed.text]
    app.run()
    button(app, texts.UNDO).click().run()
    assert talk.exchanges == [first]
    assert [line.question for line in desk.store.history("local")] == [QUESTION]


def test_an_empty_answer_offers_to_drop_a_condition(desk: Desk, assistant: ScriptedAssistant) -> None:
    app = ask(run(), "xuất sang sao hỏa")
    assert not any("Sao Hỏa" in label for label in labels(app))  # without a reading there is nothing to drop
    app = ask(run(), "rỗng có điều kiện")
    button(app, md_escape("Bỏ “Nước đối tác: Sao Hỏa”") + " → 12 dòng").click().run()
    assert len(assistant.readings) == 1


def test_a_pin_is_on_the_board_after_a_restart(
    desk: Desk, assistant: ScriptedAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ask(run(), QUESTION)
    button(app, texts.PIN).click().run()
    assert texts.PINNED in labels(app)
    restart(assistant, tmp_path, monkeypatch)
    board = show("board")
    assert QUESTION in page(board)
    assert "405,5" in page(board)
    assert len(assistant.reruns) == 1  # over the data of now
    board.run()
    assert len(assistant.reruns) == 1
    button(board, texts.BOARD_REFRESH).click().run()
    assert len(assistant.reruns) == 2
    board.session_state["board_at"] = 0.0  # it has been open for long
    board.run()
    assert len(assistant.reruns) == 3
    assert "tự tính lại" in page(board)


def test_an_empty_board_says_how_to_fill_it(desk: Desk) -> None:
    assert texts.BOARD_EMPTY in page(show("board"))


def test_a_conversation_survives_a_restart(
    desk: Desk, assistant: ScriptedAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = address(ask(run(), QUESTION))
    restart(assistant, tmp_path, monkeypatch)
    again = run(c=wanted)
    assert QUESTION in page(again)
    assert "405,5" in page(again)
    assert len(assistant.asked) == 1


def test_a_link_opens_the_answer_as_it_was_for_its_owner(desk: Desk, assistant: ScriptedAssistant) -> None:
    ask(run(), QUESTION)
    app = run(a=first_id(desk))
    assert QUESTION in page(app)
    assert len(assistant.asked) == 1
    button(app, texts.BACK_TO_ASK).click().run()
    assert texts.WELCOME in page(app)


def test_a_link_runs_again_under_the_role_of_whoever_opens_it(
    desk: Desk, assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(run(), QUESTION)
    monkeypatch.setattr(ui.session, "current_user", lambda: LEADER)
    run(a=first_id(desk))
    assert [*assistant.reruns, *(q.role for q in assistant.asked[1:])] == ["leader"]


def test_a_link_to_nothing_says_so(desk: Desk) -> None:
    assert texts.LINK_GONE in page(run(a="khong-co"))


def test_judgements_are_kept_with_their_correction(desk: Desk) -> None:
    app = ask(run(), QUESTION)
    name = first_id(desk)
    next(b for b in app.button if b.key == f"good_{name}").click().run()
    assert desk.store.feedback()[0].good
    app.text_area(key=f"said_{name}").set_value("phải tính bằng VND").run()
    next(b for b in app.button if b.key == f"bad_{name}").click().run()
    (kept,) = desk.store.feedback(bad_only=True)
    assert (kept.question, kept.said) == (QUESTION, "phải tính bằng VND")


def test_the_history_is_searched_and_forgets(desk: Desk) -> None:
    ask(ask(run(), QUESTION), "10 thị trường xuất khẩu lớn nhất")
    app = show("history")
    assert {QUESTION, "10 thị trường xuất khẩu lớn nhất"} <= set(labels(app))
    app.text_input[0].set_value("thi truong").run()
    assert QUESTION not in labels(app)
    next(b for b in app.button if b.key.startswith("forget_")).click().run()
    assert [line.question for line in desk.store.history("local")] == [QUESTION]


def test_what_others_asked_is_not_in_my_history(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(run(), QUESTION)
    monkeypatch.setattr(ui.session, "current_user", lambda: LEADER)
    assert texts.HISTORY_EMPTY in page(show("history"))


def test_large_type_is_kept(desk: Desk) -> None:
    app = run()
    button(app, texts.LARGER).click().run()
    assert "font-size:20px" in page(app)
    again = run()
    button(again, texts.SMALLER).click().run()
    assert "font-size:20px" not in page(again)
