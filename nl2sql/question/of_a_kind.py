"""Members of a narrower kind than their column holds: "FTA nào" leaves out the rates that belong to no agreement.

A column may be called by a name that only some of its values deserve. The catalogue tells which ones with a named
filter over that column that carries the same name ("các hiệp định FTA").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nl2sql.question.elements import Element, gap
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch
from schema.semantic import NamedFilter, View


def of_a_kind(
    text: Text, view: View, found: Sequence[Element], filters: Sequence[FilterMatch]
) -> tuple[FilterMatch, ...]:
    """The condition that keeps the members to the kind by which they are asked for.

    Where the column only says how a table is laid out ("theo từng hiệp định"), all of it is shown; where the question
    names values of the column, they are the members.
    """
    named = {f.column for f in filters if f.values} | {e.name for e in found if e.kind == "filter"}
    for index, element in enumerate(found):
        before = found[index - 1] if index else None
        laid_out = before is not None and before.tag == "group" and gap(text, before, element) == 0
        if element.kind != "dimension" or element.name in named or laid_out:
            continue
        kind = _kind(view, element.name, fold(text.span(*element.tokens).text))
        if kind is not None and kind.name not in named:
            return (FilterMatch(kind.expr, kind.name, (), kind.label, text.span(*element.tokens)),)
    return ()


def _kind(view: View, column: str, said: str) -> NamedFilter | None:
    """The named filter over a column that is called by the same name, unless the whole column is."""
    dim = view.dimension(column)
    if dim is None or _holds(fold(dim.label), said):
        return None
    over = (f for f in view.filters if re.match(rf"{column} (?:NOT )?IN \(", f.expr))
    return next((f for f in over if any(_holds(fold(n), said) for n in (f.label, *f.synonyms))), None)


def _holds(name: str, said: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(said)}(?!\w)", name) is not None
