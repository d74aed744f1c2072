"""Ways from page to page. The pages of a run are told here once by ``ui.app``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

_PAGES = "pages_of_this_run"
SQL_WANTED = "sql_wanted"
QUESTION_WANTED = "question_wanted"


def remember(pages: Mapping[str, Any]) -> None:
    """Keep the pages of this run by name."""
    st.session_state[_PAGES] = dict(pages)


def go(name: str, **parameters: str) -> None:
    """Open a page by name with parameters in its address; stays where it is when the person has no such page."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is not None:
        st.switch_page(page, query_params=parameters or None)


def edit_sql(sql: str, exchange_id: str) -> None:
    """Open the SQL of an answer in the editor."""
    st.session_state[SQL_WANTED] = (sql, exchange_id)
    go("sql")
