"""One run from suite to log: opens what it needs, asks, closes. What the commands, the gate and calibration share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from eval.databases import Desk
from eval.library import runs_dir
from eval.log import make_spec
from eval.run import asking, asking_in_processes, run_suite
from eval.suite import Suite
from nl2sql.config import Settings
from nl2sql.model.protocol import Model


def run_here(
    suite: Suite,
    settings: Settings,
    *,
    jobs: int = 1,
    directory: Path | None = None,
    fresh: bool = False,
    model: Model | None = None,
    on_item: Callable[[int, Mapping[str, Any]], None] | None = None,
) -> Path:
    """Run a suite under settings and return its log's path.

    Args:
        jobs: On the composed route so many processes; otherwise so many threads before one model.
        directory: Of the log; the user's when None.
        model: One that is open already; it stays open.
    """
    with Desk(suite, settings, model) as desk:
        alone = settings.route == "composed"
        name = desk.model.name if desk.prompted else ""
        version, adapter = desk.catalogue_version(), desk.adapter()
        spec = make_spec(suite, settings, model=name, catalogue_version=version, adapter=adapter)
        apart = alone and jobs > 1
        ask = asking_in_processes(suite, settings, jobs) if apart else asking(desk, jobs)
        return run_suite(suite, ask, spec, directory or runs_dir(settings), fresh=fresh, on_item=on_item)
