"""Which columns a question groups by, and whether it asks for their members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.question.elements import Element, cue_length, gap, joined, told_last
from nl2sql.question.listed import added
from nl2sql.question.measures import count_of, is_count
from nl2sql.question.phrases import search
from nl2sql.question.text import Text, fold, normalise
from nl2sql.question.vocabulary import Term
from nl2sql.types import GroupMatch
from schema.semantic import View


def read_groups(
    text: Text, view: View, found: Sequence[Element], several: Sequence[str], *, above_mean: bool = False
) -> tuple[tuple[GroupMatch, ...], frozenset[int], bool]:
    """Columns to group by, with the indices of the dimension elements used and whether a list of them was asked for.

    A dimension is grouped by when a grouping word or a count stands before it, when it is asked for ("nước nào"), when
    a superlative is about it, or when it continues such an enumeration. Where a value follows it directly it only
    introduces that value ("nước Mỹ").

    Args:
        above_mean: A bound on the mean of the groups is told: "cục hải quan có số thu cao hơn mức bình quân".
    """
    groups: dict[str, GroupMatch] = {}
    used: set[int] = set()
    listed = False
    asked = any(
        (e.kind == "dimension" and _wants_group(text, view, found, i) in ("which", "count"))
        or (e.kind == "grain" and e.tag == "which")
        for i, e in enumerate(found)
    )
    superlative = any(e.tag in ("max", "min", "sort", "desc", "asc") for e in found)
    threshold = any(e.number and e.number.comparator for e in found if e.kind == "number")
    extreme = any(_names_extreme(text, e) for e in found)  # "nhóm hàng có giá tham chiếu cao nhất"
    for index, element in enumerate(found):
        if element.kind != "dimension":
            continue
        before = found[index - 1] if index else None
        after = found[index + 1] if index + 1 < len(found) else None
        if _asks(text, element) and any(
            e is not element and e.kind == "dimension" and not _asks(text, e) and _wants_group(text, view, found, i)
            for i, e in enumerate(found)
        ):
            used.add(index)
            continue  # "3 khu vực đứng đầu là ai": the members asked for are named already
        introduces = _introduces(text, view, element, after)
        wants = _wants_group(text, view, found, index)
        within = wants == "count" and superlative and not _same_column(element, after)  # "3 nước châu Á … nhiều nhất"
        if introduces and wants not in ("group", "which") and not within:
            used.add(index)
            continue
        counted = before is not None and before.tag == "howmany" and before.tokens[1] == element.tokens[0]
        counted = counted or told_last(text, found, index) or _counted_again(view, found, index)
        if (counted and wants != "group") or _bounds_another(found, index):
            continue
        placed = element.tokens[0] > 0 and text.tokens[element.tokens[0] - 1].norm in ("tại", "ở", "tai")
        had = (above_mean or extreme) and after is not None and after.tag == "have"
        if wants is None and (superlative or threshold or had) and not introduces and not asked and not placed:
            beside = _counted_before(text, view, found, index) or added(text, found, element)
            wants = None if beside else "rank"
        last = next((i for i in range(index - 1, -1, -1) if found[i].tag != "and"), None)
        timed = last is not None and found[last].kind == "grain" and found[last].tag == "by"
        if wants is None and last is not None and (last in used or timed) and joined(text, found[last], element):
            wants = "group"
        if wants is None:
            continue
        changes = any(e.tag == "change" for e in found) or search(text, _OUTDOING) is not None
        listed = listed or wants in ("which", "list") or (wants == "plural" and changes) or (had and extreme)
        used.add(index)
        groups[element.name] = GroupMatch(element.name, view.label_of(element.name), None, text.span(*element.tokens))
    _ask_named_units(view, groups, several)
    total = any(e.tag == "total" for e in found) or any(
        t.norm == "tổng" and (i + 1 == len(text.tokens) or text.tokens[i + 1].fold not in ("hop", "cuc", "ket"))
        for i, t in enumerate(text.tokens)
    )
    total = (total or any(_either(text, found, e) for e in found)) and not search(text, _EACH_KIND)
    for column in several:
        if column not in groups and not total and view.dimension(column):
            groups[column] = GroupMatch(column, view.label_of(column))
    return tuple(groups.values()), frozenset(used), listed


def _counted_again(view: View, found: Sequence[Element], index: int) -> bool:
    """Whether what the question begins with is counted later by its name: "DN nộp trên 1 tỷ … có mấy DN"."""
    dim = view.dimension(found[index].name)
    begins = all(e.kind in ("period", "grain") or e.tag in ("plural", "have") for e in found[:index])
    if dim is None or not begins:
        return False
    rest = found[index + 1 :]
    named = any(a.tag == "howmany" and b.kind == "dimension" and b.name == dim.name for a, b in pairwise(rest))
    counts = (view.metric(e.name) for e in rest if e.kind == "metric")
    return named or any(m is not None and m.expr == count_of(view, dim).expr for m in counts)


def _names_extreme(text: Text, element: Element) -> bool:
    """Whether the name of a measure ends with a superlative, which then ranks by it."""
    return element.kind == "metric" and text.tokens[element.tokens[1] - 1].fold == "nhat"


_OUTDOING = r"(?:cao|thấp|nhiều|ít|lớn|nhỏ|kém|nhanh|chậm|lâu|ngắn|dài) hơn|gấp|(?:chưa|không) bằng"
"""What lists members: "các cục thu quý III thấp hơn quý II"."""


def _either(text: Text, found: Sequence[Element], joint: Element) -> bool:
    """Whether "hoặc" (and not the asking "hay") stands between two values of one column: they are counted together."""
    if joint.tag != "or" or text.tokens[joint.tokens[0]].fold != "hoac":
        return False
    index = next(i for i, e in enumerate(found) if e is joint)
    if index == 0 or index + 1 >= len(found):
        return False
    one, two = found[index - 1], found[index + 1]
    return one.kind == two.kind == "value" and one.name == two.name


_EACH_KIND = (
    r"(?:mỗi|từng|riêng từng) (?:loại|chiều|bên|khối|nước|thị trường|đơn vị|cục|nhóm|mặt hàng|luồng|thứ|cái|sắc thuế)"
)


def _ask_named_units(view: View, groups: dict[str, GroupMatch], several: Sequence[str]) -> None:
    """ "khu vực II và khu vực III, đơn vị nào cao hơn": the units asked for are those that were named."""
    units = [c for c in several if (dim := view.dimension(c)) and dim.scope]
    asked = [c for c in groups if c not in several and (dim := view.dimension(c)) and dim.scope]
    if len(units) == 1 and len(asked) == 1:
        span = groups.pop(asked[0]).span
        groups[units[0]] = GroupMatch(units[0], view.label_of(units[0]), None, span)


def with_kinds(text: Text, view: View, found: Sequence[Element]) -> tuple[Element, ...]:
    """Values that say what they are of ("các nước ASEAN", "DN FDI") as the column and the value, where members are
    asked for: "kể tên các nước ASEAN …", "DN FDI nào …", "5 DN FDI lớn nhất".
    """
    out: list[Element] = []
    for index, element in enumerate(found):
        parts = kind_of(text, view, element) if element.kind in ("filter", "value") else None
        before = out[-1] if out else None
        after = found[index + 1] if index + 1 < len(found) else None
        listed = before is not None and before.tag in ("list", "group") and gap(text, before, element) == 0
        asked = after is not None and after.tag == "which" and gap(text, element, after) == 0
        number = before.number if before is not None else None
        counted = before is not None and number is not None and number.kind in ("count", "plain") and not number.unit \
            and gap(text, before, element) == 0 and not number.comparator  # fmt: skip
        counted = counted or (number is not None and before is not None and before.tokens[1] > element.tokens[0])
        out.extend(parts if parts and (listed or asked or counted) else (element,))
    return tuple(out)


def kind_of(text: Text, view: View, element: Element) -> tuple[Element, ...] | None:
    """The column that the words of a value begin with, and the value in the rest of them."""
    start, end = element.tokens
    words = [t.fold for t in text.tokens[start:end]]
    skip = 1 if words[:1] in (["cac"], ["nhung"]) else 0
    best: tuple[int, str] | None = None
    for dim in view.dimensions:
        for name in (dim.label, *dim.synonyms):
            said = [t.fold for t in normalise(name).tokens]
            size = len(said)
            if words[skip : skip + size] == said and skip + size < len(words) and (best is None or size > best[0]):
                best = (size, dim.name)
    if best is None or best[1] == element.name:
        return None
    cut = start + skip + best[0]
    column = Element("dimension", (start + skip, cut), Term("dimension", view.name, best[1], "", (), ()))
    plural = (Element("tag", (start, start + 1), tag="plural"),) if skip else ()
    return (*plural, column, replace(element, tokens=(cut, end)))


def _introduces(text: Text, view: View, element: Element, after: Element | None) -> bool:
    """Whether a column's name only introduces the value after it: "nước Mỹ", "chi cục Móng Cái"."""
    if after is None or after.kind != "value" or gap(text, element, after):
        return False
    between = text.tokens[element.tokens[1] : after.tokens[0]]
    if any(t.kind == "punct" for t in between) or len(between) > 1:
        return False
    if after.term is not None and cue_length(text, view, after.term, after) > element.tokens[1] - element.tokens[0]:
        return True  # "hải quan tỉnh Bình Dương" names a unit, whatever provinces there are
    names = {element.name, *(t.name for t in element.others)}
    values = {after.name, *(t.name for t in after.others)}
    parents = {d.parent for n in names if (d := view.dimension(n))}
    return bool(names & values or parents & values)


