"""What an adapted model is asked, and the reading that its answer stands for.

The same text is made in training and in use: the question, its abbreviations written out, and an outline (``outline``)
of what was recognised, both without diacritics, since the names of the catalogue have none and half of the questions
neither. It answers with an outline, or ``NO_SQL`` for what the warehouse cannot answer; its values are looked up among
those that are stored (``ground``), and SQL is composed from it by code.
"""

from __future__ import annotations

import datetime as dt
import re

from nl2sql.generation.outline import outline
from nl2sql.generation.outline_read import read_outline
from nl2sql.model.protocol import Message, Prompt
from nl2sql.question.text import fold
from nl2sql.question.vocabulary import written_out
from nl2sql.types import Reading
from schema.semantic import Catalogue

NO_SQL = "NO SQL"
"""What the model answers when the warehouse has no answer."""

MAX_TOKENS = 160
STOP = ("\n", "<|im_end|>")

_QUOTED = re.compile(r"'(?:[^']|'')*'")
_TYPED = re.compile(r"\w+")


def line_of(reading: Reading, catalogue: Catalogue) -> str:
    """The outline of a reading as the model sees and writes it."""
    return _QUOTED.sub(lambda m: fold(m[0]), outline(reading, catalogue))


def ask_text(question: str, hint: str = "", before: str = "") -> str:
    """The user's message.

    Args:
        hint: Outline of what was recognised; empty for none.
        before: Outline of the turn before, for a question that leans on it.
    """
    lines = [*([f"truoc: {before}"] if before else []), " ".join(fold(in_full(question)).split())]
    return "\n".join([*lines, *([f"goi y: {hint}"] if hint else [])])


def in_full(question: str) -> str:
    """The question with the abbreviations of the service written out: the model need not learn them."""
    return _TYPED.sub(lambda m: written_out(m[0]), question)


def adapted_prompt(question: str, hint: str = "", before: str = "") -> Prompt:
    """The prompt of one question."""
    return Prompt((), Message("user", ask_text(question, hint, before)), chat=False)


def restored(line: str, known: Reading, catalogue: Catalogue) -> str:
    """An answer with the diacritics back in literals that a reading has: the one that the hint was made of."""
    whole = {fold(text): text for text in _QUOTED.findall(outline(known, catalogue))}
    return _QUOTED.sub(lambda m: whole.get(m[0], m[0]), line)


def meant(line: str, catalogue: Catalogue, *, question: str = "") -> Reading:
    """The reading that an answer stands for; its literals stay as they stand in it (``ground`` looks them up before).

    Raises:
        OutlineError: The answer is no outline over this catalogue.
    """
    last = catalogue.as_of or dt.date.today()  # noqa: DTZ011 - a catalogue without a day of its own has no other
    return read_outline(line, catalogue, last, question=question)
