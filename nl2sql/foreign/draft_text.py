"""The text of a draft: what a model wrote parsed, names of several words and all, and a tree written in a dialect."""

from __future__ import annotations

import itertools
import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.foreign.schema_text import safe_name

_QUOTED_TEXT = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`")
_WORDS_SIDE_BY_SIDE = re.compile(r"[^\W\d]\w*(?: +[^\W\d]\w*)+")
_KEYWORD_TEXT = """
select distinct from where group by order having limit join inner left outer on as and or not in like between is null
count sum avg min max union intersect except all asc desc case when then else end exists cast offset
"""
_KEYWORDS = frozenset(_KEYWORD_TEXT.split())


def parse_draft(sql: str, dialect: str) -> exp.Expr | None:
    """Parse what a model wrote; words that stand side by side outside quotes are taken for one name.

    Returns:
        The tree of one SELECT (or set operation), or None.
    """
    joined = _joined_words(sql)
    for text in (sql, joined) if sql.isascii() else (joined, sql):
        try:
            trees = sqlglot.parse(text, dialect=dialect)
        except (SqlglotError, RecursionError):
            continue
        if trees and isinstance(trees[0], exp.Select | exp.SetOperation):
            return trees[0]
    return None


def _joined_words(sql: str) -> str:
    """``SELECT quốc gia FROM …`` → ``SELECT quốc_gia FROM …``; keywords and quoted text stay."""
    pieces = []
    end = 0
    for match in _QUOTED_TEXT.finditer(sql):
        pieces.append(_join_outside(sql[end : match.start()]))
        pieces.append(match.group())
        end = match.end()
    pieces.append(_join_outside(sql[end:]))
    return "".join(pieces)


def _join_outside(text: str) -> str:
    def joined(match: re.Match[str]) -> str:
        words = match.group().split()
        out = [words[0]]
        for before, word in itertools.pairwise(words):
            apart = before.lower() in _KEYWORDS or word.lower() in _KEYWORDS
            out.append((" " if apart else "_") + word)
        return "".join(out)

    return _WORDS_SIDE_BY_SIDE.sub(joined, text)


def to_sql(tree: exp.Expr, dialect: str) -> str:
    """SQL text; every identifier that the dialect might read otherwise is quoted."""
    for identifier in tree.find_all(exp.Identifier):
        name = identifier.this
        plain = safe_name(name) == name and name.isascii() and (dialect == "sqlite" or name == name.lower())
        identifier.set("quoted", not plain)
    return tree.sql(dialect=dialect)
