"""The warehouse in PostgreSQL holds what it holds in DuckDB, answers the same, and is whole or not there at all."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
import sqlglot
from typer.testing import CliRunner

from nl2sql.cli import app
from nl2sql.config import Settings
from nl2sql.generation.draft import in_dialect
from nl2sql.generation.verified import instances
from nl2sql.query.database import Database, open_database
from nl2sql.query.validate import validate
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from schema import postgres
from schema.errors import WarehouseError
from schema.loading import load_catalogue
from schema.warehouse import build

SERVER = os.environ.get("HOIKHO_TEST_POSTGRES", "")
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not SERVER, reason="set HOIKHO_TEST_POSTGRES to a PostgreSQL URL"),
]
_MOST = 5000


@pytest.fixture(scope="module")
def empty_database() -> Iterator[str]:
    """URL of a database of its own, gone afterwards."""
    owner = sa.create_engine(sa.make_url(SERVER).set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS kho_nap"))
        connection.execute(sa.text("CREATE DATABASE kho_nap"))
    yield sa.make_url(SERVER).set(database="kho_nap").render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.execute(sa.text("DROP DATABASE kho_nap WITH (FORCE)"))
    owner.dispose()


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("kho nạp") / "test.duckdb"
    build(target, scale="test")
    return target


@pytest.fixture(scope="module")
def loaded(stock: Path, empty_database: str) -> str:
    """URL of a database that holds the warehouse of the tests."""
    postgres.load(stock, empty_database)
    return empty_database


@pytest.fixture
def both(loaded: str, stock: Path, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    settings = Settings(home=tmp_path)
    with (
        open_database(f"duckdb:///{stock}", settings) as here,
        open_database(loaded, settings) as there,
    ):
        yield here, there


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    query = validate(in_dialect(sql, database.dialect), load_catalogue(), dialect=database.dialect, row_cap=_MOST)
    return list(database.run(query, row_cap=_MOST).rows)


def canonical(found: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    """Rows as text: numbers to nine significant digits, whatever type the driver gives them."""
    return [tuple(f"{v:.9g}" if isinstance(v, int | float) else str(v) for v in row) for row in found]


def differs(sql: str, both: tuple[Database, Database]) -> bool:
    """Whether the engines disagree: on rows, on what stands in which order, or on what lies above the cut of a LIMIT.

    Rows that tie on the sort key may stand in any order, and any of those that tie at a LIMIT may be the last ones.
    """
    left, right = (canonical(rows(database, sql)) for database in both)
    tree = sqlglot.parse_one(sql, read="duckdb")
    order = tree.args.get("order")
    if not order:
        return sorted(left) != sorted(right)
    names = [item.alias_or_name for item in tree.selects]
    places = [names.index(item.this.name) for item in order.expressions if item.this.name in names]
    keys = [[tuple(row[p] for p in places) for row in found] for found in (left, right)]
    if keys[0] != keys[1]:
        return True
    last = keys[0][-1] if keys[0] and tree.args.get("limit") else None
    above = [
        sorted(row for row, key in zip(found, ranked, strict=True) if key != last)
        for found, ranked in zip((left, right), keys, strict=True)
    ]
    return above[0] != above[1]


def one(url: str, sql: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+pg8000"))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(sql))]
    engine.dispose()
    return found


def test_every_table_has_the_same_rows_and_sums(loaded: str, stock: Path) -> None:
    with duckdb.connect(str(stock), read_only=True) as connection:
        tables = [n for (n,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        assert {n for (n,) in one(loaded, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")} == set(tables)
        for table in tables:
            kinds = connection.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table]
            ).fetchall()
            parts = ["count(*)"]
            for name, kind in kinds:
                parts.append(f'count("{name}")')
                if kind.startswith(("DECIMAL", "INTEGER", "BIGINT", "DOUBLE")):
                    parts.append(f'CAST(sum("{name}") AS DOUBLE PRECISION)')
                elif kind == "BOOLEAN":
                    parts.append(f'sum(CASE WHEN "{name}" THEN 1 ELSE 0 END)')
                elif kind != "DATE":
                    parts.append(f'sum(length("{name}"))')
                parts += [f'min("{name}")', f'max("{name}")'] if kind != "BOOLEAN" else []
            sql = f'SELECT {", ".join(parts)} FROM "{table}"'
            assert canonical(one(loaded, sql)) == canonical(connection.execute(sql).fetchall()), table


def test_types_comments_and_indexes_come_along(loaded: str) -> None:
    kinds = dict(
        one(
            loaded,
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'xnk'::regclass",
        )
    )
    assert kinds["tri_gia_usd"] == "numeric(18,2)"
    assert kinds["ngay"] == "date"
    assert kinds["la_eu"] == "boolean"
    for view in load_catalogue().views.values():
        [(said,)] = one(loaded, f"SELECT obj_description('{view.name}'::regclass)")
        assert view.label in said
        assert "mô phỏng" in said
        [(bare,)] = one(
            loaded,
            "SELECT count(*) FROM pg_attribute WHERE attnum > 0 "
            f"AND attrelid = '{view.name}'::regclass AND col_description(attrelid, attnum) IS NULL",
        )
        assert bare == 0, view.name
    indexes = {n for (n,) in one(loaded, "SELECT indexname FROM pg_indexes WHERE tablename = 'xnk'")}
    assert {"xnk_khoa_uq", "xnk_ngay_ix", "xnk_mst_ix"} <= indexes


def test_every_verified_query_gives_the_same_on_both_engines(both: tuple[Database, Database]) -> None:
    catalogue = load_catalogue()
    reader = Reader(catalogue, build_vocabulary(catalogue, both[0]))
    tried, different = 0, []
    for _, query, sql in instances(catalogue, reader.read):
        assert sql, query.name
        tried += 1
        if differs(sql, both):
            different.append((query.name, sql))
    assert tried >= 100
    assert different == []


def test_every_metric_and_example_gives_the_same_on_both_engines(both: tuple[Database, Database]) -> None:
    for view in load_catalogue().views.values():
        for example in view.examples:
            assert not differs(example.sql, both), example.sql
        for metric in view.metrics:
            where = " AND ".join(f"({f})" for f in metric.filters) or "TRUE"
            sql = f"SELECT {metric.expr} AS gia_tri FROM {view.name} WHERE {where}"
            assert not differs(sql, both), metric.name


def test_loading_again_replaces_the_warehouse(loaded: str, stock: Path) -> None:
    before = one(loaded, "SELECT count(*) FROM xnk")
    report = postgres.load(stock, loaded)
    assert one(loaded, "SELECT count(*) FROM xnk") == before == [(report.rows["xnk"],)]
    assert one(loaded, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'nap\\_%'") == []


def test_tables_of_others_are_not_replaced(stock: Path, loaded: str) -> None:
    owner = sa.create_engine(sa.make_url(SERVER).set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(sa.text("CREATE TABLE to_khai (a int)"))
    try:
        with pytest.raises(WarehouseError, match="to_khai") as caught:
            postgres.load(stock, SERVER)
        assert "trống" in caught.value.action
        assert one(SERVER, "SELECT count(*) FROM to_khai") == [(0,)]
    finally:
        with owner.connect() as connection:
            connection.execute(sa.text("DROP TABLE to_khai"))
        owner.dispose()


def test_a_server_that_goes_away_leaves_the_old_warehouse(loaded: str, stock: Path) -> None:
    before = one(loaded, "SELECT count(*), sum(tri_gia_usd) FROM xnk")

    def stop(label: str, _share: float) -> None:
        if label == "Nạp bảng to_khai":
            killer = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
            )
            one(SERVER, f"{killer}'kho_nap' AND state <> 'idle'")

    with pytest.raises(WarehouseError) as caught:
        postgres.load(stock, loaded, stop)
    assert "Chưa có gì được thay" in caught.value.action
    assert one(loaded, "SELECT count(*), sum(tri_gia_usd) FROM xnk") == before
    assert one(loaded, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'nap\\_%'") == []
    assert [f.name for f in stock.parent.iterdir()] == [stock.name]


def test_no_server_a_wrong_database_and_a_wrong_address(stock: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(WarehouseError, match="Không kết nối được"):
            postgres.load(stock, f"postgresql://a@127.0.0.1:{free.getsockname()[1]}/b")
    nowhere = sa.make_url(SERVER).set(database="không có").render_as_string(hide_password=False)
    with pytest.raises(WarehouseError, match="PostgreSQL") as caught:
        postgres.check_reachable(nowhere)
    assert "createdb" in caught.value.action
    with pytest.raises(WarehouseError, match="dạng"):
        postgres.check_reachable("postgresql://a@b:cổng/c")


def test_a_server_that_stops_answering_half_way_is_explained(stock: Path) -> None:
    """Something that listens, takes the first bytes and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            for _ in range(2):
                peer, _address = listener.accept()
                peer.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        with pytest.raises(WarehouseError, match="PostgreSQL"):
            postgres.load(stock, f"postgresql://a@127.0.0.1:{listener.getsockname()[1]}/b")
        thread.join(5)


