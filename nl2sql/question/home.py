"""Whose side a question is told from: "Hàn Quốc xuất sang Việt Nam" is an import of the home country.

A direction that is named is turned round where it is the partner's. Where none is named, the way that goods go between
the home country and a partner tells it: "hàng Đức vào Việt Nam" is imported, "nước mua nhiều gạo của Việt Nam" is
exported to, "đưa hàng sang Hàn Quốc" exports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.matches import Match, Syllable
from nl2sql.question.phrases import search_all
from nl2sql.question.text import Text, fold, normalise
from nl2sql.question.vocabulary import Term
from schema.semantic import Catalogue, Dimension, Value, View

_BUYS = "mua|tiêu thụ|ưa chuộng"
_LEAVES = "sang|đi"
_COMES = "từ"
_GREAT = (("lon", "nhat"), ("chinh",), ("hang", "dau"), ("chu", "luc"), ("chu", "yeu"))
"""Adjectives of a noun phrase: "nước nhập khẩu lớn nhất của Việt Nam" names our source, no act of the partner's."""
_TURNS = "so với|sang tên|chuyển sang|chuyển từ|dịch chuyển"


def seen_from_home(text: Text, catalogue: Catalogue, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """The elements with each direction that is told from the other side turned round, or with the one that is meant.

    A direction followed by one of its ``toward`` words and a name of the home country is the partner's: what the
    partner exports to us, we import.
    """
    if not catalogue.home:
        return tuple(found)
    names = home_names(catalogue)
    turned = tuple(_turned(text, catalogue, view, found, i, names) for i in range(len(found)))
    meant = _meant(text, catalogue, view, turned, names)
    return turned if meant is None else tuple(sorted((*turned, meant), key=lambda e: e.tokens))


def home_names(catalogue: Catalogue) -> list[tuple[str, ...]]:
    """Names of the home country as folded syllables."""
    return [tuple(t.fold for t in normalise(n).tokens) for n in catalogue.home]


def whole_home(text: Text, items: Sequence[Syllable], matches: Sequence[Match], catalogue: Catalogue) -> list[Match]:
    """The matches without those that cut a home name of several syllables in two.

    Without diacritics "cua Viet Nam" holds the name of a port ("Cửa Việt"); the country is never cut for it. A small
    "nam" before a year is the year's ("quy ra tien Viet nam 2024").
    """
    places = []
    for name in home_names(catalogue):
        size = len(name)
        starts = range(len(items) - size + 1) if size > 1 else ()
        places += [
            (i, i + size)
            for i in starts
            if tuple(s.fold for s in items[i : i + size]) == name and not _of_a_year(text, items[i + size - 1].token)
        ]
    return [m for m in matches if not any(_cuts(m, start, end) for start, end in places)]


def _of_a_year(text: Text, index: int) -> bool:
    after = text.tokens[index + 1].text if index + 1 < len(text.tokens) else ""
    return text.tokens[index].text == "nam" and len(after) == 4 and after.isdigit()


def _cuts(match: Match, start: int, end: int) -> bool:
    before = match.start < start < match.end < end
    return before or start < match.start < end < match.end


def _turned(
    text: Text, catalogue: Catalogue, view: View, found: Sequence[Element], index: int, names: Sequence[tuple[str, ...]]
) -> Element:
    element = found[index]
    dim = view.dimension(element.name) if element.kind == "value" else None
    value = _value(catalogue, view, element) if dim else None
    if element.term is None or value is None or not value.opposite:
        return element
    words = [t.fold for t in text.tokens[slice(*element.tokens)]]
    if words in (["mua"], ["mua", "hang"]) and _buys(text, view, found, element.tokens[0], names):
        sold = text.tokens[element.tokens[1]].fold not in _SOURCES if element.tokens[1] < len(text.tokens) else True
        if sold:
            return replace(element, term=replace(element.term, value=value.opposite))
    said = element.tokens[1] - 1 if text.tokens[element.tokens[1] - 1].fold in value.toward else element.tokens[1]
    after = [t.fold for t in text.tokens[said : said + 6]]
    for at, word in enumerate(after[:4]):
        if word == "cua" and tuple(after[:at]) in _GREAT:
            continue
        if word in value.toward and any(tuple(after[at + 1 : at + 1 + len(n)]) == n for n in names):
            if word == "cua" and not _is_partners(text, view, found, index, said + at):
                return element
            return replace(element, term=replace(element.term, value=value.opposite))
    return element


_PASSED = frozenset({"have", "which", "howmany", "plural", "list", "max", "min", "first"})
_NEAR = 4
_SOURCES = frozenset({"tu", "cua"})
_ACTED = frozenset({"xuat", "ban", "nhap", "cho", "duoc", "doanh", "nguoi", ",", "va"})
"""Words between a partner and a verb that give the verb another doer, or end the clause."""
_OURS = frozenset({"thi truong", "nguon", "nguon cung", "doi tac", "ban hang", "thi truong chinh"})


def _is_partners(text: Text, view: View, found: Sequence[Element], index: int, owner: int) -> bool:
    """Whether the direction before "của Việt Nam" is a partner's: "Mỹ nhập khẩu gạo của Việt Nam".

    "Nhập khẩu của Việt Nam" is our own, and so is that of "thị trường nhập khẩu lớn nhất của Việt Nam", where no goods
    are said that the partner would be the market for.
    """
    if fold(text.span(*found[index].tokens).text).split()[:1] in (["mua"], ["ban"]):
        return True  # to buy and to sell are acts of whoever is named: "thị trường nào mua hàng của ta"
    before = next((e for e in reversed(found[:index]) if e.tag not in _PASSED), None)
    dim = _partner(view, before) if before is not None else None
    if before is None or dim is None:
        return False
    goods = any(e.kind == "value" and found[index].tokens[1] <= e.tokens[0] < owner for e in found)
    return goods or before.kind in ("value", "filter") or fold(text.span(*before.tokens).text) not in _OURS


def _buys(text: Text, view: View, found: Sequence[Element], verb: int, names: Sequence[tuple[str, ...]]) -> bool:
    """Whether a partner is who buys: "nước nào [mua] cà phê nhiều nhất", and not "nước mà mình [mua]"."""
    earlier = [e for e in found if e.tokens[1] <= verb and e.tag not in _PASSED]
    if not earlier or _partner(view, earlier[-1]) is None or verb - earlier[-1].tokens[1] > _NEAR:
        return False
    if earlier[-1].tokens[0] and text.tokens[earlier[-1].tokens[0] - 1].fold in _SOURCES:
        return False  # "của nước nào mua …"
    between = [t.fold for t in text.tokens[earlier[-1].tokens[1] : verb]]
    ours = any(tuple(between[i : i + len(n)]) == n for n in names for i in range(len(between)))
    return not ours and not set(between) & _ACTED


def _bought_from(text: Text, view: View, found: Sequence[Element], verb: int) -> bool:
    """Whether goods are bought of a partner by nobody else: "mua máy móc của nước nào nhiều nhất"."""
    if any(_partner(view, e) is not None for e in found if e.tokens[1] <= verb):
        return False
    later = next((e for e in found if e.tokens[0] > verb and _partner(view, e) is not None), None)
    return later is not None and text.tokens[later.tokens[0] - 1].fold in _SOURCES


def _partner(view: View, element: Element) -> Dimension | None:
    """The column of partners, where an element names one, counts them or names where they lie ("châu Phi")."""
    partners = [d for d in view.dimensions if {"sang", "từ"} <= set(d.cues)]
    if element.kind == "metric":
        metric = view.metric(element.name)
        return next((d for d in partners if metric and metric.expr == f"COUNT(DISTINCT {d.name})"), None)
    if element.kind == "filter":  # "EU nhập khẩu giày dép của ta"
        bloc = any(f.name == element.name and f.expr.lower().startswith("la_") for f in view.filters)
        return next(iter(partners), None) if bloc else None
    if element.kind not in ("value", "dimension"):
        return None
    return next((d for d in partners if element.name in (d.name, d.parent)), None)


def _value(catalogue: Catalogue, view: View, element: Element) -> Value | None:
    dim = view.dimension(element.name)
    if dim is None or element.term is None:
        return None
    return next((v for v in catalogue.values_of(dim) if v.value == element.term.value), None)


def _meant(
    text: Text, catalogue: Catalogue, view: View, found: Sequence[Element], names: Sequence[tuple[str, ...]]
) -> Element | None:
    """The direction that a question without one means, by the way the goods go; None where it says no single way."""
    dim, out, into = _directions(catalogue, view)
    if dim is None or out is None or into is None or any(e.name == dim.name or _balances(e, dim, view) for e in found):
        return None
    if next(search_all(text, _TURNS), None) is not None:
        return None
    told = dict(
        (
            *_homeward(text, out, into, names),
            *((p.start, out) for p in search_all(text, _BUYS) if _buys(text, view, found, p.start, names)),
            *((p.start, into) for p in search_all(text, "mua") if _bought_from(text, view, found, p.start)),
            *_abroad(text, catalogue, view, found, out, into),
            *_by_role(text, out, into),
        )
    )
    if len({v.value for v in told.values()}) != 1:
        return None
    (place, value), *_ = told.items()
    term = Term("value", view.name, dim.name, value.value, (), ())
    return Element("value", (place, place + 1), term)


def _directions(catalogue: Catalogue, view: View) -> tuple[Dimension | None, Value | None, Value | None]:
    """The column that says which way goods go, its value for away from home and the one for home."""
    for dim in view.dimensions:
        values = [v for v in catalogue.values_of(dim) if v.opposite]
        out = next((v for v in values if "sang" in v.toward), None)
        into = next((v for v in values if out and v.value == out.opposite), None)
        if out is not None and into is not None:
            return dim, out, into
    return None, None, None


def _balances(element: Element, dim: Dimension, view: View) -> bool:
    """Whether a measure looks at both directions itself, as a balance does."""
    metric = view.metric(element.name) if element.kind == "metric" else None
    return metric is not None and dim.name in metric.expr


def _homeward(text: Text, out: Value, into: Value, names: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, Value]]:
    """Goods that come to the home country, or that somebody buys of it."""
    folds = [t.fold for t in text.tokens]
    bought = next(search_all(text, _BUYS), None)
    if bought is not None and any(tuple(folds[max(0, bought.start - len(n)) : bought.start]) == n for n in names):
        yield bought.start, into  # "Việt Nam mua gạo của nước nào"
        return
    for at, word in enumerate(folds):
        if not any(tuple(folds[at + 1 : at + 1 + len(n)]) == n for n in names):
            continue
        if word in out.toward and word != "cho":
            yield at, into
        elif bought is not None and bought.end <= at and (word in into.toward or word not in _PREPOSITIONS):
            yield at, out  # "mua gạo (của) Việt Nam"


