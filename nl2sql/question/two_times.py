"""Members told apart by two periods: "năm 2021 mới có …, năm 2019 chưa có", "so với 2019 có thêm nước nào".

What is said of the one period is said of the other: a question of this kind becomes two clauses that differ in
nothing but the period, the second one taken away or kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nl2sql.question.clauses import Clause
from nl2sql.question.phrases import unmarked
from nl2sql.question.text import Text, fold
from nl2sql.types import Span

_LED = r"(?<!\S)(?:(?:đến|tới|sang|vào|trong|ở|tại|hồi) )*"
_A = rf"{_LED}(?P<a>[①②])"
_B = rf"{_LED}(?P<b>[①②])"
_BUT = r"(?:,|;|nhưng|mà|còn|song|trong khi|và)(?: (?:nhưng|mà|còn|trong khi|đến|lại))*"
_HAS = r"(?:thì |lại |đã |mới |có lại |vẫn )*có(?: lại| rồi)?"
_LACKS = r"(?:thì |lại |vẫn )*(?:chưa|không)(?: hề| từng)?(?: có| phát sinh| thấy)?"
_END = r"[ ?.]*$"

_ONLY_ONE = (
    rf"^(?P<head>.*?){_A} mới(?: bắt đầu)?(?P<body> .+?) ?{_BUT} {_B} {_LACKS}{_END}",
    rf"^(?P<head>.*?){_B} (?:chưa|không)(?: hề| từng)?(?P<body> .+?) ?{_BUT} {_A} {_HAS}{_END}",
    rf"^(?P<head>.*?){_A}(?P<body> .+?) mới(?: bắt đầu)?(?P<tail> .+?) ?{_BUT} {_B} {_LACKS}{_END}",
    rf"^(?P<head>.*?){_A}(?P<body> (?:đã |vẫn )?có .+?) ?{_BUT} {_B} {_LACKS}{_END}",
    rf"^(?P<head>.*?)(?P<body> .+?) {_A} ?(?:,|mà|nhưng|còn|trong khi)(?: còn| nhưng)? {_B} {_LACKS}{_END}",
    rf"^so với {_B} ?,?(?: thì)? {_A} (?:có thêm|thêm|xuất hiện thêm)(?P<head> )(?P<body>.+?){_END}",
    rf"^{_A} (?:có thêm|thêm|xuất hiện thêm)(?P<head> )(?P<body>.+?) so với {_B}{_END}",
)
"""The first period has it, the second has not."""
_BOTH = (
    rf"^(?P<head>.*?)(?P<body> .+?) {_A} ?(?:và|,|mà) {_B} (?:cũng|vẫn)(?: còn)? (?:có|thế|vậy|như vậy|còn){_END}",
    rf"^(?P<head>.*?){_A}(?P<body> .+?) ?(?:và|,|mà) {_B} (?:cũng|vẫn)(?: còn)? (?:có|thế|vậy|như vậy|còn){_END}",
)
_LISTS = re.compile(r"(?<!\w)(?:nao|nhung|cac|bao nhieu|may|dem|liet ke|ke ten|danh sach)(?!\w)")
_COUNTED = re.compile(r"^\s*(?:(?:tổng|tong) )?(?:số|so) (?:(?:lượng|luong) )?(?=\S)", re.IGNORECASE)


def two_times(text: Text, periods: Sequence[Span]) -> tuple[Clause, ...]:
    """The two clauses of a question that holds one period against another by what is there; () for any other."""
    places = sorted({(p.start, p.end): p for p in periods if p.text}.values(), key=lambda p: p.start)
    if len(places) != 2:
        return ()
    one, two = places
    marked = f"{text.raw[: one.start]} ① {text.raw[one.end : two.start]} ② {text.raw[two.end :]}"
    marked = re.sub(r"\s+", " ", re.sub(r"([,;])", r" \1 ", marked)).strip().lower()
    said = {"①": _told(one.text), "②": _told(two.text)}
    for pattern, negated in (*((p, True) for p in _ONLY_ONE), *((p, False) for p in _BOTH)):
        match = re.search(pattern if text.accented else unmarked(pattern), marked)
        if match is None:
            continue
        said_of = (match["head"], match["body"], match.groupdict().get("tail") or "")
        what = " ".join(part.strip() for part in said_of if part.strip()).strip(" ,")
        if _COUNTED.match(what):
            what = _COUNTED.sub("có bao nhiêu " if text.accented else "co bao nhieu ", what)
        if "①" in what or "②" in what or not _LISTS.search(fold(what)):
            return ()
        return Clause(f"{what} {said[match['a']]}"), Clause(f"{what} {said[match['b']]}", negated)
    return ()


def _told(period: str) -> str:
    """A period as it is written, a bare year with its word."""
    return f"năm {period}" if period.strip().isdigit() else period.strip()
