"""Plans in words: a grammar of how Vietnamese questions are built, by phenomenon and not by sentence.

A question is put together of slots by a frame of its kind; frames and slots are in ``frames.yaml``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from nl2sql.training.plan import Condition, Plan


@cache
def frames() -> Mapping[str, tuple[str, ...]]:
    """All frames by kind, with the grouping phrases and superlatives."""
    text = resources.files("nl2sql.training").joinpath("frames.yaml").read_text(encoding="utf-8")
    return {str(kind): tuple(map(str, said)) for kind, said in yaml.safe_load(text).items()}


def frames_of(plan: Plan) -> tuple[str, ...]:
    """The frames that say a plan."""
    return frames()[_frame_kind(plan)]


def _frame_kind(plan: Plan) -> str:
    ranking, kind = plan.reading.ranking, plan.kind
    down = ranking is None or ranking.descending
    if kind == "ranking":
        return "top" if down else "bottom"
    if kind == "extreme":
        return "most" if down else "least"
    if kind == "rows":
        return ("rows_top" if down else "rows_bottom") if ranking else "rows_bound" if plan.bound else "rows"
    if kind in ("share", "two_measures"):
        return f"{kind}_by" if plan.groups else kind
    if kind == "inside":
        return "inside_one" if plan.count == 1 else "inside_many"
    if kind == "rank_change":
        return "rank_change_top" if plan.count else kind
    if kind == "contrast":
        return "contrast_times" if plan.reading.contrast and plan.reading.contrast.want == "times" else kind
    if kind == "compared_groups":
        return ("change_up" if down else "change_down") if ranking else "compare_groups"
    if kind == "comparison":
        want = plan.reading.comparison.want if plan.reading.comparison else "all"
        percent = any(m.unit == "%" for m in plan.reading.metrics)
        return "compare_points" if percent and want in ("absolute", "percent") else f"compare_{want}"
    return kind


def say(plan: Plan, rng: random.Random) -> str:
    """The plan as a plain question in correct Vietnamese; the same plan may come out in many ways."""
    ranking = plan.reading.ranking
    frame = rng.choice(frames_of(plan))
    if plan.kind == "rows" and plan.bound and ranking:
        frame = frame.replace("{r} {c}", "{r} {c} {x}")
    measure = rng.choice(plan.measures[0]) if plan.measures else ""
    conditions = [rng.choice(c.ways) for c in plan.conditions]
    slots = {
        "m": _with_conditions(measure, plan.conditions, conditions),
        "M": measure,
        "c": " ".join(conditions),
        "t": _when(plan, rng),
        "b": plan.before,
        "g": rng.choice(plan.groups[0]) if plan.groups else "",
        "h": rng.choice(plan.groups[1]) if len(plan.groups) > 1 else "",
        "k": rng.choice(plan.measures[1]) if len(plan.measures) > 1 else "",
        "w": rng.choice(plan.whose.bare) if plan.whose else "",
        "o": rng.choice(plan.other.bare) if plan.other else "",
        "n": str(plan.count),
        "x": plan.bound,
        "r": rng.choice(plan.rows) if plan.rows else "",
        "hi": rng.choice(frames()["high"]),
        "lo": rng.choice(frames()["low"]),
    }
    slots["by"] = rng.choice(frames()["by"]).replace("{g}", slots["g"])
    text = re.sub(r"\{(\w+)\}", lambda m: slots[m[1]], frame)
    return tidy(text)


def _when(plan: Plan, rng: random.Random) -> str:
    """The period; frames with a preposition of their own drop a second one."""
    return plan.when if not plan.when.isdigit() or rng.random() < 0.5 else f"năm {plan.when}"


def _with_conditions(measure: str, conditions: tuple[Condition, ...], said: list[str]) -> str:
    """Direct conditions stand behind the measure unless its name already says them."""
    kept = [s for c, s in zip(conditions, said, strict=True) if not (c.direct and s and f" {s} " in f" {measure} ")]
    return " ".join([measure, *kept])


_ONCE = (("trong trong", "trong"), ("tổng tổng", "tổng"), ("của của", "của"), ("trong từ", "từ"), ("các các", "các"),
         ("có bao nhiêu bao nhiêu", "có bao nhiêu"), ("bao nhiêu bao nhiêu", "bao nhiêu"), ("số liệu số", "số"),
         ("có bao nhiêu số ", "có bao nhiêu "), ("các năm giai đoạn", "giai đoạn"), ("các năm từ năm", "các năm từ"),
         ("các năm trong các năm", "các năm"), ("các năm trong", "trong"),
         ("của tại", "tại"), ("của ở", "ở"))  # fmt: skip


def tidy(text: str) -> str:
    """Single blanks, no doubled function word, no blank before a comma, nothing dangling."""
    text = re.sub(r"\s+", " ", text)
    for twice, once in _ONCE:
        text = text.replace(twice, once)
    text = re.sub(r"\s+([,:?])", r"\1", text)
    return re.sub(r"^[\s,:]+|[\s,:]+$", "", text)
