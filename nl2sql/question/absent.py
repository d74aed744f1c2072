"""What the warehouse does not hold: topics that the catalogue declares, and trade between other countries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from nl2sql.question.home import home_names
from nl2sql.question.linker import agreement, syllables
from nl2sql.question.matches import Cover, Match, Syllable
from nl2sql.question.phrases import search_all
from nl2sql.question.tasks import mentions
from nl2sql.question.text import Text, Token, fold, normalise
from schema.semantic import Absent, Catalogue, View

ABROAD = (
    "Kho chỉ có hàng hóa xuất khẩu, nhập khẩu của Việt Nam, không có thương mại giữa các nước khác với nhau. "
    "Có thể hỏi Việt Nam xuất khẩu sang hay nhập khẩu từ từng nước đó."
)
_GAP = 4
_ASIDE = r"không cần|không hỏi|khỏi|đừng|chưa cần|trước khi|sau khi|ngoài việc|thay vì|không phải|bỏ qua"
_KNOWN = r"biết rồi|đã biết|rõ rồi|hiểu rồi|có rồi"
_BELONGS = ("cua", "tu", "sang", "voi", "cho", "den", "toi", "vao", "ra", "qua", "va", "gom", "truong", "nuoc")
"""Words before a country that make it a partner and not the one that trades ("nhập khẩu từ …", "thị trường …")."""


def absent_topic(text: Text, covers: Sequence[Cover], items: Sequence[Syllable], catalogue: Catalogue) -> Absent | None:
    """The absent topic that a question names, unless a longer governed phrase covers the same words.

    Words that the grammar of time has taken count too ("giá vàng [hôm nay]").
    """
    typed = syllables(text, ())
    said = {s.fold for s in typed}
    spans = [
        (items[m.start].token, items[m.end - 1].token)
        for m in (covers[0].matches if covers else ())
        if m.terms and not m.fuzzy
    ]
    columns = _columns(covers, items)
    for topic in catalogue.absent:
        if topic.unless and mentions(text, topic.unless):
            continue
        for pattern in topic.patterns:
            if _begins_elsewhere(pattern, said):
                continue
            for first, last in _places(text, typed, pattern):
                if topic.code == "out_of_scope" and first in columns:
                    continue  # "lý do nào khiến C/O bị từ chối": the warehouse holds that reason
                longer = any(a <= first and last <= b and (b - a) > (last - first) for a, b in spans)
                if not longer and not _set_aside(text, first, last):
                    return topic
    return None


def _columns(covers: Sequence[Cover], items: Sequence[Syllable]) -> set[int]:
    """Where columns of the view that explains most are named, in a question that asks for no reason of a change."""
    matches = covers[0].matches if covers else ()
    if any(m.tag == "change" for m in matches):
        return set()
    return {items[m.start].token for m in matches if m.quality > 0.9 and any(t.kind == "dimension" for t in m.terms)}


def _places(text: Text, typed: Sequence[Syllable], pattern: str) -> Iterator[tuple[int, int]]:
    """Token ranges, ends included, where the pieces of a pattern stand one after the other."""
    pieces = _pieces(pattern)
    lead = pieces[0][0].fold
    for start in (i for i, s in enumerate(typed) if s.fold == lead):
        at, first = start, True
        for piece in pieces:
            reach = range(at, at + 1) if first else range(at, min(at + _GAP + 1, len(typed)))
            found = next((i for i in reach if _stands(text, typed[i : i + len(piece)], piece)), None)
            if found is None:
                break
            at, first = found + len(piece), False
        else:
            yield typed[start].token, typed[at - 1].token


def _stands(text: Text, window: Sequence[Syllable], piece: Sequence[Token]) -> bool:
    if [s.fold for s in window] != [t.fold for t in piece]:
        return False
    norms = [t.norm for t in piece]
    if len(piece) == 1 and window[0].norm != norms[0]:
        return len(norms[0]) > 3 and not text.accented and norms[0] == window[0].fold
    unlike = [s for s, n in zip(window, norms, strict=True) if s.norm != n]
    if text.accented and (any(s.marked for s in unlike) or (unlike and len(piece) < 3)):
        return False  # "trong số" is no "trọng số"
    return agreement(window, norms, accented=text.accented) >= 0.75


def _begins_elsewhere(pattern: str, said: Collection[str]) -> bool:
    """Whether a pattern of plain words begins with one that nobody said: most do, and need not be taken apart."""
    lead = pattern.split(" ", 1)[0]
    return lead.isalpha() and fold(lead) not in said


@lru_cache(maxsize=2048)
def _pieces(pattern: str) -> tuple[tuple[Token, ...], ...]:
    parts = (normalise(part).tokens for part in pattern.split("…"))
    return tuple(kept for part in parts if (kept := tuple(t for t in part if t.kind != "punct")))


def _set_aside(text: Text, first: int, last: int) -> bool:
    """Whether the writer sets a topic aside: "không cần dự báo, chỉ cần …", "vì sao thì biết rồi"."""
    before = any(0 <= first - place.end <= 2 for place in search_all(text, _ASIDE))
    return before or any(0 <= place.start - last <= 4 for place in search_all(text, _KNOWN))


def trades_abroad(text: Text, covers: Sequence[Cover], items: Sequence[Syllable], catalogue: Catalogue) -> bool:
    """Whether a question is about what other countries trade with each other ("Trung Quốc bán sang Mỹ bao nhiêu")."""
    for cover in covers[:3]:
        view = catalogue.views[cover.view]
        partners = {d.name for d in view.dimensions if {"sang", "từ"} <= set(d.cues)}
        countries = [_tokens(m, items) for m in cover.matches if _names(m, partners)]
        ways = [_tokens(m, items) for m in cover.matches if _goes(m, view, catalogue)]
        if len(countries) < 2 or not ways or _speaks_of_home(text, catalogue):
            continue
        first, second = countries[0], countries[1]
        between = [w for w in ways if first[1] < w[0] and w[1] < second[0]]
        lead = text.tokens[first[0] - 1].fold if first[0] else ""
        towards = text.tokens[second[0] - 1].fold if second[0] else ""
        if (
            len(between) == 1
            and lead not in _BELONGS
            and towards in ("sang", "cho", "vao", "tu", "cua", "qua", "di", "toi")
        ):
            return not any(t.kind == "punct" for t in text.tokens[first[1] : second[0]])
    return False


def _tokens(match: Match, items: Sequence[Syllable]) -> tuple[int, int]:
    return items[match.start].token, items[match.end - 1].token


def _names(match: Match, columns: set[str]) -> bool:
    return any(t.kind == "value" and t.name in columns for t in match.terms)


def _goes(match: Match, view: View, catalogue: Catalogue) -> bool:
    for term in match.terms:
        dim = view.dimension(term.name) if term.kind == "value" else None
        if dim is not None and any(v.value == term.value and v.opposite for v in catalogue.values_of(dim)):
            return True
    return False


def _speaks_of_home(text: Text, catalogue: Catalogue) -> bool:
    folds = [t.fold for t in text.tokens]
    return any(tuple(folds[i : i + len(n)]) == n for n in home_names(catalogue) for i in range(len(folds)))
