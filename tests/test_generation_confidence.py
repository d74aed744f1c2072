"""The ingredients of the confidence: each sign is seen where it stands and only there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from nl2sql.generation.confidence import INGREDIENTS, calibrated, ingredients, probability
from nl2sql.generation.omissions import OMISSIONS, omissions
from nl2sql.types import Comparison, Draft, GroupMatch, MetricMatch, Period, Reading, Share, Span, Threshold

YEAR = Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "year", "năm 2024")
COUNT = MetricMatch("so_to_khai", "COUNT(*)", "Số tờ khai", "tờ khai")
MONEY = MetricMatch("kim_ngach", "SUM(v)", "Kim ngạch", "USD")
PLAIN = "SELECT COUNT(*) FROM to_khai WHERE nam = 2024"


def seen(text: str, sql: str = PLAIN, **parts: object) -> set[str]:
    reading = replace(Reading(text, "to_khai", metrics=(COUNT,), periods=(YEAR,), certainty=1.0), **parts)  # type: ignore[arg-type]
    return {name for name, value in omissions(reading, sql).items() if value}


def test_a_question_that_is_all_used_shows_nothing() -> None:
    assert seen("Số tờ khai năm 2024 là bao nhiêu?") == set()


@pytest.mark.parametrize(
    ("text", "sql", "sign"),
    [
        ("Số tờ khai năm 2024 của chương 85", PLAIN, "number_lost"),
        ("so to khai cua 500 to chuc nam 2024", PLAIN, "number_lost"),
        ("Số tờ khai năm 2024 vượt mức", PLAIN, "bound_lost"),
        ("Tỷ lệ tờ khai năm 2024", PLAIN, "percent_lost"),
        ("ti le to khai nam 2024", PLAIN, "percent_lost"),
        ("Số tờ khai từng tháng năm 2024", PLAIN, "group_lost"),
        ("Số tờ khai năm 2024", "SELECT cuc, COUNT(*) FROM to_khai WHERE nam = 2024 GROUP BY cuc", "group_unasked"),
        ("Số tờ khai năm 2024 tăng ra sao", PLAIN, "change_lost"),
        ("Tháng nhiều tờ khai nhất 2024", PLAIN, "rank_lost"),
        ("Năm 2024 bao nhiêu tờ khai, bao nhiêu bị hủy", PLAIN, "asked_twice"),
    ],
)
def test_what_the_sql_leaves_out_is_seen(text: str, sql: str, sign: str) -> None:
    assert seen(text, sql) == {sign}


def test_money_for_a_count_is_seen() -> None:
    sql = "SELECT SUM(v) FROM xnk WHERE nam = 2024"
    assert seen("Số tờ khai năm 2024", sql, metrics=(MONEY,)) == {"unit_lost"}
    assert seen("Kim ngạch năm 2024", sql, metrics=(MONEY,)) == set()


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("Tờ khai 6T/2024", "SELECT COUNT(*) FROM to_khai WHERE nam = 2024 AND thang BETWEEN 1 AND 6"),
        ("Tờ khai từ 05/03 đến 09/04/2024",
         "SELECT COUNT(*) FROM to_khai WHERE ngay BETWEEN DATE '2024-03-05' AND DATE '2024-04-09'"),
        ("Cục nào trên 2 tỷ năm 2024",
         "SELECT cuc, SUM(v) FROM t WHERE nam = 2024 GROUP BY cuc HAVING SUM(v) > 2000000000"),
        ("Cục nào trên 1.500 tờ khai 2024",
         "SELECT cuc, COUNT(*) FROM to_khai WHERE nam = 2024 GROUP BY cuc HAVING COUNT(*) > 1500"),
        ("Top 3 cục 2024",
         "SELECT cuc, COUNT(*) AS n FROM to_khai WHERE nam = 2024 GROUP BY cuc ORDER BY n DESC LIMIT 3"),
        ("Tỷ lệ luồng đỏ 2024",
         "SELECT 100.0 * COUNT(*) FILTER (WHERE l = 'Đỏ') / COUNT(*) FROM to_khai WHERE nam = 2024"),
    ],
)  # fmt: skip
def test_numbers_and_words_that_are_used_are_no_sign(text: str, sql: str) -> None:
    assert seen(text, sql) == set()


def test_a_comparison_and_a_bound_explain_their_words() -> None:
    base = replace(YEAR, start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31), label="năm 2023")
    text = "Số tờ khai 2024 tăng mấy phần trăm so với 2023"
    assert "change_lost" not in seen(text, comparison=Comparison("explicit", base))
    assert "number_lost" not in seen(text, comparison=Comparison("explicit", base))
    assert "bound_lost" not in seen("Cục trên mức", thresholds=(Threshold("so_to_khai", ">", 5),))


def test_sql_that_cannot_be_parsed_shows_nothing() -> None:
    assert omissions(Reading("năm 85"), "SELECT (") == dict.fromkeys(OMISSIONS, 0.0)


def test_what_the_reading_leaves_open_is_counted() -> None:
    span = Span(0, 3, "abc def")
    reading = Reading(
        "abc def",
        metrics=(replace(COUNT, assumed=True),),
        unread=(span,),
        certainty=0.5,
        share=Share("x", "y"),
        groups=(GroupMatch("a", "a"), GroupMatch("b", "b")),
        carried=True,
    )
    found = ingredients(reading, Draft("SELECT 1", "composed", model="m", complaints=("a", "b", "c")))
    assert set(found) == set(INGREDIENTS)
    assert (found["unread"], found["slips"], found["complaints"]) == (1.0, 0.5, 2.0)
    for name in ("assumed_metric", "no_period", "share", "several_groups", "carried", "differs"):
        assert found[name] == 1.0, name
    assert (found["agreed"], found["written"], found["verified"]) == (0.0, 0.0, 0.0)


def test_weights_turn_ingredients_into_a_probability(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(yaml.safe_dump({"weights": {"bias": 0.0, "unread": -2.0}}), encoding="utf-8")
    made = Draft("SELECT 1", "composed", confidence=0.7)
    assert calibrated(made, {"unread": 0.0}, path) == 0.5
    assert calibrated(made, {"unread": 1.0}, path) == pytest.approx(0.1192, abs=1e-4)
    assert calibrated(made, {"unread": 1.0}, tmp_path / "none.yaml") == 0.7
    assert calibrated(replace(made, source="person", confidence=1.0), {"unread": 1.0}, path) == 1.0
    assert probability({"bias": 1e9}, {}) < 1.0
