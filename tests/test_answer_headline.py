"""The sentence of finding: right figures, right words, nothing invented."""

from __future__ import annotations

import datetime as dt

import pytest
from answer_cases import (
    BASE,
    CATALOGUE,
    CHANNEL,
    COUNTRY,
    EXPORT,
    GROWTH,
    KIM_NGACH,
    MONTH,
    RATE,
    YEAR,
    YEAR_2023,
    period,
    reading,
    result,
)

from nl2sql.answer.headline import build_headline
from nl2sql.types import Column, Comparison, Ranking, Reading, Result, Shape, Threshold

COMPARED = reading(comparison=Comparison("same_period", YEAR_2023))
BALANCE = Column("can_can", "Cán cân", "number", "USD", "measure", True)

CASES: list[tuple[str, Result, Reading | None, str]] = [
    ("một số", result([KIM_NGACH], [(190.1e9,)]), reading(filters=(EXPORT,)),
     "Kim ngạch (Xuất khẩu, năm 2024): 190,1 tỷ USD."),
    ("một số không có cách hiểu", result([KIM_NGACH], [(190.1e9,)]), None, "Kim ngạch: 190,1 tỷ USD."),
    ("hai số", result([KIM_NGACH, RATE], [(1e9, 4.5)]), None, "Kim ngạch: 1 tỷ USD; Tỷ lệ luồng đỏ: 4,5%."),
    ("nhập siêu", result([BALANCE], [(-83e9,)]), None, "Cán cân: nhập siêu 83 tỷ USD."),
    ("xuất siêu", result([BALANCE], [(2e9,)]), None, "Cán cân: xuất siêu 2 tỷ USD."),
    ("so sánh tăng", result([KIM_NGACH, BASE, GROWTH], [(110e9, 100e9, 10.0)]), COMPARED,
     "Kim ngạch: 110 tỷ USD, tăng 10 tỷ USD (10%) so với năm 2023 (100 tỷ USD)."),
    ("so sánh giảm", result([KIM_NGACH, BASE], [(50e9, 100e9)]), COMPARED,
     "Kim ngạch: 50 tỷ USD, giảm 50 tỷ USD (50%) so với năm 2023 (100 tỷ USD)."),
    ("so sánh từ số 0", result([KIM_NGACH, BASE], [(5e9, 0.0)]), COMPARED,
     "Kim ngạch: 5 tỷ USD, tăng 5 tỷ USD so với năm 2023 (0 USD)."),
    ("so sánh thiếu gốc", result([KIM_NGACH, BASE], [(5e9, None)]), COMPARED,
     "Kim ngạch: 5 tỷ USD; kỳ so sánh: không có."),
    ("xếp hạng", result([COUNTRY, KIM_NGACH], [("Trung Quốc", 205e9), ("Hoa Kỳ", 134e9)]),
     reading(ranking=Ranking(2), shape=Shape.RANKING),
     "Trung Quốc có kim ngạch (năm 2024) cao nhất: 205 tỷ USD; tiếp theo là Hoa Kỳ (134 tỷ USD), cách nhau 71 tỷ USD."),
    ("xếp hạng từ dưới", result([COUNTRY, KIM_NGACH], [("Lào", 1e9), ("Thái Lan", 2e9)]),
     reading(ranking=Ranking(2, descending=False), periods=()),
     "Lào có kim ngạch thấp nhất: 1 tỷ USD; tiếp theo là Thái Lan (2 tỷ USD), cách nhau 1 tỷ USD."),
    ("cơ cấu", result([CHANNEL, KIM_NGACH], [("Xanh", 60e9), ("Vàng", 30e9), ("Đỏ", 10e9)]), None,
     "Xanh có kim ngạch cao nhất: 60 tỷ USD, chiếm 60% tổng số 100 tỷ USD."),
    ("tỷ lệ không cộng", result([CHANNEL, RATE], [("Xanh", 60.0), ("Đỏ", 10.0)]), None,
     "Xanh có tỷ lệ luồng đỏ cao nhất: 60%; tiếp theo là Đỏ (10%), cách nhau 50 điểm %."),
    ("diễn biến", result([YEAR, MONTH, KIM_NGACH], [(2024, 3, 20e9), (2024, 1, 10e9), (2024, 2, 5e9)]), None,
     "Kim ngạch: từ 10 tỷ USD (tháng 1/2024) đến 20 tỷ USD (tháng 3/2024), tăng 10 tỷ USD (100%); "
     "cao nhất tháng 3/2024 (20 tỷ USD), thấp nhất tháng 2/2024 (5 tỷ USD)."),
    ("kỳ dở dang", result([YEAR, KIM_NGACH], [(2024, 100e9), (2025, 90e9)]), None,
     "Kim ngạch: từ 100 tỷ USD (năm 2024) đến 90 tỷ USD (năm 2025, chưa hết kỳ)."),
    ("rỗng vì điều kiện", result([KIM_NGACH], []), reading(filters=(EXPORT,)),
     "Không có dữ liệu nào thỏa điều kiện “Chiều: Xuất khẩu” trong năm 2024. Hãy bỏ bớt điều kiện hoặc chọn kỳ khác."),
    ("rỗng vì ngưỡng", result([COUNTRY, KIM_NGACH], []), reading(thresholds=(Threshold("kim_ngach", ">", 1e15),)),
     "Không có kết quả nào đạt ngưỡng đã nêu. Hãy thử ngưỡng khác hoặc bỏ điều kiện về ngưỡng."),
    ("rỗng vì tương lai", result([KIM_NGACH], []),
     reading(periods=(period("Năm 2030", dt.date(2030, 1, 1), dt.date(2030, 12, 31)),)),
     "Không có dữ liệu cho Năm 2030: kho chỉ có dữ liệu đến 31/10/2025. Hãy chọn kỳ sớm hơn."),
    ("NULL", result([KIM_NGACH], [(None,)]), reading(filters=(EXPORT,)),
     "Không có số liệu cho Chiều: Xuất khẩu; Năm 2024. Hãy thử kỳ khác hoặc bỏ bớt điều kiện."),
    ("tăng giảm theo nhóm",
     result([COUNTRY, KIM_NGACH, BASE, GROWTH], [("A", 2e9, 1e9, 100.0), ("B", 1e9, 2e9, -50.0), ("C", 1, None, None)]),
     COMPARED, "So với năm 2023: A tăng mạnh nhất (100%); B giảm mạnh nhất (50%); 1 trong 2 tăng."),
    ("danh sách tên", result([COUNTRY], [("Lào",), ("Đức",)]), None, "Có 2 dòng; nước đối tác: Lào, Đức."),
    ("bản ghi", result([Column("so", "Số", "text", role="id"), COUNTRY, CHANNEL, KIM_NGACH],
                       [("1", "A", "Đỏ", 1.0), ("2", "A", "Đỏ", 2.0)]), None, "Có 2 dòng."),
]  # fmt: skip


@pytest.mark.parametrize(("made", "asked", "text"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_headline(made: Result, asked: Reading | None, text: str) -> None:
    assert build_headline(made, asked, CATALOGUE) == text


def test_part_of_a_truncated_result_is_no_share() -> None:
    made = result([COUNTRY, KIM_NGACH], [("A", 3.0), ("B", 1.0)], truncated=True)
    assert "chiếm" not in build_headline(made, None, CATALOGUE)


def test_a_result_of_two_hundred_thousand_rows_is_only_counted() -> None:
    made = Result((Column("a", "A", "number", "USD", "measure"),), ((1.0,),) * 200_000)
    assert build_headline(made, None, CATALOGUE) == "Có 200.000 dòng."
