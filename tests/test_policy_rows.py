"""Rows and columns by role: whatever the SQL looks like, it sees what a database with only the allowed part holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import CATALOGUE, ROLE, build, guard

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError, QueryRejected, UserError
from nl2sql.policy.guard import guard_for, resolve_unit
from nl2sql.policy.roles import Permissions, Role, User, find_role
from nl2sql.query.database import Database, open_database
from nl2sql.query.scoped import ScopedValues
from nl2sql.query.validate import validate
from schema.semantic import Catalogue, Dimension, View

GUARD = guard()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    folder = tmp_path_factory.mktemp("vai")
    whole, allowed = build(folder)
    made = [open_database(f"duckdb:///{path}", Settings(home=folder)) for path in (whole, allowed)]
    yield made[0], made[1]
    for database in made:
        database.close()


def compare(sql: str, both: tuple[Database, Database]) -> bool:
    """Whether the query ran; asserts that it sees the same in both databases."""
    whole, allowed = both
    try:
        under = validate(sql, CATALOGUE, dialect="duckdb", row_cap=5000, guard=GUARD)
    except QueryRejected:
        return False
    plain = validate(sql, GUARD.catalogue, dialect="duckdb", row_cap=5000)
    try:
        expected = allowed.run(plain)
    except ExecutionError as error:
        with pytest.raises(ExecutionError) as caught:
            whole.run(under)
        assert caught.value.code == error.code
        return False
    found = whole.run(under)
    assert [c.name for c in found.columns] == [c.name for c in expected.columns]
    if expected.truncated:  # which rows stand above the cap is the engine's choice: how many there are is compared
        assert found.truncated
        return compare(f"SELECT COUNT(*) AS so_dong FROM ({sql}) AS moi_dong", both)
    assert Counter(map(_row, found.rows)) == Counter(map(_row, expected.rows)), under.sql
    return True


def _row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(f"{v:.9g}" if isinstance(v, float | int) and not isinstance(v, bool) else v for v in row)


FORMS = [
    "SELECT COUNT(*) FROM xnk",
    "SELECT * FROM xnk",
    "SELECT x.* FROM xnk AS x",
    "SELECT * EXCLUDE (nuoc) FROM thu",
    "FROM nhan_su",
    "SELECT SUM(tri_gia) FROM main.xnk",
    'SELECT SUM("TRI_GIA") FROM "XNK" AS "thu"',
    "SELECT xnk.cuc FROM thu AS xnk",
    "SELECT cuc FROM xnk UNION SELECT cuc FROM thu",
    "SELECT cuc FROM thu EXCEPT ALL SELECT cuc FROM xnk WHERE FALSE",
    "WITH a AS (SELECT * FROM xnk), b AS (SELECT * FROM a) SELECT cuc, COUNT(*) FROM b GROUP BY ALL",
    "WITH a AS (WITH b AS (SELECT cuc FROM xnk) SELECT * FROM b) SELECT DISTINCT cuc FROM a",
    "SELECT (SELECT MAX(tri_gia) FROM xnk) AS m, COUNT(*) FROM thu",
    "SELECT cuc FROM thu WHERE cuc IN (SELECT cuc FROM xnk WHERE khu_vuc = 'Khu vực I')",
    "SELECT COUNT(*) FROM thu WHERE EXISTS (SELECT 1 FROM xnk WHERE xnk.ma_so_thue = thu.ma_so_thue)",
    "SELECT COUNT(*) FROM thu t WHERE NOT EXISTS (SELECT 1 FROM xnk x WHERE x.thang = t.thang AND x.cuc <> t.cuc)",
    "SELECT a.cuc, b.cuc, COUNT(*) FROM xnk a JOIN thu b ON a.thang = b.thang GROUP BY 1, 2",
    "SELECT a.thang, b.so_tien FROM xnk a LEFT JOIN thu b ON a.thang = b.thang AND b.cuc = 'Hà Nội'",
    "SELECT a.thang, b.so_tien FROM xnk a RIGHT JOIN thu b USING (ngay)",
    "SELECT COUNT(*) FROM xnk a FULL JOIN thu b ON a.ngay = b.ngay",
    "SELECT COUNT(*) FROM xnk a SEMI JOIN thu b ON a.ma_so_thue = b.ma_so_thue",
    "SELECT COUNT(*) FROM xnk a ANTI JOIN thu b ON a.ma_so_thue = b.ma_so_thue",
    "SELECT COUNT(*) FROM (xnk a JOIN thu b ON a.ngay = b.ngay)",
    "SELECT COUNT(*) FROM xnk, thu WHERE xnk.ngay = thu.ngay",
    "SELECT doanh_nghiep, SUM(tri_gia) FROM xnk GROUP BY doanh_nghiep",
    "SELECT COUNT(DISTINCT ma_so_thue) FROM xnk",
    "SELECT COUNT(*) FROM xnk WHERE doanh_nghiep = 'Công ty 5'",
    "SELECT COUNT(*) FROM xnk WHERE doanh_nghiep LIKE 'Công ty%'",
    "SELECT MIN(doanh_nghiep), MAX(ma_so_thue), ANY_VALUE(doanh_nghiep IS NULL) FROM xnk",
    "SELECT STRING_AGG(doanh_nghiep, ',' ORDER BY doanh_nghiep) FROM xnk",
    "SELECT LENGTH(ma_so_thue), SUBSTR(doanh_nghiep, 1, 4) FROM thu",
    "SELECT CASE WHEN ma_so_thue > '01' THEN 1 ELSE 0 END AS b FROM thu",
    "SELECT SUM(tri_gia) FILTER (WHERE cuc <> 'Hải Phòng') FROM xnk",
    "SELECT thang, SUM(SUM(tri_gia)) OVER (ORDER BY thang) FROM xnk GROUP BY thang",
    "SELECT cuc, ROW_NUMBER() OVER (ORDER BY ngay, tri_gia, nuoc) FROM xnk QUALIFY COUNT(*) OVER () > 1",
    "SELECT cuc, khu_vuc, COUNT(*) FROM xnk GROUP BY ROLLUP (cuc, khu_vuc)",
    "SELECT tri_gia AS cuc FROM xnk WHERE cuc = 'Hà Nội'",
    "SELECT ngay FROM xnk ORDER BY (SELECT COUNT(*) FROM thu WHERE thu.ngay = xnk.ngay), ngay LIMIT 7",
    "SELECT COUNT(*) FROM xnk WHERE cuc = 'Hải Phòng' OR TRUE",
    "SELECT COUNT(*) FROM xnk WHERE cuc IS NULL",
]


@pytest.mark.parametrize("sql", FORMS)
def test_every_form_sees_only_the_allowed_part(sql: str, both: tuple[Database, Database]) -> None:
    assert compare(sql, both)


_PLAIN = st.sampled_from(["cuc", "khu_vuc", "doanh_nghiep", "ma_so_thue", "nam", "thang"])
_TABLE = st.sampled_from([("xnk", "tri_gia"), ("thu", "so_tien")])
_ALIAS = st.sampled_from(["", "a", "thu", "xnk", "b"])


@st.composite
def conditions(draw: st.DrawFn, q: str) -> str:
    column = draw(_PLAIN)
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return f"{q}{column} IS NOT NULL"
    if kind == 1:
        return f"{q}cuc = '{draw(st.sampled_from(['Hải Phòng', 'Hà Nội', 'Lạng Sơn']))}'"
    if kind == 2:
        return f"({q}nam > {draw(st.integers(2021, 2024))} OR {q}cuc <> 'Hải Phòng')"
    if kind == 3:
        return f"{q}doanh_nghiep LIKE '%{draw(st.sampled_from(['Công ty', 'DN-', '1', 'a']))}%'"
    if kind == 4:
        table, _ = draw(_TABLE)
        return f"{q}{column} {draw(st.sampled_from(['IN', 'NOT IN']))} (SELECT s.{column} FROM {table} AS s)"
    if kind == 5:
        table, measure = draw(_TABLE)
        return f"{q}thang <= (SELECT COUNT(DISTINCT z.thang) FROM {table} z WHERE z.{measure} > {q}nam - 2000)"
    table, _ = draw(_TABLE)
    return f"EXISTS (SELECT 1 FROM {table} AS e WHERE e.thang = {q}thang AND e.{column} = {q}{column})"


@st.composite
def queries(draw: st.DrawFn, depth: int = 2) -> str:
    """A SELECT with a fixed output of two columns, g and v, over tables, joins, subqueries and CTEs."""
    kind = draw(st.integers(0, 6)) if depth else 0
    if kind == 1:
        operator = draw(st.sampled_from(["UNION ALL", "UNION", "EXCEPT", "INTERSECT"]))
        return f"({draw(queries(depth - 1))}) {operator} ({draw(queries(depth - 1))})"
    if kind == 2:
        name = draw(st.sampled_from(["t1", "kq", "Xyz"]))
        return f"WITH {name} AS ({draw(queries(depth - 1))}) SELECT g, SUM(v) AS v FROM {name} GROUP BY g"
    if kind == 3:
        return f"SELECT s.g, MAX(s.v) AS v FROM ({draw(queries(depth - 1))}) AS s GROUP BY s.g"
    if kind == 4:
        left, right = draw(queries(depth - 1)), draw(queries(depth - 1))
        side = draw(st.sampled_from(["", "LEFT ", "FULL "]))
        return f"SELECT l.g, r.v FROM ({left}) l {side}JOIN ({right}) r ON l.g = r.g"
    table, measure = draw(_TABLE)
    alias = draw(_ALIAS)
    q = f"{alias}." if alias else draw(st.sampled_from(["", f"{table}."]))
    source = f"{table} AS {alias}" if alias else table
    if kind == 5 and alias not in ("j",):
        other, _ = draw(_TABLE)
        q = q or f"{table}."
        source += f" {draw(st.sampled_from(['', 'LEFT ']))}JOIN {other} AS j ON j.ngay = {q}ngay"
    wanted = draw(conditions(q or f"{table}."))
    column = draw(_PLAIN)
    if draw(st.booleans()):
        return (
            f"SELECT CAST({q}{column} AS VARCHAR) AS g, SUM({q}{measure}) AS v FROM {source} WHERE {wanted} GROUP BY 1"
        )
    return f"SELECT CAST({q}{column} AS VARCHAR) AS g, {q}{measure} AS v FROM {source} WHERE {wanted}"


_ran = Counter[bool]()


@given(queries())
@settings(max_examples=150, deadline=None)
def test_generated_queries_see_only_the_allowed_part(both: tuple[Database, Database], sql: str) -> None:
    _ran[compare(sql, both)] += 1


def test_most_generated_queries_did_run() -> None:
    if not _ran:
        pytest.skip("the test before this one did not run")
    assert _ran[True] > 5 * _ran[False]


def test_what_is_hidden_does_not_exist_and_is_not_named() -> None:
    for sql in (
        "SELECT bi_mat FROM xnk",
        "SELECT gdp FROM chung",
        "SELECT x.bi_mat FROM xnk x",
        "SELECT bi_matt FROM xnk",
    ):
        with pytest.raises(QueryRejected) as caught:
            validate(sql, CATALOGUE, dialect="duckdb", row_cap=10, guard=GUARD)
        assert caught.value.code in {"unknown_column", "unknown_table"}
        assert caught.value.hint not in {"bi_mat", "chung"}
        for word in ("quyền", "vai ", "cấm"):
            assert word not in str(caught.value)
    assert "mat" not in {m.name for m in GUARD.catalogue.view("xnk").metrics}


def test_words_for_matching_come_from_the_allowed_rows(both: tuple[Database, Database]) -> None:
    values = ScopedValues(both[0], GUARD)
    assert [v for v, _ in values.distinct_values("xnk", "cuc", 100)] == ["Hải Phòng"]
    assert values.distinct_values("xnk", "doanh_nghiep", 100) == []
    assert values.distinct_values("xnk", "bi_mat", 100) == []
    assert values.distinct_values("chung", "nuoc", 100) == []


def test_units_of_both_organisations_and_several_of_them(both: tuple[Database, Database]) -> None:
    region = guard(("Khu vực VI",))
    assert "nhan_su" not in region.catalogue.views  # nothing there says which region a row belongs to
    two = guard(("Khu vực VI", "cuc:Hà Nội"))
    sql = "SELECT DISTINCT cuc, khu_vuc FROM xnk ORDER BY cuc, khu_vuc"
    found = both[0].run(validate(sql, CATALOGUE, dialect="duckdb", row_cap=10, guard=region))
    assert found.rows == (("Hải Phòng", "Khu vực VI"), ("Lạng Sơn", "Khu vực VI"))
    found = both[0].run(validate(sql, CATALOGUE, dialect="duckdb", row_cap=10, guard=two))
    assert ("Hà Nội", "Khu vực I") in found.rows
    assert ("Hải Phòng", "Khu vực III") not in found.rows


def test_a_shared_area_is_everybodys_only_where_no_column_says_whose_a_row_is() -> None:
    role = replace(ROLE, permissions=Permissions(areas=("*",)), shared_areas=("chung", "nhan_su"))
    seen = guard(("Khu vực VI",), role)
    assert "chung" in seen.catalogue.views
    assert "nhan_su" not in seen.catalogue.views
    assert "chung" not in guard(("Khu vực VI",), replace(role, shared_areas=())).catalogue.views


def test_a_unit_is_found_by_its_names_or_refused() -> None:
    assert resolve_unit("hp", CATALOGUE, ("cuc", "khu_vuc")) == ("cuc", "Hải Phòng")
    assert resolve_unit("khu_vuc:Khu vực I", CATALOGUE, ("cuc", "khu_vuc")) == ("khu_vuc", "Khu vực I")
    for unit in ("Sao Hỏa", "", "' OR 1=1 --", "khu_vuc:Hải Phòng"):
        with pytest.raises(UserError):
            resolve_unit(unit, CATALOGUE, ("cuc", "khu_vuc"))
    with pytest.raises(UserError, match="--unit"):
        guard(())


@pytest.mark.parametrize("dialect", ["sqlite", "tsql", "oracle", "postgres", "mysql"])
def test_other_dialects_never_show_the_stored_name(dialect: str) -> None:
    sql = validate("SELECT doanh_nghiep FROM thu", CATALOGUE, dialect=dialect, row_cap=10, guard=GUARD).sql
    inner = sql[sql.index("(") :].lower()
    assert "md5" in inner or "null as" in inner.replace("cast(null as", "null as")
    assert "hải phòng" in inner


def test_a_foreign_database_needs_the_right_and_hides_whole_columns() -> None:
    with pytest.raises(UserError, match="kho đã khai báo"):
        guard_for(User("a", ROLE, ("HP",)), CATALOGUE, described=False)
    role = Role("f", "F", Permissions(areas=("*",), foreign_allowed=True), columns={"@sensitive": "pseudonym"})
    found = guard_for(User("a", role), CATALOGUE, described=False)
    assert "doanh_nghiep" not in found.catalogue.view("xnk").columns()


def test_columns_are_hidden_by_name_where_nobody_described_them() -> None:
    view = View("KHACH", "Khách", dimensions=(Dimension("Ma_So_Thue", "x"), Dimension("thanh_pho", "y")))
    drafted = Catalogue("lạ", "0", None, views={"KHACH": view})
    found = guard_for(User("a", find_role("evaluator")), drafted, described=False)
    assert list(found.catalogue.view("KHACH").columns()) == ["thanh_pho"]


def test_what_different_roles_see_never_shares_a_version() -> None:
    versions = {CATALOGUE.version, GUARD.catalogue.version, guard(("Hà Nội",)).catalogue.version}
    assert len(versions) == 3
