"""Stop reaches the model while it writes, while it waits its turn, and before it has begun."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from nl2sql.config import Settings
from nl2sql.model.protocol import Completion, Message, Prompt
from nl2sql.model.scripted import ScriptedModel
from nl2sql.model.stoppable import Stoppable, stoppable
from nl2sql.model.turns import ModelCancelled, Turns
from nl2sql.pipeline import open_assistant
from nl2sql.policy import local_user
from nl2sql.types import Question, Status
from ui.work import Desk

PROMPT = Prompt((), Message("user", "?"))
ENOUGH_S = 60.0


class Endless(ScriptedModel):
    """Writes token after token and looks between them whether to stop, as the real one does."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = Turns()
        self.writing = threading.Event()
        self.cancelled = 0

    def complete(self, prompt: Prompt, **_: object) -> Completion:
        try:
            with self.turns.take() as turn:
                self.writing.set()
                end = monotonic() + ENOUGH_S
                while monotonic() < end:
                    turn.check()
                    sleep(0.002)
        except ModelCancelled:
            self.cancelled += 1
            raise
        return Completion("SELECT 1")

    def cancel(self, thread: int | None = None) -> int:
        return self.turns.cancel(thread)

    def waiting(self) -> int:
        return self.turns.waiting()


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + 20
    while not condition():
        assert monotonic() < end, "did not come true"
        sleep(0.002)


def test_writing_is_stopped_and_the_one_waiting_behind_as_well() -> None:
    model = Endless()
    stops = [threading.Event(), threading.Event()]
    raised: list[int] = []

    def run(number: int) -> None:
        with pytest.raises(ModelCancelled):
            Stoppable(model, stops[number]).complete(PROMPT)
        raised.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    threads[0].start()
    assert model.writing.wait(20)
    threads[1].start()
    until(lambda: model.waiting() == 2)
    stops[1].set()
    threads[1].join(20)
    assert raised == [1]
    stops[0].set()
    threads[0].join(20)
    assert raised == [1, 0]
    assert model.waiting() == 0


def test_what_is_stopped_already_never_begins() -> None:
    model, stop = Endless(), threading.Event()
    stop.set()
    with pytest.raises(ModelCancelled):
        Stoppable(model, stop).complete(PROMPT)
    assert not model.writing.is_set()


def test_without_a_stop_the_model_itself_is_used() -> None:
    model = ScriptedModel(default="SELECT 1")
    assert stoppable(model, None) is model
    assert stoppable(model, threading.Event()).complete(PROMPT).text == "SELECT 1"


def test_the_stop_button_ends_the_model_in_the_middle(demo_warehouse: Path, tmp_path: Path) -> None:
    model = Endless()
    settings = replace(Settings(tmp_path), db=f"duckdb:///{demo_warehouse}", route="model", adapter="none")
    assistant = open_assistant(settings, model=model)
    desk = Desk(assistant)
    user = local_user(home=tmp_path)
    exchange = desk.ask(desk.conversation(user=user), "Kim ngạch xuất khẩu năm 2024", user=user)
    assert model.writing.wait(30)
    desk.stop(exchange)
    until(lambda: model.cancelled > 0 and desk.busy() == 0)
    assert exchange.stopped
    assert exchange.answer is None
    assistant.close()


def test_a_question_that_is_stopped_is_an_error_and_no_answer(demo_warehouse: Path, tmp_path: Path) -> None:
    model, stop = Endless(), threading.Event()
    settings = replace(Settings(tmp_path), db=f"duckdb:///{demo_warehouse}", route="model", adapter="none")
    assistant = open_assistant(settings, model=model)
    threading.Thread(target=lambda: model.writing.wait(30) and stop.set(), daemon=True).start()
    answer = assistant.ask(Question("Kim ngạch xuất khẩu năm 2024"), cancel=stop)
    assert answer.status is Status.ERROR
    assert "Đã dừng" in answer.headline
    assistant.close()
