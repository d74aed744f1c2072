"""The policy and the least-privilege role on a real PostgreSQL server (`make test` starts one)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from policy_cases import CATALOGUE, ROLE, guard, pseudonym, rows
from sqlalchemy.exc import SQLAlchemyError

from nl2sql.config import Settings
from nl2sql.query.database import Database, open_database
from nl2sql.query.validate import validate

SERVER = os.environ.get("HOIKHO_TEST_POSTGRES", "")
SCRIPT = Path(__file__).parents[1] / "scripts" / "postgres_role.sql"
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not SERVER, reason="set HOIKHO_TEST_POSTGRES to a PostgreSQL URL"),
]


def _psql() -> str:
    found = shutil.which("psql") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/psql")), None)
    if found is None:
        pytest.skip("no psql here")
    return found


@pytest.fixture(scope="module")
def role_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A base with the test's tables, and the URL of a role that the script made for it."""
    owner = sa.create_engine(sa.make_url(SERVER).set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with owner.connect() as db:
        db.execute(sa.text("DROP DATABASE IF EXISTS kho_vai"))
        db.execute(sa.text("DROP ROLE IF EXISTS hoikho_doc"))
        db.execute(sa.text("CREATE DATABASE kho_vai"))
    url = sa.make_url(SERVER).set(database="kho_vai")
    base = sa.create_engine(url.set(drivername="postgresql+pg8000"))
    with base.begin() as db:
        text = "ngay DATE, nam INT, thang INT"
        units = "cuc TEXT, khu_vuc TEXT, doanh_nghiep TEXT, ma_so_thue TEXT"
        db.execute(sa.text(f"CREATE TABLE xnk ({text}, nuoc TEXT, {units}, bi_mat TEXT, tri_gia FLOAT)"))
        for table, row in rows():
            if table == "xnk":
                marks = ", ".join(f":p{i}" for i in range(len(row)))
                db.execute(sa.text(f"INSERT INTO xnk VALUES ({marks})"), {f"p{i}": v for i, v in enumerate(row)})
    command = [_psql(), "-q", "-v", "role=hoikho_doc", "-v", "password='matkhau-thu'", "-v", "base=kho_vai"]
    command += ["-v", "schema=public", "-f", str(SCRIPT), f"postgresql://{urlsplit(SERVER).netloc}/kho_vai"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    yield url.set(username="hoikho_doc", password="matkhau-thu").render_as_string(hide_password=False)
    base.dispose()
    with owner.connect() as db:
        db.execute(sa.text("DROP DATABASE kho_vai WITH (FORCE)"))
        db.execute(sa.text("DROP ROLE hoikho_doc"))
    owner.dispose()


@pytest.fixture
def database(role_url: str, tmp_path: Path) -> Iterator[Database]:
    with open_database(role_url, Settings(home=tmp_path)) as opened:
        yield opened


def ask(sql: str, database: Database, units: tuple[str, ...] = ("HP",)) -> list[tuple[object, ...]]:
    query = validate(sql, CATALOGUE, dialect="postgres", row_cap=1000, guard=guard(units, ROLE))
    return list(database.run(query).rows)


def test_rows_and_masks_hold_on_postgres(database: Database) -> None:
    mine = [row for table, row in rows() if table == "xnk" and row[4] == "Hải Phòng"]
    assert ask("SELECT COUNT(*), SUM(tri_gia) FROM xnk", database) == [(len(mine), sum(r[9] for r in mine))]
    names = {row[0] for row in ask("SELECT DISTINCT doanh_nghiep FROM xnk", database)}
    assert names == {pseudonym(row[6]) for row in mine}
    assert ask("SELECT COUNT(*) FROM xnk WHERE doanh_nghiep LIKE 'Công ty%'", database) == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO xnk (nam) VALUES (1)",
        "DELETE FROM xnk",
        "CREATE TABLE moi (a INT)",
        "CREATE TEMPORARY TABLE tam (a INT)",
        "ALTER ROLE hoikho_doc SUPERUSER",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY xnk TO '/tmp/x.csv'",
        "COPY xnk TO PROGRAM 'true'",
        "SELECT * FROM pg_authid",
        "SET ROLE postgres",
    ],
)
def test_the_role_itself_can_do_no_harm(role_url: str, statement: str) -> None:
    engine = sa.create_engine(sa.make_url(role_url).set(drivername="postgresql+pg8000"))
    try:
        with engine.connect() as db, pytest.raises(SQLAlchemyError):
            db.execute(sa.text("SET default_transaction_read_only = off"))
            db.commit()
            db.execute(sa.text(statement))
    finally:
        engine.dispose()
