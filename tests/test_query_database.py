"""The connection: read-only, bounded, honest about truncation, and never the maker of a new file."""

from __future__ import annotations

import datetime as dt
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from query_cases import CATALOGUE, GOOD

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError
from nl2sql.query.database import Database, open_database
from nl2sql.query.validate import validate
from nl2sql.types import Query

ROWS = [
    (
        dt.date(2022 + i % 4, 1 + i % 12, 1 + i % 28),
        ("Xuất khẩu", "Nhập khẩu")[i % 2],
        f"nhóm {i % 7}",
        f"{10 + i % 5}01",
        ("Trung Quốc", "Hoa Kỳ", "Đức", "Nhật Bản")[i % 4],
        ("Hà Nội", "Hải Phòng", "Đà Nẵng")[i % 3],
        f"DN {i % 11}",
        float(i * 37 % 1009),
        float(i % 13),
        ("Xanh", "Vàng", "Đỏ")[i % 3],
    )
    for i in range(300)
]
SLOW = "SELECT COUNT(*) FROM t a, t b, t c, t d WHERE a.i * b.i > c.i + d.i"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kho có dấu cách")
    with duckdb.connect(str(path / "kho.duckdb")) as base:
        base.execute("CREATE TABLE t AS SELECT i, 'x' || i % 3 AS s FROM range(3000) r(i)")
        base.execute(
            "CREATE TABLE goc (ngay DATE, chieu TEXT, nhom_hang TEXT, ma_hs TEXT, nuoc TEXT, cuc TEXT, "
            "doanh_nghiep TEXT, tri_gia_usd DOUBLE, luong DOUBLE, phan_luong TEXT)"
        )
        base.executemany("INSERT INTO goc VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
        time = "ngay, year(ngay) AS nam, quarter(ngay) AS quy, month(ngay) AS thang"
        base.execute(
            f"CREATE VIEW xnk AS SELECT {time}, chieu, nhom_hang, ma_hs, nuoc, cuc, cuc AS khu_vuc, doanh_nghiep, "
            "nuoc = 'Đức' AS la_eu, tri_gia_usd, luong FROM goc"
        )
        base.execute(
            f"CREATE VIEW to_khai AS SELECT {time}, nhom_hang AS so_to_khai, chieu, phan_luong, cuc, doanh_nghiep, "
            "tri_gia_usd, luong AS gio_thong_quan FROM goc"
        )
    with sqlite3.connect(path / "kho.db") as lite:
        lite.execute("CREATE TABLE t (i INTEGER, s TEXT)")
        lite.executemany("INSERT INTO t VALUES (?, ?)", [(i, f"x{i % 3}") for i in range(3000)])
    return path


@pytest.fixture(params=["duckdb", "sqlite"])
def database(request: pytest.FixtureRequest, folder: Path):
    name = "kho.duckdb" if request.param == "duckdb" else "kho.db"
    opened = open_database(f"{request.param}:///{folder / name}", Settings(home=folder))
    yield opened
    opened.close()


@pytest.fixture
def kho(folder: Path):
    with open_database(f"duckdb:///{folder / 'kho.duckdb'}", Settings(home=folder)) as opened:
        yield opened


def raw(sql: str, *outputs: str) -> Query:
    return Query(sql, sql, "", (), outputs)


def test_rows_columns_and_names(database: Database) -> None:
    result = database.run(raw("SELECT i, s FROM t ORDER BY i LIMIT 2", "so", "chu"))
    assert [(c.name, c.type) for c in result.columns] == [("so", "integer"), ("chu", "text")]
    assert result.rows == ((0, "x0"), (1, "x1"))


def test_truncation_is_told_only_when_there_is_more(database: Database) -> None:
    more = database.run(raw("SELECT i FROM t"), row_cap=10)
    assert (len(more.rows), more.truncated) == (10, True)
    exact = database.run(raw("SELECT i FROM t LIMIT 10"), row_cap=10)
    assert (len(exact.rows), exact.truncated) == (10, False)


def test_timeout_stops_the_query_and_the_connection_stays_usable(database: Database) -> None:
    with pytest.raises(ExecutionError) as caught:
        database.run(raw(SLOW), timeout_s=0.2)
    assert caught.value.code == "timeout"
    assert caught.value.action
    assert database.scalar("SELECT COUNT(*) FROM t") == 3000


def test_cancel_stops_the_query(database: Database) -> None:
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    with pytest.raises(ExecutionError) as caught:
        database.run(raw(SLOW), timeout_s=60, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert database.scalar("SELECT COUNT(*) FROM t") == 3000


def test_cancel_before_the_start(database: Database) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(ExecutionError) as caught:
        database.run(raw("SELECT 1"), cancel=cancel)
    assert caught.value.code == "cancelled"


def test_many_threads_share_it(database: Database) -> None:
    found: list[int] = []

    def ask(n: int) -> None:
        found.append(database.run(raw(f"SELECT COUNT(*) FROM t WHERE i < {n}")).rows[0][0])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 25))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE z (i INT)",
        "INSERT INTO t (i) VALUES (1)",
        "UPDATE t SET i = 0",
        "DELETE FROM t",
        "DROP TABLE t",
        "ATTACH 'moi.db' AS moi",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY t TO 'ra.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "PRAGMA query_only = OFF",
        "SELECT load_extension('x')",
        "VACUUM INTO 'ra.db'",
    ],
)
def test_second_lock_holds_without_the_door(database: Database, folder: Path, sql: str) -> None:
    before = sorted(p.name for p in folder.iterdir())
    with pytest.raises(ExecutionError) as caught:
        database.run(raw(sql))
    assert caught.value.code in {"failed", "unreachable"}
    assert sorted(p.name for p in folder.iterdir()) == before
    assert database.scalar("SELECT COUNT(*) FROM t") == 3000


