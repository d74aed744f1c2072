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

from nl2sql.question.text import fold
from nl2sql.training.empty_words import around, scoped
from nl2sql.training.plan import Condition, Plan, Ways
from nl2sql.training.stock import lowered

_NUMBERS = {2: "hai", 3: "ba", 4: "bốn", 5: "năm", 6: "sáu", 7: "bảy", 10: "mười", 15: "mười lăm", 20: "hai mươi"}
_UNITS: Mapping[str, tuple[str, ...]] = {
    "VND": ("tỷ đồng", "tỷ đồng", "tỷ", "triệu đồng", "đồng", "VND"),
    "USD": ("triệu USD", "tỷ USD", "USD", "tỷ đô", "triệu đô", "đô la"),
    "%": ("%", "phần trăm"),
}
"""How people write the unit of a measure; any other unit is written as it stands."""
_ASKING = re.compile(r"^(?:có )?(?:bao nhiêu|mấy)\b|\b(?:bao nhiêu|mấy|nào)$")
_COMMON = 10
"""So many frames at the head of a list are the everyday ones and come more often."""
_ASKED_ALONE = frozenset(("total",))
_SUBJECT_ONLY = 0.1
"""How often the view's own names say its main measure: "làm thủ tục được bao nhiêu", "bắt giữ theo tuyến"."""
_SUBJECT_SAYS = frozenset(("total", "breakdown", "trend", "ranking", "extreme", "extreme_time", "several_values"))
_SCATTERED = 0.3
"""How often conditions stand in two places: "kim ngạch xuất khẩu năm 2024 mặt hàng gạo"."""
_WHICH = re.compile(r"\b(?:nào|đâu|ai)\b")
"""A grouping column's name that asks for the member itself: "ở đâu", "nước nào"."""
_NEEDS_A_NAME = re.compile(r"\{M\}|bao nhiêu \{m\}")
"""A frame that cannot stand without the measure's name."""
_RATE = re.compile(r"(?:tỷ lệ|tỷ trọng|phần trăm) (?=\w+ \w)")
_PERCENT = 0.3
"""How often a rate is asked for as a percentage of its name's rest."""
_TIMES = frozenset(("giờ", "phút", "ngày"))
"""Units of which the largest is the longest."""
_BY_UNITS = 0.55
"""How often two measures are asked for by their units alone: "bao nhiêu tấn và bao nhiêu tiền"."""
_COUNTED = re.compile(r"số (?!lượng|lượt|trường hợp|ca\b|case)")
"""How a name begins that is the name of what is counted behind it."""
_UNIT_OF_TIME = re.compile(r"(?:cả |nửa |riêng )?(?:năm|quý|tháng|\d+ tháng|\d{4}|[TQ]\d)")
"""How a period begins that takes "trong" or "của" before it."""


@cache
def frames() -> Mapping[str, tuple[str, ...]]:
    """All frames by kind, with the grouping phrases and superlatives."""
    text = resources.files("nl2sql.training").joinpath("frames.yaml").read_text(encoding="utf-8")
    return {str(kind): tuple(map(str, said)) for kind, said in yaml.safe_load(text).items()}


def frames_of(plan: Plan) -> tuple[str, ...]:
    """The frames that say a plan; those of counts and of units where the measure is of that sort."""
    kind = _frame_kind(plan)
    unit = _unit(plan)
    said = frames()[kind]
    if kind == "total":
        counted = unit not in _UNITS and unit != ""
        said = (*said, *(frames()["total_unit"] if unit else ()), *(frames()["total_count"] if counted else ()))
    if kind == "compare_all" and "kỳ" in plan.before:
        said = (*said, *frames()["compare_same"])
    if kind == "contrast" and unit in _TIMES:
        said = (*said, *frames()["contrast_time"])
    return said if unit else tuple(f for f in said if "{u}" not in f)


def _unit(plan: Plan) -> str:
    return plan.reading.metrics[0].unit if plan.reading.metrics else ""


def _frame_kind(plan: Plan) -> str:
    ranking, kind = plan.reading.ranking, plan.kind
    down = ranking is None or ranking.descending or _turned(plan)
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
        gained = "_most" if plan.reading.comparison and plan.reading.comparison.want == "absolute" else ""
        return ("change_up" if down else "change_down") + gained if ranking else "compare_groups"
    if kind == "comparison":
        want = plan.reading.comparison.want if plan.reading.comparison else "all"
        percent = any(m.unit == "%" for m in plan.reading.metrics)
        return "compare_points" if percent and want in ("absolute", "percent") else f"compare_{want}"
    return kind


