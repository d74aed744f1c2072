"""What the pages need of the assistant; a scripted one stands in for it in tests. No streamlit here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from nl2sql.answer.extras import Extras
from nl2sql.errors import QueryRejected
from nl2sql.model.protocol import Model
from nl2sql.policy import User
from nl2sql.types import Answer, Question, Reading
from schema.semantic import Catalogue

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

    def catalogue_for(self, user: User) -> Catalogue:
        """What exists for a user."""
        ...

    def read(self, text: str, *, user: User) -> Reading:
        """How a text is understood under a user's rights."""
        ...

    def suits(self, text: str, user: User) -> bool:
        """Whether a question that others asked may be offered to a user."""
        ...

    def ask(
        self,
        question: Question,
        *,
        user: User | None = None,
        on_step: OnStep | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """Answer one question, telling ``on_step`` each step as it begins; ``cancel`` set ends a running query."""
        ...

    def run_sql(self, sql: str, *, user: User | None = None, cancel: threading.Event | None = None) -> Answer:
        """Run a person's own SQL through the same door."""
        ...

    def check_sql(self, sql: str, *, user: User | None = None) -> QueryRejected | None:
        """What the door has against a person's SQL; None when it lets it pass."""
        ...

    def plan(self, sql: str, *, user: User | None = None) -> str:
        """The database's plan for a person's SQL."""
        ...

    def answer_reading(
        self,
        reading: Reading,
        *,
        user: User | None = None,
        on_step: OnStep | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """Answer a reading that a person changed."""
        ...

    def rerun(self, answer: Answer, *, user: User | None = None, cancel: threading.Event | None = None) -> Answer:
        """The SQL of an earlier answer run again under a user's rights."""
        ...

    def adopt(self) -> None:
        """Take up what was approved."""
        ...

    def extras(self, answer: Answer, *, user: User | None = None) -> Extras:
        """What the answer tells without being asked."""
        ...
