"""A line of an outline as a reading again: what an adapted model wrote, with slips in its names put right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from rapidfuzz import fuzz, process

from nl2sql.generation.changed import Changed, base_of, parsed, read_measures
from nl2sql.generation.outline import ALSO, NEXT, SETS, UNIT_BEFORE, WINDOWS, YEAR_BEFORE, read_period
from nl2sql.question.time import previous_period, same_period_last_year
from nl2sql.types import (
    Beside,
    Comparison,
    Contrast,
    Derived,
    FilterMatch,
    Grain,
    GroupMatch,
    MetricMatch,
    Period,
    Ranking,
    Reading,
    SetTerm,
    Shape,
    Share,
    Threshold,
    Window,
)
from schema.semantic import Catalogue, View

_LIKE = 80.0
_GRAINS = {grain.upper(): grain for grain in get_args(Grain)}
_NESTED = (*SETS.values(), "BESIDE")
_QUOTED = re.compile(r"'(?:[^']|'')*'")


class OutlineError(ValueError):
    """The text is no outline over this catalogue."""


def read_outline(text: str, catalogue: Catalogue, last: dt.date, *, question: str = "") -> Reading:
    """The reading that a line stands for.

    Args:
        last: The data's last day, where an unfinished year, quarter or month is cut.
        question: Kept as the reading's text.

    Raises:
        OutlineError: It cannot be understood, or names something that is like nothing that there is.
    """
    parts = _split(text.strip(), NEXT.strip())
    name = nearest_name(parts[0], catalogue.views) if len(parts) > 1 else ""
    if not name:
        raise OutlineError(text)
    view = catalogue.views[name]
    try:
        nested = {word: [p for p in parts if p.startswith(f"{word} ") and p.endswith("}")] for word in _NESTED}
        inside = {word: [_inner(p, catalogue, last) for p in found] for word, found in nested.items()}
        plain = [p for p in parts[1:] if not any(p in found for found in nested.values())]
        reading = _Reader(view, last).read(plain, question)
        terms = tuple(SetTerm(op, r) for op, word in SETS.items() for r in inside[word])  # type: ignore[arg-type]
        want: Any = nested["BESIDE"][0].split()[1] if nested["BESIDE"] else ""
        beside = Beside(inside["BESIDE"][0], want) if want else None
        return replace(reading, terms=terms, counted="COUNTED" in plain, beside=beside)
    except (ValueError, IndexError, KeyError) as error:
        raise OutlineError(text) from error


def _inner(part: str, catalogue: Catalogue, last: dt.date) -> Reading:
    return read_outline(part[part.index("{") + 1 : -1], catalogue, last)


class _Reader:
    """Reads the parts of one line over one view."""

    def __init__(self, view: View, last: dt.date) -> None:
        self.view, self.last = view, last
        self.columns = view.columns()

    def read(self, parts: list[str], question: str) -> Reading:
        said: dict[str, str] = {}
        for part in parts[1:]:
            word, _, rest = part.partition(" ")
            said[f"{word} FIRST" if word == "SHARE" and rest.startswith("FIRST ") else word] = rest
        listed = parts[0] == "ROWS" or parts[0].startswith("ROWS ")
        measured = said.get("OF", "") if listed else parts[0]
        metrics = self._metrics(measured) if measured not in ("", "NONE") else ()
        columns = tuple(self._column(c) for c in _split(parts[0][5:], ",")) if listed and parts[0][5:] else ()
        periods = tuple(read_period(p, self.last) for p in _split(said.get("WHEN", ""), ","))
        groups = tuple(self._group(g) for g in _split(said.get("BY", ""), ","))
        ranking = next((self._ranking(w, said[w]) for w in ("TOP", "BOTTOM", "BOTH") if w in said), None)
        comparison = self._comparison(said["VS"], periods[0]) if "VS" in said else None
        share = self._share(said["SHARE"]) if "SHARE" in said else None
        contrast = self._contrast(said["CONTRAST"]) if "CONTRAST" in said else None
        derived = self._derived(said)
        shape = (
            Shape.ROWS if listed else Shape.COMPARISON if comparison or contrast else Shape.SHARE if share
            else Shape.RANKING if ranking else Shape.TREND if any(g.grain for g in groups)
            else Shape.BREAKDOWN if groups else Shape.TOTAL
        )  # fmt: skip
        return Reading(
            text=question, view=self.view.name, metrics=metrics, filters=tuple(self._filters(said.get("WHERE", ""))),
            periods=periods, groups=groups, shape=shape, ranking=ranking,
            thresholds=tuple(self._bounds(said.get("HAVING", ""), metrics)), comparison=comparison, share=share,
            window=self._window(said["RUN"]) if "RUN" in said else None, contrast=contrast, derived=derived,
            average=_GRAINS[said["PER"]] if "PER" in said else None, columns=columns, certainty=1.0,
        )  # fmt: skip

    def _metrics(self, text: str) -> tuple[MetricMatch, ...]:
        items = _split(text, ",")
        said = [self._measure(item) for item in items if "{" not in item]
        made = iter(read_measures(said, self.view))
        return tuple(self._spelled(item) if "{" in item else next(made) for item in items)

    def _measure(self, text: str) -> Changed:
        """A measure by its name, with slips in the name put right."""
        item = parsed(text)
        known = {m.name: m for m in self.view.metrics}
        name = item.base if item and base_of(item.base, self.view) else nearest_name(item.base if item else text, known)
        if not name:
            raise OutlineError(text)
        return replace(item, base=name) if item else Changed(name)

    def _spelled(self, text: str) -> MetricMatch:
        """A measure with its expression in braces."""
        name, _, expr = text.partition("{")
        metric = self.view.metric(name)
        label, unit = (metric.label, metric.unit) if metric else (name, "")
        return MetricMatch(name, expr.removesuffix("}"), label, unit)

    def _column(self, text: str) -> str:
        name = nearest_name(text, self.columns)
        if not name:
            raise OutlineError(text)
        return name

    def _group(self, text: str) -> GroupMatch:
        if text in _GRAINS:
            return GroupMatch(_GRAINS[text], text, _GRAINS[text])
        column = self._column(text)
        dim = self.view.dimension(column)
        return GroupMatch(column, dim.label if dim else column)

    def _filters(self, text: str) -> Iterator[FilterMatch]:
        for sql in _split(text, ALSO.strip()):
            column = re.match(r"\W*(\w+)", sql)
            values = tuple(v[1:-1].replace("''", "'") for v in _QUOTED.findall(sql))
            yield FilterMatch(sql, column[1] if column else "", values, sql)

    def _ranking(self, lead: str, text: str) -> Ranking:
        words = text.split()
        number = int(words[0]) if words and words[0].isdigit() else None

        def after(word: str) -> str:
            return words[words.index(word) + 1] if word in words else ""

        inside = after("INSIDE")
        return Ranking(
            number, lead != "BOTTOM", per=_GRAINS.get(inside, inside), by_change="CHANGE" in words,
            numbered="NUMBERED" in words, offset=int(after("AFTER") or 0), by_time="TIME" in words, both=lead == "BOTH",
        )  # fmt: skip

    def _bounds(self, text: str, metrics: tuple[MetricMatch, ...]) -> Iterator[Threshold]:
        for item in _split(text, ALSO.strip()):
            found = re.fullmatch(r"(EACH )?(\w+ )??(>=|<=|>|<|=|BETWEEN) (MEMBER .+|\S+)(?: (\S+))?", item)
            if found is None:
                raise OutlineError(item)
            each, name, op, value, upper = (g.strip() if g else "" for g in found.groups())
            change = name == "CHANGE"
            metric = metrics[0].name if (change or not name) and metrics else name
            word, _, condition = value.partition(" ")
            against: Any = word.lower() if word in ("OVERALL", "MEAN", "MEMBER") else ""
            yield Threshold(
                metric, op.lower() if op == "BETWEEN" else op, 0.0 if against else float(value),
                float(upper) if upper else None, on_rows=bool(each), on_change=change, against=against,
                condition=condition,
            )  # fmt: skip

    def _comparison(self, text: str, current: Period) -> Comparison:
        text, _, second = text.partition(" THEN ")
        base, _, want = text.partition(" ")
        base = UNIT_BEFORE if base.startswith(UNIT_BEFORE) else base  # "PREVIOUS" is the longer word for it
        kind: Any = {YEAR_BEFORE: "same_period", UNIT_BEFORE: "previous"}.get(base, "explicit")
        other = self._base(second, current) if second else None
        return Comparison(kind, self._base(base, current), want or "all", second=other)  # type: ignore[arg-type]

    def _base(self, text: str, current: Period) -> Period:
        step = {YEAR_BEFORE: same_period_last_year, UNIT_BEFORE: previous_period}.get(text)
        return step(current) if step else read_period(text)

    def _share(self, text: str) -> Share:
        if text.startswith("EACH "):
            column, _, numerator = text.removeprefix("EACH ").partition(" OF ")
            return Share(numerator, numerator, each=column)
        amount, text = text.startswith("AMOUNT "), text.removeprefix("AMOUNT ")
        return Share("" if text == "ALL" else text, text, amount=amount)

    def _window(self, text: str) -> Window:
        word, _, size = text.partition(" ")
        kind: Any = {v: k for k, v in WINDOWS.items()}[word]
        return Window(kind, int(size or 0))

    def _contrast(self, text: str) -> Contrast:
        times, text = text.startswith("TIMES "), text.removeprefix("TIMES ")
        for sign in ("<>", ">", "<"):
            sides = _split(text, f" {sign} ")
            if len(sides) == 2:
                left, right = sides[0], "" if sides[1] == "ALL" else sides[1]
                bound: Any = "" if sign == "<>" else sign
                return Contrast(left, right, left, right, "times" if times else "all", bound=bound)
        raise OutlineError(text)

    def _derived(self, said: Mapping[str, str]) -> Derived | None:
        if "PLACE" in said:
            text = said["PLACE"]
            return Derived("position", condition=text.removeprefix("AMOUNT "), amount=text.startswith("AMOUNT "))
        if "SHARE FIRST" in said:
            size = said["SHARE FIRST"].removeprefix("FIRST ")
            return Derived("top_share", size=float(size.rstrip("%")), percent=size.endswith("%"))
        if "STEPS" in said:
            size, _, way = said["STEPS"].partition(" ")
            return Derived("run", size=float(size), falling=way == "DOWN")
        return Derived("moved") if "MOVED" in said else Derived("count") if "COUNT" in said else None


def nearest_name(name: str, known: Mapping[str, Any]) -> str:
    """The name itself, or the one that it is most like; empty where none is, or two are equally.

    Of several that are equally like a name without a word of mean or rate, the one that has none either is meant.
    """
    name = name.strip()
    if name in known:
        return name
    found = process.extract(name, known.keys(), scorer=fuzz.token_set_ratio, processor=_words, score_cutoff=_LIKE,
                            limit=6)  # fmt: skip
    best = [str(f[0]) for f in found if f[1] == found[0][1]]
    if len(best) > 1 and not _RATED & set(_words(name).split()):
        best = [b for b in best if not _RATED & set(_words(b).split())]
    return best[0] if len(best) == 1 else ""


_RATED = frozenset({"bq", "le", "trong", "nhat"})


def _words(name: str) -> str:
    """The words of a name; two ways of shortening "bình quân", "trung bình" are one."""
    return " ".join("bq" if word == "tb" else word for word in name.split("_"))


def _split(text: str, mark: str) -> list[str]:
    """The pieces between marks outside quotes, parentheses, brackets and braces; blanks around them taken off."""
    pieces, depth, start, quoted, at = [], 0, 0, False, 0
    while at < len(text):
        char = text[at]
        if char == "'":
            quoted = not quoted
        elif not quoted and char in "([{":
            depth += 1
        elif not quoted and char in ")]}":
            depth -= 1
        elif not quoted and not depth and text.startswith(mark, at):
            pieces.append(text[start:at].strip())
            start = at + len(mark)
            at = start
            continue
        at += 1
    pieces.append(text[start:].strip())
    return [p for p in pieces if p]
