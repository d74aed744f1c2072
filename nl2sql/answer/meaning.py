"""What an output column means, read from the syntax tree: which metric, which unit, whether its rows may be summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope

from nl2sql.answer.format import PERCENT, POINTS, unit_word
from nl2sql.query.outputs import first_select
from nl2sql.query.trees import canonical, same
from schema.semantic import Catalogue, Metric, View

_SCALES = {1e3: "nghìn ", 1e6: "triệu ", 1e9: "tỷ ", 1e12: "nghìn tỷ "}
_THROUGH = (
    exp.Paren, exp.Cast, exp.TryCast, exp.Round, exp.Coalesce, exp.Nullif, exp.Abs, exp.Ceil, exp.Floor, exp.Trunc,
    exp.Neg, exp.Greatest, exp.Least, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.WithinGroup, exp.Ordered,
)  # fmt: skip
_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile)
_SPOTS = (
    exp.Avg, exp.Median, exp.Min, exp.Max, exp.Quantile, exp.ApproxQuantile, exp.PercentileCont, exp.PercentileDisc,
    exp.Mode, exp.AnyValue, exp.ArgMax, exp.ArgMin,
)  # fmt: skip
_DATE_PARTS = (
    exp.Year, exp.Quarter, exp.Month, exp.Week, exp.WeekOfYear, exp.Day, exp.DayOfMonth, exp.Extract, exp.DateTrunc,
    exp.TimestampTrunc, exp.DateFromParts, exp.LastDay, exp.TsOrDsToDate, exp.Date,
)  # fmt: skip
_TEXT = (exp.Concat, exp.DPipe, exp.Upper, exp.Lower, exp.Substring, exp.Trim, exp.Initcap, exp.Left, exp.Right)


@dataclass(frozen=True)
class Meaning:
    """What an expression is.

    Attributes:
        role: ``measure``, ``time``, ``category``, ``id``, or empty when the tree does not say.
        additive: Its values over different rows may be added up.
        fraction: A ratio of equal units that was not multiplied by 100.
        hundred: Multiplied by 100, so that a division by its own unit makes a percentage.
        metric: The governed metric that it is, possibly under a condition.
        exact: It is that metric as defined.
        column: The catalogue column that it is.
    """

    role: str = ""
    unit: str = ""
    additive: bool = False
    fraction: bool = False
    hundred: bool = False
    label: str = ""
    metric: Metric | None = None
    exact: bool = False
    column: str = ""


class Reader:
    """Reads the meaning of expressions of one checked query."""

    def __init__(self, tree: exp.Expr, catalogue: Catalogue) -> None:
        self.tree = tree
        self.root = build_scope(tree)
        names = {t.name.lower() for t in tree.find_all(exp.Table)}
        self.views: Mapping[str, View] = {k.lower(): v for k, v in catalogue.views.items() if k.lower() in names}
        self._metrics: dict[str, dict[str, Metric]] = {}
        self._by_name: dict[str, Metric] = {}
        for name, view in self.views.items():
            for metric in view.metrics:
                self._metrics.setdefault(canonical(metric.expr, catalogue.dialect), {}).setdefault(name, metric)
                self._by_name.setdefault(metric.name, metric)

    def metric_named(self, name: str) -> Metric | None:
        """The metric of that name in the views of the query."""
        return self._by_name.get(name.lower())

    def outputs(self) -> list[tuple[str, Meaning]]:
        """Name and meaning of each output of the query, in order."""
        if self.root is None:
            return []
        scope = _first_scope(self.root)
        return [(item.alias_or_name, self.read(item, scope)) for item in first_select(scope.expression).expressions]

    def matched(self, node: exp.Expr, scope: Scope) -> tuple[Metric | None, bool]:
        """The metric that an expression is in a scope, and whether exactly (else under a condition)."""
        if not isinstance(node, exp.Column | exp.Literal) and node.find(exp.AggFunc):
            exact = self._known(same(node), scope)
            if exact is not None:
                return exact, True
            bare = self._known(same(unconditional(node)), scope)
            if bare is not None:
                return bare, False
        return None, False

    def _known(self, text: str, scope: Scope) -> Metric | None:
        """The metric of that canonical expression: one of a view of the scope, for views share such as COUNT(*)."""
        found = self._metrics.get(text, {})
        here = [s.name.lower() for s in scope.sources.values() if isinstance(s, exp.Table)]
        return next((found[name] for name in here if name in found), None if here else next(iter(found.values()), None))

    def read(self, node: exp.Expr, scope: Scope, depth: int = 0) -> Meaning:
        """The meaning of an expression in a scope."""
        if depth > 40:
            return Meaning()
        node = node.unalias()
        metric, exact = self.matched(node, scope)
        if metric is not None:
            return Meaning(
                "measure", metric.unit, metric.additivity == "additive", False, False, metric.label, metric, exact
            )

        def inner(child: exp.Expr) -> Meaning:
            return self.read(child, scope, depth + 1)

        if isinstance(node, exp.Column):
            return self._column(node, scope, depth)
        if isinstance(node, exp.Subquery):
            return self._subquery(node, scope, depth)
        if isinstance(node, exp.Window):
            return self._window(node, inner(node.this))
        if isinstance(node, exp.Filter):
            return replace(inner(node.this), exact=False)
        if isinstance(node, exp.IgnoreNulls | exp.RespectNulls):
            return inner(node.this)
        if isinstance(node, _RANKS):
            return Meaning("id", label="Thứ hạng")
        if isinstance(node, _THROUGH):
            return inner(node.this)
        if isinstance(node, exp.Sum):
            return replace(inner(node.this), role="measure", additive=True, label="", metric=None)
        if isinstance(node, exp.Count | exp.CountIf):
            return self._count(node, scope)
        if isinstance(node, _SPOTS):
            return replace(inner(node.this), additive=False, label="", metric=None)
        if isinstance(node, exp.Div | exp.SafeDivide | exp.IntDiv):
            return _divide(node.expression, inner(node.this), inner(node.expression))
        if isinstance(node, exp.Mul):
            return _multiply(node, inner(node.this), inner(node.expression))
        if isinstance(node, exp.Add | exp.Sub):
            return _add(node, inner(node.this), inner(node.expression))
        if isinstance(node, exp.Case):
            return inner(node.args["ifs"][0].args["true"])
        if isinstance(node, exp.If):
            return inner(node.args["true"])
        if isinstance(node, _DATE_PARTS):
            return Meaning("time")
        if isinstance(node, exp.TimeToStr | exp.ToChar):
            return Meaning("time") if node.find(exp.Column) else Meaning("category")
        if isinstance(node, _TEXT) or (isinstance(node, exp.Literal) and node.is_string):
            return Meaning("category")
        return Meaning()

    def _column(self, node: exp.Column, scope: Scope, depth: int) -> Meaning:
        source = scope.sources.get(node.table)
        if isinstance(source, Scope):
            origin = _first_scope(source)
            for item in first_select(origin.expression).expressions:
                if item.alias_or_name == node.name:
                    return self.read(item, origin, depth + 1)
            return Meaning()
        view = self.views.get(source.name.lower()) if isinstance(source, exp.Table) else None
        return _catalogue_column(view, node.name) if view is not None else Meaning()

    def _subquery(self, node: exp.Subquery, scope: Scope, depth: int) -> Meaning:
        for child in scope.subquery_scopes:
            if child.expression is node.this:
                origin = _first_scope(child)
                return self.read(first_select(origin.expression).expressions[0], origin, depth + 1)
        return Meaning()

    @staticmethod
    def _window(node: exp.Window, inside: Meaning) -> Meaning:
        if inside.role == "id":
            return inside
        ordered = node.args.get("order") is not None
        moving = ordered and isinstance(node.this, exp.Sum | exp.Avg | exp.Count)
        return replace(inside, additive=False, exact=False, label="" if moving else inside.label)

    def _count(self, node: exp.Expr, scope: Scope) -> Meaning:
        column = node.find(exp.Column)
        if node.find(exp.Distinct) and column is not None:
            known = self._column(column, scope, 0)
            label = known.label.lower() if known.label else ""
            return Meaning("measure", label, False, label=f"Số {label}".strip())
        counted = self._known("count(*)", scope)
        table = scope.sources.get(column.table) if column is not None else next(iter(scope.sources.values()), None)
        if counted is not None and isinstance(table, exp.Table):
            return Meaning("measure", counted.unit, True, label=counted.label)
        return Meaning("measure", "", True, label="Số lượng")


def _catalogue_column(view: View, name: str) -> Meaning:
    for time in view.time_dimensions:
        if name == time.name or name in time.parts.values():
            return Meaning("time", label=view.label_of(name), column=name)
    dim = view.dimension(name)
    if dim is not None:
        numeric = dim.type in {"integer", "decimal"}
        role = (
            "time" if dim.type in {"date", "timestamp"} else "id" if numeric or name in view.primary_key else "category"
        )
        return Meaning(role, label=dim.label, column=name)
    for fact in view.facts:
        if fact.name == name:
            if name in view.primary_key:
                return Meaning("id", label=fact.label, column=name)
            if fact.type in {"date", "timestamp"}:
                return Meaning("time", label=fact.label, column=name)
            return Meaning("measure", fact.unit, True, label=fact.label, column=name)
    return Meaning()


def _number(node: exp.Expr) -> float | None:
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return float(node.this) if isinstance(node, exp.Literal) and not node.is_string else None


def _divide(divisor: exp.Expr, left: Meaning, right: Meaning) -> Meaning:
    by = _number(divisor)
    if by is not None:
        if by in _SCALES and left.unit not in {PERCENT, POINTS}:
            return replace(left, unit=f"{_SCALES[by]}{unit_word(left.unit)}".strip(), exact=False)
        return left
    if left.fraction or right.fraction:
        return replace(left, additive=False)
    if right.role == "measure" and left.unit == right.unit:
        unit = PERCENT if left.hundred else ""
        return Meaning("measure", unit, False, fraction=not left.hundred)
    per = "/100 " if left.hundred else "/"
    unit = f"{unit_word(left.unit)}{per}{right.unit}" if left.unit and right.unit else left.unit
    return Meaning("measure", unit, False)


def _multiply(node: exp.Expr, left: Meaning, right: Meaning) -> Meaning:
    first, second = _number(node.this), _number(node.expression)
    factor, other = (first, right) if first is not None else (second, left)
    if factor is None:
        return replace(left if left.unit else right, additive=False, metric=None, exact=False)
    if factor == 100:
        if other.fraction:
            return replace(other, unit=PERCENT, fraction=False)
        return replace(other, hundred=True, exact=False)
    return other


def _add(node: exp.Expr, left: Meaning, right: Meaning) -> Meaning:
    keep = left if left.role else right
    if isinstance(node, exp.Sub) and left.unit == right.unit == PERCENT:
        return Meaning("measure", POINTS, False)
    if left.role == "time" and right.role != "time":
        return left
    return replace(keep, metric=None, exact=False, label="", column="", additive=left.additive and right.additive)


def _first_scope(scope: Scope) -> Scope:
    while scope.set_operation_scopes:
        scope = scope.set_operation_scopes[0]
    return scope


def unconditional(node: exp.Expr) -> exp.Expr:
    """A copy without FILTER and without the CASE inside aggregates: the metric that was restricted."""
    holder = exp.Paren(this=node.unalias().copy())
    for found in list(holder.find_all(exp.Filter)):
        found.replace(found.this)
    for aggregate in list(holder.find_all(exp.AggFunc)):
        argument = aggregate.this
        if isinstance(argument, exp.Distinct) and argument.expressions:
            argument = argument.expressions[0]
        if isinstance(argument, exp.Case) and len(argument.args.get("ifs") or ()) == 1:
            value = argument.args["ifs"][0].args["true"]
            otherwise = argument.args.get("default")
            if otherwise is None or isinstance(otherwise, exp.Null) or otherwise.name == "0":
                if isinstance(value, exp.Literal):
                    aggregate.replace(exp.Count(this=exp.Star()))
                else:
                    argument.replace(value)
    bare: exp.Expr = holder.this
    return bare