def _turned(plan: Plan) -> bool:
    """Whether a measure is said by the name of its negative, of which the largest is the least of the measure."""
    metric = plan.view.metric(plan.reading.metrics[0].name) if plan.reading.metrics else None
    return metric is not None and bool(metric.inverse) and plan.measures[:1] == (metric.inverse,)


def say(plan: Plan, rng: random.Random) -> str:
    """The plan as a plain question in correct Vietnamese; the same plan may come out in many ways."""
    ranking = plan.reading.ranking
    measures = [_named(ways, rng, asking=plan.kind in _ASKED_ALONE) for ways in plan.measures]
    measure = measures[0] if measures else ""
    subject = _subject(plan, rng)
    measure = subject or measure
    if plan.kind == "rows" and ranking and not measure:  # "10 tờ khai lớn nhất" needs to say by what
        measure = lowered(plan.reading.metrics[0].label)
    groups = [_grouping(ways, rng, asking=plan.kind == "extreme") for ways in plan.groups]
    options = frames_of(plan)
    rate = _rate(plan, measure, rng)
    if rate:
        measure, options = rate, frames()["total_rate"]
    elif plan.kind in _ASKED_ALONE and _ASKING.search(measure):
        options = frames()["total_asked"]
    elif plan.kind == "total" and (subject or not measure):
        options = _implied(plan, rng)
    elif plan.kind == "two_measures" and not plan.groups and rng.random() < _BY_UNITS and _told_by_units(plan):
        options = frames()["two_measures_unit"]
    elif plan.kind == "extreme" and _WHICH.search(groups[0]):
        options = frames()[f"{_frame_kind(plan)}_asked"]
    elif not measure and plan.measures:
        options = tuple(f for f in options if not _NEEDS_A_NAME.search(f)) or options
    frame = rng.choice(options[:_COMMON] if rng.random() < 0.25 else options)
    if plan.kind == "rows" and plan.bound and ranking:
        frame = frame.replace("{r} {c}", "{r} {c} {x}")
    conditions = [rng.choice(c.ways) for c in plan.conditions]
    frame, near = _scattered(frame, plan, rng, named=bool(measure))
    marked = scoped(frame, plan, rng)
    unscoped = marked == frame
    unit = _unit(plan)
    units = [m.unit for m in plan.reading.metrics] or [""]
    slots = {
        "m": _with_conditions(measure, plan.conditions[:near], conditions[:near]),
        "M": measure,
        "c": _leading(frame, "c", " ".join(conditions), rng),
        "e": _leading(frame, "e", " ".join(conditions[near:]), rng),
        "t": _when(plan, rng),
        "b": plan.before,
        "g": groups[0] if groups else "",
        "h": groups[1] if len(groups) > 1 else "",
        "k": measures[1] if len(measures) > 1 else "",
        "w": rng.choice(plan.whose.bare) if plan.whose else "",
        "o": rng.choice(plan.other.bare) if plan.other else "",
        "n": _count(plan.count, rng),
        "x": plan.bound,
        "r": rng.choice(_rows(plan)) if plan.rows else "",
        "u": rng.choice(_UNITS.get(unit, (unit,))),
        "j": rng.choice(_UNITS.get(units[-1], (units[-1],))),
        "v": rng.choice(_headings(plan)),
        "hi": rng.choice(_superlatives("high", unit)),
        "lo": rng.choice(_superlatives("low", unit)),
    }
    slots["by"] = rng.choice(frames()["by"]).replace("{g}", slots["g"])
    frame = _without_empty(_punctuated(marked, rng), slots)
    text = tidy(re.sub(r"\{(\w+)\}", lambda m: slots[m[1]], frame))
    return around(text, plan, "" if "{u}" in frame else slots["u"], rng, scope=unscoped)


def _implied(plan: Plan, rng: random.Random) -> tuple[str, ...]:
    """The frames of a total whose measure nobody names: "năm 2024 xuất khẩu được bao nhiêu gạo"."""
    kinds = ["total_implied"]
    if len(plan.conditions) > 1 and plan.conditions[0].direct and plan.when:
        kinds.append("total_split")
    if _unit(plan):
        kinds += [f"{kind}_unit" for kind in kinds]
    more = () if rng.random() < 0.6 else tuple(f for f in frames_of(plan) if not _NEEDS_A_NAME.search(f))
    return (*(f for kind in kinds for f in frames()[kind]), *more)


