"""The prompt of an adapted model: the question with its hint, and nothing about the warehouse, which it has learnt.

The same text is made in training and in use. What it writes is the short form of the composer's SQL (``short``), or
``NO_SQL`` for what the warehouse cannot answer.
"""

from __future__ import annotations

from nl2sql.generation.hint import hint_line
from nl2sql.model.protocol import Message, Prompt
from nl2sql.types import Reading
from schema.semantic import View

TASK = "Viết SQL."
NO_SQL = "NO SQL"
"""What the model answers when the warehouse has no answer."""

MAX_TOKENS = 260


def ask_text(question: str, hint: str = "", before: str = "") -> str:
    """The user's message.

    Args:
        hint: What was recognised; empty for none.
        before: The question of the turn before, for one that leans on it.
    """
    lines = [TASK, *([f"Trước: {before}"] if before else []), question, *([f"Gợi ý: {hint}"] if hint else [])]
    return "\n".join(lines)


def adapted_prompt(reading: Reading, view: View | None, *, before: str = "") -> Prompt:
    """The prompt of one question; without a view there is no hint."""
    hint = hint_line(reading, view) if view is not None else ""
    return Prompt((), Message("user", ask_text(reading.text, hint, before)))
