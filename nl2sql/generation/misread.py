"""Conditions of an outline without a hint that rest on words misread: other diacritics, members that nobody said.

"Diễn biến thu ngân sách" is no revenue of "Điện Biên", though both are the same letters; a list of members of which the
question says some has the others from nowhere; nothing is missing where no word says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nl2sql.generation.members import members
from nl2sql.generation.named import Named, Word
from nl2sql.question.filters import values_sql
from nl2sql.question.text import canonical, fold
from nl2sql.types import FilterMatch, Reading

_MISSING = frozenset({"khong", "chua", "thieu", "ngoai", "tru", "ko", "k", "trong", "chang", "khac", "vo"})


def without_misread(
    words: Sequence[Word], reading: Reading, named: Sequence[Named], written: Mapping[tuple[str, str], str]
) -> Reading:
    """The reading without such conditions, or with the members that are said alone.

    Args:
        written: Column and stored value → the words that the model wrote for it.
    """
    kept = (_kept(match, words, named, written) for match in reading.filters)
    return replace(reading, filters=tuple(match for match in kept if match is not None))


def _kept(
    match: FilterMatch, words: Sequence[Word], named: Sequence[Named], written: Mapping[tuple[str, str], str]
) -> FilterMatch | None:
    if match.sql.endswith(" IS NULL") and " AND " not in match.sql and " OR " not in match.sql:
        return match if any(w.fold in _MISSING for w in words) else None
    found = members(match.sql)
    if found is None:
        return match
    column, held = found.column, list(found.values)
    left = [v for v in held if not _of_other_letters(v, words)]
    asked = {w.fold for w in words}
    by_name = [v for v in left if any((column, v) in n.homes for n in named)]
    said = [v for v in left if v in by_name or set(fold(written.get((column, v), v)).split()) <= asked]
    left = said if by_name else left
    if left == held:
        return match
    sql = values_sql(column, tuple(left))
    return FilterMatch(sql, column, tuple(left), sql) if left else None


def _of_other_letters(value: str, words: Sequence[Word]) -> bool:
    """Whether a value stands in the question by its letters alone, everywhere with diacritics that are not its own."""
    name = canonical(value).split()
    plain = fold(value).split()
    places = [i for i in range(len(words) - len(plain) + 1) if [w.fold for w in words[i : i + len(plain)]] == plain]
    if not places or len(name) != len(plain):
        return False

    def agrees(at: int) -> bool:
        here = words[at : at + len(plain)]
        return all(w.norm == n or w.norm == w.fold for w, n in zip(here, name, strict=True))

    return not any(agrees(i) for i in places)
