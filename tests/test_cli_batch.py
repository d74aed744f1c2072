"""``hoikho ask --batch``: order, bad lines, going on after a cut, one model for all databases."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from nl2sql.cli import batch, main
from nl2sql.config import Settings
from nl2sql.errors import ExecutionError, UserError
from nl2sql.types import Answer, Question, Status


class Desk:
    """An assistant that answers with its database's name, and fails where the question says so."""

    def __init__(self, db: str) -> None:
        self.db = db
        self.closed = False

    def ask(self, question: Question) -> Answer:
        if question.text == "nổ":
            raise RuntimeError("a bug")
        if question.text == "dừng":
            raise KeyboardInterrupt
        return Answer(Status.ANSWERED, question.text, headline=f"{self.db}|{question.role}|{'/'.join(question.turns)}")

    def explain(self, question: Question) -> Answer:
        return Answer(Status.ANSWERED, question.text, headline="chỉ đọc hiểu")

    def close(self) -> None:
        self.closed = True


class World:
    """What the batch opened."""

    def __init__(self) -> None:
        self.desks: list[Desk] = []
        self.models: list[Any] = []
        self.shared: list[Any] = []


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> World:
    seen = World()

    def open_assistant(_settings: Settings, *, db: str | None = None, model: Any = None) -> Desk:
        if db == "xa":
            raise ExecutionError("Không nối được kho.", code="unreachable", action="Hãy kiểm tra địa chỉ.")
        seen.shared.append(model)
        seen.desks.append(Desk(db or "mặc định"))
        return seen.desks[-1]

    def open_model(_settings: Settings) -> Any:
        seen.models.append(types.SimpleNamespace(close=lambda: None))
        return seen.models[-1]

    pipeline, models = types.ModuleType("nl2sql.pipeline"), types.ModuleType("nl2sql.model")
    pipeline.open_assistant = open_assistant  # type: ignore[attr-defined]
    models.open_model = open_model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nl2sql.pipeline", pipeline)
    monkeypatch.setitem(sys.modules, "nl2sql.model", models)
    return seen


def write(path: Path, *lines: Any) -> Path:
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines),
        encoding="utf-8",
    )
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(source: Path, target: Path, *more: str) -> int:
    return main(["ask", "--batch", str(source), "--out", str(target), *more])


