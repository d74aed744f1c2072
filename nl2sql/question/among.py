"""Members of a list that was just shown, pointed back at: "mấy cục đó nợ thuế bao nhiêu", "trong đó nước nào …".

The list was ranked or bounded; what is asked next is asked of its members and of no others, so they are kept as a
condition of their own: the column is in the query that found them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nl2sql.generation.compose import compose
from nl2sql.generation.parts import group_columns
from nl2sql.generation.periods import grain_columns
from nl2sql.generation.sets import among_rows
from nl2sql.question.followup import shape_of
from nl2sql.question.phrases import search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, GroupMatch, Reading
from schema.semantic import Catalogue, View

_THIS = r"này|đó|đấy|ấy|kia|trên|nói trên|nêu trên|vừa rồi|vừa nêu"
_IN_THEM = rf"trong (?:số |các )?(?:{_THIS})|trong số (?:các |những )?\S+(?: \S+)? (?:{_THIS})"
_MEMBERS = r"đơn vị|nơi|chỗ|bên|nhóm|cái|loại|thứ|đối tượng|trường hợp|địa bàn"
_THERE = r"(?:ở|tại) (?:đó|đấy)(?! (?:là|mà))"
_TOGETHER = r"tổng cộng|cộng lại|cộng gộp|gộp lại|gộp chung|tính chung|tổng của"


@dataclass(frozen=True)
class Pointed:
    """What the words of a turn point back at.

    Attributes:
        refers: At what was talked about, so that it opens no new topic.
        members: At the members listed before: the condition that keeps them.
    """

    refers: bool = False
    members: FilterMatch | None = None


NOWHERE = Pointed()


def shown_before(text: Text, previous: Reading, catalogue: Catalogue) -> FilterMatch | None:
    """The condition that keeps the members that the reading before listed, when the words point back at them."""
    view = catalogue.views.get(previous.view)
    if view is None:
        return None
    step = _step(text, previous, view, catalogue)
    if step is not None:
        return step
    group = _member_group(previous)
    if group is None or not _points(text, view, group):
        return None
    return kept_members(previous, catalogue)


def kept_members(previous: Reading, catalogue: Catalogue) -> FilterMatch | None:
    """The condition that keeps the members that a reading lists."""
    view, group = catalogue.views[previous.view], _member_group(previous)
    if group is None:
        return None
    sql = compose(previous, catalogue)
    if sql is None or group_columns(previous, view) != (group.column,):
        return None
    label = f"{group.label}: {_said(previous)}"
    return FilterMatch(among_rows(group.column, sql), group.column, (), label)


def asked_among(
    reading: Reading, fresh: Reading, members: FilterMatch, view: View, text: Text, *, single: bool
) -> Reading:
    """A reading about those members: each of them is shown unless they are added up, none is cut off again.

    Args:
        fresh: What the question itself named.
        single: There is only one such member; other groups then stand alone.
    """
    if view.dimension(members.column) is None:
        stepped = view.time is not None and members.column in view.time.parts.values()
        return replace(reading, filters=(*reading.filters, members), carried=True) if stepped else reading
    own, groups, comparison = fresh.ranking, reading.groups, reading.comparison
    if own is not None and not own.by_change and fresh.comparison is None:
        comparison = None  # "mặt hàng đó nhập từ nước nào nhiều nhất" after a list of changes
    if search(text, _TOGETHER) is not None or (single and fresh.groups):
        groups = tuple(g for g in groups if g.column != members.column)
    elif all(g.column != members.column for g in groups):
        steps = tuple(g for g in groups if g.grain)
        rest = tuple(g for g in groups if not g.grain)
        groups = (*steps, GroupMatch(members.column, view.label_of(members.column)), *rest)
    filters = (*(f for f in reading.filters if f.column != members.column), members)
    asked = replace(
        reading, filters=filters, groups=groups, ranking=own, thresholds=fresh.thresholds, comparison=comparison,
        carried=True,
    )  # fmt: skip
    return replace(asked, shape=shape_of(asked, asked))


def _step(text: Text, previous: Reading, view: View, catalogue: Catalogue) -> FilterMatch | None:
    """ "tháng đó": the step of the calendar that the list before singled out, as the query that found it."""
    group = previous.groups[0] if len(previous.groups) == 1 else None
    unit = _STEPS.get(group.grain or "") if group is not None else None
    if group is None or unit is None or previous.ranking is None or not previous.ranking.n or view.time is None:
        return None
    if search(text, rf"(?:{unit}|lúc|khi|thời điểm|thời gian|kỳ) (?:đó|đấy|ấy)") is None:
        return None
    columns = grain_columns(group.grain or "month", view.time, previous.periods)
    sql = compose(previous, catalogue) if len(columns) == 1 else None
    if sql is None:
        return None
    column = columns[0]
    label = f"{group.label}: {_said(previous)}"
    return FilterMatch(among_rows(column, sql), column, (), label)


_STEPS = {"day": "ngày|hôm|bữa", "month": "tháng", "quarter": "quý", "year": "năm"}


def _member_group(previous: Reading) -> GroupMatch | None:
    """The one column whose first few, or bounded, members the reading lists."""
    members = [g for g in previous.groups if g.grain is None]
    cut = previous.ranking is not None and previous.ranking.n and not previous.ranking.per
    bounded = any(not t.on_rows for t in previous.thresholds)
    plain = not (previous.terms or previous.derived or previous.beside or previous.contrast)
    timed = len(members) != len(previous.groups)
    return members[0] if len(members) == 1 and (cut or bounded) and plain and not timed else None


def _points(text: Text, view: View, group: GroupMatch) -> bool:
    if search(text, _IN_THEM) is not None or search(text, _THERE) is not None:
        return True
    dim = view.dimension(group.column)
    names = {fold(n) for n in (group.label, *((dim.label, *dim.synonyms) if dim else ()))}
    this = _THIS if text.accented else rf"(?<!luong )(?<!khai )(?<!mau )(?:{_THIS})"
    for place in search_all(text, this):
        for size in range(4, 0, -1):
            start = place.start - size
            if start >= 0 and " ".join(t.fold for t in text.tokens[start : place.start]) in names:
                return True
    return search(text, rf"(?:các |những |mấy |\d+ |hai |ba |bốn |năm )?(?:{_MEMBERS}) (?:{_THIS})") is not None


def _said(previous: Reading) -> str:
    """What the list was, in the words of its question."""
    words = previous.text.strip().rstrip("?. ")
    return f"như câu “{words}”"
