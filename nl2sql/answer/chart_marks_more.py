"""More drawings: stacked, small multiples, scatter, vertical columns, variance. Same conventions as ``chart_marks``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from nl2sql.answer.chart_data import MAX_BARS, MAX_POINTS, OTHER, ChartData
from nl2sql.answer.chart_marks import (
    _BLUE,
    _LABEL_LIMIT,
    _NUMBER,
    _VERMILION,
    OKABE_ITO,
    Chart,
    Row,
    _chart,
    _column_text,
    _open_opacity,
    _series_colour,
    _time_axis,
    _title,
    _tooltip,
    _two,
    _value_axis,
)
from nl2sql.answer.format import PERCENT, format_amount, format_number
from nl2sql.answer.result import is_change, unit_label

GOOD, BAD = "#009E73", _VERMILION
_MAX_STACK = 7


def _series_rows(data: ChartData, factor: float, index: int) -> tuple[list[Row], list[str]]:
    """Points of a category over time with the category's values, the largest in total first."""
    axis = data.time
    rows: list[Row] = []
    totals: dict[str, float] = {}
    for r in sorted(range(len(data.rows)), key=data.moment_key)[:MAX_POINTS]:
        moment = axis.moments[r] if axis else None
        if moment is None:
            continue
        name = data.category(r, index)
        point = data.point(r, data.main, factor)
        totals[name] = totals.get(name, 0.0) + (point["y"] or 0.0)
        rows.append({"x": moment.short, "n": moment.name, "o": moment.open, "s": name, **point})
    return rows, data.ordered_categories(index) or sorted(totals, key=lambda n: -totals[n])


def stacked_over_time(data: ChartData) -> Chart:
    """Stacked columns: each moment's total with its parts; parts beyond the seventh together as "Khác"."""
    factor, unit = data.scale()
    index = data.categories[0]
    rows, names = _series_rows(data, factor, index)
    if len(names) > _MAX_STACK + 1:
        rows, names = _with_rest(rows, names, data.columns[data.main].unit, factor)
    place = {name: i for i, name in enumerate(names)}
    rows = [{**row, "i": place[row["s"]]} for row in rows]
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            x=_time_axis(data),
            y=alt.Y("y:Q", stack="zero", **_value_axis(_title(data, data.main, unit), zero=True)),
            color=_series_colour((data.columns[index].label, names)),
            order=alt.Order("i:Q"),
            opacity=_open_opacity(),
            tooltip=_tooltip([("n", "Kỳ"), ("s", data.columns[index].label), ("t", data.columns[data.main].label)]),
        )
    )


def _with_rest(rows: list[Row], names: list[str], unit: str, factor: float) -> tuple[list[Row], list[str]]:
    kept = set(names[:_MAX_STACK])
    rest: dict[str, Row] = {}
    for row in rows:
        if row["s"] in kept:
            continue
        made = rest.setdefault(row["x"], {**row, "s": OTHER, "y": 0.0})
        made["y"] += row["y"] or 0.0
    for row in rest.values():
        row["v"] = format_number(row["y"], 2)
        row["t"] = format_amount(row["y"] * factor, unit)
    return [*(r for r in rows if r["s"] in kept), *rest.values()], [*names[:_MAX_STACK], OTHER]


def small_multiples(data: ChartData) -> Chart:
    """One small line for each value of the category, on one and the same scale."""
    factor, unit = data.scale()
    index = data.categories[0]
    rows, names = _series_rows(data, factor, index)
    line = (
        _chart(rows)
        .mark_line(point={"filled": True, "size": 18}, color=_BLUE)
        .encode(
            x=alt.X("x:O", sort=[m.short for m in data.moments], title=None,
                    axis=alt.Axis(labelOverlap="greedy", labelAngle=0, labelLimit=70)),
            y=alt.Y("y:Q", scale=alt.Scale(zero=True, nice=True), title=None,
                    axis=alt.Axis(format=_NUMBER, tickCount=3)),
            tooltip=_tooltip([("n", "Kỳ"), ("s", data.columns[index].label), ("t", data.columns[data.main].label)]),
        )
        .properties(width=210, height=110)
    )  # fmt: skip
    header = alt.Header(title=f"{data.columns[data.main].label} ({unit})" if unit else None, labelLimit=200,
                        labelFontWeight="bold")  # fmt: skip
    return line.facet(facet=alt.Facet("s:N", sort=names, header=header), columns=3)


