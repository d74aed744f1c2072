"""The answer card: reading, trust, headline, chart, table, how it was calculated, SQL, downloads."""

from __future__ import annotations

from typing import Any

import streamlit as st

from nl2sql.answer.format import format_amount, format_value, unit_word
from nl2sql.pipeline import SYNTHETIC_NOTE
from nl2sql.types import Answer, Column, Option, Result, Status, Trust
from ui import texts
from ui.charts import dressed
from ui.components.table import NUMERIC, show_table
from ui.export import csv_bytes, file_name, xlsx_bytes
from ui.html import esc, md_escape, tag, wrap
from ui.notice import Tone, notice_html
from ui.reading import reading_html
from ui.work import Exchange

MAX_TILES = 4
MAX_NAME = 40
XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_card(exchange: Exchange, *, dark: bool, synthetic: bool) -> Option | None:
    """Draw the card of an exchange that has ended.

    Returns:
        The option that the person just chose in a clarification, or None.
    """
    answer = exchange.answer
    if answer is None:
        st.html(notice_html(texts.STOPPED))
        return None
    with st.container(key=f"card_{exchange.id}", border=True):
        if answer.status is Status.CLARIFY and answer.clarification:
            return _clarification(exchange, answer)
        if answer.status is Status.ANSWERED and answer.result is not None:
            _answered(exchange, answer, answer.result, dark=dark, synthetic=synthetic)
        else:
            _ended_without(exchange, answer)
        return None


def _clarification(exchange: Exchange, answer: Answer) -> Option | None:
    assert answer.clarification is not None  # noqa: S101 - narrowed by the caller
    _reading(answer)
    st.html(tag("div", "hk-ask-back", answer.clarification.question))
    chosen: Option | None = None
    with st.container(horizontal=True, key=f"options_{exchange.id}"):
        for index, option in enumerate(answer.clarification.options):
            if st.button(md_escape(option.label), key=f"option_{exchange.id}_{index}", help=None):
                chosen = option
    return chosen


def _answered(exchange: Exchange, answer: Answer, result: Result, *, dark: bool, synthetic: bool) -> None:
    _reading(answer)
    st.html(_headline_html(answer, result))
    # Every page already says above that the data is simulated.
    warnings = [tag("li", "", warning) for warning in answer.warnings if warning != SYNTHETIC_NOTE]
    if warnings:
        st.html(wrap("ul", "hk-warnings", warnings))
    # A table of one cell says no more than the number above it.
    alone = len(result.columns) == 1 and result.row_count == 1
    names = [texts.TAB_TABLE, texts.TAB_METHOD, texts.TAB_SQL]
    if alone:
        names = [texts.TAB_METHOD, texts.TAB_TABLE, texts.TAB_SQL]
    if answer.chart:
        names.insert(0, texts.TAB_CHART)
    tabs = dict(zip(names, st.tabs(names, key=f"tabs_{exchange.id}"), strict=True))
    if answer.chart:
        with tabs[texts.TAB_CHART]:
            st.vega_lite_chart(
                spec=dressed(answer.chart, dark=dark),
                theme=None,
                width="stretch",
                key=f"chart_{exchange.id}",
                alt=None if answer.chart.get("description") else answer.headline or None,
            )
    with tabs[texts.TAB_TABLE]:
        show_table(result, key=f"table_{exchange.id}")
        _table_foot(exchange, answer, result, synthetic=synthetic)
    with tabs[texts.TAB_METHOD]:
        st.html(_method_html(answer))
    with tabs[texts.TAB_SQL]:
        _sql(answer)
    st.html(_foot_html(exchange, answer))


def _ended_without(exchange: Exchange, answer: Answer) -> None:
    _reading(answer)
    message, action = _message(answer)
    tone: Tone = "bad" if answer.status is Status.ERROR else "warn"
    title = texts.SQL_ERROR_TITLE if exchange.own_sql else texts.TITLES.get(answer.status, texts.ERROR_TITLE)
    st.html(notice_html(title, message, action, tone=tone))
    if answer.sql and not exchange.own_sql:
        with st.expander(texts.TAB_SQL):
            _sql(answer)
    st.html(_foot_html(exchange, answer))


def _message(answer: Answer) -> tuple[str, str]:
    """What to say, and what the person can do, when there is no result to show."""
    if answer.refusal:
        return answer.refusal.message, texts.REFUSAL_ACTIONS.get(answer.refusal.code, "")
    said = answer.headline or " ".join(answer.warnings)
    if answer.status is Status.NO_DATA:
        return said, texts.NO_DATA_ACTION
    return said or texts.INTERNAL_ERROR, ""


def _reading(answer: Answer) -> None:
    parts = [reading_html(answer.reading) if answer.reading else "", _trust_html(answer)]
    if any(parts):
        st.html(wrap("div", "hk-top", parts))


