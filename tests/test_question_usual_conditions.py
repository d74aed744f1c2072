"""What the catalogue takes for granted when a question does not say, and snapshots that are not monthly."""

from __future__ import annotations

import pytest

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.types import Question


def _sql(reader: Reader, question: str) -> str:
    sql = compose(reader.read(Question(question)), reader.catalogue)
    assert sql is not None
    return " ".join(sql.split())


def test_a_rate_without_a_kind_is_the_mfn_rate(reader: Reader) -> None:
    reading = reader.read(Question("thuế suất nhập khẩu của mã 09011010"))
    assert "loai_thue_suat = 'MFN'" in {f.sql for f in reading.filters}
    assert any("MFN" in note for note in reading.assumptions)


@pytest.mark.parametrize(
    "question", ["thuế suất ATIGA của mã 09011010", "thuế suất của mã 09011010 theo từng hiệp định"]
)
def test_a_named_or_grouped_kind_leaves_nothing_to_take_for_granted(reader: Reader, question: str) -> None:
    reading = reader.read(Question(question))
    assert "loai_thue_suat = 'MFN'" not in {f.sql for f in reading.filters}


def test_a_follow_up_that_names_the_kind_replaces_what_was_taken_for_granted(reader: Reader) -> None:
    reading = reader.read(Question("còn theo ACFTA thì sao?", turns=("thuế suất nhập khẩu của mã 09011010",)))
    assert {f.sql for f in reading.filters} == {"loai_thue_suat = 'ACFTA'", "ma_hs = '09011010'"}


def test_preliminary_and_final_figures_are_never_added(reader: Reader) -> None:
    newest = reader.read(Question("cán cân theo kỳ báo cáo tháng 9/2025"))
    assert "la_moi_nhat = TRUE" in {f.sql for f in newest.filters}
    named = reader.read(Question("kim ngạch xuất khẩu sơ bộ tháng 9/2025"))
    assert named.view == "xnk_ky"
    assert "la_moi_nhat = TRUE" not in {f.sql for f in named.filters}


def test_plain_trade_stays_where_it_was(reader: Reader) -> None:
    assert reader.read(Question("kim ngạch xuất khẩu tháng 9/2025")).view == "xnk"
    assert reader.read(Question("bao nhiêu tờ khai luồng đỏ năm 2024")).view == "to_khai"


def test_yearly_and_quarterly_snapshots(reader: Reader) -> None:
    assert "nam = 2025" in _sql(reader, "thuế suất ATIGA bình quân chương 87")
    assert "thang" not in _sql(reader, "thuế suất ATIGA bình quân chương 87 tháng 6/2024")
    assert "nam = 2024 AND quy = 2" in _sql(reader, "giá tham chiếu ô tô nguyên chiếc tháng 5/2024")


def test_the_course_of_a_snapshot_needs_no_period(reader: Reader) -> None:
    """Without a period "qua các năm" is about all years, not about the last month."""
    assert "2025" not in _sql(reader, "nợ thuế qua các năm")
    assert "nam = 2025" not in _sql(reader, "thuế suất CPTPP của ô tô chở người qua các năm")


def test_a_percentage_of_percentages_is_no_share(reader: Reader) -> None:
    assert "OVER" not in _sql(reader, "liệt kê các mã HS chương 87 có thuế suất MFN trên 50%")


def test_of_equal_views_the_one_that_labels_the_measure_so(reader: Reader) -> None:
    assert reader.read(Question("tỷ lệ luồng đỏ năm 2024")).view == "to_khai"
    assert reader.read(Question("tỷ lệ luồng đỏ theo mức tuân thủ năm 2024")).view == "rui_ro"


def test_a_line_is_no_money(reader: Reader) -> None:
    """The words "dòng" and "đồng" fold to the same letters."""
    reading = reader.read(Question("Hàng từ Trung Quốc bị nghi vấn giá bao nhiêu dòng năm 2024"))
    assert [m.name for m in reading.metrics] == ["so_dong_nghi_van"]


def test_a_point_inside_a_name_ends_no_sentence(reader: Reader) -> None:
    reading = reader.read(Question("Số C/O EUR.1 năm 2024"))
    assert "mau_co = 'EUR.1'" in {f.sql for f in reading.filters}
