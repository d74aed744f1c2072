"""Productions for half a year, half a quarter and half a month."""

from __future__ import annotations

from nl2sql.question.time.atoms import OF, month, quarter, relative, with_tail, year, year_tail
from nl2sql.question.time.cursor import Bad, Cursor, Hit
from nl2sql.question.time.spec import Fixed, Range, Unit


def half(c: Cursor, i: int) -> Hit | None:
    """Forms: "nửa đầu năm 2025", "nửa năm cuối", "H1/2025", "nửa cuối tháng 5"."""
    head = c.at(i)
    if head is not None and head.fold == "h":
        number = c.at(i + 1)
        if number is None or not number.glued or number.kind != "n" or number.value not in (1, 2) or number.digits > 1:
            return None
        tail, after = year_tail(c, i + 2), c.at(i + 2)
        if tail is None and after is not None and after.glued and after.kind != "p":
            return None
        return (
            Hit(Unit("half", number.value, year=tail[0]), tail[1]) if tail else Hit(Unit("half", number.value), i + 2)
        )
    if head is not None and head.kind == "n" and head.value in (1, 2) and c.word(i + 1, "h") and c.lexemes[i + 1].glued:
        tail = year_tail(c, i + 2)
        return Hit(Unit("half", head.value, year=tail[0]), tail[1]) if tail else None
    if c.word(i, "bán") and c.word(i + 1, "niên"):
        return _half_year(c, i + 2)
    if not c.word(i, "nửa", "nữa"):
        return None
    at = c.skip(i + 1, "năm", "tháng")
    named = c.lexemes[at - 1] if at > i + 1 else None
    if c.word(at, "đầu"):
        number_of = 1
    elif c.word(at, "cuối", "sau"):
        number_of = 2
    else:
        return None
    at = c.skip(c.skip(at + 1, "tiên", "cùng"), *OF)
    if named is None or named.fold == "thang":
        inner = month(c, at) or _this_month(c, at) or (_month_before(c, i, at) if c.word(at, "tháng") else None)
        if isinstance(inner, Hit) and isinstance(inner.spec, Unit):
            spec = inner.spec
            return Hit(Unit("half_month", number_of, spec.number, spec.year, spec.relative), inner.end)
    if named is not None and named.fold == "thang":
        return None
    whole = year(c, at)
    if whole and isinstance(whole.spec, Unit):
        return Hit(Unit("half", number_of, year=whole.spec.year, relative=whole.spec.relative), whole.end)
    if c.is_nam(at) or named is not None:
        return Hit(Unit("half", number_of), at + 1 if c.is_nam(at) else at)
    return None


_FIRST = ("đầu", "i", "1", "một", "nhất")
_SECOND = ("cuối", "sau", "ii", "2", "hai")


def _half_year(c: Cursor, i: int) -> Hit:
    """Forms: "bán niên 2025", "bán niên đầu năm 2024", "bán niên II/2023"; alone it is the half that is reported."""
    named = c.word(i, *_FIRST) or c.word(i, *_SECOND)
    number = 2 if c.word(i, *_SECOND) else 1
    at = c.skip(i + 1 if named else i, "/", *OF)
    note = "" if named else "Hiểu “bán niên” là 6 tháng đầu năm."
    whole = year(c, at)
    if whole and isinstance(whole.spec, Unit):
        return Hit(Unit("half", number, year=whole.spec.year, relative=whole.spec.relative), whole.end, note)
    tail = c.year_number(at)
    if tail is not None:
        return Hit(Unit("half", number, year=tail[0]), tail[1], note)
    return Hit(Unit("half", number), i + 1 if named else i, note)


def _this_month(c: Cursor, i: int) -> Hit | None:
    """Forms: "tháng này", "tháng trước" as a named month."""
    hit = relative(c, i)
    if hit is None or not isinstance(hit.spec, Fixed) or hit.spec.grain != "month":
        return None
    return Hit(Unit("month", hit.spec.start.month, year=hit.spec.start.year, relative=True), hit.end)


