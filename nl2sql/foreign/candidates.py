"""Candidates: what the model wrote, repaired, run and compared by what they return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.foreign.conventions import follow_wording
from nl2sql.foreign.draft_text import to_sql
from nl2sql.foreign.key_graph import KeyGraph
from nl2sql.foreign.link import Links
from nl2sql.foreign.literals import Choose
from nl2sql.foreign.missing import unused_values
from nl2sql.foreign.repair import Repairer
from nl2sql.foreign.schema_text import Names
from nl2sql.query.database import Database
from nl2sql.query.validate import validate
from schema.semantic import Catalogue

TRIAL_ROWS = 200
TRIAL_SECONDS = 5.0


@dataclass(frozen=True)
class Candidate:
    """One draft after repair.

    Attributes:
        sql: In the database's dialect; empty when the draft could not be parsed.
        tree: Its syntax tree, or None.
        rows: The first rows that it returned, or None when it does not run.
        complaints: What is suspicious, in Vietnamese; empty when nothing is.
        logprob: Mean log-probability of the tokens written.
    """

    sql: str
    tree: exp.Expr | None
    rows: tuple[tuple[Any, ...], ...] | None
    complaints: tuple[str, ...]
    logprob: float

    @property
    def runs(self) -> bool:
        """Whether it ran."""
        return self.rows is not None

    @property
    def fingerprint(self) -> tuple[Any, ...] | None:
        """What it returned, so that equal answers compare equal whatever their SQL; None when it does not run."""
        if self.rows is None:
            return None
        return tuple(sorted(map(repr, self.rows)))


def make_candidate(
    text: str,
    logprob: float,
    *,
    question: str,
    links: Links,
    catalogue: Catalogue,
    names: Names,
    graph: KeyGraph,
    database: Database,
    choose: Choose | None = None,
) -> Candidate:
    """Repair a draft, let it through the door, run it on a few rows and say what is suspicious about it."""
    repaired = Repairer(catalogue, names, graph, links, choose).repair(text)
    if repaired is None:
        return Candidate("", None, None, ("Câu SQL không đọc được.",), logprob)
    follow_wording(repaired.tree, question, links, repaired.renamed)
    sql = to_sql(repaired.tree, catalogue.dialect)
    complaints = [f"Không rõ: {change[2:]}." for change in repaired.changes if change.startswith("? ")]
    try:
        query = validate(sql, catalogue, dialect=database.dialect, row_cap=TRIAL_ROWS)
        rows = database.run(query, row_cap=TRIAL_ROWS, timeout_s=TRIAL_SECONDS).rows
    except (QueryRejected, ExecutionError) as error:
        return Candidate(sql, repaired.tree, None, (*complaints, str(error)), logprob)
    if not rows or all(cell is None for row in rows for cell in row):
        complaints.append("Kết quả rỗng.")
    complaints.extend(f"Chưa dùng giá trị «{text}»." for text in unused_values(repaired.tree, links))
    return Candidate(sql, repaired.tree, rows, tuple(complaints), logprob)


def elect(candidates: Sequence[Candidate]) -> tuple[Candidate, bool]:
    """The candidate to answer with, and whether another one agrees with it.

    What runs comes before what does not, fewer complaints before more, more votes before fewer, and then the first.
    """
    votes = Counter(candidate.fingerprint for candidate in candidates if candidate.runs)

    def rank(item: tuple[int, Candidate]) -> tuple[bool, int, int, int]:
        place, candidate = item
        return (not candidate.runs, len(candidate.complaints), -votes[candidate.fingerprint], place)

    best = min(enumerate(candidates), key=rank)[1]
    return best, best.runs and votes[best.fingerprint] > 1
