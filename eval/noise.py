"""The same questions as hurried people type them: a suite made from a suite by a seed.

Gold, order and everything else stay; the id gets the kind's name (``f001~telex``) and the tags get it too.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from eval.noise_kinds import MORE_KINDS, telex_word
from eval.suite import Item, Suite, SuiteError, load_suite

_HOOK, _TILDE = "\u0309", "\u0303"
_NEXT_KEYS = {
    "q": "w", "w": "e", "e": "r", "r": "t", "t": "y", "y": "u", "u": "i", "i": "o", "o": "p", "p": "o",
    "a": "s", "s": "d", "d": "f", "f": "g", "g": "h", "h": "j", "j": "k", "k": "l", "l": "k",
    "z": "x", "x": "c", "c": "v", "v": "b", "b": "n", "n": "m", "m": "n",
}  # fmt: skip
_SHORT = {
    "kim ngạch": "KN", "xuất nhập khẩu": "XNK", "xuất khẩu": "XK", "nhập khẩu": "NK", "tờ khai": "TK",
    "doanh nghiệp": "DN", "hải quan": "HQ", "ngân sách nhà nước": "NSNN", "cùng kỳ": "CK", "khu vực": "KV",
    "thông quan": "TQ", "bình quân": "BQ",
}  # fmt: skip
_TEEN = {
    "bao nhiêu": "bn", "không": "ko", "được": "dc", "với": "vs", "gì": "j", "như thế nào": "ntn", "nhiều": "nhìu",
    "nước": "nc", "vậy": "z", "thôi": "thui",
}  # fmt: skip


def no_diacritics(text: str, rng: random.Random) -> str:
    """``Kim ngạch`` → ``Kim ngach``."""
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def nfd(text: str, rng: random.Random) -> str:
    """Decomposed, as it comes from macOS and from PDF files."""
    return unicodedata.normalize("NFD", text)


def upper(text: str, rng: random.Random) -> str:
    """All capitals."""
    return text.upper()


def typo(text: str, rng: random.Random) -> str:
    """One slip of the finger in one word of four letters or more without a digit: drop, double, swap or neighbour."""
    words = text.split(" ")
    places = [i for i, w in enumerate(words) if len(w) >= 4 and w.isalpha()]
    if not places:
        return text
    place = rng.choice(places)
    word = words[place]
    at = rng.randrange(1, len(word) - 1)
    neighbour = _NEXT_KEYS.get(word[at].lower(), word[at] * 2)
    words[place] = rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] * 2 + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + neighbour + word[at + 1 :],
        )
    )
    return " ".join(words)


def wrong_tone(text: str, rng: random.Random) -> str:
    """Hỏi and ngã mixed up in every other place where one stands: ``xuất khẩu`` → ``xuất khẫu``."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        if rng.random() < 0.5 and (_HOOK in parts or _TILDE in parts):
            table = str.maketrans({_HOOK: _TILDE, _TILDE: _HOOK})
            char = unicodedata.normalize("NFC", parts.translate(table))
        out.append(char)
    return "".join(out)


def telex(text: str, rng: random.Random) -> str:
    """Telex keys that no input method decoded: ``xuất khẩu`` → ``xuaats khaaur``."""
    return " ".join(telex_word(word) for word in unicodedata.normalize("NFC", text).split(" "))


def abbreviated(text: str, rng: random.Random) -> str:
    """Trade terms in their short forms."""
    return _replaced(text, _SHORT)


def teencode(text: str, rng: random.Random) -> str:
    """Words as the young write them."""
    return _replaced(text, _TEEN)


def _replaced(text: str, words: dict[str, str]) -> str:
    for long, short in words.items():
        place = text.lower().find(long)
        while place >= 0:
            end = place + len(long)
            before, after = text[place - 1 : place], text[end : end + 1]
            whole = not before.isalpha() and not after.isalpha()
            text = text[:place] + (short if whole else text[place:end]) + text[end:]
            place = text.lower().find(long, place + (len(short) if whole else len(long)))
    return text


MIXED: dict[str, Callable[[str, random.Random], str]] = {
    "no_diacritics": no_diacritics,
    "typo": typo,
    "nfd": nfd,
    "upper": upper,
    "wrong_tone": wrong_tone,
    "telex": telex,
    "abbreviated": abbreviated,
    "teencode": teencode,
}
"""The kinds of the suite ``noise``, whose composition stays what its baseline was."""

KINDS: dict[str, Callable[[str, random.Random], str]] = {**MIXED, **MORE_KINDS}


def noisy(suite: Suite, kind: str, seed: int = 0) -> Suite:
    """The suite with one kind of noise in every question and turn that it changes; others are left out.

    ``mixed`` gives each item one kind, chosen by the seed among those that change it.

    Raises:
        SuiteError: There is no such kind.
    """
    if kind not in KINDS and kind != "mixed":
        raise SuiteError(f"Không có kiểu nhiễu “{kind}”.", action=f"Có: {', '.join(KINDS)}, mixed.", phase="eval")
    items = [made for item in suite.items if (made := _noisy_item(item, kind, seed)) is not None]
    digest = f"{suite.digest}~{kind}~{seed}" if suite.digest else ""
    return replace(suite, name=f"{suite.name}~{kind}", items=tuple(items), digest=digest)


def _noisy_item(item: Item, kind: str, seed: int) -> Item | None:
    rng = random.Random(f"{seed} {kind} {item.id}")  # noqa: S311 - repeatable noise, no secret
    names = [kind] if kind != "mixed" else rng.sample(sorted(MIXED), len(MIXED))
    for name in names:
        question = KINDS[name](item.question, rng)
        if question != item.question:
            turns = tuple(KINDS[name](turn, rng) for turn in item.turns)
            return replace(item, id=f"{item.id}~{name}", question=question, turns=turns, tags=(*item.tags, name))
    return None


SOURCE, SUITE = "customs", "noise"
"""The suite ``noise`` is made from ``customs`` whenever it is named; there is no file that could grow stale."""


def load_any(name: str, seed: int = 0) -> Suite:
    """A suite by name or path; ``noise`` is ``customs`` with one kind of noise an item, chosen by the seed.

    ``second~telex`` names one kind of noise over another suite.

    Raises:
        SuiteError: There is no such suite or kind.
    """
    if name == SUITE:
        return replace(noisy(load_suite(SOURCE), "mixed", seed), name=SUITE)
    base, mark, kind = name.partition("~")
    if mark and not name.endswith((".yaml", ".yml")):
        return noisy(load_suite(base), kind, seed)
    return load_suite(name)
