"""Turns that only say how many rows are wanted: "lấy 5 thôi", "20 đi", "top 3 thôi"."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.question.followup import shape_of
from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.types import Ranking, Reading, Shape

_LEAD = (
    r"(?:(?:thôi|thế|vậy|à|ừ|ok|giờ|hãy|cho|xem|lấy|chỉ|để|hiện|hiển thị|liệt kê|kê|nêu|còn|cần|chọn|rút|xuống|lên"
    r"|thành|khoảng|ra|tôi|em|anh|chị|mình|giúp|hộ|top|,) )*"
)
_TAIL = (
    r"(?: (?:cái|dòng|hàng|thứ|mục|đầu|đầu tiên|đầu bảng|thôi|đi|nhé|nha|ạ|a|là|đủ|được|rồi|cho|gọn|giúp|hộ|tôi|em|anh"
    r"|chị|với|luôn|,))*"
)
_ONLY = rf"{_LEAD}(?P<n>[1-9]\d?)(?!\d){_TAIL}"
_SPELT = rf"{_LEAD}(?P<n>ba|năm|mười|hai mươi) (?:cái|dòng|mục)(?: đầu(?: tiên)?)?{_TAIL}"
_NUMBERS = {"ba": 3, "nam": 5, "năm": 5, "mười": 10, "muoi": 10, "hai mươi": 20, "hai muoi": 20}


def rows_wanted(text: Text, previous: Reading) -> Reading | None:
    """The list before with another number of rows, its order kept; None when the words say anything else."""
    found = search(text, _ONLY) or search(text, _SPELT)
    words = len([t for t in text.tokens if t.kind != "punct"])
    if found is None or found.start != 0 or found.end < words or previous.built_on:
        return None
    old = previous.ranking or Ranking(None)
    members = any(not g.grain for g in previous.groups)
    if not (members or previous.shape is Shape.ROWS) or old.both or old.per or old.offset:
        return None
    said = found.parts["n"]
    ranking = replace(old, n=_NUMBERS.get(said) or int(said), span=None)
    cut = replace(previous, text=text.nfc.strip(), ranking=ranking, unread=(), carried=True)
    return cut if previous.shape is Shape.ROWS else replace(cut, shape=shape_of(cut, previous))