def scatter(data: ChartData) -> Chart:
    """Two measures against each other, a point for each category."""
    first, second = scatter_pair(data)
    label = data.columns[data.categories[0]].label
    rows = []
    fx, ux = data.scale((first,))
    fy, uy = data.scale((second,))
    for r in range(min(len(data.rows), MAX_POINTS)):
        x, y = data.point(r, first, fx), data.point(r, second, fy)
        if x["y"] is not None and y["y"] is not None:
            name = data.category(r, data.categories[0])
            rows.append({"c": name, "x": x["y"], "y": y["y"], "tx": x["t"], "ty": y["t"]})
    base = _chart(rows).encode(
        x=alt.X("x:Q", **_value_axis(_title(data, first, ux), zero=True)),
        y=alt.Y("y:Q", **_value_axis(_title(data, second, uy), zero=True)),
        tooltip=_tooltip([("c", label), ("tx", data.columns[first].label), ("ty", data.columns[second].label)]),
    )
    points = base.mark_point(filled=True, size=70, color=_BLUE, opacity=0.8)
    names = base.mark_text(align="left", dx=7, limit=150).encode(text="c:N")
    return alt.layer(points, names) if len(rows) <= 20 else points


def scatter_pair(data: ChartData) -> tuple[int, int]:
    """The main measure and the first other that is no change and no base."""
    others = [i for i in data.measures if i != data.main and i != data.base and not is_change(data.columns[i])]
    return data.main, (others[0] if others else data.main)


def columns_by_category(data: ChartData) -> Chart:
    """Columns for few categories with short names."""
    index = data.categories[0]
    factor, unit = data.scale()
    order = [r for r in range(len(data.rows)) if data.rows[r][data.main] is not None]
    own = data.ordered_categories(index)
    order.sort(key=lambda r: -data.rows[r][data.main])
    rows = [{"c": data.category(r, index), **data.point(r, data.main, factor)} for r in order[:MAX_BARS]]
    names = own or [row["c"] for row in rows]
    base = _chart(rows).encode(
        x=alt.X("c:N", sort=names, title=None, axis=alt.Axis(labelLimit=110, labelAngle=0 if len(rows) <= 6 else -35)),
        y=alt.Y("y:Q", **_value_axis(_title(data, data.main, unit), zero=True)),
        tooltip=_tooltip([("c", data.columns[index].label), ("t", data.columns[data.main].label)]),
    )
    bars = base.mark_bar().encode(color=alt.condition("datum.y < 0", alt.value(_VERMILION), alt.value(_BLUE)))
    return alt.layer(bars, _column_text(base))


def parts_of_whole(data: ChartData) -> Chart:
    """One bar of 100 per cent for each category or moment would hide sizes; here parts are stacked at true size."""
    outer, inner = data.categories[:2]
    if len({row[outer] for row in data.rows}) < len({row[inner] for row in data.rows}):
        outer, inner = inner, outer
    factor, unit = data.scale()
    rows: list[Row] = []
    outer_totals: dict[str, float] = {}
    inner_totals: dict[str, float] = {}
    for r in range(len(data.rows)):
        point = data.point(r, data.main, factor)
        c, s = data.category(r, outer), data.category(r, inner)
        outer_totals[c] = outer_totals.get(c, 0.0) + (point["y"] or 0.0)
        inner_totals[s] = inner_totals.get(s, 0.0) + (point["y"] or 0.0)
        rows.append({"c": c, "s": s, **point})
    names = data.ordered_categories(outer) or sorted(outer_totals, key=lambda n: -outer_totals[n])[:MAX_BARS]
    series = data.ordered_categories(inner) or sorted(inner_totals, key=lambda n: -inner_totals[n])
    place = {name: i for i, name in enumerate(series)}
    shown = [{**row, "i": place[row["s"]]} for row in rows if row["c"] in set(names)]
    return (
        _chart(shown)
        .mark_bar()
        .encode(
            y=alt.Y("c:N", sort=names, title=data.columns[outer].label, axis=alt.Axis(labelLimit=_LABEL_LIMIT)),
            x=alt.X("y:Q", stack="zero", **_value_axis(_title(data, data.main, unit), zero=True)),
            color=_series_colour((data.columns[inner].label, series)),
            order=alt.Order("i:Q"),
            tooltip=_tooltip([("c", data.columns[outer].label), ("s", data.columns[inner].label),
                              ("t", data.columns[data.main].label)]),
        )
        .properties(height=alt.Step(24))
    )  # fmt: skip


