"""A value that the question names in Vietnamese and the database stores in English: the model picks it from the list.

Asked only for a literal that is stored nowhere as it stands. Translating freely is beyond a small model; recognising
the right one among the stored values is not, and an answer that is no stored value changes nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from nl2sql.model.protocol import Message, Model, Prompt

_KEPT = 2000
_MOST_VALUES = 40
_MOST_CHARACTERS = 600
_NEAR = 85.0

_PREFIX = (
    Message("system", "Match a Vietnamese phrase to one of the English values. Answer with the value only, or None."),
    Message("user", "Values: Red; Blue; Old house\nPhrase: ngôi nhà cổ"),
    Message("assistant", "Old house"),
    Message("user", "Values: Closed; Delivered\nPhrase: con mèo"),
    Message("assistant", "None"),
)


class ValueChooser:
    """Picks stored values with a model; remembers what it was asked."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._known: OrderedDict[tuple[str, tuple[str, ...]], str | None] = OrderedDict()

    def choose(self, phrase: str, values: Sequence[str]) -> str | None:
        """The stored value that a phrase means, or None.

        Values in English only: a phrase in the language of the values needs no translation.

        Raises:
            ModelError: The model cannot be used.
        """
        offered = tuple(value.strip() for value in values)
        fits = 1 < len(offered) <= _MOST_VALUES and sum(map(len, offered)) <= _MOST_CHARACTERS
        if phrase.isascii() or not fits or not all(value.isascii() for value in offered):
            return None
        key = (phrase, offered)
        if key not in self._known:
            final = Message("user", f"Values: {'; '.join(offered)}\nPhrase: {phrase}")
            answer = self._model.complete(Prompt(_PREFIX, final), max_tokens=24, stop=("\n",)).text.strip()
            near = process.extractOne(
                answer.lower(), [v.lower() for v in offered], scorer=fuzz.ratio, score_cutoff=_NEAR
            )
            self._known[key] = values[near[2]] if near is not None else None
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._known[key]
