"""The status suite: what must be turned away, and good questions that must not be."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.check import fold
from eval.suite import Item, Suite, load_suite
from nl2sql.types import Status

AWAY = {"mo_ho": 30, "khong_co": 15, "cam": 15, "ngoai_pham_vi": 15, "tuong_lai": 8, "khong_phat_sinh": 5}
GOOD = "phai_tra_loi"


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite("status")


def good(suite: Suite) -> list[Item]:
    return [item for item in suite.items if GOOD in item.tags]


def test_there_are_150_questions_and_enough_of_each_kind(suite: Suite) -> None:
    kinds = Counter(item.tags[0] for item in suite.items)
    assert len(suite.items) >= 150
    assert {kind: kinds[kind] for kind, least in AWAY.items() if kinds[kind] < least} == {}


def test_at_least_40_good_questions_must_be_answered(suite: Suite) -> None:
    assert len(good(suite)) >= 40
    assert all(item.expect == (Status.ANSWERED,) for item in good(suite))
    ways = Counter(tag for item in good(suite) for tag in item.tags[1:])
    assert {
        way for way in ("dai_dong", "bay_tu_khoa", "teencode", "loi_go", "tu_la", "tieng_anh") if ways[way] < 5
    } == set()


def test_what_must_be_turned_away_may_not_be_answered(suite: Suite) -> None:
    away = {"mo_ho", "khong_co", "cam", "ngoai_pham_vi", "pha_hoai", "tuong_lai", "qua_khu", "khong_co_ngay", "la"}
    assert [i.id for i in suite.items if i.tags[0] in away and Status.ANSWERED in i.expect] == []


def test_every_status_is_expected_somewhere(suite: Suite) -> None:
    wanted = Counter(status for item in suite.items for status in item.expect)
    assert min(wanted[s] for s in (Status.CLARIFY, Status.REFUSED, Status.NO_DATA, Status.ANSWERED)) >= 15


def test_no_question_is_asked_twice(suite: Suite) -> None:
    asked = Counter(fold(item.question) for item in suite.items)
    assert [text for text, times in asked.items() if text and times > 1] == []


def test_people_also_type_without_diacritics_and_in_english(suite: Suite) -> None:
    tags = Counter(tag for item in suite.items for tag in item.tags)
    assert tags["khong_dau"] >= 20
    assert tags["tieng_anh"] >= 15
