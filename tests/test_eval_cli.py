"""``hoikho eval`` on the demo warehouse: every suite's gold holds, a run writes its log, logs are compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval import check
from eval.cli import app
from eval.log import load_log
from eval.suite import load_suite, suites_dir
from nl2sql.config import Settings
from schema.loading import load_catalogue

SUITES = sorted(path.stem for path in suites_dir().glob("*.yaml"))


@pytest.mark.parametrize("name", SUITES)
def test_every_gold_holds_and_nothing_is_given_away(name: str, demo_warehouse: Path, user_settings: Settings) -> None:
    others = [load_suite(other) for other in SUITES if other != name]
    suite = load_suite(name)
    with check.Golds(suite, user_settings) as golds:
        found = check.check_suite(suite, golds, load_catalogue(), others)
    assert [f for f in found if not f.only_near] == []


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def test_suites_are_listed() -> None:
    code, text = run("list")
    assert code == 0
    assert all(f"{name}: " in text for name in SUITES)


def test_an_unknown_suite_is_a_usage_error() -> None:
    code, text = run("check", "khong-co")
    assert code == 2
    assert "first" in text


def test_a_run_is_logged_reported_and_compared(
    demo_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIKHO_DB", f"duckdb:///{demo_warehouse}")
    paths = []
    for seed in ("1", "2"):
        code, text = run("run", "first", "--route", "composed", "--only", "f001,f003", "--runs", str(tmp_path / seed))
        assert code == 0, text
        (path,) = (tmp_path / seed).glob("*.json")
        paths.append(path)
    log = load_log(paths[0])
    assert [r["id"] for r in log["items"]] == ["f001", "f003"]
    assert log["spec"]["settings"]["route"] == "composed"
    assert "home" not in log["spec"]["settings"]
    code, text = run("report", str(paths[0]), "--rescore", "--json")
    assert code == 0
    assert json.loads(text)["total"]["scored"] == 2
    code, text = run("compare", str(paths[0]), str(paths[1]))
    assert code == 0
    assert "Tốt lên 0, kém đi 0, như cũ 2" in text


def test_unknown_ids_are_a_usage_error() -> None:
    code, text = run("run", "first", "--only", "f001,zzz")
    assert code == 2
    assert "zzz" in text


def test_two_processes_ask_and_the_run_is_exported(
    demo_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIKHO_DB", f"duckdb:///{demo_warehouse}")
    code, text = run(
        "run", "first", "--route", "composed", "--only", "f001,f003", "--jobs", "2", "--runs", str(tmp_path)
    )
    assert code == 0, text
    (path,) = tmp_path.glob("*.json")
    assert [r["id"] for r in load_log(path)["items"]] == ["f001", "f003"]
    page, sheet = tmp_path / "báo cáo.html", tmp_path / "câu.csv"
    code, text = run("report", str(path), "--html", str(page), "--csv", str(sheet))
    assert code == 0, text
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(sheet.read_text(encoding="utf-8-sig").splitlines()) == 3
    predicted = tmp_path / "du_doan.sql"
    code, text = run("predictions", str(path), str(predicted))
    assert code == 0, text
    assert [line.split("\t")[1] for line in predicted.read_text(encoding="utf-8").splitlines()] == ["demo", "demo"]


def test_runs_of_different_suites_are_refused_with_a_reason(tmp_path: Path) -> None:
    paths = []
    for name in ("một", "hai"):
        item = {"id": name, "question": name, "turns": [], "golds": [], "score": {"outcome": "right", "relaxed": True}}
        spec = {"suite": name, "suite_digest": name}
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"format": 1, "spec": spec, "items": [item]}), encoding="utf-8")
        paths.append(str(path))
    code, text = run("compare", *paths)
    assert code == 2
    assert "không có câu nào chung" in text