def _same_column(element: Element, after: Element | None) -> bool:
    """Whether the value behind a column's name is one of that column and no larger place or part that it lies in."""
    names = {element.name, *(t.name for t in element.others)}
    return after is not None and bool(names & {after.name, *(t.name for t in after.others)})


def _counted_before(text: Text, view: View, found: Sequence[Element], index: int) -> bool:
    """Whether a count of the same thing was asked for: "số doanh nghiệp theo ngành trong dữ liệu doanh nghiệp"."""
    named = fold(text.span(*found[index].tokens).text)
    return any(
        e.kind == "metric" and (m := view.metric(e.name)) and is_count(m.expr)
        and fold(text.span(*e.tokens).text).endswith(" " + named)
        for e in found[:index]
    )  # fmt: skip


def _bounds_another(found: Sequence[Element], index: int) -> bool:
    """Whether members are only counted in a bound on another column: "cục có trên 20 doanh nghiệp"."""
    inside = [
        n.tokens for n in found if n.number and n.number.kind == "threshold" and n.number.comparator not in ("", "~")
    ]
    within = [any(start < e.tokens[0] < end for start, end in inside) for e in found]
    return within[index] and any(e.kind == "dimension" and not held for e, held in zip(found, within, strict=True))


def _is_counted(view: View, element: Element, after: Element | None) -> bool:
    """Whether what is named is counted and not listed: "cơ cấu doanh nghiệp theo mức tuân thủ"."""
    dim = view.dimension(element.name)
    return dim is not None and dim.sensitive and after is not None and after.tag == "group"


