"""The connection's limits on a real MariaDB server (`make test` starts one where Debian's packages are installed)."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from policy_cases import CATALOGUE, ROLE, guard, pseudonym, rows
from sqlalchemy.exc import SQLAlchemyError

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError
from nl2sql.query.database import Database, open_database
from nl2sql.query.validate import validate
from nl2sql.types import Query
from schema.introspect import draft_catalogue

SERVER = os.environ.get("HOIKHO_TEST_MARIADB", "")
SLOW = "SELECT COUNT(*) FROM xnk a, xnk b, xnk c, xnk d, xnk e, xnk f WHERE a.tri_gia * b.tri_gia > c.tri_gia * f.nam"
pytestmark = pytest.mark.skipif(not SERVER, reason="set HOIKHO_TEST_MARIADB to a MariaDB or MySQL URL of an owner")


@pytest.fixture(scope="module")
def owner() -> Iterator[sa.Engine]:
    """The server's owner, with a base that holds the tests' rows."""
    url = sa.make_url(SERVER).set(drivername="mysql+pymysql")
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as db:
        db.execute(sa.text("DROP DATABASE IF EXISTS kho_thu"))
        db.execute(sa.text("CREATE DATABASE kho_thu CHARACTER SET utf8mb4"))
    made = sa.create_engine(url.set(database="kho_thu"), isolation_level="AUTOCOMMIT")
    columns = "ngay DATE, nam INT, thang INT, nuoc TEXT, cuc TEXT, khu_vuc TEXT, doanh_nghiep TEXT, ma_so_thue TEXT"
    with made.connect() as db:
        db.execute(sa.text(f"CREATE TABLE xnk ({columns}, bi_mat TEXT, tri_gia DOUBLE)"))
        for table, row in rows():
            if table == "xnk":
                marks = ", ".join(f":p{i}" for i in range(len(row)))
                db.execute(sa.text(f"INSERT INTO xnk VALUES ({marks})"), {f"p{i}": v for i, v in enumerate(row)})
    yield made
    with server.connect() as db:
        db.execute(sa.text("DROP DATABASE kho_thu"))
    made.dispose()
    server.dispose()


@pytest.fixture(scope="module")
def role_url(owner: sa.Engine) -> Iterator[str]:
    """The URL of an account that may read one base, made as docs/security.md says."""
    with owner.connect() as db:
        db.execute(sa.text("CREATE OR REPLACE USER hoikho_doc@'%' IDENTIFIED BY 'matkhau-thu'"))
        db.execute(sa.text("GRANT SELECT, SHOW VIEW ON kho_thu.* TO hoikho_doc@'%'"))
    url = sa.make_url(SERVER).set(database="kho_thu", username="hoikho_doc", password="matkhau-thu")
    yield url.render_as_string(hide_password=False)
    with owner.connect() as db:
        db.execute(sa.text("DROP USER hoikho_doc@'%'"))


@pytest.fixture
def database(role_url: str, tmp_path: Path) -> Iterator[Database]:
    with open_database(role_url, Settings(home=tmp_path)) as opened:
        yield opened


def raw(sql: str) -> Query:
    return Query(sql, sql, "", (), ())


def running(owner: sa.Engine) -> int:
    """How many connections are at work on the slow query."""
    with owner.connect() as db:
        asked = sa.text(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'hoikho_doc' AND info LIKE '%xnk f%'"
        )
        return int(db.execute(asked).scalar_one())


def test_reads_with_types(database: Database) -> None:
    result = database.run(raw("SELECT 1 AS a, CAST(2.5 AS DECIMAL(5,2)) AS b, DATE '2024-01-01' AS c, 'Đỏ' AS d"))
    assert result.rows == ((1, 2.5, dt.date(2024, 1, 1), "Đỏ"),)
    assert [c.type for c in result.columns] == ["integer", "number", "date", "text"]


def test_the_door_and_the_roles_policy(database: Database) -> None:
    def ask(sql: str) -> list[tuple[object, ...]]:
        query = validate(sql, CATALOGUE, dialect="mysql", row_cap=1000, guard=guard(("HP",), ROLE))
        return list(database.run(query).rows)

    mine = [row for table, row in rows() if table == "xnk" and row[4] == "Hải Phòng"]
    assert ask("SELECT COUNT(*), SUM(tri_gia) FROM xnk") == [(len(mine), sum(r[9] for r in mine))]
    assert {row[0] for row in ask("SELECT DISTINCT doanh_nghiep FROM xnk")} == {pseudonym(row[6]) for row in mine}


def test_the_timeout_stops_the_query_on_the_server(database: Database, owner: sa.Engine) -> None:
    with pytest.raises(ExecutionError) as caught:
        database.run(raw(SLOW), timeout_s=0.5)
    assert caught.value.code == "timeout"
    assert running(owner) == 0
    assert database.scalar("SELECT 1") == 1


def test_cancelling_stops_the_query_on_the_server(database: Database, owner: sa.Engine) -> None:
    cancel = threading.Event()
    seen: list[int] = []

    def watch() -> None:
        while not seen or seen[-1] == 0:
            seen.append(running(owner))
        cancel.set()

    thread = threading.Thread(target=watch)
    thread.start()
    with pytest.raises(ExecutionError) as caught:
        database.run(raw(SLOW), timeout_s=120, cancel=cancel)
    thread.join()
    assert caught.value.code == "cancelled"
    assert seen[-1] == 1
    assert running(owner) == 0
    assert database.scalar("SELECT 1") == 1


def test_the_transaction_is_read_only_even_for_the_owner(owner: sa.Engine, tmp_path: Path) -> None:
    url = owner.url.render_as_string(hide_password=False)
    with open_database(url, Settings(home=tmp_path)) as database:
        for sql in ("DELETE FROM xnk", "INSERT INTO xnk (nam) VALUES (1)", "CREATE TABLE moi (a INT)", "DROP TABLE xnk",
                    "SELECT 1; DELETE FROM xnk", "UPDATE xnk SET nam = 1"):  # fmt: skip
            with pytest.raises(ExecutionError):
                database.run(raw(sql))
        assert database.scalar("SELECT COUNT(*) FROM xnk") == sum(table == "xnk" for table, _ in rows())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO xnk (nam) VALUES (1)",
        "DELETE FROM xnk",
        "CREATE TABLE moi (a INT)",
        "CREATE TEMPORARY TABLE tam (a INT)",
        "SELECT * FROM xnk INTO OUTFILE '/tmp/x.csv'",
        "LOAD DATA INFILE '/etc/passwd' INTO TABLE xnk",
        "SELECT * FROM mysql.global_priv",
        "SET GLOBAL max_connections = 1",
        "GRANT ALL ON *.* TO hoikho_doc@'%'",
        "CREATE USER x IDENTIFIED BY 'y'",
    ],
)
def test_the_account_itself_can_do_no_harm(role_url: str, statement: str) -> None:
    engine = sa.create_engine(sa.make_url(role_url).set(drivername="mysql+pymysql"))
    try:
        with engine.connect() as db, pytest.raises(SQLAlchemyError):
            db.execute(sa.text("SET SESSION TRANSACTION READ WRITE"))
            db.commit()
            db.execute(sa.text(statement))
        with engine.connect() as db:
            assert db.execute(sa.text("SELECT LOAD_FILE('/etc/passwd')")).scalar_one() is None
    finally:
        engine.dispose()


def test_a_base_that_nobody_described_is_read(role_url: str) -> None:
    found = draft_catalogue(role_url)
    assert "xnk" in found.views
