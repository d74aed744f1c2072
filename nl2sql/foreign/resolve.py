"""Finding the table or column that a name in a draft means: it may be wrong, translated or on the wrong table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from nl2sql.foreign.key_graph import KeyGraph
from nl2sql.foreign.link import Links, lexicon
from nl2sql.foreign.schema_text import Names, column_order
from nl2sql.question.text_fold import canonical, fold
from schema.lexicon import expand, split_identifier
from schema.semantic import Catalogue

_CLOSE = 74.0


@dataclass(frozen=True)
class Spot:
    """A column of a table, by real names."""

    table: str
    column: str


class Resolver:
    """Resolves names of one catalogue for one question.

    Args:
        links: What the question names; it settles between equally good columns.
    """

    def __init__(self, catalogue: Catalogue, names: Names, graph: KeyGraph, links: Links) -> None:
        self._catalogue = catalogue
        self._names = names
        self._graph = graph
        self._links = links
        self._order = {table: column_order(view) for table, view in catalogue.views.items()}

    def table(self, name: str) -> str | None:
        """The table of that name, or the nearest one; None when nothing is near."""
        exact = self._names.table_of.get(name.lower())
        if exact:
            return exact
        scored = [(self._likeness(name, table), table) for table in self._catalogue.views]
        score, best = max(scored, default=(0.0, ""))
        return best if score >= _CLOSE else None

    def column_in(self, table: str, name: str) -> str | None:
        """The column of that exact name (real or safe) in a table."""
        return self._names.column_of[table].get(name.lower())

    def column(self, name: str, near: Sequence[str], *, own: str = "") -> Spot | None:
        """The column that a name means.

        Exact names come before similar ones; tables of the query before tables one key away, and those before others.

        Args:
            near: Tables of the query.
            own: The table that the draft wrote before the name; it is preferred.
        """
        exact = [Spot(t, c) for t in self._catalogue.views if (c := self.column_in(t, name)) is not None]
        if exact:
            best = min(exact, key=lambda spot: self._rank(spot, near, own))
            return best if best.table in near else self._pointing_at(best, near) or best
        places = [own, *near] if own else list(near)
        local = self._nearest(name, dict.fromkeys(t for t in places if t))
        if local is not None:
            return local
        return self._nearest(name, self._catalogue.views)

    def _rank(self, spot: Spot, near: Collection[str], own: str) -> tuple[bool, bool, int, bool, bool]:
        linked = (spot.table, spot.column) in self._links.columns
        distance = self._graph.distance(near, spot.table) if near else 0
        return (spot.table != own, spot.table not in near, distance, not linked, spot.table not in self._links.tables)

    def _pointing_at(self, wanted: Spot, near: Sequence[str]) -> Spot | None:
        """The column of a table at hand that is a key to the wanted column: it holds the same values."""
        for table in near:
            for column in self._order[table]:
                if self._graph.target(table, column) == (wanted.table, wanted.column):
                    return Spot(table, column)
        return None

    def _nearest(self, name: str, tables: Iterable[str]) -> Spot | None:
        scored = []
        for place, table in enumerate(tables):
            for column in self._order[table]:
                score = self._likeness(name, column, table)
                if (table, column) in self._links.columns:
                    score += 4
                scored.append((score, -place, table, column))
        if not scored:
            return None
        score, _, table, column = max(scored)
        return Spot(table, column) if score >= _CLOSE else None

    def _likeness(self, wrong: str, right: str, table: str = "") -> float:
        """0 to 100, for names in either language."""
        ours = expand(split_identifier(right))
        theirs = expand(split_identifier(wrong))
        if not theirs:
            return 0.0
        shortened = _without(ours, expand(split_identifier(table)))
        best = max(_ratio(theirs, ours), _ratio(theirs, shortened) - 1, _ratio(_without(theirs, ()), ours))
        if not wrong.isascii() or not any(word in ours for word in theirs):
            for english in _translations(wrong):
                said = expand(split_identifier(english))
                best = max(best, _ratio(said, ours) - 2, _ratio(said, shortened) - 3)
        return best


def _ratio(one: Sequence[str], two: Sequence[str]) -> float:
    if not one or not two:
        return 0.0
    first, second = " ".join(one), " ".join(two)
    if first == second:
        return 100.0
    shared = len(set(one) & set(two))
    # All words of one side in the other: "document name" for "doc document name".
    contained = 80.0 + 10.0 * shared / max(len(one), len(two)) if shared == min(len(set(one)), len(set(two))) else 0.0
    return max(contained, fuzz.ratio(fold(first), fold(second)))


def _without(words: Sequence[str], drop: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(word for word in words if word not in drop)
    return kept or tuple(words)


def _translations(name: str) -> tuple[str, ...]:
    spoken = canonical(" ".join(split_identifier(name)))
    return lexicon().get(spoken, ())
