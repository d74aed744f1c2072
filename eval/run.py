"""Running a suite against an assistant in process, and scoring what came back.

A run is one JSON file: what is needed to repeat it, and every item with its full answer, its gold results and its
score. While it lasts it is a file of lines beside it, so that a run that was cut goes on where it stopped; the log
proper is written to a temporary name and renamed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import platform
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from eval.causes import cause
from eval.scoring import Match, Table, compare
from eval.suite import Item, Suite
from nl2sql.config import Settings
from nl2sql.errors import ExecutionError
from nl2sql.query.database import Database
from nl2sql.types import Answer, Query, Question, Status, json_value

_LOG = logging.getLogger(__name__)
GOLD_ROW_CAP = 5000
GOLD_TIMEOUT_S = 60.0
FORMAT = 1


class Asks(Protocol):
    """What a run needs of an assistant."""

    def ask(self, question: Question) -> Answer:
        """Answer a question."""
        ...


@dataclass(frozen=True)
class GoldResult:
    """The result of one gold query, or why there is none."""

    sql: str
    table: Table | None
    error: str = ""


@dataclass(frozen=True)
class Score:
    """How one item was answered.

    Attributes:
        outcome: ``right``, ``wrong``, or ``unscored`` when the gold itself failed or the item never ran.
        relaxed: Right when extra columns and missing descriptive columns are forgiven.
        status_right: The status is the one expected.
        cause: Why it is wrong; empty when right.
        detail: The kind of mismatch, or the error, for people.
    """

    outcome: str
    relaxed: bool = False
    status_right: bool = False
    cause: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Spec:
    """What a run is a run of; two runs with one digest measure the same thing on the same code and data.

    Attributes:
        items: Ids in the order asked.
        machine: System, processor and number of CPUs; no name of the machine.
    """

    suite: str
    suite_version: str
    suite_digest: str
    warehouse: str
    items: tuple[str, ...]
    model: str
    catalogue_version: str
    revision: str
    settings: Mapping[str, Any]
    packages: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        """First 10 hexadecimal digits over everything above."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]


def choose(suite: Suite, *, limit: int = 0, sample: int = 0, seed: int = 0) -> Suite:
    """The first ``limit`` items, or ``sample`` items drawn by ``seed`` in proportion to the categories."""
    items = list(suite.items)
    if sample and sample < len(items):
        items = _stratified(items, sample, random.Random(seed))  # noqa: S311 - a repeatable sample, no secret
    return suite.only(items[:limit] if limit else items)


def _stratified(items: list[Item], size: int, rng: random.Random) -> list[Item]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.category, []).append(item)
    # Each item's place within its shuffled group, as a share: taking the smallest keeps the proportions.
    ranked: list[tuple[float, str, Item]] = []
    for group in groups.values():
        shuffled = rng.sample(group, len(group))
        ranked.extend(((place + rng.random()) / len(group), item.id, item) for place, item in enumerate(shuffled))
    chosen = {name for _, name, _ in sorted(ranked, key=lambda r: (r[0], r[1]))[:size]}
    return [item for item in items if item.id in chosen]


def gold_results(item: Item, database: Database) -> tuple[GoldResult, ...]:
    """Run the item's gold queries, read-only."""
    found = []
    for gold in item.golds:
        query = Query(sql=gold.sql, pretty=gold.sql, dialect=database.dialect, tables=(), outputs=())
        try:
            raw = database.run(query, timeout_s=GOLD_TIMEOUT_S, row_cap=GOLD_ROW_CAP)
        except ExecutionError as error:
            found.append(GoldResult(gold.sql, None, f"{error.code}: {error}"))
            continue
        if raw.truncated:
            found.append(GoldResult(gold.sql, None, f"more than {GOLD_ROW_CAP} rows"))
            continue
        rows = tuple(tuple(json_value(v) for v in row) for row in raw.rows)
        found.append(GoldResult(gold.sql, Table(tuple(c.name for c in raw.columns), rows)))
    return tuple(found)


