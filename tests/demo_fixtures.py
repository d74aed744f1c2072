"""Fixtures of tests that ask the demo warehouse; a test file takes the ones that it needs by importing them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from by_hand import Ask, asker

from nl2sql.config import Settings
from nl2sql.pipeline import Assistant, open_assistant


@pytest.fixture(scope="module")
def database(demo_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo warehouse, read only."""
    connection = duckdb.connect(str(demo_warehouse), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def ask(database: duckdb.DuckDBPyConnection) -> Ask:
    """The rows that the composed query of a question returns."""
    return asker(database)


@pytest.fixture(scope="module")
def assistant(user_settings: Settings, demo_warehouse: Path) -> Iterator[Assistant]:
    """The assistant over the demo warehouse, without the model."""
    opened = open_assistant(replace(user_settings, route="composed"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def warehouse(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of the test's own; DuckDB opens one file once with one configuration, hence the copy."""
    own = shutil.copy(demo_warehouse, tmp_path_factory.mktemp("kho") / "kho.duckdb")
    with duckdb.connect(str(own), read_only=True) as connection:
        yield connection
