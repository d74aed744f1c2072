"""Years in words: "hai không hai tư", "hai nghìn không trăm hai mươi tư"."""

from __future__ import annotations

from nl2sql.question.time.cursor import Cursor


def spelled_year(c: Cursor, i: int) -> tuple[int, int] | None:
    """Forms: "hai không hai tư", "hai nghìn không trăm hai mươi tư", "hai ngàn hai bốn", "hai nghìn linh chín"."""
    if not c.word(i, "hai"):
        return None
    if c.word(i + 1, "không"):
        tens, ones = _digit(c, i + 2), _digit(c, i + 3)
        return (2000 + 10 * tens + ones, i + 4) if tens is not None and ones is not None else None
    if not c.word(i + 1, "nghìn", "ngàn"):
        return None
    at = i + 4 if c.word(i + 2, "không") and c.word(i + 3, "trăm") else i + 2
    if c.word(at, "lẻ", "linh"):
        ones = _digit(c, at + 1)
        return (2000 + ones, at + 2) if ones is not None else None
    if c.word(at, "mười"):
        ones = _digit(c, at + 1)
        return (2010 + (ones or 0), at + (1 if ones is None else 2))
    tens = _digit(c, at)
    if tens is None:
        return None
    at = c.skip(at + 1, "mươi")
    ones = _digit(c, at)
    return (2000 + 10 * tens + (ones or 0), at + (0 if ones is None else 1))


_DIGITS = (
    ("không",), ("một", "mốt"), ("hai",), ("ba",), ("bốn", "tư"), ("năm", "lăm", "nhăm"), ("sáu",), ("bảy",), ("tám",),
    ("chín",),
)  # fmt: skip


def _digit(c: Cursor, i: int) -> int | None:
    return next((value for value, names in enumerate(_DIGITS) if c.word(i, *names)), None)
