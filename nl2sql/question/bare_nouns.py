"""Members asked for by their bare noun: "cửa khẩu không có xe khách", "nước xuất khẩu nhiều hơn nhập khẩu".

A question that begins with the name of a column and goes on with what holds for some of its members asks which ones
they are, though no "nào" says it. It is put with "nào", so that every rule for members knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nl2sql.question.elements import Element
from nl2sql.question.groups import kind_of
from nl2sql.question.phrases import Found, search
from nl2sql.question.text import Text
from nl2sql.types import Reading
from schema.semantic import Dimension, View

_ASKS = (
    r"nào|gì|ai|đâu|sao|bao nhiêu|mấy|bao lâu|(?:không|chưa|à|hả)(?=(?: [?.!])*$)|có phải|tại sao|vì sao|liệt kê|kể tên"
    r"|danh sách|tổng|tổng số|so với|so sánh|chiếm|tỷ trọng|cơ cấu|\S+ nhất|đứng đầu|theo|mỗi|trong đó"
    r"|(?<!chưa )(?<!không )từng"
)
"""What says by itself what is asked for."""
_DENIED = (
    r"(?:không|chưa|chẳng)(?: hề| từng| bao giờ)*"
    r"(?= (?:có|phát sinh|phát hiện|ghi nhận|bị|được|dùng|sử dụng|trả|xuất|nhập|nộp|làm|nhận|đạt|hoàn thành|vượt))"
)
_HAD = r"có(?! (?:bao|mấy|thể|phải|nên|được|vốn|tên|nhu cầu|trụ sở|chiều hướng|xu hướng))"
_OUTDOES = r"(?:cao|thấp|nhiều|ít|lớn|nhỏ|đông|lâu|dài|ngắn|nhanh|chậm) hơn"
_SHORT = frozenset(("thiếu", "thừa", "vượt", "dư", "dôi"))
"""Verbs with which the name of a measure says that something holds: "cục thừa biên chế"."""
_OF = frozenset(("của", "thuộc", "ở", "tại"))
_MASS = frozenset(("hàng", "hàng hóa", "hàng hoá", "người", "khách"))
"""Nouns that mean all of it together and no members."""
_AMOUNTS = frozenset(("VND", "USD", "%", "giờ", "ngày", "tấn"))
"""Units of what every member has; what is counted, only some have: "cửa khẩu có xe quá hạn"."""
_TOTALS = ("số", "lượng", "tổng", "lượt")


@dataclass(frozen=True)
class BareNoun:
    """The question with "nào" behind its noun, and the column whose members it asks for; "" for a unit of time."""

    text: str
    column: str


def bare_noun(text: Text, view: View, found: Sequence[Element]) -> BareNoun | None:
    """The question put with "nào", or None where it asks otherwise or only speaks of the noun."""
    step = _bare_step(text, found)
    if step is not None:
        return step
    timed = {i for e in found if e.kind == "period" for i in range(*e.tokens)}
    rest = [e for e in found if not (e.kind == "period" and e.tokens[0] < len(timed) + 2)]
    parts = kind_of(text, view, rest[0]) if rest and rest[0].kind in ("value", "filter") else None
    rest = [*parts, *rest[1:]] if parts else rest
    lead = rest[0] if rest else None
    if lead is None or lead.kind != "dimension" or any(e.kind == "grain" for e in found):
        return None
    before = [t for i, t in enumerate(text.tokens[: lead.tokens[0]]) if i not in timed and t.kind != "punct"]
    if any(t.norm not in ("trong", "vào") for t in before) or search(text, _ASKS) is not None:
        return None
    dim = view.dimension(lead.name)
    if dim is None or dim.type != "text" or not dim.index or text.span(*lead.tokens).text.lower() in _MASS:
        return None
    end, behind = _noun_phrase(text, view, lead, dim, rest[1:])
    if end is None or not _holds(text, view, found, end, rest):
        return None
    outdoes = _outdoes(found, search(text, _OUTDOES))
    last = lead.tokens[1] if behind or outdoes else end
    return BareNoun(_asking(text, last), lead.name)


def _asking(text: Text, end: int) -> str:
    """The question with "nào" behind the token before ``end``."""
    at = text.tokens[end - 1].end
    return f"{text.raw[:at]} {'nào' if text.accented else 'nao'}{text.raw[at:]}"


def _bare_step(text: Text, found: Sequence[Element]) -> BareNoun | None:
    """ "tháng có trên 100 vụ": units of the calendar told by their bare noun, which a bound keeps apart."""
    where = search(text, r"(?P<unit>tháng|quý|ngày|tuần|năm)(?= có )")
    bounded = any(e.number is not None and e.number.comparator for e in found)
    if where is None or where.start or not text.accented or not bounded or search(text, _ASKS) is not None:
        return None
    return BareNoun(_asking(text, where.end), "")


def lists_members(reading: Reading, noun: BareNoun) -> bool:
    """Whether a reading lists the members that the bare noun names, and leaves nothing of the question out."""
    named = any(g.column == noun.column if noun.column else bool(g.grain) for g in reading.groups)
    return bool(reading.view) and named and not reading.unread


def _noun_phrase(
    text: Text, view: View, lead: Element, dim: Dimension, rest: Sequence[Element]
) -> tuple[int | None, bool]:
    """The token after the noun with the values that go with it, and whether they are put behind it ("của Bộ Y tế").

    None where the noun only says of what kind the value after it is: "cửa khẩu Hữu Nghị".
    """
    end, behind = lead.tokens[1], False
    linked = end < len(text.tokens) and text.tokens[end].norm in _OF
    for element in rest:
        first = text.tokens[element.tokens[0]].norm
        if element.kind not in ("value", "filter") or element.tokens[0] > end + linked or first in ("có", "không"):
            break
        names = {t.name for t in (element.term, *element.others) if t is not None}
        if dim.name in names or (not linked and dim.parent in names):
            return None, False
        end, behind, linked = element.tokens[1], behind or linked, False
    return (None if linked else end), behind


def _holds(text: Text, view: View, found: Sequence[Element], end: int, rest: Sequence[Element]) -> bool:
    """Whether what follows the noun phrase holds for some of the members only."""
    after = [e for e in rest[1:] if e.tokens[0] >= end or e.tokens[1] > end]
    bounded = any(e.number is not None and e.number.comparator for e in after)
    if end > rest[0].tokens[1] and bounded:
        return True  # "thủ tục thuộc Bộ Công Thương có trên 1.000 hồ sơ"
    where = search(text, _DENIED)
    if where is not None and where.start == end:
        return True
    if not bounded and _outdoes(found, search(text, _OUTDOES)):
        return True
    if not after or bounded:
        return False
    if after[0].kind == "metric" and after[0].tokens[0] == end:
        metric = view.metric(after[0].name)
        claimed = metric is not None and bool(metric.claim) and text.tokens[end].norm != "tỷ"
        return claimed or text.tokens[end].norm in _SHORT
    had = search(text, _HAD)
    if had is None or had.start != end:
        return False
    thing = next((e for e in after if e.kind != "tag" and e.tokens[1] > end + 1), None)
    if thing is not None and thing.kind == "view":
        thing = next((e for e in after if e.kind in ("value", "filter") and e.tokens[0] == thing.tokens[1]), None)
    if thing is None or thing.kind not in ("value", "filter", "metric"):
        return False
    metric = view.metric(thing.name) if thing.kind == "metric" else None
    said = text.tokens[thing.tokens[0]].norm
    return thing.kind != "metric" or (metric is not None and metric.unit not in _AMOUNTS and said not in _TOTALS)


def _outdoes(found: Sequence[Element], where: Found | None) -> bool:
    """Whether values of one column stand on both sides of a comparative: "xuất khẩu nhiều hơn nhập khẩu"."""
    if where is None:
        return False
    before = {e.name for e in found if e.kind == "value" and e.tokens[1] <= where.start}
    return any(e.kind == "value" and e.name in before and e.tokens[0] >= where.end for e in found)
