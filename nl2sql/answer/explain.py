"""What a query does, in Vietnamese, read from its syntax tree: right for edited SQL too."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.answer.format import format_number
from nl2sql.answer.phrases import Phrases, metric_note
from nl2sql.types import Reading
from schema.semantic import Catalogue, View

_SET_WORDS = {
    exp.Union: "Gộp các kết quả sau",
    exp.Except: "Lấy những dòng có ở phần đầu mà không có ở phần sau",
    exp.Intersect: "Lấy những dòng có ở cả các phần sau",
}
_SIDES = {"LEFT": " (giữ mọi dòng bên trái)", "RIGHT": " (giữ mọi dòng bên phải)", "FULL": " (giữ mọi dòng hai bên)"}
_CAP_FROM = 501


OURS = {
    "mot": "số liệu thứ nhất", "hai": "số liệu thứ hai", "co_cau": "cơ cấu của tất cả", "xep_hang": "bảng xếp hạng",
    "dem": "danh sách được đếm", "chuoi": "chuỗi theo kỳ", "buoc": "bước tính trước", "nhom": "số liệu từng nhóm",
}  # fmt: skip
"""What the inner tables of composed queries are, in words; a person's own names stand as they are."""


def explain_sql(sql: str, dialect: str, catalogue: Catalogue, reading: Reading | None = None) -> str:
    """What the SQL does: one line for each of source, measures, conditions, grouping, order and limit.

    Args:
        sql: Checked SQL, as run or as written.
        reading: Adds the assumptions that were made; None for a person's own SQL.

    Returns:
        Lines in Vietnamese; empty when the SQL cannot be read.
    """
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect or None)
        lines = _query(tree, catalogue, {})
    except (SqlglotError, RecursionError):
        return ""
    if reading is not None and reading.assumptions:
        lines.append("Giả định: " + " ".join(_sentence(a) for a in reading.assumptions))
    return "\n".join(lines)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def _query(tree: exp.Expr, catalogue: Catalogue, steps: dict[str, str]) -> list[str]:
    lines: list[str] = []
    tree = tree.unnest()
    with_ = tree.args.get("with_")
    if isinstance(with_, exp.With):
        steps = dict(steps)
        for number, cte in enumerate(with_.expressions, start=1):
            lines.append(f"Bước {number} – tính bảng trung gian “{cte.alias}”:")
            lines += [f"  {line}" for line in _query(cte.this, catalogue, steps)]
            steps[cte.alias] = f"bảng trung gian “{cte.alias}”"
        lines.append("Cuối cùng:")
    if isinstance(tree, exp.SetOperation):
        lines += _set_operation(tree, catalogue, steps)
    elif isinstance(tree, exp.Select):
        lines += _select(tree, catalogue, steps)
    return lines


def _set_operation(tree: exp.SetOperation, catalogue: Catalogue, steps: dict[str, str]) -> list[str]:
    word = next((w for kind, w in _SET_WORDS.items() if isinstance(tree, kind)), "Kết hợp các kết quả sau")
    if isinstance(tree, exp.Union) and tree.args.get("distinct"):
        word += ", bỏ dòng trùng"
    lines = [f"{word}:"]
    for number, side in enumerate((tree.this, tree.expression), start=1):
        lines.append(f"  Phần {number}:")
        lines += [f"    {line}" for line in _query(side, catalogue, steps)]
    phrases = Phrases(catalogue, {})
    return lines + _order(tree, phrases, {}) + _limit(tree)


def _sources(
    tree: exp.Select, catalogue: Catalogue, steps: dict[str, str]
) -> tuple[dict[str, View], list[str], list[str]]:
    """Views by alias, the names of the sources in words, and lines about derived tables."""
    views: dict[str, View] = {}
    names: list[str] = []
    lines: list[str] = []
    by_name = {k.lower(): v for k, v in catalogue.views.items()}
    items = [tree.args["from_"].this] if tree.args.get("from_") is not None else []
    items += [join.this for join in tree.args.get("joins") or []]
    for item in items:
        if isinstance(item, exp.Table):
            view = by_name.get(item.name.lower())
            if item.name in steps:
                names.append(steps[item.name])
            elif view is not None:
                views[item.alias_or_name] = view
                names.append(f"“{view.label}” ({view.name})")
            else:
                names.append(f"“{item.name}”")
        elif isinstance(item, exp.Subquery):
            alias = item.alias or "con"
            called = OURS.get(alias, f"truy vấn con “{alias}”")
            names.append(called)
            lines.append(f"{called[:1].upper()}{called[1:]}:")
            lines += [f"  {line}" for line in _query(item.this, catalogue, steps)]
    return views, names, lines


