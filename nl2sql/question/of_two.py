"""More or less of those that were named: "tháng 5 và tháng 6, tháng nào thu nhiều hơn", "gạo hay cà phê ít hơn".

All of them are shown, the one that is asked for first; nothing is compared with a period and nothing is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.question.time import TimeReading
from nl2sql.types import FilterMatch, GroupMatch, Period, Ranking

_MORE = r"nhiều|cao|lớn|nhanh|mạnh|lâu|đông|tốt|dài"
_LESS = r"ít|thấp|nhỏ|kém|ngắn"
_THINGS = r"(?: (?!hơn|nhất|và|hay|hoặc)[^\s,;]+){0,3}?"
"""What there is more of: "nhiều [tờ khai] hơn"."""
_THAN = r"(?! (?:so với|mức|bình quân|trung bình|\d))"


def step_of_two(text: Text, time: TimeReading, periods: Sequence[Period]) -> bool:
    """Whether one step of the calendar is asked for of several that were named."""
    asked = {g.grain for g in time.grains if g.role == "which"}
    steps = len(periods) > 1 and {p.grain for p in periods} == asked and all(p.span for p in periods)
    return steps and search(text, rf"(?:{_MORE}|{_LESS}){_THINGS} (?:hơn|nhất)") is not None


def order_of_two(
    text: Text, time: TimeReading, periods: Sequence[Period], filters: Sequence[FilterMatch],
    groups: Sequence[GroupMatch],
) -> Ranking | None:  # fmt: skip
    """The order in which those that were named are shown; None where none of them is asked for, or the usual one does.

    Args:
        groups: Members are shown with the most first wherever no other order is asked for; steps of the calendar are
            in their own order then.
    """
    less = search(text, rf"(?:{_LESS}){_THINGS} hơn{_THAN}") is not None
    if step_of_two(text, time, periods) and search(text, rf"(?:{_MORE}|{_LESS}){_THINGS} hơn{_THAN}") is not None:
        return Ranking(None, not less)
    several = {f.column for f in filters if len(f.values) > 1}
    if less and len(groups) == 1 and groups[0].column in several and _one_asked(text):
        return Ranking(None, False)
    return None


def _one_asked(text: Text) -> bool:
    return search(text, r"(?:nào|ai|đâu|hay|hoặc)") is not None
