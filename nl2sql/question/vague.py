"""Questions that name no measure: praise and blame ("đơn vị nào tốt nhất"), and how things are ("tình hình … thế nào").

They are asked back with complete questions to choose from; a question that says what is to be measured never is.
"""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.question.matches import Cover, Match, Syllable
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text
from nl2sql.types import Option
from schema.semantic import Catalogue, View

PRAISE = (
    r"(?:làm việc |làm ăn |hoạt động |công tác |làm )?(?:xuất sắc|giỏi|tốt|khá|kém|yếu|hiệu quả|nổi bật|tệ|ổn"
    r"|ngon|đáng khen)"
    r"(?: hơn| nhất)+"
)
_HOW = (
    r"tình hình|tình trạng|kết quả|báo cáo|số liệu|dữ liệu|con số|bảng tổng hợp|tổng hợp|tổng quan|thế nào|ra"
    r" sao|sao rồi"
    r"|hoạt động|thông tin"
)
_SAYS_WHAT = frozenset(
    {"howmany", "max", "min", "change", "share", "percent", "times", "cumulative", "moving", "average"}
)
_MEASURES = frozenset({"metric", "fact", "view", "filter"})
MOST = 3


def unmeasured(
    text: Text, covers: Sequence[Cover], items: Sequence[Syllable], catalogue: Catalogue
) -> list[str] | None:
    """The views to choose from for a question that says of what or how good, but not what; None for any other."""
    if not covers:
        return None
    best = covers[0]
    view = catalogue.views[best.view]
    praise = search(text, PRAISE)
    how = list(search_all(text, _HOW))
    outside = [m for m in best.matches if m.terms and not _inside(m, items, [*how, *([praise] if praise else [])])]
    if any(t.kind in _MEASURES for m in outside for t in m.terms) or _direction(outside, view, catalogue):
        return None
    if praise is not None:
        return list(catalogue.asked_first)
    if not how or any(m.tag in _SAYS_WHAT for m in best.matches) or not any(m.terms for m in best.matches):
        return None
    if best.unread and len(best.unread) > len(outside):
        return None
    columns = {t.name for m in outside for t in m.terms}
    scoped = all((d := view.dimension(c)) is not None and d.scope for c in columns)
    if scoped:
        return list(catalogue.asked_first) or None
    return [best.view] if _has_direction(view, catalogue) else None


def measures_of(name: str, catalogue: Catalogue, rest: str) -> list[Option]:
    """Complete questions about a view's main measure; one for each direction where the view has directions."""
    view = catalogue.views[name]
    metric = view.default_metric
    if metric is None:
        return []
    ways = [v.value.lower() for d in view.dimensions for v in catalogue.values_of(d) if v.opposite]
    labels = [f"{metric.label} {way}" for way in ways] or [metric.label]
    return [Option(label, f"{label}: {rest}") for label in labels]


def _inside(match: Match, items: Sequence[Syllable], places: Sequence[Found]) -> bool:
    first, last = items[match.start].token, items[match.end - 1].token
    return any(p.start <= first and last < p.end for p in places)


def _direction(matches: Sequence[Match], view: View, catalogue: Catalogue) -> bool:
    """Whether the way of goods is named, which makes the main measure plain: "xuất khẩu gạo thế nào"."""
    named = {(t.name, t.value) for m in matches for t in m.terms if t.kind == "value"}
    return any((d.name, v.value) in named for d in view.dimensions for v in catalogue.values_of(d) if v.opposite)


def _has_direction(view: View, catalogue: Catalogue) -> bool:
    return any(v.opposite for d in view.dimensions for v in catalogue.values_of(d))