def score(item: Item, answer: Mapping[str, Any] | None, golds: Sequence[GoldResult]) -> Score:
    """Score an answer (as its JSON) against the item.

    Args:
        golds: One for each of ``item.golds``, in order.
    """
    if answer is None:
        return Score("unscored", cause="no_answer", detail="the item never ran")
    status = answer["status"]
    if item.expect:
        right = status in {s.value for s in item.expect}
        wanted = "/".join(s.value for s in item.expect)
        return Score("right" if right else "wrong", right, right, "" if right else f"status:{status}",
                     "" if right else f"{status}, not {wanted}")  # fmt: skip
    usable = [(gold, result.table) for gold, result in zip(item.golds, golds, strict=True) if result.table]
    if not usable:
        return Score("unscored", cause="gold_failed", detail="; ".join(g.error for g in golds))
    if item.empty and status == Status.NO_DATA.value:
        empty = any(all(v is None for row in table.rows for v in row) for _, table in usable)
        return Score("right", True, True) if empty else _not_answered(answer)
    if status != Status.ANSWERED.value:
        return _not_answered(answer)
    mine = Table(tuple(c["name"] for c in answer["columns"]), tuple(tuple(row) for row in answer["rows"]))
    matches: list[Match] = []
    for gold, table in usable:
        try:
            matches.append(compare(mine, table, need=gold.need, order=item.order))
        except ValueError as error:
            return Score("unscored", cause="gold_failed", detail=str(error))
    if any(m.strict for m in matches):
        return Score("right", True, True)
    best = min(matches, key=lambda m: (not m.relaxed, {"values": 1, "rows": 2}.get(m.kind, 0)))
    if best.kind in {"rows", "values"}:
        why = "truncated" if answer.get("truncated") else cause(answer["sql"] or "", tuple(g.sql for g in item.golds))
    else:
        why = best.kind
    return Score("wrong", best.relaxed, True, why, best.kind)


def _not_answered(answer: Mapping[str, Any]) -> Score:
    refusal = answer.get("refusal") or {}
    code, message = str(refusal.get("code", "")), str(refusal.get("message", answer.get("headline", "")))
    if answer["status"] != Status.ERROR.value:
        return Score("wrong", cause=f"status:{answer['status']}", detail=message)
    known = {"timeout": "timeout", "crash": "crash"}
    return Score("wrong", cause=known.get(code, "invalid_sql"), detail=f"{code}: {message}")


