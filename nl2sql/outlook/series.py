"""Governed monthly series: a metric of the catalogue, one condition at most, asked through the door like any question.

Each series is a ``Reading`` that ``Assistant.answer_reading`` composes, checks and runs under the asker's rights, so
that rows, columns, least group sizes and the audit log are those of an ordinary answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlglot
from sqlglot import exp

from nl2sql.outlook.types import Month, OutlookError, PlanFigure, Series, finite, month_of, titled
from nl2sql.policy import User
from nl2sql.question.text import fold
from nl2sql.types import (
    Answer,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Period,
    Reading,
    Shape,
    Status,
)
from schema.semantic import Catalogue, Dimension, Metric, View

MOST_CONDITIONS = 2
"""A direction and one more; a narrower series is too thin to forecast."""


class Asks(Protocol):
    """What this room needs of ``nl2sql.pipeline.Assistant``."""

    def catalogue_for(self, user: User) -> Catalogue:
        """What exists for a user."""
        ...

    def answer_reading(self, reading: Reading, *, user: User | None = None) -> Answer:
        """Compose a reading, pass the door, run it and log it."""
        ...

    def read(self, text: str, *, user: User) -> Reading:
        """How a text is understood under a user's rights."""
        ...


def qualified(view: View, metric: Metric) -> str:
    """A metric's name with its view's."""
    return f"{view.name}.{metric.name}"


def refusal_of(view: View, metric: Metric) -> OutlookError | None:
    """Why a metric cannot be forecast whatever its figures are; None when it can."""
    time = view.time
    if time is None or "month" not in time.parts or "year" not in time.parts:
        return OutlookError(f"Bảng “{view.label}” không ghi theo tháng nên không dự báo theo tháng được.",
                            code="month", action="Hãy chọn chỉ tiêu của bảng có tháng.")  # fmt: skip
    others = [m.label for m in view.metrics if m.additivity == "additive"][:3]
    instead = f"Hãy dự báo các thành phần, ví dụ: {', '.join(others)}." if others else "Hãy chọn chỉ tiêu khác."
    if metric.additivity == "ratio":
        return OutlookError(
            f"“{metric.label}” là tỷ lệ hoặc bình quân: tử số và mẫu số đi riêng, dự báo thẳng tỷ lệ không cho khoảng "
            "tin cậy trung thực.",
            code="ratio",
            action=instead,
        )
    tree = sqlglot.parse_one(metric.expr, read="duckdb")
    if {f.name for f in view.facts if f.yearly} & {c.name for c in tree.find_all(exp.Column)}:
        return OutlookError(f"“{metric.label}” ghi một lần cho cả năm, không có diễn biến theo tháng để dự báo.",
                            code="yearly", action=instead)  # fmt: skip
    return None


def forecastable(catalogue: Catalogue) -> tuple[tuple[View, Metric], ...]:
    """Metrics that may be forecast, as far as their definition goes."""
    return tuple((view, metric) for view, metric in catalogue.metrics() if refusal_of(view, metric) is None)


Named = tuple[View, Metric, tuple[FilterMatch, ...]]
"""A metric with the conditions that came with its name ("kim ngạch xuất khẩu")."""


def find_metric(text: str, asks: Asks, user: User) -> Named:
    """The metric that a person names: ``view.metric``, a metric's name, its label, or words that a question would use.

    Raises:
        OutlookError: Nothing, or several metrics of different views, go by that name.
    """
    catalogue = asks.catalogue_for(user)
    wanted = text.strip()
    view_name, _, metric_name = wanted.partition(".")
    if view_name in catalogue.views and (exact := catalogue.views[view_name].metric(metric_name)) is not None:
        return catalogue.views[view_name], exact, ()
    for matches in (
        [(v, m) for v, m in catalogue.metrics() if m.name == wanted],
        [(v, m) for v, m in catalogue.metrics() if fold(m.label) == fold(wanted)],
    ):
        if len(matches) == 1:
            return (*matches[0], ())
        if matches:
            names = ", ".join(qualified(v, m) for v, m in matches)
            raise OutlookError(f"Có nhiều chỉ tiêu tên “{wanted}”.", code="metric", action=f"Hãy chọn một: {names}.")
    read = asks.read(wanted, user=user)
    if read.view in catalogue.views and read.metrics and not _says_more(read):
        view = catalogue.views[read.view]
        found = view.metric(read.metrics[0].name)
        if found is not None:
            return view, found, read.filters
    raise OutlookError(
        f"Không hiểu “{wanted}” là chỉ tiêu nào trong danh mục.",
        code="metric",
        action="Hãy ghi tên chỉ tiêu như ở trang Danh mục, ví dụ: số thu ngân sách, hoặc thu_nsnn.so_thu.",
    )


def _says_more(read: Reading) -> bool:
    """Whether words hold more than a metric and conditions, which would be passed over."""
    named = any(p.span for p in read.periods) or read.groups or read.ranking or read.thresholds or read.comparison
    return bool(named or read.built_on or read.unread or read.refusal or read.clarification)


