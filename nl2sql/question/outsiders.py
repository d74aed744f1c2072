"""Members that lack something: "đơn vị nào không phát hiện vụ nào", "nước nào chưa từng nhập gạo"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nl2sql.question.clauses import NOT_A_SET, bare, slice_of
from nl2sql.question.members import Read, about, member_of, usable
from nl2sql.question.phrases import Found, search, search_all
from nl2sql.question.text import Text, fold
from nl2sql.types import FilterMatch, Reading, SetTerm, Shape
from schema.semantic import Catalogue, View

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
    everyone = Reading(text=text.nfc.strip(), view=register.name, groups=(group,), metrics=found.metrics)
    lacking = _with_part(found, view)
    if lacking is None:
        return None
    term = SetTerm("except", replace(about(lacking, group, catalogue), ranking=None))
    note = f"Lấy mọi {group.label.lower()} có trong kho ({register.label.lower()}), bỏ những nơi có số liệu trong kỳ."
    return replace(
        found, view=register.name, metrics=about(everyone, group, catalogue).metrics, filters=(), periods=(),
        groups=(group,), terms=(term,), counted=counted, ranking=None, thresholds=(), comparison=None, window=None,
        share=None, derived=None, contrast=None, shape=Shape.BREAKDOWN, assumptions=(note, *found.assumptions),
    )  # fmt: skip


def _with_part(found: Reading, view: View) -> Reading | None:
    """What members lack, with the condition that a measure of a part says by itself ("số doanh nghiệp ưu tiên").

    None where nothing is left that anybody could lack: all members of the register have a row in it.
    """
    if found.filters or found.thresholds or found.periods or found.terms:
        return found
    parts = [m.numerator for named in found.metrics if (m := view.metric(named.name)) and m.numerator and m.unit != "%"]
    if len(parts) == 1:
        return replace(found, filters=(FilterMatch(parts[0], parts[0].split(" ")[0], (), found.metrics[0].label),))
    group = next((g.column for g in found.groups if g.grain is None), "")
    dim = view.dimension(group)
    return found if dim is not None and dim.register not in ("", view.name) else None


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


def _lacks(text: Text, where: Found, rest: Sequence[str]) -> bool:
    """ "cục nào không có nợ khó thu": what is asked about lacks the thing itself, and no amount or rank of it."""
    led = text.tokens[where.start - 1].norm in ("nào", "nao")
    bounded = any(w == "nhat" or (any(c.isdigit() for c in w[:2]) and len(w) != 4) for w in _until_time(rest))
    return led and rest[0] in ("co", "phat", "ghi", "bat", "xuat", "nhap", "lam", "dung", "su") and not bounded


def _until_time(words: Sequence[str]) -> Sequence[str]:
    """The words before the first one of time."""
    times = ("nam", "thang", "quy", "tuan", "ngay", "trong", "vao", "tu", "cuoi", "dau", "den", "hien")
    return words[: next((i for i, w in enumerate(words) if w in times), len(words))]


def _register(catalogue: Catalogue, view: View, column: str) -> View:
    """The view that lists all members of a column: the one declared, else the view itself."""
    dim = view.dimension(column)
    name = dim.register if dim else ""
    return catalogue.views[name] if name in catalogue.views and column in catalogue.views[name].columns() else view
