"""Two subjects in one question: their figures side by side, or one shared out by the other.

"thu ngân sách và số tờ khai của mỗi cục" asks for two measures that no view holds together; "thu ngân sách trên mỗi
biên chế" divides one by the other. Such a question is cut into two that share everything but their measure; each is
read by itself, and the tables are put together by the columns that both are grouped by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nl2sql.question.linker import names_unit
from nl2sql.question.matches import Cover, Match, Syllable
from nl2sql.question.measures import is_count, is_distinct_count, per_counted
from nl2sql.question.shared_out import Want, counts_part, in_one_currency
from nl2sql.question.text import Text, fold
from nl2sql.types import Beside, GroupMatch, Period, Ranking, Reading, Shape, Span
from schema.semantic import Catalogue

Read = Callable[[str], Reading]


_EACH = r"(?:mỗi|một|1|từng|đầu|số)"
_OVER = re.compile(
    rf"^(?!cho$)(?:(?:được )?(?:tính |chia )?(?:bình quân |trung bình |bq |tb )?"
    rf"(?:trên|cho|theo đầu|/|so với)(?: tổng)?(?: {_EACH})?"
    rf"|(?:bình quân|trung bình|bq|tb)(?: (?:trên|cho|của))? {_EACH}|(?:mỗi|một) )$"
)
_PERCENT = re.compile(
    r"^(?:bằng|chiếm|tương đương|so với|đạt|là)?(?: ?(?:bao nhiêu|mấy) (?:phần trăm|%))(?: (?:của|so với))?$"
    r"|^so với .*$"
)
_JOIN = re.compile(
    r"^(?:,|và|cùng|cùng với|với|kèm|kèm theo|lẫn|(?:bao )?gồm cả|có cả|cũng như|song song với|bên cạnh|đi kèm|\+|&|/)"
    r"(?: (?:với|theo|cả))?$"
)
_LED = re.compile(rf"(?:bình quân|trung bình|tính ra|tính|cứ|trên)? ?{_EACH}$")
_RATE = re.compile(r"(?:tỷ lệ|tỷ số|tỉ lệ|tỉ số)(?: giữa)?(?: của)?$")
_SHAPES = re.compile(r"(?:so sánh|đối chiếu)$")
_LEFT_OVER = ("được bao nhiêu", "bao nhiêu", "là bao nhiêu", "đạt", "có", "thì")
_DROPPED = re.compile(r"\b(?:bình quân|trung bình|tính|được|bq|tb|giữa)$")
_COUNT_NOUNS = "số "


@dataclass(frozen=True)
class _Named:
    """A measure where it is named: half-open token range, and the range with the values that follow it at once."""

    view: str
    start: int
    end: int
    whole: int
    counts: bool


def read_beside(
    text: Text,
    items: Sequence[Syllable],
    matches: Sequence[Match],
    covers: Sequence[Cover],
    catalogue: Catalogue,
    read: Read,
) -> Reading | None:
    """The reading of a question about two subjects, or None when it is about one.

    Args:
        matches: What every phrase of the catalogue found in the question.
        covers: The covers of all views, best first.
        read: Reads one half as a question of its own.
    """
    named = _measures(text, items, matches, covers)
    for first, second in pairwise(named):
        if first.view == second.view or _one_holds_both(items, matches, first, second):
            continue
        if _lists_values(text, items, matches, first, second):
            continue
        halves = _halves(text, first, second)
        if halves is None:
            continue
        one, two, want = halves
        sides = read(one), read(two)
        joined = _together(text, *sides, want, catalogue)
        if joined is not None:
            return _with_others(text, named, sides, joined)
    return None


def _with_others(text: Text, named: Sequence[_Named], halves: Sequence[Reading], joined: Reading) -> Reading:
    """The reading of two subjects, with the measures of a longer list that it does not show given back as unread."""
    listed: list[_Named] = []
    for first, second in pairwise(named):
        if _JOIN.match(_split(text, first, second)[1]):
            listed += [n for n in (first, second) if n not in listed]
    theirs = joined.beside.reading.metrics if joined.beside else ()
    shown = [fold(m.span.text) for m in (*joined.metrics, *theirs) if m.span]
    spans = [text.span(n.start, n.end) for n in listed] if len(listed) > 2 else []
    cut = dict.fromkeys(m.span.text for half in halves for m in half.metrics[1:] if m.span)
    spans += [Span(at, at + len(said), said) for said in cut if (at := text.raw.find(said)) >= 0]
    lost = {s: None for s in spans if not any(fold(s.text) in said or said in fold(s.text) for said in shown)}
    if not lost:
        return joined
    return replace(joined, unread=(*joined.unread, *lost), certainty=max(0.0, joined.certainty - 0.2 * len(lost)))


def with_lost_subject(
    text: Text, items: Sequence[Syllable], matches: Sequence[Match], covers: Sequence[Cover], reading: Reading
) -> Reading:
    """The reading of a question that lists two subjects but could not be read so, with the lost one shown as unread."""
    if not reading.view or reading.built_on or reading.shape is Shape.ROWS or reading.carried:
        return reading
    several = len(reading.metrics) > 1
    told = fold(" ".join(f.label for f in reading.filters))
    bounds = [t.span.start for t in reading.thresholds if t.span]
    spans = [s for s in (*(m.span for m in reading.metrics), *(t.span for t in reading.thresholds)) if s]
    spans += [*(f.span for f in reading.filters if f.span), *(g.span for g in reading.groups if g.span)]
    spans += [*reading.unread, *(x.span for x in (reading.share, reading.derived, reading.contrast) if x and x.span)]
    named = _measures(text, items, matches, covers)
    lost: list[Span] = []
    for first, second in pairwise(named):
        link = _split(text, first, second)[1]
        if first.view == second.view or not _JOIN.match(link) or _one_holds_both(items, matches, first, second):
            continue
        for one in (first, second):
            if several and one.view == reading.view:
                continue
            span = text.span(one.start, one.end)
            shown = any(s.start < span.end and span.start < s.end for s in spans) or fold(span.text) in told
            if not shown and not any(0 <= at - span.end <= 1 for at in bounds):
                lost.append(span)
    fresh = tuple(dict.fromkeys(lost))
    return replace(reading, unread=(*reading.unread, *fresh), certainty=max(0.0, reading.certainty - 0.2 * len(fresh)))


def _measures(text: Text, items: Sequence[Syllable], matches: Sequence[Match], covers: Sequence[Cover]) -> list[_Named]:
    """The measures in order; each place with the view that explains it best among those that know it."""
    rank = {c.view: i for i, c in enumerate(covers)}
    found: list[tuple[int, int, str, bool]] = []
    units: set[tuple[int, int]] = set()
    for match in matches:
        terms = [t for t in match.terms if t.kind in ("metric", "view")]
        if (
            not terms
            or match.fuzzy
            or match.quality < 0.9
            or (match.end - match.start < 2 and terms[0].kind != "metric")
        ):
            continue
        counts = all(t.kind == "view" for t in terms)
        span = items[match.start].token, items[match.end - 1].token + 1
        if names_unit(match):
            units.add(span)
        found.append((*span, terms[0].view, counts))
    taken: list[_Named] = []
    for start, end, view, counts in sorted(found, key=lambda f: (f[0] - f[1], rank.get(f[2], 99), f[3])):
        if any(start < t.end and t.start < end for t in taken) or end - start < 1:
            continue
        whole = _with_values(items, matches, view, end)
        taken.append(_Named(view, start, end, whole, counts))
    merged = _merged(sorted(taken, key=lambda n: n.start))
    return [n for n in merged if (n.start, n.end) not in units]  # "tính bằng VND" is no subject of its own


def _one_holds_both(items: Sequence[Syllable], matches: Sequence[Match], first: _Named, second: _Named) -> bool:
    """Whether the view of one measure knows the other by the same words ("tờ khai … và trị giá")."""
    for one, other in ((first, second), (second, first)):
        for match in matches:
            span = items[match.start].token, items[match.end - 1].token + 1
            if (
                span[0] <= other.start
                and other.end <= span[1]
                and any(t.kind in ("metric", "fact") and t.view == one.view for t in match.terms)
            ):
                return True
    return False


def _lists_values(
    text: Text, items: Sequence[Syllable], matches: Sequence[Match], first: _Named, second: _Named
) -> bool:
    """Whether the second name goes on with the values of the first: "số tiền miễn thuế và giảm thuế"."""
    between = [t.norm for t in text.tokens[first.whole : second.start]]
    if first.whole == first.end or between not in (["và"], [","], ["hoặc"], ["với"], ["va"]):
        return False
    spans = {(items[m.start].token, items[m.end - 1].token + 1): m for m in matches if m.terms and not m.fuzzy}
    columns = [
        {t.name for m in matches for t in m.terms if t.kind == "value" and t.view == first.view and m.quality > 0.9
         and (items[m.start].token, items[m.end - 1].token + 1) == span}
        for span in spans if first.end <= span[0] and span[1] == first.whole
    ]  # fmt: skip
    mine: set[str] = set().union(*columns)
    return any(
        t.kind == "value" and t.view == first.view and t.name in mine
        for span, m in spans.items() if span[0] == second.start and span[1] >= second.end
        for m in matches if (items[m.start].token, items[m.end - 1].token + 1) == span for t in m.terms
    )  # fmt: skip


def _merged(named: Sequence[_Named]) -> list[_Named]:
    """The measures with those taken in that follow another at once and only go on with it ("… tính bằng đồng")."""
    out: list[_Named] = []
    for one in named:
        last = out[-1] if out else None
        if last is not None and last.whole == one.start and (last.view == one.view or one.counts):
            out[-1] = replace(last, end=one.end if last.end == one.start else last.end, whole=one.whole)
        else:
            out.append(one)
    return out


def _with_values(items: Sequence[Syllable], matches: Sequence[Match], view: str, end: int) -> int:
    """The end of the values that follow a measure at once ("tờ khai [nhập khẩu]"), which are its own."""
    at = end
    while True:
        after = [
            items[m.end - 1].token + 1
            for m in matches
            if m.terms and m.terms[0].view == view and m.quality > 0.9 and not m.fuzzy
            and items[m.start].token == at and any(t.kind in ("value", "filter") for t in m.terms)
        ]  # fmt: skip
        if not after:
            return at
        at = max(after)


def _halves(text: Text, first: _Named, second: _Named) -> tuple[str, str, Want] | None:
    """Both questions, and how their figures are put together."""
    head, tail = _words(text, 0, first.start), _words(text, second.whole, len(text.tokens))
    between = _words(text, first.end, second.start)
    own, link = _split(text, first, second)
    one, two = _said(text, first, first.end) + own, _said(text, second, second.whole)
    rate = _RATE.search(canonical_words(head))
    led = _LED.search(canonical_words(head))
    if rate is not None and (_OVER.match(link) or link in ("và", "với")):
        head = head[: rate.start()].strip()
        return _with(head, one, tail), _with(head, two, tail), "percent"
    if _OVER.match(link):
        return _with(head, one, tail), _with(head, two, tail), "ratio"
    if _PERCENT.match(link) and "%" in link.replace("phần trăm", "%"):
        return _with(head, one, tail), _with(head, two, tail), "percent"
    if _JOIN.match(link):
        shape = _SHAPES.search(canonical_words(head))
        head = head[: shape.start()].strip() if shape else head
        return _with(head, one, tail), _with(head, two, tail), "columns"
    if led is not None and len(between.split()) <= 8:
        # "bình quân mỗi biên chế năm 2024 thu được bao nhiêu": the divisor comes first
        head = head[: led.start()].strip()
        middle = _words(text, first.whole, second.start)
        divisor = _said(text, first, first.whole)
        amount = _said(text, second, second.whole)
        return f"{head} {amount} {middle} {tail}".strip(), f"{head} {divisor} {middle} {tail}".strip(), "ratio"
    return None


def _split(text: Text, first: _Named, second: _Named) -> tuple[str, str]:
    """What lies between two measures: what belongs to the first, and the words that join them."""
    tokens = text.tokens[first.end : second.start]
    words = [t.norm if t.kind != "punct" else t.text for t in tokens]
    for cut in range(len(words) + 1):
        link = " ".join(words[cut:])
        if link and (_OVER.match(link) or _PERCENT.match(link) or _JOIN.match(link)):
            own = _words(text, first.end, first.end + cut)
            return (f" {own}" if own else ""), link
    return "", " ".join(words)


def _said(text: Text, named: _Named, end: int) -> str:
    said = _words(text, named.start, end)
    return f"{_COUNT_NOUNS}{said}" if named.counts else said


def canonical_words(said: str) -> str:
    """Words in lower case, as the patterns have them."""
    return said.lower().strip()


def _with(head: str, measure: str, tail: str) -> str:
    head = _DROPPED.sub("", canonical_words(head)).strip() if _DROPPED.search(canonical_words(head)) else head
    return " ".join(part for part in (head, measure, tail) if part)


def _words(text: Text, start: int, end: int) -> str:
    return text.span(start, end).text if end > start else ""


def _together(text: Text, one: Reading, two: Reading, want: Want, catalogue: Catalogue) -> Reading | None:
    """Both readings as one, where they agree in period and grouping."""
    if not all(_plain(r) for r in (one, two)) or one.view == two.view or one.unread or two.unread:
        return None
    one, two = _lent(_without_bounds_of(one, two), two, catalogue), _lent(two, one, catalogue)
    groups = _shared(one, two, catalogue)
    if not _compared_alike(one, two, want, groups):
        return None
    if groups is None or not _same_time(one.periods, two.periods, two, catalogue):
        return None
    if want == "ratio":
        if counts_part(two, one, catalogue):
            return None  # "mỗi DN chế xuất có bao nhiêu tờ khai": whose they are, the papers do not tell
        one, two = _bounded_alike(one, two, catalogue), _bounded_alike(two, one, catalogue)
        inside = _shared_inside(text, one, two, catalogue)
        if inside is not None:
            return inside
    one, two = in_one_currency(one, two, want, catalogue)
    ranking = one.ranking or two.ranking
    one, two = (replace(r, ranking=None, share=None, groups=groups) for r in (one, two))
    first, second = catalogue.views[one.view].label.lower(), catalogue.views[two.view].label.lower()
    note = f"Ghép hai nhóm số liệu: {first}; {second}."
    shape = Shape.RANKING if ranking and groups else Shape.TREND if any(g.grain for g in groups) else Shape.BREAKDOWN
    return replace(
        one,
        text=text.nfc.strip(),
        metrics=one.metrics[:1],
        ranking=_kept(ranking),
        beside=Beside(replace(two, metrics=two.metrics[:1]), want),
        shape=shape if groups else Shape.TOTAL,
        assumptions=(note, *dict.fromkeys((*one.assumptions, *two.assumptions))),
        certainty=min(one.certainty, two.certainty),
    )


def _without_bounds_of(one: Reading, two: Reading) -> Reading:
    """The first half without the bounds that stand behind the second measure and lie on it: "… và nợ dưới 100 tỷ"."""
    named = {m.name for m in two.metrics}
    taken = {t.span.text for t in two.thresholds if t.span and t.metric in named}
    return replace(one, thresholds=tuple(t for t in one.thresholds if t.span is None or t.span.text not in taken))


def _compared_alike(one: Reading, two: Reading, want: Want, groups: Sequence[GroupMatch] | None) -> bool:
    """Whether neither half is compared with another period, or both are in the same way and stand in one row."""
    ours, theirs = one.comparison, two.comparison
    if ours is None or theirs is None:
        return ours is theirs
    bounded = one.thresholds or two.thresholds or one.share or two.share
    return want == "columns" and not groups and not bounded and _same_days(ours.base, theirs.base)


def _same_days(one: Period, other: Period) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _lent(reading: Reading, other: Reading, catalogue: Catalogue) -> Reading:
    """A half with what was said once for both: the period, the units and the grouping that stand beside the other."""
    view = catalogue.views[reading.view]
    columns = view.columns()
    units = {d.name for d in view.dimensions if d.scope}
    taken = {f.column for f in reading.filters}
    scope = tuple(f for f in other.filters if f.column in units and f.column not in taken and not taken & units)
    groups = reading.groups or tuple(g for g in other.groups if g.grain or g.column in columns)
    return replace(reading, periods=reading.periods or other.periods, filters=(*reading.filters, *scope), groups=groups)


def _bounded_alike(reading: Reading, other: Reading, catalogue: Catalogue) -> Reading:
    """A half with the conditions of the other on columns that both know: what is shared out and among how many agree.

    "kim ngạch xuất khẩu bình quân mỗi tờ khai" counts the export declarations.
    """
    known, taken = catalogue.views[reading.view].columns(), {f.column for f in reading.filters}
    lent = tuple(f for f in other.filters if f.values and f.column in known and f.column not in taken)
    return replace(reading, filters=(*reading.filters, *lent))


def _shared_inside(text: Text, one: Reading, two: Reading, catalogue: Catalogue) -> Reading | None:
    """A total per counted thing within one view, where that view counts the things itself ("… bình quân một tờ khai").

    Only what was added up is then counted, and both can be grouped by the same columns.
    """
    view, counted = catalogue.views[one.view], two.metrics[0]
    count = next((m for m in view.metrics if m.unit == counted.unit and is_distinct_count(m.expr)), None)
    plain = {f.sql for f in two.filters} <= {f.sql for f in one.filters} and not two.thresholds and not two.share
    summed = one.metrics[0].expr.upper().startswith("SUM(")
    if count is None or not plain or not summed or not is_count(counted.expr):
        return None
    return replace(one, text=text.nfc.strip(), metrics=(per_counted(one.metrics[0], count),))


def _kept(ranking: Ranking | None) -> Ranking | None:
    return replace(ranking, per="", by_change=False) if ranking else None


def _plain(reading: Reading) -> bool:
    """Whether a half is a measure over groups and nothing more."""
    return bool(
        reading.view and reading.metrics and not reading.clarification and not reading.refusal
        and reading.shape is not Shape.ROWS and not reading.window and not reading.average
        and not reading.built_on and not any(t.on_change or t.against for t in reading.thresholds)
        and not (reading.share and reading.share.numerator)
    )  # fmt: skip


def _shared(one: Reading, two: Reading, catalogue: Catalogue) -> tuple[GroupMatch, ...] | None:
    """The grouping that both have; None where they are grouped by different things."""
    ours, theirs = {g.column for g in one.groups}, {g.column for g in two.groups}
    if ours != theirs:
        return None
    for group in one.groups:
        if group.grain is None and group.column not in catalogue.views[two.view].columns():
            return None
    return one.groups


def _same_time(ours: Sequence[Period], theirs: Sequence[Period], other: Reading, catalogue: Catalogue) -> bool:
    """Whether both are about the same days; a stock is that of the period's end."""
    time = catalogue.views[other.view].time
    if time is not None and time.snapshot and ours and theirs:
        return ours[-1].end == theirs[-1].end
    return [(p.start, p.end) for p in ours] == [(p.start, p.end) for p in theirs]
