"""The assistant: a question in, an Answer out, through a visible tuple of steps.

``PIPELINE`` serves a described warehouse and ``FOREIGN_PIPELINE`` a database that nobody described. Each step is a
function of the state so far and of an explicit context; a step that cannot go on sets the answer, and the rest is
skipped.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlglot import exp

from nl2sql.answer.explain import explain_sql
from nl2sql.answer.extras import Extras, extras
from nl2sql.answer.headline import build_headline
from nl2sql.answer.result import describe
from nl2sql.config import Settings
from nl2sql.errors import (
    POLICY_CODES,
    ExecutionError,
    HoiKhoError,
    ModelError,
    QueryRejected,
    UserError,
    WarehouseError,
)
from nl2sql.generation.confidence import DEFAULT_THRESHOLD, calibrated, ingredients, review_below
from nl2sql.generation.draft import MEASURED, Adapted, Workshop, draft
from nl2sql.generation.prompt import prefix
from nl2sql.generation.snap import values_of
from nl2sql.generation.verified import Shelf
from nl2sql.history.audit import AuditLog, open_audit
from nl2sql.history.record import question_record
from nl2sql.model import open_model
from nl2sql.model.protocol import Message, Model
from nl2sql.model.recall import Recall
from nl2sql.policy import DEFAULT_ROLE, Guard, User, guard_for, local_user
from nl2sql.policy.secret import pseudonym_key
from nl2sql.query.database import Database, RawResult, open_database
from nl2sql.query.disclosure import Ledger, check_disclosure, safe_groups
from nl2sql.query.scoped import ScopedValues
from nl2sql.query.validate import validate
from nl2sql.query.value_index import indexed
from nl2sql.question.outcome import is_command
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Answer, Draft, Query, Question, Reading, Refusal, Result, Status, Trust
from schema.introspect import draft_catalogue
from schema.loading import load_catalogue
from schema.saving import with_live_values
from schema.semantic import Catalogue, View

SYNTHETIC_NOTE = "Dữ liệu mô phỏng, không phải số liệu chính thức."
_SCOPES_KEPT = 24


@dataclass
class Context:
    """What the steps work with.

    Attributes:
        described: The catalogue was written by people; otherwise it was drafted from the database itself.
        url: Address of the database, by which its value index is found.
    """

    settings: Settings
    catalogue: Catalogue
    database: Database
    described: bool
    given_model: Model | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    prefixes: dict[str, tuple[Message, ...]] = field(default_factory=dict)
    guard: Guard | None = None
    parent: Context | None = None
    audit: AuditLog | None = None
    scoped: OrderedDict[str, Context] = field(default_factory=OrderedDict)
    url: str = ""

    @cached_property
    def reader(self) -> Reader:
        """The reader over the catalogue's words and the database's values, as far as the role may see them."""
        if self.guard is not None:
            return Reader(self.catalogue, build_vocabulary(self.catalogue, ScopedValues(self.database, self.guard)))
        source = indexed(self.catalogue, self.database, self.settings, self.url)
        return Reader(self.catalogue, build_vocabulary(self.catalogue, source))

    def for_user(self, user: User) -> Context:
        """The same context as a user may see it, with a catalogue, words and prompts of its own.

        Kept for the roles and units last used; nothing of it is shared but the database, the model and the lock.

        Raises:
            UserError: The role may not ask this database, or its unit is unknown.
        """
        if user.role.unrestricted and (self.described or user.permissions.foreign_allowed):
            return self
        key = f"{user.role!r} {user.units!r}"
        with self.lock:
            found = self.scoped.get(key)
            if found is not None:
                self.scoped.move_to_end(key)
                return found
        guard = guard_for(user, self.catalogue, described=self.described, secret=pseudonym_key(self.settings.home))
        allowed = tuple(s for s in self.catalogue.suggestions if self._leads_to(s) in guard.catalogue.views)
        guard = replace(guard, catalogue=replace(guard.catalogue, suggestions=allowed))
        made = replace(self, catalogue=guard.catalogue, guard=guard, parent=self, prefixes={}, scoped=OrderedDict())
        with self.lock:
            made = self.scoped.setdefault(key, made)
            while len(self.scoped) > _SCOPES_KEPT:
                self.scoped.popitem(last=False)
        return made

    def _leads_to(self, suggestion: str) -> str:
        return self.reader.read(Question(suggestion)).view

    @cached_property
    def shelf(self) -> Shelf:
        """The verified queries of the catalogue."""
        return Shelf(self.catalogue, replace(self.reader, names=False).read)

    def model(self) -> Model:
        """The model, opened when it is first needed."""
        if self.parent is not None:
            return self.parent.model()
        with self.lock:
            if self.given_model is None:
                self.given_model = open_model(self.settings)
            return self.given_model

    def learnt(self, view: View) -> Adapted | None:
        """The model with the adapter that has learnt a view; None where the model has to be prompted."""
        if self.parent is not None:
            return self.parent.learnt(view)
        if not self.described or view.name not in self.recall.learnt.views:
            return None
        model = self.recall.model()
        if model is None:
            return None
        if view.name not in self.recall.values:
            self.recall.values[view.name] = values_of(self.reader.vocabulary, view)
        return Adapted(model, self.recall.values[view.name])

    @cached_property
    def recall(self) -> Recall:
        """The adapter in use, chosen once."""
        return Recall(self.settings, self.catalogue)

    def open_ahead(self) -> None:
        """Begin to open the model without waiting for it; a fault is told by whoever needs the model."""

        def work() -> None:
            with contextlib.suppress(ModelError):
                root = self.parent or self
                if not (root.described and root.recall.learnt.adapter and root.recall.model()):
                    self.model()
            import_module("nl2sql.answer.chart")

        if (self.parent or self).given_model is None:
            threading.Thread(target=work, daemon=True).start()

    def prefix(self, view: View) -> tuple[Message, ...]:
        """Constant prompt messages of a view."""
        if view.name not in self.prefixes:
            self.prefixes[view.name] = prefix(self.catalogue, view, replace(self.reader, names=False).read)
        return self.prefixes[view.name]

    def validate(self, sql: str, k: int = 0) -> Query:
        """The door, for this database and this role; ``k`` raises the role's own where groups have to be larger."""
        guard = replace(self.guard, k=k) if self.guard is not None and k > self.guard.k else self.guard
        return validate(sql, self.catalogue, dialect=self.database.dialect, row_cap=self.settings.row_cap, guard=guard)

    def workshop(self, route: str = "", before: str = "", cancel: threading.Event | None = None) -> Workshop:
        """What drafting needs; ``route`` takes the place of the settings' route."""
        return Workshop(
            self.catalogue,
            self.model,
            self.prefix,
            self.validate,
            lambda query: list(self.database.run(query, cancel=cancel).rows),
            route or self.settings.route,
            self.shelf,
            self.database.dialect,
            self.learnt,
            before,
        )


