"""Groups under k enterprises: hidden in one question, and not to be had by subtracting two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_cases import CATALOGUE, ROLE, build, guard

from nl2sql.config import Settings
from nl2sql.errors import POLICY_CODES, QueryRejected
from nl2sql.policy.roles import ANY
from nl2sql.query.database import Database, open_database
from nl2sql.query.disclosure import Ledger, check_disclosure, safe_groups
from nl2sql.query.validate import validate
from nl2sql.types import Query

K = 3
ROLE_K = replace(
    ROLE, name="k", rows="all", k=K, columns={"@sensitive": "pseudonym"},
    permissions=replace(ROLE.permissions, areas=(ANY,)),
)  # fmt: skip
GUARD = guard((), ROLE_K)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("k")
    with open_database(f"duckdb:///{build(folder)[0]}", Settings(home=folder)) as database:
        yield database


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def door(sql: str, k: int = K) -> Query:
    return validate(sql, CATALOGUE, dialect="duckdb", row_cap=1000, guard=replace(GUARD, k=k))


def tell(sql: str, whole: Database, ledger: Ledger, user: str = "lan") -> tuple[tuple[object, ...], ...]:
    """The rows that a user gets; raises where the question is refused."""
    query = safe_groups(door(sql), GUARD, whole, partial(door, sql))
    check_disclosure(query.probes, GUARD, whole, ledger, user)
    return whole.run(query).rows


REFUSED = [
    "SELECT * FROM xnk",
    "SELECT tri_gia FROM xnk",
    "SELECT DISTINCT nuoc FROM xnk",
    "SELECT doanh_nghiep, SUM(tri_gia) FROM xnk GROUP BY doanh_nghiep",
    "SELECT SUM(tri_gia) FROM xnk WHERE ma_so_thue = 'DN-1'",
    "SELECT SUM(tri_gia) FROM xnk WHERE LENGTH(doanh_nghiep) > 3",
    "SELECT SUM(CASE WHEN doanh_nghiep > 'DN-5' THEN tri_gia END) FROM xnk",
    "SELECT SUM(tri_gia) FILTER (WHERE ma_so_thue < 'DN-5') FROM xnk",
    "SELECT MAX(tri_gia) FROM xnk",
    "SELECT MIN(ngay) FROM xnk",
    "SELECT ANY_VALUE(tri_gia), ARG_MAX(nuoc, tri_gia) FROM xnk",
    "SELECT STRING_AGG(nuoc, ',') FROM xnk",
    "SELECT MIN(doanh_nghiep) FROM xnk",
    "SELECT PERCENTILE_CONT(1.0) WITHIN GROUP (ORDER BY tri_gia) FROM xnk",
    "SELECT QUANTILE_CONT(tri_gia, 0.99) FROM xnk",
    "SELECT MODE(tri_gia) FROM xnk",
    "SELECT PRODUCT(tri_gia) FROM xnk",
    "SELECT SUM(tri_gia * tri_gia) FROM xnk",
    "SELECT SUM(tri_gia * (nuoc = 'Lào')::INT) FROM xnk",
    "SELECT SUM(NULLIF(tri_gia, 5)) FROM xnk",
    "SELECT SUM(1 / (tri_gia - 17)) FROM xnk",
    "SELECT SUM(POWER(tri_gia, 9)) FROM xnk",
    "SELECT SUM(GREATEST(tri_gia, 99)) FROM xnk",
    "SELECT COUNT(*) FROM xnk GROUP BY ROLLUP (nuoc)",
    "SELECT SUM(tri_gia) OVER () FROM xnk",
    "SELECT tri_gia FROM xnk QUALIFY ROW_NUMBER() OVER (ORDER BY tri_gia) = 1",
    "WITH a AS (SELECT * FROM xnk) SELECT SUM(tri_gia) FROM a",
    "SELECT SUM(tri_gia) FROM (SELECT tri_gia FROM xnk WHERE nuoc = 'Lào') s",
    "SELECT COUNT(*) FROM xnk a JOIN thu b ON a.ma_so_thue = b.ma_so_thue",
    "SELECT SUM(x.tri_gia) FROM xnk x JOIN nhan_su n ON n.cuc = x.cuc",
    "SELECT SUM(tri_gia) FROM xnk WHERE tri_gia > (SELECT AVG(tri_gia) FROM xnk)",
    "SELECT co_mat FROM nhan_su n WHERE EXISTS (SELECT 1 FROM xnk x WHERE x.cuc = n.cuc)",
    "SELECT co_mat, (SELECT SUM(x.tri_gia) FROM xnk x WHERE x.cuc = n.cuc) FROM nhan_su n",
    "SELECT nuoc, (SELECT SUM(xnk.tri_gia)) FROM xnk GROUP BY nuoc",
    "SELECT co_mat FROM nhan_su WHERE cuc IN (SELECT cuc FROM xnk)",
    "SELECT SUM(tri_gia) FROM xnk UNION ALL SELECT tri_gia FROM xnk",
    "SELECT COUNT(DISTINCT CASE WHEN nuoc = 'Lào' THEN doanh_nghiep END) FROM xnk",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_singles_out_rows_is_refused(sql: str) -> None:
    with pytest.raises(QueryRejected) as caught:
        door(sql)
    assert caught.value.code in POLICY_CODES


GIVEN = [
    "SELECT SUM(tri_gia), COUNT(*), AVG(tri_gia), MEDIAN(tri_gia) FROM xnk",
    "SELECT COUNT(DISTINCT ma_so_thue), COUNT(doanh_nghiep) FROM xnk",
    "SELECT nuoc, SUM(tri_gia) AS v FROM xnk GROUP BY nuoc HAVING SUM(tri_gia) > 1 ORDER BY v DESC LIMIT 3",
    "SELECT nam, SUM(SUM(tri_gia)) OVER (ORDER BY nam) FROM xnk GROUP BY nam",
    "SELECT nam, 100.0 * SUM(tri_gia) / NULLIF(SUM(SUM(tri_gia)) OVER (), 0) FROM xnk GROUP BY nam",
    "SELECT 100.0 * SUM(CASE WHEN nuoc = 'Đức' THEN tri_gia ELSE 0 END) / NULLIF(SUM(tri_gia), 0) FROM xnk",
    "WITH a AS (SELECT nam, SUM(tri_gia) AS v FROM xnk GROUP BY nam), b AS (SELECT MAX(v) AS m FROM a) "
    "SELECT a.nam FROM a CROSS JOIN b WHERE a.v = b.m",
    "SELECT * FROM nhan_su",
    "SELECT n.cuc, s.v / n.co_mat FROM nhan_su n JOIN (SELECT cuc, SUM(tri_gia) AS v FROM xnk GROUP BY cuc) s "
    "ON s.cuc = n.cuc",
    "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY tri_gia) FROM xnk",
]


@pytest.mark.parametrize("sql", GIVEN)
def test_ordinary_totals_are_given(sql: str, whole: Database, ledger: Ledger) -> None:
    assert tell(sql, whole, ledger)


def enterprises(condition: str, by: str, whole: Database) -> dict[object, int]:
    sql = f"SELECT {by}, COUNT(DISTINCT ma_so_thue) FROM xnk WHERE {condition} GROUP BY 1"
    return dict(whole.table(sql))  # type: ignore[arg-type]


_CONDITION = st.sampled_from(
    ["TRUE", "nuoc = 'Lào'", "nam = 2023 AND thang < 5", "tri_gia > 80", "tri_gia BETWEEN 10 AND 20", "thang = 2",
     "cuc = 'Lạng Sơn'", "cuc IS NULL", "nuoc IS NULL OR tri_gia < 9"]
)  # fmt: skip
_BY = st.sampled_from(["nuoc", "thang", "cuc", "nam", "ngay", "tri_gia", "nam * 100 + thang"])


@given(_CONDITION, _BY, _CONDITION)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_shown_group_or_part_of_one_is_small(whole: Database, condition: str, by: str, part: str) -> None:
    sql = f"SELECT {by} AS g, SUM(CASE WHEN {part} THEN tri_gia END) AS p FROM xnk WHERE {condition} GROUP BY 1"
    rows = whole.run(door(sql)).rows
    sizes = {str(k): n for k, n in enterprises(condition, by, whole).items()}
    parts = {str(k): n for k, n in enterprises(f"({condition}) AND ({part})", by, whole).items()}
    rests = {str(k): n for k, n in enterprises(f"({condition}) AND NOT COALESCE(({part}), FALSE)", by, whole).items()}
    for g, value in rows:
        assert sizes[str(g)] >= K
        if value is not None:
            assert parts.get(str(g), 0) == 0 or parts[str(g)] >= K  # rows without an enterprise are nobody's
            assert rests.get(str(g), 0) == 0 or rests[str(g)] >= K
    assert {str(g) for g, _ in rows} == {g for g, n in sizes.items() if n >= K}


def small_difference(whole: Database) -> str:
    """A condition on a measure that leaves out the rows of one or two enterprises only."""
    for bound in range(100, 80, -1):
        left = whole.scalar(f"SELECT COUNT(DISTINCT ma_so_thue) FROM xnk WHERE tri_gia > {bound}")
        if 0 < left < K:
            return f"tri_gia <= {bound}"
    raise AssertionError("the test's data has no such condition")


def test_two_questions_that_differ_by_few_enterprises(whole: Database, ledger: Ledger) -> None:
    most = small_difference(whole)
    assert tell("SELECT SUM(tri_gia) FROM xnk", whole, ledger)
    with pytest.raises(QueryRejected) as caught:
        tell(f"SELECT SUM(tri_gia) FROM xnk WHERE {most}", whole, ledger)
    assert caught.value.code == "disclosure"
    assert tell(f"SELECT SUM(tri_gia) FROM xnk WHERE {most}", whole, ledger, "another")


def test_the_order_of_the_two_questions_and_a_restart_do_not_matter(
    whole: Database, ledger: Ledger, tmp_path: Path
) -> None:
    assert tell(f"SELECT SUM(tri_gia) FROM xnk WHERE {small_difference(whole)}", whole, ledger)
    with pytest.raises(QueryRejected):
        tell("SELECT AVG(tri_gia), COUNT(*) FROM xnk", whole, Ledger(tmp_path))


def test_both_halves_in_one_query_and_as_parts_of_one_aggregate(whole: Database, ledger: Ledger) -> None:
    most = small_difference(whole)
    for sql in (
        f"SELECT SUM(tri_gia) FROM xnk UNION ALL SELECT SUM(tri_gia) FROM xnk WHERE {most}",
        f"SELECT (SELECT SUM(tri_gia) FROM xnk) - (SELECT SUM(tri_gia) FROM xnk WHERE {most}) AS hieu",
    ):
        with pytest.raises(QueryRejected):
            tell(sql, whole, ledger)
    rows = tell("SELECT SUM(tri_gia) FROM xnk", whole, ledger)
    assert rows[0][0] is not None
    with pytest.raises(QueryRejected):
        tell(f"SELECT SUM(CASE WHEN {most} THEN tri_gia END) FROM xnk", whole, ledger)


def test_group_by_group_differences(whole: Database, ledger: Ledger) -> None:
    assert tell("SELECT nuoc, SUM(tri_gia) FROM xnk GROUP BY nuoc", whole, ledger)
    with pytest.raises(QueryRejected):
        tell(f"SELECT nuoc, SUM(tri_gia) FROM xnk WHERE {small_difference(whole)} GROUP BY nuoc", whole, ledger)


def test_the_total_minus_a_breakdown_tells_about_enough_enterprises(whole: Database, ledger: Ledger) -> None:
    for by in ("nuoc", "cuc", "thang", "khu_vuc", "tri_gia"):
        sql = f"SELECT {by} AS g, SUM(tri_gia) AS v FROM xnk GROUP BY {by}"
        query = safe_groups(door(sql), GUARD, whole, partial(door, sql))
        shown = [row[0] for row in whole.run(query).rows]
        listing = ", ".join("NULL" if v is None else repr(v) for v in shown) or "NULL"
        missing = whole.scalar(
            f"SELECT COUNT(DISTINCT ma_so_thue) FROM xnk WHERE NOT COALESCE({by} IN ({listing}), FALSE)"
            + (f" AND {by} IS NOT NULL" if None in shown else "")
        )
        assert missing == 0 or missing >= K


def test_the_ledger_keeps_conditions_and_no_address_of_the_database(
    whole: Database, ledger: Ledger, tmp_path: Path
) -> None:
    tell("SELECT SUM(tri_gia) FROM xnk WHERE nuoc = 'Lào'", whole, ledger)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())
    assert b"SUM(tri_gia)" in kept
    assert b"duckdb:" not in kept


def test_the_same_question_may_be_asked_again(whole: Database, ledger: Ledger) -> None:
    first = tell("SELECT nuoc, SUM(tri_gia) FROM xnk GROUP BY nuoc ORDER BY nuoc", whole, ledger)
    assert tell("SELECT nuoc, SUM(tri_gia) FROM xnk GROUP BY nuoc ORDER BY nuoc", whole, ledger) == first