def _wants_group(text: Text, view: View, found: Sequence[Element], index: int) -> str | None:
    element = found[index]
    if text.tokens[element.tokens[0]].norm in ("theo", "từng", "mỗi"):
        return "group"  # the column's own name begins with the grouping word
    if _asks(text, element):
        return "which"  # the column is named by the word that asks for it: "ở đâu", "nơi nào"
    before = found[index - 1] if index else None
    after = found[index + 1] if index + 1 < len(found) else None
    beyond = found[index + 2] if index + 2 < len(found) else None
    if after is not None and after.kind in ("value", "filter") and beyond is not None and beyond.tag == "which":
        return "which"
    if after is not None and after.tag == "which" and gap(text, element, after) == 0:
        return "which"
    if _told_at_end(text, found, index):
        return "which"
    if _in_table(text, found, index):
        return "group"
    for back in reversed(found[:index]):
        if gap(text, back, element) or back.kind in ("metric", "value", "filter", "dimension"):
            break
        if back.tag == "trend" and _is_passage(text, found, back):
            return None
        if back.tag == "group" and text.tokens[back.tokens[0]].fold == "phan" and _is_counted(view, element, after):
            return None  # "phân bố doanh nghiệp theo …": they are counted
        if back.tag in ("group", "trend"):
            return "group"
        if back.tag == "plural" and (_is_object(text, back) or _is_place_of_total(text, found, back)):
            return None
        said = {t.fold for t in text.tokens[back.tokens[0] : back.tokens[1]]}
        if back.tag in ("share", "percent") and said & {"bao", "may"} and said & {"tram", "%"}:
            return None  # "chiếm bao nhiêu phần trăm doanh nghiệp": they are the whole
        if back.tag == "share" and _is_counted(view, element, after):
            return None
        if back.tag == "plural" and _is_asker(view, found, element):
            return None
        if back.tag in ("plural", "share"):
            return "plural"
        if back.tag == "list":
            return "list"
        if back.tag in ("max", "min"):
            return "rank"
        if back.kind == "number" and back.number and back.number.kind == "count":
            return "count"
        if back.kind not in ("tag",):
            break
    if before is not None and before.kind == "number" and before.number and before.number.kind == "count" \
            and before.tokens[1] >= element.tokens[0]:  # fmt: skip
        return "count"
    return None


