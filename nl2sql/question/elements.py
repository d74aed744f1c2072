"""The understood pieces of a question in the order of its text, each with the tokens behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.matches import Cover, Match, Syllable
from nl2sql.question.numbers import NumberMention
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.question.vocabulary import Term
from schema.semantic import View

ElementKind = Literal["metric", "dimension", "value", "filter", "view", "fact", "tag", "number", "period", "grain"]


@dataclass(frozen=True)
class Element:
    """One understood piece.

    Attributes:
        tokens: Half-open token range.
        term: The chosen catalogue term.
        others: Terms that the same words could also have meant.
        tag: Function tag.
    """

    kind: ElementKind
    tokens: tuple[int, int]
    term: Term | None = None
    others: tuple[Term, ...] = ()
    tag: str = ""
    number: NumberMention | None = None
    quality: float = 1.0

    @property
    def name(self) -> str:
        """Name of the catalogue object, or an empty text."""
        return self.term.name if self.term else ""


_PREFERENCE = {"metric": 0, "value": 1, "filter": 2, "dimension": 3, "fact": 4, "view": 5}


def elements_of(
    text: Text,
    view: View,
    cover: Cover,
    items: Sequence[Syllable],
    time: TimeReading,
    numbers: Iterable[NumberMention],
) -> tuple[Element, ...]:
    """All pieces in order. Numbers inside a chosen value or label are left to it."""
    found = [_from_match(m, items) for m in cover.matches]
    covered = {i for e in found if e.kind != "tag" for i in range(*e.tokens)}
    for mention in numbers:
        if not set(range(*mention.tokens)) <= covered:
            if mention.change and mention.tokens[0] in covered:  # "thuế được giảm dưới 2 tỷ" names what is bounded
                first = next(i for i in range(*mention.tokens) if i not in covered)
                mention = replace(mention, change="", tokens=(first, mention.tokens[1]))
            found.append(Element("number", mention.tokens, number=mention))
    found.extend(Element("period", p.tokens) for p in time.periods)
    found.extend(Element("grain", g.tokens, tag=g.role) for g in time.grains)
    found = [e for e in found if not _is_beginning(text, time, e)]
    found.sort(key=lambda e: (e.tokens[0], e.tokens[1]))
    ordered = _settle_kinds(text, view, _with_heads(text, view, found))
    return _aligned(text, view, tuple(_settle_columns(text, view, ordered)))


def _aligned(text: Text, view: View, found: tuple[Element, ...]) -> tuple[Element, ...]:
    """Values of one enumeration in the column that knows them all: of "Bắc Ninh và Thái Nguyên" only one is a cục."""
    out = list(found)
    places = [i for i, e in enumerate(found) if e.kind == "value"]
    for one, two in pairwise(places):
        a, b = out[one], out[two]
        if a.term is None or b.term is None or a.name == b.name or not joined(text, a, b):
            continue
        if a.tokens[1] >= b.tokens[0] or cue_length(text, view, a.term, a) or cue_length(text, view, b.term, b):
            continue
        own, other = ({t.name: t for t in (e.term, *e.others) if t and t.kind == "value"} for e in (a, b))
        shared = sorted(own.keys() & other.keys(), key=lambda name: own[name].rank)
        if shared:
            for place, element, terms in ((one, a, own), (two, b, other)):
                chosen = terms[shared[0]]
                rest = tuple(t for t in (element.term, *element.others) if t and t is not chosen)
                out[place] = replace(element, term=chosen, others=rest)
    return tuple(out)


def _is_beginning(text: Text, time: TimeReading, element: Element) -> bool:
    """Whether "tu dau" before a period is its beginning, and not the question where from."""
    words = [t.fold for t in text.tokens[element.tokens[0] : element.tokens[1]]]
    if element.kind != "dimension" or words != ["tu", "dau"] or text.accented:
        return False
    return any(p.tokens[0] == element.tokens[1] for p in time.periods)


def _with_heads(text: Text, view: View, found: list[Element]) -> list[Element]:
    """The elements with the noun taken out of a value that is asked for by it: "[doanh nghiệp] FDI nào"."""
    out: list[Element] = []
    for index, element in enumerate(found):
        after = found[index + 1] if index + 1 < len(found) else None
        before = found[index - 1] if index else None
        asked = after is not None and after.tag == "which" and gap(text, element, after) == 0
        listed = before is not None and before.tag == "group" and gap(text, before, element) == 0
        if element.kind == "dimension" and not asked and not listed:
            element = _as_condition(view, element)
        if element.kind in ("value", "filter") and (asked or listed):
            head = _head(text, view, element)
            if head is not None:
                out.append(head)
                element = replace(element, tokens=(head.tokens[1], element.tokens[1]))
        out.append(element)
    return out


def _as_condition(view: View, element: Element) -> Element:
    """A yes-or-no column that is named and not grouped by as the named filter that it holds ("đang hoạt động")."""
    dim = view.dimension(element.name)
    if dim is None or dim.type != "boolean":
        return element
    named = next((f for f in view.filters if f.expr.replace(" ", "").upper() == f"{dim.name}=TRUE".upper()), None)
    if named is None:
        return element
    return replace(element, kind="filter", term=Term("filter", view.name, named.name, "", (), ()), others=())


def _head(text: Text, view: View, element: Element) -> Element | None:
    """The name of another column with which a value's own name begins."""
    words = [t.fold for t in text.tokens[element.tokens[0] : element.tokens[1]]]
    best: tuple[int, str] | None = None
    for dim in view.dimensions:
        if dim.name == element.name or dim.type != "text":
            continue
        for name in (dim.label, *dim.synonyms):
            parts = fold(name).split()
            if 1 < len(parts) < len(words) and words[: len(parts)] == parts and (best is None or len(parts) > best[0]):
                best = len(parts), dim.name
    if best is None:
        return None
    start = element.tokens[0]
    return Element("dimension", (start, start + best[0]), Term("dimension", view.name, best[1], "", (), ()))