def _headings(plan: Plan) -> Ways:
    """Names of the view that are no part of a measure's, to stand before a colon; the label where there is none."""
    measures = [fold(n) for m in plan.view.metrics for n in (m.label, *m.synonyms)]
    names = [lowered(n) for n in (plan.view.label, *plan.view.synonyms)]
    return tuple(n for n in names if not any(fold(n) in m for m in measures)) or (lowered(plan.view.label),)


def _superlatives(side: str, unit: str) -> tuple[str, ...]:
    """ "Cao nhất" and the like; of hours and days "lâu nhất", of money "nhiều tiền nhất" as well."""
    named = frames()[side]
    more = f"{side}_time" if unit in _TIMES else f"{side}_money" if unit == "VND" else ""
    return frames().get(more, named)


def _told_by_units(plan: Plan) -> bool:
    """Whether each of two measures is the view's main one or the only one of its unit: "bao nhiêu tấn" means it."""
    metrics, main = plan.reading.metrics, plan.view.default_metric
    if len(metrics) != 2 or not plan.conditions or metrics[0].unit == metrics[1].unit:
        return False
    alone = [sum(other.unit == m.unit for other in plan.view.metrics) == 1 for m in metrics]
    meant = [only or (main is not None and main.name == m.name) for m, only in zip(metrics, alone, strict=True)]
    known = [plan.view.metric(m.name) for m in metrics]
    counts = all(m is None or m.additivity != "ratio" for m in known)  # a mean of so many is not so many
    return counts and all(meant) and all(m.unit not in ("", "%") for m in metrics)


def _rate(plan: Plan, measure: str, rng: random.Random) -> str:
    """What a rate is of, to be asked as a percentage: "mấy phần trăm hồ sơ đúng hạn"; empty where it is not said so."""
    of = _RATE.match(measure)
    return measure[of.end() :] if plan.kind == "total" and of and _unit(plan) == "%" and rng.random() < _PERCENT else ""


def _subject(plan: Plan, rng: random.Random) -> str:
    """A name of the view itself in the place of its main measure, now and then; empty otherwise."""
    view, metrics = plan.view, plan.reading.metrics
    if plan.kind not in _SUBJECT_SAYS or len(metrics) != 1 or rng.random() >= _SUBJECT_ONLY:
        return ""
    main = view.default_metric
    if main is None or metrics[0].name != main.name:
        return ""
    names = [lowered(n) for n in (view.label, *view.synonyms) if not _ASKING.search(n) and not _WHICH.search(n)]
    return rng.choice(names) if names else ""


def _rows(plan: Plan) -> Ways:
    """How rows are called: as the plan says, and as the measure that counts them does ("số vụ việc", in "vụ")."""
    counts = [m for m in plan.view.metrics if m.expr.upper() == "COUNT(*)" and not m.filters]
    named = [n[len("số ") :] for m in counts for n in map(lowered, (m.label, *m.synonyms)) if _COUNTED.match(n)]
    return (*plan.rows, *named)


def _scattered(frame: str, plan: Plan, rng: random.Random, *, named: bool) -> tuple[str, int]:
    """The frame with a place of its own for the last conditions, and how many stay beside the measure."""
    if "{e}" in frame:
        return frame, 1
    count = len(plan.conditions)
    first = 1 if count and plan.conditions[0].direct else 0
    first = first if named or first else count
    fixed = any(slot in frame for slot in ("{c}", "{w}", "{o}")) or frame.count("{m}") != 1 or "{t}" not in frame
    if fixed or not plan.when or count <= first or rng.random() >= _SCATTERED:
        return frame, count
    near = rng.randrange(first, count)
    chance = rng.random()
    if chance < 0.55:
        return frame.replace("{t}", "{t} {e}", 1), near
    if chance < 0.7 and not frame.startswith("{t}"):
        return frame.replace("{t}", "{e} {t}", 1), near
    if chance < 0.85:
        return f"{frame} {{e}}", near
    return rng.choice(("{e} ", "{e}, ", "{e} thì ")) + frame, near


