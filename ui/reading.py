"""What was understood, as chips: the reading of a question said back to the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nl2sql.types import Period, Reading, Threshold
from schema.semantic import GRAIN_LABELS
from ui import texts

WINDOWS = {
    "cumulative": "lũy kế",
    "moving_average": "trung bình trượt {} kỳ",
    "growth": "tăng so với kỳ trước",
    "compound": "tăng bình quân mỗi năm",
}
OPERATORS = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "=": "="}


@dataclass(frozen=True)
class Chip:
    """One part of the reading.

    Attributes:
        kind: What it is ("Chỉ tiêu", "Kỳ", a column's label).
        text: Its value.
        note: More, shown on hover and to screen readers.
        tone: ``assumed`` when the person did not say it, ``unread`` when nobody understood it, else empty.
        part: Name of the part for ``nl2sql.question.choices``.
    """

    kind: str
    text: str
    note: str = ""
    tone: str = ""
    part: str = ""


def chips(reading: Reading) -> tuple[Chip, ...]:
    """The chips of a reading in the order in which people say them."""
    return tuple(_chips(reading))


def _chips(reading: Reading) -> Iterator[Chip]:
    for at, metric in enumerate(reading.metrics):
        note = "Chọn mặc định vì câu hỏi không nêu chỉ tiêu" if metric.assumed else ""
        yield Chip("Chỉ tiêu", metric.label, note, "assumed" if metric.assumed else "", f"metric:{at}")
    for at, period in enumerate(reading.periods):
        yield Chip("Kỳ", _period(period), _range(period), part=f"period:{at}")
    if reading.comparison:
        base = reading.comparison.base
        yield Chip("So với", base.label, _range(base), part="comparison")
    for at, match in enumerate(reading.filters):
        kind, found, value = match.label.partition(": ")
        kind, value = (kind, value) if found else ("Điều kiện", match.label)
        yield Chip(f"{kind} (trừ)" if match.negated else kind, value, part=f"filter:{at}")
    if reading.share:
        yield Chip("Tỷ trọng", reading.share.label if reading.share.numerator else "trong tổng số", part="frame")
    for at, group in enumerate(reading.groups):
        yield Chip("Theo", group.label, part=f"group:{at}")
    if reading.ranking:
        order = "lớn nhất" if reading.ranking.descending else "nhỏ nhất"
        shown = f"{reading.ranking.n} {order}" if reading.ranking.n else f"từ {order}"
        yield Chip("Xếp hạng", shown, part="ranking")
    for threshold in reading.thresholds:
        yield Chip("Mức", _threshold(threshold, reading), part="thresholds")
    if reading.window:
        yield Chip("Cách tính", WINDOWS[reading.window.kind].format(reading.window.size), part="frame")
    if reading.average:
        yield Chip("Cách tính", f"bình quân mỗi {GRAIN_LABELS[reading.average].lower()}", part="frame")
    if reading.unread:
        yield Chip(texts.UNREAD, ", ".join(span.text for span in reading.unread), tone="unread", part="unread")


def _period(period: Period) -> str:
    # A label may already say up to which day the data goes.
    said = not period.open or texts.day(period.end) in period.label
    return period.label if said else f"{period.label} · chưa hết kỳ"


def _range(period: Period) -> str:
    if period.start == period.end:
        return texts.day(period.start)
    return f"từ {texts.day(period.start)} đến {texts.day(period.end)}"


def _threshold(threshold: Threshold, reading: Reading) -> str:
    label = next((m.label for m in reading.metrics if m.name == threshold.metric), threshold.metric)
    subject = f"thay đổi của {label} (%)" if threshold.on_change else label
    if threshold.op == "between" and threshold.upper is not None:
        return f"{subject} từ {texts.decimal(threshold.value)} đến {texts.decimal(threshold.upper)}"
    return f"{subject} {OPERATORS.get(threshold.op, threshold.op)} {texts.decimal(threshold.value)}"
