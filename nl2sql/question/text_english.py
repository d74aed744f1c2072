"""English words that stand among Vietnamese ones ("monthly import từ ASEAN") become what they mean.

Words of the language (periods, order, comparison) are listed here; names of measures and columns belong to the
catalogue (``english`` in its shared file). A phrase that the catalogue itself knows as it stands is left alone, so that
a database described in English is read in English.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nl2sql.question.text_context import settled
from nl2sql.question.text_unit import Unit, spread, text_of
from schema.semantic import Ambiguous

_UNITS = {"day": "ngày", "week": "tuần", "month": "tháng", "quarter": "quý", "year": "năm"}
_EVERY = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MOST = ("best", "top", "highest", "peak", "biggest", "busiest", "strongest")
_LEAST = ("worst", "lowest", "weakest", "smallest", "quietest")


def _of_units() -> dict[str, str]:
    found: dict[str, str] = {}
    for english, unit in _UNITS.items():
        grouped = f"theo {unit}"
        found |= {f"{lead} {english}": grouped for lead in ("by", "per", "each", "every", "for each", "in each")}
        found |= {_EVERY[english]: grouped, f"{english} by {english}": grouped, f"{english}-by-{english}": grouped}
        found |= {f"{_EVERY[english]} trend": f"diễn biến {grouped}", f"{_EVERY[english]} average": f"bình quân {unit}"}
        found |= {f"which {english}": f"{unit} nào", f"what {english}": f"{unit} nào"}
        found |= {f"{word} {english}": f"{unit} nào cao nhất" for word in _MOST}
        found |= {f"{word} {english}": f"{unit} nào thấp nhất" for word in _LEAST}
        found |= {f"last {english}": f"{unit} trước", f"previous {english}": f"{unit} trước"}
        found |= {f"this {english}": f"{unit} này", f"current {english}": f"{unit} này", f"{english}s": unit}
        if english != "day":  # without diacritics "day" is "đây" and "dây"
            found[english] = unit
    return found | {"this year": "năm nay", "last year": "năm ngoái", "annual": "theo năm", "annually": "theo năm"}


PHRASES: Mapping[str, str] = {
    **_of_units(),
    "today": "hôm nay", "yesterday": "hôm qua", "now": "hiện nay", "currently": "hiện nay", "so far": "đến nay",
    "year to date": "từ đầu năm đến nay", "year-to-date": "từ đầu năm đến nay",
    "first half of": "6 tháng đầu năm", "second half of": "6 tháng cuối năm", "end of": "cuối", "as of": "tính đến",
    "year over year": "so với cùng kỳ", "year on year": "so với cùng kỳ", "year-on-year": "so với cùng kỳ",
    "month over month": "theo tháng so với tháng trước", "month-over-month": "theo tháng so với tháng trước",
    "quarter over quarter": "theo quý so với quý trước", "quarter-over-quarter": "theo quý so với quý trước",
    "same period last year": "cùng kỳ năm trước", "same period": "cùng kỳ", "compared to": "so với",
    "compared with": "so với", "versus": "so với", "compare": "so sánh",
    "number of": "số lượng", "count of": "số lượng", "amount of": "số", "total number of": "tổng số",
    "share of": "tỷ trọng", "percentage of": "tỷ lệ", "rate of": "tỷ lệ", "proportion of": "tỷ trọng",
    "percent": "phần trăm", "growth rate": "tốc độ tăng trưởng", "growth": "tăng trưởng", "increase": "tăng",
    "increased": "tăng", "decrease": "giảm", "decreased": "giảm", "decline": "giảm", "difference": "chênh lệch",
    "average": "bình quân", "avg": "bình quân", "mean": "bình quân", "moving average": "trung bình trượt",
    "running total": "lũy kế", "cumulative": "lũy kế", "trend": "xu hướng", "breakdown by": "chia theo",
    "group by": "theo", "grouped by": "theo", "ranking": "xếp hạng", "ranked by": "xếp theo",
    "best": "cao nhất", "highest": "cao nhất", "largest": "lớn nhất", "biggest": "lớn nhất", "most": "nhiều nhất",
    "worst": "thấp nhất", "lowest": "thấp nhất", "smallest": "nhỏ nhất", "least": "ít nhất", "fewest": "ít nhất",
    "longest": "lâu nhất", "shortest": "ngắn nhất", "slowest": "chậm nhất", "fastest": "nhanh nhất",
    "busiest": "đông nhất", "more than": "trên", "greater than": "trên", "higher than": "cao hơn", "over": "trên",
    "less than": "dưới", "fewer than": "dưới", "lower than": "thấp hơn", "under": "dưới", "between": "từ",
    "excluding": "không tính", "except": "ngoại trừ", "without": "không có", "only": "chỉ", "and": "và", "or": "hoặc",
    "from": "từ", "how many": "bao nhiêu", "how much": "bao nhiêu",
}  # fmt: skip
"""English (lower case) → Vietnamese."""

_ONLY_WITH_NUMBER = ("over", "under", "between", "from")


@dataclass(frozen=True)
class English:
    """The phrases that one catalogue's questions may use.

    Attributes:
        phrases: Lower case → Vietnamese.
        ambiguous: Abbreviations that the words around them settle.
    """

    phrases: Mapping[str, str]
    ambiguous: tuple[Ambiguous, ...] = ()

    @classmethod
    def of(cls, own: Mapping[str, str], known: Collection[str], ambiguous: Iterable[Ambiguous] = ()) -> English:
        """The language's phrases, without those that a catalogue knows as they stand, and the catalogue's own."""
        words = {w for k in PHRASES for w in k.split()}
        kept = {k: k for k in known if not words.isdisjoint(k.split())}
        phrases = {**PHRASES, **kept, **{k.lower(): v for k, v in own.items()}}
        return cls(phrases, tuple(a for a in ambiguous if a.settles))

    @cached_property
    def _by_word(self) -> Mapping[str, Sequence[str]]:
        """Phrases by their first word; a warehouse knows thousands, too many to make one expression of."""
        found: dict[str, list[str]] = {}
        for phrase in self.phrases:
            word = _WORD.search(phrase)
            found.setdefault(word[0] if word else "", []).append(phrase)
        return found

    def _pattern(self, text: str) -> re.Pattern[str] | None:
        """What finds the phrases that a text may hold, the longest first; None when it can hold none."""
        low = text.lower()
        near = [p for word in {"", *_WORD.findall(low)} for p in self._by_word.get(word, ()) if p in low]
        if not near:
            return None
        longest = sorted(near, key=lambda phrase: (-len(phrase), phrase))
        return re.compile(r"(?<![\w/-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w/-])", re.IGNORECASE)

    def into_vietnamese(self, units: list[Unit]) -> list[Unit]:
        """The text with its English phrases replaced; each new character stands for the whole phrase.

        Capitals mark names and codes ("OR", "Best Foods"): a phrase counts in lower case or at the very beginning.
        """
        if not self.phrases:
            return units
        text = text_of(units)
        out: list[Unit] = []
        position = 0
        for start, end, meant in self._found(text):
            if start < position:
                continue
            out.extend(units[position:start])
            out.extend(spread(meant, units[start:end]))
            position = end
        out.extend(units[position:])
        return out

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        found = [(m.start(), m.end(), f"tháng {_MONTHS.index(m[1]) + 1}/{m[2]}") for m in _MONTH_OF_YEAR.finditer(text)]
        pattern = self._pattern(text)
        for match in pattern.finditer(text) if pattern else ():
            said = match[0]
            if said != said.lower() and (match.start() > 0 or said[1:] != said[1:].lower()):
                continue
            if said.lower() in _ONLY_WITH_NUMBER and not _NUMBER_NEXT.match(text, match.end()):
                continue
            found.append((match.start(), match.end(), self.phrases[said.lower()]))
        return sorted([*found, *settled(text, self.ambiguous)])


_MONTH_OF_YEAR = re.compile(r"\b(" + "|".join(_MONTHS) + r")\s*(?:of|,|/)?\s*((?:19|20)\d\d)\b")
_WORD = re.compile(r"\w+")
_NUMBER_NEXT = re.compile(r"\s*[\dQT]")
