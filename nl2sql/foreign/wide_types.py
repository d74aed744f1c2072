"""What a flat view is: its table, the joins that lead on from it, and what its columns stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nl2sql.foreign.wide_cells import Cell
from schema.semantic import Catalogue, View


@dataclass(frozen=True)
class Step:
    """A join along a key: ``alias`` is the table reached, ``pairs`` are (column of ``parent``, own column)."""

    alias: str
    table: str
    parent: str
    pairs: tuple[tuple[str, str], ...]
    depth: int


@dataclass(frozen=True)
class Flat:
    """A logical view: the table that its rows are, the joins that lead on from it, and what its columns stand for."""

    view: View
    table: str
    alias: str
    steps: Mapping[str, Step]
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Wide:
    """All flat views of a database, as a catalogue that the reader can read questions against.

    Attributes:
        persons: How the people in it are called, whom a bare "ai" may mean.
    """

    catalogue: Catalogue
    flats: Mapping[str, Flat]
    persons: tuple[str, ...] = ()
