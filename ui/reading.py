"""What was understood, as chips: the reading of a question said back to the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nl2sql.types import Period, Reading, Threshold
from ui import texts
from ui.html import esc, tag, wrap

OPERATORS = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "=": "="}


@dataclass(frozen=True)
class Chip:
    """One part of the reading.

    Attributes:
        kind: What it is ("Chỉ tiêu", "Kỳ", a column's label).
        text: Its value.
        note: More, shown on hover and to screen readers.
        tone: ``assumed`` when the person did not say it, ``unread`` when nobody understood it, else empty.
    """

    kind: str
    text: str
    note: str = ""
    tone: str = ""


def chips(reading: Reading) -> tuple[Chip, ...]:
    """The chips of a reading in the order in which people say them."""
    return tuple(_chips(reading))


def reading_html(reading: Reading) -> str:
    """The line "Tôi hiểu câu hỏi là" with its chips, or nothing when nothing was recognised."""
    found = chips(reading)
    if not found:
        return ""
    carried = f" ({texts.CARRIED})" if reading.carried else ""
    parts = [tag("span", "hk-understood", f"{texts.UNDERSTOOD}{carried}")]
    parts += [_chip_html(chip) for chip in found]
    return wrap("div", "hk-reading", parts)


def _chip_html(chip: Chip) -> str:
    inner = f'<span class="hk-chip-kind">{esc(chip.kind)}</span> {esc(chip.text)}'
    return wrap("span", f"hk-chip {('hk-' + chip.tone) if chip.tone else ''}".strip(), inner, title=chip.note)


def _chips(reading: Reading) -> Iterator[Chip]:
    for metric in reading.metrics:
        note = "Chọn mặc định vì câu hỏi không nêu chỉ tiêu" if metric.assumed else ""
        yield Chip("Chỉ tiêu", metric.label, note, "assumed" if metric.assumed else "")
    for period in reading.periods:
        yield Chip("Kỳ", _period(period), _range(period))
    if reading.comparison:
        yield Chip("So với", reading.comparison.base.label, _range(reading.comparison.base))
    for match in reading.filters:
        kind, found, value = match.label.partition(": ")
        kind, value = (kind, value) if found else ("Điều kiện", match.label)
        yield Chip(f"{kind} (trừ)" if match.negated else kind, value)
    if reading.share:
        yield Chip("Tỷ trọng", reading.share.label if reading.share.numerator else "trong tổng số")
    for group in reading.groups:
        yield Chip("Theo", group.label)
    if reading.ranking:
        order = "lớn nhất" if reading.ranking.descending else "nhỏ nhất"
        yield Chip("Xếp hạng", f"{reading.ranking.n} {order}" if reading.ranking.n else f"từ {order}")
    for threshold in reading.thresholds:
        yield Chip("Mức", _threshold(threshold, reading))
    if reading.window:
        cumulative = reading.window.kind == "cumulative"
        yield Chip("Cách cộng", "lũy kế" if cumulative else f"trung bình trượt {reading.window.size} kỳ")
    if reading.unread:
        yield Chip(texts.UNREAD, ", ".join(span.text for span in reading.unread), tone="unread")


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
