"""A warehouse of an older catalogue is told as such, with what to do; ``cancel`` reaches the database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from nl2sql.config import Settings
from nl2sql.errors import WarehouseError
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.types import Question, Status
from schema.loading import load_catalogue

TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "boolean": "BOOLEAN"}


def without(path: Path, table: str, column: str = "") -> Path:
    """An empty warehouse of every table of the catalogue, but for one table or one of its columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for view in load_catalogue().views.values():
            if view.name == table and not column:
                continue
            kept = [(n, t) for n, t in view.columns().items() if (view.name, n) != (table, column)]
            columns = ", ".join(f'"{n}" {TYPES.get(t, "VARCHAR")}' for n, t in kept)
            connection.execute(f'CREATE TABLE "{view.name}" ({columns})')
    return path


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, route="composed")


def last_column() -> tuple[str, str]:
    view = next(iter(load_catalogue().views.values()))
    return view.name, list(view.columns())[-1]


def test_a_warehouse_without_a_column_of_the_catalogue_says_to_build_it_anew(home: Settings) -> None:
    table, column = last_column()
    without(home.warehouse_file, table, column)
    with pytest.raises(WarehouseError) as caught:
        open_assistant(home)
    assert f"cột «{column}» của bảng «{table}»" in caught.value.message
    assert "hoikho setup" in caught.value.action


def test_a_warehouse_of_somewhere_else_is_told_how_to_build_it_anew(home: Settings, tmp_path: Path) -> None:
    table, column = last_column()
    file = without(tmp_path / "noi_khac.duckdb", table, column)
    with pytest.raises(WarehouseError) as caught:
        open_assistant(home, db=f"duckdb:///{file}")
    assert "hoikho warehouse build --db" in caught.value.action


@pytest.fixture
def assistant(demo_warehouse: Path, home: Settings) -> Iterator[Assistant]:
    opened = open_assistant(home, db=f"duckdb:///{demo_warehouse}")
    yield opened
    opened.close()


@pytest.fixture
def cancelled() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def test_every_way_to_ask_hands_the_cancel_to_the_database(assistant: Assistant, cancelled: threading.Event) -> None:
    whole = assistant.ask(Question("Kim ngạch xuất khẩu năm 2024"))
    assert whole.status is Status.ANSWERED
    assert whole.reading is not None
    ended = (
        assistant.ask(Question("Kim ngạch xuất khẩu năm 2024"), cancel=cancelled),
        assistant.answer_reading(whole.reading, cancel=cancelled),
        assistant.rerun(whole, cancel=cancelled),
        assistant.run_sql(whole.sql, cancel=cancelled),
    )
    for answer in ended:
        assert answer.result is None
        assert "Đã dừng câu truy vấn theo yêu cầu" in answer.headline
