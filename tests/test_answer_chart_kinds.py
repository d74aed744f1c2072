"""The kinds of chart among which a person may switch: which are valid for which result, and that each can be drawn."""

from __future__ import annotations

import json

import pytest
import vl_convert
from answer_cases import (
    BASE,
    CATALOGUE,
    CHANNEL,
    COUNTRY,
    GROWTH,
    KIM_NGACH,
    MONTH,
    RATE,
    YEAR_2023,
    reading,
    result,
)

from nl2sql.answer.chart import build_chart, build_kind, chart_kinds, chart_reason
from nl2sql.types import Comparison, Ranking, Reading, Result, Shape, Share

COMPARED = reading(comparison=Comparison("same_period", YEAR_2023))
BY_CHANGE = reading(
    comparison=Comparison("same_period", YEAR_2023), ranking=Ranking(10, by_change=True), shape=Shape.COMPARISON
)
CHANNELS = ("Đỏ", "Xanh", "Vàng")
MONTHS = result([MONTH, KIM_NGACH], [(m, m * 1e9) for m in range(1, 13)])
BY_CHANNEL = result([MONTH, CHANNEL, KIM_NGACH], [(m, c, m * 1e9) for m in range(1, 7) for c in CHANNELS])
RATES = result([MONTH, CHANNEL, RATE], [(m, c, 10.0 + m) for m in range(1, 7) for c in CHANNELS])
TEN = result([MONTH, COUNTRY, KIM_NGACH], [(m, f"Nước {n}", n * 1e9) for m in range(1, 13) for n in range(1, 11)])
PAIR = result([COUNTRY, KIM_NGACH, BASE, GROWTH], [("A", 2e9, 1e9, 100.0), ("B", 1e9, 2e9, -50.0)])
PLAIN = result([COUNTRY, KIM_NGACH], [(f"Nước {n}", 1e9 * n) for n in range(1, 9)])
DEFICIT = result([COUNTRY, KIM_NGACH], [("A", 2e9), ("B", -1e9)])
TWO = result([COUNTRY, CHANNEL, KIM_NGACH], [(n, c, 1e9) for n in "ABCD" for c in CHANNELS])
TWO_MEASURES = result([COUNTRY, KIM_NGACH, RATE], [(f"Nước {n}", 1e9 * n, 3.0 * n) for n in range(1, 7)])
ONE = result([KIM_NGACH], [(1e9,)])


def labels(shown: Result, read: Reading | None = None) -> list[str]:
    return [label for _, label in chart_kinds(shown, read, CATALOGUE)]


@pytest.mark.parametrize(
    ("shown", "read", "wanted"),
    [
        (MONTHS, None, ["Đường", "Cột"]),
        (BY_CHANNEL, None, ["Đường", "Cột chồng", "Ô nhỏ", "Bản đồ nhiệt"]),
        (RATES, None, ["Đường", "Ô nhỏ", "Bản đồ nhiệt"]),
        (PAIR, COMPARED, ["Hai kỳ cạnh nhau", "Thanh ngang", "Cột", "Tăng, giảm"]),
        (PAIR, BY_CHANGE, ["Tăng, giảm", "Hai kỳ cạnh nhau", "Thanh ngang", "Cột"]),
        (PLAIN, None, ["Thanh ngang", "Cột"]),
        (TWO, None, ["Thanh ghép", "Thanh chồng", "Bản đồ nhiệt"]),
        (TWO_MEASURES, None, ["Thanh ngang", "Cột", "Phân tán"]),
        (ONE, None, []),
    ],
)
def test_only_valid_kinds_are_offered_the_chosen_one_first(
    shown: Result, read: Reading | None, wanted: list[str]
) -> None:
    assert labels(shown, read) == wanted


def test_ratios_and_negative_figures_are_never_stacked() -> None:
    assert "Cột chồng" not in labels(RATES)
    negative = result([MONTH, CHANNEL, KIM_NGACH], [(m, c, -1e9) for m in range(1, 4) for c in CHANNELS])
    assert "Cột chồng" not in labels(negative)


@pytest.mark.parametrize("shown", [MONTHS, BY_CHANNEL, RATES, TEN, PAIR, PLAIN, DEFICIT, TWO, TWO_MEASURES])
def test_every_offered_kind_can_be_drawn_and_says_what_it_shows(shown: Result) -> None:
    read = COMPARED if shown is PAIR else None
    for name, _ in chart_kinds(shown, read, CATALOGUE):
        spec = build_kind(name, shown, read, CATALOGUE)
        assert spec is not None
        assert spec["title"]["text"]
        assert spec["description"]
        drawn = vl_convert.vegalite_to_svg({**spec, "width": 600} if "facet" not in spec else spec)
        assert "<svg" in drawn


def test_the_first_kind_is_the_chart_of_the_answer() -> None:
    name, _ = chart_kinds(BY_CHANNEL, None, CATALOGUE)[0]
    assert json.dumps(build_kind(name, BY_CHANNEL, None, CATALOGUE)) == json.dumps(
        build_chart(BY_CHANNEL, None, CATALOGUE)
    )
    assert build_kind("khong_co", BY_CHANNEL, None, CATALOGUE) is None


def test_ten_series_are_small_multiples_and_shares_over_time_are_stacked() -> None:
    assert chart_reason(TEN, None, CATALOGUE)[0] == "nhieu_o"
    assert chart_reason(BY_CHANNEL, reading(share=Share("", "")), CATALOGUE)[0] == "cot_chong_theo_ky"


def test_bars_begin_at_zero() -> None:
    for shown in (MONTHS, BY_CHANNEL, PLAIN, TWO, PAIR):
        for name, label in chart_kinds(shown, COMPARED if shown is PAIR else None, CATALOGUE):
            if label in ("Cột", "Cột chồng", "Thanh ngang", "Thanh chồng", "Thanh ghép", "Tăng, giảm"):
                text = json.dumps(build_kind(name, shown, COMPARED if shown is PAIR else None, CATALOGUE))
                assert '"zero": false' not in text


def test_a_rise_of_a_wanted_figure_is_green_and_a_fall_is_vermilion() -> None:
    spec = json.dumps(build_kind("bien_dong", PAIR, COMPARED, CATALOGUE))
    assert "#009E73" in spec or "#0072B2" in spec  # by the metric's polarity
    assert "#D55E00" in spec or "#E69F00" in spec


def test_parts_beyond_the_seventh_are_other_with_their_sum() -> None:
    many = result([MONTH, COUNTRY, KIM_NGACH], [(m, f"N{n}", n * 1e9) for m in (1, 2) for n in range(1, 12)])
    spec = json.dumps(build_kind("chong_ky", many, None, CATALOGUE), ensure_ascii=False)
    assert '"Khác"' in spec
    assert "10 tỷ USD" in spec  # 1 + 2 + 3 + 4 of each month
