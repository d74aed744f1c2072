"""Wording that blind rounds of fresh questions showed to be misread: counts told twice, running totals, rows."""

from __future__ import annotations

import pytest

from nl2sql.generation.outline import outline
from nl2sql.question.read import Reader
from nl2sql.types import Question, Reading

CASES = [
    # a number that only counts the members named after it cuts no list
    (
        "số thu của hai cục Đồng Nai, Long An theo quý năm 2023",
        "thu_nsnn; so_thu; WHERE cuc IN ('Đồng Nai', 'Long An'); WHEN 2023; BY QUARTER, cuc",
    ),
    (
        "trị giá nhập khẩu từ 3 nước Thái Lan, Nhật Bản và Ấn Độ các năm 2021, 2022",
        "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu' & nuoc IN ('Thái Lan', 'Nhật Bản', 'Ấn Độ'); WHEN 2021, 2022; "
        "BY YEAR, nuoc",
    ),
    # a running total along the steps that are named beside it
    ("số tờ khai theo tháng lũy kế năm 2022", "to_khai; so_luong_to_khai; WHEN 2022; BY MONTH; RUN CUMULATIVE"),
    ("số thu lũy kế 9 tháng năm 2022 theo tháng", "thu_nsnn; so_thu; WHEN 2022m1-9; BY MONTH; RUN CUMULATIVE"),
    ("tháng nào thu cao nhất lũy kế 9 tháng năm 2022", "thu_nsnn; so_thu; WHEN 2022m1-9; BY MONTH; TOP 1"),
    # days that are counted, and the time that is now
    (
        "nợ quá hạn trên 90 ngày hiện nay là bao nhiêu",
        "no_thue; tong_no; WHERE so_ngay_qua_han > 90; WHEN 2025m10",
    ),
    # halves of the month named before
    (
        "nửa cuối tháng 4/2024 nhập khẩu so với nửa đầu tháng",
        "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2024m4b; VS PREV",
    ),
    # the one row that has most of something
    ("vụ vi phạm có tiền phạt cao nhất năm 2023", "vi_pham; ROWS; OF tong_tien_phat; WHEN 2023; TOP 1"),
    ("tờ khai có trị giá lớn nhất tháng 8/2024", "to_khai; ROWS; OF tong_tri_gia; WHEN 2024m8; TOP 1"),
    # as many members of a larger part
    (
        "3 nước châu Á nhập khẩu nhiều nhất năm 2023",
        "xnk; kim_ngach; WHERE chau_luc = 'Châu Á' & chieu = 'Nhập khẩu'; WHEN 2023; BY nuoc; TOP 3",
    ),
    # amounts of goods, in the unit that their name says
    (
        "số lượng và trị giá hạt điều xuất khẩu năm 2022",
        "xnk; khoi_luong, kim_ngach; WHERE nhom_hang = 'Hạt điều' & chieu = 'Xuất khẩu'; WHEN 2022",
    ),
    (
        "kim ngạch nhập khẩu ô tô nguyên chiếc từng quý năm 2022 kèm số lượng",
        "xnk; kim_ngach, so_chiec; WHERE chieu = 'Nhập khẩu' & nhom_hang = 'Ô tô nguyên chiếc các loại'; "
        "WHEN 2022; BY QUARTER",
    ),
    # split superlatives and what only leads on
    (
        "ngày nào trong tháng 5/2024 đông tờ khai nhất đối với hàng nhập khẩu",
        "to_khai; so_luong_to_khai; WHERE chieu = 'Nhập khẩu'; WHEN 2024m5; BY DAY; TOP 1",
    ),
    # numbers of periods with nothing between, up to their year
    ("số thu quý 1 2 3 năm 2023", "thu_nsnn; so_thu; WHEN 2023q1, 2023q2, 2023q3; BY QUARTER"),
    # who supplies us is imported from
    (
        "top 4 nước cung cấp ngô cho Việt Nam năm 2023 theo lượng",
        "xnk; khoi_luong; WHERE chieu = 'Nhập khẩu' & nhom_hang = 'Ngô'; WHEN 2023; BY nuoc; TOP 4",
    ),
    # billions without a unit are money
    ("số doanh nghiệp nộp thuế trên 50 tỷ năm 2023", "thu_nsnn; so_dn_nop_thue; WHEN 2023; HAVING so_thu > 50e9"),
    # by how much less
    ("tháng 6/2024 thu ít hơn tháng 5/2024 bao nhiêu tỷ", "thu_nsnn; so_thu; WHEN 2024m6; VS PREV absolute"),
    # parts of time that are added up
    ("gộp cả năm 2021 và 2022 xuất khẩu bao nhiêu", "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2021, 2022"),
    ("cộng cả quý 1 và quý 2 năm 2024 thu bao nhiêu", "thu_nsnn; so_thu; WHEN 2024q1, 2024q2"),
    # words for a difference, an order, each in turn, and what is reached of a plan
    (
        "số sơ bộ và số chính thức tháng 6/2024 lệch nhau bao nhiêu",
        "xnk_ky; kim_ngach_ky; WHEN 2024m6; CONTRAST trang_thai_so_lieu = 'Sơ bộ' <> trang_thai_so_lieu = 'Chính thức'",
    ),
    (
        "thuế TTĐB và thuế BVMT thu được năm 2023 lần lượt là bao nhiêu",
        "thu_nsnn; so_thu; WHERE loai_thue IN ('Thuế TTĐB', 'Thuế BVMT'); WHEN 2023; BY loai_thue",
    ),
    (
        "khu vực nào hoàn thành trên 95% dự toán năm 2024, xếp từ cao xuống thấp",
        "tien_do_thu; ty_le_du_toan; WHEN 2024; BY khu_vuc; HAVING > 95",
    ),
]


