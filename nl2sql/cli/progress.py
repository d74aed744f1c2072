"""A rich progress bar on standard error for the model's bytes and the warehouse's rows."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

Report = Callable[[str, float, float], None]
"""Called with a Vietnamese label, how much is done and how much there is."""


@contextlib.contextmanager
def bar(title: str, *, in_bytes: bool = False) -> Iterator[Report]:
    """Show progress until the block ends; in a log, one line for each new label.

    Args:
        title: What is going on, in Vietnamese.
        in_bytes: The amounts are bytes.
    """
    if not sys.stderr.isatty():
        told = [""]

        def line(label: str, _done: float, _total: float) -> None:
            if label != told[0]:
                told[0] = label
                sys.stderr.write(f"  {label} …\n")

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    amount = (DownloadColumn(),) if in_bytes else ()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), *amount, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)

        def report(label: str, done: float, total: float) -> None:
            progress.update(task, description=label or title, completed=done, total=total)

        yield report
