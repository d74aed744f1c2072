"""Values of an outline: from the question's words to what is stored, and back."""

from __future__ import annotations

import pytest

from nl2sql.generation.ground import as_said, grounded
from nl2sql.generation.snap import Values, values_of
from nl2sql.question.text import fold
from nl2sql.question.vocabulary import build_vocabulary
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()
VOCABULARY = build_vocabulary(CATALOGUE)
STORED = {name: values_of(VOCABULARY, view) for name, view in CATALOGUE.views.items()}


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("xnk; kim_ngach; WHERE nuoc = 'uc'", "xnk; kim_ngach; WHERE nuoc = 'Ô-xtrây-li-a'"),
        ("xnk; kim_ngach; WHERE nuoc IN ('my', 'nhat ban')", "xnk; kim_ngach; WHERE nuoc IN ('Hoa Kỳ', 'Nhật Bản')"),
        ("xnk; kim_ngach; WHERE nuoc NOT IN ('my')", "xnk; kim_ngach; WHERE nuoc NOT IN ('Hoa Kỳ')"),
        ("xnk; kim_ngach; WHERE nuoc IN ('my', 'hoa ky')", "xnk; kim_ngach; WHERE nuoc IN ('Hoa Kỳ')"),
        ("xnk; kim_ngach[nuoc = 'my'], kim_ngach", "xnk; kim_ngach[nuoc = 'Hoa Kỳ'], kim_ngach"),
        ("xnk; kim_ngach; HAVING > MEMBER nuoc = 'my'", "xnk; kim_ngach; HAVING > MEMBER nuoc = 'Hoa Kỳ'"),
        ("xnk; kim_ngach; SHARE nuoc <> 'my'", "xnk; kim_ngach; SHARE nuoc <> 'Hoa Kỳ'"),
        (
            "xnk; NONE; BY cuc; NOT {to_khai; NONE; WHERE phan_luong = 'luong do'; BY cuc}",
            "xnk; NONE; BY cuc; NOT {to_khai; NONE; WHERE phan_luong = 'Đỏ'; BY cuc}",
        ),
        ("xnk; kim_ngach; WHERE cuc = 'hoa ky'", "xnk; kim_ngach; WHERE nuoc = 'Hoa Kỳ'"),  # it lives elsewhere
        ("xnk; kim_ngach; WHERE tri_gia_usd > 5", "xnk; kim_ngach; WHERE tri_gia_usd > 5"),
        ("khong_co; gi; WHERE x = 'y'", "khong_co; gi; WHERE x = 'y'"),
    ],
)  # fmt: skip
def test_words_become_what_is_stored(written: str, stored: str) -> None:
    found = grounded(written, CATALOGUE, STORED.get)
    assert found.line == stored
    assert not found.unknown


def test_one_unknown_name_in_a_list_leaves_the_others_found() -> None:
    found = grounded("xnk; kim_ngach; WHERE nuoc IN ('my', 'xu than tien')", CATALOGUE, STORED.get)
    assert found.line == "xnk; kim_ngach; WHERE nuoc IN ('Hoa Kỳ', 'xu than tien')"
    assert found.unknown == {("nuoc", "xu than tien")}
    assert found.words == {("nuoc", "Hoa Kỳ"): "my"}


def test_a_quote_inside_a_value_survives() -> None:
    line = "xnk; kim_ngach; WHERE nuoc = 'xu ''than'' tien' & chieu = 'xuat khau'"
    assert grounded(line, CATALOGUE, STORED.get).line == line.replace("xuat khau", "Xuất khẩu")


@pytest.mark.parametrize(
    ("stored", "question", "given", "said"),
    [
        (f"nuoc = '{fold('Ô-xtrây-li-a')}'", "Xuất sang Úc năm 2024", "", "nuoc = 'uc'"),
        ("nuoc IN ('hoa ky', 'nhat ban')", "xuất sang Mỹ, Nhật Bản", "", "nuoc IN ('my', 'nhat ban')"),
        ("nuoc = 'hoa ky'", "xuất sang Mỹ", "xnk; kim_ngach; WHERE nuoc = 'hoa ky'", "nuoc = 'hoa ky'"),  # copied
        ("nuoc = 'hoa ky'", "xuất sang đó", "", "nuoc = 'hoa ky'"),  # said by no name
        ("chieu = 'xuat khau'", "tổng XK", "", "chieu = 'xuat khau'"),  # a column of two values
        ("nuoc = 'nuoc khong co'", "nước không có", "", "nuoc = 'nuoc khong co'"),
    ],
)
def test_an_outline_in_the_words_of_the_question(stored: str, question: str, given: str, said: str) -> None:
    line = f"xnk; kim_ngach; WHERE {stored}; WHEN 2024"
    assert as_said(line, question, given, STORED["xnk"]) == f"xnk; kim_ngach; WHERE {said}; WHEN 2024"


def test_every_name_of_a_value_leads_back_to_it() -> None:
    """What ``as_said`` may write is what ``grounded`` understands."""
    wrong = []
    for name, values in STORED.items():
        for column, names in values.stored.items():
            for said, value in names.items():
                literal = said.replace("'", "''")
                found = grounded(f"{name}; x; WHERE {column} = '{literal}'", CATALOGUE, STORED.get)
                if found.words != {(column, value): said}:
                    wrong.append((name, column, said, value, found.words))
    assert not wrong


def test_a_view_without_values_is_left_alone() -> None:
    line = "xnk; kim_ngach; WHERE nuoc = 'my'"
    assert grounded(line, CATALOGUE, lambda _: None).line == line
    assert grounded(line, CATALOGUE, lambda _: Values()).line == line
