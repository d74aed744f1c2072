"""How a plain question looks when people type it: politeness, haste, shorthand, no diacritics, slips, chat spelling."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

from nl2sql.question.lexicon_words import ABBREVIATIONS
from nl2sql.question.text_teencode import TEENCODE

Style = Callable[[str, random.Random], str]

_BEFORE = ("cho em hỏi ", "anh chị cho biết ", "cho tôi xem ", "xin cho biết ", "em cần ", "cho mình hỏi ", "à ",
          "sếp hỏi ", "kiểm tra giúp ", "cho anh xem ", "báo cáo giúp ", "ờ thì ", "ờ cho hỏi ", "à mà ", "thế còn ",
          "thế thì ", "xem nào, ", "bạn ơi cho mình hỏi ", "em ơi ", "em cho anh biết ", "cho tôi hỏi ",
          "tôi muốn hỏi ", "anh muốn biết ", "nhờ kiểm tra giúp ", "hỏi tí ", "cho hỏi là ", "bên mình ")  # fmt: skip
_AFTER = (" nhé", " ạ", " vậy", " đi", " với ạ", " giúp em", " nha", " thế", " nhỉ", "?", "?", " ?",
          " hả", " hả bạn", " vậy ạ", " rồi nhỉ", " ấy", " đấy nhỉ", " vậy ta", " nhé em", " thế em",
          " được không")  # fmt: skip
_FORMAL = ("Đề nghị báo cáo ", "Đề nghị cho biết ", "Đề nghị cung cấp số liệu ", "Xin báo cáo ",
           "Yêu cầu thống kê ", "Đề nghị quý cơ quan cung cấp ", "Đề nghị tổng hợp, báo cáo ",
           "Kính đề nghị cho biết ", "Báo cáo ", "Cung cấp thông tin về ", "Đề nghị cho biết kết quả ",
           "V/v báo cáo ", "Kính báo cáo ", "Đề nghị thống kê ")  # fmt: skip
_REQUESTS = ("de nghi", "cho ", "xin ", "bao cao", "cung cap", "thong ke", "kinh ", "v/v", "yeu cau", "vui long")
"""How a text begins that asks formally already, without marks."""
_SMALL = frozenset(("là", "của", "trong", "được", "có", "thì", "các", "những", "ra", "sao", "theo", "ở", "tại", "và"))
_LETTER = re.compile(r"[^\W\d_]{4,}")


def plain(text: str, rng: random.Random) -> str:
    """As it is, with a capital and perhaps a question mark."""
    text = text[:1].upper() + text[1:]
    return text + rng.choice(("", "", "?"))


def lower(text: str, rng: random.Random) -> str:
    """All small letters, no mark at the end."""
    return text.lower()


def formal(text: str, rng: random.Random) -> str:
    """As in an official letter."""
    asked = bare_letters(text).lower().startswith(_REQUESTS)
    return ((text[:1].upper() + text[1:]) if asked else rng.choice(_FORMAL) + text) + rng.choice(("", "."))


def spoken(text: str, rng: random.Random) -> str:
    """As said aloud."""
    return (rng.choice(_BEFORE) if rng.random() < 0.7 else "") + text + rng.choice(_AFTER)


def telegraphic(text: str, rng: random.Random) -> str:
    """Function words left out; at least three words stay."""
    text = re.sub(r"\b(là )?bao nhiêu\b(?! \w+ (có|tại|ở))", "", text) if rng.random() < 0.6 else text
    words = text.split()
    kept = [w for w in words if w.lower() not in _SMALL or rng.random() < 0.35]
    return " ".join(kept if len(kept) >= 3 else words)


def _reversed(table: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for short, full in table.items():
        found[full] = (*found.get(full, ()), short)
    return found


_ENGLISH: Mapping[str, tuple[str, ...]] = {
    "phân theo": ("by", "breakdown by"), "chia theo": ("by",), "theo từng": ("by", "per"), "theo": ("by",),
    "so với cùng kỳ": ("YoY", "vs cùng kỳ"), "so với": ("vs", "versus"), "tỷ trọng": ("share",),
    "tăng trưởng": ("growth",), "danh sách": ("list",), "liệt kê": ("list", "show"), "tổng": ("total",),
    "cao nhất": ("highest",), "thấp nhất": ("lowest",), "là bao nhiêu": ("how much", ""), "so sánh": ("compare",),
    "xu hướng": ("trend",), "cho biết": ("show", "check"), "báo cáo": ("report",), "bình quân": ("average", "avg"),
    "theo từng tháng": ("monthly", "month by month"), "theo tháng": ("monthly", "by month"),
    "theo từng quý": ("quarterly", "by quarter"), "theo quý": ("quarterly", "by quarter"), "theo năm": ("by year",),
    "theo từng năm": ("by year",), "qua các năm": ("by year",), "trung bình": ("average", "avg"),
    "lớn nhất": ("largest", "biggest"), "cùng kỳ năm trước": ("same period last year",),
    "năm ngoái": ("last year",), "năm nay": ("this year",), "trung bình trượt": ("moving average",),
    "xuất khẩu": ("export", "xuất khẩu"), "nhập khẩu": ("import", "nhập khẩu"), "lũy kế": ("YTD", "lũy kế"),
    "có bao nhiêu": ("how many",), "biểu đồ": ("chart", "biểu đồ"), "giảm dần": ("desc",),
    "cho xem": ("show",), "bảng": ("table", "bảng"), "xếp hạng": ("ranking",),
    "trong tháng": ("in tháng", "tháng"), "trong năm": ("in năm", "năm"), "cả nước": ("toàn quốc", "nationwide"),
}  # fmt: skip


def english(text: str, rng: random.Random) -> str:
    """Office talk: English function words in a Vietnamese question."""
    return _swapped(text, _ENGLISH, rng, upper=False, share=0.6)


_SHORT = _reversed(ABBREVIATIONS)
_CHAT = _reversed(TEENCODE)


def _swapped(text: str, table: Mapping[str, tuple[str, ...]], rng: random.Random, *, upper: bool, share: float) -> str:
    for full in sorted(table, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(full)}(?!\w)"
        if rng.random() < share and re.search(pattern, text):
            short = rng.choice(table[full])
            text = re.sub(pattern, short.upper() if upper and rng.random() < 0.6 else short, text)
    return text


def abbreviated(text: str, rng: random.Random) -> str:
    """The service's own shorthand."""
    return _swapped(text, _SHORT, rng, upper=True, share=0.8)


