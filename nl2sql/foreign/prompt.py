"""The prompt: a constant head with worked examples, the schema of one database, then the question with what was linked.

The head is the same for every database, so that a model that keeps the state of a prefix pays for it once and for all.
The schema opens the last message: of two questions in a row over one database, the second need not pay for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nl2sql.foreign.examples import EXAMPLE_CATALOGUES, EXAMPLES
from nl2sql.foreign.link import Linker, Links
from nl2sql.foreign.schema_text import Names, is_vietnamese, names_of, schema_text
from nl2sql.model.protocol import Message, Prompt
from schema.semantic import Catalogue

_SYSTEM = (
    "You write one SQL query ({dialect}) for a Vietnamese question about the given tables. "
    "Select exactly the columns that are asked for, in that order, and nothing else. Use only tables that are needed."
)
_DIALECTS = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgres": "PostgreSQL", "mysql": "MySQL", "tsql": "SQL Server"}
_MAX_HINTS = 7


def build_prompt(question: str, links: Links, catalogue: Catalogue, names: Names, schema: str) -> Prompt:
    """The prompt of one question.

    Args:
        schema: The text of the schema, from ``schema_text``; best the same for all questions of one database.
    """
    final = Message("user", f"{schema}\n\n{question_text(question, links, names)}")
    return Prompt(head(catalogue.dialect, is_vietnamese(catalogue)), final, start="SELECT")


@cache
def head(dialect: str, vietnamese: bool) -> tuple[Message, ...]:
    """The messages that are the same for every database of a dialect and a language of names."""
    messages = [Message("system", _SYSTEM.format(dialect=_DIALECTS.get(dialect, dialect)))]
    for catalogue in EXAMPLE_CATALOGUES:
        if is_vietnamese(catalogue) != vietnamese:
            continue
        names = names_of(catalogue)
        linker = Linker(catalogue)
        opening = schema_text(catalogue, names) + "\n\n"
        for question, sql in EXAMPLES[catalogue.name]:
            messages.append(Message("user", opening + question_text(question, linker.link(question), names)))
            messages.append(Message("assistant", sql))
            opening = ""
    return tuple(messages)


def question_text(question: str, links: Links, names: Names) -> str:
    """The question and, on a second line, what was linked."""
    hints = [*_value_hints(links, names), *_name_hints(links, names)][:_MAX_HINTS]
    text = " ".join(question.split())
    return f"{text}\n({'; '.join(hints)})" if hints else text


def _value_hints(links: Links, names: Names) -> Sequence[str]:
    grouped: dict[str, list[str]] = {}
    for link in sorted(links.values, key=lambda v: v.table not in links.tables):
        where = f"{names.tables[link.table]}.{names.columns[link.table][link.column]}"
        value = link.value.replace("'", "''")
        shown = grouped.setdefault(link.text, [])
        if len(shown) < 2:
            shown.append(f"{where} = '{value}'")
    return [" / ".join(dict.fromkeys(shown)) for shown in grouped.values()]


def _name_hints(links: Links, names: Names) -> Sequence[str]:
    hints = [f"{text} = {names.tables[table]}" for table, text in links.tables.items() if text != canonical_name(table)]
    grouped: dict[str, list[str]] = {}
    near = set(links.tables) | {value.table for value in links.values}
    for (table, column), text in links.columns.items():
        if table in near or not near:
            grouped.setdefault(text, []).append(f"{names.tables[table]}.{names.columns[table][column]}")
    hints.extend(f"{text} = {' / '.join(found[:2])}" for text, found in grouped.items() if len(found) <= 3)
    return hints


def canonical_name(name: str) -> str:
    """A name as the linker compares it; a hint that says ``singer = singer`` is left out."""
    return " ".join(name.lower().replace("_", " ").split())
