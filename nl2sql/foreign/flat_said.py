"""The words of a question over a flat view, and what is looked up by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from nl2sql.foreign.wide_types import Flat
from nl2sql.question.text import Text, fold, normalise
from nl2sql.types import MetricMatch
from schema.semantic import Metric, TimeDimension

ROWS = 1000
"""Most rows listed."""


_NUMBERS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}


FIGURES = ("bao nhiêu", "mấy", "số", "tổng", "đếm", "lượng", "count", "total", "bao nhieu", "may", "tong", "dem")


EACH = ("theo", "mỗi", "từng", "chia", "per", "by", "each")


ASKING = ("nào", "gì", "đâu", "ai", "which", "what")


LISTED = ("những", "các", "toàn bộ", "tất cả", "liệt kê", "danh sách", "kể tên", "tên", "tìm", "nhung", "cac",
          "liet ke", "danh sach", "ke ten", "list all", "list")  # fmt: skip


@dataclass(frozen=True)
class Said:
    """The words of a question, compared with diacritics where the writer uses them."""

    text: Text
    words: tuple[str, ...]

    @classmethod
    def of(cls, question: str) -> Said:
        text = normalise(question)
        return cls(text, tuple((t.norm if text.accented else t.fold) for t in text.tokens))

    def place(self, phrase: str) -> int:
        """Index of the first word of a phrase, or -1."""
        wanted = tuple((phrase if self.text.accented else fold(phrase)).lower().split())
        for start in range(len(self.words) - len(wanted) + 1):
            if wanted and self.words[start : start + len(wanted)] == wanted:
                return start
        return -1

    def has(self, *phrases: str) -> bool:
        return any(self.place(phrase) >= 0 for phrase in phrases)


def moments_of(time: TimeDimension) -> list[str]:
    """How a date is named without the word for a day: "ngày cấp thẻ" is said "cấp thẻ", "cấp"."""
    found = []
    for phrase in time.synonyms:
        words = phrase.split()
        bare = words[1:] if words[0] in ("ngày", "năm", "giờ", "thời") else words
        if bare and len(words) > 1:
            found += [" ".join(bare)] + ([bare[0]] if len(bare) > 1 else [])
    return found


def number_in(words: Sequence[str]) -> str | None:
    if not words or not re.fullmatch(r"\d+(?:[.,]\d+)*", words[0]):
        return None
    text = words[0]
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    text = text.replace(",", ".")
    return text if text.count(".") <= 1 else None


def number_before(said: Said, phrase: str) -> int:
    at = said.place(phrase)
    word = said.words[at - 1] if at > 0 else ""
    spelled = {(k if said.text.accented else fold(k)): v for k, v in _NUMBERS.items()}
    return min(ROWS, int(word)) if word.isdigit() and len(word) < 5 else spelled.get(word, 0)


def row_name(flat: Flat) -> str:
    return next((name for name, cell in flat.cells.items() if cell.of_row), "")


def physical(flat: Flat, name: str) -> str:
    return flat.cells[name].columns[0]


def column_of(match: MetricMatch | Metric) -> str:
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    return tree.this.name if isinstance(tree, exp.Sum | exp.Avg) and isinstance(tree.this, exp.Column) else ""
