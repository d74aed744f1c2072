"""Measures that a question changed, in words of the outline: the governed name, and what was done to it.

A small model learns names and conditions faster than SQL expressions, so that a measure bounded by a condition is
``goc[ket_qua = 'bac bo']``, the part of it that keeps to one ``goc%[…]``, its mean per row ``AVG goc``, its greatest
single value ``MAX goc``, and what falls on each member ``goc EACH cuc``. Only what the reader's own rules make is
written so; ``AS`` names it where the usual name would be another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from nl2sql.generation.parts import conditional, operand
from nl2sql.question.measures import averaged, count_of, metric_of_fact
from nl2sql.question.text import fold
from nl2sql.types import MetricMatch
from schema.semantic import Metric, View

_CHANGED = re.compile(
    r"(?:(?P<lead>AVG|MAX|MIN) )?(?P<base>\w+)(?:(?P<part>%?)\[(?P<condition>.+)\])?(?: EACH (?P<member>\w+))?"
    r"(?: AS (?P<name>\w+))?"
)
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True)
class Changed:
    """A measure as the outline writes it: the base, and what is done to it."""

    base: str
    condition: str = ""
    part: bool = False
    lead: str = ""
    member: str = ""
    name: str = ""

    def __str__(self) -> str:
        words = [self.lead] if self.lead else []
        words.append(f"{self.base}{'%' if self.part else ''}[{self.condition}]" if self.condition else self.base)
        words += ["EACH", self.member] if self.member else []
        words += ["AS", self.name] if self.name else []
        return " ".join(words)


def parsed(text: str) -> Changed | None:
    """The pieces of one measure's text; None where it is none."""
    found = _CHANGED.fullmatch(text.strip())
    if found is None:
        return None
    said = found.groupdict(default="")
    return Changed(said["base"], said["condition"], said["part"] == "%", said["lead"], said["member"], said["name"])


def read_measures(said: Sequence[Changed], view: View) -> tuple[MetricMatch, ...]:
    """The measures of a list whose bases exist.

    Raises:
        ValueError: A base, a member or a condition cannot be used so.
    """
    inside = _inside_of(said)
    out = []
    for at, item in enumerate(said):
        match = _made(item, view)
        if inside and at:
            number = f"_{at}" if len(said) > 2 else ""
            lead = "ty_trong" if item.part else item.base
            match = replace(match, name=f"{lead}_trong_do{number}", label=f"Trong đó {_label(item.condition, view)}")
        out.append(replace(match, name=item.name) if item.name else match)
    return tuple(out)


def _inside_of(said: Sequence[Changed]) -> bool:
    """Whether a whole stands first and what follows are parts of it: "…, trong đó …"."""
    whole = said[0] if said else None
    parts = said[1:]
    return bool(parts) and whole == Changed(whole.base if whole else "") and all(
        p.condition and p.base == said[0].base and not p.lead and not p.member for p in parts
    )  # fmt: skip


def base_of(name: str, view: View) -> Metric | None:
    """What a name means without a change: a governed measure, a fact's total, or the count of a column's members."""
    metric = view.metric(name)
    if metric is None and name.startswith("so_") and (dim := view.dimension(name.removeprefix("so_"))):
        metric = count_of(view, dim)
    return metric or metric_of_fact(view, name)


def _made(item: Changed, view: View) -> MetricMatch:
    metric = base_of(item.base, view)
    if metric is None:
        raise ValueError(item.base)
    match = MetricMatch(metric.name, metric.expr, metric.label, metric.unit)
    if item.lead == "AVG":
        mean = averaged(match, view)
        if mean is None:
            raise ValueError(str(item))
        match = mean
    elif item.lead:
        column = metric.expr.partition("(")[2].removesuffix(")")
        word = "cao nhất" if item.lead == "MAX" else "thấp nhất"
        match = replace(match, name=f"{metric.name}_{item.lead.lower()}", expr=f"{item.lead}({column})",
                        label=f"{metric.label} {word}")  # fmt: skip
    if item.condition:
        match = _bounded(item, metric, match, view)
    if item.member:
        dim = view.dimension(item.member)
        if dim is None:
            raise ValueError(item.member)
        expr = f"1.0 * {match.expr} / NULLIF({count_of(view, dim).expr}, 0)"
        label = f"{match.label} bình quân một {dim.label[:1].lower()}{dim.label[1:]}"
        match = replace(match, name=f"{match.name}_binh_quan", expr=expr, label=label)
    return match


