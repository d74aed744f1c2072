"""Members chosen by one question and asked about by another: "trong 10 thị trường lớn nhất năm 2024, nước nào giảm".

The first question names members by their rank, perhaps in another period; the second keeps to them.
"""

from __future__ import annotations

from dataclasses import replace

from nl2sql.generation.sets import members_sql
from nl2sql.question.clauses import slice_of
from nl2sql.question.members import Read, member_of, usable
from nl2sql.question.phrases import Found, search
from nl2sql.question.text import Text
from nl2sql.types import FilterMatch, GroupMatch, Reading, Span
from schema.semantic import Catalogue

_LEAD = r"(?:trong|xét|riêng|tính)(?: riêng| trong)?(?: số| nhóm| tốp)?(?: các| những)?"
_RANKED = (
    r"(?:top|tốp) \d+|\d+ \S+(?: \S+){0,8}? (?:lớn|nhiều|cao|mạnh|đông|thấp|ít|nhỏ) nhất"
    r"|\d+ \S+(?: \S+){0,8}? (?:dẫn đầu|đứng đầu|hàng đầu)"
)


def read_chosen(text: Text, catalogue: Catalogue, read: Read) -> Reading | None:
    """The second question, with the members of the first as its condition; None where there are not two."""
    cut = _cut(text)
    if cut is None:
        return None
    first = usable(read(f"liệt kê {cut[0]}"))
    if first is None or first.unread or not _ranked(first):
        return None
    view = catalogue.views[first.view]
    member = member_of(first, view)
    chosen = members_sql(first, catalogue) if member is not None and not member[1] else None
    if member is None or chosen is None:
        return None
    rest = _about_them(cut[1], first, member[0], catalogue, read)
    if rest is None:
        return None
    column, sql = chosen
    condition = FilterMatch(
        f"{column} IN ({sql})", column, (), f"{member[0].label}: {cut[0]}", _span(text, cut[0]), alternatives=()
    )
    said = {f.column for f in rest.filters}
    shared = tuple(f for f in first.filters if f.column not in said and rest.view == first.view)
    note = f"Chỉ xét các đối tượng thuộc “{cut[0]}”."
    return replace(
        rest, text=text.nfc.strip(), filters=(*rest.filters, *shared, condition),
        assumptions=(note, *rest.assumptions), certainty=min(first.certainty, rest.certainty),
    )  # fmt: skip


def _cut(text: Text) -> tuple[str, str] | None:
    """Who is meant, and what is asked about them."""
    inside = search(text, _INSIDE)
    if inside is not None and inside.start == 0:
        return _cut_inside(text, inside)
    lead = search(text, _LEAD)
    if lead is None or lead.start != 0:
        return None
    for index in range(lead.end, len(text.tokens)):
        if text.tokens[index].text in (",", ":", ";") or text.tokens[index].norm == "thì":
            ranked = search(text, _RANKED)
            if ranked is None or ranked.start > lead.end or ranked.end > index:
                return None
            return slice_of(text, lead.end, index), slice_of(text, index + 1, len(text.tokens))
    return None


_INSIDE = r"(?P<noun>\S+(?: \S+){0,2}?) nào (?:nằm )?(?:trong|thuộc)(?: số| nhóm)? (?:top|tốp) (?P<n>\d+)"
_SAID_OF_THEM = frozenset(["có", "giảm", "tăng", "mà", "lại", "bị", "đạt", "sụt", "vẫn", "không", "chưa", "nộp", "nợ"])


def _cut_inside(text: Text, where: Found) -> tuple[str, str] | None:
    """ "thị trường nào trong top 20 xuất khẩu năm 2024 có mức giảm …": the list stands in the middle."""
    words = [t.norm for t in text.tokens]
    end = next((i for i in range(where.end, len(words)) if words[i] in _SAID_OF_THEM), None)
    if end is None or end == where.end:
        return None
    ask = next(i for i in range(where.start, where.end) if words[i] in ("nào", "nao"))
    noun = slice_of(text, 0, ask)
    listed = f"top {where.parts['n']} {noun} {slice_of(text, where.end, end).rstrip(' ,')}"
    return listed, f"{noun} nào {slice_of(text, end, len(text.tokens))}"


def _ranked(reading: Reading) -> bool:
    """Whether a reading names the first few of its members and nothing more."""
    ranking = reading.ranking
    return bool(
        ranking and ranking.n and ranking.n > 1 and not ranking.per and not ranking.offset and not reading.comparison
        and not reading.built_on and not reading.window and not reading.share
    )  # fmt: skip


def _about_them(said: str, first: Reading, group: GroupMatch, catalogue: Catalogue, read: Read) -> Reading | None:
    """What is asked about the members; the measure and the period of the first question hold where it names none."""
    spoken = next((p.span.text for p in first.periods if p.span and p.span.text), "")
    rest = usable(read(said))
    if rest is None or not rest.metrics or all(m.assumed for m in rest.metrics):
        rest = usable(read(f"{first.metrics[0].label}: {said}")) or rest
        said = f"{first.metrics[0].label}: {said}"
    if rest is not None and spoken and not any(p.span and p.span.text for p in rest.periods):
        rest = usable(read(f"{spoken}, {said}"))
    if rest is None or rest.built_on or group.column not in {g.column for g in rest.groups}:
        return None
    known = catalogue.views[rest.view].columns()
    return rest if rest.view == first.view or group.column in known else None


def _span(text: Text, said: str) -> Span | None:
    start = text.raw.find(said)
    return Span(start, start + len(said), said) if start >= 0 else None
