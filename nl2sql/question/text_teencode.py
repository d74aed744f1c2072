"""Chat spellings that stand for ordinary words. Domain abbreviations (XK, NK, TK, CK) are left to the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
    "cx": "cũng",
    "cug": "cũng",
    "trc": "trước",
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

_FILLERS = "ạ ah à á ơi nha nhá nhé nhỉ nhe nè nhó lun luôn hen hén hihi haha hehe dùm giùm vậy zậy ha hả"
FILLERS = frozenset(_FILLERS.split())
"""Canonical spellings of words that carry no content; "luôn" and "vậy" only colour a request."""

# "bao nhiêu" is what the shorthand means only where it stands alone; "500 k" is a number with its multiplier.
_TEEN = re.compile(
    r"(?<![\w/.,%-])(?:" + "|".join(sorted(map(re.escape, TEENCODE), key=len, reverse=True)) + r")(?![\w/%-]|[.,]\w)"
)
_REST = re.compile(r" (?!(?:ai|ăn|ở)\b)[aăâeêioôơuưyà-ỹ]", re.IGNORECASE)
_AFTER_NUMBER = re.compile(r"\d\s*$")


def expand_teencode(units: list[Unit]) -> list[Unit]:
    """Replace chat spellings by the words that they stand for."""
    text = text_of(units)
    out: list[Unit] = []
    position = 0
    for match in _TEEN.finditer(text):
        if match[0] == "kh" and _REST.match(text, match.end()):
            continue  # "kh ẩu" is a word cut in two
        if match[0] in ("k", "kh") and _AFTER_NUMBER.search(text, max(0, match.start() - 4), match.start()):
            continue
        out.extend(units[position : match.start()])
        out.extend(spread(TEENCODE[match[0]], units[match.start() : match.end()]))
        position = match.end()
    out.extend(units[position:])
    return out
