"""The drawings: each function makes an Altair chart from ``ChartData``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from nl2sql.answer.chart_data import MAX_BARS, MAX_POINTS, OTHER, ChartData
from nl2sql.answer.format import format_amount, format_number
from nl2sql.answer.result import is_change

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#B8860B", "#5B5B5B")
_BLUE, _VERMILION = OKABE_ITO[0], OKABE_ITO[1]
_BEFORE = "#8492A6"
"""The period that is compared with stands back; the one that was asked about has the colour."""
_LABEL_LIMIT = 240
_NUMBER = ",.10~r"

Chart = Any
Row = dict[str, Any]


def _chart(rows: list[Row]) -> Any:
    """An Altair chart over rows; Any, because Altair's chained calls are not typed narrowly enough to follow."""
    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def _title(data: ChartData, index: int, unit: str) -> str:
    label = data.columns[index].label
    return f"{label} ({unit})" if unit else label


def _value_axis(title: str, *, zero: bool) -> dict[str, Any]:
    return {
        "title": title,
        "axis": alt.Axis(format=_NUMBER, tickCount=6),
        "scale": alt.Scale(zero=zero, nice=True),
    }


def _tooltip(fields: Sequence[tuple[str, str]]) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N", title=title) for name, title in fields]


def _time_rows(data: ChartData, factor: float, index: int) -> list[Row]:
    axis = data.time
    rows: list[Row] = []
    for r in sorted(range(len(data.rows)), key=data.moment_key)[:MAX_POINTS]:
        moment = axis.moments[r] if axis else None
        if moment is not None:
            rows.append({"x": moment.short, "n": moment.name, "o": moment.open, **data.point(r, index, factor)})
    return rows


def _time_axis(data: ChartData, *, angle: int | None = None) -> alt.X:
    names = [m.short for m in data.moments]
    axis = alt.Axis(labelOverlap="greedy", labelLimit=120, labelAngle=angle if angle is not None else 0)
    return alt.X("x:O", sort=names, title=None, axis=axis)


def _open_opacity() -> Any:
    return alt.condition("datum.o", alt.value(0.45), alt.value(1.0))


def columns_over_time(data: ChartData) -> Chart:
    """Columns, one for each moment; an unfinished one lighter."""
    factor, unit = data.scale()
    rows = _time_rows(data, factor, data.main)
    title = _title(data, data.main, unit)
    base = _chart(rows).encode(
        x=_time_axis(data),
        y=alt.Y("y:Q", **_value_axis(title, zero=True)),
        tooltip=_tooltip([("n", "Kỳ"), ("t", data.columns[data.main].label)]),
    )
    bars = base.mark_bar().encode(
        opacity=_open_opacity(),
        color=alt.condition("datum.y < 0", alt.value(_VERMILION), alt.value(_BLUE)),
    )
    return alt.layer(bars, _column_text(base)) if len(rows) <= 12 else bars


def _column_text(base: Any) -> Any:
    above = base.transform_filter("datum.y >= 0").mark_text(dy=-7, baseline="bottom").encode(text="v:N")
    below = base.transform_filter("datum.y < 0").mark_text(dy=7, baseline="top").encode(text="v:N")
    return alt.layer(above, below)


def line_over_time(data: ChartData) -> Chart:
    """A line; the last stretch is dashed when its period is unfinished."""
    factor, unit = data.scale()
    return _lines(data, _dashed(_time_rows(data, factor, data.main), ""), _title(data, data.main, unit), None)


def _dashed(rows: list[Row], series: str) -> list[Row]:
    """Mark the stretch that leads to an unfinished period (``d``)."""
    for at, row in enumerate(rows):
        row["s"] = series
        row["d"] = row["o"] or (at + 1 < len(rows) and rows[at + 1]["o"])
    return rows


