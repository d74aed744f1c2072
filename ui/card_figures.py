"""The figures at the top of a card: large numbers, the sentence of finding, changes and a small trend."""

from __future__ import annotations

from typing import Any

import streamlit as st

from nl2sql.answer.extras import Change, Extras, Point, wanted
from nl2sql.answer.format import format_amount, format_value, unit_word
from nl2sql.types import Answer, Column, Reading, Result
from ui import texts
from ui.components.table import NUMERIC
from ui.exchange import Exchange
from ui.html import esc, md_escape, tag, wrap
from ui.work import Desk

MAX_TILES = 4
POLL_S = 0.4


def headline_html(answer: Answer, result: Result) -> str:
    """Large numbers for one row of few figures, and the sentence of finding.

    One number alone is named by its sentence (what, where, when) and not told twice.
    """
    tiles = _figures(result)
    said, _, value = answer.headline.rpartition(": ")
    if len(tiles) == 1 and len(result.columns) == 1 and said:
        column, number = tiles[0]
        if value.rstrip(".") == format_amount(number, column.unit):
            return wrap("div", "hk-tiles", [_tile(column, number, name=said)])
    parts = [wrap("div", "hk-tiles", [_tile(c, v) for c, v in tiles])] if tiles else []
    if answer.headline:
        parts.append(tag("p", "hk-sentence" if tiles else "hk-headline", answer.headline))
    return "".join(parts)


def show_extras(exchange: Exchange, desk: Desk) -> None:
    """Changes and trend under the number, as soon as they are there; the number does not wait for them."""
    answer = exchange.answer
    if answer is None or not wanted(answer):
        return
    if exchange.extras is None:
        desk.add_extras(exchange)
    if exchange.extras is None:
        st.fragment(run_every=POLL_S)(_wait)(exchange)
        return
    html = extras_html(exchange.extras)
    if html:
        st.html(html)


def _wait(exchange: Exchange) -> None:
    if exchange.extras is not None:
        st.rerun()
    st.html(wrap("div", "hk-extras hk-extras-wait", [tag("span", "hk-soft", "…")]))


def show_loosened(exchange: Exchange, desk: Desk) -> Reading | None:
    """For an empty result: a button for each condition without which there is something."""
    answer = exchange.answer
    if answer is None or not wanted(answer):
        return None
    if exchange.extras is None:
        desk.add_extras(exchange)
    if exchange.extras is None:
        st.fragment(run_every=POLL_S)(_wait)(exchange)
        return None
    chosen: Reading | None = None
    if exchange.extras.loosened:
        several = exchange.extras.loosened[0].count > 1
        st.html(tag("p", "hk-sentence", texts.LOOSEN_TWO if several else texts.LOOSEN))
        for index, item in enumerate(exchange.extras.loosened):
            label = f"{md_escape(texts.loosened(item.dropped))} → {md_escape(item.found)}"
            if st.button(label, key=f"loosen_{exchange.id}_{index}", icon=":material/filter_alt_off:"):
                chosen = item.reading
    return chosen


def extras_html(extras: Extras) -> str:
    """Changes as short lines with an arrow, the trend as small columns; empty when there is nothing."""
    parts = []
    if extras.changes:
        parts.append(wrap("div", "hk-changes", [_change(change, extras.unit) for change in extras.changes]))
    if extras.trend:
        parts.append(_trend(extras.trend, extras.unit))
    return wrap("div", "hk-extras", parts) if parts else ""


def _change(change: Change, unit: str) -> str:
    tone = "" if change.good is None else " hk-up" if change.good else " hk-down"
    return wrap(
        "div",
        "hk-change",
        [
            tag("span", f"hk-change-value{tone}", change.text),
            tag("span", "hk-change-name", f"so với {change.period[:1].lower()}{change.period[1:]}"),
            tag("span", "hk-soft", f"({format_amount(change.value, unit)})"),
        ],
        title=change.name,
    )


def _trend(points: tuple[Point, ...], unit: str) -> str:
    """Columns from zero (or around it), the asked period last and stronger; every one has its number as a hint."""
    top = max(max(p.value for p in points), 0.0)
    bottom = min(min(p.value for p in points), 0.0)
    span = top - bottom or 1.0
    bars = []
    for place, point in enumerate(points):
        height = max(abs(point.value) / span * 100, 2)
        base = ((min(point.value, 0.0) - bottom) / span) * 100
        css = "hk-bar" + (" hk-bar-now" if place == len(points) - 1 else "") + (" hk-bar-open" if point.open else "")
        style = f"height:{height:.1f}%;margin-bottom:{base:.1f}%"
        said = f"{point.label}: {format_amount(point.value, unit)}" + (" (chưa hết kỳ)" if point.open else "")
        bars.append(f'<span class="hk-bar-slot" title="{esc(said)}"><span class="{css}" style="{style}"></span></span>')
    told = "; ".join(f"{p.label}: {format_amount(p.value, unit)}" for p in points)
    ends = wrap("div", "hk-trend-ends", [tag("span", "", points[0].short), tag("span", "", points[-1].short)])
    bars_html = wrap("div", "hk-bars", bars, role="img", aria_label=f"{texts.TREND}: {told}")
    return wrap("div", "hk-trend", [bars_html, ends])


def _figures(result: Result) -> list[tuple[Column, Any]]:
    """The figures of one row when they are few enough to be shown large."""
    if result.row_count != 1:
        return []
    figures = [
        (column, value)
        for column, value in zip(result.columns, result.rows[0], strict=True)
        if column.role == "measure" and column.type in NUMERIC
    ]
    return figures if 1 <= len(figures) <= MAX_TILES else []


def _tile(column: Column, value: Any, name: str = "") -> str:
    said = format_amount(value, column.unit)
    number, _, unit = said.partition(" ")
    if value is None:
        number, unit = said, ""
    exact = f"{format_value(value, column)} {unit_word(column.unit)}".strip()
    scaled = value is not None and exact.replace(" ", "") != said.replace(" ", "")
    return wrap(
        "div",
        "hk-tile",
        [
            tag("div", "hk-tile-name", name or column.label),
            wrap(
                "div",
                "hk-tile-value",
                [esc(number), tag("span", "hk-tile-unit", unit) if unit else ""],
            ),
            tag("div", "hk-tile-exact", exact) if scaled else "",
        ],
    )
