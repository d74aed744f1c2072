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
from nl2sql.question.linker import Cover, Syllable
from nl2sql.question.phrases import search_all
from nl2sql.question.text import Text, fold

_ASKING = (
    r"(?:(?:nên|thì|mà|và|để|vậy) )?(?:(?:tôi|em|anh|chị|mình|tui|bác|sếp|lãnh đạo|thủ trưởng|cơ quan|đơn vị) )?"
    r"(?:(?:đang|rất|chỉ|cũng|lại) )?(?:cần|muốn|xin|nhờ|đề nghị|yêu cầu|hỏi)(?: (?:biết|hỏi|xem|có|số liệu|con số"
    r"|cung cấp|báo cáo|lấy|tra))+"
    r"|(?:cho|làm ơn cho|vui lòng cho) (?:(?:tôi|em|anh|chị|mình|tui|bác) )?(?:hỏi|biết|xin|xem)"
)
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
    cuts = _cuts(text)
    if len(cuts) < 3 or not covers:
        return frozenset()
    times = frozenset(timed)
    clauses = [_clause(text, covers[0], items, times, a, b) for a, b in pairwise(cuts)]
    core = [i for i, c in enumerate(clauses) if c.measures or (c.names and c.asks)]
    if not core:
        return frozenset()
    asked = {place.start for place in search_all(text, _ASKING)}
    opened = max((i for i, c in enumerate(clauses) if c.start in asked and i <= core[-1]), default=0)
    gone: set[int] = set()
    for place, clause in enumerate(clauses):
        if clause.measures or clause.asks:
            continue
        clear = clause.strange >= 2 and clause.strange > 2 * clause.names
        before = place < opened and clause.strange >= (max(2, clause.names) if clause.names else 1)
        if before or (clear and (place < core[0] or not (clause.names or times & _range(clause)))):
            gone |= _range(clause)
    return frozenset(gone) if len(gone) < len(text.tokens) else frozenset()


def _range(clause: Clause) -> set[int]:
    return set(range(clause.start, clause.end))


def _cuts(text: Text) -> list[int]:
    """Token places at which clauses begin, with the end of the text."""
    found = {0, len(text.tokens)}
    for index, token in enumerate(text.tokens):
        if token.kind == "punct" and token.text in _BREAKS:
            found.add(index + 1)
    found |= {place.start for place in search_all(text, _ASKING)}
    return sorted(found)


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
