"""What is made of a run: figures by split, HTML, CSV, and the library that pages use."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from eval import html, library, report
from eval.export import csv_text


def record(name: str, outcome: str, **fields: Any) -> dict[str, Any]:
    score = {"outcome": outcome, "relaxed": outcome == "right", "status_right": True, "detail": "values",
             "cause": "" if outcome == "right" else "period", "reading": None, "chart": None}  # fmt: skip
    answer = {"status": "answered", "trust": "generated", "confidence": 0.9 if outcome == "right" else 0.4, "model": "",
              "sql": "SELECT 1", "headline": "Một", "columns": [{"label": "Số"}], "rows": [[1]]}  # fmt: skip
    return {
        "id": name, "question": "Bao nhiêu <b>?", "turns": [], "subject": "xnk", "category": "single", "tags": [],
        "difficulty": "easy", "seconds": 1.0, "score": score, "answer": answer, "expect": [],
        "golds": [{"sql": "SELECT 2", "columns": ["v"], "rows": [[None]], "error": ""}], **fields,
    }  # fmt: skip


def log(*records: dict[str, Any], suite: str = "thu") -> dict[str, Any]:
    spec = {"suite": suite, "suite_digest": "0", "model": "m", "revision": "r", "catalogue_version": "c",
            "settings": {"route": "auto"}, "machine": {"cpus": 2}}  # fmt: skip
    return {"format": 1, "spec": spec, "digest": "d", "date": "2026-01-02T03:04:05+00:00", "items": list(records)}


LOG = log(record("a", "right"), record("b", "wrong"), record("c", "unscored", category="top"))


def test_html_stands_alone_and_escapes_what_people_typed() -> None:
    page = html.page(LOG)
    assert "1/2 = 50,0%" in page
    assert "Bao nhiêu &lt;b&gt;?" in page
    assert "sai kỳ" in page
    assert page.count("<svg") >= 2
    for outside in ("<script", "<link", "src=", "@import", 'href="http'):
        assert outside not in page


def test_html_of_a_held_back_suite_shows_no_question() -> None:
    page = html.page(log(record("a", "right"), record("b", "wrong"), suite="thu-holdout"))
    assert "Bao nhiêu" not in page
    assert "1/2" in page


def test_csv_has_a_line_an_item_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(log(record("a", "right", question="=1+1"), record("b", "wrong"))))))
    assert [r["ma"] for r in rows] == ["a", "b"]
    assert rows[0]["cau_hoi"] == "'=1+1"
    assert (rows[1]["ket_qua"], rows[1]["nguyen_nhan"]) == ("sai", "sai kỳ")


def test_readings_charts_and_time_are_counted() -> None:
    scored = [record(n, "right") for n in "abc"]
    scored[0]["score"]["reading"], scored[1]["score"]["reading"] = [], ["period", "view"]
    scored[0]["score"]["chart"], scored[2]["score"]["chart"] = "", "zero"
    scored[2]["seconds"] = 9.0
    assert report.readings(scored) == {"asked": 2, "right": 1, "period": 1, "view": 1}
    assert report.charts(scored) == {"drawn": 2, "valid": 1, "zero": 1}
    assert (report.on_time(scored, 7.0).right, report.latency(scored)["max"]) == (2, 9.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for place, items in enumerate((LOG, log(record("a", "wrong"), suite="khác"))):
        data = {**items, "date": f"2026-01-0{place + 1}"}
        (tmp_path / f"{place}.json").write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "hỏng.json").write_text("{", encoding="utf-8")
    (tmp_path / "khac.json").write_text("{}", encoding="utf-8")
    return tmp_path


def test_runs_are_listed_newest_first_and_other_files_passed_over(folder: Path) -> None:
    runs = library.list_runs(folder)
    assert [(r.suite, r.total.right, r.total.scored) for r in runs] == [("khác", 0, 1), ("thu", 1, 2)]
    assert library.list_runs(folder / "none") == []
    assert library.load_run(runs[1].path)["spec"]["suite"] == "thu"


def test_the_library_filters_items_and_draws_one_curve_over_runs() -> None:
    assert [r["id"] for r in library.items(LOG, outcome="wrong")] == ["b"]
    assert [r["id"] for r in library.items(LOG, category="top")] == ["c"]
    assert [r["id"] for r in library.items(LOG, text="BAO NHIÊU", cause="period")] == ["b", "c"]
    points = library.curve(LOG, LOG)
    assert [(p.threshold, p.answered, p.right) for p in points] == [(0.9, 2, 2), (0.4, 4, 2)]
    assert library.causes(LOG) == {"period": 1}
    assert [f.name for f in library.figures(LOG, "category")] == ["single", "top"]
