"""Units that a question asks for: which measure has them, and which words only name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.measures import is_count, metric_match
from nl2sql.question.named_measures import amounts
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, canonical, fold, normalise
from nl2sql.types import FilterMatch, MetricMatch
from schema.semantic import Metric, View

_MONEY = {"tien": ("VND", "USD"), "dong": ("VND",), "usd": ("USD",), "do": ("USD",), "dola": ("USD",), "vnd": ("VND",)}


_NO_MONEY = ("dòng", "đóng", "động", "đông", "đó", "đỏ", "độ", "tiên", "tiến")
"""Words of their own that fold to the name of money."""


_UNIT_WORDS = {
    "ký": "kg",
    "kí": "kg",
    "cân": "kg",
    "kilogam": "kg",
    "tiếng": "gio",
    "giờ": "gio",
    "hours": "gio",
    "tons": "tan",
}


def by_unit(
    text: Text, view: View, found: Sequence[Element], metrics: tuple[MetricMatch, ...]
) -> tuple[MetricMatch, ...]:
    """The measure that "bao nhiêu tấn / tiền / giờ" asks for, where the measures named have another unit.

    Of several measures with the unit the one whose names share most words with the question is meant.
    """
    asked = _asked_units(text, view, found)
    out = list(metrics)
    for _, unit in listed_units(text, view, found):
        chosen = _best_by_unit(text, view, (unit,))
        if chosen is not None and metrics and all(m.unit != unit and m.name != chosen.name for m in out):
            out.append(metric_match(chosen, text, None))
    for units in asked:
        if any(m.unit.split("/")[0] in units for m in out):
            continue
        chosen = _best_by_unit(text, view, units)
        if chosen is not None and all(m.name != chosen.name for m in out):
            out.append(metric_match(chosen, text, None))
    wanted = {u for units in asked for u in units}
    counts = {m.name: m.unit for m in view.metrics if is_count(m.expr)}
    if asked and len(out) > 1:
        out = [m for m in out if m.name not in counts or counts[m.name] in wanted or _in_list(text, found, m.name)]
    return tuple(out)


def _in_list(text: Text, found: Sequence[Element], name: str) -> bool:
    """Whether a count is one of several measures that are listed: "số cuộc, tỷ lệ vi phạm, số tiền"."""
    for element in found:
        if (
            element.kind != "metric"
            or element.name != name
            or text.tokens[element.tokens[0]].fold not in ("so", "tong")
        ):
            continue
        if element.tokens[1] < len(text.tokens) and text.tokens[element.tokens[1]].text in (",", ";", "+", "&"):
            return True
    return False


_PHYSICAL = frozenset({"kg", "tan", "gio", "teu", "chiec"})


def listed_units(text: Text, view: View, found: Sequence[Element]) -> list[tuple[int, str]]:
    """Units listed as measures of their own, each with its token: "số vụ và kg", "cả tấn lẫn trị giá", "số vụ/kg".

    After a stroke behind a count any unit is one ("số vụ/đối tượng"); elsewhere only what is weighed or timed.
    """
    known = {fold(m.unit): m.unit for m in view.metrics if m.unit and fold(m.unit) not in _MONEY}
    first = min((e.tokens[0] for e in found if e.kind in ("metric", "fact")), default=len(text.tokens))
    taken = {i for e in found if e.kind in ("metric", "fact", "number", "grain") for i in range(*e.tokens)}
    counted = first < len(text.tokens) and text.tokens[first].fold in ("so", "sl")  # "USD/tấn" is a price
    out: list[tuple[int, str]] = []
    for index, token in enumerate(text.tokens[1:], start=1):
        before = text.tokens[index - 1]
        if index in taken or (before.kind != "punct" and index - 1 in taken and before.text[:1].isdigit()):
            continue
        said = _UNIT_WORDS.get(token.norm, token.fold)
        pair = f"{said} {text.tokens[index + 1].fold}" if index + 1 < len(text.tokens) else ""
        unit = known.get(pair) or known.get(said)
        if text.accented and unit and token.norm not in (token.fold, canonical(unit).split()[0], *_UNIT_WORDS):
            continue  # "Tân Sơn Nhất" is no "tấn"
        stroke = (
            before.text == "/" and counted and (index - 2 in taken or any(i in (index - 2, index - 3) for i, _ in out))
        )
        joint = before.fold in ("va", "lan", "kem", "cung") or before.text in ",+"
        after = text.tokens[index + 1].fold if index + 1 < len(text.tokens) else ""
        paired = before.fold == "ca" and after in ("lan", "va")
        if unit and (stroke or ((joint or paired) and fold(unit) in _PHYSICAL and (paired or first < index))):
            out.append((index, unit))
    return out


def _best_by_unit(text: Text, view: View, units: Sequence[str]) -> Metric | None:
    default = view.default_metric
    if default is not None and default.unit in units:
        return default
    words = {t.norm for t in text.tokens} - {"lâu"}
    scored = []
    for metric in sorted(view.metrics, key=lambda m: not _lasts(m)):
        if metric.unit in units:
            shared = max(
                len(words & set(canonical(p).split())) / (1 + len(p.split())) for p in (metric.label, *metric.synonyms)
            )
            scored.append((shared, metric))
    return max(scored, key=lambda item: item[0])[1] if scored else None


_IN_UNITS = r"(?:quy|tính|đổi|quy đổi|đo|lấy)(?: ra| theo| bằng| thành| sang| đổi ra)+(?: đơn vị| số)?"


_BRACKETED = (
    r"(?:\(|,|-)(?: (?:đvt|đơn vị|đơn vị tính|tính bằng|theo))*(?: :)?(?=(?: (?:nghìn|ngàn|triệu|tỷ))* [^\s%]+ \))"
)
"""What opens a unit in brackets: "(tấn)", "(đvt: triệu USD)"."""


_UNIT_TOLD = r"(?:tính theo|tính bằng|theo đơn vị(?: tính)?|đơn vị tính|đvt)(?: là)?(?: :)?"


def unit_told(text: Text, view: View, found: Sequence[Element]) -> Found | None:
    """Where the unit of a measure is told that was named: "số chứng từ …, tính theo chứng từ" groups by nothing."""
    names = {e.name for e in found if e.kind == "metric"}
    units = [[t.fold for t in normalise(m.unit).tokens] for m in view.metrics if m.unit and m.name in names]
    for where in search_all(text, _UNIT_TOLD):
        for unit in units:
            if [t.fold for t in text.tokens[where.end : where.end + len(unit)]] == unit:
                return Found(where.start, where.end + len(unit), {})
    return None


def in_pieces(
    text: Text, view: View, metrics: tuple[MetricMatch, ...], filters: Sequence[FilterMatch]
) -> tuple[MetricMatch, ...]:
    """The measures with an amount told in the unit that the goods' own name says: "lượng ô tô nguyên chiếc"."""
    words = {w for f in filters if len(f.values) == 1 and not f.negated for w in canonical(f.values[0]).split()}
    out = []
    for match in metrics:
        metric = view.metric(match.name)
        told = next(
            (
                m
                for m in view.metrics
                if metric is not None
                and metric.filters
                and m.filters
                and m.expr == metric.expr
                and m.unit != metric.unit
                and m.unit in words
            ),
            None,
        )
        out.append(metric_match(told, text, None) if told is not None else match)
    return tuple(out)


