"""When not to answer: nothing asked, secret, not in the warehouse, not yet, unclear, or two questions at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nl2sql.question.absent import ABROAD, absent_topic, trades_abroad
from nl2sql.question.lexicon_words import ABBREVIATIONS
from nl2sql.question.matches import Cover, Syllable
from nl2sql.question.orders import SAID, order
from nl2sql.question.phrases import search
from nl2sql.question.tasks import is_task, mentions
from nl2sql.question.text import Text, Token, canonical, fold, normalise
from nl2sql.question.time import TimeReading
from nl2sql.question.vague import MOST, PRAISE, measures_of, unmeasured
from nl2sql.types import Clarification, Option, Reading, Refusal
from schema.semantic import Catalogue

CAPABILITY = (
    "Tôi trả lời câu hỏi về số liệu trong kho: xuất nhập khẩu, tờ khai, thu ngân sách, vi phạm … theo kỳ, đơn vị, "
    "mặt hàng, nước."
)
ONLY_READS = "Tôi chỉ đọc số liệu, không sửa, xóa, duyệt, gửi hay làm thay việc nào. "


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
    if is_task(text, talking=has_context):
        return _refuse(text, "unsafe", ONLY_READS + CAPABILITY)
    if search(text, _HOW_FAR) is not None and situation.catalogue.as_of is not None:
        return _refuse(text, "out_of_scope", _held(situation))
    known = situation.covers, situation.items, situation.catalogue
    absent = absent_topic(text, *known)
    if absent is not None:
        message = absent.message + (f" {absent.nearest}" if absent.nearest else "")
        return _refuse(text, absent.code, message)
    if trades_abroad(text, *known):
        return _refuse(text, "absent", ABROAD)
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
    choice = None if has_context else unmeasured(text, *known)
    asked = _which_measure(situation, choice) if choice else None
    if asked is not None:
        return asked
    return _unclear(situation, has_context) or (None if has_context else _open_subject(situation))


_HOW_FAR = (
    r"(?:dữ liệu|số liệu|kho|data)(?: \S+){0,4} (?:đến|tới|từ|cập nhật|có)(?: \S+){0,2} "
    r"(?:khi nào|bao giờ|ngày nào|lúc nào|thời điểm nào|hôm nào)"
)
"""A question about the data and not about what they say: "số liệu cập nhật đến ngày nào"."""


def _held(situation: Situation) -> str:
    since, until = situation.catalogue.since, situation.catalogue.as_of
    begin = f"từ {since:%d/%m/%Y} " if since else ""
    return f"Kho dữ liệu có số liệu {begin}đến {until:%d/%m/%Y}. {CAPABILITY}"


def _ask(text: Text, question: str, options: Sequence[str]) -> Reading:
    choices = tuple(Option(o, o) for o in options)
    return Reading(text=text.nfc.strip(), clarification=Clarification(question, choices))


def _refuse(text: Text, code: str, message: str) -> Reading:
    return Reading(text=text.nfc.strip(), refusal=Refusal(code, message))


def _ambiguous(situation: Situation) -> Reading | None:
    """A phrase that the catalogue declares ambiguous, unless a longer name covers it."""
    text = situation.text
    for entry in situation.catalogue.ambiguous:
        if entry.unless and mentions(text, entry.unless):
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
        first = text.tokens[start].norm if text.accented else text.tokens[start].fold
        if first not in words:
            continue  # an abbreviation written out is no meaning said in full
        words = words[words.index(first) :]  # "[số] tiền hoàn thuế …"
        said = [w for t in text.tokens[start : start + len(words)] for w in _written_out(t, text.accented)]
        if said[: len(words)] == words:
            return True
    return False


def _written_out(token: Token, accented: bool) -> list[str]:
    """A token's words as they are compared, an abbreviation written out ("hoàn thuế XNK")."""
    full = ABBREVIATIONS.get(token.norm)
    if full is None:
        return [token.norm if accented else token.fold]
    return [canonical(w) if accented else fold(w) for w in full.split()]


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
    best = situation.covers[0].view if situation.covers else ""
    if best and situation.catalogue.views[best].roster:
        return ""  # what exists was registered before the other views begin
    if since is None or not periods or not all(p.end < since for p in periods):
        return ""
    return f"Kho dữ liệu có số liệu từ {since:%d/%m/%Y}; {periods[0].label} chưa có trong kho. Hãy hỏi một kỳ muộn hơn."


def _several(situation: Situation) -> Reading | None:
    """Two complete questions in one text, each naming a measure of its own."""
    parts = [p.strip() for p in re.split(r"[?;\n]+|\.\s+(?=\w)", situation.text.nfc) if p.strip()]
    if len(parts) < 2 or not situation.covers:
        return None
    named = []
    for part in _unnumbered([p for p in parts if not p.isdigit()]):
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


def _unnumbered(parts: Sequence[str]) -> list[str]:
    """Questions of a numbered list on one line ("1. … 2. …") without the number of the next one at their ends."""
    return [part.removesuffix(f" {place + 2}") if place + 1 < len(parts) else part for place, part in enumerate(parts)]


def _starts(situation: Situation, syllable: int) -> int:
    token = situation.text.tokens[situation.items[syllable].token]
    return situation.text.nfc.find(token.text, max(0, token.start - 3))


def _unclear(situation: Situation, has_context: bool) -> Reading | None:
    """Nothing of the catalogue is named, or less of the question is understood than is not."""
    best = situation.covers[0] if situation.covers else None
    known = sum(m.end - m.start for m in best.matches if m.terms) if best else 0
    known += 2 * bool(situation.time.periods) if known else 0
    unread = len(best.unread) if best else len(situation.items)
    praise = search(situation.text, PRAISE)
    if not known and praise is not None and unread <= praise.end - praise.start and not has_context:
        return _which_measure(situation, list(situation.catalogue.views))
    measured = best is not None and any(t.kind in ("metric", "view", "fact") for m in best.matches for t in m.terms)
    asks = best is not None and any(m.tag == "howmany" for m in best.matches)
    whole = (measured or asks) and best is not None and len([m for m in best.matches if m.terms and not m.fuzzy]) > 1
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
    first = {name: place for place, name in enumerate(situation.catalogue.asked_first)}
    ordered = sorted(views, key=lambda name: first.get(name, len(first)))
    options: list[Option] = []
    for name in ordered:
        metric = situation.catalogue.views[name].default_metric
        if metric and len(options) < MOST:
            options.append(Option(metric.label, f"{metric.label}: {rest}"))
    if len(views) == 1:
        options = measures_of(views[0], situation.catalogue, rest)
    if len(options) < 2:
        return None
    return Reading(
        text=situation.text.nfc.strip(),
        clarification=Clarification("Anh/chị muốn xem chỉ tiêu nào?", tuple(options)),
    )