def _from_match(match: Match, items: Sequence[Syllable]) -> Element:
    tokens = (items[match.start].token, items[match.end - 1].token + 1)
    if match.tag:
        return Element("tag", tokens, tag=match.tag, quality=match.quality)
    ranked = sorted(match.terms, key=lambda t: (_PREFERENCE[t.kind], t.rank, not t.primary))
    return Element(ranked[0].kind, tokens, ranked[0], tuple(ranked[1:]), quality=match.quality)


def _settle_kinds(text: Text, view: View, found: list[Element]) -> list[Element]:
    """Choose between a measure and a column of the same name by what stands around it."""
    flags = {d.name for d in view.dimensions if d.type == "boolean"}
    found = [_as_property(view, flags, e, found[i - 1] if i else None) for i, e in enumerate(found)]
    for index, element in enumerate(found):
        dimension = next((t for t in element.others if t.kind == "dimension" and t.name not in flags), None)
        if element.kind not in ("metric", "value", "filter", "view") or dimension is None:
            continue
        before = found[index - 1] if index else None
        after = found[index + 1] if index + 1 < len(found) else None
        grouped = before is not None and before.tag in ("group", "plural") and gap(text, before, element) == 0
        asked = after is not None and after.tag == "which" and gap(text, element, after) == 0
        counted = before is not None and before.kind == "number" and gap(text, before, element) == 0
        if element.kind == "view" or grouped or asked or (counted and element.kind != "value"):
            found[index] = replace(
                element,
                kind="dimension",
                term=dimension,
                others=tuple(t for t in (element.term, *element.others) if t and t is not dimension),
            )
    return found


def _as_property(view: View, flags: set[str], element: Element, before: Element | None) -> Element:
    """A yes-or-no column that nobody groups by is the property it names: "doanh nghiệp đang hoạt động"."""
    if element.kind != "dimension" or element.name not in flags or (before is not None and before.tag == "group"):
        return element
    named = next((f for f in view.filters if f.expr.upper() == f"{element.name} = TRUE".upper()), None)
    if named is None or element.term is None:
        return element
    return replace(element, kind="filter", term=replace(element.term, kind="filter", name=named.name))


