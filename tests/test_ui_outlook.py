"""The page for forecasts and warnings, and the first page's panel, over a small warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from outlook_warehouse import BILLION, FELL, LATE, build, usual
from streamlit.testing.v1 import AppTest

import ui.outlook_view
import ui.session
from nl2sql.config import Settings
from nl2sql.model.scripted import ScriptedModel
from nl2sql.outlook.chart import ACTUAL, AHEAD, forecast_chart
from nl2sql.outlook.link import continued, meant
from nl2sql.outlook.service import make_forecast
from nl2sql.outlook.table import as_answer, whole_table
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.policy import User, find_role, local_user
from ui import texts_outlook as said
from ui.charts import chart_file
from ui.export import csv_bytes
from ui.lookout import Lookout
from ui.work import Desk

PAGE = Path(__file__).parents[1] / "streamlit_app.py"
EVERYBODY = local_user()


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("trang dự báo")
    settings = replace(Settings(home=folder), db=f"duckdb:///{build(folder / 'kho.duckdb')}", route="composed")
    made = open_assistant(settings, model=ScriptedModel())
    yield made
    made.close()


@pytest.fixture
def desk(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    made = Desk(assistant, inline=True)
    monkeypatch.setattr(ui.session, "make_desk", lambda: made)
    monkeypatch.setattr(ui.outlook_view, "PATIENCE_S", 60.0)
    monkeypatch.delenv("HOIKHO_ROLE", raising=False)
    st.cache_resource.clear()
    yield made
    st.cache_resource.clear()


def opened(page: str = "", **params: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    for key, value in params.items():
        app.query_params[key.replace("_", "-")] = value
    app.run()
    if page:
        app.switch_page(page).run()
    assert not app.exception
    return app


def alone(desk: Desk, **params: str) -> AppTest:
    """The page by itself: AppTest knows no pages made of functions."""

    def script() -> None:
        from ui import session
        from ui.pages import outlook

        session.welcome()
        outlook.show(session.get_desk())

    app = AppTest.from_function(script, default_timeout=60)
    for key, value in params.items():
        app.query_params[key.replace("_", "-")] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def box(app: AppTest, label: str) -> Any:
    return next(item for item in app.selectbox if item.label == label)


def test_the_page_forecasts_and_says_that_it_does(desk: Desk) -> None:
    app = alone(desk)
    shown = html(app)
    assert said.IS_FORECAST in shown
    assert "dự báo 2 tháng còn lại" in shown and "trong khoảng" in shown
    assert "Sai số:" in shown and "mô phỏng" in shown
    assert "dự toán năm 2025" in shown
    assert "FROM thu_nsnn" in app.code[0].value


def test_a_link_fills_in_metric_and_scope(desk: Desk) -> None:
    app = alone(desk, chi_tieu="tien_do_thu.thu_thuc_hien", dieu_kien=f"cuc={LATE}")
    assert box(app, said.AREA).value == "tien_do_thu"
    assert box(app, said.MEMBER).value == LATE
    assert f"Cục hải quan: {LATE}" in html(app)
    box(app, said.MEMBER).set_value("Đà Nẵng").run()
    assert not app.exception
    assert "Cục hải quan: Đà Nẵng" in html(app)


def test_a_link_to_what_one_does_not_see_leads_nowhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    leader = User("lãnh đạo", find_role("unit_leader"), ("cuc:Đà Nẵng",))
    monkeypatch.setattr(ui.session, "current_user", lambda: leader)
    app = alone(desk, chi_tieu="thu_nsnn.so_thu", dieu_kien=f"cuc={FELL}")
    assert box(app, said.MEMBER).options == ["Đà Nẵng"]
    assert FELL not in html(app)


def test_alerts_stand_on_their_tab_with_reason_and_question(desk: Desk) -> None:
    app = alone(desk)
    shown = html(app)
    assert f"Cục {FELL}: số thu ngân sách tháng 10/2025" in shown
    assert "Vì sao: " in shown
    assert [b.label for b in app.button].count(said.ASK_BEHIND) == 2
    assert [b.label for b in app.button].count(said.FORECAST_IT) == 1  # no forecast of a ratio


def test_the_first_page_shows_alerts_and_asks_behind_them(desk: Desk) -> None:
    app = opened()
    assert said.PANEL in html(app) and FELL in html(app)
    next(b for b in app.button if b.label == said.ASK_BEHIND).click().run()
    assert not app.exception
    assert f"Số thu ngân sách của cục {FELL} theo tháng" in html(app)


def test_a_question_about_the_future_stays_unanswered_and_offers_the_page(desk: Desk) -> None:
    app = opened()
    app.chat_input[0].set_value(f"Dự báo thu ngân sách cục {FELL} năm 2026").run()
    assert not app.exception
    assert said.SEE_FORECAST in [b.label for b in app.button]


@pytest.mark.parametrize(
    ("question", "metric", "conditions"),
    [
        (f"Dự báo thu ngân sách cục {FELL} năm 2026", "thu_nsnn.so_thu", [f"cuc = '{FELL}'"]),
        ("du bao so to khai thang 12/2025", "to_khai.so_luong_to_khai", []),
        ("Cục Lạng Sơn cả năm có đạt dự toán không?", "tien_do_thu.thu_thuc_hien", [f"cuc = '{LATE}'"]),
        ("Kim ngạch xuất khẩu tháng 1/2027", "xnk.kim_ngach", ["chieu = 'Xuất khẩu'"]),
    ],
)
def test_what_a_question_about_the_future_means(
    assistant: Assistant, question: str, metric: str, conditions: list[str]
) -> None:
    found = meant(question, assistant, EVERYBODY)
    assert found is not None
    assert (found[0], [c.sql for c in found[1]]) == (metric, conditions)


@pytest.mark.parametrize(
    ("question", "metric", "conditions"),
    [
        ("Thu ngân sách theo tháng năm 2025", "thu_nsnn.so_thu", []),
        ("Cục Lạng Sơn năm nay đạt bao nhiêu phần trăm dự toán", "tien_do_thu.thu_thuc_hien", [f"cuc = '{LATE}'"]),
        ("Thu ngân sách theo tháng năm 2023", None, []),
        ("Thu ngân sách của từng cục năm 2025", None, []),
        ("Tỷ lệ luồng đỏ theo tháng năm 2025", None, []),
        ("Số vụ vi phạm năm 2025", None, []),
    ],
)
def test_an_answer_that_reaches_the_last_day_can_be_carried_on(
    assistant: Assistant, question: str, metric: str | None, conditions: list[str]
) -> None:
    found = continued(assistant.read(question, user=EVERYBODY), assistant.catalogue)
    assert (found and found[0]) == metric
    assert [c.sql for c in found[1]] == conditions if found else conditions == []


def test_the_chart_keeps_actual_and_forecast_apart(assistant: Assistant) -> None:
    spec = forecast_chart(make_forecast(assistant, EVERYBODY, "thu_nsnn.so_thu", "cuc=Đà Nẵng"))
    rows = [row for row in spec["data"]["values"] if not row.get("j")]
    actual = {row["x"] for row in rows if row["s"] == ACTUAL}
    ahead = {row["x"] for row in rows if row["s"] == AHEAD}
    assert len(actual) == 36 and len(ahead) == 14 and not actual & ahead
    assert all(row["low"] <= row["y"] <= row["high"] for row in rows if row["s"] == AHEAD)
    assert b"<svg" in chart_file(spec, "svg")


def test_files_say_of_each_row_what_it_is(assistant: Assistant) -> None:
    found = make_forecast(assistant, EVERYBODY, "thu_nsnn.so_thu", "cuc=Đà Nẵng")
    lines = csv_bytes(whole_table(found)).decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"Tháng 1/2018;{ACTUAL};{usual(0, 2) * BILLION}")
    assert lines[95].startswith(f"Tháng 11/2025;{AHEAD};")
    assert "mô phỏng" in as_answer(found).explanation


def test_what_is_kept_belongs_to_one_person(assistant: Assistant) -> None:
    keeper = Lookout(assistant)
    everything = keeper.alerts(EVERYBODY, patience_s=60)
    own = keeper.alerts(User("lãnh đạo", find_role("unit_leader"), (f"cuc:{FELL}",)), patience_s=60)
    assert everything is not None and own is not None
    assert {a.scope.values[0] for a in everything.items} == {FELL, LATE}
    assert {a.scope.values[0] for a in own.items} == {FELL}
    assert keeper.alerts(EVERYBODY) is everything
