"""For pages and scripts: the runs on this machine, their figures, curves, comparisons and items. No Streamlit here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from eval import calibrate, report
from eval.compare import Difference, difference
from eval.log import load_log
from nl2sql.config import Settings, load_settings

Log = Mapping[str, Any]
SPLITS: Mapping[str, str] = report.SPLITS
CAUSES: Mapping[str, str] = report.CAUSES


@dataclass(frozen=True)
class RunInfo:
    """One run in a list.

    Attributes:
        date: ISO time, UTC.
        model: Empty when no model was asked.
        total: Right of scored with its interval.
    """

    path: Path
    suite: str
    date: str
    model: str
    route: str
    revision: str
    catalogue_version: str
    total: report.Figure


def runs_dir(settings: Settings | None = None) -> Path:
    """Where ``hoikho eval run`` keeps logs unless told otherwise."""
    return (settings or load_settings()).home / "runs"


def list_runs(directory: Path | None = None) -> list[RunInfo]:
    """Runs in a directory, newest first; files that are no logs are passed over."""
    folder = directory or runs_dir()
    found = []
    for path in folder.glob("*.json") if folder.is_dir() else ():
        stat = path.stat()
        info = _info(path, stat.st_mtime_ns, stat.st_size)
        if info is not None:
            found.append(info)
    return sorted(found, key=lambda r: (r.date, r.path.name), reverse=True)


@lru_cache(maxsize=512)
def _info(path: Path, changed: int, size: int) -> RunInfo | None:
    try:
        log = load_log(path)
    except (OSError, ValueError):
        return None
    spec = log["spec"]
    return RunInfo(
        path=path,
        suite=spec["suite"],
        date=log["date"],
        model=spec["model"],
        route=str(spec["settings"].get("route", "")),
        revision=spec["revision"],
        catalogue_version=spec["catalogue_version"],
        total=report.figure("", log["items"]),
    )


def load_run(path: Path) -> dict[str, Any]:
    """A whole log.

    Raises:
        ValueError: It is no log of this format.
        OSError: It cannot be read.
    """
    return load_log(path)


def summary(log: Log) -> dict[str, Any]:
    """Every figure of a run as JSON (what ``hoikho eval report --json`` prints)."""
    return report.summary(log)


def figures(log: Log, field: str) -> list[report.Figure]:
    """Figures by a field of ``SPLITS`` (or ``tags``), largest group first."""
    return report.figures(log["items"], field)


def causes(log: Log) -> dict[str, int]:
    """Number of misses by cause, commonest first; ``CAUSES`` has their Vietnamese names."""
    return dict(report.causes(log["items"]).most_common())


def curve(*logs: Log) -> list[calibrate.Point]:
    """Risk–coverage curve over the answers of some runs together; empty when nothing was answered."""
    return calibrate.curve([pair for log in logs for pair in calibrate.answers(log["items"])])


def compare(first: Log, second: Log) -> Difference:
    """Two runs item by item.

    Raises:
        ValueError: They have no item in common; the message (Vietnamese) says what they are runs of.
    """
    return difference(first, second)


def items(
    log: Log, *, outcome: str = "", cause: str = "", category: str = "", subject: str = "", text: str = ""
) -> list[Mapping[str, Any]]:
    """Records of a run that fit every filter given.

    Args:
        outcome: ``right``, ``wrong`` or ``unscored``.
        text: Stands in the id or the question, letters of either case.

    Returns:
        Records as in the log: ``question``, ``turns``, ``score``, ``answer`` (a whole answer as JSON), ``golds`` …
    """
    needle = text.casefold()
    return [
        r
        for r in log["items"]
        if (not outcome or r["score"]["outcome"] == outcome)
        and (not cause or r["score"]["cause"] == cause)
        and (not category or r["category"] == category)
        and (not subject or r["subject"] == subject)
        and (not needle or needle in f"{r['id']} {r['question']}".casefold())
    ]
