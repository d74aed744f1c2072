"""The line beside the turning wheel and the steps that have ended."""

from __future__ import annotations

import time

from ui_scripted import ScriptedAssistant

from nl2sql.types import Question
from ui import texts
from ui.exchange import Exchange, Mark
from ui.progress import done_lines, label
from ui.work import Desk


def exchange(*steps: tuple[str, float], seconds: float = 3.0) -> Exchange:
    """An exchange that began some seconds ago; each step with the second at which it began."""
    start = time.monotonic() - seconds
    marks = tuple(Mark(step, start + at) for step, at in steps)
    return Exchange("x", Question("Kim ngạch năm 2024"), started=start, marks=marks)


def test_the_step_and_the_seconds_are_said() -> None:
    desk = Desk(ScriptedAssistant())
    assert label(desk, exchange(("reading", 0.0), ("validation", 2.0))) == "Kiểm tra truy vấn… · 3 giây"


def test_before_the_first_step_it_says_that_it_reads() -> None:
    assert label(Desk(ScriptedAssistant()), exchange(seconds=0.0)) == "Đọc hiểu câu hỏi… · 0 giây"


def test_a_model_that_is_being_loaded_is_said_only_where_it_is_waited_for() -> None:
    desk = Desk(ScriptedAssistant())
    desk.preparing = True
    assert label(desk, exchange(("generation", 0.0))).startswith(texts.PREPARING)
    assert label(desk, exchange(("execution", 0.0))).startswith("Lấy số liệu")


def test_steps_that_have_ended_show_their_time() -> None:
    lines = done_lines(exchange(("reading", 0.0), ("generation", 0.2), ("validation", 2.5)))
    assert [line.removeprefix(":material/check: ") for line in lines] == [
        "Đọc hiểu câu hỏi · 0,2 giây",
        "Viết truy vấn · 2,3 giây",
    ]


def test_the_queue_is_said_in_people() -> None:
    assert texts.waiting(3) == "Đang chờ lượt (còn 3 người)"
