"""What a training question is about, before it is worded: a reading with the ways to say each of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nl2sql.types import FilterMatch, Reading
from schema.semantic import View

Ways = tuple[str, ...]
"""Interchangeable phrases."""


@dataclass(frozen=True)
class Condition:
    """A condition and how to say it.

    Attributes:
        ways: Phrases that say it after a measure: "của cục Hải Phòng", "xuất khẩu".
        bare: The value's names alone.
        direct: It stands right behind the measure and takes no preposition ("kim ngạch xuất khẩu").
    """

    match: FilterMatch
    ways: Ways
    bare: Ways
    direct: bool = False


@dataclass(frozen=True)
class About:
    """Words that belong to a view as a whole and narrow nothing.

    Attributes:
        names: What the view is called.
        tails: Additions that hold for all of it: "cho khách nước ngoài".
        happened: How its rows came to their day: "đã đăng ký".
        both: Column of two ways → words for both at once: "xuất nhập khẩu".
    """

    names: Ways = ()
    tails: Ways = ()
    happened: Ways = ()
    both: Mapping[str, Ways] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A question to be: its meaning and its pieces of wording.

    Attributes:
        kind: The phenomenon, as the report counts it ("total", "share", "anti_join" …).
        reading: What the composer makes SQL of; the SQL itself is in ``sql``.
        measures: Ways to name each measure.
        when: The period as said, or empty.
        before: The period compared with, as said, or empty.
        groups: Ways to name each grouping column.
        bound: A bound as said: "trên 500 tỷ đồng".
        count: How many rows are asked for; 0 for no number.
        whose: The numerator of a share, the member whose place is asked for, or the first of two parts.
        other: The second of two parts.
        rows: How a row of the view is called ("tờ khai").
        about: Words that may stand anywhere and mean nothing more.
    """

    kind: str
    view: View
    reading: Reading
    sql: str
    measures: tuple[Ways, ...] = ()
    conditions: tuple[Condition, ...] = ()
    when: str = ""
    before: str = ""
    groups: tuple[Ways, ...] = ()
    bound: str = ""
    count: int = 0
    whose: Condition | None = None
    other: Condition | None = None
    rows: Ways = ()
    about: About = About()


@dataclass(frozen=True)
class Pair:
    """A training pair.

    Attributes:
        question: As a person would type it.
        text: The same as the reader hands it over: slips put right, chat spelling written out.
        hint: Outline of what the reader understood; empty when there is none.
        answer: Outline of what is meant, or ``NO_SQL``.
        sql: What is composed from it; empty for ``NO_SQL``.
        said: The question of the turn before, or empty.
        before: What that one was understood as: its outline, or empty.
        kind: The phenomenon of the meaning.
        style: The phenomenon of the wording ("formal", "no_diacritics" …).
        hinted: ``reader``, ``none``, ``thin`` or ``wrong``.
        view: The view asked about; empty for what cannot be answered.
    """

    question: str
    text: str
    hint: str
    answer: str
    sql: str = ""
    said: str = ""
    before: str = ""
    kind: str = ""
    style: str = ""
    hinted: str = "reader"
    view: str = ""
