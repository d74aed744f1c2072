"""What an answer tells without being asked: which condition emptied it, found by leaving conditions out."""

from __future__ import annotations

import datetime as dt

from nl2sql.answer.extras import extras
from nl2sql.types import Answer, Column, FilterMatch, MetricMatch, Period, Reading, Result, Shape, Status
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()
YEAR = Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "year", "năm 2024")


def condition(column: str, value: str) -> FilterMatch:
    return FilterMatch(f"{column} = '{value}'", column, (value,), f"{column}: {value}")


READING = Reading(
    "thử",
    "xnk",
    metrics=(MetricMatch("kim_ngach", "SUM(tri_gia_usd)", "Kim ngạch", "USD"),),
    filters=(condition("nuoc", "Lào"), condition("nhom_hang", "Gạo"), condition("phuong_thuc", "Đường sắt")),
    periods=(YEAR,),
    shape=Shape.TOTAL,
    certainty=1.0,
)
EMPTY = Answer(Status.NO_DATA, "thử", reading=READING)
ROWS = Result((Column("kim_ngach", "Kim ngạch", "number"),), ((5.0,),))


def finds(*missing: str) -> list[tuple[str, int]]:
    """What is offered when there is something as soon as none of the named columns is a condition."""

    def run(reading: Reading) -> Answer:
        held = {match.column for match in reading.filters} & set(missing)
        status = Status.NO_DATA if held else Status.ANSWERED
        return Answer(status, "thử", headline="Kim ngạch: 5 USD.", reading=reading, result=None if held else ROWS)

    return [(item.dropped, item.count) for item in extras(EMPTY, run, CATALOGUE).loosened]


def test_the_one_condition_that_emptied_it_is_named() -> None:
    assert finds("nhom_hang") == [("“nhom_hang: Gạo”", 1)]


def test_where_no_single_one_did_it_two_are_named() -> None:
    assert finds("nhom_hang", "phuong_thuc") == [("“phuong_thuc: Đường sắt” và “nhom_hang: Gạo”", 2)]


def test_nothing_is_offered_where_two_less_find_nothing_either() -> None:
    assert finds("nuoc", "nhom_hang", "phuong_thuc") == []
