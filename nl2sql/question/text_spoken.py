"""Questions of place as they are spoken: "ở đâu nhiều nhất", "nhập từ đâu về" ask for a unit, a country.

What stands for "where" is a word of its own only in such a question; the plain words are put in its place, so that the
rest of the reading knows one way to ask.
"""

from __future__ import annotations

import re

from nl2sql.question.text_fold import unmarked
from nl2sql.question.text_unit import Unit, spread, text_of

_RANKED = r"nhất|nhứt|cao hơn|thấp hơn|nhiều hơn|ít hơn|đứng đầu|dẫn đầu|vượt|trên \d|dưới \d"
_HOME = r"(?:ở |tại )?(?:những )?(?:nơi|chỗ|địa bàn) (?:nào|mô)|(?:ở|tại) đâu"
_UNIT = "đơn vị nào"
_FROM = r"từ đâu(?! năm| tháng| quý| kỳ| tuần| nam| thang| quy| ky| tuan)"
_TO = r"(?:sang|đi|qua) đâu"
_GOODS = r"(?<!mặt )(?<!mat )(?<!nhóm )(?<!nhom )hàng (?:gì|chi)"
_RULES: tuple[tuple[str, str, str], ...] = (
    (_HOME, _RANKED, _UNIT),
    (_FROM, r"nhập|mua", "từ nước nào"),
    (_TO, r"xuất|bán", "sang nước nào"),
    (_GOODS, r"xuất|nhập|mua|bán|nhất|về", "mặt hàng nào"),
)
"""What is said, what must stand in the same clause, and what is meant."""


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern}|{unmarked(pattern)})(?!\w)", re.IGNORECASE)


_COMPILED = tuple((_compiled(said), _compiled(needed), meant) for said, needed, meant in _RULES)


_KINDS = r"cửa khẩu|cảng biển|cảng|sân bay|tỉnh thành|tỉnh|nước|thị trường|khu vực|địa phương|chi cục|cục|ga|kho|bộ"
_AMONG = re.compile(
    rf"(?<!\w)(?:(?:mấy|các|những|trong số)|(?:may|cac|nhung|trong so)) (?P<kind>{_KINDS}|{unmarked(_KINDS)})(?!\w)",
    re.IGNORECASE,
)
"""Places of one kind that are named before: "mấy cửa khẩu giáp Lào, chỗ nào …" asks for one of them."""


def _clause(text: str, start: int, end: int) -> str:
    """The stretch between the marks of punctuation around a place."""
    before = max(text.rfind(mark, 0, start) for mark in ",;.?:\n")
    after = min((at for mark in ",;.?:\n" if (at := text.find(mark, end)) >= 0), default=len(text))
    return text[before + 1 : after]


def plain_places(units: list[Unit]) -> list[Unit]:
    """The text with questions of place in plain words; each new character stands for all of the old ones."""
    text = text_of(units)
    for said, needed, meant in _COMPILED:
        for match in reversed(list(said.finditer(text))):
            if needed.search(_clause(text, match.start(), match.end())) is None:
                continue
            kinds = list(_AMONG.finditer(text, 0, match.start())) if meant == _UNIT else []
            plain = f"{kinds[-1]['kind']} nào" if kinds else meant
            units = [
                *units[: match.start()],
                *spread(plain, units[match.start() : match.end()]),
                *units[match.end() :],
            ]
        text = text_of(units)
    return units
