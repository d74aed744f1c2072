"""The picture of a forecast: what happened as a line, what is expected dashed, its interval as a band."""

from __future__ import annotations

from typing import Any

from nl2sql.answer.format import axis_scale, short_period
from nl2sql.outlook.types import LEVEL, Forecast, Month
from nl2sql.outlook.words import SYNTHETIC, amount, headline

ACTUAL, AHEAD = "Thực hiện", "Dự báo"
SHOWN = 36
"""Months of the past that stand in the picture."""
_BLUE, _VERMILION = "#0072B2", "#D55E00"
_COLOURS = {"domain": [ACTUAL, AHEAD], "range": [_BLUE, _VERMILION]}


def forecast_chart(forecast: Forecast) -> dict[str, Any]:
    """A Vega-Lite specification with its data inside, to be dressed by the page like every other chart."""
    series = forecast.series
    known = list(zip(series.months, series.values, strict=True))[-SHOWN:]
    factor, unit = axis_scale([*(v for _, v in known), *(p.high for p in forecast.points)], series.unit)
    rows: list[dict[str, Any]] = [
        {"x": _short(m), "n": _name(m), "s": ACTUAL, "y": v / factor, "t": amount(v, series)} for m, v in known
    ]
    # The dashed line begins where the other ends; this row is drawn as no point and tells no figure.
    joint = {"x": _short(known[-1][0]), "s": AHEAD, "y": known[-1][1] / factor, "j": True}
    rows += [joint] + [
        {
            "x": _short(p.month),
            "n": _name(p.month),
            "s": AHEAD,
            "y": p.value / factor,
            "low": p.low / factor,
            "high": p.high / factor,
            "t": f"dự báo {amount(p.value, series)}",
            "k": f"{amount(p.low, series)} – {amount(p.high, series)}",
        }
        for p in forecast.points
    ]
    title = f"{series.label} ({unit})" if unit else series.label
    value = {
        "field": "y",
        "type": "quantitative",
        "title": title,
        "scale": {"zero": False, "nice": True},
        "axis": {"format": ",.10~r", "tickCount": 6},
    }
    colour = {"field": "s", "type": "nominal", "scale": _COLOURS, "legend": {"title": None, "columns": 2}}
    told = [f"Nét đứt: số dự báo, dải mờ: khoảng {round(100 * LEVEL)}%", *([SYNTHETIC] if forecast.synthetic else [])]
    names = list(dict.fromkeys(row["x"] for row in rows))
    return {
        "description": headline(forecast),
        "title": {"text": series.title, "subtitle": " · ".join(told)},
        "height": 340,
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "x",
                "type": "ordinal",
                "sort": names,
                "title": None,
                "axis": {"labelOverlap": "greedy", "labelSeparation": 12, "labelAngle": 0, "labelLimit": 120},
            }
        },
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "area", "opacity": 0.18, "color": _VERMILION},
                "encoding": {"y": {**value, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "transform": [{"filter": f"datum.s === '{ACTUAL}'"}],
                "mark": {"type": "line"},
                "encoding": {"y": value, "color": colour},
            },
            {
                "transform": [{"filter": f"datum.s === '{AHEAD}'"}],
                "mark": {"type": "line", "strokeDash": [5, 4]},
                "encoding": {"y": value, "color": colour},
            },
            {
                "transform": [{"filter": "!datum.j"}],
                "mark": {"type": "point", "filled": True, "size": 40},
                "encoding": {
                    "y": value,
                    "color": colour,
                    "tooltip": [
                        {"field": "n", "type": "nominal", "title": "Tháng"},
                        {"field": "s", "type": "nominal", "title": "Số liệu"},
                        {"field": "t", "type": "nominal", "title": series.label},
                        {"field": "k", "type": "nominal", "title": f"Khoảng {round(100 * LEVEL)}%"},
                    ],
                },
            },
        ],
    }


def _short(month: Month) -> str:
    return short_period("month", month.year, month.month)


def _name(month: Month) -> str:
    text = str(month)
    return text[0].upper() + text[1:]
