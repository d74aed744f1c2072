"""Other wordings of a name that the language itself gives: "số X" is asked as "mấy X", "X bình quân" as "X trung bình".

What means the same in one warehouse only (công ty, doanh nghiệp) is declared by its catalogue (``alike``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

Words = tuple[str, ...]

_MOST = 40
"""Most further wordings of one name."""

_OPENINGS: tuple[tuple[Words, ...], ...] = tuple(
    tuple(tuple(opening.split()) for opening in openings)
    for openings in (
        ("số", "bao nhiêu", "mấy", "số lượng", "tổng số", "bao nhiêu số", "con số"),
        ("tỷ lệ", "phần trăm", "bao nhiêu phần trăm", "mấy phần trăm", "tỷ lệ phần trăm"),
    )
)
"""Beginnings of a measure's name of which one stands for another."""

_MEANS: tuple[Words, ...] = (("bình", "quân"), ("trung", "bình"), ("tính", "bình", "quân"), ("tính", "trung", "bình"))
_EACH: tuple[Words, ...] = (("một",), ("mỗi",))
_UNCOUNTED = frozenset({"tiền", "thuế", "thu", "nợ", "nộp", "phạt", "dư", "liệu", "lượng", "kim"})
"""What follows "số" in a name and is no thing that is counted one by one ("mấy tiền" is no question)."""

PARTICLES = frozenset({"bị", "được", "phải", "của", "cho"})
"""Small words that may stand inside a name or be left out of it."""
_OWED = frozenset({"thu", "nộp", "trả"})
"""What has to be paid is not what was: "số phải thu" and "số thu" are two."""


def wordings(phrase: Words, alike: Sequence[Sequence[Words]], *, measure: bool) -> tuple[Words, ...]:
    """Further wordings of a name, the name itself left out.

    Args:
        phrase: Syllables of the name, with diacritics.
        alike: Groups of phrases of the warehouse that mean the same inside a name.
        measure: The name is a measure's, whose beginning tells how it is asked for.
    """
    found: dict[Words, None] = {phrase: None}
    for one in (phrase, *_exchanged(phrase, alike)):
        found[one] = None
        if measure:
            found.update(dict.fromkeys(_asked(one)))
    found.pop(phrase)
    return tuple(found)[:_MOST]


def bare(phrase: Words, folded: Words) -> tuple[Words, Words]:
    """A phrase and its folded form without the particles that stand inside it."""
    owed = {i for i, (w, after) in enumerate(pairwise(phrase)) if w == "phải" and after in _OWED}
    kept = [i for i, w in enumerate(phrase) if i in (0, len(phrase) - 1) or i in owed or w not in PARTICLES]
    return tuple(phrase[i] for i in kept), tuple(folded[i] for i in kept)


def _exchanged(phrase: Words, alike: Sequence[Sequence[Words]]) -> Iterator[Words]:
    for group in alike:
        for old in group:
            at = _place(phrase, old)
            if at is None or any(len(other) > len(old) and _place(phrase, other) is not None for other in group):
                continue
            for new in group:
                if new != old:
                    yield (*phrase[:at], *new, *phrase[at + len(old) :])


def _asked(phrase: Words) -> Iterator[Words]:
    """The other beginnings of a measure's name, and the other ways to say a mean."""
    forms = list(dict.fromkeys(_means(phrase)))
    for form in forms:
        yield form
        for openings in _OPENINGS:
            old = max((o for o in openings if form[: len(o)] == o), key=len, default=None)
            rest = form[len(old) :] if old else ()
            if old is None or not rest:
                continue
            amount = openings is _OPENINGS[0] and rest[0] in _UNCOUNTED
            for new in openings:
                if new != old and not (amount and (new != ("bao", "nhiêu") or len(rest) < 2)):
                    yield (*new, *rest)


def _means(phrase: Words) -> Iterator[Words]:
    yield phrase
    mean = next((m for m in _MEANS[:2] if _place(phrase, m) is not None), None)
    if mean is None:
        return
    at = _place(phrase, mean) or 0
    before, after = phrase[:at], phrase[at + len(mean) :]
    each = next((e for e in _EACH if after[: len(e)] == e), None)
    for other in _MEANS:
        yield (*before, *other, *after)
        if not after and before:
            yield (*other, *before)
        for share in _EACH if each else ():
            yield (*before, *other, *share, *after[len(each or ()) :])


def _place(phrase: Words, part: Words) -> int | None:
    """Where a part stands in a phrase. Asked a million times while the vocabulary is built, and seldom found."""
    if part[0] not in phrase:
        return None
    size = len(part)
    return next((i for i in range(len(phrase) - size + 1) if phrase[i : i + size] == part), None)
