"""Two questions whose difference would show a few enterprises: the second one is refused.

For roles under k-anonymity. What a user was told is kept as conditions, not as results; a new question is compared with
them in the database, group by group: when the rows by which two answers differ belong to fewer than k enterprises on
each side, subtracting the answers would tell about those. Of a breakdown whose hidden groups together have fewer than k
enterprises, the next smallest groups are hidden too, because the total minus what is shown would tell.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlglot import exp

from nl2sql.errors import QueryRejected, UserError
from nl2sql.policy.guard import Guard
from nl2sql.query.database import Database
from nl2sql.query.names import Names
from nl2sql.query.protect import row_condition
from nl2sql.types import Probe, Query

KEPT = 60
CODE = "disclosure"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS told (
  user TEXT NOT NULL, scope TEXT NOT NULL, view TEXT NOT NULL, probe TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (user, scope, view, probe)
);
"""


class Ledger:
    """What each user was told, in ``home/state/disclosure.db``."""

    def __init__(self, home: Path) -> None:
        self._file = home / "state" / "disclosure.db"

    def earlier(self, user: str, scope: str, view: str) -> list[Probe]:
        """The last probes of a user on a view, newest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT probe FROM told WHERE user = ? AND scope = ? AND view = ? ORDER BY at DESC LIMIT ?",
                (user, scope, view, KEPT),
            ).fetchall()
        return [_from_json(row[0]) for row in rows]

    def remember(self, user: str, scope: str, probes: Sequence[Probe]) -> None:
        """Keep what is about to be told."""
        with self._open() as db:
            db.executemany(
                "INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?)",
                [(user, scope, p.view, _to_json(p), time.time()) for p in probes],
            )

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.closing(sqlite3.connect(self._file, timeout=5.0)) as db, db:
                self._file.chmod(0o600)
                db.executescript(_SCHEMA)
                yield db
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                "Không đọc hoặc ghi được sổ bảo vệ số liệu nhóm nhỏ.",
                action=f"Hãy kiểm tra quyền và chỗ trống của {self._file.parent}.",
                phase="policy",
            ) from error


def safe_groups(query: Query, guard: Guard, database: Database, again: Callable[[int], Query]) -> Query:
    """The query with so many groups hidden that those together have k enterprises or none.

    Args:
        query: Its groups have ``guard.k`` enterprises at least.
        again: Makes the same query for a larger least number.

    Raises:
        QueryRejected: With code ``disclosure``: no number of hidden groups is safe.
        ExecutionError: A count could not be run.
    """
    names = Names(guard.catalogue, database.dialect)
    for least in (guard.k, *(guard.k * factor for factor in (2, 3, 5, 10, 30, 100))):
        tried = query if least == guard.k else again(least)
        grouped = [p for p in tried.probes if p.groups]
        if not any(0 < _hidden_enterprises(p, guard, names, database) < guard.k for p in grouped):
            return tried
    raise _refused("Các nhóm bị ẩn của câu này gộp lại vẫn quá ít doanh nghiệp.")


def check_disclosure(probes: Sequence[Probe], guard: Guard, database: Database, ledger: Ledger, user: str) -> None:
    """Compare a query with what the user was told, and remember it when it may be told.

    Raises:
        QueryRejected: With code ``disclosure``.
        ExecutionError: A comparison could not be run: what cannot be judged is not told.
    """
    names = Names(guard.catalogue, database.dialect)
    place = hashlib.sha256(database.url.encode()).hexdigest()[:16]  # the address may hold a password
    scope = f"{place} {guard.user.role.name} {','.join(guard.user.units)}"
    told: list[Probe] = []
    for probe in probes:
        pieces = [probe, *(_part(probe, test) for test in probe.tests)]
        for piece in pieces:
            others = [o for o in [*told, *ledger.earlier(user, scope, probe.view)] if _comparable(piece, o)]
            if _differs_by_few(piece, others, guard, names, database):
                raise _refused("Câu này cùng một câu đã hỏi sẽ làm lộ số liệu của vài doanh nghiệp.")
        told.extend(pieces)
    ledger.remember(user, scope, told)


def _refused(message: str) -> QueryRejected:
    return QueryRejected(message, code=CODE, action="Hãy hỏi theo nhóm lớn hơn hoặc kỳ dài hơn.")


def _part(probe: Probe, test: str) -> Probe:
    return Probe(probe.view, probe.key, f"({probe.condition}) AND ({test})", (), probe.groups, probe.measures, probe.k)


def _comparable(one: Probe, other: Probe) -> bool:
    return one.view == other.view and one.condition != other.condition


def _source(probe: Probe, guard: Guard, names: Names) -> str:
    view = exp.Table(this=exp.to_identifier(probe.view, quoted=names.needs_quotes(probe.view)))
    inner = exp.select("*").from_(view)
    condition = row_condition(guard.rows.get(probe.view, ()), names)
    if condition is not None:
        inner = inner.where(condition)
    return f"({inner.sql(dialect=names.dialect)}) AS nguon"


def _hidden_enterprises(probe: Probe, guard: Guard, names: Names, database: Database) -> int:
    """How many enterprises the groups have that ``probe.k`` hides."""
    groups = ", ".join(f"{g} AS g{i}" for i, g in enumerate(probe.groups))
    keys = ", ".join(f"g{i}" for i in range(len(probe.groups)))
    sql = (
        f"SELECT COUNT(DISTINCT m) FROM (SELECT m, COUNT(*) OVER (PARTITION BY {keys}) AS c FROM "  # noqa: S608
        f"(SELECT DISTINCT {groups}, {probe.key} AS m FROM {_source(probe, guard, names)} "
        f"WHERE ({probe.condition}) AND {probe.key} IS NOT NULL) AS d) AS e WHERE c < {probe.k}"
    )
    return int(database.scalar(sql) or 0)


def _differs_by_few(probe: Probe, others: Sequence[Probe], guard: Guard, names: Names, database: Database) -> bool:
    by_groups: dict[tuple[str, ...], list[Probe]] = {}
    for other in others:
        common = tuple(g for g in probe.groups if g in other.groups)
        by_groups.setdefault(common, []).append(other)
    mine = f"COALESCE(({probe.condition}), FALSE)"
    for common, members in by_groups.items():
        counts = [_enterprises(mine, probe.key)]
        for other in members:
            theirs = f"COALESCE(({other.condition}), FALSE)"
            tests = (theirs, f"{mine} AND NOT {theirs}", f"{theirs} AND NOT {mine}")
            counts += [_enterprises(t, probe.key) for t in tests]
        by = f" GROUP BY {', '.join(common)}" if common else ""
        sql = f"SELECT {', '.join(counts)} FROM {_source(probe, guard, names)}{by}"  # noqa: S608 - checked conditions
        for row in database.table(sql):
            for i in range(len(members)):
                theirs_n, left, right = row[1 + 3 * i : 4 + 3 * i]
                shown = row[0] >= guard.k and theirs_n >= guard.k
                if shown and left + right > 0 and left < guard.k and right < guard.k:
                    return True
    return False


def _enterprises(test: str, key: str) -> str:
    return f"COUNT(DISTINCT CASE WHEN {test} THEN {key} END)"


def _to_json(probe: Probe) -> str:
    return json.dumps([probe.view, probe.key, probe.condition, probe.groups, probe.measures, probe.k])


def _from_json(text: str) -> Probe:
    view, key, condition, groups, measures, k = json.loads(text)
    return Probe(view, key, condition, (), tuple(groups), tuple(measures), k)
