"""The role's rows and columns, put into a checked tree: every base table becomes a subquery that holds nothing else.

The tree is bound already: each name is a table of the role's catalogue, each column one of its columns. What is
replaced is the reference itself, so that it does not matter where it stands (join, CTE, set operation, subquery,
EXISTS) or under which alias.
"""

from __future__ import annotations

from sqlglot import exp

from nl2sql.policy.guard import Guard, RowRule
from nl2sql.query.names import Names

_HASHED = frozenset({"duckdb", "postgres", "mysql"})
_DIGITS = 12
PREFIX = "DN-"


def protect(tree: exp.Expr, guard: Guard, names: Names) -> exp.Expr:
    """The tree with the guard's rows and masks, in place.

    Args:
        tree: Bound to the guard's catalogue, names in their final spelling.
    """
    wanted = {column.name.lower() for column in tree.find_all(exp.Column)}
    for table in list(tree.find_all(exp.Table)):
        key = table.name.lower()
        if key in names:
            view = names.table(key)
            if view in guard.rows or view in guard.masks:
                _replace(table, view, guard, names, wanted)
    return tree


def _replace(table: exp.Table, view: str, guard: Guard, names: Names, wanted: set[str]) -> None:
    alias = table.alias or table.name
    columns = [c for c in names.columns(view.lower()) if c.lower() in wanted]
    shown = [_shown(c, guard.masks.get(view, {}).get(c, ""), guard, names) for c in columns]
    inner = exp.select(*(shown or [exp.alias_(exp.Literal.number(1), "mot")]))
    inner.set("from_", exp.From(this=exp.Table(this=_identifier(view, names))))
    condition = row_condition(guard.rows.get(view, ()), names)
    if condition is not None:
        inner.set("where", exp.Where(this=condition))
    subquery = exp.Subquery(this=inner, alias=exp.TableAlias(this=_identifier(alias, names)))
    if table.args.get("joins"):
        subquery.set("joins", table.args["joins"])
    table.replace(subquery)


def row_condition(rules: tuple[RowRule, ...], names: Names) -> exp.Expr | None:
    """The condition that a row meets one of the rules, or None without rules."""
    tests = [
        exp.In(
            this=exp.Column(this=_identifier(rule.column, names)),
            expressions=[exp.Literal.string(value) for value in rule.values],
        )
        for rule in rules
    ]
    return exp.or_(*tests) if tests else None


def _shown(column: str, mask: str, guard: Guard, names: Names) -> exp.Expr:
    plain = exp.Column(this=_identifier(column, names))
    if not mask:
        return plain
    if mask == "pseudonym" and names.dialect in _HASHED:
        text = exp.Cast(this=plain.copy(), to=exp.DataType.build("TEXT"))
        keyed = exp.DPipe(this=exp.Literal.string(guard.secret), expression=text)
        short = exp.Substring(this=exp.MD5(this=keyed), start=exp.Literal.number(1), length=exp.Literal.number(_DIGITS))
        hidden: exp.Expr = exp.DPipe(this=exp.Literal.string(PREFIX), expression=short)
        hidden = exp.Case(
            ifs=[exp.If(this=exp.Is(this=plain.copy(), expression=exp.Null()), true=exp.Null())], default=hidden
        )
    else:  # no digest in this dialect, or nothing is to be seen
        hidden = exp.Cast(this=exp.Null(), to=exp.DataType.build("TEXT"))
    return exp.alias_(hidden, _identifier(column, names))


def _identifier(name: str, names: Names) -> exp.Identifier:
    return exp.to_identifier(name, quoted=names.needs_quotes(name))
