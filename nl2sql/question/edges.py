"""Where names touch: words cut out of a compound, syllables that two names share, superlatives inside conditions."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.question.lexicon_words import COMPOUNDS, COMPOUNDS_LED, UNDIVIDED
from nl2sql.question.matches import LENGTH_BONUS, Match, Syllable
from nl2sql.question.vocabulary import Term


def whole_words(items: Sequence[Syllable], found: list[Match]) -> list[Match]:
    """The matches without names read out of a common word typed without diacritics.

    "phat hien" is "phát hiện" and no "phạt", "dien bien" is "diễn biến" unless a word before it leads to a place.
    """
    places = [
        (i, i + 2)
        for i in range(len(items) - 1)
        if not items[i].marked and not items[i + 1].marked and f"{items[i].fold} {items[i + 1].fold}" in COMPOUNDS
    ]
    whole = [
        (i, i + size)
        for size in {len(c.split()) for c in UNDIVIDED}
        for i in range(len(items) - size + 1)
        if " ".join(s.fold for s in items[i : i + size]) in UNDIVIDED
        and items[i + size - 1].token - items[i].token in (0, size - 1)
    ]
    kept = []
    for match in found:
        if any(s <= match.start and match.end <= e and match.end - match.start < e - s for s, e in whole) and any(
            t.kind == "value" for t in match.terms
        ):
            continue
        inside = any(start <= match.start and match.end <= end for start, end in places)
        led = match.start > 0 and items[match.start - 1].fold in COMPOUNDS_LED
        if not (inside and match.terms) or (match.end - match.start == 2 and led):
            kept.append(match)
    return kept


def lent(found: Sequence[Match]) -> list[Match]:
    """Measures that lend their ends to a value: the same words serve both.

    The last syllables go to a value that begins with them ("thu [thuế) nhập khẩu]"), the first ones to a value that
    ends with them ("[truy (thu] được bao nhiêu tiền"). More than one syllable is lent only to a value that goes on
    beyond the measure ("số [văn bản) đến]").
    """
    ends: dict[tuple[int, str], int] = {}
    starts: dict[tuple[int, str], int] = {}
    for match in found:
        for term in match.terms:
            if term.kind in ("value", "filter") and match.end - match.start > 1:
                ends[match.start, term.view] = max(match.end, ends.get((match.start, term.view), 0))
                starts[match.end, term.view] = min(match.start, starts.get((match.end, term.view), match.start))
    out = []
    for match in found:
        metrics = tuple(t for t in match.terms if t.kind == "metric")
        for part in range(1, match.end - match.start if metrics else 1):
            view = metrics[0].view
            end = ends.get((match.end - part, view), 0)
            if end and not (part > 1 and end <= match.end):
                out.append(_shortened(match, metrics, match.start, match.end - part))
            start = starts.get((match.start + part, view), match.start)
            if start < match.start:
                out.append(_shortened(match, metrics, match.start + part, match.end))
    return out


_COMPARED = frozenset({"chậm", "nhanh", "lâu", "trễ", "thấp", "cao", "muộn"})


def superlative(items: Sequence[Syllable], match: Match) -> bool:
    """Whether the last word of a condition belongs to a superlative instead: "xử lý [chậm) nhất"."""
    condition = bool(match.terms) and all(t.kind in ("value", "filter") for t in match.terms)
    if any(s.norm in ("nhiều", "ít", "đông") for s in items[: match.start]):
        return False  # "nhiều doanh nghiệp tuân thủ thấp nhất": the superlative goes around the condition
    after = items[match.end].norm if match.end < len(items) else ""
    return condition and match.end - match.start > 1 and after == "nhất" and items[match.end - 1].norm in _COMPARED


def lent_to_asked(found: Sequence[Match]) -> list[Match]:
    """Names that lend their last syllables to the column that is asked for: "cập [cảng) nào"."""
    asking = {m.start for m in found if m.tag == "which"}
    asked = {(m.start, m.end, t.view) for m in found if m.end in asking for t in m.terms if t.kind == "dimension"}
    out = []
    for match in found:
        for start, end, view in asked if any(t.kind in ("value", "filter") for t in match.terms) else ():
            if match.terms[0].view == view and end == match.end and match.start < start:
                out.append(_shortened(match, match.terms, match.start, start, lasting=1.1))
    return out


def _shortened(match: Match, metrics: tuple[Term, ...], start: int, end: int, *, lasting: float = 1.0) -> Match:
    """A name without the syllables that it lends, worth nearly what it was."""
    loss = 1 - (match.end - match.start - (end - start)) / match.weight
    whole, shorter = (match.end - match.start) ** LENGTH_BONUS, (end - start) ** LENGTH_BONUS
    return Match(start, end, metrics, quality=match.quality * loss * lasting * whole / shorter)
