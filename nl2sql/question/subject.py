"""Which view a question is about: the one whose words explain most, weighed against what the others explain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.linker import best_cover, names_unit
from nl2sql.question.matches import Cover, Match, Syllable
from nl2sql.question.text import fold, normalise
from schema.semantic import Catalogue, View

_PASSED_OVER = 0.35
"""What it costs a view to pass over a syllable, as a mere filler, that is part of a name in another view."""
_VIEW_NAMED = 0.6


_NEVER_THEN = -20.0
"""What is in a roster is there now: another period speaks for a view that was recorded then."""

_NOT_ITS_MEMBERS = 1.5
"""What it costs a view not to know the column whose members are asked for."""
_NOT_ITS_SUBJECT = 1.0
"""What it costs a view to leave the name of another view unread."""
_STATE = 0.8
"""What it is worth to a view of snapshots that a question asks how things stood at a moment."""
_HEAD = 0.6
"""What it is worth to a view to count what the question begins with."""
_NOT_ITS_UNIT = 1.0
"""What it costs a view to have no measure in the unit that is asked for."""

_TIME_NAMED = 1.0
"""What it is worth to a view that its own kind of day is named: "theo năm đăng ký", "theo ngày thành lập"."""

_NOT_THE_WHOLE = 3.5
"""What it costs a view not to know the measure that a share is asked of: "tỷ trọng FDI trong số thu"."""

_NAME_ONLY = 0.5
"""What it costs a view to know as a column what is a measure of another view ("số tờ khai")."""


def _has_metric(match: Match) -> bool:
    return any(t.kind == "metric" for t in match.terms) and match.end - match.start > 1


def _explains(match: Match) -> bool:
    """Whether a match is evidence enough against views that know nothing of its words."""
    if names_unit(match):
        return False
    return bool(match.terms) and match.end - match.start > 1 and match.quality > 0.9 and not match.fuzzy


def _lead(view: View, cover: Cover, timed: bool, then: bool) -> float:
    """A little for a view that one of the named columns points to when no measure is named.

    A roster (things that exist) is meant without a period, the events of other views with one.
    """
    named = [{t.name for t in m.terms if t.kind in ("value", "dimension", "filter")} for m in cover.matches]
    called = any(t.kind == "view" for m in cover.matches for t in m.terms if m.quality > 0.9)
    counted = view.roster and any(t.kind == "metric" for m in cover.matches for t in m.terms)
    lean = 0.0 if not counted else -0.3 if timed else 0.3
    if view.roster and then and not _begins(view, cover):
        lean = _NEVER_THEN
    return 0.2 * sum(bool(names & set(view.leads)) for names in named) + _VIEW_NAMED * called + lean


def _begins(view: View, cover: Cover) -> bool:
    """Whether a name says that a period is meant in which things entered a roster: "doanh nghiệp mới", "đăng ký"."""
    names = (n.lower().removeprefix("ngày ").removeprefix("năm ") for n in (view.time.synonyms if view.time else ()))
    entered = (*names, *_NEW)
    said = {f" {' '.join(t.norm)} " for m in cover.matches for t in m.terms}
    return any(f" {name} " in phrase for name in entered for phrase in said)


_NEW = ("mới", "thêm")


def rank_subjects(
    catalogue: Catalogue,
    items: Sequence[Syllable],
    matches: Sequence[Match],
    counted: set[int],
    timed: bool,
    then: bool = False,
    at_a_moment: bool = False,
    said: str = "",
) -> list[Cover]:
    """The covers of all views, best first.

    Args:
        counted: Tokens that belong to numbers and so need no name.
        timed: The question names a period.
        then: It names one that has ended.
        at_a_moment: It asks how things stood at the end of one.
        said: All words of the question, those of its times included, one blank apart.
    """
    covers = [best_cover(view, items, matches) for view in catalogue.views]
    explained = {i for c in covers for m in c.matches if _explains(m) for i in range(m.start, m.end)}
    asked = {(m.start, m.end) for c in covers for m in c.matches if _has_metric(m)}
    called = {
        (m.start, m.end) for c in covers for m in c.matches if _explains(m) and all(t.kind == "view" for t in m.terms)
    }
    moved = {(m.start, m.end) for m in matches if m.tag == "change"}
    members = _asked_members(matches)
    wanted = _asked_units(catalogue, items, matches)
    wholes = _wholes(items, matches)
    found = []
    for cover in covers:
        view = catalogue.views[cover.view]
        units = _units(view, items, cover.unread)
        unread = tuple(i for i in cover.unread if items[i].token not in counted and i not in units)
        mine = units.union(*(range(m.start, m.end) for m in cover.matches if m.terms))
        passed = explained - mine - set(cover.unread)
        score = cover.score + 0.5 * (len(cover.unread) - len(unread)) - _PASSED_OVER * len(passed)
        score -= _NAME_ONLY * sum((m.start, m.end) in asked and not _has_metric(m) for m in cover.matches)
        score += _lead(view, cover, timed, then and not _names_time(view, said)) + _TIME_NAMED * _names_time(view, said)
        score += _STATE * (at_a_moment and view.time is not None and view.time.snapshot)
        score -= _NOT_ITS_SUBJECT * sum(set(range(*span)) <= set(cover.unread) for span in called)
        score -= _NOT_ITS_MEMBERS * sum(cover.view not in knowing for knowing in members)
        score -= _NOT_THE_WHOLE * (bool(wholes) and cover.view not in wholes)
        score += _HEAD * _counts_head(view, cover, items, counted)
        score += _HEAD * (not timed and _bounds_entries(view, said))
        # "chênh lệch bao nhiêu" asks of any subject how much it changed
        score -= sum(m.weight for m in cover.matches if m.terms and (m.start, m.end) in moved)
        score -= _NOT_ITS_UNIT * sum(not units & _units_of(view) for units in wanted)
        found.append(replace(cover, unread=unread, score=score))
    return sorted(found, key=lambda c: _order(catalogue.views[c.view], c))


def _names_time(view: View, said: str) -> bool:
    """Whether a question names the year or the day that the view dates its rows by, in words of its own."""
    said = f" {said} "
    names = (n.lower() for n in (view.time.synonyms if view.time else ()))
    return any(f" {n} " in said for n in names if n.startswith(("năm ", "ngày ")) and len(n.split()) > 2)


def _wholes(items: Sequence[Syllable], matches: Sequence[Match]) -> set[str]:
    """The views that know the measure named as the whole of a share: "tỷ trọng … trong (tổng) số thu"."""
    shares = [m.start for m in matches if m.tag == "share" or _is_rate(m)]
    for at in range(min(shares, default=len(items)) + 3, len(items)):
        before = [s.fold for s in items[max(0, at - 2) : at]]
        if "trong" not in before or (before[-1] != "trong" and before[-1] != "tong"):
            continue
        named = [m for m in matches if m.start == at and _explains(m) and m.terms[0].kind in ("metric", "view")]
        longest = max((m.end for m in named), default=0)
        if longest:
            return {m.terms[0].view for m in named if m.end == longest}
    return set()


def _is_rate(match: Match) -> bool:
    return any(t.kind == "metric" and t.fold[:2] in _SHARE_WORDS for t in match.terms)


_SHARE_WORDS = (("ty", "trong"), ("ty", "le"), ("phan", "tram"))


def _asked_members(matches: Sequence[Match]) -> list[set[str]]:
    """For every column that is asked for ("bộ nào"), the views that know its name."""
    asking = {m.start for m in matches if m.tag == "which"}
    listing = {m.end for m in matches if m.tag == "group"}
    dims = [m for m in matches if any(t.kind == "dimension" for t in m.terms) and m.quality > 0.9]
    asked = {(m.start, m.end) for m in dims if m.end in asking}
    listed = {(m.start, m.end) for m in dims if m.start in listing and m.end - m.start > 1}
    longest = [(s, e) for s, e in asked if not any(o[0] < s and o[1] == e for o in asked)]
    longest += [(s, e) for s, e in listed if not any(o[0] == s and o[1] > e for o in listed)]
    return [
        {t.view for m in matches if m.terms and m.start < end and start < m.end for t in m.terms}
        for start, end in longest
    ]


def _counts_head(view: View, cover: Cover, items: Sequence[Syllable], counted: set[int]) -> bool:
    """Whether a question that names no measure begins with what the view counts: "C/O mẫu E theo tháng"."""
    if any(t.kind == "metric" for m in cover.matches for t in m.terms):
        return False
    rows = next((m for m in view.metrics if m.expr.replace(" ", "").upper() == "COUNT(*)"), None)
    unit = tuple(t.fold for t in normalise(rows.unit).tokens if t.kind != "punct") if rows else ()
    said = [s.fold for s in items if s.token not in counted and s.fold not in ("cac", "nhung")]
    return bool(unit) and tuple(said[: len(unit)]) == unit


def _bounds_entries(view: View, said: str) -> bool:
    """Whether a bound counts the things that a roster holds: "tỉnh nào có trên 100 doanh nghiệp FDI"."""
    rows = view.default_metric if view.roster else None
    return rows is not None and re.search(rf"(?:^| ){_BOUNDED} \d\S* {re.escape(rows.unit)}(?: |$)", said) is not None


_BOUNDED = r"(?:trên|dưới|hơn|quá|ít nhất|tối thiểu|tối đa|nhiều hơn|ít hơn|không quá|chưa đến|chưa tới)"


def _units_of(view: View) -> set[str]:
    return {fold(m.unit).split("/")[0].split(" ")[0] for m in view.metrics if m.unit}


def _asked_units(catalogue: Catalogue, items: Sequence[Syllable], matches: Sequence[Match]) -> list[set[str]]:
    """The unit after every "bao nhiêu" that some measure of the warehouse has: "mấy triệu USD", "bao nhiêu tấn"."""
    known = {u for v in catalogue.views.values() for u in _units_of(v)} & _MEASURING
    found = []
    for match in matches:
        if match.tag != "howmany":
            continue
        at = match.end
        while at < len(items) and items[at].fold in _SCALES:
            at += 1
        if at < len(items) and (units := {_UNIT_NAMES.get(items[at].norm, items[at].fold)} & known):
            found.append(units)
    return [*found, *_bounded_in_money(items)]


def _bounded_in_money(items: Sequence[Syllable]) -> list[set[str]]:
    """Money where so many "tỷ" stand without a unit: "doanh nghiệp nộp trên 100 tỷ"."""
    for number, scale, after in zip(items, items[1:], (*items[2:], None), strict=False):
        follows = after is None or after.fold not in (*_MEASURING, "dong", "do", "le", "trong", "suat", "chiec")
        if number.norm.replace(".", "").replace(",", "").isdigit() and scale.norm in ("tỷ", "tỉ") and follows:
            return [{"usd", "vnd"}]
    return []


_SCALES = ("nghin", "ngan", "trieu", "ty", "tram", "chuc")
_MEASURING = frozenset({"usd", "tan", "kg", "teu", "gio"})
"""Units that only measures have; "đồng", "ngày" and "chiếc" are too common as words."""
_UNIT_NAMES = {"đô": "usd", "đôla": "usd", "cân": "kg", "ký": "kg", "tiếng": "gio"}


def _units(view: View, items: Sequence[Syllable], unread: Sequence[int]) -> set[int]:
    """Unread syllables that only name what the view counts: "doanh nghiệp" where there is a number of them."""
    units = {tuple(fold(m.unit).split()) for m in view.metrics if m.unit.isalpha() or " " in m.unit}
    found: set[int] = set()
    for start in unread:
        for unit in units:
            stretch = range(start, start + len(unit))
            if len(unit) > 1 and set(stretch) <= set(unread) and tuple(items[i].fold for i in stretch) == unit:
                found.update(stretch)
    return found


def _order(view: View, cover: Cover) -> tuple[float, bool, bool]:
    """Best score first; of views that explain equally well the one whose main measure it is, and what counts itself."""
    return -round(cover.score, 6), not _is_main(view, cover), _summed(view)


def _summed(view: View) -> bool:
    """Whether rows are already totals: what was counted itself comes first where two views know the same words."""
    return view.default_metric is not None and not view.default_metric.expr.upper().startswith("COUNT(*")


def _is_main(view: View, cover: Cover) -> bool:
    """Whether a measure is named that is the view's main one, or named by its own label."""
    default = view.default_metric
    named = [t for m in cover.matches for t in m.terms if t.kind == "metric"]
    return not named or any(t.primary or (default is not None and t.name == default.name) for t in named)
