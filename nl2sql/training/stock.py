"""What the warehouse holds, for drawing from: stored values, their names and counts, the range of days."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from nl2sql.errors import ExecutionError
from nl2sql.query.database import Database
from nl2sql.question.filters import values_sql
from nl2sql.question.text import fold
from nl2sql.training.deck import Decks
from nl2sql.training.names import Known, well_named
from nl2sql.training.periods import Calendar
from nl2sql.training.plan import Condition, Ways
from nl2sql.types import FilterMatch
from schema.semantic import Catalogue, Dimension, NamedFilter, View

_MOST_VALUES = 400
_FLATTER = 0.65
"""Power of a value's part of the whole that makes its weight: what is ten times as large is asked for 4.5 times."""
_PLACES = ("của", "tại", "ở")
_ABOUT = ("của", "của", "của", "đối với")
TOWARD = ("từ", "của", "sang", "vào", "cho", "tới", "đến", "qua", "về", "với", "đi", "do", "bằng", "theo", "tại", "ở")
"""Function words that lead a name by themselves, so that none stands before them."""

_FOLDED_TOWARD = {fold(w): w for w in TOWARD}
_VERBS = frozenset(
    [
        "khong",
        "co",
        "bi",
        "da",
        "chua",
        "duoc",
        "dua",
        "qua",
        "phai",
        "tru",
        "loai",
        "bo",
        "chi",
        "dang",
        "dung",
        "su",
        "con",
        "xu",
    ]
)
"""Beginnings of conditions that tell what happens and belong to nobody ("đã soi", "không kể tờ khai hủy")."""

_JOINTS = (" và ", " và ", " và ", ", ", ", ", "/", " lẫn ", " và cả ", ", cả ", " với ", " & ")


@dataclass(frozen=True)
class Stored:
    """A value with the ways to name it and its number of rows.

    Attributes:
        toward: Function words (without diacritics) that join it to the name of a place: "xuất khẩu sang".
        weight: How much it matters: its part of the view's main measure or of its rows, flattened.
    """

    value: str
    names: Ways
    rows: int
    toward: Ways = ()
    weight: float = 1.0


@dataclass
class Shelf:
    """One view's stock.

    Attributes:
        view: With every name that the reader knows among the synonyms.
        values: Column → its values, commonest first.
        owners: Folded name → columns that have it, best rank first.
        calendar: Its periods, or None without time.
        decks: What deals its values and their names, so that each comes in its turn.
    """

    view: View
    values: dict[str, tuple[Stored, ...]] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)
    calendar: Calendar | None = None
    decks: Decks = field(default_factory=Decks)

    def deal(self, what: str, weights: Mapping[str, float], rng: random.Random, among: Collection[str] = ()) -> str:
        """A card of one of the view's decks; ``among``: those that can be used, all when empty."""
        return self.decks.deal((self.view.name, what), weights, rng, among or None)


def stock(catalogue: Catalogue, database: Database, known: Known) -> Mapping[str, Shelf]:
    """The stock of every view that has a metric.

    Args:
        known: Further names that the reader knows.
    """
    found: dict[str, Shelf] = {}
    decks = Decks()
    today = catalogue.as_of or dt.date.today()  # noqa: DTZ011 - a foreign database has no day of its own
    for view in catalogue.views.values():
        if not view.metrics:
            continue
        shelf = Shelf(well_named(view, known), decks=decks)
        for dim in sorted(view.dimensions, key=lambda d: d.rank):
            if dim.type == "text":
                shelf.values[dim.name] = _values(catalogue, database, view, dim, known)
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


def _values(catalogue: Catalogue, database: Database, view: View, dim: Dimension, known: Known) -> tuple[Stored, ...]:
    declared = {v.value: v for v in catalogue.values_of(dim)}
    stored = database.distinct_values(view.name, dim.name, _MOST_VALUES)
    weights = _weights(database, view, dim, stored)
    found = []
    for value, rows in stored:
        item = declared.get(value)
        names = [value] if not item else [n for n in (value, item.label, *item.synonyms, *item.strong) if n]
        more = () if dim.sensitive else known.get((view.name, "value", dim.name, value), ())
        ways = {fold(n): n for n in (*more, *reversed(names))}  # the catalogue's own way of writing stands
        said, toward = tuple(dict.fromkeys((*names, *ways.values()))), item.toward if item else ()
        found.append(Stored(value, said, rows, toward, weights[value]))
    return tuple(found)


