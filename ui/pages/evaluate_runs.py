"""Starting a run of a suite and watching it; how the release gate stands."""

from __future__ import annotations

import streamlit as st

from eval import background, library
from eval.background import Job, Standing
from nl2sql.config import load_settings
from ui import texts
from ui import texts_staff as staff
from ui.html import tag, wrap

POLL_S = 1.0
SAMPLES = (0, 20, 50)


@st.cache_resource(show_spinner=False)
def _jobs() -> list[Job]:
    """The runs that this process has started, oldest first."""
    return []


def show_start() -> None:
    """Choose a suite and start it; watch the one that is under way."""
    jobs = _jobs()
    if jobs and jobs[-1].running:
        _watch(jobs[-1])
        return
    if jobs:
        _ended(jobs[-1])
    with st.form("eval_start", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        suite = st.selectbox(staff.EVAL_SUITE, background.suite_names(), key="eval_suite")
        sample = st.selectbox(staff.EVAL_SAMPLE, SAMPLES, format_func=staff.eval_sample, key="eval_sample")
        if st.form_submit_button(staff.EVAL_START, type="primary", icon=":material/play_arrow:"):
            jobs.append(background.start(suite, load_settings(), sample=sample))
            st.rerun()
    st.html(tag("p", "hk-hint", staff.EVAL_START_NOTE))


@st.fragment(run_every=POLL_S)
def _watch(job: Job) -> None:
    if not job.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key="eval_watch"):
        share = job.done / job.total if job.total else 0.0
        st.progress(min(share, 1.0), text=staff.eval_progress(job.suite, job.done, job.total, job.right))
        if st.button(texts.STOP, icon=":material/stop_circle:", key="eval_stop"):
            job.stop()
            st.rerun()


def _ended(job: Job) -> None:
    """What became of the last run of this process."""
    if job.error:
        st.html(tag("p", "hk-sentence", staff.EVAL_FAILED.format(job.suite, job.error)))
    elif job.stopped:
        st.html(tag("p", "hk-sentence", staff.EVAL_STOPPED.format(job.suite, texts.grouped(job.done))))
    else:
        said = staff.eval_progress(job.suite, job.done, job.total, job.right)
        st.html(tag("p", "hk-sentence", f"{staff.EVAL_ENDED}: {said}"))


def show_gate(runs: list[library.RunInfo]) -> None:
    """A line for each rule of the gate, judged by the newest run that fits it."""
    head = wrap("tr", "", [tag("th", "", name) for name in staff.EVAL_GATE_HEAD])
    rows = [_rule(standing) for standing in background.gate_standing(runs)]
    st.html(wrap("table", "hk-plain-table", wrap("thead", "", head) + wrap("tbody", "", rows)))
    st.html(tag("p", "hk-hint", staff.EVAL_GATE_NOTE))


def _rule(standing: Standing) -> str:
    rule, verdict = standing.rule, standing.verdict
    size = staff.eval_sample(rule.sample).lower()
    if verdict is None:
        badge, said = tag("span", "hk-badge", staff.EVAL_GATE_UNKNOWN), "–"
    else:
        tone, word = ("good", staff.EVAL_GATE_PASSED) if verdict.passed else ("bad", staff.EVAL_GATE_FAILED)
        badge, said = tag("span", f"hk-badge hk-badge-{tone}", word), verdict.text.lstrip("✓✗ ")
    cells = [
        tag("td", "", rule.suite),
        tag("td", "hk-soft", f"{rule.route} · {size}"),
        tag("td", "hk-number", f"{rule.floor:.0%}"),
        wrap("td", "", badge),
        tag("td", "hk-soft", said),
    ]
    return wrap("tr", "", cells)
