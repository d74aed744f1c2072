"""Numbers in a Vietnamese question: value, unit, direction and what they are for.

Words around a number decide what it is: a bound ("trên 1 tỷ USD"), how many rows are wanted ("5 nước đứng đầu"), a
ratio ("gấp đôi"), a code ("HS 2709"). Numbers that belong to dates are handed in as ``taken`` and never read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import cast

from nl2sql.question.numbers_mention import Change, Comparator, NumberKind, NumberMention, changed_alike
from nl2sql.question.numbers_value import Reader, Value
from nl2sql.question.numbers_words import (
    AFTER,
    BEFORE,
    DOWN,
    ENTITIES,
    LABELS,
    LINKS,
    MEASURED,
    RANGE_LEADS,
    STOP,
    SUPERLATIVES,
    UNITS,
    UP,
)
from nl2sql.question.text import Text

__all__ = ["Change", "Comparator", "NumberKind", "NumberMention", "read_numbers"]

_TOP = re.compile(r"(?:top|tốp)(\d{1,4})")
_AVERAGE = ("bình quân", "trung bình", "tb", "bq")
_BEFORE = dict(BEFORE)
_AFTER = tuple(phrase for phrase, _ in AFTER)
_UNITS = dict(UNITS)
_NOUNS = (*MEASURED, *ENTITIES)
_DURATIONS = ("giờ", "phút", "ngày", "tuần", "tháng", "quý", "năm")


def read_numbers(text: Text, taken: Collection[int]) -> tuple[NumberMention, ...]:
    """All numbers of a text that are not already understood as something else.

    Args:
        text: A normalised question.
        taken: Token indices that belong to dates and periods; they are never read as numbers.

    Returns:
        Mentions in the order of the text. Never raises.
    """
    reader = _Numbers(text, frozenset(taken))
    found: list[NumberMention] = []
    index = 0
    while index < reader.count:
        mention = reader.mention(index) if reader.free(index) else None
        if mention is None:
            index += 1
        else:
            found.append(changed_alike(text, found[-1] if found else None, mention))
            index = max(index + 1, mention.tokens[1])
    return tuple(found)


class _Numbers(Reader):
    def mention(self, i: int) -> NumberMention | None:
        """The number that begins at a token, read together with the words on both sides."""
        special = self._top(i) or self._fraction(i) or self._ratio(i) or self._code(i)
        if special is not None:
            return special
        first = self.value(i)
        if first is None or self._is_word_only(i, first):
            return None
        return self._measured(i, first)

    # --- special forms -------------------------------------------------------------------------------------------

    def _top(self, i: int) -> NumberMention | None:
        """Forms: "top 5", "tốp 10", "top5", "top-5"; "top 10%" is a percentage."""
        glued = _TOP.fullmatch(self.items[i].norm)
        if glued:
            return NumberMention("count", float(glued[1]), (i, i + 1))
        if not self.word(i, "top", "tốp"):
            return None
        at = self.skip(i + 1, "-", ":")
        found = self.value(at)
        if found is None or self.phrase(found.end, ("%", "phần trăm")):
            return None
        unit, end = self._noun(found.end)
        return NumberMention("count", float(found.value), (i, end if unit else found.end), unit)

    def _fraction(self, i: int) -> NumberMention | None:
        """Forms: "trên hai phần ba", "hơn 1/3", "quá một nửa": a bound that is told as a part is one in percent."""
        part = self._part(i)
        if part is None:
            return None
        value, end = part
        comparator, start = self._before(i)
        sign, end = self._after(end)
        comparator = sign or comparator
        if comparator in ("", "~"):
            return None
        change, start = self._change(start)
        value = round(100 * value, 4)
        return NumberMention("percent", value, (start, end), "%", cast(Comparator, comparator), None, change)

    def _part(self, i: int) -> tuple[float, int] | None:
        """A proper fraction and the index after it: "hai phần ba", "2/3", "một nửa"."""
        if self.word(i, "một") and self.word(i + 1, "nửa", "nữa"):
            return 0.5, i + 2
        above = self._simple(i)
        slash = self.at(above[1]) if above else None
        if above is None or slash is None or not (slash.text == "/" or self.word(above[1], "phần")):
            return None
        at = above[1] + 1
        spelled = (Decimal(4), at + 1, True, False) if self.word(at, "tư") else None
        below = spelled or (self._simple(at) if self.free(at) else None)
        if below is None or not 0 < above[0] < below[0] <= 20 or self._named(i) is not None:
            return None
        return float(above[0] / below[0]), below[1]

    def _ratio(self, i: int) -> NumberMention | None:
        """Forms: "gấp đôi", "gấp 3 lần", "gấp hơn 2 lần", "gấp rưỡi", "một nửa", "1/3"."""
        if self.word(i, "gấp"):
            return self._times(i, i + 1)
        if self.word(i, "một") and self.word(i + 1, "nửa", "nữa"):
            return NumberMention("ratio", 0.5, (i, i + 2), change=self._change(i)[0])
        token, slash = self.items[i], self.at(i + 1)
        if token.kind == "number" and slash is not None and slash.text == "/" and self.free(i + 2):
            above, below = token.text, self.items[i + 2].text
            small = above.isdecimal() and below.isdecimal() and len(above) <= 2 and len(below) <= 2
            if small and 0 < int(above) < int(below) and self._named(i) is None:
                return NumberMention("ratio", int(above) / int(below), (i, i + 3))
        return None

    def _times(self, start: int, i: int) -> NumberMention | None:
        change = self._change(start)[0]
        if self.word(i, "đôi", "rưỡi"):
            times = 2.0 if self.word(i, "đôi") else 1.5
            return NumberMention("ratio", times, (start, i + 1), "lần", "", None, change)
        comparator, at = "", i
        bound = self.phrase(i, _BEFORE)
        if bound is not None:
            comparator, at = next(sign for phrase, sign in BEFORE if self.phrase(i, (phrase,)) == bound), bound
        found = self.value(at)
        if found is None:
            return None
        end = self.skip(found.end, "lần")
        sign, end = self._after(end)
        comparator = sign or comparator
        return NumberMention(
            "ratio", float(found.value), (start, end), "lần", cast(Comparator, comparator), None, change
        )

    def _code(self, i: int) -> NumberMention | None:
        """Digits that name something: tax codes, declarations, HS codes, "chương 72", "luồng 1"."""
        token = self.items[i]
        if token.kind != "number":
            return None
        digits = token.text.replace(".", "")
        if not digits.isdecimal() or not digits.isascii():
            return None
        label = self._named(i)
        plain = token.text.isdecimal()
        long = plain and (len(digits) in (10, 12, 13) or len(digits) == 8) and self._scale(i + 1) is None
        if long and self._unit(i + 1)[0] in ("", *ENTITIES) and not self._bounded(i):
            return self._as_code(i, digits, label)
        if plain and len(digits) > 1 and digits[0] == "0":
            return self._as_code(i, digits, label)
        if label is not None and self._scale(i + 1) is None and not self._is_countable(i + 1):
            return self._as_code(i, digits, label)
        return None

    def _as_code(self, i: int, digits: str, label: int | None) -> NumberMention:
        end = i + 1
        # "2709.00.10" and "0100109106-001" go on after a separator.
        while self.at(end) is not None and self.items[end].text in ".-" and self.free(end + 1):
            more = self.items[end + 1]
            if more.kind != "number" or more.start != self.items[end].end or not more.text.isdecimal():
                break
            digits += more.text if self.items[end].text == "." else "-" + more.text
            end += 2
        value = float(digits.replace("-", "")[:15])
        return NumberMention("code", value, (i if label is None else label, end), code=digits)

    def _named(self, i: int) -> int | None:
        """Where a label begins that makes the number after it a name; None when there is none."""
        at = i - 1 if self.word(i - 1, "số", ":", "là") and i >= 2 else i
        for end in dict.fromkeys((i, at)):
            if (start := self.phrase_before(end, LABELS)) is not None:
                return start
        return None

    def _is_countable(self, i: int) -> bool:
        return self.phrase(i, _NOUNS) is not None or self.phrase(i, _UNITS) is not None

    def _is_word_only(self, i: int, found: Value) -> bool:
        """A number word is a number only where something is counted: "ba nước", "hai tỷ", not "Ba Vì", "năm nay"."""
        if not found.spelled or found.factor > 1:
            return False
        if found.end - i > 1:
            return False
        if self.word(i, "một") and self._bounded(i) is False:
            return True
        if self.word(i, "không"):
            return True
        if self.rate(found.end):  # "hai tỷ lệ … cao nhất"; "năm" before a rate is a year
            return self.word(i, "năm") or not self._is_ranked(found.end)
        return not (self._is_countable(found.end) and (not self.word(found.end, "năm") or self._bounded(i)))

    # --- bounds and counts -----------------------------------------------------------------------------------------

    def _measured(self, i: int, first: Value) -> NumberMention | None:
        unit, end = self._unit(first.end)
        value, upper, comparator = first.value, None, ""
        start = i
        lower = self._to_below(i, first, unit, end)
        if lower is not None:
            return lower
        second = self._to(end, i)
        if second is not None:
            other_unit, other_end = self._unit(second.end)
            if not unit or unit == other_unit or not other_unit:
                upper, unit, end = second.value, unit or other_unit, other_end
                if first.factor == 1 and second.factor > 1 and first.value <= second.base:
                    value = first.value * second.factor
                comparator = "between"
                start = self._from(i)
        if comparator == "between" and upper is not None and value > upper:
            comparator, upper, (unit, end), start, value = "", None, self._unit(first.end), i, first.value
        if comparator != "between":
            comparator, start = self._before(i)
            sign, end = self._after(end)
            if sign:
                comparator = sign
                start = self._from(i) if start == i else start
            elif not comparator and self._lower_bound(i, end):
                comparator, start = ">=", self._from(i)
        if not unit and (self.word(i - 1, "usd") or (self.at(i - 1) is not None and self.items[i - 1].text == "$")):
            unit, start = "USD", min(start, i - 1)
        if first.english and unit in (*ENTITIES, *MEASURED):
            value *= 1000
        change, start = self._change(start)
        kind = self._kind(i, unit, comparator, value, end)
        if kind == "plain" and self.word(i - 1, "trên") and comparator == ">":
            comparator, start = "", i
        return NumberMention(
            kind,
            float(value),
            (start, end),
            unit,
            cast(Comparator, comparator),
            float(upper) if upper is not None else None,
            change,
        )

    def _to_below(self, i: int, first: Value, unit: str, end: int) -> NumberMention | None:
        """The lower end of "từ 5 đến dưới 10 tỷ", whose upper end is a bound of its own and lends it its unit."""
        lead, start = self._before(i)
        led = self.word(i - 1, "từ") or lead in (">", ">=")
        above = self.skip(end, "đến", "tới")
        if not led or above == end:
            return None
        bound = self.phrase(above, _BEFORE)
        second = self.value(bound) if bound is not None else None
        if bound is None or second is None or self._before(bound)[0] not in ("<", "<="):
            return None
        unit = unit or self._unit(second.end)[0]
        value = first.value
        if first.factor == 1 and second.factor > 1 and first.value <= second.base:
            value *= second.factor
        kind: NumberKind = "percent" if unit in ("%", "điểm %", "‰") else "threshold"
        change, start = self._change(start if lead else self._from(i))
        sign = cast(Comparator, lead or ">=")
        return NumberMention(kind, float(value), (start, above), unit, sign, None, change)

    def _kind(self, i: int, unit: str, comparator: str, value: Decimal, end: int) -> NumberKind:
        if unit in ("%", "điểm %", "‰"):
            return "percent"
        sized = unit in ("USD", "VND", *MEASURED, *_DURATIONS)  # "bình quân trên 10 giờ" is a bound
        per = value == 1 or (value in (10, 100, 1000) and not sized)  # "bình quân trên 1 tờ khai" is a mean
        if per and self.word(i - 1, "trên") and comparator == ">" and self.phrase_before(i - 1, _AVERAGE) is not None:
            return "plain"
        if comparator in ("", "~"):
            whole = value == value.to_integral_value() and 0 < value <= 1000
            ordinal = self.word(i - 1, "thứ", "hạng", "số")
            if comparator == "" and whole and not ordinal:
                if unit in ENTITIES:
                    return "count"
                if unit not in ("USD", "VND", *_DURATIONS) and self._is_ranked(end):
                    return "count"
            return "plain"
        return "threshold"

    def _is_ranked(self, i: int) -> bool:
        """Whether "nhiều nhất", "đứng đầu" … follows near by, before the next number."""
        for at in range(i, min(i + 14, self.count)):
            if self.items[at].kind == "number" or self.items[at].text in "?;.":
                return False
            if self.phrase(at, SUPERLATIVES) is not None:
                return True
        return False

    def _unit(self, i: int) -> tuple[str, int]:
        """The unit or noun after a number and the index after it; ("", i) when there is none."""
        if not self.free(i):
            return "", i
        if self.items[i].kind == "punct" and self.items[i].text not in "%$₫‰":
            return "", i
        end = self.phrase(i, _UNITS)
        if end is not None:
            phrase = next(p for p in _UNITS if self.phrase(i, (p,)) == end)
            # "5 dong dau tien" are rows, whatever money is called.
            if phrase != "đồng" or self.phrase(i + 1, ("đầu", "cuối", "hàng")) is None:
                return _UNITS[phrase], end
        return self._noun(i)

    def _noun(self, i: int) -> tuple[str, int]:
        if self.rate(i):
            return "", i  # a measure's own name counts nothing
        end = self.phrase(i, _NOUNS)
        if end is not None and self.free(i):
            return next(noun for noun in _NOUNS if self.phrase(i, (noun,)) == end), end
        token = self.at(i)
        if token is None or token.kind != "word" or not self.free(i) or token.fold in STOP or len(token.fold) < 2:
            return "", i
        return token.norm, i + 1

    def _to(self, i: int, start: int) -> Value | None:
        """The upper end of "từ 5 đến 10", "10-20%", "giữa 500 triệu và 1 tỷ"; ``start`` is where the lower begins."""
        if self.word(i, "đến", "tới", "và") or (self.at(i) is not None and self.items[i].text in "-~"):
            if self.word(i, "và") and self.phrase_before(start, ("giữa", "trong khoảng", "từ", "khoảng")) is None:
                return None
            return self.value(i + 1)
        return None

    def _from(self, i: int) -> int:
        """Where the words before a range begin."""
        start = self.phrase_before(i, RANGE_LEADS)
        return i if start is None else start

    def _before(self, i: int) -> tuple[str, int]:
        """The bound's direction from the words before it: (comparator, where they begin)."""
        for at in (i, i - 1 if self.word(i - 1, *LINKS, "$", "usd") else i):
            start = self.phrase_before(at, _BEFORE)
            if start is None or not all(self.free(index) for index in range(start, at)):
                continue
            phrase = next(p for p in _BEFORE if self.phrase(start, (p,)) == at)
            if phrase == "quá" and self._is_other_word(at - 1):
                continue
            return _BEFORE[phrase], start
        return "", i

    def _is_other_word(self, i: int) -> bool:
        """Without diacritics "qua" is mostly "qua" (through) and not "quá"."""
        return self.items[i].norm == "qua" and i > 0 and not self.word(i - 1, "hạn", "tăng", "giảm")

    def _after(self, i: int) -> tuple[str, int]:
        end = self.phrase(i, _AFTER)
        if end is None:
            return "", i
        return next(sign for phrase, sign in AFTER if self.phrase(i, (phrase,)) == end), end

    def _lower_bound(self, i: int, end: int) -> bool:
        """Forms: "có từ 5 tờ khai": "từ" before a number that no "lên", "xuống" or "đến" follows."""
        if not self.word(i - 1, "từ") or not self.free(i - 1):
            return False
        # "nhập khẩu từ 3 nước" names sources; "có từ 3 nước" bounds their number.
        named = self.phrase(end - 1, ENTITIES) is not None or self.phrase(end - 2, ENTITIES) is not None
        if named and not self.word(i - 2, "có", "đạt", "với", "gồm"):
            return False
        return not any(self.word(at, "lên", "xuống", "còn", "sang", "đến", "tới") for at in (end, end + 1))

    def _bounded(self, i: int) -> bool:
        """Whether a bound's words stand before a number."""
        return self._before(i)[0] != ""

    def _change(self, start: int) -> tuple[Change, int]:
        """Forms: "tăng" or "giảm" just before a bound: (direction, where it begins)."""
        at = start
        for _ in range(3):
            up = self.phrase_before(at, UP)
            down = self.phrase_before(at, DOWN)
            if (up is not None or down is not None) and self.items[at - 1].norm != "vượt":
                begin = up if up is not None else down
                assert begin is not None  # noqa: S101 - one of the two was found
                both = self.word(begin - 1, "/", "hay", "hoặc")
                return ("" if both else "up" if up is not None else "down"), begin
            if not self.word(at - 1, *LINKS, "lên", "xuống", "từ", "hơn"):
                break
            at -= 1
        return "", start
