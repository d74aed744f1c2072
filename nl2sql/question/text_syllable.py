"""Which strings can be a Vietnamese syllable: onset, rime and tone by the rules of the orthography.

Used to judge whether text is readable as it stands or only after decoding (Telex, VNI typing, legacy code pages).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from nl2sql.question.text_fold import fold, split_tone

ONSETS = ("ngh", "ng", "nh", "gh", "gi", "ch", "kh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")

_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ich im in inh ip it iu ia iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u uc ui um un ung up ut ua uân uâng uât uây uê uêch uên uênh uôc uôi uôm uôn uông uôt uơ
    uy uya uych uynh uyn uyt uyu uyp uyên uyêt
    ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
"""
RIMES = frozenset(_RIMES.split())
_AFTER_QU = RIMES | {"y", "yt", "ynh", "ych", "yên", "yêt", "yn", "yp", "ơn"}
_AFTER_GI = RIMES | {"ê", "êc", "êm", "ên", "êng", "êp", "êt", "êu"}
_BARE_RIMES = frozenset(fold("x" + rime)[1:] for rime in RIMES)
_STOP = re.compile(r"(?:c|ch|k|p|t)$")


def _fits(onset: str, rime: str, bare: bool) -> bool:
    if onset == "qu":
        return rime in _AFTER_QU or (bare and (rime in _BARE_RIMES or rime in ("y", "yen", "yet", "yt", "ynh")))
    if onset == "gi" and rime in _AFTER_GI:
        return True
    return rime in RIMES or (bare and rime in _BARE_RIMES)


def _matches(word: str, bare: bool) -> bool:
    # "gì", "gìn": the i of gi is the rime, so every onset that fits is tried.
    return any(word.startswith(onset) and _fits(onset, word[len(onset) :], bare) for onset in ONSETS)


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether a word, written with its diacritics, is a possible Vietnamese syllable.

    A syllable that ends in a stop (c, ch, p, t) carries acute or dot below and nothing else.
    """
    word = unicodedata.normalize("NFC", word).lower()
    letters, tones = [], []
    for letter in word:
        base, tone = split_tone(letter)
        letters.append(base)
        if tone:
            tones.append(tone)
    if len(tones) > 1:
        return False
    plain = "".join(letters)
    if _STOP.search(plain) and (tones[0] if tones else 0) not in (2, 5):
        return False
    return _matches(plain, bare=False)


@lru_cache(maxsize=16384)
def is_bare_syllable(word: str) -> bool:
    """Whether a word written without diacritics can be a Vietnamese syllable that lost them."""
    word = word.lower()
    return word.isascii() and _matches(word, bare=True)
