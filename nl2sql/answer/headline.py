"""One Vietnamese sentence of finding, computed from the result alone; nothing in it comes from a model."""

from __future__ import annotations

from collections.abc import Sequence

from nl2sql.answer.format import PERCENT, POINTS, change_words, format_amount, format_value
from nl2sql.answer.result import NUMERIC, is_base, is_change, is_listing
from nl2sql.answer.said import (
    RUNNING,
    View,
    after_dash,
    amount_words,
    bracketed,
    conditions,
    context,
    lower,
    own_conditions,
    short,
)
from nl2sql.answer.timeaxis import time_axis
from nl2sql.types import Reading, Result, Shape
from schema.semantic import Catalogue

MOST = 5000
"""A result with more rows is a file to take away: looking for a finding in it would take longer than the query."""
SIDES = 3
"""So many measures that are compared are told in one sentence."""


def build_headline(result: Result, reading: Reading | None, catalogue: Catalogue) -> str:
    """The finding of a result in one sentence.

    An empty result says which conditions may have emptied it and what to try.
    """
    if not result.rows:
        return _empty(reading, catalogue)
    if len(result.rows) > MOST:
        said = f"{len(result.rows):,}".replace(",", ".")
        return f"Có {said} dòng{' đầu tiên, còn nữa' if result.truncated else ''}."
    view = View(
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


def _single(view: View) -> str:
    parts = [
        f"{view.column(i).label}{bracketed(own_conditions(view, view.column(i)))}: {view.amount(0, i)}"
        for i in view.measures
    ]
    where = view.label(0) if view.categories or view.time else ""
    if where:
        return f"{where}: {'; '.join(parts)}{context(view)}."
    if len(parts) == 1:
        column = view.column(view.measures[0])
        return f"{column.label}{context(view)}: {view.amount(0, view.measures[0])}."
    return f"{'; '.join(parts)}{context(view)}."


def _sides(view: View, bases: Sequence[int]) -> list[tuple[int, int]]:
    """Each base with its current column: the one whose name it begins with, the longest such."""
    candidates = [i for i in view.measures if i not in bases and not is_change(view.column(i))]
    found = []
    for base in bases:
        stem = view.column(base).name.lower()
        mine = [i for i in candidates if stem.startswith(view.column(i).name.lower())]
        fallback = candidates[0] if candidates else base
        found.append((max(mine, key=lambda i: len(view.column(i).name), default=fallback), base))
    return found


def _compared(view: View, bases: Sequence[int]) -> str:
    sides = [_side(view, current, base) for current, base in _sides(view, bases)[:SIDES]]
    where = view.label(0)
    if where:
        sides = [lower(side) for side in sides]
    return f"{where}: {'; '.join(sides)}." if where else f"{'; '.join(sides)}."


def _side(view: View, current: int, base: int) -> str:
    """``Kim ngạch – Xuất khẩu (năm 2024): 110 tỷ USD, tăng 10 tỷ USD (10%) so với năm 2023 (100 tỷ USD)``."""
    row = view.result.rows[0]
    now, before = row[current], row[base]
    column = view.column(current)
    name, bracket, named_period = column.label.rpartition(" (")
    said = f" – {', '.join(conditions(view))}" if conditions(view) else ""
    start = f"{name}{said} ({named_period}" if bracket else f"{column.label}{said}"
    head = f"{start}: {amount_words(now, column)}"
    if now is None or before is None:
        return f"{head}; kỳ so sánh: {format_amount(before, column.unit)}"
    head += f", {_change(now, before, column.unit)} so với {_base_name(view)} ({amount_words(before, column)})"
    return head + _against_second(view, current) + _contribution(view)


def _against_second(view: View, current: int) -> str:
    """The change against a second base, where one was asked for."""
    second = view.reading.comparison.second if view.reading and view.reading.comparison else None
    name = f"{view.column(current).name}_moc_hai"
    index = next((i for i in view.measures if view.column(i).name == name), None)
    if second is None or index is None:
        return ""
    row, column = view.result.rows[0], view.column(current)
    now, older = row[current], row[index]
    if now is None or older is None:
        return ""
    return f", {_change(now, older, column.unit)} so với {lower(second.label)} ({amount_words(older, column)})"


def _contribution(view: View) -> str:
    """The part in the change of all members, where it was asked for."""
    index = next((i for i in view.measures if view.column(i).name == "dong_gop"), None)
    return f"; {lower(view.column(index).label)}: {view.amount(0, index)}" if index is not None else ""


def _base_name(view: View) -> str:
    comparison = view.reading.comparison if view.reading else None
    return lower(comparison.base.label) if comparison else "kỳ so sánh"


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


def _ranked_change(view: View, bases: Sequence[int]) -> str:
    current, _ = _sides(view, bases)[0]
    changes = [i for i in view.measures if is_change(view.column(i))]
    if not changes:
        return _ranking(view)
    key = changes[0]
    rows = [r for r in range(len(view.result.rows)) if view.result.rows[r][key] is not None]
    if not rows:
        return _ranking(view)
    values = view.values(key)
    unit = view.column(key).unit
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
    label = view.column(current).label.rpartition(" (")[0] or view.column(current).label
    said = f" – {', '.join(conditions(view))}" if conditions(view) else ""
    return f"{label}{said} so với {_base_name(view)}: {'; '.join(p for p in (text, rest) if p)}."


def _trend(view: View) -> str:
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
    name = {r: lower(axis.moments[r].name) for r in rows if axis.moments[r] is not None}  # type: ignore[union-attr]
    label = f"{column.label}{after_dash(view, column)}"
    ends = (
        f"cao nhất {name[peak]} ({view.amount(peak, index)}), thấp nhất {name[trough]} ({view.amount(trough, index)})"
    )
    if view.reading is not None and any(not t.on_rows for t in view.reading.thresholds) and not _counted(view.reading):
        return f"Có {view.members(len(rows))} đạt điều kiện. {label}: {ends}."
    end = axis.moments[last]
    unfinished = ", chưa hết kỳ" if end is not None and end.open else ""
    if column.name == "luy_ke":
        whole = next((view.column(i).label for i in view.measures if view.column(i).name != column.name), "")
        of = f" {lower(whole)}" if whole else ""
        said = after_dash(view).removeprefix(" – ")
        about = f"{column.label}{of}{f' ({said})' if said else ''}"
        return f"{about} đến {name[last]}{unfinished}: {view.amount(last, index)}."
    head = f"{label}: từ {view.amount(first, index)} ({name[first]})"
    head += f" đến {view.amount(last, index)} ({name[last]}{unfinished})"
    if not unfinished:
        head += f", {_change(values[last], values[first], column.unit)}"
    tail = _second_subject(view, index)
    return f"{head}{tail}." if len(rows) == 2 else f"{head}; {ends}{tail}."


def _several_series(view: View) -> str:
    index = _main(view)
    values = view.values(index)
    rows = [r for r, v in enumerate(values) if v is not None]
    if not rows:
        return _nothing(view.reading)
    peak = max(rows, key=lambda r: values[r])
    trough = min(rows, key=lambda r: values[r])
    return (
        f"{view.column(index).label}{after_dash(view)}: cao nhất {view.label(peak)} ({view.amount(peak, index)}), "
        f"thấp nhất {view.label(trough)} ({view.amount(trough, index)})."
    )


def _ranking(view: View) -> str:
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
    about = f"{lower(column.label)}{context(view, column)}"
    level = [r for r in order if values[r] == values[first]]
    if 1 < len(level) < len(order):
        rest = f"{view.label(first)} và {view.members(len(level) - 1)} khác"
        return f"{rest} cùng có {about} {word}: {view.amount(first, index)}."
    head = f"{view.label(first)} có {about} {word}: {view.amount(first, index)}"
    if (
        reading is not None
        and any(not t.on_rows for t in reading.thresholds)
        and len(order) > 1
        and not _counted(reading)
    ):
        more = "hơn " if view.result.truncated else ""
        head = f"Có {more}{view.members(len(order))} đạt điều kiện. {head}"
    if len(order) == 1:
        return f"{head}{_part(view, first)}."
    return f"{head}{_beside_the_first(view, index, order)}{_second_subject(view, index)}."


def _beside_the_first(view: View, index: int, order: Sequence[int]) -> str:
    """What the first is measured by: its part of the whole where that is known, else the next one.

    A sum of the rows is called a total only where the rows are all there are; the sum of members that the question
    named is said to be theirs.
    """
    column, values, first = view.column(index), view.values(index), order[0]
    ranked = bool(view.reading and view.reading.ranking and view.reading.ranking.n)
    total = sum(float(values[r]) for r in order)
    sums = column.additive and not ranked and not view.result.truncated and min(values[r] for r in order) >= 0
    part = _part(view, first) if index != view.share() else ""
    if view.named() and sums and total > 0:
        whole = f"tổng của {view.members(len(order))} này: {format_amount(total, column.unit)}"
        if part:
            return f"{part}; {whole}{_sum_of_parts(view, order)}"
        if len(order) > 2:
            share = format_amount(float(values[first]) / total * 100, PERCENT)
            return f", chiếm {share} tổng của {view.members(len(order))} này ({format_amount(total, column.unit)})"
        return f"{_next(view, index, order)}; {whole}"
    if part:
        return f"{part}{_next(view, index, order) if ranked or not sums else ''}"
    if sums and total > 0:
        share = format_amount(float(values[first]) / total * 100, PERCENT)
        return f", chiếm {share} tổng số {format_amount(total, column.unit)}"
    return _next(view, index, order)


def _next(view: View, index: int, order: Sequence[int]) -> str:
    """``; tiếp theo là Hoa Kỳ (134 tỷ USD), cách nhau 71 tỷ USD``."""
    column, values = view.column(index), view.values(index)
    gap = abs(float(values[order[0]]) - float(values[order[1]]))
    tail = f"; tiếp theo là {view.label(order[1])} ({view.amount(order[1], index)})"
    return f"{tail}, cách nhau {format_amount(gap, POINTS if column.unit == PERCENT else column.unit)}" if gap else tail


def _counted(reading: Reading) -> bool:
    """Whether the bounds lie on members that are counted, and not on what the counts are told for."""
    first = reading.metrics[0] if reading.metrics else None
    counts = first is not None and first.expr.upper().startswith("COUNT(DISTINCT")
    return counts and all(t.on_rows or t.metric != first.name for t in reading.thresholds if first is not None)


def _part(view: View, row: int) -> str:
    """``, chiếm 29,47% tổng số``: the row's part of the whole that the query itself worked out."""
    index = view.share()
    value = view.result.rows[row][index] if index is not None else None
    return f", chiếm {format_amount(value, PERCENT)} tổng số" if value is not None else ""


def _sum_of_parts(view: View, order: Sequence[int]) -> str:
    index = view.share()
    parts = [view.result.rows[r][index] for r in order] if index is not None else []
    known = [float(p) for p in parts if p is not None]
    return f", chiếm {format_amount(sum(known), PERCENT)}" if known and len(known) == len(parts) else ""


def _second_subject(view: View, index: int) -> str:
    """Where a second measure was asked for, its largest row."""
    others = [i for i in view.asked() if i != index and i != view.share()]
    if not others or view.column(index).name in RUNNING:
        return ""
    other = others[0]
    values = view.values(other)
    rows = [r for r, v in enumerate(values) if v is not None]
    if not rows:
        return ""
    column = view.column(other)
    if len(rows) > 1 and column.name.endswith("_toan_bo"):  # the whole stands in every row
        return f"; {lower(column.label)}: {view.amount(rows[0], other)}"
    peak = max(rows, key=lambda r: values[r])
    place = lower(view.label(peak)) if not view.categories else view.label(peak)
    about = f"{lower(column.label)}{bracketed(own_conditions(view, column))}"
    return f"; {about} cao nhất: {place} ({view.amount(peak, other)})"


def _main(view: View) -> int:
    """The measure that the sentence is about: the one asked for, else the first that is no change or base."""
    reading = view.reading
    if reading is not None and reading.window is not None:
        for index in view.measures:
            if view.column(index).name in RUNNING:
                return index
    share = view.share()
    if share is not None and reading is not None and reading.share is not None and view.time is not None:
        return share  # over time the parts are what was asked for: their wholes differ from step to step
    return view.asked()[0]


def _rows(view: View) -> str:
    count = len(view.result.rows)
    more = " đầu tiên, còn nữa" if view.result.truncated else ""
    return f"Có {format_amount(count)} dòng{more}{context(view)}."


def _list(view: View) -> str:
    rows = len(view.result.rows)
    index = next((i for i, c in enumerate(view.result.columns) if c.role == "category"), 0)
    column = view.column(index)
    seen = list(dict.fromkeys(format_value(v, column) for v in view.values(index) if v is not None))
    if rows == 1 and len(view.result.columns) == 1:
        return f"{column.label}{context(view)}: {format_value(view.result.rows[0][0], column)}."
    shown = ", ".join(seen[:3])
    more = " …" if len(seen) > 3 else ""
    told = "hơn " if view.result.truncated else ""
    if len(view.result.columns) == 1 and len(seen) == rows:
        return f"Có {told}{view.members(rows)}{context(view)}: {shown}{more}."
    return f"Có {told}{format_amount(rows)} dòng{context(view)}; {lower(column.label)}: {shown}{more}."


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
        period = f" trong {lower(reading.periods[0].label)}" if reading.periods else ""
        verb = "điều kiện" if len(filters) == 1 else "tất cả các điều kiện"
        return f"Không có dữ liệu nào thỏa {verb} {blamed}{period}. Hãy bỏ bớt điều kiện hoặc chọn kỳ khác."
    if reading.periods:
        return f"Không có dữ liệu trong {lower(reading.periods[0].label)}. Hãy chọn kỳ khác."
    return "Không có dữ liệu phù hợp. Hãy thử hỏi theo cách khác."


def _nothing(reading: Reading | None) -> str:
    if reading is not None and (reading.filters or reading.periods):
        parts = [short(f.label) for f in reading.filters] + [lower(p.label) for p in reading.periods]
        return f"Không có số liệu cho {', '.join(parts)}. Hãy thử kỳ khác hoặc bỏ bớt điều kiện."
    return "Kết quả trống: không có giá trị nào để tính."
