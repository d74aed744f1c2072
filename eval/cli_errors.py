"""Errors of a person's making, shown as text."""

from __future__ import annotations

import typer
from rich.console import Console

from nl2sql.errors import UserError


class errors:
    """Show errors of the person's making as text and leave with code 2; with 130 when they pressed Ctrl-C."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, UserError | ValueError | OSError):
            Console(stderr=True).print(str(error), style="red", markup=False)
            raise typer.Exit(2) from error
        if isinstance(error, KeyboardInterrupt):
            Console(stderr=True).print("Đã dừng. Chạy lại đúng lệnh này để tiếp tục từ câu đang dở.", markup=False)
            raise typer.Exit(130) from error
