"""Words inside names keep out of the grammar of time: "Cao Bằng năm 2024", "khu vực 3 năm 2024", "đá quý 9 tháng".

A preposition, a unit or a count that belongs to a name of the catalogue, or to a common compound, says nothing about a
period. The grammar of time reads a text in which such words are blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nl2sql.question.phrases import search_all
from nl2sql.question.text import Text, fold
from nl2sql.question.vocabulary import Vocabulary

_LONGEST = 7
_BLANK = "\N{WHITE SQUARE}"
_COMPOUNDS = (
    r"chứng từ|hoạt động|lao động|đá quý|kim loại quý|bánh quy|nguồn cung|thống kê|di động|tự động|bất động sản"
    r"|theo kỳ báo cáo|thủy tinh|an toàn|(?:văn bản|công văn|vb|cv|đi ,) đến"
)
_NUMBERED = r"chương|khu vực|kv|mức|mức độ|hạng|nhóm|hs"
_DATED = r"(?:(?:năm|tháng|quý|ngày|tuần) \d\S*|(?:năm|tháng|quý|tuần) (?:nay|này|ngoái|trước|vừa|kia))"
_COUNTED = r"\d+ (?:năm|tháng|quý|ngày|tuần)(?! \d| ngoái| trước| nay| này)"
"""A count that stays one: "khu vực 3 tháng đầu năm", "khu vực 3 năm gần nhất"."""
STEPS_RANKED = (
    r"(?P<n>\d+|hai|ba|bốn|năm|sáu) (?:tháng|quý|năm|ngày|tuần)"
    r"(?= (?:có|đạt|ghi nhận|thu)(?: (?!nào|đầu|cuối|gần|nhất)\S+){0,8}? (?:cao|thấp|nhiều|ít|lớn|nhỏ|lâu) nhất)"
)
"""Steps of the calendar that are ranked, and no stretch of time: "ba tháng có số thu cao nhất"."""
_SINCE = r"từ đầu (?:năm|tháng|quý|kỳ|tuần)"
"""Without diacritics it begins like "từ đâu", which asks for a country."""
STEPS_BEFORE = (
    r"(?:so (?:sánh )?với |hơn )?(?:mức |con số )?(?:bình quân|trung bình|bq)(?: của)?(?: các)?"
    r" (?P<n>\d+|hai|ba|bốn|năm|sáu|mười hai) (?P<unit>tháng|quý|năm)"
    r"(?: liền trước đó| liền kề trước đó| liền trước| liền kề trước| kề trước| ngay trước đó| ngay trước| trước đó"
    r"| trước liền kề| trước)(?: nó| tháng đó| kỳ đó)?"
)
"""The mean of the steps before each step: "so với bình quân 12 tháng trước đó"."""
LATEST_STEP = r"(?P<unit>tháng|quý|năm|tuần) (?:gần (?:đây )?nhất|cuối cùng|đầu tiên)(?= mà| khi)"
"""A step that is looked for, and no period: "quý gần nhất mà nhập khẩu giảm"."""
_UNITS = frozenset({"năm", "tháng", "quý", "ngày", "tuần", "kỳ", "bình", "trung"})
"""A phrase that holds one of these as a word of its own speaks of time itself ("chuyến bình quân mỗi ngày")."""


def shielded(text: Text, vocabulary: Vocabulary) -> Text:
    """The text with the words inside names blank, for the grammar of time; spans stay as they are."""
    hidden = {i for start, end in _stretches(text, vocabulary) for i in range(start, end)}
    if not hidden:
        return text
    tokens = tuple(
        replace(t, text=_BLANK, norm=_BLANK, fold=_BLANK) if i in hidden else t for i, t in enumerate(text.tokens)
    )
    return replace(text, tokens=tokens)


def _stretches(text: Text, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    counts = {i for said in (_COUNTED, _SINCE) for w in search_all(text, said) for i in range(w.start, w.end)}
    each = rf"(?:từng|mỗi|các|theo|giữa các) (?:{_NUMBERED}) (?P<count>\d+ (?:tháng|quý|ngày|tuần))"
    counts |= {i for w in search_all(text, each) for i in range(w.end - 2, w.end)}
    for pattern in (STEPS_RANKED, STEPS_BEFORE, LATEST_STEP):
        for place in search_all(text, pattern):
            yield place.start, place.end
    for place in search_all(text, _COMPOUNDS):
        yield place.start, place.end
    eachs = {w.end - 1 for w in search_all(text, rf"(?:từng|mỗi|các|theo|giữa các) (?:{_NUMBERED})")}
    for place in search_all(text, rf"(?:{_NUMBERED}) (?:số )?\d+ {_DATED}"):
        if eachs & set(range(place.start, place.end)):
            continue  # "từng khu vực 9 tháng 2025"
        number = next(i for i in range(place.start, place.end) if text.tokens[i].text.isdigit())
        yield place.start, number + 1
    home = [(w.start, w.end) for w in search_all(text, "việt nam") if not _of_a_year(text, w.end)]
    yield from home
    at = 0
    while at < len(text.tokens):
        size = _name(text, at, vocabulary)
        cut = any(at < end and start < at + size and not at <= start < end <= at + size for start, end in home)
        if size and not cut and not counts & set(range(at, at + size)):
            yield at, at + size
        at += max(size, 1)


def _of_a_year(text: Text, end: int) -> bool:
    """Whether the small "nam" that ends here is the year's after it: "quy ra tien Viet nam 2024"."""
    after = text.tokens[end].text if end < len(text.tokens) else ""
    return text.tokens[end - 1].text == "nam" and len(after) == 4 and after.isdigit()


def _name(text: Text, start: int, vocabulary: Vocabulary) -> int:
    """How many tokens the longest name beginning here has; 0 for none, and for one that speaks of time itself."""
    folds = [t.fold for t in text.tokens[start : start + _LONGEST]]
    for size in range(len(folds), 1, -1):
        terms = vocabulary.by_fold.get(" ".join(folds[:size]), ())
        norms = tuple(t.norm for t in text.tokens[start : start + size])
        if terms and (not text.accented or any(t.norm == norms for t in terms)):
            units = set(_UNITS) if text.accented else {fold(u) for u in _UNITS}
            if any(t.kind == "value" for t in terms):
                units -= {"kỳ", "ky"}  # "Hoa Kỳ 9 tháng năm 2024"
            return 0 if units & set(norms if text.accented else folds[:size]) else size
    return 0
