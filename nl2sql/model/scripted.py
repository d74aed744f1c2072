"""A model for tests: it says what the script says, and remembers what it was asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from nl2sql.errors import ModelError
from nl2sql.model.protocol import Completion, Message, Prompt

Reply = str | Completion | ModelError
Script = Mapping[str, Reply] | Callable[[Prompt], Reply] | Iterable[Reply]


@dataclass(frozen=True)
class Asked:
    """One call that a scripted model saw."""

    prompt: Prompt
    max_tokens: int
    temperature: float
    seed: int
    grammar: str
    stop: tuple[str, ...]


class ScriptedModel:
    """Implements ``Model`` from a script.

    Args:
        script: A mapping from a part of the user's message to the reply (the longest part that occurs wins); or a
            function of the prompt; or replies to be given one after the other. A reply is a text, a whole
            ``Completion``, or a ``ModelError`` to be raised.
        default: Reply when the script has none; without it, the call raises ``ModelError``.
        name: The model's name.

    Like a real model's text, a reply does not repeat ``Prompt.start``: when it begins with it, the beginning is taken
    off, so that a script can hold whole SQL. The reply is cut at the first stop text.

    Attributes:
        asked: Every call, in order.
        warmed: Every prefix that was warmed.
    """

    def __init__(self, script: Script = (), *, default: Reply | None = None, name: str = "scripted") -> None:
        self._map: dict[str, Reply] = dict(script) if isinstance(script, Mapping) else {}
        self._call = script if callable(script) else None
        self._queue = deque([] if isinstance(script, Mapping) or callable(script) else script)
        self._default = default
        self._name = name
        self.asked: list[Asked] = []
        self.warmed: list[tuple[Message, ...]] = []

    @property
    def name(self) -> str:
        """As given."""
        return self._name

    @property
    def prompts(self) -> list[Prompt]:
        """The prompts seen, in order."""
        return [call.prompt for call in self.asked]

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
        """The scripted reply."""
        self.asked.append(Asked(prompt, max_tokens, temperature, seed, grammar, stop))
        reply = self._reply(prompt)
        if isinstance(reply, ModelError):
            raise reply
        completion = reply if isinstance(reply, Completion) else Completion(text=reply, tokens=len(reply.split()))
        text = completion.text
        if prompt.start and text.startswith(prompt.start):
            text = text[len(prompt.start) :]
        for mark in stop:
            text = text.split(mark, 1)[0]
        return replace(completion, text=text)

    def warm(self, prefix: tuple[Message, ...]) -> None:
        """Remember the prefix."""
        self.warmed.append(prefix)

    def waiting(self) -> int:
        """Nobody ever waits."""
        return 0

    def cancel(self, thread: int | None = None) -> int:
        """Nothing to stop: a reply is there at once."""
        return 0

    def close(self) -> None:
        """Nothing to free."""

    def _reply(self, prompt: Prompt) -> Reply:
        content = prompt.final.content
        for part in sorted((part for part in self._map if part in content), key=len, reverse=True):
            return self._map[part]
        if self._call is not None:
            return self._call(prompt)
        if self._queue:
            return self._queue.popleft()
        if self._default is not None:
            return self._default
        raise ModelError(f"Kịch bản không có câu trả lời cho: {content[:80]}", phase="generation")
