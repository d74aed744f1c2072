"""What the pipeline asks of a language model, whichever serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Prompt:
    """A chat prompt in two parts.

    Attributes:
        prefix: Messages that never change for a catalogue and view; a model may keep their state.
        final: The user's message of this one question.
        start: Text that the assistant's answer is made to begin with ("SELECT"); not part of the completion's text.
        chat: With the marks of a chat around each message. Without them the model is given the user's message and the
            end of its line alone: what an adapter was trained on, and eight tokens less of each question.
    """

    prefix: tuple[Message, ...]
    final: Message
    start: str = ""
    chat: bool = True


@dataclass(frozen=True)
class Completion:
    """What a model wrote.

    Attributes:
        text: Without ``Prompt.start`` and without the stop text.
        prompt_tokens: Tokens of the whole prompt.
        cached_tokens: Of these, how many needed no work.
        tokens: Tokens written.
        prompt_ms: Milliseconds spent on the prompt, prefix restoration included.
        generate_ms: Milliseconds spent writing.
        logprob: Mean natural-log probability of the tokens written, or None when unknown.
        stopped: False when the token limit cut it off.
    """

    text: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    tokens: int = 0
    prompt_ms: float = 0.0
    generate_ms: float = 0.0
    logprob: float | None = None
    stopped: bool = True


class Model(Protocol):
    """A language model. Calls are serialised by the implementation: any thread may call, each waits its turn."""

    @property
    def name(self) -> str:
        """Short name for logs and answers, with the file's digest prefix where there is a file."""
        ...

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

        Args:
            grammar: GBNF grammar that the text must follow; empty for none.

        Raises:
            ModelError: The model cannot be used; the message says what to do.
        """
        ...

    def warm(self, prefix: tuple[Message, ...]) -> None:
        """Make sure that a later prompt with this prefix does not pay for it."""
        ...

    def waiting(self) -> int:
        """How many callers are before a new one."""
        ...

    def cancel(self, thread: int | None = None) -> int:
        """Stop the calls of a thread (``threading.get_ident()``), or the one being served; returns how many.

        A call that is stopped raises ``ModelCancelled``.
        """
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...