def within_hours(text: Text, found: Sequence[Element]) -> tuple[Element, ...]:
    """Durations after "trong" as the bounds that they are: "thông quan trong 24 giờ"."""
    out = list(found)
    for index, element in enumerate(found):
        number = element.number
        before = text.tokens[element.tokens[0] - 1].fold if element.tokens[0] else ""
        timed = number is not None and number.kind == "plain" and number.unit in ("giờ", "phút")
        if number is not None and timed and not number.comparator and before == "trong":
            out[index] = replace(element, number=replace(number, kind="threshold", comparator="<="))
    return tuple(out)


def without_units(
    text: Text, view: View, found: Sequence[Element], filters: Sequence[FilterMatch]
) -> tuple[FilterMatch, ...]:
    """The conditions without a unit that the figures are only to be told in ("quy ra tấn"), or that is listed."""
    starts = {text.tokens[index].start for index, _ in listed_units(text, view, found)}
    filters = tuple(f for f in filters if f.negated or f.span is None or f.span.start not in starts)
    turned = search(text, _IN_UNITS) or search(text, _BRACKETED)
    if turned is None or turned.end >= len(text.tokens):
        return tuple(filters)
    start = text.tokens[turned.end].start
    return tuple(f for f in filters if f.negated or f.span is None or f.span.start != start)


def _asked_units(text: Text, view: View, found: Sequence[Element]) -> list[tuple[str, ...]]:
    """The units after each "bao nhiêu", in order; an amount of money may be in either currency."""
    known = {fold(m.unit): m.unit for m in view.metrics if m.unit}
    asked = []
    for index, element in enumerate(found):
        if element.kind == "metric" and amounts(text, found, index):
            continue
        if element.tag == "howmany" and text.tokens[element.tokens[1] - 1].fold == "lau":
            units = tuple(dict.fromkeys(m.unit for m in view.metrics if _lasts(m)))
        elif element.tag == "howmany":
            units = _unit_after(text, element.tokens[1], known)
        elif element.kind == "metric" and text.tokens[element.tokens[0]].fold in ("bao", "may", "bi"):
            metric = view.metric(element.name)
            units = (metric.unit,) if metric and metric.unit else ()
        else:
            continue
        if units:
            asked.append(units)
    most = search(text, r"(?:nhiều|ít|lắm) \S+(?: \S+)? nhất")
    if most is not None and not asked:
        units = _unit_after(text, most.start + 1, known)
        asked += [units] if units else []
    turned = search(text, _IN_UNITS) or search(text, _BRACKETED)
    if turned is not None and not asked:
        units = _unit_after(text, turned.end, known)
        asked += [units] if units and turned.end < len(text.tokens) else []
    return asked


def _lasts(metric: Metric) -> bool:
    """Whether a measure is a mean duration, which "bao lâu" asks for."""
    return metric.unit.split(" ")[0] in _DURATIONS and metric.expr.upper().startswith("AVG(")


_DURATIONS = ("giờ", "ngày", "phút")


def _unit_after(text: Text, start: int, known: Mapping[str, str]) -> tuple[str, ...]:
    after = [_UNIT_WORDS.get(t.norm, t.fold) for t in text.tokens[start : start + 3]]
    while after and after[0] in ("nghin", "trieu", "ty", "ngan"):
        after = after[1:]
    if not after:
        return ()
    first = {u.split(" ")[0]: name for u, name in known.items() if u.startswith(("gio ", "ngay "))}
    for word in (" ".join(after[:2]), after[0]):
        if word in known:
            return (known[word],)
        if word in first:
            return (first[word],)  # "mấy giờ" asks for "giờ làm việc"
        if word in _MONEY and not any(t.norm in _NO_MONEY for t in text.tokens[start : start + 3] if t.fold == word):
            return tuple(u for u in _MONEY[word] if u in known.values())
    return ()
