"""Chat prompts as text: ChatML, or the template that a model file carries.

A prompt is rendered as segments, so that the control marks of the template become control tokens and the same
characters typed by a person stay plain text: nobody can open a turn of their own from inside a question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nl2sql.model.protocol import Message, Prompt

_OPEN = "<|im_start|>"
_CLOSE = "<|im_end|>"

# Applies a model's own template to (role, content) pairs; the flag adds the opening of the assistant's turn. None when
# the template is not known.
Template = Callable[[Sequence[tuple[str, str]], bool], str | None]


@dataclass(frozen=True)
class Segment:
    """A stretch of a rendered prompt; ``control`` when marks in it are to be read as control tokens."""

    text: str
    control: bool


@dataclass(frozen=True)
class Rendered:
    """A prompt in segments: what is constant and what belongs to one question."""

    prefix: tuple[Segment, ...]
    rest: tuple[Segment, ...]


def render_chatml(prompt: Prompt) -> Rendered:
    """A prompt as ChatML, as Qwen models were trained, or as a bare line; no system message is invented."""
    if not prompt.chat:
        return Rendered((), (Segment(f"{prompt.final.content}\n{prompt.start}", control=False),))
    prefix = [segment for message in prompt.prefix for segment in _chatml_message(message)]
    rest = [
        *_chatml_message(prompt.final),
        Segment(_OPEN, control=True),
        # One segment with the turn's name: the tokeniser joins a line end with what follows it.
        Segment("assistant\n" + prompt.start, control=False),
    ]
    return Rendered(tuple(prefix), tuple(rest))


def is_chatml(template: str) -> bool:
    """Whether a model file's template is ChatML; a file without a template counts as such."""
    return not template or _OPEN in template


def _chatml_message(message: Message) -> tuple[Segment, ...]:
    return (
        Segment(_OPEN, control=True),
        Segment(f"{message.role}\n{message.content}", control=False),
        Segment(_CLOSE, control=True),
        Segment("\n", control=False),
    )


def render_template(prompt: Prompt, apply: Template) -> Rendered | None:
    """A prompt through another template.

    Contents are put in after the template has run, in place of marks that no text contains, so that they stay plain.

    Returns:
        None when the template is not known. The prefix is empty when the template does not render the constant
        messages as the beginning of the whole (some fold the system message into the user's).
    """
    messages = (*prompt.prefix, prompt.final)
    marks = [f"\ue000{index}\ue001" for index in range(len(messages))]
    roles = [message.role for message in messages]
    whole = apply(list(zip(roles, marks, strict=True)), True)
    if whole is None:
        return None
    count = len(prompt.prefix)
    head = apply(list(zip(roles[:count], marks[:count], strict=True)), False) if count else ""
    if head is None or not whole.startswith(head):
        head = ""
    contents = {mark: message.content for mark, message in zip(marks, messages, strict=True)}
    rest = _fill(whole[len(head) :], contents)
    if prompt.start:
        rest = (*rest, Segment(prompt.start, control=False))
    return Rendered(_fill(head, contents), rest)


def _fill(text: str, contents: dict[str, str]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    for piece in text.split("\ue000"):
        mark, closed, after = piece.partition("\ue001")
        if closed:
            segments.append(Segment(contents[f"\ue000{mark}\ue001"], control=False))
            piece = after
        if piece:
            segments.append(Segment(piece, control=True))
    return tuple(segments)
