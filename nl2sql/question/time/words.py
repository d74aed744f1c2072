"""Productions for what is asked about periods: the grain to group by, and the comparison in time."""

from __future__ import annotations

from dataclasses import dataclass

from nl2sql.question.time.atoms import (
    JUST_BEFORE,
    LAST,
    OF,
    ROMANS,
    counts_months,
    named_year,
    relative_year,
    year_tail,
)
from nl2sql.question.time.cursor import Cursor
from nl2sql.question.time.model import GrainMention
from nl2sql.types import Grain

PER = (
    "per", "theo từng", "chia theo", "qua từng", "qua các", "theo các", "trong từng", "cho từng", "giữa các",
    "trong các",
)  # fmt: skip
EACH = ("theo", "từng", "mỗi", "các", "những", "/")
# "mặt hàng năm 2024": this hàng is goods, not "every".
GOODS = ("mặt", "nhóm", "ngành", "đơn", "lô", "cửa", "dòng", "mã", "loại", "ngân", "khách", "nhà", "kho", "tên", "bán")
OTHER_DAYS = ("đăng ký", "nộp", "thông quan", "mở", "phát hiện", "báo cáo", "hoàn thành", "ban hành")
AVERAGE = ("bình quân", "trung bình", "tb", "bq")
LEADS = ("so sánh với", "so với", "đối chiếu với", "so", "sv", "s / v", "s / với", "vs", "với", "hơn", "kém", "bằng")
SAME = (
    "cùng kỳ", "cùng ck", "cùng thời điểm", "cùng thời kỳ", "cùng giai đoạn", "cùng khoảng thời gian", "cùng tháng",
    "cùng quý", "cùng tuần", "cùng ngày",
)  # fmt: skip
ABBREVIATED = ("svck", "yoy", "y / y", "cùng kỳ")
BEFORE_IT = (*(f"kỳ {words}" for words in JUST_BEFORE), "kỳ trước đó", "kỳ trước")
PREVIOUS: dict[str, Grain] = {"mom": "month", "qoq": "quarter", "wow": "week", "dod": "day"}


@dataclass(frozen=True)
class Asked:
    """A comparison as it was said.

    Attributes:
        kind: ``same_period``, ``previous``, ``shifted`` (the same days one ``grain`` earlier) or ``explicit`` (a period
            follows at ``end``).
        grain: Unit of "so với tháng trước"; None for "kỳ trước".
        year: Year of "cùng kỳ năm 2022"; None for the year before.
        back: Years back of "cùng kỳ 2 năm trước".
        start, end: Lexeme range.
    """

    kind: str
    start: int
    end: int
    grain: Grain | None = None
    year: int | None = None
    back: int = 1


def grain(c: Cursor, i: int) -> tuple[GrainMention, int] | None:
    """Forms: "theo tháng", "từng quý", "qua các năm", "tháng nào", "bình quân mỗi ngày", "3 tháng liên tiếp"."""
    asked = _which(c, i) or _running(c, i) or _continued(c, i)
    if asked:
        return asked
    averaged = c.phrase(i, AVERAGE)
    at = averaged or i
    start = c.phrase(at, PER) or (at + 1 if c.word(at, *EACH) or (averaged and c.word(at, "một", "1")) else None)
    if start is None and c.word(at, "hàng", "hằng") and (c.items[at].norm == "hằng" or not c.word(at - 1, *GOODS)):
        start = at + 1
        if _dated(c, start):
            return None
    if start is None and not averaged:
        return None
    start = start or at
    if c.at(start) is None:
        return None
    slash = c.word(start - 1, "/")
    apart = slash and i > 0 and not c.lexemes[start].glued and not c.lexemes[start - 1].glued
    if slash and not apart and not (c.lexemes[start].glued and i > 0 and c.lexemes[i - 1].kind == "w"):
        return None
    found = _unit(c, start)
    if found is None:
        return None
    kind, end = found
    named = c.at(end)
    many = c.word(at, "từng", "mỗi", "hằng", "hàng") or c.phrase(at, PER) is not None
    if kind == "year" and c.is_nam(start) and named_year(c, start) and not (many or _many_years(c, start)):
        return None
    number = named is not None and ((named.kind == "n" and named.digits <= 2) or named.fold in ROMANS)
    if number and not c.counts(end) and not counts_months(c, end):
        return None
    if c.phrase(at, PER) and c.phrase(end, ("gần", "vừa qua", "qua", "trở lại")):
        # "qua các năm gần đây": a grain, and a period that begins at "các".
        return GrainMention(kind, (i, end), "by"), start - 1
    if c.word(at, "các", "những") and (c.word(end, "gần", "qua", "trước", "đầu", "cuối", "vừa", "này")):
        return None
    if kind == "day" and c.phrase(end, OTHER_DAYS):
        return None
    if kind != "year" and c.phrase(end, ("này", "nay", "trước", "vừa", "gần")):
        return None
    if kind == "year" and not many and relative_year(c, start):
        return None
    divided = slash and (not apart or kind == "day" or any(x.kind == "n" for x in c.lexemes[max(0, i - 3) : i - 1]))
    role = "average" if averaged or divided or (c.word(at, "mỗi") and _averaging(c, at)) else "by"
    return GrainMention(kind, (i, end), role), end  # type: ignore[arg-type]


