"""What a question says and its SQL does not do: signs that are cheap to see and never proof.

They are ingredients of the confidence only: no draft is changed or refused for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.question.text import fold
from nl2sql.types import Reading

OMISSIONS: tuple[str, ...] = (
    "number_lost", "bound_lost", "percent_lost", "group_lost", "group_unasked", "change_lost", "rank_lost",
    "asked_twice", "unit_lost",
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BOUND = re.compile(
    r"\b(tren|duoi|hon|vuot|qua|it nhat|toi thieu|toi da|tro len|tro xuong|khong qua|kem|thap hon|cao hon|lon hon)\b"
)
_PERCENT = re.compile(r"%|\b(phan tram|ty le|ti le|ty trong|ti trong|chiem)\b")
_EACH = re.compile(r"\b(tung|moi|theo)\b")
_GROUPS = re.compile(
    r"\b(theo|tung|moi|cac|nhung|nao|gi|top|nhat|danh sach|liet ke|dien bien|xu huong|qua cac|hang|chia|phan|xep|con|"
    r"the|va|voi|by|so sanh|giua)\b|,|/"
)
_CHANGE = re.compile(r"\b(so voi|so cung ky|so ck|cung ky|tang|giam|chenh)\b")
_RANK = re.compile(r"\b(nhat|top|dung dau|dan dau|xep hang|thu hang)\b")
_ASK = re.compile(r"\b(bao nhieu|may|bn|bi nhieu|ra sao|the nao)\b")
_COUNTED = re.compile(
    r"\b(?:so|bao nhieu|may|tong so|bn)\s+(?:luong\s+|luot\s+)?(to khai|tk|vu|ho so|doanh nghiep|dn|van ban|vb|"
    r"container|cont|mat hang|nuoc|to|nguoi|can bo|cong chuc|chuyen|luot|xe)\b"
)
_MONEY = frozenset({"USD", "VND"})


def omissions(reading: Reading, sql: str) -> dict[str, float]:
    """The signs by name, 0 or more; all 0 when the SQL cannot be parsed.

    ``number_lost``: numbers that stand nowhere in SQL or reading. ``bound_lost``, ``percent_lost``, ``group_lost``,
    ``change_lost``, ``rank_lost``: such words without such a part. ``group_unasked``: groups without a word for them.
    ``asked_twice``: two questions for one measure. ``unit_lost``: things are counted, money is answered.
    """
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError:
        return dict.fromkeys(OMISSIONS, 0.0)
    words = " ".join(fold(w) for w in reading.text.split())
    grouped = any(g.expressions for g in tree.find_all(exp.Group))
    compared = reading.comparison is not None or reading.window is not None
    bounded = bool(reading.thresholds) or tree.find(exp.GT, exp.LT, exp.GTE, exp.LTE) is not None
    ordered = tree.find(exp.Limit, exp.Window) is not None or tree.args.get("order") is not None
    found = {
        "number_lost": min(2, len(_lost_numbers(reading, tree))),
        "bound_lost": bool(_BOUND.search(words)) and not bounded and not compared,
        "percent_lost": bool(_PERCENT.search(words)) and tree.find(exp.Div) is None,
        "group_lost": bool(_EACH.search(words)) and not grouped and not _averaged(words),
        "group_unasked": grouped and not _GROUPS.search(words) and not reading.carried,
        "change_lost": bool(_CHANGE.search(words)) and not compared and not bounded,
        "rank_lost": bool(_RANK.search(words)) and not ordered,
        "asked_twice": len(_ASK.findall(words)) > 1 and len(reading.metrics) < 2 and not compared,
        "unit_lost": bool(_COUNTED.search(words)) and {m.unit for m in reading.metrics} <= _MONEY,
    }
    return {name: float(value) for name, value in found.items()}


def _averaged(words: str) -> bool:
    return "binh quan" in words or "trung binh" in words


def _lost_numbers(reading: Reading, tree: exp.Expr) -> set[str]:
    """Numbers of the question that no literal of the SQL, period or value holds, powers of ten apart."""
    known: set[str] = set()
    for literal in tree.find_all(exp.Literal):
        known |= set(_digits(str(literal.this)))
    for text in _said(reading):
        known |= set(_digits(text))
    return {n for n in _digits(reading.text) if n not in known and not _scaled(n, known)}


def _said(reading: Reading) -> Iterable[str]:
    for period in reading.periods:
        yield f"{period.label} {period.start.isoformat()} {period.end.isoformat()} {period.start.year % 100}"
    if reading.comparison:
        base = reading.comparison.base
        yield f"{base.label} {base.start.isoformat()} {base.end.isoformat()} {base.start.year % 100}"
    for match in reading.filters:
        yield f"{match.label} {match.sql}"
    if reading.ranking and reading.ranking.n:
        yield str(reading.ranking.n)
    if reading.window and reading.window.size:
        yield str(reading.window.size)


def _digits(text: str) -> list[str]:
    """Numbers without leading zeros and separators: ``1.234,5`` → ``12345``; ``2025-09-01`` → 2025, 9 and 1."""
    return [re.sub(r"[.,]", "", n).lstrip("0") or "0" for n in _NUMBER.findall(text)]


def _scaled(number: str, known: set[str]) -> bool:
    bare = number.rstrip("0")
    return bool(bare) and any(k.rstrip("0") == bare for k in known)
