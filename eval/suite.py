"""Suites: questions with gold SQL or an expected status, as YAML text that a domain expert can write.

A file has a header (``suite``, ``version``, ``warehouse``, ``databases``, ``description``) and a list ``items``. One
item::

    - id: f001                      # unique in the file
      question: Cả nước xuất khẩu được bao nhiêu USD trong năm 2022?
      turns: [câu hỏi trước, …]     # only for a follow-up
      gold: SELECT …                # or a list; each entry is SQL, or {sql: …, need: …}
      subject: xnk                  # view or subject area
      category: single              # see CATEGORIES
      difficulty: easy              # easy, medium, hard
      order: true                   # the order of the rows is asked for
      empty: true                   # the gold may return nothing
      tags: [khong_dau]
      family: hoi_tong              # wording family; a held-back part is split by it, never at random
      reading: {…}                  # optional, what must be understood: see below
      db: nhac                      # one of ``databases``, or a known foreign database; else the suite's
      notes: free text

``need`` names the gold columns without which an answer is no answer; the other columns may be absent. Alternatives are
divided by ``|``: ``need: ky_nay ky_truoc | phan_tram`` accepts both values, or the percentage alone, each with or
without the other gold columns. Without ``need`` every column is needed. An item that is judged by the status of its
answer alone has ``expect`` (``answered``, ``clarify``, ``refused``, ``no_data``, ``error``, or a list of those that are
right) in place of ``gold``.

An attack on the door is ``sql: SELECT …`` in place of ``question``: a person's own SQL, run under the item's ``role``.
``forbid: [text, …]`` beside ``expect`` lists what must not occur, whatever the status, in any case of letters: in the
answer's SQL, columns, rows and headline; for a person's own SQL in the rows alone.

``reading`` has any of ``view``, ``metrics: [kim_ngach]``, ``filters: {nuoc: [Hoa Kỳ]}`` (a named filter has an empty
list), ``period: [2024-01-01, 2024-12-31]`` (or a list of such pairs) and ``grouping: [thang]``; only what is written is
compared.

``warehouse`` is a scale of the synthetic warehouse (``demo``), ``{scale: demo, seed: 2018}``, or the name of a foreign
database. ``databases`` gives names to SQLAlchemy URLs; the file of a SQLite or DuckDB URL is sought beside the suite.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from nl2sql.errors import UserError
from nl2sql.types import Status

CATEGORIES: tuple[str, ...] = (
    "single", "group", "trend", "comparison", "top", "share", "having", "window", "date", "value", "followup", "rows",
    "set", "status",
)  # fmt: skip
DIFFICULTIES: tuple[str, ...] = ("easy", "medium", "hard")
DEFAULT_SEED = 2018
_HEADER = frozenset({"suite", "version", "warehouse", "databases", "description", "items"})
_FIELDS = frozenset({
    "id", "question", "turns", "gold", "expect", "subject", "category", "difficulty", "order", "empty", "tags", "notes",
    "role", "family", "reading", "db", "sql", "forbid",
})  # fmt: skip


class SuiteError(UserError, ValueError):
    """A suite's text is wrong; the message names the file and the item."""


@dataclass(frozen=True)
class Gold:
    """One acceptable query.

    Attributes:
        need: Alternatives of column names that an answer must have; empty when it must have all.
    """

    sql: str
    need: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True)
class Expected:
    """What a reading must hold; None where the suite does not say.

    Attributes:
        filters: Column (or named filter) → stored values.
        periods: Pairs of ISO days, both included.
    """

    view: str | None = None
    metrics: frozenset[str] | None = None
    filters: Mapping[str, frozenset[str]] | None = None
    periods: frozenset[tuple[str, str]] | None = None
    grouping: frozenset[str] | None = None


@dataclass(frozen=True)
class Item:
    """One question of a suite. Exactly one of ``golds`` and ``expect`` is filled.

    Attributes:
        question: The question, or the SQL when ``is_sql``.
        expect: Statuses that are right, for an item that is judged by status alone.
        order: The order of rows counts.
        empty: The gold may return no row, or only NULL.
        family: Wording family; items of one family are never split between a suite and its held-back part.
        db: Name of the database; empty for the suite's own.
        is_sql: ``question`` is a person's own SQL, to be run through the door.
        forbid: Texts that the answer must not hold.
    """

    id: str
    question: str
    turns: tuple[str, ...] = ()
    golds: tuple[Gold, ...] = ()
    expect: tuple[Status, ...] = ()
    subject: str = ""
    category: str = "single"
    difficulty: str = "medium"
    order: bool = False
    empty: bool = False
    tags: tuple[str, ...] = ()
    notes: str = ""
    role: str = "analyst"
    family: str = ""
    reading: Expected | None = None
    db: str = ""
    is_sql: bool = False
    forbid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suite:
    """A suite.

    Attributes:
        warehouse: Scale of the synthetic warehouse, or the name of the foreign database it is bound to.
        seed: Of the synthetic warehouse.
        databases: SQLAlchemy URLs by name, with whole paths.
        digest: First 12 hexadecimal digits of the SHA-256 of the file's text.
    """

    name: str
    version: str
    warehouse: str
    items: tuple[Item, ...]
    description: str = ""
    digest: str = ""
    seed: int = DEFAULT_SEED
    databases: Mapping[str, str] = field(default_factory=dict)

    def item(self, name: str) -> Item:
        """The item of that id.

        Raises:
            KeyError: There is none.
        """
        for item in self.items:
            if item.id == name:
                return item
        raise KeyError(name)

    def only(self, items: Iterable[Item]) -> Suite:
        """The same suite with these items."""
        return replace(self, items=tuple(items))


