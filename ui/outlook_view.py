"""How forecasts and alerts look: on their page, and the few alerts that stand on the first page."""

from __future__ import annotations

import streamlit as st

from nl2sql.answer.format import format_number
from nl2sql.errors import UserError
from nl2sql.outlook.chart import forecast_chart
from nl2sql.outlook.series import forecastable, qualified
from nl2sql.outlook.table import ahead_table, as_answer
from nl2sql.outlook.types import Alert, Alerts, Forecast
from nl2sql.outlook.words import headline, method_lines, plan_words, year_words
from ui import nav, session, texts
from ui import texts_outlook as said
from ui.card_actions import CHART_FILES, XLSX_MIME
from ui.charts import chart_file, dressed
from ui.components.table import show_table
from ui.export import csv_bytes, file_name, xlsx_bytes
from ui.html import md_escape, table_html, tag, wrap
from ui.lookout import Lookout
from ui.notice import show_notice
from ui.outlook_link import PAGE, go_to_forecast
from ui.progress import POLL_S
from ui.work import PATIENCE_S, Desk

ON_FIRST_PAGE = 3
PANEL_POLL_S = 3.0
_TONES = {"cao": "hk-badge hk-badge-bad", "vừa": "hk-badge hk-badge-warn", "theo dõi": "hk-badge"}


@st.cache_resource(show_spinner=False)
def lookout(_desk: Desk) -> Lookout:
    """The one keeper of forecasts and alerts of this process."""
    return Lookout(_desk.assistant)


def show_forecast(forecast: Forecast, *, may_export: bool, dark: bool) -> None:
    """A forecast with its interval, its errors and how it was made."""
    series = forecast.series
    badge = tag("span", "hk-badge hk-badge-warn", said.IS_FORECAST)
    st.html(wrap("div", "hk-strip", [badge]) + tag("div", "hk-headline", headline(forecast)))
    lines = [tag("li", "", plan_words(plan, series)) for plan in forecast.plans]
    lines += [tag("li", "", _capital(year_words(year, series))) for year in forecast.years[1:]]
    if lines:
        st.html(wrap("ul", "hk-outlook-lines", lines))
    spec = forecast_chart(forecast)
    st.vega_lite_chart(spec=dressed(spec, dark=dark), theme=None, width="stretch", key="outlook_chart")
    show_table(ahead_table(forecast), key="outlook_table")
    with st.expander(said.HOW, expanded=True):
        st.html(wrap("ul", "hk-outlook-lines", [tag("li", "", line) for line in method_lines(forecast)]))
        rows = [
            (
                said.CHOSEN.format(t.label) if t == forecast.chosen else t.label,
                f"{format_number(t.mape, 1)}%" if t.mape is not None else "–",
                format_number(t.mase, 2),
                f"{format_number(100 * t.coverage, 0)}%",
            )
            for t in forecast.trials
        ]
        st.html(table_html(said.TRIALS, rows))
    with st.expander(said.SQL):
        st.code(series.sql, language="sql", wrap_lines=True)
    if may_export:
        _downloads(forecast)


def _downloads(forecast: Forecast) -> None:
    answer, synthetic = as_answer(forecast), forecast.synthetic
    result, spec = answer.result, forecast_chart(forecast)
    if result is None:
        return
    with st.popover(texts.DOWNLOAD, icon=":material/download:", type="tertiary"):
        st.download_button(
            texts.DOWNLOAD_XLSX,
            data=lambda: xlsx_bytes(answer, synthetic=synthetic),
            file_name=file_name(answer, "xlsx"),
            mime=XLSX_MIME,
            key="outlook_xlsx",
            on_click="ignore",
        )
        st.download_button(
            texts.DOWNLOAD_CSV,
            data=lambda: csv_bytes(result),
            file_name=file_name(answer, "csv"),
            mime="text/csv",
            key="outlook_csv",
            on_click="ignore",
        )
        for kind, mime, label in CHART_FILES:
            st.download_button(
                label,
                data=lambda kind=kind: chart_file(spec, kind),  # type: ignore[misc]
                file_name=file_name(answer, kind),
                mime=mime,
                key=f"outlook_{kind}",
                on_click="ignore",
            )


