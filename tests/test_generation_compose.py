"""The composed candidate, the hint and the checks, on readings built by hand."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlglot

from nl2sql.generation.checks import check, leaves
from nl2sql.generation.compose import compose
from nl2sql.generation.hint import hint_line
from nl2sql.generation.parts import conditional
from nl2sql.generation.periods import period_sql, periods_sql
from nl2sql.types import (
    Comparison,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    Shape,
    Share,
    Threshold,
    Window,
)
from schema.semantic import Catalogue, Dimension, Fact, Metric, TimeDimension, View

TIME = TimeDimension("ngay", "Ngày", parts={"year": "nam", "quarter": "quy", "month": "thang", "half_month": "ky"},
                     default=True)  # fmt: skip
VIEW = View(
    "ban_hang",
    "Bán hàng",
    grain="một đơn hàng",
    time_dimensions=(TIME,),
    dimensions=(Dimension("mien", "Miền"), Dimension("loai", "Loại")),
    facts=(Fact("tien", "Tiền", unit="VND"),),
    metrics=(
        Metric("doanh_so", "Doanh số", "SUM(tien)", "VND", default=True),
        Metric("so_don", "Số đơn", "COUNT(*)", "đơn"),
        Metric("ty_le_huy", "Tỷ lệ hủy", "100.0 * SUM(CASE WHEN loai = 'Hủy' THEN 1 ELSE 0 END) / COUNT(*)", "%"),
    ),
    detail=("ngay", "mien", "tien"),
)
CATALOGUE = Catalogue("thử", "0", dt.date(2025, 10, 31), views={"ban_hang": VIEW})
SALES = MetricMatch("doanh_so", "SUM(tien)", "Doanh số", "VND")
COUNT = MetricMatch("so_don", "COUNT(*)", "Số đơn", "đơn")


def period(start: str, end: str, grain: str = "month", *, open_: bool = False) -> Period:
    return Period(dt.date.fromisoformat(start), dt.date.fromisoformat(end), grain, "", open=open_)  # type: ignore[arg-type]


def same_sql(left: str | None, right: str) -> bool:
    assert left is not None
    return sqlglot.parse_one(left, read="duckdb") == sqlglot.parse_one(right, read="duckdb")


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (period("2024-01-01", "2024-12-31", "year"), "nam = 2024"),
        (period("2020-01-01", "2024-12-31", "year"), "nam BETWEEN 2020 AND 2024"),
        (period("2024-04-01", "2024-06-30", "quarter"), "nam = 2024 AND quy = 2"),
        (period("2024-06-01", "2024-06-30"), "nam = 2024 AND thang = 6"),
        (period("2024-01-01", "2024-09-30"), "nam = 2024 AND thang BETWEEN 1 AND 9"),
        (period("2024-06-01", "2024-06-15", "half_month"), "nam = 2024 AND thang = 6 AND ky = 1"),
        (period("2024-06-16", "2024-06-30", "half_month"), "nam = 2024 AND thang = 6 AND ky = 2"),
        (period("2024-03-05", "2024-03-20", "day"), "ngay BETWEEN DATE '2024-03-05' AND DATE '2024-03-20'"),
        (period("2024-03-05", "2024-03-05", "day"), "ngay = DATE '2024-03-05'"),
        (period("2023-10-01", "2024-03-31"), "ngay BETWEEN DATE '2023-10-01' AND DATE '2024-03-31'"),
        (period("2025-01-01", "2025-10-31", "year", open_=True), "nam = 2025"),
    ],
)
def test_period_in_its_plainest_form(span: Period, expected: str) -> None:
    assert period_sql(span, TIME) == expected


def test_a_snapshot_means_its_last_month() -> None:
    snapshot = TimeDimension("ngay", "Ngày", parts={"year": "nam", "month": "thang"}, snapshot=True)
    assert period_sql(period("2024-01-01", "2024-09-30"), snapshot) == "nam = 2024 AND thang = 9"


def test_periods_that_differ_by_year_alone_are_merged() -> None:
    spans = [period("2022-01-01", "2022-06-30"), period("2024-01-01", "2024-06-30")]
    assert periods_sql(spans, TIME) == "nam IN (2022, 2024) AND thang BETWEEN 1 AND 6"


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("SUM(tien)", "SUM(CASE WHEN mien = 'Bắc' THEN tien ELSE 0 END)"),
        ("COUNT(*)", "COUNT(CASE WHEN mien = 'Bắc' THEN 1 END)"),
        ("COUNT(DISTINCT ma)", "COUNT(DISTINCT CASE WHEN mien = 'Bắc' THEN ma END)"),
        ("SUM(a) / NULLIF(SUM(b), 0)",
         "SUM(CASE WHEN mien = 'Bắc' THEN a ELSE 0 END) / NULLIF(SUM(CASE WHEN mien = 'Bắc' THEN b ELSE 0 END), 0)"),
    ],
)  # fmt: skip
def test_an_aggregate_can_be_restricted(expr: str, expected: str) -> None:
    assert same_sql(conditional(expr, "mien = 'Bắc'"), expected)


YEAR = period("2024-01-01", "2024-12-31", "year")
NORTH = FilterMatch("mien = 'Bắc'", "mien", ("Bắc",), "Miền: Bắc")


def reading(**parts: object) -> Reading:
    return Reading(text="", view="ban_hang", **{"metrics": (SALES,), "periods": (YEAR,), **parts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (reading(filters=(NORTH,)), "SELECT SUM(tien) AS doanh_so FROM ban_hang WHERE nam = 2024 AND mien = 'Bắc'"),
        (
            reading(groups=(GroupMatch("mien", "Miền"),), shape=Shape.BREAKDOWN),
            "SELECT mien, SUM(tien) AS doanh_so FROM ban_hang WHERE nam = 2024 GROUP BY mien ORDER BY doanh_so DESC",
        ),
        (
            reading(groups=(GroupMatch("month", "Tháng", "month"),), shape=Shape.TREND),
            "SELECT thang, SUM(tien) AS doanh_so FROM ban_hang WHERE nam = 2024 GROUP BY thang ORDER BY thang",
        ),
        (
            reading(periods=(), groups=(GroupMatch("month", "Tháng", "month"),), shape=Shape.TREND),
            "SELECT nam, thang, SUM(tien) AS doanh_so FROM ban_hang GROUP BY nam, thang ORDER BY nam, thang",
        ),
        (
            reading(groups=(GroupMatch("loai", "Loại"),), ranking=Ranking(3, False), shape=Shape.RANKING),
            "SELECT loai, SUM(tien) AS doanh_so FROM ban_hang WHERE nam = 2024 GROUP BY loai "
            "ORDER BY doanh_so ASC LIMIT 3",
        ),
        (
            reading(groups=(GroupMatch("loai", "Loại"),), thresholds=(Threshold("doanh_so", ">", 5e9),)),
            "SELECT loai, SUM(tien) AS doanh_so FROM ban_hang WHERE nam = 2024 GROUP BY loai "
            "HAVING SUM(tien) > 5000000000 ORDER BY doanh_so DESC",
        ),
        (
            reading(metrics=(COUNT,), thresholds=(Threshold("tien", ">=", 1e6, on_rows=True),)),
            "SELECT COUNT(*) AS so_don FROM ban_hang WHERE nam = 2024 AND tien >= 1000000",
        ),
        (
            reading(share=Share("mien = 'Bắc'", "")),
            "SELECT 100.0 * SUM(CASE WHEN mien = 'Bắc' THEN tien ELSE 0 END) / NULLIF(SUM(tien), 0) AS ty_trong "
            "FROM ban_hang WHERE nam = 2024",
        ),
        (
            reading(share=Share("", ""), groups=(GroupMatch("mien", "Miền"),)),
            "SELECT mien, SUM(tien) AS doanh_so, 100.0 * SUM(tien) / NULLIF(SUM(SUM(tien)) OVER (), 0) AS ty_trong "
            "FROM ban_hang WHERE nam = 2024 GROUP BY mien ORDER BY doanh_so DESC",
        ),
        (
            reading(share=Share("", ""), groups=(GroupMatch("month", "Tháng", "month"), GroupMatch("mien", "Miền"))),
            "SELECT thang, mien, SUM(tien) AS doanh_so, 100.0 * SUM(tien) / NULLIF(SUM(SUM(tien)) OVER "
            "(PARTITION BY thang), 0) AS ty_trong FROM ban_hang WHERE nam = 2024 GROUP BY thang, mien "
            "ORDER BY thang, mien",
        ),
        (
            reading(share=Share("", ""), groups=(GroupMatch("month", "Tháng", "month"),)),
            "SELECT thang, SUM(tien) AS doanh_so, 100.0 * SUM(tien) / NULLIF(SUM(SUM(tien)) OVER (), 0) AS ty_trong "
            "FROM ban_hang WHERE nam = 2024 GROUP BY thang ORDER BY thang",
        ),
        (
            reading(window=Window("cumulative"), groups=(GroupMatch("month", "Tháng", "month"),)),
            "SELECT thang, SUM(tien) AS doanh_so, SUM(SUM(tien)) OVER (ORDER BY thang) AS luy_ke FROM ban_hang "
            "WHERE nam = 2024 GROUP BY thang ORDER BY thang",
        ),
        (
            reading(comparison=Comparison("same_period", period("2023-01-01", "2023-12-31", "year"), "percent"),
                    shape=Shape.COMPARISON),
            "SELECT SUM(CASE WHEN nam = 2024 THEN tien ELSE 0 END) AS doanh_so, SUM(CASE WHEN nam = 2023 THEN tien "
            "ELSE 0 END) AS doanh_so_ky_truoc, 100.0 * (SUM(CASE WHEN nam = 2024 THEN tien ELSE 0 END) / "
            "NULLIF(SUM(CASE WHEN nam = 2023 THEN tien ELSE 0 END), 0) - 1) AS tang_truong FROM ban_hang "
            "WHERE nam IN (2023, 2024)",
        ),
        (
            reading(average="month"),
            "SELECT 1.0 * SUM(tien) / NULLIF(COUNT(DISTINCT nam * 100 + thang), 0) AS doanh_so_binh_quan "
            "FROM ban_hang WHERE nam = 2024",
        ),
        (
            reading(metrics=(), shape=Shape.ROWS, filters=(NORTH,)),
            "SELECT ngay, mien, tien FROM ban_hang WHERE nam = 2024 AND mien = 'Bắc' ORDER BY ngay DESC LIMIT 100",
        ),
    ],
)  # fmt: skip
def test_composed_sql(read: Reading, expected: str) -> None:
    assert same_sql(compose(read, CATALOGUE), expected)


def test_the_change_of_a_ratio_is_in_points() -> None:
    ratio = MetricMatch("ty_le_huy", VIEW.metrics[2].expr, "Tỷ lệ hủy", "%")
    base = period("2023-01-01", "2023-12-31", "year")
    sql = compose(reading(metrics=(ratio,), comparison=Comparison("same_period", base, "points")), CATALOGUE)
    assert sql is not None
    assert "chenh_lech" in sql and "tang_truong" not in sql


def test_leaves_of_conditions() -> None:
    tree = sqlglot.parse_one("SELECT 1 FROM t WHERE a = 'x' AND 5 < b AND c BETWEEN 1 AND 6 AND d IN (2, 1)")
    assert leaves(tree) == {("a", "=", "x"), ("b", ">", "5"), ("c", ">=", "1"), ("c", "<=", "6"), ("d", "in", "1,2")}


GROUPED = reading(filters=(NORTH,), groups=(GroupMatch("loai", "Loại"),), ranking=Ranking(5, True))


_WHERE = "nam = 2024 AND mien = 'Bắc'"


@pytest.mark.parametrize(
    ("what", "where", "rest", "complaint"),
    [
        ("loai, SUM(tien)", "nam = 2024", "GROUP BY loai ORDER BY d DESC LIMIT 5", "thiếu điều kiện"),
        ("loai, SUM(tien)", f"{_WHERE} AND loai = 'A'", "GROUP BY loai ORDER BY d DESC LIMIT 5", "thừa điều kiện"),
        ("loai, SUM(tien)", "nam = 2023 AND mien = 'Bắc'", "GROUP BY loai ORDER BY d DESC LIMIT 5", "thiếu điều kiện"),
        ("loai, thang, SUM(tien)", _WHERE, "GROUP BY loai, thang ORDER BY d DESC LIMIT 5", "thừa GROUP BY"),
        ("SUM(tien)", _WHERE, "ORDER BY d DESC LIMIT 5", "thiếu GROUP BY"),
        ("loai, COUNT(*)", _WHERE, "GROUP BY loai ORDER BY d DESC LIMIT 5", "thiếu chỉ tiêu"),
        ("loai, SUM(tien)", _WHERE, "GROUP BY loai ORDER BY d LIMIT 5", "sai chiều"),
        ("loai, SUM(tien)", _WHERE, "GROUP BY loai ORDER BY d DESC", "LIMIT 5"),
    ],
)
def test_a_draft_that_departs_from_the_reading_is_told(what: str, where: str, rest: str, complaint: str) -> None:
    sql = f"SELECT {what} AS d FROM ban_hang WHERE {where} {rest}"
    assert any(complaint in c for c in check(sql, GROUPED, VIEW))


def test_broken_sql_is_told() -> None:
    assert any("cú pháp" in c for c in check("SELECT loai FROM", GROUPED, VIEW))


def test_the_composed_candidate_passes_its_own_checks() -> None:
    sql = compose(GROUPED, CATALOGUE)
    assert sql is not None
    assert check(sql, GROUPED, VIEW) == ()


def test_the_hint_names_every_piece() -> None:
    hint = hint_line(GROUPED, VIEW)
    for piece in ("FROM ban_hang", "SUM(tien) AS doanh_so", "nam = 2024", "mien = 'Bắc'", "GROUP BY loai", "LIMIT 5"):
        assert piece in hint
