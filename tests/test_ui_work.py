"""The desk: conversations, follow-ups, the queue, stopping, and answers that never mix."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from ui_scripted import LEADER, USER, ScriptedAssistant

from nl2sql.errors import UserError
from nl2sql.types import Answer, Question, Status
from ui.exchange import MAX_TURNS, Exchange
from ui.work import Desk, in_one_line


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def desk(**options: object) -> tuple[Desk, ScriptedAssistant]:
    assistant = ScriptedAssistant()
    return Desk(assistant, inline=True, **options), assistant  # type: ignore[arg-type]


def test_a_follow_up_passes_the_earlier_questions_oldest_first() -> None:
    here, assistant = desk()
    talk = here.conversation()
    for text in ("Kim ngạch năm 2024", "còn theo tháng", "thế còn thị trường"):
        here.ask(talk, text, user=USER)
    assert [q.turns for q in assistant.asked] == [
        (),
        ("Kim ngạch năm 2024",),
        ("Kim ngạch năm 2024", "còn theo tháng"),
    ]


def test_refused_and_failed_questions_are_no_context() -> None:
    here, assistant = desk()
    talk = here.conversation()
    for text in ("lương cán bộ", "hỏng", "Kim ngạch năm 2024", "còn theo tháng"):
        here.ask(talk, text, user=USER)
    assert assistant.asked[-1].turns == ("Kim ngạch năm 2024",)


def test_a_complete_question_is_asked_without_context() -> None:
    here, assistant = desk()
    talk = here.conversation()
    here.ask(talk, "Kim ngạch năm 2024", user=LEADER)
    here.ask(talk, "10 thị trường lớn nhất", user=LEADER, fresh=True)
    assert assistant.asked[-1] == Question("10 thị trường lớn nhất", (), "leader")


def test_context_is_bounded() -> None:
    here, assistant = desk()
    talk = here.conversation()
    for number in range(MAX_TURNS + 4):
        here.ask(talk, f"Kim ngạch năm {2000 + number}", user=USER)
    assert len(assistant.asked[-1].turns) == MAX_TURNS
    assert assistant.asked[-1].turns[-1] == f"Kim ngạch năm {2000 + MAX_TURNS + 2}"


@pytest.mark.parametrize("text", ["", "   \n ", "😀🎉", "???", "—"])
def test_a_question_without_words_is_not_asked(text: str) -> None:
    here, assistant = desk()
    with pytest.raises(UserError, match="chưa có chữ"):
        here.ask(here.conversation(), text, user=USER)
    assert assistant.asked == []


def test_a_question_too_long_says_how_long_and_the_limit() -> None:
    here, assistant = desk(max_question=1000)
    with pytest.raises(UserError) as caught:
        here.ask(here.conversation(), "kim ngạch " * 500, user=USER)
    assert "4.999" in caught.value.message
    assert "1.000" in caught.value.message
    assert caught.value.action
    assert assistant.asked == []


def test_a_question_of_exactly_the_limit_is_asked() -> None:
    here, assistant = desk(max_question=20)
    here.ask(here.conversation(), "x" * 20, user=USER)
    assert len(assistant.asked) == 1


def test_an_error_for_the_person_becomes_an_answer_with_its_message() -> None:
    here, _ = desk()
    exchange = here.ask(here.conversation(), "hỏng", user=USER)
    assert exchange.answer is not None
    assert exchange.answer.status is Status.ERROR
    assert exchange.answer.warnings == ("Truy vấn chạy quá 30 giây. Hãy thu hẹp kỳ thời gian.",)


def test_a_defect_ends_the_exchange_and_is_not_hidden() -> None:
    class Broken(ScriptedAssistant):
        def ask(
            self, question: Question, *, user: object = None, on_step: object = None, cancel: object = None
        ) -> Answer:
            raise ZeroDivisionError

    here = Desk(Broken(), inline=True)
    talk = here.conversation()
    with pytest.raises(ZeroDivisionError):
        here.ask(talk, "Kim ngạch năm 2024", user=USER)
    answer = talk.exchanges[0].answer
    assert answer is not None
    assert answer.status is Status.ERROR
    assert not talk.running


def test_a_conversation_is_found_again_by_its_id_and_an_unknown_id_gives_a_new_one() -> None:
    here, _ = desk()
    talk = here.conversation()
    assert here.conversation(talk.id) is talk
    assert here.conversation("unknown").id not in {"unknown", talk.id}


def test_many_askers_at_once_each_get_their_own_answer() -> None:
    here = Desk(ScriptedAssistant())
    asked: list[tuple[str, Exchange]] = []
    for number in range(12):
        text = f"Kim ngạch năm {2000 + number}"
        asked.append((text, here.ask(here.conversation(), text, user=USER)))
    wait_until(lambda: not any(exchange.running for _, exchange in asked))
    assert [(e.answer.question if e.answer else None) for _, e in asked] == [text for text, _ in asked]


def test_the_queue_counts_those_before_and_empties() -> None:
    gate = threading.Event()
    here = Desk(ScriptedAssistant(gate=gate))
    exchanges: list[Exchange] = []
    for number in range(3):
        exchange = here.ask(here.conversation(), f"Kim ngạch năm {2020 + number}", user=USER)
        wait_until(lambda e=exchange: e.step == "generation")  # type: ignore[misc]
        exchanges.append(exchange)
    assert [here.ahead(exchange) for exchange in exchanges] == [0, 1, 2]
    gate.set()
    wait_until(lambda: not any(exchange.running for exchange in exchanges))
    assert [here.ahead(exchange) for exchange in exchanges] == [0, 0, 0]


def test_a_stopped_exchange_stays_stopped_when_its_answer_comes_late() -> None:
    gate = threading.Event()
    assistant = ScriptedAssistant(gate=gate)
    here = Desk(assistant)
    talk = here.conversation()
    exchange = here.ask(talk, "Kim ngạch năm 2024", user=USER)
    wait_until(lambda: exchange.step == "generation")
    here.stop(exchange)
    assert not talk.running
    gate.set()
    later = here.ask(talk, "10 thị trường lớn nhất", user=USER)
    wait_until(lambda: not later.running)
    assert exchange.answer is None
    assert exchange.step == "generation"
    assert later.question.turns == ()


def test_steps_are_marked_in_their_order() -> None:
    here, _ = desk()
    exchange = here.ask(here.conversation(), "Kim ngạch năm 2024", user=USER)
    assert [mark.step for mark in exchange.marks] == [
        "reading",
        "generation",
        "validation",
        "execution",
        "presentation",
    ]


def test_own_sql_keeps_its_text_and_shows_errors() -> None:
    here, assistant = desk()
    talk = here.conversation()
    good = here.run_sql(talk, "  SELECT 1  ", user=USER)
    bad = here.run_sql(talk, "SELECT lỗi", user=USER)
    assert assistant.asked[0] == Question("SELECT 1", (), "analyst")
    assert good.answer is not None and good.answer.status is Status.ANSWERED
    assert bad.answer is not None and bad.answer.status is Status.ERROR
    with pytest.raises(UserError, match="SQL"):
        here.run_sql(talk, "  ", user=USER)


def test_a_paragraph_pasted_from_a_word_processor_becomes_one_line() -> None:
    pasted = "\ufeffKim ngạch\u00a0xuất khẩu\x0bsang\u2003“Hoa\u200b Kỳ”\r\n\r\nnăm\u00ad 2024 \t"
    assert in_one_line(pasted) == "Kim ngạch xuất khẩu sang “Hoa Kỳ” năm 2024"


def test_stopping_tells_the_database() -> None:
    gate = threading.Event()
    here = Desk(ScriptedAssistant(gate=gate))
    exchange = here.ask(here.conversation(user=USER), "Kim ngạch xuất khẩu năm 2024", user=USER)
    assert not exchange.cancel.is_set()
    here.stop(exchange)
    assert exchange.cancel.is_set()
    gate.set()
