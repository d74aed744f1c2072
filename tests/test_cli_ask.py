"""``hoikho ask`` and ``hoikho sql`` with a made-up assistant: output, exit status, clean standard output."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

from nl2sql.cli import main
from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.types import (
    Answer,
    Clarification,
    Column,
    Option,
    Period,
    Question,
    Reading,
    Refusal,
    Result,
    Status,
    Trust,
)

READING = Reading("xuất khẩu", periods=(Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "year", "năm 2024"),))
RESULT = Result(
    (
        Column("thang", "Tháng", "integer", role="time"),
        Column("ngay", "Ngày", "date", role="time"),
        Column("kn", "Kim ngạch", "number", "USD", "measure"),
    ),
    ((2024, dt.date(2024, 3, 1), 1234567.5), (2024, dt.date(2024, 4, 1), None)),
)
ANSWERED = Answer(
    Status.ANSWERED,
    "xuất khẩu",
    reading=READING,
    sql="SELECT 1",
    result=RESULT,
    headline="Kim ngạch là 1,23 triệu USD.",
    trust=Trust.GENERATED,
    warnings=("Dữ liệu mô phỏng.",),
)


class FakeAssistant:
    """Answers from a table of question → answer, and prints noise as a native library would."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[Question] = []
        self.closed = False

    def ask(self, question: Question, *, on_step: Callable[[str], None] | None = None, drawn: bool = True) -> Answer:
        self.asked.append(question)
        sys.stdout.write("noise of python\n")
        os.write(1, b"noise of a library\n")
        return self.answers[question.text]

    def explain(self, question: Question, *, on_step: Callable[[str], None] | None = None) -> Answer:
        return Answer(Status.ANSWERED, question.text, reading=READING, sql="SELECT 2")

    def run_sql(self, sql: str, *, role: str = "local", units: tuple[str, ...] = ()) -> Answer:
        if "drop" in sql.lower():
            return Answer(Status.REFUSED, sql, refusal=Refusal("not_select", "Chỉ chạy được một câu SELECT."))
        return Answer(Status.ANSWERED, sql, sql=sql, result=RESULT)

    def close(self) -> None:
        self.closed = True


ANSWERS = {
    "xuất khẩu": ANSWERED,
    "mơ hồ": Answer(
        Status.CLARIFY,
        "mơ hồ",
        headline="Bạn muốn xem năm nào?",
        clarification=Clarification("Bạn muốn xem năm nào?", (Option("Năm 2024", "xuất khẩu năm 2024"),)),
    ),
    "cấm": Answer(Status.REFUSED, "cấm", headline="Không được phép.", refusal=Refusal("forbidden", "Không được phép.")),
    "trống": Answer(Status.NO_DATA, "trống", headline="Không có dữ liệu."),
    "hỏng": Answer(Status.ERROR, "hỏng", headline="Truy vấn quá lâu.", refusal=Refusal("timeout", "Truy vấn quá lâu.")),
}


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FakeAssistant:
    fake = FakeAssistant(ANSWERS)
    opened: list[dict[str, Any]] = []

    def open_assistant(_settings: Settings, **options: Any) -> FakeAssistant:
        opened.append(options)
        return fake

    module = types.ModuleType("nl2sql.pipeline")
    module.open_assistant = open_assistant  # type: ignore[attr-defined]
    fake.opened = opened  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nl2sql.pipeline", module)
    return fake


@pytest.mark.parametrize(
    ("question", "status"), [("xuất khẩu", 0), ("mơ hồ", 3), ("cấm", 4), ("trống", 4), ("hỏng", 1)]
)
def test_the_exit_status_tells_how_it_ended(
    question: str, status: int, assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", question, "--json"]) == status
    out, err = capfd.readouterr()
    assert json.loads(out) == ANSWERS[question].to_json()
    assert "noise of python" in err
    assert "noise of a library" in err
    assert assistant.closed


def test_for_a_person_it_prints_reading_headline_table_sql_and_warnings(
    assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "xuất khẩu"]) == 0
    out = capfd.readouterr().out
    wanted = [
        "Kỳ: năm 2024",
        "Kim ngạch là 1,23 triệu USD.",
        "Kim ngạch (USD)",
        "01/03/2024",
        "1.234.56",
        "SELECT 1",
        "Dữ liệu mô phỏng.",
    ]
    places = [out.find(text) for text in wanted]
    assert -1 not in places, out
    assert places == sorted(places)
    assert "2.024" not in out
    assert "noise" not in out


def test_a_question_back_shows_its_options(assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "mơ hồ"]) == 3
    out = capfd.readouterr().out
    assert out.count("Bạn muốn xem năm nào?") == 1
    assert "Năm 2024: xuất khẩu năm 2024" in out


def test_explain_does_not_run_and_options_reach_the_assistant(
    assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "gì cũng được", "--explain", "--json", "--db", "sqlite:///x.db"]) == 0
    assert json.loads(capfd.readouterr().out)["sql"] == "SELECT 2"
    assert assistant.asked == []
    assert assistant.opened == [{"db": "sqlite:///x.db"}]  # type: ignore[attr-defined]
    assert main(["ask", "xuất khẩu", "--role", "leader"]) == 0
    assert assistant.asked == [Question("xuất khẩu", role="leader")]


def test_own_sql_goes_through_the_same_door(assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "SELECT 1", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["row_count"] == 2
    assert main(["sql", "DROP TABLE x"]) == 4
    assert "Chỉ chạy được một câu SELECT." in capfd.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "a", "b"],
        ["ask", "a", "--no-such"],
        ["ask", "a", "--out", "x"],
        ["ask", "--batch", "x"],
        ["ask", "a", "--batch", "x", "--out", "y"],
        ["no-such-command"],
        ["model"],
        ["sql"],
        ["app", "--port", "99999999"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two_and_says_where_to_look(
    arguments: list[str], assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "--help" in err


def test_what_the_person_can_mend_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(_settings: Settings, **_: Any) -> FakeAssistant:
        raise ModelError("Chưa có mô hình.", action="Hãy chạy: hoikho setup")

    monkeypatch.setattr(sys.modules["nl2sql.pipeline"], "open_assistant", refuse)
    assert main(["ask", "xuất khẩu", "--json"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert "Chưa có mô hình." in err
    assert "hoikho setup" in err
    assert "Traceback" not in err


def test_ctrl_c_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: Any, **__: Any) -> Answer:
        raise KeyboardInterrupt

    monkeypatch.setattr(assistant, "ask", interrupt)
    assert main(["ask", "xuất khẩu"]) == 130
    out, err = capfd.readouterr()
    assert out == ""
    assert "Đã dừng" in err
    assert assistant.closed


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    program = (
        "import sys; from nl2sql.cli import main; code = main(['--help']);"
        "heavy = {'pandas', 'numpy', 'streamlit', 'llama_cpp', 'duckdb', 'sqlglot', 'sqlalchemy', 'altair', 'httpx'};"
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True, env=os.environ
    )
    assert ran.stdout.splitlines()[-1] == "0 []"
    for name in ("setup", "app", "ask", "sql", "bench", "model"):
        assert f" {name} " in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [(["ask"], 2, "cần một câu hỏi"), (["--version"], 0, "hoikho "), (["sql", "--không-có"], 2, "--không-có")],
)
def test_the_process_ends_with_the_status_and_all_that_it_said(arguments: list[str], status: int, said: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "nl2sql", *arguments], capture_output=True, encoding="utf-8", env=os.environ, check=False
    )
    assert ran.returncode == status
    assert said in (ran.stderr if status else ran.stdout)
