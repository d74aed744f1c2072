"""Proof that a suite can be relied on: gold that runs, is stable and not empty; questions that no example leaks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlglot
from rapidfuzz import fuzz
from sqlglot import exp
from sqlglot.errors import SqlglotError

from eval.run import GoldResult, gold_results
from eval.scoring import compare
from eval.suite import Item, Suite
from nl2sql.errors import ExecutionError
from nl2sql.query.database import Database
from nl2sql.types import Query
from schema.semantic import Catalogue

NEAR = 90.0


@dataclass(frozen=True)
class Finding:
    """Something wrong with an item.

    Attributes:
        kind: ``gold_error``, ``empty``, ``unstable``, ``need``, ``tie``, ``leak`` or ``duplicate``.
        detail: Never the text of a worked example: those who write suites stay independent of them.
    """

    id: str
    kind: str
    detail: str


def check_suite(
    suite: Suite, database: Database, catalogue: Catalogue | None, others: Sequence[Suite] = ()
) -> list[Finding]:
    """Everything that is wrong with a suite.

    Args:
        catalogue: Whose worked examples, verified queries and suggestions must not be asked; None for none.
        others: Suites that must not share questions with this one.
    """
    found: list[Finding] = []
    for item in suite.items:
        if item.golds:
            found.extend(check_golds(item, database))
    if catalogue is not None:
        found.extend(leaks(suite, list(_known(catalogue))))
    found.extend(duplicates(suite, others))
    return found


def check_golds(item: Item, database: Database) -> list[Finding]:
    """Run each gold twice; it must give rows with a value, the same both times, and no tie at its cut."""
    found: list[Finding] = []
    first, second = gold_results(item, database), gold_results(item, database)
    for gold, a, b in zip(item.golds, first, second, strict=True):
        if a.table is None or b.table is None:
            found.append(Finding(item.id, "gold_error", f"{a.error or b.error} — {gold.sql}"))
            continue
        if not item.empty and not any(v is not None for row in a.table.rows for v in row):
            found.append(Finding(item.id, "empty", gold.sql))
            continue
        try:
            if not compare(a.table, b.table, need=gold.need, order=item.order).strict:
                found.append(Finding(item.id, "unstable", gold.sql))
        except ValueError as error:
            found.append(Finding(item.id, "need", str(error)))
        found.extend(_ties(item, gold.sql, a, database))
    return found


def _ties(item: Item, sql: str, result: GoldResult, database: Database) -> list[Finding]:
    """Rows with equal keys of order at the cut, or anywhere when the order counts: the gold is a matter of luck."""
    try:
        tree = sqlglot.parse_one(sql, dialect=database.dialect)
    except SqlglotError:
        return []
    order, limit = tree.args.get("order"), tree.args.get("limit")
    if not isinstance(tree, exp.Select) or order is None:
        return []
    size = len(result.table.rows) if result.table else 0
    probe = tree.copy()
    if limit is not None:
        probe.set("limit", exp.Limit(expression=exp.Literal.number(size + 1)))
    keys = [_key(part.this, tree) for part in order.expressions]
    for place, key in enumerate(keys):
        probe.select(exp.alias_(key, f"thu_tu_{place}"), append=True, copy=False)
    text = probe.sql(dialect=database.dialect)
    try:
        raw = database.run(Query(text, text, database.dialect, (), ()), row_cap=size + 1)
    except ExecutionError as error:
        return [Finding(item.id, "gold_error", f"tie check: {error} — {text}")]
    values = [row[-len(keys) :] for row in raw.rows]
    tied = [i for i in range(1, len(values)) if values[i] == values[i - 1] and (item.order or i == size)]
    return [Finding(item.id, "tie", f"rows {tied}")] if tied else []


def _key(node: exp.Expr, tree: exp.Select) -> exp.Expr:
    """An order key, spelled out where it is an alias of the select list."""
    found: exp.Expr = node
    if isinstance(node, exp.Column) and not node.table:
        for part in tree.expressions:
            if isinstance(part, exp.Alias) and part.alias == node.name:
                found = part.this
    return found.copy()


def _known(catalogue: Catalogue) -> Iterable[str]:
    for view in catalogue.views.values():
        for example in view.examples:
            yield example.question
        for query in view.verified_queries:
            yield from query.triggers
    yield from catalogue.suggestions


def fold(text: str) -> str:
    """Lower case, no diacritics, single spaces, no punctuation at the ends of words."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(word.strip(".,;:?!()“”\"'") for word in kept.split())


def leaks(suite: Suite, known: Sequence[str], near: float = NEAR) -> list[Finding]:
    """Items that equal or nearly equal something that the assistant was given; only numbers are reported."""
    folded = [fold(text) for text in known]
    found = []
    for item in suite.items:
        scores = [(fuzz.token_sort_ratio(fold(item.question), text), i) for i, text in enumerate(folded)]
        best, place = max(scores, default=(0.0, -1))
        if best >= near:
            found.append(Finding(item.id, "leak", f"example {place}: {best:.0f}"))
    return found


def duplicates(suite: Suite, others: Sequence[Suite] = ()) -> list[Finding]:
    """Items whose question and turns, folded, stand twice in this suite or also in another."""
    seen: dict[tuple[str, ...], str] = {
        tuple(fold(t) for t in (*item.turns, item.question)): f"{other.name}/{item.id}"
        for other in others
        for item in other.items
    }
    found = []
    for item in suite.items:
        key = tuple(fold(t) for t in (*item.turns, item.question))
        if not key[-1]:
            continue
        if key in seen:
            found.append(Finding(item.id, "duplicate", seen[key]))
        seen[key] = item.id
    return found