def show_alerts(desk: Desk) -> None:
    """All alerts of the person, most severe first."""
    found = _alerts(desk)
    if found is None:
        return
    if not found.rules:
        show_notice(said.ALERTS_NO_RULES)
        return
    count = said.ALERTS_COUNT.format(len(found.items), format_number(found.checked), found.rules)
    if not found.items:
        show_notice(said.ALERTS_NONE, count)
    else:
        st.html(tag("p", "hk-hint", f"{count}. {said.ALERTS_HOW}"))
    known = {qualified(view, metric) for view, metric in forecastable(session.catalogue(desk))}
    for place, alert in enumerate(found.items):
        with st.container(border=True, key=f"alert_{place}"):
            _alert(alert, f"alerts_{place}", why=True, ahead=alert.metric in known)
    if found.notes:
        st.html(wrap("ul", "hk-warnings", [tag("li", "", note) for note in found.notes]))


def show_panel(desk: Desk) -> None:
    """The first alerts on the first page; nothing where there are none or the person has no such page."""
    if not session.may_open(PAGE) or not session.catalogue(desk).alerts:
        return
    found = _ready(desk, PATIENCE_S)
    if found is None:
        # Drawn by itself when it is there: drawing the whole page anew would disturb whoever is typing a question.
        st.fragment(run_every=PANEL_POLL_S)(_late_panel)(desk)
    else:
        _panel(found)


def _late_panel(desk: Desk) -> None:
    found = _ready(desk, 0.0)
    if found is not None:
        _panel(found)


def _ready(desk: Desk, patience_s: float) -> Alerts | None:
    try:
        return lookout(desk).alerts(session.user(), patience_s=patience_s)
    except UserError:
        return Alerts(())  # the page itself says why; the first page is for questions


def _panel(found: Alerts) -> None:
    if not found.items:
        return
    st.html(tag("h2", "hk-small-title", said.PANEL))
    with st.container(border=True, key="alert_panel"):
        for place, alert in enumerate(found.items[:ON_FIRST_PAGE]):
            _alert(alert, f"panel_{place}", why=False, ahead=False)
        if st.button(said.PANEL_ALL, key="panel_all", type="tertiary", icon=":material/notifications:"):
            nav.go(PAGE)


def _alerts(desk: Desk) -> Alerts | None:
    try:
        found = lookout(desk).alerts(session.user(), patience_s=PATIENCE_S)
    except UserError as error:
        show_notice(said.ALERTS_NONE, error.message, error.action, tone="warn")
        return None
    if found is None:
        st.html(tag("p", "hk-hint", said.ALERTS_WAIT))
        st.fragment(run_every=POLL_S)(_wait)(desk)
    return found


def _wait(desk: Desk) -> None:
    """Draw the page anew once the alerts are there."""
    try:
        ready = lookout(desk).alerts(session.user()) is not None
    except UserError:
        ready = True
    if ready:
        st.rerun()


def _alert(alert: Alert, key: str, *, why: bool, ahead: bool) -> None:
    badge = tag("span", _TONES[alert.severity], _capital(alert.severity))
    with st.container(horizontal=True, vertical_alignment="center", key=f"line_{key}"):
        st.html(
            wrap("div", "hk-alert", [badge, tag("span", "", alert.sentence)])
            + (tag("div", "hk-hint", said.WHY.format(alert.reason)) if why else "")
        )
        told = md_escape(alert.question)
        if st.button(said.ASK_BEHIND, key=f"ask_{key}", help=told, icon=":material/arrow_outward:"):
            st.session_state[nav.QUESTION_WANTED] = alert.question
            nav.go("ask")
            st.rerun()  # where this is the page already
        if ahead and st.button(said.FORECAST_IT, key=f"ahead_{key}", type="tertiary"):
            go_to_forecast(alert.metric, (alert.scope,))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
