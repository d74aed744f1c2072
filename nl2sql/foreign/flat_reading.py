"""Reading and composing over a database that nobody described: the reader's and composer's work on its flat views."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.errors import QueryRejected, UserError
from nl2sql.foreign.expand import expand
from nl2sql.foreign.flat_settle import settle
from nl2sql.foreign.schema_text import column_order
from nl2sql.foreign.wide import widen
from nl2sql.foreign.wide_types import Flat, Wide
from nl2sql.generation.compose import compose
from nl2sql.generation.draft import CERTAIN, in_dialect
from nl2sql.generation.parts import where_of
from nl2sql.query.database import Database
from nl2sql.query.validate import validate
from nl2sql.question.filters import values_sql
from nl2sql.question.read import Reader
from nl2sql.question.text import fold
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Draft, FilterMatch, Query, Question, Reading
from schema.semantic import Catalogue

NAMES = 5_000
"""Most values read of one column."""

LIKELY = 0.59
"""Readings at least this certain are composed: with a word or two unread (which the answer says) 17 of 23 were right,
where the model was in one of three."""

_LARGE = 2_000_000
_KEPT = 16


@dataclass(frozen=True)
class Flattened:
    """Everything worked out once for a database: its flat views and a reader over them."""

    wide: Wide
    reader: Reader
    dialect: str

    def read(self, question: Question) -> tuple[Reading, str | None]:
        """The reading of a question over the flat views, and SQL over the database's own tables.

        The SQL is None when the question was not understood, or when what was understood cannot be composed.
        """
        turns = tuple(_spelled_out(turn) for turn in question.turns)
        best: tuple[Reading, str | None] | None = None
        for text in self._wordings(_spelled_out(question.text)):
            found = self.composed(self.reader.read(replace(question, text=text, turns=turns)))
            if best is None or self._worth(found) > self._worth(best):
                best = found
        if best is None or not _is_whole(best) or _is_plain_difference(best[0], question.text):
            without = self._without(_spelled_out(question.text))
            best = without if without is not None else best
        reading, sql = best or (Reading(question.text), None)
        return replace(reading, text=question.text), sql

    def _worth(self, found: tuple[Reading, str | None]) -> tuple[bool, float, int, int]:
        """How much a reading explains; of two that explain as much, the one whose groups lie nearer."""
        reading, sql = found
        flat = self.wide.flats.get(reading.view)
        steps = [flat.steps[a].depth for g in reading.groups if flat and g.column in flat.cells
                 and (a := flat.cells[g.column].alias) in flat.steps]  # fmt: skip
        return sql is not None, reading.certainty, -len(reading.unread), -sum(steps)

    def _without(self, text: str) -> tuple[Reading, str | None] | None:
        """Members that are not among those of the positive question: "khách chưa từng mua nhạc Latin".

        The positive question is read by itself; its members are taken away from all of their kind.
        """
        if _NEVER.search(text) is None:
            return None
        found: list[tuple[int, tuple[Reading, str | None]]] = []
        for wording in self._wordings(_NEVER.sub(" ", text)):
            reading, _ = self.composed(self.reader.read(Question(_INDEFINITE.sub(" ", _LAST_ANY.sub("", wording)))))
            flat = self.wide.flats.get(reading.view)
            column = _members(reading)
            if flat is None or column not in flat.cells or reading.ranking or reading.unread or reading.thresholds:
                continue
            whole = self._whole_of(flat, column)
            if whole is None:
                continue
            alias = flat.cells[column].alias
            known = [f for f in reading.filters if f.column in flat.cells]
            place = [f for f in known if flat.cells[f.column].alias == alias or self._holds(whole, f)]
            found.append((flat.steps[alias].depth, self._taken_away(reading, flat, column, whole, place)))
        return min(found, key=lambda one: one[0])[1] if found else None

    def _whole_of(self, flat: Flat, column: str) -> Flat | None:
        """The flat view whose rows are the members that a column names."""
        cell = flat.cells[column]
        if cell.alias == flat.alias or len(cell.key) != 1:
            return None
        return next((f for f in self.wide.flats.values() if f.table == flat.steps[cell.alias].table), None)

    def _holds(self, whole: Flat, condition: FilterMatch) -> str | None:
        """The condition on the members' own table where that holds the value too: "khách ở Canada"."""
        if len(condition.values) != 1 or condition.negated:
            return None
        for term in self.reader.vocabulary.find(fold(condition.values[0])):
            mine = term.kind == "value" and term.view == whole.view.name and term.value == condition.values[0]
            if mine and whole.cells[term.name].alias == whole.alias:
                return values_sql(term.name, condition.values)
        return None

    def _taken_away(
        self, reading: Reading, flat: Flat, column: str, whole: Flat, place: Sequence[FilterMatch]
    ) -> tuple[Reading, str | None]:
        """SQL for the members of ``whole`` that the reading's rows do not name; conditions on them stay outside."""
        own = next((name for name, cell in whole.cells.items() if cell.of_row), "")
        cell = flat.cells[column]
        outer = [c for f in place if (c := self._holds(whole, f) or _moved(f.sql, flat, whole)) is not None]
        if not own or len(outer) != len(place):
            return reading, None
        inner = replace(reading, filters=tuple(f for f in reading.filters if f not in place), groups=(), metrics=())
        where = " AND ".join(where_of(inner, flat.view, flat.view.time)) or "TRUE"
        key = next(
            (n for n, c in flat.cells.items() if c.columns == cell.key and c.alias == cell.alias and not c.key), ""
        )
        if not key:
            return reading, None
        theirs = next(
            n for n, c in whole.cells.items() if c.columns == cell.key and c.alias == whole.alias and not c.key
        )
        tests = [*outer, f"{theirs} NOT IN (SELECT {key} FROM {flat.view.name} WHERE {where} AND {key} IS NOT NULL)"]
        counted = _HOW_MANY.search(reading.text) is not None
        shown = f"COUNT(*) AS {whole.view.metrics[0].name}" if counted else own
        plain = f"SELECT {shown} FROM {whole.view.name} WHERE {' AND '.join(tests)}"
        return reading, expand(in_dialect(plain, self.dialect), self.wide.flats, self.dialect)

    def _wordings(self, text: str) -> list[str]:
        """The question, with the people named whom a bare "ai" may mean."""
        asked = _WHO.search(text)
        if asked is None:
            return [text]
        lead = (", " if asked.start() else "") + (asked[1] or "")
        return [
            text[: asked.start()].rstrip() + f"{lead}{p} nào " + text[asked.end() :] for p in self.wide.persons[:4]
        ] or [text]

    def composed(self, reading: Reading) -> tuple[Reading, str | None]:
        """A reading made whole, and its SQL."""
        flat = self.wide.flats.get(reading.view)
        if flat is None or reading.clarification or reading.refusal:
            return reading, None
        settled = settle(reading, flat)
        if settled.view.time is None and any(g.grain for g in settled.reading.groups):
            return settled.reading, None
        views = {**self.wide.catalogue.views, settled.view.name: settled.view}
        plain = settled.sql or compose(settled.reading, replace(self.wide.catalogue, views=views))
        if plain is None:
            return settled.reading, None
        try:
            return settled.reading, expand(in_dialect(plain, self.dialect), self.wide.flats, self.dialect)
        except SqlglotError:
            return settled.reading, None


