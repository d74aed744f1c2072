"""Outlines: a reading in one line and back, with the same SQL; slips in names put right; nonsense refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from nl2sql.generation.adapted import line_of, meant, restored
from nl2sql.generation.compose import compose
from nl2sql.generation.outline import number_text, outline, period_text, read_period
from nl2sql.generation.outline_read import OutlineError, read_outline
from nl2sql.types import (
    Beside,
    Comparison,
    Contrast,
    Derived,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    SetTerm,
    Shape,
    Share,
    Threshold,
    Window,
)
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()
VIEW = CATALOGUE.views["xnk"]
LAST = dt.date(2025, 10, 31)
YEAR = Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "year", "Năm 2024")
BEFORE = Period(dt.date(2023, 1, 1), dt.date(2023, 12, 31), "year", "Năm 2023")
TWO_BEFORE = Period(dt.date(2022, 1, 1), dt.date(2022, 12, 31), "year", "Năm 2022")
JAPAN = FilterMatch("nuoc = 'Nhật Bản'", "nuoc", ("Nhật Bản",), "Nước: Nhật Bản")
EXPORT = FilterMatch("chieu = 'Xuất khẩu'", "chieu", ("Xuất khẩu",), "Chiều: xuất")
VALUE = MetricMatch("kim_ngach", VIEW.metric("kim_ngach").expr, "Kim ngạch", "USD")  # type: ignore[union-attr]
COUNTRY, MONTH = GroupMatch("nuoc", "Nước"), GroupMatch("month", "Tháng", "month")
PLAIN = Reading(text="", view="xnk", metrics=(VALUE,), filters=(EXPORT, JAPAN), periods=(YEAR,))


def _with(**more: object) -> Reading:
    return replace(PLAIN, **more)  # type: ignore[arg-type]


CASES = {
    "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu' & nuoc = 'Nhật Bản'; WHEN 2024": PLAIN,
    "xnk; kim_ngach; WHEN 2024; BY nuoc; TOP 5 AFTER 1": _with(
        filters=(), groups=(COUNTRY,), ranking=Ranking(5, offset=1), shape=Shape.RANKING
    ),
    "xnk; kim_ngach; WHEN 2024; BY MONTH; VS YOY": _with(
        filters=(), groups=(MONTH,), comparison=Comparison("explicit", BEFORE), shape=Shape.COMPARISON
    ),
    "xnk; kim_ngach; WHEN 2024; VS 2022 times": _with(
        filters=(), comparison=Comparison("explicit", TWO_BEFORE, "times"), shape=Shape.COMPARISON
    ),
    "xnk; kim_ngach; WHEN 2024; VS YOY THEN 2022": _with(
        filters=(), comparison=Comparison("same_period", BEFORE, second=TWO_BEFORE), shape=Shape.COMPARISON
    ),
    "xnk; kim_ngach; WHEN 2024; BY nuoc; HAVING BETWEEN 5e6 2.5e9 & CHANGE > 20; VS YOY": _with(
        filters=(), groups=(COUNTRY,), comparison=Comparison("same_period", BEFORE), shape=Shape.COMPARISON,
        thresholds=(Threshold("kim_ngach", "between", 5e6, 2.5e9), Threshold("kim_ngach", ">", 20, on_change=True)),
    ),
    "xnk; kim_ngach; WHEN 2024; SHARE AMOUNT nuoc = 'Nhật Bản'": _with(
        filters=(), share=Share("nuoc = 'Nhật Bản'", "", amount=True), shape=Shape.SHARE
    ),
    "xnk; kim_ngach; WHEN 2024; SHARE EACH nuoc OF nuoc IN ('Nhật Bản', 'Lào')": _with(
        filters=(), share=Share("nuoc IN ('Nhật Bản', 'Lào')", "", each="nuoc"), shape=Shape.SHARE
    ),
    "xnk; kim_ngach; WHEN 2024; BY nuoc; SHARE ALL": _with(
        filters=(), groups=(COUNTRY,), share=Share("", ""), shape=Shape.SHARE
    ),
    "xnk; kim_ngach; WHEN 2024; BY MONTH; RUN MOVING 3": _with(
        filters=(), groups=(MONTH,), window=Window("moving_average", 3), shape=Shape.TREND
    ),
    "xnk; kim_ngach; WHEN 2024; CONTRAST TIMES chieu = 'Xuất khẩu' <> chieu = 'Nhập khẩu'": _with(
        filters=(), contrast=Contrast("chieu = 'Xuất khẩu'", "chieu = 'Nhập khẩu'", "", "", "times")
    ),
    "xnk; kim_ngach; WHEN 2024; BY nuoc; CONTRAST chieu = 'Xuất khẩu' > chieu = 'Nhập khẩu'": _with(
        filters=(), groups=(COUNTRY,),
        contrast=Contrast("chieu = 'Xuất khẩu'", "chieu = 'Nhập khẩu'", "", "", bound=">"),
    ),
    "xnk; kim_ngach; WHEN 2024; BY nuoc; PLACE nuoc = 'Nhật Bản'": _with(
        filters=(), groups=(COUNTRY,), derived=Derived("position", condition="nuoc = 'Nhật Bản'")
    ),
    "xnk; kim_ngach; WHEN 2024; BY nuoc; SHARE FIRST 20%": _with(
        filters=(), groups=(COUNTRY,), derived=Derived("top_share", size=20, percent=True)
    ),
    "xnk; kim_ngach; WHEN 2024; BY MONTH, nuoc; STEPS 3 DOWN": _with(
        filters=(), groups=(MONTH, COUNTRY), derived=Derived("run", size=3, falling=True)
    ),
    "xnk; kim_ngach; WHEN 2024; PER MONTH": _with(filters=(), average="month"),
    "xnk; NONE; WHEN 2024; BY nuoc; NOT {xnk; NONE; WHEN 2023; BY nuoc}; COUNTED": _with(
        filters=(), groups=(COUNTRY,), counted=True,
        terms=(SetTerm("except", _with(filters=(), groups=(COUNTRY,), periods=(BEFORE,))),),
    ),
    "xnk; kim_ngach; WHEN 2024; BY nuoc; HAVING > MEAN": _with(
        filters=(), groups=(COUNTRY,), thresholds=(Threshold("kim_ngach", ">", 0, against="mean"),)
    ),
    "xnk; kim_ngach; WHEN 2024; BY nuoc; HAVING > MEMBER nuoc = 'Nhật Bản'": _with(
        filters=(), groups=(COUNTRY,),
        thresholds=(Threshold("kim_ngach", ">", 0, against="member", condition="nuoc = 'Nhật Bản'"),),
    ),
    "xnk; ROWS ngay, nuoc; WHERE nuoc = 'Nhật Bản'; WHEN 2024": _with(
        metrics=(), filters=(JAPAN,), columns=("ngay", "nuoc"), shape=Shape.ROWS
    ),
}  # fmt: skip


@pytest.mark.parametrize("line", CASES)
def test_a_reading_in_one_line(line: str) -> None:
    assert outline(CASES[line], CATALOGUE) == line


@pytest.mark.parametrize("line", CASES)
def test_a_line_gives_the_sql_of_its_reading(line: str) -> None:
    sql = compose(CASES[line], CATALOGUE)
    assert sql
    assert compose(read_outline(line, CATALOGUE, LAST), CATALOGUE) == sql


def test_two_subjects_stand_in_one_line() -> None:
    view = CATALOGUE.views["to_khai"]
    metric = view.default_metric
    assert metric is not None
    other = Reading("", "to_khai", (MetricMatch(metric.name, metric.expr, metric.label, metric.unit),), periods=(YEAR,))
    reading = _with(filters=(), beside=Beside(other, "ratio"))
    line = outline(reading, CATALOGUE)
    assert line.endswith(f"BESIDE ratio {{to_khai; {metric.name}; WHEN 2024}}")
    assert compose(read_outline(line, CATALOGUE, LAST), CATALOGUE) == compose(reading, CATALOGUE)


def test_an_expression_of_the_question_itself_is_kept() -> None:
    changed = replace(VALUE, expr="SUM(CASE WHEN nuoc = 'Lào' THEN tri_gia_usd END)")
    line = outline(_with(metrics=(changed,)), CATALOGUE)
    assert read_outline(line, CATALOGUE, LAST).metrics[0].expr == changed.expr


DECLARED = CATALOGUE.views["to_khai"]
WHOLE = Reading("", "to_khai", (MetricMatch("so_luong_to_khai", "COUNT(*)", "Số tờ khai", "tờ khai"),), periods=(YEAR,))
RED = "COUNT(CASE WHEN phan_luong = 'Đỏ' THEN 1 END)"


def _changed(name: str, expr: str, *, beside: bool = False) -> Reading:
    count = WHOLE.metrics[0]
    return replace(WHOLE, metrics=(*([count] if beside else []), MetricMatch(name, expr, "", count.unit)))


@pytest.mark.parametrize(
    ("measures", "reading"),
    [
        ("so_luong_to_khai[phan_luong = 'Đỏ']", _changed("so_luong_to_khai_do", RED)),
        ("so_luong_to_khai[phan_luong = 'Đỏ'] AS so_do", _changed("so_do", RED)),
        (
            "so_luong_to_khai, so_luong_to_khai[phan_luong = 'Đỏ']",
            _changed("so_luong_to_khai_trong_do", RED, beside=True),
        ),
        (
            "so_luong_to_khai, so_luong_to_khai%[phan_luong = 'Đỏ']",
            _changed("ty_trong_trong_do", f"100.0 * {RED} / NULLIF(COUNT(*), 0)", beside=True),
        ),
        (
            "so_luong_to_khai EACH cuc",
            _changed("so_luong_to_khai_binh_quan", "1.0 * COUNT(*) / NULLIF(COUNT(DISTINCT cuc), 0)"),
        ),
        ("so_cuc", _changed("so_cuc", "COUNT(DISTINCT cuc)")),
    ],
)
def test_a_measure_that_the_question_changed_is_its_name_and_what_was_done(measures: str, reading: Reading) -> None:
    line = outline(reading, CATALOGUE)
    assert line == f"to_khai; {measures}; WHEN 2024"
    back = read_outline(line, CATALOGUE, LAST)
    assert [(m.name, m.expr) for m in back.metrics] == [(m.name, m.expr) for m in reading.metrics]
    assert compose(back, CATALOGUE) == compose(reading, CATALOGUE)


def test_a_ratio_of_another_value_counts_that_one() -> None:
    ratio = next(m for m in DECLARED.metrics if m.numerator == "phan_luong = 'Đỏ'")
    expr = ratio.expr.replace(ratio.numerator, "phan_luong = 'Xanh'")
    reading = replace(WHOLE, metrics=(MetricMatch(ratio.name, expr, ratio.label, ratio.unit),))
    line = outline(reading, CATALOGUE)
    assert line == f"to_khai; {ratio.name}[phan_luong = 'Xanh']; WHEN 2024"
    assert read_outline(line, CATALOGUE, LAST).metrics[0].expr == expr


def test_what_does_not_change_the_sql_is_left_out() -> None:
    grouped = _with(filters=(), groups=(COUNTRY,), shape=Shape.BREAKDOWN)
    ordered = replace(grouped, ranking=Ranking(None), shape=Shape.RANKING)
    assert outline(ordered, CATALOGUE) == outline(grouped, CATALOGUE)
    compared = _with(comparison=Comparison("same_period", BEFORE), shape=Shape.COMPARISON)
    percent = replace(compared, comparison=Comparison("explicit", BEFORE, "percent"))
    assert outline(percent, CATALOGUE) == outline(compared, CATALOGUE)
    assert outline(replace(compared, comparison=Comparison("same_period", BEFORE, "times")), CATALOGUE).endswith(
        "times"
    )


@pytest.mark.parametrize(
    ("text", "start", "end", "grain"),
    [
        ("2024", "2024-01-01", "2024-12-31", "year"),
        ("2021-2023", "2021-01-01", "2023-12-31", "year"),
        ("2024q2", "2024-04-01", "2024-06-30", "quarter"),
        ("2024h2", "2024-07-01", "2024-12-31", "half"),
        ("2024m2", "2024-02-01", "2024-02-29", "month"),
        ("2023m1-9", "2023-01-01", "2023-09-30", "month"),
        ("2024m2b", "2024-02-16", "2024-02-29", "half_month"),
        ("2024-03-05", "2024-03-05", "2024-03-05", "day"),
        ("2024-03-05..2024-04-10", "2024-03-05", "2024-04-10", "day"),
    ],
)
def test_periods_as_text(text: str, start: str, end: str, grain: str) -> None:
    period = read_period(text)
    assert (period.start.isoformat(), period.end.isoformat(), period.grain) == (start, end, grain)
    assert period_text(period, VIEW) == text


def test_a_unit_that_has_not_ended_is_cut_at_the_last_day() -> None:
    period = read_period("2025", LAST)
    assert (period.end, period.open) == (LAST, True)
    assert period_text(period, VIEW) == "2025"
    assert read_period("2024", LAST) == replace(YEAR, label="2024")


@pytest.mark.parametrize("text", ["", "24", "2024q", "2024m13", "2024m9-2", "nay", "2024-13-01"])
def test_no_period(text: str) -> None:
    with pytest.raises(ValueError):
        read_period(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(300e9, "300e9"), (1.5e9, "1.5e9"), (2.5e6, "2.5e6"), (70000, "70e3"), (1234567, "1234567"), (12.5, "12.5"),
     (0, "0"), (-20, "-20"), (9999, "9999")],
)  # fmt: skip
def test_numbers_without_rows_of_zeros(value: float, text: str) -> None:
    assert number_text(value) == text
    assert float(text) == value


def test_slips_in_names_are_put_right() -> None:
    reading = read_outline("xnk; kim_ngac; WHEN 2024; BY nuocs", CATALOGUE, LAST)
    assert (reading.metrics[0].name, reading.groups[0].column) == ("kim_ngach", "nuoc")


@pytest.mark.parametrize(
    "line",
    ["", "xnk", "khong_co; kim_ngach", "xnk; la_lung", "xnk; kim_ngach; BY la_lung", "xnk; kim_ngach; WHEN x",
     "xnk; kim_ngach; VS YOY", "xnk; kim_ngach; HAVING lung tung", "xnk; kim_ngach[(]; WHEN 2024",
     "xnk; kim_ngach EACH la_lung; WHEN 2024", "xnk; kim_ngach; BY nuoc; NOT {xnk}"],
)  # fmt: skip
def test_nonsense_is_refused(line: str) -> None:
    with pytest.raises(OutlineError):
        read_outline(line, CATALOGUE, LAST)


def test_the_model_sees_no_diacritics_and_what_was_known_gets_them_back() -> None:
    line = line_of(PLAIN, CATALOGUE)
    assert line == "xnk; kim_ngach; WHERE chieu = 'xuat khau' & nuoc = 'nhat ban'; WHEN 2024"
    assert compose(meant(restored(line, PLAIN, CATALOGUE), CATALOGUE), CATALOGUE) == compose(PLAIN, CATALOGUE)
    assert meant(line, CATALOGUE).filters[1].values == ("nhat ban",)
