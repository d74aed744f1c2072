"""The prompt: a constant prefix for each view (rules, columns, worked examples) and the question with its hint.

The prefix never changes for a catalogue, so that its KV state is computed once and kept. The examples' hints come from
the same reader as the question's, so that the model sees in the examples what it will see in use.
"""

from __future__ import annotations

from collections.abc import Callable

from nl2sql.generation.hint import hint_line
from nl2sql.model.protocol import Message, Prompt
from nl2sql.types import Question, Reading
from schema.semantic import Catalogue, Dimension, View

RULES = (
    "You write one DuckDB SELECT statement for a question in Vietnamese. Use only the table and columns below. "
    "Use every condition, measure and grouping of the hint, and add none that the question does not ask for. "
    "Answer with SQL only."
)
MAX_TOKENS = 320
MAX_EXAMPLES = 6
_MAX_VALUES = 8

Read = Callable[[Question], Reading]


def schema_text(view: View) -> str:
    """The view in few words: its columns by type, and the values of short lists.

    Every token of it is paid for once per view and machine, and slows each answer a little; labels that only repeat a
    column's name in other letters are left out.
    """
    times = [c for t in view.time_dimensions for c in (f"{t.name} DATE", *(f"{p} INT" for p in t.parts.values()))]
    texts = [d.name + _values(d) for d in view.dimensions if d.type == "text"]
    others = [f"{d.name} {_sql_type(d.type)}" for d in view.dimensions if d.type != "text"]
    facts = [f"{f.name} {_sql_type(f.type)}" for f in view.facts]
    return f"Table {view.name}({', '.join([*times, *others, *facts])}; TEXT: {', '.join(texts)})"


def _values(dim: Dimension) -> str:
    if not dim.values or len(dim.values) > _MAX_VALUES:
        return ""
    return " (" + "|".join(f"'{v.value}'" for v in dim.values) + ")"


def _sql_type(kind: str) -> str:
    return {"text": "TEXT", "integer": "INT", "decimal": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}.get(
        kind, "TEXT"
    )


def prefix(catalogue: Catalogue, view: View, read: Read) -> tuple[Message, ...]:
    """The constant messages of one view."""
    messages = [Message("system", f"{RULES}\n\n{schema_text(view)}")]
    for example in view.examples[:MAX_EXAMPLES]:
        reading = read(Question(example.question))
        hint = hint_line(reading, view) if reading.view == view.name else f"FROM {view.name}"
        messages.append(Message("user", ask_text(example.question, hint)))
        messages.append(Message("assistant", example.sql))
    return tuple(messages)


def ask_text(question: str, hint: str) -> str:
    """The user's message: question, then hint."""
    return f"{question}\nHint: {hint}"


def question_prompt(prefix_messages: tuple[Message, ...], reading: Reading, view: View) -> Prompt:
    """The prompt of one question."""
    return Prompt(prefix_messages, Message("user", ask_text(reading.text, hint_line(reading, view))))


def retry_prompt(prefix_messages: tuple[Message, ...], reading: Reading, view: View, sql: str, fault: str) -> Prompt:
    """The same question with what was wrong in the first attempt."""
    text = ask_text(reading.text, hint_line(reading, view))
    return Prompt(prefix_messages, Message("user", f"{text}\nWrong SQL: {sql}\nFault: {fault}\nWrite it right."))