def test_answers_come_in_order_with_their_id_in_front(
    world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = write(
        tmp_path / "vào.jsonl",
        {"id": "b", "question": "một"},
        {"id": 7, "question": "hai", "db": "kho2", "role": "leader", "turns": ["trước", {"question": "sau"}]},
        {"id": "a", "question": "ba", "db": "kho2"},
        {"id": "c", "question": "bốn"},
    )
    assert run(source, tmp_path / "ra.jsonl") == 0
    answers = read(tmp_path / "ra.jsonl")
    assert [next(iter(a)) for a in answers] == ["id"] * 4
    assert [a["id"] for a in answers] == ["b", 7, "a", "c"]
    assert [a["headline"] for a in answers] == [
        "mặc định|local|",
        "kho2|leader|trước/sau",
        "kho2|local|",
        "mặc định|local|",
    ]
    assert [d.db for d in world.desks] == ["mặc định", "kho2"]
    assert len(world.models) == 1
    assert world.shared == world.models * 2
    assert all(d.closed for d in world.desks)
    assert capfd.readouterr().out == ""


def test_a_bad_line_gets_an_error_and_the_batch_goes_on(world: World, tmp_path: Path) -> None:
    source = write(
        tmp_path / "vào.jsonl",
        "{hỏng",
        "",
        "[1]",
        {"id": 1},
        {"id": 2, "question": 5},
        {"id": 3, "question": "x", "turns": "không phải danh sách"},
        {"id": 4, "question": "x", "db": 5},
        {"id": 5, "question": "nổ"},
        {"id": 6, "question": "x", "db": "xa"},
        {"id": 7, "question": "tốt"},
    )
    assert run(source, tmp_path / "ra.jsonl") == 0
    answers = read(tmp_path / "ra.jsonl")
    assert [a["id"] for a in answers] == [None, None, 1, 2, 3, 4, 5, 6, 7]
    assert [a["status"] for a in answers] == ["error"] * 8 + ["answered"]
    assert "Dòng 1 " in answers[0]["refusal"]["message"]
    assert "Dòng 3 " in answers[1]["refusal"]["message"]
    assert answers[6]["refusal"] == {"code": "internal", "message": batch.INTERNAL}
    assert "Không nối được kho. Hãy kiểm tra địa chỉ." in answers[7]["headline"]


def test_a_bad_encoding_and_a_byte_order_mark(world: World, tmp_path: Path) -> None:
    source = tmp_path / "vào.jsonl"
    source.write_bytes(b'\xef\xbb\xbf{"id": 1, "question": "m\xe1\xbb\x99t"}\r\n{"id": 2, "question": "\xff"}')
    assert run(source, tmp_path / "ra.jsonl") == 0
    answers = read(tmp_path / "ra.jsonl")
    assert [a["status"] for a in answers] == ["answered", "error"]
    assert answers[0]["question"] == "một"


def test_a_lone_surrogate_still_gives_valid_output(world: World, tmp_path: Path) -> None:
    source = write(tmp_path / "vào.jsonl", '{"id": "\\ud800", "question": "\\ud83d lẻ"}')
    assert run(source, tmp_path / "ra.jsonl") == 0
    answer = read(tmp_path / "ra.jsonl")[0]
    assert answer["id"] == "\ud800"
    assert answer["question"] == "? lẻ"


QUESTIONS = [{"id": n, "question": f"câu {n}"} for n in range(5)]


@pytest.mark.parametrize(
    "tail", ["", '{"id": 2, "stat', '{"id": 2, "status": "answered"}', "null\n", '{"id": 2}\n'], ids=repr
)
def test_it_goes_on_after_a_cut(tail: str, world: World, tmp_path: Path) -> None:
    source, target = write(tmp_path / "vào.jsonl", *QUESTIONS), tmp_path / "ra.jsonl"
    kept = [{"id": 0, "status": "answered", "mark": "giữ"}, {"id": 1, "status": "refused", "mark": "giữ"}]
    write(target, *kept)
    with target.open("a", encoding="utf-8") as file:
        file.write(tail)
    assert run(source, target) == 0
    answers = read(target)
    assert answers[:2] == kept
    assert [a["headline"].split("|")[0] for a in answers[2:]] == ["mặc định"] * 3
    assert [a["id"] for a in answers] == [0, 1, 2, 3, 4]


def test_a_stop_in_the_middle_keeps_what_was_answered(world: World, tmp_path: Path) -> None:
    source, target = tmp_path / "vào.jsonl", tmp_path / "ra.jsonl"
    write(source, QUESTIONS[0], {"id": 1, "question": "dừng"}, QUESTIONS[2])
    assert run(source, target) == 130
    assert [a["id"] for a in read(target)] == [0]
    write(source, QUESTIONS[0], {"id": 1, "question": "nay thì được"}, QUESTIONS[2])
    assert run(source, target) == 0
    assert [a["id"] for a in read(target)] == [0, 1, 2]


def test_nothing_left_to_do_opens_no_model(world: World, tmp_path: Path) -> None:
    source, target = write(tmp_path / "vào.jsonl", *QUESTIONS), tmp_path / "ra.jsonl"
    assert run(source, target) == 0
    before = target.read_bytes()
    world.models.clear()
    assert run(source, target) == 0
    assert world.models == []
    assert target.read_bytes() == before


def test_the_output_of_another_input_is_not_touched(
    world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source, target = write(tmp_path / "vào.jsonl", *QUESTIONS), tmp_path / "ra.jsonl"
    write(target, {"id": "khác", "status": "answered"})
    before = target.read_bytes()
    assert run(source, target) == 1
    assert "--out" in capfd.readouterr().err
    assert target.read_bytes() == before
    assert run(source, source) == 1
    assert read(source) == QUESTIONS


def test_files_that_cannot_be_used_are_said(world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "không có", tmp_path / "ra.jsonl") == 1
    assert "--batch" in capfd.readouterr().err
    source = write(tmp_path / "vào.jsonl", *QUESTIONS)
    assert run(source, tmp_path / "không" / "có" / "ra.jsonl") == 1
    assert "--out" in capfd.readouterr().err


def test_options_are_the_defaults_of_the_lines(world: World, tmp_path: Path) -> None:
    source = write(tmp_path / "vào.jsonl", {"id": 1, "question": "x"}, {"id": 2, "question": "x", "db": "riêng"})
    assert run(source, tmp_path / "ra.jsonl", "--db", "chung", "--role", "leader") == 0
    assert [a["headline"] for a in read(tmp_path / "ra.jsonl")] == ["chung|leader|", "riêng|leader|"]
    assert run(source, tmp_path / "ra2.jsonl", "--explain") == 0
    assert [a["headline"] for a in read(tmp_path / "ra2.jsonl")] == ["chỉ đọc hiểu"] * 2


def test_only_so_many_databases_stay_open(settings: Settings) -> None:
    opened: list[Desk] = []

    def open_one(db: str) -> Any:
        opened.append(Desk(db))
        return opened[-1]

    desks = batch.Assistants(settings, open_one)
    for number in range(20):
        desks.get(str(number))
        desks.get("0")  # in use all the time, so never closed
    still = [d.db for d in opened if not d.closed]
    assert "0" in still
    assert len(still) == 8
    assert [d.db for d in opened].count("0") == 1
    desks.close()
    assert all(d.closed for d in opened)


def test_without_a_model_it_ends_at_once_and_says_what_to_do(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def missing(_settings: Settings) -> Any:
        raise UserError("Chưa có mô hình.", action="Hãy chạy: hoikho setup")

    monkeypatch.setattr(sys.modules["nl2sql.model"], "open_model", missing)
    source, target = write(tmp_path / "vào.jsonl", *QUESTIONS), tmp_path / "ra.jsonl"
    assert run(source, target) == 1
    assert "hoikho setup" in capfd.readouterr().err
    assert target.read_bytes() == b""
