"""How long a question takes to read when the value index holds very many names.

``python -m eval.index_speed --names 100000`` makes that many invented enterprise names and times readings with them and
without, in processor time, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nl2sql.question.linker import exact_matches, fuzzy_matches, syllables
from nl2sql.question.read import Reader
from nl2sql.question.text import normalise
from nl2sql.question.vocabulary import Vocabulary, build_vocabulary
from nl2sql.types import Question
from schema.loading import load_catalogue

_FIRST = ("Dệt May", "Thủy Sản", "Nông Sản", "Điện Tử", "Cơ Khí", "Vận Tải", "Hóa Chất", "Gỗ", "Thép", "Nhựa")
_SECOND = ("Sông Hồng", "Trường Sơn", "Bình Minh", "Hoa Sen", "Phù Sa", "Đại Dương", "An Khang", "Minh Phát")
_LETTERS = "bcdghklmnpqrstvx"


@dataclass(frozen=True)
class Names:
    """A source whose enterprises are invented and whose other columns hold what the catalogue declares."""

    names: tuple[str, ...]

    def distinct_values(self, table: str, column: str, limit: int) -> list[tuple[str, int]]:
        """The invented names for the enterprise column of one view, nothing for any other."""
        return [(name, 1) for name in self.names[:limit]] if (table, column) == ("to_khai", "doanh_nghiep") else []


def invented(count: int) -> tuple[str, ...]:
    """Names of enterprises that differ in at least one syllable."""
    rng = random.Random(7)  # noqa: S311 - invented names, no secret
    found: dict[str, None] = {}
    while len(found) < count:
        tail = "".join(rng.choice(_LETTERS) + rng.choice("aeiou") for _ in range(3)).capitalize()
        found[f"Công ty {rng.choice(_FIRST)} {rng.choice(_SECOND)} {tail}"] = None
    return tuple(found)


def questions(names: tuple[str, ...]) -> list[str]:
    """Questions that name an enterprise as it is stored, without diacritics, with a slip, and none at all."""
    found = []
    for name in names[:: max(1, len(names) // 20)][:20]:
        found += [f"Số tờ khai của {name} năm 2023", f"so to khai cua {name.lower()} nam 2022"]
        found.append(f"Số tờ khai của {name[:-1]}x năm 2023")
    return [*found, *["Tỷ lệ luồng đỏ của từng cục quý 3/2022"] * 20]


def measure(count: int) -> dict[str, float]:
    """Processor milliseconds: making the index, taking in the names, reading, and the look-up alone."""
    names = invented(count)
    catalogue = load_catalogue()
    started = time.process_time()
    vocabulary = build_vocabulary(catalogue, Names(names), limit=count)
    vocabulary.complete()
    made = time.process_time() - started
    reader = Reader(catalogue, vocabulary)
    asked = questions(names)
    reader.read(Question(asked[0]))
    reading = [_timed(partial(reader.read, Question(q))) for q in asked]
    looking = [_timed(partial(_look_up, q, vocabulary)) for q in asked]
    return {
        "names": count,
        "phrases": len(vocabulary.by_fold),
        "index_ms": round(made * 1000),
        "reading_median_ms": round(statistics.median(reading), 1),
        "reading_p95_ms": round(statistics.quantiles(reading, n=20)[-1], 1),
        "look_up_median_ms": round(statistics.median(looking), 1),
        "look_up_p95_ms": round(statistics.quantiles(looking, n=20)[-1], 1),
    }


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _look_up(question: str, vocabulary: Vocabulary) -> None:
    text = normalise(question)
    items = syllables(text, ())
    found = exact_matches(text, items, vocabulary)
    covered = {i for match in found for i in range(match.start, match.end)}
    fuzzy_matches(text, items, set(range(len(items))) - covered, vocabulary)


def main() -> None:
    """Print one JSON line for no names and one for many."""
    parser = argparse.ArgumentParser(description="Thời gian đọc một câu hỏi khi chỉ mục có rất nhiều tên.")
    parser.add_argument("--names", type=int, default=100_000, help="số tên doanh nghiệp bịa")
    given = parser.parse_args()
    for count in (20, given.names):
        sys.stdout.write(json.dumps(measure(count)) + "\n")


if __name__ == "__main__":
    main()
