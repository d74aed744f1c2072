"""Several figures in one breath: amount, growth and share of a part; members chosen by one measure and shown by
another; sides told in their own order."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema.loading import load_catalogue

JAPAN = "CASE WHEN nuoc = 'Nhật Bản' THEN tri_gia_usd ELSE 0 END"

CASES = [
    # growth of a part in percent, its share in points
    (
        "Xuất khẩu sang Nhật Bản năm 2023 tăng bao nhiêu phần trăm so với năm 2022, chiếm bao nhiêu phần trăm tổng "
        "xuất khẩu",
        "SELECT a, b, 100.0 * (a / b - 1), 100.0 * a / s, 100.0 * b / t, 100.0 * a / s - 100.0 * b / t FROM (SELECT "
        f"SUM(CASE WHEN nam = 2023 THEN {JAPAN} ELSE 0 END) AS a, SUM(CASE WHEN nam = 2022 THEN {JAPAN} ELSE 0 END) "
        "AS b, SUM(CASE WHEN nam = 2023 THEN tri_gia_usd END) AS s, SUM(CASE WHEN nam = 2022 THEN tri_gia_usd END) "
        "AS t FROM xnk WHERE chieu = 'Xuất khẩu' AND nam IN (2022, 2023))",
    ),
    # a part, its share, and a mean of it
    (
        "FDI nộp ngân sách bao nhiêu năm 2023, chiếm bao nhiêu phần trăm, bình quân mỗi doanh nghiệp nộp bao nhiêu",
        "SELECT SUM(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN so_tien END), 100.0 * SUM(CASE WHEN khu_vuc_kinh_te = 'FDI' "
        "THEN so_tien END) / SUM(so_tien), SUM(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN so_tien END) / "
        "COUNT(DISTINCT CASE WHEN khu_vuc_kinh_te = 'FDI' THEN ma_so_thue END) FROM thu_nsnn WHERE nam = 2023",
    ),
    # an amount beside its rate over the target, compared
    (
        "Thu ngân sách 9 tháng 2024 đạt bao nhiêu, bằng bao nhiêu % dự toán, tăng bao nhiêu % so cùng kỳ",
        "SELECT a, b, 100.0 * (a / b - 1), 100.0 * a / d, 100.0 * b / e, 100.0 * a / d - 100.0 * b / e FROM (SELECT "
        "SUM(CASE WHEN nam = 2024 THEN so_thu END) AS a, SUM(CASE WHEN nam = 2023 THEN so_thu END) AS b, "
        "SUM(CASE WHEN nam = 2024 THEN du_toan END) AS d, SUM(CASE WHEN nam = 2023 THEN du_toan END) AS e "
        "FROM tien_do_thu WHERE nam IN (2023, 2024) AND thang <= 9)",
    ),
    # values of one enumeration stand in the column that knows them all
    (
        "Kim ngạch nhập khẩu năm 2023 của Bắc Ninh và Thái Nguyên",
        "SELECT tinh, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND tinh IN "
        "('Bắc Ninh', 'Thái Nguyên') GROUP BY tinh ORDER BY v DESC",
    ),
    # sides in the order in which the comparison tells them
    (
        "Số tờ khai xuất khẩu và nhập khẩu từng tháng năm 2024, tháng nào nhập nhiều hơn xuất",
        "SELECT thang, n, x FROM (SELECT thang, SUM(CASE WHEN chieu = 'Nhập khẩu' THEN 1 ELSE 0 END) AS n, "
        "SUM(CASE WHEN chieu = 'Xuất khẩu' THEN 1 ELSE 0 END) AS x FROM to_khai WHERE nam = 2024 GROUP BY thang) "
        "WHERE n > x ORDER BY thang",
    ),
    # a bound and a rise
    (
        "Cục nào nợ thuế cuối năm 2024 trên 10 tỷ mà tăng so với cuối năm 2023",
        "SELECT cuc, a, b, 100.0 * (a / b - 1) AS t FROM (SELECT cuc, SUM(CASE WHEN nam = 2024 THEN so_no ELSE 0 END) "
        "AS a, SUM(CASE WHEN nam = 2023 THEN so_no ELSE 0 END) AS b FROM no_thue WHERE thang = 12 AND nam IN "
        "(2023, 2024) GROUP BY cuc) WHERE a > 1e10 AND a > b ORDER BY t DESC",
    ),
    # chosen by one measure, shown by another
    (
        "Bình quân mỗi doanh nghiệp nợ bao nhiêu ở 4 cục có tổng nợ lớn nhất cuối năm 2023",
        "SELECT cuc, SUM(so_no) AS v, SUM(so_no) / COUNT(DISTINCT ma_so_thue) FROM no_thue WHERE nam = 2023 AND "
        "thang = 12 GROUP BY cuc ORDER BY v DESC LIMIT 4",
    ),
    (
        "Nợ khó thu của 3 cục nợ nhiều nhất cuối năm 2023",
        "SELECT cuc, SUM(so_no) AS v FROM no_thue WHERE nam = 2023 AND thang = 12 AND nhom_no = 'Khó thu' AND cuc IN "
        "(SELECT cuc FROM no_thue WHERE nam = 2023 AND thang = 12 GROUP BY cuc ORDER BY SUM(so_no) DESC LIMIT 3) "
        "GROUP BY cuc ORDER BY v DESC",
    ),
    # what a bloc imports of ours, we export
    (
        "Thị trường EU nhập khẩu giày dép của ta bao nhiêu năm 2023",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Xuất khẩu' AND la_eu "
        "AND nhom_hang = 'Giày dép các loại'",
    ),
    # both directions of those that have both
    (
        "Nước nào có cả xuất khẩu và nhập khẩu năm 2023, top 5 theo kim ngạch",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2023 GROUP BY nuoc HAVING COUNT(DISTINCT chieu) = 2 "
        "ORDER BY v DESC LIMIT 5",
    ),
    # conditions that the same rows keep to
    (
        "Có bao nhiêu tờ khai vừa là thương mại điện tử vừa bị phân luồng đỏ trong năm 2023",
        "SELECT COUNT(*) FROM to_khai WHERE nam = 2023 AND la_tmdt AND phan_luong = 'Đỏ'",
    ),
]


@pytest.mark.parametrize(("question", "wanted"), CASES, ids=[q for q, _ in CASES])
def test_what_comes_back_is_what_a_query_by_hand_gives(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, wanted: str
) -> None:
    found, rows = ask(question), database.execute(wanted).fetchall()
    assert rows
    assert same(found, rows)


@pytest.fixture(scope="module")
def reader() -> Reader:
    catalogue = load_catalogue()
    return Reader(catalogue, build_vocabulary(catalogue))


@pytest.mark.parametrize(
    "question",
    [
        "Top 10 doanh nghiệp nhập khẩu năm 2023, trong đó bao nhiêu doanh nghiệp FDI",
        "Doanh nghiệp nộp ngân sách nhiều nhất năm 2023 nộp bao nhiêu, được hoàn bao nhiêu",
    ],
)
def test_what_is_asked_for_second_and_not_shown_is_told(reader: Reader, question: str) -> None:
    assert reader.read(Question(question)).certainty < 0.9


@pytest.mark.parametrize(
    "question",
    [
        "Có bao nhiêu tờ khai vừa là thương mại điện tử vừa bị phân luồng đỏ trong năm 2023",
        "Nợ thuế không kể khoản khó thu cuối năm 2023",
        "Số tờ khai chuyển từ luồng vàng sang luồng đỏ năm 2023",
    ],
)
def test_small_words_that_were_understood_raise_no_doubt(reader: Reader, question: str) -> None:
    assert not reader.read(Question(question)).unread
