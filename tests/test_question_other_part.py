"""Turns about another part, about members that were listed and about how many of them, beside queries by hand."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import same
from demo_fixtures import database as database

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.types import Question, Reading


def read(reader: Reader, talk: str) -> Reading:
    *turns, question = talk.split(" >> ")
    return reader.read(Question(question, turns=tuple(turns)))


REDDEST = (
    "SELECT khu_vuc FROM to_khai WHERE nam = 2023 GROUP BY 1 "
    "ORDER BY 1.0 * SUM(CASE WHEN phan_luong = 'Đỏ' THEN 1 ELSE 0 END) / COUNT(*) DESC LIMIT 1"
)
SLOW = "SELECT cua_khau, AVG(gio_thong_quan) FROM to_khai WHERE nam = 2023 GROUP BY 1 ORDER BY 2 "
BUYERS = "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2023 GROUP BY 1 ORDER BY 2 "
CASES = [
    (
        "tỷ lệ nợ khó thu cuối năm 2023 >> nhóm nợ chờ xử lý thì sao",
        "SELECT 100.0 * SUM(CASE WHEN nhom_no = 'Chờ xử lý' THEN so_no ELSE 0 END) / SUM(so_no) FROM no_thue "
        "WHERE nam = 2023 AND thang = 12",
    ),
    (
        "tỷ trọng FDI trong xuất khẩu năm 2023 theo quý >> còn trong nước",
        "SELECT quy, 100.0 * SUM(CASE WHEN khu_vuc_kinh_te = 'Trong nước' THEN tri_gia_usd ELSE 0 END) / "
        "SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2023 GROUP BY 1 ORDER BY 1",
    ),
    (
        "ty trong FDI trong nhap khau nam 2022 >> trong nuoc >> nam 2023",
        "SELECT 100.0 * SUM(CASE WHEN khu_vuc_kinh_te = 'Trong nước' THEN tri_gia_usd ELSE 0 END) / "
        "SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023",
    ),
    (
        "tỷ lệ luồng đỏ năm 2023 >> luồng vàng",  # a measure of its own
        "SELECT 100.0 * SUM(CASE WHEN phan_luong = 'Vàng' THEN 1 ELSE 0 END) / COUNT(*) FROM to_khai WHERE nam = 2023",
    ),
    (
        "tỷ lệ luồng đỏ năm 2023 >> chỉ hàng nhập khẩu",  # another column bounds the rate
        "SELECT 100.0 * SUM(CASE WHEN phan_luong = 'Đỏ' THEN 1 ELSE 0 END) / COUNT(*) FROM to_khai "
        "WHERE nam = 2023 AND chieu = 'Nhập khẩu'",
    ),
    (
        "doanh nghiệp nợ thuế trên 3 tỷ đồng tháng 12/2023 >> có bao nhiêu doanh nghiệp",
        "SELECT COUNT(*) FROM (SELECT ma_so_thue FROM no_thue WHERE nam = 2023 AND thang = 12 GROUP BY 1 "
        "HAVING SUM(so_no) > 3000000000)",
    ),
    (
        "nợ thuế cuối năm 2023 theo khu vực >> số doanh nghiệp nợ",  # of each region
        "SELECT khu_vuc, COUNT(DISTINCT ma_so_thue) FROM no_thue WHERE nam = 2023 AND thang = 12 GROUP BY 1 "
        "ORDER BY 2 DESC",
    ),
    (
        "số tờ khai năm 2023 theo khu vực >> 2 đơn vị thấp nhất",
        "SELECT khu_vuc, COUNT(*) FROM to_khai WHERE nam = 2023 GROUP BY 1 ORDER BY 2 LIMIT 2",
    ),
    (
        "số tờ khai năm 2023 theo khu vực >> 2 cục thấp nhất",  # another unit is named
        "SELECT cuc, COUNT(*) FROM to_khai WHERE nam = 2023 GROUP BY 1 ORDER BY 2 LIMIT 2",
    ),
    (
        "khu vực nào có tỷ lệ luồng đỏ cao nhất năm 2023 >> ở đó có bao nhiêu tờ khai",
        f"SELECT khu_vuc, COUNT(*) FROM to_khai WHERE nam = 2023 AND khu_vuc = ({REDDEST}) GROUP BY 1",
    ),
    (
        "khu vuc nao co ty le luong do cao nhat nam 2023 >> o do bao nhieu vu vi pham",
        f"SELECT khu_vuc, COUNT(*) FROM vi_pham WHERE nam = 2023 AND khu_vuc = ({REDDEST}) GROUP BY 1",
    ),
    ("thời gian thông quan bình quân năm 2023 theo cửa khẩu >> 2 cái chậm nhất", f"{SLOW} DESC LIMIT 2"),
    ("thời gian thông quan bình quân năm 2023 theo cửa khẩu >> 2 nơi nhanh nhất", f"{SLOW} LIMIT 2"),
    (
        "thu ngân sách quý II/2023 của khu vực V >> đạt bao nhiêu phần trăm dự toán cả năm",
        "SELECT 100.0 * SUM(so_thu) / SUM(du_toan) FROM tien_do_thu WHERE nam = 2023 AND khu_vuc = 'Khu vực V'",
    ),
    ("10 thị trường xuất khẩu lớn nhất năm 2023 >> lấy 4 thôi", f"{BUYERS} DESC LIMIT 4"),
    ("4 thị trường xuất khẩu nhỏ nhất năm 2023 >> 6 đi", f"{BUYERS} LIMIT 6"),
    ("4 thi truong xuat khau nho nhat nam 2023 >> top 6 thoi", f"{BUYERS} LIMIT 6"),
    ("xuất khẩu năm 2023 theo nước >> cho ba cái đầu", f"{BUYERS} DESC LIMIT 3"),
    ("3 thị trường xuất khẩu lớn nhất năm 2023 >> 2022", BUYERS.replace("2023", "2022") + "DESC LIMIT 3"),
    (
        "số thuế được miễn, giảm năm 2023",
        "SELECT hinh_thuc, SUM(so_tien) FROM hoan_thue WHERE nam = 2023 AND hinh_thuc IN ('Miễn thuế', 'Giảm thuế') "
        "GROUP BY 1 ORDER BY 2 DESC",
    ),
    (
        "số thuế được miễn giảm bao nhiêu so với năm trước trong năm 2023",
        "SELECT a, b, 100.0 * (a / b - 1) FROM (SELECT SUM(CASE WHEN nam = 2023 THEN so_tien END) AS a, "
        "SUM(CASE WHEN nam = 2022 THEN so_tien END) AS b FROM hoan_thue WHERE hinh_thuc = 'Miễn thuế')",
    ),
]


@pytest.mark.parametrize(("talk", "sql"), CASES)
def test_by_hand(reader: Reader, database: duckdb.DuckDBPyConnection, talk: str, sql: str) -> None:
    reading = read(reader, talk)
    composed = compose(reading, reader.catalogue)
    assert composed is not None, (reading.clarification, reading.refusal)
    wanted = database.execute(sql).fetchall()
    found = database.execute(composed).fetchall()
    assert wanted and same(found, wanted), composed


@pytest.mark.parametrize(
    "talk",
    [
        "tỷ lệ nghi vấn khi soi chiếu năm 2023 >> bình thường",  # of those that were looked through only
        "tỷ lệ luồng đỏ năm 2023 theo cục >> luồng vàng và luồng đỏ",
    ],
)
def test_a_part_whose_share_cannot_be_told_is_doubted(reader: Reader, talk: str) -> None:
    assert read(reader, talk).certainty <= 0.5


@pytest.mark.parametrize("talk", ["số tờ khai năm 2023 >> 5 thôi", "số tờ khai năm 2023 theo tháng >> 5"])
def test_a_number_cuts_only_a_list_of_members(reader: Reader, talk: str) -> None:
    assert read(reader, talk).view == ""


@pytest.mark.parametrize(
    ("talk", "sql"),
    [
        (
            "số hồ sơ một cửa quá hạn quý III/2023 >> tỷ lệ đúng hạn",
            "SELECT 100.0 * SUM(CASE WHEN dung_han THEN 1 ELSE 0 END) / COUNT(dung_han) FROM nsw_ho_so "
            "WHERE nam = 2023 AND quy = 3",
        ),
        (
            "số dòng hàng nghi vấn giá bị bác bỏ năm 2023 >> tỷ lệ bác bỏ",
            "SELECT 100.0 * SUM(CASE WHEN ket_qua = 'Bác bỏ' THEN 1 ELSE 0 END) / "
            "SUM(CASE WHEN co_tham_van THEN 1 ELSE 0 END) FROM tham_van_gia WHERE nam = 2023",
        ),
        (
            "thu ngân sách tháng 9/2023 của khu vực III >> nhân sự",  # the name of another subject
            "SELECT SUM(co_mat) FROM nhan_su WHERE nam = 2023 AND thang = 9 AND khu_vuc = 'Khu vực III'",
        ),
        (
            "thu ngan sach quy 3/2023 cua Hai Phong >> kiem tra sau thong quan",
            "SELECT COUNT(*) FROM ktstq WHERE nam = 2023 AND quy = 3 AND cuc = 'Hải Phòng'",
        ),
    ],
)
def test_another_rate_or_subject(reader: Reader, database: duckdb.DuckDBPyConnection, talk: str, sql: str) -> None:
    composed = compose(read(reader, talk), reader.catalogue)
    assert composed is not None
    assert same(database.execute(composed).fetchall(), database.execute(sql).fetchall()), composed


@pytest.mark.parametrize(
    "talk",
    [
        "thuế suất ATIGA của thép >> nhựa thì sao",  # names a trade of companies only
        "số cuộc kiểm tra sau thông quan năm 2023 theo chuyên đề >> chỉ mã HS và trị giá",
        "hoàn thuế GTGT khách du lịch 2023 theo sân bay >> bao nhiêu khách Hàn Quốc",  # of which year is not said
    ],
)
def test_another_subject_that_nobody_named_is_doubted(reader: Reader, talk: str) -> None:
    assert read(reader, talk).certainty <= 0.5


def test_a_turn_is_no_surer_than_what_it_changes(reader: Reader) -> None:
    talk = "số tờ khai năm 2023 của blorptix"
    first = read(reader, talk)
    assert first.unread
    for further in (" >> theo quý", " >> theo quý >> năm 2022"):
        reading = read(reader, talk + further)
        assert reading.certainty <= first.certainty
        assert any("blorptix" in note for note in reading.assumptions)


def test_a_condition_said_again_takes_the_doubt_away(reader: Reader) -> None:
    assert read(reader, "số tờ khai năm 2023 của blorptix >> Hải Phòng").certainty > 0.9


def test_a_reading_that_was_understood_leaves_no_doubt(reader: Reader) -> None:
    assert read(reader, "số tờ khai năm 2023 của Hải Phòng >> theo quý").certainty > 0.9
