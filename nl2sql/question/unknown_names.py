"""A company that the warehouse does not know: no total of everything stands in for it, its name is asked back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nl2sql.question.text import Text, Token, canonical, fold
from nl2sql.question.vocabulary import Vocabulary
from nl2sql.types import Clarification, Option, Reading
from schema.semantic import Catalogue, Dimension

_FORMS = frozenset(
    ("tnhh", "co", "phan", "cp", "ctcp", "mtv", "mot", "thanh", "vien", "tm", "dv", "xnk", "sx", "ten", "la", "mang")
)
"""Words of a company's legal form or before its name, none of which tells one company from another."""
_ALSO = ("tập đoàn", "tổng công ty", "hãng")
_COMMON = frozenset({"doanh nghiep", "dn", "hang", "chu hang", "thuong nhan", "nguoi khai"})
"""Nouns that adjectives follow as well: only a name in capitals is a name after them."""
_MOST = 3


def names_dimensions(catalogue: Catalogue) -> tuple[Dimension, ...]:
    """The columns that hold the names of companies: sensitive text whose values are looked up."""
    dims = {d.name: d for v in catalogue.views.values() for d in v.dimensions if d.sensitive and d.index}
    return tuple(d for d in dims.values() if d.type == "text")


def nouns_of_companies(dims: Iterable[Dimension], accented: bool) -> frozenset[str]:
    """What a company is called before its name; without diacritics "hãng" is no word of its own."""
    said = [n for d in dims for n in (d.label, *d.synonyms) if n.split()[-1] != "ai"]
    words = (*said, *_ALSO) if said else ()
    return frozenset(canonical(n.lower()) if accented else fold(n) for n in words if accented or fold(n) != "hang")


def with_unknown_company(text: Text, reading: Reading, catalogue: Catalogue, vocabulary: Vocabulary) -> Reading:
    """The reading, or a question back where words that nobody understood are the name of a company."""
    if not reading.unread or not reading.view:
        return reading
    dims = names_dimensions(catalogue)
    nouns = nouns_of_companies(dims, text.accented)
    shouted = text.raw == text.raw.upper() or text.raw == text.raw.lower()
    for span in reading.unread:
        inside = [i for i, t in enumerate(text.tokens) if span.start <= t.start and t.end <= span.end]
        while (size := _noun_at(text, inside, nouns)) > 0:
            inside = inside[size:]
        noun = _noun_before(text, inside[0], nouns) if inside else None
        if noun is None:
            continue
        start, called = noun
        capital = not shouted and any(text.tokens[i].text[:1].isupper() for i in inside)
        end = _end_of_name(text, inside[-1] + 1)
        name = text.span(start, end).text.strip(" \"'“”:")
        known = vocabulary.find(" ".join(t.fold for t in text.tokens[inside[0] : inside[-1] + 1]))
        if known or not (capital or (shouted and called not in _COMMON)):
            continue
        options = _alike(reading, text, start, end, dims, vocabulary, inside)
        asked = (
            f"Không tìm thấy doanh nghiệp “{name}” trong dữ liệu được xem nên không có số liệu để trả lời. "
            "Hãy ghi đúng tên như trên tờ khai hoặc hỏi bằng mã số thuế."
        )
        return replace(Reading(text=reading.text), clarification=Clarification(asked, options))
    return reading


def _noun_at(text: Text, inside: Sequence[int], nouns: frozenset[str]) -> int:
    """How many of the first words that nobody understood are such a noun themselves: "[tập đoàn] Vingroup"."""
    words = [_word(text.tokens[i], text.accented) for i in inside]
    return next((size for size in (3, 2, 1) if len(words) >= size and " ".join(words[:size]) in nouns), 0)


def _word(token: Token, accented: bool) -> str:
    return token.norm if accented else token.fold


def _noun_before(text: Text, at: int, nouns: frozenset[str]) -> tuple[int, str] | None:
    """Where the name begins behind the nearest noun for a company, and that noun; None where none leads to it."""
    for end in range(at, max(0, at - 8), -1):
        for size in (3, 2, 1):
            said = text.tokens[max(0, end - size) : end]
            if end >= size and " ".join(_word(t, text.accented) for t in said) in nouns:
                return end, " ".join(t.fold for t in said)
        token = text.tokens[end - 1]
        if not (token.fold in _FORMS or token.text[:1].isupper() or (token.kind == "punct" and token.text in "\"'“”:")):
            return None
    return None


def _end_of_name(text: Text, at: int) -> int:
    """The end of the words in capitals that go on with a name."""
    while at < len(text.tokens) and text.tokens[at].text[:1].isupper():
        at += 1
    return at


def _alike(
    reading: Reading, text: Text, start: int, end: int, dims: Sequence[Dimension], vocabulary: Vocabulary,
    inside: Sequence[int],
) -> tuple[Option, ...]:  # fmt: skip
    """The question with each of the few known names that hold the words of the one that was typed."""
    words = [text.tokens[i].fold for i in inside if text.tokens[i].kind == "word"]
    span = text.span(start, end)
    known = [v for d in dims for v in vocabulary.values(reading.view, d.name)]
    close = [v for v in known if words and all(f" {w} " in f" {fold(v)} " for w in words)][:_MOST]
    return tuple(Option(v, f"{text.raw[: span.start]}{v}{text.raw[span.end :]}") for v in close)
