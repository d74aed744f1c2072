"""Bounds with two ends, things that begin a question and are counted at its end, places in several periods."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

RATE = "100.0 * SUM(CASE WHEN phan_luong = '{}' THEN 1 ELSE 0 END) / COUNT(*)"

CASES = [
    # what a bound takes away is another bound
    (
        "Các nước đạt trên 2 tỷ USD nhưng chưa tới 8 tỷ USD kim ngạch nhập khẩu năm 2023",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' GROUP BY nuoc "
        "HAVING SUM(tri_gia_usd) > 2e9 AND SUM(tri_gia_usd) < 8e9 ORDER BY v DESC",
    ),
    (
        "Bao nhiêu cục đạt trên 80% nhưng chưa đủ 95% dự toán năm 2023",
        "SELECT COUNT(*) FROM (SELECT cuc FROM tien_do_thu WHERE nam = 2023 GROUP BY cuc "
        "HAVING SUM(so_thu) > 0.8 * SUM(du_toan) AND SUM(so_thu) < 0.95 * SUM(du_toan))",
    ),
    # the upper end of a stretch told as a bound of its own
    (
        "Cục có số thu năm 2023 từ 2.000 tỷ đến dưới 9.000 tỷ đồng",
        "SELECT cuc, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2023 GROUP BY cuc "
        "HAVING SUM(so_tien) >= 2e12 AND SUM(so_tien) < 9e12 ORDER BY v DESC",
    ),
    (
        "Nước nào nhập khẩu từ 3 đến dưới 7 tỷ USD năm 2022",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu' GROUP BY nuoc "
        "HAVING SUM(tri_gia_usd) >= 3e9 AND SUM(tri_gia_usd) < 7e9 ORDER BY v DESC",
    ),
    # both bounds of one change
    (
        "Nhóm hàng xuất khẩu nào tăng trên 5% nhưng dưới 12% năm 2024",
        "SELECT nhom_hang, a, b, 100.0 * (a / b - 1) AS t FROM (SELECT nhom_hang, SUM(CASE WHEN nam = 2024 THEN "
        "tri_gia_usd ELSE 0 END) AS a, SUM(CASE WHEN nam = 2023 THEN tri_gia_usd ELSE 0 END) AS b FROM xnk "
        "WHERE chieu = 'Xuất khẩu' AND nam IN (2023, 2024) GROUP BY nhom_hang) "
        "WHERE 100.0 * (a / b - 1) > 5 AND 100.0 * (a / b - 1) < 12 ORDER BY t DESC",
    ),
    # two rates are bounded: both are shown
    (
        "Khu vực nào có tỷ lệ luồng xanh trên 60% và tỷ lệ luồng đỏ dưới 5% năm 2023",
        f"SELECT khu_vuc, {RATE.format('Xanh')} AS x, {RATE.format('Đỏ')} AS d FROM to_khai WHERE nam = 2023 "
        f"GROUP BY khu_vuc HAVING {RATE.format('Xanh')} > 60 AND {RATE.format('Đỏ')} < 5 ORDER BY x DESC",
    ),
    # what the question begins with is counted at its end
    (
        "Tờ khai xuất khẩu sang Đức có trị giá trên 2 triệu USD năm 2023 có bao nhiêu",
        "SELECT COUNT(*) FROM to_khai WHERE nam = 2023 AND chieu = 'Xuất khẩu' AND nuoc = 'Đức' "
        "AND tri_gia_usd > 2000000",
    ),
    (
        "Doanh nghiệp có trên 100 tờ khai năm 2023 thì có bao nhiêu doanh nghiệp",
        "SELECT COUNT(*) FROM (SELECT ma_so_thue FROM to_khai WHERE nam = 2023 GROUP BY ma_so_thue "
        "HAVING COUNT(*) > 100)",
    ),
    # a total of the rows within a bound
    (
        "Tổng thu của các chứng từ có số tiền trên 2 tỷ đồng năm 2023",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2023 AND so_tien > 2e9",
    ),
    (
        "Bao nhiêu tờ khai thông quan trên 30 giờ trong năm 2023, chiếm mấy phần trăm",
        "SELECT COUNT(CASE WHEN gio_thong_quan > 30 THEN 1 END), 100.0 * COUNT(CASE WHEN gio_thong_quan > 30 THEN 1 "
        "END) / COUNT(*) FROM to_khai WHERE nam = 2023",
    ),
    # the place of one member in each of several periods
    (
        "Thứ hạng của cục Đồng Nai về số thu năm 2022 và năm 2023",
        "SELECT nam, h FROM (SELECT nam, cuc, RANK() OVER (PARTITION BY nam ORDER BY SUM(so_tien) DESC) AS h "
        "FROM thu_nsnn WHERE nam IN (2022, 2023) GROUP BY nam, cuc) WHERE cuc = 'Đồng Nai' ORDER BY nam",
    ),
    # where the order begins, and not how many are wanted
    (
        "Số thu từng khu vực năm 2023, xếp từ cao nhất",
        "SELECT khu_vuc, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2023 GROUP BY khu_vuc ORDER BY v DESC",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "wanted"), CASES, ids=[q for q, _ in CASES])
def test_what_comes_back_is_what_a_query_by_hand_gives(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, wanted: str
) -> None:
    found, rows = ask(question), database.execute(wanted).fetchall()
    assert rows
    assert same(found, rows)


def test_what_nothing_but_another_period_denies_is_the_whole_description(
    ask: Ask, database: duckdb.DuckDBPyConnection
) -> None:
    top = (
        "SELECT nuoc FROM (SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = {} AND chieu = 'Nhập khẩu' "
        "GROUP BY nuoc ORDER BY v DESC LIMIT 8)"
    )
    wanted = f"{top.format(2024)} EXCEPT {top.format(2021)} ORDER BY 1"
    found = ask("Nước nào năm 2024 nằm trong top 8 nhập khẩu mà năm 2021 thì không?")
    assert found == database.execute(wanted).fetchall()
