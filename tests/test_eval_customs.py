"""The customs suites: coverage of the subject areas, categories and wording, and the split by wording family."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.suite import Item, Suite, load_suite
from nl2sql.question.text_fold import fold

PARTS = ("customs", "customs-holdout")
AREAS = [f"{number:02d}" for number in range(1, 17)]
CATEGORIES = "single group trend comparison top share having set window date value followup".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def suites() -> tuple[Suite, Suite]:
    return load_suite(PARTS[0]), load_suite(PARTS[1])


def tag(item: Item, kind: str) -> str:
    """The one value of a tag ``kind:value``."""
    (value,) = [t.removeprefix(f"{kind}:") for t in item.tags if t.startswith(f"{kind}:")]
    return value


def test_no_wording_family_is_in_both_suites(suites: tuple[Suite, Suite]) -> None:
    seen, held = ({tag(item, "family") for item in suite.items} for suite in suites)
    assert len(seen) >= 10
    assert len(held) >= 5
    assert not seen & held


def test_about_a_third_is_held_back(suites: tuple[Suite, Suite]) -> None:
    seen, held = (len(suite.items) for suite in suites)
    assert seen + held >= 420
    assert 0.30 <= held / (seen + held) <= 0.37


def test_every_subject_area_is_asked_about(suites: tuple[Suite, Suite]) -> None:
    areas = [Counter(tag(item, "area") for item in suite.items) for suite in suites]
    assert sorted(areas[0] | areas[1]) == AREAS
    assert {area: n for area in AREAS if (n := areas[0][area] + areas[1][area]) < 15} == {}
    assert {area for area in AREAS if areas[1][area] < 5} == set()


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_in_both_suites(suites: tuple[Suite, Suite], category: str) -> None:
    for suite in suites:
        assert sum(item.category == category for item in suite.items) >= 5


def test_no_question_is_asked_twice(suites: tuple[Suite, Suite]) -> None:
    asked = Counter(fold(" | ".join((*item.turns, item.question))) for suite in suites for item in suite.items)
    assert [text for text, times in asked.items() if times > 1] == []


def test_some_people_type_without_diacritics(suites: tuple[Suite, Suite]) -> None:
    for suite in suites:
        plain = [item for item in suite.items if "khong_dau" in item.tags]
        assert 0.08 <= len(plain) / len(suite.items) <= 0.3
        assert all(item.question.isascii() for item in plain)
