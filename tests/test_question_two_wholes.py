"""Parts of wholes, means of stocks and of different things, halves of a month, what no reading gives."""

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

RICE = "SUM(CASE WHEN nhom_hang = 'Gạo' AND nuoc = 'Phi-líp-pin' THEN tri_gia_usd ELSE 0 END)"

CASES = [
    # one part of two wholes
    (
        "Xuất khẩu gạo sang Philippines chiếm bao nhiêu % xuất khẩu gạo và bao nhiêu % tổng xuất khẩu năm 2023",
        f"SELECT 100.0 * {RICE} / SUM(CASE WHEN nhom_hang = 'Gạo' THEN tri_gia_usd ELSE 0 END), "
        f"100.0 * {RICE} / SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Xuất khẩu'",
    ),
    # what stands before "trong đó" is the whole
    (
        "Doanh nghiệp ưu tiên có bao nhiêu tờ khai năm 2023, trong đó luồng vàng chiếm bao nhiêu %",
        "SELECT COUNT(*), 100.0 * COUNT(CASE WHEN phan_luong = 'Vàng' THEN 1 END) / COUNT(*) FROM to_khai "
        "WHERE nam = 2023 AND la_uu_tien",
    ),
    # how the things counted go is the part
    (
        "Bao nhiêu phần trăm kim ngạch nhập khẩu từ Lào năm 2023 đi qua đường bộ",
        "SELECT 100.0 * SUM(CASE WHEN phuong_thuc = 'Đường bộ' THEN tri_gia_usd ELSE 0 END) / SUM(tri_gia_usd) "
        "FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND nuoc = 'Lào'",
    ),
    # the part of each of several units
    (
        "Thuế nhập khẩu chiếm bao nhiêu phần trăm số thu của Đồng Nai và của Bình Dương năm 2023",
        "SELECT cuc, 100.0 * SUM(CASE WHEN loai_thue = 'Thuế nhập khẩu' THEN so_tien ELSE 0 END) / SUM(so_tien) AS v "
        "FROM thu_nsnn WHERE nam = 2023 AND cuc IN ('Đồng Nai', 'Bình Dương') GROUP BY cuc ORDER BY v DESC",
    ),
    # a target that something is measured against
    (
        "Số thu năm 2023 so với dự toán pháp lệnh đạt bao nhiêu",
        "SELECT 100.0 * SUM(so_thu) / SUM(du_toan) FROM tien_do_thu WHERE nam = 2023",
    ),
    (
        "Thực hiện và dự toán năm 2023 theo khu vực",
        "SELECT khu_vuc, SUM(so_thu) AS v, SUM(du_toan) FROM tien_do_thu WHERE nam = 2023 GROUP BY khu_vuc "
        "ORDER BY v DESC",
    ),
    (
        "Những cục đã vượt dự toán năm 2022",
        "SELECT cuc, SUM(so_thu) - SUM(du_toan) AS v FROM tien_do_thu WHERE nam = 2022 GROUP BY cuc HAVING v > 0 "
        "ORDER BY v DESC",
    ),
    # a stock in the mean of its months; different things counted in each of them
    (
        "Nợ thuế bình quân mỗi tháng năm 2023",
        "SELECT SUM(so_no) / 12.0 FROM no_thue WHERE nam = 2023",
    ),
    (
        "Số doanh nghiệp nợ thuế bình quân các tháng năm 2023",
        "SELECT AVG(n) FROM (SELECT COUNT(DISTINCT ma_so_thue) AS n FROM no_thue WHERE nam = 2023 GROUP BY thang)",
    ),
    (
        "Số doanh nghiệp xuất khẩu bình quân mỗi tháng năm 2023 của từng khu vực kinh tế",
        "SELECT khu_vuc_kinh_te, AVG(n) AS v FROM (SELECT khu_vuc_kinh_te, COUNT(DISTINCT ma_so_thue) AS n FROM xnk "
        "WHERE nam = 2023 AND chieu = 'Xuất khẩu' GROUP BY khu_vuc_kinh_te, thang) GROUP BY 1 ORDER BY v DESC",
    ),
    # above the mean of the members: of a stock, and counted
    (
        "Cục nào nợ thuế cao hơn bình quân các cục cuối năm 2023",
        "SELECT cuc, SUM(so_no) AS v FROM no_thue WHERE nam = 2023 AND thang = 12 GROUP BY cuc HAVING v > (SELECT "
        "AVG(m) FROM (SELECT SUM(so_no) AS m FROM no_thue WHERE nam = 2023 AND thang = 12 GROUP BY cuc)) "
        "ORDER BY v DESC",
    ),
    (
        "Có bao nhiêu cục nợ thuế cao hơn bình quân các cục vào cuối năm 2023",
        "SELECT COUNT(*) FROM (SELECT cuc, SUM(so_no) AS v FROM no_thue WHERE nam = 2023 AND thang = 12 GROUP BY cuc "
        "HAVING v > (SELECT AVG(m) FROM (SELECT SUM(so_no) AS m FROM no_thue WHERE nam = 2023 AND thang = 12 "
        "GROUP BY cuc)))",
    ),
    # a kind left out
    (
        "Nợ thuế không kể khoản khó thu cuối năm 2023",
        "SELECT SUM(so_no) FROM no_thue WHERE nam = 2023 AND thang = 12 AND nhom_no <> 'Khó thu'",
    ),
    # a bare half of a month is one of the month named before
    (
        "Kỳ 2 tháng 8/2025 nhập khẩu tăng bao nhiêu phần trăm so với kỳ 1 cùng tháng",
        "SELECT a, b, 100.0 * (a / b - 1) FROM (SELECT SUM(CASE WHEN ky = 2 THEN tri_gia_usd ELSE 0 END) AS a, "
        "SUM(CASE WHEN ky = 1 THEN tri_gia_usd ELSE 0 END) AS b FROM xnk WHERE nam = 2025 AND thang = 8 "
        "AND chieu = 'Nhập khẩu')",
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
    ("question", "said"),
    [
        ("Số tờ khai theo ngày thông quan tháng 8/2025", "ngày thông quan"),
        ("Có bao nhiêu tờ khai đăng ký sau 6 giờ sáng ngày 14/8/2025", "6 giờ"),
        ("Tháng thu cao nhất và tháng thu thấp nhất năm 2023 chênh nhau bao nhiêu", "chênh"),
        ("Muốn đạt dự toán thì ba tháng còn lại mỗi tháng phải thu bao nhiêu", "còn lại"),
    ],
)
def test_what_no_reading_gives_is_shown_as_not_understood(reader: Reader, question: str, said: str) -> None:
    reading = reader.read(Question(question))
    assert any(said in span.text for span in reading.unread)
    assert reading.certainty < 0.9
