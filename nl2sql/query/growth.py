"""Bounds that keep the expensive steps of the check small: star expansion and references to aliases."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from nl2sql.query import policy
from nl2sql.query.names import Names
from nl2sql.query.places import SourceText


def check_growth(tree: exp.Expr, names: Names, text: SourceText) -> None:
    """Refuse a query whose stars or alias references would expand into an enormous tree.

    Must run after the tables were checked and before qualification.

    Raises:
        QueryRejected: With code ``limit``.
    """
    widths: dict[int, int] = {}
    total = 0
    for scope in traverse_scope(tree):
        if isinstance(scope.expression, exp.SetOperation):
            first = scope.set_operation_scopes[0] if scope.set_operation_scopes else None
            widths[id(scope)] = widths.get(id(first), 1)
            continue
        if not isinstance(scope.expression, exp.Select):
            continue
        sources = sum(_width(source, names, widths) for _, source in scope.selected_sources.values())
        width = 0
        for item in scope.expression.expressions:
            width += sources if item.is_star else 1
        widths[id(scope)] = width
        total += width
        if width > policy.MAX_WIDTH or total > policy.MAX_NODES:
            raise text.reject("Câu SQL lấy ra quá nhiều cột", "limit", action="Hãy nêu tên các cột cần lấy thay cho *.")
        _check_aliases(scope.expression, text)


def _width(source: exp.Expr | Scope, names: Names, widths: dict[int, int]) -> int:
    if isinstance(source, exp.Table):
        return len(names.columns(source.name)) if source.name in names else 1
    return widths.get(id(source), 1)


def _check_aliases(select: exp.Select, text: SourceText) -> None:
    """Refuse aliases that refer to aliases so that the expressions put in their place would explode."""
    sizes: dict[str, int] = {}
    total = 0
    clauses = [select.args.get(k) for k in ("where", "group", "having", "qualify", "order")]
    for item in [*select.expressions, *(c for c in clauses if c is not None)]:
        size = 0
        for node in item.walk():
            size += sizes.get(node.name, 1) if isinstance(node, exp.Column) and not node.table else 1
        total += size
        if total > policy.MAX_NODES:
            raise text.reject("Các cột tính toán gọi lẫn nhau quá nhiều lần", "limit", item)
        if isinstance(item, exp.Alias):
            sizes[item.alias] = size
