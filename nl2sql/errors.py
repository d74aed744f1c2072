"""Errors of the assistant; see ``schema.errors`` for the two families and their policy."""

from __future__ import annotations

from schema.errors import CatalogueError, HoiKhoError, UserError, WarehouseError


class ModelError(UserError, RuntimeError):
    """The language model cannot be found, loaded or reached."""


POLICY_CODES = frozenset({"aggregate_only", "disclosure"})
"""Codes of the door that are no faults of the SQL but the limits of a role."""


class QueryRejected(UserError, ValueError):
    """SQL that may not run: not one SELECT, a name that does not exist, a function that is not allowed.

    Args:
        message: What is wrong, in Vietnamese.
        code: Machine-readable kind: ``syntax``, ``not_select``, ``multiple``, ``unknown_table``, ``unknown_column``,
            ``function``, ``limit`` …
        line: Line in the SQL, from 1; 0 when unknown.
        column: Column in that line, from 1; 0 when unknown.
        hint: Nearest right name, or empty.
    """

    def __init__(
        self, message: str, *, code: str, line: int = 0, column: int = 0, hint: str = "", action: str = ""
    ) -> None:
        super().__init__(message, action=action, phase="validation")
        self.code = code
        self.line = line
        self.column = column
        self.hint = hint


class ExecutionError(UserError, RuntimeError):
    """The database refused or failed to run a query that was valid.

    Args:
        code: ``timeout``, ``cancelled``, ``unreachable`` or ``failed``.
    """

    def __init__(self, message: str, *, code: str, action: str = "") -> None:
        super().__init__(message, action=action, phase="execution")
        self.code = code


__all__ = [
    "POLICY_CODES",
    "CatalogueError",
    "ExecutionError",
    "HoiKhoError",
    "ModelError",
    "QueryRejected",
    "UserError",
    "WarehouseError",
]
