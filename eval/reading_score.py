"""Marks for readings against their labels, and the figures over them.

Parts are compared by what they mean and not by where a reading keeps them: the numerator of a share, the two sides of
a contrast and the conditions of a set count as filters; the base of a comparison counts as a period; ranges are cut at
the last day of the data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from eval.labelled import OUTCOMES, PARTS, Labelled, Range
from eval.stats import quantile, wilson
from nl2sql.types import Reading
from schema.semantic import Catalogue, View

_TIME = {
    "year": "nam", "half": "nua_nam", "quarter": "quy", "month": "thang", "half_month": "ky", "week": "tuan",
    "day": "ngay",
}  # fmt: skip
_FORBIDDEN = frozenset({"forbidden", "unsafe"})


@dataclass(frozen=True)
class Mark:
    """How one question was read.

    Attributes:
        outcome: ``answer`` or one of ``OUTCOMES``, as the reading ended.
        faults: Parts (``PARTS`` or ``shape``) that are not as labelled; empty for a question that must not be answered.
        ms: Processor time of the reading.
    """

    item: Labelled
    outcome: str
    faults: tuple[str, ...]
    ms: float
    seen: Mapping[str, Any]

    @property
    def right(self) -> bool:
        """Outcome and every part as labelled."""
        return self.outcome == self.item.expect and not self.faults


@dataclass(frozen=True)
class Figure:
    """So many right of so many, with Wilson's interval."""

    right: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 of none is 0."""
        return self.right / self.total if self.total else 0.0

    def __str__(self) -> str:
        low, high = wilson(self.right, self.total)
        return f"{_percent(self.share)} ({self.right}/{self.total}; {_percent(low)}–{_percent(high)})"


def outcome_of(reading: Reading) -> str:
    """``answer``, or the one of ``OUTCOMES`` in which the reading ended."""
    if reading.clarification is not None:
        return "ambiguous"
    if reading.refusal is not None:
        return "forbidden" if reading.refusal.code in _FORBIDDEN else "unanswerable"
    return "answer"


def mark(item: Labelled, reading: Reading, catalogue: Catalogue, ms: float = 0.0) -> Mark:
    """A reading's mark. A good question that was turned away has every labelled part wrong."""
    outcome = outcome_of(reading)
    label = item.label
    if item.expect != "answer":
        return Mark(item, outcome, (), ms, {})
    if outcome != "answer":
        asked = tuple(p for p in PARTS if getattr(label, p) is not None)
        return Mark(item, outcome, (*asked, *(("shape",) if label.shape else ())), ms, {})
    today = catalogue.as_of or dt.date.max
    bases = [(p.start, p.end) for p in _bases(reading)]
    seen: dict[str, Any] = {
        "filters": _conditions(reading, catalogue),
        "period": _cover([*((p.start, p.end) for r in _all(reading) for p in r.periods), *bases], today),
        "metrics": frozenset(m.name for m in reading.metrics),
        "grouping": _groups(reading),
    }
    faults: list[str] = []
    for part in PARTS:
        wanted = getattr(label, part)
        if part == "period" and wanted is not None:
            extra = [label.shape["base"]] if "base" in label.shape else []
            wanted = [_cover([*ranges, *extra], today) for ranges in wanted]
        if wanted is not None and seen[part] not in wanted:
            faults.append(part)
    if not all(_SHAPE[name](value, reading, today) for name, value in label.shape.items()):
        faults.append("shape")
    return Mark(item, outcome, tuple(faults), ms, seen)


def _all(reading: Reading) -> Iterable[Reading]:
    yield reading
    for term in reading.terms:
        yield from _all(term.reading)


def _bases(reading: Reading) -> list[Any]:
    comparison = reading.comparison
    return [p for p in (comparison.base, comparison.second) if p] if comparison else []


def _groups(reading: Reading) -> frozenset[str]:
    found = {_TIME[g.grain] if g.grain else g.column for g in reading.groups}
    return frozenset(found | ({reading.ranking.per} if reading.ranking and reading.ranking.per else set()))


