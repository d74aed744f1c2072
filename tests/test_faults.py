"""Faults in the middle of work: a clear message, and all is well again when the cause is gone."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError, UserError
from nl2sql.history.audit import AuditLog
from nl2sql.identity.state import SignInState
from nl2sql.policy.secret import installation_key
from nl2sql.query.database import open_database
from nl2sql.query.disclosure import Ledger
from nl2sql.types import Probe, Query

SERVER = os.environ.get("HOIKHO_TEST_POSTGRES", "")


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path)
    log.append({"event": "question"})
    whole = AuditLog._insert

    def full(self: AuditLog, db: sqlite3.Connection, body: Mapping[str, Any]) -> tuple[int, str]:
        whole(self, db, body)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(AuditLog, "_insert", full)
    with pytest.raises(UserError, match="chỗ trống"):
        log.append({"event": "question"})
    monkeypatch.setattr(AuditLog, "_insert", whole)
    assert log.append({"event": "question"}) == 2
    assert log.verify().problems == ()


def test_state_that_cannot_be_written_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("một tệp đứng chỗ của thư mục", encoding="utf-8")
    (tmp_path / "keys").write_text("một tệp đứng chỗ của thư mục", encoding="utf-8")
    probe = Probe("xnk", "ma_so_thue", "TRUE", (), (), ("COUNT(*)",), 3)
    for broken in (
        lambda: SignInState(tmp_path).begin("lan", 0),
        lambda: Ledger(tmp_path).remember("lan", "", [probe]),
        lambda: installation_key(tmp_path, "audit"),
    ):
        with pytest.raises(UserError) as caught:
            broken()
        assert str(tmp_path) in str(caught.value)
    (tmp_path / "state").unlink()
    assert SignInState(tmp_path).begin("lan", 0)
    Ledger(tmp_path).remember("lan", "", [probe])
    assert len(Ledger(tmp_path).earlier("lan", "", "xnk")) == 1


def test_a_broken_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    first = installation_key(tmp_path, "audit")
    (tmp_path / "keys" / "audit.key").write_text("hong", encoding="ascii")
    with pytest.raises(UserError, match="khôi phục"):
        installation_key(tmp_path, "audit")
    (tmp_path / "keys" / "audit.key").write_text(first, encoding="ascii")
    assert installation_key(tmp_path, "audit") == first


def test_processes_that_make_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(installation_key(tmp_path, "k"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1


@pytest.mark.postgres
@pytest.mark.skipif(not SERVER, reason="set HOIKHO_TEST_POSTGRES to a PostgreSQL URL")
def test_a_database_server_that_drops_its_connections_is_used_again(tmp_path: Path) -> None:
    query = Query("SELECT 1 AS a", "", "postgres", (), ("a",))
    slow = Query("SELECT COUNT(*) FROM pg_sleep(20)", "", "postgres", (), ("a",))
    owner = sa.create_engine(sa.make_url(SERVER).set(drivername="postgresql+pg8000"))
    others = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND query LIKE '%pg_sleep%'"
    )
    failures: list[str] = []
    with open_database(SERVER, Settings(home=tmp_path)) as database:
        assert database.run(query).rows == ((1,),)

        def wait() -> None:
            try:
                database.run(slow)
            except ExecutionError as error:
                failures.append(error.code)

        thread = threading.Thread(target=wait)
        thread.start()
        while thread.is_alive():
            with owner.connect() as db:
                db.execute(others)
            thread.join(0.2)
        assert failures in (["unreachable"], ["failed"])
        assert database.run(query).rows == ((1,),)
    owner.dispose()
