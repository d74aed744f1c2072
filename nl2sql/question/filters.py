"""From named values and named filters to conditions, with exclusion, alternatives and enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.question.elements import Element, gap, joined
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch
from schema.semantic import Catalogue, View

_LAST_CHAPTER = 99
"""Chapters of the nomenclature have two digits."""
_SKIPPED = {"dimension", "view"}
_SKIPPED_TAGS = {"plural", "have", "total"}


def read_filters(
    text: Text, catalogue: Catalogue, view: View, found: Sequence[Element]
) -> tuple[tuple[FilterMatch, ...], tuple[str, ...]]:
    """Conditions in the order of the text, and the columns of which several values are set side by side.

    Values of one column are alternatives of each other (``IN``) and never contradict; an exclusion word before a value
    excludes it and what is enumerated with it.
    """
    conditions: list[FilterMatch] = []
    by_column: dict[tuple[str, bool], list[Element]] = {}
    previous: Element | None = None
    previous_negated = False
    for index, element in enumerate(found):
        if element.kind not in ("value", "filter"):
            continue
        negated = _is_negated(text, found, index)
        same = previous is not None and (previous.kind, previous.name) == (element.kind, element.name)
        groups = previous is not None and _is_bloc(view, previous) and _is_bloc(view, element)
        if previous is not None and not negated and previous_negated and (same or groups):
            negated = joined(text, previous, element)
        if element.kind == "filter":
            conditions.append(_named(text, view, element, negated))
        else:
            by_column.setdefault((element.name, negated), []).append(element)
        previous, previous_negated = element, negated
    for (column, negated), elements in by_column.items():
        conditions.append(_values(text, catalogue, view, column, elements, negated))
    conditions.sort(key=lambda f: f.span.start if f.span else 0)
    conditions = _united(conditions, view)
    conditions = list({f.sql: f for f in reversed(conditions)}.values())[::-1]
    several = tuple(column for (column, negated), es in by_column.items()
                    if not negated and len({e.term.value for e in es if e.term}) > 1)  # fmt: skip
    return _merge_named(text, found, conditions), several


def _is_bloc(view: View, element: Element) -> bool:
    """Whether a named filter is the membership of a bloc, several of which are enumerated like values."""
    return element.kind == "filter" and any(
        f.name == element.name and f.expr.lower().startswith("la_") for f in view.filters
    )


def _united(conditions: list[FilterMatch], view: View) -> list[FilterMatch]:
    """Values of one column named apart, one of them as a named filter, are alternatives and never contradict."""
    homes = {f.column: f for f in conditions if f.values and not f.negated}
    added: dict[str, list[str]] = {}
    rest: list[FilterMatch] = []
    for condition in conditions:
        column = condition.sql.split(" ")[0]
        listed = " IN (" in condition.sql and " NOT IN (" not in condition.sql
        if condition.values or condition.negated or column not in homes or not listed:
            rest.append(condition)
        else:
            inside = condition.sql[condition.sql.index("(") + 1 : -1]
            added.setdefault(column, []).extend(v.strip().strip("'") for v in inside.split(","))
    out = []
    for condition in rest:
        more = added.get(condition.column, []) if condition is homes.get(condition.column) else []
        values = tuple(dict.fromkeys((*condition.values, *more)))
        label = f"{view.label_of(condition.column)}: {' hoặc '.join(values)}"
        changed = replace(condition, sql=values_sql(condition.column, values), values=values, label=label)
        out.append(changed if more else condition)
    return out


def without_implied(view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements without the named filters that a value of the same column says already: "có C/O mẫu E"."""
    told = {f"{e.name} IS NOT NULL" for e in found if e.kind == "value"}
    implied = {f.name for f in view.filters if f.expr in told}
    return tuple(e for e in found if e.kind != "filter" or e.name not in implied)


def _is_negated(text: Text, found: Sequence[Element], index: int) -> bool:
    right = found[index]
    for before in reversed(found[:index]):
        if gap(text, before, right) and not _of_a_kind(text, before, right):
            return False
        if before.tag == "not":
            return True
        if before.kind not in _SKIPPED and before.tag not in _SKIPPED_TAGS:
            return False
        right = before
    return False


_KINDS = frozenset({"khoản", "phần", "nhóm", "loại", "số", "khoan", "phan", "nhom", "loai", "so"})


def _of_a_kind(text: Text, before: Element, right: Element) -> bool:
    """Whether only a word for a kind stands between what excludes and what is excluded: "không kể khoản khó thu"."""
    between = [t.norm for t in text.tokens[before.tokens[1] : right.tokens[0]] if t.kind != "punct"]
    return before.tag == "not" and len(between) == 1 and between[0] in _KINDS


def _named(text: Text, view: View, element: Element, negated: bool) -> FilterMatch:
    named = next(f for f in view.filters if f.name == element.name)
    sql = f"NOT ({named.expr})" if negated else _atom(named.expr)
    label = f"không gồm {named.label}" if negated else named.label
    return FilterMatch(sql, named.name, (), label, text.span(*element.tokens), negated)


def _atom(expr: str) -> str:
    return f"({expr})" if " OR " in expr.upper() else expr


