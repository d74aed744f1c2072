"""One Vietnamese sentence of finding, computed from the result alone; nothing in it comes from a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nl2sql.answer.format import PERCENT, POINTS, change_words, format_amount, format_value
from nl2sql.answer.result import NUMERIC, is_base, is_change, is_listing
from nl2sql.answer.timeaxis import TimeAxis, row_label, time_axis
from nl2sql.types import Column, Reading, Result, Shape
from schema.semantic import Catalogue


@dataclass(frozen=True)
class _View:
    """The result sorted out: measures, categories, time."""

    result: Result
    reading: Reading | None
    catalogue: Catalogue
    measures: tuple[int, ...]
    categories: tuple[int, ...]
    time: TimeAxis | None

    def column(self, index: int) -> Column:
        return self.result.columns[index]

    def values(self, index: int) -> list[Any]:
        return [row[index] for row in self.result.rows]

    def amount(self, row: int, index: int) -> str:
        column = self.column(index)
        return format_amount(self.result.rows[row][index], column.unit)

    def label(self, row: int) -> str:
        """The row's categories and time in words."""
        parts = [format_value(self.result.rows[row][i], self.column(i)) for i in self.categories]
        moment = self.time.moments[row] if self.time else None
        if moment is not None:
            parts.append(_lower(moment.name) if parts else moment.name)
        return row_label(parts)


MOST = 5000
"""A result with more rows is a file to take away: looking for a finding in it would take longer than the query."""


def build_headline(result: Result, reading: Reading | None, catalogue: Catalogue) -> str:
    """The finding of a result in one sentence.

    An empty result says which conditions may have emptied it and what to try.
    """
    if not result.rows:
        return _empty(reading, catalogue)
    if len(result.rows) > MOST:
        said = f"{len(result.rows):,}".replace(",", ".")
        return f"Có {said} dòng{' đầu tiên, còn nữa' if result.truncated else ''}."
    view = _View(
        result,
        reading,
        catalogue,
        tuple(i for i, c in enumerate(result.columns) if c.role == "measure" and c.type in NUMERIC),
        tuple(i for i, c in enumerate(result.columns) if c.role in {"category", "id"}),
        time_axis(result, catalogue),
    )
    if all(value is None for row in result.rows for value in row):
        return _nothing(reading)
    if not view.measures:
        return _list(view)
    if (reading is not None and reading.shape is Shape.ROWS) or (len(result.rows) > 1 and is_listing(result)):
        return _rows(view)
    bases = [i for i in view.measures if is_base(view.column(i))]
    if len(result.rows) == 1:
        return _compared(view, bases) if bases else _single(view)
    if bases:
        return _ranked_change(view, bases)
    if view.time is not None and not view.categories:
        return _trend(view)
    if view.time is not None:
        return _several_series(view)
    return _ranking(view)


def _context(view: _View) -> str:
    """Filters and period of the reading, as they follow a metric's label."""
    reading = view.reading
    if reading is None:
        return ""
    parts = [_short(f.label) for f in reading.filters]
    if reading.comparison is None and len(reading.periods) <= 2:
        parts += [_lower(p.label) for p in reading.periods]
    text = ", ".join(p for p in parts if p)
    return f" ({text})" if text else ""


def _short(label: str) -> str:
    return label.split(": ", 1)[1] if ": " in label else label


def _single(view: _View) -> str:
    context = _context(view)
    parts = [_named(view, i) for i in view.measures]
    text = "; ".join(parts)
    where = view.label(0) if view.categories or view.time else ""
    if where:
        return f"{where}: {text}."
    if len(parts) == 1:
        label, _, value = parts[0].rpartition(": ")
        return f"{label}{context}: {value}."
    return f"{text}{context}."


def _named(view: _View, index: int, row: int = 0) -> str:
    """``Kim ngạch: 190,1 tỷ USD``; a negative trade balance is a deficit in words."""
    column = view.column(index)
    value = view.result.rows[row][index]
    if value is not None and "can_can" in column.name.lower() and not is_change(column):
        word = "nhập siêu" if value < 0 else "xuất siêu"
        return f"{column.label}: {word} {format_amount(abs(value), column.unit)}"
    return f"{column.label}: {format_amount(value, column.unit)}"


def _base_of(view: _View, bases: Sequence[int]) -> tuple[int, int]:
    """The current and the base column of the first comparison in the result."""
    base = bases[0]
    stem = view.column(base).name.lower()
    candidates = [i for i in view.measures if i not in bases and not is_change(view.column(i))]
    for index in candidates:
        if stem.startswith(view.column(index).name.lower()):
            return index, base
    return (candidates[0] if candidates else base), base


