"""The assistant: a question in, an Answer out, through a visible tuple of steps.

``PIPELINE`` serves a described warehouse and ``FOREIGN_PIPELINE`` a database that nobody described (``nl2sql.steps``).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from nl2sql.answer.explain import explain_sql
from nl2sql.answer.extras import Extras, extras
from nl2sql.config import Settings
from nl2sql.context import Context
from nl2sql.described import described_by
from nl2sql.errors import POLICY_CODES, ExecutionError, ModelError, QueryRejected, UserError
from nl2sql.generation.draft import MEASURED
from nl2sql.history.audit import open_audit
from nl2sql.history.record import question_record
from nl2sql.model.protocol import Model
from nl2sql.policy import DEFAULT_ROLE, User, local_user
from nl2sql.query.database import Database, open_database
from nl2sql.question.read import Reader
from nl2sql.steps import (
    FOREIGN_PIPELINE,
    PIPELINE,
    READING_PIPELINE,
    SQL_PIPELINE,
    UNTIL_QUERY,
    State,
    Step,
    answer_of,
    execution,
    refused,
    trust_of,
)
from nl2sql.types import Answer, Draft, Question, Reading, Refusal, Status, Trust
from schema.semantic import Catalogue

SYNTHETIC_NOTE = "Dữ liệu mô phỏng, không phải số liệu chính thức."


class Assistant:
    """Answers questions about one database. Safe to call from several threads; the model serves one at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def catalogue(self) -> Catalogue:
        """What it knows about its database."""
        return self._context.catalogue

    @property
    def described(self) -> bool:
        """Whether people wrote its catalogue; otherwise it was drafted from the database."""
        return self._context.described

    @property
    def model(self) -> Model:
        """Its model, opened now if it was not yet."""
        return self._context.model()

    @property
    def database(self) -> Database:
        """Its database, for composing training pairs."""
        return self._context.database

    @property
    def reader(self) -> Reader:
        """Its reader, for suites that measure reading alone."""
        return self._context.reader

    def catalogue_for(self, user: User) -> Catalogue:
        """What exists for a user: areas, columns, metrics and suggestions of the role, and nothing else.

        Raises:
            UserError: The role may not ask this database, or its unit is unknown.
        """
        return self._context.for_user(user).catalogue

    def read(self, text: str, *, user: User) -> Reading:
        """How a text is understood under a user's rights; nothing is drafted or run.

        Raises:
            UserError: As ``catalogue_for``.
        """
        return self._context.for_user(user).reader.read(Question(text))

    def suits(self, text: str, user: User) -> bool:
        """Whether a question that others asked may be offered to a user: the role knows all that it names."""
        try:
            context = self._context.for_user(user)
        except UserError:
            return False
        if context.guard is None:
            return True
        read, whole = context.reader.read(Question(text)), self._context.reader.read(Question(text))
        if read.refusal or read.clarification or read.unread or read.view not in context.catalogue.views:
            return False
        known = context.catalogue.views[read.view].columns()
        named = [f.column for f in whole.filters]
        return all(c in known and context.guard.readable(read.view, c) for c in named)

    def ask(
        self,
        question: Question,
        *,
        user: User | None = None,
        on_step: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
        drawn: bool = True,
    ) -> Answer:
        """Answer a question. Never raises for anything a person typed; failures are answers with status ``error``.

        Args:
            user: Who asks; without one, the person at this machine under ``question.role``.
            cancel: Set from another thread, it ends the model between two tokens and a running query.
            drawn: The answer gets its chart, where one says more than the table; no use where nobody can see it.
        """
        if self._context.settings.route in ("model", *MEASURED):
            self._context.open_ahead(drawn=drawn)  # the file is read while the question is
        steps = PIPELINE if self._context.described else FOREIGN_PIPELINE
        return self._run(State(question, cancel=cancel, drawn=drawn), steps, on_step, user)

    def explain(
        self, question: Question, *, user: User | None = None, on_step: Callable[[str], None] | None = None
    ) -> Answer:
        """The same up to the checked SQL, without running it."""
        steps = PIPELINE if self._context.described else FOREIGN_PIPELINE
        return self._run(State(question), tuple(s for s in steps if s not in UNTIL_QUERY), on_step, user)

    def run_sql(
        self,
        sql: str,
        *,
        role: str = DEFAULT_ROLE,
        units: tuple[str, ...] = (),
        user: User | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """A person's own SQL through the same door, where the role allows it."""
        made = Draft(sql, "person", confidence=1.0)
        asked = Question(sql, role=role, units=units)
        return self._run(State(asked, draft=made, cancel=cancel), SQL_PIPELINE, None, user)

    def check_sql(self, sql: str, *, user: User | None = None) -> QueryRejected | None:
        """What the door has against a person's SQL, with its place; None when it lets it pass. Nothing is run."""
        try:
            self._context.for_user(user or local_user(home=self._context.settings.home)).validate(sql)
        except QueryRejected as error:
            return error
        return None

    def plan(self, sql: str, *, user: User | None = None) -> str:
        """The database's own plan for a person's SQL, after the door.

        Raises:
            UserError: The door rejects it, or the database explains no plans.
        """
        context = self._context.for_user(user or local_user(home=self._context.settings.home))
        return context.database.plan(context.validate(sql))

    def answer_reading(
        self,
        reading: Reading,
        *,
        user: User | None = None,
        on_step: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """Answer a reading that a person changed or chose (see ``nl2sql.question.edit``), its text as the question."""
        state = State(_asked(reading.text, user), reading=reading, cancel=cancel)
        return self._run(state, READING_PIPELINE, on_step, user)

    def rerun(self, answer: Answer, *, user: User | None = None, cancel: threading.Event | None = None) -> Answer:
        """The SQL of an earlier answer run again under a user's rights: links, pins. Its reading and trust stay.

        The SQL passes the door anew; that of a person (``answer.reading`` is None) asks for the right to write SQL.
        """
        source: Literal["verified", "composed", "person"] = "composed" if answer.reading else "person"
        if answer.trust is Trust.VERIFIED:
            source = "verified"
        made = Draft(answer.sql, source, answer.model, confidence=answer.confidence, approval=answer.approval)
        state = State(_asked(answer.question, user), answer.reading, made, cancel=cancel)
        return self._run(state, SQL_PIPELINE, None, user)

    def extras(self, answer: Answer, *, user: User | None = None) -> Extras:
        """Additions to an answer: change and trend of one number, or which condition emptied an empty result."""
        catalogue = self.catalogue_for(user) if user else self.catalogue
        if answer.reading is None or answer.reading.view not in catalogue.views:
            return Extras()
        return extras(answer, lambda reading: self.answer_reading(reading, user=user), catalogue)

    def warm(self, progress: Callable[[str, float], None] | None = None) -> None:
        """Open the model and prepare the constant prompt prefixes: of every view, and of foreign databases."""
        from nl2sql.foreign.prompt import head  # the foreign route's lexicon is only loaded where it is used

        views = [v for v in self.catalogue.views.values() if v.examples] if self._context.described else []
        learnt = self._context.recall.learnt.views if views else {}
        views = [v for v in views if v.name not in learnt]  # an adapted model has no prefix
        jobs = [(view.label, self._context.prefix(view)) for view in views]
        jobs += [("Cơ sở dữ liệu khác", head("sqlite", vietnamese)) for vietnamese in (False, True)]
        for index, (label, messages) in enumerate(jobs):
            if progress:
                progress(label, index / len(jobs))
            self._context.model().warm(messages)
        if progress:
            progress("", 1.0)

    def adopt(self) -> None:
        """Take up what people approved since it was opened; questions under way end as they began.

        Raises:
            CatalogueError: What was approved does not fit the catalogue.
        """
        old = self._context
        known, _ = described_by(old.settings, old.url, old.database)
        made = replace(old, catalogue=known, prefixes={}, scoped=OrderedDict())
        if "recall" in vars(old):  # what an adapter has learnt is not touched by names, examples and queries
            made.recall = old.recall
        _ = made.reader  # built now and not at somebody's next question
        self._context = made

    def close(self) -> None:
        """Free the database connection; a model given from outside stays open."""
        self._context.database.close()
        if "recall" in vars(self._context):
            self._context.recall.close()
        if self._context.audit is not None:
            self._context.audit.close()

    def _scope(self, state: State, user: User | None) -> tuple[State, Context, User | None]:
        """The context of whoever asks; a state with an answer when that person may not ask so."""
        asked, asker = state.question, user
        try:
            asker = user or local_user(asked.role, asked.units, self._context.settings.home)
            if state.draft is not None and state.draft.source == "person" and not asker.permissions.sql_allowed:
                message = f"Vai “{asker.role.label}” không tự viết SQL. Hãy đặt câu hỏi."
                return refused(state, "forbidden", message), self._context, asker
            return replace(state, asker=asker.name), self._context.for_user(asker), asker
        except UserError as error:
            return replace(state, answer=_failed(state, error)), self._context, asker

    def _logged(
        self, state: State, answer: Answer, context: Context, user: User | None, steps: tuple[Step, ...]
    ) -> Answer:
        """The answer, once it is in the log; without a log entry nobody gets anything."""
        if self._context.audit is None:
            return answer
        own = state.draft is not None and state.draft.source == "person"
        event = "sql" if own else "question" if execution in steps else "explain"
        row = question_record(
            event, state.question, answer, user=user, query=state.query, guard=context.guard,
            db=context.database.url,
        )  # fmt: skip
        try:
            self._context.audit.append(row)
        except UserError as error:
            return answer_of(State(state.question), Status.ERROR, refusal=Refusal("audit", str(error)),
                           headline=str(error), timings=answer.timings)  # fmt: skip
        return answer

    def _run(
        self,
        state: State,
        steps: tuple[Step, ...],
        on_step: Callable[[str], None] | None,
        user: User | None = None,
    ) -> Answer:
        timings: dict[str, float] = {}
        started = time.perf_counter()
        state, context, asker = self._scope(state, user)
        for step in steps if state.answer is None else ():
            if on_step:
                on_step(step.__name__)
            at = time.perf_counter()
            try:
                state = step(state, context)
            except (QueryRejected, ExecutionError, ModelError, UserError) as error:
                state = replace(state, answer=_failed(state, error))
            timings[step.__name__] = (time.perf_counter() - at) * 1000
            if state.answer is not None:
                break
        timings["total"] = (time.perf_counter() - started) * 1000
        answer = state.answer or answer_of(
            state, Status.ANSWERED, trust=trust_of(state, self._context),
            explanation=explain_sql(state.query.pretty, state.query.dialect, self.catalogue, state.reading)
            if state.query else "",
            approval=state.draft.approval if state.draft else None,
            confidence=state.draft.confidence if state.draft else 0.0,
        )  # fmt: skip
        notes = (*answer.warnings, SYNTHETIC_NOTE) if self.catalogue.synthetic and answer.result else answer.warnings
        answer = answer.with_(
            timings=timings,
            warnings=notes,
            catalogue_version=self.catalogue.version,
            data_as_of=self.catalogue.as_of,
        )
        return self._logged(state, answer, context, asker, steps)


def _is_persons(state: State) -> bool:
    return state.draft is not None and state.draft.source == "person"


def _asked(text: str, user: User | None) -> Question:
    return Question(text, (), user.role.name, user.units) if user else Question(text)


def _failed(state: State, error: UserError) -> Answer:
    code = getattr(error, "code", "") or error.phase
    refused = isinstance(error, QueryRejected) and (error.code in POLICY_CODES or _is_persons(state))
    status = Status.REFUSED if refused or error.phase == "policy" else Status.ERROR
    return answer_of(state, status, refusal=Refusal(code, str(error)), headline=str(error))


def open_assistant(settings: Settings, *, db: str | None = None, model: Model | None = None) -> Assistant:
    """An assistant over a database.

    A database that holds the catalogue's views is served by the catalogue; any other gets a draft catalogue in memory,
    kept as long as the assistant lives.

    Args:
        db: SQLAlchemy URL; the configured warehouse when None. ``settings.catalogue`` says what describes it.
        model: A model shared with others; otherwise one is opened when first needed.

    Raises:
        UserError: The database cannot be opened.
    """
    url = db or settings.db_url
    database = open_database(url, settings)
    try:
        known, described = described_by(settings, url, database)
    except UserError:
        database.close()
        raise
    return Assistant(Context(settings, known, database, described, model, audit=open_audit(settings), url=url))
