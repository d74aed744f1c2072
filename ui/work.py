"""Conversations and the work behind them, kept in the process and not in a browser's session.

A question runs in its own thread, so that the page stays alive, the steps can be watched and a browser that is
reloaded in the middle finds its answer again. Every answer belongs to its own exchange: nothing is shared between
conversations but the assistant. No streamlit here.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from nl2sql.errors import HoiKhoError, UserError
from nl2sql.model.protocol import Model
from nl2sql.types import Answer, Question, Status
from schema.semantic import Catalogue
from ui import texts

log = logging.getLogger("hoikho.ui")

MAX_CONVERSATIONS = 500
MAX_TURNS = 6
MAX_RUNNING = 24
MODEL_STEPS = frozenset({"generation", "proposal"})
CONTEXT_STATUSES = frozenset({Status.ANSWERED, Status.NO_DATA, Status.CLARIFY})

OnStep = Callable[[str], None]


class AssistantLike(Protocol):
    """What the pages need of ``nl2sql.pipeline.Assistant``; a scripted one stands in for it in tests."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in use."""
        ...

    @property
    def model(self) -> Model:
        """The language model."""
        ...

    def ask(self, question: Question, *, on_step: OnStep | None = None) -> Answer:
        """Answer one question, telling ``on_step`` each step as it begins."""
        ...

    def run_sql(self, sql: str, *, role: str) -> Answer:
        """Run a person's own SQL through the same door."""
        ...


class Stopped(Exception):
    """The person pressed stop; raised inside the worker at its next step."""


@dataclass(frozen=True)
class Mark:
    """A step of the pipeline and the moment (``time.monotonic`` seconds) at which it began."""

    step: str
    at: float


@dataclass
class Exchange:
    """One question and what became of it. Written by its worker, read by any page; fields are set, never mutated.

    Attributes:
        question: What was asked; for SQL, the SQL is its text.
        own_sql: The text is a person's SQL.
        marks: Steps that have begun, in order.
        answer: Set once, when the work has ended.
        stopped: The person stopped it; a late answer is dropped.
    """

    id: str
    question: Question
    own_sql: bool = False
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    marks: tuple[Mark, ...] = ()
    answer: Answer | None = None
    stopped: bool = False

    @property
    def running(self) -> bool:
        """Whether the page should go on watching."""
        return self.answer is None and not self.stopped

    @property
    def step(self) -> str:
        """The step in which it is now; empty before the first."""
        return self.marks[-1].step if self.marks else ""

    @property
    def elapsed(self) -> float:
        """Seconds since the question was asked, until it ended."""
        return (self.ended or time.monotonic()) - self.started