_JOINERS = ("và theo", "và", ",", "&", "cùng", "rồi", "rồi theo")
_OPENERS = ("theo", "từng", "mỗi")
_FAR = 7


def _continued(c: Cursor, i: int) -> tuple[GrainMention, int] | None:
    """Forms: "theo châu lục và tháng năm 2024", "theo nước, năm": a bare unit that goes on with a grouping."""
    joint = c.phrase_before(i, _JOINERS)
    found = c.unit(i)
    if joint is None or found is None:
        return None
    kind, end = found
    if kind == "year" and (not c.is_nam(i) or named_year(c, i) is not None):
        return None
    following = c.at(end)
    dated = c.is_nam(end) and named_year(c, end) is not None
    numbered = following is not None and (following.kind == "n" or following.fold in ROMANS or c.integer(end, 1, 12))
    if numbered and not dated:
        return None
    if c.phrase(end, ("này", "nay", "trước", "vừa", "gần", "qua", "đầu", "cuối")):
        return None
    for at in range(joint - 2, max(-1, joint - _FAR), -1):
        if c.unit(at) is not None and not c.word(at - 1, *_OPENERS):
            return None
        if c.word(at, *_OPENERS):
            return GrainMention(kind, (i, end), "by"), end
    return None


def _unit(c: Cursor, i: int) -> tuple[Grain, int] | None:
    end = c.phrase(i, ("nửa năm", "6 tháng một", "bán niên"))
    if end is not None:
        return "half", end
    end = c.phrase(i, ("nửa tháng",))
    if end is not None:
        return "half_month", end
    if c.word(i, "kỳ"):
        return None if c.phrase(i + 1, ("báo cáo", "nghỉ", "hạn", "kế")) else ("half_month", i + 1)
    unit = c.unit(i)
    if unit is not None and unit[0] == "year" and not c.is_nam(i):
        return None
    return unit


def _dated(c: Cursor, i: int) -> bool:
    """Whether the unit that stands here is named: "năm 2024", "tháng 6", "quý này"."""
    if c.is_nam(i) and named_year(c, i):
        return True
    following = c.at(i + 1)
    return c.unit(i) is not None and following is not None and following.kind == "n"


def _many_years(c: Cursor, i: int) -> bool:
    """Whether several years follow: "theo năm 2021-2025" asks for each of them."""
    found = c.year_number(i + 1)
    if found is None or not c.word(found[1], "-", "đến", "tới", ",", "và"):
        return False
    return c.year_number(found[1] + 1) is not None


def _averaging(c: Cursor, i: int) -> bool:
    return any(c.phrase(at, AVERAGE) is not None for at in (*range(max(0, i - 6), i), i + 2))


def _which(c: Cursor, i: int) -> tuple[GrainMention, int] | None:
    """Forms: "tháng nào", "những năm nào", "tháng mấy": the unit itself is the answer."""
    at = c.skip(i, "những", "các")
    unit = c.unit(at)
    if unit is None:
        return None
    if (unit[0] == "year" and not c.is_nam(at)) or not c.word(unit[1], "nào", "mấy"):
        return None
    return GrainMention(unit[0], (i, unit[1] + 1), "which"), unit[1] + 1