def variance(data: ChartData) -> Chart:
    """Bars of the change of each category or moment around zero, good and bad told apart by the metric's polarity."""
    change = next((i for i in data.measures if is_change(data.columns[i])), None)
    over_time = not data.categories
    rows: list[Row] = []
    for r in range(min(len(data.rows), MAX_POINTS)):
        value, text = _difference(data, r, change)
        if value is None:
            continue
        moment = data.time.moments[r] if over_time and data.time else None
        name = moment.name if moment else data.category(r, data.categories[0])
        rows.append({"c": name, "y": value, "v": format_number(value, 1), "t": text, "k": data.moment_key(r)})
    if over_time:
        rows.sort(key=lambda row: row["k"])
    else:
        rows = sorted(rows, key=lambda row: -row["y"])
        if len(rows) > MAX_BARS:
            half = MAX_BARS // 2
            rows = [*rows[:half], *rows[-half:]]
    title = unit_label(data.columns[change]) if change is not None else "Tăng, giảm (%)"
    good, bad = _polarity(data)
    label = "Kỳ" if over_time else data.columns[data.categories[0]].label
    rows = [{k: v for k, v in row.items() if k != "k"} for row in rows]
    base = _chart(rows).encode(
        y=alt.Y("c:N", sort=[r["c"] for r in rows], title=None if over_time else label,
                axis=alt.Axis(labelLimit=_LABEL_LIMIT)),
        x=alt.X("y:Q", **_value_axis(title, zero=True)),
        tooltip=_tooltip([("c", label), ("t", title)]),
    )  # fmt: skip
    bars = base.mark_bar().encode(color=alt.condition("datum.y < 0", alt.value(bad), alt.value(good)))
    right = base.transform_filter("datum.y >= 0").mark_text(align="left", dx=4).encode(text="v:N")
    left = base.transform_filter("datum.y < 0").mark_text(align="right", dx=-4).encode(text="v:N")
    return alt.layer(bars, right, left).properties(height=alt.Step(24))


def _difference(data: ChartData, row: int, change: int | None) -> tuple[float | None, str]:
    if change is not None:
        value = data.rows[row][change]
        unit = data.columns[change].unit
        return (None, "") if value is None else (float(value), format_amount(value, unit))
    now, before = data.rows[row][data.main], data.rows[row][data.base] if data.base is not None else None
    if now is None or not before or float(before) <= 0:
        return None, ""
    value = (float(now) / float(before) - 1) * 100
    return value, format_amount(round(value, 2), PERCENT)


def _polarity(data: ChartData) -> tuple[str, str]:
    """Colours of a rise and of a fall: good is green, bad is vermilion; blue where the catalogue does not judge."""
    names = [m.name for m in data.reading.metrics[:1]] if data.reading else [data.columns[data.main].name]
    view = data.catalogue.views.get(data.reading.view) if data.reading else None
    metric: Any = view.metric(names[0]) if view and names else None
    polarity = metric.polarity if metric else "neutral"
    return {"up_good": (GOOD, BAD), "down_good": (BAD, GOOD)}.get(polarity, (_BLUE, OKABE_ITO[3]))


def _heat_axis(names: Sequence[str]) -> alt.Axis:
    """Upright labels where they fit beside each other."""
    fits = sum(len(name) for name in names) <= 90
    return alt.Axis(labelLimit=120, labelOverlap="greedy", labelAngle=0 if fits else -90)


def heat_map(data: ChartData) -> Chart:
    """A grid of two categories, or of a category over time, with the value as colour."""
    factor, unit = data.scale()
    over_time = bool(data.moments)
    outer = data.categories[0] if over_time else _two(data)[0]
    inner = None if over_time else _two(data)[1]
    totals: dict[str, float] = {}
    across: dict[str, None] = {m.short: None for m in data.moments}
    rows: list[Row] = []
    for r in range(len(data.rows)):
        moment = data.time.moments[r] if data.time else None
        x = moment.short if moment is not None else data.category(r, inner) if inner is not None else ""
        c = data.category(r, outer)
        point = data.point(r, data.main, factor)
        totals[c] = totals.get(c, 0.0) + (point["y"] or 0.0)
        across.setdefault(x, None)
        rows.append({"x": x, "c": c, **point})
    names = data.ordered_categories(outer) or sorted(totals, key=lambda n: -totals[n])
    first = "Kỳ" if inner is None else data.columns[inner].label
    label = data.columns[data.main].label
    return (
        _chart(rows)
        .mark_rect()
        .encode(
            x=alt.X("x:O", sort=list(across), title=first, axis=_heat_axis(list(across))),
            y=alt.Y("c:N", sort=names, title=data.columns[outer].label, axis=alt.Axis(labelLimit=_LABEL_LIMIT)),
            color=alt.Color(
                "y:Q",
                scale=alt.Scale(scheme="blues"),
                legend=alt.Legend(title=_title(data, data.main, unit), format=_NUMBER),
            ),
            tooltip=_tooltip([("x", first), ("c", data.columns[outer].label), ("t", label)]),
        )
        .properties(height=alt.Step(22))
    )
