"""What each enterprise pays on average is one mean over them, and no list of them all."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

CASES = [
    (
        "Mỗi doanh nghiệp FDI nộp bình quân bao nhiêu năm 2022",
        "SELECT SUM(so_tien) / COUNT(DISTINCT ma_so_thue) FROM thu_nsnn WHERE nam = 2022 AND khu_vuc_kinh_te = 'FDI'",
    ),
    (
        "Một doanh nghiệp trong nước nộp thuế trung bình bao nhiêu tiền năm 2022",
        "SELECT SUM(so_tien) / COUNT(DISTINCT ma_so_thue) FROM thu_nsnn WHERE nam = 2022 "
        "AND khu_vuc_kinh_te = 'Trong nước'",
    ),
    (
        "Bình quân mỗi doanh nghiệp FDI nộp bao nhiêu năm 2022",
        "SELECT SUM(so_tien) / COUNT(DISTINCT ma_so_thue) FROM thu_nsnn WHERE nam = 2022 AND khu_vuc_kinh_te = 'FDI'",
    ),
    (
        "Cuối năm 2022 mỗi doanh nghiệp FDI nợ thuế bình quân bao nhiêu",
        "SELECT SUM(so_no) / COUNT(DISTINCT ma_so_thue) FROM no_thue WHERE nam = 2022 AND thang = 12 "
        "AND khu_vuc_kinh_te = 'FDI'",
    ),
    # members that are few, and a mean by something else, are listed as before
    (
        "Mỗi cục bình quân một tháng thu bao nhiêu năm 2022",
        "SELECT cuc, SUM(so_tien) / COUNT(DISTINCT thang) AS v FROM thu_nsnn WHERE nam = 2022 GROUP BY 1 "
        "ORDER BY v DESC",
    ),
    (
        "Khách nước nào được hoàn thuế nhiều nhất năm 2022",
        "SELECT quoc_tich, SUM(tien_hoan) AS v FROM hoan_thue_du_khach WHERE nam = 2022 GROUP BY 1 "
        "ORDER BY v DESC LIMIT 1",
    ),
    (
        "Thị trường nào mua hàng của Việt Nam nhiều nhất năm 2022",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2022 AND chieu = 'Xuất khẩu' GROUP BY 1 "
        "ORDER BY v DESC LIMIT 1",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_a_mean_of_each_is_one_figure(
    question: str, expected: str, ask: Ask, database: duckdb.DuckDBPyConnection
) -> None:
    wanted = database.execute(expected).fetchall()
    assert wanted and wanted[0][0] is not None, "the query by hand finds nothing"
    assert same(ask(question), wanted)
