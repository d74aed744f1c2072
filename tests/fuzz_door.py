"""A fuzzer of the door: generated SQL and mutated attacks, in every dialect, with and without a role's policy.

    python -m tests.fuzz_door --count 100000 [--seed 7] [--run]

Each text must be refused with an ordinary error or come out as one SELECT of allowed nodes over allowed tables. With
``--run``, what passes in DuckDB also runs on a small warehouse that is compared with itself afterwards, with a canary
file that nothing may show. Any other exception, any text that passes and should not, ends the run with a report.
The figures are in docs/security.md; a short run of this is part of the tests.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlglot
from sqlglot import exp

sys.path.insert(0, str(Path(__file__).parent))

from policy_cases import CATALOGUE, build, guard
from query_cases import GOOD

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.policy.guard import Guard
from nl2sql.query import policy
from nl2sql.query.database import Database, open_database
from nl2sql.query.validate import validate
from schema.warehouse import content_digest

DIALECTS = ("duckdb", "postgres", "sqlite", "mysql", "tsql", "oracle")
CANARY = "chim-hoàng-yến-7391"
_TABLES = ("xnk", "thu", "nhan_su", "chung")
_COLUMNS = ("nuoc", "cuc", "khu_vuc", "doanh_nghiep", "ma_so_thue", "bi_mat", "nam", "thang", "ngay", "tri_gia",
            "so_tien", "loai", "co_mat", "gdp")  # fmt: skip

ATTACKS = """
DROP TABLE xnk
DELETE FROM xnk
UPDATE xnk SET nam = 1
INSERT INTO xnk VALUES (1)
CREATE TABLE a AS SELECT 1
CREATE MACRO f(x) AS x
COPY xnk TO '/tmp/x.csv'
COPY (SELECT * FROM xnk) TO 'x.parquet'
EXPORT DATABASE 'x'
ATTACH 'x.db' AS x
INSTALL httpfs
LOAD httpfs
SET memory_limit = '9GB'
PRAGMA database_list
CALL pragma_version()
SELECT * FROM read_csv('{canary}')
SELECT * FROM read_text('{canary}')
SELECT content FROM read_blob('{canary}')
SELECT * FROM '{canary}'
SELECT * FROM "{canary}"
SELECT * FROM glob('/*')
SELECT * FROM duckdb_settings()
SELECT * FROM information_schema.tables
SELECT * FROM pg_catalog.pg_class
SELECT * FROM sqlite_master
SELECT * FROM pg_shadow
SELECT getenv('HOME')
SELECT current_setting('x')
SELECT pg_sleep(10)
SELECT sleep(10)
SELECT BENCHMARK(1000000, MD5('x'))
SELECT pg_read_file('/etc/passwd')
SELECT lo_import('/etc/passwd')
SELECT load_extension('x')
SELECT writefile('x', 'y')
SELECT load_file('/etc/passwd')
SELECT 1 INTO OUTFILE '/tmp/x'
SELECT * FROM OPENROWSET('a', 'b', 'c')
EXEC xp_cmdshell 'dir'
SELECT UTL_HTTP.REQUEST('http://x') FROM dual
SELECT DBMS_LOCK.SLEEP(5) FROM dual
SELECT query('DROP TABLE xnk')
SELECT * FROM query_table('xnk')
SELECT * FROM dblink('host=x', 'select 1')
SELECT which_secret('x', 's3')
SELECT repeat('x', 1000000000)
WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a) SELECT * FROM a
SELECT * FROM range(1000000000)
SELECT * FROM generate_series(1, 1000000000)
SELECT * FROM xnk, thu, xnk AS b
SELECT * FROM xnk FOR UPDATE
SELECT nam INTO moi FROM xnk
SELECT 1; DROP TABLE xnk
WITH d AS (DELETE FROM xnk RETURNING *) SELECT * FROM d
SELECT * FROM xnk USING SAMPLE 10
SELECT COLUMNS('.*') FROM xnk
SELECT $1
SELECT @@version
SELECT bi_mat FROM xnk
SELECT * FROM chung
SELECT x FROM xnk AS x
SELECT 'xnk'::regclass
VALUES (1)
SUMMARIZE xnk
DESCRIBE xnk
EXPLAIN ANALYZE SELECT 1
MERGE INTO xnk USING thu ON TRUE WHEN MATCHED THEN DELETE
GRANT ALL ON xnk TO public
DO $$ BEGIN END $$
BEGIN
VACUUM
CHECKPOINT
""".strip().splitlines()

_WORDS = r"""
SELECT FROM WHERE GROUP BY ORDER LIMIT OFFSET UNION ALL EXCEPT INTERSECT WITH RECURSIVE AS ( ) , * . ; = < > <> + - / %
|| ' " ` -- /* */ # $$ @ @@ :: ? : [ ] { } \ xnk thu nhan_su chung nam cuc tri_gia so_tien doanh_nghiep bi_mat SUM(
COUNT(*) MAX( read_csv( pg_sleep( getenv( OVER ( PARTITION CASE WHEN THEN ELSE END JOIN LEFT ON USING CROSS NATURAL INTO
FOR UPDATE DROP TABLE DELETE INSERT PRAGMA ATTACH COPY TO information_schema . tables 1 0 2024 1e308 0x41 'x' 'it''s'
E'\x41' U&'\0041' NULL TRUE INT DATE INTERVAL IN NOT EXISTS BETWEEN AND OR LIKE ILIKE ESCAPE VALUES LATERAL UNNEST
FILTER QUALIFY HAVING DISTINCT ON FETCH FIRST ROWS ONLY TOP TABLESAMPLE PIVOT UNPIVOT EXCLUDE REPLACE COLUMNS ROLLUP
CUBE WINDOW ROWS PRECEDING CURRENT ROW CAST TRY_CAST EXTRACT YEAR
"""
_PIECES = _WORDS.split()


@dataclass
class Tally:
    """What happened to the texts.

    Attributes:
        refused: By code of the refusal.
        passed: Texts that came out as a query.
        ran: Queries that ran on the warehouse.
        failed: Queries that the engine itself refused.
    """

    texts: int = 0
    passed: int = 0
    ran: int = 0
    failed: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class Leak(AssertionError):
    """The door let something through, or broke."""


def texts(chance: random.Random) -> Iterator[str]:
    """Endless SQL texts: random pieces, mutated attacks, mutated good queries, attacks inside good queries."""
    good = [g.replace("to_khai", "thu").replace("tri_gia_usd", "tri_gia").replace("luong", "tri_gia") for g in GOOD]
    attacks = [a.replace("{canary}", CANARY) for a in ATTACKS]
    makers: list[Callable[[], str]] = [
        lambda: " ".join(chance.choices(_PIECES, k=chance.randint(1, 28))),
        lambda: _mutate(chance.choice(attacks), chance),
        lambda: _mutate(chance.choice(good), chance),
        lambda: _embed(chance.choice(good), chance.choice(attacks), chance),
        lambda: _splice(chance.choice(good + attacks), chance.choice(good + attacks), chance),
        lambda: _grown(chance, 3),
    ]
    while True:
        yield chance.choice(makers)()


def _mutate(sql: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(sql))
        kind = chance.randint(0, 8)
        if kind == 0:
            sql = sql[:place] + chance.choice(_PIECES) + sql[place:]
        elif kind == 1:
            sql = sql[:place] + sql[place + chance.randint(1, 6) :]
        elif kind == 2:
            sql = "".join(c.upper() if chance.random() < 0.5 else c.lower() for c in sql)
        elif kind == 3:
            sql = re.sub(r" ", lambda _m: chance.choice([" ", "/**/", "\n", "\t", "/* x */", " -- y\n"]), sql)
        elif kind == 4:
            sql = re.sub(
                r"\b(xnk|thu|nam|cuc)\b", lambda m: chance.choice([f'"{m[1]}"', f"`{m[1]}`", f"[{m[1]}]"]), sql
            )
        elif kind == 5:
            sql = (
                sql[:place] + chance.choice(["\u00a0", "\u200b", "\x00", "；", "‘", "＇", "é", "\ud7ff"]) + sql[place:]
            )
        elif kind == 6:
            sql = f"({sql})" if chance.random() < 0.5 else f"WITH z AS ({sql}) SELECT * FROM z"
        elif kind == 7:
            sql = re.sub(r"\b(xnk|thu)\b", lambda m: chance.choice([f"main.{m[1]}", f"public.{m[1]}", "chung"]), sql)
        else:
            words = sql.split(" ")
            chance.shuffle(words)
            sql = " ".join(words) if chance.random() < 0.2 else sql + " " + chance.choice(_PIECES)
    return sql


def _embed(good: str, attack: str, chance: random.Random) -> str:
    return chance.choice(
        [
            f"{good}; {attack}",
            f"{good} UNION ALL {attack}",
            f"SELECT ({attack}) AS a FROM xnk",
            f"SELECT nam FROM xnk WHERE cuc IN ({attack})",
            f"WITH a AS ({attack}) SELECT * FROM a",
            f"SELECT * FROM ({attack}) AS a",
            f"{good} -- {attack}",
            f"{good} /* {attack} */",
            f"SELECT '{attack}' FROM xnk",
            f"SELECT nam FROM xnk ORDER BY ({attack})",
            f"SELECT nam FROM xnk LIMIT ({attack})",
            f"SELECT CASE WHEN EXISTS ({attack}) THEN 1 END FROM thu",
        ]
    )


def _splice(left: str, right: str, chance: random.Random) -> str:
    return left[: chance.randint(0, len(left))] + " " + right[chance.randint(0, len(right)) :]


def _grown(chance: random.Random, depth: int) -> str:
    """A random SELECT that is mostly right."""
    table = chance.choice(_TABLES)
    source = (
        table if depth == 0 or chance.random() < 0.6 else f"({_grown(chance, depth - 1)}) AS {chance.choice('abc')}"
    )
    if depth and chance.random() < 0.3:
        source += f" {chance.choice(['', 'LEFT ', 'FULL '])}JOIN {chance.choice(_TABLES)} AS j ON j.cuc = {table}.cuc"
    items = ", ".join(_expression(chance, depth) for _ in range(chance.randint(1, 3)))
    sql = f"SELECT {items} FROM {source}"
    if chance.random() < 0.5:
        sql += f" WHERE {_expression(chance, depth)} {chance.choice(['=', '<', '>', 'LIKE', 'IN'])} "
        sql += f"({_grown(chance, depth - 1)})" if depth and chance.random() < 0.3 else _expression(chance, 0)
    if chance.random() < 0.3:
        sql += f" GROUP BY {chance.choice(['1', 'ALL', *_COLUMNS])}"
    if chance.random() < 0.2:
        sql += f" UNION {_grown(chance, depth - 1)}" if depth else ""
    return sql


def _expression(chance: random.Random, depth: int) -> str:
    column = chance.choice(_COLUMNS)
    kind = chance.randint(0, 7)
    if kind < 3 or depth == 0:
        return column
    if kind == 3:
        return f"{chance.choice(['SUM', 'MAX', 'COUNT', 'LOWER', 'getenv', 'MD5', 'AVG', 'pg_sleep'])}({column})"
    if kind == 4:
        return f"CASE WHEN {column} IS NULL THEN {_expression(chance, depth - 1)} ELSE '{chance.choice(_PIECES)}' END"
    if kind == 5:
        return f"SUM(SUM({column})) OVER (ORDER BY {chance.choice(_COLUMNS)})"
    if kind == 6:
        return f"CAST({column} AS {chance.choice(['INT', 'TEXT', 'DATE', 'regclass', 'JSON', 'BLOB'])})"
    return chance.choice(["*", "1", "COUNT(*)", f"{column} || ''", f"{column} + 1", "NULL"])


def check(sql: str, dialect: str, guard_: Guard | None, tally: Tally) -> str:
    """One text through the door; the SQL that would run, or an empty text.

    Raises:
        Leak: The door broke or let something through.
    """
    tally.texts += 1
    known = guard_.catalogue if guard_ is not None else CATALOGUE
    try:
        query = validate(sql, CATALOGUE, dialect=dialect, row_cap=100, guard=guard_)
    except QueryRejected as error:
        tally.refused[error.code] += 1
        return ""
    except Exception as error:
        raise Leak(f"{type(error).__name__}: {error}\n{dialect}: {sql!r}") from error
    tally.passed += 1
    trees = sqlglot.parse(query.sql, dialect=dialect)
    if len(trees) != 1 or not isinstance(trees[0], exp.Select | exp.SetOperation):
        raise Leak(f"not one SELECT\n{dialect}: {sql!r}\n{query.sql}")
    tree = trees[0]
    names = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        bare = isinstance(table.this, exp.Identifier) and not table.args.get("db")
        if not bare or table.name.lower() not in names | {v.lower() for v in known.views}:
            raise Leak(f"table {table.sql()}\n{dialect}: {sql!r}\n{query.sql}")
    masks = {"MD5"} if guard_ is not None else set()
    for node in tree.walk():
        kind = type(node).__name__
        allowed = policy.FUNCTIONS | masks if isinstance(node, exp.Func) else policy.NODES | {"LimitOptions"}
        if isinstance(node, exp.Anonymous):
            if str(node.this).lower() not in policy.ANONYMOUS:
                raise Leak(f"function {node.this}\n{dialect}: {sql!r}\n{query.sql}")
        elif kind not in allowed:
            raise Leak(f"node {kind}\n{dialect}: {sql!r}\n{query.sql}")
    if guard_ is not None and any(c.name.lower() in {"bi_mat", "gdp"} for c in tree.find_all(exp.Column)):
        named = {c.alias.lower() for c in tree.find_all(exp.Alias)}
        if not {"bi_mat", "gdp"} & named:
            raise Leak(f"hidden column\n{dialect}: {sql!r}\n{query.sql}")
    return query.sql if dialect == "duckdb" else ""


def fuzz(count: int, seed: int, *, run: bool = False) -> Tally:
    """Check so many texts; with ``run``, what passes runs on a small warehouse.

    Raises:
        Leak: With the text that did it.
    """
    chance, tally = random.Random(seed), Tally()
    guards = [None, guard(), guard(("Khu vực III", "Hà Nội"))]
    source = texts(chance)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / CANARY).write_text(f"{CANARY}\nbí mật\n", encoding="utf-8")
        path = build(Path(folder))[0]
        before = content_digest(path)
        with open_database(f"duckdb:///{path}", Settings(home=Path(folder))) as database:
            for _ in range(count):
                chosen = chance.choice(guards)
                dialect = "duckdb" if run and chance.random() < 0.5 else chance.choice(DIALECTS)
                sql = check(next(source), dialect, chosen, tally)
                if sql and run:
                    _run(sql, database, chosen, tally)
        if content_digest(path) != before:
            raise Leak("the warehouse was changed")
    return tally


def _run(sql: str, database: Database, guard_: Guard | None, tally: Tally) -> None:
    from nl2sql.types import Query

    try:
        result = database.run(Query(sql, sql, "duckdb", (), ()), timeout_s=5.0)
    except ExecutionError:
        tally.failed += 1
        return
    except Exception as error:
        raise Leak(f"{type(error).__name__}: {error}\n{sql}") from error
    tally.ran += 1
    shown = repr(result.rows)
    if "bí mật" in shown or (guard_ is not None and ("Công ty " in shown or "mật " in shown) and "Công ty" not in sql):
        raise Leak(f"shows what it must not\n{sql}\n{shown[:300]}")


def main() -> int:
    """Run the fuzzer and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--run", action="store_true")
    given = parser.parse_args()
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    started = time.monotonic()
    tally = fuzz(given.count, given.seed, run=given.run)
    seconds = time.monotonic() - started
    print(f"{tally.texts} texts in {seconds:.0f} s: {tally.passed} passed, {sum(tally.refused.values())} refused")  # noqa: T201
    print(f"ran {tally.ran}, refused by the engine {tally.failed}; refusals: {dict(tally.refused.most_common())}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
