"""A run in the background: watched, stopped, told when it fails; the gate by the runs that are there."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import eval.background as background
from eval.background import Job, gate_standing, start
from eval.gate import Rule
from eval.library import list_runs, runs_dir
from nl2sql.config import Settings
from schema.errors import WarehouseError


def record(name: str, outcome: str) -> dict[str, Any]:
    return {
        "id": name,
        "score": {"outcome": outcome, "cause": "", "relaxed": outcome == "right"},
        "answer": {"status": "answered"},
    }


def ended(job: Job) -> Job:
    assert job.thread is not None
    job.thread.join(60)
    assert not job.thread.is_alive()
    return job


def running(monkeypatch: pytest.MonkeyPatch, run: Callable[..., Path]) -> None:
    monkeypatch.setattr(background, "run_here", run)
    monkeypatch.setattr(background, "load_any", lambda name: _Suite())


class _Suite:
    items = ("a", "b", "c")

    def only(self, items: tuple[str, ...]) -> _Suite:
        return self


def test_progress_is_counted_and_the_log_named(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    def run(*_: object, on_item: Callable[[int, Any], None], **__: object) -> Path:
        for count, outcome in enumerate(("right", "wrong", "right"), start=1):
            on_item(count, record(f"a{count}", outcome))
        return tmp_path / "log.json"

    running(monkeypatch, run)
    job = ended(start("nho", settings))
    assert (job.total, job.done, job.right) == (3, 3, 2)
    assert job.path == tmp_path / "log.json"
    assert not job.running


def test_a_stopped_run_asks_nothing_more(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    asked: list[int] = []

    def run(*_: object, on_item: Callable[[int, Any], None], **__: object) -> Path:
        for count in range(1, 1000):
            asked.append(count)
            on_item(count, record("a", "right"))
            time.sleep(0.005)
        return tmp_path / "log.json"

    running(monkeypatch, run)
    job = start("nho", settings)
    job.stop()
    ended(job)
    assert job.path is None
    assert not job.running
    assert len(asked) < 999


def test_what_ends_a_run_is_said_in_words(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def run(*_: object, **__: object) -> Path:
        raise WarehouseError("Chưa có kho thử.", action="Hãy chạy: hoikho setup.")

    running(monkeypatch, run)
    assert ended(start("nho", settings)).error == "Chưa có kho thử. Hãy chạy: hoikho setup."


def write_run(settings: Settings, suite: str, route: str, outcomes: list[str], day: int) -> None:
    folder = runs_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "suite": suite, "suite_version": "1", "suite_digest": "", "warehouse": "", "items": [], "model": "",
        "catalogue_version": "", "revision": "", "settings": {"route": route}, "packages": {}, "machine": {},
    }  # fmt: skip
    date = dt.datetime(2026, 11, day, tzinfo=dt.UTC).isoformat()
    items = [record(f"a{n}", outcome) for n, outcome in enumerate(outcomes)]
    log = {"format": background_format(), "spec": spec, "digest": "", "date": date, "continued": 0, "items": items}
    (folder / f"{suite}-{route}-{day}.json").write_text(json.dumps(log), encoding="utf-8")


def background_format() -> int:
    from eval.log import FORMAT

    return FORMAT


def test_the_gate_stands_by_the_newest_run_that_fits(settings: Settings) -> None:
    write_run(settings, "nho", "composed", ["right", "wrong"], 1)
    write_run(settings, "nho", "composed", ["right", "right"], 2)
    write_run(settings, "nho", "model", ["wrong", "wrong"], 3)
    rules = [Rule("nho", 0.9), Rule("nho", 0.9, route="model"), Rule("khac", 0.5), Rule("nho", 0.9, sample=20)]
    found = gate_standing(list_runs(runs_dir(settings)), rules)
    assert [s.verdict.passed if s.verdict else None for s in found] == [True, False, None, None]
