"""Building the warehouse: whole or not at all, the same for the same seed, and in step with the catalogue."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from schema import warehouse
from schema.errors import WarehouseError
from schema.loading import load_catalogue
from schema.warehouse import build, content_digest, is_current

TYPES = {"text": "VARCHAR", "integer": "INTEGER", "date": "DATE", "boolean": "BOOLEAN"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("kho nhỏ") / "nhỏ.duckdb"
    build(target, scale="test")
    return target


@pytest.fixture(scope="module")
def connection(small: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(small), read_only=True)


def test_report_and_leftovers(tmp_path: Path) -> None:
    target = tmp_path / "kho.duckdb"
    steps: list[tuple[str, float]] = []
    report = build(target, scale="test", progress=lambda step, part: steps.append((step, part)))
    assert report.path == target
    assert report.rows["to_khai"] == 6_000
    assert report.size == target.stat().st_size
    assert [p for _, p in steps] == sorted(p for _, p in steps)
    assert steps[-1][1] == 1.0
    assert [f.name for f in tmp_path.iterdir()] == ["kho.duckdb"]


def test_same_seed_same_content(small: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "a.duckdb", tmp_path / "b.duckdb"
    build(again, scale="test")
    build(other, scale="test", seed=7)
    assert content_digest(again) == content_digest(small)
    assert content_digest(other) != content_digest(small)


def test_is_current_follows_scale_seed_and_existence(small: Path, tmp_path: Path) -> None:
    assert is_current(small, scale="test")
    assert not is_current(small, scale="demo")
    assert not is_current(small, scale="test", seed=1)
    assert not is_current(tmp_path / "chưa có.duckdb")
    broken = tmp_path / "hỏng.duckdb"
    broken.write_bytes(small.read_bytes()[:40_000])
    assert not is_current(broken, scale="test")


def test_is_current_follows_the_generator(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse, "generator_digest", lambda: "khác")
    assert not is_current(small, scale="test")


def test_a_failed_build_keeps_the_old_file(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "kho.duckdb"
    target.write_bytes(small.read_bytes())
    before = target.read_bytes()

    def full(*_args: object) -> None:
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr(warehouse, "comment", full)
    with pytest.raises(WarehouseError, match="No space left") as caught:
        build(target, scale="test")
    assert "dung lượng" in caught.value.action
    assert target.read_bytes() == before
    assert [f.name for f in tmp_path.iterdir()] == ["kho.duckdb"]


def test_leftovers_of_a_dead_build_go_and_those_of_a_living_one_stay(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", "pass"])  # a process id that nobody has any more
    dead.wait()
    (tmp_path / f".kho.duckdb.{dead.pid}.tmp").write_bytes(b"half")
    (tmp_path / f".kho.duckdb.{dead.pid}.tmp.wal").write_bytes(b"half")
    (tmp_path / f".kho.duckdb.{dead.pid}.tmp.tmp").mkdir()
    (tmp_path / f".kho.duckdb.{dead.pid}.tmp.tmp" / "duckdb_temp_storage").write_bytes(b"half")
    living = tmp_path / f".kho.duckdb.{os.getppid()}.tmp"
    living.write_bytes(b"half")
    build(tmp_path / "kho.duckdb", scale="test")
    assert sorted(f.name for f in tmp_path.iterdir()) == sorted([living.name, "kho.duckdb"])


def test_too_little_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**20))
    with pytest.raises(WarehouseError, match="chỉ còn 1 MB") as caught:
        build(tmp_path / "kho.duckdb")
    assert "HOIKHO_HOME" in caught.value.action


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "tệp").write_text("", encoding="utf-8")
    with pytest.raises(WarehouseError) as caught:
        build(tmp_path / "tệp" / "kho.duckdb", scale="test")
    assert caught.value.action


def test_an_unknown_scale(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="xl"):
        build(tmp_path / "kho.duckdb", scale="xl")


def test_the_flat_tables_hold_exactly_the_columns_of_the_catalogue(connection: duckdb.DuckDBPyConnection) -> None:
    for view in load_catalogue().views.values():
        found = dict(
            connection.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [view.name]
            ).fetchall()
        )
        assert set(found) == set(view.columns()), view.name
        for column, kind in view.columns().items():
            expected = TYPES.get(kind)
            assert found[column] == expected or (expected is None and found[column].startswith(("DECIMAL", "DOUBLE")))


def test_every_table_and_column_has_a_vietnamese_comment(connection: duckdb.DuckDBPyConnection) -> None:
    names = tuple(load_catalogue().views)
    tables = connection.execute("SELECT comment FROM duckdb_tables() WHERE table_name IN ?", [names]).fetchall()
    columns = connection.execute("SELECT comment FROM duckdb_columns() WHERE table_name IN ?", [names]).fetchall()
    assert len(tables) == len(names)
    assert all("mô phỏng" in comment for (comment,) in tables)
    assert all(comment for (comment,) in columns)


def test_every_metric_and_filter_runs(connection: duckdb.DuckDBPyConnection) -> None:
    for view in load_catalogue().views.values():
        for metric in view.metrics:
            where = " AND ".join(metric.filters) or "TRUE"
            row = connection.execute(f"SELECT {metric.expr} FROM {view.name} WHERE {where}").fetchone()
            assert row, metric.name
            assert row[0] is not None, metric.name
            if metric.numerator:
                count = connection.execute(f"SELECT count(*) FROM {view.name} WHERE {metric.numerator}").fetchone()
                assert count
                assert count[0] > 0, metric.name
        for named in view.filters:
            row = connection.execute(f"SELECT count(*) FROM {view.name} WHERE {named.expr}").fetchone()
            assert row
            assert row[0] > 0, named.name


def test_every_worked_example_runs_and_uses_governed_metrics(connection: duckdb.DuckDBPyConnection) -> None:
    for view in load_catalogue().views.values():
        assert len(view.examples) >= 8, view.name
        governed: dict[str, set[str]] = {}  # tons and pieces share an expression and differ in their filter
        for metric in view.metrics:
            governed.setdefault(sqlglot.parse_one(metric.expr, read="duckdb").sql(), set()).add(metric.name)
        for example in view.examples:
            connection.execute(example.sql).fetchall()
            tree = sqlglot.parse_one(example.sql, read="duckdb")
            assert isinstance(tree, exp.Select)
            for item in tree.expressions:
                if item.unalias().sql() in governed:
                    assert item.alias in governed[item.unalias().sql()], example.question


def test_the_examples_run_in_postgresql_too() -> None:
    only_duckdb = (exp.Qualify,)
    for view in load_catalogue().views.values():
        for example in view.examples:
            tree = sqlglot.parse_one(example.sql, read="postgres")
            assert not list(tree.find_all(*only_duckdb)), example.question


def test_declared_values_are_the_stored_values(connection: duckdb.DuckDBPyConnection) -> None:
    catalogue = load_catalogue()
    for view in catalogue.views.values():
        for dim in view.dimensions:
            declared = {v.value for v in catalogue.values_of(dim)}
            if not declared:
                continue
            rows = connection.execute(f"SELECT DISTINCT {dim.name} FROM {view.name} WHERE {dim.name} IS NOT NULL")
            stored = {row[0] for row in rows.fetchall()}
            assert stored <= declared, (view.name, dim.name, stored - declared)


def test_an_interrupted_statement_is_an_ordinary_interrupt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(warehouse, "comment", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "kho.duckdb", scale="test")
    assert list(tmp_path.iterdir()) == []