def _settle_columns(text: Text, view: View, found: Sequence[Element]) -> Iterable[Element]:
    """Choose the column of a value that lives in several: a cue before it decides, then the catalogue's rank."""
    settled = ""
    for index, element in enumerate(found):
        if element.kind != "value" or element.term is None:
            yield element
            continue
        candidates = [t for t in (element.term, *element.others) if t.kind == "value"]
        before = found[index - 1] if index else None
        cued = [t for t in candidates if _is_cued(text, view, t, element, before)]
        if not cued and before is not None and before.tag == "and" and index > 1:
            before = found[index - 2]
        if not cued and before is not None and before.kind == "value" and joined(text, before, element):
            cued = [t for t in candidates if t.name == settled]  # one enumeration, one column
        longest = {t.name: max(cue_length(text, view, t, element), _head_length(t, before)) for t in cued}
        ordered = sorted(cued or candidates, key=lambda t: (-longest.get(t.name, 0), t.rank, not t.primary))
        settled = ordered[0].name
        yield replace(element, term=ordered[0], others=tuple(t for t in candidates if t is not ordered[0]))


def _is_cued(text: Text, view: View, term: Term, element: Element, before: Element | None) -> bool:
    if before is not None and before.kind == "dimension" and gap(text, before, element) == 0:
        names = {before.name, *(t.name for t in before.others)}
        if term.name in names:
            return True
    dim = view.dimension(term.name)
    if dim is None:
        return False
    if before is not None and before.kind == "dimension" and gap(text, before, element) == 0:
        owner = fold(text.span(*before.tokens).text)
        if any(fold(cue).startswith(owner + " ") for cue in dim.cues):
            return True  # "doanh nghiệp đóng tại Bắc Ninh", as "doanh nghiệp tại"
    return cue_length(text, view, term, element) > 0


def _head_length(term: Term, before: Element | None) -> int:
    """How many words the name of a value's own column has that stands before it: "cục tỉnh [Lạng Sơn]"."""
    if before is None or before.kind != "dimension" or term.name not in {before.name, *(t.name for t in before.others)}:
        return 0
    return before.tokens[1] - before.tokens[0]


_CITY = "thành phố"
"""Said twice in "hải quan thành phố TP. Hồ Chí Minh"."""


def cue_length(text: Text, view: View, term: Term, element: Element) -> int:
    """How many words the longest cue of a column has that stands before a value: "hải quan thành phố [Hà Nội]"."""
    dim = view.dimension(term.name)
    start = element.tokens[0]
    words = [t.norm for t in text.tokens[max(0, start - 6) : start] if t.kind != "punct"]
    preceding = " ".join(words).replace(f"{_CITY} tp", _CITY).split()
    folded = [fold(w) for w in preceding]
    said = [
        len(words)
        for words in (cue.lower().split() for cue in (dim.cues if dim else ()))
        if preceding[-len(words) :] == words
        or (not text.accented and folded[-len(words) :] == [fold(w) for w in words])
    ]
    return max(said, default=0)


def gap(text: Text, first: Element, second: Element) -> int:
    """Words of content between two elements; function words and commas do not count."""
    return sum(
        1
        for token in text.tokens[first.tokens[1] : second.tokens[0]]
        if token.kind != "punct" and token.norm not in FILLERS
    )


def joined(text: Text, first: Element, second: Element) -> bool:
    """Whether two elements stand in one enumeration: only "và", "hay", "với" or commas lie between them."""
    between = text.tokens[first.tokens[1] : second.tokens[0]]
    return all(t.text in ",/&+-;" or t.norm in ("và", "hay", "hoặc", "với", "cùng", "lẫn") for t in between) or (
        not text.accented and all(t.text in ",/&+-;" or t.fold in ("va", "hay", "hoac", "voi") for t in between)
    )


def told_last(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether the things that a question begins with are counted by its end: "doanh nghiệp nợ trên 10 tỷ có bao nhiêu".

    Only where they are bounded: otherwise the end may ask for a measure.
    """
    last, first = found[-1], found[index]
    bounded = any(e.number is not None and e.number.comparator for e in found)
    begins = all(e.kind in ("period", "grain") or e.tag in ("plural", "have") for e in found[:index])
    said = [t.fold for t in text.tokens[last.tokens[0] :] if t.kind != "punct"]
    before = text.tokens[last.tokens[0] - 1].fold if last.tokens[0] else ""
    ends = last.tag == "howmany" and said[-2:] == ["bao", "nhieu"] and (before == "co" or "co" in said)
    listed = any(e.tag in ("which", "group", "list") for e in found)
    return not listed and first.kind in ("dimension", "view") and bounded and begins and ends
