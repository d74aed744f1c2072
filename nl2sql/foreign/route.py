"""From a question over an undescribed database to a checked draft.

``propose`` links the question to the schema, asks the model once, repairs what it wrote and runs it on a few rows. Only
when it does not run is the model asked again.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

from sqlglot import exp

from nl2sql.foreign.candidates import Candidate, elect, make_candidate
from nl2sql.foreign.key_graph import KeyGraph
from nl2sql.foreign.link import Linker, Links
from nl2sql.foreign.prompt import build_prompt, head
from nl2sql.foreign.prune import schema_for
from nl2sql.foreign.schema_text import Names, is_vietnamese, names_of
from nl2sql.foreign.value_choice import ValueChooser
from nl2sql.model.protocol import Model
from nl2sql.query.database import Database
from nl2sql.types import Draft, FilterMatch, GroupMatch, Question, Ranking, Reading, Refusal, Shape, Span
from schema.semantic import Catalogue

MAX_TOKENS = 200
EXTRA_CANDIDATES = 2
TEMPERATURE = 0.6
_KEPT = 64


@dataclass(frozen=True)
class Prepared:
    """What is worked out once for a catalogue."""

    names: Names
    linker: Linker
    graph: KeyGraph


_prepared: OrderedDict[tuple[str, str], Prepared] = OrderedDict()
_lock = threading.Lock()


def prepare(catalogue: Catalogue) -> Prepared:
    """Names, linker and key graph of a catalogue; kept for the last few catalogues."""
    key = (catalogue.name, catalogue.version)
    with _lock:
        found = _prepared.get(key)
        if found is None:
            found = Prepared(names_of(catalogue), Linker(catalogue), KeyGraph(catalogue))
            _prepared[key] = found
            if len(_prepared) > _KEPT:
                _prepared.popitem(last=False)
        _prepared.move_to_end(key)
        return found


def propose(question: Question, catalogue: Catalogue, database: Database, model: Model) -> tuple[Reading, Draft]:
    """A reading of the question and SQL that answers it.

    Returns:
        The reading (its ``refusal`` is set when the question has nothing to do with the database; the draft's SQL is
        then empty) and the draft, in the database's dialect, with ``complaints`` when something about it is suspicious.

    Raises:
        ModelError: The model cannot be used.
    """
    text = " ".join(question.text.split())
    ready = prepare(catalogue)
    links = ready.linker.link(text)
    if not links.any() and not links.quoted and not text.isascii():
        return Reading(text, refusal=Refusal("out_of_scope", _NO_LINK)), Draft(
            "", "model", model=model.name, attempts=0
        )
    schema = schema_for(catalogue, ready.names, ready.graph, links)
    prompt = build_prompt(text, links, catalogue, ready.names, schema)
    model.warm(head(catalogue.dialect, is_vietnamese(catalogue)))
    chooser = ValueChooser(model)
    candidates: list[Candidate] = []
    for attempt in range(1 + EXTRA_CANDIDATES):
        completion = model.complete(
            prompt,
            max_tokens=MAX_TOKENS,
            temperature=TEMPERATURE if attempt else 0.0,
            seed=attempt,
            stop=(";", "\n"),
        )
        candidates.append(
            make_candidate(
                prompt.start + completion.text,
                completion.logprob if completion.logprob is not None else -1.0,
                question=text,
                links=links,
                catalogue=catalogue,
                names=ready.names,
                graph=ready.graph,
                database=database,
                choose=chooser.choose,
            )
        )
        # Asking again and voting because a result is empty, a value unused or the model unsure was measured to cost
        # time and to mend nothing.
        if candidates[-1].runs:
            break
    best, agreed = elect(candidates)
    confidence = _confidence(best, agreed, len(candidates))
    reading = _reading(text, links, best, confidence)
    if not best.sql:
        reading = Reading(text, refusal=Refusal("out_of_scope", _NO_LINK), certainty=0.0)
        return reading, Draft("", "model", model=model.name, attempts=len(candidates))
    draft = Draft(
        best.sql,
        "model",
        model=model.name,
        attempts=len(candidates),
        complaints=best.complaints,
        agreed=agreed,
        confidence=confidence,
    )
    return reading, draft


_NO_LINK = (
    "Câu hỏi không khớp với bảng, cột hay giá trị nào của cơ sở dữ liệu này. Hãy nêu tên đối tượng có trong dữ liệu."
)


def _confidence(best: Candidate, agreed: bool, tried: int) -> float:
    """0 to 1, from the model's own probability, the checks and the vote."""
    if not best.runs:
        return 0.05
    value = math.exp(max(best.logprob, -3.0) * 2.0)
    value *= 0.6 ** len(best.complaints)
    if tried > 1:
        value *= 1.0 if agreed else 0.7
    return round(min(0.95, value), 3)


def _reading(text: str, links: Links, best: Candidate, confidence: float) -> Reading:
    tree = best.tree
    if tree is None:
        return Reading(text, certainty=confidence)
    literals = {node.this for node in tree.find_all(exp.Literal) if node.is_string}
    filters: dict[str, FilterMatch] = {}
    for link in links.values:
        if link.value in literals and link.value not in filters:
            start = text.lower().find(link.text.lower())
            span = Span(start, start + len(link.text), text[start : start + len(link.text)]) if start >= 0 else None
            column = _column_of(tree, link.value) or link.column
            value = link.value.replace("'", "''")
            filters[link.value] = FilterMatch(
                f"{column} = '{value}'", column, (link.value,), f"{column}: {link.value}", span=span
            )
    shape, ranking, groups = _shape(tree)
    tables = [table.name for table in tree.find_all(exp.Table)]
    return Reading(
        text,
        view=tables[0] if tables else "",
        filters=tuple(filters.values()),
        groups=groups,
        shape=shape,
        ranking=ranking,
        certainty=confidence,
    )


def _column_of(tree: exp.Expr, value: str) -> str:
    for literal in tree.find_all(exp.Literal):
        if literal.is_string and literal.this == value and literal.parent is not None:
            column = literal.parent.find(exp.Column)
            if column is not None:
                return column.name
    return ""


def _shape(tree: exp.Expr) -> tuple[Shape, Ranking | None, tuple[GroupMatch, ...]]:
    select = tree if isinstance(tree, exp.Select) else tree.find(exp.Select)
    if select is None:
        return Shape.ROWS, None, ()
    group = select.args.get("group")
    columns = [item for item in group.expressions if isinstance(item, exp.Column)] if group is not None else []
    groups = tuple(GroupMatch(column.name, column.name) for column in columns)
    order, limit = select.args.get("order"), select.args.get("limit")
    if order is not None and limit is not None:
        first = order.expressions[0]
        count = limit.expression
        n = int(count.this) if isinstance(count, exp.Literal) and not count.is_string else None
        return Shape.RANKING, Ranking(n, descending=bool(first.args.get("desc"))), groups
    if groups:
        return Shape.BREAKDOWN, None, groups
    if all(output.find(exp.AggFunc) for output in select.expressions):
        return Shape.TOTAL, None, ()
    return Shape.ROWS, None, ()
