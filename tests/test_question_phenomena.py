"""Questions of many shapes: what the composed query returns is what a query written by hand returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema.loading import load_catalogue

Row = tuple[object, ...]
Ask = Callable[[str], list[Row]]


@pytest.fixture(scope="module")
def database(demo_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo warehouse, read only."""
    connection = duckdb.connect(str(demo_warehouse), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def ask(database: duckdb.DuckDBPyConnection) -> Ask:
    """The rows that the composed query of a question returns."""
    catalogue = load_catalogue()
    reader = Reader(catalogue, build_vocabulary(catalogue))

    def rows(question: str) -> list[Row]:
        sql = compose(reader.read(Question(question)), catalogue)
        assert sql is not None, question
        return database.execute(sql).fetchall()

    return rows


def same(left: list[Row], right: list[Row]) -> bool:
    """Equal rows in equal order, numbers within a millionth."""
    if len(left) != len(right) or any(len(a) != len(b) for a, b in zip(left, right, strict=True)):
        return False
    return all(_equal(x, y) for a, b in zip(left, right, strict=True) for x, y in zip(a, b, strict=True))


def _equal(one: object, two: object) -> bool:
    if isinstance(one, str) or one is None or isinstance(two, str) or two is None:
        return one == two
    return math.isclose(float(one), float(two), rel_tol=1e-6)  # type: ignore[arg-type]


CASES = [
    # members counted that keep to a bound
    (
        "Bao nhiêu thị trường mua trên 800 triệu USD hàng của Việt Nam năm 2022?",
        "SELECT COUNT(*) FROM (SELECT nuoc FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2022 GROUP BY nuoc "
        "HAVING SUM(tri_gia_usd) > 8e8)",
    ),
    (
        "Nước ta nhập siêu với bao nhiêu nước trong năm 2021",
        "SELECT COUNT(*) FROM (SELECT nuoc FROM xnk WHERE nam = 2021 GROUP BY nuoc HAVING "
        "SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) < 0)",
    ),
    (
        "Có mấy cục chưa đạt 90% dự toán năm 2023?",
        "SELECT COUNT(*) FROM (SELECT cuc FROM tien_do_thu WHERE nam = 2023 GROUP BY cuc "
        "HAVING 100.0 * SUM(so_thu) / SUM(du_toan) < 90)",
    ),
    (
        "Bao nhiêu cục có số tờ khai giảm trong năm 2023 so với năm 2022",
        "SELECT COUNT(*) FROM (SELECT cuc FROM to_khai GROUP BY cuc HAVING SUM(CASE WHEN nam = 2023 THEN 1 ELSE 0 END) "
        "< SUM(CASE WHEN nam = 2022 THEN 1 ELSE 0 END) AND SUM(CASE WHEN nam = 2022 THEN 1 ELSE 0 END) > 0)",
    ),
    # calendar units counted or listed by a claim
    (
        "Năm 2022 có mấy tháng nhập khẩu vượt 29 tỷ USD?",
        "SELECT COUNT(*) FROM (SELECT thang FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 GROUP BY thang "
        "HAVING SUM(tri_gia_usd) > 29e9)",
    ),
    (
        "Tháng nào của năm 2021 cả nước xuất siêu",
        "SELECT thang, SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) AS v FROM xnk "
        "WHERE nam = 2021 GROUP BY thang HAVING v > 0 ORDER BY thang",
    ),
    # a place in the order
    (
        "Thị trường xuất khẩu lớn thứ tư năm 2023",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2023 GROUP BY nuoc "
        "ORDER BY v DESC LIMIT 1 OFFSET 3",
    ),
    (
        "Cục nào đứng thứ nhì về thu ngân sách trong quý II/2024",
        "SELECT cuc, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2024 AND quy = 2 GROUP BY cuc "
        "ORDER BY v DESC LIMIT 1 OFFSET 1",
    ),
    # the first time
    (
        "Năm đầu tiên thu ngân sách vượt 400.000 tỷ đồng",
        "SELECT nam, SUM(so_tien) AS v FROM thu_nsnn GROUP BY nam HAVING v > 4e14 ORDER BY nam LIMIT 1",
    ),
    (
        "Tháng nào lần đầu tiên nhập khẩu trên 32 tỷ USD?",
        "SELECT nam, thang, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY nam, thang "
        "HAVING v > 32e9 ORDER BY nam, thang LIMIT 1",
    ),
    # both ends
    (
        "Quý cao nhất và quý thấp nhất về kim ngạch nhập khẩu năm 2023",
        "WITH t AS (SELECT quy, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 GROUP BY quy) "
        "SELECT * FROM t WHERE v IN ((SELECT MAX(v) FROM t), (SELECT MIN(v) FROM t)) ORDER BY v DESC",
    ),
    # words of time beside other groupings
    (
        "Kim ngạch xuất khẩu theo khu vực kinh tế và tháng năm 2022",
        "SELECT thang, khu_vuc_kinh_te, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2022 "
        "GROUP BY thang, khu_vuc_kinh_te ORDER BY thang, khu_vuc_kinh_te",
    ),
    (
        "Thu ngân sách phân theo sắc thuế và năm, giai đoạn 2021-2023",
        "SELECT nam, loai_thue, SUM(so_tien) FROM thu_nsnn WHERE nam BETWEEN 2021 AND 2023 "
        "GROUP BY nam, loai_thue ORDER BY nam, loai_thue",
    ),
    (
        "Trị giá nhập khẩu theo tỉnh trong quý I/2023",
        "SELECT tinh, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 AND quy = 1 "
        "GROUP BY tinh ORDER BY v DESC",
    ),
    # a ratio is never divided by a number of months
    (
        "Giá nhập khẩu phân bón bình quân từng quý năm 2022",
        "SELECT quy, SUM(tri_gia_usd) / SUM(luong) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 "
        "AND nhom_hang = 'Phân bón các loại' AND luong IS NOT NULL GROUP BY quy ORDER BY quy",
    ),
    (
        "Số tờ khai bình quân trên một doanh nghiệp theo luồng năm 2022",
        "SELECT phan_luong, 1.0 * COUNT(*) / COUNT(DISTINCT ma_so_thue) AS v FROM to_khai WHERE nam = 2022 "
        "GROUP BY phan_luong ORDER BY v DESC",
    ),
    # whose imports
    (
        "Kim ngạch nhập khẩu của Việt Nam từ Lào năm 2023",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nuoc = 'Lào' AND nam = 2023",
    ),
    (
        "Thị phần của Hàn Quốc trong nhập khẩu của Việt Nam năm 2022",
        "SELECT 100.0 * SUM(CASE WHEN nuoc = 'Hàn Quốc' THEN tri_gia_usd ELSE 0 END) / SUM(tri_gia_usd) FROM xnk "
        "WHERE chieu = 'Nhập khẩu' AND nam = 2022",
    ),
    # the units named are the units asked for
    (
        "Số tờ khai của khu vực V và khu vực VI năm 2023, đơn vị nào nhiều hơn?",
        "SELECT khu_vuc, COUNT(*) AS v FROM to_khai WHERE nam = 2023 AND khu_vuc IN ('Khu vực V', 'Khu vực VI') "
        "GROUP BY khu_vuc ORDER BY v DESC",
    ),
    # against the whole, and against another part past a default
    (
        "Tỷ lệ luồng vàng của Quảng Trị năm 2023 thấp hơn mức chung cả nước mấy điểm phần trăm",
        "SELECT a, b, a - b FROM (SELECT 100.0 * SUM(CASE WHEN phan_luong = 'Vàng' AND cuc = 'Quảng Trị' THEN 1 ELSE 0 "
        "END) / SUM(CASE WHEN cuc = 'Quảng Trị' THEN 1 ELSE 0 END) AS a, 100.0 * SUM(CASE WHEN phan_luong = 'Vàng' "
        "THEN 1 ELSE 0 END) / COUNT(*) AS b FROM to_khai WHERE nam = 2023)",
    ),
    (
        "Khoảng cách thuế suất giữa MFN và EVFTA năm 2024",
        "SELECT a, b, a - b FROM (SELECT AVG(CASE WHEN loai_thue_suat = 'MFN' THEN thue_suat END) AS a, "
        "AVG(CASE WHEN loai_thue_suat = 'EVFTA' THEN thue_suat END) AS b FROM bieu_thue WHERE nam = 2024)",
    ),
    # one period set against two
    (
        "Nhập khẩu tháng 5/2024 so với tháng 4/2024 và tháng 5/2023",
        "SELECT a, b, 100.0 * (a / b - 1), c, 100.0 * (a / c - 1) FROM (SELECT "
        "SUM(CASE WHEN nam = 2024 AND thang = 5 THEN tri_gia_usd ELSE 0 END) AS a, "
        "SUM(CASE WHEN nam = 2024 AND thang = 4 THEN tri_gia_usd ELSE 0 END) AS b, "
        "SUM(CASE WHEN nam = 2023 AND thang = 5 THEN tri_gia_usd ELSE 0 END) AS c "
        "FROM xnk WHERE chieu = 'Nhập khẩu')",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_answer_is_that_of_a_query_written_by_hand(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, expected: str
) -> None:
    assert same(ask(question), database.execute(expected).fetchall())
