"""The value index on disk: the stored values of every indexed column, so that opening needs no scan of the database.

Without a saved index the values are read when the assistant opens. A saved one is used while catalogue and database
file are the ones that it was made from; a server gives no such sign, so there it holds until it is refreshed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import make_url
from sqlglot import exp

from nl2sql.config import Settings
from schema.semantic import Catalogue

LIMIT = 200_000
"""Most values kept for one column."""

FORMAT = 1


class Source(Protocol):
    """Where values come from."""

    def distinct_values(
        self, table: str, column: str, limit: int, condition: exp.Expr | None = None
    ) -> list[tuple[str, int]]:
        """Values with their row counts, most frequent first."""
        ...


@dataclass(frozen=True)
class Report:
    """What a refresh wrote."""

    path: Path
    columns: int
    values: int
    size: int


@dataclass(frozen=True)
class Indexed:
    """Values from the index; from the database for columns that it lacks and for a role's own rows."""

    kept: dict[str, list[tuple[str, int]]]
    database: Source

    def distinct_values(
        self, table: str, column: str, limit: int, condition: exp.Expr | None = None
    ) -> list[tuple[str, int]]:
        """As ``Source``."""
        found = self.kept.get(f"{table}.{column}") if condition is None else None
        return self.database.distinct_values(table, column, limit, condition) if found is None else found[:limit]


def index_file(settings: Settings, url: str) -> Path:
    """Where the index of a database is kept. The name tells nothing of its address."""
    return settings.home / "index" / f"{hashlib.sha256(url.encode('utf-8')).hexdigest()[:16]}.json"


def refresh(
    catalogue: Catalogue,
    source: Source,
    settings: Settings,
    url: str,
    progress: Callable[[str, float], None] | None = None,
) -> Report:
    """Read the values of every indexed column and put the index in place when it is whole.

    Raises:
        ExecutionError: The database cannot be read; the index that was there stays.
    """
    wanted = [(v, d) for v in catalogue.views.values() for d in v.dimensions if d.index and d.type == "text"]
    kept: dict[str, list[tuple[str, int]]] = {}
    for number, (view, dim) in enumerate(wanted):
        if progress:
            progress(view.label, number / len(wanted))
        kept[f"{view.name}.{dim.name}"] = source.distinct_values(view.name, dim.name, LIMIT)
    path = index_file(settings, url)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".tam")
    content = {"format": FORMAT, "stamp": _stamp(catalogue, url), "values": kept}
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False)
    os.replace(part, path)
    return Report(path, len(kept), sum(map(len, kept.values())), path.stat().st_size)


def indexed(catalogue: Catalogue, source: Source, settings: Settings, url: str) -> Source:
    """The source with the saved index before it; the source itself where there is none, or one of another state."""
    try:
        content = json.loads(index_file(settings, url).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return source
    if not isinstance(content, dict) or content.get("stamp") != _stamp(catalogue, url):
        return source
    kept = {name: [(str(v), int(n)) for v, n in rows] for name, rows in content["values"].items()}
    return Indexed(kept, source)


def _stamp(catalogue: Catalogue, url: str) -> list[object]:
    """What an index depends on: the catalogue, and the database's file where it has one."""
    parsed = make_url(url)
    if parsed.get_backend_name() not in ("duckdb", "sqlite") or not parsed.database:
        return [FORMAT, catalogue.version]
    try:
        state = Path(parsed.database).stat()
    except OSError:
        return [FORMAT, catalogue.version]
    return [FORMAT, catalogue.version, state.st_size, state.st_mtime_ns]