def find_scope(text: str, view: View, metric: Metric, asks: Asks, user: User) -> tuple[FilterMatch, ...]:
    """The condition that a person names: ``cột=giá trị``, or words ("cục Hải Phòng"); nothing for an empty text.

    Raises:
        OutlookError: It is no condition of the view, or more than ``MOST_CONDITIONS``.
    """
    wanted = text.strip()
    if not wanted:
        return ()
    column, equals, value = (part.strip() for part in wanted.partition("="))
    dimension = view.dimension(column) if equals else None
    if dimension is not None and value:
        return (condition(dimension, value),)
    read = asks.read(f"{metric.label} {wanted}", user=user)
    if read.view == view.name and 0 < len(read.filters) <= MOST_CONDITIONS and not _says_more(read):
        return read.filters
    raise OutlookError(
        f"Không hiểu phạm vi “{wanted}” của “{view.label}”.",
        code="scope",
        action="Hãy ghi một điều kiện, ví dụ: cục Hải Phòng, hoặc cuc=Hải Phòng.",
    )


def condition(dimension: Dimension, value: str) -> FilterMatch:
    """One value of one column as a condition."""
    literal = exp.Literal.string(value).sql(dialect="duckdb")
    return FilterMatch(f"{dimension.name} = {literal}", dimension.name, (value,), f"{dimension.label}: {value}")


def series_reading(
    view: View,
    metrics: Sequence[Metric],
    span: tuple[dt.date, dt.date],
    *,
    text: str,
    scope: tuple[FilterMatch, ...] = (),
    by: Dimension | None = None,
    monthly: bool = True,
) -> Reading:
    """The reading of metrics by month, or over a whole span; for one condition, or by the members of a dimension."""
    time = view.time
    month = (GroupMatch(time.name, "Tháng", "month"),) if monthly and time else ()
    groups = (*month, *((GroupMatch(by.name, by.label),) if by else ()))
    first, last = month_of(span[0]), month_of(span[1])
    return Reading(
        text=text,
        view=view.name,
        metrics=tuple(MetricMatch(m.name, m.expr, m.label, m.unit) for m in metrics),
        filters=scope,
        periods=(Period(*span, "month", f"từ {first} đến {last}"),),
        groups=groups,
        shape=Shape.TREND if monthly else Shape.BREAKDOWN if by else Shape.TOTAL,
        certainty=1.0,
    )


def answered(asks: Asks, reading: Reading, user: User) -> Answer:
    """The answer to a reading that has rows.

    Raises:
        OutlookError: It was refused, failed, or has no figures.
    """
    answer = asks.answer_reading(reading, user=user)
    if answer.status is Status.ANSWERED and answer.result is not None:
        return answer
    if answer.status is Status.NO_DATA:
        raise OutlookError("Không có số liệu nào trong phạm vi này.", code="data",
                           action="Hãy kiểm tra lại điều kiện, hoặc chọn phạm vi rộng hơn.")  # fmt: skip
    raise OutlookError(answer.refusal.message if answer.refusal else answer.headline, code="data")


def finished(as_of: dt.date) -> Month:
    """The last month of the calendar that is over at the data's last day."""
    month = month_of(as_of)
    return month if as_of == month.last else month.plus(-1)


def last_day(catalogue: Catalogue) -> dt.date:
    """The data's last day.

    Raises:
        OutlookError: Nobody described this database.
    """
    if catalogue.as_of is None:
        raise OutlookError("Kho này chưa có danh mục ghi ngày số liệu cuối cùng, nên chưa dự báo được.", code="data",
                           action="Hãy soạn danh mục cho kho (hoikho catalogue init) và ghi as_of.")  # fmt: skip
    return catalogue.as_of


def fetch(asks: Asks, user: User, view: View, metric: Metric, scope: tuple[FilterMatch, ...] = ()) -> Series:
    """The monthly series of a metric, as a person may see it.

    Raises:
        OutlookError: It cannot be forecast: a ratio, a yearly booking, gaps, nothing there.
    """
    refused = refusal_of(view, metric)
    if refused is not None:
        raise refused
    catalogue = asks.catalogue_for(user)
    as_of = last_day(catalogue)
    since = catalogue.since or dt.date(as_of.year - 10, 1, 1)
    title = titled(metric.label, scope)
    reading = series_reading(view, (metric,), (since, as_of), text=f"Dự báo: {title} theo tháng", scope=scope)
    answer = answered(asks, reading, user)
    known = {month: values[0] for month, values in by_month(answer, view, (metric,)).items()}
    gregorian = view.time is not None and view.time.calendar == "gregorian"
    values, opened = _finished_part(known, as_of, gregorian=gregorian)
    run = _run(values, finished(as_of) if gregorian else None, title)
    notes = [w for w in answer.warnings if not w.startswith("Dữ liệu mô phỏng")]
    if len(run) < len(values):
        notes.append(f"Chỉ dùng số liệu từ {run[0]}: trước đó có tháng không phát sinh hoặc không được xem.")
    if not gregorian:
        notes.append("Tháng theo kỳ báo cáo của ngành; kỳ đang dở và kỳ đầu tiên không dùng.")
    return Series(
        metric=qualified(view, metric),
        label=metric.label,
        unit=metric.unit,
        additivity=metric.additivity,
        polarity=metric.polarity,
        first=run[0],
        values=tuple(values[m] for m in run),
        scope=scope,
        open_month=opened,
        lunar=gregorian,
        sql=answer.sql,
        notes=tuple(notes),
    )


