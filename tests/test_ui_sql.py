"""The SQL page: parameters, layout, differences, tabs and drafts, completion, and what the editor sends."""

from __future__ import annotations

import pytest
from test_ui_pages import assistant as assistant
from test_ui_pages import button, labels, page, show_page
from ui_scripted import ScriptedAssistant, catalogue

import ui.session
from eval import approval
from eval.approval import Acceptance, Done
from nl2sql.types import Column, Result
from schema.approved import Addition
from ui import approvals, texts
from ui.components.sql_editor import Edited, completions, edited
from ui.sql_text import changes, filled, laid_out, literal, parameters, result_changes


def test_parameters_are_found_outside_texts_comments_and_casts() -> None:
    sql = "SELECT a::int, ':x' -- :y\nFROM t /* :z */ WHERE nam = :nam AND ten = :ten AND nam2 = :nam"
    assert parameters(sql) == ("nam", "ten")
    assert filled(sql, {"nam": "2024", "ten": "O'Neil"}).endswith(
        "WHERE nam = 2024 AND ten = 'O''Neil' AND nam2 = 2024"
    )


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("2024", "2024"),
        ("-1,5", "-1.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1.5", "1.5"),
        ("31/10/2025", "DATE '2025-10-31'"),
        ("31/02/2025", "'31/02/2025'"),
        ("Hải Phòng", "'Hải Phòng'"),
        ("x'; DROP TABLE t; --", "'x''; DROP TABLE t; --'"),
        ("", "''"),
    ],
)
def test_what_is_typed_becomes_a_literal(typed: str, wanted: str) -> None:
    assert literal(typed) == wanted


def test_layout_keeps_comments_and_refuses_what_cannot_be_parsed() -> None:
    assert laid_out("select a from t /* ghi chú */", "duckdb").startswith("SELECT\n  a\nFROM t")
    assert "ghi chú" in laid_out("select a from t /* ghi chú */", "duckdb")
    with pytest.raises(ValueError, match="parsed"):
        laid_out("SELECT FROM WHERE (", "duckdb")


def test_changes_disregard_layout() -> None:
    assert changes("select a from t", "SELECT a\nFROM t", "duckdb") == ()
    found = changes("SELECT a FROM t WHERE n = 1", "SELECT a FROM t WHERE n = 2", "duckdb")
    assert [(c.kind, c.text.strip()) for c in found if c.kind != " "] == [("-", "n = 1"), ("+", "n = 2")]


def result(*rows: tuple[object, ...], names: tuple[str, ...] = ("a", "b")) -> Result:
    return Result(tuple(Column(n, n, "number") for n in names), rows)


def test_what_an_edit_does_to_the_result_is_said() -> None:
    assert result_changes(result((1, 2.0)), result((1, 2.0 + 1e-12))) == "kết quả không đổi"
    assert result_changes(result((1, 2)), result((1, 3))) == "1 trên 1 dòng khác trước"
    assert result_changes(result((1, 2)), result((1, 2), (3, 4))) == "số dòng 1 → 2"
    assert result_changes(result((1, 2)), result((1,), names=("a",))) == "bớt cột b"
    assert result_changes(None, result((1, 2))) == ""


def test_completion_finds_names_measures_and_values_by_their_labels() -> None:
    found = completions(catalogue())
    assert ["xnk", "Xuất nhập khẩu hàng hóa", "class", "xnk"] in found
    assert ["nuoc", "Nước đối tác", "property", "nuoc"] in found
    assert ["Kim ngạch", "Xuất nhập khẩu hàng hóa · SUM(tri_gia_usd)", "method",
            "SUM(tri_gia_usd) AS kim_ngach"] in found  # fmt: skip
    assert ["'Hoa Kỳ'", "Nước đối tác (nuoc)", "constant", "'Hoa Kỳ'"] in found


def test_the_event_that_has_just_come_wins() -> None:
    assert edited({"text": "a", "part": "b"}, None, "old", None) == Edited("a", run=True, part="b")
    assert edited(None, {"text": "a"}, "old", None) == Edited("a", check=True)
    assert edited(None, None, "old", None) == Edited("old")
    assert edited(None, None, None, True) == Edited(None, broken=True)


def test_tabs_keep_their_text_and_their_drafts(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    app = show_page(monkeypatch, "sql")
    app.text_area[0].set_value("SELECT nuoc FROM xnk").run()
    next(b for b in app.button if b.key == "sql_add").click().run()
    assert app.text_area[0].value == ""
    again = show_page(monkeypatch, "sql")
    assert again.text_area[0].value == "SELECT nuoc FROM xnk"


def test_a_parameter_gets_a_field_and_its_value_runs(
    assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = show_page(monkeypatch, "sql")
    app.text_area[0].set_value("SELECT nuoc FROM xnk WHERE nam = :nam").run()
    app.text_input(key="sql_param_nam").set_value("2024").run()
    button(app, texts.SQL_RUN).click().run()
    assert assistant.asked[-1].text == "SELECT nuoc FROM xnk WHERE nam = 2024"


def test_a_query_is_saved_and_taken_up_again(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    app = show_page(monkeypatch, "sql")
    app.text_area[0].set_value("SELECT nuoc FROM xnk").run()
    app.text_input(key="sql_save_name").set_value("Theo nước").run()
    button(app, texts.SQL_SAVE).click().run()
    assert "Theo nước" in labels(app.run())


def test_a_query_is_put_forward_with_its_question(
    assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approvals, "may_approve", lambda: False)
    app = show_page(monkeypatch, "sql")
    app.text_area[0].set_value("SELECT nuoc FROM xnk").run()
    button(app, texts.SQL_RUN).click().run()
    field = next(item for item in app.text_input if item.label == texts.SQL_PROPOSE_QUESTION)
    send = next(b for b in app.button if b.key.startswith("propose_"))
    send.click().run()
    assert texts.SQL_PROPOSE_NEEDS in page(app)
    field.set_value("Các nước đối tác").run()
    next(b for b in app.button if b.key.startswith("propose_")).click().run()
    desk = ui.session.get_desk()
    (kept,) = desk.store.notes(None, "proposal")
    assert "Các nước đối tác" in kept.body
    assert "SELECT nuoc FROM xnk" in kept.body


def test_a_query_is_approved_and_watched_until_it_is_refused(
    assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Acceptance] = []

    def start(addition: Addition, *_: object, **__: object) -> Acceptance:
        begun.append(Acceptance(addition, "local", (Done(approval.CHECKING),), approval.GATE, 12, 60))
        return begun[-1]

    monkeypatch.setattr(approval, "start", start)
    app = show_page(monkeypatch, "sql")
    app.text_area[0].set_value("SELECT nuoc FROM xnk").run()
    button(app, texts.SQL_RUN).click().run()
    next(i for i in app.text_input if i.label == texts.SQL_PROPOSE_QUESTION).set_value("Các nước đối tác").run()
    button(app, texts.APPROVE).click().run()
    (made,) = begun
    assert made.addition == Addition("verified", "xnk", question="Các nước đối tác", sql="SELECT nuoc FROM xnk")
    assert "12/60 câu" in app.status[0].label
    made.refused = "Cổng phát hành nhanh không đạt: second"
    app.run()
    assert texts.APPROVE_REFUSED in page(app)
    assert "không đạt: second" in page(app)
