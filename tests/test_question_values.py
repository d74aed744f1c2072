"""The value index: names are found however they are typed, and very many of them do not hide the one that is meant."""

from __future__ import annotations

import pytest

from eval.index_speed import Names, invented
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()
READER = Reader(CATALOGUE, build_vocabulary(CATALOGUE))
NAMES = invented(8000)
MANY = Reader(CATALOGUE, build_vocabulary(CATALOGUE, Names(NAMES)))


def conditions(reader: Reader, question: str) -> list[str]:
    return [f.sql for f in reader.read(Question(question)).filters]


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        ("Thanh Hoá", "cuc = 'Thanh Hóa'"),  # old place of the tone mark
        ("Thanh Hóa", "cuc = 'Thanh Hóa'"),  # new place
        ("thanh hoa", "cuc = 'Thanh Hóa'"),  # no marks, no capitals
        ("THANH HÓA", "cuc = 'Thanh Hóa'"),
        ("dong nai", "cuc = 'Đồng Nai'"),  # đ typed as d
        ("Haiphong", "cuc = 'Hải Phòng'"),  # no blank
        ("hải   phòng", "cuc = 'Hải Phòng'"),  # blanks too many
        ("Hải Phòg", "cuc = 'Hải Phòng'"),  # a letter left out
        ("Lạng Sơm", "cuc = 'Lạng Sơn'"),  # a letter changed
        ("Quãng Ninh", "cuc = 'Quảng Ninh'"),  # a wrong tone
    ],
)
def test_one_office_however_it_is_typed(typed: str, condition: str) -> None:
    assert conditions(READER, f"Số tờ khai {typed} năm 2023") == [condition]


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("Số tờ khai BD năm 2023", {"Bình Dương", "Bình Định"}),
        ("Số tờ khai ĐN năm 2023", {"Đồng Nai", "Đà Nẵng"}),
        ("Số tờ khai QN năm 2023", {"Quảng Ninh", "Quảng Nam", "Quảng Ngãi"}),
        ("Số liệu HQ năm 2023", {"Hàn Quốc", "hải quan"}),
        ("Số liệu TQ năm 2023", {"Trung Quốc", "toàn quốc", "thông quan"}),
        ("Tỷ lệ VP năm 2023", {"vi phạm", "văn phòng"}),
        ("Nhập khẩu LK năm 2023", {"lũy kế", "linh kiện"}),
    ],
)
def test_an_ambiguous_abbreviation_is_asked_back(question: str, options: set[str]) -> None:
    reading = READER.read(Question(question))
    assert reading.clarification is not None, reading
    assert {option.label for option in reading.clarification.options} == options


@pytest.mark.parametrize("phrase", ["HQ", "CK", "TQ", "BD", "ĐN", "QN", "LK", "VP", "T6"])
def test_every_ambiguous_abbreviation_of_the_service_is_declared(phrase: str) -> None:
    declared = {entry.phrase: entry for entry in load_catalogue().ambiguous}
    assert len(declared[phrase].options) >= 2
    assert set(declared[phrase].settles) <= set(declared[phrase].options)


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("Nhập khẩu từ HQ năm 2023", "nuoc = 'Hàn Quốc'"),
        ("nhap khau tu hq nam 2023", "nuoc = 'Hàn Quốc'"),
        ("Số tờ khai của Cục HQ Đồng Nai năm 2023", "cuc = 'Đồng Nai'"),
        ("Thuế thu của HQ Hải Phòng năm 2023", "cuc = 'Hải Phòng'"),
        ("Số văn bản của VP năm 2023", "don_vi_chu_tri = 'Văn phòng'"),
    ],
)
def test_words_beside_an_abbreviation_settle_it(question: str, condition: str) -> None:
    assert condition in conditions(READER, question)


def test_the_service_is_no_country() -> None:
    assert conditions(READER, "Số tờ khai HQ năm 2023") == []
    assert READER.read(Question("Số vụ VP năm 2023")).view == "vi_pham"


def test_the_context_settles_what_an_abbreviation_means() -> None:
    assert "nuoc = 'Trung Quốc'" in conditions(READER, "Kim ngạch xuất khẩu sang TQ năm 2023")
    assert [m.name for m in READER.read(Question("Thời gian TQ bình quân năm 2023")).metrics] == ["gio_thong_quan_tb"]
    compared = READER.read(Question("Thu ngân sách năm 2024 so với CK"))
    assert compared.comparison is not None
    parts = conditions(READER, "Kim ngạch nhập khẩu LK ô tô năm 2023")
    assert "nhom_hang = 'Linh kiện, phụ tùng ô tô'" in parts
    running = READER.read(Question("Thu ngân sách LK 9 tháng năm 2024"))
    assert [(p.start.month, p.end.month) for p in running.periods] == [(1, 9)]
    half, month = (READER.read(Question(f"Kim ngạch xuất khẩu {t}/2024")).periods[0] for t in ("6T", "T6"))
    assert (half.start.month, half.end.month) == (1, 6)
    assert (month.start.month, month.end.month) == (6, 6)


@pytest.mark.parametrize("place", [0, 4321, 7999])
def test_one_name_of_thousands(place: int) -> None:
    name = NAMES[place]
    wanted = [f"doanh_nghiep = '{name}'"]
    assert conditions(MANY, f"Số tờ khai của {name} năm 2023") == wanted
    assert conditions(MANY, f"so to khai cua {name.lower()} nam 2023") == wanted


def test_among_very_many_only_phrases_that_share_a_syllable_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nl2sql.question.vocabulary._MANY", 2500)
    vocabulary = MANY.vocabulary
    words = vocabulary.by_length[6][-1].split()
    near = list(vocabulary.like([*words[:-1], words[-1] + "x"]))
    assert len(vocabulary.by_length[6]) > 2500
    assert " ".join(words) in near
    assert all(any(a == b for a, b in zip(words, key.split(), strict=True)) for key in near)