def _running(c: Cursor, i: int) -> tuple[GrainMention, int] | None:
    """Forms: "3 tháng liên tiếp", "trượt 3 tháng": steps of a time series, not a period."""
    start = i
    moving = c.word(i, "trượt", "động")
    at = i + 1 if moving else i
    number = c.integer(at, 2, 60)
    unit = c.unit(number[1]) if number else None
    if unit is None:
        return None
    if moving:
        return GrainMention(unit[0], (start, unit[1]), "by"), unit[1]
    end = c.phrase(unit[1], ("liên tiếp", "liên tục", "liền nhau", "liền"))
    if end is None or c.word(end, "kề", "trước"):
        return None
    return GrainMention(unit[0], (start, end), "by"), end


def comparison(c: Cursor, i: int) -> Asked | None:
    """Forms: "so với cùng kỳ năm trước", "svck", "so với tháng trước", "MoM", "so với" before a period."""
    if c.word(i, "/") and c.year_number(i - 1) is not None and c.year_number(i + 1) is not None:
        return Asked("explicit", i, i + 1)
    direct = c.phrase(i, ABBREVIATED)
    if direct is not None and not c.phrase(i, ("cùng kỳ",)):
        return Asked("same_period", i, direct)
    lexeme = c.at(i)
    if lexeme is not None and lexeme.fold in PREVIOUS and lexeme.kind == "w":
        return Asked("previous", i, i + 1, PREVIOUS[lexeme.fold])
    lead = None if _between_two(c, i) else c.phrase(i, LEADS)
    at = lead if lead is not None else i
    # "so với quý cùng kỳ năm ngoái": the unit only repeats what is looked at.
    shifted = _same_of_before(c, at)
    if shifted is not None:
        return Asked("shifted", i, shifted[1], shifted[0])
    same = _same(c, at + 1 if lead is not None and c.unit(at) and c.phrase(at + 1, SAME) else at, lead is not None)
    if same is not None:
        counted = c.integer(same[1], 2, 20)
        if same[0] is None and counted and c.is_nam(counted[1]) and c.word(counted[1] + 1, "trước"):
            return Asked("same_period", i, counted[1] + 2, back=counted[0])
        return Asked("same_period", i, same[1], year=same[0])
    last_year = relative_year(c, i)
    if last_year is not None and last_year[0] == c.today.year - 1:
        end = c.phrase(last_year[1], SAME)
        if end is not None:
            return Asked("same_period", i, end)
    if lead is None:
        end = c.phrase(i, BEFORE_IT)
        return Asked("previous", i, end) if end else _multiplied(c, i)
    return _previous(c, i, lead)


def _between_two(c: Cursor, i: int) -> bool:
    """Whether "hơn" chooses between what was named ("A nhiều hay B nhiều hơn năm 2024"): what follows frames it."""
    if not c.word(i, "hơn"):
        return False
    before = range(max(0, i - 24), i)
    joint = next((k for k in before if c.word(k, "hay", "hoặc")), None)
    if joint is not None and c.lexemes[i - 1].fold in {c.lexemes[k].fold for k in range(max(0, joint - 12), joint)}:
        return True
    if any(c.word(k, "nào", "ai") and _two_named(c, range(before.start, k)) for k in range(max(0, i - 6), i)):
        return True
    both = next((k for k in before if c.word(k, "giữa")), None)
    return both is not None and any(c.word(k, "nào", "ai") for k in range(both, i))


def _two_named(c: Cursor, before: range) -> bool:
    """Whether two things that are no periods are joined: "Thái Lan với Trung Quốc [bên nào … nhiều hơn quý 3]"."""
    return any(
        c.word(k, "với", "và", "hay", "hoặc")
        and not c.word(k - 1, "so", "cùng", "đối")
        and c.lexemes[k - 1].kind != "n"
        and c.unit(k + 1) is None
        for k in before
        if k > 0
    )