_WHO = re.compile(
    r"(?<!chưa )(?<!không )(?<!chẳng )\b(những )?(?:ai|who)\b(?:(?: đang)? là người| là ai)?\s*", re.IGNORECASE
)
_SPELLED = {"hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_BOUND_IN_WORDS = re.compile(
    r"\b((?:trên|hơn|quá|dưới|ít nhất|tối thiểu|chưa tới|chưa đến|không quá|từ) )(" + "|".join(_SPELLED) + r")\b",
    re.IGNORECASE,
)


def _spelled_out(text: str) -> str:
    """A bound whose number is a word, in digits: "trên mười album"."""
    return _BOUND_IN_WORDS.sub(lambda found: f"{found[1]}{_SPELLED[found[2].lower()]}", text)


_NEVER = re.compile(r"\b(?:chưa (?:từng|hề|bao giờ|có)?|không hề|không có|không|chua (?:tung|he|co)?|khong)\b\s*")
_LAST_ANY = re.compile(r"\s+(?:nào|nao)\s*[?.]*\s*$", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:nhưng|mà|song|but|nhung|ma)\b", re.IGNORECASE)
_INDEFINITE = re.compile(r"\b(?:lần nào|món gì|món nào|gì cả|nào cả|lan nao|mon gi|gi ca)\b")
_COUNTED = re.compile(r"^COUNT\(DISTINCT (\w+)\)$")
_HOW_MANY = re.compile(r"\b(?:bao nhiêu|mấy|bao nhieu|may)\b", re.IGNORECASE)


