"""From a reading to SQL: the model's candidate, the composed candidate, the checks, and the choice between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlglot
from sqlglot.errors import SqlglotError

from nl2sql.errors import POLICY_CODES, QueryRejected, UserError
from nl2sql.generation.adapted import MAX_TOKENS as RECALLED_TOKENS
from nl2sql.generation.adapted import NO_SQL, STOP, adapted_prompt, line_of, meant, restored
from nl2sql.generation.checks import check
from nl2sql.generation.compose import compose
from nl2sql.generation.covered import Covered, covered
from nl2sql.generation.ground import grounded
from nl2sql.generation.outline_read import OutlineError
from nl2sql.generation.prompt import MAX_TOKENS, question_prompt, retry_prompt
from nl2sql.generation.recalled import in_words, kept_to, made_whole, misled
from nl2sql.generation.rows import same_rows
from nl2sql.generation.snap import Values
from nl2sql.generation.verified import Shelf
from nl2sql.model.adapter_fit import needs
from nl2sql.model.protocol import Message, Model, Prompt
from nl2sql.question.defaults import usual_conditions
from nl2sql.types import Draft, Query, Reading, Shape
from schema.semantic import Catalogue, View

CERTAIN = 0.9
"""Readings at least this certain are answered by the composed candidate when the route is ``auto``."""

SECOND_OPINION_TOKENS = 125
"""Longest draft waited for where the composed candidate stands: five seconds of writing on the reference machine."""

AGAIN = 3
"""So many further answers the adapted model gives where its first is in doubt."""

WARMTH = 0.7
"""Temperature of further answers."""

MEASURED = frozenset({"adapter", "adapter-bare", "adapter-wrong"})
"""Routes that give what the adapted model writes, right or wrong: for measuring it alone."""

Validate = Callable[[str], Query]
Rows = Callable[[Query], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Adapted:
    """A model with an adapter that has learnt the view.

    Attributes:
        values: The view's stored values, for mending its literals.
        fresh: Parts of the view that the adapter has never seen (``adapter_fit.news``).
    """

    model: Model
    values: Values
    fresh: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Workshop:
    """What drafting needs besides the reading.

    Attributes:
        prefix: Constant messages of a view.
        validate: The door; raises ``QueryRejected``.
        rows: Runs a checked query, for comparing candidates by result.
        route: ``auto`` (the model is asked where the reading leaves something open), ``model`` (always asked) or
            ``composed`` (never asked).
        dialect: The database's; composed and verified SQL is brought into it.
        adapted: The model that has learnt a view, where there is one; it is asked in place of ``model``.
        before: What the turn before was understood as, where there was one.
        shelf: The verified queries, which go before every other candidate unless the model is always asked.
    """

    catalogue: Catalogue
    model: Callable[[], Model]
    prefix: Callable[[View], tuple[Message, ...]]
    validate: Validate
    rows: Rows
    route: str = "auto"
    shelf: Shelf | None = None
    dialect: str = "duckdb"
    adapted: Callable[[View], Adapted | None] = lambda _view: None
    before: Callable[[], Reading | None] = lambda: None


@dataclass(frozen=True)
class _Candidate:
    sql: str
    query: Query | None
    complaints: tuple[str, ...]
    fault: str = ""
    attempts: int = 1
    cut: bool = False
    model: str = ""
    reading: Reading | None = None
    doubts: tuple[str, ...] = ()
    declined: bool = False


def draft(reading: Reading, shop: Workshop) -> Draft:
    """The best candidate for a reading.

    Raises:
        QueryRejected: No candidate passed the door.
        ModelError: The model was needed and cannot be used.
    """
    if shop.route in MEASURED:
        return _measured(reading, shop.catalogue.views[reading.view], shop)
    approved = shop.shelf.find(reading) if shop.shelf and shop.route != "model" else None
    if approved is not None and _passes(sql := in_dialect(approved.sql, shop.dialect), shop):
        return Draft(sql, "verified", confidence=1.0, approval=approved.approval)
    view = shop.catalogue.views[reading.view]
    composed = _composed(reading, view, shop)
    sure = composed is not None and composed.query is not None
    if (
        sure
        and composed
        and (
            shop.route == "composed"
            or reading.terms
            or reading.beside
            or (shop.route == "auto" and reading.certainty >= CERTAIN)
        )
    ):
        return Draft(composed.sql, "composed", complaints=composed.complaints, confidence=0.92 * reading.certainty)
    if shop.route == "composed":
        raise QueryRejected("Chưa dựng được câu truy vấn cho câu hỏi này.", code="unsupported",
                            action="Hãy hỏi cụ thể hơn về chỉ tiêu, kỳ và cách chia nhóm.")  # fmt: skip
    settled = composed if sure and not reading.unread else None
    learnt = _learnt(reading, view, shop)
    written = _recalled(reading, view, shop, learnt) if learnt else _written(reading, view, shop, settled)
    return choose(reading, composed, written, shop)


def _learnt(reading: Reading, view: View, shop: Workshop) -> Adapted | None:
    """The adapted model, where it has learnt all that the reading leans on."""
    learnt = shop.adapted(view)
    line = line_of(reading, shop.catalogue)
    if learnt is None or needs(line, learnt.fresh, rows=reading.shape is Shape.ROWS):
        return None
    return learnt


def in_dialect(sql: str, dialect: str) -> str:
    """SQL of our own making in the database's dialect: a quotient of whole numbers, say, keeps its fraction there."""
    return sql if dialect == "duckdb" else sqlglot.transpile(sql, read="duckdb", write=dialect)[0]


