"""Repair of a draft: every name bound to the schema, joins rebuilt over the keys, literals snapped to stored values.

A small model knows which columns a question is about long before it knows where they live. So its draft is read for
what it knows (outputs, conditions, grouping, order) and the rest is put right: a column on the wrong table is moved,
FROM and JOIN are rebuilt over the graph of keys, a literal becomes the value that is stored. What is right stays.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.foreign.fit_types import fit_types
from nl2sql.foreign.key_graph import Hop, KeyGraph
from nl2sql.foreign.link import Links
from nl2sql.foreign.literals import Choose, Literals
from nl2sql.foreign.missing import add_values
from nl2sql.foreign.resolve import Resolver, Spot
from nl2sql.foreign.schema_text import Names, safe_name
from schema.semantic import Catalogue

_QUOTED_TEXT = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`")
_WORDS_SIDE_BY_SIDE = re.compile(r"[^\W\d]\w*(?: +[^\W\d]\w*)+")
_KEYWORD_TEXT = """
select distinct from where group by order having limit join inner left outer on as and or not in like between is null
count sum avg min max union intersect except all asc desc case when then else end exists cast offset
"""
_KEYWORDS = frozenset(_KEYWORD_TEXT.split())


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
        scope = _Scope.of(select, self._resolver, changes)
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

    def _bind(self, column: exp.Column, scope: _Scope, changes: list[str]) -> None:
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

    def _joins_hold(self, scope: _Scope) -> bool:
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

    def _rebuild(self, scope: _Scope, changes: list[str]) -> None:
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

    def _drop_idle_tables(self, scope: _Scope, changes: list[str]) -> None:
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

    def _preferred(self, hop: Hop, scope: _Scope) -> Hop:
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


class _Scope:
    """One SELECT while it is repaired: its tables by alias, and where each of its columns belongs."""

    def __init__(self, select: exp.Select, resolver: Resolver) -> None:
        self.select = select
        self.aliases: dict[str, str] = {}
        self.tables: dict[str, str] = {}  # real table → the qualifier used for it
        self.repeated = False
        self.needs_joins = False
        self._spots: dict[int, Spot] = {}
        self._resolver = resolver

    @classmethod
    def of(cls, select: exp.Select, resolver: Resolver, changes: list[str]) -> _Scope | None:
        """The scope of a SELECT, its table names put right; None when it selects from something else."""
        scope = cls(select, resolver)
        source = select.args.get("from_") or select.args.get("from")
        nodes = [source.this] if source is not None else []
        nodes += [join.this for join in select.args.get("joins") or []]
        for node in nodes:
            if not isinstance(node, exp.Table):
                return None
            real = resolver.table(node.name)
            if real is None:
                changes.append(f"? bảng {node.name}")
                scope.needs_joins = True
                continue
            if real.lower() != node.name.lower():
                changes.append(f"bảng {node.name} → {real}")
            qualifier = node.alias or real
            if real in scope.tables:
                scope.repeated = True
            scope.tables.setdefault(real, qualifier)
            scope.aliases[qualifier.lower()] = real
            scope.aliases.setdefault(node.name.lower(), real)
            node.set("this", exp.to_identifier(real))
            node.set("db", None)
        return scope

    def columns(self) -> Iterator[exp.Column]:
        """Columns of this SELECT and not of one inside it."""
        for column in self.select.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is self.select and not isinstance(column.this, exp.Star):
                yield column

    def comparisons(self) -> Iterator[exp.Expr]:
        """Comparisons of this SELECT that hold a text literal."""
        for node in self.select.find_all(exp.EQ, exp.NEQ, exp.In, exp.Like, exp.GT, exp.GTE, exp.LT, exp.LTE):
            if node.find_ancestor(exp.Select) is self.select and isinstance(node.this, exp.Column):
                yield node

    def is_output_alias(self, column: exp.Column) -> bool:
        """Whether the name is an alias given in the SELECT list (in ORDER BY, GROUP BY or HAVING)."""
        if column.table or column.find_ancestor(exp.Order, exp.Group, exp.Having) is None:
            return False
        return any(isinstance(e, exp.Alias) and e.alias.lower() == column.name.lower() for e in self.select.expressions)

    def outer_table(self, qualifier: str) -> str | None:
        """The real table of an alias of an enclosing SELECT."""
        node = self.select.parent
        while node is not None:
            if isinstance(node, exp.Select):
                for table in node.find_all(exp.Table):
                    named = (table.alias or table.name).lower() == qualifier.lower()
                    if named and table.find_ancestor(exp.Select) is node:
                        return self._resolver.table(table.name)
            node = node.parent
        return None

    def place(self, column: exp.Column, spot: Spot) -> None:
        """Say where a column belongs."""
        self._spots[id(column)] = spot
        if spot.table not in self.tables:
            self.needs_joins = True
        elif self.repeated and column.table and self.aliases.get(column.table.lower()) == spot.table:
            column.set("this", exp.to_identifier(spot.column))
            del self._spots[id(column)]

    def move(self, column: exp.Column | None, spot: Spot) -> None:
        """Put another column in a column's place."""
        if column is not None:
            self._spots[id(column)] = spot
            self.needs_joins = self.needs_joins or spot.table not in self.tables

    def spot(self, column: exp.Column) -> Spot | None:
        """Where a column belongs, when that is known."""
        return self._spots.get(id(column))

    def _in_join(self, column: exp.Column) -> bool:
        return column.find_ancestor(exp.Join) is not None

    def used_tables(self) -> list[str]:
        """Tables whose columns are used outside ON, in order of appearance."""
        found: dict[str, None] = {}
        for column in self.columns():
            spot = self.spot(column)
            if spot is not None and not self._in_join(column):
                found[spot.table] = None
        return list(found)

    def on_spots(self) -> list[Spot]:
        """Where the columns of the ON conditions belong."""
        return [s for c in self.columns() if self._in_join(c) and (s := self.spot(c)) is not None]

    def counts_rows(self) -> bool:
        """Whether rows themselves are counted: ``count(*)``."""
        return any(
            isinstance(count.this, exp.Star) and count.find_ancestor(exp.Select) is self.select
            for count in self.select.find_all(exp.Count)
        )

    def join_pairs(self) -> Iterator[tuple[str | None, list[tuple[Spot, Spot]]]]:
        """For each join: its table, and the pairs of columns that its ON equates."""
        for join in self.select.args.get("joins") or []:
            on = join.args.get("on")
            pairs = []
            for equal in on.find_all(exp.EQ) if on is not None else ():
                left, right = equal.this, equal.expression
                if isinstance(left, exp.Column) and isinstance(right, exp.Column):
                    first, second = self.spot(left), self.spot(right)
                    if first is not None and second is not None:
                        pairs.append((first, second))
            table = self.aliases.get((join.this.alias or join.this.name).lower())
            if on is None and self.select.args.get("where") is not None:
                # An old-style join: its condition may stand in WHERE.
                for equal in self.select.args["where"].find_all(exp.EQ):
                    if isinstance(equal.this, exp.Column) and isinstance(equal.expression, exp.Column):
                        first, second = self.spot(equal.this), self.spot(equal.expression)
                        if first is not None and second is not None and table in (first.table, second.table):
                            pairs.append((first, second))
            yield table, pairs

    def rebuild(self, first: str, hops: list[Hop]) -> None:
        """New FROM and JOINs; every table gets an alias when there is more than one."""
        conditions = [c for join in self.select.args.get("joins") or [] for c in _other_conditions(join)]
        order = [first, *[hop.right for hop in hops]]
        alias = {table: (f"T{i}" if hops else table) for i, table in enumerate(order, 1)}
        self.tables = alias
        self.aliases = {qualifier.lower(): table for table, qualifier in alias.items()}

        def source(table: str) -> exp.Table:
            node = exp.Table(this=exp.to_identifier(table))
            if hops:
                node.set("alias", exp.TableAlias(this=exp.to_identifier(alias[table])))
            return node

        key = "from_" if "from_" in self.select.arg_types else "from"
        self.select.set(key, exp.From(this=source(first)))
        joins = []
        for hop in hops:
            on = exp.and_(
                *(
                    exp.column(left, table=alias[hop.left]).eq(exp.column(right, table=alias[hop.right]))
                    for left, right in zip(hop.left_columns, hop.right_columns, strict=True)
                )
            )
            joins.append(exp.Join(this=source(hop.right), on=on))
        self.select.set("joins", joins or None)
        if conditions:
            self.select.where(*conditions, copy=False)

    def write(self) -> None:
        """Write real names and qualifiers into the tree."""
        several = len(self.tables) > 1
        for column in self.columns():
            spot = self.spot(column)
            if spot is None:
                continue
            column.set("this", exp.to_identifier(spot.column))
            qualifier = self.tables.get(spot.table)
            column.set("table", exp.to_identifier(qualifier) if several and qualifier else None)


def _other_conditions(join: exp.Join) -> list[exp.Expr]:
    """Conditions of an ON that filter instead of joining; they move to WHERE when joins are rebuilt."""
    on = join.args.get("on")
    if on is None:
        return []
    parts = on.flatten() if isinstance(on, exp.And) else [on]
    return [part.copy() for part in parts if part.find(exp.Literal) is not None]


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
