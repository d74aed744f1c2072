"""Companies that the warehouse does not know, and lists that no verified query of one measure may answer."""

from __future__ import annotations

import pytest
from demo_fixtures import assistant as assistant

from nl2sql.pipeline import Assistant
from nl2sql.types import Question, Trust


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Kim ngạch nhập khẩu của Công ty TNHH Mây Hồng Vàng năm 2022", "Mây Hồng Vàng"),
        ("Số thuế đã nộp của tập đoàn Zetacorp năm 2022", "Zetacorp"),
        ("Doanh nghiệp “Qwerty” có bao nhiêu tờ khai năm 2022", "Qwerty"),
    ],
)
def test_an_unknown_company_gets_no_total_of_all(assistant: Assistant, question: str, name: str) -> None:
    answer = assistant.ask(Question(question))
    assert answer.result is None
    assert answer.clarification is not None
    assert name in answer.clarification.question


def test_a_known_beginning_of_a_name_offers_the_companies_that_have_it(assistant: Assistant) -> None:
    options = assistant.ask(Question("Doanh nghiệp Ánh Dương nhập khẩu bao nhiêu năm 2022")).clarification
    assert options is not None
    assert options.options
    assert all("Ánh Dương" in o.label and "2022" in o.question for o in options.options)


def test_a_question_of_two_measures_is_not_answered_by_a_verified_query_of_one(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Số thu và dự toán theo cục năm 2022"))
    assert answer.result is not None
    assert len(answer.result.columns) == 3
    assert answer.trust is not Trust.VERIFIED
