"""A large warehouse is made world by world: the same shape and totals as any other, and resumable after any cut."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schema import warehouse
from schema.errors import WarehouseError
from schema.growing import Plan
from schema.warehouse import build, content_digest, is_current

PLAN = Plan(worlds=2, declarations=3_000, lines=(30.0, 40.0, 30.0))
# Builds with the same plan in a process of its own and names every step as it begins.
CHILD = f"""
import sys
from pathlib import Path
from schema import warehouse
from schema.growing import Plan
warehouse.LARGE["l"] = {PLAN!r}
warehouse.build(Path(sys.argv[1]), scale="l", progress=lambda step, _part: print(step, flush=True))
"""


@pytest.fixture(autouse=True)
def small_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(warehouse.LARGE, "l", PLAN)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("kho lớn") / "lớn.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(warehouse.LARGE, "l", PLAN)
        build(target, scale="l")
    return target


@pytest.fixture(scope="module")
def db(large: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(large), read_only=True)


def row(db: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    found = db.execute(sql).fetchone()
    assert found
    return found


def child(target: Path) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", CHILD, str(target)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=root, encoding="utf-8")


def test_it_has_the_tables_columns_and_comments_of_an_ordinary_one(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    build(tmp_path / "nhỏ.duckdb", scale="test")
    columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE schema_name = 'main'"
    shape = f"{columns} ORDER BY table_name, column_name"
    with duckdb.connect(str(tmp_path / "nhỏ.duckdb"), read_only=True) as small:
        assert db.execute(shape).fetchall() == small.execute(shape).fetchall()


def test_its_totals_are_the_published_ones(db: duckdb.DuckDBPyConnection) -> None:
    trade = "SELECT CAST(sum(tri_gia_usd) AS DOUBLE) / 1e9 FROM xnk WHERE nam = 2024 AND chieu = "
    assert row(db, trade + "'Xuất khẩu'")[0] == pytest.approx(405.5, rel=0.005)
    assert row(db, trade + "'Nhập khẩu'")[0] == pytest.approx(380.8, rel=0.005)
    paid = row(db, "SELECT CAST(sum(so_tien) AS DOUBLE) / 1e12 FROM thu_nsnn WHERE nam = 2024")[0]
    assert paid == pytest.approx(426, rel=0.005)


def test_keys_go_on_from_world_to_world_and_sums_agree(db: duckdb.DuckDBPyConnection) -> None:
    size = PLAN.worlds * PLAN.declarations
    assert row(db, "SELECT count(*), count(DISTINCT so_to_khai) FROM to_khai") == (size, size)
    assert row(db, "SELECT min(tk), max(tk), count(DISTINCT tk) FROM f_dong_hang") == (0, size - 1, size)
    for table, key in (("thu_nsnn", "so_chung_tu"), ("giay_xuat_xu", "so_co"), ("dim_doanh_nghiep", "ma_so_thue")):
        total, different = row(db, f"SELECT count(*), count(DISTINCT {key}) FROM {table}")
        assert total == different > 0, table
    assert row(db, "SELECT count(*) FROM dim_doanh_nghiep") == row(
        db, "SELECT count(DISTINCT ten) FROM dim_doanh_nghiep"
    )
    assert row(db, "SELECT sum(so_to_khai) FROM rui_ro")[0] == size
    assert row(db, "SELECT sum(kim_ngach_xnk) FROM doanh_nghiep") == row(db, "SELECT sum(tri_gia_usd) FROM xnk")
    both = (
        "SELECT count(*) FROM xnk AS x JOIN to_khai AS t ON t.so_to_khai = x.so_to_khai AND t.ma_so_thue = x.ma_so_thue"
    )
    assert row(db, both) == row(db, "SELECT count(*) FROM xnk")


def test_a_killed_build_goes_on_and_gives_the_same(large: Path, tmp_path: Path) -> None:
    target = tmp_path / "kho.duckdb"
    process = child(target)
    assert process.stdout
    for line in process.stdout:
        if line.startswith("Dựng bảng rui_ro"):
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    assert not target.exists()
    assert (tmp_path / ".kho.duckdb.part").exists()
    spilled = tmp_path / ".kho.duckdb.part.spill"  # what did not fit into memory when the process was killed
    spilled.mkdir(exist_ok=True)
    (spilled / "duckdb_temp_storage").write_bytes(b"left")
    steps: list[str] = []
    build(target, scale="l", progress=lambda step, _part: steps.append(step))
    assert not [step for step in steps if step.startswith("Phần")]
    assert "Dựng bảng rui_ro" in steps
    assert "Dựng bảng tien_do_thu" not in steps
    assert content_digest(target) == content_digest(large)
    assert is_current(target, scale="l")
    assert [f.name for f in tmp_path.iterdir()] == ["kho.duckdb"]


def test_a_full_disk_keeps_what_is_done_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on the size of files stands for the disk: the first world does not fit."""
    target = tmp_path / "kho.duckdb"
    target.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        with pytest.raises(WarehouseError) as caught:
            build(target, scale="l")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "dung lượng" in caught.value.action
    assert "dựng tiếp" in caught.value.action
    assert target.read_bytes() == b"old"


def test_a_part_of_another_seed_or_a_broken_one_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, part = tmp_path / "kho.duckdb", tmp_path / ".kho.duckdb.part"

    class Cut(Exception):
        """Stands for a person who stops the build."""

    def stop(step: str, _part: float) -> None:
        if step == "Phần 2/2":
            raise Cut

    with pytest.raises(Cut):
        build(target, scale="l", seed=7, progress=stop)
    assert part.exists()
    begun: list[str] = []

    def note(step: str, _part: float) -> None:
        begun.append(step)
        raise Cut

    with pytest.raises(Cut):
        build(target, scale="l", seed=7, progress=note)
    with pytest.raises(Cut):
        build(target, scale="l", seed=8, progress=note)
    part.write_bytes(b"not a database" * 1000)
    with pytest.raises(Cut):
        build(target, scale="l", seed=7, progress=note)
    assert begun == ["Phần 2/2", "Phần 1/2", "Phần 1/2"]
