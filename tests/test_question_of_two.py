"""Which of those that were named is more; shortages that are asserted; papers bounded by what each is worth."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

BALANCE = "SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END)"
MISSING = "SUM(bien_che_giao) - SUM(co_mat)"
LATEST = "nam = 2025 AND thang = 10"

CASES = [
    # of two steps of the calendar that were named one is asked for: nothing is compared or bounded
    (
        "Tháng 8 và tháng 9 năm 2023, tháng nào số thu cao hơn?",
        "SELECT thang, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2023 AND thang IN (8, 9) "
        "GROUP BY thang ORDER BY v DESC",
    ),
    (
        "Giữa quý III và quý IV/2023, quý nào nhập khẩu ít hơn",
        "SELECT quy, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2023 AND quy IN (3, 4) AND chieu = 'Nhập khẩu' "
        "GROUP BY quy ORDER BY v",
    ),
    (
        "thang 2 so voi thang 3/2024 thang nao nhieu to khai hon",
        "SELECT thang, COUNT(*) AS v FROM to_khai WHERE nam = 2024 AND thang IN (2, 3) GROUP BY thang ORDER BY v DESC",
    ),
    (
        "Năm 2021, 2022 và 2023, năm nào xuất siêu lớn hơn",
        f"SELECT nam, {BALANCE} AS v FROM xnk WHERE nam BETWEEN 2021 AND 2023 GROUP BY nam "
        f"HAVING {BALANCE} > 0 ORDER BY v DESC",
    ),
    # what stands after "hơn" is when, since the two that are compared were named
    (
        "Quảng Ninh hay Cao Bằng thu nhiều hơn năm 2023?",
        "SELECT cuc, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2023 AND cuc IN ('Quảng Ninh', 'Cao Bằng') "
        "GROUP BY cuc ORDER BY v DESC",
    ),
    (
        "xuat khau sang Duc hay Phap cao hon quy 2/2024",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2024 AND quy = 2 AND chieu = 'Xuất khẩu' "
        "AND nuoc IN ('Đức', 'Pháp') GROUP BY nuoc ORDER BY v DESC",
    ),
    # the lesser of those that were named comes first
    (
        "Hồ tiêu và hạt điều, mặt hàng nào xuất khẩu thấp hơn trong năm 2024",
        "SELECT nhom_hang, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2024 AND chieu = 'Xuất khẩu' "
        "AND nhom_hang IN ('Hạt tiêu', 'Hạt điều') GROUP BY nhom_hang ORDER BY v",
    ),
    # a comparison with another period stays one
    (
        "Tháng nào năm 2024 thu nhiều hơn cùng kỳ",
        "SELECT thang, a, b, 100.0 * (a / b - 1) AS t FROM (SELECT thang, SUM(CASE WHEN nam = 2024 THEN so_tien ELSE 0 "
        "END) AS a, SUM(CASE WHEN nam = 2023 THEN so_tien ELSE 0 END) AS b FROM thu_nsnn WHERE nam IN (2023, 2024) "
        "GROUP BY thang) WHERE a > b ORDER BY thang",
    ),
    (
        "Số thu của Đà Nẵng năm 2024 cao hay thấp hơn năm 2022",
        "SELECT a, b, 100.0 * (a / b - 1) FROM (SELECT SUM(CASE WHEN nam = 2024 THEN so_tien ELSE 0 END) AS a, "
        "SUM(CASE WHEN nam = 2022 THEN so_tien ELSE 0 END) AS b FROM thu_nsnn WHERE cuc = 'Đà Nẵng')",
    ),
    # a shortage that is asserted is one
    (
        "Những cục nào còn thiếu người?",
        f"SELECT cuc, {MISSING} AS v FROM nhan_su WHERE {LATEST} GROUP BY cuc HAVING {MISSING} > 0 ORDER BY v DESC",
    ),
    (
        "Mỗi cục thiếu bao nhiêu biên chế?",
        f"SELECT cuc, {MISSING} AS v FROM nhan_su WHERE {LATEST} GROUP BY cuc ORDER BY v DESC",
    ),
    # papers and not the forms that they are written on
    (
        "Số C/O có trị giá dưới 50.000 USD trong năm 2023",
        "SELECT COUNT(*) FROM giay_xuat_xu WHERE nam = 2023 AND tri_gia_usd < 50000",
    ),
    (
        "Trị giá nhập khẩu theo mẫu C/O năm 2023",
        "SELECT mau_co, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' "
        "GROUP BY mau_co ORDER BY v DESC",
    ),
]


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
