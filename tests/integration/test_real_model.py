"""The real model, asked real questions about the real demo warehouse; results against independent SQL.

``route="model"``: the model writes SQL for every question, whether or not the reading leaves anything open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from nl2sql.config import Settings
from nl2sql.model.protocol import Model
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.types import Question, Status

pytestmark = pytest.mark.model

# Question and SQL written by hand over the star schema's flat views, never copied from an answer. Columns may come in
# any order; further columns in the answer are allowed, rows are not.
CASES: list[tuple[str, str]] = [
    ("Năm 2021 cả nước xuất khẩu được bao nhiêu?",
     "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2021"),
    ("kim ngach nhap khau quy 2 nam 2023",
     "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 AND quy = 2"),
    ("Kim ngạch xuất khẩu thủy sản sang Nhật Bản năm 2022",
     "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Hàng thủy sản' AND nuoc = 'Nhật Bản' "
     "AND nam = 2022"),
    ("NK từ Thái Lan 3T/2024", "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nuoc = 'Thái Lan' "
     "AND nam = 2024 AND thang IN (1, 2, 3)"),
    ("Cán cân thương mại năm 2023 là bao nhiêu?",
     "SELECT SUM(CASE chieu WHEN 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) FROM xnk WHERE nam = 2023"),
    ("Số tờ khai nhập khẩu tháng 7/2022",
     "SELECT COUNT(*) FROM to_khai WHERE chieu = 'Nhập khẩu' AND nam = 2022 AND thang = 7"),
    ("so to khai luong do cua cuc hai quan hai phong nam 2023",
     "SELECT COUNT(*) FROM to_khai WHERE phan_luong = 'Đỏ' AND cuc = 'Hải Phòng' AND nam = 2023"),
    ("Số tờ khai theo luồng năm 2021",
     "SELECT phan_luong, COUNT(*) FROM to_khai WHERE nam = 2021 GROUP BY phan_luong"),
    ("Tỷ lệ luồng vàng quý I/2025",
     "SELECT 100.0 * COUNT(*) FILTER (WHERE phan_luong = 'Vàng') / COUNT(*) FROM to_khai WHERE nam = 2025 AND quy = 1"),
    ("Thời gian thông quan bình quân của hàng nhập năm 2020",
     "SELECT AVG(gio_thong_quan) FROM to_khai WHERE chieu = 'Nhập khẩu' AND nam = 2020"),
    ("Thu ngân sách năm 2019 là bao nhiêu?", "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2019"),
    ("số thu thuế xuất khẩu 6 tháng cuối năm 2023",
     "SELECT SUM(so_tien) FROM thu_nsnn WHERE loai_thue = 'Thuế xuất khẩu' AND nam = 2023 AND thang > 6"),
    ("Số thu ngân sách theo từng tháng năm 2022",
     "SELECT thang, SUM(so_tien) FROM thu_nsnn WHERE nam = 2022 GROUP BY thang"),
    ("4 cục hải quan thu ngân sách nhiều nhất năm 2020",
     "SELECT cuc, SUM(so_tien) AS thu FROM thu_nsnn WHERE nam = 2020 GROUP BY cuc ORDER BY thu DESC LIMIT 4"),
    ("Số vụ vi phạm năm 2022", "SELECT COUNT(*) FROM vi_pham WHERE nam = 2022"),
    ("số vụ vi phạm theo tuyến năm 2023", "SELECT tuyen, COUNT(*) FROM vi_pham WHERE nam = 2023 GROUP BY tuyen"),
    ("Tổng tiền phạt vi phạm quý 2/2024", "SELECT SUM(tien_phat) FROM vi_pham WHERE nam = 2024 AND quy = 2"),
    ("Kim ngạch nhập khẩu theo châu lục năm 2022",
     "SELECT chau_luc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 GROUP BY chau_luc"),
    ("top 6 thị trường xuất khẩu năm 2019",
     "SELECT nuoc, SUM(tri_gia_usd) AS kn FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2019 GROUP BY nuoc "
     "ORDER BY kn DESC LIMIT 6"),
    ("Khối FDI chiếm bao nhiêu phần trăm kim ngạch xuất khẩu năm 2021?",
     "SELECT 100.0 * SUM(tri_gia_usd) FILTER (WHERE khu_vuc_kinh_te = 'FDI') / SUM(tri_gia_usd) FROM xnk "
     "WHERE chieu = 'Xuất khẩu' AND nam = 2021"),
    ("Đến hết tháng 6/2023 thu đạt bao nhiêu phần trăm dự toán?",
     "SELECT 100.0 * SUM(so_thu) / SUM(du_toan) FROM tien_do_thu WHERE nam = 2023 AND thang <= 6"),
    ("Kim ngạch xuất khẩu năm 2022 tăng bao nhiêu phần trăm so với năm 2021?",
     "SELECT a, b, 100.0 * (a / b - 1) FROM (SELECT SUM(tri_gia_usd) FILTER (WHERE nam = 2022) AS a, "
     "SUM(tri_gia_usd) FILTER (WHERE nam = 2021) AS b FROM xnk WHERE chieu = 'Xuất khẩu')"),
]  # fmt: skip


@pytest.fixture(scope="module")
def asked(user_settings: Settings, demo_warehouse: Path, real_model: Model) -> Iterator[Assistant]:
    made = open_assistant(replace(user_settings, route="model"), model=real_model)
    yield made
    made.close()


@pytest.fixture(scope="module")
def truth(demo_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    # The assistant holds the file with a locked configuration; an independent copy of the connection reads another one.
    with duckdb.connect() as db:
        db.execute(f"ATTACH '{demo_warehouse}' AS kho (READ_ONLY)")
        db.execute("USE kho")
        yield db


def rows(values: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(_text(v) for v in row)) for row in values)


def _text(value: Any) -> str:
    return (
        f"{float(value):.6g}"
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        else str(value)
    )


@pytest.mark.parametrize(("question", "sql"), CASES, ids=[c[0][:40] for c in CASES])
def test_answer_equals_independent_sql(
    asked: Assistant, truth: duckdb.DuckDBPyConnection, question: str, sql: str
) -> None:
    answer = asked.ask(Question(question))
    assert answer.status is Status.ANSWERED, answer.headline
    assert answer.result is not None
    assert answer.model, "the model was not asked"
    expected = rows(truth.execute(sql).fetchall())
    got = rows(list(answer.result.rows))
    assert len(got) == len(expected), answer.sql
    for row in expected:
        assert any(set(row) <= set(other) for other in got), (answer.sql, row)
