"""Checks of a draft against the reading: everything recognised is used, and nothing is used that was not asked for."""

from __future__ import annotations

from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.generation.comparison import compared_periods
from nl2sql.generation.counted import counted_bounds, counted_column
from nl2sql.generation.parts import parts_of
from nl2sql.types import Reading, Shape
from schema.semantic import View

Leaf = tuple[str, str, str]
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OPS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=", exp.Like: "like",
    exp.ILike: "like", exp.Is: "is",
}  # fmt: skip


def check(sql: str, reading: Reading, view: View, *, dialect: str = "duckdb") -> tuple[str, ...]:
    """Complaints about a draft, in Vietnamese and in SQL terms that the model can act on; empty when it agrees."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return ("SQL sai cú pháp",)
    complaints = list(_conditions(tree, reading, view))
    complaints += _groups(tree, reading, view)
    complaints += _measures(tree, reading)
    complaints += _rows(tree, reading)
    return tuple(complaints)


def _conditions(tree: exp.Expr, reading: Reading, view: View) -> Iterable[str]:
    wanted: set[Leaf] = set()
    for text in _expected(reading, view):
        wanted |= leaves(sqlglot.parse_one(text, read="duckdb"))
    got = leaves(tree)
    allowed = set(wanted)
    for match in reading.metrics:
        allowed |= leaves(sqlglot.parse_one(match.expr, read="duckdb"))
    for group in parts_of(reading, view).groups:
        allowed |= leaves(sqlglot.parse_one(group, read="duckdb"))
    missing = {leaf for leaf in wanted - got if not _implied(leaf)}
    bounded = {t.metric for t in reading.thresholds}
    columns = set(view.columns())
    extra = {leaf for leaf in got - allowed if leaf[0] in columns and leaf[0] not in bounded and not _implied(leaf)}
    if missing:
        yield "thiếu điều kiện " + ", ".join(sorted(_spell(leaf) for leaf in missing))
    if extra:
        yield "thừa điều kiện " + ", ".join(sorted(_spell(leaf) for leaf in extra))


def _expected(reading: Reading, view: View) -> list[str]:
    parts = parts_of(reading, view)
    found = list(parts.where)
    if reading.comparison and view.time and reading.periods:
        now, base, both = compared_periods(reading, view.time)
        found = [f.sql for f in reading.filters] + [now, base, both]
    if reading.share and reading.share.numerator:
        found.append(reading.share.numerator)
    return found


def leaves(tree: exp.Expr) -> set[Leaf]:
    """The elementary conditions of a tree on its columns: (column, operator, value)."""
    found: set[Leaf] = set()
    for node in tree.walk():
        if isinstance(node, exp.Between) and isinstance(node.this, exp.Column):
            name = node.this.name.lower()
            found.add((name, ">=", _literal(node.args["low"])))
            found.add((name, "<=", _literal(node.args["high"])))
        elif isinstance(node, exp.In) and isinstance(node.this, exp.Column) and node.expressions:
            values = ",".join(sorted(_literal(e) for e in node.expressions))
            negated = isinstance(node.parent, exp.Not)
            found.add((node.this.name.lower(), "not in" if negated else "in", values))
        elif type(node) in _OPS:
            left, right = node.this, node.expression
            op = _OPS[type(node)]
            if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
                left, right, op = right, left, _FLIP.get(op, op)
            if isinstance(left, exp.Column) and not isinstance(right, exp.Column | exp.Subquery):
                found.add((left.name.lower(), op, _literal(right)))
    return found


def _literal(node: exp.Expr) -> str:
    if isinstance(node, exp.Cast):
        return _literal(node.this)
    if isinstance(node, exp.Literal):
        return str(node.this)
    return node.sql().lower()


def _implied(leaf: Leaf) -> bool:
    """Conditions that keep every row ("thang >= 1")."""
    return leaf[1] == ">=" and leaf[2] == "1"


def _spell(leaf: Leaf) -> str:
    return f"{leaf[0]} {leaf[1]} {leaf[2]}"


def _groups(tree: exp.Expr, reading: Reading, view: View) -> list[str]:
    if reading.shape is Shape.ROWS:
        return []
    parts = parts_of(reading, view)
    year = view.time.parts.get("year", "") if view.time else ""
    wanted = {c for g in parts.groups for c in _columns(sqlglot.parse_one(g, read="duckdb"))}
    wanted -= {year} if reading.comparison else set()
    got: set[str] = set()
    for select in tree.find_all(exp.Select):
        group = select.args.get("group")
        for item in group.expressions if group else ():
            if isinstance(item, exp.Literal) and item.is_int:
                position = int(item.this) - 1
                item = select.expressions[position] if position < len(select.expressions) else item
            got |= {c.name.lower() for c in item.find_all(exp.Column)}
    if counted_bounds(reading):  # each member that is counted has its total
        got -= {counted_column(reading.metrics[0]).lower()} - wanted
    found = []
    if wanted - got:
        found.append("thiếu GROUP BY " + ", ".join(sorted(wanted - got)))
    if got - wanted - {year}:
        found.append("thừa GROUP BY " + ", ".join(sorted(got - wanted - {year})))
    return found


def _measures(tree: exp.Expr, reading: Reading) -> list[str]:
    if reading.shape is Shape.ROWS:
        return []
    got = {_normal(n) for n in tree.find_all(exp.AggFunc)}
    grouped = {c for g in tree.find_all(exp.Group) for e in g.expressions for c in _columns(e)}
    if counted_bounds(reading) and counted_column(reading.metrics[0]).lower() in grouped:
        return []  # rows of a table of members are counted
    missing = []
    for match in reading.metrics:
        expected = sqlglot.parse_one(match.expr, read="duckdb")
        for node in expected.find_all(exp.AggFunc):
            kind, columns = type(node).__name__, _columns(node)
            if not any(g[0] == kind and columns <= g[1] for g in got):
                missing.append(match.expr)
                break
    return [f"thiếu chỉ tiêu {m}" for m in missing]


def _normal(node: exp.Expr) -> tuple[str, frozenset[str]]:
    return type(node).__name__, _columns(node)


def _columns(node: exp.Expr) -> frozenset[str]:
    return frozenset(c.name.lower() for c in node.find_all(exp.Column))


def _rows(tree: exp.Expr, reading: Reading) -> list[str]:
    ranking = reading.ranking
    if ranking is None or not ranking.n or ranking.per:
        return []
    limit = tree.args.get("limit")
    found = []
    if limit is None or limit.expression.sql() != str(ranking.n):
        found.append(f"cần LIMIT {ranking.n}")
    order = tree.args.get("order")
    if order is None:
        found.append("thiếu ORDER BY")
    elif bool(order.expressions[0].args.get("desc")) != ranking.descending:
        found.append("ORDER BY sai chiều")
    return found
