"""From a question to a Reading: what was understood outside the model, with the text behind each part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property, partial

from nl2sql.question.among import NOWHERE, Pointed, asked_among, kept_members, shown_before
from nl2sql.question.assemble import assemble
from nl2sql.question.bare_nouns import bare_noun, lists_members
from nl2sql.question.bare_units import with_present_unit
from nl2sql.question.beside import read_beside, with_lost_subject
from nl2sql.question.carry import asks_on, carried_over, named_alike, reduced, unless_new
from nl2sql.question.change import Change, change_of, named_groups, nouns_of, opens_new, settled_words
from nl2sql.question.chosen import read_chosen
from nl2sql.question.defaults import finish
from nl2sql.question.dialogue import NOTHING_BEFORE, POINTS_NOWHERE, Said, Talk, going_back, picked, without_tokens
from nl2sql.question.elements import elements_of
from nl2sql.question.filters import values_sql
from nl2sql.question.followup import merge
from nl2sql.question.followup_conditions import one_column
from nl2sql.question.grains import (
    lent_averages,
    with_bare_years,
)
from nl2sql.question.home import whole_home
from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.linker import exact_matches, fuzzy_matches, syllables
from nl2sql.question.matches import Cover, Match, Syllable
from nl2sql.question.numbers import NumberMention, read_numbers
from nl2sql.question.orders import order
from nl2sql.question.outcome import Situation, settle
from nl2sql.question.pointed import each_for_itself, placed, several, which_of_them
from nl2sql.question.preamble import aside
from nl2sql.question.rows_wanted import rows_wanted
from nl2sql.question.sets import read_set
from nl2sql.question.shield import shielded
from nl2sql.question.spelling import Speller
from nl2sql.question.still_doubted import as_doubted, elsewhere_doubted, subject_named
from nl2sql.question.subject import rank_subjects
from nl2sql.question.tasks import is_task
from nl2sql.question.text import Text, fold, normalise
from nl2sql.question.text_english import English
from nl2sql.question.time import TimeReading, read_time
from nl2sql.question.time.parts_of_years import with_parts_of_years
from nl2sql.question.together import together
from nl2sql.question.units_turn import as_chart, in_units
from nl2sql.question.unknown_names import with_unknown_company
from nl2sql.question.unmet import steps_of_sets
from nl2sql.question.vocabulary import Vocabulary
from nl2sql.types import (
    Clarification,
    FilterMatch,
    Question,
    Reading,
)
from schema.semantic import Catalogue, View

_MONTH = 31
"""A stretch of fewer days than a month has names a point in time, even where it ends with the data."""

_FOUNDED = 1990
"""Where "đăng ký trước năm 2010" begins: no company of the register is older."""

_DEPTH: ContextVar[int] = ContextVar("clauses inside clauses", default=0)
_DEEPEST = 4
"""Clauses inside each other that are still read: "vừa … vừa …" of a question with "nhưng không …" needs two."""


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
        present = None if talk.said or self.catalogue.as_of is None else with_present_unit(text, self.catalogue.as_of)
        text = text if present is None else self._text(present)
        if order(raw) is not None or is_task(text, talking=talk.previous is not None and bool(talk.previous.view)):
            return Said(self._one(text, None), here)
        option = picked(text, talk.offered)
        if option is not None:
            return Said(self._one(self._text(option.question), talk.previous), here)
        both = together(text, [s.reading for s in talk.said])
        if both is not None:
            return Said(both, here)
        some = several(text, [s.reading for s in talk.said])
        if some is not None:
            further = self._going_on(some.rest, some.reading, among=True) if some.rest is not None else some.reading
            if further.carried and further.view:
                return Said(each_for_itself(further, some.reading), here)
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
        return Said(self._going_on(text, talk.previous), here)

    def _going_on(self, text: Text, previous: Reading | None, *, among: bool = False) -> Reading:
        """A turn after another, with the name of what was listed where only "cái nào", "ai" is said."""
        if previous is None or not previous.view:
            return self._one(text, previous)
        cut = rows_wanted(text, previous)
        if cut is not None:
            return as_doubted(previous, cut)
        which = which_of_them(text, previous, self.catalogue.views[previous.view], among=among)
        return as_doubted(previous, self._one(text if which is None else self._text(which), previous))

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
        reading = with_unknown_company(text, self._understood(text, previous), self.catalogue, self.vocabulary)
        return _with_notes(reading, text.notes)

    def _understood(
        self, text: Text, previous: Reading | None, *, whole: bool = True, pointed: Pointed = NOWHERE
    ) -> Reading:
        """The reading of a text in the light of the one before.

        Args:
            whole: Until what stands around the question is set aside.
            pointed: What the whole text points back at, once some of it is set aside.
        """
        refers, members = False, None
        if previous is not None and previous.view:
            fresh_topic = opens_new(text)
            if fresh_topic is not None:
                return self._one(fresh_topic, None)
            turned = in_units(text, previous, self.catalogue.views[previous.view]) or as_chart(text, previous)
            if turned is not None:
                return turned
            one = placed(text, previous, self.catalogue) if whole else None
            if one is not None and one.rest is not None:
                text, previous = one.rest, one.reading
                members = kept_members(previous, self.catalogue)
            else:
                members = shown_before(text, previous, self.catalogue) if whole else pointed.members
            text, refers = settled_words(text, self.nouns)
            refers = refers or pointed.refers or members is not None
        today = self.catalogue.as_of or dt.date.today()  # noqa: DTZ011 - a foreign database has no day of its own
        since = self.catalogue.since
        timed = shielded(text, self.vocabulary)
        time = read_time(timed, today, first_year=since.year) if since else read_time(timed, today)
        time = with_parts_of_years(with_bare_years(text, time, today))
        items = syllables(text, time.used - lent_averages(text, time))
        numbers = read_numbers(text, time.used)
        past = any(p.end < today or (p.end - p.start).days < _MONTH for p in time.periods)
        then = past or any(g.role == "by" for g in time.grains)
        covers = self._covers(text, items, numbers, bool(time.periods), then, _moment(text, time))
        if covers and self.catalogue.views[covers[0].view].roster:  # what exists was there before the data of events
            time = with_bare_years(text, read_time(timed, today, first_year=_FOUNDED), today)
        loose = aside(text, covers, items, time.used) if whole else frozenset()
        if loose and not is_task(text, talking=previous is not None):
            rest = without_tokens(text, loose)
            return self._understood(rest, previous, whole=False, pointed=Pointed(refers, members))
        situation = Situation(text, time, items, tuple(covers), self.catalogue, today)
        ended = settle(situation, has_context=previous is not None and bool(previous.view))
        if ended is not None and (ended.refusal is None or ended.refusal.code != "unclear"):
            return ended
        spans = tuple(text.span(*p.tokens) for p in time.periods)
        clause = partial(self._clause, accented=text.accented)
        if covers and not (previous is not None and previous.view):
            first = self.catalogue.views[covers[0].view]
            noun = bare_noun(text, first, elements_of(text, first, covers[0], items, time, numbers))
            asked = self._understood(self._text(noun.text, text.accented), None, whole=False) if noun else None
            if noun is not None and asked is not None and lists_members(asked, noun):
                return asked
        joined = read_set(text, self.catalogue, clause, spans)
        if joined is not None:
            return steps_of_sets(text, joined)
        chosen = read_chosen(text, self.catalogue, clause)
        if chosen is not None:
            return chosen
        pair = read_beside(text, items, self._exact(text, items), covers, self.catalogue, clause)
        if pair is not None:
            return pair
        if previous is not None and previous.view:
            continued = self._continue(
                text, time, items, numbers, covers, previous, today, refers or members is not None, members
            )
            if continued is not None:
                return continued
        if ended is not None:
            return ended
        view = self.catalogue.views[covers[0].view]
        reading = assemble(self.catalogue, text, time, items, numbers, covers[0], view, today)
        named = subject_named(reading, covers)
        if (
            previous is not None
            and previous.view not in ("", view.name)
            and (refers or asks_on(text, reading, named=named))
        ):
            own = self.catalogue.views[previous.view]
            alike = named_alike(previous, reading, own)
            if alike is not None:
                return finish(alike, own, situation)
            own_rank = reading
            reading = carried_over(
                previous, reading, view, partial(self._holds, view.name), members, partial(self._home, view)
            )
            if members is not None:
                reading = asked_among(reading, own_rank, members, view, text, single=_one_row(previous))
        done = with_lost_subject(text, items, self._exact(text, items), covers, finish(reading, view, situation))
        if previous is None or not previous.view:
            return done
        return elsewhere_doubted(text, previous, unless_new(text, previous, done, view), covers)

    def _holds(self, view: str, column: str, value: str) -> bool:
        """Whether a column of a view is known to hold a value; a column without an index may hold any."""
        values = self.vocabulary.values(view, column)
        return not values or value in values

    def _home(self, view: View, condition: FilterMatch) -> str:
        """The one column of a view that is known to hold all values of a condition."""
        known = {d.name: self.vocabulary.values(view.name, d.name) for d in view.dimensions if d.type == "text"}
        columns = [name for name, values in known.items() if set(condition.values) <= set(values)]
        return columns[0] if len(columns) == 1 else ""

    def _clause(self, clause: str, accented: bool) -> Reading:
        """One clause of a question, read by itself; its writer's habit is known from the whole of it.

        Clauses of clauses are read to a small depth: a part that could not be made shorter would be read for ever.
        """
        if _DEPTH.get() >= _DEEPEST:
            return Reading(text=clause)
        token = _DEPTH.set(_DEPTH.get() + 1)
        try:
            return self._one(self._text(clause, accented), None)
        finally:
            _DEPTH.reset(token)

    def _exact(self, text: Text, items: Sequence[Syllable]) -> list[Match]:
        """What the catalogue's phrases find in the question, without names cut in two."""
        return whole_home(text, items, exact_matches(text, items, self.vocabulary), self.catalogue)

    def _covers(
        self,
        text: Text,
        items: Sequence[Syllable],
        numbers: Sequence[NumberMention],
        timed: bool,
        then: bool,
        moment: bool,
    ) -> list[Cover]:
        """Covers of all views, best first; unread syllables are looked up once more by similarity."""
        matches = self._exact(text, items)
        counted = {i for n in numbers for i in range(*n.tokens)}
        said = " ".join(t.norm for t in text.tokens)
        covers = rank_subjects(self.catalogue, items, matches, counted, timed, then, moment, said)
        named = any(t.kind == "dimension" and t.name in self.vocabulary.names for m in matches for t in m.terms)
        if self.names and (named or (covers and covers[0].unread)) and self.vocabulary.complete():
            return self._covers(text, items, numbers, timed, then, moment)
        if covers and covers[0].unread:
            unread = set(covers[0].unread)
            near = fuzzy_matches(text, items, unread, self.vocabulary)
            if near:
                covers = rank_subjects(self.catalogue, items, [*matches, *near], counted, timed, then, moment, said)
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
        members: FilterMatch | None,
    ) -> Reading | None:
        """The previous reading changed by a short question, or None when this is a new topic.

        Args:
            members: The condition that keeps the members that were listed before, where the words point at them.
        """
        view = self.catalogue.views[previous.view]
        cover = next((c for c in covers if c.view == previous.view), None)
        if cover is None:
            return None
        situation = Situation(text, time, tuple(items), tuple(covers), self.catalogue, today)
        change = replace(change_of(text, elements_of(text, view, cover, items, time, numbers), time), refers=refers)
        if change.takes:
            return self._reduced(change, reduced(previous, change), view, situation)
        carried = previous.groups, previous.metrics
        fresh = assemble(self.catalogue, text, time, items, numbers, cover, view, today, *carried)
        fresh = one_column(fresh, [self._same_column(previous, f, view) for f in fresh.filters])
        if change.adds and not fresh.groups and not fresh.filters and not fresh.metrics:
            named = elements_of(text, view, cover, items, time, numbers)
            fresh = replace(fresh, groups=named_groups(text, view, named))
        merged = merge(text, previous, fresh, covers, view, today, change)
        if merged is not None and members is not None:
            merged = asked_among(merged, fresh, members, view, text, single=_one_row(previous))
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
            named = [v for v in self.vocabulary.values(view.name, column) if _within(said.split(), fold(v).split())]
            dim = view.dimension(column)
            if len(named) == 1 and dim is not None and dim.type == "text":
                sql = values_sql(column, tuple(named))
                return replace(condition, sql=sql, column=column, values=tuple(named), label=f"{dim.label}: {named[0]}")
        return condition


def _one_row(previous: Reading) -> bool:
    """Whether the reading before lists one member."""
    return previous.ranking is not None and previous.ranking.n == 1 and not previous.ranking.both


def _within(said: Sequence[str], name: Sequence[str]) -> bool:
    """Whether all words stand in a name in their order, the last one at its end: "sân bay [quốc tế] Tân Sơn Nhất"."""
    rest = iter(name)
    return bool(said) and said[-1] == name[-1] and all(word in rest for word in said)


def _moment(text: Text, time: TimeReading) -> bool:
    """Whether the end of a period is named, at which things stood: "cuối năm 2022", "tại thời điểm 30/6"."""
    spans = [text.span(*p.tokens) for p in time.periods if p.start == p.end]
    words = {w for s in spans for w in fold(text.raw[max(0, s.start - 12) : s.end]).split()}
    return bool(words & {"cuoi"}) or {"thoi", "diem"} <= words


def _with_notes(reading: Reading, notes: Sequence[str]) -> Reading:
    """The reading with what was put right in the text, first among what is said of it."""
    return replace(reading, assumptions=tuple(dict.fromkeys((*notes, *reading.assumptions)))) if notes else reading