@dataclass(frozen=True)
class State:
    """What is known so far. ``answer`` set means that the question is settled; ``cancel`` set ends a running query."""

    question: Question
    reading: Reading | None = None
    draft: Draft | None = None
    query: Query | None = None
    raw: RawResult | None = None
    result: Result | None = None
    answer: Answer | None = None
    asker: str = ""
    cancel: threading.Event | None = None


T = TypeVar("T")
Step = Callable[[State, Context], State]


def _known(value: T | None) -> T:
    """What an earlier step has left."""
    if value is None:
        raise HoiKhoError("a step was run before the one that it needs", phase="pipeline")
    return value


def reading(state: State, context: Context) -> State:
    """Question → Reading."""
    text = state.question.text
    limit = context.settings.max_question
    if len(text) > limit:
        return _refused(state, "too_long", f"Câu hỏi dài {len(text)} ký tự, quá {limit}. Hãy hỏi ngắn gọn hơn.")
    read = context.reader.read(state.question)
    state = replace(state, reading=read)
    if read.clarification:
        return replace(state, answer=_answer(state, Status.CLARIFY, clarification=read.clarification,
                                             headline=read.clarification.question))  # fmt: skip
    if read.refusal:
        return _refused(state, read.refusal.code, read.refusal.message)
    return state


