"""A run of a suite beside whatever else the process does, watched and stopped from outside; and how the gate stands.

Suites are run on the composed route in processes of their own, so that neither the model nor the interpreter of a
serving app is taken from people. A run that was stopped goes on where it was when it is started again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.gate import Rule, Verdict, judge, load_baseline, load_gate
from eval.library import RunInfo, load_run, runs_dir
from eval.noise import load_any
from eval.sample import choose
from eval.session import run_here
from eval.suite import suites_dir
from nl2sql.config import Settings
from schema.errors import HoiKhoError, UserError

_LOG = logging.getLogger(__name__)
PROCESSES = 2


class _Stopped(Exception):
    """Somebody stopped the run; raised where the next record arrives."""


@dataclass
class Job:
    """One run under way. Written by its thread, read by anybody.

    Attributes:
        total: Items of the suite; 0 until it has been read.
        done: Items asked and scored.
        right: Those that were right.
        path: The log, once it is written.
        error: Why it ended without one, in Vietnamese.
    """

    suite: str
    sample: int = 0
    total: int = 0
    done: int = 0
    right: int = 0
    path: Path | None = None
    error: str = ""
    stopped: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it is still to be watched."""
        return self.path is None and not self.error and not self.stopped

    def stop(self) -> None:
        """Let it end at the next record; what was asked is kept for a later start."""
        self.stopped = True


def suite_names() -> list[str]:
    """Suites that can be started, by name."""
    return sorted(path.stem for path in suites_dir().glob("*.yaml"))


def start(suite: str, settings: Settings, *, sample: int = 0, processes: int = PROCESSES) -> Job:
    """Start a run on the composed route and return at once.

    Args:
        sample: Stratified sample of this size; 0 for the whole suite.
        processes: 1 asks in this process (tests).
    """
    job = Job(suite, sample)
    job.thread = threading.Thread(target=_work, args=(job, settings, processes), name=f"eval-{suite}", daemon=True)
    job.thread.start()
    return job


def _work(job: Job, settings: Settings, processes: int) -> None:
    def on_item(count: int, record: Mapping[str, Any]) -> None:
        if job.stopped:
            raise _Stopped
        job.done = count
        job.right += record["score"]["outcome"] == "right"

    try:
        chosen = choose(load_any(job.suite), sample=job.sample)
        job.total = len(chosen.items)
        used = replace(settings, route="composed")
        job.path = run_here(chosen, used, jobs=processes, directory=runs_dir(settings), on_item=on_item)
    except _Stopped:
        return
    except UserError as error:
        job.error = f"{error.message} {error.action}".strip()
    except (HoiKhoError, OSError, RuntimeError):
        _LOG.exception("a run of %s failed", job.suite)
        job.error = "Lần chạy bị lỗi giữa chừng; hãy xem nhật ký của máy chủ rồi chạy lại."


@dataclass(frozen=True)
class Standing:
    """How one rule of the gate stands by the latest run that fits it; ``verdict`` is None when there is none."""

    rule: Rule
    run: RunInfo | None = None
    verdict: Verdict | None = None


def gate_standing(runs: Sequence[RunInfo], rules: Sequence[Rule] | None = None) -> list[Standing]:
    """Every rule judged by the newest run of its suite, route and size; nothing is run.

    Args:
        runs: Newest first, as ``eval.library.list_runs`` gives them.
        rules: Those of ``gate.yaml`` when None.
    """
    return [_standing(rule, runs) for rule in (load_gate() if rules is None else rules)]


def _standing(rule: Rule, runs: Sequence[RunInfo]) -> Standing:
    baseline = load_baseline(rule.baseline)
    for run in runs:
        if run.suite != rule.suite or run.route != rule.route:
            continue
        size = run.total.scored + run.total.unscored
        # A sample of a suite says nothing about the whole, nor the whole about the sample.
        if (rule.sample and size != rule.sample) or (not rule.sample and size < len(baseline or ())):
            continue
        return Standing(rule, run, judge(rule, load_run(run.path)["items"], baseline))
    return Standing(rule)
