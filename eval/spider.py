"""Public text-to-SQL sets as suites, and predictions in the layout that the official Spider evaluator reads.

Layouts (their own files; nothing of theirs is shipped):

- Spider: ``dev.json`` = list of ``{db_id, question, query}``, ``tables.json`` = list of ``{db_id, table_names_original,
  …}``, databases ``DIR/<db_id>/<db_id>.sqlite``. Source: github.com/taoyds/spider.
- BIRD: ``SQL`` for ``query``, also ``evidence``, ``difficulty`` and ``question_id``; ``DIR/<db_id>/<db_id>.sqlite``.
- ViText2SQL: Spider's fields with Vietnamese ``question`` (words joined by ``_`` in its word-level files) and, in the
  syllable and word files, Vietnamese names of tables and columns in ``query``; ``DIR/<db_id>/<db_id>.sqlite`` or
  ``DIR/<db_id>.sqlite``. Source: github.com/VinAIResearch/ViText2SQL.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from sqlglot import exp
from sqlglot.errors import SqlglotError

from eval.suite import Suite, SuiteError, parse_suite

_SUFFIXES = (".sqlite", ".db", ".sqlite3")
_QUESTION_FIELDS: Mapping[str, tuple[str, ...]] = {
    "vi": ("question_vi", "vi_question", "question_vietnamese", "vi", "question"),
    "en": ("question", "question_en", "utterance"),
}
_SQL_FIELDS = ("query", "SQL", "sql_query", "query_sql")
_DIFFICULTY = {"simple": "easy", "moderate": "medium", "challenging": "hard", "easy": "easy", "medium": "medium",
               "hard": "hard", "extra": "hard"}  # fmt: skip


def import_suite(
    questions: Path, tables: Path, db_dir: Path, *, name: str = "", lang: str = "en", target: Path | None = None
) -> dict[str, Any]:
    """A suite, as data for YAML, that runs against the SQLite files.

    Args:
        lang: ``vi`` takes a Vietnamese question field where there is one and undoes joined words.
        target: File that the suite will be written to; paths of databases are written relative to it.

    Raises:
        SuiteError: A file is not of a known layout, or a database is missing; the message names it.
    """
    if lang not in _QUESTION_FIELDS:
        raise SuiteError(f"Không có ngôn ngữ “{lang}”.", action="Có: vi, en.", phase="eval")
    entries = _read_list(questions)
    known = {str(t.get("db_id")) for t in _read_list(tables)}
    databases: dict[str, str] = {}
    items = []
    for place, entry in enumerate(entries):
        where = f"{questions.name} mục {place + 1}"
        db = entry.get("db_id")
        if not isinstance(db, str) or db not in known:
            raise SuiteError(f"{where}: db_id “{db}” không có trong {tables.name}.", phase="eval")
        if db not in databases:
            databases[db] = _url(_find_database(db_dir, db), target)
        question, sql = _field(entry, _QUESTION_FIELDS[lang], where), _field(entry, _SQL_FIELDS, where)
        items.append(_item(place, entry, db, _plain(question) if lang == "vi" else question, sql))
    suite = {
        "suite": name or questions.stem,
        "version": 1,
        "warehouse": items[0]["db"] if items else "",
        "databases": databases,
        "description": f"Nhập từ {questions.name}: {len(items)} câu, {len(databases)} cơ sở dữ liệu.",
        "items": items,
    }
    parse_suite(suite, source=questions.name)
    return suite


def _read_list(path: Path) -> list[Mapping[str, Any]]:
    """A JSON list, or JSON lines, of objects."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"Không đọc được {path}: {error}", phase="eval") from error
    try:
        lines = path.suffix == ".jsonl"
        data = [json.loads(line) for line in text.splitlines() if line.strip()] if lines else json.loads(text)
    except ValueError as error:
        raise SuiteError(f"{path.name}: không phải JSON: {error}", phase="eval") from error
    if not isinstance(data, list) or not data or not all(isinstance(e, Mapping) for e in data):
        raise SuiteError(f"{path.name}: cần một danh sách nhóm trường (như dev.json của Spider).", phase="eval")
    return data


def _field(entry: Mapping[str, Any], names: Sequence[str], where: str) -> str:
    for name in names:
        value = entry.get(name)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    raise SuiteError(f"{where}: thiếu một trong các trường {', '.join(names)}.", phase="eval")


def _plain(question: str) -> str:
    """Words of a word-segmented question apart again: ``giá_trị trung_bình`` → ``giá trị trung bình``."""
    words = question.replace("_", " ").split()
    text = " ".join(words)
    for mark in ("?", ",", ".", ";", ":", "!"):
        text = text.replace(f" {mark}", mark)
    return text


def _find_database(folder: Path, db: str) -> Path:
    tried = [base / f"{db}{suffix}" for base in (folder / db, folder) for suffix in _SUFFIXES]
    for path in tried:
        if path.is_file():
            return path
    raise SuiteError(
        f"Không thấy cơ sở dữ liệu của “{db}”.",
        action=f"Đã tìm {tried[0]} và {tried[len(_SUFFIXES)]}; hãy kiểm tra --db-dir.",
        phase="eval",
    )


def _url(path: Path, target: Path | None) -> str:
    whole = path.resolve()
    shown = os.path.relpath(whole, target.resolve().parent) if target else str(whole)
    return f"sqlite:///{shown}"


def _item(place: int, entry: Mapping[str, Any], db: str, question: str, sql: str) -> dict[str, Any]:
    tree = _parsed(sql)
    evidence = entry.get("evidence")
    made: dict[str, Any] = {
        "id": f"q{entry.get('question_id', place):0>5}",
        "question": question,
        "gold": sql.rstrip("; "),
        "db": db,
        "subject": db,
        "category": _category(tree),
        "difficulty": _DIFFICULTY.get(str(entry.get("difficulty") or entry.get("hardness")), "medium"),
        "empty": True,
    }
    if tree is not None and tree.args.get("order") is not None:
        made["order"] = True
    if isinstance(evidence, str) and evidence.strip():
        made["notes"] = evidence.strip()
    return made


def _parsed(sql: str) -> exp.Expr | None:
    try:
        return sqlglot.parse_one(sql, dialect="sqlite")
    except SqlglotError:
        return None


def _category(tree: exp.Expr | None) -> str:
    if tree is None:
        return "single"
    if isinstance(tree, exp.SetOperation):
        return "set"
    if tree.find(exp.Having):
        return "having"
    if tree.args.get("limit") is not None and tree.args.get("order") is not None:
        return "top"
    if tree.find(exp.Group):
        return "group"
    return "single" if tree.find(exp.AggFunc) else "rows"


def suite_text(suite: Mapping[str, Any]) -> str:
    """The suite as YAML text."""
    return str(yaml.safe_dump(dict(suite), allow_unicode=True, sort_keys=False, width=120))


def predictions(log: Mapping[str, Any]) -> str:
    """One line an item, in the suite's order: the SQL, a tab, the database; an item without SQL gets ``SELECT 1``.

    The official evaluator pairs the lines with its gold file by their place, so no line may be missing.
    """
    return "".join(
        f"{' '.join((r['answer']['sql'] or 'SELECT 1').split())}\t{r.get('db') or log['spec']['warehouse']}\n"
        for r in log["items"]
    )


def gold_lines(suite: Suite) -> Iterator[str]:
    """The gold file that goes with ``predictions``."""
    for item in suite.items:
        yield f"{item.golds[0].sql if item.golds else 'SELECT 1'}\t{item.db or suite.warehouse}\n"
