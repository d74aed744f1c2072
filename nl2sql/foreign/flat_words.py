"""Words that say, of a table that nobody described, by which of its columns its rows are put in order.

"đắt nhất" is by a price, "dài nhất" by a duration or length, "mới nhất" by a date: the adjective tells the kind of
column, the column's own name whether it is of that kind.
"""

from __future__ import annotations

from nl2sql.foreign.wide_words import english_words, spoken

_KINDS_TEXT = """
price: đắt+ mắc+ rẻ- cao+ thấp- | price cost fee giá phí tiền
length: dài+ ngắn- lâu+ | duration length milliseconds millisecond seconds minute hour thời lượng dài
pages: dày+ mỏng- dài+ ngắn- | page trang
size: lớn+ nhỏ- nặng+ nhẹ- to+ | byte size weight area volume capacity cân diện dung tích sức kích
age: già+ | age tuổi
amount: cao+ thấp- lớn+ nhỏ- | total amount salary wage score rating balance point lương điểm tiền tổng trị
birth: trẻ+ già- | birth birthday dob sinh
crowd: đông+ vắng- chăm+ | -
time: mới+ muộn+ gần+ trễ+ sớm- cũ- đời- lâu- đầu- | date time year created ngày năm giờ
"""
Order = tuple[str, bool]
"""A kind of column, and whether the adjective asks for its greatest."""


def _parsed() -> dict[str, tuple[dict[str, bool], frozenset[str]]]:
    found = {}
    for line in _KINDS_TEXT.strip().splitlines():
        kind, _, rest = line.partition(":")
        said, _, words = rest.partition("|")
        adjectives = {word[:-1]: word.endswith("+") for word in said.split()}
        found[kind] = (adjectives, frozenset(words.split()))
    return found


_KINDS = _parsed()
ADJECTIVES = frozenset(word for adjectives, _ in _KINDS.values() for word in adjectives)
"""Adjectives that name a kind of column."""


def ordered_by(adjective: str, column: str) -> bool | None:
    """Whether an adjective's superlative asks for a column's greatest; None where it says nothing of that column."""
    words = set(english_words(column)) | set(spoken(column).split())
    for adjectives, kind in _KINDS.values():
        if adjective in adjectives and words & kind:
            return adjectives[adjective]
    return None


_NEUTRAL_TEXT = """
tất cả toàn bộ thảy hiện đang nay giờ mình của bên nhà chúng tôi ta giúp cho anh chị em xem kể tên ra liệt kê danh
sách nằm đóng ở sống tại thuộc do bởi trình bày sáng tác viết phụ trách quản lý chăm sóc gồm chứa trong đó này kia
ấy nhỉ vậy đây những các mấy nhưng mà thì là bị được đều cả lẫn vừa lại người ta từng đã sẽ có kèm trực tiếp gian
đứng mang nhạc cửa hàng kho ghi khai xếp thấp cao xuống lên tới đến kể hết thôi chỉ tính sao ra nữa khác nhau tham
gia the a an of in on at by with for to from is are was were be been has have had do does did we us our you your me
my it its they their this that there who what which whose when overall total ever currently please show give tell
list all each and or not no how much many us first highest
"""
NEUTRAL = frozenset(_NEUTRAL_TEXT.split())
"""Words that keep a sentence together; left unread they take nothing from what was understood."""
