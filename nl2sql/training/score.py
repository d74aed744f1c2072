"""The quick score: held-out questions answered by the adapted model as in use, their results compared."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.errors import SqlglotError

from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.generation.adapted import MAX_TOKENS, NO_SQL, ask_text
from nl2sql.generation.draft import bare_sql, view_of
from nl2sql.generation.rows import same_rows
from nl2sql.generation.short import lengthen
from nl2sql.model.protocol import Message, Model, Prompt
from nl2sql.query.database import Database
from nl2sql.query.validate import validate
from nl2sql.training.plan import Pair
from schema.semantic import Catalogue


def quick_score(model: Model, pairs: Sequence[Pair], catalogue: Catalogue, database: Database) -> tuple[int, int]:
    """How many of the pairs the model answers with the same rows, of how many."""
    right = 0
    for pair in pairs:
        prompt = Prompt((), Message("user", ask_text(pair.question, pair.hint, pair.before)))
        written = bare_sql(model.complete(prompt, max_tokens=MAX_TOKENS, stop=(";", "\n\n")).text)
        if NO_SQL in (pair.sql, written):
            right += pair.sql == written
            continue
        right += _same(written, pair, catalogue, database)
    return right, len(pairs)


def _same(written: str, pair: Pair, catalogue: Catalogue, database: Database) -> bool:
    try:
        view = view_of(written, catalogue) or catalogue.views[pair.view]
        long = lengthen(written, view.columns())
        mine, gold = (validate(s, catalogue, dialect=database.dialect, row_cap=1000) for s in (long, pair.sql))
        return same_rows(list(database.run(mine).rows), list(database.run(gold).rows))
    except (SqlglotError, QueryRejected, ExecutionError):
        return False