def test_the_command_builds_loads_and_the_assistant_answers(
    loaded: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    runner = CliRunner()
    done = runner.invoke(app, ["warehouse", "build", "--scale", "test", "--db", loaded])
    assert done.exit_code == 0, done.output
    assert not (settings.home / "warehouse" / "test.duckdb").exists()
    monkeypatch.setenv("HOIKHO_ROUTE", "composed")
    monkeypatch.setenv("HOIKHO_DB", loaded)
    asked = runner.invoke(app, ["ask", "Kim ngạch xuất khẩu năm 2024 theo tháng", "--json"])
    assert asked.exit_code == 0, asked.output
    answer = json.loads(capfd.readouterr().out)
    assert answer["status"] == "answered"
    assert answer["dialect"] == "postgres"
    wanted = one(
        loaded,
        "SELECT thang, CAST(sum(tri_gia_usd) AS DOUBLE PRECISION) FROM xnk "
        "WHERE nam = 2024 AND chieu = 'Xuất khẩu' GROUP BY thang ORDER BY thang",
    )
    assert [round(row[-1], 2) for row in answer["rows"]] == [round(total, 2) for _, total in wanted]


def test_a_draft_catalogue_of_the_loaded_warehouse(loaded: str, tmp_path: Path) -> None:
    out = tmp_path / "nháp"
    done = CliRunner().invoke(app, ["catalogue", "init", "--db", loaded, "--out", str(out)])
    assert done.exit_code == 0, done.output
    draft = load_catalogue(out)
    assert set(load_catalogue().views) <= set(draft.views)
    assert "mô phỏng" in draft.views["xnk"].description
