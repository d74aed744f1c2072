"""The page for forecasts and warnings: choose a metric and a scope, see what is expected; see what stands out."""

from __future__ import annotations

import streamlit as st

from nl2sql.errors import UserError
from nl2sql.outlook.forecast import furthest
from nl2sql.outlook.series import condition, forecastable, last_day, qualified, scopes
from nl2sql.outlook.types import Month
from nl2sql.types import FilterMatch
from schema.semantic import Catalogue, Metric, View
from ui import session
from ui import texts_outlook as said
from ui.html import tag, wrap
from ui.notice import show_notice
from ui.outlook_link import BETWEEN, METRIC_PARAM, SCOPE_PARAM
from ui.outlook_view import lookout, show_alerts, show_forecast
from ui.work import Desk

_LED = "outlook_led"


def show(desk: Desk) -> None:
    """Draw the page."""
    st.html(wrap("div", "hk-page-head", [tag("h1", "", said.TITLE), tag("p", "", said.NOTE)]))
    ahead, alerts = st.tabs([said.TAB_FORECAST, said.TAB_ALERTS], key="outlook_tabs")
    with ahead:
        _forecast(desk)
    with alerts:
        show_alerts(desk)


def _forecast(desk: Desk) -> None:
    catalogue = session.catalogue(desk)
    offered = forecastable(catalogue)
    try:
        end = furthest(last_day(catalogue))
    except UserError as error:
        show_notice(said.NO_FORECAST, error.message, error.action, tone="warn")
        return
    if not offered:
        show_notice(said.NO_FORECAST, said.NOTHING_TO_FORECAST)
        return
    _lead(catalogue, {qualified(v, m) for v, m in offered})
    view, metric = _metric(catalogue, offered)
    conditions = _conditions(desk, view, metric)
    until = _until(end)
    if conditions is None:
        return
    try:
        with st.spinner(said.WORKING):
            found = lookout(desk).forecast(session.user(), view, metric, conditions, until)
    except UserError as error:
        show_notice(said.NO_FORECAST, error.message, error.action, tone="warn")
        return
    viewer = session.viewer()
    show_forecast(found, may_export=viewer.may_export, dark=viewer.dark)


def _lead(catalogue: Catalogue, known: set[str]) -> None:
    """Take over what a link names, once."""
    name, scope = st.query_params.get(METRIC_PARAM, ""), st.query_params.get(SCOPE_PARAM, "")
    if not name or st.session_state.get(_LED) == (name, scope):
        return
    st.session_state[_LED] = (name, scope)
    if name not in known:
        return
    view = catalogue.views[name.split(".")[0]]
    st.session_state["outlook_area"] = view.name
    st.session_state[f"outlook_metric_{view.name}"] = name.split(".")[1]
    told = [part.partition("=") for part in scope.split(BETWEEN) if part]
    columns = {d.name for d in scopes(view)}
    for place, (column, _, value) in enumerate([t for t in told if t[0] in columns][:2]):
        st.session_state[f"outlook_scope_{view.name}_{place}"] = column
        st.session_state[f"outlook_member_{view.name}_{column}"] = value


def _metric(catalogue: Catalogue, offered: tuple[tuple[View, Metric], ...]) -> tuple[View, Metric]:
    views = list(dict.fromkeys(view.name for view, _ in offered))
    first = [name for name in ("thu_nsnn", *catalogue.asked_first) if name in views]
    views = list(dict.fromkeys([*first, *views]))
    left, right = st.columns(2)
    with left:
        area = st.selectbox(said.AREA, views, format_func=lambda n: catalogue.views[n].label, key="outlook_area")
    metrics = {metric.name: metric for view, metric in offered if view.name == area}
    with right:
        name = st.selectbox(
            said.METRIC, list(metrics), format_func=lambda n: metrics[n].label, key=f"outlook_metric_{area}"
        )
    return catalogue.views[area], metrics[name]


def _conditions(desk: Desk, view: View, metric: Metric) -> tuple[FilterMatch, ...] | None:
    """What the series is restricted to; None when the choice cannot be offered."""
    found: list[FilterMatch] = []
    for place, label in enumerate((said.SCOPE, said.MORE_SCOPE)):
        taken = {f.column for f in found}
        names = ["", *(d.name for d in scopes(view) if d.name not in taken)]
        labels = {d.name: d.label for d in scopes(view)} | {"": said.EVERYTHING if not place else "–"}
        left, right = st.columns(2)
        with left:
            column = st.selectbox(
                label, names, format_func=labels.__getitem__, key=f"outlook_scope_{view.name}_{place}"
            )
        dimension = view.dimension(column) if column else None
        if dimension is None:
            break
        try:
            values = lookout(desk).members(session.user(), view, metric, dimension)
        except UserError as error:
            show_notice(said.NO_FORECAST, error.message, error.action, tone="warn")
            return None
        key = f"outlook_member_{view.name}_{column}"
        if st.session_state.get(key) not in (None, *values):
            del st.session_state[key]  # a link names what the person does not see
        with right:
            value = st.selectbox(said.MEMBER, values, key=key)
        found.append(condition(dimension, value))
    return tuple(found)


def _until(end: Month) -> Month:
    years = [end.year - 1, end.year]
    year = st.segmented_control(
        said.UNTIL, years, format_func=lambda y: said.YEAR_END.format(y), default=end.year, required=True,
        key="outlook_until",
    )  # fmt: skip
    return Month(int(year or end.year), 12)
