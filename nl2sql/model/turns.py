"""One at a time, first come first served: the queue before a model."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from nl2sql.errors import ModelError


class ModelCancelled(ModelError):
    """The call was stopped because somebody asked for it."""

    def __init__(self) -> None:
        super().__init__("Đã dừng câu trả lời đang viết.", action="Hãy hỏi lại khi cần.", phase="generation")


class Turn:
    """One caller's place in the queue."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.cancelled = False

    def check(self) -> None:
        """Raise :class:`ModelCancelled` when this call was cancelled; for use between steps of long work."""
        if self.cancelled:
            raise ModelCancelled


class Turns:
    """A FIFO lock. A plain lock does not promise the order in which waiting threads get it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[Turn] = deque()
        self._closed = False

    @contextmanager
    def take(self) -> Iterator[Turn]:
        """Wait for one's turn and hold it.

        Raises:
            ModelCancelled: Cancelled while waiting.
            ModelError: Closed.
        """
        turn = Turn()
        with self._changed:
            self._queue.append(turn)
            try:
                while self._queue[0] is not turn and not turn.cancelled and not self._closed:
                    self._changed.wait()
                if self._closed:
                    raise ModelError(
                        "Mô hình ngôn ngữ đã được đóng.", action="Hãy mở lại ứng dụng.", phase="generation"
                    )
                turn.check()
            except BaseException:
                self._leave(turn)
                raise
        try:
            yield turn
        finally:
            with self._changed:
                self._leave(turn)

    def waiting(self) -> int:
        """Callers in the queue, the one being served included."""
        return len(self._queue)

    def cancel(self, thread: int | None = None) -> int:
        """Stop the calls of one thread (``threading.get_ident()``), or, without it, the call being served.

        Returns:
            How many calls were told to stop.
        """
        with self._changed:
            chosen = [t for t in self._queue if t.thread == thread] if thread is not None else list(self._queue)[:1]
            for turn in chosen:
                turn.cancelled = True
            self._changed.notify_all()
        return len(chosen)

    def close(self) -> bool:
        """Turn everybody away, stop the call being served and wait for its end.

        Returns:
            False when it was closed already.
        """
        with self._changed:
            if self._closed:
                return False
            self._closed = True
            for turn in self._queue:
                turn.cancelled = True
            self._changed.notify_all()
            while self._queue:
                self._changed.wait()
        return True

    def _leave(self, turn: Turn) -> None:
        self._queue.remove(turn)
        self._changed.notify_all()