def _members(reading: Reading) -> str:
    """The column whose members are asked for or counted; empty when there is not exactly one."""
    counted = [c for m in reading.metrics for c in _COUNTED.findall(m.expr)]
    columns = counted or [g.column for g in reading.groups if not g.grain]
    return columns[0] if len(columns) == 1 else ""


def _is_plain_difference(reading: Reading, text: str) -> bool:
    """Whether members without something are asked for, and no contrast of two things ("… nhưng không …")."""
    return any(term.op == "except" for term in reading.terms) and _CONTRAST.search(text) is None


def _is_whole(found: tuple[Reading, str | None]) -> bool:
    return found[1] is not None and found[0].certainty >= CERTAIN and not found[0].unread


def _moved(sql: str, flat: Flat, whole: Flat) -> str | None:
    """A condition on a table that a key leads to, over that table's own flat view; None where a column is not there."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for node in list(tree.find_all(exp.Column)):
        cell = flat.cells.get(node.name)
        own = next(
            (n for n, c in whole.cells.items() if cell and c.columns == cell.columns and c.alias == whole.alias), ""
        )
        if not own:
            return None
        node.replace(exp.column(own))
    return tree.sql(dialect="duckdb")


@dataclass(frozen=True)
class _Door:
    """Our own questions to the database, through the same door as everybody's."""

    catalogue: Catalogue
    database: Database

    def rows(self, tree: exp.Expr, cap: int) -> Sequence[tuple[Any, ...]]:
        dialect = self.database.dialect
        views = {t.name: self.catalogue.views[t.name] for t in tree.find_all(exp.Table)}
        # The door works through all tables that it knows: it is told of those in question.
        query = validate(tree.sql(dialect=dialect), replace(self.catalogue, views=views), dialect=dialect, row_cap=cap)
        return self.database.run(query).rows

    def distinct_values(self, table: str, column: str, limit: int, flat: Flat | None = None) -> list[tuple[str, int]]:
        """The values of a column of a flat view; none where they cannot be read."""
        if flat is None:
            return []
        cell = flat.cells[column]
        physical = flat.table if cell.alias == flat.alias else flat.steps[cell.alias].table
        source: exp.Expr = exp.table_(exp.to_identifier(physical, quoted=True))
        if cell.alias != physical:
            source = exp.alias_(source, cell.alias, table=True, quoted=True)
        try:
            rows = self.rows(exp.select(exp.alias_(cell.tree.copy(), "v")).distinct().from_(source), min(limit, NAMES))
        except UserError:
            return []
        return [(str(row[0]), 1) for row in rows if row[0] is not None]


