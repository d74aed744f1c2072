"""Error classes of the whole project; the docstrings are the policy.

Two families only. ``UserError`` is for a person: its message is Vietnamese, says what is wrong and what to do next,
and may be shown as it is. Every other ``HoiKhoError`` is for us: it is logged with its phase and the person sees a
general message.
"""

from __future__ import annotations


class HoiKhoError(Exception):
    """Base of all our errors.

    Args:
        message: What went wrong.
        phase: The step in which it went wrong (``"setup"``, ``"catalogue"``, ``"reading"``, ``"generation"``,
            ``"validation"``, ``"execution"``, ``"answer"`` …).
    """

    def __init__(self, message: str, *, phase: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.phase = phase


class UserError(HoiKhoError):
    """Something the person can mend. ``message`` and ``action`` are Vietnamese and are shown to the person.

    Args:
        message: What is wrong, in Vietnamese.
        action: What the person should do now, in Vietnamese.
        phase: The step that found it.
    """

    def __init__(self, message: str, *, action: str = "", phase: str = "") -> None:
        super().__init__(message, phase=phase)
        self.action = action

    def __str__(self) -> str:
        return f"{self.message} {self.action}".strip()


class CatalogueError(UserError, ValueError):
    """The catalogue's text is wrong. Names the file and, where known, the line.

    Args:
        message: What is wrong, in Vietnamese.
        file: The catalogue file, as a short name.
        line: Line number in it, from 1, or 0 when unknown.
    """

    def __init__(self, message: str, *, file: str = "", line: int = 0, action: str = "") -> None:
        where = f"{file}:{line}: " if file and line else (f"{file}: " if file else "")
        super().__init__(where + message, action=action, phase="catalogue")
        self.file = file
        self.line = line


class WarehouseError(UserError, RuntimeError):
    """The warehouse cannot be built or opened."""
