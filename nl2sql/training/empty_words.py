"""Words around a question that change nothing: the whole country, courtesy, the measure's own unit, the period again.

The words are in ``empty_words.yaml``; those that a view makes itself are of ``about``. A word of scope is only put
where no condition contradicts it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

import yaml

from nl2sql.question.text import fold
from nl2sql.training.plan import Plan
from nl2sql.training.stock import lowered

_SCOPE, _SCOPE_INSIDE, _COURTESY, _UNIT, _AGAIN = 0.1, 0.1, 0.12, 0.05, 0.02
_PARTS_OF_ALL = frozenset(("above_all", "several_values", "contrast", "contrast_times", "both_values", "one_value"))
"""Kinds that name parts, or the whole to compare with: a scope beside them would mean something."""
_ASKED = re.compile(r"^(?:cho |xin |đề nghị |v/v |cung cấp |check |cần |muốn )")


_AUDIENCE, _NUMBERED = 0.1, ("mã", "số")
_ABOUT = 0.2
"""How often what the view is about is said."""
_BOTH = 0.35
"""How often both ways are named where neither narrows: "tờ khai xuất nhập khẩu"."""
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
    bare = text
    text = _both_ways(text, plan, rng)
    if text == bare and rng.random() < _ABOUT:
        text = _about(text, plan, rng)
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


def _both_ways(text: str, plan: Plan, rng: random.Random) -> str:
    """Both ways of a column named at once, where the meaning has nothing to do with it."""
    free = [ways for column, ways in plan.about.both.items() if not _says(plan, column)]
    if not free or rng.random() >= _BOTH:
        return text
    said = rng.choice(rng.choice(free))
    return text if f" {fold(said)} " in f" {fold(text)} " else _near_measure(text, plan, said, rng, last="hai " in said)


def _says(plan: Plan, column: str) -> bool:
    return re.search(rf"\b{re.escape(column)}\b", plan.sql) is not None


def _names(plan: Plan) -> list[str]:
    """The view's names, but for those of both ways where one is asked for."""
    narrowed = [fold(w) for column, ways in plan.about.both.items() if _says(plan, column) for w in ways]
    return [n for n in plan.about.names if not any(w in fold(n) for w in narrowed)]


def _about(text: str, plan: Plan, rng: random.Random) -> str:
    """The text with words that hold for the whole view: its name, whom all of it concerns, how its rows came to be."""
    about, names = plan.about, _names(plan)
    grown = _grown(text, plan, names)
    happened = (*about.happened * 2, *_words()["happened"]) if about.happened or names else ()
    options = [
        *(["grown"] * 4 if grown else []),
        *(["tail"] * 3 if about.tails else []),
        *(["happened"] * 2 if happened and plan.when else []),
        *(["name"] * 3 + ["beside"] if names else []),
    ]
    if not options:
        return text
    kind = rng.choice(options)
    if kind == "grown":
        return rng.choice(grown)
    said = rng.choice(about.tails if kind == "tail" else happened if kind == "happened" else names)
    if fold(said) in fold(text):
        return text
    if kind == "name":
        return rng.choice(_words()["about"]).replace("{v}", said).replace("{q}", text)
    if kind == "happened" and rng.random() < 0.5 and text.count(plan.when) == 1 and not text.startswith(plan.when):
        return text.replace(plan.when, f"{said} {plan.when}")
    return _near_measure(text, plan, said, rng, last=kind == "tail")


def _measured(text: str, plan: Plan) -> str:
    """The longest name of the measure that stands in the text as whole words, or nothing."""
    said = {w for ways in plan.measures for w in ways if w and re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text)}
    return max(said, key=lambda w: (len(w), w), default="")


def _behind(text: str, words: str, more: str) -> str:
    """The text with more behind the first place of some words."""
    return re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", lambda m: f"{m[0]} {more}", text, count=1)


def _near_measure(text: str, plan: Plan, said: str, rng: random.Random, *, last: bool) -> str:
    """Words behind the measure's name or before the period; at the end only where they can stand there (``last``)."""
    measure = _measured(text, plan)
    if measure and (not last or rng.random() < 0.65):
        return _behind(text, measure, said)
    if last:
        return _placed(text, plan.when, said, rng)
    closes = plan.when and text.endswith(f" {plan.when}")
    return f"{text.removesuffix(plan.when)}{said} {plan.when}" if closes else text


def _grown(text: str, plan: Plan, names: Sequence[str]) -> list[str]:
    """The text with the end of the measure's name grown into a name of the view: "số hồ sơ một cửa quốc gia"."""
    measure = _measured(text, plan)
    words = measure.split()
    found = []
    both = tuple(fold(w) for ways in plan.about.both.values() for w in ways)
    for name in names:
        longer = name.split()
        least = 2 if both and fold(name).startswith(both) else 1  # "tái xuất" does not grow into "xuất nhập cảnh"
        for n in range(least, min(len(words), len(longer) - 1) + 1):
            rest = " ".join(longer[n:])
            if fold(" ".join(words[-n:])) == fold(" ".join(longer[:n])) and fold(rest) not in fold(text):
                found.append(_behind(text, measure, rest))
    return found


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