def generation(state: State, context: Context) -> State:
    """Reading → Draft."""
    workshop = context.workshop(before=_before(state), cancel=state.cancel)
    return _weighed(replace(state, draft=draft(_known(state.reading), workshop)))


def _before(state: State) -> str:
    """The question of the turn before, or empty."""
    return state.question.turns[-1] if state.question.turns else ""


def _weighed(state: State) -> State:
    """The draft with the calibrated probability in place of its own confidence, and what that rests on."""
    made = _known(state.draft)
    found = ingredients(_known(state.reading), made)
    return replace(state, draft=replace(made, evidence=found, confidence=calibrated(made, found)))


def composition(state: State, context: Context) -> State:
    """Reading → Draft without the model where the reading can be composed, with it otherwise."""
    read = _known(state.reading)
    if read.view not in context.catalogue.views:
        return _refused(state, "forbidden", "Vai của bạn không xem được mảng dữ liệu của câu hỏi này.")
    try:
        return _weighed(replace(state, draft=draft(read, context.workshop("composed", cancel=state.cancel))))
    except QueryRejected as error:
        if context.settings.route == "composed" or error.code != "unsupported":
            raise
    return generation(state, context)


def proposal(state: State, context: Context) -> State:
    """Question → Reading and Draft, for a database that nobody described."""
    from nl2sql.foreign.route import propose  # the foreign route's lexicon is only loaded where it is used

    if not state.question.text.strip():
        return _refused(state, "empty", "Câu hỏi trống. Hãy gõ câu hỏi về dữ liệu.")
    limit = context.settings.max_question
    if len(state.question.text) > limit:
        return _refused(state, "too_long", f"Câu hỏi dài quá {limit} ký tự. Hãy hỏi ngắn gọn hơn.")
    if is_command(state.question.text):
        return _refused(state, "unsafe", "Tôi chỉ đọc số liệu, không thực hiện yêu cầu này. Hãy hỏi về dữ liệu.")
    read, drafted = propose(state.question, context.catalogue, context.database, context.model())
    state = replace(state, reading=read, draft=drafted)
    if read.clarification:
        return replace(state, answer=_answer(state, Status.CLARIFY, clarification=read.clarification,
                                             headline=read.clarification.question))  # fmt: skip
    if read.refusal:
        return _refused(state, read.refusal.code, read.refusal.message)
    return state


def validation(state: State, context: Context) -> State:
    """Draft → Query, through the door."""
    query = context.validate(_known(state.draft).sql)
    if query.probes and context.guard is not None:
        query = safe_groups(query, context.guard, context.database, partial(context.validate, _known(state.draft).sql))
        ledger = Ledger(context.settings.home)
        check_disclosure(query.probes, context.guard, context.database, ledger, state.asker)
    return replace(state, query=query)


def execution(state: State, context: Context) -> State:
    """Query → rows."""
    return replace(
        state, raw=context.database.run(_known(state.query), timeout_s=context.settings.timeout_s, cancel=state.cancel)
    )


