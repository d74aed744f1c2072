"""Doubts of a conversation: a turn is no surer than the reading that it changes, nor of a subject nobody named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.followup import SHORT
from nl2sql.question.followup_conditions import narrows
from nl2sql.question.matches import Cover
from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.types import Reading

_DOUBTFUL = 0.5
UNREAD_BEFORE = "Câu trước còn chữ chưa hiểu nên kết quả này cũng chưa chắc: "
_ELSEWHERE = "Hiểu là câu hỏi mới về nội dung khác câu trước; nếu chưa đúng, hãy nêu rõ chỉ tiêu."


def as_doubted(previous: Reading, reading: Reading) -> Reading:
    """A changed reading, as doubtful as the one before was where that left words unread.

    What was not understood is not in the changed one either. Who names a condition or a bound anew has said it again.
    """
    told = next((n for n in previous.assumptions if n.startswith(UNREAD_BEFORE)), "")
    if not (previous.unread or told) or not reading.carried or reading.view != previous.view:
        return reading
    columns = {f.column for f in previous.filters}
    again = any(f.column not in columns for f in reading.filters) or reading.thresholds != previous.thresholds
    if again or reading.unread:
        return reading
    note = told or UNREAD_BEFORE + ", ".join(f"“{s.text}”" for s in previous.unread) + "."
    certainty = min(reading.certainty, previous.certainty)
    return replace(reading, certainty=certainty, assumptions=(note, *(n for n in reading.assumptions if n != note)))


def subject_named(reading: Reading, covers: Sequence[Cover], kinds: Sequence[str] = ("view", "fact")) -> bool:
    """Whether words name the subject of a reading, and do not only fit one of its values."""
    own = next((c for c in covers if c.view == reading.view), None)
    return own is not None and any(t.kind in kinds for m in own.matches for t in m.terms)


def elsewhere_doubted(text: Text, previous: Reading, reading: Reading, covers: Sequence[Cover]) -> Reading:
    """A few words that lead to another subject without naming it, or that only narrow what was shown: doubted."""
    words = [t for t in text.tokens if t.kind != "punct"]
    if not (previous.view and reading.view) or reading.view == previous.view or len(words) > SHORT:
        return reading
    if subject_named(reading, covers, ("metric", "view", "fact")) and not _only(text):
        return reading
    notes = (_ELSEWHERE, *reading.assumptions)
    return replace(reading, certainty=min(reading.certainty, _DOUBTFUL), assumptions=notes)


def _only(text: Text) -> bool:
    """ "chỉ mã HS và trị giá": of what was shown, only this."""
    led = search(text, r"chỉ(?! (?:cục|số|tiêu|phí)(?: |$))")
    return narrows(text) or (led is not None and led.start == 0)