def run_suite(
    suite: Suite,
    assistant: Asks,
    database: Database,
    spec: Spec,
    directory: Path,
    *,
    fresh: bool = False,
    on_item: Callable[[int, Mapping[str, Any]], None] | None = None,
) -> Path:
    """Ask every item, score it, and write the log.

    Args:
        suite: Already cut to the items wanted.
        directory: Where the log goes; made when missing.
        fresh: Do not go on with a run of the same spec that was cut.
        on_item: Called with the number of items done and the record of each, those of a continued run included.

    Returns:
        The log's path.
    """
    directory.mkdir(parents=True, exist_ok=True)
    part = directory / f"{suite.name}-{spec.digest()}.part.jsonl"
    if fresh:
        part.unlink(missing_ok=True)
    done = _continued(part)
    records: list[dict[str, Any]] = []
    with part.open("a", encoding="utf-8") as stream:
        for item in suite.items:
            record = done.get(item.id)
            if record is None:
                record = _ask(item, assistant, database)
                stream.write(json.dumps(record, ensure_ascii=False) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            records.append(record)
            if on_item:
                on_item(len(records), record)
    now = dt.datetime.now(dt.UTC)
    log = {
        "format": FORMAT,
        "spec": asdict(spec),
        "digest": spec.digest(),
        "date": now.isoformat(timespec="seconds"),
        "continued": len(done),
        "items": records,
    }
    path = directory / f"{suite.name}-{now.strftime('%Y%m%d-%H%M%S')}-{spec.digest()}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(log, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(path)
    part.unlink()
    return path


def _ask(item: Item, assistant: Asks, database: Database) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        answer = assistant.ask(Question(item.question, turns=item.turns, role=item.role)).to_json()
    except Exception as error:  # noqa: BLE001 - a crash of the assistant is a result of the run, never its end
        _LOG.exception("item %s", item.id)
        answer = Answer(Status.ERROR, item.question).to_json()
        answer["refusal"] = {"code": "crash", "message": f"{type(error).__name__}: {error}"}
    seconds = time.perf_counter() - started
    golds = gold_results(item, database)
    return {
        "id": item.id,
        "question": item.question,
        "turns": list(item.turns),
        "subject": item.subject,
        "category": item.category,
        "difficulty": item.difficulty,
        "tags": list(item.tags),
        "seconds": round(seconds, 4),
        "score": asdict(score(item, answer, golds)),
        "answer": answer,
        "golds": [
            {
                "sql": g.sql,
                "columns": list(g.table.columns) if g.table else [],
                "rows": [list(row) for row in g.table.rows] if g.table else None,
                "error": g.error,
            }
            for g in golds
        ],
    }


def rescore(log: Mapping[str, Any], suite: Suite) -> dict[str, Any]:
    """A log with its scores worked out again from the stored answers and gold results."""
    items = []
    for record in log["items"]:
        golds = [
            GoldResult(g["sql"], Table(tuple(g["columns"]), tuple(tuple(r) for r in g["rows"])) if g["rows"] is not None
                       else None, g["error"])
            for g in record["golds"]
        ]  # fmt: skip
        item = suite.item(record["id"])
        if tuple(g.sql for g in item.golds) != tuple(g.sql for g in golds):
            raise ValueError(f"{item.id}: the suite's gold is not the one of the run")
        items.append({**record, "score": asdict(score(item, record["answer"], golds))})
    return {**log, "items": items}


def _continued(part: Path) -> dict[str, dict[str, Any]]:
    """Records of a run that was cut; a last line that was cut in the middle is taken off the file."""
    if not part.exists():
        return {}
    whole, done = 0, {}
    data = part.read_bytes()
    for line in data.splitlines(keepends=True):
        try:
            record = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            record = None
        if not isinstance(record, dict) or "id" not in record:
            break
        done[record["id"]] = record
        whole += len(line)
    if whole < len(data):
        with part.open("r+b") as stream:
            stream.truncate(whole)
    return done


def load_log(path: Path) -> dict[str, Any]:
    """Read a run's log.

    Raises:
        ValueError: It is no log of this format.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"{path.name}: not a run's log")
    return data


def make_spec(suite: Suite, settings: Settings, *, model: str, catalogue_version: str) -> Spec:
    """The spec of a run on this machine and revision."""
    kept = asdict(replace(settings, home=Path()))
    kept.pop("home")
    kept["db"] = "set" if settings.db else ""
    return Spec(
        suite=suite.name,
        suite_version=suite.version,
        suite_digest=suite.digest,
        warehouse=suite.warehouse,
        items=tuple(item.id for item in suite.items),
        model=model,
        catalogue_version=catalogue_version,
        revision=revision(Path(__file__).resolve().parent.parent),
        settings={k: v if isinstance(v, int | float | str | bool | None) else str(v) for k, v in kept.items()},
        packages={name: _version(name) for name in ("duckdb", "llama-cpp-python", "sqlglot", "rapidfuzz")},
        machine={
            "system": platform.system(),
            "processor": platform.machine(),
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
        },
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def revision(directory: Path) -> str:
    """The git revision of the code, with ``+`` and a digest of the difference when files differ; empty outside one."""
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        head = _git(git, directory, "rev-parse", "--short=12", "HEAD")
        changed = _git(git, directory, "diff", "HEAD")
    except (OSError, subprocess.SubprocessError):
        return ""
    return head + ("+" + hashlib.sha256(changed.encode("utf-8")).hexdigest()[:6] if changed else "")


def _git(git: str, directory: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - git with words of our own
        [git, "-C", str(directory), *words], capture_output=True, encoding="utf-8", check=True, timeout=20
    )
    return done.stdout.strip()
