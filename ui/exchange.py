"""A question and what became of it, and the conversation that it stands in. No streamlit here."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field

from nl2sql.answer.extras import Extras
from nl2sql.history.conversations import Kept
from nl2sql.policy import User
from nl2sql.types import Answer, Question, Reading, Status

MAX_TURNS = 12
CONTEXT_STATUSES = frozenset({Status.ANSWERED, Status.NO_DATA, Status.CLARIFY})


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
        user: Who asked; None stands for the person at this machine.
        own_sql: The text is a person's SQL.
        reading: A reading that the person changed by hand; the text is then only what it says.
        source: An earlier answer that is run again (a link, a pin).
        before: The exchange whose place this one took when its reading was changed.
        marks: Steps that have begun, in order.
        answer: Set once, when the work has ended.
        stopped: The person stopped it; a late answer is dropped.
        cancel: Set with ``stopped``, so that the database lets go of the query too.
        extras: Additions, set after the answer; None while they are worked on.
    """

    id: str
    question: Question
    user: User | None = None
    own_sql: bool = False
    reading: Reading | None = None
    source: Answer | None = None
    before: Exchange | None = None
    asked_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    marks: tuple[Mark, ...] = ()
    answer: Answer | None = None
    stopped: bool = False
    extras: Extras | None = None
    cancel: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

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
    owner: str = ""
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


def restored(kept: Kept, user: User) -> Exchange:
    """A kept exchange as the pages know it; one that the machine left unfinished counts as stopped."""
    now = time.monotonic()
    return Exchange(
        kept.id,
        kept.question,
        user,
        kept.own_sql,
        asked_at=kept.asked_at,
        started=now - kept.seconds,
        ended=now,
        answer=kept.answer,
        stopped=kept.answer is None,
    )


def failed(exchange: Exchange, message: str) -> Answer:
    """An error answer that carries a message for the person."""
    return Answer(
        status=Status.ERROR,
        question=exchange.question.text,
        sql=exchange.question.text if exchange.own_sql else "",
        warnings=(message,),
    )
