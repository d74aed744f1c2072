"""SQL over a flat view written out over the tables of the database, with the joins that it needs and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import sqlglot
from sqlglot import exp

from nl2sql.foreign.wide_cells import Cell
from nl2sql.foreign.wide_types import Flat


def expand(sql: str, flats: Mapping[str, Flat], dialect: str) -> str:
    """The same query over the tables.

    Args:
        sql: A query over flat views' names and columns, already in the database's dialect.
        flats: Flat views by name.

    Returns:
        SQL in which every select over the view reads the table itself. A table that a key leads to is joined where one
        of its columns is used: rows without it drop out when it groups or bounds them, and stay when it is only shown.
    """
    tree = sqlglot.parse_one(sql, read=dialect)
    for select in list(tree.find_all(exp.Select)):
        source = select.args.get("from_")
        table = source.this if source is not None else None
        if isinstance(table, exp.Table) and table.name in flats:
            _rewrite(select, flats[table.name])
    return tree.sql(dialect=dialect)


def _rewrite(select: exp.Select, flat: Flat) -> None:
    used: dict[str, Cell] = {}
    needed: dict[str, Cell] = {}
    grouped = select.args.get("group")
    for place, node in list(_columns(select, flat)):
        cell = flat.cells[node.name]
        used[node.name] = cell
        if place != "expressions" or grouped is not None:
            needed[node.name] = cell
        parent = node.parent
        if isinstance(parent, exp.Distinct) and isinstance(parent.parent, exp.Count) and cell.key:
            node.replace(_key(cell))
        elif place == "expressions" and parent is select:
            node.replace(exp.alias_(cell.tree.copy(), node.name))
        else:
            node.replace(_inside(cell.tree, parent))
    if grouped is not None:
        for cell in used.values():
            keys = [exp.column(exp.to_identifier(c, quoted=True), table=exp.to_identifier(cell.alias, quoted=True))
                    for c in cell.key]  # fmt: skip
            if any(node == cell.tree for node in grouped.expressions):
                grouped.set("expressions", [*grouped.expressions, *(k for k in keys if k not in grouped.expressions)])
    _join(select, flat, used, needed)


def _inside(tree: exp.Expr, parent: exp.Expr | None) -> exp.Expr:
    """A copy that keeps its meaning where it is put: an operation inside another is put in parentheses."""
    operation = isinstance(tree, exp.Binary) and isinstance(
        parent, exp.Binary | exp.Not | exp.In | exp.Between | exp.Is
    )
    return exp.Paren(this=tree.copy()) if operation else tree.copy()


def _key(cell: Cell) -> exp.Expr:
    columns = [exp.column(exp.to_identifier(c, quoted=True), table=exp.to_identifier(cell.alias, quoted=True))
               for c in cell.key]  # fmt: skip
    if len(columns) == 1:
        return columns[0]
    tree: exp.Expr = exp.cast(columns[0], "text")
    for other in columns[1:]:
        blank = exp.DPipe(this=tree, expression=exp.Literal.string(" "))
        tree = exp.DPipe(this=blank, expression=exp.cast(other, "text"))
    return tree


def _columns(select: exp.Select, flat: Flat) -> Iterator[tuple[str, exp.Column]]:
    """The view's columns that belong to this select and not to one inside it, with the clause that each stands in."""
    outputs = {item.alias for item in select.expressions if isinstance(item, exp.Alias)}
    for clause, value in select.args.items():
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if not isinstance(part, exp.Expr) or clause == "from_":
                continue
            for node in part.find_all(exp.Column):
                known = node.name in flat.cells and not node.table
                if known and node.parent_select is select and not (clause == "order" and node.name in outputs):
                    yield clause, node


def _join(select: exp.Select, flat: Flat, used: dict[str, Cell], needed: dict[str, Cell]) -> None:
    wanted = _with_ways(flat, (c.alias for c in used.values()))
    inner = _with_ways(flat, (c.alias for c in needed.values()))
    source = exp.table_(exp.to_identifier(flat.table, quoted=True))
    select.set("from_", exp.From(this=source))
    for alias, step in flat.steps.items():
        if alias not in wanted:
            continue
        table: exp.Expr = exp.table_(exp.to_identifier(step.table, quoted=True))
        if alias != step.table:
            table = exp.alias_(table, alias, table=True, quoted=True)
        tests = [
            exp.EQ(
                this=exp.column(exp.to_identifier(own, quoted=True), table=exp.to_identifier(step.parent, quoted=True)),
                expression=exp.column(
                    exp.to_identifier(theirs, quoted=True), table=exp.to_identifier(alias, quoted=True)
                ),
            )
            for own, theirs in step.pairs
        ]
        kind = "" if alias in inner else "LEFT"
        select.append("joins", exp.Join(this=table, kind=kind, on=exp.and_(*tests)) if not kind
                      else exp.Join(this=table, side=kind, on=exp.and_(*tests)))  # fmt: skip


def _with_ways(flat: Flat, aliases: Iterable[str]) -> set[str]:
    """Aliases with those that lead to them."""
    found: set[str] = set()
    for alias in aliases:
        at = alias
        while at != flat.alias and at not in found:
            found.add(at)
            at = flat.steps[at].parent
    return found