def _lines(data: ChartData, rows: list[Row], title: str, series: tuple[str, list[str]] | None) -> Chart:
    label = data.columns[data.main].label
    tips = [("n", "Kỳ"), *([("s", series[0])] if series else []), ("t", label)]
    base = _chart(rows).encode(
        x=_time_axis(data),
        y=alt.Y("y:Q", **_value_axis(title, zero=_near_zero(rows))),
        tooltip=_tooltip(tips),
        color=_series_colour(series) if series else alt.value(_BLUE),
    )
    solid = base.transform_filter("!datum.o").mark_line()
    parts = [solid]
    if any(row["o"] for row in rows):
        parts.append(base.transform_filter("datum.d").mark_line(strokeDash=[5, 4]))
    points = base.mark_point(filled=True, size=44).encode(opacity=_open_opacity())
    return alt.layer(*parts, points)


def _near_zero(rows: Sequence[Row]) -> bool:
    """A line starts at zero unless its values are all far from it."""
    values = [row["y"] for row in rows if row["y"] is not None]
    return not values or min(values) <= 0 or min(values) < 0.5 * max(values)


def _series_colour(series: tuple[str, list[str]], colours: Sequence[str] = OKABE_ITO) -> alt.Color:
    title, names = series
    return alt.Color(
        "s:N",
        sort=names,
        scale=alt.Scale(domain=names, range=list(colours[: len(names)])),
        legend=alt.Legend(title=title or None, orient="top", labelLimit=_LABEL_LIMIT, columns=4),
    )


def lines_by_category(data: ChartData) -> Chart:
    """One line for each value of the category, the largest first in the legend."""
    factor, unit = data.scale()
    index = data.categories[0]
    axis = data.time
    totals: dict[str, float] = {}
    groups: dict[str, list[Row]] = {}
    for r in sorted(range(len(data.rows)), key=data.moment_key)[:MAX_POINTS]:
        moment = axis.moments[r] if axis else None
        if moment is None:
            continue
        name = data.category(r, index)
        point = data.point(r, data.main, factor)
        totals[name] = totals.get(name, 0.0) + (point["y"] or 0.0)
        groups.setdefault(name, []).append({"x": moment.short, "n": moment.name, "o": moment.open, **point})
    names = data.ordered_categories(index) or sorted(totals, key=lambda n: -totals[n])
    rows = [row for name in names for row in _dashed(groups.get(name, []), name)]
    return _lines(data, rows, _title(data, data.main, unit), (data.columns[index].label, names))


def lines_by_measure(data: ChartData) -> Chart:
    """One line for each measure of the same unit."""
    used = data.companions
    factor, unit = data.scale(used)
    rows: list[Row] = []
    names = [data.columns[i].label for i in used]
    for index in used:
        rows += _dashed(_time_rows(data, factor, index), data.columns[index].label)
    return _lines(data, rows, unit or "Giá trị", ("", names))


def columns_by_category_over_time(data: ChartData) -> Chart:
    """Grouped columns: few moments, each with one column for each value of the category."""
    factor, unit = data.scale()
    index = data.categories[0]
    axis = data.time
    rows: list[Row] = []
    totals: dict[str, float] = {}
    for r in range(min(len(data.rows), MAX_POINTS)):
        moment = axis.moments[r] if axis else None
        if moment is None:
            continue
        name = data.category(r, index)
        point = data.point(r, data.main, factor)
        totals[name] = totals.get(name, 0.0) + (point["y"] or 0.0)
        rows.append({"x": moment.short, "n": moment.name, "o": moment.open, "s": name, **point})
    names = data.ordered_categories(index) or sorted(totals, key=lambda n: -totals[n])
    return _grouped_columns(data, rows, _title(data, data.main, unit), (data.columns[index].label, names))


