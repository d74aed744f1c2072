"""The catalogue's check of one thing that a person is about to approve, before it is taken up."""

from __future__ import annotations

from pathlib import Path

from nl2sql.curation.check import Bench, rows_of, through_door, verified_faults
from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.generation.compose import compose
from nl2sql.generation.rows import same_rows
from nl2sql.generation.verified import plain
from nl2sql.query.database import Database
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema.approved import Addition
from schema.semantic import Catalogue


def check_addition(catalogue: Catalogue, directory: Path, database: Database, addition: Addition) -> tuple[str, ...]:
    """What speaks against an addition, in Vietnamese; empty when nothing does.

    Args:
        catalogue: With the addition in it.
        directory: The catalogue's files.
    """
    bench = Bench(catalogue, directory, database)
    reader = Reader(catalogue, build_vocabulary(catalogue, database), names=False)
    view = catalogue.views[addition.view]
    if addition.kind == "verified":
        query = next(q for q in view.verified_queries if q.triggers == (addition.question,))
        found = verified_faults(bench, reader, view, query)
        return tuple(fault.message.replace(f"«{query.name}»", "truy vấn", 1) for fault in found)
    if addition.kind == "example":
        return _example(bench, reader, addition)
    if addition.kind == "word":
        return _word(reader, catalogue, addition)
    return ()


def _example(bench: Bench, reader: Reader, addition: Addition) -> tuple[str, ...]:
    reason = through_door(bench, addition.sql)
    if reason:
        return (f"SQL của câu mẫu không chạy được: {reason}",)
    reading = reader.read(Question(addition.question))
    if reading.view != addition.view:
        return (f"câu hỏi được hiểu là về «{reading.view or 'không rõ'}», SQL lại hỏi «{addition.view}»",)
    other = compose(reading, bench.catalogue) if plain(reading) else None
    if other is None:
        return ()  # a question that cannot be composed is what an example is for
    try:
        if same_rows(rows_of(bench, addition.sql), rows_of(bench, other)):
            return ()
    except (QueryRejected, ExecutionError):
        return ()  # the composer has no second opinion here
    return (f"câu mẫu cho kết quả khác điều câu hỏi hỏi; câu SQL dựng từ cách hiểu là: {other}",)


def _word(reader: Reader, catalogue: Catalogue, addition: Addition) -> tuple[str, ...]:
    """The new name, standing in a question, leads to what it names."""
    view = catalogue.views[addition.view]
    metric = view.metric(addition.item)
    if metric is None:
        return ()
    reading = reader.read(Question(f"{addition.said} năm {catalogue.as_of.year if catalogue.as_of else 2024}"))
    names = {found.name for found in reading.metrics}
    if reading.view == addition.view and addition.item in names:
        return ()
    other = ", ".join(found.label for found in reading.metrics) or "không rõ"
    return (f"cách gọi «{addition.said}» vẫn được hiểu là: {other}",)
