"""Forecasts of series whose future is known: expected values are reasoned by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from nl2sql.outlook.forecast import forecast
from nl2sql.outlook.render import forecast_json
from nl2sql.outlook.series import _finished_part
from nl2sql.outlook.tet import exposure
from nl2sql.outlook.types import BASELINE, Month, OutlookError, PlanFigure, Series
from nl2sql.outlook.words import chance_words, headline, method_lines, plan_words

AS_OF = dt.date(2025, 10, 31)
FIRST = Month(2018, 1)
SEASON = (1.0, 0.8, 1.1, 1.0, 1.05, 1.0, 0.95, 1.0, 1.02, 1.08, 1.1, 1.2)


def series(values: list[float], *, lunar: bool = False, additivity: str = "additive", unit: str = "VND") -> Series:
    """A series that ends in 10/2025."""
    first = Month(2025, 10).plus(1 - len(values))
    return Series("v.m", "Số thu", unit, additivity, "up_good", first, tuple(values), lunar=lunar)  # type: ignore[arg-type]


def seasonal(count: int, growth: float = 1.0) -> list[float]:
    """``count`` months that end in October, each 100 times its season times ``growth`` for every month."""
    first = Month(2025, 10).plus(1 - count)
    return [100 * SEASON[(first.month - 1 + i) % 12] * growth**i for i in range(count)]


def test_a_season_without_trend_comes_back_as_it_was() -> None:
    found = forecast(series(seasonal(94)), as_of=AS_OF)
    assert found.chosen.method == BASELINE
    assert [p.month for p in found.points][:2] == [Month(2025, 11), Month(2025, 12)]
    assert found.points[-1].month == Month(2026, 12)
    expected = [100 * SEASON[p.month.month - 1] for p in found.points]
    assert [p.value for p in found.points] == pytest.approx(expected)
    year = found.years[0]
    assert (year.year, year.actual_months, year.rest_months) == (2025, 10, 2)
    assert year.actual == pytest.approx(100 * sum(SEASON[:10]))
    assert year.rest == pytest.approx(230)
    assert year.before == pytest.approx(100 * sum(SEASON))


def test_steady_growth_is_carried_on_where_the_year_before_is_no_guide() -> None:
    values = seasonal(94, growth=1.01)
    found = forecast(series(values), as_of=AS_OF)
    assert found.chosen.method != BASELINE
    # The same month of the year before is 1 - 1/1.01^12 = 11 % too low.
    assert found.baseline.mape == pytest.approx(100 * (1 - 1.01**-12), rel=0.2)
    assert found.chosen.mape is not None and found.baseline.mape is not None
    assert found.chosen.mape < found.baseline.mape / 2
    following = 100 * SEASON[10] * 1.01**94
    assert found.points[0].value == pytest.approx(following, rel=0.02)
    assert all(p.low <= p.value <= p.high for p in found.points)


def test_the_share_of_tet_follows_the_lunar_calendar() -> None:
    # New year's days: 29/01/2025 (27/01–02/02: five days of seven in January) and 17/02/2026 (15/02–21/02).
    months = [Month(2025, 1), Month(2025, 2), Month(2025, 3), Month(2026, 1), Month(2026, 2)]
    share = exposure(months)
    assert share is not None
    assert list(share) == pytest.approx([5 / 7, 2 / 7, 0, 0, 1])
    assert exposure([Month(2050, 1)]) is None


def test_tet_that_moves_is_forecast_in_its_new_month() -> None:
    months = [FIRST.plus(i) for i in range(94)]
    share = exposure(months)
    assert share is not None
    values = [100 * math.exp(math.log(0.7) * part) for part in share]  # a whole Tết costs 30 %
    found = forecast(series(values, lunar=True), as_of=AS_OF)
    assert found.tet == pytest.approx(-30, abs=0.5)
    expected = {Month(2026, 1): 100.0, Month(2026, 2): 70.0, Month(2026, 3): 100.0}
    for point in found.points:
        if point.month in expected:
            assert point.value == pytest.approx(expected[point.month], rel=0.01)
    assert any("thấp hơn 30%" in line for line in method_lines(found))


def test_intervals_hold_about_as_many_months_as_they_say() -> None:
    rng = np.random.default_rng(7)
    held = total = 0
    for _ in range(6):
        truth = [100 * SEASON[i % 12] * math.exp(rng.normal(0, 0.1)) for i in range(94 + 14)]
        found = forecast(series(truth[:94]), as_of=AS_OF)
        actual = truth[94:]
        held += sum(p.low <= v <= p.high for p, v in zip(found.points, actual, strict=True))
        total += len(actual)
        assert 0.6 <= found.chosen.coverage <= 1
    assert 0.65 <= held / total <= 0.95


def test_a_forecast_can_be_repeated_to_the_last_digit() -> None:
    made = series(seasonal(60, growth=1.004))
    assert forecast(made, as_of=AS_OF) == forecast(made, as_of=AS_OF)


@pytest.mark.parametrize(
    ("plan", "reached", "probability", "words"),
    [
        (900.0, True, 1.0, "Đã vượt dự toán năm 2025"),
        (1200.0, False, 1.0, "Khả năng trên 95% hoàn thành"),
        (2000.0, False, 0.0, "Khả năng dưới 5% hoàn thành"),
    ],
)
def test_a_plan_is_held_against_the_year_as_it_will_be(
    plan: float, reached: bool, probability: float, words: str
) -> None:
    # Ten months make up 1,000, the year 1,230.
    found = forecast(series(seasonal(94)), as_of=AS_OF, plans=(PlanFigure("dự toán", 2025, plan),))
    (outlook,) = found.plans
    assert (outlook.reached, outlook.probability) == (reached, probability)
    assert plan_words(outlook, found.series).startswith(words)


def test_a_probability_is_never_said_to_be_certain() -> None:
    assert [chance_words(p) for p in (1.0, 0.0, 0.62)] == [
        "Khả năng trên 95%",
        "Khả năng dưới 5%",
        "Khả năng khoảng 60%",
    ]


def test_what_is_no_flow_has_no_total_of_a_year() -> None:
    found = forecast(series(seasonal(94), additivity="semi_additive"), as_of=AS_OF)
    assert found.years == ()
    assert "dự báo tháng 12/2026" in headline(found)


@pytest.mark.parametrize(
    ("values", "until", "code"),
    [
        (seasonal(35), None, "short"),
        ([5.0] * 60, None, "data"),
        (seasonal(60), Month(2027, 1), "horizon"),
        (seasonal(60), Month(2025, 10), "horizon"),
    ],
)
def test_what_cannot_be_forecast_is_refused_with_a_reason(values: list[float], until: Month | None, code: str) -> None:
    with pytest.raises(OutlookError) as caught:
        forecast(series(values), as_of=AS_OF, until=until)
    assert caught.value.code == code
    assert caught.value.action


def test_values_around_zero_are_forecast_without_percentages() -> None:
    values = [10.0 * ((i % 12) - 6) for i in range(94)]
    found = forecast(series(values), as_of=AS_OF)
    assert found.chosen.mape is None
    assert found.points[0].value == pytest.approx(values[94 - 12])


def test_the_unfinished_month_is_left_out() -> None:
    known = {Month(2025, 8): 1.0, Month(2025, 9): 2.0, Month(2025, 10): 0.5}
    values, opened = _finished_part(known, dt.date(2025, 10, 20), gregorian=True)
    assert values == {Month(2025, 8): 1.0, Month(2025, 9): 2.0}
    assert opened == (Month(2025, 10), 0.5)
    values, opened = _finished_part(known, dt.date(2025, 10, 31), gregorian=True)
    assert len(values) == 3 and opened is None


def test_actual_and_forecast_are_never_one_list() -> None:
    made = forecast_json(forecast(series(seasonal(94), unit="vụ"), as_of=AS_OF, synthetic=True))
    assert made["actual"][-1]["month"] == "2025-10"
    assert made["forecast"][0]["month"] == "2025-11"
    assert "dự báo" in made["headline"]
    assert made["synthetic"] is True and any("mô phỏng" in line for line in made["how"])
