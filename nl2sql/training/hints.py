"""Hints for training: what the real reader hands over, sometimes left out, thinned or made wrong.

A model that only ever sees right hints learns to copy them. The share of each kind is chosen so that most pairs teach
copying and enough teach reading the question itself.
"""

from __future__ import annotations

import random
import re

from nl2sql.generation.hint import hint_line
from nl2sql.training.stock import Shelf
from nl2sql.types import Reading
from schema.semantic import Catalogue

KINDS = {"reader": 44, "none": 46, "thin": 6, "wrong": 4}


def hint_of(reading: Reading, catalogue: Catalogue) -> str:
    """The reader's hint, or nothing where it did not get as far as a view."""
    if reading.refusal or reading.clarification or reading.view not in catalogue.views:
        return ""
    return hint_line(reading, catalogue.views[reading.view])


def thinned(hint: str, rng: random.Random) -> str:
    """A hint that lacks a piece or a condition."""
    pieces = hint.split("; ")
    where = next((i for i, p in enumerate(pieces) if p.startswith("WHERE ") and " AND " in p), None)
    if where is not None and rng.random() < 0.5:
        conditions = _conditions(pieces[where])
        del conditions[rng.randrange(len(conditions))]
        pieces[where] = "WHERE " + " AND ".join(conditions)
    elif len(pieces) > 1:
        del pieces[rng.randrange(1, len(pieces))]
    return "; ".join(pieces)


def _conditions(piece: str) -> list[str]:
    """The conjuncts of a WHERE piece; a BETWEEN keeps its AND."""
    return re.split(r" AND (?!\d|DATE)", piece.removeprefix("WHERE "))


def spoiled(hint: str, shelf: Shelf, rng: random.Random) -> str:
    """A hint with another value of the same column, another measure, or a grouping too many."""
    values = re.findall(r"(\w+) = ('(?:[^']|'')*')", hint)
    values = [(c, v) for c, v in values if len(shelf.values.get(c, ())) > 1]
    kind = rng.randrange(3)
    if values and kind < 2:
        column, old = rng.choice(values)
        others = [s.value for s in shelf.values[column] if f"'{s.value}'" != old]
        if rng.random() < 0.5:
            return hint.replace(f"{column} = {old}", f"{column} = '{rng.choice(others)}'".replace("\n", " "))
        columns = [c for c in shelf.values if c != column]
        if columns:
            return hint.replace(f"{column} = {old}", f"{rng.choice(columns)} = {old}")
    if kind == 2 and "GROUP BY" not in hint:
        column = rng.choice(list(shelf.values) or [""])
        return f"{hint}; GROUP BY {column}" if column else hint
    return re.sub(r"; GROUP BY [^;]*", "", hint)
