"""Flat views over a database that nobody described: each table with what its keys lead to, many to one.

A drafted catalogue says which tables and keys there are. From every table the keys are followed in the direction in
which no row is doubled (each points at a primary key), so that a count or a sum over the flat view is that of the table
itself. The flat view is logical: the reader and the composer work with it as with a described one, and
``nl2sql.foreign.expand`` writes the SQL out over the tables that are needed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from nl2sql.foreign.wide_cells import display_of
from nl2sql.foreign.wide_roles import (
    free,
)
from nl2sql.foreign.wide_types import Flat, Step, Wide
from nl2sql.foreign.wide_view import ViewMaker
from nl2sql.foreign.wide_words import (
    english_of,
    english_words,
    identifier,
    spoken,
)
from schema.semantic import Catalogue, Relationship, View

FIRST_DAY = dt.date(1800, 1, 1)
"""Where "before" begins in a database of which nobody said when its data begin."""

DEPTH = 4
STEPS = 12
"""Keys followed from one table: no further and no more than these."""

KEYS = 700
"""Keys followed in a whole database: each brings another table's words and values into a view."""


def widen(catalogue: Catalogue, empty: Mapping[str, frozenset[str]]) -> Wide:
    """The flat views of a drafted catalogue.

    Args:
        empty: Table → columns that hold NULL somewhere.
    """
    flats: dict[str, Flat] = {}
    taken: set[str] = set()
    for name, view in catalogue.views.items():
        maker = ViewMaker(
            catalogue,
            view,
            reached(catalogue, view),
            free(f"phang_{identifier(name)}", taken),
            empty.get(name, frozenset()),
        )
        flats[maker.name] = maker.make()
    ordered = sorted(flats.values(), key=lambda flat: len(flat.steps))  # the nearer of two that explain as much
    views = {flat.view.name: flat.view for flat in ordered}
    english = {w: v.synonyms[0] for v in views.values() for w in _english_names(flats[v.name].table) if v.synonyms}
    english |= {said: meant for said, meant in _ENGLISH.items() if said not in english}
    english |= {f"{lead} {w}": f"{said} nào" for w, said in english.items() for lead in ("which", "what")}
    known = Catalogue(
        catalogue.name,
        f"{catalogue.version}+",
        catalogue.as_of,
        "duckdb",
        views=views,
        english=english,
        synthetic=catalogue.synthetic,
        since=FIRST_DAY,
        draft=True,
    )
    people = tuple(f.view.synonyms[0] for f in flats.values() if _are_persons(catalogue.views[f.table]))
    return Wide(known, flats, people)


def _are_persons(view: View) -> bool:
    shown = display_of(view, view.name)
    return shown is not None and (len(shown.columns) > 1 or spoken(shown.columns[0]).startswith("họ "))


_ENGLISH = {
    "spent": "chi tiêu", "sold": "bán", "bought": "mua", "ordered": "đặt hàng", "borrowed": "mượn",
    "revenue": "doanh thu", "sales": "doanh thu", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10",
    "never": "chưa",
}  # fmt: skip
"""English words of business that stand in questions to any database."""


def _english_names(table: str) -> tuple[str, ...]:
    wholes = [" ".join(words)] if (words := english_words(table)) else list(english_of(spoken(table)))
    found: list[str] = []
    for whole in wholes:
        plural = (
            whole[:-1] + "ies" if whole.endswith("y") else whole + ("es" if whole.endswith(("s", "x", "ch")) else "s")
        )
        found += [whole, plural] if whole.isascii() else []
    return tuple(found)


def reached(catalogue: Catalogue, base: View) -> dict[str, Step]:
    """Joins from a table along its keys, nearest first; each points at the whole primary key of the next."""
    steps: dict[str, Step] = {}
    most = max(2, min(STEPS, KEYS // len(catalogue.views)))
    seen = {base.name}
    frontier = [(base.name, base.name)]
    for depth in range(1, DEPTH + 1):
        reached: list[tuple[str, str]] = []
        for table, parent in frontier:
            for link in catalogue.relationships:
                if link.left != table or len(steps) >= most or not _is_to_one(catalogue, link):
                    continue
                itself = link.right == base.name
                if link.right in seen and depth > 1:
                    continue
                alias = link.right
                if alias in steps or itself:
                    alias = f"{link.right}_{link.left_columns[0]}"
                pairs = tuple(zip(link.left_columns, link.right_columns, strict=True))
                steps[alias] = Step(alias, link.right, parent, pairs, depth)
                if not itself:
                    seen.add(link.right)
                    reached.append((link.right, alias))
        frontier = reached
    return steps


def _is_to_one(catalogue: Catalogue, link: Relationship) -> bool:
    target = catalogue.views.get(link.right)
    return target is not None and bool(link.right_columns) and set(link.right_columns) == set(target.primary_key)
