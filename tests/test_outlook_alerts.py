"""Series, plans and alerts over a small warehouse: through the door, by role, with planted anomalies."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from outlook_warehouse import BILLION, FELL, LATE, ROSE, build, usual

from nl2sql.cli import main
from nl2sql.config import Settings
from nl2sql.history.audit import AuditLog
from nl2sql.model.scripted import ScriptedModel
from nl2sql.outlook.alerts import benjamini_hochberg, find_alerts
from nl2sql.outlook.series import fetch, find_metric, find_scope
from nl2sql.outlook.service import make_forecast, parse_month
from nl2sql.outlook.types import Alerts, Month, OutlookError
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.policy import User, find_role, local_user
from schema.errors import CatalogueError
from schema.loading import load_catalogue
from schema.outlook import read_outlook
from schema.yamlnodes import read_yaml

EVERYBODY = local_user()


def opened(path: Path, home: Path) -> Assistant:
    settings = replace(Settings(home=home), db=f"duckdb:///{path}", route="composed")
    return open_assistant(settings, model=ScriptedModel())


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("kho nhìn trước") / "kho.duckdb")


@pytest.fixture(scope="module")
def assistant(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    made = opened(planted, tmp_path_factory.mktemp("nhà nhìn trước"))
    yield made
    made.close()


def leader_of(unit: str) -> User:
    return User("lãnh đạo", find_role("unit_leader"), (f"cuc:{unit}",))


def test_a_series_is_the_governed_metric_by_month(assistant: Assistant) -> None:
    view, metric, told = find_metric("thu_nsnn.so_thu", assistant, EVERYBODY)
    scope = find_scope("cục Đà Nẵng", view, metric, assistant, EVERYBODY)
    found = fetch(assistant, EVERYBODY, view, metric, (*told, *scope))
    assert (found.first, found.last, len(found.values)) == (Month(2018, 1), Month(2025, 10), 94)
    assert found.values[0] == usual(0, 2) * BILLION
    assert found.open_month is None
    assert "cuc = 'Đà Nẵng'" in found.sql


@pytest.mark.parametrize("words", ["số thu ngân sách", "thu_nsnn.so_thu", "so_thu"])
def test_a_metric_may_be_named_in_several_ways(assistant: Assistant, words: str) -> None:
    view, metric, told = find_metric(words, assistant, EVERYBODY)
    assert (view.name, metric.name, told) == ("thu_nsnn", "so_thu", ())


def test_a_direction_in_the_name_stays_a_condition(assistant: Assistant) -> None:
    _, metric, told = find_metric("kim ngạch xuất khẩu", assistant, EVERYBODY)
    assert metric.name == "kim_ngach"
    assert [f.sql for f in told] == ["chieu = 'Xuất khẩu'"]


@pytest.mark.parametrize(
    ("metric", "scope", "code"),
    [
        ("to_khai.ty_le_luong_do", "", "ratio"),
        ("tien_do_thu.du_toan_giao", "", "yearly"),
        ("bieu_thue.so_dong_thue", "", "month"),
        ("số thu ngân sách năm 2024", "", "metric"),
        ("số con mèo", "", "metric"),
        ("thu_nsnn.so_thu", "phòng họp số 5", "scope"),
        ("vi_pham.so_vu", "", "data"),
    ],
)
def test_no_forecast_without_an_honest_series(assistant: Assistant, metric: str, scope: str, code: str) -> None:
    with pytest.raises(OutlookError) as caught:
        make_forecast(assistant, EVERYBODY, metric, scope)
    assert caught.value.code == code


def test_gaps_are_not_filled(planted: Path, tmp_path: Path) -> None:
    broken = tmp_path / "hở.duckdb"
    broken.write_bytes(planted.read_bytes())
    with duckdb.connect(str(broken)) as db:
        db.execute(
            "DELETE FROM thu_nsnn WHERE nam = 2024 AND thang = 3 OR (cuc = 'Cần Thơ' AND nam = 2025 AND thang = 10)"
        )
    made = opened(broken, tmp_path)
    try:
        with pytest.raises(OutlookError) as short:
            make_forecast(made, EVERYBODY, "thu_nsnn.so_thu")
        with pytest.raises(OutlookError) as ended:
            make_forecast(made, EVERYBODY, "thu_nsnn.so_thu", "cuc=Cần Thơ")
    finally:
        made.close()
    assert (short.value.code, ended.value.code) == ("short", "gaps")  # 19 months are left; October is missing


def test_the_plan_stands_beside_the_forecast(assistant: Assistant) -> None:
    found = make_forecast(assistant, EVERYBODY, "tien_do_thu.thu_thuc_hien", f"cuc={LATE}")
    plans = {p.plan.label: p for p in found.plans}
    assert plans["dự toán"].plan.value == 5000 * BILLION
    assert plans["chỉ tiêu phấn đấu"].plan.value == 10000 * BILLION
    assert plans["dự toán"].probability == 0  # about 2,400 of 5,000
    assert not plans["dự toán"].reached


def test_planted_anomalies_are_found_and_good_news_is_none(assistant: Assistant) -> None:
    found = find_alerts(assistant, EVERYBODY)
    told = {(a.metric, a.scope.values[0]) for a in found.items}
    assert told == {("thu_nsnn.so_thu", FELL), ("tien_do_thu.ty_le_du_toan", LATE)}
    fell = next(a for a in found.items if a.scope.values == (FELL,))
    assert fell.value == pytest.approx(0.4 * usual(93, 0) * BILLION)
    assert fell.severity == "cao"
    assert FELL in fell.sentence and "giảm" in fell.sentence and "tháng 10/2025" in fell.sentence
    late = next(a for a in found.items if a.scope.values == (LATE,))
    # About 2,000 of 5,000 after 10 of 12 months: 40 % where 83 % have passed.
    assert late.change == pytest.approx(40 - 83.3, abs=2)
    assert found.checked > 6 and ROSE not in {a.scope.values[0] for a in found.items}


def test_every_alert_links_to_a_question_that_is_read_as_meant(assistant: Assistant) -> None:
    for alert in find_alerts(assistant, EVERYBODY).items:
        read = assistant.read(alert.question, user=EVERYBODY)
        assert f"{read.view}.{read.metrics[0].name}" == alert.metric
        assert [f.sql for f in read.filters] == [alert.scope.sql]
        assert not read.unread and not read.refusal


def test_without_anomalies_there_is_no_alarm(tmp_path: Path) -> None:
    made = opened(build(tmp_path / "yên.duckdb", planted=False), tmp_path)
    try:
        found = find_alerts(made, EVERYBODY)
    finally:
        made.close()
    assert found.items == ()
    assert found.checked > 6


def at(assistant: Assistant, day: dt.date) -> Alerts:
    """The alerts as they were when the data ended on an earlier day."""
    known = replace(assistant.catalogue, as_of=day)
    asks = SimpleNamespace(
        catalogue_for=lambda user: known, answer_reading=assistant.answer_reading, read=assistant.read
    )
    return find_alerts(asks, EVERYBODY)


def test_a_tet_that_moved_is_no_alarm(tmp_path: Path) -> None:
    # Tết lay in February 2024 and in January 2025; it takes half of a month from everybody.
    path = build(tmp_path / "tết.duckdb", planted=False)
    with duckdb.connect(str(path)) as db:
        for year, month in ((2023, 1), (2024, 2), (2025, 1)):
            db.execute(f"UPDATE thu_nsnn SET so_tien = so_tien / 2 WHERE nam = {year} AND thang = {month}")
            db.execute(f"UPDATE tien_do_thu SET so_thu = so_thu / 2 WHERE nam = {year} AND thang = {month}")
        db.execute("UPDATE thu_nsnn SET so_tien = so_tien / 4 WHERE nam = 2025 AND thang = 2 AND cuc = 'Cần Thơ'")
    made = opened(path, tmp_path)
    try:
        january, february = at(made, dt.date(2025, 1, 31)), at(made, dt.date(2025, 2, 28))
    finally:
        made.close()
    assert january.items == ()
    assert any("Tết" in note for note in january.notes)
    (only,) = february.items
    assert only.scope.values == ("Cần Thơ",)
    assert "hai tháng 1–2/2025" in only.sentence
    # 100 and 50 after 200 and 100 (in thousand million VND): about half.
    assert only.change == pytest.approx(-50, abs=3)


def test_a_leader_of_a_unit_sees_that_unit_alone(assistant: Assistant) -> None:
    assert {a.scope.values[0] for a in find_alerts(assistant, leader_of(FELL)).items} == {FELL}
    assert find_alerts(assistant, leader_of("Đà Nẵng")).items == ()
    view, metric, _ = find_metric("thu_nsnn.so_thu", assistant, leader_of("Đà Nẵng"))
    found = fetch(assistant, leader_of("Đà Nẵng"), view, metric)
    assert found.values[0] == usual(0, 2) * BILLION
    with pytest.raises(OutlookError):
        make_forecast(assistant, leader_of("Đà Nẵng"), "thu_nsnn.so_thu", f"cuc={FELL}")


def test_each_look_into_the_data_is_in_the_audit_log(planted: Path, tmp_path: Path) -> None:
    made = opened(planted, tmp_path)
    try:
        make_forecast(made, EVERYBODY, "thu_nsnn.so_thu", f"cuc={FELL}")
    finally:
        made.close()
    bodies = [entry.body for entry in AuditLog(tmp_path).entries()]
    assert [b["tables"] for b in bodies] == [["thu_nsnn"], ["tien_do_thu"], ["tien_do_thu"]]  # series and two plans
    assert all(b["event"] == "question" for b in bodies)


def test_benjamini_and_hochberg() -> None:
    # Ranks 1–4 may be up to 0.025, 0.05, 0.075, 0.1: the third is the last that is.
    assert benjamini_hochberg([0.5, 0.01, 0.03, 0.02], 0.10) == 0.03
    assert benjamini_hochberg([0.5, 0.6], 0.10) == 0.0
    assert benjamini_hochberg([], 0.10) == 1.0


@pytest.mark.parametrize(("text", "month"), [("12/2026", Month(2026, 12)), ("tháng 3/2026", Month(2026, 3)),
                                             ("2026-01", Month(2026, 1)), ("", None)])  # fmt: skip
def test_months_as_people_write_them(text: str, month: Month | None) -> None:
    assert parse_month(text) == month


def test_a_wrong_month_is_said_to_be_wrong() -> None:
    with pytest.raises(OutlookError):
        parse_month("cuối năm")


@pytest.mark.parametrize(
    "text",
    [
        "alerts:\n  - {name: a, metric: thu_nsnn.khong_co, by: [cuc], kind: spike, bound: 1}",
        "alerts:\n  - {name: a, metric: thu_nsnn.so_thu, by: [mau], kind: spike, bound: 1}",
        "alerts:\n  - {name: a, metric: thu_nsnn.so_thu, by: [cuc], kind: la, bound: 1}",
        "alerts:\n  - {name: a, metric: thu_nsnn.so_thu, by: [cuc], kind: spike, bound: -1}",
        "alerts:\n  - {name: a, metric: thu_nsnn.ty_trong_gtgt, by: [cuc], kind: level, bound: 5}",
        "plans:\n  - {label: x, actual: thu_nsnn.so_thu, plan: thu_nsnn.khong_co}",
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(text: str, tmp_path: Path) -> None:
    file = tmp_path / "_canh_bao.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"_canh_bao\.yaml:\d"):
        read_outlook(read_yaml(file), load_catalogue().views)


def test_the_commands_speak_json(
    planted: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOIKHO_DB", f"duckdb:///{planted}")
    assert main(["forecast", "số thu ngân sách", "--scope", "cục Đà Nẵng", "--to", "1/2026", "--json"]) == 0
    made = json.loads(capfd.readouterr().out)
    assert [p["month"] for p in made["forecast"]] == ["2025-11", "2025-12", "2026-01"]
    assert all(p["low"] <= p["value"] <= p["high"] for p in made["forecast"])
    assert main(["forecast", "to_khai.ty_le_luong_do", "--json"]) == 4
    assert json.loads(capfd.readouterr().out)["refusal"]["code"] == "ratio"
    assert main(["warnings", "--json", "--role", "unit_leader", "--unit", FELL]) == 0
    told = json.loads(capfd.readouterr().out)
    assert [w["scope"]["values"] for w in told["warnings"]] == [[FELL]]
