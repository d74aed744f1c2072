"""``hoikho catalogue check``: everything that a catalogue claims, tried on its database.

Loading proves the text (shape, names, synonyms, expressions that parse). Here every column is read, every expression
and example run, every key counted, and every verified query read, filled, sent through the door, run and compared with
what its own trigger asks for. A fault names file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.generation.compose import compose
from nl2sql.generation.draft import in_dialect
from nl2sql.generation.rows import same_rows
from nl2sql.generation.verified import covers, plain, same_meaning
from nl2sql.query.database import Database
from nl2sql.query.validate import validate
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Query, Question
from schema.places import Key, places
from schema.semantic import Catalogue, Relationship, VerifiedQuery, View
from schema.yamlnodes import Item

Progress = Callable[[str, float], None]
_ROWS = 10
_MOST = 2000


@dataclass(frozen=True)
class Fault:
    """Something wrong, in Vietnamese, and where it stands (line 0: the file as a whole)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.line else (f"{self.file}: " if self.file else "")
        return where + self.message


@dataclass(frozen=True)
class Summary:
    """What was tried, by kind, and what was wrong."""

    counts: Mapping[str, int]
    faults: tuple[Fault, ...]


class Bench:
    """The catalogue, its database and the places of its parts."""

    def __init__(self, catalogue: Catalogue, directory: Path, database: Database) -> None:
        self.catalogue = catalogue
        self.database = database
        self.places: Mapping[Key, Item] = places(directory)

    def fault(self, key: Key, message: str) -> Fault:
        item = self.places.get(key) or self.places.get(("view", key[1], ""))
        return Fault(item.file, item.line, message) if item else Fault("", 0, message)

    def fails(self, sql: str) -> str:
        """Why trusted SQL of the catalogue does not run; empty when it does."""
        try:
            self.database.run(Query(sql, sql, self.database.dialect, (), ()), row_cap=1)
        except ExecutionError as error:
            return str(error)
        return ""

    def number(self, sql: str) -> int:
        return int(self.database.scalar(sql) or 0)

    def expression(self, text: str) -> str:
        """An expression of the catalogue in the database's dialect, every name quoted as it is spelled."""
        tree = sqlglot.parse_one(text, read="duckdb")
        for name in tree.find_all(exp.Identifier):
            name.set("quoted", True)
        return tree.sql(dialect=self.database.dialect)


def check_catalogue(
    catalogue: Catalogue, directory: Path, database: Database, progress: Progress | None = None
) -> Summary:
    """Try everything that a catalogue claims.

    Args:
        directory: The files that it was loaded from, for the places of faults.
        progress: Called with what is being tried and the share that is done.

    Returns:
        How many of each kind were tried, and the faults in the order of the catalogue.
    """
    bench = Bench(catalogue, directory, database)
    say = progress or (lambda _label, _share: None)
    faults: list[Fault] = []
    views = list(catalogue.views.values())
    for number, view in enumerate(views):
        say(view.label, 0.5 * number / max(1, len(views)))
        faults.extend(_view(bench, view))
    say("Quan hệ giữa các bảng", 0.5)
    faults.extend(_relationships(bench))
    reader = Reader(catalogue, build_vocabulary(catalogue, database), names=False)
    for number, view in enumerate(views):
        say(f"Truy vấn kiểm duyệt: {view.label}", 0.55 + 0.45 * number / max(1, len(views)))
        for query in view.verified_queries:
            faults.extend(verified_faults(bench, reader, view, query))
    counts = {
        "bảng": len(views),
        "cột": sum(len(v.columns()) for v in views),
        "chỉ tiêu": sum(len(v.metrics) for v in views),
        "điều kiện có tên": sum(len(v.filters) for v in views),
        "quan hệ": len(catalogue.relationships),
        "câu mẫu": sum(len(v.examples) for v in views),
        "truy vấn kiểm duyệt": sum(len(v.verified_queries) for v in views),
    }
    return Summary(counts, tuple(faults))


def _quoted(name: str, dialect: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect)


def _source(bench: Bench, view: View) -> str:
    return _quoted(view.name, bench.database.dialect)


def _view(bench: Bench, view: View) -> Iterator[Fault]:
    source = _source(bench, view)
    reason = bench.fails(f"SELECT COUNT(*) FROM {source}")  # noqa: S608 - quoted name of the catalogue
    if reason:
        yield bench.fault(("view", view.name, ""), f"không đọc được bảng «{view.name}»: {reason}")
        return
    missing = set(_columns(bench, view, source))
    for column in sorted(missing):
        yield bench.fault(("column", view.name, column), f"bảng «{view.name}» trong kho không có cột «{column}»")
    yield from _labels(bench, view)
    yield from _key(bench, view, source, missing)
    yield from _expressions(bench, view, source)
    for number, example in enumerate(view.examples):
        reason = through_door(bench, example.sql)
        if reason:
            yield bench.fault(("example", view.name, str(number)), f"SQL của câu mẫu không chạy được: {reason}")


