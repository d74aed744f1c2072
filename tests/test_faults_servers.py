"""A database server that goes down, hangs or comes back in the middle of work: told clearly, and all is well after."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from fault_proxy import Relay, relay

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError
from nl2sql.query import engines
from nl2sql.query.database import Database, open_database
from nl2sql.types import Query

SERVERS = {"postgres": os.environ.get("HOIKHO_TEST_POSTGRES", ""), "mariadb": os.environ.get("HOIKHO_TEST_MARIADB", "")}
SLEEP = {"postgres": "SELECT pg_sleep(20)", "mariadb": "SELECT SLEEP(20)"}


@dataclass
class Place:
    """A database behind a relay."""

    name: str
    database: Database
    between: Relay
    url: str
    home: Path


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.postgres) for name in SERVERS])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    server = SERVERS[request.param]
    if not server:
        pytest.skip(f"no {request.param} server is named")
    monkeypatch.setattr(engines, "REACH_SECONDS", 1.0)
    monkeypatch.setattr(engines, "_patience", lambda settings: 3.0)
    url = sa.make_url(server)
    with relay((url.host or "", url.port or 0)) as between:
        near = url.set(host="127.0.0.1", port=between.port).render_as_string(hide_password=False)
        with open_database(near, Settings(home=tmp_path)) as database:
            yield Place(request.param, database, between, near, tmp_path)


def raw(sql: str) -> Query:
    return Query(sql, sql, "", (), ())


def failure(place: Place, sql: str, timeout_s: float = 30.0) -> ExecutionError:
    with pytest.raises(ExecutionError) as caught:
        place.database.run(raw(sql), timeout_s=timeout_s)
    return caught.value


def works(place: Place) -> bool:
    return place.database.run(raw("SELECT 41 + 1")).rows == ((42,),)


def test_a_server_that_is_down_and_comes_back(place: Place) -> None:
    assert works(place)
    place.between.shut()
    for _ in range(3):
        told = failure(place, "SELECT 1")
        assert (told.code, bool(told.action)) == ("unreachable", True)
    with pytest.raises(ExecutionError, match="Không kết nối được"):
        open_database(place.url, Settings(home=place.home))
    place.between.open()
    assert works(place)


def test_a_server_that_is_restarted_in_the_middle_of_a_query(place: Place) -> None:
    threading.Timer(0.5, place.between.shut).start()
    told = failure(place, SLEEP[place.name])
    assert told.code == "unreachable"
    place.between.open()
    assert works(place)


def test_all_connections_are_lost_between_two_questions(place: Place) -> None:
    barrier = threading.Barrier(engines.POOL_SIZE)

    def use() -> None:
        barrier.wait()
        assert works(place)

    threads = [threading.Thread(target=use) for _ in range(engines.POOL_SIZE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    place.between.shut()
    place.between.open()
    assert all(works(place) for _ in range(2 * engines.POOL_SIZE))


def test_a_server_that_hangs_holds_nobody_for_ever_and_its_late_answer_reaches_nobody(place: Place) -> None:
    threading.Timer(0.5, place.between.freeze).start()
    told = failure(place, SLEEP[place.name], timeout_s=1.0)
    assert told.code in {"timeout", "unreachable"}
    place.between.thaw()
    assert works(place)


def test_a_person_who_stops_a_query_is_not_held_by_a_server_that_hangs(place: Place) -> None:
    cancel = threading.Event()

    def hang_and_stop() -> None:
        place.between.freeze()
        cancel.set()

    threading.Timer(0.5, hang_and_stop).start()
    with pytest.raises(ExecutionError) as caught:
        place.database.run(raw(SLEEP[place.name]), timeout_s=60, cancel=cancel)
    assert caught.value.code in {"cancelled", "unreachable"}
    place.between.thaw()
    assert works(place)
