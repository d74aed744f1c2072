"""Proof that a suite can be relied on: gold that runs, is stable and not empty; questions that no example leaks.

What was given to the assistant is its worked examples (those of the catalogue and of other databases), the triggers of
its verified queries, its suggestions and its training pairs. A question is compared after folding: equal, or as similar
as ``SAME``, is a fault; from ``NEAR`` on it is listed for a person to look at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import sqlglot
from rapidfuzz import fuzz, process
from sqlglot import exp
from sqlglot.errors import SqlglotError

from eval.databases import url_of
from eval.marks import GoldResult, gold_results
from eval.scoring import compare
from eval.suite import Item, Suite
from nl2sql.config import Settings
from nl2sql.errors import ExecutionError, UserError
from nl2sql.foreign.examples import EXAMPLES
from nl2sql.query.database import Database, open_database
from nl2sql.types import Query
from schema.semantic import Catalogue

SAME = 90.0
NEAR = 80.0
KINDS: Mapping[str, str] = {
    "gold_error": "đáp án không chạy được",
    "timeout": "đáp án chạy quá thời gian",
    "too_many_rows": "đáp án trả về quá nhiều dòng",
    "database": "không mở được cơ sở dữ liệu",
    "empty": "đáp án rỗng (nếu đúng là rỗng, hãy ghi empty: true)",
    "unstable": "đáp án chạy hai lần ra hai kết quả",
    "need": "trường need sai",
    "tie": "đáp án phụ thuộc thứ tự ngẫu nhiên (đồng hạng)",
    "leak": "trùng với điều đã đưa cho trợ lý",
    "near": "gần giống điều đã đưa cho trợ lý",
    "duplicate": "câu hỏi trùng",
}


@dataclass(frozen=True)
class Finding:
    """Something wrong with an item.

    Attributes:
        kind: One of ``KINDS``.
        detail: Never the text of a worked example: those who write suites stay independent of them.
    """

    id: str
    kind: str
    detail: str

    @property
    def only_near(self) -> bool:
        """For a person to look at; no fault."""
        return self.kind == "near"


class Golds:
    """Opens the databases that gold queries run on."""

    def __init__(self, suite: Suite, settings: Settings) -> None:
        self._suite = suite
        self._settings = settings
        self._open: dict[str, Database] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for database in self._open.values():
            database.close()

    def of(self, item: Item) -> Database:
        """The item's database.

        Raises:
            UserError: Nobody knows it, or it cannot be opened.
        """
        url = url_of(self._suite, item, self._settings)
        if url not in self._open:
            self._open[url] = open_database(url, self._settings)
        return self._open[url]


def check_suite(
    suite: Suite,
    golds: Golds,
    catalogue: Catalogue | None,
    others: Sequence[Suite] = (),
    *,
    near: float = NEAR,
    training: Sequence[str] = (),
    on_item: Callable[[int], None] | None = None,
) -> list[Finding]:
    """Everything that is wrong with a suite, faults before what is only near.

    Args:
        catalogue: Whose worked examples, verified queries and suggestions must not be asked; None for none.
        others: Suites that must not share questions with this one.
        near: Similarity, 0 to 100, from which a question is listed.
        training: Questions of training pairs, which must not be asked either.
        on_item: Called with the number of items whose gold was run.
    """
    found: list[Finding] = []
    for place, item in enumerate(suite.items, start=1):
        if item.golds:
            try:
                database = golds.of(item)
            except UserError as error:
                found.append(Finding(item.id, "database", str(error)))
            else:
                found.extend(check_golds(item, database))
        if on_item:
            on_item(place)
    if catalogue is not None:
        found.extend(leaks(suite, [*known_questions(catalogue), *training], near))
    found.extend(duplicates(suite, others))
    return sorted(found, key=lambda f: f.only_near)


def check_golds(item: Item, database: Database) -> list[Finding]:
    """Run each gold twice; it must give rows with a value, the same both times, and no tie at its cut."""
    found: list[Finding] = []
    first, second = gold_results(item, database), gold_results(item, database)
    for gold, a, b in zip(item.golds, first, second, strict=True):
        if a.table is None or b.table is None:
            error = a.error or b.error
            code = error.partition(":")[0]
            found.append(Finding(item.id, code if code in KINDS else "gold_error", f"{error} — {gold.sql}"))
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


def known_questions(catalogue: Catalogue) -> Iterable[str]:
    """Every question that the assistant was given."""
    for view in catalogue.views.values():
        for example in view.examples:
            yield example.question
        for query in view.verified_queries:
            yield from query.questions()
    yield from catalogue.suggestions
    for shots in EXAMPLES.values():
        yield from (question for question, _ in shots)


def fold(text: str) -> str:
    """Lower case, no diacritics, single spaces, no punctuation at the ends of words."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(word.strip(".,;:?!()“”\"'") for word in kept.split())


def leaks(suite: Suite, known: Sequence[str], near: float = NEAR) -> list[Finding]:
    """Items that equal or nearly equal something that the assistant was given; only numbers are reported."""
    folded = [fold(_SLOT.sub(" ", text)) for text in known]
    found = []
    for item in suite.items:
        if item.is_sql:
            continue
        best = process.extractOne(fold(item.question), folded, scorer=fuzz.token_sort_ratio, score_cutoff=near)
        if best is not None:
            _, score, place = best
            found.append(Finding(item.id, "leak" if score >= SAME else "near", f"câu đã cho số {place}: {score:.0f}"))
    return found


_SLOT = re.compile(r"\{[^}]*\}")


def _asked(item: Item) -> tuple[str, ...]:
    if item.is_sql:
        return item.role, item.question
    return tuple(fold(t) for t in (*item.turns, item.question))


def duplicates(suite: Suite, others: Sequence[Suite] = ()) -> list[Finding]:
    """Items that stand twice in this suite or also in another: questions and turns folded, SQL letter by letter."""
    seen = {_asked(item): f"{other.name}/{item.id}" for other in others for item in other.items}
    found = []
    for item in suite.items:
        key = _asked(item)
        if not key[-1]:
            continue
        if key in seen:
            found.append(Finding(item.id, "duplicate", seen[key]))
        seen[key] = item.id
    return found
