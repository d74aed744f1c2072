"""The chart rules as a table of cases, and what every specification must hold to."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import vl_convert
from answer_cases import (
    BASE,
    CATALOGUE,
    CHANNEL,
    COUNTRY,
    EXPORT,
    GOODS,
    GROWTH,
    KIM_NGACH,
    MONTH,
    QUARTER,
    RATE,
    YEAR,
    YEAR_2023,
    reading,
    result,
)

from nl2sql.answer.chart import build_chart, chart_reason
from nl2sql.types import Column, Comparison, Reading, Result, Shape

EXPORTS = Column("kim_ngach_xk", "Kim ngạch xuất", "number", "USD", "measure", True)
IMPORTS = Column("kim_ngach_nk", "Kim ngạch nhập", "number", "USD", "measure", True)
CHAPTER = Column("chuong_hs", "Chương HS", "text")
CHAPTER_NAME = Column("ten_chuong", "Tên chương", "text")
RECORD = Column("so_to_khai", "Số tờ khai", "text", role="id")
RANK = Column("thu_hang", "Thứ hạng", "integer", role="id")
DAY = Column("ngay", "Ngày", "date", role="time")
COMPARED = reading(comparison=Comparison("same_period", YEAR_2023))
LONG = "Máy móc, thiết bị, dụng cụ, phụ tùng khác " * 3

MONTHS = [(2024, m, m * 1e9) for m in range(1, 13)]
COUNTRIES = [(f"Nước {n}", 1e9 * (100 - n)) for n in range(60)]
CHANNELS = ("Đỏ", "Xanh", "Vàng")

CASES: list[tuple[str, Result, Reading | None, str]] = [
    ("một số", result([KIM_NGACH], [(1e9,)]), None, "mot_dong"),
    ("rỗng", result([KIM_NGACH], []), None, "khong_so"),
    ("toàn NULL", result([YEAR, KIM_NGACH], [(2023, None), (2024, None)]), None, "khong_so"),
    ("200 nghìn dòng", result([COUNTRY, KIM_NGACH], [(f"N{n}", 1e9) for n in range(200_000)]), None, "qua_nhieu_dong"),
    ("không có số", result([COUNTRY], [("A",), ("B",)]), None, "khong_so"),
    ("tháng", result([YEAR, MONTH, KIM_NGACH], MONTHS), None, "duong"),
    ("tháng không năm", result([MONTH, KIM_NGACH], [r[1:] for r in MONTHS]), None, "duong"),
    ("hai tháng", result([MONTH, KIM_NGACH], [(1, 1e9), (2, 2e9)]), None, "cot_theo_ky"),
    ("năm", result([YEAR, KIM_NGACH], [(2018 + n, 1e9) for n in range(8)]), None, "cot_theo_ky"),
    ("quý", result([YEAR, QUARTER, RATE], [(2024, q, q * 1.0) for q in range(1, 5)]), None, "cot_theo_ky"),
    ("một tháng", result([YEAR, MONTH, KIM_NGACH], [(2024, 1, 1e9)]), None, "mot_dong"),
    ("tháng và nhóm", result([MONTH, CHANNEL, KIM_NGACH], [(m, c, m * 1e9) for m in range(1, 7) for c in CHANNELS]),
     None, "nhieu_duong"),
    ("hai năm và nhóm", result([YEAR, CHANNEL, KIM_NGACH], [(y, c, 1e9) for y in (2023, 2024) for c in CHANNELS]),
     None, "cot_ghep_theo_ky"),
    ("tháng, nhiều nhóm", result([MONTH, COUNTRY, KIM_NGACH],
                                   [(m, f"N{n}", 1e9) for m in range(1, 13) for n in range(20)]), None, "ban_do_nhiet"),
    ("nhóm", result([COUNTRY, KIM_NGACH], COUNTRIES[:10]), None, "thanh_ngang"),
    ("60 nhóm", result([COUNTRY, KIM_NGACH], COUNTRIES), None, "thanh_ngang"),
    ("một nhóm", result([COUNTRY, KIM_NGACH], COUNTRIES[:1]), None, "mot_dong"),
    ("nhóm có hạng", result([COUNTRY, RANK, KIM_NGACH], [("A", 1, 2e9), ("B", 2, 1e9)]), None, "thanh_ngang"),
    ("mã kèm tên", result([CHAPTER, CHAPTER_NAME, KIM_NGACH], [("85", "Máy điện", 2e9), ("84", "Máy cơ", 1e9)]),
     None, "thanh_ngang"),
    ("hai nhóm nhỏ", result([COUNTRY, CHANNEL, KIM_NGACH], [(n, c, 1e9) for n in "ABCD" for c in CHANNELS]),
     None, "thanh_ghep"),
    ("lưới lớn", result([COUNTRY, GOODS, KIM_NGACH], [(f"N{n}", f"H{h}", 1e9) for n in range(20) for h in range(9)]),
     None, "ban_do_nhiet"),
    ("so sánh một dòng", result([KIM_NGACH, BASE, GROWTH], [(2e9, 1e9, 100.0)]), COMPARED, "mot_dong"),
    ("so sánh theo nhóm", result([COUNTRY, KIM_NGACH, BASE, GROWTH], [("A", 2e9, 1e9, 100.0), ("B", 1e9, 2e9, -50.0)]),
     COMPARED, "so_sanh_theo_nhom"),
    ("so sánh theo tháng", result([MONTH, KIM_NGACH, BASE], [(m, 2e9, 1e9) for m in range(1, 7)]),
     COMPARED, "so_sanh_theo_ky"),
    ("chỉ mức tăng", result([COUNTRY, GROWTH], [("A", 20.0), ("B", -5.0)]), None, "chenh_lech_theo_nhom"),
    ("xuất và nhập theo năm", result([YEAR, EXPORTS, IMPORTS], [(y, 2e9, 1e9) for y in range(2018, 2025)]),
     None, "nhieu_chi_tieu_theo_ky"),
    ("xuất và nhập theo nước", result([COUNTRY, EXPORTS, IMPORTS], [("A", 2e9, 1e9), ("B", 1e9, 2e9)]),
     None, "nhieu_chi_tieu_theo_nhom"),
    ("số âm", result([COUNTRY, KIM_NGACH], [("A", -2e9), ("B", 1e9)]), None, "thanh_ngang"),
    ("nhãn dài", result([GOODS, KIM_NGACH], [(LONG, 2e9), ("B", 1e9)]), None, "thanh_ngang"),
    ("bản ghi", result([RECORD, COUNTRY, CHANNEL, KIM_NGACH], [("1", "A", "Đỏ", 1.0), ("2", "A", "Đỏ", 2.0)]),
     None, "danh_sach"),
    ("liệt kê", result([COUNTRY, KIM_NGACH], COUNTRIES[:5]), reading(shape=Shape.ROWS), "danh_sach"),
    ("trùng vị trí", result([COUNTRY, KIM_NGACH], [("A", 1.0), ("A", 2.0), ("B", 1.0)]), None, "trung_lap"),
    ("ba chiều", result([COUNTRY, GOODS, CHANNEL, KIM_NGACH],
                        [(n, h, c, 1e9) for n in "AB" for h in "XY" for c in CHANNELS]), None, "bang"),
]  # fmt: skip
DRAWN = [c for c in CASES if build_chart(c[1], c[2], CATALOGUE) is not None]


@pytest.mark.parametrize(("made", "asked", "rule"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_rule(made: Result, asked: Reading | None, rule: str) -> None:
    name, reason = chart_reason(made, asked, CATALOGUE)
    assert name == rule
    assert reason.endswith(".")


def test_most_cases_are_drawn() -> None:
    assert len(DRAWN) >= 18


@pytest.mark.parametrize(("made", "asked"), [c[1:3] for c in DRAWN], ids=[c[0] for c in DRAWN])
def test_specification(made: Result, asked: Reading | None) -> None:
    spec = build_chart(made, asked, CATALOGUE)
    assert spec is not None
    text = json.dumps(spec, ensure_ascii=False)
    assert "url" not in text.replace("$schema", "")
    assert text.count("http") == 1
    assert spec["config"]["locale"]["number"] == {
        "decimal": ",",
        "thousands": ".",
        "grouping": [3],
        "currency": ["", " ₫"],
    }
    assert spec["title"]["text"]
    assert "Đơn vị" in spec["title"]["subtitle"]
    assert spec["description"]
    for mark, encoding in _marks(spec):
        if mark == "bar":
            channel = "x" if encoding["x"]["type"] == "quantitative" else "y"
            assert encoding[channel]["scale"]["zero"] is True
            assert "stack" not in encoding[channel]
        assert mark != "arc"


@pytest.mark.parametrize("case", {c[3]: c for c in DRAWN}.values(), ids=lambda c: c[3])
def test_each_kind_can_be_rendered(case: tuple[str, Result, Reading | None, str]) -> None:
    spec = build_chart(case[1], case[2], CATALOGUE)
    assert spec is not None
    svg = vl_convert.vegalite_to_svg({**spec, "width": 500})
    assert spec["title"]["text"] in svg


def _marks(spec: dict[str, Any], encoding: dict[str, Any] | None = None) -> list[tuple[str, dict[str, Any]]]:
    own = {**(encoding or {}), **spec.get("encoding", {})}
    if "layer" in spec:
        return [found for child in spec["layer"] for found in _marks(child, own)]
    mark = spec["mark"]
    return [(mark["type"] if isinstance(mark, dict) else mark, own)]


def _values(made: Result, asked: Reading | None = None) -> list[dict[str, Any]]:
    spec = build_chart(made, asked, CATALOGUE)
    assert spec is not None
    return _data(spec)


def _data(spec: dict[str, Any]) -> list[dict[str, Any]]:
    if "data" in spec and "values" in spec["data"]:
        values: list[dict[str, Any]] = spec["data"]["values"]
        return values
    return next(found for child in spec.get("layer", []) if (found := _data(child)))


def test_values_are_scaled_and_labelled() -> None:
    first = _values(result([YEAR, MONTH, KIM_NGACH], MONTHS))[0]
    assert (first["x"], first["n"], first["y"], first["t"]) == ("T1/2024", "Tháng 1/2024", 1.0, "1 tỷ USD")
    spec = build_chart(result([YEAR, MONTH, KIM_NGACH], MONTHS), None, CATALOGUE)
    assert "Kim ngạch (tỷ USD)" in json.dumps(spec, ensure_ascii=False)


def test_months_and_quarters_are_in_the_order_of_time() -> None:
    rows = [
        (2025, 1, 1e9),
        (2024, 12, 1e9),
        (2024, 2, 1e9),
        (2024, 11, 1e9),
        (2024, 1, 1e9),
        (2024, 3, 1e9),
        (2024, 9, 1e9),
    ]
    names = [v["x"] for v in _values(result([YEAR, MONTH, KIM_NGACH], rows))]
    assert names == ["T1/2024", "T2/2024", "T3/2024", "T9/2024", "T11/2024", "T12/2024", "T1/2025"]
    quarters = [(2025, 1, 1e9), (2024, 4, 1e9), (2024, 2, 1e9)]
    assert [v["x"] for v in _values(result([YEAR, QUARTER, KIM_NGACH], quarters))] == [
        "Quý II/2024",
        "Quý IV/2024",
        "Quý I/2025",
    ]


def test_only_a_period_that_the_data_cuts_is_unfinished() -> None:
    years = _values(result([YEAR, KIM_NGACH], [(2023, 1e9), (2024, 1e9), (2025, 1e9)]))
    assert [v["o"] for v in years] == [False, False, True]
    months = _values(result([YEAR, MONTH, KIM_NGACH], [(2025, m, 1e9) for m in range(4, 11)]))
    assert not any(v["o"] for v in months)


def test_beyond_thirty_bars_only_sums_become_other() -> None:
    values = _values(result([COUNTRY, KIM_NGACH], COUNTRIES))
    assert len(values) == 30
    assert values[-1]["c"] == "Khác (31)"
    assert sum(v["y"] for v in values) == pytest.approx(sum(r[1] for r in COUNTRIES) / 1e9)
    rates = _values(result([COUNTRY, RATE], [(name, value / 1e9) for name, value in COUNTRIES]))
    assert len(rates) == 30
    assert not any(v["c"].startswith("Khác") for v in rates)
    cut = _values(result([COUNTRY, KIM_NGACH], COUNTRIES, truncated=True))
    assert not any(v["c"].startswith("Khác") for v in cut)


def test_bars_are_sorted_and_an_ordered_dimension_keeps_its_order() -> None:
    made = result([COUNTRY, KIM_NGACH], [("A", 1e9), ("B", 3e9), ("C", 2e9)])
    assert [v["c"] for v in _values(made)] == ["B", "C", "A"]
    spec = build_chart(result([CHANNEL, KIM_NGACH], [("Đỏ", 3e9), ("Xanh", 1e9), ("Vàng", 2e9)]), None, CATALOGUE)
    assert spec is not None
    assert _marks(spec)[0][1]["y"]["sort"] == ["Xanh", "Vàng", "Đỏ"]


def test_long_labels_are_cut_on_the_axis_and_whole_in_the_tooltip() -> None:
    made = result([GOODS, KIM_NGACH], [(LONG, 2e9), ("B", 1e9)])
    spec = build_chart(made, None, CATALOGUE)
    assert spec is not None
    assert _marks(spec)[0][1]["y"]["axis"]["labelLimit"] <= 300
    assert _values(made)[0]["c"] == LONG


def test_subtitle_names_filters_and_period() -> None:
    spec = build_chart(result([YEAR, MONTH, KIM_NGACH], MONTHS), reading(filters=(EXPORT,)), CATALOGUE)
    assert spec is not None
    assert spec["title"]["subtitle"] == "Chiều: Xuất khẩu · Năm 2024 · Đơn vị: tỷ USD"


def test_dates_without_values_are_gaps_and_no_crash() -> None:
    rows = [(dt.date(2024, 1, d), None if d == 3 else d * 1e9) for d in range(1, 20)]
    values = _values(result([DAY, KIM_NGACH], rows))
    assert values[2]["y"] is None
    assert values[0]["x"] == "01/01/2024"