def test_distinct_values_are_the_commonest_first(database: Database) -> None:
    assert database.distinct_values("t", "s", 2) == [("x0", 1000), ("x1", 1000)]


def test_engine_text_does_not_reach_the_person(kho: Database) -> None:
    with pytest.raises(ExecutionError) as caught:
        kho.run(raw("SELECT khong_co FROM goc"))
    assert "khong_co" not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_values_become_plain_python(kho: Database) -> None:
    result = kho.run(
        raw(
            "SELECT 170141183460469231731687303715884105727::HUGEINT AS a, 1.50::DECIMAL(9, 2) AS b, "
            "3::DECIMAL(9, 0) AS c, DATE '2024-03-01' AS d, TIMESTAMP '2024-03-01 00:00:00' AS e, "
            "TIMESTAMP '2024-03-01 07:30:00' AS f, "
            "true AS g, NULL AS h, 'nan'::DOUBLE AS i, [1, 2] AS k, INTERVAL 1 DAY AS l, NULL::DATE AS m"
        )
    )
    row = dict(zip([c.name for c in result.columns], result.rows[0], strict=True))
    kinds = {c.name: c.type for c in result.columns}
    assert row["a"] == 2**127 - 1
    assert (row["b"], kinds["b"]) == (1.5, "number")
    assert (row["c"], kinds["c"]) == (3, "integer")
    assert row["d"] == row["e"] == dt.date(2024, 3, 1)
    assert (kinds["e"], kinds["f"]) == ("date", "timestamp")
    assert row["g"] is True
    assert row["h"] is None
    assert row["i"] is None
    assert row["k"] == "[1, 2]"
    assert isinstance(row["l"], str)
    assert kinds["m"] == "date"


def test_result_size_is_bounded(kho: Database) -> None:
    result = kho.run(raw("SELECT repeat('x', 1000000) FROM range(100)"), row_cap=1000)
    assert result.truncated
    assert len(result.rows) < 10


@pytest.mark.parametrize("sql", GOOD, ids=[g[:50] for g in GOOD])
def test_checked_sql_returns_what_the_authors_sql_returns(kho: Database, sql: str) -> None:
    query = validate(sql, CATALOGUE, dialect="duckdb", row_cap=10**6)
    ours = kho.run(query, row_cap=10**6).rows
    theirs = kho.run(raw(sql), row_cap=10**6).rows
    if "LIMIT" in sql and "ORDER BY" not in sql:
        assert len(ours) == len(theirs)
    else:
        assert _sorted(ours) == _sorted(theirs)


def _sorted(rows: tuple[tuple[object, ...], ...]) -> list[str]:
    """Rows as text in a fixed order; sums of floats may differ in their last digits from run to run."""
    return sorted(repr([f"{v:.9g}" if isinstance(v, float) else v for v in row]) for row in rows)


