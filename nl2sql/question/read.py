"""From a question to a Reading: what was understood outside the model, with the text behind each part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise

from nl2sql.question.apart import blocs_apart, parts_within, sides_apart, without_lost
from nl2sql.question.beside import read_beside
from nl2sql.question.bounds import (
    as_rates,
    bounded_part,
    claims,
    counts_within,
    loose_bounds,
    only_the_count,
    read_thresholds,
)
from nl2sql.question.carry import asks_on, carried_over, named_alike, reduced
from nl2sql.question.change import Change, change_of, named_groups, nouns_of, opens_new, settled_words
from nl2sql.question.defaults import finish
from nl2sql.question.derive import STEPS_COUNTED, derive, explained, relative_bound, with_bound, without, without_grains
from nl2sql.question.dialogue import NOTHING_BEFORE, POINTS_NOWHERE, Said, Talk, going_back, picked, without_tokens
from nl2sql.question.elements import Element, elements_of
from nl2sql.question.filters import read_codes, read_filters, values_sql
from nl2sql.question.followup import merge
from nl2sql.question.frames import (
    bare_change,
    is_moving,
    opening,
    read_comparison,
    read_window,
    steps,
    to_period,
    without_nested,
)
from nl2sql.question.grains import (
    averages,
    is_mean,
    lent_averages,
    settled_averages,
    stepped,
    time_groups,
    with_bare_years,
)
from nl2sql.question.groups import read_groups, with_kinds
from nl2sql.question.home import seen_from_home, whole_home
from nl2sql.question.lexicon import FILLERS
from nl2sql.question.linker import (
    Cover,
    Match,
    Syllable,
    exact_matches,
    fuzzy_matches,
    syllables,
)
from nl2sql.question.measures import (
    as_ratio,
    best_rate,
    extreme_of_mean,
    is_inverse,
    mean_of_extreme,
    numerators,
    per_member,
    ratio_of,
)
from nl2sql.question.named_measures import read_metrics
from nl2sql.question.numbers import NumberMention, read_numbers
from nl2sql.question.orders import order
from nl2sql.question.outcome import Situation, settle
from nl2sql.question.phrases import search
from nl2sql.question.preamble import aside
from nl2sql.question.ranks import as_superlative, both_ends, first_step, nth_place, read_ranking
from nl2sql.question.rows import commonest, counts_rows, lasting, measured_by, row_count, wants_rows
from nl2sql.question.sets import read_set
from nl2sql.question.shares import read_share
from nl2sql.question.shield import shielded
from nl2sql.question.spelling import Speller
from nl2sql.question.subject import rank_subjects
from nl2sql.question.tasks import is_task
from nl2sql.question.text import Text, fold, normalise
from nl2sql.question.text_english import English
from nl2sql.question.time import TimeReading, read_time
from nl2sql.question.units import by_unit, without_units
from nl2sql.question.vocabulary import Vocabulary
from nl2sql.types import (
    Clarification,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Question,
    Ranking,
    Reading,
    Shape,
    Span,
    Threshold,
)
from schema.semantic import Catalogue, View


@dataclass(frozen=True)
class Reader:
    """Reads questions against one catalogue and its vocabulary.

    Attributes:
        names: Names that the vocabulary has put off are taken in when a question gives a reason to.
    """

    catalogue: Catalogue
    vocabulary: Vocabulary
    names: bool = True

    @cached_property
    def nouns(self) -> frozenset[str]:
        """What columns and measures are called, folded: the words that "này", "đó" point back with."""
        views = self.catalogue.views.values()
        dims = [n for v in views for d in v.dimensions for n in (d.label, *d.synonyms)]
        return nouns_of([*dims, *(n for v in views for m in v.metrics for n in (m.label, *m.synonyms))])

    @cached_property
    def english(self) -> English:
        """The English phrases that this catalogue does not know as they stand."""
        return English.of(self.catalogue.english, self.vocabulary.by_fold, self.catalogue.ambiguous)

    def read(self, question: Question) -> Reading:
        """The reading of a question, in the light of the turns before it.

        Never raises for any text: what cannot be understood ends as a clarification or a refusal inside the reading.
        """
        talk = Talk()
        for turn in question.turns:
            talk = talk.after(self._turn(turn, talk))
        return self._turn(question.text, talk).reading

    def _turn(self, raw: str, talk: Talk) -> Said:
        """One turn of a conversation: a move in it, a reply to what was asked back, or a question."""
        text = self._text(raw)
        here = len(talk.said)
        if order(raw) is not None or is_task(text, talking=talk.previous is not None and bool(talk.previous.view)):
            return Said(self._one(text, None), here)
        option = picked(text, talk.offered)
        if option is not None:
            return Said(self._one(self._text(option.question), talk.previous), here)
        back = going_back(text, talk)
        if back is not None and back.to is None:
            return Said(Reading(text=text.nfc.strip(), clarification=Clarification(NOTHING_BEFORE, ())), here)
        if back is not None and back.to is not None:
            if back.rest is None:
                return Said(replace(back.to.reading, carried=True), back.to.at)
            changed = self._one(back.rest, back.to.reading)
            return Said(changed, here) if changed.view else Said(back.to.reading, back.to.at)
        if not talk.said and settled_words(text, self.nouns)[1] and not self._names(text):
            return Said(Reading(text=text.nfc.strip(), clarification=Clarification(POINTS_NOWHERE, ())), here)
        return Said(self._one(text, talk.previous), here)

    @cached_property
    def speller(self) -> Speller:
        """Puts slips right by the words of this vocabulary."""
        return Speller(self.vocabulary, tuple(p for topic in self.catalogue.absent for p in topic.patterns))

    def _text(self, raw: str, accented: bool | None = None) -> Text:
        """What was typed, put right; names that were put off are looked up before anything is changed for good."""
        text = normalise(raw, self.english, self.speller, accented=accented)
        if text.notes and self.names and self.vocabulary.complete():
            text = normalise(raw, self.english, self.speller, accented=accented)
        return text.restated()

    def _names(self, text: Text) -> bool:
        """Whether a text names a measure or a value of its own."""
        items = syllables(text, ())
        matches = exact_matches(text, items, self.vocabulary)
        return any(t.kind in ("metric", "fact", "value", "filter") for m in matches for t in m.terms)

    def _one(self, text: Text, previous: Reading | None) -> Reading:
        return _with_notes(self._understood(text, previous), text.notes)

    def _understood(self, text: Text, previous: Reading | None, *, whole: bool = True) -> Reading:
        """The reading of a text in the light of the one before; ``whole`` until what stands around it is set aside."""
        refers = False
        if previous is not None and previous.view:
            fresh_topic = opens_new(text)
            if fresh_topic is not None:
                return self._one(fresh_topic, None)
            text, refers = settled_words(text, self.nouns)
        today = self.catalogue.as_of or dt.date.today()  # noqa: DTZ011 - a foreign database has no day of its own
        since = self.catalogue.since
        timed = shielded(text, self.vocabulary)
        time = read_time(timed, today, first_year=since.year) if since else read_time(timed, today)
        time = with_bare_years(text, time, today)
        items = syllables(text, time.used - lent_averages(text, time))
        numbers = read_numbers(text, time.used)
        covers = self._covers(text, items, numbers, bool(time.periods))
        loose = aside(text, covers, items, time.used) if whole else frozenset()
        if loose and not is_task(text, talking=previous is not None):
            return self._understood(without_tokens(text, loose), previous, whole=False)
        situation = Situation(text, time, items, tuple(covers), self.catalogue, today)
        ended = settle(situation, has_context=previous is not None and bool(previous.view))
        if ended is not None and (ended.refusal is None or ended.refusal.code != "unclear"):
            return ended
        spans = tuple(text.span(*p.tokens) for p in time.periods)
        clause = partial(self._clause, accented=text.accented)
        joined = read_set(text, self.catalogue, clause, spans)
        if joined is not None:
            return joined
        pair = read_beside(text, items, self._exact(text, items), covers, self.catalogue, clause)
        if pair is not None:
            return pair
        if previous is not None and previous.view:
            continued = self._continue(text, time, items, numbers, covers, previous, today, refers)
            if continued is not None:
                return continued
        if ended is not None:
            return ended
        view = self.catalogue.views[covers[0].view]
        reading = self._assemble(text, time, items, numbers, covers[0], view, today)
        if previous is not None and previous.view not in ("", view.name) and (refers or asks_on(text, reading)):
            own = self.catalogue.views[previous.view]
            alike = named_alike(previous, reading, own)
            if alike is not None:
                return finish(alike, own, situation)
            reading = carried_over(previous, reading, view, partial(self._holds, view.name))
        return finish(reading, view, situation)

    def _holds(self, view: str, column: str, value: str) -> bool:
        """Whether a column of a view is known to hold a value; a column without an index may hold any."""
        values = self.vocabulary.values(view, column)
        return not values or value in values

    def _clause(self, clause: str, accented: bool) -> Reading:
        """One clause of a question, read by itself; its writer's habit is known from the whole of it."""
        return self._one(self._text(clause, accented), None)

    def _exact(self, text: Text, items: Sequence[Syllable]) -> list[Match]:
        """What the catalogue's phrases find in the question, without names cut in two."""
        return whole_home(text, items, exact_matches(text, items, self.vocabulary), self.catalogue)

    def _covers(
        self, text: Text, items: Sequence[Syllable], numbers: Sequence[NumberMention], timed: bool
    ) -> list[Cover]:
        """Covers of all views, best first; unread syllables are looked up once more by similarity."""
        matches = self._exact(text, items)
        counted = {i for n in numbers for i in range(*n.tokens)}
        covers = rank_subjects(self.catalogue, items, matches, counted, timed)
        named = any(t.kind == "dimension" and t.name in self.vocabulary.names for m in matches for t in m.terms)
        if self.names and (named or (covers and covers[0].unread)) and self.vocabulary.complete():
            return self._covers(text, items, numbers, timed)
        if covers and covers[0].unread:
            unread = set(covers[0].unread)
            near = fuzzy_matches(text, items, unread, self.vocabulary)
            if near:
                covers = rank_subjects(self.catalogue, items, [*matches, *near], counted, timed)
        return covers

    def _continue(
        self,
        text: Text,
        time: TimeReading,
        items: Sequence[Syllable],
        numbers: Sequence[NumberMention],
        covers: Sequence[Cover],
        previous: Reading,
        today: dt.date,
        refers: bool,
    ) -> Reading | None:
        """The previous reading changed by a short question, or None when this is a new topic."""
        view = self.catalogue.views[previous.view]
        cover = next((c for c in covers if c.view == previous.view), None)
        if cover is None:
            return None
        situation = Situation(text, time, tuple(items), tuple(covers), self.catalogue, today)
        change = replace(change_of(text, elements_of(text, view, cover, items, time, numbers), time), refers=refers)
        if change.takes:
            return self._reduced(change, reduced(previous, change), view, situation)
        fresh = self._assemble(text, time, items, numbers, cover, view, today, previous.groups)
        fresh = replace(fresh, filters=tuple(self._same_column(previous, f, view) for f in fresh.filters))
        if change.adds and not fresh.groups and not fresh.filters and not fresh.metrics:
            named = elements_of(text, view, cover, items, time, numbers)
            fresh = replace(fresh, groups=named_groups(text, view, named))
        merged = merge(text, previous, fresh, covers, view, today, change)
        return None if merged is None else finish(merged, view, situation)

    def _reduced(self, change: Change, left: Reading, view: View, situation: Situation) -> Reading:
        """What is left of a reading, changed by the words that follow what was taken away."""
        left = finish(replace(left, text=situation.text.nfc.strip()), view, replace(situation, text=change.text))
        left = replace(left, unread=(), certainty=1.0)
        rest = [t for t in change.text.tokens if t.kind != "punct" and t.norm not in FILLERS]
        if not rest:
            return left
        further = self._one(change.text, left)
        return further if further.carried and further.view else left

    def _same_column(self, previous: Reading, condition: FilterMatch, view: View) -> FilterMatch:
        """A value that also names one of the column asked about before: "sân bay Cam Ranh … còn Đà Nẵng?"."""
        before = {f.column for f in previous.filters if len(f.values) == 1 and not f.negated}
        said = fold(condition.span.text) if condition.span else ""
        if not said or condition.column in before or len(condition.values) != 1 or condition.negated:
            return condition
        for column in before:
            named = [v for v in self.vocabulary.values(view.name, column) if f" {said} " in f" {fold(v)} "]
            dim = view.dimension(column)
            if len(named) == 1 and dim is not None and dim.type == "text":
                sql = values_sql(column, tuple(named))
                return replace(condition, sql=sql, column=column, values=tuple(named), label=f"{dim.label}: {named[0]}")
        return condition

    def _assemble(
        self,
        text: Text,
        time: TimeReading,
        items: Sequence[Syllable],
        numbers: Sequence[NumberMention],
        cover: Cover,
        view: View,
        today: dt.date,
        carried: Sequence[GroupMatch] = (),
    ) -> Reading:
        """The pieces put together; ``carried`` are the groups of the turn before, which a rank may be about."""
        found = seen_from_home(text, self.catalogue, view, elements_of(text, view, cover, items, time, numbers))
        found = as_rates(text, view, with_kinds(text, view, found))
        relative = relative_bound(text)
        if relative is not None:
            found, time = without(found, relative[0]), without_grains(time, relative[0])
        nth = nth_place(text)
        if nth is not None:
            found = as_superlative(found, nth[0], least=nth[2])
        filters, several = read_filters(text, self.catalogue, view, found)
        filters = (*filters, *read_codes(text, view, found))
        groups, _, listed = read_groups(text, view, found, several)
        groups = _without_fixed(groups, filters)
        named = tuple(g for g in groups if g.column not in several or g.span)
        metrics, _ = read_metrics(text, view, found)
        rows = wants_rows(text, view, found, groups)
        metrics = tuple(m for m in metrics if not counts_rows(view, m)) if rows else by_unit(text, view, found, metrics)
        filters = without_units(text, filters) if metrics else filters
        shared = per_member(text, view, found, metrics)
        if shared is not None:  # "bình quân mỗi cục": one mean over the members, no list of them
            metrics = shared[0]
            listing = {e.name for e, after in pairwise(found) if after.tag == "which"}
            groups = tuple(g for g in groups if g.column != shared[1] or g.column in listing)
            named = tuple(g for g in named if g in groups)
        time = settled_averages(text, time, found)
        periods = tuple(to_period(text, p) for p in time.periods)
        if not time.comparisons:
            periods = without_nested(periods)
        named_periods = periods
        snapshot = view.time is not None and view.time.snapshot
        periods = tuple(opening(p) for p in periods) if snapshot else periods
        comparison, periods, notes = read_comparison(text, found, time, periods, metrics, today, snapshot)
        groups = (*time_groups(text, time, periods, comparison is not None, found), *groups)
        ranking, ranked_notes = read_ranking(text, found, groups or carried, listed, rows)
        if ranking is not None and nth is not None:
            ranking = replace(ranking, n=1, offset=nth[1] - 1, descending=not nth[2])
            ranked_notes = ()
        if groups and not rows and not metrics:
            by = lasting(text, view, ranking) or commonest(text, view, ranking)
            sparse = any((d := view.dimension(g.column)) and d.sparse for g in groups)
            by = by or (row_count(view, text) if sparse else None)
            metrics = (by,) if by else ()
        ranking = _paced(ranking, text, view, metrics)
        if ranking is not None and search(text, _NUMBERED) is not None:
            ranking = replace(ranking, numbered=True)
        if rows and not metrics and (by := measured_by(text, view, ranking)) is not None:
            metrics = (by,)
        if any(is_inverse(text, view, e) for e in found):
            deepest = Ranking(None, False) if groups and not any(g.grain for g in groups) else None
            ranking = replace(ranking, descending=not ranking.descending) if ranking else deepest
        timed = tuple(g for g in groups if g.grain)
        if not groups and not rows and ranking is None:
            metrics = extreme_of_mean(found, metrics)
        if groups and ranking is not None:
            metrics = tuple(mean_of_extreme(m, view) for m in metrics)
            listed_columns = {f"COUNT(DISTINCT {g.column})" for g in groups}
            metrics = tuple(m for m in metrics if m.expr not in listed_columns)
        metrics = as_ratio(text, view, found, metrics)
        rated = best_rate(text, view, found, filters) if groups and ranking is not None and not rows else None
        if rated is not None and ranking is not None:
            metrics, filters = (rated[0],), tuple(f for f in filters if f is not rated[1])
            ranking = replace(ranking, descending=rated[2])
        metrics, filters = numerators(view, metrics, filters)
        metrics, filters = sides_apart(view, metrics, filters)
        metrics, filters = blocs_apart(text, view, found, metrics, filters)
        metrics, filters = parts_within(text, view, found, metrics, filters)
        groups = without_lost(groups, filters)
        groups = groups if any(f.values for f in filters) else (*timed, *named)
        share, filters = read_share(text, view, found, filters, (*timed, *named), metrics, comparison is not None)
        if share is not None and share.numerator:
            groups = tuple(g for g in (*timed, *named) if g.column != share.each)
            governed = ratio_of(view, metrics, share)
            if governed is not None:
                metrics, share = (governed,), None
        average = next((g.grain for g in time.grains if g.role == "average"), None)
        whole = metrics
        if is_moving(text) is None and shared is None:
            years = len(periods) == 1 and periods[0].grain == "year" and periods[0].end.year > periods[0].start.year
            metrics, average = averages(text, found, metrics, view, average, years and not groups)
        if average is not None and metrics and is_mean(view, metrics[0]):
            groups, average = (*stepped(text, time, groups), *groups), None
        steps_counted = search(text, STEPS_COUNTED) is not None
        thresholds = read_thresholds(text, view, found, metrics, bool(groups) or steps_counted, rows)
        read_bounds = thresholds
        if share is not None:
            thresholds = tuple(_on_share(t, found, text) for t in thresholds)
        whole_named = any(e.tag == "whole" for e in found) and any(t.on_rows for t in thresholds)
        if share is not None and not share.numerator and whole_named and not rows:
            share = None
        if share is None and comparison is None and not rows:
            part = bounded_part(text, view, found, metrics, thresholds)
            if part is not None:
                share, thresholds, metrics, filters = (*part[:3], (*filters, *part[3]))
        window = read_window(text, found, any(g.grain for g in groups))
        compared = comparison is not None
        comparison, window, average = steps(text, found, time, periods, comparison, window, average)
        if window is not None and window.kind == "compound":
            metrics = whole  # the rate is the mean, not the measure
        if compared and comparison is None and named_periods:
            periods = named_periods
        notes = notes if comparison is not None or not compared else ()  # what was assumed of it went with it
        members = listed or counts_within(metrics) or bool(steps_counted) or any(g.role == "which" for g in time.grains)
        thresholds = thresholds or bare_change(text, found, comparison, members)
        thresholds = thresholds or claims(text, view, found, members, metrics)
        metrics = only_the_count(metrics, thresholds)
        ranking = _first_or_both(text, ranking, groups, thresholds)
        unbound = () if relative is not None else loose_bounds(text, found, (*thresholds, *read_bounds))
        reading = Reading(
            text=text.nfc.strip(),
            view=view.name,
            metrics=metrics,
            filters=filters,
            periods=periods,
            groups=groups,
            ranking=ranking,
            thresholds=thresholds,
            comparison=comparison,
            share=share,
            window=window,
            average=average,
            assumptions=(*notes, *ranked_notes, *(p.note for p in time.periods if p.note)),
            unread=(*_unread(text, cover, items), *_beyond(text, found), *unbound),
            certainty=_certainty(cover) - 0.4 * bool(_beyond(text, found)) - 0.4 * bool(unbound),
        )
        if nth is not None and ranking is not None:
            reading = explained(reading, text, nth[0])
        if ranking is not None and ranking.by_time and (step := first_step(text)) is not None:
            reading = explained(reading, text, step[2])
        if relative is not None:
            reading = with_bound(reading, view, relative[1])
        return derive(text, view, found, time, replace(reading, shape=_shape(reading, rows)))


