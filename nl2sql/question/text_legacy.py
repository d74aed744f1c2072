"""Text pasted from documents in a legacy Vietnamese code page, seen as Latin-1 / Windows-1252 letters.

Tables follow the public standards: TCVN 5712:1993 VN3 (".VnTime" fonts), VNI for Windows, VPS. A text is converted only
when words with foreign letters are no Vietnamese as they stand and nearly all of them are after conversion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nl2sql.question.text_fold import has_marks
from nl2sql.question.text_syllable import is_syllable
from nl2sql.question.text_unit import Unit, text_of, words

_ORDER = "àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ"
_TCVN3_CODES = (
    "b5b6b7b8b9 bbbcbdbec6 c7c8c9cacb cccecfd0d1 d2d3d4d5d6 d7d8dcddde dfe1e2e3e4 e5e6e7e8e9 eaebecedee eff1f2f3f4 "
    "f5f6f7f8f9 fafbfcfdfe"
)
TCVN3: Mapping[str, str] = {
    **dict(zip(bytes.fromhex(_TCVN3_CODES).decode("latin-1"), _ORDER.replace(" ", ""), strict=True)),
    **dict(zip(bytes.fromhex("a8a9aaabacadae").decode("latin-1"), "ăâêôơưđ", strict=True)),
    **dict(zip(bytes.fromhex("a1a2a3a4a5a6a7").decode("latin-1"), "ĂÂÊÔƠƯĐ", strict=True)),
}

_VNI_LETTERS = {
    **{
        base + mark: letter
        for base, letters in (("a", "áàảãạ"), ("e", "éèẻẽẹ"), ("o", "óòỏõọ"), ("u", "úùủũụ"))
        for mark, letter in zip("ùøûõï", letters, strict=True)
    },
    **{
        base + mark: letter
        for base, letters in (("a", "âấầẩẫậ"), ("e", "êếềểễệ"), ("o", "ôốồổỗộ"))
        for mark, letter in zip("âáàåãä", letters, strict=True)
    },
    **{"a" + mark: letter for mark, letter in zip("êéèúüë", "ăắằẳẵặ", strict=True)},
    **{"ô" + mark: letter for mark, letter in zip("ùøûõï", "ớờởỡợ", strict=True)},
    **{"ö" + mark: letter for mark, letter in zip("ùøûõï", "ứừửữự", strict=True)},
    **{"y" + mark: letter for mark, letter in zip("ùøûõ", "ýỳỷỹ", strict=True)},
    **dict(zip("íìæóòîñôö", "íìỉĩịỵđơư", strict=True)),
}
VNI_WINDOWS: Mapping[str, str] = {**_VNI_LETTERS, **{key.upper(): value.upper() for key, value in _VNI_LETTERS.items()}}

_VPS_CODES = (
    "e0e4e3e1e5 a2a3a4a1a5 c0c4c5c3c6 e8c8ebe9cb 8a8bcd898c ecccefedce f2d5f5f386 d2b087d3b6 a9aaaba7ae f9fbdbfaf8 "
    "d8babbd9bf ff9bcf9a9c"
)


def _cp1252(codes: str) -> str:
    return bytes.fromhex(codes).decode("cp1252")


VPS: Mapping[str, str] = {
    **dict(zip(_cp1252(_VPS_CODES), _ORDER.replace(" ", ""), strict=True)),
    **dict(zip(_cp1252("e6e2eaf4d6dcc7"), "ăâêôơưđ", strict=True)),
    "ñ": "Đ",
}

_TABLES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("TCVN3 (ABC)", TCVN3),
    ("VNI-Windows", VNI_WINDOWS),
    ("VPS", VPS),
)


def convert(units: list[Unit], table: Mapping[str, str]) -> list[Unit]:
    """Read units through a table whose keys are one or two characters long; longer keys win."""
    out: list[Unit] = []
    index = 0
    while index < len(units):
        pair = units[index].char + units[index + 1].char if index + 1 < len(units) else ""
        if pair and pair in table:
            out.append(Unit(table[pair], units[index].start, units[index + 1].end))
            index += 2
        else:
            unit = units[index]
            out.append(Unit(table.get(unit.char, unit.char), unit.start, unit.end))
            index += 1
    return out


def read_word(word: str) -> list[str]:
    """What one word would be in each of the code pages, where that makes it a Vietnamese syllable."""
    if all(char.isascii() or has_marks(char) for char in word):
        return []
    units = [Unit(char, index, index + 1) for index, char in enumerate(word)]
    found = (text_of(convert(units, table)) for _, table in _TABLES)
    return [made for made in found if made != word and is_syllable(made)]


def _score(units: list[Unit], accept: Callable[[str], bool]) -> tuple[int, int]:
    """(words with letters beyond ASCII, those of them that are Vietnamese syllables)."""
    foreign = good = 0
    for _, _, word in words(units):
        core = word.strip("\"'.,;:!?()[]%-/")
        if core and not core.isascii():
            foreign += 1
            good += accept(core)
    return foreign, good


def decode_legacy(units: list[Unit], notes: list[str]) -> list[Unit]:
    """Convert text of a legacy code page to Unicode; other text is returned as it is.

    Args:
        units: The text.
        notes: Receives a Vietnamese sentence when something was converted.
    """
    text = text_of(units)
    if text.isascii() or not any("\u0080" <= char <= "\u00ff" or char in "‰Š‹Œ†‡š›œŸ" for char in text):
        return units
    foreign, good = _score(units, is_syllable)
    if foreign - good < 2:
        return units
    best: tuple[float, str, list[Unit]] | None = None
    for name, table in _TABLES:
        converted = convert(units, table)
        count, fits = _score(converted, is_syllable)
        share = fits / count if count else 0.0
        # One odd word may be a foreign name; two that become Vietnamese together are an encoding.
        if fits >= 2 and share >= 0.75 and fits > good + 1 and (best is None or share > best[0]):
            best = (share, name, converted)
    if best is None:
        return units
    notes.append(f"Văn bản dùng bảng mã {best[1]}, đã chuyển sang Unicode.")
    return best[2]
