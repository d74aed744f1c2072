"""Turns that point at what several turns before showed, or at one place of a list: "hai quý ấy cộng lại", "nước thứ hai
trong danh sách", "chỗ nào lớn nhất trong ba chỗ đó", "thấp nhất là ai"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nl2sql.question.dialogue import without_tokens
from nl2sql.question.followup import shape_of
from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.phrases import Found, search
from nl2sql.question.text import Text, fold
from nl2sql.question.together import side_by_side
from nl2sql.types import Comparison, Ranking, Reading
from schema.semantic import Catalogue, View

_COUNTS = {"hai": 2, "2": 2, "ba": 3, "3": 3, "bốn": 4, "bon": 4, "4": 4}
_N = r"(?P<n>hai|ba|bốn|2|3|4)"
_THIS = r"này|đó|đấy|ấy|kia|trên(?! \d)|nói trên|vừa rồi|vừa hỏi|vừa nêu"
_TIME = frozenset(("nam", "thang", "quy", "ky", "ngay", "tuan", "giai", "thoi", "moc"))
_LOOSE = frozenset(("cai", "so", "con", "ket", "thu", "muc", "gia", "ben"))
_SET = rf"(?:(?:trong|của|giữa|tổng|cả|ở|cho|với|và) )*{_N} (?P<noun>\S+(?: \S+)?) (?:{_THIS})"
_BARE = rf"(?:(?:trong|giữa) )(?:cả )?{_N} (?P<noun>năm|tháng|quý|kỳ|nước|cục|tỉnh|nơi|chỗ|bên|loại|mặt hàng|cửa khẩu)"
_ALL = rf"cả {_N}"
_SUMMED = r"(?:cộng|tổng|gộp|tính)(?: (?:lại|cộng|gộp|chung|hết|cả|số|luôn|vào|với|nhau))*"
_APART = r"(?:chênh|hơn kém|cách|khác|tăng giảm|lệch)(?: (?:lệch|nhau|kém|giảm|so|với|là))*"
_BESIDE = r"(?:so|so sánh|đặt|xếp|đối chiếu|gộp|xem|cho xem)?(?: (?:sánh|cạnh|bên|với|nhau|lại|chung|ra|sao|luôn))*"
_MORE = (
    r"(?:(?:\S+ nào|ai) )?(?:cao|nhiều|lớn|ít|thấp|nhỏ|nhanh|lâu|tốt)? ?hơn(?: (?:ai|hay ít hơn|hay thấp hơn|hay kém))?"
)
_BEST = r"(?:cao|lớn|nhiều|thấp|ít|nhỏ|bé|lâu|nhanh|chậm|dài|ngắn|tốt|kém|đông) nhất|đứng đầu|dẫn đầu|đứng cuối|đội sổ"
_THING = r"cái|ai|thằng|ông|đứa|khoản|phần|mục|đối tượng|con"
_PLACE = r"đơn vị|chỗ|nơi|bên|nhà|phía|đâu|địa bàn"
_WHICH = (
    rf"(?:(?:còn|thế|vậy|thì|trong đó|trong số đó|,) )*(?:(?P<noun>{_THING}|{_PLACE})(?: nào)? (?:mà |là |có )?"
    rf"(?P<best>{_BEST})|(?P<last>{_BEST})(?: thì)? (?:là|thuộc về|của|ở)(?: của)? (?P<who>{_THING}|{_PLACE})(?: nào)?)"
)
_RANK = (
    r"(?:(?:đứng|xếp|ở|có) )?(?:(?:vị trí|hàng) )?(?:(?:thứ|số|hạng) (?P<n>nhất|hai|nhì|ba|tư|bốn|năm|[1-9])"
    r"|(?P<top>đứng đầu|đầu bảng|đầu tiên|đầu danh sách|dẫn đầu)|(?P<low>đứng cuối|cuối cùng|cuối bảng|chót|đội sổ))"
)
_LISTED = (
    r"(?:(?:ở |trong |của |trên )*(?:danh sách|bảng|list|kết quả)(?: (?:xếp hạng|kết quả))?"
    r"(?: (?:này|đó|đấy|ấy|trên|vừa rồi|ở trên))?|này|đó|đấy|ấy|kia|ở trên|bên trên|vừa rồi)"
)
_PLACES = {"nhất": 1, "nhat": 1, "hai": 2, "nhì": 2, "nhi": 2, "ba": 3, "tư": 4, "tu": 4, "bốn": 4, "bon": 4, "năm": 5}
_ASKED = (
    r"(?:(?:thì|là|được|bao nhiêu|mấy|sao|thế nào|ra sao|xem|cho|giúp|tôi|em|anh|chị|hết|vậy|đi|nhé|lần|tất cả) ?)*"
)
_DOUBTFUL = 0.5


def each_for_itself(further: Reading, merged: Reading) -> Reading:
    """ "cả hai theo cục": what follows divides further, and the two are still told apart."""
    several_of = {f.column for f in merged.filters if len(f.values) > 1}
    held = {g.column for g in further.groups}
    own = tuple(g for g in merged.groups if g.column in several_of - held)
    kept = {f.sql for f in further.filters} >= {f.sql for f in merged.filters if f.column in several_of}
    if not own or not further.groups or further.ranking is not None or not kept:
        return further
    return replace(further, groups=(*further.groups, *own))


@dataclass(frozen=True)
class Placed:
    """A turn and the reading that it goes on from.

    Attributes:
        reading: What the words point at, as a reading of its own.
        rest: The words that are still to be read; None when the reading is the answer.
    """

    reading: Reading
    rest: Text | None = None


def several(text: Text, before: Sequence[Reading]) -> Placed | None:
    """The last readings that a turn points at by their number, as one reading, with the words that ask on.

    None where nothing is pointed at, where the list before has that many rows itself, or where the last readings differ
    in more than one thing.
    """
    found = search(text, _SET) or _at_end(text) or _leading(text)
    last = next((r for r in reversed(before) if r.view), None)
    if found is None or last is None:
        return None
    count = _COUNTS[found.parts["n"]]
    noun = fold(found.parts.get("noun") or "").split()
    if last.ranking is not None and last.ranking.n == count:
        return None
    kind = "" if not noun or noun[0] in _LOOSE else "period" if noun[0] in _TIME else "value"
    merged = side_by_side(before, count, kind)
    if merged is None:
        return None
    merged = replace(merged, text=text.nfc.strip(), carried=True, unread=(), certainty=1.0)
    rest = without_tokens(text, range(found.start, found.end))
    content = [t for t in rest.tokens if t.kind != "punct" and t.norm not in FILLERS]
    led = text.tokens[found.start].fold == "tong"
    if _only(rest, _SUMMED) or (led and (not content or _only(rest, ""))):
        return Placed(_added(merged, last))
    if not content or _only(rest, _BESIDE) or _only(rest, _MORE):
        return Placed(merged)
    if _only(rest, _APART):
        return Placed(_apart(merged, last))
    return Placed(merged, rest)


def _at_end(text: Text) -> Found | None:
    """ "năm nào cao nhất trong ba năm": no word that points, but nothing else is said after it."""
    found = search(text, _BARE)
    ends = found is not None and all(t.kind == "punct" for t in text.tokens[found.end :])
    return found if ends and search(text, _BEST) is not None else None


def _leading(text: Text) -> Found | None:
    """ "cả hai theo cục": the number leads and a grouping follows."""
    found = search(text, rf"{_ALL}(?= (?:theo|chia theo|phân theo|tách theo)(?: |$))")
    return found if found is not None and found.start == 0 else None


def _only(rest: Text, pattern: str) -> bool:
    """Whether the words say this and nothing else but how it is asked."""
    found = search(rest, rf"{_ASKED}{pattern}(?: {_ASKED})?")
    words = len([t for t in rest.tokens if t.kind != "punct"])
    return found is not None and found.start == 0 and found.end >= words


def _added(merged: Reading, last: Reading) -> Reading:
    """One figure over all of them."""
    added = replace(merged, groups=last.groups, ranking=last.ranking)
    return replace(added, shape=shape_of(added, last))


def _apart(merged: Reading, last: Reading) -> Reading:
    """Two periods, one against the other; between two members the figures stand beside each other, which is told."""
    if len(merged.periods) != 2 or len(last.periods) != 1 or last.comparison is not None:
        return replace(merged, certainty=min(merged.certainty, _DOUBTFUL))
    older, newer = sorted(merged.periods, key=lambda p: p.start)
    told = replace(
        merged, periods=(newer,), groups=last.groups, comparison=Comparison("explicit", older, "absolute"), ranking=None
    )
    return replace(told, shape=shape_of(told, last))


def which_of_them(text: Text, previous: Reading, view: View, *, among: bool = False) -> str | None:
    """The question with the name of what was listed for a word that may mean anything: "thấp nhất là ai".

    None where the words say more, or where the list before is of something that such a word does not mean.

    Args:
        among: It is asked of members that were pointed at, so that a word for a place means them whatever they are.
    """
    found = search(text, _WHICH)
    words = len([t for t in text.tokens if t.kind != "punct" and t.norm not in FILLERS])
    if found is None or found.start != 0 or found.end < words or len(previous.groups) != 1:
        return None
    group = previous.groups[0]
    noun = found.parts.get("noun") or found.parts.get("who") or ""
    place = fold(noun) in {fold(w) for w in _PLACE.split("|")}
    dim = view.dimension(group.column)
    if group.grain or dim is None or (place and not among and not dim.scope):
        return None
    return f"{dim.label.lower()} nào {found.parts.get('best') or found.parts.get('last')}"


def placed(text: Text, previous: Reading, catalogue: Catalogue) -> Placed | None:
    """The list before cut to the one place that a turn points at, and the words that ask about that member.

    "nước thứ hai trong danh sách mua những gì" after a list of countries: the second of them, "mua những gì".
    """
    view = catalogue.views.get(previous.view)
    groups = [g for g in previous.groups if g.grain is None]
    plain = not (previous.terms or previous.derived or previous.beside or previous.contrast or previous.share)
    if view is None or len(groups) != 1 or len(previous.groups) != 1 or not plain:
        return None
    dim = view.dimension(groups[0].column)
    names = sorted([groups[0].label, *((dim.label, *dim.synonyms) if dim else ())], key=len, reverse=True)
    noun = "|".join(re.escape(" ".join(n.lower().split())) for n in (*names, "cái", "đơn vị", "chỗ", "nơi"))
    found = search(text, rf"(?:{noun}) {_RANK} {_LISTED}")
    listed = previous.ranking.n if previous.ranking is not None else None
    if found is None and listed:
        found = search(
            text, rf"(?:{noun}) (?:đứng |xếp |ở vị trí )?thứ (?P<n>nhất|hai|nhì|ba|tư|bốn|năm|[1-9])(?! nhất)"
        )
    if found is None:
        return None
    number = found.parts.get("n") or ""
    place = _PLACES.get(number) or (int(number) if number.isdigit() else 1)
    old = previous.ranking or Ranking(None)
    turned = bool(found.parts.get("low"))
    if old.per or old.both or old.by_time or old.offset or (old.n and place > old.n):
        return None
    if turned and old.n:
        place, turned = old.n, False
    ranking = replace(old, n=1, offset=place - 1, descending=old.descending != turned, span=None)
    return Placed(replace(previous, ranking=ranking), without_tokens(text, range(found.start, found.end)))
