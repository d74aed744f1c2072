"""From which side goods are told, and names that lie inside other words without diacritics."""

from __future__ import annotations

import datetime as dt

import pytest

from nl2sql.question.numbers import read_numbers
from nl2sql.question.read import Reader
from nl2sql.question.text import normalise
from nl2sql.question.time import read_time
from nl2sql.types import Question


def conditions(reader: Reader, question: str) -> dict[str, tuple[str, ...]]:
    return {f.column: f.values for f in reader.read(Question(question)).filters}


@pytest.mark.parametrize(
    ("question", "direction", "partner"),
    [
        ("Hàng Thụy Điển vào Việt Nam năm 2022 trị giá bao nhiêu?", "Nhập khẩu", "Thụy Điển"),
        ("Trị giá hàng Pê-ru về nước ta năm 2021", "Nhập khẩu", "Pê-ru"),
        ("Kim ngạch hàng hóa từ Chi-lê năm 2021", "Nhập khẩu", "Chi-lê"),
        ("Kim ngạch hàng hóa đi Ai Cập năm 2021", "Xuất khẩu", "Ai Cập"),
        ("Trị giá hạt tiêu sang thị trường Ba Lan năm 2020", "Xuất khẩu", "Ba Lan"),
        ("Hy Lạp mua bao nhiêu tiền cà phê của Việt Nam năm 2022?", "Xuất khẩu", "Hy Lạp"),
        ("Hy Lap mua bao nhieu tien ca phe cua Viet Nam nam 2022?", "Xuất khẩu", "Hy Lạp"),
        ("Phần Lan xuất khẩu sang Việt Nam bao nhiêu năm 2022?", "Nhập khẩu", "Phần Lan"),
    ],
)
def test_the_way_goods_go_tells_the_direction(reader, question, direction, partner):
    found = conditions(reader, question)
    assert found["chieu"] == (direction,)
    assert found["nuoc"] == (partner,)
    assert "cua_khau" not in found


@pytest.mark.parametrize(
    "question",
    [
        "Kim ngạch thương mại của Việt Nam với Na Uy năm 2022",
        "Cán cân thương mại với Na Uy năm 2022",
        "Số tờ khai năm 2022 so với năm 2021",
    ],
)
def test_no_direction_is_made_up_where_none_is_told(reader, question):
    assert "chieu" not in conditions(reader, question)


def test_common_words_without_diacritics_are_no_names(reader):
    assert "cuc" not in conditions(reader, "Dien bien nhap khau ngo tung quy nam 2021")
    assert conditions(reader, "So to khai cua cuc hai quan Dien Bien nam 2021")["cuc"] == ("Điện Biên",)
    seen = reader.read(Question("Chi cuc khu vuc 4 phat hien bao nhieu vu buon lau nam 2021"))
    assert [m.name for m in seen.metrics] == ["so_vu"]
    assert "nuoc" not in conditions(reader, "y minh la so to khai xuat khau quy 2/2021")
    assert conditions(reader, "Xuat khau ca phe sang Y nam 2021")["nuoc"] == ("I-ta-li-a",)


TODAY = dt.date(2025, 10, 31)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("mùng 3 Tết năm 2023", "2023-01-24", "2023-01-24"),
        ("mồng 1 đến mồng 4 Tết Nguyên đán 2025", "2025-01-29", "2025-02-01"),
        ("từ mùng 2 đến mùng 5 tết 2022", "2022-02-02", "2022-02-05"),
        ("ngày mùng 5 tháng 3 năm 2024", "2024-03-05", "2024-03-05"),
        ("năm trước nữa", "2023-01-01", "2023-12-31"),
        ("năm trước", "2024-01-01", "2024-12-31"),
        ("theo từng tháng 9 tháng đầu năm 2024", "2024-01-01", "2024-09-30"),
        ("từng tháng 8 tháng năm 2024", "2024-01-01", "2024-08-31"),
        ("theo tháng 6/2024", "2024-06-01", "2024-06-30"),
    ],
)
def test_lunar_days_and_counted_months_after_a_grain(words, first, last):
    for text in (words, words.upper()):
        (period,) = read_time(normalise(text), TODAY).periods
        assert (period.start.isoformat(), period.end.isoformat()) == (first, last)


def test_a_grain_before_counted_months_is_kept():
    (grain,) = read_time(normalise("theo từng tháng 9 tháng đầu năm 2024"), TODAY).grains
    assert (grain.grain, grain.role) == ("month", "by")


@pytest.mark.parametrize(
    ("words", "comparator", "value", "upper"),
    [
        ("thời gian bình quân trên 9 giờ", ">", 9.0, None),
        ("trị giá giữa 300 triệu và 2 tỷ USD", "between", 3e8, 2e9),
        ("trong khoảng 10 triệu và 20 triệu đồng", "between", 1e7, 2e7),
        ("thuế bình quân trên 1 tờ khai", "", 1.0, None),
    ],
)
def test_bounds_after_a_mean_and_between_two_amounts(words, comparator, value, upper):
    (found,) = read_numbers(normalise(words), frozenset())
    assert (found.comparator, found.value, found.upper) == (comparator, value, upper)
