"""What was understood, as chips: the reading of a question said back to the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nl2sql.answer.format import scale_of, unit_word
from nl2sql.answer.result import numerator_words
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
        kind, value = (kind, value.removeprefix("không phải ")) if found else ("Điều kiện", match.label)
        yield Chip(f"{kind} (trừ)" if match.negated else kind, value, part=f"filter:{at}")
    if reading.share:
        yield Chip(
            "Tỷ trọng", numerator_words(reading.share) if reading.share.numerator else "trong tổng số", part="frame"
        )
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
    yield from _built_on(reading)
    if reading.unread:
        yield Chip(texts.UNREAD, ", ".join(span.text for span in reading.unread), tone="unread", part="unread")


def _built_on(reading: Reading) -> Iterator[Chip]:
    """What is computed over the rest: a second subject, two parts against each other, places, members of several sets.

    These are said and not changed in place.
    """
    if reading.beside:
        word = {"columns": "Cùng với", "ratio": "Chia cho", "percent": "Tính trên 100"}[reading.beside.want]
        yield Chip(word, _subject(reading.beside.reading))
    if reading.contrast:
        yield Chip("So sánh", f"{reading.contrast.left_label} với {reading.contrast.right_label or 'toàn bộ'}")
    derived = reading.derived
    if derived:
        size = f"{texts.decimal(derived.size)}{'%' if derived.percent else ''}"
        last = bool(reading.ranking and not reading.ranking.descending)
        words = {
            "position": f"thứ hạng của {derived.label}",
            "moved": "số bậc thay đổi thứ hạng",
            "top_share": f"phần của {size} đứng {'cuối' if last else 'đầu'}",
            "count": "đếm số nhóm đạt điều kiện",
            "run": f"{'giảm' if derived.falling else 'tăng'} {size} kỳ liền",
        }
        yield Chip("Cách tính", words[derived.kind])
    for term in reading.terms:
        yield Chip("Đồng thời" if term.op == "intersect" else "Nhưng không", _subject(term.reading))


def _subject(reading: Reading) -> str:
    """A second reading in few words: its measures, its conditions, its bounds."""
    said = [metric.label for metric in reading.metrics]
    said += [match.label.partition(": ")[2] or match.label for match in reading.filters]
    said += [_threshold(threshold, reading) for threshold in reading.thresholds]
    return ", ".join(said)


def _period(period: Period) -> str:
    # A label may already say up to which day the data goes.
    said = not period.open or texts.day(period.end) in period.label
    return period.label if said else f"{period.label} · chưa hết kỳ"


def _range(period: Period) -> str:
    if period.start == period.end:
        return texts.day(period.start)
    return f"từ {texts.day(period.start)} đến {texts.day(period.end)}"


def _threshold(threshold: Threshold, reading: Reading) -> str:
    metric = next((m for m in reading.metrics if m.name == threshold.metric), None)
    label, unit = (metric.label, metric.unit) if metric else (threshold.metric, "")
    if threshold.on_change:
        label, unit = f"thay đổi của {label} (%)", ""
    if threshold.against:
        whole = "mức chung" if threshold.against == "overall" else "mức bình quân"
        return f"{label} {OPERATORS.get(threshold.op, threshold.op)} {whole}"
    value = _amount(threshold.value, unit)
    if threshold.op == "between" and threshold.upper is not None:
        return f"{label} từ {value} đến {_amount(threshold.upper, unit)}"
    return f"{label} {OPERATORS.get(threshold.op, threshold.op)} {value}"


def _amount(value: float, unit: str) -> str:
    """``5 tỷ USD`` where that is exact, else every digit."""
    factor, word = scale_of([value], unit)
    if round(value / factor, 2) != value / factor:
        factor, word = 1.0, ""
    name = unit_word(unit)
    return f"{texts.decimal(value / factor)}{'' if name == '%' else ' '}{word}{name}".strip()
