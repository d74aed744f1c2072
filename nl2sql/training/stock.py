"""What the warehouse holds, for drawing from: stored values, their names and counts, the range of days."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from nl2sql.query.database import Database
from nl2sql.question.filters import values_sql
from nl2sql.question.text import fold
from nl2sql.training.periods import Calendar
from nl2sql.training.plan import Condition, Ways
from nl2sql.types import FilterMatch
from schema.semantic import Catalogue, Dimension, NamedFilter, View

_MOST_VALUES = 400
_PLACES = ("của", "tại", "ở")


@dataclass(frozen=True)
class Stored:
    """A value with the ways to name it and its number of rows."""

    value: str
    names: Ways
    rows: int


@dataclass
class Shelf:
    """One view's stock.

    Attributes:
        values: Column → its values, commonest first.
        owners: Folded name → columns that have it, best rank first.
        calendar: Its periods, or None without time.
    """

    view: View
    values: dict[str, tuple[Stored, ...]] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)
    calendar: Calendar | None = None


def stock(catalogue: Catalogue, database: Database) -> Mapping[str, Shelf]:
    """The stock of every view that has a metric."""
    found: dict[str, Shelf] = {}
    today = catalogue.as_of or dt.date.today()  # noqa: DTZ011 - a foreign database has no day of its own
    for view in catalogue.views.values():
        if not view.metrics:
            continue
        shelf = Shelf(view)
        for dim in sorted(view.dimensions, key=lambda d: d.rank):
            if dim.type == "text":
                shelf.values[dim.name] = _values(catalogue, database, view, dim)
                for item in shelf.values[dim.name]:
                    for name in item.names:
                        owners = shelf.owners.setdefault(fold(name), [])
                        if dim.name not in owners:
                            owners.append(dim.name)
        time = view.time
        if time is not None:
            first = database.scalar(f"SELECT MIN({time.name}) FROM {view.name}")
            last = database.scalar(f"SELECT MAX({time.name}) FROM {view.name}")
            if isinstance(first, dt.date) and isinstance(last, dt.date):
                shelf.calendar = Calendar(time, _day(first), min(_day(last), today), today)
        found[view.name] = shelf
    return found


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _values(catalogue: Catalogue, database: Database, view: View, dim: Dimension) -> tuple[Stored, ...]:
    declared = {v.value: v for v in catalogue.values_of(dim)}
    found = []
    for value, rows in database.distinct_values(view.name, dim.name, _MOST_VALUES):
        item = declared.get(value)
        names = [value] if not item else [n for n in (value, item.label, *item.synonyms, *item.strong) if n]
        found.append(Stored(value, tuple(dict.fromkeys(names)), rows))
    return tuple(found)


def pick_value(shelf: Shelf, dim: Dimension, rng: random.Random) -> Condition | None:
    """A condition on one value of a column, rare values less often than common ones but never never."""
    items = shelf.values.get(dim.name, ())
    if not items:
        return None
    item = rng.choices(items, [max(i.rows, 1) ** 0.35 for i in items])[0]
    return _condition(shelf, dim, (item,), rng)


def pick_values(shelf: Shelf, dim: Dimension, rng: random.Random, count: int = 2) -> Condition | None:
    """A condition on several values of a column."""
    items = [i for i in shelf.values.get(dim.name, ()) if "," not in i.names[0]]
    if len(items) < count + 1:
        return None
    chosen: list[Stored] = []
    while len(chosen) < count:
        item = rng.choices(items, [max(i.rows, 1) ** 0.35 for i in items])[0]
        if item not in chosen:
            chosen.append(item)
    return _condition(shelf, dim, tuple(chosen), rng)


def negated(condition: Condition, rng: random.Random) -> Condition:
    """The same value left out."""
    match = condition.match
    sql = values_sql(match.column, match.values, True)
    words = ("không tính", "trừ", "ngoài", "không kể", "không bao gồm", "ngoại trừ")
    ways = tuple(f"{rng.choice(words)} {b}" for b in condition.bare)
    return Condition(
        FilterMatch(sql, match.column, match.values, f"Không gồm {match.label}", negated=True), ways, condition.bare
    )


def pick_filter(named: NamedFilter) -> Condition:
    """A condition with a name of its own."""
    names = tuple(dict.fromkeys((named.label, *named.synonyms)))
    sql = f"({named.expr})" if " OR " in named.expr.upper() else named.expr
    lower = tuple(lowered(n) for n in names)
    return Condition(FilterMatch(sql, named.name, (), named.label), (*lower, *(f"của {n}" for n in lower)), lower)


def _condition(shelf: Shelf, dim: Dimension, items: tuple[Stored, ...], rng: random.Random) -> Condition:
    """The values with their names, led by a cue where another column owns one of the names."""
    cues = [c for c in dim.cues if not c.isupper()] or [lowered(dim.label)]
    direct = dim.rank <= 5 and not dim.cues
    bare: list[str] = []
    for _ in range(3):
        names = []
        for item in items:
            name = item.names[0] if rng.random() < 0.45 else rng.choice(item.names)
            owner = shelf.owners.get(fold(name), [dim.name])[0]
            rival = shelf.view.dimension(owner) if owner != dim.name else None
            own = [c for c in cues if rival is None or c not in rival.cues] or [lowered(dim.label)]
            led = any(fold(name).startswith(fold(c) + " ") for c in (*own, dim.label))
            if (rival or (rng.random() < 0.4 and not direct)) and not led:
                name = f"{rng.choice(own)} {name}"
            names.append(lowered(name) if direct else name)
        bare.append(names[0] if len(names) == 1 else ", ".join(names[:-1]) + rng.choice((" và ", ", ")) + names[-1])
    ways = tuple(b if direct or rng.random() < 0.35 else f"{rng.choice(_PLACES)} {b}" for b in bare)
    values = tuple(i.value for i in items)
    label = f"{dim.label}: {', '.join(values)}"
    sql = values_sql(dim.name, values, integer=dim.type == "integer")
    return Condition(FilterMatch(sql, dim.name, values, label), ways, tuple(bare), direct)


def lowered(name: str) -> str:
    """A label inside a sentence: its first letter small unless it begins with an abbreviation or a proper name."""
    words = name.split(" ")
    if words[0].isupper() and len(words[0]) > 1:
        return name
    if len(words) > 1 and words[1][:1].isupper():
        return name
    return name[:1].lower() + name[1:]
