"""The value of a number as it is written: digits in Vietnamese or English format, number words, multipliers.

number     := simple multiplier* ("rưỡi")? (smaller number)?      "1 tỷ 200 triệu", "hai tỷ rưỡi", "nghìn tỷ"
simple     := digits | words
words      := … trăm (linh|lẻ)? … mươi …, "phẩy"/"chấm" and the digits after it, "nửa"
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from nl2sql.question.numbers_words import MULTIPLIERS
from nl2sql.question.text import Text, Token
from nl2sql.question.text_match import Matcher

_VIETNAMESE = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d+))?")
_THOUSANDS_BY_COMMA = re.compile(r"\d{1,3},\d{3}")

DIGITS: dict[str, int] = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
RATES: dict[str, tuple[str, ...]] = {
    "lệ": ("phí",),
    "trọng": (),
    "suất": (),
    "giá": ("trị", "công", "hạn", "cầm", "súc", "dụng"),
}
"""Second halves of "tỷ lệ", "tỷ trọng", "tỷ suất", "tỷ giá", each with what makes another word of it: "5 tỷ lệ phí"."""
FIRST = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "bẩy", "tám", "chín")


class Value(NamedTuple):
    """A number that was read.

    Attributes:
        end: Index of the token after it, multipliers included.
        base: The number before its multiplier, and the multiplier, for "từ 5 đến 10 tỷ".
        spelled: Written in words.
        english: Written like "1,500", which is 1.5 in Vietnamese format.
    """

    value: Decimal
    end: int
    base: Decimal
    factor: Decimal
    spelled: bool = False
    english: bool = False


def parse_digits(text: str) -> Decimal | None:
    """A number in digits. Dots group thousands and a comma is decimal; ``2.5`` cannot group and is decimal too.

    >>> [str(parse_digits(t)) for t in ("1.234.567,89", "1.500", "2.5", "1,5", "1,234,567", "12")]
    ['1234567.89', '1500', '2.5', '1.5', '1234567', '12']
    """
    if not text.isascii():
        text = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    if _VIETNAMESE.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _ENGLISH.fullmatch(text):
        text = text.replace(",", "")
    elif _PLAIN.fullmatch(text):
        text = text.replace(",", ".")
    else:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


class Reader(Matcher[Token]):
    """Tokens of a text as numbers."""

    def __init__(self, text: Text, taken: frozenset[int]) -> None:
        super().__init__(text.tokens, text.accented)
        self.taken = taken

    def free(self, index: int) -> bool:
        """Whether a token exists here and belongs to nothing else."""
        return 0 <= index < self.count and index not in self.taken

    def value(self, i: int) -> Value | None:
        """The number that begins at a token, with everything that multiplies it."""
        if not self.free(i):
            return None
        if self.word(i, "nửa", "nữa") and (scaled := self._scale(i + 1)):
            return Value(scaled[0] / 2, scaled[1], Decimal("0.5"), scaled[0], spelled=True)
        simple = self._simple(i)
        if simple is None:
            # "nghìn tỷ", "trăm triệu" after a bound: one of it.
            scaled = self._scale(i) if self.word(i, "nghìn", "ngàn", "trăm", "chục") else None
            if scaled and scaled[0] >= 10**5:
                return Value(scaled[0], scaled[1], Decimal(1), scaled[0], spelled=True)
            return None
        number, end, spelled, english = simple
        scaled = self._scale(end)
        if scaled is None:
            return Value(number, end, number, Decimal(1), spelled, english)
        factor, end = scaled
        total = number * factor
        if self.word(end, "rưỡi"):
            total, end = total + factor / 2, end + 1
            if (again := self._scale(end)) is not None:  # "một nghìn rưỡi tỷ"
                total, factor, end = total * again[0], factor * again[0], again[1]
        else:
            more = self.value(end) if self.free(end) and not spelled else None
            if more and 1 < more.factor < factor and more.value < factor:
                total, end = total + more.value, more.end
        return Value(total, end, number, factor, spelled)

    def rate(self, i: int) -> bool:
        """Whether "tỷ" begins the name of a rate here and multiplies nothing: "top 10 tỷ lệ luồng đỏ"."""
        if not self.word(i, "tỷ") or not self.free(i + 1):
            return False
        said = next((half for half in RATES if self.word(i + 1, half)), None)
        if said is None or (self.accented and self.items[i + 1].norm != said):
            return False
        return not self.word(i + 2, *RATES[said])

    def _scale(self, i: int) -> tuple[Decimal, int] | None:
        """Multipliers in a row: "nghìn tỷ", "trăm triệu"."""
        factor, end = Decimal(1), i
        while self.free(end):
            found = next((f for name, f in MULTIPLIERS.items() if self.word(end, name)), None)
            if found is None or (self.word(end, "k") and end > i):
                break
            if self.word(end, "củ") and self.items[end].norm not in ("củ", "cu"):
                break
            if self.rate(end):
                break
            factor, end = factor * found, end + 1
        return (factor, end) if end > i else None

    def _simple(self, i: int) -> tuple[Decimal, int, bool, bool] | None:
        token = self.items[i]
        if token.kind == "number":
            number = parse_digits(token.text)
            if number is None:
                return None
            end = i + 1
            if token.text.isdecimal() and len(token.text) <= 3 and token.text[0] != "0":
                grouped = token.text
                while self._is_group(end):
                    grouped, end = grouped + self.items[end].text, end + 1
                number = Decimal(grouped)
            return number, end, False, bool(_THOUSANDS_BY_COMMA.fullmatch(token.text))
        spelled = self._words(i)
        return (*spelled, True, False) if spelled else None

    def _is_group(self, i: int) -> bool:
        """Forms: "1 500 000": a group of exactly three digits, one space after the last."""
        if not self.free(i) or i == 0:
            return False
        token, before = self.items[i], self.items[i - 1]
        return (
            token.kind == "number"
            and token.text.isdecimal()
            and len(token.text) == 3
            and (token.start - before.end == 1)
        )

    # --- words ---------------------------------------------------------------------------------------------------

    def _digit(self, i: int, names: tuple[str, ...] = tuple(DIGITS)) -> int | None:
        if not self.free(i) or self.items[i].kind != "word":
            return None
        return next((DIGITS[name] for name in names if self.word(i, name)), None)

    def _words(self, i: int) -> tuple[Decimal, int] | None:
        """A number in words below a thousand, with decimals: "hai trăm linh năm", "ba phẩy năm", "mười hai"."""
        total, end = 0, i
        hundreds = self._digit(end, FIRST)
        scaled = self.word(end + 2, "nghìn", "ngàn", "triệu", "tỷ")
        if hundreds is not None and self.word(end + 1, "trăm") and not scaled:
            total, end = hundreds * 100, end + 2
            if self.word(end, "linh", "lẻ", "không") and (ones := self._digit(self.skip(end + 1, "trăm"))) is not None:
                return Decimal(total + ones), end + 2
            if self.word(end, "rưỡi"):
                return Decimal(total + 50), end + 1
        below = self._below_hundred(end)
        if below is not None:
            total, end = total + below[0], below[1]
        elif end == i:
            return None
        if self.word(end, "phẩy", "chấm") and self._digit(end + 1) is not None:
            digits, end = "", end + 1
            while (digit := self._digit(end)) is not None:
                digits, end = digits + str(digit), end + 1
            return Decimal(f"{total}.{digits}"), end
        return Decimal(total), end

    def _below_hundred(self, i: int) -> tuple[int, int] | None:
        if self.word(i, "mười") and self.free(i):
            ones = self._digit(i + 1)
            return (10 + ones, i + 2) if ones else (10, i + 1)
        tens = self._digit(i, FIRST)
        if tens is None:
            return None
        if self.word(i + 1, "mươi", "chục"):
            ones = self._digit(i + 2)
            return (tens * 10 + ones, i + 3) if ones else (tens * 10, i + 2)
        ones = self._digit(i + 1, ("mốt", "lăm", "nhăm"))
        return (tens * 10 + ones, i + 2) if ones is not None else (tens, i + 1)
