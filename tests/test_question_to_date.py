"""Figures against a yearly plan, mean growth rates, and bounds of which each has to lie on something.

What is expected is computed from plain totals, in another way than the assistant computes it.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from demo_fixtures import assistant as assistant
from demo_fixtures import warehouse as warehouse

from nl2sql.pipeline import Assistant
from nl2sql.types import Question, Reading, Status


def rows(assistant: Assistant, text: str) -> list[tuple[Any, ...]]:
    found = assistant.ask(Question(text))
    assert found.status is Status.ANSWERED, found.headline
    assert found.result is not None
    return [tuple(row) for row in found.result.rows]


def read(assistant: Assistant, text: str) -> Reading:
    return assistant.reader.read(Question(text))


def scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


def test_a_part_of_a_year_is_measured_against_the_plan_of_the_year(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    took = scalar(warehouse, "SELECT sum(so_tien) FROM thu_nsnn WHERE ngay BETWEEN '2023-04-01' AND '2023-06-30'")
    plan = scalar(warehouse, "SELECT sum(du_toan) FROM tien_do_thu WHERE nam = 2023")
    [(share,)] = rows(assistant, "Quý 2 năm 2023 thu được mấy phần trăm dự toán?")
    assert float(share) == pytest.approx(100 * took / plan, rel=1e-6)


def test_month_by_month_the_plan_is_filled_up_to_that_month(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    plan = scalar(warehouse, "SELECT sum(du_toan) FROM tien_do_thu WHERE nam = 2022")
    months = [
        scalar(warehouse, f"SELECT sum(so_tien) FROM thu_nsnn WHERE ngay < DATE '2022-01-01' + INTERVAL {m} MONTH "
                          "AND nam = 2022") for m in range(1, 13)
    ]  # fmt: skip
    found = rows(assistant, "tỷ lệ đạt dự toán qua các tháng trong năm 2022")
    assert [float(r[-1]) for r in found] == pytest.approx([100 * m / plan for m in months], rel=1e-6)


def test_the_mean_rate_of_growth_is_compound(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    first, last = (
        scalar(warehouse, f"SELECT sum(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = {y}")
        for y in (2018, 2023)
    )
    [(rate,)] = rows(assistant, "Tốc độ tăng bình quân của kim ngạch nhập khẩu giai đoạn 2018 - 2023")
    assert float(rate) == pytest.approx(100 * ((last / first) ** (1 / 5) - 1), rel=1e-6)


def test_a_mean_of_months_is_no_rate(assistant: Assistant) -> None:
    window = read(assistant, "kim ngạch bình quân tháng giai đoạn 2018 - 2023").window
    assert window is None


def test_places_over_several_years_are_those_of_the_first_and_the_last(assistant: Assistant) -> None:
    reading = read(assistant, "qua các năm 2019-2022 cục nào lên hạng nhiều nhất về số thu")
    assert reading.comparison is not None
    assert (reading.comparison.base.start.year, reading.periods[0].end.year) == (2019, 2022)


def test_a_share_of_the_members_is_no_share_sign(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    totals = [
        float(v) for (v,) in warehouse.execute(
            "SELECT sum(tri_gia_usd) t FROM xnk WHERE nam = 2021 GROUP BY doanh_nghiep ORDER BY t DESC"
        ).fetchall()
    ]  # fmt: skip
    size = -(-len(totals) * 10 // 100)
    [(share,)] = rows(assistant, "10% doanh nghiệp lớn nhất chiếm mấy phần trăm kim ngạch năm 2021")
    assert float(share) == pytest.approx(100 * sum(totals[:size]) / sum(totals), rel=1e-6)


@pytest.mark.parametrize(
    ("question", "direction"),
    [
        ("Kim ngạch chia theo nước xuất xứ năm 2021", "Nhập khẩu"),
        ("Trị giá hàng có xuất xứ Thái Lan năm 2021", "Nhập khẩu"),
        ("Nguồn nhập khẩu lớn nhất của nước ta năm 2021", "Nhập khẩu"),
        ("3 thị trường nhập khẩu chính của Việt Nam năm 2021", "Nhập khẩu"),
        ("Nước nào nhập khẩu nhiều cà phê của Việt Nam nhất năm 2021", "Xuất khẩu"),
    ],
)
def test_the_part_that_a_partner_plays_tells_the_direction(assistant: Assistant, question: str, direction: str) -> None:
    reading = read(assistant, question)
    assert [f.values for f in reading.filters if f.column == "chieu"] == [(direction,)]


def test_a_bound_on_what_has_no_measure_is_doubted(assistant: Assistant) -> None:
    reading = read(assistant, "số vụ vi phạm trên 500 lượt khách theo cục năm 2022")
    assert any("500" in s.text for s in reading.unread)
    assert reading.certainty < 0.7


def test_a_bound_in_percent_after_a_value_lies_on_the_rate_of_it(assistant: Assistant) -> None:
    reading = read(assistant, "cục nào luồng vàng trên 30% trong năm 2022")
    assert [t.metric for t in reading.thresholds] == ["ty_le_luong_vang"]
    assert not any(f.column == "phan_luong" for f in reading.filters)


def test_two_bounds_on_other_rows_are_two_sets(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    out, into = (
        {r[0] for r in warehouse.execute(
            "SELECT nuoc FROM xnk WHERE nam = 2022 AND chau_luc = 'Châu Âu' AND chieu = ? GROUP BY nuoc "
            "HAVING sum(tri_gia_usd) > ?", [direction, bound]).fetchall()}
        for direction, bound in (("Xuất khẩu", 3e9), ("Nhập khẩu", 1e9))
    )  # fmt: skip
    assert out & into
    found = rows(assistant, "Nước châu Âu nào năm 2022 xuất khẩu trên 3 tỷ USD và nhập khẩu trên 1 tỷ USD?")
    assert {r[0] for r in found} == out & into
