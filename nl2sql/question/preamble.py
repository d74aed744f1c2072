"""The part of a text that asks: greetings, reasons and thanks around it are set aside.

"Phục vụ họp giao ban tuần tới, chị cần nợ thuế của từng cục cuối tháng 9/2025" asks from the second clause on; the
first names a time that the figures have nothing to do with. A clause is set aside only when it measures nothing itself,
when most of its words mean nothing to the catalogue, and when another clause asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.matches import Cover, Syllable
from nl2sql.question.phrases import search, search_all
from nl2sql.question.text import Text, fold

_ASKING = (
    r"(?:(?:nên|thì|mà|và|để|vậy) )?(?:(?:tôi|em|anh|chị|mình|tui|bác|sếp|lãnh đạo|thủ trưởng|cơ quan|đơn vị) )?"
    r"(?:(?:đang|rất|chỉ|cũng|lại) )?(?:cần|muốn|xin|nhờ|đề nghị|yêu cầu|hỏi)(?: (?:biết|hỏi|xem|có|số liệu|con số"
    r"|cung cấp|báo cáo|lấy|tra))+"
    r"|(?:cho|làm ơn cho|vui lòng cho) (?:(?:tôi|em|anh|chị|mình|tui|bác) )?(?:hỏi|biết|xin|xem)"
)
_OPENERS = (
    r"(?:kính )?(?:căn cứ|thực hiện|thi hành|triển khai|để|nhằm|phục vụ|chuẩn bị|trả lời|tiếp theo|trên cơ sở|liên quan"
    r"|về việc|kính gửi|kính thưa|được sự|sau khi|trước khi|nhân dịp|trong bối cảnh|trước tình hình"
    r"|theo (?:đề nghị|chỉ đạo|yêu cầu|công văn|kế hoạch"
    r"|quyết định|nghị quyết|chương trình|tinh thần|phân công|ý kiến|nội dung|thông báo))"
)
"""Words with which a formal sentence begins before it comes to what it asks."""
_REQUESTS = r"(?:đề nghị|yêu cầu|kính đề nghị|mong|nhờ|giao|xin)"
_WHO = r"(?:anh|chị|a|c|sếp|bác|cô|chú|thầy|ông|bà|lãnh đạo|thủ trưởng|giám đốc|trưởng phòng|cục trưởng|chi cục trưởng)"
_SENT = (
    rf"(?:(?:vì|do|nãy|hồi nãy|hôm qua|sáng nay|chiều nay|dạ|ơi|alo) )*{_WHO}(?: (?!bảo|nhờ|dặn|kêu|giao|hỏi|cần)\S+)?"
    r" (?:(?:mới|vừa|đang|lại) )?"
    r"(?:(?:bảo(?! nhiêu)|nhờ|dặn|kêu|giao|cần|yêu cầu)(?P<me> (?:e|em|tôi|mình|anh|chị|tui))?"
    r"(?: (?:đi|hỏi|xem|tra|lấy|kiểm tra|coi|báo cáo|gấp|ngay))*"
    r"|hỏi(?: (?:gấp|là|rằng|ngay|e|em|tôi|mình|xem))*)(?: (?:là|rằng|thì))?(?: [:,])?"
)
"""Who sent somebody to ask: "a Tuấn bảo e hỏi", "sếp hỏi gấp:"."""
_BREAKS = frozenset(".,;:?!\n")
_MEASURED = frozenset({"metric", "fact", "view"})
_ASKS = frozenset({"howmany", "max", "min", "which", "list", "share", "percent"})
_SMALL = frozenset(map(fold, FILLERS))


@dataclass(frozen=True)
class Clause:
    """A stretch of tokens and what it says: does it measure, does it ask, and how much of it means nothing."""

    start: int
    end: int
    measures: bool
    names: int
    asks: bool
    strange: int


def aside(text: Text, covers: Sequence[Cover], items: Sequence[Syllable], timed: Iterable[int]) -> frozenset[int]:
    """The tokens of the clauses that only stand around the question; none where the text is one clause.

    Args:
        timed: Tokens that name a time.
    """
    sent = search(text, _SENT)
    clear = sent is not None and (text.accented or bool(sent.parts.get("me")))  # "co bao" is mostly "có bao"
    if sent is not None and clear and sent.start == 0 and sent.end < len(text.tokens):
        return frozenset(range(sent.end))
    cuts = _cuts(text, covers[0], items) if covers else []
    if len(cuts) < 3:
        return frozenset()
    times = frozenset(timed)
    opening = _formal_start(text, covers, items, times)
    if opening:
        return opening
    clauses = [_clause(text, covers[0], items, times, a, b) for a, b in pairwise(cuts)]
    core = [i for i, c in enumerate(clauses) if c.measures or (c.names and c.asks)]
    if not core:
        return frozenset()
    asked = {place.start for place in search_all(text, _ASKING)}
    opened = max((i for i, c in enumerate(clauses) if c.start in asked and i <= core[-1]), default=0)
    gone = _formal(text, clauses, opened, times)
    for place, clause in enumerate(clauses):
        if clause.measures or clause.asks or _measured_elsewhere(text, covers, items, clause):
            continue
        clear = clause.strange >= 2 and clause.strange > 2 * clause.names
        before = place < opened and clause.strange >= (max(2, clause.names) if clause.names else 1)
        if before or (clear and (place < core[0] or not (clause.names or times & _range(clause)))):
            gone |= _range(clause)
    return frozenset(gone) if len(gone) < len(text.tokens) else frozenset()


def _formal_start(
    text: Text, covers: Sequence[Cover], items: Sequence[Syllable], times: frozenset[int]
) -> frozenset[int]:
    """The tokens before the request of a sentence that opens formally, where what is requested measures something.

    What the opening names ("công văn số … của Văn phòng …") must not choose the subject.
    """
    opener = search(text, _OPENERS)
    if opener is None or opener.start != 0:
        return frozenset()
    told = [p.end for p in search_all(text, rf"{_REQUESTS}(?: \S+){{1,6}} (?:cho biết|báo cáo|cung cấp|thống kê)")]
    asked = told or [p.start for p in search_all(text, _ASKING)]
    for start in (a for a in asked if a > opener.end):
        measured = any(
            t.kind in _MEASURED and t.kind != "view"
            for c in covers for m in c.matches if m.terms and not m.fuzzy and items[m.start].token >= start
            for t in m.terms
        )  # fmt: skip
        goods = any(t.kind == "value" for c in covers for m in c.matches if items[m.start].token >= start
                    for t in m.terms)  # fmt: skip
        if measured or goods:
            gone = set(range(start))
            return frozenset(gone if times - gone else gone - times)
    return frozenset()


def _formal(text: Text, clauses: Sequence[Clause], opened: int, times: frozenset[int]) -> set[int]:
    """The tokens of a formal opening ("Căn cứ kế hoạch …, Văn phòng đề nghị các đơn vị"), whatever it names.

    Its time stays where the question has none of its own.
    """
    asked = clauses[opened:]
    if not opened or not any(c.measures for c in asked):
        return set()
    starts = {place.start for place in search_all(text, _OPENERS)}
    first = next((i for i, c in enumerate(clauses[:opened]) if c.start in starts), None)
    gone: set[int] = set()
    if first is not None and not any(c.measures and c.asks for c in clauses[:opened]):
        gone = {i for c in clauses[first:opened] for i in _range(c)}
    last = clauses[opened - 1]
    requested = next((p for p in search_all(text, _REQUESTS) if last.start <= p.start < last.end), None)
    if requested is not None and not last.measures and not last.asks:
        gone |= _range(last)
    timed = any(times & _range(c) for c in asked)
    return gone if timed else gone - times


def _measured_elsewhere(text: Text, covers: Sequence[Cover], items: Sequence[Syllable], clause: Clause) -> bool:
    """Whether a clause is nothing but a measure of another subject: "Kim ngạch, số thu và số doanh nghiệp"."""
    content = {
        i for i in range(clause.start, clause.end)
        if text.tokens[i].kind != "punct" and text.tokens[i].fold not in _SMALL
    }  # fmt: skip
    return any(
        content <= set(range(items[m.start].token, items[m.end - 1].token + 1))
        for c in covers for m in c.matches if not m.fuzzy and m.quality > 0.9 and m.end - m.start > 1
        if any(t.kind == "metric" for t in m.terms)
    )  # fmt: skip


def _range(clause: Clause) -> set[int]:
    return set(range(clause.start, clause.end))


def _cuts(text: Text, cover: Cover, items: Sequence[Syllable]) -> list[int]:
    """Token places at which clauses begin, with the end of the text.

    A comma inside a name ("buôn lậu, gian lận thương mại, hàng giả") begins none.
    """
    found = {0, len(text.tokens)}
    for index, token in enumerate(text.tokens):
        if token.kind == "punct" and token.text in _BREAKS:
            found.add(index + 1)
    found |= {place.start for place in search_all(text, _ASKING)}
    names = [(items[m.start].token, items[m.end - 1].token) for m in cover.matches if m.terms and not m.fuzzy]
    return sorted(found - {i for first, last in names for i in range(first + 1, last + 1)})


def _clause(text: Text, cover: Cover, items: Sequence[Syllable], times: frozenset[int], start: int, end: int) -> Clause:
    measures, names, asks, known = False, 0, False, set(times)
    for match in cover.matches:
        first, last = items[match.start].token, items[match.end - 1].token
        if not start <= first < end:
            continue
        known |= set(range(first, last + 1)) if not match.fuzzy else set()
        if match.terms and not match.fuzzy:
            measures = measures or any(t.kind in _MEASURED for t in match.terms)
            names += 1
        asks = asks or match.tag in _ASKS
    content = [i for i in range(start, end) if text.tokens[i].kind != "punct" and text.tokens[i].fold not in _SMALL]
    return Clause(start, end, measures, names, asks, sum(i not in known for i in content))
