"""The training set: pairs drawn, worded, hinted, freed of doubles and of anything near a suite, split and counted.

Everything comes from the catalogue, the warehouse and a seed; no question of a suite is read but to keep away from it.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np
from rapidfuzz import fuzz, process

from nl2sql.generation.adapted import NO_SQL, in_full, line_of
from nl2sql.generation.compose import compose
from nl2sql.generation.ground import as_said
from nl2sql.generation.snap import Values, values_of
from nl2sql.query.database import Database
from nl2sql.question.read import Reader
from nl2sql.question.text import fold
from nl2sql.training.draw import Drawer, asked
from nl2sql.training.followups import follow
from nl2sql.training.foreign import unanswerable
from nl2sql.training.hints import KINDS as HINTS
from nl2sql.training.hints import hint_of, hinted
from nl2sql.training.kinds import KINDS, draw
from nl2sql.training.neighbours import near_measures, twin
from nl2sql.training.plan import Pair, Plan
from nl2sql.training.style import dress
from nl2sql.training.wording import say
from nl2sql.types import Question, Reading
from schema.semantic import View

NEAR = 90.0
"""Similarity at which ``hoikho eval check`` calls two questions the same."""

_LONGEST = 900
_KEPT_AGAINST_READER = 0.15
_FOLLOW_UPS, _UNANSWERABLE = 0.05, 0.004
_TWINS = 0.3
"""How often a plain question is followed by the same about a neighbour of its measure, where there is one."""
Tell = Callable[[int, int], None]


@dataclass
class PairSet:
    """Pairs for training and held-out pairs for the quick score, with what was left out and why."""

    train: list[Pair]
    held: list[Pair]
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def digest(self) -> str:
        """SHA-256 over the training pairs, 16 hexadecimal digits."""
        text = "\n".join(json.dumps(asdict(p), ensure_ascii=False, sort_keys=True) for p in self.train)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def counts(self) -> dict[str, dict[str, int]]:
        """Number of training pairs by kind, style, hint and view."""
        return {
            what: dict(Counter(str(getattr(p, what)) for p in self.train).most_common())
            for what in ("kind", "style", "hinted", "view")
        }


class Composer:
    """Makes pairs one by one.

    Args:
        avoid: Questions to keep away from (those of the suites).
    """

    def __init__(self, reader: Reader, database: Database, seed: int, avoid: Iterable[str] = ()) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - chance for drawing, not for secrets
        self.reader = reader
        self.drawer = Drawer(reader.catalogue, database, self.rng, vocabulary=reader.vocabulary)
        self.left_out: Counter[str] = Counter()
        self._avoid = [_ordered(text) for text in avoid]
        self._seen: set[str] = set()
        self._stored: dict[str, Values] = {}
        self._views = [s.view for s in self.drawer.shelves.values()]
        self._weights = {v.name: asked(v, reader.catalogue) for v in self._views}
        self._near = near_measures(self.drawer.shelves)
        self._names = [
            s.names[0] for shelf in self.drawer.shelves.values() for v in shelf.values.values() for s in v[:8]
        ]

    def pairs(self, count: int, tell: Tell | None = None) -> list[Pair]:
        """So many pairs; fewer only where the catalogue is too small to give them."""
        found: list[Pair] = []
        tries = 0
        while len(found) < count and tries < 30 * count + 300:
            tries += 1
            before = len(found)
            made = self._some()
            self.drawer.decks.settle(used=bool(made))  # what a suite forbids counts as used: it would stay forbidden
            found += [pair for pair in made if self._fresh(pair)]
            if tell and len(found) // 20 != before // 20:
                tell(min(len(found), count), count)
        return found[:count]

    def _some(self) -> list[Pair]:
        chance = self.rng.random()
        if chance < _UNANSWERABLE:
            text, style = dress(unanswerable(self.reader.catalogue, self._names, self.rng), self.rng)
            read = self.reader.read(Question(text))
            if read.view and not read.refusal and not read.unread:  # every word of it can be answered here
                self.left_out["trình đọc hiểu khác"] += 1
                return []
            return [Pair(text, read.text, "", NO_SQL, kind="no_sql", style=style, hinted="none")]
        view = self.drawer.decks.deal("views", self._weights, self.rng)
        kind = self.rng.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
        plan = draw(self.drawer, view, kind)
        if plan is None or len(plan.sql) > _LONGEST:
            self.left_out["không dựng được hoặc quá dài"] += 1
            return []
        if chance < _UNANSWERABLE + _FOLLOW_UPS * 2:
            return self._follow_up(plan)
        told = self.rng.getrandbits(32)
        found = self._told(plan, told)
        if found and self.rng.random() < _TWINS and (other := twin(plan, self.drawer, self._near)) is not None:
            found += self._told(other, told)
        return found

    def _told(self, plan: Plan, seed: int) -> list[Pair]:
        """A plan's pair, or none where its words mean something else; equal seeds choose alike among the frames."""
        clean = say(plan, random.Random(seed))  # noqa: S311 - chance for drawing, not for secrets
        read = self.reader.read(Question(clean))
        if not self._believable(plan, read):
            self.left_out["trình đọc hiểu khác"] += 1
            return []
        text, style = dress(clean, self.rng)
        if style != "plain" or fold(read.text) != fold(clean):  # a capital and a mark at the end change no reading
            return [self._pair(plan, text, style, self.reader.read(Question(text)))]
        return [self._pair(plan, text, style, replace(read, text=text))]

    def _believable(self, plan: Plan, read: Reading) -> bool:
        """Whether the words can be taken to mean the plan.

        Where the reader finds the same meaning, they do. Where it finds another, either it or the wording is at fault:
        part of these are kept, because a model has to put the reader right, unless even the subject differs.
        """
        if read.view and read.view != plan.view.name:
            return False
        if compose(read, self.reader.catalogue) == plan.sql:
            return True
        return self.rng.random() < _KEPT_AGAINST_READER

    def _follow_up(self, plan: Plan) -> list[Pair]:
        found = follow(plan, self.drawer)
        if found is None:
            return []
        words, new = found
        first = say(plan, self.rng)
        clean = self.reader.read(Question(words, turns=(first,)))
        if clean.view != new.view.name or compose(clean, self.reader.catalogue) != new.sql:
            self.left_out["trình đọc hiểu khác"] += 1  # what leans on another turn is told by nothing but the reader
            return []
        before, _ = dress(first, self.rng)
        text, style = dress(words, self.rng)
        read = self.reader.read(Question(text, turns=(before,)))
        if read.view and read.view != plan.view.name:
            return []
        return [self._pair(new, text, style, read, before, line_of(plan.reading, self.reader.catalogue))]

    def _pair(self, plan: Plan, text: str, style: str, read: Reading, said: str = "", before: str = "") -> Pair:
        answer = line_of(plan.reading, self.reader.catalogue)
        drawn = self.rng.choices(list(HINTS), list(HINTS.values()))[0]
        shelf = self.drawer.shelves[plan.view.name]
        hint, kind = hinted(drawn, hint_of(read, self.reader.catalogue), answer, shelf, self.rng)
        answer = as_said(answer, in_full(read.text), f"{hint} {before}", self._values(plan.view))
        return Pair(text, read.text, hint, answer, plan.sql, said, before, plan.kind, style, kind, plan.view.name)

    def _values(self, view: View) -> Values:
        if view.name not in self._stored:
            self._stored[view.name] = values_of(self.reader.vocabulary, view)
        return self._stored[view.name]

    def _fresh(self, pair: Pair) -> bool:
        """Not yet there, and near nothing that is to be kept away from."""
        key = _key(f"{pair.said} {pair.question}")
        if key in self._seen:
            self.left_out["trùng"] += 1
            return False
        own = [_ordered(pair.question), *([_ordered(pair.said)] if pair.said else [])]
        near = process.cdist(own, self._avoid, scorer=fuzz.ratio, score_cutoff=NEAR - 2) if self._avoid else ()
        if np.any(near):
            self.left_out["gần câu của bộ đo"] += 1
            return False
        self._seen.add(key)
        return True