def _grouped_columns(
    data: ChartData,
    rows: list[Row],
    title: str,
    series: tuple[str, list[str]],
    colours: Sequence[str] = OKABE_ITO,
) -> Chart:
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            x=_time_axis(data),
            xOffset=alt.XOffset("s:N", sort=series[1]),
            y=alt.Y("y:Q", **_value_axis(title, zero=True)),
            color=_series_colour(series, colours),
            opacity=_open_opacity(),
            tooltip=_tooltip([("n", "Kỳ"), ("s", series[0] or "Nhóm"), ("t", data.columns[data.main].label)]),
        )
    )


def compared_over_time(data: ChartData) -> Chart:
    """Grouped columns of the period and the one compared with, for each month or quarter."""
    pair = _pair(data)
    factor, unit = data.scale(pair)
    rows: list[Row] = []
    names = [data.columns[i].label for i in pair]
    for index in pair:
        rows += [{**row, "s": data.columns[index].label} for row in _time_rows(data, factor, index)]
    return _grouped_columns(data, rows, unit or "Giá trị", ("", names), _pair_colours(pair))


def _pair(data: ChartData) -> tuple[int, ...]:
    return (data.base, data.main) if data.base is not None else (data.main,)


def _pair_colours(pair: Sequence[int]) -> tuple[str, ...]:
    return (_BEFORE, _BLUE) if len(pair) == 2 else OKABE_ITO


def bars_by_category(data: ChartData) -> Chart:
    """Horizontal bars, sorted; what is beyond the limit becomes "Khác" only where sums make sense."""
    index = data.categories[0]
    factor, unit = data.scale()
    order = [r for r in range(len(data.rows)) if data.rows[r][data.main] is not None]
    own = data.ordered_categories(index)
    ascending = bool(data.reading and data.reading.ranking and not data.reading.ranking.descending)
    order.sort(key=lambda r: data.rows[r][data.main], reverse=not ascending)
    rows = [{"c": data.category(r, index), **data.point(r, data.main, factor)} for r in order]
    names = [row["c"] for row in rows]
    if len(rows) > MAX_BARS:
        additive = data.columns[data.main].additive and not data.result.truncated and not ascending
        kept = MAX_BARS - 1 if additive else MAX_BARS
        if additive:
            rest = sum(float(data.rows[r][data.main]) for r in order[kept:])
            label = f"{OTHER} ({len(order) - kept})"
            rows = [*rows[:kept], _sum_point(label, rest, factor, data.columns[data.main].unit)]
        rows = rows[: kept + 1] if additive else rows[:kept]
        names = [row["c"] for row in rows]
    elif own:
        names = own
    column = data.columns[index]
    base = _chart(rows).encode(
        y=_names(names),
        x=alt.X("y:Q", **_value_axis(_title(data, data.main, unit), zero=True)),
        tooltip=_tooltip([("c", column.label), ("t", data.columns[data.main].label)]),
    )
    bars = base.mark_bar().encode(color=alt.condition("datum.y < 0", alt.value(_VERMILION), alt.value(_BLUE)))
    right = base.transform_filter("datum.y >= 0").mark_text(align="left", dx=4).encode(text="v:N")
    left = base.transform_filter("datum.y < 0").mark_text(align="right", dx=-4).encode(text="v:N")
    return alt.layer(bars, right, left).properties(height=alt.Step(24))


def _sum_point(label: str, value: float, factor: float, unit: str) -> Row:
    scaled = value / factor
    return {
        "c": label,
        "y": scaled,
        "v": format_number(scaled, 1 if abs(scaled) >= 100 else 2),
        "t": format_amount(value, unit),
    }


def _grouped_bars(
    rows: list[Row],
    names: list[str],
    title: str,
    series: tuple[str, list[str]],
    label: str,
    colours: Sequence[str] = OKABE_ITO,
) -> Chart:
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            y=_names(names),
            yOffset=alt.YOffset("s:N", sort=series[1]),
            x=alt.X("y:Q", **_value_axis(title, zero=True)),
            color=_series_colour(series, colours),
            tooltip=_tooltip([("c", label), ("s", series[0] or "Nhóm"), ("t", "Giá trị")]),
        )
        .properties(height=alt.Step(12 if len(series[1]) > 2 else 14))
    )


