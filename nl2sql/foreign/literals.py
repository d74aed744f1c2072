"""Literals of a draft: made equal to what is stored, moved to the column where the value lives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process
from sqlglot import exp

from nl2sql.foreign.key_graph import KeyGraph
from nl2sql.foreign.link import lexicon
from nl2sql.foreign.resolve import Spot
from nl2sql.question.text_fold import canonical, fold
from schema.lexicon import singular
from schema.semantic import Catalogue

Choose = Callable[[str, Sequence[str]], str | None]

_COMPLETE = 1000
_TYPO = 88.0


class Literals:
    """Knows the stored values of a catalogue.

    Args:
        graph: Keys, to prefer values that are near the tables of the query.
        choose: Picks, among stored values, the one that a phrase of the question means; None to do without.
    """

    def __init__(self, catalogue: Catalogue, graph: KeyGraph, choose: Choose | None = None) -> None:
        self._graph = graph
        self._choose = choose
        self.renamed: dict[str, str] = {}
        """What a draft wrote for each literal that was changed: stored value → written text."""
        self._stored: dict[tuple[str, str], dict[str, str]] = {}
        self._exact: dict[tuple[str, str], frozenset[str]] = {}
        self._where: dict[str, list[tuple[Spot, str]]] = defaultdict(list)
        self._types: dict[tuple[str, str], str] = {}
        for view in catalogue.views.values():
            for name, kind in view.columns().items():
                self._types[view.name, name] = kind
            for dimension in view.dimensions:
                if dimension.type != "text" or not dimension.values:
                    continue
                found = {_key(item.value): item.value for item in reversed(dimension.values)}
                self._stored[view.name, dimension.name] = found
                self._exact[view.name, dimension.name] = frozenset(item.value for item in dimension.values)
                for key, value in found.items():
                    self._where[key].append((Spot(view.name, dimension.name), value))

    def settle(
        self,
        comparison: exp.Expr,
        spot_of: Callable[[exp.Column], Spot | None],
        tables: Sequence[str],
        changes: list[str],
    ) -> Spot | None:
        """Snap the literals of a comparison; returns the column they belong to when it is another one."""
        column = comparison.this
        spot = spot_of(column) if isinstance(column, exp.Column) else None
        literals = _literals(comparison)
        if spot is None or not literals:
            return None
        if isinstance(comparison, exp.Like):
            _tidy_pattern(literals[0])
            return None
        for literal in literals:
            written = literal.this
            snapped = self.stored(spot, written)
            if snapped is not None:
                if snapped != written:
                    changes.append(f"'{written}' → '{snapped}'")
                    self._rename(literal, snapped)
                continue
            if not isinstance(comparison, exp.EQ | exp.NEQ | exp.In):
                continue
            other = None if isinstance(comparison, exp.NEQ) else self._elsewhere(written, spot, tables)
            if other is not None and len(literals) == 1:
                place, value = other
                changes.append(f"{spot.table}.{spot.column} = '{written}' → {place.table}.{place.column} = '{value}'")
                self._rename(literal, value)
                return place
            literal.set("this", written.strip())
            chosen = self._chosen(spot, written.strip())
            if chosen is not None:
                changes.append(f"'{written}' → '{chosen}'")
                self._rename(literal, chosen)
        return None

    def _rename(self, literal: exp.Literal, value: str) -> None:
        self.renamed[value] = literal.this
        literal.set("this", value)

    def _chosen(self, spot: Spot, written: str) -> str | None:
        values = self._stored.get((spot.table, spot.column))
        if self._choose is None or not values:
            return None
        return self._choose(written, list(values.values()))

    def stored(self, spot: Spot, written: str) -> str | None:
        """The stored value of a column that a literal means, or None."""
        values = self._stored.get((spot.table, spot.column))
        if not values:
            return None
        if written in self._exact[spot.table, spot.column]:
            return written
        for key in _spellings(written):
            if key in values:
                return values[key]
        if len(values) < _COMPLETE and len(written) > 3:
            best = process.extractOne(_key(written), values.keys(), scorer=fuzz.ratio, score_cutoff=_TYPO)
            if best is not None:
                return values[best[0]]
        return None

    def _elsewhere(self, written: str, spot: Spot, tables: Sequence[str]) -> tuple[Spot, str] | None:
        """Another column where the literal is stored: of the same table, the query's tables, or the nearest one."""
        found = []
        for place, key in enumerate(_spellings(written)):
            for other, value in self._where.get(key, ()):
                distance = self._graph.distance(list(tables), other.table) if tables else 0
                target = self._graph.target(spot.table, spot.column)
                follows = target is not None and target[0] == other.table
                foreign = other.table != spot.table
                found.append((place, not follows, foreign, distance, other.table, other.column, value))
            if found:
                break
        if not found:
            return None
        best = min(found)
        return Spot(best[4], best[5]), best[6]


def _key(value: str) -> str:
    return canonical(value.strip())


def _spellings(written: str) -> list[str]:
    """Keys under which a literal may be stored: as written, without a plural, translated from Vietnamese."""
    key = _key(written)
    found = [key, singular(key)]
    found.extend(lexicon().get(key, ()))
    folded = fold(key)
    if folded != key:
        found.append(folded)
    return list(dict.fromkeys(found))


def _literals(comparison: exp.Expr) -> list[exp.Literal]:
    if isinstance(comparison, exp.In):
        return [item for item in comparison.expressions if isinstance(item, exp.Literal) and item.is_string]
    other = comparison.expression
    return [other] if isinstance(other, exp.Literal) and other.is_string else []


def _tidy_pattern(literal: exp.Literal) -> None:
    """``'% t %'`` copied from a question with spaced quotation marks → ``'%t%'``."""
    text = literal.this
    left, right = text.startswith("%"), text.endswith("%") and len(text) > 1
    inner = text[1 if left else 0 : -1 if right else None].strip()
    if inner:
        literal.set("this", ("%" if left else "") + inner + ("%" if right else ""))