def _weights(database: Database, view: View, dim: Dimension, stored: Sequence[tuple[str, int]]) -> Mapping[str, float]:
    """How much each value matters: its part of the rows or of the main measure, whichever is more."""
    rows = sum(n for _, n in stored) or 1
    parts = {value: n / rows for value, n in stored}
    main = view.default_metric
    if main is not None and main.additivity == "additive" and len(stored) < _MOST_VALUES and "SUM(" in main.expr:
        column = exp.to_identifier(dim.name, quoted=True).sql(dialect=database.dialect)
        try:
            found = database.table(f"SELECT {column}, {main.expr} FROM {view.name} GROUP BY {column}")
        except ExecutionError:
            found = ()  # rows tell enough
        sums = {str(v): max(float(n or 0), 0.0) for v, n in found if v is not None}
        whole = sum(sums.values()) or 1.0
        parts = {value: max(part, sums.get(value, 0.0) / whole) for value, part in parts.items()}
    return {value: part**_FLATTER for value, part in parts.items()}


def _dealt(shelf: Shelf, dim: Dimension, among: Sequence[Stored], rng: random.Random) -> Stored:
    """The value whose turn it is."""
    by_value = {i.value: i for i in among}
    weights = {i.value: i.weight for i in shelf.values[dim.name]}
    return by_value[shelf.deal(f"value {dim.name}", weights, rng, by_value)]


def pick_value(shelf: Shelf, dim: Dimension, rng: random.Random) -> Condition | None:
    """A condition on one value of a column: important ones often, and each in its turn."""
    items = shelf.values.get(dim.name, ())
    return _condition(shelf, dim, (_dealt(shelf, dim, items, rng),), rng) if items else None


def pick_values(shelf: Shelf, dim: Dimension, rng: random.Random, count: int = 2) -> Condition | None:
    """A condition on several values of a column; on fewer where it has no more than these."""
    items = [i for i in shelf.values.get(dim.name, ()) if "," not in i.names[0]]
    count = min(count, len(items) - 1)
    if count < 2:
        return None
    chosen: list[Stored] = []
    while len(chosen) < count:
        chosen.append(_dealt(shelf, dim, [i for i in items if i not in chosen], rng))
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
    names = (named.label, named.label, *named.synonyms, *named.strong)
    sql = f"({named.expr})" if " OR " in named.expr.upper() else named.expr
    lower = tuple(lowered(n) for n in names)
    of = tuple(f"của {n}" for n in lower if fold(n).split()[0] not in _VERBS)
    return Condition(FilterMatch(sql, named.name, (), named.label), (*lower, *of), lower)


def direct(dim: Dimension) -> bool:
    """Whether the values of a column say themselves what they are ("xuất khẩu", "buôn lậu")."""
    return dim.rank <= 5 and not dim.cues


def _condition(shelf: Shelf, dim: Dimension, items: tuple[Stored, ...], rng: random.Random) -> Condition:
    """The values with their names, led by a cue where another column owns one of the names."""
    bare = (_list_of(shelf, dim, items, rng),)  # one way: a name that is dealt is a name that is said
    places = _PLACES if dim.scope or _proper(shelf.values[dim.name]) else _ABOUT
    at_once = 1.0 if direct(dim) else 0.45
    ways = tuple(b if rng.random() < at_once or _led_already(b) else f"{rng.choice(places)} {b}" for b in bare)
    values = tuple(i.value for i in items)
    label = f"{dim.label}: {', '.join(values)}"
    sql = values_sql(dim.name, values, integer=dim.type == "integer")
    return Condition(FilterMatch(sql, dim.name, values, label), ways, bare, direct(dim))


def _list_of(shelf: Shelf, dim: Dimension, items: tuple[Stored, ...], rng: random.Random) -> str:
    """One way to say the values: each, the first or none led by a cue, set one after the other."""
    led = rng.choices(("none", "first", "each"), (84, 14, 2) if direct(dim) else (48, 38, 14))[0]
    names = []
    for i, item in enumerate(items):
        options = [n for n in item.names if not open_ended(item, n)] or [item.names[0]]
        wanted = led == "each" or (led == "first" and i == 0)
        usual = 0.45 if " " in options[0] or dim.rank > 10 or not dim.cues else 0.2  # "luồng đỏ" rather than "đỏ"
        weights = dict.fromkeys(options, 1.0) | {options[0]: max(1.0, usual / (1 - usual) * (len(options) - 1))}
        name = options[0]
        if len(options) > 1 and not (wanted and direct(dim)):
            name = shelf.deal(f"name {dim.name} {item.value}", weights, rng)
        name = _cued(shelf, dim, name, rng, wanted=wanted)
        names.append(lowered(name) if direct(dim) else name)
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + rng.choice(_JOINTS) + names[-1]