def _month_before(c: Cursor, i: int, at: int) -> Hit | None:
    """The month named last before a bare "tháng": "nửa cuối tháng 9 … so với nửa đầu tháng"."""
    for start in range(i - 1, -1, -1):
        inner = (month(c, start) or _this_month(c, start)) if c.word(start, "tháng") else None
        if isinstance(inner, Hit) and isinstance(inner.spec, Unit):
            return Hit(inner.spec, at + 1)
    return None


def half_month(c: Cursor, i: int) -> Hit | Bad | None:
    """Forms: "kỳ 1 tháng 6/2024" (the 1st to the 15th), "kỳ II tháng 6", "K1T9/2025"."""
    number, head = c.at(i + 1), c.at(i)
    if number is None or head is None:
        return None
    short = head.fold == "k" and number.glued and number.kind == "n"
    if not short and not c.word(i, "kỳ"):
        return None
    value = number.value if number.kind == "n" else {"i": 1, "ii": 2, "một": 1, "hai": 2}.get(number.norm, 0)
    if value not in (1, 2):
        wrong = number.kind == "n" and c.word(i + 2, "tháng") and month(c, i + 2)
        return Bad(f"Không có kỳ {value}: mỗi tháng có kỳ 1 và kỳ 2.", wrong.end) if isinstance(wrong, Hit) else None
    at = c.skip(i + 2, "/", ",", "-", *OF)
    inner = month(c, at) or _this_month(c, at)
    if isinstance(inner, Hit) and isinstance(inner.spec, Unit):
        spec = inner.spec
        return Hit(Unit("half_month", value, spec.number, spec.year, spec.relative), inner.end)
    if short:
        return None
    same = i + 3 if c.word(i + 2, "cùng") and c.word(i + 3, "tháng") else i + 1 if _set_against(c, i) else 0
    named = _month_before(c, i, same) if same else None
    if named is not None and isinstance(named.spec, Unit):  # "kỳ 2 tháng 9 … so với kỳ 1 (cùng tháng)"
        return Hit(Unit("half_month", value, named.spec.number, named.spec.year, named.spec.relative), named.end)
    joint = c.at(i + 2)
    if joint is not None and (joint.norm in ",&+" or c.word(i + 2, "và")) and c.word(i + 3, "kỳ"):
        return Hit(Unit("half_month", value), i + 2)
    numeric = c.at(at)
    if c.word(i + 2, "/") and numeric and numeric.kind == "n" and 1 <= numeric.value <= 12:
        return with_tail(c, Unit("half_month", value, numeric.value), at + 1)
    return None


def _set_against(c: Cursor, i: int) -> bool:
    """Whether a bare half of a month is what another one is set against."""
    at = c.at(i + 2)
    bare = at is None or at.kind == "p" or not c.word(i + 2, "năm", "của")
    return bare and c.word(i - 1, "với", "hơn", "bằng", "gấp", "kém")


def half_quarter(c: Cursor, i: int) -> Hit | None:
    """Forms: "nửa đầu quý 3", "nửa cuối quý trước": to the middle of its second month, and from there."""
    if not c.word(i, "nửa", "nữa") or not c.word(i + 1, "đầu", "cuối", "sau"):
        return None
    at = c.skip(i + 2, "của", "trong")
    inner = quarter(c, at) or relative(c, at)
    if not isinstance(inner, Hit):
        return None
    spec = inner.spec
    if isinstance(spec, Fixed) and spec.grain == "quarter":
        spec = Unit("quarter", (spec.start.month + 2) // 3, year=spec.start.year, relative=True)
    if not isinstance(spec, Unit) or spec.grain != "quarter":
        return None
    first, year = 3 * spec.number - 2, spec.year
    if c.word(i + 1, "đầu"):
        return Hit(Range(Unit("day", 1, first, year), Unit("day", 15, first + 1, year), spec.relative), inner.end)
    last = Unit("month", first + 2, year=year)
    return Hit(Range(Unit("day", 16, first + 1, year), last, spec.relative), inner.end)