def _compared(view: _View, bases: Sequence[int]) -> str:
    current, base = _base_of(view, bases)
    row = view.result.rows[0]
    now, before = row[current], row[base]
    column = view.column(current)
    label = view.column(current).label
    where = view.label(0)
    start = f"{where}: {label[:1].lower()}{label[1:]}" if where else label
    name, bracket, named_period = start.rpartition(" (")
    start = f"{name}{_filters(view)} ({named_period}" if bracket else f"{start}{_filters(view)}"
    head = f"{start}: {format_amount(now, column.unit)}"
    if now is None or before is None:
        return f"{head}; kỳ so sánh: {format_amount(before, column.unit)}."
    return (
        f"{head}, {_change(now, before, column.unit)} so với {_base_name(view)} ({format_amount(before, column.unit)})."
    )


def _filters(view: _View) -> str:
    reading = view.reading
    text = ", ".join(_short(f.label) for f in reading.filters) if reading else ""
    return f" – {text}" if text else ""


def _base_name(view: _View) -> str:
    comparison = view.reading.comparison if view.reading else None
    return comparison.base.label[:1].lower() + comparison.base.label[1:] if comparison else "kỳ so sánh"


def _change(now: float, before: float, unit: str) -> str:
    """``tăng 1,2 tỷ USD (tăng 8,1%)``: absolute and in percent; points for percentages; no percent from zero."""
    difference = float(now) - float(before)
    if abs(difference) <= 1e-9 * max(abs(float(now)), abs(float(before))):
        difference = 0.0  # sums of the same figures in another order differ in their last binary digits
    if unit == PERCENT:
        return change_words(difference, POINTS)
    words = change_words(difference, unit)
    if before and difference and float(before) > 0:
        return f"{words} ({format_amount(abs(difference) / abs(float(before)) * 100, PERCENT)})"
    return words


def _ranked_change(view: _View, bases: Sequence[int]) -> str:
    current, _ = _base_of(view, bases)
    changes = [i for i in view.measures if is_change(view.column(i))]
    key = changes[0] if changes else current
    rows = [r for r in range(len(view.result.rows)) if view.result.rows[r][key] is not None]
    if not rows:
        return _ranking(view)
    values = view.values(key)
    unit = view.column(key).unit
    if not changes:
        return _ranking(view)
    up = max(rows, key=lambda r: values[r])
    down = min(rows, key=lambda r: values[r])
    parts = []
    if values[up] > 0:
        parts.append(f"{view.label(up)} tăng mạnh nhất ({format_amount(values[up], unit)})")
    if (values[down] < 0 and down != up) or values[up] <= 0:
        parts.append(f"{view.label(down)} giảm mạnh nhất ({format_amount(abs(values[down]), unit)})")
    count = sum(1 for r in rows if values[r] > 0)
    text = "; ".join(parts)
    if count == len(rows):
        rest = f"cả {count} đều tăng" if count > 1 else ""
    else:
        rest = f"{count} trong {len(rows)} tăng" if count else f"cả {len(rows)} đều không tăng"
    return f"So với {_base_name(view)}: {'; '.join(p for p in (text, rest) if p)}."


def _trend(view: _View) -> str:
    axis = view.time
    index = _main(view)
    rows = [
        r
        for r, m in enumerate(axis.moments if axis else ())
        if m is not None and view.result.rows[r][index] is not None
    ]
    if axis is None or len(rows) < 2:
        return _ranking(view)
    rows.sort(key=lambda r: axis.moments[r].key)  # type: ignore[union-attr]
    values = view.values(index)
    column = view.column(index)
    first, last = rows[0], rows[-1]
    peak, trough = max(rows, key=lambda r: values[r]), min(rows, key=lambda r: values[r])
    name = {r: _lower(axis.moments[r].name) for r in rows if axis.moments[r] is not None}  # type: ignore[union-attr]
    end = axis.moments[last]
    unfinished = ", chưa hết kỳ" if end is not None and end.open else ""
    head = f"{column.label}{_filters(view)}: từ {view.amount(first, index)} ({name[first]})"
    head += f" đến {view.amount(last, index)} ({name[last]}{unfinished})"
    if not unfinished:
        head += f", {_change(values[last], values[first], column.unit)}"
    if len(rows) == 2:
        return head + "."
    high, low = view.amount(peak, index), view.amount(trough, index)
    return f"{head}; cao nhất {name[peak]} ({high}), thấp nhất {name[trough]} ({low})."


def _several_series(view: _View) -> str:
    index = _main(view)
    values = view.values(index)
    rows = [r for r, v in enumerate(values) if v is not None]
    if not rows:
        return _nothing(view.reading)
    peak = max(rows, key=lambda r: values[r])
    trough = min(rows, key=lambda r: values[r])
    label = view.column(index).label
    return (
        f"{label}{_filters(view)}: cao nhất {view.label(peak)} ({view.amount(peak, index)}), "
        f"thấp nhất {view.label(trough)} ({view.amount(trough, index)})."
    )


