"""Import of the public layouts, on files of our own invention, and predictions for the official evaluator."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval import check
from eval.cli import app
from eval.spider import import_suite, predictions
from eval.suite import SuiteError, load_suite
from nl2sql.config import Settings


def database(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE boat (boat_id INTEGER PRIMARY KEY, harbour TEXT, length REAL)")
        connection.executemany(
            "INSERT INTO boat VALUES (?, ?, ?)", [(1, "Cát Bà", 9.5), (2, "Cát Bà", 7), (3, "Vân Đồn", 8)]
        )


SPIDER = [
    {"db_id": "boats", "question": "How many boats are there?", "query": "SELECT count(*) FROM boat",
     "query_toks": ["SELECT"]},
    {"db_id": "boats", "question": "Longest boat?", "query": "SELECT boat_id FROM boat ORDER BY length DESC LIMIT 1;"},
]  # fmt: skip
BIRD = [
    {"question_id": 17, "db_id": "boats", "question": "Boats per harbour", "evidence": "harbour is a place",
     "SQL": "SELECT harbour, COUNT(*) FROM boat GROUP BY harbour", "difficulty": "challenging"},
]  # fmt: skip
VITEXT = [
    {"db_id": "boats", "question": "có bao_nhiêu chiếc thuyền dài hơn 8 mét ?",
     "query": "SELECT count(*) FROM boat WHERE length > 8"},
]  # fmt: skip


def lay(folder: Path, entries: list[dict[str, Any]], nested: bool = True) -> tuple[Path, Path, Path]:
    """Write question file, tables file and database directory."""
    questions, tables, databases = folder / "dev.json", folder / "tables.json", folder / "cơ sở dữ liệu"
    questions.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    tables.write_text(json.dumps([{"db_id": "boats", "table_names_original": ["boat"]}]), encoding="utf-8")
    database(databases / "boats" / "boats.sqlite" if nested else databases / "boats.sqlite")
    return questions, tables, databases


def imported(folder: Path, *, lang: str = "vi") -> Any:
    done = CliRunner().invoke(
        app,
        ["import", "spider", "--questions", str(folder / "dev.json"), "--tables", str(folder / "tables.json"),
         "--db-dir", str(folder / "cơ sở dữ liệu"), "--lang", lang, "--out", str(folder / "bộ thuyền.yaml")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return load_suite(str(folder / "bộ thuyền.yaml"))


@pytest.mark.parametrize(
    ("entries", "nested", "lang"),
    [(SPIDER, True, "en"), (BIRD, True, "en"), (VITEXT, True, "vi"), (VITEXT, False, "vi")],
)
def test_a_layout_becomes_a_suite_whose_gold_runs(
    tmp_path: Path, entries: list[dict[str, Any]], nested: bool, lang: str
) -> None:
    lay(tmp_path, entries, nested)
    suite = imported(tmp_path, lang=lang)
    assert len(suite.items) == len(entries)
    with check.Golds(suite, Settings(home=tmp_path)) as golds:
        assert check.check_suite(suite, golds, None) == []


def test_fields_are_carried_over(tmp_path: Path) -> None:
    lay(tmp_path, [*SPIDER, *BIRD])
    first, longest, bird = imported(tmp_path, lang="en").items
    assert (first.category, longest.category, bird.category) == ("single", "top", "group")
    assert (first.order, longest.order) == (False, True)
    assert (bird.id, bird.difficulty, bird.notes, bird.db) == ("q00017", "hard", "harbour is a place", "boats")


def test_joined_words_of_vietnamese_come_apart(tmp_path: Path) -> None:
    lay(tmp_path, VITEXT)
    assert imported(tmp_path).items[0].question == "có bao nhiêu chiếc thuyền dài hơn 8 mét?"


def test_the_vietnamese_field_is_taken_where_there_is_one(tmp_path: Path) -> None:
    questions, tables, databases = lay(tmp_path, [{**SPIDER[0], "question_vi": "Có mấy chiếc thuyền?"}])
    assert import_suite(questions, tables, databases, lang="vi")["items"][0]["question"] == "Có mấy chiếc thuyền?"
    assert import_suite(questions, tables, databases, lang="en")["items"][0]["question"] == SPIDER[0]["question"]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"db_id": "ships"}, "db_id “ships”"), ({"query": ""}, "thiếu một trong các trường query"),
     ({"question": 5}, "thiếu một trong các trường question")],
)  # fmt: skip
def test_a_wrong_entry_is_named(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    questions, tables, databases = lay(tmp_path, [SPIDER[0], {**SPIDER[0], **change}])
    with pytest.raises(SuiteError, match=words) as error:
        import_suite(questions, tables, databases)
    assert "mục 2" in str(error.value)


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    questions, tables, databases = lay(tmp_path, SPIDER)
    with pytest.raises(SuiteError, match="--db-dir"):
        import_suite(questions, tables, tmp_path / "khác")
    tables.write_text("{", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"tables\.json: không phải JSON"):
        import_suite(questions, tables, databases)


def test_predictions_keep_one_line_an_item() -> None:
    answers = [{"sql": "SELECT count(*)\nFROM boat"}, {"sql": None}]
    log = {"spec": {"warehouse": "boats"}, "items": [{"answer": a, "db": ""} for a in answers]}
    assert predictions(log) == "SELECT count(*) FROM boat\tboats\nSELECT 1\tboats\n"
