"""Structure of the tree: only known nodes and clauses, only known functions, types and tables, nothing too large."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from nl2sql.query import policy
from nl2sql.query.names import Names, nearest
from nl2sql.query.places import SourceText

_ONLY_SELECT = "Chỉ được dùng một câu SELECT để đọc dữ liệu."


def check_size(tree: exp.Expr, text: SourceText) -> None:
    """Refuse a tree that is too deep or has too many nodes, joins or queries.

    Raises:
        QueryRejected: With code ``limit``.
    """
    nodes = joins = queries = 0
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        nodes += 1
        joins += isinstance(node, exp.Join)
        queries += isinstance(node, exp.Select)
        if depth > policy.MAX_DEPTH or nodes > policy.MAX_NODES:
            raise text.reject("Câu SQL quá dài hoặc lồng nhau quá sâu", "limit", action="Hãy chia nhỏ câu hỏi.")
        stack.extend((child, depth + 1) for child in node.iter_expressions())
    if joins > policy.MAX_JOINS or queries > policy.MAX_QUERIES:
        raise text.reject("Câu SQL nối quá nhiều bảng hoặc có quá nhiều truy vấn con", "limit")


def check_nodes(tree: exp.Expr, text: SourceText) -> None:
    """Refuse every node, clause, function and type that is not on the allow-list.

    Raises:
        QueryRejected: With code ``function``, ``type`` or ``construct``.
    """
    for node in tree.walk():
        kind = type(node).__name__
        if isinstance(node, exp.Anonymous):
            name = str(node.this).lower()
            if not isinstance(node.this, str) or name not in policy.ANONYMOUS:
                raise _function_error(node, str(node.name), text)
        elif isinstance(node, exp.Func) and kind not in policy.FUNCTIONS:
            raise _function_error(node, _function_name(node), text)
        elif not isinstance(node, exp.Func) and kind not in policy.NODES:
            raise text.reject(
                f"Câu SQL dùng cú pháp không được phép: {kind}",
                "construct",
                node,
                action="Hãy viết lại bằng SELECT thường.",
            )
        _check_clauses(node, kind, text)
        if isinstance(node, exp.DataType):
            _check_type(node, text)
        elif isinstance(node, exp.Pad):
            _check_pad(node, text)


def _check_clauses(node: exp.Expr, kind: str, text: SourceText) -> None:
    allowed = policy.CLAUSES.get(kind)
    if allowed is not None:
        for key, value in node.args.items():
            if value and key not in allowed:
                clause = key.rstrip("_").upper()
                raise text.reject(f"Mệnh đề {clause} không được phép", "construct", node, action=_ONLY_SELECT)
    if isinstance(node, exp.Join) and (node.args.get("kind") or "").upper() not in policy.JOIN_KINDS:
        raise text.reject(f"Kiểu nối bảng {node.args['kind']} không được phép", "construct", node)


def _check_type(node: exp.DataType, text: SourceText) -> None:
    name = node.this.name if isinstance(node.this, exp.DataType.Type) else type(node.this).__name__
    if name == "Interval" or name in policy.TYPES:
        return
    raise text.reject(f"Không được chuyển sang kiểu dữ liệu {node.sql()}", "type", node.parent, name=node.sql())


def _check_pad(node: exp.Pad, text: SourceText) -> None:
    size = node.expression
    if not (isinstance(size, exp.Literal) and not size.is_string and float(size.this) <= policy.MAX_PAD):
        raise text.reject(f"LPAD/RPAD cần độ dài cố định không quá {policy.MAX_PAD}", "limit", node)


def _function_name(node: exp.Expr) -> str:
    return (node.meta.get("name") or getattr(node, "sql_name", lambda: type(node).__name__)()).upper()


def _function_error(node: exp.Expr, name: str, text: SourceText) -> Exception:
    hint = nearest(name, _FUNCTION_NAMES, cutoff=80)
    return text.reject(f"Hàm “{name}” không nằm trong danh sách được phép", "function", node, name=name, hint=hint)


_FUNCTION_NAMES = tuple(
    sorted(
        {"sum", "count", "avg", "min", "max", "median", "round", "coalesce", "nullif", "date_trunc", "extract", "lag"}
        | {"lead", "row_number", "rank", "dense_rank", "ntile", "lower", "upper", "substr", "concat", "replace", "abs"}
        | {"year", "month", "quarter", "current_date", "date_part", "strftime", "to_char", "string_agg", "cast"}
    )
)


def visible_ctes(node: exp.Expr) -> Iterator[exp.CTE]:
    """The CTEs that a table name at this place may mean, the nearest first."""
    child, parent = node, node.parent
    inside: exp.CTE | None = None
    while parent is not None:
        if isinstance(child, exp.CTE):
            inside = child
        with_ = parent.args.get("with_") if not isinstance(parent, exp.With) else None
        if isinstance(with_, exp.With):
            items = with_.expressions
            if child is with_ and inside is not None:
                items = items[: [id(i) for i in items].index(id(inside))]
            yield from reversed(items)
            inside = None
        child, parent = parent, parent.parent


def check_tables(tree: exp.Expr, names: Names, text: SourceText) -> tuple[str, ...]:
    """Check that every table is a view of the catalogue or a CTE; drop the default schema's qualification.

    The tree must be folded.

    Returns:
        The catalogue's tables that are used, in its spelling.

    Raises:
        QueryRejected: With code ``unknown_table``, ``recursive`` or ``construct``.
    """
    used: dict[str, None] = {}
    for cte in tree.find_all(exp.CTE):
        if cte.alias in names:
            raise text.reject(
                f"Tên “{names.spell(cte.alias)}” sau WITH trùng với một bảng có sẵn",
                "construct",
                cte.args["alias"],
                action="Hãy đặt tên khác.",
            )
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            raise text.reject("Không được dùng hàm làm bảng", "function", table)
        key = table.name
        if not table.args.get("db") and any(c.alias == key for c in visible_ctes(table)):
            continue
        alias = table.args.get("alias")
        if alias is not None and alias.args.get("columns"):
            raise text.reject("Không được đổi tên cột của bảng gốc", "construct", table)
        if table.args.get("catalog") or table.args.get("db"):
            schema = policy.DEFAULT_SCHEMA.get(names.dialect, "")
            if table.args.get("catalog") or table.db != schema or key not in names:
                raise _table_error(table, ".".join(p.name for p in table.parts), names, text)
            table.set("db", None)
        if key not in names:
            within = table.find_ancestor(exp.CTE)
            while within is not None:
                if within.alias == key:
                    raise text.reject("Truy vấn đệ quy không được phép", "recursive", table)
                within = within.find_ancestor(exp.CTE)
            raise _table_error(table, names.spell(key), names, text)
        used[names.table(key)] = None
    return tuple(used)


def _table_error(table: exp.Table, name: str, names: Names, text: SourceText) -> Exception:
    hint = nearest(name.rsplit(".", 1)[-1], names.tables)
    listing = ", ".join(names.tables[:12])
    return text.reject(
        f"Không có bảng “{name}”",
        "unknown_table",
        table,
        name=name,
        hint=hint,
        action=f"Các bảng có thể dùng: {listing}.",
    )
