"""Dressing of the answer's chart."""

from __future__ import annotations

import struct

import pytest

from ui.charts import CATEGORIES_DARK, CATEGORIES_LIGHT, chart_file, dressed, merged

SPEC = {
    "mark": "bar",
    "encoding": {},
    "config": {"axis": {"labelFontSize": 20}, "locale": {"number": {"decimal": "."}}},
}


def test_numbers_and_months_are_vietnamese_whatever_the_specification_says() -> None:
    locale = dressed(SPEC, dark=False)["config"]["locale"]
    assert locale["number"]["decimal"] == ","
    assert locale["number"]["thousands"] == "."
    assert locale["time"]["months"][2] == "Tháng 3"
    assert locale["time"]["date"] == "%d/%m/%Y"


def test_what_the_specification_sets_stays() -> None:
    axis = dressed(SPEC, dark=False)["config"]["axis"]
    assert axis["labelFontSize"] == 20
    assert axis["titleFontSize"] == 12


def test_the_answer_is_not_changed() -> None:
    before = repr(SPEC)
    dressed(SPEC, dark=True)["config"]["axis"]["labelFontSize"] = 1
    assert repr(SPEC) == before


def test_light_and_dark_differ() -> None:
    assert dressed(SPEC, dark=False)["config"]["range"]["category"] == list(CATEGORIES_LIGHT)
    assert dressed(SPEC, dark=True)["config"]["range"]["category"] == list(CATEGORIES_DARK)


def test_a_composed_chart_keeps_its_own_widths() -> None:
    assert "width" not in dressed({"hconcat": []}, dark=False)
    assert dressed({"mark": "bar"}, dark=False)["width"] == "container"


def test_merging_goes_all_the_way_down() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 9}, "d": {"e": 4}}) == {
        "a": {"b": 9, "c": 2},
        "d": {"e": 4},
    }


BARS = {
    "data": {"values": [{"c": "Đắk Lắk – Ứng Hòa", "y": 1234.5}, {"c": "Huế", "y": 99}]},
    "title": {"text": "Kim ngạch theo tỉnh"},
    "mark": "bar",
    "encoding": {
        "y": {"field": "c", "type": "nominal"},
        "x": {"field": "y", "type": "quantitative", "axis": {"format": ",.1f"}},
    },
}


def test_a_picture_is_a_png_of_readable_size() -> None:
    data = chart_file(BARS, "png")
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width > 1000
    assert height > 60


def test_a_drawing_keeps_diacritics_and_vietnamese_numbers() -> None:
    text = chart_file(BARS, "svg").decode("utf-8")
    assert "Đắk Lắk – Ứng Hòa" in text
    assert "Kim ngạch theo tỉnh" in text
    assert "1.200,0" in text


def test_a_document_is_a_pdf() -> None:
    data = chart_file(BARS, "pdf")
    assert data.startswith(b"%PDF")
    assert data.rstrip().endswith(b"%%EOF")


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(ValueError, match="gif"):
        chart_file(BARS, "gif")


def test_marks_are_lighter_on_a_dark_ground_and_data_stays() -> None:
    spec = {"data": {"values": [{"c": "#0072B2"}]}, "mark": {"type": "bar", "color": "#0072B2"}}
    dark = dressed(spec, dark=True)
    assert dark["mark"]["color"] == "#5aa7ee"
    assert dark["data"]["values"][0]["c"] == "#0072B2"
    assert dressed(spec, dark=False)["mark"]["color"] == "#0072B2"


def test_legends_stand_below_each_other_in_a_small_place() -> None:
    spec = {"encoding": {"color": {"legend": {"columns": 4}}}}
    assert dressed(spec, dark=False, narrow=True)["encoding"]["color"]["legend"]["columns"] == 1
    assert spec["encoding"]["color"]["legend"]["columns"] == 4


def test_on_a_phone_subtitle_and_legend_are_laid_out_below_each_other() -> None:
    legend = {"orient": "top", "columns": 4}
    spec = {
        "mark": "bar",
        "title": {"text": "Kim ngạch", "subtitle": "Năm 2024 · Đơn vị: “tỷ” USD"},
        "encoding": {"color": {"field": "s", "legend": legend}},
    }
    made = dressed(spec, dark=False)
    assert made["encoding"]["color"]["legend"]["columns"] == {"expr": "width < 480 ? 1 : 4"}
    assert made["title"]["subtitle"]["expr"].startswith("width < 480 ? split(\"Năm 2024 · Đơn vị: “tỷ” USD\", ' · ')")
    assert spec["title"] == {"text": "Kim ngạch", "subtitle": "Năm 2024 · Đơn vị: “tỷ” USD"}
    drawn = chart_file({**spec, "data": {"values": [{"s": "a"}]}}, "svg").decode("utf-8")
    assert "Năm 2024 · Đơn vị: “tỷ” USD" in drawn
