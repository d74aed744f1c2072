"""Repair of a draft: every name bound to the schema, joins rebuilt over the keys, literals snapped to stored values.

A small model knows which columns a question is about long before it knows where they live. So its draft is read for
what it knows (outputs, conditions, grouping, order) and the rest is put right: a column on the wrong table is moved,
FROM and JOIN are rebuilt over the graph of keys, a literal becomes the value that is stored. What is right stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from nl2sql.foreign.draft_text import parse_draft, to_sql
from nl2sql.foreign.fit_types import fit_types
from nl2sql.foreign.key_graph import Hop, KeyGraph
from nl2sql.foreign.link import Links
from nl2sql.foreign.literals import Choose, Literals
from nl2sql.foreign.missing import add_values
from nl2sql.foreign.resolve import Resolver, Spot
from nl2sql.foreign.schema_text import Names
from nl2sql.foreign.select_scope import SelectScope
from schema.semantic import Catalogue


@dataclass
class Repaired:
    """A draft after repair.

    Attributes:
        sql: In the catalogue's dialect, with real names.
        changes: What was changed, for the log.
        renamed: Literals that were changed: what stands there now → what the draft wrote.
    """

    sql: str
    tree: exp.Expr
    changes: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


class Repairer:
    """Repairs drafts for one question over one catalogue."""

    def __init__(
        self, catalogue: Catalogue, names: Names, graph: KeyGraph, links: Links, choose: Choose | None = None
    ) -> None:
        self._catalogue = catalogue
        self._names = names
        self._graph = graph
        self._links = links
        self._resolver = Resolver(catalogue, names, graph, links)
        self._literals = Literals(catalogue, graph, choose)

    def repair(self, sql: str) -> Repaired | None:
        """The repaired draft, or None when it cannot even be parsed."""
        tree = parse_draft(sql, self._catalogue.dialect)
        if tree is None:
            return None
        changes: list[str] = []
        for select in list(tree.find_all(exp.Select)):
            self._repair_select(select, changes)
        if isinstance(tree, exp.Select) and add_values(tree, self._links, self._graph, changes):
            self._repair_select(tree, changes)
        self._bind_set_order(tree)
        return Repaired(to_sql(tree, self._catalogue.dialect), tree, changes, self._literals.renamed)

    def _repair_select(self, select: exp.Select, changes: list[str]) -> None:
        scope = SelectScope.of(select, self._resolver, changes)
        if scope is None:
            return
        for column in list(scope.columns()):
            self._bind(column, scope, changes)
        for comparison in list(scope.comparisons()):
            spot = self._literals.settle(comparison, lambda column: scope.spot(column), list(scope.tables), changes)
            if spot is not None:
                scope.move(comparison.find(exp.Column), spot)
        fit_types(list(scope.comparisons()), scope.spot, self._catalogue)
        if scope.needs_joins or not self._joins_hold(scope):
            self._rebuild(scope, changes)
        self._drop_idle_tables(scope, changes)
        scope.write()

    def _bind(self, column: exp.Column, scope: SelectScope, changes: list[str]) -> None:
        """Give a column its real table and name."""
        name = column.name
        if scope.is_output_alias(column):
            return
        own = scope.aliases.get(column.table.lower(), "") if column.table else ""
        if column.table and not own:
            outer = scope.outer_table(column.table)
            if outer is not None:
                found = self._resolver.column_in(outer, name)
                if found:
                    column.set("this", exp.to_identifier(found))
                    return
            own = self._resolver.table(column.table) or ""
        if own and own in scope.tables:
            exact = self._resolver.column_in(own, name)
            if exact:
                scope.place(column, Spot(own, exact))
                return
        spot = self._resolver.column(name, list(scope.tables), own=own)
        if spot is None:
            changes.append(f"? {name}")
            return
        if (spot.table, spot.column) != (own, name):
            changes.append(f"{column.sql()} → {spot.table}.{spot.column}")
        scope.place(column, spot)

    def _joins_hold(self, scope: SelectScope) -> bool:
        """Whether every join of the draft equates columns that belong together."""
        tables = [table for table in scope.tables if table]
        if len(tables) < 2 or scope.repeated:
            return True
        joined = {tables[0]}
        for table, pairs in scope.join_pairs():
            if not pairs and table is not None:
                return False
            for left, right in pairs:
                if not self._pair_holds(left, right):
                    return False
            if table:
                joined.add(table)
        return True

    def _pair_holds(self, left: Spot, right: Spot) -> bool:
        if self._graph.is_key_pair((left.table, left.column), (right.table, right.column)):
            return True
        return not self._graph.hops(left.table, right.table) and self._graph.path([left.table], right.table) is None

    def _rebuild(self, scope: SelectScope, changes: list[str]) -> None:
        used = scope.used_tables()
        # The draft's own tables say what the question is about: they stay when rows are counted or nothing is left.
        inner = isinstance(scope.select.parent, exp.SetOperation | exp.Subquery | exp.In | exp.Exists)
        if inner or scope.counts_rows() or len(scope.tables) == 1 or not used:
            used = list(dict.fromkeys([*scope.tables, *used]))
        else:
            used.sort(key=lambda table: table not in scope.tables)
        if scope.repeated or not used:
            return
        hops = self._graph.connect(used)
        if hops is None:
            return
        changes.append("FROM " + " ⋈ ".join([used[0], *(hop.right for hop in hops)]))
        scope.rebuild(used[0], [self._preferred(hop, scope) for hop in hops])

    def _drop_idle_tables(self, scope: SelectScope, changes: list[str]) -> None:
        """Leave out joined tables at the end of a chain that give no column and that the question does not name.

        Only in the outer query, where a table without columns says nothing; in EXCEPT and IN it may be the condition.
        """
        if scope.repeated or len(scope.tables) < 2 or scope.select.parent is not None:
            return
        # What is counted may be named by a word that no lexicon knows.
        least = 2 if scope.select.find(exp.AggFunc) else 1
        used = set(scope.used_tables())
        named = set(self._links.tables)
        kept = list(scope.tables)
        for table in reversed(list(scope.tables)):
            rest = [t for t in kept if t != table]
            if table in used or table in named or len(rest) < least:
                continue
            hops = self._graph.connect(rest)
            if hops is not None and {hop.right for hop in hops} <= set(rest):
                kept = rest
        if len(kept) < len(scope.tables):
            hops = self._graph.connect(kept) or []
            changes.append("FROM " + " ⋈ ".join(kept))
            scope.rebuild(kept[0], [self._preferred(hop, scope) for hop in hops])

    def _preferred(self, hop: Hop, scope: SelectScope) -> Hop:
        """Among several keys between two tables, the one that the draft's own ON mentions."""
        ways = self._graph.hops(hop.left, hop.right)
        if len(ways) < 2:
            return hop
        mentioned = {(spot.table, spot.column) for spot in scope.on_spots()}

        def hits(way: Hop) -> int:
            return sum((way.left, c) in mentioned for c in way.left_columns) + sum(
                (way.right, c) in mentioned for c in way.right_columns
            )

        return max(ways, key=hits)

    def _bind_set_order(self, tree: exp.Expr) -> None:
        """Columns in the ORDER BY of a UNION and the like are outputs of its first SELECT."""
        for setop in tree.find_all(exp.SetOperation):
            order = setop.args.get("order")
            if order is None:
                continue
            outputs = {name.lower(): name for name in setop.named_selects}
            for column in order.find_all(exp.Column):
                name = outputs.get(column.name.lower())
                column.set("table", None)
                if name:
                    column.set("this", exp.to_identifier(name))
