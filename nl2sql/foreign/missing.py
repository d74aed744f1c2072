"""Stored values that the question names and the draft left out.

A value that stands in the question as it is stored is hardly ever there by chance, so its condition is added; one that
was only translated is a reason for doubt.
"""

from __future__ import annotations

from collections import defaultdict

from sqlglot import exp

from nl2sql.foreign.key_graph import KeyGraph
from nl2sql.foreign.link import Links, ValueLink
from nl2sql.question.text_fold import canonical

_FAR = 4


def unused_values(tree: exp.Expr, links: Links) -> list[str]:
    """Words of the question that are stored values as they stand, and that no literal of the draft holds."""
    literals = {canonical(node.this.strip("% ")) for node in tree.find_all(exp.Literal) if node.is_string}
    missing: dict[str, bool] = {}
    for link in links.values:
        used = canonical(link.value.strip()) in literals or any(canonical(link.text) in literal for literal in literals)
        missing[link.text] = missing.get(link.text, False) or used
    return [text for text, used in missing.items() if not used]


def add_values(select: exp.Select, links: Links, graph: KeyGraph, changes: list[str]) -> bool:
    """Add conditions for values that stand in the question as stored; the caller puts names and joins right afterwards.

    A draft with a subquery is left alone: where the condition belongs is not known there. So are two values of one
    column, which may mean either or both.

    Returns:
        Whether anything was added.
    """
    if sum(1 for _ in select.find_all(exp.Select)) > 1:
        return False
    tables = [table.name for table in select.find_all(exp.Table)]
    missing = set(unused_values(select, links))
    chosen: dict[str, ValueLink] = {}
    for link in links.values:
        if link.exact and link.text in missing:
            best = chosen.get(link.text)
            if best is None or graph.distance(tables, link.table) < graph.distance(tables, best.table):
                chosen[link.text] = link
    by_column: dict[tuple[str, str], list[ValueLink]] = defaultdict(list)
    for link in chosen.values():
        by_column[link.table, link.column].append(link)
    added = False
    for (table, column), found in by_column.items():
        if len(found) > 1 or graph.distance(tables, table) > _FAR:
            continue
        condition = exp.column(column, table=table).eq(exp.Literal.string(found[0].value))
        select.where(condition, copy=False)
        changes.append(f"+ {condition.sql()}")
        added = True
    return added