def by_month(answer: Answer, view: View, metrics: Sequence[Metric]) -> dict[Month, tuple[float, ...]]:
    """The rows of a monthly answer: month → one number for each metric; rows without a number are left out."""
    return {month: values for (month, _), values in _cells(answer, view, metrics, None).items()}


def by_member(
    answer: Answer, view: View, metrics: Sequence[Metric], dimension: Dimension
) -> dict[str, dict[Month, tuple[float, ...]]]:
    """The rows of a monthly answer by the members of a dimension."""
    found: dict[str, dict[Month, tuple[float, ...]]] = {}
    for (month, member), values in _cells(answer, view, metrics, dimension.name).items():
        found.setdefault(member, {})[month] = values
    return found


def _cells(
    answer: Answer, view: View, metrics: Sequence[Metric], by: str | None
) -> dict[tuple[Month, str], tuple[float, ...]]:
    result, time = answer.result, view.time
    if result is None or time is None:
        return {}
    places = {column.name: i for i, column in enumerate(result.columns)}
    year, month = places.get(time.parts["year"]), places[time.parts["month"]]
    wanted = [places[m.name] for m in metrics]
    found: dict[tuple[Month, str], tuple[float, ...]] = {}
    for row in result.rows:
        values = [finite(row[i]) for i in wanted]
        member: Any = row[places[by]] if by else ""
        if year is None or any(v is None for v in values) or member is None:
            continue
        found[Month(int(row[year]), int(row[month])), str(member)] = tuple(v for v in values if v is not None)
    return found


def _finished_part(
    known: Mapping[Month, float], as_of: dt.date, *, gregorian: bool
) -> tuple[dict[Month, float], tuple[Month, float] | None]:
    """The finished months, and the unfinished one with what it holds so far."""
    months = sorted(known)
    if not gregorian:  # months of a reporting calendar begin and end within months of the calendar
        opened = (months[-1], known[months[-1]]) if months else None
        return {m: known[m] for m in months[1:-1]}, opened
    last = finished(as_of)
    later = [m for m in months if m > last]
    return {m: known[m] for m in months if m <= last}, (later[0], known[later[0]]) if later else None


def _run(values: Mapping[Month, float], last: Month | None, title: str) -> tuple[Month, ...]:
    """The months up to the last finished one that follow each other without a gap."""
    months = sorted(values)
    if not months or (last is not None and months[-1] != last):
        raise OutlookError(f"“{title}” không có số liệu của {last}." if last else f"“{title}” không có số liệu.",
                           code="gaps", action="Hãy chọn phạm vi rộng hơn, nơi tháng nào cũng có số liệu.")  # fmt: skip
    start = len(months) - 1
    while start > 0 and months[start - 1].plus(1) == months[start]:
        start -= 1
    return tuple(months[start:])


def scopes(view: View) -> tuple[Dimension, ...]:
    """Dimensions by whose members a series may be restricted: no enterprise, no number of a document."""
    return tuple(d for d in view.dimensions if d.type == "text" and d.index and not d.sensitive)


def members(asks: Asks, user: User, view: View, metric: Metric, dimension: Dimension) -> tuple[str, ...]:
    """The members of a dimension that a person sees in the last year of the data, the largest first.

    Raises:
        OutlookError: There are none.
    """
    last = last_day(asks.catalogue_for(user))
    text = f"{metric.label} theo {dimension.label.lower()}, 12 tháng gần nhất"
    span = (finished(last).plus(-11).first, last)
    reading = series_reading(view, (metric,), span, text=text, by=dimension, monthly=False)
    result = answered(asks, reading, user).result
    place = next((i for i, c in enumerate(result.columns) if c.name == dimension.name), 0) if result else 0
    return tuple(str(row[place]) for row in result.rows if row[place] is not None) if result else ()


def fetch_plans(asks: Asks, user: User, series: Series) -> tuple[PlanFigure, ...]:
    """The plans of the running year that the catalogue sets beside a metric, as far as the person may see them."""
    catalogue = asks.catalogue_for(user)
    year = last_day(catalogue).year
    found = []
    for rule in catalogue.plans:
        view_name, _, metric_name = rule.plan.partition(".")
        view = catalogue.views.get(view_name)
        metric = view.metric(metric_name) if view else None
        if view is None or metric is None or series.metric not in (rule.actual, *rule.also):
            continue
        if any(view.dimension(f.column) is None for f in series.scope):
            continue
        text = f"{titled(metric.label, series.scope)} năm {year}"
        span = (dt.date(year, 1, 1), dt.date(year, 12, 31))
        reading = series_reading(view, (metric,), span, text=text, scope=series.scope, monthly=False)
        answer = asks.answer_reading(reading, user=user)
        value = finite(answer.result.rows[0][-1]) if answer.result and answer.result.rows else None
        if value:
            found.append(PlanFigure(rule.label, year, value))
    return tuple(found)