def _read(reader: Reader, *turns: str) -> Reading:
    return reader.read(Question(turns[-1], turns=turns[:-1]))


@pytest.mark.parametrize(("question", "meant"), CASES, ids=[q for q, _ in CASES])
def test_a_question_is_read_as_it_is_meant(reader: Reader, question: str, meant: str) -> None:
    reading = _read(reader, question)
    assert outline(reading, reader.catalogue) == meant
    assert not reading.unread
    assert reading.certainty > 0.99


def test_a_number_of_rows_stays_one(reader: Reader) -> None:
    reading = _read(reader, "3 nước châu Á nhập khẩu nhiều nhất năm 2023")
    assert reading.ranking is not None
    assert reading.ranking.n == 3


def test_a_mean_over_another_period_is_not_passed_over(reader: Reader) -> None:
    reading = _read(reader, "số thu năm 2025 cao hơn bình quân năm 2023 ở những tháng nào")
    assert reading.unread
    assert reading.certainty < 0.9


def test_a_half_month_that_no_period_took_is_told(reader: Reader) -> None:
    reading = _read(reader, "so sánh kim ngạch xuất khẩu theo kỳ 1 các tháng trong năm 2024")
    assert any("kỳ 1" in span.text for span in reading.unread)


def test_hours_within_which_something_happens_are_a_bound(reader: Reader) -> None:
    reading = _read(reader, "tỷ lệ tờ khai thông quan trong 12 giờ năm 2023")
    assert reading.share is not None
    assert "gio_thong_quan <= 12" in reading.share.numerator


def test_billions_asked_for_are_no_people(reader: Reader) -> None:
    reading = _read(reader, "hết quý 3/2024 đạt bao nhiêu phần trăm chỉ tiêu phấn đấu, thiếu bao nhiêu tỷ")
    assert any("tỷ" in span.text for span in reading.unread)


def test_a_part_is_that_of_what_was_asked_about_last(reader: Reader) -> None:
    turns = ("số tờ khai quý 2/2024 của Long An", "luồng đỏ thôi")
    reading = _read(reader, *turns, "chiếm bao nhiêu %")
    assert reading.share is not None
    assert reading.share.numerator == "phan_luong = 'Đỏ'"
    whole = _read(reader, *turns, "chiếm bao nhiêu % toàn ngành")
    assert whole.share is not None
    assert whole.share.numerator == "cuc = 'Long An'"


def test_the_first_of_each_value_that_is_named(reader: Reader) -> None:
    reading = _read(reader, "hai nhóm hàng xuất khẩu lớn nhất của mỗi khối FDI, trong nước năm 2023")
    assert reading.ranking is not None
    assert (reading.ranking.n, reading.ranking.per) == (2, "khu_vuc_kinh_te")
