"""SQL expressions and conditions in Vietnamese words, with the catalogue's labels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlglot import exp

from nl2sql.answer.format import format_date, format_number, unit_word
from nl2sql.answer.labels import humanise
from nl2sql.answer.meaning import unconditional
from nl2sql.query.trees import canonical, same
from schema.semantic import Catalogue, Metric, View

_COMPARE: dict[type[exp.Expr], str] = {
    exp.EQ: "là", exp.NEQ: "khác", exp.GT: "lớn hơn", exp.GTE: "từ", exp.LT: "nhỏ hơn", exp.LTE: "không quá",
    exp.NullSafeEQ: "là", exp.NullSafeNEQ: "khác",
}  # fmt: skip
_DATES: dict[type[exp.Expr], str] = {
    exp.GT: "sau",
    exp.GTE: "từ",
    exp.LT: "trước",
    exp.LTE: "đến hết",
    exp.EQ: "là",
    exp.NEQ: "khác",
}
_FLIP: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE}
_AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Sum: "tổng", exp.Avg: "trung bình", exp.Min: "nhỏ nhất của", exp.Max: "lớn nhất của",
    exp.Median: "trung vị của",
    exp.Stddev: "độ lệch chuẩn của", exp.StddevSamp: "độ lệch chuẩn của", exp.AnyValue: "một giá trị của",
}  # fmt: skip
_PARTS: dict[type[exp.Expr], str] = {
    exp.Year: "năm", exp.Quarter: "quý", exp.Month: "tháng", exp.Week: "tuần", exp.Day: "ngày", exp.DayOfWeek: "thứ",
}  # fmt: skip
_UNITS = {"YEAR": "năm", "QUARTER": "quý", "MONTH": "tháng", "WEEK": "tuần", "DAY": "ngày"}
_OPERATORS: dict[type[exp.Expr], str] = {
    exp.Add: "cộng",
    exp.Sub: "trừ",
    exp.Mul: "nhân",
    exp.Div: "chia cho",
    exp.IntDiv: "chia nguyên cho",
}
_MAX_VALUES = 8


class Phrases:
    """Words for the expressions of one SELECT.

    Args:
        views: Views in its FROM, by alias and by name.
        aliases: Names of steps (CTE, derived tables) that it may refer to.
    """

    def __init__(self, catalogue: Catalogue, views: dict[str, View]) -> None:
        self._catalogue = catalogue
        self._views = views
        self._metrics: dict[str, Metric] = {}
        self._filters: dict[str, str] = {}
        for view in views.values():
            for metric in view.metrics:
                self._metrics.setdefault(canonical(metric.expr, catalogue.dialect), metric)
            for item in view.filters:
                self._filters.setdefault(canonical(item.expr, catalogue.dialect), item.label)

    def column(self, node: exp.Column) -> str:
        """A column's label in lower case."""
        views: Iterable[View] = [self._views[node.table]] if node.table in self._views else self._views.values()
        for view in views:
            label = view.label_of(node.name)
            if label != node.name:
                return _lower(label)
        return _lower(humanise(node.name, self._catalogue))

    def metric(self, node: exp.Expr) -> tuple[Metric | None, bool]:
        """The governed metric that an expression is, and whether exactly."""
        found = self._metrics.get(same(node))
        if found is not None:
            return found, True
        if node.find(exp.AggFunc):
            found = self._metrics.get(same(unconditional(node)))
        return found, False

    def value(self, node: exp.Expr) -> str:
        """An expression in words."""
        node = node.unalias().unnest()
        if isinstance(node, exp.Column):
            return self.column(node)
        if isinstance(node, exp.Literal):
            return _literal(node)
        metric, exact = self.metric(node)
        if metric is not None and exact:
            return _lower(metric.label)
        if metric is not None:
            tests = [self.condition(c) for c in _conditions_inside(node)]
            return (
                f"{_lower(metric.label)} (chỉ tính khi {' và '.join(dict.fromkeys(tests))})" if tests else metric.label
            )
        return self._calculation(node)

    def _calculation(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal):
            return _literal(node.this)
        if isinstance(node, exp.Cast | exp.TryCast | exp.Round | exp.Nullif | exp.Coalesce):
            return self.value(node.this)
        if isinstance(node, exp.Filter):
            return f"{self.value(node.this)} (chỉ tính khi {self.condition(node.expression.this)})"
        if isinstance(node, exp.Window):
            return self._window(node)
        if isinstance(node, exp.Count):
            column = node.find(exp.Column)
            if node.find(exp.Distinct) and column is not None:
                return f"số {self.column(column)} khác nhau"
            return "số dòng"
        for kind, word in _AGGREGATES.items():
            if isinstance(node, kind):
                return f"{word} {self.value(node.this)}"
        for kind, word in _PARTS.items():
            if isinstance(node, kind):
                return f"{word} của {self.value(node.this)}"
        if isinstance(node, exp.Extract):
            return f"{_UNITS.get(node.name.upper(), node.name.lower())} của {self.value(node.expression)}"
        if isinstance(node, exp.DateTrunc | exp.TimestampTrunc):
            unit = node.args.get("unit")
            return f"{_UNITS.get(unit.name.upper() if unit else '', 'kỳ')} của {self.value(node.this)}"
        if isinstance(node, exp.Case):
            branches = [f"{self.value(i.args['true'])} nếu {self.condition(i.this)}" for i in node.args["ifs"]]
            default = node.args.get("default")
            return "; ".join(branches) + (f"; còn lại {self.value(default)}" if default is not None else "")
        if isinstance(node, exp.Neg):
            return f"trừ {self.value(node.this)}"
        for kind, word in _OPERATORS.items():
            if isinstance(node, kind):
                return f"{self._operand(node.this)} {word} {self._operand(node.expression)}"
        if isinstance(node, exp.Interval):
            unit = node.args.get("unit")
            return f"{node.this.name} {_UNITS.get(unit.name.upper() if unit else '', '')}".strip()
        if isinstance(node, exp.CurrentDate):
            return "ngày hôm nay"
        if isinstance(node, exp.Null):
            return "trống"
        if isinstance(node, exp.Boolean):
            return "đúng" if node.this else "sai"
        if isinstance(node, exp.Query):
            return "kết quả của truy vấn con"
        return f"“{node.sql()}”"

    def _operand(self, node: exp.Expr) -> str:
        text = self.value(node)
        return f"({text})" if isinstance(node.unnest(), exp.Binary) else text

    def _window(self, node: exp.Window) -> str:
        partition = [self.value(p) for p in node.args.get("partition_by") or []]
        order = node.args.get("order")
        by = [self.value(o.this) for o in order.expressions] if isinstance(order, exp.Order) else []
        within = f" trong từng {', '.join(partition)}" if partition else ""
        inside = node.this
        if isinstance(inside, exp.IgnoreNulls | exp.RespectNulls):
            inside = inside.this
        if isinstance(inside, exp.RowNumber | exp.Rank | exp.DenseRank):
            return f"thứ hạng theo {', '.join(by)}{within}"
        if isinstance(inside, exp.Lag | exp.Lead):
            return f"{self.value(inside.this)} của dòng {'trước' if isinstance(inside, exp.Lag) else 'sau'}{within}"
        if by and isinstance(inside, exp.Sum):
            return f"lũy kế {self.value(inside.this)} theo {', '.join(by)}{within}"
        if by and isinstance(inside, exp.Avg):
            return f"trung bình trượt {self.value(inside.this)} theo {', '.join(by)}{within}"
        return f"{self.value(inside)}{within or ' trên toàn kết quả'}"

    def condition(self, node: exp.Expr) -> str:
        """A condition in words."""
        node = node.unnest()
        named = self._filters.get(same(node))
        if named:
            return _lower(named)
        if isinstance(node, exp.And | exp.Or):
            parts = [self.condition(part) for part in node.flatten()]
            text = (" và " if isinstance(node, exp.And) else " hoặc ").join(parts)
            return f"({text})" if isinstance(node, exp.Or) else text
        if isinstance(node, exp.Not):
            return self._negated(node.this.unnest())
        if isinstance(node, exp.In):
            return self._membership(node, "thuộc")
        if isinstance(node, exp.Between):
            low, high = node.args["low"], node.args["high"]
            return f"{self.value(node.this)} từ {self.value(low)} đến {self.value(high)}"
        if isinstance(node, exp.Is):
            empty = isinstance(node.expression, exp.Null)
            return f"{self.value(node.this)} {'trống' if empty else 'là ' + self.value(node.expression)}"
        if isinstance(node, exp.Like | exp.ILike):
            return _like(self.value(node.this), node.expression)
        if isinstance(node, exp.Exists):
            return "có dòng tương ứng trong truy vấn con"
        if isinstance(node, exp.Column):
            return self.column(node)
        for kind in _COMPARE:
            if type(node) is kind:
                return self._comparison(node, kind)
        return self.value(node)

    def _comparison(self, node: exp.Expr, kind: type[exp.Expr]) -> str:
        left, right = node.this, node.expression
        if isinstance(left.unnest(), exp.Literal) and not isinstance(right.unnest(), exp.Literal):
            left, right, kind = right, left, _FLIP.get(kind, kind)
        what = self.value(left)
        if isinstance(right, exp.Boolean) and kind is exp.EQ:
            return what if right.this else f"không {what}"
        if _is_date(right):
            return f"{what} {_DATES.get(kind, 'là')} {self.value(right)}"
        if isinstance(left, exp.Column) and what in {"năm", "quý", "tháng"} and kind is exp.EQ:
            return f"{what} {_plain_number(right) or self.value(right)}"
        value = self.value(right)
        if isinstance(left, exp.Column) and what in {"năm", "quý", "tháng"}:
            value = _plain_number(right) or value
        return f"{what} {_COMPARE[kind]} {value}{' trở lên' if kind is exp.GTE else ''}"

    def _membership(self, node: exp.In, word: str) -> str:
        if node.args.get("query") is not None:
            return f"{self.value(node.this)} {'có' if word == 'thuộc' else 'không có'} trong truy vấn con"
        what = self.value(node.this)
        values = [
            (_plain_number(e) if what in {"năm", "quý", "tháng"} else "") or self.value(e) for e in node.expressions
        ]
        shown = ", ".join(values[:_MAX_VALUES]) + (f" … ({len(values)} giá trị)" if len(values) > _MAX_VALUES else "")
        return f"{what} {word} {shown}" if len(values) > 1 else f"{what} {'là' if word == 'thuộc' else 'khác'} {shown}"

    def _negated(self, node: exp.Expr) -> str:
        if isinstance(node, exp.In):
            return self._membership(node, "không thuộc")
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return f"{self.value(node.this)} có giá trị"
        if isinstance(node, exp.Exists):
            return "không có dòng tương ứng trong truy vấn con"
        if isinstance(node, exp.Like | exp.ILike):
            return _like(self.value(node.this), node.expression, "không ")
        return f"không ({self.condition(node)})"


