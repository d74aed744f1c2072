"""The door: SQL text in, a checked query out, or an error that says where and what instead.

The policy and its threat model are in ``policy.py``. The text is parsed in the database's dialect, folded to one
spelling, checked against the allow-lists, bound to the catalogue's columns, and written out again from the tree that
was checked.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import OptimizeError, ParseError, SqlglotError, TokenError
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema
from sqlglot.tokenizer_core import Token, TokenType

from nl2sql.errors import QueryRejected
from nl2sql.policy.guard import Guard
from nl2sql.query import policy
from nl2sql.query.anonymity import anonymise
from nl2sql.query.growth import check_growth
from nl2sql.query.joins import check_joins
from nl2sql.query.names import Names, nearest
from nl2sql.query.outputs import first_select, name_outputs, unique_outputs
from nl2sql.query.places import SourceText
from nl2sql.query.protect import protect
from nl2sql.query.shape import check_nodes, check_size, check_tables
from nl2sql.types import Probe, Query
from schema.semantic import Catalogue

_ACTION = "Chỉ được dùng một câu SELECT để đọc dữ liệu."


def validate(
    sql: str,
    catalogue: Catalogue,
    *,
    dialect: str,
    row_cap: int,
    tables: Collection[str] | None = None,
    guard: Guard | None = None,
) -> Query:
    """Check SQL against the catalogue and the policy.

    Args:
        sql: Text by anybody.
        catalogue: Its views are the tables that exist, their ``columns()`` the columns.
        dialect: sqlglot dialect of the database (``duckdb``, ``postgres``, ``sqlite``, ``mysql``, ``tsql``,
            ``oracle``).
        row_cap: Most rows wanted; the query asks for one more, so that truncation can be told.
        tables: Restricts the tables further; None allows every view.
        guard: The role's policy; its catalogue takes the place of ``catalogue``, and its rows and masks are built into
            what runs.

    Raises:
        QueryRejected: With a code, the place and, where there is one, the nearest right name.
    """
    text = SourceText(sql)
    known = guard.catalogue if guard is not None else catalogue
    try:
        return _validate(text, Names(known, dialect, tables), known, dialect, row_cap, guard)
    except RecursionError as error:
        raise text.reject("Câu SQL lồng nhau quá sâu", "limit", action="Hãy chia nhỏ câu hỏi.") from error
    except OptimizeError as error:
        raise text.reject(
            "Hai bảng trong cùng một FROM trùng tên", "ambiguous", action="Hãy đặt bí danh khác nhau."
        ) from error


def _validate(
    text: SourceText, names: Names, catalogue: Catalogue, dialect: str, row_cap: int, guard: Guard | None
) -> Query:
    tree = _parse(text, dialect)
    check_size(tree, text)
    _check_limit(tree, text)
    check_nodes(tree, text)
    for node in tree.walk():
        node.comments = None
    written = tree.copy()
    names.fold(tree)
    used = check_tables(tree, names, text)
    name_outputs(tree, catalogue, used)
    for authored, named in zip(first_select(written).expressions, first_select(tree).expressions, strict=True):
        if isinstance(named, exp.Alias) and not isinstance(authored, exp.Alias):
            authored.replace(exp.alias_(authored.copy(), named.args["alias"].copy()))
    check_growth(tree, names, text)
    tree = _qualify(tree, names, text, dialect)
    check_size(tree, text)
    check_nodes(tree, text)
    check_joins(tree, text)
    bound = _bind(tree, names, text)
    outputs = unique_outputs(tree)
    _respell(written, names)
    pretty = written.sql(dialect=dialect, pretty=True, comments=False)
    limited = _cap(tree, row_cap, dialect)
    final = limited.sql(dialect=dialect, comments=False)
    _check_again(final, dialect, text)
    columns = tuple(sorted(bound))
    probes: tuple[Probe, ...] = ()
    if guard is not None and not guard.open:
        if guard.k > 1:
            probes = anonymise(limited, guard, names, text)
        final = protect(limited, guard, names).sql(dialect=dialect, comments=False)
        _check_one(final, dialect, text)
    return Query(
        sql=final, pretty=pretty, dialect=dialect, tables=used, outputs=outputs, columns=columns, probes=probes
    )


def _check_again(sql: str, dialect: str, text: SourceText) -> None:
    """What runs must parse to one SELECT of allowed nodes: a generator's slip must not open the door.

    Raises:
        QueryRejected: With code ``construct``.
    """
    tree = _check_one(sql, dialect, text)
    _check_limit(tree, text)
    check_nodes(tree, text)


def _check_one(sql: str, dialect: str, text: SourceText) -> exp.Expr:
    try:
        trees = sqlglot.parse(sql, dialect=dialect)
    except (SqlglotError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        raise text.reject("Không viết lại được câu SQL", "construct", action="Hãy viết đơn giản hơn.") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Select | exp.SetOperation):
        raise text.reject("Không viết lại được câu SQL", "construct", action="Hãy viết đơn giản hơn.")
    return trees[0]


def _parse(text: SourceText, dialect: str) -> exp.Expr:
    sql = text.text
    if not sql.strip():
        raise text.reject("Chưa có câu SQL nào", "empty", action="Hãy viết một câu SELECT.")
    if len(sql) > policy.MAX_TEXT:
        raise text.reject(f"Câu SQL dài quá {policy.MAX_TEXT:,} ký tự".replace(",", "."), "limit")
    if any((ord(ch) < 32 and ch not in "\t\r\n") or ord(ch) == 127 for ch in sql):
        raise text.reject("Câu SQL có ký tự điều khiển", "syntax", action="Hãy gõ lại câu SQL.")
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    except TokenError as error:
        raise text.reject("Câu SQL có dấu nháy hoặc chú thích chưa đóng", "syntax") from error
    _check_tokens(tokens, text)
    try:
        statements = [s for s in sqlglot.parse(sql, dialect=dialect) if s is not None]
    except ParseError as error:
        raise _syntax_error(error, text) from error
    except (SqlglotError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        # sqlglot's parser stumbles over some broken text with Python's own errors.
        raise text.reject("Không đọc được câu SQL", "syntax", action=_ACTION) from error
    if not statements:
        raise text.reject("Chưa có câu SQL nào", "empty", action="Hãy viết một câu SELECT.")
    if len(statements) > 1:
        raise text.reject("Chỉ được chạy một câu lệnh mỗi lần", "multiple", statements[1], action=_ACTION)
    tree = statements[0]
    while isinstance(tree, exp.Subquery) and {k for k, v in tree.args.items() if v} == {"this"}:
        tree = tree.this
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise text.reject("Câu lệnh này không phải là SELECT", "not_select", action=_ACTION)
    tree.pop()
    for operation in tree.find_all(exp.SetOperation):
        if not all(isinstance(side, exp.Query) for side in (operation.this, operation.expression)):
            raise text.reject("Hai vế của UNION, EXCEPT, INTERSECT phải là SELECT", "syntax")
    if any(not select.expressions for select in tree.find_all(exp.Select)):
        raise text.reject("SELECT chưa nêu cột nào", "syntax")
    return tree


def _check_tokens(tokens: list[Token], text: SourceText) -> None:
    if len(tokens) > policy.MAX_TOKENS:
        raise text.reject("Câu SQL quá dài", "limit", action="Hãy chia nhỏ câu hỏi.")
    depth = 0
    for token in tokens:
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if depth > policy.MAX_PARENTHESES:
            line, column = text.at(token.start)
            raise QueryRejected("Câu SQL lồng nhau quá sâu.", code="limit", line=line, column=column)


def _syntax_error(error: ParseError, text: SourceText) -> QueryRejected:
    detail = error.errors[0] if error.errors else {}
    near = str(detail.get("highlight") or "").strip()
    offset = len(str(detail.get("start_context") or ""))
    line, column = int(detail.get("line") or 0), int(detail.get("col") or 0)
    if line and near:
        column = max(column - len(near) + 1, 1)
    elif not line:
        line, column = text.at(offset)
    place = f" gần “{near[:40]}”" if near else ""
    return QueryRejected(
        f"Câu SQL sai cú pháp{place} (dòng {line}, cột {column}).", code="syntax", line=line, column=column
    )


def _check_limit(tree: exp.Expr, text: SourceText) -> None:
    """LIMIT and OFFSET hold plain numbers; ``FETCH FIRST`` and ``TOP`` hold a number of rows."""
    for options in tree.find_all(exp.LimitOptions):
        if options.args.get("percent") or options.args.get("with_ties"):
            raise text.reject("LIMIT phải là số dòng cố định", "construct", options.parent)
        options.pop()
    for node in tree.find_all(exp.Limit, exp.Offset):
        value = node.expression
        if not (isinstance(value, exp.Literal) and not value.is_string and value.this.isdigit()):
            raise text.reject("LIMIT và OFFSET phải là số nguyên", "construct", node)
    for fetch in tree.find_all(exp.Fetch):
        value = fetch.args.get("count")
        if not (isinstance(value, exp.Literal) and not value.is_string and value.this.isdigit()):
            raise text.reject("FETCH FIRST phải nêu số dòng", "construct", fetch)
        fetch.replace(exp.Limit(expression=value.copy()))


def _qualify(tree: exp.Expr, names: Names, text: SourceText, dialect: str) -> exp.Expr:
    schema = MappingSchema(names.schema, dialect=dialect, normalize=False)
    try:
        tree = qualify_tables(tree, dialect=dialect)
        for node in tree.find_all(exp.With):
            node.set("recursive", False)
        return qualify_columns(tree, schema, allow_partial_qualification=True, dialect=dialect)
    except (OptimizeError, SqlglotError) as error:
        message = str(error)
        if "already" in message.lower() or "alias" in message.lower():
            raise text.reject(
                "Hai bảng trong cùng một FROM trùng tên", "ambiguous", action="Hãy đặt bí danh khác nhau."
            ) from error
        raise text.reject(
            "Không xác định được cột nào thuộc bảng nào", "names", action="Hãy ghi rõ bảng.cột."
        ) from error
    except (KeyError, AttributeError, TypeError, IndexError, ValueError) as error:
        # The optimizer meets trees that nobody writes on purpose; an internal failure of it is a refusal, not a crash.
        raise text.reject(
            "Không phân tích được câu SQL", "names", action="Hãy viết câu SELECT đơn giản hơn."
        ) from error


def _bind(tree: exp.Expr, names: Names, text: SourceText) -> set[str]:
    """Check that every column belongs to a catalogue table or a checked subquery, then restore the spelling.

    Returns:
        The catalogue's columns that are used, as ``table.column``.
    """
    bound: dict[int, str] = {}
    touched: set[str] = set()
    scopes = traverse_scope(tree)
    for scope in scopes:
        for column in scope.columns:
            source = scope.sources.get(column.table) if column.table else None
            if isinstance(source, exp.Table):
                exact = names.column(source.name, column.name)
                if exact is not None:
                    bound[id(column)] = exact
                    touched.add(f"{names.table(source.name)}.{exact}")
            elif isinstance(source, Scope) and column.name in _outputs_of(source):
                bound[id(column)] = names.spell(column.name)
        query = scope.expression
        clauses = [c for c in (query.args.get("order"), query.args.get("distinct")) if isinstance(c, exp.Expr)]
        visible = set(query.named_selects) if isinstance(query, exp.Query) else set()
        for clause in clauses:
            for column in clause.find_all(exp.Column):
                if not column.table and column.name in visible and id(column) not in bound:
                    bound[id(column)] = names.spell(column.name)
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            raise text.reject("Dấu * chỉ dùng được để lấy mọi cột hoặc trong COUNT(*)", "construct", star)
    for column in tree.find_all(exp.Column):
        if id(column) not in bound:
            raise _column_error(column, scopes, names, text)
    for table in tree.find_all(exp.Table):
        if table.alias == table.name:
            table.set("alias", None)
    for identifier in tree.find_all(exp.Identifier):
        parent = identifier.parent
        if isinstance(parent, exp.Table) and identifier is parent.this and identifier.this in names:
            names.write(identifier, names.table(identifier.this))
        elif isinstance(parent, exp.Column) and identifier is parent.this:
            names.write(identifier, bound[id(parent)])
        else:
            names.write(identifier, names.spell(identifier.this))
    return touched


def _outputs_of(source: Scope) -> set[str]:
    query = source.expression
    return set(query.named_selects) if isinstance(query, exp.Query) else set()


def _column_error(column: exp.Column, scopes: list[Scope], names: Names, text: SourceText) -> QueryRejected:
    name = names.spell(column.name)
    scope = next((s for s in scopes if any(c is column for c in s.columns)), None)
    sources = dict(scope.selected_sources) if scope is not None else {}
    if column.table:
        sources = {k: v for k, v in sources.items() if k == column.table}
        if not sources and scope is not None:
            hint = nearest(column.table, scope.sources)
            return text.reject(
                f"Không có bảng hay bí danh “{names.spell(column.table)}” trong FROM",
                "unknown_table",
                column,
                hint=hint,
            )
    offered: list[str] = []
    for _, source in sources.values():
        if isinstance(source, exp.Table) and source.name in names:
            offered.extend(names.columns(source.name))
        elif isinstance(source, Scope):
            offered.extend(_outputs_of(source))
    if [c.lower() for c in offered].count(column.name) > 1:
        return text.reject(f"Cột “{name}” có ở nhiều bảng", "ambiguous", column, action="Hãy ghi rõ bảng.cột.")
    elsewhere = names.tables_with(column.name)
    action = f"Cột này có ở bảng: {', '.join(elsewhere[:5])}." if elsewhere else ""
    return text.reject(
        f"Không có cột “{name}”", "unknown_column", column, name=name, hint=nearest(name, offered), action=action
    )


def _respell(tree: exp.Expr, names: Names) -> None:
    """Give the author's own tree the catalogue's spelling, so that it runs when it is pasted back."""
    for identifier in tree.find_all(exp.Identifier):
        key = identifier.this.lower()
        parent = identifier.parent
        if isinstance(parent, exp.Table) and identifier is parent.this and key in names:
            names.write(identifier, names.table(key))
        else:
            names.write(
                identifier, identifier.this if not isinstance(parent, exp.Column) else names.spell(key, column=True)
            )


def _cap(tree: exp.Expr, row_cap: int, dialect: str) -> exp.Expr:
    """Limit the outermost query to one row more than the cap; a smaller limit stays."""
    limit = tree.args.get("limit")
    if limit is not None and int(limit.expression.this) <= row_cap:
        return tree
    if isinstance(tree, exp.SetOperation) and dialect in {"tsql", "oracle"}:
        return (
            exp.select("*")
            .from_(exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("kq"))))
            .limit(row_cap + 1)
        )
    tree.set("limit", exp.Limit(expression=exp.Literal.number(row_cap + 1)))
    return tree
