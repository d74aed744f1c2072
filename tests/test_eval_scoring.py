"""Wrong answers must fail: the scorer is tested with the mistakes that it exists to find."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.scoring import Table, compare


def table(names: str, *rows: tuple[Any, ...]) -> Table:
    return Table(tuple(names.split()), rows)


YEARS = table("nam v", (2022, 10.5), (2023, 11.25), (2024, 12.0))


def strict(predicted: Table, gold: Table, need: str = "", order: bool = False) -> bool:
    parts = tuple(frozenset(p.split()) for p in need.split("|") if p.split())
    return compare(predicted, gold, need=parts, order=order).strict


def kind(predicted: Table, gold: Table, need: str = "", order: bool = False) -> str:
    parts = tuple(frozenset(p.split()) for p in need.split("|") if p.split())
    return compare(predicted, gold, need=parts, order=order).kind


# ------------------------------------------------------------------ right answers in other clothes


def test_names_and_order_of_columns_do_not_count() -> None:
    assert strict(table("gia_tri nam_bao_cao", (10.5, 2022), (11.25, 2023), (12.0, 2024)), YEARS)


def test_order_of_rows_does_not_count_unless_asked() -> None:
    turned = table("nam v", (2024, 12.0), (2022, 10.5), (2023, 11.25))
    assert strict(turned, YEARS)
    assert not strict(turned, YEARS, order=True)
    assert kind(turned, YEARS, order=True) == "order"


def test_int_float_and_decimal_are_one_kind() -> None:
    assert strict(table("v", (Decimal("12.00"),)), table("v", (12,)))
    assert strict(table("v", (12.0,)), table("v", (Decimal(12),)))


def test_summation_noise_is_forgiven() -> None:
    assert strict(table("v", (0.1 + 0.2,)), table("v", (0.3,)))
    assert strict(table("v", (786299999999.6,)), table("v", (786300000000.0,)))


def test_noise_near_zero_is_measured_against_the_column() -> None:
    gold = table("k v", ("a", 5e9), ("b", 0.0))
    assert strict(table("k v", ("a", 5e9), ("b", 1e-6)), gold)
    assert not strict(table("k v", ("a", 5e9), ("b", 1000.0)), gold)


def test_day_as_date_timestamp_or_text() -> None:
    gold = table("d", (dt.date(2024, 5, 1),))
    assert strict(table("d", ("2024-05-01",)), gold)
    assert strict(table("d", (dt.datetime.fromisoformat("2024-05-01"),)), gold)
    assert strict(table("d", ("2024-05-01T00:00:00",)), gold)
    assert not strict(table("d", (dt.datetime.fromisoformat("2024-05-01T08:00"),)), gold)
    assert not strict(table("d", ("2024-05-02",)), gold)


def test_decomposed_text_is_the_same_text() -> None:
    assert strict(table("t", ("Ha\u0300 No\u0323\u0302i",)), table("t", ("Hà Nội",)))


def test_noise_that_sorts_rows_differently() -> None:
    gold = table("v w", (1.0, 5), (1.0 + 1e-9, 3))
    assert strict(table("v w", (1.0, 3), (1.0 + 1e-9, 5)), gold)


def test_optional_columns_may_be_left_out_in_any_mixture() -> None:
    gold = table("nuoc kim_ngach hang", ("Hoa Kỳ", 9.5, 1), ("Trung Quốc", 7.25, 2))
    names = table("nuoc", ("Hoa Kỳ",), ("Trung Quốc",))
    both = table("a b", (9.5, "Hoa Kỳ"), (7.25, "Trung Quốc"))
    assert strict(names, gold, "nuoc")
    assert strict(both, gold, "nuoc")
    assert not strict(names, gold)


def test_alternatives_of_need() -> None:
    gold = table("nay truoc phan_tram", (12.0, 10.0, 20.0))
    need = "nay truoc | phan_tram"
    assert strict(table("p", (20.0,)), gold, need)
    assert strict(table("a b", (10.0, 12.0)), gold, need)
    assert strict(table("a b c", (12.0, 10.0, 20.0)), gold, need)
    assert not strict(table("a", (12.0,)), gold, need)


# ------------------------------------------------------------------ wrong answers


def test_right_names_with_wrong_values_fail() -> None:
    assert not strict(table("nam v", (2022, 10.5), (2023, 11.25), (2024, 13.0)), YEARS)
    assert kind(table("nam v", (2022, 10.5), (2023, 11.25), (2024, 13.0)), YEARS) == "values"


def test_right_values_in_wrong_rows_fail() -> None:
    assert not strict(table("nam v", (2022, 12.0), (2023, 11.25), (2024, 10.5)), YEARS)


def test_missing_row_duplicate_row_and_extra_row_fail() -> None:
    assert kind(table("nam v", (2022, 10.5), (2023, 11.25)), YEARS) == "rows"
    assert not strict(table("nam v", (2022, 10.5), (2023, 11.25), (2024, 12.0), (2024, 12.0)), YEARS)
    doubled = table("k", ("a",), ("a",), ("b",))
    assert not strict(table("k", ("a",), ("b",), ("b",)), doubled)


def test_empty_result_is_not_a_null_or_a_zero() -> None:
    assert not strict(Table(("v",), ()), table("v", (None,)))
    assert not strict(table("v", (None,)), table("v", (0,)))
    assert not strict(table("v", (0,)), table("v", (None,)))
    assert not strict(Table((), ()), table("v", (1,)))


def test_null_equals_null_and_nan() -> None:
    gold = table("k v", ("a", None), ("b", 1.5))
    assert strict(table("k v", ("b", 1.5), ("a", None)), gold)
    assert strict(table("k v", ("b", 1.5), ("a", float("nan"))), gold)
    assert not strict(table("k v", ("b", None), ("a", 1.5)), gold)


def test_share_is_not_a_percentage() -> None:
    gold = table("k v", ("a", 12.5), ("b", 87.5))
    wrong = table("k v", ("a", 0.125), ("b", 0.875))
    assert not strict(wrong, gold)
    assert kind(wrong, gold) == "percent_scale"


def test_billions_are_not_units() -> None:
    gold = table("nam v", (2023, 355500000000.5), (2024, 405500000000.25))
    wrong = table("nam v", (2023, 355.5000000005), (2024, 405.50000000025))
    assert not strict(wrong, gold)
    assert kind(wrong, gold) == "unit_scale"


def test_wrong_sign_and_rounding_are_their_own_kinds() -> None:
    gold = table("v", (-24.7654321,))
    assert kind(table("v", (24.7654321,)), gold) == "sign"
    assert kind(table("v", (-24.77,)), gold) == "rounding"
    assert not strict(table("v", (-24.77,)), gold)


def test_extra_column_fails_strictly_and_passes_relaxed() -> None:
    wide = table("nam chieu v", (2022, "Nhập khẩu", 10.5), (2023, "Nhập khẩu", 11.25), (2024, "Nhập khẩu", 12.0))
    found = compare(wide, YEARS)
    assert (found.strict, found.relaxed, found.kind) == (False, True, "extra_column")


def test_missing_constant_column_passes_relaxed_only() -> None:
    gold = table("nam thang v", (2024, 1, 5.5), (2024, 2, 6.5))
    found = compare(table("thang v", (1, 5.5), (2, 6.5)), gold)
    assert (found.strict, found.relaxed, found.kind) == (False, True, "missing_column")


def test_missing_measure_or_missing_key_is_not_forgiven() -> None:
    gold = table("cuc thu du_toan", ("Hà Nội", 5.5, 6.5), ("Hải Phòng", 7.5, 8.5))
    assert not compare(table("cuc thu", ("Hà Nội", 5.5), ("Hải Phòng", 7.5)), gold).relaxed
    assert not compare(table("thu du_toan", (5.5, 6.5), (7.5, 8.5)), gold).relaxed


def test_a_missing_answer_column_is_not_forgiven_although_the_group_determines_it() -> None:
    gold = table("chau_luc nuoc", ("Châu Âu", "Đức"), ("Châu Mỹ", "Hoa Kỳ"))
    assert not compare(table("chau_luc nuoc", ("Châu Âu", "Hà Lan"), ("Châu Mỹ", "Hoa Kỳ")), gold).relaxed


def test_one_value_of_two_is_not_forgiven() -> None:
    assert not compare(table("v", (5.5,)), table("a b", (5.5, 6.5))).relaxed


def test_extra_columns_do_not_excuse_wrong_values() -> None:
    wide = table("nam x v", (2022, "a", 10.5), (2023, "b", 11.0), (2024, "c", 12.0))
    assert not compare(wide, YEARS).relaxed


def test_one_column_does_not_answer_for_two() -> None:
    gold = table("a b", (1.5, 1.5), (2.5, 2.5))
    assert not strict(table("a", (1.5,), (2.5,)), gold)


def test_text_is_no_number_and_truth_is_no_number() -> None:
    assert not strict(table("v", ("12",)), table("v", (12,)))
    assert not strict(table("v", (True,)), table("v", (1,)))


def test_case_and_diacritics_of_values_count() -> None:
    assert not strict(table("t", ("hà nội",)), table("t", ("Hà Nội",)))
    assert not strict(table("t", ("Ha Noi",)), table("t", ("Hà Nội",)))


def test_columns_swapped_between_rows_fail() -> None:
    gold = table("xk nk", (5.5, 6.5), (7.5, 8.5))
    assert not strict(table("xk nk", (5.5, 6.5), (8.5, 7.5)), gold)


def test_unknown_column_in_need_is_an_error() -> None:
    with pytest.raises(ValueError, match="gold lacks: thieu"):
        strict(YEARS, YEARS, "thieu")


values = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.text(max_size=5),
    st.booleans(),
)


@given(st.lists(st.tuples(values, values, values), min_size=1, max_size=8), st.randoms())
def test_any_table_equals_itself_shuffled(rows: list[tuple[Any, ...]], rng: Any) -> None:
    gold = Table(("a", "b", "c"), tuple(rows))
    columns = [0, 1, 2]
    rng.shuffle(columns)
    shuffled = [tuple(row[i] for i in columns) for row in rows]
    rng.shuffle(shuffled)
    assert compare(Table(("x", "y", "z"), tuple(shuffled)), gold).strict


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8), st.data())
def test_any_changed_number_fails(rows: list[tuple[int, int]], data: Any) -> None:
    gold = Table(("a", "b"), tuple(rows))
    place = data.draw(st.integers(0, len(rows) - 1))
    largest = max(abs(v) for row in rows for v in row)
    changed = [*rows]
    changed[place] = (rows[place][0] + 1 + largest, rows[place][1])
    assert not compare(Table(("a", "b"), tuple(changed)), gold).strict
