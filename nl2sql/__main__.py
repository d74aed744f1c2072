"""``python -m nl2sql``: the same as the command ``hoikho``."""

from __future__ import annotations

from nl2sql.cli import run

run()
