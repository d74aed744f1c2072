"""The store of conversations: what was kept is found again by another process, and only by its owner."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ui_scripted import AS_OF, clarify, ranking, total, trend

from nl2sql.history.conversations import Kept, Store
from nl2sql.history.conversations_codec import dumps, loads
from nl2sql.types import Answer, Column, Question, Result, Status


def kept(name: str, text: str, *, owner: str = "an", conversation: str = "c1", minute: int = 0) -> Kept:
    at = dt.datetime(2025, 11, 1, 8, minute, tzinfo=dt.UTC)
    return Kept(name, conversation, owner, Question(text, ("câu trước",), "leader"), False, total(text), at, 1.5)


@pytest.mark.parametrize("answer", [total("a"), trend("b"), ranking("c"), clarify("d")])
def test_an_answer_is_the_same_after_it_was_kept(answer: Answer) -> None:
    assert loads(dumps(answer), Answer) == answer


def test_cells_keep_their_kind() -> None:
    cells = (dt.date(2025, 3, 1), dt.datetime(2025, 3, 1, 7, 30, tzinfo=dt.UTC), 3, 2.5, True, None, "=1+1")
    columns = tuple(Column(f"c{i}", f"Cột {i}", "text") for i in range(len(cells)))
    answer = Answer(Status.ANSWERED, "q", result=Result(columns, (cells,)), data_as_of=AS_OF)
    back = loads(dumps(answer), Answer)
    assert back.result is not None
    assert back.result.rows == (cells,)
    assert back.data_as_of == AS_OF


def test_text_that_is_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="Answer"):
        loads('{"status": "answered"}', Answer)


def test_conversations_survive_the_process(tmp_path: Path) -> None:
    first = Store(tmp_path / "s" / "app.sqlite")
    first.keep(kept("e1", "Kim ngạch xuất khẩu năm 2024"))
    first.keep(kept("e2", "còn nhập khẩu?", minute=1))
    first.close()
    second = Store(tmp_path / "s" / "app.sqlite")
    assert [k.id for k in second.conversation("an", "c1")] == ["e1", "e2"]
    assert second.conversation("an", "c1")[0] == kept("e1", "Kim ngạch xuất khẩu năm 2024")
    assert second.conversation("bình", "c1") == ()


def test_the_history_is_searched_without_diacritics_and_is_ones_own() -> None:
    store = Store()
    store.keep(kept("e1", "Kim ngạch xuất khẩu năm 2024"))
    store.keep(kept("e2", "Số tờ khai 100% luồng đỏ", minute=1))
    store.keep(kept("e3", "Nợ thuế", owner="bình", minute=2))
    assert [line.id for line in store.history("an")] == ["e2", "e1"]
    assert [line.id for line in store.history("an", search="XUAT kim")] == ["e1"]
    assert [line.id for line in store.history("an", search="100%")] == ["e2"]
    assert store.history("an", search="%%") == ()
    store.forget("bình", "e1")
    assert store.exchange("e1") is not None
    store.forget("an", "e1")
    assert store.exchange("e1") is None


def test_frequent_questions_are_those_of_several_people_or_ones_own() -> None:
    store = Store()
    for place, owner in enumerate(("an", "bình", "chi")):
        store.keep(kept(f"x{place}", "Nợ thuế tháng này", owner=owner))
    store.keep(kept("y", "Một lần"))
    for place in range(4):
        store.keep(kept(f"z{place}", "Chỉ một mình bình hỏi", owner="bình"))
    assert store.frequent("an") == ("Nợ thuế tháng này",)
    assert store.frequent("bình") == ("Chỉ một mình bình hỏi", "Nợ thuế tháng này")


def test_pins_keep_their_order() -> None:
    store = Store()
    for name in ("a", "b", "c"):
        store.pin("an", name, name.upper())
    store.move_pin("an", "c", -1)
    store.move_pin("an", "a", -1)
    assert [p.exchange for p in store.pins("an")] == ["a", "c", "b"]
    store.unpin("an", "c")
    store.pin("an", "a", "Tên mới")
    assert [(p.exchange, p.title) for p in store.pins("an")] == [("a", "Tên mới"), ("b", "B")]
    assert store.pins("bình") == ()


def test_the_last_judgement_counts_and_names_the_question() -> None:
    store = Store()
    store.keep(kept("e1", "Kim ngạch"))
    store.judge("an", "e1", good=True)
    store.judge("an", "e1", good=False, said="phải là VND")
    (found,) = store.feedback(bad_only=True)
    assert (found.question, found.said, found.good) == ("Kim ngạch", "phải là VND", False)
    assert store.judgement("an", "e1") == found
    assert store.judgement("bình", "e1") is None


def test_notes_are_written_over_and_taken_away() -> None:
    store = Store()
    store.write("an", "query", "Theo nước", "SELECT 1")
    store.write("an", "query", "Theo nước", "SELECT 2")
    assert [n.body for n in store.notes("an", "query")] == ["SELECT 2"]
    assert store.note("an", "query", "Theo nước") == "SELECT 2"
    store.write("an", "query", "Theo nước", " ")
    assert store.notes("an", "query") == ()
    store.write("bình", "proposal", "p", "x")
    assert [n.owner for n in store.notes(None, "proposal")] == ["bình"]