def teencode(text: str, rng: random.Random) -> str:
    """Chat spelling."""
    return _swapped(spoken(text, rng), _CHAT, rng, upper=False, share=0.8)


def bare_letters(text: str) -> str:
    """Letters without marks."""
    apart = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in apart if not unicodedata.combining(c))


def no_diacritics(text: str, rng: random.Random) -> str:
    """Typed without a Vietnamese keyboard."""
    bare = bare_letters(text)
    return bare.lower() if rng.random() < 0.6 else bare


def typo(text: str, rng: random.Random) -> str:
    """One or two slips: a letter dropped, doubled, swapped with the next, or a mark forgotten."""
    for _ in range(rng.choice((1, 1, 2))):
        words = list(_LETTER.finditer(text))
        if not words:
            break
        word = rng.choice(words)
        at = rng.randrange(word.start(), word.end() - 1)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[: at + 1] + text[at + 2 :]
        elif kind == 1:
            text = text[:at] + text[at] + text[at:]
        elif kind == 2:
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        else:
            text = text[: word.start()] + bare_letters(word[0]) + text[word.end() :]
    return text


STYLES: Mapping[str, tuple[Style, int]] = {
    "plain": (plain, 34), "lower": (lower, 8), "formal": (formal, 6), "spoken": (spoken, 10),
    "telegraphic": (telegraphic, 9), "abbreviated": (abbreviated, 11), "no_diacritics": (no_diacritics, 12),
    "typo": (typo, 5), "teencode": (teencode, 5), "english": (english, 5),
}  # fmt: skip


def dress(text: str, rng: random.Random) -> tuple[str, str]:
    """A plain question in a style drawn by weight; returns the text and the style that really changed it."""
    name = rng.choices(list(STYLES), [w for _, w in STYLES.values()])[0]
    styled = re.sub(r"\s+", " ", STYLES[name][0](text, rng)).strip()
    return styled, name
