"""Which measures a question names: governed ones, counts, columns, amounts of goods."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nl2sql.question.elements import Element, gap, told_last
from nl2sql.question.listed import in_list
from nl2sql.question.measures import count_of, is_count, metric_match, metric_of_fact
from nl2sql.question.outputs import outputs, shared_by_rows
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold
from nl2sql.types import MetricMatch
from schema.semantic import Metric, View


def read_metrics(text: Text, view: View, found: Sequence[Element]) -> tuple[tuple[MetricMatch, ...], frozenset[int]]:
    """Metrics in the order of the text, counts of distinct things included, and the elements used."""
    matches: dict[str, MetricMatch] = {}
    used: set[int] = set()
    for index, element in enumerate(found):
        if element.kind == "metric":
            metric = view.metric(element.name)
            if metric and _in_parts_of(text, found, index):
                metric = _ratio_over(view, metric) or metric
            rows = _rows_of_bound(text, view, found, index) if metric else None
            if rows is not None:
                used.add(index)
                matches.setdefault(rows.name, metric_match(rows, text, found[0]))
                continue
            if metric and not _bounds(text, view, found, index) and not (matches and amounts(text, found, index)):
                used.add(index)
                amount = _told_before(text, view, metric, found, index)
                if amount is not None:
                    matches.setdefault(amount.name, metric_match(amount, text, None))
                matches.setdefault(metric.name, metric_match(metric, text, element))
        elif element.kind == "dimension" and (index or told_last(text, found, index)):
            before = found[index - 1]
            dim = view.dimension(element.name)
            asked = before.tag == "howmany" and before.tokens[1] == element.tokens[0]
            asked = asked or told_last(text, found, index)
            if dim and (asked or _most_members(text, found, index)):
                used.add(index)
                counted = count_of(view, dim)
                if asked and _is_fixed(text, found, index) and view.default_metric is not None:
                    counted = view.default_metric  # "hồ sơ của Bộ Y tế … bao nhiêu bộ": no ministries are counted
                matches.setdefault(counted.name, metric_match(counted, text, element))
        elif element.kind == "view" and (listed := _listed_name(text, view, found, index)) is not None:
            used.add(index)
            matches.setdefault(listed.name, metric_match(listed, text, element))
        elif element.kind == "view" and _rows_counted(text, found, index):
            rows = next((m for m in view.metrics if is_count(m.expr)), None)
            if rows:
                used.add(index)
                matches.setdefault(rows.name, metric_match(rows, text, element))
        elif element.kind == "filter" and _most(text, found, index):
            kind = _counted_kind(text, view, element)
            if kind is not None:
                used.add(index)
                matches.setdefault(kind.name, metric_match(kind, text, element))
        elif element.tag == "howmany" and _of_goods(text, found, index):
            amount = next((m for m in view.metrics if "lượng" in m.synonyms), None)
            if amount:
                used.add(index)
                matches.setdefault(amount.name, metric_match(amount, text, element))
        elif element.kind == "fact":
            metric = metric_of_fact(view, element.name)
            if metric and not _bounds(text, view, found, index) and not _of_rows(text, found, index):
                used.add(index)
                matches.setdefault(metric.name, metric_match(metric, text, element))
    chosen = shared_by_rows(text, view, found, outputs(text, view, found, list(matches.values())))
    return tuple(chosen), frozenset(used)


def _counted_kind(text: Text, view: View, element: Element) -> Metric | None:
    """The count of what a named condition begins with: "nhiều [dòng thuế] 0% nhất"."""
    said = fold(text.span(*element.tokens).text)
    counts = (m for m in view.metrics if m.expr.upper().startswith("COUNT(") and m.unit)
    return next((m for m in counts if said.startswith(f"{fold(m.unit)} ")), None)


def _in_parts_of(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a target is measured against: "mấy phần trăm dự toán", "so với dự toán pháp lệnh đạt bao nhiêu"."""
    before, after = found[index - 1] if index else None, found[index + 1 : index + 3]
    if before is not None and before.tag == "percent" and not gap(text, before, found[index]):
        return True
    led = before is not None and before.tag == "compare" and not gap(text, before, found[index])
    told = len(after) == 2 and after[0].tag == "have" and text.tokens[after[0].tokens[0]].fold == "dat"
    return led and told and after[1].tag in ("howmany", "percent")


