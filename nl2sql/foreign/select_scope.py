"""One SELECT of a draft while it is repaired: its tables, where its columns belong, its joins made anew."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from nl2sql.foreign.key_graph import Hop
from nl2sql.foreign.resolve import Resolver, Spot


class SelectScope:
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
    def of(cls, select: exp.Select, resolver: Resolver, changes: list[str]) -> SelectScope | None:
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
