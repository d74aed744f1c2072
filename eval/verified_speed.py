"""How fast a warehouse answers its verified queries: ``python -m eval.verified_speed --db duckdb:///kho.duckdb``.

Every query is filled from its own first trigger, sent through the door and run several times on two threads, the whole
result read. The first run of each is left out; the figures are of the database alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nl2sql.config import load_settings
from nl2sql.generation.draft import in_dialect
from nl2sql.generation.verified import instances
from nl2sql.query.database import Database, open_database
from nl2sql.query.validate import validate
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from schema.loading import load_catalogue
from schema.semantic import Catalogue

_MOST_ROWS = 2000


@dataclass(frozen=True)
class Timed:
    """One verified query and the milliseconds of its runs, shortest first."""

    name: str
    times: tuple[float, ...]

    @property
    def p95(self) -> float:
        """The time that 95 % of the runs stay under (of few runs: the longest)."""
        return self.times[min(len(self.times) - 1, int(0.95 * len(self.times)))]


def measure(database: Database, catalogue: Catalogue, runs: int) -> Iterator[Timed]:
    """Run every verified query of a catalogue.

    Args:
        database: Holds the warehouse that the catalogue describes.
        runs: Timed runs of each query, at least 1.
    """
    reader = Reader(catalogue, build_vocabulary(catalogue, database))
    for _, verified, sql in instances(catalogue, reader.read):
        dialect = database.dialect
        query = validate(in_dialect(sql, dialect), catalogue, dialect=dialect, row_cap=_MOST_ROWS)
        times = [database.run(query, row_cap=_MOST_ROWS).elapsed_ms for _ in range(runs + 1)]
        yield Timed(verified.name, tuple(sorted(times[1:])))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 0 when every query keeps under the limit in 95 % of its runs."""
    parser = argparse.ArgumentParser(description="Tốc độ các truy vấn kiểm duyệt trên một kho.")
    parser.add_argument("--db", default="", help="SQLAlchemy URL of the warehouse; empty: the one in use")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--limit", type=float, default=500.0, help="milliseconds")
    parser.add_argument("--slowest", type=int, default=10, help="how many of the slowest are listed")
    given = parser.parse_args(arguments)
    settings = load_settings()
    settings = replace(settings, db=given.db or settings.db, threads=2, timeout_s=max(settings.timeout_s, 60.0))
    with open_database(settings.db_url, settings) as database:
        timed = sorted(measure(database, load_catalogue(), max(1, given.runs)), key=lambda t: -t.p95)
    every = sorted(time for one in timed for time in one.times)
    over = [one for one in timed if one.p95 > given.limit]
    for one in timed[: given.slowest]:
        sys.stdout.write(f"{one.p95:9.1f} ms  {one.name}\n")
    sys.stdout.write(
        f"{len(timed)} queries, {len(every)} runs: median {statistics.median(every):.1f} ms, "
        f"p95 {every[int(0.95 * (len(every) - 1))]:.1f} ms, longest {every[-1]:.1f} ms; "
        f"{len(over)} over {given.limit:.0f} ms\n"
    )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