@dataclass(frozen=True)
class _Values:
    door: _Door
    wide: Wide

    def distinct_values(self, table: str, column: str, limit: int) -> list[tuple[str, int]]:
        """As ``ValueSource``."""
        return self.door.distinct_values(table, column, limit, self.wide.flats[table])


@dataclass(frozen=True)
class Offer:
    """What was composed for a question.

    Attributes:
        sure: So much was understood that the SQL stands without a model's help, and it passed the door.
        catalogue: The tables with the flat views, for words and labels of the answer.
    """

    reading: Reading
    draft: Draft | None
    sure: bool
    catalogue: Catalogue


def offer(question: Question, catalogue: Catalogue, database: Database, check: Callable[[str], Query]) -> Offer:
    """Read a question over the flat views of a database and compose its SQL, without a model.

    Args:
        check: The door; raises ``QueryRejected``.
    """
    flat = flatten(catalogue, database)
    reading, sql = flat.read(question)
    return _offered(reading, sql, flat, catalogue, check)


def offer_reading(reading: Reading, catalogue: Catalogue, database: Database, check: Callable[[str], Query]) -> Offer:
    """The same for a reading that a person changed or chose."""
    flat = flatten(catalogue, database)
    reading, sql = flat.composed(reading)
    return _offered(reading, sql, flat, catalogue, check)


def _offered(
    reading: Reading, sql: str | None, flat: Flattened, catalogue: Catalogue, check: Callable[[str], Query]
) -> Offer:
    known = replace(catalogue, views={**catalogue.views, **flat.wide.catalogue.views})
    if sql is None:
        return Offer(reading, None, False, known)
    try:
        check(sql)
    except QueryRejected:
        return Offer(reading, None, False, known)
    drafted = Draft(sql, "composed", confidence=0.92 * reading.certainty)
    return Offer(reading, drafted, reading.certainty >= LIKELY, known)


_kept: OrderedDict[tuple[str, str], Flattened] = OrderedDict()
_lock = threading.Lock()


def flatten(catalogue: Catalogue, database: Database) -> Flattened:
    """Flat views and reader of a drafted catalogue; kept for the databases last used."""
    key = (database.url, catalogue.version)
    with _lock:
        if key not in _kept:
            door = _Door(catalogue, database)
            proved, empty = _proved(catalogue, door)
            wide = widen(proved, empty)
            _kept[key] = Flattened(wide, Reader(wide.catalogue, build_vocabulary(wide.catalogue, _Values(door, wide))),
                                   database.dialect)  # fmt: skip
            if len(_kept) > _KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def _proved(catalogue: Catalogue, door: _Door) -> tuple[Catalogue, dict[str, frozenset[str]]]:
    """The catalogue with the keys only that are unique, so that no join doubles a row; and where columns are empty."""
    empty: dict[str, frozenset[str]] = {}
    unique: set[str] = set()
    for name, view in catalogue.views.items():
        columns = column_order(view)
        key = view.primary_key
        counts: list[exp.Expr] = [exp.Count(this=exp.Star())]
        counts += [exp.Count(this=exp.column(exp.to_identifier(c, quoted=True))) for c in columns]
        if len(key) == 1:
            counts.append(
                exp.Count(this=exp.Distinct(expressions=[exp.column(exp.to_identifier(key[0], quoted=True))]))
            )
        named = [exp.alias_(tree, f"c{i}") for i, tree in enumerate(counts)]
        if (view.rows or 0) > _LARGE or view.subject == "khung nhìn":
            unique.update({name} if key else ())
            continue
        try:
            row = door.rows(exp.select(*named).from_(exp.table_(exp.to_identifier(name, quoted=True))), 2)[0]
        except UserError:
            continue
        empty[name] = frozenset(c for c, n in zip(columns, row[1:], strict=False) if n < row[0])
        if len(key) != 1 or row[-1] == row[0]:
            unique.add(name)
    kept = tuple(link for link in catalogue.relationships if link.right in unique)
    return replace(catalogue, relationships=kept), empty
