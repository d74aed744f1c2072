"""The suite of foreign databases: enough questions of both, of every shape, and gold that runs."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

import pytest

from eval import foreign_databases
from eval.check import fold
from eval.suite import Suite, load_suite

CATEGORIES = "single rows value group trend top having share comparison date window set followup".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite("foreign")


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, sqlite3.Connection]]:
    folder = tmp_path_factory.mktemp("kho lạ")
    opened = {name: sqlite3.connect(foreign_databases.build(name, folder)) for name in foreign_databases.NAMES}
    yield opened
    for connection in opened.values():
        connection.close()


def test_both_databases_are_asked_enough(suite: Suite) -> None:
    asked = Counter(item.db for item in suite.items)
    assert set(asked) == set(foreign_databases.NAMES)
    assert len(suite.items) >= 120
    assert min(asked.values()) >= 55


@pytest.mark.parametrize("name", foreign_databases.NAMES)
def test_every_shape_is_asked_of_each_database(suite: Suite, name: str) -> None:
    shapes = Counter(item.category for item in suite.items if item.db == name)
    assert {shape for shape in CATEGORIES if not shapes[shape]} == set()
    assert shapes["set"] >= 5
    assert shapes["window"] >= 3


def test_some_ask_in_english_and_some_without_diacritics(suite: Suite) -> None:
    for name in foreign_databases.NAMES:
        items = [item for item in suite.items if item.db == name]
        assert sum("tieng_anh" in item.tags for item in items) >= 3
        plain = [item for item in items if "khong_dau" in item.tags]
        assert len(plain) >= 5
        assert all(item.question.isascii() for item in plain)


def test_no_question_is_asked_twice(suite: Suite) -> None:
    asked = Counter((item.db, *(fold(text) for text in (*item.turns, item.question))) for item in suite.items)
    assert [key for key, times in asked.items() if times > 1] == []


def test_every_gold_runs_and_gives_a_value(suite: Suite, databases: dict[str, sqlite3.Connection]) -> None:
    empty = []
    for item in suite.items:
        for gold in item.golds:
            rows = databases[item.db].execute(gold.sql).fetchall()
            if not any(value is not None for row in rows for value in row):
                empty.append(item.id)
    assert empty == []


def test_golds_join_up_to_four_tables(suite: Suite) -> None:
    joins = Counter(item.golds[0].sql.upper().count(" JOIN ") for item in suite.items)
    assert joins[1] >= 10
    assert joins[2] >= 10
    assert joins[3] >= 3


@pytest.mark.parametrize(
    ("name", "gold", "value"),
    [  # found another way: rows of Customer by country; staff less sales agents; INSERTs; loans by state
        ("ch003", 0, 5),
        ("ch066", 0, 5),
        ("tv001", 0, 90),
        ("tv005", 0, 11),
    ],
)
def test_single_figures(
    suite: Suite, databases: dict[str, sqlite3.Connection], name: str, gold: int, value: int
) -> None:
    item = suite.item(name)
    assert databases[item.db].execute(item.golds[gold].sql).fetchone() == (value,)
