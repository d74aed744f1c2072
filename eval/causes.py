"""Why an answer was wrong, found from the two queries: metric, value, period, grouping … A guess that groups misses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_TIME = frozenset({"ngay", "nam", "quy", "thang", "ky"})
_FIRST, _LAST = dt.date(2017, 1, 1), dt.date(2027, 12, 31)


@dataclass(frozen=True)
class Features:
    """What a query is about: its tables, conditions on values, days, aggregates, grouping columns and limit."""

    tables: frozenset[str]
    values: frozenset[tuple[str, str]]
    days: str
    metrics: frozenset[str]
    groups: frozenset[str]
    limit: int | None


def cause(predicted: str, golds: tuple[str, ...], dialect: str = "duckdb") -> str:
    """The first way in which a query differs from the nearest gold query.

    Returns:
        ``invalid_sql``, ``subject``, ``value``, ``period``, ``metric``, ``grouping``, ``limit``, or ``other``.
    """
    mine = features(predicted, dialect)
    if mine is None:
        return "invalid_sql"
    lists = [_differences(mine, other) for other in (features(sql, dialect) for sql in golds) if other]
    nearest = min(lists, key=len, default=[])
    return nearest[0] if nearest else "other"


def _differences(mine: Features, other: Features) -> list[str]:
    found = []
    if mine.tables != other.tables:
        found.append("subject")
    if mine.values != other.values:
        found.append("value")
    if mine.days != other.days:
        found.append("period")
    if mine.metrics != other.metrics:
        found.append("metric")
    if mine.groups != other.groups:
        found.append("grouping")
    if mine.limit != other.limit:
        found.append("limit")
    return found


@cache
def features(sql: str, dialect: str = "duckdb") -> Features | None:
    """The features of a query, or None when it cannot be parsed."""
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
    except SqlglotError:
        return None
    for column in tree.find_all(exp.Column):
        column.set("table", None)
    for node in list(tree.find_all(exp.Paren)):
        if node.parent is not None and not isinstance(node.this, exp.Query):
            node.replace(node.this)
    made_here = {c.alias_or_name for c in tree.find_all(exp.CTE)}
    groups = {
        column.name.lower()
        for group in tree.find_all(exp.Group)
        for column in group.find_all(exp.Column)
        if column.name.lower() != "nam"
    }
    limit = tree.args.get("limit")
    return Features(
        tables=frozenset(t.name.lower() for t in tree.find_all(exp.Table) if t.name not in made_here),
        values=frozenset(_values(tree)),
        days=_days(tree),
        metrics=frozenset(_metrics(tree)),
        groups=frozenset(groups),
        limit=int(limit.expression.this) if limit is not None and limit.expression.this.isdigit() else None,
    )


def _values(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    """Column and literal of every comparison that is not about time, wherever it stands."""
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Is, exp.Between):
        column = node.this.find(exp.Column) if node.this is not None else None
        name = column.name.lower() if column is not None else ""
        if name in _TIME:
            continue
        mark = "<>" if isinstance(node, exp.NEQ) or isinstance(node.parent, exp.Not) else ""
        for literal in node.find_all(exp.Literal):
            if name and not literal.find_ancestor(exp.Sum, exp.Count):
                yield name, mark + literal.this
        if isinstance(node, exp.Is):
            yield name, mark + "null"


def _metrics(tree: exp.Expr) -> Iterator[str]:
    for node in tree.find_all(exp.AggFunc):
        inner = node.this if isinstance(node.this, exp.Expr) else None
        if inner is not None and inner.find(exp.AggFunc):
            continue
        columns = sorted(
            {c.name.lower() for c in node.find_all(exp.Column) if c.name.lower() not in _TIME} if inner else set()
        )
        literals = sorted({v.this for v in node.find_all(exp.Literal) if v.is_string} if inner else set())
        yield f"{node.key}({', '.join(columns)}; {', '.join(literals)})"


def _days(tree: exp.Expr) -> str:
    """The days that the conditions on time let through, as text that two queries can be compared by."""
    kept: list[exp.Expr] = []
    for where in tree.find_all(exp.Where):
        parts = where.this.flatten() if isinstance(where.this, exp.And) else (where.this,)
        kept.extend(part for part in parts if _only_time(part))
    texts = sorted({part.sql(dialect="duckdb") for part in kept})
    outside = sorted(
        {
            literal.this
            for case in tree.find_all(exp.Case)
            for test in case.find_all(exp.EQ)
            if isinstance(test.this, exp.Column) and test.this.name.lower() in _TIME
            for literal in test.find_all(exp.Literal)
        }
    )
    if not texts:
        return "all " + " ".join(outside)
    condition = " AND ".join(f"({text})" for text in texts)
    sql = (
        "SELECT string_agg(strftime(ngay, '%Y%m%d'), ' ' ORDER BY ngay) FROM "  # noqa: S608 - conditions from a tree
        "(SELECT ngay, year(ngay) AS nam, quarter(ngay) AS quy, month(ngay) AS thang, "
        f"CASE WHEN day(ngay) <= 15 THEN 1 ELSE 2 END AS ky FROM generate_series(DATE '{_FIRST}', DATE '{_LAST}', "
        f"INTERVAL 1 DAY) AS g(ngay)) AS lich WHERE {condition}"
    )
    try:
        with duckdb.connect(":memory:") as connection:
            row = connection.execute(sql).fetchone()
    except duckdb.Error:
        return " AND ".join(texts)
    return f"{row[0] if row else ''} {' '.join(outside)}"


def _only_time(part: exp.Expr) -> bool:
    columns = list(part.find_all(exp.Column))
    return bool(columns) and all(c.name.lower() in _TIME for c in columns) and not part.find(exp.Query, exp.AggFunc)
