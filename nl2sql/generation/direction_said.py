"""The direction of trade that a question tells, where an outline written without a hint has the other one.

"Nước nào mua hàng của ta" is about exports, though its verb is a name of imports: whose side a verb is told from is
code's to find out (``question.home``), and a small model guesses. The reader's reading has no part in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.generation.named import Word, spans_in
from nl2sql.generation.snap import Values
from nl2sql.question.elements import Element
from nl2sql.question.filters import values_sql
from nl2sql.question.home import seen_from_home
from nl2sql.question.text import fold, normalise
from nl2sql.types import FilterMatch, Reading
from schema.semantic import Catalogue, Dimension, View


def direction_said(
    question: str, words: Sequence[Word], catalogue: Catalogue, view: View, values: Values
) -> tuple[str, str] | None:
    """The column of directions and its one value that is told; None where none is, or several."""
    dim = _directed(catalogue, view)
    if dim is None:
        return None
    elements = []
    for start, end, terms in spans_in(words, values):
        term = min(terms, key=lambda t: t.rank)
        elements.append(Element(term.kind, (words[start].token, words[end - 1].token + 1), term))
    seen = seen_from_home(normalise(question), catalogue, view, elements)
    told = {e.term.value for e in seen if e.term and e.kind == "value" and e.name == dim.name}
    return (dim.name, told.pop()) if len(told) == 1 else None


def with_direction(reading: Reading, column: str, value: str) -> Reading:
    """The reading with a direction in place of the other one; nothing is added where it has none."""
    here = [f for f in reading.filters if f.sql.startswith(f"{column} = ")]
    wanted = values_sql(column, (value,))
    if len(here) != 1 or here[0].sql == wanted:
        return reading
    match = FilterMatch(wanted, column, (value,), wanted)
    return replace(reading, filters=tuple(match if f is here[0] else f for f in reading.filters))


def without_one_way(words: Sequence[Word], reading: Reading, catalogue: Catalogue, view: View) -> Reading:
    """The reading of both ways, where the question names them in one breath ("xuất nhập khẩu") and neither alone."""
    dim = _directed(catalogue, view)
    text = f" {' '.join(w.fold for w in words)} "
    if dim is None or " xuat nhap khau " not in text:
        return reading
    rest = text.replace(" xuat nhap khau ", " ")
    names = [fold(name) for value in catalogue.values_of(dim) for name in (value.value, *value.synonyms)]
    if any(f" {name} " in rest for name in names):
        return reading
    return replace(reading, filters=tuple(f for f in reading.filters if not f.sql.startswith(f"{dim.name} = '")))


def _directed(catalogue: Catalogue, view: View) -> Dimension | None:
    """The column whose values are opposites, as seen from home."""
    if not catalogue.home:
        return None
    return next((d for d in view.dimensions if any(v.opposite for v in catalogue.values_of(d))), None)
