"""What a view is about, in words that narrow nothing: its own name, whom all of it concerns, how its rows came to be.

Whoever asks about refunds to visitors says "cho khách nước ngoài" though the view holds no others. Such words are made
from the view's own names, grain and descriptions; what could stand for a stored value or a named filter is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from nl2sql.question.text import fold
from nl2sql.question.vocabulary import Vocabulary
from nl2sql.training.plan import About, Ways
from nl2sql.training.stock import Shelf, lowered
from schema.semantic import Dimension, View

_MOST_SYLLABLES, _TAIL = 9, (3, 7)
"""So long may a name of the view be, and an addition that begins with a preposition."""
_PART = re.compile(r"[,.;:()/–]|\s-\s")
_TO = re.compile(r"\b(?=(?:cho|của|qua|tại|trong|đối với) )")
_OTHERWISE = re.compile(r"\b(?:không|khác|trừ|trống|chưa|mỗi|từng|là)\b")
"""What tells what something is not, or explains it, is no addition."""
_NO_NAME = re.compile(r"^(?:tại|ở|qua|trong|trên|theo|từ|bị|được|đã|có|cho) |[()]| được$")
"""What is said of a view and is no name of it."""
_ONE = re.compile(r"^\S+(?: với)? một (?!cửa)|_")
"""What tells what one row is."""
_DAY = re.compile(r"^ngày (?!đầu|cuối|chốt)", re.IGNORECASE)
_STATED = ("value", "filter")


def about(shelf: Shelf, vocabulary: Vocabulary) -> About:
    """The words of a view."""
    view = shelf.view
    stated = _stated(view, vocabulary)
    ways = {d.name: w for d in view.dimensions if (w := two_ways(d, [i.value for i in shelf.values.get(d.name, ())]))}
    whole = frozenset(fold(w) for both in ways.values() for w in both)
    names = dict.fromkeys(lowered(n) for n in (view.label, *view.synonyms) if not _NO_NAME.search(n.lower()))
    told = [view.label, *view.synonyms, view.description, *(m.label for m in view.metrics)]
    return About(
        names=tuple(n for n in names if _free(n, stated, whole) and 2 <= len(n.split()) <= _MOST_SYLLABLES),
        tails=tuple(t for t in _tails(told) if _free(t, stated, whole)),
        happened=tuple(h for h in _happened(view) if _free(h, stated, whole)),
        both=ways,
    )


def two_ways(dim: Dimension, values: Collection[str]) -> Ways:
    """Words for both values at once of a column that has two, which differ in how they begin: "xuất nhập khẩu"."""
    usual = [fold(v).split() for v in values]
    if len(values) != 2 or dim.rank > 10 or any(len(v) != 2 for v in usual) or usual[0][1] != usual[1][1]:
        return ()
    order = [v for v in dim.order if v in values] or sorted(values, reverse=True)
    (one, tail), (two, _) = (lowered(v).split() for v in order)
    column = lowered(min((dim.label, *dim.synonyms), key=lambda n: len(n.split())))
    return (
        *(f"{one} {two} {tail}",) * 4, f"{one}, {two} {tail}", f"{one} - {two} {tail}", f"{one}/{two} {tail}",
        f"cả {one} {two} {tail}", f"cả {one} lẫn {two}", f"cả hai {column}", f"hai {column}", f"cả 2 {column}",
    )  # fmt: skip


def _stated(view: View, vocabulary: Vocabulary) -> frozenset[str]:
    """Folded phrases that mean a condition in a view, or one of its measures beside the main one."""
    main = view.default_metric
    return frozenset(
        phrase
        for phrase, terms in vocabulary.by_fold.items()
        for t in terms
        if t.view == view.name and not t.strong
        and (t.kind in _STATED or (t.kind == "metric" and main is not None and t.name != main.name))
    )  # fmt: skip


def _free(said: str, stated: frozenset[str], whole: Iterable[str]) -> bool:
    """Whether no part of a phrase states anything; both ways at once state nothing."""
    text = f" {fold(said)} "
    for both in sorted(whole, key=len, reverse=True):
        text = text.replace(f" {both} ", " , ")
    words = text.replace(",", " , ").split()
    spans = (" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    return stated.isdisjoint(spans)


def _tails(told: Iterable[str]) -> Iterable[str]:
    """Additions with a preposition out of names and descriptions: "cho khách nước ngoài"."""
    found: dict[str, None] = {}
    for part in (p for text in told for p in _PART.split(text)):
        if _OTHERWISE.search(part.lower()):
            continue
        for said in _TO.split(lowered(part.strip()))[1:]:
            if _TAIL[0] <= len(said.split()) <= _TAIL[1] and not _ONE.search(said):
                found[said.strip()] = None
    return found


def _happened(view: View) -> Iterable[str]:
    """How the rows came to their day, out of its name: "đã đăng ký" for a day of registration."""
    time = view.time
    if time is None or time.snapshot or not _DAY.match(time.label) or _PART.search(time.label):
        return ()
    verb = _DAY.sub("", time.label).lower()
    rows = lowered(view.grain.removeprefix("một "))
    verb = verb.removesuffix(f" {rows}").strip()
    return (f"đã {verb}", f"được {verb}", verb, f"đã được {verb}") if 2 <= len(f"x {verb}".split()) <= 5 else ()
