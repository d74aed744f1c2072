"""Chat spellings that stand for ordinary words. Domain abbreviations (XK, NK, TK, CK) are left to the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from nl2sql.question.text_unit import Unit, spread, text_of

TEENCODE: Mapping[str, str] = {
    **dict.fromkeys(("bn", "bnh", "bnhieu", "bnhiêu", "bnhiu", "bnhju", "bnhiu", "bao.nhiêu"), "bao nhiêu"),
    **dict.fromkeys(("nhiu", "nhju"), "nhiêu"),
    **dict.fromkeys(("nhìu", "nhìiu"), "nhiều"),
    **dict.fromkeys(("k", "ko", "kh", "kô", "hok", "hông", "hem", "khum", "khôg"), "không"),
    **dict.fromkeys(("dc", "đc", "dk", "đk", "đưc", "đựơc", "duoc.", "đươc"), "được"),
    **dict.fromkeys(("vs", "voi."), "với"),
    **dict.fromkeys(("j", "gi`", "zì"), "gì"),
    **dict.fromkeys(("ntn", "nth", "nhtn"), "như thế nào"),
    **dict.fromkeys(("dzậy", "zậy", "dzị", "zị"), "vậy"),
    **dict.fromkeys(("dzô", "zô"), "vào"),
    **dict.fromkeys(("ckỳ", "cky", "c.kỳ", "ckì"), "cùng kỳ"),
    **dict.fromkeys(("cf", "càfê", "cafe."), "cà phê"),
    "cx": "cũng",
    "cug": "cũng",
    "trc": "trước",
    "trg": "trong",
    "trứơc": "trước",
    "thg": "tháng",
    "thág": "tháng",
    "tgian": "thời gian",
    "tg": "thời gian",
    "hqa": "hôm qua",
    "hqua": "hôm qua",
    "hnay": "hôm nay",
    "nhug": "nhưng",
    "nhg": "nhưng",
    "bik": "biết",
    "bít": "biết",
    "mún": "muốn",
    "wa": "qua",
    "iu": "yêu",
}
"""Written (lower case only) → what is meant. Capitals are abbreviations (BN: Bắc Ninh) and stay."""

_MISTAKEN = (
    (r"thuế xuất(?! (?:nhập|khẩu|xứ|cảnh))", "thuế suất"),
    (r"thue xuat(?! (?:nhap|khau|xu|canh))", "thue suat"),
    (r"(?<=nhiêu )pt|(?<=nhieu )pt|(?<=mấy )pt|(?<=may )pt|(?<=bn )pt", "phần trăm"),
    (r"xuất sứ", "xuất xứ"),
    (r"bổ xung", "bổ sung"),
    (r"xử dụng", "sử dụng"),
)
"""Words that many write one for another, each a word of its own: only what stands around them tells."""

_FILLERS = "ạ ah à á ơi nha nhá nhé nhỉ nhe nè nhó lun luôn hen hén hihi haha hehe dùm giùm vậy zậy ha hả"
FILLERS = frozenset(_FILLERS.split())
"""Canonical spellings of words that carry no content; "luôn" and "vậy" only colour a request."""

# "bao nhiêu" is what the shorthand means only where it stands alone; "500 k" is a number with its multiplier.
_TEEN = re.compile(
    r"(?<![\w/.,%-])(?:" + "|".join(sorted(map(re.escape, TEENCODE), key=len, reverse=True)) + r")(?![\w/%-]|[.,]\w)"
)
_REST = re.compile(r" ([^\W\d_]+)")
_AFTER_NUMBER = re.compile(r"\d\s*$")


def expand_teencode(units: list[Unit], knows: Callable[[str], bool] | None = None) -> list[Unit]:
    """Replace chat spellings by the words that they stand for.

    Args:
        units: The text.
        knows: Tells known words, so that a word that was cut in two ("k hẩu", "kh ông") is not mistaken for "không".
    """
    units = _mistaken(units)
    text = text_of(units)
    out: list[Unit] = []
    position = 0
    for match in _TEEN.finditer(text):
        rest = _REST.match(text, match.end()) if match[0] in ("k", "kh") and knows is not None else None
        if rest and knows is not None and knows(match[0] + rest[1]) and not knows(rest[1]):
            continue
        if match[0] in ("k", "kh") and _AFTER_NUMBER.search(text, max(0, match.start() - 4), match.start()):
            continue
        out.extend(units[position : match.start()])
        out.extend(spread(TEENCODE[match[0]], units[match.start() : match.end()]))
        position = match.end()
    out.extend(units[position:])
    return out


_MISTAKEN_HERE = tuple((re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE), meant) for pattern, meant in _MISTAKEN)


def _mistaken(units: list[Unit]) -> list[Unit]:
    for pattern, meant in _MISTAKEN_HERE:
        for match in reversed(list(pattern.finditer(text_of(units)))):
            units[match.start() : match.end()] = spread(meant, units[match.start() : match.end()])
    return units