def _same_of_before(c: Cursor, i: int) -> tuple[Grain, int] | None:
    """Forms: "cùng kỳ (của) tháng trước", "cùng thời điểm quý trước": the same days one unit earlier."""
    end = c.phrase(i, SAME)
    at = c.skip(end, *OF) if end is not None else None
    unit = c.unit(at) if at is not None else None
    if unit is None or unit[0] not in ("month", "quarter"):
        return None
    last = c.phrase(unit[1], LAST)
    return (unit[0], last) if last is not None and not c.word(last - 1, "qua") else None


def _same(c: Cursor, i: int, led: bool) -> tuple[int | None, int] | None:
    """Forms: "cùng kỳ (của) (năm trước | năm 2022 | các năm trước)", "CK": (its year or None, index after it)."""
    end = c.phrase(i, SAME)
    if end is None and c.word(i, "ck") and (led or c.word(i - 1, "cùng", "%")):
        end = i + 1
    if end is None and c.word(i, "ck") and relative_year(c, i + 1):
        end = i + 1
    if end is None:
        return None
    after = c.phrase(end, ("các năm trước", "mọi năm", "hàng năm", "năm liền trước", "năm trước liền kề"))
    if after is not None:
        return None, after
    at = c.skip(end, *OF)
    tail = year_tail(c, at)
    if tail is None:
        return None, end
    return (None if tail[0] == c.today.year - 1 and tail[2] else tail[0]), tail[1]


def _multiplied(c: Cursor, i: int) -> Asked | None:
    """Forms: "gấp mấy lần tháng trước", "bằng 80% quý liền trước": the unit before the one that is looked at."""
    unit = c.unit(i)
    if unit is None or (unit[0] == "year" and not c.is_nam(i)):
        return None
    end = c.phrase(unit[1], (*JUST_BEFORE, "trước đó", "trước"))
    if end is None or c.unit(end) or c.year_number(end) or c.word(end, "tết", "nữa"):
        return None
    head = c.phrase_before(i, ("lần", "phần trăm", "%"))
    led = head is not None and any(c.word(k, "gấp", "bằng") for k in range(max(0, head - 3), head))
    if not led and c.phrase_before(i, ("gấp đôi", "gấp ba", "gấp rưỡi", "bằng nửa", "bằng một nửa")) is None:
        return None
    if unit[0] == "year":
        return Asked("same_period", i, end, grain="year")  # of whatever is looked at: a month, the year so far
    return Asked("previous", i, end, unit[0])


def _previous(c: Cursor, i: int, lead: int) -> Asked | None:
    """Forms: "so với tháng trước", "so với năm ngoái", "so với kỳ trước"; otherwise a period must follow."""
    end = c.phrase(lead, (*BEFORE_IT, "trước đó"))
    if end is not None:
        return Asked("previous", i, end)
    if c.is_nam(lead):
        end = c.phrase(lead + 1, ("ngoái", *JUST_BEFORE, "trước đó", "trước", "rồi"))
        if end is not None and c.year_number(end) is None:
            return Asked("same_period", i, end, grain="year")
        return Asked("explicit", i, lead)
    number = c.integer(lead, 2, 60)
    many = c.unit(number[1]) if number else None
    back = c.phrase(many[1], (*JUST_BEFORE, "trước đó")) if many else None
    if back is not None:
        return Asked("previous", i, back)  # "so với 12 tháng trước đó": as long a stretch before the one looked at
    unit = c.unit(lead)
    if unit is not None:
        end = c.phrase(unit[1], LAST)
        if end is not None and not c.word(end - 1, "qua") and not c.word(end, "tết"):
            return Asked("previous", i, end, unit[0])
    if c.word(i, "với"):
        return None
    if (
        c.word(i, "so")
        and lead == i + 1
        and c.lexemes[i].norm == "so"
        and not c.unit(lead)
        and not (c.accented and c.word(lead, "đầu", "cuối"))  # "so đầu năm"
        and c.lexemes[i - 1].kind != "n"
        and not (c.accented and c.year_number(lead))
    ):
        return None
    if c.word(i, "hơn", "kém", "bằng") and c.unit(lead) is None:
        return None
    return Asked("explicit", i, lead)
