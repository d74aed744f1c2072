"""A question in the form of a list ("… cho biết: (1) kim ngạch; (2) số tờ khai"): its items are one enumeration.

Items that name what is wanted are joined with commas, so that they are read as one sentence with the period and the
scope that stand before or after them. Items that ask something each are questions of their own and stay apart.
"""

from __future__ import annotations

import re

from nl2sql.question.text_unit import Unit, spread, text_of

_MARK = r"(?:\(\d{1,2}\)|\d{1,2}[.)]|\(?[a-eđ]\)|[•●▪◦‣·►➢➤✓*+-])"
_ITEM = re.compile(rf"(?P<gap>(?:^|[;:\n]|(?<=[^\s\d][.])|,)\s*(?:và\s+)?{_MARK}|;|\n)\s*(?=[^\W_])")
_MARKED = re.compile(rf"(?:^|[;:,.\n])\s*(?:và\s+)?{_MARK}\s*(?=[^\W_])")
_ASKS = re.compile(
    r"(?<!\w)(?:bao nhiêu|mấy|nào|thế nào|ra sao|không|gì|vì sao|tại sao|bao nhieu|may|nao|the nao|khong|gi|so sánh"
    r"|liệt kê|cho biết|cho tôi|cho em|còn|thì|nêu|tính|xem|lập|vẽ)(?!\w)|\?",
    re.IGNORECASE,
)
_LONGEST = 9
"""Words of an item that only names something."""


def one_sentence(units: list[Unit]) -> list[Unit]:
    """The text with the items of a list joined by commas; any other text as it is."""
    text = text_of(units)
    if len(_MARKED.findall(text)) < 2:
        return units
    places = list(_ITEM.finditer(text))
    if not places:
        return units
    ends = [m.start() for m in places[1:]] + [len(text)]
    items = [text[m.end() : end].strip(" \t\n;.,") for m, end in zip(places, ends, strict=True)]
    if len(items) < 2 or any(not i or len(i.split()) > _LONGEST or _ASKS.search(i) for i in items):
        return units
    for at, place in reversed(list(enumerate(places))):
        header = text[: place.start()].strip()
        joint = (": " if header and not header.endswith(":") else " ") if at == 0 else ", "
        joint = "" if at == 0 and not header else joint
        start = place.start()
        while start and at and text[start - 1] in " \t;.,":
            start -= 1
        cut = ": " if at == 0 and place["gap"].startswith(":") else joint
        units = [*units[:start], *(spread(cut, units[start : place.end()]) if cut else []), *units[place.end() :]]
    return units


_LABEL = r"mức(?: độ)?|muc(?: do)?|khu vực|khu vuc|kv|chương|chuong|luồng|luong|form|mẫu|mau|loại hình|loai hinh"
_ONE = r"(?:\d{1,2}|[IVX]{1,5})"
_COUNTED = (
    r"tháng|thang|quý|quy|ngày|ngay|tuần|tuan|tỷ|ty|triệu|trieu|nghìn|nghin|tờ|to|vụ|vu|nước|nuoc|mặt|mat|cục|cuc"
    r"|đơn|don|lần|lan|doanh|dn|%"
)
"""Words before which the last digit of a run counts: "KV 3, 9 tháng"; "mức 1, 2 quý 3" goes on with a name."""
_RUN = re.compile(
    rf"(?<!\w)(?P<label>{_LABEL})\s?(?P<first>{_ONE})(?P<more>(?:\s?(?:,|&|\+|và|va|hoặc|hoac)\s?{_ONE})+)"
    rf"(?!\w|[.,/]\d)(?:(?<!\d)|(?!\s(?:(?:{_COUNTED})(?!\w|\s\d\d?(?!\d))|(?:năm|nam)(?!\w|\s\d{{4}}))))",
    re.IGNORECASE,
)
_NEXT = re.compile(rf"(?:,|&|\+|(?<!\w)(?:và|va|hoặc|hoac)(?!\w))\s?(?={_ONE}(?!\w))", re.IGNORECASE)


_ROMANS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
           "XVII", "XVIII", "XIX", "XX")  # fmt: skip
_THROUGH = re.compile(
    r"(?<!\w)(?P<label>mức(?: độ)?|muc(?: do)?|khu vực|khu vuc|kv)\s?(?P<first>\d{1,2}|[IVX]{1,5})"
    r"\s?(?:-|–|đến|den|tới|toi)\s?(?:(?P=label)\s?)?(?P<last>\d{1,2}|[IVX]{1,5})"
    r"(?!\w|[.,/]\d|\s(?:tháng|thang|ngày|ngay|tuần|tuan|tỷ|ty|triệu|trieu|nghìn|nghin|%)(?!\w))",
    re.IGNORECASE,
)
"""A stretch of numbered things: "KV I-V", "từ mức 1 đến mức 5"."""


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _ROMANS.index(said.upper()) if said.upper() in _ROMANS else 0


def _spelled_out(units: list[Unit]) -> list[Unit]:
    for match in reversed(list(_THROUGH.finditer(text_of(units)))):
        first, last = _number(match["first"]), _number(match["last"])
        roman = not match["first"].isdigit()
        if not 0 < first < last <= 20 or roman == match["last"].isdigit():
            continue
        names = [_ROMANS[n] if roman else str(n) for n in range(first, last + 1)]
        said = ", ".join(f"{match['label']} {name}" for name in names)
        units = [*units[: match.start()], *spread(said, units[match.start() : match.end()]), *units[match.end() :]]
    return units


def each_labelled(units: list[Unit]) -> list[Unit]:
    """The text with the label of a run of numbers before each of them: "mức 1,2", "KV I, II và III"."""
    units = _spelled_out(units)
    for match in reversed(list(_RUN.finditer(text_of(units)))):
        start = match.start("more")
        for joint in reversed(list(_NEXT.finditer(match["more"]))):
            at = start + joint.end()
            lead = "" if joint[0][-1].isspace() else " "
            units = [*units[:at], *spread(f"{lead}{match['label']} ", units[at : at + 1]), *units[at:]]
    return units
