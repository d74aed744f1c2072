"""The answer's Vega-Lite specification, dressed for the page: Vietnamese locale, our font, our colours, light or dark.

Streamlit lets through no embed options but theme, renderer and padding, so the locale goes where Vega itself reads
it: ``config.locale``.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

FONT = "Inter, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

NUMBER_LOCALE: Mapping[str, Any] = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]}

_MONTHS = [f"Tháng {number}" for number in range(1, 13)]
_DAYS = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"]
TIME_LOCALE: Mapping[str, Any] = {
    "dateTime": "%H:%M %d/%m/%Y",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["SA", "CH"],
    "days": _DAYS,
    "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    "months": _MONTHS,
    "shortMonths": [f"T{number}" for number in range(1, 13)],
}

PICK = "chon"
"""Name of the selection of a chart's mark."""
PICK_FIELDS = ("c", "s", "n", "x")
"""What names a mark: category, series, moment, place on the axis (as ``nl2sql.answer.drill`` reads them)."""
_PICKED_MARKS = frozenset({"bar", "rect", "point", "circle", "square", "arc"})

PHONE = 480
"""Width in pixels under which a chart is laid out for a phone."""

PADDING: Mapping[str, int] = {"left": 2, "top": 8, "right": 10, "bottom": 4}
"""Room above the title for a letter with two marks (ế, Ứ), which Vega's own measure cuts off."""

# Okabe and Ito's colours, told apart by colour-blind people, with the app's blue first.
CATEGORIES_LIGHT = ("#0b5cad", "#d55e00", "#009e73", "#b8860b", "#8e5ea2", "#56b4e9", "#7a7f87")
CATEGORIES_DARK = ("#5aa7ee", "#ee8a4a", "#3cc79b", "#e3bd52", "#c493d6", "#9bd3f5", "#a5acb6")


# The same colours on a dark ground, as far from it as the light ones are from white.
ON_DARK: Mapping[str, str] = {
    "#0072B2": "#5aa7ee",
    "#D55E00": "#ee8a4a",
    "#009E73": "#3cc79b",
    "#E69F00": "#e3bd52",
    "#CC79A7": "#d99bc0",
    "#56B4E9": "#9bd3f5",
    "#B8860B": "#d3a83c",
    "#5B5B5B": "#a5acb6",
    "#8492A6": "#66758b",
}


def dressed(spec: Mapping[str, Any], *, dark: bool, narrow: bool = False) -> dict[str, Any]:
    """A copy of a specification with the page's locale and look; what the specification itself sets stays.

    The locale alone is not left to the specification: numbers are Vietnamese everywhere.

    Args:
        narrow: For a small place: legends stand one below the other.
    """
    made = copy.deepcopy(dict(spec))
    if dark:
        made = _swapped(made)
    if narrow:
        _one_column(made, 1)
    made.setdefault("background", "transparent")
    made.setdefault("padding", dict(PADDING))
    config = merged(look(dark=dark), made.get("config") or {})
    config["locale"] = {"number": dict(NUMBER_LOCALE), "time": dict(TIME_LOCALE)}
    made["config"] = config
    if "width" not in made and not {"hconcat", "vconcat", "concat", "facet"} & made.keys():
        made["width"] = "container"
    if made.get("width") == "container":
        _fitted(made)
    return made


def _fitted(spec: dict[str, Any]) -> None:
    """On a phone, which only the browser knows of, a subtitle stands part below part and a legend name below name."""
    title = spec.get("title")
    said = title.get("subtitle") if isinstance(title, dict) else None
    if isinstance(title, dict) and isinstance(said, str):
        text = json.dumps(said, ensure_ascii=False)
        spec["title"] = {**title, "subtitle": {"expr": f"width < {PHONE} ? split({text}, ' · ') : {text}"}}
    _one_column(spec, {"expr": f"width < {PHONE} ? 1 : 4"})