def _leading(frame: str, slot: str, said: str, rng: random.Random) -> str:
    """Conditions as they open a question: mostly without the preposition that joins them to a measure."""
    opens = frame.startswith(f"{{{slot}}}") and said.startswith("của ")
    return said.removeprefix("của ") if opens and rng.random() < 0.8 else said


def _named(ways: Ways, rng: random.Random, *, asking: bool) -> str:
    """A measure's name; one that is half a question ("bao nhiêu tờ khai") only where nothing else asks."""
    plain = [w for w in ways if not _ASKING.search(w)]
    return rng.choice(ways if asking or not plain else plain)


def _grouping(ways: Ways, rng: random.Random, *, asking: bool) -> str:
    """A column's name; one that asks ("ở đâu") or counts its members ("63 tỉnh") only where that can stand."""
    plain = [w for w in ways if not w[:1].isdigit() and (asking or not _WHICH.search(w))]
    return rng.choice(plain or ways)


def _count(count: int, rng: random.Random) -> str:
    """A number of members, now and then as a word."""
    return _NUMBERS[count] if count in _NUMBERS and rng.random() < 0.15 else str(count)


def _without_empty(frame: str, slots: Mapping[str, str]) -> str:
    """The frame without the slots that say nothing here and the small words that lead to them."""
    for slot in ("t", "c", "e"):
        if not slots[slot]:
            frame = re.sub(
                rf"(?:\b(?:tính riêng|trong|của|về|tính|thì|riêng)\s+)?(?:\(\{{{slot}\}}\)|\{{{slot}\}})"
                r"(?:\s*[/;:,-](?=\s|$))?",
                "",
                frame,
            )
    if not _UNIT_OF_TIME.match(slots["t"]):
        frame = re.sub(r"\b(?:trong|của|riêng) \{t\}", "{t}", frame)
    return frame


def _punctuated(frame: str, rng: random.Random) -> str:
    """A comma, colon or dash where a clause with a time stands apart, and small words that lead to the time."""
    chance = rng.random()
    if frame.startswith("{t} {") and chance < 0.35:
        return "{t}" + rng.choice((", ", ", ", ", ", ": ", " - ", " thì ")) + frame.removeprefix("{t} ")
    if frame.endswith("} {t}") and chance < 0.16:
        return frame.removesuffix(" {t}") + rng.choice((", {t}", ", {t}", " - {t}", ", tính riêng {t}", " ({t})",
                                                        " của {t}", " riêng {t}"))  # fmt: skip
    return frame


def _when(plan: Plan, rng: random.Random) -> str:
    """The period; frames with a preposition of their own drop a second one."""
    return plan.when if not plan.when.isdigit() or rng.random() < 0.5 else f"năm {plan.when}"


def _with_conditions(measure: str, conditions: tuple[Condition, ...], said: list[str]) -> str:
    """Direct conditions stand behind the measure unless its name already says them."""
    kept = [s for c, s in zip(conditions, said, strict=True) if not (c.direct and s and f" {s} " in f" {measure} ")]
    return " ".join([measure, *kept])


_ONCE = (("trong trong", "trong"), ("tổng tổng", "tổng"), ("của của", "của"), ("trong từ", "từ"), ("các các", "các"),
         ("có bao nhiêu bao nhiêu", "có bao nhiêu"), ("bao nhiêu bao nhiêu", "bao nhiêu"), ("số liệu số", "số"),
         ("có bao nhiêu số ", "có bao nhiêu "), ("các năm từ năm", "các năm từ"),
         ("các năm trong các năm", "các năm"),
         ("của tại", "tại"), ("của ở", "ở"))  # fmt: skip


def tidy(text: str) -> str:
    """Single blanks, no doubled function word, no blank before a comma, nothing dangling."""
    text = re.sub(r"\s+", " ", text)
    for twice, once in _ONCE:
        text = text.replace(twice, once)
    text = re.sub(r"\s+([,:;?])", r"\1", text)
    text = re.sub(r"\(\s*[,;]?\s*\)|(?<=\()[\s,;]+|[\s,;]+(?=\))", "", text)
    text = re.sub(r"([,:;/-])(?:\s*[,:;]|\s+[/-](?=\s))+", r"\1", text)
    return re.sub(r"^(?:[\s,:;/]|-\s)+|(?:[\s,:;/]|\s-)+$", "", text)
