"""The text under the grammar: lexemes with matching of words, phrases and number words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from nl2sql.question.text_fold import fold
from nl2sql.question.text_match import Matcher
from nl2sql.question.time.calendar import MAX_YEAR, MIN_YEAR
from nl2sql.question.time.lexer import Lexeme
from nl2sql.question.time.spec import Spec
from nl2sql.types import Grain

ONES = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
NUMBER_FOLDS = frozenset(map(fold, ONES))
UNITS: dict[str, Grain] = {
    "tháng": "month",
    "quý": "quarter",
    "năm": "year",
    "tuần": "week",
    "ngày": "day",
}
# What is counted, or what a number is measured in: a number before one of these is not a date.
_COUNTED = (
    "tờ|tk|tấn|kg|chiếc|usd|vnd|vnđ|đồng|đô|tỷ|triệu|nghìn|ngàn|trăm|tr|doanh nghiệp|dn|công ty|cty|nước|quốc gia|"
    "mặt hàng|nhóm|vụ|cục|chi cục|đơn vị|cửa khẩu|thị trường|lượt|lần|hồ sơ|dòng|giờ|phút|%|phần trăm|điểm|đối tác|"
    "container|lô|người|cán bộ|công chức|loại|mã|sản phẩm|khu vực|tỉnh|địa phương"
)
COUNTED = tuple(_COUNTED.split("|"))
PLACES = frozenset({"viet", "ha", "quang", "mien", "phia", "dong", "tay", "nha", "hoai"})


class Hit(NamedTuple):
    """A production that matched: what it says, the index of the lexeme after it, and what was assumed (Vietnamese)."""

    spec: Spec
    end: int
    note: str = ""


@dataclass(frozen=True)
class Bad:
    """Something that looks like a date and is none; ``message`` says so in Vietnamese."""

    message: str
    end: int


class Cursor(Matcher[Lexeme]):
    """Lexemes of one text, with "now" and the first year of the data.

    Every matcher takes the index where it starts and returns the index after what it matched, or None.
    """

    def __init__(self, lexemes: list[Lexeme], today: dt.date, first_year: int, accented: bool = False) -> None:
        super().__init__(lexemes, accented)
        self.lexemes = lexemes
        self.today = today
        self.first = dt.date(first_year, 1, 1)

    def integer(self, index: int, low: int = 0, high: int = 9999) -> tuple[int, int] | None:
        """A whole number in digits or in words up to twelve (and "mười lăm" …): (value, index after it)."""
        lexeme = self.at(index)
        if lexeme is None:
            return None
        if lexeme.kind == "n":
            return (lexeme.value, index + 1) if low <= lexeme.value <= high else None
        if lexeme.kind != "w":
            return None
        if lexeme.fold not in NUMBER_FOLDS:
            return None
        for value, name in enumerate(ONES, start=1):
            if self.word(index, name):
                if value == 5 and not self.is_nam(index):
                    return None
                end = index + 1
                if value == 10:
                    for more, tail in enumerate((*ONES[:4], "lăm", *ONES[5:9]), start=1):
                        if self.word(end, tail):
                            value, end = 10 + more, end + 1
                            break
                return (value, end) if low <= value <= high else None
        return None

    def year_number(self, index: int, short: bool = False) -> tuple[int, int] | None:
        """A year in four digits; in two as well when ``short``."""
        lexeme = self.at(index)
        if lexeme is None:
            return None
        if lexeme.kind == "p" and lexeme.norm == "'":
            following = self.at(index + 1)
            if following and following.kind == "n" and following.digits == 2 and following.glued:
                return 2000 + following.value, index + 2
            return None
        if lexeme.kind != "n":
            return None
        if lexeme.digits == 4 and MIN_YEAR <= lexeme.value <= MAX_YEAR:
            return lexeme.value, index + 1
        if short and lexeme.digits == 2 and 10 <= lexeme.value <= 49:
            return 2000 + lexeme.value, index + 1
        return None

    def unit(self, index: int) -> tuple[Grain, int] | None:
        """A calendar unit by its name: (grain, index after it)."""
        for name, grain in UNITS.items():
            if self.word(index, name):
                return grain, index + 1
        return None

    def counts(self, index: int) -> bool:
        """Whether what stands here is counted or measured, so that a number before it is no date."""
        return self.phrase(index, COUNTED) is not None

    def is_nam(self, index: int) -> bool:
        """Whether "năm" (year) stands here, and not the Nam of Việt Nam, Hà Nam, miền Nam."""
        lexeme = self.at(index)
        if lexeme is None or not self.word(index, "năm"):
            return False
        if lexeme.norm == "năm":
            return True
        before = self.at(index - 1)
        return before is None or before.fold not in PLACES

    def tokens(self, start: int, end: int) -> range:
        """Indices of the tokens under a range of lexemes."""
        return range(self.lexemes[start].token, self.lexemes[end - 1].token + 1) if end > start else range(0)
