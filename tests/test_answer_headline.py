"""The sentence of finding: right figures, right words, nothing invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

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
from nl2sql.types import (
    Beside,
    Column,
    Comparison,
    FilterMatch,
    MetricMatch,
    Ranking,
    Reading,
    Result,
    SetTerm,
    Shape,
    Share,
    Threshold,
    Window,
)

CHANNEL_RED = FilterMatch("phan_luong = 'Đỏ'", "phan_luong", ("Đỏ",), "Luồng: Đỏ")
NAMED = FilterMatch("nuoc IN ('A', 'B', 'C')", "nuoc", ("A", "B", "C"), "Nước đối tác: A, B, C")
PART = Column("ty_trong", "Tỷ trọng", "number", "%", "measure")
CASES_COLUMN = Column("so_vu", "Số vụ", "integer", "vụ", "measure", True)
CASES_BASE = replace(CASES_COLUMN, name="so_vu_ky_truoc", label="Số vụ kỳ trước")
OTHER = reading(metrics=(MetricMatch("so_vu", "COUNT(*)", "Số vụ", "vụ"),), filters=(CHANNEL_RED,))
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
     "Không có số liệu cho Xuất khẩu, năm 2024. Hãy thử kỳ khác hoặc bỏ bớt điều kiện."),
    ("tăng giảm theo nhóm",
     result([COUNTRY, KIM_NGACH, BASE, GROWTH], [("A", 2e9, 1e9, 100.0), ("B", 1e9, 2e9, -50.0), ("C", 1, None, None)]),
     COMPARED, "Kim ngạch so với năm 2023: A tăng mạnh nhất (100%); B giảm mạnh nhất (50%); 1 trong 2 tăng."),
    ("danh sách tên", result([COUNTRY], [("Lào",), ("Đức",)]), None, "Có 2 nước đối tác: Lào, Đức."),
    ("bản ghi", result([Column("so", "Số", "text", role="id"), COUNTRY, CHANNEL, KIM_NGACH],
                       [("1", "A", "Đỏ", 1.0), ("2", "A", "Đỏ", 2.0)]), None, "Có 2 dòng."),
]  # fmt: skip


TOTALS: list[tuple[str, Result, Reading | None, str]] = [
    ("tỷ trọng của tên đã nêu",
     result([COUNTRY, KIM_NGACH, PART], [("A", 30.0, 30.0), ("B", 6.0, 6.0), ("C", 4.0, 4.0)]),
     reading(share=Share("nuoc IN ('A', 'B', 'C')", "tỷ trọng Nước đối tác: A, B, C", each="nuoc")),
     "A có kim ngạch (năm 2024) cao nhất: 30 USD, chiếm 30% tổng số; tổng của 3 nước đối tác này: 40 USD, chiếm 40%."),
    ("ba tên đã nêu không phải tất cả", result([COUNTRY, KIM_NGACH], [("A", 30.0), ("B", 6.0), ("C", 4.0)]),
     reading(filters=(EXPORT, NAMED)),
     "A có kim ngạch (Xuất khẩu, năm 2024) cao nhất: 30 USD, chiếm 75% tổng của 3 nước đối tác này (40 USD)."),
    ("hai tên đã nêu", result([COUNTRY, KIM_NGACH], [("A", 30.0), ("B", 6.0)]), reading(filters=(NAMED,)),
     "A có kim ngạch (năm 2024) cao nhất: 30 USD; tiếp theo là B (6 USD), cách nhau 24 USD; "
     "tổng của 2 nước đối tác này: 36 USD."),
    ("loại một nước ra", result([COUNTRY, KIM_NGACH], [("A", 30.0), ("B", 10.0)]),
     reading(filters=(FilterMatch("nuoc <> 'X'", "nuoc", ("X",), "Nước đối tác: không phải X", negated=True),)),
     "A có kim ngạch (không phải X, năm 2024) cao nhất: 30 USD, chiếm 75% tổng số 40 USD."),
    ("năm nước đầu và tỷ trọng", result([COUNTRY, KIM_NGACH, PART], [("A", 30.0, 30.0), ("B", 6.0, 6.0)]),
     reading(ranking=Ranking(2)),
     "A có kim ngạch (năm 2024) cao nhất: 30 USD, chiếm 30% tổng số; tiếp theo là B (6 USD), cách nhau 24 USD."),
    ("ngưỡng", result([COUNTRY, replace(KIM_NGACH, additive=False)], [("A", 30.0), ("B", 6.0)]),
     reading(thresholds=(Threshold("kim_ngach", ">", 5.0),)),
     "Có 2 nước đối tác đạt điều kiện. A có kim ngạch (năm 2024) cao nhất: 30 USD; tiếp theo là B (6 USD), "
     "cách nhau 24 USD."),
    ("tháng đạt ngưỡng", result([MONTH, KIM_NGACH], [(1, 30.0), (7, 60.0), (8, 50.0)]),
     reading(thresholds=(Threshold("kim_ngach", ">", 5.0),)),
     "Có 3 tháng đạt điều kiện. Kim ngạch – năm 2024: cao nhất tháng 7 (60 USD), thấp nhất tháng 1 (30 USD)."),
    ("hai đề tài, một số mỗi đề tài", result([KIM_NGACH, CASES_COLUMN], [(5e9, 12)]),
     reading(filters=(EXPORT,), beside=Beside(reading(metrics=OTHER.metrics))),
     "Kim ngạch (Xuất khẩu): 5 tỷ USD; Số vụ: 12 vụ (năm 2024)."),
    ("hai đề tài cùng phạm vi", result([KIM_NGACH, CASES_COLUMN], [(5e9, 12)]),
     reading(filters=(EXPORT,), beside=Beside(reading(metrics=OTHER.metrics, filters=(EXPORT, CHANNEL_RED)))),
     "Kim ngạch: 5 tỷ USD; Số vụ (Đỏ): 12 vụ (Xuất khẩu, năm 2024)."),
    ("hai đề tài theo nước", result([COUNTRY, KIM_NGACH, CASES_COLUMN], [("A", 3e9, 1), ("B", 1e9, 9)]),
     reading(filters=(EXPORT,), beside=Beside(OTHER)),
     "A có kim ngạch (Xuất khẩu, năm 2024) cao nhất: 3 tỷ USD, chiếm 75% tổng số 4 tỷ USD; "
     "số vụ (Đỏ) cao nhất: B (9 vụ)."),
    ("cán cân nhiều nước", result([COUNTRY, BALANCE], [("A", 5e9), ("B", -2e9)]), reading(),
     "A có cán cân (năm 2024) cao nhất: xuất siêu 5 tỷ USD; tiếp theo là B (nhập siêu 2 tỷ USD), cách nhau 7 tỷ USD."),
    ("lũy kế", result([MONTH, KIM_NGACH, Column("luy_ke", "Lũy kế", "number", "USD", "measure")],
                      [(1, 10.0, 10.0), (2, 5.0, 15.0)]), reading(window=Window("cumulative")),
     "Lũy kế kim ngạch (năm 2024) đến tháng 2: 15 USD."),
    ("thành viên của hai tập", result([COUNTRY], [("A",), ("B",)]),
     reading(filters=(EXPORT,), terms=(SetTerm("intersect", reading()),)), "Có 2 nước đối tác (năm 2024): A, B."),
    ("một dòng có tên giữ kỳ", result([COUNTRY, KIM_NGACH], [("A", 5e9)]), reading(filters=(EXPORT,)),
     "A: Kim ngạch: 5 tỷ USD (Xuất khẩu, năm 2024)."),
    ("bằng nhau", result([CHANNEL, RATE], [("A", 100.0), ("B", 100.0), ("C", 100.0), ("D", 20.0)]), None,
     "A và 2 luồng khác cùng có tỷ lệ luồng đỏ cao nhất: 100%."),
    ("tỷ trọng theo năm", result([YEAR, COUNTRY, KIM_NGACH, PART], [(2023, "A", 9.0, 60.0), (2024, "B", 8.0, 70.0)]),
     reading(share=Share("", "tỷ trọng")),
     "Tỷ trọng: cao nhất B – năm 2024 (70%), thấp nhất A – năm 2023 (60%)."),
    ("hai chỉ tiêu cùng so sánh",
     result([KIM_NGACH, BASE, CASES_COLUMN, CASES_BASE],
            [(110e9, 100e9, 30, 40)]),
     COMPARED, "Kim ngạch: 110 tỷ USD, tăng 10 tỷ USD (10%) so với năm 2023 (100 tỷ USD); "
     "Số vụ: 30 vụ, giảm 10 vụ (25%) so với năm 2023 (40 vụ)."),
]  # fmt: skip
"""What a sum is the sum of, which unit belongs to which subject, and what a condition holds for."""
CASES += TOTALS


@pytest.mark.parametrize(("made", "asked", "text"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_headline(made: Result, asked: Reading | None, text: str) -> None:
    assert build_headline(made, asked, CATALOGUE) == text


def test_part_of_a_truncated_result_is_no_share() -> None:
    made = result([COUNTRY, KIM_NGACH], [("A", 3.0), ("B", 1.0)], truncated=True)
    assert "chiếm" not in build_headline(made, None, CATALOGUE)


def test_a_result_of_two_hundred_thousand_rows_is_only_counted() -> None:
    made = Result((Column("a", "A", "number", "USD", "measure"),), ((1.0,),) * 200_000)
    assert build_headline(made, None, CATALOGUE) == "Có 200.000 dòng."