@dataclass
class Conversation:
    """Exchanges of one person, oldest first."""

    id: str
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Whether any exchange is still being worked on."""
        return any(exchange.running for exchange in self.exchanges)

    def turns(self) -> tuple[str, ...]:
        """Earlier questions that a follow-up may refer to, oldest first; those that led nowhere are left out."""
        asked = [
            exchange.question.text
            for exchange in self.exchanges
            if exchange.answer and exchange.answer.status in CONTEXT_STATUSES and not exchange.own_sql
        ]
        return tuple(asked[-MAX_TURNS:])


class Desk:
    """Takes questions for one assistant and keeps the conversations.

    Args:
        assistant: Who answers.
        max_question: Longest question taken, characters.
        inline: Work in the caller's thread (tests).

    Attributes:
        preparing: The model is being made ready; a question that needs it waits.
    """

    def __init__(self, assistant: AssistantLike, *, max_question: int = 1000, inline: bool = False) -> None:
        self.assistant = assistant
        self.max_question = max_question
        self.preparing = False
        self._inline = inline
        self._lock = threading.RLock()
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._running: dict[str, Exchange] = {}

    def conversation(self, conversation_id: str = "") -> Conversation:
        """The conversation of that id, or a new one when the id is empty or no longer known."""
        with self._lock:
            found = self._conversations.get(conversation_id)
            if found is None:
                found = Conversation(id=secrets.token_urlsafe(9))
                self._conversations[found.id] = found
                self._drop_oldest()
            self._conversations.move_to_end(found.id)
            return found

    def known(self, conversation_id: str) -> bool:
        """Whether that conversation is still kept."""
        with self._lock:
            return conversation_id in self._conversations

    def ask(self, conversation: Conversation, text: str, *, role: str, fresh: bool = False) -> Exchange:
        """Take a question and start on it.

        Args:
            fresh: The text is complete in itself (a suggestion, an option): earlier turns are not passed on.

        Raises:
            UserError: The text is empty or too long, or too many questions are being worked on.
        """
        clean = self.checked(text)
        turns = () if fresh else conversation.turns()
        return self._start(conversation, Exchange(secrets.token_hex(6), Question(clean, turns, role)))

    def run_sql(self, conversation: Conversation, sql: str, *, role: str) -> Exchange:
        """Take a person's SQL and start on it.

        Raises:
            UserError: The text is empty, or too many questions are being worked on.
        """
        clean = sql.strip()
        if not clean:
            raise UserError(texts.EMPTY_SQL, phase="reading")
        return self._start(conversation, Exchange(secrets.token_hex(6), Question(clean, (), role), own_sql=True))

    def checked(self, text: str) -> str:
        """The question as it will be asked.

        Raises:
            UserError: It is empty or longer than ``max_question``.
        """
        clean = text.strip()
        if not any(char.isalnum() for char in clean):
            raise UserError(texts.EMPTY_QUESTION, action=texts.EMPTY_QUESTION_ACTION, phase="reading")
        if len(clean) > self.max_question:
            raise UserError(
                texts.too_long(len(clean), self.max_question), action=texts.TOO_LONG_ACTION, phase="reading"
            )
        return clean

    def stop(self, exchange: Exchange) -> None:
        """Give up on an exchange: the page stops waiting now, the worker at its next step."""
        with self._lock:
            if exchange.running:
                exchange.stopped = True
                exchange.ended = time.monotonic()

    def ahead(self, exchange: Exchange) -> int:
        """How many others wait for the model before this one; 0 when it is not waiting."""
        if exchange.step not in MODEL_STEPS:
            return 0
        with self._lock:
            mine = exchange.marks[-1].at
            return sum(
                1
                for other in self._running.values()
                if other is not exchange and other.step in MODEL_STEPS and other.marks[-1].at < mine
            )

    def _start(self, conversation: Conversation, exchange: Exchange) -> Exchange:
        with self._lock:
            if len(self._running) >= MAX_RUNNING:
                raise UserError(texts.BUSY, action=texts.BUSY_ACTION, phase="reading")
            conversation.exchanges.append(exchange)
            self._running[exchange.id] = exchange
        if self._inline:
            self._work(exchange)
        else:
            threading.Thread(target=self._work, args=(exchange,), name=f"ask-{exchange.id}", daemon=True).start()
        return exchange

    def _work(self, exchange: Exchange) -> None:
        answer: Answer | None = None
        try:
            answer = self._answer(exchange)
        except Stopped:
            pass
        except UserError as error:
            answer = failed(exchange, str(error))
        except HoiKhoError as error:
            log.exception("answer failed in phase %s", error.phase)
            answer = failed(exchange, texts.INTERNAL_ERROR)
        finally:
            # Anything unforeseen still ends the exchange, so that no page waits for ever; the thread's excepthook
            # reports it.
            with self._lock:
                self._running.pop(exchange.id, None)
                if not exchange.stopped:
                    exchange.ended = time.monotonic()
                    exchange.answer = answer or failed(exchange, texts.INTERNAL_ERROR)

    def _answer(self, exchange: Exchange) -> Answer:
        def on_step(step: str) -> None:
            if exchange.stopped:
                raise Stopped
            exchange.marks = (*exchange.marks, Mark(step, time.monotonic()))

        if exchange.own_sql:
            on_step("execution")
            return self.assistant.run_sql(exchange.question.text, role=exchange.question.role)
        return self.assistant.ask(exchange.question, on_step=on_step)

    def _drop_oldest(self) -> None:
        for key in list(self._conversations):
            if len(self._conversations) <= MAX_CONVERSATIONS:
                return
            if not self._conversations[key].running:
                del self._conversations[key]


def failed(exchange: Exchange, message: str) -> Answer:
    """An error answer that carries a message for the person."""
    return Answer(
        status=Status.ERROR,
        question=exchange.question.text,
        sql=exchange.question.text if exchange.own_sql else "",
        warnings=(message,),
    )
