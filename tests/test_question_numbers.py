"""Numbers: values in every way of writing them, units, directions, and what each number is for."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nl2sql.question.numbers import NumberMention, read_numbers
from nl2sql.question.numbers_value import parse_digits
from nl2sql.question.text import normalise
from nl2sql.question.time import read_time

TODAY = dt.date(2025, 10, 31)


def read(raw: str) -> tuple[NumberMention, ...]:
    text = normalise(raw)
    return read_numbers(text, read_time(text, TODAY).used)


def bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


VALUES = [
    ("1.500 tờ khai", 1500, "tờ khai"),
    ("1.234.567,89 USD", 1234567.89, "USD"),
    ("1,5 tỷ đồng", 1.5e9, "VND"),
    ("2.5 tỷ", 2.5e9, ""),
    ("1.500 tỷ", 1.5e12, ""),
    ("3 nghìn tỷ đồng", 3e12, "VND"),
    ("500 triệu USD", 5e8, "USD"),
    ("2 tỷ đô", 2e9, "USD"),
    ("10 tr đô la Mỹ", 1e7, "USD"),
    ("500k", 5e5, ""),
    ("5 củ", 5e6, ""),
    ("1,5tỷ", 1.5e9, ""),
    ("1 tỷ 200 triệu đồng", 1.2e9, "VND"),
    ("một tỷ rưỡi", 1.5e9, ""),
    ("một nghìn rưỡi tỷ", 1.5e12, ""),
    ("nửa tỷ USD", 5e8, "USD"),
    ("ba phẩy năm tỷ", 3.5e9, ""),
    ("hai mươi lăm tấn", 25, "tấn"),
    ("hai trăm linh năm tờ khai", 205, "tờ khai"),
    ("một trăm tờ khai", 100, "tờ khai"),
    ("1 500 000 USD", 1.5e6, "USD"),
    ("1,234 tờ khai", 1234, "tờ khai"),
    ("1,5 %", 1.5, "%"),
    ("30 phần trăm", 30, "%"),
    ("2 điểm phần trăm", 2, "điểm %"),
    ("USD 5 tỷ", 5e9, "USD"),
    ("24 giờ", 24, "giờ"),
]


@pytest.mark.parametrize(("raw", "value", "unit"), VALUES)
def test_value_and_unit(raw: str, value: float, unit: str) -> None:
    for surface in (raw, bare(raw), raw.upper() if "k" not in raw else raw):
        found = read(surface)
        assert [(n.value, n.unit) for n in found] == [(pytest.approx(value), unit)], surface
        assert found[0].tokens == (0, len(normalise(surface).tokens)), surface


BOUNDS = [
    ("trên 1 tỷ USD", "threshold", ">", 1e9),
    ("hơn 1.500 tờ khai", "threshold", ">", 1500),
    ("lớn hơn 100 tấn", "threshold", ">", 100),
    ("vượt mốc 5 tỷ USD", "threshold", ">", 5e9),
    ("quá 24 giờ", "threshold", ">", 24),
    ("ít nhất 5 vụ", "threshold", ">=", 5),
    ("tối thiểu 10 tờ khai", "threshold", ">=", 10),
    ("không dưới 1 tỷ đồng", "threshold", ">=", 1e9),
    ("từ 2 vụ trở lên", "threshold", ">=", 2),
    ("có từ 5 tờ khai", "threshold", ">=", 5),
    ("dưới 100 triệu đồng", "threshold", "<", 1e8),
    ("chưa đến 24 giờ", "threshold", "<", 24),
    ("ít hơn 3 vụ", "threshold", "<", 3),
    ("không quá 5 ngày", "threshold", "<=", 5),
    ("tối đa 3 lần", "threshold", "<=", 3),
    ("10 tỷ đồng trở xuống", "threshold", "<=", 1e10),
    ("> 5 tỷ", "threshold", ">", 5e9),
    (">= 1000", "threshold", ">=", 1000),
    ("bằng 20 tấn", "threshold", "=", 20),
    ("khoảng 2 tỷ USD", "plain", "~", 2e9),
    ("từ 30% trở lên", "percent", ">=", 30),
    ("trên 80%", "percent", ">", 80),
]


@pytest.mark.parametrize(("raw", "kind", "comparator", "value"), BOUNDS)
def test_bounds(raw: str, kind: str, comparator: str, value: float) -> None:
    for surface in (raw, raw.upper()):
        assert [(n.kind, n.comparator, n.value) for n in read(surface)] == [(kind, comparator, value)], surface


@pytest.mark.parametrize(("raw", "kind", "comparator", "value"), [b for b in BOUNDS if not b[0].startswith("quá")])
def test_bounds_without_diacritics(raw: str, kind: str, comparator: str, value: float) -> None:
    assert [(n.kind, n.comparator, n.value) for n in read(bare(raw))] == [(kind, comparator, value)]


@pytest.mark.parametrize(
    ("raw", "low", "high", "unit"),
    [
        ("trong khoảng từ 5 đến 10 tỷ USD", 5e9, 1e10, "USD"),
        ("từ 500 triệu đến 1 tỷ đồng", 5e8, 1e9, "VND"),
        ("từ 5 đến 10 tờ khai", 5, 10, "tờ khai"),
        ("10-20%", 10, 20, "%"),
        ("giữa 5 và 10 tỷ", 5e9, 1e10, ""),
    ],
)
def test_between(raw: str, low: float, high: float, unit: str) -> None:
    for surface in (raw, bare(raw)):
        found = read(surface)
        assert [(n.comparator, n.value, n.upper, n.unit) for n in found] == [("between", low, high, unit)], surface


@pytest.mark.parametrize(
    ("raw", "change", "comparator", "value"),
    [
        ("giảm trên 10% so với cùng kỳ", "down", ">", 10),
        ("tăng hơn 20%", "up", ">", 20),
        ("tăng từ 5% trở lên", "up", ">=", 5),
        ("tăng trưởng dưới 3%", "up", "<", 3),
        ("tăng từ 10 đến 20%", "up", "between", 10),
        ("trên 10%", "", ">", 10),
    ],
)
def test_change_before_a_bound(raw: str, change: str, comparator: str, value: float) -> None:
    for surface in (raw, bare(raw)):
        assert [(n.change, n.comparator, n.value) for n in read(surface)] == [(change, comparator, value)], surface


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("top 5 nước nhập khẩu", 5),
        ("top5 thị trường", 5),
        ("5 nước đứng đầu", 5),
        ("10 doanh nghiệp nộp thuế nhiều nhất", 10),
        ("ba mặt hàng xuất khẩu nhiều nhất", 3),
        ("mười nước lớn nhất", 10),
        ("năm chi cục có số thu cao nhất", 5),
        ("5 tờ khai có trị giá lớn nhất", 5),
    ],
)
def test_how_many_rows_are_wanted(raw: str, value: float) -> None:
    for surface in (raw, bare(raw), raw.upper()):
        assert [(n.kind, n.value) for n in read(surface)] == [("count", value)], surface


@pytest.mark.parametrize(
    ("raw", "value", "comparator"),
    [
        ("tăng gấp đôi", 2, ""),
        ("gấp 3 lần", 3, ""),
        ("gấp hơn 2 lần", 2, ">"),
        ("gấp rưỡi", 1.5, ""),
        ("giảm một nửa", 0.5, ""),
        ("chiếm 1/4 kim ngạch", 0.25, ""),
    ],
)
def test_ratios(raw: str, value: float, comparator: str) -> None:
    for surface in (raw, bare(raw)):
        assert [(n.kind, n.value, n.comparator) for n in read(surface)] == [("ratio", value, comparator)], surface


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("HS 2709", "2709"),
        ("mã HS 2709.00", "270900"),
        ("chương 72", "72"),
        ("luồng 1", "1"),
        ("khu vực 1", "1"),
        ("tờ khai 104567890121", "104567890121"),
        ("MST 0100109106", "0100109106"),
        ("MST 0100109106-001", "0100109106-001"),
        ("mặt hàng 27090010", "27090010"),
    ],
)
def test_codes_keep_their_digits(raw: str, code: str) -> None:
    for surface in (raw, bare(raw)):
        assert [(n.kind, n.code) for n in read(surface)] == [("code", code)], surface


@pytest.mark.parametrize(
    "raw",
    [
        "6 tháng đầu năm 2025",
        "từ 1/3 đến 15/3/2024",
        "Ba Vì",
        "hai chiều",
        "một cửa quốc gia",
        "tỷ lệ luồng đỏ và tỷ trọng",
        "công ty ở Hà Nam",
        "mã loại hình A11 và 02CI",
    ],
)
def test_what_is_no_number(raw: str) -> None:
    for surface in (raw, bare(raw)):
        assert read(surface) == (), surface


def test_several_numbers_of_one_question() -> None:
    found = read("5 chi cục có tỷ lệ luồng đỏ cao nhất, chỉ tính các chi cục có trên 1.000 tờ khai năm 2024")
    assert [(n.kind, n.value) for n in found] == [("count", 5), ("threshold", 1000)]
    found = read("DN nợ thuế trên 1 tỷ đồng quá hạn trên 90 ngày")
    assert [(n.value, n.unit) for n in found] == [(1e9, "VND"), (90, "ngày")]


def test_a_divisor_is_no_bound() -> None:
    assert [n.kind for n in read("thu bình quân trên 1 biên chế của từng cục")] == ["plain"]


def test_sources_are_no_bound() -> None:
    assert [n.comparator for n in read("nhập khẩu từ 3 nước lớn nhất")] == [""]


ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def spell(number: int) -> str:
    """A number from 1 to 999 in words, after the rules taught at school."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words: list[str] = []
    if hundreds:
        words += [ONES[hundreds], "trăm"]
    if tens == 0:
        if ones:
            words += (["linh"] if hundreds else []) + [ONES[ones]]
        return " ".join(words)
    words += ["mười"] if tens == 1 else [ONES[tens], "mươi"]
    if ones == 5:
        words.append("lăm")
    elif ones == 1 and tens > 1:
        words.append("mốt")
    elif ones:
        words.append(ONES[ones])
    return " ".join(words)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 999), st.sampled_from([("triệu đồng", 10**6), ("tỷ đồng", 10**9), ("nghìn đồng", 1000)]))
