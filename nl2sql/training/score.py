"""The quick score: held-out questions answered by the adapted model as in use, their results compared."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.errors import SqlglotError

from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.generation.adapted import MAX_TOKENS, NO_SQL, STOP, adapted_prompt, meant
from nl2sql.generation.compose import compose
from nl2sql.generation.ground import grounded
from nl2sql.generation.outline_read import OutlineError
from nl2sql.generation.recalled import made_whole
from nl2sql.generation.rows import same_rows
from nl2sql.generation.snap import values_of
from nl2sql.model.protocol import Model
from nl2sql.pipeline import Assistant
from nl2sql.query.validate import validate
from nl2sql.training.plan import Pair


def quick_score(model: Model, pairs: Sequence[Pair], assistant: Assistant) -> tuple[int, int]:
    """How many of the pairs the model answers with the same rows, of how many."""
    right = 0
    for pair in pairs:
        prompt = adapted_prompt(pair.text, pair.hint, pair.before)
        written = model.complete(prompt, max_tokens=MAX_TOKENS, stop=STOP).text.strip()
        if NO_SQL in (pair.answer, written):
            right += pair.answer == written
            continue
        right += written == pair.answer or _same(written, pair, assistant)
    return right, len(pairs)


def _same(written: str, pair: Pair, assistant: Assistant) -> bool:
    catalogue, database, vocabulary = assistant.catalogue, assistant.database, assistant.reader.vocabulary
    try:
        literals = grounded(written, catalogue, lambda name: values_of(vocabulary, catalogue.views[name]))
        reading = meant(literals.line, catalogue)
        whole = compose(made_whole(reading, catalogue.views[reading.view]), catalogue)
        if whole is None:
            return False
        mine, gold = (validate(s, catalogue, dialect=database.dialect, row_cap=1000) for s in (whole, pair.sql))
        return same_rows(list(database.run(mine).rows), list(database.run(gold).rows))
    except (OutlineError, SqlglotError, QueryRejected, ExecutionError):
        return False
