"""Members of a list that was just shown, pointed back at: "mấy cục đó nợ thuế bao nhiêu", "trong đó nước nào …".

The list was ranked or bounded; what is asked next is asked of its members and of no others, so they are kept as a
condition of their own: the column is in the query that found them.
"""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.sets import members_sql
from nl2sql.question.followup import shape_of
from nl2sql.question.phrases import search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, GroupMatch, Reading
from schema.semantic import Catalogue, View

_THIS = r"này|đó|đấy|ấy|kia|trên|nói trên|nêu trên|vừa rồi|vừa nêu"
_IN_THEM = rf"trong (?:số |các )?(?:{_THIS})|trong số (?:các |những )?\S+(?: \S+)? (?:{_THIS})"
_MEMBERS = r"đơn vị|nơi|chỗ|bên|nhóm|cái|loại|thứ|đối tượng|trường hợp|địa bàn"
_TOGETHER = r"tổng cộng|cộng lại|cộng gộp|gộp lại|gộp chung|tính chung|tổng của"


def shown_before(text: Text, previous: Reading, catalogue: Catalogue) -> FilterMatch | None:
    """The condition that keeps the members that the reading before listed, when the words point back at them."""
    view = catalogue.views.get(previous.view)
    group = _member_group(previous)
    if view is None or group is None or not _points(text, view, group):
        return None
    found = members_sql(previous, catalogue)
    if found is None:
        return None
    column, sql = found
    label = f"{group.label}: {_said(previous)}"
    return FilterMatch(f"{column} IN ({sql})", column, (), label)


def asked_among(reading: Reading, fresh: Reading | None, members: FilterMatch, view: View, text: Text) -> Reading:
    """A reading about those members: each of them is shown unless they are added up, none is cut off again.

    Args:
        fresh: What the question itself named, where the reading is an earlier one changed by it.
    """
    if view.dimension(members.column) is None:
        return reading
    own = (fresh or reading).ranking
    groups = reading.groups
    if search(text, _TOGETHER) is not None:
        groups = tuple(g for g in groups if g.column != members.column)
    elif all(g.column != members.column for g in groups):
        timed = tuple(g for g in groups if g.grain)
        rest = tuple(g for g in groups if not g.grain)
        groups = (*timed, GroupMatch(members.column, view.label_of(members.column)), *rest)
    filters = (*(f for f in reading.filters if f.column != members.column), members)
    bounds = (fresh or reading).thresholds
    asked = replace(reading, filters=filters, groups=groups, ranking=own, thresholds=bounds, carried=True)
    return replace(asked, shape=shape_of(asked, asked))


def _member_group(previous: Reading) -> GroupMatch | None:
    """The one column whose first few, or bounded, members the reading lists."""
    members = [g for g in previous.groups if g.grain is None]
    cut = previous.ranking is not None and previous.ranking.n and not previous.ranking.per
    bounded = any(not t.on_rows for t in previous.thresholds)
    plain = not (previous.terms or previous.derived or previous.beside or previous.contrast)
    timed = len(members) != len(previous.groups)
    return members[0] if len(members) == 1 and (cut or bounded) and plain and not timed else None


def _points(text: Text, view: View, group: GroupMatch) -> bool:
    if search(text, _IN_THEM) is not None:
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