def _with_notes(reading: Reading, notes: Sequence[str]) -> Reading:
    """The reading with what was put right in the text, first among what is said of it."""
    return replace(reading, assumptions=tuple(dict.fromkeys((*notes, *reading.assumptions)))) if notes else reading


def _without_fixed(groups: tuple[GroupMatch, ...], filters: Sequence[FilterMatch]) -> tuple[GroupMatch, ...]:
    """A column that a condition fixes to one value is not worth grouping by."""
    fixed = {f.column for f in filters if len(f.values) == 1 and not f.negated}
    return tuple(g for g in groups if g.column not in fixed)


def _first_or_both(
    text: Text, ranking: Ranking | None, groups: Sequence[GroupMatch], thresholds: Sequence[Threshold]
) -> Ranking | None:
    """The first step of the calendar within a bound ("năm đầu tiên vượt …"), or the highest with the lowest."""
    timed = any(g.grain for g in groups)
    step = first_step(text) if thresholds and timed else None
    if step is not None:
        return Ranking(1, descending=step[1], by_time=True)
    if ranking is not None and groups and not ranking.per and both_ends(text):
        return replace(ranking, n=1, descending=True, both=True)
    return ranking


def _paced(ranking: Ranking | None, text: Text, view: View, metrics: Sequence[MetricMatch]) -> Ranking | None:
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


