"""Members that lack something: "đơn vị nào không phát hiện vụ nào", "nước nào chưa từng nhập gạo"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.clauses import NOT_A_SET, bare, slice_of
from nl2sql.question.members import Read, about, member_of, usable
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, GroupMatch, Reading, SetTerm, Shape
from schema.semantic import Catalogue, Metric, View

_NOT = r"(?:không|chưa|chẳng)(?: hề| từng| bao giờ)*"

_VERBS = frozenset(
    [
        "co",
        "phat",
        "xuat",
        "nhap",
        "nop",
        "mo",
        "bat",
        "thu",
        "no",
        "dang",
        "lam",
        "ghi",
        "dung",
        "su",
        "duoc",
        "tiep",
        "khai",
        "hoan",
        "bi",
        "thuc",
        "kiem",
        "hoat",
        "nhan",
        "tra",
        "lap",
        "khoi",
        "xu",
        "giai",
        "cap",
        "gui",
        "soi",
        "tham",
        "ra",
        "ban",
        "ky",
        "tien",
        "to",
    ]
)


def never(text: Text, catalogue: Catalogue, read: Read) -> Reading | None:
    """ "đơn vị nào không phát hiện vụ nào năm 2024": all members but those with it."""
    where = _negation(text)
    if where is None:
        return None
    head = slice_of(text, 0, where.start)
    found = usable(read(f"{head} {bare(slice_of(text, where.end, len(text.tokens)))}"))
    if found is None:
        return None
    view = catalogue.views[found.view]
    member = member_of(found, view)
    if member is None or not any(
        t in fold(head).split() for t in ("nao", "nhung", "cac", "ke", "liet", "nhieu", "may")
    ):
        return None
    group, counted = member
    register = _register(catalogue, view, group.column)
    lacking = _with_part(found, view, registered=register.name != view.name)
    if lacking is None:
        return None
    kind = _kind_of_members(found, group, len(head))
    if kind:
        knowing = [v for v in (register, view) if all(_first_column(f.sql) in v.columns() for f in kind)]
        if not knowing:
            return None
        register = knowing[0]
    everyone = Reading(text=text.nfc.strip(), view=register.name, groups=(group,), metrics=found.metrics)
    term = SetTerm("except", replace(about(lacking, group, catalogue), ranking=None))
    note = f"Lấy mọi {group.label.lower()} có trong kho ({register.label.lower()}), bỏ những nơi có số liệu trong kỳ."
    return replace(
        found, view=register.name, metrics=about(everyone, group, catalogue).metrics, filters=kind, periods=(),
        groups=(group,), terms=(term,), counted=counted, ranking=None, thresholds=(), comparison=None, window=None,
        share=None, derived=None, contrast=None, shape=Shape.BREAKDOWN, assumptions=(note, *found.assumptions),
    )  # fmt: skip


def _kind_of_members(found: Reading, group: GroupMatch, head: int) -> tuple[FilterMatch, ...]:
    """The conditions that stand with the noun and say of what kind the members are: "nước [ASEAN] nào không …"."""
    if group.span is None:
        return ()
    start = group.span.start
    return tuple(f for f in found.filters if f.span and start <= f.span.start and f.span.end <= head and not f.negated)


def _first_column(sql: str) -> str:
    where = re.match(r"\(?(\w+)", sql)
    return where[1] if where else ""


def _with_part(found: Reading, view: View, *, registered: bool) -> Reading | None:
    """What members lack, with the condition that a measure of a part says by itself ("số doanh nghiệp ưu tiên").

    None where nothing is left that anybody could lack: all members have a row where no other view registers them.
    """
    if found.thresholds or found.terms:
        return found
    named = [m for said in found.metrics if (m := view.metric(said.name)) is not None]
    parts = [p for m in named if (p := _part_of(m))]
    if len(parts) == 1 and not any(_first_column(f.sql) == _first_column(parts[0]) for f in found.filters):
        part = FilterMatch(parts[0], _first_column(parts[0]), (), named[0].label)
        return replace(found, filters=(*found.filters, part))
    if found.filters or found.periods:
        return found
    return found if registered else None


def _part_of(metric: Metric) -> str:
    """Which rows have something of a measure that not all have: those of its part, or those with an amount of it."""
    if metric.unit == "%" or metric.default:
        return ""
    summed = re.fullmatch(r"SUM\((\w+)\)", metric.expr)
    return metric.numerator or (f"{summed[1]} > 0" if summed else "")


def _negation(text: Text) -> Found | None:
    """A negated verb whose object is asked about with "nào", and that no other phrase explains."""
    if search(text, NOT_A_SET) is not None:
        return None
    for where in search_all(text, _NOT):
        if where.start < 2 or where.end >= len(text.tokens):
            continue
        verb = text.tokens[where.end].fold
        rest = [t.fold for t in text.tokens[where.end :]]
        asked = any(w in ("nao", "gi") for w in rest) or "tung" in [
            t.fold for t in text.tokens[where.start : where.end]
        ]
        if verb in _VERBS and (asked or _lacks(text, where, rest)):
            return where
    return None


_LACKED = ("co", "phat", "ghi", "bat", "xuat", "nhap", "lam", "dung", "su", "bi", "tra")


def _lacks(text: Text, where: Found, rest: Sequence[str]) -> bool:
    """ "cục nào không có nợ khó thu": what is asked about lacks the thing itself, and no amount or rank of it."""
    led = text.tokens[where.start - 1].norm in ("nào", "nao")
    bounded = any(w == "nhat" or (any(c.isdigit() for c in w[:2]) and len(w) != 4) for w in _until_time(rest))
    return led and rest[0] in _LACKED and not bounded


def _until_time(words: Sequence[str]) -> Sequence[str]:
    """The words before the first one of time."""
    times = ("nam", "thang", "quy", "tuan", "ngay", "trong", "vao", "tu", "cuoi", "dau", "den", "hien")
    return words[: next((i for i, w in enumerate(words) if w in times), len(words))]


def _register(catalogue: Catalogue, view: View, column: str) -> View:
    """The view that lists all members of a column: the one declared, the roster of enterprises, else the view."""
    dim = view.dimension(column)
    rosters = [v.name for v in catalogue.views.values() if v.roster and dim is not None and dim.sensitive]
    names = [dim.register if dim else "", *rosters]
    held = (catalogue.views[n] for n in names if n in catalogue.views)
    return next((v for v in held if column in v.columns()), view)
