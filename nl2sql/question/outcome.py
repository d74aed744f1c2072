"""When not to answer: nothing asked, secret, not in the warehouse, not yet, unclear, or two questions at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nl2sql.question.linker import Cover, Syllable, agreement
from nl2sql.question.orders import SAID, order
from nl2sql.question.phrases import search_all
from nl2sql.question.text import Text, normalise
from nl2sql.question.time import TimeReading
from nl2sql.types import Clarification, Option, Reading, Refusal
from schema.semantic import Absent, Catalogue

CAPABILITY = (
    "Tôi trả lời câu hỏi về số liệu trong kho: xuất nhập khẩu, tờ khai, thu ngân sách, vi phạm … theo kỳ, đơn vị, "
    "mặt hàng, nước."
)


@dataclass(frozen=True)
class Situation:
    """Everything known about a question before it is assembled."""

    text: Text
    time: TimeReading
    items: tuple[Syllable, ...]
    covers: tuple[Cover, ...]
    catalogue: Catalogue
    today: dt.date


def settle(situation: Situation, *, has_context: bool) -> Reading | None:
    """A reading that ends here, or None when the question may be answered.

    A refusal with code ``unclear`` only holds when no earlier turn gives the question a meaning.
    """
    text = situation.text
    if not any(t.kind != "punct" for t in text.tokens):
        return _ask(text, "Anh/chị muốn hỏi điều gì? Hãy gõ câu hỏi, ví dụ:", situation.catalogue.suggestions[:3])
    ordered = order(text.raw)
    if ordered is not None:
        return _refuse(text, "unsafe", f"{SAID[ordered]} {CAPABILITY}")
    absent = _absent(situation)
    if absent is not None:
        message = absent.message + (f" {absent.nearest}" if absent.nearest else "")
        return _refuse(text, absent.code, message)
    if situation.time.problems:
        return _ask(text, " ".join(situation.time.problems), ())
    unsettled = _ambiguous(situation)
    if unsettled is not None:
        return unsettled
    future = _future(situation) or _before_data(situation)
    if future:
        return _refuse(text, "future", future)
    several = _several(situation)
    if several is not None:
        return several
    return _unclear(situation, has_context) or (None if has_context else _open_subject(situation))


def _ask(text: Text, question: str, options: Sequence[str]) -> Reading:
    choices = tuple(Option(o, o) for o in options)
    return Reading(text=text.nfc.strip(), clarification=Clarification(question, choices))


def _refuse(text: Text, code: str, message: str) -> Reading:
    return Reading(text=text.nfc.strip(), refusal=Refusal(code, message))


def _mentions(text: Text, phrases: Sequence[str]) -> bool:
    folded = " ".join(t.fold for t in text.tokens)
    return any(f" {' '.join(t.fold for t in normalise(p).tokens)} " in f" {folded} " for p in phrases)


def _absent(situation: Situation) -> Absent | None:
    """The absent topic that the question names, unless a longer governed phrase covers the same words."""
    items = situation.items
    for topic in situation.catalogue.absent:
        for pattern in topic.patterns:
            tokens = [t for t in normalise(pattern).tokens if t.kind != "punct"]
            size = len(tokens)
            for start in range(len(items) - size + 1):
                window = items[start : start + size]
                if [s.fold for s in window] != [t.fold for t in tokens]:
                    continue
                quality = agreement(window, [t.norm for t in tokens], accented=situation.text.accented)
                exact = all(s.norm == t.norm for s, t in zip(window, tokens, strict=True))
                if quality < 0.75 or (size == 1 and not exact):
                    continue
                if not _covered(situation, start, start + size) and not _set_aside(situation.text, window):
                    return topic
    return None


_ASIDE = r"không cần|không hỏi|khỏi|đừng|chưa cần|trước khi|sau khi|ngoài việc|thay vì|không phải"


def _set_aside(text: Text, window: Sequence[Syllable]) -> bool:
    """Whether the writer sets a topic aside: "không cần dự báo, chỉ cần …", "vì sao thì biết rồi"."""
    first, last = window[0].token, window[-1].token
    before = any(0 <= first - place.end <= 2 for place in search_all(text, _ASIDE))
    known = any(0 <= place.start - last <= 4 for place in search_all(text, r"biết rồi|đã biết|rõ rồi|hiểu rồi"))
    return before or known


def _ambiguous(situation: Situation) -> Reading | None:
    """A phrase that the catalogue declares ambiguous, unless a longer name covers it."""
    text = situation.text
    for entry in situation.catalogue.ambiguous:
        if entry.unless and _mentions(text, entry.unless):
            continue
        wanted = [t for t in normalise(entry.phrase).tokens if t.kind != "punct"]
        for start in range(len(text.tokens) - len(wanted) + 1):
            window = text.tokens[start : start + len(wanted)]
            same = [t.norm for t in window] == [t.norm for t in wanted]
            unmarked = len(wanted) > 1 or wanted[0].norm == wanted[0].fold  # "dn" is no "ĐN"
            plain = unmarked and not text.accented and [t.fold for t in window] == [t.fold for t in wanted]
            if not (same or plain) or _inside_name(situation, start, start + len(wanted)):
                continue
            if _explained(text, start + len(wanted), entry.options) or _said_whole(text, start, entry.options):
                continue
            span = text.span(start, start + len(wanted))
            options = tuple(Option(o, text.raw[: span.start] + o + text.raw[span.end :]) for o in entry.options)
            question = f"“{span.text}” có nhiều nghĩa. Anh/chị muốn hỏi về:"
            return Reading(text=text.nfc.strip(), clarification=Clarification(question, options))
    return None


def _said_whole(text: Text, start: int, options: Sequence[str]) -> bool:
    """Whether one of the meanings stands there in full: "hoàn thuế xuất nhập khẩu"."""
    for option in options:
        words = [t.norm if text.accented else t.fold for t in normalise(option).tokens]
        window = text.tokens[start : start + len(words)]
        if [t.norm if text.accented else t.fold for t in window] == words:
            return True
    return False


def _explained(text: Text, after: int, options: Sequence[str]) -> bool:
    """Whether the writer settles an abbreviation in brackets: "QN (Quảng Ninh)"."""
    if after + 1 >= len(text.tokens) or text.tokens[after].text != "(":
        return False
    said = " ".join(t.norm for t in text.tokens[after + 1 : after + 7])
    return any(said.startswith(" ".join(t.norm for t in normalise(o).tokens)) for o in options)


def _inside_name(situation: Situation, start: int, end: int) -> bool:
    """Whether a longer catalogue phrase covers these tokens ("luồng vàng" in "tờ khai luồng vàng" does not)."""
    best = situation.covers[0] if situation.covers else None
    if best is None:
        return False
    for match in best.matches:
        tokens = (situation.items[match.start].token, situation.items[match.end - 1].token + 1)
        longer = tokens[1] - tokens[0] > end - start
        if match.terms and longer and tokens[0] <= start and tokens[1] >= end:
            return True
    return False


def _covered(situation: Situation, start: int, end: int) -> bool:
    """Whether a catalogue phrase at least as long already explains these syllables."""
    best = situation.covers[0] if situation.covers else None
    return best is not None and any(
        m.terms and m.start <= start and m.end >= end and (m.end - m.start) > (end - start) for m in best.matches
    )


def _future(situation: Situation) -> str:
    periods = situation.time.periods
    if situation.catalogue.as_of is None or not periods or not all(p.start > situation.today for p in periods):
        return ""
    return (
        f"Kho dữ liệu có số liệu đến {situation.today:%d/%m/%Y}; {periods[0].label} chưa có dữ liệu. "
        "Hãy hỏi một kỳ đã qua."
    )


def _before_data(situation: Situation) -> str:
    since, periods = situation.catalogue.since, situation.time.periods
    if since is None or not periods or not all(p.end < since for p in periods):
        return ""
    return f"Kho dữ liệu có số liệu từ {since:%d/%m/%Y}; {periods[0].label} chưa có trong kho. Hãy hỏi một kỳ muộn hơn."


def _several(situation: Situation) -> Reading | None:
    """Two complete questions in one text, each naming a measure of its own."""
    parts = [p.strip() for p in re.split(r"[?;\n]+|\.\s+(?=\w)", situation.text.nfc) if p.strip()]
    if len(parts) < 2 or not situation.covers:
        return None
    named = []
    for part in parts:
        at = situation.text.nfc.find(part)
        inside = [
            m for cover in situation.covers for m in cover.matches
            if m.terms and _starts(situation, m.start) in range(at, at + len(part))
        ]  # fmt: skip
        if any(t.kind == "metric" for m in inside for t in m.terms):
            named.append(part)
    if len(named) < 2:
        return None
    return _ask(situation.text, "Mỗi lần tôi trả lời một câu. Anh/chị muốn hỏi câu nào trước?", named[:3])


def _starts(situation: Situation, syllable: int) -> int:
    token = situation.text.tokens[situation.items[syllable].token]
    return situation.text.nfc.find(token.text, max(0, token.start - 3))


def _unclear(situation: Situation, has_context: bool) -> Reading | None:
    """Nothing of the catalogue is named, or less of the question is understood than is not."""
    best = situation.covers[0] if situation.covers else None
    known = sum(m.end - m.start for m in best.matches if m.terms) if best else 0
    known += 2 * bool(situation.time.periods) if known else 0
    unread = len(best.unread) if best else len(situation.items)
    measured = best is not None and any(t.kind in ("metric", "view", "fact") for m in best.matches for t in m.terms)
    whole = measured and best is not None and len([m for m in best.matches if m.terms and not m.fuzzy]) > 1
    if whole and situation.time.periods:
        return None  # a measure, what it is of and a period are understood: the rest lowers the certainty
    foreign = not measured and not has_context and (unread >= 3 or unread >= max(2, known))
    if known and unread <= known + 1 and not foreign:
        return None
    if not known and not unread and not has_context:
        return _which_measure(situation, list(situation.catalogue.views))
    words = [situation.text.tokens[situation.items[i].token].text for i in (best.unread if best else ())]
    named = f" Tôi chưa hiểu: “{' '.join(words[:8])}”." if words else ""
    return _refuse(
        situation.text,
        "unclear" if known or has_context else "out_of_scope",
        f"Câu hỏi này không khớp với dữ liệu nào trong kho.{named} {CAPABILITY}",
    )


def _open_subject(situation: Situation) -> Reading | None:
    """Only a place, a unit or a period is named, and several subjects fit equally well: ask which."""
    best = situation.covers[0]
    if situation.catalogue.draft:
        return None  # its views overlap where one key leads to another: the nearest one is meant
    if any(t.kind in ("metric", "view", "fact") for m in best.matches for t in m.terms):
        return None
    tied = [c.view for c in situation.covers if c.score >= best.score - 1e-6]
    return _which_measure(situation, tied) if len(tied) > 1 else None


def _which_measure(situation: Situation, views: Sequence[str]) -> Reading | None:
    """Ask which of the views' main measures is meant; each option is a complete question."""
    rest = situation.text.nfc.strip().rstrip("?. ")
    options: list[Option] = []
    for name in views:
        metric = situation.catalogue.views[name].default_metric
        if metric and len(options) < 3:
            options.append(Option(metric.label, f"{metric.label}: {rest}"))
    if len(options) < 2:
        return None
    return Reading(
        text=situation.text.nfc.strip(),
        clarification=Clarification("Anh/chị muốn xem chỉ tiêu nào?", tuple(options)),
    )
