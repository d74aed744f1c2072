"""Slips put right: what is repaired, what is told, and above all what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nl2sql.question.read import Reader
from nl2sql.question.spelling import Speller
from nl2sql.question.spelling_costs import letters_cost, marks_cost
from nl2sql.question.text import Text, normalise
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()
VOCABULARY = build_vocabulary(CATALOGUE)
SPELLER = Speller(VOCABULARY)
READER = Reader(CATALOGUE, VOCABULARY)


def put_right(raw: str) -> Text:
    return normalise(raw, READER.english, SPELLER)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kim ngạhc xuất khẩu", "kim ngạch xuất khẩu"),  # letters changed places
        ("kim ngạc xuất khẩu", "kim ngạch xuất khẩu"),  # a letter is missing
        ("số tờ khsi nhập khẩu", "số tờ khai nhập khẩu"),  # the next key
        ("luồngg đỏ", "luồng đỏ"),  # a key that sticks
        ("bao nhiêu phần trămm", "bao nhiêu phần trăm"),
        ("xuất khảu sang Lào", "xuất khẩu sang Lào"),  # a mark is missing
        ("tờ khai nhâp khẩu", "tờ khai nhập khẩu"),
        ("đuợc bao nhiêu", "được bao nhiêu"),
        ("nứoc nào", "nước nào"),  # the tone on another letter
        ("thu ngân sách cũa cục", "thu ngân sách của cục"),  # hỏi and ngã
        ("thu ngân xách nhà nước", "thu ngân sách nhà nước"),  # as it sounds
        ("xuấtkhẩu gạo", "xuất khẩu gạo"),  # a blank is missing
        ("thuế giá trị giatăng", "thuế giá trị gia tăng"),
        ("xuất kh ẩu gạo", "xuất khẩu gạo"),  # a blank too many
        ("nhập khẩu2024", "nhập khẩu 2024"),
        ("kim ngạch xuaats khẩu", "kim ngạch xuất khẩu"),  # one word that the input method missed
        ("kim ngạch xua61t khẩu", "kim ngạch xuất khẩu"),
        ("hàng NKthép củaHQ Hải Phòng", "hàng NK thép của HQ Hải Phòng"),
        ("trị dá tang vật", "trị giá tang vật"),
        ("c hiếm bao nhiêu", "chiếm bao nhiêu"),
        ("nhập k hẩu", "nhập khẩu"),
        ("hoà n thành", "hoàn thành"),
        ("thuế xuất MFN", "thuế suất MFN"),
        ("ky2 2 tháng 9", "kỳ 2 tháng 9"),
        ("1uồng đỏ", "luồng đỏ"),  # a figure that looks like a letter
        ("8 thángg đầu năm", "8 tháng đầu năm"),
        ("HẢI QUANN HẢI PHÒNG", "hải quan hải phòng"),
    ],
)
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    assert put_right(typed).nfc == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("so to kahi luong do", "so to khai luong do"),
        ("kim ngahc xuat khua gao", "kim ngach xuat khau gao"),
        ("xuatkhau gao", "xuat khau gao"),
        ("con thieu cua tung cucden nay", "con thieu cua tung cuc den nay"),
    ],
)
def test_a_writer_without_diacritics_keeps_them_off(typed: str, meant: str) -> None:
    text = put_right(typed)
    assert text.nfc == meant
    assert not text.accented


@pytest.mark.parametrize(
    "right",
    [
        "Samsung Bắc Ninh xuất khẩu bao nhiêu",  # a name that nobody told us
        "chiều nay họp giao ban em cần số thu quý 3",  # ordinary words
        "cá basa tôm tép các thứ năm nay xuất sang Úc",  # "tép" is no "thép"
        "nước lào nhập gạo của ta",  # a stored value is no slip for "nào"
        "đơn vị bên cảng làm được mấy tờ khai",
        "bão số 3 ảnh hưởng xuất khẩu ra sao",
        "cho xin sdt giám đốc",
        "MFN rate cao nhất trong biểu thuế",
        "why did we buy so much from them",
        "loại hình A12 theo quý",
        "mã HS 8703 có mấy dòng thuế",
        "so thu ngan sach nam nay so voi nam truoc",
        "tổng số container qua cảng Cát Lái",
        "số vụ buôn lậu ở tuyến đường bộ",
        "có bao nhiêu tờ khai của doanh nghiệp FDI",
        "KNXK, KNNK của các KV 9T/25",
        "so c/o form d dien tu",
        "which titles has the reader ever borrowed",
        "ai mượn sách chăm nhất",
        "người đại diện các doanh nghiệp",
        "honda samsung canon foxconn nhập khẩu gì",
        "thuế xuất nhập khẩu",
    ],
)
def test_what_is_right_is_left_alone(right: str) -> None:
    text = put_right(right)
    assert text.nfc == right
    assert text.notes == ()


def test_every_change_of_letters_is_told_in_the_writers_own_words() -> None:
    text = put_right("Hải Phòngg thu ngân sáhc năm 2024")
    assert text.notes == ("Đã sửa lỗi gõ: “Phòngg” → “Phòng”, “sáhc” → “sách”.",)


def test_marks_that_were_left_out_are_no_slip_to_tell_of() -> None:
    text = put_right("kim ngach xuất khẩu năm 2024")
    assert "ngạch" in text.nfc
    assert text.notes == ()


def test_offsets_point_at_what_was_typed_until_the_text_is_restated() -> None:
    raw = "xuấtkhẩu gạoo"
    text = put_right(raw)
    assert [raw[t.start : t.end] for t in text.tokens] == ["xuấtkhẩu", "xuấtkhẩu", "gạoo"]
    again = text.restated()
    assert again.raw == "xuất khẩu gạo"
    assert [again.raw[t.start : t.end] for t in again.tokens] == ["xuất", "khẩu", "gạo"]


def test_the_reading_says_what_was_put_right() -> None:
    reading = READER.read(Question("kim ngạch xuấtkhẩu thángg 9/2025"))
    plain = READER.read(Question("kim ngạch xuất khẩu tháng 9/2025"))
    assert "Đã sửa lỗi gõ: “xuấtkhẩu” → “xuất khẩu”, “thángg” → “tháng”." in reading.assumptions
    assert (reading.filters, reading.periods, reading.metrics) == (plain.filters, plain.periods, plain.metrics)


WORDS = sorted(w for w in SPELLER.known.count if w.isalpha() and not w.isascii())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_known_words_lose_no_letter_to_a_repair(words: list[str]) -> None:
    """Known words may get a lost mark back or their sound spelt, never another letter inside."""
    raw = " ".join(words)
    got = put_right(raw).nfc.split(" ")
    assert len(got) == len(words)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_survives(raw: str) -> None:
    text = put_right(raw)
    assert all(0 <= t.start <= t.end <= len(raw) for t in text.tokens)
    restated = text.restated()
    assert [t.text for t in restated.tokens] == [t.text for t in text.tokens]
    assert all(0 <= t.start <= t.end <= len(restated.raw) for t in restated.tokens)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=6))
def test_putting_right_twice_changes_nothing_more(words: list[str]) -> None:
    once = put_right(" ".join(words)).nfc
    assert put_right(once).nfc == once


def test_costs_know_fingers_ears_and_marks() -> None:
    assert letters_cost("khau", "khau") == 0
    assert letters_cost("khaau", "khau") < letters_cost("khabu", "khau")  # a doubled letter is the cheapest
    assert letters_cost("khsi", "khai") < letters_cost("khmi", "khai")  # a neighbouring key is cheaper than a far one
    assert letters_cost("xach", "sach") == letters_cost("truyen", "chuyen")
    assert letters_cost("khau", "nganh") is None
    assert marks_cost("khẫu", "khẩu") < marks_cost("khậu", "khẩu")
    assert marks_cost("cuả", "của") < marks_cost("cứa", "của")


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("• Kim ngạch xuất khẩu\nnăm 2024", "Kim ngạch xuất khẩu năm 2024"),
        ("1. Cục nào thu nhiều nhất?", "Cục nào thu nhiều nhất?"),
        ("a) số tờ khai", "số tờ khai"),
        ("Câu 3: số tờ khai", "số tờ khai"),
        ("“Số tờ khai năm 2024", "Số tờ khai năm 2024"),
        ("Số tờ khai của\nCục Hải quan", "Số tờ khai của Cục Hải quan"),
        ("kim ng\u00adạch", "kim ngạch"),
        ("5 nước nhập nhiều nhất", "5 nước nhập nhiều nhất"),
        ("\uff12\uff10\uff12\uff14", "2024"),
    ],
)
def test_what_a_clipboard_leaves_is_taken_away(pasted: str, meant: str) -> None:
    assert put_right(pasted).nfc == meant


def test_two_questions_on_two_lines_stay_two() -> None:
    assert "\n" in put_right("xuat khau thang 9 bao nhieu\nnhap khau thang 9 bao nhieu").nfc
    assert "\n" in put_right("Xuất khẩu tháng 9 bao nhiêu\nNhập khẩu tháng 9 bao nhiêu").nfc


@pytest.mark.parametrize("codes", ["KNXK T9/2025", "TOP 10 DN XK", "FOB CIF", "DN XNK HP"])
def test_a_row_of_abbreviations_is_no_shouting(codes: str) -> None:
    assert put_right(codes).nfc == codes
