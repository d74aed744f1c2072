"""Moves in a conversation: going back to an earlier question, taking a change back, settling what was asked back.

A move is about the conversation and not about the data: it names an earlier reading, or one of the readings that a
clarification offered. What follows the move ("quay lại câu trước, nhưng theo quý") changes that reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nl2sql.question.lexicon_words import FILLERS
from nl2sql.question.phrases import Found, search
from nl2sql.question.text import Text, Token, fold
from nl2sql.types import Option, Reading

_OPENERS = r"(?:(?:thôi|giờ|bây giờ|nào|rồi|vậy|thế|ok|à|ừ|hãy|cho|xin|em|anh|tôi|mình|muốn|,) )*"
_RETURN = r"(?:quay|trở|lùi|lui)(?: ngược)?(?: trở)?(?: lại| về| lui)*(?: với| đến| tới| xem| cái)*"
_QUESTION = r"(?:câu|lượt|bước|phần|kết quả|cái|truy vấn)(?: hỏi| trả lời)?"
_NUMBER = r"(?P<n>một|hai|ba|bốn|\d)"
_BEFORE = r"(?:trước đó|trước đấy|trước|vừa rồi|vừa nãy|ban nãy|lúc nãy|hồi nãy|khi nãy|liền trước|kế trước|cũ)"
_FIRST = r"(?:đầu tiên|ban đầu|đầu|thứ nhất|số 1|gốc|xuất phát)"
_END = r"(?: (?:đi|nhé|nào|ạ|giúp|hộ|cho|tôi|em|anh|xem|cái|với|của|lại|đó|đấy|thôi|nha))*"
_FURTHER = (
    rf"{_OPENERS}(?:{_RETURN} )?(?:{_QUESTION} )?(?:{_BEFORE} )?(?:trước )?"
    r"(?:nữa|thêm (?:một|1) (?:câu|bước|lượt)(?: nữa)?)"
)
_MOVES: tuple[tuple[str, str], ...] = (
    ("first", rf"{_OPENERS}{_RETURN} (?:{_QUESTION} )?{_FIRST}{_END}"),
    (
        "first",
        rf"{_OPENERS}(?:{_QUESTION} {_FIRST}|(?:để |giữ |làm )?(?:lại )?như (?:lúc |hồi )?(?:ban đầu|đầu)){_END}",
    ),
    ("first", rf"{_OPENERS}(?:bắt đầu|làm|xem) lại từ (?:đầu|câu đầu){_END}"),
    ("further", rf"{_FURTHER}{_END}"),
    ("count", rf"{_OPENERS}(?:{_RETURN}|bỏ|hủy|hoàn tác) {_NUMBER} {_QUESTION}(?: {_BEFORE}| gần nhất)?{_END}"),
    ("place", rf"{_OPENERS}(?:{_RETURN} )?câu(?: hỏi)? (?:thứ|số) {_NUMBER}{_END}"),
    ("one", rf"{_OPENERS}{_RETURN} (?:{_QUESTION} )?{_BEFORE}{_END}"),
    ("one", rf"{_OPENERS}{_QUESTION} (?:hỏi )?{_BEFORE}{_END}"),
    ("one", rf"{_OPENERS}(?:để |giữ |làm )?(?:lại )?như (?:cũ|trước|lúc nãy|ban nãy|vừa nãy){_END}"),
    (
        "one",
        rf"{_OPENERS}(?:bỏ|hủy|xóa|rút lại|hoàn tác)(?: bỏ| đi| cái| phần| bước| lần)* "
        rf"(?:thay đổi|chỉnh sửa|điều chỉnh|thao tác|sửa đổi|yêu cầu|lệnh|lọc|bước|câu|lần sửa)"
        rf"(?: {_BEFORE}| vừa xong| gần nhất| cuối| cuối cùng| mới rồi| mới nhất| này){_END}",
    ),
    ("one", rf"{_OPENERS}(?:hoàn tác|undo|go back|back|quay lại|trở lại|lùi lại|quay lui){_END}"),
)
_TOPIC = rf"{_OPENERS}{_RETURN} (?:câu|phần|chuyện|chủ đề|đoạn|mục|vấn đề|số liệu)(?: hỏi)?(?: về)?"
_NUMBERS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "mot": 1, "bon": 4}
_PICK = (
    r"(?:chọn |lấy |là )?(?:cái|ý|phương án|lựa chọn|nghĩa|câu|số)?(?: thứ| số)? ?"
    r"(?P<n>đầu tiên|đầu|nhất|một|hai|ba|\d)"
)
_MEANING = r"(?:(?:à|thì|ý|tôi|em|mình|anh|chị) )*(?:muốn|là|chọn|hỏi|nói)(?: (?:là|về|hỏi|nói|xem))*"
_PICKED = {"đầu tiên": 0, "đầu": 0, "nhất": 0, "dau tien": 0, "dau": 0, "nhat": 0}
_JOINS = ("nhung", "va", "roi", "voi", "ma", "thi")
_SMALL = frozenset(map(fold, FILLERS))
POINTS_NOWHERE = "Câu hỏi nhắc tới điều chưa được nói trước đó. Anh/chị hãy nêu rõ muốn hỏi về gì."
NOTHING_BEFORE = "Cuộc trò chuyện này chưa có câu hỏi nào trước đó. Anh/chị hãy gõ câu muốn xem."


@dataclass(frozen=True)
class Said:
    """One turn and what it led to.

    Attributes:
        at: Which turn it stands for: its own place, or the place of the turn that it went back to.
    """

    reading: Reading
    at: int


@dataclass(frozen=True)
class Talk:
    """The turns so far, oldest first."""

    said: tuple[Said, ...] = ()

    def after(self, one: Said) -> Talk:
        """The conversation with one turn more."""
        return Talk((*self.said, one))

    @property
    def previous(self) -> Reading | None:
        """What a follow-up changes: the last reading that led to an answer, or the last of all."""
        answered = [s.reading for s in self.said if s.reading.view]
        return answered[-1] if answered else self.said[-1].reading if self.said else None

    @property
    def offered(self) -> tuple[Option, ...]:
        """What the last turn was asked back with."""
        asked = self.said[-1].reading.clarification if self.said else None
        return asked.options if asked else ()


@dataclass(frozen=True)
class Return:
    """A move back: where to (None: there is nothing), and the words after it."""

    to: Said | None
    rest: Text | None


def without_tokens(text: Text, drop: Sequence[int] | frozenset[int] | set[int]) -> Text:
    """The text without some of its tokens; the others still know where they stand in the original."""
    gone = frozenset(drop)
    kept = [i for i in range(len(text.tokens)) if i not in gone]
    fillers = frozenset(new for new, old in enumerate(kept) if old in text.fillers)
    return replace(text, tokens=tuple(text.tokens[i] for i in kept), fillers=fillers)


def going_back(text: Text, talk: Talk) -> Return | None:
    """The move back that a question makes, or None when it makes none."""
    for kind, pattern in _MOVES:
        found = search(text, pattern)
        if found is None or found.start != 0:
            continue
        rest = _rest(text, found)
        if rest is not None and not _changes(rest):
            continue  # "như trước …", "câu đầu tư": the words go on and mean something else
        return Return(_target(kind, found, talk), _without_joint(rest) if rest is not None else None)
    return _to_topic(text, talk)


def _rest(text: Text, found: Found) -> Text | None:
    tokens = [i for i in range(found.end, len(text.tokens)) if text.tokens[i].kind != "punct"]
    content = [i for i in tokens if text.tokens[i].fold not in _SMALL and i not in text.fillers]
    return without_tokens(text, range(found.end)) if content else None


def _changes(rest: Text) -> bool:
    """Whether the words after a move start a new clause: punctuation, "nhưng", "và", "rồi", a grouping word."""
    first = rest.tokens[0]
    return first.kind == "punct" or first.fold in _JOINS or first.fold in ("theo", "chia", "cho", "chi")


def _without_joint(rest: Text) -> Text:
    """The words after a move without the punctuation and the conjunction that they begin with."""
    start = next((i for i, t in enumerate(rest.tokens) if t.kind != "punct" and t.fold not in _JOINS), 0)
    return without_tokens(rest, range(start))


def _target(kind: str, found: Found, talk: Talk) -> Said | None:
    if not talk.said:
        return None
    last = talk.said[-1]
    number = found.parts.get("n", "")
    count = _NUMBERS.get(number) or (int(number) if number.isdigit() else 1)
    if kind == "first":
        place = 0
    elif kind == "place":
        place = count - 1
    elif kind == "further":
        place = last.at - (1 if last.at < len(talk.said) - 1 else 2)
    else:
        place = last.at - (count if kind == "count" else 1)
    said = talk.said[max(0, min(place, len(talk.said) - 1))]
    return said if said.reading.view else next((s for s in talk.said[: said.at + 1][::-1] if s.reading.view), None)


def _to_topic(text: Text, talk: Talk) -> Return | None:
    """ "quay lại câu về gạo": the latest turn that speaks of it."""
    found = search(text, _TOPIC)
    if found is None or found.start != 0 or not talk.said:
        return None
    words = [t.fold for t in text.tokens[found.end :] if t.kind != "punct" and t.fold not in _SMALL]
    for said in reversed(talk.said):
        known = f" {fold(_spoken(said.reading))} "
        if words and said.reading.view and all(f" {w} " in known for w in words):
            return Return(said, None)
    return None


def _spoken(reading: Reading) -> str:
    parts = [reading.text, *(m.label for m in reading.metrics), *(f.label for f in reading.filters)]
    return " ".join([*parts, *(p.label for p in reading.periods), *(g.label for g in reading.groups)])


def picked(text: Text, options: Sequence[Option]) -> Option | None:
    """The option of a clarification that a short reply means: its words, or its place."""
    words = [t.fold for t in _content(text)]
    if not options or len(words) > 8:
        return None
    hits = [o for o in options if words and set(words) <= set(fold(o.label).split())]
    if len(hits) == 1:
        return hits[0]
    same = [o for o in hits if " ".join(words) == fold(o.label)]
    if len(same) == 1:
        return same[0]
    found = search(text, _PICK)
    if found is None or found.start != 0 or found.end < len([t for t in text.tokens if t.kind != "punct"]):
        return None
    number = found.parts["n"]
    place = _PICKED.get(number, (_NUMBERS.get(number) or (int(number) if number.isdigit() else 0)) - 1)
    return options[place] if 0 <= place < len(options) else None


def _content(text: Text) -> list[Token]:
    said = search(text, _MEANING)
    start = said.end if said is not None and said.start == 0 else 0
    small = {"nhe", "a", "nha", "thoi", "di", "do", "day", "ay", "la", "cai", "co", "nao", "em", "oi"}
    return [t for t in text.tokens[start:] if t.kind != "punct" and t.fold not in small]
