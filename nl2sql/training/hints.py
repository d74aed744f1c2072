"""Hints for training: what the real reader hands over, sometimes left out, thinned or made wrong.

A few hundred pairs teach copying a hint, and every hint that is wrong costs trust in all of them: after pairs of which
a tenth had a hint that was not the answer, an adapter changed one right hint of five. So most pairs have no hint and
teach reading the question; of those with one, few are wrong, about as many as the real reader's.
"""

from __future__ import annotations

import random
import re

from nl2sql.generation.adapted import line_of
from nl2sql.generation.outline import ALSO, NEXT
from nl2sql.question.text import fold
from nl2sql.training.stock import Shelf
from nl2sql.types import Reading
from schema.semantic import Catalogue

KINDS = {"reader": 7, "none": 92.76, "thin": 0.12, "wrong": 0.12}
_DIFFERS = 0.2
"""Share of the reader's hints that are kept where they are not the answer: it is right in nine questions of ten."""


def hint_of(reading: Reading, catalogue: Catalogue) -> str:
    """The reader's hint, or nothing where it did not get as far as a view."""
    if reading.refusal or reading.clarification or reading.view not in catalogue.views:
        return ""
    return line_of(reading, catalogue)


def thinned(hint: str, rng: random.Random) -> str:
    """A hint that lacks a part or a condition; its view and measure stay."""
    pieces = hint.split(NEXT)
    where = next((i for i, p in enumerate(pieces) if p.startswith("WHERE ") and ALSO in p), None)
    if where is not None and rng.random() < 0.5:
        conditions = pieces[where].removeprefix("WHERE ").split(ALSO)
        del conditions[rng.randrange(len(conditions))]
        pieces[where] = "WHERE " + ALSO.join(conditions)
    elif len(pieces) > 2:
        del pieces[rng.randrange(2, len(pieces))]
    return NEXT.join(pieces)


def spoiled(hint: str, shelf: Shelf, rng: random.Random) -> str:
    """A hint with another value, another column of a value, another measure, or without or with a grouping too many."""
    values = [(c, v) for c, v in re.findall(r"(\w+) = ('(?:[^']|'')*')", hint) if len(shelf.values.get(c, ())) > 1]
    kind = rng.randrange(4)
    if values and kind < 2:
        column, old = rng.choice(values)
        others = [fold(s.value) for s in shelf.values[column] if fold(s.value) != old[1:-1]]
        if others and rng.random() < 0.5:
            return hint.replace(f"{column} = {old}", f"{column} = '{rng.choice(others)}'".replace("\n", " "))
        columns = [c for c in shelf.values if c != column]
        if columns:
            return hint.replace(f"{column} = {old}", f"{rng.choice(columns)} = {old}")
    pieces = hint.split(NEXT)
    if kind == 2 and len(pieces) > 1 and not pieces[1].startswith("ROWS"):
        pieces[1] = rng.choice(shelf.view.metrics).name
        return NEXT.join(pieces)
    grouped = [p for p in pieces if p.startswith("BY ")]
    if grouped:
        return NEXT.join(p for p in pieces if p not in grouped)
    column = rng.choice(list(shelf.values) or [""])
    return NEXT.join([*pieces[:2], *(p for p in pieces[2:]), f"BY {column}"]) if column else hint


def hinted(kind: str, hint: str, answer: str, shelf: Shelf, rng: random.Random) -> tuple[str, str]:
    """The hint of a pair and its kind as they come out.

    Args:
        kind: As drawn from ``KINDS``.
        hint: What the real reader gives.
        answer: The right outline.
    """
    if kind == "none" or not hint or (hint != answer and rng.random() >= _DIFFERS):
        return "", "none"
    if kind == "thin":
        return thinned(hint, rng), kind
    return (spoiled(hint, shelf, rng) if kind == "wrong" else hint), kind
