"""A view of the warehouse as people speak of it: dimensions, measures, filters, verified queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Additivity = Literal["additive", "semi_additive", "ratio", "distinct"]


Polarity = Literal["up_good", "down_good", "neutral"]


DataType = Literal["text", "integer", "decimal", "date", "timestamp", "boolean"]


@dataclass(frozen=True)
class Value:
    """A value that a dimension can hold.

    Attributes:
        value: The stored value, exactly as it stands in the database.
        label: What a person calls it; the stored value when empty.
        synonyms: Other names for it, matched without regard to diacritics and case.
        strong: Synonyms that may only match as written, diacritics and capitals included (``Mỹ``, ``Ý``, ``Áo``),
            because their folded form is an ordinary word.
        opposite: The value meant when the phrase is told from the other side ("Hàn Quốc xuất sang Việt Nam").
        toward: Words (without diacritics) that, before a name of the home country, say that it is.
        implied_by: Phrases that mean this value where no other of its column is named ("nước xuất xứ": imports).
    """

    value: str
    label: str = ""
    synonyms: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    opposite: str = ""
    toward: tuple[str, ...] = ()
    implied_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dimension:
    """A column that people filter and group by.

    Attributes:
        name: Column name in the flat view.
        label: Vietnamese label with diacritics.
        synonyms: Names by which people ask for it ("thị trường" for a country).
        values: Declared values with their aliases (others are read from the database by the value index).
        value_set: Name of a shared list of values in ``Catalogue.value_sets`` (aliases are shared by several columns).
        cues: Words that, standing before a value, say that this column is meant ("cục" before "Hải Phòng").
        index: Whether the value index reads this column's distinct values from the database.
        rank: Preference when one value lives in several columns; lower wins ("Hải Phòng" is a unit before a province).
        order: Ordinal order of the values for sorting and charts, empty when nominal.
        parent: Name of the dimension one level up (province of an enterprise: region), for drill-down.
        sensitive: The column identifies an enterprise or person and obeys the column policy.
        assumption: Sentence stated to the user when this column was chosen by default.
        scope: The column says whose figures they are; "cả nước", "toàn ngành" lifts a condition on it.
        unless_named: Condition (SQL) that holds when a question neither filters nor groups by the column ("thuế suất"
            without a kind means the MFN rate).
        register: View that lists all members, for questions about those that have nothing ("đơn vị nào không …").
        sparse: NULL means that the column does not apply ("lý do từ chối" of what was accepted): a grouping by it
            lists only the rows that have one, and counts them where no measure is named.
    """

    name: str
    label: str
    type: DataType = "text"
    description: str = ""
    synonyms: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    value_set: str = ""
    cues: tuple[str, ...] = ()
    index: bool = True
    rank: int = 50
    order: tuple[str, ...] = ()
    parent: str = ""
    sensitive: bool = False
    assumption: str = ""
    scope: bool = False
    register: str = ""
    unless_named: str = ""
    sparse: bool = False


@dataclass(frozen=True)
class TimeDimension:
    """A date column, with the integer columns that hold its year, quarter, month and so on.

    Attributes:
        name: Date column (type DATE) in the flat view.
        parts: Grain → integer column holding that part; grains are ``year``, ``quarter`` (1–4), ``month`` (1–12),
            ``half_month`` (1 or 2), ``week`` (ISO).
        calendar: ``gregorian``, or the name of a reporting calendar in which the parts are counted
            (``vi_pham``: the year runs from 15/12 of the year before to 14/12).
        default: This is the column that a period applies to unless another is named.
        snapshot: The view holds month-end snapshots; a period means its last month.
    """

    name: str
    label: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    calendar: str = "gregorian"
    default: bool = False
    snapshot: bool = False
    assumption: str = ""


@dataclass(frozen=True)
class Fact:
    """A numeric column of the flat view that is not itself a governed metric but may be shown row by row.

    Attributes:
        yearly: Booked once for the whole year, on its first day: by month or quarter, and for a part of the year, what
            is measured against it runs from the year's start.
    """

    name: str
    label: str
    type: DataType = "decimal"
    unit: str = ""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    yearly: bool = False


@dataclass(frozen=True)
class NamedFilter:
    """A condition with a name, for ideas that are no single value ("ASEAN", "hàng FDI", "quá hạn").

    Attributes:
        expr: A boolean SQL expression over the view's columns, in DuckDB's and PostgreSQL's common subset.
    """

    name: str
    label: str
    expr: str
    synonyms: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Metric:
    """A governed measure: defined once, used everywhere.

    Attributes:
        name: Column alias in results, snake_case without diacritics.
        expr: Aggregate SQL expression over the view's columns.
        filters: Conditions (SQL) that always go with it.
        unit: ``USD``, ``VND``, ``%``, ``tờ khai``, ``vụ``, ``tấn``, ``giờ`` …
        additivity: How it may be summed; ``semi_additive`` must not be summed over time.
        polarity: Whether more is good, for colours and words.
        alternatives: Other metrics of the same view that a person might have meant.
        assumption: Sentence stated to the user whenever it is used.
        default: It is the view's main measure, taken when the question names only the subject.
        inverse: Synonyms that mean the opposite sign ("nhập siêu" for a trade balance): a bound or a rank on them is
            mirrored.
        claim: What the verbs in ``claims`` assert of the measure, as operator and number: ``>= 100``.
        claims: Its synonyms that assert it in a listing question ("những cục nào vượt dự toán").
        numerator: For a ratio: SQL condition that its numerator adds (``phan_luong = 'Đỏ'``), so that the reader does
            not also put it into WHERE.
    """

    name: str
    label: str
    expr: str
    unit: str = ""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    additivity: Additivity = "additive"
    polarity: Polarity = "neutral"
    alternatives: tuple[str, ...] = ()
    assumption: str = ""
    default: bool = False
    numerator: str = ""
    inverse: tuple[str, ...] = ()
    claim: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A worked example: a question and its SQL. Never appears, even reworded, in a suite."""

    question: str
    sql: str