def presentation(state: State, context: Context) -> State:
    """Rows → Answer."""
    from nl2sql.answer.chart import build_chart  # the drawing library takes a third of a second to import

    query = _known(state.query)
    result = describe(_known(state.raw), query, state.reading, context.catalogue)
    state = replace(state, result=result)
    empty = not result.rows or all(v is None for row in result.rows for v in row)
    bounded = bool(state.reading and state.reading.thresholds)
    status = Status.NO_DATA if empty and not (bounded and not result.rows) else Status.ANSWERED
    return replace(
        state,
        answer=_answer(
            state,
            status,
            result=result,
            headline=build_headline(result, state.reading, context.catalogue),
            explanation=explain_sql(query.pretty, query.dialect, context.catalogue, state.reading),
            chart=build_chart(result, state.reading, context.catalogue) if not empty else None,
            trust=_trust(state, context),
            approval=state.draft.approval if state.draft else None,
            confidence=state.draft.confidence if state.draft else 1.0,
            evidence=state.draft.evidence if state.draft else {},
            warnings=_warnings(state, context),
        ),
    )


PIPELINE: tuple[Step, ...] = (reading, generation, validation, execution, presentation)
FOREIGN_PIPELINE: tuple[Step, ...] = (proposal, validation, execution, presentation)
SQL_PIPELINE: tuple[Step, ...] = (validation, execution, presentation)
READING_PIPELINE: tuple[Step, ...] = (composition, validation, execution, presentation)
UNTIL_QUERY = (execution, presentation)


def _trust(state: State, context: Context) -> Trust:
    """How far to rely on it. The calibrated threshold holds for the catalogue that it was measured on."""
    made = state.draft
    if made is None or made.source == "person":
        return Trust.GENERATED
    if made.source == "verified":
        return Trust.VERIFIED
    threshold = review_below() if context.described else DEFAULT_THRESHOLD
    doubtful = made.confidence < threshold or made.complaints or (state.reading and state.reading.unread)
    return Trust.REVIEW if doubtful else Trust.GENERATED


def _warnings(state: State, context: Context) -> tuple[str, ...]:
    found: list[str] = []
    if state.reading and state.reading.unread and state.draft and state.draft.source != "person":
        words = ", ".join(f"“{s.text}”" for s in state.reading.unread)
        found.append(f"Chưa hiểu phần {words} trong câu hỏi; hãy kiểm tra lại cách hiểu.")
    if state.draft and state.draft.complaints:
        found.append("Câu truy vấn cần xem lại: " + "; ".join(state.draft.complaints) + ".")
    if state.query:
        found.extend(state.query.warnings)
        if context.guard is not None:
            found.extend(context.guard.notes(state.query.tables, state.query.columns))
    if state.result and state.result.truncated:
        found.append(f"Chỉ hiển thị {state.result.row_count} dòng đầu, còn nữa.")
    return tuple(found)


def _answer(state: State, status: Status, **parts: Any) -> Answer:
    return Answer(
        status=status,
        question=state.question.text,
        reading=state.reading,
        sql=state.query.pretty if state.query else "",
        dialect=state.query.dialect if state.query else "",
        model=state.draft.model if state.draft else "",
        **parts,
    )


