"""A share of a whole: what is its part, what bounds both, and whether each of several values is one."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.question.elements import Element
from nl2sql.question.measures import AS_RATE
from nl2sql.question.ordinals import scale_of
from nl2sql.question.part_and_rate import amount_asked
from nl2sql.question.phrases import search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import (
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Share,
)
from schema.semantic import View


def read_share(
    text: Text,
    view: View,
    found: Sequence[Element],
    filters: Sequence[FilterMatch],
    groups: Sequence[GroupMatch],
    metrics: Sequence[MetricMatch],
    compared: bool = False,
) -> tuple[Share | None, tuple[FilterMatch, ...]]:
    """A share and the filters that stay outside it.

    Of "tỷ trọng A trong (tổng) B", A is the numerator; of "A chiếm bao nhiêu % (tổng) B" too; a condition named on
    both sides bounds both. Without a numerator the share is each group's part of the total.
    """
    changes = compared or any(e.tag in ("change", "compare") or (e.number and e.number.change) for e in found)
    wanted = ("share",) if changes else ("share", "percent")
    counted = {i for e in found if e.kind == "number" for i in range(*e.tokens)}
    tags = [e for e in found if e.tag in wanted and e.tokens[0] not in counted]
    tag = next((e for e in tags if e.tag == "share"), tags[0] if tags else None)
    usual = view.default_metric
    units = {m.unit for m in metrics} or ({usual.unit} if usual else set())
    over = _fraction(text, found)
    if tag is None and over is not None and "%" not in units:
        return _over_all(text, found, over, filters)
    if tag is None or "%" in units:
        return None, tuple(filters)
    span = text.span(*tag.tokens)
    rated = search(text, AS_RATE) if changes else None
    if rated is not None and rated.start <= tag.tokens[0] < rated.end:
        return None, tuple(filters)  # "tăng mạnh nhất (theo tỷ lệ)"
    if _only_ranks(text, found, tag):
        return None, tuple(filters)
    several = [f for f in filters if not f.negated and f.span and len(f.values) > 1 and " IN (" in f.sql]
    each = _rate_of_each(text, view, several, filters)
    if each is not None:
        return Share(each.sql, f"tỷ lệ {each.label}", span), tuple(f for f in filters if f is not each)
    if several and _each(text, view, found, tag, several[-1]):
        one = several[-1]
        return Share(one.sql, f"tỷ trọng {one.label}", span, each=one.column), tuple(f for f in filters if f is not one)
    told = [g.span.end for g in groups if g.grain is None and g.span and g.span.end <= span.start]
    if told and _takes(text, tag) and not any(f.span and max(told) <= f.span.start < span.start for f in filters):
        return Share("", "tỷ trọng", span), tuple(filters)  # "trong các vụ buôn lậu, mặt hàng nào chiếm nhiều nhất"
    denied = next((f for f in filters if f.negated and f.span and _is_subject(text, view, tag, f)), None)
    if denied is not None and _takes(text, tag):
        rest = tuple(f for f in filters if f is not denied)
        return Share(denied.sql, f"tỷ trọng {denied.label}", span), rest  # "không phát hiện vi phạm chiếm trên một nửa"
    part = _part_of_each(text, found, tag, filters, groups)
    if part is not None:
        return Share(part.sql, f"tỷ trọng {part.label}", span), tuple(f for f in filters if f is not part)
    if any(g.grain is None for g in groups) and (not _takes(text, tag) or _of_members(found, tag, groups)):
        own = None if _takes(text, tag) else _rated(text, view, tag, filters, groups, units)
        if own is not None:
            rest = tuple(f for f in filters if f is not own)
            return Share(own.sql, f"tỷ lệ {own.label}", span, amount=amount_asked(text, found, tag)), rest
        return Share("", "tỷ trọng", span), tuple(filters)
    positive = [f for f in filters if not f.negated and f.span]
    if not positive:
        return (Share("", "tỷ trọng", span), tuple(filters)) if groups else (None, tuple(filters))
    counted_first = _counted_first(text, view, tag, positive, metrics)
    if counted_first is not None and not any(g.grain is None for g in groups):
        rest = tuple(f for f in filters if f is not counted_first)
        return Share(counted_first.sql, f"tỷ lệ {counted_first.label}", span), rest
    inside, outside = _sides(text, found, tag, positive)
    narrowest = max((_breadth(view, f) for f in positive), default=0)
    subject = bool(inside) and _takes(text, tag) and _is_subject(text, view, tag, inside[-1])
    narrow = all(_breadth(view, f) == narrowest > -3 for f in inside)
    if any(g.grain is None for g in groups) and narrow and not subject:
        return Share("", "tỷ trọng", span), tuple(filters)  # "mỗi nước chiếm bao nhiêu phần trăm xuất khẩu"
    twice = {f.column for f in inside} & {f.column for f in outside}
    twice |= {f.column for f in inside if _said_again(text, view, found, tag, f)}
    inside = [f for f in inside if f.column not in twice]
    if not inside:
        return (Share("", "tỷ trọng", span), tuple(filters)) if groups else (None, tuple(filters))
    if len(inside) > 1 and not outside:
        counted_part = [f for f in inside if _counted(view, f)]
        scope = max(inside, key=lambda f: _breadth(view, f))
        inside = [f for f in inside if f is not scope][:1]
        if len(counted_part) == 1 and all((d := view.dimension(f.column)) and d.scope for f in inside):
            inside = counted_part  # "% tờ khai luồng xanh ở một cục": the place bounds the whole
    numerator = " AND ".join(f.sql for f in inside)
    taken = {f.sql for f in inside}
    rest = tuple(f for f in filters if f.sql not in taken)
    label = "tỷ trọng " + ", ".join(f.label for f in inside)
    return Share(numerator, label, span, amount=amount_asked(text, found, tag)), rest


def _part_of_each(
    text: Text, found: Sequence[Element], tag: Element, filters: Sequence[FilterMatch], groups: Sequence[GroupMatch]
) -> FilterMatch | None:
    """The part named before the whole that each member has one of: "tỷ trọng ma túy trong số vụ từng cục"."""
    members = [g for g in groups if g.grain is None and g.span]
    whole = next((e for e in found if e.tag == "whole" and e.tokens[0] >= tag.tokens[1]), None)
    if not members or whole is None or _takes(text, tag):
        return None
    start, end = text.span(*tag.tokens).end, text.span(*whole.tokens).start
    between = [f for f in filters if f.span and start <= f.span.start < end and not f.negated]
    counted = any(e.kind in ("metric", "fact", "view") and e.tokens[0] >= whole.tokens[1] for e in found)
    apart = any(g.span and start <= g.span.start < end for g in members)
    return between[0] if len(between) == 1 and counted and not apart else None


def _is_subject(text: Text, view: View, tag: Element, condition: FilterMatch) -> bool:
    """Whether a condition is what takes the part in each member: "mặt hàng nào có FDI chiếm hơn một nửa"."""
    start = text.span(*tag.tokens).start
    between = text.raw[condition.span.end : start].strip() if condition.span and condition.span.end <= start else "-"
    return not between and not _directs(view, condition)


def _fraction(text: Text, found: Sequence[Element]) -> Element | None:
    """The "trên (tổng số)" between a part and the same thing named again: "tờ khai luồng vàng trên tổng số tờ khai"."""
    for index, element in enumerate(found):
        if element.tag == "whole" and text.tokens[element.tokens[0]].norm == "trên":
            return element
        start = element.tokens[0]
        again = any(e.name == element.name for e in found[:index]) and element.kind in ("metric", "view", "fact")
        if again and start and text.tokens[start - 1].norm == "trên":
            return Element("tag", (start - 1, start), tag="whole")
    return None


def _over_all(
    text: Text, found: Sequence[Element], over: Element, filters: Sequence[FilterMatch]
) -> tuple[Share | None, tuple[FilterMatch, ...]]:
    """ "số cuộc phát hiện vi phạm trên tổng số cuộc": a part told as a fraction, without a word for a share."""
    at = text.span(*over.tokens).start
    counted = any(e.kind in ("metric", "view", "fact") and e.tokens[0] >= over.tokens[1] for e in found)
    inside = [f for f in filters if f.span and f.span.end <= at and not f.negated]
    if not inside or not counted:
        return None, tuple(filters)
    part = inside[-1]
    return (
        Share(part.sql, f"tỷ lệ {part.label}", text.span(*over.tokens)),
        tuple(f for f in filters if f is not part),
    )


_SET_APART = r"(?:gấp|bằng) (?:mấy|bao nhiêu) lần|chênh(?: lệch)?|hơn(?: \S+){0,6}? (?:bao nhiêu|mấy)|hơn kém|khác"


def _rate_of_each(
    text: Text, view: View, several: Sequence[FilterMatch], filters: Sequence[FilterMatch]
) -> FilterMatch | None:
    """What is counted of each of two values that are set apart: "tỷ lệ form E [bị từ chối] cao gấp mấy lần form D"."""
    if len(several) != 1 or len(several[0].values) != 2 or search(text, _SET_APART) is None:
        return None
    others = [f for f in filters if f is not several[0] and not f.negated and f.span and not _directs(view, f)]
    return others[0] if len(others) == 1 else None


def _directs(view: View, condition: FilterMatch) -> bool:
    """Whether a condition is a direction of trade or a unit, which bounds a share and is no part of it."""
    dim = view.dimension(condition.column)
    return dim is not None and (dim.scope or any(v.opposite for v in dim.values))


def _said_again(text: Text, view: View, found: Sequence[Element], tag: Element, condition: FilterMatch) -> bool:
    """Whether what stands before the share word is named for the whole too, or pointed back at ("của cảng này")."""
    after = [e for e in found if e.tokens[0] >= tag.tokens[1]]
    if condition.span is None or condition.span.end > text.span(*tag.tokens).start:
        return False
    if any(e.name == condition.column and e.term and e.term.value in condition.values for e in after):
        return True
    dim = view.dimension(condition.column)
    names = {fold(n) for n in (dim.label, *dim.synonyms, *dim.cues)} if dim else set()
    return any(
        fold(where.parts["noun"]) in names or fold(where.parts["noun"]).split()[-1] in names
        for where in search_all(text, r"(?P<noun>\S+(?: \S+)?) (?:này|đó|ấy|nói trên|nêu trên|kể trên)")
        if where.start >= tag.tokens[1]
    )


def _counted_first(
    text: Text, view: View, tag: Element, positive: Sequence[FilterMatch], metrics: Sequence[MetricMatch]
) -> FilterMatch | None:
    """The condition right after "tỷ lệ" that a governed rate counts: "tỷ lệ C/O bị từ chối của mẫu E"."""
    words = [t.fold for t in text.tokens[tag.tokens[0] : tag.tokens[1]]]
    start = text.span(*tag.tokens).end
    after = sorted(
        (f for f in positive if f.span and f.span.start >= start), key=lambda f: f.span.start if f.span else 0
    )
    rates = {m.numerator for m in view.metrics if m.unit == "%" and m.numerator}
    leads = words[:2] in (["ty", "le"], ["phan", "tram"])
    said = [f for f in after[1:] if f.sql in rates and _said_of(text, f)]
    if leads and not metrics and len(said) == 1:
        return said[0]  # "tỷ lệ container bị soi mà nghi vấn": the first one bounds the whole
    return after[0] if leads and not metrics and len(after) > 1 and after[0].sql in rates else None


def _said_of(text: Text, condition: FilterMatch) -> bool:
    """Whether "mà" or "thì" leads a condition: it is said of those that the words before bound."""
    start = condition.span.start if condition.span else 0
    before = [t.norm for t in text.tokens if t.end <= start][-3:]
    return any(w in ("mà", "thì") for w in before) and "," not in before


_EACH = r"mỗi|từng|riêng|lần lượt|tương ứng|cụ thể"


_TOGETHER = r"cộng lại|gộp(?: lại| chung)?|tổng cộng|cả (?:hai|ba|bốn|năm)|cộng dồn|cùng nhau|gộp cả"


def wholes_each(text: Text, view: View, share: Share, filters: Sequence[FilterMatch]) -> tuple[GroupMatch, ...]:
    """Units or partners enumerated in the whole, of each of which the part is asked: "… số thu của A và của B"."""
    if search(text, _TOGETHER) is not None or share.span is None or share.each:
        return ()
    groups = []
    for f in filters:
        dim = view.dimension(f.column)
        after = f.span is not None and f.span.start >= share.span.end and len(f.values) > 1
        if after and dim is not None and dim.scope and not f.negated and " IN (" in f.sql:
            groups.append(GroupMatch(f.column, dim.label))
    return tuple(groups)


def _each(text: Text, view: View, found: Sequence[Element], tag: Element, condition: FilterMatch) -> bool:
    """Whether the part of each of several named values is asked for, and not that of all of them together."""
    if search(text, _TOGETHER) is not None or condition.span is None:
        return False
    dim = view.dimension(condition.column)
    if sum(e.tag == "share" for e in found) >= len(condition.values):
        return True  # "Mỹ chiếm bao nhiêu, Trung Quốc chiếm bao nhiêu"
    if scale_of(dim):
        return search(text, _EACH) is not None  # "tỷ lệ ở mức 1 và 2": steps of one scale make one part
    whole = dim is not None and bool(dim.values) and len(condition.values) == len(dim.values) > 1
    first = next((i for i, e in enumerate(found) if e.kind == "value" and e.name == condition.column), None)
    grouped = first is not None and first > 0 and found[first - 1].tag == "group"
    return whole or grouped or search(text, _EACH) is not None or not _takes(text, tag)


def _of_members(found: Sequence[Element], tag: Element, groups: Sequence[GroupMatch]) -> bool:
    """Whether the members listed are what takes a part: "các nước chiếm trên 5%"."""
    index = next((i for i, e in enumerate(found) if e is tag), 0)
    before = found[index - 1] if index else None
    if before is not None and before.tag == "which" and index > 1:
        before = found[index - 2]
    return before is not None and before.kind == "dimension" and any(g.column == before.name for g in groups)


def _rated(
    text: Text,
    view: View,
    tag: Element,
    filters: Sequence[FilterMatch],
    groups: Sequence[GroupMatch],
    units: set[str],
) -> FilterMatch | None:
    """The condition whose rate each group is asked for: "tỷ lệ hồ sơ bị từ chối theo bộ" is counted inside each.

    A direction of trade, or a sum of money, is the whole that the groups share instead: "tỷ lệ nhập khẩu theo nước".
    """
    words = [t.fold for t in text.tokens[tag.tokens[0] : tag.tokens[1]]]
    leads = words[:2] in (["ty", "le"], ["phan", "tram"]) or words == ["%"]
    numerators = {m.numerator for m in view.metrics if m.unit == "%" and m.numerator}
    governed = any(f.sql in numerators for f in filters)
    if not leads or (units & {"USD", "VND"} and not governed):
        return None
    start = text.span(*tag.tokens).end
    ends = [g.span.start for g in groups if g.grain is None and g.span and g.span.start > start]
    asked = any(g.grain is None and g.span and g.span.end < start for g in groups)
    if not ends and not asked:
        return None  # "đơn vị nào có tỷ lệ hồ sơ bị bác bỏ …" names the group first
    last = min(ends, default=len(text.raw))
    named = [f for f in filters if f.span and start <= f.span.start < last and not f.negated]
    grouped = {g.column for g in groups}
    if len(named) != 1 or named[0].column in grouped:
        return None
    dim = view.dimension(named[0].column)
    directed = dim is not None and (dim.scope or any(v.opposite for v in dim.values))
    return None if directed else named[0]


def _only_ranks(text: Text, found: Sequence[Element], tag: Element) -> bool:
    """Whether "chiếm nhiều nhất" asks for the first member alone, and for no percentage."""
    if tag.tokens[1] - tag.tokens[0] > 1 or not _takes(text, tag):
        return False
    after = next((e for e in found if e.tokens[0] >= tag.tokens[1]), None)
    near = after is not None and after.tag in ("max", "min") and after.tokens[0] - tag.tokens[1] <= 1
    return near and search(text, r"phần trăm|%|tỷ (?:trọng|lệ|phần)|cơ cấu") is None


def _takes(text: Text, tag: Element) -> bool:
    """Whether the share word is a verb with a subject ("chiếm") and so has a numerator."""
    return text.tokens[tag.tokens[0]].fold in ("chiem", "dong")


def _sides(
    text: Text, found: Sequence[Element], tag: Element, filters: Sequence[FilterMatch]
) -> tuple[list[FilterMatch], list[FilterMatch]]:
    start = text.span(*tag.tokens).start
    wholes = [e for e in found if e.tag in ("whole", "total") and e.tokens[0] >= tag.tokens[1]]
    whole = text.span(*wholes[0].tokens).start if wholes else None
    before = [f for f in filters if f.span and f.span.start < start]
    after = [f for f in filters if f.span and f.span.start >= start]
    if _takes(text, tag) and before:
        scope = _within(text, found, tag)
        inside = [f for f in before if f.span and f.span.start >= scope]
        return (inside, [*(f for f in before if f not in inside), *after]) if inside else (before, after)
    said = [f for f in after if _is_predicate(text, f)] or [f for f in after if _is_way(text, f)][-1:]
    if tag.tag == "percent" and whole is None and len(after) > 1 and len(said) == 1:
        return said, [*before, *(f for f in after if f is not said[0])]
    if whole is not None:
        inside = [f for f in after if f.span and f.span.start < whole]
        if inside:
            return inside, [f for f in after if f not in inside] + before
        return (before, after) if before else (after, [])
    return (after, before) if after else (before, [])


def _within(text: Text, found: Sequence[Element], tag: Element) -> int:
    """Where the whole ends that a question opens with: "trong số doanh nghiệp mức 4, [FDI chiếm bao nhiêu]"; or 0."""
    opens = search(text, r"trong(?: tổng)?(?: số)?(?: các| những)?|xét(?: trong)?|riêng")
    said = ("value", "filter", "metric", "fact", "dimension", "view")
    if opens is None or any(e.kind in said and e.tokens[0] < opens.start for e in found):
        return 0
    commas = [t.end for t in text.tokens[opens.start : tag.tokens[0]] if t.text == ","]
    return commas[0] if len(commas) == 1 else 0


def _is_predicate(text: Text, condition: FilterMatch) -> bool:
    """Whether a condition is what is said of the things counted: "bao nhiêu phần trăm hóa đơn … bị từ chối"."""
    if condition.span is None:
        return False
    words = fold(condition.span.text).split()[:1]
    before = [t.fold for t in text.tokens if t.end <= condition.span.start][-1:]
    has = any(t.norm == "có" for t in [t for t in text.tokens if t.end <= condition.span.start][-2:])
    return has or bool({"bi", "duoc", "phai", "da", "chua", "con", "la", "thuoc"} & {*words, *before})


def _is_way(text: Text, condition: FilterMatch) -> bool:
    """Whether a condition is how the things counted go: "bao nhiêu phần trăm hàng nhập … đi qua đường bộ"."""
    before = [t for t in text.tokens if condition.span is not None and t.end <= condition.span.start][-2:]
    words = [t.norm if text.accented else t.fold for t in before]
    verbs = ("đi", "chở", "vận chuyển", "di", "cho")
    return words[-1:] in (["bằng"], ["bang"], ["do"]) or (bool(words) and words[0] in verbs)


def _counted(view: View, condition: FilterMatch) -> bool:
    """Whether a governed rate counts what keeps to this condition, and it is no direction of trade."""
    dim = view.dimension(condition.column)
    directed = dim is not None and (dim.scope or any(v.opposite for v in dim.values))
    return not directed and any(m.unit == "%" and m.numerator == condition.sql for m in view.metrics)


def _breadth(view: View, condition: FilterMatch) -> int:
    """How much of the data a condition keeps, guessed from how few values its column has.

    A named property ("gắn seal điện tử") is what a share counts before any place or name is.
    """
    if any(f.name == condition.column for f in view.filters):
        return -2000
    dim = view.dimension(condition.column)
    return -len(dim.values) if dim and dim.values else -1000
