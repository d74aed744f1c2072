"""Stop with the real model: it lets go in the middle, is free at once, and answers the next question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep

import duckdb
import pytest

from nl2sql.config import Settings
from nl2sql.history.conversations import Store
from nl2sql.model.protocol import Completion, Message, Model, Prompt
from nl2sql.model.turns import ModelCancelled
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.policy import local_user
from nl2sql.types import Status
from ui.exchange import Exchange
from ui.work import Desk

pytestmark = pytest.mark.model

PATIENCE_S = 300
FIRST = "Kim ngạch xuất khẩu theo nhóm hàng, nước đối tác và cục hải quan năm 2023"
SECOND = "Kim ngạch xuất khẩu năm 2022"
LONG = Prompt((), Message("user", "Write the numbers from 1 to 2000, each on a line of its own."))


@dataclass
class Watched:
    """The real model, and how each of its calls ended."""

    model: Model
    ended: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    def complete(self, prompt: Prompt, *, max_tokens: int = 256, temperature: float = 0.0, seed: int = 0,
                 grammar: str = "", stop: tuple[str, ...] = ()) -> Completion:  # fmt: skip
        try:
            made = self.model.complete(
                prompt, max_tokens=max_tokens, temperature=temperature, seed=seed, grammar=grammar, stop=stop
            )
        except ModelCancelled:
            self.ended.append("stopped")
            raise
        self.ended.append("written")
        return made

    def warm(self, prefix: tuple[Message, ...]) -> None:
        self.model.warm(prefix)

    def waiting(self) -> int:
        return self.model.waiting()

    def cancel(self, thread: int | None = None) -> int:
        return self.model.cancel(thread)

    def close(self) -> None:
        """Nothing: the session's model stays open."""


@pytest.fixture
def watched(real_model: Model) -> Watched:
    return Watched(real_model)


@pytest.fixture
def assistant(user_settings: Settings, demo_warehouse: Path, watched: Watched) -> Iterator[Assistant]:
    opened = open_assistant(replace(user_settings, route="model"), model=watched)
    yield opened
    opened.close()


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < end, "did not come true"
        sleep(0.002)


def test_a_stopped_question_leaves_the_model_to_the_next(
    assistant: Assistant, watched: Watched, demo_warehouse: Path, tmp_path: Path
) -> None:
    desk, user = Desk(assistant, store=Store(tmp_path / "c.sqlite")), local_user(home=tmp_path)
    conversation = desk.conversation(user=user)
    first = desk.ask(conversation, FIRST, user=user)
    until(lambda: watched.waiting() == 1)
    behind = desk.ask(conversation, FIRST, user=user, fresh=True)
    until(lambda: watched.waiting() == 2)
    assert desk.ahead(behind) == 1
    desk.stop(first)
    assert not first.running, "the page need not wait for the model"
    until(lambda: watched.ended == ["stopped"])
    assert first.answer is None
    until(lambda: desk.busy() == 1)
    assert watched.waiting() == 1, "the one behind has the model now"
    desk.stop(behind)
    until(lambda: watched.waiting() == 0 and desk.busy() == 0)
    assert watched.ended == ["stopped", "stopped"]
    assert conversation.turns() == (), "what was stopped is no context of what follows"

    third = desk.ask(conversation, SECOND, user=user)
    until(lambda: not third.running)
    assert watched.ended[2:].count("written") == len(watched.ended[2:]) > 0
    with duckdb.connect() as own:
        own.execute(f"ATTACH '{demo_warehouse}' AS kho (READ_ONLY)")
        ((expected,),) = own.execute(
            "SELECT SUM(tri_gia_usd) FROM kho.xnk WHERE chieu = 'Xuất khẩu' AND nam = 2022"
        ).fetchall()
    assert figure(third) == pytest.approx(float(expected))
    kept = {e.id: e for e in desk.conversation(conversation.id, user).exchanges}
    assert kept[first.id].stopped
    assert not kept[third.id].stopped


def test_it_lets_go_between_two_tokens_while_it_writes(watched: Watched) -> None:
    """The prompt is a few tokens long, so that what is stopped here is the writing."""
    before = watched.model.complete(LONG, max_tokens=24)
    assert before.tokens == 24, "it would have gone on"
    caller: list[int] = []
    raised = threading.Event()

    def write() -> None:
        caller.append(threading.get_ident())
        with pytest.raises(ModelCancelled):
            watched.complete(LONG, max_tokens=1500)
        raised.set()

    thread = threading.Thread(target=write)
    thread.start()
    until(lambda: watched.waiting() == 1)
    sleep(0.5)
    assert watched.cancel(caller[0]) == 1
    thread.join(PATIENCE_S)
    assert raised.is_set()
    assert watched.waiting() == 0
    assert watched.model.complete(LONG, max_tokens=24).text == before.text, "the context is as whole as before"


def figure(exchange: Exchange) -> float:
    """The one number of an answer."""
    answer = exchange.answer
    assert answer is not None
    assert answer.status is Status.ANSWERED, answer.headline
    assert answer.result is not None
    ((value,),) = answer.result.rows
    return float(value)