_PREPOSITIONS = frozenset({"o", "tai", "tu", "cho", "voi", "va", "vao", "sang", "qua", "ve", "den", "toi", "trong"})


def _by_role(text: Text, out: Value, into: Value) -> Iterator[tuple[int, Value]]:
    """A partner that is named by its part in the trade: "nước xuất xứ" is where imports come from."""
    for value in (out, into):
        for phrase in value.implied_by:
            yield from ((w.end - 1, value) for w in search_all(text, phrase))


def _abroad(
    text: Text, catalogue: Catalogue, view: View, found: Sequence[Element], out: Value, into: Value
) -> Iterator[tuple[int, Value]]:
    """Goods that go to a partner ("sang Hà Lan", "đi UAE") or come from one ("từ Bỉ")."""
    for element in found:
        dim = view.dimension(element.name) if element.kind == "value" else None
        if dim is None or not {"sang", "từ"} <= set(dim.cues):
            continue
        start = element.tokens[0]
        lead = [w for w in search_all(text, f"{_LEAVES}|{_COMES}") if w.end == start]
        lead = lead or [w for w in search_all(text, f"(?:{_LEAVES}|{_COMES}) (?:nước|thị trường)") if w.end == start]
        if lead:
            yield lead[0].start, into if text.tokens[lead[0].start].fold == "tu" else out
