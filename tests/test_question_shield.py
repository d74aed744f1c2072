"""Words inside names keep out of the grammar of time; abbreviations are settled by their neighbours."""

from __future__ import annotations

import pytest

from nl2sql.question.read import Reader
from nl2sql.question.shield import shielded
from nl2sql.question.text import normalise
from nl2sql.question.time import read_time
from nl2sql.question.vocabulary import Vocabulary, build_vocabulary
from nl2sql.types import Question, Reading
from schema.loading import load_catalogue
from schema.semantic import Catalogue

PERIODS = ("năm 2023", "tháng 4/2024", "quý 1/2023", "9 tháng năm 2024", "ngày 5/3/2024", "năm 2022 và năm 2023")
_SPEAKS_OF_TIME = ("kỳ", "bình quân", "trung bình", "ngày", "năm", "tháng", "quý", "hơn", "TB", "BQ")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def vocabulary(catalogue: Catalogue) -> Vocabulary:
    return build_vocabulary(catalogue)


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue, vocabulary: Vocabulary) -> Reader:
    return Reader(catalogue, vocabulary)


def filters(reading: Reading) -> dict[str, tuple[str, ...]]:
    return {f.column: f.values for f in reading.filters}


def test_no_name_of_the_catalogue_loses_a_word_to_the_period_beside_it(
    catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Every declared value and column, before every kind of period: the period takes only its own words."""
    today = catalogue.as_of
    assert today is not None
    names = {
        name
        for view in catalogue.views.values()
        for dim in view.dimensions
        for name in (dim.label, *dim.synonyms, *(v.value for v in catalogue.values_of(dim)))
        if " " in name and not any(word in name.split() for word in _SPEAKS_OF_TIME)
    }
    assert len(names) > 300
    lost = []
    for name in names:
        size = len(normalise(name).tokens)
        for period in PERIODS:
            text = normalise(f"{name} {period}")
            used = read_time(shielded(text, vocabulary), today).used
            if used & set(range(size)):
                lost.append(f"{name} {period}")
    assert lost == []


@pytest.mark.parametrize(
    ("question", "column", "value"),
    [
        ("thu ngân sách khu vực 5 năm 2022", "khu_vuc", "Khu vực V"),
        ("thu ngan sach khu vuc 5 nam 2022", "khu_vuc", "Khu vực V"),
        ("thu ngân sách của Cao Bằng năm 2022", "cuc", "Cao Bằng"),
        ("nhập khẩu chương 39 năm 2022", "chuong_hs", "39"),
        ("xuất khẩu đá quý 6 tháng năm 2022", "nhom_hang", "Đá quý, kim loại quý và sản phẩm"),
    ],
)
def test_a_number_or_word_of_a_name_is_no_period(reader: Reader, question: str, column: str, value: str) -> None:
    reading = reader.read(Question(question))
    assert filters(reading)[column] == (value,)
    assert [p.start.year for p in reading.periods] == [2022]
    assert reading.comparison is None


def test_a_count_of_years_stays_one(reader: Reader) -> None:
    [period] = reader.read(Question("thu của các khu vực 3 năm gần nhất")).periods
    assert (period.start.year, period.end.year) == (2023, 2025)


@pytest.mark.parametrize(
    "question",
    [
        "số thu chia theo tỉnh năm 2022",
        "số thu theo từng tỉnh trong năm 2022",
        "kim ngạch theo phương tiện vận tải năm 2022",
    ],
)
def test_a_column_before_a_period_is_grouped_by(reader: Reader, question: str) -> None:
    assert [g.column for g in reader.read(Question(question)).groups]


@pytest.mark.parametrize(
    ("question", "column", "value"),
    [
        ("HQ Quảng Trị thu bao nhiêu năm 2022", "cuc", "Quảng Trị"),
        ("nhập khẩu từ HQ năm 2022", "nuoc", "Hàn Quốc"),
        ("nhap khau tu hq nam 2022", "nuoc", "Hàn Quốc"),
        ("XK LK ô tô năm 2022", "nhom_hang", "Linh kiện, phụ tùng ô tô"),
    ],
)
def test_neighbours_settle_an_abbreviation(reader: Reader, question: str, column: str, value: str) -> None:
    reading = reader.read(Question(question))
    assert filters(reading).get(column) == (value,)
    assert ("nuoc" in filters(reading)) == (column == "nuoc")


@pytest.mark.parametrize("phrase", ["HQ", "VP", "LK", "BD", "ĐN", "QN"])
def test_an_abbreviation_that_nothing_settles_is_asked_back(reader: Reader, phrase: str) -> None:
    clarification = reader.read(Question(f"tình hình {phrase} trong năm 2022")).clarification
    assert clarification is not None
    assert len(clarification.options) >= 2


def test_members_of_a_named_group_are_listed(reader: Reader) -> None:
    asked = reader.read(Question("DN FDI nào nhập khẩu nhiều nhất năm 2022"))
    assert [g.column for g in asked.groups] == ["doanh_nghiep"]
    assert filters(asked)["khu_vuc_kinh_te"] == ("FDI",)
    together = reader.read(Question("kim ngạch nhập khẩu của các DN FDI năm 2022"))
    assert together.groups == ()


def test_how_much_of_goods_is_their_amount(reader: Reader) -> None:
    [metric] = reader.read(Question("số lượng cao su xuất khẩu năm 2022")).metrics
    assert metric.name == "khoi_luong"
