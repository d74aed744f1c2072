"""Values in an outline, brought from the question's words to what is stored, and back.

A model that has to know by heart how each of some thousand values is stored needs thousands of pairs to learn them. One
that copies the words of the question only has to see that they name a value, and of which column: ``nuoc = 'uc'``. Code
then looks the words up among the names of that column's values (``grounded``). ``as_said`` is the way back, by which
training pairs are made. Columns of a few values keep their stored names (``chieu = 'nhap khau'``), since people say
those in many ways that are no names ("mua của").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nl2sql.generation.snap import Values, place
from nl2sql.question.text import fold
from schema.semantic import Catalogue

FEW = 4
"""A column of at most so many stored values is written by them, not by the question's words."""

_QUOTE = r"'(?:[^']|'')*'"
_CONDITION = re.compile(rf"\b([a-z_]\w*)( (?:=|<>|!=) |(?: NOT)? IN \()({_QUOTE}(?:, {_QUOTE})*)")
_QUOTED = re.compile(_QUOTE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Grounded:
    """An outline with stored values.

    Attributes:
        line: The outline.
        words: Condition's column and stored value → the words that the model wrote for it.
        unknown: Column and words for which nothing is stored.
    """

    line: str
    words: dict[tuple[str, str], str]
    unknown: frozenset[tuple[str, str]]


def grounded(line: str, catalogue: Catalogue, values_of_view: Callable[[str], Values | None]) -> Grounded:
    """The outline with every literal of a condition as it is stored; one that is near nothing stays as it was.

    Args:
        values_of_view: The stored values by view; None for a view that has none to compare with.
    """
    words: dict[tuple[str, str], str] = {}
    unknown: set[tuple[str, str]] = set()

    def stored(found: re.Match[str]) -> str:
        view = catalogue.views.get(_view_at(line, found.start()))
        values = values_of_view(view.name) if view is not None else None
        column, operator = found[1], found[2]
        if view is None or values is None or (column in view.columns() and column not in values.whole):
            return found[0]
        said = [text[1:-1].replace("''", "'") for text in _QUOTED.findall(found[3])]
        places = [place(text, column, view, values) for text in said]
        homes = {home for home, _ in places}
        home = homes.pop() if len(homes) == 1 else column
        out = []
        for text, (own, value) in zip(said, places, strict=True):
            if value is None or own != home:
                unknown.add((home, text))
                out.append(text)
            else:
                words[home, value] = text
                out.append(value)
        return f"{home}{operator}" + ", ".join("'" + text.replace("'", "''") + "'" for text in dict.fromkeys(out))

    return Grounded(_CONDITION.sub(stored, line), words, frozenset(unknown))


def _view_at(line: str, position: int) -> str:
    """The view that a place in an outline is about: that of the innermost braces around it."""
    depth, start = 0, 0
    for i in range(position - 1, -1, -1):
        if line[i] == "}":
            depth += 1
        elif line[i] == "{":
            if depth == 0 and line[i - 1 : i] == " ":  # of another outline; a measure's expression follows its name
                start = i + 1
                break
            depth = max(depth - 1, 0)
    return line[start:].partition(";")[0].strip(" }")


def as_said(answer: str, text: str, given: str, values: Values) -> str:
    """An outline with the values in the words of the question.

    Args:
        answer: The outline, its values as they are stored, without diacritics.
        text: The question as the model is asked it.
        given: What else the model is given (a hint, the turn before): values that stand there are copied from there.
        values: Those of the view that is asked about.
    """
    asked = " ".join(_WORD.findall(fold(text)))

    def said(found: re.Match[str]) -> str:
        column = found[1]
        if len(values.whole.get(column, ())) <= FEW:
            return found[0]
        names = values.stored[column]
        return f"{column}{found[2]}" + ", ".join(_in_words(t, names, asked, given) for t in _QUOTED.findall(found[3]))

    return _CONDITION.sub(said, answer)


def _in_words(literal: str, names: dict[str, str], asked: str, given: str) -> str:
    """The longest name of a value that the question has; the literal as it is where it has none."""
    value = names.get(literal[1:-1].replace("''", "'"))
    if value is None or literal in given:
        return literal
    there = [n for n, v in names.items() if v == value and f" {' '.join(_WORD.findall(n))} " in f" {asked} "]
    best = max(there, key=len, default="")
    return "'" + best.replace("'", "''") + "'" if best else literal