def _refused(state: State, code: str, message: str) -> State:
    status = Status.NO_DATA if code == "future" else Status.REFUSED
    return replace(state, answer=_answer(state, status, refusal=Refusal(code, message), headline=message))


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

    def ask(
        self,
        question: Question,
        *,
        user: User | None = None,
        on_step: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """Answer a question. Never raises for anything a person typed; failures are answers with status ``error``.

        Args:
            user: Who asks; without one, the person at this machine under ``question.role``.
            cancel: Set from another thread, it interrupts a query that runs in the database.
        """
        if self._context.settings.route in ("model", *MEASURED) or not self._context.described:
            self._context.open_ahead()  # the file is read while the question is
        steps = PIPELINE if self._context.described else FOREIGN_PIPELINE
        return self._run(State(question, cancel=cancel), steps, on_step, user)

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
        learnt = self._context.recall.learnt.views if views else frozenset()
        views = [v for v in views if v.name not in learnt]  # an adapted model has no prefix
        jobs = [(view.label, self._context.prefix(view)) for view in views]
        jobs += [("Cơ sở dữ liệu khác", head("sqlite", vietnamese)) for vietnamese in (False, True)]
        for index, (label, messages) in enumerate(jobs):
            if progress:
                progress(label, index / len(jobs))
            self._context.model().warm(messages)
        if progress:
            progress("", 1.0)

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
                refused = f"Vai “{asker.role.label}” không tự viết SQL. Hãy đặt câu hỏi."
                return _refused(state, "forbidden", refused), self._context, asker
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
            return _answer(State(state.question), Status.ERROR, refusal=Refusal("audit", str(error)),
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
        answer = state.answer or _answer(
            state, Status.ANSWERED, trust=_trust(state, self._context),
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
    return _answer(state, status, refusal=Refusal(code, str(error)), headline=str(error))


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
        known, described = _described_by(settings, url, database)
    except UserError:
        database.close()
        raise
    return Assistant(Context(settings, known, database, described, model, audit=open_audit(settings), url=url))


def _described_by(settings: Settings, url: str, database: Database) -> tuple[Catalogue, bool]:
    """The catalogue of a database, and whether people described it there."""
    catalogue = load_catalogue(Path(settings.catalogue) if settings.catalogue else None)
    if catalogue.draft:
        return with_live_values(catalogue, draft_catalogue(url)), False
    lacking = _lacking(database, catalogue)
    if lacking is None:
        return catalogue, True
    if settings.catalogue:
        raise WarehouseError(
            f"Danh mục «{settings.catalogue}» không khớp với cơ sở dữ liệu này.",
            action=f'Hãy chạy: hoikho catalogue check "{settings.catalogue}" --db URL.',
        )
    if url == f"duckdb:///{settings.warehouse_file}":
        raise WarehouseError(
            f"Kho dữ liệu mô phỏng trên máy không khớp với danh mục hiện nay (bản cũ hoặc dở dang): thiếu {lacking}.",
            action="Hãy chạy: hoikho setup.",
        )
    if lacking.column:  # every table is there: it is this warehouse, of an older catalogue
        raise WarehouseError(
            f"Kho dữ liệu được dựng theo danh mục cũ: thiếu {lacking}.",
            action="Hãy dựng lại kho: hoikho warehouse build --db URL, "
            "hoặc chỉ danh mục khớp với kho bằng HOIKHO_CATALOGUE.",
        )
    return draft_catalogue(url), False


@dataclass(frozen=True)
class _Lack:
    """A table of the catalogue that a database does not have, or has without a column."""

    table: str
    column: str = ""

    def __str__(self) -> str:
        return f"cột «{self.column}» của bảng «{self.table}»" if self.column else f"bảng «{self.table}»"


def _lacking(database: Database, catalogue: Catalogue) -> _Lack | None:
    """What the database lacks of the catalogue, tables before columns; None when it holds everything."""
    short: _Lack | None = None
    for view in catalogue.views.values():
        if _readable(database, view, tuple(view.columns())):
            continue
        if not _readable(database, view, ()):
            return _Lack(view.name)
        missing = (name for name in view.columns() if not _readable(database, view, (name,)))
        short = short or next((_Lack(view.name, name) for name in missing), None)
    return short


def _readable(database: Database, view: View, columns: tuple[str, ...]) -> bool:
    """Whether columns of a view can be read; without columns, whether the view can.

    Raises:
        ExecutionError: The database cannot be asked at all.
    """

    def quoted(name: str) -> str:
        return exp.to_identifier(name, quoted=True).sql(dialect=database.dialect)

    # With the table before it, or SQLite takes an unknown quoted name for a text.
    listed = ", ".join(f"v.{quoted(name)}" for name in columns) or "1 AS x"
    try:
        database.scalar(f"SELECT COUNT(*) FROM (SELECT {listed} FROM {quoted(view.name)} AS v LIMIT 1) AS t")  # noqa: S608
    except ExecutionError as error:
        if error.code == "failed":
            return False
        raise
    return True