def _on_share(bound: Threshold, found: Sequence[Element], text: Text) -> Threshold:
    """A bound in percent, where a share is asked for, bounds that share."""
    for element in found:
        number = element.number
        if number and number.kind == "percent" and bound.span == text.span(*element.tokens) and not number.change:
            return replace(bound, metric="ty_trong", on_rows=False)
    return bound


_NUMBERED = (
    r"(?:ghi|kèm|nêu|đánh|có)(?: rõ| cả| theo)?(?: số)? thứ (?:hạng|tự)"
    r"|thứ hạng(?: số)? (?:thu|kim|tờ|của (?:các|từng))"
)


def _shape(reading: Reading, rows: bool) -> Shape:
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


def _unread(text: Text, cover: Cover, items: Sequence[Syllable]) -> tuple[Span, ...]:
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


def _beyond(text: Text, found: Sequence[Element]) -> tuple[Span, ...]:
    """Words of a kind of question that the composed candidate cannot express: the model is asked, doubt is shown."""
    return tuple(text.span(*e.tokens) for e in found if e.tag == "set")


def _certainty(cover: Cover) -> float:
    value = 1.0
    for match in cover.matches:
        if match.terms:
            value -= 0.1 if match.fuzzy else max(0.0, 0.05 - 0.05 * match.quality)
    return max(0.0, value - 0.2 * len(cover.unread))
