"""Readings changed as structure: each change composes the SQL that the same question in words would."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from nl2sql.answer.next_steps import next_steps
from nl2sql.generation.compose import compose
from nl2sql.question import edit
from nl2sql.question.choices import choices, typed, whole
from nl2sql.question.read import Reader
from nl2sql.types import Question, Ranking, Reading, Shape
from schema.semantic import Catalogue


@pytest.fixture(scope="module")
def catalogue(reader: Reader) -> Catalogue:
    return reader.catalogue


def read(reader: Reader, text: str) -> Reading:
    return reader.read(Question(text))


def sql(reading: Reading, catalogue: Catalogue) -> str:
    return compose(reading, catalogue) or ""


def chosen(reading: Reading, part: str, label: str, catalogue: Catalogue) -> Reading:
    """The reading behind a choice."""
    return next(c.reading for c in choices(reading, part, catalogue) if c.label == label)


@pytest.mark.parametrize(
    ("start", "part", "label", "wanted"),
    [
        ("Kim ngạch xuất khẩu năm 2024", "metric:0", "Số doanh nghiệp",
         "SELECT COUNT(DISTINCT ma_so_thue) AS so_doanh_nghiep FROM xnk WHERE nam = 2024 AND chieu = 'Xuất khẩu'"),
        ("Kim ngạch xuất khẩu năm 2024", "period:0", "Năm 2023",
         "SELECT SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2023 AND chieu = 'Xuất khẩu'"),
        ("Kim ngạch xuất khẩu năm 2024", "filter:0", "Nhập khẩu",
         "SELECT SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2024 AND chieu = 'Nhập khẩu'"),
        ("Kim ngạch xuất khẩu năm 2024", "filter:0", "Bỏ phần này",
         "SELECT SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2024"),
        ("Kim ngạch xuất khẩu năm 2024", "add", "Châu lục",
         "SELECT chau_luc, SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2024 AND chieu = 'Xuất khẩu' "
         "GROUP BY chau_luc ORDER BY kim_ngach DESC"),
        ("Kim ngạch nhập khẩu năm 2024 theo nước", "group:0", "Tháng",
         "SELECT thang, SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2024 AND chieu = 'Nhập khẩu' "
         "GROUP BY thang ORDER BY thang"),
        ("Top 10 thị trường xuất khẩu năm 2024", "ranking", "5 nhỏ nhất",
         "SELECT nuoc, SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2024 AND chieu = 'Xuất khẩu' "
         "GROUP BY nuoc ORDER BY kim_ngach ASC LIMIT 5"),
        ("Top 10 thị trường xuất khẩu năm 2024", "group:0", "Bỏ phần này",
         "SELECT SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2024 AND chieu = 'Xuất khẩu'"),
    ],
)  # fmt: skip
def test_a_choice_is_the_question_that_it_stands_for(
    reader: Reader, catalogue: Catalogue, start: str, part: str, label: str, wanted: str
) -> None:
    assert sql(chosen(read(reader, start), part, label, catalogue), catalogue) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Kim ngạch xuất khẩu theo tháng năm 2024",
        "10 thị trường nhập khẩu lớn nhất năm 2023",
        "Số tờ khai luồng đỏ quý II/2025 so với cùng kỳ",
        "Lũy kế thu ngân sách từng tháng năm 2025",
        "Cơ cấu thu ngân sách theo sắc thuế năm 2023",
        "Số vụ vi phạm theo tuyến năm 2022",
        "Tỷ lệ luồng vàng của từng cục năm 2023",
    ],
)
def test_the_restated_question_reads_the_same_again(reader: Reader, catalogue: Catalogue, text: str) -> None:
    settled = edit.settled(read(reader, text), catalogue)
    assert sql(read(reader, settled.text), catalogue) == sql(settled, catalogue)


def test_every_choice_and_next_step_can_be_composed(reader: Reader, catalogue: Catalogue) -> None:
    seen = 0
    for text in (
        "Kim ngạch xuất khẩu năm 2024 theo nước",
        "Nợ thuế tháng 10/2025",
        "Số tờ khai năm 2025 so với cùng kỳ",
    ):
        reading = read(reader, text)
        parts = ["metric:0", "period:0", "add", *(f"group:{i}" for i in range(len(reading.groups)))]
        offered = [c.reading for part in parts for c in choices(reading, part, catalogue)]
        offered += [s.reading for s in next_steps(reading, None, catalogue)]
        for made in offered:
            assert compose(made, catalogue), made.text
            seen += 1
    assert seen > 300


def test_the_base_of_a_comparison_follows_the_period(reader: Reader, catalogue: Catalogue) -> None:
    reading = read(reader, "Nhập khẩu từ Trung Quốc quý I/2025 so với cùng kỳ")
    moved = edit.with_periods(reading, (whole("quarter", dt.date(2024, 8, 1), dt.date(2025, 10, 31)),), catalogue)
    assert moved.comparison is not None
    assert (moved.comparison.base.start, moved.comparison.base.end) == (dt.date(2023, 7, 1), dt.date(2023, 9, 30))
    assert moved.shape is Shape.COMPARISON
    assert edit.with_comparison(moved, None, catalogue).shape is Shape.TOTAL


def test_a_cut_year_is_compared_with_the_same_days(reader: Reader, catalogue: Catalogue) -> None:
    composed = sql(read(reader, "Kim ngạch xuất khẩu năm 2025 so với cùng kỳ"), catalogue)
    assert "nam = 2024 AND thang BETWEEN 1 AND 10" in composed


def test_what_no_longer_fits_goes_with_the_change(reader: Reader, catalogue: Catalogue) -> None:
    ranked = read(reader, "5 nước có kim ngạch nhập khẩu trên 1 tỷ USD lớn nhất năm 2024")
    assert ranked.ranking and ranked.thresholds
    bare = edit.without_group(ranked, 0, catalogue)
    assert bare.ranking is None
    assert bare.thresholds == ()
    share = edit.without_group(read(reader, "Cơ cấu thu ngân sách theo sắc thuế năm 2024"), 0, catalogue)
    assert share.share is None


def test_a_typed_period_is_read(reader: Reader, catalogue: Catalogue) -> None:
    reading = read(reader, "Kim ngạch xuất khẩu năm 2024")
    changed = typed(reading, "period:0", "quý 2 năm 2023", catalogue)
    assert changed is not None
    assert sql(changed, catalogue).endswith("nam = 2023 AND quy = 2 AND chieu = 'Xuất khẩu'")
    assert typed(reading, "period:0", "màu xanh", catalogue) is None
    assert typed(reading, "metric:0", "quý 2 năm 2023", catalogue) is None


def test_assumptions_belong_to_what_is_read_now(reader: Reader, catalogue: Catalogue) -> None:
    reading = read(reader, "Số tờ khai của Cục Hải quan Hải Phòng năm 2024")
    assert any("35 cục" in note for note in reading.assumptions)
    assert not any("35 cục" in note for note in edit.without_filter(reading, 0, catalogue).assumptions)


def test_next_steps_fit_the_answer(reader: Reader, catalogue: Catalogue) -> None:
    total = [s.label for s in next_steps(read(reader, "Kim ngạch xuất khẩu năm 2024"), None, catalogue)]
    assert total[:2] == ["So với cùng kỳ", "Theo tháng"]
    assert "10 nước đối tác lớn nhất" in total
    ranked = replace(read(reader, "Kim ngạch xuất khẩu năm 2024 theo nước"), ranking=Ranking(10))
    assert all("nước đối tác lớn" not in s.label for s in next_steps(ranked, None, catalogue))
    compared = next_steps(read(reader, "Kim ngạch xuất khẩu năm 2024 so với cùng kỳ"), None, catalogue)
    assert "Bỏ so sánh" in [s.label for s in compared]
    balance = next_steps(read(reader, "Cán cân thương mại qua các năm"), None, catalogue)
    assert all("chiều" not in s.label for s in balance)