def _cued(shelf: Shelf, dim: Dimension, name: str, rng: random.Random, *, wanted: bool) -> str:
    """A value's name, behind a cue of its column where that is wanted or the name alone could mean something else."""
    owner = shelf.owners.get(fold(name), [dim.name])[0]
    rival = shelf.view.dimension(owner) if owner != dim.name else None
    needed = rival is not None or name.isdigit()  # a code says nothing without its column
    heads = [*dim.cues, *dim.cues, lowered(dim.label), *dim.synonyms[:3]]
    if direct(dim):
        heads = sorted(heads, key=lambda h: len(h.split()))[:1]
    heads = [h for h in heads if rival is None or h not in (*rival.cues, *rival.synonyms, lowered(rival.label))]
    if not needed:  # "sang Mỹ" would say a direction as well, and what has a head of its own needs no other
        first = [fold(name).split()[0].rstrip("0123456789")]
        known = [fold(h).split() for h in (*dim.cues, dim.label, *dim.synonyms)]
        own = {h[0] for h in known} | {"".join(w[0] for w in h) for h in known}  # "HQKV 5" has its head as well
        heads = [h for h in heads if fold(h) not in _joining(shelf) and not {*first} & {*own, *fold(h).split()}]
        return f"{rng.choice(heads)} {name}" if heads and wanted else name
    heads = heads or [lowered(dim.label)]
    led = any(fold(name).startswith(fold(h) + " ") for h in heads)
    return name if led else f"{rng.choice(heads)} {name}"


def _joining(shelf: Shelf) -> frozenset[str]:
    """Function words that tell one value of the view's directions from another."""
    return frozenset(w for items in shelf.values.values() for i in items for w in i.toward)


def open_ended(item: Stored, name: str) -> bool:
    """Whether a name of a value waits for the name of a place: "nhập từ", "bán sang"."""
    last = fold(name).split()[-1:]
    return bool(item.toward and last and last[0] in _FOLDED_TOWARD and len(name.split()) > 1)


def leads_on(shelf: Shelf, one: Condition, dim: Dimension) -> bool:
    """Whether a column holds the places that a direction goes to, and its opposite comes from."""
    ways = [set(i.toward) for i in shelf.values.get(one.match.column, ()) if i.toward]
    cues = {fold(c) for c in dim.cues}
    return bool(ways) and all(cues & toward for toward in ways)


def joined(shelf: Shelf, one: Condition, other: Condition, rng: random.Random) -> tuple[Condition, Condition]:
    """A direction said in one breath with the place that it goes to: "nhập từ Hàn Quốc", "bán sang Mỹ".

    Returns:
        The direction, which says nothing by itself any more, and the place, which says both; both as they were where
        they cannot be joined.
    """
    item = next((i for i in shelf.values.get(one.match.column, ()) if (i.value,) == one.match.values), None)
    dim = shelf.view.dimension(other.match.column)
    if item is None or dim is None or one.match.negated or other.match.negated:
        return one, other
    if not leads_on(shelf, one, dim):
        return one, other
    small = [_FOLDED_TOWARD[w] for w in item.toward if w in _FOLDED_TOWARD]
    own = [c for c in dim.cues if fold(c) in item.toward]
    leads = [n for n in item.names if open_ended(item, n)]
    plain = [n for n in item.names if not open_ended(item, n)]
    said = []
    for place in other.bare:
        if _led_already(place):
            continue
        lead = rng.choice(plain[:1] * 4 + plain) + " " + rng.choice(own * 3 + small)
        if leads and rng.random() < 0.45:
            lead = rng.choice(leads)
        said.append(f"{lowered(lead)} {place}")
    if not said:
        return one, other
    ways = tuple(said)
    return replace(one, ways=("",), bare=("",)), replace(other, ways=ways, bare=ways, direct=True)


def _led_already(said: str) -> bool:
    return said.split(" ")[0] in TOWARD


def _proper(items: Sequence[Stored]) -> bool:
    """Whether values are proper names: most have several words, each with a capital."""
    words = [i.value.replace("-", " ").replace("–", " ").split() for i in items]
    named = sum(len(w) > 1 and all(x[:1].isupper() for x in w) for w in words)
    return named > 0.6 * len(words)


def lowered(name: str) -> str:
    """A label inside a sentence: its first letter small unless it begins with an abbreviation or a proper name."""
    words = name.split(" ")
    if words[0].isupper() and len(words[0]) > 1:
        return name
    if len(words) > 1 and words[1][:1].isupper():
        return name
    return name[:1].lower() + name[1:]
