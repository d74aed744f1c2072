"""Readable text: keys, tokens, offsets, and the repairs (code pages, Telex, VNI, chat spellings)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nl2sql.question.text import canonical, fold, normalise
from nl2sql.question.text_legacy import TCVN3, VNI_WINDOWS, VPS
from nl2sql.question.text_syllable import is_bare_syllable, is_syllable
from nl2sql.question.text_typing import decode_telex, decode_vni

SENTENCES = (
    "Kim ngạch xuất khẩu sang Trung Quốc năm 2024 là bao nhiêu",
    "Số tờ khai luồng đỏ của Cục Hải quan Hải Phòng quý trước",
    "Thuế giá trị gia tăng lũy kế đến hết tháng chín",
    "Những đơn vị nào có thời gian thông quan dưới hai mươi bốn giờ",
)
VOCABULARY = "khẩu ngạch luồng quyết nghiệp đường thuế quý được phương tiện nước giấy khoáng thủy hòa uống tuyến kỳ"
WORDS = VOCABULARY.split()
TELEX_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
VNI_TONES = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
TELEX_SHAPES = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
VNI_SHAPES = {"â": "a6", "ê": "e6", "ô": "o6", "ă": "a8", "ơ": "o7", "ư": "u7", "đ": "d9"}


def keystrokes(word: str, shapes: dict[str, str], tones: dict[str, str], tone_last: bool = True) -> str:
    """What one types for a word: letters by shape, the tone at the end or right after its vowel."""
    typed, tail = "", ""
    for char in word:
        parts = unicodedata.normalize("NFD", char)
        tone = next((tones[mark] for mark in parts if mark in tones), "")
        letter = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        typed += shapes.get(letter, letter) + ("" if tone_last else tone)
        tail += tone
    return typed + (tail if tone_last else "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("THUỶ", "thủy"),
        ("luỹ kế", "lũy kế"),
        ("khoẻ", "khỏe"),
        ("tỉ lệ", "tỷ lệ"),
        ("kĩ thuật", "kỹ thuật"),
        ("quí", "quý"),
        ("qúy", "quý"),
        ("lí do", "lý do"),
        ("Ðường", "đường"),
    ],
)
def test_spelling_variants_share_one_canonical_form(one: str, other: str) -> None:
    assert canonical(one) == canonical(other) == other


@pytest.mark.parametrize("word", ["hoàn", "toàn", "quả", "thuyền", "khoảng", "mì", "quỹ", "loại", "thuế"])
def test_canonical_leaves_correct_words_alone(word: str) -> None:
    assert canonical(word) == word


def test_fold_drops_every_mark_and_handles_d_with_stroke() -> None:
    assert fold("Đường Điện ĐỎ, Tỉ lệ luồng quỹ") == "duong dien do, ty le luong quy"
    assert fold(unicodedata.normalize("NFD", "Phước Khánh")) == "phuoc khanh"


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_cut_into_tokens_with_true_offsets(raw: str) -> None:
    text = normalise(raw)
    last = 0
    for token in text.tokens:
        assert 0 <= token.start < token.end <= len(raw)
        assert token.start >= last
        last = token.start
    span = text.span(0, len(text.tokens))
    assert span.text == raw[span.start : span.end]


ALPHABET = st.sampled_from([*"aăâbcdđeêghiklmnoôơpqrstuưvxy ", *"áàảãạấếộữ", "0", "5", "/", ".", ",", "?", "(", "%"])


@settings(deadline=None)
@given(st.text(ALPHABET, max_size=60))
def test_a_token_of_clean_text_is_what_stands_there(raw: str) -> None:
    text = normalise(raw)
    if not text.notes and text.nfc == raw:
        assert [raw[token.start : token.end] for token in text.tokens] == [token.text for token in text.tokens]
        assert "".join(token.text for token in text.tokens) == "".join(raw.split())


def test_decomposed_text_keeps_offsets_into_the_original() -> None:
    raw = unicodedata.normalize("NFD", "luồng đỏ tháng 6")
    text = normalise(raw)
    assert [token.text for token in text.tokens] == ["luồng", "đỏ", "tháng", "6"]
    assert unicodedata.normalize("NFC", text.span(1, 3).text) == "đỏ tháng"


def test_span_clamps_and_an_empty_range_is_empty() -> None:
    text = normalise("kim ngạch")
    assert text.span(0, 99).text == "kim ngạch"
    assert text.span(2, 2).text == ""
    assert normalise("").span(0, 1).text == ""


def test_invisible_characters_dashes_and_quotes_are_unified() -> None:
    text = normalise("2020\u20132024\u00a0“Hải\u200b Phòng”")
    assert text.nfc == '2020-2024 "Hải Phòng"'


@pytest.mark.parametrize(
    ("raw", "tokens"),
    [
        ("6T/2024", ["6T", "/", "2024"]),
        ("T6/2024, Q1/2025", ["T6", "/", "2024", ",", "Q1", "/", "2025"]),
        ("1.234.567,89 USD", ["1.234.567,89", "USD"]),
        ("1,5tỷ 500k", ["1,5", "tỷ", "500", "k"]),
        ("C/O form E", ["C/O", "form", "E"]),
        ("năm 2022,2023,2024", ["năm", "2022", ",", "2023", ",", "2024"]),
        ("mã A11, 02CI", ["mã", "A11", ",", "02CI"]),
        ("05/03/2024", ["05", "/", "03", "/", "2024"]),
    ],
)
def test_tokens_of_numbers_codes_and_dates(raw: str, tokens: list[str]) -> None:
    assert [token.text for token in normalise(raw).tokens] == tokens


def test_kinds_and_accents() -> None:
    text = normalise("Hơn 1.500 tờ khai?")
    assert [token.kind for token in text.tokens] == ["word", "number", "word", "word", "punct"]
    assert text.accented
    assert not normalise("hon 1.500 to khai").accented


@pytest.mark.parametrize("word", WORDS)
def test_telex_and_vni_keystrokes_decode_to_the_word(word: str) -> None:
    for tone_last in (True, False):
        assert decode_telex(keystrokes(word, TELEX_SHAPES, TELEX_TONES, tone_last)) == word
        assert decode_vni(keystrokes(word, VNI_SHAPES, VNI_TONES, tone_last)) == word


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(("shapes", "tones"), [(TELEX_SHAPES, TELEX_TONES), (VNI_SHAPES, VNI_TONES)])
def test_a_sentence_of_keystrokes_is_decoded(sentence: str, shapes: dict[str, str], tones: dict[str, str]) -> None:
    typed = " ".join(keystrokes(word, shapes, tones) for word in sentence.lower().split())
    text = normalise(typed)
    assert text.nfc == sentence.lower()
    assert text.notes
    assert text.span(0, len(text.tokens)).text == typed


@pytest.mark.parametrize(
    "raw",
    [
        "top 10 export theo market YTD",
        "so to khai luong do thang 6",
        "ma loai hinh A11 E62 B13 nam 2024",
        "xuat khau sang my 6T/2024 Q1 T6",
        "How many declarations were processed last week?",
        "FDI CPTPP RCEP ASEAN USD VND HS 2709",
    ],
)
def test_ordinary_text_is_not_taken_for_keystrokes(raw: str) -> None:
    text = normalise(raw)
    assert text.nfc == raw
    assert not text.notes


def encode(sentence: str, table: dict[str, str]) -> str:
    back = {letter: code for code, letter in table.items()}
    return "".join(back.get(char, char) for char in sentence)


@pytest.mark.parametrize(("name", "table"), [("TCVN3", TCVN3), ("VNI", VNI_WINDOWS), ("VPS", VPS)])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_legacy_code_pages_are_converted(name: str, table: dict[str, str], sentence: str) -> None:
    text = normalise(encode(sentence, table))
    assert text.nfc == sentence
    assert any(name in note for note in text.notes)


def test_well_known_legacy_strings() -> None:
    # The national motto as it appears in old documents, typed from those documents.
    assert normalise("Céng hoµ x· héi chñ nghÜa ViÖt Nam").nfc == "Cộng hoà xã hội chủ nghĩa Việt Nam"
    assert normalise("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam").nfc == "Cộng hòa xã hội chủ nghĩa Việt Nam"


@pytest.mark.parametrize("sentence", [*SENTENCES, "Café, résumé và naïve", "Định mức", "Bà Rịa – Vũng Tàu", "à é ù"])
def test_unicode_text_is_not_taken_for_a_code_page(sentence: str) -> None:
    assert not normalise(sentence).notes


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("có bn tờ khai", "có bao nhiêu tờ khai"),
        ("bnhieu tk", "bao nhiêu tk"),
        ("dn nào k có tk", "dn nào không có tk"),
        ("tăng đc mấy %", "tăng được mấy %"),
        ("thế nào vs năm ngoái", "thế nào với năm ngoái"),
        ("là j", "là gì"),
        ("tình hình ntn", "tình hình như thế nào"),
    ],
)
def test_chat_spellings(raw: str, meant: str) -> None:
    text = normalise(raw)
    assert " ".join(token.text for token in text.tokens) == meant
    assert text.span(0, len(text.tokens)).text == raw


def test_abbreviations_and_multipliers_are_no_chat_spellings() -> None:
    assert normalise("HQ BN có 500 k USD, XK NK TK").nfc == "HQ BN có 500 k USD, XK NK TK"


def test_fillers_are_marked() -> None:
    text = normalise("cho em xem số thu nha ạ")
    assert {text.tokens[index].text for index in text.fillers} == {"nha", "ạ"}


@pytest.mark.parametrize(
    "word", ["nghiêng", "quyết", "giếng", "gì", "khuỷu", "uống", "yếu", "ý", "đắk", "thuở", "quốc"]
)
def test_syllables_of_the_language(word: str) -> None:
    assert is_syllable(word)
    assert is_bare_syllable(fold(word))


@pytest.mark.parametrize("word", ["xuaats", "khẩut", "fdi", "strong", "bấng2", "quyet̀", "cát̀h", "cap̉"])
def test_strings_that_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)