def _recalled(reading: Reading, view: View, shop: Workshop, learnt: Adapted) -> _Candidate:
    """What the adapted model writes with the hint; where the door rejects that, what it writes from the words alone."""
    first = _recall(reading, view, shop, learnt, hinted=True)
    if first.query is not None:
        return first
    second = _bare(reading, view, shop, learnt)
    return replace(second if second.query is not None else first, attempts=2)


def _bare(reading: Reading, view: View, shop: Workshop, learnt: Adapted) -> _Candidate:
    """What the adapted model writes from the words alone: asked again where its first answer is in doubt.

    It is asked until it gives an answer without doubts twice, ``AGAIN`` times at most. Then the answer with the fewest
    doubts is taken, of those the one that was given most often. The reader's reading has no part in the choice.
    """
    first = _recall(reading, view, shop, learnt, hinted=False)
    if first.declined or (first.query is not None and not first.doubts):
        return first
    found = [first]
    for seed in range(1, AGAIN + 1):
        found.append(_recall(reading, view, shop, learnt, hinted=False, seed=seed))
        sound = [c.sql for c in found if c.query is not None and not c.doubts]
        if len(sound) > len(set(sound)):  # one was given twice
            break
    often = Counter(c.sql for c in found)
    return min(found, key=lambda c: (c.query is None, len(c.doubts), -often[c.sql]))


def _recall(
    reading: Reading, view: View, shop: Workshop, learnt: Adapted, *, hinted: bool, seed: int = 0
) -> _Candidate:
    """One answer of the adapted model: an outline, composed, its literals mended, through the door.

    Args:
        seed: 0 for its likeliest answer; else another that it may give.
    """
    catalogue = shop.catalogue

    def stored(name: str) -> Values | None:
        other = learnt if name == view.name else shop.adapted(catalogue.views[name])
        return other.values if other is not None else None

    before = shop.before() if reading.carried else None
    hint = line_of(reading, catalogue) if hinted else ""
    prompt = adapted_prompt(
        reading.text, misled(hint, catalogue) if shop.route == "adapter-wrong" else hint,
        line_of(before, catalogue) if before is not None and before.view in catalogue.views else "",
    )  # fmt: skip
    written = learnt.model.complete(
        prompt, max_tokens=RECALLED_TOKENS, stop=STOP, temperature=WARMTH if seed else 0.0, seed=seed
    )
    name, line = learnt.model.name, written.text.strip()
    if line.startswith(NO_SQL):
        return _Candidate("", None, ("mô hình cho là kho không có số liệu này",), model=name, declined=True)
    sql = ""
    try:
        literals = grounded(restored(line, reading, catalogue) if hinted else line, catalogue, stored)
        found = meant(literals.line, catalogue, question=reading.text)
        view, values = catalogue.views[found.view], stored(found.view)
        if values is None:
            raise OutlineError(line)  # it never learnt that view as it is now, so nothing can be said of its values
        found = kept_to(found, reading if hinted else None, reading.text, literals, values, before)
        whole = Covered(found)
        if not hinted:
            whole = covered(reading.text, found, view, values, literals.words, before, catalogue)
        found = whole.reading
        found = made_whole(replace(found, filters=usual_conditions(found, view)[0]), view)
        plain = compose(found, catalogue)
        if plain is None:
            raise OutlineError(line)
        sql = in_dialect(plain, shop.dialect)
        query = shop.validate(sql)
    except (OutlineError, SqlglotError, QueryRejected) as error:
        return _Candidate(sql or line, None, (str(error),), str(error), cut=not written.stopped, model=name)
    strange = tuple(f"kho không có giá trị “{words}”" for _, words in sorted(literals.unknown))
    left = tuple(f"câu hỏi nói “{words}”, câu trả lời không dùng" for words in whole.left)
    strange += tuple(f"không ai nói “{value}”" for value in whole.strange)
    return _Candidate(
        sql,
        query,
        (*check(sql, reading, view), *strange, *left),
        model=name,
        reading=found,
        doubts=(*strange, *left),
    )


def _measured(reading: Reading, view: View, shop: Workshop) -> Draft:
    """The adapted model's answer alone, for measuring it."""
    learnt = _learnt(reading, view, shop)
    ask = _bare if shop.route == "adapter-bare" else _recalled
    found = ask(reading, view, shop, learnt) if learnt is not None else None
    if found is None or found.query is None:
        raise QueryRejected("Mô hình tinh chỉnh chưa trả lời được câu này.", code="generation",
                            action="Hãy bỏ HOIKHO_ROUTE để dùng đường thường.")  # fmt: skip
    return Draft(found.sql, "model", found.model, complaints=found.complaints, confidence=0.6)


