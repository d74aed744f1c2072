"""Dressing of the answer's chart."""

from __future__ import annotations

from ui.charts import CATEGORIES_DARK, CATEGORIES_LIGHT, dressed, merged

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
