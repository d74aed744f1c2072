"""Names of output columns: every one gets a readable name, a governed metric's own where it is one."""

from __future__ import annotations

import re

from sqlglot import exp

from nl2sql.query.trees import metric_index, same
from schema.semantic import Catalogue

_PREFIXES = {"Sum": "tong", "Avg": "trung_binh", "Min": "nho_nhat", "Max": "lon_nhat", "Median": "trung_vi"}


def first_select(tree: exp.Expr) -> exp.Select:
    """The SELECT that gives a query its output names."""
    while not isinstance(tree, exp.Select):
        tree = tree.this
    return tree


def name_outputs(tree: exp.Expr, catalogue: Catalogue, tables: tuple[str, ...]) -> None:
    """Give every unnamed expression of the outermost SELECT an alias, in place; names stay unique."""
    select = first_select(tree)
    metrics = metric_index(catalogue, tables)
    taken = {item.alias_or_name.lower() for item in select.expressions if isinstance(item, exp.Alias | exp.Column)}
    items = []
    for item in select.expressions:
        if isinstance(item, exp.Alias | exp.Column) or item.is_star:
            items.append(item)
            continue
        bare = item.unalias() if isinstance(item, exp.Subquery) and item.alias else item
        if isinstance(item, exp.Subquery) and item.alias:
            items.append(item)
            continue
        metric = metrics.get(same(bare))
        items.append(exp.alias_(item, _unique(metric or _describe(bare), taken), copy=False))
    select.set("expressions", items)


def unique_outputs(tree: exp.Expr) -> tuple[str, ...]:
    """The output names of a qualified query, in order; a name that occurs twice gets a number, in place."""
    taken: set[str] = set()
    names = []
    for item in first_select(tree).expressions:
        name = _unique(item.alias_or_name, taken)
        if name != item.alias_or_name:
            item.set("alias", exp.to_identifier(name, quoted=item.args["alias"].args.get("quoted", False)))
        names.append(name)
    return tuple(names)


def _unique(base: str, taken: set[str]) -> str:
    name, count = base, 1
    while name.lower() in taken:
        count += 1
        name = f"{base}_{count}"
    taken.add(name.lower())
    return name


def _describe(node: exp.Expr) -> str:
    inner = node.unnest()
    if isinstance(inner, exp.Filter | exp.Window | exp.Round | exp.Coalesce | exp.Cast):
        return _describe(inner.this)
    if isinstance(inner, exp.Count):
        column = inner.find(exp.Column)
        return f"so_{_plain(column.name)}" if column is not None and inner.find(exp.Distinct) else "so_luong"
    prefix = _PREFIXES.get(type(inner).__name__)
    column = inner.find(exp.Column)
    if prefix:
        return f"{prefix}_{_plain(column.name)}" if column is not None else prefix
    if isinstance(inner, exp.RowNumber | exp.Rank | exp.DenseRank):
        return "thu_hang"
    if isinstance(inner, exp.Column):
        return _plain(inner.name)
    for kind, part in ((exp.Year, "nam"), (exp.Quarter, "quy"), (exp.Month, "thang"), (exp.Week, "tuan")):
        if isinstance(inner, kind):
            return part
    if isinstance(inner, exp.Extract):
        return {"YEAR": "nam", "QUARTER": "quy", "MONTH": "thang"}.get(inner.name.upper(), "gia_tri")
    return "gia_tri"


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_").lower() or "gia_tri"
