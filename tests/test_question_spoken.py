"""Questions as they are spoken and typed in a hurry, set beside queries written by hand."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import same
from demo_fixtures import database as database

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.types import Question

COFFEE = "FROM xnk WHERE nam = 2023 AND chieu = 'Xuất khẩu' AND nhom_hang = 'Cà phê'"

CASES = [
    # yes or no: the total tells
    ("có phải năm 2023 xuất khẩu cà phê vượt 9 tỷ đô không", f"SELECT SUM(tri_gia_usd) {COFFEE}"),
    ("thu ngân sách năm 2022 có vượt 900 nghìn tỷ không", "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2022"),
    (
        "tỷ lệ hồ sơ một cửa đúng hạn năm 2022 đã trên 99% chưa",
        "SELECT 100.0 * SUM(CASE WHEN dung_han THEN 1 ELSE 0 END) / COUNT(dung_han) FROM nsw_ho_so WHERE nam = 2022",
    ),
    # who buys is the partner, and whom we buy of is a source
    (
        "nước nào mua cà phê nhiều nhất năm 2023",
        f"SELECT nuoc, SUM(tri_gia_usd) {COFFEE} GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "nước nào mua hàng nhiều nhất năm 2022",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND chieu = 'Xuất khẩu' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "Nhật Bản mua bao nhiêu than năm 2022",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND chieu = 'Xuất khẩu' AND nhom_hang = 'Than các loại' "
        "AND nuoc = 'Nhật Bản'",
    ),
    (
        "mua bông của nước nào nhiều nhất năm 2022",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu' "
        "AND nhom_hang = 'Bông các loại' GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "quốc gia nào mình mua hàng nhiều nhất năm 2022",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "thị trường nào mua hàng của ta nhiều nhất năm 2022",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND chieu = 'Xuất khẩu' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    # a column that only tells which rows are meant
    (
        "tờ khai trị giá trên 2 triệu USD luồng vàng năm 2023",
        "SELECT COUNT(*) FROM to_khai WHERE nam = 2023 AND phan_luong = 'Vàng' AND tri_gia_usd > 2000000",
    ),
    # chat and hurry
    (
        "kn xk cf sang duc nam 2023 bn usd",
        f"SELECT SUM(tri_gia_usd) {COFFEE} AND nuoc = 'Đức'",
    ),
    (
        "em đang cần gấp số tờ khai luồng vàng của Cần Thơ năm 2022",
        "SELECT COUNT(*) FROM to_khai WHERE nam = 2022 AND phan_luong = 'Vàng' AND cuc = 'Cần Thơ'",
    ),
    (
        "thu thue xuat khau theo quy nam 2022 ve bieu do duong",
        "SELECT quy, SUM(so_tien) FROM thu_nsnn WHERE nam = 2022 AND loai_thue = 'Thuế xuất khẩu' "
        "GROUP BY 1 ORDER BY 1",
    ),
    (
        "trung bình một tấn gạo xuất khẩu năm 2022 bao nhiêu đô",
        "SELECT SUM(tri_gia_usd) / SUM(luong) FROM xnk WHERE nam = 2022 AND chieu = 'Xuất khẩu' AND nhom_hang = 'Gạo'",
    ),
]


@pytest.mark.parametrize(("question", "by_hand"), CASES)
def test_spoken_questions(reader: Reader, database: duckdb.DuckDBPyConnection, question: str, by_hand: str) -> None:
    reading = reader.read(Question(question))
    sql = compose(reading, reader.catalogue)
    assert sql is not None, question
    assert same(database.execute(sql).fetchall(), database.execute(by_hand).fetchall()), sql
    assert reading.certainty >= 0.75


def test_what_is_lost_is_shown(reader: Reader) -> None:
    """A measure that the reading does not hold is given back as unread."""
    reading = reader.read(Question("của Hà Nội: số thu, số tờ khai, thời gian thông quan trung bình năm 2023"))
    assert reading.unread
    assert reading.certainty < 0.9


def test_a_numbered_list_on_one_line_is_asked_back_without_its_numbers(reader: Reader) -> None:
    asked = reader.read(
        Question("1. tổng số tờ khai năm 2023 là bao nhiêu 2. tỷ lệ luồng đỏ năm 2023 là bao nhiêu")
    ).clarification
    assert asked is not None
    assert [o.label[-1].isdigit() and o.label.endswith(" 2") for o in asked.options] == [False, False]


def test_a_few_words_that_name_no_time_are_no_sure_new_question(reader: Reader) -> None:
    turns = ("Doanh nghiệp nào nộp thuế nhiều nhất năm 2023",)
    reading = reader.read(Question("nhập khẩu mặt hàng gì nhiều nhất", turns=turns))
    assert reading.carried or reading.certainty < 0.75
    assert reader.read(Question("nhập khẩu mặt hàng gì nhiều nhất năm 2022", turns=turns)).certainty >= 0.9