def _bounded(item: Changed, metric: Metric, match: MetricMatch, view: View) -> MetricMatch:
    """The measure of the rows that keep to a condition, or their part in it; a ratio counts them instead of its own."""
    values = ", ".join(v.replace("''", "'") for v in _QUOTED.findall(item.condition))
    named = _filter_name(item.condition, view)
    slug = named or re.sub(r"\W+", "_", fold(values)).strip("_") or "rieng"
    own = bool(metric.numerator) and metric.numerator.split(" ")[0] == item.condition.split(" ")[0]
    if own and not item.lead:
        expr = metric.expr.replace(metric.numerator, item.condition)
        if item.part:
            return MetricMatch(f"ty_trong_{slug}", expr, f"Tỷ trọng: {values}", match.unit)
        return replace(match, expr=expr, label=f"{match.label} ({values})")
    try:
        expr = conditional(match.expr, item.condition)
    except ParseError as error:
        raise ValueError(item.condition) from error
    said = _label(item.condition, view) if named else values or item.condition
    if item.part:
        share = f"100.0 * {operand(expr)} / NULLIF({match.expr}, 0)"
        return MetricMatch(f"ty_trong_{slug}", share, f"Tỷ trọng: {said}", "%")
    return replace(match, name=f"{match.name}_{slug}", expr=expr, label=f"{match.label}: {said}")


def _filter_name(condition: str, view: View) -> str:
    return next((f.name for f in view.filters if _same(f.expr, condition)), "")


def _label(condition: str, view: View) -> str:
    """A condition in words: the label of its named filter, else its column's with the values."""
    named = next((f.label for f in view.filters if _same(f.expr, condition)), "")
    if named:
        return named
    column = re.match(r"\W*(\w+)", condition)
    values = ", ".join(v.replace("''", "'") for v in _QUOTED.findall(condition))
    label = view.label_of(column[1]) if column else ""
    return f"{label}: {values}" if values else label or condition


def changed_of(match: MetricMatch, view: View) -> Changed | None:
    """What the reader did to which base to make a measure, under whatever name; None where none of its rules did."""
    for item in _candidates(match, view):
        try:
            made = _made(item, view)
        except (ValueError, ParseError):
            continue
        if made.expr == match.expr or _same(made.expr, match.expr):
            return item
    return None


def _candidates(match: MetricMatch, view: View) -> Iterator[Changed]:
    """What a measure may have been made of; the likeliest first."""
    yield Changed(match.name)
    likely = sorted(view.metrics, key=lambda m: (not match.name.startswith(m.name), -len(m.name)))
    conditions = tuple(dict.fromkeys(_conditions(match.expr)))
    for metric in likely:
        for condition in conditions:
            yield Changed(metric.name, condition)
            yield Changed(metric.name, condition, part=True)
        for lead in ("AVG", "MAX", "MIN"):
            if match.expr.startswith(lead):
                yield Changed(metric.name, lead=lead)
        if "COUNT(DISTINCT" in match.expr:
            for dim in view.dimensions:
                if dim.name in match.expr:
                    yield Changed(metric.name, member=dim.name)


def _conditions(expr: str) -> Iterator[str]:
    """The conditions that an expression looks at, and the first parts of each, since a base may have one itself."""
    for case in sqlglot.parse_one(expr, read="duckdb").find_all(exp.Case):
        for branch in case.args["ifs"]:
            parts = list(branch.this.flatten()) if isinstance(branch.this, exp.And) else [branch.this]
            for size in range(len(parts), 0, -1):
                yield " AND ".join(p.sql(dialect="duckdb") for p in parts[:size])


def _same(one: str, other: str) -> bool:
    try:
        return bool(sqlglot.parse_one(one, read="duckdb") == sqlglot.parse_one(other, read="duckdb"))
    except ParseError:
        return False


def measure_texts(metrics: Sequence[MetricMatch], view: View) -> tuple[str, ...]:
    """Each measure of a list as the outline writes it: by its name, changed, or with the whole expression in braces."""
    items = [_plain(m, view) or changed_of(m, view) for m in metrics]
    usual = iter(read_measures([item for item in items if item], view))
    texts = []
    for item, match in zip(items, metrics, strict=True):
        if item is None:
            texts.append(f"{match.name}{{{match.expr}}}")
        else:
            texts.append(str(item if next(usual).name == match.name else replace(item, name=match.name)))
    return tuple(texts)


def _plain(match: MetricMatch, view: View) -> Changed | None:
    metric = view.metric(match.name)
    return Changed(match.name) if metric is not None and metric.expr == match.expr else None
