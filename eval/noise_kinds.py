"""Further ways in which a question reaches the reader spoilt: marks, fingers, spaces, encodings, clipboards, scanners.

Each takes the text and a source of chance and gives the text as it might have been typed, pasted or scanned. They are
not part of the mixed suite ``noise``, whose composition is fixed; ``hoikho eval kept`` measures each by itself.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

from nl2sql.question.text_legacy import TCVN3, VNI_WINDOWS, VPS

Kind = Callable[[str, random.Random], str]
_TONES = "\u0300\u0301\u0309\u0303\u0323"
_KEYS = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_MARKS = {"\u0302": "^", "\u0306": "(", "\u031b": "+"}
_SHAPES = "\u0302\u0306\u031b"
_VOWELS = "aeiouy"
_NEXT = {
    "q": "wa", "w": "qe", "e": "wr", "r": "et", "t": "ry", "y": "tu", "u": "yi", "i": "uo", "o": "ip", "p": "o",
    "a": "sq", "s": "ad", "d": "sf", "f": "dg", "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "k",
    "z": "x", "x": "zc", "c": "xv", "v": "cb", "b": "vn", "n": "bm", "m": "n",
}  # fmt: skip
_VNI_TONES = dict(zip(_TONES, "21345", strict=True))
_VNI_SHAPES = {"\u0302": "6", "\u0306": "8", "\u031b": "7"}
_SOUNDS = (("s", "x"), ("x", "s"), ("ch", "tr"), ("tr", "ch"), ("d", "gi"), ("gi", "d"), ("l", "n"), ("n", "l"))
_SCANNED = {"ắ": "ẳ", "ấ": "ẩ", "ế": "ể", "ố": "ổ", "ệ": "ê", "ộ": "ô", "ợ": "ơ", "ự": "ư", "ạ": "a", "ậ": "â"}


def _words(text: str, least: int = 4) -> tuple[list[str], list[int]]:
    words = text.split(" ")
    return words, [i for i, w in enumerate(words) if len(w) >= least and w.isalpha()]


def _one_word(text: str, rng: random.Random, change: Callable[[str, random.Random], str], least: int = 4) -> str:
    """The text with one of its longer words changed; tried on several until one does change."""
    words, places = _words(text, least)
    for place in rng.sample(places, len(places)):
        made = change(words[place], rng)
        if made != words[place]:
            words[place] = made
            break
    return " ".join(words)


def dropped(text: str, rng: random.Random) -> str:
    """One letter inside one word is missing."""
    return _one_word(text, rng, lambda w, r: w[: (at := r.randrange(1, len(w) - 1))] + w[at + 1 :])


def swapped(text: str, rng: random.Random) -> str:
    """Two neighbouring letters of one word changed places."""

    def change(word: str, rng: random.Random) -> str:
        at = rng.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _one_word(text, rng, change)


def next_key(text: str, rng: random.Random) -> str:
    """One letter without marks became the one on the next key."""

    def change(word: str, rng: random.Random) -> str:
        places = [i for i, c in enumerate(word) if c.lower() in _NEXT and (i or c.islower())]
        if not places:
            return word
        at = rng.choice(places)
        return word[:at] + rng.choice(_NEXT[word[at].lower()]) + word[at + 1 :]

    return _one_word(text, rng, change)


def doubled(text: str, rng: random.Random) -> str:
    """A key that sticks: a letter doubled in a third of the words (``khẩuu``, ``trămm``)."""
    words, places = _words(text, 3)
    for place in rng.sample(places, max(1, len(places) // 3)) if places else ():
        word = words[place]
        at = len(word) - 1 if rng.random() < 0.6 else rng.randrange(1, len(word))
        words[place] = word[: at + 1] + word[at] + word[at + 1 :]
    return " ".join(words)


def two_typos(text: str, rng: random.Random) -> str:
    """Two slips of any of these kinds."""
    for _ in range(2):
        text = rng.choice((dropped, swapped, next_key))(text, rng)
    return text


def partly(text: str, rng: random.Random) -> str:
    """Half of the words without diacritics."""
    return " ".join(_bare(w) if rng.random() < 0.5 else w for w in text.split(" "))


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in plain if not unicodedata.combining(c))


def half_marked(text: str, rng: random.Random) -> str:
    """One mark of a letter lost in a third of the words: ``khảu``, ``đuợc``, ``vói``, ``nhâp``, ``du liệu``."""

    def change(word: str) -> str:
        parts = unicodedata.normalize("NFD", word)
        marks = [i for i, c in enumerate(parts) if c in _TONES + _SHAPES or c in "đĐ"]
        if not marks:
            return word
        at = rng.choice(marks)
        kept = {"đ": "d", "Đ": "D"}.get(parts[at], "")
        return unicodedata.normalize("NFC", parts[:at] + kept + parts[at + 1 :])

    return " ".join(change(w) if rng.random() < 0.34 else w for w in text.split(" "))


def misplaced(text: str, rng: random.Random) -> str:
    """The tone on another vowel of its word: ``khâủ``, ``đựơc``, ``hoá``, ``qúy``."""

    def change(word: str) -> str:
        letters = [unicodedata.normalize("NFD", c) for c in unicodedata.normalize("NFC", word)]
        toned = [i for i, c in enumerate(letters) if any(t in c for t in _TONES)]
        vowels = [i for i, c in enumerate(letters) if c[0].lower() in _VOWELS]
        others = [i for i in vowels if toned and abs(i - toned[0]) == 1]
        if not others:
            return word
        tone = next(c for c in letters[toned[0]] if c in _TONES)
        letters[toned[0]] = letters[toned[0]].replace(tone, "")
        letters[rng.choice(others)] += tone
        return unicodedata.normalize("NFC", "".join(letters))

    return " ".join(change(w) if rng.random() < 0.5 else w for w in text.split(" "))


def by_ear(text: str, rng: random.Random) -> str:
    """One word written as it is spoken somewhere: s/x, ch/tr, d/gi, n/l."""

    def change(word: str, rng: random.Random) -> str:
        if not word.islower():
            return word
        able = [(a, b) for a, b in _SOUNDS if word.startswith(a) and word[len(a) : len(a) + 1] not in ("h", "g", "r")]
        if not able:
            return word
        heard, written = rng.choice(able)
        return written + word[len(heard) :]

    return _one_word(text, rng, change, 3)


def glued(text: str, rng: random.Random) -> str:
    """Two blanks are missing, between words or between a word and a number."""
    words = text.split(" ")
    for _ in range(2):
        places = [
            i
            for i in range(len(words) - 1)
            if words[i].isalpha() and (words[i + 1].isalpha() or words[i + 1].isdigit())
        ]
        if places:
            at = rng.choice(places)
            words[at : at + 2] = [words[at] + words[at + 1]]
    return " ".join(words)


def split(text: str, rng: random.Random) -> str:
    """A blank inside one word."""

    def change(word: str, rng: random.Random) -> str:
        at = rng.randrange(1, len(word))
        return f"{word[:at]} {word[at:]}"

    return _one_word(text, rng, change)


def vni(text: str, rng: random.Random) -> str:
    """VNI keys that no input method decoded: ``xuất khẩu`` → ``xua61t kha63u``."""
    return " ".join(_vni(word, rng.random() < 0.5) for word in unicodedata.normalize("NFC", text).split(" "))


def _vni(word: str, late: bool) -> str:
    out, tone = "", ""
    for char in word:
        if char in "đĐ":
            out += "d9" if char == "đ" else "D9"
            continue
        base, marks = (parts := unicodedata.normalize("NFD", char))[0], parts[1:]
        keys = "".join(_VNI_SHAPES.get(m, "") for m in marks)
        found = "".join(_VNI_TONES.get(m, "") for m in marks)
        out += base + keys + ("" if late else found)
        tone += found
    end = len(out.rstrip(".,;:?!)"))
    return out[:end] + tone + out[end:] if late else out


def _split(char: str) -> tuple[str, str, str]:
    """Base letter, vowel mark (circumflex, breve, horn) and tone of a Vietnamese letter."""
    parts = unicodedata.normalize("NFD", char)
    marks = "".join(c for c in parts[1:] if c in _MARKS)
    tones = "".join(c for c in parts[1:] if c in _KEYS)
    return parts[0], marks, tones


def telex_word(word: str) -> str:
    """One word in Telex keys, its tone typed last."""
    out, tone = [], ""
    for char in word:
        if char in "đĐ":
            out.append("dd" if char == "đ" else "DD")
            continue
        base, marks, tones = _split(char)
        tone = "".join(_KEYS[t] for t in tones) or tone
        keys = "".join("w" if m in "\u0306\u031b" else base.lower() for m in marks)
        out.append(base + keys if unicodedata.category(char).startswith("L") else char)
    end = len(out)
    while end and not out[end - 1][-1:].isalpha():
        end -= 1
    return "".join(out[:end]) + tone + "".join(out[end:])


def half_telex(text: str, rng: random.Random) -> str:
    """Telex keys left in a third of the words only, as when one types faster than the input method."""
    words = unicodedata.normalize("NFC", text).split(" ")
    return " ".join(telex_word(w) if rng.random() < 0.34 else w for w in words)


def lower(text: str, rng: random.Random) -> str:
    """All in small letters, names and codes too."""
    return text.lower()


def _legacy(table: Mapping[str, str]) -> Kind:
    back = {letter: code for code, letter in list(table.items())[::-1]}

    def write(text: str, rng: random.Random) -> str:
        return "".join(back.get(c, c) for c in unicodedata.normalize("NFC", text))

    return write


def pasted(text: str, rng: random.Random) -> str:
    """As copied from a document: a bullet, a line break, soft hyphens, no-break spaces, curly quotes, a ligature."""
    words = text.split(" ")
    gaps = [rng.choice((" ", " ", "\u00a0", "\n", "  ", "\u2009")) for _ in words]
    long = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha()]
    for at in long[:1]:
        words[at] = words[at][:3] + "\u00ad" + words[at][3:]
    body = "".join(w + g for w, g in zip(words, gaps, strict=True)).strip().replace("fi", "\ufb01")
    return rng.choice(("• ", "- ", "1. ", "a) ", "\uf0b7 ", "“")) + body + "\n"


def scanned(text: str, rng: random.Random) -> str:
    """As a scanner reads it: a mark lost or taken for another in a few letters, l for i or 1 for l once."""
    places = [i for i, c in enumerate(text) if c in _SCANNED]
    letters = list(text)
    for at in rng.sample(places, min(len(places), 1 + len(places) // 4)):
        letters[at] = _SCANNED[letters[at]]
    out = "".join(letters)
    return _one_word(
        out, rng, lambda w, r: re.sub("i", "l", w, count=1) if r.random() < 0.5 else w.replace("l", "1", 1)
    )


MORE_KINDS: dict[str, Kind] = {
    "partly": partly,
    "half_marked": half_marked,
    "misplaced": misplaced,
    "by_ear": by_ear,
    "dropped": dropped,
    "swapped": swapped,
    "next_key": next_key,
    "doubled": doubled,
    "two_typos": two_typos,
    "glued": glued,
    "split": split,
    "vni": vni,
    "half_telex": half_telex,
    "lower": lower,
    "tcvn3": _legacy(TCVN3),
    "vni_windows": _legacy(VNI_WINDOWS),
    "vps": _legacy(VPS),
    "pasted": pasted,
    "scanned": scanned,
}
"""Name → noise; the order is that of the table."""