def _trust_html(answer: Answer) -> str:
    if answer.trust is None:
        return ""
    reason = texts.TRUST_REASONS[answer.trust]
    return wrap(
        "span",
        f"hk-trust hk-trust-{answer.trust.value}",
        [
            tag("span", "hk-trust-dot", "", aria_hidden="true"),
            esc(answer.approval.label if answer.approval else texts.TRUST_LABELS[answer.trust]),
        ],
        title=reason,
    )


def _headline_html(answer: Answer, result: Result) -> str:
    tiles = _tiles(result)
    parts = [wrap("div", "hk-tiles", tiles)] if tiles else []
    if answer.headline:
        parts.append(tag("p", "hk-sentence" if tiles else "hk-headline", answer.headline))
    return "".join(parts)


def _tiles(result: Result) -> list[str]:
    """One row of few figures is shown large: each figure with its name."""
    if result.row_count != 1:
        return []
    figures = [
        (column, value)
        for column, value in zip(result.columns, result.rows[0], strict=True)
        if column.role == "measure" and column.type in NUMERIC
    ]
    if not 1 <= len(figures) <= MAX_TILES:
        return []
    return [_tile(column, value) for column, value in figures]


def _tile(column: Column, value: Any) -> str:
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
            tag("div", "hk-tile-name", column.label),
            wrap(
                "div",
                "hk-tile-value",
                [esc(number), tag("span", "hk-tile-unit", unit) if unit else ""],
            ),
            tag("div", "hk-tile-exact", exact) if scaled else "",
        ],
    )


def _table_foot(exchange: Exchange, answer: Answer, result: Result, *, synthetic: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"foot_{exchange.id}"):
        st.html(tag("div", "hk-count", texts.row_count(result.row_count, result.truncated)))
        st.download_button(
            texts.DOWNLOAD_CSV,
            data=lambda: csv_bytes(result),
            file_name=file_name(answer, "csv"),
            mime="text/csv",
            key=f"csv_{exchange.id}",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            texts.DOWNLOAD_XLSX,
            data=lambda: xlsx_bytes(answer, synthetic=synthetic),
            file_name=file_name(answer, "xlsx"),
            mime=XLSX_MIME,
            key=f"xlsx_{exchange.id}",
            on_click="ignore",
            icon=":material/table_view:",
        )


def _method_html(answer: Answer) -> str:
    rows = [_explained(line) for line in answer.explanation.splitlines() if line.strip()]
    reading = answer.reading
    if reading:
        rows += [_row("Công thức", tag("code", "", metric.expr)) for metric in reading.metrics if metric.expr]
        # The explanation may already name them.
        left = [text for text in reading.assumptions if text.rstrip(".") not in answer.explanation]
        rows += [_row("Giả định", esc(text)) for text in left]
    if answer.trust:
        label, reason = texts.TRUST_LABELS[answer.trust], texts.TRUST_REASONS[answer.trust]
        rows.append(_row("Tin cậy", esc(f"{label}. {reason}")))
    if answer.data_as_of:
        rows.append(_row("Dữ liệu", esc(f"Đến hết ngày {texts.day(answer.data_as_of)}.")))
    return wrap("dl", "hk-method", rows)


def _explained(line: str) -> str:
    """A line of the explanation: what stands before its first colon is its name; inner steps are indented."""
    name, colon, said = line.strip().partition(":")
    if not colon or len(name) > MAX_NAME:
        name, said = "", line.strip()
    name, dash, of_what = name.partition(" – ")
    body = f"{of_what}: {said.strip()}" if dash and said.strip() else of_what or said.strip()
    return _row(name, esc(body), inner=line.startswith("  "))


def _row(name: str, html: str, *, inner: bool = False) -> str:
    return wrap("div", "hk-inner" if inner else "", [tag("dt", "", name), wrap("dd", "", html)])


def _sql(answer: Answer) -> None:
    st.code(answer.sql, language="sql", wrap_lines=True)


def _foot_html(exchange: Exchange, answer: Answer) -> str:
    total = answer.timings.get("total", 0.0) / 1000 or exchange.elapsed
    parts = [f"Trả lời trong {texts.seconds(total)}"]
    slow = [
        f"{texts.STEPS[step].lower()} {texts.seconds(ms / 1000)}"
        for step, ms in answer.timings.items()
        if step in texts.STEPS and ms >= 50
    ]
    note = " · ".join(slow)
    if answer.model and answer.trust is not Trust.VERIFIED:
        parts.append(f"mô hình {answer.model}")
    if answer.data_as_of:
        parts.append(texts.data_until(answer.data_as_of).lower())
    return tag("div", "hk-foot", " · ".join(parts), title=note)