def _rows_counted(text: Text, found: Sequence[Element], index: int) -> bool:
    asked = index > 0 and (_how_many(text, found, index) or _most(text, found, index))
    return asked or told_last(text, found, index)


def _is_fixed(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether one member of a column was named before, and nothing sets the others against it."""
    named = [e for e in found if e.kind == "value" and e.name == found[index].name]
    against = search(text, r"hơn|kém|so|khác|ngoài|trừ|bằng")
    return len(named) == 1 and named[0].tokens[0] < found[index].tokens[0] and against is None


def _told_before(text: Text, view: View, metric: Metric, found: Sequence[Element], index: int) -> Metric | None:
    """The amount in "số thu … và tỷ lệ so với dự toán": what the subject is called, beside the ratio over it."""
    at = index - 1
    while at >= 0 and found[at].tag in ("share", "percent", "have"):
        at -= 1
    start = found[at + 1].tokens[0]
    beside = text.tokens[start - 1].text if start else ""
    listed = beside in (",", ";", "/", "+", "-") and text.tokens[start].fold in ("%", "ty", "phan", "tl")
    joint = at >= 0 and found[at].tag == "and"
    named = found[: at + (0 if joint else 1)]
    told = next((e for e in named if e.tag == "howmany"), None)
    between = text.tokens[told.tokens[1] : found[index].tokens[0]] if told is not None else ()
    asked = any(t.text in ",;" for t in between)  # "thu ngân sách đạt bao nhiêu, bằng bao nhiêu % dự toán"
    if metric.unit != "%" or not (joint or listed or asked) or not any(e.kind == "view" for e in named):
        return None
    if any(e.kind in ("metric", "fact") for e in named):
        return None
    above = metric.expr.removeprefix("100.0 * ").split(" / ")[0]
    return next((m for m in view.metrics if m.expr == above), None)


def _listed_name(text: Text, view: View, found: Sequence[Element], index: int) -> Metric | None:
    """The measure that the name of a subject stands for in a list of measures: "số thu và dự toán", "tờ khai, trị giá".

    It is the view's main one, or the amount that its main ratio has on top.
    """
    named = [e for e in found if e.kind in ("metric", "fact")]
    element, default = found[index], view.default_metric
    if any(e.number and e.tokens[0] <= element.tokens[0] <= e.tokens[1] for e in found):
        return None  # "từ 300 tờ khai trở lên và tỷ lệ …" bounds it
    pairs = [(element, e) if element.tokens[0] < e.tokens[0] else (e, element) for e in named]
    if default is None or not any(in_list(text, found, one, two) for one, two in pairs):
        return None
    above = default.expr.removeprefix("100.0 * ").split(" / ")[0]
    amount = next((m for m in view.metrics if m.expr == above), None)
    if amount is None or amount.unit == "%" or any(e.name == amount.name for e in named):
        return None
    return amount


def _how_many(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether rows are asked for by number: "bao nhiêu tờ khai", and no "bao nhiêu từ hậu kiểm"."""
    before = found[index - 1]
    between = text.tokens[before.tokens[1] : found[index].tokens[0]]
    return before.tag == "howmany" and not any(t.fold in _ADRIFT for t in between)


_ADRIFT = frozenset({"tu", "qua", "trong", "cua", "o", "theo", "ve", "tai", "nho", "cho"})


def _most(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether rows are counted by a superlative that is split around them: "nhiều tờ khai nhất".

    What is bounded of them may stand between: "nhiều tờ khai có thuế trên 1 tỷ nhất".
    """
    element = found[index]
    after = found[index + 1] if index + 1 < len(found) else None
    split = after is not None and after.tag == "max" and after.tokens[0] == element.tokens[1]
    before = text.tokens[element.tokens[0] - 1].fold if element.tokens[0] else ""
    return (split or _bounded_before_most(found, index)) and before in ("nhieu", "it", "dong")


def _bounded_before_most(found: Sequence[Element], index: int) -> bool:
    """Whether nothing but what is bounded stands between rows and the end of a superlative around them."""
    rest = [e for e in found[index + 1 :] if e.tag not in ("have", "unit", "and")]
    end = next((i for i, e in enumerate(rest) if e.tag in ("max", "min")), 0)
    one_word = end > 0 and rest[end].tokens[1] - rest[end].tokens[0] == 1
    inside = [e.kind for e in rest[:end] if e.kind not in ("value", "filter", "period")]
    pairs = list(zip(inside[::2], inside[1::2], strict=False))
    whole = len(inside) == 2 * len(pairs) and bool(pairs)
    return one_word and whole and all(a in ("metric", "fact") and b == "number" for a, b in pairs)


def _most_members(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether the members of a column are counted by a superlative around them: "tỉnh nào nhiều doanh nghiệp nhất".

    Other names may stand between them and the end of the superlative ("nhiều doanh nghiệp xuất khẩu nhất"), and what
    bounds them ("nhiều thị trường trên 1 tỷ USD nhất").
    """
    element = found[index]
    if not element.tokens[0] or text.tokens[element.tokens[0] - 1].fold not in ("nhieu", "it", "dong"):
        return False
    rest = found[index + 1 :]
    for at, after in enumerate(rest):
        if after.tag in ("max", "min"):
            others = [e for e in found if e is not element]
            asked = any(e.kind == "dimension" or (e.kind == "grain" and e.tag == "which") for e in others)
            return after.tokens[1] - after.tokens[0] == 1 and asked
        number = next((e.number for e in rest[at : at + 3] if e.number), None)
        bounds = number is not None and number.comparator not in ("", "~")
        if (
            after.kind not in ("value", "filter", "view")
            and after.tag not in ("have", "unit")
            and not (bounds and after.kind in ("metric", "fact", "number"))
        ):
            return False
    return False


def _of_goods(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether "số lượng" stands right before a name of goods and so asks how much of them, not how many rows."""
    element = found[index]
    after = found[index + 1] if index + 1 < len(found) else None
    said = text.tokens[element.tokens[1] - 1].fold in ("luong", "sl")
    if said and _beside_amount(text, found, index):
        return True
    return said and after is not None and after.kind == "value" and gap(text, element, after) == 0


def _beside_amount(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a bare "số lượng" is one of two measures: "số lượng và trị giá …", "trị giá …, kèm số lượng"."""
    element = found[index]
    after = next((e for e in found[index + 1 :] if e.tag != "and"), None)
    if after is not None and after.kind == "metric":
        between = text.tokens[element.tokens[1] : after.tokens[0]]
        if between and all(t.text in ",/+&" or t.fold in ("va", "cung", "ca", "voi") for t in between):
            return True
    before = text.tokens[element.tokens[0] - 1].fold if element.tokens[0] else ""
    last = after is None or after.kind in ("period", "grain") or after.tag == "group"
    return last and before in ("kem", "va", "cung", "ca") and any(e.kind == "metric" for e in found[:index])


def amounts(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a measure only says in what a change is told: "biên chế giảm bao nhiêu người"."""
    asks = text.tokens[found[index].tokens[0]].fold in ("bao", "may")
    return asks and index > 0 and found[index - 1].tag == "change" and gap(text, found[index - 1], found[index]) == 0


def _ratio_over(view: View, metric: Metric) -> Metric | None:
    """The governed percentage of which a measure is the whole: "mấy phần trăm dự toán"."""
    whole = f"nullif({metric.expr}, 0)".replace(" ", "").lower()
    return next(
        (m for m in view.metrics if m.unit == "%" and not m.numerator and whole in m.expr.replace(" ", "").lower()),
        None,
    )


def _bounded_by_name(text: Text, view: View, found: Sequence[Element], index: int) -> bool:
    """Whether a bound of which the catalogue has a name follows a measure of its unit: "số ngày trên 90 ngày"."""
    element, after = found[index], found[index + 1] if index + 1 < len(found) else None
    if after is None or after.kind != "filter" or gap(text, element, after):
        return False
    metric = view.metric(element.name) or metric_of_fact(view, element.name)
    words = [t.fold for t in text.tokens[slice(*after.tokens)]]
    number = len(words) > 2 and words[1].isdigit()
    return number and words[0] in _SIGNS and metric is not None and metric.unit != "" and fold(metric.unit) in words


def _of_rows(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a column only tells which rows are meant: "tờ khai [trị giá] trên 1 triệu USD"."""
    at = index - 1
    while at > 0 and found[at].tag == "have":
        at -= 1
    number = found[index + 1].number if index + 1 < len(found) else None
    bounded = number is not None and number.kind == "threshold" and number.comparator not in ("", "~")
    near = at >= 0 and found[index].tokens[0] - found[at].tokens[1] <= 1
    return bounded and near and found[at].kind == "view" and gap(text, found[index], found[index + 1]) == 0


def _bounds(text: Text, view: View, found: Sequence[Element], index: int) -> bool:
    """Whether this measure is only named to be bounded ("trên 1.000 tờ khai")."""
    element = found[index]
    others = [e for e in found if e.kind == "metric" and e is not element]
    others += [two for one, two in pairwise(found) if one.tag == "howmany" and two.kind == "dimension"]
    others += [e for i, e in enumerate(found) if told_last(text, found, i)]
    others += [e for i, e in enumerate(found) if e.kind == "view" and i and _most(text, found, i)]
    if not others:
        return False
    if _bounded_by_name(text, view, found, index):
        return True
    rest = range(index + 1, len(found))
    following = next((i for i in rest if found[i].kind not in _PASSED and found[i].tag != "have"), len(found))
    before = next((i for i in range(index - 1, -1, -1) if found[i].tag not in ("unit", "have", "percent")), -1)
    for at in (before, following):  # "kim ngạch xuất khẩu sang Mỹ trên 1 tỷ USD": its conditions may stand between
        if not 0 <= at < len(found):
            continue
        near = found[at]
        number = near.number if near.kind == "number" else None
        if number is None or number.comparator in ("", "~") or number.kind not in ("threshold", "percent"):
            continue
        inside = near.tokens[0] <= element.tokens[0] < near.tokens[1]
        adjacent = gap(text, near, element) == 0 if near.tokens[0] < element.tokens[0] else False
        counted = any(text.tokens[e.tokens[0]].fold in ("bao", "may", "so") for e in others)
        leading = _no_words(text, found[index : at + 1]) and element.tokens[0] < near.tokens[0]
        leading = leading and (index > 0 or counted)
        if inside or (adjacent and near.tokens[1] >= element.tokens[0]) or leading:
            return True
    return False


def _rows_of_bound(text: Text, view: View, found: Sequence[Element], index: int) -> Metric | None:
    """The count of what a question begins with, where its first amount is only a bound on each: "hóa đơn trị giá trên
    50 triệu bị từ chối".
    """
    rows = next((m for m in view.metrics if is_count(m.expr) and m.expr.upper() == "COUNT(*)"), None)
    lead, *between = [e for e in found[: index + 1] if e.kind not in ("period", "value", "filter") and e.tag != "have"]
    after = found[index + 1] if index + 1 < len(found) else None
    number = after.number if after is not None else None
    bounded = number is not None and number.kind == "threshold" and number.comparator not in ("", "~")
    others = any(
        e.kind in ("metric", "fact", "dimension") or e.tag in ("howmany", "which", "max", "min", "share", "average")
        for e in found[index + 1 :]
    )
    names_rows = lead.kind == "view" and rows is not None
    said = [t.fold for t in text.tokens[slice(*lead.tokens)]]
    named = names_rows and rows is not None and said == fold(rows.unit).split() and len(between) == 1
    return rows if named and bounded and not others and number is not None and number.change == "" else None


_SIGNS = frozenset({"tren", "duoi", "qua", "hon", "tu"})
_PASSED = ("value", "filter", "period")


def _no_words(text: Text, stretch: Sequence[Element]) -> bool:
    """Whether elements follow one another with no words of content between them."""
    return bool(stretch) and all(gap(text, one, two) == 0 for one, two in pairwise(stretch))
