"""Running a suite against an assistant in process, and scoring what came back.

A run is one JSON file: what is needed to repeat it, and every item with its full answer, its gold results and its
score. While it lasts it is a file of lines beside it, so that a run that was cut goes on where it stopped; the log
proper is written to a temporary name and renamed.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.databases import Desk, Place, Places
from eval.log import FORMAT, Spec
from eval.marks import GoldResult, gold_results, score
from eval.scoring import Table
from eval.suite import Item, Suite
from nl2sql.config import Settings
from nl2sql.types import Answer, Question, Status
from schema.semantic import Catalogue

_LOG = logging.getLogger(__name__)
Record = dict[str, Any]
Asking = Callable[[Sequence[Item]], Iterable[Record]]


def asking(places: Places, jobs: int = 1) -> Asking:
    """Ask the items in this process, in ``jobs`` threads; a model is still asked one question at a time."""

    def ask(items: Sequence[Item]) -> Iterator[Record]:
        if jobs <= 1:
            yield from (answer_item(item, places) for item in items)
            return
        with ThreadPoolExecutor(jobs) as pool:
            futures = [pool.submit(answer_item, item, places) for item in items]
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    return ask


def asking_in_processes(suite: Suite, settings: Settings, jobs: int) -> Asking:
    """Ask the items in ``jobs`` processes with an assistant each: for the composed route, which needs no model."""

    def ask(items: Sequence[Item]) -> Iterator[Record]:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, spawn, initializer=_begin, initargs=(suite, settings)) as pool:
            futures = [pool.submit(_answer_here, item) for item in items]
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    return ask


_desks: list[Desk] = []


def _begin(suite: Suite, settings: Settings) -> None:
    _desks.append(Desk(suite, settings))


def _answer_here(item: Item) -> Record:
    return answer_item(item, _desks[-1])


def run_suite(
    suite: Suite,
    ask: Asking,
    spec: Spec,
    directory: Path,
    *,
    fresh: bool = False,
    on_item: Callable[[int, Mapping[str, Any]], None] | None = None,
) -> Path:
    """Ask every item, score it, and write the log.

    Args:
        suite: Already cut to the items wanted.
        ask: Gives the record of each item, in any order.
        directory: Where the log goes; made when missing.
        fresh: Do not go on with a run of the same spec that was cut.
        on_item: Called with the number of items done and the record of each, those of a continued run included.

    Returns:
        The log's path.
    """
    directory.mkdir(parents=True, exist_ok=True)
    part = directory / f"{_file_name(suite.name)}-{spec.digest()}.part.jsonl"
    if fresh:
        part.unlink(missing_ok=True)
    wanted = {item.id for item in suite.items}
    done = {name: record for name, record in _continued(part).items() if name in wanted}
    continued = len(done)
    for count, record in enumerate(done.values(), start=1):
        if on_item:
            on_item(count, record)
    with part.open("a", encoding="utf-8") as stream:
        for record in ask([item for item in suite.items if item.id not in done]):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
            done[record["id"]] = record
            if on_item:
                on_item(len(done), record)
    now = dt.datetime.now(dt.UTC)
    log = {
        "format": FORMAT,
        "spec": asdict(spec),
        "digest": spec.digest(),
        "date": now.isoformat(timespec="seconds"),
        "continued": continued,
        "items": [done[item.id] for item in suite.items],
    }
    path = directory / f"{_file_name(suite.name)}-{now.strftime('%Y%m%d-%H%M%S')}-{spec.digest()}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(log, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(path)
    part.unlink()
    return path


def _file_name(name: str) -> str:
    return name.replace("/", "_").replace("\\", "_")


def answer_item(item: Item, places: Places) -> Record:
    """Ask one item and score it. A crash of the assistant is a result; one of the gold leaves the item unscored."""
    place = places.at(item)
    started = time.perf_counter()
    try:
        answer = _asked(item, place).to_json()
    except Exception as error:  # noqa: BLE001 - a crash of the assistant is a result of the run, never its end
        _LOG.exception("item %s", item.id)
        answer = Answer(Status.ERROR, item.question).to_json()
        answer["refusal"] = {"code": "crash", "message": f"{type(error).__name__}: {error}"}
    seconds = time.perf_counter() - started
    golds = gold_results(item, place.database)
    at = time.perf_counter()
    marked = asdict(score(item, answer, golds, place.catalogue, place.database.dialect))
    return {
        "id": item.id,
        "question": item.question,
        "turns": list(item.turns),
        "subject": item.subject,
        "category": item.category,
        "difficulty": item.difficulty,
        "tags": list(item.tags),
        "family": item.family,
        "db": item.db,
        "role": item.role,
        "is_sql": item.is_sql,
        "expect": [s.value for s in item.expect],
        "seconds": round(seconds, 4),
        "score_ms": round((time.perf_counter() - at) * 1000, 2),
        "score": marked,
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


def _asked(item: Item, place: Place) -> Answer:
    if item.is_sql:
        return place.assistant.run_sql(item.question, role=item.role)
    return place.assistant.ask(Question(item.question, turns=item.turns, role=item.role))


def rescore(log: Mapping[str, Any], suite: Suite, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """A log with its scores worked out again from the stored answers and gold results.

    Args:
        catalogue: For the charts; None for a database that nobody described.

    Raises:
        ValueError: The suite's gold is not the one of the run.
    """
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
        dialect = record["answer"].get("dialect") or "duckdb"
        items.append({**record, "score": asdict(score(item, record["answer"], golds, catalogue, dialect))})
    return {**log, "items": items}


def _continued(part: Path) -> dict[str, Record]:
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