def _cover(ranges: Iterable[Range], today: dt.date) -> tuple[Range, ...]:
    """The days of the ranges as few ranges as there can be, cut at the last day of the data."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        end = end if start > today else min(end, today)
        if merged and start <= merged[-1][1] + dt.timedelta(days=1):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _conditions(reading: Reading, catalogue: Catalogue) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}

    def add(column: str, values: Iterable[str], negated: bool = False) -> None:
        found.setdefault("!" * negated + column, set()).update(values)

    for one in _all(reading):
        view = catalogue.views.get(one.view)
        usual = {d.unless_named for d in view.dimensions if d.unless_named} if view else set()
        for match in one.filters:
            if match.sql not in usual:
                add(match.column, match.values, match.negated)
        texts = [one.share.numerator if one.share else "", one.derived.condition if one.derived else ""]
        texts += [one.contrast.left, one.contrast.right] if one.contrast else []
        for text in texts:
            for column, values, negated in _parsed(text, view):
                add(column, values, negated)
    return {column: frozenset(values) for column, values in found.items()}


def _parsed(text: str, view: View | None) -> list[tuple[str, list[str], bool]]:
    """The columns and values of a condition; a named filter's condition is that filter."""
    if not text:
        return []
    tree = sqlglot.parse_one(text, dialect="duckdb")
    named = {_sql(f.expr): f.name for f in view.filters} if view else {}
    found: list[tuple[str, list[str], bool]] = []
    for node in [tree] if _sql(text) in named else list(tree.flatten()) if isinstance(tree, exp.And) else [tree]:
        negated = isinstance(node, exp.Not | exp.NEQ)
        inner = node.this if isinstance(node, exp.Not) else node
        inner = inner.unnest()
        name = named.get(inner.sql(dialect="duckdb"))
        if name is not None:
            found.append((name, [], negated))
            continue
        columns = sorted({c.name for c in inner.find_all(exp.Column)})
        values = [v.name for v in inner.find_all(exp.Literal)]
        found += [(c, values, negated) for c in columns]
    return found


def _sql(text: str) -> str:
    return sqlglot.parse_one(text, dialect="duckdb").sql(dialect="duckdb")


def _has_base(value: Range, reading: Reading, today: dt.date) -> bool:
    return any(_cover([(p.start, p.end)], today) == _cover([value], today) for p in _bases(reading))


def _has_bound(value: Sequence[Any], reading: Reading, today: dt.date) -> bool:
    op, number, *upper = value
    for bound in (t for r in _all(reading) for t in r.thresholds):
        if op == "any":
            same = abs(bound.value) == abs(number)
        else:
            same = bound.op == op and bound.value == number and [bound.upper] == (upper or [None])
        if same:
            return True
    return False


def _ranked(descending: bool) -> Callable[[Any, Reading, dt.date], bool]:
    def check(value: Any, reading: Reading, today: dt.date) -> bool:
        return any(
            r.ranking is not None and r.ranking.n == value and r.ranking.descending is descending for r in _all(reading)
        )

    return check


_SHAPE: Mapping[str, Callable[[Any, Reading, dt.date], bool]] = {
    "base": _has_base,
    "bound": _has_bound,
    "top": _ranked(True),
    "bottom": _ranked(False),
    "share": lambda value, r, today: r.share is not None and (not value or bool(r.share.numerator)),
    "window": lambda value, r, today: r.window is not None and r.window.kind == value,
    "average": lambda value, r, today: r.average == value,
    "derived": lambda value, r, today: r.derived is not None and r.derived.kind == value,
}


def figures(marks: Sequence[Mark]) -> dict[str, Figure]:
    """Figures over a set of marks; a figure that nothing belongs to has total 0.

    ``filters_period``: both right; ``metric_grouping``: both right; ``parts``: all four; ``shape``; ``turned_away``:
    good questions that got no answer; ``outcome``: right outcomes.
    """
    good = [m for m in marks if m.item.expect == "answer"]

    def free(names: set[str], among: Sequence[Mark]) -> Figure:
        asked = [m for m in among if any(getattr(m.item.label, n, None) is not None for n in names)]
        return Figure(sum(not names & set(m.faults) for m in asked), len(asked))

    shaped = [m for m in good if m.item.label.shape]
    return {
        "filters_period": free({"filters", "period"}, good),
        "metric_grouping": free({"metrics", "grouping"}, good),
        "parts": free(set(PARTS), good),
        "shape": Figure(sum("shape" not in m.faults for m in shaped), len(shaped)),
        "turned_away": Figure(sum(m.outcome != "answer" for m in good), len(good)),
        "outcome": Figure(sum(m.outcome == m.item.expect for m in marks), len(marks)),
    }


def outcome_f1(marks: Sequence[Mark], outcome: str = "") -> float | None:
    """F1 of one of ``OUTCOMES``, or over all of them (micro-averaged); None where none was asked for nor found."""
    kinds = {outcome} if outcome else set(OUTCOMES)
    hit = sum(m.outcome == m.item.expect for m in marks if m.outcome in kinds)
    found = sum(m.outcome in kinds for m in marks)
    wanted = sum(m.item.expect in kinds for m in marks)
    return 2 * hit / (found + wanted) if found + wanted else None


def speed(marks: Sequence[Mark]) -> tuple[float, float]:
    """Median and 95th percentile of the processor time of a reading, in milliseconds."""
    times = [m.ms for m in marks]
    return quantile(times, 0.5) or 0.0, quantile(times, 0.95) or 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".replace(".", ",") + " %"
