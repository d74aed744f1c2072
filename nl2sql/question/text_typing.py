"""Keystrokes of an input method that was switched off: Telex ("xuaats khaaru") and VNI ("xua61t kha63u").

A text is decoded only on strong evidence: at least one word shows a mark that no ordinary word shows and becomes a
Vietnamese syllable when decoded, and the words that fit nothing are few.
"""

from __future__ import annotations

import re
import unicodedata

from nl2sql.question.text_fold import TONED
from nl2sql.question.text_syllable import is_bare_syllable, is_syllable
from nl2sql.question.text_unit import Unit, spread, text_of

_TELEX_TONE = {"f": 0, "s": 1, "r": 2, "x": 3, "j": 4}
_VNI_TONE = {"2": 0, "1": 1, "3": 2, "4": 3, "5": 4}
_WORD = re.compile(r"(?<![\w])[A-Za-z][A-Za-z0-9]*(?!\w)")
_VOWEL = re.compile("[aeiouy]")
_STRONG_TELEX = re.compile("aa|ee|oo|dd|aw|ow|uw")
_STRONG_VNI = re.compile(r"[a-z]\d+[a-z]|[a-z]\d\d$|[a-z]9")


def _place_tone(letters: str, tone: int | None) -> str | None:
    """Put a tone on the letter that the orthography wants; None when the letters are no syllable."""
    if tone is None:
        return letters if is_syllable(letters) else None
    for index in _tone_order(letters):
        toned = letters[:index] + TONED[letters[index]][tone] + letters[index + 1 :]
        if is_syllable(toned):
            return toned
    return None


def _tone_order(letters: str) -> list[int]:
    places = [i for i, c in enumerate(letters) if c in TONED]
    if letters.startswith(("qu", "gi")) and len(places) > 1:
        places = places[1:]
    marked = [i for i in places if letters[i] in "ăâêôơư"]
    if marked:
        return marked[::-1]
    if len(places) >= 2 and (places[-1] < len(letters) - 1 or len(places) == 3):
        return [places[1]]
    return places[:1]


def decode_telex(word: str) -> str | None:
    """A word of Telex keystrokes as the syllable it means, or None.

    >>> decode_telex("xuaats"), decode_telex("khaaru"), decode_telex("dduwowngf"), decode_telex("export")
    ('xuất', 'khẩu', 'đường', None)
    """
    lower = word.lower()
    first = _VOWEL.search(lower)
    if first is None:
        return None
    head, tail = lower[: first.start()], lower[first.start() :]
    if head.startswith("dd"):
        head = "đ" + head[2:]
    tones = [c for c in tail if c in _TELEX_TONE]
    if len(tones) > 1:
        return None
    tone = _TELEX_TONE[tones[0]] if tones else None
    tail = "".join(c for c in tail if c not in _TELEX_TONE)
    if tail.endswith("d") and head == "d":
        head, tail = "đ", tail[:-1]
    for vowel, hat in (("a", "â"), ("e", "ê"), ("o", "ô")):
        tail = re.sub(f"{vowel}([^{vowel}]*){vowel}", rf"{hat}\1", tail, count=1)
    if "w" in tail:
        bare = tail.replace("w", "")
        for pair, horned in (("uo", "ươ"), ("ua", "ưa"), ("u", "ư"), ("o", "ơ"), ("a", "ă")):
            if pair == "u" and ("oa" in bare or head == "q"):
                continue
            if pair == "o" and "oa" in bare:
                continue
            if pair in bare:
                bare = bare.replace(pair, horned, 1)
                break
        else:
            return None
        tail = bare
    return _place_tone(head + tail, tone)


def decode_vni(word: str) -> str | None:
    """A word of VNI keystrokes as the syllable it means, or None.

    >>> decode_vni("xua61t"), decode_vni("kha63u"), decode_vni("d9u7o7ng2"), decode_vni("A11")
    ('xuất', 'khẩu', 'đường', None)
    """
    lower = word.lower()
    if len(lower) < 3 or not any(c.isdigit() for c in lower) or re.fullmatch(r"[a-z]\d+", lower):
        return None
    letters = ""
    tone: int | None = None
    for char in lower:
        if not char.isdigit():
            letters += char
        elif char in _VNI_TONE:
            if tone is not None:
                return None
            tone = _VNI_TONE[char]
        else:
            marked = _vni_mark(letters, char)
            if marked is None:
                return None
            letters = marked
    return _place_tone(letters, tone)


def _vni_mark(letters: str, digit: str) -> str | None:
    """Apply 6 (circumflex), 7 (horn), 8 (breve) or 9 (đ) to the nearest letter before it that can take it."""
    if digit == "9":
        return "đ" + letters[1:] if letters.startswith("d") else None
    if digit == "7" and "uo" in letters:
        return letters.replace("uo", "ươ", 1)
    table = {"6": ("aeo", "âêô"), "7": ("uo", "ươ"), "8": ("a", "ă")}.get(digit)
    if table is None:
        return None
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] in table[0]:
            return letters[:index] + table[1][table[0].index(letters[index])] + letters[index + 1 :]
    return None


def _recase(written: str, decoded: str) -> str:
    if written.isupper() and len(written) > 1:
        return decoded.upper()
    return decoded[:1].upper() + decoded[1:] if written[:1].isupper() else decoded


def decode_typing(units: list[Unit], notes: list[str]) -> list[Unit]:
    """Decode Telex or VNI keystrokes when the text gives itself away; other text is returned as it is.

    Args:
        units: The text.
        notes: Receives a Vietnamese sentence when something was decoded.
    """
    text = text_of(units)
    found = [(m.start(), m.end(), m[0]) for m in _WORD.finditer(text)]
    for name, decode, strong in (("Telex", decode_telex, _STRONG_TELEX), ("VNI", decode_vni, _STRONG_VNI)):
        decoded: dict[int, tuple[int, str]] = {}
        evidence = odd = 0
        for start, end, word in found:
            if is_bare_syllable(word) or (word.isupper() and len(word) <= 3):
                continue
            meant = decode(word)
            if meant is None:
                odd += not word.isupper()
                continue
            decoded[start] = (end, _recase(word, unicodedata.normalize("NFC", meant)))
            evidence += bool(strong.search(word.lower()))
        if evidence and (len(decoded) >= 2 or len(found) <= 2) and len(decoded) >= odd:
            notes.append(f"Câu gõ kiểu {name} chưa bỏ dấu, đã chuyển thành chữ có dấu.")
            return _replace(units, decoded)
    return units


def _replace(units: list[Unit], decoded: dict[int, tuple[int, str]]) -> list[Unit]:
    out: list[Unit] = []
    index = 0
    while index < len(units):
        if index in decoded:
            end, word = decoded[index]
            out.extend(spread(word, units[index:end]))
            index = end
        else:
            out.append(units[index])
            index += 1
    return out
