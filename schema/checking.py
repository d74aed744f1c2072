"""What must hold in a catalogue beyond its shape: names are unique, expressions parse and name columns that exist."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from schema.semantic import Value, View
from schema.yamlnodes import Item

_IDENTIFIER = re.compile(r"^[a-z_][a-z0-9_]*$")


def normal(text: str) -> str:
    """Text for comparing names: composed, lower case, single spaces. Diacritics are kept, for they tell words apart."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def check_values(item: Item, values: tuple[Value, ...]) -> None:
    """No two values of one list share a name.

    Raises:
        CatalogueError: A name stands for two values.
    """
    owner: dict[str, str] = {}
    for child, value in zip(item.items(), values, strict=True):
        for name in {normal(n) for n in (value.value, value.label, *value.synonyms, *value.strong) if n}:
            if owner.setdefault(name, value.value) != value.value:
                raise child.fault(f"tên «{name}» dùng cho cả «{owner[name]}» và «{value.value}»")


def check_view(item: Item, view: View, value_sets: set[str], *, proven: bool = False) -> None:
    """A view's names, columns and expressions agree with each other.

    Args:
        item: Where the view stands in its file.
        view: What was read there.
        value_sets: Names of the shared value lists.
        proven: The SQL of this very catalogue has passed before and is not parsed again.

    Raises:
        CatalogueError: The first fault found, with its line.
    """
    _check_columns(item, view, value_sets)
    _check_synonyms(item, view)
    if not proven:
        _check_expressions(item, view)
    _check_references(item, view)


def _check_columns(item: Item, view: View, value_sets: set[str]) -> None:
    seen: set[str] = set()
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("time_dimensions", (t.name for t in view.time_dimensions)),
        ("dimensions", (d.name for d in view.dimensions)),
        ("facts", (f.name for f in view.facts)),
    )
    for key, names in groups:
        for child, name in zip(item.children(key), names, strict=True):
            if name in seen:
                raise child.fault(f"cột «{name}» ghi hai lần trong bảng «{view.name}»")
            seen.add(name)
    for child, dim in zip(item.children("dimensions"), view.dimensions, strict=True):
        if dim.value_set and dim.value_set not in value_sets:
            raise child.fault(f"không có danh sách giá trị «{dim.value_set}»")
        if dim.parent and dim.parent not in seen:
            raise child.fault(f"cột cha «{dim.parent}» không có trong bảng «{view.name}»")


def _check_synonyms(item: Item, view: View) -> None:
    declared = item.mapping().get("ambiguous")
    allowed = {normal(text) for text in (declared.texts() if declared else ())}
    owner: dict[str, str] = {}
    named: list[tuple[Item, str, tuple[str, ...]]] = []
    for child, metric in zip(item.children("metrics"), view.metrics, strict=True):
        named.append((child, metric.name, (metric.label, *metric.synonyms)))
    for child, dim in zip(item.children("dimensions"), view.dimensions, strict=True):
        named.append((child, dim.name, (dim.label, *dim.synonyms)))
    for child, fixed in zip(item.children("filters"), view.filters, strict=True):
        named.append((child, fixed.name, (fixed.label, *fixed.synonyms, *fixed.strong)))
    for child, name, words in named:
        for word in {normal(w) for w in words}:
            if owner.setdefault(word, name) != name and word not in allowed:
                raise child.fault(
                    f"từ «{word}» dùng cho cả «{owner[word]}» và «{name}» trong bảng «{view.name}»",
                    action="Hãy bỏ một chỗ, hoặc ghi từ đó vào «ambiguous» của bảng.",
                )


def _check_expressions(item: Item, view: View) -> None:
    columns = set(view.columns())
    for child, metric in zip(item.children("metrics"), view.metrics, strict=True):
        if not _IDENTIFIER.match(metric.name):
            raise child.fault(f"tên chỉ tiêu «{metric.name}» phải là chữ thường không dấu, nối bằng gạch dưới")
        tree = _parse(child, metric.expr, columns, f"chỉ tiêu «{metric.name}»")
        if not list(tree.find_all(exp.AggFunc)):
            raise child.fault(f"chỉ tiêu «{metric.name}» không có hàm tổng hợp nào")
        for text in (*metric.filters, *([metric.numerator] if metric.numerator else [])):
            _parse(child, text, columns, f"điều kiện của chỉ tiêu «{metric.name}»")
    for child, named in zip(item.children("filters"), view.filters, strict=True):
        _parse(child, named.expr, columns, f"điều kiện «{named.name}»")
    for child, example in zip(item.children("examples"), view.examples, strict=True):
        try:
            query = sqlglot.parse_one(example.sql, read="duckdb")
        except SqlglotError as error:
            raise child.fault(f"SQL của câu mẫu không phân tích được: {_first_line(error)}") from error
        if not isinstance(query, exp.Query):
            raise child.fault("SQL của câu mẫu phải là một câu SELECT")


def _check_references(item: Item, view: View) -> None:
    columns = view.columns()
    names: set[str] = set()
    for child, metric in zip(item.children("metrics"), view.metrics, strict=True):
        if metric.name in names:
            raise child.fault(f"chỉ tiêu «{metric.name}» ghi hai lần trong bảng «{view.name}»")
        names.add(metric.name)
    for key, wanted in (("detail", view.detail), ("leads", view.leads)):
        listed = item.mapping().get(key)
        for name in wanted:
            if listed and name not in columns:
                raise listed.fault(f"cột «{name}» trong «{key}» không có trong bảng «{view.name}»")
    for child, metric in zip(item.children("metrics"), view.metrics, strict=True):
        for other in metric.alternatives:
            if other not in names:
                raise child.fault(f"chỉ tiêu thay thế «{other}» không có trong bảng «{view.name}»")
        if metric.name in columns:  # an alias equal to a column makes HAVING and ORDER BY ambiguous
            raise child.fault(f"chỉ tiêu «{metric.name}» trùng tên một cột của bảng «{view.name}»")
    if sum(m.default for m in view.metrics) > 1:
        raise item.fault(f"bảng «{view.name}» có hơn một chỉ tiêu mặc định")


def _parse(item: Item, text: str, columns: set[str], what: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except SqlglotError as error:
        raise item.fault(f"{what}: SQL không phân tích được: {_first_line(error)}") from error
    for column in tree.find_all(exp.Column):
        if column.name not in columns:
            raise item.fault(f"{what} dùng cột không có: «{column.name}»")
    return tree


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