def _columns(bench: Bench, view: View, source: str) -> Iterable[str]:
    names = list(view.columns())
    # With the table before it, or SQLite takes an unknown quoted name for a text.
    every = ", ".join(f"t.{_quoted(n, bench.database.dialect)}" for n in names)
    if names and bench.fails(f"SELECT {every} FROM {source} AS t LIMIT 1"):  # noqa: S608 - quoted names
        for name in names:
            column = exp.column(exp.to_identifier(name, quoted=True), table="t")
            if bench.fails(f"SELECT {column.sql(dialect=bench.database.dialect)} FROM {source} AS t LIMIT 1"):  # noqa: S608
                yield name


def _labels(bench: Bench, view: View) -> Iterator[Fault]:
    for column in view.columns():
        if not any(letter.isalpha() for letter in view.label_of(column)):
            yield bench.fault(("column", view.name, column), f"cột «{column}» chưa có nhãn")


def _key(bench: Bench, view: View, source: str, missing: set[str]) -> Iterator[Fault]:
    """One row for each key: what joins a flat view was made of have not multiplied its rows."""
    if not view.primary_key:
        return
    place = ("view", view.name, "")
    unknown = [name for name in view.primary_key if name not in view.columns() or name in missing]
    if unknown:
        yield bench.fault(place, f"khóa của bảng «{view.name}» dùng cột không có: «{unknown[0]}»")
        return
    repeated = _repeated(bench, source, view.primary_key)
    if repeated:
        names = ", ".join(view.primary_key)
        yield bench.fault(
            place, f"bảng «{view.name}»: {repeated} giá trị của khóa ({names}) lặp lại, bảng đã bị nhân dòng"
        )


def _repeated(bench: Bench, source: str, columns: Sequence[str]) -> int:
    listed = ", ".join(_quoted(c, bench.database.dialect) for c in columns)
    inner = f"SELECT {listed} FROM {source} GROUP BY {listed} HAVING COUNT(*) > 1"  # noqa: S608 - quoted names
    return bench.number(f"SELECT COUNT(*) FROM ({inner}) AS lap")  # noqa: S608


def _expressions(bench: Bench, view: View, source: str) -> Iterator[Fault]:
    for metric in view.metrics:
        expr = bench.expression(metric.expr)
        conditions = [
            bench.expression(c) for c in (*metric.filters, *((metric.numerator,) if metric.numerator else ()))
        ]
        where = f" WHERE {' AND '.join(f'({c})' for c in conditions)}" if conditions else ""
        reason = bench.fails(f"SELECT {expr} FROM {source}{where}")  # noqa: S608 - the catalogue's own expressions
        if reason:
            yield bench.fault(("metric", view.name, metric.name), f"chỉ tiêu «{metric.name}» không chạy được: {reason}")
    for named in view.filters:
        reason = bench.fails(f"SELECT COUNT(*) FROM {source} WHERE {bench.expression(named.expr)}")  # noqa: S608
        if reason:
            yield bench.fault(("filter", view.name, named.name), f"điều kiện «{named.name}» không chạy được: {reason}")


def through_door(bench: Bench, sql: str) -> str:
    """Why SQL does not pass the door and run; empty when it does."""
    try:
        query = validate(sql, bench.catalogue, dialect=bench.database.dialect, row_cap=_ROWS)
        bench.database.run(query, row_cap=_ROWS)
    except (QueryRejected, ExecutionError) as error:
        return str(error)
    return ""


def _relationships(bench: Bench) -> Iterator[Fault]:
    """Each key exists on both sides, is unique on the one side, and joining over it keeps the rows of the many side."""
    sound: list[tuple[str, Relationship]] = []
    for number, link in enumerate(bench.catalogue.relationships):
        key = ("relationship", "", str(number))
        name = f"{link.left} → {link.right}"
        reason = _unknown(bench, link)
        if reason:
            yield bench.fault(key, f"quan hệ {name}: {reason}")
            continue
        sound.append((str(number), link))
        try:
            repeated = _repeated(bench, _source(bench, bench.catalogue.views[link.right]), link.right_columns)
            rows, joined = _joined(bench, link)
        except ExecutionError as error:
            yield bench.fault(key, f"quan hệ {name} không nối được: {error}")
            continue
        if repeated or joined != rows:
            columns = ", ".join(link.right_columns)
            yield bench.fault(
                key,
                f"quan hệ {name} làm nhân dòng: {rows} dòng thành {joined}, vì «{columns}» của «{link.right}» có "
                f"{repeated} giá trị lặp lại",
            )
    yield from _cycles(bench, sound)


