"""Turns that only say how the figures are to be shown: "đổi sang tỷ đồng", "triệu USD nhé", "vẽ biểu đồ cột đi"."""

from __future__ import annotations

from dataclasses import replace

from nl2sql.question.measures import metric_match
from nl2sql.question.phrases import search
from nl2sql.question.text import Text
from nl2sql.types import MetricMatch, Reading, Refusal
from schema.semantic import Metric, View

_LEAD = (
    r"(?:(?:đổi|chuyển|quy|quy đổi|tính|để|ghi|hiển thị|cho|xem|lấy|làm tròn|viết|trình bày|theo|bằng|sang|ra|thành"
    r"|về|đến|đơn vị|đơn vị tính|đvt|là|hết|lại|con số|số liệu|số|kết quả|giúp|hộ|tôi|em|anh|chị|mình|với|thì|thế|còn"
    r"|dưới dạng|,|:) )*"
)
_SCALE = r"(?P<scale>(?:(?:nghìn|ngàn|trăm|triệu|tỷ|tr)(?: |$))*)"
_UNIT = (
    r"(?P<unit>(?:đồng việt nam|tiền việt nam|tiền việt|việt nam đồng|đồng|vnđ|vnd|đô la mỹ|đô la|usd|đô|tấn|kg"
    r"|ki lô gam|kilogam|chiếc|cái)?)"
)
_TAIL = (
    r"(?: ?(?:đi|nhé|nha|ạ|giúp|hộ|tôi|em|anh|chị|mình|luôn|với|cho|dễ|nhìn|đọc|gọn|hết|thôi|được không|xem|\?|\.))*"
)
_TURN = _LEAD + _SCALE + _UNIT + _TAIL
_KIND = r"cột chồng|cột|đường|tròn|bánh|thanh ngang|thanh|ngang|miền|vùng|line|bar|pie|xu hướng"
_DRAWN = (
    r"(?:(?:rồi|thế|vậy|giờ|ok|hãy|bạn|có thể|cho|tôi|em|anh|chị|mình|xem|giúp|hộ|nhờ|muốn|cần|thêm|luôn|lại|kết quả"
    r"|số liệu|này|đó|trên|,) )*"
    rf"(?:(?:vẽ|dựng|lập|làm|thể hiện|biểu diễn|hiển thị|minh họa|trình bày|đổi|chuyển|để)(?: (?:lại|giúp|hộ|cho|tôi|em"
    r"|anh|chị|mình|thành|sang|qua|ra|bằng|dưới dạng|dạng|kết quả|số liệu|này|đó|nó|lên))*"
    rf"(?: (?:biểu đồ|đồ thị|chart|sơ đồ|hình)(?: (?:dạng|kiểu|hình))?(?: (?:{_KIND}))?| (?:{_KIND}))"
    rf"|(?:biểu đồ|đồ thị|chart)(?: (?:dạng|kiểu|hình))?(?: (?:{_KIND}))?)"
) + _TAIL
_BASES = {
    **dict.fromkeys(("đồng việt nam", "tiền việt nam", "tiền việt", "việt nam đồng", "đồng", "vnđ", "vnd"), "VND"),
    **dict.fromkeys(("đô la mỹ", "đô la", "usd", "đô"), "USD"),
    **dict.fromkeys(("kg", "ki lô gam", "kilogam"), "kg"),
    "tấn": "tấn", "chiếc": "chiếc", "cái": "chiếc",
}  # fmt: skip
_FOLDED = {
    "dong viet nam": "VND", "tien viet nam": "VND", "tien viet": "VND", "viet nam dong": "VND", "dong": "VND",
    "do la my": "USD", "do la": "USD", "do": "USD", "ki lo gam": "kg", "tan": "tấn", "chiec": "chiếc", "cai": "chiếc",
}  # fmt: skip


def in_units(text: Text, previous: Reading, view: View) -> Reading | None:
    """The reading before in another unit; None when the words say anything else.

    A currency that the measure has under another name changes the measure; one that it does not have is refused.
    """
    found = search(text, _TURN)
    if found is None or found.start != 0 or found.end < len(text.tokens) or not previous.metrics:
        return None
    said = found.parts["unit"].strip()
    if not said and not found.parts["scale"].strip():
        return None
    wanted = _BASES.get(said) or _FOLDED.get(said) or ""
    metrics: list[MetricMatch] = []
    for match in previous.metrics:
        turned = match if not wanted or _base(match.unit) == wanted else _other(match, wanted, view, text)
        if turned is None:
            return _refused(text, match, wanted)
        metrics.append(turned)
    note = f"Giữ nguyên câu trước; đơn vị {_base(metrics[0].unit)}, số lớn được viết gọn theo nghìn, triệu, tỷ."
    kept = () if tuple(metrics) != previous.metrics else (note,)
    return replace(
        previous, text=text.nfc.strip(), metrics=tuple(metrics), assumptions=kept, unread=(), carried=True,
    )  # fmt: skip


def as_chart(text: Text, previous: Reading) -> Reading | None:
    """The reading before, where a turn only asks to see it drawn; None when the words say anything else.

    The kind of chart is chosen by the figures and switched on the page.
    """
    found = search(text, _DRAWN)
    if found is None or found.start != 0 or found.end < len([t for t in text.tokens if t.kind != "punct"]):
        return None
    said = "Giữ nguyên câu trước; kiểu biểu đồ đổi được ngay trên hình."
    if not previous.groups:
        said = "Một con số không vẽ thành biểu đồ được; hãy chia theo tháng, đơn vị, mặt hàng … để có biểu đồ."
    return replace(previous, text=text.nfc.strip(), assumptions=(said,), unread=(), certainty=1.0, carried=True)


def _base(unit: str) -> str:
    return unit.split("/")[0].strip()


def _other(match: MetricMatch, wanted: str, view: View, text: Text) -> MetricMatch | None:
    """The measure of the same thing in the unit wanted."""
    having = [m for m in view.metrics if m.unit == wanted]
    kin = [m for m in having if m.name.startswith(match.name) or match.name.startswith(m.name)]
    money = {"VND", "USD"}
    chosen: Metric | None = kin[0] if kin else None
    if chosen is None and not (money >= {wanted, _base(match.unit)}):
        chosen = having[0] if len(having) == 1 else None
    return metric_match(chosen, text, None) if chosen is not None else None


def _refused(text: Text, match: MetricMatch, wanted: str) -> Reading:
    unit = _base(match.unit) or "số đếm"
    said = f"{match.label} trong kho tính bằng {unit}, không có số liệu bằng {wanted}. Hãy hỏi theo {unit}."
    return Reading(text=text.nfc.strip(), refusal=Refusal("absent", said))
