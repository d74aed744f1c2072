"""A whole that is asked for beside its members: "tổng kim ngạch năm 2024 là bao nhiêu, nước nào lớn nhất?".

The list of members alone would be half an answer. What adds up is shown as a column of its own, and so is how many
members there are; where the whole cannot be told beside them, its question is given back as not understood. Of members
that are all asked for ("từng quý bao nhiêu, quý nào cao nhất") the whole list is shown, the first on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp

from nl2sql.generation.parts import conditional
from nl2sql.question.elements import Element
from nl2sql.question.measures import count_of, metric_match
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import GroupMatch, MetricMatch, Reading, Shape
from schema.semantic import View

_HOW_MUCH = r"(?:bao nhiêu|mấy)(?! (?:lần|hơn))"
_PART = r"(?:chiếm|tỷ trọng|tỷ lệ)(?: \S+){0,4}? (?:bao nhiêu|mấy)"
_JOINT = r",|;|\?|và|còn|trong đó"
_MOST = r"nhất|chủ yếu|đứng đầu|dẫn đầu"
_ALL = r"tổng(?: cộng| số)?|cộng(?: lại)?|cả nước|toàn ngành|toàn quốc|tất cả"
_TOTAL_FIRST = (
    r"(?:cho (?:biết|xem) )?tổng(?: cộng| số)?(?! cục)(?: (?!theo|từng|mỗi|các|nào|của)[^\s,;?]+){1,10}?(?: và|,|;) \S+"
)
"""A total told first with no question of how much: "tổng số vụ và đơn vị …"."""


@dataclass(frozen=True)
class _Asked:
    """Where a whole is asked for; ``counted``: the members of which only the number is; ``each``: of each member."""

    where: Found
    counted: GroupMatch | None = None
    each: bool = False


def with_total(text: Text, view: View, found: Sequence[Element], reading: Reading) -> Reading:
    """The reading with the whole beside its members where both are asked for, or with that half unread."""
    usual = view.default_metric
    named = reading.metrics or ((metric_match(usual, text, None, assumed=True),) if usual else ())
    built = reading.terms or reading.beside or reading.derived or reading.shape is Shape.ROWS
    if not reading.groups or not named or built:
        return reading
    asked = _total_asked(text, view, found, reading)
    if asked is None:
        return reading
    if asked.each and reading.ranking is not None and _plain(reading, named):
        return replace(reading, ranking=replace(reading.ranking, n=None))
    total = _members(view, asked.counted) if asked.counted is not None else _whole(view, reading, named[0])
    if total is None or asked.each or not _plain(reading, named):
        span = text.span(asked.where.start, asked.where.end)
        return replace(reading, unread=(*reading.unread, span), certainty=max(0.0, reading.certainty - 0.2))
    notes = () if reading.metrics else (f"Không nêu chỉ tiêu: dùng {named[0].label.lower()}.",)
    return replace(reading, metrics=(*named, total), assumptions=(*reading.assumptions, *notes))


def _plain(reading: Reading, metrics: Sequence[MetricMatch]) -> bool:
    """Whether the rows are those of all members, of which the first are shown, with nothing else computed of them."""
    ranking = reading.ranking
    busy = reading.comparison or reading.share or reading.window or reading.contrast or reading.average
    inside = ranking is not None and (ranking.per or ranking.both or ranking.by_time)
    bounded = any(not t.on_rows for t in reading.thresholds)
    return not (busy or inside or bounded) and len(metrics) == 1 and len(reading.groups) == 1


def _whole(view: View, reading: Reading, match: MetricMatch) -> MetricMatch | None:
    """The measure added up over all members; None where its members do not make up a whole."""
    metric = view.metric(match.name)
    tree = sqlglot.parse_one(match.expr, read="duckdb")
    adds = isinstance(tree, exp.Sum | exp.Count) and not isinstance(tree.this, exp.Distinct)
    yearly = {f.name for f in view.facts if f.yearly} & {c.name for c in tree.find_all(exp.Column)}
    stock = any(g.grain for g in reading.groups) and view.time is not None and view.time.snapshot
    if not adds or yearly or stock:
        return None
    expr = conditional(match.expr, " AND ".join(metric.filters)) if metric and metric.filters else match.expr
    return replace(match, name=f"{match.name}_toan_bo", expr=f"SUM({expr}) OVER ()", label=f"{match.label} toàn bộ")


def _members(view: View, group: GroupMatch) -> MetricMatch | None:
    """How many members the list has of which the first are shown."""
    dim = view.dimension(group.column)
    if dim is None:
        return None
    count = count_of(view, dim)
    return MetricMatch(count.name, f"SUM(COUNT(DISTINCT {group.column})) OVER ()", count.label, count.unit)


def _total_asked(text: Text, view: View, found: Sequence[Element], reading: Reading) -> _Asked | None:
    """Where a whole is asked for in a clause apart from that of its members."""
    joints = list(search_all(text, _JOINT))
    which = search(text, "nào")
    parts = {w.end for w in search_all(text, _PART)}
    for asked in search_all(text, _HOW_MUCH):
        if asked.end in parts:
            continue
        after = next((j for j in joints if j.start >= asked.end), None)
        if after is not None and which is not None and which.start > after.start and reading.ranking is not None:
            most = any(w.start > after.start for w in search_all(text, _MOST))
            if most:
                counted = _counted(view, found, reading, asked)
                return _Asked(asked, counted, each=_of_each(text, reading, after.start))
        before = [j for j in joints if j.end <= asked.start]
        if before and _inside(text, _ALL, before[-1].end, asked.start):
            at = text.span(before[-1].start, before[-1].end).start
            led = which is not None and which.end <= before[-1].start and reading.ranking is not None
            listed = reading.ranking is None and any(g.span and g.span.end <= at for g in reading.groups)
            if led or listed:
                return _Asked(asked)
    return _each_first(text, reading) or _told_first(text, reading)


def _each_first(text: Text, reading: Reading) -> _Asked | None:
    """ "kim ngạch từng quý năm 2024, quý nào cao nhất": all of them are asked for, and the first among them."""
    for joint in search_all(text, ",|;"):
        which = [w for w in search_all(text, r"\S+ nào(?: \S+){1,6}? nhất") if w.start == joint.end]
        alone = reading.ranking is not None and not reading.ranking.per and len(reading.groups) == 1
        if which and alone and _of_each(text, reading, joint.start):
            return _Asked(Found(joint.end, which[0].end, {}), each=True)
    return None


def _told_first(text: Text, reading: Reading) -> _Asked | None:
    """ "tổng số vụ và đơn vị bắt nhiều nhất": the whole, and the member that stands first."""
    where = search(text, _TOTAL_FIRST)
    if where is None or where.start or reading.ranking is None or not reading.ranking.n:
        return None
    named = text.span(where.end - 1, where.end)
    begins = any(
        g.span.start == named.start if g.span else fold(g.label).split()[0] == fold(named.text) for g in reading.groups
    )
    return _Asked(Found(where.start, where.start + 1, {})) if begins else None


def _of_each(text: Text, reading: Reading, end: int) -> bool:
    """Whether each member is told to be asked for before a token: "mỗi tháng bao nhiêu, tháng nào nhiều nhất"."""
    if any(
        len(f.values) > 1 and not f.negated and f.column == g.column for f in reading.filters for g in reading.groups
    ):
        return True  # "Hải Phòng bao nhiêu, Đồng Nai bao nhiêu, nơi nào nhiều hơn"
    names = {fold(g.label).split()[0] for g in reading.groups}
    names |= {fold(g.span.text).split()[0] for g in reading.groups if g.span}
    each = search_all(text, r"(?:mỗi|từng|theo(?: từng)?|các|hàng) (?P<name>\S+)(?! nào)")
    return any(w.end <= end and fold(w.parts["name"]) in names for w in each)


def _inside(text: Text, pattern: str, start: int, end: int) -> bool:
    """Whether a pattern stands between two tokens."""
    return any(start <= w.start and w.end <= end for w in search_all(text, pattern))


def _counted(view: View, found: Sequence[Element], reading: Reading, asked: Found) -> GroupMatch | None:
    """The group whose name follows "bao nhiêu": "từ [bao nhiêu nước], nước nào nhiều nhất"."""
    first = next((e for e in found if e.tokens[0] <= asked.end < e.tokens[1]), None)
    metric = view.metric(first.name) if first is not None and first.kind == "metric" else None
    for group in reading.groups:
        named = first is not None and first.kind == "dimension" and first.name == group.column
        if named or (metric is not None and metric.expr == f"COUNT(DISTINCT {group.column})"):
            return group
    return None
