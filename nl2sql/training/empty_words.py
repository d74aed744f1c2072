"""Words around a question that change nothing: the whole country, courtesy, the measure's own unit, the period again.

The words are in ``empty_words.yaml``. A word of scope is only put where no condition contradicts it.
"""

from __future__ import annotations

import random
import re
from functools import cache
from importlib import resources

import yaml

from nl2sql.training.plan import Plan
from nl2sql.training.stock import lowered

_SCOPE, _SCOPE_INSIDE, _COURTESY, _UNIT, _AGAIN = 0.08, 0.08, 0.12, 0.05, 0.02
_PARTS_OF_ALL = frozenset(("above_all", "several_values", "contrast", "contrast_times", "both_values", "one_value"))
"""Kinds that name parts, or the whole to compare with: a scope beside them would mean something."""
_ASKED = re.compile(r"^(?:cho |xin |đề nghị |v/v |cung cấp |check |cần |muốn )")


_AUDIENCE, _NUMBERED = 0.1, ("mã", "số")
_BESIDE_MEASURE = frozenset(("total", "breakdown", "trend", "structure", "several_years", "comparison", "two_measures"))
"""Kinds in which a scope stands right behind the measure; with superlatives it follows those."""


@cache
def _words() -> dict[str, tuple[str, ...]]:
    text = resources.files("nl2sql.training").joinpath("empty_words.yaml").read_text(encoding="utf-8")
    return {str(kind): tuple(map(str, said)) for kind, said in yaml.safe_load(text).items()}


def _whole(plan: Plan) -> bool:
    """Whether the figures are those of everybody: nothing narrows them to a place, an office or a part of the whole."""
    if plan.whose is not None or plan.other is not None or plan.kind in _PARTS_OF_ALL:
        return False
    for one in plan.conditions:
        column = plan.view.dimension(one.match.column)
        free = column is not None and not column.scope and (one.direct or column.name in plan.view.leads)
        if not free or one.match.negated:
            return False
    return True


def scoped(frame: str, plan: Plan, rng: random.Random) -> str:
    """The frame with, now and then, a word of scope inside: behind the measure, the superlative or the period."""
    if rng.random() >= _SCOPE_INSIDE or not _whole(plan):
        return frame
    slots = ["{t}"] if plan.when else []
    slots += ["{m}", "{M}"] * 2 if plan.kind in _BESIDE_MEASURE else ["{hi}", "{lo}"]
    slots = [slot for slot in slots if slot in frame]
    if not slots:
        return frame
    slot = rng.choice(slots)
    return frame.replace(slot, f"{slot} {_scope(plan, rng)}", 1)


def around(text: str, plan: Plan, unit: str, rng: random.Random, *, scope: bool = True) -> str:
    """The question with, now and then, words that mean nothing new.

    Args:
        unit: A way to write the measure's own unit, or empty where it is said already or there is none.
        scope: Whether a word of scope may be put; there is one already where not.
    """
    words = _words()
    if scope and _whole(plan) and rng.random() < _SCOPE:
        text = (
            f"{rng.choice(words['scope_first'])} {text}"
            if rng.random() < 0.3
            else _placed(text, plan.when, _scope(plan, rng), rng)
        )
    elif plan.when and rng.random() < _AGAIN:
        text = f"{text} {rng.choice(words['again'])}"
    if unit and plan.kind != "rows" and rng.random() < _UNIT:
        text += rng.choice(words["unit"]).replace("{u}", unit)
    if rng.random() < _COURTESY:
        if rng.random() < 0.6 and not _ASKED.search(text):
            return f"{rng.choice(words['courtesy_first'])} {text}"
        return f"{text}{rng.choice(words['courtesy_last'])}"
    return text


def _scope(plan: Plan, rng: random.Random) -> str:
    """A word of scope; at times those whom every row of the view is about anyway ("cho doanh nghiệp")."""
    who = [lowered(d.label) for d in plan.view.dimensions if d.sensitive and not d.label.lower().startswith(_NUMBERED)]
    if who and rng.random() < _AUDIENCE:
        return rng.choice(_words()["audience"]).replace("{d}", who[0])
    return rng.choice(_words()["scope"])


def _placed(text: str, when: str, scope: str, rng: random.Random) -> str:
    """A word of scope before the period or at the end."""
    if when and text.endswith(f" {when}") and rng.random() < 0.5:
        return f"{text.removesuffix(when)}{scope} {when}"
    return f"{text} {scope}"