def _merge_named(text: Text, found: Sequence[Element], conditions: list[FilterMatch]) -> tuple[FilterMatch, ...]:
    """Named filters that are enumerated ("ASEAN và EU") are alternatives."""
    names = [e for e in found if e.kind == "filter"]
    together = {(a.name, b.name) for a, b in pairwise(names)
                if joined(text, a, b) and a.tokens[1] < b.tokens[0] and a.name != b.name}  # fmt: skip
    out: list[FilterMatch] = []
    for condition in conditions:
        last = out[-1] if out else None
        if last and not last.values and not condition.values and (last.column, condition.column) in together \
                and not last.negated and not condition.negated:  # fmt: skip
            out[-1] = FilterMatch(
                f"({last.sql} OR {condition.sql})", condition.column, (), f"{last.label} hoặc {condition.label}",
                last.span,
            )  # fmt: skip
        else:
            out.append(condition)
    return tuple(out)


def _values(
    text: Text, catalogue: Catalogue, view: View, column: str, elements: Sequence[Element], negated: bool
) -> FilterMatch:
    values = tuple(dict.fromkeys(e.term.value for e in elements if e.term))
    dim = view.dimension(column)
    labels = {v.value: v.label or v.value for v in catalogue.values_of(dim)} if dim else {}
    said = [labels.get(v, v) for v in values]
    named = ("; " if any("," in one for one in said) else ", ").join(said)
    title = dim.label if dim else column
    others = tuple(
        dict.fromkeys(
            f"{t.name} = {quote(t.value)}" for e in elements for t in e.others if t.kind == "value" and t.name != column
        )
    )
    return FilterMatch(
        values_sql(column, values, negated, integer=bool(dim and dim.type == "integer")),
        column,
        values,
        f"{title}: {'không phải ' if negated else ''}{named}",
        text.span(*elements[0].tokens),
        negated,
        others,
    )


def values_sql(column: str, values: Sequence[str], negated: bool = False, *, integer: bool = False) -> str:
    """A condition on one column: equality for one value, membership for several."""
    literals = [str(v) if integer else quote(v) for v in values]
    if len(literals) == 1:
        return f"{column} {'<>' if negated else '='} {literals[0]}"
    return f"{column} {'NOT IN' if negated else 'IN'} ({', '.join(literals)})"


def quote(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def read_codes(text: Text, view: View, found: Sequence[Element]) -> list[FilterMatch]:
    """Codes that stand after the name of their column: "mã HS 2709", "chương 72", "MST 0100109106"."""
    conditions: list[FilterMatch] = []
    ends: list[int] = []
    for element in found:
        stretch = _stretch(text, view, element)
        if stretch is not None and element.tokens[0] not in ends:
            conditions.append(stretch[0])
            ends.extend(range(element.tokens[0], stretch[1]))
    for before, element in pairwise(found):
        number = element.number
        if element.tokens[0] in ends:
            continue
        if element.kind != "number" or number is None or before.kind != "dimension" or number.comparator:
            continue
        written = number.code or text.tokens[element.tokens[1] - 1].text
        if not written.isdigit() or gap(text, before, element):
            continue
        dim = view.dimension(before.name)
        if dim is None or dim.type != "text":
            continue
        code = written.zfill(2)
        prefix = dim.name.startswith("ma_") and len(code) < 8
        sql = f"{dim.name} LIKE {quote(code + '%')}" if prefix else f"{dim.name} = {quote(code)}"
        conditions.append(FilterMatch(sql, dim.name, (code,), f"{dim.label}: {code}", text.span(*element.tokens)))
    return _alternatives(conditions)


_TO = frozenset(("-", "~", "→", "đến", "tới"))


def _stretch(text: Text, view: View, element: Element) -> tuple[FilterMatch, int] | None:
    """A stretch of codes behind the name of their column, and the token after it: "chương 61 tới 64", "chương 84-85".

    It is one condition: like a stretch of years it is not set side by side unless the question asks for it.
    """
    dim = view.dimension(element.name) if element.kind == "dimension" else None
    if dim is None or dim.type != "text" or dim.name.startswith("ma_"):
        return None
    at = element.tokens[1]
    name = [t.fold for t in text.tokens[slice(*element.tokens)]]
    words = text.tokens[at : at + 3 + len(name)]
    to = words[1] if len(words) > 2 else None
    if to is None or not (to.norm in _TO or (not text.accented and to.fold in ("den", "toi"))):
        return None
    again = 2 + len(name) if [t.fold for t in words[2 : 2 + len(name)]] == name else 2
    if again >= len(words):
        return None
    first, last = words[0].text, words[again].text
    if not (first.isdecimal() and last.isdecimal()) or not 0 < int(first) < int(last) <= _LAST_CHAPTER:
        return None
    codes = tuple(str(n).zfill(2) for n in range(int(first), int(last) + 1))
    sql = f"{dim.name} BETWEEN {quote(codes[0])} AND {quote(codes[-1])}"
    end = at + again + 1
    label = f"{dim.label}: {codes[0]} đến {codes[-1]}"
    return FilterMatch(sql, dim.name, codes, label, text.span(element.tokens[0], end)), end


def _alternatives(conditions: Sequence[FilterMatch]) -> list[FilterMatch]:
    """Codes of one column are alternatives and never contradict: "chương 72 và chương 73"."""
    joined: dict[str, FilterMatch] = {}
    for condition in conditions:
        first = joined.get(condition.column)
        if first is None:
            joined[condition.column] = condition
            continue
        codes = tuple(dict.fromkeys((*first.values, *condition.values)))
        plain = f"{condition.column} = " in condition.sql and "LIKE" not in first.sql
        sql = values_sql(condition.column, codes) if plain else f"({first.sql} OR {condition.sql})"
        joined[condition.column] = replace(first, sql=sql, values=codes, label=f"{first.label}, {condition.values[0]}")
    return list(joined.values())
