"""Several years that are set side by side: the years are in the answer; two periods named together are compared."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

TWO = (
    "SELECT a.v, b.v, 100.0 * (1.0 * a.v / b.v - 1) FROM (SELECT {what} AS v FROM {table} WHERE {now}) a, "
    "(SELECT {what} AS v FROM {table} WHERE {base}) b"
)
CASES = [
    # members over a number of years, the last of which is that of the data
    (
        "So sánh số thu của Đồng Nai, Bình Dương, Hà Nội trong ba năm gần đây",
        "SELECT nam, cuc, SUM(so_tien) FROM thu_nsnn WHERE nam BETWEEN 2023 AND 2025 AND "
        "cuc IN ('Đồng Nai', 'Bình Dương', 'Hà Nội') GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    (
        "Đối chiếu nợ thuế của Hải Phòng với Hà Nội 2 năm qua",
        "SELECT nam, cuc, SUM(so_no) FROM no_thue WHERE ngay IN ('2024-12-31', '2025-10-31') AND "
        "cuc IN ('Hải Phòng', 'Hà Nội') GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    (
        "So sánh nhập khẩu từ Thái Lan và Ấn Độ qua 4 năm gần nhất",
        "SELECT nam, nuoc, SUM(tri_gia_usd) FROM xnk WHERE nam BETWEEN 2022 AND 2025 AND chieu = 'Nhập khẩu' AND "
        "nuoc IN ('Thái Lan', 'Ấn Độ') GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    (
        "So sánh số vụ vi phạm 3 năm gần đây",
        "SELECT nam, COUNT(*) FROM vi_pham WHERE nam BETWEEN 2023 AND 2025 GROUP BY 1 ORDER BY 1",
    ),
    # one part of each of several years
    (
        "Số thu quý II trong 3 năm gần đây",
        "SELECT nam, SUM(so_tien) FROM thu_nsnn WHERE quy = 2 AND nam BETWEEN 2023 AND 2025 GROUP BY 1 ORDER BY 1",
    ),
    (
        "So sánh số tờ khai tháng 9 của Hà Nội và Đà Nẵng trong ba năm qua",
        "SELECT nam, cuc, COUNT(*) FROM to_khai WHERE thang = 9 AND nam BETWEEN 2023 AND 2025 AND "
        "cuc IN ('Hà Nội', 'Đà Nẵng') GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    # two periods named together and a change asked for
    (
        "Số thu năm 2021 và 2022, tăng mấy phần trăm?",
        TWO.format(what="SUM(so_tien)", table="thu_nsnn", now="nam = 2022", base="nam = 2021"),
    ),
    (
        "Số tờ khai tháng 3/2023 hơn hay kém tháng 2/2023",
        TWO.format(what="COUNT(*)", table="to_khai", now="nam = 2023 AND thang = 3", base="nam = 2023 AND thang = 2"),
    ),
    (
        "Nợ thuế so đầu năm tăng hay giảm",
        TWO.format(what="SUM(so_no)", table="no_thue", now="ngay = '2025-10-31'", base="ngay = '2024-12-31'"),
    ),
    (
        "Số vụ vi phạm quý I/2023 hơn hay kém cùng kỳ",
        TWO.format(what="COUNT(*)", table="vi_pham", now="nam = 2023 AND quy = 1", base="nam = 2022 AND quy = 1"),
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_years_are_there(question: str, expected: str, ask: Ask, database: duckdb.DuckDBPyConnection) -> None:
    assert same(ask(question), database.execute(expected).fetchall())