def _select(tree: exp.Select, catalogue: Catalogue, steps: dict[str, str]) -> list[str]:
    views, names, lines = _sources(tree, catalogue, steps)
    phrases = Phrases(catalogue, views)
    if names:
        grains = [v.grain for v in views.values() if v.grain]
        grain = f"; mỗi dòng là {grains[0]}" if len(names) == 1 and grains else ""
        lines.append(f"Nguồn: {'; nối với '.join(names)}{grain}.")
    for join in tree.args.get("joins") or []:
        on = join.args.get("on")
        if on is not None:
            lines.append(f"Nối bảng khi {phrases.condition(on)}{_SIDES.get((join.side or '').upper(), '')}.")
    aliases = {item.alias.lower(): item.unalias() for item in tree.expressions if isinstance(item, exp.Alias)}
    grouped = _group_items(tree, aliases)
    keys = {g.sql().lower() for g in grouped}
    measures = [i for i in tree.expressions if i.unalias().sql().lower() not in keys and not i.is_star]
    lines += _measure_lines(measures, phrases, bool(grouped) or _aggregates(tree))
    if any(item.is_star for item in tree.expressions):
        lines.append("Lấy: mọi cột.")
    where = tree.args.get("where")
    if where is not None:
        lines.append("Điều kiện: " + _conjunction(where.this, phrases) + ".")
    if grouped:
        lines.append("Chia theo: " + ", ".join(phrases.value(g) for g in grouped) + ".")
    elif isinstance(tree.args.get("group"), exp.Group):
        lines.append("Chia theo: các cột không phải phép tính.")
    if tree.args.get("distinct") is not None:
        lines.append("Bỏ các dòng trùng nhau.")
    for clause, word in (("having", "Chỉ giữ nhóm có"), ("qualify", "Chỉ giữ dòng có")):
        node = tree.args.get(clause)
        if node is not None:
            lines.append(f"{word}: " + _conjunction(node.this, phrases) + ".")
    return lines + _order(tree, phrases, aliases) + _limit(tree)


def _aggregates(tree: exp.Select) -> bool:
    return any(item.find(exp.AggFunc) for item in tree.expressions)


def _measure_lines(items: list[exp.Expr], phrases: Phrases, aggregated: bool) -> list[str]:
    if not items:
        return []
    if not aggregated:
        return ["Lấy: " + ", ".join(_with_name(i, phrases) for i in items) + "."]
    lines = ["Tính: " + "; ".join(_with_name(i, phrases) for i in items) + "."]
    noted: dict[str, None] = {}
    for item in items:
        metric, _ = phrases.metric(item.unalias())
        if metric is not None and metric.description:
            noted[metric_note(metric)] = None
    return lines + [f"Định nghĩa – {note}." for note in noted]


def _with_name(item: exp.Expr, phrases: Phrases) -> str:
    return phrases.value(item)


def _conjunction(node: exp.Expr, phrases: Phrases) -> str:
    node = node.unnest()
    parts = list(node.flatten()) if isinstance(node, exp.And) else [node]
    return "; ".join(phrases.condition(part) for part in parts)


def _group_items(tree: exp.Select, aliases: dict[str, exp.Expr]) -> list[exp.Expr]:
    """What is grouped by, positions and aliases replaced by what they stand for."""
    group = tree.args.get("group")
    found: list[exp.Expr] = []
    for item in group.expressions if isinstance(group, exp.Group) else []:
        if isinstance(item, exp.Literal) and item.is_int and 0 < int(item.this) <= len(tree.expressions):
            found.append(tree.expressions[int(item.this) - 1].unalias())
        elif isinstance(item, exp.Column) and not item.table and item.name.lower() in aliases:
            found.append(aliases[item.name.lower()])
        else:
            found.append(item)
    return found


def _order(tree: exp.Expr, phrases: Phrases, aliases: dict[str, exp.Expr]) -> list[str]:
    order = tree.args.get("order")
    if not isinstance(order, exp.Order):
        return []
    words = []
    for item in order.expressions:
        node = item.this if isinstance(item, exp.Ordered) else item
        down = bool(item.args.get("desc")) if isinstance(item, exp.Ordered) else False
        if isinstance(node, exp.Literal) and node.is_int and isinstance(tree, exp.Select):
            at = int(node.this) - 1
            node = tree.expressions[at].unalias() if 0 <= at < len(tree.expressions) else node
        elif isinstance(node, exp.Column) and not node.table and node.name.lower() in aliases:
            node = aliases[node.name.lower()]
        words.append(f"{phrases.value(node)} {'giảm dần' if down else 'tăng dần'}")
    return ["Sắp xếp: " + ", rồi ".join(words) + "."]


def _limit(tree: exp.Expr) -> list[str]:
    """The author's limit; a large round number and one is our own row cap and not worth a line."""
    limit = tree.args.get("limit")
    if not isinstance(limit, exp.Limit) or not isinstance(limit.expression, exp.Literal):
        return []
    count = int(limit.expression.this)
    if count >= _CAP_FROM and count % 10 == 1:
        return []
    return [f"Lấy {format_number(count)} dòng đầu."]
