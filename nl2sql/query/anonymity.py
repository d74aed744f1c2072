"""Groups under k enterprises stay hidden: what a role without the right may ask of tables that name enterprises.

The language is made small enough to be judged. A SELECT over such a table reads that table alone, filters it with a
condition of its own, and returns sums, counts, averages and middle quantiles by columns that single out nobody. Then:

- ``HAVING COUNT(DISTINCT enterprise) >= k`` stands in every such SELECT, before windows and outer queries see a group;
- an aggregate that looks at a part of its group (CASE, FILTER) is NULL where that part, or the rest, has 1 to k-1
  enterprises;
- MIN, MAX and other functions that return one row's value are refused, and so are products and quotients of columns,
  with which a single row could be made to stand out;
- what was asked goes into ``Probe`` objects, which ``disclosure.py`` compares with what the same user asked before.

Composition around these SELECTs (CTEs, joins of results, windows, set operations) is free: it sees safe groups only.
One enterprise's dominance in a large group is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from nl2sql.policy.guard import Guard
from nl2sql.query.names import Names
from nl2sql.query.places import SourceText
from nl2sql.types import Probe

CODE = "aggregate_only"
_SAFE = (exp.Sum, exp.Avg, exp.Count, exp.Median, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance,
         exp.VariancePop, exp.PercentileCont, exp.PercentileDisc)  # fmt: skip
_SIMPLE = (exp.Column, exp.Identifier, exp.Literal, exp.Neg, exp.Paren, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Null,
           exp.Coalesce, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Boolean)  # fmt: skip
_ACTION = "Vai này chỉ xem được số tổng hợp của nhiều doanh nghiệp; hãy hỏi tổng, số lượng hoặc bình quân theo nhóm."


def anonymise(tree: exp.Expr, guard: Guard, names: Names, text: SourceText) -> tuple[Probe, ...]:
    """Put the rule into a bound tree, in place.

    Returns:
        What has to be compared with earlier questions.

    Raises:
        QueryRejected: With code ``aggregate_only``: the query asks for single rows or cannot be judged.
    """
    probes: list[Probe] = []
    for scope in traverse_scope(tree):
        select = scope.expression
        if not isinstance(select, exp.Select):
            continue
        based = [
            (alias, source)
            for alias, (_, source) in scope.selected_sources.items()
            if isinstance(source, exp.Table) and source.name.lower() in names
        ]
        keyed = [(a, s) for a, s in based if names.table(s.name.lower()) in guard.keys]
        if keyed:
            if len(scope.selected_sources) > 1 or scope.external_columns:
                raise text.reject("Vai này không nối được bảng có doanh nghiệp", CODE, select, action=_ACTION)
            alias, source = keyed[0]
            probes.append(_Rewriter(select, alias, names.table(source.name.lower()), guard, names, text).run())
    return tuple(probes)


_Node = TypeVar("_Node", bound=exp.Expr)


class _Rewriter:
    """One SELECT over one table that names enterprises."""

    def __init__(self, select: exp.Select, alias: str, view: str, guard: Guard, names: Names, text: SourceText) -> None:
        self.select = select
        self.alias = alias
        self.view = view
        self.text = text
        self.dialect = names.dialect
        self.k = guard.k
        self.identifying = {c.lower() for c in guard.identifying[view]}
        key = guard.keys[view]
        self.key = exp.Column(
            this=exp.to_identifier(key, quoted=names.needs_quotes(key)),
            table=exp.to_identifier(alias, quoted=names.needs_quotes(alias)),
        )

    def run(self) -> Probe:
        select = self.select
        group = select.args.get("group")
        self._check_shape(group)
        groups = tuple(self._plain(item) for item in (group.expressions if group is not None else ()))
        where = select.args.get("where")
        condition = self._plain(where.this) if where is not None else "TRUE"
        tests: dict[str, None] = {}
        measures: dict[str, None] = {}
        for aggregate in [a for a in self._nodes(exp.AggFunc) if not _windowed(a)]:
            measures[self._plain(aggregate)] = None
            for test in self._check_aggregate(aggregate):
                tests[self._plain(test)] = None
        having = select.args.get("having")
        enough = exp.GTE(this=self._count(self.key.copy()), expression=exp.Literal.number(self.k))
        select.set("having", exp.Having(this=exp.and_(having.this, enough) if having is not None else enough))
        return Probe(self.view, self.key.name, condition, tuple(tests), groups, tuple(measures), self.k)

    def _check_shape(self, group: exp.Expr | None) -> None:
        select = self.select
        if group is not None and (group.args.get("all") or group.find(exp.Rollup, exp.Cube, exp.GroupingSets)):
            raise self._reject("Vai này không dùng được ROLLUP, CUBE, GROUPING SETS, GROUP BY ALL", group)
        if group is None and not any(not _windowed(a) for a in self._nodes(exp.AggFunc)):
            raise self._reject("Vai này không xem được từng dòng", select)
        where = select.args.get("where")
        if where is not None and where.find(exp.Select):
            raise self._reject("Vai này không dùng được truy vấn con trong điều kiện", where)
        for inner in select.find_all(exp.Select):
            if inner is not select and any(c.table == self.alias for c in inner.find_all(exp.Column)):
                raise self._reject("Vai này không dùng được truy vấn con tương quan", inner)
        for column in self._nodes(exp.Column):
            if column.name.lower() in self.identifying and not _counted(column):
                raise self._reject(f"Với vai này, cột “{column.name}” chỉ đếm được", column)

    def _check_aggregate(self, aggregate: exp.AggFunc) -> list[exp.Expr]:
        """Check one aggregate; put the guard around it when it looks at a part of its group.

        Returns:
            The conditions of the parts.
        """
        if not isinstance(aggregate, _SAFE):
            raise self._reject(f"Vai này không dùng được hàm {aggregate.sql_name()}", aggregate)
        outer: exp.Expr = aggregate
        argument = aggregate.this
        if isinstance(aggregate, exp.PercentileCont | exp.PercentileDisc):
            share = float(argument.name) if isinstance(argument, exp.Literal) and not argument.is_string else 0.0
            within = aggregate.parent
            if not 0.1 <= share <= 0.9 or not isinstance(within, exp.WithinGroup):
                raise self._reject("Vai này chỉ dùng được phân vị từ 0,1 đến 0,9", aggregate)
            outer, argument = within, within.expression.expressions[0].this
        if isinstance(outer.parent, exp.Filter):
            outer = outer.parent
        parts: list[exp.Expr] = []
        if isinstance(outer, exp.Filter):
            parts.append(outer.expression.this)
        if isinstance(argument, exp.Distinct) and len(argument.expressions) == 1:
            argument = argument.expressions[0]
        if isinstance(argument, exp.Case):
            if argument.this is not None:
                raise self._reject("Vai này chỉ dùng được CASE WHEN điều kiện", argument)
            parts.extend(branch.this for branch in argument.args["ifs"])
            values = [branch.args["true"] for branch in argument.args["ifs"]]
            values += [argument.args["default"]] if argument.args.get("default") is not None else []
        else:
            values = [] if isinstance(argument, exp.Star) else [argument]
        for value in values:
            self._check_simple(value, aggregate)
        for part in parts:
            if part.find(exp.AggFunc, exp.Select):
                raise self._reject("Điều kiện này quá phức tạp với vai này", part)
        if parts:
            bad = exp.or_(*[self._small(p) for part in self._branches(parts) for p in part])
            outer.replace(exp.Case(ifs=[exp.If(this=bad, true=exp.Null())], default=outer.copy()))
        return parts

    def _branches(self, parts: list[exp.Expr]) -> Iterator[tuple[exp.Expr, exp.Expr]]:
        """For each condition: the enterprises of the rows that meet it, and of those that do not."""
        for part in parts:
            inside = exp.Case(ifs=[exp.If(this=part.copy(), true=self.key.copy())])
            outside = exp.Case(ifs=[exp.If(this=part.copy(), true=exp.Null())], default=self.key.copy())
            yield inside, outside

    def _small(self, enterprises: exp.Expr) -> exp.Expr:
        few = exp.Literal.number(self.k - 1)
        return exp.Between(this=self._count(enterprises), low=exp.Literal.number(1), high=few)

    def _count(self, value: exp.Expr) -> exp.Expr:
        return exp.Count(this=exp.Distinct(expressions=[value]))

    def _check_simple(self, value: exp.Expr, aggregate: exp.Expr) -> None:
        for node in value.walk():
            product = isinstance(node, exp.Mul | exp.Div) and not any(
                isinstance(side.unnest(), exp.Literal) for side in (node.this, node.expression)
            )
            divided = isinstance(node, exp.Div) and not isinstance(node.expression.unnest(), exp.Literal)
            if not isinstance(node, _SIMPLE) or product or divided:
                raise self._reject("Biểu thức trong hàm tổng hợp quá phức tạp với vai này", aggregate)

    def _nodes(self, kind: type[_Node]) -> Iterator[_Node]:
        """Nodes of this SELECT itself, not of SELECTs inside it."""
        for node in list(self.select.find_all(kind)):
            if node.find_ancestor(exp.Select) is self.select:
                yield node

    def _plain(self, node: exp.Expr) -> str:
        """The text of an expression over the table's own columns, without the alias."""
        bare = node.copy()
        for column in bare.find_all(exp.Column):
            column.set("table", None)
        return bare.sql(dialect=self.dialect)

    def _reject(self, message: str, node: exp.Expr) -> Exception:
        return self.text.reject(message, CODE, node, action=_ACTION)


def _windowed(aggregate: exp.Expr) -> bool:
    """Whether a window calculates it, over groups that are there already."""
    node: exp.Expr | None = aggregate
    while isinstance(node, exp.AggFunc | exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        node = node.parent
    return isinstance(node, exp.Window) and not _inside(aggregate)


def _inside(aggregate: exp.Expr) -> bool:
    """Whether it is the inner aggregate of ``SUM(SUM(x)) OVER ()``."""
    return isinstance(aggregate.parent, exp.AggFunc)


def _counted(column: exp.Expr) -> bool:
    parent = column.parent
    if isinstance(parent, exp.Distinct) and len(parent.expressions) == 1:
        parent = parent.parent
    return isinstance(parent, exp.Count)
