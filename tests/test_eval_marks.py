"""Reading match and chart validity, each with the wrong answers that they exist to find."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from eval.charts import chart_fault
from eval.marks import GoldResult, score
from eval.readings import reading_faults
from eval.scoring import Table
from eval.suite import Item, SuiteError, parse_suite
from schema.loading import load_catalogue

EXPECTED: dict[str, Any] = {
    "view": "xnk",
    "metrics": ["kim_ngach"],
    "filters": {"nuoc": ["Hoa Kỳ", "Nhật Bản"], "fdi": []},
    "period": ["2024-01-01", "2024-06-30"],
    "grouping": ["thang"],
}
READING: dict[str, Any] = {
    "view": "xnk",
    "metrics": [{"name": "kim_ngach"}],
    "filters": [{"column": "fdi", "values": []}, {"column": "nuoc", "values": ["Nhật Bản", "Hoa Kỳ"]}],
    "period": [{"start": "2024-01-01", "end": "2024-06-30"}],
    "grouping": [{"column": "ngay", "grain": "month"}],
}


def item(**fields: Any) -> Item:
    entry = {"id": "a", "question": "?", "gold": "SELECT 1 AS v", **fields}
    return parse_suite({"suite": "s", "items": [entry]}).items[0]


def faults(reading: dict[str, Any] | None, expected: dict[str, Any] = EXPECTED) -> tuple[str, ...]:
    wanted = item(reading=expected).reading
    assert wanted is not None
    return reading_faults(wanted, reading)


def test_a_right_reading_has_no_fault_in_any_order() -> None:
    assert faults(READING) == ()


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"view": "to_khai"}, "view"),
        ({"metrics": [{"name": "so_to_khai"}]}, "metric"),
        ({"metrics": [{"name": "kim_ngach"}, {"name": "luong"}]}, "metric"),
        ({"filters": []}, "filter"),
        ({"filters": [{"column": "fdi", "values": []}, {"column": "nuoc", "values": ["Hoa Kỳ"]}]}, "filter"),
        ({"filters": [*READING["filters"], {"column": "chieu", "values": ["Xuất khẩu"]}]}, "filter"),
        ({"period": [{"start": "2023-01-01", "end": "2023-06-30"}]}, "period"),
        ({"period": []}, "period"),
        ({"grouping": [{"column": "ngay", "grain": "quarter"}]}, "grouping"),
        ({"grouping": []}, "grouping"),
    ],
)
def test_a_wrong_part_is_named(change: dict[str, Any], part: str) -> None:
    assert faults({**READING, **change}) == (part,)


def test_only_what_the_suite_says_is_compared() -> None:
    assert faults({**READING, "view": "to_khai", "grouping": []}, {"metrics": ["kim_ngach"]}) == ()
    assert faults(None, {"view": "xnk", "period": ["2024-01-01", "2024-12-31"]}) == ("view", "period")


def test_several_periods_may_be_expected() -> None:
    two = {"period": [["2023-01-01", "2023-12-31"], ["2024-01-01", "2024-12-31"]]}
    spans = [{"start": "2024-01-01", "end": "2024-12-31"}, {"start": "2023-01-01", "end": "2023-12-31"}]
    assert faults({**READING, "period": spans}, two) == ()
    assert faults({**READING, "period": spans[:1]}, two) == ("period",)


@pytest.mark.parametrize(
    "reading",
    [{"metric": ["x"]}, {"metrics": "x"}, {"period": ["2024-01-01"]}, {"period": ["2024-12-31", "2024-01-01"]},
     {"filters": ["nuoc"]}],
)  # fmt: skip
def test_a_wrong_expected_reading_is_refused(reading: dict[str, Any]) -> None:
    with pytest.raises(SuiteError, match="reading"):
        item(reading=reading)


CHART: dict[str, Any] = {
    "mark": {"type": "bar"},
    "data": {"values": [{"c": "Hoa Kỳ", "y": 9.5}, {"c": "Đức", "y": 7.25}]},
    "encoding": {
        "x": {"field": "y", "type": "quantitative", "scale": {"zero": True}},
        "y": {"field": "c", "type": "nominal"},
    },
}
ANSWER: dict[str, Any] = {
    "columns": [
        {"name": "nuoc", "type": "text", "role": "category", "unit": None},
        {"name": "kim_ngach", "type": "number", "role": "measure", "unit": "USD"},
    ],
    "rows": [["Hoa Kỳ", 9.5e9], ["Đức", 7.25e9]],
    "chart": CHART,
}


def fault(change: dict[str, Any] | None = None, **answer: Any) -> str | None:
    chart = copy.deepcopy(CHART)
    chart.update(change or {})
    return chart_fault({**ANSWER, "chart": chart, **answer}, load_catalogue())


def test_a_good_chart_is_valid_and_no_chart_is_no_verdict() -> None:
    assert fault() == ""
    assert fault(chart=None) is None


def test_what_is_no_vega_lite_is_found() -> None:
    assert fault({"mark": "bars"}) == "schema"
    assert fault({"encoding": {"x": {"field": "y", "type": "number"}}}) == "schema"


def test_values_that_the_result_does_not_hold_are_found() -> None:
    assert fault({"data": {"values": [{"c": "Hoa Kỳ", "y": 9.5}, {"c": "Đức", "y": 7.3}]}}) == "data"
    assert fault({"data": {"values": [{"c": "Hoa Kỳ", "z": 9.5}]}}) == "data"
    assert fault({"data": {"values": []}}) == "data"
    mixed = {"values": [{"c": "Hoa Kỳ", "y": 9.5}, {"c": "Đức", "y": 7250.0}]}
    assert fault({"data": mixed}) == "data"


def test_the_rest_may_stand_as_one_sum() -> None:
    rows = [["Hoa Kỳ", 9e9], ["Đức", 7e9], ["Ý", 3e9], ["Bỉ", 2e9]]
    data = {"values": [{"c": "Hoa Kỳ", "y": 9.0}, {"c": "Đức", "y": 7.0}, {"c": "Khác", "y": 5.0}]}
    assert fault({"data": data}, rows=rows) == ""
    data["values"][2]["y"] = 4.0
    assert fault({"data": data}, rows=rows) == "data"


def test_a_line_without_time_and_a_cut_axis_are_found() -> None:
    assert fault({"mark": "line"}) == "line"
    cut = copy.deepcopy(CHART["encoding"])
    cut["x"]["scale"] = {"zero": False}
    assert fault({"encoding": cut}) == "zero"


def test_slices_of_a_ratio_are_found() -> None:
    columns = [ANSWER["columns"][0], {"name": "gio_thong_quan_tb", "type": "number", "role": "measure", "unit": "giờ"}]
    pie = {"theta": {"field": "y", "type": "quantitative"}, "color": {"field": "c", "type": "nominal"}}
    rows = [["Hoa Kỳ", 9.5], ["Đức", 7.25]]
    assert fault({"mark": "arc", "encoding": pie}, columns=columns, rows=rows) == "sum"
    assert fault({"mark": "arc", "encoding": pie}) == ""


def test_a_score_carries_reading_and_chart() -> None:
    answer = {**ANSWER, "status": "answered", "sql": "SELECT 1", "reading": {**READING, "view": "to_khai"}}
    gold = GoldResult("SELECT 1", Table(("n", "v"), (("Hoa Kỳ", 9.5e9), ("Đức", 7.25e9))))
    marked = score(item(reading=EXPECTED), answer, [gold], load_catalogue())
    assert (marked.outcome, marked.reading, marked.chart) == ("right", ("view",), "")


def test_what_cannot_be_scored_is_never_right() -> None:
    answer = {**ANSWER, "status": "answered", "sql": "SELECT 1", "reading": None}
    failed = score(item(), answer, [GoldResult("SELECT x", None, "timeout: lâu quá")])
    assert (failed.outcome, failed.cause, failed.relaxed) == ("unscored", "gold_failed", False)
    assert score(item(), None, []).outcome == "unscored"