def _told_at_end(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether the first column named is what the end of the question asks for: "mặt hàng chủ lực … là gì"."""
    first = next((i for i, e in enumerate(found) if e.kind == "dimension"), None)
    others = any(e.tag in ("group", "howmany") or e.kind in ("metric", "fact") for e in found)
    return first == index and not others and search(text, r"là (?:những )?(?:gì|ai)(?: \?)?$") is not None


def _is_asker(view: View, found: Sequence[Element], element: Element) -> bool:
    """Whether all enterprises are meant together: "các doanh nghiệp ở Bắc Ninh nộp thuế bao nhiêu"."""
    dim = view.dimension(element.name)
    listed = any(e.tag in ("list", "which", "max", "min", "sort", "desc", "asc", "group", "change") for e in found)
    bounded = any(e.number is not None and (e.number.comparator or e.number.kind == "count") for e in found)
    return dim is not None and dim.sensitive and not listed and not bounded and any(e.tag == "howmany" for e in found)


def _asks(text: Text, element: Element) -> bool:
    """Whether the name of a column is itself the word that asks for its members."""
    return text.tokens[element.tokens[1] - 1].norm in ("nào", "đâu", "gì", "ai")


def _is_passage(text: Text, found: Sequence[Element], back: Element) -> bool:
    """Whether "qua các cửa khẩu" only says where something passes, because the grouping is named apart ("theo quý")."""
    if text.tokens[back.tokens[0]].norm != "qua":
        return False
    timed = any(e.kind == "grain" and e.tag == "by" for e in found)
    apart = any(
        one.tag == "group" and two.kind == "dimension" and gap(text, one, two) == 0 for one, two in pairwise(found)
    )
    return timed or apart


def _in_table(text: Text, found: Sequence[Element], index: int) -> bool:
    """Whether a column is named as one of a table: "bảng gồm khu vực, số tờ khai, tỷ lệ luồng đỏ"."""
    element = found[index]
    words = [t.fold for t in text.tokens[: element.tokens[0]]]
    if not {"bang", "cot", "table"} & set(words):
        return False
    after = found[index + 1] if index + 1 < len(found) else None
    listed = text.tokens[element.tokens[1]] if element.tokens[1] < len(text.tokens) else None
    enumerated = listed is not None and (listed.text in ",/;+" or listed.fold in ("va", "cung"))
    return enumerated and after is not None and after.kind in ("metric", "fact", "dimension", "tag", "view")


def _is_place_of_total(text: Text, found: Sequence[Element], plural: Element) -> bool:
    """Whether a plural only says where a total was counted: "tổng số … tại các cảng"."""
    where = text.tokens[plural.tokens[0]].fold in ("tai", "o", "qua")
    total = any(e.tag == "total" and e.tokens[1] <= plural.tokens[0] for e in found)
    return where and (total or any(t.norm == "tổng" for t in text.tokens[: plural.tokens[0]]))


def _is_object(text: Text, plural: Element) -> bool:
    """Whether a plural is what something goes to or comes from ("sang các nước"), and no list of groups."""
    first = plural.tokens[0]
    rest = [t.fold for t in text.tokens[plural.tokens[1] + 1 : plural.tokens[1] + 4]]
    if "khac" in rest or "con" in rest:
        return True  # "các nước khác", "các nước còn lại": what an exclusion leaves
    return first > 0 and text.tokens[first - 1].fold in ("sang", "di", "toi", "tu", "voi", "den", "vao", "cho")
