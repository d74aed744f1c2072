"""Nothing is dropped in silence: each word that asks for something must have left its mark in the reading.

Function words are understood by many small rules; a rule that does not fire leaves no unread word behind. This
accounting looks at the finished reading: a word of comparison without a comparison, "bình quân" without a mean, and the
like, are given back as unread, so that certainty falls and the person is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nl2sql.question.phrases import search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import Reading, Shape, Span

Has = Callable[[Reading], bool]


@dataclass(frozen=True)
class Duty:
    """What words ask for, and how a reading shows that it was seen."""

    pattern: str
    seen: Has


def _exprs(reading: Reading) -> str:
    parts = [m.expr for m in reading.metrics]
    return " ".join(parts).upper()


def _mean(reading: Reading) -> bool:
    relative = any(t.against for t in reading.thresholds)
    return bool(
        reading.average
        or relative
        or reading.contrast
        or (reading.window and (reading.window.kind in ("moving_average", "compound") or reading.window.size > 1))
        or "AVG(" in _exprs(reading)
        or "/" in _exprs(reading)
        or "PERCENTILE" in _exprs(reading)
    )


def _lasting(reading: Reading) -> bool:
    return any(m.unit.split(" ")[0] in ("giờ", "ngày", "phút") for m in reading.metrics)


def _compared(reading: Reading) -> bool:
    return bool(
        reading.comparison
        or reading.contrast
        or reading.derived
        or reading.terms
        or (reading.window and reading.window.kind in ("growth", "compound"))
        or any(t.against or t.on_change for t in reading.thresholds)
    )


def _side_by_side(reading: Reading) -> bool:
    return _compared(reading) or len(reading.periods) > 1 or bool(reading.groups) or len(reading.metrics) > 1


def _ratio(reading: Reading) -> bool:
    return bool(
        reading.share
        or any(m.unit == "%" for m in reading.metrics)
        or _compared(reading)
        or reading.thresholds
        or (reading.derived and reading.derived.kind == "top_share")
    )


def _several(reading: Reading) -> bool:
    return len(reading.metrics) > 1 or bool(reading.share and reading.share.each)


def _part(reading: Reading) -> bool:
    """Whether a part of a whole is in the reading."""
    top = reading.derived is not None and reading.derived.kind == "top_share"
    beside = reading.beside.reading if reading.beside else None
    of_change = reading.comparison is not None and reading.comparison.want in ("part", "part_points", "of_base")
    rated = any(m.unit == "%" for m in reading.metrics) or (beside is not None and _part(beside))
    return bool(reading.share or rated or top or of_change or reading.terms)


def _against(reading: Reading) -> bool:
    """Whether something is held against a mean, or the mean itself is what two periods are compared by."""
    return _compared(reading) or bool(reading.beside or reading.window or reading.average)


def _timed(reading: Reading) -> bool:
    return bool(any(g.grain for g in reading.groups) or (reading.ranking and reading.ranking.by_time))


def _bounded_part(reading: Reading) -> bool:
    """Whether a part that is told in percent bounds what is shown, or is that of the first together."""
    return bool(reading.thresholds or reading.derived or reading.terms or reading.contrast)


def _of_all(reading: Reading) -> bool:
    """Whether a part is taken of everything, and is no governed rate within the condition that tells the part."""
    beside = reading.beside is not None and _of_all(reading.beside.reading)
    rated = any(m.unit == "%" and m.name.startswith("ty_trong") for m in reading.metrics)
    return bool(beside or rated or reading.share or reading.contrast or reading.derived or not reading.filters)


def _more_than_one(reading: Reading) -> bool:
    """Whether more than one figure is shown, where two are asked for one after the other."""
    one_row = reading.ranking is not None and reading.ranking.n == 1 and not reading.ranking.per
    listed = bool(reading.groups) and not one_row
    parts = (
        reading.share, reading.comparison, reading.contrast, reading.derived, reading.beside, reading.terms,
        reading.window, len(reading.metrics) > 1, listed, reading.shape is Shape.ROWS,
    )  # fmt: skip
    return any(bool(p) for p in parts)


def _ordered(reading: Reading) -> bool:
    bounded = bool(reading.thresholds)  # "ít nhất 3 vụ"
    return bool(reading.ranking or reading.derived or reading.terms or bounded or reading.shape is Shape.ROWS)


def _halves(reading: Reading) -> bool:
    """Whether half-months are in the reading: as periods, as a base, as steps, or in the parts of it."""
    base = reading.comparison.base if reading.comparison else None
    parts = bool(reading.terms or reading.beside or reading.contrast)
    grains = {p.grain for p in (*reading.periods, *((base,) if base else ()))} | {g.grain for g in reading.groups}
    return parts or "half_month" in grains


def _money(reading: Reading) -> bool:
    """Whether an amount of money is in the reading, which "bao nhiêu tỷ" asks for."""
    beside = reading.beside.reading.metrics if reading.beside else ()
    units = {m.unit for m in (*reading.metrics, *beside)}
    return bool(reading.terms) or not reading.metrics or bool(units & {"VND", "USD"})


def _of_reasons(reading: Reading) -> bool:
    """Whether reasons are members or conditions of the reading, so that a second mention asks for no cause."""
    labels = [*(g.label for g in reading.groups), *(f.label for f in reading.filters)]
    return any("lý do" in label.lower() for label in labels)


def _rows(reading: Reading) -> bool:
    return reading.shape is Shape.ROWS


def _counts_members(reading: Reading) -> bool:
    return any("COUNT(DISTINCT" in m.expr.upper() for m in reading.metrics)


def _negative(reading: Reading) -> bool:
    return any(f.negated for f in reading.filters) or bool(reading.terms) or bool(reading.thresholds)


_REFUSED = (
    r"(?:không|chưa|chẳng)(?: hề| từng)?(?= \S)"
    r"(?! (?:ạ|nhỉ|nhé|vậy|thế|em|anh|chị|sếp|biết|rõ|cần|hỏi|hiểu|ổn|muốn|nhớ|chắc|thấy|xem|chỉ|những|phân biệt)"
    r"(?= |$))"
)
"""Words that deny what follows them; at the end of a question they only ask."""

DUTIES: tuple[Duty, ...] = (
    Duty(r"so sánh|so với|so cùng|đối chiếu", _side_by_side),
    Duty(r"theo ngày(?! \d)", lambda r: bool(r.groups or r.average or r.built_on or r.window or r.derived)),
    Duty(r"cùng kỳ|kỳ trước|liền kề", _compared),
    Duty(r"bình quân|trung bình", _mean),
    Duty(
        r"(?:cao|thấp|nhiều|ít|lớn|nhỏ|nhanh|chậm|lâu|tốt|kém) hơn",
        lambda r: _compared(r) or bool(r.thresholds) or len(r.periods) > 1 or any(len(f.values) > 1 for f in r.filters),
    ),
    Duty(
        r"(?:so với|hơn)(?: \S+){0,5}? (?:toàn ngành|cả nước|toàn quốc|toàn hệ thống|cả ngành|mức chung)",
        lambda r: bool(r.contrast or r.share or r.beside or any(t.against for t in r.thresholds)),
    ),
    Duty(
        r"(?<!cần )(?<!hỏi )(?<!rất )(?<!đang )(?<!xin )(?<!báo cáo )(?<!hơi )(?<!khá )(?<!việc )"
        r"gấp(?! (?:số liệu|quá|lắm|ạ|nhé|với|giúp|trong|để|cho|báo cáo))",
        lambda r: _compared(r) or bool(r.thresholds),
    ),
    Duty(r"thu từ", _money),
    Duty(r"liên tiếp|liên tục", lambda r: bool(r.derived or (r.window and r.window.kind == "growth"))),
    Duty(r"(?:cao|thấp|nhiều|ít|lớn|nhỏ|dài|ngắn) nhất|đứng đầu|xếp hạng|thứ hạng|thứ mấy|đội sổ", _ordered),
    Duty(r"tỷ trọng|thị phần|phần trăm|%", _ratio),
    Duty(r"cơ cấu", lambda r: bool(r.groups or _ratio(r))),
    Duty(r"chiếm", lambda r: _ratio(r) or _ordered(r)),
    Duty(
        r"chiếm(?: khoảng)? (?:bao nhiêu|mấy)",
        lambda r: len(r.metrics) < 2 or r.share is None or bool(r.share.numerator or r.groups),
    ),
    Duty(r"lũy kế|cộng dồn", lambda r: bool(r.window or len(r.periods) == 1 or r.derived)),
    Duty(r"kỳ (?:1|2|i|ii)", _halves),
    Duty(r"trượt", lambda r: bool(r.window)),
    Duty(r"ngoại trừ|loại trừ|trừ|không tính|không kể|không gồm|không bao gồm", _negative),
    Duty(_REFUSED, _negative),
    Duty(
        r"(?<!thế )(?<!như )(?<!kể )(?<!bất kỳ )(?<!lúc )nào(?! (?:đó|cũng|cả|hết|khác|mới))(?= (?!nhất)\S)",
        lambda r: bool(r.groups or r.terms or r.derived or r.beside or r.contrast or _counts_members(r)) or _rows(r),
    ),
    Duty(r"(?:so với|hơn|kém|bằng)(?: mức| con số)? (?:bình quân|trung bình)", _against),
    Duty(r"(?:từ |kể từ )?(?:bao giờ|khi nào|lúc nào|hồi nào)", lambda r: _timed(r) or _rows(r)),
    Duty(r"chiếm(?: khoảng| đến| tới| gần| đúng)? \d\S*(?: %| phần trăm)", _bounded_part),
    Duty(r"chiếm(?: \S+){0,8}? (?:cả nước|toàn ngành|toàn quốc)", _of_all),
    Duty(r"(?:năm|quý|tháng|tuần|ngày|kỳ) nào cũng", lambda r: bool(r.terms or r.derived)),
    Duty(r"mỗi|từng", lambda r: bool(r.groups or r.average or r.derived or _mean(r) or _several(r))),
    Duty(
        r"vừa(?! qua| rồi| xong| mới)|nhưng|đồng thời",
        lambda r: bool(r.terms or r.thresholds or (len(r.filters) > 1 and not r.groups)),
    ),
    Duty(r"(?:tăng|giảm)(?: thêm| trưởng)? (?:bao nhiêu|mấy)(?: phần trăm| %)", _compared),
    Duty(r"chiếm (?:bao nhiêu|mấy) (?:phần trăm|%)", _part),
    Duty(r"trong đó", lambda r: _several(r) or bool(r.share or r.groups or r.terms or r.beside or r.derived)),
    Duty(r"(?:bao nhiêu|mấy)(?: [^\s,;]+){0,12}? (?:,|;)(?: [^\s,;]+){1,8}? (?:bao nhiêu|mấy)(?= |$)", _more_than_one),
    Duty(
        r"(?:bao nhiêu|mấy)(?: \S+){0,5}?,? còn(?: lại)?(?: là)? (?:bao nhiêu|mấy)",
        lambda r: _several(r) or _compared(r) or bool(r.groups or r.terms or r.beside),
    ),
    Duty(r"trung vị", lambda r: "PERCENTILE" in _exprs(r) or "MEDIAN" in _exprs(r)),
    Duty(r"dự báo|dự kiến|(?<!giá )(?<!phạm )ước tính|khả năng", lambda r: False),
    Duty(r"(?:bao nhiêu|mấy) (?:trăm |nghìn |ngàn )?(?:tỷ|tỉ)(?! (?:tấn|lệ(?! phí)|trọng|suất))", _money),
    Duty(r"(?:ở|tại|đi|sang|từ) đâu|(?:nơi|chỗ) nào", lambda r: bool(r.groups or r.shape is Shape.ROWS)),
    Duty(r"bao lâu", _lasting),
    Duty(r"cứ (?:mỗi |trong )?(?:\d\S*|một (?:trăm|nghìn|ngàn|vạn|triệu))", lambda r: False),
    Duty(
        r"trong (?:số )?\d{2,} (?:tờ khai|vụ|hồ sơ|doanh nghiệp|cuộc|lô|chuyến)",
        lambda r: bool(r.ranking or r.derived or r.thresholds or r.shape is Shape.ROWS),
    ),
    Duty(r"vì sao|tại sao|nguyên nhân|lý do", _of_reasons),
)


def unaccounted(text: Text, reading: Reading, names: Sequence[Span]) -> tuple[Span, ...]:
    """Stretches of words that ask for something of which the reading shows nothing.

    Args:
        names: Stretches that name a measure, a value or a period; words inside them ask for nothing by themselves.
    """
    found: list[Span] = []
    for duty in DUTIES:
        if duty.seen(reading):
            continue
        for place in search_all(text, duty.pattern):
            span = text.span(place.start, place.end)
            if duty.pattern == _REFUSED and _in_value(text, reading, place.start):
                continue
            if not any(n.start <= span.start and span.end <= n.end for n in names):
                found.append(span)
    return tuple(dict.fromkeys((*found, *_idle(reading))))


_ENDED = ("xu ly", "giai quyet", "xong", "hoan thanh", "ket thuc", "co ket qua", "tra loi", "duoc xu ly", "xu xong")


def _in_value(text: Text, reading: Reading, start: int) -> bool:
    """Whether a denying word begins the name of a value, or says again that something goes on: "đang …, chưa xong"."""
    words = [t.fold for t in text.tokens[start : start + 4]]
    values = [fold(v) for f in reading.filters for v in f.values]
    going_on = any(v.startswith("dang ") for v in values) and " ".join(words[1:]).startswith(_ENDED)
    return going_on or any(v.startswith(" ".join(words[:2])) for v in values)


def _idle(reading: Reading) -> tuple[Span, ...]:
    """Values denied of which the question names another one, so that the denial changes nothing.

    "tàu nhập cảnh chưa rời cảng" means a state that the column of directions does not tell.
    """
    named = {f.column: set(f.values) for f in reading.filters if not f.negated and f.values}
    denied = (f for f in reading.filters if f.negated and f.values and f.span is not None)
    return tuple(f.span for f in denied if f.span and f.column in named and not named[f.column] & set(f.values))


def named_spans(reading: Reading) -> tuple[Span, ...]:
    """What a reading names: measures, values, periods."""
    spans = [
        *(m.span for m in reading.metrics),
        *(f.span for f in reading.filters),
        *(p.span for p in reading.periods),
        *(g.span for g in reading.groups),
    ]
    return tuple(s for s in spans if s is not None and fold(s.text))
