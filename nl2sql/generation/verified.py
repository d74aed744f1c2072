"""Verified queries: when a question means what an approved template covers, the template answers and no model is asked.

The question's reading is compared part by part with the reading of the template's own trigger: measures, groups, fixed
conditions, shape, rank, bounds, comparison, share, window. Only what a slot takes may differ. Whatever the question
has beyond that (another condition, an exclusion, a word that nobody understood) leaves no match: an approved answer to
another question would be worse than none. Slots are filled in the syntax tree, with literals and conditions, never in
text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

import sqlglot
from sqlglot import exp

from nl2sql.generation.parts import group_columns, whole_year
from nl2sql.generation.periods import period_sql, span_sql
from nl2sql.types import Approval, FilterMatch, Question, Reading, Threshold
from schema.semantic import Catalogue, Slot, VerifiedQuery, View

CERTAIN = 0.9
"""A reading less certain than this matches nothing."""

DIALECT = "duckdb"
"""The dialect in which templates are written."""

Read = Callable[[Question], Reading]
Filling = dict[str, exp.Expr | list[exp.Expr] | None]
"""Slot name → the tree or literals that take its place; None where the question left an optional slot out."""


@dataclass(frozen=True)
class Hit:
    """A template that covers a question, and its SQL for that question."""

    query: VerifiedQuery
    sql: str

    @property
    def approval(self) -> Approval:
        """Who answers for it."""
        return Approval(self.query.name, self.query.owner, self.query.verified_at)


@dataclass
class Shelf:
    """The verified queries of a catalogue, with the readings of their triggers as they are first needed.

    Attributes:
        read: Reads a trigger; must not depend on a conversation.
    """

    catalogue: Catalogue
    read: Read
    seen: dict[str, Reading] = field(default_factory=dict)

    def find(self, reading: Reading) -> Hit | None:
        """The template that covers all of a reading, or None."""
        if not plain(reading) or reading.view not in self.catalogue.views:
            return None
        view = self.catalogue.views[reading.view]
        if whole_year(reading, view) is not reading:
            return None  # templates bound every column by the period, and a plan is booked in January
        for query in view.verified_queries:
            if not _possible(query, reading, view):
                continue
            hit = covers(query, self.reading_of(query), reading, view)
            if hit is not None:
                return hit
        return None

    def reading_of(self, query: VerifiedQuery) -> Reading:
        """The reading of a template's first trigger; the others mean the same (``hoikho catalogue check``)."""
        if query.name not in self.seen:
            self.seen[query.name] = self.read(Question(query.questions()[0]))
        return self.seen[query.name]


def plain(reading: Reading) -> bool:
    """Whether a reading leaves nothing open."""
    return not (
        reading.clarification or reading.refusal or reading.unread or reading.certainty < CERTAIN or not reading.view
    )


def covers(query: VerifiedQuery, trigger: Reading, reading: Reading, view: View) -> Hit | None:
    """The template filled from a reading that means the same as its trigger, or None."""
    if trigger.view != reading.view or not plain(trigger) or reading.beside:
        return None
    wanted, _ = _signature(query.slots, trigger, view)
    got, filling = _signature(query.slots, reading, view)
    if wanted != got or filling is None:
        return None
    sql = instantiate(query, filling)
    return Hit(query, sql) if sql else None


def same_meaning(query: VerifiedQuery, one: Reading, other: Reading, view: View) -> bool:
    """Whether two wordings of a template mean the same but for its slots."""
    return one.view == other.view and _signature(query.slots, one, view)[0] == _signature(query.slots, other, view)[0]


def instantiate(query: VerifiedQuery, filling: Filling) -> str:
    """Its SQL with its slots filled; empty where a required slot stays open or cannot take what was given."""
    tree = sqlglot.parse_one(query.sql, read=DIALECT)
    for mark in list(tree.find_all(exp.Placeholder)):
        slot = next((s for s in query.slots if s.name == mark.name), None)
        if slot is None:
            return ""
        value = filling.get(slot.name)
        if value is None:
            if not slot.optional or not _leave_out(mark):
                return ""
        elif isinstance(value, list):
            if isinstance(mark.parent, exp.In):
                mark.parent.set("expressions", [v.copy() for v in value])
            elif len(value) == 1:
                mark.replace(value[0].copy())
            else:
                return ""
        else:
            mark.replace(value.copy())
    return tree.sql(dialect=DIALECT)


def _possible(query: VerifiedQuery, reading: Reading, view: View) -> bool:
    """A cheap look before a trigger is read: the SQL or a slot knows every column that the question asks for."""
    year = view.time.parts.get("year", "") if view.time and reading.comparison else ""
    groups = (c for c in group_columns(reading, view) if c != year)
    takes = {name for slot in query.slots for name in slot.choices}
    filtered = (f.column for f in reading.filters if f.values and view.dimension(f.column) and f.column not in takes)
    ranked = bool(reading.ranking and reading.ranking.n)
    return all(name in query.sql for name in (*groups, *filtered)) and (not ranked or "LIMIT" in query.sql)


