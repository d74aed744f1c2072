"""The catalogue to read: what each figure means, what one can ask by, and by which other names."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from nl2sql.question.text_fold import fold
from schema.approved import Addition, Kind
from schema.semantic import Catalogue, Dimension, Metric, View
from ui import approvals, session, texts
from ui.html import esc, md_escape, tag, wrap
from ui.pages.sql_more import fits
from ui.work import Desk

MAX_VALUES = 12


def show(desk: Desk) -> None:
    """Draw the page."""
    catalogue = session.catalogue(desk)
    st.html(wrap("div", "hk-page-head", [tag("h1", "", texts.GLOSSARY_TITLE), tag("p", "", texts.GLOSSARY_NOTE)]))
    wanted = st.text_input(
        texts.GLOSSARY_SEARCH, placeholder=texts.GLOSSARY_SEARCH, label_visibility="collapsed", key="glossary_search"
    )
    _propose(desk, catalogue)
    approvals.show_progress()
    shown = 0
    for view in catalogue.views.values():
        shown += _view(catalogue, view, wanted)
    shown += _terms(catalogue, wanted)
    if not shown:
        st.html(tag("p", "hk-soft", texts.GLOSSARY_NOTHING))


def _propose(desk: Desk, catalogue: Catalogue) -> None:
    """Another name or a better definition for something in the catalogue; a person who keeps it decides."""
    named: dict[str, Metric | Dimension] = {}
    views: dict[str, str] = {}
    for view in catalogue.views.values():
        items: list[Metric | Dimension] = [*view.metrics, *view.dimensions]
        named |= {f"{view.label} – {item.label}": item for item in items}
        views |= {f"{view.label} – {item.label}": view.name for item in items}
    with st.popover(texts.GLOSSARY_PROPOSE, icon=":material/edit_note:", type="tertiary"):
        what = st.selectbox(texts.GLOSSARY_WHAT, list(named), key="propose_what")
        kinds: tuple[Kind, ...] = ("word", "definition")
        kind = st.radio(texts.GLOSSARY_KIND, kinds, format_func=texts.APPROVE_KINDS.__getitem__, key="propose_kind")
        said = st.text_input(texts.GLOSSARY_SAID, key="propose_said").strip()
        approves = approvals.may_approve()
        if approves:
            st.html(tag("p", "hk-hint", texts.APPROVE_NOTE))
        if not st.button(texts.APPROVE if approves else texts.SEND, key="propose_send", type="primary"):
            return
        if not any(c.isalnum() for c in said) or not what:
            st.warning(texts.GLOSSARY_NEEDS)
            return
        owner = owner_of(said, named) if kind == "word" else ""
        if owner:
            st.warning(texts.GLOSSARY_TAKEN.format(owner))
        elif approves:
            approvals.begin(desk, Addition(kind, views[what], item=named[what].name, said=said))
        else:
            content = {"what": what, "view": views[what], "name": named[what].name, "said": said, "kind": kind}
            name = f"{texts.APPROVE_KINDS[kind]}: {said}"
            desk.store.write(session.user().name, "proposal", name, json.dumps(content, ensure_ascii=False))
            st.success(texts.GLOSSARY_SENT)


def owner_of(said: str, named: Mapping[str, Metric | Dimension]) -> str:
    """The entry that already has a name, or empty."""
    wanted = fold(said)
    return next((k for k, m in named.items() if wanted in {fold(s) for s in (m.label, m.name, *m.synonyms)}), "")


def _view(catalogue: Catalogue, view: View, wanted: str) -> int:
    metrics = [metric for metric in view.metrics if fits(wanted, metric.label, metric.name, *metric.synonyms)]
    dimensions = [item for item in view.dimensions if fits(wanted, item.label, item.name, *item.synonyms)]
    if not metrics and not dimensions:
        return 0
    parts: list[str] = []
    about = " ".join(text for text in (view.description, f"Mỗi dòng là {view.grain}." if view.grain else "") if text)
    if about:
        parts.append(tag("p", "hk-soft", about))
    if metrics:
        parts += [tag("h3", "", texts.GLOSSARY_METRICS), wrap("dl", "hk-terms", map(_metric, metrics))]
    if dimensions:
        rows = [_dimension(catalogue, item) for item in dimensions]
        parts += [tag("h3", "", texts.GLOSSARY_DIMENSIONS), wrap("dl", "hk-terms", rows)]
    with st.expander(_title(view, len(metrics), len(dimensions)), expanded=bool(wanted.strip())):
        st.html(wrap("section", "hk-glossary", parts))
    return len(metrics) + len(dimensions)


def _title(view: View, metrics: int, dimensions: int) -> str:
    return f"**{md_escape(view.label)}** · {metrics} chỉ tiêu · {dimensions} cách chia"


def _metric(metric: Metric) -> str:
    name = wrap("dt", "", [esc(metric.label), tag("span", "hk-unit", metric.unit) if metric.unit else ""])
    body = [tag("p", "", text) for text in (metric.description, metric.assumption) if text]
    body += [tag("code", "", metric.expr), _synonyms(metric.synonyms)]
    return name + wrap("dd", "", body)


def _dimension(catalogue: Catalogue, dimension: Dimension) -> str:
    values = [value.label or value.value for value in catalogue.values_of(dimension)]
    body = [tag("p", "", dimension.description) if dimension.description else ""]
    if values and not dimension.sensitive:
        more = f" … và {texts.grouped(len(values) - MAX_VALUES)} giá trị khác" if len(values) > MAX_VALUES else ""
        body.append(tag("p", "hk-soft", ", ".join(values[:MAX_VALUES]) + more))
    body.append(_synonyms(dimension.synonyms))
    return tag("dt", "", dimension.label) + wrap("dd", "", body)


def _synonyms(synonyms: tuple[str, ...]) -> str:
    return tag("p", "hk-soft", f"{texts.GLOSSARY_SYNONYMS}: {', '.join(synonyms)}") if synonyms else ""


def _terms(catalogue: Catalogue, wanted: str) -> int:
    found = [(term, said) for term, said in catalogue.glossary.items() if fits(wanted, term, said)]
    if found:
        rows = [tag("dt", "", term) + tag("dd", "", said) for term, said in found]
        with st.expander(f"**{texts.GLOSSARY_TERMS}** · {len(found)} mục", expanded=bool(wanted.strip())):
            st.html(wrap("section", "hk-glossary", wrap("dl", "hk-terms", rows)))
    return len(found)