def _key(text: str) -> str:
    """Folded, single blanks, no punctuation at the ends of words: as ``hoikho eval check`` compares."""
    return " ".join(w.strip(".,;:?!()“”\"'") for w in fold(text).split())


def _ordered(text: str) -> str:
    """The key with its words in order: the plain ratio of two of these is the token sort ratio of the texts."""
    return " ".join(sorted(_key(text).split()))


@dataclass
class Part:
    """What one composer found: a part of a set that several processes compose side by side."""

    pairs: list[Pair]
    left_out: Counter[str]


def compose_part(
    reader: Reader, database: Database, *, count: int, seed: int, avoid: Sequence[str] = (), tell: Tell | None = None
) -> Part:
    """So many pairs of a seed, in the order in which they were found."""
    composer = Composer(reader, database, seed, avoid)
    return Part(composer.pairs(count, tell), composer.left_out)


def joined(parts: Sequence[Part], *, count: int, held: int, seed: int) -> PairSet:
    """One set of several parts; what two of them found counts once, and the seed draws the held-out pairs."""
    found = list({_key(f"{p.said} {p.question}"): p for part in parts for p in part.pairs}.values())
    random.Random(seed).shuffle(found)  # noqa: S311 - chance for drawing, not for secrets
    keep = min(held, len(found) // 5)
    left_out = sum((part.left_out for part in parts), Counter[str]())
    return PairSet(found[keep : keep + count], found[:keep], left_out)


def compose_pairs(
    reader: Reader, database: Database, *, count: int, held: int, seed: int, avoid: Sequence[str] = (),
    tell: Tell | None = None,
) -> PairSet:  # fmt: skip
    """The set of a seed: equal catalogue, warehouse, seed and sizes give equal pairs."""
    part = compose_part(reader, database, count=count + held, seed=seed, avoid=avoid, tell=tell)
    return joined([part], count=count, held=held, seed=seed)
