"""What the words of a follow-up do to the reading before it: take away, add, put in the place of, point back at.

These are words of the language; what they act on is found through the catalogue. The words that have done their work
here ("bỏ điều kiện …", "à không", "nước này") are taken out of the text before the rest is read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nl2sql.question.dialogue import without_tokens
from nl2sql.question.elements import Element
from nl2sql.question.phrases import search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.types import Grain, GroupMatch
from schema.semantic import View

_DROPS = (
    r"(?:(?:thôi|thế|vậy|ok|à|giờ|hãy|thì|cứ) )*(?!thôi gian)"
    r"(?:bỏ|gỡ|xóa|hủy|dẹp|cắt|tắt|không cần|không|đừng|khỏi|thôi không|thôi(?! gian))"
    r"(?: (?:bớt|hết|luôn|đi|qua|tất cả|mọi|các|cái|phần|điều kiện|bộ lọc|lọc|việc|cột|tiêu chí|ràng buộc|chỉ tiêu|"
    r"chia|tách|nhóm|gộp|phân|xem|theo|tính|lấy|giới hạn|riêng|so|xếp|chiều|mục|kèm|cần|dùng|từng))*"
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("comparison", r"so sánh|so với .*|so cùng kỳ|cùng kỳ|đối chiếu|mốc so sánh"),
    ("ranking", r"xếp hạng|thứ hạng|sắp xếp|top(?: \d+)?|giới hạn|hạng"),
    ("share", r"tỷ trọng|tỷ lệ|phần trăm|%|cơ cấu"),
    ("window", r"lũy kế|cộng dồn|trung bình trượt|bình quân trượt|tăng trưởng"),
    ("average", r"bình quân|trung bình"),
    ("thresholds", r"ngưỡng|mức (?:tối thiểu|tối đa|trên|dưới)|(?:trên|dưới|từ) \d.*"),
    ("periods", r"kỳ|thời gian|thời kỳ|mốc thời gian|giới hạn thời gian"),
    ("filters", r"lọc|bộ lọc|điều kiện(?: lọc)?"),
    ("groups", r"chia|tách|nhóm|phân tổ|phân nhóm|chi tiết"),
)
_GROUPING = r"chia|tách|nhóm|gộp|phân|theo|cột|từng|chiều"
_ADDS = (
    r"(?:lấy|cho|tính|cộng|so|xem|kèm|gộp|bao|gồm)? ?(?:thêm|bổ sung)(?: cả| vào| luôn)?"
    r"|(?:lấy|tính|gồm|kể|xem|bao gồm|và)? ?(?:cả)(?! năm| quý| tháng| tuần| nước| ngành)|kèm(?: theo| cả)?"
    r"|bổ sung(?: thêm)?|cùng với"
)
_ALSO = r"nữa|luôn thể|vào luôn|vào nữa"
SUMMED = (
    r"(?:(?:giờ|thế|vậy|rồi|thì|hãy|cho|tôi|em|anh) )*(?:cộng|gộp|tính|lấy)?(?: (?:hết|tất cả|chung))*"
    r" ?(?:tổng cộng|cộng lại|gộp lại|tổng lại|tính tổng|lấy tổng|cộng hết|gộp chung|tất cả lại|cộng tổng)"
    r"(?: (?:lại|đi|nhé|hết|là|bao|nhiêu|thì|sao|giúp|tôi|em|xem|cả|chung))*"
)
_CORRECTS = (
    r"(?:(?:à|ấy|ơ|ồ|ủa|khoan|ý|thôi|chết|xin lỗi|,) )*"
    r"(?:không phải(?: vậy| thế| đâu)?|không|nhầm(?: rồi| mất)?|sai(?: rồi)?|lộn(?: rồi)?|nhầm lẫn|"
    r"gõ nhầm|viết nhầm|hỏi nhầm)"
    r"(?: (?:,|;|\.|:|-))"
)
_CORRECTED = (
    r"(?:(?:à|tôi|em|mình|anh|chị|xin lỗi) )*(?:gõ |viết |hỏi |nói )?(?:nhầm|lộn|sai)"
    r"(?: (?:năm|tháng|quý|kỳ|đơn vị|nước|cục|mặt hàng|tên|số))?(?: rồi| mất)?(?: ,)?"
)
_INSTEAD = r"(?:sửa|chỉnh|đổi|thay)(?: lại)?(?: (?!thành|sang|bằng|là|qua)\S+){0,3}(?: là| thành| sang| bằng| qua)+"
_MEANS = r"(?:(?:à|thì|thế|ừ) )*ý (?:của )?(?:tôi|em|mình|anh|chị|tui|bác|sếp)(?: muốn)?(?: nói| hỏi)?(?: là)?"
_AGAIN = r"(?:(?:thôi|giờ|ok|rồi|à|vậy|,) )*(?:quay|trở|lùi) (?:lại|về)(?: lại| về| với| xem| cái)*(?: ,)?"
_NEW = (
    r"(?:(?:giờ|bây giờ|thôi|ok|rồi|vậy|em|tôi) )*(?:(?:chuyển|đổi|qua|sang|hỏi|nói)(?: sang| qua)? )?"
    r"(?:chuyện|chủ đề|câu|vấn đề|việc|nội dung|mảng)(?: hỏi)? (?:khác|mới)"
)
_ABOVE = r"nói trên|nêu trên|vừa rồi|vừa nêu|vừa nói|đang xem|đang xét|trên(?! (?:\d|mức|tổng|cả|toàn|một|hai|ba|nửa))"
_REPAIRS = (rf"{_CORRECTS} {_MEANS}", _CORRECTS, rf"{_CORRECTED} {_MEANS}", _CORRECTED, _MEANS, _INSTEAD, _AGAIN)
_THIS = rf"này|đó|đấy|ấy|kia|nọ|{_ABOVE}"
_THIS_UNMARKED = rf"này|đấy|ấy|kia|{_ABOVE}|(?<!luong )(?<!khai )(?<!mau )đó"
"""Without diacritics "do" is also red, "no" also debt."""
_THINGS = (
    r"chỗ|nơi|bên|loại|kỳ|thời gian|giai đoạn|khoảng thời gian|vụ|hàng|số|nhóm|chỉ tiêu|con số|kết quả|trường hợp"
    r"|năm|tháng|quý"
)
_WHERE = r"(?:(?:của|ở|tại|trong|với|cho|từ|sang|vào|về|đối với|riêng|cả) )*"
_MANY = r"(?:(?:các|những|mấy|hai|ba|bốn|năm|\d+) )?"
_AGAINST = (
    r"so(?: sánh)?(?: lại)?(?: với)?|đặt(?: bên)? cạnh|đối chiếu(?: với)?|hơn kém(?: so với)?|khác(?: gì)?(?: so)? với"
)
_PARTS = r"tỷ trọng|tỷ lệ phần trăm|tỷ lệ %|theo tỷ lệ|ra tỷ lệ|phần trăm|%|cơ cấu|chiếm"
_OPPOSITE = r"ngược lại|đảo lại|đảo ngược|chiều ngược lại"


@dataclass(frozen=True)
class Change:
    """What a follow-up does besides naming something.

    Attributes:
        text: The words that are still to be read.
        drop: Parts to take away: ``comparison``, ``ranking``, ``share``, ``window``, ``average``, ``thresholds``,
            ``periods``, ``filters``, ``groups``.
        columns: Columns, by name, whose condition or grouping is taken away; ``grains`` likewise.
        ungroup: Of these columns the grouping is meant, not the condition.
        metrics: Measures to take away.
        adds: What it names comes beside what is there.
        refers: It points back at what was talked about, so it opens no new topic.
        new: The writer says that it is a new topic.
        against: What it names is compared with.
        share: Each part's share is asked for.
        turned: The other end of the order is asked for.
    """

    text: Text
    drop: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    grains: frozenset[Grain] = frozenset()
    ungroup: bool = False
    metrics: frozenset[str] = frozenset()
    adds: bool = False
    refers: bool = False
    new: bool = False
    against: bool = False
    share: bool = False
    turned: bool = False

    @property
    def takes(self) -> bool:
        """Whether anything is taken away."""
        return bool(self.drop or self.columns or self.grains or self.metrics)


def opens_new(text: Text) -> Text | None:
    """The text after words that announce a new topic ("chuyển sang chuyện khác: …"), or None."""
    found = search(text, _NEW)
    if found is None or found.start != 0 or found.end >= len(text.tokens):
        return None
    return without_tokens(text, range(found.end + (text.tokens[found.end].kind == "punct")))


def settled_words(text: Text, nouns: Collection[str]) -> tuple[Text, bool]:
    """The text without words of correction and without what only points back, and whether it points back.

    Args:
        nouns: Names of columns and measures, folded ("nuoc", "mat hang"): "nước này" points back.
    """
    gone: set[int] = set()
    for pattern in _REPAIRS:
        found = search(text, pattern)
        if found is not None and found.start <= 1 and found.end < len(text.tokens):
            gone |= set(range(found.end))
            break
    gone |= _denied(text)
    pointing = {i for start, end in _pointers(text, nouns) for i in range(start, end)}
    return (without_tokens(text, gone | pointing) if gone | pointing else text), bool(pointing)


def _denied(text: Text) -> set[int]:
    """What the writer says was not meant: "không phải A mà là B", "B chứ không phải A"."""
    swapped = search(text, r"không phải(?: là)? (?P<old>.+?) mà(?: là)?")
    if swapped is not None and swapped.end < len(text.tokens):
        return set(range(swapped.start, swapped.end))
    instead = search(text, r",? ?(?:chứ )?(?:không phải|không)(?: là)? (?P<old>.+)")
    if instead is not None and instead.start > 0 and search(text, r"chứ không(?: phải)?") is not None:
        return set(range(next(search_all(text, r"chứ không(?: phải)?")).start, len(text.tokens)))
    return set()


def _pointers(text: Text, nouns: Collection[str]) -> list[tuple[int, int]]:
    found = []
    this = _THIS if text.accented else _THIS_UNMARKED
    for place in search_all(text, rf"{_WHERE}(?:trong )?{_MANY}(?:số|đó|{_THINGS}) (?:{this})"):
        if not _is_time(text, place.start, place.end):
            found.append((place.start, place.end))
    for place in search_all(text, r"(?:ở|tại|trong|từ|sang|với) (?:đó|đấy|đây)"):
        found.append((place.start, place.end))
    for place in search_all(
        text, r"(?:mỗi|từng) (?:loại|cái|thứ|khoản|phần|mục|bên|nhóm)(?= (?:chiếm|là|được|bao|có|thì|mấy))"
    ):
        found.append((place.start, place.end))
    for place in search_all(text, _THIS if text.accented else _THIS_UNMARKED):
        for size in range(4, 0, -1):
            start = place.start - size
            if start >= 0 and " ".join(t.fold for t in text.tokens[start : place.start]) in nouns:
                lead = next(
                    (p for p in search_all(text, rf"{_WHERE}{_MANY}") if p.end == start and p.start < start), None
                )
                found.append((lead.start if lead else start, place.end))
                break
    return found


def _is_time(text: Text, start: int, end: int) -> bool:
    """ "năm này", "quý vừa rồi": a unit of the calendar with "này" or "vừa rồi" is one of today's and no pointer."""
    words = [t.fold for t in text.tokens[start:end]]
    return bool({"nam", "thang", "quy"} & set(words)) and words[-1] in ("nay", "roi")