def test_number_words(number: int, unit: tuple[str, int]) -> None:
    found = read(f"trên {spell(number)} {unit[0]}")
    assert [(n.value, n.comparator, n.unit) for n in found] == [(number * unit[1], ">", "VND")]


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_vietnamese_and_english_digits(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02d}"
    vietnamese = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    want = whole + cents / 100
    assert float(parse_digits(vietnamese) or 0) == pytest.approx(want)
    assert float(parse_digits(english) or 0) == pytest.approx(want)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read(raw: str) -> None:
    text = normalise(raw)
    taken = read_time(text, TODAY).used
    for found in read_numbers(text, taken):
        assert 0 <= found.tokens[0] < found.tokens[1] <= len(text.tokens)
        assert not taken & set(range(*found.tokens))


VOCABULARY = """
1 5 10 1.500 1,5 2709 104567890121 % tỷ triệu nghìn đồng usd $ trên dưới hơn từ đến trở lên xuống không quá gấp đôi lần
hai ba năm mười trăm linh rưỡi nửa phẩy top 5 nước tờ khai HS chương / - , . một tăng giảm khoảng giữa và >= <
"""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(VOCABULARY.split()), max_size=14), st.sampled_from([" ", ""]))
def test_nothing_breaks_the_reader(pieces: list[str], glue: str) -> None:
    text = normalise(glue.join(pieces))
    last = 0
    for found in read_numbers(text, ()):
        assert last <= found.tokens[1]
        last = found.tokens[1]
        assert found.comparator != "between" or (found.upper is not None and found.value <= found.upper)
