"""The graph of keys between tables, and the smallest set of joins that connects the tables a query needs."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from schema.semantic import Catalogue, Relationship


@dataclass(frozen=True)
class Hop:
    """One join: ``left.left_columns = right.right_columns``; the left table is already in the query."""

    left: str
    left_columns: tuple[str, ...]
    right: str
    right_columns: tuple[str, ...]


class KeyGraph:
    """Tables as nodes, keys as edges; built once for a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._edges: dict[str, list[Hop]] = defaultdict(list)
        self._targets: dict[tuple[str, str], tuple[str, str]] = {}
        for relation in catalogue.relationships:
            self._add(relation)

    def _add(self, relation: Relationship) -> None:
        forward = Hop(relation.left, relation.left_columns, relation.right, relation.right_columns)
        backward = Hop(relation.right, relation.right_columns, relation.left, relation.left_columns)
        self._edges[relation.left].append(forward)
        if relation.left != relation.right:
            self._edges[relation.right].append(backward)
        if len(relation.left_columns) == 1:
            self._targets[relation.left, relation.left_columns[0]] = (relation.right, relation.right_columns[0])

    def hops(self, left: str, right: str) -> list[Hop]:
        """Every key that joins two tables directly."""
        return [hop for hop in self._edges[left] if hop.right == right]

    def is_key_pair(self, left: tuple[str, str], right: tuple[str, str]) -> bool:
        """Whether two columns may be equated: one is a key to the other, or both are keys to the same column."""
        first, second = self._targets.get(left), self._targets.get(right)
        return first == right or second == left or (first is not None and first == second)

    def is_key(self, table: str, column: str) -> bool:
        """Whether a column points at another table."""
        return (table, column) in self._targets

    def target(self, table: str, column: str) -> tuple[str, str] | None:
        """The table and column that a key points at."""
        return self._targets.get((table, column))

    def distance(self, sources: Collection[str], goal: str) -> int:
        """Joins from the nearest source to a table; a large number when they are not connected."""
        path = self.path(sources, goal)
        return len(path) if path is not None else 99

    def path(self, sources: Collection[str], goal: str) -> list[Hop] | None:
        """The shortest chain of joins from any source to a table: empty for a source, None when there is none."""
        if goal in sources:
            return []
        back: dict[str, Hop] = {}
        queue = deque(sources)
        seen = set(sources)
        while queue:
            table = queue.popleft()
            for hop in self._edges[table]:
                if hop.right in seen:
                    continue
                seen.add(hop.right)
                back[hop.right] = hop
                if hop.right == goal:
                    return _unwound(back, goal, set(sources))
                queue.append(hop.right)
        return None

    def connect(self, tables: Sequence[str]) -> list[Hop] | None:
        """Joins that connect tables, starting from the first, with bridges; None when there is no way.

        Each step attaches the table nearest to what is already there (a good Steiner tree on graphs this small).
        """
        reached = [tables[0]]
        missing = [table for table in dict.fromkeys(tables) if table != tables[0]]
        hops: list[Hop] = []
        while missing:
            ways = [(way, table) for table in missing if (way := self.path(reached, table)) is not None]
            if not ways:
                return None
            way, _ = min(ways, key=lambda item: len(item[0]))
            hops.extend(way)
            reached.extend(hop.right for hop in way)
            missing = [table for table in missing if table not in reached]
        return hops


def _unwound(back: dict[str, Hop], goal: str, sources: set[str]) -> list[Hop]:
    hops: list[Hop] = []
    table = goal
    while table not in sources:
        hop = back[table]
        hops.append(hop)
        table = hop.left
    return list(reversed(hops))


def tables_of(hops: Iterable[Hop]) -> list[str]:
    """Tables that joins add, in order."""
    return [hop.right for hop in hops]