@pytest.mark.parametrize("url", ["duckdb:///{0}/khong.duckdb", "sqlite:///{0}/khong.db"])
def test_missing_file_is_an_error_and_is_not_made(tmp_path: Path, url: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        open_database(url.format(tmp_path), Settings(home=tmp_path))
    assert caught.value.code == "unreachable"
    assert caught.value.action
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["mssql://a@b/kho", "oracle://a@b/kho", "mssql+pyodbc://a@b/kho"])
def test_a_server_on_which_nobody_tried_the_limits_is_not_opened(tmp_path: Path, url: str) -> None:
    with pytest.raises(ExecutionError, match="Chưa hỗ trợ"):
        open_database(url, Settings(home=tmp_path))


@pytest.mark.parametrize("url", ["", "không phải địa chỉ", "redis://x", "duckdb:///:memory:", "sqlite://"])
def test_wrong_url(tmp_path: Path, url: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        open_database(url, Settings(home=tmp_path))
    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_file_of_another_kind(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "van_ban.txt"
    file.write_text("không phải cơ sở dữ liệu " * 500, encoding="utf-8")
    with pytest.raises(ExecutionError) as caught:
        open_database(f"{kind}:///{file}", Settings(home=tmp_path))
    assert caught.value.code == "unreachable"


def test_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ExecutionError) as caught:
        open_database(f"postgresql://a:b@127.0.0.1:{port}/kho", Settings(home=tmp_path))
    assert caught.value.code == "unreachable"
    assert str(port) in caught.value.message


def test_duckdb_file_that_another_process_writes(tmp_path: Path) -> None:
    file = tmp_path / "ban.duckdb"
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('ok', flush=True); sys.stdin.read()"
    writer = subprocess.Popen([sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert writer.stdin is not None
    assert writer.stdout is not None
    try:
        assert writer.stdout.readline() == b"ok\n"
        with pytest.raises(ExecutionError) as caught:
            open_database(f"duckdb:///{file}", Settings(home=tmp_path))
        assert "chương trình khác" in caught.value.message
    finally:
        writer.stdin.close()
        writer.wait(timeout=10)
        writer.stdout.close()
    with open_database(f"duckdb:///{file}", Settings(home=tmp_path)) as database:
        assert database.scalar("SELECT 1") == 1


@pytest.mark.postgres
@pytest.mark.skipif(not os.environ.get("HOIKHO_TEST_POSTGRES"), reason="set HOIKHO_TEST_POSTGRES to a PostgreSQL URL")
class TestPostgres:
    """Needs a server: ``HOIKHO_TEST_POSTGRES=postgresql://user@host:port/base``."""

    @pytest.fixture
    def server(self, tmp_path: Path):
        with open_database(os.environ["HOIKHO_TEST_POSTGRES"], Settings(home=tmp_path)) as opened:
            yield opened

    def test_reads(self, server: Database) -> None:
        result = server.run(raw("SELECT 1 AS a, 2.5::numeric AS b, DATE '2024-01-01' AS c, 'Đỏ' AS d"))
        assert result.rows == ((1, 2.5, dt.date(2024, 1, 1), "Đỏ"),)
        assert [c.type for c in result.columns] == ["integer", "number", "date", "text"]

    def test_does_not_write(self, server: Database) -> None:
        for sql in ("CREATE TABLE z (i INT)", "CREATE TEMP TABLE z (i INT)", "SELECT 1; CREATE TABLE z (i INT)"):
            with pytest.raises(ExecutionError):
                server.run(raw(sql))
        assert server.scalar("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'z'") == 0

    def test_timeout(self, server: Database) -> None:
        with pytest.raises(ExecutionError) as caught:
            server.run(raw("SELECT pg_sleep(30)"), timeout_s=0.3)
        assert caught.value.code == "timeout"
        assert server.scalar("SELECT 1") == 1

    def test_cancel(self, server: Database) -> None:
        cancel = threading.Event()
        threading.Timer(0.3, cancel.set).start()
        with pytest.raises(ExecutionError) as caught:
            server.run(raw("SELECT pg_sleep(30)"), timeout_s=60, cancel=cancel)
        assert caught.value.code == "cancelled"
        asked = "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_' || 'sleep(30)%'"
        assert server.scalar(asked) == 0