def _names(names: Sequence[str]) -> alt.Y:
    """The axis of names; what they are stands in the chart's title, so that their room is theirs."""
    return alt.Y("c:N", sort=list(names), title=None, axis=alt.Axis(labelLimit=_LABEL_LIMIT))


def _measures_by_category(data: ChartData, used: Sequence[int], colours: Sequence[str] = OKABE_ITO) -> Chart:
    index = data.categories[0]
    factor, unit = data.scale(used)
    order = [r for r in range(len(data.rows)) if data.rows[r][data.main] is not None]
    if not data.ordered_categories(index):
        order.sort(key=lambda r: -data.rows[r][data.main])
    order = order[:MAX_BARS]
    names = data.ordered_categories(index) or [data.category(r, index) for r in order]
    rows = [
        {"c": data.category(r, index), "s": data.columns[i].label, **data.point(r, i, factor)}
        for r in order
        for i in used
    ]
    series = ("", [data.columns[i].label for i in used])
    return _grouped_bars(rows, names, unit or "Giá trị", series, data.columns[index].label, colours)


def compared_by_category(data: ChartData) -> Chart:
    """Grouped bars of the period and the one compared with, for each category."""
    pair = _pair(data)
    return _measures_by_category(data, pair, _pair_colours(pair))


def measures_by_category(data: ChartData) -> Chart:
    """Grouped bars of several measures of the same unit, for each category."""
    return _measures_by_category(data, data.companions)


def changes_by_category(data: ChartData) -> Chart:
    """Bars of the change alone, up and down from zero."""
    index = next(i for i in data.measures if is_change(data.columns[i]))
    category = data.categories[0]
    factor, unit = data.scale((index,))
    order = [r for r in range(len(data.rows)) if data.rows[r][index] is not None]
    order = sorted(order, key=lambda r: -data.rows[r][index])[:MAX_BARS]
    rows = [{"c": data.category(r, category), **data.point(r, index, factor)} for r in order]
    column = data.columns[category]
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            y=_names([r["c"] for r in rows]),
            x=alt.X("y:Q", **_value_axis(_title(data, index, unit), zero=True)),
            color=alt.condition("datum.y < 0", alt.value(_VERMILION), alt.value(_BLUE)),
            tooltip=_tooltip([("c", column.label), ("t", data.columns[index].label)]),
        )
        .properties(height=alt.Step(24))
    )


def _two(data: ChartData) -> tuple[int, int]:
    """The category with more values first."""
    first, second = data.categories[:2]
    sizes = {i: len({row[i] for row in data.rows}) for i in (first, second)}
    return (first, second) if sizes[first] >= sizes[second] else (second, first)


def bars_by_two_categories(data: ChartData) -> Chart:
    """Grouped bars: the larger category on the axis, the smaller as colour."""
    outer, inner = _two(data)
    factor, unit = data.scale()
    totals: dict[str, float] = {}
    inner_totals: dict[str, float] = {}
    rows: list[Row] = []
    for r in range(len(data.rows)):
        point = data.point(r, data.main, factor)
        c, s = data.category(r, outer), data.category(r, inner)
        totals[c] = totals.get(c, 0.0) + (point["y"] or 0.0)
        inner_totals[s] = inner_totals.get(s, 0.0) + (point["y"] or 0.0)
        rows.append({"c": c, "s": s, **point})
    names = data.ordered_categories(outer) or sorted(totals, key=lambda n: -totals[n])
    series = data.ordered_categories(inner) or sorted(inner_totals, key=lambda n: -inner_totals[n])
    parts = (data.columns[inner].label, series)
    return _grouped_bars(rows, names, _title(data, data.main, unit), parts, data.columns[outer].label)
