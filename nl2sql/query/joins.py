"""Joins: a product of two large tables is refused, because it is nearly always a mistake and always expensive."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from nl2sql.query.places import SourceText

_COMPARISONS = (exp.EQ, exp.NullSafeEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)


def check_joins(tree: exp.Expr, text: SourceText) -> None:
    """Check that the sources of every SELECT hang together; the tree must be qualified.

    Two sources hang together when a comparison in ON or WHERE has columns of both. A source with at most one row needs
    no condition; two sources that are grouped, distinct or limited may be crossed once (all units × all months).

    Raises:
        QueryRejected: With code ``cross_join``.
    """
    for scope in traverse_scope(tree):
        if isinstance(scope.expression, exp.Select) and len(scope.selected_sources) > 1:
            _check_scope(scope, text)


def _check_scope(scope: Scope, text: SourceText) -> None:
    sources = {name: source for name, (_, source) in scope.selected_sources.items()}
    many = [name for name, source in sources.items() if not _single_row(source)]
    group = {name: name for name in sources}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for condition in _conditions(scope.expression):
        linked = sorted(_links(condition) & sources.keys())
        for other in linked[1:]:
            group[root(other)] = root(linked[0])
    parts: dict[str, list[str]] = {}
    for name in many:
        parts.setdefault(root(name), []).append(name)
    if len(parts) <= 1:
        return
    small = all(any(_small(sources[n]) for n in members) for members in parts.values())
    if len(parts) == 2 and small:
        return
    joined = " và ".join(f"“{members[0]}”" for members in parts.values())
    raise text.reject(
        f"Nối bảng {joined} mà không có điều kiện",
        "cross_join",
        scope.expression.args["joins"][0] if scope.expression.args.get("joins") else scope.expression,
        action="Hãy thêm điều kiện ON giữa các bảng.",
    )


def _conditions(select: exp.Expr) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    where = select.args.get("where")
    if where is not None:
        found.extend(_conjuncts(where.this))
    for join in select.find_all(exp.Join):
        if join.parent_select is select and join.args.get("on") is not None:
            found.extend(_conjuncts(join.args["on"]))
    return found


def _conjuncts(node: exp.Expr) -> list[exp.Expr]:
    stack, found = [node], []
    while stack:
        item = stack.pop()
        if isinstance(item, exp.And | exp.Paren):
            stack.extend(item.iter_expressions())
        else:
            found.append(item)
    return found


def _links(condition: exp.Expr) -> set[str]:
    """The sources that a condition ties together; empty when it ties none."""
    if isinstance(condition, exp.Or):
        return _links(condition.left.unnest()) & _links(condition.right.unnest())
    if isinstance(condition, exp.And):
        return set().union(*(_links(c) for c in _conjuncts(condition)))
    if not isinstance(condition, _COMPARISONS):
        return set()
    tables = {column.table for column in condition.find_all(exp.Column)}
    return tables if len(tables) > 1 else set()


def _query(source: exp.Expr | Scope) -> exp.Expr | None:
    return source.expression if isinstance(source, Scope) else None


def _single_row(source: exp.Expr | Scope) -> bool:
    query = _query(source)
    if not isinstance(query, exp.Select):
        return False
    limit = query.args.get("limit")
    if isinstance(limit, exp.Limit) and limit.expression is not None and limit.expression.name in {"0", "1"}:
        return True
    if query.args.get("group") is not None:
        return False
    if query.args.get("from_") is None:
        return True
    return any(
        isinstance(agg, exp.AggFunc) and agg.find_ancestor(exp.Window, exp.Select) is query
        for item in query.expressions
        for agg in item.find_all(exp.AggFunc)
    )


def _small(source: exp.Expr | Scope) -> bool:
    query = _query(source)
    if isinstance(query, exp.SetOperation):
        return bool(query.args.get("distinct")) or query.args.get("limit") is not None
    if not isinstance(query, exp.Select):
        return False
    return any(query.args.get(key) is not None for key in ("group", "distinct", "limit"))
