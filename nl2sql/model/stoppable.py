"""A model that lets go when somebody presses stop: while it writes, while it reads a prompt, while it waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nl2sql.model.protocol import Completion, Message, Model, Prompt
from nl2sql.model.turns import ModelCancelled

_TICK_S = 0.05


@dataclass(frozen=True)
class Stoppable:
    """Implements ``Model`` over another for one question.

    Attributes:
        model: Who writes; its ``cancel`` takes effect between two tokens.
        stop: Set from another thread, it ends the call that this thread has at the model.
    """

    model: Model
    stop: threading.Event

    @property
    def name(self) -> str:
        """The model's own."""
        return self.model.name

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
        grammar: str = "",
        stop: tuple[str, ...] = (),
    ) -> Completion:
        """Continue the chat.

        Raises:
            ModelCancelled: Stopped before or in the middle.
            ModelError: As the model's own.
        """
        with self._watched():
            return self.model.complete(
                prompt, max_tokens=max_tokens, temperature=temperature, seed=seed, grammar=grammar, stop=stop
            )

    def warm(self, prefix: tuple[Message, ...]) -> None:
        """As the model's own."""
        self.model.warm(prefix)

    def waiting(self) -> int:
        """As the model's own."""
        return self.model.waiting()

    def cancel(self, thread: int | None = None) -> int:
        """As the model's own."""
        return self.model.cancel(thread)

    def close(self) -> None:
        """Nothing: the model belongs to whoever opened it."""

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Cancel this thread's call once ``stop`` is set; told again until it ends, because a call may not have begun.

        Raises:
            ModelCancelled: ``stop`` was set at the beginning or by the end.
        """
        mine, ended = threading.get_ident(), threading.Event()

        def watch() -> None:
            while not ended.wait(_TICK_S):
                if self.stop.is_set():
                    self.model.cancel(mine)

        if self.stop.is_set():
            raise ModelCancelled
        watcher = threading.Thread(target=watch, name="hoikho-model-stop", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()
        if self.stop.is_set():
            raise ModelCancelled


def stoppable(model: Model, stop: threading.Event | None) -> Model:
    """The model, or one that lets go when ``stop`` is set."""
    return model if stop is None else Stoppable(model, stop)
