"""The evaluator's page: runs and their figures, two runs side by side, the misses with a way to ask them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st

from eval import library
from eval.report import Figure
from ui import nav, session, texts
from ui import texts_staff as staff
from ui.charts import dressed
from ui.html import tag, wrap
from ui.notice import show_notice
from ui.pages.evaluate_runs import show_gate, show_start
from ui.work import Desk

MAX_ITEMS = 40
SPLITS = ("category", "subject", "difficulty", "trust", "route")


def show(desk: Desk) -> None:
    """Draw the page."""
    st.html(wrap("div", "hk-page-head", [tag("h1", "", staff.EVAL_TITLE), tag("p", "", staff.EVAL_NOTE)]))
    runs = library.list_runs()
    with st.expander(staff.EVAL_START_TITLE, expanded=not runs, icon=":material/play_circle:"):
        show_start()
    with st.expander(staff.EVAL_GATE, icon=":material/verified:"):
        show_gate(runs)
    if not runs:
        show_notice(staff.EVAL_EMPTY, action=staff.EVAL_EMPTY_ACTION)
        return
    names = {run.path.name: run for run in runs}
    chosen = st.selectbox(staff.EVAL_RUN, list(names), format_func=lambda name: run_label(names[name]), key="eval_run")
    log = library.load_run(names[chosen].path)
    overview, misses, compare = st.tabs([staff.EVAL_FIGURES, staff.EVAL_MISSES, staff.EVAL_COMPARE], key="eval_tabs")
    with overview:
        _figures(log, names[chosen])
    with misses:
        _misses(log)
    with compare:
        _compare(log, chosen, names)


def run_label(run: library.RunInfo) -> str:
    """A run in a list: suite, moment, figure."""
    at = dt.datetime.fromisoformat(run.date).astimezone()
    return f"{run.suite} · {at:%d/%m/%Y %H:%M} · {percent(run.total.share)} ({run.total.right}/{run.total.scored})"


def percent(share: float) -> str:
    """``93,3%``."""
    return f"{share * 100:.1f}%".replace(".", ",")


def _figures(log: Mapping[str, Any], run: library.RunInfo) -> None:
    total = run.total
    tiles = [
        _tile(staff.EVAL_RIGHT, percent(total.share), f"95%: {percent(total.low)} – {percent(total.high)}"),
        _tile(staff.EVAL_SCORED, texts.grouped(total.scored), staff.EVAL_UNSCORED.format(total.unscored)),
        _tile(staff.EVAL_RELAXED, texts.grouped(total.relaxed), staff.EVAL_RELAXED_NOTE),
    ]
    st.html(wrap("div", "hk-tiles", tiles))
    facts = [f"danh mục {run.catalogue_version}", f"phiên bản {run.revision[:12]}", run.model or "không dùng mô hình"]
    st.html(tag("p", "hk-soft", " · ".join(f for f in facts if f)))
    split = st.segmented_control(
        staff.EVAL_SPLIT, SPLITS, format_func=library.SPLITS.__getitem__, default=SPLITS[0], required=True,
        key="eval_split", label_visibility="collapsed",
    )  # fmt: skip
    found = library.figures(log, split or SPLITS[0])
    st.html(figure_table(library.SPLITS[split or SPLITS[0]], found))
    _curve(log)


def figure_table(title: str, figures: list[Figure]) -> str:
    """Figures with a bar of their interval, as a table."""
    head = wrap("tr", "", [tag("th", "", name) for name in (title, staff.EVAL_RIGHT, "", "95%")])
    rows = [
        wrap(
            "tr",
            "",
            [
                tag("td", "", f.name or "–"),
                tag("td", "hk-number", f"{f.right}/{f.scored} · {percent(f.share)}"),
                f'<td class="hk-meter"><span style="width:{f.share * 100:.1f}%"></span></td>',
                tag("td", "hk-soft hk-number", f"{percent(f.low)} – {percent(f.high)}"),
            ],
        )
        for f in figures
    ]
    return wrap("table", "hk-plain-table", wrap("thead", "", head) + wrap("tbody", "", rows))


def _tile(name: str, value: str, note: str) -> str:
    parts = [tag("div", "hk-tile-name", name), tag("div", "hk-tile-value", value), tag("div", "hk-tile-exact", note)]
    return wrap("div", "hk-tile", parts)


def _curve(log: Mapping[str, Any]) -> None:
    points = library.curve(log)
    if len(points) < 2:
        return
    st.html(tag("h2", "hk-small-title", staff.EVAL_CURVE))
    values = [
        {"x": p.coverage, "y": p.precision, "low": p.low, "high": p.high, "t": f"{p.threshold:.2f}".replace(".", ",")}
        for p in points
    ]
    axis = {"format": ".0%", "grid": True}
    spec: dict[str, Any] = {
        "data": {"values": values},
        "height": 240,
        "encoding": {"x": {"field": "x", "type": "quantitative", "title": staff.EVAL_COVERAGE, "axis": axis}},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": {
                    "y": {
                        "field": "low",
                        "type": "quantitative",
                        "scale": {"zero": False},
                        "title": staff.EVAL_PRECISION,
                    },
                    "y2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "line", "point": True},
                "encoding": {
                    "y": {"field": "y", "type": "quantitative", "axis": axis, "title": staff.EVAL_PRECISION},
                    "tooltip": [
                        {"field": "t", "title": staff.EVAL_THRESHOLD},
                        {"field": "x", "title": staff.EVAL_COVERAGE, "format": ".1%"},
                        {"field": "y", "title": staff.EVAL_PRECISION, "format": ".1%"},
                    ],
                },
            },
        ],
    }
    st.vega_lite_chart(spec=dressed(spec, dark=session.is_dark()), theme=None, width="stretch", key="eval_curve")


def _misses(log: Mapping[str, Any]) -> None:
    counted = library.causes(log)
    with st.container(horizontal=True, key="eval_filters"):
        cause = st.selectbox(
            staff.EVAL_CAUSE, ["", *counted], key="eval_cause",
            format_func=lambda c: f"{library.CAUSES.get(c, c)} ({counted[c]})" if c else staff.EVAL_ALL,
        )  # fmt: skip
        text = st.text_input(staff.EVAL_SEARCH, key="eval_search")
    found = library.items(log, outcome="wrong", cause=cause or "", text=text)
    st.html(tag("p", "hk-count", staff.EVAL_FOUND.format(texts.grouped(len(found)))))
    for record in found[:MAX_ITEMS]:
        _record(record)


def _record(record: Mapping[str, Any]) -> None:
    cause = library.CAUSES.get(record["score"]["cause"], record["score"]["cause"])
    with st.expander(f"{record['id']} · {record['question']} · {cause}"):
        for turn in record["turns"]:
            st.html(tag("p", "hk-soft", turn))
        answer = record["answer"]
        if answer.get("sql"):
            st.html(tag("p", "hk-soft", staff.EVAL_OURS))
            st.code(answer["sql"], language="sql", wrap_lines=True)
        elif answer.get("headline"):
            st.html(tag("p", "", str(answer["headline"])))
        golds = [g.get("sql", "") if isinstance(g, Mapping) else str(g) for g in record["golds"]]
        for gold in filter(None, golds):
            st.html(tag("p", "hk-soft", staff.EVAL_GOLD))
            st.code(gold, language="sql", wrap_lines=True)
        if st.button(staff.EVAL_REPLAY, key=f"replay_{record['id']}", icon=":material/replay:"):
            if record.get("is_sql"):
                nav.edit_sql(record["question"], "")
            else:
                st.session_state[nav.QUESTION_WANTED] = record["question"]
                nav.go("ask")


def _compare(log: Mapping[str, Any], chosen: str, names: Mapping[str, library.RunInfo]) -> None:
    others = [n for n, run in names.items() if n != chosen and run.suite == names[chosen].suite]
    if not others:
        show_notice(staff.EVAL_NOTHING_TO_COMPARE)
        return
    other = st.selectbox(staff.EVAL_WITH, others, format_func=lambda name: run_label(names[name]), key="eval_with")
    try:
        found = library.compare(library.load_run(names[other].path), log)
    except ValueError as error:
        show_notice(str(error), tone="warn")
        return
    tiles = [
        _tile(staff.EVAL_BETTER, str(len(found.better)), ""),
        _tile(staff.EVAL_WORSE, str(len(found.worse)), ""),
        _tile(staff.EVAL_SAME, str(found.same), staff.EVAL_P.format(f"{found.p:.3f}".replace(".", ","))),
    ]
    st.html(wrap("div", "hk-tiles", tiles))
    for title, pairs in ((staff.EVAL_WORSE, found.worse), (staff.EVAL_BETTER, found.better)):
        if pairs:
            st.html(tag("h2", "hk-small-title", title))
            rows = [_pair(record) for _, record in pairs[:MAX_ITEMS]]
            st.html(wrap("table", "hk-plain-table", wrap("tbody", "", rows)))


def _pair(record: Mapping[str, Any]) -> str:
    cause = record["score"]["cause"]
    cells = [tag("td", "", str(record["id"])), tag("td", "", str(record["question"]))]
    return wrap("tr", "", [*cells, tag("td", "hk-soft", library.CAUSES.get(cause, cause) or staff.EVAL_RIGHT)])
