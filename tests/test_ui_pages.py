"""The pages, run by Streamlit's AppTest over the scripted assistant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from ui_scripted import LEADER, SUGGESTIONS, USER, ScriptedAssistant

import ui.session
from nl2sql.errors import ModelError
from ui import texts
from ui.work import Desk

APP = Path(__file__).parents[1] / "streamlit_app.py"


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAssistant]:
    """A scripted assistant behind a fresh desk."""
    scripted = ScriptedAssistant()
    desk = Desk(scripted, max_question=1000, inline=True)
    monkeypatch.setattr(ui.session, "make_desk", lambda: desk)
    monkeypatch.delenv("HOIKHO_ROLE", raising=False)
    st.cache_resource.clear()
    yield scripted
    st.cache_resource.clear()


def run(**params: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def ask(app: AppTest, text: str) -> AppTest:
    app.chat_input[0].set_value(text).run()
    assert not app.exception
    return app


def page(app: AppTest) -> str:
    """All HTML and markdown of the page."""
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def component(app: AppTest, name: str) -> dict[str, Any]:
    """Data of the first component of that name."""
    found = next(e.proto for e in app.get("bidi_component") if e.proto.component_name.endswith(name))
    data: dict[str, Any] = json.loads(found.json)
    return data


def button(app: AppTest, label: str) -> Any:
    return next(item for item in app.button if item.label == label)


def labels(app: AppTest) -> list[str]:
    return [item.label for item in app.button]


def test_the_first_page_says_what_the_data_is_and_offers_questions(assistant: ScriptedAssistant) -> None:
    app = run()
    assert texts.SYNTHETIC in page(app)
    assert "Dữ liệu đến 31/10/2025" in page(app)
    assert labels(app) == [texts.LARGER, "Kim ngạch 10 tháng đầu năm 2025 so với cùng kỳ", *SUGGESTIONS]
    assert assistant.asked == []


def test_a_question_is_answered_with_reading_number_and_sql(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "Kim ngạch xuất khẩu năm 2024")
    shown = page(app)
    assert "405.532.123.456,5" in shown or "405,53" in shown or "405,5" in shown
    assert component(app, "hoikho_chips")["lead"] == "Tôi hiểu câu hỏi là"
    assert "Đã kiểm duyệt" in shown
    assert "FROM xnk" in app.code[0].value
    assert [tab.label for tab in app.tabs] == ["Cách tính", "Bảng", "SQL"]


def test_an_answer_with_a_chart_shows_it_first(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "Kim ngạch nhập khẩu theo tháng năm 2025")
    assert [tab.label for tab in app.tabs] == ["Biểu đồ", "Bảng", "Cách tính", "SQL"]
    assert len(app.get("vega_lite_chart")) == 1
    assert "Cần xem lại" in page(app)
    assert "Tháng 10/2025 mới có số liệu" in page(app)


def test_a_result_cut_short_says_so(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "10 thị trường xuất khẩu lớn nhất")
    assert "còn nữa" in page(app)


def test_a_suggestion_is_asked_when_clicked(assistant: ScriptedAssistant) -> None:
    app = run()
    button(app, SUGGESTIONS[1]).click().run()
    assert [q.text for q in assistant.asked] == [SUGGESTIONS[1]]
    assert "Hoa Kỳ dẫn đầu" in page(app)


def test_follow_up_turns_are_passed(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "Kim ngạch xuất khẩu năm 2024")
    ask(app, "còn theo tháng thì sao?")
    assert assistant.asked[-1].turns == ("Kim ngạch xuất khẩu năm 2024",)


def test_the_newest_answer_stands_first(assistant: ScriptedAssistant) -> None:
    app = ask(ask(run(), "Kim ngạch xuất khẩu năm 2024"), "còn theo tháng thì sao?")
    shown = page(app)
    assert shown.index("còn theo tháng thì sao?") < shown.index("Kim ngạch xuất khẩu năm 2024")


def test_a_clarification_offers_buttons_that_ask_the_whole_question(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "câu mơ hồ")
    assert "Bạn muốn chia theo cách nào?" in page(app)
    button(app, "Theo cửa khẩu").click().run()
    assert assistant.asked[-1].text == "Kim ngạch nhập khẩu theo cửa khẩu năm 2024"
    assert assistant.asked[-1].turns == ()


def test_a_refusal_says_why_and_what_to_do(assistant: ScriptedAssistant) -> None:
    shown = page(ask(run(), "lương cán bộ"))
    assert "Kho không có số liệu về lương." in shown
    assert texts.REFUSAL_ACTIONS["absent"] in shown


def test_no_data_is_not_an_error(assistant: ScriptedAssistant) -> None:
    shown = page(ask(run(), "xuất sang sao hỏa"))
    assert texts.NO_DATA_TITLE in shown
    assert "Sao Hỏa" in shown
    assert texts.ERROR_TITLE not in shown


def test_an_error_shows_its_message_and_can_be_asked_again(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "hỏng")
    assert "Truy vấn chạy quá 30 giây." in page(app)
    button(app, texts.ASK_AGAIN).click().run()
    assert [q.text for q in assistant.asked] == ["hỏng", "hỏng"]


def test_a_long_question_is_turned_away_with_its_length(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "ký tự " * 833 + "xx")
    assert "5.000" in page(app)
    assert "1.000" in page(app)
    assert assistant.asked == []
    ask(app, "Kim ngạch xuất khẩu năm 2024")
    assert "5.000" not in page(app)


def test_only_emoji_is_turned_away(assistant: ScriptedAssistant) -> None:
    assert texts.EMPTY_QUESTION in page(ask(run(), "😀😀"))
    assert assistant.asked == []


def test_markup_of_others_is_shown_and_never_run(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "<script>alert(1)</script> mã độc")
    shown = page(app)
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown
    assert "&lt;img" in shown


def test_a_conversation_is_found_again_after_a_reload(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "Kim ngạch xuất khẩu năm 2024")
    address = app.query_params["c"]
    again = run(c=address[0] if isinstance(address, list) else address)
    assert "Kim ngạch xuất khẩu năm 2024" in page(again)
    assert len(assistant.asked) == 1


def test_two_browsers_do_not_see_each_other(assistant: ScriptedAssistant) -> None:
    first, second = run(), run()
    ask(first, "Kim ngạch xuất khẩu năm 2024")
    ask(second, "10 thị trường xuất khẩu lớn nhất")
    assert "Hoa Kỳ dẫn đầu" not in page(first.run())
    assert "405" not in page(second.run())


def test_a_new_conversation_is_empty(assistant: ScriptedAssistant) -> None:
    app = ask(run(), "Kim ngạch xuất khẩu năm 2024")
    button(app, texts.NEW_CONVERSATION).click().run()
    assert texts.WELCOME in page(app)
    assert "c" not in app.query_params


def test_older_answers_fold_and_open_again(assistant: ScriptedAssistant) -> None:
    app = run()
    for year in range(2020, 2025):
        ask(app, f"Kim ngạch xuất khẩu năm {year}")
    assert "Kim ngạch xuất khẩu năm 2020" not in page(app)
    button(app, "Kim ngạch xuất khẩu năm 2020").click().run()
    assert "Kim ngạch xuất khẩu năm 2020" in page(app)


def test_a_model_that_is_missing_is_a_calm_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Desk:
        raise ModelError("Chưa có tệp mô hình.", action="Hãy chạy “hoikho setup”.")

    monkeypatch.setattr(ui.session, "make_desk", missing)
    st.cache_resource.clear()
    app = run()
    assert "Chưa có tệp mô hình." in page(app)
    assert "hoikho setup" in page(app)
    assert labels(app) == [texts.RETRY]


def show_page(monkeypatch: pytest.MonkeyPatch, name: str) -> AppTest:
    """AppTest knows no pages made of functions: a small script shows the page itself."""
    script = f"from ui import session\nfrom ui.pages import {name}\ndesk = session.get_desk()\n"
    script += f"{name}.show(desk)"
    app = AppTest.from_string(script, default_timeout=30)
    # No browser runs here: what it shows where the editor cannot be loaded is what is tested.
    app.session_state["sql_broken"] = True
    app.run()
    assert not app.exception
    return app


def test_own_sql_runs_through_the_same_door(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    app = show_page(monkeypatch, "sql")
    app.text_area[0].set_value("SELECT nuoc FROM xnk")
    button(app, texts.SQL_RUN).click().run()
    assert assistant.asked[0].text == "SELECT nuoc FROM xnk"
    assert app.code[0].value.startswith("SELECT")
    app.text_area[0].set_value("SELECT lỗi")
    button(app, texts.SQL_RUN).click().run()
    assert "Truy vấn chạy quá 30 giây." in page(app)


def test_empty_sql_is_turned_away(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    app = show_page(monkeypatch, "sql")
    button(app, texts.SQL_RUN).click().run()
    assert texts.EMPTY_SQL in page(app)
    assert assistant.asked == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("", True), ("kim ngach", True), ("TRỊ GIÁ", True), ("thị trường", True), ("không có đâu", False)],
)
def test_the_dictionary_is_searched_without_diacritics(
    assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch, wanted: str, found: bool
) -> None:
    app = show_page(monkeypatch, "glossary")
    app.text_input[0].set_value(wanted).run()
    assert any("Xuất nhập khẩu hàng hóa" in item.label for item in app.expander) is found
    assert (texts.GLOSSARY_NOTHING in page(app)) is not found


def test_pages_are_those_of_the_role(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    monkeypatch.setattr(ui.session, "user", lambda: LEADER)
    assert not ui.session.may_open("sql")
    assert not ui.session.may_open("admin")
    assert ui.session.may_open("dashboard")
    monkeypatch.setattr(ui.session, "user", lambda: USER)
    assert ui.session.may_open("sql")
    assert not ui.session.may_open("eval")


def test_the_note_on_simulated_data_is_said_once(assistant: ScriptedAssistant) -> None:
    shown = page(ask(run(), "lưu ý kép năm 2024"))
    assert shown.count("mô phỏng") == 1