def _ranking(view: _View) -> str:
    index = _main(view)
    column = view.column(index)
    values = view.values(index)
    rows = [r for r, v in enumerate(values) if v is not None]
    if not rows:
        return _nothing(view.reading)
    reading = view.reading
    ascending = bool(reading and reading.ranking and not reading.ranking.descending)
    order = sorted(rows, key=lambda r: values[r], reverse=not ascending)
    first = order[0]
    word = "thấp nhất" if ascending else "cao nhất"
    head = f"{view.label(first)} có {_lower(column.label)}{_context(view)} {word}: {view.amount(first, index)}"
    if len(order) == 1:
        return head + "."
    ranked = bool(reading and reading.ranking and reading.ranking.n)
    total = sum(float(values[r]) for r in rows)
    if column.additive and not ranked and not view.result.truncated and min(values[r] for r in rows) >= 0 and total > 0:
        share = format_amount(float(values[first]) / total * 100, PERCENT)
        return f"{head}, chiếm {share} tổng số {format_amount(total, column.unit)}."
    second = order[1]
    gap = abs(float(values[first]) - float(values[second]))
    unit = POINTS if column.unit == PERCENT else column.unit
    tail = f"; tiếp theo là {view.label(second)} ({view.amount(second, index)})"
    return f"{head}{tail}, cách nhau {format_amount(gap, unit)}." if gap else f"{head}{tail}."


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


_RUNNING = frozenset({"luy_ke", "trung_binh_truot"})


def _main(view: _View) -> int:
    """The measure that the sentence is about: the one asked for, else the first that is no change or base."""
    reading = view.reading
    names = [m.name for m in reading.metrics] if reading else []
    if reading is not None and reading.window is not None:
        for index in view.measures:
            if view.column(index).name in _RUNNING:
                return index
    for index in view.measures:
        if view.column(index).name in names:
            return index
    for index in view.measures:
        if not is_change(view.column(index)) and not is_base(view.column(index)):
            return index
    return view.measures[0]


def _rows(view: _View) -> str:
    count = len(view.result.rows)
    more = " đầu tiên, còn nữa" if view.result.truncated else ""
    return f"Có {format_amount(count)} dòng{more}{_context(view)}."


def _list(view: _View) -> str:
    rows = len(view.result.rows)
    index = next((i for i, c in enumerate(view.result.columns) if c.role == "category"), 0)
    column = view.column(index)
    seen = list(dict.fromkeys(format_value(v, column) for v in view.values(index) if v is not None))
    if rows == 1 and len(view.result.columns) == 1:
        return f"{column.label}{_context(view)}: {format_value(view.result.rows[0][0], column)}."
    shown = ", ".join(seen[:3])
    more = " …" if len(seen) > 3 else ""
    count = f"hơn {format_amount(rows)}" if view.result.truncated else format_amount(rows)
    return f"Có {count} dòng{_context(view)}; {_lower(column.label)}: {shown}{more}."


def _empty(reading: Reading | None, catalogue: Catalogue) -> str:
    if reading is None:
        return "Không có dòng nào thỏa điều kiện. Hãy nới điều kiện trong câu truy vấn."
    if catalogue.as_of is not None and reading.periods and reading.periods[0].start > catalogue.as_of:
        last = catalogue.as_of.strftime("%d/%m/%Y")
        return f"Không có dữ liệu cho {reading.periods[0].label}: kho chỉ có dữ liệu đến {last}. Hãy chọn kỳ sớm hơn."
    if reading.thresholds:
        return "Không có kết quả nào đạt ngưỡng đã nêu. Hãy thử ngưỡng khác hoặc bỏ điều kiện về ngưỡng."
    filters = [f.label for f in reading.filters]
    if filters:
        blamed = "; ".join(f"“{label}”" for label in filters[:3])
        period = f" trong {_lower(reading.periods[0].label)}" if reading.periods else ""
        verb = "điều kiện" if len(filters) == 1 else "tất cả các điều kiện"
        return f"Không có dữ liệu nào thỏa {verb} {blamed}{period}. Hãy bỏ bớt điều kiện hoặc chọn kỳ khác."
    if reading.periods:
        return f"Không có dữ liệu trong {_lower(reading.periods[0].label)}. Hãy chọn kỳ khác."
    return "Không có dữ liệu phù hợp. Hãy thử hỏi theo cách khác."


def _nothing(reading: Reading | None) -> str:
    if reading is not None and (reading.filters or reading.periods):
        parts = [f.label for f in reading.filters] + [p.label for p in reading.periods]
        return f"Không có số liệu cho {'; '.join(parts)}. Hãy thử kỳ khác hoặc bỏ bớt điều kiện."
    return "Kết quả trống: không có giá trị nào để tính."
