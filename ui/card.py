"""The answer card: reading, trust, finding, chart, table, how it was calculated, SQL, next steps, actions."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from nl2sql.answer.next_steps import next_steps
from nl2sql.errors import UserError
from nl2sql.outlook.link import about_future, continued, meant
from nl2sql.pipeline import SYNTHETIC_NOTE
from nl2sql.policy import User
from nl2sql.types import Answer, Reading, Result, Status
from schema.semantic import Catalogue
from ui import texts
from ui.card_actions import show_actions
from ui.card_figures import headline_html, show_extras, show_loosened
from ui.card_method import foot_html, message_of, method_html, trust_html, trust_reason
from ui.chart_view import show_chart
from ui.components.chips import show_chips
from ui.components.table import MAX_SENT, show_table
from ui.exchange import Exchange
from ui.html import md_escape, tag, wrap
from ui.notice import Tone, notice_html
from ui.outlook_link import PAGE, go_to_forecast
from ui.texts_outlook import CARRY_ON, SEE_FORECAST
from ui.work import Desk


@dataclass(frozen=True)
class Viewer:
    """Who looks at the card and how.

    Attributes:
        user: The person.
        link: Address of the app, without parameters.
    """

    user: User
    dark: bool = False
    may_export: bool = True
    may_sql: bool = True
    link: str = ""

    @property
    def name(self) -> str:
        """Name under which what the person keeps is kept."""
        return self.user.name


@dataclass(frozen=True)
class Wish:
    """What the person wants next: a question in words, a reading, the SQL in the editor, or the reading before."""

    question: str = ""
    reading: Reading | None = None
    in_place: bool = False
    sql: str = ""
    undo: bool = False


def show_card(exchange: Exchange, desk: Desk, viewer: Viewer, *, lean: bool = False) -> Wish | None:
    """Draw the card of an exchange that has ended.

    Args:
        lean: Without next steps and without changing the reading (a shared answer).

    Returns:
        What the person has just asked for with a click on the card, or None.
    """
    answer = exchange.answer
    if answer is None:
        st.html(notice_html(texts.STOPPED))
        return None
    with st.container(key=f"card_{exchange.id}", border=True):
        wish = _reading(exchange, answer, desk.assistant.catalogue_for(viewer.user), editable=not lean)
        if answer.status is Status.CLARIFY and answer.clarification:
            return wish or _clarification(exchange, answer)
        if answer.status is Status.ANSWERED and answer.result is not None:
            said = _answered(exchange, answer, answer.result, desk, viewer, lean=lean)
        else:
            said = _ended_without(exchange, answer, desk, viewer)
        if not lean:
            said = _next(exchange, answer, desk.assistant.catalogue_for(viewer.user), viewer) or said
        with st.container(horizontal=True, vertical_alignment="center", key=f"bottom_{exchange.id}"):
            st.html(foot_html(exchange, answer))
            show_actions(exchange, answer, desk, viewer)
        return wish or said


def _reading(exchange: Exchange, answer: Answer, catalogue: Catalogue, *, editable: bool) -> Wish | None:
    reading = answer.reading
    changed: Reading | None = None
    with st.container(key=f"top_{exchange.id}"):
        if reading is not None and (reading.view or reading.periods):
            try:
                changed = show_chips(reading, catalogue, key=f"chips_{exchange.id}", editable=editable)
            except UserError as error:
                st.toast(error.message, icon=":material/info:")
        badge = trust_html(answer)
        if badge:
            st.html(badge)
    if exchange.before is not None and st.button(
        texts.UNDO, key=f"undo_{exchange.id}", type="tertiary", icon=":material/undo:"
    ):
        return Wish(undo=True)
    carried = reading is not None and reading.carried and answer.status is not Status.CLARIFY
    if carried and _alone(exchange):
        return Wish(question=exchange.question.text)
    return Wish(reading=changed, in_place=True) if changed else None


def _alone(exchange: Exchange) -> bool:
    """Say that the question was taken as a follow-up, of which one; True when the person wants it by itself."""
    before = exchange.question.turns[-1] if exchange.question.turns else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"carried_{exchange.id}"):
        st.html(tag("span", "hk-carried", texts.carried(before)))
        return st.button(texts.ALONE, key=f"alone_{exchange.id}", icon=":material/call_split:")


def _clarification(exchange: Exchange, answer: Answer) -> Wish | None:
    if answer.clarification is None:
        return None
    st.html(tag("div", "hk-ask-back", answer.clarification.question))
    chosen: Wish | None = None
    with st.container(horizontal=True, key=f"options_{exchange.id}"):
        for index, option in enumerate(answer.clarification.options):
            if st.button(md_escape(option.label), key=f"option_{exchange.id}_{index}", help=None):
                chosen = Wish(question=option.question)
    return chosen


def _answered(
    exchange: Exchange, answer: Answer, result: Result, desk: Desk, viewer: Viewer, *, lean: bool
) -> Wish | None:
    st.html(headline_html(answer, result))
    show_extras(exchange, desk)
    _warnings(answer)
    # A table of one cell says no more than the number above it.
    alone = len(result.columns) == 1 and result.row_count == 1
    names = [texts.TAB_TABLE, texts.TAB_METHOD, texts.TAB_SQL]
    if alone:
        names = [texts.TAB_METHOD, texts.TAB_TABLE, texts.TAB_SQL]
    if answer.chart:
        names.insert(0, texts.TAB_CHART)
    tabs = dict(zip(names, st.tabs(names, key=f"tabs_{exchange.id}"), strict=True))
    drilled: Reading | None = None
    if answer.chart:
        with tabs[texts.TAB_CHART]:
            catalogue = desk.assistant.catalogue_for(viewer.user)
            drilled = show_chart(exchange, answer, catalogue, dark=viewer.dark, drilling=not lean)
    with tabs[texts.TAB_TABLE]:
        show_table(result, key=f"table_{exchange.id}")
        counted = texts.row_count(result.row_count, result.truncated)
        if result.row_count > MAX_SENT:
            counted = f"{counted} · {texts.shown_rows(MAX_SENT)}"
        st.html(tag("div", "hk-count", counted))
    with tabs[texts.TAB_METHOD]:
        st.html(method_html(answer))
    with tabs[texts.TAB_SQL]:
        wanted = _sql(exchange, answer, viewer)
    return Wish(reading=drilled) if drilled else wanted


def _warnings(answer: Answer) -> None:
    # Every page already says above that the data is simulated.
    warnings = [tag("li", "", warning) for warning in answer.warnings if warning != SYNTHETIC_NOTE]
    reason = trust_reason(answer)
    if reason and not warnings:
        warnings = [tag("li", "", reason)]
    if warnings:
        st.html(wrap("ul", "hk-warnings", warnings))


def _ended_without(exchange: Exchange, answer: Answer, desk: Desk, viewer: Viewer) -> Wish | None:
    message, action = message_of(answer)
    tone: Tone = "bad" if answer.status is Status.ERROR else "warn"
    title = texts.SQL_ERROR_TITLE if exchange.own_sql else texts.TITLES.get(answer.status, texts.ERROR_TITLE)
    st.html(notice_html(title, message, action, tone=tone))
    _ahead(exchange, answer, desk, viewer)
    chosen = show_loosened(exchange, desk)
    if answer.sql and not exchange.own_sql:
        with st.expander(texts.TAB_SQL):
            st.code(answer.sql, language="sql", wrap_lines=True)
    return Wish(reading=chosen) if chosen else None


def _ahead(exchange: Exchange, answer: Answer, desk: Desk, viewer: Viewer) -> None:
    """A way to the forecast, where a question about the future was not answered."""
    if not about_future(answer.refusal) or not viewer.user.permissions.page(PAGE):
        return
    if st.button(SEE_FORECAST, key=f"ahead_{exchange.id}", icon=":material/trending_up:"):
        found = meant(exchange.question.text, desk.assistant, viewer.user)
        go_to_forecast(*(found or ()))


def _sql(exchange: Exchange, answer: Answer, viewer: Viewer) -> Wish | None:
    st.code(answer.sql, language="sql", wrap_lines=True)
    if viewer.may_sql and not exchange.own_sql:
        clicked = st.button(texts.EDIT_SQL, key=f"edit_{exchange.id}", icon=":material/edit:")
        return Wish(sql=answer.sql) if clicked else None
    return None


def _next(exchange: Exchange, answer: Answer, catalogue: Catalogue, viewer: Viewer) -> Wish | None:
    if answer.reading is None or answer.status is not Status.ANSWERED:
        return None
    steps = next_steps(answer.reading, answer.result, catalogue)
    target = continued(answer.reading, catalogue) if viewer.user.permissions.page(PAGE) else None
    chosen: Wish | None = None
    if steps or target:
        with st.container(horizontal=True, vertical_alignment="center", key=f"next_{exchange.id}"):
            st.html(tag("span", "hk-next", texts.NEXT_STEPS))
            for index, step in enumerate(steps):
                if st.button(md_escape(step.label), key=f"step_{exchange.id}_{index}"):
                    chosen = Wish(reading=step.reading)
            if target and st.button(CARRY_ON, key=f"carry_{exchange.id}", icon=":material/trending_up:"):
                go_to_forecast(*target)
    return chosen
