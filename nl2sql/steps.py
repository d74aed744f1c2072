"""The steps from a question to an answer, and the orders in which they are taken.

Each is a function of the state so far and of an explicit context; a step that cannot go on sets the answer, and the
rest is skipped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from nl2sql.answer.explain import explain_sql
from nl2sql.answer.headline import build_headline
from nl2sql.answer.result import describe
from nl2sql.context import Context
from nl2sql.errors import (
    HoiKhoError,
    ModelError,
    QueryRejected,
)
from nl2sql.generation.confidence import DEFAULT_THRESHOLD, calibrated, ingredients, review_below
from nl2sql.generation.draft import draft
from nl2sql.model.stoppable import stoppable
from nl2sql.query.database import RawResult
from nl2sql.query.disclosure import Ledger, check_disclosure, safe_groups
from nl2sql.question.orders import SAID, order
from nl2sql.types import Answer, Draft, Query, Question, Reading, Refusal, Result, Status, Trust
from schema.semantic import Catalogue

if TYPE_CHECKING:
    from nl2sql.foreign.flat_reading import Offer


@dataclass(frozen=True)
class State:
    """What is known so far. ``answer`` set means that the question is settled; ``cancel`` set ends a running query.

    Attributes:
        drawn: The answer gets its chart; the drawing library costs what a fifth of a question does.
        catalogue: Words and labels of the answer, where they are not the context's: the flat views of a database that
            nobody described.
    """

    question: Question
    reading: Reading | None = None
    draft: Draft | None = None
    query: Query | None = None
    raw: RawResult | None = None
    result: Result | None = None
    answer: Answer | None = None
    asker: str = ""
    cancel: threading.Event | None = None
    catalogue: Catalogue | None = None
    drawn: bool = True


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
        return refused(state, "too_long", f"Câu hỏi dài {len(text)} ký tự, quá {limit}. Hãy hỏi ngắn gọn hơn.")
    read = context.reader.read(state.question)
    state = replace(state, reading=read)
    if read.clarification:
        return replace(state, answer=answer_of(state, Status.CLARIFY, clarification=read.clarification,
                                             headline=read.clarification.question))  # fmt: skip
    if read.refusal:
        return refused(state, read.refusal.code, read.refusal.message)
    return state


def generation(state: State, context: Context) -> State:
    """Reading → Draft."""
    workshop = context.workshop(turns=state.question.turns, cancel=state.cancel)
    weighed = _weighed(replace(state, draft=draft(_known(state.reading), workshop)))
    made = _known(weighed.draft)
    return replace(weighed, reading=made.reading) if made.reading is not None else weighed


def _weighed(state: State) -> State:
    """The draft with the calibrated probability in place of its own confidence, and what that rests on."""
    made = _known(state.draft)
    found = ingredients(_known(state.reading), made)
    return replace(state, draft=replace(made, evidence=found, confidence=calibrated(made, found)))


def composition(state: State, context: Context) -> State:
    """Reading → Draft without the model where the reading can be composed, with it otherwise."""
    read = _known(state.reading)
    if not context.described and read.view not in context.catalogue.views:
        return _composed_alone(state, _offer_reading(read, context))
    if read.view not in context.catalogue.views:
        return refused(state, "forbidden", "Vai của bạn không xem được mảng dữ liệu của câu hỏi này.")
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
        return refused(state, "empty", "Câu hỏi trống. Hãy gõ câu hỏi về dữ liệu.")
    limit = context.settings.max_question
    if len(state.question.text) > limit:
        return refused(state, "too_long", f"Câu hỏi dài quá {limit} ký tự. Hãy hỏi ngắn gọn hơn.")
    ordered = order(state.question.text)
    if ordered is not None:
        return refused(state, "unsafe", f"{SAID[ordered]} Hãy hỏi về dữ liệu.")
    offered = _offer(state, context)
    if offered is not None and offered.draft is not None and offered.sure:
        return replace(state, reading=offered.reading, draft=offered.draft, catalogue=offered.catalogue)
    if context.settings.route == "composed":
        return _composed_alone(state, offered)
    try:
        model = stoppable(context.model(), state.cancel)
        read, drafted = propose(state.question, context.catalogue, context.database, model)
    except ModelError:
        if offered is None or offered.draft is None:
            raise
        return _composed_alone(state, offered)  # what was understood is shown, and what was not is said
    state = replace(state, reading=read, draft=drafted)
    if read.clarification:
        return replace(state, answer=answer_of(state, Status.CLARIFY, clarification=read.clarification,
                                             headline=read.clarification.question))  # fmt: skip
    if read.refusal:
        return refused(state, read.refusal.code, read.refusal.message)
    return state


def _offer(state: State, context: Context) -> Offer | None:
    """What can be composed over a database that nobody described; nothing for a role that sees a part of it only."""
    from nl2sql.foreign.flat_reading import offer

    if context.guard is not None or context.settings.route not in ("auto", "composed"):
        return None
    return offer(state.question, context.catalogue, context.database, context.validate)


def _offer_reading(read: Reading, context: Context) -> Offer | None:
    from nl2sql.foreign.flat_reading import offer_reading

    if context.guard is not None:
        return None
    return offer_reading(read, context.catalogue, context.database, context.validate)


def _composed_alone(state: State, offered: Offer | None) -> State:
    """The composed SQL without a model's help, or what there is to say instead.

    Raises:
        QueryRejected: Nothing was composed.
    """
    if offered is not None and offered.draft is not None:
        return replace(state, reading=offered.reading, draft=offered.draft, catalogue=offered.catalogue)
    read = offered.reading if offered is not None else None
    if read is not None and read.clarification:
        return replace(state, answer=answer_of(state, Status.CLARIFY, clarification=read.clarification,
                                             headline=read.clarification.question))  # fmt: skip
    raise QueryRejected("Chưa dựng được câu truy vấn cho câu hỏi này.", code="unsupported",
                        action="Hãy nêu tên bảng, cột hay giá trị có trong dữ liệu.")  # fmt: skip


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
    query = _known(state.query)
    catalogue = state.catalogue or context.catalogue
    result = describe(_known(state.raw), query, state.reading, catalogue)
    state = replace(state, result=result)
    empty = not result.rows or all(v is None for row in result.rows for v in row)
    bounded = bool(state.reading and state.reading.thresholds)
    status = Status.NO_DATA if empty and not (bounded and not result.rows) else Status.ANSWERED
    return replace(
        state,
        answer=answer_of(
            state,
            status,
            result=result,
            headline=build_headline(result, state.reading, catalogue),
            explanation=explain_sql(query.pretty, query.dialect, catalogue, state.reading),
            chart=_chart(result, state.reading, catalogue) if state.drawn and not empty else None,
            trust=trust_of(state, context),
            approval=state.draft.approval if state.draft else None,
            confidence=state.draft.confidence if state.draft else 1.0,
            evidence=state.draft.evidence if state.draft else {},
            warnings=_warnings(state, context),
        ),
    )


def _chart(result: Result, read: Reading | None, catalogue: Catalogue) -> dict[str, Any] | None:
    from nl2sql.answer.chart import build_chart  # the drawing library takes a third of a second to import

    return build_chart(result, read, catalogue)


PIPELINE: tuple[Step, ...] = (reading, generation, validation, execution, presentation)
FOREIGN_PIPELINE: tuple[Step, ...] = (proposal, validation, execution, presentation)
SQL_PIPELINE: tuple[Step, ...] = (validation, execution, presentation)
READING_PIPELINE: tuple[Step, ...] = (composition, validation, execution, presentation)
UNTIL_QUERY = (execution, presentation)


def trust_of(state: State, context: Context) -> Trust:
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


def answer_of(state: State, status: Status, **parts: Any) -> Answer:
    return Answer(
        status=status,
        question=state.question.text,
        reading=state.reading,
        sql=state.query.pretty if state.query else "",
        dialect=state.query.dialect if state.query else "",
        model=state.draft.model if state.draft else "",
        **parts,
    )


def refused(state: State, code: str, message: str) -> State:
    status = Status.NO_DATA if code == "future" else Status.REFUSED
    return replace(state, answer=answer_of(state, status, refusal=Refusal(code, message), headline=message))
