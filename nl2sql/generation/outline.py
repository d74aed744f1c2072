"""A reading in one line: what an adapted model is given as its hint, and what it writes.

A small model learns names faster than SQL: a measure stands by its governed name, a period by its calendar unit, a
comparison by one word, so an answer is a third as long as the SQL that code composes from it (``outline_read`` reads it
back). Whatever the catalogue defines is never written by a model.

The line has parts with ``; `` between them, each but the first two with a word in capitals before it::

    xnk; kim_ngach_xuat_khau; WHERE nuoc = 'Nhật Bản' & la_fdi = TRUE; WHEN 2024q2; BY nhom_hang; TOP 5; VS YOY percent
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nl2sql.generation.changed import measure_texts
from nl2sql.generation.compose import compose
from nl2sql.generation.periods import period_sql
from nl2sql.question.time import previous_period, same_period_last_year
from nl2sql.types import Comparison, Contrast, Derived, Period, Ranking, Reading, Shape, Share, Threshold
from schema.semantic import Catalogue, View

NEXT = "; "
ALSO = " & "
YEAR_BEFORE, UNIT_BEFORE = "YOY", "PREV"
SETS = {"intersect": "ALSO", "except": "NOT"}
WINDOWS = {"cumulative": "CUMULATIVE", "growth": "GROWTH", "moving_average": "MOVING", "compound": "COMPOUND"}


def outline(reading: Reading, catalogue: Catalogue) -> str:
    """The line of a reading whose view is known; readings of which the same SQL is composed mostly share a line."""
    plain = _plainest(reading, catalogue)
    if reading.terms:
        plain = _members(plain)
    parts = [*_parts(plain, catalogue.views[reading.view])]
    parts += [f"{SETS[term.op]} {{{outline(_members(term.reading), catalogue)}}}" for term in reading.terms]
    if reading.counted:
        parts.append("COUNTED")
    if reading.beside:
        parts.append(f"BESIDE {reading.beside.want} {{{outline(reading.beside.reading, catalogue)}}}")
    return NEXT.join(parts)


def _plainest(reading: Reading, catalogue: Catalogue) -> Reading:
    """The reading without what does not change its SQL: how a change was asked for, an order that is the usual one …"""
    compared, time = reading.comparison, catalogue.views[reading.view].time
    changes: list[dict[str, Any]] = []
    if compared and compared.want != "all":
        changes.append({"comparison": replace(compared, want="all")})
    if reading.ranking and reading.ranking.n is None:
        changes.append({"ranking": None})
    if reading.share and not reading.share.numerator and (compared or reading.derived or reading.contrast):
        changes.append({"share": None})
    if time and time.snapshot and "month" in time.parts and reading.periods:  # a stock is that of a month's end
        changes.append({"periods": tuple(_its_month(p) for p in reading.periods)})
    sql = compose(reading, catalogue) if changes else None
    for change in changes:
        plain = replace(reading, **change)
        if sql is not None and sql == compose(plain, catalogue):
            reading = plain
    if reading.comparison and changes and "periods" in changes[-1]:
        plain = replace(reading, comparison=replace(reading.comparison, base=_its_month(reading.comparison.base)))
        reading = plain if sql == compose(plain, catalogue) else reading
    return reading


def _its_month(period: Period) -> Period:
    """The month that a period ends with: what a stock of that period is read from."""
    return read_period(f"{period.end.year}m{period.end.month}")


def _members(reading: Reading) -> Reading:
    """A reading of members alone: without a measure that neither bounds nor ranks them."""
    return reading if reading.thresholds or reading.ranking or reading.comparison else replace(reading, metrics=())


def _parts(reading: Reading, view: View) -> Iterator[str]:
    yield view.name
    measures = ", ".join(measure_texts(reading.metrics, view))
    if reading.shape is Shape.ROWS:
        columns = "" if reading.columns in ((), tuple(view.detail)) else ", ".join(reading.columns)
        yield " ".join(part for part in ("ROWS", columns) if part)
        if measures:
            yield f"OF {measures}"
    else:
        yield measures or "NONE"
    if reading.filters:
        yield "WHERE " + ALSO.join(f.sql for f in reading.filters)
    if reading.periods:
        yield "WHEN " + ", ".join(period_text(p, view) for p in reading.periods)
    if reading.groups:
        yield "BY " + ", ".join(g.grain.upper() if g.grain else g.column for g in reading.groups)
    if reading.ranking:
        yield _ranking(reading.ranking)
    if reading.thresholds:
        yield "HAVING " + ALSO.join(_bound(t, reading) for t in reading.thresholds)
    if reading.comparison and reading.periods:
        yield _comparison(reading.comparison, reading.periods[0], view)
    if reading.share:
        yield _share(reading.share)
    if reading.window:
        yield f"RUN {WINDOWS[reading.window.kind]}" + (f" {reading.window.size}" if reading.window.size else "")
    if reading.contrast:
        yield _contrast(reading.contrast)
    if reading.derived:
        yield _derived(reading.derived)
    if reading.average:
        yield f"PER {reading.average.upper()}"


def _ranking(ranking: Ranking) -> str:
    lead = "BOTH" if ranking.both else "TOP" if ranking.descending else "BOTTOM"
    return " ".join(
        part
        for part in (
            lead,
            str(ranking.n) if ranking.n is not None else "",
            f"INSIDE {ranking.per}" if ranking.per else "",
            f"AFTER {ranking.offset}" if ranking.offset else "",
            "CHANGE" if ranking.by_change else "",
            "NUMBERED" if ranking.numbered else "",
            "TIME" if ranking.by_time else "",
        )
        if part
    )


def _bound(threshold: Threshold, reading: Reading) -> str:
    """``ten > 5e9``; the name is left out where the first measure of groups is bounded."""
    own = reading.metrics and threshold.metric == reading.metrics[0].name and not threshold.on_rows
    name = "CHANGE" if threshold.on_change else "" if own else threshold.metric
    if threshold.against == "member":
        bound = f"{threshold.op} MEMBER {threshold.condition}"
    elif threshold.against:
        bound = f"{threshold.op} {threshold.against.upper()}"
    elif threshold.op == "between" and threshold.upper is not None:
        bound = f"BETWEEN {number_text(threshold.value)} {number_text(threshold.upper)}"
    else:
        bound = f"{threshold.op} {number_text(threshold.value)}"
    return " ".join(part for part in ("EACH" if threshold.on_rows else "", name, bound) if part)


def number_text(value: float) -> str:
    """A number without long rows of zeros, which small models miscount: ``300e9``, ``1.5e6``, ``250``."""
    for digits, least, step in ((9, 1e9, 1e6), (6, 1e6, 1e3), (3, 1e4, 1e3)):
        if abs(value) >= least and value % step == 0:
            return f"{value / 10**digits:.10g}e{digits}"
    return f"{value:.10g}" if float(value).is_integer() and abs(value) < 1e10 else repr(float(value))


def _comparison(comparison: Comparison, current: Period, view: View) -> str:
    base = comparison.base
    words = ["VS", _base(base, current, view)]
    if comparison.want != "all":
        words.append(comparison.want)
    if comparison.second:
        words.append(f"THEN {_base(comparison.second, current, view)}")
    return " ".join(words)


def _base(base: Period, current: Period, view: View) -> str:
    for word, step in ((YEAR_BEFORE, same_period_last_year), (UNIT_BEFORE, previous_period)):
        if _same(step(current), base, view):
            return word
    return period_text(base, view)


def _same(one: Period, other: Period, view: View) -> bool:
    """Whether two periods are the same days, and the same SQL over this view."""
    alike = (one.start, one.end) == (other.start, other.end)
    return alike and (view.time is None or period_sql(one, view.time) == period_sql(other, view.time))


def _share(share: Share) -> str:
    if share.each:
        return f"SHARE EACH {share.each} OF {share.numerator}"
    return " ".join(part for part in ("SHARE", "AMOUNT" if share.amount else "", share.numerator or "ALL") if part)


def _contrast(contrast: Contrast) -> str:
    want = ["TIMES"] if contrast.want == "times" else []
    sides = f"{contrast.left} {contrast.bound or '<>'} {contrast.right or 'ALL'}"
    return " ".join(["CONTRAST", *want, sides])


def _derived(derived: Derived) -> str:
    size = f"{derived.size:g}"
    if derived.kind == "position":
        return f"PLACE {'AMOUNT ' if derived.amount else ''}{derived.condition}"
    if derived.kind == "top_share":
        return f"SHARE FIRST {size}{'%' if derived.percent else ''}"
    if derived.kind == "run":
        return f"STEPS {size} {'DOWN' if derived.falling else 'UP'}"
    return {"moved": "MOVED", "count": "COUNT"}[derived.kind]


def period_text(period: Period, view: View) -> str:
    """``2024``, ``2021-2024``, ``2024q2``, ``2024h1``, ``2024m3``, ``2024m1-9``, ``2024m3a`` (half of it), else days.

    The shortest that gives back the same days and SQL; a range of days names its calendar unit where that matters, and
    ends in ``~`` where it was cut at the data's last day.
    """
    for text in _units(period):
        if _same(read_period(text, period.end if period.open else None), period, view):
            return text
    days = "..".join(dict.fromkeys((period.start.isoformat(), period.end.isoformat())))
    plain = read_period(days)
    return days if _same(plain, period, view) else f"{days}:{period.grain}{'~' if period.open else ''}"


def _units(period: Period) -> Iterator[str]:
    start, end = period.start, period.end
    year = f"{start.year}"
    if (start.month, start.day) == (1, 1):
        yield year
        if end.year > start.year:
            yield f"{start.year}-{end.year}"
    if start.day == 1 and start.month in (1, 4, 7, 10):
        yield f"{year}q{(start.month + 2) // 3}"
    if start.day == 1 and start.month in (1, 7):
        yield f"{year}h{(start.month + 5) // 6}"
    if start.day == 1:
        yield f"{year}m{start.month}"
        if end.year == start.year:
            yield f"{year}m{start.month}-{end.month}"
    if start.day in (1, 16) and (end.year, end.month) == (start.year, start.month):
        yield f"{year}m{start.month}{'a' if start.day == 1 else 'b'}"


def read_period(text: str, last: dt.date | None = None) -> Period:
    """The period of a text.

    Args:
        last: The data's last day: a year, half, quarter or month that it lies in is cut there, and open.

    Raises:
        ValueError: It is none.
    """
    text = text.strip()
    if ".." in text or text.count("-") == 2:
        days, _, grain = text.partition(":")
        first, _, until = days.partition("..")
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(until or first)
        return Period(start, end, grain.rstrip("~") or "day", text, open=grain.endswith("~"))  # type: ignore[arg-type]
    start, end, grain = _calendar(text)
    if start > end:
        raise ValueError(text)
    cut = last is not None and start <= last < end
    return Period(start, last if cut and last else end, grain, text, open=cut)  # type: ignore[arg-type]


def _calendar(text: str) -> tuple[dt.date, dt.date, str]:
    if not text[:4].isdigit() or len(text) < 4:
        raise ValueError(text)
    year, rest = int(text[:4]), text[4:]
    if not rest:
        return dt.date(year, 1, 1), dt.date(year, 12, 31), "year"
    unit, named = rest[0], rest[1:]
    if unit == "-":
        return dt.date(year, 1, 1), dt.date(int(named), 12, 31), "year"
    if unit == "m" and named[-1:] in ("a", "b"):
        month = int(named[:-1])
        if named[-1] == "a":
            return dt.date(year, month, 1), dt.date(year, month, 15), "half_month"
        return dt.date(year, month, 16), _end(year, month), "half_month"
    first, _, until = named.partition("-")
    size = {"m": 1, "q": 3, "h": 6}.get(unit)
    if size is None:
        raise ValueError(text)
    start = (int(first) - 1) * size + 1
    grain = {1: "month", 3: "quarter", 6: "half"}[size]
    return dt.date(year, start, 1), _end(year, int(until or first) * size), grain


def _end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