def change_of(text: Text, found: Sequence[Element], time: TimeReading) -> Change:
    """What a follow-up does to the reading before it, by the pieces that the view talked about knows."""
    return read_change(
        text,
        [(e.name, *e.tokens) for e in found if e.kind == "dimension"],
        [(e.name, *e.tokens) for e in found if e.kind == "metric"],
        [e.tokens for e in found if e.kind in ("value", "filter")],
        [(g.grain, *g.tokens) for g in time.grains],
    )


def named_groups(text: Text, view: View, found: Sequence[Element]) -> tuple[GroupMatch, ...]:
    """The columns that are named at all, as groups: "thêm chiều xuất nhập khẩu"."""
    return tuple(
        GroupMatch(e.name, view.label_of(e.name), None, text.span(*e.tokens)) for e in found if e.kind == "dimension"
    )


def read_change(
    text: Text, dimensions: Sequence[tuple[str, int, int]], metrics: Sequence[tuple[str, int, int]],
    values: Sequence[tuple[int, int]], grains: Sequence[tuple[Grain, int, int]],
) -> Change:  # fmt: skip
    """What a follow-up does.

    Args:
        dimensions: Named columns with their half-open token ranges; ``metrics``, ``values`` and ``grains`` likewise.
    """
    drop, columns, spans, dropped, units, ungroup = set(), set(), set(), set(), set(), False
    summed = search(text, SUMMED)
    if summed is not None and summed.start == 0 and summed.end >= len(text.tokens) - 1:
        return Change(without_tokens(text, range(len(text.tokens))), frozenset({"groups"}))
    found = search(text, _DROPS)
    if found is not None and found.start == 0 and not any(start <= found.end + 1 for start, _ in values):
        said = text.tokens[: found.end]
        ungroup = any(t.fold in ("chia", "tach", "nhom", "gop", "phan", "theo", "cot", "tung", "chieu") for t in said)
        reach = found.end + 3
        for name, start, end in dimensions:
            if start <= reach:
                columns.add(name)
                spans |= set(range(start, end))
                reach = max(reach, end + 2)
        for grain, start, end in grains:
            if start <= reach:
                units.add(grain)
                spans |= set(range(start, end))
        if not columns and not units:
            dropped = {name for name, start, _ in metrics if start <= reach}
            spans |= {i for name, start, end in metrics if start <= reach for i in range(start, end)}
        if not columns and not units and not dropped:
            for kind, pattern in _KINDS:
                place = next((p for p in search_all(text, pattern) if p.start <= reach), None)
                if place is not None:
                    drop.add(kind)
                    spans |= set(range(place.start, place.end))
                    break
        if drop or columns or units or dropped:
            spans |= set(range(found.end))
            text = without_tokens(text, spans | _tail(text, spans))
    adds = search(text, _ADDS)
    also = search(text, rf"{_ALSO}(?: nhé| đi| ạ| nha)?")
    adding = (adds is not None and adds.start <= 1) or (also is not None and also.end >= len(text.tokens) - 1)
    return Change(
        text, frozenset(drop), frozenset(columns), frozenset(units), ungroup, frozenset(dropped),
        adds=adding and not (drop or columns or dropped),
        against=search(text, _AGAINST) is not None,
        share=search(text, _PARTS) is not None,
        turned=search(text, _OPPOSITE) is not None,
    )  # fmt: skip


def _tail(text: Text, spans: Collection[int]) -> set[int]:
    """Little words after what was taken away: "bỏ điều kiện luồng [đi]"."""
    last = max(spans, default=0)
    tail = set()
    for index in range(last + 1, len(text.tokens)):
        if text.tokens[index].fold not in ("di", "nua", "ra", "luon", "nhe", "giup", "ho", "toi", "a", "voi", "lai"):
            break
        tail.add(index)
    return tail


def nouns_of(names: Collection[str]) -> frozenset[str]:
    """Names as they are looked up by ``settled_words``: folded, of at most four syllables."""
    folded = {" ".join(fold(n).split()) for n in names}
    return frozenset(n for n in folded if n and n.count(" ") < 4)
