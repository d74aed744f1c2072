"""Labelled readings: the files, the forms without diacritics, and a scorer that must see what is wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from eval.labelled import OUTCOMES, Labelled, load_labelled, parse_labelled, without_diacritics
from eval.reading_score import Mark, figures, mark, outcome_f1, outcome_of, speed
from eval.suite import SuiteError
from nl2sql.types import (
    Clarification,
    Comparison,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    Refusal,
    Share,
    Threshold,
)
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()


def labelled(**fields: Any) -> Labelled:
    entry = {"question": "Số tờ khai luồng đỏ", **fields}
    return parse_labelled({"phenomenon": "thu", "label": "Thử", "items": [entry]}, "thu.yaml")[0]


def period(first: str, last: str) -> Period:
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last), "day", "")


ITEM = labelled(
    filters={"phan_luong": ["Đỏ"]},
    period=[dt.date(2024, 1, 1), dt.date(2024, 12, 31)],
    metrics=["so_luong_to_khai"],
    grouping=["thang", "cuc"],
)
READING = Reading(
    text="",
    view="to_khai",
    metrics=(MetricMatch("so_luong_to_khai", "COUNT(*)", "", ""),),
    filters=(FilterMatch("phan_luong = 'Đỏ'", "phan_luong", ("Đỏ",), ""),),
    periods=(period("2024-01-01", "2024-12-31"),),
    groups=(GroupMatch("cuc", ""), GroupMatch("ngay", "", "month")),
)


def test_the_labelled_set_is_large_half_without_diacritics_and_written_well():
    items = load_labelled()
    plain = [i for i in items if i.plain]
    assert len(items) >= 600
    assert abs(len(plain) - len(items) / 2) < 0.05 * len(items)
    assert len({i.id for i in items}) == len(items)
    assert len({(i.plain, i.turns, i.question) for i in items}) == len(items)
    assert all(i.question == without_diacritics(i.question) for i in plain)
    assert {i.expect for i in items} == {"answer", *OUTCOMES}
    assert all(i.family for i in items)


def test_labels_name_what_the_catalogue_has():
    views = CATALOGUE.views.values()
    metrics = {m.name for v in views for m in v.metrics}
    columns = {d.name for v in views for d in v.dimensions} | {f.name for v in views for f in v.filters}
    times = {"nam", "nua_nam", "quy", "thang", "ky", "tuan", "ngay"}
    for item in load_labelled():
        for names in item.label.metrics or ():
            assert names <= metrics, item.id
        for values in item.label.filters or ():
            assert {name.removeprefix("!") for name in values} <= columns, item.id
        for groups in item.label.grouping or ():
            assert groups <= columns | times, item.id


def test_a_right_reading_has_no_fault():
    assert mark(ITEM, READING, CATALOGUE).right


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"filters": ()}, "filters"),
        ({"filters": (replace(READING.filters[0], values=("Vàng",)),)}, "filters"),
        ({"filters": (replace(READING.filters[0], values=("Đỏ", "Vàng")),)}, "filters"),
        ({"filters": (replace(READING.filters[0], negated=True),)}, "filters"),
        ({"filters": (*READING.filters, FilterMatch("cuc = 'Hà Nội'", "cuc", ("Hà Nội",), ""))}, "filters"),
        ({"share": Share("chieu = 'Xuất khẩu'", "")}, "filters"),
        ({"periods": ()}, "period"),
        ({"periods": (period("2024-01-01", "2024-12-30"),)}, "period"),
        ({"periods": (*READING.periods, period("2022-01-01", "2022-12-31"))}, "period"),
        ({"comparison": Comparison("same_period", period("2023-01-01", "2023-12-31"))}, "period"),
        ({"metrics": ()}, "metrics"),
        ({"metrics": (MetricMatch("ty_le_luong_do", "", "", "%"),)}, "metrics"),
        ({"groups": READING.groups[:1]}, "grouping"),
        ({"groups": (*READING.groups, GroupMatch("chieu", ""))}, "grouping"),
        ({"groups": (READING.groups[0], GroupMatch("ngay", "", "quarter"))}, "grouping"),
        ({"ranking": Ranking(5, per="khu_vuc")}, "grouping"),
    ],
)
def test_a_wrong_reading_is_marked_in_the_part_that_is_wrong(change, fault):
    wrong = mark(ITEM, replace(READING, **change), CATALOGUE)
    assert wrong.faults == (fault,)
    assert not wrong.right


def test_a_numerator_counts_as_a_filter_and_a_named_one_by_its_name():
    item = labelled(filters={"chieu": ["Xuất khẩu"], "eu": []}, share="eu")
    base = replace(READING, view="xnk", filters=(FilterMatch("", "chieu", ("Xuất khẩu",), ""),))
    assert mark(item, replace(base, share=Share("la_eu = TRUE", "")), CATALOGUE).right
    assert mark(item, replace(base, share=Share("la_asean = TRUE", "")), CATALOGUE).faults == ("filters",)
    assert mark(item, base, CATALOGUE).faults == ("filters", "shape")


def test_a_period_that_goes_on_is_cut_at_the_last_day_of_the_data():
    item = labelled(period=[dt.date(2025, 1, 1), dt.date(2025, 10, 31)])
    assert mark(item, replace(READING, periods=(period("2025-01-01", "2025-12-31"),)), CATALOGUE).right
    assert mark(item, replace(READING, periods=(period("2025-01-01", "2025-09-30"),)), CATALOGUE).faults == ("period",)


def test_alternatives_of_one_part_are_as_right_and_others_are_not():
    item = labelled(metrics=["so_thu"], **{"or": [{"metrics": ["thu_thuc_hien"]}]})
    for name, right in (("so_thu", True), ("thu_thuc_hien", True), ("du_toan_giao", False)):
        assert mark(item, replace(READING, metrics=(MetricMatch(name, "", "", ""),)), CATALOGUE).right is right


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        ({"bound": [">", 9]}, {"thresholds": (Threshold("m", ">", 9),)}, {"thresholds": (Threshold("m", ">=", 9),)}),
        ({"bound": [">", 9]}, {"thresholds": (Threshold("m", ">", 9),)}, {"thresholds": (Threshold("m", ">", 9e9),)}),
        ({"bound": ["any", -15]}, {"thresholds": (Threshold("m", "<", -15),)}, {"thresholds": ()}),
        (
            {"bound": ["between", 1, 3]},
            {"thresholds": (Threshold("m", "between", 1, 3),)},
            {"thresholds": (Threshold("m", "between", 1, 4),)},
        ),
        ({"top": 5}, {"ranking": Ranking(5)}, {"ranking": Ranking(5, descending=False)}),
        ({"bottom": 3}, {"ranking": Ranking(3, descending=False)}, {"ranking": Ranking(4, descending=False)}),
    ],
)  # fmt: skip
def test_shapes_are_told_from_their_likes(shape, right, wrong):
    item = labelled(metrics=["so_luong_to_khai"], **shape)
    assert mark(item, replace(READING, **right), CATALOGUE).right
    assert mark(item, replace(READING, **wrong), CATALOGUE).faults == ("shape",)


def test_a_good_question_turned_away_is_wrong_in_every_part():
    turned = mark(ITEM, replace(READING, clarification=Clarification("?", ())), CATALOGUE)
    assert (turned.outcome, turned.faults) == ("ambiguous", ("filters", "period", "metrics", "grouping"))
    got = figures([turned, mark(ITEM, READING, CATALOGUE)])
    assert (got["turned_away"].right, got["turned_away"].total) == (1, 2)
    assert (got["filters_period"].right, got["filters_period"].total) == (1, 2)


def test_outcomes_follow_the_code_of_the_refusal():
    codes = {"forbidden": "forbidden", "unsafe": "forbidden", "absent": "unanswerable", "out_of_scope": "unanswerable"}
    for code, outcome in codes.items():
        assert outcome_of(replace(READING, refusal=Refusal(code, ""))) == outcome
    assert outcome_of(READING) == "answer"


def test_f1_of_outcomes_counts_what_was_missed_and_what_was_taken_for_it():
    def one(expect: str, outcome: str) -> Mark:
        item = replace(ITEM, expect=expect)
        return Mark(item, outcome, (), 1.0, {})

    marks = [
        one("ambiguous", "ambiguous"),
        one("ambiguous", "answer"),
        one("answer", "forbidden"),
        one("answer", "answer"),
    ]
    assert outcome_f1(marks) == pytest.approx(2 * 1 / (2 + 2))
    assert outcome_f1(marks, "ambiguous") == pytest.approx(2 * 1 / (1 + 2))
    assert outcome_f1(marks, "forbidden") == 0
    assert outcome_f1(marks, "unanswerable") is None


def test_speed_is_taken_by_nearest_rank():
    marks = [Mark(ITEM, "answer", (), float(ms), {}) for ms in range(1, 101)]
    assert speed(marks) == (50.0, 95.0)


@pytest.mark.parametrize(
    "entry",
    [
        {"question": 5, "metrics": []},
        {"question": "a"},
        {"question": "a", "expect": "ambiguous", "metrics": []},
        {"question": "a", "expect": "clarify"},
        {"question": "a", "metrics": [], "unknown": 1},
        {"question": "a", "metrics": "so_thu"},
        {"question": "a", "period": [dt.date(2024, 2, 1), dt.date(2024, 1, 1)]},
        {"question": "a", "metrics": [], "plain": False},
    ],
)
def test_a_label_written_wrong_is_refused(entry):
    with pytest.raises(SuiteError):
        parse_labelled({"phenomenon": "thu", "items": [entry]}, "thu.yaml")


def test_an_unknown_phenomenon_is_named_with_those_that_exist():
    with pytest.raises(SuiteError, match="Không có hiện tượng") as caught:
        load_labelled("khong_co_that")
    assert "thoi_gian" in caught.value.action


def test_taking_marks_off():
    assert without_diacritics("Đường sắt, luỹ kế Ô-xtrây-li-a") == "Duong sat, luy ke O-xtray-li-a"