def _conditions_inside(node: exp.Expr) -> list[exp.Expr]:
    found = [f.expression.this for f in node.find_all(exp.Filter)]
    return found + [i.this for c in node.find_all(exp.Case) for i in c.args["ifs"]]


def _is_date(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return node.to.this in {exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP}
    return isinstance(node, exp.Literal) and node.is_string and _parse_date(node.this) is not None


def _parse_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if len(text) >= 10 else None
    except ValueError:
        return None


def _literal(node: exp.Literal) -> str:
    if not node.is_string:
        number = float(node.this)
        return format_number(int(number) if number.is_integer() else number)
    date = _parse_date(node.this)
    return format_date(date) if date is not None else f"“{node.this}”"


def _plain_number(node: exp.Expr) -> str:
    node = node.unnest()
    return str(node.this) if isinstance(node, exp.Literal) and not node.is_string else ""


def _like(what: str, pattern: exp.Expr, negation: str = "") -> str:
    text = pattern.name
    bare = text.strip("%")
    if text.startswith("%") and text.endswith("%"):
        return f"{what} {negation}chứa “{bare}”"
    if text.endswith("%"):
        return f"{what} {negation}bắt đầu bằng “{bare}”"
    if text.startswith("%"):
        return f"{what} {negation}kết thúc bằng “{bare}”"
    return f"{what} {negation}giống “{text}”"


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def metric_note(metric: Metric) -> str:
    """A metric's definition in a sentence."""
    unit = f" ({unit_word(metric.unit)})" if metric.unit else ""
    description = metric.description.strip().rstrip(".")
    return (
        f"{metric.label}{unit}: {description[:1].lower()}{description[1:]}" if description else f"{metric.label}{unit}"
    )