def _passes(sql: str, shop: Workshop) -> bool:
    """Whether the door lets a query through: a role that sees less than the approver has to do without it."""
    try:
        shop.validate(sql)
    except QueryRejected:
        return False
    return True


def _composed(reading: Reading, view: View, shop: Workshop) -> _Candidate | None:
    plain = compose(reading, shop.catalogue)
    if plain is None:
        return None
    sql = in_dialect(plain, shop.dialect)
    try:
        return _Candidate(sql, shop.validate(sql), check(plain, reading, view))
    except QueryRejected as error:
        if error.code in POLICY_CODES:  # the question itself asks for what the role may not see
            raise
        return _Candidate(sql, None, (str(error),), str(error))


def _written(reading: Reading, view: View, shop: Workshop, settled: _Candidate | None) -> _Candidate:
    """What the model writes, with one more try that names the fault.

    Where the composed candidate would stand against a draft that departs from the reading, that draft is not asked
    for again, nor let run on far beyond that candidate's length; one that the door rejects always gets a second try.
    """
    messages = shop.prefix(view)
    room = min(SECOND_OPINION_TOKENS, len(settled.sql) // 3 + 30) if settled else MAX_TOKENS
    first = _attempt(question_prompt(messages, reading, view), reading, view, shop, room)
    if first.query is not None and (settled is not None or not first.complaints):
        return first
    if settled is not None and first.cut:
        return first
    fault = first.fault or "; ".join(first.complaints)
    second = _attempt(retry_prompt(messages, reading, view, first.sql, fault), reading, view, shop, room)
    better = second if _rank(second) < _rank(first) else first
    return _Candidate(better.sql, better.query, better.complaints, better.fault, attempts=2, model=better.model)


def _rank(candidate: _Candidate) -> tuple[bool, int]:
    return candidate.query is None, len(candidate.complaints)


def _attempt(prompt: Prompt, reading: Reading, view: View, shop: Workshop, room: int) -> _Candidate:
    model = shop.model()
    written = model.complete(prompt, max_tokens=room, stop=(";", "\n\n", "<|im_end|>"))
    sql = bare_sql(written.text)
    try:
        query = shop.validate(sql)
    except QueryRejected as error:
        return _Candidate(sql, None, (str(error),), str(error), cut=not written.stopped, model=model.name)
    return _Candidate(sql, query, check(sql, reading, view), model=model.name)


def bare_sql(text: str) -> str:
    """The statement inside what a model wrote: code fences, a trailing semicolon and prose after it are taken off."""
    body = text.strip()
    if "```" in body:
        inside = body.split("```")[1]
        body = inside.removeprefix("sql").strip()
    return body.strip().rstrip(";").strip()


def choose(reading: Reading, composed: _Candidate | None, written: _Candidate, shop: Workshop) -> Draft:
    """One draft of two candidates; agreement by result raises the confidence.

    Where they differ, the composed one stands when the question was understood whole; where words stay unread, what
    the model wrote stands if it keeps to everything that was read.
    """
    name = written.model
    usable = composed is not None and composed.query is not None
    if written.query is None:
        if not usable or composed is None:
            raise QueryRejected("Chưa dựng được câu truy vấn đúng cho câu hỏi này.", code="generation",
                                action="Hãy hỏi ngắn hơn hoặc nêu rõ chỉ tiêu, kỳ và đơn vị.")  # fmt: skip
        return Draft(composed.sql, "composed", name, written.attempts, confidence=0.7 * reading.certainty)
    theirs = in_words(written.reading, shop.catalogue) if written.reading is not None else None
    taken = replace(theirs, text=reading.text, unread=reading.unread, certainty=reading.certainty,
                    carried=reading.carried) if theirs else None  # fmt: skip
    if not usable or composed is None or composed.query is None:
        return Draft(written.sql, "model", name, written.attempts, written.complaints, reading=taken,
                     confidence=0.6 * reading.certainty if not written.complaints else 0.3)  # fmt: skip
    if _same_text(composed.sql, written.sql) or _same_rows(composed.query, written.query, shop):
        return Draft(composed.sql, "model", name, written.attempts, agreed=True,
                     confidence=min(1.0, 0.98 * max(reading.certainty, 0.5)))  # fmt: skip
    if reading.unread and not written.complaints:
        return Draft(written.sql, "model", name, written.attempts, confidence=0.5 * reading.certainty,
                     reading=taken)  # fmt: skip
    return Draft(composed.sql, "composed", name, written.attempts, confidence=0.75 * reading.certainty)


def _same_text(left: str, right: str) -> bool:
    try:
        return sqlglot.parse_one(left, read="duckdb") == sqlglot.parse_one(right, read="duckdb")
    except SqlglotError:
        return False


def _same_rows(left: Query, right: Query, shop: Workshop) -> bool:
    if len(left.outputs) != len(right.outputs):
        return False
    try:
        return same_rows(shop.rows(left), shop.rows(right))
    except UserError:
        return False