def _signature(slots: Sequence[Slot], reading: Reading, view: View) -> tuple[tuple[object, ...], Filling | None]:
    """What must be equal in a trigger and a question, and what fills the slots (None: one cannot be filled)."""
    filling: Filling = {}
    fixed: set[str] = set()
    left = list(reading.filters)
    for slot in slots:
        taken = [f for f in left if _fits(slot, f)][: None if slot.kind == "filter" else 1]
        if taken:
            left = [f for f in left if f not in taken]
            filling[slot.name] = _content(slot, taken)
    fixed.update(f.sql for f in left)
    share = reading.share and replace(reading.share, label="", span=None)
    for slot in slots:
        if slot.kind == "value" and slot.name not in filling and share:
            literals = _literals(share.numerator, slot)
            if literals:
                filling[slot.name] = list(literals)
                share = replace(share, numerator=f"{slot.column} = :{slot.name}")
    ranking = reading.ranking and replace(reading.ranking, span=None)
    bounds: list[tuple[Threshold, bool]] = []
    open_bounds = [s for s in slots if s.kind == "bound"]
    for bound in reading.thresholds:
        taken_up = bool(open_bounds) and bound.upper is None
        if taken_up:
            filling[open_bounds.pop(0).name] = _number(bound.value)
        bounds.append((replace(bound, span=None, value=0.0 if taken_up else bound.value), taken_up))
    periods: object = tuple((p.start, p.end) for p in reading.periods)
    second = reading.comparison.second if reading.comparison else None
    compared: object = reading.comparison and (reading.comparison.want, reading.comparison.base, second)
    for slot in slots:
        if slot.kind == "count" and ranking and ranking.n:
            filling[slot.name] = _number(ranking.n)
            ranking = replace(ranking, n=0)
        elif slot.kind == "period":
            if reading.periods:
                filling[slot.name] = _parsed(_period(reading, view))
            periods = "slot" if len(reading.periods) < 2 else periods
        elif slot.kind == "base" and reading.comparison and view.time:
            filling[slot.name] = _parsed(period_sql(reading.comparison.base, view.time))
            compared = (reading.comparison.want, second)
    year = view.time.parts.get("year", "") if view.time else ""
    groups = [c for c in group_columns(reading, view) if not (reading.comparison and c == year)]
    found = (
        tuple((m.name, m.expr, m.assumed) for m in reading.metrics),
        frozenset(fixed),
        frozenset(groups),
        ranking,
        tuple(bounds),
        periods,
        compared,
        share,
        reading.window and replace(reading.window, span=None),
        # Whatever else a reading may say, now or later, has to be the same to the letter.
        tuple(getattr(reading, f.name) for f in fields(Reading) if f.name not in _COMPARED | _NO_MEANING),
    )
    ready = all(slot.optional or filling.get(slot.name) is not None for slot in slots)
    return found, filling if ready else None


_COMPARED = frozenset(
    {"metrics", "filters", "groups", "ranking", "thresholds", "periods", "comparison", "share", "window"}
)
_NO_MEANING = frozenset({"text", "assumptions", "unread", "certainty", "carried"})
"""Parts of a reading that say how it came about; ``plain`` has looked at them."""


def _period(reading: Reading, view: View) -> str:
    time = view.time
    if time is None:
        return ""
    period = reading.periods[0]
    if time.snapshot and not reading.comparison and any(g.grain for g in reading.groups):
        return span_sql(time, period.start, period.end)
    return period_sql(period, time)


def _parsed(condition: str) -> exp.Expr | None:
    if not condition:
        return None
    tree = sqlglot.parse_one(condition, read=DIALECT)
    return exp.paren(tree) if isinstance(tree, exp.Or) else tree


def _fits(slot: Slot, match: FilterMatch) -> bool:
    if match.negated:
        return False
    if slot.kind == "filter":
        return match.column in slot.choices
    literals = _literals(match.sql, slot) if slot.kind == "value" else ()
    return bool(literals) and (not slot.choices or all(str(v.this) in slot.choices for v in literals))


def _content(slot: Slot, found: Sequence[FilterMatch]) -> exp.Expr | list[exp.Expr] | None:
    if slot.kind == "value":
        return list(_literals(found[0].sql, slot))
    return exp.and_(*(sqlglot.parse_one(f.sql, read=DIALECT) for f in found))


def _literals(condition: str, slot: Slot) -> tuple[exp.Expr, ...]:
    """The literals of ``column = …`` or ``column IN (…)`` on the slot's column; empty for every other condition."""
    if slot.column not in condition:
        return ()
    tree = sqlglot.parse_one(condition, read=DIALECT)
    if not isinstance(tree, exp.EQ | exp.In) or not isinstance(tree.this, exp.Column) or tree.this.name != slot.column:
        return ()
    values = tree.expressions if isinstance(tree, exp.In) else [tree.expression]
    return tuple(values) if all(isinstance(v, exp.Literal | exp.Boolean) for v in values) else ()


def _number(value: float) -> exp.Expr:
    whole = float(value).is_integer()
    return exp.Literal.number(int(value) if whole else f"{value:f}".rstrip("0"))


def _leave_out(mark: exp.Expr) -> bool:
    """Take out the condition (or LIMIT) in which an unfilled slot stands; False where that would change the rest."""
    node: exp.Expr | None = mark
    while node is not None and not isinstance(node.parent, exp.And | exp.Where | exp.Limit | exp.Select | None):
        if isinstance(node.parent, exp.Or):
            return False
        node = node.parent
    if node is None or node.parent is None:
        return False
    parent = node.parent
    if isinstance(parent, exp.And):
        other = parent.expression if parent.this is node else parent.this
        parent.replace(other.pop())  # moved and not copied: it may hold slots that are filled next
    elif isinstance(parent, exp.Where | exp.Limit) and parent.parent is not None:
        parent.pop()
    else:
        return False
    return True


def instances(catalogue: Catalogue, read: Read) -> Iterator[tuple[View, VerifiedQuery, str]]:
    """Every verified query with the SQL of its first trigger's samples; empty SQL where it cannot be filled."""
    for view in catalogue.views.values():
        for query in view.verified_queries:
            trigger = read(Question(query.questions()[0]))
            hit = covers(query, trigger, trigger, view)
            yield view, query, hit.sql if hit else ""
