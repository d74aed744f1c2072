"""Find what a question names: catalogue terms and function words, as one consistent cover of its syllables.

For each view the matches that explain most of the question without overlapping are chosen (weighted interval
scheduling); the view whose cover explains most is the one that the question is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from nl2sql.question.edges import lent, lent_to_asked, superlative, whole_words
from nl2sql.question.lexicon import LEXICON
from nl2sql.question.lexicon_words import ABBREVIATIONS, CAPITALS, FILLERS
from nl2sql.question.matches import Cover, Match, Syllable
from nl2sql.question.paradigm import bare
from nl2sql.question.text import Text, canonical, fold, normalise
from nl2sql.question.text_fold import unmarked
from nl2sql.question.vocabulary import Term, Vocabulary

_FUZZY_CUTOFF = 80.0
_UNREAD_COST = 0.3
MINOR_RANK = 60
"""Columns of this rank and above are seldom meant: one syllable alone does not name a value of theirs."""


def syllables(text: Text, taken: Collection[int]) -> tuple[Syllable, ...]:
    """The syllables to be matched: tokens that are words or numbers and not taken, abbreviations written out."""
    found: list[Syllable] = []
    shouted = text.raw.isupper()
    for index, token in enumerate(text.tokens):
        if index in taken or (token.kind == "punct" and token.text != "%"):
            continue
        full = (
            "phần trăm"
            if token.text == "%"
            else (None if shouted else CAPITALS.get(token.text))
            or ABBREVIATIONS.get(token.norm)
            or ABBREVIATIONS.get(token.fold if not _marked(token.norm) else "")
        )
        if full:
            parts = full.split()
            found.extend(Syllable(canonical(p), fold(p), index, True, expanded=True) for p in parts)
        else:
            found.append(Syllable(token.norm, token.fold, index, _marked(token.norm)))
    return tuple(found)


def _marked(norm: str) -> bool:
    return norm != fold(norm)


@cache
def _function_phrases() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for tag, phrases in LEXICON.items():
        for phrase in phrases:
            tokens = normalise(phrase).tokens
            key = " ".join(t.fold for t in tokens)
            found.setdefault(key, []).append((tag, tuple(t.norm for t in tokens)))
    return found


def agreement(
    typed: Sequence[Syllable], norm: Sequence[str], *, accented: bool, known: Collection[str] = frozenset()
) -> float:
    """How well typed diacritics agree with a phrase of equal folded form: 1 exact, 0 contradiction.

    Text without any diacritics agrees with everything, a little less than an exact match does. A wrong tone mark on
    the same vowel is a typing slip; another vowel (luồng, lượng) is another word, and so is a syllable that is
    ``known`` as it stands (phát, phạt).
    """
    total = 0.0
    slips = 0
    for syllable, target in zip(typed, norm, strict=True):
        if syllable.norm == target:
            total += 1.0
        elif not syllable.marked:
            if accented and len(norm) == 1 and syllable.norm in known:
                return 0.0  # "ban hành" is no "bán"
            total += 0.8 if accented else 0.95
        else:
            if len(norm) == 1 or (syllable.norm in known and len(norm) < 4):
                return 0.0
            slips += 1
            total += 0.75 if _toneless(syllable.norm) == _toneless(target) else 0.0
            if _toneless(syllable.norm) != _toneless(target) and _toneless(target) != target and len(norm) < 3:
                return 0.0
    if slips and slips * 2 >= len(norm) and total / len(norm) < 0.75:
        return 0.0
    return total / len(norm)


_TONES = {0x300, 0x301, 0x303, 0x309, 0x323}


@cache
def _toneless(word: str) -> str:
    import unicodedata

    plain = "".join(c for c in unicodedata.normalize("NFD", word) if ord(c) not in _TONES)
    return unicodedata.normalize("NFC", plain)


def exact_matches(text: Text, items: Sequence[Syllable], vocabulary: Vocabulary) -> list[Match]:
    """Every phrase of the catalogue (one match per view and phrase) and every function phrase that stands here."""
    found = whole_words(items, list(_exact_matches(text, items, vocabulary)))
    found = [m for m in found if not superlative(items, m)]
    return [*found, *lent(found), *lent_to_asked(found)]


def _exact_matches(text: Text, items: Sequence[Syllable], vocabulary: Vocabulary) -> list[Match]:
    found: list[Match] = []
    functions = _function_phrases()
    for start in range(len(items)):
        bracketed = False
        for end in range(start + 1, min(len(items), start + vocabulary.longest) + 1):
            apart = end - start > 1 and items[end - 1].token - items[end - 2].token > 1
            if apart and _gap(text, items, end):
                break
            bracketed = bracketed or (apart and _opens_bracket(text, items, end))
            key = " ".join(s.fold for s in items[start:end])
            typed = items[start:end]
            for tag, norm in functions.get(key, ()) if not bracketed else ():
                quality = agreement(typed, norm, accented=text.accented, known=vocabulary.known)
                if quality > 0.6:
                    found.append(Match(start, end, tag=tag, quality=quality))
            terms = [t for t in vocabulary.find(key) if t.kind == "value" or not bracketed or "(" in t.written]
            if apart and terms and end - start > 1:
                terms = _without_own_tail(terms, vocabulary.find(items[end - 1].fold))
            found.extend(_catalogue_matches(text, items, start, end, terms, vocabulary.known))
            if end - start > 2:
                found.extend(_particled(items, start, end, vocabulary, bracketed))
    return found


def _without_own_tail(terms: Sequence[Term], tail: Sequence[Term]) -> list[Term]:
    """Names over a comma without those that what stands behind the comma says by itself: "doanh nghiệp, FDI"."""
    alone = {(t.kind, t.view, t.name, t.value) for t in tail if t.kind in ("value", "filter")}
    return [t for t in terms if (t.kind, t.view, t.name, t.value) not in alone or "," in t.written]


_PARTICLED = 0.97
"""What a name is worth of which a particle is left out or put in."""


def _particled(
    items: Sequence[Syllable], start: int, end: int, vocabulary: Vocabulary, bracketed: bool
) -> Iterable[Match]:
    """Names that stand here but for the particles inside them: "tỷ lệ hồ sơ [được] trả đúng hạn"."""
    typed = items[start:end]
    norm, folded = bare(tuple(s.norm for s in typed), tuple(s.fold for s in typed))
    if len(folded) < 3:
        return
    whole = tuple(s.fold for s in typed)
    by_view: dict[str, list[Term]] = {}
    for term in vocabulary.find_bare(" ".join(folded)):
        same = bare(term.norm, term.fold)[0] == norm
        if same and term.fold != whole and not term.strong and (term.kind == "value" or not bracketed):
            by_view.setdefault(term.view, []).append(term)
    for terms in by_view.values():
        yield Match(start, end, terms=tuple(terms), quality=_PARTICLED)


def _gap(text: Text, items: Sequence[Syllable], end: int) -> bool:
    """Whether a taken token or sentence punctuation stands between the last two syllables."""
    between = text.tokens[items[end - 2].token + 1 : items[end - 1].token]
    after = text.tokens[items[end - 1].token]
    asked = items[end - 2].fold in _ASKED  # "bao nhiêu, tiền phạt …": no name goes on after the question
    ends = ".;:?!," if asked else ".;:?!"
    return any(t.kind != "punct" or t.text == "/" or (t.text in ends and t.end < after.start) for t in between)


_ASKED = frozenset({"nhieu", "may", "nao", "gi"})


def _opens_bracket(text: Text, items: Sequence[Syllable], end: int) -> bool:
    """Whether a bracket opens between the last two syllables: only a stored name goes on over it."""
    return any(t.text == "(" for t in text.tokens[items[end - 2].token + 1 : items[end - 1].token])


def _catalogue_matches(
    text: Text,
    items: Sequence[Syllable],
    start: int,
    end: int,
    terms: Sequence[Term],
    known: Collection[str],
) -> Iterable[Match]:
    if not terms:
        return
    typed = items[start:end]
    by_view: dict[str, list[tuple[float, Term]]] = {}
    for term in terms:
        quality = agreement(typed, term.norm, accented=text.accented, known=known)
        if term.strong and not _written_as(text, typed, term):
            cued = items[start - 1].fold in term.cues if start else False
            # "bi" of "bị bác bỏ" is no Belgium, "y" of "ý tôi là" no Italy
            common = typed[0].fold in _FOLDED_FILLERS or len(typed[0].fold) == 1
            quality *= 0.9 if cued else 0.0 if text.accented or common else 0.45
        elif len(term.fold) == 1 and term.kind == "value" and term.rank >= MINOR_RANK and typed[0].norm in FILLERS:
            quality = 0.0  # "đồng chí", "hàng": too common a word to name a value of a column that is seldom meant
        elif len(term.fold) == 1 and term.kind in ("value", "filter"):
            quality *= 0.4 if term.rank >= MINOR_RANK else 0.7 if quality < 1.0 else 1.0
        if quality > 0.35:
            by_view.setdefault(term.view, []).append((quality, term))
    for group in by_view.values():
        best = max(q for q, _ in group)
        yield Match(start, end, terms=tuple(t for q, t in group if q >= best - 0.15), quality=best)


def _written_as(text: Text, typed: Sequence[Syllable], term: Term) -> bool:
    first, last = text.tokens[typed[0].token], text.tokens[typed[-1].token]
    if typed[0].token == 0 and not term.written.isupper() and not _goes_on(text, typed, term):
        return False  # a capital at the beginning of a sentence is no evidence of a name
    written = term.written if text.accented else unmarked(term.written)
    return text.span(typed[0].token, typed[-1].token + 1).text == written or (first is last and first.text == written)


_AFTER_NAMES = frozenset(
    ["và", ",", "là", "chiếm", "mua", "nhập", "xuất", "đứng", "với", "hay", "hoặc", "xếp", "hiện", "thì", "nữa", "?"]
)


def _goes_on(text: Text, typed: Sequence[Syllable], term: Term) -> bool:
    """Whether what follows the first word of a sentence makes it a name after all: "Mỹ và Trung Quốc chiếm …"."""
    after = typed[-1].token + 1
    exact = all(s.marked or len(typed) > 1 for s in typed) and tuple(s.norm for s in typed) == term.norm
    follows = text.tokens[after].norm in _AFTER_NAMES if after < len(text.tokens) else typed[0].token == 0
    return exact and len(term.written) > 1 and follows


def fuzzy_matches(
    text: Text, items: Sequence[Syllable], unread: Collection[int], vocabulary: Vocabulary
) -> list[Match]:
    """Near phrases for stretches that hold an unexplained syllable: typing errors, glued or split syllables."""
    found: list[Match] = []
    for start in range(len(items)):
        for size in range(1, 6):
            end = start + size
            if end > len(items):
                break
            if not any(i in unread for i in range(start, end)):
                continue
            typed = " ".join(s.fold for s in items[start:end])
            if any(c.isdigit() for c in typed):
                continue  # a digit is never a typing error for a letter
            if len(typed.replace(" ", "")) < 5:
                continue
            found.extend(_near(items, start, end, typed, unread, vocabulary))
    return found


def _near(
    items: Sequence[Syllable],
    start: int,
    end: int,
    typed: str,
    unread: Collection[int],
    vocabulary: Vocabulary,
) -> Iterable[Match]:
    size = end - start
    glued = typed.replace(" ", "")
    for length in (size, size + 1, size - 1):
        if length == size:
            choices = vocabulary.like(typed.split())
            hits = process.extract(typed, choices, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF, limit=3)
            pairs = [(choice, score) for choice, score, _ in hits]
        else:
            pairs = [(c, 94.0) for c in vocabulary.glued.get(glued, ()) if c.count(" ") + 1 == length]
        for choice, score in pairs:
            if choice == typed:
                continue
            if length == size and not _slips(items[start:end], choice.split(), start, unread, vocabulary.known):
                continue
            by_view: dict[str, list[Term]] = {}
            for term in vocabulary.find(choice):
                if not term.strong and not term.beginning:
                    by_view.setdefault(term.view, []).append(term)
            for terms in by_view.values():
                yield Match(start, end, terms=tuple(terms), quality=0.8 * score / 100, fuzzy=True)


def _slips(
    typed: Sequence[Syllable], words: Sequence[str], start: int, unread: Collection[int], known: Collection[str]
) -> bool:
    """Whether a phrase is another with slips in syllables that nothing else explains.

    A syllable with diacritics that is a word as it stands ("tiền") is no slip for another ("miễn").
    """
    return all(
        one.fold == other or (start + i in unread and not (one.marked and one.norm in known) and _slip(one.fold, other))
        for i, (one, other) in enumerate(zip(typed, words, strict=True))
    )


def _slip(typed: str, word: str) -> bool:
    """Whether one syllable may be the other with one slip of the finger; short ones must be longer than the slip."""
    return min(len(typed), len(word)) >= 3 and DamerauLevenshtein.distance(typed, word) <= 1


def best_cover(view: str, items: Sequence[Syllable], matches: Sequence[Match]) -> Cover:
    """The non-overlapping matches of greatest weight for one view (dynamic programming over the syllables)."""
    usable = [m for m in matches if m.tag or m.terms[0].view == view]
    ending: dict[int, list[Match]] = {}
    for match in usable:
        ending.setdefault(match.end, []).append(match)
    best: list[tuple[float, tuple[Match, ...]]] = [(0.0, ())]
    for end in range(1, len(items) + 1):
        choice = (best[end - 1][0] - (_UNREAD_COST if is_content(items[end - 1]) else 0.0), best[end - 1][1])
        for match in ending.get(end, ()):
            score = best[match.start][0] + match.weight
            if score > choice[0] + 1e-9:
                choice = (score, (*best[match.start][1], match))
        best.append(choice)
    score, chosen = best[-1]
    covered = {i for m in chosen for i in range(m.start, m.end)}
    led = {m.start - 1 for m in chosen if m.start and _leads(items[m.start - 1], m)}
    unread = tuple(i for i, s in enumerate(items) if i not in covered | led and is_content(s))
    strength = sum(m.weight for m in chosen if m.terms and not names_unit(m))
    return Cover(view, chosen, unread, strength - 0.5 * len(unread))


def _leads(before: Syllable, match: Match) -> bool:
    """Whether a word is the cue of the value that follows it."""
    return any(t.kind == "value" and before.fold in t.cues for t in match.terms)


def names_unit(match: Match) -> bool:
    """Whether a measure is named by its unit alone ("tính bằng VND"), which says nothing of the subject."""
    return bool(match.terms) and all(t.kind == "metric" and t.fold[0] in _UNIT_LEADS for t in match.terms)


_UNIT_LEADS = frozenset(("bang", "tinh", "quy"))


def is_content(syllable: Syllable) -> bool:
    """Whether a syllable that nothing explains carries content that must not be ignored."""
    return syllable.norm not in FILLERS and not (not syllable.marked and syllable.fold in _FOLDED_FILLERS)


_FOLDED_FILLERS = frozenset(fold(w) for w in FILLERS)