def _unknown(bench: Bench, link: Relationship) -> str:
    for name, columns in ((link.left, link.left_columns), (link.right, link.right_columns)):
        view = bench.catalogue.views.get(name)
        if view is None:
            return f"không có bảng «{name}» trong danh mục"
        for column in columns:
            if column not in view.columns():
                return f"bảng «{name}» không có cột «{column}»"
    return "" if len(link.left_columns) == len(link.right_columns) else "hai bên có số cột khác nhau"


def _joined(bench: Bench, link: Relationship) -> tuple[int, int]:
    dialect = bench.database.dialect
    left, right = (_source(bench, bench.catalogue.views[n]) for n in (link.left, link.right))
    on = " AND ".join(
        f"a.{_quoted(x, dialect)} = b.{_quoted(y, dialect)}"
        for x, y in zip(link.left_columns, link.right_columns, strict=True)
    )
    rows = bench.number(f"SELECT COUNT(*) FROM {left}")  # noqa: S608 - quoted names
    return rows, bench.number(f"SELECT COUNT(*) FROM {left} AS a LEFT JOIN {right} AS b ON {on}")  # noqa: S608


def _cycles(bench: Bench, links: Sequence[tuple[str, Relationship]]) -> Iterator[Fault]:
    """Keys that lead back to where they began: between such tables there is no one way to join.

    A table that points at itself (a person's superior) is no such ring.
    """
    targets: dict[str, list[str]] = {}
    for _, link in links:
        if link.left != link.right:
            targets.setdefault(link.left, []).append(link.right)
    told: set[frozenset[str]] = set()
    for number, link in links:
        path = _way(targets, link.right, link.left) if link.left != link.right else None
        if path is not None and frozenset(path) not in told:
            told.add(frozenset(path))
            ring = " → ".join([link.left, *path])
            yield bench.fault(("relationship", "", number), f"các quan hệ tạo thành vòng: {ring}; hãy bỏ một quan hệ")


def _way(targets: Mapping[str, Sequence[str]], start: str, goal: str) -> list[str] | None:
    """The tables from ``start`` to ``goal`` along the keys, both included; None when there is no way."""
    trails = [[start]]
    seen = {start}
    while trails:
        trail = trails.pop(0)
        if trail[-1] == goal:
            return trail
        for following in targets.get(trail[-1], ()):
            if following not in seen:
                seen.add(following)
                trails.append([*trail, following])
    return None


def verified_faults(bench: Bench, reader: Reader, view: View, query: VerifiedQuery) -> Iterator[Fault]:
    """What is wrong with one verified query: read, filled, through the door, run, compared with its question."""
    key = ("verified", view.name, query.name)
    readings = [reader.read(Question(text)) for text in query.questions()]
    for trigger, reading in zip(query.triggers, readings, strict=True):
        if not plain(reading) or reading.view != view.name:
            words = ", ".join(f"“{span.text}”" for span in reading.unread)
            why = f"chưa hiểu {words}" if words else f"được hiểu là về «{reading.view or 'không rõ'}»"
            yield bench.fault(key, f"«{query.name}»: câu kích hoạt «{trigger}» {why}")
        elif not same_meaning(query, readings[0], reading, view):
            yield bench.fault(key, f"«{query.name}»: câu kích hoạt «{trigger}» có nghĩa khác câu đầu tiên")
    if not plain(readings[0]) or readings[0].view != view.name:
        return
    hit = covers(query, readings[0], readings[0], view)
    if hit is None:
        yield bench.fault(key, f"«{query.name}»: câu kích hoạt đầu tiên không điền đủ tham số của SQL")
        return
    try:
        rows = rows_of(bench, hit.sql)
    except (QueryRejected, ExecutionError) as error:
        yield bench.fault(key, f"«{query.name}» không chạy được: {error}")
        return
    other = compose(readings[0], bench.catalogue)
    if other is None:
        return
    try:
        expected = rows_of(bench, other)
    except (QueryRejected, ExecutionError):
        return  # the composer has no second opinion here
    if not same_rows(rows, expected):
        yield bench.fault(
            key, f"«{query.name}» cho kết quả khác điều câu kích hoạt hỏi; câu SQL dựng từ cách hiểu là: {other}"
        )


def rows_of(bench: Bench, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query that passes the door; raises what the door or the database says."""
    dialect = bench.database.dialect
    query = validate(in_dialect(sql, dialect), bench.catalogue, dialect=dialect, row_cap=_MOST)
    return list(bench.database.run(query, row_cap=_MOST).rows)
