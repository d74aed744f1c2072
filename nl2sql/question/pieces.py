"""What every assembled reading goes through: its shape, what of it stayed unread, how certain it is, its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.elements import Element
from nl2sql.question.matches import Cover, Syllable
from nl2sql.question.phrases import search
from nl2sql.question.ranks import both_ends, first_step
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, GroupMatch, MetricMatch, Ranking, Reading, Shape, Span, Threshold
from schema.semantic import View


def without_fixed(groups: tuple[GroupMatch, ...], filters: Sequence[FilterMatch]) -> tuple[GroupMatch, ...]:
    """A column that a condition fixes to one value is not worth grouping by."""
    fixed = {f.column for f in filters if len(f.values) == 1 and not f.negated}
    return tuple(g for g in groups if g.column not in fixed)


def first_or_both(
    text: Text, ranking: Ranking | None, groups: Sequence[GroupMatch], thresholds: Sequence[Threshold]
) -> Ranking | None:
    """The first step of the calendar within a bound ("năm đầu tiên vượt …"), or the highest with the lowest."""
    timed = any(g.grain for g in groups)
    step = first_step(text) if thresholds and timed else None
    if step is not None:
        return Ranking(1, descending=step[1], by_time=True)
    if ranking is not None and groups and not ranking.per and (ends := both_ends(text)):
        return replace(ranking, n=ends, descending=True, both=True)
    return ranking


def paced(ranking: Ranking | None, text: Text, view: View, metrics: Sequence[MetricMatch]) -> Ranking | None:
    """ "chậm nhất" is the longest of a duration and the least of anything else; "nhanh nhất" the other way round."""
    default = view.default_metric
    unit = metrics[0].unit if metrics else default.unit if default else ""
    if ranking is None or (unit.split(" ")[0] in ("giờ", "ngày", "phút") and not ranking.by_change):
        return ranking
    slow, fast = search(text, "chậm nhất"), search(text, "nhanh nhất")
    if (slow is None) == (fast is None):
        return ranking
    falling = ranking.by_change and search(text, r"giảm(?: \S+){0,2} (?:nhanh|chậm) nhất") is not None
    return replace(ranking, descending=(fast is not None) != falling)


def on_share(bound: Threshold, found: Sequence[Element], text: Text) -> Threshold:
    """A bound in percent, where a share is asked for, bounds that share."""
    for element in found:
        number = element.number
        if number and number.kind == "percent" and bound.span == text.span(*element.tokens) and not number.change:
            return replace(bound, metric="ty_trong", on_rows=False)
    return bound


def shape_of(reading: Reading, rows: bool) -> Shape:
    if rows:
        return Shape.ROWS
    if reading.comparison:
        return Shape.COMPARISON
    if reading.share:
        return Shape.SHARE
    if reading.ranking and reading.groups:
        return Shape.RANKING
    if any(g.grain for g in reading.groups):
        return Shape.TREND
    return Shape.BREAKDOWN if reading.groups else Shape.TOTAL


def unread_words(text: Text, cover: Cover, items: Sequence[Syllable]) -> tuple[Span, ...]:
    tokens = sorted({items[i].token for i in cover.unread})
    spans: list[Span] = []
    for token in tokens:
        if token in text.fillers:
            continue
        if spans and token and spans[-1].end == text.span(token - 1, token).end:
            spans[-1] = Span(
                spans[-1].start,
                text.span(token, token + 1).end,
                text.raw[spans[-1].start : text.span(token, token + 1).end],
            )
        else:
            spans.append(text.span(token, token + 1))
    return tuple(spans)


def beyond(text: Text, found: Sequence[Element]) -> tuple[Span, ...]:
    """Words of a kind of question that the composed candidate cannot express: the model is asked, doubt is shown."""
    together = _conditions_together(found)
    bounds = {i for e in found if e.number and e.number.comparator for i in range(*e.tokens)}  # "nhưng [chưa đến 5 tỷ]"
    return tuple(
        text.span(*e.tokens)
        for e in found
        if e.tag == "set" and e not in together and not bounds & set(range(*e.tokens))
    )


def _conditions_together(found: Sequence[Element]) -> list[Element]:
    """The "vừa … vừa" of conditions that the same rows keep to: "tờ khai vừa là TMĐT vừa bị luồng đỏ"."""
    places = [i for i, e in enumerate(found) if e.tag == "set"]
    told = [next((e for e in found[i + 1 :] if e.tag != "have" and e.kind != "dimension"), None) for i in places]
    plain = not any(e.tag in ("which", "list", "change", "group", "plural") for e in found)
    each = len(places) == 2 and all(e is not None and e.kind in ("value", "filter") for e in told)
    return [found[i] for i in places] if plain and each else []


def certainty_of(cover: Cover) -> float:
    value = 1.0
    for match in cover.matches:
        if match.terms:
            value -= 0.1 if match.fuzzy else max(0.0, 0.05 - 0.05 * match.quality)
    return max(0.0, value - 0.2 * len(cover.unread))
