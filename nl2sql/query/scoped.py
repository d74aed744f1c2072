"""Stored values as a role may see them: the vocabulary of a restricted user is made from these and nothing else."""

from __future__ import annotations

from nl2sql.policy.guard import Guard
from nl2sql.query.database import Database
from nl2sql.query.names import Names
from nl2sql.query.protect import row_condition


class ScopedValues:
    """A source of distinct values behind a guard: masked columns have none, the others those of the allowed rows."""

    def __init__(self, database: Database, guard: Guard) -> None:
        self._database = database
        self._guard = guard
        self._names = Names(guard.catalogue, database.dialect)

    def distinct_values(self, table: str, column: str, limit: int) -> list[tuple[str, int]]:
        """Values with their row counts, most frequent first, at most ``limit``.

        Raises:
            ExecutionError: As ``Database.run``.
        """
        known = table.lower() in self._names and self._names.column(table.lower(), column.lower()) is not None
        if not known or not self._guard.readable(table, column):
            return []
        condition = row_condition(self._guard.rows.get(table, ()), self._names)
        return self._database.distinct_values(table, column, limit, condition)
