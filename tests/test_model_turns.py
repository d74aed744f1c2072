"""The queue before a model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from nl2sql.errors import ModelError
from nl2sql.model.turns import ModelCancelled, Turns


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + 5
    while not condition():
        assert monotonic() < end, "did not come true"
        sleep(0.001)


def test_served_in_the_order_of_asking() -> None:
    turns, served, threads = Turns(), [], []

    def serve(number: int) -> None:
        with turns.take():
            served.append(number)

    with turns.take():
        for number in range(8):
            threads.append(threading.Thread(target=serve, args=(number,)))
            threads[-1].start()
            until(lambda expected=number + 2: turns.waiting() == expected)
        assert served == []
    for thread in threads:
        thread.join(5)
    assert served == list(range(8))
    assert turns.waiting() == 0


def test_turn_is_given_back_after_an_error() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="x"), turns.take():
        raise ValueError("x")
    with turns.take():
        assert turns.waiting() == 1


def test_cancel_of_a_waiting_thread_leaves_the_one_being_served_alone() -> None:
    turns, outcome = Turns(), []

    def wait() -> None:
        try:
            with turns.take():
                outcome.append("served")
        except ModelCancelled:
            outcome.append("cancelled")

    with turns.take() as turn:
        thread = threading.Thread(target=wait)
        thread.start()
        until(lambda: turns.waiting() == 2)
        assert turns.cancel(thread.ident) == 1
        thread.join(5)
        turn.check()
    assert outcome == ["cancelled"]


def test_cancel_without_a_thread_stops_the_one_being_served() -> None:
    turns = Turns()
    assert turns.cancel() == 0
    with turns.take() as turn:
        assert turns.cancel() == 1
        with pytest.raises(ModelCancelled):
            turn.check()


def test_close_waits_for_the_one_being_served_and_turns_the_others_away() -> None:
    turns, order, entered = Turns(), [], threading.Event()

    def serve() -> None:
        try:
            with turns.take() as turn:
                entered.set()
                until(lambda: turn.cancelled)
                order.append("ended")
                turn.check()
        except ModelCancelled:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    assert entered.wait(5)
    assert turns.close()
    order.append("closed")
    thread.join(5)
    assert order == ["ended", "closed"]
    assert not turns.close()
    with pytest.raises(ModelError, match="đã được đóng"), turns.take():
        pass