def pickable(spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """A specification whose bars, points or cells can be selected under the name ``PICK``; None where none can."""
    made = copy.deepcopy(dict(spec))
    unit = _marks(made)
    fields = [field for field in PICK_FIELDS if unit is not None and _tells(unit, field)]
    if unit is None or not fields:
        return None
    mark = unit["mark"] if isinstance(unit["mark"], dict) else {"type": unit["mark"]}
    unit["mark"] = {**mark, "cursor": "pointer"}
    chosen = {"name": PICK, "select": {"type": "point", "fields": fields, "on": "click", "toggle": False}}
    unit["params"] = [*unit.get("params", []), chosen]
    return made


def _marks(node: Any) -> dict[str, Any] | None:
    """The first single view whose marks stand for rows."""
    if not isinstance(node, dict):
        return None
    mark = node.get("mark")
    if (mark.get("type") if isinstance(mark, dict) else mark) in _PICKED_MARKS:
        return node
    inner = [*node.get("layer", ()), *([node["spec"]] if "spec" in node else [])]
    return next((found for child in inner if (found := _marks(child)) is not None), None)


def _tells(unit: Mapping[str, Any], field: str) -> bool:
    tips = unit.get("encoding", {}).get("tooltip", ())
    return any(tip.get("field") == field for tip in (tips if isinstance(tips, list) else [tips]))


def _swapped(node: Any) -> Any:
    """The marks' own colours in their dark shades; data stays as it is."""
    if isinstance(node, dict):
        return {key: value if key == "data" else _swapped(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_swapped(item) for item in node]
    return ON_DARK.get(node, node) if isinstance(node, str) else node


def _one_column(node: Any, columns: int | dict[str, str]) -> None:
    """Legends with several columns get so many instead."""
    if isinstance(node, dict):
        legend = node.get("legend")
        if isinstance(legend, dict) and legend.get("columns") != 1:
            legend["columns"] = columns
        for key, value in node.items():
            if key != "data":
                _one_column(value, columns)
    elif isinstance(node, list):
        for item in node:
            _one_column(item, columns)


def look(*, dark: bool) -> dict[str, Any]:
    """The part of a Vega config that is about looks."""
    ink = "#c7d1de" if dark else "#3b485a"
    grid = "#27313f" if dark else "#e6ebf2"
    categories = list(CATEGORIES_DARK if dark else CATEGORIES_LIGHT)
    return {
        "font": FONT,
        "view": {"stroke": None},
        "range": {"category": categories},
        "mark": {"color": categories[0]},
        "bar": {"cornerRadiusEnd": 3},
        "line": {"strokeWidth": 2.5},
        "axis": {
            "labelColor": ink,
            "titleColor": ink,
            "gridColor": grid,
            "domainColor": grid,
            "tickColor": grid,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": 600,
            "labelPadding": 6,
            "titlePadding": 10,
        },
        "axisXQuantitative": {"labelOverlap": "greedy", "labelSeparation": 8},
        "legend": {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12, "orient": "top"},
        "header": {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12},
        "title": {
            "color": ink,
            "subtitleColor": ink,
            "fontSize": 14,
            "subtitleFontSize": 12,
            "subtitlePadding": 5,
            "lineHeight": 20,
            "offset": 16,
            "anchor": "start",
            "fontWeight": 600,
        },
        "text": {"color": ink, "fontSize": 12},
    }


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested mappings as one; ``over`` wins where both speak."""
    made = dict(base)
    for key, value in over.items():
        mine = made.get(key)
        made[key] = merged(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return made


def fixed(spec: Mapping[str, Any], *, width: int = 760) -> dict[str, Any]:
    """A dressed specification for a file: light, on white, with a width of its own."""
    made = dressed(spec, dark=False)
    made["background"] = "#ffffff"
    made["padding"] = 16
    if made.get("width") == "container":
        made["width"] = width
    return made


def chart_file(spec: Mapping[str, Any], kind: str) -> bytes:
    """A chart as a file, drawn on this machine with the locale of the page.

    Args:
        kind: ``png`` (at twice the size), ``svg`` or ``pdf``.

    Raises:
        ValueError: Another kind, or a specification that cannot be drawn.
    """
    import vl_convert  # a third of a second, paid by whoever takes a file

    made = fixed(spec)
    numbers, times = dict(NUMBER_LOCALE), dict(TIME_LOCALE)
    if kind == "png":
        return bytes(vl_convert.vegalite_to_png(made, scale=2, format_locale=numbers, time_format_locale=times))
    if kind == "svg":
        return str(vl_convert.vegalite_to_svg(made, format_locale=numbers, time_format_locale=times)).encode("utf-8")
    if kind == "pdf":
        return bytes(vl_convert.vegalite_to_pdf(made, format_locale=numbers, time_format_locale=times))
    raise ValueError(f"unknown kind of chart file: {kind}")