SlotKind = Literal["period", "base", "value", "filter", "count", "bound"]


@dataclass(frozen=True)
class Slot:
    """A place of a verified query that the question fills.

    Attributes:
        name: ``{name}`` in a trigger, ``:name`` in the SQL.
        kind: ``period`` (a condition on time), ``base`` (the period compared with), ``value`` (stored values of a
            column), ``filter`` (conditions on the columns or named filters in ``choices``, as many as there are),
            ``count`` (how many rows) or ``bound`` (the number of a bound).
        column: Column whose value it takes, for ``value``.
        choices: Columns and named filters that it takes, for ``filter``; stored values that it is restricted to, for
            ``value``.
        sample: Words that fill it when the triggers are read, proved and shown.
        optional: The question need not name it: the condition is then left out.
    """

    name: str
    kind: SlotKind
    column: str = ""
    choices: tuple[str, ...] = ()
    sample: str = ""
    optional: bool = False


@dataclass(frozen=True)
class VerifiedQuery:
    """A template that a person approved.

    Attributes:
        triggers: Question wordings that all mean the same; ``{slot}`` stands for a period, unit, value or number.
        sql: SQL with ``:slot`` parameters.
        owner: Who approved it.
        verified_at: When, ISO date.
    """

    name: str
    triggers: tuple[str, ...]
    sql: str
    owner: str = ""
    verified_at: str = ""
    slots: tuple[Slot, ...] = ()

    def questions(self) -> tuple[str, ...]:
        """The triggers with the samples of their slots filled in."""
        found = []
        for trigger in self.triggers:
            for slot in self.slots:
                trigger = trigger.replace("{" + slot.name + "}", slot.sample)
            found.append(trigger)
        return tuple(found)


@dataclass(frozen=True)
class View:
    """A flat view (logical table): one fact grain with its joins resolved.

    Attributes:
        name: Name in the database.
        grain: What one row is, in Vietnamese ("một tờ khai").
        subject: Subject area (the catalogue file) it belongs to.
        detail: Columns shown when rows themselves are asked for ("liệt kê tờ khai").
        roster: Rows are things that exist (enterprises), not events: a question that names no period leans to it, one
            that names a period leans to the events of other views.
        leads: Dimensions that mean this view when a question names no measure ("top 5 nước nhập khẩu" is about trade).
        hidden: Columns that exist but are never offered to the model.
        rows: Number of rows when it was read from the database (an estimate for a large table), or None.
    """

    name: str
    label: str
    grain: str = ""
    subject: str = ""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    time_dimensions: tuple[TimeDimension, ...] = ()
    facts: tuple[Fact, ...] = ()
    filters: tuple[NamedFilter, ...] = ()
    metrics: tuple[Metric, ...] = ()
    detail: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    roster: bool = False
    examples: tuple[Example, ...] = ()
    verified_queries: tuple[VerifiedQuery, ...] = ()
    rows: int | None = None

    @property
    def time(self) -> TimeDimension | None:
        """The default time dimension, or None when the view has none."""
        for item in self.time_dimensions:
            if item.default:
                return item
        return self.time_dimensions[0] if self.time_dimensions else None

    @property
    def default_metric(self) -> Metric | None:
        """The main measure, or None."""
        for item in self.metrics:
            if item.default:
                return item
        return self.metrics[0] if self.metrics else None

    def dimension(self, name: str) -> Dimension | None:
        """The dimension of that name, or None."""
        return next((d for d in self.dimensions if d.name == name), None)

    def metric(self, name: str) -> Metric | None:
        """The metric of that name, or None."""
        return next((m for m in self.metrics if m.name == name), None)

    def columns(self) -> dict[str, str]:
        """Every column that SQL may name: column name → type (a ``DataType``)."""
        found: dict[str, str] = {}
        for time in self.time_dimensions:
            found[time.name] = "date"
            for part in time.parts.values():
                found[part] = "integer"
        for dim in self.dimensions:
            found[dim.name] = dim.type
        for fact in self.facts:
            found[fact.name] = fact.type
        return found

    def label_of(self, column: str) -> str:
        """Vietnamese label of a column or metric; the name itself when nothing better is known."""
        for time in self.time_dimensions:
            if time.name == column:
                return time.label
            for grain, part in time.parts.items():
                if part == column:
                    return GRAIN_LABELS.get(grain, column)
        for group in (self.metrics, self.dimensions, self.facts):
            for item in group:
                if item.name == column:
                    return item.label
        return column


GRAIN_LABELS: Mapping[str, str] = {
    "year": "Năm",
    "half": "Nửa năm",
    "quarter": "Quý",
    "month": "Tháng",
    "half_month": "Kỳ",
    "week": "Tuần",
    "day": "Ngày",
}
