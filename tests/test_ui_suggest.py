"""Suggested questions follow the role and the season."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from nl2sql.policy import User, load_roles
from nl2sql.question.text import fold
from schema.loading import load_catalogue
from ui.suggest import season, suggestions

CATALOGUE = load_catalogue()


def asked(role: str, day: dt.date = dt.date(2025, 10, 31)) -> tuple[str, ...]:
    return season(replace(CATALOGUE, as_of=day), User("an", load_roles()[role]))


def test_whoever_leads_sees_how_figures_stand_the_largest_area_first() -> None:
    questions = asked("leader")
    assert questions[0] == "Kim ngạch 10 tháng đầu năm 2025 so với cùng kỳ"
    assert "Nợ thuế tháng 10/2025" in questions


def test_whoever_analyses_takes_them_apart() -> None:
    assert asked("analyst")[0] == "Kim ngạch theo tháng năm 2025"
    assert set(asked("analyst")).isdisjoint(asked("leader"))


@pytest.mark.parametrize(
    ("month", "said"),
    [(3, "quý I/2025 so với cùng kỳ"), (9, "quý III/2025 so với cùng kỳ"), (12, "năm 2025 so với năm trước"),
     (6, "6 tháng đầu năm 2025 so với cùng kỳ")],
)  # fmt: skip
def test_the_period_is_the_one_that_has_just_ended(month: int, said: str) -> None:
    assert asked("leader", dt.date(2025, month, 28))[0] == f"Kim ngạch {said}"


def test_what_is_asked_often_comes_first_and_is_not_offered_twice() -> None:
    often = CATALOGUE.suggestions[0]
    groups = suggestions(CATALOGUE, User("an", load_roles()["leader"]), (often,))
    assert groups[0][1] == (often,)
    assert often not in groups[-1][1]


@pytest.mark.parametrize(
    "said", [lambda text: text, str.upper, lambda text: f"{text} "], ids=["same", "upper", "blank"]
)
def test_no_question_stands_twice_whoever_offers_it(said: Callable[[str], str]) -> None:
    """What is asked often may be a suggestion of the season or of the catalogue; a page has one button for each."""
    leader = User("an", load_roles()["leader"])
    often = (said(season(CATALOGUE, leader)[-1]), said(CATALOGUE.suggestions[0]), said(CATALOGUE.suggestions[0]))
    offered = [fold(q) for _, questions in suggestions(CATALOGUE, leader, often) for q in questions]
    assert len(offered) == len(set(offered))
    assert set(map(fold, (*season(CATALOGUE, leader), *CATALOGUE.suggestions))) <= set(offered)