def suites_dir() -> Path:
    """Where the suites of this project lie."""
    return Path(str(resources.files("eval") / "suites"))


def find_suite(name: str) -> Path:
    """The file of a suite given by name or path.

    Raises:
        SuiteError: There is none; the message lists those that exist.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        for form in ("NFC", "NFD"):  # macOS decomposes the letters of file names
            same = path.with_name(unicodedata.normalize(form, path.name))
            if same.is_file():
                return same
    known = suites_dir() / f"{name}.yaml"
    if known.is_file():
        return known
    names = ", ".join(sorted(p.stem for p in suites_dir().glob("*.yaml")))
    raise SuiteError(f"Không có bộ câu hỏi “{name}”.", action=f"Các bộ hiện có: {names}.", phase="eval")


def load_suite(name: str) -> Suite:
    """Read and check a suite by name or path.

    Raises:
        SuiteError: The file or an item is wrong.
    """
    path = find_suite(name)
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteError(f"{path.name}: không đọc được YAML: {error}", phase="eval") from error
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
    return parse_suite(data, source=path.name, digest=digest, folder=path.resolve().parent)


def parse_suite(data: Any, *, source: str = "", digest: str = "", folder: Path | None = None) -> Suite:
    """A suite from parsed YAML.

    Args:
        folder: Where files that ``databases`` names lie.

    Raises:
        SuiteError: A header field or an item is wrong.
    """
    if not isinstance(data, Mapping):
        raise SuiteError(f"{source}: tệp phải bắt đầu bằng phần đầu (suite, warehouse, items).", phase="eval")
    unknown = sorted(str(k) for k in data.keys() - _HEADER)
    if unknown:
        raise SuiteError(f"{source}: không hiểu trường {', '.join(unknown)} ở phần đầu.", phase="eval")
    entries = data.get("items")
    if not isinstance(data.get("suite"), str) or not isinstance(entries, list) or not entries:
        raise SuiteError(f"{source}: thiếu tên bộ (suite) hoặc danh sách câu (items).", phase="eval")
    items = tuple(_item(entry, f"{source} mục {place}") for place, entry in enumerate(entries, start=1))
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise SuiteError(f"{source}: mã “{item.id}” dùng hai lần.", action="Hãy đặt mã khác.", phase="eval")
        seen.add(item.id)
    warehouse, seed = _warehouse(data.get("warehouse", "demo"), source)
    return Suite(
        name=data["suite"],
        version=str(data.get("version", "")),
        warehouse=warehouse,
        items=items,
        description=str(data.get("description", "")),
        digest=digest,
        seed=seed,
        databases=_databases(data.get("databases"), source, folder or Path()),
    )


def _warehouse(value: Any, source: str) -> tuple[str, int]:
    if isinstance(value, str) and value:
        return value, DEFAULT_SEED
    if isinstance(value, Mapping) and not value.keys() - {"scale", "seed"}:
        scale, seed = value.get("scale", "demo"), value.get("seed", DEFAULT_SEED)
        if isinstance(scale, str) and isinstance(seed, int):
            return scale, seed
    raise SuiteError(f"{source}: warehouse là tên kho, hoặc nhóm scale (văn bản) và seed (số nguyên).", phase="eval")


def _databases(value: Any, source: str, folder: Path) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(v, str) and "://" in v for v in value.values()):
        raise SuiteError(f"{source}: databases là nhóm tên và địa chỉ SQLAlchemy.", phase="eval")
    found = {}
    for name, url in value.items():
        kind, _, rest = url.partition(":///")
        local = kind.split("+")[0] in {"sqlite", "duckdb"} and rest and not Path(rest).is_absolute()
        found[str(name)] = f"{kind}:///{(folder / rest).absolute()}" if local else url
    return found


def _item(entry: Any, where: str) -> Item:
    if not isinstance(entry, Mapping):
        raise SuiteError(f"{where}: phải là một nhóm trường.", phase="eval")
    name = entry.get("id")
    if not isinstance(name, str) or not name:
        raise SuiteError(f"{where}: thiếu mã (id).", phase="eval")
    where = f"{where} ({name})"
    unknown = sorted(str(k) for k in entry.keys() - _FIELDS)
    if unknown:
        raise SuiteError(f"{where}: không hiểu trường {', '.join(unknown)}.", phase="eval")
    if ("question" in entry) == ("sql" in entry):
        raise SuiteError(f"{where}: cần đúng một trong hai trường question, sql.", phase="eval")
    question = entry.get("question", entry.get("sql"))
    if not isinstance(question, str):
        raise SuiteError(f"{where}: câu hỏi phải là văn bản; hãy đặt trong nháy.", phase="eval")
    if ("gold" in entry) == ("expect" in entry):
        raise SuiteError(f"{where}: cần đúng một trong hai trường gold, expect.", phase="eval")
    if "expect" not in entry and entry.keys() & {"sql", "forbid"}:
        raise SuiteError(f"{where}: sql và forbid đi cùng expect.", phase="eval")
    category = str(entry.get("category", "status" if "expect" in entry else "single"))
    difficulty = str(entry.get("difficulty", "medium"))
    if category not in CATEGORIES:
        raise SuiteError(f"{where}: dạng “{category}” không có.", action=", ".join(CATEGORIES), phase="eval")
    if difficulty not in DIFFICULTIES:
        raise SuiteError(f"{where}: độ khó “{difficulty}” không có.", action=", ".join(DIFFICULTIES), phase="eval")
    turns = _texts(entry.get("turns"), where, "turns")
    if category == "followup" and not turns:
        raise SuiteError(f"{where}: câu hỏi tiếp cần các câu trước (turns).", phase="eval")
    return Item(
        id=name,
        question=question,
        turns=turns,
        golds=_golds(entry["gold"], where) if "gold" in entry else (),
        expect=_statuses(entry["expect"], where) if "expect" in entry else (),
        subject=str(entry.get("subject", "")),
        category=category,
        difficulty=difficulty,
        order=_flag(entry, "order", where),
        empty=_flag(entry, "empty", where),
        tags=_texts(entry.get("tags"), where, "tags"),
        notes=str(entry.get("notes", "")),
        role=str(entry.get("role", "analyst")),
        family=str(entry.get("family", "")),
        reading=_expected(entry["reading"], where) if "reading" in entry else None,
        db=str(entry.get("db", "")),
        is_sql="sql" in entry,
        forbid=_texts(entry.get("forbid"), where, "forbid"),
    )


def _expected(value: Any, where: str) -> Expected:
    if not isinstance(value, Mapping) or value.keys() - {"view", "metrics", "filters", "period", "grouping"}:
        raise SuiteError(f"{where}: reading có view, metrics, filters, period, grouping.", phase="eval")
    filters = value.get("filters")
    if filters is not None and not isinstance(filters, Mapping):
        raise SuiteError(f"{where}: reading.filters là nhóm cột và danh sách giá trị.", phase="eval")
    return Expected(
        view=str(value["view"]) if "view" in value else None,
        metrics=frozenset(_texts(value["metrics"], where, "reading.metrics")) if "metrics" in value else None,
        filters=None if filters is None else {str(k): frozenset(map(str, v or ())) for k, v in filters.items()},
        periods=_periods(value["period"], where) if "period" in value else None,
        grouping=frozenset(_texts(value["grouping"], where, "reading.grouping")) if "grouping" in value else None,
    )


def _periods(value: Any, where: str) -> frozenset[tuple[str, str]]:
    pairs = value if isinstance(value, list) and all(isinstance(v, list) for v in value) else [value]
    found = set()
    for pair in pairs:
        days = [d.isoformat() if isinstance(d, dt.date) else str(d) for d in pair] if isinstance(pair, list) else []
        if len(days) != 2 or days[0] > days[1]:
            raise SuiteError(f"{where}: reading.period là [ngày đầu, ngày cuối], hoặc danh sách.", phase="eval")
        found.add((days[0], days[1]))
    return frozenset(found)


def _golds(value: Any, where: str) -> tuple[Gold, ...]:
    entries = value if isinstance(value, list) else [value]
    golds: list[Gold] = []
    for entry in entries:
        body = entry if isinstance(entry, Mapping) else {"sql": entry}
        sql = body.get("sql")
        if not isinstance(sql, str) or not sql.strip() or body.keys() - {"sql", "need"}:
            raise SuiteError(f"{where}: mỗi đáp án là SQL, hoặc nhóm sql và need.", phase="eval")
        need = tuple(frozenset(part.split()) for part in str(body.get("need", "")).split("|") if part.split())
        golds.append(Gold(" ".join(sql.split()), need))
    if not golds:
        raise SuiteError(f"{where}: chưa có đáp án nào.", phase="eval")
    return tuple(golds)


def _statuses(value: Any, where: str) -> tuple[Status, ...]:
    allowed = [s.value for s in Status]
    names = value if isinstance(value, list) else [value]
    if not names or any(n not in allowed for n in names):
        raise SuiteError(f"{where}: expect là {', '.join(allowed)} hoặc danh sách của chúng.", phase="eval")
    return tuple(Status(n) for n in names)


def _texts(value: Any, where: str, field: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise SuiteError(f"{where}: {field} phải là danh sách văn bản.", phase="eval")
    return tuple(value)


def _flag(entry: Mapping[str, Any], field: str, where: str) -> bool:
    value = entry.get(field, False)
    if not isinstance(value, bool):
        raise SuiteError(f"{where}: {field} phải là true hoặc false.", phase="eval")
    return value
